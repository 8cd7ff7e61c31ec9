/* Issuing a report, and making an issued one again.
 *
 * The record keeps what it takes: kind, subject, language, time, program, and in its
 * parameters the audit entry that counts, whether names were written, and what the
 * report says: every figure and claim, and the digest of every record behind it. So a
 * copy on paper can be checked when the file is lost, and where the database says
 * something else today, the difference has a name.
 *
 * A report is made in all its forms before anything is stored: one that cannot be
 * drawn is not issued, and the digests of PDF and HTML stand in the record whatever
 * form was asked for. */
#include "app/report_said.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "base/check.h"
#include "base/digest.h"
#include "base/json_members.h"

void hw_issued_clear(hw_issued *self) {
  for (int f = 0; f < HW_REPORT_FORMS; f++) free(self->bytes[f]);
  *self = (hw_issued){.code = ""};
}

static hw_status write_forms(const hwp_report *self, hw_issued *out, hw_err *err) {
  HW_TRY(hw_report_digest(self->doc, out->document, err));
  for (int f = 0; f < HW_REPORT_FORMS; f++)
    HW_TRY(hw_report_write(self->doc, (hw_report_form)f, self->fonts, &out->bytes[f],
                           &out->n_bytes[f], err));
  snprintf(out->code, sizeof out->code, "%s", self->request.code != NULL ? self->request.code : "");
  out->n_failed = self->n_failed;
  return HW_OK;
}

/* --- the record --- */

static void write_said(hw_json_writer *w, const hwp_report *self) {
  hw_json_add_object(w, "figures");
  for (int i = 0; i < self->n_said; i++) {
    if (self->said[i].is_claim) continue;
    hw_json_add_double(w, self->said[i].name, self->said[i].value);
  }
  hw_json_write_end_object(w);
  hw_json_add_object(w, "claims");
  for (int i = 0; i < self->n_said; i++) {
    if (!self->said[i].is_claim) continue;
    hw_json_add_text(w, self->said[i].name, self->said[i].shown);
  }
  hw_json_write_end_object(w);
}

static hw_status write_parameters(const hwp_report *self, hw_str *out, hw_err *err) {
  hw_json_writer writer, *w = &writer;
  hw_json_write_init_str(w, out, 0);
  hw_json_write_begin_object(w);
  hw_json_add_int(w, "entry", self->request.as_of);
  hw_json_add_bool(w, "names", self->has_names);
  write_said(w, self);
  hw_json_add_array(w, "basis");
  for (int i = 0; i < self->n_basis; i++) {
    hw_json_write_begin_row(w);
    hw_json_write_string(w, self->basis[i].kind);
    hw_json_write_string(w, self->basis[i].code);
    hw_json_write_string(w, self->basis[i].digest);
    hw_json_write_end_array(w);
  }
  hw_json_write_end_array(w);
  hw_json_write_end_object(w);
  return hw_json_write_finish(w, err);
}

static hw_status add_record(const hwp_report *self, const hw_issued *issued, const char *parameters,
                            hw_err *err) {
  char pdf[HW_DIGEST_TEXT_SIZE], html[HW_DIGEST_TEXT_SIZE];
  uint8_t digest[HW_DIGEST_SIZE];
  hw_record record;
  const hw_report_request *request = &self->request;
  hw_digest_of(issued->bytes[HW_REPORT_PDF], issued->n_bytes[HW_REPORT_PDF], digest);
  hw_digest_text(digest, pdf);
  hw_digest_of(issued->bytes[HW_REPORT_HTML], issued->n_bytes[HW_REPORT_HTML], digest);
  hw_digest_text(digest, html);
  hw_record_init(&record, HW_KIND_REPORT);
  hw_record_set_text(&record, HW_FIELD_REPORT_CODE, request->code);
  hw_record_set_text(&record, HW_FIELD_REPORT_KIND, request->kind);
  hw_record_set_text(&record, HW_FIELD_REPORT_LANGUAGE, request->language);
  if (request->subject[0] != '\0')
    hw_record_set_text(&record, HW_FIELD_REPORT_SUBJECT, request->subject);
  hw_record_set_text(&record, HW_FIELD_REPORT_CREATED, request->created);
  hw_record_set_text(&record, HW_FIELD_REPORT_PROGRAM, request->program);
  hw_record_set_text(&record, HW_FIELD_REPORT_PARAMETERS, parameters);
  hw_record_set_text(&record, HW_FIELD_REPORT_DOCUMENT, issued->document);
  hw_record_set_text(&record, HW_FIELD_REPORT_PDF, pdf);
  hw_record_set_text(&record, HW_FIELD_REPORT_HTML, html);
  if (request->note != NULL && request->note[0] != '\0')
    hw_record_set_text(&record, HW_FIELD_REPORT_NOTE, request->note);
  return hw_store_add(self->store, &record, err);
}

static hw_status store(const hwp_report *self, const hw_issued *issued, hw_err *err) {
  hw_str parameters = HW_STR_INIT, reason = HW_STR_INIT;
  hw_str_append_format(&reason, "%s %s %s", self->request.code, self->request.kind,
                       self->request.subject);
  hw_status status = write_parameters(self, &parameters, err);
  if (status == HW_OK)
    status = hw_app_begin(self->app, HW_MAY_WRITE, "report", hw_str_text(&reason), err);
  if (status == HW_OK) {
    status = add_record(self, issued, hw_str_text(&parameters), err);
    if (status == HW_OK) status = hw_store_commit(self->store, err);
    if (status != HW_OK) hw_store_rollback(self->store);
  }
  hw_str_clear(&parameters);
  hw_str_clear(&reason);
  return status;
}

static hw_status check_code(hw_app *app, const char *code, hw_err *err) {
  int64_t id = 0;
  if (code == NULL) return HW_OK;
  HW_TRY(hw_store_find_code(app->store, HW_KIND_REPORT, code, &id, err));
  return id == 0 ? HW_OK
                 : hw_err_set(err, HW_E_CONFLICT,
                              "there is a report '%.200s' already: its number is never given "
                              "twice",
                              code);
}

hw_status hw_app_report_issue(hw_app *app, const hw_report_request *request, const hw_fonts *fonts,
                              hw_issued *out, hw_err *err) {
  hw_made_report made;
  *out = (hw_issued){.code = ""};
  if (!request->is_draft) {
    HW_TRY(hw_app_require(app, HW_MAY_WRITE, err));
    HW_TRY(check_code(app, request->code, err));
  }
  HW_TRY(hw_app_report_make(app, request, fonts, &made, err));
  hw_status status = write_forms(hwp_report_of(&made), out, err);
  if (status == HW_OK && !request->is_draft) status = store(hwp_report_of(&made), out, err);
  hw_made_report_clear(&made);
  return status;
}

/* --- again --- */

hw_status hwp_issued_read(hw_app *app, const hw_record *record, hwp_kept *out, hw_err *err) {
  const char *text = hw_record_text(record, HW_FIELD_REPORT_PARAMETERS);
  hw_json_doc *doc = NULL;
  *out = (hwp_kept){.record = record};
  hw_status status = hw_json_doc_parse(text, strlen(text), NULL, &doc, err);
  if (status == HW_E_NO_MEMORY) return HW_NO_MEMORY(err, "a report");
  if (status != HW_OK) return hw_err_set(err, HW_E_DAMAGED, "the parameters cannot be read");
  out->doc = doc;
  const hw_json *root = hw_json_doc_root(doc);
  HW_TRY(hw_json_get_int(root, "entry", 1, INT64_MAX, &out->entry, err));
  HW_TRY(hw_json_find_bool(root, "names", &out->has_names, err));
  HW_TRY(hw_json_get_object(root, "figures", &out->figures, err));
  HW_TRY(hw_json_get_object(root, "claims", &out->claims, err));
  HW_TRY(hw_json_get_array(root, "basis", &out->basis, err));
  out->request =
      (hw_report_request){.kind = hw_record_text(record, HW_FIELD_REPORT_KIND),
                          .subject = hw_record_text(record, HW_FIELD_REPORT_SUBJECT),
                          .language = hw_record_text(record, HW_FIELD_REPORT_LANGUAGE),
                          .created = hw_record_text(record, HW_FIELD_REPORT_CREATED),
                          .code = hw_record_text(record, HW_FIELD_REPORT_CODE),
                          .program = hw_record_text(record, HW_FIELD_REPORT_PROGRAM),
                          .without_names = !out->has_names || (app->may & HW_MAY_NAMES) == 0,
                          .as_of = out->entry};
  return HW_OK;
}

void hwp_issued_clear(hwp_kept *self) {
  hw_json_doc_delete(self->doc);
  self->doc = NULL;
}

/* The first difference is enough for the message. */
static hw_status take_first(void *context, const char *text, hw_err *err) {
  char *first = context;
  (void)err;
  if (first[0] == '\0') snprintf(first, HWP_LINE, "%s", text);
  return HW_OK;
}

/* What the check of the database had found when a validation was issued. */
static hw_status take_checked(const hw_json *figures, hw_check_summary *out, hw_err *err) {
  const struct {
    const char *name;
    int64_t *value;
  } taken[] = {{"database.faults", &out->n_faults},
               {"database.warnings", &out->n_warnings},
               {"database.recomputed", &out->n_recomputed}};
  *out = (hw_check_summary){0};
  for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
    if (hw_json_as_int(hw_json_find(figures, taken[i].name), 0, INT64_MAX, taken[i].value, NULL) !=
        HW_OK)
      return hw_err_set(err, HW_E_DAMAGED, "the record has no figure '%s'", taken[i].name);
  return HW_OK;
}

static hw_status write_again(hw_app *app, const hwp_kept *kept, bool is_reprint,
                             const hw_fonts *fonts, hw_issued *out, hw_err *err) {
  hw_made_report made;
  char first[HWP_LINE] = "";
  int n = 0;
  hw_check_summary checked;
  hw_report_request request = kept->request;
  request.issued = kept->figures;
  if (is_reprint && strcmp(request.kind, "validation") == 0) {
    HW_TRY(take_checked(kept->figures, &checked, err));
    request.checked = &checked;
  }
  HW_TRY(hw_app_report_make(app, &request, fonts, &made, err));
  hw_status status = write_forms(hwp_report_of(&made), out, err);
  const char *document = hw_record_text(kept->record, HW_FIELD_REPORT_DOCUMENT);
  if (status == HW_OK && strcmp(out->document, document) != 0) {
    status = hwp_said_compare(kept, hwp_report_of(&made), NULL, false, take_first, first, &n, err);
    if (status == HW_OK)
      status = hw_err_set(
          err, HW_E_STATE, "report %.100s does not come out as it was issued: %.300s", out->code,
          first[0] != '\0' ? first
                           : "no figure differs, but its words do, as of another version "
                             "of the program");
  }
  hw_made_report_clear(&made);
  return status;
}

static hw_status make_again(hw_app *app, const char *code, bool is_reprint, const hw_fonts *fonts,
                            hw_issued *out, hw_err *err) {
  hw_arena arena;
  hw_record record;
  hwp_kept kept = {0};
  int64_t id = 0;
  *out = (hw_issued){.code = ""};
  HW_TRY(hw_app_find(app, HW_KIND_REPORT, code, &id, err));
  hw_arena_init(&arena, 0);
  hw_status status = hw_store_get(app->store, HW_KIND_REPORT, id, &arena, &record, err);
  if (status == HW_OK) status = hwp_issued_read(app, &record, &kept, err);
  if (status == HW_OK && kept.has_names) status = hw_app_require(app, HW_MAY_NAMES, err);
  if (status == HW_OK) status = write_again(app, &kept, is_reprint, fonts, out, err);
  hwp_issued_clear(&kept);
  hw_arena_clear(&arena);
  if (status != HW_OK) hw_issued_clear(out);
  return status;
}

hw_status hw_app_report_again(hw_app *app, const char *code, const hw_fonts *fonts, hw_issued *out,
                              hw_err *err) {
  return make_again(app, code, false, fonts, out, err);
}

hw_status hw_app_report_reprint(hw_app *app, const char *code, const hw_fonts *fonts,
                                hw_issued *out, hw_err *err) {
  return make_again(app, code, true, fonts, out, err);
}

hw_status hw_app_report_names(hw_app *app, int64_t id, bool *has_names, hw_err *err) {
  hw_arena arena;
  hw_record record;
  hw_json_doc *doc = NULL;
  *has_names = false;
  hw_arena_init(&arena, 0);
  hw_status status = hw_store_get(app->store, HW_KIND_REPORT, id, &arena, &record, err);
  const char *text = status == HW_OK ? hw_record_text(&record, HW_FIELD_REPORT_PARAMETERS) : "";
  if (status == HW_OK) status = hw_json_doc_parse(text, strlen(text), NULL, &doc, err);
  if (status == HW_OK) status = hw_json_find_bool(hw_json_doc_root(doc), "names", has_names, err);
  hw_json_doc_delete(doc);
  hw_arena_clear(&arena);
  return status;
}

/* --- lists --- */

static hw_status collect_items(hw_scan *scan, hw_arena *arena, hw_report_item *items, int most,
                               int *n, hw_err *err) {
  const hw_record *row = NULL;
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL && *n < most) {
    hw_record copy;
    status = hw_record_copy(row, arena, &copy, err);
    if (status != HW_OK) break;
    items[(*n)++] = (hw_report_item){.code = hw_record_text(&copy, HW_FIELD_REPORT_CODE),
                                     .kind = hw_record_text(&copy, HW_FIELD_REPORT_KIND),
                                     .subject = hw_record_text(&copy, HW_FIELD_REPORT_SUBJECT),
                                     .language = hw_record_text(&copy, HW_FIELD_REPORT_LANGUAGE),
                                     .created = hw_record_text(&copy, HW_FIELD_REPORT_CREATED),
                                     .withdrawn = copy.withdrawn};
  }
  return status;
}

static hw_status keep_seen(hw_app *app, hw_report_item *items, int *n, hw_err *err) {
  int kept = 0;
  for (int i = 0; i < *n && !hw_access_is_all(app); i++) {
    const hw_status status = hw_access_require_subject(app, items[i].subject, err);
    if (status == HW_OK) items[kept++] = items[i];
    if (status != HW_OK && status != HW_E_DENIED) return status;
  }
  if (!hw_access_is_all(app)) *n = kept;
  return HW_OK;
}

hw_status hw_app_report_list(hw_app *app, hw_arena *arena, const hw_report_item **items, int *n,
                             hw_err *err) {
  int64_t count = 0;
  hw_scan *scan = NULL;
  *items = NULL;
  *n = 0;
  HW_TRY(hw_store_count(app->store, HW_KIND_REPORT, &count, err));
  if (count > INT32_MAX) return HW_NO_MEMORY(err, "the reports");
  hw_report_item *list = hw_arena_alloc_array(arena, (size_t)count + 1, sizeof *list);
  if (list == NULL) return HW_NO_MEMORY(err, "the reports");
  HW_TRY(hw_store_scan(app->store, HW_KIND_REPORT, -1, NULL, &scan, err));
  const hw_status status = collect_items(scan, arena, list, (int)count, n, err);
  hw_scan_done(scan);
  *items = list;
  return status == HW_OK ? keep_seen(app, list, n, err) : status;
}
