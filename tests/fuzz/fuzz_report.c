/* Fuzz target: the reader of reports.
 *
 * Promises checked on every input: reading twice gives the same answer; a failure has a status
 * and a message; what is read can be walked through, is UTF-8, and a file that is called intact
 * bears a digest. */
#include <string.h>

#include "base/utf8.h"
#include "fuzz.h"
#include "homeward/report.h"

static void check_text(const char *text) {
  HW_FUZZ_CHECK(text == NULL || hw_utf8_is_valid(text));
}

static void check_list(const hw_report_figure *list, int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    HW_FUZZ_CHECK(list[i].name != NULL);
    check_text(list[i].name);
    check_text(list[i].shown);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  hw_report_facts facts, again;
  hw_err err = HW_ERR_INIT;
  const hw_status status = hw_report_read((const char *)data, size, &facts, &err);
  HW_FUZZ_CHECK(status == hw_report_read((const char *)data, size, &again, NULL));
  if (status == HW_OK) {
    check_text(facts.code);
    check_list(facts.figures, facts.n_figures);
    check_list(facts.claims, facts.n_claims);
    HW_FUZZ_CHECK(!facts.is_intact || strlen(facts.document) == 64);
    HW_FUZZ_CHECK(facts.n_figures == again.n_figures && facts.is_intact == again.is_intact);
  } else {
    HW_FUZZ_CHECK(status == HW_E_SYNTAX && err.status == status && err.message[0] != '\0');
  }
  hw_report_facts_clear(&facts);
  hw_report_facts_clear(&again);
  return 0;
}
