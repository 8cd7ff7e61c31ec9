/* Shared by the reference profiles in memory (reference_rows.c), what reads them
 * (reference_read.c), and what compares them (examine_duplicates.c). */
#ifndef HW_APP_REFERENCE_ROWS_INT_H
#define HW_APP_REFERENCE_ROWS_INT_H

#include <pthread.h>

#include "app/examine_int.h"
#include "app/reference_rows.h"
#include "homeward/reference.h"

struct hw_reference_rows {
  pthread_mutex_t lock;
  hw_stored_case stored;      /* the markers */
  hw_duplicates *search;      /* NULL = nothing is kept */
  hwp_list profiles, persons; /* in the order of the search */
  int64_t head;               /* newest audit entry of what is kept, and its hash */
  uint8_t hash[HW_DIGEST_SIZE];
  int64_t last_profile, last_panel, last_panel_marker; /* newest records that were looked at */
  int32_t n_kept;  /* profiles that are committed; those behind them are of a change in progress */
  bool is_tainted; /* a change in progress has withdrawn or restored some: nothing can be kept */
};

/* Brings the profiles up to what stands in the database, the change in progress included, by the
 * markers of an investigation. On success they are the caller's until hwp_reference_rows_end.
 * @return as hw_stored_case_load, hw_duplicates_new; HW_E_INTERRUPTED */
HW_MUST_CHECK hw_status hwp_reference_rows_begin(hw_reference_rows *self,
                                                 const hwp_examine *examine,
                                                 const char *investigation, hw_err *err);
/* Gives them back; what a change in progress has added is forgotten. */
void hwp_reference_rows_end(hw_reference_rows *self);

/* Adds the profiles behind the last one that was looked at. */
HW_MUST_CHECK hw_status hwp_reference_rows_read(hw_reference_rows *self, const hwp_examine *examine,
                                                hw_err *err);

#endif
