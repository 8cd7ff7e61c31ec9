/* Shared inside recomputing only.
 *
 *   recompute.c         runs, what has changed, pairs of identify
 *   recompute_search.c  pairs of search */
#ifndef HW_APP_RECOMPUTE_INT_H
#define HW_APP_RECOMPUTE_INT_H

#include "app/kept_run.h"
#include "app/recompute.h"
#include "app/search.h"

/* Remains by the profile that counts. */
typedef struct hwp_by_profile {
  int64_t profile;
  int32_t remains;
} hwp_by_profile;

typedef struct hwp_recomputing {
  hw_app *app;
  const hw_recompute_options *options;
  hw_recompute_fn *report;
  void *context;
  hw_recompute_summary *summary;
  uint64_t n_done, n_total;
  hw_stored_case stored;   /* of investigation `loaded` */
  int64_t loaded;          /* 0 = none */
  hwp_by_profile *remains; /* its remains, by profile; in its arena */
  /* The run at hand. */
  int64_t run, run_entry;
  bool is_same_program;
} hwp_recomputing;

/* A comparison by its places in the stored case. */
typedef struct hwp_found_item {
  int32_t remains, family, missing;
} hwp_found_item;

/* Finds an item in the case of today. What it rests on may have changed: that is told.
 * @param is_same  [out] true if it can be computed again */
HW_MUST_CHECK hw_status hwp_recompute_find(hwp_recomputing *self, const hwp_compared *item,
                                           hwp_found_item *out, bool *is_same, hw_err *err);

/* What was computed of a comparison. */
typedef struct hwp_recomputed {
  double log10_lr;
  int32_t markers, mismatches;
  const double *per_marker;
} hwp_recomputed;
/* Compares it with what is stored, and tells. */
HW_MUST_CHECK hw_status hwp_recompute_judge(hwp_recomputing *self, int64_t comparison,
                                            const hwp_recomputed *now, hw_err *err);
/* Counts for the progress. */
void hwp_recompute_done(hwp_recomputing *self, int32_t n);

/* All comparisons of a search, sorted by family. */
HW_MUST_CHECK hw_status hwp_recompute_search(hwp_recomputing *self, const hwp_compared *items,
                                             int32_t n, hw_err *err);

#endif
