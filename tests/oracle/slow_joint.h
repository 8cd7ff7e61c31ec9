/** @file
 * The slow, obvious twin of joint identification, and random small cases for it.
 *
 * Every assignment of remains to missing persons is written down. Its weight is the product of the
 * families' likelihood ratios, each from two calls of hw_likelihood (the placed remains in their
 * places; the same as strangers), and of the prior; everything else is summing and comparing.
 * Nothing of src/identify is used.
 *
 * Example:
 * @code
 *   slow_case *c = slow_case_new(seed);
 *   slow_joint answer;
 *   if (c != NULL && slow_joint_solve(c, &answer)) printf("%g\n", answer.ln_sum);
 *   slow_case_delete(c);
 * @endcode
 */
#ifndef HOMEWARD_TESTS_SLOW_JOINT_H
#define HOMEWARD_TESTS_SLOW_JOINT_H

#include "homeward/joint.h"
#include "random_problem.h"

enum {
  SLOW_FAMILIES = 3,
  SLOW_MISSING = 3,
  SLOW_REMAINS = 4,
  SLOW_TARGETS = SLOW_FAMILIES * SLOW_MISSING,
  SLOW_STATES = SLOW_TARGETS + 1, /**< of a remains; the last is nobody */
  SLOW_KEPT = 8
};

/** A case with all that it points to, and the options of a run. */
typedef struct slow_case {
  uint64_t seed;
  random_problem *source[SLOW_FAMILIES]; /**< pedigrees; markers are those of the first */
  hw_family families[SLOW_FAMILIES];
  char names[SLOW_FAMILIES][16], ids[SLOW_REMAINS][16];
  int32_t missing[SLOW_FAMILIES][SLOW_MISSING];
  hw_observation observations[SLOW_FAMILIES][RANDOM_PERSONS][RANDOM_MARKERS];
  hw_profile profiles[SLOW_FAMILIES][RANDOM_PERSONS];
  int32_t profile_person[SLOW_FAMILIES][RANDOM_PERSONS];
  hw_remains remains[SLOW_REMAINS];
  hw_observation seen[SLOW_REMAINS][RANDOM_MARKERS];
  hw_case problem;
  int32_t n_targets;
  int32_t family_of[SLOW_TARGETS], place_of[SLOW_TARGETS];
  double ln_pair[SLOW_REMAINS][SLOW_TARGETS];
  double ln_size[SLOW_REMAINS + 1];
  hw_joint_pairing fixed[SLOW_REMAINS], excluded[SLOW_REMAINS * SLOW_TARGETS],
      candidates[SLOW_REMAINS * SLOW_TARGETS];
  hw_joint_options options; /**< everything is listed */
} slow_case;

/** What the twin finds. States of a remains: targets, then nobody. */
typedef struct slow_joint {
  double ln_sum;        /**< −inf: every assignment is impossible */
  double n_assignments; /**< that are permitted */
  double posterior[SLOW_REMAINS][SLOW_STATES];
  double absent[SLOW_TARGETS];
  double best_with[SLOW_REMAINS][SLOW_STATES], best_without[SLOW_REMAINS][SLOW_STATES];
  int32_t n_kept;
  double kept[SLOW_KEPT];                   /**< the largest weights, in order */
  double ln_lr[SLOW_REMAINS][SLOW_TARGETS]; /**< pairwise; −inf where not permitted */
} slow_joint;

/** A random case. @return NULL if nobody can be missing or references contradict themselves; free
 * with slow_case_delete */
slow_case *slow_case_new(uint64_t seed);
void slow_case_delete(slow_case *self);

/** @return false if the likelihood engine does not take a family (sex unknown where it matters) */
bool slow_joint_solve(const slow_case *c, slow_joint *out);

/** ln weight of an assignment (target per remains, −1 = nobody). */
bool slow_joint_weight(const slow_case *c, const int32_t *target, double *ln);

/** True if the pairing is permitted by sexes, X typing, candidates, exclusions and the prior. */
bool slow_case_permits(const slow_case *c, int32_t remains, int32_t target);

#endif
