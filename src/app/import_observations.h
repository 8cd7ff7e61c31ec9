/** @file
 * Profiles that come as records, with their observations as text: do they fit their panel?
 */
#ifndef HW_APP_IMPORT_OBSERVATIONS_H
#define HW_APP_IMPORT_OBSERVATIONS_H

#include "store/store.h"

/** The panel of the last profile: profiles of one file come together. Zero it before. */
typedef struct hwp_panel_size {
  int64_t panel, n_markers;
} hwp_panel_size;

/** Checks a profile: whose it is, one observation per marker of the panel, each in its one form.
 * @param mistake  [out] what does not fit, with the field; status HW_OK = it fits
 * @return HW_OK; the machine's failure */
HW_MUST_CHECK hw_status hwp_check_observations(hw_store *store, const hw_record *profile,
                                               hwp_panel_size *known, hw_err *mistake, hw_err *err);

#endif
