/* Pairs that a unit has found, cut to what is kept whenever they become many.
 *
 * Whether a pair is kept depends on the better pairs of its missing person and of
 * its sample only, and of those the best are kept themselves: so cutting at any
 * time, and cutting again, leaves what one cut at the end would. */
#ifndef HW_SEARCH_KEEP_H
#define HW_SEARCH_KEEP_H

#include "search/unit.h"

typedef struct hwp_keeper {
  const hw_search_options *options;
  int32_t n_samples, n_queries;
  int64_t n, capacity, cut_at;
  hw_search_pair *pairs;
} hwp_keeper;

/* Begins a unit; memory of the one before is used again. */
void hwp_keeper_begin(hwp_keeper *self, const hw_search_input *input,
                      const hw_search_options *options);
/* @return HW_OK; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_keeper_add(hwp_keeper *self, const hw_search_pair *pair, hw_err *err);
/* Cuts, and sorts by query, then sample. */
HW_MUST_CHECK hw_status hwp_keeper_end(hwp_keeper *self, hw_err *err);
void hwp_keeper_clear(hwp_keeper *self);

#endif
