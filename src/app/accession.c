/* One box of remains, read for a page.
 *
 * Everything comes through app/look.h, a bounded number of records, so that a box can be shown
 * however large the database is. The number of persons is counted by the rules of a
 * re-association (homeward/reassociate.h) over the bones that were read: where a box has
 * more, the number is a minimum all the same. */
#include "app/accession.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/look.h"
#include "app/reassociate.h"
#include "base/check.h"
#include "base/elementary.h"

typedef struct reader {
  hw_app *app;
  hw_arena *arena;
  hw_accession *out;
  hw_err *err;
} reader;

static hw_side side_of(const char *word) {
  if (strcmp(word, "left") == 0) return HW_SIDE_LEFT;
  if (strcmp(word, "right") == 0) return HW_SIDE_RIGHT;
  return strcmp(word, "midline") == 0 ? HW_SIDE_MIDLINE : HW_SIDE_UNKNOWN;
}

static hw_specimen specimen_of(const hw_record *record) {
  hw_specimen out;
  hw_specimen_init(&out, hw_record_text(record, HW_FIELD_SPECIMEN_CODE));
  out.element = hw_record_text(record, HW_FIELD_SPECIMEN_ELEMENT);
  out.side = side_of(hw_record_text(record, HW_FIELD_SPECIMEN_SIDE));
  out.portion = hw_record_text(record, HW_FIELD_SPECIMEN_PORTION);
  out.zones = hw_record_text(record, HW_FIELD_SPECIMEN_ZONES);
  out.completeness = hw_record_real(record, HW_FIELD_SPECIMEN_COMPLETENESS);
  return out;
}

static hw_status read_bones(reader *self) {
  hw_accession *out = self->out;
  hw_look_rows rows;
  HW_TRY(hw_look_list(self->app, HW_KIND_SPECIMEN, HW_FIELD_SPECIMEN_ACCESSION, out->record.id,
                      HW_ACCESSION_BONES, self->arena, &rows, self->err));
  out->bones = hw_arena_alloc_array(self->arena, (size_t)rows.n + 1, sizeof *out->bones);
  if (out->bones == NULL) return HW_NO_MEMORY(self->err, "the bones of a box");
  out->has_more_bones = rows.has_more;
  for (int i = 0; i < rows.n; i++)
    if (rows.items[i].withdrawn == NULL)
      out->bones[out->n_bones++] =
          (hw_accession_bone){.record = rows.items[i], .person = -1, .belongs = (double)NAN};
  return HW_OK;
}

/* --- persons --- */

static bool is_confirmed(const hw_record *individual) {
  return strcmp(hw_record_text(individual, HW_FIELD_INDIVIDUAL_STATE), "confirmed") == 0;
}

static bool claims(const hw_record *individual) {
  return individual->withdrawn == NULL &&
         strcmp(hw_record_text(individual, HW_FIELD_INDIVIDUAL_STATE), "dissolved") != 0;
}

/* True if the first one's claim goes before the second's. */
static bool goes_before(const hw_record *a, const hw_record *b) {
  if (is_confirmed(a) != is_confirmed(b)) return is_confirmed(a);
  const double p = hw_record_real(a, HW_FIELD_INDIVIDUAL_PROBABILITY);
  const double q = hw_record_real(b, HW_FIELD_INDIVIDUAL_PROBABILITY);
  return p > q || (!(q > p) && a->id < b->id);
}

static hw_status find_person(reader *self, const hw_record *individual, int32_t *out) {
  hw_accession *box = self->out;
  for (*out = 0; *out < box->n_persons; ++*out)
    if (box->persons[*out].record.id == individual->id) return HW_OK;
  if (box->n_persons == HW_ACCESSION_PERSONS) {
    *out = -1;
    return HW_OK;
  }
  box->persons[box->n_persons++] = (hw_accession_person){.record = *individual};
  return HW_OK;
}

/* Who claims a bone. */
static hw_status read_claims(reader *self, hw_accession_bone *bone) {
  hw_look_rows rows;
  hw_record best = {0};
  bool has_best = false;
  HW_TRY(hw_look_list(self->app, HW_KIND_INDIVIDUAL_MEMBER, HW_FIELD_INDIVIDUAL_MEMBER_ITEM,
                      bone->record.id, 64, self->arena, &rows, self->err));
  for (int i = 0; i < rows.n; i++) {
    const hw_record *row = &rows.items[i];
    hw_record individual;
    if (row->withdrawn != NULL ||
        strcmp(hw_record_text(row, HW_FIELD_INDIVIDUAL_MEMBER_ITEM_KIND), "specimen") != 0)
      continue;
    HW_TRY(hw_look_get(self->app, HW_KIND_INDIVIDUAL,
                       hw_record_int(row, HW_FIELD_INDIVIDUAL_MEMBER_INDIVIDUAL), self->arena,
                       &individual, self->err));
    if (!claims(&individual) || (has_best && !goes_before(&individual, &best))) continue;
    best = individual;
    has_best = true;
    bone->belongs = hw_record_real(row, HW_FIELD_INDIVIDUAL_MEMBER_PROBABILITY);
  }
  if (!has_best) return HW_OK;
  HW_TRY(find_person(self, &best, &bone->person));
  if (bone->person >= 0) self->out->persons[bone->person].n_here++;
  return HW_OK;
}

static hw_status count_elsewhere(reader *self, hw_accession_person *person) {
  hw_look_rows rows;
  int32_t n = 0;
  HW_TRY(hw_look_list(self->app, HW_KIND_INDIVIDUAL_MEMBER, HW_FIELD_INDIVIDUAL_MEMBER_INDIVIDUAL,
                      person->record.id, HW_LOOK_MOST, self->arena, &rows, self->err));
  for (int i = 0; i < rows.n; i++) n += rows.items[i].withdrawn == NULL;
  person->n_elsewhere = n > person->n_here ? n - person->n_here : 0;
  return HW_OK;
}

/* Confirmed first, then most bones here, then by their records. */
static bool stands_before(const hw_accession_person *a, const hw_accession_person *b) {
  if (is_confirmed(&a->record) != is_confirmed(&b->record)) return is_confirmed(&a->record);
  return a->n_here != b->n_here ? a->n_here > b->n_here : a->record.id < b->record.id;
}

static void sort_persons(hw_accession *box) {
  int32_t place[HW_ACCESSION_PERSONS] = {0};
  hw_accession_person sorted[HW_ACCESSION_PERSONS] = {0};
  for (int32_t i = 0; i < box->n_persons; i++) {
    for (int32_t k = 0; k < box->n_persons; k++)
      place[i] += k != i && stands_before(&box->persons[k], &box->persons[i]);
    sorted[place[i]] = box->persons[i];
  }
  for (int32_t i = 0; i < box->n_persons; i++) box->persons[i] = sorted[i];
  for (int32_t i = 0; i < box->n_bones; i++)
    if (box->bones[i].person >= 0) box->bones[i].person = place[box->bones[i].person];
}

static hw_status read_persons(reader *self) {
  hw_accession *box = self->out;
  box->persons = hw_arena_alloc_array(self->arena, HW_ACCESSION_PERSONS, sizeof *box->persons);
  if (box->persons == NULL) return HW_NO_MEMORY(self->err, "the persons of a box");
  for (int32_t i = 0; i < box->n_bones; i++) HW_TRY(read_claims(self, &box->bones[i]));
  sort_persons(box);
  for (int32_t i = 0; i < box->n_persons; i++) HW_TRY(count_elsewhere(self, &box->persons[i]));
  return HW_OK;
}

/* --- counts --- */

static hw_status count(reader *self) {
  hw_accession *box = self->out;
  const size_t n = (size_t)box->n_bones + 1;
  const int32_t n_elements = hw_elements(&(const hw_element *){NULL});
  hw_specimen *specimens = hw_arena_alloc_array(self->arena, n, sizeof *specimens);
  hw_bone_place *places = hw_arena_alloc_array(self->arena, n, sizeof *places);
  int32_t *group = hw_arena_alloc_array(self->arena, n, sizeof *group);
  box->counts = hw_arena_alloc_array(self->arena, (size_t)n_elements, sizeof *box->counts);
  if (specimens == NULL || places == NULL || group == NULL || box->counts == NULL)
    return HW_NO_MEMORY(self->err, "the bones of a box");
  for (int32_t i = 0; i < box->n_bones; i++) {
    specimens[i] = specimen_of(&box->bones[i].record);
    group[i] = box->bones[i].person;
  }
  HW_TRY(hw_inventory_make(box->n_bones, specimens, group, places, box->counts, &box->n_counts,
                           self->err));
  for (int32_t i = 0; i < box->n_bones; i++) {
    box->bones[i].place = places[i];
    box->n_unplaced += places[i].element < 0;
  }
  box->least = box->n_bones > 0;
  for (int32_t i = 0; i < box->n_counts; i++) {
    if (box->counts[i].least > box->least) box->least = box->counts[i].least;
    if (box->counts[i].least_by_pairs > box->least_by_pairs)
      box->least_by_pairs = box->counts[i].least_by_pairs;
  }
  if (box->least_by_pairs < box->least) box->least_by_pairs = box->least;
  return HW_OK;
}

hw_status hw_accession_read(hw_app *app, const char *code, hw_arena *arena, hw_accession *out,
                            hw_err *err) {
  reader self = {app, arena, out, err};
  int64_t id = 0;
  memset(out, 0, sizeof *out);
  HW_TRY(hw_look_find(app, HW_KIND_ACCESSION, code, &id, err));
  HW_TRY(hw_look_get(app, HW_KIND_ACCESSION, id, arena, &out->record, err));
  HW_TRY(read_bones(&self));
  HW_TRY(read_persons(&self));
  return count(&self);
}
