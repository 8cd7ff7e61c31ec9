/* Units: what is left out, what is counted, and what does not depend on how the
 * work is cut. That a unit finds the right pairs is shown by tests/property. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "search/strip.h"
#include "support/assert.h"
#include "support/faults.h"
#include "support/small_search.h"

static small_search s;

static int make(void **state) {
  (void)state;
  small_search_init(&s);
  return 0;
}

/* Over the samples of an index of some. */
static hw_status run_part(const bool *is_searched, const hwp_unit *unit, hwp_outcome *out,
                          hw_err *err) {
  hwp_index *index = NULL;
  hwp_worker *worker = NULL;
  *out = (hwp_outcome){0};
  hw_status status = hwp_index_new_part(&s.input, &s.options, is_searched, &index, err);
  if (status == HW_OK) status = hwp_worker_new(index, &worker, err);
  if (status == HW_OK) status = hwp_worker_run(worker, unit, out, err);
  hwp_worker_delete(worker);
  hwp_index_delete(index);
  return status;
}

static hw_status run(const hwp_unit *unit, hwp_outcome *out, hw_err *err) {
  return run_part(NULL, unit, out, err);
}

/* The analyzer does not know that a failed assertion ends a test. */
static void expect_complete(const hwp_outcome *out) {
  if (out->kept == NULL || out->expected == NULL || out->variance == NULL || out->status == NULL ||
      out->why == NULL)
    abort();
}

/* @param is_searched  NULL = all samples */
static hwp_outcome run_ok(const bool *is_searched, hwp_unit unit) {
  hwp_outcome out;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(run_part(is_searched, &unit, &out, &err), &err);
  expect_complete(&out);
  return out;
}

static hwp_outcome run_all(void) {
  return run_ok(NULL, (hwp_unit){0, s.input.n_queries, false});
}

static void every_pair_is_compared_and_few_are_rescored(void **state) {
  (void)state;
  hwp_outcome out = run_all();
  assert_int_equal(out.n_compared, SMALL_FAMILIES * SMALL_SAMPLES);
  assert_in_range(out.n_rescored, out.n_kept, out.n_compared / 4);
  assert_true(out.n_kept > 0);
  for (int64_t i = 0; i < out.n_kept; i++) assert_true(out.kept[i].log10_lr >= 0.5);
  for (int32_t q = 0; q < SMALL_FAMILIES; q++) {
    hw_assert_status(out.status[q], HW_OK, NULL);
    assert_null(out.why[q]);
    assert_true(out.expected[q] >= 0.0 && out.expected[q] <= SMALL_SAMPLES);
    assert_true(out.variance[q] >= 0.0);
  }
  hwp_outcome_clear(&out);
  hwp_outcome_clear(&out);
  hwp_outcome_clear(NULL);
}

static void a_worker_does_one_unit_after_the_other(void **state) {
  (void)state;
  hwp_outcome whole = run_all(), out;
  hwp_index *index = NULL;
  hwp_worker *worker = NULL;
  hw_err err = HW_ERR_INIT;
  int64_t at = 0, n_rescored = 0;
  hw_assert_ok(hwp_index_new(&s.input, &s.options, &index, &err), &err);
  hw_assert_ok(hwp_worker_new(index, &worker, &err), &err);
  for (int32_t first = 0; first < SMALL_FAMILIES; first += 9) {
    const int32_t n = SMALL_FAMILIES - first < 9 ? SMALL_FAMILIES - first : 9;
    hw_assert_ok(hwp_worker_run(worker, &(hwp_unit){first, n, false}, &out, &err), &err);
    assert_true(at + out.n_kept <= whole.n_kept);
    expect_complete(&out);
    for (int64_t i = 0; i < out.n_kept; i++, at++) {
      assert_int_equal(out.kept[i].sample, whole.kept[at].sample);
      assert_int_equal(out.kept[i].query, whole.kept[at].query);
      hw_assert_same_bits(out.kept[i].log10_lr, whole.kept[at].log10_lr);
    }
    for (int32_t q = 0; q < n; q++) hw_assert_same_bits(out.expected[q], whole.expected[first + q]);
    n_rescored += out.n_rescored;
    hwp_outcome_clear(&out);
  }
  assert_int_equal(at, whole.n_kept);
  assert_int_equal(n_rescored, whole.n_rescored);
  hwp_worker_delete(worker);
  hwp_worker_delete(NULL);
  hwp_index_delete(index);
  hwp_outcome_clear(&whole);
}

static void the_new_samples_alone_can_be_searched(void **state) {
  (void)state;
  bool is_new[SMALL_SAMPLES];
  int32_t n_new = 0;
  for (int32_t i = 0; i < SMALL_SAMPLES; i++) n_new += is_new[i] = i >= 41 || i % 7 == 3;
  hwp_outcome whole = run_all(), out = run_ok(is_new, (hwp_unit){0, SMALL_FAMILIES, false});
  assert_int_equal(out.n_compared, SMALL_FAMILIES * n_new);
  int64_t at = 0;
  for (int64_t i = 0; i < whole.n_kept; i++) {
    if (!is_new[whole.kept[i].sample]) continue;
    assert_true(at < out.n_kept);
    assert_int_equal(out.kept[at].sample, whole.kept[i].sample);
    assert_int_equal(out.kept[at].query, whole.kept[i].query);
    at++;
  }
  assert_int_equal(at, out.n_kept);
  /* False leads are those among all samples. */
  for (int32_t q = 0; q < SMALL_FAMILIES; q++)
    hw_assert_same_bits(out.expected[q], whole.expected[q]);
  hwp_outcome_clear(&out);
  memset(is_new, 0, sizeof is_new); /* nobody: what is expected of all is still told */
  out = run_ok(is_new, (hwp_unit){0, SMALL_FAMILIES, false});
  assert_int_equal(out.n_kept, 0);
  assert_int_equal(out.n_compared, 0);
  for (int32_t q = 0; q < SMALL_FAMILIES; q++)
    hw_assert_same_bits(out.expected[q], whole.expected[q]);
  hwp_outcome_clear(&out);
  out = run_ok(NULL, (hwp_unit){3, 0, false});
  assert_int_equal(out.n_kept, 0);
  hwp_outcome_clear(&out);
  hwp_outcome_clear(&whole);
}

static void whom_the_engine_refuses_is_left_out_with_the_reason(void **state) {
  (void)state;
  s.persons[7][2].sex = HW_UNKNOWN_SEX; /* needed at the marker on X */
  hwp_outcome out = run_all();
  hw_assert_status(out.status[7], HW_E_UNSUPPORTED, NULL);
  hw_assert_contains(out.why[7], "X1");
  assert_null(strchr(out.why[7], '\n'));
  assert_true(isnan(out.expected[7]));
  hw_assert_same_bits(out.variance[7], 0.0);
  hw_assert_status(out.status[8], HW_OK, NULL);
  assert_int_equal(out.n_compared, (SMALL_FAMILIES - 1) * SMALL_SAMPLES);
  for (int64_t i = 0; i < out.n_kept; i++) assert_int_not_equal(out.kept[i].query, 7);
  hwp_outcome_clear(&out);
}

static void a_sex_that_differs_makes_a_pair_impossible(void **state) {
  (void)state;
  s.options.threshold = -HUGE_VAL;
  hwp_outcome out = run_all();
  assert_int_equal(out.n_kept, SMALL_FAMILIES * SMALL_SAMPLES);
  assert_int_equal(out.n_rescored, SMALL_FAMILIES * SMALL_SAMPLES);
  for (int64_t i = 0; i < out.n_kept; i++) {
    const hw_sex sample = s.samples[out.kept[i].sample].sex;
    const hw_sex query = s.persons[out.kept[i].query][2].sex;
    assert_int_equal(out.kept[i].query, i / SMALL_SAMPLES);
    assert_int_equal(out.kept[i].sample, i % SMALL_SAMPLES);
    if (sample != HW_UNKNOWN_SEX && sample != query) assert_true(out.kept[i].log10_lr == -HUGE_VAL);
  }
  for (int32_t q = 0; q < SMALL_FAMILIES; q++) hw_assert_same_bits(out.expected[q], SMALL_SAMPLES);
  hwp_outcome_clear(&out);
}

static void a_family_that_cannot_reach_the_threshold_rescores_nobody(void **state) {
  (void)state;
  s.options.threshold = 12.0;
  hwp_outcome out = run_all();
  assert_int_equal(out.n_rescored, 0);
  assert_int_equal(out.n_kept, 0);
  assert_int_equal(out.n_compared, SMALL_FAMILIES * SMALL_SAMPLES);
  hwp_outcome_clear(&out);
}

static void evidence_that_is_infinite_is_found(void **state) {
  (void)state;
  static const double always[9] = {0.9, 0.1, 0, 0.1, 0.9, 0, 0, 0, 1};
  static const double frequencies[3] = {1.0, 0.0, 0.0};
  for (int32_t m = 0; m < 2; m++) {
    s.markers[m].n_alleles = 3;
    s.markers[m].frequencies = frequencies;
    s.markers[m].matrix[0] = s.markers[m].matrix[1] = always;
    for (int32_t f = 0; f < SMALL_FAMILIES; f++)
      s.reference_observations[f][m] = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = 0, .b = 0};
    for (int32_t i = 0; i < SMALL_SAMPLES; i++)
      s.observations[i][m] = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = 0, .b = i % 10 == m};
  }
  s.options.threshold = 100.0;
  hwp_outcome out = run_all();
  assert_true(out.n_kept > 0);
  for (int64_t i = 0; i < out.n_kept; i++) {
    assert_true(out.kept[i].sample % 10 < 2);
    assert_true(out.kept[i].log10_lr == HUGE_VAL);
  }
  assert_in_range(out.n_rescored, out.n_kept, SMALL_FAMILIES * SMALL_SAMPLES / 5);
  const int64_t n_infinite = out.n_kept;
  hwp_outcome_clear(&out);
  /* Another marker excludes some of those who have it: they are excluded. */
  s.options.threshold = -HUGE_VAL;
  out = run_all();
  assert_int_equal(out.n_kept, SMALL_FAMILIES * SMALL_SAMPLES);
  int64_t n_excluded = 0, n_reached = 0;
  for (int64_t i = 0; i < out.n_kept; i++) {
    assert_false(isnan(out.kept[i].log10_lr));
    n_excluded += out.kept[i].sample % 10 < 2 && out.kept[i].log10_lr == -HUGE_VAL;
    n_reached += out.kept[i].log10_lr == HUGE_VAL;
  }
  assert_true(n_excluded > 0);
  assert_int_equal(n_reached, n_infinite);
  hwp_outcome_clear(&out);
}

static void a_unit_outside_of_the_search_is_a_bug(void **state) {
  (void)state;
  static const hwp_unit units[] = {
      {-1, 1, false}, {0, -1, false}, {0, SMALL_FAMILIES + 1, false}, {SMALL_FAMILIES, 1, false}};
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    hwp_outcome out;
    hw_err err = HW_ERR_INIT;
    hw_assert_status(run(&units[i], &out, &err), HW_E_BUG, &err);
    hwp_outcome_clear(&out);
  }
}

static void a_unit_without_memory_says_so(void **state) {
  (void)state;
  enum { WIDE = 60 }; /* a set there needs memory for a table of its own */
  static double frequencies[WIDE];
  static const char *names[WIDE];
  static const hw_allele seen[2] = {1, 2};
  hwp_index *index = NULL;
  hw_err err = HW_ERR_INIT;
  for (int32_t a = 0; a < WIDE; a++) {
    frequencies[a] = 1.0 / WIDE;
    names[a] = "a";
  }
  s.markers[1].n_alleles = WIDE;
  s.markers[1].frequencies = frequencies;
  s.markers[1].allele_names = names;
  s.observations[0][1] = (hw_observation){.kind = HW_OBS_SET, .n_seen = 2, .seen = seen};
  s.samples[0].profile.dropout = 0.1;
  s.options.threshold = -30.0;
  hw_assert_ok(hwp_index_new(&s.input, &s.options, &index, &err), &err);
  for (long n = 0; hw_faults_begin(n); n++) {
    hwp_worker *worker = NULL;
    hwp_outcome out = {0};
    hw_status status = hwp_worker_new(index, &worker, &err);
    assert_int_equal(worker == NULL, status != HW_OK);
    if (status == HW_OK) status = hwp_worker_run(worker, &(hwp_unit){0, 5, false}, &out, &err);
    const bool has_failed = hw_faults_end();
    hw_assert_status(status, has_failed ? HW_E_NO_MEMORY : HW_OK, &err);
    hwp_outcome_clear(&out);
    hwp_worker_delete(worker);
    if (has_failed) continue;
    hwp_index_delete(index);
    return;
  }
  fail();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(every_pair_is_compared_and_few_are_rescored, make),
      cmocka_unit_test_setup(a_worker_does_one_unit_after_the_other, make),
      cmocka_unit_test_setup(the_new_samples_alone_can_be_searched, make),
      cmocka_unit_test_setup(whom_the_engine_refuses_is_left_out_with_the_reason, make),
      cmocka_unit_test_setup(a_sex_that_differs_makes_a_pair_impossible, make),
      cmocka_unit_test_setup(a_family_that_cannot_reach_the_threshold_rescores_nobody, make),
      cmocka_unit_test_setup(evidence_that_is_infinite_is_found, make),
      cmocka_unit_test_setup(a_unit_outside_of_the_search_is_a_bug, make),
      cmocka_unit_test_setup(a_unit_without_memory_says_so, make),
  };
  return cmocka_run_group_tests_name("search: units", tests, NULL, NULL);
}
