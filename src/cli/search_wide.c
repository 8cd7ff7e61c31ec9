/* homeward search by all that an investigation has: STR, SNP profiles, mtDNA and Y; by STR alone
 * where nobody is typed by anything else, shown as such.
 *
 * The work is that of app/search_work.h, as it is for the browser; the command line adds what it
 * will cost, whether the frequencies fit, and plans. An interruption ends with nothing stored; what
 * the engines had done is remembered in their folder. */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/clock.h"
#include "cli/search_out.h"

/* --- what is stored and shown --- */

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

static int store_and_show(search_case *self) {
  hw_err err = HW_ERR_INIT;
  hw_identification_report report = {0};
  hw_population_result check = {0};
  const search_settings *settings = &self->settings;
  hw_search_work *work = &self->work;
  search_wide_view view = {.investigation = work->stored.problem.id,
                           .problem = &work->stored.problem,
                           .input = &work->wide_input,
                           .found = &work->wide_found,
                           .str_seconds = work->str_since.is_full ? work->str_seconds : 0,
                           .snp_seconds = work->snp_since.is_resumed ? 0 : work->snp_seconds,
                           .report = &report};
  int status = CLI_FINE;
  hw_status done = HW_OK;
  if (work->snp_results != NULL)
    done =
        hw_snp_search_check_population(&work->snp.input, &work->snp_options.linked, &check, &err);
  if (check.n_pairs > 0) view.check = &check;
  if (done == HW_OK)
    done = hw_search_work_store(work, settings->reason, settings->dry_run, &report, &err);
  status = done == HW_OK ? show(&view, settings->json) : search_case_error(self, &err);
  hw_identification_report_clear(&report);
  hw_population_result_clear(&check);
  return status;
}

int search_wide_weigh(search_case *self) {
  hw_err err = HW_ERR_INIT;
  return search_case_take(self, &err) == HW_OK ? store_and_show(self)
                                               : search_case_error(self, &err);
}

/* --- what it will cost --- */

static void tell_str(const hw_search_input *input) {
  printf("STR        %d remains against %d missing persons: %.4g pairs\n", (int)input->n_samples,
         (int)input->n_queries, (double)input->n_samples * input->n_queries);
}

static int estimate(search_case *self) {
  hw_err err = HW_ERR_INIT;
  hw_snp_search_need need = {0};
  search_watch watch;
  const hw_search_work *work = &self->work;
  const hw_search_go go = {
      .n_threads = work->n_threads, .progress = search_watch_look, .context = &watch};
  if (work->has_str) tell_str(work->str_input);
  if (!work->has_snp) return CLI_FINE;
  const hw_snp_search_input *input = &work->snp.input;
  const double start_s = hw_clock_now_s();
  search_watch_begin(&watch, "trying some missing persons");
  const hw_status status = hw_snp_search_count_need(input, &work->snp_options, &go, &need, &err);
  search_watch_end(&watch);
  if (status != HW_OK) return search_case_error(self, &err);
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

/* --- the whole --- */

hw_status search_wide_prepare(search_case *self, hw_err *err) {
  HW_TRY(hw_search_work_inputs(&self->work, err));
  return hw_search_work_options(&self->work, err);
}

static int search_all(search_case *self) {
  hw_err err = HW_ERR_INIT;
  if (search_wide_prepare(self, &err) != HW_OK) return search_case_tell(self, &err);
  if (self->settings.estimate) return estimate(self);
  return search_case_run(self, &err) == HW_OK ? search_wide_weigh(self)
                                              : search_case_error(self, &err);
}

static int search_str_alone(search_case *self) {
  hw_err err = HW_ERR_INIT;
  const hw_search_work *work = &self->work;
  if (self->settings.estimate) {
    tell_str(work->str_input);
    return CLI_FINE;
  }
  hw_status done = hw_search_work_options(&self->work, &err);
  if (done == HW_OK) done = search_case_run(self, &err);
  if (done == HW_OK) done = search_case_take(self, &err);
  if (done != HW_OK) return search_case_error(self, &err);
  return search_store_and_show(self, self->settings.no_cache ? NULL : &work->str_since,
                               work->str_seconds);
}

int search_here(const search_settings *settings, const char *dir) {
  const hw_db_mode mode = settings->dry_run || settings->estimate ? HW_DB_READ : HW_DB_WRITE;
  search_case self;
  (void)dir;
  if (settings->blind != NULL) return search_blind(settings, dir);
  int status = search_case_open(&self, settings, HW_SEARCH_AS_FOUND, mode);
  if (status >= 0) return status;
  status = self.work.is_wide ? search_all(&self) : search_str_alone(&self);
  search_case_clear(&self);
  return status;
}
