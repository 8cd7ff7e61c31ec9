/** @file
 * The page of one identification: everything that speaks for and against it, and the forms of the
 * next steps.
 *
 * Example:
 * @code
 *   hwp_sheet_input typed = {.form = HWP_SHEET_REVIEW, .choice = "agrees", .reason = "",
 *                            .no_reason = "a reason is missing"};
 *   return hwp_sheet_write(job, &typed, err);   // the page again, with what was typed
 * @endcode
 */
#ifndef HW_WEB_PAGES_SHEET_H
#define HW_WEB_PAGES_SHEET_H

#include "app/decide.h"
#include "web/pages_evidence.h"

typedef enum hwp_sheet_form {
  HWP_SHEET_REVIEW = 1,
  HWP_SHEET_DECIDE,
  HWP_SHEET_RESOLVE
} hwp_sheet_form;

/** What was typed into a form that was refused. */
typedef struct hwp_sheet_input {
  hwp_sheet_form form;
  const char *choice; /**< verdict, step, or code of the contradiction */
  const char *reason;
  const char *override, *report;     /**< NULL = not of this form */
  const char *no_choice, *no_reason; /**< what is wrong with it; NULL = nothing */
  const char *refusal;               /**< of the program; NULL = none */
} hwp_sheet_input;

/** The page in the making. */
typedef struct hwp_sheet_page {
  hwp_job *job;
  const hwp_sheet_input *typed; /**< NULL = nothing was typed */
  hw_decide_sheet sheet;
  hw_record comparison, joint_pair; /**< id 0 = none */
} hwp_sheet_page;

/** Reads the identification self->job->parts[0], and the rows of its runs. */
HW_MUST_CHECK hw_status hwp_sheet_read(hwp_sheet_page *self, hw_err *err);

/** Writes the forms of what can follow; for pages_sheet.c. */
HW_MUST_CHECK hw_status hwp_sheet_forms(hwp_sheet_page *self, hw_err *err);

/** Writes the page of the identification job->parts[0]. @param typed  NULL = nothing was typed */
HW_MUST_CHECK hw_status hwp_sheet_write(hwp_job *job, const hwp_sheet_input *typed, hw_err *err);

#endif
