/* Fuzz target: the input of a search as a file.
 *
 * Digests keep a fuzzer out, so every input is read twice: as it is, and with the
 * digests of its sections put right, as a careful forger would leave them.
 *
 * Promises: the same bytes give the same answer twice; a failure has a message and
 * leaves nothing behind; what was read is possible (indices in range, pedigrees,
 * observations that fit, frequencies that sum to one) and is written in the same
 * bytes again. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "fuzz.h"
#include "mend.h"
#include "search/input_int.h"

static void check_profile(const hw_search_input *input, const hw_profile *profile, hw_sex sex) {
  HW_FUZZ_CHECK(profile->id && hwp_input_check_profile(input, profile, sex, NULL) == HW_OK);
}

static void check_input(const hw_search_input *input) {
  HW_FUZZ_CHECK(input->n_markers > 0 && input->theta >= 0 && input->theta < 1);
  for (int32_t m = 0; m < input->n_markers; m++) {
    const hw_marker *marker = &input->markers[m];
    double sum = 0;
    for (int32_t i = 0; i < marker->n_alleles; i++) sum += marker->frequencies[i];
    HW_FUZZ_CHECK(fabs(sum - 1) <= HW_FREQUENCY_SUM_TOLERANCE);
    HW_FUZZ_CHECK(marker->silent >= HW_ALLELE_NONE && marker->silent < marker->n_alleles);
  }
  for (int32_t i = 0; i < input->n_samples; i++)
    check_profile(input, &input->samples[i].profile, input->samples[i].sex);
  for (int32_t i = 0; i < input->n_families; i++) {
    const hw_search_family *family = &input->families[i];
    HW_FUZZ_CHECK(hw_pedigree_validate(&family->pedigree, NULL) == HW_OK);
    for (int32_t k = 0; k < family->n_profiles; k++)
      check_profile(input, &family->profiles[k],
                    family->pedigree.persons[family->profile_person[k]].sex);
  }
  for (int32_t i = 0; i < input->n_queries; i++) {
    const hw_search_query *query = &input->queries[i];
    HW_FUZZ_CHECK(query->family >= 0 && query->family < input->n_families && query->code);
    HW_FUZZ_CHECK(query->person >= 0 &&
                  query->person < input->families[query->family].pedigree.n_persons);
  }
}

static void check_writing(const hw_search_input_file *file, const uint8_t *data, size_t size) {
  static char path[64];
  char *again;
  size_t n;
  hw_search_digests digests;
  if (!path[0]) snprintf(path, sizeof path, "/tmp/homeward-fuzz-input-%ld", (long)getpid());
  HW_FUZZ_CHECK(hw_search_input_write(&file->input, path, NULL) == HW_OK);
  HW_FUZZ_CHECK(hw_file_read(path, (size_t)1 << 30, &again, &n, NULL) == HW_OK);
  unlink(path);
  HW_FUZZ_CHECK(n == size && memcmp(again, data, n) == 0);
  free(again);
  HW_FUZZ_CHECK(hw_search_digests_of(&file->input, &digests, NULL) == HW_OK);
  HW_FUZZ_CHECK(memcmp(digests.all, file->digest, HW_DIGEST_SIZE) == 0);
  hw_search_digests_clear(&digests);
}

static void read_once(const uint8_t *data, size_t size) {
  hw_search_input_file file, again;
  hw_err err = HW_ERR_INIT, err_again = HW_ERR_INIT;
  const hw_status status = hwp_input_parse(data, size, "input", &file, &err);
  HW_FUZZ_CHECK(status == hwp_input_parse(data, size, "input", &again, &err_again));
  HW_FUZZ_CHECK((file.storage != NULL) == (status == HW_OK));
  if (status == HW_OK) {
    HW_FUZZ_CHECK(memcmp(file.digest, again.digest, HW_DIGEST_SIZE) == 0);
    check_input(&file.input);
    check_writing(&file, data, size);
  } else {
    HW_FUZZ_CHECK(err.message[0] && memcmp(&err, &err_again, sizeof err) == 0);
  }
  hw_search_input_clear(&file);
  hw_search_input_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  hw_fuzz_read_twice(data, size, read_once);
  return 0;
}
