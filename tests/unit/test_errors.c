/* Mistakes of one file: bound, order, and which of them is the first. */
#include "base/errors.h"

#include <stdio.h>
#include <string.h>

#include "support/assert.h"

static bool add(hw_errors *errors, const char *file, uint64_t line, const char *message) {
  hw_err err = HW_ERR_INIT;
  (void)hw_err_set(&err, HW_E_VALUE, "%s", message);
  hw_err_place(&err, file, line, 0);
  return hw_errors_add(errors, &err);
}

static void mistakes_are_sorted_by_line_within_their_file(void **state) {
  (void)state;
  static hw_errors errors;
  char told[64] = "";
  errors.n = 0;
  assert_true(add(&errors, "a", 9, "nine"));
  assert_true(add(&errors, "a", 3, "three"));
  assert_true(add(&errors, "a", 3, "three again"));
  assert_true(add(&errors, "a", 0, "whole"));
  assert_true(add(&errors, "b", 2, "two"));
  hw_errors_sort(&errors);
  for (int i = 0; i < hw_errors_kept(&errors); i++)
    snprintf(told + strlen(told), sizeof told - strlen(told), "%s;", errors.kept[i].message);
  assert_string_equal(told, "whole;three;three again;nine;two;");
}

static void the_first_ones_are_kept_and_the_others_counted(void **state) {
  (void)state;
  static hw_errors errors;
  errors.n = 0;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_errors_status(&errors, &err), &err);
  for (uint64_t line = 1; line <= HW_ERRORS_KEPT + 5; line++)
    assert_true(add(&errors, "a", line, "wrong"));
  assert_int_equal(errors.n, HW_ERRORS_KEPT + 5);
  assert_int_equal(hw_errors_kept(&errors), HW_ERRORS_KEPT);
  hw_assert_status(hw_errors_status(&errors, &err), HW_E_VALUE, &err);
  assert_int_equal(err.line, 1);
}

static void a_failure_of_the_machine_goes_before_mistakes(void **state) {
  (void)state;
  static hw_errors errors;
  errors.n = 0;
  hw_err err = HW_ERR_INIT;
  for (int i = 0; i < HW_ERRORS_KEPT; i++) assert_true(add(&errors, "a", 1, "wrong"));
  (void)hw_err_set(&err, HW_E_IO, "the disk is gone");
  assert_false(hw_errors_add(&errors, &err));
  hw_assert_status(hw_errors_status(&errors, &err), HW_E_IO, &err);
  assert_string_equal(err.message, "the disk is gone");
}

static void half_a_line_at_the_end_is_forgotten(void **state) {
  (void)state;
  static hw_errors errors;
  errors.n = 0;
  hw_errors_forget(&errors, 3);
  assert_int_equal(errors.n, 0);
  assert_true(add(&errors, "a", 2, "wrong"));
  assert_true(add(&errors, "a", 3, "half"));
  hw_errors_forget(&errors, 2);
  assert_int_equal(errors.n, 2);
  hw_errors_forget(&errors, 3);
  assert_int_equal(errors.n, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(mistakes_are_sorted_by_line_within_their_file),
      cmocka_unit_test(the_first_ones_are_kept_and_the_others_counted),
      cmocka_unit_test(half_a_line_at_the_end_is_forgotten),
      cmocka_unit_test(a_failure_of_the_machine_goes_before_mistakes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
