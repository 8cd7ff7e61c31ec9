/* Fuzz target: PED, map, data and frequency files.
 *
 * The input is up to four files divided by a line "%": ped, map, data, frequencies
 * (an empty one is absent); the first byte chooses options. Promises checked on
 * every input: the same bytes give the same answer twice; a failure has errors and
 * leaves the struct empty; what was read is valid and reads back from what is
 * written of it, unless the writer says that a name cannot be written. */
#include <stdio.h>
#include <string.h>

#include "formats/ped.h"
#include "fuzz.h"

static void split(const char *bytes, size_t n, hw_ped_source out[4]) {
  static const char *const names[4] = {"p", "m", "d", "f"};
  for (int i = 0; i < 4; i++) {
    const char *end = NULL;
    for (size_t at = 0; i < 3 && at + 3 <= n && end == NULL; at++)
      if (memcmp(bytes + at, "\n%\n", 3) == 0) end = bytes + at + 1;
    const size_t length = end ? (size_t)(end - bytes) : n;
    out[i] = (hw_ped_source){i == 0 || length > 0 ? bytes : NULL, length, names[i]};
    const size_t step = end ? length + 2 : n;
    bytes += step;
    n -= step;
  }
}

static void check_ped(const hw_ped *ped) {
  HW_FUZZ_CHECK(ped->n_markers > 0 && ped->n_families > 0);
  for (int32_t m = 0; m < ped->n_markers; m++) {
    const hw_marker *marker = &ped->markers[m];
    HW_FUZZ_CHECK(marker->chromosome >= 0 && marker->chromosome <= HW_CHROMOSOME_X);
    HW_FUZZ_CHECK((marker->frequencies != NULL) == ped->has_frequencies);
  }
  for (int32_t f = 0; f < ped->n_families; f++) {
    const hw_ped_family *family = &ped->families[f];
    HW_FUZZ_CHECK(hw_pedigree_validate(&family->pedigree, NULL) == HW_OK);
    for (int32_t i = 0; i < family->n_profiles; i++) {
      const hw_person *person = &family->pedigree.persons[family->profile_person[i]];
      HW_FUZZ_CHECK(strcmp(person->id, family->profiles[i].id) == 0);
      for (int32_t m = 0; m < ped->n_markers; m++) {
        const bool has_single = hw_marker_is_x(&ped->markers[m]) && person->sex == HW_MALE;
        HW_FUZZ_CHECK(hw_observation_validate(&ped->markers[m],
                                              &family->profiles[i].observations[m], has_single,
                                              NULL) == HW_OK);
      }
    }
  }
}

static char *write_to(hw_status (*write)(const hw_ped *, FILE *, hw_err *), const hw_ped *ped,
                      size_t *n, hw_status *status) {
  char *text = NULL;
  hw_err err = HW_ERR_INIT;
  FILE *out = open_memstream(&text, n);
  if (out == NULL) abort();
  const hw_status now = write(ped, out, &err);
  fclose(out);
  HW_FUZZ_CHECK(now == HW_OK || now == HW_E_VALUE);
  if (now != HW_OK) *status = now;
  return text;
}

static void check_round_trip(const hw_ped *ped) {
  hw_status status = HW_OK;
  size_t n[3] = {0, 0, 0};
  char *text[3] = {write_to(hw_ped_write_ped, ped, &n[0], &status),
                   write_to(hw_ped_write_map, ped, &n[1], &status), NULL};
  if (ped->has_frequencies) text[2] = write_to(hw_ped_write_frequencies, ped, &n[2], &status);
  if (status == HW_OK) {
    const hw_ped_sources sources = {
        {text[0], n[0], "p"}, {text[1], n[1], "m"}, {NULL, 0, NULL}, {text[2], n[2], "f"}};
    hw_ped again;
    static hw_errors errors;
    memset(&errors, 0, sizeof errors);
    HW_FUZZ_CHECK(hw_ped_parse(&sources, NULL, &again, &errors) == HW_OK);
    HW_FUZZ_CHECK(again.n_markers == ped->n_markers && again.n_families == ped->n_families);
    for (int32_t f = 0; f < ped->n_families; f++) {
      const hw_ped_family *a = &ped->families[f], *b = &again.families[f];
      HW_FUZZ_CHECK(a->pedigree.n_persons == b->pedigree.n_persons);
      HW_FUZZ_CHECK(a->n_profiles == b->n_profiles);
      for (int32_t i = 0; i < a->n_profiles; i++)
        for (int32_t m = 0; m < ped->n_markers; m++) {
          const hw_observation *x = &a->profiles[i].observations[m];
          const hw_observation *y = &b->profiles[i].observations[m];
          HW_FUZZ_CHECK(x->kind == y->kind);
          if (ped->has_frequencies) HW_FUZZ_CHECK(x->a == y->a && x->b == y->b);
        }
    }
    hw_ped_clear(&again);
  }
  for (int i = 0; i < 3; i++) free(text[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  hw_ped_source files[4];
  split((const char *)data + 1, size - 1, files);
  const hw_frequency_options frequency = {.minimum = (hw_minimum)(data[0] % 3),
                                          .minimum_value = 0.01,
                                          .normalisation = (hw_normalisation)(data[0] / 3 % 3)};
  const hw_ped_options options = {.frequency = &frequency, .add_parents = data[0] % 2 == 1};
  const hw_ped_sources sources = {files[0], files[1], files[2], files[3]};
  hw_ped ped, again;
  static hw_errors errors, errors_again;
  memset(&errors, 0, sizeof errors);
  memset(&errors_again, 0, sizeof errors_again);
  (void)hw_ped_is(files[0].bytes, files[0].n_bytes);
  const hw_status status = hw_ped_parse(&sources, &options, &ped, &errors);
  HW_FUZZ_CHECK(hw_ped_parse(&sources, &options, &again, &errors_again) == status);
  HW_FUZZ_CHECK(memcmp(&errors, &errors_again, sizeof errors) == 0);
  HW_FUZZ_CHECK((status == HW_OK) == (errors.n == 0));
  if (status == HW_OK) {
    check_ped(&ped);
    check_round_trip(&ped);
  } else {
    HW_FUZZ_CHECK(ped.families == NULL && errors.kept[0].message[0]);
  }
  hw_ped_clear(&ped);
  hw_ped_clear(&again);
  return 0;
}
