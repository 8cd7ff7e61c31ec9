/** @file
 * Tasks on pages: words of their states, and the list above the runs.
 */
#ifndef HW_WEB_PAGES_TASK_H
#define HW_WEB_PAGES_TASK_H

#include "web/pages.h"
#include "web/task.h"

/** "Search of main". */
const char *hwp_task_title(hwp_job *job, const hwp_task_info *info);
/** How far it is, in a language: "searching STR profiles, 42 %, about 3 min left". Appended. */
void hwp_task_say(hw_str *out, hw_language language, const hwp_task_info *info);
/** Per cent of the phase; −1 = not known. */
int hwp_task_percent(const hwp_task_info *info);

/** The task of the path's first open part, for who started it and for administrators.
 * @return HW_OK; HW_E_NOT_FOUND, for all others too */
HW_MUST_CHECK hw_status hwp_task_find(hwp_job *job, hwp_task_info *out, hw_err *err);

/** What stands above the list of runs: buttons to begin, and the tasks that the reader may see. */
HW_MUST_CHECK hw_status hwp_task_head(hwp_job *job, hw_err *err);

#endif
