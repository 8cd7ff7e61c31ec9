/* Shared inside the reports only: what an issued report said, as its record keeps it. */
#ifndef HW_APP_REPORT_SAID_H
#define HW_APP_REPORT_SAID_H

#include "app/report_int.h"
#include "base/json_read.h"

/* Bytes of a line that tells a difference. */
enum { HWP_LINE = 400 };

/* An issued report. */
typedef struct hwp_kept {
  const hw_record *record; /* borrowed */
  hw_json_doc *doc;        /* of the parameters */
  const hw_json *figures, *claims, *basis;
  int64_t entry;
  bool has_names;
  hw_report_request
      request; /* what makes it again; without names where the actor may not read them */
} hwp_kept;
HW_MUST_CHECK hw_status hwp_issued_read(hw_app *app, const hw_record *record, hwp_kept *out,
                                        hw_err *err);
void hwp_issued_clear(hwp_kept *self);

/* Tells every figure, claim and basis that differs between what was issued, what a file says, and
 * what is made now.
 * @param kept    what was issued; NULL = not known
 * @param now     as it is made; NULL = it cannot be
 * @param file    what a file says, or NULL
 * @param without_names  claims that may hold names are not compared with `now`
 * @param n       [in, out] differences told */
HW_MUST_CHECK hw_status hwp_said_compare(const hwp_kept *kept, const hwp_report *now,
                                         const hw_report_facts *file, bool without_names,
                                         hw_report_difference_fn *tell, void *context, int *n,
                                         hw_err *err);

#endif
