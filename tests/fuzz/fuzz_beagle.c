/* Fuzz target: genotype likelihoods in BEAGLE's form.
 *
 * The first byte chooses options; behind a line "%" stand frequencies. Promises checked on every
 * input: the same bytes give the same answer twice; a failure has a message and leaves nothing; every
 * marker of every profile has a byte 0. */
#include <string.h>

#include "formats/beagle.h"
#include "fuzz.h"

static const char panel_text[] = "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,P\n"
                                 "m1,1,1000,2000,A/G,1,1,0.25\n"
                                 "m2,1,1100,2100,C/T,2,2,0.5\n"
                                 "m4,1,1300,2300,A/C/T,4,4,0.2/0.3/0.5\n"
                                 "x1,X,50000000,50000100,G/A,1,,0.5\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static hw_panel *panel;
  if (panel == NULL &&
      hw_panel_parse(panel_text, sizeof panel_text - 1, "p", &panel, NULL) != HW_OK)
    abort();
  if (size == 0) return 0;
  char *text = malloc(size);
  if (text == NULL) return 0;
  memcpy(text, data + 1, size - 1);
  text[size - 1] = '\0';
  size_t n = size - 1;
  char *frequencies = strstr(text, "\n%\n");
  if (frequencies != NULL) {
    n = (size_t)(frequencies - text) + 1;
    frequencies += 3;
  }
  const hw_panel *at = data[0] & 1 ? panel : NULL;
  const hw_beagle_options options = {.build = data[0] & 2 ? HW_GRCH38 : HW_GRCH37,
                                     .population = at != NULL ? NULL : "P",
                                     .frequencies = at != NULL ? NULL : frequencies};
  hw_snp_file first, second;
  hw_err err = HW_ERR_INIT;
  const hw_status status = hw_beagle_parse(text, n, "a", at, &options, &first, &err);
  HW_FUZZ_CHECK(hw_beagle_parse(text, n, "a", at, &options, &second, NULL) == status);
  if (status == HW_OK) {
    const size_t n_bytes = (size_t)first.panel->first_genotype[first.panel->n_markers];
    HW_FUZZ_CHECK(memcmp(first.bytes, second.bytes, n_bytes * (size_t)first.n_profiles) == 0);
    for (int32_t i = 0; i < first.n_profiles; i++)
      for (int32_t m = 0; m < first.panel->n_markers; m++)
        HW_FUZZ_CHECK(memchr(first.profiles[i].bytes + first.panel->first_genotype[m], 0,
                             (size_t)(first.panel->first_genotype[m + 1] -
                                      first.panel->first_genotype[m])) != NULL);
  } else {
    HW_FUZZ_CHECK(err.message[0] != '\0');
    HW_FUZZ_CHECK(first.profiles == NULL && first.bytes == NULL && first.new_panel == NULL);
  }
  hw_snp_file_clear(&first);
  hw_snp_file_clear(&second);
  free(text);
  return 0;
}
