/* A search in memory: the same results by any number of threads, in any number of goes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "search/pretend.h"
#include "search/runs.h"
#include "search/search_int.h"
#include "support/assert.h"
#include "support/faults.h"

static void results_do_not_depend_on_threads_or_units(void **state) {
  (void)state;
  static world w;
  for (int kind = 0; kind < 5; kind++) {
    hw_arena arena = {0};
    world_init(&w, 100 + (uint64_t)kind, 60, 90);
    const hw_search_input input = world_input(&w, &arena);
    hw_search_options options = runs_options(kind);
    const runs_answer one = runs_full(&input, &options, 1);
    assert_true(one.n_pairs > 0 && one.n_left_out > 0);
    static const int32_t UNITS[] = {1, 2, 7, 50, 1000};
    for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++) {
      options.unit_queries = UNITS[i];
      runs_answer first = {0};
      for (int32_t threads = 1; threads <= 5; threads += threads == 1 ? 1 : 3) {
        const runs_answer answer = runs_full(&input, &options, threads);
        runs_assert_same(&one, &answer, 0);
        if (threads == 1) first = answer;
        runs_assert_same(&first, &answer, 1);
      }
    }
    hw_arena_clear(&arena);
  }
}

static void figures_are_those_of_the_pairs(void **state) {
  (void)state;
  static world w;
  hw_arena arena = {0};
  hw_err err = HW_ERR_INIT;
  hw_search *search = NULL;
  world_init(&w, 5, 50, 40);
  const hw_search_input input = world_input(&w, &arena);
  hw_search_options options = runs_options(2);
  options.unit_queries = 5;
  hw_assert_ok(hw_search_new(&input, &options, &search, &err), &err);
  hw_assert_ok(hw_search_run(search, NULL, &err), &err);
  const hw_search_results *r = hw_search_results_get(search);
  double expected = 0;
  int32_t n_left_out = 0;
  for (int32_t i = 0; i < input.n_queries; i++) {
    if (n_left_out < r->n_left_out && r->left_out[n_left_out].query == i) {
      assert_true(isnan(r->expected[i]));
      assert_int_equal(r->left_out[n_left_out].status, HW_E_TOO_COMPLEX);
      assert_string_equal(r->left_out[n_left_out].why,
                          input.families[input.queries[i].family].code);
      n_left_out++;
    } else {
      expected += r->expected[i];
    }
  }
  assert_int_equal(n_left_out, r->n_left_out);
  assert_true(n_left_out > 0);
  hw_assert_same_bits(expected, r->expected_all);
  assert_true(r->expected_error > 0);
  assert_int_equal(r->n_compared, (int64_t)input.n_samples * (input.n_queries - r->n_left_out));
  for (int64_t i = 1; i < r->n_pairs; i++)
    assert_true(r->pairs[i - 1].log10_lr >= r->pairs[i].log10_lr);
  hw_assert_ok(hw_search_run(search, NULL, &err), &err); /* nothing left to do */
  hw_search_delete(search);
  hw_arena_clear(&arena);
}

static void interrupted_it_goes_on(void **state) {
  (void)state;
  static world w;
  hw_arena arena = {0};
  world_init(&w, 6, 40, 120);
  const hw_search_input input = world_input(&w, &arena);
  hw_search_options options = runs_options(1);
  options.unit_queries = 3;
  const runs_answer whole = runs_full(&input, &options, 1);
  for (int64_t every = 1; every <= 20; every++) {
    hw_search *search = NULL;
    hw_err err = HW_ERR_INIT;
    runs_stop stop = {0};
    hw_status s = HW_E_INTERRUPTED;
    int n_stops = -1;
    hw_assert_ok(hw_search_new(&input, &options, &search, &err), &err);
    for (; s == HW_E_INTERRUPTED; n_stops++) {
      stop.left = every;
      const hw_search_go go = runs_go(&stop, 1 + (int32_t)(every % 3));
      s = hw_search_run(search, &go, &err);
      if (s == HW_E_INTERRUPTED) {
        hw_assert_contains(err.message, "stopped");
        assert_null(hw_search_results_get(search));
      }
      assert_true(n_stops < 200);
    }
    hw_assert_ok(s, &err);
    if (every < 10 && every % 3 == 0) assert_true(n_stops > 0); /* one thread asks every time */
    assert_false(stop.is_falling);
    assert_int_equal(stop.last_done, stop.all);
    assert_int_equal(stop.all, (uint64_t)input.n_samples * (uint64_t)input.n_queries);
    const runs_answer answer = runs_answer_of(search, &input);
    runs_assert_same(&whole, &answer, 1);
    hw_search_delete(search);
  }
  hw_arena_clear(&arena);
}

static void a_failing_unit_ends_it_and_it_can_go_on(void **state) {
  (void)state;
  static world w;
  hw_arena arena = {0};
  hw_err err = HW_ERR_INIT;
  hw_search *search = NULL;
  world_init(&w, 7, 20, 60);
  const hw_search_input input = world_input(&w, &arena);
  hw_search_options options = runs_options(0);
  options.unit_queries = 4;
  const runs_answer whole = runs_full(&input, &options, 1);
  hw_assert_ok(hw_search_new(&input, &options, &search, &err), &err);
  pretend.failing_query = 31;
  hw_assert_status(hw_search_run(search, NULL, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "query 30 fails");
  pretend.failing_query = 0;
  hw_assert_ok(hw_search_run(search, NULL, &err), &err);
  const runs_answer answer = runs_answer_of(search, &input);
  runs_assert_same(&whole, &answer, 1);
  hw_search_delete(search);
  hw_arena_clear(&arena);
}

static void nothing_to_search_is_refused(void **state) {
  (void)state;
  static world w;
  hw_arena arena = {0};
  hw_err err = HW_ERR_INIT;
  hw_search *search = NULL;
  world_init(&w, 8, 3, 2);
  hw_search_input input = world_input(&w, &arena);
  const hw_search_options options = runs_options(0);
  const int32_t n_queries = input.n_queries;
  input.n_queries = 0;
  hw_assert_status(hw_search_new(&input, &options, &search, &err), HW_E_SHAPE, &err);
  hw_assert_contains(err.message, "3 samples, 0 missing persons");
  input.n_queries = n_queries;
  input.n_samples = 0;
  hw_assert_status(hw_search_new(&input, &options, &search, &err), HW_E_SHAPE, &err);
  input.n_samples = HW_SEARCH_MAX_SAMPLES + 1;
  hw_assert_status(hw_search_new(&input, &options, &search, &err), HW_E_SHAPE, &err);
  hw_assert_contains(err.message, "more than one search takes");
  assert_null(search);
  hw_search_delete(NULL);
  hw_arena_clear(&arena);
}

static void without_memory_it_says_so_and_can_be_run_again(void **state) {
  (void)state;
  static world w;
  hw_arena arena = {0};
  hw_search *search = NULL;
  hw_err err = HW_ERR_INIT;
  world_init(&w, 9, 8, 9);
  const hw_search_input input = world_input(&w, &arena);
  hw_search_options options = runs_options(2);
  options.unit_queries = 4;
  options.likelihood.simd = "ref";
  const runs_answer whole = runs_full(&input, &options, 1);
  const hw_search_go go = {.n_threads = 1};
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_status s = search ? HW_OK : hw_search_new(&input, &options, &search, &err);
    if (s == HW_OK) s = hw_search_run(search, &go, &err);
    if (!hw_faults_end()) {
      hw_assert_ok(s, &err);
      break;
    }
    hw_assert_status(s, HW_E_NO_MEMORY, &err);
    if (n % 2) { /* every second search begins anew, the others go on */
      hw_search_delete(search);
      search = NULL;
    }
  }
  const runs_answer answer = runs_answer_of(search, &input);
  runs_assert_same(&whole, &answer, 1);
  hw_search_delete(search);
  hw_arena_clear(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(results_do_not_depend_on_threads_or_units),
      cmocka_unit_test(figures_are_those_of_the_pairs),
      cmocka_unit_test(interrupted_it_goes_on),
      cmocka_unit_test(a_failing_unit_ends_it_and_it_can_go_on),
      cmocka_unit_test(nothing_to_search_is_refused),
      cmocka_unit_test(without_memory_it_says_so_and_can_be_run_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
