/* Exact linked likelihood ratios of simulated bones reach what an independent program with the same
 * settings reached: cells of its tables (reference material, skipped where it is not there), medians
 * and shares above 10^4 within four standard errors of both samples. bench/snp_power.c makes the
 * whole tables.
 *
 * Without any table: linkage is where the power is, and relatives add up. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "oracle/snp_panels.h"
#include "oracle/snp_table.h"
#include "oracle/trials.h"
#include "support/assert.h"

enum { PAIRS = 60, STARS = 30, FEWEST = 15, MOST_Z = 4 };

static snp_study study;

static hw_panel *force_panel(void) {
  static char path[SNP_TABLE_PATH];
  const char *root = getenv("HOMEWARD_SOURCE_ROOT");
  snprintf(path, sizeof path, "%s/data/panel_force.csv", root != NULL ? root : ".");
  hw_panel *panel = snp_panel_averaged(path, 0);
  assert_non_null(panel);
  assert_int_equal(panel->n_markers, 3930);
  return panel;
}

/* Sorted log10 LR of related pairs, to be freed. How many follows the scale of the trials, but is
 * never below n_least: an error of a median needs a few, a difference that must be seen needs all. */
static snp_sample draw_sample(int32_t n_wanted, int32_t n_least, uint64_t salt, bool is_linked) {
  trials t = trials_of(n_wanted, salt);
  if (t.n_wanted < n_least) t.n_wanted = n_least;
  snp_sample sample = {0, calloc((size_t)t.n_wanted + 1, sizeof(double))};
  assert_non_null(sample.log10_lr);
  while (trials_next(&t) && sample.n < t.n_wanted) {
    double unlinked = 0;
    const double linked = snp_study_draw(&study, true, t.seed, is_linked ? NULL : &unlinked);
    sample.log10_lr[sample.n++] = is_linked ? linked : unlinked;
    trials_count(&t);
  }
  return sample;
}

static void assert_agrees(const char *name, snp_sample *sample, const snp_cell *expected,
                          int n_expected) {
  double error = 0;
  const double median = snp_sample_median(sample, &error);
  const double share = snp_sample_share(sample, 4);
  const double z = snp_median_z(median, error, sample->n, expected->median, n_expected);
  const double share_z = snp_share_z(share, sample->n, expected->share, n_expected);
  print_message("# %s, %g reads a marker: median %.2f (%.1f, z %+.1f), above 10^4 %.2f (%.2f, z "
                "%+.1f)\n",
                name, study.run.coverage, median, expected->median, z, share, expected->share,
                share_z);
  assert_true(fabs(z) < MOST_Z && fabs(share_z) < MOST_Z);
  free(sample->log10_lr);
}

typedef struct wanted_cell {
  snp_relation relation;
  double coverage;
} wanted_cell;

static void check_cells(const hw_panel *panel, const char *heading, const wanted_cell *cells,
                        int n) {
  static snp_table table;
  char path[SNP_TABLE_PATH];
  if (!snp_table_read(snp_table_path(path), heading, &table)) skip();
  snp_study_init(&study, panel);
  for (int i = 0; i < n; i++) {
    const int row = snp_table_find(&table, cells[i].coverage);
    assert_true(row >= 0);
    snp_family_make(&study.family, cells[i].relation);
    study.run.coverage = cells[i].coverage;
    snp_sample sample = draw_sample(PAIRS, FEWEST, 100 + (uint64_t)i, true);
    assert_agrees(snp_relation_name(cells[i].relation), &sample,
                  &table.cells[row][cells[i].relation], table.n_pairs);
  }
  snp_study_clear(&study);
}

static void force_reaches_what_was_reached(void **state) {
  static const wanted_cell cells[] = {{SNP_PO, 0.05}, {SNP_FS, 0.25}, {SNP_AV, 5}, {SNP_1C, 1},
                                      {SNP_1C1R, 20}, {SNP_1C1R, 2},  {SNP_2C, 5}, {SNP_2C1R, 20},
                                      {SNP_3C, 20},   {SNP_AV, 0.25}};
  (void)state;
  hw_panel *panel = force_panel();
  check_cells(panel, "FORCE real markers", cells, sizeof cells / sizeof *cells);
  hw_panel_delete(panel);
}

static void ten_thousand_markers_reach_what_was_reached(void **state) {
  static const wanted_cell cells[] = {{SNP_1C, 0.25}, {SNP_1C1R, 1}, {SNP_2C, 5}};
  (void)state;
  hw_panel *panel = snp_panel_uniform(10230, 2, 1);
  check_cells(panel, "Kintelligence-like", cells, sizeof cells / sizeof *cells);
  hw_panel_delete(panel);
}

static void three_alleles_reach_what_was_reached(void **state) {
  static const wanted_cell cells[] = {{SNP_PO, 1}, {SNP_FS, 0.1}, {SNP_AV, 2}, {SNP_1C, 1}};
  (void)state;
  hw_panel *panel = snp_panel_uniform(1270, 3, 1);
  check_cells(panel, "MPSplex-like", cells, sizeof cells / sizeof *cells);
  hw_panel_delete(panel);
}

static void several_relatives_reach_what_was_reached(void **state) {
  char path[SNP_TABLE_PATH];
  snp_cell cells[2];
  int n_families = 0;
  (void)state;
  if (!snp_table_read_relatives(snp_table_path(path), 1, cells, &n_families)) skip();
  hw_panel *panel = force_panel();
  snp_study_init(&study, panel);
  for (int n = 1; n <= 3; n++) {
    assert_true(snp_table_read_relatives(path, n, cells, &n_families) && n_families > 0);
    snp_family_star(&study.family, n, 2);
    for (int c = 0; c < 2; c++) {
      char name[40];
      study.run.coverage = c == 0 ? 1 : 0.25;
      snprintf(name, sizeof name, "%d grandchildren of siblings", n);
      snp_sample sample = draw_sample(40, FEWEST, 200 + (uint64_t)n, true);
      assert_agrees(name, &sample, &cells[c], n_families);
    }
  }
  snp_study_clear(&study);
  hw_panel_delete(panel);
}

static void linkage_is_where_the_power_is(void **state) {
  (void)state;
  hw_panel *panel = force_panel();
  snp_study_init(&study, panel);
  snp_family_make(&study.family, SNP_1C1R);
  study.run.coverage = 20;
  double error = 0, other_error = 0;
  snp_sample linked = draw_sample(PAIRS, PAIRS, 300, true);
  snp_sample unlinked = draw_sample(PAIRS, PAIRS, 300, false);
  const double median = snp_sample_median(&linked, &error);
  assert_true(median - 4 * error > 2 * snp_sample_median(&unlinked, &other_error));
  free(linked.log10_lr);
  free(unlinked.log10_lr);
  snp_study_clear(&study);
  hw_panel_delete(panel);
}

static void relatives_add_up(void **state) {
  double median[3], error[3];
  (void)state;
  hw_panel *panel = force_panel();
  snp_study_init(&study, panel);
  study.run.coverage = 0.5;
  for (int n = 1; n <= 3; n++) {
    snp_family_star(&study.family, n, 2);
    snp_sample sample = draw_sample(STARS, STARS, 400 + (uint64_t)n, true);
    median[n - 1] = snp_sample_median(&sample, &error[n - 1]);
    free(sample.log10_lr);
  }
  assert_true(median[1] - median[0] > 0 && median[2] - median[1] > 0);
  assert_true(median[2] - median[0] > 3 * (error[2] + error[0]));
  snp_study_clear(&study);
  hw_panel_delete(panel);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(force_reaches_what_was_reached),
      cmocka_unit_test(ten_thousand_markers_reach_what_was_reached),
      cmocka_unit_test(three_alleles_reach_what_was_reached),
      cmocka_unit_test(several_relatives_reach_what_was_reached),
      cmocka_unit_test(linkage_is_where_the_power_is),
      cmocka_unit_test(relatives_add_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
