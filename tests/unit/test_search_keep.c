/* What is kept of many pairs: against counting ranks, and cut piece by piece. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "search/keep.h"
#include "support/assert.h"
#include "support/faults.h"

enum { SAMPLES = 12, QUERIES = 9, PAIRS = SAMPLES * QUERIES };

static uint32_t draw(uint32_t *state) {
  *state = *state * 1664525u + 1013904223u;
  return *state >> 16;
}

/* All pairs, with many ties and some impossible ones, in an order of their own. */
static void fill(hw_search_pair *pairs, uint32_t seed) {
  for (int32_t i = 0; i < PAIRS; i++) {
    const uint32_t value = draw(&seed) % 15;
    pairs[i] = (hw_search_pair){i % SAMPLES, i / SAMPLES,
                                value == 14 ? -HUGE_VAL : 0.5 * ((int32_t)value - 7)};
  }
  for (int32_t i = PAIRS - 1; i > 0; i--) {
    const int32_t j = (int32_t)(draw(&seed) % (uint32_t)(i + 1));
    const hw_search_pair other = pairs[i];
    pairs[i] = pairs[j];
    pairs[j] = other;
  }
}

static bool is_better(const hw_search_pair *x, const hw_search_pair *y) {
  if (x->log10_lr != y->log10_lr) return x->log10_lr > y->log10_lr;
  return x->sample != y->sample ? x->sample < y->sample : x->query < y->query;
}

static bool is_kept(const hw_search_options *options, const hw_search_pair *pairs, int32_t at) {
  int32_t of_sample = 0, of_query = 0;
  if (pairs[at].log10_lr >= options->threshold) return true;
  for (int32_t i = 0; i < PAIRS; i++) {
    if (!is_better(&pairs[i], &pairs[at])) continue;
    of_sample += pairs[i].sample == pairs[at].sample;
    of_query += pairs[i].query == pairs[at].query;
  }
  return pairs[at].log10_lr >= options->floor &&
         (of_sample < options->top || of_query < options->top);
}

static hw_search_options options_of(uint32_t seed) {
  hw_search_options options = {.threshold = 0.5 * (draw(&seed) % 8) - 1.0, .floor = -HUGE_VAL};
  options.top = (int32_t)(draw(&seed) % 5);
  if (draw(&seed) % 3 > 0) options.floor = options.threshold - 0.5 * (draw(&seed) % 6);
  return options;
}

static void pairs_are_kept_by_threshold_and_by_rank_among_those_above_the_floor(void **state) {
  (void)state;
  for (uint32_t seed = 0; seed < 300; seed++) {
    hw_search_pair pairs[PAIRS], found[PAIRS];
    const hw_search_options options = options_of(seed);
    fill(pairs, seed);
    memcpy(found, pairs, sizeof pairs);
    const int64_t n = hwp_keep(&options, SAMPLES, QUERIES, PAIRS, found);
    int64_t expected = 0;
    for (int32_t i = 0; i < PAIRS; i++) expected += is_kept(&options, pairs, i);
    assert_int_equal(n, expected);
    for (int64_t i = 0; i < n; i++) {
      int32_t at = 0;
      while (pairs[at].sample != found[i].sample || pairs[at].query != found[i].query) at++;
      assert_true(is_kept(&options, pairs, at));
      hw_assert_same_bits(pairs[at].log10_lr, found[i].log10_lr);
      if (i > 0) assert_true(is_better(&found[i - 1], &found[i]));
    }
  }
}

static void cutting_piece_by_piece_keeps_the_same(void **state) {
  (void)state;
  for (uint32_t seed = 0; seed < 300; seed++) {
    hw_search_pair pairs[PAIRS], whole[PAIRS], pieces[PAIRS];
    const hw_search_options options = options_of(seed);
    int64_t n = 0;
    fill(pairs, seed);
    memcpy(whole, pairs, sizeof pairs);
    const int64_t expected = hwp_keep(&options, SAMPLES, QUERIES, PAIRS, whole);
    for (int32_t at = 0, step; at < PAIRS; at += step) {
      step = 1 + (int32_t)(draw(&seed) % 20);
      if (step > PAIRS - at) step = PAIRS - at;
      memcpy(pieces + n, pairs + at, sizeof *pairs * (size_t)step);
      n = hwp_keep(&options, SAMPLES, QUERIES, n + step, pieces);
    }
    assert_int_equal(n, expected);
    assert_memory_equal(pieces, whole, sizeof *whole * (size_t)n);
  }
}

static void nothing_is_kept_of_nothing(void **state) {
  (void)state;
  const hw_search_options options = {.threshold = 4.0, .top = 3};
  assert_int_equal(hwp_keep(&options, 1, 1, 0, NULL), 0);
}

static void a_keeper_cuts_when_pairs_become_many(void **state) {
  (void)state;
  const int32_t n_samples = 3000, n_queries = 1000;
  const hw_search_input input = {.n_samples = n_samples, .n_queries = n_queries};
  const hw_search_options options = {.threshold = 1e9, .floor = 0.0, .top = 1};
  hwp_keeper keeper = {0};
  hw_err err = HW_ERR_INIT;
  hwp_keeper_begin(&keeper, &input, &options);
  for (int32_t i = 0; i < n_samples; i++)
    for (int32_t q = 0; q < n_queries; q++) {
      const hw_search_pair pair = {i, q, (i * 7919 + q * 104729) % 1000003};
      hw_assert_ok(hwp_keeper_add(&keeper, &pair, &err), &err);
    }
  assert_true(keeper.capacity < (int64_t)n_samples * n_queries);
  hw_assert_ok(hwp_keeper_end(&keeper, &err), &err);
  assert_in_range(keeper.n, n_samples, n_samples + n_queries);
  for (int64_t i = 1; i < keeper.n; i++) {
    const hw_search_pair *x = &keeper.pairs[i - 1], *y = &keeper.pairs[i];
    assert_true(x->query < y->query || (x->query == y->query && x->sample < y->sample));
  }
  hwp_keeper_clear(&keeper);
}

static hw_status keep_all(hwp_keeper *keeper, const hw_search_pair *pairs, hw_err *err) {
  static const hw_search_input input = {.n_samples = SAMPLES, .n_queries = QUERIES};
  static const hw_search_options options = {.threshold = 2.0, .floor = 0.0, .top = 2};
  hw_status status = HW_OK;
  hwp_keeper_begin(keeper, &input, &options);
  for (int32_t i = 0; status == HW_OK && i < PAIRS; i++)
    status = hwp_keeper_add(keeper, &pairs[i], err);
  return status == HW_OK ? hwp_keeper_end(keeper, err) : status;
}

static void a_keeper_without_memory_says_so_and_can_be_cleared(void **state) {
  (void)state;
  hw_search_pair pairs[PAIRS];
  fill(pairs, 1);
  for (long n = 0; hw_faults_begin(n); n++) {
    hwp_keeper keeper = {0};
    hw_err err = HW_ERR_INIT;
    const hw_status status = keep_all(&keeper, pairs, &err);
    const bool has_failed = hw_faults_end();
    hw_assert_status(status, has_failed ? HW_E_NO_MEMORY : HW_OK, &err);
    hwp_keeper_clear(&keeper);
    if (!has_failed) return;
  }
  fail();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pairs_are_kept_by_threshold_and_by_rank_among_those_above_the_floor),
      cmocka_unit_test(cutting_piece_by_piece_keeps_the_same),
      cmocka_unit_test(nothing_is_kept_of_nothing),
      cmocka_unit_test(a_keeper_cuts_when_pairs_become_many),
      cmocka_unit_test(a_keeper_without_memory_says_so_and_can_be_cleared),
  };
  return cmocka_run_group_tests_name("search: what is kept", tests, NULL, NULL);
}
