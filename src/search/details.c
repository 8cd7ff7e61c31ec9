/* Pairs taken apart: posterior, close relatives, ratios by marker.
 *
 * Each missing person has the prior π = (1 − π0)/n, none of them π0. For sample r
 *
 *   P(m | r) = π LR(r,m) / (π0 + π Σ_kept LR(r,k) + π (n − n_kept)),
 *
 * where pairs that the search did not keep count with LR 1, the expectation of an LR
 * for an unrelated person; those of queries that were left out too. The sum runs in
 * the order of the queries, so that every machine has the same bits, and is scaled by
 * the largest ratio. A ratio of +inf takes all of the probability, shared by those who
 * have it.
 *
 * The pairs of one missing person are done together, as her tables, and those of her
 * relatives, are made once. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/elementary.h"
#include "search/search_int.h"

typedef struct details_work {
  const hw_search_input *input;
  const hw_search_options *options;
  hwp_compilers compilers;
  hw_arena arena;
  int64_t n_kept;
  hw_search_pair *kept; /* by sample, then query */
} details_work;

static int by_sample(const void *left, const void *right) {
  const hw_search_pair *a = left, *b = right;
  if (a->sample != b->sample) return a->sample < b->sample ? -1 : 1;
  return a->query < b->query ? -1 : a->query > b->query;
}

/* A pair and where its details belong. */
typedef struct place {
  hw_search_pair pair;
  int64_t at;
} place;

static int by_query(const void *left, const void *right) {
  const place *a = left, *b = right;
  if (a->pair.query != b->pair.query) return a->pair.query < b->pair.query ? -1 : 1;
  return a->at < b->at ? -1 : a->at > b->at;
}

/* --- posterior ------------------------------------------------------------ */

/* 10^(log10_lr − top), also where both are infinite. */
static double scaled(double log10_lr, double top) {
  if (log10_lr == top) return 1.0;
  return isinf(top) ? 0.0 : hw_pow10(log10_lr - top);
}

/* First kept pair of a sample. */
static int64_t first_kept(const details_work *self, int32_t sample) {
  int64_t low = 0, high = self->n_kept;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    if (self->kept[middle].sample < sample)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static double posterior(const details_work *self, const hw_search_pair *pair) {
  const double n = self->input->n_queries, stated = self->options->prior_none;
  const double none = stated < 0.0 ? 1.0 / (n + 1.0) : stated;
  const double each = stated < 0.0 ? 1.0 / (n + 1.0) : (1.0 - stated) / n;
  const int64_t first = first_kept(self, pair->sample);
  double top = pair->log10_lr > 0.0 ? pair->log10_lr : 0.0, sum = 0.0;
  int64_t i = first;
  for (; i < self->n_kept && self->kept[i].sample == pair->sample; i++)
    if (self->kept[i].log10_lr > top) top = self->kept[i].log10_lr;
  bool is_kept = false;
  for (int64_t k = first; k < i; k++) {
    sum += each * scaled(self->kept[k].log10_lr, top);
    is_kept |= self->kept[k].query == pair->query;
  }
  if (!is_kept) sum += each * scaled(pair->log10_lr, top);
  const double n_counted = (double)(i - first) + (is_kept ? 0.0 : 1.0);
  const double rest = none + each * (n - n_counted);
  if (rest > 0.0) sum += rest * scaled(0.0, top);
  return sum > 0.0 ? each * scaled(pair->log10_lr, top) / sum : (double)NAN;
}

/* --- pairs of one query --------------------------------------------------- */

static hw_status take_markers(const details_work *self, int32_t query, int64_t n,
                              const place *places, double *per_marker, hw_err *err) {
  const hw_search_input *input = self->input;
  const hw_search_query *q = &input->queries[query];
  const hw_search_family *family = &input->families[q->family];
  const hw_problem problem = {.pedigree = &family->pedigree,
                              .n_profiles = family->n_profiles,
                              .profiles = family->profiles,
                              .profile_person = family->profile_person,
                              .n_markers = input->n_markers,
                              .markers = input->markers,
                              .theta = input->theta};
  const hw_table *table = NULL;
  hw_table_compiler_reset(self->compilers.full);
  HW_TRY(hw_table_compiler_compile(self->compilers.full, &problem, q->person, &table, err));
  for (int64_t i = 0; i < n; i++)
    (void)hw_table_log10_lr(table, input->markers, &input->samples[places[i].pair.sample].profile,
                            per_marker + (size_t)places[i].at * (size_t)input->n_markers);
  return HW_OK;
}

/* @param pairs, found  room for n */
static hw_status take_query(const details_work *self, int64_t n, const place *places,
                            hw_search_pair *pairs, hw_search_detail *found,
                            hw_search_detail *details, double *per_marker, hw_err *err) {
  const int32_t query = places[0].pair.query;
  for (int64_t i = 0; i < n; i++) pairs[i] = places[i].pair;
  HW_TRY(hwp_relatives_with(&self->compilers, self->input, query, n, pairs, found, err));
  for (int64_t i = 0; i < n; i++) {
    found[i].posterior = posterior(self, &pairs[i]);
    details[places[i].at] = found[i];
  }
  return per_marker == NULL ? HW_OK : take_markers(self, query, n, places, per_marker, err);
}

static hw_status fill(details_work *self, const hw_search_results *results, int64_t n_pairs,
                      const hw_search_pair *pairs, hw_search_detail *details, double *per_marker,
                      hw_err *err) {
  const size_t n = (size_t)n_pairs;
  self->n_kept = results->n_pairs;
  self->kept = hw_arena_alloc_array(&self->arena, (size_t)results->n_pairs + 1, sizeof *self->kept);
  place *places = hw_arena_alloc_array(&self->arena, n + 1, sizeof *places);
  hw_search_pair *room = hw_arena_alloc_array(&self->arena, n + 1, sizeof *room);
  hw_search_detail *found = hw_arena_alloc_array(&self->arena, n + 1, sizeof *found);
  if (self->kept == NULL || places == NULL || room == NULL || found == NULL)
    return HW_NO_MEMORY(err, "the details of the pairs");
  if (results->n_pairs > 0)
    memcpy(self->kept, results->pairs, sizeof *self->kept * (size_t)results->n_pairs);
  qsort(self->kept, (size_t)results->n_pairs, sizeof *self->kept, by_sample);
  for (int64_t i = 0; i < n_pairs; i++) places[i] = (place){pairs[i], i};
  qsort(places, n, sizeof *places, by_query);
  for (int64_t i = 0; i < n_pairs;) {
    int64_t end = i;
    while (end < n_pairs && places[end].pair.query == places[i].pair.query) end++;
    HW_TRY(take_query(self, end - i, places + i, room, found, details, per_marker, err));
    i = end;
  }
  return HW_OK;
}

static hw_status check_pairs(const hw_search_input *input, int64_t n_pairs,
                             const hw_search_pair *pairs, hw_err *err) {
  for (int64_t i = 0; i < n_pairs; i++)
    if (pairs[i].sample < 0 || pairs[i].sample >= input->n_samples || pairs[i].query < 0 ||
        pairs[i].query >= input->n_queries)
      return hw_err_set(err, HW_E_REFERENCE,
                        "pair %lld is of sample %d and query %d; the search has %d and %d",
                        (long long)i, (int)pairs[i].sample, (int)pairs[i].query,
                        (int)input->n_samples, (int)input->n_queries);
  return HW_OK;
}

hw_status hwp_details(const hw_search_input *input, const hw_search_options *options,
                      const hw_search_results *results, int64_t n_pairs,
                      const hw_search_pair *pairs, hw_search_detail *details, double *per_marker,
                      hw_err *err) {
  HW_TRY(check_pairs(input, n_pairs, pairs, err));
  details_work self = {.input = input, .options = options};
  hw_arena_init(&self.arena, 0);
  hw_status status = hwp_compilers_init(&self.compilers, input, &options->likelihood, err);
  if (status == HW_OK) status = fill(&self, results, n_pairs, pairs, details, per_marker, err);
  hwp_compilers_clear(&self.compilers);
  hw_arena_clear(&self.arena);
  return status;
}
