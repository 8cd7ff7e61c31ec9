/* Whose genotypes are read from a VCF. Samples stand in the file's order while it is read, so that
 * what nobody asked for is skipped by the parser; persons and members of populations are known by
 * their place among them. A sample may be both. */
#include "formats/vcf_people.h"

#include <string.h>

#include "base/check.h"
#include "genetics/name_index.h"

typedef struct finder {
  const hwp_vcf_header *header;
  hw_name_index index;
  hw_arena *arena;
  int32_t *place; /* per sample of the header; −1 = not read, else its place */
} finder;

static hw_status find(const finder *self, const char *name, const char *what, int32_t *sample,
                      hw_err *err) {
  *sample = hw_name_index_find(&self->index, name);
  if (*sample != HW_NAME_NONE) return HW_OK;
  return hw_err_set(
      err, HW_E_REFERENCE, "%s \"%.100s\" is no sample of the file; it has %d%s%.100s%s", what,
      name, (int)self->header->n_samples, self->header->n_samples > 0 ? ", the first is \"" : "",
      self->header->n_samples > 0 ? self->header->samples[0] : "",
      self->header->n_samples > 0 ? "\"" : "");
}

/* Indices in the header of the persons, or of all. */
static hw_status find_persons(finder *self, const hw_vcf_options *options, hwp_vcf_people *people,
                              hw_err *err) {
  const bool is_all = options->n_persons == 0;
  const int32_t n = is_all ? self->header->n_samples : options->n_persons;
  int32_t *samples = hw_arena_alloc_array(self->arena, (size_t)n, sizeof *samples);
  const char **ids = hw_arena_alloc_array(self->arena, (size_t)n, sizeof *ids);
  hw_sex *sexes = hw_arena_alloc_array(self->arena, (size_t)n, sizeof *sexes);
  if (samples == NULL || ids == NULL || sexes == NULL)
    return HW_NO_MEMORY(err, "a list of samples");
  for (int32_t i = 0; i < n; i++) {
    samples[i] = i;
    if (!is_all) HW_TRY(find(self, options->persons[i].id, "the person", &samples[i], err));
    if (self->place[samples[i]] >= 0)
      return hw_err_set(err, HW_E_DUPLICATE, "the sample \"%.100s\" is chosen twice",
                        options->persons[i].id);
    self->place[samples[i]] = 0;
    ids[i] = self->header->samples[samples[i]];
    sexes[i] = is_all ? HW_UNKNOWN_SEX : options->persons[i].sex;
  }
  people->n_profiles = n;
  people->of_profile = samples;
  people->ids = ids;
  people->profile_sexes = sexes;
  return HW_OK;
}

static hw_status find_members(finder *self, const hw_vcf_options *options, hwp_vcf_people *people,
                              hw_err *err) {
  const size_t n = (size_t)options->n_populations;
  int32_t *counts = hw_arena_alloc_array(self->arena, n, sizeof *counts);
  int32_t **members = hw_arena_alloc_array(self->arena, n, sizeof *members);
  if (counts == NULL || members == NULL) return HW_NO_MEMORY(err, "populations");
  for (size_t p = 0; p < n; p++) {
    const hw_vcf_population *population = &options->populations[p];
    if (population->info_tag != NULL) continue;
    const bool is_all = population->n_samples == 0;
    counts[p] = is_all ? people->n_profiles : population->n_samples;
    if (counts[p] == 0)
      return hw_err_set(err, HW_E_SHAPE,
                        "population \"%.100s\": frequencies cannot be estimated from no samples",
                        population->name);
    int32_t *of = hw_arena_alloc_array(self->arena, (size_t)counts[p], sizeof *of);
    if (of == NULL) return HW_NO_MEMORY(err, "populations");
    for (int32_t i = 0; i < counts[p]; i++) {
      of[i] = people->of_profile[is_all ? i : 0];
      if (!is_all) HW_TRY(find(self, population->samples[i], "of a population,", &of[i], err));
      if (self->place[of[i]] == (int32_t)p + 1)
        return hw_err_set(err, HW_E_DUPLICATE,
                          "the sample \"%.100s\" stands twice in population "
                          "\"%.100s\"",
                          self->header->samples[of[i]], population->name);
      self->place[of[i]] = (int32_t)p + 1; /* 0 or more: it is read */
    }
    members[p] = of;
  }
  people->n_members = counts;
  people->members = members;
  return HW_OK;
}

/* Numbers those that are read, and turns indices of the header into places. */
static hw_status number(finder *self, const hw_vcf_options *options, hwp_vcf_people *people,
                        hw_err *err) {
  const int32_t n_all = self->header->n_samples;
  for (int32_t i = 0; i < n_all; i++)
    if (self->place[i] >= 0) self->place[i] = people->n++;
  const size_t n = (size_t)people->n;
  int32_t *samples = hw_arena_alloc_array(self->arena, n, sizeof *samples);
  hw_sex *sexes = hw_arena_alloc_array(self->arena, n, sizeof *sexes);
  int32_t *of_profile =
      hw_arena_alloc_array(self->arena, (size_t)people->n_profiles, sizeof *of_profile);
  people->names = hw_arena_alloc_array(self->arena, n, sizeof *people->names);
  if (samples == NULL || sexes == NULL || of_profile == NULL || people->names == NULL)
    return HW_NO_MEMORY(err, "a list of samples");
  for (int32_t i = 0; i < n_all; i++) {
    if (self->place[i] < 0) continue;
    samples[self->place[i]] = i;
    people->names[self->place[i]] = self->header->samples[i];
  }
  for (int32_t i = 0; i < people->n_profiles; i++) {
    of_profile[i] = self->place[people->of_profile[i]];
    sexes[of_profile[i]] = people->profile_sexes[i];
  }
  for (int32_t p = 0; people->members != NULL && p < options->n_populations; p++)
    for (int32_t i = 0; i < people->n_members[p]; i++)
      people->members[p][i] = self->place[people->members[p][i]];
  people->samples = samples;
  people->sexes = sexes;
  people->of_profile = of_profile;
  return HW_OK;
}

hw_status hwp_vcf_people_find(hwp_vcf_people *self, const hwp_vcf_header *header,
                              const hw_vcf_options *options, bool has_panel, hw_arena *arena,
                              hw_err *err) {
  finder by = {.header = header, .arena = arena};
  *self = (hwp_vcf_people){0};
  by.place = hw_arena_alloc_array(arena, (size_t)header->n_samples, sizeof *by.place);
  if (by.place == NULL) return HW_NO_MEMORY(err, "a list of samples");
  for (int32_t i = 0; i < header->n_samples; i++) by.place[i] = -1;
  HW_TRY(hw_name_index_init(&by.index, header->n_samples, header->samples, err));
  hw_status status = find_persons(&by, options, self, err);
  if (status == HW_OK && !has_panel) status = find_members(&by, options, self, err);
  if (status == HW_OK) status = number(&by, options, self, err);
  hw_name_index_clear(&by.index);
  if (status == HW_OK && self->n > HW_SNP_MAX_SAMPLES)
    status = hw_err_set(err, HW_E_VALUE, "%d samples to be read; at most %d at a time: choose some",
                        (int)self->n, HW_SNP_MAX_SAMPLES);
  return status;
}
