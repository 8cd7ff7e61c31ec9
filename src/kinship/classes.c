/* Classes of alleles that need not be told apart at one marker, and what was
 * seen of each individual in terms of them. The rules stand in classes.h. */
#include "kinship/classes.h"

#include <math.h>
#include <string.h>

hw_status hwp_needs_sex(const hwp_family *family, int32_t individual, const hw_marker *marker,
                        hw_err *err) {
  return hw_err_set(err, HW_E_UNSUPPORTED,
                    "the sex of person '%s' must be known to use X marker %s",
                    family->id[individual], marker->name);
}

hw_status hwp_seen_collect(const hwp_family *family, const hw_marker *marker, int32_t n_profiles,
                           const int32_t *individual, const hw_profile *profiles,
                           const hw_observation *const *observations, hwp_seen *seen,
                           int32_t *n_seen, hw_err *err) {
  const bool x = hw_marker_is_x(marker);
  *n_seen = 0;
  for (int32_t p = 0; p < n_profiles; p++) {
    const hw_observation *obs = observations[p];
    if (obs == NULL || obs->kind == HW_OBS_MISSING) continue;
    const hw_sex sex = family->sex[individual[p]];
    if (x && sex == HW_UNKNOWN_SEX) return hwp_needs_sex(family, individual[p], marker, err);
    hw_status status = hw_observation_validate(marker, obs, x && sex == HW_MALE, err);
    if (status != HW_OK) return status;
    int32_t at = (*n_seen)++;
    for (; at > 0 && seen[at - 1].individual > individual[p]; at--) seen[at] = seen[at - 1];
    seen[at] = (hwp_seen){individual[p], &profiles[p], obs};
  }
  return HW_OK;
}

/* Largest relative difference of two transition probabilities that are equal on
 * paper. */
static const double SAME = 1e-13;

static bool nearly(double a, double b) {
  const double difference = a > b ? a - b : b - a;
  return difference <= SAME * (a > b ? a : b); /* probabilities: never negative */
}

/* The unseen alleles (mark 0) all go to each other class with the same
 * probability. Seen alleles are classes of their own, so only columns of seen
 * alleles matter; rows sum to one, so the block's own column follows. */
static bool block_is_lumpable(const hw_marker *marker, const double *matrix, const bool *apart) {
  if (matrix == NULL) return true;
  const int64_t n = marker->n_alleles;
  int64_t first = 0;
  while (apart[first]) first++;
  for (int64_t j = 0; j < n; j++) {
    if (!apart[j]) continue;
    const double expected = matrix[first * n + j];
    for (int64_t i = first + 1; i < n; i++)
      if (!apart[i] && !nearly(matrix[i * n + j], expected)) return false;
  }
  return true;
}

static void mark_seen(const hw_marker *marker, int32_t n_seen, const hwp_seen *seen, bool *apart) {
  if (marker->silent != HW_ALLELE_NONE) apart[marker->silent] = true;
  for (int32_t i = 0; i < n_seen; i++) {
    const hw_observation *obs = seen[i].observation;
    if (obs->kind == HW_OBS_SET) {
      for (int32_t s = 0; s < obs->n_seen; s++) apart[obs->seen[s]] = true;
      continue;
    }
    apart[obs->a] = true;
    if (obs->kind == HW_OBS_GENOTYPE && obs->b != HW_ALLELE_NONE) apart[obs->b] = true;
  }
}

/* Matrix between classes: rows of the representatives, columns added up. */
static const double *lump_matrix(const hw_marker *marker, const double *matrix,
                                 const hwp_classes *classes, hw_arena *arena) {
  int32_t n = marker->n_alleles, k = classes->k;
  double *out = hw_arena_alloc_array(arena, (size_t)k * (size_t)k, sizeof *out);
  for (int32_t c = 0; out != NULL && c < k; c++)
    for (int32_t j = 0; j < n; j++)
      out[(int64_t)c * k + classes->class_of[j]] +=
          matrix[(int64_t)classes->representative[c] * n + j];
  return out;
}

static hw_status lump(hwp_classes *self, const hw_marker *marker, const bool *apart,
                      hw_arena *arena) {
  int32_t n = marker->n_alleles, block = -1;
  int32_t *class_of = hw_arena_alloc_array(arena, (size_t)n, sizeof *class_of);
  int32_t *representative = hw_arena_alloc_array(arena, (size_t)n, sizeof *representative);
  double *prior = hw_arena_alloc_array(arena, (size_t)n, sizeof *prior);
  if (class_of == NULL || representative == NULL || prior == NULL) return HW_E_NO_MEMORY;
  self->k = 0;
  for (int32_t i = 0; i < n; i++) {
    if (!apart[i] && block >= 0) {
      class_of[i] = block;
    } else {
      if (!apart[i]) block = self->k;
      representative[self->k] = i;
      class_of[i] = self->k++;
    }
    prior[class_of[i]] += marker->frequencies[i];
  }
  self->class_of = class_of;
  self->representative = representative;
  self->prior = prior;
  for (int from = 0; from < 2; from++) {
    if (marker->matrix[from] == NULL) continue;
    if (from == 1 && marker->matrix[1] == marker->matrix[0]) {
      self->matrix[1] = self->matrix[0];
      continue;
    }
    self->matrix[from] = lump_matrix(marker, marker->matrix[from], self, arena);
    if (self->matrix[from] == NULL) return HW_E_NO_MEMORY;
  }
  return HW_OK;
}

hw_status hwp_classes_init(hwp_classes *self, const hw_marker *marker, int32_t n_seen,
                           const hwp_seen *seen, bool lumping, hw_arena *arena) {
  *self = (hwp_classes){.k = marker->n_alleles,
                        .prior = marker->frequencies,
                        .matrix = {marker->matrix[0], marker->matrix[1]}};
  if (!lumping) return HW_OK;
  bool *apart = hw_arena_alloc_array(arena, (size_t)marker->n_alleles, sizeof *apart);
  if (apart == NULL) return HW_E_NO_MEMORY;
  mark_seen(marker, n_seen, seen, apart);
  int32_t n_unseen = 0;
  for (int32_t i = 0; i < marker->n_alleles; i++) n_unseen += !apart[i];
  if (n_unseen < 2) return HW_OK;
  if (!block_is_lumpable(marker, marker->matrix[0], apart) ||
      !block_is_lumpable(marker, marker->matrix[1], apart))
    return HW_OK;
  return lump(self, marker, apart, arena);
}

/* ---- evidence ---------------------------------------------------------- */

static hw_allele allele_of(const hwp_classes *classes, int32_t c) {
  return classes->representative != NULL ? classes->representative[c] : c;
}

static double probability(const hw_marker *marker, const hwp_classes *classes, int32_t n_seen,
                          const hwp_seen *seen, int32_t x, int32_t y) {
  double p = 1.0;
  hw_allele a = x < 0 ? allele_of(classes, y) : allele_of(classes, x);
  hw_allele b = x < 0 ? HW_ALLELE_NONE : allele_of(classes, y);
  for (int32_t i = 0; i < n_seen; i++)
    p *= hw_observation_probability(marker, seen[i].observation, seen[i].profile, a, b);
  return p;
}

/* True genotype is certain: one complete observation without error or a silent
 * partner. */
static bool is_certain(const hw_marker *marker, int32_t n_seen, const hwp_seen *seen) {
  if (n_seen != 1 || seen->profile->typing_error > 0.0) return false;
  const hw_observation *obs = seen->observation;
  if (obs->kind == HW_OBS_SINGLE) return true;
  if (obs->kind != HW_OBS_GENOTYPE || obs->b == HW_ALLELE_NONE) return false;
  return obs->a != obs->b || marker->silent == HW_ALLELE_NONE;
}

typedef struct list {
  int32_t n;
  int32_t *allele[2];
  double *weight;
} list;

static bool list_reserve(list *self, size_t n, hw_arena *arena) {
  self->n = 0;
  self->allele[0] = hw_arena_alloc_array(arena, n, sizeof *self->allele[0]);
  self->allele[1] = hw_arena_alloc_array(arena, n, sizeof *self->allele[1]);
  self->weight = hw_arena_alloc_array(arena, n, sizeof *self->weight);
  return self->allele[0] != NULL && self->allele[1] != NULL && self->weight != NULL;
}

static void list_add(list *self, int32_t x, int32_t y, double weight) {
  self->allele[0][self->n] = x;
  self->allele[1][self->n] = y;
  self->weight[self->n++] = weight;
}

static void certain_list(list *out, const hwp_classes *classes, const hw_observation *obs,
                         bool founder) {
  int32_t a = classes->class_of != NULL ? classes->class_of[obs->a] : obs->a;
  if (obs->kind == HW_OBS_SINGLE) {
    list_add(out, a, a, founder && !classes->urn ? classes->prior[a] : 1.0);
    return;
  }
  int32_t b = classes->class_of != NULL ? classes->class_of[obs->b] : obs->b;
  if (founder) {
    const double p = classes->urn ? 1.0 : classes->prior[a] * classes->prior[b];
    list_add(out, a, b, (a != b ? 2.0 : 1.0) * p);
    return;
  }
  list_add(out, a, b, 1.0);
  if (a != b) list_add(out, b, a, 1.0);
}

/* Lists the genotypes of positive probability; false if there are too many. */
static bool general_list(list *out, const hwp_classes *classes, const double *table, bool founder,
                         bool single) {
  int32_t k = classes->k;
  for (int32_t x = 0; x < (single ? 1 : k); x++)
    for (int32_t y = founder && !single ? x : 0; y < k; y++) {
      double p = table[(int64_t)x * k + y];
      if (p == 0.0) continue;
      if (out->n == HWP_MAX_LIST) return false;
      if (founder && single) p *= classes->prior[y];
      if (founder && !single) p *= (x != y ? 2.0 : 1.0) * classes->prior[x] * classes->prior[y];
      list_add(out, single ? y : x, y, p);
    }
  return true;
}

static void use_list(hwp_evidence *self, const list *from, uint8_t *category, bool *impossible) {
  self->n = from->n;
  self->allele[0] = from->allele[0];
  self->allele[1] = from->allele[1];
  self->weight = from->weight;
  *category = (uint8_t)from->n;
  *impossible = from->n == 0;
}

hw_status hwp_evidence_init(hwp_evidence *self, uint8_t *category, bool *impossible,
                            const hw_marker *marker, const hwp_classes *classes, int32_t n_seen,
                            const hwp_seen *seen, bool founder, bool dense, bool single,
                            hw_arena *arena) {
  *self = (hwp_evidence){.n = 0};
  *category = HWP_UNTYPED;
  *impossible = false;
  if (n_seen == 0) return HW_OK;
  list found;
  if (!list_reserve(&found, HWP_MAX_LIST, arena)) return HW_E_NO_MEMORY;
  if (!dense && is_certain(marker, n_seen, seen)) {
    certain_list(&found, classes, seen->observation, founder);
    use_list(self, &found, category, impossible);
    /* A homozygote shares the plan of the heterozygotes. */
    if (!founder && !single) *category = 2;
    return HW_OK;
  }
  int32_t k = classes->k;
  double *table =
      hw_arena_alloc_array(arena, single ? (size_t)k : (size_t)k * (size_t)k, sizeof *table);
  if (table == NULL) return HW_E_NO_MEMORY;
  for (int32_t x = 0; x < (single ? 1 : k); x++)
    for (int32_t y = 0; y < k; y++)
      table[(int64_t)x * k + y] = probability(marker, classes, n_seen, seen, single ? -1 : x, y);
  if (!dense && !(founder && classes->urn) &&
      general_list(&found, classes, table, founder, single)) {
    use_list(self, &found, category, impossible);
    return HW_OK;
  }
  *category = HWP_DENSE;
  self->weight = table;
  return HW_OK;
}

hw_status hwp_evidence_list(hwp_evidence *self, bool *impossible, const hw_marker *marker,
                            const hwp_classes *classes, int32_t n_seen, const hwp_seen *seen,
                            bool open, bool single, hw_arena *arena) {
  *self = (hwp_evidence){.n = 0};
  *impossible = false;
  if (n_seen == 0 && !open) return HW_OK;
  int32_t k = classes->k;
  bool certain = !open && is_certain(marker, n_seen, seen);
  list found;
  if (!list_reserve(&found, certain ? 2 : (size_t)k * (single ? 1 : (size_t)k), arena))
    return HW_E_NO_MEMORY;
  if (certain) certain_list(&found, classes, seen->observation, false);
  for (int32_t x = 0; !certain && x < (single ? 1 : k); x++)
    for (int32_t y = 0; y < k; y++) {
      double p = probability(marker, classes, n_seen, seen, single ? -1 : x, y);
      if (p > 0.0) list_add(&found, single ? y : x, y, p);
    }
  uint8_t category;
  use_list(self, &found, &category, impossible);
  return HW_OK;
}
