/* A search that remembers: equal to a full one after any history of changes, after any interruption,
 * and whatever happened to its folder. */
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
#include "search/kept.h"
#include "search/log.h"
#include "search/place.h"
#include "search/pretend.h"
#include "search/runs.h"
#include "search/search_int.h"
#include "support/assert.h"
#include "support/faults.h"

/* Runs a search that remembers to its end, and holds it against a full one. */
static hw_search_since run_kept(const world *w, const hw_search_options *options, const char *dir,
                                int32_t n_threads) {
  hw_arena arena = {0};
  hw_search *search = NULL;
  hw_err err = HW_ERR_INIT;
  hw_search_since since;
  const hw_search_input input = world_input(w, &arena);
  const runs_answer full = runs_full(&input, options, 1);
  hw_assert_ok(hw_search_new(&input, options, &search, &err), &err);
  runs_stop stop = {.left = -1};
  const hw_search_go go = runs_go(&stop, n_threads);
  hw_assert_ok(hw_search_run_kept(search, dir, &go, &since, &err), &err);
  assert_false(stop.is_falling);
  assert_int_equal(stop.last_done, stop.all);
  const runs_answer answer = runs_answer_of(search, &input);
  runs_assert_same(&full, &answer, since.is_full);
  hw_search_delete(search);
  hw_arena_clear(&arena);
  return since;
}

static void histories_equal_full_searches(void **state) {
  (void)state;
  static world w;
  int n_partial = 0;
  for (uint64_t seed = 1; seed <= 60; seed++) {
    char *dir = place_file("kept");
    hw_search_options options = runs_options((int)(seed % 4));
    options.unit_queries = 1 + (int32_t)(seed % 9);
    world_init(&w, 1000 + seed, 20 + (int32_t)(seed % 30), 10 + (int32_t)(seed % 23));
    for (int step = 0; step < 12; step++) {
      const hw_search_since since = run_kept(&w, &options, dir, 1 + step % 3);
      assert_true(since.is_kept);
      assert_false(since.is_resumed);
      assert_string_equal(since.note, "");
      if (step == 0) assert_true(since.is_full);
      n_partial += step > 0 && !since.is_full;
      world_change(&w, step % 4 == 3 ? 0 : 1 + (step * 7 + (int)seed) % 5);
    }
    place_clear();
  }
  assert_true(n_partial > 600); /* of 660: the others changed nearly everything */
}

static void what_is_new_is_counted(void **state) {
  (void)state;
  static world w;
  char *dir = place_file("kept");
  const hw_search_options options = runs_options(1);
  world_init(&w, 50, 40, 30);
  hw_search_since since = run_kept(&w, &options, dir, 1);
  assert_true(since.is_full);
  assert_int_equal(since.n_new_samples, 40);
  since = run_kept(&w, &options, dir, 1);
  assert_false(since.is_full);
  assert_int_equal(since.n_new_samples, 0);
  assert_int_equal(since.n_new_queries, 0);
  world_add_sample(&w);
  world_add_sample(&w);
  since = run_kept(&w, &options, dir, 1);
  assert_false(since.is_full);
  assert_int_equal(since.n_new_samples, 2);
  assert_int_equal(since.n_new_queries, 0);
  world_add_family(&w);
  since = run_kept(&w, &options, dir, 1);
  assert_false(since.is_full);
  assert_int_equal(since.n_new_samples, 0);
  assert_in_range(since.n_new_queries, 1, 2);
  place_clear();
}

static void only_what_is_new_is_searched(void **state) {
  (void)state;
  static world w;
  hw_arena arena = {0};
  hw_search *search = NULL;
  hw_err err = HW_ERR_INIT;
  char *dir = place_file("kept");
  const hw_search_options options = runs_options(0);
  world_init(&w, 51, 100, 40);
  (void)run_kept(&w, &options, dir, 1);
  world_add_sample(&w);
  world_add_sample(&w);
  const hw_search_input input = world_input(&w, &arena);
  hw_assert_ok(hw_search_new(&input, &options, &search, &err), &err);
  runs_stop stop = {.left = -1};
  const hw_search_go go = runs_go(&stop, 1);
  hw_assert_ok(hw_search_run_kept(search, dir, &go, NULL, &err), &err);
  assert_int_equal(stop.all, 2 * (uint64_t)input.n_queries);
  hw_assert_ok(hw_search_run(search, NULL, &err), &err); /* it is complete */
  hw_search_delete(search);
  hw_arena_clear(&arena);
  place_clear();
}

static void other_parameters_begin_anew(void **state) {
  (void)state;
  static world w;
  char *dir = place_file("kept");
  hw_search_options options = runs_options(0);
  world_init(&w, 52, 20, 20);
  (void)run_kept(&w, &options, dir, 1);
  options.threshold += 1;
  hw_search_since since = run_kept(&w, &options, dir, 1);
  assert_true(since.is_full && since.is_kept);
  hw_assert_contains(since.note, "other parameters or markers");
  since = run_kept(&w, &options, dir, 1);
  assert_false(since.is_full);
  w.frequencies[0][0] += 1e-9;
  since = run_kept(&w, &options, dir, 1);
  assert_true(since.is_full && since.is_kept);
  hw_assert_contains(since.note, "other parameters or markers");
  place_clear();
}

/* --- interrupted --- */

static void interrupted_it_goes_on_also_in_another_process(void **state) {
  (void)state;
  static world w;
  hw_err err = HW_ERR_INIT;
  char *dir = place_file("kept");
  hw_search_options options = runs_options(2);
  options.unit_queries = 2;
  world_init(&w, 53, 40, 60);
  int n_resumed = 0;
  for (int round = 0; round < 20; round++) {
    hw_arena arena = {0};
    const hw_search_input input = world_input(&w, &arena);
    const runs_answer full = runs_full(&input, &options, 1);
    hw_status s = HW_E_INTERRUPTED;
    for (int k = 0; s == HW_E_INTERRUPTED; k++) {
      hw_search *search = NULL;
      hw_search_since since;
      runs_stop stop = {.left = 1 + (round * 5 + k * 3) % 11};
      const hw_search_go go = runs_go(&stop, 1 + k % 2);
      hw_assert_ok(hw_search_new(&input, &options, &search, &err), &err);
      s = hw_search_run_kept(search, dir, &go, &since, &err);
      if (k > 0) n_resumed += since.is_resumed;
      if (s == HW_OK) {
        const runs_answer answer = runs_answer_of(search, &input);
        runs_assert_same(&full, &answer, 0);
      } else if (round % 4 == 3) { /* the same object may also go on without the folder */
        hw_assert_ok(hw_search_run(search, NULL, &err), &err);
        const runs_answer answer = runs_answer_of(search, &input);
        runs_assert_same(&full, &answer, 1);
      }
      hw_search_delete(search);
      assert_true(k < 200);
    }
    hw_assert_ok(s, &err);
    hw_arena_clear(&arena);
    world_change(&w, 4);
  }
  assert_true(n_resumed > 20);
  place_clear();
}

static atomic_int units_to_live;

static void count_down(void) {
  if (--units_to_live == 0) kill(getpid(), SIGKILL);
}

static void killed_it_goes_on(void **state) {
  (void)state;
  static world w;
  hw_search_options options = runs_options(1);
  char *dir = place_file("kept");
  options.unit_queries = 2;
  world_init(&w, 54, 30, 50);
  for (int round = 0; round < 20; round++) {
    int status = 0, n_kills = 0;
    do {
      units_to_live = 2 + round;
      const pid_t child = fork();
      assert_true(child >= 0);
      if (child == 0) {
        hw_arena arena = {0};
        hw_search *search = NULL;
        const hw_search_input input = world_input(&w, &arena);
        const hw_search_go go = {.n_threads = 1 + round % 2};
        pretend.after_unit = count_down;
        if (hw_search_new(&input, &options, &search, NULL) != HW_OK) _exit(3);
        _exit(hw_search_run_kept(search, dir, &go, NULL, NULL) == HW_OK ? 0 : 4);
      }
      assert_int_equal(waitpid(child, &status, 0), child);
      n_kills += WIFSIGNALED(status);
      assert_true(n_kills < 100);
    } while (WIFSIGNALED(status));
    assert_int_equal(status, 0);
    const hw_search_since since = run_kept(&w, &options, dir, 1); /* nothing is left to do */
    assert_false(since.is_full);
    assert_int_equal(since.n_new_samples + since.n_new_queries, 0);
    world_change(&w, 3);
  }
  place_clear();
}

/* --- the folder --- */

static char *inside(const char *dir, const char *name) {
  static char path[600];
  snprintf(path, sizeof path, "%s/%s", dir, name);
  return path;
}

static void every_changed_byte_of_what_was_kept_is_found(void **state) {
  (void)state;
  static world w;
  hw_arena arena = {0};
  char *dir = place_file("kept"), *bytes;
  const hw_search_options options = runs_options(1);
  hw_search_digests digests;
  hwp_kept kept;
  uint8_t key[HW_DIGEST_SIZE];
  hw_err err = HW_ERR_INIT;
  size_t n;
  world_init(&w, 55, 6, 5);
  (void)run_kept(&w, &options, dir, 1);
  const hw_search_input input = world_input(&w, &arena);
  hw_assert_ok(hw_search_digests_of(&input, &digests, &err), &err);
  hwp_kept_key(&options, &digests, key);
  hw_assert_ok(hw_file_read(inside(dir, "search.kept"), (size_t)1 << 20, &bytes, &n, &err), &err);
  hw_assert_ok(hwp_kept_parse(bytes, n, key, &options, &kept, &err), &err);
  hwp_kept_clear(&kept);
  for (size_t i = 0; i < n; i++)
    for (int bit = 0; bit < 8; bit++) {
      bytes[i] ^= (char)(1 << bit);
      assert_true(hwp_kept_parse(bytes, n, key, &options, &kept, &err) != HW_OK);
      assert_null(kept.samples);
      bytes[i] ^= (char)(1 << bit);
    }
  for (size_t i = 0; i <= n; i++)
    assert_true((hwp_kept_parse(bytes, i, key, &options, &kept, &err) == HW_OK) == (i == n));
  hwp_kept_clear(&kept);
  free(bytes);
  hw_search_digests_clear(&digests);
  hw_arena_clear(&arena);
  place_clear();
}

static void put(const char *path, const char *text) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static void whatever_is_in_the_folder_the_search_is_right(void **state) {
  (void)state;
  static world w;
  char *dir = place_file("kept");
  const hw_search_options options = runs_options(1);
  world_init(&w, 56, 20, 20);
  (void)run_kept(&w, &options, dir, 1);
  put(inside(dir, "search.kept"), "something else");
  hw_search_since since = run_kept(&w, &options, dir, 1);
  assert_true(since.is_full && since.is_kept);
  hw_assert_contains(since.note, "the last search could not be used");
  hw_assert_contains(since.note, "not what a search keeps");
  since = run_kept(&w, &options, dir, 1); /* and is mended by that */
  assert_false(since.is_full);
  assert_int_equal(truncate(inside(dir, "search.kept"), 300), 0);
  since = run_kept(&w, &options, dir, 1);
  assert_true(since.is_full && since.is_kept);
  hw_assert_contains(since.note, "damaged");
  put(inside(dir, "search.part"), "HWSUNITS and then nothing");
  since = run_kept(&w, &options, dir, 1);
  assert_false(since.is_full);
  assert_string_equal(since.note, ""); /* a log of another search is nothing to tell of */
  assert_int_equal(unlink(inside(dir, "search.kept")), 0);
  assert_int_equal(mkdir(inside(dir, "search.kept"), 0700), 0);
  since = run_kept(&w, &options, dir, 1);
  assert_true(since.is_full && !since.is_kept);
  assert_true(since.note[0]);
  place_clear();

  dir = place_file("no-folder");
  put(dir, "a file where the folder should be");
  since = run_kept(&w, &options, dir, 1);
  assert_true(since.is_full && !since.is_kept);
  hw_assert_contains(since.note, "this search is not kept");
  place_clear();
  place_file("x");
  dir = place_file("no/such");
  since = run_kept(&w, &options, dir, 1);
  assert_true(since.is_full && !since.is_kept);
  place_clear();
}

static void a_folder_in_use_is_left_alone(void **state) {
  (void)state;
  static world w;
  char *dir = place_file("kept");
  const hw_search_options options = runs_options(0);
  const hwp_log_key key = {.number = 1};
  hwp_log *log = NULL;
  hw_err err = HW_ERR_INIT;
  world_init(&w, 57, 10, 10);
  (void)run_kept(&w, &options, dir, 1);
  world_add_sample(&w);
  hw_assert_ok(hwp_log_open(inside(dir, "search.part"), &key, 3, &log, &err), &err);
  hw_search_since since = run_kept(&w, &options, dir, 1);
  assert_false(since.is_kept);
  hw_assert_contains(since.note, "another process is at work");
  hwp_log_close(log, false);
  since = run_kept(&w, &options, dir, 1);
  assert_true(since.is_kept && !since.is_full);
  place_clear();
}

static void a_full_disk_does_not_stop_it(void **state) {
  (void)state;
  static world w;
  char *dir = place_file("kept");
  hw_search_options options = runs_options(4);
  struct rlimit limit, before;
  options.unit_queries = 3;
  world_init(&w, 58, 30, 30);
  signal(SIGXFSZ, SIG_IGN);
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  for (rlim_t most = 0; most < 6000; most += 700) {
    limit = before;
    limit.rlim_cur = most;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    hw_search_since since = run_kept(&w, &options, dir, 1);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(since.is_kept);
    hw_assert_contains(since.note, "this search is not kept");
    hw_assert_contains(since.note, "cannot write the file");
    since = run_kept(&w, &options, dir, 1);
    assert_true(since.is_kept);
    world_change(&w, 40);
  }
  signal(SIGXFSZ, SIG_DFL);
  place_clear();
}

static void without_memory_it_says_so(void **state) {
  (void)state;
  static world w;
  char *dir = place_file("kept");
  hw_search_options options = runs_options(2);
  hw_err err = HW_ERR_INIT;
  options.unit_queries = 3;
  world_init(&w, 59, 8, 8);
  (void)run_kept(&w, &options, dir, 1);
  world_change(&w, 2);
  hw_arena arena = {0};
  const hw_search_input input = world_input(&w, &arena);
  const runs_answer full = runs_full(&input, &options, 1);
  const hw_search_go go = {.n_threads = 1};
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_search *search = NULL;
    hw_status s = hw_search_new(&input, &options, &search, &err);
    if (s == HW_OK) s = hw_search_run_kept(search, dir, &go, NULL, &err);
    const bool has_failed = hw_faults_end();
    if (s == HW_OK) { /* what is kept may fail: the results are there */
      const runs_answer answer = runs_answer_of(search, &input);
      runs_assert_same(&full, &answer, 0);
    } else {
      hw_assert_status(s, HW_E_NO_MEMORY, &err);
    }
    hw_search_delete(search);
    if (!has_failed) break;
  }
  hw_arena_clear(&arena);
  place_clear();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(histories_equal_full_searches),
      cmocka_unit_test(what_is_new_is_counted),
      cmocka_unit_test(only_what_is_new_is_searched),
      cmocka_unit_test(other_parameters_begin_anew),
      cmocka_unit_test(interrupted_it_goes_on_also_in_another_process),
      cmocka_unit_test(killed_it_goes_on),
      cmocka_unit_test(every_changed_byte_of_what_was_kept_is_found),
      cmocka_unit_test(whatever_is_in_the_folder_the_search_is_right),
      cmocka_unit_test(a_folder_in_use_is_left_alone),
      cmocka_unit_test(a_full_disk_does_not_stop_it),
      cmocka_unit_test(without_memory_it_says_so),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
