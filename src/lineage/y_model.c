/* The discrete Laplace mixture for the haplotypes of a database.
 *
 * The mixture describes single-copy markers in whole repeats. Which markers those are is
 * decided once for the database (nine tenths of the men are typed there); men who lack
 * one of them are left out of the fit. Because the mixture is a product within each
 * cluster, a marker that a bone lacks is summed out by leaving its factor away. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/elementary.h"
#include "lineage/lineage_int.h"

enum { TENTHS = 10 };

static bool fits(const int16_t *alleles) {
  return alleles[0] != 0 && alleles[1] == 0 && alleles[0] % TENTHS == 0;
}

static const int16_t *alleles_of(const hw_y_database *self, int32_t man, int32_t marker) {
  return self->rows + ((size_t)man * (size_t)self->panel->n_markers + (size_t)marker) * HW_Y_COPIES;
}

static void choose_markers(const hw_y_database *database, hw_y_model *self) {
  for (int32_t k = 0; k < database->panel->n_markers; k++) {
    int64_t n_typed = 0, n = 0;
    if (database->panel->markers[k].n_copies != 1) continue;
    for (int32_t i = 0; i < database->n; i++) {
      const int32_t weight = database->counts == NULL ? 1 : database->counts[i];
      n += weight;
      n_typed += alleles_of(database, i, k)[0] != 0 ? weight : 0;
    }
    if (n > 0 && n_typed * 10 >= n * 9 && self->n_markers < HW_LAPLACE_MAX_MARKERS)
      self->markers[self->n_markers++] = k;
  }
}

/* Writes the men who fit. @return their number of rows */
static int32_t collect(const hw_y_database *database, hw_y_model *self, int32_t *alleles,
                       int32_t *counts) {
  int32_t n = 0;
  for (int32_t i = 0; i < database->n; i++) {
    const int32_t weight = database->counts == NULL ? 1 : database->counts[i];
    bool is_fit = true;
    for (int32_t m = 0; m < self->n_markers; m++) {
      const int16_t *one = alleles_of(database, i, self->markers[m]);
      is_fit = is_fit && fits(one);
      alleles[(size_t)n * (size_t)self->n_markers + (size_t)m] = one[0] / TENTHS;
    }
    if (is_fit) {
      counts[n++] = weight;
      self->n_fitted += weight;
    } else {
      self->n_left_out += weight;
    }
  }
  return n;
}

hw_status hw_y_model_fit(const hw_y_database *database, const hw_laplace_options *options,
                         hw_y_model *self, hw_err *err) {
  hw_arena arena = {0};
  memset(self, 0, sizeof *self);
  choose_markers(database, self);
  if (self->n_markers == 0)
    return hw_err_set(err, HW_E_DEGENERATE,
                      "no single-copy marker is typed in nine tenths of the men of the database");
  size_t cells = 0;
  int32_t *alleles = NULL, *counts = NULL;
  if (hw_mul_size((size_t)database->n, (size_t)self->n_markers, &cells)) {
    alleles = hw_arena_alloc_array(&arena, cells + (size_t)self->n_markers, sizeof *alleles);
    counts = hw_arena_alloc_array(&arena, (size_t)database->n + 1, sizeof *counts);
  }
  hw_status status = HW_OK;
  if (alleles == NULL || counts == NULL) {
    status = HW_NO_MEMORY(err, "the haplotypes of a database");
  } else {
    const hw_y_table table = {self->n_markers, collect(database, self, alleles, counts), alleles,
                              counts};
    status = table.n_haplotypes > 0
                 ? hw_laplace_fit(&table, options, &self->laplace, err)
                 : hw_err_set(err, HW_E_DEGENERATE,
                              "no man of the database is typed in whole repeats at all %d "
                              "markers of the mixture",
                              (int)self->n_markers);
  }
  hw_arena_clear(&arena);
  return status;
}

void hw_y_model_clear(hw_y_model *self) {
  if (self == NULL) return;
  hw_laplace_delete(self->laplace);
  memset(self, 0, sizeof *self);
}

double hw_y_model_probability(const hw_y_model *self, const bool *is_used, const int16_t *row) {
  const hw_laplace *model = self->laplace;
  double sum = 0;
  for (int32_t j = 0; j < model->n_clusters; j++) {
    double product = model->share[j];
    for (int32_t m = 0; m < self->n_markers; m++) {
      const int32_t k = self->markers[m];
      if (!is_used[k]) continue;
      const double p = model->ratio[j * self->n_markers + m];
      const int32_t allele = row[(size_t)k * HW_Y_COPIES] / TENTHS;
      const int32_t d = abs(allele - model->centre[j * self->n_markers + m]);
      product *= (1 - p) / (1 + p) * hw_power(p, d);
    }
    sum += product;
  }
  return sum;
}
