/* The input of a search as a file, and its digests.
 *
 *     file      [ "HWSINPUT" | version 4 | 0 4 | models | samples | families | queries ]
 *     section   [ tag 4 | length 8 | content … | digest 32 ]         (bytes.h)
 *     content   models: theta, markers; the others: number of rows, rows (input_int.h)
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

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/file.h"
#include "base/file_write.h"
#include "genetics/name_index.h"
#include "search/input_int.h"

static const char MAGIC[8] = {'H', 'W', 'S', 'I', 'N', 'P', 'U', 'T'};
#define VERSION 1U
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

static hw_status put_row(hw_str *out, const hw_search_input *input, uint32_t tag, int32_t i,
                         hw_err *err) {
  switch (tag) {
    case HWP_INPUT_SAMPLES:
      return hwp_put_sample(out, input, i, err);
    case HWP_INPUT_FAMILIES:
      return hwp_put_family(out, input, i, err);
    default:
      return hwp_put_query(out, input, i, err);
  }
}

static int32_t count_rows(const hw_search_input *input, uint32_t tag) {
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

/* --- writing --- */

static hw_status write_section(const hw_search_input *input, uint32_t tag, hw_file_writer *file,
                               hw_err *err) {
  hw_str content = HW_STR_INIT;
  hw_status status = HW_OK;
  if (tag == HWP_INPUT_MODELS) {
    hwp_put_models(&content, input);
  } else {
    const int32_t n = count_rows(input, tag);
    hwp_put_uint(&content, (uint64_t)n);
    for (int32_t i = 0; i < n && status == HW_OK; i++)
      status = put_row(&content, input, tag, i, err);
  }
  if (status == HW_OK && hw_str_status(&content) != HW_OK)
    status = HW_NO_MEMORY(err, "the input of the search");
  if (status == HW_OK) {
    unsigned char head[HWP_SECTION_HEAD];
    uint8_t digest[HW_DIGEST_SIZE];
    hwp_section_head(tag, content.length, head);
    hwp_section_digest(NULL, 0, head, content.bytes, content.length, digest);
    hw_file_write_add(file, head, sizeof head);
    hw_file_write_add(file, content.bytes, content.length);
    hw_file_write_add(file, digest, sizeof digest);
  }
  hw_str_clear(&content);
  return status;
}

hw_status hw_search_input_write(const hw_search_input *input, const char *path, hw_err *err) {
  hw_file_writer file;
  const unsigned char head[HWP_INPUT_HEAD - sizeof MAGIC] = {VERSION};
  HW_TRY(hw_file_write_begin(&file, path, err));
  hw_file_write_add(&file, MAGIC, sizeof MAGIC);
  hw_file_write_add(&file, head, sizeof head);
  hw_status status = HW_OK;
  for (uint32_t tag = HWP_INPUT_MODELS; tag <= HWP_INPUT_QUERIES && status == HW_OK; tag++)
    status = write_section(input, tag, &file, err);
  if (status == HW_OK) return hw_file_write_end(&file, err);
  hw_file_write_discard(&file);
  return status;
}

/* --- reading --- */

typedef struct reader {
  hw_search_input input;
  hw_arena arena;
  hw_search_digests found;
  digests work;
} reader;

static hw_status check_distinct(const char *const *codes, int32_t n, const char *what,
                                hw_err *err) {
  hw_name_index index;
  HW_TRY(hw_name_index_init(&index, n, codes, err));
  const int32_t again = hw_name_index_duplicate(&index, NULL);
  hw_name_index_clear(&index);
  if (again == HW_NAME_NONE) return HW_OK;
  return hw_err_set(err, HW_E_DAMAGED, "two %s are called \"%.60s\"", what, codes[again]);
}

static hw_status check_codes(const reader *self, hw_err *err) {
  const int32_t n_samples = self->input.n_samples, n_families = self->input.n_families;
  const size_t most = (size_t)(n_samples > n_families ? n_samples : n_families);
  const char **codes = calloc(most + 1, sizeof *codes);
  if (!codes) return HW_NO_MEMORY(err, "the codes");
  for (int32_t i = 0; i < n_samples; i++) codes[i] = self->input.samples[i].code;
  hw_status status = check_distinct(codes, n_samples, "samples", err);
  for (int32_t i = 0; i < n_families; i++) codes[i] = self->input.families[i].code;
  if (status == HW_OK) status = check_distinct(codes, n_families, "families", err);
  free(codes);
  return status;
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

/* The missing persons of one family, which begin at @p first: not typed, distinct codes. */
static hw_status check_missing(const reader *self, const hw_search_query *queries, int32_t first,
                               int32_t end, hw_err *err) {
  const hw_search_family *family = &self->input.families[queries[first].family];
  const int32_t n = end - first;
  bool *is_typed = calloc((size_t)family->pedigree.n_persons, sizeof *is_typed);
  const char **codes = calloc((size_t)n, sizeof *codes);
  hw_status status = is_typed && codes ? HW_OK : HW_NO_MEMORY(err, "the missing persons");
  for (int32_t i = 0; status == HW_OK && i < family->n_profiles; i++)
    is_typed[family->profile_person[i]] = true;
  for (int32_t i = 0; status == HW_OK && i < n; i++) {
    codes[i] = queries[first + i].code;
    if (is_typed[queries[first + i].person])
      status = hw_err_set(err, HW_E_DAMAGED, "missing person \"%.60s\" has a profile", codes[i]);
  }
  if (status == HW_OK) status = check_distinct(codes, n, "missing persons of a family", err);
  free(is_typed);
  free(codes);
  return status;
}

/* Queries of one family stand together. */
static hw_status check_queries(const reader *self, const hw_search_query *queries, int32_t n,
                               hw_err *err) {
  bool *is_done = calloc((size_t)self->input.n_families + 1, sizeof *is_done);
  if (!is_done) return HW_NO_MEMORY(err, "the missing persons");
  hw_status status = HW_OK;
  for (int32_t first = 0; first < n && status == HW_OK;) {
    int32_t end = first + 1;
    while (end < n && queries[end].family == queries[first].family) end++;
    if (is_done[queries[first].family])
      status = hw_err_set(err, HW_E_DAMAGED, "missing persons of a family do not stand together");
    is_done[queries[first].family] = true;
    if (status == HW_OK) status = check_missing(self, queries, first, end, err);
    first = end;
  }
  free(is_done);
  return status;
}

static hw_status read_queries(reader *self, hwp_bytes *in, hw_err *err) {
  const int32_t n = hwp_get_count(in, 3, HW_SEARCH_MAX_QUERIES);
  hw_search_query *queries = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *queries);
  if (!queries) return HW_NO_MEMORY(err, "the missing persons");
  self->found.queries = calloc((size_t)n + 1, sizeof *self->found.queries);
  if (!self->found.queries) return HW_NO_MEMORY(err, "the digests of the missing persons");
  for (int32_t i = 0; i < n; i++) {
    const hw_status status = hwp_get_query(in, &self->arena, &self->input, &queries[i], err);
    if (status != HW_OK) {
      hw_err_while(err, "reading missing person %d of %d", (int)i + 1, (int)n);
      return status;
    }
  }
  HW_TRY(check_queries(self, queries, n, err));
  self->input.n_queries = n;
  self->input.queries = queries;
  return HW_OK;
}

static hw_status read_content(reader *self, uint32_t tag, hwp_bytes *in, hw_err *err) {
  hw_status status;
  switch (tag) {
    case HWP_INPUT_MODELS:
      hw_digest_of(in->at, hwp_bytes_left(in), self->found.models);
      status = hwp_get_models(in, &self->arena, &self->input, err);
      break;
    case HWP_INPUT_SAMPLES:
      status = read_samples(self, in, err);
      break;
    case HWP_INPUT_FAMILIES:
      status = read_families(self, in, err);
      break;
    default:
      status = read_queries(self, in, err);
      break;
  }
  if (status == HW_OK && (in->is_bad || hwp_bytes_left(in) > 0))
    status = hw_err_set(err, HW_E_DAMAGED, "a part of it has another length than it says");
  return status;
}

static hw_status read_head(hwp_bytes *in, hw_err *err) {
  const unsigned char *magic = hwp_get_raw(in, sizeof MAGIC);
  if (!magic || memcmp(magic, MAGIC, sizeof MAGIC) != 0)
    return hw_err_set(err, HW_E_SYNTAX, "this is not the input of a search");
  const uint64_t version = hwp_get_fixed(in, 4);
  if (hwp_get_fixed(in, 4) == 0 && version == VERSION && !in->is_bad) return HW_OK;
  return hw_err_set(err, HW_E_VALUE,
                    "this input of a search has version %u of its format; this program reads "
                    "version %u: make it again with 'homeward search plan'",
                    (unsigned)version, VERSION);
}

static hw_status read_sections(reader *self, hwp_bytes *in, hw_err *err) {
  for (uint32_t tag = HWP_INPUT_MODELS; tag <= HWP_INPUT_QUERIES; tag++) {
    uint32_t found;
    hwp_bytes content;
    if (!hwp_get_section(in, NULL, 0, &found, &content) || found != tag)
      return hw_err_set(err, HW_E_DAMAGED, "bytes of it were changed, or it was cut");
    HW_TRY(read_content(self, tag, &content, err));
  }
  if (hwp_bytes_left(in) > 0)
    return hw_err_set(err, HW_E_DAMAGED, "%zu bytes follow behind its end", hwp_bytes_left(in));
  return check_codes(self, err);
}

/* Whatever does not fit in a file that this program wrote is damage. */
static hw_status tell_damage(hw_status status, hw_err *err) {
  char text[sizeof err->message];
  if (status == HW_OK || status == HW_E_NO_MEMORY) return status;
  snprintf(text, sizeof text, "%s", err ? err->message : "");
  return hw_err_set(err, HW_E_DAMAGED,
                    "the input of the search is damaged (%.380s): make it again with 'homeward "
                    "search plan'",
                    text);
}

hw_status hwp_input_parse(const void *bytes, size_t n_bytes, const char *name,
                          hw_search_input_file *out, hw_err *err) {
  reader self = {.work = {.out = NULL}};
  self.work.out = &self.found;
  *out = (hw_search_input_file){0};
  hwp_bytes in = hwp_bytes_of(bytes, n_bytes);
  hw_arena *storage = malloc(sizeof *storage);
  hw_status status = storage ? HW_OK : HW_NO_MEMORY(err, "the input of the search");
  if (status == HW_OK) status = read_head(&in, err);
  if (status == HW_OK) status = tell_damage(read_sections(&self, &in, err), err);
  if (status == HW_OK) {
    digests_end(&self.work, &self.input);
    memcpy(out->digest, self.found.all, HW_DIGEST_SIZE);
    out->input = self.input;
    *storage = self.arena;
    out->storage = storage;
  } else {
    hw_err_place(err, name, 0, 0);
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
