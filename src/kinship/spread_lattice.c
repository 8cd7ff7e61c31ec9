/* Sums on a lattice: what spread.c leaves to it.
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
 * dropped; where only the truth will be asked about, in that one.
 *
 * The cumulated masses are read as if each point's were spread evenly over the cell
 * around it, which counts as one more displacement of variance h²/12. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "kinship/spread_int.h"

enum {
  COARSE = 64, /* points per unit of log10 of the coarsest lattice */
  SPARSE = 5   /* a summand with fewer than one point in so many goes point by point */
};

/* Multiplications that a lattice may cost. */
static const double MOST_WORK = 2e7;
/* Mass that is not worth a point. */
static const double LEAST_KEPT = 1e-19;

/* --- points ---------------------------------------------------------------- */

void hwp_spread_set_points(hwp_spread *self, int32_t points) {
  self->points = points;
  for (self->points_log2 = 0; points > 1; points /= 2) self->points_log2++;
}

/* 10^(jh/2); j = −HWP_SPREAD_SUM_SIDE … HWP_SPREAD_SUM_SIDE units. */
double hwp_spread_half_power(const hwp_spread *self, int32_t j) {
  const int log2 = self->points_log2; /* divisions take longer than all else here */
  const int32_t whole = (j + HWP_SPREAD_SUM_SIDE * self->points) >> log2;
  const int32_t part = j & (self->points - 1);
  return self->half_whole[whole] * self->half_part[part << (HWP_SPREAD_FINE_LOG2 - log2)];
}

/* Divides an outcome between two points of the summand's lattice. */
void hwp_spread_place(hwp_spread *self, const hwp_value *v) {
  const double u = v->mass[HWP_UNRELATED], r = v->mass[HWP_TRUTH], h = 1.0 / self->points;
  const double at = v->score * self->points;
  const int32_t cut = (int32_t)at, j = at < cut ? cut - 1 : cut; /* floor */
  const double half = hwp_spread_half_power(self, j), above = hwp_spread_half_power(self, j + 1);
  const double step = above * above - half * half;
  double w = (r / u - half * half) / step; /* the upper point's share of u */
  w = w > 0.0 ? w < 1.0 ? w : 1.0 : 0.0;
  const int32_t index = j + HWP_SPREAD_TERM_SIDE * self->points;
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
void hwp_spread_place_all(hwp_spread *self, int32_t n, const hwp_value *values) {
  self->low = HWP_SPREAD_TERM_POINTS;
  self->high = -1;
  for (int m = 0; m < 2; m++) self->moved[m] = self->widened[m] = 0.0;
  for (int32_t i = 0; i < n; i++) hwp_spread_place(self, &values[i]);
}

/* --- summands that wait ------------------------------------------------------ */

void hwp_spread_clear_term(hwp_spread *self) {
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
static int32_t take_points(hwp_spread *self, hwp_value *out) {
  int32_t n = 0;
  for (int32_t i = self->low; i <= self->high; i++) {
    if (!(self->lattice[i] > 0.0)) continue;
    const int32_t j = i - HWP_SPREAD_TERM_SIDE * HWP_SPREAD_MIXED;
    const double half = hwp_spread_half_power(self, j);
    out[n++] = (hwp_value){(double)j / HWP_SPREAD_MIXED,
                           {self->lattice[i] / half, self->lattice[i] * half}};
  }
  return n;
}

/* Keeps a summand until the lattice is chosen; the one at hand, or the exact sum so far. */
hw_status hwp_spread_wait(hwp_spread *self, int32_t n, const hwp_value *values, hw_err *err) {
  const bool is_mixture = values == NULL;
  const size_t room = is_mixture ? (size_t)(self->high - self->low + 1) : (size_t)n;
  hwp_waiting *one = hw_arena_alloc(&self->kept, sizeof *one);
  hwp_value *copy = hw_arena_alloc_array(&self->kept, room, sizeof *copy);
  if (one == NULL || copy == NULL) return HW_NO_MEMORY(err, "a distribution");
  *one = (hwp_waiting){.is_mixture = is_mixture, .n = n, .values = copy};
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

/* --- the lattice ----------------------------------------------------------- */

/* Multiplications that a lattice of so many points would cost, roughly. */
static double estimate_work(const hwp_spread *self, int32_t points) {
  double work = 0.0, range = 0.0;
  for (const hwp_waiting *one = self->first_waiting; one != NULL; one = one->next) {
    const double own = one->values[one->n - 1].score - one->values[0].score;
    const double dense = own * points + 2.0, sparse = 2.0 * one->n;
    /* Point by point each multiplication takes about SPARSE times as long. */
    work += (range * points + 1.0) * (SPARSE * sparse < dense ? SPARSE * sparse : dense);
    range += own;
  }
  return work;
}

static int32_t choose_points(const hwp_spread *self) {
  int32_t points = HWP_SPREAD_FINE;
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

static bool is_worth_keeping(const hwp_spread *self, const double sum[2]) {
  return (sum[HWP_UNRELATED] > LEAST_KEPT && !self->is_of_truth) || sum[HWP_TRUTH] > LEAST_KEPT;
}

/* Drops points at the ends that matter in no distribution that will be asked about. */
static void trim(hwp_spread *self) {
  double sum[2] = {0.0, 0.0};
  int32_t low = 0, high = self->n;
  for (; low < high - 1; low++) {
    const double half = hwp_spread_half_power(self, self->first + low);
    sum[0] += self->mass[low] / half;
    sum[1] += self->mass[low] * half;
    if (is_worth_keeping(self, sum)) break;
  }
  sum[0] = sum[1] = 0.0;
  for (; high > low + 1; high--) {
    const double half = hwp_spread_half_power(self, self->first + high - 1);
    sum[0] += self->mass[high - 1] / half;
    sum[1] += self->mass[high - 1] * half;
    if (is_worth_keeping(self, sum)) break;
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
  const int32_t first = self->first + self->low - HWP_SPREAD_TERM_SIDE * self->points;
  const int32_t n = self->n + width - 1;
  if (first < -HWP_SPREAD_SUM_SIDE * self->points || first + n > HWP_SPREAD_SUM_SIDE * self->points)
    return hw_err_set(err, HW_E_TOO_COMPLEX, "log10 likelihood ratios beyond %d",
                      (int)HWP_SPREAD_SUM_SIDE);
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

static hw_status add_waiting(hwp_spread *self, const hwp_waiting *one, hw_err *err) {
  hwp_spread_place_all(self, one->n, one->values);
  const hw_status status = convolve(self, err);
  if (status == HW_OK && !(one->is_mixture && self->points >= HWP_SPREAD_MIXED))
    add_displacement(self, one->mass);
  hwp_spread_clear_term(self);
  return status;
}

/* Adds the exact sum and all summands that wait. */
hw_status hwp_spread_run_lattice(hwp_spread *self, hw_err *err) {
  const double only = self->values[0].score; /* 0 and nothing else needs no place of its own */
  if (self->n_values > 1 || only != 0.0)
    HW_TRY(hwp_spread_wait(self, self->n_values, self->values, err));
  hwp_spread_set_points(self, choose_points(self));
  HW_TRY(make_room(&self->mass, &self->room, 1, err));
  self->mass[0] = self->n_values > 1 || only != 0.0 ? 1.0 : self->values[0].mass[0];
  self->first = 0;
  self->n = 1;
  for (const hwp_waiting *one = self->first_waiting; one != NULL; one = one->next)
    HW_TRY(add_waiting(self, one, err));
  return HW_OK;
}
