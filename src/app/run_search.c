/* The search of an investigation from beginning to end (search_work.h). */
#include "app/run_search.h"

#include <math.h>
#include <string.h>

#include "app/access.h"
#include "app/search_work.h"
#include "base/check.h"

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

static hw_status find_prior(void *context, int32_t n_missing, double *out, hw_err *err) {
  const hw_run_search_options *how = context;
  *out = -1;
  if (!(how->persons > 0)) return HW_OK;
  if (how->persons < n_missing)
    return hw_err_set(err, HW_E_VALUE,
                      "%.0f persons who could be these remains are fewer than the %d missing",
                      how->persons, (int)n_missing);
  *out = 1 - n_missing / how->persons;
  return HW_OK;
}

static hw_status run(hw_search_work *work, const hw_run_search_options *how,
                     hw_identification_report *report, hw_err *err) {
  HW_TRY(hw_search_work_load(work, HW_SEARCH_AS_FOUND, how->investigation, err));
  HW_TRY(hw_search_work_inputs(work, err));
  HW_TRY(hw_search_work_options(work, err));
  if (!how->is_anew) HW_TRY(hw_search_work_remember(work, NULL, err));
  HW_TRY(hw_search_work_str(work, err));
  HW_TRY(hw_search_work_snp(work, err));
  HW_TRY(hw_search_work_take(work, true, err));
  return hw_search_work_store(work, how->reason, false, report, err);
}

static void tell(const hw_search_work *work, const hw_identification_report *report,
                 hw_run_outcome *out) {
  memcpy(out->run, report->run, sizeof out->run);
  out->is_unchanged = report->is_unchanged;
  out->n_candidates = report->n_candidates;
  out->n_pairs = work->is_wide ? work->wide_found.n_pairs : work->found.n_pairs;
  out->n_left_out = work->is_wide ? work->wide_found.n_left_out : work->found.results->n_left_out;
}

hw_status hw_run_search(hw_app *app, const hw_run_search_options *options,
                        const hw_run_watch *watch, hw_run_outcome *out, hw_err *err) {
  hw_run_search_options how = *options;
  hw_identification_report report = {0};
  hw_search_work work = {.app = app,
                         .without = how.without,
                         .threshold = how.threshold,
                         .top = how.top,
                         .floor = how.top > 0 ? how.floor : how.threshold,
                         .accept = how.accept,
                         .each = (double)NAN,
                         .cut = (double)NAN,
                         .most_mt = how.most_mt,
                         .most_y = how.most_y,
                         .n_threads = how.n_threads,
                         .simd = how.simd,
                         .find_prior = find_prior,
                         .prior_context = &how,
                         .watch = watch};
  memset(out, 0, sizeof *out);
  hw_status status = hw_run_require(app, how.investigation, err);
  if (status == HW_OK) status = run(&work, &how, &report, err);
  if (status == HW_OK) tell(&work, &report, out);
  hw_identification_report_clear(&report);
  hw_search_work_clear(&work);
  return status;
}
