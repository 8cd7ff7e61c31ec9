/* Stored comparisons of a search, computed again as a search does.
 *
 * The ratio of a pair comes from the table compiler, whose last bits are its own,
 * and the rest from the details of the pair; both depend on the pair alone, not on
 * who else was searched. So the case is not searched again: each family whose
 * comparisons are stored is compiled, and its samples are looked up. */
#include <math.h>
#include <string.h>

#include "app/recompute_int.h"
#include "base/check.h"
#include "search/search_int.h"

/* Comparisons that are computed together. */
enum { BATCH = 256 };

typedef struct searching {
  hwp_recomputing *from;
  hw_stored_search searched;
  int32_t *first_query; /* of each family of the case; −1 = not searched */
  hw_table_compiler *compiler;
  hw_search_options options;
  /* The batch at hand. */
  int32_t n;
  int64_t ids[BATCH];
  hwp_found_item where[BATCH];
  hw_search_pair pairs[BATCH];
  hw_search_detail details[BATCH];
  double *per_marker; /* BATCH × n_markers */
} searching;

static hw_status index_queries(searching *self, hw_err *err) {
  const hw_stored_search *searched = &self->searched;
  size_t n_families = (size_t)self->from->stored.problem.n_families;
  size_t n_markers = (size_t)self->from->stored.problem.n_markers;
  hw_arena *arena = &self->searched.arena;
  self->first_query = hw_arena_alloc_array(arena, n_families, sizeof *self->first_query);
  self->per_marker = hw_arena_alloc_array(arena, BATCH * n_markers, sizeof *self->per_marker);
  if (self->first_query == NULL || self->per_marker == NULL)
    return HW_NO_MEMORY(err, "the comparisons");
  for (size_t f = 0; f < n_families; f++) self->first_query[f] = -1;
  for (int32_t q = searched->input.n_queries - 1; q >= 0; q--)
    self->first_query[searched->family[searched->input.queries[q].family]] = q;
  return HW_OK;
}

static hw_status begin(searching *self, hw_err *err) {
  const hw_case *problem = &self->from->stored.problem;
  self->options = (hw_search_options){.prior_none = -1};
  hw_err empty = HW_ERR_INIT;
  hw_status status = hw_stored_search_init(&self->from->stored.problem, &self->searched, &empty);
  /* Nothing can be searched any more: then everything has changed, which is told pair by pair. */
  if (status == HW_E_SHAPE || status == HW_E_UNSUPPORTED) return HW_OK;
  if (status != HW_OK && err != NULL) *err = empty;
  if (status != HW_OK) return status;
  HW_TRY(index_queries(self, err));
  return hw_table_compiler_new(problem->n_markers, problem->markers, problem->theta,
                               &self->options.likelihood, 0, &self->compiler, err);
}

/* --- one batch --- */

static hw_status compile(searching *self, int32_t query, const hw_table **out, hw_err *err) {
  const hw_search_input *input = &self->searched.input;
  const hw_problem problem = hw_search_query_problem(input, query);
  hw_table_compiler_reset(self->compiler);
  return hw_table_compiler_compile(self->compiler, &problem, input->queries[query].person, out,
                                   err);
}

static double log10_lr_of(const searching *self, const hw_table *table,
                          const hw_search_pair *pair) {
  const hw_search_input *input = &self->searched.input;
  const hw_search_query *query = &input->queries[pair->query];
  hw_sex wanted = input->families[query->family].pedigree.persons[query->person].sex;
  hw_sex seen = input->samples[pair->sample].sex;
  if (wanted != HW_UNKNOWN_SEX && seen != HW_UNKNOWN_SEX && wanted != seen) return -HUGE_VAL;
  return hw_table_log10_lr(table, input->markers, &input->samples[pair->sample].profile, NULL);
}

static hw_status compute_batch(searching *self, hw_err *err) {
  const hw_search_input *input = &self->searched.input;
  const hw_search_results none = {0};
  const hw_table *table = NULL;
  for (int32_t i = 0; i < self->n; i++) {
    if (i == 0 || self->pairs[i].query != self->pairs[i - 1].query)
      HW_TRY(compile(self, self->pairs[i].query, &table, err));
    self->pairs[i].log10_lr = log10_lr_of(self, table, &self->pairs[i]);
  }
  HW_TRY(hwp_details(input, &self->options, &none, self->n, self->pairs, self->details,
                     self->per_marker, err));
  for (int32_t i = 0; i < self->n; i++) {
    const hwp_recomputed now = {
        .log10_lr = self->pairs[i].log10_lr,
        .markers = self->details[i].n_markers,
        .mismatches = self->details[i].n_mismatches,
        .per_marker = self->per_marker + (size_t)i * (size_t)input->n_markers};
    HW_TRY(hwp_recompute_judge(self->from, self->ids[i], &self->where[i], &now, err));
  }
  self->n = 0;
  return HW_OK;
}

/* True if STR were searched for the pair: of a run by all kinds, they need not have been. */
static bool is_searched(const searching *self, const hwp_found_item *where) {
  const bool is_off = (self->from->how.without & HW_EVIDENCE_BIT(HW_EVIDENCE_STR)) != 0;
  return self->first_query != NULL && self->first_query[where->family] >= 0 &&
         !(is_off && self->from->evidence != NULL);
}

/* A pair of which STR say nothing. */
static hw_status judge_others(searching *self, int64_t id, const hwp_found_item *where,
                              hw_err *err) {
  const size_t n = (size_t)self->from->stored.problem.n_markers;
  HW_BUG_IF(self->from->evidence == NULL, err); /* the same references, so it is searched */
  double *none = hw_arena_alloc_array(&self->searched.arena, n, sizeof *none);
  if (none == NULL) return HW_NO_MEMORY(err, "the comparisons");
  const hwp_recomputed now = {.per_marker = none};
  return hwp_recompute_judge(self->from, id, where, &now, err);
}

static hw_status take_items(searching *self, const hwp_compared *items, int32_t n, hw_err *err) {
  for (int32_t i = 0; i < n; i++) {
    hwp_found_item found;
    bool is_same = false;
    HW_TRY(hwp_recompute_find(self->from, &items[i], &found, &is_same, err));
    HW_TRY(hwp_recompute_done(self->from, 1, err));
    if (!is_same) continue;
    if (!is_searched(self, &found)) {
      HW_TRY(judge_others(self, items[i].id, &found, err));
      continue;
    }
    self->ids[self->n] = items[i].id;
    self->where[self->n] = found;
    self->pairs[self->n++] = (hw_search_pair){
        .sample = found.remains, .query = self->first_query[found.family] + found.missing};
    if (self->n == BATCH) HW_TRY(compute_batch(self, err));
  }
  return self->n > 0 ? compute_batch(self, err) : HW_OK;
}

hw_status hwp_recompute_search(hwp_recomputing *from, const hwp_compared *items, int32_t n,
                               hw_err *err) {
  searching *self = hw_arena_alloc(&from->stored.arena, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "the comparisons");
  self->from = from;
  hw_status status = n > 0 ? begin(self, err) : HW_OK;
  if (status == HW_OK) status = take_items(self, items, n, err);
  hw_table_compiler_delete(self->compiler);
  hw_stored_search_clear(&self->searched);
  return status;
}
