/* Pedigrees: what is possible, what is not, and that the largest is checked
 * without recursion. Also the index of names that it uses. */
#include "homeward/pedigree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "genetics/name_index.h"
#include "support/assert.h"
#include "support/faults.h"

#define NONE HW_PERSON_NONE
#define PERSON(i, f, m, s, t) \
  { .id = (i), .father = (f), .mother = (m), .sex = (s), .twin = (t) }

static hw_err err;

#define ASSERT_VALID(...)                                             \
  do {                                                                \
    const hw_person p_[] = {__VA_ARGS__};                             \
    const hw_pedigree ped_ = {(int32_t)(sizeof p_ / sizeof *p_), p_}; \
    hw_assert_ok(hw_pedigree_validate(&ped_, &err), &err);            \
  } while (0)

#define ASSERT_INVALID(expected_status, expected_field, expected_text, ...)       \
  do {                                                                            \
    const hw_person p_[] = {__VA_ARGS__};                                         \
    const hw_pedigree ped_ = {(int32_t)(sizeof p_ / sizeof *p_), p_};             \
    hw_assert_status(hw_pedigree_validate(&ped_, &err), (expected_status), &err); \
    assert_string_equal(err.field, (expected_field));                             \
    hw_assert_contains(err.message, (expected_text));                             \
    hw_assert_status(hw_pedigree_validate(&ped_, NULL), (expected_status), NULL); \
  } while (0)

static void possible_pedigrees_are_accepted(void **state) {
  (void)state;
  ASSERT_VALID(PERSON("A", NONE, NONE, HW_UNKNOWN_SEX, NONE));
  /* children before parents, one known parent, a person without sex as father */
  ASSERT_VALID(PERSON("C", 2, NONE, HW_MALE, NONE), PERSON("D", 2, 3, HW_FEMALE, NONE),
               PERSON("F", NONE, NONE, HW_UNKNOWN_SEX, NONE),
               PERSON("M", NONE, NONE, HW_FEMALE, NONE));
  /* a brother and a sister with a child */
  ASSERT_VALID(PERSON("F", NONE, NONE, HW_MALE, NONE), PERSON("M", NONE, NONE, HW_FEMALE, NONE),
               PERSON("S", 0, 1, HW_MALE, NONE), PERSON("T", 0, 1, HW_FEMALE, NONE),
               PERSON("C", 2, 3, HW_MALE, NONE));
}

static void twins_are_one_individual(void **state) {
  (void)state;
  /* the second twin takes parents and sex of the first; each parent on its own */
  ASSERT_VALID(PERSON("F", NONE, NONE, HW_MALE, NONE), PERSON("M", NONE, NONE, HW_FEMALE, NONE),
               PERSON("A", 0, NONE, HW_MALE, NONE), PERSON("B", NONE, 1, HW_UNKNOWN_SEX, 2),
               PERSON("C", NONE, NONE, HW_UNKNOWN_SEX, 3));
  /* parents who are themselves one individual count as the same */
  ASSERT_VALID(PERSON("F", NONE, NONE, HW_MALE, NONE), PERSON("F2", NONE, NONE, HW_MALE, 0),
               PERSON("A", 0, NONE, HW_MALE, NONE), PERSON("B", 1, NONE, HW_MALE, 2));
  ASSERT_INVALID(HW_E_PEDIGREE, "pedigree[1].sex", "differ in sex",
                 PERSON("A", NONE, NONE, HW_MALE, NONE), PERSON("B", NONE, NONE, HW_FEMALE, 0));
  ASSERT_INVALID(HW_E_PEDIGREE, "pedigree[3].father", "have two fathers, F and G",
                 PERSON("F", NONE, NONE, HW_MALE, NONE), PERSON("G", NONE, NONE, HW_MALE, NONE),
                 PERSON("A", 0, NONE, HW_MALE, NONE), PERSON("B", 1, NONE, HW_MALE, 2));
  /* the sex of one twin is the sex of the other */
  ASSERT_INVALID(HW_E_PEDIGREE, "pedigree[2].mother", "is male",
                 PERSON("A", NONE, NONE, HW_MALE, NONE), PERSON("B", NONE, NONE, HW_UNKNOWN_SEX, 0),
                 PERSON("C", NONE, 1, HW_MALE, NONE));
  ASSERT_INVALID(HW_E_PEDIGREE, "pedigree[3].mother", "both a father and a mother",
                 PERSON("A", NONE, NONE, HW_UNKNOWN_SEX, NONE),
                 PERSON("B", NONE, NONE, HW_UNKNOWN_SEX, 0), PERSON("C", 0, NONE, HW_MALE, NONE),
                 PERSON("D", NONE, 1, HW_MALE, NONE));
  ASSERT_INVALID(HW_E_PEDIGREE, "pedigree[0]", "her own ancestor",
                 PERSON("A", NONE, NONE, HW_MALE, NONE), PERSON("B", 0, NONE, HW_MALE, 0));
}

static void impossible_pedigrees_are_named(void **state) {
  (void)state;
  ASSERT_INVALID(HW_E_PEDIGREE, "pedigree[1].father", "female",
                 PERSON("A", NONE, NONE, HW_FEMALE, NONE), PERSON("B", 0, NONE, HW_MALE, NONE));
  ASSERT_INVALID(HW_E_PEDIGREE, "pedigree[1].mother", "male",
                 PERSON("A", NONE, NONE, HW_MALE, NONE), PERSON("B", NONE, 0, HW_MALE, NONE));
  ASSERT_INVALID(HW_E_PEDIGREE, "pedigree[1].father", "both a father and a mother",
                 PERSON("A", NONE, NONE, HW_UNKNOWN_SEX, NONE), PERSON("B", 0, 0, HW_MALE, NONE));
  ASSERT_INVALID(HW_E_PEDIGREE, "pedigree[0]", "A is her own ancestor, or his, over 1 generation",
                 PERSON("A", 0, NONE, HW_MALE, NONE));
  ASSERT_INVALID(HW_E_PEDIGREE, "pedigree[1]", "over 2 generations",
                 PERSON("X", 1, NONE, HW_MALE, NONE), PERSON("A", NONE, 2, HW_MALE, NONE),
                 PERSON("B", 1, NONE, HW_FEMALE, NONE));
  ASSERT_INVALID(HW_E_DUPLICATE, "pedigree[2].id", "\"A\" is already the id of person 0",
                 PERSON("A", NONE, NONE, HW_MALE, NONE), PERSON("B", NONE, NONE, HW_MALE, NONE),
                 PERSON("A", NONE, NONE, HW_MALE, NONE));
  ASSERT_INVALID(HW_E_PEDIGREE, "pedigree[0].id", "without id",
                 PERSON("", NONE, NONE, HW_MALE, NONE));
  ASSERT_INVALID(HW_E_REFERENCE, "pedigree[0].father", "number 1 of 1",
                 PERSON("A", 1, NONE, HW_MALE, NONE));
  ASSERT_INVALID(HW_E_REFERENCE, "pedigree[0].mother", "number -2",
                 PERSON("A", NONE, -2, HW_MALE, NONE));
  ASSERT_INVALID(HW_E_REFERENCE, "pedigree[0]", "twin", PERSON("A", NONE, NONE, HW_MALE, 0));
  ASSERT_INVALID(HW_E_PEDIGREE, "pedigree[0].sex", "sex 9",
                 PERSON("A", NONE, NONE, (hw_sex)9, NONE));
  hw_pedigree nobody = {0, NULL}, too_many = {HW_MAX_PERSONS + 1, NULL};
  hw_assert_status(hw_pedigree_validate(&nobody, &err), HW_E_PEDIGREE, &err);
  hw_assert_status(hw_pedigree_validate(&too_many, &err), HW_E_PEDIGREE, &err);
}

static void the_longest_line_of_descent_is_checked(void **state) {
  (void)state;
  int32_t n = HW_MAX_PERSONS;
  hw_person *persons = calloc((size_t)n, sizeof *persons);
  char(*ids)[8] = calloc((size_t)n, sizeof *ids);
  assert_non_null(persons);
  assert_non_null(ids);
  for (int32_t i = 0; i < n; i++) { /* from the youngest to the eldest */
    snprintf(ids[i], sizeof ids[i], "%x", (unsigned)i);
    persons[i] = (hw_person)PERSON(ids[i], i + 1 < n ? i + 1 : NONE, NONE, HW_MALE, NONE);
  }
  hw_pedigree ped = {n, persons};
  hw_assert_ok(hw_pedigree_validate(&ped, &err), &err);
  assert_int_equal(hw_pedigree_find(&ped, "ff"), 255);
  assert_int_equal(hw_pedigree_find(&ped, "?"), NONE);
  persons[n - 1].father = 0;
  hw_assert_status(hw_pedigree_validate(&ped, &err), HW_E_PEDIGREE, &err);
  hw_assert_contains(err.message, "over 100000 generations");
  free(persons);
  free(ids);
}

static void names_are_found_and_duplicates_told(void **state) {
  (void)state;
  static const char *const names[] = {"b", "a", "c", "a", "b", "a"};
  hw_name_index index;
  hw_assert_ok(hw_name_index_init(&index, 6, names, &err), &err);
  assert_int_equal(hw_name_index_find(&index, "a"), 1);
  assert_int_equal(hw_name_index_find(&index, "b"), 0);
  assert_int_equal(hw_name_index_find(&index, "c"), 2);
  assert_int_equal(hw_name_index_find(&index, ""), HW_NAME_NONE);
  assert_int_equal(hw_name_index_find(&index, "d"), HW_NAME_NONE);
  int32_t first;
  assert_int_equal(hw_name_index_duplicate(&index, &first), 3);
  assert_int_equal(first, 1);
  hw_name_index_clear(&index);
  hw_name_index_clear(&index);
  hw_name_index_clear(NULL);
  hw_assert_ok(hw_name_index_init(&index, 0, NULL, &err), &err);
  assert_int_equal(hw_name_index_find(&index, "a"), HW_NAME_NONE);
  assert_int_equal(hw_name_index_duplicate(&index, NULL), HW_NAME_NONE);
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  const hw_person p[] = {PERSON("F", NONE, NONE, HW_MALE, NONE),
                         PERSON("C", 0, NONE, HW_MALE, NONE)};
  hw_pedigree ped = {2, p};
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_status status = hw_pedigree_validate(&ped, &err);
    bool failed = hw_faults_end();
    hw_assert_status(status, failed ? HW_E_NO_MEMORY : HW_OK, &err);
    if (!failed) break;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(possible_pedigrees_are_accepted),
      cmocka_unit_test(twins_are_one_individual),
      cmocka_unit_test(impossible_pedigrees_are_named),
      cmocka_unit_test(the_longest_line_of_descent_is_checked),
      cmocka_unit_test(names_are_found_and_duplicates_told),
      cmocka_unit_test(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests_name("pedigree", tests, NULL, NULL);
}
