/* Fuzz target: frequency tables in CSV.
 *
 * The first byte chooses the policies, the rest is the file. Promises checked on
 * every input: the same bytes give the same answer twice; a failure has a status
 * and a message, and is the first of the mistakes that are collected; a table that was read sums to one at every marker, and its
 * findings account for what was done. */
#include <math.h>
#include <string.h>

#include "formats/frequency_csv.h"
#include "fuzz.h"

static void check_table(const hw_frequency_table *t, const hw_frequency_options *o) {
  HW_FUZZ_CHECK(t->n_markers > 0);
  for (int32_t i = 0; i < t->n_markers; i++) {
    const hw_frequency_marker *m = &t->markers[i];
    const hw_frequency_finding *f = &t->findings[i];
    double sum = 0;
    HW_FUZZ_CHECK(m->name[0] && m->n_alleles >= 1 && m->n_alleles <= HW_MAX_ALLELES);
    for (int32_t a = 0; a < m->n_alleles; a++) {
      HW_FUZZ_CHECK(m->frequencies[a] >= 0 && m->frequencies[a] <= 1 + 1e-12);
      HW_FUZZ_CHECK(m->allele_names[a][0]);
      sum += m->frequencies[a];
    }
    HW_FUZZ_CHECK(fabs(sum - 1) <= HW_FREQUENCY_SUM_TOLERANCE);
    HW_FUZZ_CHECK(hw_frequency_table_find(t, m->name) == i);
    if (o->normalisation != HW_NORMALISE_RESCALE) HW_FUZZ_CHECK(f->factor == 1);
    if (o->normalisation != HW_NORMALISE_REST) HW_FUZZ_CHECK(f->rest_frequency == 0);
    if (o->minimum == HW_MINIMUM_NONE) HW_FUZZ_CHECK(f->n_raised == 0 && f->minimum == 0);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  hw_frequency_options options = {.minimum = (hw_minimum)(data[0] % 3),
                                  .minimum_value = 0.001,
                                  .normalisation = (hw_normalisation)(data[0] / 3 % 3)};
  const char *bytes = (const char *)data + 1;
  hw_frequency_table *table = NULL, *again = NULL;
  hw_err err = HW_ERR_INIT, err_again = HW_ERR_INIT;
  const hw_status status = hw_frequency_table_parse(bytes, size - 1, "f", &options, &table, &err);
  HW_FUZZ_CHECK(status ==
                hw_frequency_table_parse(bytes, size - 1, "f", &options, &again, &err_again));
  HW_FUZZ_CHECK((table != NULL) == (status == HW_OK));
  hw_frequency_table_delete(again);
  if (status == HW_OK)
    check_table(table, &options);
  else
    HW_FUZZ_CHECK(err.status == status && err.message[0] &&
                  memcmp(&err, &err_again, sizeof err) == 0);
  hw_errors errors = {0};
  HW_FUZZ_CHECK(status == hw_frequency_csv_parse(bytes, size - 1, "f", &options, &again, &errors));
  HW_FUZZ_CHECK((status == HW_OK) == (errors.n == 0));
  for (int i = 0; i < hw_errors_kept(&errors); i++)
    HW_FUZZ_CHECK(errors.kept[i].status != HW_OK && errors.kept[i].message[0]);
  hw_frequency_table_delete(again);
  hw_frequency_table_delete(table);
  return 0;
}
