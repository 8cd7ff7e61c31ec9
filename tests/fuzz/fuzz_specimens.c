/* Fuzz target: lists of specimens and references of osteometry, both CSV.
 *
 * The first byte says which. Promises: the same bytes give the same answer twice; a failure
 * has a status, a message and a file and leaves nothing behind; what was read is what the
 * headers promise, and every small list of specimens can be re-associated, with
 * probabilities that are probabilities. */
#include <math.h>
#include <string.h>

#include "fuzz.h"
#include "homeward/reassociate.h"
#include "identify/specimen_file.h"

static void check_failure(hw_status status, const hw_err *err) {
  HW_FUZZ_CHECK(err->status == status && err->message[0] != '\0' && err->file[0] != '\0');
}

static void check_reference(const char *bytes, size_t n) {
  hw_osteometry *table = NULL, *again = NULL;
  hw_err err = HW_ERR_INIT;
  const hw_status status = hw_osteometry_parse(bytes, n, "fuzz", &table, &err);
  HW_FUZZ_CHECK(hw_osteometry_parse(bytes, n, "fuzz", &again, NULL) == status);
  if (status != HW_OK) {
    HW_FUZZ_CHECK(table == NULL);
    check_failure(status, &err);
    return;
  }
  const hw_osteometry_relation *relations = NULL;
  const int32_t n_relations = hw_osteometry_relations(table, &relations);
  for (int32_t i = 0; i < n_relations; i++) {
    const hw_osteometry_result result = hw_osteometry_compare(&relations[i], 300, 200);
    HW_FUZZ_CHECK(relations[i].n >= 3 && relations[i].sd > 0 && relations[i].source[0] != '\0');
    HW_FUZZ_CHECK(isnan(result.p_two) || (result.p_two >= 0 && result.p_two <= 1));
  }
  hw_osteometry_delete(table);
  hw_osteometry_delete(again);
}

static void check_run(const hw_specimen_list *list) {
  const hw_reassociate_problem problem = {.n_specimens = list->n, .specimens = list->specimens};
  hw_reassociate *run = NULL;
  hw_err err = HW_ERR_INIT;
  hw_status status = hw_reassociate_new(&problem, NULL, &run, &err);
  if (status == HW_OK) status = hw_reassociate_run(run, NULL, NULL, &err);
  if (status == HW_OK)
    for (int32_t i = 0; i < list->n; i++) {
      double complement = 0;
      const double p = hw_reassociate_posterior(run, 0, i, &complement);
      HW_FUZZ_CHECK(p >= 0 && p <= 1 && fabs(p + complement - 1) < 1e-9);
    }
  else
    HW_FUZZ_CHECK(status == HW_E_DUPLICATE && run == NULL);
  hw_reassociate_delete(run);
}

static void check_specimens(const char *bytes, size_t n) {
  hw_specimen_list list, again;
  hw_err err = HW_ERR_INIT;
  const hw_status status = hw_specimen_list_parse(bytes, n, "fuzz", 0, NULL, &list, &err);
  HW_FUZZ_CHECK(hw_specimen_list_parse(bytes, n, "fuzz", 0, NULL, &again, NULL) == status);
  HW_FUZZ_CHECK(status != HW_OK || (list.n > 0 && list.n == again.n));
  if (status != HW_OK)
    check_failure(status, &err);
  else if (list.n <= 9)
    check_run(&list);
  hw_specimen_list_clear(&list);
  hw_specimen_list_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  if (data[0] == 'r')
    check_reference((const char *)data + 1, size - 1);
  else
    check_specimens((const char *)data + 1, size - 1);
  return 0;
}
