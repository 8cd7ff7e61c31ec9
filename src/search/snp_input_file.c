/* The input of a search by SNP profiles, written and read (form: input_form.h).
 *
 *   models    theta, population, number of markers; of each its name, chromosome, both
 *             positions, alleles, female and male cM, the frequencies of the alleles
 *   sample    id, sex, likelihoods
 *   family    code, persons, number of profiles; of each its person, id, sex, likelihoods
 *   query     family, person, code
 *
 * Likelihoods are a profile's bytes as they are (homeward/snp.h), one for each genotype of
 * the panel. They are nearly all of the file, and stay where they were read. */
#include "search/snp_input_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/file.h"
#include "search/input_int.h"

#define MAX_BYTES ((size_t)1 << 40)

/* --- writing --- */

static void put_marker(hw_str *out, const hw_panel_marker *marker, const double *frequencies) {
  hwp_put_text(out, marker->name);
  hwp_put_uint(out, (uint64_t)marker->chromosome);
  for (int b = 0; b < HW_BUILD_COUNT; b++) hwp_put_uint(out, (uint64_t)marker->bp[b]);
  hwp_put_uint(out, (uint64_t)marker->n_alleles);
  for (int32_t a = 0; a < marker->n_alleles; a++) hwp_put_text(out, marker->alleles[a]);
  hwp_put_double(out, marker->female_cm);
  hwp_put_double(out, marker->male_cm);
  for (int32_t a = 0; a < marker->n_alleles; a++) hwp_put_double(out, frequencies[a]);
}

static void put_models(hw_str *out, const hw_snp_search_input *input) {
  const hw_panel *panel = input->panel;
  const hw_panel_population *population = &panel->populations[input->population];
  hwp_put_double(out, input->theta);
  hwp_put_text(out, population->name);
  hwp_put_uint(out, (uint64_t)panel->n_markers);
  for (int32_t m = 0; m < panel->n_markers; m++)
    put_marker(out, &panel->markers[m], population->frequencies + panel->first_allele[m]);
}

static void put_profile(hw_str *out, const hw_panel *panel, const hw_snp_profile *profile) {
  hwp_put_text(out, profile->id);
  hwp_put_byte(out, (unsigned)profile->sex);
  hw_str_append_bytes(out, (const char *)profile->bytes,
                      (size_t)panel->first_genotype[panel->n_markers]);
}

static void put_family(hw_str *out, const hw_panel *panel, const hw_snp_search_family *family) {
  hwp_put_text(out, family->code);
  hwp_put_pedigree(out, &family->pedigree);
  hwp_put_uint(out, (uint64_t)family->n_profiles);
  for (int32_t t = 0; t < family->n_profiles; t++) {
    hwp_put_uint(out, (uint64_t)family->profile_person[t]);
    put_profile(out, panel, &family->profiles[t]);
  }
}

static int32_t count_rows(const void *from, uint32_t tag) {
  const hw_snp_search_input *input = from;
  switch (tag) {
    case HWP_INPUT_SAMPLES:
      return input->n_samples;
    case HWP_INPUT_FAMILIES:
      return input->n_families;
    default:
      return input->n_queries;
  }
}

static hw_status put_row(hw_str *out, const void *from, uint32_t tag, int32_t i, hw_err *err) {
  const hw_snp_search_input *input = from;
  switch (tag) {
    case HWP_INPUT_MODELS:
      put_models(out, input);
      return HW_OK;
    case HWP_INPUT_SAMPLES:
      put_profile(out, input->panel, &input->samples[i]);
      return HW_OK;
    case HWP_INPUT_FAMILIES:
      put_family(out, input->panel, &input->families[i]);
      return HW_OK;
    default:
      break;
  }
  const hw_search_query *query = &input->queries[i];
  const bool has_family = query->family >= 0 && query->family < input->n_families;
  return hwp_put_query(out, query, input->n_families,
                       has_family ? &input->families[query->family].pedigree : NULL, err);
}

/* --- reading --- */

/* What was read, with its memory. */
typedef struct reader {
  hw_snp_search_input input;
  hw_arena arena;
  hw_panel *panel;
  char *bytes; /* of the file; NULL = the caller's */
} reader;

static hw_status bad_bytes(hw_err *err, const char *what) {
  return hw_err_set(err, HW_E_DAMAGED, "%s cannot be read", what);
}

static hw_status bad_or_memory(const hwp_bytes *in, hw_err *err, const char *what) {
  return in->is_bad ? bad_bytes(err, what) : HW_NO_MEMORY(err, what);
}

/* @param frequencies  [out] of the marker's alleles, of which @p most fit */
static hw_status get_marker(hwp_bytes *in, hw_arena *arena, hw_panel_marker *out,
                            double *frequencies, hw_err *err) {
  out->name = hwp_get_text(in, arena);
  if (!out->name) return bad_or_memory(in, err, "a marker");
  out->chromosome = (int32_t)hwp_get_uint(in, HW_PANEL_X);
  for (int b = 0; b < HW_BUILD_COUNT; b++) out->bp[b] = (int32_t)hwp_get_uint(in, INT32_MAX);
  out->n_alleles = (int32_t)hwp_get_uint(in, HW_PANEL_MAX_ALLELES);
  if (in->is_bad || out->n_alleles < 2) return bad_bytes(err, "a marker");
  const char **alleles = hw_arena_alloc_array(arena, (size_t)out->n_alleles, sizeof *alleles);
  if (!alleles) return HW_NO_MEMORY(err, "the alleles");
  for (int32_t a = 0; a < out->n_alleles; a++) {
    alleles[a] = hwp_get_text(in, arena);
    if (!alleles[a]) return bad_or_memory(in, err, "the alleles");
  }
  out->alleles = alleles;
  out->female_cm = hwp_get_double(in);
  out->male_cm = hwp_get_double(in);
  for (int32_t a = 0; a < out->n_alleles; a++) frequencies[a] = hwp_get_double(in);
  return in->is_bad ? bad_bytes(err, "a marker") : HW_OK;
}

/* The panel checks itself; markers that it puts in another order were not written like that. */
static hw_status make_panel(reader *self, int32_t n, const hw_panel_marker *markers,
                            const hw_panel_population *population, hw_err *err) {
  HW_TRY(hw_panel_new("", "", n, markers, 1, population, &self->panel, err));
  for (int32_t m = 0; m < n; m++)
    if (strcmp(self->panel->markers[m].name, markers[m].name) != 0)
      return hw_err_set(err, HW_E_DAMAGED, "markers do not stand in the order of the map");
  self->input.panel = self->panel;
  return HW_OK;
}

static hw_status get_models(reader *self, hwp_bytes *in, hw_err *err) {
  enum { LEAST_BYTES = 44 }; /* of a marker */
  hw_arena work = {0};
  self->input.theta = hwp_get_double(in);
  if (!(self->input.theta >= 0 && self->input.theta < 1)) return bad_bytes(err, "theta");
  hw_panel_population population = {.name = hwp_get_text(in, &work), .source = ""};
  hw_status status = population.name ? HW_OK : bad_or_memory(in, err, "the population");
  const int32_t n = hwp_get_count(in, LEAST_BYTES, HW_PANEL_MAX_MARKERS);
  if (status == HW_OK && n < 1) status = bad_bytes(err, "the number of markers");
  hw_panel_marker *markers = hw_arena_alloc_array(&work, (size_t)n, sizeof *markers);
  double *frequencies =
      hw_arena_alloc_array(&work, (size_t)n, HW_PANEL_MAX_ALLELES * sizeof *frequencies);
  if (status == HW_OK && (!markers || !frequencies)) status = HW_NO_MEMORY(err, "the markers");
  population.frequencies = frequencies;
  for (int32_t m = 0; status == HW_OK && m < n; m++) {
    status = get_marker(in, &work, &markers[m], frequencies, err);
    frequencies += markers[m].n_alleles;
  }
  if (status == HW_OK) status = make_panel(self, n, markers, &population, err);
  hw_arena_clear(&work);
  return status;
}

/* Of each marker the best genotype has 0. */
static bool is_profile(const hw_panel *panel, const unsigned char *bytes) {
  for (int32_t m = 0; m < panel->n_markers; m++) {
    const size_t first = (size_t)panel->first_genotype[m];
    if (!memchr(bytes + first, 0, (size_t)panel->first_genotype[m + 1] - first)) return false;
  }
  return true;
}

static size_t profile_bytes(const reader *self) {
  return (size_t)self->panel->first_genotype[self->panel->n_markers];
}

static hw_status get_profile(reader *self, hwp_bytes *in, hw_snp_profile *out, hw_err *err) {
  out->id = hwp_get_text(in, &self->arena);
  if (!out->id) return bad_or_memory(in, err, "a profile");
  out->sex = (hw_sex)hwp_get_byte(in);
  out->bytes = hwp_get_raw(in, profile_bytes(self));
  if (!out->bytes || out->sex > HW_FEMALE || !is_profile(self->panel, out->bytes))
    return bad_bytes(err, "a profile");
  return HW_OK;
}

static hw_status get_samples(reader *self, hwp_bytes *in, hw_err *err) {
  const int32_t n = hwp_get_count(in, 2 + profile_bytes(self), HW_SEARCH_MAX_SAMPLES);
  hw_snp_profile *samples = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *samples);
  if (!samples) return HW_NO_MEMORY(err, "the samples");
  for (int32_t i = 0; i < n; i++) HW_TRY(get_profile(self, in, &samples[i], err));
  self->input.n_samples = n;
  self->input.samples = samples;
  return HW_OK;
}

static hw_status get_family(reader *self, hwp_bytes *in, hw_snp_search_family *out, hw_err *err) {
  out->code = hwp_get_text(in, &self->arena);
  if (!out->code) return bad_or_memory(in, err, "a family");
  HW_TRY(hwp_get_pedigree(in, &self->arena, &out->pedigree, err));
  const int32_t n = hwp_get_count(in, 3 + profile_bytes(self), HW_LINKED_MAX_TYPED - 1);
  hw_snp_profile *profiles = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *profiles);
  int32_t *person = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *person);
  if (!profiles || !person) return HW_NO_MEMORY(err, "profiles");
  for (int32_t t = 0; t < n; t++) {
    person[t] = (int32_t)hwp_get_uint(in, (uint64_t)out->pedigree.n_persons - 1);
    HW_TRY(get_profile(self, in, &profiles[t], err));
  }
  out->n_profiles = n;
  out->profiles = profiles;
  out->profile_person = person;
  return HW_OK;
}

static hw_status get_families(reader *self, hwp_bytes *in, hw_err *err) {
  enum { LEAST_BYTES = 7 }; /* of a family */
  const int32_t n = hwp_get_count(in, LEAST_BYTES, INT32_MAX);
  hw_snp_search_family *families = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *families);
  if (!families) return HW_NO_MEMORY(err, "the families");
  for (int32_t i = 0; i < n; i++) {
    const hw_status status = get_family(self, in, &families[i], err);
    if (status != HW_OK) {
      hw_err_while(err, "reading family %d of %d", (int)i + 1, (int)n);
      return status;
    }
  }
  self->input.n_families = n;
  self->input.families = families;
  return HW_OK;
}

static hw_status get_queries(reader *self, hwp_bytes *in, hw_err *err) {
  hw_snp_search_input *input = &self->input;
  hwp_input_kin *families = calloc((size_t)input->n_families + 1, sizeof *families);
  if (!families) return HW_NO_MEMORY(err, "the families");
  for (int32_t f = 0; f < input->n_families; f++) {
    const hw_snp_search_family *family = &input->families[f];
    families[f] = (hwp_input_kin){&family->pedigree, family->n_profiles, family->profile_person};
  }
  const hw_status status = hwp_input_get_queries(in, &self->arena, input->n_families, families,
                                                 &input->queries, &input->n_queries, err);
  free(families);
  return status;
}

static hw_status get_content(void *context, uint32_t tag, hwp_bytes *in, hw_err *err) {
  switch (tag) {
    case HWP_INPUT_MODELS:
      return get_models(context, in, err);
    case HWP_INPUT_SAMPLES:
      return get_samples(context, in, err);
    case HWP_INPUT_FAMILIES:
      return get_families(context, in, err);
    default:
      return get_queries(context, in, err);
  }
}

static hw_status check_codes(void *context, hw_err *err) {
  const hw_snp_search_input *input = &((const reader *)context)->input;
  HW_TRY(hwp_input_check_codes(input->samples, sizeof *input->samples, input->n_samples, "samples",
                               err));
  return hwp_input_check_codes(input->families, sizeof *input->families, input->n_families,
                               "families", err);
}

static const hwp_input_form form = {.magic = "HWSSNPIN",
                                    .count = count_rows,
                                    .put_row = put_row,
                                    .get = get_content,
                                    .check = check_codes};

/* --- the whole --- */

hw_status hw_snp_input_digest(const hw_snp_search_input *input, uint8_t out[HW_DIGEST_SIZE],
                              hw_err *err) {
  return hwp_input_form_digest(&form, input, out, err);
}

hw_status hw_snp_input_write(const hw_snp_search_input *input, const char *path, hw_err *err) {
  return hwp_input_form_write(&form, input, path, err);
}

static void delete_reader(reader *self) {
  if (!self) return;
  hw_arena_clear(&self->arena);
  hw_panel_delete(self->panel);
  free(self->bytes);
  free(self);
}

hw_status hwp_snp_input_parse(const void *bytes, size_t n_bytes, const char *name,
                              hw_snp_input_file *out, hw_err *err) {
  *out = (hw_snp_input_file){0};
  reader *self = calloc(1, sizeof *self);
  if (!self) return HW_NO_MEMORY(err, "the input of the search");
  const hw_status status =
      hwp_input_form_parse(&form, self, bytes, n_bytes, name, out->digest, err);
  if (status != HW_OK) {
    delete_reader(self);
    *out = (hw_snp_input_file){0};
    return status;
  }
  out->input = self->input;
  out->storage = self;
  return HW_OK;
}

hw_status hw_snp_input_read(const char *path, hw_snp_input_file *out, hw_err *err) {
  char *bytes;
  size_t n_bytes;
  *out = (hw_snp_input_file){0};
  HW_TRY(hw_file_read(path, MAX_BYTES, &bytes, &n_bytes, err));
  const hw_status status = hwp_snp_input_parse(bytes, n_bytes, path, out, err);
  if (status == HW_OK)
    ((reader *)out->storage)->bytes = bytes;
  else
    free(bytes);
  return status;
}

void hw_snp_input_clear(hw_snp_input_file *self) {
  if (!self) return;
  delete_reader(self->storage);
  *self = (hw_snp_input_file){0};
}
