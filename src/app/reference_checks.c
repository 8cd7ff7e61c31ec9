/* References examined when a file brings them: each doubt is a note of the import, and a finding
 * that waits for somebody. A doubt that stands open already is not recorded again. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/examine.h"
#include "app/import.h"
#include "base/check.h"

/* True in *out if the same text is recorded for the family or profile. */
static hw_status is_recorded(hw_import *self, const hw_doubt *doubt, bool *out, hw_err *err) {
  int field = doubt->family != 0 ? HW_FIELD_FINDING_FAMILY : HW_FIELD_FINDING_PROFILE;
  hw_value key = hw_value_int(doubt->family != 0 ? doubt->family : doubt->profile);
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  HW_TRY(hw_store_scan(self->app->store, HW_KIND_FINDING, field, &key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL)
    if (row->withdrawn == NULL &&
        strcmp(hw_record_text(row, HW_FIELD_FINDING_TEXT), doubt->text) == 0)
      *out = true;
  hw_scan_done(scan);
  return status;
}

static hw_status record(void *context, const hw_doubt *doubt, hw_err *err) {
  hw_import *self = context;
  bool is_known = false;
  HW_TRY(is_recorded(self, doubt, &is_known, err));
  if (is_known) return HW_OK;
  int64_t id = 0;
  char code[32];
  HW_TRY(hw_store_next_id(self->app->store, HW_KIND_FINDING, &id, err));
  snprintf(code, sizeof code, "Q-%lld", (long long)id);
  hw_import_note(self, "%s: %s", code, doubt->text);
  hw_record finding;
  hw_record_init(&finding, HW_KIND_FINDING);
  hw_record_set_text(&finding, HW_FIELD_FINDING_CODE, code);
  hw_record_set_text(&finding, HW_FIELD_FINDING_KIND, doubt->kind);
  if (doubt->family != 0) hw_record_set_int(&finding, HW_FIELD_FINDING_FAMILY, doubt->family);
  if (doubt->profile != 0) hw_record_set_int(&finding, HW_FIELD_FINDING_PROFILE, doubt->profile);
  if (doubt->other != 0) hw_record_set_int(&finding, HW_FIELD_FINDING_OTHER, doubt->other);
  hw_record_set_real(&finding, HW_FIELD_FINDING_LOG10_LR, doubt->log10_lr);
  hw_record_set_text(&finding, HW_FIELD_FINDING_TEXT, doubt->text);
  return hw_import_put(self, &finding, 0, err);
}

hw_status hw_import_check_references(hw_import *self, hw_err *err) {
  hw_examine_options options = {.first_family = self->first_family,
                                .first_profile = self->first_profile,
                                .is_stopped = self->options->is_stopped,
                                .stop_context = self->options->stop_context};
  hw_examine_summary summary;
  HW_TRY(hw_examine(self->app, &options, record, self, &summary, err));
  if (summary.n_investigations > 0)
    hw_import_note(self, "references were not examined: %s", summary.left_out);
  return HW_OK;
}
