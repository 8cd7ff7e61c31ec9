/* Fuzz target: BAM, CRAM and SAM files over a small panel.
 *
 * The first byte chooses options, the rest is the file. htslib reads by name, so the bytes go into
 * a file of the system's folder for temporary ones. Promises: the same bytes give the same answer
 * twice; a failure has a message and gives nothing; bases that were read are in order and in range
 * and become genotypes. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "formats/bam.h"
#include "fuzz.h"

static const char PANEL[] = "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,P\n"
                            "a,1,100,200,C/T,0.1,0.1,0.5\n"
                            "b,1,110,210,C/G,0.2,0.2,0.5\n"
                            "c,1,120,220,C/A/T,0.3,0.3,0.5/0.3/0.2\n"
                            "x,X,100,100,G/A,0.1,0.1,0.5\n";

enum { MARKERS = 4, GENOTYPES = 3 + 3 + 6 + 3 };

static hw_panel *panel;
static char path[64];

static void make_file(const uint8_t *data, size_t size) {
  snprintf(path, sizeof path, "/tmp/homeward-fuzz-bam-XXXXXX");
  const int file = mkstemp(path);
  FILE *out = file >= 0 ? fdopen(file, "wb") : NULL;
  if (out == NULL || fwrite(data, 1, size, out) != size || fclose(out) != 0) abort();
}

static void check_bases(const hw_pileup *pileup) {
  static const hw_reads_model start = {HW_LIBRARY_DOUBLE_STRANDED, -1, -1, -1, -1, -1, -1};
  hw_reads_fit fit;
  uint8_t bytes[GENOTYPES];
  HW_FUZZ_CHECK(pileup->n_markers == MARKERS && pileup->first[0] == 0);
  for (int32_t m = 0; m < MARKERS; m++) {
    HW_FUZZ_CHECK(pileup->first[m] <= pileup->first[m + 1]);
    for (int32_t r = pileup->first[m]; r < pileup->first[m + 1]; r++) {
      const hw_read_base *base = &pileup->bases[r];
      HW_FUZZ_CHECK(base->base <= HW_READS_NO_BASE && base->quality <= HW_READS_MOST_PHRED);
      HW_FUZZ_CHECK(base->is_reverse <= 1 && base->from_5 >= -1 && base->from_3 >= -1);
      HW_FUZZ_CHECK(r == pileup->first[m] || base[-1].base <= base->base);
    }
  }
  HW_FUZZ_CHECK(hw_reads_fit_model(panel, 0, 0, pileup, &start, &fit, NULL) == HW_OK);
  HW_FUZZ_CHECK(hw_reads_genotypes(panel, 0, pileup, fit.sex, &fit.model, bytes, NULL) == HW_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  hw_bam_options options = HW_BAM_DEFAULTS;
  hw_bam_summary summary, summary_again;
  hw_pileup *pileup = NULL, *again = NULL;
  hw_err err = HW_ERR_INIT;
  if (size == 0) return 0;
  if (panel == NULL && hw_panel_parse(PANEL, strlen(PANEL), "p", &panel, NULL) != HW_OK) abort();
  options.copies = (hw_bam_copies)(data[0] % 4);
  options.build = (hw_build)(data[0] / 4 % 3);
  options.single_is_partial = data[0] / 12 % 2;
  options.max_bases = 10000;
  make_file(data + 1, size - 1);
  const hw_status status = hw_bam_read(path, panel, &options, &pileup, &summary, &err);
  HW_FUZZ_CHECK(hw_bam_read(path, panel, &options, &again, &summary_again, NULL) == status);
  if (status == HW_OK) {
    const int32_t n = pileup->first[MARKERS];
    HW_FUZZ_CHECK(memcmp(&summary, &summary_again, sizeof summary) == 0);
    HW_FUZZ_CHECK(n == again->first[MARKERS]);
    HW_FUZZ_CHECK(memcmp(pileup->bases, again->bases, (size_t)n * sizeof *again->bases) == 0);
    check_bases(pileup);
  } else {
    HW_FUZZ_CHECK(pileup == NULL && err.message[0] && err.file[0]);
  }
  hw_pileup_delete(pileup);
  hw_pileup_delete(again);
  unlink(path);
  return 0;
}
