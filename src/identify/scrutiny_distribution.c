/* The distribution of a sum of independent discrete values, by convolution on a grid.
 *
 * Every marker adds one of a few hundred values. An outcome between two points of the
 * grid is split between them so that its mean is kept; so no value moves by more than
 * one step, and the sum of n markers by no more than n steps:
 *
 *   P(grid ≤ x − n·h) ≤ P(S ≤ x) ≤ P(grid ≤ x + n·h),
 *
 * both of which are reported. Means and standard deviations do not come from the grid
 * but from the outcomes, and are exact. Impossible (−inf) and certain (+inf) outcomes
 * are counted apart: a sum with an impossible one is impossible, whatever else is in
 * it, as hw_table_log10_lr has it.
 *
 * The step is a power of two, so that positions on the grid are exact; sums run in the
 * order of markers, outcomes and positions, so the bits are the same everywhere. */
#include <string.h>

#include "base/check.h"
#include "identify/scrutiny_int.h"

static const double STEP = 1.0 / 128;

/* Weights at first, first + 1, … steps. */
typedef struct line {
  int64_t first, n;
  double *weights;
} line;

static double weight_of(const hwp_outcome *outcome, bool of_truth) {
  return of_truth ? outcome->truth : outcome->unrelated;
}

static int64_t floor_step(double value) {
  return (int64_t)floor(value / STEP);
}

/* One marker on the grid. *is_flat: it adds nothing, whatever is seen. */
static hw_status lay_out(const hwp_outcomes *marker, bool of_truth, hw_arena *arena, line *out,
                         bool *is_flat, hw_err *err) {
  double least = HUGE_VAL, most = IMPOSSIBLE;
  for (int32_t i = 0; i < marker->n; i++) {
    const double value = marker->outcomes[i].log10_lr;
    if (!isfinite(value) || !(weight_of(&marker->outcomes[i], of_truth) > 0)) continue;
    least = value < least ? value : least;
    most = value > most ? value : most;
  }
  *out = (line){0};
  *is_flat = least > most || (least == 0 && most == 0);
  if (least > most) return HW_OK;
  out->first = floor_step(least);
  out->n = floor_step(most) - out->first + 2;
  out->weights = hw_arena_alloc_array(arena, (size_t)out->n, sizeof *out->weights);
  if (out->weights == NULL) return HW_NO_MEMORY(err, "a distribution");
  for (int32_t i = 0; i < marker->n; i++) {
    const double value = marker->outcomes[i].log10_lr;
    const double weight = weight_of(&marker->outcomes[i], of_truth);
    if (!isfinite(value) || !(weight > 0)) continue;
    const int64_t at = floor_step(value);
    const double above = value / STEP - (double)at; /* 0 … 1 */
    out->weights[at - out->first] += weight * (1 - above);
    out->weights[at - out->first + 1] += weight * above;
  }
  return HW_OK;
}

static hw_status convolve(const line *a, const line *b, hw_arena *arena, line *out, hw_err *err) {
  *out = (line){.first = a->first + b->first, .n = a->n + b->n - 1};
  out->weights = hw_arena_alloc_array(arena, (size_t)out->n, sizeof *out->weights);
  if (out->weights == NULL) return HW_NO_MEMORY(err, "a distribution");
  for (int64_t k = 0; k < b->n; k++) {
    const double weight = b->weights[k];
    double *to = out->weights + k;
    if (!(weight > 0)) continue;
    for (int64_t i = 0; i < a->n; i++) to[i] += weight * a->weights[i];
  }
  return HW_OK;
}

/* Σ of the weights at positions ≤ x (from below) or ≥ x (from above). */
static double tail_below(const line *sum, double x) {
  double total = 0;
  for (int64_t i = 0; i < sum->n; i++)
    if ((double)(sum->first + i) * STEP <= x) total += sum->weights[i];
  return total;
}

static double tail_above(const line *sum, double x) {
  double total = 0;
  for (int64_t i = sum->n - 1; i >= 0; i--)
    if ((double)(sum->first + i) * STEP >= x) total += sum->weights[i];
  return total;
}

/* Least position below which `share` of everything lies. */
static double quantile(const line *sum, const hw_lr_distribution *parts, double share) {
  double total = parts->p_impossible;
  if (total >= share) return IMPOSSIBLE;
  for (int64_t i = 0; i < sum->n; i++) {
    total += sum->weights[i];
    if (total >= share) return (double)(sum->first + i) * STEP;
  }
  /* The weights sum to one but for rounding. */
  return parts->p_certain > 0 ? HUGE_VAL : (double)(sum->first + sum->n - 1) * STEP;
}

static double at_most_one(double p) {
  return p < 1 ? p : 1;
}

static void take_tails(const line *sum, double observed, hw_lr_distribution *out) {
  const double e = out->error;
  if (observed == IMPOSSIBLE) {
    out->p_low[0] = out->p_low[1] = out->p_impossible;
    out->p_high[0] = out->p_high[1] = 1;
  } else if (observed == HUGE_VAL) {
    out->p_low[0] = out->p_low[1] = 1;
    out->p_high[0] = out->p_high[1] = out->p_certain;
  } else {
    out->p_low[0] = at_most_one(out->p_impossible + tail_below(sum, observed - e));
    out->p_low[1] = at_most_one(out->p_impossible + tail_below(sum, observed + e));
    out->p_high[0] = at_most_one(out->p_certain + tail_above(sum, observed + e));
    out->p_high[1] = at_most_one(out->p_certain + tail_above(sum, observed - e));
  }
}

/* Mean and variance of the finite outcomes of one marker, and the masses at the ends. */
typedef struct moments {
  double mean, variance, p_finite, p_impossible;
} moments;

static moments moments_of(const hwp_outcomes *marker, bool of_truth) {
  moments m = {0};
  for (int32_t i = 0; i < marker->n; i++) {
    const double value = marker->outcomes[i].log10_lr;
    const double weight = weight_of(&marker->outcomes[i], of_truth);
    if (value == IMPOSSIBLE) m.p_impossible += weight;
    if (!isfinite(value)) continue;
    m.p_finite += weight;
    m.mean += weight * value;
  }
  if (!(m.p_finite > 0)) return m;
  m.mean /= m.p_finite;
  for (int32_t i = 0; i < marker->n; i++) {
    const double value = marker->outcomes[i].log10_lr;
    if (!isfinite(value)) continue;
    m.variance += weight_of(&marker->outcomes[i], of_truth) * (value - m.mean) * (value - m.mean);
  }
  m.variance /= m.p_finite;
  return m;
}

hw_status hwp_distribution_sum(const hwp_outcomes *markers, int32_t n_markers, bool of_truth,
                               double observed, hw_arena *arena, hw_lr_distribution *out,
                               hw_err *err) {
  double one = 1, variance = 0, p_possible = 1, p_finite = 1;
  line sum = {0, 1, &one};
  *out = (hw_lr_distribution){0};
  for (int32_t i = 0; i < n_markers; i++) {
    line marker, next;
    bool is_flat = true;
    if (markers[i].n == 0) continue;
    const moments m = moments_of(&markers[i], of_truth);
    out->mean += m.mean;
    variance += m.variance;
    p_possible *= 1 - m.p_impossible;
    p_finite *= m.p_finite;
    HW_TRY(lay_out(&markers[i], of_truth, arena, &marker, &is_flat, err));
    if (marker.n == 0) { /* nothing finite can be seen here */
      sum = (line){0, 0, NULL};
      break;
    }
    if (!is_flat) out->error += STEP;
    HW_TRY(convolve(&sum, &marker, arena, &next, err));
    sum = next;
  }
  out->sd = sqrt(variance);
  out->p_impossible = 1 - p_possible;
  out->p_certain = p_possible > p_finite ? p_possible - p_finite : 0;
  if (out->p_certain < 1e-15) out->p_certain = 0; /* rounding */
  out->q_low = quantile(&sum, out, 0.025);
  out->q_high = quantile(&sum, out, 0.975);
  take_tails(&sum, observed, out);
  return HW_OK;
}
