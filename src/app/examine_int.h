/* Shared inside the examination of references only. */
#ifndef HW_APP_EXAMINE_INT_H
#define HW_APP_EXAMINE_INT_H

#include "app/examine.h"
#include "app/stored_case.h"

/* A list of record ids. */
typedef struct hwp_list {
  int64_t *items;
  size_t n, capacity;
} hwp_list;

HW_MUST_CHECK hw_status hwp_list_add(hwp_list *self, int64_t id, hw_err *err);
/* Ascending, each once. */
void hwp_list_sort(hwp_list *self);

typedef struct hwp_examine {
  hw_app *app;
  const hw_examine_options *options;
  hw_doubt_fn *report;
  void *context;
  hw_examine_summary *summary;
} hwp_examine;

/* HW_E_INTERRUPTED if somebody wants the work to end. */
HW_MUST_CHECK hw_status hwp_examine_go_on(const hwp_examine *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_examine_tell(hwp_examine *self, const hw_doubt *doubt, hw_err *err);

/* Families of one investigation, in portions. @param ids  ascending */
HW_MUST_CHECK hw_status hwp_examine_families(hwp_examine *self, const char *investigation,
                                             const int64_t *ids, size_t n, hw_err *err);
/* Duplicates of new reference profiles among all, by the markers of one investigation. */
HW_MUST_CHECK hw_status hwp_examine_duplicates(hwp_examine *self, const char *investigation,
                                               hw_err *err);
/* Reads what that compares, and keeps it for the next time. */
HW_MUST_CHECK hw_status hwp_examine_read_ahead(hwp_examine *self, const char *investigation,
                                               hw_err *err);

#endif
