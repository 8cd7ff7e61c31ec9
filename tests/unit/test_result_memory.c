/* The memory of results: what is put in is found, the bound is kept, blocks stay where they are
 * until it settles, and what nobody asks for is forgotten first. */
#include <string.h>

#include "homeward/random.h"
#include "kinship/memory.h"
#include "support/assert.h"
#include "support/faults.h"

static hwp_key key_of(uint32_t number, int32_t n) {
  hwp_key key = {.n = n};
  for (int32_t i = 0; i < n; i++) key.word[i] = number * 2654435761U + (uint32_t)i;
  hwp_key_finish(&key);
  return key;
}

static double *put(hwp_memory *memory, uint32_t number) {
  const hwp_key key = key_of(number, 1 + (int32_t)(number % 7));
  double *block = hwp_memory_add(memory, &key, 3);
  for (int i = 0; block != NULL && i < 3; i++) block[i] = number + 0.25 * i;
  return block;
}

static double *get(hwp_memory *memory, uint32_t number) {
  const hwp_key key = key_of(number, 1 + (int32_t)(number % 7));
  hwp_memory_fetch_slot(memory, &key);
  hwp_memory_fetch_entry(memory, &key);
  return hwp_memory_find(memory, &key);
}

static void what_is_put_in_is_found_where_it_was_put(void **state) {
  (void)state;
  enum { MANY = 5000 };
  static double *block[MANY];
  hwp_memory memory = {.max_bytes = (size_t)1 << 24};
  assert_null(get(&memory, 0));
  for (uint32_t i = 0; i < MANY; i++) {
    assert_null(get(&memory, i));
    block[i] = put(&memory, i);
    assert_non_null(block[i]);
  }
  for (uint32_t i = 0; i < MANY; i++) {
    assert_ptr_equal(get(&memory, i), block[i]);
    hw_assert_same_bits(block[i][2], i + 0.5);
  }
  hwp_memory_clear(&memory);
  assert_null(get(&memory, 1));
  hwp_memory_clear(&memory);
}

static void keys_of_another_length_are_other_keys(void **state) {
  (void)state;
  hwp_memory memory = {.max_bytes = (size_t)1 << 20};
  const hwp_key one = key_of(1, 1), two = key_of(1, 2), most = key_of(1, HWP_MEMORY_KEY);
  double *first = hwp_memory_add(&memory, &one, 1), *second = hwp_memory_add(&memory, &two, 1),
         *third = hwp_memory_add(&memory, &most, 1);
  assert_ptr_equal(hwp_memory_find(&memory, &one), first);
  assert_ptr_equal(hwp_memory_find(&memory, &two), second);
  assert_ptr_equal(hwp_memory_find(&memory, &most), third);
  hwp_memory_clear(&memory);
}

static void a_dropped_entry_leaves_the_others(void **state) {
  (void)state;
  enum { MANY = 600 };
  hwp_memory memory = {.max_bytes = (size_t)1 << 24};
  for (uint32_t i = 0; i < MANY; i++) assert_non_null(put(&memory, i));
  for (uint32_t i = 0; i < MANY; i += 3) {
    const hwp_key key = key_of(i, 1 + (int32_t)(i % 7));
    hwp_memory_drop(&memory, &key);
  }
  for (uint32_t i = 0; i < MANY; i++) {
    const double *block = get(&memory, i);
    assert_true((block == NULL) == (i % 3 == 0));
    if (block != NULL) hw_assert_same_bits(block[0], i);
  }
  assert_int_equal(memory.n_entries, MANY - MANY / 3);
  hwp_memory_clear(&memory);
}

static void the_bound_is_kept(void **state) {
  (void)state;
  hwp_memory memory = {.max_bytes = 60000};
  uint32_t n = 0;
  while (put(&memory, n) != NULL) {
    n++;
    assert_true(memory.bytes <= memory.max_bytes);
  }
  assert_true(n > 100);
  assert_true(memory.refused_bytes > 0);
  for (uint32_t i = 0; i < n; i++) assert_non_null(get(&memory, i));
  hwp_memory nothing = {.max_bytes = 1};
  assert_null(put(&nothing, 1));
  hwp_memory_settle(&nothing);
  assert_int_equal(nothing.bytes, 0);
  hwp_memory_clear(&memory);
}

/* Turns away as much as is held, and settles. */
static void settle(hwp_memory *memory) {
  for (uint32_t i = 0; memory->refused_bytes < memory->bytes; i++)
    assert_null(put(memory, 1000000 + i));
  hwp_memory_settle(memory);
}

static void what_nobody_asked_for_is_forgotten(void **state) {
  (void)state;
  hwp_memory memory = {.max_bytes = 60000};
  uint32_t n = 0;
  while (put(&memory, n) != NULL) n++;
  hwp_memory_settle(&memory); /* hardly anything was turned away: nothing happens */
  assert_int_equal(memory.n_entries, n);
  settle(&memory); /* all of them are new */
  assert_int_equal(memory.n_entries, n);
  for (uint32_t i = 0; i < n; i += 2) assert_non_null(get(&memory, i));
  settle(&memory);
  for (uint32_t i = 0; i < n; i++) {
    const double *block = get(&memory, i);
    assert_true((block != NULL) == (i % 2 == 0));
    if (block != NULL) hw_assert_same_bits(block[1], i + 0.25);
  }
  assert_non_null(put(&memory, n + 1)); /* there is room again */
  hwp_memory_clear(&memory);
}

static void without_memory_nothing_is_remembered(void **state) {
  (void)state;
  hwp_memory memory = {.max_bytes = (size_t)1 << 24};
  for (long fail = 0; fail < 2; fail++) {
    (void)hw_faults_begin(fail);
    double *block = put(&memory, 1);
    assert_true(hw_faults_end());
    assert_null(block);
    assert_null(get(&memory, 1));
  }
  /* Where there is no memory for sorting out, everything is forgotten. */
  memory.max_bytes = 60000;
  for (uint32_t i = 0; put(&memory, i) != NULL;) i++;
  for (uint32_t i = 0; memory.refused_bytes < memory.bytes; i++) (void)put(&memory, 1000000 + i);
  (void)hw_faults_begin(0);
  hwp_memory_settle(&memory);
  assert_true(hw_faults_end());
  assert_int_equal(memory.n_entries, 0);
  assert_non_null(put(&memory, 5));
  hwp_memory_clear(&memory);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_put_in_is_found_where_it_was_put),
      cmocka_unit_test(keys_of_another_length_are_other_keys),
      cmocka_unit_test(a_dropped_entry_leaves_the_others),
      cmocka_unit_test(the_bound_is_kept),
      cmocka_unit_test(what_nobody_asked_for_is_forgotten),
      cmocka_unit_test(without_memory_nothing_is_remembered),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
