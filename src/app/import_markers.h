/** @file
 * Markers by any of their spellings, for importers.
 */
#ifndef HW_APP_IMPORT_MARKERS_H
#define HW_APP_IMPORT_MARKERS_H

/** The markers of the database, read once per import. */
typedef struct hwp_marker_list hwp_marker_list;
/** Frees it; NULL is allowed. */
void hwp_marker_list_delete(hwp_marker_list *self);

#endif
