/* The shipped panel and genetic map: they are what their sources and README say.
 *
 * Where the reference material is there, both are made again and must come out to the byte, and the
 * thinned map is compared with the table that it was taken from. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "homeward/map.h"
#include "support/assert.h"

enum { PATH = 2 * GOLDEN_PATH, LONGEST_LINE = 1000 };

static hw_panel *panel;
static hw_map *map;

static void root_path(const char *name, char path[PATH]) {
  const char *root = getenv("HOMEWARD_SOURCE_ROOT");
  const int n = snprintf(path, PATH, "%s/%s", root ? root : ".", name);
  assert_true(n > 0 && n < PATH);
}

static int open_both(void **state) {
  char path[PATH];
  hw_err err = HW_ERR_INIT;
  (void)state;
  root_path("data/panel_force.csv", path);
  hw_assert_ok(hw_panel_read(path, &panel, &err), &err);
  root_path("data/map_decode2019_grch38.csv", path);
  hw_assert_ok(hw_map_read(path, &map, &err), &err);
  return 0;
}

static int close_both(void **state) {
  (void)state;
  hw_panel_delete(panel);
  hw_map_delete(map);
  return 0;
}

static void the_map_is_as_long_as_published(void **state) {
  double female = 0, male = 0;
  (void)state;
  assert_int_equal(map->build, HW_GRCH38);
  for (int c = 1; c < HW_PANEL_X; c++) {
    assert_true(map->first_point[c + 1] > map->first_point[c] + 200);
    female += map->points[map->first_point[c + 1] - 1].female_cm;
    male += map->points[map->first_point[c + 1] - 1].male_cm;
  }
  hw_assert_close(female, 4180, 0, 1);
  hw_assert_close(male, 2602, 0, 1);
}

static void the_panel_has_the_published_markers(void **state) {
  int32_t n_x = 0, n_known[2] = {0, 0};
  (void)state;
  assert_string_equal(panel->name, "FORCE");
  assert_int_equal(panel->n_markers, 4592);
  assert_int_equal(panel->n_populations, 2);
  assert_int_equal(panel->populations[hw_panel_find_population(panel, "EAS")].n_persons, 504);
  for (int32_t m = 0; m < panel->n_markers; m++) {
    const hw_panel_marker *marker = &panel->markers[m];
    assert_int_equal(marker->n_alleles, 2);
    assert_true(marker->bp[HW_GRCH37] > 0 && marker->bp[HW_GRCH38] > 0);
    n_x += marker->chromosome == HW_PANEL_X;
    for (int p = 0; p < 2; p++) {
      const double f = panel->populations[p].frequencies[2 * m];
      n_known[p] += !isnan(f);
      assert_true(isnan(f) || (f > 0 && f < 1));
    }
  }
  assert_int_equal(n_x, 246);
  assert_int_equal(n_known[0], 3930 + 246);
  assert_int_equal(n_known[1], 937);
  const int32_t first = hw_panel_find(panel, "rs9442372");
  assert_int_equal(first, 0);
  assert_int_equal(hw_panel_find_site(panel, HW_GRCH37, 1, 1018704), first);
  assert_int_equal(hw_panel_find_site(panel, HW_GRCH38, 1, 1083324), first);
}

/* Alleles whose frequencies in East Asia are known from many studies. */
static void well_known_alleles_are_on_their_side(void **state) {
  static const struct {
    const char *name, *first;
    double low, high;
  } known[] = {{"rs671", "G", 0.75, 0.9},      /* ALDH2: A is found in East Asia only */
               {"rs3827760", "A", 0.05, 0.2},  /* EDAR: G is the common one */
               {"rs12913832", "A", 0.99, 1},   /* OCA2: G, of blue eyes, hardly occurs */
               {"rs1426654", "A", 0.0, 0.05}}; /* SLC24A5: A is of Europe */
  (void)state;
  const hw_panel_population *eas = &panel->populations[hw_panel_find_population(panel, "EAS")];
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    const int32_t m = hw_panel_find(panel, known[i].name);
    assert_int_not_equal(m, HW_PANEL_NONE);
    assert_string_equal(panel->markers[m].alleles[0], known[i].first);
    const double f = eas->frequencies[panel->first_allele[m]];
    assert_true(f >= known[i].low && f <= known[i].high);
  }
}

static void the_panel_stands_on_the_shipped_map(void **state) {
  hw_panel *placed = NULL;
  hw_err err = HW_ERR_INIT;
  int32_t n_without = -1;
  (void)state;
  hw_assert_ok(hw_map_apply(panel, map, true, &placed, &n_without, &err), &err);
  assert_int_equal(n_without, 0);
  for (int32_t m = 0; m < panel->n_markers; m++) {
    const hw_panel_marker *shipped = &panel->markers[m];
    const hw_panel_marker *again = &placed->markers[hw_panel_find(placed, shipped->name)];
    hw_assert_close(again->female_cm, shipped->female_cm, 0, 0.00001);
    hw_assert_close(again->male_cm, shipped->male_cm, 0, 0.00001);
  }
  hw_panel_delete(placed);
}

static void the_files_have_the_checksums_of_the_readme(void **state) {
  static const char *const names[] = {"data/map_decode2019_grch38.csv", "data/panel_force.csv"};
  char path[PATH], command[PATH + 40], line[LONGEST_LINE], sum[65];
  (void)state;
  for (int i = 0; i < 2; i++) {
    root_path(names[i], path);
    snprintf(command, sizeof command, "sha256sum '%s'", path);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    assert_int_equal(fscanf(pipe, "%64s", sum), 1);
    pclose(pipe);
    root_path("data/README.md", path);
    FILE *readme = fopen(path, "r");
    assert_non_null(readme);
    bool is_here = false, is_told = false;
    while (fgets(line, sizeof line, readme)) {
      if (strncmp(line, "## ", 3) == 0) is_here = strstr(line, strrchr(names[i], '/') + 1) != NULL;
      if (is_here && strstr(line, "SHA-256") && strstr(line, sum)) is_told = true;
    }
    fclose(readme);
    assert_true(is_told);
  }
}

/* Runs a tool and compares what it prints with a shipped file. */
static void assert_made_again(const char *tool, const char *input, const char *name) {
  char command[3 * PATH], path[PATH];
  root_path(tool, path);
  int n = snprintf(command, sizeof command, "'%s' '%s/data/snp%s' 2>/dev/null", path,
                   golden_shared(), input);
  assert_true(n > 0 && (size_t)n < sizeof command);
  root_path(name, path);
  FILE *made = popen(command, "r"), *shipped = fopen(path, "r");
  assert_non_null(made);
  assert_non_null(shipped);
  int a, b;
  long at = 0;
  do {
    a = fgetc(made);
    b = fgetc(shipped);
    if (a != b) print_message("%s: byte %ld differs\n", name, at);
    assert_int_equal(a, b);
    at++;
  } while (a != EOF);
  fclose(shipped);
  assert_int_equal(pclose(made), 0);
}

static void the_sources_give_the_shipped_files(void **state) {
  (void)state;
  if (golden_shared() == NULL) skip();
  assert_made_again("tools/make_panel_force", "", "data/panel_force.csv");
  assert_made_again("tools/make_map_decode", "/genetic_map_decode19_GRCh38_thinned.csv.gz",
                    "data/map_decode2019_grch38.csv");
}

static void the_thinned_map_stays_within_a_twentieth_of_a_centimorgan(void **state) {
  char command[PATH], name[8];
  double mb, male, female, furthest = 0;
  int n = 0;
  (void)state;
  if (golden_shared() == NULL) skip();
  snprintf(command, sizeof command,
           "gzip -dc '%s/data/snp/genetic_map_decode19_GRCh38_thinned.csv.gz' | tail -n +2 | tr -d "
           "'\"' | sed 's/NA/nan/' | tr , ' '",
           golden_shared());
  FILE *source = popen(command, "r");
  assert_non_null(source);
  while (fscanf(source, "%7s %lf %lf %lf %*s", name, &mb, &male, &female) == 4) {
    const int32_t chromosome = strcmp(name, "X") == 0 ? HW_PANEL_X : (int32_t)atol(name);
    const int32_t bp = (int32_t)lround(mb * 1e6);
    double f = 0, m = 0;
    assert_true(hw_map_find(map, chromosome, bp > 0 ? bp : 1, &f, &m));
    furthest = fmax(furthest, fabs(f - female));
    if (chromosome != HW_PANEL_X) furthest = fmax(furthest, fabs(m - male));
    n++;
  }
  assert_int_equal(pclose(source), 0);
  printf("# %d points, at most %.4f cM off\n", n, furthest);
  assert_int_equal(n, 13984);
  assert_true(furthest <= 0.05);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_map_is_as_long_as_published),
      cmocka_unit_test(the_panel_has_the_published_markers),
      cmocka_unit_test(well_known_alleles_are_on_their_side),
      cmocka_unit_test(the_panel_stands_on_the_shipped_map),
      cmocka_unit_test(the_files_have_the_checksums_of_the_readme),
      cmocka_unit_test(the_sources_give_the_shipped_files),
      cmocka_unit_test(the_thinned_map_stays_within_a_twentieth_of_a_centimorgan),
  };
  return cmocka_run_group_tests(tests, open_both, close_both);
}
