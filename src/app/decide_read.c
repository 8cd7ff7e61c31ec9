/* What a decision looks at: the identification, the person, the remains and where they belong.
 *
 * Lists are copied out of the database before anything else is asked, so that one
 * selection is open at a time; they are short, for they belong to one person and
 * one bone. Profiles and families are loaded by decide_load.c. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/decide_int.h"
#include "base/check.h"

/* --- lists and texts --- */

static hw_status collect(hw_scan *scan, hw_arena *arena, hw_record **out, int *n, hw_err *err) {
  const hw_record *row = NULL;
  int capacity = 0;
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    if (*n == capacity) {
      int larger = capacity > 0 ? 2 * capacity : 8;
      hw_record *grown = hw_arena_alloc_array(arena, (size_t)larger, sizeof *grown);
      if (grown == NULL) {
        status = HW_NO_MEMORY(err, "the records");
        break;
      }
      if (*n > 0) memcpy(grown, *out, (size_t)*n * sizeof *grown);
      *out = grown;
      capacity = larger;
    }
    status = hw_record_copy(row, arena, &(*out)[*n], err);
    if (status != HW_OK) break;
    (*n)++;
  }
  hw_scan_done(scan);
  return status;
}

hw_status hwp_decide_list(hw_store *store, hw_arena *arena, hw_kind_id kind, int field, int64_t id,
                          hw_record **out, int *n, hw_err *err) {
  hw_scan *scan = NULL;
  hw_value value = hw_value_int(id);
  *out = NULL;
  *n = 0;
  HW_TRY(hw_store_scan(store, kind, field, field >= 0 ? &value : NULL, &scan, err));
  return collect(scan, arena, out, n, err);
}

hw_status hwp_decide_list_key(hw_store *store, hw_arena *arena, hw_kind_id kind, int n_values,
                              const hw_value *values, hw_record **out, int *n, hw_err *err) {
  hw_scan *scan = NULL;
  *out = NULL;
  *n = 0;
  HW_TRY(hw_store_scan_key(store, kind, n_values, values, &scan, err));
  return collect(scan, arena, out, n, err);
}

hw_status hwp_decide_code(hw_store *store, hw_arena *arena, hw_kind_id kind, int64_t id,
                          const char **out, hw_err *err) {
  hw_str text = HW_STR_INIT;
  *out = "";
  if (id == 0) return HW_OK;
  hw_status status = hw_store_code(store, kind, id, &text, err);
  if (status == HW_OK) *out = hw_arena_strdup(arena, hw_str_text(&text));
  if (status == HW_OK && (*out == NULL || hw_str_status(&text) != HW_OK)) {
    *out = "";
    status = HW_NO_MEMORY(err, "a code");
  }
  hw_str_clear(&text);
  return status;
}

const char *hwp_decide_text(hw_arena *arena, const char *format, ...) {
  char text[1200];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  return hw_arena_strdup(arena, text);
}

/* --- the identification --- */

/* The bone that a sample was cut from: its own, or that of the sample it was made from. */
static hw_status find_specimen(hwp_decide *self, hw_err *err) {
  hw_record sample = self->sample;
  hw_record_init(&self->specimen, HW_KIND_SPECIMEN);
  for (int steps = 0; steps < 16; steps++) {
    int64_t specimen = hw_record_int(&sample, HW_FIELD_SAMPLE_SPECIMEN);
    int64_t parent = hw_record_int(&sample, HW_FIELD_SAMPLE_PARENT);
    if (specimen != 0)
      return hw_store_get(self->store, HW_KIND_SPECIMEN, specimen, self->arena, &self->specimen,
                          err);
    if (parent == 0) return HW_OK;
    HW_TRY(hw_store_get(self->store, HW_KIND_SAMPLE, parent, self->arena, &sample, err));
  }
  return HW_OK;
}

static hw_status list_profiles(hwp_decide *self, hw_err *err) {
  hw_record *rows = NULL;
  int n = 0;
  HW_TRY(hwp_decide_list(self->store, self->arena, HW_KIND_PROFILE, HW_FIELD_PROFILE_SAMPLE,
                         self->sample.id, &rows, &n, err));
  self->profiles = hw_arena_alloc_array(self->arena, (size_t)n + 1, sizeof *self->profiles);
  if (self->profiles == NULL) return HW_NO_MEMORY(err, "the profiles");
  for (int i = 0; i < n; i++) self->profiles[self->n_profiles++] = rows[i].id;
  return HW_OK;
}

/* Individuals that hold an item, dissolved and withdrawn ones left out. */
static hw_status add_individuals(hwp_decide *self, const hw_record *members, int n,
                                 const char *item_kind, hw_err *err) {
  for (int i = 0; i < n; i++) {
    const int64_t id = hw_record_int(&members[i], HW_FIELD_INDIVIDUAL_MEMBER_INDIVIDUAL);
    hw_record individual;
    bool is_known = false;
    if (members[i].withdrawn != NULL ||
        strcmp(hw_record_text(&members[i], HW_FIELD_INDIVIDUAL_MEMBER_ITEM_KIND), item_kind) != 0)
      continue;
    HW_TRY(hw_store_get(self->store, HW_KIND_INDIVIDUAL, id, self->arena, &individual, err));
    if (individual.withdrawn != NULL ||
        strcmp(hw_record_text(&individual, HW_FIELD_INDIVIDUAL_STATE), "dissolved") == 0)
      continue;
    for (int k = 0; k < self->n_individuals; k++) is_known = is_known || self->individuals[k] == id;
    if (!is_known) self->individuals[self->n_individuals++] = id;
  }
  return HW_OK;
}

static hw_status list_individuals(hwp_decide *self, hw_err *err) {
  hw_record *of_sample = NULL, *of_specimen = NULL;
  int n_sample = 0, n_specimen = 0;
  HW_TRY(hwp_decide_list(self->store, self->arena, HW_KIND_INDIVIDUAL_MEMBER,
                         HW_FIELD_INDIVIDUAL_MEMBER_ITEM, self->sample.id, &of_sample, &n_sample,
                         err));
  if (self->specimen.id != 0)
    HW_TRY(hwp_decide_list(self->store, self->arena, HW_KIND_INDIVIDUAL_MEMBER,
                           HW_FIELD_INDIVIDUAL_MEMBER_ITEM, self->specimen.id, &of_specimen,
                           &n_specimen, err));
  self->individuals = hw_arena_alloc_array(self->arena, (size_t)n_sample + (size_t)n_specimen + 1,
                                           sizeof *self->individuals);
  if (self->individuals == NULL) return HW_NO_MEMORY(err, "the individuals");
  HW_TRY(add_individuals(self, of_sample, n_sample, "sample", err));
  return add_individuals(self, of_specimen, n_specimen, "specimen", err);
}

hw_status hwp_decide_open_pair(hwp_decide *self, hw_app *app, hw_arena *arena, int64_t person,
                               int64_t sample, hw_err *err) {
  *self = (hwp_decide){.app = app, .store = app->store, .arena = arena, .not_loaded = ""};
  hw_record_init(&self->identification, HW_KIND_IDENTIFICATION);
  HW_TRY(hw_store_get(self->store, HW_KIND_PERSON, person, arena, &self->person, err));
  HW_TRY(hw_store_get(self->store, HW_KIND_SAMPLE, sample, arena, &self->sample, err));
  self->person_code = hw_record_text(&self->person, HW_FIELD_PERSON_CODE);
  self->sample_code = hw_record_text(&self->sample, HW_FIELD_SAMPLE_CODE);
  self->investigation_id = hw_record_int(&self->sample, HW_FIELD_SAMPLE_INVESTIGATION);
  HW_TRY(hwp_decide_code(self->store, arena, HW_KIND_INVESTIGATION, self->investigation_id,
                         &self->investigation, err));
  HW_TRY(find_specimen(self, err));
  HW_TRY(list_profiles(self, err));
  HW_TRY(list_individuals(self, err));
  return hw_policy_read(app, self->investigation_id, arena, &self->policy, err);
}

hw_status hwp_decide_open(hwp_decide *self, hw_app *app, hw_arena *arena, int64_t identification,
                          hw_err *err) {
  hw_record record;
  *self = (hwp_decide){0};
  HW_TRY(hw_store_get(app->store, HW_KIND_IDENTIFICATION, identification, arena, &record, err));
  HW_TRY(hwp_decide_open_pair(self, app, arena,
                              hw_record_int(&record, HW_FIELD_IDENTIFICATION_PERSON),
                              hw_record_int(&record, HW_FIELD_IDENTIFICATION_SAMPLE), err));
  self->identification = record;
  return hw_state_reviews(self->store, identification, &self->agree, &self->disagree, err);
}

void hwp_decide_clear(hwp_decide *self) {
  if (self->is_loaded) hw_stored_case_clear(&self->stored);
  self->is_loaded = false;
}

bool hwp_decide_has_profile(const hwp_decide *self, int64_t profile) {
  for (int i = 0; i < self->n_profiles; i++)
    if (self->profiles[i] == profile) return true;
  return false;
}
