/* Which SNPs and which coverage reach which degree: exact linked likelihood ratios of simulated bones.
 *
 *   snp_power PANEL [--pairs N] [--coverages 1,0.25] [--relations 1C,2C] [--seed N] [--unlinked]
 *             [--relatives] [--panel-file FILE.csv] [--reference FILE.md]
 *
 * PANEL: force (a panel file, by default the tree's), kintelligence (10,230 markers at random
 * places of the map, minor allele frequencies uniform over 0.2 … 0.5) or mpsplex (1,270 markers of three
 * alleles, Dirichlet 6:5:4). The bone is read by a Poisson number of reads a marker with 1 % error, the
 * relative is called with 0.1 % error; sex-averaged map, no linkage disequilibrium, exact
 * frequencies, hence upper bounds. Every cell: median of log10 LR, share of LR above 10^4, beside
 * what the reference's table says, if there is one, with the difference in standard errors of both.
 *
 * --relatives: one to three grandchildren of siblings, and two great-grandchildren. Not part of
 * `make bench`, because it takes minutes. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common.h"
#include "oracle/snp_pairs.h"
#include "oracle/snp_panels.h"
#include "oracle/snp_table.h"

typedef struct settings {
  const char *panel, *panel_file, *reference, *coverages, *relations;
  int n_pairs;
  uint64_t seed;
  bool is_unlinked, is_relatives;
} settings;

static const struct {
  const char *name, *heading;
  int n_markers, n_alleles;
} panels[] = {{"force", "FORCE real markers", 0, 0},
              {"kintelligence", "Kintelligence-like", 10230, 2},
              {"mpsplex", "MPSplex-like", 1270, 3}};
enum { N_PANELS = sizeof panels / sizeof *panels };

static void usage(void) {
  fputs("usage: snp_power force|kintelligence|mpsplex [--pairs N] [--coverages LIST] "
        "[--relations LIST]\n"
        "       [--seed N] [--unlinked] [--relatives] [--panel-file FILE.csv] "
        "[--reference FILE.md]\n",
        stderr);
  exit(2);
}

static bool take_option(settings *self, const char *name, const char *value) {
  const char **text = strcmp(name, "--panel-file") == 0  ? &self->panel_file
                      : strcmp(name, "--reference") == 0 ? &self->reference
                      : strcmp(name, "--coverages") == 0 ? &self->coverages
                      : strcmp(name, "--relations") == 0 ? &self->relations
                                                         : NULL;
  if (value == NULL) return false;
  if (text != NULL)
    *text = value;
  else if (strcmp(name, "--pairs") == 0)
    self->n_pairs = (int)strtol(value, NULL, 10);
  else if (strcmp(name, "--seed") == 0)
    self->seed = strtoull(value, NULL, 10);
  else
    return false;
  return true;
}

static settings read_settings(int argc, char **argv) {
  settings self = {.n_pairs = 100, .seed = 1, .coverages = "20,5,2,1,0.5,0.25,0.1,0.05"};
  for (int i = 1; i < argc; i++) {
    if (argv[i][0] != '-' && self.panel == NULL)
      self.panel = argv[i];
    else if (strcmp(argv[i], "--unlinked") == 0)
      self.is_unlinked = true;
    else if (strcmp(argv[i], "--relatives") == 0)
      self.is_relatives = true;
    else if (take_option(&self, argv[i], i + 1 < argc ? argv[i + 1] : NULL))
      i++;
    else
      usage();
  }
  if (self.panel == NULL || self.n_pairs < 2) usage();
  return self;
}

static bool is_listed(const char *list, const char *name) {
  const size_t n = strlen(name);
  if (list == NULL) return true;
  for (const char *at = list; at != NULL; at = strchr(at, ',')) {
    if (*at == ',') at++;
    if (strncmp(at, name, n) == 0 && (at[n] == ',' || at[n] == '\0')) return true;
  }
  return false;
}

/* ---- cells ---- */

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void run_cell(snp_study *study, const settings *s, const char *name, int salt,
                     const snp_cell *expected, int n_expected) {
  const double begin = seconds();
  snp_sample linked = {s->n_pairs, allocate((size_t)s->n_pairs, sizeof(double))};
  snp_sample apart = {s->n_pairs, allocate((size_t)s->n_pairs, sizeof(double))};
  for (int i = 0; i < s->n_pairs; i++)
    linked.log10_lr[i] =
        snp_study_draw(study, true, s->seed * 1000003 + (uint64_t)salt * 100003 + (uint64_t)i,
                       s->is_unlinked ? &apart.log10_lr[i] : NULL);
  double error = 0, apart_error = 0;
  const double median = snp_sample_median(&linked, &error);
  const double share = snp_sample_share(&linked, 4);
  printf("%6g  %-6s %9.2f +- %-6.2f %5.2f", study->run.coverage, name, median, error, share);
  if (expected != NULL)
    printf("   %9.1f %5.2f  %+6.1f %+6.1f", expected->median, expected->share,
           snp_median_z(median, error, s->n_pairs, expected->median, n_expected),
           snp_share_z(share, s->n_pairs, expected->share, n_expected));
  if (s->is_unlinked) {
    const double other = snp_sample_median(&apart, &apart_error);
    printf("   [%.2f", other);
    if (expected != NULL)
      printf(" %.1f %+.1f", expected->unlinked,
             snp_median_z(other, apart_error, s->n_pairs, expected->unlinked, n_expected));
    printf("]");
  }
  printf("   %.1f ms\n", 1000 * (seconds() - begin) / s->n_pairs);
  fflush(stdout);
  free(linked.log10_lr);
  free(apart.log10_lr);
}

static void run_relations(snp_study *study, const settings *s, const snp_table *table, int row) {
  for (int r = 0; r < SNP_RELATIONS; r++) {
    const char *name = snp_relation_name((snp_relation)r);
    if (!is_listed(s->relations, name)) continue;
    const int at = table != NULL ? snp_table_find(table, study->run.coverage) : -1;
    snp_family_make(&study->family, (snp_relation)r);
    run_cell(study, s, name, 16 * row + r, at >= 0 ? &table->cells[at][r] : NULL,
             table != NULL ? table->n_pairs : 0);
  }
}

static void run_relatives(snp_study *study, const settings *s, int row) {
  static const struct {
    const char *name;
    int n, generations;
  } stars[] = {{"1 x 3", 1, 2}, {"2 x 3", 2, 2}, {"3 x 3", 3, 2}, {"2 x 4", 2, 3}};
  for (int i = 0; i < 4; i++) {
    snp_family_star(&study->family, stars[i].n, stars[i].generations);
    run_cell(study, s, stars[i].name, 10000 + 16 * row + i, NULL, 0);
  }
}

static hw_panel *open_panel(const settings *s, int which) {
  static char path[SNP_TABLE_PATH];
  const char *root = getenv("HOMEWARD_SOURCE_ROOT");
  if (panels[which].n_markers > 0)
    return snp_panel_uniform(panels[which].n_markers, panels[which].n_alleles, s->seed);
  snprintf(path, sizeof path, "%s/data/panel_force.csv", root != NULL ? root : ".");
  const char *file = s->panel_file != NULL ? s->panel_file : path;
  hw_panel *panel = snp_panel_averaged(file, 0);
  if (panel == NULL)
    fprintf(stderr, "snp_power: %s is no panel: name one with --panel-file\n", file);
  if (panel == NULL) exit(1);
  return panel;
}

int main(int argc, char **argv) {
  const settings s = read_settings(argc, argv);
  static snp_table table;
  static snp_study study;
  char path[SNP_TABLE_PATH];
  int which = 0;
  while (which < N_PANELS && strcmp(panels[which].name, s.panel) != 0) which++;
  if (which == N_PANELS) usage();
  hw_panel *panel = open_panel(&s, which);
  const bool has_table = snp_table_read(s.reference != NULL ? s.reference : snp_table_path(path),
                                        panels[which].heading, &table);
  printf("%s, %d markers, %d pairs a cell, seed %" PRIu64 "\n", s.panel, (int)panel->n_markers,
         s.n_pairs, s.seed);
  printf("coverage  relation   median log10 LR   >10^4%s\n",
         has_table ? "   reference          z, z" : "");
  snp_study_init(&study, panel);
  int row = 0;
  for (const char *at = s.coverages; at != NULL; at = strchr(at, ',')) {
    if (*at == ',') at++;
    study.run.coverage = strtod(at, NULL);
    if (s.is_relatives)
      run_relatives(&study, &s, row++);
    else
      run_relations(&study, &s, has_table ? &table : NULL, row++);
  }
  snp_study_clear(&study);
  hw_panel_delete(panel);
  return 0;
}
