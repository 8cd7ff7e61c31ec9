/* Writing and reading files of searches' inputs, whichever engine's (input_form.h).
 *
 * A section begins with its length, so its rows are made once to be counted and once
 * to be written; they take no memory but a megabyte, and there may be gigabytes of
 * them. Whatever does not fit in a file that this program wrote is damage. */
#include "search/input_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/file_write.h"
#include "genetics/name_index.h"
#include "search/input_int.h"

enum { MAGIC = 8 };
#define VERSION 1U
/* Rows are gathered up to this many bytes before they are digested or written. */
#define CHUNK_BYTES ((size_t)1 << 20)

/* --- rows in chunks --- */

typedef void chunk_fn(void *context, const void *bytes, size_t n);

static hw_status each_chunk(const hwp_input_form *form, const void *input, uint32_t tag,
                            chunk_fn *take, void *context, hw_err *err) {
  hw_str rows = HW_STR_INIT;
  const int32_t n = tag == HWP_INPUT_MODELS ? 1 : form->count(input, tag);
  hw_status status = HW_OK;
  if (tag != HWP_INPUT_MODELS) hwp_put_uint(&rows, (uint64_t)n);
  for (int32_t i = 0; i < n && status == HW_OK; i++) {
    status = form->put_row(&rows, input, tag, i, err);
    if (status == HW_OK && hw_str_status(&rows) != HW_OK)
      status = HW_NO_MEMORY(err, "the input of the search");
    if (status == HW_OK && rows.length > CHUNK_BYTES) {
      take(context, rows.bytes, rows.length);
      hw_str_clear(&rows);
    }
  }
  if (status == HW_OK && hw_str_status(&rows) != HW_OK)
    status = HW_NO_MEMORY(err, "the input of the search");
  if (status == HW_OK && rows.length > 0) take(context, rows.bytes, rows.length);
  hw_str_clear(&rows);
  return status;
}

static void add_length(void *context, const void *bytes, size_t n) {
  uint64_t *length = context;
  (void)bytes;
  *length += n;
}

static void add_digest(void *context, const void *bytes, size_t n) {
  hw_digest_add(context, bytes, n);
}

/* --- digest --- */

static void begin_digest(const hwp_input_form *form, hw_digest *digest) {
  hw_digest_begin(digest);
  hw_digest_add(digest, form->magic, MAGIC);
}

hw_status hwp_input_form_digest(const hwp_input_form *form, const void *input,
                                uint8_t out[HW_DIGEST_SIZE], hw_err *err) {
  hw_digest all;
  begin_digest(form, &all);
  for (uint32_t tag = HWP_INPUT_MODELS; tag <= HWP_INPUT_QUERIES; tag++) {
    hw_digest section;
    uint8_t digest[HW_DIGEST_SIZE];
    hw_digest_begin(&section);
    HW_TRY(each_chunk(form, input, tag, add_digest, &section, err));
    hw_digest_end(&section, digest);
    hw_digest_add(&all, digest, sizeof digest);
  }
  hw_digest_end(&all, out);
  return HW_OK;
}

/* --- writing --- */

/* A section on its way into a file. */
typedef struct writing {
  hw_file_writer *file;
  hw_digest digest;
} writing;

static void write_chunk(void *context, const void *bytes, size_t n) {
  writing *self = context;
  hw_digest_add(&self->digest, bytes, n);
  hw_file_write_add(self->file, bytes, n);
}

static hw_status write_section(const hwp_input_form *form, const void *input, uint32_t tag,
                               hw_file_writer *file, hw_err *err) {
  uint64_t length = 0;
  unsigned char head[HWP_SECTION_HEAD];
  uint8_t digest[HW_DIGEST_SIZE];
  writing section = {.file = file};
  HW_TRY(each_chunk(form, input, tag, add_length, &length, err));
  hwp_section_head(tag, length, head);
  hw_digest_begin(&section.digest);
  write_chunk(&section, head, sizeof head);
  HW_TRY(each_chunk(form, input, tag, write_chunk, &section, err));
  hw_digest_end(&section.digest, digest);
  hw_file_write_add(file, digest, sizeof digest);
  return HW_OK;
}

hw_status hwp_input_form_write(const hwp_input_form *form, const void *input, const char *path,
                               hw_err *err) {
  hw_file_writer file;
  const unsigned char head[HWP_INPUT_HEAD - MAGIC] = {VERSION};
  HW_TRY(hw_file_write_begin(&file, path, err));
  hw_file_write_add(&file, form->magic, MAGIC);
  hw_file_write_add(&file, head, sizeof head);
  hw_status status = HW_OK;
  for (uint32_t tag = HWP_INPUT_MODELS; tag <= HWP_INPUT_QUERIES && status == HW_OK; tag++)
    status = write_section(form, input, tag, &file, err);
  if (status == HW_OK) return hw_file_write_end(&file, err);
  hw_file_write_discard(&file);
  return status;
}

/* --- reading --- */

static hw_status read_head(const hwp_input_form *form, hwp_bytes *in, hw_err *err) {
  const unsigned char *magic = hwp_get_raw(in, MAGIC);
  if (!magic || memcmp(magic, form->magic, MAGIC) != 0)
    return hw_err_set(err, HW_E_SYNTAX, "this is not the input of a search");
  const uint64_t version = hwp_get_fixed(in, 4);
  if (hwp_get_fixed(in, 4) == 0 && version == VERSION && !in->is_bad) return HW_OK;
  return hw_err_set(err, HW_E_VALUE,
                    "this input of a search has version %u of its format; this program reads "
                    "version %u: make it again with 'homeward search plan'",
                    (unsigned)version, VERSION);
}

static hw_status read_sections(const hwp_input_form *form, void *reader, hwp_bytes *in,
                               uint8_t *digest, hw_err *err) {
  hw_digest all;
  begin_digest(form, &all);
  for (uint32_t tag = HWP_INPUT_MODELS; tag <= HWP_INPUT_QUERIES; tag++) {
    uint32_t found;
    uint8_t of_section[HW_DIGEST_SIZE];
    hwp_bytes content;
    if (!hwp_get_section(in, NULL, 0, &found, &content) || found != tag)
      return hw_err_set(err, HW_E_DAMAGED, "bytes of it were changed, or it was cut");
    if (digest) {
      hw_digest_of(content.at, hwp_bytes_left(&content), of_section);
      hw_digest_add(&all, of_section, sizeof of_section);
    }
    HW_TRY(form->get(reader, tag, &content, err));
    if (content.is_bad || hwp_bytes_left(&content) > 0)
      return hw_err_set(err, HW_E_DAMAGED, "a part of it has another length than it says");
  }
  if (hwp_bytes_left(in) > 0)
    return hw_err_set(err, HW_E_DAMAGED, "%zu bytes follow behind its end", hwp_bytes_left(in));
  if (digest) hw_digest_end(&all, digest);
  return form->check(reader, err);
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

hw_status hwp_input_form_parse(const hwp_input_form *form, void *reader, const void *bytes,
                               size_t n_bytes, const char *name, uint8_t *digest, hw_err *err) {
  hwp_bytes in = hwp_bytes_of(bytes, n_bytes);
  hw_status status = read_head(form, &in, err);
  if (status == HW_OK) status = tell_damage(read_sections(form, reader, &in, digest, err), err);
  if (status != HW_OK) hw_err_place(err, name, 0, 0);
  return status;
}

/* --- codes --- */

static hw_status check_distinct(const char *const *codes, int32_t n, const char *what,
                                hw_err *err) {
  hw_name_index index;
  HW_TRY(hw_name_index_init(&index, n, codes, err));
  const int32_t again = hw_name_index_duplicate(&index, NULL);
  hw_name_index_clear(&index);
  if (again == HW_NAME_NONE) return HW_OK;
  return hw_err_set(err, HW_E_DAMAGED, "two %s are called \"%.60s\"", what, codes[again]);
}

hw_status hwp_input_check_codes(const void *rows, size_t stride, int32_t n, const char *what,
                                hw_err *err) {
  const char **codes = calloc((size_t)n + 1, sizeof *codes);
  if (!codes) return HW_NO_MEMORY(err, "the codes");
  for (int32_t i = 0; i < n; i++)
    memcpy(&codes[i], (const unsigned char *)rows + (size_t)i * stride, sizeof codes[i]);
  const hw_status status = check_distinct(codes, n, what, err);
  free(codes);
  return status;
}

/* --- missing persons --- */

/* The missing persons of one family: not typed, distinct codes. */
static hw_status check_missing(const hwp_input_kin *family, const hw_search_query *queries,
                               int32_t n, hw_err *err) {
  bool *is_typed = calloc((size_t)family->pedigree->n_persons, sizeof *is_typed);
  const char **codes = calloc((size_t)n, sizeof *codes);
  hw_status status = is_typed && codes ? HW_OK : HW_NO_MEMORY(err, "the missing persons");
  for (int32_t i = 0; status == HW_OK && i < family->n_profiles; i++)
    is_typed[family->profile_person[i]] = true;
  for (int32_t i = 0; status == HW_OK && i < n; i++) {
    codes[i] = queries[i].code;
    if (is_typed[queries[i].person])
      status = hw_err_set(err, HW_E_DAMAGED, "missing person \"%.60s\" has a profile", codes[i]);
  }
  if (status == HW_OK) status = check_distinct(codes, n, "missing persons of a family", err);
  free(is_typed);
  free(codes);
  return status;
}

/* Queries of one family stand together. */
static hw_status check_queries(int32_t n_families, const hwp_input_kin *families,
                               const hw_search_query *queries, int32_t n, hw_err *err) {
  bool *is_done = calloc((size_t)n_families + 1, sizeof *is_done);
  if (!is_done) return HW_NO_MEMORY(err, "the missing persons");
  hw_status status = HW_OK;
  for (int32_t first = 0; first < n && status == HW_OK;) {
    const int32_t family = queries[first].family;
    int32_t end = first + 1;
    while (end < n && queries[end].family == family) end++;
    if (is_done[family])
      status = hw_err_set(err, HW_E_DAMAGED, "missing persons of a family do not stand together");
    is_done[family] = true;
    if (status == HW_OK)
      status = check_missing(&families[family], queries + first, end - first, err);
    first = end;
  }
  free(is_done);
  return status;
}

hw_status hwp_input_get_queries(hwp_bytes *in, hw_arena *arena, int32_t n_families,
                                const hwp_input_kin *families, const hw_search_query **out,
                                int32_t *n_out, hw_err *err) {
  const int32_t n = hwp_get_count(in, 3, HW_SEARCH_MAX_QUERIES);
  hw_search_query *queries = hw_arena_alloc_array(arena, (size_t)n, sizeof *queries);
  if (!queries) return HW_NO_MEMORY(err, "the missing persons");
  for (int32_t i = 0; i < n; i++) {
    const hw_status status = hwp_get_query(in, arena, n_families, families, &queries[i], err);
    if (status != HW_OK) {
      hw_err_while(err, "reading missing person %d of %d", (int)i + 1, (int)n);
      return status;
    }
  }
  HW_TRY(check_queries(n_families, families, queries, n, err));
  *out = queries;
  *n_out = n;
  return HW_OK;
}
