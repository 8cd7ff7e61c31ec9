/** @file
 * What the pages of handovers share.
 *
 * Example:
 * @code
 *   hwp_column columns[6];
 *   hwp_handover_columns(job, columns);
 *   …
 *   hwp_open(h, "tr", NULL);
 *   hwp_handover_item(job, &handover.items[i]);
 *   hwp_close(h);
 * @endcode
 */
#ifndef HW_WEB_PAGES_HANDOVER_H
#define HW_WEB_PAGES_HANDOVER_H

#include "app/handover.h"
#include "web/pages.h"

/** Where the page hangs. */
void hwp_handover_crumbs(hwp_job *job, const char *last);
/** Cells of a thing that goes, and the titles above them. @param columns  [out] six */
void hwp_handover_item(hwp_job *job, const hw_handover_item *item);
void hwp_handover_columns(hwp_job *job, hwp_column *columns);
/** Minutes that were issued on a handover, newest last. */
HW_MUST_CHECK hw_status hwp_handover_minutes(hwp_job *job, const char *code, hw_look_rows *rows,
                                             hw_err *err);

/** The page of one, and taking it back. */
hwp_handler hwp_handover_show, hwp_handover_withdraw;

#endif
