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
  hw_arena *arena; /* of the table */
  hw_arena scratch;
} compiler;

/* The sex that the record or a role tells. */
static hw_sex missing_sex(const compiler *self) {
  return self->individuals.sex[self->individuals.individual[self->missing]];
}

static int32_t genotype_code(hw_allele a, hw_allele b) {
  hw_allele low = a < b ? a : b, high = a < b ? b : a;
  return high * (high + 1) / 2 + low;
}

/* Unordered genotypes from ordered ones, scaled to sum to one. Returns the sum
 * before scaling. */
static double fold(const double *joint, int32_t n, bool single, double *out) {
  int32_t n_out = single ? n : n * (n + 1) / 2;
  double sum = 0.0;
  memset(out, 0, sizeof *out * (size_t)n_out);
  for (int32_t x = 0; x < (single ? 1 : n); x++)
    for (int32_t y = 0; y < n; y++)
      out[single ? y : genotype_code(x, y)] += joint[(int64_t)x * n + y];
  for (int32_t g = 0; g < n_out; g++) sum += out[g];
  if (sum > 0.0)
    for (int32_t g = 0; g < n_out; g++) out[g] /= sum;
  return sum;
}

static void population(const hw_marker *marker, bool single, double *out) {
  const double *p = marker->frequencies;
  for (hw_allele y = 0; y < marker->n_alleles; y++) {
    if (single) {
      out[y] = p[y];
      continue;
    }
    for (hw_allele x = 0; x <= y; x++)
      out[genotype_code(x, y)] = (x == y ? 1.0 : 2.0) * p[x] * p[y];
  }
}

/* log10 of a ratio of probabilities; no information where both are zero. */
static double log10_ratio(double related, double unrelated) {
  if (related == unrelated) return 0.0;
  if (related == 0.0) return -HUGE_VAL;
  if (unrelated == 0.0) return HUGE_VAL;
  return hw_log10(related / unrelated);
}

/* Sum over the true genotypes that show as a/b (silent partners included). */
static double genotype_sum(const double *p, hw_allele a, hw_allele b, hw_allele silent) {
  double sum = p[genotype_code(a, b)];
  if (a == b && silent != HW_ALLELE_NONE) sum += p[genotype_code(a, silent)];
  return sum;
}

static double partial_sum(const double *p, hw_allele a, int32_t n) {
  double sum = 0.0;
  for (hw_allele b = 0; b < n; b++) sum += p[genotype_code(a, b)];
  return sum;
}

static void fill_codes(const hw_marker *marker, hw_marker_table *table, double *log10_lr) {
  int32_t n = marker->n_alleles;
  if (table->single) {
    for (hw_allele a = 0; a < n; a++)
      log10_lr[a] = a == marker->silent ? 0.0 : log10_ratio(table->related[a], table->unrelated[a]);
    return;
  }
  for (hw_allele b = 0; b < n; b++)
    for (hw_allele a = 0; a <= b; a++) {
      bool unseen = a == marker->silent || b == marker->silent;
      log10_lr[genotype_code(a, b)] =
          unseen ? 0.0
                 : log10_ratio(genotype_sum(table->related, a, b, marker->silent),
                               genotype_sum(table->unrelated, a, b, marker->silent));
    }
  for (hw_allele a = 0; a < n; a++)
    log10_lr[table->n_genotypes + a] =
        a == marker->silent
            ? 0.0
            : log10_ratio(partial_sum(table->related, a, n), partial_sum(table->unrelated, a, n));
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
    (void)fold(joint, marker->n_alleles, single, unrelated);
    status = hwp_theta_genotypes(&self->related, m, joint, &ln_scale, err);
  } else {
    const hw_observation **column =
        hw_arena_alloc_array(&self->scratch, (size_t)family->n_profiles + 1, sizeof *column);
    if (column == NULL) return hw_err_set(err, HW_E_NO_MEMORY, "no memory for a table");
    hwp_take_column(family, m, column);
    status = hw_kin_genotypes(self->kin, marker, family->profiles, column, joint, &ln_scale, err);
    population(marker, single, unrelated);
    hw_arena_reset(&self->scratch);
  }
  if (status != HW_OK) return status;
  double sum = fold(joint, marker->n_alleles, single, related);
  *ln_family = hw_ln(sum) + ln_scale;
  return HW_OK;
}

static hw_status compile_marker(compiler *self, int32_t m, hw_marker_table *table, double *joint,
                                hw_err *err) {
  const hw_marker *marker = &self->family->markers[m];
  int32_t n = marker->n_alleles;
  table->single = hw_marker_is_x(marker) && missing_sex(self) == HW_MALE;
  table->n_alleles = n;
  table->n_genotypes = table->single ? n : n * (n + 1) / 2;
  table->n_codes = table->single ? n : table->n_genotypes + n;
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
  fill_codes(marker, table, log10_lr);
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
  status = prepare(&self, err);
  if (status != HW_OK) goto out;
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
  return genotype_code(obs->a, obs->b);
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
      int32_t g = self->single ? y : genotype_code(x, y);
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
