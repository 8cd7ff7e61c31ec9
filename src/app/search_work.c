/* A search of an investigation at work. */
#include "app/search_work.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/clock.h"

static bool wants(const hw_search_work *self, hw_evidence_kind kind) {
  return (self->without & HW_EVIDENCE_BIT(kind)) == 0;
}

static bool look(void *context, uint64_t done, uint64_t all) {
  const hw_search_phase *self = context;
  return self->watch != NULL && self->watch->look != NULL &&
         self->watch->look(self->watch->context, self->phase, done, all);
}

hw_search_go hw_search_work_go(const hw_search_work *self, hw_run_phase phase,
                               hw_search_phase *context) {
  *context = (hw_search_phase){self->watch, phase};
  return (hw_search_go){.n_threads = self->n_threads, .progress = look, .context = context};
}

/* --- what there is --- */

/* True if the database can have other evidence than STR: else the case is loaded once. */
static hw_status may_have_other(const hw_search_work *self, bool *out, hw_err *err) {
  int64_t n_snp = 0, n_lines = 0;
  HW_TRY(hw_store_count(self->app->store, HW_KIND_SNP_PROFILE, &n_snp, err));
  HW_TRY(hw_store_count(self->app->store, HW_KIND_HAPLOTYPE, &n_lines, err));
  const unsigned others = ((1u << HW_EVIDENCE_KINDS) - 1) & ~HW_EVIDENCE_BIT(HW_EVIDENCE_STR);
  *out = n_snp + n_lines > 0 && (self->without & others) != others;
  return HW_OK;
}

hw_status hw_search_work_load(hw_search_work *self, hw_search_way way, const char *investigation,
                              hw_err *err) {
  const hw_stored_case_options what = {.investigation = investigation, .by_code = true};
  const hw_evidence_options kinds = {.without = self->without, .linked = {.simd = self->simd}};
  HW_TRY(hw_run_begin_phase(self->watch, HW_RUN_LOADING, err));
  self->is_wide = way == HW_SEARCH_ALL_KINDS;
  if (way == HW_SEARCH_AS_FOUND) HW_TRY(may_have_other(self, &self->is_wide, err));
  if (!self->is_wide) return hw_stored_case_load(self->app, &what, &self->stored, err);
  HW_TRY(hw_evidence_case_load(self->app, &what, &kinds, &self->stored, &self->evidence, err));
  if (way == HW_SEARCH_ALL_KINDS) return HW_OK;
  self->is_wide = hw_evidence_kinds(self->evidence) != 0 || self->stored.problem.n_markers == 0;
  if (self->is_wide) return HW_OK;
  hw_evidence_delete(self->evidence);
  self->evidence = NULL;
  hw_stored_case_clear(&self->stored);
  return hw_stored_case_load(self->app, &what, &self->stored, err);
}

hw_status hw_search_work_inputs(hw_search_work *self, hw_err *err) {
  const hw_case *problem = &self->stored.problem;
  if (!self->is_wide) {
    HW_TRY(hw_stored_search_init(problem, &self->searched, err));
    self->str_input = &self->searched.input;
    self->has_str = true;
    return HW_OK;
  }
  if (wants(self, HW_EVIDENCE_STR)) {
    HW_TRY(hw_str_searched_init(problem, &self->str, err));
    self->str_input = &self->str.searched.input;
    self->has_str = self->str_input->n_samples > 0 && self->str_input->n_queries > 0;
  }
  if (wants(self, HW_EVIDENCE_SNP)) {
    HW_TRY(hw_snp_searched_init(problem, self->evidence, &self->snp, err));
    self->has_snp = self->snp.input.n_samples > 0 && self->snp.input.n_queries > 0;
  }
  if (self->has_str || self->has_snp) return HW_OK;
  return hw_err_set(err, HW_E_SHAPE,
                    "case '%s' has no remains and missing persons' relatives that are typed by the "
                    "same of STR and SNP: there is nothing to search",
                    problem->id);
}

/* --- how --- */

static void set_wide(hw_search_work *self, double each) {
  const double usual_cut = each - 1 < HW_SNP_SEARCH_CUT ? each - 1 : HW_SNP_SEARCH_CUT;
  self->wide = (hw_wide_options){.threshold = self->threshold,
                                 .each = each,
                                 .floor = self->floor,
                                 .top = self->top,
                                 .accept = self->accept,
                                 .prior_none = self->str_options.prior_none,
                                 .cut = self->is_unscreened ? (double)NAN
                                        : isnan(self->cut)  ? usual_cut
                                                            : self->cut,
                                 .most_mt_differences = self->most_mt,
                                 .most_y_differences = self->most_y,
                                 .simd = self->simd};
  self->snp_options = (hw_snp_search_options){.threshold = each,
                                              .floor = self->str_options.floor,
                                              .top = self->top,
                                              .cut = self->is_unscreened ? 0 : self->wide.cut,
                                              .no_screen = self->is_unscreened,
                                              .linked = {.simd = self->simd}};
}

hw_status hw_search_work_options(hw_search_work *self, hw_err *err) {
  const bool has_both = self->has_str && self->has_snp;
  const int32_t n_targets = self->is_wide ? hw_wide_count_targets(&self->stored.problem,
                                                                  self->has_str ? &self->str : NULL,
                                                                  self->has_snp ? &self->snp : NULL)
                                          : self->str_input->n_queries;
  const double each = !self->is_wide      ? self->threshold
                      : isnan(self->each) ? hw_wide_each(self->threshold, has_both)
                                          : self->each;
  self->str_options =
      (hw_search_options){.threshold = each,
                          .floor = self->floor > each ? each : self->floor,
                          .top = self->top,
                          .likelihood = {.simd = self->simd, .max_work = self->max_work}};
  HW_TRY(self->find_prior(self->prior_context, n_targets, &self->str_options.prior_none, err));
  if (self->is_wide) set_wide(self, each);
  return HW_OK;
}

hw_status hw_search_work_remember(hw_search_work *self, const char *folder, hw_err *err) {
  if (folder == NULL)
    return hw_search_cache_folder(hw_store_location(self->app->store), self->stored.problem.id,
                                  &self->folder, err);
  hw_str_append(&self->folder, folder);
  return hw_str_status(&self->folder) == HW_OK ? HW_OK : HW_NO_MEMORY(err, "the folder");
}

/* --- the engines --- */

hw_status hw_search_work_str(hw_search_work *self, hw_err *err) {
  hw_search_phase phase;
  const hw_search_go go = hw_search_work_go(self, HW_RUN_STR, &phase);
  if (!self->has_str) return HW_OK;
  HW_TRY(hw_search_new(self->str_input, &self->str_options, &self->own_search, err));
  HW_TRY(hw_run_begin_phase(self->watch, HW_RUN_STR, err));
  const double start_s = hw_clock_now_s();
  const bool is_kept = self->folder.length > 0;
  HW_TRY(is_kept ? hw_search_run_kept(self->own_search, hw_str_text(&self->folder), &go,
                                      &self->str_since, err)
                 : hw_search_run(self->own_search, &go, err));
  self->str_seconds = hw_clock_now_s() - start_s;
  if (!is_kept) self->str_since.is_full = true;
  self->search = self->own_search;
  return HW_OK;
}

hw_status hw_search_work_snp(hw_search_work *self, hw_err *err) {
  hw_search_phase phase;
  const hw_search_go go = hw_search_work_go(self, HW_RUN_SNP, &phase);
  if (!self->has_snp) return HW_OK;
  HW_TRY(hw_run_begin_phase(self->watch, HW_RUN_SNP, err));
  const double start_s = hw_clock_now_s();
  HW_TRY(hw_snp_search_run_kept(&self->snp.input, &self->snp_options,
                                self->folder.length > 0 ? hw_str_text(&self->folder) : NULL, &go,
                                &self->snp_since, &self->own_results, err));
  self->snp_seconds = hw_clock_now_s() - start_s;
  self->snp_results = self->own_results;
  return HW_OK;
}

/* --- what was found --- */

hw_status hw_search_work_take(hw_search_work *self, bool per_marker, hw_err *err) {
  hw_search_phase phase;
  const hw_search_go go = hw_search_work_go(self, HW_RUN_PAIRS, &phase);
  HW_TRY(hw_run_begin_phase(self->watch, HW_RUN_PAIRS, err));
  if (!self->is_wide) {
    const hw_found_how how = {.accept = self->accept, .per_marker = per_marker, .go = go};
    return hw_found_make(self->search, self->str_input, &self->str_options, &how, &self->found,
                         err);
  }
  self->wide_input = (hw_wide_input){.problem = &self->stored.problem,
                                     .evidence = self->evidence,
                                     .str = &self->str,
                                     .str_search = self->search,
                                     .snp = &self->snp,
                                     .snp_results = self->snp_results};
  return hw_wide_found_make(&self->wide_input, &self->wide, &go, &self->wide_found, err);
}

hw_status hw_search_work_store(hw_search_work *self, const char *reason, bool dry_run,
                               hw_identification_report *report, hw_err *err) {
  HW_TRY(hw_run_begin_phase(self->watch, HW_RUN_STORING, err));
  return self->is_wide ? hw_wide_store(self->app, &self->stored, &self->wide_input,
                                       &self->wide_found, reason, dry_run, report, err)
                       : hw_search_store(self->app, &self->stored, &self->searched, &self->found,
                                         reason, dry_run, report, err);
}

void hw_search_work_clear(hw_search_work *self) {
  hw_wide_found_clear(&self->wide_found);
  hw_found_clear(&self->found);
  hw_snp_search_results_delete(self->own_results);
  hw_search_delete(self->own_search);
  hw_snp_searched_clear(&self->snp);
  hw_str_searched_clear(&self->str);
  hw_stored_search_clear(&self->searched);
  hw_evidence_delete(self->evidence);
  hw_stored_case_clear(&self->stored);
  hw_str_clear(&self->folder);
}
