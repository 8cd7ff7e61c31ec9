/* Profiles that fit their panels, possible pedigrees, frequency tables that sum, decisions whose
 * basis is what it was.
 *
 * What importers refuse can still come to stand here: a withdrawn marker of a
 * panel, a pedigree whose person was withdrawn, a table that was loaded flagged.
 * Each pass reads the database once and keeps one family, one panel or one
 * marker in memory. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/check_int.h"
#include "app/observations.h"
#include "base/check.h"
#include "base/json_read.h"
#include "homeward/marker.h"
#include "homeward/pedigree.h"

/* --- profiles --- */

/* The panel of the last profile: profiles of one file come together. */
typedef struct panel_size {
  int64_t panel;
  int64_t n_markers;
} panel_size;

static hw_status count_markers(hwp_check *self, panel_size *known, int64_t panel, hw_err *err) {
  if (known->panel == panel) return HW_OK;
  hw_value key = hw_value_int(panel);
  hw_scan *scan = NULL;
  const hw_record *marker = NULL;
  HW_TRY(hw_store_scan_key(self->app->store, HW_KIND_PANEL_MARKER, 1, &key, &scan, err));
  *known = (panel_size){.panel = panel};
  hw_status status;
  while ((status = hw_scan_next(scan, &marker, err)) == HW_OK && marker != NULL) known->n_markers++;
  hw_scan_done(scan);
  return status;
}

static hw_status visit_profile(hwp_check *self, void *context, const hw_record *record,
                               hw_err *err) {
  panel_size *known = context;
  HW_TRY(count_markers(self, known, hw_record_int(record, HW_FIELD_PROFILE_PANEL), err));
  const char *at = hw_record_text(record, HW_FIELD_PROFILE_OBSERVATIONS);
  int64_t n = 0;
  bool has_more = true;
  hw_seen seen;
  for (hw_err why = HW_ERR_INIT; has_more; n += has_more)
    if (hw_observation_next(&at, &seen, &has_more, &why) != HW_OK)
      return hwp_check_tell(self, false, HW_KIND_PROFILE, record->id, err, "observation %lld: %s",
                            (long long)n + 1, why.message);
  if (n != known->n_markers)
    HW_TRY(hwp_check_tell(self, false, HW_KIND_PROFILE, record->id, err,
                          "has %lld observations, its panel %lld markers", (long long)n,
                          (long long)known->n_markers));
  if (hw_record_is_null(record, HW_FIELD_PROFILE_PERSON) &&
      hw_record_is_null(record, HW_FIELD_PROFILE_SAMPLE))
    return hwp_check_tell(self, false, HW_KIND_PROFILE, record->id, err,
                          "belongs to no person and no sample");
  return HW_OK;
}

hw_status hwp_check_profiles(hwp_check *self, hw_err *err) {
  panel_size known = {0};
  return hwp_check_each(self, HW_KIND_PROFILE, visit_profile, &known, err);
}

/* --- pedigrees --- */

/* The persons of one pedigree as the genetics module takes them. */
typedef struct household {
  hw_arena arena;
  hw_person *persons;
  int64_t *ids, *fathers, *mothers;
  int32_t n, capacity;
} household;

static hw_status grow(household *self, hw_err *err) {
  if (self->n < self->capacity) return HW_OK;
  int32_t capacity = self->capacity > 0 ? 2 * self->capacity : 32;
  void *persons = realloc(self->persons, (size_t)capacity * sizeof *self->persons);
  if (persons != NULL) self->persons = persons;
  void *ids = realloc(self->ids, (size_t)capacity * sizeof *self->ids);
  if (ids != NULL) self->ids = ids;
  void *fathers = realloc(self->fathers, (size_t)capacity * sizeof *self->fathers);
  if (fathers != NULL) self->fathers = fathers;
  void *mothers = realloc(self->mothers, (size_t)capacity * sizeof *self->mothers);
  if (mothers != NULL) self->mothers = mothers;
  if (persons == NULL || ids == NULL || fathers == NULL || mothers == NULL)
    return HW_NO_MEMORY(err, "a pedigree");
  self->capacity = capacity;
  return HW_OK;
}

static hw_sex sex_of(const char *text) {
  if (strcmp(text, "male") == 0) return HW_MALE;
  return strcmp(text, "female") == 0 ? HW_FEMALE : HW_UNKNOWN_SEX;
}

static hw_status take_person(hwp_check *self, household *house, const hw_record *descent,
                             hw_err *err) {
  hw_record person;
  HW_TRY(grow(house, err));
  int64_t id = hw_record_int(descent, HW_FIELD_DESCENT_PERSON);
  HW_TRY(hw_store_get(self->app->store, HW_KIND_PERSON, id, &house->arena, &person, err));
  house->ids[house->n] = id;
  house->fathers[house->n] = hw_record_int(descent, HW_FIELD_DESCENT_FATHER);
  house->mothers[house->n] = hw_record_int(descent, HW_FIELD_DESCENT_MOTHER);
  house->persons[house->n++] =
      (hw_person){.id = hw_record_text(&person, HW_FIELD_PERSON_CODE),
                  .father = HW_PERSON_NONE,
                  .mother = HW_PERSON_NONE,
                  .sex = sex_of(hw_record_text(&person, HW_FIELD_PERSON_SEX)),
                  .twin = HW_PERSON_NONE};
  return HW_OK;
}

/* Index of a person in the pedigree; −1 also for "no parent". */
static int32_t index_of(const household *house, int64_t id) {
  for (int32_t i = 0; i < house->n; i++)
    if (house->ids[i] == id) return i;
  return HW_PERSON_NONE;
}

static hw_status link_parents(hwp_check *self, household *house, int64_t pedigree, hw_err *err) {
  for (int32_t i = 0; i < house->n; i++) {
    house->persons[i].father = index_of(house, house->fathers[i]);
    house->persons[i].mother = index_of(house, house->mothers[i]);
    bool lacks = (house->fathers[i] != 0 && house->persons[i].father < 0) ||
                 (house->mothers[i] != 0 && house->persons[i].mother < 0);
    if (lacks)
      HW_TRY(hwp_check_tell(self, false, HW_KIND_PEDIGREE, pedigree, err,
                            "a parent of %.100s is not in the pedigree", house->persons[i].id));
  }
  return HW_OK;
}

static hw_status visit_pedigree(hwp_check *self, void *context, const hw_record *record,
                                hw_err *err) {
  household *house = context;
  hw_value key = hw_value_int(record->id);
  hw_scan *scan = NULL;
  const hw_record *descent = NULL;
  house->n = 0;
  hw_arena_reset(&house->arena);
  HW_TRY(hw_store_scan_key(self->app->store, HW_KIND_DESCENT, 1, &key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &descent, err)) == HW_OK && descent != NULL) {
    if (descent->withdrawn != NULL) continue;
    status = take_person(self, house, descent, err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  HW_TRY(status);
  HW_TRY(link_parents(self, house, record->id, err));
  hw_pedigree pedigree = {.n_persons = house->n, .persons = house->persons};
  hw_err why = HW_ERR_INIT;
  if (house->n == 0 || hw_pedigree_validate(&pedigree, &why) == HW_OK) return HW_OK;
  return hwp_check_tell(self, false, HW_KIND_PEDIGREE, record->id, err, "is not possible: %s",
                        why.message);
}

hw_status hwp_check_pedigrees(hwp_check *self, hw_err *err) {
  household house = {0};
  hw_arena_init(&house.arena, 0);
  hw_status status = hwp_check_each(self, HW_KIND_PEDIGREE, visit_pedigree, &house, err);
  free(house.persons);
  free(house.ids);
  free(house.fathers);
  free(house.mothers);
  hw_arena_clear(&house.arena);
  return status;
}

/* --- frequencies --- */

static hw_status visit_frequency_marker(hwp_check *self, void *context, const hw_record *record,
                                        hw_err *err) {
  (void)context;
  hw_value key[2] = {hw_value_int(hw_record_int(record, HW_FIELD_FREQUENCY_MARKER_TABLE)),
                     hw_value_int(hw_record_int(record, HW_FIELD_FREQUENCY_MARKER_MARKER))};
  hw_scan *scan = NULL;
  const hw_record *frequency = NULL;
  double sum = 0;
  HW_TRY(hw_store_scan_key(self->app->store, HW_KIND_FREQUENCY, 2, key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &frequency, err)) == HW_OK && frequency != NULL)
    if (frequency->withdrawn == NULL)
      sum += hw_record_real(frequency, HW_FIELD_FREQUENCY_FREQUENCY);
  hw_scan_done(scan);
  HW_TRY(status);
  if (fabs(sum - 1) <= HW_FREQUENCY_SUM_TOLERANCE) return HW_OK;
  bool is_known = !hw_record_is_null(record, HW_FIELD_FREQUENCY_MARKER_FINDING);
  return hwp_check_tell(self, is_known, HW_KIND_FREQUENCY_MARKER, record->id, err,
                        "the frequencies sum to %.9g, expected 1%s", sum,
                        is_known ? " (recorded when it was loaded)" : "");
}

hw_status hwp_check_frequencies(hwp_check *self, hw_err *err) {
  return hwp_check_each(self, HW_KIND_FREQUENCY_MARKER, visit_frequency_marker, NULL, err);
}

/* --- decisions --- */

/* A row that a decision stood on: {"row": 7, "digest": 123}. A withdrawal changes the digest, and is
 * told as what it is. */
static hw_status check_basis(hwp_check *self, const hw_record *decision, const hw_json *basis,
                             hw_kind_id kind, hw_err *err) {
  int64_t row = 0, digest = 0;
  hw_arena arena;
  hw_record record;
  hw_err why = HW_ERR_INIT;
  const char *name = hw_kind_get(kind)->name;
  if (basis == NULL || hw_json_is_null(basis)) return HW_OK;
  if (hw_json_get_int(basis, "row", 1, INT64_MAX, &row, NULL) != HW_OK ||
      hw_json_get_int(basis, "digest", INT64_MIN, INT64_MAX, &digest, NULL) != HW_OK)
    return hwp_check_tell(self, false, HW_KIND_DECISION, decision->id, err,
                          "does not say which %s it stood on", name);
  hw_arena_init(&arena, 0);
  hw_status status = hw_store_get(self->app->store, kind, row, &arena, &record, &why);
  if (status == HW_E_REFERENCE)
    status =
        hwp_check_tell(self, false, HW_KIND_DECISION, decision->id, err,
                       "the %s that it stood on (row %lld) is not there", name, (long long)row);
  else if (status == HW_OK && record.withdrawn != NULL)
    status = hwp_check_tell(self, true, HW_KIND_DECISION, decision->id, err,
                            "the %s that it stood on (row %lld) was withdrawn: %.200s", name,
                            (long long)row, record.withdrawn);
  else if (status == HW_OK && record.digest != digest)
    status = hwp_check_tell(self, false, HW_KIND_DECISION, decision->id, err,
                            "the %s that it stood on (row %lld) is not what it was then", name,
                            (long long)row);
  else if (status != HW_OK && err != NULL)
    *err = why;
  hw_arena_clear(&arena);
  return status;
}

static hw_status visit_decision(hwp_check *self, void *context, const hw_record *record,
                                hw_err *err) {
  static const struct {
    const char *key;
    hw_kind_id kind;
  } parts[] = {{"run", HW_KIND_RUN},
               {"comparison", HW_KIND_COMPARISON},
               {"joint_run", HW_KIND_RUN},
               {"joint_pair", HW_KIND_JOINT_PAIR}};
  const char *text = hw_record_text(record, HW_FIELD_DECISION_STOOD_ON);
  hw_json_doc *doc = NULL;
  (void)context;
  hw_status status = hw_json_doc_parse(text, strlen(text), NULL, &doc, NULL);
  if (status == HW_E_NO_MEMORY) return HW_NO_MEMORY(err, "a decision");
  if (status != HW_OK)
    return hwp_check_tell(self, false, HW_KIND_DECISION, record->id, err,
                          "what it stood on is no JSON");
  for (size_t i = 0; status == HW_OK && i < sizeof parts / sizeof *parts; i++)
    status = check_basis(self, record, hw_json_find(hw_json_doc_root(doc), parts[i].key),
                         parts[i].kind, err);
  hw_json_doc_delete(doc);
  return status;
}

hw_status hwp_check_decisions(hwp_check *self, hw_err *err) {
  return hwp_check_each(self, HW_KIND_DECISION, visit_decision, NULL, err);
}
