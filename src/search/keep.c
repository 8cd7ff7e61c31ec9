/* What is kept of many pairs.
 *
 * Best first: by log10 LR, then sample, then query, an order without ties. Going
 * through the pairs in this order, the number of pairs met before of the same
 * missing person, or sample, is the pair's rank there. A pair is kept if it
 * reaches the threshold, or if one of its ranks is below `top`.
 *
 * Cutting is idempotent and can be done piecewise. A pair that a cut drops has
 * rank ≥ top on both sides; the `top` pairs before it on each side are kept by
 * this and every later cut, so it would be dropped there too. And the rank of a
 * pair that would be kept in the end only falls when others are dropped. */
#include "search/keep.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/check.h"

/* Pairs that are gathered before the first cut. */
#define CUT_AT ((int64_t)1 << 20)

static int compare_best(const void *left, const void *right) {
  const hw_search_pair *x = left, *y = right;
  if (x->log10_lr != y->log10_lr) return x->log10_lr > y->log10_lr ? -1 : 1;
  if (x->sample != y->sample) return x->sample < y->sample ? -1 : 1;
  return x->query < y->query ? -1 : x->query > y->query;
}

static int compare_place(const void *left, const void *right) {
  const hw_search_pair *x = left, *y = right;
  if (x->query != y->query) return x->query < y->query ? -1 : 1;
  return x->sample < y->sample ? -1 : x->sample > y->sample;
}

int64_t hwp_keep(const hw_search_options *options, int32_t n_samples, int32_t n_queries,
                 int64_t n_pairs, hw_search_pair *pairs) {
  int64_t n = 0;
  if (n_pairs == 0) return 0;
  qsort(pairs, (size_t)n_pairs, sizeof *pairs, compare_best);
  if (options->top == 0) {
    while (n < n_pairs && pairs[n].log10_lr >= options->threshold) n++;
    return n;
  }
  int32_t *of_sample = calloc((size_t)n_samples + 1, sizeof *of_sample);
  int32_t *of_query = calloc((size_t)n_queries + 1, sizeof *of_query);
  if (of_sample != NULL && of_query != NULL) {
    for (int64_t i = 0; i < n_pairs && (pairs[i].log10_lr >= options->threshold ||
                                        pairs[i].log10_lr >= options->floor);
         i++) {
      const hw_search_pair pair = pairs[i];
      bool is_best = of_sample[pair.sample] < options->top || of_query[pair.query] < options->top;
      of_sample[pair.sample]++;
      of_query[pair.query]++;
      if (is_best || pair.log10_lr >= options->threshold) pairs[n++] = pair;
    }
  } else {
    n = -1;
  }
  free(of_sample);
  free(of_query);
  return n;
}

/* --- one unit --- */

void hwp_keeper_begin(hwp_keeper *self, const hw_search_input *input,
                      const hw_search_options *options) {
  self->options = options;
  self->n_samples = input->n_samples;
  self->n_queries = input->n_queries;
  self->n = 0;
  self->cut_at = CUT_AT;
}

static hw_status cut(hwp_keeper *self, hw_err *err) {
  int64_t n = hwp_keep(self->options, self->n_samples, self->n_queries, self->n, self->pairs);
  if (n < 0) return HW_NO_MEMORY(err, "the pairs that were found");
  self->n = n;
  self->cut_at = 2 * n > CUT_AT ? 2 * n : CUT_AT;
  return HW_OK;
}

static hw_status grow(hwp_keeper *self, hw_err *err) {
  int64_t capacity = self->capacity == 0 ? 1024 : 2 * self->capacity;
  size_t bytes = 0;
  hw_search_pair *pairs = NULL;
  if (hw_mul_size((size_t)capacity, sizeof *pairs, &bytes)) pairs = realloc(self->pairs, bytes);
  if (pairs == NULL) return HW_NO_MEMORY(err, "the pairs that were found");
  self->pairs = pairs;
  self->capacity = capacity;
  return HW_OK;
}

hw_status hwp_keeper_add(hwp_keeper *self, const hw_search_pair *pair, hw_err *err) {
  if (self->n == self->cut_at) HW_TRY(cut(self, err));
  if (self->n == self->capacity) HW_TRY(grow(self, err));
  self->pairs[self->n++] = *pair;
  return HW_OK;
}

hw_status hwp_keeper_end(hwp_keeper *self, hw_err *err) {
  if (self->n == 0) return HW_OK;
  HW_TRY(cut(self, err));
  qsort(self->pairs, (size_t)self->n, sizeof *self->pairs, compare_place);
  return HW_OK;
}

void hwp_keeper_clear(hwp_keeper *self) {
  free(self->pairs);
  *self = (hwp_keeper){0};
}
