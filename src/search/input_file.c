/* The input of a search as a file, and its digests.
 *
 *     file      magic "HWSINPUT" (input_form.h)
 *     models    theta, markers; the other rows: input_int.h
 *
 * A row has the same bytes in every file over the same markers, so the digest of
 * its bytes is its identity: what a search has seen before is recognised by it.
 * The digest of a missing person is over the family's digest, the person and the
 * code, not over the numbers that families and persons have among the others:
 * these change when somebody is added. The digest of the whole is over the
 * digests of all rows in their order.
 *
 * Sizes: 400,000 profiles of 24 markers and a million persons are about 40 MB.
 * There are ids and codes of persons in it, which decide nothing but stand in
 * messages and results; names, places and dates are not. */
#include "search/input_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/file.h"
#include "search/input_int.h"

#define MAX_BYTES ((size_t)1 << 40)
/* Rows are gathered up to this many bytes before they are digested or written. */
#define CHUNK_BYTES ((size_t)1 << 20)

/* --- digests --- */

typedef uint8_t row_digest[HW_SEARCH_ROW_DIGEST];

static void digest_row(const void *bytes, size_t n, row_digest out) {
  uint8_t whole[HW_DIGEST_SIZE];
  hw_digest_of(bytes, n, whole);
  memcpy(out, whole, HW_SEARCH_ROW_DIGEST);
}

/* Arrays for the digests of an input; families' are needed on the way. */
typedef struct digests {
  hw_search_digests *out;
  row_digest *families;
} digests;

static hw_status digests_init(digests *self, const hw_search_input *input, hw_search_digests *out,
                              hw_err *err) {
  *out = (hw_search_digests){0};
  *self = (digests){.out = out};
  out->samples = calloc((size_t)input->n_samples + 1, sizeof *out->samples);
  out->queries = calloc((size_t)input->n_queries + 1, sizeof *out->queries);
  self->families = calloc((size_t)input->n_families + 1, sizeof *self->families);
  if (out->samples && out->queries && self->families) return HW_OK;
  hw_search_digests_clear(out);
  free(self->families);
  *self = (digests){0};
  return HW_NO_MEMORY(err, "the digests of the input");
}

static void digests_end(digests *self, const hw_search_input *input) {
  hw_search_digests *out = self->out;
  for (int32_t i = 0; i < input->n_queries; i++) {
    const hw_search_query *query = &input->queries[i];
    uint8_t whole[HW_DIGEST_SIZE];
    hw_digest digest;
    hw_digest_begin(&digest);
    hw_digest_add(&digest, self->families[query->family], HW_SEARCH_ROW_DIGEST);
    hw_digest_add_int(&digest, query->person);
    hw_digest_add_text(&digest, query->code);
    hw_digest_end(&digest, whole);
    memcpy(out->queries[i], whole, HW_SEARCH_ROW_DIGEST);
  }
  hw_digest all;
  hw_digest_begin(&all);
  hw_digest_add(&all, out->models, HW_DIGEST_SIZE);
  hw_digest_add_int(&all, input->n_samples);
  hw_digest_add(&all, out->samples, (size_t)input->n_samples * HW_SEARCH_ROW_DIGEST);
  hw_digest_add_int(&all, input->n_families);
  hw_digest_add(&all, self->families, (size_t)input->n_families * HW_SEARCH_ROW_DIGEST);
  hw_digest_add_int(&all, input->n_queries);
  for (int32_t i = 0; i < input->n_queries; i++) {
    hw_digest_add_int(&all, input->queries[i].family);
    hw_digest_add(&all, out->queries[i], HW_SEARCH_ROW_DIGEST);
  }
  hw_digest_end(&all, out->all);
  free(self->families);
  self->families = NULL;
}

void hw_search_digests_clear(hw_search_digests *self) {
  if (!self) return;
  free(self->samples);
  free(self->queries);
  self->samples = self->queries = NULL;
}

static hw_status put_row(hw_str *out, const void *from, uint32_t tag, int32_t i, hw_err *err) {
  const hw_search_input *input = from;
  switch (tag) {
    case HWP_INPUT_MODELS:
      hwp_put_models(out, input);
      return HW_OK;
    case HWP_INPUT_SAMPLES:
      return hwp_put_sample(out, input, i, err);
    case HWP_INPUT_FAMILIES:
      return hwp_put_family(out, input, i, err);
    default:
      break;
  }
  const hw_search_query *query = &input->queries[i];
  const bool has_family = query->family >= 0 && query->family < input->n_families;
  return hwp_put_query(out, query, input->n_families,
                       has_family ? &input->families[query->family].pedigree : NULL, err);
}

static int32_t count_rows(const void *from, uint32_t tag) {
  const hw_search_input *input = from;
  return tag == HWP_INPUT_SAMPLES    ? input->n_samples
         : tag == HWP_INPUT_FAMILIES ? input->n_families
                                     : input->n_queries;
}

static hw_status digest_rows(const hw_search_input *input, uint32_t tag, row_digest *digest,
                             hw_err *err) {
  hw_str rows = HW_STR_INIT;
  hw_status status = HW_OK;
  for (int32_t i = 0; i < count_rows(input, tag) && status == HW_OK; i++) {
    if (rows.length > CHUNK_BYTES) hw_str_clear(&rows);
    const size_t before = rows.length;
    status = put_row(&rows, input, tag, i, err);
    if (status == HW_OK && hw_str_status(&rows) != HW_OK)
      status = HW_NO_MEMORY(err, "a row of the input");
    if (status == HW_OK) digest_row(rows.bytes + before, rows.length - before, digest[i]);
  }
  hw_str_clear(&rows);
  return status;
}

hw_status hw_search_digests_of(const hw_search_input *input, hw_search_digests *out, hw_err *err) {
  digests work;
  hw_str models = HW_STR_INIT;
  HW_TRY(digests_init(&work, input, out, err));
  hwp_put_models(&models, input);
  hw_status status = hw_str_status(&models);
  if (status != HW_OK) status = HW_NO_MEMORY(err, "the markers");
  if (status == HW_OK) hw_digest_of(models.bytes, models.length, out->models);
  hw_str_clear(&models);
  if (status == HW_OK) status = digest_rows(input, HWP_INPUT_SAMPLES, out->samples, err);
  if (status == HW_OK) status = digest_rows(input, HWP_INPUT_FAMILIES, work.families, err);
  /* Only to see that they are in order; then they get theirs. */
  if (status == HW_OK) status = digest_rows(input, HWP_INPUT_QUERIES, out->queries, err);
  digests_end(&work, status == HW_OK ? input : &(hw_search_input){0});
  if (status != HW_OK) hw_search_digests_clear(out);
  return status;
}

/* --- reading --- */

typedef struct reader {
  hw_search_input input;
  hw_arena arena;
  hw_search_digests found;
  digests work;
} reader;

static hw_status check_codes(void *context, hw_err *err) {
  const hw_search_input *input = &((const reader *)context)->input;
  HW_TRY(hwp_input_check_codes(input->samples, sizeof *input->samples, input->n_samples, "samples",
                               err));
  return hwp_input_check_codes(input->families, sizeof *input->families, input->n_families,
                               "families", err);
}

static hw_status read_samples(reader *self, hwp_bytes *in, hw_err *err) {
  const int32_t n = hwp_get_count(in, 3 + (size_t)self->input.n_markers, HW_SEARCH_MAX_SAMPLES);
  hw_search_sample *samples = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *samples);
  if (!samples) return HW_NO_MEMORY(err, "the samples");
  self->found.samples = calloc((size_t)n + 1, sizeof *self->found.samples);
  if (!self->found.samples) return HW_NO_MEMORY(err, "the digests of the samples");
  for (int32_t i = 0; i < n; i++) {
    const unsigned char *before = in->at;
    const hw_status status = hwp_get_sample(in, &self->arena, &self->input, &samples[i], err);
    if (status != HW_OK) {
      hw_err_while(err, "reading sample %d of %d", (int)i + 1, (int)n);
      return status;
    }
    digest_row(before, (size_t)(in->at - before), self->found.samples[i]);
  }
  self->input.n_samples = n;
  self->input.samples = samples;
  return HW_OK;
}

static hw_status read_families(reader *self, hwp_bytes *in, hw_err *err) {
  const int32_t n = hwp_get_count(in, 7, INT32_MAX);
  hw_search_family *families = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *families);
  if (!families) return HW_NO_MEMORY(err, "the families");
  self->work.families = calloc((size_t)n + 1, sizeof *self->work.families);
  if (!self->work.families) return HW_NO_MEMORY(err, "the digests of the families");
  for (int32_t i = 0; i < n; i++) {
    const unsigned char *before = in->at;
    const hw_status status = hwp_get_family(in, &self->arena, &self->input, &families[i], err);
    if (status != HW_OK) {
      hw_err_while(err, "reading family %d of %d", (int)i + 1, (int)n);
      return status;
    }
    digest_row(before, (size_t)(in->at - before), self->work.families[i]);
  }
  self->input.n_families = n;
  self->input.families = families;
  return HW_OK;
}

static hw_status read_queries(reader *self, hwp_bytes *in, hw_err *err) {
  hw_search_input *input = &self->input;
  hwp_input_kin *families = calloc((size_t)input->n_families + 1, sizeof *families);
  if (!families) return HW_NO_MEMORY(err, "the families");
  for (int32_t f = 0; f < input->n_families; f++)
    families[f] = (hwp_input_kin){&input->families[f].pedigree, input->families[f].n_profiles,
                                  input->families[f].profile_person};
  const hw_status status = hwp_input_get_queries(in, &self->arena, input->n_families, families,
                                                 &input->queries, &input->n_queries, err);
  free(families);
  HW_TRY(status);
  self->found.queries = calloc((size_t)input->n_queries + 1, sizeof *self->found.queries);
  return self->found.queries ? HW_OK : HW_NO_MEMORY(err, "the digests of the missing persons");
}

static hw_status read_content(void *context, uint32_t tag, hwp_bytes *in, hw_err *err) {
  reader *self = context;
  switch (tag) {
    case HWP_INPUT_MODELS:
      hw_digest_of(in->at, hwp_bytes_left(in), self->found.models);
      return hwp_get_models(in, &self->arena, &self->input, err);
    case HWP_INPUT_SAMPLES:
      return read_samples(self, in, err);
    case HWP_INPUT_FAMILIES:
      return read_families(self, in, err);
    default:
      return read_queries(self, in, err);
  }
}

static const hwp_input_form form = {.magic = "HWSINPUT",
                                    .count = count_rows,
                                    .put_row = put_row,
                                    .get = read_content,
                                    .check = check_codes};

hw_status hw_search_input_write(const hw_search_input *input, const char *path, hw_err *err) {
  return hwp_input_form_write(&form, input, path, err);
}

hw_status hwp_input_parse(const void *bytes, size_t n_bytes, const char *name,
                          hw_search_input_file *out, hw_err *err) {
  reader self = {.work = {.out = NULL}};
  self.work.out = &self.found;
  *out = (hw_search_input_file){0};
  hw_arena *storage = malloc(sizeof *storage);
  hw_status status = storage ? HW_OK : HW_NO_MEMORY(err, "the input of the search");
  if (status == HW_OK) status = hwp_input_form_parse(&form, &self, bytes, n_bytes, name, NULL, err);
  if (status == HW_OK) {
    digests_end(&self.work, &self.input);
    memcpy(out->digest, self.found.all, HW_DIGEST_SIZE);
    out->input = self.input;
    *storage = self.arena;
    out->storage = storage;
  } else {
    hw_arena_clear(&self.arena);
    free(self.work.families);
    free(storage);
  }
  hw_search_digests_clear(&self.found);
  return status;
}

hw_status hw_search_input_read(const char *path, hw_search_input_file *out, hw_err *err) {
  char *bytes;
  size_t n_bytes;
  *out = (hw_search_input_file){0};
  HW_TRY(hw_file_read(path, MAX_BYTES, &bytes, &n_bytes, err));
  const hw_status status = hwp_input_parse(bytes, n_bytes, path, out, err);
  free(bytes);
  return status;
}

void hw_search_input_clear(hw_search_input_file *self) {
  if (!self || !self->storage) return;
  hw_arena_clear(self->storage);
  free(self->storage);
  *self = (hw_search_input_file){0};
}
