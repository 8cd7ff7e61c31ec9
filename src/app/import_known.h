/** @file
 * Files that were imported before, and what of them was withdrawn since; inside imports only.
 */
#ifndef HW_APP_IMPORT_KNOWN_H
#define HW_APP_IMPORT_KNOWN_H

#include "app/import.h"

/** Looks the file's digest up. A file counts as known while its import stands: while neither its
 * import record nor anything that it wrote was withdrawn. Sets report->is_known. */
HW_MUST_CHECK hw_status hwp_import_look_up(hw_import *self, hw_err *err);

/** With `restore`: takes back the withdrawal of the stored record of this key, if there is one. */
HW_MUST_CHECK hw_status hwp_import_restore(hw_import *self, const hw_record *record, hw_err *err);

/** Counts a record that is stored and withdrawn, and stays so. */
HW_MUST_CHECK hw_status hwp_import_count_withdrawn(hw_import *self, hw_kind_id kind, int64_t id,
                                                   hw_err *err);

/** Notes why a known file was read again. */
void hwp_import_tell_again(hw_import *self);
/** Notes what of the file is withdrawn, or no more. */
void hwp_import_tell_withdrawn(hw_import *self);

#endif
