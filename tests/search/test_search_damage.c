/* What may happen to the files of a plan: bytes that change, files that are cut, foreign or missing,
 * another process at the same shard, a full disk. Everything is refused clearly or made good, and
 * nothing is believed. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "search/place.h"
#include "search/problem.h"
#include "support/assert.h"

/* --- what is not what was written --- */

/* A shard of few units, as a file. */
static hw_search_plan *small_shard(const char *dir, char **bytes, size_t *n) {
  hw_search_plan *p = problem_plan(dir, 1000);
  problem_run(p, 5, 1);
  *bytes = problem_read(problem_file(dir, 5, ".done"), n);
  return p;
}

static hw_status ignore(void *context, int32_t unit, const hwp_outcome *outcome, hw_err *err) {
  (void)unit;
  (void)outcome;
  (void)err;
  ++*(int *)context;
  return HW_OK;
}

static void every_changed_byte_of_a_shard_is_refused(void **state) {
  (void)state;
  char *dir = place_file("plan"), *bytes;
  size_t n;
  int n_units = 0;
  hw_err err = HW_ERR_INIT;
  hw_search_plan *p = small_shard(dir, &bytes, &n);
  const hwp_manifest *m = &p->manifest;
  hw_assert_ok(hwp_shard_parse(m, 5, bytes, n, ignore, &n_units, &err), &err);
  assert_int_equal(n_units, 1);
  for (size_t i = 0; i < n; i++)
    for (int bit = 0; bit < 8; bit++) {
      bytes[i] ^= (char)(1 << bit);
      hw_assert_status(hwp_shard_parse(m, 5, bytes, n, NULL, NULL, &err), HW_E_DAMAGED, &err);
      hw_assert_contains(err.message, "the results of shard 5 are damaged");
      hw_assert_contains(err.message, "run it again");
      bytes[i] ^= (char)(1 << bit);
    }
  for (size_t i = 0; i < n; i++)
    hw_assert_status(hwp_shard_parse(m, 5, bytes, i, NULL, NULL, &err), HW_E_DAMAGED, &err);
  bytes[n] = 0;
  hw_assert_status(hwp_shard_parse(m, 5, bytes, n + 1, NULL, NULL, &err), HW_E_DAMAGED, &err);
  hw_assert_contains(err.message, "behind its end");
  free(bytes);
  hw_search_plan_close(p);
  place_clear();
}

static void merging_names_what_is_wrong_and_the_remedy_helps(void **state) {
  (void)state;
  char *dir = place_file("plan");
  hw_search_plan *p = problem_plan(dir, 12);
  hw_err err = HW_ERR_INIT;
  const hw_search *search = NULL;
  for (int32_t i = 0; i < 12; i++)
    if (i != 2 && (i < 5 || i > 7)) problem_run(p, i, 1);
  hw_assert_status(runs_merge(p, &search, &err), HW_E_NOT_FOUND, &err);
  hw_assert_contains(err.message, "4 of 12 shards are not done: run 2, 5-7");
  assert_string_equal(err.file, dir);
  assert_null(search);
  for (int32_t i = 0; i < 12; i++) problem_run(p, i, 1);
  size_t n, n_other;
  char *path = problem_file(dir, 9, ".done");
  char *bytes = problem_read(path, &n),
       *other = problem_read(problem_file(dir, 3, ".done"), &n_other);

  bytes[n / 2] ^= 4; /* damaged */
  problem_write(path, bytes, n);
  hw_assert_status(runs_merge(p, &search, &err), HW_E_DAMAGED, &err);
  hw_assert_contains(err.message, "shard 9");
  hw_assert_contains(err.message, "run it again");
  assert_string_equal(err.file, path);
  problem_run(p, 9, 1);
  problem_assert_merges(p);

  problem_write(path, bytes, n / 2); /* cut */
  hw_assert_status(runs_merge(p, &search, &err), HW_E_DAMAGED, &err);
  problem_write(path, other, n_other); /* another shard's */
  hw_assert_status(runs_merge(p, &search, &err), HW_E_DAMAGED, &err);
  hw_assert_contains(err.message, "belongs to another search or shard");
  problem_run(p, 9, 1);
  problem_assert_merges(p);
  hw_search_plan_close(p);

  hw_search_options others = problem_options; /* another plan's, with the same number */
  others.threshold += 1e-9;
  char *dir_other = place_file("other");
  hw_assert_ok(runs_plan_write(&problem_input, &others, 12, 60, dir_other, &err), &err);
  hw_assert_ok(hw_search_plan_open(dir_other, &p, &err), &err);
  problem_run(p, 9, 1);
  hw_search_plan_close(p);
  char *foreign = problem_read(problem_file(dir_other, 9, ".done"), &n_other);
  hw_assert_ok(hw_search_plan_open(dir, &p, &err), &err);
  problem_write(path, foreign, n_other);
  hw_assert_status(runs_merge(p, &search, &err), HW_E_DAMAGED, &err);
  hw_assert_contains(err.message, "belongs to another search");
  hw_search_plan_close(p);
  free(foreign);
  free(bytes);
  free(other);
  place_clear();
}

static void a_damaged_log_costs_time_alone(void **state) {
  (void)state;
  char *dir = place_file("plan");
  hw_search_plan *p = problem_plan(dir, 1);
  hw_err err = HW_ERR_INIT;
  runs_stop stop = {.left = 12};
  hw_search_go go = runs_go(&stop, 1);
  hw_assert_status(hw_search_plan_run(p, 0, &go, &err), HW_E_INTERRUPTED, &err);
  hw_assert_contains(err.message, "stopped");
  size_t n;
  char *part = problem_file(dir, 0, ".part"), *bytes = problem_read(part, &n);
  for (size_t k = 0; k < 60; k++) {
    const size_t at = k * (n - 1) / 59;
    char *broken = malloc(n);
    memcpy(broken, bytes, n);
    broken[at] ^= (char)(1 << k % 8);
    problem_write(part, broken, k % 3 ? n : at);
    stop = (runs_stop){.left = -1};
    go = runs_go(&stop, 1);
    hw_assert_ok(hw_search_plan_run(p, 0, &go, &err), &err);
    problem_assert_merges(p);
    assert_int_equal(unlink(problem_file(dir, 0, ".done")), 0);
    free(broken);
  }
  free(bytes);
  hw_search_plan_close(p);
  place_clear();
}

static void every_changed_byte_of_a_manifest_is_refused(void **state) {
  (void)state;
  char *dir = place_file("plan");
  hw_search_plan *p = problem_plan(dir, 3);
  hw_err err = HW_ERR_INIT;
  hwp_manifest m;
  size_t n;
  char path[600];
  hw_search_plan_close(p);
  snprintf(path, sizeof path, "%s/manifest.json", dir);
  char *bytes = problem_read(path, &n);
  for (size_t i = 0; i < n; i++)
    for (int bit = 0; bit < 8; bit++) {
      bytes[i] ^= (char)(1 << bit);
      const hw_status s = hwp_manifest_parse(bytes, n, "m.json", &m, &err);
      assert_true(s == HW_E_DAMAGED || s == HW_E_VALUE);
      if (s == HW_E_DAMAGED) hw_assert_contains(err.message, "manifest of the plan is damaged");
      if (s == HW_E_VALUE) hw_assert_contains(err.message, "was made by version");
      assert_string_equal(err.file, "m.json");
      bytes[i] ^= (char)(1 << bit);
    }
  for (size_t i = 0; i < n; i++)
    assert_true(hwp_manifest_parse(bytes, i, "m.json", &m, &err) == HW_E_DAMAGED);
  free(bytes);
  place_clear();
}

static void the_input_must_be_the_one_of_the_manifest(void **state) {
  (void)state;
  char *dir = place_file("plan"), path[600];
  hw_search_plan *p = problem_plan(dir, 3);
  hw_err err = HW_ERR_INIT;
  hw_search_plan_close(p);
  hw_search_input fewer = problem_input;
  fewer.n_samples--;
  snprintf(path, sizeof path, "%s/input", dir);
  hw_assert_ok(hw_search_input_write(&fewer, path, &err), &err);
  hw_assert_status(hw_search_plan_open(dir, &p, &err), HW_E_DAMAGED, &err);
  hw_assert_contains(err.message, "not the input that the manifest tells of");
  assert_string_equal(err.file, path);
  assert_int_equal(unlink(path), 0);
  hw_assert_status(hw_search_plan_open(dir, &p, &err), HW_E_NOT_FOUND, &err);
  hw_assert_status(hw_search_plan_open("no/such/folder", &p, &err), HW_E_NOT_FOUND, &err);
  assert_null(p);
  place_clear();
}

/* --- two processes --- */

/* A child that takes a shard's lock, says so, and waits to be killed. */
static pid_t begin_holder(const char *path, const hwp_log_key *key, int32_t n_units) {
  int said[2];
  char byte;
  assert_int_equal(pipe(said), 0);
  const pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    hwp_log *log = NULL;
    if (hwp_log_open(path, key, n_units, &log, NULL) != HW_OK) _exit(3);
    if (write(said[1], "!", 1) != 1) _exit(4);
    for (;;) pause();
  }
  close(said[1]);
  assert_int_equal(read(said[0], &byte, 1), 1);
  close(said[0]);
  return child;
}

static void two_processes_never_do_one_shard(void **state) {
  (void)state;
  char *dir = place_file("plan");
  hw_search_plan *p = problem_plan(dir, 2);
  hw_err err = HW_ERR_INIT;
  const hwp_log_key key = hwp_shard_key(p, 1);
  char *part = problem_file(dir, 1, ".part");
  const pid_t child = begin_holder(part, &key, p->manifest.n_units);
  hw_assert_status(hw_search_plan_run(p, 1, NULL, &err), HW_E_BUSY, &err);
  hw_assert_contains(err.message, "another process is at work on this");
  assert_string_equal(err.file, part);
  problem_run(p, 0, 1);                  /* others may be done */
  hwp_log *first = NULL, *second = NULL; /* nor do two threads of one process */
  kill(child, SIGKILL);
  assert_int_equal(waitpid(child, NULL, 0), child);
  hw_assert_ok(hwp_log_open(part, &key, p->manifest.n_units, &first, &err), &err);
  hw_assert_status(hwp_log_open(part, &key, p->manifest.n_units, &second, &err), HW_E_BUSY, &err);
  hwp_log_close(first, false);
  problem_run(p, 1, 1);
  problem_assert_merges(p);
  hw_search_plan_close(p);
  place_clear();
}

/* --- a full disk --- */

static void set_limit(rlim_t bytes) {
  struct rlimit limit;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
  limit.rlim_cur = bytes;
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk_loses_nothing(void **state) {
  (void)state;
  char *dir = place_file("plan");
  hw_err err = HW_ERR_INIT;
  hw_search_plan *p = problem_plan(dir, 1);
  size_t n;
  problem_run(p, 0, 1);
  free(problem_read(problem_file(dir, 0, ".done"), &n));
  signal(SIGXFSZ, SIG_IGN);
  for (size_t limit = 0; limit < n; limit += 1 + n / 23) {
    (void)unlink(problem_file(dir, 0, ".done"));
    set_limit(limit);
    const hw_status s = hw_search_plan_run(p, 0, NULL, &err);
    set_limit(RLIM_INFINITY);
    hw_assert_status(s, HW_E_IO, &err);
    hw_assert_contains(err.message, "cannot write the file");
    struct stat found;
    assert_int_equal(stat(problem_file(dir, 0, ".part"), &found), 0);
    if (limit > n / 2) { /* what was done is kept: less is left to do */
      runs_stop stop = {.left = 0};
      const hw_search_go go = runs_go(&stop, 1);
      hw_assert_status(hw_search_plan_run(p, 0, &go, &err), HW_E_INTERRUPTED, &err);
      assert_true(stop.last_done > 0);
    }
    problem_run(p, 0, 2);
    problem_assert_merges(p);
  }
  signal(SIGXFSZ, SIG_DFL);
  hw_search_plan_close(p);
  place_clear();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_changed_byte_of_a_shard_is_refused),
      cmocka_unit_test(merging_names_what_is_wrong_and_the_remedy_helps),
      cmocka_unit_test(a_damaged_log_costs_time_alone),
      cmocka_unit_test(every_changed_byte_of_a_manifest_is_refused),
      cmocka_unit_test(the_input_must_be_the_one_of_the_manifest),
      cmocka_unit_test(two_processes_never_do_one_shard),
      cmocka_unit_test(a_full_disk_loses_nothing),
  };
  return cmocka_run_group_tests(tests, problem_make, problem_forget);
}
