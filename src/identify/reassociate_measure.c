/* Measurements of a group.
 *
 * A relation of the reference applies to two bones of its elements that both have all its
 * measurements. Of several that apply, the strongest counts: the one under which true
 * pairs scatter least against random ones, ln(random sd / sd).
 *
 * Ratios of pairs are not independent: a left and a right femur say almost the same about
 * a humerus. In a group only the strongest relations count that join its bones without
 * closing a circle (a maximum spanning forest; Chow & Liu 1968, IEEE Trans. Inf. Theory
 * 14:462): every bone is tied once, by what is known best. Strength depends on the reference
 * alone, never on the values; ties go to the earlier specimens. */
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/reassociate_int.h"

struct hwp_measures {
  const hwp_bone *bones;
  int32_t n_relations;
  const hw_osteometry_relation *relations;
  /* Per relation: specimens × measurements of first, and of second; NaN = not measured. */
  double **first, **second;
  double *strength;
};

/* Mean of the measurements of a name, NaN if there is none. */
static double value_of(const hw_specimen *specimen, const char *name) {
  double sum = 0;
  int32_t n = 0;
  for (int32_t i = 0; i < specimen->n_measurements; i++)
    if (strcmp(specimen->measurements[i].name, name) == 0) {
      sum += specimen->measurements[i].value_mm;
      n++;
    }
  return n > 0 ? sum / n : (double)NAN;
}

static hw_status take_values(const hw_reassociate_problem *problem, const hwp_bone *bones,
                             int32_t element, int32_t n, const char *const *names, hw_arena *arena,
                             double **out, hw_err *err) {
  double *values =
      hw_arena_alloc_array(arena, (size_t)problem->n_specimens, (size_t)n * sizeof *values);
  if (values == NULL) return HW_NO_MEMORY(err, "the measurements");
  for (int32_t s = 0; s < problem->n_specimens; s++)
    for (int32_t i = 0; i < n; i++)
      values[(size_t)s * (size_t)n + (size_t)i] =
          bones[s].element == element ? value_of(&problem->specimens[s], names[i]) : (double)NAN;
  *out = values;
  return HW_OK;
}

hw_status hwp_measures_new(const hw_reassociate_problem *problem, const hwp_bone *bones,
                           const hw_osteometry *osteometry, hw_arena *arena, hwp_measures **out,
                           hw_err *err) {
  hwp_measures *self = hw_arena_alloc(arena, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "the measurements");
  self->bones = bones;
  self->n_relations = hw_osteometry_relations(osteometry, &self->relations);
  const size_t n = (size_t)self->n_relations + 1;
  self->first = hw_arena_alloc_array(arena, n, sizeof *self->first);
  self->second = hw_arena_alloc_array(arena, n, sizeof *self->second);
  self->strength = hw_arena_alloc_array(arena, n, sizeof *self->strength);
  if (self->first == NULL || self->second == NULL || self->strength == NULL)
    return HW_NO_MEMORY(err, "the measurements");
  for (int32_t r = 0; r < self->n_relations; r++) {
    const hw_osteometry_relation *relation = &self->relations[r];
    self->strength[r] =
        relation->random_sd > 0 ? hw_ln(relation->random_sd / relation->sd) : -HUGE_VAL;
    HW_TRY(take_values(problem, bones, relation->first, relation->n_measurements,
                       relation->measurements, arena, &self->first[r], err));
    if (relation->form == HW_OSTEOMETRY_REGRESSION)
      HW_TRY(take_values(problem, bones, relation->second, relation->n_second,
                         relation->second_measurements, arena, &self->second[r], err));
  }
  *out = self;
  return HW_OK;
}

static double sum_of(const double *values, int32_t n) {
  double sum = 0;
  for (int32_t i = 0; i < n; i++) sum += values[i];
  return sum;
}

/* D of a pair; NaN if it does not apply. */
static double difference(const hwp_measures *self, int32_t r, int32_t a, int32_t b) {
  const hw_osteometry_relation *relation = &self->relations[r];
  const hwp_bone *x = &self->bones[a], *y = &self->bones[b];
  if (x->element != relation->first || y->element != relation->first) return NAN;
  const bool is_known = x->side != HW_SIDE_UNKNOWN && y->side != HW_SIDE_UNKNOWN;
  if (x->side == y->side && is_known) return NAN;
  const int32_t n = relation->n_measurements;
  const double *u = self->first[r] + (size_t)a * (size_t)n;
  const double *v = self->first[r] + (size_t)b * (size_t)n;
  if (relation->form == HW_OSTEOMETRY_SIGNED) {
    if (!is_known) return NAN;
    const double d = sum_of(u, n) - sum_of(v, n);
    return x->side == HW_SIDE_LEFT ? d : -d;
  }
  double d = 0;
  for (int32_t i = 0; i < n; i++) d += fabs(u[i] - v[i]);
  return d;
}

static hw_osteometry_result compare(const hwp_measures *self, int32_t r, int32_t a, int32_t b) {
  const hw_osteometry_relation *relation = &self->relations[r];
  const hw_osteometry_result none = {.d = NAN, .log10_lr = NAN};
  if (relation->form != HW_OSTEOMETRY_REGRESSION) {
    const double d = difference(self, r, a, b);
    return isnan(d) ? none : hw_osteometry_compare(relation, d, 0);
  }
  if (self->bones[a].element != relation->first) {
    const int32_t swap = a;
    a = b;
    b = swap;
  }
  const double x = sum_of(self->first[r] + (size_t)a * (size_t)relation->n_measurements,
                          relation->n_measurements);
  const double y =
      sum_of(self->second[r] + (size_t)b * (size_t)relation->n_second, relation->n_second);
  return isnan(x) || isnan(y) ? none : hw_osteometry_compare(relation, x, y);
}

hw_osteometry_result hwp_measures_pair(const hwp_measures *self, int32_t a, int32_t b,
                                       double *strength) {
  hw_osteometry_result best = {.d = NAN, .log10_lr = NAN};
  double most = -HUGE_VAL;
  for (int32_t r = 0; r < self->n_relations; r++) {
    if (!isnan(best.d) && !(self->strength[r] > most)) continue;
    const hw_osteometry_result at = compare(self, r, a, b);
    if (isnan(at.d)) continue;
    best = at;
    most = self->strength[r];
  }
  if (strength != NULL) *strength = most;
  return best;
}

static int32_t root_of(int32_t *parent, int32_t i) {
  while (parent[i] != i) i = parent[i] = parent[parent[i]];
  return i;
}

enum { MOST_TIED = 128 };

double hwp_measures_group(const hwp_measures *self, const int32_t *members, int32_t n) {
  static const double LN_10 = 2.30258509299404568402;
  if (self->n_relations == 0) return 0;
  if (n == 2) {
    const hw_osteometry_result pair = hwp_measures_pair(self, members[0], members[1], NULL);
    return isnan(pair.log10_lr) ? 0 : LN_10 * pair.log10_lr;
  }
  int32_t parent[MOST_TIED];
  if (n > MOST_TIED) n = MOST_TIED; /* the measured bones of one person are fewer */
  for (int32_t i = 0; i < n; i++) parent[i] = i;
  double ln = 0, ceiling = HUGE_VAL;
  /* The strongest relations first; all of one strength in the order of specimens. */
  while (true) {
    double level = -HUGE_VAL;
    for (int32_t r = 0; r < self->n_relations; r++)
      if (self->strength[r] < ceiling && self->strength[r] > level) level = self->strength[r];
    if (level == -HUGE_VAL) return ln;
    for (int32_t i = 0; i < n; i++)
      for (int32_t j = i + 1; j < n; j++) {
        double strength = 0;
        if (root_of(parent, i) == root_of(parent, j)) continue;
        const hw_osteometry_result pair =
            hwp_measures_pair(self, members[i], members[j], &strength);
        if (strength != level || isnan(pair.log10_lr)) continue;
        parent[root_of(parent, i)] = root_of(parent, j);
        ln += LN_10 * pair.log10_lr;
      }
    ceiling = level;
  }
}
