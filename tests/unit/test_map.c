/* Genetic maps: lines between points, what lies beyond, panels placed, files and every refusal. */
#define _POSIX_C_SOURCE 200809L
#include "homeward/map.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/assert.h"
#include "support/faults.h"

static hw_err err;
static hw_map *map;

static int begin(void **state) {
  (void)state;
  err = (hw_err)HW_ERR_INIT;
  map = NULL;
  return 0;
}

static int end(void **state) {
  (void)state;
  hw_map_delete(map);
  map = NULL;
  return 0;
}

#define NOTES "# map: Made up\n# source: nobody\n# build: GRCh37\n"
#define HEADER "chromosome,bp,female_cm,male_cm\n"
static const char FILE_TEXT[] = NOTES HEADER
    "X,1000,0,\nX,2000,4,\n2,1000000,1,0.5\n2,3000000,5,1.5\n2,2000000,5,0.5\n1,500,0,0\n";

static void parse(const char *text) {
  hw_map_delete(map);
  hw_assert_ok(hw_map_parse(text, strlen(text), "m.csv", &map, &err), &err);
}

static void assert_place(int32_t chromosome, int32_t bp, double female, double male) {
  double f = 0, m = 0;
  assert_true(hw_map_find(map, chromosome, bp, &f, &m));
  hw_assert_close(f, female, 1e-14, 1e-14);
  hw_assert_close(m, male, 1e-14, 1e-14);
}

static void points_are_sorted_and_joined_by_lines(void **state) {
  double f, m;
  (void)state;
  parse(FILE_TEXT);
  assert_int_equal(map->build, HW_GRCH37);
  assert_string_equal(map->source, "nobody");
  assert_int_equal(map->n_points, 6);
  assert_int_equal(map->points[2].bp, 2000000);
  assert_int_equal(map->first_point[2], 1);
  assert_int_equal(map->first_point[3], 4);
  assert_int_equal(map->first_point[24], 6);
  assert_place(2, 1000000, 1, 0.5);
  assert_place(2, 1250000, 2, 0.5);
  assert_place(2, 2000000, 5, 0.5);
  assert_place(2, 2900000, 5, 1.4);
  assert_place(23, 1500, 2, (double)NAN);
  assert_false(hw_map_find(map, 3, 1000, &f, &m));
  assert_false(hw_map_find(map, 0, 1000, &f, &m));
  assert_false(hw_map_find(map, 24, 1000, &f, &m));
}

static void beyond_the_points_a_million_bases_are_a_centimorgan(void **state) {
  (void)state;
  parse(FILE_TEXT);
  assert_place(2, 4500000, 6.5, 3);
  assert_place(2, 500000, 0.5, 0);
  assert_place(2, 1, 1 - 0.999999, 0.5 - 0.999999);
  assert_place(1, 1000500, 1, 1);
  assert_place(23, 2002000, 6, (double)NAN);
}

static hw_panel *new_panel(void) {
  static const char *const alleles[] = {"A", "C"};
  const double nan = (double)NAN;
  const hw_panel_marker markers[] = {{"b", 2, {1250000, 7}, 2, alleles, nan, nan},
                                     {"c", 2, {2900000, 5}, 2, alleles, 4.5, 1},
                                     {"d", 2, {0, 6}, 2, alleles, 5, 1.45},
                                     {"n", 3, {77, 77}, 2, alleles, nan, nan},
                                     {"x", 23, {1500, 1500}, 2, alleles, nan, nan}};
  const double f[] = {0.1, 0.9, 0.2, 0.8, 0.3, 0.7, 0.4, 0.6, 0.5, 0.5};
  const hw_panel_population population = {"P", "made up", 9, f};
  hw_panel *panel = NULL;
  hw_assert_ok(hw_panel_new("panel", NULL, 5, markers, 1, &population, &panel, &err), &err);
  return panel;
}

static void markers_without_a_place_get_one(void **state) {
  int32_t n_without = -1;
  hw_panel *panel = new_panel(), *placed = NULL;
  (void)state;
  parse(FILE_TEXT);
  hw_assert_ok(hw_map_apply(panel, map, false, &placed, &n_without, &err), &err);
  assert_int_equal(n_without, 1);
  const hw_panel_marker *b = &placed->markers[hw_panel_find(placed, "b")];
  assert_true(b->female_cm == 2 && b->male_cm == 0.5);
  assert_true(placed->markers[hw_panel_find(placed, "c")].female_cm == 4.5);
  assert_true(isnan(placed->markers[hw_panel_find(placed, "n")].female_cm));
  assert_true(placed->markers[hw_panel_find(placed, "x")].female_cm == 2);
  const int32_t at_b = placed->first_allele[hw_panel_find(placed, "b")];
  assert_true(placed->populations[0].frequencies[at_b] == 0.1);
  hw_panel_delete(placed);
  hw_assert_ok(hw_map_apply(panel, map, true, &placed, NULL, &err), &err);
  assert_true(placed->markers[hw_panel_find(placed, "c")].female_cm == 5);
  assert_true(placed->markers[hw_panel_find(placed, "d")].female_cm == 5); /* keeps its own */
  hw_panel_delete(placed);
  hw_panel_delete(panel);
}

static void places_that_contradict_each_other_are_refused(void **state) {
  hw_panel *panel = new_panel(), *placed = NULL;
  (void)state;
  parse(NOTES HEADER "2,1000000,1,9\n2,3000000,5,9.5\n");
  hw_assert_status(hw_map_apply(panel, map, false, &placed, NULL, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "apply it to all");
  assert_null(placed);
  hw_panel_delete(panel);
}

static void what_is_written_reads_back_to_the_same_bytes(void **state) {
  char *text[2] = {NULL, NULL};
  (void)state;
  parse(FILE_TEXT);
  for (int i = 0; i < 2; i++) {
    size_t n = 0;
    FILE *file = open_memstream(&text[i], &n);
    assert_non_null(file);
    hw_assert_ok(hw_map_write(map, file, &err), &err);
    assert_int_equal(fclose(file), 0);
    parse(text[i]);
  }
  assert_string_equal(text[0], text[1]);
  hw_assert_contains(text[0], NOTES HEADER "1,500,0,0\n2,1000000,1,0.5\n");
  hw_assert_contains(text[0], "X,2000,4,\n");
  free(text[0]);
  free(text[1]);
  FILE *full = fopen("/dev/full", "w");
  if (!full) return;
  hw_assert_status(hw_map_write(map, full, &err), HW_E_IO, &err);
  fclose(full);
}

static void a_bad_map_is_refused_with_its_place(void **state) {
  static const struct {
    const char *text;
    hw_status status;
    const char *message;
  } bad[] = {
      {HEADER "1,1,0,0\n", HW_E_SYNTAX, "m.csv: the map does not tell its build"},
      {"# build: hg19\n" HEADER "1,1,0,0\n", HW_E_VALUE, "m.csv:1:1: build \"hg19\""},
      {NOTES HEADER, HW_E_SHAPE, "0 points"},
      {NOTES "chromosome,bp,cm\n1,1,0\n", HW_E_SYNTAX, "column 3 of the header is \"cm\""},
      {NOTES "chromosome,bp,female_cm,male_cm,rate\n", HW_E_UNKNOWN_KEY, "\"rate\" is not known"},
      {NOTES HEADER "1,,0,0\n", HW_E_VALUE, "m.csv:5: position 0"},
      {NOTES HEADER "1,x,0,0\n", HW_E_VALUE, "m.csv:5:3: bp: \"x\" is no position"},
      {NOTES HEADER "1,5,0,\n", HW_E_VALUE, "male_cm is nan"},
      {NOTES HEADER "1,5,,0\n", HW_E_VALUE, "female_cm is nan"},
      {NOTES HEADER "1,5,1001,0\n", HW_E_VALUE, "female_cm is 1001"},
      {NOTES HEADER "1,5,0,0\n1,5,1,1\n", HW_E_DUPLICATE, "m.csv:6: position 5 of chromosome 1"},
      {NOTES HEADER "1,7,0,0\n1,5,1,0\n", HW_E_VALUE, "m.csv:5: the female map goes backwards"},
      {NOTES HEADER "1,5,0,1\n1,7,1,0.5\n", HW_E_VALUE,
       "m.csv:6: the male map goes backwards on chromosome 1, from 1 cM at 5 to 0.5 at 7"},
      {NOTES HEADER "MT,5,0,1\n", HW_E_VALUE, "no chromosome of a panel"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    char message[1024];
    hw_assert_status(hw_map_parse(bad[i].text, strlen(bad[i].text), "m.csv", &map, &err),
                     bad[i].status, &err);
    assert_null(map);
    hw_assert_contains(hw_err_text(&err, message, sizeof message), bad[i].message);
  }
  hw_assert_status(hw_map_read("/nonexistent/m.csv", &map, &err), HW_E_NOT_FOUND, &err);
  const hw_map_point point = {24, 1, 0, 0}, good = {1, 1, 0, 0};
  hw_assert_status(hw_map_new(NULL, NULL, HW_GRCH38, 1, &point, &map, &err), HW_E_VALUE, &err);
  hw_assert_status(hw_map_new(NULL, "a\nb", HW_GRCH38, 1, &good, &map, &err), HW_E_VALUE, &err);
  hw_assert_status(hw_map_new(NULL, NULL, HW_BUILD_COUNT, 1, &good, &map, &err), HW_E_VALUE, &err);
}

static void memory_may_run_out_at_any_place(void **state) {
  (void)state;
  hw_panel *panel = new_panel(), *placed = NULL;
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_status s = hw_map_parse(FILE_TEXT, sizeof FILE_TEXT - 1, "m.csv", &map, &err);
    if (s == HW_OK) s = hw_map_apply(panel, map, false, &placed, NULL, &err);
    const bool has_failed = hw_faults_end();
    hw_map_delete(map);
    hw_panel_delete(placed);
    map = NULL;
    placed = NULL;
    if (!has_failed) {
      hw_assert_ok(s, &err);
      break;
    }
    assert_int_equal(s, HW_E_NO_MEMORY);
  }
  hw_panel_delete(panel);
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      CASE(points_are_sorted_and_joined_by_lines),
      CASE(beyond_the_points_a_million_bases_are_a_centimorgan),
      CASE(markers_without_a_place_get_one),
      CASE(places_that_contradict_each_other_are_refused),
      CASE(what_is_written_reads_back_to_the_same_bytes),
      CASE(a_bad_map_is_refused_with_its_place),
      CASE(memory_may_run_out_at_any_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
