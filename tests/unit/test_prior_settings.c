/* Parameters of the prior: names, text form, bounds, messages. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/prior.h"
#include "support/assert.h"

static void every_parameter_has_a_name_a_source_and_a_default_within_its_bounds(void **state) {
  (void)state;
  for (int p = 0; p < HW_PRIOR_PARAMETER_COUNT; p++) {
    const hw_prior_parameter_info *info = hw_prior_parameter_get((hw_prior_parameter)p);
    assert_true(info->name[0] && info->sentence[0] && info->source[0]);
    assert_true(info->least < info->most);
    assert_true(isnan(info->value) || (info->value >= info->least && info->value <= info->most));
    for (int q = 0; q < p; q++) {
      const hw_prior_parameter_info *other = hw_prior_parameter_get((hw_prior_parameter)q);
      assert_false(other->factor == info->factor && strcmp(other->name, info->name) == 0);
    }
  }
  assert_null(hw_prior_parameter_get(HW_PRIOR_PARAMETER_COUNT));
}

/* The page for users has the same table. */
static void the_page_on_priors_has_every_parameter_as_it_is(void **state) {
  const char *root = getenv("HOMEWARD_SOURCE_ROOT");
  char path[1024], row[1024], value[32];
  static char page[65536];
  (void)state;
  snprintf(path, sizeof path, "%s/docs/priors.md", root != NULL ? root : ".");
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  page[fread(page, 1, sizeof page - 1, file)] = '\0';
  fclose(file);
  for (int p = 0; p < HW_PRIOR_PARAMETER_COUNT; p++) {
    const hw_prior_parameter_info *info = hw_prior_parameter_get((hw_prior_parameter)p);
    snprintf(value, sizeof value, "%.10g", info->value);
    if (isnan(info->value)) snprintf(value, sizeof value, "unknown");
    snprintf(row, sizeof row, "| `%s` | %s | %.10g to %.10g | %s | %s |\n", info->name, value,
             info->least, info->most, info->sentence, info->source);
    hw_assert_contains(page, row);
  }
}

static void factors_are_found_by_their_names(void **state) {
  (void)state;
  for (int f = 0; f < HW_PRIOR_COUNT; f++) {
    assert_int_equal(hw_prior_factor_find(hw_prior_factor_name((hw_prior_factor)f)), f);
    assert_true(hw_prior_factor_sentence((hw_prior_factor)f)[0]);
  }
  assert_int_equal(hw_prior_factor_find("blood"), HW_PRIOR_COUNT);
  assert_string_equal(hw_prior_factor_name(HW_PRIOR_COUNT), "unknown factor");
  assert_string_equal(hw_prior_factor_sentence(HW_PRIOR_COUNT), "unknown factor");
}

static void the_first_settings_are_flat_and_all_are_valid(void **state) {
  (void)state;
  hw_prior_settings settings;
  hw_err err = HW_ERR_INIT;
  hw_prior_settings_init(&settings);
  for (int f = 0; f < HW_PRIOR_COUNT; f++) assert_false(settings.is_used[f]);
  hw_assert_ok(hw_prior_settings_validate(&settings, 3, 4, &err), &err);
  hw_prior_settings_all(&settings);
  for (int f = 0; f < HW_PRIOR_COUNT; f++) assert_true(settings.is_used[f]);
  hw_assert_ok(hw_prior_settings_validate(&settings, 3, 4, &err), &err);
}

static void parameters_are_read_as_people_write_them(void **state) {
  (void)state;
  hw_prior_settings settings, before;
  hw_err err = HW_ERR_INIT;
  hw_prior_settings_init(&settings);
  before = settings;
  hw_assert_ok(hw_prior_settings_parse(&settings, HW_PRIOR_PLACE,
                                       "  scale_m = 3000 ;far=2e-1;\n;degrees=0;", &err),
               &err);
  hw_assert_close(settings.value[HW_PRIOR_SCALE_M], 3000, 0, 0);
  hw_assert_close(settings.value[HW_PRIOR_FAR], 0.2, 0, 0);
  hw_assert_close(settings.value[HW_PRIOR_DEGREES], 0, 0, 0);
  hw_assert_close(settings.value[HW_PRIOR_AREA_KM2], before.value[HW_PRIOR_AREA_KM2], 0, 0);
  hw_assert_ok(hw_prior_settings_parse(&settings, HW_PRIOR_NUMBERS, "total=12", &err), &err);
  hw_assert_ok(hw_prior_settings_parse(&settings, HW_PRIOR_NUMBERS, "total=unknown", &err), &err);
  assert_true(isnan(settings.value[HW_PRIOR_TOTAL]));
  hw_assert_ok(hw_prior_settings_parse(&settings, HW_PRIOR_NUMBERS, "", &err), &err);
}

static void refuses(hw_prior_factor factor, const char *text, hw_status status, const char *part) {
  hw_prior_settings settings, before;
  hw_err err = HW_ERR_INIT;
  hw_prior_settings_init(&settings);
  before = settings;
  hw_assert_status(hw_prior_settings_parse(&settings, factor, text, &err), status, &err);
  hw_assert_contains(err.message, part);
  assert_memory_equal(&settings, &before, sizeof before);
}

static void mistakes_in_parameters_name_what_is_permitted(void **state) {
  char long_text[5000], long_name[200];
  (void)state;
  refuses(HW_PRIOR_PLACE, "scale_m", HW_E_SYNTAX,
          "\"scale_m\" among the parameters of factor "
          "'place': expected NAME=VALUE, parted by ';'");
  refuses(HW_PRIOR_PLACE, "far=0.1;scale=3", HW_E_VALUE,
          "factor 'place' has no parameter 'scale': it has scale_m, degrees, far, "
          "far_handed_over, area_km2");
  refuses(HW_PRIOR_PLACE, "scale_m=3 km", HW_E_VALUE,
          "parameter 'scale_m' of factor 'place' is \"3 km\": expected a number with a decimal "
          "point");
  refuses(HW_PRIOR_PLACE, "far=1.5", HW_E_VALUE, "is 1.5: expected 1e-06 to 0.999999");
  refuses(HW_PRIOR_PLACE, "far=unknown", HW_E_VALUE, "expected a number");
  refuses(HW_PRIOR_PLACE, "far=0.2;far=0.3", HW_E_VALUE, "'far' of factor 'place' stands twice");
  refuses(HW_PRIOR_SEX, "error=", HW_E_VALUE, "is \"\": expected a number");
  refuses(HW_PRIOR_SEX, "error=nan", HW_E_VALUE, "expected a number");
  refuses(HW_PRIOR_SEX, "=1", HW_E_VALUE, "has no parameter '': it has error, male, pseudo");
  memset(long_text, ' ', sizeof long_text - 1);
  long_text[sizeof long_text - 1] = '\0';
  refuses(HW_PRIOR_SEX, long_text, HW_E_SYNTAX, "are 4999 bytes long: expected at most 4096");
  memset(long_name, 'x', sizeof long_name - 1);
  long_name[100] = '=';
  long_name[sizeof long_name - 1] = '\0';
  refuses(HW_PRIOR_SEX, long_name, HW_E_VALUE, "has no parameter 'xxx");
}

static void bounds_that_cross_are_refused(void **state) {
  static const struct {
    hw_prior_factor factor;
    const char *text, *part;
  } cases[] = {{HW_PRIOR_AGE, "from=40;to=20", "factor 'age' has from=40 and to=20"},
               {HW_PRIOR_TIME, "from_year=1980", "from_year=1980 and to_year=1975"},
               {HW_PRIOR_NUMBERS, "total=20;total_most=10", "total=20 and total_most=10"}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_prior_settings settings;
    hw_err err = HW_ERR_INIT;
    hw_prior_settings_init(&settings);
    hw_assert_ok(hw_prior_settings_parse(&settings, cases[i].factor, cases[i].text, &err), &err);
    hw_assert_status(hw_prior_settings_validate(&settings, 0, 0, &err), HW_E_VALUE, &err);
    hw_assert_contains(err.message, cases[i].part);
  }
  hw_prior_settings settings;
  hw_err err = HW_ERR_INIT;
  hw_prior_settings_init(&settings);
  settings.value[HW_PRIOR_FAR] = 3;
  hw_assert_status(hw_prior_settings_validate(&settings, 0, 0, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "factor 'place' has far=3: expected 1e-06 to 0.999999");
}

static void dates_are_read_in_the_forms_of_records(void **state) {
  static const struct {
    const char *text;
    double from, to;
  } cases[] = {{"1970-01-01", 0, 1},
               {"1970", 0, 365},
               {"1970-02", 31, 59},
               {"1968-02", -700, -671},
               {"1/1/1970", 0, 1},
               {"01/02/1970", 31, 32},
               {"2/1970", 31, 59},
               {"1.2.1970", 31, 32},
               {"1969/1970", -365, 365},
               {"1969-12 / 1970", -31, 365},
               {" 1970-01-01/1970-01-03 ", 0, 3},
               {"3/2/1970/5/2/1970", 33, 36}};
  static const char *const bad[] = {
      "",      "1970-13",  "29/2/1970", "1970-2-30",  "70",          "1970/1969",   "about 1970",
      "1970-", "1-2-1970", "1970.5",    "1/2/3/1970", "1970-01-011", "1970 spring", "/1970"};
  double from, to;
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    if (!hw_prior_dates(cases[i].text, &from, &to)) fail_msg("refused: %s", cases[i].text);
    hw_assert_close(from, cases[i].from, 0, 0);
    hw_assert_close(to, cases[i].to, 0, 0);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (hw_prior_dates(bad[i], &from, &to)) fail_msg("taken: %s", bad[i]);
}

static void days_follow_the_calendar_one_by_one(void **state) {
  (void)state;
  double before = -719163;
  for (int year = 1; year <= 2400; year++)
    for (int month = 1; month <= 12; month++)
      for (int day = 1; day <= 31; day++) {
        double now;
        if (!hw_prior_day(year, month, day, &now)) continue;
        hw_assert_close(now, before + 1, 0, 0);
        before = now;
      }
  double day;
  assert_true(hw_prior_day(2000, 3, 1, &day));
  hw_assert_close(day, 11017, 0, 0);
  assert_false(hw_prior_day(1900, 2, 29, &day));
  assert_false(hw_prior_day(0, 1, 1, &day));
  assert_false(hw_prior_day(2000, 0, 1, &day));
}

static void ages_span_what_the_dates_leave_open(void **state) {
  double b0, b1, l0, l1, from, to;
  (void)state;
  assert_true(hw_prior_dates("1950", &b0, &b1));
  assert_true(hw_prior_dates("1970-07-01", &l0, &l1));
  hw_prior_age(b0, b1, l0, l1, &from, &to);
  hw_assert_close(from, 19.5, 0, 0.01);
  hw_assert_close(to, 20.5, 0, 0.01);
  hw_prior_age(l0, l1, b0, b1, &from, &to);
  hw_assert_close(from, 0, 0, 0);
  hw_assert_close(to, 0, 0, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_parameter_has_a_name_a_source_and_a_default_within_its_bounds),
      cmocka_unit_test(the_page_on_priors_has_every_parameter_as_it_is),
      cmocka_unit_test(factors_are_found_by_their_names),
      cmocka_unit_test(the_first_settings_are_flat_and_all_are_valid),
      cmocka_unit_test(parameters_are_read_as_people_write_them),
      cmocka_unit_test(mistakes_in_parameters_name_what_is_permitted),
      cmocka_unit_test(bounds_that_cross_are_refused),
      cmocka_unit_test(dates_are_read_in_the_forms_of_records),
      cmocka_unit_test(days_follow_the_calendar_one_by_one),
      cmocka_unit_test(ages_span_what_the_dates_leave_open),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
