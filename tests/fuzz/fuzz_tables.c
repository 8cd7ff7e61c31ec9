/* Fuzz target: the two CSV tables of simulations, truth and amplicon lengths.
 *
 * Promises checked on every input: the same bytes give the same answer; a
 * failure has a status and a message and leaves no table; every row of a table
 * names its remains, and a missing person only together with a family; lengths
 * are positive for every marker, or there is an error. */
#include <string.h>

#include "fuzz.h"
#include "homeward/simulate.h"

static void check_truth(const char *bytes, size_t size) {
  hw_truth_table *first = NULL, *second = NULL;
  hw_err err = HW_ERR_INIT;
  const hw_status status = hw_truth_table_parse(bytes, size, "fuzz", &first, &err);
  HW_FUZZ_CHECK(hw_truth_table_parse(bytes, size, "fuzz", &second, NULL) == status);
  HW_FUZZ_CHECK((status == HW_OK) == (first != NULL));
  if (status != HW_OK) {
    HW_FUZZ_CHECK(err.status == status && err.message[0] != '\0');
    return;
  }
  HW_FUZZ_CHECK(first->n_rows == second->n_rows);
  for (int32_t i = 0; i < first->n_rows; i++) {
    HW_FUZZ_CHECK(strcmp(first->rows[i].remains, second->rows[i].remains) == 0);
    HW_FUZZ_CHECK((first->rows[i].family[0] == '\0') == (first->rows[i].missing[0] == '\0'));
    HW_FUZZ_CHECK(first->rows[i].damage_per_base >= 0 && first->rows[i].damage_per_base <= 1);
  }
  hw_truth_table_delete(first);
  hw_truth_table_delete(second);
}

static void check_lengths(const char *bytes, size_t size) {
  const hw_marker markers[] = {{.name = "TH01"}, {.name = "vWA"}};
  int32_t lengths[2] = {0, 0}, sex_length = 0;
  const hw_status status = hw_amplicon_lengths_parse(bytes, size, "fuzz", 2, markers, "AMEL",
                                                     lengths, &sex_length, NULL);
  if (status == HW_OK) HW_FUZZ_CHECK(lengths[0] > 0 && lengths[1] > 0 && sex_length > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  check_truth((const char *)data, size);
  check_lengths((const char *)data, size);
  return 0;
}
