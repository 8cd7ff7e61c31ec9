/* The search of an investigation from beginning to end.
 *
 * First it is looked what there is. Where nobody is typed by anything but STR the search is
 * that of STR profiles alone; else both engines search one after the other, from half the
 * threshold on, and what either finds is weighed by all kinds (search_snp.h). The case is loaded
 * with codes instead of labels, so that the folder in which the engines remember what they have
 * done holds nothing that a file called somebody. */
#include "app/run_search.h"

#include <math.h>
#include <string.h>

#include "app/access.h"
#include "base/check.h"
#include "search/plan.h"

typedef struct search_run {
  hw_app *app;
  const hw_run_search_options *how;
  const hw_run_watch *watch;
  hw_run_phase phase;
  hw_run_outcome *out;
  hw_str folder; /* empty = nothing is remembered */
  hw_stored_case stored;
  hw_evidence *evidence;     /* by all kinds */
  hw_stored_search searched; /* by STR alone */
  hw_str_searched str;       /* by all kinds */
  hw_snp_searched snp;
  hw_search_options options;
  hw_wide_options wide;
  hw_search *search;
  hw_snp_search_results *snp_results;
  hw_found found;
  hw_wide_found wide_found;
  hw_identification_report report;
} search_run;

hw_status hw_run_begin_phase(const hw_run_watch *watch, hw_run_phase phase, hw_err *err) {
  if (watch == NULL || watch->look == NULL || !watch->look(watch->context, phase, 0, 0))
    return HW_OK;
  return hw_err_set(err, HW_E_INTERRUPTED, "stopped; what was done is kept");
}

hw_status hw_run_require(hw_app *app, const char *investigation, hw_err *err) {
  int64_t id = 0;
  HW_TRY(hw_app_require(app, HW_MAY_WRITE, err));
  HW_TRY(hw_app_find(app, HW_KIND_INVESTIGATION, investigation != NULL ? investigation : "main",
                     &id, err));
  return hw_access_require(app, HW_KIND_INVESTIGATION, id, err);
}

/* --- what is shared by both ways --- */

static bool look(void *context, uint64_t done, uint64_t all) {
  const search_run *self = context;
  return self->watch != NULL && self->watch->look != NULL &&
         self->watch->look(self->watch->context, self->phase, done, all);
}

static hw_status begin(search_run *self, hw_run_phase phase, hw_err *err) {
  self->phase = phase;
  return hw_run_begin_phase(self->watch, phase, err);
}

static hw_search_go go_of(search_run *self) {
  return (hw_search_go){.n_threads = self->how->n_threads, .progress = look, .context = self};
}

/* Prior of "none of the missing"; −1 = each of them and none equally likely. */
static hw_status prior_none(const search_run *self, int32_t n_missing, double *out, hw_err *err) {
  const double persons = self->how->persons;
  *out = -1;
  if (!(persons > 0)) return HW_OK;
  if (persons < n_missing)
    return hw_err_set(err, HW_E_VALUE,
                      "%.0f persons who could be these remains are fewer than the %d missing",
                      persons, (int)n_missing);
  *out = 1 - n_missing / persons;
  return HW_OK;
}

static hw_status set_options(search_run *self, int32_t n_missing, double threshold, hw_err *err) {
  const hw_run_search_options *how = self->how;
  double floor = how->top > 0 ? how->floor : how->threshold;
  if (floor > threshold) floor = threshold;
  self->options = (hw_search_options){
      .threshold = threshold, .floor = floor, .top = how->top, .likelihood = {.simd = how->simd}};
  return prior_none(self, n_missing, &self->options.prior_none, err);
}

static hw_status find_folder(search_run *self, hw_err *err) {
  if (self->how->is_anew) return HW_OK;
  return hw_search_cache_folder(hw_store_location(self->app->store), self->stored.problem.id,
                                &self->folder, err);
}

static hw_status search_str(search_run *self, const hw_search_input *input, hw_err *err) {
  const hw_search_go go = go_of(self);
  HW_TRY(hw_search_new(input, &self->options, &self->search, err));
  HW_TRY(begin(self, HW_RUN_STR, err));
  if (self->folder.length == 0) return hw_search_run(self->search, &go, err);
  return hw_search_run_kept(self->search, hw_str_text(&self->folder), &go, NULL, err);
}

/* --- STR alone --- */

static hw_status run_str(search_run *self, hw_err *err) {
  const hw_run_search_options *how = self->how;
  HW_TRY(hw_stored_search_init(&self->stored.problem, &self->searched, err));
  const hw_search_input *input = &self->searched.input;
  const hw_found_how taken = {.accept = how->accept, .per_marker = true, .go = go_of(self)};
  HW_TRY(set_options(self, input->n_queries, how->threshold, err));
  HW_TRY(find_folder(self, err));
  HW_TRY(search_str(self, input, err));
  HW_TRY(begin(self, HW_RUN_PAIRS, err));
  HW_TRY(hw_found_make(self->search, input, &self->options, &taken, &self->found, err));
  HW_TRY(begin(self, HW_RUN_STORING, err));
  HW_TRY(hw_search_store(self->app, &self->stored, &self->searched, &self->found, how->reason,
                         false, &self->report, err));
  self->out->n_pairs = self->found.n_pairs;
  self->out->n_left_out = self->found.results->n_left_out;
  return HW_OK;
}

/* --- all kinds --- */

static hw_status search_snp(search_run *self, hw_err *err) {
  const hw_snp_search_options options = {.threshold = self->wide.each,
                                         .floor = self->options.floor,
                                         .top = self->wide.top,
                                         .cut = self->wide.cut,
                                         .linked = {.simd = self->how->simd}};
  const hw_search_go go = go_of(self);
  HW_TRY(begin(self, HW_RUN_SNP, err));
  return hw_snp_search_run_kept(&self->snp.input, &options,
                                self->folder.length > 0 ? hw_str_text(&self->folder) : NULL, &go,
                                NULL, &self->snp_results, err);
}

static bool wants(const search_run *self, hw_evidence_kind kind) {
  return (self->how->without & HW_EVIDENCE_BIT(kind)) == 0;
}

static hw_status prepare_wide(search_run *self, bool *has_str, bool *has_snp, hw_err *err) {
  const hw_run_search_options *how = self->how;
  const hw_case *problem = &self->stored.problem;
  *has_str = *has_snp = false;
  if (wants(self, HW_EVIDENCE_STR)) {
    HW_TRY(hw_str_searched_init(problem, &self->str, err));
    *has_str = self->str.searched.input.n_samples > 0 && self->str.searched.input.n_queries > 0;
  }
  if (wants(self, HW_EVIDENCE_SNP)) {
    HW_TRY(hw_snp_searched_init(problem, self->evidence, &self->snp, err));
    *has_snp = self->snp.input.n_samples > 0 && self->snp.input.n_queries > 0;
  }
  if (!*has_str && !*has_snp)
    return hw_err_set(err, HW_E_SHAPE,
                      "investigation '%s' has no remains and missing persons' relatives that are "
                      "typed by the same of STR and SNP: there is nothing to search",
                      problem->id);
  const double each = hw_wide_each(how->threshold, *has_str && *has_snp);
  const int32_t n_targets =
      hw_wide_count_targets(problem, *has_str ? &self->str : NULL, *has_snp ? &self->snp : NULL);
  HW_TRY(set_options(self, n_targets, each, err));
  self->wide = (hw_wide_options){.threshold = how->threshold,
                                 .each = each,
                                 .floor = how->top > 0 ? how->floor : how->threshold,
                                 .top = how->top,
                                 .accept = how->accept,
                                 .prior_none = self->options.prior_none,
                                 .cut = each - 1 < HW_SNP_SEARCH_CUT ? each - 1 : HW_SNP_SEARCH_CUT,
                                 .most_mt_differences = how->most_mt,
                                 .most_y_differences = how->most_y,
                                 .simd = how->simd};
  return HW_OK;
}

static hw_status run_wide(search_run *self, hw_err *err) {
  bool has_str = false, has_snp = false;
  const hw_search_go go = go_of(self);
  HW_TRY(prepare_wide(self, &has_str, &has_snp, err));
  HW_TRY(find_folder(self, err));
  if (has_str) HW_TRY(search_str(self, &self->str.searched.input, err));
  if (has_snp) HW_TRY(search_snp(self, err));
  const hw_wide_input input = {.problem = &self->stored.problem,
                               .evidence = self->evidence,
                               .str = &self->str,
                               .str_search = self->search,
                               .snp = &self->snp,
                               .snp_results = self->snp_results};
  HW_TRY(begin(self, HW_RUN_PAIRS, err));
  HW_TRY(hw_wide_found_make(&input, &self->wide, &go, &self->wide_found, err));
  HW_TRY(begin(self, HW_RUN_STORING, err));
  HW_TRY(hw_wide_store(self->app, &self->stored, &input, &self->wide_found, self->how->reason,
                       false, &self->report, err));
  self->out->n_pairs = self->wide_found.n_pairs;
  self->out->n_left_out = self->wide_found.n_left_out;
  return HW_OK;
}

/* --- which of them --- */

/* True if the database can have other evidence than STR. */
static hw_status may_have_other(const search_run *self, bool *out, hw_err *err) {
  int64_t n_snp = 0, n_lines = 0;
  HW_TRY(hw_store_count(self->app->store, HW_KIND_SNP_PROFILE, &n_snp, err));
  HW_TRY(hw_store_count(self->app->store, HW_KIND_HAPLOTYPE, &n_lines, err));
  const unsigned others = ((1u << HW_EVIDENCE_KINDS) - 1) & ~HW_EVIDENCE_BIT(HW_EVIDENCE_STR);
  *out = n_snp + n_lines > 0 && (self->how->without & others) != others;
  return HW_OK;
}

/* Loads the case. @param is_wide  [out] whether it has anything that STR searching does not see */
static hw_status load(search_run *self, bool *is_wide, hw_err *err) {
  const hw_stored_case_options what = {.investigation = self->how->investigation, .by_code = true};
  const hw_evidence_options kinds = {.without = self->how->without,
                                     .linked = {.simd = self->how->simd}};
  HW_TRY(begin(self, HW_RUN_LOADING, err));
  HW_TRY(may_have_other(self, is_wide, err));
  if (*is_wide) {
    HW_TRY(hw_evidence_case_load(self->app, &what, &kinds, &self->stored, &self->evidence, err));
    *is_wide = hw_evidence_kinds(self->evidence) != 0 || self->stored.problem.n_markers == 0;
    if (*is_wide) return HW_OK;
    hw_evidence_delete(self->evidence);
    self->evidence = NULL;
    hw_stored_case_clear(&self->stored);
  }
  return hw_stored_case_load(self->app, &what, &self->stored, err);
}

static void clear(search_run *self) {
  hw_identification_report_clear(&self->report);
  hw_wide_found_clear(&self->wide_found);
  hw_found_clear(&self->found);
  hw_snp_search_results_delete(self->snp_results);
  hw_search_delete(self->search);
  hw_snp_searched_clear(&self->snp);
  hw_str_searched_clear(&self->str);
  hw_stored_search_clear(&self->searched);
  hw_evidence_delete(self->evidence);
  hw_stored_case_clear(&self->stored);
  hw_str_clear(&self->folder);
}

hw_status hw_run_search(hw_app *app, const hw_run_search_options *options,
                        const hw_run_watch *watch, hw_run_outcome *out, hw_err *err) {
  search_run self = {.app = app, .how = options, .watch = watch, .out = out};
  bool is_wide = false;
  memset(out, 0, sizeof *out);
  hw_status status = hw_run_require(app, options->investigation, err);
  if (status == HW_OK) status = load(&self, &is_wide, err);
  if (status == HW_OK) status = is_wide ? run_wide(&self, err) : run_str(&self, err);
  if (status == HW_OK) {
    memcpy(out->run, self.report.run, sizeof out->run);
    out->is_unchanged = self.report.is_unchanged;
    out->n_candidates = self.report.n_candidates;
  }
  clear(&self);
  return status;
}
