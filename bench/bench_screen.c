/* Speed of the screen for unknown relations: pairs of people per second and core, 10,230 SNPs typed
 * in nine of ten. Genotypes are random and made from a fixed seed. The sets take turns, the best of
 * several runs counts; their counts are compared with those of the reference. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common.h"
#include "kernels/screen.h"
#include "oracle/rng.h"

enum {
  N_SNPS = 10230,
  N_WORDS = (N_SNPS + 511) / 512 * HW_SCREEN_WORDS,
  N_PEOPLE = 2048,
  TILE = 64, /* people whose planes stay in the second cache */

  N_ONES = 40,
  N_ROUNDS = 5
};

static double now_s(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void fill(uint64_t *people) {
  rng r = rng_seeded(17);
  for (int p = 0; p < N_PEOPLE; p++)
    for (int m = 0; m < N_SNPS; m++)
      if (!rng_chance(&r, 0.1))
        people[(p * HW_SCREEN_PLANES + (int)rng_below(&r, 3)) * N_WORDS + m / 64] |= (uint64_t)1
                                                                                     << m % 64;
}

int main(void) {
  static const char *const names[] = {"ref", "avx2", "avx512"};
  uint64_t *people = allocate((size_t)N_PEOPLE * HW_SCREEN_PLANES * N_WORDS, sizeof *people);
  hw_screen_counts *right = allocate(N_PEOPLE, sizeof *right);
  hw_screen_counts *found = allocate(N_PEOPLE, sizeof *found);
  double best[3] = {HUGE_VAL, HUGE_VAL, HUGE_VAL};
  fill(people);
  for (int round = 0; round < N_ROUNDS; round++)
    for (int s = 0; s < 3; s++) {
      const hw_screen *set = hw_screen_find(names[s]);
      if (set == NULL) continue;
      const double start_s = now_s();
      for (int tile = 0; tile < N_PEOPLE; tile += TILE)
        for (int one = 0; one < N_ONES; one++)
          set->count(N_WORDS, people + one * HW_SCREEN_PLANES * N_WORDS, TILE,
                     people + (size_t)tile * HW_SCREEN_PLANES * N_WORDS, found + tile);
      best[s] = fmin(best[s], now_s() - start_s);
      if (s == 0) memcpy(right, found, N_PEOPLE * sizeof *right);
      if (memcmp(right, found, N_PEOPLE * sizeof *right) != 0) {
        fprintf(stderr, "bench: %s counts otherwise than ref\n", names[s]);
        return 1;
      }
    }
  printf("Screen for unknown relations: %d SNPs, one in ten not typed\n", N_SNPS);
  printf("  set        pairs/s  against ref\n");
  for (int s = 0; s < 3; s++)
    if (isfinite(best[s]))
      printf("  %-6s  %10.3g  %11.1f\n", names[s], (double)N_ONES * N_PEOPLE / best[s],
             best[0] / best[s]);
  free(people);
  free(right);
  free(found);
  return 0;
}
