/* One person or two, through the engine and in re-association: formulas, own profiles that exclude
 * each other, X markers, groups against siblings. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/reassociate.h"
#include "support/assert.h"
#include "support/faults.h"

enum { MARKERS = 3 };
static const double frequencies[3] = {0.1, 0.2, 0.7};
static const char *const alleles[3] = {"10", "11", "12"};
static hw_marker markers[MARKERS];

static int begin(void **state) {
  (void)state;
  for (int m = 0; m < MARKERS; m++)
    markers[m] = (hw_marker){.name = m == 0   ? "A"
                                     : m == 1 ? "B"
                                              : "X",
                             .chromosome = m == 2 ? HW_CHROMOSOME_X : HW_CHROMOSOME_AUTOSOMAL,
                             .n_alleles = 3,
                             .allele_names = alleles,
                             .frequencies = frequencies,
                             .silent = HW_ALLELE_NONE};
  return 0;
}

static hw_profile profile_of(hw_observation obs[MARKERS], const char *id, hw_allele a, hw_allele b,
                             hw_allele c, hw_allele d) {
  for (int m = 0; m < MARKERS; m++)
    obs[m] = (hw_observation){.kind = HW_OBS_MISSING, .a = HW_ALLELE_NONE, .b = HW_ALLELE_NONE};
  obs[0] = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = a, .b = b};
  if (c != HW_ALLELE_NONE) obs[1] = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = c, .b = d};
  return (hw_profile){.id = id, .n_markers = MARKERS, .observations = obs};
}

static double lr_of(const hw_profile *profiles, int32_t n, const bool *is_second,
                    hw_kinship_alternative alternative) {
  double log10_lr = 0;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_same_person_lr(MARKERS, markers, 0, n, profiles, is_second, alternative, NULL,
                                 &log10_lr, &err),
               &err);
  return pow(10, log10_lr);
}

static void a_match_is_worth_what_its_alternative_makes_unlikely(void **state) {
  (void)state;
  hw_observation obs[2][MARKERS];
  const hw_profile profiles[2] = {profile_of(obs[0], "P", 0, 1, HW_ALLELE_NONE, 0),
                                  profile_of(obs[1], "Q", 0, 1, HW_ALLELE_NONE, 0)};
  const bool second[2] = {false, true};
  const double p = 0.1, q = 0.2, both = 2 * p * q, one = (p + q) / 2;
  /* P(q's genotype | p's) by the alleles that are identical by descent. */
  hw_assert_close(lr_of(profiles, 2, NULL, HW_ALTERNATIVE_UNRELATED), 1 / both, 1e-12, 0);
  hw_assert_close(lr_of(profiles, 2, second, HW_ALTERNATIVE_UNRELATED), 1 / both, 1e-12, 0);
  hw_assert_close(lr_of(profiles, 2, second, HW_ALTERNATIVE_FULL_SIBS),
                  1 / (0.25 + 0.5 * one + 0.25 * both), 1e-12, 0);
  hw_assert_close(lr_of(profiles, 2, second, HW_ALTERNATIVE_PARENT_CHILD), 1 / one, 1e-12, 0);
  hw_assert_close(lr_of(profiles, 2, second, HW_ALTERNATIVE_HALF_SIBS),
                  1 / (0.5 * one + 0.5 * both), 1e-12, 0);
  hw_assert_close(lr_of(profiles, 2, second, HW_ALTERNATIVE_UNCLE), 1 / (0.5 * one + 0.5 * both),
                  1e-12, 0);
  hw_assert_close(lr_of(profiles, 2, second, HW_ALTERNATIVE_COUSINS),
                  1 / (0.25 * one + 0.75 * both), 1e-12, 0);
}

static void alternatives_have_names_and_limits(void **state) {
  (void)state;
  hw_observation obs[MARKERS];
  const hw_profile profile = profile_of(obs, "P", 0, 1, 0, 0);
  double lr = 0;
  hw_err err = HW_ERR_INIT;
  assert_string_equal(hw_kinship_alternative_name(HW_ALTERNATIVE_FULL_SIBS), "full-sibs");
  assert_string_equal(hw_kinship_alternative_name((hw_kinship_alternative)99), "unknown");
  hw_assert_status(hw_same_person_lr(MARKERS, markers, 0, 0, &profile, NULL,
                                     HW_ALTERNATIVE_UNRELATED, NULL, &lr, &err),
                   HW_E_SHAPE, &err);
  hw_assert_status(hw_same_person_lr(MARKERS, markers, 0, 1, &profile, NULL,
                                     HW_ALTERNATIVE_FULL_SIBS, NULL, &lr, &err),
                   HW_E_SHAPE, &err);
  for (long fail = 0; hw_faults_begin(fail); fail++) {
    const hw_status status = hw_same_person_lr(MARKERS, markers, 0, 1, &profile, NULL,
                                               HW_ALTERNATIVE_UNRELATED, NULL, &lr, &err);
    if (!hw_faults_end()) {
      hw_assert_ok(status, &err);
      break;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
  }
}

/* Three specimens: the first with two samples that agree or not. */
static hw_reassociate *run_three(hw_remains remains[4], hw_specimen specimens[3]) {
  static const int32_t profiles[4] = {0, 1, 2, 3};
  static hw_reassociate_problem problem;
  hw_reassociate *run = NULL;
  hw_err err = HW_ERR_INIT;
  for (int i = 0; i < 3; i++) {
    static const char *const names[3] = {"S1", "S2", "S3"};
    hw_specimen_init(&specimens[i], names[i]);
    specimens[i].profiles = i == 0 ? profiles : &profiles[i + 1];
    specimens[i].n_profiles = i == 0 ? 2 : 1;
  }
  problem = (hw_reassociate_problem){.n_specimens = 3,
                                     .specimens = specimens,
                                     .n_markers = MARKERS,
                                     .markers = markers,
                                     .n_remains = 4,
                                     .remains = remains};
  hw_assert_ok(hw_reassociate_new(&problem, NULL, &run, &err), &err);
  hw_assert_ok(hw_reassociate_run(run, NULL, NULL, &err), &err);
  return run;
}

static void samples_of_one_specimen_count_together_or_not_at_all(void **state) {
  (void)state;
  hw_observation obs[4][MARKERS];
  hw_specimen specimens[3];
  hw_remains remains[4] = {{.profile = profile_of(obs[0], "P1", 0, 0, HW_ALLELE_NONE, 0)},
                           {.profile = profile_of(obs[1], "P2", 0, HW_ALLELE_NONE, 0, 0)},
                           {.profile = profile_of(obs[2], "P3", 0, 0, 0, 0)},
                           {.profile = profile_of(obs[3], "P4", 1, 2, 1, 2)}};
  for (int i = 0; i < 4; i++) remains[i].id = remains[i].profile.id;
  hw_reassociate *run = run_three(remains, specimens);
  const int32_t pair[2] = {0, 1};
  hw_reassociate_factors factors;
  hw_assert_ok(hw_reassociate_group_factors(run, pair, 2, &factors, NULL), NULL);
  hw_assert_close(factors.dna, log(1 / 0.01 / 0.01), 1e-12, 0);
  assert_int_equal(hw_reassociate_group_of(run, 0), hw_reassociate_group_of(run, 1));
  assert_true(hw_reassociate_posterior(run, 0, 2, NULL) == 0);
  const hw_reassociate_group *groups = NULL;
  (void)hw_reassociate_groups(run, &groups);
  hw_assert_close(groups[0].log10_lr_sibs, 2 * log10(1 / (0.25 + 0.5 * 0.1 + 0.25 * 0.01)), 1e-10,
                  0);
  hw_reassociate_delete(run);
  obs[1][0].a = 2; /* 12/? excludes 10/10 */
  run = run_three(remains, specimens);
  hw_assert_ok(hw_reassociate_group_factors(run, pair, 2, &factors, NULL), NULL);
  hw_assert_close(factors.dna, 0, 0, 0);
  const hw_contradiction *found = NULL;
  assert_int_equal(hw_reassociate_contradictions(run, &found), 1);
  assert_int_equal(found[0].kind, HW_CONTRADICTION_PROFILE);
  assert_int_equal(found[0].a, 0);
  assert_int_equal(found[0].b, -1);
  hw_reassociate_delete(run);
}

static void markers_on_x_say_nothing(void **state) {
  (void)state;
  hw_observation obs[4][MARKERS];
  hw_specimen specimens[3];
  hw_remains remains[4];
  for (int i = 0; i < 4; i++) {
    static const char *const names[4] = {"P1", "P2", "P3", "P4"};
    remains[i] = (hw_remains){
        .id = names[i], .sex = HW_MALE, .profile = profile_of(obs[i], names[i], 0, 0, 0, 0)};
    obs[i][0].kind = obs[i][1].kind = HW_OBS_MISSING;
    obs[i][2] = (hw_observation){.kind = HW_OBS_SINGLE, .a = 0, .b = HW_ALLELE_NONE};
  }
  hw_reassociate *run = run_three(remains, specimens);
  const int32_t all[3] = {0, 1, 2};
  hw_reassociate_factors factors;
  hw_assert_ok(hw_reassociate_group_factors(run, all, 3, &factors, NULL), NULL);
  hw_assert_close(factors.dna, 0, 0, 0);
  assert_true(factors.sex > 0); /* three men rather than one man and others */
  hw_reassociate_delete(run);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_match_is_worth_what_its_alternative_makes_unlikely),
      cmocka_unit_test(alternatives_have_names_and_limits),
      cmocka_unit_test(samples_of_one_specimen_count_together_or_not_at_all),
      cmocka_unit_test(markers_on_x_say_nothing),
  };
  return cmocka_run_group_tests(tests, begin, NULL);
}
