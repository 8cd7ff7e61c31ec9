/* A search cut into shards: the same results whatever the shards, whoever was killed, and a clear
 * refusal of everything that is not what was written. */
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
#include "search/plan_int.h"
#include "search/pretend.h"
#include "search/runs.h"
#include "support/assert.h"
#include "support/faults.h"

/* One problem for all: about 110 queries in units of 2. */
static world w;
static hw_arena arena;
static hw_search_input input;
static hw_search_options options;
static runs_answer whole;

static int make_problem(void **state) {
  (void)state;
  world_init(&w, 21, 30, 90);
  input = world_input(&w, &arena);
  options = runs_options(2);
  options.threshold = 0.1 + 0.2 + 3; /* 17 digits */
  options.likelihood.max_work = 1e11 / 3;
  options.unit_queries = 2;
  whole = runs_full(&input, &options, 1);
  return 0;
}

static int forget_problem(void **state) {
  (void)state;
  hw_arena_clear(&arena);
  return 0;
}

static hw_search_plan *plan(const char *dir, int32_t n_shards) {
  hw_search_plan *out = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_search_plan_write(&input, &options, n_shards, 60, dir, &err), &err);
  hw_assert_ok(hw_search_plan_open(dir, &out, &err), &err);
  return out;
}

static void run_shard(hw_search_plan *p, int32_t shard, int32_t n_threads) {
  hw_err err = HW_ERR_INIT;
  const hw_search_go go = {.n_threads = n_threads};
  hw_assert_ok(hw_search_plan_run(p, shard, &go, &err), &err);
}

static void assert_merges(hw_search_plan *p) {
  const hw_search *search = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_search_plan_merge(p, &search, &err), &err);
  const runs_answer answer = runs_answer_of(search, &input);
  runs_assert_same(&whole, &answer, 1);
}

static char *shard_file(const char *dir, int32_t shard, const char *suffix) {
  static char path[4][600];
  static int next;
  next = (next + 1) % 4;
  snprintf(path[next], sizeof path[next], "%s/shard-%04d%s", dir, (int)shard, suffix);
  return path[next];
}

static char *read_bytes(const char *path, size_t *n) {
  char *bytes;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_file_read(path, (size_t)1 << 30, &bytes, n, &err), &err);
  return bytes;
}

static void write_bytes(const char *path, const char *bytes, size_t n) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, n, file), n);
  assert_int_equal(fclose(file), 0);
}

static bool is_there(const char *path) {
  struct stat found;
  return stat(path, &found) == 0;
}

/* --- the same bytes --- */

static void shards_and_threads_do_not_matter(void **state) {
  (void)state;
  static const int32_t SHARDS[] = {1, 2, 5, 37, 1000};
  for (size_t k = 0; k < sizeof SHARDS / sizeof SHARDS[0]; k++) {
    char *dir = place_file("plan");
    hw_search_plan *p = plan(dir, SHARDS[k]);
    const int32_t n = hw_search_plan_shards(p);
    assert_int_equal(n, SHARDS[k] == 1000 ? (input.n_queries + 1) / 2 : SHARDS[k]);
    bool *done = calloc((size_t)n, sizeof *done);
    for (int32_t i = 0; i < n; i++) {
      const int32_t shard = (int32_t)((int64_t)i * 7 % n); /* in another order; 7 divides none */
      assert_int_equal(hw_search_plan_done(p, done), i);
      run_shard(p, shard, 1 + 2 * (i % 3));
      assert_false(is_there(shard_file(dir, shard, ".part")));
    }
    assert_int_equal(hw_search_plan_done(p, done), n);
    assert_merges(p);
    assert_merges(p);
    free(done);
    hw_search_plan_close(p);
    place_clear();
  }
}

static void a_shard_done_twice_is_the_same_file(void **state) {
  (void)state;
  char *dir = place_file("plan");
  hw_search_plan *p = plan(dir, 3);
  size_t n, n_again;
  run_shard(p, 1, 3);
  char *path = shard_file(dir, 1, ".done");
  char *first = read_bytes(path, &n);
  struct stat before, after;
  assert_int_equal(stat(path, &before), 0);
  run_shard(p, 1, 1);
  assert_int_equal(stat(path, &after), 0);
  assert_int_equal(before.st_ino, after.st_ino); /* left alone */
  assert_int_equal(unlink(path), 0);
  run_shard(p, 1, 1);
  char *again = read_bytes(path, &n_again);
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
  hw_search_plan *p = plan(dir, 4);
  const hw_search_options *o = hw_search_plan_options(p);
  hw_assert_same_bits(o->threshold, options.threshold);
  hw_assert_same_bits(o->floor, options.floor);
  hw_assert_same_bits(o->prior_none, options.prior_none);
  hw_assert_same_bits(o->likelihood.max_work, options.likelihood.max_work);
  assert_int_equal(o->top, options.top);
  assert_int_equal(hw_search_plan_input(p)->n_queries, input.n_queries);
  hw_search_plan_close(p);
  place_clear();
  for (int kind = 0; kind < 5; kind++) {
    hwp_manifest m, back;
    hw_str text = HW_STR_INIT;
    hw_err err = HW_ERR_INIT;
    const hw_search_options wanted = runs_options(kind);
    hwp_manifest_init(&m, &input, whole.digest, &wanted, 3);
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
    hw_search_plan *p = plan(dir, 2);
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
    assert_merges(p);
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
    hw_search_plan *p = plan(dir, 1);
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
    assert_merges(p);
    hw_search_plan_close(p);
    place_clear();
    dir = place_file("plan");
  }
  place_clear();
}

/* --- what is not what was written --- */

/* A shard of few units, as a file. */
static hw_search_plan *small_shard(const char *dir, char **bytes, size_t *n) {
  hw_search_plan *p = plan(dir, 1000);
  run_shard(p, 5, 1);
  *bytes = read_bytes(shard_file(dir, 5, ".done"), n);
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
  hw_search_plan *p = plan(dir, 12);
  hw_err err = HW_ERR_INIT;
  const hw_search *search = NULL;
  for (int32_t i = 0; i < 12; i++)
    if (i != 2 && (i < 5 || i > 7)) run_shard(p, i, 1);
  hw_assert_status(hw_search_plan_merge(p, &search, &err), HW_E_NOT_FOUND, &err);
  hw_assert_contains(err.message, "4 of 12 shards are not done: run 2, 5-7");
  assert_string_equal(err.file, dir);
  assert_null(search);
  for (int32_t i = 0; i < 12; i++) run_shard(p, i, 1);
  size_t n, n_other;
  char *path = shard_file(dir, 9, ".done");
  char *bytes = read_bytes(path, &n), *other = read_bytes(shard_file(dir, 3, ".done"), &n_other);

  bytes[n / 2] ^= 4; /* damaged */
  write_bytes(path, bytes, n);
  hw_assert_status(hw_search_plan_merge(p, &search, &err), HW_E_DAMAGED, &err);
  hw_assert_contains(err.message, "shard 9");
  hw_assert_contains(err.message, "run it again");
  assert_string_equal(err.file, path);
  run_shard(p, 9, 1);
  assert_merges(p);

  write_bytes(path, bytes, n / 2); /* cut */
  hw_assert_status(hw_search_plan_merge(p, &search, &err), HW_E_DAMAGED, &err);
  write_bytes(path, other, n_other); /* another shard's */
  hw_assert_status(hw_search_plan_merge(p, &search, &err), HW_E_DAMAGED, &err);
  hw_assert_contains(err.message, "belongs to another search or shard");
  run_shard(p, 9, 1);
  assert_merges(p);
  hw_search_plan_close(p);

  hw_search_options others = options; /* another plan's, with the same number */
  others.threshold += 1e-9;
  char *dir_other = place_file("other");
  hw_assert_ok(hw_search_plan_write(&input, &others, 12, 60, dir_other, &err), &err);
  hw_assert_ok(hw_search_plan_open(dir_other, &p, &err), &err);
  run_shard(p, 9, 1);
  hw_search_plan_close(p);
  char *foreign = read_bytes(shard_file(dir_other, 9, ".done"), &n_other);
  hw_assert_ok(hw_search_plan_open(dir, &p, &err), &err);
  write_bytes(path, foreign, n_other);
  hw_assert_status(hw_search_plan_merge(p, &search, &err), HW_E_DAMAGED, &err);
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
  hw_search_plan *p = plan(dir, 1);
  hw_err err = HW_ERR_INIT;
  runs_stop stop = {.left = 12};
  hw_search_go go = runs_go(&stop, 1);
  hw_assert_status(hw_search_plan_run(p, 0, &go, &err), HW_E_INTERRUPTED, &err);
  hw_assert_contains(err.message, "stopped");
  size_t n;
  char *part = shard_file(dir, 0, ".part"), *bytes = read_bytes(part, &n);
  for (size_t k = 0; k < 60; k++) {
    const size_t at = k * (n - 1) / 59;
    char *broken = malloc(n);
    memcpy(broken, bytes, n);
    broken[at] ^= (char)(1 << k % 8);
    write_bytes(part, broken, k % 3 ? n : at);
    stop = (runs_stop){.left = -1};
    go = runs_go(&stop, 1);
    hw_assert_ok(hw_search_plan_run(p, 0, &go, &err), &err);
    assert_merges(p);
    assert_int_equal(unlink(shard_file(dir, 0, ".done")), 0);
    free(broken);
  }
  free(bytes);
  hw_search_plan_close(p);
  place_clear();
}

static void every_changed_byte_of_a_manifest_is_refused(void **state) {
  (void)state;
  char *dir = place_file("plan");
  hw_search_plan *p = plan(dir, 3);
  hw_err err = HW_ERR_INIT;
  hwp_manifest m;
  size_t n;
  char path[600];
  hw_search_plan_close(p);
  snprintf(path, sizeof path, "%s/manifest.json", dir);
  char *bytes = read_bytes(path, &n);
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
  hw_search_plan *p = plan(dir, 3);
  hw_err err = HW_ERR_INIT;
  hw_search_plan_close(p);
  hw_search_input fewer = input;
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

/* --- folders --- */

static void a_folder_holds_one_plan(void **state) {
  (void)state;
  char *dir = place_file("plan");
  hw_err err = HW_ERR_INIT;
  hw_search_plan *p = plan(dir, 3);
  run_shard(p, 0, 1);
  hw_search_plan_close(p);
  hw_assert_ok(hw_search_plan_write(&input, &options, 3, 60, dir, &err), &err);
  hw_assert_ok(hw_search_plan_write(&input, &options, 0, 60, dir, &err), &err);
  assert_true(is_there(shard_file(dir, 0, ".done")));
  hw_assert_status(hw_search_plan_write(&input, &options, 4, 60, dir, &err), HW_E_CONFLICT, &err);
  hw_assert_contains(err.message, "with other shards");
  hw_search_options other = options;
  other.top++;
  hw_assert_status(hw_search_plan_write(&input, &other, 3, 60, dir, &err), HW_E_CONFLICT, &err);
  hw_assert_contains(err.message, "with other parameters");
  hw_search_input fewer = input;
  fewer.n_samples--;
  hw_assert_status(hw_search_plan_write(&fewer, &options, 3, 60, dir, &err), HW_E_CONFLICT, &err);
  hw_assert_contains(err.message, "of other data: choose another folder");
  hw_assert_status(hw_search_plan_write(&input, &options, -1, 60, dir, &err), HW_E_VALUE, &err);
  hw_assert_status(hw_search_plan_write(&input, &options, HW_SEARCH_MAX_SHARDS + 1, 60, dir, &err),
                   HW_E_VALUE, &err);
  hw_assert_status(hw_search_plan_write(&input, &options, 3, 60, "no/such/folder", &err),
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
  hw_assert_ok(hw_search_plan_write(&input, &options, 0, 1e6, dir, &err), &err);
  hw_assert_ok(hw_search_plan_open(dir, &p, &err), &err);
  assert_int_equal(hw_search_plan_shards(p), 1);
  hw_search_plan_close(p);
  hw_assert_ok(hw_search_plan_write(&input, &options, 0, 1e-12, other, &err), &err);
  hw_assert_ok(hw_search_plan_open(other, &p, &err), &err);
  assert_int_equal(hw_search_plan_shards(p), (input.n_queries + 1) / 2); /* one unit each */
  hw_search_plan_close(p);
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
  hw_search_plan *p = plan(dir, 2);
  hw_err err = HW_ERR_INIT;
  const hwp_log_key key = hwp_shard_key(p, 1);
  char *part = shard_file(dir, 1, ".part");
  const pid_t child = begin_holder(part, &key, p->manifest.n_units);
  hw_assert_status(hw_search_plan_run(p, 1, NULL, &err), HW_E_BUSY, &err);
  hw_assert_contains(err.message, "another process is at work on this");
  assert_string_equal(err.file, part);
  run_shard(p, 0, 1);                    /* others may be done */
  hwp_log *first = NULL, *second = NULL; /* nor do two threads of one process */
  kill(child, SIGKILL);
  assert_int_equal(waitpid(child, NULL, 0), child);
  hw_assert_ok(hwp_log_open(part, &key, p->manifest.n_units, &first, &err), &err);
  hw_assert_status(hwp_log_open(part, &key, p->manifest.n_units, &second, &err), HW_E_BUSY, &err);
  hwp_log_close(first, false);
  run_shard(p, 1, 1);
  assert_merges(p);
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
  hw_search_plan *p = plan(dir, 1);
  size_t n;
  run_shard(p, 0, 1);
  free(read_bytes(shard_file(dir, 0, ".done"), &n));
  signal(SIGXFSZ, SIG_IGN);
  for (size_t limit = 0; limit < n; limit += 1 + n / 23) {
    (void)unlink(shard_file(dir, 0, ".done"));
    set_limit(limit);
    const hw_status s = hw_search_plan_run(p, 0, NULL, &err);
    set_limit(RLIM_INFINITY);
    hw_assert_status(s, HW_E_IO, &err);
    hw_assert_contains(err.message, "cannot write the file");
    struct stat found;
    assert_int_equal(stat(shard_file(dir, 0, ".part"), &found), 0);
    if (limit > n / 2) { /* what was done is kept: less is left to do */
      runs_stop stop = {.left = 0};
      const hw_search_go go = runs_go(&stop, 1);
      hw_assert_status(hw_search_plan_run(p, 0, &go, &err), HW_E_INTERRUPTED, &err);
      assert_true(stop.last_done > 0);
    }
    run_shard(p, 0, 2);
    assert_merges(p);
  }
  signal(SIGXFSZ, SIG_DFL);
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
    hw_status s = hw_search_plan_write(&in, &o, 2, 60, dir, &err);
    if (s == HW_OK) s = hw_search_plan_open(dir, &p, &err);
    for (int32_t i = 0; s == HW_OK && i < 2; i++) s = hw_search_plan_run(p, i, &go, &err);
    if (s == HW_OK) s = hw_search_plan_merge(p, &search, &err);
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
      cmocka_unit_test(every_changed_byte_of_a_shard_is_refused),
      cmocka_unit_test(merging_names_what_is_wrong_and_the_remedy_helps),
      cmocka_unit_test(a_damaged_log_costs_time_alone),
      cmocka_unit_test(every_changed_byte_of_a_manifest_is_refused),
      cmocka_unit_test(the_input_must_be_the_one_of_the_manifest),
      cmocka_unit_test(a_folder_holds_one_plan),
      cmocka_unit_test(shards_can_be_chosen_by_time),
      cmocka_unit_test(two_processes_never_do_one_shard),
      cmocka_unit_test(a_full_disk_loses_nothing),
      cmocka_unit_test(without_memory_it_says_so),
  };
  return cmocka_run_group_tests(tests, make_problem, forget_problem);
}
