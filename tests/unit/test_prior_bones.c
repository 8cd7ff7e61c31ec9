/* Stature and sex from bones; the table of formulas in data/ and in the program are one. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/prior.h"
#include "support/assert.h"

static void formulas_are_those_of_the_shipped_table(void **state) {
  const char *root = getenv("HOMEWARD_SOURCE_ROOT");
  const hw_prior_stature_formula *formulas;
  char path[1024], line[1024];
  (void)state;
  snprintf(path, sizeof path, "%s/data/stature_formulas.csv", root != NULL ? root : ".");
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  int32_t n = hw_prior_stature_formulas(&formulas);
  assert_non_null(fgets(line, sizeof line, file));
  for (int32_t i = 0; i < n; i++) {
    const hw_prior_stature_formula *f = &formulas[i];
    char expected[1024];
    snprintf(expected, sizeof expected, "%s,\"%s\",%s,%s,%.2f,%.2f,%.2f,\"%s\",%s\n", f->code,
             f->population, f->element, f->sex == HW_MALE ? "male" : "female", f->slope,
             f->intercept_cm, f->se_cm, f->source, f->is_verified ? "yes" : "no");
    assert_non_null(fgets(line, sizeof line, file));
    assert_string_equal(line, expected);
  }
  assert_null(fgets(line, sizeof line, file));
  fclose(file);
}

static void the_longest_bone_that_is_there_gives_the_stature(void **state) {
  (void)state;
  hw_prior_bone bones[] = {{"Humerus", 300},     {"tibia, right", 360}, {"femur", 430},
                           {"Femur, left", 434}, {"femur", 43},         {"rib", 200}};
  hw_prior_estimate stature;
  const hw_prior_stature_formula *used = hw_prior_stature(HW_MALE, 6, bones, &stature);
  assert_string_equal(used->element, "femur");
  hw_assert_close(stature.value, 72.57 + 2.15 * 43.2, 1e-13, 0);
  hw_assert_close(stature.se, 3.8, 0, 0);
  hw_assert_close(stature.weight, 1, 0, 0);
  used = hw_prior_stature(HW_UNKNOWN_SEX, 2, bones, &stature);
  assert_string_equal(used->element, "tibia");
  hw_assert_close(stature.value, 81.45 + 2.39 * 36, 1e-13, 0);
  used = hw_prior_stature(HW_MALE, 1, bones, &stature);
  assert_string_equal(used->element, "humerus");
}

static void no_formula_no_stature(void **state) {
  (void)state;
  hw_prior_bone bones[] = {{"femur", 43.2}, {"rib", 200}, {"femoral head", 400}, {"\xff", 400}};
  hw_prior_estimate stature;
  assert_null(hw_prior_stature(HW_MALE, 4, bones, &stature));
  hw_assert_close(stature.weight, 0, 0, 0);
  bones[0].length_mm = 432;
  assert_null(hw_prior_stature(HW_FEMALE, 1, bones, &stature));
  assert_null(hw_prior_stature(HW_MALE, 0, NULL, &stature));
}

static void stages_are_those_of_the_shipped_table(void **state) {
  const char *root = getenv("HOMEWARD_SOURCE_ROOT");
  const hw_prior_age_stage *stages;
  char path[1024], line[1024], to[32];
  (void)state;
  snprintf(path, sizeof path, "%s/data/age_stages.csv", root != NULL ? root : ".");
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  int32_t n = hw_prior_age_stages(&stages);
  assert_non_null(fgets(line, sizeof line, file));
  for (int32_t i = 0; i < n; i++) {
    const hw_prior_age_stage *at = &stages[i];
    char expected[1024];
    snprintf(to, sizeof to, "%.1f", at->to_y);
    snprintf(expected, sizeof expected, "%s,%d,%s,%.1f,%s,\"%s\",%s\n", at->method, (int)at->stage,
             at->sex == HW_MALE ? "male" : "female", at->from_y, isinf(at->to_y) ? "" : to,
             at->source, at->is_verified ? "yes" : "no");
    assert_non_null(fgets(line, sizeof line, file));
    assert_string_equal(line, expected);
    assert_true(at->from_y < at->to_y);
  }
  assert_null(fgets(line, sizeof line, file));
  fclose(file);
}

static void a_stage_gives_the_interval_of_its_sex(void **state) {
  hw_prior_range age;
  (void)state;
  assert_true(hw_prior_age_of_stage("Suchey-Brooks", 2, HW_MALE, &age));
  hw_assert_close(age.from, 19, 0, 0);
  hw_assert_close(age.to, 35, 0, 0);
  assert_true(hw_prior_age_of_stage("suchey brooks", 2, HW_UNKNOWN_SEX, &age));
  hw_assert_close(age.from, 19, 0, 0);
  hw_assert_close(age.to, 41, 0, 0);
  assert_true(hw_prior_age_of_stage("clavicle-5", 5, HW_MALE, &age));
  hw_assert_close(age.from, 24.1, 0, 0);
  assert_true(isinf(age.to));
  assert_false(hw_prior_age_of_stage("clavicle-5", 6, HW_MALE, &age));
  assert_false(hw_prior_age_of_stage("todd", 1, HW_MALE, &age));
  assert_false(hw_prior_age_of_stage("\xff", 1, HW_MALE, &age));
}

static double error_of(int32_t n, const hw_prior_sexing *sexings, hw_sex expected) {
  double error;
  assert_int_equal(hw_prior_sex(n, sexings, &error), expected);
  return error;
}

static void one_region_has_the_error_that_is_published(void **state) {
  (void)state;
  hw_prior_sexing pelvis = {HW_MALE, "pelvis"}, skull = {HW_FEMALE, "Skull"};
  hw_prior_sexing femur = {HW_MALE, "femur"}, nothing = {HW_MALE, NULL};
  hw_prior_sexing viet = {HW_FEMALE, "Xương chậu"};
  hw_assert_close(error_of(1, &pelvis, HW_MALE), 0.05, 1e-12, 0);
  hw_assert_close(error_of(1, &skull, HW_FEMALE), 0.10, 1e-12, 0);
  hw_assert_close(error_of(1, &femur, HW_MALE), 0.20, 1e-12, 0);
  hw_assert_close(error_of(1, &nothing, HW_MALE), 0.20, 1e-12, 0);
  hw_assert_close(error_of(1, &viet, HW_FEMALE), 0.05, 1e-12, 0);
}

static void bones_of_one_region_are_one_witness(void **state) {
  (void)state;
  hw_prior_sexing pelvis[3] = {{HW_MALE, "ilium"}, {HW_MALE, "pubis"}, {HW_MALE, "pelvis"}};
  hw_assert_close(error_of(3, pelvis, HW_MALE), 0.05, 1e-12, 0);
  pelvis[0].sex = HW_UNKNOWN_SEX;
  hw_assert_close(error_of(3, pelvis, HW_MALE), 0.05, 1e-12, 0);
  pelvis[1].sex = HW_FEMALE;
  hw_assert_close(error_of(3, pelvis, HW_UNKNOWN_SEX), 0.5, 0, 0);
}

static void regions_that_agree_err_less_and_pelvis_and_skull_as_published(void **state) {
  (void)state;
  hw_prior_sexing both[3] = {{HW_MALE, "pelvis"}, {HW_MALE, "cranium"}, {HW_MALE, "femur"}};
  hw_assert_close(error_of(2, both, HW_MALE), 0.02, 1e-3, 0);
  assert_true(error_of(3, both, HW_MALE) < error_of(2, both, HW_MALE));
  both[1].sex = HW_FEMALE;
  assert_true(error_of(2, both, HW_MALE) > 0.05);
  both[0].sex = HW_UNKNOWN_SEX;
  assert_true(error_of(3, both, HW_FEMALE) > 0.10);
  hw_assert_close(error_of(0, NULL, HW_UNKNOWN_SEX), 0.5, 0, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(formulas_are_those_of_the_shipped_table),
      cmocka_unit_test(the_longest_bone_that_is_there_gives_the_stature),
      cmocka_unit_test(no_formula_no_stature),
      cmocka_unit_test(stages_are_those_of_the_shipped_table),
      cmocka_unit_test(a_stage_gives_the_interval_of_its_sex),
      cmocka_unit_test(one_region_has_the_error_that_is_published),
      cmocka_unit_test(bones_of_one_region_are_one_witness),
      cmocka_unit_test(regions_that_agree_err_less_and_pelvis_and_skull_as_published),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
