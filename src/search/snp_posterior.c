/* Posteriors of the pairs of a search by SNP profiles, as docs/search.md has them: each missing
 * person has the prior π = (1 − π0)/n, none of them π0, and
 *
 *   P(m | r) = π LR(r,m) / (π0 + π Σ_kept LR(r,k) + π (n − n_kept)),
 *
 * where pairs that are not kept count with LR 1. Sums run in the order of the missing persons and are
 * scaled by the sample's largest ratio. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/elementary.h"
#include "homeward/snp_search.h"

typedef struct place {
  hw_search_pair pair;
  int64_t at;
} place;

static int by_sample(const void *left, const void *right) {
  const hw_search_pair *x = &((const place *)left)->pair, *y = &((const place *)right)->pair;
  if (x->sample != y->sample) return x->sample < y->sample ? -1 : 1;
  return x->query < y->query ? -1 : x->query > y->query;
}

/* The pairs of one sample. */
static void put(int64_t n, const place *places, double none, double each, double n_queries,
                double *posteriors) {
  double top = 0, sum = 0;
  for (int64_t i = 0; i < n; i++)
    if (places[i].pair.log10_lr > top) top = places[i].pair.log10_lr;
  for (int64_t i = 0; i < n; i++) sum += each * hw_pow10(places[i].pair.log10_lr - top);
  sum += (none + each * (n_queries - (double)n)) * hw_pow10(-top);
  for (int64_t i = 0; i < n; i++)
    posteriors[places[i].at] = each * hw_pow10(places[i].pair.log10_lr - top) / sum;
}

hw_status hw_snp_search_posteriors(const hw_snp_search_input *input,
                                   const hw_snp_search_results *results, double prior_none,
                                   double *posteriors, hw_err *err) {
  const int64_t n = results->found.n_pairs;
  const double n_queries = input->n_queries;
  if (!(prior_none <= 1))
    return hw_err_set(err, HW_E_VALUE, "the prior of \"none of them\" is %g, expected 0 to 1",
                      prior_none);
  const double none = prior_none < 0 ? 1 / (n_queries + 1) : prior_none;
  const double each = (1 - none) / n_queries;
  place *places = calloc((size_t)n + 1, sizeof *places);
  if (!places) return HW_NO_MEMORY(err, "posteriors");
  for (int64_t i = 0; i < n; i++) places[i] = (place){results->found.pairs[i], i};
  if (n > 0) qsort(places, (size_t)n, sizeof *places, by_sample);
  for (int64_t i = 0, next; i < n; i = next) {
    for (next = i; next < n && places[next].pair.sample == places[i].pair.sample;) next++;
    put(next - i, places + i, none, each, n_queries, posteriors);
  }
  free(places);
  return HW_OK;
}
