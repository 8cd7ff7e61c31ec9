/* What of the weighed pairs is kept, and what is proposed.
 *
 * Kept is what reaches the threshold by all kinds together, and of what reaches the
 * floor the best of every remains and every missing person. A pair that a line excludes
 * is measured without that line: if the rest would be kept, so is the pair, apart from
 * the others, for the exclusion may be an error of a sample, of a typing or of the
 * pedigree, and somebody should look.
 *
 * Posteriors are those of a search (search_found.c), over totals: a pair that is not
 * kept counts with LR 1. The complement of one above one half is summed without the
 * pair's own term, since the difference would cancel. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/search_snp_int.h"
#include "base/check.h"
#include "base/elementary.h"

void hw_wide_found_clear(hw_wide_found *self) {
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}

/* --- what is kept --- */

/* The total without the lines that exclude the pair. */
static double other_total(const hw_wide_pair *pair) {
  if (pair->excluded_by == 0) return pair->total;
  hw_evidence_parts parts = pair->parts;
  if (pair->excluded_by & HW_LINEAGE_BY_MT) parts.log10_lr[HW_EVIDENCE_MT] = 0;
  if (pair->excluded_by & HW_LINEAGE_BY_Y) parts.log10_lr[HW_EVIDENCE_Y] = 0;
  return hw_evidence_total(&parts);
}

/* Pairs apart stand last; then best first, by what decides; then by place. */
static int compare_pairs(const void *a, const void *b) {
  const hw_wide_pair *x = a, *y = b;
  const bool x_apart = x->excluded_by != 0, y_apart = y->excluded_by != 0;
  if (x_apart != y_apart) return x_apart ? 1 : -1;
  const double p = other_total(x), q = other_total(y);
  if (p != q) return p > q ? -1 : 1;
  if (x->remains != y->remains) return x->remains < y->remains ? -1 : 1;
  return x->target < y->target ? -1 : x->target > y->target;
}

/* Leaves what is kept. @param n_of_remains, n_of_target  zeroed counters */
static void choose(hwp_wide_making *self, int32_t *n_of_remains, int32_t *n_of_target) {
  const hw_wide_options *options = self->options;
  int64_t n = 0;
  for (int64_t i = 0; i < self->n; i++) {
    const hw_wide_pair *pair = &self->pairs[i];
    const double total = other_total(pair);
    const bool is_top =
        options->top > 0 && total >= options->floor &&
        (n_of_remains[pair->remains] < options->top || n_of_target[pair->target] < options->top);
    if (pair->excluded_by == 0) {
      n_of_remains[pair->remains]++;
      n_of_target[pair->target]++;
    }
    if (total >= options->threshold || (is_top && pair->excluded_by == 0)) self->pairs[n++] = *pair;
  }
  self->n = n;
}

static hw_status keep_pairs(hwp_wide_making *self, hw_err *err) {
  int32_t *n_of_remains = calloc((size_t)self->input->problem->n_remains + 1, sizeof(int32_t));
  int32_t *n_of_target = calloc((size_t)self->index.n_targets + 1, sizeof(int32_t));
  hw_wide_found *out = self->out;
  if (n_of_remains != NULL && n_of_target != NULL) {
    if (self->n > 0) qsort(self->pairs, (size_t)self->n, sizeof *self->pairs, compare_pairs);
    choose(self, n_of_remains, n_of_target);
    out->pairs = hw_arena_alloc_array(&out->arena, (size_t)self->n, sizeof *out->pairs);
  }
  free(n_of_remains);
  free(n_of_target);
  if (out->pairs == NULL) return HW_NO_MEMORY(err, "the kept pairs");
  if (self->n > 0) memcpy(out->pairs, self->pairs, (size_t)self->n * sizeof *out->pairs);
  out->n_pairs = self->n;
  for (int64_t i = 0; i < out->n_pairs; i++) out->n_apart += out->pairs[i].excluded_by != 0;
  return HW_OK;
}

/* --- STR taken apart --- */

/* A pair of the engine, and where it belongs. */
typedef struct str_pairs {
  int64_t n;
  hw_search_pair *pairs;
  int64_t *at;
  hw_search_detail *details;
  double *per_marker;
} str_pairs;

static void list_str(const hwp_wide_making *self, str_pairs *out) {
  const hw_wide_found *found = self->out;
  for (int64_t i = 0; i < found->n_pairs; i++) {
    const hw_wide_pair *pair = &found->pairs[i];
    if (!pair->parts.is_typed[HW_EVIDENCE_STR]) continue;
    out->pairs[out->n] =
        (hw_search_pair){.sample = self->index.str_sample[pair->remains],
                         .query = self->index.str_query[pair->family] + pair->missing,
                         .log10_lr = pair->parts.log10_lr[HW_EVIDENCE_STR]};
    out->at[out->n++] = i;
  }
}

/* Marker counts and ratios by marker of the pairs that STR say something of. */
static hw_status fill_str(hwp_wide_making *self, str_pairs *own, hw_err *err) {
  hw_wide_found *found = self->out;
  const size_t n = (size_t)found->n_pairs, width = (size_t)self->input->problem->n_markers;
  size_t n_ratios = 0;
  if (!hw_mul_size(n, width, &n_ratios)) return HW_NO_MEMORY(err, "the kept pairs");
  found->per_marker = hw_arena_alloc_array(&found->arena, n_ratios, sizeof(double));
  own->pairs = calloc(n + 1, sizeof *own->pairs);
  own->at = calloc(n + 1, sizeof *own->at);
  own->details = calloc(n + 1, sizeof *own->details);
  own->per_marker = calloc(n_ratios + 1, sizeof *own->per_marker);
  if (found->per_marker == NULL || own->pairs == NULL || own->at == NULL || own->details == NULL ||
      own->per_marker == NULL)
    return HW_NO_MEMORY(err, "the kept pairs");
  list_str(self, own);
  if (own->n == 0) return HW_OK;
  HW_TRY(hw_search_details(self->input->str_search, own->n, own->pairs, own->details,
                           own->per_marker, err));
  for (int64_t i = 0; i < own->n; i++) {
    hw_wide_pair *pair = &found->pairs[own->at[i]];
    pair->n_markers = own->details[i].n_markers;
    pair->n_mismatches = own->details[i].n_mismatches;
    memcpy(found->per_marker + (size_t)own->at[i] * width, own->per_marker + (size_t)i * width,
           width * sizeof(double));
  }
  return HW_OK;
}

static hw_status take_apart(hwp_wide_making *self, hw_err *err) {
  str_pairs own = {0};
  if (self->input->str_search == NULL || self->out->n_pairs == 0) return HW_OK;
  const hw_status status = fill_str(self, &own, err);
  free(own.pairs);
  free(own.at);
  free(own.details);
  free(own.per_marker);
  return status;
}

/* --- posteriors --- */

/* Kept pairs by remains: a pair's place, with what it is sorted by. */
typedef struct place {
  int32_t remains, target;
  int64_t at;
} place;

static int compare_remains(const void *a, const void *b) {
  const place *x = a, *y = b;
  if (x->remains != y->remains) return x->remains < y->remains ? -1 : 1;
  return x->target < y->target ? -1 : x->target > y->target;
}

/* 10^(log10_lr − top), also where both are infinite. */
static double scaled(double log10_lr, double top) {
  if (log10_lr == top) return 1;
  return isinf(top) || isinf(log10_lr) ? 0 : hw_pow10(log10_lr - top);
}

/* The pairs of one remains. */
static void put_posteriors(hw_wide_found *found, int64_t n, const place *places) {
  double top = 0, sum = 0;
  for (int64_t i = 0; i < n; i++)
    if (found->pairs[places[i].at].total > top) top = found->pairs[places[i].at].total;
  const double rest =
      (found->prior_none + found->prior_each * (double)(found->n_targets - n)) * scaled(0, top);
  for (int64_t i = 0; i < n; i++)
    sum += found->prior_each * scaled(found->pairs[places[i].at].total, top);
  sum += rest;
  for (int64_t i = 0; i < n; i++) {
    hw_wide_pair *pair = &found->pairs[places[i].at];
    pair->posterior = sum > 0 ? found->prior_each * scaled(pair->total, top) / sum : (double)NAN;
    pair->complement = 1 - pair->posterior;
    if (!(pair->posterior > 0.5)) continue;
    double others = rest;
    for (int64_t k = 0; k < n; k++)
      if (k != i) others += found->prior_each * scaled(found->pairs[places[k].at].total, top);
    pair->complement = others / sum;
  }
}

static hw_status find_posteriors(hwp_wide_making *self, hw_err *err) {
  hw_wide_found *found = self->out;
  place *places = calloc((size_t)found->n_pairs + 1, sizeof *places);
  if (places == NULL) return HW_NO_MEMORY(err, "the kept pairs");
  for (int64_t i = 0; i < found->n_pairs; i++)
    places[i] = (place){found->pairs[i].remains, found->pairs[i].target, i};
  if (found->n_pairs > 0) qsort(places, (size_t)found->n_pairs, sizeof *places, compare_remains);
  for (int64_t i = 0, next; i < found->n_pairs; i = next) {
    for (next = i; next < found->n_pairs && places[next].remains == places[i].remains;) next++;
    put_posteriors(found, next - i, places + i);
  }
  free(places);
  return HW_OK;
}

/* --- proposals --- */

/* The largest total of a remains or missing person, and whether two pairs have it. */
typedef struct best {
  double most;
  bool is_seen, has_rivals;
} best;

static void note_best(best *self, double total) {
  if (!self->is_seen || total > self->most)
    *self = (best){.most = total, .is_seen = true};
  else if (total == self->most)
    self->has_rivals = true;
}

static bool is_best(const best *self, double total) {
  return total == self->most && !self->has_rivals;
}

static hw_status propose(hwp_wide_making *self, hw_err *err) {
  hw_wide_found *found = self->out;
  best *of_remains = calloc((size_t)self->input->problem->n_remains + 1, sizeof *of_remains);
  best *of_target = calloc((size_t)found->n_targets + 1, sizeof *of_target);
  const bool has_all = of_remains != NULL && of_target != NULL;
  for (int64_t i = 0; has_all && i < found->n_pairs; i++) {
    note_best(&of_remains[found->pairs[i].remains], found->pairs[i].total);
    note_best(&of_target[found->pairs[i].target], found->pairs[i].total);
  }
  for (int64_t i = 0; has_all && i < found->n_pairs; i++) {
    hw_wide_pair *pair = &found->pairs[i];
    pair->is_proposed = pair->excluded_by == 0 && pair->posterior >= self->options->accept &&
                        !pair->is_kin && is_best(&of_remains[pair->remains], pair->total) &&
                        is_best(&of_target[pair->target], pair->total);
    found->n_proposed += pair->is_proposed;
  }
  free(of_remains);
  free(of_target);
  return has_all ? HW_OK : HW_NO_MEMORY(err, "the kept pairs");
}

/* --- who could not be searched --- */

/* A missing person: how many engines should have searched her, and how many did not. */
typedef struct searched {
  int32_t n_asked, n_left_out;
  const char *why;
} searched;

static void count_engine(const hwp_wide_making *self, const hw_search_results *results,
                         int32_t n_queries, const hw_search_query *queries, const int32_t *family,
                         const int32_t *missing, searched *list) {
  for (int32_t q = 0; q < n_queries; q++)
    list[self->index.target[family[queries[q].family]] + missing[q]].n_asked++;
  for (int32_t i = 0; i < results->n_left_out; i++) {
    const int32_t q = results->left_out[i].query;
    searched *one = &list[self->index.target[family[queries[q].family]] + missing[q]];
    one->n_left_out++;
    if (one->why == NULL) one->why = results->left_out[i].why;
  }
}

static void count_engines(const hwp_wide_making *self, searched *list) {
  const hw_wide_input *input = self->input;
  if (input->str_search != NULL) {
    const hw_stored_search *str = &input->str->searched;
    count_engine(self, hw_search_results_get(input->str_search), str->input.n_queries,
                 str->input.queries, str->family, str->query_missing, list);
  }
  if (input->snp_results != NULL)
    count_engine(self, &input->snp_results->found, input->snp->input.n_queries,
                 input->snp->input.queries, input->snp->family, input->snp->query_missing, list);
}

static hw_status list_left_out(hwp_wide_making *self, hw_err *err) {
  hw_wide_found *found = self->out;
  const hw_case *problem = self->input->problem;
  searched *list = calloc((size_t)found->n_targets + 1, sizeof *list);
  hw_wide_left_out *out =
      hw_arena_alloc_array(&found->arena, (size_t)found->n_targets, sizeof *out);
  if (list == NULL || out == NULL) {
    free(list);
    return HW_NO_MEMORY(err, "the missing persons");
  }
  count_engines(self, list);
  for (int32_t f = 0; f < problem->n_families; f++)
    for (int32_t k = 0; self->index.target[f] >= 0 && k < problem->families[f].n_missing; k++) {
      const searched *one = &list[self->index.target[f] + k];
      if (one->n_left_out > 0 && one->n_left_out == one->n_asked)
        out[found->n_left_out++] = (hw_wide_left_out){f, k, one->why};
    }
  free(list);
  found->left_out = out;
  return HW_OK;
}

/* --- the whole --- */

static void set_prior(hw_wide_found *found) {
  const double n = found->n_targets, none = found->options->prior_none;
  found->prior_none = none < 0 ? 1 / (n + 1) : none;
  found->prior_each = none < 0 ? 1 / (n + 1) : (1 - none) / n;
}

static unsigned kinds_of(const hw_wide_input *input) {
  return hw_evidence_kinds(input->evidence) |
         (input->str_search != NULL ? HW_EVIDENCE_BIT(HW_EVIDENCE_STR) : 0);
}

static hw_status make(hwp_wide_making *self, hw_err *err) {
  HW_TRY(hwp_wide_weigh(self, err));
  HW_TRY(list_left_out(self, err));
  set_prior(self->out);
  HW_TRY(keep_pairs(self, err));
  HW_TRY(take_apart(self, err));
  HW_TRY(find_posteriors(self, err));
  HW_TRY(hwp_wide_kin(self, err));
  return propose(self, err);
}

hw_status hw_wide_found_make(const hw_wide_input *input, const hw_wide_options *options,
                             const hw_search_go *go, hw_wide_found *out, hw_err *err) {
  hwp_wide_making self = {.input = input, .options = options, .go = go, .out = out};
  *out = (hw_wide_found){.options = options, .kinds = kinds_of(input)};
  hw_arena_init(&out->arena, 0);
  const hw_status status = make(&self, err);
  free(self.pairs);
  return status;
}
