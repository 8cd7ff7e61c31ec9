/* What two searches found, weighed by all kinds of evidence.
 *
 * The pairs of both are put together, each once, and sorted by missing person, so that
 * a family's table is compiled once and its scorer of SNP profiles is made once. Ratios
 * by STR come from the table compiler, as in the search itself; all others from
 * evidence.h, which alone knows them, so that a stored ratio can be computed again
 * without a search. Neither depends on who else was searched.
 *
 * A pair below the threshold of which only one kind can say anything is dropped before
 * it is weighed: in a large search by STR these are nearly all. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/search_snp_int.h"
#include "base/check.h"

/* Pairs between two looks at the clock. */
enum { LOOK = 64 };

double hw_wide_each(double threshold, bool has_both) {
  return has_both && threshold > 0 ? threshold / 2 : threshold;
}

/* --- who is searched --- */

static int32_t *alloc_none(hw_arena *arena, int32_t n) {
  int32_t *list = hw_arena_alloc_array(arena, (size_t)n, sizeof *list);
  for (int32_t i = 0; list != NULL && i < n; i++) list[i] = -1;
  return list;
}

static hw_status make_index(hwp_wide_making *self, hw_err *err) {
  const hw_wide_input *input = self->input;
  const hw_case *problem = input->problem;
  hw_arena *arena = &self->out->arena;
  hwp_wide_index *index = &self->index;
  index->target = alloc_none(arena, problem->n_families);
  index->str_query = alloc_none(arena, problem->n_families);
  index->str_sample = alloc_none(arena, problem->n_remains);
  if (index->target == NULL || index->str_query == NULL || index->str_sample == NULL)
    return HW_NO_MEMORY(err, "the kept pairs");
  if (input->str_search != NULL) {
    const hw_stored_search *str = &input->str->searched;
    for (int32_t q = str->input.n_queries - 1; q >= 0; q--)
      index->str_query[str->family[str->input.queries[q].family]] = q;
    for (int32_t s = 0; s < str->input.n_samples; s++)
      index->str_sample[input->str->remains[s]] = s;
    for (int32_t f = 0; f < str->input.n_families; f++) index->target[str->family[f]] = 0;
  }
  for (int32_t f = 0; input->snp_results != NULL && f < input->snp->input.n_families; f++)
    index->target[input->snp->family[f]] = 0;
  for (int32_t f = 0; f < problem->n_families; f++) {
    if (index->target[f] < 0) continue;
    index->target[f] = index->n_targets;
    index->n_targets += problem->families[f].n_missing;
  }
  return HW_OK;
}

int32_t hw_wide_count_targets(const hw_case *problem, const hw_str_searched *str,
                              const hw_snp_searched *snp) {
  int32_t n = 0, at_str = 0, at_snp = 0;
  for (int32_t f = 0; f < problem->n_families; f++) {
    bool is_searched = false;
    if (str != NULL && at_str < str->searched.input.n_families &&
        str->searched.family[at_str] == f) {
      is_searched = true;
      at_str++;
    }
    if (snp != NULL && at_snp < snp->input.n_families && snp->family[at_snp] == f) {
      is_searched = true;
      at_snp++;
    }
    if (is_searched) n += problem->families[f].n_missing;
  }
  return n;
}

/* --- the union --- */

static int compare_places(const void *a, const void *b) {
  const hw_wide_pair *x = a, *y = b;
  if (x->target != y->target) return x->target < y->target ? -1 : 1;
  if (x->remains != y->remains) return x->remains < y->remains ? -1 : 1;
  return x->found_by < y->found_by ? -1 : x->found_by > y->found_by;
}

/* Of pairs that stand twice one is left. */
static void join_pairs(hwp_wide_making *self) {
  int64_t n = 0;
  for (int64_t i = 0; i < self->n; i++) {
    hw_wide_pair *last = n > 0 ? &self->pairs[n - 1] : NULL;
    if (last != NULL && last->target == self->pairs[i].target &&
        last->remains == self->pairs[i].remains)
      last->found_by |= self->pairs[i].found_by;
    else
      self->pairs[n++] = self->pairs[i];
  }
  self->n = n;
}

static void add_pair(hwp_wide_making *self, unsigned kind, int32_t remains, int32_t family,
                     int32_t missing, double log10_lr) {
  /* The ratio stands in `total` until the pair is weighed. */
  self->pairs[self->n++] = (hw_wide_pair){.remains = remains,
                                          .family = family,
                                          .missing = missing,
                                          .target = self->index.target[family] + missing,
                                          .found_by = HW_EVIDENCE_BIT(kind),
                                          .total = log10_lr};
}

static hw_status list_pairs(hwp_wide_making *self, hw_err *err) {
  const hw_wide_input *input = self->input;
  const hw_search_results *str =
      input->str_search != NULL ? hw_search_results_get(input->str_search) : NULL;
  const hw_search_results *snp = input->snp_results != NULL ? &input->snp_results->found : NULL;
  const int64_t n = (str != NULL ? str->n_pairs : 0) + (snp != NULL ? snp->n_pairs : 0);
  self->pairs = calloc((size_t)n + 1, sizeof *self->pairs);
  if (self->pairs == NULL) return HW_NO_MEMORY(err, "the kept pairs");
  for (int64_t i = 0; str != NULL && i < str->n_pairs; i++) {
    const hw_search_pair *pair = &str->pairs[i];
    const hw_stored_search *from = &input->str->searched;
    add_pair(self, HW_EVIDENCE_STR, input->str->remains[pair->sample],
             from->family[from->input.queries[pair->query].family],
             from->query_missing[pair->query], pair->log10_lr);
  }
  for (int64_t i = 0; snp != NULL && i < snp->n_pairs; i++) {
    const hw_search_pair *pair = &snp->pairs[i];
    const hw_snp_searched *from = input->snp;
    add_pair(self, HW_EVIDENCE_SNP, from->remains[pair->sample],
             from->family[from->input.queries[pair->query].family],
             from->query_missing[pair->query], pair->log10_lr);
  }
  if (self->n > 0) qsort(self->pairs, (size_t)self->n, sizeof *self->pairs, compare_places);
  join_pairs(self);
  return HW_OK;
}

/* --- weighing --- */

typedef struct weighing {
  hwp_wide_making *from;
  hw_table_compiler *compiler; /* NULL = STR was not searched */
  const hw_table *table;       /* of the missing person at hand; NULL = STR says nothing of her */
  int32_t target, query;
} weighing;

static hw_status begin_target(weighing *self, const hw_wide_pair *pair, hw_err *err) {
  const hwp_wide_making *from = self->from;
  const int32_t first = from->index.str_query[pair->family];
  self->target = pair->target;
  self->table = NULL;
  self->query = first < 0 ? -1 : first + pair->missing;
  if (self->compiler == NULL || self->query < 0) return HW_OK;
  const hw_search_input *input = &from->input->str->searched.input;
  const hw_problem problem = hw_search_query_problem(input, self->query);
  hw_err why = HW_ERR_INIT;
  hw_table_compiler_reset(self->compiler);
  const hw_status status = hw_table_compiler_compile(
      self->compiler, &problem, input->queries[self->query].person, &self->table, &why);
  if (status == HW_OK) return HW_OK;
  self->table = NULL;
  /* The search has left her out and told why; other kinds may still speak. */
  if (status == HW_E_TOO_COMPLEX || status == HW_E_UNSUPPORTED) return HW_OK;
  if (err != NULL) *err = why;
  return status;
}

/* log10 LR by STR; NaN = nothing to compare. */
static double str_ratio(const weighing *self, const hw_wide_pair *pair) {
  const int32_t sample = self->from->index.str_sample[pair->remains];
  if (self->table == NULL || sample < 0) return (double)NAN;
  const hw_search_input *input = &self->from->input->str->searched.input;
  const hw_search_query *query = &input->queries[self->query];
  const hw_sex wanted = input->families[query->family].pedigree.persons[query->person].sex;
  const hw_sex seen = input->samples[sample].sex;
  if (wanted != HW_UNKNOWN_SEX && seen != HW_UNKNOWN_SEX && wanted != seen) return -HUGE_VAL;
  return hw_table_log10_lr(self->table, input->markers, &input->samples[sample].profile, NULL);
}

static unsigned excluded_by(const hw_wide_options *options, const hw_evidence_parts *parts) {
  const hw_lineage_result *mt = &parts->lines.mt, *y = &parts->lines.y;
  unsigned reasons = 0;
  if (options->most_mt_differences != HW_WIDE_LINE_OFF && parts->is_typed[HW_EVIDENCE_MT] &&
      mt->verdict != HW_LINEAGE_NONE && mt->n_differences > options->most_mt_differences)
    reasons |= HW_LINEAGE_BY_MT;
  if (options->most_y_differences != HW_WIDE_LINE_OFF && parts->is_typed[HW_EVIDENCE_Y] &&
      y->verdict != HW_LINEAGE_NONE && y->n_differences > options->most_y_differences)
    reasons |= HW_LINEAGE_BY_Y;
  return reasons;
}

static hw_status weigh_pair(weighing *self, hw_wide_pair *pair, hw_err *err) {
  if (self->target != pair->target) HW_TRY(begin_target(self, pair, err));
  hw_evidence *evidence = self->from->input->evidence;
  hw_err why = HW_ERR_INIT;
  hw_status status =
      hw_evidence_pair(evidence, pair->remains, pair->family, pair->missing, &pair->parts, &why);
  /* Families too large for their SNPs are told by the search; STR and lines still speak. */
  if (status == HW_E_TOO_COMPLEX || status == HW_E_UNSUPPORTED)
    status =
        hw_evidence_lines(evidence, pair->remains, pair->family, pair->missing, &pair->parts, &why);
  if (status != HW_OK && err != NULL) *err = why;
  if (status != HW_OK) return status;
  if (self->compiler != NULL) hw_evidence_set_str(&pair->parts, str_ratio(self, pair));
  pair->total = hw_evidence_total(&pair->parts);
  pair->excluded_by = excluded_by(self->from->options, &pair->parts);
  return HW_OK;
}

/* True if something besides the one kind that found the pair can be known of its remains. */
static bool has_more(const hwp_wide_making *self, const hw_wide_pair *pair) {
  const hw_evidence_input *from = hw_evidence_input_get(self->input->evidence);
  const bool has_lines =
      from->remains_lines != NULL && (from->remains_lines[pair->remains].mt != NULL ||
                                      from->remains_lines[pair->remains].y != NULL);
  const bool has_snp = from->remains_snp != NULL && from->remains_snp[pair->remains].bytes != NULL;
  const bool has_str = self->index.str_sample[pair->remains] >= 0;
  return has_lines || (has_snp && has_str);
}

/* Drops what cannot be kept. */
static void drop_pairs(hwp_wide_making *self) {
  const hw_wide_options *options = self->options;
  const double least = options->top > 0 ? options->floor : options->threshold;
  int64_t n = 0;
  for (int64_t i = 0; i < self->n; i++)
    if (self->pairs[i].total >= least || has_more(self, &self->pairs[i]))
      self->pairs[n++] = self->pairs[i];
  self->n = n;
}

static hw_status weigh_all(hwp_wide_making *self, hw_err *err) {
  weighing work = {.from = self, .target = -1, .query = -1};
  hw_status status = HW_OK;
  if (self->input->str_search != NULL) {
    const hw_case *problem = self->input->problem;
    const hw_likelihood_options how = {.simd = self->options->simd};
    status = hw_table_compiler_new(problem->n_markers, problem->markers, problem->theta, &how, 0,
                                   &work.compiler, err);
  }
  for (int64_t i = 0; status == HW_OK && i < self->n; i++) {
    if (i % LOOK == 0 && self->go->progress != NULL &&
        self->go->progress(self->go->context, (uint64_t)i, (uint64_t)self->n))
      status = hw_err_set(err, HW_E_INTERRUPTED, "interrupted while pairs were weighed");
    else
      status = weigh_pair(&work, &self->pairs[i], err);
  }
  hw_table_compiler_delete(work.compiler);
  return status;
}

hw_status hwp_wide_weigh(hwp_wide_making *self, hw_err *err) {
  HW_TRY(make_index(self, err));
  HW_TRY(list_pairs(self, err));
  drop_pairs(self);
  self->out->n_looked_at = self->n;
  self->out->n_targets = self->index.n_targets;
  return weigh_all(self, err);
}
