/* Re-association: partitions of a box of untyped bones, exact and by a chain, and lots of samples
 * of which every second is of a person typed before. Synthetic. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common.h"
#include "homeward/reassociate.h"
#include "oracle/pedigrees.h"

enum { N_MARKERS = 23, N_ALLELES = 10, NAME = 12 };

static double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void run(const hw_reassociate_problem *problem, const hw_reassociate_options *options,
                const char *what) {
  hw_err err = HW_ERR_INIT;
  hw_reassociate *self = NULL;
  const hw_reassociate_group *groups = NULL;
  const double start = now_s();
  check(hw_reassociate_new(problem, options, &self, &err), &err);
  check(hw_reassociate_run(self, NULL, NULL, &err), &err);
  const hw_reassociate_summary s = hw_reassociate_summarise(self);
  printf("  %5d %-26s %8.3f s, %d groups, largest component %d, %s", (int)problem->n_specimens,
         what, now_s() - start, (int)hw_reassociate_groups(self, &groups), (int)s.n_largest,
         s.is_exact ? "exact\n" : "chain");
  if (!s.is_exact) printf(", R-hat %.3f, effective %.0f\n", s.r_hat, s.effective);
  hw_reassociate_delete(self);
}

/* Bones of which only element and side are known. */
static void run_bones(int32_t n) {
  static const char *const elements[] = {"femur", "tibia", "humerus", "cranium", "rib"};
  hw_specimen *specimens = allocate((size_t)n, sizeof *specimens);
  char(*names)[NAME] = allocate((size_t)n, sizeof *names);
  rng r = rng_seeded(3);
  for (int32_t i = 0; i < n; i++) {
    snprintf(names[i], NAME, "B%d", (int)i);
    hw_specimen_init(&specimens[i], names[i]);
    specimens[i].element = elements[rng_below(&r, 5)];
    specimens[i].side = (hw_side)rng_below(&r, 3);
  }
  const hw_reassociate_problem problem = {.n_specimens = n, .specimens = specimens};
  run(&problem, NULL, "untyped bones");
  free(specimens);
  free(names);
}

/* Samples typed in full, or with half of them under dropout. */
static void run_samples(const panel *p, int32_t n, bool has_dropout, double theta) {
  const size_t count = (size_t)n;
  hw_specimen *specimens = allocate(count, sizeof *specimens);
  hw_remains *remains = allocate(count, sizeof *remains);
  int32_t *index = allocate(count, sizeof *index);
  char(*names)[NAME] = allocate(count, sizeof *names);
  hw_observation *obs = allocate(count * N_MARKERS, sizeof *obs);
  hw_allele *truth = allocate(2 * count * N_MARKERS, sizeof *truth);
  hw_allele *seen = allocate(2 * count * N_MARKERS, sizeof *seen);
  rng r = rng_seeded(4);
  for (int32_t i = 0; i < n; i++) {
    hw_allele *own = truth + 2 * (size_t)i * N_MARKERS;
    const bool is_again = i > 0 && rng_chance(&r, 0.5);
    const bool drops = has_dropout && rng_chance(&r, 0.5);
    if (is_again) /* somebody of the last ten */
      memcpy(own, own - 2 * (1 + (size_t)rng_below(&r, i < 10 ? i : 10)) * N_MARKERS,
             2 * N_MARKERS * sizeof *own);
    for (int32_t m = 0; m < N_MARKERS; m++) {
      hw_allele *a = own + 2 * m, *kept = seen + 2 * ((size_t)i * N_MARKERS + (size_t)m);
      for (int c = 0; c < 2 && !is_again; c++)
        a[c] = rng_pick(&r, p->markers[m].frequencies, N_ALLELES);
      const hw_allele low = a[0] < a[1] ? a[0] : a[1], high = a[0] < a[1] ? a[1] : a[0];
      hw_observation *at = &obs[(size_t)i * N_MARKERS + (size_t)m];
      *at = (hw_observation){.kind = drops ? HW_OBS_SET : HW_OBS_GENOTYPE, .a = low, .b = high};
      at->seen = kept;
      if (drops && !rng_chance(&r, 0.2)) kept[at->n_seen++] = low;
      if (drops && high != low && !rng_chance(&r, 0.2)) kept[at->n_seen++] = high;
    }
    snprintf(names[i], NAME, "S%d", (int)i);
    index[i] = i;
    remains[i] = (hw_remains){.id = names[i],
                              .profile = {.id = names[i],
                                          .n_markers = N_MARKERS,
                                          .observations = obs + (size_t)i * N_MARKERS,
                                          .has_dropout = drops,
                                          .dropout = 0.2,
                                          .drop_in = 0.02}};
    hw_specimen_init(&specimens[i], names[i]);
    specimens[i].profiles = &index[i];
    specimens[i].n_profiles = 1;
  }
  const hw_reassociate_problem problem = {.n_specimens = n,
                                          .specimens = specimens,
                                          .n_markers = N_MARKERS,
                                          .markers = p->markers,
                                          .theta = theta,
                                          .n_remains = n,
                                          .remains = remains};
  run(&problem, NULL, has_dropout ? "samples, half drop out" : "samples in full");
  free(specimens);
  free(remains);
  free(index);
  free(names);
  free(obs);
  free(truth);
  free(seen);
}

int main(void) {
  panel *p = panel_new(N_MARKERS, N_ALLELES, HW_MUTATION_NONE, 1);
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  printf("re-association\n");
  run_bones(10);
  run_bones(12);
  run_bones(14);
  run_bones(60);
  run_samples(p, 1000, false, 0.01);
  run_samples(p, 4000, false, 0.01);
  run_samples(p, 1000, true, 0.01);
  panel_delete(p);
  return 0;
}
