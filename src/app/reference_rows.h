/** @file
 * Reference profiles in memory, as the comparison for duplicates takes them.
 *
 * Reading a million profiles takes a second, in which nobody else should have to wait
 * with writing. So they are read before the change that brings new ones, and inside
 * it only what others have written since; a service keeps them from one import to the
 * next. What is kept is never trusted for itself: the audit chain says whether it is
 * the beginning of what stands in the database now, and where anything else has
 * changed, all is read anew.
 *
 * Memory: 2 bytes for each marker of each profile, and 16.
 *
 * Example:
 * @code
 *   HW_TRY(hw_reference_rows_new(&app->references, err));
 *   HW_TRY(hw_examine_read_ahead(app, &options, err)); // others can write meanwhile
 *   HW_TRY(hw_app_begin(app, HW_MAY_WRITE, "import", "", err));
 *   …
 *   HW_TRY(hw_examine(app, &options, tell, NULL, &summary, err));
 * @endcode
 */
#ifndef HW_APP_REFERENCE_ROWS_H
#define HW_APP_REFERENCE_ROWS_H

#include "homeward/status.h"

/** May be used by several threads at once: they wait for each other. Of one database only. */
typedef struct hw_reference_rows hw_reference_rows;

/** @param out  free with hw_reference_rows_delete. @return HW_OK; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_reference_rows_new(hw_reference_rows **out, hw_err *err);
void hw_reference_rows_delete(hw_reference_rows *self);

#endif
