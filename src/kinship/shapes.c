/* The store of shapes: a chained hash table. See shapes.h. */
#include "kinship/shapes.h"

#include <stdlib.h>
#include <string.h>

#include "kinship/kin.h"

static void drop_kin(hwp_shapes *self, hwp_shape_entry *entry) {
  hw_kin_delete(entry->kin);
  self->kin_bytes -= entry->kin_bytes;
  entry->kin = NULL;
  entry->kin_bytes = 0;
}

void hwp_shapes_clear(hwp_shapes *self) {
  for (int b = 0; b < HWP_SHAPES_BUCKETS; b++) {
    for (hwp_shape_entry *entry = self->buckets[b]; entry != NULL;) {
      hwp_shape_entry *next = entry->next;
      drop_kin(self, entry);
      free(entry);
      entry = next;
    }
    self->buckets[b] = NULL;
  }
  self->n = 0;
}

void hwp_shapes_settle(hwp_shapes *self) {
  if (self->n > HWP_SHAPES_MOST || self->kin_bytes > self->max_bytes) hwp_shapes_clear(self);
}

hwp_shape_entry *hwp_shapes_find(hwp_shapes *self, const hwp_pattern *pattern) {
  const uint64_t hash = hwp_pattern_hash(pattern);
  hwp_shape_entry **bucket = &self->buckets[hash % HWP_SHAPES_BUCKETS];
  for (hwp_shape_entry *entry = *bucket; entry != NULL; entry = entry->next)
    if (entry->hash == hash && hwp_pattern_equal(&entry->pattern, pattern)) return entry;
  hwp_shape_entry *entry = calloc(1, sizeof *entry);
  if (entry == NULL) return NULL;
  entry->pattern = *pattern;
  entry->hash = hash;
  entry->id = self->next_id++;
  entry->has_closed = hwp_closed_init(&entry->closed, pattern);
  entry->next = *bucket;
  *bucket = entry;
  self->n++;
  return entry;
}

void hwp_pattern_pedigree(const hwp_pattern *self, hw_person *persons) {
  for (int32_t i = 0; i < self->n; i++)
    persons[i] = (hw_person){.id = "",
                             .father = self->father[i],
                             .mother = self->mother[i],
                             .sex = (hw_sex)self->sex[i],
                             .twin = HW_PERSON_NONE};
}

static hw_status make_kin(hwp_shapes *self, hwp_shape_entry *entry, hw_err *err) {
  hw_person persons[HWP_PATTERN_INDIVIDUALS];
  int32_t owner[HWP_PATTERN_PROFILES];
  const hw_pedigree pedigree = {.n_persons = entry->pattern.n, .persons = persons};
  hwp_pattern_pedigree(&entry->pattern, persons);
  for (int32_t p = 0; p < entry->pattern.n_profiles; p++) owner[p] = entry->pattern.owner[p];
  return hw_kin_new(&pedigree, entry->pattern.n_profiles, owner, 0, self->options, &entry->kin,
                    err);
}

hw_status hwp_shapes_genotypes(hwp_shapes *self, hwp_shape_entry *entry, const hw_marker *marker,
                               const hw_profile *profiles, const hw_observation *const *column,
                               double *joint, double *ln_scale, hw_err *err) {
  hw_status status = entry->kin == NULL ? make_kin(self, entry, err) : HW_OK;
  if (status != HW_OK) return status;
  status = hw_kin_genotypes(entry->kin, marker, profiles, column, joint, ln_scale, err);
  self->kin_bytes -= entry->kin_bytes;
  entry->kin_bytes = hwp_kin_bytes(entry->kin);
  self->kin_bytes += entry->kin_bytes;
  return status;
}
