/* Kernels of walks over inheritance vectors: every set that this processor runs gives the bits of
 * ref, for states within a block and of many blocks, whatever bits the masks have;
 * chains side by side equal plain steps in double precision. */
#include "kernels/walk.h"

#include <math.h>
#include <stdbool.h>
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

/* Some pairs of bits change places, some of the others are turned over. */
static hw_walk_fold random_fold(hw_random *random, int bits, int first) {
  hw_walk_fold fold = {.turned = 0};
  uint8_t order[MOST_BITS];
  for (int i = 0; i < bits; i++) order[i] = (uint8_t)i;
  for (int i = first; i < bits; i++) {
    const int other = i + (int)(hw_random_double(random) * (bits - i));
    const uint8_t swapped = order[i];
    order[i] = order[other];
    order[other] = swapped;
  }
  const int n = (int)hw_random_below(random, (uint64_t)((bits - first) / 2) + 1);
  for (int i = 0; i < n; i++) {
    fold.swap[i][0] = order[first + 2 * i];
    fold.swap[i][1] = order[first + 2 * i + 1];
  }
  fold.n_swaps = n;
  for (int i = 0; i < bits; i++)
    if ((i < first || i >= first + 2 * n) && hw_random_double(random) < 0.5)
      fold.turned |= 1U << order[i];
  return fold;
}

static void folds_have_the_bits_of_ref(void **unused) {
  (void)unused;
  for (int bits = 4; bits <= MOST_BITS; bits++)
    for (int first = 0; first <= 4; first += 4) { /* swaps within a row of lanes, and above */
      const int64_t n = (int64_t)1 << bits;
      hw_random random;
      hw_random_init(&random, (uint64_t)bits);
      const hw_walk_fold fold = random_fold(&random, bits, first);
      float *state = new_state(n), *right = new_state(n), *found = new_state(n);
      fill(&random, state, n);
      memcpy(right, state, (size_t)n * sizeof *state);
      hw_walk_ref.fold(bits, right, &fold, 0.2F);
      for (uint32_t v = 0; v < n; v++) {
        const uint32_t w = hw_walk_swap(&fold, v) ^ fold.turned;
        assert_true((hw_walk_swap(&fold, w) ^ fold.turned) == v);
        hw_assert_close((double)right[v], 0.8 * (double)state[v] + 0.2 * (double)state[w], 1e-5,
                        1e-7);
      }
      for (int s = 0; s < n_sets; s++) {
        memcpy(found, state, (size_t)n * sizeof *state);
        sets[s]->fold(bits, found, &fold, 0.2F);
        assert_memory_equal(found, right, (size_t)n * sizeof *found);
      }
      free(state);
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
  hw_walk_sum(&hw_walk_ref, &data, 8, ops, table, right);
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
    hw_walk_sum(sets[s], &data, 8, ops, table, found);
    assert_memory_equal(found, right, sizeof right);
  }
}

/* --- chains side by side --- */

enum { ROWS = 9, STATES = 8, LABELS = 3, GENOTYPES = 6, TURNS = 4 };

typedef struct chains {
  uint16_t label[STATES];
  hw_walk_turn turns[TURNS];
  uint16_t partner[STATES];
  float rate[ROWS * TURNS * HW_WALK_LANES];
  float table[ROWS * LABELS * GENOTYPES * HW_WALK_LANES];
  double scale[ROWS * GENOTYPES * HW_WALK_LANES], prior[ROWS * GENOTYPES * HW_WALK_LANES];
  float data[ROWS * GENOTYPES * HW_WALK_LANES];
  float state[STATES * HW_WALK_LANES];
  float scratch[(LABELS + GENOTYPES) * HW_WALK_LANES];
  double product[HW_WALK_LANES];
  int64_t exponent[HW_WALK_LANES];
} chains;

static void make_chains(chains *self, uint64_t seed) {
  hw_random random;
  hw_random_init(&random, seed);
  memset(self, 0, sizeof *self);
  for (int v = 0; v < STATES; v++) self->label[v] = (uint16_t)(hw_random_double(&random) * LABELS);
  for (int i = 0; i < TURNS; i++) self->turns[i] = (hw_walk_turn){random_mask(&random, 3), i, NULL};
  const hw_walk_fold fold = random_fold(&random, 3, 0);
  for (uint32_t v = 0; v < STATES; v++)
    self->partner[v] = (uint16_t)(hw_walk_swap(&fold, v) ^ fold.turned);
  self->turns[TURNS - 1].partner = self->partner;
  fill(&random, self->rate, ROWS * TURNS * HW_WALK_LANES);
  fill(&random, self->table, ROWS * LABELS * GENOTYPES * HW_WALK_LANES);
  fill(&random, self->data, ROWS * GENOTYPES * HW_WALK_LANES);
  fill(&random, self->state, STATES * HW_WALK_LANES);
  for (int i = 0; i < ROWS * GENOTYPES * HW_WALK_LANES; i++) {
    self->scale[i] = 1e-30 * hw_random_double(&random);
    self->prior[i] = hw_random_double(&random);
    if (hw_random_double(&random) < 0.2) self->data[i] = 0;
    if (hw_random_double(&random) < 0.1) self->data[i] *= 1e-30F;
  }
  for (int j = 0; j < HW_WALK_LANES; j++) self->product[j] = 1;
  if (seed % 2 == 0) /* what is impossible stays so */
    for (int g = 0; g < GENOTYPES; g++) self->data[(2 * GENOTYPES + g) * HW_WALK_LANES + 3] = 0;
}

static void run_chains(const hw_walk *kernels, chains *self, bool with_prior) {
  const hw_walk_chain chain = {STATES, LABELS, GENOTYPES, self->label, TURNS, TURNS, self->turns};
  const hw_walk_rows rows = {self->rate, self->table, self->scale, with_prior ? self->prior : NULL,
                             self->data};
  kernels->advance(&chain, ROWS, &rows, self->state, self->scratch, self->product, self->exponent);
}

static void chains_have_the_bits_of_ref(void **unused) {
  static chains right, found;
  (void)unused;
  for (uint64_t seed = 0; seed < 40; seed++) {
    make_chains(&right, seed);
    run_chains(&hw_walk_ref, &right, seed % 4 < 2);
    for (int s = 0; s < n_sets; s++) {
      make_chains(&found, seed);
      run_chains(sets[s], &found, seed % 4 < 2);
      assert_memory_equal(found.state, right.state, sizeof right.state);
      assert_memory_equal(found.product, right.product, sizeof right.product);
      assert_memory_equal(found.exponent, right.exponent, sizeof right.exponent);
    }
  }
}

/* One lane in double precision, without any scaling. */
static double plain_chain(const chains *self, int lane) {
  double state[STATES], sum = 0;
  for (int v = 0; v < STATES; v++) state[v] = (double)self->state[v * HW_WALK_LANES + lane];
  for (int row = 0; row < ROWS; row++) {
    double next[STATES] = {0}, x[GENOTYPES], p = 0;
    const float *rate = self->rate + row * TURNS * HW_WALK_LANES + lane;
    for (int i = 0; i < TURNS; i++) {
      const double theta = (double)rate[i * HW_WALK_LANES];
      for (uint32_t v = 0; v < STATES; v++) {
        const uint32_t w = i == TURNS - 1 ? self->partner[v] : v ^ self->turns[i].mask;
        next[v] = state[v] + theta * (state[w] - state[v]);
      }
      memcpy(state, next, sizeof state);
    }
    for (int g = 0; g < GENOTYPES; g++) {
      const int at = (row * GENOTYPES + g) * HW_WALK_LANES + lane;
      x[g] = (double)self->data[at] * self->scale[at];
      p += (double)self->data[at] * self->prior[at];
    }
    for (int v = 0; v < STATES; v++) {
      double weight = 0;
      for (int g = 0; g < GENOTYPES; g++)
        weight +=
            x[g] *
            (double)self
                ->table[((row * LABELS + self->label[v]) * GENOTYPES + g) * HW_WALK_LANES + lane];
      state[v] = next[v] * weight / p;
    }
  }
  for (int v = 0; v < STATES; v++) sum += state[v];
  return sum;
}

static void chains_equal_plain_products(void **unused) {
  static chains first, found;
  (void)unused;
  for (uint64_t seed = 1; seed < 40; seed += 2) {
    make_chains(&first, seed);
    make_chains(&found, seed);
    run_chains(sets[n_sets - 1], &found, true);
    for (int j = 0; j < HW_WALK_LANES; j++) {
      double sum = 0;
      for (int v = 0; v < STATES; v++) sum += (double)found.state[v * HW_WALK_LANES + j];
      hw_assert_close(ldexp(sum, (int)found.exponent[j]) / found.product[j], plain_chain(&first, j),
                      1e-5, 0);
    }
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
      cmocka_unit_test(folds_have_the_bits_of_ref),
      cmocka_unit_test(mixing_keeps_the_sum),
      cmocka_unit_test(weighing_has_the_bits_of_ref),
      cmocka_unit_test(programs_sum_over_founder_alleles),
      cmocka_unit_test(chains_have_the_bits_of_ref),
      cmocka_unit_test(chains_equal_plain_products),
      cmocka_unit_test(unknown_sets_are_not_found),
  };
  return cmocka_run_group_tests(tests, find_sets, NULL);
}
