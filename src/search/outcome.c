/* Outcomes of units as bytes.
 *
 *     rescored · for each query: 0 expected variance, or status and reason
 *     (SNP profiles: 0 screened passed below −sum squares)
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

/* Sums of scores may have either sign: zigzag, so that small ones are short. */
static void put_signed(hw_str *out, int64_t value) {
  hwp_put_uint(out, value < 0 ? 2 * (uint64_t) - (value + 1) + 1 : 2 * (uint64_t)value);
}

static int64_t get_signed(hwp_bytes *in) {
  const uint64_t number = hwp_get_uint(in, UINT64_MAX);
  return number & 1 ? -(int64_t)(number >> 1) - 1 : (int64_t)(number >> 1);
}

static void put_sums(hw_str *out, const hwp_snp_sums *sums) {
  hwp_put_uint(out, (uint64_t)sums->n_screened);
  hwp_put_uint(out, (uint64_t)sums->n_passed);
  hwp_put_uint(out, (uint64_t)sums->n_below);
  put_signed(out, sums->sum);
  hwp_put_uint(out, (uint64_t)sums->squares);
}

static void put_figures(hw_str *out, const hwp_outcome *outcome, int32_t i) {
  if (outcome->sums) {
    put_sums(out, &outcome->sums[i]);
    return;
  }
  hwp_put_double(out, outcome->expected[i]);
  hwp_put_double(out, outcome->variance[i]);
}

void hwp_put_outcome(hw_str *out, const hwp_unit *unit, const hwp_outcome *outcome) {
  hwp_put_uint(out, (uint64_t)outcome->n_rescored);
  for (int32_t i = 0; i < unit->n_queries; i++) {
    hwp_put_uint(out, (uint64_t)-outcome->status[i]);
    if (outcome->status[i] == HW_OK)
      put_figures(out, outcome, i);
    else
      hwp_put_text(out, outcome->why[i] ? outcome->why[i] : "");
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

hw_status hwp_outcome_begin(hwp_outcome *self, const hwp_unit *unit, hw_err *err) {
  const size_t n = (size_t)unit->n_queries + 1;
  if (unit->is_snp) {
    self->sums = hw_arena_alloc_array(&self->arena, n, sizeof *self->sums);
  } else {
    self->expected = hw_arena_alloc_array(&self->arena, n, sizeof *self->expected);
    self->variance = hw_arena_alloc_array(&self->arena, n, sizeof *self->variance);
  }
  self->status = hw_arena_alloc_array(&self->arena, n, sizeof *self->status);
  self->why = hw_arena_alloc_array(&self->arena, n, sizeof *self->why);
  const bool has_figures = unit->is_snp ? self->sums != NULL : self->expected && self->variance;
  return has_figures && self->status && self->why ? HW_OK
                                                  : HW_NO_MEMORY(err, "the outcome of a unit");
}

/* Scores are sixteen bits, so that sums of them are bounded. */
static void get_sums(hwp_bytes *in, int32_t n_samples, hwp_snp_sums *out) {
  const int64_t most = (int64_t)1 << 15;
  const uint64_t n = (uint64_t)n_samples;
  out->n_screened = (int64_t)hwp_get_uint(in, n);
  out->n_passed = (int64_t)hwp_get_uint(in, n);
  out->n_below = (int64_t)hwp_get_uint(in, n);
  out->sum = get_signed(in);
  out->squares = (int64_t)hwp_get_uint(in, (uint64_t)(most * most) * n);
  if (out->n_passed > out->n_screened || out->n_below > out->n_screened ||
      out->sum > most * n_samples || out->sum < -most * n_samples)
    in->is_bad = true;
}

static void get_figures(hwp_bytes *in, int32_t n_samples, hwp_outcome *out, size_t i) {
  if (out->sums) {
    get_sums(in, n_samples, &out->sums[i]);
    return;
  }
  out->expected[i] = hwp_get_double(in);
  out->variance[i] = hwp_get_double(in);
  if (!(out->expected[i] >= 0 && out->variance[i] >= 0)) in->is_bad = true;
}

static hw_status get_queries(hwp_bytes *in, const hwp_unit *unit, int32_t n_samples,
                             hwp_outcome *out, hw_err *err) {
  const size_t n = (size_t)unit->n_queries;
  if (n > hwp_bytes_left(in) / 2) return bad(err, "the missing persons");
  HW_TRY(hwp_outcome_begin(out, unit, err));
  for (size_t i = 0; i < n; i++) {
    out->status[i] = (hw_status) - (int)hwp_get_uint(in, INT8_MAX);
    if (out->status[i] == HW_OK) {
      get_figures(in, n_samples, out, i);
    } else {
      if (out->expected) out->expected[i] = (double)NAN;
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
  HW_TRY(get_queries(&in, unit, n_samples, out, err));
  HW_TRY(get_pairs(&in, unit, options, n_samples, out, err));
  return hwp_bytes_left(&in) > 0 ? bad(err, "the end") : HW_OK;
}
