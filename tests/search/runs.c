/* Searches of worlds, and their results to compare (see runs.h). */
#include "search/runs.h"

#include <math.h>
#include <string.h>

#include "support/assert.h"

runs_answer runs_answer_of(const hw_search *search, const hw_search_input *input) {
  runs_answer answer;
  const hw_search_results *results = hw_search_results_get(search);
  assert_non_null(results);
  hwp_results_digest(results, input->n_queries, answer.digest);
  answer.n_pairs = results->n_pairs;
  answer.n_rescored = results->n_rescored;
  answer.n_compared = results->n_compared;
  answer.n_left_out = results->n_left_out;
  return answer;
}

runs_answer runs_full(const hw_search_input *input, const hw_search_options *options,
                      int32_t n_threads) {
  hw_search *search = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_search_new(input, options, &search, &err), &err);
  assert_null(hw_search_results_get(search));
  const hw_search_go go = {.n_threads = n_threads};
  hw_assert_ok(hw_search_run(search, &go, &err), &err);
  const runs_answer answer = runs_answer_of(search, input);
  hw_search_delete(search);
  return answer;
}

void runs_assert_same(const runs_answer *a, const runs_answer *b, int with_work) {
  assert_int_equal(a->n_pairs, b->n_pairs);
  assert_int_equal(a->n_compared, b->n_compared);
  assert_int_equal(a->n_left_out, b->n_left_out);
  if (with_work) assert_int_equal(a->n_rescored, b->n_rescored);
  assert_memory_equal(a->digest, b->digest, HW_DIGEST_SIZE);
}

hw_search_options runs_options(int kind) {
  static const hw_search_options OPTIONS[] = {
      {.threshold = 3, .prior_none = -1},
      {.threshold = 5, .floor = 0.25, .top = 1, .prior_none = 0.1},
      {.threshold = 4, .floor = -2, .top = 3, .prior_none = -1},
      {.threshold = 400, .floor = 2, .top = 2, .prior_none = -1},
      {.threshold = -HUGE_VAL, .floor = -HUGE_VAL, .top = 0, .prior_none = -1},
  };
  return OPTIONS[kind % 5];
}

static bool progress(void *context, uint64_t pairs_done, uint64_t pairs) {
  runs_stop *stop = context;
  if (pairs_done < stop->last_done || pairs_done > pairs) stop->is_falling = 1;
  stop->last_done = pairs_done;
  stop->all = pairs;
  return stop->left >= 0 && stop->left-- == 0;
}

hw_search_go runs_go(runs_stop *stop, int32_t n_threads) {
  return (hw_search_go){.n_threads = n_threads, .progress = progress, .context = stop};
}

hw_status runs_plan_write(const hw_search_input *input, const hw_search_options *options,
                          int32_t n_shards, double shard_seconds, const char *dir, hw_err *err) {
  const hw_search_planned what = {.str = input, .str_options = options};
  return hw_search_plan_write(&what, n_shards, shard_seconds, dir, err);
}

hw_status runs_merge(hw_search_plan *plan, const hw_search **out, hw_err *err) {
  hw_search_merged merged;
  const hw_status status = hw_search_plan_merge(plan, &merged, err);
  *out = merged.str;
  return status;
}
