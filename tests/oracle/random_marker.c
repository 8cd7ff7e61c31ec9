/* Random markers, see random_problem.h.
 *
 * Extremes are common here on purpose: rates of a half and of 10⁻⁹, a zero
 * frequency, alleles without a neighbour. Models that refuse such parameters
 * (HW_E_VALUE) are drawn again. */
#include <stdio.h>
#include <string.h>

#include "random_problem.h"

static double random_rate(rng *r) {
  static const double rates[] = {0.0, 1e-9, 1e-5, 0.001, 0.002, 0.01, 0.05, 0.2, 0.5, 1.0};
  return rates[rng_below(r, (int32_t)(sizeof rates / sizeof rates[0]))];
}

/* Names "8", "9", … with gaps or microvariants where the model can have them. */
static void random_names(random_marker *parts, int32_t n, hw_mutation_model model, rng *r) {
  const bool may_vary = model != HW_MUTATION_ONESTEP && model != HW_MUTATION_DAWID;
  int32_t order[RANDOM_ALLELES];
  rng_shuffle(r, order, n);
  const bool keep_order = rng_chance(r, 0.7);
  int32_t repeat = 7, variant = 0;
  for (int32_t i = 0; i < n; i++) {
    if (may_vary && rng_chance(r, 0.25) && variant < 3) {
      variant++;
    } else {
      repeat += may_vary && rng_chance(r, 0.2) ? 2 : 1;
      variant = 0;
    }
    char *name = parts->names[keep_order ? i : order[i]];
    if (variant)
      snprintf(name, RANDOM_NAME, "%d.%d", (int)repeat, (int)variant);
    else
      snprintf(name, RANDOM_NAME, "%d", (int)repeat);
  }
}

static void random_frequencies(double *p, int32_t n, rng *r) {
  for (int32_t i = 0; i < n; i++) p[i] = 0.02 + rng_unit(r);
  if (rng_chance(r, 0.25)) p[rng_below(r, n)] = 1e-6;
  if (rng_chance(r, 0.12)) p[rng_below(r, n)] = 0.0;
  double sum = 0.0;
  for (int32_t i = 0; i < n; i++) sum += p[i];
  if (!(sum > 0.0)) p[0] = sum = 1.0;
  for (int32_t i = 0; i < n; i++) p[i] /= sum;
}

static void scale_row(double *row, int32_t n) {
  double sum = 0.0;
  for (int32_t j = 0; j < n; j++) sum += row[j];
  for (int32_t j = 0; j < n; j++) row[j] /= sum;
}

/* Any stochastic matrix; a share of its entries is zero where it is sparse. */
static void fill_dense(double *matrix, int32_t n, double share_of_zeros, rng *r) {
  for (int32_t i = 0; i < n; i++) {
    for (int32_t j = 0; j < n; j++)
      matrix[i * n + j] = i != j && rng_chance(r, share_of_zeros) ? 0.0 : 0.01 + rng_unit(r);
    matrix[i * n + i] += 2.0;
    scale_row(matrix + i * n, n);
  }
}

/* Lumpable for a random partition into two blocks: the rows of a block spread the same mass
 * over each block, in different ways. */
static void fill_two_blocks(double *matrix, int32_t n, rng *r) {
  int32_t block[RANDOM_ALLELES];
  for (int32_t i = 0; i < n; i++) block[i] = i < 1 ? 0 : i < 2 ? 1 : rng_below(r, 2);
  const double leave[2] = {n > 1 ? random_rate(r) : 0.0, random_rate(r)};
  for (int32_t i = 0; i < n; i++) {
    double mass[2] = {0.0, 0.0};
    for (int32_t j = 0; j < n; j++) mass[block[j]] += matrix[i * n + j] = 0.1 + rng_unit(r);
    const double out = leave[block[i]];
    for (int32_t j = 0; j < n; j++)
      matrix[i * n + j] *= (block[j] == block[i] ? 1.0 - out : out) / mass[block[j]];
  }
}

/* The alleles of the bit set @p block go to each allele outside with the same probability, so
 * that they may be lumped where none of them is seen. @p flaw changes one of these probabilities
 * by that share, after which they may not. */
static void fill_one_block(double *matrix, int32_t n, int32_t block, double flaw, rng *r) {
  double common[RANDOM_ALLELES];
  bool is_flawed = false;
  fill_dense(matrix, n, 0.2, r);
  for (int32_t j = 0; j < n; j++) common[j] = random_rate(r) * rng_unit(r) / n;
  for (int32_t i = 0; i < n; i++) {
    double *row = matrix + i * n, out = 0.0, within = 0.0;
    if (!(block >> i & 1)) continue;
    for (int32_t j = 0; j < n; j++) {
      if (block >> j & 1) {
        within += row[j];
        continue;
      }
      row[j] = is_flawed || flaw == 0.0 ? common[j] : common[j] * (1.0 - flaw);
      is_flawed = is_flawed || common[j] > 0.0;
      out += row[j];
    }
    for (int32_t j = 0; j < n; j++)
      if (block >> j & 1) row[j] *= (1.0 - out) / within;
  }
}

static void fill_custom(random_marker *parts, int32_t n, rng *r) {
  static const double flaws[] = {0.0, 0.0, 0.25, 0.01, 1e-4, 1e-7};
  const int32_t kind = rng_below(r, 6), block = rng_below(r, 1 << n) | 1 << rng_below(r, n);
  const double flaw = flaws[rng_below(r, (int32_t)(sizeof flaws / sizeof flaws[0]))];
  for (int from = 0; from < 2; from++) {
    double *matrix = parts->matrix[from];
    if (kind == 0) fill_dense(matrix, n, 0.0, r);
    if (kind == 1) fill_dense(matrix, n, 0.5, r);
    if (kind == 2) fill_two_blocks(matrix, n, r);
    if (kind >= 3) fill_one_block(matrix, n, block, from == HW_FROM_FATHER ? flaw : 0.0, r);
    parts->has_matrix[from] = true;
  }
  if (rng_chance(r, 0.3)) memcpy(parts->matrix[1], parts->matrix[0], sizeof parts->matrix[0]);
}

static void random_parameters(hw_mutation *mutation, rng *r) {
  const bool same = rng_chance(r, 0.4);
  for (int from = 0; from < 2; from++) {
    mutation->rate[from] = from && same ? mutation->rate[0] : random_rate(r);
    if (mutation->model == HW_MUTATION_STEPWISE) {
      const double left = 1.0 - mutation->rate[from];
      mutation->rate2[from] = from && same ? mutation->rate2[0] : random_rate(r) * left;
    }
    if (mutation->model == HW_MUTATION_STEPWISE || mutation->model == HW_MUTATION_DAWID)
      mutation->range[from] = from && same ? mutation->range[0] : 0.05 + 0.9 * rng_unit(r);
  }
  mutation->transform =
      rng_chance(r, 0.4) ? (hw_mutation_transform)(1 + rng_below(r, 4)) : HW_TRANSFORM_NONE;
}

/* Sets the pointers of the marker that its model needs; true if the model accepts the values. */
static bool try_model(hw_marker *marker, random_marker *parts, rng *r) {
  const int32_t n = marker->n_alleles;
  hw_mutation *mutation = &marker->mutation;
  if (mutation->model == HW_MUTATION_NONE) return true;
  if (mutation->model == HW_MUTATION_CUSTOM) {
    fill_custom(parts, n, r);
    return true;
  }
  random_parameters(mutation, r);
  for (int i = 0; i < n; i++) parts->name_pointers[i] = parts->names[i];
  marker->allele_names = parts->name_pointers;
  marker->frequencies = parts->frequencies;
  for (int from = 0; from < 2; from++) {
    if (hw_mutation_matrix(marker, from, parts->matrix[from], NULL) != HW_OK) return false;
    parts->has_matrix[from] = true;
  }
  return true;
}

void random_marker_fill(hw_marker *marker, random_marker *parts, const random_options *options,
                        rng *r) {
  for (;;) {
    *marker = (hw_marker){.name = "L", .silent = HW_ALLELE_NONE, .position_cm = 0.0};
    memset(parts, 0, sizeof *parts);
    marker->chromosome = options->on_x ? HW_CHROMOSOME_X : HW_CHROMOSOME_AUTOSOMAL;
    marker->n_alleles = rng_chance(r, 0.02) ? 1 : 2 + rng_below(r, options->max_alleles - 1);
    if (!options->no_mutation && !rng_chance(r, 0.1))
      marker->mutation.model = rng_chance(r, 0.2)
                                   ? HW_MUTATION_CUSTOM
                                   : (hw_mutation_model)(1 + rng_below(r, HW_MUTATION_CUSTOM));
    random_names(parts, marker->n_alleles, marker->mutation.model, r);
    random_frequencies(parts->frequencies, marker->n_alleles, r);
    if (!options->no_silent && marker->n_alleles > 2 && rng_chance(r, 0.2)) {
      marker->silent = rng_below(r, marker->n_alleles);
      snprintf(parts->names[marker->silent], RANDOM_NAME, "silent");
    }
    if (try_model(marker, parts, r)) return;
  }
}
