/* Results of a search by SNP profiles, and what it will cost.
 *
 * False leads. An unrelated person's LR has the mean 1, so that P(LR ≥ x) ≤ 1/x (Markov): that is
 * `most_false`. The estimate takes ln LR of unrelated people as normal with the mean −s²/2 and
 * the variance s², the only normal law for which the mean of the LR is 1; s² is twice the mean of
 * the screen's scores, which are of such a ratio. Its tail is bounded by Mills' ratio,
 * φ(z)/z, z = (ln x + s²/2)/s. The law is thought of as an order of magnitude. */
#include <math.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/elementary.h"
#include "base/pool.h"
#include "search/snp_search_int.h"

#define LN_10 2.302585092994045684

/* --- results --- */

static double expected_false(const hwp_snp_sums *sums, double threshold) {
  const double most = hw_pow10(-threshold);
  const double mean = sums->n_below > 0 ? (double)sums->sum / (double)sums->n_below : 0;
  const double variance = -2 * LN_10 * hwp_snp_score(mean), ln_x = threshold * LN_10;
  if (!(variance > 0)) return ln_x > 0 ? 0 : 1;
  const double z = (ln_x + variance / 2) / sqrt(variance);
  const double tail = z > 1 ? hw_exp(-z * z / 2) / (z * 2.5066282746310002) : 1;
  return tail < most ? tail : most < 1 ? most : 1;
}

static hw_snp_search_figures figures_of(const hwp_snp_sums *sums, double threshold) {
  const double n = (double)sums->n_below, most = hw_pow10(-threshold);
  hw_snp_search_figures out = {.n_screened = sums->n_screened, .n_passed = sums->n_passed};
  out.mean = n > 0 ? hwp_snp_score((double)sums->sum / n) : (double)NAN;
  const double squares = n > 0 ? hwp_snp_score(hwp_snp_score((double)sums->squares / n)) : 0;
  const double variance = squares - out.mean * out.mean;
  out.sd = n > 0 ? sqrt(variance > 0 ? variance : 0) : (double)NAN;
  out.most_false = (double)sums->n_screened * (most < 1 ? most : 1);
  return out;
}

/* The storage of results. */
typedef struct kept {
  hw_snp_search_results results; /* first: what the caller holds */
  hwp_found found;
  hw_search_options keeping; /* of `found` */
} kept;

/* From what the screen saw of each missing person. */
static hw_status fill_figures(kept *self, double threshold, hw_err *err) {
  hwp_found *found = &self->found;
  hw_snp_search_figures *figures =
      hw_arena_alloc_array(&found->arena, (size_t)found->n_queries, sizeof *figures);
  if (!figures) return HW_NO_MEMORY(err, "the results");
  for (int32_t q = 0; q < found->n_queries; q++) {
    const hwp_snp_sums *sums = &found->sums[q];
    figures[q] = figures_of(sums, threshold);
    found->expected[q] = found->status[q] == HW_OK
                             ? (double)sums->n_screened * expected_false(sums, threshold)
                             : (double)NAN;
  }
  self->results.figures = figures;
  return HW_OK;
}

static hw_status fill(kept *self, double threshold, hw_err *err) {
  const hwp_found *found = &self->found;
  hw_search_results *out = &self->results.found;
  HW_TRY(fill_figures(self, threshold, err));
  HW_TRY(hwp_found_finish(&self->found, out, err));
  out->expected_error = (double)NAN;
  out->n_compared = 0;
  for (int32_t q = 0; q < found->n_queries; q++) {
    out->n_compared += found->sums[q].n_screened;
    if (found->status[q] == HW_OK)
      self->results.most_false_all += self->results.figures[q].most_false;
  }
  return HW_OK;
}

hw_status hwp_snp_finish(hwp_found *found, const hw_snp_search_options *options,
                         hw_snp_search_results **out, hw_err *err) {
  *out = NULL;
  kept *self = calloc(1, sizeof *self);
  if (!self) return HW_NO_MEMORY(err, "the results");
  self->keeping = hwp_snp_keeping(options);
  self->found = *found;
  self->found.options = &self->keeping;
  *found = (hwp_found){0};
  const hw_status status = fill(self, options->threshold, err);
  if (status == HW_OK)
    *out = &self->results;
  else
    hw_snp_search_results_delete(&self->results);
  return status;
}

void hw_snp_search_results_delete(hw_snp_search_results *self) {
  if (!self) return;
  kept *storage = (kept *)self;
  hwp_found_clear(&storage->found);
  free(storage);
}

/* --- what a search will cost --- */

enum { TRIED = 16 };

/* Missing persons who are tried, each a unit of her own. */
typedef struct trial {
  const hwp_snp_index *index;
  hw_snp_search_need *need;
  int64_t n_screened, n_passed;
  struct {
    int32_t query;
    hw_status status;
    hwp_snp_sums sums;
  } tried[TRIED];
} trial;

static hw_status try_one(void *context, int32_t thread, int64_t piece, hw_err *err) {
  trial *self = context;
  hwp_snp_worker *worker = NULL;
  hwp_outcome outcome = {0};
  (void)thread;
  const hwp_unit unit = {.first_query = self->tried[piece].query, .n_queries = 1, .is_snp = true};
  hw_status status = hwp_snp_worker_new(self->index, &worker, err);
  if (status == HW_OK) status = hwp_snp_worker_run(worker, &unit, false, &outcome, err);
  if (status == HW_OK) {
    self->tried[piece].status = outcome.status[0];
    self->tried[piece].sums = outcome.sums[0];
  }
  hwp_outcome_clear(&outcome);
  hwp_snp_worker_delete(worker);
  return status;
}

/* @return the exact ratios' work for one that was tried */
static double add_tried(trial *self, int32_t i) {
  const hwp_snp_screen *screen = &self->index->screen;
  const hw_snp_search_input *input = self->index->input;
  const hw_search_query *query = &input->queries[self->tried[i].query];
  const hw_snp_search_family *family = &input->families[query->family];
  hw_linked_typed typed[HW_LINKED_MAX_TYPED];
  hw_linked_need exact;
  if (self->tried[i].status != HW_OK) return 0;
  for (int32_t t = 0; t < family->n_profiles; t++)
    typed[t] = (hw_linked_typed){family->profile_person[t], NULL};
  typed[family->n_profiles] = (hw_linked_typed){query->person, NULL};
  const hw_linked_problem problem = {&family->pedigree,   family->n_profiles + 1, typed,
                                     screen->n_autosomal, screen->markers,        input->theta};
  if (hw_linked_count_need(&problem, false, &exact, NULL) != HW_OK) return 0;
  self->n_screened += self->tried[i].sums.n_screened;
  self->n_passed += self->tried[i].sums.n_passed;
  if (exact.bits > self->need->most_bits) self->need->most_bits = exact.bits;
  self->need->n_tried++;
  return (double)self->tried[i].sums.n_passed * exact.work;
}

static hw_status try_some(trial *self, const hw_search_go *go, hw_err *err) {
  hw_snp_search_need *need = self->need;
  const int32_t n_queries = self->index->input->n_queries;
  const int32_t n = n_queries < TRIED ? n_queries : TRIED;
  for (int32_t i = 0; i < n; i++) self->tried[i].query = (int32_t)((int64_t)i * n_queries / n);
  const hw_pool_work pool = {
      .n_pieces = n, .n_threads = go != NULL ? go->n_threads : 0, .run = try_one, .context = self};
  HW_TRY(hw_pool_run(&pool, err));
  double work = 0;
  for (int32_t i = 0; i < n; i++) work += add_tried(self, i);
  const double scale = need->n_tried > 0 ? (double)n_queries / need->n_tried : 0;
  need->share_passed = self->n_screened > 0 ? (double)self->n_passed / (double)self->n_screened : 0;
  need->pairs_passed = scale * (double)self->n_passed;
  need->work = scale * work;
  return HW_OK;
}

hw_status hw_snp_search_count_need(const hw_snp_search_input *input,
                                   const hw_snp_search_options *options, const hw_search_go *go,
                                   hw_snp_search_need *need, hw_err *err) {
  hwp_snp_index *index = NULL;
  *need = (hw_snp_search_need){0};
  HW_TRY(hwp_snp_index_new(input, options, go, &index, err));
  trial self = {.index = index, .need = need};
  const hw_status status = try_some(&self, go, err);
  hwp_snp_index_delete(index);
  return status;
}
