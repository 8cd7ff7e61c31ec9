/* Searches by SNP profiles in shards and with a checkpoint: the same bits as in one go, whatever the
 * layout and threads, and whoever was interrupted or killed. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "search/mixed.h"
#include "search/place.h"
#include "search/plan_int.h"
#include "search/problem.h"
#include "support/assert.h"
#include "support/faults.h"

/* --- the same bits --- */

static void shards_and_threads_do_not_matter(void **state) {
  (void)state;
  static const int32_t SHARDS[] = {1, 2, 5, 1000};
  for (uint64_t seed = 0; seed < 2 * (sizeof SHARDS / sizeof SHARDS[0]); seed++) {
    mixed m;
    mixed_make(&m, seed, seed % 4 != 3);
    const mixed_answer right = mixed_full(&m, 1), other = mixed_full(&m, 3);
    mixed_assert_same(&right, &other);
    assert_true(right.n_snp_pairs > 0 && right.n_left_out > 0);
    hw_search_plan *p = mixed_plan(&m, place_file("plan"), SHARDS[seed / 2]);
    const int32_t n = hw_search_plan_shards(p);
    for (int32_t i = 0; i < n; i++) problem_run(p, n - 1 - i, 1 + 2 * (i % 2));
    const mixed_answer merged = mixed_merge(&m, p), again = mixed_merge(&m, p);
    mixed_assert_same(&right, &merged);
    mixed_assert_same(&right, &again);
    hw_search_plan_close(p);
    place_clear();
    mixed_clear(&m);
  }
}

static void units_of_any_size_find_the_same(void **state) {
  (void)state;
  mixed m;
  hwp_snp_index *index = NULL;
  hw_err err = HW_ERR_INIT;
  mixed_make(&m, 5, false);
  const hw_snp_search_input *input = m.planned.snp;
  const mixed_answer right = mixed_full(&m, 1);
  hw_assert_ok(hwp_snp_index_new(input, &m.snp_options, NULL, &index, &err), &err);
  for (int32_t size = 1; size <= HWP_SNP_UNIT; size++) {
    const hw_search_options keeping = hwp_snp_keeping(&m.snp_options);
    hwp_snp_worker *worker = NULL;
    hwp_found found;
    hw_snp_search_results *results = NULL;
    hw_assert_ok(hwp_snp_worker_new(index, &worker, &err), &err);
    hw_assert_ok(hwp_found_init(&found, input->n_samples, input->n_queries, true, &keeping, &err),
                 &err);
    for (int32_t first = 0; first < input->n_queries; first += size) {
      const int32_t left = input->n_queries - first;
      const hwp_unit unit = {first, left < size ? left : size, true};
      hwp_outcome outcome;
      hw_assert_ok(hwp_snp_worker_run(worker, &unit, true, &outcome, &err), &err);
      hw_assert_ok(hwp_found_add(&found, &unit, &outcome, &err), &err);
      hwp_outcome_clear(&outcome);
    }
    hw_assert_ok(hwp_snp_finish(&found, &m.snp_options, &results, &err), &err);
    const mixed_answer answer = mixed_of_snp(&m, results);
    mixed_assert_same(&right, &answer);
    hw_snp_search_results_delete(results);
    hwp_snp_worker_delete(worker);
  }
  hwp_snp_index_delete(index);
  mixed_clear(&m);
}

static void what_was_planned_comes_back(void **state) {
  (void)state;
  mixed m;
  mixed_make(&m, 2, true);
  hw_search_plan *p = mixed_plan(&m, place_file("plan"), 3);
  const hw_search_planned found = hw_search_plan_get(p);
  assert_int_equal(found.snp->n_samples, m.planned.snp->n_samples);
  assert_int_equal(found.str->n_queries, m.planned.str->n_queries);
  hw_assert_same_bits(found.snp_options->threshold, m.snp_options.threshold);
  hw_assert_same_bits(found.snp_options->floor, m.snp_options.floor);
  assert_int_equal(found.snp_options->no_screen, m.snp_options.no_screen);
  assert_int_equal(found.snp_options->linked.max_bits, m.snp_options.linked.max_bits);
  hw_assert_same_bits(found.weighing->threshold, m.weighing.threshold);
  assert_int_equal(found.weighing->kinds, m.weighing.kinds);
  assert_int_equal(found.weighing->most_y, m.weighing.most_y);
  hw_search_plan_close(p);
  place_clear();
  mixed_clear(&m);
}

/* --- interrupted and killed --- */

/* Whoever runs is stopped after some questions, or kills herself then. */
typedef struct ending {
  int64_t left; /* −1 = never */
  bool is_kill;
} ending;

static bool look(void *context, uint64_t done, uint64_t all) {
  ending *self = context;
  assert_true(done <= all);
  if (self->left < 0 || self->left-- > 0) return false;
  if (self->is_kill) kill(getpid(), SIGKILL);
  return true;
}

/* Does a shard, or the whole with a folder; in a child where it is killed.
 * @return whether it came to its end */
static bool attempt(const mixed *m, const char *dir, int32_t shard, int32_t n_threads,
                    ending *how) {
  const hw_search_go go = {.n_threads = n_threads, .progress = look, .context = how};
  const pid_t child = how->is_kill ? fork() : 0;
  hw_err err = HW_ERR_INIT;
  hw_status status;
  if (how->is_kill && child > 0) {
    int ended;
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_true(WIFSIGNALED(ended) || (WIFEXITED(ended) && WEXITSTATUS(ended) == 0));
    return !WIFSIGNALED(ended);
  }
  assert_int_equal(child, 0);
  if (shard >= 0) {
    hw_search_plan *p = NULL;
    status = hw_search_plan_open(dir, &p, &err);
    if (status == HW_OK) status = hw_search_plan_run(p, shard, &go, &err);
    hw_search_plan_close(p);
  } else {
    hw_snp_search_results *results = NULL;
    status = hw_snp_search_run_kept(m->planned.snp, m->planned.snp_options, dir, &go, NULL,
                                    &results, &err);
    hw_snp_search_results_delete(results);
  }
  if (how->is_kill) _exit(status == HW_OK ? 0 : 3);
  if (status != HW_OK) hw_assert_status(status, HW_E_INTERRUPTED, &err);
  return status == HW_OK;
}

static void interrupted_or_killed_at_any_point_a_shard_goes_on(void **state) {
  (void)state;
  int n_ended = 0;
  for (uint64_t seed = 0; seed < 12; seed++) {
    mixed m;
    mixed_make(&m, seed, seed % 2 == 0);
    char *dir = place_file("plan");
    const mixed_answer right = mixed_full(&m, 1);
    const int32_t n_shards = 1 + (int32_t)(seed % 3);
    hw_search_plan *p = mixed_plan(&m, dir, n_shards);
    for (int32_t shard = 0; shard < n_shards; shard++) {
      ending how = {.is_kill = seed % 4 >= 2};
      for (int32_t i = 0;; i++) { /* a little further each time */
        how.left = 1 + (int64_t)(seed % 3) + i;
        if (attempt(&m, dir, shard, 1 + (int32_t)(seed % 2), &how)) break;
        n_ended++;
        assert_true(i < 100);
      }
    }
    const mixed_answer merged = mixed_merge(&m, p);
    mixed_assert_same(&right, &merged);
    hw_search_plan_close(p);
    place_clear();
    mixed_clear(&m);
  }
  assert_true(n_ended > 12);
}

/* Counts from where the work begins. */
typedef struct beginning {
  bool is_seen;
  uint64_t first, all;
} beginning;

static bool note_first(void *context, uint64_t done, uint64_t all) {
  beginning *self = context;
  if (!self->is_seen) *self = (beginning){true, done, all};
  return false;
}

static mixed_answer run_kept(const mixed *m, const char *dir, beginning *begun,
                             hw_search_since *since) {
  const hw_search_go go = {.n_threads = 1, .progress = note_first, .context = begun};
  hw_snp_search_results *results = NULL;
  hw_err err = HW_ERR_INIT;
  *begun = (beginning){0};
  hw_assert_ok(hw_snp_search_run_kept(m->planned.snp, m->planned.snp_options, dir, &go, since,
                                      &results, &err),
               &err);
  const mixed_answer answer = mixed_of_snp(m, results);
  hw_snp_search_results_delete(results);
  return answer;
}

static void interrupted_or_killed_a_search_goes_on(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 8; seed++) {
    mixed m;
    beginning begun;
    hw_search_since since;
    mixed_make(&m, seed, false);
    char *dir = place_file("kept");
    const mixed_answer right = mixed_full(&m, 1);
    ending how = {.left = 2, .is_kill = seed % 2 == 1};
    assert_false(attempt(&m, dir, -1, 1, &how));
    mixed_answer answer = run_kept(&m, dir, &begun, &since);
    mixed_assert_same(&right, &answer);
    assert_true(since.is_resumed && since.is_kept && begun.first > 0 && begun.first < begun.all);
    answer = run_kept(&m, dir, &begun, &since); /* again: nothing to do */
    mixed_assert_same(&right, &answer);
    assert_int_equal(begun.first, begun.all);
    m.snp_options.threshold -= 0.5; /* another search */
    const mixed_answer other = mixed_full(&m, 1);
    answer = run_kept(&m, dir, &begun, &since);
    mixed_assert_same(&other, &answer);
    assert_true(!since.is_resumed && begun.first == 0);
    place_clear();
    mixed_clear(&m);
  }
}

static void a_folder_that_is_of_no_use_is_told(void **state) {
  (void)state;
  mixed m;
  beginning begun;
  hw_search_since since;
  mixed_make(&m, 1, false);
  char *file = place_file("file"), *dir = place_file("kept");
  const mixed_answer right = mixed_full(&m, 1);
  problem_write(file, "x", 1);
  mixed_answer answer = run_kept(&m, file, &begun, &since);
  mixed_assert_same(&right, &answer);
  assert_false(since.is_kept);
  hw_assert_contains(since.note, "this search is not kept");

  answer = run_kept(&m, dir, &begun, &since);
  char path[600];
  size_t n;
  snprintf(path, sizeof path, "%s/snp.part", dir);
  char *bytes = problem_read(path, &n);
  for (size_t k = 0; k < 40; k++) { /* damaged and cut: done again as far as it must be */
    const size_t at = k * (n - 1) / 39;
    bytes[at] ^= 16;
    problem_write(path, bytes, k % 2 == 0 ? n : at);
    bytes[at] ^= 16;
    answer = run_kept(&m, dir, &begun, &since);
    mixed_assert_same(&right, &answer);
    assert_true(begun.first < begun.all || at == 0);
  }
  free(bytes);
  place_clear();
  mixed_clear(&m);
}

/* --- damage --- */

static void every_changed_byte_of_a_shard_is_refused(void **state) {
  (void)state;
  mixed m;
  size_t n;
  hw_err err = HW_ERR_INIT;
  mixed_make(&m, 1, true);
  char *dir = place_file("plan");
  hw_search_plan *p = mixed_plan(&m, dir, 1000);
  const int32_t shard = hw_search_plan_shards(p) - 1; /* of SNP profiles */
  problem_run(p, shard, 1);
  char *bytes = problem_read(problem_file(dir, shard, ".done"), &n);
  hw_assert_ok(hwp_shard_parse(&p->manifest, shard, bytes, n, NULL, NULL, &err), &err);
  for (size_t i = 0; i < n; i++) {
    bytes[i] ^= (char)(1 << i % 8);
    hw_assert_status(hwp_shard_parse(&p->manifest, shard, bytes, n, NULL, NULL, &err), HW_E_DAMAGED,
                     &err);
    hw_assert_contains(err.message, "run it again");
    bytes[i] ^= (char)(1 << i % 8);
    hw_assert_status(hwp_shard_parse(&p->manifest, shard, bytes, i, NULL, NULL, &err), HW_E_DAMAGED,
                     &err);
  }
  free(bytes);
  hw_search_plan_close(p);
  place_clear();
  mixed_clear(&m);
}

static void merging_refuses_shards_that_are_not_of_this_plan(void **state) {
  (void)state;
  mixed m;
  size_t n, n_other;
  hw_err err = HW_ERR_INIT;
  hw_search_merged merged;
  mixed_make(&m, 4, true);
  char *dir = place_file("plan"), *dir_other = place_file("other");
  const mixed_answer right = mixed_full(&m, 1);
  hw_search_plan *p = mixed_plan(&m, dir, 4);
  for (int32_t i = 0; i < 3; i++) problem_run(p, i, 1);
  hw_assert_status(hw_search_plan_merge(p, &merged, &err), HW_E_NOT_FOUND, &err);
  hw_assert_contains(err.message, "1 of 4 shards are not done: run 3");
  problem_run(p, 3, 1);
  m.weighing.most_mt = 1; /* the weighing belongs to the plan */
  hw_search_plan *other = mixed_plan(&m, dir_other, 4);
  problem_run(other, 3, 1);
  hw_search_plan_close(other);
  hw_assert_status(hw_search_plan_write(&m.planned, 4, 60, dir, &err), HW_E_CONFLICT, &err);
  hw_assert_contains(err.message, "with other parameters");
  char *mine = problem_file(dir, 3, ".done");
  char *bytes = problem_read(mine, &n),
       *foreign = problem_read(problem_file(dir_other, 3, ".done"), &n_other);
  problem_write(mine, foreign, n_other);
  hw_assert_status(hw_search_plan_merge(p, &merged, &err), HW_E_DAMAGED, &err);
  hw_assert_contains(err.message, "belongs to another search or shard");
  assert_string_equal(err.file, mine);
  problem_write(mine, bytes, n - 1);
  hw_assert_status(hw_search_plan_merge(p, &merged, &err), HW_E_DAMAGED, &err);
  assert_true(merged.str == NULL && merged.snp == NULL);
  problem_run(p, 3, 1);
  const mixed_answer answer = mixed_merge(&m, p);
  mixed_assert_same(&right, &answer);
  free(bytes);
  free(foreign);
  hw_search_plan_close(p);
  place_clear();
  mixed_clear(&m);
}

/* Puts one text in place of another of the same length. */
static void change(char *bytes, size_t n, const char *from, const char *to) {
  const size_t length = strlen(from);
  for (size_t i = 0; i + length <= n; i++)
    if (memcmp(bytes + i, from, length) == 0) {
      memcpy(bytes + i, to, length);
      return;
    }
  fail_msg("there is no \"%s\"", from);
}

static void refuse_open(const char *dir, hw_status wanted, const char *message) {
  hw_search_plan *p = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_status(hw_search_plan_open(dir, &p, &err), wanted, &err);
  hw_assert_contains(err.message, message);
  assert_null(p);
}

static void a_plan_that_was_changed_is_refused(void **state) {
  (void)state;
  mixed m;
  size_t n, n_input;
  char path[600], input_path[600];
  mixed_make(&m, 6, false);
  char *dir = place_file("plan");
  hw_search_plan_close(mixed_plan(&m, dir, 2));
  snprintf(path, sizeof path, "%s/manifest.json", dir);
  snprintf(input_path, sizeof input_path, "%s/input-snp", dir);
  char *bytes = problem_read(path, &n), *input = problem_read(input_path, &n_input);
  for (size_t i = 0; i < n; i++) {
    hw_err err = HW_ERR_INIT;
    hwp_manifest manifest;
    bytes[i] ^= (char)(1 << i % 7);
    const hw_status status = hwp_manifest_parse(bytes, n, "m.json", &manifest, &err);
    assert_true(status == HW_E_DAMAGED || status == HW_E_VALUE);
    bytes[i] ^= (char)(1 << i % 7);
  }
  change(bytes, n, "search-plan/2", "search-plan/9");
  problem_write(path, bytes, n);
  refuse_open(dir, HW_E_VALUE, "the plan was made by version");
  change(bytes, n, "search-plan/9", "search-plan/2");
  problem_write(path, bytes, n);

  input[n_input / 2] ^= 1;
  problem_write(input_path, input, n_input);
  refuse_open(dir, HW_E_DAMAGED, "bytes of it were changed");
  input[n_input / 2] ^= 1;
  problem_write(input_path, input, n_input - 5);
  refuse_open(dir, HW_E_DAMAGED, "bytes of it were changed, or it was cut");
  hw_err err = HW_ERR_INIT;
  hw_snp_search_input fewer = *m.planned.snp;
  fewer.n_samples--;
  hw_assert_ok(hw_snp_input_write(&fewer, input_path, &err), &err);
  refuse_open(dir, HW_E_DAMAGED, "this is not the input that the manifest tells of");
  assert_int_equal(unlink(input_path), 0);
  hw_search_plan *p = NULL;
  hw_assert_status(hw_search_plan_open(dir, &p, &err), HW_E_NOT_FOUND, &err);
  free(bytes);
  free(input);
  place_clear();
  mixed_clear(&m);
}

static void without_memory_it_says_so(void **state) {
  (void)state;
  mixed m;
  hw_err err = HW_ERR_INIT;
  mixed_make(&m, 3, true);
  hw_snp_search_input few = m.snp_world.input;
  few.n_queries = few.n_families = 2;
  few.n_samples = 3;
  m.planned.snp = &few;
  char *dir = place_file("plan");
  for (long n = 0; hw_faults_begin(n); n += 1 + n / 40) {
    hw_search_plan *p = NULL;
    hw_search_merged merged;
    const hw_search_go go = {.n_threads = 1};
    hw_status s = hw_search_plan_write(&m.planned, 2, 60, dir, &err);
    if (s == HW_OK) s = hw_search_plan_open(dir, &p, &err);
    for (int32_t i = 0; s == HW_OK && i < 2; i++) s = hw_search_plan_run(p, i, &go, &err);
    if (s == HW_OK) s = hw_search_plan_merge(p, &merged, &err);
    const bool has_failed = hw_faults_end();
    hw_search_plan_close(p);
    if (!has_failed) {
      hw_assert_ok(s, &err);
      break;
    }
    hw_assert_status(s, HW_E_NO_MEMORY, &err);
  }
  place_clear();
  mixed_clear(&m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(shards_and_threads_do_not_matter),
      cmocka_unit_test(units_of_any_size_find_the_same),
      cmocka_unit_test(what_was_planned_comes_back),
      cmocka_unit_test(interrupted_or_killed_at_any_point_a_shard_goes_on),
      cmocka_unit_test(interrupted_or_killed_a_search_goes_on),
      cmocka_unit_test(a_folder_that_is_of_no_use_is_told),
      cmocka_unit_test(every_changed_byte_of_a_shard_is_refused),
      cmocka_unit_test(merging_refuses_shards_that_are_not_of_this_plan),
      cmocka_unit_test(a_plan_that_was_changed_is_refused),
      cmocka_unit_test(without_memory_it_says_so),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
