/** @file
 * Who is who in a joint run, for the page of the run.
 */
#ifndef HW_WEB_PAGES_JOINT_H
#define HW_WEB_PAGES_JOINT_H

#include "web/pages.h"

/** Writes it; nothing for a run that is not joint. */
HW_MUST_CHECK hw_status hwp_joint_write(hwp_job *job, const hw_record *run, hw_err *err);

#endif
