/* Saving the table of a family.
 *
 * Everything happens inside one change: the family is read again, its stamp compared, and what
 * differs is written, record by record, with the reason. Records that are not needed any more
 * (the place of who left, a parent link that holds no longer) are withdrawn; who comes back under
 * the same code gets the withdrawn ones back. At the end the family is loaded as a search would
 * load it, with its other hypotheses: what cannot be loaded is not saved.
 *
 * A search or an identification that rests on the family notices by the audit entries of its
 * records and by the digest of its pedigree, as after an import (stored_digest.c). */
#include <stdio.h>
#include <string.h>

#include "app/access.h"
#include "app/pedigree_edit_int.h"
#include "app/stored_case.h"
#include "base/check.h"

typedef struct work {
  hw_app *app;
  hw_arena *arena;
  const hw_pedigree_sheet *sheet;
  const char *reason;
  hw_pedigree_saved *saved;
  hwp_edit_state state;
  hw_pedigree pedigree;  /* of the rows */
  int64_t investigation; /* record; */
  const char *investigation_code;
  int64_t persons[HW_PEDIGREE_SHEET_MOST]; /* record of each row */
} work;

static hw_status at(work *self, int row, const char *field, hw_status status) {
  self->saved->row = row;
  self->saved->field = field;
  return status;
}

/* --- one record --- */

/* What stands under the key of a record, back in use if it was withdrawn, or the record itself.
 * @param is_new  [out] */
static hw_status begin_record(work *self, hw_record *record, hw_record *before, bool *is_new,
                              hw_err *err) {
  hw_store *store = self->app->store;
  int64_t id = 0;
  HW_TRY(hw_store_find(store, record, &id, err));
  *is_new = id == 0;
  if (*is_new) return HW_OK;
  HW_TRY(hw_store_get(store, record->kind->id, id, self->arena, before, err));
  if (before->withdrawn != NULL) {
    HW_TRY(hw_store_restore(store, record->kind->id, id, err));
    HW_TRY(hw_store_get(store, record->kind->id, id, self->arena, before, err));
    self->saved->n_added++;
  }
  *record = *before;
  return HW_OK;
}

static hw_status end_record(work *self, hw_record *record, const hw_record *before, bool is_new,
                            hw_err *err) {
  int field = 0;
  if (is_new) {
    self->saved->n_added++;
    return hw_store_add(self->app->store, record, err);
  }
  if (hw_record_equal(record, before, &field)) return HW_OK;
  self->saved->n_changed++;
  return hw_store_replace(self->app->store, record, err);
}

static hw_status withdraw(work *self, const hw_record *record, hw_err *err) {
  self->saved->n_removed++;
  return hw_store_withdraw(self->app->store, record->kind->id, record->id, self->reason, err);
}

static void set_ref(hw_record *record, int field, int64_t id) {
  if (id != 0)
    hw_record_set_int(record, field, id);
  else
    hw_record_set_null(record, field);
}

static void set_text(hw_record *record, int field, const char *text) {
  hw_record_set_text(record, field, text != NULL && text[0] != '\0' ? text : NULL);
}

/* --- the family --- */

static hw_status read_family(work *self, hw_err *err) {
  hw_record investigation;
  int64_t id = 0;
  HW_TRY(hw_app_find(self->app, HW_KIND_FAMILY, self->sheet->family, &id, err));
  HW_TRY(hw_access_require(self->app, HW_KIND_FAMILY, id, err));
  HW_TRY(hwp_edit_read(self->app, self->arena, id, &self->state, err));
  if (self->state.family.withdrawn != NULL)
    return hw_err_set(err, HW_E_STATE, "family %.100s was withdrawn: %s", self->sheet->family,
                      self->state.family.withdrawn);
  if (self->state.n_persons > HW_PEDIGREE_SHEET_MOST)
    return hw_err_set(err, HW_E_VALUE, "family %.100s has %d persons: change it by an import",
                      self->sheet->family, self->state.n_persons);
  if (self->sheet->stamp == NULL || strcmp(self->sheet->stamp, self->state.stamp) != 0)
    return hw_err_set(err, HW_E_CONFLICT,
                      "family %.100s was changed by somebody else since this table was made: look "
                      "at it as it stands, and make the change again",
                      self->sheet->family);
  self->investigation = hw_record_int(&self->state.family, HW_FIELD_FAMILY_INVESTIGATION);
  HW_TRY(hw_store_get(self->app->store, HW_KIND_INVESTIGATION, self->investigation, self->arena,
                      &investigation, err));
  self->investigation_code = hw_record_text(&investigation, HW_FIELD_INVESTIGATION_CODE);
  return HW_OK;
}

/* A code of the investigation's namespace, as an import makes it. */
static hw_status full_code(work *self, const char *code, const char **out, hw_err *err) {
  const size_t n = strlen(self->investigation_code);
  *out = code;
  if (strcmp(self->investigation_code, "main") == 0 ||
      (strncmp(code, self->investigation_code, n) == 0 && code[n] == '/'))
    return HW_OK;
  hw_str text = HW_STR_INIT;
  hw_app_code(self->investigation_code, code, &text);
  *out = hw_str_take(&text, self->arena);
  return *out != NULL ? HW_OK : HW_NO_MEMORY(err, "a code");
}

static hw_status add_family(work *self, hw_err *err) {
  hw_record *record = &self->state.family;
  const char *code = "";
  int64_t known = 0;
  bool has_missing = false;
  for (int i = 0; i < self->sheet->n_rows; i++)
    has_missing = has_missing || self->sheet->rows[i].is_missing;
  if (!has_missing)
    return at(self, -1, "missing",
              hw_err_set(err, HW_E_VALUE, "nobody is marked as missing: a family misses somebody"));
  self->investigation_code =
      self->sheet->investigation != NULL ? self->sheet->investigation : "main";
  HW_TRY(hw_app_find(self->app, HW_KIND_INVESTIGATION, self->investigation_code,
                     &self->investigation, err));
  HW_TRY(hw_access_require(self->app, HW_KIND_INVESTIGATION, self->investigation, err));
  if (self->sheet->family == NULL || self->sheet->family[0] == '\0')
    return at(self, -1, "family", hw_err_set(err, HW_E_VALUE, "the family needs a code"));
  HW_TRY(full_code(self, self->sheet->family, &code, err));
  HW_TRY(hw_store_find_code(self->app->store, HW_KIND_FAMILY, code, &known, err));
  if (known != 0)
    return at(self, -1, "family",
              hw_err_set(err, HW_E_CONFLICT, "the code %.100s is another family's", code));
  hw_record_init(record, HW_KIND_FAMILY);
  hw_record_set_text(record, HW_FIELD_FAMILY_CODE, code);
  hw_record_set_int(record, HW_FIELD_FAMILY_INVESTIGATION, self->investigation);
  if (code != self->sheet->family)
    hw_record_set_text(record, HW_FIELD_FAMILY_LABEL, self->sheet->family);
  self->saved->family = code;
  self->saved->n_added++;
  return hw_store_add(self->app->store, record, err);
}

/* --- who may go, who may change --- */

static int row_of(const work *self, int64_t person) {
  for (int i = 0; i < self->sheet->n_rows; i++)
    if (self->sheet->rows[i].person == person) return i;
  return -1;
}

static hw_status check_leaving(work *self, const hw_record *person, hw_err *err) {
  hw_pedigree_row row = {.rests = ""};
  HW_TRY(hwp_edit_rests(self->app, self->arena, &self->state, person->id, &row, err));
  const char *code = hw_record_text(person, HW_FIELD_PERSON_CODE);
  if (strcmp(row.rests, "pedigree") == 0)
    return hw_err_set(err, HW_E_STATE,
                      "%.100s stands in another hypothesis of the family and cannot be removed",
                      code);
  if (row.rests[0] != '\0')
    return hw_err_set(err, HW_E_STATE, "%.100s has a record of kind %s and cannot be removed", code,
                      row.rests);
  return HW_OK;
}

static hw_status check_staying(work *self, int i, hw_err *err) {
  const hw_pedigree_row *row = &self->sheet->rows[i];
  const int member =
      hwp_edit_row_of(&self->state.members, HW_FIELD_FAMILY_MEMBER_PERSON, row->person);
  const bool was_missing = member >= 0 && hw_record_int(&self->state.members.items[member],
                                                        HW_FIELD_FAMILY_MEMBER_IS_MISSING) == 1;
  hw_pedigree_row facts = {.rests = ""};
  if (hwp_edit_person(&self->state, row->person) < 0)
    return at(self, i, "code",
              hw_err_set(err, HW_E_VALUE, "%.100s is none of the family", row->code));
  for (int k = 0; k < i; k++)
    if (self->sheet->rows[k].person == row->person)
      return at(self, i, "code", hw_err_set(err, HW_E_DUPLICATE, "%.100s stands twice", row->code));
  if (!was_missing || row->is_missing) return HW_OK;
  HW_TRY(hwp_edit_rests(self->app, self->arena, &self->state, row->person, &facts, err));
  if (!facts.has_decision) return HW_OK;
  return at(self, i, "missing",
            hw_err_set(err, HW_E_STATE,
                       "there is an identification of %.100s, who stays missing in this family",
                       row->code));
}

static hw_status check_people(work *self, hw_err *err) {
  for (int i = 0; i < self->state.n_persons; i++)
    if (row_of(self, self->state.persons[i].id) < 0)
      HW_TRY(check_leaving(self, &self->state.persons[i], err));
  for (int i = 0; i < self->sheet->n_rows; i++)
    if (self->sheet->rows[i].person != 0) HW_TRY(check_staying(self, i, err));
  return HW_OK;
}

/* --- persons --- */

/* True in *out if somebody was a member of this family before. */
static hw_status was_member(work *self, int64_t person, bool *out, hw_err *err) {
  hw_record key;
  int64_t id = 0;
  hw_record_init(&key, HW_KIND_FAMILY_MEMBER);
  hw_record_set_int(&key, HW_FIELD_FAMILY_MEMBER_FAMILY, self->state.family.id);
  hw_record_set_int(&key, HW_FIELD_FAMILY_MEMBER_PERSON, person);
  HW_TRY(hw_store_find(self->app->store, &key, &id, err));
  *out = id != 0;
  return HW_OK;
}

/* The code of somebody new: as typed, or the family's with a number that nobody has. */
static hw_status code_of(work *self, int i, const char **out, hw_err *err) {
  const char *typed = self->sheet->rows[i].code;
  if (typed[0] != '\0') return full_code(self, typed, out, err);
  const char *family = hw_record_text(&self->state.family, HW_FIELD_FAMILY_CODE);
  for (int k = 1; k < 100000; k++) {
    char code[HW_CODE_MAX + 16];
    int64_t known = 0;
    bool is_typed = false;
    snprintf(code, sizeof code, "%.*s-%d", HW_CODE_MAX - 8, family, k);
    for (int r = 0; r < self->sheet->n_rows; r++)
      is_typed = is_typed || strcmp(self->sheet->rows[r].code, code) == 0;
    if (is_typed) continue;
    HW_TRY(hw_store_find_code(self->app->store, HW_KIND_PERSON, code, &known, err));
    if (known != 0) continue;
    *out = hw_arena_strdup(self->arena, code);
    return *out != NULL ? HW_OK : HW_NO_MEMORY(err, "a code");
  }
  return at(self, i, "code", hw_err_set(err, HW_E_VALUE, "give this person a code"));
}

static hw_status put_person(work *self, int i, hw_err *err) {
  const hw_pedigree_row *row = &self->sheet->rows[i];
  const char *code = row->code;
  hw_record record, before;
  bool is_new = false, is_known = row->person != 0;
  hw_record_init(&record, HW_KIND_PERSON);
  if (row->person == 0) {
    int64_t id = 0;
    HW_TRY(code_of(self, i, &code, err));
    HW_TRY(hw_store_find_code(self->app->store, HW_KIND_PERSON, code, &id, err));
    if (id != 0) HW_TRY(was_member(self, id, &is_known, err));
    if (id != 0 && (!is_known || row_of(self, id) >= 0))
      return at(self, i, "code",
                hw_err_set(err, HW_E_CONFLICT, "the code %.100s is somebody else's", code));
  } else {
    code = hw_record_text(&self->state.persons[hwp_edit_person(&self->state, row->person)],
                          HW_FIELD_PERSON_CODE);
  }
  hw_record_set_text(&record, HW_FIELD_PERSON_CODE, code);
  HW_TRY(begin_record(self, &record, &before, &is_new, err));
  hw_record_set_text(&record, HW_FIELD_PERSON_SEX, row->sex);
  const char *role = hw_record_text(&record, HW_FIELD_PERSON_ROLE);
  if (row->is_missing)
    hw_record_set_text(&record, HW_FIELD_PERSON_ROLE, "missing");
  else if (is_new || strcmp(role, "missing") == 0)
    hw_record_set_text(&record, HW_FIELD_PERSON_ROLE, "relative");
  hw_status status = end_record(self, &record, &before, is_new, err);
  if (status == HW_E_VALUE) return at(self, i, "code", status);
  self->persons[i] = record.id;
  return status;
}

/* --- members --- */

/* Labels are names: who may not read them keeps what is stored. */
static hw_status set_label(work *self, int i, hw_record *record, hw_err *err) {
  const char *label = self->sheet->rows[i].label;
  if (label == NULL || strcmp(label, hw_record_text(record, HW_FIELD_FAMILY_MEMBER_LABEL)) == 0)
    return HW_OK;
  HW_TRY(hw_app_require(self->app, HW_MAY_NAMES, err));
  set_text(record, HW_FIELD_FAMILY_MEMBER_LABEL, label);
  return HW_OK;
}

static hw_status put_member(work *self, int i, hw_err *err) {
  const hw_pedigree_row *row = &self->sheet->rows[i];
  hw_record record, before;
  bool is_new = false;
  const bool says_something =
      row->is_missing || row->relation[0] != '\0' || (row->label != NULL && row->label[0] != '\0');
  hw_record_init(&record, HW_KIND_FAMILY_MEMBER);
  hw_record_set_int(&record, HW_FIELD_FAMILY_MEMBER_FAMILY, self->state.family.id);
  hw_record_set_int(&record, HW_FIELD_FAMILY_MEMBER_PERSON, self->persons[i]);
  /* A parent who stood in the pedigree only stays there only, if nothing is said of her. */
  const bool was_there =
      row->person != 0 &&
      hwp_edit_row_of(&self->state.members, HW_FIELD_FAMILY_MEMBER_PERSON, row->person) < 0;
  if (was_there && !says_something) return HW_OK;
  HW_TRY(begin_record(self, &record, &before, &is_new, err));
  HW_TRY(set_label(self, i, &record, err));
  set_text(&record, HW_FIELD_FAMILY_MEMBER_RELATION, row->relation);
  if (row->is_missing || hw_record_int(&record, HW_FIELD_FAMILY_MEMBER_IS_MISSING) == 1 || is_new)
    hw_record_set_int(&record, HW_FIELD_FAMILY_MEMBER_IS_MISSING, row->is_missing);
  if (is_new) hw_record_set_int(&record, HW_FIELD_FAMILY_MEMBER_RANK, i + 1);
  return end_record(self, &record, &before, is_new, err);
}

/* --- who is whose child --- */

static hw_status put_pedigree(work *self, hw_err *err) {
  hw_record *record = &self->state.pedigree;
  if (record->id != 0) return HW_OK;
  hw_record before;
  bool is_new = false;
  hw_record_init(record, HW_KIND_PEDIGREE);
  hw_record_set_int(record, HW_FIELD_PEDIGREE_FAMILY, self->state.family.id);
  hw_record_set_text(record, HW_FIELD_PEDIGREE_CODE, "stated");
  HW_TRY(begin_record(self, record, &before, &is_new, err));
  hw_record_set_int(record, HW_FIELD_PEDIGREE_RANK, 1);
  hw_record_set_text(record, HW_FIELD_PEDIGREE_STATUS, "stated");
  return end_record(self, record, &before, is_new, err);
}

static hw_status put_descent(work *self, int i, hw_err *err) {
  const hw_pedigree_row *row = &self->sheet->rows[i];
  hw_record record, before;
  bool is_new = false;
  hw_record_init(&record, HW_KIND_DESCENT);
  hw_record_set_int(&record, HW_FIELD_DESCENT_PEDIGREE, self->state.pedigree.id);
  hw_record_set_int(&record, HW_FIELD_DESCENT_PERSON, self->persons[i]);
  const bool stood_without =
      row->person != 0 &&
      hwp_edit_row_of(&self->state.descents, HW_FIELD_DESCENT_PERSON, row->person) < 0;
  if (stood_without && row->father < 0 && row->mother < 0) return HW_OK;
  HW_TRY(begin_record(self, &record, &before, &is_new, err));
  set_ref(&record, HW_FIELD_DESCENT_FATHER, row->father >= 0 ? self->persons[row->father] : 0);
  set_ref(&record, HW_FIELD_DESCENT_MOTHER, row->mother >= 0 ? self->persons[row->mother] : 0);
  if (is_new) hw_record_set_int(&record, HW_FIELD_DESCENT_RANK, i + 1);
  return end_record(self, &record, &before, is_new, err);
}

/* True if the rows say of the same people that they are identical as the database does. */
static bool has_same_twins(const work *self) {
  for (int i = 0; i < self->state.n_persons; i++) {
    const int twin = hwp_edit_twin(&self->state, i);
    const int row = row_of(self, self->state.persons[i].id);
    if (row < 0) {
      if (twin != i) return false;
      continue;
    }
    int first = row;
    while (self->pedigree.persons[first].twin != HW_PERSON_NONE)
      first = self->pedigree.persons[first].twin;
    /* Rows keep the order of the persons, so that the first of a group is the same. */
    if (self->sheet->rows[first].person != self->state.persons[twin].id) return false;
  }
  for (int i = 0; i < self->sheet->n_rows; i++)
    if (self->sheet->rows[i].person == 0 && self->pedigree.persons[i].twin != HW_PERSON_NONE)
      return false;
  return true;
}

static hw_status put_twins(work *self, hw_err *err) {
  if (has_same_twins(self)) return HW_OK;
  for (int i = 0; i < self->state.identities.n; i++)
    HW_TRY(withdraw(self, &self->state.identities.items[i], err));
  for (int i = 0; i < self->sheet->n_rows; i++) {
    const int32_t twin = self->pedigree.persons[i].twin;
    hw_record record, before;
    bool is_new = false;
    if (twin == HW_PERSON_NONE) continue;
    hw_record_init(&record, HW_KIND_IDENTITY);
    hw_record_set_int(&record, HW_FIELD_IDENTITY_PEDIGREE, self->state.pedigree.id);
    hw_record_set_int(&record, HW_FIELD_IDENTITY_PERSON, self->persons[i]);
    hw_record_set_int(&record, HW_FIELD_IDENTITY_OTHER, self->persons[twin]);
    HW_TRY(begin_record(self, &record, &before, &is_new, err));
    if (hw_record_is_null(&record, HW_FIELD_IDENTITY_KIND))
      hw_record_set_text(&record, HW_FIELD_IDENTITY_KIND, "twins");
    HW_TRY(end_record(self, &record, &before, is_new, err));
  }
  return HW_OK;
}

/* --- who leaves --- */

static hw_status remove_rows(work *self, const hwp_edit_rows *rows, int field, hw_err *err) {
  for (int i = 0; i < rows->n; i++)
    if (row_of(self, hw_record_int(&rows->items[i], field)) < 0)
      HW_TRY(withdraw(self, &rows->items[i], err));
  return HW_OK;
}

/* --- all of it --- */

/* What a search would load. */
static hw_status check_loading(work *self, hw_err *err) {
  hw_stored_case stored;
  hw_stored_case_options options = {
      .investigation = self->investigation_code,
      .family = hw_record_text(&self->state.family, HW_FIELD_FAMILY_CODE),
      .without_remains = true,
      .without_markers = true,
      .all_families = true,
      .by_code = true};
  for (int pass = 0; pass < (self->state.n_others > 0 ? 2 : 1); pass++) {
    options.as_hypotheses = pass == 1;
    hw_status status = hw_stored_case_load(self->app, &options, &stored, err);
    hw_stored_case_clear(&stored);
    /* Hypotheses that were all rejected are none. */
    if (status == HW_E_SHAPE && pass == 1) continue;
    HW_TRY(status);
  }
  return HW_OK;
}

static hw_status save(work *self, hw_err *err) {
  const hw_pedigree_sheet *sheet = self->sheet;
  HW_TRY(sheet->family_id == 0 ? add_family(self, err) : read_family(self, err));
  HW_TRY(check_people(self, err));
  for (int i = 0; i < sheet->n_rows; i++) HW_TRY(put_person(self, i, err));
  for (int i = 0; i < sheet->n_rows; i++) HW_TRY(put_member(self, i, err));
  HW_TRY(put_pedigree(self, err));
  HW_TRY(put_twins(self, err));
  HW_TRY(remove_rows(self, &self->state.descents, HW_FIELD_DESCENT_PERSON, err));
  HW_TRY(remove_rows(self, &self->state.members, HW_FIELD_FAMILY_MEMBER_PERSON, err));
  for (int i = 0; i < sheet->n_rows; i++) HW_TRY(put_descent(self, i, err));
  const hw_pedigree_saved *done = self->saved;
  if (done->n_added + done->n_changed + done->n_removed == 0)
    return hw_err_set(err, HW_E_STATE, "nothing was changed in this table");
  HW_TRY(check_loading(self, err));
  return hw_store_commit(self->app->store, err);
}

hw_status hw_pedigree_sheet_save(hw_app *app, const hw_pedigree_sheet *sheet, const char *reason,
                                 hw_arena *arena, hw_pedigree_saved *saved, hw_err *err) {
  *saved = (hw_pedigree_saved){.row = -1, .field = "", .family = sheet->family};
  HW_TRY(hw_app_require(app, HW_MAY_WRITE, err));
  work *self = hw_arena_alloc(arena, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a family");
  *self = (work){.app = app, .arena = arena, .sheet = sheet, .reason = reason, .saved = saved};
  HW_TRY(hw_pedigree_sheet_draw(sheet, arena, &self->pedigree, saved, err));
  if (reason == NULL || reason[0] == '\0')
    return at(self, -1, "reason", hw_err_set(err, HW_E_VALUE, "changing a family needs a reason"));
  HW_TRY(hw_app_begin(app, HW_MAY_WRITE, "edit pedigree", reason, err));
  const hw_status status = save(self, err);
  if (status != HW_OK) hw_store_rollback(app->store);
  return status;
}
