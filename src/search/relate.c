/* Who is kin to whom: all pairs screened by kinship and windows, the rest computed exactly.
 *
 * A piece is a tile of people, each against all behind them; planes of a tile of others stay in the
 * second cache while the tile passes over them. Pieces store what they found under their number, so
 * that the result is the same for any number of threads. Pairs that are asked for are pieces of one.
 *
 * Exact: ln P(both | relation) − ln P(both | two founders), each by hw_linked_likelihood on the mean
 * of the female and male maps. */
#include <math.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/pool.h"
#include "search/relate_int.h"

#define LN_10 2.302585092994045684

enum { TILE = 64 };

typedef struct piece {
  int64_t n_screened, n_pairs, room;
  hw_relate_pair *pairs; /* that passed, then those that are kept */
  int64_t n_passed;
} piece;

typedef struct relating {
  const hw_relate_input *input;
  const hw_relate_options *options;
  const hw_search_go *go;
  int32_t n_autosomal, windows;
  hw_linked_marker *markers;
  size_t n_genotypes;
  hwp_planes planes;
  int64_t n_pieces;
  piece *pieces;
  float **likelihoods; /* of each thread: two people's */
  int32_t n_threads;
  hw_arena arena;
} relating;

typedef struct kept {
  hw_relate_results results; /* first: what the caller holds */
  hw_relate_pair *pairs;
} kept;

/* --- exact --- */

static hw_status compute(const relating *self, const hw_relation_shape *shape, const float *first,
                         const float *second, double *ln, hw_err *err) {
  const hw_linked_typed typed[2] = {{shape->first, first}, {shape->second, second}};
  const hw_linked_problem problem = {&shape->pedigree,  2, typed, self->n_autosomal, self->markers,
                                     self->input->theta};
  hw_linked_result result;
  HW_TRY(hw_linked_likelihood(&problem, &self->options->linked, &result, err));
  *ln = result.ln_likelihood;
  return HW_OK;
}

static hw_status score(const relating *self, float *room, hw_relate_pair *pair, hw_err *err) {
  static const hw_person two[] = {{"1", HW_PERSON_NONE, HW_PERSON_NONE, HW_UNKNOWN_SEX, -1},
                                  {"2", HW_PERSON_NONE, HW_PERSON_NONE, HW_UNKNOWN_SEX, -1}};
  static const hw_relation_shape unrelated = {"unrelated", -1, {2, two}, 0, 1};
  float *other = room + self->n_genotypes;
  double ln_unrelated = 0, ln = 0;
  hw_snp_likelihoods(self->input->samples[pair->first].bytes, (int64_t)self->n_genotypes, room);
  hw_snp_likelihoods(self->input->samples[pair->second].bytes, (int64_t)self->n_genotypes, other);
  HW_TRY(compute(self, &unrelated, room, other, &ln_unrelated, err));
  for (int r = 0; r < HW_RELATION_COUNT; r++) {
    HW_TRY(compute(self, hw_relation_shape_get((hw_relation)r), room, other, &ln, err));
    pair->log10_lr[r] = (ln - ln_unrelated) / LN_10;
    if (pair->log10_lr[r] > pair->log10_lr[pair->best]) pair->best = (hw_relation)r;
  }
  return HW_OK;
}

/* --- pieces --- */

static hw_status add(piece *to, int32_t first, int32_t second, const hw_screen_counts *counts,
                     int32_t windows, hw_err *err) {
  if (to->n_pairs == to->room) {
    const int64_t room = to->room == 0 ? 16 : 2 * to->room;
    size_t bytes;
    hw_relate_pair *pairs = NULL;
    if (hw_mul_size((size_t)room, sizeof *pairs, &bytes)) pairs = realloc(to->pairs, bytes);
    if (!pairs) return HW_NO_MEMORY(err, "the pairs that the screen lets through");
    to->pairs = pairs;
    to->room = room;
  }
  const double kinship = (counts->both_het - 2.0 * counts->opposite) / counts->het;
  to->pairs[to->n_pairs++] = (hw_relate_pair){.first = first,
                                              .second = second,
                                              .windows = windows,
                                              .kinship = counts->het > 0 ? kinship : (double)NAN};
  return HW_OK;
}

static bool passes(const relating *self, const hw_screen_counts *counts, int32_t windows) {
  const double above = counts->both_het - 2.0 * counts->opposite;
  return (counts->het > 0 && self->options->kinship > 0 &&
          above >= self->options->kinship * counts->het) ||
         windows >= self->windows;
}

static hw_status screen_tile(const relating *self, int32_t first, piece *to, hw_err *err) {
  const hwp_planes *planes = &self->planes;
  const int32_t n = self->input->n_samples, last = first + TILE < n ? first + TILE : n;
  hw_screen_counts counts[TILE];
  int32_t windows[TILE];
  for (int32_t tile = first; tile < n; tile += TILE)
    for (int32_t one = first; one < last; one++) {
      const int32_t from = tile > one ? tile : one + 1, end = tile + TILE < n ? tile + TILE : n;
      if (from >= end) continue;
      planes->kernel->count(planes->n_words, hwp_planes_of(planes, one), end - from,
                            hwp_planes_of(planes, from), counts);
      planes->kernel->windows(planes->n_words, hwp_planes_of(planes, one), end - from,
                              hwp_planes_of(planes, from), HWP_RELATE_OPPOSITE, HWP_RELATE_TYPED,
                              windows);
      to->n_screened += end - from;
      for (int32_t i = 0; i < end - from; i++)
        if (passes(self, &counts[i], windows[i]))
          HW_TRY(add(to, one, from + i, &counts[i], windows[i], err));
    }
  return HW_OK;
}

static hw_status take_asked(const relating *self, int64_t number, piece *to, hw_err *err) {
  const hwp_planes *planes = &self->planes;
  const int32_t *pair = self->input->pairs[number];
  const uint64_t *one = hwp_planes_of(planes, pair[0]), *other = hwp_planes_of(planes, pair[1]);
  hw_screen_counts counts;
  int32_t windows;
  planes->kernel->count(planes->n_words, one, 1, other, &counts);
  planes->kernel->windows(planes->n_words, one, 1, other, HWP_RELATE_OPPOSITE, HWP_RELATE_TYPED,
                          &windows);
  to->n_screened = 1;
  return add(to, pair[0], pair[1], &counts, windows, err);
}

static hw_status run_piece(void *context, int32_t thread, int64_t number, hw_err *err) {
  relating *self = context;
  piece *to = &self->pieces[number];
  const bool is_asked = self->input->n_pairs > 0;
  if (!self->likelihoods[thread])
    self->likelihoods[thread] = calloc(2 * self->n_genotypes, sizeof(float));
  if (!self->likelihoods[thread]) return HW_NO_MEMORY(err, "the likelihoods of two people");
  HW_TRY(is_asked ? take_asked(self, number, to, err)
                  : screen_tile(self, (int32_t)number * TILE, to, err));
  to->n_passed = to->n_pairs;
  to->n_pairs = 0;
  for (int64_t i = 0; i < to->n_passed; i++) {
    hw_relate_pair pair = to->pairs[i];
    pair.n_typed = hwp_planes_count_typed(&self->planes, pair.first, pair.second);
    HW_TRY(score(self, self->likelihoods[thread], &pair, err));
    if (is_asked || pair.log10_lr[pair.best] >= self->options->threshold)
      to->pairs[to->n_pairs++] = pair;
  }
  return HW_OK;
}

static bool is_stopped(void *context, int64_t n_done) {
  relating *self = context;
  return self->go->progress(self->go->context, (uint64_t)n_done, (uint64_t)self->n_pieces);
}

/* --- all of it --- */

static hw_status check(const hw_relate_input *input, const hw_relate_options *options,
                       hw_err *err) {
  if (input->n_samples < 2)
    return hw_err_set(err, HW_E_SHAPE, "%d samples: expected two or more to compare",
                      (int)input->n_samples);
  if (!(input->theta >= 0 && input->theta < 1))
    return hw_err_set(err, HW_E_VALUE, "theta is %g, expected 0 <= theta < 1", input->theta);
  if (isnan(options->kinship) || isnan(options->threshold) || options->windows < 0)
    return hw_err_set(err, HW_E_VALUE,
                      "kinship, windows and threshold must be numbers, windows 0 or "
                      "more");
  for (int64_t i = 0; i < input->n_pairs; i++)
    for (int k = 0; k < 2; k++)
      if (input->pairs[i][k] < 0 || input->pairs[i][k] >= input->n_samples ||
          input->pairs[i][0] == input->pairs[i][1])
        return hw_err_set(err, HW_E_REFERENCE, "pair %lld is not of two of the %d samples",
                          (long long)i + 1, (int)input->n_samples);
  return HW_OK;
}

static hw_status prepare(relating *self, hw_err *err) {
  const hw_panel *panel = self->input->panel;
  const hw_pool_work sized = {.n_threads = self->go != NULL ? self->go->n_threads : 0,
                              .n_pieces = INT64_MAX};
  self->n_genotypes = (size_t)panel->first_genotype[panel->n_markers];
  self->markers =
      hw_arena_alloc_array(&self->arena, (size_t)panel->n_markers, sizeof *self->markers);
  if (!self->markers) return HW_NO_MEMORY(err, "the markers");
  HW_TRY(hw_linked_markers_of_panel(panel, self->input->population, self->markers, err));
  while (self->n_autosomal < panel->n_markers &&
         self->markers[self->n_autosomal].chromosome < HW_PANEL_X) {
    hw_linked_marker *marker = &self->markers[self->n_autosomal++];
    marker->female_cm = marker->male_cm = 0.5 * (marker->female_cm + marker->male_cm);
  }
  if (self->n_autosomal == 0)
    return hw_err_set(err, HW_E_SHAPE, "the panel has no markers on chromosomes 1 to 22");
  HW_TRY(hwp_planes_init(&self->planes, self->input, self->options, self->n_autosomal, &self->arena,
                         err));
  self->windows = self->options->windows > 0 ? self->options->windows : self->planes.windows;
  self->n_pieces =
      self->input->n_pairs > 0 ? self->input->n_pairs : (self->input->n_samples + TILE - 1) / TILE;
  self->pieces = calloc((size_t)self->n_pieces, sizeof *self->pieces);
  self->n_threads = hw_pool_threads(&sized);
  self->likelihoods = calloc((size_t)self->n_threads, sizeof *self->likelihoods);
  if (!self->pieces || !self->likelihoods) return HW_NO_MEMORY(err, "the pairs");
  return HW_OK;
}

static int by_best(const void *left, const void *right) {
  const hw_relate_pair *x = left, *y = right;
  if (x->log10_lr[x->best] != y->log10_lr[y->best])
    return x->log10_lr[x->best] > y->log10_lr[y->best] ? -1 : 1;
  if (x->first != y->first) return x->first < y->first ? -1 : 1;
  return x->second < y->second ? -1 : x->second > y->second;
}

static hw_status join(const relating *self, kept *out, hw_err *err) {
  hw_relate_results *results = &out->results;
  for (int64_t i = 0; i < self->n_pieces; i++) results->n_pairs += self->pieces[i].n_pairs;
  out->pairs = calloc((size_t)results->n_pairs + 1, sizeof *out->pairs);
  if (!out->pairs) return HW_NO_MEMORY(err, "the pairs that are kept");
  int64_t n = 0;
  for (int64_t i = 0; i < self->n_pieces; i++) {
    const piece *from = &self->pieces[i];
    for (int64_t k = 0; k < from->n_pairs; k++) out->pairs[n++] = from->pairs[k];
    results->n_screened += from->n_screened;
    results->n_passed += from->n_passed;
  }
  if (self->input->n_pairs == 0 && n > 0) qsort(out->pairs, (size_t)n, sizeof *out->pairs, by_best);
  results->pairs = out->pairs;
  return HW_OK;
}

static hw_status relate(relating *self, kept *out, hw_err *err) {
  HW_TRY(prepare(self, err));
  hw_pool_work work = {.n_pieces = self->n_pieces,
                       .n_threads = self->go != NULL ? self->go->n_threads : 0,
                       .run = run_piece,
                       .context = self};
  if (self->go != NULL && self->go->progress != NULL) {
    work.is_stopped = is_stopped;
    work.stop_context = self;
  }
  const hw_status status = hw_pool_run(&work, err);
  if (status == HW_E_INTERRUPTED)
    return hw_err_set(err, HW_E_INTERRUPTED, "the comparison was stopped before its end");
  HW_TRY(status);
  return join(self, out, err);
}

static void clear(relating *self) {
  for (int64_t i = 0; self->pieces && i < self->n_pieces; i++) free(self->pieces[i].pairs);
  for (int32_t t = 0; self->likelihoods && t < self->n_threads; t++) free(self->likelihoods[t]);
  free(self->pieces);
  free(self->likelihoods);
  hw_arena_clear(&self->arena);
}

hw_status hw_relate_run(const hw_relate_input *input, const hw_relate_options *options,
                        const hw_search_go *go, hw_relate_results **out, hw_err *err) {
  relating self = {.input = input, .options = options, .go = go};
  *out = NULL;
  HW_TRY(check(input, options, err));
  kept *results = calloc(1, sizeof *results);
  if (!results) return HW_NO_MEMORY(err, "the results");
  const hw_status status = relate(&self, results, err);
  clear(&self);
  if (status == HW_OK)
    *out = &results->results;
  else
    hw_relate_results_delete(&results->results);
  return status;
}

void hw_relate_results_delete(hw_relate_results *self) {
  if (!self) return;
  kept *storage = (kept *)self;
  free(storage->pairs);
  free(storage);
}
