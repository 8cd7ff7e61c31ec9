/* Exporting: what is asked for, who may have it, and the audit entry.
 *
 * The entry is committed before anything is read, so that no way of ending the
 * program early yields names without it. Reading then happens in one reading
 * transaction: all rows, and all files of `export all`, are of one moment. */
#include "app/export.h"

#include <string.h>

#include "app/export_int.h"
#include "app/kind_table.h"
#include "base/check.h"

bool hwp_kind_has_names(hw_kind_id kind) {
  const hw_kind *what = hw_kind_get(kind);
  for (int f = 0; f < what->n_fields; f++)
    if (hw_field_is_name(what, f)) return true;
  return false;
}

bool hwp_kind_is_named(hw_kind_id kind) {
  const hw_kind *what = hw_kind_get(kind);
  for (int f = 0; f < what->n_fields; f++)
    if ((what->fields[f].flags & HW_FIELD_NAME) && (what->fields[f].flags & HW_FIELD_KEY))
      return true;
  return false;
}

static const hw_exporter *find_exporter(const char *format) {
  for (size_t i = 0; format != NULL && i < hw_n_exporters; i++)
    if (strcmp(hw_exporters[i]->format, format) == 0) return hw_exporters[i];
  return NULL;
}

/* The exporter of a format; NULL = tables. */
static const hw_exporter *exporter_of(const hw_export_options *options) {
  const hw_exporter *exporter = find_exporter(options->format);
  return exporter != NULL || options->format != NULL ? exporter : find_exporter(options->what);
}

bool hw_export_is_recorded(const hw_export_options *options) {
  if (options->without_names) return false;
  const hw_exporter *exporter = exporter_of(options);
  if (exporter != NULL) return exporter->has_names;
  if (strcmp(options->what, "all") == 0) return true;
  const hw_kind *kind = hw_kind_find(options->what);
  return kind != NULL && hwp_kind_has_names(kind->id);
}

hw_status hwp_export_record(hw_app *app, const char *what, const char *reason, hw_err *err) {
  hw_status status = hw_app_require(app, HW_MAY_NAMES, err);
  if (status != HW_OK) {
    hw_err_while(err, "exporting names; --without-names leaves them out");
    return status;
  }
  hw_str text = HW_STR_INIT;
  hw_str_append(&text, what);
  if (reason != NULL && reason[0] != '\0') hw_str_append_format(&text, ": %s", reason);
  status = hw_str_status(&text) != HW_OK
               ? HW_NO_MEMORY(err, "the audit entry")
               : hw_app_begin(app, HW_MAY_NAMES, "export", hw_str_text(&text), err);
  if (status == HW_OK) status = hw_store_commit(app->store, err);
  hw_str_clear(&text);
  return status;
}

static hw_status check_table(const hw_export_options *options, const hw_kind *kind, hw_err *err) {
  if (kind == NULL)
    return hw_err_set(err, HW_E_USAGE,
                      "\"%.60s\" is no kind of record and no format (see 'homeward help export')",
                      options->what);
  HW_TRY(hw_kind_table_require(kind, err));
  if (options->format != NULL && strcmp(options->format, "csv") != 0 &&
      strcmp(options->format, "json") != 0)
    return hw_err_set(err, HW_E_USAGE, "--format: '%s' is no format that can be exported",
                      options->format);
  return HW_OK;
}

hw_status hw_export_stream(hw_app *app, const hw_export_options *options, FILE *out,
                           hw_export_report *report, hw_err *err) {
  const hw_kind *kind = hw_kind_find(options->what);
  const hw_exporter *exporter = exporter_of(options);
  memset(report, 0, sizeof *report);
  if (exporter == NULL) HW_TRY(check_table(options, kind, err));
  report->has_names = hw_export_is_recorded(options);
  if (report->has_names) HW_TRY(hwp_export_record(app, options->what, options->reason, err));
  hw_db *db = hw_store_db(app->store);
  HW_TRY(hw_db_begin_read(db, err));
  hw_export self = {.app = app, .options = options, .kind = kind, .out = out, .report = report};
  hw_status status = exporter != NULL
                         ? exporter->run(&self, err)
                         : hwp_export_kind(app, kind->id, options, out, &report->n_rows, err);
  hw_db_rollback(db); /* ends the reading transaction */
  return status;
}
