/* The screen for unknown relations: every set gives the counts of a marker-by-marker twin, and
 * kinship comes out as it must. */
#include "kernels/screen.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/random.h"
#include "support/assert.h"

enum { N_PEOPLE = 11, MOST_WORDS = 24, PERSON = HW_SCREEN_PLANES * MOST_WORDS };

/* 0, 1, 2 = copies of the second allele; 3 = not typed. */
static void set_genotype(uint64_t *person, int64_t n_words, int64_t marker, int genotype) {
  static const int plane[] = {1, 0, 2};
  if (genotype == 3) return;
  person[plane[genotype] * n_words + marker / 64] |= (uint64_t)1 << marker % 64;
}

static void counts_equal_marker_by_marker(void **state) {
  static const char *const names[] = {"ref", "avx2", "avx512"};
  static int genotypes[N_PEOPLE][MOST_WORDS * 64];
  hw_random random;
  (void)state;
  hw_random_init(&random, 5);
  for (int64_t n_words = HW_SCREEN_WORDS; n_words <= MOST_WORDS; n_words += HW_SCREEN_WORDS) {
    const int64_t n_markers = n_words * 64 - 37;
    uint64_t *people = calloc(N_PEOPLE * PERSON, sizeof *people);
    hw_screen_counts right[N_PEOPLE], found[N_PEOPLE];
    assert_non_null(people);
    memset(right, 0, sizeof right);
    for (int p = 0; p < N_PEOPLE; p++)
      for (int64_t m = 0; m < n_markers; m++) {
        genotypes[p][m] = (int)hw_random_below(&random, 4);
        set_genotype(people + p * HW_SCREEN_PLANES * n_words, n_words, m, genotypes[p][m]);
      }
    for (int p = 0; p < N_PEOPLE; p++)
      for (int64_t m = 0; m < n_markers; m++) {
        const int a = genotypes[0][m], b = genotypes[p][m];
        if (a == 3 || b == 3) continue;
        right[p].both_het += a == 1 && b == 1;
        right[p].opposite += a + b == 2 && a != 1;
        right[p].het += (a == 1) + (b == 1);
      }
    for (int s = 0; s < 3; s++) {
      const hw_screen *set = hw_screen_find(names[s]);
      if (set == NULL) continue;
      memset(found, 0xFF, sizeof found);
      set->count(n_words, people, N_PEOPLE, people, found);
      assert_memory_equal(found, right, sizeof right);
    }
    /* With oneself: all heterozygous markers are shared, and kinship is one half. */
    assert_int_equal(right[0].opposite, 0);
    assert_int_equal(2 * right[0].both_het, right[0].het);
    free(people);
  }
}

static void windows_equal_marker_by_marker(void **state) {
  static const char *const names[] = {"ref", "avx2", "avx512"};
  enum { N_WORDS = 16, MOST = 3, LEAST = 40 };
  static int genotypes[N_PEOPLE][N_WORDS * 64];
  hw_random random;
  (void)state;
  hw_random_init(&random, 6);
  uint64_t *people = calloc((size_t)N_PEOPLE * HW_SCREEN_PLANES * N_WORDS, sizeof *people);
  int32_t right[N_PEOPLE], found[N_PEOPLE], n_right = 0;
  assert_non_null(people);
  for (int p = 0; p < N_PEOPLE; p++)
    for (int m = 0; m < N_WORDS * 64; m++) {
      /* Heterozygotes are frequent, so that few are opposite; one word in four is typed seldom. */
      const bool is_typed = m / 64 % 4 != 0 || hw_random_below(&random, 4) == 0;
      const int any = (int)hw_random_below(&random, 12);
      genotypes[p][m] = !is_typed ? 3 : any < 2 ? 2 * any : 1;
      set_genotype(people + p * HW_SCREEN_PLANES * N_WORDS, N_WORDS, m, genotypes[p][m]);
    }
  for (int p = 0; p < N_PEOPLE; p++) {
    right[p] = 0;
    for (int w = 0; w < N_WORDS; w++) {
      int opposite = 0, typed = 0;
      for (int m = 64 * w; m < 64 * w + 64; m++) {
        const int a = genotypes[0][m], b = genotypes[p][m];
        typed += a != 3 && b != 3;
        opposite += a != 3 && b != 3 && a + b == 2 && a != 1;
      }
      right[p] += opposite <= MOST && typed >= LEAST;
    }
    n_right += right[p];
  }
  assert_in_range(n_right, N_PEOPLE, N_PEOPLE * N_WORDS * 3 / 4);
  for (int s = 0; s < 3; s++) {
    const hw_screen *set = hw_screen_find(names[s]);
    if (set == NULL) continue;
    memset(found, 0xFF, sizeof found);
    set->windows(N_WORDS, people, N_PEOPLE, people, MOST, LEAST, found);
    assert_memory_equal(found, right, sizeof right);
  }
  free(people);
}

static void unknown_sets_are_not_found(void **state) {
  (void)state;
  assert_null(hw_screen_find("mmx"));
  assert_non_null(hw_screen_find(NULL));
  assert_string_equal(hw_screen_find("ref")->name, "ref");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(counts_equal_marker_by_marker),
      cmocka_unit_test(windows_equal_marker_by_marker),
      cmocka_unit_test(unknown_sets_are_not_found),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
