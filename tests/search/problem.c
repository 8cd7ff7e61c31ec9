/* One problem that is planned again and again (see problem.h). */
#include "search/problem.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "support/assert.h"

static world w;
static hw_arena arena;
hw_search_input problem_input;
hw_search_options problem_options;
runs_answer problem_answer;

int problem_make(void **state) {
  (void)state;
  world_init(&w, 21, 30, 90);
  problem_input = world_input(&w, &arena);
  problem_options = runs_options(2);
  problem_options.threshold = 0.1 + 0.2 + 3; /* 17 digits */
  problem_options.likelihood.max_work = 1e11 / 3;
  problem_options.unit_queries = 2;
  problem_answer = runs_full(&problem_input, &problem_options, 1);
  return 0;
}

int problem_forget(void **state) {
  (void)state;
  hw_arena_clear(&arena);
  return 0;
}

hw_search_plan *problem_plan(const char *dir, int32_t n_shards) {
  hw_search_plan *out = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(runs_plan_write(&problem_input, &problem_options, n_shards, 60, dir, &err), &err);
  hw_assert_ok(hw_search_plan_open(dir, &out, &err), &err);
  return out;
}

void problem_run(hw_search_plan *p, int32_t shard, int32_t n_threads) {
  hw_err err = HW_ERR_INIT;
  const hw_search_go go = {.n_threads = n_threads};
  hw_assert_ok(hw_search_plan_run(p, shard, &go, &err), &err);
}

void problem_assert_merges(hw_search_plan *p) {
  const hw_search *search = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(runs_merge(p, &search, &err), &err);
  const runs_answer answer = runs_answer_of(search, &problem_input);
  runs_assert_same(&problem_answer, &answer, 1);
}

char *problem_file(const char *dir, int32_t shard, const char *suffix) {
  static char path[4][600];
  static int next;
  next = (next + 1) % 4;
  snprintf(path[next], sizeof path[next], "%s/shard-%04d%s", dir, (int)shard, suffix);
  return path[next];
}

char *problem_read(const char *path, size_t *n) {
  char *bytes;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_file_read(path, (size_t)1 << 30, &bytes, n, &err), &err);
  return bytes;
}

void problem_write(const char *path, const char *bytes, size_t n) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, n, file), n);
  assert_int_equal(fclose(file), 0);
}

bool problem_is_there(const char *path) {
  struct stat found;
  return stat(path, &found) == 0;
}
