/* A complete search as a file.
 *
 *     file      [ "HWSKEPT." | version 8 | head | samples | queries | outcome ]
 *     head      key, numbers of samples and queries
 *     samples   digest of every row, 16 bytes; queries likewise
 *     outcome   of all queries as of one unit (outcome.c)
 *
 * The key says whether anything in it is of use: other parameters, other markers
 * or another version of the program mean other numbers. Which rows are the same
 * as today is found by their digests (since.c). */
#include "search/kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/file.h"
#include "base/file_write.h"
#include "search/bytes.h"
#include "search/manifest.h"

static const char MAGIC[8] = {'H', 'W', 'S', 'K', 'E', 'P', 'T', '.'};
#define VERSION 1U
enum { TAG_HEAD = 1, TAG_SAMPLES, TAG_QUERIES, TAG_OUTCOME };
#define MAX_BYTES ((size_t)1 << 40)

void hwp_kept_key(const hw_search_options *options, const hw_search_digests *digests,
                  uint8_t out[HW_DIGEST_SIZE]) {
  hw_digest digest;
  hw_digest_begin(&digest);
  hw_digest_add_text(&digest, "homeward search kept");
  hwp_options_add(&digest, options);
  hw_digest_add(&digest, digests->models, HW_DIGEST_SIZE);
  hw_digest_end(&digest, out);
}

void hwp_kept_clear(hwp_kept *self) {
  if (!self) return;
  hwp_outcome_clear(&self->outcome);
  hw_arena_clear(&self->arena);
  *self = (hwp_kept){0};
}

/* --- reading --- */

static hw_status damaged(hw_err *err) {
  return hw_err_set(err, HW_E_DAMAGED, "what was kept of the last search is damaged");
}

static hw_status get_head(hwp_bytes *in, const uint8_t key[HW_DIGEST_SIZE], hwp_kept *out,
                          hw_err *err) {
  uint32_t tag;
  hwp_bytes head;
  const unsigned char *magic = hwp_get_raw(in, sizeof MAGIC);
  if (!magic || memcmp(magic, MAGIC, sizeof MAGIC) != 0)
    return hw_err_set(err, HW_E_SYNTAX, "this is not what a search keeps");
  if (hwp_get_fixed(in, 8) != VERSION || in->is_bad)
    return hw_err_set(err, HW_E_VALUE, "what was kept is in another version of its format");
  if (!hwp_get_section(in, NULL, 0, &tag, &head) || tag != TAG_HEAD) return damaged(err);
  const unsigned char *found = hwp_get_raw(&head, HW_DIGEST_SIZE);
  out->n_samples = (int32_t)hwp_get_uint(&head, HW_SEARCH_MAX_SAMPLES);
  out->n_queries = (int32_t)hwp_get_uint(&head, HW_SEARCH_MAX_QUERIES);
  if (!found || head.is_bad || hwp_bytes_left(&head) > 0) return damaged(err);
  if (memcmp(found, key, HW_DIGEST_SIZE) == 0) return HW_OK;
  return hw_err_set(err, HW_E_CONFLICT,
                    "the last search had other parameters or markers, or was made by another "
                    "version of the program");
}

static hw_status get_rows(hwp_bytes *in, uint32_t tag, int32_t n, hw_arena *arena, hwp_rows *out,
                          hw_err *err) {
  uint32_t found;
  hwp_bytes rows;
  if (!hwp_get_section(in, NULL, 0, &found, &rows) || found != tag ||
      hwp_bytes_left(&rows) != (size_t)n * HW_SEARCH_ROW_DIGEST)
    return damaged(err);
  *out = hw_arena_copy(arena, rows.at, hwp_bytes_left(&rows));
  return *out ? HW_OK : HW_NO_MEMORY(err, "what was kept of the last search");
}

static hw_status get_all(hwp_bytes *in, const uint8_t key[HW_DIGEST_SIZE],
                         const hw_search_options *options, hwp_kept *out, hw_err *err) {
  uint32_t tag;
  hwp_bytes bytes;
  HW_TRY(get_head(in, key, out, err));
  HW_TRY(get_rows(in, TAG_SAMPLES, out->n_samples, &out->arena, &out->samples, err));
  HW_TRY(get_rows(in, TAG_QUERIES, out->n_queries, &out->arena, &out->queries, err));
  if (!hwp_get_section(in, NULL, 0, &tag, &bytes) || tag != TAG_OUTCOME || hwp_bytes_left(in) > 0)
    return damaged(err);
  const hwp_unit unit = {.n_queries = out->n_queries};
  return hwp_get_outcome(bytes.at, hwp_bytes_left(&bytes), &unit, options, out->n_samples,
                         &out->outcome, err);
}

hw_status hwp_kept_parse(const void *bytes, size_t n, const uint8_t key[HW_DIGEST_SIZE],
                         const hw_search_options *options, hwp_kept *out, hw_err *err) {
  hwp_bytes in = hwp_bytes_of(bytes, n);
  *out = (hwp_kept){0};
  const hw_status status = get_all(&in, key, options, out, err);
  if (status == HW_OK)
    hw_digest_of(bytes, n, out->digest);
  else
    hwp_kept_clear(out);
  return status;
}

hw_status hwp_kept_read(const char *path, const uint8_t key[HW_DIGEST_SIZE],
                        const hw_search_options *options, hwp_kept *out, hw_err *err) {
  char *bytes;
  size_t n;
  *out = (hwp_kept){0};
  HW_TRY(hw_file_read(path, MAX_BYTES, &bytes, &n, err));
  const hw_status status = hwp_kept_parse(bytes, n, key, options, out, err);
  if (status != HW_OK) hw_err_place(err, path, 0, 0);
  free(bytes);
  return status;
}

/* --- writing --- */

static int by_place(const void *left, const void *right) {
  const hw_search_pair *x = left, *y = right;
  if (x->query != y->query) return x->query < y->query ? -1 : 1;
  return x->sample < y->sample ? -1 : x->sample > y->sample;
}

static void put_outcome(hw_str *out, const hwp_found *found, hw_search_pair *pairs) {
  if (found->n_pairs > 0) memcpy(pairs, found->pairs, (size_t)found->n_pairs * sizeof *pairs);
  qsort(pairs, (size_t)found->n_pairs, sizeof *pairs, by_place);
  const hwp_unit unit = {.n_queries = found->n_queries};
  const hwp_outcome outcome = {.n_kept = found->n_pairs,
                               .kept = pairs,
                               .n_rescored = found->n_rescored,
                               .expected = found->expected,
                               .variance = found->variance,
                               .status = found->status,
                               .why = found->why};
  hwp_put_outcome(out, &unit, &outcome);
}

hw_status hwp_kept_write(const char *path, const uint8_t key[HW_DIGEST_SIZE],
                         const hw_search_digests *digests, const hwp_found *found, hw_err *err) {
  hw_str file = HW_STR_INIT, head = HW_STR_INIT, outcome = HW_STR_INIT;
  hw_search_pair *pairs = calloc((size_t)found->n_pairs + 1, sizeof *pairs);
  if (pairs) put_outcome(&outcome, found, pairs);
  hw_str_append_bytes(&head, (const char *)key, HW_DIGEST_SIZE);
  hwp_put_uint(&head, (uint64_t)found->n_samples);
  hwp_put_uint(&head, (uint64_t)found->n_queries);
  hw_str_append_bytes(&file, MAGIC, sizeof MAGIC);
  hwp_put_fixed(&file, VERSION, 8);
  hw_status status = HW_E_NO_MEMORY;
  if (pairs && hw_str_status(&outcome) == HW_OK && hw_str_status(&head) == HW_OK) {
    hwp_put_section(&file, TAG_HEAD, NULL, 0, head.bytes, head.length);
    hwp_put_section(&file, TAG_SAMPLES, NULL, 0, digests->samples,
                    (size_t)found->n_samples * HW_SEARCH_ROW_DIGEST);
    hwp_put_section(&file, TAG_QUERIES, NULL, 0, digests->queries,
                    (size_t)found->n_queries * HW_SEARCH_ROW_DIGEST);
    hwp_put_section(&file, TAG_OUTCOME, NULL, 0, outcome.bytes, outcome.length);
    status = hw_str_status(&file);
  }
  if (status == HW_OK)
    status = hw_file_replace(path, file.bytes, file.length, err);
  else
    status = HW_NO_MEMORY(err, "what is kept of the search");
  free(pairs);
  hw_str_clear(&file);
  hw_str_clear(&head);
  hw_str_clear(&outcome);
  return status;
}
