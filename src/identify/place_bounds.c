/* What a remains can add at most, whoever else is placed.
 *
 * Where a missing person has no descendant with data, what she shows depends on all
 * others through her parents' genotypes alone, so that for every context
 *
 *     P(c | references, context) ≤ max over genotypes of her parents of P(c | parents)
 *
 * with a parent's genotype known where a plain reference profile shows it. P(c |
 * parents) is bilinear in the two distributions of transmitted alleles; those of an
 * unknown parent are means of two rows of the mutation matrix, hence the maximum is
 * taken by a row (a homozygous parent). In all other cases the bound is 1.
 *
 * Over the probability for an unrelated person this bounds T(c | context). With
 * theta the unrelated persons share an urn of N alleles at most, and an allele's
 * chance is at least (1 − θ) p / (1 + N θ). */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/place_bounds.h"
#include "kinship/table_int.h"

double hwp_transmitted(const hwp_transmissions *self, int32_t which, hw_allele allele) {
  if (self->known != NULL) return self->known[allele];
  if (self->rows == NULL) return which == allele ? 1.0 : 0.0;
  return self->rows[(size_t)which * (size_t)self->n_alleles + (size_t)allele];
}

/* The genotype of an individual if a plain profile shows it. */
static const hw_observation *known_genotype(const hwp_place *self, int32_t m, int32_t individual) {
  const hw_marker *marker = &self->problem->markers[m];
  for (int32_t p = 0; p < self->family->n_profiles; p++) {
    if (self->individuals.individual[self->family->profile_person[p]] != individual) continue;
    const hw_profile *profile = &self->family->profiles[p];
    const hw_observation *seen = &profile->observations[m];
    if (hwp_place_is_known(marker, seen, profile)) return seen;
  }
  return NULL;
}

hwp_transmissions hwp_transmissions_of(const hwp_place *self, int32_t m, int32_t parent, int from,
                                       double *buffer) {
  const hw_marker *marker = &self->problem->markers[m];
  const int32_t n = marker->n_alleles;
  hwp_transmissions out = {.n = n, .rows = marker->matrix[from], .n_alleles = n};
  const hw_observation *seen = known_genotype(self, m, parent);
  if (seen == NULL) return out;
  const hw_allele a = seen->a, b = seen->kind == HW_OBS_SINGLE ? seen->a : seen->b;
  for (hw_allele x = 0; x < n; x++)
    buffer[x] = 0.5 * (hwp_transmitted(&out, a, x) + hwp_transmitted(&out, b, x));
  return (hwp_transmissions){.n = 1, .known = buffer, .n_alleles = n};
}

void hwp_place_split(int32_t g, hw_allele *low, hw_allele *high) {
  *high = 0;
  while ((*high + 1) * (*high + 2) / 2 <= g) (*high)++;
  *low = g - *high * (*high + 1) / 2;
}

static double most_single(const hwp_place_class *class, const hwp_transmissions *mother) {
  double most = 0.0;
  for (int32_t b = 0; b < mother->n; b++) {
    double sum = 0.0;
    for (int32_t i = 0; i < class->n_weights[1]; i++)
      sum += class->weight[1][i] * hwp_transmitted(mother, b, class->genotype[1][i]);
    most = fmax(most, sum);
  }
  return most;
}

static double most_pair(const hwp_place_class *class, const hwp_transmissions *father,
                        const hwp_transmissions *mother) {
  double most = 0.0;
  for (int32_t a = 0; a < father->n; a++)
    for (int32_t b = 0; b < mother->n; b++) {
      double sum = 0.0;
      for (int32_t i = 0; i < class->n_weights[0]; i++) {
        hw_allele x = 0, y = 0;
        hwp_place_split(class->genotype[0][i], &x, &y);
        double p = hwp_transmitted(father, a, x) * hwp_transmitted(mother, b, y);
        if (x != y) p += hwp_transmitted(father, a, y) * hwp_transmitted(mother, b, x);
        sum += class->weight[0][i] * p;
      }
      most = fmax(most, sum);
    }
  return most;
}

/* True if data can reach the individual from below, or she is somebody else as well. */
static bool has_data_below(const hwp_place *self, int32_t individual, int32_t place) {
  const hwp_family *family = &self->individuals;
  for (int32_t p = 0; p < self->family->n_profiles; p++)
    if (family->individual[self->family->profile_person[p]] == individual) return true;
  for (int32_t k = 0; k < self->n_places; k++)
    if (k != place && self->individual[k] == individual) return true;
  for (int32_t c = 0; c < family->n; c++)
    if ((family->father[c] == individual || family->mother[c] == individual) &&
        has_data_below(self, c, -1))
      return true;
  return false;
}

/* Classes with more genotypes than this are bounded by 1: sets tell little. */
enum { MOST_GENOTYPES = 64 };

bool hwp_place_is_leaf(const hwp_place *self, int32_t place) {
  const int32_t individual = self->individual[place];
  return self->individuals.father[individual] >= 0 && !has_data_below(self, individual, place);
}

static bool is_single(const hwp_place *self, int32_t m, int32_t place) {
  return self->is_single[(size_t)m * (size_t)self->n_places + (size_t)place];
}

double hwp_place_ln_least(const hwp_place *self, int32_t m, int32_t place, int32_t c) {
  const double theta = self->problem->theta;
  const bool single = is_single(self, m, place);
  double least = self->markers[m].classes[c].population[single];
  if (theta > 0.0) {
    const double n = 2.0 * (self->individuals.n + self->n_places + 1);
    const double factor = (1.0 - theta) / (1.0 + n * theta);
    least *= single ? factor : factor * factor;
  }
  return hw_ln(least);
}

static double most_of(const hwp_place *self, int32_t m, int32_t place, int32_t c, double *buffer) {
  const hwp_place_class *class = &self->markers[m].classes[c];
  const bool single = is_single(self, m, place);
  const int32_t individual = self->individual[place];
  if (class->n_weights[single] > MOST_GENOTYPES) return 1.0;
  const hwp_transmissions mother =
      hwp_transmissions_of(self, m, self->individuals.mother[individual], HW_FROM_MOTHER, buffer);
  if (single) return fmin(1.0, most_single(class, &mother));
  const hwp_transmissions father =
      hwp_transmissions_of(self, m, self->individuals.father[individual], HW_FROM_FATHER,
                           buffer + self->problem->markers[m].n_alleles);
  return fmin(1.0, most_pair(class, &father, &mother));
}

void hwp_place_class_bounds(const hwp_place *self, int32_t m, int32_t place, double *buffer,
                            double *out) {
  const hwp_place_marker *info = &self->markers[m];
  const bool is_leaf = hwp_place_is_leaf(self, place);
  out[0] = 0.0;
  for (int32_t c = 1; c < info->n_classes; c++) {
    out[c] = 0.0;
    if (!(info->classes[c].population[is_single(self, m, place)] > 0.0) || info->is_contradicted)
      continue;
    const double most = is_leaf ? most_of(self, m, place, c, buffer) : 1.0;
    out[c] = hw_ln(most) - hwp_place_ln_least(self, m, place, c);
  }
}

hw_status hwp_place_bounds(hwp_place *self, int32_t place, double *ln_most, hw_err *err) {
  const size_t n = (size_t)self->n_candidates;
  size_t widest = 1, most_classes = 1;
  for (int32_t m = 0; m < self->n_markers; m++) {
    if ((size_t)self->problem->markers[m].n_alleles > widest)
      widest = (size_t)self->problem->markers[m].n_alleles;
    if ((size_t)self->markers[m].n_classes > most_classes)
      most_classes = (size_t)self->markers[m].n_classes;
  }
  double *buffer = calloc(2 * widest + most_classes, sizeof *buffer);
  if (buffer == NULL) return HW_NO_MEMORY(err, "a family's bounds");
  double *of_class = buffer + 2 * widest;
  for (size_t r = 0; r < n; r++) ln_most[r] = 0.0;
  for (int32_t m = 0; m < self->n_markers; m++) {
    hwp_place_class_bounds(self, m, place, buffer, of_class);
    for (size_t r = 0; r < n; r++) ln_most[r] += of_class[self->markers[m].class_of[r]];
  }
  free(buffer);
  return HW_OK;
}
