/* How many remains are on the list: the prior of the number of pairings.
 *
 * M persons are missing, R remains were recovered, K = min(M, R). An assignment
 * with k pairings is one of
 *
 *     m(k) = C(M,k) · C(R,k) · k!         m(k+1)/m(k) = (M−k)(R−k)/(k+1)
 *
 * and before any fact is looked at they are all alike, so that the weight of one
 * is exp L(k) = P(k)/m(k). What is known of the numbers gives P(k), hence L(k):
 *
 *   total N known. The list is a random M of the N dead, the remains are a random
 *     R of them: P(k) is hypergeometric, C(M,k) C(N−M,R−k) / C(N,R), and
 *
 *         L(k+1) − L(k) = −ln(N−M−R+k+1),        k ≥ M+R−N.
 *
 *     A remains is on the list with probability M/N, a missing person among the
 *     remains with R/N, and a pair is right with 1/N. N = M is a closed list.
 *   total between N1 and N2: the mixture, each N with weight 1/N (log-uniform).
 *   on_list b: every remains is on the list with probability b, alone: P(k) is
 *     binomial(R, b), cut at M:            L(k+1) − L(k) = ln b/(1−b) − ln(M−k).
 *   among a: every missing person is there with probability a: binomial(M, a), cut
 *     at R:                                L(k+1) − L(k) = ln a/(1−a) − ln(R−k).
 *   both: both sides are drawn alone, given that as many come from either; the
 *     probability of k listed remains and of k present persons is multiplied and
 *     matched in one of k! ways:
 *                     L(k+1) − L(k) = ln a/(1−a) + ln b/(1−b) − ln(k+1).
 *     What the marginals then are is computed and shown (they are a and b only
 *     where M·a = R·b).
 *
 * The engine takes Π of a factor per pairing, times a weight of the size. Any
 * factor will do, if the sizes are corrected for it; taken is the prior odds of one
 * pairing, w = p/(1−p) with p = E[k]/(M·R), so that the factor that is shown times
 * the ratios of the other evidence is the posterior odds of the pairing where the
 * others do not interfere:
 *
 *     ln_size(k) = L(k) − k ln w.
 *
 * Σ over all assignments of exp(ln_size(k) + k ln w) is 1.
 *
 * Sums run upwards in k; the largest term is taken out before the exponential. */
#include <math.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/prior_int.h"

/* Totals between the bounds: all of them up to this many, else this many in equal steps of the
 * logarithm. */
enum { MOST_TOTALS = 256 };

/* A pairing that the numbers alone make certain is shown with odds of 1e12. */
static const double LEAST_REST = 1e-12;
static const double IMPOSSIBLE = -HUGE_VAL;

typedef struct sizes {
  int32_t missing, remains, most; /* M, R, K */
  double *ln_matchings;           /* ln m(k) */
  double *one;                    /* L of one total */
  double *sum;                    /* e^(L − top) summed over totals */
  double *top;
} sizes;

/* ln Σ exp(values[k] + ln m(k)). */
static double ln_total(const sizes *self, const double *values) {
  double top = IMPOSSIBLE, sum = 0;
  for (int32_t k = 0; k <= self->most; k++)
    if (values[k] + self->ln_matchings[k] > top) top = values[k] + self->ln_matchings[k];
  if (top == IMPOSSIBLE) return top;
  for (int32_t k = 0; k <= self->most; k++)
    sum += hwp_prior_exp(values[k] + self->ln_matchings[k] - top);
  return top + hw_ln(sum);
}

static void normalise(const sizes *self, double *values) {
  double all = ln_total(self, values);
  for (int32_t k = 0; k <= self->most; k++) values[k] -= all;
}

/* L for a known total. */
static void for_total(const sizes *self, double total, double *out) {
  double outside = total - self->missing - self->remains;
  for (int32_t k = 0, first = 1; k <= self->most; k++) {
    out[k] = IMPOSSIBLE;
    if (outside + k < 0) continue;
    out[k] = first ? 0 : out[k - 1] - hw_ln(outside + k);
    first = 0;
  }
  normalise(self, out);
}

/* L for stated shares; NaN = not stated. Each share of 1 leaves a single size. */
static void for_shares(const sizes *self, double among, double on_list, double *out) {
  double ln_step = 0;
  int32_t only = -1;
  if (!isnan(among)) among == 1 ? (only = self->missing) : (ln_step += hw_ln(among / (1 - among)));
  if (!isnan(on_list))
    on_list == 1 ? (only = self->remains) : (ln_step += hw_ln(on_list / (1 - on_list)));
  if (only > self->most) only = self->most;
  for (int32_t k = 0; k <= self->most; k++) {
    double ways = isnan(among)     ? self->missing - (k - 1)
                  : isnan(on_list) ? self->remains - (k - 1)
                                   : k;
    out[k] = k == 0 ? 0 : out[k - 1] + ln_step - hw_ln(ways);
  }
  for (int32_t k = 0; only >= 0 && k <= self->most; k++)
    if (k != only) out[k] = IMPOSSIBLE;
  normalise(self, out);
}

/* Adds exp(ln_weight + values) to the running sums, each kept as top and sum. */
static void add_mixture(sizes *self, double ln_weight, const double *values) {
  for (int32_t k = 0; k <= self->most; k++) {
    double x = ln_weight + values[k];
    if (x == IMPOSSIBLE) continue;
    if (x > self->top[k]) {
      self->sum[k] = self->sum[k] * hwp_prior_exp(self->top[k] - x) + 1;
      self->top[k] = x;
    } else {
      self->sum[k] += hwp_prior_exp(x - self->top[k]);
    }
  }
}

/* L for a total that is log-uniform on [from, to]. */
static void for_totals(sizes *self, double from, double to, double *out) {
  bool is_every = to - from < MOST_TOTALS;
  int n = is_every ? (int)(to - from) + 1 : MOST_TOTALS;
  double ln_from = hw_ln(from), ln_range = hw_ln(to) - ln_from;
  for (int32_t k = 0; k <= self->most; k++) self->top[k] = IMPOSSIBLE, self->sum[k] = 0;
  for (int i = 0; i < n; i++) {
    double total = from + i;
    if (!is_every) total = floor(hwp_prior_exp(ln_from + ln_range * i / (n - 1)) + 0.5);
    if (total < from) total = from;
    for_total(self, total, self->one);
    add_mixture(self, is_every ? -hw_ln(total) : 0, self->one);
  }
  for (int32_t k = 0; k <= self->most; k++)
    out[k] = self->sum[k] > 0 ? self->top[k] + hw_ln(self->sum[k]) : IMPOSSIBLE;
  normalise(self, out);
}

/* The bounds of the total: what is stated, else what must be. */
static void bounds(const hw_prior *self, double *from, double *to) {
  double least = self->n_missing > self->n_remains ? self->n_missing : self->n_remains;
  *from = hwp_value(&self->settings, HW_PRIOR_TOTAL);
  *to = hwp_value(&self->settings, HW_PRIOR_TOTAL_MOST);
  if (isnan(*from)) *from = least > 1 ? least : 1;
  *from = floor(*from);
  if (isnan(*to)) *to = 10 * *from;
  *to = floor(*to);
}

static hw_status reserve(hw_prior *self, sizes *work, hw_err *err) {
  work->missing = self->n_missing;
  work->remains = self->n_remains;
  work->most = work->missing < work->remains ? work->missing : work->remains;
  size_t n = (size_t)work->most + 1;
  work->ln_matchings = hw_arena_alloc_array(&self->arena, n, sizeof(double));
  work->one = hw_arena_alloc_array(&self->arena, n, sizeof(double));
  work->sum = hw_arena_alloc_array(&self->arena, n, sizeof(double));
  work->top = hw_arena_alloc_array(&self->arena, n, sizeof(double));
  self->numbers.ln_size = hw_arena_alloc_array(&self->arena, n, sizeof(double));
  self->numbers.size = hw_arena_alloc_array(&self->arena, n, sizeof(double));
  if (work->ln_matchings == NULL || work->one == NULL || work->sum == NULL || work->top == NULL ||
      self->numbers.ln_size == NULL || self->numbers.size == NULL)
    return HW_NO_MEMORY(err, "the prior of the numbers");
  for (int32_t k = 0; k < work->most; k++)
    work->ln_matchings[k + 1] =
        work->ln_matchings[k] +
        hw_ln((double)(work->missing - k) * (double)(work->remains - k) / (k + 1));
  return HW_OK;
}

/* From L to what the engine takes and what is shown. */
static void finish(hw_prior *self, const sizes *work) {
  hwp_numbers *numbers = &self->numbers;
  double expected = 0;
  numbers->n_sizes = work->most + 1;
  for (int32_t k = 0; k <= work->most; k++) {
    numbers->size[k] = hwp_prior_exp(numbers->ln_size[k] + work->ln_matchings[k]);
    expected += k * numbers->size[k];
  }
  double pairs = (double)work->missing * (double)work->remains;
  double pair = pairs > 0 ? expected / pairs : 0, rest = 1 - pair;
  numbers->implied = (hw_prior_numbers){
      .pairings = expected,
      .among = work->missing > 0 ? expected / work->missing : 0,
      .on_list = work->remains > 0 ? expected / work->remains : 0,
      .pair = pair,
  };
  numbers->ln_odds = pair > 0 ? hw_ln(pair / (rest > LEAST_REST ? rest : LEAST_REST)) : 0;
  for (int32_t k = 0; k <= work->most; k++) numbers->ln_size[k] -= k * numbers->ln_odds;
}

hw_status hwp_prior_numbers(hw_prior *self, hw_err *err) {
  const hw_prior_settings *settings = &self->settings;
  self->numbers.implied = (hw_prior_numbers){(double)NAN, (double)NAN, (double)NAN, (double)NAN};
  if (!settings->is_used[HW_PRIOR_NUMBERS]) return HW_OK;
  sizes work = {0};
  HW_TRY(reserve(self, &work, err));
  double among = hwp_value(settings, HW_PRIOR_AMONG), from, to;
  double on_list = hwp_value(settings, HW_PRIOR_ON_LIST);
  bounds(self, &from, &to);
  if (!isnan(among) || !isnan(on_list))
    for_shares(&work, among, on_list, self->numbers.ln_size);
  else if (from < to)
    for_totals(&work, from, to, self->numbers.ln_size);
  else
    for_total(&work, from, self->numbers.ln_size);
  finish(self, &work);
  return HW_OK;
}
