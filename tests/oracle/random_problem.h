/** @file
 * Random small problems of every kind that the engine claims to solve.
 *
 * A random_problem owns everything that its hw_problem points to, in arrays of
 * fixed size, so that a test can copy it, change it and link it again. The same
 * seed and options always give the same problem.
 *
 * Pedigrees: any topology that random mating of earlier persons gives (loops,
 * inbreeding, several mates, mating of parent and child, disconnected parts),
 * people with one recorded parent, identical twins with and without recorded
 * parents, unknown sex where it does not matter, persons in random order.
 * Markers: 1 … 5 alleles, rare and zero frequencies, silent alleles, every
 * mutation model and transform, dense, sparse, lumpable and nearly lumpable
 * custom matrices. Observations: gene-dropped (seldom arbitrary) genotypes,
 * partial and missing ones, allele sets, typing errors, two profiles of one
 * person.
 *
 * Example:
 * @code
 *   random_options options = {.max_persons = 8, .max_alleles = 5};
 *   random_problem *p = random_problem_new(&options, seed);
 *   hw_status s = hw_likelihood(&p->problem, NULL, &ln, NULL, &err);
 *   random_problem_delete(p);
 * @endcode
 */
#ifndef HOMEWARD_TESTS_RANDOM_PROBLEM_H
#define HOMEWARD_TESTS_RANDOM_PROBLEM_H

#include "homeward/likelihood.h"
#include "rng.h"

enum {
  RANDOM_PERSONS = 16,
  RANDOM_PROFILES = 20,
  RANDOM_MARKERS = 4,
  RANDOM_ALLELES = 7,
  RANDOM_NAME = 24
};

typedef struct random_options {
  bool on_x;           /**< all markers on X */
  bool some_on_x;      /**< each unlinked marker is on X with probability ½ */
  bool has_theta;      /**< theta > 0, else 0 */
  bool no_mutation;    /**< every marker transmits alleles unchanged */
  bool plain_profiles; /**< genotypes only: no sets, typing errors, partial ones */
  bool no_silent;      /**< no silent allele */
  int32_t n_linked;    /**< markers of one linkage group, 0 or 2 … 3; 4 = two groups of two */
  int32_t n_unlinked;  /**< further markers; at least one marker is made */
  int32_t max_persons; /**< 2 … 12 */
  int32_t max_alleles; /**< 2 … 5 */
} random_options;

typedef struct random_marker {
  char names[RANDOM_ALLELES][RANDOM_NAME];
  const char *name_pointers[RANDOM_ALLELES];
  double frequencies[RANDOM_ALLELES];
  double matrix[2][RANDOM_ALLELES * RANDOM_ALLELES];
  bool has_matrix[2]; /**< false: the sex does not mutate, marker.matrix is NULL */
} random_marker;

typedef struct random_problem {
  uint64_t seed;
  char ids[RANDOM_PERSONS][RANDOM_NAME];
  hw_person persons[RANDOM_PERSONS];
  hw_pedigree pedigree;
  random_marker parts[RANDOM_MARKERS]; /**< what markers[] point to */
  hw_marker markers[RANDOM_MARKERS];
  hw_observation observations[RANDOM_PROFILES][RANDOM_MARKERS];
  hw_allele seen[RANDOM_PROFILES][RANDOM_MARKERS][RANDOM_ALLELES];
  hw_profile profiles[RANDOM_PROFILES];
  int32_t profile_person[RANDOM_PROFILES];
  int32_t linked[RANDOM_MARKERS];
  double recombination[RANDOM_MARKERS];
  hw_linkage linkages[2];
  hw_problem problem;
} random_problem;

/** Free with random_problem_delete. */
random_problem *random_problem_new(const random_options *options, uint64_t seed);
/** An independent copy. Free with random_problem_delete. */
random_problem *random_problem_copy(const random_problem *other);
void random_problem_delete(random_problem *self);

/** Sets every pointer inside again; call it after changing counts, names or persons. */
void random_problem_link(random_problem *self);

/** Fills one marker (used by random_problem_new). */
void random_marker_fill(hw_marker *marker, random_marker *parts, const random_options *options,
                        rng *r);

/** Fills persons, ids and pedigree (used by random_problem_new). */
void random_pedigree_fill(random_problem *self, const random_options *options, rng *r);

/** First of the group of identical twins. */
int32_t random_problem_first_twin(const random_problem *self, int32_t person);

/** Forgets the profiles of a person and her twins: a missing person has none. */
void random_problem_untype(random_problem *self, int32_t person);

/** Adds an untyped person at the end; father and mother may be HW_PERSON_NONE.
 * @return the index */
int32_t random_problem_add_person(random_problem *self, int32_t father, int32_t mother, hw_sex sex);

/** Gives the persons new places: person i becomes person to[i].
 * @param twins_in_chains  a third twin points to the second, not to the first */
void random_problem_move_persons(random_problem *self, const int32_t *to, bool twins_in_chains);

#endif
