/* What decisions stood on is still what it was.
 *
 * A decision notes the run, the comparison and the pairing that it stood on by row,
 * by the digest of the row, and by the digest of what the row says. In the database in
 * which it was taken the row is found by its number and has its digest. In a database
 * to which it was exported neither need be so: there the record counts that says the
 * same, among those of the identification's missing person.
 *
 * Decisions of earlier versions have no digest of what the row says. Where such a one
 * was imported, what it notes of the figures is compared with the row, and told once. */
#include <math.h>
#include <string.h>

#include "app/check_int.h"
#include "app/record_content.h"
#include "base/check.h"
#include "base/json_read.h"

/* Decisions of earlier versions that were imported. */
typedef struct imported {
  int64_t n, first;
} imported;

/* A row that a decision stood on: {"code": "run-1", "row": 7, "digest": 123, "content": "…"}. */
typedef struct basis {
  hwp_check *check;
  const hw_record *decision;
  const hw_json *root; /* of what the decision stood on */
  hw_kind_id kind;
  const char *name; /* of the kind */
  int64_t row, digest;
  const char *code, *content; /* "" = is not said */
  hw_arena arena;
  hw_record record; /* of the row; id 0 = is not there */
} basis;

/* --- the record that says the same --- */

static bool has_person(hw_kind_id kind) {
  return kind == HW_KIND_COMPARISON || kind == HW_KIND_JOINT_PAIR;
}

static hw_status says_the_same(const basis *self, const hw_record *record, bool *out, hw_err *err) {
  char content[HW_DIGEST_TEXT_SIZE];
  *out = false;
  if (record->id == 0 || self->content[0] == '\0') return HW_OK;
  HW_TRY(hwp_record_content(self->check->app->store, record, content, err));
  *out = strcmp(content, self->content) == 0;
  return HW_OK;
}

static hw_status find_run(basis *self, bool *out, hw_err *err) {
  hw_store *store = self->check->app->store;
  int64_t id = 0;
  HW_TRY(hw_store_find_code(store, HW_KIND_RUN, self->code, &id, err));
  if (id == 0) return HW_OK;
  HW_TRY(hw_store_get(store, HW_KIND_RUN, id, &self->arena, &self->record, err));
  return says_the_same(self, &self->record, out, err);
}

/* Among the records of the missing person. */
static hw_status find_of_person(basis *self, bool *out, hw_err *err) {
  hw_store *store = self->check->app->store;
  const int field = self->kind == HW_KIND_COMPARISON ? (int)HW_FIELD_COMPARISON_PERSON
                                                     : (int)HW_FIELD_JOINT_PAIR_PERSON;
  hw_record identification;
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  HW_TRY(hw_store_get(store, HW_KIND_IDENTIFICATION,
                      hw_record_int(self->decision, HW_FIELD_DECISION_IDENTIFICATION), &self->arena,
                      &identification, err));
  const hw_value key = hw_value_int(hw_record_int(&identification, HW_FIELD_IDENTIFICATION_PERSON));
  HW_TRY(hw_store_scan(store, self->kind, field, &key, &scan, err));
  hw_status status = HW_OK;
  while (!*out && status == HW_OK && (status = hw_scan_next(scan, &row, err)) == HW_OK &&
         row != NULL) {
    status = says_the_same(self, row, out, err);
    if (status == HW_OK && *out) status = hw_record_copy(row, &self->arena, &self->record, err);
  }
  hw_scan_done(scan);
  return status;
}

static hw_status find_same(basis *self, bool *out, hw_err *err) {
  *out = self->record.id != 0 && self->record.digest == self->digest;
  if (!*out) HW_TRY(says_the_same(self, &self->record, out, err));
  if (*out || self->content[0] == '\0') return HW_OK;
  return has_person(self->kind) ? find_of_person(self, out, err) : find_run(self, out, err);
}

/* --- figures, of decisions of earlier versions --- */

/* A number as the JSON writer writes it. */
static bool is_number(const hw_json *figures, const char *key, double value) {
  const hw_json *said = hw_json_find(figures, key);
  const char *word = NULL;
  double number = 0;
  if (said == NULL || hw_json_is_null(said)) return isnan(value);
  if (hw_json_as_double(said, &number, NULL) == HW_OK) return number == value;
  if (hw_json_as_string(said, &word, NULL) != HW_OK || !isinf(value)) return false;
  return strcmp(word, value > 0 ? "inf" : "-inf") == 0;
}

static bool has_figures_of_comparison(const hw_json *figures, const hw_record *row) {
  bool is_joint = false;
  return hw_json_find_bool(figures, "is_joint", &is_joint, NULL) == HW_OK &&
         is_number(figures, "log10_lr", hw_record_real(row, HW_FIELD_COMPARISON_LOG10_LR)) &&
         is_number(figures, "markers", (double)hw_record_int(row, HW_FIELD_COMPARISON_MARKERS)) &&
         is_number(figures, "mismatches",
                   (double)hw_record_int(row, HW_FIELD_COMPARISON_MISMATCHES)) &&
         (is_joint ||
          is_number(figures, "posterior", hw_record_real(row, HW_FIELD_COMPARISON_POSTERIOR)));
}

static bool has_figures_of_pair(const hw_json *figures, const hw_record *row) {
  const char *standing = NULL;
  return is_number(figures, "posterior", hw_record_real(row, HW_FIELD_JOINT_PAIR_POSTERIOR)) &&
         is_number(figures, "complement", hw_record_real(row, HW_FIELD_JOINT_PAIR_COMPLEMENT)) &&
         is_number(figures, "log10_glr", hw_record_real(row, HW_FIELD_JOINT_PAIR_LOG10_GLR)) &&
         hw_json_get_string(figures, "standing", &standing, NULL) == HW_OK &&
         strcmp(standing, hw_record_text(row, HW_FIELD_JOINT_PAIR_STANDING)) == 0;
}

static bool has_figures(const basis *self) {
  const hw_json *figures = hw_json_find(self->root, "figures");
  if (figures == NULL) return false;
  if (self->kind == HW_KIND_COMPARISON) return has_figures_of_comparison(figures, &self->record);
  if (self->kind == HW_KIND_JOINT_PAIR) return has_figures_of_pair(figures, &self->record);
  return strcmp(self->code, hw_record_text(&self->record, HW_FIELD_RUN_CODE)) == 0;
}

/* --- one row --- */

/* A withdrawal is told as what it is. */
static hw_status tell_withdrawn(const basis *self, hw_err *err) {
  return hwp_check_tell(self->check, true, HW_KIND_DECISION, self->decision->id, err,
                        "the %s that it stood on (row %lld) was withdrawn: %.200s", self->name,
                        (long long)self->record.id, self->record.withdrawn);
}

static hw_status tell_other(const basis *self, const char *what, hw_err *err) {
  return hwp_check_tell(self->check, false, HW_KIND_DECISION, self->decision->id, err,
                        "the %s that it stood on (row %lld) %s", self->name, (long long)self->row,
                        what);
}

static hw_status judge(basis *self, bool *is_old, hw_err *err) {
  const bool is_there = self->record.id != 0;
  bool is_same = false, is_imported = false;
  HW_TRY(find_same(self, &is_same, err));
  if (is_same) return self->record.withdrawn != NULL ? tell_withdrawn(self, err) : HW_OK;
  if (!is_there) return tell_other(self, "is not there", err);
  if (self->content[0] != '\0') return tell_other(self, "is not what it was then", err);
  if (self->record.withdrawn != NULL) return tell_withdrawn(self, err);
  HW_TRY(hwp_entry_is_import(self->check->app->store, self->decision->entry, &is_imported, err));
  if (!is_imported) return tell_other(self, "is not what it was then", err);
  *is_old = true;
  return has_figures(self) ? HW_OK : tell_other(self, "has not the figures that it notes", err);
}

static hw_status read_basis(basis *self, const hw_json *json, bool *is_read, hw_err *err) {
  *is_read = hw_json_get_int(json, "row", 1, INT64_MAX, &self->row, NULL) == HW_OK &&
             hw_json_get_int(json, "digest", INT64_MIN, INT64_MAX, &self->digest, NULL) == HW_OK &&
             hw_json_find_string(json, "code", &self->code, NULL) == HW_OK &&
             hw_json_find_string(json, "content", &self->content, NULL) == HW_OK;
  if (self->code == NULL) self->code = "";
  if (self->content == NULL) self->content = "";
  if (*is_read) return HW_OK;
  return hwp_check_tell(self->check, false, HW_KIND_DECISION, self->decision->id, err,
                        "does not say which %s it stood on", self->name);
}

static hw_status check_basis(basis *self, const char *key, bool *is_old, hw_err *err) {
  const hw_json *json = hw_json_find(self->root, key);
  bool is_read = false;
  hw_err why = HW_ERR_INIT;
  if (json == NULL || hw_json_is_null(json)) return HW_OK;
  HW_TRY(read_basis(self, json, &is_read, err));
  if (!is_read) return HW_OK;
  hw_record_init(&self->record, self->kind);
  hw_status status = hw_store_get(self->check->app->store, self->kind, self->row, &self->arena,
                                  &self->record, &why);
  if (status == HW_OK || status == HW_E_REFERENCE) return judge(self, is_old, err);
  if (err != NULL) *err = why;
  return status;
}

/* --- all --- */

static hw_status check_parts(hwp_check *self, const hw_record *decision, const hw_json *root,
                             bool *is_old, hw_err *err) {
  static const struct {
    const char *key;
    hw_kind_id kind;
  } parts[] = {{"run", HW_KIND_RUN},
               {"comparison", HW_KIND_COMPARISON},
               {"joint_run", HW_KIND_RUN},
               {"joint_pair", HW_KIND_JOINT_PAIR}};
  hw_status status = HW_OK;
  for (size_t i = 0; status == HW_OK && i < sizeof parts / sizeof *parts; i++) {
    basis one = {.check = self,
                 .decision = decision,
                 .root = root,
                 .kind = parts[i].kind,
                 .name = hw_kind_get(parts[i].kind)->name};
    hw_arena_init(&one.arena, 0);
    status = check_basis(&one, parts[i].key, is_old, err);
    hw_arena_clear(&one.arena);
  }
  return status;
}

static hw_status visit_decision(hwp_check *self, void *context, const hw_record *record,
                                hw_err *err) {
  imported *old = context;
  const char *text = hw_record_text(record, HW_FIELD_DECISION_STOOD_ON);
  hw_json_doc *doc = NULL;
  bool is_old = false;
  hw_status status = hw_json_doc_parse(text, strlen(text), NULL, &doc, NULL);
  if (status == HW_E_NO_MEMORY) return HW_NO_MEMORY(err, "a decision");
  if (status != HW_OK)
    return hwp_check_tell(self, false, HW_KIND_DECISION, record->id, err,
                          "what it stood on is no JSON");
  status = check_parts(self, record, hw_json_doc_root(doc), &is_old, err);
  hw_json_doc_delete(doc);
  if (is_old && old->n++ == 0) old->first = record->id;
  return status;
}

hw_status hwp_check_decisions(hwp_check *self, hw_err *err) {
  imported old = {0};
  HW_TRY(hwp_check_each(self, HW_KIND_DECISION, visit_decision, &old, err));
  if (old.n == 0) return HW_OK;
  return hwp_check_tell(
      self, true, HW_KIND_DECISION, old.first, err,
      "%lld imported decision%s (this is the first) of an earlier version note%s what they stood on "
      "by digests of rows of the database they come from, which cannot be compared here: code and "
      "figures were",
      (long long)old.n, old.n == 1 ? "" : "s", old.n == 1 ? "s" : "");
}
