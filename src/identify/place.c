/* One family with remains in the places of its missing persons: the object, ratios
 * of placements, extensions by one more remains.
 *
 * Unlinked markers are independent given who stands where, and at a marker Λ
 * depends on what the placed remains show there, not on who they are. Hundreds of
 * remains show a few dozen different observations at a marker (classes), so Λ is
 * written as a chain over the places,
 *
 *     Λ(r1 at 1, r2 at 2, …) = Π_markers T(c1) · T(c2 | c1) · T(c3 | c1, c2) · …
 *     T(c | context) = P(c | references, context) / P(c | unrelated, context)
 *
 * and each T(· | context), a row over all classes, comes from one elimination and
 * is remembered (place_memory.c). To extend a placement by every candidate is one row
 * per marker and one addition per candidate and marker.
 *
 * What an unrelated person cannot show either (an allele of frequency zero) counts
 * as not typed, and a marker at which the references contradict each other tells
 * nothing: every ratio here is finite or zero. */
#include "identify/place.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "identify/place_int.h"

/* True if the observations can be those of the person at the place at all. */
static bool is_fitting(const hwp_place *self, int32_t place, const hw_remains *remains) {
  const hw_sex sex = self->individuals.sex[self->individual[place]];
  if (sex == HW_UNKNOWN_SEX) return true;
  if (remains->sex != HW_UNKNOWN_SEX && remains->sex != sex) return false;
  for (int32_t m = 0; m < self->n_markers; m++) {
    if (!hw_marker_is_x(&self->problem->markers[m])) continue;
    const hw_observation_kind kind = remains->profile.observations[m].kind;
    if (kind == (sex == HW_FEMALE ? HW_OBS_SINGLE : HW_OBS_GENOTYPE)) return false;
  }
  return true;
}

static hw_status make_arrays(hwp_place *self, const int32_t *remains, hw_err *err) {
  const hw_family *family = self->family;
  const size_t n = (size_t)self->n_places, n_candidates = (size_t)self->n_candidates;
  const size_t n_markers = (size_t)self->n_markers, n_references = (size_t)family->n_profiles;
  const size_t n_profiles = n_references + n;
  size_t n_pairs = 0, n_singles = 0, widest = 1;
  if (!hw_mul_size(n, n_candidates, &n_pairs) || !hw_mul_size(n, n_markers, &n_singles))
    return hw_err_set(err, HW_E_TOO_COMPLEX, "%d places and %d remains are too many",
                      (int)self->n_places, (int)self->n_candidates);
  for (size_t m = 0; m < n_markers; m++)
    if ((size_t)self->problem->markers[m].n_alleles > widest)
      widest = (size_t)self->problem->markers[m].n_alleles;
  hw_arena *arena = &self->arena;
  self->remains = hw_arena_alloc_array(arena, n_candidates + 1, sizeof *self->remains);
  self->individual = hw_arena_alloc_array(arena, n + 1, sizeof *self->individual);
  self->is_single = hw_arena_alloc_array(arena, n_singles + 1, sizeof *self->is_single);
  self->fits = hw_arena_alloc_array(arena, n_pairs + 1, sizeof *self->fits);
  self->kin = hw_arena_alloc_array(arena, n + 1, sizeof(hw_kin *));
  self->profile_person = hw_arena_alloc_array(arena, n_profiles + 1, sizeof(int32_t));
  self->profiles = hw_arena_alloc_array(arena, n_profiles + 1, sizeof *self->profiles);
  self->column = hw_arena_alloc_array(arena, n_profiles + 1, sizeof(const hw_observation *));
  self->joint = hw_arena_alloc_array(arena, widest * widest, sizeof *self->joint);
  self->folded = hw_arena_alloc_array(arena, widest * widest, sizeof *self->folded);
  if (!self->remains || !self->individual || !self->is_single || !self->fits || !self->kin ||
      !self->profile_person || !self->profiles || !self->column || !self->joint || !self->folded)
    return HW_NO_MEMORY(err, "a family's places");
  if (n_candidates > 0) memcpy(self->remains, remains, n_candidates * sizeof *remains);
  for (size_t p = 0; p < n_references; p++) {
    self->profile_person[p] = family->profile_person[p];
    self->profiles[p] = family->profiles[p];
  }
  for (size_t k = 0; k < n; k++) self->profile_person[n_references + k] = family->missing[k];
  return HW_OK;
}

static hw_status prepare(hwp_place *self, const int32_t *remains, hw_err *err) {
  if (self->problem->n_linkages > 0)
    return hw_err_set(err, HW_E_UNSUPPORTED,
                      "remains are placed marker by marker; linked markers are not supported here");
  HW_TRY(make_arrays(self, remains, err));
  if (hwp_family_init(&self->individuals, &self->family->pedigree, &self->arena) != HW_OK)
    return HW_NO_MEMORY(err, "a family's places");
  for (int32_t k = 0; k < self->n_places; k++) {
    self->individual[k] = self->individuals.individual[self->family->missing[k]];
    const bool is_male = self->individuals.sex[self->individual[k]] == HW_MALE;
    for (int32_t m = 0; m < self->n_markers; m++)
      self->is_single[(size_t)m * (size_t)self->n_places + (size_t)k] =
          is_male && hw_marker_is_x(&self->problem->markers[m]);
    for (int32_t r = 0; r < self->n_candidates; r++)
      self->fits[(size_t)k * (size_t)self->n_candidates + (size_t)r] =
          is_fitting(self, k, &self->problem->remains[self->remains[r]]);
    HW_TRY(hw_kin_new(&self->family->pedigree, self->family->n_profiles + self->n_places,
                      self->profile_person, self->family->missing[k], &self->options, &self->kin[k],
                      err));
  }
  HW_TRY(hwp_place_memory_init(self, err));
  HW_TRY(hwp_place_markers_init(self, err));
  return hwp_place_contexts_init(self, err);
}

hw_status hwp_place_new(const hw_case *problem, int32_t family, int32_t n_remains,
                        const int32_t *remains, const hw_likelihood_options *options,
                        hwp_place **out, hw_err *err) {
  *out = NULL;
  hwp_place *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a family's places");
  self->problem = problem;
  self->family = &problem->families[family];
  if (options != NULL) self->options = *options;
  self->n_places = self->family->n_missing;
  self->n_candidates = n_remains;
  self->n_markers = problem->n_markers;
  hw_arena_init(&self->arena, 0);
  hw_arena_init(&self->memory, 0);
  const hw_status status = prepare(self, remains, err);
  if (status != HW_OK) {
    hw_err_while(err, "placing remains in family '%s'", self->family->name);
    hwp_place_delete(self);
    return status;
  }
  *out = self;
  return HW_OK;
}

void hwp_place_delete(hwp_place *self) {
  if (self == NULL) return;
  for (int32_t k = 0; self->kin != NULL && k < self->n_places; k++) hw_kin_delete(self->kin[k]);
  hw_table_compiler_delete(self->compiler);
  free(self->slots);
  hw_arena_clear(&self->memory);
  hw_arena_clear(&self->arena);
  free(self);
}

int32_t hwp_place_count(const hwp_place *self) {
  return self->n_places;
}

int64_t hwp_place_eliminations(const hwp_place *self) {
  return self->n_eliminations;
}

/* ---- ratios ---- */

hw_status hwp_place_extend_possible(hwp_place *self, const int32_t *placed, int32_t place,
                                    double *out, hw_err *err) {
  const size_t n = (size_t)self->n_candidates;
  const bool *fits = self->fits + (size_t)place * n;
  hwp_place_rows_trim(self);
  for (size_t r = 0; r < n; r++) out[r] = 0.0;
  HW_TRY(hwp_place_rows(self, placed, place, err));
  for (int32_t m = 0; m < self->n_markers; m++) {
    const double *ln = self->rows[m];
    const uint16_t *class_of = self->markers[m].class_of;
    for (size_t r = 0; r < n; r++) out[r] += ln[class_of[r]];
  }
  for (size_t r = 0; r < n; r++)
    if (!fits[r]) out[r] = IMPOSSIBLE;
  for (int32_t k = 0; k < self->n_places; k++)
    if (placed[k] >= 0) out[placed[k]] = IMPOSSIBLE;
  return HW_OK;
}

/* The chain over the places in their order. */
static hw_status chain(hwp_place *self, const int32_t *placed, int32_t *before, double *ln_ratio,
                       hw_err *err) {
  double sum = 0.0;
  for (int32_t k = 0; k < self->n_places; k++) before[k] = -1;
  for (int32_t k = 0; k < self->n_places; k++) {
    const int32_t r = placed[k];
    if (r < 0) continue;
    if (!self->fits[(size_t)k * (size_t)self->n_candidates + (size_t)r]) sum = IMPOSSIBLE;
    if (sum == IMPOSSIBLE) break;
    HW_TRY(hwp_place_rows(self, before, k, err));
    for (int32_t m = 0; m < self->n_markers; m++)
      sum += self->rows[m][self->markers[m].class_of[r]];
    before[k] = r;
  }
  *ln_ratio = sum;
  return HW_OK;
}

hw_status hwp_place_ln(hwp_place *self, const int32_t *placed, double *ln_ratio, hw_err *err) {
  hwp_place_rows_trim(self);
  int32_t *before = malloc(sizeof *before * ((size_t)self->n_places + 1));
  hw_status status = before != NULL ? chain(self, placed, before, ln_ratio, err)
                                    : HW_NO_MEMORY(err, "a placement");
  free(before);
  if (status != HW_OK) hw_err_while(err, "placing remains in family '%s'", self->family->name);
  return status;
}

hw_status hwp_place_extend(hwp_place *self, const int32_t *placed, int32_t place, double *out,
                           hw_err *err) {
  double ln_ratio = 0.0;
  HW_TRY(hwp_place_ln(self, placed, &ln_ratio, err));
  if (ln_ratio == IMPOSSIBLE) {
    for (int32_t r = 0; r < self->n_candidates; r++) out[r] = IMPOSSIBLE;
    return HW_OK;
  }
  const hw_status status = hwp_place_extend_possible(self, placed, place, out, err);
  if (status != HW_OK) hw_err_while(err, "placing remains in family '%s'", self->family->name);
  return status;
}
