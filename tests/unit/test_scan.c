/* Scan kernels: the reference gives the sums that the contract names, and every set that this
 * processor runs gives the bytes of the reference, for all numbers of codes and columns, budgets,
 * looks and data. All buffers end where the contract says that they end, so that a sanitizer sees
 * what is read beyond them; nothing is aligned. */
#include "kernels/scan.h"

#include <stdlib.h>
#include <string.h>

#include "oracle/rng.h"
#include "support/assert.h"

enum { MOST_COLUMNS = 40, MOST_QUERIES = 9 };

static const hw_scan_kernels *sets[4];
static int n_sets;

static int find_sets(void **state) {
  static const char *const names[] = {"ref", "avx2", "avx512"};
  (void)state;
  n_sets = 0;
  for (int i = 0; i < 3; i++)
    if (hw_scan_find(names[i]) != NULL) sets[n_sets++] = hw_scan_find(names[i]);
#ifdef HW_HAVE_X86_KERNELS
  if (sets[n_sets - 1] == &hw_scan_avx512) sets[n_sets++] = &hw_scan_avx512_bw;
#endif
  return 0;
}

/* Exactly so many bytes, at an odd address where that is possible. */
typedef struct block {
  void *memory;
  uint8_t *bytes;
} block;

static block block_new(size_t size) {
  block self = {.memory = malloc(size + 1)};
  assert_non_null(self.memory);
  self.bytes = (uint8_t *)self.memory + 1;
  return self;
}

static int first_of(rng *r, const int *choices, int n) {
  return choices[rng_below(r, n)];
}

/* --- bytes --- */

/* A query and a tile made for it: the tile has more columns than the query, in another order. */
typedef struct problem {
  hw_scan_bytes scan;
  block tables, tile;
  uint16_t *columns, *n_codes;
} problem;

/* What the entries are like. */
typedef enum flavour { SPREAD, SMALL, TINY, SATURATED, ZERO, N_FLAVOURS } flavour;

static uint8_t entry_of(flavour f, int n_columns, rng *r) {
  switch (f) {
    case SPREAD:
      return (uint8_t)rng_below(r, 256);
    case SMALL: /* sums near the largest budget */
      return (uint8_t)rng_below(r, 2 + 500 / n_columns);
    case TINY: /* sums near the smallest one */
      return rng_chance(r, 2.0 / n_columns);
    case SATURATED:
      return rng_chance(r, 1.0 / n_columns) ? HW_SCAN_BEYOND : (uint8_t)rng_below(r, 3);
    default:
      return 0;
  }
}

static problem problem_new(int n_columns, int n_codes, flavour f, rng *r) {
  static const int usual[] = {1, 2, 15, 16, 17, 63, 64, 65, 128, 129, 144, 192, 193, 255, 256};
  problem self = {.tables = block_new((size_t)n_columns * HW_SCAN_ENTRIES),
                  .tile = block_new((size_t)n_columns * HW_SCAN_TILE),
                  .columns = malloc((size_t)n_columns * sizeof(uint16_t)),
                  .n_codes = malloc((size_t)n_columns * sizeof(uint16_t))};
  int32_t order[MOST_COLUMNS];
  assert_non_null(self.columns);
  assert_non_null(self.n_codes);
  memset(self.tables.bytes, HW_SCAN_BEYOND, (size_t)n_columns * HW_SCAN_ENTRIES);
  rng_shuffle(r, order, n_columns);
  for (int c = 0; c < n_columns; c++) {
    const int n = n_codes > 0 ? n_codes : first_of(r, usual, sizeof usual / sizeof *usual);
    self.columns[c] = (uint16_t)order[c];
    self.n_codes[c] = (uint16_t)n;
    for (int k = 0; k < n; k++)
      self.tables.bytes[c * HW_SCAN_ENTRIES + k] = entry_of(f, n_columns, r);
    for (int i = 0; i < HW_SCAN_TILE; i++)
      self.tile.bytes[(size_t)order[c] * HW_SCAN_TILE + (size_t)i] = (uint8_t)rng_below(r, n);
  }
  self.scan = (hw_scan_bytes){.n_columns = n_columns,
                              .tables = self.tables.bytes,
                              .columns = self.columns,
                              .n_codes = self.n_codes,
                              .budget = HW_SCAN_BEYOND - 1,
                              .first_look = n_columns};
  return self;
}

static void problem_delete(problem *self) {
  free(self->tables.memory);
  free(self->tile.memory);
  free(self->columns);
  free(self->n_codes);
}

/* The sum of one sample, as the contract writes it. */
static int sum_of(const problem *self, int sample) {
  int sum = 0;
  for (int c = 0; c < self->scan.n_columns; c++)
    sum += self->tables.bytes[c * 256 + self->tile.bytes[self->columns[c] * 1024 + sample]];
  return sum;
}

static void assert_every_set_finds(const problem *self) {
  uint64_t *expected = malloc(HW_SCAN_WORDS * sizeof *expected),
           *alive = malloc(HW_SCAN_WORDS * sizeof *alive);
  assert_non_null(expected);
  assert_non_null(alive);
  int n_expected = 0;
  memset(expected, 0, HW_SCAN_WORDS * sizeof *expected);
  for (int i = 0; i < HW_SCAN_TILE; i++)
    if (sum_of(self, i) <= self->scan.budget) {
      expected[i / 64] |= (uint64_t)1 << i % 64;
      n_expected++;
    }
  for (int s = 0; s < n_sets; s++) {
    memset(alive, 0xa5, HW_SCAN_WORDS * sizeof *alive);
    assert_int_equal(sets[s]->bytes(&self->scan, self->tile.bytes, alive), n_expected);
    assert_memory_equal(alive, expected, HW_SCAN_WORDS * sizeof *alive);
  }
  free(expected);
  free(alive);
}

static void every_number_of_codes_is_looked_up(void **state) {
  (void)state;
  rng r = rng_seeded(1);
  for (int n_codes = 1; n_codes <= HW_SCAN_ENTRIES; n_codes++) {
    problem p = problem_new(3, n_codes, SPREAD, &r);
    assert_every_set_finds(&p);
    problem_delete(&p);
  }
}

static void every_single_entry_is_told_from_its_neighbours(void **state) {
  (void)state;
  rng r = rng_seeded(2);
  problem p = problem_new(1, 256, ZERO, &r);
  for (int i = 0; i < HW_SCAN_TILE; i++) p.tile.bytes[i] = (uint8_t)i;
  p.scan.budget = 0;
  for (int k = 0; k < 256; k++) {
    memset(p.tables.bytes, 1, HW_SCAN_ENTRIES);
    p.tables.bytes[k] = 0;
    assert_every_set_finds(&p);
  }
  problem_delete(&p);
}

static void random_tiles_have_the_bytes_of_the_sums(void **state) {
  static const int budgets[] = {0, 1, 2, 100, 200, 253, 254};
  (void)state;
  rng r = rng_seeded(3);
  for (int n_columns = 1; n_columns <= MOST_COLUMNS; n_columns++)
    for (int f = 0; f < N_FLAVOURS; f++) {
      problem p = problem_new(n_columns, 0, (flavour)f, &r);
      p.scan.budget = (uint8_t)first_of(&r, budgets, sizeof budgets / sizeof *budgets);
      p.scan.first_look = rng_below(&r, n_columns + 2);
      assert_every_set_finds(&p);
      problem_delete(&p);
    }
}

static void a_look_at_any_place_changes_nothing(void **state) {
  static const int budgets[] = {0, 120, 254};
  (void)state;
  rng r = rng_seeded(4);
  for (int f = 0; f < N_FLAVOURS; f++) {
    problem p = problem_new(24, 0, (flavour)f, &r);
    for (int b = 0; b < 3; b++) {
      p.scan.budget = (uint8_t)budgets[b];
      for (int look = -1; look <= 26; look++) {
        p.scan.first_look = look;
        assert_every_set_finds(&p);
      }
      p.scan.first_look = INT32_MAX;
      assert_every_set_finds(&p);
    }
    problem_delete(&p);
  }
}

/* Everybody but one sample is beyond the budget after the first column. */
static void the_last_one_alive_is_found_wherever_he_stands(void **state) {
  (void)state;
  rng r = rng_seeded(5);
  problem p = problem_new(24, 20, ZERO, &r);
  memset(p.tables.bytes, HW_SCAN_BEYOND, HW_SCAN_ENTRIES - 1);
  p.tables.bytes[7] = 254;
  uint8_t *column = p.tile.bytes + (size_t)p.columns[0] * HW_SCAN_TILE;
  memset(column, 3, HW_SCAN_TILE);
  p.scan.first_look = 1;
  for (int i = 0; i < HW_SCAN_TILE; i += i % 64 == 0 ? 1 : 7) {
    column[i] = 7;
    assert_every_set_finds(&p);
    column[i] = 3;
  }
  assert_every_set_finds(&p);
  problem_delete(&p);
}

static void sums_saturate_instead_of_wrapping(void **state) {
  (void)state;
  rng r = rng_seeded(6);
  problem p = problem_new(MOST_COLUMNS, 100, ZERO, &r);
  for (int entry = 1; entry < 256; entry++) {
    memset(p.tables.bytes, entry, (size_t)MOST_COLUMNS * HW_SCAN_ENTRIES);
    p.scan.first_look = entry % MOST_COLUMNS;
    assert_every_set_finds(&p);
  }
  problem_delete(&p);
}

/* The end of a tile that is not full may hold any valid code. */
static void padding_does_not_touch_other_samples(void **state) {
  enum { FULL = 700 };
  (void)state;
  rng r = rng_seeded(7);
  problem p = problem_new(12, 0, SMALL, &r);
  uint64_t alive[2][HW_SCAN_WORDS];
  p.scan.first_look = 2;
  for (int s = 0; s < n_sets; s++) {
    for (int fill = 0; fill < 2; fill++) {
      for (int c = 0; c < 12; c++)
        memset(p.tile.bytes + (size_t)p.columns[c] * HW_SCAN_TILE + FULL, fill * (p.n_codes[c] - 1),
               HW_SCAN_TILE - FULL);
      sets[s]->bytes(&p.scan, p.tile.bytes, alive[fill]);
    }
    assert_memory_equal(alive[0], alive[1], FULL / 64 * sizeof **alive);
    const uint64_t kept = ((uint64_t)1 << FULL % 64) - 1;
    assert_true((alive[0][FULL / 64] & kept) == (alive[1][FULL / 64] & kept));
  }
  problem_delete(&p);
}

/* --- nibbles --- */

static void assert_every_set_sums(int n_queries, int n_bytes, int largest, rng *r) {
  hw_scan_nibbles queries[MOST_QUERIES];
  block tables[MOST_QUERIES], tile = block_new((size_t)n_bytes * HW_SCAN_TILE);
  const size_t n_sums = (size_t)n_queries * HW_SCAN_TILE;
  uint16_t *expected = malloc(n_sums * sizeof *expected), *sums = malloc(n_sums * sizeof *sums);
  assert_non_null(expected);
  assert_non_null(sums);
  for (size_t i = 0; i < (size_t)n_bytes * HW_SCAN_TILE; i++)
    tile.bytes[i] = (uint8_t)rng_below(r, 256);
  for (int q = 0; q < n_queries; q++) {
    tables[q] = block_new((size_t)n_bytes * 32);
    for (int k = 0; k < n_bytes * 32; k++)
      tables[q].bytes[k] = (uint8_t)(largest < 0 ? -largest : rng_below(r, largest + 1));
    queries[q] = (hw_scan_nibbles){.n_bytes = n_bytes, .tables = tables[q].bytes};
    for (int i = 0; i < HW_SCAN_TILE; i++) {
      unsigned sum = 0;
      for (int b = 0; b < n_bytes; b++) {
        const uint8_t code = tile.bytes[b * 1024 + i];
        sum += tables[q].bytes[b * 32 + code % 16] + tables[q].bytes[b * 32 + 16 + code / 16];
      }
      assert_in_range(sum, 0, 65535);
      expected[q * 1024 + i] = (uint16_t)sum;
    }
  }
  for (int s = 0; s < n_sets; s++) {
    memset(sums, 0xa5, n_sums * sizeof *sums);
    sets[s]->nibbles(n_queries, queries, tile.bytes, sums);
    assert_memory_equal(sums, expected, n_sums * sizeof *sums);
  }
  for (int q = 0; q < n_queries; q++) free(tables[q].memory);
  free(tile.memory);
  free(expected);
  free(sums);
}

static void nibbles_have_the_sums_of_any_number_of_queries(void **state) {
  (void)state;
  rng r = rng_seeded(8);
  for (int n_queries = 1; n_queries <= MOST_QUERIES; n_queries++)
    assert_every_set_sums(n_queries, 37, HW_SCAN_NIBBLE_LIMIT, &r);
}

static void nibbles_have_the_sums_of_any_number_of_bytes(void **state) {
  (void)state;
  rng r = rng_seeded(9);
  for (int n_bytes = 1; n_bytes <= 20; n_bytes++)
    assert_every_set_sums(1 + n_bytes % 5, n_bytes, HW_SCAN_NIBBLE_LIMIT, &r);
  for (int n_bytes = 62; n_bytes <= 67; n_bytes++) /* around a block */
    assert_every_set_sums(5, n_bytes, HW_SCAN_NIBBLE_LIMIT, &r);
  assert_every_set_sums(2, 131, HW_SCAN_NIBBLE_LIMIT, &r);
}

static void the_largest_entries_do_not_overflow(void **state) {
  (void)state;
  rng r = rng_seeded(10);
  assert_every_set_sums(5, 1057, -HW_SCAN_NIBBLE_LIMIT, &r); /* 2 · 31 · 1057 = 65534 */
  assert_every_set_sums(3, 1057, 0, &r);
}

static void no_query_and_no_byte_are_allowed(void **state) {
  (void)state;
  rng r = rng_seeded(11);
  for (int s = 0; s < n_sets; s++) sets[s]->nibbles(0, NULL, NULL, NULL);
  assert_every_set_sums(MOST_QUERIES, 0, 1, &r);
}

/* --- choosing --- */

static void an_unknown_set_is_refused(void **state) {
  (void)state;
  assert_null(hw_scan_find("sse9"));
  assert_null(hw_scan_find(""));
  assert_null(hw_scan_find("AVX2"));
  assert_ptr_equal(hw_scan_find("ref"), &hw_scan_ref);
}

static void a_set_is_found_under_its_own_name(void **state) {
  static const char *const names[] = {"ref", "avx2", "avx512"};
  (void)state;
  const hw_scan_kernels *widest = NULL;
  for (int i = 0; i < 3; i++) {
    const hw_scan_kernels *found = hw_scan_find(names[i]);
    if (found == NULL) continue;
    assert_string_equal(found->name, names[i]);
    widest = found;
  }
  assert_ptr_equal(hw_scan_find(NULL), widest);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_number_of_codes_is_looked_up),
      cmocka_unit_test(every_single_entry_is_told_from_its_neighbours),
      cmocka_unit_test(random_tiles_have_the_bytes_of_the_sums),
      cmocka_unit_test(a_look_at_any_place_changes_nothing),
      cmocka_unit_test(the_last_one_alive_is_found_wherever_he_stands),
      cmocka_unit_test(sums_saturate_instead_of_wrapping),
      cmocka_unit_test(padding_does_not_touch_other_samples),
      cmocka_unit_test(nibbles_have_the_sums_of_any_number_of_queries),
      cmocka_unit_test(nibbles_have_the_sums_of_any_number_of_bytes),
      cmocka_unit_test(the_largest_entries_do_not_overflow),
      cmocka_unit_test(no_query_and_no_byte_are_allowed),
      cmocka_unit_test(an_unknown_set_is_refused),
      cmocka_unit_test(a_set_is_found_under_its_own_name),
  };
  return cmocka_run_group_tests(tests, find_sets, NULL);
}
