/* Rows of place_int.h: classes of observations, and eliminations.
 *
 * Without theta a row is P(genotype of the person at the place | references,
 * context), folded to unordered genotypes and summed over those that can show a
 * class, over the same sum for a person of the population.
 *
 * With theta the denominator is not a constant: the unrelated persons of the
 * denominator share the family's urn (Balding & Nichols 1994). With strangers in
 * the pedigree instead of the missing persons,
 *
 *     T(c | context) = P(c at the place | references, context in its places)
 *                    / P(c in one more stranger | references, context in strangers)
 *
 * whose product along a chain of placements is Λ.
 */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/place_int.h"
#include "kinship/table_int.h"
#include "kinship/theta.h"

/* ---- classes ---- */

static bool same_observation(const hw_observation *a, const hw_observation *b) {
  if (a->kind != b->kind) return false;
  switch (a->kind) {
    case HW_OBS_MISSING:
      return true;
    case HW_OBS_SINGLE:
      return a->a == b->a;
    case HW_OBS_GENOTYPE:
      return (a->a == b->a && a->b == b->b) || (a->a == b->b && a->b == b->a);
    case HW_OBS_SET:
      break;
  }
  return a->n_seen == b->n_seen &&
         (a->n_seen == 0 || memcmp(a->seen, b->seen, sizeof *a->seen * (size_t)a->n_seen) == 0);
}

/* True if the observation means the same under both profiles' parameters. */
static bool same_errors(const hw_observation *observation, const hw_profile *a,
                        const hw_profile *b) {
  if (observation->kind == HW_OBS_SET) return a->dropout == b->dropout && a->drop_in == b->drop_in;
  return a->typing_error == b->typing_error;
}

bool hwp_place_is_known(const hw_marker *marker, const hw_observation *seen,
                        const hw_profile *profile) {
  if (profile->typing_error > 0.0) return false;
  if (seen->kind == HW_OBS_SINGLE) return true;
  return seen->kind == HW_OBS_GENOTYPE && seen->b != HW_ALLELE_NONE &&
         (seen->a != seen->b || marker->silent == HW_ALLELE_NONE);
}

/* Genotypes that can show the class, and P(class | population). */
static hw_status weigh(hwp_place *self, const hw_marker *marker, bool single,
                       hwp_place_class *class, hw_err *err) {
  const int32_t n = marker->n_alleles, n_genotypes = single ? n : n * (n + 1) / 2;
  double *seen = self->joint, *population = self->folded;
  hw_observation_table(marker, class->observation, class->profile, single, seen);
  hwp_table_population(marker, single, population);
  int32_t n_weights = 0;
  for (hw_allele y = 0; y < n; y++)
    for (hw_allele x = 0; x <= (single ? 0 : y); x++)
      n_weights += seen[single ? (int64_t)y : (int64_t)x * n + y] > 0.0;
  int32_t *genotype = hw_arena_alloc_array(&self->arena, (size_t)n_weights, sizeof *genotype);
  double *weight = hw_arena_alloc_array(&self->arena, (size_t)n_weights, sizeof *weight);
  if (genotype == NULL || weight == NULL) return HW_NO_MEMORY(err, "the remains' observations");
  HW_BUG_IF(n_genotypes < n_weights, err);
  double sum = 0.0;
  int32_t at = 0;
  for (hw_allele y = 0; y < n; y++)
    for (hw_allele x = 0; x <= (single ? 0 : y); x++) {
      const double p = seen[single ? (int64_t)y : (int64_t)x * n + y];
      if (!(p > 0.0)) continue;
      genotype[at] = single ? y : hwp_genotype_code(x, y);
      weight[at] = p;
      sum += p * population[genotype[at]];
      at++;
    }
  class->population[single] = sum;
  class->n_weights[single] = n_weights;
  class->genotype[single] = genotype;
  class->weight[single] = weight;
  return HW_OK;
}

static hw_status make_class(hwp_place *self, const hw_marker *marker, hwp_place_class *class,
                            hw_err *err) {
  const hw_observation_kind kind = class->observation->kind;
  const bool is_x = hw_marker_is_x(marker);
  if (kind != HW_OBS_SINGLE) HW_TRY(weigh(self, marker, false, class, err));
  if (is_x && kind != HW_OBS_GENOTYPE) HW_TRY(weigh(self, marker, true, class, err));
  return HW_OK;
}

static hw_status classify(hwp_place *self, int32_t m, hw_err *err) {
  const hw_marker *marker = &self->problem->markers[m];
  hwp_place_marker *info = &self->markers[m];
  const size_t n = (size_t)self->n_candidates;
  info->classes = hw_arena_alloc_array(&self->arena, n + 1, sizeof *info->classes);
  info->class_of = hw_arena_alloc_array(&self->arena, n + 1, sizeof *info->class_of);
  if (info->classes == NULL || info->class_of == NULL)
    return HW_NO_MEMORY(err, "the remains' observations");
  info->n_classes = 1;
  for (size_t r = 0; r < n; r++) {
    const hw_profile *profile = &self->problem->remains[self->remains[r]].profile;
    const hw_observation *seen = &profile->observations[m];
    if (seen->kind == HW_OBS_MISSING) continue;
    int32_t c = 1;
    while (c < info->n_classes && !(same_observation(info->classes[c].observation, seen) &&
                                    same_errors(seen, info->classes[c].profile, profile)))
      c++;
    if (c == info->n_classes) {
      if (c > UINT16_MAX)
        return hw_err_set(err, HW_E_TOO_COMPLEX, "%d remains are too many", (int)n);
      info->classes[c] = (hwp_place_class){.observation = seen, .profile = profile};
      HW_TRY(make_class(self, marker, &info->classes[c], err));
      info->n_classes++;
    }
    info->class_of[r] = (uint16_t)c;
  }
  return HW_OK;
}

/* ---- one elimination ---- */

static bool is_single(const hwp_place *self, int32_t marker, int32_t place) {
  return self->is_single[(size_t)marker * (size_t)self->n_places + (size_t)place];
}

static hw_status without_theta(hwp_place *self, int32_t m, const uint16_t *codes, int32_t place,
                               double *sum, hw_err *err) {
  const int32_t n_references = self->family->n_profiles;
  const hw_marker *marker = &self->problem->markers[m];
  double ln_scale = 0.0;
  for (int32_t p = 0; p < n_references; p++) {
    const hw_observation *seen = &self->family->profiles[p].observations[m];
    self->column[p] = seen->kind == HW_OBS_MISSING ? NULL : seen;
  }
  for (int32_t k = 0; k < self->n_places; k++) {
    const hwp_place_class *class = codes[k] > 0 ? &self->markers[m].classes[codes[k]] : NULL;
    self->column[n_references + k] = class != NULL ? class->observation : NULL;
    if (class != NULL) self->profiles[n_references + k] = *class->profile;
  }
  HW_TRY(hw_kin_genotypes(self->kin[place], marker, self->profiles, self->column, self->joint,
                          &ln_scale, err));
  *sum = hwp_table_fold(self->joint, marker->n_alleles, is_single(self, m, place), self->folded);
  return HW_OK;
}

/* The family at one marker with the context in its places, or in strangers; and for the latter one
 * more stranger, who is asked for. */
static hw_status with_theta(hwp_place *self, int32_t m, const uint16_t *codes, int32_t place,
                            bool is_stranger, double *sum, hw_err *err) {
  const hw_family *family = self->family;
  const int32_t n_references = family->n_profiles, n = family->pedigree.n_persons;
  const size_t n_places = (size_t)self->n_places;
  hw_arena arena;
  hw_arena_init(&arena, 0);
  hw_person *persons = hw_arena_alloc_array(&arena, (size_t)n + n_places + 1, sizeof *persons);
  int32_t *person =
      hw_arena_alloc_array(&arena, (size_t)n_references + n_places + 1, sizeof *person);
  hw_profile *profiles =
      hw_arena_alloc_array(&arena, (size_t)n_references + n_places + 1, sizeof *profiles);
  hwp_theta theta = {0};
  hw_status status = HW_OK;
  if (persons == NULL || person == NULL || profiles == NULL) {
    status = HW_NO_MEMORY(err, "a family's places");
    goto out;
  }
  hw_pedigree pedigree = {.n_persons = n, .persons = persons};
  memcpy(persons, family->pedigree.persons, sizeof *persons * (size_t)n);
  int32_t n_profiles = 0, query = family->missing[place];
  for (int32_t p = 0; p < n_references; p++) {
    profiles[n_profiles] = family->profiles[p];
    profiles[n_profiles].observations += m;
    person[n_profiles++] = family->profile_person[p];
  }
  for (int32_t k = 0; k < self->n_places; k++) {
    if (codes[k] == 0 && !(is_stranger && k == place)) continue;
    int32_t who = family->missing[k];
    if (is_stranger) {
      who = pedigree.n_persons++;
      persons[who] = (hw_person){.id = "",
                                 .father = HW_PERSON_NONE,
                                 .mother = HW_PERSON_NONE,
                                 .sex = self->individuals.sex[self->individual[k]],
                                 .twin = HW_PERSON_NONE};
    }
    if (k == place) query = who;
    if (codes[k] == 0) continue;
    const hwp_place_class *class = &self->markers[m].classes[codes[k]];
    profiles[n_profiles] = *class->profile;
    profiles[n_profiles].observations = class->observation;
    person[n_profiles++] = who;
  }
  for (int32_t p = 0; p < n_profiles; p++) profiles[p].n_markers = 1;
  const hw_problem problem = {.pedigree = &pedigree,
                              .n_profiles = n_profiles,
                              .profiles = profiles,
                              .profile_person = person,
                              .n_markers = 1,
                              .markers = &self->problem->markers[m],
                              .theta = self->problem->theta};
  double ln_scale = 0.0;
  status = hwp_theta_init(&theta, &problem, query, &self->options, err);
  if (status == HW_OK) status = hwp_theta_genotypes(&theta, 0, self->joint, &ln_scale, err);
  if (status == HW_OK)
    *sum = hwp_table_fold(self->joint, problem.markers->n_alleles, is_single(self, m, place),
                          self->folded);
out:
  hwp_theta_clear(&theta);
  hw_arena_clear(&arena);
  return status;
}

static double class_probability(const hwp_place_class *class, bool single,
                                const double *genotypes) {
  double sum = 0.0;
  for (int32_t i = 0; i < class->n_weights[single]; i++)
    sum += class->weight[single][i] * genotypes[class->genotype[single][i]];
  return sum;
}

void hwp_place_fill_row(const hwp_place *self, int32_t m, int32_t place, const double *genotypes,
                        double *out) {
  const hwp_place_marker *info = &self->markers[m];
  const bool single = is_single(self, m, place);
  out[0] = 0.0;
  for (int32_t c = 1; c < info->n_classes; c++) {
    const hwp_place_class *class = &info->classes[c];
    out[c] = class->population[single] > 0.0
                 ? hw_ln(class_probability(class, single, genotypes) / class->population[single])
                 : 0.0;
  }
}

static void forbid(const hwp_place_marker *info, double *out) {
  for (int32_t c = 0; c < info->n_classes; c++) out[c] = IMPOSSIBLE;
}

/* Over the urn after the context's strangers instead of the population. */
static hw_status fill_row_of_urn(hwp_place *self, int32_t m, const uint16_t *codes, int32_t place,
                                 double *out, hw_err *err) {
  const hwp_place_marker *info = &self->markers[m];
  const bool single = is_single(self, m, place);
  double sum = 0.0;
  out[0] = 0.0;
  for (int32_t c = 1; c < info->n_classes; c++)
    out[c] = hw_ln(class_probability(&info->classes[c], single, self->folded));
  HW_TRY(with_theta(self, m, codes, place, true, &sum, err));
  for (int32_t c = 1; c < info->n_classes; c++) {
    const hwp_place_class *class = &info->classes[c];
    if (class->population[single] > 0.0)
      out[c] -= hw_ln(class_probability(class, single, self->folded));
    else
      out[c] = 0.0;
  }
  return HW_OK;
}

hw_status hwp_place_eliminate(hwp_place *self, int32_t m, const uint16_t *codes, int32_t place,
                              double *out, hw_err *err) {
  const hwp_place_marker *info = &self->markers[m];
  double sum = 0.0;
  if (info->is_contradicted) {
    memset(out, 0, sizeof *out * (size_t)info->n_classes);
    return HW_OK;
  }
  self->n_eliminations++;
  const bool has_theta = self->problem->theta > 0.0;
  if (has_theta)
    HW_TRY(with_theta(self, m, codes, place, false, &sum, err));
  else
    HW_TRY(without_theta(self, m, codes, place, &sum, err));
  if (!(sum > 0.0))
    forbid(info, out);
  else if (has_theta)
    return fill_row_of_urn(self, m, codes, place, out, err);
  else
    hwp_place_fill_row(self, m, place, self->folded, out);
  return HW_OK;
}

/* A row of nobody placed is impossible only where the references are. */
static hw_status check_references(hwp_place *self, int32_t m, hw_err *err) {
  double *row = calloc((size_t)self->markers[m].n_classes + 1, sizeof *row);
  if (row == NULL) return HW_NO_MEMORY(err, "a family's tables");
  const hw_status status = hwp_place_eliminate(self, m, self->contexts, 0, row, err);
  self->markers[m].is_contradicted = status == HW_OK && row[0] == IMPOSSIBLE;
  free(row);
  return status;
}

hw_status hwp_place_markers_init(hwp_place *self, hw_err *err) {
  self->markers =
      hw_arena_alloc_array(&self->arena, (size_t)self->n_markers + 1, sizeof *self->markers);
  if (self->markers == NULL) return HW_NO_MEMORY(err, "the remains' observations");
  for (int32_t m = 0; m < self->n_markers; m++) {
    HW_TRY(classify(self, m, err));
    if (self->n_places > 0) HW_TRY(check_references(self, m, err));
  }
  return HW_OK;
}
