/* Logarithms and powers: as exact as promised, and special values. */
#include "base/elementary.h"

#include <float.h>
#include <math.h>

#include "homeward/random.h"
#include "support/assert.h"

enum { TRIALS = 200000 };

/* A positive number anywhere in the range of normal doubles. */
static double any_positive(hw_random *random) {
  const int exponent = (int)hw_random_below(random, 2040) - 1020;
  return ldexp(1.0 + hw_random_double(random), exponent);
}

static void logarithms_are_those_of_the_c_library(void **state) {
  (void)state;
  hw_random random;
  hw_random_init(&random, 5);
  for (int i = 0; i < TRIALS; i++) {
    double x = any_positive(&random);
    hw_assert_close(hw_ln(x), log(x), 4 * DBL_EPSILON, 0);
    hw_assert_close(hw_log10(x), log10(x), 4 * DBL_EPSILON, 0);
    x = 0.5 + hw_random_double(&random); /* near 1, where digits cancel */
    hw_assert_close(hw_ln(x), log(x), 4 * DBL_EPSILON, 0);
    hw_assert_close(hw_log10(x), log10(x), 4 * DBL_EPSILON, 0);
  }
}

static void powers_are_those_of_the_c_library(void **state) {
  (void)state;
  hw_random random;
  hw_random_init(&random, 6);
  for (int i = 0; i < TRIALS; i++) {
    const double x = 600.0 * hw_random_double(&random) - 300.0;
    hw_assert_close(hw_pow10(x), pow(10.0, x), 3e-13, 0);
    hw_assert_close(hw_pow10(x / 300.0), pow(10.0, x / 300.0), 1e-15, 0);
    const double base = hw_random_double(&random);
    const int32_t n = (int32_t)hw_random_below(&random, 40);
    hw_assert_close(hw_power(base, n), pow(base, n), 1e-14, 0);
  }
}

static void logarithm_and_power_undo_each_other(void **state) {
  (void)state;
  for (int x = -250; x <= 250; x++) hw_assert_close(hw_log10(hw_pow10(x)), x, 1e-14, 1e-14);
}

static void numbers_beyond_a_double_have_logarithms(void **state) {
  (void)state;
  hw_assert_close(hw_ln_scaled(0.75, -100000), log(0.75) - 100000 * log(2.0), 1e-15, 0);
  hw_assert_close(hw_ln_scaled(1.0, 1), log(2.0), 1e-15, 0);
  hw_assert_close(hw_ln(0x1p-1074), -1074 * log(2.0), 1e-15, 0);
}

static void special_values_are_told_apart(void **state) {
  (void)state;
  assert_true(hw_ln(0.0) == -HUGE_VAL && hw_log10(0.0) == -HUGE_VAL);
  assert_true(hw_ln_scaled(0.0, 5) == -HUGE_VAL);
  assert_true(hw_ln(HUGE_VAL) == HUGE_VAL && hw_log10(HUGE_VAL) == HUGE_VAL);
  assert_true(isnan(hw_ln(-1.0)) && isnan(hw_ln((double)NAN)) && isnan(hw_log10(-HUGE_VAL)));
  hw_assert_same_bits(hw_ln(1.0), 0.0);
  hw_assert_same_bits(hw_pow10(0.0), 1.0);
  assert_true(hw_pow10(-HUGE_VAL) == 0.0 && hw_pow10(HUGE_VAL) == HUGE_VAL);
  assert_true(isnan(hw_pow10((double)NAN)));
  hw_assert_same_bits(hw_power(0.0, 0), 1.0);
  hw_assert_same_bits(hw_power(0.5, 3), 0.125);
}

static void sines_and_cosines_are_those_of_the_c_library(void **state) {
  (void)state;
  hw_random random;
  hw_random_init(&random, 8);
  for (int i = 0; i < TRIALS; i++) {
    const double degrees = 1440 * hw_random_double(&random) - 720;
    const double angle = fmod(degrees, 360) * (3.14159265358979323846 / 180);
    hw_assert_close(hw_sin_degrees(degrees), sin(angle), 0, 2e-15);
    hw_assert_close(hw_cos_degrees(degrees), cos(angle), 0, 2e-15);
  }
  for (int quarter = -8; quarter <= 8; quarter++) {
    static const double sines[] = {0, 1, 0, -1};
    assert_true(hw_sin_degrees(90.0 * quarter) == sines[(quarter + 8) % 4]);
    assert_true(hw_cos_degrees(90.0 * quarter) == sines[(quarter + 9) % 4]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(logarithms_are_those_of_the_c_library),
      cmocka_unit_test(powers_are_those_of_the_c_library),
      cmocka_unit_test(logarithm_and_power_undo_each_other),
      cmocka_unit_test(numbers_beyond_a_double_have_logarithms),
      cmocka_unit_test(special_values_are_told_apart),
      cmocka_unit_test(sines_and_cosines_are_those_of_the_c_library),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
