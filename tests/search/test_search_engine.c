/* Searches with the engine itself: the same bytes by threads, units, kernels, shards, after
 * interruptions, and by searches that remember. What test_search_plan and test_search_kept go
 * through at length with a stand-in is seen here to hold for true likelihood ratios and
 * expectations. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "search/place.h"
#include "search/runs.h"
#include "search/search_int.h"
#include "support/assert.h"

static void nothing_but_input_and_parameters_matters(void **state) {
  (void)state;
  static world w;
  static const char *const SETS[] = {"ref", "avx2", "avx512"};
  for (int kind = 0; kind < 5; kind++) {
    hw_arena arena = {0};
    world_init(&w, 300 + (uint64_t)kind, 50, 24);
    const hw_search_input input = world_input(&w, &arena);
    hw_search_options options = runs_options(kind);
    const runs_answer one = runs_full(&input, &options, 1);
    assert_true(one.n_pairs > 0 && one.n_left_out > 0 && one.n_left_out < input.n_queries);
    for (int32_t unit = 1; unit <= 9; unit += 4) {
      options.unit_queries = unit;
      const runs_answer answer = runs_full(&input, &options, 1 + unit % 5);
      runs_assert_same(&one, &answer, 1);
    }
    for (int i = 0; i < 3; i++) {
      if (!hw_kernel_set(SETS[i])) continue;
      options.likelihood.simd = SETS[i];
      options.no_pruning = i == 1;
      const runs_answer answer = runs_full(&input, &options, 2);
      runs_assert_same(&one, &answer, 0);
    }
    hw_arena_clear(&arena);
  }
}

static void shards_give_what_memory_gives(void **state) {
  (void)state;
  static world w;
  static const int32_t SHARDS[] = {1, 2, 37};
  hw_arena arena = {0};
  hw_err err = HW_ERR_INIT;
  world_init(&w, 310, 40, 36);
  const hw_search_input input = world_input(&w, &arena);
  hw_search_options options = runs_options(2);
  options.unit_queries = 1;
  const runs_answer one = runs_full(&input, &options, 1);
  for (size_t k = 0; k < 3; k++) {
    char *dir = place_file("plan");
    hw_search_plan *plan = NULL;
    const hw_search *merged = NULL;
    hw_assert_ok(runs_plan_write(&input, &options, SHARDS[k], 60, dir, &err), &err);
    hw_assert_ok(hw_search_plan_open(dir, &plan, &err), &err);
    assert_int_equal(hw_search_plan_shards(plan), SHARDS[k]);
    for (int32_t i = SHARDS[k] - 1; i >= 0; i--) {
      runs_stop stop = {.left = 1 + i % 3};
      hw_search_go go = runs_go(&stop, 1 + i % 5);
      hw_status s = hw_search_plan_run(plan, i, &go, &err);
      assert_true(s == HW_OK || s == HW_E_INTERRUPTED);
      stop = (runs_stop){.left = -1};
      hw_assert_ok(hw_search_plan_run(plan, i, &go, &err), &err);
    }
    hw_assert_ok(runs_merge(plan, &merged, &err), &err);
    const runs_answer answer = runs_answer_of(merged, &input);
    runs_assert_same(&one, &answer, 1);
    hw_search_plan_close(plan);
    place_clear();
  }
  hw_arena_clear(&arena);
}

static void details_are_those_of_the_search(void **state) {
  (void)state;
  static world w;
  hw_arena arena = {0};
  hw_err err = HW_ERR_INIT;
  hw_search *search = NULL;
  hw_search_plan *plan = NULL;
  const hw_search *merged = NULL;
  char *dir = place_file("plan");
  world_init(&w, 311, 40, 30);
  const hw_search_input input = world_input(&w, &arena);
  const hw_search_options options = runs_options(0);
  hw_search_detail one, other;
  double by_marker[2][WORLD_MARKERS];
  const hw_search_pair nobody = {0, 0, 0};
  hw_assert_ok(hw_search_new(&input, &options, &search, &err), &err);
  hw_assert_status(hw_search_details(search, 1, &nobody, &one, NULL, &err), HW_E_STATE, &err);
  hw_assert_contains(err.message, "run it to its end");
  hw_assert_ok(hw_search_run(search, NULL, &err), &err);
  hw_assert_ok(runs_plan_write(&input, &options, 1, 60, dir, &err), &err);
  hw_assert_ok(hw_search_plan_open(dir, &plan, &err), &err);
  hw_assert_ok(hw_search_plan_run(plan, 0, NULL, &err), &err);
  hw_assert_ok(runs_merge(plan, &merged, &err), &err);
  const hw_search_results *r = hw_search_results_get(search);
  assert_true(r->n_pairs > 3);
  for (int64_t i = 0; i < r->n_pairs; i++) {
    memset(&one, 0, sizeof one);
    memset(&other, 0, sizeof other);
    hw_assert_ok(hw_search_details(search, 1, &r->pairs[i], &one, by_marker[0], &err), &err);
    hw_assert_ok(hw_search_details(merged, 1, &r->pairs[i], &other, by_marker[1], &err), &err);
    assert_memory_equal(&one, &other, sizeof one);
    assert_memory_equal(by_marker[0], by_marker[1], sizeof by_marker[0]);
    double sum = 0;
    for (int m = 0; m < WORLD_MARKERS; m++) sum += by_marker[0][m];
    hw_assert_close(sum, r->pairs[i].log10_lr, 1e-12, 1e-12);
  }
  hw_search_plan_close(plan);
  hw_search_delete(search);
  hw_arena_clear(&arena);
  place_clear();
}

static void searches_that_remember_equal_full_ones(void **state) {
  (void)state;
  static world w;
  int n_partial = 0;
  for (uint64_t seed = 1; seed <= 4; seed++) {
    char *dir = place_file("kept");
    hw_search_options options = runs_options((int)(seed % 4));
    options.unit_queries = 1 + (int32_t)(seed % 9);
    world_init(&w, 400 + seed, 20 + (int32_t)(seed * 7 % 60), 10 + (int32_t)seed);
    for (int step = 0; step < 6; step++) {
      hw_arena arena = {0};
      hw_search *search = NULL;
      hw_err err = HW_ERR_INIT;
      hw_search_since since;
      const hw_search_input input = world_input(&w, &arena);
      const runs_answer full = runs_full(&input, &options, 2);
      hw_status s = HW_E_INTERRUPTED;
      for (int k = 0; s == HW_E_INTERRUPTED; k++) {
        runs_stop stop = {.left = step % 3 ? -1 : 3 + k};
        const hw_search_go go = runs_go(&stop, 1 + step % 2);
        hw_search_delete(search);
        hw_assert_ok(hw_search_new(&input, &options, &search, &err), &err);
        s = hw_search_run_kept(search, dir, &go, &since, &err);
      }
      hw_assert_ok(s, &err);
      assert_true(since.is_kept);
      assert_string_equal(since.note, "");
      n_partial += !since.is_full;
      const runs_answer answer = runs_answer_of(search, &input);
      runs_assert_same(&full, &answer, since.is_full);
      hw_search_delete(search);
      hw_arena_clear(&arena);
      world_change(&w, 1 + (step * 7 + (int)seed) % 5);
    }
    place_clear();
  }
  assert_true(n_partial > 14); /* of 20 */
}

/* @param argv  pattern of the cases to run; without one all are */
int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_but_input_and_parameters_matters),
      cmocka_unit_test(shards_give_what_memory_gives),
      cmocka_unit_test(details_are_those_of_the_search),
      cmocka_unit_test(searches_that_remember_equal_full_ones),
  };
  if (argc > 1) cmocka_set_test_filter(argv[1]);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
