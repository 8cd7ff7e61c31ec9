/* The profile scan: every set gives the scores of a plain twin, bit for bit, also where odds and
 * scores saturate. */
#include "kernels/profile_scan.h"

#include <stdlib.h>
#include <string.h>

#include "homeward/random.h"
#include "support/assert.h"

enum { MOST_RUNS = 40, MOST_QUERIES = 9, N_STEPS = 3, MOST_BYTES = MOST_RUNS * HW_PROFILE_RUN / 2 };

typedef struct problem {
  uint8_t codes[MOST_BYTES * HW_PROFILE_SAMPLES + 1];
  int8_t tables[MOST_QUERIES][MOST_BYTES * 32 + 1];
  hw_profile_step steps[MOST_QUERIES][N_STEPS];
  uint8_t step[MOST_RUNS];
  hw_profile_query queries[MOST_QUERIES];
} problem;

static int limited(int x, int limit) {
  return x > limit ? limit : x < -limit - 1 ? -limit - 1 : x;
}

static int slow_score(const hw_profile_layout *layout, const hw_profile_query *query,
                      const uint8_t *codes, int sample) {
  int odds = limited(query->begin, 127), score = 0, at = 0;
  for (int run = 0; run < layout->n_runs; run++) {
    for (int end = at + layout->run_bytes; at < end; at++) {
      const int code = codes[at * HW_PROFILE_SAMPLES + sample];
      odds += query->tables[32 * at + code % 16] + query->tables[32 * at + 16 + code / 16];
    }
    odds = limited(odds, 127);
    if (layout->step[run] == HW_PROFILE_GO_ON) continue;
    const hw_profile_step *step = &query->steps[layout->step[run]];
    const int k = (odds < 0 ? odds + 256 : odds) / 2;
    const int gain = step->low[k] + 256 * step->high[k];
    score = limited(score + (gain >= 32768 ? gain - 65536 : gain), 32767);
    odds = limited(step->next[k], 127);
  }
  return score;
}

static void fill(problem *self, hw_random *random, int run_bytes, int spread) {
  const int limit = HW_PROFILE_LIMIT * (run_bytes == HW_PROFILE_RUN / 2 ? 1 : 2);
  for (size_t i = 0; i < sizeof self->codes; i++)
    self->codes[i] = (uint8_t)hw_random_below(random, 256);
  for (int run = 0; run < MOST_RUNS; run++) {
    const uint64_t step = hw_random_below(random, N_STEPS + 1);
    self->step[run] = (uint8_t)(step < N_STEPS ? step : HW_PROFILE_GO_ON);
  }
  for (int q = 0; q < MOST_QUERIES; q++) {
    for (size_t i = 0; i < sizeof self->tables[q]; i++)
      self->tables[q][i] = (int8_t)((int)hw_random_below(random, 2 * (uint64_t)limit + 1) - limit);
    for (int s = 0; s < N_STEPS; s++)
      for (int k = 0; k < 128; k++) {
        const int gain = (int)hw_random_below(random, 2 * (uint64_t)spread) - spread / 3;
        self->steps[q][s].next[k] = (int8_t)((int)hw_random_below(random, 256) - 128);
        self->steps[q][s].low[k] = (uint8_t)(gain & 255);
        self->steps[q][s].high[k] = (uint8_t)((gain & 0xffff) >> 8);
      }
    self->queries[q] = (hw_profile_query){self->tables[q] + 1, self->steps[q],
                                          (int8_t)((int)hw_random_below(random, 256) - 128)};
  }
}

static void all_sets_give_the_scores_of_a_plain_twin(void **state) {
  static const char *const names[] = {"ref", "avx2", "avx512"};
  static const int n_queries[] = {1, 3, 4, 9}, n_runs[] = {0, 1, 7, MOST_RUNS};
  problem *self = malloc(sizeof *self);
  hw_random random;
  int16_t scores[MOST_QUERIES * HW_PROFILE_SAMPLES];
  (void)state;
  assert_non_null(self);
  hw_random_init(&random, 11);
  for (int round = 0; round < 32; round++) {
    const int run_bytes = round % 2 == 0 ? HW_PROFILE_RUN / 2 : HW_PROFILE_RUN / 4;
    fill(self, &random, run_bytes, round % 3 == 0 ? 32000 : 600);
    const hw_profile_layout layout = {n_runs[round / 2 % 4], run_bytes, self->step};
    const int n = n_queries[round / 8];
    for (int s = 0; s < 3; s++) {
      const hw_profile_scan *set = hw_profile_scan_find(names[s]);
      if (set == NULL) continue;
      memset(scores, 0x55, sizeof scores);
      set->scan(&layout, n, self->queries, self->codes + 1, scores);
      for (int q = 0; q < n; q++)
        for (int i = 0; i < HW_PROFILE_SAMPLES; i++)
          assert_int_equal(scores[q * HW_PROFILE_SAMPLES + i],
                           slow_score(&layout, &self->queries[q], self->codes + 1, i));
      for (size_t i = (size_t)n * HW_PROFILE_SAMPLES; i < sizeof scores / sizeof *scores; i++)
        assert_int_equal(scores[i], 0x5555); /* nothing is written behind */
    }
  }
  free(self);
}

static void unknown_sets_are_not_found(void **state) {
  (void)state;
  assert_null(hw_profile_scan_find("avx9"));
  assert_non_null(hw_profile_scan_find(NULL));
  assert_string_equal(hw_profile_scan_find("ref")->name, "ref");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_sets_give_the_scores_of_a_plain_twin),
      cmocka_unit_test(unknown_sets_are_not_found),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
