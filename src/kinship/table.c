/* Compiled tables. One elimination pass per marker leaves the joint probability
 * of the family's data and the missing person's ordered genotype; unordered and
 * normalised it is P(genotype | family), the numerator of every LR. The
 * denominator is the genotype distribution of an unrelated person: p_x p_y, or
 * with theta > 0 that of one more founder drawn from the family's urn. */
#include "homeward/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/elementary.h"
#include "kinship/kin.h"
#include "kinship/table_int.h"
#include "kinship/theta.h"

typedef struct table_storage {
  hw_arena arena;
} table_storage;

/* Working state of one compilation. */
typedef struct compiler {
  const hw_problem *family;
  const hw_likelihood_options *options;
  int32_t missing;
  hw_kin *kin;        /* theta = 0 */
  hwp_theta related;  /* theta > 0 */
  hwp_theta stranger; /* theta > 0: the family and an unrelated person, who is asked for */
  hwp_family individuals;
  const hw_rows *rows;
  hw_arena *arena; /* of the table */
  hw_arena scratch;
} compiler;

/* The sex that the record or a role tells. */
static hw_sex missing_sex(const compiler *self) {
  return self->individuals.sex[self->individuals.individual[self->missing]];
}

void hwp_table_size(hw_marker_table *self, const hw_marker *marker, bool single) {
  const int32_t n = marker->n_alleles;
  self->single = single;
  self->n_alleles = n;
  self->n_genotypes = single ? n : n * (n + 1) / 2;
  self->n_codes = single ? n : self->n_genotypes + n;
}

double hwp_table_fold(const double *joint, int32_t n, bool single, double *out) {
  int32_t n_out = single ? n : n * (n + 1) / 2;
  double sum = 0.0;
  memset(out, 0, sizeof *out * (size_t)n_out);
  for (int32_t x = 0; x < (single ? 1 : n); x++)
    for (int32_t y = 0; y < n; y++)
      out[single ? y : hwp_genotype_code(x, y)] += joint[(int64_t)x * n + y];
  for (int32_t g = 0; g < n_out; g++) sum += out[g];
  if (sum > 0.0)
    for (int32_t g = 0; g < n_out; g++) out[g] /= sum;
  return sum;
}

void hwp_table_population(const hw_marker *marker, bool single, double *out) {
  const double *p = marker->frequencies;
  for (hw_allele y = 0; y < marker->n_alleles; y++) {
    if (single) {
      out[y] = p[y];
      continue;
    }
    for (hw_allele x = 0; x <= y; x++)
      out[hwp_genotype_code(x, y)] = (x == y ? 1.0 : 2.0) * p[x] * p[y];
  }
}

/* log10 of a ratio of probabilities; no information where both are zero. */
static double log10_ratio(double related, double unrelated) {
  if (related == unrelated) return 0.0;
  if (related == 0.0) return -HUGE_VAL;
  if (unrelated == 0.0) return HUGE_VAL;
  return hw_log10(related / unrelated);
}

/* The other allele in the outer loop: the sums grow side by side, each in the order of b. */
void hwp_table_partial_sums(const double *p, int32_t n, double *out) {
  memset(out, 0, sizeof *out * (size_t)n);
  for (hw_allele b = 0; b < n; b++) {
    const double *row = p + hwp_genotype_code(0, b);
    for (hw_allele a = 0; a < b; a++) out[a] += row[a];
    for (hw_allele a = b; a < n; a++) out[a] += p[hwp_genotype_code(b, a)];
  }
}

/* What shows as a/a is a/a or a/silent; the silent allele itself is never seen. */
static void fill_silent(const hw_marker *marker, const hw_marker_table *table, double *log10_lr) {
  const hw_allele silent = marker->silent;
  const double *related = table->related, *unrelated = table->unrelated;
  for (hw_allele a = 0; a < table->n_alleles; a++) {
    const int32_t with_silent = hwp_genotype_code(a, silent), twice = hwp_genotype_code(a, a);
    log10_lr[twice] = log10_ratio(related[twice] + related[with_silent],
                                  unrelated[twice] + unrelated[with_silent]);
  }
  for (hw_allele a = 0; a < table->n_alleles; a++) log10_lr[hwp_genotype_code(a, silent)] = 0.0;
  log10_lr[table->n_genotypes + silent] = 0.0;
}

void hwp_table_fill_codes(const hw_rows *rows, const hw_marker *marker,
                          const hw_marker_table *table, const double *unrelated_partial,
                          double *log10_lr) {
  const int32_t n = marker->n_alleles;
  double related_sums[HW_MAX_ALLELES], unrelated_sums[HW_MAX_ALLELES];
  rows->log10_ratio(table->n_genotypes, log10_lr, table->related, table->unrelated);
  if (table->single) {
    if (marker->silent != HW_ALLELE_NONE) log10_lr[marker->silent] = 0.0;
    return;
  }
  hwp_table_partial_sums(table->related, n, related_sums);
  if (unrelated_partial == NULL) hwp_table_partial_sums(table->unrelated, n, unrelated_sums);
  rows->log10_ratio(n, log10_lr + table->n_genotypes, related_sums,
                    unrelated_partial != NULL ? unrelated_partial : unrelated_sums);
  if (marker->silent != HW_ALLELE_NONE) fill_silent(marker, table, log10_lr);
}

/* Joint distributions of one marker into related, unrelated and ln_family. */
static hw_status distributions(compiler *self, int32_t m, bool single, double *joint,
                               double *related, double *unrelated, double *ln_family, hw_err *err) {
  const hw_problem *family = self->family;
  const hw_marker *marker = &family->markers[m];
  double ln_scale = 0.0;
  hw_status status;
  if (family->theta > 0.0) {
    status = hwp_theta_genotypes(&self->stranger, m, joint, &ln_scale, err);
    if (status != HW_OK) return status;
    (void)hwp_table_fold(joint, marker->n_alleles, single, unrelated);
    status = hwp_theta_genotypes(&self->related, m, joint, &ln_scale, err);
  } else {
    const hw_observation **column =
        hw_arena_alloc_array(&self->scratch, (size_t)family->n_profiles + 1, sizeof *column);
    if (column == NULL) return hw_err_set(err, HW_E_NO_MEMORY, "no memory for a table");
    hwp_take_column(family, m, column);
    status = hw_kin_genotypes(self->kin, marker, family->profiles, column, joint, &ln_scale, err);
    hwp_table_population(marker, single, unrelated);
    hw_arena_reset(&self->scratch);
  }
  if (status != HW_OK) return status;
  double sum = hwp_table_fold(joint, marker->n_alleles, single, related);
  *ln_family = hw_ln(sum) + ln_scale;
  return HW_OK;
}

static hw_status compile_marker(compiler *self, int32_t m, hw_marker_table *table, double *joint,
                                hw_err *err) {
  const hw_marker *marker = &self->family->markers[m];
  hwp_table_size(table, marker, hw_marker_is_x(marker) && missing_sex(self) == HW_MALE);
  size_t genotypes = (size_t)table->n_genotypes;
  double *related = hw_arena_alloc_array(self->arena, genotypes, sizeof *related);
  double *unrelated = hw_arena_alloc_array(self->arena, genotypes, sizeof *unrelated);
  double *log10_lr = hw_arena_alloc_array(self->arena, (size_t)table->n_codes, sizeof *log10_lr);
  if (related == NULL || unrelated == NULL || log10_lr == NULL)
    return hw_err_set(err, HW_E_NO_MEMORY, "no memory for a table");
  hw_status status =
      distributions(self, m, table->single, joint, related, unrelated, &table->ln_family, err);
  if (status != HW_OK) return status;
  /* A family that contradicts itself tells nothing about anybody. */
  if (table->ln_family == -HUGE_VAL) memcpy(related, unrelated, sizeof *related * genotypes);
  table->related = related;
  table->unrelated = unrelated;
  table->log10_lr = log10_lr;
  hwp_table_fill_codes(self->rows, marker, table, NULL, log10_lr);
  return HW_OK;
}

/* The family and an unrelated person of the missing person's sex. */
static hw_status init_stranger(compiler *self, hw_err *err) {
  const hw_pedigree *pedigree = self->family->pedigree;
  const size_t n = (size_t)pedigree->n_persons;
  hw_person *persons = hw_arena_alloc_array(self->arena, n + 1, sizeof *persons);
  hw_pedigree *extended = hw_arena_alloc(self->arena, sizeof *extended);
  if (persons == NULL || extended == NULL)
    return hw_err_set(err, HW_E_NO_MEMORY, "no memory for a family");
  memcpy(persons, pedigree->persons, sizeof *persons * n);
  persons[n] = (hw_person){.id = "",
                           .father = HW_PERSON_NONE,
                           .mother = HW_PERSON_NONE,
                           .sex = missing_sex(self),
                           .twin = HW_PERSON_NONE};
  *extended = (hw_pedigree){.n_persons = pedigree->n_persons + 1, .persons = persons};
  hw_problem problem = *self->family;
  problem.pedigree = extended;
  return hwp_theta_init(&self->stranger, &problem, pedigree->n_persons, self->options, err);
}

static hw_status prepare(compiler *self, hw_err *err) {
  const hw_problem *family = self->family;
  if (family->n_linkages > 0)
    return hw_err_set(err, HW_E_UNSUPPORTED,
                      "tables are made marker by marker; linked markers are not supported here");
  if (self->missing < 0 || self->missing >= family->pedigree->n_persons)
    return hw_err_set(err, HW_E_REFERENCE, "the missing person is not in the pedigree");
  if (hwp_family_init(&self->individuals, family->pedigree, self->arena) != HW_OK)
    return hw_err_set(err, HW_E_NO_MEMORY, "no memory for a family");
  if (family->theta == 0.0)
    return hw_kin_new(family->pedigree, family->n_profiles, family->profile_person, self->missing,
                      self->options, &self->kin, err);
  hw_status status = hwp_theta_init(&self->related, family, self->missing, self->options, err);
  return status == HW_OK ? init_stranger(self, err) : status;
}

hw_status hw_table_compile(const hw_problem *family, int32_t missing,
                           const hw_likelihood_options *options, hw_table **out, hw_err *err) {
  *out = NULL;
  hw_table *table = calloc(1, sizeof *table);
  table_storage *storage = calloc(1, sizeof *storage);
  compiler self = {.family = family, .options = options, .missing = missing};
  double *joint = NULL;
  hw_status status = HW_E_NO_MEMORY;
  hw_arena_init(&self.scratch, 0);
  if (table == NULL || storage == NULL) {
    free(storage);
    status = hw_err_set(err, HW_E_NO_MEMORY, "no memory for a table");
    goto out;
  }
  hw_arena_init(&storage->arena, 0);
  table->storage = storage;
  self.arena = &storage->arena;
  status = prepare(&self, err); /* refuses kernel sets that cannot run */
  if (status != HW_OK) goto out;
  self.rows = hw_rows_find(options != NULL ? options->simd : NULL);
  size_t widest = 1;
  for (int32_t m = 0; m < family->n_markers; m++)
    if ((size_t)family->markers[m].n_alleles > widest)
      widest = (size_t)family->markers[m].n_alleles;
  joint = malloc(sizeof *joint * widest * widest);
  hw_marker_table *markers =
      hw_arena_alloc_array(&storage->arena, (size_t)family->n_markers + 1, sizeof *markers);
  if (joint == NULL || markers == NULL) {
    status = hw_err_set(err, HW_E_NO_MEMORY, "no memory for a table");
    goto out;
  }
  table->n_markers = family->n_markers;
  table->markers = markers;
  for (int32_t m = 0; status == HW_OK && m < family->n_markers; m++)
    status = compile_marker(&self, m, &markers[m], joint, err);
out:
  free(joint);
  hw_kin_delete(self.kin);
  hwp_theta_clear(&self.related);
  hwp_theta_clear(&self.stranger);
  hw_arena_clear(&self.scratch);
  if (status == HW_OK)
    *out = table;
  else
    hw_table_delete(table);
  return status;
}

void hw_table_delete(hw_table *self) {
  if (self == NULL) return;
  table_storage *storage = self->storage;
  if (storage != NULL) hw_arena_clear(&storage->arena);
  free(storage);
  free(self);
}

int32_t hw_marker_table_code(const hw_marker_table *self, const hw_observation *obs) {
  if (self->single) return obs->kind == HW_OBS_SINGLE ? obs->a : -1;
  if (obs->kind != HW_OBS_GENOTYPE) return -1;
  if (obs->b == HW_ALLELE_NONE) return self->n_genotypes + obs->a;
  return hwp_genotype_code(obs->a, obs->b);
}

/* LR of a set or of a genotype that may be misread: both sums over genotypes. */
static double summed_log10_lr(const hw_marker_table *self, const hw_marker *marker,
                              const hw_observation *obs, const hw_profile *profile) {
  int32_t n = self->n_alleles;
  size_t entries = self->single ? (size_t)n : (size_t)n * (size_t)n;
  double small[48 * 48];
  double *seen = small;
  if (entries > sizeof small / sizeof *small) {
    seen = malloc(sizeof *seen * entries);
    if (seen == NULL) return (double)NAN;
  }
  hw_observation_table(marker, obs, profile, self->single, seen);
  double related = 0.0, unrelated = 0.0;
  for (hw_allele y = 0; y < n; y++)
    for (hw_allele x = 0; x <= (self->single ? 0 : y); x++) {
      int32_t g = self->single ? y : hwp_genotype_code(x, y);
      double p = self->single ? seen[y] : seen[(int64_t)x * n + y];
      related += p * self->related[g];
      unrelated += p * self->unrelated[g];
    }
  if (seen != small) free(seen);
  return log10_ratio(related, unrelated);
}

double hw_marker_table_log10_lr(const hw_marker_table *self, const hw_marker *marker,
                                const hw_observation *obs, const hw_profile *profile) {
  if (obs->kind == HW_OBS_MISSING) return 0.0;
  if (obs->kind != HW_OBS_SET && (obs->kind == HW_OBS_SINGLE) != self->single) return -HUGE_VAL;
  if (obs->kind == HW_OBS_SET || profile->typing_error > 0.0)
    return summed_log10_lr(self, marker, obs, profile);
  return self->log10_lr[hw_marker_table_code(self, obs)];
}

double hw_table_log10_lr(const hw_table *self, const hw_marker *markers, const hw_profile *profile,
                         double *per_marker) {
  double sum = 0.0;
  bool is_impossible = false;
  for (int32_t m = 0; m < self->n_markers; m++) {
    double lr = hw_marker_table_log10_lr(&self->markers[m], &markers[m], &profile->observations[m],
                                         profile);
    if (per_marker != NULL) per_marker[m] = lr;
    is_impossible |= lr == -HUGE_VAL;
    sum += lr;
  }
  return is_impossible ? -HUGE_VAL : sum; /* also where another marker has +inf */
}
