/* Distributions of log10 LR from draws, alone and together with STR.
 *
 * With draws s_1 … s_n of the log10 LR of SNPs, and T(x) = P(log10 LR of STR ≥ x), which is known
 * without draws (power_target.c),
 *
 *   P(both ≥ x | truth) = mean of T(x − s_i),
 *
 * a convolution of which only one half is simulated. What an unrelated person's ratio does beyond the
 * threshold is too rare to be drawn. It is taken from the truth by the identity that holds for every
 * likelihood ratio (Turing, in Good 1985: P(LR = r | unrelated) = P(LR = r | truth)/r):
 *
 *   P(LR ≥ x | unrelated) = E[1{LR ≥ x}/LR | truth],
 *
 * each term of which is at most 1/x. With STR a draw contributes 10^−s · P(STR ≥ x − s | unrelated).
 *
 * A probability of 0 or 1 among n draws has a standard error too: sums are taken as with one draw
 * more that passes and one that does not (Agresti & Coull 1998, in the spirit of). */
#include <stdlib.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/power_snp_int.h"

static const double levels[HW_POWER_QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};

/* --- STR --- */

hw_status hwp_snp_str_init(hwp_snp_str *self, const hw_power_target *target, hw_arena *arena,
                           hw_err *err) {
  *self = (hwp_snp_str){.target = NULL};
  if (target == NULL || target->verdict == HW_POWER_LEFT_OUT) return HW_OK;
  const hw_power_bins *bins = &target->bins;
  for (int whose = 0; whose < 2; whose++) {
    double *tail = hw_arena_alloc_array(arena, (size_t)bins->n + 1, sizeof *tail);
    if (tail == NULL) return HW_NO_MEMORY(err, "the distribution of STR");
    tail[bins->n] = whose == HW_POWER_TRUTH ? bins->infinite : 0;
    for (int32_t i = bins->n - 1; i >= 0; i--) tail[i] = tail[i + 1] + bins->mass[whose][i];
    self->tail[whose] = tail;
  }
  self->target = target;
  return HW_OK;
}

/* A bin's mass lies evenly between its ends, but where all of it is in one, at LR = 1. */
double hwp_snp_str_tail(const hwp_snp_str *self, int whose, double x) {
  if (self->target == NULL || self->target->is_non_identifiable) return x <= 0 ? 1 : 0;
  const hw_power_bins *bins = &self->target->bins;
  const double *tail = self->tail[whose];
  const double at = (x - bins->least) / bins->width;
  if (!(at > 0)) return tail[0];
  if (at >= bins->n) return tail[bins->n];
  const int32_t i = (int32_t)at;
  return tail[i + 1] + (tail[i] - tail[i + 1]) * (i + 1 - at);
}

/* --- means --- */

typedef struct moments {
  double n, sum, squares;
} moments;

static void take(moments *self, double x) {
  self->n++;
  self->sum += x;
  self->squares += x * x;
}

static double mean_of(const moments *self) {
  return self->n > 0 ? self->sum / self->n : (double)NAN;
}

static double error_of(const moments *self) {
  const double mean = mean_of(self);
  const double variance = self->squares / self->n - mean * mean;
  return self->n > 0 ? sqrt((variance > 0 ? variance : 0) / self->n) : (double)NAN;
}

void hwp_snp_pass(const hwp_snp_str *self, int32_t n, const double *log10_lr, double threshold,
                  double *pass, double *error) {
  moments seen = {0, 0, 0};
  for (int32_t i = 0; i < n; i++)
    take(&seen, hwp_snp_str_tail(self, HW_POWER_TRUTH, threshold - log10_lr[i]));
  *pass = mean_of(&seen);
  take(&seen, 0);
  take(&seen, 1);
  *error = error_of(&seen);
}

static double mean_of_finite(int32_t n, const double *values) {
  moments seen = {0, 0, 0};
  for (int32_t i = 0; i < n; i++)
    if (isfinite(values[i])) take(&seen, values[i]);
  return mean_of(&seen);
}

/* --- quantiles --- */

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Of sorted values, between neighbours. */
static double quantile(int32_t n, const double *sorted, double level) {
  const double at = level * (n - 1);
  const int32_t i = (int32_t)at;
  if (i + 1 >= n) return sorted[n - 1];
  const double share = at - i;
  return share > 0 && isfinite(sorted[i]) ? sorted[i] + share * (sorted[i + 1] - sorted[i])
                                          : sorted[i];
}

static double mean_tail(const hwp_snp_str *str, int32_t n, const double *sorted, int whose,
                        double x) {
  double sum = 0;
  for (int32_t i = 0; i < n; i++)
    if (isfinite(sorted[i])) sum += hwp_snp_str_tail(str, whose, x - sorted[i]);
  return sum / n;
}

/* The x with P(both < x) = level, by halving; −inf where that much is impossible. */
static double quantile_of_both(const hwp_snp_str *str, int32_t n, const double *sorted, int whose,
                               double level) {
  enum { HALVINGS = 48 };
  const hw_power_bins *bins = &str->target->bins;
  int32_t first = 0;
  while (first < n && !isfinite(sorted[first])) first++;
  if (first == n) return sorted[0];
  double low = sorted[first] + bins->least - 1;
  double high = sorted[n - 1] + bins->least + bins->width * bins->n + 1;
  if (mean_tail(str, n, sorted, whose, low) < 1 - level) return -HUGE_VAL;
  if (mean_tail(str, n, sorted, whose, high) >= 1 - level) return HUGE_VAL;
  for (int i = 0; i < HALVINGS; i++) {
    const double middle = (low + high) / 2;
    if (mean_tail(str, n, sorted, whose, middle) >= 1 - level)
      low = middle;
    else
      high = middle;
  }
  return low;
}

/* --- curves --- */

static void sum_false(const hwp_snp_str *str, int32_t n, const double *truth, double threshold,
                      hw_power_snp_curve *out) {
  moments seen = {0, 0, 0};
  for (int32_t i = 0; i < n; i++) {
    const double tail = hwp_snp_str_tail(str, HW_POWER_UNRELATED, threshold - truth[i]);
    take(&seen, tail > 0 ? hw_pow10(-truth[i]) * tail : 0);
  }
  out->false_pass = mean_of(&seen);
  out->false_pass_error = error_of(&seen);
  out->false_pass_most = threshold > 0 ? hw_pow10(-threshold) : 1;
}

void hwp_snp_sum_up(const hwp_snp_str *str, int32_t n, double *const log10_lr[2], double threshold,
                    hw_power_snp_set *out) {
  static const hwp_snp_str alone = {.target = NULL};
  const bool has_str = str->target != NULL && !str->target->is_non_identifiable;
  const double *truth = log10_lr[HW_POWER_TRUTH];
  moments inverse = {0, 0, 0};
  for (int32_t i = 0; i < n; i++) take(&inverse, hw_pow10(-truth[i]));
  out->inverse = mean_of(&inverse);
  out->inverse_error = error_of(&inverse);
  out->n_draws = n;
  hwp_snp_pass(&alone, n, truth, threshold, &out->snp.pass, &out->snp.pass_error);
  sum_false(&alone, n, truth, threshold, &out->snp);
  for (int whose = 0; whose < 2; whose++) {
    qsort(log10_lr[whose], (size_t)n, sizeof *log10_lr[whose], compare);
    out->snp.mean[whose] = mean_of_finite(n, log10_lr[whose]);
    for (int q = 0; q < HW_POWER_QUANTILES; q++)
      out->snp.quantile[whose][q] = quantile(n, log10_lr[whose], levels[q]);
  }
  out->both = out->snp;
  if (!has_str) return;
  hwp_snp_pass(str, n, truth, threshold, &out->both.pass, &out->both.pass_error);
  sum_false(str, n, truth, threshold, &out->both);
  for (int whose = 0; whose < 2; whose++) {
    out->both.mean[whose] = out->snp.mean[whose] + str->target->now.mean[whose];
    for (int q = 0; q < HW_POWER_QUANTILES; q++)
      out->both.quantile[whose][q] = quantile_of_both(str, n, log10_lr[whose], whose, levels[q]);
  }
}
