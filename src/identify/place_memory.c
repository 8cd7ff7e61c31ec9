/* The rows of all markers for one context, found or made.
 *
 * Rows lie in an arena behind a hash table with chains; when they hold more than
 * their share, all are forgotten. Most are made by one elimination with plans that
 * are kept (kin.h). Where neither parent's genotype is known, as among siblings, an
 * elimination runs over four unknown alleles; there the table compiler's closed forms
 * (kinship/closed.h) are some ten times as fast, and rows that are missing at several
 * markers are compiled at once. Which way a row is made depends on the context alone,
 * so that its bits do. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "homeward/table.h"
#include "identify/place_int.h"

enum { FIRST_SLOTS = 1 << 12, COMPILER_BYTES = 64 << 20, MOST_PROFILES = 64 };

hw_status hwp_place_memory_init(hwp_place *self, hw_err *err) {
  const size_t n_markers = (size_t)self->n_markers, n_places = (size_t)self->n_places;
  const size_t n_profiles = (size_t)self->family->n_profiles + n_places;
  size_t n_codes = 0, n_observations = 0;
  if (!hw_mul_size(n_markers, n_places, &n_codes) ||
      !hw_mul_size(n_markers, n_profiles, &n_observations))
    return HW_NO_MEMORY(err, "a family's tables");
  hw_arena *arena = &self->arena;
  self->contexts = hw_arena_alloc_array(arena, n_codes + 1, sizeof *self->contexts);
  self->asked = hw_arena_alloc_array(arena, n_markers + 1, sizeof *self->asked);
  self->rows = hw_arena_alloc_array(arena, n_markers + 1, sizeof(const double *));
  self->observations = hw_arena_alloc_array(arena, n_observations + 1, sizeof(hw_observation));
  self->compiled = hw_arena_alloc_array(arena, n_profiles + 1, sizeof *self->compiled);
  self->compiled_person =
      hw_arena_alloc_array(arena, n_profiles + 1, sizeof *self->compiled_person);
  if (!self->compiled_person || !self->contexts || !self->asked || !self->rows ||
      !self->observations || !self->compiled)
    return HW_NO_MEMORY(err, "a family's tables");
  return HW_OK;
}

/* ---- the hash table ---- */

static uint64_t hash_of(const hwp_place *self, int32_t m, int32_t place, const uint16_t *codes) {
  uint64_t hash = 0xcbf29ce484222325ULL ^ ((uint64_t)m << 32 | (uint64_t)place);
  for (int32_t k = 0; k < self->n_places; k++) {
    hash = (hash ^ codes[k]) * 0x9e3779b97f4a7c15ULL;
    hash ^= hash >> 29;
  }
  hash *= 0xbf58476d1ce4e5b9ULL;
  return hash ^ hash >> 31;
}

static const double *find(const hwp_place *self, int32_t m, int32_t place, const uint16_t *codes) {
  if (self->n_slots == 0) return NULL;
  const uint64_t hash = hash_of(self, m, place, codes);
  const hwp_row *row = self->slots[hash & (self->n_slots - 1)];
  for (; row != NULL; row = row->next)
    if (row->hash == hash && row->marker == m && row->place == place &&
        memcmp(row->codes, codes, sizeof *codes * (size_t)self->n_places) == 0)
      return row->ln;
  return NULL;
}

static hw_status grow(hwp_place *self, hw_err *err) {
  const size_t n = self->n_slots == 0 ? FIRST_SLOTS : 2 * self->n_slots;
  hwp_row **slots = calloc(n, sizeof(hwp_row *));
  if (slots == NULL) return HW_NO_MEMORY(err, "a family's tables");
  for (size_t s = 0; s < self->n_slots; s++)
    for (hwp_row *row = self->slots[s], *next = NULL; row != NULL; row = next) {
      next = row->next;
      row->next = slots[row->hash & (n - 1)];
      slots[row->hash & (n - 1)] = row;
    }
  free(self->slots);
  self->slots = slots;
  self->n_slots = n;
  return HW_OK;
}

/* A row that is not in the table yet. */
static hwp_row *new_row(hwp_place *self, int32_t m, hw_err *err) {
  if (self->n_rows >= self->n_slots && grow(self, err) != HW_OK) return NULL;
  const size_t n_codes = (size_t)self->n_places;
  hwp_row *row = hw_arena_alloc(&self->memory, sizeof *row);
  uint16_t *codes = hw_arena_alloc_array(&self->memory, n_codes, sizeof *codes);
  double *ln = hw_arena_alloc_array(&self->memory, (size_t)self->markers[m].n_classes, sizeof *ln);
  if (row == NULL || codes == NULL || ln == NULL) {
    (void)HW_NO_MEMORY(err, "a family's tables");
    return NULL;
  }
  memcpy(codes, self->contexts + (size_t)m * n_codes, sizeof *codes * n_codes);
  *row = (hwp_row){.place = self->asked[m], .marker = m, .codes = codes, .ln = ln};
  row->hash = hash_of(self, m, row->place, codes);
  return row;
}

static void keep(hwp_place *self, hwp_row *row) {
  hwp_row **slot = &self->slots[row->hash & (self->n_slots - 1)];
  row->next = *slot;
  *slot = row;
  self->n_rows++;
  self->rows[row->marker] = row->ln;
}

void hwp_place_rows_trim(hwp_place *self) {
  if (self->memory.bytes < HWP_PLACE_MEMORY) return;
  hw_arena_clear(&self->memory);
  memset(self->slots, 0, sizeof(hwp_row *) * self->n_slots);
  self->n_rows = 0;
}

/* ---- compiling ---- */

static bool has_known_genotype(const hwp_place *self, int32_t m, const uint16_t *codes,
                               int32_t individual) {
  const hwp_place_marker *info = &self->markers[m];
  if (self->pattern[(size_t)info->pattern * (size_t)self->individuals.n + (size_t)individual] ==
      HWP_GENOTYPE)
    return true;
  for (int32_t k = 0; k < self->n_places; k++)
    if (self->individual[k] == individual && codes[k] > 0) return true;
  return false;
}

/* True if the context is better compiled: both parents unknown, nothing but plain data, and the
 * person asked for is nobody else. */
static bool is_compilable(const hwp_place *self, int32_t m) {
  const uint16_t *codes = self->contexts + (size_t)m * (size_t)self->n_places;
  const int32_t i = self->individual[self->asked[m]];
  const hwp_place_marker *info = &self->markers[m];
  if (self->problem->theta > 0.0 || info->is_contradicted || self->individuals.father[i] < 0 ||
      self->family->n_profiles + self->n_places > MOST_PROFILES)
    return false;
  if (self->pattern[(size_t)info->pattern * (size_t)self->individuals.n + (size_t)i] != HWP_NO_DATA)
    return false;
  bool is_plain = !has_known_genotype(self, m, codes, self->individuals.father[i]) &&
                  !has_known_genotype(self, m, codes, self->individuals.mother[i]);
  for (int32_t k = 0; is_plain && k < self->n_places; k++) {
    const hwp_place_class *class = &info->classes[codes[k]];
    if (codes[k] > 0)
      is_plain = class->observation->kind != HW_OBS_SET && !(class->profile->typing_error > 0.0) &&
                 self->individual[k] != i;
  }
  return is_plain;
}

/* References and contexts of the wanted markers; nothing typed at the others. Whoever is the person
 * that is asked for brings no profile. @return profiles */
static int32_t take_profiles(hwp_place *self, int32_t place) {
  const size_t n_markers = (size_t)self->n_markers;
  const int32_t n_references = self->family->n_profiles;
  int32_t n = 0;
  for (int32_t p = 0; p < n_references + self->n_places; p++) {
    const int32_t k = p - n_references;
    if (k >= 0 && self->individual[k] == self->individual[place]) continue;
    hw_observation *out = self->observations + (size_t)n * n_markers;
    for (size_t m = 0; m < n_markers; m++) {
      out[m] = (hw_observation){.kind = HW_OBS_MISSING};
      if (self->rows[m] != NULL || self->asked[m] != place) continue;
      const uint16_t code = k < 0 ? 0 : self->contexts[m * (size_t)self->n_places + (size_t)k];
      if (k < 0)
        out[m] = self->family->profiles[p].observations[m];
      else if (code > 0)
        out[m] = *self->markers[m].classes[code].observation;
    }
    self->compiled[n] = k < 0 ? self->family->profiles[p] : (hw_profile){.id = ""};
    self->compiled[n].n_markers = self->n_markers;
    self->compiled[n].observations = out;
    self->compiled_person[n++] = self->profile_person[p];
  }
  return n;
}

/* All missing rows that ask for one place. */
static hw_status compile(hwp_place *self, int32_t place, hw_err *err) {
  const hw_case *problem = self->problem;
  if (self->compiler == NULL)
    HW_TRY(hw_table_compiler_new(self->n_markers, problem->markers, 0.0, &self->options,
                                 COMPILER_BYTES, &self->compiler, err));
  const hw_problem family = {.pedigree = &self->family->pedigree,
                             .n_profiles = take_profiles(self, place),
                             .profiles = self->compiled,
                             .profile_person = self->compiled_person,
                             .n_markers = self->n_markers,
                             .markers = problem->markers};
  const hw_table *table = NULL;
  hw_table_compiler_reset(self->compiler);
  HW_TRY(hw_table_compiler_compile(self->compiler, &family, self->family->missing[place], &table,
                                   err));
  for (int32_t m = 0; m < self->n_markers; m++) {
    if (self->rows[m] != NULL || self->asked[m] != place) continue;
    hwp_row *row = new_row(self, m, err);
    if (row == NULL) return HW_E_NO_MEMORY;
    self->n_eliminations++;
    hwp_place_fill_row(self, m, place, table->markers[m].related, row->ln);
    for (int32_t c = 0; table->markers[m].ln_family == IMPOSSIBLE && c < self->markers[m].n_classes;
         c++)
      row->ln[c] = IMPOSSIBLE;
    keep(self, row);
  }
  return HW_OK;
}

/* ---- all markers ---- */

hw_status hwp_place_rows(hwp_place *self, const int32_t *placed, int32_t place, hw_err *err) {
  for (int32_t m = 0; m < self->n_markers; m++) {
    uint16_t *codes = self->contexts + (size_t)m * (size_t)self->n_places;
    self->asked[m] = hwp_place_context(self, m, placed, place, codes);
    self->rows[m] = find(self, m, self->asked[m], codes);
    if (self->rows[m] != NULL || is_compilable(self, m)) continue;
    hwp_row *row = new_row(self, m, err);
    if (row == NULL) return HW_E_NO_MEMORY;
    HW_TRY(hwp_place_eliminate(self, m, row->codes, row->place, row->ln, err));
    keep(self, row);
  }
  for (int32_t m = 0; m < self->n_markers; m++)
    if (self->rows[m] == NULL) HW_TRY(compile(self, self->asked[m], err));
  return HW_OK;
}
