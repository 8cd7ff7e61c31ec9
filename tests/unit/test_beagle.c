/* Genotype likelihoods of ANGSD: from rows to bytes of profiles. All files are written here. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "formats/beagle.h"
#include "support/assert.h"
#include "support/faults.h"

#define FIRST "marker\tallele1\tallele2\tA\tA\tA\tB\tB\tB\n"

static const char panel_text[] = "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,P\n"
                                 "m1,1,1000,2000,A/G,1,1,0.25\n"
                                 "m2,1,1100,2100,C/T,2,2,0.5\n"
                                 "m3,1,1200,2200,A/T,3,3,0.5\n"
                                 "m4,1,1300,2300,A/C/T,4,4,0.2/0.3/0.5\n"
                                 "x1,X,50000000,50000100,G/A,1,,0.5\n";

static hw_panel *panel;
static hw_snp_file file;
static hw_err err;
static const hw_beagle_options in_37 = {.build = HW_GRCH37};

static int set_up(void **state) {
  (void)state;
  hw_assert_ok(hw_panel_parse(panel_text, strlen(panel_text), "panel.csv", &panel, &err), &err);
  return 0;
}
static int tear_down(void **state) {
  (void)state;
  hw_panel_delete(panel);
  return 0;
}

static hw_status read_text(const char *text, const hw_panel *at, const hw_beagle_options *options) {
  err = (hw_err)HW_ERR_INIT;
  return hw_beagle_parse(text, strlen(text), "a.beagle", at, options, &file, &err);
}

static void refuse(const char *text, const hw_panel *at, const hw_beagle_options *options,
                   hw_status status, const char *part) {
  char message[1024];
  hw_assert_status(read_text(text, at, options), status, &err);
  hw_assert_contains(hw_err_text(&err, message, sizeof message), part);
  assert_null(file.profiles);
  assert_null(file.bytes);
}

static const char *bytes_of(int32_t profile, const char *marker) {
  static char text[200];
  const int32_t m = hw_panel_find(file.panel, marker);
  assert_int_not_equal(m, HW_PANEL_NONE);
  char *out = text;
  for (int32_t g = file.panel->first_genotype[m]; g < file.panel->first_genotype[m + 1]; g++)
    out += snprintf(out, 8, "%s%d", out == text ? "" : " ", file.profiles[profile].bytes[g]);
  return text;
}

static void likelihoods_are_matched_to_a_panel(void **state) {
  (void)state;
  hw_assert_ok(read_text(FIRST "1_1000\t0\t2\t0.1\t1\t0.01\t0.333333\t0.333333\t0.333333\n"
                               "chr1_1100\tT\tC\t0.1\t1\t0.01\t0 0 1e-5\n" /* the other order */
                               "1_1200\t3\t0\t0.1\t1\t0.01\t0\t0\t0\n"
                               "X_50000000\tC\tT\t1\t0.1\t0.01\t1\t1\t1\n" /* the other strand */
                               "1_1300\tC\tT\t1\t0.1\t0.01\t1\t1\t1\n"
                               "1_1301\tC\tT\t1\t0.1\t0.01\t1\t1\t1\n"
                               "un_known_1\tC\tT\t1\t0.1\t0.01\t1\t1\t1\n",
                         panel, &in_37),
               &err);
  assert_int_equal(file.n_profiles, 2);
  assert_string_equal(file.profiles[1].id, "B");
  assert_string_equal(bytes_of(0, "m1"), "40 0 80");
  assert_string_equal(bytes_of(1, "m1"), "0 0 0");
  assert_string_equal(bytes_of(0, "m2"), "80 0 40");
  assert_string_equal(bytes_of(1, "m2"), "0 255 255");
  assert_string_equal(bytes_of(0, "m3"), "80 0 40");
  assert_string_equal(bytes_of(1, "m3"), "0 0 0");
  assert_string_equal(bytes_of(0, "x1"), "0 40 80");
  /* AA, AC, CC, AT, CT, TT: A was not seen */
  assert_string_equal(bytes_of(0, "m4"), "80 40 0 80 40 80");
  assert_int_equal(file.report.n_matched, 5);
  assert_int_equal(file.report.n_swapped, 2);
  assert_int_equal(file.report.n_flipped, 1);
  assert_int_equal(file.report.left[HW_SNP_LEFT_OFF_PANEL].n, 1);
  assert_int_equal(file.report.left[HW_SNP_LEFT_SEQUENCE].n, 1);
  assert_int_equal(file.report.n_known[0], 5);
  assert_int_equal(file.report.n_values[HW_SNP_LIKELIHOODS], 6);
  hw_snp_file_clear(&file);
}

static void individuals_and_their_sex_are_chosen(void **state) {
  (void)state;
  const hw_snp_person persons[] = {{"B", HW_MALE}}, none[] = {{"Q", HW_MALE}};
  const hw_snp_person twice[] = {{"B", HW_MALE}, {"B", HW_MALE}};
  const char text[] = FIRST "X_50000000\tG\tA\t1\t1\t1\t0.1\t1\t0.01\n";
  hw_beagle_options options = {.build = HW_GRCH37, .n_persons = 1, .persons = persons};
  hw_assert_ok(read_text(text, panel, &options), &err);
  assert_int_equal(file.n_profiles, 1);
  assert_string_equal(bytes_of(0, "x1"), "0 255 40");
  assert_int_equal(file.profiles[0].sex, HW_MALE);
  assert_int_equal(file.report.n_male_heterozygous, 1);
  hw_snp_file_clear(&file);
  options.persons = none;
  refuse(text, panel, &options, HW_E_REFERENCE, "\"Q\" is no individual of the file, which has 2");
  options.n_persons = 2;
  options.persons = twice;
  refuse(text, panel, &options, HW_E_DUPLICATE, "chosen twice");
}

static void a_panel_is_made_with_the_frequencies_of_a_second_file(void **state) {
  (void)state;
  const char text[] = FIRST "2_1000\t0\t2\t0.1\t1\t0.01\t1\t0\t0\n"
                            "1_5000\t3\t1\t1\t0\t0\t0\t1\t0\n";
  hw_beagle_options options = {
      .build = HW_GRCH38, .population = "P", .frequencies = "0.25\n0.125\n"};
  hw_assert_ok(read_text(text, NULL, &options), &err);
  assert_int_equal(file.panel->n_markers, 2);
  assert_string_equal(file.panel->markers[0].name, "1_5000");
  assert_string_equal(file.panel->markers[0].alleles[0], "T");
  assert_int_equal(file.panel->markers[1].bp[HW_GRCH38], 1000);
  assert_true(file.panel->populations[0].frequencies[0] == 0.875);
  assert_true(file.panel->populations[0].frequencies[3] == 0.25);
  assert_string_equal(bytes_of(0, "2_1000"), "40 0 80");
  assert_string_equal(bytes_of(1, "1_5000"), "255 0 255");
  hw_snp_file_clear(&file);
  options.frequencies = NULL; /* of the two individuals: one copy of four */
  hw_assert_ok(read_text(text, NULL, &options), &err);
  hw_assert_close(file.panel->populations[0].frequencies[0], 0.75, 0, 1e-3);
  assert_int_equal(file.panel->populations[0].n_persons, 2);
  hw_snp_file_clear(&file);
  options.frequencies = "0.25\n";
  refuse(text, NULL, &options, HW_E_SHAPE, "a.beagle:3: the file of frequencies has 1 rows");
  options.frequencies = "0.25\n0.5\n0.5\n";
  refuse(text, NULL, &options, HW_E_SHAPE, "frequencies:3: more frequencies than sites");
  options.frequencies = "0.25\n1.5\n";
  refuse(text, NULL, &options, HW_E_VALUE, "frequencies:2: the frequency \"1.5\"");
  refuse(text, panel, &options, HW_E_UNSUPPORTED, "the panel that is given has its own");
  options.population = NULL;
  refuse(text, NULL, &options, HW_E_UNSUPPORTED, "has no name");
}

static void broken_rows_are_told_with_their_line(void **state) {
  (void)state;
  static const struct {
    const char *text;
    hw_status status;
    const char *part;
  } bad[] = {
      {"", HW_E_SYNTAX, "the file is empty"},
      {"chr\tallele1\tallele2\tA\tA\tA\n", HW_E_SYNTAX, "must begin with marker"},
      {"marker\tallele1\tallele2\n", HW_E_SHAPE, "no individuals"},
      {"marker\tallele1\tallele2\tA\tA\n", HW_E_SYNTAX, "must stand three times"},
      {"marker\tallele1\tallele2\tA\tA\tB\n", HW_E_SYNTAX, "must stand three times"},
      {"marker\tallele1\tallele2\tA\tA\tA\tA\tA\tA\n", HW_E_DUPLICATE, "\"A\" stands twice"},
      {"marker\tallele1\tallele2\t\xff\t\xff\t\xff\n", HW_E_SYNTAX, "not UTF-8"},
      {FIRST "rs12\t0\t1\t1\t1\t1\t1\t1\t1\n", HW_E_SYNTAX, "a.beagle:2: the marker \"rs12\""},
      {FIRST "1_12x\t0\t1\t1\t1\t1\t1\t1\t1\n", HW_E_SYNTAX, "as 7_12345"},
      {FIRST "1_99999999999\t0\t1\t1\t1\t1\t1\t1\t1\n", HW_E_SYNTAX, "as 7_12345"},
      {FIRST "1_1000\t0\t4\t1\t1\t1\t1\t1\t1\n", HW_E_SYNTAX, "the allele \"4\""},
      {FIRST "1_1000\n", HW_E_SYNTAX, "the allele \"\""},
      {FIRST "1_1000\tA\t0\t1\t1\t1\t1\t1\t1\n", HW_E_VALUE, "both alleles are A"},
      {FIRST "1_1000\tA\tG\t1\t1\t1\t1\t1\n", HW_E_SHAPE, "individual \"B\", 2 of 2"},
      {FIRST "1_1000\tA\tG\t1\t1\t1\t1\t1\t1\t1\n", HW_E_SHAPE, "more fields than three"},
      {FIRST "1_1000\tA\tG\t1\t1\tx\t1\t1\t1\n", HW_E_VALUE, "the likelihood \"x\""},
      {FIRST "1_1000\tA\tG\t1\t-1\t1\t1\t1\t1\n", HW_E_VALUE, "the likelihood \"-1\""},
      {FIRST "1_1000\tA\tG\t1\tnan\t1\t1\t1\t1\n", HW_E_VALUE, "the likelihood \"nan\""},
      {FIRST "1_1000\tA\tG\t1\t1e999\t1\t1\t1\t1\n", HW_E_VALUE, "the likelihood \"1e999\""},
      {FIRST "1_1000\tA\tG\t1\t1\t1\t1\t1\t1\n1_1000\tA\tG\t1\t1\t1\t1\t1\t1\n", HW_E_DUPLICATE,
       "a.beagle:3: marker \"m1\" stands twice, in lines 2 and 3"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    refuse(bad[i].text, panel, &in_37, bad[i].status, bad[i].part);
  refuse(FIRST "22_51304567\tA\tG\t1\t1\t1\t1\t1\t1\n", NULL, &in_37, HW_E_VALUE,
         "outside the chromosome, which has 51304566 bases in GRCh37");
  hw_assert_status(hw_beagle_read("/nonexistent/a.gz", panel, &in_37, &file, &err), HW_E_NOT_FOUND,
                   &err);
}

/* Long numbers go another way than short ones, and give the same. */
static void numbers_of_any_length_are_read(void **state) {
  (void)state;
  hw_assert_ok(read_text(FIRST "1_1000\t0\t2\t0.100000000000000000000000\t1\t0.01\t.1\t1.\t1e-2\n"
                               "1_1100\t1\t3\t10000000000000000000\t1e20\t1e18\t0\t0.00000\t1\n",
                         panel, &in_37),
               &err);
  assert_string_equal(bytes_of(0, "m1"), "40 0 80");
  assert_string_equal(bytes_of(1, "m1"), "40 0 80");
  assert_string_equal(bytes_of(0, "m2"), "40 0 80");
  assert_string_equal(bytes_of(1, "m2"), "255 255 0");
  hw_snp_file_clear(&file);
}

static void too_many_individuals_are_refused(void **state) {
  (void)state;
  hw_str text = HW_STR_INIT;
  hw_str_append(&text, "marker\tallele1\tallele2");
  for (int i = 0; i <= HW_SNP_MAX_SAMPLES; i++) hw_str_append_format(&text, " %d %d %d", i, i, i);
  hw_assert_ok(hw_str_status(&text), NULL);
  refuse(text.bytes, panel, &in_37, HW_E_VALUE, "more than 200000 individuals");
  hw_str_clear(&text);
}

static void memory_that_runs_out_is_told(void **state) {
  (void)state;
  const char text[] = FIRST "1_1000\tA\tG\t1\t1\t0.1\t1\t1\t1\n2_1000\tA\tG\t1\t1\t0.1\t1\t1\t1\n";
  const hw_beagle_options make = {.build = HW_GRCH37, .population = "P"};
  for (int way = 0; way < 2; way++)
    for (long n = 0; hw_faults_begin(n); n++) {
      const hw_status status = read_text(text, way == 0 ? panel : NULL, way == 0 ? &in_37 : &make);
      if (!hw_faults_end()) {
        hw_assert_ok(status, &err);
        hw_snp_file_clear(&file);
        break;
      }
      hw_assert_status(status, HW_E_NO_MEMORY, &err);
      assert_null(file.profiles);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(likelihoods_are_matched_to_a_panel),
      cmocka_unit_test(individuals_and_their_sex_are_chosen),
      cmocka_unit_test(a_panel_is_made_with_the_frequencies_of_a_second_file),
      cmocka_unit_test(broken_rows_are_told_with_their_line),
      cmocka_unit_test(numbers_of_any_length_are_read),
      cmocka_unit_test(too_many_individuals_are_refused),
      cmocka_unit_test(memory_that_runs_out_is_told),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
