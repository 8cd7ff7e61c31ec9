/** @file
 * Searches of which some is by STR and some by SNP profiles, and all that they find as one digest.
 *
 * Example:
 * @code
 *   mixed m;
 *   mixed_make(&m, 7, true);
 *   const mixed_answer right = mixed_full(&m, 1);
 *   mixed_clear(&m);
 * @endcode
 */
#ifndef HW_TESTS_SEARCH_MIXED_H
#define HW_TESTS_SEARCH_MIXED_H

#include "oracle/snp_world.h"
#include "search/plan.h"
#include "search/runs.h"
#include "search/world.h"

typedef struct mixed {
  world str_world;
  hw_arena arena;
  hw_search_input str;
  hw_search_options str_options;
  snp_world snp_world;
  hw_snp_search_options snp_options;
  hw_search_weighing weighing;
  hw_search_planned planned;
} mixed;

/** A problem from a seed: options too. Families of SNP profiles of which some cannot be computed.
 * @param has_str  else it is by SNP profiles alone */
void mixed_make(mixed *self, uint64_t seed, bool has_str);
void mixed_clear(mixed *self);

/** Everything that was found, to the bit; the second digest is of SNP profiles alone. */
typedef struct mixed_answer {
  uint8_t str[HW_DIGEST_SIZE], snp[HW_DIGEST_SIZE];
  int64_t n_str_pairs, n_snp_pairs;
  int32_t n_left_out; /**< of SNP profiles */
} mixed_answer;

/** In one go, in memory. */
mixed_answer mixed_full(const mixed *self, int32_t n_threads);
mixed_answer mixed_of_snp(const mixed *self, const hw_snp_search_results *results);
/** Merges a plan, all of whose shards must be there. */
mixed_answer mixed_merge(const mixed *self, hw_search_plan *plan);
void mixed_assert_same(const mixed_answer *a, const mixed_answer *b);

/** Plans it and opens the plan. */
hw_search_plan *mixed_plan(const mixed *self, const char *dir, int32_t n_shards);

#endif
