/* Families with loops and families of realistic size (oracle/pedigrees.h). Where
 * the family is small enough the answer is enumerated; where it is not, the
 * likelihood must stand up to what holds for every family: it does not depend on
 * lumping, on the order of the persons, or on which person the table is asked
 * for, and it is the sum over the genotypes of any untyped person. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/table.h"
#include "oracle/brute.h"
#include "oracle/pedigrees.h"
#include "oracle/trials.h"
#include "support/assert.h"

typedef family *family_maker(void);

static family *three_generations_of_sib_mating(void) {
  return family_sib_mating(3);
}

/* ------------------------------------------------------------- enumerated */

static void assert_enumerated(family *f, int32_t n_alleles, hw_mutation_model model,
                              uint64_t seed) {
  panel *p = panel_new(1, n_alleles, model, seed);
  family_data *d = family_data_new(f, p, seed);
  int64_t budget = 60000000;
  double expected, ln;
  hw_err err = HW_ERR_INIT;
  assert_true(brute_marker(&d->problem, 0, &budget, &expected));
  hw_assert_ok(hw_likelihood(&d->problem, NULL, &ln, NULL, &err), &err);
  assert_true(expected > 0.0);
  hw_assert_close(ln, log(expected), 0.0, 1e-10);
  family_data_delete(d);
  panel_delete(p);
}

static void double_first_cousins_are_as_enumerated(void **state) {
  (void)state;
  family *f = family_double_first_cousins();
  assert_int_equal(family_count_loops(f), 1);
  for (uint64_t seed = 1; seed <= 10; seed++) {
    assert_enumerated(f, 2, HW_MUTATION_STEPWISE, seed);
    assert_enumerated(f, 3, HW_MUTATION_NONE, seed);
  }
  family_delete(f);
}

static void three_generations_of_sib_mating_are_as_enumerated(void **state) {
  (void)state;
  family *f = three_generations_of_sib_mating();
  assert_int_equal(family_count_loops(f), 3);
  for (uint64_t seed = 1; seed <= 10; seed++) {
    assert_enumerated(f, 2, HW_MUTATION_STEPWISE, seed);
    assert_enumerated(f, 4, HW_MUTATION_NONE, seed);
  }
  family_delete(f);
}

static void simple_families_are_as_enumerated(void **state) {
  (void)state;
  family_maker *const makers[] = {family_two_parents, family_four_siblings, family_trio,
                                  family_full_sibs, family_first_cousins};
  for (size_t i = 0; i < sizeof makers / sizeof makers[0]; i++) {
    family *f = makers[i]();
    assert_enumerated(f, 2, HW_MUTATION_STEPWISE, i);
    assert_enumerated(f, 4, HW_MUTATION_NONE, i);
    family_delete(f);
  }
}

/* ------------------------------------------------------------------ invariant */

/* The family with its persons in another order; `typed` follows. */
static family *shuffled(const family *f, uint64_t seed) {
  rng r = rng_seeded(seed);
  const int32_t n = f->pedigree.n_persons;
  int32_t *to = test_calloc((size_t)n, sizeof *to);
  family *g = family_new();
  rng_shuffle(&r, to, n);
  for (int32_t i = 0; i < n; i++) (void)family_add(g, HW_PERSON_NONE, HW_PERSON_NONE, HW_MALE);
  for (int32_t i = 0; i < n; i++) {
    hw_person *p = &g->persons[to[i]];
    const hw_person *old = &f->persons[i];
    p->sex = old->sex;
    p->father = old->father == HW_PERSON_NONE ? HW_PERSON_NONE : to[old->father];
    p->mother = old->mother == HW_PERSON_NONE ? HW_PERSON_NONE : to[old->mother];
  }
  for (int32_t k = 0; k < f->n_typed; k++) family_type(g, to[f->typed[k]]);
  g->missing = f->missing == HW_PERSON_NONE ? HW_PERSON_NONE : to[f->missing];
  test_free(to);
  return g;
}

static double ln_of(const hw_problem *problem, const hw_likelihood_options *options) {
  hw_err err = HW_ERR_INIT;
  double ln;
  hw_assert_ok(hw_likelihood(problem, options, &ln, NULL, &err), &err);
  return ln;
}

/* One family at a panel: lumped, unlumped and with its persons in another order. */
static void assert_invariant(family_maker *make, int32_t n_markers, int32_t n_alleles) {
  static const hw_likelihood_options apart = {.no_lumping = true};
  family *f = make(), *g = shuffled(f, 5);
  panel *p = panel_new(n_markers, n_alleles, HW_MUTATION_STEPWISE, 3);
  family_data *d = family_data_new(f, p, 4);
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_pedigree_validate(&f->pedigree, &err), &err);
  hw_assert_ok(hw_pedigree_validate(&g->pedigree, &err), &err);
  hw_problem other = d->problem;
  other.pedigree = &g->pedigree;
  other.profile_person = g->typed;
  const double ln = ln_of(&d->problem, NULL);
  print_message("# %d persons, %d typed, %d loops, %d markers of %d alleles: ln likelihood %.6f\n",
                (int)f->pedigree.n_persons, (int)f->n_typed, (int)family_count_loops(f),
                (int)n_markers, (int)n_alleles, ln);
  assert_true(isfinite(ln) && ln < 0.0);
  hw_assert_close(ln_of(&d->problem, &apart), ln, 0.0, 1e-10);
  hw_assert_close(ln_of(&other, NULL), ln, 0.0, 1e-10);
  hw_assert_close(ln_of(&other, &apart), ln, 0.0, 1e-10);
  family_data_delete(d);
  panel_delete(p);
  family_delete(f);
  family_delete(g);
}

static void loops_bear_every_order_and_no_lumping(void **state) {
  (void)state;
  assert_invariant(family_double_first_cousins, 23, 20);
  assert_invariant(three_generations_of_sib_mating, 23, 20);
}

static void middle_sized_families_bear_every_order_and_no_lumping(void **state) {
  (void)state;
  assert_invariant(family_of_20, 23, 20);
  assert_invariant(family_three_generations, 23, 20);
}

static void sixty_persons_bear_every_order_and_no_lumping(void **state) {
  (void)state;
  family *f = family_of_60();
  assert_int_equal(f->pedigree.n_persons, 60);
  assert_int_equal(f->n_typed, 15);
  family_delete(f);
  assert_invariant(family_of_60, 23, 16);
}

static void two_hundred_persons_with_four_loops_bear_every_order_and_no_lumping(void **state) {
  (void)state;
  family *f = family_of_200();
  assert_int_equal(f->pedigree.n_persons, 200);
  assert_int_equal(f->n_typed, 30);
  assert_int_equal(family_count_loops(f), 4);
  family_delete(f);
  assert_invariant(family_of_200, 23, 12);
}

/* --------------------------------------------------------- total probability */

/* Σ over the genotypes of the missing person of P(family, genotype), each by its own
 * elimination, against P(family) and against the table. */
static void assert_total_probability(family_maker *make, int32_t n_alleles) {
  family *f = make();
  panel *p = panel_new(1, n_alleles, HW_MUTATION_STEPWISE, 8);
  family_data *without = family_data_new(f, p, 9);
  family_type(f, f->missing);
  family_data *with = family_data_new(f, p, 9);
  const int32_t last = f->n_typed - 1;
  hw_table *table = NULL;
  hw_err err = HW_ERR_INIT;
  memcpy(with->observations, without->observations, sizeof(hw_observation) * (size_t)last);
  const double ln_family = ln_of(&without->problem, NULL);
  hw_assert_ok(hw_table_compile(&without->problem, f->missing, NULL, &table, &err), &err);
  hw_assert_close(table->markers[0].ln_family, ln_family, 0.0, 1e-10);
  double sum = 0.0;
  int32_t code = 0;
  for (hw_allele b = 0; b < n_alleles; b++)
    for (hw_allele a = 0; a <= b; a++, code++) {
      with->observations[last] = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = a, .b = b};
      const double share = exp(ln_of(&with->problem, NULL) - ln_family);
      hw_assert_close(table->markers[0].related[code], share, 1e-10, 0.0);
      sum += share;
    }
  hw_assert_close(sum, 1.0, 0.0, 1e-10);
  hw_table_delete(table);
  family_data_delete(with);
  family_data_delete(without);
  panel_delete(p);
  family_delete(f);
}

static void the_genotypes_of_a_missing_person_share_the_familys_likelihood(void **state) {
  (void)state;
  assert_total_probability(family_four_siblings, 12);
  assert_total_probability(family_three_generations, 8);
  assert_total_probability(family_of_60, 6);
  assert_total_probability(family_of_200, 5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(double_first_cousins_are_as_enumerated),
      cmocka_unit_test(three_generations_of_sib_mating_are_as_enumerated),
      cmocka_unit_test(simple_families_are_as_enumerated),
      cmocka_unit_test(loops_bear_every_order_and_no_lumping),
      cmocka_unit_test(middle_sized_families_bear_every_order_and_no_lumping),
      cmocka_unit_test(sixty_persons_bear_every_order_and_no_lumping),
      cmocka_unit_test(two_hundred_persons_with_four_loops_bear_every_order_and_no_lumping),
      cmocka_unit_test(the_genotypes_of_a_missing_person_share_the_familys_likelihood),
  };
  return cmocka_run_group_tests_name("families of many sizes", tests, NULL, NULL);
}
