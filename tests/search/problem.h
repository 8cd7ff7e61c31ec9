/** @file
 * One problem that is planned again and again, and what tests do with its shards.
 */
#ifndef HW_TESTS_SEARCH_PROBLEM_H
#define HW_TESTS_SEARCH_PROBLEM_H

#include <stdbool.h>

#include "search/plan_int.h"
#include "search/runs.h"

/** About 110 queries in units of 2, and the answer. */
extern hw_search_input problem_input;
extern hw_search_options problem_options;
extern runs_answer problem_answer;

/** Group setup and teardown. */
int problem_make(void **state);
int problem_forget(void **state);

/** Plans it (or finds the plan) and opens the plan. */
hw_search_plan *problem_plan(const char *dir, int32_t n_shards);
/** Does a shard, which must go well. */
void problem_run(hw_search_plan *plan, int32_t shard, int32_t n_threads);
/** Merges, and compares with the answer. */
void problem_assert_merges(hw_search_plan *plan);
/** Path of a shard's file; one of four that are kept. */
char *problem_file(const char *dir, int32_t shard, const char *suffix);

/** Whole files. */
char *problem_read(const char *path, size_t *n);
void problem_write(const char *path, const char *bytes, size_t n);
bool problem_is_there(const char *path);

#endif
