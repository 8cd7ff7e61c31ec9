/* Texts of reports: the verbal scale, numbers for people. */
#include <math.h>

#include "app/report_int.h"
#include "support/assert.h"

static void the_verbal_scale_is_that_of_its_source(void **state) {
  const hwp_report english = {.language = HW_LANGUAGE_EN};
  static const struct {
    double ratio;
    const char *words;
  } scale[] = {{1, "no support either way"},
               {1.9, "no support either way"},
               {2, "weak support"},
               {9.99, "weak support"},
               {10, "moderate support"},
               {100, "moderately strong support"},
               {1000, "strong support"},
               {9999, "strong support"},
               {10000, "very strong support"},
               {1e6, "extremely strong support"},
               {0.4, "weak support against"},
               {1e-7, "extremely strong support against"},
               {0, "exclusion"}};
  (void)state;
  for (size_t i = 0; i < sizeof scale / sizeof *scale; i++)
    assert_string_equal(hwp_verbal(&english, log10(scale[i].ratio)), scale[i].words);
}

static void numbers_are_written_for_people(void **state) {
  hwp_report self = {.language = HW_LANGUAGE_VI};
  (void)state;
  hw_arena_init(&self.arena, 0);
  assert_string_equal(hwp_ratio(&self, log10(2.5)), "2,50");
  assert_string_equal(hwp_ratio(&self, log10(35400.0)), "35.400");
  assert_string_equal(hwp_ratio(&self, 21.3), "2,0 × 10²¹");
  assert_string_equal(hwp_ratio(&self, 6.9999), "1,0 × 10⁷");
  assert_string_equal(hwp_ratio(&self, -3.0), "1,0 × 10⁻³");
  assert_string_equal(hwp_ratio(&self, -HUGE_VAL), "0");
  assert_string_equal(hwp_small(&self, 0.002), "0,0020");
  assert_string_equal(hwp_small(&self, 0), "0");
  assert_string_equal(hwp_small(&self, 400000), "400.000");
  assert_string_equal(hwp_small(&self, 0.5), "0,5");
  assert_false(self.is_without_memory);
  hw_arena_clear(&self.arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_verbal_scale_is_that_of_its_source),
      cmocka_unit_test(numbers_are_written_for_people),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
