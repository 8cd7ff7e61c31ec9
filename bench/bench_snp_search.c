/* A search by SNP profiles, end to end: bones read about once a marker against families of nieces,
 * nephews, cousins and their children. Everything is synthetic and made from a fixed seed.
 *
 *   bench_snp_search [BONES [FAMILIES [MARKERS [COVERAGE [THREADS [CUT]]]]]]
 *
 * The first bones are the missing persons of the first families, the others nobody's. Told are, for
 * every kind of family, how many of them were found and how many reach the threshold at all (computed
 * exactly without the screen), the work, and processor time. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "common.h"
#include "oracle/snp_world.h"

#define THRESHOLD 4.0

static const snp_kin kinds[] = {
    SNP_SIBLING,        SNP_HALF_SIBLING,       SNP_NEPHEW,      SNP_COUSIN,
    SNP_GRAND_NEPHEW,   SNP_TWO_GRAND_NEPHEWS,  SNP_GRANDPARENT, SNP_NEPHEW_AND_COUSIN,
    SNP_COUSIN_REMOVED, SNP_THREE_GRAND_NEPHEWS};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

static double now_s(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static double argument(int argc, char **argv, int i, double otherwise) {
  return argc > i ? strtod(argv[i], NULL) : otherwise;
}

typedef struct count {
  int planted, reach, found;
  double passed;
} count;

/* Missing persons whose own bones are found, and who reach the threshold at all. */
static void count_planted(const snp_world *world, const hw_snp_search_options *options,
                          int32_t n_planted, const hw_snp_search_results *results, count *counts) {
  bool *is_found = allocate((size_t)n_planted, sizeof *is_found);
  for (int64_t i = 0; i < results->found.n_pairs; i++) {
    const hw_search_pair *pair = &results->found.pairs[i];
    if (pair->sample == pair->query && pair->log10_lr >= THRESHOLD) is_found[pair->query] = true;
  }
  hw_snp_search_options all = *options;
  all.no_screen = true;
  for (int32_t f = 0; f < n_planted; f++) {
    hw_err err = HW_ERR_INIT;
    hw_snp_search_input one = world->input;
    hw_snp_search_results *alone = NULL;
    one.n_samples = one.n_queries = 1;
    one.samples += f;
    one.queries += f;
    check(hw_snp_search_run(&one, &all, &(hw_search_go){.n_threads = 1}, &alone, &err), &err);
    count *to = &counts[world->kin[f]];
    to->planted++;
    to->found += is_found[f];
    to->reach += alone->found.n_pairs > 0;
    hw_snp_search_results_delete(alone);
  }
  free(is_found);
}

int main(int argc, char **argv) {
  const int32_t n_bones = (int32_t)argument(argc, argv, 1, 400);
  const int32_t n_families = (int32_t)argument(argc, argv, 2, 200);
  const hw_search_go go = {.n_threads = (int32_t)argument(argc, argv, 5, 1)};
  const int32_t n_planted = n_families < n_bones / 2 ? n_families : n_bones / 2;
  const snp_world_options made = {.seed = 23,
                                  .n_markers = (int32_t)argument(argc, argv, 3, 3930),
                                  .n_samples = n_bones,
                                  .n_families = n_families,
                                  .n_planted = n_planted < 1000 ? n_planted : 1000,
                                  .coverage = argument(argc, argv, 4, 1),
                                  .read_error = 0.01,
                                  .call_error = {0.001, 0.001},
                                  .n_kin = N_KINDS,
                                  .kin = kinds};
  const hw_snp_search_options options = {.threshold = THRESHOLD,
                                         .cut = argument(argc, argv, 6, HW_SNP_SEARCH_CUT)};
  count counts[SNP_KIN_COUNT] = {{0}};
  hw_err err = HW_ERR_INIT;
  snp_world world;
  hw_snp_search_results *results = NULL;
  snp_world_new(&made, &world);
  const double cpu_s = now_s(CLOCK_PROCESS_CPUTIME_ID), wall_s = now_s(CLOCK_MONOTONIC);
  check(hw_snp_search_run(&world.input, &options, &go, &results, &err), &err);
  const double used_s = now_s(CLOCK_PROCESS_CPUTIME_ID) - cpu_s;
  const double took_s = now_s(CLOCK_MONOTONIC) - wall_s;
  printf("%d bones, %d families, %d SNPs, coverage %g, cut %g\n", n_bones, n_families,
         made.n_markers, made.coverage, options.cut);
  printf("  pairs %.4g  exact %.4g (%.3f %%)  kept %lld  left out %d\n",
         (double)results->found.n_compared, (double)results->found.n_rescored,
         100 * (double)results->found.n_rescored / (double)results->found.n_compared,
         (long long)results->found.n_pairs, (int)results->found.n_left_out);
  int64_t n_false = 0;
  for (int64_t i = 0; i < results->found.n_pairs; i++)
    n_false += results->found.pairs[i].sample != results->found.pairs[i].query;
  printf("  false leads %lld  expected %.3g  at most %.3g\n", (long long)n_false,
         results->found.expected_all, results->most_false_all);
  printf("  processor %.1f s  wall %.1f s  threads %d\n", used_s, took_s, (int)go.n_threads);
  for (int32_t f = 0; f < n_families; f++)
    counts[world.kin[f]].passed += (double)results->figures[f].n_passed /
                                   (double)results->figures[f].n_screened *
                                   ((double)N_KINDS / n_families);
  count_planted(&world, &options, made.n_planted, results, counts);
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("  memory %ld MB\n", usage.ru_maxrss / 1024);
  printf("  typed                  planted  LR >= 10^4   found  passed %%\n");
  for (int k = 0; k < SNP_KIN_COUNT; k++)
    if (counts[k].planted > 0)
      printf("  %-20s  %7d  %10d  %6d  %8.4f\n", snp_kin_names[k], counts[k].planted,
             counts[k].reach, counts[k].found, 100 * counts[k].passed);
  hw_snp_search_results_delete(results);
  snp_world_delete(&world);
  return 0;
}
