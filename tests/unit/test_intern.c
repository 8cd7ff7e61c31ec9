/* Interned texts against a slow twin, prefixes, growth, exhausted memory. */
#include "formats/intern.h"

#include <stdio.h>
#include <string.h>

#include "homeward/random.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_err err;

static void equal_texts_have_one_number(void **state) {
  (void)state;
  static const char *const texts[] = {"", "a", "ab", "abc", "b", "\xC3\xA9", "\xFF", "a\x01", "B"};
  hw_arena arena = {0};
  hw_intern set = {.arena = &arena};
  assert_int_equal(hw_intern_find(&set, "a", 1), HW_INTERN_NONE);
  for (int round = 0; round < 2; round++)
    for (int32_t i = 0; i < 9; i++) {
      int32_t number = -1;
      hw_assert_ok(hw_intern_add(&set, texts[i], strlen(texts[i]), &number, &err), &err);
      assert_int_equal(number, i);
      assert_string_equal(set.texts[i], texts[i]);
    }
  assert_int_equal(set.n, 9);
  assert_int_equal(hw_intern_find(&set, "abcd", 2), 2);
  assert_int_equal(hw_intern_find(&set, "abcd", 4), HW_INTERN_NONE);
  assert_int_equal(hw_intern_find(&set, "c", 1), HW_INTERN_NONE);
  hw_intern_clear(&set);
  hw_arena_clear(&arena);
}

/* Short texts over few letters collide often; the twin is a list searched from its start. */
static void random_texts_agree_with_a_list(void **state) {
  (void)state;
  hw_arena arena = {0};
  hw_intern set = {.arena = &arena};
  hw_random random;
  hw_random_init(&random, 7);
  for (int trial = 0; trial < 5000; trial++) {
    char text[8];
    const size_t n = hw_random_below(&random, 7);
    for (size_t i = 0; i < n; i++) text[i] = "aAbB\x81"[hw_random_below(&random, 5)];
    text[n] = '\0';
    int32_t expected = 0, number = -1;
    while (expected < set.n && strcmp(set.texts[expected], text) != 0) expected++;
    assert_int_equal(hw_intern_find(&set, text, n), expected < set.n ? expected : HW_INTERN_NONE);
    hw_assert_ok(hw_intern_add(&set, text, n, &number, &err), &err);
    assert_int_equal(number, expected);
  }
  assert_true(set.n > 1000);
  hw_intern_clear(&set);
  hw_arena_clear(&arena);
}

static void exhausted_memory_leaves_the_set_usable(void **state) {
  (void)state;
  for (long n = 0; n < 1000; n++) {
    hw_arena arena = {0};
    hw_intern set = {.arena = &arena};
    hw_status status = HW_OK;
    int32_t number = 0;
    hw_faults_begin(n);
    for (int i = 0; i < 200 && status == HW_OK; i++) {
      char text[16];
      snprintf(text, sizeof text, "%d", i);
      status = hw_intern_add(&set, text, strlen(text), &number, &err);
    }
    const bool failed = hw_faults_end();
    for (int32_t i = 0; i < set.n; i++)
      assert_int_equal(hw_intern_find(&set, set.texts[i], strlen(set.texts[i])), i);
    hw_intern_clear(&set);
    hw_arena_clear(&arena);
    if (!failed) {
      hw_assert_ok(status, &err);
      return;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
  }
  fail();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(equal_texts_have_one_number),
      cmocka_unit_test(random_texts_agree_with_a_list),
      cmocka_unit_test(exhausted_memory_leaves_the_set_usable),
  };
  return cmocka_run_group_tests_name("intern", tests, NULL, NULL);
}
