/* Speed of the screen for SNP profiles: samples × families per second and core, at 10,000 markers
 * whose likelihoods take a nibble each, and at 3,930 called ones, two in a nibble. Codes and tables
 * are random and made from a fixed seed; behind every second run the chain takes a step. The sets
 * take turns, the best of several runs counts; their scores are compared with those of the reference. */
#include <math.h>
#include <string.h>
#include <time.h>

#include "common.h"
#include "kernels/profile_scan.h"
#include "oracle/rng.h"

enum { N_QUERIES = 32, N_BLOCKS = 8, N_STEPS = 8, N_ROUNDS = 5 };

static double now_s(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

typedef struct problem {
  hw_profile_layout layout;
  size_t n_bytes;  /* of a sample */
  uint8_t *codes;  /* N_BLOCKS × n_bytes × HW_PROFILE_SAMPLES */
  int8_t *tables;  /* N_QUERIES × n_bytes × 32 */
  uint8_t *step;   /* n_runs */
  int16_t *scores; /* N_BLOCKS × N_QUERIES × HW_PROFILE_SAMPLES */
  hw_profile_step steps[N_STEPS];
  hw_profile_query queries[N_QUERIES];
} problem;

static void fill(problem *self, int32_t n_markers, int32_t run_bytes) {
  rng r = rng_seeded(23);
  const int32_t n_runs = (n_markers + HW_PROFILE_RUN - 1) / HW_PROFILE_RUN;
  const int32_t limit = HW_PROFILE_LIMIT * HW_PROFILE_RUN / (2 * run_bytes);
  self->n_bytes = (size_t)n_runs * (size_t)run_bytes;
  self->codes = allocate(N_BLOCKS * self->n_bytes, HW_PROFILE_SAMPLES);
  self->tables = allocate(N_QUERIES * self->n_bytes, 32);
  self->step = allocate((size_t)n_runs, 1);
  self->scores = allocate((size_t)N_BLOCKS * N_QUERIES * HW_PROFILE_SAMPLES, sizeof *self->scores);
  for (size_t i = 0; i < N_BLOCKS * self->n_bytes * HW_PROFILE_SAMPLES; i++)
    self->codes[i] = (uint8_t)rng_below(&r, 256);
  for (size_t i = 0; i < N_QUERIES * self->n_bytes * 32; i++)
    self->tables[i] = (int8_t)(rng_below(&r, 2 * limit + 1) - limit);
  for (int32_t run = 0; run < n_runs; run++)
    self->step[run] = (uint8_t)(run % 2 == 0 ? HW_PROFILE_GO_ON : rng_below(&r, N_STEPS));
  for (int s = 0; s < N_STEPS; s++)
    for (int k = 0; k < 128; k++) {
      const int gain = rng_below(&r, 400) - 200;
      self->steps[s].next[k] = (int8_t)(k < 64 ? k : k - 128);
      self->steps[s].low[k] = (uint8_t)(gain & 255);
      self->steps[s].high[k] = (uint8_t)((gain & 0xffff) >> 8);
    }
  for (int q = 0; q < N_QUERIES; q++)
    self->queries[q] =
        (hw_profile_query){self->tables + (size_t)q * self->n_bytes * 32, self->steps, 0};
  self->layout = (hw_profile_layout){n_runs, run_bytes, self->step};
}

static void empty(problem *self) {
  free(self->codes);
  free(self->tables);
  free(self->step);
  free(self->scores);
}

static void run(problem *self, const hw_profile_scan *set) {
  for (size_t b = 0; b < N_BLOCKS; b++)
    set->scan(&self->layout, N_QUERIES, self->queries,
              self->codes + b * self->n_bytes * HW_PROFILE_SAMPLES,
              self->scores + b * N_QUERIES * HW_PROFILE_SAMPLES);
}

static void measure(const char *title, int32_t n_markers, int32_t run_bytes) {
  static const char *const names[] = {"ref", "avx2", "avx512"};
  const size_t n = (size_t)N_BLOCKS * N_QUERIES * HW_PROFILE_SAMPLES;
  double best[3] = {HUGE_VAL, HUGE_VAL, HUGE_VAL};
  problem self;
  fill(&self, n_markers, run_bytes);
  int16_t *right = allocate(n, sizeof *right);
  for (int round = 0; round < N_ROUNDS; round++)
    for (int s = 0; s < 3; s++) {
      const hw_profile_scan *set = hw_profile_scan_find(names[s]);
      if (set == NULL) continue;
      const double start_s = now_s();
      run(&self, set);
      best[s] = fmin(best[s], now_s() - start_s);
      if (s == 0) memcpy(right, self.scores, n * sizeof *right);
      if (memcmp(right, self.scores, n * sizeof *right) != 0) {
        fprintf(stderr, "bench: %s scores otherwise than ref\n", names[s]);
        exit(1);
      }
    }
  printf("%s\n  set     samples × families/s  against ref\n", title);
  for (int s = 0; s < 3; s++)
    if (isfinite(best[s]))
      printf("  %-6s  %20.3g  %11.1f\n", names[s], (double)n / best[s], best[0] / best[s]);
  free(right);
  empty(&self);
}

int main(void) {
  measure("Profile scan: 10,000 markers, likelihoods", 10000, HW_PROFILE_RUN / 2);
  measure("Profile scan: 3,930 markers, called", 3930, HW_PROFILE_RUN / 4);
  return 0;
}
