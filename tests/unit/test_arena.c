/* Arena: alignment, zeroing, limits, failing allocation, size arithmetic. */
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#include "support/assert.h"
#include "support/faults.h"

static int is_zero(const void *at, size_t n) {
  const unsigned char *bytes = at;
  for (size_t i = 0; i < n; i++)
    if (bytes[i]) return 0;
  return 1;
}

static void memory_is_zeroed_aligned_and_separate(void **state) {
  (void)state;
  enum { N = 2000 };
  static unsigned char *at[N];
  static size_t size[N];
  hw_arena arena;
  hw_arena_init(&arena, 0);
  for (size_t i = 0; i < N; i++) {
    size[i] = i * 7919 % 600; /* small and big mixed, zero included */
    at[i] = hw_arena_alloc(&arena, size[i]);
    assert_non_null(at[i]);
    assert_int_equal((uintptr_t)at[i] % HW_ARENA_ALIGN, 0);
    if (size[i] >= HW_ARENA_BIG) assert_int_equal((uintptr_t)at[i] % HW_ARENA_ALIGN_BIG, 0);
    assert_true(is_zero(at[i], size[i]));
    memset(at[i], (int)(i % 255) + 1, size[i]);
  }
  for (size_t i = 0; i < N; i++)
    for (size_t k = 0; k < size[i]; k++) assert_int_equal(at[i][k], i % 255 + 1);
  hw_arena_clear(&arena);
}

static void a_huge_allocation_does_not_waste_the_current_block(void **state) {
  (void)state;
  hw_arena arena;
  hw_arena_init(&arena, 0);
  char *before = hw_arena_alloc(&arena, 16);
  assert_non_null(before);
  double *huge = hw_arena_alloc_array(&arena, 1000000, sizeof *huge);
  assert_non_null(huge);
  assert_int_equal((uintptr_t)huge % HW_ARENA_ALIGN_BIG, 0);
  huge[999999] = 1;
  const size_t bytes = arena.bytes;
  assert_non_null(hw_arena_alloc(&arena, 16));
  assert_int_equal(arena.bytes, bytes);
  hw_arena_clear(&arena);
}

static void clearing_is_idempotent_and_leaves_a_usable_arena(void **state) {
  (void)state;
  hw_arena arena = {0};
  hw_arena_clear(NULL);
  hw_arena_clear(&arena);
  assert_non_null(hw_arena_alloc(&arena, 1));
  hw_arena_clear(&arena);
  hw_arena_clear(&arena);
  assert_int_equal(arena.bytes, 0);
  assert_non_null(hw_arena_alloc(&arena, 1));
  hw_arena_clear(&arena);
}

static void a_reset_arena_hands_out_zeroed_memory_without_growing(void **state) {
  (void)state;
  hw_arena arena;
  hw_arena_init(&arena, 0);
  hw_arena_reset(&arena); /* empty: nothing to keep */
  for (int i = 0; i < 100; i++) assert_non_null(hw_arena_alloc(&arena, 1000));
  assert_non_null(hw_arena_alloc(&arena, 3000000));
  hw_arena_reset(&arena);
  const size_t kept = arena.bytes;
  for (int round = 0; round < 50; round++) {
    unsigned char *at = hw_arena_alloc(&arena, 1000);
    assert_true(is_zero(at, 1000));
    memset(at, 0xFF, 1000);
    assert_int_equal(arena.bytes, kept);
    hw_arena_reset(&arena);
  }
  hw_arena_clear(&arena);
}

static void copies_are_exact_and_terminated(void **state) {
  (void)state;
  hw_arena arena;
  hw_arena_init(&arena, 0);
  assert_string_equal(hw_arena_strdup(&arena, "Nguyễn"), "Nguyễn");
  assert_string_equal(hw_arena_strdup(&arena, ""), "");
  const char *part = hw_arena_strndup(&arena, "ab\0cd", 4);
  assert_memory_equal(part, "ab\0c\0", 5);
  const double numbers[3] = {1, 2, 3};
  const double *copy = hw_arena_copy(&arena, numbers, sizeof numbers);
  assert_memory_equal(copy, numbers, sizeof numbers);
  assert_non_null(hw_arena_copy(&arena, NULL, 0));
  hw_arena_clear(&arena);
}

static void the_limit_refuses_but_does_not_break(void **state) {
  (void)state;
  hw_arena arena;
  hw_arena_init(&arena, 4096);
  assert_null(hw_arena_alloc(&arena, 5000));
  assert_null(hw_arena_alloc(&arena, 4096)); /* the header needs room too */
  size_t n = 0;
  while (hw_arena_alloc(&arena, 64)) n++;
  assert_in_range(n, 40, 64);
  assert_true(arena.bytes <= 4096);
  hw_arena_clear(&arena);
  assert_non_null(hw_arena_alloc(&arena, 64)); /* the limit counts afresh */
  hw_arena_clear(&arena);
}

static void impossible_sizes_are_refused(void **state) {
  (void)state;
  hw_arena arena;
  hw_arena_init(&arena, 0);
  assert_null(hw_arena_alloc(&arena, SIZE_MAX));
  assert_null(hw_arena_alloc(&arena, SIZE_MAX - 100));
  assert_null(hw_arena_alloc_array(&arena, SIZE_MAX / 2, 3));
  assert_null(hw_arena_strndup(&arena, "x", SIZE_MAX));
  assert_non_null(hw_arena_alloc_array(&arena, 0, 8));
  assert_non_null(hw_arena_alloc(&arena, 8));
  hw_arena_clear(&arena);
}

static void exhausted_memory_gives_null_and_a_usable_arena(void **state) {
  (void)state;
  hw_arena arena;
  hw_arena_init(&arena, 0);
  for (long n = 0; hw_faults_begin(n); n++) {
    size_t got = 0;
    for (size_t i = 0; i < 100; i++)
      if (hw_arena_alloc(&arena, 1000)) got++;
    if (!hw_faults_end()) {
      assert_int_equal(got, 100);
      break;
    }
    assert_true(got < 100);
    assert_non_null(hw_arena_alloc(&arena, 1000));
    hw_arena_clear(&arena);
  }
  hw_arena_clear(&arena);
}

static void size_arithmetic_saturates_on_overflow(void **state) {
  (void)state;
  size_t out;
  assert_true(hw_mul_size(0, SIZE_MAX, &out));
  assert_int_equal(out, 0);
  assert_true(hw_mul_size(SIZE_MAX, 1, &out));
  assert_true(hw_mul_size(1000, 1000, &out));
  assert_int_equal(out, 1000000);
  assert_false(hw_mul_size(SIZE_MAX / 2 + 1, 2, &out));
  assert_true(out == SIZE_MAX);
  assert_true(hw_add_size(SIZE_MAX - 1, 1, &out));
  assert_true(out == SIZE_MAX);
  assert_false(hw_add_size(SIZE_MAX, 1, &out));
  assert_true(out == SIZE_MAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(memory_is_zeroed_aligned_and_separate),
      cmocka_unit_test(a_huge_allocation_does_not_waste_the_current_block),
      cmocka_unit_test(clearing_is_idempotent_and_leaves_a_usable_arena),
      cmocka_unit_test(a_reset_arena_hands_out_zeroed_memory_without_growing),
      cmocka_unit_test(copies_are_exact_and_terminated),
      cmocka_unit_test(the_limit_refuses_but_does_not_break),
      cmocka_unit_test(impossible_sizes_are_refused),
      cmocka_unit_test(exhausted_memory_gives_null_and_a_usable_arena),
      cmocka_unit_test(size_arithmetic_saturates_on_overflow),
  };
  return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
