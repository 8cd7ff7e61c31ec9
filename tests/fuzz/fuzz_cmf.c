/* Fuzz target: CODIS CMF.
 *
 * The first byte chooses whether unlisted names are taken, the rest is the file.
 * Promises checked on every input: the same bytes give the same answer twice; a
 * failure has a message and leaves an empty list; a list that was read by the
 * strict rules is within the format's limits, and if it can be written, what was
 * written reads back to the same text. */
#include <string.h>

#include "formats/cmf.h"
#include "fuzz.h"

static void check_list(const hw_typing_list *list) {
  HW_FUZZ_CHECK(list->laboratory && list->destination && list->submitter && list->batch);
  for (int32_t i = 0; i < list->n_samples; i++) {
    const hw_typed_sample *s = &list->samples[i];
    HW_FUZZ_CHECK(s->name && s->category && s->case_id && s->comment && s->kit && s->analyst);
    HW_FUZZ_CHECK(s->n_typings >= 1 && s->n_typings <= 64);
    for (int32_t k = 0; k < s->n_typings; k++) {
      const hw_typing *t = &s->typings[k];
      HW_FUZZ_CHECK(t->marker[0] && t->n_alleles >= 1 && t->n_alleles <= HW_TYPING_MAX_ALLELES);
      for (int32_t a = 0; a < t->n_alleles; a++) HW_FUZZ_CHECK(strlen(t->alleles[a]) <= 40);
    }
  }
}

static void write_and_read(const hw_typing_list *list) {
  static hw_errors errors;
  hw_str once = HW_STR_INIT, twice = HW_STR_INIT;
  hw_typing_list back;
  memset(&errors, 0, sizeof errors);
  if (hw_cmf_format(list, NULL, &once, &errors) == HW_OK) {
    HW_FUZZ_CHECK(hw_cmf_is(hw_str_text(&once), once.length));
    HW_FUZZ_CHECK(hw_cmf_parse(hw_str_text(&once), once.length, "f", NULL, &back, &errors) ==
                  HW_OK);
    HW_FUZZ_CHECK(hw_cmf_format(&back, NULL, &twice, &errors) == HW_OK);
    HW_FUZZ_CHECK(strcmp(hw_str_text(&once), hw_str_text(&twice)) == 0);
    hw_typing_list_clear(&back);
  } else {
    HW_FUZZ_CHECK(errors.n > 0 && errors.kept[0].message[0] && once.length == 0);
  }
  hw_str_clear(&once);
  hw_str_clear(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static hw_errors errors, errors_again;
  if (size == 0) return 0;
  const hw_cmf_read_options options = {.accept_unlisted = data[0] & 1};
  const char *bytes = (const char *)data + 1;
  hw_typing_list list, again;
  memset(&errors, 0, sizeof errors);
  memset(&errors_again, 0, sizeof errors_again);
  (void)hw_cmf_is(bytes, size - 1);
  const hw_status status = hw_cmf_parse(bytes, size - 1, "f", &options, &list, &errors);
  HW_FUZZ_CHECK(status == hw_cmf_parse(bytes, size - 1, "f", &options, &again, &errors_again));
  HW_FUZZ_CHECK(memcmp(&errors, &errors_again, sizeof errors) == 0);
  HW_FUZZ_CHECK((status == HW_OK) == (errors.n == 0));
  if (status == HW_OK) {
    check_list(&list);
    if (!options.accept_unlisted) write_and_read(&list);
  } else {
    HW_FUZZ_CHECK(errors.kept[0].message[0] && errors.kept[0].status == status);
    HW_FUZZ_CHECK(list.n_samples == 0);
  }
  hw_typing_list_clear(&list);
  hw_typing_list_clear(&again);
  return 0;
}
