/* The slow twin itself: an oracle that nobody checked would be no oracle.
 *
 * It is held against the golden files (answers of independent programs), against
 * sums that can be done by hand, and against itself: the sum over inheritance
 * vectors of a single marker must be the plain sum over genotypes. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "brute.h"
#include "golden/golden.h"
#include "random_problem.h"
#include "support/assert.h"
#include "trials.h"

/* Worlds that a golden hypothesis may cost; bigger families are left to the engine. */
static const int64_t BUDGET = 4000000;

static bool brute_of_hypothesis(const hw_problem *problem, bool by_marker, double *values) {
  int64_t budget = BUDGET;
  if (!by_marker) return brute_likelihood(problem, &budget, values);
  for (int32_t m = 0; m < problem->n_markers; m++) {
    budget = BUDGET / problem->n_markers;
    if (!brute_marker(problem, m, &budget, &values[m])) return false;
  }
  return true;
}

static void enumeration_gives_the_reference_likelihoods(void **state) {
  const char *path = *state;
  golden_file g;
  int32_t n_compared = 0, n_big = 0, n_wrong = 0;
  golden_open(&g, path);
  for (int32_t i = 0; i < g.list->n_cases; i++) {
    const hw_case *c = &g.list->cases[i];
    double expected[64] = {0.0}, values[64] = {0.0};
    assert_true(c->n_markers <= 64);
    for (int32_t h = 0; h < c->n_hypotheses; h++) {
      const hw_problem problem = golden_problem(c, h);
      const int32_t n = golden_likelihoods(golden_expect(&g, i), c, h, expected);
      if (!brute_of_hypothesis(&problem, n == c->n_markers && c->n_linkages == 0, values)) {
        n_big++;
        continue;
      }
      for (int32_t m = 0; m < n; m++, n_compared++) {
        if (golden_relative_error(log(values[m]), expected[m]) <= 1e-9) continue;
        n_wrong++;
        print_error("%s, %s, value %d: expected %.17g, enumerated %.17g\n", c->id,
                    c->hypotheses[h].name, (int)m, expected[m], values[m]);
      }
    }
  }
  print_message("# %d likelihoods, %d hypotheses too big to enumerate\n", (int)n_compared,
                (int)n_big);
  golden_close(&g);
  assert_int_equal(n_wrong, 0);
  assert_true(n_compared > 0);
}

static void a_single_marker_is_the_same_over_inheritance_vectors(void **state) {
  (void)state;
  trials t = trials_of(300, 101);
  while (trials_next(&t)) {
    const random_options options = {
        .max_persons = 7, .max_alleles = 3, .on_x = t.seed % 2 == 0, .has_theta = t.seed % 3 == 0};
    random_problem *p = random_problem_new(&options, t.seed);
    const int32_t marker = 0;
    const hw_linkage alone = {.n_markers = 1, .markers = &marker, .recombination = NULL};
    int64_t budget = 4000000;
    double plain, over_vectors;
    if (brute_linkage(&p->problem, &alone, &budget, &over_vectors) &&
        brute_marker(&p->problem, 0, &budget, &plain)) {
      trials_count(&t);
      if (!(fabs(plain - over_vectors) <= 1e-12 * plain))
        trials_fail(&t, &p->problem, "%.17g, over vectors %.17g", plain, over_vectors);
    }
    random_problem_delete(p);
  }
  assert_int_equal(t.n_failed, 0);
}

/* Recombination of a half unlinks markers: the group is the product. */
static void markers_half_a_recombination_apart_multiply(void **state) {
  (void)state;
  trials t = trials_of(150, 102);
  while (trials_next(&t)) {
    const random_options options = {
        .n_linked = 2, .max_persons = 6, .max_alleles = 3, .on_x = t.seed % 2 == 0};
    random_problem *p = random_problem_new(&options, t.seed);
    p->recombination[0] = 0.5;
    int64_t budget = 4000000;
    double first, second, both;
    if (brute_linkage(&p->problem, &p->linkages[0], &budget, &both) &&
        brute_marker(&p->problem, 0, &budget, &first) &&
        brute_marker(&p->problem, 1, &budget, &second)) {
      trials_count(&t);
      if (!(fabs(first * second - both) <= 1e-12 * both))
        trials_fail(&t, &p->problem, "%.17g times %.17g is not %.17g", first, second, both);
    }
    random_problem_delete(p);
  }
  assert_int_equal(t.n_failed, 0);
}

/* A father and a child that share one allele, p = 0.2, 0.3, 0.5: P(a/b, a/c) by hand. */
static void a_father_and_child_have_the_likelihood_of_the_textbook(void **state) {
  (void)state;
  static const char *const names[3] = {"a", "b", "c"};
  static const double p[3] = {0.2, 0.3, 0.5};
  const hw_marker marker = {.name = "L",
                            .n_alleles = 3,
                            .allele_names = names,
                            .frequencies = p,
                            .silent = HW_ALLELE_NONE};
  const hw_person persons[2] = {{"F", -1, -1, HW_MALE, -1}, {"C", 0, -1, HW_FEMALE, -1}};
  const hw_pedigree pedigree = {2, persons};
  const hw_observation obs[2] = {{.kind = HW_OBS_GENOTYPE, .a = 0, .b = 1},
                                 {.kind = HW_OBS_GENOTYPE, .a = 0, .b = 2}};
  const hw_profile profiles[2] = {{.id = "F", .n_markers = 1, .observations = &obs[0]},
                                  {.id = "C", .n_markers = 1, .observations = &obs[1]}};
  const int32_t persons_of_profiles[2] = {0, 1};
  hw_problem problem = {.pedigree = &pedigree,
                        .n_profiles = 2,
                        .profiles = profiles,
                        .profile_person = persons_of_profiles,
                        .n_markers = 1,
                        .markers = &marker};
  int64_t budget = 1000;
  double likelihood;
  assert_true(brute_marker(&problem, 0, &budget, &likelihood));
  /* 2·p_a·p_b · ½ · p_c */
  assert_true(fabs(likelihood - 0.2 * 0.3 * 0.5) <= 1e-15);
  /* With theta the founder alleles a, b, c come from one urn, in any order; the mother's second
   * allele is summed out. */
  const double theta = problem.theta = 0.03, rest = 1.0 - theta;
  budget = 1000;
  assert_true(brute_marker(&problem, 0, &budget, &likelihood));
  const double expected = 0.2 * (rest * 0.3) * (rest * 0.5 / (1.0 + theta));
  assert_true(fabs(likelihood - expected) <= 1e-15);
}

static void a_spent_budget_is_reported(void **state) {
  (void)state;
  const random_options options = {.max_persons = 9, .max_alleles = 5};
  random_problem *p = random_problem_new(&options, 7);
  int64_t budget = 3;
  double likelihood;
  assert_false(brute_likelihood(&p->problem, &budget, &likelihood));
  random_problem_delete(p);
}

int main(void) {
  static char paths[GOLDEN_MAX_FILES][GOLDEN_PATH], names[GOLDEN_MAX_FILES][200];
  static struct CMUnitTest tests[GOLDEN_MAX_FILES + 5] = {
      cmocka_unit_test(a_single_marker_is_the_same_over_inheritance_vectors),
      cmocka_unit_test(markers_half_a_recombination_apart_multiply),
      cmocka_unit_test(a_father_and_child_have_the_likelihood_of_the_textbook),
      cmocka_unit_test(a_spent_budget_is_reported)};
  const int32_t n = golden_own_files(paths);
  for (int32_t i = 0; i < n; i++) {
    snprintf(names[i], sizeof names[i], "enumeration gives the reference likelihoods of %s",
             golden_file_name(paths[i]));
    tests[4 + i] = (struct CMUnitTest){.name = names[i],
                                       .test_func = enumeration_gives_the_reference_likelihoods,
                                       .initial_state = paths[i]};
  }
  return cmocka_run_group_tests_name("enumeration", tests, NULL, NULL);
}
