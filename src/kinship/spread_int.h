/* Shared by spread.c (summands, answers) and spread_lattice.c (the lattice). */
#ifndef HW_KINSHIP_SPREAD_INT_H
#define HW_KINSHIP_SPREAD_INT_H

#include "base/arena.h"
#include "kernels/rows.h"
#include "kinship/spread.h"

enum {
  HWP_SPREAD_MIXED = 256, /* points per unit of log10 for mixtures of many outcomes */
  HWP_SPREAD_FINE_LOG2 = 12,
  HWP_SPREAD_FINE = 1 << HWP_SPREAD_FINE_LOG2, /* of the finest lattice; all are powers of two */
  HWP_SPREAD_TERM_SIDE = 64,                   /* units of log10 of one summand, on either side */
  HWP_SPREAD_TERM_POINTS = 2 * HWP_SPREAD_TERM_SIDE * HWP_SPREAD_FINE + 2,
  HWP_SPREAD_SUM_SIDE = 500 /* units of a sum */
};

typedef struct hwp_value {
  double score, mass[2]; /* log10 LR; HWP_UNRELATED, HWP_TRUTH */
} hwp_value;

/* A summand that waits for the lattice. */
typedef struct hwp_waiting {
  struct hwp_waiting *next;
  double mass[2];  /* of all values */
  bool is_mixture; /* they are points of a lattice, displaced already */
  int32_t n;
  hwp_value *values; /* ascending */
} hwp_waiting;

/* Moments of a summand's finite outcomes. */
typedef struct hwp_moments {
  double mass[2], first[2], second[2];
} hwp_moments;

struct hwp_spread {
  hw_arena arena, kept; /* kept: summands that wait */
  const hw_rows *rows;
  double *half_whole; /* 10^(q/2), q = −HWP_SPREAD_SUM_SIDE … HWP_SPREAD_SUM_SIDE */
  double *half_part;  /* 10^(i/2/HWP_SPREAD_FINE), i < HWP_SPREAD_FINE */
  int32_t points;     /* of the lattice at hand, per unit of log10: hwp_spread_set_points */
  int points_log2;
  /* the summand at hand */
  hwp_moments term;
  double term_impossible, term_infinite;
  int32_t n_outcomes; /* −1: they are on the lattice */
  hwp_value *outcomes;
  double *lattice; /* HWP_SPREAD_TERM_POINTS */
  int32_t low, high;
  double moved[2], widened[2]; /* Σ mass · displacement, and · its variance, of this summand */
  /* the sum */
  double possible, finite; /* P(not −inf | unrelated), P(not +inf | truth) */
  double mean[2], variance[2], shift[2], added[2]; /* shift, added: mean and variance of the
                                                        displacements */
  double off;                                      /* Σ of the largest displacements */
  bool is_lattice, is_empty;                       /* is_empty: nothing finite is possible */
  bool is_of_truth;                                /* HWP_UNRELATED will not be asked about */
  int32_t n_values;
  hwp_value *values, *products;
  hwp_waiting *first_waiting, *last_waiting;
  int32_t first, n; /* of the lattice: point of mass[0], points */
  size_t room;
  double *mass;
  size_t padded_room;
  double *padded, *weights; /* of a convolution */
  /* once complete: cumulated masses, by value or point */
  size_t cumulated_room;
  double *score, *tail[2], *below[2];
};

/* @param points  a power of two, 1 … HWP_SPREAD_FINE */
void hwp_spread_set_points(hwp_spread *self, int32_t points);
/* 10^(jh/2); j = −HWP_SPREAD_SUM_SIDE … HWP_SPREAD_SUM_SIDE units. */
double hwp_spread_half_power(const hwp_spread *self, int32_t j);
/* Divides an outcome between two points of the summand's lattice. */
void hwp_spread_place(hwp_spread *self, const hwp_value *v);
/* Moves values to the summand's empty lattice. */
void hwp_spread_place_all(hwp_spread *self, int32_t n, const hwp_value *values);
void hwp_spread_clear_term(hwp_spread *self);
/* Keeps a summand until the lattice is chosen. @param values  NULL = the summand's lattice */
HW_MUST_CHECK hw_status hwp_spread_wait(hwp_spread *self, int32_t n, const hwp_value *values,
                                        hw_err *err);
/* Chooses a lattice; adds the exact sum and all summands that wait. */
HW_MUST_CHECK hw_status hwp_spread_run_lattice(hwp_spread *self, hw_err *err);

#endif
