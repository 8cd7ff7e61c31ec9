/* A joint identification of an investigation from beginning to end.
 *
 * After a search only the pairs that it kept are candidates, and their ratios are the search's;
 * else every remains is compared with every missing person first. Then the assignments of all of
 * them are weighed together (joint_work.h). The case is loaded with codes instead of labels. */
#include "app/run_joint.h"

#include <stdlib.h>
#include <string.h>

#include "app/joint_work.h"
#include "app/run_search.h"
#include "base/check.h"

static int32_t count_missing(const hw_case *problem) {
  int32_t n = 0;
  for (int32_t f = 0; f < problem->n_families; f++) n += problem->families[f].n_missing;
  return n;
}

/* Settings with the parameters of the records and no factor. */
static hw_prior_settings no_factor(const hw_prior_settings *recorded) {
  hw_prior_settings settings;
  hw_prior_settings_init(&settings);
  memcpy(settings.value, recorded->value, sizeof settings.value);
  return settings;
}

static hw_status choose_prior(const hw_run_joint_options *how, const hw_joint_work *work,
                              hw_asked_prior *asked, hw_err *err) {
  const hw_prior_settings *recorded = &work->facts.settings;
  const int32_t n_missing = count_missing(work->problem);
  *asked = (hw_asked_prior){.settings = no_factor(recorded)};
  switch (how->prior) {
    case HW_RUN_PRIOR_PERSONS:
      if (!(how->persons > n_missing))
        return hw_err_set(
            err, HW_E_VALUE,
            "%.0f persons who could be these remains are not more than the %d missing",
            how->persons, (int)n_missing);
      asked->kind = HW_ASKED_ODDS;
      asked->none = 1 - n_missing / how->persons;
      break;
    case HW_RUN_PRIOR_NUMBERS:
      asked->kind = HW_ASKED_FACTORS;
      asked->settings.is_used[HW_PRIOR_NUMBERS] = true;
      break;
    case HW_RUN_PRIOR_RECORD:
      asked->kind = HW_ASKED_FACTORS;
      asked->settings = *recorded;
      break;
    default:
      break;
  }
  for (int f = 0; f < HW_PRIOR_COUNT; f++) /* the numbers stand in the settings */
    if (f != HW_PRIOR_NUMBERS && asked->settings.is_used[f]) asked->with_record = true;
  return HW_OK;
}

static hw_status ask(const hw_run_joint_options *how, hw_joint_work *work, hw_err *err) {
  hw_asked_prior asked;
  HW_TRY(hw_joint_work_ask(work, NULL, 0, NULL, 0, err));
  HW_TRY(hw_joint_work_facts(work, err));
  HW_TRY(choose_prior(how, work, &asked, err));
  return hw_joint_work_prior(work, &asked, err);
}

static hw_status run(const hw_run_joint_options *how, hw_joint_work *work, hw_run_outcome *out,
                     hw_err *err) {
  hw_identification_report report = {0};
  HW_TRY(ask(how, work, err));
  HW_TRY(hw_joint_work_compare(work, err));
  HW_TRY(hw_joint_work_weigh(work, err));
  HW_TRY(hw_joint_work_sum(work, err));
  HW_TRY(hw_joint_work_list(work, err));
  HW_TRY(hw_run_begin_phase(work->watch, HW_RUN_STORING, err));
  const hw_status status = hw_joint_work_store(work, how->reason, false, &report, err);
  if (status == HW_OK) {
    memcpy(out->run, report.run, sizeof out->run);
    out->is_unchanged = report.is_unchanged;
    out->n_candidates = report.n_candidates;
    out->n_pairs = work->n_pairs;
    out->n_left_out = work->n_left_out;
  }
  hw_identification_report_clear(&report);
  return status;
}

static hw_status load(hw_app *app, const hw_run_joint_options *how, const hw_run_watch *watch,
                      hw_stored_case *stored, hw_evidence **evidence, hw_err *err) {
  const hw_stored_case_options what = {.investigation = how->investigation, .by_code = true};
  const hw_evidence_options kinds = {.linked = {.simd = how->simd}};
  HW_TRY(hw_run_begin_phase(watch, HW_RUN_LOADING, err));
  return hw_evidence_case_load(app, &what, &kinds, stored, evidence, err);
}

hw_status hw_run_joint(hw_app *app, const hw_run_joint_options *options, const hw_run_watch *watch,
                       hw_run_outcome *out, hw_err *err) {
  hw_stored_case stored = {0};
  hw_evidence *evidence = NULL;
  memset(out, 0, sizeof *out);
  hw_status status = hw_run_require(app, options->investigation, err);
  if (status == HW_OK) status = load(app, options, watch, &stored, &evidence, err);
  hw_joint_work work = {.app = app,
                        .stored = &stored,
                        .problem = &stored.problem,
                        .is_joint = true,
                        .is_after_search = !options->all_pairs,
                        .is_everything = true,
                        .threshold = options->threshold,
                        .accept = options->accept,
                        .options = {.likelihood = {.simd = options->simd},
                                    .left_out = HW_JOINT_LEFT_OUT,
                                    .undisputed = HW_JOINT_UNDISPUTED},
                        .watch = watch};
  if (status == HW_OK) {
    work.evidence = hw_evidence_is_loaded(evidence) ? evidence : NULL;
    status = run(options, &work, out, err);
  }
  hw_joint_work_clear(&work);
  hw_evidence_delete(evidence);
  hw_stored_case_clear(&stored);
  return status;
}
