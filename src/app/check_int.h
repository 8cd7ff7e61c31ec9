/* Shared inside the check only. */
#ifndef HW_APP_CHECK_INT_H
#define HW_APP_CHECK_INT_H

#include "app/check.h"

typedef struct hwp_check {
  hw_app *app;
  const hw_check_options *options;
  hw_check_fn *report;
  void *context;
  hw_check_summary *summary;
  uint64_t n_verified; /* steps of the store that are done, */
  uint64_t n_computed; /* and those of the comparisons that will be computed again */
  bool is_unreadable;  /* that definitions of tables are damaged was told */
} hwp_check;

/** Tells about one record; its name is looked up. */
HW_MUST_CHECK hw_status hwp_check_tell(hwp_check *self, bool is_warning, hw_kind_id kind,
                                       int64_t id, hw_err *err, const char *format, ...)
    HW_PRINTF(6, 7);

/** Calls @p visit with every record of a kind that is not withdrawn. The visitor may read other
 * records, but not scan this kind as a whole. */
typedef hw_status hwp_check_visit(hwp_check *self, void *context, const hw_record *record,
                                  hw_err *err);
HW_MUST_CHECK hw_status hwp_check_each(hwp_check *self, hw_kind_id kind, hwp_check_visit *visit,
                                       void *context, hw_err *err);

/** Profiles against their panels, pedigrees, frequency tables. */
HW_MUST_CHECK hw_status hwp_check_profiles(hwp_check *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_check_pedigrees(hwp_check *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_check_frequencies(hwp_check *self, hw_err *err);
/** SNP panels, likelihoods, haplotypes: texts that fit their digests and panels. */
HW_MUST_CHECK hw_status hwp_check_genetic(hwp_check *self, hw_err *err);
/** What decisions stood on is still what it was. */
HW_MUST_CHECK hw_status hwp_check_decisions(hwp_check *self, hw_err *err);

#endif
