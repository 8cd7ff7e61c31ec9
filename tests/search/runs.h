/** @file
 * Searches of worlds in the ways there are, and their results to compare.
 */
#ifndef HW_TESTS_SEARCH_RUNS_H
#define HW_TESTS_SEARCH_RUNS_H

#include "base/digest.h"
#include "search/plan.h"
#include "search/results.h"
#include "search/world.h"

/** Digest of the results of a whole search by one thread, in memory. @param results  [out] some
 * figures, or NULL */
typedef struct runs_answer {
  uint8_t digest[HW_DIGEST_SIZE];
  int64_t n_pairs, n_rescored, n_compared;
  int32_t n_left_out;
} runs_answer;

runs_answer runs_answer_of(const hw_search *search, const hw_search_input *input);
runs_answer runs_full(const hw_search_input *input, const hw_search_options *options,
                      int32_t n_threads);
/** Fails the test unless the results are the same; n_rescored too if @p with_work. */
void runs_assert_same(const runs_answer *a, const runs_answer *b, int with_work);

/** Options in which much is kept: threshold, floor and top by number. */
hw_search_options runs_options(int kind);

/** A `go` that stops when so many questions were answered with no; −1 = never. */
typedef struct runs_stop {
  int64_t left;
  uint64_t last_done, all;
  int is_falling; /**< the number done went back */
} runs_stop;
hw_search_go runs_go(runs_stop *stop, int32_t n_threads);

/** A plan of STR profiles alone, and the search that its shards make. */
HW_MUST_CHECK hw_status runs_plan_write(const hw_search_input *input,
                                        const hw_search_options *options, int32_t n_shards,
                                        double shard_seconds, const char *dir, hw_err *err);
HW_MUST_CHECK hw_status runs_merge(hw_search_plan *plan, const hw_search **out, hw_err *err);

#endif
