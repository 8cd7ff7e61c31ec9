/* What a search kept, taken apart.
 *
 * Kept pairs are sorted by missing person and cut into pieces that hold all pairs
 * of some of them, so that every family is compiled once; the pieces are shared
 * out to threads, and what they give is put back in the order of the pairs. Which
 * thread did which piece changes nothing.
 *
 * Posteriors are the engine's: for a sample with kept ratios LR(k) among n missing
 * persons, each with prior p and "none of them" with p0,
 *
 *   P(k) = p·LR(k) / (p0 + p·(Σ LR(kept) + n − number kept))
 *
 * where a pair that was not kept counts with 1, its expectation for an unrelated
 * person. 1 − P(k) is summed without k's own term, since near one the difference
 * would cancel. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/search.h"
#include "base/check.h"
#include "base/elementary.h"
#include "base/pool.h"

/* Least pairs of one piece, and most pieces; all pairs of a missing person stay together. */
enum { PIECE_PAIRS = 64, MOST_PIECES = 256 };

typedef struct maker {
  const hw_search *search;
  const hw_found_how *how;
  hw_found *out;
  int64_t *order; /* places of the pairs, by query, then sample */
  hw_search_pair *sorted;
  hw_search_detail *details; /* as sorted */
  double *per_marker;        /* as sorted; NULL = not asked for */
  int64_t n_pieces;
  int64_t *first; /* n_pieces + 1: pairs of a piece, in sorted */
} maker;

const char *hw_search_kin_name(hw_search_kin kin) {
  static const char *const names[HW_SEARCH_KIN_COUNT] = {"none", "full sibling", "half sibling",
                                                         "parent", "child"};
  return kin >= 0 && kin < HW_SEARCH_KIN_COUNT ? names[kin] : names[HW_SEARCH_KIN_NONE];
}

void hw_found_clear(hw_found *self) {
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}

/* --- pieces --- */

typedef struct placed {
  hw_search_pair pair;
  int64_t at;
} placed;

static int compare_placed(const void *a, const void *b) {
  const placed *x = a, *y = b;
  if (x->pair.query != y->pair.query) return x->pair.query < y->pair.query ? -1 : 1;
  return x->pair.sample < y->pair.sample ? -1 : x->pair.sample > y->pair.sample;
}

static hw_status sort_pairs(maker *self, hw_err *err) {
  hw_arena *arena = &self->out->arena;
  const hw_search_results *results = self->out->results;
  size_t n = (size_t)results->n_pairs;
  placed *list = calloc(n + 1, sizeof *list);
  self->order = hw_arena_alloc_array(arena, n, sizeof *self->order);
  self->sorted = hw_arena_alloc_array(arena, n, sizeof *self->sorted);
  if (list == NULL || self->order == NULL || self->sorted == NULL) {
    free(list);
    return HW_NO_MEMORY(err, "the kept pairs");
  }
  for (size_t i = 0; i < n; i++) list[i] = (placed){results->pairs[i], (int64_t)i};
  qsort(list, n, sizeof *list, compare_placed);
  for (size_t i = 0; i < n; i++) {
    self->order[i] = list[i].at;
    self->sorted[i] = list[i].pair;
  }
  free(list);
  return HW_OK;
}

static hw_status cut_pieces(maker *self, hw_err *err) {
  int64_t n = self->out->results->n_pairs;
  int64_t least = n / MOST_PIECES > PIECE_PAIRS ? n / MOST_PIECES : PIECE_PAIRS;
  self->first =
      hw_arena_alloc_array(&self->out->arena, (size_t)(n / least) + 2, sizeof *self->first);
  if (self->first == NULL) return HW_NO_MEMORY(err, "the kept pairs");
  for (int64_t i = 0; i < n; i++) {
    bool is_new = i > 0 && self->sorted[i].query != self->sorted[i - 1].query;
    if (i == 0 || (is_new && i - self->first[self->n_pieces - 1] >= least))
      self->first[self->n_pieces++] = i;
  }
  self->first[self->n_pieces] = n;
  return HW_OK;
}

static hw_status reserve(maker *self, hw_err *err) {
  hw_arena *arena = &self->out->arena;
  size_t n = (size_t)self->out->results->n_pairs, n_ratios = 0;
  self->details = hw_arena_alloc_array(arena, n, sizeof *self->details);
  self->out->pairs = hw_arena_alloc_array(arena, n, sizeof *self->out->pairs);
  bool has_all = self->details != NULL && self->out->pairs != NULL;
  if (has_all && self->how->per_marker) {
    has_all = hw_mul_size(n, (size_t)self->out->input->n_markers, &n_ratios);
    if (has_all) self->per_marker = malloc((n_ratios + 1) * sizeof *self->per_marker);
    if (has_all) self->out->per_marker = hw_arena_alloc_array(arena, n_ratios, sizeof(double));
    has_all = has_all && self->per_marker != NULL && self->out->per_marker != NULL;
  }
  return has_all ? HW_OK : HW_NO_MEMORY(err, "the kept pairs");
}

static hw_status do_piece(void *context, int32_t thread, int64_t piece, hw_err *err) {
  maker *self = context;
  (void)thread;
  int64_t first = self->first[piece], n = self->first[piece + 1] - first;
  size_t width = (size_t)self->out->input->n_markers;
  double *ratios = self->per_marker != NULL ? self->per_marker + (size_t)first * width : NULL;
  return hw_search_details(self->search, n, self->sorted + first, self->details + first, ratios,
                           err);
}

static bool is_stopped(void *context, int64_t n_done) {
  const maker *self = context;
  const hw_search_go *go = &self->how->go;
  if (go->progress == NULL) return false;
  int64_t n = self->out->results->n_pairs;
  uint64_t done = self->n_pieces > 0 ? (uint64_t)(n / self->n_pieces * n_done) : 0;
  return go->progress(go->context, done, (uint64_t)n);
}

static hw_status do_pieces(maker *self, hw_err *err) {
  const hw_pool_work work = {.n_pieces = self->n_pieces,
                             .n_threads = self->how->go.n_threads,
                             .run = do_piece,
                             .context = self,
                             .is_stopped = is_stopped,
                             .stop_context = self};
  return hw_pool_run(&work, err);
}

/* Puts the pieces back in the order of the pairs. */
static void put_back(maker *self) {
  hw_found *out = self->out;
  size_t width = (size_t)out->input->n_markers;
  for (int64_t i = 0; i < out->n_pairs; i++) {
    int64_t at = self->order[i];
    out->pairs[at] = (hw_found_pair){.pair = self->sorted[i], .detail = self->details[i]};
    if (self->per_marker != NULL)
      memcpy(out->per_marker + (size_t)at * width, self->per_marker + (size_t)i * width,
             width * sizeof *self->per_marker);
  }
}

/* --- what the pairs of one sample share --- */

typedef struct sample_sum {
  int32_t n_kept;
  double most;     /* largest ratio, log10 */
  double others;   /* sum of all ratios but the largest, scaled by it */
  bool has_rivals; /* two pairs have the largest */
} sample_sum;

/* 10^(log10_lr − most), also where both are infinite. */
static double scaled(double log10_lr, double most) {
  if (log10_lr == most) return 1;
  return isinf(most) ? 0 : hw_pow10(log10_lr - most);
}

/* Pairs come best first, so the first of a sample has the largest ratio. */
static void sum_samples(const hw_found *found, sample_sum *sums) {
  for (int64_t i = 0; i < found->n_pairs; i++) {
    const hw_search_pair *pair = &found->pairs[i].pair;
    sample_sum *sum = &sums[pair->sample];
    if (sum->n_kept++ == 0) {
      sum->most = pair->log10_lr;
      continue;
    }
    sum->has_rivals = sum->has_rivals || pair->log10_lr == sum->most;
    sum->others += scaled(pair->log10_lr, sum->most);
  }
}

/* 1 − posterior: all other terms over the pair's own, times the posterior. A posterior above one
 * half is that of the sample's best pair. */
static double complement_of(const hw_found *found, const sample_sum *sum,
                            const hw_found_pair *item) {
  const double posterior = item->detail.posterior;
  if (!(posterior > 0.5) || isinf(sum->most)) return 1 - posterior;
  double n_others = (double)found->input->n_queries - sum->n_kept;
  double unkept = (found->prior_none / found->prior_each + n_others) * hw_pow10(-sum->most);
  return posterior * (unkept + sum->others);
}

typedef struct query_best {
  double most;
  bool is_seen, has_rivals;
} query_best;

static void find_best(const hw_found *found, query_best *best) {
  for (int64_t i = 0; i < found->n_pairs; i++) {
    const hw_search_pair *pair = &found->pairs[i].pair;
    query_best *own = &best[pair->query];
    if (!own->is_seen)
      *own = (query_best){.most = pair->log10_lr, .is_seen = true};
    else if (pair->log10_lr == own->most)
      own->has_rivals = true;
  }
}

static void propose(hw_found *found, const sample_sum *sums, const query_best *best) {
  for (int64_t i = 0; i < found->n_pairs; i++) {
    hw_found_pair *item = &found->pairs[i];
    const sample_sum *sum = &sums[item->pair.sample];
    const query_best *query = &best[item->pair.query];
    item->complement = complement_of(found, sum, item);
    item->is_proposed = item->detail.posterior >= found->accept && !item->detail.is_kin &&
                        item->pair.log10_lr == sum->most && !sum->has_rivals &&
                        item->pair.log10_lr == query->most && !query->has_rivals;
    found->n_proposed += item->is_proposed;
  }
}

static hw_status judge(hw_found *found, hw_err *err) {
  sample_sum *sums = calloc((size_t)found->input->n_samples + 1, sizeof *sums);
  query_best *best = calloc((size_t)found->input->n_queries + 1, sizeof *best);
  hw_status status = HW_OK;
  if (sums == NULL || best == NULL) {
    status = HW_NO_MEMORY(err, "the kept pairs");
  } else {
    sum_samples(found, sums);
    find_best(found, best);
    propose(found, sums, best);
  }
  free(sums);
  free(best);
  return status;
}

static void set_prior(hw_found *found) {
  double n = found->input->n_queries, none = found->options->prior_none;
  found->prior_none = none < 0 ? 1 / (n + 1) : none;
  found->prior_each = none < 0 ? 1 / (n + 1) : (1 - none) / n;
}

/* --- the whole --- */

static hw_status make(maker *self, hw_err *err) {
  HW_TRY(sort_pairs(self, err));
  HW_TRY(cut_pieces(self, err));
  HW_TRY(reserve(self, err));
  HW_TRY(do_pieces(self, err));
  put_back(self);
  return judge(self->out, err);
}

hw_status hw_found_make(const hw_search *search, const hw_search_input *input,
                        const hw_search_options *options, const hw_found_how *how, hw_found *out,
                        hw_err *err) {
  maker self = {.search = search, .how = how, .out = out};
  *out = (hw_found){.input = input,
                    .options = options,
                    .results = hw_search_results_get(search),
                    .accept = how->accept};
  hw_arena_init(&out->arena, 0);
  out->n_pairs = out->results->n_pairs;
  set_prior(out);
  hw_status status = make(&self, err);
  free(self.per_marker);
  return status;
}
