/* Lineages: counting a haplotype in a database, the filter of a search, haplogroups, and a fit.
 *
 * The population is made up: nodes of PhyloTree drawn at random, cut to the control region, with up to
 * two private mutations each. Processor time of one thread; the best of five rounds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common.h"
#include "homeward/lineage.h"
#include "homeward/random.h"

enum { N_DATABASE = 50000, N_QUERIES = 10, ROUNDS = 5, N_MARKERS = 23, N_CALLS = 500 };

static hw_err err;

static double now_s(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static double least(const double *seconds) {
  double best = seconds[0];
  for (int r = 1; r < ROUNDS; r++)
    if (seconds[r] < best) best = seconds[r];
  return best;
}

static hw_mt *draw(const hw_phylotree *tree, hw_random *random) {
  char motif[8192], text[8192] = "";
  hw_mt *haplotype = NULL;
  const int32_t node = (int32_t)hw_random_below(random, (uint64_t)hw_phylotree_count(tree));
  if (hw_phylotree_motif(tree, node, motif, sizeof motif, NULL) != HW_OK) return NULL;
  for (char *at = motif; *at != '\0';) {
    const size_t n = strcspn(at, " ");
    const long position = strtol(at, NULL, 10);
    if ((position >= 16024 || position <= 576) && strlen(text) + n + 2 < sizeof text) {
      memcpy(text + strlen(text), at, n);
      text[strlen(text)] = ' ';
    }
    at += n + (at[n] == ' ');
  }
  for (uint64_t i = hw_random_below(random, 3); i > 0; i--) {
    const int32_t position = 16050 + (int32_t)hw_random_below(random, 300);
    const char base = hw_mt_reference(position) == 'A' ? 'G' : 'A';
    (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%d%c ", (int)position, base);
  }
  if (hw_mt_parse("16024-576", text, &haplotype, NULL) != HW_OK) return NULL; /* twice one place */
  return haplotype;
}

static void time_mt(const hw_phylotree *tree, hw_mt **haplotypes) {
  double seconds[ROUNDS];
  uint8_t *reasons = allocate(N_DATABASE, 1);
  const hw_lineage_rows rows = {N_DATABASE, (const hw_mt *const *)haplotypes, NULL};
  const hw_mt_database database = {NULL, N_DATABASE, (const hw_mt *const *)haplotypes, NULL};
  hw_mt_counts counts = {{0}, 0, 0, 0};
  hw_mt_haplogroup found = {0};
  int64_t n_excluded = 0;
  for (int r = 0; r < ROUNDS; r++) {
    const double start = now_s();
    check(hw_mt_count(&database, haplotypes[r], NULL, &counts, &err), &err);
    seconds[r] = now_s() - start;
  }
  printf("count one haplotype among %d        %8.1f ms\n", N_DATABASE, 1e3 * least(seconds));
  for (int r = 0; r < ROUNDS; r++) {
    const double start = now_s();
    n_excluded = 0;
    for (int32_t q = 0; q < N_QUERIES; q++) {
      int32_t n = 0;
      const hw_lineage_limits limits = {2, 2};
      check(hw_lineage_filter(&rows, &rows, q, NULL, &limits, reasons, &n, &err), &err);
      n_excluded += n;
    }
    seconds[r] = now_s() - start;
  }
  printf("filter, mtDNA, 2 differences allowed   %8.2e pairs/s (%.1f %% excluded)\n",
         (double)N_DATABASE * N_QUERIES / least(seconds),
         100.0 * (double)n_excluded / N_DATABASE / N_QUERIES);
  for (int r = 0; r < ROUNDS; r++) {
    const double start = now_s();
    for (int i = 0; i < N_CALLS; i++)
      check(hw_mt_haplogroup_find(tree, haplotypes[i], &found, &err), &err);
    seconds[r] = now_s() - start;
  }
  printf("haplogroup of a control region         %8.3f ms\n", 1e3 * least(seconds) / N_CALLS);
  free(reasons);
}

static void time_y(hw_random *random) {
  hw_y_marker markers[N_MARKERS];
  const hw_y_panel panel = {N_MARKERS, markers};
  const size_t width = N_MARKERS * HW_Y_COPIES;
  int16_t *rows = allocate(N_DATABASE, width * sizeof *rows);
  const int16_t **list = allocate(N_DATABASE, sizeof *list);
  uint8_t *reasons = allocate(N_DATABASE, 1);
  double seconds[ROUNDS];
  for (int k = 0; k < N_MARKERS; k++) markers[k] = (hw_y_marker){"Y", 1, 0.003};
  for (size_t i = 0; i < N_DATABASE; i++) {
    for (size_t k = 0; k < N_MARKERS; k++)
      rows[i * width + k * HW_Y_COPIES] = (int16_t)(10 * (10 + hw_random_below(random, 5)));
    list[i] = rows + i * width;
  }
  const hw_lineage_rows all = {N_DATABASE, NULL, list};
  for (int r = 0; r < ROUNDS; r++) {
    const double start = now_s();
    for (int32_t q = 0; q < N_QUERIES; q++) {
      int32_t n = 0;
      const hw_lineage_limits limits = {2, 2};
      check(hw_lineage_filter(&all, &all, q, &panel, &limits, reasons, &n, &err), &err);
    }
    seconds[r] = now_s() - start;
  }
  printf("filter, %d Y markers                   %8.2e pairs/s\n", N_MARKERS,
         (double)N_DATABASE * N_QUERIES / least(seconds));
  free(reasons);
  free(list);
  free(rows);
}

int main(void) {
  hw_random random;
  hw_phylotree *tree = NULL;
  hw_mt **haplotypes = allocate(N_DATABASE, sizeof *haplotypes);
  check(hw_phylotree_new(NULL, 0, &tree, &err), &err);
  hw_random_init(&random, 6);
  for (int i = 0; i < N_DATABASE; i++)
    while (haplotypes[i] == NULL) haplotypes[i] = draw(tree, &random);
  time_mt(tree, haplotypes);
  time_y(&random);
  for (int i = 0; i < N_DATABASE; i++) hw_mt_delete(haplotypes[i]);
  free(haplotypes);
  hw_phylotree_delete(tree);
  return 0;
}
