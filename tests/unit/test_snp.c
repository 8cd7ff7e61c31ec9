/* Genotype likelihoods in bytes: rounding, called genotypes, text and back. */
#include "homeward/snp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/assert.h"
#include "support/faults.h"

static hw_panel *panel;

/* Markers of two and three alleles, and one on X. */
static int begin(void **state) {
  static const char *const alleles[] = {"A", "C", "G"};
  const hw_panel_marker markers[] = {{"a", 1, {1, 1}, 2, alleles, 1, 1},
                                     {"b", 1, {2, 2}, 3, alleles, 2, 2},
                                     {"c", 23, {3, 3}, 2, alleles, 3, 3}};
  hw_err err = HW_ERR_INIT;
  (void)state;
  hw_assert_ok(hw_panel_new(NULL, NULL, 3, markers, 0, NULL, &panel, &err), &err);
  return 0;
}

static int end(void **state) {
  (void)state;
  hw_panel_delete(panel);
  panel = NULL;
  return 0;
}

static void a_byte_is_a_quarter_of_a_phred_unit(void **state) {
  uint8_t bytes[256];
  float likelihoods[256];
  (void)state;
  for (int b = 0; b < 256; b++) bytes[b] = (uint8_t)b;
  hw_snp_likelihoods(bytes, 256, likelihoods);
  for (int b = 0; b < 256; b++)
    hw_assert_close((double)likelihoods[b], pow(10, -b / 40.0), 1e-7, 0);
  assert_true(likelihoods[0] == 1);
}

static void likelihoods_become_bytes_of_the_largest(void **state) {
  uint8_t bytes[3];
  (void)state;
  hw_snp_bytes((const double[]){2e-9, 1e-8, 0}, 3, bytes);
  assert_int_equal(bytes[0], 28); /* 40 log10 5 = 27.96 */
  assert_int_equal(bytes[1], 0);
  assert_int_equal(bytes[2], 255);
  hw_snp_bytes((const double[]){1e300, 1e280, 1e299}, 3, bytes);
  assert_int_equal(bytes[1], 255);
  assert_int_equal(bytes[2], 40);
  const double unknown[][3] = {{1, 1, 1}, {0, 0, 0}, {-1, -1, -1}, {1, NAN, 0}, {1, INFINITY, 0}};
  for (int i = 0; i < 5; i++) {
    memset(bytes, 7, sizeof bytes);
    hw_snp_bytes(unknown[i], 3, bytes);
    assert_true(bytes[0] == 0 && bytes[1] == 0 && bytes[2] == 0);
  }
}

static void every_byte_comes_back_from_its_likelihood(void **state) {
  (void)state;
  for (int b = 0; b < 255; b++) {
    const uint8_t in[2] = {0, (uint8_t)b};
    uint8_t out[2];
    float likelihoods[2];
    hw_snp_likelihoods(in, 2, likelihoods);
    hw_snp_bytes((const double[]){(double)likelihoods[0], (double)likelihoods[1]}, 2, out);
    assert_int_equal(out[1], b);
  }
}

/* P(call a/b | genotype x/y) written out over every way to err. */
static double slow_call(int n, int x, int y, int a, int b, const hw_snp_error *e) {
  double sum = 0;
  for (int way = 0; way < 3; way++) { /* nothing lost; y lost; x lost */
    const double p = x == y ? (way == 0 ? 1 : 0) : way == 0 ? 1 - e->dropout : e->dropout / 2;
    const int first = way == 2 ? y : x, second = way == 1 ? x : y;
    for (int i = 0; i < n; i++)
      for (int j = 0; j < n; j++)
        if ((i == a && j == b) || (i == b && j == a))
          sum += p * (i == first ? 1 - e->allele : e->allele / (n - 1)) *
                 (j == second ? 1 - e->allele : e->allele / (n - 1));
  }
  return sum;
}

static void a_call_errs_as_the_platform_does(void **state) {
  const hw_snp_error errors[] = {{0, 0}, {0.01, 0}, {0, 0.1}, {0.003, 0.2}};
  (void)state;
  for (int e = 0; e < 4; e++)
    for (int n = 2; n <= HW_PANEL_MAX_ALLELES; n++)
      for (int b = 0; b < n; b++)
        for (int a = 0; a <= b; a++) {
          double slow[36];
          uint8_t expected[36], bytes[36];
          int g = 0;
          for (int y = 0; y < n; y++)
            for (int x = 0; x <= y; x++) slow[g++] = slow_call(n, x, y, a, b, &errors[e]);
          hw_snp_bytes(slow, g, expected);
          hw_snp_call_set(n, a, b, &errors[e], bytes);
          assert_memory_equal(bytes, expected, (size_t)g);
          hw_snp_call_set(n, b, a, &errors[e], bytes);
          assert_memory_equal(bytes, expected, (size_t)g);
          assert_int_equal(hw_snp_best(bytes, g, 1), b * (b + 1) / 2 + a);
        }
}

static void the_best_genotype_needs_its_margin(void **state) {
  (void)state;
  assert_int_equal(hw_snp_best((const uint8_t[]){30, 0, 20}, 3, 20), 1);
  assert_int_equal(hw_snp_best((const uint8_t[]){30, 0, 20}, 3, 21), -1);
  assert_int_equal(hw_snp_best((const uint8_t[]){0, 10, 5}, 3, 0), 0);
  assert_int_equal(hw_snp_best((const uint8_t[]){9, 10, 0}, 3, 9), 2);
  assert_int_equal(hw_snp_best((const uint8_t[]){0, 0, 5}, 3, 0), -1);
  assert_int_equal(hw_snp_best((const uint8_t[]){0, 0, 0}, 3, 0), -1);
}

static void known_markers_are_counted(void **state) {
  (void)state;
  uint8_t bytes[12] = {0};
  assert_int_equal(panel->first_genotype[3], 12);
  assert_int_equal(hw_snp_count_known(panel, bytes), 0);
  bytes[8] = 1;
  bytes[11] = 255;
  assert_int_equal(hw_snp_count_known(panel, bytes), 2);
}

static void text_comes_back_as_the_same_bytes(void **state) {
  (void)state;
  const uint8_t bytes[12] = {0, 0, 0, 255, 16, 0, 1, 171, 9, 4, 0, 0};
  uint8_t back[12] = {1, 1, 1};
  hw_err err = HW_ERR_INIT;
  char *text = hw_snp_format(panel, bytes);
  assert_non_null(text);
  assert_string_equal(text, ".ff100001ab09040000");
  hw_assert_ok(hw_snp_parse(panel, text, back, &err), &err);
  assert_memory_equal(back, bytes, sizeof bytes);
  free(text);
  text = NULL;
  for (long n = 0; hw_faults_begin(n); n++) {
    text = hw_snp_format(panel, bytes);
    if (!hw_faults_end()) break;
    assert_null(text);
  }
  free(text);
}

static void bad_text_is_refused_with_the_marker(void **state) {
  static const struct {
    const char *text;
    hw_status status;
    const char *message;
  } bad[] = {
      {"", HW_E_SHAPE, "before marker \"a\", 1 of 3"},
      {"..", HW_E_SHAPE, "before marker \"c\", 3 of 3"},
      {"....", HW_E_SHAPE, "behind the last of 3"},
      {"000", HW_E_SHAPE, "inside marker \"a\""},
      {"0011g2..", HW_E_SYNTAX, "marker \"a\": \"0011g2\"; expected"},
      {"00FF00..", HW_E_SYNTAX, "marker \"a\""},
      {"112233..", HW_E_SYNTAX, "one of them 00"},
      {".0011", HW_E_SHAPE, "inside marker \"b\""},
      {"00.", HW_E_SYNTAX, "marker \"a\""},
  };
  uint8_t bytes[12];
  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    hw_err err = HW_ERR_INIT;
    hw_assert_status(hw_snp_parse(panel, bad[i].text, bytes, &err), bad[i].status, &err);
    hw_assert_contains(err.message, bad[i].message);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_byte_is_a_quarter_of_a_phred_unit),
      cmocka_unit_test(likelihoods_become_bytes_of_the_largest),
      cmocka_unit_test(every_byte_comes_back_from_its_likelihood),
      cmocka_unit_test(a_call_errs_as_the_platform_does),
      cmocka_unit_test(the_best_genotype_needs_its_margin),
      cmocka_unit_test(known_markers_are_counted),
      cmocka_unit_test(text_comes_back_as_the_same_bytes),
      cmocka_unit_test(bad_text_is_refused_with_the_marker),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
