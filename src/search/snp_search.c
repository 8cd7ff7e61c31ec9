/* A search by SNP profiles: units of missing persons, each against all samples.
 *
 * A unit is a few missing persons, whom the kernel takes abreast: compile what their families say
 * (forward and backward), fill the tables, scan all samples, compute exactly whoever reaches the cut.
 * What it finds is an outcome like that of STR profiles (search/unit.h), so that threads, shards and
 * checkpoints are the same for both (search/work.c, search/shard.c, search/checkpoint.c). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "search/snp_search_int.h"

#define LN_10 2.302585092994045684

/* --- one missing person --- */

static hw_linked_problem problem_of(const hwp_snp_worker *self, int32_t query,
                                    hw_linked_typed *typed) {
  const hw_snp_search_input *input = self->screen->input;
  const hw_snp_search_family *family = &input->families[input->queries[query].family];
  for (int32_t t = 0; t < family->n_profiles; t++)
    typed[t] = (hw_linked_typed){family->profile_person[t],
                                 self->relatives + (size_t)t * self->n_genotypes};
  return (hw_linked_problem){&family->pedigree,         family->n_profiles,    typed,
                             self->screen->n_autosomal, self->screen->markers, input->theta};
}

static void load_relatives(hwp_snp_worker *self, int32_t query) {
  const hw_snp_search_input *input = self->screen->input;
  const hw_snp_search_family *family = &input->families[input->queries[query].family];
  for (int32_t t = 0; t < family->n_profiles; t++)
    hw_snp_likelihoods(family->profiles[t].bytes, (int64_t)self->n_genotypes,
                       self->relatives + (size_t)t * self->n_genotypes);
}

/* Whether X counts: everybody's sex on the way must be known. */
static bool is_x_computable(const hw_linked_problem *problem, int32_t person) {
  hw_linked_typed typed[HW_LINKED_MAX_TYPED];
  hw_linked_problem with = *problem;
  hw_linked_need need;
  if (problem->pedigree->persons[person].sex == HW_UNKNOWN_SEX) return false;
  for (int32_t t = 0; t < problem->n_typed; t++) typed[t] = problem->typed[t];
  typed[with.n_typed++] = (hw_linked_typed){person, NULL};
  with.typed = typed;
  return hw_linked_count_need(&with, true, &need, NULL) == HW_OK;
}

static bool fits(const hw_snp_search_input *input, int32_t sample, int32_t query) {
  const hw_search_query *asked = &input->queries[query];
  const hw_sex sex = input->families[asked->family].pedigree.persons[asked->person].sex;
  const hw_sex of_sample = input->samples[sample].sex;
  return sex == HW_UNKNOWN_SEX || of_sample == HW_UNKNOWN_SEX || sex == of_sample;
}

/* What the family says, as tables. */
static hw_status compile(hwp_snp_worker *self, int32_t query, hwp_snp_tables *tables, hw_err *err) {
  hw_linked_typed typed[HW_LINKED_MAX_TYPED];
  const int32_t person = self->screen->input->queries[query].person;
  load_relatives(self, query);
  const hw_linked_problem problem = problem_of(self, query, typed);
  HW_TRY(hwp_snp_check_query(self->screen->input, query, err));
  if (problem.n_markers > 0)
    HW_TRY(
        hw_linked_genotypes(&problem, person, &self->index->options.linked, self->genotypes, err));
  return hwp_snp_tables_fill(tables, self->screen, self->genotypes, self->scratch, err);
}

/* --- the screen --- */

static hw_status add_passed(hwp_snp_worker *self, int32_t sample, int32_t query, hw_err *err) {
  if (self->n_passed == self->room) {
    const int64_t room = self->room == 0 ? 256 : 2 * self->room;
    size_t bytes;
    hw_search_pair *pairs = NULL;
    if (hw_mul_size((size_t)room, sizeof *pairs, &bytes)) pairs = realloc(self->passed, bytes);
    if (!pairs) return HW_NO_MEMORY(err, "the pairs that the screen lets through");
    self->passed = pairs;
    self->room = room;
  }
  self->passed[self->n_passed++] = (hw_search_pair){sample, query, 0};
  return HW_OK;
}

/* Takes the scores of one query and one group of samples. */
static hw_status take_scores(hwp_snp_worker *self, hwp_snp_sums *sums, int32_t query,
                             const int32_t *samples, int64_t n, const int16_t *scores,
                             hw_err *err) {
  for (int64_t i = 0; i < n; i++) {
    if (!fits(self->screen->input, samples[i], query)) continue;
    sums->n_screened++;
    if (self->is_all || scores[i] >= self->cut) {
      HW_TRY(add_passed(self, samples[i], query, err));
      if (scores[i] >= self->cut) continue;
    }
    sums->n_below++;
    sums->sum += scores[i];
    sums->squares += (int64_t)scores[i] * scores[i];
  }
  return HW_OK;
}

static hw_status scan_rows(hwp_snp_worker *self, const hwp_unit *unit, hwp_outcome *out,
                           const hwp_snp_rows *rows, bool is_called, hw_err *err) {
  const hwp_snp_screen *screen = self->screen;
  const hw_profile_layout layout = {screen->n_runs, rows->run_bytes, screen->step};
  hw_profile_query queries[HWP_SNP_UNIT];
  int32_t at[HWP_SNP_UNIT], n_queries = 0;
  for (int32_t i = 0; i < unit->n_queries; i++) {
    if (out->status[i] != HW_OK) continue;
    const hwp_snp_tables *tables = &self->tables[i];
    at[n_queries] = i;
    queries[n_queries++] =
        (hw_profile_query){is_called ? tables->called : tables->read, tables->steps, tables->begin};
  }
  for (int64_t g = 0; g < rows->n_groups; g++) {
    int64_t n = rows->n_samples - g * HW_PROFILE_SAMPLES;
    if (n > HW_PROFILE_SAMPLES) n = HW_PROFILE_SAMPLES;
    screen->kernel->scan(&layout, n_queries, queries, rows->codes + g * rows->group_bytes,
                         self->scores);
    for (int32_t q = 0; q < n_queries; q++)
      HW_TRY(take_scores(self, &out->sums[at[q]], unit->first_query + at[q],
                         rows->sample + g * HW_PROFILE_SAMPLES, n,
                         self->scores + (ptrdiff_t)q * HW_PROFILE_SAMPLES, err));
  }
  return HW_OK;
}

/* --- exact --- */

static int by_place(const void *left, const void *right) {
  const hw_search_pair *x = left, *y = right;
  if (x->query != y->query) return x->query < y->query ? -1 : 1;
  return x->sample < y->sample ? -1 : x->sample > y->sample;
}

/* Computes the pairs of one query; keeps those that may count. */
static hw_status score_pairs(hwp_snp_worker *self, int32_t query, int64_t n, hw_search_pair *pairs,
                             hw_err *err) {
  hw_linked_typed typed[HW_LINKED_MAX_TYPED];
  const hw_snp_search_input *input = self->screen->input;
  load_relatives(self, query);
  hw_linked_problem problem = problem_of(self, query, typed);
  const int32_t person = input->queries[query].person;
  if (self->screen->n_autosomal < self->screen->n_markers && is_x_computable(&problem, person))
    problem.n_markers = self->screen->n_markers;
  hw_linked_scorer *scorer = NULL;
  hw_status status =
      hw_linked_scorer_new(&problem, person, &self->index->options.linked, &scorer, err);
  for (int64_t i = 0; status == HW_OK && i < n; i++) {
    double ln_lr = 0;
    hw_snp_likelihoods(input->samples[pairs[i].sample].bytes, (int64_t)self->n_genotypes,
                       self->sample);
    status = hw_linked_scorer_score(scorer, self->sample, &ln_lr, NULL, err);
    pairs[i].log10_lr = ln_lr / LN_10;
  }
  hw_linked_scorer_delete(scorer);
  return status;
}

/* A query that cannot be computed is left out; what is not about it ends the search. */
static hw_status leave_out(hwp_outcome *out, int32_t i, hw_status status, const hw_err *why,
                           hw_err *err) {
  char text[512];
  if (status == HW_E_NO_MEMORY || status == HW_E_BUG) {
    if (err != NULL) *err = *why;
    return status;
  }
  out->status[i] = status;
  out->why[i] = hw_arena_strdup(&out->arena, hw_err_text(why, text, sizeof text));
  out->sums[i] = (hwp_snp_sums){0};
  return out->why[i] != NULL ? HW_OK : HW_NO_MEMORY(err, "why a missing person is left out");
}

/* Leaves of the pairs that passed those that may count. */
static hw_status rescore(hwp_snp_worker *self, const hwp_unit *unit, hwp_outcome *out,
                         hw_err *err) {
  const hw_snp_search_options *options = &self->index->options;
  const double least = options->top > 0 ? options->floor : options->threshold;
  int64_t n_kept = 0;
  for (int64_t i = 0, next; i < self->n_passed; i = next) {
    const int32_t query = self->passed[i].query;
    hw_err why = HW_ERR_INIT;
    for (next = i; next < self->n_passed && self->passed[next].query == query;) next++;
    const hw_status status = score_pairs(self, query, next - i, self->passed + i, &why);
    if (status != HW_OK) {
      HW_TRY(leave_out(out, query - unit->first_query, status, &why, err));
      continue;
    }
    for (int64_t k = i; k < next; k++)
      if (self->passed[k].log10_lr >= least) self->passed[n_kept++] = self->passed[k];
  }
  out->kept = hw_arena_alloc_array(&out->arena, (size_t)n_kept, sizeof *out->kept);
  if (!out->kept) return HW_NO_MEMORY(err, "the results of a unit");
  if (n_kept > 0) memcpy(out->kept, self->passed, (size_t)n_kept * sizeof *out->kept);
  out->n_kept = n_kept;
  return HW_OK;
}

/* --- units --- */

hw_status hwp_snp_worker_run(hwp_snp_worker *self, const hwp_unit *unit, bool is_rescored,
                             hwp_outcome *out, hw_err *err) {
  *out = (hwp_outcome){0};
  HW_BUG_IF(!unit->is_snp || unit->n_queries < 0 || unit->n_queries > HWP_SNP_UNIT ||
                unit->first_query < 0 ||
                unit->n_queries > self->index->input->n_queries - unit->first_query,
            err);
  HW_TRY(hwp_outcome_begin(out, unit, err));
  for (int32_t i = 0; i < unit->n_queries; i++) {
    hw_err why = HW_ERR_INIT;
    const hw_status status = compile(self, unit->first_query + i, &self->tables[i], &why);
    if (status != HW_OK) HW_TRY(leave_out(out, i, status, &why, err));
  }
  self->n_passed = 0;
  HW_TRY(scan_rows(self, unit, out, &self->screen->called, true, err));
  HW_TRY(scan_rows(self, unit, out, &self->screen->read, false, err));
  if (self->n_passed > 0)
    qsort(self->passed, (size_t)self->n_passed, sizeof *self->passed, by_place);
  for (int64_t i = 0; i < self->n_passed; i++)
    out->sums[self->passed[i].query - unit->first_query].n_passed++;
  if (is_rescored) HW_TRY(rescore(self, unit, out, err));
  for (int32_t i = 0; i < unit->n_queries; i++) {
    out->n_compared += out->sums[i].n_screened;
    out->n_rescored += out->sums[i].n_passed;
  }
  return HW_OK;
}

hw_search_options hwp_snp_keeping(const hw_snp_search_options *options) {
  return (hw_search_options){
      .threshold = options->threshold, .floor = options->floor, .top = options->top};
}

int32_t hwp_snp_count_units(int32_t n_queries) {
  return n_queries / HWP_SNP_UNIT + (n_queries % HWP_SNP_UNIT != 0);
}

hwp_unit hwp_snp_unit_at(int32_t n_queries, int32_t number) {
  const int32_t first = number * HWP_SNP_UNIT, left = n_queries - first;
  return (hwp_unit){
      .first_query = first, .n_queries = left < HWP_SNP_UNIT ? left : HWP_SNP_UNIT, .is_snp = true};
}

/* --- a worker --- */

static hw_status prepare(hwp_snp_worker *self, hw_err *err) {
  const hwp_snp_screen *screen = self->screen;
  const hw_panel *panel = screen->input->panel;
  self->is_all = self->index->options.no_screen || screen->n_autosomal == 0;
  self->cut = hwp_snp_score_at(self->index->options.cut);
  self->n_genotypes = (size_t)panel->first_genotype[panel->n_markers];
  const size_t n_most = (size_t)hwp_snp_most_typed(screen->input);
  self->relatives =
      hw_arena_alloc_array(&self->arena, n_most * self->n_genotypes, sizeof *self->relatives);
  self->genotypes = hw_arena_alloc_array(&self->arena, self->n_genotypes, sizeof *self->genotypes);
  self->sample = hw_arena_alloc_array(&self->arena, self->n_genotypes, sizeof *self->sample);
  self->scratch = hw_arena_alloc_array(&self->arena, (size_t)screen->n_markers,
                                       HWP_SNP_CODES * sizeof *self->scratch);
  self->scores = hw_arena_alloc_array(&self->arena, (size_t)HWP_SNP_UNIT * HW_PROFILE_SAMPLES,
                                      sizeof *self->scores);
  if (!self->relatives || !self->genotypes || !self->sample || !self->scratch || !self->scores)
    return HW_NO_MEMORY(err, "a thread of a search");
  for (int32_t i = 0; i < HWP_SNP_UNIT; i++)
    HW_TRY(hwp_snp_tables_init(&self->tables[i], screen, &self->arena, err));
  return HW_OK;
}

hw_status hwp_snp_worker_new(const hwp_snp_index *index, hwp_snp_worker **out, hw_err *err) {
  *out = NULL;
  hwp_snp_worker *self = calloc(1, sizeof *self);
  if (!self) return HW_NO_MEMORY(err, "a thread of a search");
  self->index = index;
  self->screen = &index->screen;
  const hw_status status = prepare(self, err);
  if (status == HW_OK)
    *out = self;
  else
    hwp_snp_worker_delete(self);
  return status;
}

void hwp_snp_worker_delete(hwp_snp_worker *self) {
  if (!self) return;
  free(self->passed);
  hw_arena_clear(&self->arena);
  free(self);
}

/* --- the index --- */

hw_status hwp_snp_index_new(const hw_snp_search_input *input, const hw_snp_search_options *options,
                            const hw_search_go *go, hwp_snp_index **out, hw_err *err) {
  *out = NULL;
  HW_TRY(hwp_snp_check(input, options, err));
  hwp_snp_index *self = calloc(1, sizeof *self);
  if (!self) return HW_NO_MEMORY(err, "a search");
  self->input = input;
  self->options = *options;
  const hw_status status = hwp_snp_screen_init(&self->screen, input, options->linked.simd, go, err);
  if (status == HW_OK)
    *out = self;
  else
    hwp_snp_index_delete(self);
  return status;
}

void hwp_snp_index_delete(hwp_snp_index *self) {
  if (!self) return;
  hwp_snp_screen_clear(&self->screen);
  free(self);
}
