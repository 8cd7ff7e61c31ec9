/* Laws that every likelihood obeys, on random problems: changes of description
 * that must not change the answer (transform.h), sums that must be one, and the
 * same bits whenever the same question is asked. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/likelihood.h"
#include "oracle/random_problem.h"
#include "oracle/trials.h"
#include "support/assert.h"
#include "transform.h"

typedef struct law {
  const char *name;
  bool (*transform)(random_problem *self, rng *r);
  double tolerance; /* relative, of the likelihood */
  int32_t n_trials;
  uint64_t salt;
} law;

/* Problems of all kinds in turn: X or not, theta or not, linked or not. */
static random_options options_of(uint64_t seed, bool no_linkage) {
  random_options options = {.on_x = seed % 3 == 0,
                            .has_theta = seed % 5 == 0,
                            .no_mutation = seed % 7 == 0,
                            .max_persons = 9,
                            .max_alleles = 5,
                            .some_on_x = seed % 4 == 0,
                            .n_unlinked = 2};
  if (options.has_theta) { /* the work grows quickly with the number of founder alleles */
    options.max_persons = 5;
    options.max_alleles = 4;
  }
  if (!no_linkage && seed % 11 < 3) {
    options.n_linked = 2;
    options.max_persons = 6;
    options.max_alleles = 3;
    options.has_theta = false;
  }
  return options;
}

static bool ln_of(trials *t, const random_problem *p, double *ln) {
  hw_err err = HW_ERR_INIT;
  if (hw_pedigree_validate(&p->pedigree, &err) == HW_OK &&
      hw_likelihood(&p->problem, NULL, ln, NULL, &err) == HW_OK)
    return true;
  trials_fail(t, &p->problem, "%s", err.message);
  return false;
}

static void the_likelihood_stays(void **state) {
  const law *l = *state;
  trials t = trials_of(l->n_trials, l->salt);
  while (trials_next(&t)) {
    const random_options options = options_of(t.seed, false);
    random_problem *before = random_problem_new(&options, t.seed);
    random_problem *after = random_problem_copy(before);
    rng r = rng_seeded(t.seed ^ 0xa5a5u);
    double ln_before, ln_after;
    if (l->transform(after, &r)) {
      trials_count(&t);
      if (ln_of(&t, before, &ln_before) && ln_of(&t, after, &ln_after) &&
          !trials_same_ln(ln_before, ln_after, l->tolerance)) {
        trials_fail(&t, &before->problem, "ln likelihood %.17g, ...", ln_before);
        trials_fail(&t, &after->problem, "... %.17g after the change", ln_after);
      }
    }
    random_problem_delete(before);
    random_problem_delete(after);
  }
  assert_int_equal(t.n_failed, 0);
  if (getenv("HOMEWARD_SEED") == NULL) assert_true(t.n_done >= t.n_wanted);
}

/* ----------------------------------------------------------- sums over all data */

/* Everything that profile k could have shown at the only marker, number `i`.
 * @return false after the last */
static bool nth_observation(random_problem *p, int32_t k, int32_t i) {
  const int32_t n = p->markers[0].n_alleles;
  hw_observation *obs = &p->observations[k][0];
  const bool single =
      hw_marker_is_x(&p->markers[0]) && p->persons[p->profile_person[k]].sex == HW_MALE;
  if (p->profiles[k].has_dropout) {
    *obs = (hw_observation){.kind = HW_OBS_SET, .a = -1, .b = -1, .seen = p->seen[k][0]};
    for (int32_t z = 0; z < n; z++)
      if (i >> z & 1) p->seen[k][0][obs->n_seen++] = z;
    return i < 1 << n;
  }
  if (single) {
    *obs = (hw_observation){.kind = HW_OBS_SINGLE, .a = i, .b = HW_ALLELE_NONE};
    return i < n;
  }
  for (hw_allele b = 0; b < n; b++)
    for (hw_allele a = 0; a <= b; a++)
      if (i-- == 0) {
        *obs = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = a, .b = b};
        return true;
      }
  return false;
}

static double sum_over_observations(trials *t, random_problem *p, int32_t k) {
  double sum = 0.0, ln = 0.0;
  if (k == p->problem.n_profiles) return ln_of(t, p, &ln) ? exp(ln) : 0.0;
  for (int32_t i = 0; nth_observation(p, k, i) && t->n_failed == 0; i++)
    sum += sum_over_observations(t, p, k + 1);
  return sum;
}

static void likelihoods_sum_to_one_over_all_observations(void **state) {
  (void)state;
  trials t = trials_of(150, 220);
  while (trials_next(&t)) {
    const random_options options = {.on_x = t.seed % 3 == 0,
                                    .has_theta = t.seed % 5 == 0,
                                    .no_silent = true,
                                    .max_persons = 6,
                                    .max_alleles = 3};
    random_problem *p = random_problem_new(&options, t.seed);
    if (p->problem.n_profiles <= 3) {
      trials_count(&t);
      const double sum = sum_over_observations(&t, p, 0);
      if (!(fabs(sum - 1.0) <= 1e-12)) trials_fail(&t, &p->problem, "the sum is %.17g", sum);
    }
    random_problem_delete(p);
  }
  assert_int_equal(t.n_failed, 0);
}

/* ------------------------------------------------------------ the same question */

/* Two hypotheses about the same profiles: the second has persons without known parents. */
static random_problem *all_unrelated(const random_problem *p) {
  random_problem *q = random_problem_copy(p);
  for (int32_t i = 0; i < q->pedigree.n_persons; i++)
    q->persons[i].father = q->persons[i].mother = HW_PERSON_NONE;
  return q;
}

static void a_ratio_and_its_inverse_multiply_to_one(void **state) {
  (void)state;
  trials t = trials_of(500, 221);
  while (trials_next(&t)) {
    const random_options options = options_of(t.seed, false);
    random_problem *h1 = random_problem_new(&options, t.seed), *h2 = all_unrelated(h1);
    double first[2], second[2];
    /* Asked in both orders: the answer must not depend on what was asked before. */
    if (ln_of(&t, h1, &first[0]) && ln_of(&t, h2, &second[0]) && ln_of(&t, h2, &second[1]) &&
        ln_of(&t, h1, &first[1])) {
      trials_count(&t);
      const double there = first[0] - second[0], back = second[1] - first[1];
      if (memcmp(&first[0], &first[1], sizeof first[0]) != 0 ||
          memcmp(&second[0], &second[1], sizeof second[0]) != 0)
        trials_fail(&t, &h1->problem, "the same likelihood has other bits the second time");
      else if (isfinite(there) && there + back != 0.0)
        trials_fail(&t, &h1->problem, "ln LR is %.17g, its inverse %.17g", there, back);
    }
    random_problem_delete(h1);
    random_problem_delete(h2);
  }
  assert_int_equal(t.n_failed, 0);
}

static void unrelated_people_multiply(void **state) {
  (void)state;
  trials t = trials_of(300, 222);
  while (trials_next(&t)) {
    random_options options = options_of(t.seed, true);
    options.has_theta = false;
    random_problem *p = random_problem_new(&options, t.seed), *all = all_unrelated(p);
    double together, one, sum = 0.0;
    bool has_repeats = false;
    for (int32_t i = 0; i < all->pedigree.n_persons; i++)
      has_repeats = has_repeats || all->persons[i].twin != HW_PERSON_NONE;
    for (int32_t k = 1; k < all->problem.n_profiles; k++)
      for (int32_t j = 0; j < k; j++)
        has_repeats = has_repeats || all->profile_person[j] == all->profile_person[k];
    if (!has_repeats && ln_of(&t, all, &together)) {
      trials_count(&t);
      for (int32_t k = 0; k < p->problem.n_profiles; k++) {
        random_problem *alone = random_problem_copy(all);
        alone->problem.n_profiles = 1;
        alone->profiles[0] = all->profiles[k];
        alone->profile_person[0] = all->profile_person[k];
        memcpy(alone->observations[0], all->observations[k], sizeof all->observations[k]);
        memcpy(alone->seen[0], all->seen[k], sizeof all->seen[k]);
        random_problem_link(alone);
        sum += ln_of(&t, alone, &one) ? one : 0.0;
        random_problem_delete(alone);
      }
      if (!trials_same_ln(together, sum, 1e-11))
        trials_fail(&t, &all->problem, "ln likelihood %.17g, one by one %.17g", together, sum);
    }
    random_problem_delete(p);
    random_problem_delete(all);
  }
  assert_int_equal(t.n_failed, 0);
}

static void nothing_seen_has_the_likelihood_one(void **state) {
  (void)state;
  trials t = trials_of(200, 224);
  while (trials_next(&t)) {
    const random_options options = options_of(t.seed, false);
    random_problem *p = random_problem_new(&options, t.seed);
    double ln;
    trials_count(&t);
    for (int32_t k = 0; k < p->problem.n_profiles; k++)
      for (int32_t m = 0; m < p->problem.n_markers; m++)
        p->observations[k][m] = (hw_observation){.kind = HW_OBS_MISSING, .a = -1, .b = -1};
    if (t.seed % 2) p->problem.n_profiles = 0;
    if (ln_of(&t, p, &ln) && !(fabs(ln) <= 1e-13))
      trials_fail(&t, &p->problem, "ln likelihood %.17g", ln);
    random_problem_delete(p);
  }
  assert_int_equal(t.n_failed, 0);
}

/* ------------------------------------------------------------------ refusals */

static void an_x_marker_needs_the_sex_of_a_typed_person(void **state) {
  (void)state;
  trials t = trials_of(100, 223);
  while (trials_next(&t)) {
    const random_options options = {.on_x = true, .max_persons = 7, .max_alleles = 4};
    random_problem *p = random_problem_new(&options, t.seed);
    const int32_t person = p->profile_person[0];
    bool matters = p->observations[0][0].kind != HW_OBS_MISSING;
    for (int32_t i = 0; i < p->pedigree.n_persons; i++)
      matters = matters && p->persons[i].father != person && p->persons[i].mother != person &&
                p->persons[i].twin != person;
    if (matters && p->persons[person].twin == HW_PERSON_NONE) {
      double ln;
      trials_count(&t);
      p->persons[person].sex = HW_UNKNOWN_SEX;
      const hw_status status = hw_likelihood(&p->problem, NULL, &ln, NULL, NULL);
      if (status != HW_E_UNSUPPORTED)
        trials_fail(&t, &p->problem, "%s instead of HW_E_UNSUPPORTED", hw_status_name(status));
    }
    random_problem_delete(p);
  }
  assert_int_equal(t.n_failed, 0);
}

/* ---------------------------------------------------------------------- laws */

static const law LAWS[] = {
    {"renumbering the alleles changes nothing", transform_alleles, 1e-12, 800, 201},
    {"another order of the markers changes nothing", transform_markers, 1e-12, 500, 202},
    {"another order of the persons changes nothing", transform_persons, 1e-12, 800, 203},
    {"another order of the founders changes nothing", transform_founders, 1e-12, 800, 204},
    {"another order of the profiles changes nothing", transform_profiles, 1e-12, 500, 205},
    {"exchanging fathers and mothers with their mutation changes nothing", transform_mirror, 1e-12,
     500, 206},
    {"reading a chromosome from its other end changes nothing", transform_direction, 1e-12, 150,
     207},
    {"a parent's sex need not be said", transform_forget_sex, 1e-12, 500, 212},
    {"untyped childless relatives change nothing", transform_add_childless, 1e-12, 800, 208},
    {"untyped parents of founders change nothing where frequencies are stationary",
     transform_add_parents, 1e-10, 300, 209},
    {"recording an unknown parent changes nothing", transform_record_parent, 1e-12, 300, 210},
    {"an identical twin with the same genotypes changes nothing", transform_add_twin, 1e-12, 500,
     211},
};
enum { N_LAWS = sizeof LAWS / sizeof LAWS[0], N_OTHERS = 5 };

int main(void) {
  struct CMUnitTest tests[N_OTHERS + N_LAWS] = {
      cmocka_unit_test(likelihoods_sum_to_one_over_all_observations),
      cmocka_unit_test(a_ratio_and_its_inverse_multiply_to_one),
      cmocka_unit_test(unrelated_people_multiply),
      cmocka_unit_test(nothing_seen_has_the_likelihood_one),
      cmocka_unit_test(an_x_marker_needs_the_sex_of_a_typed_person)};
  for (int i = 0; i < N_LAWS; i++)
    tests[N_OTHERS + i] = (struct CMUnitTest){.name = LAWS[i].name,
                                              .test_func = the_likelihood_stays,
                                              .initial_state = (void *)(uintptr_t)&LAWS[i]};
  return cmocka_run_group_tests_name("laws of likelihoods", tests, NULL, NULL);
}
