/* Sums of independent log10 likelihood ratios.
 *
 * Exact form. While there are few of them, all values of the sum are kept with their
 * two probabilities; the values of one more marker are multiplied in, and equal sums
 * are joined.
 *
 * Lattice. From the first summand on that would make more than MOST_EXACT values,
 * summands are kept aside until all are there. Then a lattice of the points j·h is
 * chosen, h = 1/64 … 1/4096: the finest that MOST_WORK multiplications can pay. Few
 * outcomes a marker make lumps, which need a fine lattice and cost little; many make a
 * smooth distribution, for which a coarse one does. An outcome x between two points is
 * divided among them, w above and 1 − w below, so that both its masses stay what they
 * are,
 *
 *     u = u_j + u_{j+1}        r = 10^{jh} u_j + 10^{(j+1)h} u_{j+1},
 *
 * which has one solution with 0 ≤ w ≤ 1. Hence on every point r_j = 10^{jh} u_j, the
 * identity P(LR = x | truth) = x · P(LR = x | unrelated) holds on the lattice as it
 * does for the true distribution, and one convolution serves both: of the tilted
 * masses √(u_j r_j) = u_j 10^{jh/2}, since tilting commutes with convolution. All masses
 * are positive and none is lost, so that far tails have a small relative error.
 *
 * How exact. Every summand is displaced by less than h (a mixture of more than
 * MOST_OUTCOMES outcomes before that by less than 1/256), so with d the sum of these
 * P(S' ≥ t + d) ≤ P(S ≥ t) ≤ P(S' ≥ t − d): the proven bounds. They are far too wide:
 * dividing adds an independent displacement whose mean and variance V are known. The
 * mean is taken off the threshold, and the tail T' that is smoothed by V is made sharp
 * again to second order, T = T' − ½ V T'', with T'' from differences over BEND. What
 * is left is at worst half the mass of the lumps that lie within some h of the threshold:
 * measured below 2e-5 for families and STR markers (between lattices), and against all
 * sums below 2e-3 where summands have three coarse outcomes (tests/unit/test_spread.c).
 * Points whose masses and all beyond them are below LEAST_KEPT in both distributions are
 * dropped.
 *
 * The cumulated masses are read as if each point's were spread evenly over the cell
 * around it, which counts as one more displacement of variance h²/12. */
#include "kinship/spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/elementary.h"
#include "kernels/rows.h"

enum {
  MOST_EXACT = 4096,   /* values of a sum, and products made for them */
  MOST_OUTCOMES = 512, /* of a summand, before it goes to a lattice of its own */
  COARSE = 64,         /* points per unit of log10 */
  MIXED = 256,         /* of mixtures of many outcomes */
  FINE = 4096,         /* all are powers of two */
  TERM_SIDE = 64,      /* units of log10 of one summand, on either side */
  TERM_POINTS = 2 * TERM_SIDE * FINE + 2,
  SUM_SIDE = 500, /* units of a sum */
  SPARSE = 5      /* a summand with fewer than one point in so many goes point by point */
};

/* Multiplications that a lattice may cost. */
static const double MOST_WORK = 2e7;
/* Distance for the second derivative, units of log10. */
static const double BEND = 0.125;
/* Two sums this near are one: they differ by the order of additions. */
static const double SAME = 1e-11;
/* Mass that is not worth a point. */
static const double LEAST_KEPT = 1e-19;

typedef struct value {
  double score, mass[2]; /* log10 LR; HWP_UNRELATED, HWP_TRUTH */
} value;

/* A summand that waits for the lattice. */
typedef struct waiting {
  struct waiting *next;
  double mass[2];  /* of all values */
  bool is_mixture; /* they are points of a lattice, displaced already */
  int32_t n;
  value *values; /* ascending */
} waiting;

/* Moments of a summand's finite outcomes. */
typedef struct moments {
  double mass[2], first[2], second[2];
} moments;

struct hwp_spread {
  hw_arena arena, kept; /* kept: summands that wait */
  const hw_rows *rows;
  double *half_whole; /* 10^(q/2), q = −SUM_SIDE … SUM_SIDE */
  double *half_part;  /* 10^(i/2/FINE), i < FINE */
  int32_t points;     /* of the lattice at hand, per unit of log10 */
  /* the summand at hand */
  moments term;
  double term_impossible, term_infinite;
  int32_t n_outcomes; /* −1: they are on the lattice */
  value *outcomes;
  double *lattice; /* TERM_POINTS */
  int32_t low, high;
  double moved[2], widened[2]; /* Σ mass · displacement, and · its variance, of this summand */
  /* the sum */
  double possible, finite; /* P(not −inf | unrelated), P(not +inf | truth) */
  double mean[2], variance[2], shift[2], added[2]; /* shift, added: mean and variance of the
                                                        displacements */
  double off;                                      /* Σ of the largest displacements */
  bool is_lattice, is_empty;                       /* is_empty: nothing finite is possible */
  int32_t n_values;
  value *values, *products;
  waiting *first_waiting, *last_waiting;
  int32_t first, n; /* of the lattice: point of mass[0], points */
  size_t room;
  double *mass;
  size_t padded_room;
  double *padded, *weights; /* of a convolution */
  /* once complete: cumulated masses, by value or point */
  size_t cumulated_room;
  double *score, *tail[2], *below[2];
};

/* --- life ----------------------------------------------------------------- */

hw_status hwp_spread_new(const char *simd, hwp_spread **out, hw_err *err) {
  const hw_rows *rows = hw_rows_find(simd);
  *out = NULL;
  if (rows == NULL)
    return hw_err_set(err, HW_E_UNSUPPORTED, "kernel set '%s' is unknown or cannot run here",
                      simd != NULL ? simd : "");
  hwp_spread *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a distribution");
  hw_arena *arena = &self->arena;
  self->rows = rows;
  self->half_whole = hw_arena_alloc_array(arena, 2 * SUM_SIDE + 1, sizeof *self->half_whole);
  self->half_part = hw_arena_alloc_array(arena, FINE, sizeof *self->half_part);
  self->outcomes = hw_arena_alloc_array(arena, MOST_OUTCOMES, sizeof *self->outcomes);
  self->lattice = hw_arena_alloc_array(arena, TERM_POINTS, sizeof *self->lattice);
  self->weights = hw_arena_alloc_array(arena, TERM_POINTS, sizeof *self->weights);
  self->values = hw_arena_alloc_array(arena, MOST_EXACT, sizeof *self->values);
  self->products = hw_arena_alloc_array(arena, MOST_EXACT, sizeof *self->products);
  if (self->half_whole == NULL || self->half_part == NULL || self->outcomes == NULL ||
      self->lattice == NULL || self->values == NULL || self->products == NULL ||
      self->weights == NULL) {
    hwp_spread_delete(self);
    return HW_NO_MEMORY(err, "a distribution");
  }
  for (int q = -SUM_SIDE; q <= SUM_SIDE; q++) self->half_whole[q + SUM_SIDE] = hw_pow10(0.5 * q);
  for (int i = 0; i < FINE; i++) self->half_part[i] = hw_pow10(0.5 * i / FINE);
  hwp_spread_begin(self);
  *out = self;
  return HW_OK;
}

static void free_cumulated(hwp_spread *self) {
  free(self->score);
  for (int m = 0; m < 2; m++) {
    free(self->tail[m]);
    free(self->below[m]);
    self->tail[m] = self->below[m] = NULL;
  }
  self->score = NULL;
  self->cumulated_room = 0;
}

void hwp_spread_delete(hwp_spread *self) {
  if (self == NULL) return;
  free_cumulated(self);
  free(self->mass);
  free(self->padded);
  hw_arena_clear(&self->kept);
  hw_arena_clear(&self->arena);
  free(self);
}

void hwp_spread_begin(hwp_spread *self) {
  self->possible = self->finite = 1.0;
  self->off = 0.0;
  hw_arena_reset(&self->kept);
  self->first_waiting = self->last_waiting = NULL;
  self->is_lattice = self->is_empty = false;
  self->n_values = 1;
  self->values[0] = (value){0.0, {1.0, 1.0}};
  for (int m = 0; m < 2; m++)
    self->mean[m] = self->variance[m] = self->shift[m] = self->added[m] = 0.0;
}

/* --- points ---------------------------------------------------------------- */

/* 10^(jh/2); j = −SUM_SIDE … SUM_SIDE units. */
static double half_power(const hwp_spread *self, int32_t j) {
  const int32_t whole = (j + SUM_SIDE * self->points) / self->points;
  const int32_t part = j & (self->points - 1);
  return self->half_whole[whole] * self->half_part[part * (FINE / self->points)];
}

/* Divides an outcome between two points of the summand's lattice. */
static void place(hwp_spread *self, const value *v) {
  const double u = v->mass[HWP_UNRELATED], r = v->mass[HWP_TRUTH], h = 1.0 / self->points;
  const double at = v->score * self->points;
  const int32_t j = (int32_t)floor(at);
  const double half = half_power(self, j), above = half_power(self, j + 1);
  const double step = above * above - half * half;
  double w = (r / u - half * half) / step; /* the upper point's share of u */
  w = w > 0.0 ? w < 1.0 ? w : 1.0 : 0.0;
  const int32_t index = j + TERM_SIDE * self->points;
  self->lattice[index] += u * (1.0 - w) * half;
  self->lattice[index + 1] += u * w * above;
  self->low = index < self->low ? index : self->low;
  self->high = index + 1 > self->high ? index + 1 : self->high;
  const double down = (j - at) * h, up = down + h;
  const double r_below = u * (1.0 - w) * half * half, r_above = u * w * above * above;
  self->moved[HWP_UNRELATED] += u * ((1.0 - w) * down + w * up);
  self->moved[HWP_TRUTH] += r_below * down + r_above * up;
  self->widened[HWP_UNRELATED] += u * w * (1.0 - w) * h * h;
  self->widened[HWP_TRUTH] += r_below * (r_above / r) * h * h;
}

/* Moves values to the summand's lattice. */
static void place_all(hwp_spread *self, int32_t n, const value *values) {
  self->low = TERM_POINTS;
  self->high = -1;
  for (int m = 0; m < 2; m++) self->moved[m] = self->widened[m] = 0.0;
  for (int32_t i = 0; i < n; i++) place(self, &values[i]);
}

/* --- a summand ------------------------------------------------------------- */

void hwp_spread_begin_summand(hwp_spread *self) {
  self->term = (moments){{0.0}, {0.0}, {0.0}};
  self->term_impossible = self->term_infinite = 0.0;
  self->n_outcomes = 0;
}

void hwp_spread_add_outcome(hwp_spread *self, double log10_lr, double unrelated, double related) {
  if (!(related > 0.0) || (unrelated > 0.0 && log10_lr <= -TERM_SIDE)) {
    self->term_impossible += unrelated;
    return;
  }
  if (!(unrelated > 0.0) || log10_lr >= TERM_SIDE) {
    self->term_infinite += related;
    return;
  }
  const value v = {log10_lr, {unrelated, related}};
  for (int m = 0; m < 2; m++) {
    self->term.mass[m] += v.mass[m];
    self->term.first[m] += v.mass[m] * log10_lr;
    self->term.second[m] += v.mass[m] * log10_lr * log10_lr;
  }
  if (self->n_outcomes == MOST_OUTCOMES) {
    self->points = MIXED;
    place_all(self, self->n_outcomes, self->outcomes);
    self->n_outcomes = -1;
  }
  if (self->n_outcomes < 0)
    place(self, &v);
  else
    self->outcomes[self->n_outcomes++] = v;
}

static int compare_scores(const void *a, const void *b) {
  const double x = ((const value *)a)->score, y = ((const value *)b)->score;
  return (x > y) - (x < y);
}

/* Sorts values and joins equal ones. @return how many are left */
static int32_t join_equal(int32_t n, value *values) {
  qsort(values, (size_t)n, sizeof *values, compare_scores);
  int32_t kept = 0;
  for (int32_t i = 0; i < n; i++) {
    if (kept > 0 && values[i].score - values[kept - 1].score <= SAME) {
      values[kept - 1].mass[0] += values[i].mass[0];
      values[kept - 1].mass[1] += values[i].mass[1];
    } else {
      values[kept++] = values[i];
    }
  }
  return kept;
}

/* Takes the summand's moments into the sum's; sums of independent terms add up. */
static void add_moments(hwp_spread *self) {
  self->possible *= self->term.mass[HWP_UNRELATED];
  self->finite *= self->term.mass[HWP_TRUTH];
  for (int m = 0; m < 2; m++) {
    const double mass = self->term.mass[m];
    const double mean = self->term.first[m] / mass;
    const double variance = self->term.second[m] / mass - mean * mean;
    self->mean[m] += mean;
    self->variance[m] += variance > 0.0 ? variance : 0.0;
  }
}

/* True if the products are few, and near enough to zero for a summand's lattice. */
static bool can_multiply_out(const hwp_spread *self) {
  if (self->is_lattice || self->n_values * self->n_outcomes > MOST_EXACT) return false;
  const value *a = self->values, *b = self->outcomes;
  return a[0].score + b[0].score > -TERM_SIDE &&
         a[self->n_values - 1].score + b[self->n_outcomes - 1].score < TERM_SIDE;
}

static void multiply_out(hwp_spread *self) {
  int32_t n = 0;
  for (int32_t i = 0; i < self->n_values; i++)
    for (int32_t k = 0; k < self->n_outcomes; k++) {
      const value *a = &self->values[i], *b = &self->outcomes[k];
      self->products[n++] =
          (value){a->score + b->score, {a->mass[0] * b->mass[0], a->mass[1] * b->mass[1]}};
    }
  value *old = self->values;
  self->n_values = join_equal(n, self->products);
  self->values = self->products;
  self->products = old;
}

/* --- summands that wait ------------------------------------------------------ */

static void clear_term(hwp_spread *self) {
  if (self->high >= self->low)
    memset(self->lattice + self->low, 0,
           sizeof *self->lattice * (size_t)(self->high - self->low + 1));
}

/* Notes how far masses moved on their way to a lattice. */
static void add_displacement(hwp_spread *self, const double mass[2]) {
  for (int m = 0; m < 2; m++) {
    self->shift[m] += self->moved[m] / mass[m];
    self->added[m] += self->widened[m] / mass[m];
  }
  self->off += 1.0 / self->points;
}

/* The points of a mixture's lattice as values. */
static int32_t take_points(hwp_spread *self, value *out) {
  int32_t n = 0;
  for (int32_t i = self->low; i <= self->high; i++) {
    if (!(self->lattice[i] > 0.0)) continue;
    const int32_t j = i - TERM_SIDE * MIXED;
    const double half = half_power(self, j);
    out[n++] = (value){(double)j / MIXED, {self->lattice[i] / half, self->lattice[i] * half}};
  }
  return n;
}

/* Keeps a summand until the lattice is chosen; the one at hand, or the exact sum so far. */
static hw_status wait_for_lattice(hwp_spread *self, int32_t n, const value *values, hw_err *err) {
  const bool is_mixture = values == NULL;
  const size_t room = is_mixture ? (size_t)(self->high - self->low + 1) : (size_t)n;
  waiting *one = hw_arena_alloc(&self->kept, sizeof *one);
  value *copy = hw_arena_alloc_array(&self->kept, room, sizeof *copy);
  if (one == NULL || copy == NULL) return HW_NO_MEMORY(err, "a distribution");
  *one = (waiting){.is_mixture = is_mixture, .n = n, .values = copy};
  if (is_mixture)
    one->n = take_points(self, copy);
  else
    memcpy(copy, values, sizeof *copy * (size_t)n);
  for (int32_t i = 0; i < one->n; i++)
    for (int m = 0; m < 2; m++) one->mass[m] += copy[i].mass[m];
  if (is_mixture) add_displacement(self, one->mass);
  if (self->last_waiting == NULL)
    self->first_waiting = one;
  else
    self->last_waiting->next = one;
  self->last_waiting = one;
  return HW_OK;
}

hw_status hwp_spread_end_summand(hwp_spread *self, hw_err *err) {
  const bool is_placed = self->n_outcomes < 0;
  hw_status status = HW_OK;
  if (!(self->term.mass[HWP_UNRELATED] > 0.0)) { /* every outcome is impossible, or infinite */
    self->possible = 0.0;
    self->finite *= self->term.mass[HWP_TRUTH];
    self->is_empty = true;
    return HW_OK;
  }
  if (!self->is_empty) {
    add_moments(self);
    if (!is_placed) self->n_outcomes = join_equal(self->n_outcomes, self->outcomes);
    if (!is_placed && can_multiply_out(self)) {
      multiply_out(self);
      return HW_OK;
    }
    self->is_lattice = true;
    status = wait_for_lattice(self, self->n_outcomes, is_placed ? NULL : self->outcomes, err);
  }
  if (is_placed) clear_term(self);
  return status;
}

/* --- the lattice ----------------------------------------------------------- */

/* Multiplications that a lattice of so many points would cost, roughly. */
static double estimate_work(const hwp_spread *self, int32_t points) {
  double work = 0.0, range = 0.0;
  for (const waiting *one = self->first_waiting; one != NULL; one = one->next) {
    const double own = one->values[one->n - 1].score - one->values[0].score;
    const double dense = own * points + 2.0, sparse = 2.0 * one->n;
    /* Point by point each multiplication takes about SPARSE times as long. */
    work += (range * points + 1.0) * (SPARSE * sparse < dense ? SPARSE * sparse : dense);
    range += own;
  }
  return work;
}

static int32_t choose_points(const hwp_spread *self) {
  int32_t points = FINE;
  while (points > COARSE && estimate_work(self, points) > MOST_WORK) points /= 2;
  return points;
}

/* Grows a buffer whose contents need not stay. */
static hw_status make_room(double **buffer, size_t *room, size_t n, hw_err *err) {
  if (n <= *room) return HW_OK;
  const size_t larger = n + n / 2 + 1024;
  free(*buffer);
  *room = 0;
  *buffer = malloc(larger * sizeof **buffer);
  if (*buffer == NULL) return HW_NO_MEMORY(err, "a distribution");
  *room = larger;
  return HW_OK;
}

/* Drops points at the ends that matter in neither distribution. */
static void trim(hwp_spread *self) {
  double sum[2] = {0.0, 0.0};
  int32_t low = 0, high = self->n;
  for (; low < high - 1; low++) {
    const double half = half_power(self, self->first + low);
    sum[0] += self->mass[low] / half;
    sum[1] += self->mass[low] * half;
    if (sum[0] > LEAST_KEPT || sum[1] > LEAST_KEPT) break;
  }
  sum[0] = sum[1] = 0.0;
  for (; high > low + 1; high--) {
    const double half = half_power(self, self->first + high - 1);
    sum[0] += self->mass[high - 1] / half;
    sum[1] += self->mass[high - 1] * half;
    if (sum[0] > LEAST_KEPT || sum[1] > LEAST_KEPT) break;
  }
  memmove(self->mass, self->mass + low, sizeof *self->mass * (size_t)(high - low));
  self->first += low;
  self->n = high - low;
}

static void add_scaled(int32_t n, double *restrict to, double weight, const double *restrict from) {
  for (int32_t k = 0; k < n; k++) to[k] += weight * from[k];
}

/* The sum's lattice with the summand's, both tilted: Σ_i weight_i · padded[i + j], with weights in
 * reverse. */
static hw_status convolve(hwp_spread *self, hw_err *err) {
  const int32_t width = self->high - self->low + 1;
  const int32_t first = self->first + self->low - TERM_SIDE * self->points;
  const int32_t n = self->n + width - 1;
  if (first < -SUM_SIDE * self->points || first + n > SUM_SIDE * self->points)
    return hw_err_set(err, HW_E_TOO_COMPLEX, "log10 likelihood ratios beyond %d", (int)SUM_SIDE);
  const size_t margin = (size_t)width - 1, n_padded = (size_t)n + margin;
  HW_TRY(make_room(&self->padded, &self->padded_room, n_padded, err));
  memset(self->padded, 0, sizeof *self->padded * margin);
  memcpy(self->padded + margin, self->mass, sizeof *self->mass * (size_t)self->n);
  memset(self->padded + margin + self->n, 0, sizeof *self->padded * margin);
  HW_TRY(make_room(&self->mass, &self->room, (size_t)n, err));
  int32_t n_weights = 0;
  for (int32_t i = 0; i < width; i++) {
    self->weights[i] = self->lattice[self->high - i];
    n_weights += self->weights[i] != 0.0;
  }
  if (SPARSE * n_weights < width) {
    memset(self->mass, 0, sizeof *self->mass * (size_t)n);
    for (int32_t i = 0; i < width; i++)
      if (self->weights[i] != 0.0) add_scaled(n, self->mass, self->weights[i], self->padded + i);
  } else {
    self->rows->scaled(n, self->mass, width, self->weights, 1, self->padded, 1);
  }
  self->first = first;
  self->n = n;
  trim(self);
  return HW_OK;
}

static hw_status add_waiting(hwp_spread *self, const waiting *one, hw_err *err) {
  place_all(self, one->n, one->values);
  const hw_status status = convolve(self, err);
  if (status == HW_OK && !(one->is_mixture && self->points >= MIXED))
    add_displacement(self, one->mass);
  clear_term(self);
  return status;
}

/* Adds the exact sum and all summands that wait. */
static hw_status run_lattice(hwp_spread *self, hw_err *err) {
  const double only = self->values[0].score; /* 0 and nothing else needs no place of its own */
  if (self->n_values > 1 || only != 0.0)
    HW_TRY(wait_for_lattice(self, self->n_values, self->values, err));
  self->points = choose_points(self);
  HW_TRY(make_room(&self->mass, &self->room, 1, err));
  self->mass[0] = self->n_values > 1 || only != 0.0 ? 1.0 : self->values[0].mass[0];
  self->first = 0;
  self->n = 1;
  for (const waiting *one = self->first_waiting; one != NULL; one = one->next)
    HW_TRY(add_waiting(self, one, err));
  return HW_OK;
}

/* --- answers --------------------------------------------------------------- */

static hw_status make_cumulated(hwp_spread *self, size_t n, hw_err *err) {
  if (n <= self->cumulated_room) return HW_OK;
  free_cumulated(self);
  self->score = malloc(n * sizeof *self->score);
  bool is_there = self->score != NULL;
  for (int m = 0; m < 2; m++) {
    self->tail[m] = malloc(n * sizeof *self->tail[m]);
    self->below[m] = malloc(n * sizeof *self->below[m]);
    is_there = is_there && self->tail[m] != NULL && self->below[m] != NULL;
  }
  if (!is_there) return HW_NO_MEMORY(err, "a distribution");
  self->cumulated_room = n;
  return HW_OK;
}

static int32_t count_points(const hwp_spread *self) {
  return self->is_empty ? 0 : self->is_lattice ? self->n : self->n_values;
}

hw_status hwp_spread_end(hwp_spread *self, hw_err *err) {
  if (self->is_lattice && !self->is_empty) HW_TRY(run_lattice(self, err));
  const int32_t n = count_points(self);
  HW_TRY(make_cumulated(self, (size_t)n + 2, err));
  for (int32_t i = 0; i < n; i++) {
    double u, r;
    if (self->is_lattice) {
      const double half = half_power(self, self->first + i);
      self->score[i] = (double)(self->first + i) / self->points;
      u = self->mass[i] / half;
      r = self->mass[i] * half;
    } else {
      self->score[i] = self->values[i].score;
      u = self->values[i].mass[HWP_UNRELATED];
      r = self->values[i].mass[HWP_TRUTH];
    }
    self->tail[HWP_UNRELATED][i] = u;
    self->tail[HWP_TRUTH][i] = r;
  }
  for (int m = 0; m < 2; m++) {
    double *tail = self->tail[m], *below = self->below[m];
    below[0] = m == HWP_UNRELATED ? hwp_spread_impossible(self) : 0.0;
    for (int32_t i = 0; i < n; i++) below[i + 1] = below[i] + tail[i];
    tail[n] = m == HWP_TRUTH ? 1.0 - self->finite : 0.0;
    if (!(tail[n] > 1e-14)) tail[n] = 0.0; /* rounding of masses that sum to one */
    for (int32_t i = n - 1; i >= 0; i--) tail[i] += tail[i + 1];
  }
  return HW_OK;
}

double hwp_spread_impossible(const hwp_spread *self) {
  const double p = 1.0 - self->possible;
  return p > 1e-14 ? p : 0.0;
}

double hwp_spread_mean(const hwp_spread *self, int whose) {
  return self->is_empty ? (double)NAN : self->mean[whose];
}

double hwp_spread_sd(const hwp_spread *self, int whose) {
  return self->is_empty ? (double)NAN : sqrt(self->variance[whose]);
}

/* First point at or above a score. */
static int32_t point_at(const hwp_spread *self, double score) {
  int32_t low = 0, high = count_points(self);
  while (low < high) {
    const int32_t middle = low + (high - low) / 2;
    if (self->score[middle] >= score)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

static double clip(double p) {
  return p > 0.0 ? p < 1.0 ? p : 1.0 : 0.0;
}

/* Cumulated masses at a place, in points; linear between the middles of cells. */
static double read_point(const hwp_spread *self, const double *cumulated, double at) {
  if (!(at > 0.0)) return cumulated[0];
  if (at >= self->n) return cumulated[self->n];
  const int32_t i = (int32_t)at;
  const double f = at - i;
  return (1.0 - f) * cumulated[i] + f * cumulated[i + 1];
}

/* Reads cumulated masses at a threshold. */
static double read_at(const hwp_spread *self, const double *cumulated, int whose,
                      double threshold) {
  if (!self->is_lattice || self->is_empty)
    return clip(cumulated[point_at(self, threshold - 100.0 * SAME)]);
  const double points = self->points, h = 1.0 / points;
  const double at = (threshold + self->shift[whose]) * points - self->first + 0.5;
  const double here = read_point(self, cumulated, at);
  const double bend = read_point(self, cumulated, at + BEND * points) - 2.0 * here +
                      read_point(self, cumulated, at - BEND * points);
  const double variance = self->added[whose] + h * h / 12.0;
  const double sharp = here - 0.5 * variance / (BEND * BEND) * bend;
  return sharp > 0.0 ? clip(sharp) : clip(here);
}

double hwp_spread_tail(const hwp_spread *self, int whose, double threshold) {
  return read_at(self, self->tail[whose], whose, threshold);
}

double hwp_spread_below(const hwp_spread *self, int whose, double threshold) {
  return read_at(self, self->below[whose], whose, threshold);
}

void hwp_spread_tail_bounds(const hwp_spread *self, int whose, double threshold, double *least,
                            double *most) {
  const double off = self->off + 100.0 * SAME;
  if (!self->is_lattice) {
    *least = *most = hwp_spread_tail(self, whose, threshold);
    return;
  }
  *least = clip(self->tail[whose][point_at(self, threshold + off)]);
  *most = clip(self->tail[whose][point_at(self, threshold - off)]);
}

double hwp_spread_quantile(const hwp_spread *self, int whose, double q) {
  const int32_t n = count_points(self);
  const double *below = self->below[whose];
  if (below[0] >= q) return -HUGE_VAL;
  if (below[n] < q * (1.0 - 1e-12)) return HUGE_VAL;
  int32_t i = 0;
  while (i < n - 1 && below[i + 1] < q * (1.0 - 1e-12)) i++;
  if (!self->is_lattice) return self->score[i];
  const double mass = below[i + 1] - below[i];
  const double part = mass > 0.0 ? (q - below[i]) / mass : 0.5;
  return self->score[i] + (clip(part) - 0.5) / self->points - self->shift[whose];
}

void hwp_spread_range(const hwp_spread *self, double *least, double *most) {
  const int32_t n = count_points(self);
  *least = n > 0 ? self->score[0] : 0.0;
  *most = n > 0 ? self->score[n - 1] : 0.0;
}

bool hwp_spread_is_exact(const hwp_spread *self) {
  return !self->is_lattice;
}
