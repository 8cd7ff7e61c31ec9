/* The engine against its slow twin, on thousands of random small problems.
 *
 * For each problem: the likelihood of hw_likelihood equals that of brute.h to a
 * relative 1e-10, the impossible is exactly impossible in both, and lumping of
 * alleles changes nothing. Problems that would take the twin too long are
 * passed over and not counted. A failure prints the seed and the problem as a
 * homeward-case; see trials.h for repeating it. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "brute.h"
#include "homeward/casefile.h"
#include "homeward/likelihood.h"
#include "kinship/kin.h"
#include "problem_json.h"
#include "random_problem.h"
#include "support/assert.h"
#include "support/case_equal.h"
#include "trials.h"

static const double TOLERANCE = 1e-10, LUMPING_TOLERANCE = 1e-12;

typedef struct group {
  const char *name;
  random_options options;
  int32_t n_trials;
  int64_t budget; /* worlds of the twin per problem */
  uint64_t salt;
} group;

static double relative_difference(double ln, double expected) {
  return expected > 0.0 && isfinite(ln) ? fabs(expm1(ln - log(expected))) : 0.0;
}

/* The per-marker values add up to the total, and each linkage group has exactly one. */
static bool adds_up(const hw_problem *problem, double total, const double *per_marker) {
  double sum = 0.0;
  int32_t n_values = 0;
  for (int32_t m = 0; m < problem->n_markers; m++) {
    if (isnan(per_marker[m])) continue;
    sum += per_marker[m];
    n_values++;
  }
  int32_t n_expected = problem->n_markers;
  for (int32_t g = 0; g < problem->n_linkages; g++)
    n_expected -= problem->linkages[g].n_markers - 1;
  return n_values == n_expected && trials_same_ln(sum, total, 1e-12);
}

static void compare(trials *t, const hw_problem *problem, double expected, double *worst) {
  const hw_likelihood_options apart = {.no_lumping = true};
  double lumped, unlumped, per_marker[RANDOM_MARKERS];
  hw_err err = HW_ERR_INIT;
  if (hw_pedigree_validate(problem->pedigree, &err) != HW_OK ||
      hw_likelihood(problem, NULL, &lumped, per_marker, &err) != HW_OK ||
      hw_likelihood(problem, &apart, &unlumped, NULL, &err) != HW_OK) {
    trials_fail(t, problem, "%s: %s", hw_status_name(err.status), err.message);
    return;
  }
  if (!trials_is_ln_of(lumped, expected, TOLERANCE))
    trials_fail(t, problem, "likelihood %.17g, by enumeration %.17g", exp(lumped), expected);
  else if (!trials_same_ln(lumped, unlumped, LUMPING_TOLERANCE))
    trials_fail(t, problem, "ln likelihood %.17g with lumping, %.17g without", lumped, unlumped);
  else if (!adds_up(problem, lumped, per_marker))
    trials_fail(t, problem, "the markers do not add up to %.17g", lumped);
  const double difference = relative_difference(lumped, expected);
  if (difference > *worst) *worst = difference;
}

static void likelihoods_equal_those_by_enumeration(void **state) {
  const group *g = *state;
  trials t = trials_of(g->n_trials, g->salt);
  int32_t n_zero = 0;
  double worst = 0.0;
  while (trials_next(&t)) {
    random_problem *p = random_problem_new(&g->options, t.seed);
    int64_t budget = g->budget;
    double expected;
    if (brute_likelihood(&p->problem, &budget, &expected)) {
      trials_count(&t);
      n_zero += expected == 0.0;
      compare(&t, &p->problem, expected, &worst);
    }
    random_problem_delete(p);
  }
  print_message("# %d problems, %d of them impossible, largest relative difference %.2g\n",
                (int)t.n_done, (int)n_zero, worst);
  assert_int_equal(t.n_failed, 0);
  if (getenv("HOMEWARD_SEED") == NULL) assert_true(t.n_done >= t.n_wanted);
}

/* ------------------------------------------------ the genotypes of one person */

/* A pedigree prepared twice: to ask for one person's genotypes, and for the likelihood alone. */
typedef struct prepared {
  hw_kin *genotypes, *likelihood;
} prepared;

static void compare_genotypes(trials *t, const random_problem *p, const prepared *kin,
                              int32_t query, int32_t m, rng *r) {
  enum { N = RANDOM_ALLELES * RANDOM_ALLELES };
  const hw_marker *marker = &p->markers[m];
  const hw_observation *observations[RANDOM_PROFILES];
  double expected[N] = {0.0}, joint[N] = {0.0}, ln_scale, ln, total = 0.0;
  hw_err err = HW_ERR_INIT;
  int64_t budget = 400000;
  if (!brute_genotypes(&p->problem, m, query, &budget, expected)) return;
  for (int32_t k = 0; k < p->problem.n_profiles; k++) {
    const hw_observation *obs = &p->observations[k][m];
    observations[k] = obs->kind == HW_OBS_MISSING && rng_chance(r, 0.5) ? NULL : obs;
  }
  hw_status status =
      hw_kin_genotypes(kin->genotypes, marker, p->profiles, observations, joint, &ln_scale, &err);
  if (status == HW_E_TOO_COMPLEX && p->problem.theta > 0.0) return; /* too many founder slots */
  if (status == HW_OK)
    status = hw_kin_ln_likelihood(kin->likelihood, marker, p->profiles, observations, &ln, &err);
  if (status != HW_OK) {
    trials_fail(t, &p->problem, "query P%d, marker %d: %s", (int)query, (int)m, err.message);
    return;
  }
  const bool single = hw_marker_is_x(marker) && p->persons[query].sex == HW_MALE;
  const int32_t n = single ? marker->n_alleles : marker->n_alleles * marker->n_alleles;
  for (int32_t i = 0; i < n; i++) total += expected[i];
  trials_count(t);
  for (int32_t i = 0; i < n; i++) {
    const double ln_entry = joint[i] > 0.0 ? log(joint[i]) + ln_scale : -(double)INFINITY;
    if (joint[i] >= 0.0 && trials_is_ln_of(ln_entry, expected[i], TOLERANCE)) continue;
    trials_fail(t, &p->problem,
                "query P%d, marker %d, genotype %d: %.17g, by enumeration %.17g of %.17g",
                (int)query, (int)m, (int)i, exp(ln_entry), expected[i], total);
    return;
  }
  if (!trials_is_ln_of(ln, total, TOLERANCE))
    trials_fail(t, &p->problem, "query P%d, marker %d: likelihood %.17g, by enumeration %.17g",
                (int)query, (int)m, exp(ln), total);
}

static void genotype_distributions_equal_those_by_enumeration(void **state) {
  const group *g = *state;
  trials t = trials_of(g->n_trials, g->salt);
  while (trials_next(&t)) {
    random_problem *p = random_problem_new(&g->options, t.seed);
    rng r = rng_seeded(t.seed ^ 0x71u);
    const int32_t query = rng_below(&r, p->pedigree.n_persons);
    const hw_likelihood_options options = {.no_lumping = rng_chance(&r, 0.3)};
    prepared kin = {NULL, NULL};
    hw_err err = HW_ERR_INIT;
    if (hw_kin_new(&p->pedigree, p->problem.n_profiles, p->profile_person, query, &options,
                   &kin.genotypes, &err) != HW_OK ||
        hw_kin_new(&p->pedigree, p->problem.n_profiles, p->profile_person, HW_PERSON_NONE, &options,
                   &kin.likelihood, &err) != HW_OK) {
      trials_fail(&t, &p->problem, "hw_kin_new: %s", err.message);
    } else {
      hwp_kin_set_theta(kin.genotypes, p->problem.theta);
      hwp_kin_set_theta(kin.likelihood, p->problem.theta);
      for (int32_t m = 0; m < p->problem.n_markers; m++)
        compare_genotypes(&t, p, &kin, query, m, &r);
    }
    hw_kin_delete(kin.genotypes);
    hw_kin_delete(kin.likelihood);
    random_problem_delete(p);
  }
  print_message("# %d distributions\n", (int)t.n_done);
  assert_int_equal(t.n_failed, 0);
}

/* ------------------------------------------------------------- observations */

static void both_observation_models_agree(void **state) {
  const group *g = *state;
  trials t = trials_of(g->n_trials, g->salt);
  while (trials_next(&t)) {
    random_problem *p = random_problem_new(&g->options, t.seed);
    trials_count(&t);
    for (int32_t k = 0; k < p->problem.n_profiles; k++)
      for (int32_t m = 0; m < p->problem.n_markers; m++) {
        const hw_marker *marker = &p->markers[m];
        const hw_observation *obs = &p->observations[k][m];
        const bool single =
            hw_marker_is_x(marker) && p->persons[p->profile_person[k]].sex == HW_MALE;
        for (hw_allele x = 0; x < marker->n_alleles; x++)
          for (hw_allele y = 0; y < (single ? 1 : marker->n_alleles); y++) {
            const double ours =
                single ? brute_observation(marker, obs, &p->profiles[k], HW_ALLELE_NONE, x)
                       : brute_observation(marker, obs, &p->profiles[k], x, y);
            const double engines = hw_observation_probability(marker, obs, &p->profiles[k], x,
                                                              single ? HW_ALLELE_NONE : y);
            if (!(fabs(ours - engines) <= 1e-14 * ours))
              trials_fail(&t, &p->problem, "profile %d, marker %d, genotype %d/%d: %.17g, %.17g",
                          (int)k, (int)m, (int)x, (int)y, engines, ours);
          }
      }
    random_problem_delete(p);
  }
  assert_int_equal(t.n_failed, 0);
}

/* ---------------------------------------------------------------- case files */

/* The case that was read, written by the library and read once more, is the same. */
static void assert_writes_back(const hw_case *c) {
  char *text = NULL;
  size_t size = 0;
  hw_case_list *list = NULL;
  hw_err err = HW_ERR_INIT;
  FILE *out = open_memstream(&text, &size);
  assert_non_null(out);
  hw_assert_ok(hw_case_list_write(c, 1, out, &err), &err);
  assert_int_equal(fclose(out), 0);
  hw_assert_ok(hw_case_list_parse(text, size, "written.json", &list, &err), &err);
  const char *difference = case_difference(c, &list->cases[0]);
  if (difference) fail_msg("%s\n%s", difference, text);
  hw_case_list_delete(list);
  free(text);
}

static hw_status likelihood_through_case_file(const hw_problem *problem, double *ln, hw_err *err) {
  char *text = NULL;
  size_t size = 0;
  hw_case_list *list = NULL;
  FILE *out = open_memstream(&text, &size);
  assert_non_null(out);
  problem_json_write(out, problem, "again");
  assert_int_equal(fclose(out), 0);
  hw_status status = hw_case_list_parse(text, size, "again.json", &list, err);
  if (status == HW_OK) {
    const hw_case *c = &list->cases[0];
    const hw_problem again = {.pedigree = &c->hypotheses[0].pedigree,
                              .n_profiles = c->n_profiles,
                              .profiles = c->profiles,
                              .profile_person = c->hypotheses[0].profile_person,
                              .n_markers = c->n_markers,
                              .markers = c->markers,
                              .theta = c->theta,
                              .n_linkages = c->n_linkages,
                              .linkages = c->linkages};
    status = hw_likelihood(&again, NULL, ln, NULL, err);
    assert_writes_back(c);
  }
  hw_case_list_delete(list);
  free(text);
  return status;
}

static void problems_survive_writing_and_reading(void **state) {
  const group *g = *state;
  trials t = trials_of(g->n_trials, g->salt);
  while (trials_next(&t)) {
    random_problem *p = random_problem_new(&g->options, t.seed);
    double before, after;
    hw_err err = HW_ERR_INIT;
    if (problem_json_is_complete(&p->problem)) {
      trials_count(&t);
      if (hw_likelihood(&p->problem, NULL, &before, NULL, &err) != HW_OK ||
          likelihood_through_case_file(&p->problem, &after, &err) != HW_OK)
        trials_fail(&t, &p->problem, "%s", err.message);
      else if (!trials_same_ln(before, after, 1e-11))
        trials_fail(&t, &p->problem, "ln likelihood %.17g, after reading back %.17g", before,
                    after);
    }
    random_problem_delete(p);
  }
  assert_int_equal(t.n_failed, 0);
}

/* -------------------------------------------------------------------- groups */

#define OF(function, group_) \
  { .name = (group_)->name, .test_func = function, .initial_state = (void *)(uintptr_t)(group_) }

static const group AUTOSOMAL = {"an unlinked autosomal marker has the likelihood by enumeration",
                                {.max_persons = 9, .max_alleles = 5},
                                4500,
                                300000,
                                1};
static const group NO_MUTATION = {"a marker without mutation has the likelihood by enumeration",
                                  {.max_persons = 12, .max_alleles = 5, .no_mutation = true},
                                  800,
                                  300000,
                                  2};
static const group SEVERAL = {
    "unlinked markers multiply, autosomal and on X",
    {.max_persons = 6, .max_alleles = 4, .n_unlinked = 3, .some_on_x = true},
    300,
    300000,
    3};
static const group ON_X = {"a marker on X has the likelihood by enumeration",
                           {.on_x = true, .max_persons = 10, .max_alleles = 5},
                           1500,
                           300000,
                           4};
static const group THETA = {"a coancestry theta gives the likelihood by enumeration",
                            {.has_theta = true, .max_persons = 7, .max_alleles = 4},
                            800,
                            300000,
                            5};
static const group THETA_ON_X = {
    "a coancestry theta on X gives the likelihood by enumeration",
    {.has_theta = true, .on_x = true, .max_persons = 8, .max_alleles = 4},
    400,
    300000,
    6};
static const group TWO_LINKED = {"two linked markers have the likelihood by enumeration",
                                 {.n_linked = 2, .max_persons = 7, .max_alleles = 3},
                                 300,
                                 3000000,
                                 7};
static const group THREE_LINKED = {"three linked markers have the likelihood by enumeration",
                                   {.n_linked = 3, .max_persons = 6, .max_alleles = 3},
                                   200,
                                   3000000,
                                   8};
static const group LINKED_ON_X = {"linked markers on X have the likelihood by enumeration",
                                  {.n_linked = 2, .on_x = true, .max_persons = 8, .max_alleles = 3},
                                  200,
                                  3000000,
                                  9};
static const group LINKED_AND_NOT = {
    "linked and unlinked markers stand side by side",
    {.n_linked = 2, .n_unlinked = 2, .max_persons = 5, .max_alleles = 3, .some_on_x = true},
    100,
    3000000,
    10};
static const group TWO_PAIRS = {"two pairs of linked markers multiply",
                                {.n_linked = 4, .max_persons = 5, .max_alleles = 3},
                                100,
                                3000000,
                                18};
static const group GENOTYPES = {"one pass gives the genotype distribution by enumeration",
                                {.n_unlinked = 2, .max_persons = 8, .max_alleles = 4},
                                1500,
                                0,
                                11};
static const group GENOTYPES_ON_X = {
    "one pass gives the genotype distribution on X",
    {.n_unlinked = 2, .on_x = true, .max_persons = 9, .max_alleles = 4},
    600,
    0,
    12};
static const group PARTITIONS = {
    "partitions of the urn give the genotype distribution by enumeration",
    {.n_unlinked = 2, .has_theta = true, .max_persons = 6, .max_alleles = 4},
    400,
    0,
    19};
static const group PARTITIONS_ON_X = {
    "partitions of the urn give the genotype distribution on X",
    {.n_unlinked = 2, .has_theta = true, .on_x = true, .max_persons = 7, .max_alleles = 4},
    300,
    0,
    20};
static const group OBSERVATIONS = {"both observation models agree",
                                   {.n_unlinked = 4, .max_persons = 9, .max_alleles = 5},
                                   400,
                                   0,
                                   13};
static const group OBSERVATIONS_ON_X = {
    "both observation models agree on X",
    {.n_unlinked = 4, .on_x = true, .max_persons = 9, .max_alleles = 5},
    400,
    0,
    14};
static const group WRITTEN = {"a problem survives writing and reading",
                              {.n_linked = 2, .n_unlinked = 1, .max_persons = 6, .max_alleles = 4},
                              200,
                              0,
                              15};
static const group WRITTEN_ON_X = {
    "a problem on X survives writing and reading",
    {.n_unlinked = 2, .on_x = true, .max_persons = 8, .max_alleles = 5},
    200,
    0,
    16};
static const group WRITTEN_THETA = {
    "a problem with theta survives writing and reading",
    {.n_unlinked = 2, .has_theta = true, .max_persons = 6, .max_alleles = 4},
    100,
    0,
    17};

int main(void) {
  const struct CMUnitTest tests[] = {
      OF(likelihoods_equal_those_by_enumeration, &AUTOSOMAL),
      OF(likelihoods_equal_those_by_enumeration, &NO_MUTATION),
      OF(likelihoods_equal_those_by_enumeration, &SEVERAL),
      OF(likelihoods_equal_those_by_enumeration, &ON_X),
      OF(likelihoods_equal_those_by_enumeration, &THETA),
      OF(likelihoods_equal_those_by_enumeration, &THETA_ON_X),
      OF(likelihoods_equal_those_by_enumeration, &TWO_LINKED),
      OF(likelihoods_equal_those_by_enumeration, &THREE_LINKED),
      OF(likelihoods_equal_those_by_enumeration, &LINKED_ON_X),
      OF(likelihoods_equal_those_by_enumeration, &LINKED_AND_NOT),
      OF(likelihoods_equal_those_by_enumeration, &TWO_PAIRS),
      OF(genotype_distributions_equal_those_by_enumeration, &GENOTYPES),
      OF(genotype_distributions_equal_those_by_enumeration, &GENOTYPES_ON_X),
      OF(genotype_distributions_equal_those_by_enumeration, &PARTITIONS),
      OF(genotype_distributions_equal_those_by_enumeration, &PARTITIONS_ON_X),
      OF(both_observation_models_agree, &OBSERVATIONS),
      OF(both_observation_models_agree, &OBSERVATIONS_ON_X),
      OF(problems_survive_writing_and_reading, &WRITTEN),
      OF(problems_survive_writing_and_reading, &WRITTEN_ON_X),
      OF(problems_survive_writing_and_reading, &WRITTEN_THETA),
  };
  return cmocka_run_group_tests_name("engine against enumeration", tests, NULL, NULL);
}
