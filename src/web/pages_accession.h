/** @file
 * Parts of the page of a box of remains: pictures, persons with their joins.
 *
 * Example:
 * @code
 *   hwp_box page = {.job = job};
 *   HW_TRY(hw_accession_read(job->app, code, job->arena, &page.box, err));
 *   hwp_box_pictures(&page, err);
 * @endcode
 */
#ifndef HW_WEB_PAGES_ACCESSION_H
#define HW_WEB_PAGES_ACCESSION_H

#include "app/accession.h"
#include "web/pages_evidence.h"

typedef struct hwp_box {
  hwp_job *job;
  const char *code;
  hw_accession box;
  const hw_accession_joins *joins; /**< NULL = not weighed */
} hwp_box;

/** What a bone is called: "left femur", "xương đùi trái", with its number and portion. */
const char *hwp_bone_name(hwp_job *job, const hw_accession_bone *bone);
/** What an element of the table is called. */
const char *hwp_element_name(hwp_job *job, int32_t element);
/** The whole skeleton. */
HW_MUST_CHECK hw_status hwp_box_skeleton(hwp_box *self, hw_err *err);
/** One small skeleton for each person. */
HW_MUST_CHECK hw_status hwp_box_persons_small(hwp_box *self, hw_err *err);
/** Persons, their bones, and what speaks for and against each. */
HW_MUST_CHECK hw_status hwp_box_persons(hwp_box *self, hw_err *err);

#endif
