/* VCF of SNP profiles: every kind of cell, the order of rows, and what is refused. */
#include "formats/vcf_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/assert.h"
#include "support/faults.h"

enum { MARKERS = 4, GENOTYPES = 3 + 6 + 3 + 3 };
static hw_err err;

/* Two markers of chromosome 1 whose places on the map are the other way round than their positions,
 * one of them with three alleles, and two on X. */
static hw_panel *new_panel(int32_t last_bp) {
  static const char *const ag[] = {"A", "G"}, *const cta[] = {"C", "T", "A"};
  const hw_panel_marker markers[MARKERS] = {
      {"far", 1, {10, 2000}, 2, ag, 1, 1},
      {"near", 1, {20, 1000}, 3, cta, 2, 2},
      {"x1", HW_PANEL_X, {30, 500}, 2, ag, 1, 1},
      {"x2", HW_PANEL_X, {40, last_bp}, 2, ag, 2, 2},
  };
  hw_panel *panel = NULL;
  hw_assert_ok(hw_panel_new("p", "", MARKERS, markers, 0, NULL, &panel, &err), &err);
  return panel;
}

/* A woman without the last marker; a man; on X of him the heterozygote's byte means nothing. */
static const uint8_t woman[GENOTYPES] = {0, 40, 80, 20, 21, 22, 23, 0, 255, 40, 0, 40, 0, 0, 0};
static const uint8_t man[GENOTYPES] = {0, 0, 0, 0, 12, 12, 9, 10, 11, 48, 0, 8, 4, 2, 0};

static char *text_of(const hw_vcf_writing *how, const char *id, hw_status *status) {
  static char text[8192];
  const hw_snp_profile profiles[] = {{"W", HW_FEMALE, woman}, {id, HW_MALE, man}};
  FILE *file = tmpfile();
  assert_non_null(file);
  *status = hw_vcf_write(how, 2, profiles, file, &err);
  rewind(file);
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  fclose(file);
  return text;
}

static void rows_come_by_position_with_calls_and_likelihoods(void **state) {
  hw_panel *panel = new_panel(600);
  const hw_vcf_writing how = {
      .panel = panel, .build = HW_GRCH38, .has_calls = true, .source = "test"};
  hw_status status = HW_OK;
  (void)state;
  const char *text = text_of(&how, "M", &status);
  hw_assert_ok(status, &err);
  assert_string_equal(
      text,
      "##fileformat=VCFv4.2\n##source=test\n##reference=GRCh38\n##contig=<ID=1>\n"
      "##contig=<ID=X>\n"
      "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n"
      "##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"Phred-scaled genotype likelihoods\">\n"
      "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tW\tM\n"
      "1\t1000\tnear\tC\tT,A\t.\t.\t.\tGT:PL\t1/2:5,5,6,6,0,64\t0/0:0,3,3,2,3,3\n"
      "1\t2000\tfar\tA\tG\t.\t.\t.\tGT:PL\t0/0:0,10,20\t./.:.\n"
      "X\t500\tx1\tA\tG\t.\t.\t.\tGT:PL\t0/1:10,0,10\t1:10,0\n"
      "X\t600\tx2\tA\tG\t.\t.\t.\tGT:PL\t./.:.\t1:1,0\n");
  hw_panel_delete(panel);
}

static void likelihoods_may_stand_alone(void **state) {
  hw_panel *panel = new_panel(600);
  const hw_vcf_writing how = {.panel = panel, .build = HW_GRCH37};
  hw_status status = HW_OK;
  (void)state;
  const char *text = text_of(&how, "M", &status);
  hw_assert_ok(status, &err);
  hw_assert_contains(text, "##reference=GRCh37\n");
  hw_assert_contains(text, "1\t10\tfar\tA\tG\t.\t.\t.\tPL\t0,10,20\t.\n");
  assert_null(strstr(text, "GT"));
  hw_panel_delete(panel);
}

static void what_vcf_cannot_say_is_refused(void **state) {
  hw_panel *panel = new_panel(0), *whole = new_panel(600);
  hw_vcf_writing how = {.panel = panel, .build = HW_GRCH38};
  hw_status status = HW_OK;
  (void)state;
  assert_string_equal(text_of(&how, "M", &status), "");
  hw_assert_status(status, HW_E_VALUE, &err);
  hw_assert_contains(err.message, "marker x2 has no position on GRCh38");
  how.panel = whole;
  assert_string_equal(text_of(&how, "M\t1", &status), "");
  hw_assert_status(status, HW_E_VALUE, &err);
  hw_assert_contains(err.message, "id of profile 2");
  hw_panel_delete(panel);
  hw_panel_delete(whole);
}

static void a_full_disk_is_told(void **state) {
  hw_panel *panel = new_panel(600);
  const hw_vcf_writing how = {.panel = panel, .build = HW_GRCH38};
  const hw_snp_profile profile = {"W", HW_FEMALE, woman};
  FILE *full = fopen("/dev/full", "w");
  (void)state;
  if (full != NULL) {
    hw_assert_status(hw_vcf_write(&how, 1, &profile, full, &err), HW_E_IO, &err);
    hw_assert_contains(err.message, "cannot write the VCF");
    fclose(full);
  }
  hw_panel_delete(panel);
  if (full == NULL) skip();
}

static void exhausted_memory_is_an_error(void **state) {
  hw_panel *panel = new_panel(600);
  const hw_vcf_writing how = {.panel = panel, .build = HW_GRCH38};
  const hw_snp_profile profile = {"W", HW_FEMALE, woman};
  FILE *out = tmpfile();
  bool has_failed = true;
  (void)state;
  assert_non_null(out);
  for (long n = 0; has_failed && hw_faults_begin(n); n++) {
    const hw_status status = hw_vcf_write(&how, 1, &profile, out, &err);
    has_failed = hw_faults_end();
    hw_assert_status(status, has_failed ? HW_E_NO_MEMORY : HW_OK, &err);
  }
  assert_false(has_failed);
  fclose(out);
  hw_panel_delete(panel);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_come_by_position_with_calls_and_likelihoods),
      cmocka_unit_test(likelihoods_may_stand_alone),
      cmocka_unit_test(what_vcf_cannot_say_is_refused),
      cmocka_unit_test(a_full_disk_is_told),
      cmocka_unit_test(exhausted_memory_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
