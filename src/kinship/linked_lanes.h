/* A person's place among typed relatives: all that a score needs but her data. */
#ifndef HW_KINSHIP_LINKED_LANES_H
#define HW_KINSHIP_LINKED_LANES_H

#include "kinship/linked_int.h"

/* Half a chromosome, walked from its end to the middle, and where in the lanes it stands. */
typedef struct hwp_chain {
  int32_t chromosome, first, end; /* markers */
  bool is_back;                   /* from the last marker to the first */
  int32_t lane, begin_row, end_row;
} hwp_chain;

/* The map of one kind of chromosomes laid out in lanes (linked_plan.c). */
typedef struct hwp_plan {
  int32_t n_chains, n_rows;
  hwp_chain chains[2 * HW_LINKED_CHROMOSOMES];
  int32_t *marker;    /* n_rows × lanes; −1 = none */
  int32_t *before;    /* n_rows × lanes: the marker that the chain comes from; −1 = none */
  int32_t *genotypes; /* n_rows + 1: where each row's begin */
} hwp_plan;

HW_MUST_CHECK hw_status hwp_plan_make(const hw_linked_problem *problem, bool on_x, hwp_plan *out,
                                      hw_arena *arena, hw_err *err);

/* The place on chromosomes of one kind. */
typedef struct hwp_place {
  hwp_walker walker; /* vectors, offsets */
  int32_t query;     /* of the typed: the person */
  bool on_x, with_prior, is_tabled;
  hwp_plan plan;
  hw_walk_chain chain;
  float *rates, *tables; /* as hw_walk_rows */
  double *scales, *priors;
  float *first_state, *last_state; /* where chains begin, forward and back */
} hwp_place;

/* @param problem  with the person typed, her likelihoods not looked at; borrowed
 * @param with_prior  scores are against P(data | one person of the population) */
HW_MUST_CHECK hw_status hwp_place_init(hwp_place *self, const hw_linked_problem *problem,
                                       int32_t query, bool on_x, bool with_prior,
                                       const hw_linked_options *options, hw_arena *arena,
                                       hw_err *err);
void hwp_place_clear(hwp_place *self);
/* ln P(data, relatives), less that of the person alone with_prior; adds to by_chromosome. */
HW_MUST_CHECK hw_status hwp_place_score(const hwp_place *self, const float *likelihoods,
                                        double *by_chromosome, hw_err *err);

/* P(data of one person of the population) at a marker. */
double hwp_chance_alone(const hw_linked_marker *marker, bool is_single, const float *likelihoods);

#endif
