/* Is this file a report of ours, does it say what was issued, and does it come out again?
 *
 * Three things are compared, and each can differ from each:
 *
 *     file      what the file says: figures and claims of JSON and HTML, bytes of a PDF
 *     issued    what the record of the report keeps
 *     database  what comes out when the report is made again
 *
 * A number that somebody changed in the file differs from the record; one that
 * somebody changed in the database differs from both, and the digest of the record
 * that it came from does not hold. A line names the figure and both values. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/report_said.h"
#include "base/check.h"
#include "base/digest.h"
#include "base/json_write.h"

typedef struct teller {
  hw_report_difference_fn *tell;
  void *context;
  int n;
} teller;

static hw_status say(teller *self, hw_err *err, const char *format, ...) HW_PRINTF(3, 4);
static hw_status say(teller *self, hw_err *err, const char *format, ...) {
  char text[HWP_LINE];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  self->n++;
  return self->tell(self->context, text, err);
}

/* --- numbers and texts --- */

/* The shortest text that gives the number again. */
static const char *number(double value, char text[40]) {
  if (isfinite(value))
    hw_json_format_double_short(value, text);
  else
    snprintf(text, 40, "%s", isnan(value) ? "undefined" : value < 0 ? "-inf" : "inf");
  return text;
}

static const char *text_of(const hw_json *value) {
  const char *text = "";
  return hw_json_as_string(value, &text, NULL) == HW_OK ? text : "";
}

static const hwp_said *find_said(const hwp_report *report, const char *name, bool is_claim) {
  for (int i = 0; i < report->n_said; i++)
    if (report->said[i].is_claim == is_claim && strcmp(report->said[i].name, name) == 0)
      return &report->said[i];
  return NULL;
}

static const hw_report_figure *find_in(const hw_report_figure *list, int32_t n, const char *name) {
  for (int32_t i = 0; i < n; i++)
    if (strcmp(list[i].name, name) == 0) return &list[i];
  return NULL;
}

/* --- the file against what was issued --- */

static hw_status compare_file_figures(teller *self, const hwp_kept *kept,
                                      const hw_report_facts *file, hw_err *err) {
  char a[40], b[40];
  hw_json_iter it = {0};
  while (hw_json_next(kept->figures, &it)) {
    const hw_report_figure *said = find_in(file->figures, file->n_figures, it.key);
    const double issued = hw_json_as_written(it.value);
    if (said != NULL && hwp_report_is_equal(said->value, issued)) continue;
    HW_TRY(say(self, err, "figure %.100s: the file says %s, issued was %s", it.key,
               said != NULL ? number(said->value, a) : "nothing", number(issued, b)));
  }
  return HW_OK;
}

static hw_status compare_file_claims(teller *self, const hwp_kept *kept,
                                     const hw_report_facts *file, hw_err *err) {
  hw_json_iter it = {0};
  while (hw_json_next(kept->claims, &it)) {
    const hw_report_figure *said = find_in(file->claims, file->n_claims, it.key);
    const char *text = said != NULL ? hwp_or(said->shown, "") : "";
    if (strcmp(text, text_of(it.value)) == 0) continue;
    HW_TRY(say(self, err, "claim %.60s: the file says '%.120s', issued was '%.120s'", it.key, text,
               text_of(it.value)));
  }
  return HW_OK;
}

/* What the file has too much. */
static hw_status compare_file_surplus(teller *self, const hwp_kept *kept,
                                      const hw_report_facts *file, hw_err *err) {
  char a[40];
  for (int32_t i = 0; i < file->n_figures; i++)
    if (hw_json_find(kept->figures, file->figures[i].name) == NULL)
      HW_TRY(say(self, err, "figure %.100s: the file says %s, it was not issued",
                 file->figures[i].name, number(file->figures[i].value, a)));
  for (int32_t i = 0; i < file->n_claims; i++)
    if (hw_json_find(kept->claims, file->claims[i].name) == NULL)
      HW_TRY(say(self, err, "claim %.60s: the file says '%.200s', it was not issued",
                 file->claims[i].name, hwp_or(file->claims[i].shown, "")));
  return HW_OK;
}

/* --- what was issued against the database --- */

/* Claims that can hold the name of a person. */
static bool is_named(const char *claim) {
  return strncmp(claim, "name.", 5) == 0;
}

static hw_status compare_figures(teller *self, const hwp_kept *kept, const hwp_report *now,
                                 const hw_report_facts *file, bool without_names, hw_err *err) {
  char a[40], b[40];
  hw_json_iter it = {0};
  while (hw_json_next(kept->figures, &it)) {
    const hwp_said *made = find_said(now, it.key, false);
    const hw_report_figure *said =
        file != NULL ? find_in(file->figures, file->n_figures, it.key) : NULL;
    const double value = said != NULL ? said->value : hw_json_as_written(it.value);
    const char *who = said != NULL ? "the file says" : "issued was";
    if (made == NULL)
      HW_TRY(say(self, err, "figure %.100s: %s %s, the database gives none", it.key, who,
                 number(value, a)));
    else if (!hwp_report_is_equal(value, made->value))
      HW_TRY(say(self, err, "figure %.100s: %s %s, the database gives %s", it.key, who,
                 number(value, a), number(made->value, b)));
  }
  it = (hw_json_iter){0};
  while (hw_json_next(kept->claims, &it)) {
    const hwp_said *made = find_said(now, it.key, true);
    if (without_names && is_named(it.key)) continue;
    if (made == NULL || strcmp(made->shown, text_of(it.value)) != 0)
      HW_TRY(say(self, err, "claim %.60s: issued was '%.120s', the database gives '%.120s'", it.key,
                 text_of(it.value), made != NULL ? made->shown : ""));
  }
  for (int i = 0; i < now->n_said; i++)
    if (hw_json_find(now->said[i].is_claim ? kept->claims : kept->figures, now->said[i].name) ==
        NULL)
      HW_TRY(say(self, err, "%s %.100s: the database gives it, it was not issued",
                 now->said[i].is_claim ? "claim" : "figure", now->said[i].name));
  return HW_OK;
}

static hw_status compare_basis(teller *self, const hwp_kept *kept, const hwp_report *now,
                               hw_err *err) {
  for (size_t i = 0; i < hw_json_count(kept->basis); i++) {
    const hw_json *row = hw_json_at(kept->basis, i);
    const char *kind = text_of(hw_json_at(row, 0)), *code = text_of(hw_json_at(row, 1));
    const char *digest = text_of(hw_json_at(row, 2)), *found = NULL;
    for (int k = 0; k < now->n_basis; k++)
      if (strcmp(now->basis[k].kind, kind) == 0 && strcmp(now->basis[k].code, code) == 0)
        found = now->basis[k].digest;
    if (found == NULL)
      HW_TRY(
          say(self, err, "%.40s %.200s: the report stood on it, and no longer would", kind, code));
    else if (strcmp(found, digest) != 0)
      HW_TRY(say(self, err, "%.40s %.200s: its digest was %.16s…, it is %.16s…", kind, code, digest,
                 found));
  }
  return HW_OK;
}

hw_status hwp_said_compare(const hwp_kept *kept, const hwp_report *now, const hw_report_facts *file,
                           bool without_names, hw_report_difference_fn *tell, void *context, int *n,
                           hw_err *err) {
  teller self = {.tell = tell, .context = context, .n = *n};
  hw_status status = HW_OK;
  /* A figure that differs from the database is told once, not also against the record. */
  if (file != NULL && now == NULL) status = compare_file_figures(&self, kept, file, err);
  if (status == HW_OK && file != NULL) status = compare_file_claims(&self, kept, file, err);
  if (status == HW_OK && file != NULL) status = compare_file_surplus(&self, kept, file, err);
  if (status == HW_OK && now != NULL)
    status = compare_figures(&self, kept, now, file, without_names, err);
  if (status == HW_OK && now != NULL) status = compare_basis(&self, kept, now, err);
  *n = self.n;
  return status;
}

/* --- a file --- */

static hw_status check_bytes(teller *self, const hwp_kept *kept, const char *bytes, size_t n_bytes,
                             const hw_report_facts *facts, hw_report_verdict *out, hw_err *err) {
  uint8_t digest[HW_DIGEST_SIZE];
  char text[HW_DIGEST_TEXT_SIZE];
  const char *document = hw_record_text(kept->record, HW_FIELD_REPORT_DOCUMENT);
  hw_digest_of(bytes, n_bytes, digest);
  hw_digest_text(digest, text);
  if (facts->form != HW_REPORT_JSON) {
    const int field = facts->form == HW_REPORT_PDF ? HW_FIELD_REPORT_PDF : HW_FIELD_REPORT_HTML;
    out->has_same_bytes = strcmp(text, hw_record_text(kept->record, field)) == 0;
    if (!out->has_same_bytes)
      HW_TRY(say(self, err,
                 "the file is not the one that was issued: its BLAKE2b is %.16s…, that "
                 "of the issued %s %.16s…",
                 text, facts->form == HW_REPORT_PDF ? "PDF" : "HTML",
                 hw_record_text(kept->record, field)));
  }
  if (facts->form == HW_REPORT_PDF) return HW_OK;
  if (facts->document == NULL || strcmp(facts->document, document) != 0)
    HW_TRY(say(self, err, "the document bears the digest %.16s…, issued was %.16s…",
               hwp_or(facts->document, "none"), document));
  if (!facts->is_intact)
    HW_TRY(say(self, err, "the document was changed: its digest is not that of its content"));
  return HW_OK;
}

static hw_status check_again(hw_app *app, const hwp_kept *kept, const hw_report_facts *facts,
                             const hw_fonts *fonts, teller *self, hw_report_verdict *out,
                             hw_err *err) {
  hw_made_report made = {0};
  hw_err why = HW_ERR_INIT;
  char document[65];
  const bool has_facts = facts->form != HW_REPORT_PDF;
  out->has_hidden_names = kept->has_names && kept->request.without_names;
  const hw_status status = hw_app_report_make(app, &kept->request, fonts, &made, &why);
  if (status != HW_OK && hw_status_exit(status) != hw_status_exit(HW_E_VALUE) &&
      status != HW_E_DAMAGED) { /* the machine's failure */
    if (err != NULL) *err = why;
    return status;
  }
  if (status != HW_OK) HW_TRY(say(self, err, "it cannot be made again: %.350s", why.message));
  const hwp_report *now = status == HW_OK ? hwp_report_of(&made) : NULL;
  out->is_made_again = now != NULL;
  out->n_figures = (int)(hw_json_count(kept->figures) + hw_json_count(kept->claims));
  out->n_basis = (int)hw_json_count(kept->basis);
  const int before = self->n;
  hw_status done = hwp_said_compare(kept, now, has_facts ? facts : NULL, out->has_hidden_names,
                                    self->tell, self->context, &self->n, err);
  if (done == HW_OK && now != NULL && !out->has_hidden_names && self->n == before) {
    done = hw_report_digest(now->doc, document, err);
    if (done == HW_OK &&
        strcmp(document, hw_record_text(kept->record, HW_FIELD_REPORT_DOCUMENT)) != 0)
      done = say(self, err, "its words come out otherwise today, though no figure does");
  }
  hw_made_report_clear(&made);
  return done;
}

static hw_status check_record(hw_app *app, const hw_record *record, const char *bytes,
                              size_t n_bytes, const hw_report_facts *facts, const hw_fonts *fonts,
                              teller *self, hw_report_verdict *out, hw_err *err) {
  hwp_kept kept = {0};
  out->is_issued = true;
  out->is_withdrawn = record->withdrawn != NULL;
  hw_status status = hwp_issued_read(app, record, &kept, err);
  if (status == HW_OK) {
    out->kind = "";
    for (int k = 0; hw_report_kinds()[k] != NULL; k++)
      if (strcmp(hw_report_kinds()[k], kept.request.kind) == 0) out->kind = hw_report_kinds()[k];
    status = check_bytes(self, &kept, bytes, n_bytes, facts, out, err);
  }
  if (status == HW_OK) status = check_again(app, &kept, facts, fonts, self, out, err);
  if (status == HW_OK && out->is_withdrawn)
    status = say(self, err, "the report was withdrawn: %.300s", record->withdrawn);
  hwp_issued_clear(&kept);
  return status;
}

static hw_status check_facts(hw_app *app, const char *bytes, size_t n_bytes,
                             const hw_report_facts *facts, const hw_fonts *fonts, hw_arena *arena,
                             teller *self, hw_report_verdict *out, hw_err *err) {
  hw_record record;
  int64_t id = 0;
  out->form = facts->form;
  if (facts->code != NULL) snprintf(out->code, sizeof out->code, "%s", facts->code);
  if (out->code[0] == '\0')
    return say(self, err, "the file bears no number of a report: a draft, or a copy");
  HW_TRY(hw_store_find_code(app->store, HW_KIND_REPORT, out->code, &id, err));
  if (id == 0) return say(self, err, "no report '%.200s' was issued from this database", out->code);
  HW_TRY(hw_store_get(app->store, HW_KIND_REPORT, id, arena, &record, err));
  return check_record(app, &record, bytes, n_bytes, facts, fonts, self, out, err);
}

hw_status hw_app_report_check(hw_app *app, const char *bytes, size_t n_bytes, const hw_fonts *fonts,
                              hw_report_difference_fn *tell, void *context, hw_report_verdict *out,
                              hw_err *err) {
  hw_report_facts facts = {0};
  teller self = {.tell = tell, .context = context};
  hw_arena arena;
  *out = (hw_report_verdict){.kind = ""};
  hw_arena_init(&arena, 0);
  hw_status status = hw_report_read(bytes, n_bytes, &facts, err);
  if (status == HW_OK)
    status = check_facts(app, bytes, n_bytes, &facts, fonts, &arena, &self, out, err);
  out->n_differences = self.n;
  hw_report_facts_clear(&facts);
  hw_arena_clear(&arena);
  return status;
}
