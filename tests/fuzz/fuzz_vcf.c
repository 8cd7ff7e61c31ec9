/* Fuzz target: VCF and BCF.
 *
 * The first byte chooses options. Promises checked on every input: the same bytes give the same
 * answer twice; a failure has a message and leaves nothing; of what was read every marker of every
 * profile has a byte 0, and matched records are accounted for. */
#include <string.h>

#include "formats/vcf.h"
#include "fuzz.h"

static const char panel_text[] = "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,P\n"
                                 "m1,1,1000,2000,A/G,1,1,0.25\n"
                                 "m2,1,1100,2100,C/T,2,2,0.5\n"
                                 "m3,1,1200,2200,A/T,3,3,0.5\n"
                                 "m4,1,1300,2300,A/C/T,4,4,0.2/0.3/0.5\n"
                                 "m5,1,1400,2400,AC/GT,5,5,0.5\n"
                                 "x1,X,50000000,50000100,G/A,1,,0.5\n";

static uint32_t number_at(const uint8_t *at) {
  return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* A BCF that is not compressed and claims more than it has: htslib asks for that memory before it
 * sees the end of the file, up to 4 GB, which fuzzers take for a mistake. */
static int claims_much(const uint8_t *data, size_t size) {
  const uint32_t most = 1u << 24;
  if (size < 9 || memcmp(data, "BCF", 3) != 0) return 0;
  uint64_t at = 9 + (uint64_t)number_at(data + 5);
  if (at - 9 > most) return 1;
  while (at + 8 <= size) {
    const uint32_t shared = number_at(data + at), individual = number_at(data + at + 4);
    if (shared > most || individual > most) return 1;
    at += 8 + (uint64_t)shared + individual;
  }
  return 0;
}

static void check_file(const hw_snp_file *file, const hw_panel *panel) {
  uint64_t n = file->report.n_matched;
  for (int i = 0; i < HW_SNP_LEFT_COUNT; i++) n += file->report.left[i].n;
  HW_FUZZ_CHECK(n == file->report.n_records);
  HW_FUZZ_CHECK((panel == NULL) == (file->new_panel != NULL));
  HW_FUZZ_CHECK(panel == NULL ||
                file->report.absent.n + file->report.n_matched == (uint64_t)panel->n_markers);
  for (int32_t i = 0; i < file->n_profiles; i++)
    for (int32_t m = 0; m < file->panel->n_markers; m++) {
      int best = 255;
      for (int32_t g = file->panel->first_genotype[m]; g < file->panel->first_genotype[m + 1]; g++)
        if (file->profiles[i].bytes[g] < best) best = file->profiles[i].bytes[g];
      HW_FUZZ_CHECK(best == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static hw_panel *panel;
  static const hw_build build = HW_GRCH37;
  static const hw_vcf_population populations[] = {{.name = "stated", .info_tag = "AF"},
                                                  {.name = "estimated"}};
  if (panel == NULL &&
      hw_panel_parse(panel_text, sizeof panel_text - 1, "p", &panel, NULL) != HW_OK)
    abort();
  if (size == 0 || claims_much(data + 1, size - 1)) return 0;
  const hw_vcf_options options = {.build = data[0] & 1 ? &build : NULL,
                                  .choice = (hw_vcf_choice)((data[0] >> 1) % 5),
                                  .prior = data[0] & 32 ? HW_VCF_PRIOR_FLAT : HW_VCF_PRIOR_NOT_TOLD,
                                  .n_populations = data[0] >> 6,
                                  .populations = populations};
  const hw_panel *at = data[0] & 16 || data[0] >> 6 > 2 ? panel : NULL;
  const char *bytes = (const char *)data + 1;
  hw_snp_file first, second;
  hw_err err = HW_ERR_INIT, err_again = HW_ERR_INIT;
  const hw_status status = hw_vcf_parse(bytes, size - 1, "a.vcf", at, &options, &first, &err);
  HW_FUZZ_CHECK(hw_vcf_parse(bytes, size - 1, "a.vcf", at, &options, &second, &err_again) ==
                status);
  if (status == HW_OK) {
    check_file(&first, at);
    HW_FUZZ_CHECK(first.n_profiles == second.n_profiles);
    const size_t n = (size_t)first.panel->first_genotype[first.panel->n_markers];
    HW_FUZZ_CHECK(memcmp(first.bytes, second.bytes, n * (size_t)first.n_profiles) == 0);
  } else {
    HW_FUZZ_CHECK(err.message[0] != '\0' && strcmp(err.message, err_again.message) == 0);
    HW_FUZZ_CHECK(first.profiles == NULL && first.bytes == NULL && first.new_panel == NULL);
  }
  hw_snp_file_clear(&first);
  hw_snp_file_clear(&second);
  return 0;
}
