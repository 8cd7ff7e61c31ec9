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
 * relatives, are made once. Missing persons are shared out over the processors; each has
 * its own place in the results. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/elementary.h"
#include "base/pool.h"
#include "search/search_int.h"

/* A pair and where its details belong. */
typedef struct place {
  hw_search_pair pair;
  int64_t at;
} place;

typedef struct details_work {
  const hw_search_input *input;
  const hw_search_options *options;
  int64_t n_pairs;
  hw_search_detail *details;
  double *per_marker; /* or NULL */
  hw_arena arena;
  int64_t n_kept;
  hw_search_pair *kept; /* by sample, then query */
  place *places;        /* by query; of each query together */
  int64_t n_groups;
  int64_t *group;            /* n_groups + 1: where a query's places begin */
  hwp_relations **relations; /* of each thread */
} details_work;

static int by_sample(const void *left, const void *right) {
  const hw_search_pair *a = left, *b = right;
  if (a->sample != b->sample) return a->sample < b->sample ? -1 : 1;
  return a->query < b->query ? -1 : a->query > b->query;
}

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

/* Where the pairs of each query begin. */
static void group(details_work *self) {
  for (int64_t i = 0; i < self->n_pairs; i++)
    if (i == 0 || self->places[i].pair.query != self->places[i - 1].pair.query)
      self->group[self->n_groups++] = i;
  self->group[self->n_groups] = self->n_pairs;
}

static void put(const details_work *self, int64_t first, int64_t n, const hw_search_detail *found,
                const double *per_marker) {
  const size_t n_markers = (size_t)self->input->n_markers;
  for (int64_t i = 0; i < n; i++) {
    const place *to = &self->places[first + i];
    self->details[to->at] = found[i];
    self->details[to->at].posterior = posterior(self, &to->pair);
    if (per_marker != NULL && n_markers > 0)
      memcpy(self->per_marker + (size_t)to->at * n_markers, per_marker + (size_t)i * n_markers,
             n_markers * sizeof *per_marker);
  }
}

/* The pairs of one query: a piece of the pool's work. */
static hw_status take_query(void *context, int32_t thread, int64_t piece, hw_err *err) {
  details_work *self = context;
  const int64_t first = self->group[piece], n = self->group[piece + 1] - first;
  hwp_relations **relations = &self->relations[thread];
  if (*relations == NULL)
    HW_TRY(hwp_relations_new(self->input, &self->options->likelihood, relations, err));
  const size_t n_ratios = self->per_marker == NULL ? 0 : (size_t)self->input->n_markers;
  hw_search_pair *pairs = calloc((size_t)n, sizeof *pairs);
  hw_search_detail *found = calloc((size_t)n, sizeof *found);
  double *per_marker = n_ratios > 0 ? calloc((size_t)n, n_ratios * sizeof *per_marker) : NULL;
  hw_status status = HW_OK;
  if (pairs == NULL || found == NULL || (n_ratios > 0 && per_marker == NULL))
    status = HW_NO_MEMORY(err, "the details of the pairs");
  for (int64_t i = 0; status == HW_OK && i < n; i++) pairs[i] = self->places[first + i].pair;
  if (status == HW_OK)
    status = hwp_relatives(*relations, pairs[0].query, n, pairs, found, per_marker, err);
  if (status == HW_OK) put(self, first, n, found, per_marker);
  free(pairs);
  free(found);
  free(per_marker);
  return status;
}

static hw_status arrange(details_work *self, const hw_search_results *results,
                         const hw_search_pair *pairs, hw_err *err) {
  const size_t n = (size_t)self->n_pairs, n_kept = (size_t)results->n_pairs;
  self->n_kept = results->n_pairs;
  self->kept = hw_arena_alloc_array(&self->arena, n_kept + 1, sizeof *self->kept);
  self->places = hw_arena_alloc_array(&self->arena, n + 1, sizeof *self->places);
  self->group = hw_arena_alloc_array(&self->arena, n + 1, sizeof *self->group);
  if (self->kept == NULL || self->places == NULL || self->group == NULL)
    return HW_NO_MEMORY(err, "the details of the pairs");
  if (n_kept > 0) memcpy(self->kept, results->pairs, sizeof *self->kept * n_kept);
  qsort(self->kept, n_kept, sizeof *self->kept, by_sample);
  for (size_t i = 0; i < n; i++) self->places[i] = (place){pairs[i], (int64_t)i};
  qsort(self->places, n, sizeof *self->places, by_query);
  group(self);
  return HW_OK;
}

static hw_status fill(details_work *self, const hw_search_results *results,
                      const hw_search_pair *pairs, hw_err *err) {
  HW_TRY(arrange(self, results, pairs, err));
  const hw_pool_work work = {.n_pieces = self->n_groups, .run = take_query, .context = self};
  const int32_t n_threads = hw_pool_threads(&work);
  self->relations =
      hw_arena_alloc_array(&self->arena, (size_t)n_threads + 1, sizeof *self->relations);
  if (self->relations == NULL) return HW_NO_MEMORY(err, "the details of the pairs");
  const hw_status status = hw_pool_run(&work, err);
  for (int32_t i = 0; i < n_threads; i++) hwp_relations_delete(self->relations[i]);
  return status;
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
  details_work self = {.input = input,
                       .options = options,
                       .n_pairs = n_pairs,
                       .details = details,
                       .per_marker = per_marker};
  hw_arena_init(&self.arena, 0);
  const hw_status status = fill(&self, results, pairs, err);
  hw_arena_clear(&self.arena);
  return status;
}
