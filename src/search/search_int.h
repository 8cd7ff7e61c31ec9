/* Shared inside search only. */
#ifndef HW_SEARCH_SEARCH_INT_H
#define HW_SEARCH_SEARCH_INT_H

#include "search/unit.h"

/* The relatives with whom a kept pair is compared, and its details (relatives.c).
 * @param n_pairs, pairs  all of one query
 * @param n_queries  of the whole search, for the prior */
HW_MUST_CHECK hw_status hwp_relatives(const hw_search_input *input,
                                      const hw_likelihood_options *options, int32_t query,
                                      const hw_table *table, int64_t n_pairs,
                                      const hw_search_pair *pairs, hw_search_detail *details,
                                      hw_err *err);

#endif
