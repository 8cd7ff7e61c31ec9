/* Remarks of readers: order, bound, clean text, exhausted memory. */
#include "formats/notes.h"

#include <string.h>

#include "support/assert.h"
#include "support/faults.h"

static hw_err err;

static void remarks_are_kept_in_order(void **state) {
  (void)state;
  hw_arena arena = {0};
  hw_notes notes = {.arena = &arena};
  const hw_note *list;
  int32_t n;
  hw_assert_ok(hw_notes_finish(&notes, &list, &n, &err), &err);
  assert_int_equal(n, 0);
  assert_null(list);
  hw_assert_ok(hw_notes_add(&notes, 7, &err, "%d cells\nof \x01", 3), &err);
  hw_assert_ok(hw_notes_add(&notes, 0, &err, "whole"), &err);
  hw_assert_ok(hw_notes_finish(&notes, &list, &n, &err), &err);
  assert_int_equal(n, 2);
  assert_int_equal(list[0].line, 7);
  hw_assert_contains(list[0].text, "3 cells");
  assert_null(strchr(list[0].text, '\n'));
  assert_null(strchr(list[0].text, '\x01'));
  assert_string_equal(list[1].text, "whole");
  hw_arena_clear(&arena);
}

static void the_last_remark_counts_the_others(void **state) {
  (void)state;
  hw_arena arena = {0};
  hw_notes notes = {.arena = &arena};
  const hw_note *list;
  int32_t n;
  for (int i = 0; i < HW_NOTES_KEPT + 50; i++)
    hw_assert_ok(hw_notes_add(&notes, (uint64_t)i + 1, &err, "note %d", i), &err);
  hw_assert_ok(hw_notes_finish(&notes, &list, &n, &err), &err);
  assert_int_equal(n, HW_NOTES_KEPT);
  assert_string_equal(list[HW_NOTES_KEPT - 2].text, "note 98");
  assert_string_equal(list[HW_NOTES_KEPT - 1].text, "51 more remarks");
  assert_int_equal(list[HW_NOTES_KEPT - 1].line, 0);
  hw_arena_clear(&arena);
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  hw_arena arena = {0};
  hw_notes notes = {.arena = &arena};
  assert_true(hw_faults_begin(0));
  const hw_status status = hw_notes_add(&notes, 1, &err, "x");
  assert_true(hw_faults_end());
  hw_assert_status(status, HW_E_NO_MEMORY, &err);
  hw_arena_clear(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(remarks_are_kept_in_order),
      cmocka_unit_test(the_last_remark_counts_the_others),
      cmocka_unit_test(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests_name("notes", tests, NULL, NULL);
}
