/* Contradictions: evidence that cannot all be right.
 *
 * What a decision can see for itself is found here and in decide_bones.c and
 * decide_dates.c, and stored as an open contradiction, once: the same one is
 * recognised by its kind, what it concerns and what it says, so that one that was
 * resolved with a reason does not come back until the facts are others. Nothing
 * here says who is wrong; that is for whoever resolves it. */
#include <stdio.h>
#include <string.h>

#include "app/decide_int.h"
#include "app/kept_run.h"
#include "base/check.h"

hw_status hwp_decide_add_conflict(hwp_decide *self, hwp_conflict conflict, hw_err *err) {
  if (conflict.text == NULL) return HW_NO_MEMORY(err, "a contradiction");
  if (self->n_conflicts == self->conflict_capacity) {
    int larger = self->conflict_capacity > 0 ? 2 * self->conflict_capacity : 8;
    hwp_conflict *grown = hw_arena_alloc_array(self->arena, (size_t)larger, sizeof *grown);
    if (grown == NULL) return HW_NO_MEMORY(err, "the contradictions");
    if (self->n_conflicts > 0)
      memcpy(grown, self->conflicts, (size_t)self->n_conflicts * sizeof *grown);
    self->conflicts = grown;
    self->conflict_capacity = larger;
  }
  self->conflicts[self->n_conflicts++] = conflict;
  return HW_OK;
}

/* --- sex --- */

static bool is_known_sex(const char *sex) {
  return strcmp(sex, "male") == 0 || strcmp(sex, "female") == 0;
}

static hw_status find_sexes(hwp_decide *self, hw_err *err) {
  const char *hers = hw_record_text(&self->person, HW_FIELD_PERSON_SEX);
  const char *sample = hw_record_text(&self->sample, HW_FIELD_SAMPLE_SEX);
  const char *bone =
      self->specimen.id != 0 ? hw_record_text(&self->specimen, HW_FIELD_SPECIMEN_SEX) : "";
  if (!is_known_sex(hers)) return HW_OK;
  if (is_known_sex(sample) && strcmp(sample, hers) != 0)
    HW_TRY(hwp_decide_add_conflict(
        self,
        (hwp_conflict){
            .kind = "sex",
            .text = hwp_decide_text(self->arena, "the remains %.200s are %s, %.200s is %s",
                                    self->sample_code, sample, self->person_code, hers)},
        err));
  if (!is_known_sex(bone) || strcmp(bone, hers) == 0) return HW_OK;
  return hwp_decide_add_conflict(
      self,
      (hwp_conflict){
          .kind = "sex",
          .specimen = self->specimen.id,
          .text = hwp_decide_text(self->arena, "the specimen %.200s is estimated %s, %.200s is %s",
                                  hw_record_text(&self->specimen, HW_FIELD_SPECIMEN_CODE), bone,
                                  self->person_code, hers)},
      err);
}

hw_status hwp_decide_find_conflicts(hwp_decide *self, hw_err *err) {
  self->n_conflicts = 0;
  HW_TRY(find_sexes(self, err));
  HW_TRY(hwp_decide_find_bones(self, err));
  return hwp_decide_find_dates(self, err);
}

/* --- what is stored --- */

static bool is_individual_of(const hwp_decide *self, int64_t individual) {
  for (int i = 0; i < self->n_individuals; i++)
    if (self->individuals[i] == individual) return true;
  return false;
}

/* One of another identification is that one's alone. */
static bool concerns(const hwp_decide *self, const hw_record *row) {
  const int64_t identification = hw_record_int(row, HW_FIELD_CONTRADICTION_IDENTIFICATION);
  const int64_t individual = hw_record_int(row, HW_FIELD_CONTRADICTION_INDIVIDUAL);
  if (row->withdrawn != NULL) return false;
  if (identification != 0) return identification == self->identification.id;
  if (individual != 0) return is_individual_of(self, individual);
  return self->specimen.id != 0 &&
         (hw_record_int(row, HW_FIELD_CONTRADICTION_SPECIMEN) == self->specimen.id ||
          hw_record_int(row, HW_FIELD_CONTRADICTION_OTHER) == self->specimen.id);
}

hw_status hwp_decide_list_contradictions(hwp_decide *self, hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  int64_t n_all = 0;
  self->n_contradictions = 0;
  HW_TRY(hw_store_count(self->store, HW_KIND_CONTRADICTION, &n_all, err));
  HW_TRY(hw_store_scan(self->store, HW_KIND_CONTRADICTION, -1, NULL, &scan, err));
  self->contradictions =
      hw_arena_alloc_array(self->arena, (size_t)n_all + 1, sizeof *self->contradictions);
  hw_status status = self->contradictions != NULL ? HW_OK : HW_NO_MEMORY(err, "the contradictions");
  while (status == HW_OK && (status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL &&
         self->n_contradictions < n_all)
    if (concerns(self, row))
      status =
          hw_record_copy(row, self->arena, &self->contradictions[self->n_contradictions++], err);
  hw_scan_done(scan);
  return status;
}

int hwp_decide_count_open(const hwp_decide *self) {
  int n = 0;
  for (int i = 0; i < self->n_contradictions; i++)
    n +=
        strcmp(hw_record_text(&self->contradictions[i], HW_FIELD_CONTRADICTION_STATE), "open") == 0;
  return n;
}

/* --- storing --- */

static bool is_pair(const hw_record *row, int64_t a, int64_t b) {
  const int64_t x = hw_record_int(row, HW_FIELD_CONTRADICTION_SPECIMEN);
  const int64_t y = hw_record_int(row, HW_FIELD_CONTRADICTION_OTHER);
  return (x == a && y == b) || (x == b && y == a);
}

/* True if it stands in the list already. Two bones of one individual contradict each other once,
 * whoever found it and however it was said. */
bool hwp_decide_is_stored(const hwp_decide *self, const hwp_conflict *conflict) {
  for (int i = 0; i < self->n_contradictions; i++) {
    const hw_record *row = &self->contradictions[i];
    const int64_t individual = hw_record_int(row, HW_FIELD_CONTRADICTION_INDIVIDUAL);
    if (strcmp(hw_record_text(row, HW_FIELD_CONTRADICTION_KIND), conflict->kind) != 0 ||
        !is_pair(row, conflict->specimen, conflict->other))
      continue;
    if (conflict->is_of_individual && individual == conflict->individual) return true;
    if (strcmp(hw_record_text(row, HW_FIELD_CONTRADICTION_TEXT), conflict->text) == 0) return true;
  }
  return false;
}

int hwp_decide_count_unstored(const hwp_decide *self) {
  int n = 0;
  for (int i = 0; i < self->n_conflicts; i++) n += !hwp_decide_is_stored(self, &self->conflicts[i]);
  return n;
}

static hw_status store_conflict(hwp_decide *self, const hwp_conflict *conflict, hw_err *err) {
  int64_t id = 0;
  char code[40];
  hw_record row;
  HW_TRY(hw_store_next_id(self->store, HW_KIND_CONTRADICTION, &id, err));
  snprintf(code, sizeof code, "C-%lld", (long long)id);
  hw_record_init(&row, HW_KIND_CONTRADICTION);
  hw_record_set_text(&row, HW_FIELD_CONTRADICTION_CODE, code);
  hw_record_set_text(&row, HW_FIELD_CONTRADICTION_KIND, conflict->kind);
  if (conflict->is_of_individual)
    hw_record_set_int(&row, HW_FIELD_CONTRADICTION_INDIVIDUAL, conflict->individual);
  else
    hw_record_set_int(&row, HW_FIELD_CONTRADICTION_IDENTIFICATION, self->identification.id);
  if (conflict->specimen != 0)
    hw_record_set_int(&row, HW_FIELD_CONTRADICTION_SPECIMEN, conflict->specimen);
  if (conflict->other != 0) hw_record_set_int(&row, HW_FIELD_CONTRADICTION_OTHER, conflict->other);
  hw_record_set_text(&row, HW_FIELD_CONTRADICTION_TEXT, conflict->text);
  hw_record_set_text(&row, HW_FIELD_CONTRADICTION_STATE, "open");
  self->n_new++;
  return hw_store_add(self->store, &row, err);
}

hw_status hwp_decide_store_contradictions(hwp_decide *self, hw_err *err) {
  self->n_new = 0;
  HW_TRY(hwp_decide_find_conflicts(self, err));
  HW_TRY(hwp_decide_list_contradictions(self, err));
  for (int i = 0; i < self->n_conflicts; i++)
    if (!hwp_decide_is_stored(self, &self->conflicts[i]))
      HW_TRY(store_conflict(self, &self->conflicts[i], err));
  return self->n_new > 0 ? hwp_decide_list_contradictions(self, err) : HW_OK;
}

hw_status hwp_decide_keep_contradictions(hw_app *app, int64_t identification, hw_err *err) {
  hw_arena arena;
  hwp_decide self = {0};
  hw_arena_init(&arena, 0);
  hw_status status = hw_app_begin(app, HW_MAY_DECIDE, "contradictions",
                                  "found when an identification was to be confirmed", err);
  if (status == HW_OK) status = hwp_decide_open(&self, app, &arena, identification, err);
  if (status == HW_OK) status = hwp_decide_store_contradictions(&self, err);
  if (status == HW_OK && self.n_new > 0)
    status = hw_store_commit(app->store, err);
  else
    hw_store_rollback(app->store);
  hwp_decide_clear(&self);
  hw_arena_clear(&arena);
  return status;
}
