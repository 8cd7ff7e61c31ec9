/* Random streams: known answers, independence of order, uniformity. */
#include "homeward/random.h"

#include <math.h>

#include "base/philox.h"
#include "support/assert.h"

/* kat_vectors of Random123 1.14 (Salmon et al.), philox4x32 with 10 rounds. */
static void philox_gives_the_published_answers(void **state) {
  (void)state;
  static const struct {
    uint32_t counter[4], key[2], out[4];
  } KAT[] = {
      {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
       {0xffffffff, 0xffffffff},
       {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
       {0xa4093822, 0x299f31d0},
       {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
  };
  for (size_t i = 0; i < sizeof KAT / sizeof KAT[0]; i++) {
    uint32_t out[4];
    hw_philox4x32_10(KAT[i].counter, KAT[i].key, out);
    assert_memory_equal(out, KAT[i].out, sizeof out);
  }
}

/* The published zero vector seen through the public functions, and numbers fixed here for
 * good: a change would change every recorded simulation. */
static void numbers_of_a_seed_never_change(void **state) {
  (void)state;
  hw_random r;
  hw_random_init(&r, 0);
  assert_true(hw_random_u64(&r) == UINT64_C(0xe169c58d6627e8d5));
  assert_true(hw_random_u64(&r) == UINT64_C(0x9b00dbd8bc57ac4c));
  hw_random_init(&r, UINT64_C(0x123456789abcdef));
  hw_random child = hw_random_split(&r, 42);
  assert_true(hw_random_u64(&r) == UINT64_C(0xc58cb04bb850222e));
  assert_true(hw_random_u64(&child) == UINT64_C(0x28d0017cc05bdcdf));
  hw_assert_same_bits(hw_random_double(&child), 0x1.dd777dc0944e8p-1);
  assert_true(hw_random_below(&child, 1000) == 491);
}

static void children_do_not_depend_on_what_was_drawn(void **state) {
  (void)state;
  hw_random a, b;
  hw_random_init(&a, 7);
  hw_random_init(&b, 7);
  for (int i = 0; i < 11; i++) (void)hw_random_u64(&b);
  hw_random child_a = hw_random_split(&a, 3);
  hw_random child_b = hw_random_split(&b, 3);
  for (int i = 0; i < 100; i++) assert_true(hw_random_u64(&child_a) == hw_random_u64(&child_b));
}

static void different_paths_give_different_streams(void **state) {
  (void)state;
  enum { N = 40 };
  uint64_t first[1 + N + N * N];
  int n = 0;
  hw_random root;
  hw_random_init(&root, 1);
  for (uint64_t i = 0; i < N; i++) {
    hw_random child = hw_random_split(&root, i);
    for (uint64_t k = 0; k < N; k++) {
      hw_random grandchild = hw_random_split(&child, k);
      first[n++] = hw_random_u64(&grandchild);
    }
    first[n++] = hw_random_u64(&child);
  }
  first[n++] = hw_random_u64(&root);
  for (int i = 0; i < n; i++)
    for (int k = 0; k < i; k++) assert_true(first[i] != first[k]);
}

static void a_copy_continues_with_the_same_numbers(void **state) {
  (void)state;
  hw_random a;
  hw_random_init(&a, 9);
  (void)hw_random_u64(&a); /* in the middle of a block */
  hw_random b = a;
  for (int i = 0; i < 20; i++) assert_true(hw_random_u64(&a) == hw_random_u64(&b));
}

static void doubles_are_uniform_in_the_half_open_interval(void **state) {
  (void)state;
  enum { N = 200000 };
  hw_random r;
  hw_random_init(&r, 2026);
  double sum = 0, sum2 = 0;
  for (int i = 0; i < N; i++) {
    const double u = hw_random_double(&r);
    assert_true(u >= 0 && u < 1);
    sum += u;
    sum2 += u * u;
  }
  /* Five standard errors: sd of u is sqrt(1/12), of u² sqrt(4/45). */
  hw_assert_close(sum / N, 0.5, 0, 5 * sqrt(1.0 / 12 / N));
  hw_assert_close(sum2 / N, 1.0 / 3, 0, 5 * sqrt(4.0 / 45 / N));
}

static void below_is_uniform_and_in_range(void **state) {
  (void)state;
  enum { N = 70000 };
  hw_random r;
  hw_random_init(&r, 5);
  int count[7] = {0};
  for (int i = 0; i < N; i++) {
    const uint64_t k = hw_random_below(&r, 7);
    assert_true(k < 7);
    count[k]++;
  }
  double chi2 = 0;
  for (int i = 0; i < 7; i++) chi2 += pow(count[i] - N / 7.0, 2) / (N / 7.0);
  assert_true(chi2 < 22.5); /* 6 degrees of freedom: p = 0.001 */
  assert_true(hw_random_below(&r, 0) == 0);
  assert_true(hw_random_below(&r, 1) == 0);
  /* Nearly half of all numbers are drawn again here: modulo alone would be far off. */
  const uint64_t n = (UINT64_C(1) << 63) + 1;
  int low = 0;
  for (int i = 0; i < 10000; i++) {
    const uint64_t k = hw_random_below(&r, n);
    assert_true(k < n);
    low += k < n / 2;
  }
  assert_in_range(low, 4750, 5250);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(philox_gives_the_published_answers),
      cmocka_unit_test(numbers_of_a_seed_never_change),
      cmocka_unit_test(children_do_not_depend_on_what_was_drawn),
      cmocka_unit_test(different_paths_give_different_streams),
      cmocka_unit_test(a_copy_continues_with_the_same_numbers),
      cmocka_unit_test(doubles_are_uniform_in_the_half_open_interval),
      cmocka_unit_test(below_is_uniform_and_in_range),
  };
  return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
