/* Shared by the files that simulate the power of SNP panels: the run and its lists (power_snp.c),
 * one missing person and the sets of relatives (power_snp_target.c), draws of a family
 * (power_snp_world.c) and sums over draws (power_snp_curve.c). */
#ifndef HW_IDENTIFY_POWER_SNP_INT_H
#define HW_IDENTIFY_POWER_SNP_INT_H

#include <math.h>

#include "base/arena.h"
#include "homeward/power.h"

/* What one thread keeps to the end. */
typedef struct hwp_snp_worker {
  struct hw_power_snp_study *study;
  hw_arena results;
} hwp_snp_worker;

struct hw_power_snp_study {
  const hw_case *problem;
  hw_power_snp_options options;
  hw_arena arena;
  int32_t n_people;  /* missing persons */
  int32_t n_targets; /* times panels */
  hw_power_snp_target *targets;
  hw_linked_marker **markers; /* per panel */
  int32_t n_workers;
  hwp_snp_worker *workers;
  int32_t n_ranks;
  hw_power_snp_rank *ranks;
  int32_t n_advice;
  hw_power_snp_advice *advice;
};

/* --- power_snp_world.c --- */

/* A family at a panel, and what was drawn of it. Persons are those of the pedigree and, behind them,
 * an unrelated one. */
typedef struct hwp_snp_world {
  const hw_power_snp_study *study;
  const hw_power_snp_panel *setting;
  const hw_power_snp_family *standing;
  const hw_family *family;
  hw_pedigree stated; /* with the unrelated person */
  hw_sex *sexes;      /* none unknown */
  int32_t missing, stranger;
  int32_t n_markers; /* that are scored: without X where a sex is not known */
  const hw_linked_marker *markers;
  int64_t n_genotypes;
  hw_linked_typed *typed; /* those that stand, then those who are added */
  int32_t n_standing;
  hw_random root;
  int32_t draw;       /* at hand */
  hw_random stream;   /* of it */
  uint8_t *alleles;   /* persons × markers × 2: from the founders, if nobody is typed */
  uint8_t *posterior; /* of the missing person in a batch, given those who are typed */
  uint8_t *one;       /* of a person */
  uint8_t *bytes;
  float *bone[2];           /* HW_POWER_UNRELATED and HW_POWER_TRUTH */
  float **calls;            /* per person; NULL = not asked for yet */
  int32_t *calls_of;        /* per person: the draw whose calls these are, -1 = none */
  float *known[2];          /* genotypes of persons drawn, as likelihoods 0 and 1 */
  hw_linked_scorer *scorer; /* with nobody added: good for all draws; NULL = not yet */
  hw_arena arena;
} hwp_snp_world;

/* The problem with the first n of `typed`. */
hw_linked_problem hwp_snp_problem(const hwp_snp_world *self, int32_t n);
/* @param without_x  X markers do not count */
HW_MUST_CHECK hw_status hwp_snp_world_init(hwp_snp_world *self, const hw_power_snp_study *study,
                                           const hw_power_snp_target *target, hw_err *err);
void hwp_snp_world_clear(hwp_snp_world *self);
void hwp_snp_world_without_x(hwp_snp_world *self);
/* Goes to a draw: the missing person's and the unrelated one's bones. */
HW_MUST_CHECK hw_status hwp_snp_world_draw(hwp_snp_world *self, int32_t draw, hw_err *err);
/* log10 LR of both bones with some persons typed in addition. */
HW_MUST_CHECK hw_status hwp_snp_world_score(hwp_snp_world *self, int32_t n_added,
                                            const int32_t *added, double log10_lr[2], hw_err *err);

/* --- power_snp_curve.c --- */

/* Tails of the distributions of STR. */
typedef struct hwp_snp_str {
  const hw_power_target *target; /* NULL = no STR: LR 1 */
  double *tail[2];               /* per bin: mass of it and of all above */
} hwp_snp_str;
HW_MUST_CHECK hw_status hwp_snp_str_init(hwp_snp_str *self, const hw_power_target *target,
                                         hw_arena *arena, hw_err *err);
/* P(log10 LR of STR ≥ x), under truth or unrelated. */
double hwp_snp_str_tail(const hwp_snp_str *self, int whose, double x);
/* Mean of P(STR and SNP pass) over draws, and its standard error. */
void hwp_snp_pass(const hwp_snp_str *self, int32_t n, const double *log10_lr, double threshold,
                  double *pass, double *error);
/* Sums up n draws of each kind; sorts them.
 * @param log10_lr  [2]: unrelated, truth */
void hwp_snp_sum_up(const hwp_snp_str *str, int32_t n, double *const log10_lr[2], double threshold,
                    hw_power_snp_set *out);

/* --- power_snp_target.c --- */

/* Everything about one missing person at one panel. */
HW_MUST_CHECK hw_status hwp_snp_target_step(hwp_snp_worker *self, int32_t index, hw_err *err);

#endif
