/* Whose genetic data are.
 *
 * A record of somebody's genotypes names the person, the sample that was typed,
 * or both. All are found by index, first those of the person, then those of each
 * sample, and put in the order of their ids. */
#include "app/stored_owner.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

typedef struct growing {
  hw_arena *arena;
  hw_record *items;
  int32_t n, capacity;
} growing;

static hw_status add(growing *self, const hw_record *row, hw_err *err) {
  for (int32_t i = 0; i < self->n; i++)
    if (self->items[i].id == row->id) return HW_OK;
  if (self->n == self->capacity) {
    const int32_t capacity = self->capacity > 0 ? 2 * self->capacity : 4;
    hw_record *larger = hw_arena_alloc_array(self->arena, (size_t)capacity, sizeof *larger);
    if (larger == NULL) return HW_NO_MEMORY(err, "profiles");
    if (self->n > 0) memcpy(larger, self->items, (size_t)self->n * sizeof *larger);
    self->items = larger;
    self->capacity = capacity;
  }
  HW_TRY(hw_record_copy(row, self->arena, &self->items[self->n], err));
  self->n++;
  return HW_OK;
}

static hw_status add_of(growing *self, hw_store *store, hw_kind_id kind, int field, int64_t id,
                        hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  const hw_value value = hw_value_int(id);
  HW_TRY(hw_store_scan(store, kind, field, &value, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL) continue;
    status = add(self, row, err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

static int compare_ids(const void *a, const void *b) {
  const int64_t x = ((const hw_record *)a)->id, y = ((const hw_record *)b)->id;
  return x < y ? -1 : x > y;
}

hw_status hwp_owner_records(hw_store *store, const hwp_genetic_owner *owner, hw_kind_id kind,
                            int person_field, int sample_field, hw_arena *arena, hw_record **out,
                            int32_t *n, hw_err *err) {
  growing list = {.arena = arena};
  if (owner->person != 0) HW_TRY(add_of(&list, store, kind, person_field, owner->person, err));
  for (int32_t i = 0; i < owner->n_samples; i++)
    HW_TRY(add_of(&list, store, kind, sample_field, owner->samples[i], err));
  if (list.n > 1) qsort(list.items, (size_t)list.n, sizeof *list.items, compare_ids);
  *out = list.items;
  *n = list.n;
  return HW_OK;
}

hw_status hwp_owner_of_person(hw_store *store, int64_t person, hw_arena *arena,
                              hwp_genetic_owner *out, bool *may_be_used, hw_err *err) {
  hw_record record;
  growing samples = {.arena = arena};
  *out = (hwp_genetic_owner){.person = person};
  HW_TRY(hw_store_get(store, HW_KIND_PERSON, person, arena, &record, err));
  const char *consent = hw_record_text(&record, HW_FIELD_PERSON_CONSENT);
  *may_be_used =
      record.withdrawn == NULL && strcmp(consent, "none") != 0 && strcmp(consent, "withdrawn") != 0;
  HW_TRY(add_of(&samples, store, HW_KIND_SAMPLE, HW_FIELD_SAMPLE_PERSON, person, err));
  int64_t *ids = hw_arena_alloc_array(arena, (size_t)samples.n + 1, sizeof *ids);
  if (ids == NULL) return HW_NO_MEMORY(err, "samples");
  for (int32_t i = 0; i < samples.n; i++) ids[i] = samples.items[i].id;
  out->samples = ids;
  out->n_samples = samples.n;
  return HW_OK;
}
