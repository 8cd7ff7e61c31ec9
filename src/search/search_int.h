/* Shared inside search only. */
#ifndef HW_SEARCH_SEARCH_INT_H
#define HW_SEARCH_SEARCH_INT_H

#include "search/unit.h"

/* The relatives with whom kept pairs are compared, and the markers (relatives.c): fills everything
 * but the posterior.
 * @param n_pairs, pairs  all of one query */
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
