/* Gene dropping: genes fall from the founders through a pedigree.
 *
 * Persons are visited parents first (order.h). Identical twins (and one person under
 * two codes) are one individual, whose genotype is copied to all of them.
 *
 * Draws of one marker happen in visiting order, paternal before maternal, each
 * with at most three numbers of the stream; nothing depends on addresses, on
 * the machine's mathematical library or on the order of evaluation.
 *
 * The founder urn follows Balding & Nichols (1994) in Hoppe's form: with k
 * alleles drawn, a uniformly chosen one of them is copied with probability
 * kθ/(1+(k−1)θ), which has the same law as drawing from their mixed frequencies.
 *
 * What it does not do: linkage. Markers are dropped one by one. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "homeward/simulate.h"
#include "simulate/order.h"
#include "simulate/simulate_int.h"

hw_status hw_simulate_sexes(const hw_pedigree *pedigree, hw_random *stream, hw_sex *sexes,
                            hw_err *err) {
  hwp_order o;
  HW_TRY(hwp_order_make(pedigree, &o, err));
  int32_t n = pedigree->n_persons;
  for (int32_t i = 0; i < n; i++) sexes[i] = HW_UNKNOWN_SEX;
  for (int32_t i = 0; i < n; i++) {
    int32_t f = o.first[i];
    if (pedigree->persons[i].sex != HW_UNKNOWN_SEX) sexes[f] = pedigree->persons[i].sex;
    if (f == i && o.father[i] != HW_PERSON_NONE) sexes[o.father[i]] = HW_MALE;
    if (f == i && o.mother[i] != HW_PERSON_NONE) sexes[o.mother[i]] = HW_FEMALE;
  }
  for (int32_t i = 0; i < n; i++) {
    if (o.first[i] == i && sexes[i] == HW_UNKNOWN_SEX)
      sexes[i] = hw_random_below(stream, 2) == 0 ? HW_MALE : HW_FEMALE;
    sexes[i] = sexes[o.first[i]];
  }
  hwp_order_clear(&o);
  return HW_OK;
}

int32_t hwp_pick(int32_t n, const double *weights, double at) {
  double reached = 0;
  int32_t last = 0; /* of positive weight: a zero one must never come out of rounding */
  for (int32_t i = 0; i < n; i++) {
    if (weights[i] <= 0) continue;
    last = i;
    reached += weights[i];
    if (at < reached) return i;
  }
  return last;
}

/* Index drawn in proportion to n weights whose sum need not be exactly one. */
static hw_allele draw_weighted(int32_t n, const double *weights, hw_random *stream) {
  double total = 0;
  for (int32_t i = 0; i < n; i++) total += weights[i];
  return hwp_pick(n, weights, hw_random_double(stream) * total);
}

/* The founder alleles of one marker so far. */
typedef struct urn {
  const hw_marker *marker;
  double theta;
  int32_t n;
  hw_allele *drawn;
} urn;

static hw_allele urn_draw(urn *self, hw_random *stream) {
  hw_allele allele = HW_ALLELE_NONE;
  if (self->theta > 0 && self->n > 0) {
    double k = self->n;
    if (hw_random_double(stream) < k * self->theta / (1 + (k - 1) * self->theta))
      allele = self->drawn[hw_random_below(stream, (uint64_t)self->n)];
  }
  if (allele == HW_ALLELE_NONE)
    allele = draw_weighted(self->marker->n_alleles, self->marker->frequencies, stream);
  self->drawn[self->n++] = allele;
  return allele;
}

/* One transmission from a parent's genotype (NONE as its paternal allele: only one to give). */
static hw_allele transmit(const hw_marker *marker, const hw_allele *parent, int from,
                          hw_random *stream) {
  hw_allele allele = parent[1];
  if (parent[0] != HW_ALLELE_NONE && hw_random_below(stream, 2) == 0) allele = parent[0];
  if (marker->matrix[from] == NULL) return allele;
  size_t n = (size_t)marker->n_alleles;
  return draw_weighted(marker->n_alleles, marker->matrix[from] + (size_t)allele * n, stream);
}

static void drop_person(const hw_marker *marker, const hwp_order *o, int32_t i, bool is_male_x,
                        urn *founders, hw_random *stream, hw_allele *genotypes) {
  hw_allele *own = genotypes + 2 * (size_t)i;
  if (is_male_x)
    own[0] = HW_ALLELE_NONE;
  else if (o->father[i] == HW_PERSON_NONE)
    own[0] = urn_draw(founders, stream);
  else
    own[0] = transmit(marker, genotypes + 2 * (size_t)o->father[i], HW_FROM_FATHER, stream);
  if (o->mother[i] == HW_PERSON_NONE)
    own[1] = urn_draw(founders, stream);
  else
    own[1] = transmit(marker, genotypes + 2 * (size_t)o->mother[i], HW_FROM_MOTHER, stream);
}

hw_status hw_simulate_drop(const hw_pedigree *pedigree, const hw_sex *sexes,
                           const hw_marker *marker, double theta, hw_random *stream,
                           hw_allele *genotypes, hw_err *err) {
  hwp_order o;
  HW_TRY(hwp_order_make(pedigree, &o, err));
  urn founders = {.marker = marker, .theta = theta};
  founders.drawn = calloc(2 * (size_t)pedigree->n_persons + 1, sizeof *founders.drawn);
  if (founders.drawn == NULL) {
    hwp_order_clear(&o);
    return HW_NO_MEMORY(err, "the founder alleles of a pedigree");
  }
  bool is_x = hw_marker_is_x(marker);
  for (int32_t k = 0; k < o.n; k++) {
    int32_t i = o.who[k];
    drop_person(marker, &o, i, is_x && sexes[i] == HW_MALE, &founders, stream, genotypes);
  }
  for (int32_t i = 0; i < pedigree->n_persons; i++)
    memmove(genotypes + 2 * (size_t)i, genotypes + 2 * (size_t)o.first[i], 2 * sizeof *genotypes);
  free(founders.drawn);
  hwp_order_clear(&o);
  return HW_OK;
}
