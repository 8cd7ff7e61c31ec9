/* What the power of families takes on trust: the tables of a missing person given what a relative
 * shows, made side by side (kinship/conditional.h), against the same family with each genotype
 * typed; and that observations which a known genotype separates from somebody tell nothing about her
 * (kinship/separate.h). On random problems of every kind that either claims to take. */
#include "kinship/conditional.h"

#include <math.h>
#include <string.h>

#include "kinship/separate.h"
#include "random_problem.h"
#include "support/assert.h"
#include "trials.h"

static const double TOLERANCE = 1e-11;

static bool is_near(double a, double b) {
  return a == b || fabs(a - b) <= TOLERANCE * fmax(fabs(a), fabs(b)) || fabs(a - b) < 1e-300;
}

/* Forgets what is known of a person and her twins. */
static void forget(random_problem *p, int32_t person) {
  const int32_t first = random_problem_first_twin(p, person);
  for (int32_t k = 0; k < p->problem.n_profiles; k++)
    if (random_problem_first_twin(p, p->profile_person[k]) == first)
      memset(p->observations[k], 0, sizeof p->observations[k]);
}

/* Everything that somebody could show at a marker. @return how many */
static int32_t list_shown(const hw_marker *marker, bool single, hw_observation *out) {
  int32_t n = 0;
  for (hw_allele b = 0; b < marker->n_alleles; b++)
    for (hw_allele a = single ? b : 0; a <= b; a++)
      out[n++] = single ? (hw_observation){.kind = HW_OBS_SINGLE, .a = a}
                        : (hw_observation){.kind = HW_OBS_GENOTYPE, .a = a, .b = b};
  return n;
}

/* --------------------------------------------------------- side by side */

static bool same_table(const hw_marker_table *a, const hw_marker_table *b) {
  if (a->single != b->single || a->n_codes != b->n_codes) return false;
  if ((a->ln_family == -HUGE_VAL) != (b->ln_family == -HUGE_VAL)) return false;
  for (int32_t g = 0; g < a->n_genotypes; g++)
    if (!is_near(a->related[g], b->related[g]) || a->unrelated[g] != b->unrelated[g]) return false;
  for (int32_t c = 0; c < a->n_codes; c++)
    if (!is_near(a->log10_lr[c], b->log10_lr[c]) && fabs(a->log10_lr[c] - b->log10_lr[c]) > 1e-11)
      return false;
  return true;
}

/* The table of the missing person where the relative is typed, the slow way. */
static hw_status type_and_compile(random_problem *p, int32_t missing, int32_t relative, int32_t m,
                                  const hw_observation *shown, hw_table **out, hw_err *err) {
  const int32_t at = p->problem.n_profiles;
  memset(p->observations[at], 0, sizeof p->observations[at]);
  p->observations[at][m] = *shown;
  p->profiles[at] = (hw_profile){
      .id = "", .n_markers = p->problem.n_markers, .observations = p->observations[at]};
  p->profile_person[at] = relative;
  p->problem.n_profiles = at + 1;
  const hw_status status = hw_table_compile(&p->problem, missing, NULL, out, err);
  p->problem.n_profiles = at;
  return status;
}

static void compare_marker(trials *t, random_problem *p, hwp_conditional *tables, int32_t missing,
                           int32_t relative, int32_t m) {
  hw_observation shown[RANDOM_ALLELES * (RANDOM_ALLELES + 1) / 2];
  const hw_marker *marker = &p->problem.markers[m];
  const bool single = hw_marker_is_x(marker) && p->persons[relative].sex == HW_MALE;
  const int32_t n = list_shown(marker, single, shown);
  hw_err err = HW_ERR_INIT;
  for (int32_t i = 0, got = 0; i < n && t->n_failed == 0; i += got) {
    const hw_marker_table *list = NULL;
    hw_assert_ok(hwp_conditional_run(tables, m, n - i, shown + i, &list, &got, &err), &err);
    assert_true(got >= 1);
    for (int32_t k = 0; k < got && t->n_failed == 0; k++) {
      hw_table *slow = NULL;
      hw_assert_ok(type_and_compile(p, missing, relative, m, &shown[i + k], &slow, &err), &err);
      if (!same_table(&list[k], &slow->markers[m]))
        trials_fail(t, &p->problem, "P%d missing, P%d shows %d/%d at marker %d: another table",
                    (int)missing, (int)relative, (int)shown[i + k].a, (int)shown[i + k].b, (int)m);
      hw_table_delete(slow);
    }
  }
}

static bool has_sex(const random_problem *p, int32_t person) {
  return p->persons[random_problem_first_twin(p, person)].sex != HW_UNKNOWN_SEX &&
         p->persons[person].sex != HW_UNKNOWN_SEX;
}

/* One relative of one missing person. Counts where a marker was compared. */
static void compare_pair(trials *t, const random_options *options) {
  rng r = rng_seeded(t->seed ^ 0x5eed);
  random_problem *p = random_problem_new(options, t->seed);
  const int32_t n = p->pedigree.n_persons;
  const int32_t missing = (int32_t)rng_below(&r, (uint32_t)n);
  const int32_t relative = (int32_t)rng_below(&r, (uint32_t)n);
  int n_compared = 0;
  hwp_conditional *tables = NULL;
  hw_err err = HW_ERR_INIT;
  if (random_problem_first_twin(p, missing) != random_problem_first_twin(p, relative) &&
      p->problem.n_profiles < RANDOM_PROFILES && has_sex(p, missing) && has_sex(p, relative)) {
    random_problem_untype(p, missing);
    forget(p, relative);
    hw_assert_ok(hwp_conditional_new(&p->problem, missing, relative, NULL, &tables, &err), &err);
    for (int32_t m = 0; m < p->problem.n_markers && t->n_failed == 0; m++) {
      if (!hwp_conditional_can(&p->problem, m)) continue;
      compare_marker(t, p, tables, missing, relative, m);
      n_compared++;
    }
    hwp_conditional_delete(tables);
  }
  random_problem_delete(p);
  if (n_compared > 0) trials_count(t);
}

static void tables_side_by_side_are_those_of_each_genotype(void **state) {
  (void)state;
  const random_options kinds[] = {
      {.max_persons = 7, .max_alleles = 4, .n_unlinked = 2},
      {.max_persons = 6, .max_alleles = 5, .n_unlinked = 1, .no_silent = true},
      {.max_persons = 8, .max_alleles = 3, .n_unlinked = 2, .no_mutation = true},
      {.max_persons = 7, .max_alleles = 3, .n_unlinked = 2, .on_x = true, .no_silent = true}};
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    trials t = trials_of(150, 41 + k);
    while (trials_next(&t)) compare_pair(&t, &kinds[k]);
    assert_int_equal(t.n_failed, 0);
  }
}

/* ----------------------------------------------------------- separation */

/* Compares her distribution with what is left where everything that tells nothing is forgotten.
 * Counts where anything was. */
static void compare_separated(trials *t, const random_options *options) {
  rng r = rng_seeded(t->seed ^ 0x5eed);
  random_problem *p = random_problem_new(options, t->seed);
  const int32_t missing = (int32_t)rng_below(&r, (uint32_t)p->pedigree.n_persons);
  hw_table *all = NULL, *near = NULL;
  hw_err err = HW_ERR_INIT;
  hw_arena arena;
  hwp_family family;
  int n_forgotten = 0;
  hw_arena_init(&arena, 0);
  hw_assert_ok(hwp_family_init(&family, &p->pedigree, &arena), &err);
  random_problem_untype(p, missing);
  const bool is_fine = has_sex(p, missing) || (!options->on_x && !options->some_on_x);
  if (is_fine) hw_assert_ok(hw_table_compile(&p->problem, missing, NULL, &all, &err), &err);
  for (int32_t m = 0; is_fine && m < p->problem.n_markers; m++) {
    uint8_t seen[RANDOM_PROFILES], room[2 * RANDOM_PERSONS + 1];
    int32_t individual[RANDOM_PROFILES];
    bool tells[RANDOM_PROFILES];
    for (int32_t k = 0; k < p->problem.n_profiles; k++) {
      individual[k] = family.individual[p->profile_person[k]];
      seen[k] =
          (uint8_t)hwp_seen_as_of(&p->problem.markers[m], &p->profiles[k], &p->observations[k][m]);
    }
    hwp_separate(&family, family.individual[missing], p->problem.n_profiles, individual, seen, room,
                 tells);
    for (int32_t k = 0; k < p->problem.n_profiles; k++) {
      if (tells[k] || seen[k] == HWP_SEEN_NOTHING) continue;
      p->observations[k][m] = (hw_observation){0};
      n_forgotten++;
    }
  }
  if (is_fine) hw_assert_ok(hw_table_compile(&p->problem, missing, NULL, &near, &err), &err);
  for (int32_t m = 0; is_fine && m < p->problem.n_markers; m++) {
    if (all->markers[m].ln_family == -HUGE_VAL) continue; /* contradicts: says nothing at all */
    for (int32_t g = 0; g < all->markers[m].n_genotypes; g++)
      if (!is_near(all->markers[m].related[g], near->markers[m].related[g]) && t->n_failed == 0)
        trials_fail(t, &p->problem, "P%d, marker %d, genotype %d: %.17g, of those near %.17g",
                    (int)missing, (int)m, (int)g, all->markers[m].related[g],
                    near->markers[m].related[g]);
  }
  hw_table_delete(all);
  hw_table_delete(near);
  hw_arena_clear(&arena);
  random_problem_delete(p);
  if (n_forgotten > 0) trials_count(t);
}

static void what_a_known_genotype_separates_tells_nothing(void **state) {
  (void)state;
  const random_options kinds[] = {
      {.max_persons = 10, .max_alleles = 4, .n_unlinked = 2},
      {.max_persons = 12,
       .max_alleles = 3,
       .n_unlinked = 2,
       .plain_profiles = true,
       .no_silent = true},
      {.max_persons = 8, .max_alleles = 3, .n_unlinked = 2, .on_x = true}};
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    trials t = trials_of(150, 91 + k);
    while (trials_next(&t)) compare_separated(&t, &kinds[k]);
    assert_int_equal(t.n_failed, 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tables_side_by_side_are_those_of_each_genotype),
      cmocka_unit_test(what_a_known_genotype_separates_tells_nothing)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
