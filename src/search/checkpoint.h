/* What a search on one machine has done, remembered in a folder while it is under way.
 *
 * The folder is a cache: whatever is wrong with it is told in a note, and the search
 * goes on without it. */
#ifndef HW_SEARCH_CHECKPOINT_H
#define HW_SEARCH_CHECKPOINT_H

#include "search/log.h"
#include "search/plan.h"
#include "search/results.h"

typedef struct hwp_checkpoint {
  hw_search_since *since; /* gets the note */
  hwp_log *log;           /* NULL: nothing is kept */
  const hwp_unit *units;
  hwp_found *found; /* gets what the units find */
} hwp_checkpoint;

/* Notes a failure of the folder (the first one counts), or ends the search with it.
 * @param what  it means */
HW_MUST_CHECK hw_status hwp_checkpoint_settle(hwp_checkpoint *self, hw_status status,
                                              const char *what, const hw_err *reason, hw_err *err);

/* Opens the log of units 0 … n − 1, and puts what stands in it into its place.
 * @param is_done  [out] n_units: those are set whose outcome was taken */
HW_MUST_CHECK hw_status hwp_checkpoint_open(hwp_checkpoint *self, const char *path,
                                            const hwp_log_key *key, int32_t n_units, hw_err *err);
HW_MUST_CHECK hw_status hwp_checkpoint_take_known(hwp_checkpoint *self, int32_t n_units,
                                                  bool *is_done, hw_err *err);
/* Keeps the outcome of a unit and takes it. */
HW_MUST_CHECK hw_status hwp_checkpoint_take(hwp_checkpoint *self, int32_t unit,
                                            const hwp_outcome *outcome, hw_err *err);
/* After an interruption: everything to the disk. */
void hwp_checkpoint_sync(hwp_checkpoint *self);

#endif
