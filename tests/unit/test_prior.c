/* Factors of the prior: each against its formula written out, and its mean over somebody else. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "homeward/prior.h"
#include "homeward/random.h"
#include "support/assert.h"

static const double EARTH_M = 6371008.8, PI_ = 3.14159265358979323846;

static hw_prior_settings only(hw_prior_factor factor, const char *parameters) {
  hw_prior_settings settings;
  hw_err err = HW_ERR_INIT;
  hw_prior_settings_init(&settings);
  settings.is_used[factor] = true;
  hw_assert_ok(hw_prior_settings_parse(&settings, factor, parameters, &err), &err);
  return settings;
}

static hw_prior *make(const hw_prior_settings *settings, int32_t n_remains,
                      const hw_prior_remains *remains, int32_t n_missing,
                      const hw_prior_missing *missing) {
  hw_err err = HW_ERR_INIT;
  hw_prior *prior = NULL;
  hw_assert_ok(hw_prior_new(settings, n_remains, remains, n_missing, missing, &prior, &err), &err);
  return prior;
}

/* Ratio of one remains and one missing person under one factor. */
static double ratio(hw_prior_factor factor, const char *parameters, const hw_prior_remains *remains,
                    const hw_prior_missing *missing) {
  hw_prior_settings settings = only(factor, parameters);
  hw_prior *prior = make(&settings, 1, remains, 1, missing);
  double ln_ratio = hw_prior_ln_pair(prior, 0, 0);
  hw_prior_delete(prior);
  return exp(ln_ratio);
}

/* --- place --- */

static double place_ratio(const char *parameters, double latitude, double longitude,
                          double uncertainty_m) {
  hw_prior_place there = {latitude, longitude, uncertainty_m, 1}, here = {16, 107, 0, 1};
  hw_prior_remains remains = {.n_places = 1, .places = &there};
  hw_prior_missing missing = {.n_places = 1, .places = &here};
  return ratio(HW_PRIOR_PLACE, parameters, &remains, &missing);
}

static void place_follows_the_distance_law(void **state) {
  (void)state;
  for (int i = 0; i < 40; i++) {
    double degrees = 0.013 * i;
    double chord = 2 * EARTH_M * sin(degrees * PI_ / 360), area = 1e12;
    double edge = sqrt(area / PI_), s2 = 3000.0 * 3000 + 400 * 400, nu = 3;
    double kernel = pow(1 + chord * chord / (nu * s2), -(nu + 2) / 2) / (2 * PI_ * s2);
    double tail = pow(1 + edge * edge / (nu * s2), -nu / 2);
    double expected = 0.2 + 0.8 * area * kernel / (1 - tail);
    hw_assert_close(
        place_ratio("scale_m=3000;degrees=3;far=0.2;area_km2=1000000", 16 + degrees, 107, 400),
        expected, 1e-10, 0);
    double gauss = exp(-chord * chord / (2 * s2)) / (2 * PI_ * s2);
    hw_assert_close(
        place_ratio("scale_m=3000;degrees=0;far=0.2;area_km2=1000000", 16 + degrees, 107, 400),
        0.2 + 0.8 * area * gauss, 1e-10, 0);
  }
}

/* Chords of known lengths: a quarter of the equator, pole to pole, across the date line. */
static void distances_hold_on_the_whole_earth(void **state) {
  static const struct {
    double lat_a, lon_a, lat_b, lon_b, chord;
  } cases[] = {{0, 0, 0, 90, 1.4142135623730951},
               {90, 12, -90, 77, 2},
               {0, 179.5, 0, -179.5, 0.017453070996747869},
               {60, 10, 60, -170, 1},
               {16, 107, 16, 107, 0},
               {45, 0, 45, 180, 1.4142135623730951}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_prior_place a = {cases[i].lat_a, cases[i].lon_a, 0, 1};
    hw_prior_place b = {cases[i].lat_b, cases[i].lon_b, 0, 1};
    hw_prior_remains remains = {.n_places = 1, .places = &a};
    hw_prior_missing missing = {.n_places = 1, .places = &b};
    /* A Gaussian of 1,000 km over the whole Earth, solved for the distance. */
    double far = 1e-6, s = 1e6, area = 5.1e14, edge2 = area / PI_;
    double r = ratio(HW_PRIOR_PLACE, "scale_m=1000000;degrees=0;far=1e-6;area_km2=510000000",
                     &remains, &missing);
    double peak = (1 - far) * area / (2 * PI_ * s * s * (1 - exp(-edge2 / (2 * s * s))));
    double chord = cases[i].chord * EARTH_M;
    hw_assert_close(r, far + peak * exp(-chord * chord / (2 * s * s)), 1e-9, 0);
  }
}

/* Simpson's rule over rings of the disc; rings of chords have the area of the plane. */
static void the_mean_of_place_over_somebody_else_is_one(void **state) {
  static const char *const laws[] = {"degrees=2", "degrees=0;scale_m=20000", "degrees=5;far=0.4",
                                     "degrees=1;scale_m=50000;area_km2=20000"};
  static const double areas[] = {331000e6, 331000e6, 331000e6, 20000e6};
  enum { STEPS = 20000 };
  (void)state;
  for (int l = 0; l < 4; l++) {
    double edge = sqrt(areas[l] / PI_), sum = 0;
    hw_prior_settings settings = only(HW_PRIOR_PLACE, laws[l]);
    hw_prior_place here = {0, 107, 0, 1};
    hw_prior_missing missing = {.n_places = 1, .places = &here};
    hw_prior_place *there = malloc((STEPS + 1) * sizeof *there);
    hw_prior_remains *remains = calloc(STEPS + 1, sizeof *remains);
    double *radius = malloc((STEPS + 1) * sizeof *radius);
    for (int i = 0; i <= STEPS; i++) {
      /* Steps grow with the distance: u² spreads them. */
      radius[i] = edge * (1 - 1e-12) * ((double)i / STEPS) * ((double)i / STEPS);
      double angle = 2 * asin(radius[i] / (2 * EARTH_M)) * 180 / PI_;
      there[i] = (hw_prior_place){angle, 107, 0, 1};
      remains[i] = (hw_prior_remains){.n_places = 1, .places = &there[i]};
    }
    hw_prior *prior = make(&settings, STEPS + 1, remains, 1, &missing);
    for (int i = 0; i <= STEPS; i++) {
      double u = (double)i / STEPS, weight = i == 0 || i == STEPS ? 1 : i % 2 ? 4 : 2;
      double ring = 2 * PI_ * radius[i] * edge * 2 * u;
      sum += weight / (3.0 * STEPS) * ring * exp(hw_prior_ln_pair(prior, i, 0));
    }
    hw_assert_close(sum / areas[l], 1, 1e-6, 0);
    hw_prior_delete(prior);
    free(radius);
    free(remains);
    free(there);
  }
}

static void place_falls_with_the_distance_and_is_symmetric(void **state) {
  (void)state;
  double before = HUGE_VAL;
  for (int i = 0; i < 200; i++) {
    double now = place_ratio("", 16 + 0.0018 * i * i, 107, 300);
    assert_true(now <= before);
    assert_true(now >= 0.1 * (1 - 1e-12));
    before = now;
  }
  hw_prior_place a = {16.1, 107.2, 900, 1}, b = {16.4, 106.8, 100, 1};
  hw_prior_remains there = {.n_places = 1, .places = &a}, back = {.n_places = 1, .places = &b};
  hw_prior_missing lost = {.n_places = 1, .places = &b}, other = {.n_places = 1, .places = &a};
  hw_assert_close(ratio(HW_PRIOR_PLACE, "", &there, &lost),
                  ratio(HW_PRIOR_PLACE, "", &back, &other), 1e-14, 0);
  there.is_handed_over = true;
  assert_true(ratio(HW_PRIOR_PLACE, "", &there, &lost) != ratio(HW_PRIOR_PLACE, "", &back, &other));
  hw_assert_close(place_ratio("far=0.25", -60, 107, 0), 0.25, 1e-12, 0);
}

/* --- alternatives --- */

static void alternatives_are_averaged_by_weight(void **state) {
  (void)state;
  hw_prior_place here[3] = {{16, 107, 0, 1}, {17, 106, 0, 1}, {16, 107, 0, 0.6}};
  hw_prior_place there = {16.01, 107, 0, 1};
  hw_prior_remains remains = {.n_places = 1, .places = &there};
  hw_prior_missing near = {.n_places = 1, .places = &here[0]};
  hw_prior_missing away = {.n_places = 1, .places = &here[1]};
  hw_prior_missing both = {.n_places = 2, .places = here};
  hw_prior_missing doubted = {.n_places = 1, .places = &here[2]};
  double a = ratio(HW_PRIOR_PLACE, "", &remains, &near);
  double b = ratio(HW_PRIOR_PLACE, "", &remains, &away);
  hw_assert_close(ratio(HW_PRIOR_PLACE, "", &remains, &both), (a + b) / 2, 1e-12, 0);
  hw_assert_close(ratio(HW_PRIOR_PLACE, "", &remains, &doubted), 0.6 * a + 0.4, 1e-12, 0);
}

/* --- intervals --- */

static double age_ratio(const char *parameters, double from, double to, double age_from,
                        double age_to) {
  hw_prior_range interval = {from, to, 1}, age = {age_from, age_to, 1};
  hw_prior_remains remains = {.n_ages = 1, .ages = &interval};
  hw_prior_missing missing = {.n_ages = 1, .ages = &age};
  return ratio(HW_PRIOR_AGE, parameters, &remains, &missing);
}

static void an_age_inside_or_outside_its_interval_weighs_as_the_formula_says(void **state) {
  static const char huge[] = "pseudo=1e9"; /* the list counts for nothing */
  (void)state;
  double q = 13.0 / 80;
  hw_assert_close(age_ratio(huge, 34, 47, 40, 40), 0.95 / q, 1e-7, 0);
  hw_assert_close(age_ratio(huge, 34, 47, 60, 60), 0.05 / (1 - q), 1e-7, 0);
  hw_assert_close(age_ratio(huge, 34, 47, 46, 48), 0.5 * 0.95 / q + 0.5 * 0.05 / (1 - q), 1e-7, 0);
  /* One person of the list beside ten that are stated. */
  double counted = (10 * q + 1) / 11;
  hw_assert_close(age_ratio("", 34, 47, 40, 40), 0.95 / counted, 1e-12, 0);
  /* An interval that holds everybody says nothing, and one that holds nearly all little. */
  hw_assert_close(age_ratio(huge, 0, HUGE_VAL, 40, 41), 1, 0, 0);
  hw_assert_close(age_ratio(huge, 1, 80.5, 80.6, 80.7), 1, 1e-9, 0);
}

static void the_mean_of_age_over_the_list_and_the_stated_ages_is_one(void **state) {
  (void)state;
  enum { LIST = 40, STATED = 2000 };
  hw_random random;
  hw_random_init(&random, 5);
  hw_prior_range ages[LIST + STATED], interval = {19, 27, 1};
  static hw_prior_missing missing[LIST];
  for (int m = 0; m < LIST; m++) {
    double at = 17 + 20 * hw_random_double(&random);
    ages[m] = (hw_prior_range){at, at + 2 * hw_random_double(&random), 1};
    missing[m] = (hw_prior_missing){.n_ages = 1, .ages = &ages[m]};
  }
  hw_prior_remains remains = {.n_ages = 1, .ages = &interval};
  hw_prior_settings settings = only(HW_PRIOR_AGE, "from=15;to=54;pseudo=7");
  hw_prior *prior = make(&settings, 1, &remains, LIST, missing);
  double sum = 0, inside = 0, outside = 0;
  for (int m = 0; m < LIST; m++) sum += exp(hw_prior_ln_pair(prior, 0, m));
  /* The stated persons: a share of 8 in 40 lies inside; their ratios stand in the list's extremes. */
  double chance = 0;
  for (int m = 0; m < LIST; m++) {
    double from = fmax(ages[m].from, 19), to = fmin(ages[m].to, 27);
    double length = ages[m].to - ages[m].from;
    chance += to > from ? (to - from) / length : 0;
  }
  chance = (chance + 7 * 8.0 / 40) / (LIST + 7);
  inside = 0.95 / chance;
  outside = 0.05 / (1 - chance);
  sum += 7 * (0.2 * inside + 0.8 * outside);
  hw_assert_close(sum / (LIST + 7), 1, 1e-12, 0);
  hw_prior_delete(prior);
}

static void dates_of_loss_and_burial_are_compared(void **state) {
  (void)state;
  hw_prior_range buried = {0, 0, 1}, lost = {0, 0, 1};
  assert_true(hw_prior_dates("1968/1969", &buried.from, &buried.to));
  assert_true(hw_prior_dates("1968-03", &lost.from, &lost.to));
  hw_prior_remains remains = {.n_dates = 1, .dates = &buried};
  hw_prior_missing missing = {.n_dates = 1, .dates = &lost};
  double q = 731.0 / (21 * 365 + 5);
  hw_assert_close(ratio(HW_PRIOR_TIME, "pseudo=1e9", &remains, &missing), 0.95 / q, 1e-7, 0);
  assert_true(hw_prior_dates("1971", &lost.from, &lost.to));
  hw_assert_close(ratio(HW_PRIOR_TIME, "pseudo=1e9", &remains, &missing), 0.05 / (1 - q), 1e-7, 0);
}

/* --- labels --- */

static void labels_weigh_by_how_rare_they_are(void **state) {
  static const hw_prior_label a = {"Đoàn 559", 1}, a_again = {"doan  559", 1}, b = {"E 66", 1};
  static const hw_prior_label c = {"nobody's", 1}, empty = {"--", 1};
  (void)state;
  hw_prior_missing missing[4] = {{.n_units = 1, .units = &a},
                                 {.n_units = 1, .units = &a_again},
                                 {.n_units = 1, .units = &b},
                                 {.n_units = 0}};
  hw_prior_remains remains[4] = {{.n_units = 1, .units = &a},
                                 {.n_units = 1, .units = &b},
                                 {.n_units = 1, .units = &c},
                                 {.n_units = 1, .units = &empty}};
  hw_prior_settings settings = only(HW_PRIOR_UNIT, "error=0.3;chance=0.05;pseudo=2");
  hw_prior *prior = make(&settings, 4, remains, 4, missing);
  double share_a = (2 + 0.1) / 5, share_b = (1 + 0.1) / 5;
  hw_assert_close(exp(hw_prior_ln_pair(prior, 0, 0)), 0.7 / share_a + 0.3, 1e-12, 0);
  hw_assert_close(exp(hw_prior_ln_pair(prior, 0, 1)), 0.7 / share_a + 0.3, 1e-12, 0);
  hw_assert_close(exp(hw_prior_ln_pair(prior, 1, 2)), 0.7 / share_b + 0.3, 1e-12, 0);
  hw_assert_close(exp(hw_prior_ln_pair(prior, 1, 0)), 0.3, 1e-12, 0);
  hw_assert_close(exp(hw_prior_ln_pair(prior, 2, 0)), 0.3, 1e-12, 0);
  hw_assert_close(hw_prior_ln_pair(prior, 0, 3), 0, 0, 0);
  hw_assert_close(hw_prior_ln_pair(prior, 3, 0), 0, 1e-15, 1e-15);
  /* Mean over labels that somebody else may have: those of the list, and what is left of 1 for
   * labels that nobody of the list has. */
  double other = 1 - share_a - share_b;
  double mean = share_a * exp(hw_prior_ln_pair(prior, 0, 0)) +
                share_b * exp(hw_prior_ln_pair(prior, 1, 0)) +
                other * exp(hw_prior_ln_pair(prior, 2, 0));
  hw_assert_close(mean, 1, 1e-12, 0);
  hw_prior_delete(prior);
}

/* Ratio of a remains' unit and a person's, of a list of two in which the other has no unit in
 * common with anybody. */
static double unit_ratio(const char *found, const char *stated) {
  hw_prior_label label = {found, 1}, own = {stated, 1}, other = {"F999", 1};
  hw_prior_remains remains = {.n_units = 1, .units = &label};
  hw_prior_missing missing[2] = {{.n_units = 1, .units = &own}, {.n_units = 1, .units = &other}};
  hw_prior_settings settings = only(HW_PRIOR_UNIT, "error=0.25;chance=0.1;pseudo=2");
  hw_prior *prior = make(&settings, 1, &remains, 2, missing);
  double ln_ratio = hw_prior_ln_pair(prior, 0, 0);
  hw_prior_delete(prior);
  return exp(ln_ratio);
}

static void units_agree_level_by_level(void **state) {
  static const char *const same[][2] = {
      {"C3, D7, E66, F10", "Đại đội 3, Tiểu đoàn 7, Trung đoàn 66, Sư đoàn 10"},
      {"c3d7e66f10", "F10/E66/D7/C3"},
      {"E66", "c3-d7-e66"},
      {"Trung đoàn 66", "e 66"},
      {"66th Regiment, 3rd Company", "C3 E66"},
      {"Regiment 66", "trung doan 66"},
      {"Trung đoàn bộ binh 66", "E66"},
      {"E66b", "Trung đoàn 66B"},
      {"C3, D7, E66", "Tiểu đoàn 7"},
      {"Đoàn 559", "doan 559"},
      {"D7 Quyết Thắng", "Tiểu đoàn 7 - quyet thang"},
  };
  static const char *const different[][2] = {
      {"D7, E66", "D8, E66"}, {"D7, E66", "D7, E9"},    {"E66", "E66b"},
      {"E66", "D66"},         {"Đoàn 559", "Đoàn 500"}, {"E6", "E66"},
      {"3/7", "3/8"},         {"doan", "trung doan"},   {"Hospital 84", "E84"},
  };
  (void)state;
  double agreed = 0.75 / ((1 + 0.2) / 4) + 0.25;
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
    if (fabs(unit_ratio(same[i][0], same[i][1]) - agreed) > 1e-12)
      fail_msg("no agreement: %s, %s", same[i][0], same[i][1]);
    hw_assert_close(unit_ratio(same[i][1], same[i][0]), agreed, 1e-12, 0);
  }
  for (size_t i = 0; i < sizeof different / sizeof *different; i++) {
    if (fabs(unit_ratio(different[i][0], different[i][1]) - 0.25) > 1e-12)
      fail_msg("agreement: %s, %s", different[i][0], different[i][1]);
    hw_assert_close(unit_ratio(different[i][1], different[i][0]), 0.25, 1e-12, 0);
  }
}

/* A regiment of which the list has four battalions: what lay with the remains tells less. */
static void a_label_that_many_agree_with_tells_less(void **state) {
  static const hw_prior_label units[5] = {
      {"D1 E66", 1}, {"D2 E66", 1}, {"D3 E66", 1}, {"E66", 1}, {"E9", 1}};
  static const hw_prior_label coarse = {"E66", 1}, fine = {"D1, E66", 1};
  hw_prior_missing missing[5];
  (void)state;
  for (int i = 0; i < 5; i++) missing[i] = (hw_prior_missing){.n_units = 1, .units = &units[i]};
  hw_prior_remains remains[2] = {{.n_units = 1, .units = &coarse}, {.n_units = 1, .units = &fine}};
  hw_prior_settings settings = only(HW_PRIOR_UNIT, "error=0.2;chance=0.1;pseudo=5");
  hw_prior *prior = make(&settings, 2, remains, 5, missing);
  double q_coarse = (4 + 0.5) / 10, q_fine = (2 + 0.5) / 10;
  for (int r = 0; r < 2; r++) {
    double q = r == 0 ? q_coarse : q_fine, sum = 0;
    for (int m = 0; m < 5; m++) sum += exp(hw_prior_ln_pair(prior, r, m));
    /* With the five persons that are not on the list, of whom 0.1 agree, the mean is 1. */
    sum += 5 * (0.1 * (0.8 / q + 0.2) + 0.9 * 0.2);
    hw_assert_close(sum / 10, 1, 1e-12, 0);
  }
  hw_assert_close(exp(hw_prior_ln_pair(prior, 0, 0)), 0.8 / q_coarse + 0.2, 1e-12, 0);
  hw_assert_close(exp(hw_prior_ln_pair(prior, 1, 0)), 0.8 / q_fine + 0.2, 1e-12, 0);
  hw_assert_close(exp(hw_prior_ln_pair(prior, 1, 1)), 0.2, 1e-12, 0);
  hw_prior_delete(prior);
}

/* --- sex and stature --- */

static void sex_is_a_likelihood_with_error(void **state) {
  (void)state;
  hw_prior_remains remains = {.sex = HW_FEMALE, .sex_error = 0.01};
  hw_prior_missing missing = {.sex = HW_FEMALE};
  double same = ratio(HW_PRIOR_SEX, "male=0.5;pseudo=1e9", &remains, &missing);
  hw_assert_close(same, 1.98, 1e-7, 0);
  missing.sex = HW_MALE;
  hw_assert_close(ratio(HW_PRIOR_SEX, "male=0.5;pseudo=1e9", &remains, &missing), 0.02, 1e-6, 0);
  /* Mean over the two answers the bones can give about a person of the other kind. */
  for (int i = 1; i < 10; i++) {
    double e = 0.05 * i, m = 0.1 * i;
    char text[64];
    snprintf(text, sizeof text, "male=%.1f;pseudo=1e9;error=%.2f", m, e);
    hw_prior_remains says_male = {.sex = HW_MALE}, says_female = {.sex = HW_FEMALE};
    hw_prior_missing man = {.sex = HW_MALE};
    double p_male = m * (1 - e) + (1 - m) * e;
    double mean = p_male * ratio(HW_PRIOR_SEX, text, &says_male, &man) +
                  (1 - p_male) * ratio(HW_PRIOR_SEX, text, &says_female, &man);
    hw_assert_close(mean, 1, 1e-7, 0);
  }
  remains.sex = HW_UNKNOWN_SEX;
  hw_assert_close(ratio(HW_PRIOR_SEX, "", &remains, &missing), 1, 0, 0);
}

static void stature_is_a_ratio_of_normal_densities(void **state) {
  (void)state;
  hw_prior_estimate bones = {165, 3.8, 1}, record = {163, 0, 1};
  hw_prior_remains remains = {.n_statures = 1, .statures = &bones};
  hw_prior_missing missing = {.n_statures = 1, .statures = &record};
  double v = 3.8 * 3.8 + 2.5 * 2.5, w = 36 + 2.5 * 2.5;
  double related = exp(-2.0 * 2 / (2 * v)) / sqrt(v), other = exp(-2.0 * 2 / (2 * w)) / sqrt(w);
  hw_assert_close(ratio(HW_PRIOR_STATURE, "", &remains, &missing), 0.99 * related / other + 0.01,
                  1e-12, 0);
  other = exp(-4.0 * 4 / (2 * w)) / sqrt(w);
  hw_assert_close(ratio(HW_PRIOR_STATURE, "bias_cm=-2", &remains, &missing),
                  0.99 / sqrt(v) / other + 0.01, 1e-12, 0);
  bones.value = 195;
  double far = ratio(HW_PRIOR_STATURE, "", &remains, &missing);
  assert_true(far >= 0.01 && far < 0.02);
}

static void the_mean_of_stature_over_somebody_else_is_one(void **state) {
  (void)state;
  double w = sqrt(1.5 * 1.5 + 36), step = 0.05;
  enum { STEPS = 3000 };
  for (int x = 150; x <= 180; x += 6) {
    static hw_prior_estimate records[STEPS];
    static hw_prior_missing missing[STEPS];
    hw_prior_estimate bones = {x, 3.8, 1};
    hw_prior_remains remains = {.n_statures = 1, .statures = &bones};
    double sum = 0;
    for (int i = 0; i < STEPS; i++) {
      records[i] = (hw_prior_estimate){86 + step * i, 1.5, 1};
      missing[i] = (hw_prior_missing){.n_statures = 1, .statures = &records[i]};
    }
    hw_prior_settings settings = only(HW_PRIOR_STATURE, "");
    hw_prior *prior = make(&settings, 1, &remains, STEPS, missing);
    for (int i = 0; i < STEPS; i++) {
      double z = (records[i].value - 161) / w;
      sum += step * exp(-z * z / 2) / (w * sqrt(2 * PI_)) * exp(hw_prior_ln_pair(prior, 0, i));
    }
    hw_assert_close(sum, 1, 1e-9, 0);
    hw_prior_delete(prior);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(place_follows_the_distance_law),
      cmocka_unit_test(distances_hold_on_the_whole_earth),
      cmocka_unit_test(the_mean_of_place_over_somebody_else_is_one),
      cmocka_unit_test(place_falls_with_the_distance_and_is_symmetric),
      cmocka_unit_test(alternatives_are_averaged_by_weight),
      cmocka_unit_test(an_age_inside_or_outside_its_interval_weighs_as_the_formula_says),
      cmocka_unit_test(the_mean_of_age_over_the_list_and_the_stated_ages_is_one),
      cmocka_unit_test(dates_of_loss_and_burial_are_compared),
      cmocka_unit_test(labels_weigh_by_how_rare_they_are),
      cmocka_unit_test(units_agree_level_by_level),
      cmocka_unit_test(a_label_that_many_agree_with_tells_less),
      cmocka_unit_test(sex_is_a_likelihood_with_error),
      cmocka_unit_test(stature_is_a_ratio_of_normal_densities),
      cmocka_unit_test(the_mean_of_stature_over_somebody_else_is_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
