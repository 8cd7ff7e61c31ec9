/* Numbers of repeats: what is one, and its one spelling. */
#include "formats/allele.h"

#include <stdio.h>
#include <string.h>

#include "support/assert.h"

static void numbers_of_repeats_are_known(void **state) {
  (void)state;
  static const char *const good[] = {"14", "9.3", "09.30", "0", "<8", ">20.2", "9999", "9.300000"};
  static const char *const bad[] = {"",      "x",   "14x",   ".3", "9.",  "9.3.1",
                                    "-7",    "1e3", "10000", "<",  "9,3", "99999999999999999999",
                                    "9.1234"};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) assert_true(hw_allele_is_number(good[i]));
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(hw_allele_is_number(bad[i]));
}

static void a_number_has_one_spelling(void **state) {
  (void)state;
  static const char *const list[][2] = {{"14", "14"},   {"14.0", "14"}, {"9.30", "9.3"},
                                        {"09", "9"},    {"00", "0"},    {"010.20", "10.2"},
                                        {"<08", "<08"}, {"0.5", "0.5"}};
  for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
    char text[16];
    bool is_rewritten = false;
    snprintf(text, sizeof text, "%s", list[i][0]);
    assert_string_equal(hw_allele_normalise(text, &is_rewritten), list[i][1]);
    assert_int_equal(is_rewritten, strcmp(list[i][0], list[i][1]) != 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_of_repeats_are_known),
      cmocka_unit_test(a_number_has_one_spelling),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
