/* String buffer: growth, formats, sticky failure. */
#include "base/str.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "support/assert.h"
#include "support/faults.h"

static void an_empty_buffer_is_an_empty_string(void **state) {
  (void)state;
  hw_str s = HW_STR_INIT;
  assert_string_equal(hw_str_text(&s), "");
  hw_assert_ok(hw_str_status(&s), NULL);
  hw_str_clear(&s);
  hw_str_clear(&s);
  hw_str_clear(NULL);
}

static void pieces_of_every_size_are_joined(void **state) {
  (void)state;
  hw_str s;
  hw_str_init(&s);
  size_t length = 0;
  for (int i = 0; i < 2000; i++) {
    hw_str_append_format(&s, "%d,", i);
    length += i < 10 ? 2 : i < 100 ? 3 : i < 1000 ? 4 : 5;
    assert_int_equal(s.length, length);
    assert_int_equal(s.bytes[length], '\0');
  }
  hw_assert_contains(hw_str_text(&s), ",1234,1235,");
  hw_str_append_bytes(&s, "a\0b", 3);
  assert_int_equal(s.length, length + 3);
  assert_memory_equal(s.bytes + length, "a\0b", 4);
  hw_str_clear(&s);
  assert_int_equal(s.length, 0);
}

static void a_failure_is_kept_and_silences_the_rest(void **state) {
  (void)state;
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_str s = HW_STR_INIT;
    for (int i = 0; i < 1000; i++) hw_str_append(&s, "0123456789");
    hw_str_append_format(&s, "%d", 1);
    const bool failed = hw_faults_end();
    hw_assert_status(hw_str_status(&s), failed ? HW_E_NO_MEMORY : HW_OK, NULL);
    if (failed)
      assert_int_equal(s.length % 10, 0);
    else
      assert_int_equal(s.length, 10001);
    hw_str_clear(&s);
    hw_assert_ok(hw_str_status(&s), NULL);
    if (!failed) break;
  }
}

static void an_impossible_length_is_a_failure(void **state) {
  (void)state;
  hw_str s = HW_STR_INIT;
  hw_str_append(&s, "x");
  hw_str_append_bytes(&s, "x", SIZE_MAX - 1);
  hw_assert_status(hw_str_status(&s), HW_E_NO_MEMORY, NULL);
  assert_string_equal(hw_str_text(&s), "x");
  hw_str_clear(&s);
}

static void a_text_is_moved_into_an_arena(void **state) {
  (void)state;
  hw_arena arena;
  hw_str s = HW_STR_INIT;
  hw_arena_init(&arena, 0);
  assert_string_equal(hw_str_take(&s, &arena), "");
  hw_str_append(&s, "one");
  assert_string_equal(hw_str_take(&s, &arena), "one");
  assert_int_equal(s.length, 0);
  s.status = HW_E_NO_MEMORY;
  assert_null(hw_str_take(&s, &arena));
  hw_assert_ok(hw_str_status(&s), NULL);
  hw_arena_clear(&arena);
}

static void markup_is_escaped(void **state) {
  (void)state;
  hw_str s = HW_STR_INIT;
  hw_str_append_markup(&s, "<a b=\"c\">&'đ", 13);
  hw_str_append_markup(&s, "", 0);
  assert_string_equal(hw_str_text(&s), "&lt;a b=&quot;c&quot;&gt;&amp;&#39;đ");
  hw_str_clear(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_empty_buffer_is_an_empty_string),
      cmocka_unit_test(a_text_is_moved_into_an_arena),
      cmocka_unit_test(markup_is_escaped),
      cmocka_unit_test(pieces_of_every_size_are_joined),
      cmocka_unit_test(a_failure_is_kept_and_silences_the_rest),
      cmocka_unit_test(an_impossible_length_is_a_failure),
  };
  return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
