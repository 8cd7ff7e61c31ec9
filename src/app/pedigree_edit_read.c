/* The sheet of a family: what stands in the database, as rows.
 *
 * The stamp is the digest of every record that the sheet is made from with the audit entry that
 * wrote it. Whoever saves sends the stamp back; another one means that somebody else has
 * changed, added or withdrawn something meanwhile, whatever it was. */
#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "app/pedigree_edit_int.h"
#include "base/check.h"

/* --- records --- */

static hw_status take(hw_arena *arena, hwp_edit_rows *out, int *capacity, const hw_record *row,
                      hw_err *err) {
  if (out->n == *capacity) {
    const int larger = *capacity > 0 ? 2 * *capacity : 16;
    hw_record *items = hw_arena_alloc_array(arena, (size_t)larger, sizeof *items);
    if (items == NULL) return HW_NO_MEMORY(err, "a family");
    if (out->n > 0) memcpy(items, out->items, (size_t)out->n * sizeof *items);
    out->items = items;
    *capacity = larger;
  }
  return hw_record_copy(row, arena, &out->items[out->n++], err);
}

hw_status hwp_edit_list(hw_app *app, hw_arena *arena, hw_kind_id kind, int field, int64_t value,
                        hwp_edit_rows *out, hw_err *err) {
  const hw_value key = hw_value_int(value);
  const hw_record *row = NULL;
  hw_scan *scan = NULL;
  int capacity = 0;
  *out = (hwp_edit_rows){0};
  HW_TRY(hw_store_scan(app->store, kind, field, &key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL)
    if (row->withdrawn == NULL && (status = take(arena, out, &capacity, row, err)) != HW_OK) break;
  hw_scan_done(scan);
  return status;
}

int hwp_edit_row_of(const hwp_edit_rows *rows, int field, int64_t person) {
  for (int i = 0; i < rows->n; i++)
    if (hw_record_int(&rows->items[i], field) == person) return i;
  return -1;
}

int hwp_edit_person(const hwp_edit_state *self, int64_t person) {
  for (int i = 0; i < self->n_persons; i++)
    if (self->persons[i].id == person) return i;
  return -1;
}

/* --- a family --- */

static int by_rank(const void *a, const void *b) {
  const hw_record *x = a, *y = b;
  const int field =
      x->kind->id == HW_KIND_DESCENT ? HW_FIELD_DESCENT_RANK : HW_FIELD_FAMILY_MEMBER_RANK;
  const int64_t p = hw_record_is_null(x, field) ? INT64_MAX : hw_record_int(x, field);
  const int64_t q = hw_record_is_null(y, field) ? INT64_MAX : hw_record_int(y, field);
  if (p != q) return p < q ? -1 : 1;
  return x->id < y->id ? -1 : x->id > y->id;
}

static hw_status find_pedigree(hw_app *app, hw_arena *arena, hwp_edit_state *out, hw_err *err) {
  hwp_edit_rows all;
  HW_TRY(hwp_edit_list(app, arena, HW_KIND_PEDIGREE, HW_FIELD_PEDIGREE_FAMILY, out->family.id, &all,
                       err));
  hw_record_init(&out->pedigree, HW_KIND_PEDIGREE);
  for (int i = 0; i < all.n; i++) {
    const hw_record *one = &all.items[i];
    const bool is_stated = strcmp(hw_record_text(one, HW_FIELD_PEDIGREE_STATUS), "stated") == 0;
    const bool is_first =
        out->pedigree.id == 0 || hw_record_int(one, HW_FIELD_PEDIGREE_RANK) <
                                     hw_record_int(&out->pedigree, HW_FIELD_PEDIGREE_RANK);
    if (is_stated && is_first) out->pedigree = *one;
  }
  out->n_others = all.n - (out->pedigree.id != 0);
  return HW_OK;
}

static hw_status add_person(hw_app *app, hw_arena *arena, hwp_edit_state *self, int64_t id,
                            hw_err *err) {
  if (id == 0 || hwp_edit_person(self, id) >= 0) return HW_OK;
  HW_TRY(hw_store_get(app->store, HW_KIND_PERSON, id, arena, &self->persons[self->n_persons], err));
  self->n_persons++;
  return HW_OK;
}

static hw_status read_persons(hw_app *app, hw_arena *arena, hwp_edit_state *out, hw_err *err) {
  const size_t most =
      (size_t)out->members.n + 3 * (size_t)out->descents.n + 2 * (size_t)out->identities.n + 1;
  out->persons = hw_arena_alloc_array(arena, most, sizeof *out->persons);
  if (out->persons == NULL) return HW_NO_MEMORY(err, "a family");
  for (int i = 0; i < out->members.n; i++)
    HW_TRY(add_person(app, arena, out,
                      hw_record_int(&out->members.items[i], HW_FIELD_FAMILY_MEMBER_PERSON), err));
  for (int i = 0; i < out->descents.n; i++) {
    const hw_record *row = &out->descents.items[i];
    HW_TRY(add_person(app, arena, out, hw_record_int(row, HW_FIELD_DESCENT_PERSON), err));
    HW_TRY(add_person(app, arena, out, hw_record_int(row, HW_FIELD_DESCENT_FATHER), err));
    HW_TRY(add_person(app, arena, out, hw_record_int(row, HW_FIELD_DESCENT_MOTHER), err));
  }
  for (int i = 0; i < out->identities.n; i++) {
    const hw_record *row = &out->identities.items[i];
    HW_TRY(add_person(app, arena, out, hw_record_int(row, HW_FIELD_IDENTITY_PERSON), err));
    HW_TRY(add_person(app, arena, out, hw_record_int(row, HW_FIELD_IDENTITY_OTHER), err));
  }
  return HW_OK;
}

static void stamp_record(hw_digest *digest, const hw_record *record) {
  hw_digest_add_text(digest, record->kind->name);
  hw_digest_add_int(digest, record->id);
  hw_digest_add_int(digest, record->entry);
}

static void make_stamp(hwp_edit_state *self) {
  const hwp_edit_rows *const all[] = {&self->members, &self->descents, &self->identities};
  uint8_t bytes[HW_DIGEST_SIZE];
  char text[HW_DIGEST_TEXT_SIZE];
  hw_digest digest;
  hw_digest_begin(&digest);
  stamp_record(&digest, &self->family);
  if (self->pedigree.id != 0) stamp_record(&digest, &self->pedigree);
  for (size_t k = 0; k < sizeof all / sizeof *all; k++)
    for (int i = 0; i < all[k]->n; i++) stamp_record(&digest, &all[k]->items[i]);
  for (int i = 0; i < self->n_persons; i++) stamp_record(&digest, &self->persons[i]);
  hw_digest_end(&digest, bytes);
  memcpy(self->stamp, hw_digest_text(bytes, text), sizeof self->stamp);
}

hw_status hwp_edit_read(hw_app *app, hw_arena *arena, int64_t family, hwp_edit_state *out,
                        hw_err *err) {
  *out = (hwp_edit_state){0};
  HW_TRY(hw_store_get(app->store, HW_KIND_FAMILY, family, arena, &out->family, err));
  HW_TRY(hwp_edit_list(app, arena, HW_KIND_FAMILY_MEMBER, HW_FIELD_FAMILY_MEMBER_FAMILY, family,
                       &out->members, err));
  HW_TRY(find_pedigree(app, arena, out, err));
  if (out->pedigree.id != 0) {
    HW_TRY(hwp_edit_list(app, arena, HW_KIND_DESCENT, HW_FIELD_DESCENT_PEDIGREE, out->pedigree.id,
                         &out->descents, err));
    HW_TRY(hwp_edit_list(app, arena, HW_KIND_IDENTITY, HW_FIELD_IDENTITY_PEDIGREE, out->pedigree.id,
                         &out->identities, err));
  }
  if (out->members.n > 0)
    qsort(out->members.items, (size_t)out->members.n, sizeof *out->members.items, by_rank);
  if (out->descents.n > 0)
    qsort(out->descents.items, (size_t)out->descents.n, sizeof *out->descents.items, by_rank);
  HW_TRY(read_persons(app, arena, out, err));
  make_stamp(out);
  return HW_OK;
}

int hwp_edit_twin(const hwp_edit_state *self, int person) {
  int first = person;
  /* Each pass takes the group one link further; a group has at most n_persons of them. */
  for (int pass = 0; pass < self->n_persons; pass++) {
    const int before = first;
    for (int i = 0; i < self->identities.n; i++) {
      const hw_record *row = &self->identities.items[i];
      const int a = hwp_edit_person(self, hw_record_int(row, HW_FIELD_IDENTITY_PERSON));
      const int b = hwp_edit_person(self, hw_record_int(row, HW_FIELD_IDENTITY_OTHER));
      if (a == first && b < first) first = b;
      if (b == first && a < first) first = a;
    }
    if (first == before) break;
  }
  return first;
}

/* --- what rests on somebody --- */

static hw_status has_records(hw_app *app, hw_arena *arena, hw_kind_id kind, int field,
                             int64_t person, bool *out, hw_err *err) {
  hwp_edit_rows rows;
  HW_TRY(hwp_edit_list(app, arena, kind, field, person, &rows, err));
  *out = rows.n > 0;
  return HW_OK;
}

/* True in *out if another hypothesis of the family names the person. */
static hw_status is_in_others(hw_app *app, hw_arena *arena, const hwp_edit_state *state,
                              int64_t person, bool *out, hw_err *err) {
  static const int fields[] = {HW_FIELD_DESCENT_PERSON, HW_FIELD_DESCENT_FATHER,
                               HW_FIELD_DESCENT_MOTHER};
  hwp_edit_rows all, rows;
  *out = false;
  if (state->n_others == 0) return HW_OK;
  HW_TRY(hwp_edit_list(app, arena, HW_KIND_PEDIGREE, HW_FIELD_PEDIGREE_FAMILY, state->family.id,
                       &all, err));
  for (int p = 0; p < all.n && !*out; p++) {
    if (all.items[p].id == state->pedigree.id) continue;
    HW_TRY(hwp_edit_list(app, arena, HW_KIND_DESCENT, HW_FIELD_DESCENT_PEDIGREE, all.items[p].id,
                         &rows, err));
    for (size_t f = 0; f < 3; f++) *out = *out || hwp_edit_row_of(&rows, fields[f], person) >= 0;
  }
  return HW_OK;
}

hw_status hwp_edit_rests(hw_app *app, hw_arena *arena, const hwp_edit_state *state, int64_t person,
                         hw_pedigree_row *out, hw_err *err) {
  static const struct {
    hw_kind_id kind;
    int field;
    bool is_data;
  } kinds[] = {{HW_KIND_SAMPLE, HW_FIELD_SAMPLE_PERSON, false},
               {HW_KIND_PROFILE, HW_FIELD_PROFILE_PERSON, true},
               {HW_KIND_SNP_PROFILE, HW_FIELD_SNP_PROFILE_PERSON, true},
               {HW_KIND_HAPLOTYPE, HW_FIELD_HAPLOTYPE_PERSON, true},
               {HW_KIND_DOSSIER, HW_FIELD_DOSSIER_PERSON, false},
               {HW_KIND_IDENTIFICATION, HW_FIELD_IDENTIFICATION_PERSON, false}};
  out->rests = "";
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    bool has = false;
    HW_TRY(has_records(app, arena, kinds[i].kind, kinds[i].field, person, &has, err));
    if (!has) continue;
    if (out->rests[0] == '\0') out->rests = hw_kind_get(kinds[i].kind)->name;
    out->is_typed = out->is_typed || kinds[i].is_data;
    out->has_decision = out->has_decision || kinds[i].kind == HW_KIND_IDENTIFICATION;
  }
  bool is_named = false;
  HW_TRY(is_in_others(app, arena, state, person, &is_named, err));
  if (is_named && out->rests[0] == '\0') out->rests = hw_kind_get(HW_KIND_PEDIGREE)->name;
  return HW_OK;
}

/* --- rows --- */

static hw_status make_row(hw_app *app, hw_arena *arena, const hwp_edit_state *state, int i,
                          hw_pedigree_row *out, hw_err *err) {
  const hw_record *person = &state->persons[i];
  const int member = hwp_edit_row_of(&state->members, HW_FIELD_FAMILY_MEMBER_PERSON, person->id);
  const int descent = hwp_edit_row_of(&state->descents, HW_FIELD_DESCENT_PERSON, person->id);
  const int twin = hwp_edit_twin(state, i);
  const hw_record *place = member >= 0 ? &state->members.items[member] : NULL;
  const bool may_names = (app->may & HW_MAY_NAMES) != 0;
  *out = (hw_pedigree_row){.person = person->id,
                           .code = hw_record_text(person, HW_FIELD_PERSON_CODE),
                           .sex = hw_record_text(person, HW_FIELD_PERSON_SEX),
                           .relation = "",
                           .father = -1,
                           .mother = -1,
                           .twin = twin < i ? twin : -1};
  if (may_names) out->label = "";
  if (place != NULL) {
    if (may_names) out->label = hw_record_text(place, HW_FIELD_FAMILY_MEMBER_LABEL);
    out->relation = hw_record_text(place, HW_FIELD_FAMILY_MEMBER_RELATION);
    out->is_missing = hw_record_int(place, HW_FIELD_FAMILY_MEMBER_IS_MISSING) == 1;
  }
  if (descent >= 0) {
    const hw_record *row = &state->descents.items[descent];
    out->father = hwp_edit_person(state, hw_record_int(row, HW_FIELD_DESCENT_FATHER));
    out->mother = hwp_edit_person(state, hw_record_int(row, HW_FIELD_DESCENT_MOTHER));
  }
  return hwp_edit_rests(app, arena, state, person->id, out, err);
}

static hw_status read_sheet(hw_app *app, int64_t id, hw_arena *arena, hw_pedigree_sheet *out,
                            hw_err *err) {
  hwp_edit_state *state = hw_arena_alloc(arena, sizeof *state);
  hw_record investigation;
  if (state == NULL) return HW_NO_MEMORY(err, "a family");
  HW_TRY(hwp_edit_read(app, arena, id, state, err));
  HW_TRY(hw_store_get(app->store, HW_KIND_INVESTIGATION,
                      hw_record_int(&state->family, HW_FIELD_FAMILY_INVESTIGATION), arena,
                      &investigation, err));
  out->family_id = id;
  out->investigation = hw_record_text(&investigation, HW_FIELD_INVESTIGATION_CODE);
  out->stamp = state->stamp;
  out->n_others = state->n_others;
  out->has_hidden_names = (app->may & HW_MAY_NAMES) == 0;
  out->is_too_large = state->n_persons > HW_PEDIGREE_SHEET_MOST;
  out->rows = hw_arena_alloc_array(arena, HW_PEDIGREE_SHEET_MOST, sizeof *out->rows);
  if (out->rows == NULL) return HW_NO_MEMORY(err, "a family");
  for (int i = 0; i < state->n_persons && !out->is_too_large; i++)
    HW_TRY(make_row(app, arena, state, i, &out->rows[out->n_rows++], err));
  return HW_OK;
}

hw_status hw_pedigree_sheet_read(hw_app *app, const char *family, hw_arena *arena,
                                 hw_pedigree_sheet *out, hw_err *err) {
  int64_t id = 0;
  bool is_mine = false;
  *out = (hw_pedigree_sheet){.family = family};
  HW_TRY(hw_app_begin_read(app, &is_mine, err));
  hw_status status = hw_app_find(app, HW_KIND_FAMILY, family, &id, err);
  if (status == HW_OK) status = hw_access_require(app, HW_KIND_FAMILY, id, err);
  if (status == HW_OK) status = read_sheet(app, id, arena, out, err);
  hw_app_end_read(app, is_mine);
  return status;
}
