/* Random close relatives, see close_family.h. */
#include "close_family.h"

#include <string.h>

#include "kinship/closed.h"

static const int32_t NOBODY = HW_PERSON_NONE;

/* ------------------------------------------------------------------- people */

static hw_sex any_sex(rng *r) {
  return rng_chance(r, 0.5) ? HW_MALE : HW_FEMALE;
}

static int32_t add(family *f, int32_t father, int32_t mother, hw_sex sex, bool typed) {
  const int32_t person = family_add(f, father, mother, sex);
  if (typed) family_type(f, person);
  return person;
}

static void add_typed_children(family *f, int32_t a, int32_t b, int32_t n, rng *r) {
  const bool a_is_father =
      a != NOBODY ? f->persons[a].sex == HW_MALE : f->persons[b].sex == HW_FEMALE;
  for (int32_t i = 0; i < n; i++)
    add(f, a_is_father ? a : b, a_is_father ? b : a, any_sex(r), true);
}

static hw_sex other_sex(const family *f, int32_t person) {
  return f->persons[person].sex == HW_MALE ? HW_FEMALE : HW_MALE;
}

/* A spouse, known or not, typed or not, and children. */
static void marry(family *f, int32_t person, int32_t most, rng *r) {
  const int32_t spouse = rng_chance(r, 0.2)
                             ? NOBODY
                             : add(f, NOBODY, NOBODY, other_sex(f, person), rng_chance(r, 0.4));
  add_typed_children(f, person, spouse, 1 + rng_below(r, most), r);
}

/* A parent of the missing person: a founder, or with parents and siblings of his own. */
static int32_t add_parent(family *f, hw_sex sex, rng *r) {
  const bool typed = rng_chance(r, 0.3);
  if (rng_chance(r, 0.6)) return add(f, NOBODY, NOBODY, sex, typed);
  const int32_t father = add(f, NOBODY, NOBODY, HW_MALE, rng_chance(r, 0.4));
  const int32_t mother = add(f, NOBODY, NOBODY, HW_FEMALE, rng_chance(r, 0.4));
  const int32_t parent = add(f, father, mother, sex, typed);
  add_typed_children(f, father, mother, rng_below(r, 3), r);
  return parent;
}

family *close_family_new(rng *r) {
  family *f = family_new();
  const bool has_father = rng_chance(r, 0.75), has_mother = rng_chance(r, 0.75);
  const int32_t father = has_father ? add_parent(f, HW_MALE, r) : NOBODY;
  const int32_t mother = has_mother ? add_parent(f, HW_FEMALE, r) : NOBODY;
  f->missing = add(f, father, mother, any_sex(r), false);
  if (father != NOBODY && mother != NOBODY)
    add_typed_children(f, father, mother, rng_below(r, 4), r);
  if (father != NOBODY && rng_chance(r, 0.25)) marry(f, father, 2, r);
  if (mother != NOBODY && rng_chance(r, 0.25)) marry(f, mother, 2, r);
  if (rng_chance(r, 0.35)) marry(f, f->missing, 3, r);
  if (rng_chance(r, 0.1)) marry(f, f->missing, 2, r);
  if (f->n_typed > 0 && rng_chance(r, 0.1)) marry(f, f->typed[rng_below(r, f->n_typed)], 2, r);
  if (father != NOBODY && mother != NOBODY && rng_chance(r, 0.15))
    marry(f, add(f, father, mother, any_sex(r), false), 2, r);
  return f;
}

bool close_family_has_closed_form(const family *f) {
  hw_arena arena;
  hwp_family individuals;
  hwp_pattern pattern;
  hwp_closed closed;
  int32_t profile[HWP_PATTERN_PROFILES];
  bool typed[64], is_closed = false;
  memset(typed, true, sizeof typed);
  hw_arena_init(&arena, 0);
  if (hwp_family_init(&individuals, &f->pedigree, &arena) == HW_OK)
    is_closed = hwp_pattern_find(&pattern, &individuals, f->missing, false, f->n_typed, f->typed,
                                 typed, profile) &&
                hwp_closed_init(&closed, &pattern);
  hw_arena_clear(&arena);
  return is_closed;
}

/* ------------------------------------------------------------------- markers */

/* Any stochastic matrix, with zeros; where @p error is not 0 its rows sum to 1 + error. */
static void custom_matrix(hw_marker *marker, double *matrix, double error, rng *r) {
  const int32_t n = marker->n_alleles;
  for (int32_t i = 0; i < n; i++) {
    double sum = 0.0;
    for (int32_t j = 0; j < n; j++) {
      matrix[i * n + j] = i != j && rng_chance(r, 0.3) ? 0.0 : 0.01 + rng_unit(r);
      sum += matrix[i * n + j];
    }
    for (int32_t j = 0; j < n; j++) matrix[i * n + j] *= (1.0 + error) / sum;
  }
}

/* The panel's numbers are behind each other: frequencies, then the matrices of both sexes. */
static void change_marker(const panel *p, int32_t m, hw_mutation_model model, rng *r) {
  hw_marker *marker = &p->markers[m];
  const int32_t n = marker->n_alleles;
  double *frequencies = p->numbers + (size_t)m * (size_t)(n + 2 * n * n);
  if (model == HW_MUTATION_CUSTOM) {
    const double error = m == 3 ? 1e-10 : 0.0;
    for (int from = 0; from < 2; from++) {
      double *matrix = frequencies + n + (ptrdiff_t)from * n * n;
      custom_matrix(marker, matrix, error, r);
      marker->matrix[from] = matrix;
    }
    if (rng_chance(r, 0.3)) marker->matrix[1] = marker->matrix[0];
    if (rng_chance(r, 0.2)) marker->matrix[0] = NULL;
  }
  if (m == 1) frequencies[0] = 0.0;
  if (m == 2) frequencies[n - 1] = 1e-9;
  double sum = 0.0;
  for (int32_t a = 0; a < n; a++) sum += frequencies[a];
  for (int32_t a = 0; a < n; a++) frequencies[a] *= (m == 3 ? 1.0 + 5e-8 : 1.0) / sum;
}

panel *close_panel_new(rng *r) {
  static const int32_t sizes[] = {2, 3, 4, 5, 7, 8, 9, 12, 16, 17};
  const hw_mutation_model model = (hw_mutation_model)rng_below(r, HW_MUTATION_CUSTOM + 1);
  panel *p = panel_new(4, sizes[rng_below(r, (int32_t)(sizeof sizes / sizeof *sizes))],
                       model == HW_MUTATION_CUSTOM ? HW_MUTATION_NONE : model, rng_next(r));
  for (int32_t m = 0; m < 4; m++) change_marker(p, m, model, r);
  return p;
}

/* -------------------------------------------------------------- observations */

family_data *close_data_new(const family *f, const panel *markers, rng *r) {
  family_data *data = family_data_new(f, markers, rng_next(r));
  for (int32_t k = 0; k < f->n_typed; k++)
    for (int32_t m = 0; m < markers->n_markers; m++) {
      hw_observation *obs = &data->observations[k * markers->n_markers + m];
      const int32_t n = markers->markers[m].n_alleles;
      if (obs->kind != HW_OBS_GENOTYPE) continue;
      if (rng_chance(r, 0.08)) obs->b = obs->a;
      if (rng_chance(r, 0.05)) obs->a = rng_below(r, n);
      if (rng_chance(r, 0.05)) obs->b = rng_below(r, n);
      if (rng_chance(r, 0.08)) obs->b = HW_ALLELE_NONE;
      if (rng_chance(r, 0.05)) *obs = (hw_observation){.kind = HW_OBS_MISSING, .a = -1, .b = -1};
    }
  return data;
}
