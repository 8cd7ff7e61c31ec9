/* Re-association: elements and zones, groups, contradictions, priors, chains, and what is refused. */
#include "homeward/reassociate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/assert.h"
#include "support/faults.h"
#include "support/said.h"

/* --- elements --- */

static int32_t element_of(const char *text) {
  int32_t number = 0;
  hw_side side = HW_SIDE_UNKNOWN;
  return hw_element_find(text, &number, &side);
}

static void elements_are_found_in_three_languages(void **state) {
  (void)state;
  const hw_element *elements = NULL;
  const int32_t n = hw_elements(&elements);
  assert_true(n > 40);
  assert_int_equal(element_of("Femur"), 0);
  assert_int_equal(element_of("os femoris"), 0);
  assert_int_equal(element_of("XƯƠNG ĐÙI"), 0);
  assert_int_equal(element_of("xuong dui"), 0);
  assert_int_equal(element_of("femora"), 0);
  assert_int_equal(element_of("femurs"), 0);
  assert_int_equal(element_of("knuckle of nobody"), -1);
  assert_int_equal(element_of(""), -1);
  for (int32_t i = 0; i < n; i++) assert_int_equal(element_of(elements[i].name), i);
}

static void numbers_and_sides_are_read_off(void **state) {
  (void)state;
  int32_t number = 0;
  hw_side side = HW_SIDE_UNKNOWN;
  assert_int_equal(hw_element_find("left femur", &number, &side), 0);
  assert_int_equal(side, HW_SIDE_LEFT);
  assert_int_equal(hw_element_find("xương đùi phải", &number, &side), 0);
  assert_int_equal(side, HW_SIDE_RIGHT);
  assert_int_equal(hw_element_find("rib 5", &number, &side), element_of("rib"));
  assert_int_equal(number, 5);
  assert_int_equal(hw_element_find("T7", &number, &side), element_of("thoracic vertebra"));
  assert_int_equal(number, 7);
  assert_int_equal(hw_element_find("atlas", &number, &side), element_of("cervical vertebra"));
  assert_int_equal(number, 1);
  assert_int_equal(hw_element_find("tooth 36", &number, &side), element_of("tooth"));
  assert_int_equal(number, 36);
  assert_int_equal(side, HW_SIDE_LEFT);
  assert_int_equal(hw_element_find("tooth 59", &number, &side), element_of("tooth"));
  assert_int_equal(number, 0);
}

/* --- bones of one person --- */

typedef struct bone {
  const char *element, *portion;
  hw_side side;
} bone;

/* ln R of the bones, everything else left out. */
static double ln_of_bones(const bone *bones, int32_t n) {
  hw_specimen specimens[16];
  int32_t members[16];
  char names[16][8];
  hw_reassociate_factors factors;
  for (int32_t i = 0; i < n; i++) {
    snprintf(names[i], sizeof names[i], "S%d", (int)i);
    hw_specimen_init(&specimens[i], names[i]);
    specimens[i].element = bones[i].element;
    specimens[i].portion = bones[i].portion;
    specimens[i].side = bones[i].side;
    members[i] = i;
  }
  const hw_reassociate_problem problem = {.n_specimens = n, .specimens = specimens};
  hw_reassociate *run = NULL;
  hw_assert_ok(hw_reassociate_new(&problem, NULL, &run, NULL), NULL);
  hw_assert_ok(hw_reassociate_group_factors(run, members, n, &factors, NULL), NULL);
  hw_reassociate_delete(run);
  return factors.bones;
}

static void one_zone_of_one_bone_is_there_once(void **state) {
  (void)state;
  const bone two_left[] = {{"femur", "", HW_SIDE_LEFT}, {"femur", "", HW_SIDE_LEFT}};
  const bone left_right[] = {{"femur", "", HW_SIDE_LEFT}, {"femur", "", HW_SIDE_RIGHT}};
  const bone halves[] = {{"femur", "proximal half", HW_SIDE_LEFT},
                         {"femur", "distal third", HW_SIDE_LEFT}};
  const bone ends[] = {{"femur", "proximal half", HW_SIDE_LEFT},
                       {"femur", "femoral head", HW_SIDE_LEFT}};
  const bone shard[] = {{"femur", "fragment", HW_SIDE_LEFT}, {"femur", "shaft", HW_SIDE_LEFT}};
  const bone shard_of_whole[] = {{"femur", "fragment", HW_SIDE_LEFT},
                                 {"femur", "complete", HW_SIDE_LEFT}};
  const bone skulls[] = {{"cranium", "", HW_SIDE_MIDLINE}, {"skull", "", HW_SIDE_UNKNOWN}};
  const bone named[] = {{"scapula", "glenoid", HW_SIDE_LEFT}, {"scapula", "Glenoid", HW_SIDE_LEFT}};
  const bone parts[] = {{"scapula", "glenoid", HW_SIDE_LEFT}, {"scapula", "spine", HW_SIDE_LEFT}};
  const bone none[] = {{"gadget", "", HW_SIDE_LEFT}, {"gadget", "", HW_SIDE_LEFT}};
  assert_true(ln_of_bones(two_left, 2) == -HUGE_VAL);
  assert_true(ln_of_bones(left_right, 2) == 0);
  assert_true(ln_of_bones(halves, 2) == 0);
  assert_true(ln_of_bones(ends, 2) == -HUGE_VAL);
  assert_true(ln_of_bones(shard, 2) == 0);
  assert_true(ln_of_bones(shard_of_whole, 2) == -HUGE_VAL);
  assert_true(ln_of_bones(skulls, 2) == -HUGE_VAL);
  assert_true(ln_of_bones(named, 2) == -HUGE_VAL);
  assert_true(ln_of_bones(parts, 2) == 0);
  assert_true(ln_of_bones(none, 2) == 0);
}

static void unknown_sides_have_to_fall_rightly(void **state) {
  (void)state;
  const bone known_unknown[] = {{"femur", "", HW_SIDE_LEFT}, {"femur", "", HW_SIDE_UNKNOWN}};
  const bone unknowns[] = {{"femur", "", HW_SIDE_UNKNOWN},
                           {"femur", "", HW_SIDE_UNKNOWN},
                           {"femur", "", HW_SIDE_UNKNOWN}};
  hw_assert_close(ln_of_bones(known_unknown, 2), log(0.5), 1e-14, 0);
  hw_assert_close(ln_of_bones(unknowns, 2), log(0.5), 1e-14, 0);
  assert_true(ln_of_bones(unknowns, 3) == -HUGE_VAL);
}

static void a_series_has_its_number(void **state) {
  (void)state;
  bone ribs[13];
  for (int i = 0; i < 13; i++) ribs[i] = (bone){"rib", "", HW_SIDE_LEFT};
  const bone fifth[] = {{"rib 5", "", HW_SIDE_LEFT}, {"rib 5", "", HW_SIDE_LEFT}};
  const bone fifths[] = {{"rib 5", "", HW_SIDE_LEFT}, {"rib 5", "", HW_SIDE_RIGHT}};
  assert_true(ln_of_bones(ribs, 12) == 0);
  assert_true(ln_of_bones(ribs, 13) == -HUGE_VAL);
  assert_true(ln_of_bones(fifth, 2) == -HUGE_VAL);
  assert_true(ln_of_bones(fifths, 2) == 0);
  /* 13 of unknown side: all but the two ways of 13 on one side are possible. */
  for (int i = 0; i < 13; i++) ribs[i].side = HW_SIDE_UNKNOWN;
  hw_assert_close(ln_of_bones(ribs, 13), log(1 - 2 / pow(2, 13)), 1e-10, 0);
}

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

/* --- partitions --- */

enum { GRAVE = 6 };
static hw_specimen grave[GRAVE];

/* Three lefts and three rights of the femur, whose lengths pair them. */
static void dig(void) {
  static const char *const names[GRAVE] = {"L1", "L2", "L3", "R1", "R2", "R3"};
  static const hw_bone_measurement lengths[GRAVE] = {
      {"maximum-length", 401}, {"maximum-length", 440}, {"maximum-length", 470},
      {"maximum-length", 402}, {"maximum-length", 441}, {"maximum-length", 469}};
  for (int i = 0; i < GRAVE; i++) {
    hw_specimen_init(&grave[i], names[i]);
    grave[i].element = "femur";
    grave[i].side = i < 3 ? HW_SIDE_LEFT : HW_SIDE_RIGHT;
    grave[i].n_measurements = 1;
    grave[i].measurements = &lengths[i];
  }
}

static hw_reassociate *run_grave(const hw_reassociate_options *options) {
  const hw_reassociate_problem problem = {.n_specimens = GRAVE, .specimens = grave};
  static hw_reassociate_problem kept;
  hw_reassociate *run = NULL;
  hw_err err = HW_ERR_INIT;
  kept = problem;
  hw_assert_ok(hw_reassociate_new(&kept, options, &run, &err), &err);
  hw_assert_ok(hw_reassociate_run(run, NULL, NULL, &err), &err);
  return run;
}

static hw_osteometry *lengths_reference(void) {
  return reference(REFERENCE_HEADER "absolute,femur,,maximum-length,,100,1.5,1.2,,,,,25,19,test\n");
}

static void pairs_are_matched_by_measurements(void **state) {
  (void)state;
  dig();
  hw_osteometry *table = lengths_reference();
  const hw_reassociate_options options = {.osteometry = table};
  hw_reassociate *run = run_grave(&options);
  for (int i = 0; i < 3; i++) {
    assert_int_equal(hw_reassociate_group_of(run, i), hw_reassociate_group_of(run, i + 3));
    for (int j = 0; j < 3; j++) {
      assert_true(i == j || hw_reassociate_posterior(run, i, j, NULL) == 0);
      double complement = 0;
      const double p = hw_reassociate_posterior(run, i, j + 3, &complement);
      hw_assert_close(p + complement, 1, 1e-12, 0);
    }
  }
  const hw_commingling *counts = NULL;
  assert_int_equal(hw_reassociate_counts(run, &counts), 1);
  assert_int_equal(counts[0].least, 3);
  assert_int_equal(counts[0].least_by_pairs, 3);
  assert_int_equal(counts[0].elements[0].pairs, 3);
  assert_int_equal(counts[0].groups, 3);
  hw_reassociate_delete(run);
  hw_osteometry_delete(table);
}

static void the_order_of_specimens_does_not_matter(void **state) {
  (void)state;
  dig();
  hw_osteometry *table = lengths_reference();
  const hw_reassociate_options options = {.osteometry = table};
  hw_reassociate *run = run_grave(&options);
  double before[GRAVE][GRAVE];
  for (int i = 0; i < GRAVE; i++)
    for (int j = 0; j < GRAVE; j++) before[i][j] = hw_reassociate_posterior(run, i, j, NULL);
  hw_reassociate_delete(run);
  static const int to[GRAVE] = {4, 2, 0, 5, 1, 3};
  hw_specimen moved[GRAVE];
  for (int i = 0; i < GRAVE; i++) moved[to[i]] = grave[i];
  memcpy(grave, moved, sizeof grave);
  run = run_grave(&options);
  for (int i = 0; i < GRAVE; i++)
    for (int j = 0; j < GRAVE; j++)
      hw_assert_close(hw_reassociate_posterior(run, to[i], to[j], NULL), before[i][j], 1e-10,
                      1e-14);
  hw_reassociate_delete(run);
  hw_osteometry_delete(table);
}

static void a_conflicting_bone_never_raises_a_pair(void **state) {
  (void)state;
  dig();
  hw_osteometry *table = lengths_reference();
  hw_reassociate_options options = {.osteometry = table, .concentration = 2};
  hw_reassociate_problem problem = {.n_specimens = 2, .specimens = grave};
  const hw_specimen third = grave[4];
  grave[1] = grave[3]; /* L1 and R1 */
  hw_reassociate *run = NULL;
  hw_assert_ok(hw_reassociate_new(&problem, &options, &run, NULL), NULL);
  hw_assert_ok(hw_reassociate_run(run, NULL, NULL, NULL), NULL);
  const double alone = hw_reassociate_posterior(run, 0, 1, NULL);
  hw_reassociate_delete(run);
  grave[2] = third; /* another right one */
  problem.n_specimens = 3;
  hw_assert_ok(hw_reassociate_new(&problem, &options, &run, NULL), NULL);
  hw_assert_ok(hw_reassociate_run(run, NULL, NULL, NULL), NULL);
  assert_true(hw_reassociate_posterior(run, 0, 1, NULL) <= alone);
  hw_reassociate_delete(run);
  hw_osteometry_delete(table);
}

static void a_chain_agrees_with_the_sum(void **state) {
  (void)state;
  dig();
  hw_osteometry *table = reference(
      REFERENCE_HEADER "absolute,femur,,maximum-length,,100,12,9,,,,,25,19,test\n"); /* weak */
  hw_reassociate_options options = {.osteometry = table};
  hw_reassociate *exact = run_grave(&options);
  options.max_exact = 2;
  options.chain_sweeps = 8000;
  options.seed = 5;
  hw_reassociate *chained = run_grave(&options), *again = run_grave(&options);
  const hw_reassociate_summary summary = hw_reassociate_summarise(chained);
  assert_false(summary.is_exact);
  assert_true(summary.r_hat < 1.1 && summary.effective > 100 && summary.error < 0.05);
  for (int i = 0; i < GRAVE; i++)
    for (int j = 0; j < GRAVE; j++) {
      const double p = hw_reassociate_posterior(chained, i, j, NULL);
      hw_assert_close(p, hw_reassociate_posterior(exact, i, j, NULL), 0, 0.05);
      hw_assert_same_bits(p, hw_reassociate_posterior(again, i, j, NULL));
    }
  hw_reassociate_delete(exact);
  hw_reassociate_delete(chained);
  hw_reassociate_delete(again);
  hw_osteometry_delete(table);
}

static void a_prior_on_the_number_of_persons_is_kept(void **state) {
  (void)state;
  dig();
  const double three[] = {0, 0, 1}; /* P(1), P(2), P(3 persons) */
  double ln_number[GRAVE + 1];
  hw_reassociate_number_prior(GRAVE, 1, 3, three, ln_number);
  assert_true(ln_number[4] == -HUGE_VAL && ln_number[3] > -HUGE_VAL);
  hw_reassociate_options options = {.ln_number = ln_number, .n_numbers = GRAVE + 1};
  hw_reassociate *run = run_grave(&options);
  /* Three persons, three lefts, three rights: every matching is alike. */
  for (int i = 0; i < 3; i++)
    for (int j = 3; j < GRAVE; j++)
      hw_assert_close(hw_reassociate_posterior(run, i, j, NULL), 1.0 / 3, 1e-12, 0);
  hw_reassociate_delete(run);
  const double two[] = {0, 1};
  hw_reassociate_number_prior(GRAVE, 1, 2, two, ln_number);
  const hw_reassociate_problem problem = {.n_specimens = GRAVE, .specimens = grave};
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_reassociate_new(&problem, &options, &run, &err), &err);
  hw_assert_status(hw_reassociate_run(run, NULL, NULL, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "no partition is possible");
  hw_reassociate_delete(run);
}

static void confirmed_individuals_stay_together(void **state) {
  (void)state;
  dig();
  hw_osteometry *table = lengths_reference();
  const hw_reassociate_options options = {.osteometry = table};
  grave[0].individual = grave[4].individual = 7; /* L1 and R2, against the lengths */
  hw_reassociate *run = run_grave(&options);
  assert_true(hw_reassociate_posterior(run, 0, 4, NULL) == 1);
  const hw_contradiction *found = NULL;
  const int32_t n = hw_reassociate_contradictions(run, &found);
  assert_int_equal(n, 1);
  assert_int_equal(found[0].kind, HW_CONTRADICTION_SIZE);
  hw_assert_contains(found[0].text, "confirmed as one individual");
  hw_reassociate_delete(run);
  grave[4].individual = -1;
  grave[1].individual = 7; /* two left femora: told, and not joined */
  run = run_grave(&options);
  assert_true(hw_reassociate_posterior(run, 0, 1, NULL) == 0);
  assert_int_equal(hw_reassociate_contradictions(run, &found), 1);
  assert_int_equal(found[0].kind, HW_CONTRADICTION_ELEMENT);
  assert_string_equal(hw_contradiction_code(found[0].kind), "repeated-element");
  hw_reassociate_delete(run);
  hw_osteometry_delete(table);
}

static void contradictions_name_what_differs(void **state) {
  (void)state;
  hw_specimen two[2];
  for (int i = 0; i < 2; i++) {
    hw_specimen_init(&two[i], i == 0 ? "A" : "B");
    two[i].individual = 1;
    two[i].sex = i == 0 ? HW_MALE : HW_FEMALE;
    two[i].age_from_y = i == 0 ? 18 : 40;
    two[i].age_to_y = i == 0 ? 25 : 60;
    two[i].stature_cm = i == 0 ? 155 : 175;
    two[i].stature_se_cm = 3;
    two[i].site = i == 0 ? "hill" : "river";
  }
  const hw_reassociate_problem problem = {.n_specimens = 2, .specimens = two};
  hw_reassociate *run = NULL;
  const hw_contradiction *found = NULL;
  hw_assert_ok(hw_reassociate_new(&problem, NULL, &run, NULL), NULL);
  hw_assert_ok(hw_reassociate_run(run, NULL, NULL, NULL), NULL);
  assert_int_equal(hw_reassociate_contradictions(run, &found), 4);
  static const char *const parts[] = {"male and female", "ages 18 to 25 and 40 to 60",
                                      "statures 155.0 and 175.0 cm", "found at hill and at river"};
  static const char *const codes[] = {"sex", "age", "stature", "site"};
  for (int i = 0; i < 4; i++) {
    hw_assert_contains(found[i].text, parts[i]);
    assert_string_equal(hw_contradiction_code(found[i].kind), codes[i]);
    hw_assert_said_in_vietnamese(found[i].text);
  }
  hw_reassociate_factors factors;
  const int32_t pair[2] = {0, 1};
  hw_assert_ok(hw_reassociate_group_factors(run, pair, 2, &factors, NULL), NULL);
  hw_assert_close(factors.sex, log(0.95 * 0.05 / 0.25), 1e-12, 0);
  assert_true(factors.age < log(0.2));
  hw_assert_close(factors.provenience, log(0.01), 1e-12, 0);
  hw_reassociate_delete(run);
}

static void bad_problems_are_refused(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_reassociate *run = NULL;
  hw_reassociate_problem problem = {.n_specimens = 0, .specimens = grave};
  dig();
  hw_assert_status(hw_reassociate_new(&problem, NULL, &run, &err), HW_E_SHAPE, &err);
  problem.n_specimens = GRAVE;
  grave[1].id = "L1";
  hw_assert_status(hw_reassociate_new(&problem, NULL, &run, &err), HW_E_DUPLICATE, &err);
  hw_assert_contains(err.message, "'L1'");
  dig();
  grave[2].age_from_y = 30;
  grave[2].age_to_y = 20;
  hw_assert_status(hw_reassociate_new(&problem, NULL, &run, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "age from 30 to 20");
  dig();
  const int32_t profile = 0;
  grave[0].n_profiles = 1;
  grave[0].profiles = &profile;
  hw_assert_status(hw_reassociate_new(&problem, NULL, &run, &err), HW_E_REFERENCE, &err);
  dig();
  const hw_reassociate_options bad[] = {{.sex_error = 1.5},
                                        {.max_exact = 40},
                                        {.concentration = -1},
                                        {.n_chains = 1},
                                        {.distance_m = -1}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    hw_assert_status(hw_reassociate_new(&problem, &bad[i], &run, &err), HW_E_VALUE, &err);
    assert_null(run);
  }
}

static bool stop(void *context, uint64_t done, uint64_t all) {
  (void)context;
  (void)all;
  return done >= 1;
}

static void a_run_can_be_stopped(void **state) {
  (void)state;
  dig();
  const hw_reassociate_problem problem = {.n_specimens = GRAVE, .specimens = grave};
  hw_reassociate *run = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_reassociate_new(&problem, NULL, &run, &err), &err);
  hw_assert_status(hw_reassociate_run(run, stop, NULL, &err), HW_E_INTERRUPTED, &err);
  hw_reassociate_delete(run);
}

static void exhausted_memory_is_an_error_and_leaks_nothing(void **state) {
  (void)state;
  dig();
  const hw_reassociate_problem problem = {.n_specimens = GRAVE, .specimens = grave};
  for (int max_exact = 2; max_exact <= 14; max_exact += 12)
    for (long fail = 0;; fail++) {
      hw_reassociate *run = NULL;
      hw_reassociate_pair *pairs = NULL;
      int32_t n = 0;
      hw_err err = HW_ERR_INIT;
      const hw_reassociate_options options = {.max_exact = max_exact, .chain_sweeps = 4};
      hw_faults_begin(fail);
      hw_status status = hw_reassociate_new(&problem, &options, &run, &err);
      if (status == HW_OK) status = hw_reassociate_run(run, NULL, NULL, &err);
      if (status == HW_OK) status = hw_reassociate_pairs(run, 0, 4, &pairs, &n, &err);
      const bool failed = hw_faults_end();
      free(pairs);
      hw_reassociate_delete(run);
      if (!failed) {
        hw_assert_ok(status, &err);
        break;
      }
      hw_assert_status(status, HW_E_NO_MEMORY, &err);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(elements_are_found_in_three_languages),
      cmocka_unit_test(numbers_and_sides_are_read_off),
      cmocka_unit_test(one_zone_of_one_bone_is_there_once),
      cmocka_unit_test(unknown_sides_have_to_fall_rightly),
      cmocka_unit_test(a_series_has_its_number),
      cmocka_unit_test(pairs_are_matched_by_measurements),
      cmocka_unit_test(the_order_of_specimens_does_not_matter),
      cmocka_unit_test(a_conflicting_bone_never_raises_a_pair),
      cmocka_unit_test(a_chain_agrees_with_the_sum),
      cmocka_unit_test(a_prior_on_the_number_of_persons_is_kept),
      cmocka_unit_test(confirmed_individuals_stay_together),
      cmocka_unit_test(contradictions_name_what_differs),
      cmocka_unit_test(bad_problems_are_refused),
      cmocka_unit_test(a_run_can_be_stopped),
      cmocka_unit_test(exhausted_memory_is_an_error_and_leaks_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
