/* A search cut into shards: the same results whatever the shards and threads, and whoever was
 * interrupted or killed. */
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/file_write.h"
#include "search/place.h"
#include "search/pretend.h"
#include "search/problem.h"
#include "support/assert.h"
#include "support/faults.h"

/* --- the same bytes --- */

static void shards_and_threads_do_not_matter(void **state) {
  (void)state;
  static const int32_t SHARDS[] = {1, 2, 5, 37, 1000};
  for (size_t k = 0; k < sizeof SHARDS / sizeof SHARDS[0]; k++) {
    char *dir = place_file("plan");
    hw_search_plan *p = problem_plan(dir, SHARDS[k]);
    const int32_t n = hw_search_plan_shards(p);
    assert_int_equal(n, SHARDS[k] == 1000 ? (problem_input.n_queries + 1) / 2 : SHARDS[k]);
    bool *done = calloc((size_t)n, sizeof *done);
    for (int32_t i = 0; i < n; i++) {
      const int32_t shard = (int32_t)((int64_t)i * 7 % n); /* in another order; 7 divides none */
      assert_int_equal(hw_search_plan_done(p, done), i);
      problem_run(p, shard, 1 + 2 * (i % 3));
      assert_false(problem_is_there(problem_file(dir, shard, ".part")));
    }
    assert_int_equal(hw_search_plan_done(p, done), n);
    problem_assert_merges(p);
    problem_assert_merges(p);
    free(done);
    hw_search_plan_close(p);
    place_clear();
  }
}

static void a_shard_done_twice_is_the_same_file(void **state) {
  (void)state;
  char *dir = place_file("plan");
  hw_search_plan *p = problem_plan(dir, 3);
  size_t n, n_again;
  problem_run(p, 1, 3);
  char *path = problem_file(dir, 1, ".done");
  char *first = problem_read(path, &n);
  struct stat before, after;
  assert_int_equal(stat(path, &before), 0);
  problem_run(p, 1, 1);
  assert_int_equal(stat(path, &after), 0);
  assert_int_equal(before.st_ino, after.st_ino); /* left alone */
  assert_int_equal(unlink(path), 0);
  problem_run(p, 1, 1);
  char *again = problem_read(path, &n_again);
  assert_int_equal(n, n_again);
  assert_memory_equal(first, again, n);
  free(first);
  free(again);
  hw_search_plan_close(p);
  place_clear();
}

static void parameters_come_back_to_the_last_bit(void **state) {
  (void)state;
  char *dir = place_file("plan");
  hw_search_plan *p = problem_plan(dir, 4);
  const hw_search_planned planned = hw_search_plan_get(p);
  const hw_search_options *o = planned.str_options;
  hw_assert_same_bits(o->threshold, problem_options.threshold);
  hw_assert_same_bits(o->floor, problem_options.floor);
  hw_assert_same_bits(o->prior_none, problem_options.prior_none);
  hw_assert_same_bits(o->likelihood.max_work, problem_options.likelihood.max_work);
  assert_int_equal(o->top, problem_options.top);
  assert_int_equal(planned.str->n_queries, problem_input.n_queries);
  hw_search_plan_close(p);
  place_clear();
  for (int kind = 0; kind < 5; kind++) {
    hwp_manifest m, back;
    hw_str text = HW_STR_INIT;
    hw_err err = HW_ERR_INIT;
    const hw_search_options wanted = runs_options(kind);
    const hw_search_planned what = {.str = &problem_input, .str_options = &wanted};
    hwp_planned_digests digests = {.snp = {0}};
    memcpy(digests.str, problem_answer.digest, HW_DIGEST_SIZE);
    hwp_manifest_init(&m, &what, &digests, 3);
    hw_assert_ok(hwp_manifest_format(&m, &text, &err), &err);
    hw_assert_ok(hwp_manifest_parse(text.bytes, text.length, "m", &back, &err), &err);
    hw_assert_same_bits(back.options.threshold, wanted.threshold);
    hw_assert_same_bits(back.options.floor, wanted.floor);
    hw_str_clear(&text);
  }
}

/* --- interrupted --- */

static void interrupted_at_any_point_it_goes_on(void **state) {
  (void)state;
  char *dir = place_file("plan");
  for (int64_t point = 0; point < 20; point++) {
    hw_search_plan *p = problem_plan(dir, 2);
    for (int32_t shard = 0; shard < 2; shard++) {
      runs_stop stop = {.left = 1 + point * 13 % 29};
      const hw_search_go go = runs_go(&stop, 1 + (int32_t)(point % 2));
      hw_err err = HW_ERR_INIT;
      const hw_status s = hw_search_plan_run(p, shard, &go, &err);
      if (point % 2 == 0) hw_assert_status(s, stop.left < 0 ? HW_E_INTERRUPTED : HW_OK, &err);
      hw_search_plan_close(p); /* another process goes on */
      hw_assert_ok(hw_search_plan_open(dir, &p, &err), &err);
      stop = (runs_stop){.left = -1};
      const hw_search_go rest = runs_go(&stop, 1);
      hw_assert_ok(hw_search_plan_run(p, shard, &rest, &err), &err);
      assert_false(stop.is_falling);
    }
    problem_assert_merges(p);
    hw_search_plan_close(p);
    place_clear();
    dir = place_file("plan");
  }
  place_clear();
}

/* Runs a function in a child that kills itself, or ends. @return its wait status */
static int in_child(void (*act)(void *context), void *context) {
  const pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    act(context);
    _exit(0);
  }
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  return status;
}

static atomic_int units_to_live;

static void count_down(void) {
  if (--units_to_live == 0) kill(getpid(), SIGKILL);
}

typedef struct doomed {
  const char *dir;
  int32_t shard, n_threads;
} doomed;

static void run_doomed(void *context) {
  const doomed *d = context;
  hw_search_plan *p = NULL;
  const hw_search_go go = {.n_threads = d->n_threads};
  pretend.after_unit = count_down;
  if (hw_search_plan_open(d->dir, &p, NULL) != HW_OK) _exit(3);
  if (hw_search_plan_run(p, d->shard, &go, NULL) != HW_OK) _exit(4);
}

static void killed_at_any_point_it_goes_on(void **state) {
  (void)state;
  char *dir = place_file("plan");
  for (int point = 1; point <= 20; point++) {
    hw_search_plan *p = problem_plan(dir, 1);
    doomed d = {dir, 0, 1 + point % 3};
    int status = 0, n_kills = 0;
    do { /* killed again and again, a few units further each time */
      units_to_live = point + 1;
      status = in_child(run_doomed, &d);
      n_kills += WIFSIGNALED(status);
      assert_true(n_kills < 100);
    } while (WIFSIGNALED(status));
    assert_int_equal(status, 0);
    assert_true(n_kills >= 1);
    problem_assert_merges(p);
    hw_search_plan_close(p);
    place_clear();
    dir = place_file("plan");
  }
  place_clear();
}

/* --- folders --- */

static void a_folder_holds_one_plan(void **state) {
  (void)state;
  char *dir = place_file("plan");
  hw_err err = HW_ERR_INIT;
  hw_search_plan *p = problem_plan(dir, 3);
  problem_run(p, 0, 1);
  hw_search_plan_close(p);
  hw_assert_ok(runs_plan_write(&problem_input, &problem_options, 3, 60, dir, &err), &err);
  hw_assert_ok(runs_plan_write(&problem_input, &problem_options, 0, 60, dir, &err), &err);
  assert_true(problem_is_there(problem_file(dir, 0, ".done")));
  hw_assert_status(runs_plan_write(&problem_input, &problem_options, 4, 60, dir, &err),
                   HW_E_CONFLICT, &err);
  hw_assert_contains(err.message, "with other shards");
  hw_search_options other = problem_options;
  other.top++;
  hw_assert_status(runs_plan_write(&problem_input, &other, 3, 60, dir, &err), HW_E_CONFLICT, &err);
  hw_assert_contains(err.message, "with other parameters");
  hw_search_input fewer = problem_input;
  fewer.n_samples--;
  hw_assert_status(runs_plan_write(&fewer, &problem_options, 3, 60, dir, &err), HW_E_CONFLICT,
                   &err);
  hw_assert_contains(err.message, "of other data: choose another folder");
  hw_assert_status(runs_plan_write(&problem_input, &problem_options, -1, 60, dir, &err), HW_E_VALUE,
                   &err);
  hw_assert_status(
      runs_plan_write(&problem_input, &problem_options, HW_SEARCH_MAX_SHARDS + 1, 60, dir, &err),
      HW_E_VALUE, &err);
  hw_assert_status(runs_plan_write(&problem_input, &problem_options, 3, 60, "no/such/folder", &err),
                   HW_E_NOT_FOUND, &err);
  hw_assert_ok(hw_search_plan_open(dir, &p, &err), &err);
  hw_assert_status(hw_search_plan_run(p, 3, NULL, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "there is no shard 3; the plan has shards 0 to 2");
  hw_assert_status(hw_search_plan_run(p, -1, NULL, &err), HW_E_VALUE, &err);
  hw_search_plan_close(p);
  place_clear();
}

static void shards_can_be_chosen_by_time(void **state) {
  (void)state;
  char *dir = place_file("long"), *other = place_file("short");
  hw_err err = HW_ERR_INIT;
  hw_search_plan *p = NULL;
  hw_assert_ok(runs_plan_write(&problem_input, &problem_options, 0, 1e6, dir, &err), &err);
  hw_assert_ok(hw_search_plan_open(dir, &p, &err), &err);
  assert_int_equal(hw_search_plan_shards(p), 1);
  hw_search_plan_close(p);
  hw_assert_ok(runs_plan_write(&problem_input, &problem_options, 0, 1e-12, other, &err), &err);
  hw_assert_ok(hw_search_plan_open(other, &p, &err), &err);
  assert_int_equal(hw_search_plan_shards(p), (problem_input.n_queries + 1) / 2); /* one unit each */
  hw_search_plan_close(p);
  place_clear();
}

static void without_memory_it_says_so(void **state) {
  (void)state;
  static world little;
  hw_arena few = {0};
  hw_err err = HW_ERR_INIT;
  world_init(&little, 4, 6, 5);
  const hw_search_input in = world_input(&little, &few);
  hw_search_options o = runs_options(1);
  o.unit_queries = 2;
  const runs_answer expected = runs_full(&in, &o, 1);
  char *dir = place_file("plan");
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_search_plan *p = NULL;
    const hw_search *search = NULL;
    const hw_search_go go = {.n_threads = 1};
    hw_status s = runs_plan_write(&in, &o, 2, 60, dir, &err);
    if (s == HW_OK) s = hw_search_plan_open(dir, &p, &err);
    for (int32_t i = 0; s == HW_OK && i < 2; i++) s = hw_search_plan_run(p, i, &go, &err);
    if (s == HW_OK) s = runs_merge(p, &search, &err);
    const bool has_failed = hw_faults_end();
    if (!has_failed) {
      hw_assert_ok(s, &err);
      const runs_answer answer = runs_answer_of(search, &in);
      runs_assert_same(&expected, &answer, 1);
    } else {
      hw_assert_status(s, HW_E_NO_MEMORY, &err);
    }
    hw_search_plan_close(p);
    if (!has_failed) break;
  }
  hw_arena_clear(&few);
  place_clear();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(shards_and_threads_do_not_matter),
      cmocka_unit_test(a_shard_done_twice_is_the_same_file),
      cmocka_unit_test(parameters_come_back_to_the_last_bit),
      cmocka_unit_test(interrupted_at_any_point_it_goes_on),
      cmocka_unit_test(killed_at_any_point_it_goes_on),
      cmocka_unit_test(a_folder_holds_one_plan),
      cmocka_unit_test(shards_can_be_chosen_by_time),
      cmocka_unit_test(without_memory_it_says_so),
  };
  return cmocka_run_group_tests(tests, problem_make, problem_forget);
}
