/* Marker panels and gene-dropped data of a family, see pedigrees.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gene_drop.h"
#include "pedigrees.h"

enum { NAME = 16 };

static void *allocate(size_t count, size_t size) {
  void *p = calloc(count ? count : 1, size);
  if (p == NULL) abort();
  return p;
}

static void fill_frequencies(double *p, int32_t n, rng *r) {
  double sum = 0.0;
  for (int32_t i = 0; i < n; i++) {
    const double distance = (i - 0.5 * (n - 1)) / (0.2 * n);
    sum += p[i] = (0.3 + rng_unit(r)) * (0.002 + exp(-0.5 * distance * distance));
  }
  for (int32_t i = 0; i < n; i++) p[i] /= sum;
}

panel *panel_new(int32_t n_markers, int32_t n_alleles, hw_mutation_model model, uint64_t seed) {
  const size_t n = (size_t)n_alleles, m = (size_t)n_markers, per_marker = n + 2 * n * n;
  rng r = rng_seeded(seed);
  panel *self = allocate(1, sizeof *self);
  self->n_markers = n_markers;
  self->markers = allocate(m, sizeof *self->markers);
  self->text = allocate((n + m) * NAME, 1);
  self->names = allocate(n, sizeof *self->names);
  self->numbers = allocate(m * per_marker, sizeof *self->numbers);
  for (size_t i = 0; i < n; i++) {
    snprintf(self->text + i * NAME, NAME, "%d", (int)i + 8);
    self->names[i] = self->text + i * NAME;
  }
  for (size_t k = 0; k < m; k++) {
    double *frequencies = self->numbers + k * per_marker;
    char *name = self->text + (n + k) * NAME;
    snprintf(name, NAME, "M%02d", (int)k + 1);
    fill_frequencies(frequencies, n_alleles, &r);
    hw_marker *marker = &self->markers[k];
    *marker = (hw_marker){.name = name,
                          .position_cm = (double)NAN,
                          .n_alleles = n_alleles,
                          .allele_names = self->names,
                          .frequencies = frequencies,
                          .silent = HW_ALLELE_NONE};
    marker->mutation = (hw_mutation){
        .model = model, .rate = {0.0005, 0.002}, .range = {0.1, 0.1}, .rate2 = {1e-6, 1e-6}};
    if (model != HW_MUTATION_STEPWISE) memset(marker->mutation.rate2, 0, sizeof(double[2]));
    for (int from = 0; from < 2 && model != HW_MUTATION_NONE; from++) {
      double *matrix = frequencies + n + (size_t)from * n * n;
      if (hw_mutation_matrix(marker, from, matrix, NULL) != HW_OK) abort();
      marker->matrix[from] = matrix;
    }
  }
  return self;
}

void panel_delete(panel *self) {
  if (self == NULL) return;
  free(self->markers);
  free(self->text);
  free(self->names);
  free(self->numbers);
  free(self);
}

family_data *family_data_new(const family *f, const panel *p, uint64_t seed) {
  const int32_t n = f->n_typed, m = p->n_markers;
  rng r = rng_seeded(seed);
  family_data *self = allocate(1, sizeof *self);
  self->profiles = allocate((size_t)n, sizeof *self->profiles);
  self->observations = allocate((size_t)n * (size_t)m, sizeof *self->observations);
  self->profile_person = allocate((size_t)n, sizeof *self->profile_person);
  for (int32_t k = 0; k < n; k++) {
    self->profile_person[k] = f->typed[k];
    self->profiles[k] = (hw_profile){
        .id = f->ids[f->typed[k]], .n_markers = m, .observations = self->observations + k * m};
  }
  gene_drop drop = {.pedigree = &f->pedigree};
  for (int32_t i = 0; i < m; i++) {
    gene_drop_step(&drop, &p->markers[i], 0.5, &r);
    for (int32_t k = 0; k < n; k++) {
      const hw_allele *truth = drop.genotype[f->typed[k]];
      self->observations[k * m + i] =
          gene_drop_observe(&p->markers[i], &self->profiles[k], truth[HW_FROM_FATHER],
                            truth[HW_FROM_MOTHER], NULL, &r);
    }
  }
  gene_drop_clear(&drop);
  self->problem = (hw_problem){.pedigree = &f->pedigree,
                               .n_profiles = n,
                               .profiles = self->profiles,
                               .profile_person = self->profile_person,
                               .n_markers = m,
                               .markers = p->markers};
  return self;
}

void family_data_delete(family_data *self) {
  if (self == NULL) return;
  free(self->profiles);
  free(self->observations);
  free(self->profile_person);
  free(self);
}
