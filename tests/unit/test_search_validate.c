/* What a search refuses, and in which words. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "search/encode.h"
#include "support/assert.h"
#include "support/faults.h"
#include "support/small_search.h"

static small_search s;

static int make(void **state) {
  (void)state;
  small_search_init(&s);
  return 0;
}

/* Expects the input or the options to be refused. */
static void refused(hw_status expected, const char *words) {
  hwp_index *index = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_status(hwp_index_new(&s.input, &s.options, &index, &err), expected, &err);
  assert_null(index);
  hw_assert_contains(err.message, words);
}

static void a_search_that_is_in_order_is_taken(void **state) {
  (void)state;
  hwp_index *index = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hwp_index_new(&s.input, &s.options, &index, &err), &err);
  assert_int_equal(index->n_tiles, 1);
  assert_int_equal(index->tiles[0].n, SMALL_SAMPLES);
  assert_int_equal(index->tiles[0].sexes, 7);
  hwp_index_delete(index);
  hwp_index_delete(NULL);
}

static void sizes_are_checked(void **state) {
  (void)state;
  s.input.n_samples = 0;
  refused(HW_E_SHAPE, "0 samples to search, expected 1 to 100000000");
  small_search_init(&s);
  s.input.n_queries = HW_SEARCH_MAX_QUERIES + 1;
  refused(HW_E_SHAPE, "missing persons to search, expected 1 to");
  small_search_init(&s);
  s.input.n_families = 0;
  refused(HW_E_SHAPE, "0 families to search");
  small_search_init(&s);
  s.input.n_markers = 0;
  refused(HW_E_SHAPE, "0 markers, expected 1 to 65534");
}

static void markers_are_checked(void **state) {
  (void)state;
  s.markers[1].n_alleles = 0;
  refused(HW_E_VALUE, "marker L2: 0 alleles, expected 1 to 1024");
  small_search_init(&s);
  s.frequencies[2] = -0.5;
  refused(HW_E_VALUE, "marker L1: a frequency of -0.5");
  small_search_init(&s);
  s.frequencies[2] = 0.29;
  refused(HW_E_VALUE, "marker L1: the frequencies sum to 0.99, expected 1");
  small_search_init(&s);
  s.input.theta = 1.0;
  refused(HW_E_VALUE, "theta 1 is outside 0 to 1");
}

static void samples_are_checked(void **state) {
  (void)state;
  s.samples[3].sex = (hw_sex)3;
  refused(HW_E_VALUE, "sex 3 does not exist, while reading sample 'S3'");
  small_search_init(&s);
  s.samples[3].profile.n_markers = 3;
  refused(HW_E_SHAPE, "3 observations for 4 markers, while reading sample 'S3'");
  small_search_init(&s);
  s.samples[5].profile.typing_error = 1.5;
  refused(HW_E_VALUE, "typing error 1.5: each is between 0 and 1, while reading sample 'S5'");
  small_search_init(&s);
  s.samples[5].profile.dropout = (double)NAN;
  refused(HW_E_VALUE, "each is between 0 and 1");
  small_search_init(&s);
  s.samples[5].profile.drop_in = -0.1;
  refused(HW_E_VALUE, "drop-in -0.1");
  small_search_init(&s);
  s.observations[4][0].a = 5;
  refused(HW_E_VALUE, "marker L1: allele number 5; it has 5 alleles, while reading sample 'S4'");
  small_search_init(&s);
  s.observations[4][0].kind = HW_OBS_SINGLE;
  refused(HW_E_SHAPE, "marker L1: one allele, but the person carries two here");
  small_search_init(&s);
  s.samples[7].code = "S6";
  refused(HW_E_DUPLICATE, "two samples have the code 'S6' (numbers 7 and 8)");
}

static void a_sample_may_have_either_form_at_x_whatever_its_sex(void **state) {
  (void)state;
  hwp_index *index = NULL;
  hw_err err = HW_ERR_INIT;
  s.samples[1].sex = HW_MALE; /* typed by two alleles */
  s.samples[2].sex = HW_FEMALE;
  hw_assert_ok(hwp_index_new(&s.input, &s.options, &index, &err), &err);
  hwp_index_delete(index);
}

static void families_are_checked(void **state) {
  (void)state;
  s.persons[2][1].id = "father";
  refused(HW_E_DUPLICATE, "while reading family 'F2'");
  small_search_init(&s);
  s.father = 3;
  refused(HW_E_REFERENCE, "profile 0 belongs to person 3 of 3, while reading family 'F0'");
  small_search_init(&s);
  s.reference_observations[2][1].b = 7;
  refused(HW_E_VALUE, "while reading the profile of 'father', while reading family 'F2'");
  small_search_init(&s);
  s.reference_observations[2][SMALL_X] = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = 0, .b = 1};
  refused(HW_E_SHAPE, "marker X1: two alleles, but a male carries one");
  s.persons[2][0].sex = HW_UNKNOWN_SEX; /* a father all the same */
  refused(HW_E_SHAPE, "marker X1: two alleles, but a male carries one");
  small_search_init(&s);
  s.families[9].code = "F1";
  refused(HW_E_DUPLICATE, "two families have the code 'F1' (numbers 2 and 10)");
}

static void missing_persons_are_checked(void **state) {
  (void)state;
  s.queries[4].family = SMALL_FAMILIES;
  refused(HW_E_REFERENCE, "missing person 'child' belongs to family 80 of 80");
  small_search_init(&s);
  s.queries[4].person = -1;
  refused(HW_E_REFERENCE, "missing person 'child' of family 'F4' is person -1 of 3");
  small_search_init(&s);
  s.queries[4].person = 0;
  refused(HW_E_VALUE, "missing person 'child' of family 'F4' has a profile of her own");
  small_search_init(&s);
  s.queries[4] = (hw_search_query){2, 1, "mother"};
  refused(HW_E_SHAPE, "the missing persons of family 'F2' do not stand together");
  small_search_init(&s);
  s.queries[4] = (hw_search_query){3, 1, "child"};
  refused(HW_E_DUPLICATE,
          "two missing persons have the code 'child' (numbers 1 and 2), while reading family 'F3'");
}

static void options_are_checked(void **state) {
  (void)state;
  s.options.threshold = (double)NAN;
  refused(HW_E_VALUE, "a threshold of");
  s.options.threshold = HUGE_VAL;
  refused(HW_E_VALUE, "a threshold of inf, expected a log10 likelihood ratio");
  small_search_init(&s);
  s.options.top = -1;
  refused(HW_E_VALUE, "the best -1 pairs, expected 0 or more");
  small_search_init(&s);
  s.options.top = 1;
  s.options.floor = 0.75;
  refused(HW_E_VALUE, "a floor of 0.75 above the threshold of 0.5");
  s.options.floor = (double)NAN;
  refused(HW_E_VALUE, "a floor of");
  small_search_init(&s);
  s.options.prior_none = 1.25;
  refused(HW_E_VALUE, "a prior probability of 1.25");
  small_search_init(&s);
  s.options.likelihood.simd = "mmx";
  refused(HW_E_UNSUPPORTED, "the kernels \"mmx\" do not exist or cannot run on this processor");
}

static void an_index_without_memory_says_so(void **state) {
  (void)state;
  for (long n = 0; hw_faults_begin(n); n++) {
    hwp_index *index = NULL;
    hw_err err = HW_ERR_INIT;
    const hw_status status = hwp_index_new(&s.input, &s.options, &index, &err);
    const bool has_failed = hw_faults_end();
    hw_assert_status(status, has_failed ? HW_E_NO_MEMORY : HW_OK, &err);
    assert_int_equal(index == NULL, has_failed);
    hwp_index_delete(index);
    if (!has_failed) return;
  }
  fail();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(a_search_that_is_in_order_is_taken, make),
      cmocka_unit_test_setup(sizes_are_checked, make),
      cmocka_unit_test_setup(markers_are_checked, make),
      cmocka_unit_test_setup(samples_are_checked, make),
      cmocka_unit_test_setup(a_sample_may_have_either_form_at_x_whatever_its_sex, make),
      cmocka_unit_test_setup(families_are_checked, make),
      cmocka_unit_test_setup(missing_persons_are_checked, make),
      cmocka_unit_test_setup(options_are_checked, make),
      cmocka_unit_test_setup(an_index_without_memory_says_so, make),
  };
  return cmocka_run_group_tests_name("search: what is refused", tests, NULL, NULL);
}
