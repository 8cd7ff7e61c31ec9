/* Fuzz target: the input of a search by SNP profiles as a file.
 *
 * Every input is read twice, as it is and with the digests of its sections put right.
 *
 * Promises: the same bytes give the same answer twice; a failure has a message and
 * leaves nothing behind; what was read is possible (a panel that makes itself again,
 * indices in range, pedigrees, profiles of which every marker has a best genotype)
 * and is written in the same bytes again. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "fuzz.h"
#include "mend.h"
#include "search/snp_input_file.h"

static void check_profile(const hw_panel *panel, const hw_snp_profile *profile) {
  HW_FUZZ_CHECK(profile->id && profile->sex <= HW_FEMALE);
  for (int32_t m = 0; m < panel->n_markers; m++) {
    const size_t first = (size_t)panel->first_genotype[m];
    HW_FUZZ_CHECK(memchr(profile->bytes + first, 0, (size_t)panel->first_genotype[m + 1] - first));
  }
}

static void check_input(const hw_snp_search_input *input) {
  HW_FUZZ_CHECK(input->theta >= 0 && input->theta < 1 && input->population == 0);
  HW_FUZZ_CHECK(input->panel->n_markers > 0 && input->panel->n_populations == 1);
  for (int32_t i = 0; i < input->n_samples; i++) check_profile(input->panel, &input->samples[i]);
  for (int32_t i = 0; i < input->n_families; i++) {
    const hw_snp_search_family *family = &input->families[i];
    HW_FUZZ_CHECK(hw_pedigree_validate(&family->pedigree, NULL) == HW_OK);
    HW_FUZZ_CHECK(family->n_profiles < HW_LINKED_MAX_TYPED);
    for (int32_t t = 0; t < family->n_profiles; t++) {
      check_profile(input->panel, &family->profiles[t]);
      HW_FUZZ_CHECK(family->profile_person[t] >= 0 &&
                    family->profile_person[t] < family->pedigree.n_persons);
    }
  }
  for (int32_t i = 0; i < input->n_queries; i++) {
    const hw_search_query *query = &input->queries[i];
    HW_FUZZ_CHECK(query->family >= 0 && query->family < input->n_families && query->code);
    HW_FUZZ_CHECK(query->person >= 0 &&
                  query->person < input->families[query->family].pedigree.n_persons);
  }
}

static void check_writing(const hw_snp_input_file *file, const uint8_t *data, size_t size) {
  static char path[64];
  char *again;
  size_t n;
  uint8_t digest[HW_DIGEST_SIZE];
  if (!path[0]) snprintf(path, sizeof path, "/tmp/homeward-fuzz-snp-%ld", (long)getpid());
  HW_FUZZ_CHECK(hw_snp_input_write(&file->input, path, NULL) == HW_OK);
  HW_FUZZ_CHECK(hw_file_read(path, (size_t)1 << 30, &again, &n, NULL) == HW_OK);
  unlink(path);
  HW_FUZZ_CHECK(n == size && memcmp(again, data, n) == 0);
  free(again);
  HW_FUZZ_CHECK(hw_snp_input_digest(&file->input, digest, NULL) == HW_OK);
  HW_FUZZ_CHECK(memcmp(digest, file->digest, sizeof digest) == 0);
}

static void read_once(const uint8_t *data, size_t size) {
  hw_snp_input_file file, again;
  hw_err err = HW_ERR_INIT, err_again = HW_ERR_INIT;
  const hw_status status = hwp_snp_input_parse(data, size, "input", &file, &err);
  HW_FUZZ_CHECK(status == hwp_snp_input_parse(data, size, "input", &again, &err_again));
  HW_FUZZ_CHECK((file.storage != NULL) == (status == HW_OK));
  if (status == HW_OK) {
    HW_FUZZ_CHECK(memcmp(file.digest, again.digest, HW_DIGEST_SIZE) == 0);
    check_input(&file.input);
    check_writing(&file, data, size);
  } else {
    HW_FUZZ_CHECK(err.message[0] && memcmp(&err, &err_again, sizeof err) == 0);
  }
  hw_snp_input_clear(&file);
  hw_snp_input_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  hw_fuzz_read_twice(data, size, read_once);
  return 0;
}
