/* Identification pair by pair: ratios, sexes, posteriors, proposals, contradictions. */
#include "homeward/identify.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/assert.h"
#include "support/faults.h"

#define MARKERS                                                               \
  "{\"format\":\"homeward-case/1\",\"id\":\"c\",\"theta\":0.01,\"markers\":[" \
  "{\"name\":\"A\",\"chromosome\":\"A\",\"alleles\":[\"1\",\"2\",\"3\"],"     \
  "\"frequencies\":[0.2,0.3,0.5],\"mutation\":{\"model\":\"equal\",\"rate\":" \
  "{\"female\":0.01,\"male\":0.02}}},"                                        \
  "{\"name\":\"B\",\"chromosome\":\"A\",\"alleles\":[\"1\",\"2\",\"3\"],"     \
  "\"frequencies\":[0.01,0.29,0.7],\"mutation\":{\"model\":\"none\"}}],"

/* Family 1: both parents typed, a son missing. Family 2: one brother typed, brother M missing.
 * Family 3 contradicts itself at A (mother 1/1, child 3/3) and has M missing too. */
static const char CASE[] = MARKERS
    "\"remains\":["
    "{\"id\":\"R1\",\"sex\":\"male\",\"genotypes\":[[\"1\",\"2\"],[\"1\",\"1\"]]},"
    "{\"id\":\"R2\",\"sex\":\"female\",\"genotypes\":[[\"1\",\"2\"],[\"1\",\"1\"]]},"
    "{\"id\":\"R3\",\"sex\":\"unknown\",\"genotypes\":[[\"3\",\"3\"],[\"1\",null]]},"
    "{\"id\":\"R4\",\"sex\":\"unknown\",\"genotypes\":[null,[\"2\",\"3\"]]}],"
    "\"families\":["
    "{\"name\":\"F1\",\"pedigree\":[{\"id\":\"P\",\"father\":null,\"mother\":null,\"sex\":\"male\"},"
    "{\"id\":\"Q\",\"father\":null,\"mother\":null,\"sex\":\"female\"},"
    "{\"id\":\"S\",\"father\":\"P\",\"mother\":\"Q\",\"sex\":\"male\"}],\"missing\":[\"S\"],"
    "\"genotypes\":{\"P\":[[\"1\",\"1\"],[\"1\",\"2\"]],\"Q\":[[\"2\",\"2\"],[\"1\",\"3\"]]}},"
    "{\"name\":\"F2\",\"pedigree\":[{\"id\":\"P\",\"father\":null,\"mother\":null,\"sex\":\"male\"},"
    "{\"id\":\"Q\",\"father\":null,\"mother\":null,\"sex\":\"female\"},"
    "{\"id\":\"M\",\"father\":\"P\",\"mother\":\"Q\",\"sex\":\"male\"},"
    "{\"id\":\"B\",\"father\":\"P\",\"mother\":\"Q\",\"sex\":\"male\"}],\"missing\":[\"M\"],"
    "\"genotypes\":{\"B\":[[\"1\",\"2\"],null]}},"
    "{\"name\":\"F3\",\"pedigree\":[{\"id\":\"Q\",\"father\":null,\"mother\":null,"
    "\"sex\":\"female\"},{\"id\":\"P\",\"father\":null,\"mother\":null,\"sex\":\"male\"},"
    "{\"id\":\"C\",\"father\":\"P\",\"mother\":\"Q\",\"sex\":\"female\"},"
    "{\"id\":\"M\",\"father\":\"P\",\"mother\":\"Q\",\"sex\":\"unknown\"}],\"missing\":[\"M\"],"
    "\"genotypes\":{\"Q\":[[\"1\",\"1\"],[\"2\",\"2\"]],\"C\":[[\"3\",\"3\"],[\"2\",\"3\"]]}}]}";

static hw_case_list *list;

static int read_case(void **state) {
  (void)state;
  return hw_case_list_parse(CASE, sizeof CASE - 1, "case", &list, NULL) == HW_OK ? 0 : -1;
}

static int drop_case(void **state) {
  (void)state;
  hw_case_list_delete(list);
  return 0;
}

static hw_identify *run_all(const hw_identify_options *options) {
  hw_identify *run = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_identify_new(&list->cases[0], options, &run, &err), &err);
  for (int32_t t = 0; t < hw_identify_target_count(run); t++)
    hw_assert_ok(hw_identify_step(run, t, &err), &err);
  return run;
}

static double ln_of(const hw_problem *problem) {
  double ln = 0;
  hw_assert_ok(hw_likelihood(problem, NULL, &ln, NULL, NULL), NULL);
  return ln;
}

/* The ratio straight from likelihoods: family with the remains as the missing person against
 * family with the remains as a person of no relation. */
static double direct_log10_lr(const hw_case *c, const hw_family *family, int32_t remains) {
  hw_profile profiles[8];
  int32_t persons[8];
  hw_person people[8];
  int32_t n = family->n_profiles, n_people = family->pedigree.n_persons;
  memcpy(profiles, family->profiles, (size_t)n * sizeof *profiles);
  memcpy(persons, family->profile_person, (size_t)n * sizeof *persons);
  memcpy(people, family->pedigree.persons, (size_t)n_people * sizeof *people);
  people[n_people] = (hw_person){"stranger", -1, -1, HW_UNKNOWN_SEX, -1};
  const hw_pedigree pedigree = {n_people + 1, people};
  profiles[n] = c->remains[remains].profile;
  hw_problem problem = {.pedigree = &pedigree,
                        .n_profiles = n + 1,
                        .profiles = profiles,
                        .profile_person = persons,
                        .n_markers = c->n_markers,
                        .markers = c->markers,
                        .theta = c->theta};
  persons[n] = family->missing[0];
  double related = ln_of(&problem);
  persons[n] = n_people;
  return (related - ln_of(&problem)) / log(10);
}

static void ratios_equal_those_of_the_likelihoods(void **state) {
  (void)state;
  const hw_case *c = &list->cases[0];
  hw_identify *run = run_all(NULL);
  for (int32_t t = 0; t < 3; t++)
    for (int32_t r = 0; r < c->n_remains; r++) {
      if (r == 1 && t < 2) continue; /* excluded by sex */
      hw_assert_close(hw_identify_log10_lr(run, r, t), direct_log10_lr(c, &c->families[t], r),
                      1e-10, 1e-12);
    }
  hw_identify_delete(run);
}

static void another_sex_excludes(void **state) {
  (void)state;
  hw_identify *run = run_all(NULL);
  assert_true(hw_identify_log10_lr(run, 1, 0) == -HUGE_VAL);
  assert_true(hw_identify_log10_lr(run, 1, 1) == -HUGE_VAL);
  assert_true(hw_identify_log10_lr(run, 3, 0) > -HUGE_VAL); /* sex of R4 is not known */
  assert_true(hw_identify_posterior(run, 1, 0, NULL) == 0);
  hw_identify_delete(run);
}

static void codes_are_short_where_they_can_be(void **state) {
  (void)state;
  hw_identify *run = run_all(NULL);
  assert_string_equal(hw_identify_target(run, 0)->code, "S");
  assert_string_equal(hw_identify_target(run, 1)->code, "F2:M");
  assert_string_equal(hw_identify_target(run, 2)->code, "F3:M");
  hw_identify_delete(run);
}

static void posteriors_sum_to_one(void **state) {
  (void)state;
  static const double priors[] = {-1, 0, 0.5, 0.999999};
  for (size_t i = 0; i < sizeof priors / sizeof priors[0]; i++) {
    const hw_identify_options o = {.prior_none = priors[i]};
    hw_identify *run = run_all(&o);
    double each = 0, none = 0;
    hw_identify_prior(run, &each, &none);
    hw_assert_close(3 * each + none, 1, 1e-15, 0);
    for (int32_t r = 0; r < 4; r++) {
      if (r == 1 && priors[i] == 0) { /* excluded everywhere, and "none" excluded by the prior */
        assert_true(isnan(hw_identify_posterior_none(run, r)));
        continue;
      }
      double sum = hw_identify_posterior_none(run, r);
      for (int32_t t = 0; t < 3; t++) {
        double complement = 0, p = hw_identify_posterior(run, r, t, &complement);
        hw_assert_close(p + complement, 1, 1e-15, 0);
        sum += p;
      }
      hw_assert_close(sum, 1, 1e-14, 0);
    }
    hw_identify_delete(run);
  }
}

static void default_prior_is_bayes_rule(void **state) {
  (void)state;
  hw_identify *run = run_all(NULL);
  double lr[3], sum = 1;
  for (int32_t t = 0; t < 3; t++) sum += lr[t] = pow(10, hw_identify_log10_lr(run, 2, t));
  for (int32_t t = 0; t < 3; t++)
    hw_assert_close(hw_identify_posterior(run, 2, t, NULL), lr[t] / sum, 1e-12, 0);
  hw_identify_delete(run);
}

static void pairs_are_ranked_and_counted(void **state) {
  (void)state;
  hw_identify *run = run_all(NULL);
  hw_identify_pair *pairs = NULL;
  int32_t n = 0;
  hw_assert_ok(hw_identify_pairs(run, -HUGE_VAL, 0.9, &pairs, &n, NULL), NULL);
  assert_int_equal(n, 12);
  for (int32_t i = 1; i < n; i++) assert_true(pairs[i - 1].log10_lr >= pairs[i].log10_lr);
  int n_seen = 0;
  for (int32_t i = 0; i < n; i++) {
    const hw_identify_pair *p = &pairs[i];
    if (p->remains == 0 && p->target == 0) {
      assert_int_equal(p->markers, 2);
      assert_int_equal(p->mismatches, 0);
      n_seen++;
    }
    if (p->remains == 2 && p->target == 0) { /* 3/3 from parents 1/1 and 2/2 */
      assert_int_equal(p->mismatches, 1);
      n_seen++;
    }
    if (p->target == 1) assert_int_equal(p->markers, p->remains == 3 ? 0 : 1);
  }
  assert_int_equal(n_seen, 2);
  free(pairs);
  hw_assert_ok(hw_identify_pairs(run, 100, 0.9, &pairs, &n, NULL), NULL);
  assert_int_equal(n, 0);
  assert_null(pairs);
  hw_identify_delete(run);
}

static void markers_add_up(void **state) {
  (void)state;
  hw_identify *run = run_all(NULL);
  for (int32_t t = 0; t < 3; t++)
    for (int32_t r = 0; r < 4; r += 2) {
      double per_marker[2];
      bool mismatch[2];
      hw_assert_ok(hw_identify_markers(run, r, t, per_marker, mismatch, NULL), NULL);
      hw_assert_close(per_marker[0] + per_marker[1], hw_identify_log10_lr(run, r, t), 1e-13, 1e-13);
    }
  double per_marker[2];
  bool mismatch[2];
  hw_assert_ok(hw_identify_markers(run, 2, 0, per_marker, mismatch, NULL), NULL);
  assert_true(mismatch[0] && !mismatch[1]);
  hw_identify_delete(run);
}

static void contradictions_are_warnings(void **state) {
  (void)state;
  hw_identify *run = run_all(NULL);
  const hw_identify_warning *warnings = NULL;
  assert_int_equal(hw_identify_warnings(run, &warnings), 1);
  assert_int_equal(warnings[0].family, 2);
  assert_int_equal(warnings[0].marker, 0);
  assert_false(warnings[0].with_mutation);
  hw_identify_delete(run);
}

static void one_missing_person_is_proposed_once(void **state) {
  (void)state;
  hw_identify *run = run_all(NULL);
  double p = hw_identify_posterior(run, 0, 0, NULL);
  assert_true(p > 0.9);
  assert_int_equal(hw_identify_proposed(run, 0, 0.9), 0);
  assert_int_equal(hw_identify_proposed(run, 0, p + (1 - p) / 2), -1);
  assert_int_equal(hw_identify_proposed(run, 1, 0.9), -1);
  hw_identify_delete(run);
}

static void two_remains_that_fit_equally_are_both_left_open(void **state) {
  (void)state;
  hw_case c = list->cases[0];
  const hw_remains twice[] = {c.remains[0], c.remains[0]};
  c.n_remains = 2;
  c.remains = twice;
  hw_identify *run = NULL;
  hw_assert_ok(hw_identify_new(&c, NULL, &run, NULL), NULL);
  for (int32_t t = 0; t < 3; t++) hw_assert_ok(hw_identify_step(run, t, NULL), NULL);
  assert_true(hw_identify_posterior(run, 0, 0, NULL) > 0.9);
  assert_int_equal(hw_identify_proposed(run, 0, 0.9), -1);
  const int32_t truth[] = {0, -1};
  hw_outcome outcomes[2];
  hw_identify_score(run, truth, 0.9, outcomes);
  assert_int_equal(outcomes[0], HW_OUTCOME_RIVAL);
  assert_int_equal(outcomes[1], HW_OUTCOME_LEFT);
  hw_identify_delete(run);
}

static void outcomes_tell_found_from_false(void **state) {
  (void)state;
  hw_identify *run = run_all(NULL);
  hw_outcome outcomes[4];
  const int32_t right[] = {0, -1, -1, 1}, wrong[] = {1, -1, -1, -1};
  hw_identify_score(run, right, 0.9, outcomes);
  assert_int_equal(outcomes[0], HW_OUTCOME_FOUND);
  assert_int_equal(outcomes[1], HW_OUTCOME_LEFT);
  assert_int_equal(outcomes[3], HW_OUTCOME_WEAK); /* a brother at one marker */
  hw_identify_score(run, wrong, 0.9, outcomes);
  assert_int_equal(outcomes[0], HW_OUTCOME_FALSE);
  hw_identify_delete(run);
}

static void what_a_family_can_do_is_its_mean(void **state) {
  (void)state;
  hw_identify *run = run_all(NULL);
  assert_true(hw_identify_expected_log10_lr(run, 0) > hw_identify_expected_log10_lr(run, 1));
  assert_true(hw_identify_expected_log10_lr(run, 1) > 0); /* Gibbs: a mean of its own is positive */
  hw_assert_close(hw_identify_needed_log10_lr(run, 0.999), log10(999), 1e-12, 0);
  hw_identify_delete(run);
}

static void empty_and_linked_cases_are_refused(void **state) {
  (void)state;
  hw_identify *run = NULL;
  hw_err err = HW_ERR_INIT;
  hw_case c = list->cases[0];
  c.n_remains = 0;
  hw_assert_status(hw_identify_new(&c, NULL, &run, &err), HW_E_SHAPE, &err);
  c = list->cases[0];
  const int32_t both[] = {0, 1};
  const double recombination[] = {0.1};
  const hw_linkage linkage = {2, both, recombination};
  c.n_linkages = 1;
  c.linkages = &linkage;
  hw_assert_status(hw_identify_new(&c, NULL, &run, &err), HW_E_UNSUPPORTED, &err);
  assert_null(run);
}

static hw_status run_under_faults(hw_identify_pair **pairs) {
  hw_identify *run = NULL;
  int32_t n = 0;
  hw_status status = hw_identify_new(&list->cases[0], NULL, &run, NULL);
  for (int32_t t = 0; t < 3 && status == HW_OK; t++) status = hw_identify_step(run, t, NULL);
  if (status == HW_OK) status = hw_identify_pairs(run, -HUGE_VAL, 0.9, pairs, &n, NULL);
  hw_identify_delete(run);
  return status;
}

static void exhausted_memory_is_told_and_nothing_leaks(void **state) {
  (void)state;
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_identify_pair *pairs = NULL;
    hw_status status = run_under_faults(&pairs);
    bool has_failed = hw_faults_end();
    free(pairs);
    hw_assert_status(status, has_failed ? HW_E_NO_MEMORY : HW_OK, NULL);
    if (!has_failed) break;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ratios_equal_those_of_the_likelihoods),
      cmocka_unit_test(another_sex_excludes),
      cmocka_unit_test(codes_are_short_where_they_can_be),
      cmocka_unit_test(posteriors_sum_to_one),
      cmocka_unit_test(default_prior_is_bayes_rule),
      cmocka_unit_test(pairs_are_ranked_and_counted),
      cmocka_unit_test(markers_add_up),
      cmocka_unit_test(contradictions_are_warnings),
      cmocka_unit_test(one_missing_person_is_proposed_once),
      cmocka_unit_test(two_remains_that_fit_equally_are_both_left_open),
      cmocka_unit_test(outcomes_tell_found_from_false),
      cmocka_unit_test(what_a_family_can_do_is_its_mean),
      cmocka_unit_test(empty_and_linked_cases_are_refused),
      cmocka_unit_test(exhausted_memory_is_told_and_nothing_leaks),
  };
  return cmocka_run_group_tests(tests, read_case, drop_case);
}
