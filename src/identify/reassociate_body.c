/* Sex, age and provenience of a group.
 *
 * Sex: anthropology errs with a stated probability, DNA with a smaller one;
 * R = Σ_s P(s) Π P(estimate | s) / Π Σ_s P(s) P(estimate | s).
 *
 * Age at death: before any evidence every age from 0 to 90 years is alike; a stated range
 * holds the age with probability 1 − e, and the rest is spread over the 90 years outside. R is
 * the sum over years, as for the sex. Ranges that do not meet count heavily against one
 * person, but never exclude.
 *
 * Provenience is a prior: bones that lie together belong together more often. The weight
 * of a link between two specimens is
 *
 *     both have coordinates, one site    c + (1 − c) exp(−d / d0)
 *     one accession                      1
 *     two accessions of one site         c
 *     two sites                          s
 *     accession not known                1
 *
 * with c, s and d0 stated. A group of k has k(k − 1)/2 pairs but k − 1 links: its weight is
 * the product over all pairs to the power 2/k, so that no order matters and large groups
 * are not punished for being large. */
#include <string.h>

#include "base/elementary.h"
#include "identify/reassociate_int.h"

/* --- sex --- */

/* P(all that is said of a specimen's sex | sex) for men and women. */
static void sex_weights(const hw_reassociate *self, int32_t specimen, double weight[2]) {
  const hw_specimen *at = &self->problem->specimens[specimen];
  const double error = self->options.sex_error, by_dna = self->options.sample_sex_error;
  weight[0] = weight[1] = 1;
  if (at->sex != HW_UNKNOWN_SEX) {
    weight[0] *= at->sex == HW_MALE ? 1 - error : error;
    weight[1] *= at->sex == HW_FEMALE ? 1 - error : error;
  }
  for (int32_t i = 0; i < at->n_profiles && !self->conflict[specimen]; i++) {
    const hw_sex sex = self->problem->remains[at->profiles[i]].sex;
    if (sex == HW_UNKNOWN_SEX) continue;
    weight[0] *= sex == HW_MALE ? 1 - by_dna : by_dna;
    weight[1] *= sex == HW_FEMALE ? 1 - by_dna : by_dna;
    break; /* samples of one specimen are not new evidence of its sex */
  }
}

double hwp_sex_ln(const hw_reassociate *self, const int32_t *members, int32_t n) {
  const double male = self->options.male;
  double together[2] = {male, 1 - male}, ln = 0;
  for (int32_t i = 0; i < n; i++) {
    double weight[2];
    sex_weights(self, members[i], weight);
    if (weight[0] == weight[1]) continue;
    ln -= hw_ln(male * weight[0] + (1 - male) * weight[1]);
    together[0] *= weight[0];
    together[1] *= weight[1];
  }
  return ln == 0 ? 0 : ln + hw_ln(together[0] + together[1]);
}

/* --- age --- */

enum { AGES = 90 };

static bool has_age(const hw_specimen *at) {
  return !isnan(at->age_from_y) || !isnan(at->age_to_y);
}

/* P(this range | age in years), up to what does not depend on the age. Years that a range holds
 * have numbers 0 … 89; @p n_held is how many they are. */
static bool holds(const hw_specimen *at, int32_t year) {
  const double from = isnan(at->age_from_y) ? 0 : at->age_from_y;
  const double to = isnan(at->age_to_y) ? AGES : at->age_to_y;
  return year + 1 > from && year <= to;
}

static double age_weight(const hw_specimen *at, double error, int32_t n_held, int32_t year) {
  if (n_held == 0 || n_held == AGES) return 1; /* beyond 90 years, or no bound at all */
  return holds(at, year) ? (1 - error) / n_held : error / (AGES - n_held);
}

double hwp_age_ln(const hw_reassociate *self, const int32_t *members, int32_t n) {
  double together[AGES], ln = 0, sum = 0;
  int32_t n_known = 0;
  for (int32_t y = 0; y < AGES; y++) together[y] = 1.0 / AGES;
  for (int32_t i = 0; i < n; i++) {
    const hw_specimen *at = &self->problem->specimens[members[i]];
    if (!has_age(at)) continue;
    double single = 0;
    int32_t n_held = 0;
    for (int32_t y = 0; y < AGES; y++) n_held += holds(at, y);
    for (int32_t y = 0; y < AGES; y++) {
      const double weight = age_weight(at, self->options.age_error, n_held, y);
      single += weight / AGES;
      together[y] *= weight;
    }
    ln -= hw_ln(single);
    n_known++;
  }
  if (n_known < 2) return 0;
  for (int32_t y = 0; y < AGES; y++) sum += together[y];
  return ln + hw_ln(sum);
}

/* --- provenience --- */

static bool differs(const char *a, const char *b) {
  return a[0] != '\0' && b[0] != '\0' && strcmp(a, b) != 0;
}

/* Metres between two specimens, NaN where not both have coordinates. */
static double distance_of(const hw_specimen *a, const hw_specimen *b) {
  const double east = a->east_m - b->east_m, north = a->north_m - b->north_m;
  const double depth = a->depth_m - b->depth_m;
  return sqrt(east * east + north * north + (isnan(depth) ? 0 : depth * depth));
}

double hwp_provenience_pair(const hw_reassociate *self, int32_t a, int32_t b) {
  const hw_specimen *x = &self->problem->specimens[a], *y = &self->problem->specimens[b];
  if (differs(x->site, y->site)) return hw_ln(self->options.other_site);
  const double distance = distance_of(x, y), other = self->options.other_accession;
  if (!isnan(distance))
    return hw_ln(other + (1 - other) * hw_exp(-distance / self->options.distance_m));
  return differs(x->accession, y->accession) ? hw_ln(other) : 0;
}

double hwp_provenience_ln(const hw_reassociate *self, const int32_t *members, int32_t n) {
  double sum = 0;
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = i + 1; j < n; j++) sum += hwp_provenience_pair(self, members[i], members[j]);
  return n < 2 ? 0 : 2 * sum / n;
}
