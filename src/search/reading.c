/* Readings are kept in a hash table with linear probing that is at most half
 * full. Numbers come from the order of addition alone, so the hash decides about
 * time, never about a result. */
#include "search/reading.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"

hwp_reading hwp_reading_of(const hw_observation *obs, const hw_profile *profile) {
  hwp_reading self = {.kind = obs->kind, .a = HW_ALLELE_NONE, .b = HW_ALLELE_NONE};
  switch (obs->kind) {
    case HW_OBS_GENOTYPE:
      self.a = obs->b != HW_ALLELE_NONE && obs->b < obs->a ? obs->b : obs->a;
      self.b = self.a == obs->a ? obs->b : obs->a;
      self.error = profile->typing_error;
      break;
    case HW_OBS_SINGLE:
      self.a = obs->a;
      self.error = profile->typing_error;
      break;
    case HW_OBS_SET:
      self.n_seen = obs->n_seen;
      self.seen = obs->seen;
      self.error = profile->dropout;
      self.drop_in = profile->drop_in;
      break;
    case HW_OBS_MISSING:
      break;
  }
  return self;
}

void hwp_reading_observation(const hwp_reading *self, hw_observation *obs, hw_profile *profile) {
  *obs = (hw_observation){
      .kind = self->kind, .a = self->a, .b = self->b, .n_seen = self->n_seen, .seen = self->seen};
  *profile = (hw_profile){.id = "", .n_markers = 1, .observations = obs};
  if (self->kind == HW_OBS_SET) {
    profile->has_dropout = true;
    profile->dropout = self->error;
    profile->drop_in = self->drop_in;
  } else {
    profile->typing_error = self->error;
  }
}

/* The middle of the class that a parameter falls into, or itself at the ends. */
static double coarse(double parameter, int n_classes) {
  if (!(parameter > 0.0)) return 0.0;
  if (parameter == 1.0) return 1.0;
  if (parameter > 1.0) return 2.0; /* drop-in may be large */
  return ((double)(int)(parameter * n_classes) + 0.5) / n_classes;
}

static hw_allele rarest_allele(const hwp_reading *self, const int32_t *rank) {
  if (self->kind == HW_OBS_SET) {
    hw_allele rarest = HW_ALLELE_NONE;
    for (int32_t i = 0; i < self->n_seen; i++)
      if (rarest == HW_ALLELE_NONE || rank[self->seen[i]] < rank[rarest]) rarest = self->seen[i];
    return rarest;
  }
  return self->b != HW_ALLELE_NONE && rank[self->b] < rank[self->a] ? self->b : self->a;
}

hwp_reading hwp_reading_alike(const hwp_reading *self, int level, int32_t n_alleles,
                              const int32_t *rank) {
  static const int n_classes[] = {0, 16, 4, 1};
  if (level == HWP_ALIKE_SAME || self->kind == HW_OBS_MISSING) return *self;
  hwp_reading alike = *self;
  if (level <= HWP_ALIKE_ALLELES) {
    alike.error = coarse(self->error, n_classes[level]);
    alike.drop_in = coarse(self->drop_in, n_classes[level]);
    return alike;
  }
  alike = (hwp_reading){.kind = self->kind, .a = HW_ALLELE_NONE, .b = HW_ALLELE_NONE};
  hw_allele rarest = rarest_allele(self, rank);
  if (level == HWP_ALIKE_RAREST) alike.a = rarest;
  if (level == HWP_ALIKE_RARITY && rarest != HW_ALLELE_NONE)
    alike.a = (hw_allele)((int64_t)rank[rarest] * 64 / n_alleles);
  return alike;
}

/* --- the table --- */

static uint64_t mix(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
  return hash ^ (hash >> 29);
}

static uint64_t bits_of(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static uint64_t hash_of(const hwp_reading *reading) {
  uint64_t hash = mix((uint64_t)reading->kind, (uint32_t)reading->a);
  hash = mix(hash, (uint32_t)reading->b);
  hash = mix(hash, bits_of(reading->error));
  hash = mix(hash, bits_of(reading->drop_in));
  for (int32_t i = 0; i < reading->n_seen; i++) hash = mix(hash, (uint32_t)reading->seen[i]);
  return mix(hash, (uint32_t)reading->n_seen);
}

static bool is_same(const hwp_reading *x, const hwp_reading *y) {
  return x->kind == y->kind && x->a == y->a && x->b == y->b && x->n_seen == y->n_seen &&
         bits_of(x->error) == bits_of(y->error) && bits_of(x->drop_in) == bits_of(y->drop_in) &&
         (x->n_seen == 0 || memcmp(x->seen, y->seen, sizeof *x->seen * (size_t)x->n_seen) == 0);
}

/* The slot of a reading, or the free one where it belongs. */
static int32_t find_slot(const hwp_readings *self, const hwp_reading *reading) {
  uint32_t mask = (uint32_t)self->n_slots - 1;
  uint32_t at = (uint32_t)(hash_of(reading) >> 20) & mask;
  while (self->slots[at] != 0 && !is_same(&self->readings[self->slots[at] - 1], reading))
    at = (at + 1) & mask;
  return (int32_t)at;
}

static hw_status grow(hwp_readings *self, hw_err *err) {
  int32_t capacity = self->capacity == 0 ? 64 : 2 * self->capacity;
  if (self->capacity > INT32_MAX / 4) return HW_NO_MEMORY(err, "the observations of a marker");
  hwp_reading *readings = realloc(self->readings, sizeof *readings * (size_t)capacity);
  if (readings != NULL) self->readings = readings;
  int64_t *count = realloc(self->count, sizeof *count * (size_t)capacity);
  if (count != NULL) self->count = count;
  int32_t *slots = calloc(2 * (size_t)capacity, sizeof *slots);
  if (readings == NULL || count == NULL || slots == NULL) {
    free(slots);
    return HW_NO_MEMORY(err, "the observations of a marker");
  }
  free(self->slots);
  self->slots = slots;
  self->capacity = capacity;
  self->n_slots = 2 * capacity;
  for (int32_t i = 0; i < self->n; i++) slots[find_slot(self, &self->readings[i])] = i + 1;
  return HW_OK;
}

hw_status hwp_readings_add(hwp_readings *self, const hwp_reading *reading, int64_t count,
                           int32_t *id, hw_err *err) {
  if (self->n == self->capacity) HW_TRY(grow(self, err));
  int32_t slot = find_slot(self, reading);
  if (self->slots[slot] == 0) {
    self->readings[self->n] = *reading;
    self->count[self->n] = 0;
    self->slots[slot] = ++self->n;
  }
  *id = self->slots[slot] - 1;
  self->count[*id] += count;
  return HW_OK;
}

void hwp_readings_clear(hwp_readings *self) {
  free(self->readings);
  free(self->count);
  free(self->slots);
  *self = (hwp_readings){0};
}
