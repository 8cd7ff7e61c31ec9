/* A stand-in for the engine under a search: plain loops over pairs, and likelihood
 * ratios drawn from what stands in the rows.
 *
 * It lets thousands of searches run in seconds and does what the engine does only
 * seldom: many ties, queries that are left out, units that fail. What it promises
 * is the engine's contract (search/unit.h): an outcome depends on the input, the
 * options and the unit alone, expectations depend on all samples in their order,
 * and indices of rows enter no ratio. */
#include "search/pretend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "search/unit.h"
#include "support/assert.h"

pretend_switches pretend;

struct hwp_index {
  const hw_search_input *input;
  hw_search_options options;
  bool *is_searched;
};

struct hwp_worker {
  const hwp_index *index;
};

/* --- numbers from rows --- */

static uint64_t mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15u;
  return hash ^ hash >> 29;
}

static uint64_t mix_profile(uint64_t hash, const hw_profile *profile) {
  for (int32_t m = 0; m < profile->n_markers; m++) {
    const hw_observation *obs = &profile->observations[m];
    hash =
        mix(hash, (uint64_t)obs->kind * 64 + (uint64_t)(obs->a + 1) * 8 + (uint64_t)(obs->b + 1));
  }
  return hash;
}

static uint64_t mix_text(uint64_t hash, const char *text) {
  while (*text) hash = mix(hash, (unsigned char)*text++);
  return hash;
}

static uint64_t query_hash(const hw_search_input *input, int32_t query) {
  const hw_search_query *q = &input->queries[query];
  const hw_search_family *family = &input->families[q->family];
  uint64_t hash = mix(1, (uint64_t)q->person);
  for (int32_t i = 0; i < family->n_profiles; i++) hash = mix_profile(hash, &family->profiles[i]);
  return hash;
}

/* One of few values, so that there are many ties; a tenth of the pairs is impossible. */
static double log10_lr(uint64_t sample, uint64_t query) {
  const uint64_t hash = mix(mix(7, sample), query) >> 7;
  if (hash % 10 == 0) return -HUGE_VAL;
  if (hash % 997 == 1) return HUGE_VAL;
  return (double)(hash / 16 % 61) / 4 - 9;
}

static double expect(const hw_search_input *input, int32_t query) {
  double sum = 0;
  for (int32_t i = 0; i < input->n_samples; i++) {
    int32_t n_typed = 0;
    for (int32_t m = 0; m < input->n_markers; m++)
      n_typed += input->samples[i].profile.observations[m].kind != HW_OBS_MISSING;
    sum = sum * 0.999 + n_typed; /* depends on the order */
  }
  const hw_search_query *q = &input->queries[query];
  const uint64_t hash = mix_text(mix_text(3, input->families[q->family].code), q->code);
  return sum * (double)(hash % 1000) / 1e6;
}

/* --- the contract --- */

hw_status hwp_index_new_part(const hw_search_input *input, const hw_search_options *options,
                             const bool *is_searched, hwp_index **out, hw_err *err) {
  const size_t n = (size_t)input->n_samples;
  *out = calloc(1, sizeof **out);
  if (!*out) return HW_NO_MEMORY(err, "an index");
  (*out)->input = input;
  (*out)->options = *options;
  (*out)->is_searched = calloc(n + 1, sizeof(bool));
  if (!(*out)->is_searched) {
    free(*out);
    *out = NULL;
    return HW_NO_MEMORY(err, "an index");
  }
  for (size_t i = 0; i < n; i++) (*out)->is_searched[i] = !is_searched || is_searched[i];
  return HW_OK;
}

hw_status hwp_index_new(const hw_search_input *input, const hw_search_options *options,
                        hwp_index **out, hw_err *err) {
  return hwp_index_new_part(input, options, NULL, out, err);
}

void hwp_index_delete(hwp_index *self) {
  if (self) free(self->is_searched);
  free(self);
}

hw_status hwp_worker_new(const hwp_index *index, hwp_worker **out, hw_err *err) {
  *out = calloc(1, sizeof **out);
  if (!*out) return HW_NO_MEMORY(err, "a worker");
  (*out)->index = index;
  return HW_OK;
}

void hwp_worker_delete(hwp_worker *self) {
  free(self);
}

void hwp_outcome_clear(hwp_outcome *self) {
  hw_arena_clear(&self->arena);
  *self = (hwp_outcome){0};
}

static int by_place(const void *left, const void *right) {
  const hw_search_pair *x = left, *y = right;
  if (x->query != y->query) return x->query < y->query ? -1 : 1;
  return x->sample < y->sample ? -1 : x->sample > y->sample;
}

static bool is_left_out(const hw_search_input *input, int32_t query) {
  return query_hash(input, query) % 11 == 3;
}

static void search_query(const hwp_index *index, int32_t query, hw_search_pair *pairs,
                         hwp_outcome *out) {
  const hw_search_input *input = index->input;
  const uint64_t hash = query_hash(input, query);
  const hw_search_options *options = &index->options;
  for (int32_t s = 0; s < input->n_samples; s++) {
    if (!index->is_searched[s]) continue;
    const double lr = log10_lr(mix_profile(5, &input->samples[s].profile), hash);
    out->n_compared++;
    if (!(lr >= options->threshold) && !(options->top > 0 && lr >= options->floor)) continue;
    pairs[out->n_kept++] = (hw_search_pair){.sample = s, .query = query, .log10_lr = lr};
    out->n_rescored++;
  }
}

hw_status hwp_worker_run(hwp_worker *self, const hwp_unit *unit, hwp_outcome *out, hw_err *err) {
  const hw_search_input *input = self->index->input;
  const size_t n = (size_t)unit->n_queries;
  *out = (hwp_outcome){0};
  out->expected = hw_arena_alloc_array(&out->arena, n, sizeof *out->expected);
  out->variance = hw_arena_alloc_array(&out->arena, n, sizeof *out->variance);
  out->status = hw_arena_alloc_array(&out->arena, n, sizeof *out->status);
  out->why = hw_arena_alloc_array(&out->arena, n, sizeof *out->why);
  hw_search_pair *pairs =
      hw_arena_alloc_array(&out->arena, n * (size_t)input->n_samples + 1, sizeof *pairs);
  if (!out->expected || !out->variance || !out->status || !out->why || !pairs)
    return HW_NO_MEMORY(err, "an outcome");
  for (int32_t i = 0; i < unit->n_queries; i++) {
    const int32_t query = unit->first_query + i;
    if (pretend.failing_query == query + 1)
      return hw_err_set(err, HW_E_VALUE, "query %d fails", (int)query);
    if (is_left_out(input, query)) {
      out->status[i] = HW_E_TOO_COMPLEX;
      out->expected[i] = (double)NAN;
      out->why[i] = input->families[input->queries[query].family].code;
      continue;
    }
    out->expected[i] = expect(input, query);
    out->variance[i] = out->expected[i] / 16;
    search_query(self->index, query, pairs, out);
  }
  out->n_kept =
      hwp_keep(&self->index->options, input->n_samples, input->n_queries, out->n_kept, pairs);
  if (out->n_kept < 0) return HW_NO_MEMORY(err, "an outcome");
  qsort(pairs, (size_t)out->n_kept, sizeof *pairs, by_place);
  out->kept = pairs;
  if (pretend.after_unit) pretend.after_unit();
  return HW_OK;
}
