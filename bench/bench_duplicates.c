/* The search for one person under two codes among 1,200,000 profiles of 24
 * markers: families of four full siblings, of which some persons are typed twice
 * with errors. Synthetic. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common.h"
#include "homeward/reference.h"
#include "oracle/pedigrees.h"

enum { N_MARKERS = 24, N_ALLELES = 8, SIBS = 4, AGAIN = 1000 };

static double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Full siblings, marker by marker. */
static void make_sibs(const panel *p, rng *r, hw_allele *out) {
  for (int32_t m = 0; m < p->n_markers; m++) {
    hw_allele parent[4];
    for (int i = 0; i < 4; i++) parent[i] = rng_pick(r, p->markers[m].frequencies, N_ALLELES);
    for (int s = 0; s < SIBS; s++) {
      out[(s * N_MARKERS + m) * 2] = parent[rng_below(r, 2)];
      out[(s * N_MARKERS + m) * 2 + 1] = parent[2 + rng_below(r, 2)];
    }
  }
}

/* The same person again: some markers not typed, some misread. */
static void spoil(const panel *p, rng *r, int32_t n_missing, int32_t n_wrong, hw_allele *g) {
  int32_t order[N_MARKERS];
  rng_shuffle(r, order, N_MARKERS);
  for (int32_t i = 0; i < n_missing; i++) g[2 * order[i]] = g[2 * order[i] + 1] = HW_ALLELE_NONE;
  for (int32_t i = n_missing; i < n_missing + n_wrong; i++)
    g[2 * order[i]] = rng_pick(r, p->markers[order[i]].frequencies, N_ALLELES);
}

static void run(const panel *p, int32_t n, int32_t n_missing, int32_t n_wrong) {
  hw_err err = HW_ERR_INIT;
  hw_duplicates *search = NULL;
  check(hw_duplicates_new(p->n_markers, p->markers, 0, NULL, &search, &err), &err);
  check(hw_duplicates_reserve(search, n, &err), &err);
  rng r = rng_seeded(5);
  hw_allele g[SIBS * N_MARKERS * 2];
  double start = 0, add_s = 0;
  while (hw_duplicates_count(search) < n - AGAIN) {
    make_sibs(p, &r, g);
    start = now_s();
    for (int s = 0; s < SIBS; s++)
      check(hw_duplicates_add(search, g + (size_t)s * N_MARKERS * 2, &err), &err);
    add_s += now_s() - start;
    if (hw_duplicates_count(search) > SIBS * AGAIN) continue;
    spoil(p, &r, n_missing, n_wrong, g);
    check(hw_duplicates_add(search, g, &err), &err);
  }
  hw_duplicate *pairs = NULL;
  int32_t n_pairs = 0;
  start = now_s();
  check(hw_duplicates_find(search, &pairs, &n_pairs, &err), &err);
  printf("  %8d profiles, %d untyped, %d wrong: %6.2f s to add, %6.2f s to find %d pairs; "
         "certain up to %d markers\n",
         (int)hw_duplicates_count(search), (int)n_missing, (int)n_wrong, add_s, now_s() - start,
         (int)n_pairs, (int)hw_duplicates_guarantee(search));
  free(pairs);
  static const int32_t n_new[] = {1, 10, 64, 100};
  printf("          pairs with the last");
  for (size_t i = 0; i < sizeof n_new / sizeof *n_new; i++) {
    start = now_s();
    check(hw_duplicates_find_new(search, hw_duplicates_count(search) - n_new[i], &pairs, &n_pairs,
                                 &err),
          &err);
    printf("%s %d: %.3f s", i > 0 ? "," : "", (int)n_new[i], now_s() - start);
    free(pairs);
  }
  printf("\n");
  hw_duplicates_delete(search);
}

int main(void) {
  panel *p = panel_new(N_MARKERS, N_ALLELES, HW_MUTATION_NONE, 1);
  printf("duplicates, %d markers, siblings in fours, about %d typed twice\n", N_MARKERS,
         SIBS * AGAIN / (SIBS + 1));
  run(p, 10000, 2, 2);
  run(p, 100000, 2, 2);
  run(p, 1200000, 2, 1);
  run(p, 1200000, 3, 3);
  run(p, 1200000, 8, 2);
  panel_delete(p);
  return 0;
}
