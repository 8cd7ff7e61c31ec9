/* Sums of log10 likelihood ratios against sums that are multiplied out here, by halves:
 * all sums of the first half sorted, and for each sum of the second a search in it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/elementary.h"
#include "homeward/random.h"
#include "kinship/spread.h"
#include "support/assert.h"
#include "support/faults.h"

enum { MOST_SUMMANDS = 16, MOST_OUTCOMES = 14 };

typedef struct outcome {
  double u, r;
} outcome;

/* Summands to be added. */
typedef struct problem {
  int n, n_outcomes[MOST_SUMMANDS];
  outcome outcomes[MOST_SUMMANDS][MOST_OUTCOMES];
} problem;

/* Outcomes with ratios between about 1/2 and 2·width, and the mass of u as given. */
static void fill(problem *self, int n, int n_outcomes, double width, uint64_t seed) {
  hw_random root, stream;
  hw_random_init(&root, seed);
  self->n = n;
  for (int i = 0; i < n; i++) {
    stream = hw_random_split(&root, (uint64_t)i);
    double u = 0.0, r = 0.0;
    self->n_outcomes[i] = n_outcomes;
    for (int k = 0; k < n_outcomes; k++) {
      outcome *one = &self->outcomes[i][k];
      one->u = 0.05 + hw_random_double(&stream);
      one->r = one->u * hw_pow10(width * (hw_random_double(&stream) - 0.5));
      u += one->u;
      r += one->r;
    }
    for (int k = 0; k < n_outcomes; k++) {
      self->outcomes[i][k].u /= u;
      self->outcomes[i][k].r /= r;
    }
  }
}

static hwp_spread *spread_begun(const problem *p, const char *simd, void (*begin)(hwp_spread *)) {
  hwp_spread *spread = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hwp_spread_new(simd, &spread, &err), &err);
  begin(spread);
  for (int i = 0; i < p->n; i++) {
    hwp_spread_begin_summand(spread);
    for (int k = 0; k < p->n_outcomes[i]; k++) {
      const outcome *one = &p->outcomes[i][k];
      const bool is_finite = one->u > 0.0 && one->r > 0.0;
      hwp_spread_add_outcome(spread, is_finite ? hw_log10(one->r / one->u) : 0.0, one->u, one->r);
    }
    hw_assert_ok(hwp_spread_end_summand(spread, &err), &err);
  }
  hw_assert_ok(hwp_spread_end(spread, &err), &err);
  return spread;
}

static hwp_spread *spread_of(const problem *p, const char *simd) {
  return spread_begun(p, simd, hwp_spread_begin);
}

/* --- the slow twin --------------------------------------------------------- */

typedef struct sum {
  double score, mass[2];
} sum;

static int compare(const void *a, const void *b) {
  const double x = ((const sum *)a)->score, y = ((const sum *)b)->score;
  return (x > y) - (x < y);
}

/* All sums of the summands from `first` to `end` − 1. */
static sum *all_sums(const problem *p, int first, int end, int *n) {
  size_t total = 1;
  for (int i = first; i < end; i++) total *= (size_t)p->n_outcomes[i];
  sum *sums = malloc(total * sizeof *sums);
  assert_non_null(sums);
  for (size_t number = 0; number < total; number++) {
    size_t rest = number;
    sums[number] = (sum){0.0, {1.0, 1.0}};
    for (int i = first; i < end; i++) {
      const outcome *one = &p->outcomes[i][rest % (size_t)p->n_outcomes[i]];
      rest /= (size_t)p->n_outcomes[i];
      sums[number].score += hw_log10(one->r / one->u);
      sums[number].mass[0] *= one->u;
      sums[number].mass[1] *= one->r;
    }
  }
  qsort(sums, total, sizeof *sums, compare);
  *n = (int)total;
  return sums;
}

/* P(sum ≥ threshold − tiny) of everything that two lists of sums make. */
typedef struct twin {
  int n[2];
  sum *sums[2];
  double *tail[2]; /* of the first list, by whose */
} twin;

static twin twin_of(const problem *p) {
  twin self;
  const int half = p->n / 2;
  self.sums[0] = all_sums(p, 0, half, &self.n[0]);
  self.sums[1] = all_sums(p, half, p->n, &self.n[1]);
  for (int m = 0; m < 2; m++) {
    self.tail[m] = calloc((size_t)self.n[0] + 1, sizeof *self.tail[m]);
    assert_non_null(self.tail[m]);
    for (int i = self.n[0] - 1; i >= 0; i--)
      self.tail[m][i] = self.tail[m][i + 1] + self.sums[0][i].mass[m];
  }
  return self;
}

static void twin_clear(twin *self) {
  for (int i = 0; i < 2; i++) {
    free(self->sums[i]);
    free(self->tail[i]);
  }
}

static double twin_tail(const twin *self, int whose, double threshold) {
  double total = 0.0;
  for (int k = 0; k < self->n[1]; k++) {
    const double wanted = threshold - self->sums[1][k].score - 1e-9;
    int low = 0, high = self->n[0];
    while (low < high) {
      const int middle = (low + high) / 2;
      if (self->sums[0][middle].score >= wanted)
        high = middle;
      else
        low = middle + 1;
    }
    total += self->sums[1][k].mass[whose] * self->tail[whose][low];
  }
  return total;
}

/* --- cases ----------------------------------------------------------------- */

static void few_sums_are_exact(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 20; seed++) {
    problem p;
    fill(&p, 1 + (int)(seed % 5), 2 + (int)(seed % 4), 3.0, seed);
    hwp_spread *spread = spread_of(&p, NULL);
    twin slow = twin_of(&p);
    assert_true(hwp_spread_is_exact(spread));
    for (int whose = 0; whose < 2; whose++) {
      double mean = 0.0, second = 0.0;
      for (int i = 0; i < slow.n[0]; i++)
        for (int k = 0; k < slow.n[1]; k++) {
          const double mass = slow.sums[0][i].mass[whose] * slow.sums[1][k].mass[whose];
          const double score = slow.sums[0][i].score + slow.sums[1][k].score;
          mean += mass * score;
          second += mass * score * score;
        }
      hw_assert_close(hwp_spread_mean(spread, whose), mean, 1e-12, 1e-12);
      hw_assert_close(hwp_spread_sd(spread, whose), sqrt(second - mean * mean), 1e-9, 1e-9);
      for (int i = 0; i < 58; i++) {
        const double t = -5.0 + 0.173 * i;
        double least, most;
        const double tail = twin_tail(&slow, whose, t);
        hw_assert_close(hwp_spread_tail(spread, whose, t), tail, 1e-12, 1e-14);
        hw_assert_close(hwp_spread_below(spread, whose, t), 1.0 - tail, 1e-12, 1e-14);
        hwp_spread_tail_bounds(spread, whose, t, &least, &most);
        hw_assert_same_bits(least, hwp_spread_tail(spread, whose, t));
        hw_assert_same_bits(least, most);
      }
      for (int i = 0; i < 10; i++) {
        const double q = 0.05 + 0.1 * i;
        const double x = hwp_spread_quantile(spread, whose, q);
        assert_true(hwp_spread_below(spread, whose, x) <= q + 1e-12);
        assert_true(1.0 - hwp_spread_tail(spread, whose, x + 1e-6) >= q - 1e-12);
      }
    }
    twin_clear(&slow);
    hwp_spread_delete(spread);
  }
}

/* Largest difference of a tail from that of all sums, which must lie within the bounds. */
static void find_worst(const problem *p, double worst[2]) {
  hwp_spread *spread = spread_of(p, NULL);
  twin slow = twin_of(p);
  assert_false(hwp_spread_is_exact(spread));
  for (int whose = 0; whose < 2; whose++)
    for (int i = 0; i < 37; i++) {
      const double t = -8.0 + 0.437 * i;
      double least, most;
      const double tail = twin_tail(&slow, whose, t);
      const double found = hwp_spread_tail(spread, whose, t);
      hwp_spread_tail_bounds(spread, whose, t, &least, &most);
      assert_true(least <= tail * (1 + 1e-9) + 1e-15 && tail <= most * (1 + 1e-9) + 1e-15);
      worst[whose] = fabs(found - tail) > worst[whose] ? fabs(found - tail) : worst[whose];
      hw_assert_close(found + hwp_spread_below(spread, whose, t), 1.0, 1e-9, 0.0);
    }
  twin_clear(&slow);
  hwp_spread_delete(spread);
}

static void many_sums_are_near_and_within_their_bounds(void **state) {
  (void)state;
  double worst[2] = {0.0, 0.0};
  for (uint64_t seed = 1; seed <= 6; seed++) {
    problem p;
    fill(&p, 8, 14, seed % 2 == 0 ? 1.5 : 3.0, seed);
    find_worst(&p, worst);
  }
  print_message("# largest error of a tail, unrelated %.2g, truth %.2g\n", worst[0], worst[1]);
  assert_true(worst[HWP_UNRELATED] < 3e-5);
  /* Two or three outcomes of a summand have nearly all of it: lumps of 1e-4. */
  assert_true(worst[HWP_TRUTH] < 4e-4);
}

static void lumps_are_near_and_within_their_bounds(void **state) {
  (void)state;
  double worst[2] = {0.0, 0.0};
  for (uint64_t seed = 1; seed <= 6; seed++) {
    problem p;
    fill(&p, 12 + (int)(seed % 3), seed % 3 == 2 ? 3 : 4, seed % 2 == 0 ? 1.5 : 3.0, seed);
    find_worst(&p, worst);
  }
  print_message("# largest error of a tail, unrelated %.2g, truth %.2g\n", worst[0], worst[1]);
  assert_true(worst[HWP_UNRELATED] < 4e-4 && worst[HWP_TRUTH] < 2e-3);
}

static void masses_of_both_keep_the_identity(void **state) {
  (void)state;
  problem p;
  fill(&p, 16, 6, 2.0, 77);
  hwp_spread *spread = spread_of(&p, NULL);
  const double width = 0.25;
  double total[2] = {0.0, 0.0};
  for (int i = 0; i < 160; i++) {
    const double t = -20.0 + width * i;
    const double u = hwp_spread_tail(spread, HWP_UNRELATED, t) -
                     hwp_spread_tail(spread, HWP_UNRELATED, t + width);
    const double r =
        hwp_spread_below(spread, HWP_TRUTH, t + width) - hwp_spread_below(spread, HWP_TRUTH, t);
    total[0] += u;
    total[1] += r;
    if (u < 1e-9 || r < 1e-9) continue;
    /* P(LR = x | truth) = x P(LR = x | unrelated), over a bin */
    assert_true(r >= u * hw_pow10(t) * 0.99 && r <= u * hw_pow10(t + width) * 1.01);
  }
  hw_assert_close(total[0], 1.0, 1e-9, 0.0);
  hw_assert_close(total[1], 1.0, 1e-9, 0.0);
  hwp_spread_delete(spread);
}

/* Summands that tell much: most of what the unrelated get is never the truth's. */
static void what_is_asked_of_the_truth_alone_stays_the_same(void **state) {
  (void)state;
  problem p;
  fill(&p, MOST_SUMMANDS, MOST_OUTCOMES, 12.0, 23);
  hwp_spread *both = spread_of(&p, NULL), *truth = spread_begun(&p, NULL, hwp_spread_begin_truth);
  assert_false(hwp_spread_is_exact(truth));
  assert_true(hwp_spread_mean(truth, HWP_TRUTH) == hwp_spread_mean(both, HWP_TRUTH));
  double least[2], most[2];
  hwp_spread_range(both, &least[0], &most[0]);
  hwp_spread_range(truth, &least[1], &most[1]);
  assert_true(least[1] > least[0] + 20.0); /* which is what it is for */
  for (int i = 0; i <= 216; i++) {
    const double threshold = 0.37 * i - 20.0;
    assert_true(fabs(hwp_spread_tail(truth, HWP_TRUTH, threshold) -
                     hwp_spread_tail(both, HWP_TRUTH, threshold)) < 1e-14);
  }
  hwp_spread_delete(both);
  hwp_spread_delete(truth);
}

static void every_kernel_set_gives_the_same_bits(void **state) {
  (void)state;
  static const char *const sets[] = {"avx2", "avx512"};
  problem p;
  fill(&p, 16, 6, 4.0, 5);
  hwp_spread *ref = spread_of(&p, "ref");
  for (int s = 0; s < 2; s++) {
    hw_err err = HW_ERR_INIT;
    hwp_spread *other = NULL;
    const hw_status status = hwp_spread_new(sets[s], &other, &err);
    hwp_spread_delete(other);
    if (status == HW_E_UNSUPPORTED) continue;
    other = spread_of(&p, sets[s]);
    for (int i = 0; i < 64; i++)
      for (int whose = 0; whose < 2; whose++)
        hw_assert_same_bits(hwp_spread_tail(ref, whose, 0.31 * i - 10.0),
                            hwp_spread_tail(other, whose, 0.31 * i - 10.0));
    hwp_spread_delete(other);
  }
  hwp_spread_delete(ref);
}

static void impossible_and_infinite_outcomes_are_kept_apart(void **state) {
  (void)state;
  problem p = {.n = 2, .n_outcomes = {3, 3}};
  for (int i = 0; i < 2; i++) {
    p.outcomes[i][0] = (outcome){0.4, 0.0}; /* she cannot have it */
    p.outcomes[i][1] = (outcome){0.6, 0.8};
    p.outcomes[i][2] = (outcome){0.0, 0.2}; /* nobody else has it */
  }
  hwp_spread *spread = spread_of(&p, NULL);
  const double score = 2.0 * hw_log10(0.8 / 0.6);
  hw_assert_close(hwp_spread_impossible(spread), 1.0 - 0.36, 1e-14, 0.0);
  hw_assert_close(hwp_spread_below(spread, HWP_UNRELATED, -100.0), 0.64, 1e-14, 0.0);
  hw_assert_close(hwp_spread_tail(spread, HWP_UNRELATED, score), 0.36, 1e-14, 0.0);
  hw_assert_close(hwp_spread_tail(spread, HWP_TRUTH, 100.0), 0.36, 1e-14, 0.0);
  hw_assert_close(hwp_spread_tail(spread, HWP_TRUTH, score), 1.0, 1e-14, 0.0);
  hw_assert_close(hwp_spread_mean(spread, HWP_TRUTH), score, 1e-14, 0.0);
  assert_true(isinf(hwp_spread_quantile(spread, HWP_UNRELATED, 0.5)));
  assert_true(hwp_spread_quantile(spread, HWP_UNRELATED, 0.5) < 0.0);
  assert_true(hwp_spread_quantile(spread, HWP_TRUTH, 0.9) > 100.0);
  hwp_spread_delete(spread);
}

static void a_sum_without_finite_values_has_none(void **state) {
  (void)state;
  double least, most;
  problem p = {.n = 2, .n_outcomes = {2, 1}};
  p.outcomes[0][0] = (outcome){1.0, 0.0};
  p.outcomes[0][1] = (outcome){0.0, 1.0};
  p.outcomes[1][0] = (outcome){1.0, 1.0};
  hwp_spread *spread = spread_of(&p, NULL);
  assert_true(isnan(hwp_spread_mean(spread, HWP_TRUTH)));
  assert_true(isnan(hwp_spread_sd(spread, HWP_UNRELATED)));
  hw_assert_close(hwp_spread_impossible(spread), 1.0, 1e-14, 0.0);
  hw_assert_close(hwp_spread_tail(spread, HWP_TRUTH, 4.0), 1.0, 1e-14, 0.0);
  hw_assert_close(hwp_spread_tail(spread, HWP_UNRELATED, -4.0), 0.0, 0.0, 1e-14);
  hwp_spread_range(spread, &least, &most);
  assert_true(least == 0.0 && most == 0.0);
  hwp_spread_delete(spread);
}

static void nothing_added_is_zero_for_certain(void **state) {
  (void)state;
  problem p = {.n = 0};
  hwp_spread *spread = spread_of(&p, NULL);
  hw_assert_close(hwp_spread_tail(spread, HWP_TRUTH, 0.0), 1.0, 1e-14, 0.0);
  hw_assert_close(hwp_spread_tail(spread, HWP_UNRELATED, 1e-6), 0.0, 0.0, 1e-14);
  hw_assert_close(hwp_spread_mean(spread, HWP_TRUTH), 0.0, 0.0, 0.0);
  hwp_spread_delete(spread);
}

/* A mixture of thousands of outcomes goes to the lattice before it is added. */
static void many_outcomes_of_one_summand_are_near(void **state) {
  (void)state;
  hwp_spread *spread = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hwp_spread_new(NULL, &spread, &err), &err);
  hwp_spread_begin(spread);
  for (int i = 0; i < 3; i++) { /* u uniform over (0, 1), LR = 2x: r sums to one */
    hwp_spread_begin_summand(spread);
    for (int k = 0; k < 5000; k++) {
      const double x = (k + 0.5) / 5000.0;
      hwp_spread_add_outcome(spread, hw_log10(2.0 * x), 1.0 / 5000.0, 2.0 * x / 5000.0);
    }
    hw_assert_ok(hwp_spread_end_summand(spread, &err), &err);
  }
  hw_assert_ok(hwp_spread_end(spread, &err), &err);
  /* P(8 xyz ≥ 1): with s = −ln(xyz) gamma of shape 3, P(s ≤ ln 8). */
  const double s = hw_ln(8.0);
  const double expected = 1.0 - (1.0 + s + 0.5 * s * s) / 8.0;
  hw_assert_close(hwp_spread_tail(spread, HWP_UNRELATED, 0.0), expected, 0.0, 1e-4);
  hwp_spread_delete(spread);
}

static void kernel_sets_that_cannot_run_are_refused(void **state) {
  (void)state;
  hwp_spread *spread = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_status(hwp_spread_new("none", &spread, &err), HW_E_UNSUPPORTED, &err);
  hw_assert_contains(err.message, "kernel set 'none'");
  assert_null(spread);
}

static void ratios_beyond_the_lattice_are_refused(void **state) {
  (void)state;
  hwp_spread *spread = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hwp_spread_new(NULL, &spread, &err), &err);
  hwp_spread_begin(spread);
  hw_status status = HW_OK;
  for (int i = 0; status == HW_OK && i < 20; i++) {
    hwp_spread_begin_summand(spread);
    hwp_spread_add_outcome(spread, 60.0, 1e-61, 0.1);
    hwp_spread_add_outcome(spread, hw_log10(0.9), 1.0, 0.9);
    status = hwp_spread_end_summand(spread, &err);
  }
  hw_assert_ok(status, &err);
  status = hwp_spread_end(spread, &err);
  hw_assert_status(status, HW_E_TOO_COMPLEX, &err);
  hw_assert_contains(err.message, "beyond 500");
  hwp_spread_delete(spread);
}

static void exhausted_memory_is_told(void **state) {
  (void)state;
  problem p;
  hw_err err = HW_ERR_INIT;
  fill(&p, 16, 6, 2.0, 3);
  hw_status status = HW_E_NO_MEMORY;
  for (int fail = 0; status != HW_OK; fail++) {
    hwp_spread *spread = NULL;
    assert_true(fail < 100);
    (void)hw_faults_begin(fail);
    status = hwp_spread_new(NULL, &spread, &err);
    if (status == HW_OK) hwp_spread_begin(spread);
    for (int i = 0; status == HW_OK && i < p.n; i++) {
      hwp_spread_begin_summand(spread);
      for (int k = 0; k < p.n_outcomes[i]; k++)
        hwp_spread_add_outcome(spread, hw_log10(p.outcomes[i][k].r / p.outcomes[i][k].u),
                               p.outcomes[i][k].u, p.outcomes[i][k].r);
      status = hwp_spread_end_summand(spread, &err);
    }
    if (status == HW_OK) status = hwp_spread_end(spread, &err);
    (void)hw_faults_end();
    assert_true(status == HW_OK || status == HW_E_NO_MEMORY);
    hwp_spread_delete(spread);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(few_sums_are_exact),
      cmocka_unit_test(many_sums_are_near_and_within_their_bounds),
      cmocka_unit_test(lumps_are_near_and_within_their_bounds),
      cmocka_unit_test(masses_of_both_keep_the_identity),
      cmocka_unit_test(what_is_asked_of_the_truth_alone_stays_the_same),
      cmocka_unit_test(every_kernel_set_gives_the_same_bits),
      cmocka_unit_test(impossible_and_infinite_outcomes_are_kept_apart),
      cmocka_unit_test(a_sum_without_finite_values_has_none),
      cmocka_unit_test(nothing_added_is_zero_for_certain),
      cmocka_unit_test(many_outcomes_of_one_summand_are_near),
      cmocka_unit_test(kernel_sets_that_cannot_run_are_refused),
      cmocka_unit_test(ratios_beyond_the_lattice_are_refused),
      cmocka_unit_test(exhausted_memory_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
