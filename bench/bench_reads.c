/* Speed of genotype likelihoods from reads, and of fitting their model.
 *
 * Reads are made up molecule by molecule over a panel of 10,000 markers, from a fixed seed: damaged,
 * contaminated by 5 %. Times are of one thread, the best of several runs. */
#include <stdio.h>
#include <time.h>

#include "common.h"
#include "oracle/read_sim.h"

enum { MARKERS = 10000, ROUNDS = 5 };

static const hw_reads_model truth = {
    HW_LIBRARY_DOUBLE_STRANDED, 0.25, 0.3, 0.01, 0.05, -0.02, 0.002};

static double now_s(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void run(double depth) {
  const hw_reads_model start = {HW_LIBRARY_DOUBLE_STRANDED, -1, -1, -1, -1, -1, -1};
  hw_err err = HW_ERR_INIT;
  hw_reads_fit fit;
  read_sim sim;
  double genotypes_s = 1e9, fit_s = 1e9;
  read_sim_init(&sim, MARKERS, 61);
  hw_pileup *pileup = read_sim_reads(&sim, &truth, depth, HW_FEMALE);
  uint8_t *bytes = allocate((size_t)sim.panel->first_genotype[MARKERS], 1);
  for (int round = 0; round < ROUNDS; round++) {
    const double begin_s = now_s();
    check(hw_reads_fit_model(sim.panel, 0, 1, pileup, &start, &fit, &err), &err);
    const double middle_s = now_s();
    check(hw_reads_genotypes(sim.panel, 1, pileup, HW_FEMALE, &fit.model, bytes, &err), &err);
    const double end_s = now_s();
    if (middle_s - begin_s < fit_s) fit_s = middle_s - begin_s;
    if (end_s - middle_s < genotypes_s) genotypes_s = end_s - middle_s;
  }
  printf("%6.1f  %8d  %10.2f  %12.3g  %8.1f  %10.4f  %8.4f\n", depth, (int)pileup->first[MARKERS],
         1e3 * genotypes_s, pileup->first[MARKERS] / genotypes_s, 1e3 * fit_s,
         fit.model.contamination, fit.se_contamination);
  free(bytes);
  hw_pileup_delete(pileup);
  read_sim_clear(&sim);
}

int main(void) {
  static const double depths[] = {0.5, 2, 8, 30};
  printf("Reads over %d markers\n\n", MARKERS);
  printf("%6s  %8s  %10s  %12s  %8s  %10s  %8s\n", "depth", "bases", "genotypes", "bases/s", "fit",
         "contamin.", "its s.e.");
  printf("%6s  %8s  %10s  %12s  %8s\n", "", "", "ms", "", "ms");
  for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) run(depths[i]);
  return 0;
}
