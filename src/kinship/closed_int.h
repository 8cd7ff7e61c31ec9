/* Shared by the files of closed forms: one evaluation, and the phases of a couple's
 * children. */
#ifndef HW_KINSHIP_CLOSED_INT_H
#define HW_KINSHIP_CLOSED_INT_H

#include "kinship/closed.h"

enum { HWP_ANY = -1, HWP_MOST_SET = 8, HWP_MOST_PHASES = 64 };

/* Columns transmitted: an allele, or n + allele for "another one"; ascending. */
typedef struct hwp_set {
  int32_t n;
  int32_t id[HWP_MOST_SET];
} hwp_set;

typedef struct hwp_phase {
  double weight;
  hwp_set given[2]; /* by HW_FROM_… */
} hwp_phase;

typedef struct hwp_phases {
  int32_t n;
  hwp_phase list[HWP_MOST_PHASES];
} hwp_phases;

typedef struct hwp_evaluation {
  const hwp_closed_task *task;
  const hwp_closed *tree;
  const hwp_closed_marker *marker;
  int32_t n, n8;
  bool no_memory, too_many; /* either ends it */
} hwp_evaluation;

/* Zeroed rows of n8; NULL sets no_memory. */
double *hwp_closed_rows(hwp_evaluation *self, int32_t count);

/* ½ M_·id of a parent. */
static inline const double *hwp_half_row(const hwp_evaluation *self, int from, int32_t id) {
  return self->marker->half[from] + (int64_t)id * self->n8;
}

/* The observation of an individual; NULL = untyped. */
static inline const hw_observation *hwp_seen_of(const hwp_evaluation *self, int16_t person) {
  const int16_t profile = self->tree->profile[person];
  return profile < 0 ? NULL : &self->task->observation[profile];
}

/* Phases of the children of a couple, one left out (−1 = none). Too many set too_many. */
void hwp_list_phases(hwp_evaluation *self, const hwp_closed_couple *couple, int16_t left_out,
                     hwp_phases *out);

/* With one parent known, i/j, each child is one factor ½ (h + h) on the other: rows h, halved.
 * @param known_from  HW_FROM_… of the parent who is known
 * @return their number */
int32_t hwp_child_factors(hwp_evaluation *self, const hwp_closed_couple *couple, int16_t left_out,
                          int known_from, int32_t i, int32_t j, const double **factors);

/* row[j] ·= Π_k (h_k[i] + h_k[j]) */
void hwp_multiply_row(const hwp_evaluation *self, int32_t n_factors, const double *const *factors,
                      int32_t i, double *row);

/* Rows of a set's columns, as factors. @return their number */
int32_t hwp_set_factors(const hwp_evaluation *self, int from, const hwp_set *given,
                        const double **factors);

#endif
