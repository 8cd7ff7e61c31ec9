/* A validation of the program, issued as a report. */
#include "app/run_validation.h"

#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "app/report.h"
#include "base/check.h"

/* The whole database is computed again, that of all investigations. */
static hw_status require_all(hw_app *app, hw_err *err) {
  HW_TRY(hw_app_require(app, HW_MAY_WRITE, err));
  if (hw_access_is_all(app)) return HW_OK;
  return hw_err_set(err, HW_E_DENIED,
                    "a validation is about all investigations, and you may not see all of them");
}

static bool look(void *context, uint64_t done, uint64_t all) {
  const hw_run_watch *watch = context;
  return watch->look(watch->context, HW_RUN_CHECKING, done, all);
}

/* The check comes first: the report has its number only when it is made, so that others may be issued
 * meanwhile, and bears the audit entry of what was checked. */
static hw_status check(hw_app *app, const hw_run_watch *watch, hw_check_summary *out, hw_err *err) {
  hw_run_watch copy = {0};
  HW_TRY(hw_run_begin_phase(watch, HW_RUN_CHECKING, err));
  if (watch != NULL) copy = *watch;
  return hw_app_report_examine(app, copy.look != NULL ? look : NULL, &copy, out, err);
}

hw_status hw_run_validation(hw_app *app, const hw_run_validation_options *options,
                            const hw_run_watch *watch, hw_run_outcome *out, hw_err *err) {
  hw_check_summary checked = {0};
  hw_report_request request = {.kind = "validation",
                               .language = options->language,
                               .created = options->created,
                               .note = options->note,
                               .is_draft = options->is_draft,
                               .without_names = options->without_names,
                               .checked = &checked};
  hw_fonts *fonts = NULL;
  hw_issued issued = {.code = ""};
  memset(out, 0, sizeof *out);
  hw_status status = require_all(app, err);
  if (status == HW_OK) status = check(app, watch, &checked, err);
  if (status == HW_OK) status = hw_run_begin_phase(watch, HW_RUN_KNOWN, err);
  request.as_of = checked.n_entries;
  if (status == HW_OK) status = hw_fonts_new(&fonts, err);
  if (status == HW_OK) status = hw_app_report_issue(app, &request, fonts, &issued, err);
  if (status == HW_OK) {
    memcpy(out->report, issued.code, sizeof out->report);
    out->n_failed = issued.n_failed;
  }
  if (status == HW_OK && options->is_draft) {
    out->draft = issued.bytes[HW_REPORT_PDF];
    out->n_draft = issued.n_bytes[HW_REPORT_PDF];
    issued.bytes[HW_REPORT_PDF] = NULL;
  }
  hw_issued_clear(&issued);
  hw_fonts_delete(fonts);
  return status;
}
