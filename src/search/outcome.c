/* Outcomes of units as bytes.
 *
 *     rescored · for each query: 0 expected variance, or status and reason
 *     number of pairs · for each: queries since the last pair's, sample (distance
 *     from the last one where the query is the same), log10 LR
 *
 * Pairs come by query, then sample, so most take ten bytes. What is read is
 * checked as far as it can be without computing it again. */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "search/bytes.h"
#include "search/results.h"

void hwp_put_outcome(hw_str *out, const hwp_unit *unit, const hwp_outcome *outcome) {
  hwp_put_uint(out, (uint64_t)outcome->n_rescored);
  for (int32_t i = 0; i < unit->n_queries; i++) {
    hwp_put_uint(out, (uint64_t)-outcome->status[i]);
    if (outcome->status[i] == HW_OK) {
      hwp_put_double(out, outcome->expected[i]);
      hwp_put_double(out, outcome->variance[i]);
    } else {
      hwp_put_text(out, outcome->why[i] ? outcome->why[i] : "");
    }
  }
  hwp_put_uint(out, (uint64_t)outcome->n_kept);
  int32_t query = unit->first_query, next_sample = 0;
  for (int64_t i = 0; i < outcome->n_kept; i++) {
    const hw_search_pair *pair = &outcome->kept[i];
    if (pair->query != query) next_sample = 0;
    hwp_put_uint(out, (uint64_t)(pair->query - query));
    hwp_put_uint(out, (uint64_t)(pair->sample - next_sample));
    hwp_put_double(out, pair->log10_lr);
    query = pair->query;
    next_sample = pair->sample + 1;
  }
}

static bool is_kept(const hw_search_options *options, double log10_lr) {
  return log10_lr >= options->threshold || (options->top > 0 && log10_lr >= options->floor);
}

static hw_status bad(hw_err *err, const char *what) {
  return hw_err_set(err, HW_E_DAMAGED, "%s of a unit cannot be read", what);
}

static hw_status get_queries(hwp_bytes *in, const hwp_unit *unit, hwp_outcome *out, hw_err *err) {
  const size_t n = (size_t)unit->n_queries;
  if (n > hwp_bytes_left(in) / 2) return bad(err, "the missing persons");
  out->expected = hw_arena_alloc_array(&out->arena, n, sizeof *out->expected);
  out->variance = hw_arena_alloc_array(&out->arena, n, sizeof *out->variance);
  out->status = hw_arena_alloc_array(&out->arena, n, sizeof *out->status);
  out->why = hw_arena_alloc_array(&out->arena, n, sizeof *out->why);
  if (!out->expected || !out->variance || !out->status || !out->why)
    return HW_NO_MEMORY(err, "the outcome of a unit");
  for (size_t i = 0; i < n; i++) {
    out->status[i] = (hw_status) - (int)hwp_get_uint(in, INT8_MAX);
    if (out->status[i] == HW_OK) {
      out->expected[i] = hwp_get_double(in);
      out->variance[i] = hwp_get_double(in);
      if (!(out->expected[i] >= 0 && out->variance[i] >= 0)) in->is_bad = true;
    } else {
      out->expected[i] = (double)NAN;
      out->why[i] = hwp_get_text(in, &out->arena);
      if (!out->why[i] && !in->is_bad) return HW_NO_MEMORY(err, "the outcome of a unit");
    }
    if (in->is_bad) return bad(err, "the missing persons");
  }
  return HW_OK;
}

static hw_status get_pairs(hwp_bytes *in, const hwp_unit *unit, const hw_search_options *options,
                           int32_t n_samples, hwp_outcome *out, hw_err *err) {
  const uint64_t n = hwp_get_uint(in, INT64_MAX / 16);
  if (in->is_bad || n > hwp_bytes_left(in) / 10) return bad(err, "the pairs");
  out->kept = hw_arena_alloc_array(&out->arena, (size_t)n, sizeof *out->kept);
  if (!out->kept) return HW_NO_MEMORY(err, "the outcome of a unit");
  int64_t query = 0, next_sample = 0;
  for (uint64_t i = 0; i < n; i++) {
    const int64_t step = (int64_t)hwp_get_uint(in, INT32_MAX);
    if (step > 0) next_sample = 0;
    query += step;
    const int64_t sample = next_sample + (int64_t)hwp_get_uint(in, INT32_MAX);
    const double log10_lr = hwp_get_double(in);
    if (in->is_bad || query >= unit->n_queries || sample >= n_samples ||
        out->status[query] != HW_OK || !is_kept(options, log10_lr))
      return bad(err, "the pairs");
    out->kept[i] = (hw_search_pair){.sample = (int32_t)sample,
                                    .query = unit->first_query + (int32_t)query,
                                    .log10_lr = log10_lr};
    next_sample = sample + 1;
  }
  out->n_kept = (int64_t)n;
  return HW_OK;
}

hw_status hwp_get_outcome(const void *bytes, size_t n, const hwp_unit *unit,
                          const hw_search_options *options, int32_t n_samples, hwp_outcome *out,
                          hw_err *err) {
  hwp_bytes in = hwp_bytes_of(bytes, n);
  *out = (hwp_outcome){0};
  out->n_rescored = (int64_t)hwp_get_uint(&in, INT64_MAX);
  HW_TRY(get_queries(&in, unit, out, err));
  HW_TRY(get_pairs(&in, unit, options, n_samples, out, err));
  return hwp_bytes_left(&in) > 0 ? bad(err, "the end") : HW_OK;
}
