/* Mutation matrices of a marker: checks, the silent allele, and the questions
 * that elimination asks of a matrix (identity, lumpable, stationary).
 *
 * The work is in two other files, each with its formulas and sources at the
 * top: mutation_models.c (equal, proportional, stepwise, onestep, dawid) and
 * mutation_transform.c (MH, BA, PR, PM). This one
 *   1. refuses parameters that are not probabilities (NaN included);
 *   2. takes the silent allele away, rescales the other frequencies to sum to
 *      one, has the model computed on those, and puts the silent allele back
 *      with the row and column of the identity: an allele that cannot be seen
 *      has no length from which a step could be taken, and published rates were
 *      counted on alleles that were seen;
 *   3. takes a custom matrix whole, silent allele and all.
 *
 * Lumpability (Kemeny & Snell 1976, Finite Markov Chains, th. 6.3.2): alleles
 * of one block may be replaced by one allele if all of them reach every block
 * with the same probability. Under no mutation every partition will do; under
 * equal and proportional the unobserved alleles may always be one block; under
 * stepwise they may not, and a program that lumps them regardless is wrong. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "genetics/mutation_int.h"
#include "genetics/mutation_keep.h"

/* Largest deviation of a custom matrix' row sum from one. */
#define ROW_SUM_TOLERANCE 1e-9

static const char *side(int from) {
  return from == HW_FROM_MOTHER ? "female" : "male";
}

static bool is_probability(double x) {
  return x >= 0 && x <= 1; /* false for NaN */
}

static bool model_has_rate(hw_mutation_model model) {
  return model != HW_MUTATION_NONE && model != HW_MUTATION_CUSTOM;
}

static hw_status check_parameters(const hw_mutation *mutation, int from, hw_err *err) {
  if (mutation->model < HW_MUTATION_NONE || mutation->model > HW_MUTATION_CUSTOM)
    return hw_err_set(err, HW_E_VALUE, "mutation model %d does not exist", (int)mutation->model);
  if (mutation->transform < HW_TRANSFORM_NONE || mutation->transform > HW_TRANSFORM_PM)
    return hw_err_set(err, HW_E_VALUE, "mutation transform %d does not exist",
                      (int)mutation->transform);
  if (model_has_rate(mutation->model) && !is_probability(mutation->rate[from]))
    return hw_err_set(err, HW_E_VALUE, "the %s mutation rate is %g; it must be from 0 to 1",
                      side(from), mutation->rate[from]);
  if (mutation->model == HW_MUTATION_STEPWISE && !is_probability(mutation->rate2[from]))
    return hw_err_set(err, HW_E_VALUE, "the %s rate2 is %g; it must be from 0 to 1", side(from),
                      mutation->rate2[from]);
  if ((mutation->model == HW_MUTATION_STEPWISE || mutation->model == HW_MUTATION_DAWID) &&
      !is_probability(mutation->range[from]))
    return hw_err_set(err, HW_E_VALUE, "the %s mutation range is %g; it must be from 0 to 1",
                      side(from), mutation->range[from]);
  return HW_OK;
}

static hw_status check_marker(const hw_marker *marker, int from, hw_err *err) {
  if (from != HW_FROM_MOTHER && from != HW_FROM_FATHER)
    return hw_err_set(err, HW_E_BUG, "parent %d is neither mother nor father", from);
  if (marker->n_alleles < 1 || marker->n_alleles > HW_MAX_ALLELES)
    return hw_err_set(err, HW_E_VALUE, "%d alleles; a marker has 1 to %d", (int)marker->n_alleles,
                      HW_MAX_ALLELES);
  if (marker->silent < HW_ALLELE_NONE || marker->silent >= marker->n_alleles)
    return hw_err_set(err, HW_E_VALUE, "the silent allele is not one of the marker's");
  for (int32_t i = 0; i < marker->n_alleles; i++)
    if (!is_probability(marker->frequencies[i]))
      return hw_err_set(err, HW_E_VALUE,
                        "the frequency of allele \"%.40s\" is %g; it must be from 0 to 1",
                        marker->allele_names[i], marker->frequencies[i]);
  return check_parameters(&marker->mutation, from, err);
}

static hw_status check_custom(const hw_marker *marker, int from, hw_err *err) {
  const double *matrix = marker->mutation.custom[from];
  int32_t n = marker->n_alleles;
  if (!matrix)
    return hw_err_set(err, HW_E_VALUE, "the custom mutation model has no %s matrix", side(from));
  for (int32_t i = 0; i < n; i++) {
    double sum = 0;
    for (int32_t j = 0; j < n; j++) {
      double m = matrix[(size_t)i * n + j];
      if (!is_probability(m))
        return hw_err_set(err, HW_E_VALUE,
                          "entry [%d][%d] of the %s mutation matrix is %g; it must be from 0 to 1",
                          (int)i, (int)j, side(from), m);
      sum += m;
    }
    if (!(fabs(sum - 1) <= ROW_SUM_TOLERANCE))
      return hw_err_set(err, HW_E_VALUE,
                        "row %d (allele \"%.40s\") of the %s mutation matrix sums to %.12g, not 1",
                        (int)i, marker->allele_names[i], side(from), sum);
  }
  return HW_OK;
}

static void set_identity(int32_t n, double *out) {
  memset(out, 0, (size_t)n * n * sizeof *out);
  for (int32_t i = 0; i < n; i++) out[(size_t)i * n + i] = 1;
}

/* The alleles that mutate, with memory for them and for a matrix over them. */
typedef struct scratch {
  hwp_mutable alleles;
  const char **names;
  double *freq;
  double *matrix;
} scratch;

static void scratch_clear(scratch *self) {
  free(self->names);
  free(self->freq);
  free(self->matrix);
  *self = (scratch){0};
}

/* @return false if memory is exhausted; nothing is held then */
static bool scratch_init(scratch *self, const hw_marker *marker, hw_allele left_out) {
  int32_t n = marker->n_alleles;
  *self = (scratch){0};
  self->names = malloc((size_t)n * sizeof *self->names);
  self->freq = malloc((size_t)n * sizeof *self->freq);
  self->matrix = malloc((size_t)n * n * sizeof *self->matrix);
  if (!self->names || !self->freq || !self->matrix) {
    scratch_clear(self);
    return false;
  }
  int32_t k = 0;
  for (int32_t i = 0; i < n; i++) {
    if (i == left_out) continue;
    self->names[k] = marker->allele_names[i];
    self->freq[k++] = marker->frequencies[i];
  }
  self->alleles = (hwp_mutable){k, self->names, self->freq};
  return true;
}

/* Rescales the frequencies of the alleles that mutate to sum to one. */
static hw_status rescale(scratch *self, hw_err *err) {
  double sum = 0;
  for (int32_t i = 0; i < self->alleles.n; i++) sum += self->freq[i];
  if (!(sum > 0))
    return hw_err_set(err, HW_E_VALUE, "the frequencies of the alleles that mutate sum to 0");
  for (int32_t i = 0; i < self->alleles.n; i++) self->freq[i] /= sum;
  return HW_OK;
}

/* Copies the k × k matrix to n × n with the identity at the allele left out. */
static void spread(const scratch *from, int32_t n, hw_allele left_out, double *out) {
  set_identity(n, out);
  const double *next = from->matrix;
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j < n; j++)
      if (i != left_out && j != left_out) out[(size_t)i * n + j] = *next++;
}

hw_status hw_mutation_matrix(const hw_marker *marker, int from, double *out, hw_err *err) {
  hw_status status = check_marker(marker, from, err);
  if (status != HW_OK) return status;
  const hw_mutation *mutation = &marker->mutation;
  bool custom = mutation->model == HW_MUTATION_CUSTOM;
  if (custom) {
    status = check_custom(marker, from, err);
    if (status != HW_OK) return status;
  }
  int32_t n = marker->n_alleles;
  if (hw_mutation_is_identity(marker, from)) {
    set_identity(n, out);
    return HW_OK;
  }
  hw_allele left_out = custom ? HW_ALLELE_NONE : marker->silent;
  scratch work;
  if (!scratch_init(&work, marker, left_out))
    return hw_err_set(err, HW_E_NO_MEMORY, "no memory for a matrix of %d alleles", (int)n);
  status = rescale(&work, err);
  if (custom)
    memcpy(work.matrix, mutation->custom[from], (size_t)n * n * sizeof *out);
  else if (status == HW_OK)
    status = hwp_mutation_fill(mutation, from, &work.alleles, work.matrix, err);
  if (status == HW_OK && mutation->transform != HW_TRANSFORM_NONE)
    status = hwp_mutation_transform(mutation->transform, &work.alleles, work.matrix, err);
  if (status == HW_OK) spread(&work, n, left_out, out);
  scratch_clear(&work);
  return status;
}

static bool is_identity_matrix(int32_t n, const double *matrix) {
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j < n; j++) {
      double m = matrix[(size_t)i * n + j];
      if (i == j ? m < 1 : m > 0) return false;
    }
  return true;
}

bool hw_mutation_is_identity(const hw_marker *marker, int from) {
  const hw_mutation *mutation = &marker->mutation;
  if (mutation->model == HW_MUTATION_NONE) return true;
  if (mutation->model == HW_MUTATION_CUSTOM)
    return mutation->custom[from] && is_identity_matrix(marker->n_alleles, mutation->custom[from]);
  int32_t n_mutable = marker->n_alleles - (marker->silent == HW_ALLELE_NONE ? 0 : 1);
  if (n_mutable <= 1) return true; /* Nothing to mutate to. */
  return !(mutation->rate[from] > 0) &&
         !(mutation->model == HW_MUTATION_STEPWISE && mutation->rate2[from] > 0);
}

static bool mutates(int32_t n, const double *matrix) {
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j < n; j++)
      if (i != j && matrix[(size_t)i * n + j] > 0) return true;
  return false;
}

hw_status hwp_mutation_keep(hw_marker *marker, double *const matrix[2], hw_arena *arena,
                            hw_err *err) {
  const size_t n = (size_t)marker->n_alleles, size = n * n * sizeof *matrix[0];
  const bool is_one = memcmp(matrix[0], matrix[1], size) == 0;
  for (int from = 0; from < 2; from++) {
    marker->matrix[from] = NULL;
    if (!mutates(marker->n_alleles, matrix[from])) continue;
    marker->matrix[from] =
        from == 1 && is_one ? marker->matrix[0] : hw_arena_copy(arena, matrix[from], size);
    if (marker->matrix[from] == NULL) return HW_NO_MEMORY(err, "mutation matrices");
  }
  return HW_OK;
}

/* Adds row i's entries up by block. */
static void sum_by_block(int32_t n, const double *row, const int32_t *block, double *sums) {
  memset(sums, 0, (size_t)n * sizeof *sums);
  for (int32_t k = 0; k < n; k++) sums[block[k]] += row[k];
}

bool hw_mutation_is_lumpable(int32_t n, const double *matrix, const int32_t *block,
                             double tolerance) {
  if (!matrix) return true;
  if (n < 1 || n > HW_MAX_ALLELES) return false;
  /* first[b] = first member of block b, whose row the others are held against. */
  int32_t first[HW_MAX_ALLELES];
  double reference[HW_MAX_ALLELES], sums[HW_MAX_ALLELES];
  for (int32_t i = 0; i < n; i++) first[i] = HW_ALLELE_NONE;
  for (int32_t i = 0; i < n; i++) {
    if (block[i] < 0 || block[i] >= n) return false;
    if (first[block[i]] == HW_ALLELE_NONE) first[block[i]] = i;
  }
  for (int32_t i = 0; i < n; i++) {
    if (first[block[i]] != i) continue;
    sum_by_block(n, matrix + (size_t)i * n, block, reference);
    for (int32_t j = i + 1; j < n; j++) {
      if (block[j] != block[i]) continue;
      sum_by_block(n, matrix + (size_t)j * n, block, sums);
      for (int32_t b = 0; b < n; b++)
        if (!(fabs(sums[b] - reference[b]) <= tolerance)) return false;
    }
  }
  return true;
}

bool hw_mutation_is_stationary(int32_t n, const double *matrix, const double *frequencies,
                               double tolerance) {
  if (!matrix) return true;
  for (int32_t j = 0; j < n; j++) {
    double after = 0;
    for (int32_t i = 0; i < n; i++) after += frequencies[i] * matrix[(size_t)i * n + j];
    if (!(fabs(after - frequencies[j]) <= tolerance)) return false;
  }
  return true;
}
