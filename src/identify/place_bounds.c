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
#include "identify/place_int.h"
#include "kinship/table_int.h"

/* Distributions of the allele that a parent may transmit: one, or the rows of a matrix. */
typedef struct transmissions {
  int32_t n;           /* how many */
  const double *known; /* n = 1 */
  const double *rows;  /* n × n_alleles; NULL = identity */
  int32_t n_alleles;
} transmissions;

static double transmitted(const transmissions *self, int32_t which, hw_allele allele) {
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

/* @param buffer  n_alleles */
static transmissions transmissions_of(const hwp_place *self, int32_t m, int32_t parent, int from,
                                      double *buffer) {
  const hw_marker *marker = &self->problem->markers[m];
  const int32_t n = marker->n_alleles;
  transmissions out = {.n = n, .rows = marker->matrix[from], .n_alleles = n};
  const hw_observation *seen = known_genotype(self, m, parent);
  if (seen == NULL) return out;
  const hw_allele a = seen->a, b = seen->kind == HW_OBS_SINGLE ? seen->a : seen->b;
  for (hw_allele x = 0; x < n; x++)
    buffer[x] = 0.5 * (transmitted(&out, a, x) + transmitted(&out, b, x));
  return (transmissions){.n = 1, .known = buffer, .n_alleles = n};
}

/* Alleles of genotype number g of the triangle. */
static void split(int32_t g, hw_allele *low, hw_allele *high) {
  *high = 0;
  while ((*high + 1) * (*high + 2) / 2 <= g) (*high)++;
  *low = g - *high * (*high + 1) / 2;
}

static double most_single(const hwp_place_class *class, const transmissions *mother) {
  double most = 0.0;
  for (int32_t b = 0; b < mother->n; b++) {
    double sum = 0.0;
    for (int32_t i = 0; i < class->n_weights[1]; i++)
      sum += class->weight[1][i] * transmitted(mother, b, class->genotype[1][i]);
    most = fmax(most, sum);
  }
  return most;
}

static double most_pair(const hwp_place_class *class, const transmissions *father,
                        const transmissions *mother) {
  double most = 0.0;
  for (int32_t a = 0; a < father->n; a++)
    for (int32_t b = 0; b < mother->n; b++) {
      double sum = 0.0;
      for (int32_t i = 0; i < class->n_weights[0]; i++) {
        hw_allele x = 0, y = 0;
        split(class->genotype[0][i], &x, &y);
        double p = transmitted(father, a, x) * transmitted(mother, b, y);
        if (x != y) p += transmitted(father, a, y) * transmitted(mother, b, x);
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

static double ln_most(const hwp_place *self, int32_t m, int32_t place, int32_t c, bool is_leaf,
                      double *buffer) {
  const hwp_place_marker *info = &self->markers[m];
  const hwp_place_class *class = &info->classes[c];
  const hw_marker *marker = &self->problem->markers[m];
  const bool single = self->is_single[(size_t)m * (size_t)self->n_places + (size_t)place];
  const int32_t individual = self->individual[place];
  const double theta = self->problem->theta;
  if (!(class->population[single] > 0.0) || info->is_contradicted) return 0.0;
  double most = 1.0;
  if (is_leaf && class->n_weights[single] <= MOST_GENOTYPES) {
    const transmissions mother =
        transmissions_of(self, m, self->individuals.mother[individual], HW_FROM_MOTHER, buffer);
    if (single) {
      most = most_single(class, &mother);
    } else {
      const transmissions father = transmissions_of(self, m, self->individuals.father[individual],
                                                    HW_FROM_FATHER, buffer + marker->n_alleles);
      most = most_pair(class, &father, &mother);
    }
    most = fmin(most, 1.0);
  }
  double least = class->population[single];
  if (theta > 0.0) {
    const double n = 2.0 * (self->individuals.n + self->n_places + 1);
    const double factor = (1.0 - theta) / (1.0 + n * theta);
    least *= single ? factor : factor * factor;
  }
  return hw_ln(most) - hw_ln(least);
}

hw_status hwp_place_bounds(hwp_place *self, int32_t place, double *ln_most_out, hw_err *err) {
  const size_t n = (size_t)self->n_candidates;
  const hwp_family *family = &self->individuals;
  const int32_t individual = self->individual[place];
  const bool is_leaf = family->father[individual] >= 0 && !has_data_below(self, individual, place);
  size_t widest = 1, most_classes = 1;
  for (int32_t m = 0; m < self->n_markers; m++) {
    if ((size_t)self->problem->markers[m].n_alleles > widest)
      widest = (size_t)self->problem->markers[m].n_alleles;
    if ((size_t)self->markers[m].n_classes > most_classes)
      most_classes = (size_t)self->markers[m].n_classes;
  }
  double *buffer = malloc(sizeof *buffer * (2 * widest + most_classes));
  if (buffer == NULL) return HW_NO_MEMORY(err, "a family's bounds");
  double *of_class = buffer + 2 * widest;
  for (size_t r = 0; r < n; r++) ln_most_out[r] = 0.0;
  for (int32_t m = 0; m < self->n_markers; m++) {
    of_class[0] = 0.0;
    for (int32_t c = 1; c < self->markers[m].n_classes; c++)
      of_class[c] = ln_most(self, m, place, c, is_leaf, buffer);
    for (size_t r = 0; r < n; r++) ln_most_out[r] += of_class[self->markers[m].class_of[r]];
  }
  free(buffer);
  return HW_OK;
}
