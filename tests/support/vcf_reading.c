/* A small panel and VCF text read against it (vcf_reading.h). */
#include "support/vcf_reading.h"

#include <stdio.h>
#include <string.h>

static const char panel_text[] = "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,P\n"
                                 "m1,1,1000,2000,A/G,1,1,0.25\n"
                                 "m2,1,1100,2100,C/T,2,2,0.5\n"
                                 "m3,1,1200,2200,A/T,3,3,0.5\n"
                                 "m4,1,1300,2300,A/C/T,4,4,0.2/0.3/0.5\n"
                                 "m5,1,1400,2400,AC/GT,5,5,0.5\n"
                                 "x1,X,50000000,50000100,G/A,1,,0.5\n";

hw_panel *panel;
hw_snp_file file;
hw_err err;

int set_up(void **state) {
  (void)state;
  hw_assert_ok(hw_panel_parse(panel_text, strlen(panel_text), "panel.csv", &panel, &err), &err);
  return 0;
}
int tear_down(void **state) {
  (void)state;
  hw_panel_delete(panel);
  return 0;
}

hw_status read_text(const char *text, const hw_panel *at, const hw_vcf_options *options) {
  err = (hw_err)HW_ERR_INIT;
  return hw_vcf_parse(text, strlen(text), "a.vcf", at, options, &file, &err);
}

void read_well(const char *text, const hw_panel *at, const hw_vcf_options *options) {
  hw_assert_ok(read_text(text, at, options), &err);
}

void refuse(const char *text, const hw_panel *at, const hw_vcf_options *options, hw_status status,
            const char *part) {
  char message[1024];
  hw_assert_status(read_text(text, at, options), status, &err);
  hw_assert_contains(hw_err_text(&err, message, sizeof message), part);
  assert_null(file.profiles);
  assert_null(file.bytes);
  assert_null(file.new_panel);
}

const char *bytes_of(int32_t profile, const char *marker) {
  static char text[200];
  const hw_panel *at = file.panel;
  const int32_t m = hw_panel_find(at, marker);
  assert_int_not_equal(m, HW_PANEL_NONE);
  char *out = text;
  for (int32_t g = at->first_genotype[m]; g < at->first_genotype[m + 1]; g++)
    out += snprintf(out, 8, "%s%d", out == text ? "" : " ", file.profiles[profile].bytes[g]);
  return text;
}
