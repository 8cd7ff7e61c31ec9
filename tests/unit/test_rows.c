/* Row kernels: every set that this processor runs gives the bits of ref, for all
 * lengths around the register widths, any alignment, right up to a page's end. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "kernels/rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/elementary.h"
#include "homeward/random.h"
#include "support/assert.h"

enum { LONGEST = 3 * 64 + 1, MOST_TERMS = 37 };

/* Memory that ends at a page nobody may touch, with another such page before it. */
typedef struct guarded {
  char *mapping;
  size_t size;
  double *end;
} guarded;

static guarded guarded_new(size_t n) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  const size_t data = (n * sizeof(double) + page - 1) / page * page;
  guarded self = {.size = data + 2 * page};
  self.mapping = mmap(NULL, self.size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  assert_ptr_not_equal(self.mapping, MAP_FAILED);
  assert_int_equal(mprotect(self.mapping + page, data, PROT_READ | PROT_WRITE), 0);
  self.end = (double *)(void *)(self.mapping + page + data);
  return self;
}

static void guarded_delete(guarded *self) {
  munmap(self->mapping, self->size);
}

static void fill(hw_random *random, double *values, size_t n) {
  for (size_t i = 0; i < n; i++) values[i] = ldexp(hw_random_double(random), i % 7 == 0 ? -300 : 0);
}

static const hw_rows *sets[3];
static int n_sets;

static int find_sets(void **state) {
  static const char *const names[] = {"ref", "avx2", "avx512"};
  (void)state;
  n_sets = 0;
  for (int i = 0; i < 3; i++)
    if (hw_rows_find(names[i]) != NULL) sets[n_sets++] = hw_rows_find(names[i]);
  return 0;
}

static void assert_same(const double *a, const double *b, size_t n) {
  assert_memory_equal(a, b, n * sizeof *a);
}

static void scaled_rows_have_the_bits_of_ref(void **state) {
  (void)state;
  hw_random random;
  hw_random_init(&random, 11);
  guarded y = guarded_new(LONGEST * MOST_TERMS), out = guarded_new(LONGEST);
  double x[MOST_TERMS], expected[LONGEST];
  fill(&random, x, MOST_TERMS);
  for (int64_t n = 1; n <= LONGEST; n++) {
    const int64_t terms = 1 + n % MOST_TERMS;
    double *rows = y.end - n * terms, *result = out.end - n;
    fill(&random, rows, (size_t)(n * terms));
    hw_rows_ref.scaled(n, expected, terms, x, 1, rows, n);
    for (int s = 0; s < n_sets; s++) {
      memset(result, 0xff, (size_t)n * sizeof *result);
      sets[s]->scaled(n, result, terms, x, 1, rows, n);
      assert_same(result, expected, (size_t)n);
    }
  }
  guarded_delete(&y);
  guarded_delete(&out);
}

static void paired_rows_have_the_bits_of_ref(void **state) {
  (void)state;
  hw_random random;
  hw_random_init(&random, 12);
  guarded a = guarded_new(LONGEST * MOST_TERMS), b = guarded_new(LONGEST * MOST_TERMS);
  double expected[LONGEST], result[LONGEST];
  for (int64_t n = 1; n <= LONGEST; n++) {
    const int64_t terms = 1 + n % MOST_TERMS;
    double *left = a.end - n * terms, *right = b.end - n;
    fill(&random, left, (size_t)(n * terms));
    fill(&random, right, (size_t)n);
    hw_rows_ref.pair(n, expected, terms, left, n, right, 0);
    for (int s = 0; s < n_sets; s++) {
      sets[s]->pair(n, result, terms, left, n, right, 0);
      assert_same(result, expected, (size_t)n);
    }
  }
  guarded_delete(&a);
  guarded_delete(&b);
}

static void dot_blend_and_largest_have_the_bits_of_ref(void **state) {
  (void)state;
  hw_random random;
  hw_random_init(&random, 13);
  guarded a = guarded_new(LONGEST), b = guarded_new(LONGEST);
  double expected[LONGEST], result[LONGEST];
  for (int64_t n = 0; n <= LONGEST; n++) {
    double *left = a.end - n, *right = b.end - n;
    fill(&random, left, (size_t)n);
    fill(&random, right, (size_t)n);
    hw_rows_ref.blend(n, expected, 0.75, left, 3.5, right);
    for (int s = 0; s < n_sets; s++) {
      hw_assert_same_bits(sets[s]->dot(n, left, right), hw_rows_ref.dot(n, left, right));
      hw_assert_same_bits(sets[s]->largest(n, left), hw_rows_ref.largest(n, left));
      sets[s]->blend(n, result, 0.75, left, 3.5, right);
      assert_same(result, expected, (size_t)n);
    }
  }
  guarded_delete(&a);
  guarded_delete(&b);
}

/* Ratios of all magnitudes, subnormal ones included, near 1, equal entries and zeros on either
 * side or on both. */
static double any_entry(hw_random *random, double other) {
  const double u = hw_random_double(random);
  switch (hw_random_below(random, 8)) {
    case 0:
      return 0.0;
    case 1:
      return other;
    case 2:
      return other * (1.0 + 1e-15 * u);
    case 3:
      return ldexp(u, -(int)hw_random_below(random, 1070));
    case 4:
      return ldexp(u, -1040);
    case 5:
      return 0x1.6a09e667f3bcdp-1 * other;
    default:
      return u;
  }
}

static void ratios_have_the_bits_of_the_scalar_logarithm(void **state) {
  (void)state;
  hw_random random;
  hw_random_init(&random, 14);
  guarded a = guarded_new(LONGEST), b = guarded_new(LONGEST), out = guarded_new(LONGEST);
  for (int64_t round = 0; round < 20 * LONGEST; round++) {
    const int64_t n = round % (LONGEST + 1);
    double *left = a.end - n, *right = b.end - n, *result = out.end - n;
    fill(&random, right, (size_t)n);
    for (int64_t j = 0; j < n; j++) {
      left[j] = any_entry(&random, right[j]);
      right[j] = hw_random_below(&random, 4) == 0 ? any_entry(&random, left[j]) : right[j];
    }
    for (int s = 0; s < n_sets; s++) {
      memset(result, 0xff, (size_t)n * sizeof *result);
      sets[s]->log10_ratio(n, result, left, right);
      for (int64_t j = 0; j < n; j++)
        hw_assert_same_bits(result[j], left[j] == right[j] ? 0.0 : hw_log10(left[j] / right[j]));
    }
  }
  guarded_delete(&a);
  guarded_delete(&b);
  guarded_delete(&out);
}

static void infinities_and_nan_pass_through(void **state) {
  (void)state;
  double x[2] = {1.0, 0.0}, y[2 * 20], expected[20], result[20];
  for (int i = 0; i < 40; i++) y[i] = i % 3 == 0 ? HUGE_VAL : i;
  hw_rows_ref.scaled(20, expected, 2, x, 1, y, 20);
  for (int s = 0; s < n_sets; s++) {
    sets[s]->scaled(20, result, 2, x, 1, y, 20);
    for (int i = 0; i < 20; i++)
      assert_true(result[i] == expected[i] || (isnan(result[i]) && isnan(expected[i])));
  }
}

static void an_unknown_set_is_refused(void **state) {
  (void)state;
  assert_null(hw_rows_find("sse9"));
  assert_null(hw_rows_find(""));
  assert_ptr_equal(hw_rows_find("ref"), &hw_rows_ref);
  assert_non_null(hw_rows_find(NULL));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(scaled_rows_have_the_bits_of_ref),
      cmocka_unit_test(paired_rows_have_the_bits_of_ref),
      cmocka_unit_test(dot_blend_and_largest_have_the_bits_of_ref),
      cmocka_unit_test(ratios_have_the_bits_of_the_scalar_logarithm),
      cmocka_unit_test(infinities_and_nan_pass_through),
      cmocka_unit_test(an_unknown_set_is_refused),
  };
  return cmocka_run_group_tests(tests, find_sets, NULL);
}
