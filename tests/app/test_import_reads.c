/* SNP profiles from VCF and SAM files: whose they become, what is kept of how they came about, what
 * is refused with nothing written. All data are made up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app_support.h"
#include "support/assert.h"

static hw_err err;

static const char PANEL[] = "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS,YRI\n"
                            "rs1,1,100,200,A/G,0.1,0.1,0.6,0.3\n"
                            "rs2,1,110,210,C/T,0.2,0.2,0.5,0.5\n"
                            "rs3,X,3018704,3083324,C/T,4.01,,0.2,0.2\n";
#define VCF_HEAD                                                                 \
  "##fileformat=VCFv4.2\n##reference=GRCh38\n##contig=<ID=1,length=248956422>\n" \
  "##contig=<ID=X,length=156040895>\n"                                           \
  "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"genotype\">\n"             \
  "##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"likelihoods\">\n"         \
  "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tLAB1\tLAB2\n"
static const char VCF[] = VCF_HEAD "1\t200\trs1\tA\tG\t.\t.\t.\tGT:PL\t0/1:30,0,20\t1/1:40,9,0\n"
                                   "X\t3083324\trs3\tC\tT\t.\t.\t.\tPL\t0,5,40\t0,30,60\n"
                                   "1\t999\trs9\tC\tT\t.\t.\t.\tPL\t0,5,40\t0,30,60\n";
static const char SAMPLES[] = "name,profile,person,sample,family,relation,sex,laboratory\n"
                              "# LAB9,,,,,,,\nLAB1,,,B-1,,,male,L\nLAB2,Q2,R-1,,F-1,mother,f,\n";

static void new_app(hw_app *app) {
  const hw_import_options options = {.what = "panel", .apply = true, .snp_panel = "small"};
  app_test_new(app);
  hw_assert_ok(app_test_import_with(app, &options, "small.csv", PANEL, &err), &err);
}

static bool has_note(const char *part) {
  for (int i = 0; i < app_test_report.n_notes; i++)
    if (strstr(app_test_report.notes[i], part) != NULL) return true;
  return false;
}

static void assert_likelihoods(hw_app *app, const char *code, const char *expected) {
  const hw_record *profile = app_test_get(app, HW_KIND_SNP_PROFILE, code);
  assert_string_equal(hw_record_text(profile, HW_FIELD_SNP_PROFILE_LIKELIHOODS), expected);
}

/* --- VCF --- */

static void samples_of_a_vcf_are_remains_where_nothing_is_said(void **state) {
  (void)state;
  hw_app app;
  new_app(&app);
  const hw_import_options options = {.what = "vcf", .apply = true};
  hw_assert_ok(app_test_import_with(&app, &options, "v.vcf", VCF, &err), &err);
  assert_int_equal(app_test_report.n_rows, 3);
  assert_true(has_note("GRCh38: 3 records, 2 of them markers of the panel, which has 3"));
  assert_true(has_note("at no position of the panel"));
  assert_true(has_note("are not in the file: rs2"));
  assert_true(has_note("the sex of the samples is not known"));
  assert_likelihoods(&app, "LAB1#small", "780050.0014a0"); /* phred 30,0,20 and 0,5,40 */
  const hw_record *profile = app_test_get(&app, HW_KIND_SNP_PROFILE, "LAB2#small");
  assert_int_equal(hw_record_int(profile, HW_FIELD_SNP_PROFILE_KNOWN), 2);
  assert_string_equal(hw_record_text(profile, HW_FIELD_SNP_PROFILE_USE), "single");
  assert_string_equal(hw_record_text(profile, HW_FIELD_SNP_PROFILE_HOW),
                      "{\"source\": \"vcf\", \"build\": \"grch38\", \"fields\": {\"PL\": 4}}");
  assert_int_equal(app_test_count(&app, HW_KIND_SAMPLE), 2);
  assert_int_equal(app_test_count(&app, HW_KIND_PERSON), 0);
  hw_assert_ok(app_test_import_with(&app, &options, "v.vcf", VCF, &err), &err);
  assert_true(app_test_report.is_known);
  hw_app_close(&app);
}

static void a_table_says_whose_the_samples_are(void **state) {
  (void)state;
  hw_app app;
  new_app(&app);
  const hw_import_options options = {.what = "vcf",
                                     .apply = true,
                                     .snp_panel = "small",
                                     .samples = app_test_file("samples.csv", SAMPLES)};
  hw_assert_ok(app_test_import_with(&app, &options, "v.vcf", VCF, &err), &err);
  /* A male has one allele on X: of heterozygotes nothing is known there. */
  assert_likelihoods(&app, "B-1#small", "780050.00ffa0");
  const hw_record *profile = app_test_get(&app, HW_KIND_SNP_PROFILE, "B-1#small");
  assert_string_equal(hw_record_text(profile, HW_FIELD_SNP_PROFILE_LABORATORY), "L");
  assert_string_equal(hw_record_text(profile, HW_FIELD_SNP_PROFILE_LABEL), "LAB1");
  profile = app_test_get(&app, HW_KIND_SNP_PROFILE, "Q2");
  assert_false(hw_record_is_null(profile, HW_FIELD_SNP_PROFILE_PERSON));
  assert_true(hw_record_is_null(profile, HW_FIELD_SNP_PROFILE_SAMPLE));
  const hw_record *mother = app_test_get(&app, HW_KIND_PERSON, "R-1");
  assert_string_equal(hw_record_text(mother, HW_FIELD_PERSON_SEX), "female");
  assert_int_equal(app_test_count(&app, HW_KIND_FAMILY_MEMBER), 1);
  hw_app_close(&app);
}

static void calls_get_the_error_that_is_stated(void **state) {
  (void)state;
  static const char CALLS[] = VCF_HEAD "1\t200\trs1\tA\tG\t.\t.\t.\tGT\t0/1\t1/1\n";
  hw_app app;
  new_app(&app);
  hw_import_options options = {.what = "vcf",
                               .apply = true,
                               .samples_are = "references",
                               .snp = {.has_error = true, .error = {0.01, 0.1}, .field = "GT"}};
  hw_assert_ok(app_test_import_with(&app, &options, "v.vcf", CALLS, &err), &err);
  const hw_record *profile = app_test_get(&app, HW_KIND_SNP_PROFILE, "LAB2#small");
  hw_assert_contains(hw_record_text(profile, HW_FIELD_SNP_PROFILE_HOW),
                     "\"allele_error\": 0.01, \"allele_dropout\": 0.1, \"by_quality\": false");
  uint8_t bytes[3];
  char expected[16];
  hw_snp_call_set(2, 1, 1, &options.snp.error, bytes);
  snprintf(expected, sizeof expected, "%02x%02x%02x..", bytes[0], bytes[1], bytes[2]);
  assert_likelihoods(&app, "LAB2#small", expected);
  assert_int_equal(app_test_count(&app, HW_KIND_PERSON), 2);
  hw_app_close(&app);
}

static void bad_files_and_options_leave_nothing(void **state) {
  (void)state;
  static const struct {
    hw_import_options options;
    const char *samples, *text, *mistake;
  } cases[] = {
      {{.what = "vcf", .snp_panel = "tiny"}, NULL, VCF, "there is no SNP panel \"tiny\""},
      {{.what = "vcf", .snp = {.field = "XX"}}, NULL, VCF, "--field: 'XX' is not"},
      {{.what = "vcf", .snp = {.build = "hg19"}}, NULL, VCF, "--build: 'hg19' is not"},
      {{.what = "vcf", .snp = {.build = "grch37"}}, NULL, VCF, "v.vcf"},
      {{.what = "vcf", .snp = {.prior = "CEU"}}, NULL, VCF, "--prior: 'CEU' is not 'flat'"},
      {{.what = "vcf"}, NULL, "none\n", "v.vcf:1: "},
      {{.what = "vcf"}, NULL, VCF_HEAD "1\t200\trs1\tA\tG\t.\t.\t.\tPL\t1\t2\n", "v.vcf:8"},
      {{.what = "vcf"}, "name,sample\nLAB3,B\n", VCF, "LAB3"},
      {{.what = "vcf"},
       "name,sample\nLAB1,B\nLAB1,C\n",
       VCF,
       "samples.csv:3:1: name: this sample has a row already"},
      {{.what = "vcf"},
       "name,colour\nLAB1,B\n",
       VCF,
       "samples.csv:1:6: colour: a table of a file's"},
      {{.what = "vcf"}, "sample\nB\n", VCF, "name: the column is missing"},
      {{.what = "vcf"}, "name,sample\n", VCF, "the table names no sample"},
      {{.what = "vcf"}, "name,sex\nLAB1,x\n", VCF, "sex: \"x\": expected male"},
      {{.what = "bam"}, NULL, "none\n", "populations: say --population NAME"},
      {{.what = "bam", .frequency.population = "EAS"}, NULL, "none\n", "no BAM, CRAM or SAM"},
      {{.what = "bam", .frequency.population = "CEU"}, NULL, "none\n", "--population: 'CEU'"},
      {{.what = "bam", .frequency.population = "EAS", .snp = {.contaminant = "CEU"}},
       NULL,
       "none\n",
       "--contaminant: 'CEU'"},
      {{.what = "bam", .snp = {.library = "triple"}}, NULL, "none\n", "--library: 'triple' is not"},
      {{.what = "bam", .snp = {.umi = "here"}}, NULL, "none\n", "--umi: 'here' is not tag or name"},
      {{.what = "bam", .snp = {.build = "hg19"}}, NULL, "none\n", "--build: 'hg19' is not"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_app app;
    hw_import_options options = cases[i].options;
    new_app(&app);
    options.apply = true;
    if (cases[i].samples != NULL) options.samples = app_test_file("samples.csv", cases[i].samples);
    const hw_status status = app_test_import_with(&app, &options, "v.vcf", cases[i].text, &err);
    if (hw_status_exit(status) != 2) print_message("# case %zu\n", i);
    assert_int_equal(hw_status_exit(status), 2);
    hw_assert_contains(app_test_mistakes(), cases[i].mistake);
    assert_int_equal(app_test_count(&app, HW_KIND_SNP_PROFILE), 0);
    assert_int_equal(app_test_count(&app, HW_KIND_SAMPLE), 0);
    hw_app_close(&app);
  }
}

static void a_panel_must_be_known(void **state) {
  (void)state;
  hw_app app;
  app_test_new(&app);
  const hw_import_options options = {.what = "vcf", .apply = true};
  assert_int_equal(hw_status_exit(app_test_import_with(&app, &options, "v.vcf", VCF, &err)), 2);
  hw_assert_contains(app_test_mistakes(), "which panel the profiles are of is not said");
  hw_app_close(&app);
}

/* --- reads --- */

#define READ(name, at, bases) \
  name "\t0\tchr1\t" at "\t60\t10M\t*\t0\t0\t" bases "\tIIIIIIIIII\tRG:Z:g\n"

static void reads_become_a_profile_with_their_model(void **state) {
  (void)state;
  static const char SAM[] = "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:chr1\tLN:248956422\n"
                            "@RG\tID:g\tSM:BONE\n" READ("r1", "196", "AAAAGAAAAA")
                                READ("r2", "196", "CAAAGAAAAA") READ("r3", "206", "AAAACAAAAA");
  hw_app app;
  new_app(&app);
  const hw_import_options options = {
      .what = "bam", .apply = true, .frequency.population = "EAS", .snp.library = "single"};
  hw_assert_ok(app_test_import_with(&app, &options, "b.sam", SAM, &err), &err);
  const hw_record *profile = app_test_get(&app, HW_KIND_SNP_PROFILE, "BONE#small");
  assert_int_equal(hw_record_int(profile, HW_FIELD_SNP_PROFILE_KNOWN), 2);
  assert_true(hw_record_real(profile, HW_FIELD_SNP_PROFILE_COVERAGE) > 0.9);
  const char *how = hw_record_text(profile, HW_FIELD_SNP_PROFILE_HOW);
  hw_assert_contains(how, "\"source\": \"reads\", \"build\": \"grch38\", \"library\": \"single\"");
  hw_assert_contains(how, "\"population\": \"EAS\", \"contaminant\": \"EAS\"");
  hw_assert_contains(how, "\"contamination\": {\"value\": ");
  hw_assert_contains(how, "\"n_reads\": 3");
  /* Two reads of G: the best genotype is G/G; nothing is known on X. */
  const char *text = hw_record_text(profile, HW_FIELD_SNP_PROFILE_LIKELIHOODS);
  assert_int_equal(strlen(text), 13);
  assert_memory_equal(text + 4, "00", 2);
  assert_int_equal(text[12], '.');
  assert_true(has_note("3 reads over 2 of 3 markers"));
  hw_app_close(&app);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(samples_of_a_vcf_are_remains_where_nothing_is_said),
      cmocka_unit_test(a_table_says_whose_the_samples_are),
      cmocka_unit_test(calls_get_the_error_that_is_stated),
      cmocka_unit_test(bad_files_and_options_leave_nothing),
      cmocka_unit_test(a_panel_must_be_known),
      cmocka_unit_test(reads_become_a_profile_with_their_model),
  };
  return cmocka_run_group_tests(tests, app_tests_begin, app_tests_end);
}
