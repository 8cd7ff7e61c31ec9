/* Sums of independent log10 likelihood ratios.
 *
 * Exact form. While there are few of them, all values of the sum are kept with their
 * two probabilities; the values of one more marker are multiplied in, and equal sums
 * are joined.
 *
 * Beyond MOST_EXACT values summands are kept aside until all are there, and are then added
 * on a lattice, which spread_lattice.c chooses and describes.
 *
 * Cumulated masses of a lattice are read between the middles of its cells, with the mean
 * displacement taken off the threshold, and made sharp to second order. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "kinship/spread_int.h"

enum {
  MOST_EXACT = 4096,  /* values of a sum, and products made for them */
  MOST_OUTCOMES = 512 /* of a summand, before it goes to a lattice of its own */
};

/* Two sums this near are one: they differ by the order of additions. */
static const double SAME = 1e-11;
/* Distance for the second derivative, units of log10. */
static const double BEND = 0.125;

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
  self->half_whole =
      hw_arena_alloc_array(arena, 2 * HWP_SPREAD_SUM_SIDE + 1, sizeof *self->half_whole);
  self->half_part = hw_arena_alloc_array(arena, HWP_SPREAD_FINE, sizeof *self->half_part);
  self->outcomes = hw_arena_alloc_array(arena, MOST_OUTCOMES, sizeof *self->outcomes);
  self->lattice = hw_arena_alloc_array(arena, HWP_SPREAD_TERM_POINTS, sizeof *self->lattice);
  self->weights = hw_arena_alloc_array(arena, HWP_SPREAD_TERM_POINTS, sizeof *self->weights);
  self->values = hw_arena_alloc_array(arena, MOST_EXACT, sizeof *self->values);
  self->products = hw_arena_alloc_array(arena, MOST_EXACT, sizeof *self->products);
  if (self->half_whole == NULL || self->half_part == NULL || self->outcomes == NULL ||
      self->lattice == NULL || self->values == NULL || self->products == NULL ||
      self->weights == NULL) {
    hwp_spread_delete(self);
    return HW_NO_MEMORY(err, "a distribution");
  }
  for (int q = -HWP_SPREAD_SUM_SIDE; q <= HWP_SPREAD_SUM_SIDE; q++)
    self->half_whole[q + HWP_SPREAD_SUM_SIDE] = hw_pow10(0.5 * q);
  for (int i = 0; i < HWP_SPREAD_FINE; i++)
    self->half_part[i] = hw_pow10(0.5 * i / HWP_SPREAD_FINE);
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
  self->is_lattice = self->is_empty = self->is_of_truth = false;
  self->n_values = 1;
  self->values[0] = (hwp_value){0.0, {1.0, 1.0}};
  for (int m = 0; m < 2; m++)
    self->mean[m] = self->variance[m] = self->shift[m] = self->added[m] = 0.0;
}

void hwp_spread_begin_truth(hwp_spread *self) {
  hwp_spread_begin(self);
  self->is_of_truth = true;
}

/* --- a summand ------------------------------------------------------------- */

void hwp_spread_begin_summand(hwp_spread *self) {
  self->term = (hwp_moments){{0.0}, {0.0}, {0.0}};
  self->term_impossible = self->term_infinite = 0.0;
  self->n_outcomes = 0;
}

void hwp_spread_add_outcome(hwp_spread *self, double log10_lr, double unrelated, double related) {
  if (!(related > 0.0) || (unrelated > 0.0 && log10_lr <= -HWP_SPREAD_TERM_SIDE)) {
    self->term_impossible += unrelated;
    return;
  }
  if (!(unrelated > 0.0) || log10_lr >= HWP_SPREAD_TERM_SIDE) {
    self->term_infinite += related;
    return;
  }
  const hwp_value v = {log10_lr, {unrelated, related}};
  for (int m = 0; m < 2; m++) {
    self->term.mass[m] += v.mass[m];
    self->term.first[m] += v.mass[m] * log10_lr;
    self->term.second[m] += v.mass[m] * log10_lr * log10_lr;
  }
  if (self->n_outcomes == MOST_OUTCOMES) {
    hwp_spread_set_points(self, HWP_SPREAD_MIXED);
    hwp_spread_place_all(self, self->n_outcomes, self->outcomes);
    self->n_outcomes = -1;
  }
  if (self->n_outcomes < 0)
    hwp_spread_place(self, &v);
  else
    self->outcomes[self->n_outcomes++] = v;
}

static int compare_scores(const void *a, const void *b) {
  const double x = ((const hwp_value *)a)->score, y = ((const hwp_value *)b)->score;
  return (x > y) - (x < y);
}

/* Sorts values and joins equal ones. @return how many are left */
static int32_t join_equal(int32_t n, hwp_value *values) {
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
  const hwp_value *a = self->values, *b = self->outcomes;
  return a[0].score + b[0].score > -HWP_SPREAD_TERM_SIDE &&
         a[self->n_values - 1].score + b[self->n_outcomes - 1].score < HWP_SPREAD_TERM_SIDE;
}

static void multiply_out(hwp_spread *self) {
  int32_t n = 0;
  for (int32_t i = 0; i < self->n_values; i++)
    for (int32_t k = 0; k < self->n_outcomes; k++) {
      const hwp_value *a = &self->values[i], *b = &self->outcomes[k];
      self->products[n++] =
          (hwp_value){a->score + b->score, {a->mass[0] * b->mass[0], a->mass[1] * b->mass[1]}};
    }
  hwp_value *old = self->values;
  self->n_values = join_equal(n, self->products);
  self->values = self->products;
  self->products = old;
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
    status = hwp_spread_wait(self, self->n_outcomes, is_placed ? NULL : self->outcomes, err);
  }
  if (is_placed) hwp_spread_clear_term(self);
  return status;
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
  if (self->is_lattice && !self->is_empty) HW_TRY(hwp_spread_run_lattice(self, err));
  const int32_t n = count_points(self);
  HW_TRY(make_cumulated(self, (size_t)n + 2, err));
  for (int32_t i = 0; i < n; i++) {
    double u, r;
    if (self->is_lattice) {
      const double half = hwp_spread_half_power(self, self->first + i);
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
