/* Shared inside search only. */
#ifndef HW_SEARCH_SEARCH_INT_H
#define HW_SEARCH_SEARCH_INT_H

#include "search/results.h"
#include "search/unit.h"

/* A search: input, index, units, and what was found (search.c). */
struct hw_search {
  const hw_search_input *input;
  hw_search_options options; /* its `simd` is our own copy */
  char *simd;
  hwp_index *index; /* NULL where the units were done elsewhere (merge.c) */
  int32_t unit_queries, n_units;
  hwp_unit *units; /* of all queries */
  bool *is_done;   /* n_units */
  hwp_found found;
  bool has_foreign; /* `found` holds what is_done does not tell of */
  bool is_complete;
  hw_search_results results; /* once it is complete */
};

/* @param has_index  encode the samples; without it units cannot be run */
HW_MUST_CHECK hw_status hwp_search_new(const hw_search_input *input,
                                       const hw_search_options *options, bool has_index,
                                       hw_search **out, hw_err *err);
/* Forgets everything that was found. */
HW_MUST_CHECK hw_status hwp_search_reset(hw_search *self, hw_err *err);
/* Takes the outcome of a unit of this search (a hwp_work's `take`; context is the search). */
HW_MUST_CHECK hw_status hwp_search_take(void *context, int32_t unit, const hwp_outcome *outcome,
                                        hw_err *err);
/* Forms the results; all units are done. */
HW_MUST_CHECK hw_status hwp_search_finish(hw_search *self, hw_err *err);

/* What taking pairs apart compiles with, made once for many queries: the engine's own compiler, so
 * that a pair's ratios by marker add up to the bits of its log10 LR, and one for markers that do not
 * mutate. For one thread. */
typedef struct hwp_compilers {
  hw_table_compiler *full, *rigid;
  hw_marker *rigid_markers;
} hwp_compilers;
HW_MUST_CHECK hw_status hwp_compilers_init(hwp_compilers *self, const hw_search_input *input,
                                           const hw_likelihood_options *options, hw_err *err);
void hwp_compilers_clear(hwp_compilers *self);

/* The relatives with whom kept pairs are compared, and the markers (relatives.c): fills everything
 * but the posterior.
 * @param n_pairs, pairs  all of one query */
HW_MUST_CHECK hw_status hwp_relatives_with(const hwp_compilers *compilers,
                                           const hw_search_input *input, int32_t query,
                                           int64_t n_pairs, const hw_search_pair *pairs,
                                           hw_search_detail *details, hw_err *err);
/* The same for one query. */
HW_MUST_CHECK hw_status hwp_relatives(const hw_search_input *input,
                                      const hw_likelihood_options *options, int32_t query,
                                      int64_t n_pairs, const hw_search_pair *pairs,
                                      hw_search_detail *details, hw_err *err);

/* As hw_search_details, of a search whose results are at hand (details.c).
 * @return HW_OK; HW_E_REFERENCE (a pair of no sample or query); errors of the engine, with the
 *         family; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_details(const hw_search_input *input, const hw_search_options *options,
                                    const hw_search_results *results, int64_t n_pairs,
                                    const hw_search_pair *pairs, hw_search_detail *details,
                                    double *per_marker, hw_err *err);

#endif
