/* homeward search by all that an investigation has: STR, SNP profiles, mtDNA and Y.
 *
 * First it is looked what there is. Where nobody is typed by anything but STR the
 * search is that of STR profiles, and what is shown and stored is what it always was.
 * Else both engines search one after the other, from half the threshold on, and what
 * either finds is weighed by all kinds. An interruption ends with nothing stored; what
 * the engines had done is remembered in their folder. */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/clock.h"
#include "cli/interrupt.h"
#include "cli/prior.h"
#include "cli/search_wide.h"

void search_wide_clear(search_wide *self) {
  hw_wide_found_clear(&self->found);
  hw_snp_search_results_delete(self->own_results);
  hw_search_delete(self->own_search);
  hw_snp_searched_clear(&self->snp);
  hw_str_searched_clear(&self->str);
  search_case_clear(&self->from);
}

static bool wants(const search_settings *settings, hw_evidence_kind kind) {
  return (settings->kinds_wanted & HW_EVIDENCE_BIT(kind)) != 0;
}

/* --- what is searched --- */

hw_status search_wide_prepare_inputs(search_wide *self, hw_err *err) {
  const hw_case *problem = &self->from.stored.problem;
  if (wants(self->settings, HW_EVIDENCE_STR)) {
    HW_TRY(hw_str_searched_init(problem, &self->str, err));
    const hw_search_input *input = &self->str.searched.input;
    self->has_str = input->n_samples > 0 && input->n_queries > 0;
  }
  if (wants(self->settings, HW_EVIDENCE_SNP)) {
    HW_TRY(hw_snp_searched_init(problem, self->from.evidence, &self->snp, err));
    self->has_snp = self->snp.input.n_samples > 0 && self->snp.input.n_queries > 0;
  }
  if (self->has_str || self->has_snp) return HW_OK;
  return hw_err_set(err, HW_E_SHAPE,
                    "case '%s' has no remains and missing persons' relatives that are typed by the "
                    "same of STR and SNP: there is nothing to search",
                    problem->id);
}

static hw_status prepare_options(search_wide *self, hw_err *err) {
  const search_settings *settings = self->settings;
  const int32_t n_targets =
      hw_wide_count_targets(&self->from.stored.problem, self->has_str ? &self->str : NULL,
                            self->has_snp ? &self->snp : NULL);
  const double each = isnan(settings->each)
                          ? hw_wide_each(settings->threshold, self->has_str && self->has_snp)
                          : settings->each;
  const double usual_cut = each - 1 < HW_SNP_SEARCH_CUT ? each - 1 : HW_SNP_SEARCH_CUT;
  HW_TRY(search_options(settings, n_targets, &self->str_options, err));
  self->options = (hw_wide_options){.threshold = settings->threshold,
                                    .each = each,
                                    .floor = settings->floor,
                                    .top = self->str_options.top,
                                    .accept = settings->accept,
                                    .prior_none = self->str_options.prior_none,
                                    .cut = settings->no_screen    ? (double)NAN
                                           : isnan(settings->cut) ? usual_cut
                                                                  : settings->cut,
                                    .most_mt_differences = settings->most_mt,
                                    .most_y_differences = settings->most_y,
                                    .simd = cli_simd()};
  self->str_options.threshold = each;
  if (self->str_options.floor > each) self->str_options.floor = each;
  self->snp_options = (hw_snp_search_options){.threshold = each,
                                              .floor = self->str_options.floor,
                                              .top = self->options.top,
                                              .cut = settings->no_screen ? 0 : self->options.cut,
                                              .no_screen = settings->no_screen,
                                              .linked = {.simd = cli_simd()}};
  return HW_OK;
}

/* --- searching --- */

static hw_search_go go_of(const search_wide *self, search_watch *watch) {
  const int64_t n = self->settings->n_threads;
  return (hw_search_go){
      .n_threads = n > 0 ? (int32_t)n : 0, .progress = search_watch_look, .context = watch};
}

static hw_status search_str(search_wide *self, hw_err *err) {
  hw_search_since since = {0};
  double seconds = 0;
  const hw_search_input *input = &self->str.searched.input;
  HW_TRY(hw_search_new(input, &self->str_options, &self->own_search, err));
  HW_TRY(search_run_str(self->own_search, &self->from, self->settings, &seconds, &since, err));
  self->str_search = self->own_search;
  if (since.is_full) self->str_seconds = seconds;
  return HW_OK;
}

static hw_status search_snp(search_wide *self, hw_err *err) {
  search_watch watch;
  hw_str folder = HW_STR_INIT;
  hw_search_since since = {0};
  const hw_search_go go = go_of(self, &watch);
  HW_TRY(search_folder(&self->from, self->settings, &folder, err));
  const double start_s = hw_clock_now_s();
  search_watch_begin(&watch, "searching SNP profiles");
  const hw_status status = hw_snp_search_run_kept(&self->snp.input, &self->snp_options,
                                                  folder.length > 0 ? hw_str_text(&folder) : NULL,
                                                  &go, &since, &self->own_results, err);
  search_watch_end(&watch);
  if (status == HW_OK) search_folder_note(&folder, &since);
  hw_str_clear(&folder);
  if (!since.is_resumed) self->snp_seconds = hw_clock_now_s() - start_s;
  self->snp_results = self->own_results;
  return status;
}

static hw_wide_input input_of(const search_wide *self) {
  return (hw_wide_input){.problem = &self->from.stored.problem,
                         .evidence = self->from.evidence,
                         .str = &self->str,
                         .str_search = self->str_search,
                         .snp = &self->snp,
                         .snp_results = self->snp_results};
}

static hw_status weigh(search_wide *self, const hw_wide_input *input, hw_err *err) {
  search_watch watch;
  const hw_search_go go = go_of(self, &watch);
  search_watch_begin(&watch, "looking at what was kept");
  const hw_status status = hw_wide_found_make(input, &self->options, &go, &self->found, err);
  search_watch_end(&watch);
  return status;
}

static int show(const search_wide_view *view, bool json) {
  hw_err err = HW_ERR_INIT;
  if (!json) {
    search_wide_print(view);
  } else if (search_wide_write_json(view, &err) != HW_OK) {
    hw_err_place(&err, "standard output", 0, 0);
    return cli_error(&err);
  }
  return view->found->n_left_out > 0 ? CLI_BAD_INPUT : CLI_FINE;
}

static int store_and_show(search_wide *self, const hw_wide_input *input) {
  hw_err err = HW_ERR_INIT;
  hw_identification_report report = {0};
  hw_population_result check = {0};
  const search_settings *settings = self->settings;
  search_wide_view view = {.investigation = self->from.stored.problem.id,
                           .problem = &self->from.stored.problem,
                           .input = input,
                           .found = &self->found,
                           .str_seconds = self->str_seconds,
                           .snp_seconds = self->snp_seconds,
                           .report = &report};
  int status = CLI_FINE;
  hw_status done = HW_OK;
  if (input->snp_results != NULL)
    done =
        hw_snp_search_check_population(&self->snp.input, &self->snp_options.linked, &check, &err);
  if (check.n_pairs > 0) view.check = &check;
  if (done == HW_OK)
    done = hw_wide_store(&self->from.app, &self->from.stored, input, &self->found, settings->reason,
                         settings->dry_run, &report, &err);
  status = done == HW_OK ? show(&view, settings->json) : search_case_error(&self->from, &err);
  hw_identification_report_clear(&report);
  hw_population_result_clear(&check);
  return status;
}

static hw_status search_both(search_wide *self, hw_err *err) {
  if (self->has_str) HW_TRY(search_str(self, err));
  if (cli_interrupt_came(NULL))
    return hw_err_set(err, HW_E_INTERRUPTED, "interrupted between STR and SNP");
  return self->has_snp ? search_snp(self, err) : HW_OK;
}

int search_wide_weigh(search_wide *self) {
  hw_err err = HW_ERR_INIT;
  const hw_wide_input input = input_of(self);
  return weigh(self, &input, &err) == HW_OK ? store_and_show(self, &input)
                                            : search_case_error(&self->from, &err);
}

static int search_all(search_wide *self) {
  hw_err err = HW_ERR_INIT;
  return search_both(self, &err) == HW_OK ? search_wide_weigh(self)
                                          : search_case_error(&self->from, &err);
}

/* --- what it will cost --- */

static int estimate(search_wide *self) {
  hw_err err = HW_ERR_INIT;
  hw_snp_search_need need = {0};
  search_watch watch;
  const hw_search_go go = go_of(self, &watch);
  if (self->has_str) {
    const hw_search_input *input = &self->str.searched.input;
    printf("STR        %d remains against %d missing persons: %.4g pairs\n", (int)input->n_samples,
           (int)input->n_queries, (double)input->n_samples * input->n_queries);
  }
  if (!self->has_snp) return CLI_FINE;
  const hw_snp_search_input *input = &self->snp.input;
  const double start_s = hw_clock_now_s();
  search_watch_begin(&watch, "trying some missing persons");
  const hw_status status = hw_snp_search_count_need(input, &self->snp_options, &go, &need, &err);
  search_watch_end(&watch);
  if (status != HW_OK) return search_case_error(&self->from, &err);
  const double tried_s = hw_clock_now_s() - start_s;
  printf(
      "SNP        %d remains against %d missing persons: %.4g pairs, %d markers\n"
      "           %d missing persons were tried in %.3g s: %.3g %% of the pairs pass the screen\n"
      "           whole search: about %.3g s for families and screen, %.4g exact ratios (%.3g\n"
      "           multiplications); at most %d bits\n",
      (int)input->n_samples, (int)input->n_queries, (double)input->n_samples * input->n_queries,
      (int)input->panel->n_markers, (int)need.n_tried, tried_s, 100 * need.share_passed,
      need.n_tried > 0 ? tried_s * input->n_queries / need.n_tried : 0, need.pairs_passed,
      need.work, (int)need.most_bits);
  return CLI_FINE;
}

/* --- what there is --- */

/* True if the investigation has anything that STR searching does not see, or no STR at all. */
static bool has_other(const search_wide *self) {
  return hw_evidence_kinds(self->from.evidence) != 0 || self->from.stored.problem.n_markers == 0;
}

/* True if the database can have it: else the case is loaded once, as it always was. */
static int may_have_other(const search_settings *settings, bool *out) {
  hw_err err = HW_ERR_INIT;
  hw_app app;
  int64_t n_snp = 0, n_lines = 0;
  *out = false;
  if (settings->kinds_wanted == HW_EVIDENCE_BIT(HW_EVIDENCE_STR)) return -1;
  int status = cli_place_open(&cli_command_search, &settings->place, HW_DB_READ, &app);
  if (status >= 0) return status;
  hw_status done = hw_store_count(app.store, HW_KIND_SNP_PROFILE, &n_snp, &err);
  if (done == HW_OK) done = hw_store_count(app.store, HW_KIND_HAPLOTYPE, &n_lines, &err);
  hw_app_close(&app);
  *out = n_snp + n_lines > 0;
  return done == HW_OK ? -1 : cli_error(&err);
}

static int search_str_alone(const search_settings *settings, hw_db_mode mode) {
  search_case from;
  int status = search_case_open(&from, settings, mode);
  if (status >= 0) return status;
  if (settings->estimate)
    printf("STR        %d remains against %d missing persons: %.4g pairs\n",
           (int)from.searched.input.n_samples, (int)from.searched.input.n_queries,
           (double)from.searched.input.n_samples * from.searched.input.n_queries);
  else
    status = search_loaded(&from, settings);
  search_case_clear(&from);
  return status >= 0 ? status : CLI_FINE;
}

int search_wide_tell(search_wide *self, hw_err *err) {
  if (err->status == HW_E_SHAPE)
    cli_tell_investigations(&self->from.app, self->from.stored.investigation, "searching", err);
  return search_case_error(&self->from, err);
}

int search_wide_open(search_wide *self, const search_settings *settings, hw_db_mode mode,
                     bool *is_wide) {
  *self = (search_wide){.settings = settings};
  int status = may_have_other(settings, is_wide);
  if (status >= 0 || !*is_wide) return status;
  status = search_case_open_wide(&self->from, settings, mode);
  if (status >= 0) return status;
  *is_wide = has_other(self);
  if (!*is_wide) search_wide_clear(self);
  return -1;
}

hw_status search_wide_prepare(search_wide *self, hw_err *err) {
  HW_TRY(search_wide_prepare_inputs(self, err));
  return prepare_options(self, err);
}

static int search_opened(search_wide *self) {
  hw_err err = HW_ERR_INIT;
  if (search_wide_prepare(self, &err) != HW_OK) return search_wide_tell(self, &err);
  return self->settings->estimate ? estimate(self) : search_all(self);
}

int search_here(const search_settings *settings, const char *dir) {
  const hw_db_mode mode = settings->dry_run || settings->estimate ? HW_DB_READ : HW_DB_WRITE;
  search_wide self;
  bool is_wide = false;
  (void)dir;
  if (settings->blind != NULL) return search_blind(settings, dir);
  int status = search_wide_open(&self, settings, mode, &is_wide);
  if (status >= 0) return status;
  if (!is_wide) return search_str_alone(settings, mode);
  status = search_opened(&self);
  search_wide_clear(&self);
  return status;
}
