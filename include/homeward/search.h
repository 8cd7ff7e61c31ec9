/** @file
 * Every sample against every missing person, exact.
 *
 * A family compiles to tables, a sample is a row of codes, a search is a scan
 * (docs/search.md). The scan works on bytes that are rounded in favour of the
 * pair; every pair that it lets through is computed exactly from the compiled
 * tables. What is kept, and reported, is exact:
 *
 *   - every pair whose log10 LR is at least the threshold;
 *   - of the pairs at or above the floor, the `top` best of every missing person
 *     and the `top` best of every sample.
 *
 * "Best" is by log10 LR, then by the order of samples, then of queries. No pair
 * that belongs to this set is ever lost, and the set does not depend on kernels,
 * threads, units, shards or interruptions.
 *
 * Work is cut into units: some queries against all samples. Units are independent
 * of each other.
 *
 * Example:
 * @code
 *   hw_search_options options = {.threshold = 4.0};
 *   hw_search *search = NULL;
 *   s = hw_search_new(&input, &options, &search, &err);
 *   if (s == HW_OK) s = hw_search_run(search, &(hw_search_go){.n_threads = 2}, &err);
 *   for (int64_t i = 0; s == HW_OK && i < hw_search_results(search)->n_pairs; i++)
 *     print(hw_search_results(search)->pairs[i]);
 *   hw_search_delete(search);
 * @endcode
 */
#ifndef HOMEWARD_SEARCH_H
#define HOMEWARD_SEARCH_H

#include "homeward/likelihood.h"
#include "homeward/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Default log10 LR from which a pair is kept. */
#define HW_SEARCH_THRESHOLD 4.0
/** Queries of one unit, at most, where options do not say. */
#define HW_SEARCH_UNIT 256
/** Largest numbers of samples and of queries. */
#define HW_SEARCH_MAX_SAMPLES 100000000
#define HW_SEARCH_MAX_QUERIES 100000000

/* --- input --- */

typedef struct hw_search_sample {
  const char *code; /**< distinct among samples */
  hw_sex sex;       /**< unknown fits everybody; a sex that differs makes a pair impossible */
  hw_profile profile;
} hw_search_sample;

typedef struct hw_search_family {
  const char *code; /**< distinct among families */
  hw_pedigree pedigree;
  int32_t n_profiles;
  const hw_profile *profiles;    /**< typed references */
  const int32_t *profile_person; /**< n_profiles person indices */
} hw_search_family;

/** A missing person. */
typedef struct hw_search_query {
  int32_t family;   /**< index of the family; queries of one family stand together */
  int32_t person;   /**< index in its pedigree; not typed */
  const char *code; /**< of the person; distinct within the family */
} hw_search_query;

/** Everything that decides the result, and no name. Borrowed by all that takes it. */
typedef struct hw_search_input {
  int32_t n_markers;
  const hw_marker *markers; /**< matrices filled */
  double theta;
  int32_t n_samples;
  const hw_search_sample *samples;
  int32_t n_families;
  const hw_search_family *families;
  int32_t n_queries;
  const hw_search_query *queries;
} hw_search_input;

/** The pedigree problem of one query: its family's pedigree and references, the input's markers and
 * theta. Borrows from the input. */
HW_API hw_problem hw_search_query_problem(const hw_search_input *input, int32_t query);

typedef struct hw_search_options {
  double threshold;  /**< log10 LR from which every pair is kept */
  double floor;      /**< log10 LR from which pairs count for `top`; at most the threshold */
  int32_t top;       /**< best pairs of each missing person and of each sample; 0 = none more */
  double prior_none; /**< prior probability that a sample is none of the missing persons, each of
                          whom has (1 − this)/n; negative = 1/(n+1) */
  hw_likelihood_options likelihood; /**< its `simd` is also the scan's */
  bool no_pruning;                  /**< look every code up (same result; for tests and figures) */
  int32_t unit_queries; /**< queries of one unit (same result; for tests); 0 = HW_SEARCH_UNIT, or
                             fewer where there are very many samples or markers */
} hw_search_options;

/* --- results --- */

/** Relation of a close relative whom a sample may come from instead of the missing person. */
typedef enum hw_search_kin {
  HW_SEARCH_KIN_NONE = 0,
  HW_SEARCH_FULL_SIBLING,
  HW_SEARCH_HALF_SIBLING,
  HW_SEARCH_PARENT,
  HW_SEARCH_CHILD,
  HW_SEARCH_KIN_COUNT
} hw_search_kin;

typedef struct hw_search_pair {
  int32_t sample, query;
  double log10_lr; /**< the missing person against an unrelated one */
} hw_search_pair;

/** Why a missing person was not searched. */
typedef struct hw_search_left_out {
  int32_t query;
  hw_status status;
  const char *why; /**< one line */
} hw_search_left_out;

typedef struct hw_search_results {
  int64_t n_pairs;
  const hw_search_pair *pairs; /**< best first */
  int64_t n_compared;          /**< pairs searched: samples × queries that were not left out */
  int64_t n_rescored;          /**< pairs that the scan let through, where it was run */
  const double *expected;      /**< n_queries: unrelated samples expected at or above the threshold
                                    among those searched; NaN where left out */
  double expected_all;         /**< their sum, in the order of the queries */
  double expected_error;       /**< standard error of that sum; 0 where every profile's set of typed
                                    markers was computed */
  int32_t n_left_out;
  const hw_search_left_out *left_out;
} hw_search_results;

/** One pair, taken apart. */
typedef struct hw_search_detail {
  double posterior;     /**< of the pair under the prior; pairs that are not kept count with
                                   LR 1, their expectation for an unrelated person */
  hw_search_kin kin;    /**< the close relative who fits best */
  double log10_lr_kin;  /**< that relative against an unrelated person */
  bool is_kin;          /**< a close relative fits better than the missing person */
  int32_t n_markers;    /**< typed in the sample and in a relative */
  int32_t n_mismatches; /**< markers that are impossible without mutation */
} hw_search_detail;

/* --- running --- */

typedef struct hw_search hw_search;

/** Prepares a search: validates, encodes the samples. The input is borrowed until
 * hw_search_delete.
 * @return HW_OK; HW_E_SHAPE (no samples, no queries, too many); HW_E_VALUE (options out of range,
 *         observations that do not fit); HW_E_UNSUPPORTED; HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_search_new(const hw_search_input *input,
                                             const hw_search_options *options, hw_search **out,
                                             hw_err *err);
HW_API void hw_search_delete(hw_search *self);

/** How a search is run. */
typedef struct hw_search_go {
  int32_t n_threads; /**< 0 = one per processor */
  /** Called from one thread, now and then; true = stop. NULL = never. */
  bool (*progress)(void *context, uint64_t pairs_done, uint64_t pairs);
  void *context;
} hw_search_go;

/** Runs all units.
 * @return HW_OK; HW_E_INTERRUPTED if `progress` said so: units that are done stay done, and calling
 *         again goes on; as hw_search_new */
HW_API HW_MUST_CHECK hw_status hw_search_run(hw_search *self, const hw_search_go *go, hw_err *err);

/** After hw_search_run has returned HW_OK; NULL before. Valid until hw_search_delete. */
HW_API const hw_search_results *hw_search_results_get(const hw_search *self);

/** Details of kept pairs; each missing person's tables are compiled once more.
 * @param details     [out] n_pairs
 * @param per_marker  [out] n_markers of the input for each pair: log10 LR by marker; or NULL */
HW_API HW_MUST_CHECK hw_status hw_search_details(const hw_search *self, int64_t n_pairs,
                                                 const hw_search_pair *pairs,
                                                 hw_search_detail *details, double *per_marker,
                                                 hw_err *err);

#ifdef __cplusplus
}
#endif
#endif
