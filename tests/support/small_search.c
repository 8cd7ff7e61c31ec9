/* See small_search.h. */
#include "support/small_search.h"

#include <stdio.h>
#include <string.h>

static const char *const names[SMALL_ALLELES] = {"10", "11", "12", "13", "14"};

static hw_allele next_allele(uint32_t *state) {
  *state = *state * 1664525u + 1013904223u;
  return (hw_allele)((*state >> 16) % SMALL_ALLELES);
}

static hw_observation observation_of(int32_t m, bool is_male, uint32_t *state) {
  const hw_allele a = next_allele(state), b = next_allele(state);
  if (m == SMALL_X && is_male)
    return (hw_observation){.kind = HW_OBS_SINGLE, .a = a, .b = HW_ALLELE_NONE};
  return (hw_observation){.kind = HW_OBS_GENOTYPE, .a = a, .b = b};
}

static void fill_family(small_search *self, int32_t f, uint32_t *state) {
  hw_person *persons = self->persons[f];
  const hw_sex sex = f % 3 == 0 ? HW_FEMALE : HW_MALE;
  persons[0] = (hw_person){"father", HW_PERSON_NONE, HW_PERSON_NONE, HW_MALE, HW_PERSON_NONE};
  persons[1] = (hw_person){"mother", HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE, HW_PERSON_NONE};
  persons[2] = (hw_person){"child", 0, 1, sex, HW_PERSON_NONE};
  for (int32_t m = 0; m < SMALL_MARKERS; m++)
    self->reference_observations[f][m] = observation_of(m, true, state);
  self->references[f] = (hw_profile){
      .id = "father", .n_markers = SMALL_MARKERS, .observations = self->reference_observations[f]};
  snprintf(self->codes[f], sizeof self->codes[f], "F%d", (int)f);
  self->families[f] = (hw_search_family){.code = self->codes[f],
                                         .pedigree = {3, persons},
                                         .n_profiles = 1,
                                         .profiles = &self->references[f],
                                         .profile_person = &self->father};
  self->queries[f] = (hw_search_query){f, 2, "child"};
}

static void fill_sample(small_search *self, int32_t i, uint32_t *state) {
  char *code = self->codes[SMALL_FAMILIES + i];
  const bool is_male = i % 2 == 0;
  for (int32_t m = 0; m < SMALL_MARKERS; m++)
    self->observations[i][m] = observation_of(m, is_male, state);
  snprintf(code, sizeof self->codes[0], "S%d", (int)i);
  self->samples[i] = (hw_search_sample){
      .code = code,
      .sex = i % 5 == 0 ? HW_UNKNOWN_SEX
             : is_male  ? HW_MALE
                        : HW_FEMALE,
      .profile = {.id = code, .n_markers = SMALL_MARKERS, .observations = self->observations[i]}};
}

void small_search_init(small_search *self) {
  static const char *const marker_names[SMALL_MARKERS] = {"L1", "L2", "L3", "X1"};
  static const double frequencies[SMALL_ALLELES] = {0.1, 0.2, 0.3, 0.25, 0.15};
  uint32_t state = 7;
  memset(self, 0, sizeof *self);
  memcpy(self->frequencies, frequencies, sizeof frequencies);
  for (int32_t m = 0; m < SMALL_MARKERS; m++)
    self->markers[m] =
        (hw_marker){.name = marker_names[m],
                    .chromosome = m == SMALL_X ? HW_CHROMOSOME_X : HW_CHROMOSOME_AUTOSOMAL,
                    .n_alleles = SMALL_ALLELES,
                    .allele_names = names,
                    .frequencies = self->frequencies,
                    .silent = HW_ALLELE_NONE};
  for (int32_t f = 0; f < SMALL_FAMILIES; f++) fill_family(self, f, &state);
  for (int32_t i = 0; i < SMALL_SAMPLES; i++) fill_sample(self, i, &state);
  self->options = (hw_search_options){.threshold = 0.5, .prior_none = -1.0};
  self->input = (hw_search_input){.n_markers = SMALL_MARKERS,
                                  .markers = self->markers,
                                  .n_samples = SMALL_SAMPLES,
                                  .samples = self->samples,
                                  .n_families = SMALL_FAMILIES,
                                  .families = self->families,
                                  .n_queries = SMALL_FAMILIES,
                                  .queries = self->queries};
}
