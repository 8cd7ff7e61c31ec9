/* Bounds of a column's codes for one query.
 *
 * A code that is one genotype, partial genotype or single allele read without
 * error has an entry in the query's table: its log10 LR itself. For the others,
 * with rel(g) and unrel(g) the table's two distributions of true genotypes:
 *
 *   misread    the reading is another's with probability e, so
 *              LR = ((1−e)·rel(o) + e·r) / ((1−e)·unrel(o) + e·r), with r = P(a
 *              random person shows o), because both distributions sum to one.
 *   sets       LR(o) = Σ P(o|g) rel(g) / Σ P(o|g) unrel(g). With weights
 *              w_o(g) = P(o|g) / Σ P(o|g) pop(g) this is at most
 *                Σ max_o w_o(g) rel(g)  /  Σ min_o w_o(g) unrel(g)
 *              over the sets o that share the code. Without theta unrel is the
 *              population, so the denominator is one for every o, and for a code
 *              of one set the bound is its LR.
 *   shared     the largest of its members'.
 *
 * Where a denominator is so small that rounding or underflow could matter to the
 * exact computation, the bound is +inf: such pairs are always rescored. The
 * numerators get a term of 1e-27, which is more than underflow can hide in the
 * quotient then; only a numerator that is zero term by term, and so is zero in
 * the exact computation too, counts as impossible. */
#include <math.h>

#include "base/elementary.h"
#include "search/dictionary.h"

#define LEAST_DENOMINATOR 1e-250
#define LEAST_WEIGHT 1e-40
#define HIDDEN 1e-27

static double bound_of(double related, double unrelated, double least_unrelated) {
  if (related == 0.0 && unrelated == 0.0) return 0.0;
  if (!(unrelated >= least_unrelated)) return HUGE_VAL;
  return related == 0.0 ? -HUGE_VAL : hw_log10(related / unrelated + HIDDEN);
}

/* Probability of the true genotypes that show as the point. */
static double shown(const hwp_point *self, const hw_marker *marker, const double *p) {
  if (self->single) return p[self->a];
  if (self->b != HW_ALLELE_NONE) {
    double sum = p[self->entry];
    if (self->a == self->b && marker->silent != HW_ALLELE_NONE) {
      hw_allele low = self->a < marker->silent ? self->a : marker->silent;
      hw_allele high = self->a < marker->silent ? marker->silent : self->a;
      sum += p[high * (high + 1) / 2 + low];
    }
    return sum;
  }
  double sum = 0.0;
  for (hw_allele z = 0; z < marker->n_alleles; z++)
    sum += p[z < self->a ? self->a * (self->a + 1) / 2 + z : z * (z + 1) / 2 + self->a];
  return sum;
}

static double point_bound(const hwp_point *self, const hw_marker *marker,
                          const hw_marker_table *table) {
  if (self->single != table->single) return -HUGE_VAL;
  if (!(self->error > 0.0)) return table->log10_lr[self->entry];
  double read = 1.0 - self->error;
  return bound_of(read * shown(self, marker, table->related) + self->random,
                  read * shown(self, marker, table->unrelated) + self->random, LEAST_DENOMINATOR);
}

/* Σ weight · p in four lanes, which compilers keep apart. */
static double weighted(int32_t n, const double *weight, const double *p) {
  double lane[4] = {0.0, 0.0, 0.0, 0.0};
  int32_t g = 0;
  for (; g + 4 <= n; g += 4)
    for (int32_t l = 0; l < 4; l++) lane[l] += weight[g + l] * p[g + l];
  for (; g < n; g++) lane[0] += weight[g] * p[g];
  return (lane[0] + lane[1]) + (lane[2] + lane[3]);
}

static double envelope_bound(const hwp_envelope *self, const hw_marker_table *table) {
  bool single = table->single;
  if (self->is_wild[single]) return HUGE_VAL;
  double related = weighted(table->n_genotypes, self->most[single], table->related);
  double unrelated = 1.0;
  if (self->least[single] != NULL)
    unrelated = weighted(table->n_genotypes, self->least[single], table->unrelated);
  double bound = bound_of(related, unrelated, LEAST_WEIGHT);
  return self->has_zero[single] && bound < 0.0 ? 0.0 : bound;
}

void hwp_dictionary_bounds(const hwp_dictionary *self, const hw_marker_table *table,
                           double *bounds) {
  const int32_t *entry = self->entry[table->single];
  bounds[0] = 0.0;
  for (int32_t code = 1; code < self->n_codes; code++)
    bounds[code] = entry[code] >= 0 ? table->log10_lr[entry[code]] : -HUGE_VAL;
  for (int32_t i = 0; i < self->n_points; i++) {
    const hwp_point *point = &self->points[i];
    double bound = point_bound(point, self->marker, table);
    if (bound > bounds[point->code]) bounds[point->code] = bound;
  }
  for (int32_t i = 0; i < self->n_envelopes; i++)
    bounds[self->envelopes[i].code] = envelope_bound(&self->envelopes[i], table);
}
