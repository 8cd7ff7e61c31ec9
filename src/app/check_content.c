/* Profiles that fit their panels, possible pedigrees, frequency tables that sum, genetic texts that
 * are what they should be, decisions whose basis is what it was.
 *
 * What importers refuse can still come to stand here: a withdrawn marker of a
 * panel, a pedigree whose person was withdrawn, a table that was loaded flagged.
 * Each pass reads the database once and keeps one family, one panel or one
 * marker in memory. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/check_int.h"
#include "app/genetic.h"
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

/* --- genetic data --- */

static hw_status visit_genetic(hwp_check *self, void *context, const hw_record *record,
                               hw_err *err) {
  hw_err mistake = HW_ERR_INIT, why = HW_ERR_INIT;
  hw_status status = hw_genetic_check(context, record, &mistake, &why);
  if (status == HW_E_DAMAGED) /* of its panel, which is told with that */
    return hwp_check_tell(self, false, record->kind->id, record->id, err, "%s", why.message);
  if (status != HW_OK) {
    if (err != NULL) *err = why;
    return status;
  }
  if (mistake.status != HW_OK)
    HW_TRY(hwp_check_tell(self, false, record->kind->id, record->id, err, "%s: %s", mistake.field,
                          mistake.message));
  const bool is_profile = record->kind->id == HW_KIND_SNP_PROFILE;
  if (!is_profile && record->kind->id != HW_KIND_HAPLOTYPE) return HW_OK;
  const int person = is_profile ? (int)HW_FIELD_SNP_PROFILE_PERSON : (int)HW_FIELD_HAPLOTYPE_PERSON;
  const int sample = is_profile ? (int)HW_FIELD_SNP_PROFILE_SAMPLE : (int)HW_FIELD_HAPLOTYPE_SAMPLE;
  return hw_record_is_null(record, person) && hw_record_is_null(record, sample)
             ? hwp_check_tell(self, false, record->kind->id, record->id, err,
                              "belongs to no person and no sample")
             : HW_OK;
}

hw_status hwp_check_genetic(hwp_check *self, hw_err *err) {
  static const hw_kind_id kinds[] = {HW_KIND_SNP_PANEL, HW_KIND_GENETIC_MAP, HW_KIND_SNP_PROFILE,
                                     HW_KIND_HAPLOTYPE, HW_KIND_HAPLOTYPE_TABLE};
  hw_genetic *genetic = NULL;
  HW_TRY(hw_genetic_new(self->app->store, &genetic, err));
  hw_status status = HW_OK;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds && status == HW_OK; i++)
    status = hwp_check_each(self, kinds[i], visit_genetic, genetic, err);
  hw_genetic_delete(genetic);
  return status;
}
