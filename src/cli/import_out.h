/* What `homeward import` prints. */
#ifndef HW_CLI_IMPORT_OUT_H
#define HW_CLI_IMPORT_OUT_H

#include "app/import.h"

/* The outcome of several files. */
typedef struct import_view {
  const hw_import_job *jobs;
  int n_done;
  bool apply;
  hw_status status;
  const hw_err *err; /* why it failed */
} import_view;

/* Tables of what would happen or happened, for people. */
void import_print(const import_view *view);
/* homeward-import/1 on standard output. */
HW_MUST_CHECK hw_status import_write_json(const import_view *view, hw_err *err);
/* Mistakes on standard error: HW_ERRORS_KEPT of them, then how many more. */
void import_print_mistakes(const import_view *view);

#endif
