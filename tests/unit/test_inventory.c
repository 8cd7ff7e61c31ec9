/* Inventories: where bones belong, and how many persons a lot proves, against a run that counts. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "homeward/random.h"
#include "homeward/reassociate.h"
#include "support/assert.h"
#include "support/faults.h"

enum { MOST = 24, MOST_ELEMENTS = 80 };

static char names[MOST][8];

static hw_specimen bone(int32_t i, const char *element, hw_side side, const char *portion) {
  hw_specimen out;
  snprintf(names[i], sizeof names[i], "B%d", (int)i);
  hw_specimen_init(&out, names[i]);
  out.element = element;
  out.side = side;
  out.portion = portion;
  return out;
}

static int32_t make(int32_t n, const hw_specimen *specimens, const int32_t *group,
                    hw_bone_place *places, hw_element_count *counts) {
  hw_err err = HW_ERR_INIT;
  int32_t n_counts = -1;
  hw_assert_ok(hw_inventory_make(n, specimens, group, places, counts, &n_counts, &err), &err);
  return n_counts;
}

static void places_tell_element_side_number_and_part(void **state) {
  (void)state;
  const hw_specimen specimens[] = {bone(0, "xương đùi trái", HW_SIDE_UNKNOWN, ""),
                                   bone(1, "rib 5", HW_SIDE_RIGHT, ""),
                                   bone(2, "T7", HW_SIDE_UNKNOWN, ""),
                                   bone(3, "tooth 36", HW_SIDE_UNKNOWN, ""),
                                   bone(4, "tibia", HW_SIDE_LEFT, "proximal half"),
                                   bone(5, "tibia", HW_SIDE_LEFT, "fragment"),
                                   bone(6, "scapula", HW_SIDE_LEFT, "glenoid"),
                                   bone(7, "button", HW_SIDE_LEFT, ""),
                                   bone(8, "femur", HW_SIDE_LEFT, "midshaft")};
  hw_bone_place at[9];
  hw_element_count counts[MOST_ELEMENTS];
  const hw_element *elements = NULL;
  (void)hw_elements(&elements);
  const int32_t n = make(9, specimens, NULL, at, counts);
  assert_int_equal(n, 6);
  assert_string_equal(elements[at[0].element].name, "femur");
  assert_int_equal(at[0].side, HW_SIDE_LEFT);
  assert_true(at[0].from == 0 && at[0].to == 0 && !at[0].is_part);
  assert_int_equal(at[1].number, 5);
  assert_int_equal(at[2].number, 7);
  assert_int_equal(at[2].side, HW_SIDE_MIDLINE);
  assert_int_equal(at[3].number, 36);
  assert_int_equal(at[3].side, HW_SIDE_LEFT);
  assert_true(at[4].from == 0 && fabs(at[4].to - 0.38) < 1e-12 && !at[4].is_part);
  assert_true(at[5].is_part);
  assert_true(at[6].is_part);
  assert_int_equal(at[7].element, -1);
  assert_true(fabs(at[8].from - 0.38) < 1e-12 && fabs(at[8].to - 0.62) < 1e-12);
}

static void pairs_are_those_of_the_groups_that_are_given(void **state) {
  (void)state;
  const hw_specimen specimens[] = {
      bone(0, "femur", HW_SIDE_LEFT, ""), bone(1, "femur", HW_SIDE_LEFT, ""),
      bone(2, "femur", HW_SIDE_RIGHT, ""), bone(3, "femur", HW_SIDE_RIGHT, "")};
  const int32_t group[] = {0, -1, 0, 1};
  hw_bone_place places[4];
  hw_element_count counts[MOST_ELEMENTS];
  assert_int_equal(make(4, specimens, group, places, counts), 1);
  assert_int_equal(counts[0].left, 2);
  assert_int_equal(counts[0].right, 2);
  assert_int_equal(counts[0].pairs, 1);
  assert_int_equal(counts[0].least, 2);
  assert_int_equal(counts[0].least_by_pairs, 3);
  assert_int_equal(make(4, specimens, NULL, places, counts), 1);
  assert_int_equal(counts[0].pairs, 0);
  assert_int_equal(counts[0].least_by_pairs, 4);
}

/* A re-association counts the same with the groups that it found. */
static void counts_are_those_of_a_run(void **state) {
  (void)state;
  static const char *const elements[] = {"femur", "tibia", "rib", "mandible", "tooth 36", "gadget"};
  static const char *const portions[] = {"", "proximal half", "distal third", "fragment"};
  hw_random random;
  hw_random_init(&random, 17);
  for (int round = 0; round < 200; round++) {
    hw_specimen specimens[MOST];
    hw_bone_place places[MOST];
    hw_element_count counts[MOST_ELEMENTS];
    int32_t group[MOST];
    const int32_t n = 1 + (int32_t)hw_random_below(&random, 9);
    for (int32_t i = 0; i < n; i++)
      specimens[i] =
          bone(i, elements[hw_random_below(&random, 6)], (hw_side)hw_random_below(&random, 3),
               portions[hw_random_below(&random, 4)]);
    const hw_reassociate_problem problem = {.n_specimens = n, .specimens = specimens};
    hw_reassociate *run = NULL;
    const hw_commingling *lots = NULL;
    hw_assert_ok(hw_reassociate_new(&problem, NULL, &run, NULL), NULL);
    hw_assert_ok(hw_reassociate_run(run, NULL, NULL, NULL), NULL);
    for (int32_t i = 0; i < n; i++) group[i] = hw_reassociate_group_of(run, i);
    const int32_t n_counts = make(n, specimens, group, places, counts);
    assert_true(hw_reassociate_counts(run, &lots) > 0);
    assert_int_equal(n_counts, lots[0].n_elements);
    for (int32_t c = 0; c < n_counts; c++)
      assert_memory_equal(&counts[c], &lots[0].elements[c], sizeof counts[c]);
    hw_reassociate_delete(run);
  }
}

static void an_empty_lot_proves_nobody(void **state) {
  (void)state;
  hw_bone_place place;
  hw_element_count counts[MOST_ELEMENTS];
  assert_int_equal(make(0, NULL, NULL, &place, counts), 0);
}

static void impossible_groups_are_refused(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  const hw_specimen one = bone(0, "femur", HW_SIDE_LEFT, "");
  const int32_t group = -2;
  hw_bone_place place;
  hw_element_count counts[MOST_ELEMENTS];
  int32_t n = 0;
  assert_int_equal(hw_inventory_make(1, &one, &group, &place, counts, &n, &err), HW_E_VALUE);
  hw_assert_contains(err.message, "'B0' is in group -2");
  assert_int_equal(hw_inventory_make(-1, &one, NULL, &place, counts, &n, &err), HW_E_VALUE);
}

static void exhausted_memory_is_told(void **state) {
  (void)state;
  const hw_specimen one = bone(0, "scapula", HW_SIDE_LEFT, "glenoid");
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_bone_place place;
    hw_element_count counts[MOST_ELEMENTS];
    int32_t n_counts = 0;
    hw_err err = HW_ERR_INIT;
    const hw_status status = hw_inventory_make(1, &one, NULL, &place, counts, &n_counts, &err);
    if (hw_faults_end()) {
      assert_int_equal(status, HW_E_NO_MEMORY);
      continue;
    }
    hw_assert_ok(status, &err);
    break;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(places_tell_element_side_number_and_part),
      cmocka_unit_test(pairs_are_those_of_the_groups_that_are_given),
      cmocka_unit_test(counts_are_those_of_a_run),
      cmocka_unit_test(an_empty_lot_proves_nobody),
      cmocka_unit_test(impossible_groups_are_refused),
      cmocka_unit_test(exhausted_memory_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
