/* What two remains can add together at most, whoever else is placed.
 *
 * Two children of one couple, without descendants that have data, are independent
 * given their parents' genotypes, so that for every context
 *
 *     P(c, d | context) ≤ max over the parents' genotypes of P(c | parents) P(d | parents),
 *
 * far below the product of the two maxima where c and d ask for different parents. The
 * maximum is searched over genotypes of the alleles that c and d name and of one more,
 * "any other", which transmits each of them with the largest probability that any
 * other allele has. For a missing parent and her child
 *
 *     P(c, d | context) ≤ P(d | the parent shows c, the other parent at her best).
 *
 * Only plain genotypes at autosomal markers are looked at in this way; all else is
 * bounded by the product. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/place_bounds.h"

typedef enum relation { NO_RELATION, SIBLINGS, PARENT_CHILD } relation;

/* Alleles that matter for two classes, and the one for all others. */
enum { MOST_ALLELES = 4, MOST_PARENTS = 15 };

/* Transmissions of every genotype that a parent may have. */
typedef struct parent {
  int32_t n;
  double t[MOST_PARENTS][MOST_ALLELES];
} parent;

typedef struct child {
  int32_t n; /* 1 or 2 genotypes: the second with a silent allele */
  double weight[2];
  int32_t x[2], y[2]; /* alleles, by their number among those that matter */
} child;

/* Number of an allele among those that matter. @return −1 if there are too many */
static int32_t number_of(hw_allele *alleles, int32_t *n, hw_allele allele) {
  for (int32_t i = 0; i < *n; i++)
    if (alleles[i] == allele) return i;
  if (*n == MOST_ALLELES) return -1;
  alleles[*n] = allele;
  return (*n)++;
}

static bool take_child(const hwp_place_class *class, hw_allele *alleles, int32_t *n, child *out) {
  if (class->n_weights[0] < 1 || class->n_weights[0] > 2) return false;
  out->n = class->n_weights[0];
  for (int32_t i = 0; i < out->n; i++) {
    hw_allele x = 0, y = 0;
    hwp_place_split(class->genotype[0][i], &x, &y);
    out->weight[i] = class->weight[0][i];
    out->x[i] = number_of(alleles, n, x);
    out->y[i] = number_of(alleles, n, y);
    if (out->x[i] < 0 || out->y[i] < 0) return false;
  }
  return true;
}

static double shown(const child *self, const double *father, const double *mother) {
  double sum = 0.0;
  for (int32_t i = 0; i < self->n; i++) {
    double p = father[self->x[i]] * mother[self->y[i]];
    if (self->x[i] != self->y[i]) p += father[self->y[i]] * mother[self->x[i]];
    sum += self->weight[i] * p;
  }
  return sum;
}

static void take_parent(const hwp_transmissions *from, const hw_allele *alleles, int32_t n,
                        parent *out) {
  double rows[MOST_ALLELES + 1][MOST_ALLELES];
  out->n = 0;
  if (from->known != NULL) {
    for (int32_t i = 0; i < n; i++) out->t[0][i] = from->known[alleles[i]];
    out->n = 1;
    return;
  }
  for (int32_t i = 0; i < n; i++) {
    for (int32_t a = 0; a < n; a++) rows[a][i] = hwp_transmitted(from, alleles[a], alleles[i]);
    rows[n][i] = 0.0;
    for (hw_allele a = 0; a < from->n_alleles; a++) {
      bool matters = false;
      for (int32_t j = 0; j < n; j++) matters |= alleles[j] == a;
      if (!matters) rows[n][i] = fmax(rows[n][i], hwp_transmitted(from, a, alleles[i]));
    }
  }
  for (int32_t a = 0; a <= n; a++)
    for (int32_t b = 0; b <= a; b++, out->n++)
      for (int32_t i = 0; i < n; i++) out->t[out->n][i] = 0.5 * (rows[a][i] + rows[b][i]);
}

/* The most that P(c, d | parents) can be; −1 = not searched. */
static double most_of_siblings(const hwp_place_class *c, const hwp_place_class *d,
                               const hwp_transmissions *father, const hwp_transmissions *mother) {
  hw_allele alleles[MOST_ALLELES];
  child first, second;
  parent fathers, mothers;
  int32_t n = 0;
  if (!take_child(c, alleles, &n, &first) || !take_child(d, alleles, &n, &second)) return -1.0;
  take_parent(father, alleles, n, &fathers);
  take_parent(mother, alleles, n, &mothers);
  double most = 0.0;
  for (int32_t f = 0; f < fathers.n; f++)
    for (int32_t m = 0; m < mothers.n; m++)
      most = fmax(most, shown(&first, fathers.t[f], mothers.t[m]) *
                            shown(&second, fathers.t[f], mothers.t[m]));
  return most;
}

/* c is the genotype of the father, or of the mother. */
static double most_of_child(const hwp_place_class *c, const hwp_place_class *d, bool is_father,
                            const hwp_transmissions *same, const hwp_transmissions *other) {
  hw_allele alleles[MOST_ALLELES], a = 0, b = 0;
  child second;
  parent others;
  double t[MOST_ALLELES];
  int32_t n = 0;
  if (c->n_weights[0] != 1 || same->known != NULL || !take_child(d, alleles, &n, &second))
    return -1.0;
  hwp_place_split(c->genotype[0][0], &a, &b);
  for (int32_t i = 0; i < n; i++)
    t[i] = 0.5 * (hwp_transmitted(same, a, alleles[i]) + hwp_transmitted(same, b, alleles[i]));
  take_parent(other, alleles, n, &others);
  double most = 0.0;
  for (int32_t o = 0; o < others.n; o++)
    most = fmax(most, is_father ? shown(&second, t, others.t[o]) : shown(&second, others.t[o], t));
  return most;
}

static relation find_relation(const hwp_place *self, int32_t a, int32_t b) {
  const hwp_family *family = &self->individuals;
  const int32_t i = self->individual[a], j = self->individual[b];
  if (i == j || !hwp_place_is_leaf(self, b)) return NO_RELATION;
  if (family->father[j] == i || family->mother[j] == i) return PARENT_CHILD;
  return hwp_place_is_leaf(self, a) && family->father[i] == family->father[j] &&
                 family->mother[i] == family->mother[j]
             ? SIBLINGS
             : NO_RELATION;
}

/* ln of the most that classes c at a and d at b can be together; +inf = nothing is known. */
static double ln_most_pair(const hwp_place *self, int32_t m, relation how, int32_t a, int32_t b,
                           int32_t c, int32_t d, const hwp_transmissions *parents) {
  const hwp_place_class *first = &self->markers[m].classes[c];
  const hwp_place_class *second = &self->markers[m].classes[d];
  double most = -1.0;
  if (how == SIBLINGS) {
    most = most_of_siblings(first, second, &parents[HW_FROM_FATHER], &parents[HW_FROM_MOTHER]);
  } else {
    const bool is_father = self->individuals.father[self->individual[b]] == self->individual[a];
    const int same = is_father ? HW_FROM_FATHER : HW_FROM_MOTHER;
    if (hwp_place_is_known(&self->problem->markers[m], first->observation, first->profile))
      most = most_of_child(first, second, is_father, &parents[same], &parents[1 - same]);
  }
  return most < 0.0 ? HUGE_VAL : hw_ln(fmin(most, 1.0));
}

/* @param table  n_classes²; NaN = not computed yet */
static void add_marker(const hwp_place *self, int32_t m, relation how, int32_t a, int32_t b,
                       const double *most_a, const double *most_b, double *table, double *buffer,
                       double *out) {
  const hwp_place_marker *info = &self->markers[m];
  const size_t n = (size_t)self->n_candidates, n_classes = (size_t)info->n_classes;
  const hwp_family *family = &self->individuals;
  const int32_t j = self->individual[b];
  const bool is_x = hw_marker_is_x(&self->problem->markers[m]);
  hwp_transmissions parents[2];
  parents[HW_FROM_MOTHER] =
      hwp_transmissions_of(self, m, family->mother[j], HW_FROM_MOTHER, buffer);
  parents[HW_FROM_FATHER] = hwp_transmissions_of(self, m, family->father[j], HW_FROM_FATHER,
                                                 buffer + self->problem->markers[m].n_alleles);
  for (size_t i = 0; i < n_classes * n_classes; i++) table[i] = (double)NAN;
  for (size_t r = 0; r < n; r++) {
    if (!self->fits[(size_t)a * n + r]) continue;
    for (size_t s = 0; s < n; s++) {
      if (!self->fits[(size_t)b * n + s]) continue;
      const size_t c = info->class_of[r], d = info->class_of[s];
      const double alone = most_a[c] + most_b[d];
      double *known = &table[c * n_classes + d];
      if (isnan(*known)) {
        *known = alone;
        if (c > 0 && d > 0 && !is_x && !info->is_contradicted &&
            info->classes[c].population[0] > 0.0 && info->classes[d].population[0] > 0.0)
          *known = fmin(alone, ln_most_pair(self, m, how, a, b, (int32_t)c, (int32_t)d, parents) -
                                   hwp_place_ln_least(self, m, a, (int32_t)c) -
                                   hwp_place_ln_least(self, m, b, (int32_t)d));
      }
      out[r * n + s] += *known;
    }
  }
}

hw_status hwp_place_pair_bounds(hwp_place *self, int32_t a, int32_t b, double *out, bool *is_known,
                                hw_err *err) {
  relation how = find_relation(self, a, b);
  *is_known = how != NO_RELATION;
  if (how == NO_RELATION) return HW_OK;
  size_t widest = 1, most = 1;
  for (int32_t m = 0; m < self->n_markers; m++) {
    if ((size_t)self->problem->markers[m].n_alleles > widest)
      widest = (size_t)self->problem->markers[m].n_alleles;
    if ((size_t)self->markers[m].n_classes > most) most = (size_t)self->markers[m].n_classes;
  }
  double *table = malloc(sizeof *table * (most * most + 2 * most + 2 * widest));
  if (table == NULL) return HW_NO_MEMORY(err, "a family's bounds");
  double *most_a = table + most * most, *most_b = most_a + most, *buffer = most_b + most;
  const size_t n = (size_t)self->n_candidates;
  for (size_t i = 0; i < n * n; i++) out[i] = 0.0;
  for (int32_t m = 0; m < self->n_markers; m++) {
    hwp_place_class_bounds(self, m, a, buffer, most_a);
    hwp_place_class_bounds(self, m, b, buffer, most_b);
    add_marker(self, m, how, a, b, most_a, most_b, table, buffer, out);
  }
  free(table);
  return HW_OK;
}
