/* Panels: order, frequencies, finding, selecting, files and back, every refusal. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/panel.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_err err;
static hw_panel *panel;

static int begin(void **state) {
  (void)state;
  err = (hw_err)HW_ERR_INIT;
  panel = NULL;
  return 0;
}

static int end(void **state) {
  (void)state;
  hw_panel_delete(panel);
  panel = NULL;
  return 0;
}

#define HEADER "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm"

static const char FILE_TEXT[] = "# panel: Made up for tests\n"
                                "# source: nobody, \"2026\"\n"
                                "# a remark, without meaning\n"
                                "# population A: 504, some study, of some year\n" HEADER ",A,B\n"
                                "x1,X,300,400,A/G,5,,0.25,0.5\n"
                                "m2,2,20,21,C/T,1.5,0.5,0.125,\n"
                                "m1,1,200,,A/C/G,2,1,0.25/0.25/0.5,0.5/0.25/0.25\n"
                                "m0,chr1,100,120,T/A,1,0.5,0.3,0.2/0.8\n";

static void parse(const char *text) {
  hw_panel_delete(panel);
  hw_assert_ok(hw_panel_parse(text, strlen(text), "p.csv", &panel, &err), &err);
}

static void assert_refused(const char *text, hw_status status, const char *expected) {
  char message[1024];
  hw_panel *out = NULL;
  hw_assert_status(hw_panel_parse(text, strlen(text), "p.csv", &out, &err), status, &err);
  assert_null(out);
  hw_assert_contains(hw_err_text(&err, message, sizeof message), expected);
  hw_assert_status(hw_panel_parse(text, strlen(text), "p.csv", &out, NULL), status, NULL);
}

/* What is written for a panel; to be freed. */
static char *write_text(const hw_panel *self) {
  char *text = NULL;
  size_t n = 0;
  FILE *file = open_memstream(&text, &n);
  assert_non_null(file);
  hw_assert_ok(hw_panel_write(self, file, &err), &err);
  assert_int_equal(fclose(file), 0);
  return text;
}

static void a_file_is_read_and_sorted_by_the_map(void **state) {
  (void)state;
  parse(FILE_TEXT);
  assert_string_equal(panel->name, "Made up for tests");
  assert_string_equal(panel->source, "nobody, \"2026\"");
  assert_int_equal(panel->n_markers, 4);
  static const char *const order[] = {"m0", "m1", "m2", "x1"};
  for (int m = 0; m < 4; m++) assert_string_equal(panel->markers[m].name, order[m]);
  assert_int_equal(panel->markers[3].chromosome, HW_PANEL_X);
  assert_true(isnan(panel->markers[3].male_cm));
  assert_int_equal(panel->markers[1].bp[HW_GRCH37], 200);
  assert_int_equal(panel->markers[1].bp[HW_GRCH38], 0);
  assert_string_equal(panel->markers[1].alleles[2], "G");
  assert_int_equal(panel->first_allele[2], 5);
  assert_int_equal(panel->first_allele[4], 9);
  assert_int_equal(panel->first_genotype[1], 3);
  assert_int_equal(panel->first_genotype[2], 9);
  assert_int_equal(panel->first_genotype[4], 15);
  assert_int_equal(panel->n_populations, 2);
  assert_string_equal(panel->populations[0].source, "some study, of some year");
  assert_int_equal(panel->populations[0].n_persons, 504);
  assert_string_equal(panel->populations[1].source, "");
  const double *a = panel->populations[0].frequencies, *b = panel->populations[1].frequencies;
  assert_true(a[0] == 0.3 && a[1] == 1 - 0.3 && a[4] == 0.5 && a[5] == 0.125 && a[8] == 0.75);
  assert_true(b[0] == 0.2 && b[1] == 0.8 && isnan(b[5]) && isnan(b[6]));
}

static void markers_and_sites_and_populations_are_found(void **state) {
  (void)state;
  parse(FILE_TEXT);
  assert_int_equal(hw_panel_find(panel, "m2"), 2);
  assert_int_equal(hw_panel_find(panel, "m3"), HW_PANEL_NONE);
  assert_int_equal(hw_panel_find_site(panel, HW_GRCH37, 1, 200), 1);
  assert_int_equal(hw_panel_find_site(panel, HW_GRCH38, 1, 200), HW_PANEL_NONE);
  assert_int_equal(hw_panel_find_site(panel, HW_GRCH38, 1, 120), 0);
  assert_int_equal(hw_panel_find_site(panel, HW_GRCH37, 2, 200), HW_PANEL_NONE);
  assert_int_equal(hw_panel_find_site(panel, HW_GRCH37, HW_PANEL_X, 300), 3);
  assert_int_equal(hw_panel_find_site(panel, HW_GRCH38, 1, 0), HW_PANEL_NONE);
  assert_int_equal(hw_panel_find_population(panel, "B"), 1);
  assert_int_equal(hw_panel_find_population(panel, "C"), HW_PANEL_NONE);
}

static void what_is_written_reads_back_to_the_same_bytes(void **state) {
  (void)state;
  parse(FILE_TEXT);
  char *first = write_text(panel);
  hw_assert_contains(first, "# population A: 504, some study, of some year\n");
  hw_assert_contains(first, "m0,1,100,120,T/A,1,0.5,0.3,0.2\n");
  hw_assert_contains(first, "m1,1,200,,A/C/G,2,1,0.25/0.25/0.5,0.5/0.25/0.25\n");
  hw_assert_contains(first, "x1,X,300,400,A/G,5,,0.25,0.5\n");
  parse(first);
  char *second = write_text(panel);
  assert_string_equal(first, second);
  free(first);
  free(second);
}

static void frequencies_that_do_not_sum_to_one_exactly_keep_their_bits(void **state) {
  (void)state;
  static const char *const alleles[] = {"AC", "GT"};
  const hw_panel_marker marker = {"#1, \"odd\"", 7, {5, 0}, 2, alleles, (double)NAN, 3};
  const double f[] = {0.1, 0.9000001};
  const hw_panel_population population = {"P", NULL, 0, f};
  hw_assert_ok(hw_panel_new(NULL, NULL, 1, &marker, 1, &population, &panel, &err), &err);
  char *text = write_text(panel);
  hw_panel_delete(panel);
  panel = NULL;
  parse(text);
  free(text);
  assert_string_equal(panel->markers[0].name, "#1, \"odd\"");
  assert_string_equal(panel->markers[0].alleles[1], "GT");
  hw_assert_same_bits(panel->populations[0].frequencies[1], 0.9000001);
}

static void a_chromosome_without_a_map_is_sorted_by_position(void **state) {
  (void)state;
  parse(HEADER "\nc,1,30,5,A/C,,\na,1,10,,A/C,0.5,\nb,1,20,,A/C,,\nd,1,,,A/C,,\n");
  static const char *const by_37[] = {"a", "b", "c", "d"};
  for (int m = 0; m < 4; m++) assert_string_equal(panel->markers[m].name, by_37[m]);
  parse(HEADER "\nc,1,10,30,A/C,,\na,1,30,10,A/C,,\nb,1,20,20,A/C,,\n");
  for (int m = 0; m < 3; m++) assert_string_equal(panel->markers[m].name, by_37[m]);
}

static void ties_of_the_map_are_parted_by_position(void **state) {
  (void)state;
  parse(HEADER "\nb,1,20,20,A/C,1,1\na,1,10,10,A/C,1,1\nz,1,30,30,A/C,1,0.5\n");
  static const char *const order[] = {"z", "a", "b"};
  for (int m = 0; m < 3; m++) assert_string_equal(panel->markers[m].name, order[m]);
}

static void chosen_markers_keep_order_and_frequencies(void **state) {
  (void)state;
  static const int32_t chosen[] = {1, 3};
  hw_panel *part = NULL;
  parse(FILE_TEXT);
  hw_assert_ok(hw_panel_select(panel, 2, chosen, &part, &err), &err);
  assert_int_equal(part->n_markers, 2);
  assert_string_equal(part->markers[0].name, "m1");
  assert_string_equal(part->markers[1].name, "x1");
  assert_int_equal(part->first_allele[2], 5);
  assert_true(part->populations[1].frequencies[3] == 0.5);
  assert_int_equal(part->populations[0].n_persons, 504);
  assert_int_equal(hw_panel_find_site(part, HW_GRCH37, HW_PANEL_X, 300), 1);
  assert_int_equal(hw_panel_find(part, "m0"), HW_PANEL_NONE);
  hw_panel_delete(part);
  static const int32_t twice[] = {1, 1}, beyond[] = {4};
  hw_assert_status(hw_panel_select(panel, 2, twice, &part, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "ascending");
  hw_assert_status(hw_panel_select(panel, 1, beyond, &part, &err), HW_E_VALUE, &err);
  hw_assert_status(hw_panel_select(panel, 0, NULL, &part, &err), HW_E_SHAPE, &err);
  assert_null(part);
}

static void a_bad_table_is_refused_with_its_place(void **state) {
  (void)state;
  assert_refused("", HW_E_SYNTAX, "no header");
  assert_refused("# panel: x\n\nmarker,chromosome\n", HW_E_SYNTAX,
                 "p.csv:3: column 3 of the header is \"\"; expected \"grch37\"");
  assert_refused(HEADER "\n", HW_E_SHAPE, "0 markers");
  assert_refused("# population A: 5\n" HEADER ",B\na,1,1,1,A/C,1,1,\n", HW_E_REFERENCE,
                 "p.csv:1:1: the population \"A\" has no column");
  assert_refused("# x\n" HEADER "\na,1,1,1,A/C,1\n", HW_E_SHAPE, "p.csv:3: the row has 6 cells");
  assert_refused(HEADER "\na,Y,1,1,A/C,1,1\n", HW_E_VALUE,
                 "p.csv:2:3: chromosome: \"Y\" is no chromosome");
  assert_refused(HEADER "\na,0,1,1,A/C,1,1\n", HW_E_VALUE, "expected 1 to 22 or X");
  assert_refused(HEADER "\na,1,-1,1,A/C,1,1\n", HW_E_VALUE, "grch37: \"-1\" is no position");
  assert_refused(HEADER "\na,1,1,3000000000,A/C,1,1\n", HW_E_VALUE, "grch38: ");
  assert_refused(HEADER "\na,1,1,1,A/C,1.,x\n", HW_E_SYNTAX, "male_cm: \"x\" is not a number");
  assert_refused(HEADER "\na,1,1,1,A/C,\"1,5\",1\n", HW_E_SYNTAX, "decimal sign");
  assert_refused(HEADER "\na,1,1,1,A/C,-1001,1\n", HW_E_VALUE, "female_cm is -1001");
  assert_refused(HEADER "\na,1,1,1,A,1,1\n", HW_E_VALUE, "p.csv:2: marker \"a\" has 1 alleles");
  assert_refused(HEADER "\na,1,1,1,A/A,1,1\n", HW_E_VALUE, "allele \"A\" stands twice");
  assert_refused(HEADER "\na,1,1,1,A/c,1,1\n", HW_E_VALUE, "allele \"c\"; expected upper-case");
  assert_refused(HEADER "\na,1,1,1,A/C/G/T/AA/AC/AG/AT/CC,1,1\n", HW_E_VALUE, "more than 8");
  assert_refused(HEADER "\n,1,1,1,A/C,1,1\n", HW_E_VALUE, "no name of a marker");
  assert_refused(HEADER "\na,1,1,1,A/C,1,1\nb,1,1,2,A/C,1,1\n", HW_E_DUPLICATE,
                 "\"a\" and \"b\" have one position, 1 of GRCh37");
  assert_refused(HEADER "\na,1,1,1,A/C,1,1\na,1,2,2,A/C,1,1\n", HW_E_DUPLICATE,
                 "p.csv:3: marker \"a\" stands twice");
  assert_refused(HEADER "\na,1,1,1,A/C,1,2\nb,1,2,2,A/C,2,1\n", HW_E_VALUE,
                 "p.csv:3: marker \"b\" stands behind \"a\" on the female map");
  assert_refused(HEADER "\na,1,1,1,A/C,1,1\n#x,1,2,2,A/C,1,1\n", HW_E_SYNTAX, "below the header");
  assert_refused("# panel: \xff\n" HEADER "\na,1,1,1,A/C,1,1\n", HW_E_VALUE, "UTF-8");
}

static void bad_frequencies_are_refused_with_their_population(void **state) {
  (void)state;
  assert_refused(HEADER ",A,A\na,1,1,1,A/C,1,1,,\n", HW_E_DUPLICATE, "\"A\" stands twice");
  assert_refused(HEADER ",alleles\na,1,1,1,A/C,1,1,\n", HW_E_DUPLICATE, "name of a column");
  assert_refused(HEADER ",a:b\na,1,1,1,A/C,1,1,\n", HW_E_VALUE, "no name of a population");
  assert_refused(HEADER ",A\na,1,1,1,A/C,1,1,1.5\n", HW_E_VALUE,
                 "p.csv:2: marker \"a\", population \"A\": the frequency 1.5");
  assert_refused(HEADER ",A\na,1,1,1,A/C,1,1,0.5/0.4\n", HW_E_VALUE, "sum to 0.9, not to 1");
  assert_refused(HEADER ",A\na,1,1,1,A/C,1,1,x\n", HW_E_SYNTAX, "A: \"x\" is not a number");
  assert_refused(HEADER ",A\na,1,1,1,A/C/G,1,1,0.5\n", HW_E_SHAPE, "1 frequencies of 3 alleles");
  assert_refused(HEADER ",A\na,1,1,1,A/C,1,1,0.5/0.5/0\n", HW_E_SHAPE, "3 frequencies of 2");
  static const char *const alleles[] = {"A", "C"};
  const hw_panel_marker marker = {"m", 7, {5, 0}, 2, alleles, 1, 3};
  const double half[] = {0.5, (double)NAN}, known[] = {0.5, 0.5};
  const hw_panel_population some = {"P", NULL, 0, half}, negative = {"P", NULL, -1, known};
  const hw_panel_population lines = {"P", "a\nb", 0, known};
  hw_assert_status(hw_panel_new(NULL, NULL, 1, &marker, 1, &some, &panel, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "some alleles only");
  hw_assert_status(hw_panel_new(NULL, NULL, 1, &marker, 1, &negative, &panel, &err), HW_E_VALUE,
                   &err);
  hw_assert_status(hw_panel_new(NULL, NULL, 1, &marker, 1, &lines, &panel, &err), HW_E_VALUE, &err);
  hw_assert_status(hw_panel_new("a\nb", NULL, 1, &marker, 0, NULL, &panel, &err), HW_E_VALUE, &err);
  hw_assert_status(hw_panel_new(NULL, NULL, 1, &marker, -1, NULL, &panel, &err), HW_E_SHAPE, &err);
  assert_null(panel);
}

static void a_file_that_is_not_there_is_told(void **state) {
  (void)state;
  hw_assert_status(hw_panel_read("/nonexistent/p.csv", &panel, &err), HW_E_NOT_FOUND, &err);
  assert_string_equal(err.file, "/nonexistent/p.csv");
}

static void a_full_disk_is_told(void **state) {
  (void)state;
  FILE *full = fopen("/dev/full", "w");
  if (!full) skip();
  parse(FILE_TEXT);
  hw_assert_status(hw_panel_write(panel, full, &err), HW_E_IO, &err);
  fclose(full);
}

static void memory_may_run_out_at_any_place(void **state) {
  (void)state;
  static const int32_t chosen[] = {1, 3};
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_panel *part = NULL;
    hw_status s = hw_panel_parse(FILE_TEXT, sizeof FILE_TEXT - 1, "p.csv", &panel, &err);
    if (s == HW_OK) s = hw_panel_select(panel, 2, chosen, &part, &err);
    const bool has_failed = hw_faults_end();
    hw_panel_delete(part);
    hw_panel_delete(panel);
    panel = NULL;
    if (!has_failed) {
      hw_assert_ok(s, &err);
      break;
    }
    assert_int_equal(s, HW_E_NO_MEMORY);
  }
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      CASE(a_file_is_read_and_sorted_by_the_map),
      CASE(markers_and_sites_and_populations_are_found),
      CASE(what_is_written_reads_back_to_the_same_bytes),
      CASE(frequencies_that_do_not_sum_to_one_exactly_keep_their_bits),
      CASE(a_chromosome_without_a_map_is_sorted_by_position),
      CASE(ties_of_the_map_are_parted_by_position),
      CASE(chosen_markers_keep_order_and_frequencies),
      CASE(a_bad_table_is_refused_with_its_place),
      CASE(bad_frequencies_are_refused_with_their_population),
      CASE(a_file_that_is_not_there_is_told),
      CASE(a_full_disk_is_told),
      CASE(memory_may_run_out_at_any_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
