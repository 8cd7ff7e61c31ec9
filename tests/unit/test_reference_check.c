/* The reference check on small families written out by hand: facts, sexes, sentences,
 * inputs at the edge, failures. All data are made up. What it finds in realistic families is
 * measured by tests/oracle/test_detection.c. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/reference.h"
#include "support/assert.h"
#include "support/faults.h"
#include "support/said.h"

#define MARKER(name, chromosome, mutation)                                                   \
  "{\"name\":\"" name "\",\"chromosome\":" chromosome                                        \
  ",\"alleles\":[\"10\",\"11\",\"12\",\"13\",\"14\"],\"frequencies\":[0.2,0.2,0.2,0.2,0.2]," \
  "\"mutation\":{\"model\":" mutation "}}"
#define EQUAL "\"equal\",\"rate\":{\"female\":0.001,\"male\":0.002}"
#define HEAD                                                                       \
  "{\"format\":\"homeward-case/1\",\"id\":\"c\",\"theta\":0,\"markers\":[" MARKER( \
      "A", "\"A\"",                                                                \
      EQUAL) "," MARKER("B", "\"A\"",                                              \
                        "\"none\"") "],"                                           \
                                    "\"remains\":[{\"id\":\"R\",\"sex\":\"unknown\",\"genotypes\":[null,null]}],\"families\":["
#define PERSON(id, father, mother, sex) \
  "{\"id\":\"" id "\",\"father\":" father ",\"mother\":" mother ",\"sex\":\"" sex "\"}"
#define TRIO                                                                              \
  "\"pedigree\":[" PERSON("F", "null", "null", "male") "," PERSON(                        \
      "W", "null", "null",                                                                \
      "female") "," PERSON("C", "\"F\"", "\"W\"",                                         \
                           "female") "," PERSON("D", "\"F\"", "\"W\"",                    \
                                                "male") "," PERSON("M", "\"F\"", "\"W\"", \
                                                                   "male") "],\"missing\":[\"M\"],"

/* 0 fits; 1: father and child share nothing at A; 2: neither pair, but the trio at B;
 * 3: three sibs with five alleles at A; 4: nobody typed; 5: one typed. */
static const char CASE[] =
    HEAD "{\"name\":\"fits\"," TRIO "\"genotypes\":{\"F\":[[\"10\",\"11\"],[\"10\",\"10\"]],"
         "\"W\":[[\"12\",\"13\"],[\"11\",\"11\"]],\"C\":[[\"10\",\"12\"],[\"10\",\"11\"]]}},"
         "{\"name\":\"duo\"," TRIO "\"genotypes\":{\"F\":[[\"10\",\"11\"],[\"10\",\"10\"]],"
         "\"W\":[[\"12\",\"13\"],[\"11\",\"11\"]],\"C\":[[\"12\",\"14\"],[\"10\",\"11\"]]}},"
         "{\"name\":\"trio\"," TRIO "\"genotypes\":{\"F\":[[\"10\",\"11\"],[\"10\",\"11\"]],"
         "\"W\":[[\"12\",\"13\"],[\"10\",\"11\"]],\"C\":[[\"10\",\"12\"],[\"11\",\"12\"]]}},"
         "{\"name\":\"five\"," TRIO "\"genotypes\":{\"C\":[[\"10\",\"11\"],null],"
         "\"D\":[[\"12\",\"13\"],null]}},"
         "{\"name\":\"nobody\"," TRIO "\"genotypes\":{}},"
         "{\"name\":\"one\"," TRIO "\"genotypes\":{\"C\":[[\"10\",\"11\"],null]}}]}";

static hw_case_list *list;

static void parse(const char *text) {
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_case_list_parse(text, strlen(text), "case", &list, &err), &err);
}

static int read_case(void **state) {
  (void)state;
  parse(CASE);
  return 0;
}

static int drop_case(void **state) {
  (void)state;
  hw_case_list_delete(list);
  list = NULL;
  return 0;
}

static hw_reference *new_check(const hw_reference_options *options) {
  const hw_case *c = &list->cases[0];
  hw_reference *self = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_reference_new(c->n_markers, c->markers, c->theta, options, &self, &err), &err);
  return self;
}

static const hw_reference_report *check(hw_reference *self, const hw_family *family,
                                        const hw_amelogenin *amelogenin) {
  const hw_reference_report *report = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_reference_check(self, family, amelogenin, &report, &err), &err);
  assert_non_null(report);
  return report;
}

static const char *text_of(const hw_finding *finding, const hw_family *family) {
  static char text[HW_FINDING_TEXT];
  hw_finding_text(finding, family, list->cases[0].markers, text, sizeof text);
  hw_assert_said_in_vietnamese(text);
  return text;
}

/* ---- facts ---------------------------------------------------------------- */

static void a_family_that_fits_has_nothing_to_report(void **state) {
  (void)state;
  hw_reference *self = new_check(NULL);
  const hw_reference_report *r = check(self, &list->cases[0].families[0], NULL);
  assert_false(r->is_suspicious);
  assert_true(r->is_screened);
  assert_int_equal(r->n_facts, 0);
  assert_int_equal(r->n_findings, 0);
  assert_int_equal(r->n_profiles, 3);
  assert_true(r->posterior_stated == 1);
  assert_true(isnan(r->ln_stated));
  hw_reference_delete(self);
}

static void a_pair_that_shares_no_allele_is_named(void **state) {
  (void)state;
  hw_reference *self = new_check(NULL);
  const hw_family *family = &list->cases[0].families[1];
  const hw_reference_report *r = check(self, family, NULL);
  assert_int_equal(r->n_facts, 1);
  assert_int_equal(r->facts[0].kind, HW_FINDING_FATHER_CHILD);
  assert_int_equal(r->facts[0].marker, 0);
  assert_int_equal(r->n_mutated, 1);
  assert_int_equal(r->n_impossible, 0);
  assert_false(r->is_suspicious); /* one mutation explains it */
  assert_string_equal(text_of(&r->facts[0], family),
                      "A: C (12/14) and the stated father F (10/11) share no allele; only a "
                      "mutation explains it");
  hw_reference_delete(self);
}

static void a_trio_is_named_where_no_pair_shows_it(void **state) {
  (void)state;
  hw_reference *self = new_check(NULL);
  const hw_family *family = &list->cases[0].families[2];
  const hw_reference_report *r = check(self, family, NULL);
  assert_int_equal(r->n_facts, 1);
  assert_int_equal(r->facts[0].kind, HW_FINDING_TRIO);
  assert_string_equal(text_of(&r->facts[0], family),
                      "B: C (11/12) cannot have one allele of the stated father F (10/11) and one "
                      "of the stated mother W (10/11); only a mutation explains it");
  hw_reference_delete(self);
}

/* Five alleles in three full siblings: C 10/11, D 12/13, and M 14/14 typed as a reference. */
static void a_family_is_named_where_no_pair_and_no_trio_shows_it(void **state) {
  (void)state;
  const hw_family *stored = &list->cases[0].families[3];
  const hw_observation third[2] = {{.kind = HW_OBS_GENOTYPE, .a = 4, .b = 4},
                                   {.kind = HW_OBS_MISSING}};
  hw_profile profiles[3] = {
      stored->profiles[0], stored->profiles[1], {.id = "M", .n_markers = 2, .observations = third}};
  const int32_t persons[3] = {stored->profile_person[0], stored->profile_person[1], 4};
  hw_family family = *stored;
  family.n_profiles = 3;
  family.profiles = profiles;
  family.profile_person = persons;
  hw_reference *self = new_check(NULL);
  const hw_reference_report *r = check(self, &family, NULL);
  assert_int_equal(r->n_facts, 1);
  assert_int_equal(r->facts[0].kind, HW_FINDING_FAMILY);
  assert_int_equal(r->n_mutated, 1);
  hw_assert_contains(text_of(&r->facts[0], &family), "A: the typed members together");
  hw_reference_delete(self);
}

static void without_mutation_a_contradiction_is_raised_though_nothing_explains_it(void **state) {
  (void)state;
  const hw_reference_options options = {.mutation_rate = -1, .margin_log10 = 9};
  hw_reference *self = new_check(&options);
  const hw_family *family = &list->cases[0].families[2]; /* at B, whose model is "none" */
  const hw_reference_report *r = check(self, family, NULL);
  assert_int_equal(r->n_impossible, 1);
  assert_true(r->facts[0].is_impossible);
  hw_assert_contains(text_of(&r->facts[0], family), "no mutation in the model explains it");
  assert_true(r->is_suspicious);
  assert_true(r->ln_stated == -HUGE_VAL);
  assert_int_equal(r->findings[0].kind, HW_FINDING_UNEXPLAINED);
  hw_assert_contains(text_of(&r->findings[0], family), "family trio contradicts");
  for (int32_t i = 0; i < r->n_alternatives; i++)
    assert_true(isfinite(r->alternatives[i].log10_lr));
  hw_reference_delete(self);
}

static void two_profiles_of_one_person_that_differ_are_named(void **state) {
  (void)state;
  const hw_family *stored = &list->cases[0].families[0];
  const hw_profile profiles[2] = {stored->profiles[0], stored->profiles[1]};
  const int32_t persons[2] = {0, 0};
  hw_family family = *stored;
  family.n_profiles = 2;
  family.profiles = profiles;
  family.profile_person = persons;
  hw_reference *self = new_check(NULL);
  const hw_reference_report *r = check(self, &family, NULL);
  assert_int_equal(r->n_facts, 2);
  assert_int_equal(r->facts[0].kind, HW_FINDING_TWINS);
  hw_assert_contains(text_of(&r->facts[0], &family), "stated to be one individual but differ");
  assert_false(r->is_screened);
  assert_int_equal(r->n_impossible, 2); /* no mutation makes one person two */
  hw_reference_delete(self);
}

/* ---- sex ------------------------------------------------------------------ */

static void amelogenin_is_held_against_sex_and_role(void **state) {
  (void)state;
  hw_reference *self = new_check(NULL);
  const hw_family *family = &list->cases[0].families[0]; /* F, W, C */
  const hw_amelogenin good[3] = {HW_AMELOGENIN_XY, HW_AMELOGENIN_X, HW_AMELOGENIN_NONE};
  assert_int_equal(check(self, family, good)->n_findings, 0);
  const hw_amelogenin bad[3] = {HW_AMELOGENIN_X, HW_AMELOGENIN_X, HW_AMELOGENIN_Y};
  const hw_reference_report *r = check(self, family, bad);
  assert_true(r->is_suspicious);
  int n_sex = 0;
  for (int32_t i = 0; i < r->n_findings; i++)
    if (r->findings[i].kind == HW_FINDING_SEX && n_sex++ == 0)
      assert_string_equal(text_of(&r->findings[i], family),
                          "F is stated to be a father, but amelogenin shows the other sex");
  assert_int_equal(n_sex, 2);
  hw_reference_delete(self);
}

static void exchanged_parents_are_told_by_amelogenin(void **state) {
  (void)state;
  hw_reference *self = new_check(NULL);
  const hw_family *family = &list->cases[0].families[0];
  const hw_amelogenin crossed[3] = {HW_AMELOGENIN_X, HW_AMELOGENIN_XY, HW_AMELOGENIN_X};
  const hw_reference_report *r = check(self, family, crossed);
  assert_int_equal(r->findings[0].kind, HW_FINDING_SWAPPED);
  assert_true(r->findings[0].log10_lr > 7);
  hw_assert_contains(text_of(&r->findings[0], family),
                     "the samples of F and W are rather exchanged (log10 LR against the stated "
                     "pedigree ");
  hw_reference_delete(self);
}

#define X_CASE                                                                                                             \
  "{\"format\":\"homeward-case/1\",\"id\":\"c\",\"theta\":0,\"markers\":[" MARKER(                                         \
      "A", "\"A\"",                                                                                                        \
      EQUAL) "," MARKER("X1", "\"X\"",                                                                                     \
                        EQUAL) "],"                                                                                        \
                               "\"remains\":[{\"id\":\"R\",\"sex\":\"unknown\",\"genotypes\":[null,null]}],\"families\":[" \
                               "{\"name\":\"x\"," TRIO                                                                     \
                               "\"genotypes\":{\"F\":[[\"10\",\"11\"],[\"10\"]],"                                          \
                               "\"W\":[[\"12\",\"13\"],[\"11\",\"12\"]],\"C\":[[\"10\",\"12\"],[\"13\",\"12\"]],"          \
                               "\"D\":[[\"10\",\"12\"],[\"13\"]]}}]}"

static void x_markers_follow_the_sexes(void **state) {
  (void)state;
  parse(X_CASE);
  hw_reference *self = new_check(NULL);
  const hw_family *family = &list->cases[0].families[0];
  const hw_reference_report *r = check(self, family, NULL);
  /* father and daughter, mother and son; not father and son */
  assert_int_equal(r->n_facts, 2);
  assert_int_equal(r->facts[0].kind, HW_FINDING_FATHER_CHILD);
  assert_int_equal(r->facts[1].kind, HW_FINDING_MOTHER_CHILD);
  hw_assert_contains(text_of(&r->facts[1], family), "X1: D (13) and the stated mother W (11/12)");
  assert_int_equal(r->n_markers_out, 0);
  hw_reference_delete(self);
}

static void a_sex_that_an_x_marker_denies_is_a_finding(void **state) {
  (void)state;
  parse(X_CASE);
  const hw_family *stored = &list->cases[0].families[0];
  hw_person persons[5];
  memcpy(persons, stored->pedigree.persons, sizeof persons);
  hw_family family = *stored;
  family.pedigree.persons = persons;
  hw_reference *self = new_check(NULL);
  persons[3].sex = HW_FEMALE; /* D shows one allele at X1 */
  const hw_reference_report *r = check(self, &family, NULL);
  assert_int_equal(r->n_markers_out, 1);
  assert_int_equal(r->findings[r->n_findings - 1].kind, HW_FINDING_SEX);
  hw_assert_contains(text_of(&r->findings[r->n_findings - 1], &family),
                     "D is stated to be female, but the X marker X1 shows the other sex");
  persons[3].sex = HW_UNKNOWN_SEX;
  r = check(self, &family, NULL);
  assert_int_equal(r->n_markers_out, 1);
  assert_int_equal(r->n_findings, 0);
  hw_reference_delete(self);
}

/* ---- edges ---------------------------------------------------------------- */

static void nobody_typed_and_one_typed_are_fine(void **state) {
  (void)state;
  const hw_reference_options always = {.screen_log10 = -HUGE_VAL};
  for (int i = 0; i < 2; i++) {
    hw_reference *self = new_check(i == 0 ? NULL : &always);
    for (int f = 4; f < 6; f++) {
      const hw_reference_report *r = check(self, &list->cases[0].families[f], NULL);
      assert_int_equal(r->n_findings, 0);
      assert_int_equal(r->n_profiles, f - 4);
      hw_assert_close(r->posterior_stated, i == 0 ? 1 : r->posterior_stated, 0, 0);
    }
    hw_reference_delete(self);
  }
}

static void theta_and_every_family_can_be_computed(void **state) {
  (void)state;
  const hw_reference_options always = {.screen_log10 = -HUGE_VAL};
  const hw_case *c = &list->cases[0];
  static const double thetas[] = {0, 0.03};
  for (int t = 0; t < 2; t++) {
    hw_reference *self = NULL;
    hw_assert_ok(hw_reference_new(c->n_markers, c->markers, thetas[t], &always, &self, NULL), NULL);
    for (int32_t f = 0; f < c->n_families; f++) {
      const hw_reference_report *r = check(self, &c->families[f], NULL);
      double sum = r->posterior_stated;
      assert_false(r->is_without_theta);
      for (int32_t i = 0; i < r->n_alternatives; i++) {
        assert_true(isfinite(r->alternatives[i].log10_lr));
        sum += r->alternatives[i].posterior;
        if (i > 0) assert_true(r->alternatives[i].posterior <= r->alternatives[i - 1].posterior);
      }
      hw_assert_close(sum, 1, 1e-12, 0);
    }
    hw_reference_delete(self);
  }
}

static void a_family_that_is_too_complex_is_judged_by_pairs(void **state) {
  (void)state;
  const hw_reference_options options = {.screen_log10 = -HUGE_VAL, .likelihood = {.max_work = 1}};
  hw_reference *self = new_check(&options);
  const hw_reference_report *r = check(self, &list->cases[0].families[1], NULL);
  assert_true(r->is_complex);
  assert_true(isnan(r->ln_stated));
  assert_int_equal(r->n_mutated, 1);
  hw_reference_delete(self);
}

static void refused(const hw_reference_options *options, double theta, const char *message) {
  hw_reference *self = NULL;
  hw_err err = HW_ERR_INIT;
  const hw_case *c = &list->cases[0];
  hw_assert_status(hw_reference_new(c->n_markers, c->markers, theta, options, &self, &err),
                   HW_E_VALUE, &err);
  assert_null(self);
  hw_assert_contains(err.message, message);
}

static void options_out_of_range_are_refused(void **state) {
  (void)state;
  refused(NULL, 1, "theta is 1");
  refused(NULL, (double)NAN, "theta is nan");
  refused(&(hw_reference_options){.prior_stated = 2}, 0, "prior 2");
  refused(&(hw_reference_options){.typing_error = -1}, 0, "typing error -1");
  refused(&(hw_reference_options){.margin_log10 = (double)NAN}, 0, "must be numbers");
  refused(&(hw_reference_options){.share = {[HW_FINDING_SWAPPED] = -1}}, 0,
          "share -1 of \"swapped\"");
}

static void profiles_that_do_not_fit_are_refused(void **state) {
  (void)state;
  hw_reference *self = new_check(NULL);
  const hw_reference_report *report = NULL;
  hw_err err = HW_ERR_INIT;
  hw_observation wild[2] = {{.kind = HW_OBS_GENOTYPE, .a = 99, .b = 0}, {.kind = HW_OBS_MISSING}};
  hw_profile profile = {.id = "W1", .n_markers = 2, .observations = wild};
  int32_t person = 0;
  hw_family family = list->cases[0].families[0];
  family.n_profiles = 1;
  family.profiles = &profile;
  family.profile_person = &person;
  hw_assert_status(hw_reference_check(self, &family, NULL, &report, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "allele number 99");
  hw_assert_contains(err.message, "checking profile 'W1'");
  assert_null(report);
  hw_exchange *exchanges = NULL;
  int32_t n = 0;
  const hw_family *families[1] = {&family};
  hw_assert_status(hw_reference_exchanges(self, 1, families, &exchanges, &n, &err), HW_E_VALUE,
                   &err);
  person = 77;
  wild[0].a = 0;
  hw_assert_status(hw_reference_check(self, &family, NULL, &report, &err), HW_E_REFERENCE, &err);
  hw_assert_contains(err.message, "belongs to no person of family 'fits'");
  profile.n_markers = 1;
  hw_assert_status(hw_reference_check(self, &family, NULL, &report, &err), HW_E_SHAPE, &err);
  hw_assert_contains(err.message, "has 1 markers, the check 2");
  hw_assert_status(hw_reference_exchanges(self, 1, families, &exchanges, &n, &err), HW_E_SHAPE,
                   &err);
  hw_reference_delete(self);
}

static void codes_are_stable_and_found_again(void **state) {
  (void)state;
  static const char *const codes[HW_FINDING_KIND_COUNT] = {"father-child-mismatch",
                                                           "mother-child-mismatch",
                                                           "trio-mismatch",
                                                           "twins-mismatch",
                                                           "family-mismatch",
                                                           "foreign-sample",
                                                           "swapped",
                                                           "false-paternity",
                                                           "false-maternity",
                                                           "half-sibs",
                                                           "full-sibs",
                                                           "duplicate",
                                                           "not-identical",
                                                           "other-relation",
                                                           "sex",
                                                           "unexplained"};
  double sum = 0;
  for (int k = 0; k < HW_FINDING_KIND_COUNT; k++) {
    assert_string_equal(hw_finding_code((hw_finding_kind)k), codes[k]);
    assert_int_equal(hw_finding_find(codes[k]), k);
    sum += hw_reference_default_share((hw_finding_kind)k);
  }
  hw_assert_close(sum, 1, 1e-12, 0);
  assert_string_equal(hw_finding_code((hw_finding_kind)99), "unknown");
  assert_int_equal(hw_finding_find("nonsense"), -1);
}

static void every_explanation_has_a_sentence_that_fits(void **state) {
  (void)state;
  char long_id[600];
  memset(long_id, 'x', sizeof long_id - 1);
  long_id[sizeof long_id - 1] = '\0';
  hw_person persons[3] = {{long_id, -1, -1, HW_MALE, -1},
                          {long_id, -1, -1, HW_FEMALE, -1},
                          {long_id, 0, 1, HW_MALE, -1}};
  const hw_family family = {.name = long_id, .pedigree = {3, persons}};
  char text[HW_FINDING_TEXT];
  for (int k = HW_FINDING_FOREIGN; k < HW_FINDING_KIND_COUNT; k++)
    for (int r = 0; r <= HW_RELATION_PARENT; r++) {
      const hw_finding finding = {.kind = (hw_finding_kind)k,
                                  .relation = (hw_relation)r,
                                  .n_persons = 2,
                                  .persons = {2, 0, -1},
                                  .profiles = {-1, -1, -1},
                                  .marker = -1,
                                  .log10_lr = 12.345,
                                  .posterior = 0.5,
                                  .n_rivals = r};
      hw_finding_text(&finding, &family, list->cases[0].markers, text, sizeof text);
      assert_true(strlen(text) > 40 && strlen(text) < sizeof text - 1);
      hw_assert_said_in_vietnamese(text);
      if (k < HW_FINDING_SEX)
        hw_assert_contains(text, "(log10 LR against the stated pedigree 12.35");
      if (k < HW_FINDING_SEX && r == 1) hw_assert_contains(text, "; 1 other explanation fits");
      if (k < HW_FINDING_SEX && r == 2)
        hw_assert_contains(text, "; 2 other explanations fit about");
      assert_string_equal(hw_finding_text(&finding, &family, NULL, text, 1), "");
    }
}

static void every_failed_allocation_is_reported(void **state) {
  (void)state;
  const hw_reference_options always = {.screen_log10 = -HUGE_VAL};
  const hw_case *c = &list->cases[0];
  const hw_family *families[2] = {&c->families[1], &c->families[2]};
  hw_err err = HW_ERR_INIT;
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_reference *self = NULL;
    const hw_reference_report *report = NULL;
    hw_exchange *exchanges = NULL;
    int32_t n_exchanges = 0;
    hw_status s = hw_reference_new(c->n_markers, c->markers, 0, &always, &self, &err);
    if (s == HW_OK) s = hw_reference_check(self, families[0], NULL, &report, &err);
    if (s == HW_OK) s = hw_reference_exchanges(self, 2, families, &exchanges, &n_exchanges, &err);
    const bool failed = hw_faults_end();
    free(exchanges);
    hw_reference_delete(self);
    if (!failed) {
      hw_assert_ok(s, &err);
      return;
    }
    hw_assert_status(s, HW_E_NO_MEMORY, &err);
  }
  fail_msg("the allocations never ended");
}

int main(void) {
#define CASE_TEST(name) cmocka_unit_test_setup_teardown(name, read_case, drop_case)
  const struct CMUnitTest tests[] = {
      CASE_TEST(a_family_that_fits_has_nothing_to_report),
      CASE_TEST(a_pair_that_shares_no_allele_is_named),
      CASE_TEST(a_trio_is_named_where_no_pair_shows_it),
      CASE_TEST(a_family_is_named_where_no_pair_and_no_trio_shows_it),
      CASE_TEST(without_mutation_a_contradiction_is_raised_though_nothing_explains_it),
      CASE_TEST(two_profiles_of_one_person_that_differ_are_named),
      CASE_TEST(amelogenin_is_held_against_sex_and_role),
      CASE_TEST(exchanged_parents_are_told_by_amelogenin),
      cmocka_unit_test_teardown(x_markers_follow_the_sexes, drop_case),
      cmocka_unit_test_teardown(a_sex_that_an_x_marker_denies_is_a_finding, drop_case),
      CASE_TEST(nobody_typed_and_one_typed_are_fine),
      CASE_TEST(theta_and_every_family_can_be_computed),
      CASE_TEST(a_family_that_is_too_complex_is_judged_by_pairs),
      CASE_TEST(options_out_of_range_are_refused),
      CASE_TEST(profiles_that_do_not_fit_are_refused),
      CASE_TEST(codes_are_stable_and_found_again),
      CASE_TEST(every_explanation_has_a_sentence_that_fits),
      CASE_TEST(every_failed_allocation_is_reported),
  };
  return cmocka_run_group_tests_name("reference check", tests, NULL, NULL);
}
