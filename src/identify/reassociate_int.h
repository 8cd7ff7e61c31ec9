/* Shared by the files of re-association.
 *
 *   reassociate.c            what is asked, nodes, components, results
 *   reassociate_bone.c       elements, sides, zones: who cannot be one person
 *   reassociate_dna.c        profiles of a group, jointly
 *   reassociate_body.c       sex, age, provenience
 *   reassociate_measure.c    measurements of a group
 *   reassociate_group.c      all factors of a group
 *   reassociate_exact.c      partitions of a component, summed
 *   reassociate_chain.c      … sampled
 *   reassociate_contradictions.c, reassociate_counts.c, reassociate_pairs.c
 *
 * A node is a specimen, or all specimens of one confirmed individual: what the partitions are of.
 * Inside identify only. */
#ifndef HW_IDENTIFY_REASSOCIATE_INT_H
#define HW_IDENTIFY_REASSOCIATE_INT_H

#include <math.h>

#include "base/arena.h"
#include "homeward/random.h"
#include "homeward/reassociate.h"

enum { HWP_MOST_EXACT = 18 };

/* --- reassociate_bone.c --- */

/* What a bone shows. */
typedef struct hwp_bone {
  int32_t element; /* −1 = not in the table: constrains nothing */
  int32_t number;  /* of a series, 0 = not said */
  hw_side side;
  uint64_t zones;         /* bits; all = whole */
  bool has_unknown_zones; /* a part, nobody said which */
} hwp_bone;

/* Zone names beyond the usual ones, as they come. */
typedef struct hwp_zone_names {
  int32_t n;
  struct {
    int32_t element;
    const char *name;
  } items[256];
} hwp_zone_names;

HW_MUST_CHECK hw_status hwp_element_find(const char *text, int32_t *element, int32_t *number,
                                         hw_side *side, hw_err *err);
HW_MUST_CHECK hw_status hwp_bone_read(const hw_specimen *specimen, hw_arena *arena,
                                      hwp_zone_names *names, hwp_bone *out, hw_err *err);
/* ln P(sides and zones as seen | one person) − ln P(… | persons of their own): 0, −inf, or below 0
 * where unknown sides have to fall rightly. */
double hwp_bones_ln(const hwp_bone *bones, const int32_t *members, int32_t n);
/* Persons that so many bones of an element take, the zone that occurs most often counting.
 * @param sides  bits 1 << hw_side: only bones of these. @return number */
int32_t hwp_bones_persons(const hwp_bone *bones, const int32_t *members, int32_t n, int32_t element,
                          unsigned sides);

/* --- reassociate_counts.c --- */

/* Bones with the groups they are in; −1 = in none. */
typedef struct hwp_lot {
  const hwp_bone *bones;
  const int32_t *group_of;
  int32_t n_groups;
} hwp_lot;

/* @param seen  room for n_groups */
hw_element_count hwp_element_count_make(const hwp_lot *lot, const int32_t *members, int32_t n,
                                        int32_t element, uint8_t *seen);

/* --- reassociate_dna.c --- */

typedef struct hwp_dna hwp_dna;
/* @param conflict  [out] per specimen: its own profiles exclude each other and are not used */
HW_MUST_CHECK hw_status hwp_dna_new(const hw_reassociate_problem *problem, hw_arena *arena,
                                    bool *conflict, hwp_dna **out, hw_err *err);
/* ln R of two specimens, or of any group. */
double hwp_dna_pair(const hwp_dna *self, int32_t a, int32_t b);
double hwp_dna_group(const hwp_dna *self, const int32_t *members, int32_t n);
/* Markers typed in both, and those that no genotype explains. */
int32_t hwp_dna_common(const hwp_dna *self, int32_t a, int32_t b, int32_t *n_differ);
bool hwp_dna_is_typed(const hwp_dna *self, int32_t specimen);

/* --- reassociate_measure.c --- */

typedef struct hwp_measures hwp_measures;
HW_MUST_CHECK hw_status hwp_measures_new(const hw_reassociate_problem *problem,
                                         const hwp_bone *bones, const hw_osteometry *osteometry,
                                         hw_arena *arena, hwp_measures **out, hw_err *err);
/* What the strongest relation says of two bones; d = NaN if none applies.
 * @param strength  [out] ln of how much narrower true pairs scatter than random ones; or NULL */
hw_osteometry_result hwp_measures_pair(const hwp_measures *self, int32_t a, int32_t b,
                                       double *strength);
/* Sum over the forest of strongest relations. @param scratch  n·(n+1) doubles */
double hwp_measures_group(const hwp_measures *self, const int32_t *members, int32_t n);

/* --- the run --- */

/* A component once it is computed; nodes are local numbers. */
typedef struct hwp_component {
  int32_t n;            /* nodes */
  const int32_t *nodes; /* ascending */
  bool is_chained;
  double *pair;       /* n × n, P(one person) */
  double *complement; /* n × n */
  int32_t *best;      /* group of each node in the best partition */
  double best_posterior;
  int32_t n_alternatives;
  int32_t *alternatives;                      /* n_alternatives × n */
  double *alternative_mass;                   /* posterior */
  double *group_probability, *group_together; /* per group of the best partition */
  double *belongs;                            /* per node */
  double r_hat, effective, error;
} hwp_component;

struct hw_reassociate {
  hw_arena arena;
  const hw_reassociate_problem *problem;
  hw_reassociate_options options; /* defaults filled in */
  int32_t n;
  hwp_bone *bones;
  hwp_zone_names zone_names;
  bool *conflict; /* a specimen's own profiles exclude each other */
  hwp_dna *dna;
  hwp_measures *measures;
  int32_t n_nodes;
  int32_t *node_of, *node_start, *node_member; /* specimens of node i: node_start[i] … [i+1] */
  int32_t n_components;
  hwp_component *components;
  int32_t *component_of; /* per node */
  int32_t *place;        /* per node: place in its component */
  int64_t n_ignored;
  bool is_done;
  int32_t n_groups, n_alternatives, n_contradictions, n_counts;
  hw_reassociate_group *groups;
  int32_t *group_of; /* per specimen */
  hw_reassociate_alternative *alternatives;
  hw_contradiction *contradictions;
  hw_commingling *counts;
  double best_posterior;
  bool (*progress)(void *context, uint64_t done, uint64_t all);
  void *progress_context;
};

/* Running ln Σ e^x. */
typedef struct hwp_ln_sum {
  double top, sum;
} hwp_ln_sum;
#define HWP_LN_SUM_INIT \
  { -HUGE_VAL, 0 }
void hwp_ln_sum_add(hwp_ln_sum *self, double x);
double hwp_ln_sum_get(const hwp_ln_sum *self);

/* --- reassociate_body.c --- */

double hwp_sex_ln(const hw_reassociate *self, const int32_t *members, int32_t n);
double hwp_age_ln(const hw_reassociate *self, const int32_t *members, int32_t n);
double hwp_provenience_ln(const hw_reassociate *self, const int32_t *members, int32_t n);
/* ln weight of a link between two specimens. */
double hwp_provenience_pair(const hw_reassociate *self, int32_t a, int32_t b);

/* --- reassociate_group.c --- */

hw_reassociate_factors hwp_group_factors(const hw_reassociate *self, const int32_t *members,
                                         int32_t n);
/* ln R of specimens, stopping at −inf. */
double hwp_group_ln(const hw_reassociate *self, const int32_t *members, int32_t n);
/* ln of the Ewens prior's part of a group of n specimens (0 with ln_number). */
double hwp_prior_ln(const hw_reassociate *self, int32_t n);
/* Specimens of some nodes. @return their number */
int32_t hwp_node_members(const hw_reassociate *self, const int32_t *nodes, int32_t n, int32_t *out);

/* --- reassociate_exact.c, reassociate_chain.c --- */

/* Weights of all subsets of a component's nodes, 2^n. */
HW_MUST_CHECK hw_status hwp_exact_weights(hw_reassociate *self, const hwp_component *component,
                                          double **out, hw_err *err);
/* ln Σ over partitions into k groups, k = 0 … n. Only with ln_number. */
HW_MUST_CHECK hw_status hwp_exact_numbers(hw_reassociate *self, const hwp_component *component,
                                          const double *weights, double *ln_by_number, hw_err *err);
/* Fills the component. @param ln_outside  weight of k groups here, 0 … n; NULL = 0 */
HW_MUST_CHECK hw_status hwp_exact_run(hw_reassociate *self, hwp_component *component,
                                      const double *weights, const double *ln_outside, hw_err *err);
HW_MUST_CHECK hw_status hwp_chain_run(hw_reassociate *self, hwp_component *component, hw_err *err);
/* Numbers the groups of a labelling in the order of their first nodes. @return their number */
int32_t hwp_renumber(int32_t *label, int32_t n, int32_t *scratch);

/* --- after the partitions --- */

HW_MUST_CHECK hw_status hwp_reassociate_find_contradictions(hw_reassociate *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_reassociate_count(hw_reassociate *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_reassociate_sibs(hw_reassociate *self, hw_err *err);

#endif
