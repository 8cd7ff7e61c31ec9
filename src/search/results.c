/* Gathering outcomes, and the results of a search.
 *
 * Pairs are cut to what is kept whenever they have doubled: cutting early and
 * cutting again leaves what one cut at the end leaves (keep.c), and memory stays
 * within a small multiple of the results. Figures of queries go to their places.
 * Only the end adds anything up, in the order of the queries. */
#include "search/results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

/* Pairs that are gathered before the first cut. */
#define FIRST_CUT ((int64_t)1 << 20)

hw_status hwp_found_init(hwp_found *self, int32_t n_samples, int32_t n_queries, bool is_snp,
                         const hw_search_options *options, hw_err *err) {
  const size_t n = (size_t)n_queries + 1;
  *self = (hwp_found){
      .options = options, .n_samples = n_samples, .n_queries = n_queries, .cut_at = FIRST_CUT};
  self->expected = hw_arena_alloc_array(&self->arena, n, sizeof *self->expected);
  self->variance = hw_arena_alloc_array(&self->arena, n, sizeof *self->variance);
  self->status = hw_arena_alloc_array(&self->arena, n, sizeof *self->status);
  self->why = hw_arena_alloc_array(&self->arena, n, sizeof *self->why);
  if (is_snp) self->sums = hw_arena_alloc_array(&self->arena, n, sizeof *self->sums);
  const bool has_sums = !is_snp || self->sums;
  if (self->expected && self->variance && self->status && self->why && has_sums) return HW_OK;
  hw_arena_clear(&self->arena);
  return HW_NO_MEMORY(err, "the results");
}

void hwp_found_clear(hwp_found *self) {
  if (!self) return;
  free(self->pairs);
  free(self->left_out);
  hw_arena_clear(&self->arena);
  *self = (hwp_found){0};
}

static hw_status cut(hwp_found *self, hw_err *err) {
  const int64_t n =
      hwp_keep(self->options, self->n_samples, self->n_queries, self->n_pairs, self->pairs);
  if (n < 0) return HW_NO_MEMORY(err, "the pairs that are kept");
  self->n_pairs = n;
  return HW_OK;
}

static hw_status make_room(hwp_found *self, int64_t n_more, hw_err *err) {
  if (self->n_pairs > 0 && self->n_pairs + n_more > self->cut_at) {
    HW_TRY(cut(self, err));
    self->cut_at = 2 * (self->n_pairs + n_more);
    if (self->cut_at < FIRST_CUT) self->cut_at = FIRST_CUT;
  }
  const int64_t needed = self->n_pairs + n_more;
  if (needed <= self->n_room) return HW_OK;
  const int64_t n_room = needed + self->n_room;
  size_t bytes;
  if (!hw_mul_size((size_t)n_room, sizeof *self->pairs, &bytes))
    return HW_NO_MEMORY(err, "the pairs that are kept");
  hw_search_pair *pairs = realloc(self->pairs, bytes);
  if (!pairs) return HW_NO_MEMORY(err, "the pairs that are kept");
  self->pairs = pairs;
  self->n_room = n_room;
  return HW_OK;
}

hw_status hwp_found_add(hwp_found *self, const hwp_unit *unit, const hwp_outcome *outcome,
                        hw_err *err) {
  HW_TRY(make_room(self, outcome->n_kept, err));
  for (int32_t i = 0; i < unit->n_queries; i++) {
    const int32_t query = unit->first_query + i;
    self->why[query] = NULL;
    if (outcome->why[i]) {
      self->why[query] = hw_arena_strdup(&self->arena, outcome->why[i]);
      if (!self->why[query]) return HW_NO_MEMORY(err, "the results");
    }
    self->status[query] = outcome->status[i];
    if (self->sums) {
      self->sums[query] = outcome->sums[i];
      continue;
    }
    self->expected[query] = outcome->expected[i];
    self->variance[query] = outcome->variance[i];
  }
  if (outcome->n_kept > 0)
    memcpy(self->pairs + self->n_pairs, outcome->kept,
           (size_t)outcome->n_kept * sizeof *self->pairs);
  self->n_pairs += outcome->n_kept;
  self->n_rescored += outcome->n_rescored;
  return HW_OK;
}

hw_status hwp_found_finish(hwp_found *self, hw_search_results *out, hw_err *err) {
  HW_TRY(cut(self, err));
  int32_t n_left_out = 0;
  for (int32_t i = 0; i < self->n_queries; i++) n_left_out += self->status[i] != HW_OK;
  free(self->left_out);
  self->left_out = calloc((size_t)n_left_out + 1, sizeof *self->left_out);
  if (!self->left_out) return HW_NO_MEMORY(err, "the results");
  *out =
      (hw_search_results){.n_pairs = self->n_pairs,
                          .pairs = self->pairs,
                          .n_compared = (int64_t)(self->n_queries - n_left_out) * self->n_samples,
                          .n_rescored = self->n_rescored,
                          .expected = self->expected,
                          .left_out = self->left_out};
  double variance = 0;
  for (int32_t i = 0; i < self->n_queries; i++) {
    if (self->status[i] != HW_OK) {
      self->left_out[out->n_left_out++] = (hw_search_left_out){
          .query = i, .status = self->status[i], .why = self->why[i] ? self->why[i] : ""};
      continue;
    }
    out->expected_all += self->expected[i];
    variance += self->variance[i];
  }
  out->expected_error = sqrt(variance);
  return HW_OK;
}

static void add_double(hw_digest *digest, double value) {
  int64_t bits;
  if (isnan(value)) value = (double)NAN;
  memcpy(&bits, &value, sizeof bits);
  hw_digest_add_int(digest, bits);
}

void hwp_results_digest(const hw_search_results *results, int32_t n_queries,
                        uint8_t out[HW_DIGEST_SIZE]) {
  hw_digest digest;
  hw_digest_begin(&digest);
  hw_digest_add_int(&digest, results->n_pairs);
  for (int64_t i = 0; i < results->n_pairs; i++) {
    hw_digest_add_int(&digest, results->pairs[i].sample);
    hw_digest_add_int(&digest, results->pairs[i].query);
    add_double(&digest, results->pairs[i].log10_lr);
  }
  hw_digest_add_int(&digest, results->n_compared);
  for (int32_t i = 0; i < n_queries; i++) add_double(&digest, results->expected[i]);
  add_double(&digest, results->expected_all);
  add_double(&digest, results->expected_error);
  for (int32_t i = 0; i < results->n_left_out; i++) {
    hw_digest_add_int(&digest, results->left_out[i].query);
    hw_digest_add_int(&digest, results->left_out[i].status);
    hw_digest_add_text(&digest, results->left_out[i].why);
  }
  hw_digest_end(&digest, out);
}
