/* What is new since another search, and what must be done for the results of a
 * full one.
 *
 * A row (sample, or missing person with her family) is the same as before if its
 * digest is. Rows that are the same must also stand in the same order among each
 * other, because order decides ties: those that were moved (as few as possible,
 * the others are a longest increasing sequence) count as new.
 *
 * The log10 LR of an old sample and an old query is what it was. What a full
 * search keeps of these pairs was kept before, with one exception: a pair that was
 * not among the `top` best of its query (or sample) may be so now because a better
 * one has gone. So a query with a full list that lost one of its `top` best is
 * searched again against all samples, and a sample likewise. A list that was not
 * full held every pair there was at or above the floor.
 *
 * What is to be done, with N the samples that are new or searched again:
 *
 *     part    N × (queries that are neither new nor searched again)
 *     whole   all samples × (queries that are new or searched again)
 *
 * Everything else is taken over. The joint cut to what is kept (keep.c) sees, of
 * every query and sample, at least its `top` best, whichever part they come from.
 *
 * Expected false leads depend on all samples. If these are not the same, in the
 * same order, every query is done in the first part, even where N is empty; and
 * then the reasons of queries that are left out are formed again, too.
 *
 * Source of the increasing sequence: Fredman 1975, Discrete Math. 11:29. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "search/kept.h"
#include "search/work.h"

/* Above this part of a full search's pairs a full search is made. */
#define MOST_PART 0.9

/* --- the same rows --- */

typedef struct matches {
  int32_t *old_of_new, *new_of_old; /* −1 = none */
  int32_t n;
} matches;

/* Slots of an open table: row numbers, −1 = empty. Digests are their own hash. */
static size_t slot_of(const uint8_t row[HW_SEARCH_ROW_DIGEST], size_t mask) {
  uint64_t hash;
  memcpy(&hash, row, sizeof hash);
  return (size_t)hash & mask;
}

static hw_status find_same(hwp_rows old, int32_t n_old, hwp_rows now, int32_t n_now, matches *out,
                           hw_err *err) {
  size_t n_slots = 16;
  while (n_slots < 2 * (size_t)n_old) n_slots *= 2;
  int32_t *slots = malloc(n_slots * sizeof *slots);
  if (!slots) return HW_NO_MEMORY(err, "the rows of the last search");
  memset(slots, 0xff, n_slots * sizeof *slots);
  for (int32_t i = 0; i < n_old; i++) {
    size_t slot = slot_of(old[i], n_slots - 1);
    while (slots[slot] >= 0) slot = (slot + 1) & (n_slots - 1);
    slots[slot] = i;
  }
  for (int32_t i = 0; i < n_now; i++) {
    size_t slot = slot_of(now[i], n_slots - 1);
    while (slots[slot] >= 0 && memcmp(old[slots[slot]], now[i], HW_SEARCH_ROW_DIGEST) != 0)
      slot = (slot + 1) & (n_slots - 1);
    out->old_of_new[i] = slots[slot];
  }
  free(slots);
  return HW_OK;
}

/* Keeps of old_of_new a longest increasing sequence. */
static hw_status keep_increasing(int32_t *old_of_new, int32_t n, hw_err *err) {
  int32_t *last = calloc((size_t)n + 1, sizeof *last);     /* of the best sequence of each length */
  int32_t *before = calloc((size_t)n + 1, sizeof *before); /* predecessor in its sequence */
  int32_t length = 0;
  hw_status status = last && before ? HW_OK : HW_NO_MEMORY(err, "the rows of the last search");
  for (int32_t i = 0; status == HW_OK && i < n; i++) {
    if (old_of_new[i] < 0) continue;
    int32_t low = 0, high = length; /* the first length whose last is not smaller */
    while (low < high) {
      const int32_t middle = low + (high - low) / 2;
      if (old_of_new[last[middle]] < old_of_new[i])
        low = middle + 1;
      else
        high = middle;
    }
    before[i] = low > 0 ? last[low - 1] : -1;
    last[low] = i;
    if (low == length) length++;
  }
  if (status == HW_OK) {
    int32_t keep = length > 0 ? last[length - 1] : -1;
    for (int32_t i = n - 1; i >= 0; i--) {
      if (i == keep)
        keep = before[i];
      else
        old_of_new[i] = -1;
    }
  }
  free(last);
  free(before);
  return status;
}

static hw_status match(hwp_rows old, int32_t n_old, hwp_rows now, int32_t n_now, hw_arena *arena,
                       matches *out, hw_err *err) {
  out->n = 0;
  out->old_of_new = hw_arena_alloc_array(arena, (size_t)n_now + 1, sizeof(int32_t));
  out->new_of_old = hw_arena_alloc_array(arena, (size_t)n_old + 1, sizeof(int32_t));
  if (!out->old_of_new || !out->new_of_old) return HW_NO_MEMORY(err, "the rows of the last search");
  HW_TRY(find_same(old, n_old, now, n_now, out, err));
  HW_TRY(keep_increasing(out->old_of_new, n_now, err));
  for (int32_t i = 0; i < n_old; i++) out->new_of_old[i] = -1;
  for (int32_t i = 0; i < n_now; i++) {
    if (out->old_of_new[i] < 0) continue;
    out->new_of_old[out->old_of_new[i]] = i;
    out->n++;
  }
  return HW_OK;
}

/* --- who lost one of the best --- */

typedef struct finder {
  const hw_search_options *options;
  const hwp_kept *kept;
  matches samples, queries;
  bool *is_new_query; /* by query of today: new, or to be searched again */
  hwp_since *out;
} finder;

static hw_status find_lost(finder *self, hw_err *err) {
  const hwp_kept *kept = self->kept;
  const int64_t n = kept->outcome.n_kept;
  const int32_t top = self->options->top;
  hw_search_pair *pairs = calloc((size_t)n + 1, sizeof *pairs);
  int32_t *count =
      calloc(2 * ((size_t)kept->n_samples + (size_t)kept->n_queries) + 1, sizeof *count);
  if (!pairs || !count) {
    free(pairs);
    free(count);
    return HW_NO_MEMORY(err, "the pairs of the last search");
  }
  int32_t *of_sample = count, *rank_sample = of_sample + kept->n_samples;
  int32_t *of_query = rank_sample + kept->n_samples, *rank_query = of_query + kept->n_queries;
  if (n > 0) memcpy(pairs, kept->outcome.kept, (size_t)n * sizeof *pairs);
  /* All of them are kept: this only brings them into order, best first. */
  const int64_t n_sorted = hwp_keep(self->options, kept->n_samples, kept->n_queries, n, pairs);
  for (int64_t i = 0; i < n_sorted; i++) {
    of_sample[pairs[i].sample]++;
    of_query[pairs[i].query]++;
  }
  for (int64_t i = 0; i < n_sorted; i++) {
    const int32_t sample = pairs[i].sample, query = pairs[i].query;
    const int32_t new_sample = self->samples.new_of_old[sample];
    const int32_t new_query = self->queries.new_of_old[query];
    if (rank_query[query]++ < top && of_query[query] >= top && new_sample < 0 && new_query >= 0)
      self->is_new_query[new_query] = true;
    if (rank_sample[sample]++ < top && of_sample[sample] >= top && new_query < 0 && new_sample >= 0)
      self->out->is_searched[new_sample] = true;
  }
  free(pairs);
  free(count);
  return n_sorted < 0 ? HW_NO_MEMORY(err, "the pairs of the last search") : HW_OK;
}

/* --- what to do --- */

static int32_t count_true(const bool *flags, int32_t n) {
  int32_t count = 0;
  for (int32_t i = 0; i < n; i++) count += flags[i];
  return count;
}

/* Units of the queries whose flag is @p wanted. */
static int32_t add_units(const bool *flags, bool wanted, int32_t n, int32_t unit_queries,
                         hwp_unit *units) {
  int32_t n_units = 0;
  for (int32_t first = 0; first < n;) {
    int32_t end = first;
    while (end < n && flags[end] == wanted && end - first < unit_queries) end++;
    if (end > first) units[n_units++] = (hwp_unit){.first_query = first, .n_queries = end - first};
    first = end > first ? end : first + 1;
  }
  return n_units;
}

static hw_status make_full(const hw_search_input *input, const hw_search_options *options,
                           hwp_since *out, hw_err *err) {
  const int32_t unit_queries = hwp_unit_queries(input, options);
  const int32_t n = hwp_count_units(input->n_queries, unit_queries);
  out->is_full = true;
  out->n_new_samples = input->n_samples;
  out->n_new_queries = input->n_queries;
  out->n_part = 0;
  out->n_units = n;
  out->units = hw_arena_alloc_array(&out->arena, (size_t)n, sizeof *out->units);
  if (!out->units) return HW_NO_MEMORY(err, "the units of a search");
  for (int32_t i = 0; i < n; i++) out->units[i] = hwp_unit_at(input->n_queries, unit_queries, i);
  return HW_OK;
}

/* Figures and pairs that are taken over, in the indices of today. */
static hw_status take_over(finder *self, int32_t n_queries, hw_err *err) {
  const hwp_outcome *old = &self->kept->outcome;
  hwp_outcome *out = &self->out->before;
  hw_arena *arena = &self->out->arena;
  const size_t n = (size_t)n_queries;
  out->expected = hw_arena_alloc_array(arena, n, sizeof *out->expected);
  out->variance = hw_arena_alloc_array(arena, n, sizeof *out->variance);
  out->status = hw_arena_alloc_array(arena, n, sizeof *out->status);
  out->why = hw_arena_alloc_array(arena, n, sizeof *out->why);
  out->kept = hw_arena_alloc_array(arena, (size_t)old->n_kept + 1, sizeof *out->kept);
  if (!out->expected || !out->variance || !out->status || !out->why || !out->kept)
    return HW_NO_MEMORY(err, "what is taken over from the last search");
  for (size_t i = 0; i < n; i++) {
    const int32_t before = self->queries.old_of_new[i];
    if (before < 0) continue; /* a unit will say */
    out->expected[i] = old->expected[before];
    out->variance[i] = old->variance[before];
    out->status[i] = old->status[before];
    out->why[i] = old->why[before];
  }
  for (int64_t i = 0; i < old->n_kept; i++) {
    const int32_t sample = self->samples.new_of_old[old->kept[i].sample];
    const int32_t query = self->queries.new_of_old[old->kept[i].query];
    if (sample < 0 || query < 0 || self->out->is_searched[sample] || self->is_new_query[query])
      continue;
    out->kept[out->n_kept++] =
        (hw_search_pair){.sample = sample, .query = query, .log10_lr = old->kept[i].log10_lr};
  }
  return HW_OK;
}

static hw_status find(finder *self, const hw_search_input *input, hw_err *err) {
  hwp_since *out = self->out;
  const int32_t n_samples = input->n_samples, n_queries = input->n_queries;
  out->is_searched = hw_arena_alloc_array(&out->arena, (size_t)n_samples + 1, sizeof(bool));
  self->is_new_query = hw_arena_alloc_array(&out->arena, (size_t)n_queries + 1, sizeof(bool));
  if (!out->is_searched || !self->is_new_query)
    return HW_NO_MEMORY(err, "the rows of the last search");
  for (int32_t i = 0; i < n_samples; i++) out->is_searched[i] = self->samples.old_of_new[i] < 0;
  for (int32_t i = 0; i < n_queries; i++) self->is_new_query[i] = self->queries.old_of_new[i] < 0;
  out->n_new_samples = n_samples - self->samples.n;
  out->n_new_queries = n_queries - self->queries.n;
  if (self->options->top > 0) HW_TRY(find_lost(self, err));
  out->n_searched = count_true(out->is_searched, n_samples);
  const int32_t n_again = count_true(self->is_new_query, n_queries);
  const bool has_part =
      self->samples.n < n_samples || self->samples.n < self->kept->n_samples || out->n_searched > 0;
  const double pairs =
      (double)out->n_searched * (n_queries - n_again) + (double)n_samples * n_again;
  if (pairs > MOST_PART * (double)n_samples * n_queries)
    return make_full(input, self->options, out, err);
  const int32_t unit_queries = hwp_unit_queries(input, self->options);
  out->units = hw_arena_alloc_array(&out->arena, 2 * (size_t)n_queries + 1, sizeof *out->units);
  if (!out->units) return HW_NO_MEMORY(err, "the units of a search");
  if (has_part)
    out->n_part = add_units(self->is_new_query, false, n_queries, unit_queries, out->units);
  out->n_units = out->n_part + add_units(self->is_new_query, true, n_queries, unit_queries,
                                         out->units + out->n_part);
  return take_over(self, n_queries, err);
}

hw_status hwp_since_find(const hw_search_input *input, const hw_search_options *options,
                         const hw_search_digests *digests, const hwp_kept *kept, hwp_since *out,
                         hw_err *err) {
  *out = (hwp_since){0};
  if (!kept) return make_full(input, options, out, err);
  finder self = {.options = options, .kept = kept, .out = out};
  hw_arena scratch = {0};
  hw_status status = match(kept->samples, kept->n_samples, (hwp_rows)digests->samples,
                           input->n_samples, &scratch, &self.samples, err);
  if (status == HW_OK)
    status = match(kept->queries, kept->n_queries, (hwp_rows)digests->queries, input->n_queries,
                   &scratch, &self.queries, err);
  if (status == HW_OK) status = find(&self, input, err);
  hw_arena_clear(&scratch);
  if (status != HW_OK) hwp_since_clear(out);
  return status;
}

void hwp_since_clear(hwp_since *self) {
  if (!self) return;
  hw_arena_clear(&self->arena);
  *self = (hwp_since){0};
}
