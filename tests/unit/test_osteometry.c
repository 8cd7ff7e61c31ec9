/* Osteometry: Student's t, likelihood ratios, the reference table; numbers of individuals. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/reassociate.h"
#include "support/assert.h"

/* --- osteometry --- */

#define REFERENCE_HEADER                                                                        \
  "form,element,second,measurements,second_measurements,n,mean,sd,slope,intercept,mean_x,sd_x," \
  "random_mean,random_sd,source\n"

static hw_osteometry *reference(const char *rows) {
  hw_osteometry *out = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_osteometry_parse(rows, strlen(rows), "reference", &out, &err), &err);
  return out;
}

static void t_tests_give_the_figures_of_osteosort(void **state) {
  (void)state;
  /* OsteoSort 1.2.6, humerus: 137 pairs; Asian males: 45 pairs. */
  hw_osteometry *table =
      reference(REFERENCE_HEADER "absolute,humerus,,a;b;c;d;e,,137,6.945971,4.430322,,,,,,,test\n"
                                 "absolute,humerus,,a;b;c;d;e,,45,5.77777778,2.92915508,,,,,,,"
                                 "test\n");
  const hw_osteometry_relation *relations = NULL;
  assert_int_equal(hw_osteometry_relations(table, &relations), 2);
  /* Mean and sd are known to seven digits. */
  hw_assert_close(hw_osteometry_compare(&relations[0], 12.5, 0).p_two, .21212361, 0, 1e-7);
  hw_assert_close(hw_osteometry_compare(&relations[0], 4.8, 0).p_two, .62889353, 0, 1e-7);
  hw_assert_close(hw_osteometry_compare(&relations[1], 1.1, 0).p_two, .1174300167, 0, 1e-9);
  /* Very symmetric pairs are true ones: the upper tail does not hold it against them. */
  assert_true(hw_osteometry_compare(&relations[1], 1.1, 0).p_upper > 0.9);
  hw_assert_close(hw_osteometry_compare(&relations[0], 12.5, 0).p_upper, .21212361 / 2, 0, 1e-7);
  assert_true(isnan(hw_osteometry_compare(&relations[0], 12.5, 0).log10_lr));
  hw_osteometry_delete(table);
}

static void student_has_its_known_values(void **state) {
  (void)state;
  hw_assert_close(hw_student_two_sided(1, 1), 0.5, 1e-13, 0); /* Cauchy */
  hw_assert_close(hw_student_two_sided(sqrt(2), 2), 1 - sqrt(0.5), 1e-13, 0);
  hw_assert_close(hw_student_two_sided(1.959963984540054, 1e7), 0.05, 1e-6, 0);
  hw_assert_close(hw_student_two_sided(0, 5), 1, 0, 0);
  assert_true(isnan(hw_student_two_sided(1, 0)));
}

static double normal_ln(double x, double mean, double sd) {
  return -0.5 * (x - mean) * (x - mean) / (sd * sd) - log(sd);
}

static void ratios_follow_their_densities(void **state) {
  (void)state;
  hw_osteometry *table = reference(
      REFERENCE_HEADER
      "signed,femur,,maximum-length,,1000000,0.5,2,,,,,0,30,test\n"
      "regression,femur,tibia,maximum-length,maximum-length,1000000,,0.02,0.9,0.4,6,0.05,5.8,0.06,"
      "test\n"
      "absolute,femur,,maximum-length,,100,2,2,,,,,20,20,test\n");
  const hw_osteometry_relation *r = NULL;
  (void)hw_osteometry_relations(table, &r);
  hw_assert_close(hw_osteometry_compare(&r[0], 3, 0).log10_lr,
                  (normal_ln(3, 0.5, 2) - normal_ln(3, 0, 30)) / log(10), 1e-4, 0);
  const double x = 440, y = 370;
  hw_assert_close(
      hw_osteometry_compare(&r[1], x, y).log10_lr,
      (normal_ln(log(y), 0.4 + 0.9 * log(x), 0.02) - normal_ln(log(y), 5.8, 0.06)) / log(10), 1e-4,
      0);
  /* Gamma of shape 1 is exponential. */
  hw_assert_close(hw_osteometry_compare(&r[2], 3, 0).log10_lr,
                  (-3 / 2.0 - log(2) + 3 / 20.0 + log(20)) / log(10), 1e-12, 0);
  assert_true(isfinite(hw_osteometry_compare(&r[2], 0, 0).log10_lr));
  hw_osteometry_delete(table);
}

static void bad_references_are_refused_with_their_place(void **state) {
  (void)state;
  static const struct {
    const char *text, *part;
    hw_status status;
  } cases[] = {
      {"form,element\n", "no column 'measurements'", HW_E_SHAPE},
      {REFERENCE_HEADER "best,femur,,a,,9,1,1,,,,,,,x\n", "none of absolute", HW_E_VALUE},
      {REFERENCE_HEADER "signed,spoon,,a,,9,1,1,,,,,,,x\n", "'spoon' is no element",
       HW_E_REFERENCE},
      {REFERENCE_HEADER "signed,femur,,,,9,1,1,,,,,,,x\n", "names no measurement", HW_E_VALUE},
      {REFERENCE_HEADER "signed,femur,,a,,9,1,,,,,,,,x\n", "is empty; this form", HW_E_VALUE},
      {REFERENCE_HEADER "signed,femur,,a,,9.5,1,1,,,,,,,x\n", "no whole number", HW_E_VALUE},
      {REFERENCE_HEADER "signed,femur,,a,,9,1,-1,,,,,,,x\n", "'-1' is no number", HW_E_VALUE},
      {REFERENCE_HEADER "signed,femur,,a,,9,1,1,,,,,,,\n", "need a source", HW_E_VALUE},
      {REFERENCE_HEADER "regression,femur,femur,a,a,9,,1,1,1,1,1,,,x\n", "joins two elements",
       HW_E_VALUE},
      {"form,wing\n", "'wing' is not known", HW_E_UNKNOWN_KEY},
      {"form,Form\n", "stands twice", HW_E_DUPLICATE},
      {REFERENCE_HEADER "signed,femur,,a,,9,1,1,,,,,,,x,y\n", "16 cells", HW_E_SHAPE},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_osteometry *out = NULL;
    hw_err err = HW_ERR_INIT;
    hw_assert_status(hw_osteometry_parse(cases[i].text, strlen(cases[i].text), "r.csv", &out, &err),
                     cases[i].status, &err);
    hw_assert_contains(err.message, cases[i].part);
    assert_string_equal(err.file, "r.csv");
    assert_null(out);
  }
}

/* --- numbers --- */

static void numbers_of_the_known_example(void **state) {
  (void)state;
  /* Konigsberg's example: 21 lefts, 15 rights, 11 pairs. */
  const hw_element_count count = {.left = 21, .right = 15, .pairs = 11};
  static const double masses[] = {.04565, .09300, .11957, .12506, .11672};
  hw_number_estimate e;
  hw_assert_ok(hw_number_estimate_make(1, &count, &e, NULL), NULL);
  assert_int_equal(e.lowest, 25);
  hw_assert_close(e.lincoln, 28.636, 0, 5e-4);
  hw_assert_close(e.mlni, 28, 0, 0);
  for (int i = 0; i < 5; i++) hw_assert_close(e.masses[i], masses[i], 0, 5e-6);
  hw_assert_close(e.mean, 30.5, 0, 1e-6);
  assert_int_equal(e.low, 25);
  assert_int_equal(e.high, 39);
  hw_assert_close(e.covered, .9580, 0, 5e-5);
  hw_assert_close(e.recovery, 22.0 / 36, 1e-14, 0);
  double sum = e.tail;
  for (int32_t i = 0; i < e.n_masses; i++) sum += e.masses[i];
  hw_assert_close(sum, 1, 1e-12, 0);
  hw_number_estimate_clear(&e);
}

static double ln_choose(double n, double k) {
  return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
}

static void several_elements_multiply(void **state) {
  (void)state;
  const hw_element_count counts[] = {
      {.left = 5, .right = 4, .pairs = 3}, {.left = 6, .right = 6, .pairs = 2}, {.left = 9}};
  double slow[2000], sum = 0;
  hw_number_estimate e;
  hw_assert_ok(hw_number_estimate_make(3, counts, &e, NULL), NULL);
  assert_int_equal(e.lowest, 10);
  for (int i = 0; i < 2000; i++) {
    double ln = -log(10 + i + 1.0);
    for (int c = 0; c < 2; c++)
      ln += ln_choose(10 + i - counts[c].left, counts[c].right - counts[c].pairs) -
            ln_choose(10 + i, counts[c].right);
    slow[i] = exp(ln);
    sum += slow[i];
  }
  for (int i = 0; i < 100; i++) hw_assert_close(e.masses[i], slow[i] / sum, 1e-9, 1e-12);
  hw_number_estimate_clear(&e);
}

static void numbers_without_pairs_are_not_known(void **state) {
  (void)state;
  const hw_element_count count = {.left = 3, .right = 2}, bad = {.left = 1, .right = 2, .pairs = 2};
  const hw_element_count one = {.left = 1, .right = 1, .pairs = 1};
  hw_number_estimate e;
  hw_assert_ok(hw_number_estimate_make(1, &count, &e, NULL), NULL);
  assert_int_equal(e.n_masses, 0);
  assert_true(isnan(e.mlni) && isnan(e.lincoln) && isnan(e.mean));
  hw_err err = HW_ERR_INIT;
  hw_assert_status(hw_number_estimate_make(1, &bad, &e, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "no such count");
  /* 1 left, 1 right, 1 pair: p(N) = 1/(N(N+1)), no mean. */
  hw_assert_ok(hw_number_estimate_make(1, &one, &e, NULL), NULL);
  hw_assert_close(e.masses[0], 0.5, 1e-6, 0);
  hw_assert_close(e.masses[1], 1.0 / 6, 1e-6, 0);
  assert_true(e.mean == HUGE_VAL);
  hw_number_estimate_clear(&e);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(t_tests_give_the_figures_of_osteosort),
      cmocka_unit_test(student_has_its_known_values),
      cmocka_unit_test(ratios_follow_their_densities),
      cmocka_unit_test(bad_references_are_refused_with_their_place),
      cmocka_unit_test(numbers_of_the_known_example),
      cmocka_unit_test(several_elements_multiply),
      cmocka_unit_test(numbers_without_pairs_are_not_known),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
