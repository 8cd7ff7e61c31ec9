/* Kernels of walks over inheritance vectors: every set that this processor runs gives the bits of
 * ref, for states within a block and of many blocks, and whatever bits the masks have. */
#include "kernels/walk.h"

#include <stdlib.h>
#include <string.h>

#include "homeward/random.h"
#include "support/assert.h"

enum { MOST_BITS = 17, N_STEPS = 24, MOST_LABELS = 700 };

static const hw_walk *sets[3];
static int n_sets;

static int find_sets(void **state) {
  static const char *const names[] = {"ref", "avx2", "avx512"};
  (void)state;
  n_sets = 0;
  for (int i = 0; i < 3; i++)
    if (hw_walk_find(names[i]) != NULL) sets[n_sets++] = hw_walk_find(names[i]);
  return 0;
}

static float *new_state(int64_t n) {
  float *memory = aligned_alloc(64, (size_t)n * sizeof *memory);
  assert_non_null(memory);
  return memory;
}

static void fill(hw_random *random, float *values, int64_t n) {
  for (int64_t i = 0; i < n; i++) values[i] = (float)hw_random_double(random);
}

/* Masks of one bit, of whole blocks, within a block, and of both. */
static uint32_t random_mask(hw_random *random, int bits) {
  const uint32_t all = (uint32_t)(hw_random_double(random) * ((1U << bits) - 1)) + 1;
  const double kind = hw_random_double(random);
  if (kind < 0.3) return 1U << (int)(hw_random_double(random) * bits);
  if (kind < 0.5 && all % HW_WALK_BLOCK != 0) return all % HW_WALK_BLOCK;
  if (kind < 0.7 && all >= HW_WALK_BLOCK) return all / HW_WALK_BLOCK * HW_WALK_BLOCK;
  return all;
}

static void mixing_has_the_bits_of_ref(void **unused) {
  (void)unused;
  for (int bits = 4; bits <= MOST_BITS; bits++) {
    const int64_t n = (int64_t)1 << bits;
    hw_random random;
    hw_random_init(&random, 7);
    hw_walk_step steps[N_STEPS];
    float *first = new_state(n), *right = new_state(n), *found = new_state(n);
    for (int i = 0; i < N_STEPS; i++)
      steps[i] = (hw_walk_step){random_mask(&random, bits), (float)hw_random_double(&random) / 2};
    fill(&random, first, n);
    memcpy(right, first, (size_t)n * sizeof *first);
    hw_walk_ref.mix(bits, right, N_STEPS, steps);
    for (int s = 0; s < n_sets; s++) {
      memcpy(found, first, (size_t)n * sizeof *first);
      sets[s]->mix(bits, found, N_STEPS, steps);
      assert_memory_equal(found, right, (size_t)n * sizeof *found);
    }
    free(first);
    free(right);
    free(found);
  }
}

static void mixing_keeps_the_sum(void **unused) {
  (void)unused;
  const int64_t n = 1 << 10;
  hw_random random;
  hw_random_init(&random, 9);
  float *state = new_state(n);
  double before = 0, after = 0;
  fill(&random, state, n);
  for (int64_t v = 0; v < n; v++) before += (double)state[v];
  for (int i = 0; i < 50; i++) {
    const hw_walk_step step = {random_mask(&random, 10), 0.5F};
    sets[n_sets - 1]->mix(10, state, 1, &step);
  }
  for (int64_t v = 0; v < n; v++) after += (double)state[v];
  hw_assert_close(after, before, 1e-6, 0);
  free(state);
}

static void weighing_has_the_bits_of_ref(void **unused) {
  (void)unused;
  for (int bits = 4; bits <= MOST_BITS; bits++) {
    const int64_t n = (int64_t)1 << bits;
    hw_random random;
    hw_random_init(&random, 11);
    float weight[MOST_LABELS], *first = new_state(n), *right = new_state(n), *found = new_state(n);
    uint16_t *label = calloc((size_t)n, sizeof *label);
    assert_non_null(label);
    fill(&random, weight, MOST_LABELS);
    fill(&random, first, n);
    for (int64_t v = 0; v < n; v++) label[v] = (uint16_t)(hw_random_double(&random) * MOST_LABELS);
    memcpy(right, first, (size_t)n * sizeof *first);
    const double sum = hw_walk_ref.weigh(n, right, label, weight);
    for (int s = 0; s < n_sets; s++) {
      memcpy(found, first, (size_t)n * sizeof *first);
      assert_true(sets[s]->weigh(n, found, label, weight) == sum);
      assert_memory_equal(found, right, (size_t)n * sizeof *found);
    }
    free(first);
    free(right);
    free(found);
    free(label);
  }
}

/* Two persons who share the middle one of three founder alleles. */
static void programs_sum_over_founder_alleles(void **unused) {
  static const hw_walk_op ops[] = {
      {HW_WALK_OPEN, 0, 0, 0},  {HW_WALK_OPEN, 0, 0, 0},  {HW_WALK_TYPED, 0, 0, 1},
      {HW_WALK_CLOSE, 0, 0, 0}, {HW_WALK_OPEN, 0, 0, 0},  {HW_WALK_TYPED, 1, 1, 0},
      {HW_WALK_CLOSE, 0, 0, 0}, {HW_WALK_CLOSE, 0, 0, 0},
  };
  enum { K = 3, GENOTYPES = 6 };
  hw_random random;
  hw_random_init(&random, 13);
  double frequency[K][HW_WALK_LANES], typed[2][GENOTYPES][HW_WALK_LANES];
  double table[2 * K * K * HW_WALK_LANES], right[HW_WALK_LANES], found[HW_WALK_LANES];
  (void)unused;
  for (int j = 0; j < HW_WALK_LANES; j++) {
    for (int x = 0; x < K; x++) frequency[x][j] = hw_random_double(&random);
    for (int g = 0; g < 2 * GENOTYPES; g++)
      typed[g / GENOTYPES][g % GENOTYPES][j] = hw_random_double(&random);
  }
  const double *const both[] = {typed[0][0], typed[1][0]};
  const hw_walk_data data = {K, frequency[0], both};
  hw_walk_ref.sum(&data, 8, ops, table, right);
  for (int j = 0; j < HW_WALK_LANES; j++) {
    double sum = 0;
    for (int x = 0; x < K; x++)
      for (int y = 0; y < K; y++)
        for (int z = 0; z < K; z++) {
          const int g = x < y ? y * (y + 1) / 2 + x : x * (x + 1) / 2 + y;
          const int h = y < z ? z * (z + 1) / 2 + y : y * (y + 1) / 2 + z;
          sum +=
              frequency[x][j] * frequency[y][j] * frequency[z][j] * typed[0][g][j] * typed[1][h][j];
        }
    hw_assert_close(right[j], sum, 1e-14, 0);
  }
  for (int s = 0; s < n_sets; s++) {
    sets[s]->sum(&data, 8, ops, table, found);
    assert_memory_equal(found, right, sizeof right);
  }
}

static void unknown_sets_are_not_found(void **unused) {
  (void)unused;
  assert_null(hw_walk_find("sse9"));
  assert_non_null(hw_walk_find(NULL));
  assert_string_equal(hw_walk_find("ref")->name, "ref");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(mixing_has_the_bits_of_ref),
      cmocka_unit_test(mixing_keeps_the_sum),
      cmocka_unit_test(weighing_has_the_bits_of_ref),
      cmocka_unit_test(programs_sum_over_founder_alleles),
      cmocka_unit_test(unknown_sets_are_not_found),
  };
  return cmocka_run_group_tests(tests, find_sets, NULL);
}
