/* Who is compared where no relation is known.
 *
 * References are persons, and a person may stand in several families: each counts once,
 * under the first of them. */
#include "app/search_snp_blind.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

typedef struct maker {
  const hw_stored_case *stored;
  const hw_stored_snp *snp;
  hw_blind *out;
  hw_snp_profile *samples;
  const char **family;
} maker;

static int compare_ids(const void *a, const void *b) {
  const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return x < y ? -1 : x > y;
}

static void list_remains(maker *self) {
  for (int32_t r = 0; r < self->snp->n_remains; r++)
    if (self->snp->remains[r].bytes != NULL)
      self->samples[self->out->input.n_samples++] = self->snp->remains[r];
}

/* Records of persons that stand more than once among the typed, sorted. */
static int32_t find_repeated(const maker *self, int64_t *ids) {
  int32_t n = 0, n_repeated = 0;
  for (int32_t f = 0; f < self->snp->n_families; f++)
    for (int32_t i = 0; i < self->snp->families[f].n_profiles; i++)
      ids[n++] = self->stored->family_person[f][self->snp->families[f].person[i]];
  if (n > 0) qsort(ids, (size_t)n, sizeof *ids, compare_ids);
  for (int32_t i = 1; i < n; i++)
    if (ids[i] == ids[i - 1] && (n_repeated == 0 || ids[n_repeated - 1] != ids[i]))
      ids[n_repeated++] = ids[i];
  return n_repeated;
}

static void list_references(maker *self, int64_t *ids, bool *is_taken) {
  const int32_t n_repeated = find_repeated(self, ids);
  for (int32_t f = 0; f < self->snp->n_families; f++) {
    const hw_stored_snp_family *typed = &self->snp->families[f];
    for (int32_t i = 0; i < typed->n_profiles; i++) {
      const int64_t id = self->stored->family_person[f][typed->person[i]];
      const int64_t *found =
          n_repeated > 0 ? bsearch(&id, ids, (size_t)n_repeated, sizeof id, compare_ids) : NULL;
      if (found != NULL && is_taken[found - ids]) continue;
      if (found != NULL) is_taken[found - ids] = true;
      self->family[self->out->input.n_samples] = self->stored->problem.families[f].name;
      self->samples[self->out->input.n_samples++] = typed->profiles[i];
    }
  }
}

static hw_status count_called(maker *self, hw_err *err) {
  const hw_panel *panel = self->snp->panel;
  const int32_t n = self->out->input.n_samples;
  int32_t *called = hw_arena_alloc_array(&self->out->arena, (size_t)n, sizeof *called);
  if (called == NULL) return HW_NO_MEMORY(err, "the profiles");
  for (int32_t i = 0; i < n; i++)
    for (int32_t m = 0; m < panel->n_markers; m++) {
      const int32_t first = panel->first_genotype[m];
      called[i] += hw_snp_best(self->samples[i].bytes + first, panel->first_genotype[m + 1] - first,
                               HW_RELATE_MARGIN) >= 0;
    }
  self->out->n_called = called;
  return HW_OK;
}

static hw_status make(maker *self, hw_blind_who who, hw_err *err) {
  hw_arena *arena = &self->out->arena;
  size_t n = (size_t)self->snp->n_remains;
  if (who == HW_BLIND_REFERENCES) {
    n = 0;
    for (int32_t f = 0; f < self->snp->n_families; f++)
      n += (size_t)self->snp->families[f].n_profiles;
  }
  self->samples = hw_arena_alloc_array(arena, n, sizeof *self->samples);
  self->family = hw_arena_alloc_array(arena, n, sizeof *self->family);
  int64_t *ids = hw_arena_alloc_array(arena, n, sizeof *ids);
  bool *is_taken = hw_arena_alloc_array(arena, n, sizeof *is_taken);
  if (self->samples == NULL || self->family == NULL || ids == NULL || is_taken == NULL)
    return HW_NO_MEMORY(err, "the profiles");
  if (who == HW_BLIND_REMAINS)
    list_remains(self);
  else
    list_references(self, ids, is_taken);
  if (self->out->input.n_samples < 2)
    return hw_err_set(err, HW_E_SHAPE,
                      "case '%s' has %d %s with a SNP profile: at least two are needed",
                      self->stored->problem.id, (int)self->out->input.n_samples,
                      who == HW_BLIND_REMAINS ? "remains" : "references");
  return count_called(self, err);
}

hw_status hw_blind_init(const hw_stored_case *stored, const hw_stored_snp *snp, hw_blind_who who,
                        hw_blind *out, hw_err *err) {
  maker self = {.stored = stored, .snp = snp, .out = out};
  memset(out, 0, sizeof *out);
  hw_arena_init(&out->arena, 0);
  const hw_status status = make(&self, who, err);
  out->input.panel = snp->panel;
  out->input.population = snp->population;
  out->input.theta = stored->problem.theta;
  out->input.samples = self.samples;
  out->family = self.family;
  return status;
}

void hw_blind_clear(hw_blind *self) {
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}
