/* Fields and values of dossiers as people write them. */
#include "app/prior_int.h"
#include "support/assert.h"

static void fields_are_known_in_both_languages(void **state) {
  static const struct {
    const char *name;
    hwp_told told;
  } cases[] = {{"Ngày hy sinh", HWP_TOLD_LOST},  {"NGAY-HY-SINH", HWP_TOLD_LOST},
               {"date of death", HWP_TOLD_LOST}, {"Năm sinh", HWP_TOLD_BORN},
               {"Nơi hy sinh", HWP_TOLD_PLACE},  {"đơn vị", HWP_TOLD_UNIT},
               {"Unit", HWP_TOLD_UNIT},          {"chiều cao", HWP_TOLD_STATURE},
               {"trận đánh", HWP_TOLD_EVENT},    {"tuổi", HWP_TOLD_AGE},
               {"home place", HWP_TOLD_NOTHING}, {"place of birth", HWP_TOLD_NOTHING},
               {"rank", HWP_TOLD_NOTHING},       {"", HWP_TOLD_NOTHING}};
  hw_err err = HW_ERR_INIT;
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hwp_told told;
    hw_assert_ok(hwp_prior_field(cases[i].name, &told, &err), &err);
    assert_int_equal(told, cases[i].told);
  }
}

static void places_are_coordinates_with_an_uncertainty(void **state) {
  hw_prior_place place;
  (void)state;
  assert_true(hwp_prior_read_place(" 16.65, 106.73 ", &place));
  hw_assert_close(place.latitude, 16.65, 0, 0);
  hw_assert_close(place.longitude, 106.73, 0, 0);
  hw_assert_close(place.uncertainty_m, 0, 0, 0);
  assert_true(hwp_prior_read_place("-16.65 106.73 ± 500 m", &place));
  hw_assert_close(place.latitude, -16.65, 0, 0);
  hw_assert_close(place.uncertainty_m, 500, 0, 0);
  assert_true(hwp_prior_read_place("16.65;106.73 +/- 2.5 km", &place));
  hw_assert_close(place.uncertainty_m, 2500, 0, 0);
  static const char *const bad[] = {
      "",           "16.65",          "Khe Sanh",        "16.65, 206.73",
      "96, 106",    "16.65,106.73 x", "16.65, 106.73 ±", "16.65, 106.73 ± 5000 km",
      "48QXD852418"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (hwp_prior_read_place(bad[i], &place)) fail_msg("taken: %s", bad[i]);
}

static void ages_are_completed_years(void **state) {
  hw_prior_range age;
  (void)state;
  assert_true(hwp_prior_read_age("23", &age));
  hw_assert_close(age.from, 23, 0, 0);
  hw_assert_close(age.to, 24, 0, 0);
  assert_true(hwp_prior_read_age("20 - 25 years", &age));
  hw_assert_close(age.from, 20, 0, 0);
  hw_assert_close(age.to, 26, 0, 0);
  assert_true(hwp_prior_read_age("20–25 tuổi", &age));
  assert_true(hwp_prior_read_age("20 to 25", &age));
  static const char *const bad[] = {"", "young", "25-20", "-3", "20-", "200", "23 months"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (hwp_prior_read_age(bad[i], &age)) fail_msg("taken: %s", bad[i]);
}

static void statures_are_centimetres_or_metres(void **state) {
  static const struct {
    const char *text;
    double cm, se;
  } cases[] = {{"165", 165, 0},        {"165 cm", 165, 0},        {"1.65 m", 165, 0},
               {"1,65m", 165, 0},      {"1m65", 165, 0},          {"1m6", 160, 0},
               {"165 ± 3 cm", 165, 3}, {"1.65 ± 0.02 m", 165, 2}, {"162.5", 162.5, 0}};
  static const char *const bad[] = {"", "tall", "16", "1.65 cm x", "5'6\"", "165 kg", "1m2x"};
  hw_prior_estimate stature;
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    if (!hwp_prior_read_stature(cases[i].text, &stature)) fail_msg("refused: %s", cases[i].text);
    hw_assert_close(stature.value, cases[i].cm, 1e-12, 0);
    hw_assert_close(stature.se, cases[i].se, 1e-12, 0);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (hwp_prior_read_stature(bad[i], &stature)) fail_msg("taken: %s", bad[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fields_are_known_in_both_languages),
      cmocka_unit_test(places_are_coordinates_with_an_uncertainty),
      cmocka_unit_test(ages_are_completed_years),
      cmocka_unit_test(statures_are_centimetres_or_metres),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
