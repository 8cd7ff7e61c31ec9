/* Fuzz target: GeneMapper and GeneMarker text.
 *
 * Promises checked on every input: the same bytes give the same answer twice; a
 * failure has errors, each with status and message, and leaves the list empty; a
 * list that was read holds what its header promises, is recognised by its content
 * where the header comes early, and reads back from what is written of it. */
#include <stdio.h>
#include <string.h>

#include "formats/genemapper.h"
#include "fuzz.h"
#include "genetics/marker_name.h"

static void check_list(const hw_typing_list *list) {
  HW_FUZZ_CHECK(list->n_samples > 0);
  for (int32_t s = 0; s < list->n_samples; s++) {
    const hw_typed_sample *sample = &list->samples[s];
    HW_FUZZ_CHECK(sample->name[0] && sample->source_file && sample->run && sample->kit);
    for (int32_t i = 0; i < sample->n_typings; i++) {
      const hw_typing *typing = &sample->typings[i];
      HW_FUZZ_CHECK(typing->marker[0] && strlen(typing->marker) < HW_MARKER_KEY_SIZE);
      HW_FUZZ_CHECK(typing->n_alleles >= 0 && typing->n_alleles <= HW_TYPING_MAX_ALLELES);
      for (int32_t a = 0; a < typing->n_alleles; a++) HW_FUZZ_CHECK(typing->alleles[a][0]);
    }
  }
}

static void check_same(const hw_typing_list *a, const hw_typing_list *b) {
  HW_FUZZ_CHECK(a->n_samples == b->n_samples);
  for (int32_t s = 0; s < a->n_samples; s++) {
    const hw_typed_sample *x = &a->samples[s], *y = &b->samples[s];
    HW_FUZZ_CHECK(strcmp(x->name, y->name) == 0 && strcmp(x->comment, y->comment) == 0);
    HW_FUZZ_CHECK(strcmp(x->source_file, y->source_file) == 0 && x->n_typings == y->n_typings);
    for (int32_t i = 0; i < x->n_typings; i++) {
      const hw_typing *t = &x->typings[i], *u = &y->typings[i];
      HW_FUZZ_CHECK(strcmp(t->marker, u->marker) == 0 && t->n_alleles == u->n_alleles);
      for (int32_t k = 0; k < t->n_alleles; k++)
        HW_FUZZ_CHECK(strcmp(t->alleles[k], u->alleles[k]) == 0);
      HW_FUZZ_CHECK(t->is_off_ladder == u->is_off_ladder && t->is_flagged == u->is_flagged);
    }
  }
}

/* Writing may refuse a text with a line break, and nothing else. */
static void check_round_trip(const hw_typing_list *list) {
  char *text = NULL;
  size_t n = 0;
  hw_err err = HW_ERR_INIT;
  FILE *out = open_memstream(&text, &n);
  if (out == NULL) return;
  const hw_status status = hw_genemapper_write(list, out, &err);
  fclose(out);
  HW_FUZZ_CHECK(status == HW_OK || strstr(err.message, "line break"));
  if (status == HW_OK) {
    hw_typing_list again;
    hw_errors errors = {0};
    HW_FUZZ_CHECK(hw_genemapper_parse(text, n, "again", &again, &errors) == HW_OK);
    check_same(list, &again);
    hw_typing_list_clear(&again);
  }
  free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *bytes = (const char *)data;
  hw_typing_list list, again;
  static hw_errors errors, errors_again;
  memset(&errors, 0, sizeof errors);
  memset(&errors_again, 0, sizeof errors_again);
  const bool is_one = hw_genemapper_is(bytes, size);
  const hw_status status = hw_genemapper_parse(bytes, size, "f", &list, &errors);
  HW_FUZZ_CHECK(hw_genemapper_parse(bytes, size, "f", &again, &errors_again) == status);
  HW_FUZZ_CHECK(memcmp(&errors, &errors_again, sizeof errors) == 0);
  HW_FUZZ_CHECK((status == HW_OK) == (errors.n == 0));
  if (status == HW_OK) {
    HW_FUZZ_CHECK(is_one);
    check_list(&list);
    check_round_trip(&list);
  } else {
    HW_FUZZ_CHECK(list.n_samples == 0 && list.samples == NULL);
    HW_FUZZ_CHECK(errors.kept[0].status != HW_OK && errors.kept[0].message[0]);
  }
  hw_typing_list_clear(&list);
  hw_typing_list_clear(&again);
  return 0;
}
