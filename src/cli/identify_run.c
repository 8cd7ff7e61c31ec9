/* What `homeward identify` shows, computed.
 *
 * The work is that of app/joint_work.h, as it is for the browser; the command line adds pairings that
 * it fixes and rules out, bounds, the truth of a simulated case, and one pair by marker. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "cli/identify_out.h"
#include "cli/interrupt.h"
#include "cli/prior.h"

/* Pairs up to which all are listed for machines where no threshold was asked for. */
enum { LIST_ALL = 10000 };

/* Posterior from which a pairing is worth a line. */
#define WORTH_A_LINE 0.01

/* ---- pairs one at a time ---- */

void identify_print_timing(const identify_view *view) {
  double compile_s = 0, scan_s = 0;
  if (view->run == NULL) return;
  double n_targets = hw_identify_target_count(view->run);
  double n_pairs = n_targets * view->problem->n_remains;
  hw_identify_time(view->run, &compile_s, &scan_s);
  fprintf(stderr, "compiled %.0f missing persons' tables in %.3f s (%.2f ms each)\n", n_targets,
          compile_s, 1e3 * compile_s / n_targets);
  fprintf(stderr, "compared %.0f pairs in %.3f s (%.2f us each)\n", n_pairs, scan_s,
          1e6 * scan_s / n_pairs);
}

static hw_likelihood_options likelihood_of(const identify_settings *settings) {
  return (hw_likelihood_options){.simd = cli_simd(), .max_work = settings->max_work};
}

/* ---- what a joint run is asked ---- */

/* Pairings of the command line; free() them. */
static hw_status find_pairs(const hw_case *problem, const char *option, const cli_texts *texts,
                            hw_joint_pairing **out, hw_err *err) {
  *out = calloc((size_t)texts->n + 1, sizeof **out);
  if (*out == NULL) return HW_NO_MEMORY(err, "the pairs");
  for (int i = 0; i < texts->n; i++)
    HW_TRY(identify_find_pair(problem, option, texts->items[i], &(*out)[i], err));
  return HW_OK;
}

static hw_status ask_pairings(identify_view *view, const identify_settings *settings, hw_err *err) {
  hw_joint_pairing *fixed = NULL, *excluded = NULL;
  hw_status status = find_pairs(view->problem, "fixed", &settings->fixed, &fixed, err);
  if (status == HW_OK)
    status = find_pairs(view->problem, "exclude", &settings->excluded, &excluded, err);
  if (status == HW_OK)
    status = hw_joint_work_ask(&view->work, fixed, settings->fixed.n, excluded,
                               settings->excluded.n, err);
  free(fixed);
  free(excluded);
  return status;
}

static hw_joint_options options_of(const identify_settings *settings) {
  return (hw_joint_options){
      .likelihood = likelihood_of(settings),
      .left_out = isnan(settings->left_out) ? HW_JOINT_LEFT_OUT
                  : settings->left_out > 0  ? settings->left_out
                                            : -1,
      .undisputed = isnan(settings->undisputed) ? HW_JOINT_UNDISPUTED : settings->undisputed,
      .max_steps = isnan(settings->max_steps) ? 0 : settings->max_steps,
      .n_best = settings->best > 0 ? (int32_t)settings->best : 0,
      .seed = settings->seed};
}

/* The prior, with the facts of the records. */
static hw_status ask_prior(identify_view *view, const identify_settings *settings, hw_err *err) {
  hw_joint_work *work = &view->work;
  const hw_stored_prior *facts = &work->facts;
  hw_asked_prior asked;
  HW_TRY(hw_joint_work_facts(work, err));
  HW_TRY(cli_prior_joint(settings->prior, settings->prior_none, &settings->factors,
                         identify_count_missing(view->problem),
                         work->stored != NULL ? &facts->settings : NULL, &asked, err));
  if (asked.with_record)
    for (int i = 0; i < facts->n_notes; i++) cli_say("prior: note: %s", facts->notes[i]);
  return hw_joint_work_prior(work, &asked, err);
}

/* ---- the run ---- */

/* A family that is left out is told at once. */
static void tell_left_out(void *context, const hw_err *why) {
  identify_view *view = context;
  hw_err told = *why;
  cli_run_watch_pause(&view->watch);
  (void)cli_error(&told);
}

static hw_status run_joint(identify_view *view, hw_err *err) {
  HW_TRY(hw_joint_work_sum(&view->work, err));
  return hw_joint_pairs(view->work.run, WORTH_A_LINE, view->threshold, &view->joint_pairs,
                        &view->n_joint_pairs, err);
}

static hw_status run_work(identify_view *view, hw_err *err) {
  hw_joint_work *work = &view->work;
  HW_TRY(hw_joint_work_compare(work, err));
  cli_interrupt_begin(); /* a comparison of pairs ends with the program */
  hw_status status = hw_joint_work_weigh(work, err);
  if (status == HW_OK && work->is_joint) status = run_joint(view, err);
  cli_interrupt_end();
  cli_run_watch_pause(&view->watch);
  return status == HW_OK ? hw_joint_work_list(work, err) : status;
}

/* ---- one pair by marker ---- */

static bool is_rank(const char *text) {
  return strspn(text, "0123456789") == strlen(text) && strlen(text) < 10;
}

/* The pair of a rank, once the list is there. */
static hw_status choose_rank(identify_view *view, const char *wanted, hw_err *err) {
  long rank = strtol(wanted, NULL, 10);
  if (rank < 1 || rank > view->n_pairs)
    return hw_err_set(err, HW_E_USAGE, "--per-marker: the list has %d pairs, none of rank %ld",
                      (int)view->n_pairs, rank);
  view->has_detail = true;
  view->detail_remains = view->pairs[rank - 1].remains;
  view->detail_target = view->pairs[rank - 1].target;
  return HW_OK;
}

static hw_status choose_detail(identify_view *view, const char *wanted, hw_err *err) {
  hw_joint_pairing pair;
  if (identify_find_pair(view->problem, "per-marker", wanted, &pair, NULL) != HW_OK)
    return hw_err_set(
        err, HW_E_USAGE,
        "--per-marker: '%s' is neither FAMILY:MISSING:REMAINS of this case nor a rank", wanted);
  view->has_detail = true;
  view->detail_remains = pair.remains;
  view->detail_target = pair.target;
  return HW_OK;
}

/* A small case of the one family and the one remains, where no pairwise run is at hand. */
static hw_status compute_detail_alone(identify_view *view, const hw_likelihood_options *likelihood,
                                      hw_err *err) {
  const hw_target *target = identify_target(view, view->detail_target);
  hw_case alone = *view->problem;
  alone.families = &view->problem->families[target->family];
  alone.n_families = 1;
  alone.remains = &view->problem->remains[view->detail_remains];
  alone.n_remains = 1;
  hw_identify_options options = {.likelihood = *likelihood, .prior_none = -1};
  hw_identify *run = NULL;
  HW_TRY(hw_identify_new(&alone, &options, &run, err));
  hw_status status = hw_identify_step(run, target->missing, err);
  if (status == HW_OK) {
    view->detail_log10_lr = hw_identify_log10_lr(run, 0, target->missing);
    hw_identify_pair pair = {.remains = view->detail_remains,
                             .target = view->detail_target,
                             .log10_lr = view->detail_log10_lr};
    if (view->weighed != NULL) hw_pair_evidence_add_list(view->work.weighed, 1, &pair);
    view->detail_total = pair.log10_lr;
    status = hw_identify_markers(run, 0, target->missing, view->detail, view->detail_mismatch, err);
  }
  hw_identify_delete(run);
  return status;
}

/* The STR part of a pair whose total is known. */
static hw_status part_detail(identify_view *view, hw_err *err) {
  hw_evidence_parts parts;
  HW_TRY(hw_pair_evidence_parts(view->weighed, view->detail_remains, view->detail_target,
                                view->detail_total, &parts, err));
  view->detail_log10_lr = parts.log10_lr[HW_EVIDENCE_STR];
  return HW_OK;
}

static hw_status compute_detail(identify_view *view, const hw_likelihood_options *likelihood,
                                hw_err *err) {
  size_t n = (size_t)view->problem->n_markers + 1;
  view->detail = calloc(n, sizeof *view->detail);
  view->detail_mismatch = calloc(n, sizeof *view->detail_mismatch);
  if (view->detail == NULL || view->detail_mismatch == NULL)
    return HW_NO_MEMORY(err, "the pair by marker");
  if (view->run == NULL) return compute_detail_alone(view, likelihood, err);
  view->detail_total = view->detail_log10_lr =
      hw_identify_log10_lr(view->run, view->detail_remains, view->detail_target);
  if (view->weighed != NULL) HW_TRY(part_detail(view, err));
  return hw_identify_markers(view->run, view->detail_remains, view->detail_target, view->detail,
                             view->detail_mismatch, err);
}

/* ---- the whole ---- */

/* All pairs in the old way, and for machines where they are few; else those worth a look. */
static double threshold_of(const identify_settings *settings, const hw_case *problem,
                           bool is_file) {
  if (!isnan(settings->threshold)) return settings->threshold;
  if (settings->pairwise) return -HUGE_VAL;
  const double n = (double)problem->n_remains * identify_count_missing(problem);
  return settings->json && is_file && n <= LIST_ALL ? -HUGE_VAL : HW_IDENTIFY_THRESHOLD;
}

static hw_status begin(identify_view *view, const identify_settings *settings, hw_err *err) {
  hw_joint_work *work = &view->work;
  /* What can be wrong with the command line is told before the long work. */
  if (settings->detail != NULL && !is_rank(settings->detail))
    HW_TRY(choose_detail(view, settings->detail, err));
  if (settings->truth != NULL) HW_TRY(identify_read_truth(view, err));
  work->options = options_of(settings);
  if (!work->is_joint)
    return cli_prior(settings->prior, settings->prior_none, identify_count_missing(view->problem),
                     &work->prior_none, err);
  HW_TRY(ask_pairings(view, settings, err));
  return ask_prior(view, settings, err);
}

/* What is shown of the work. */
static void take_work(identify_view *view, const identify_settings *settings) {
  const hw_joint_work *work = &view->work;
  view->problem = work->problem;
  view->run = work->pairwise;
  view->joint = work->is_joint ? work : NULL;
  view->weighed = work->weighed;
  view->prior_none = work->prior_none;
  view->n_left_out = work->n_left_out;
  view->pairs = work->pairs;
  view->n_pairs = work->n_pairs;
  view->n_shown = settings->top < view->n_pairs ? (int32_t)settings->top : view->n_pairs;
}

hw_status identify_compute(identify_view *view, const identify_settings *settings, hw_app *app,
                           const hw_stored_case *stored, hw_err *err) {
  const hw_likelihood_options likelihood = likelihood_of(settings);
  view->accept = settings->accept;
  view->truth_path = settings->truth;
  view->threshold = threshold_of(settings, view->problem, stored == NULL);
  view->work =
      (hw_joint_work){.app = app,
                      .stored = stored,
                      .problem = view->problem,
                      .evidence = view->evidence,
                      .is_joint = !settings->pairwise,
                      .is_after_search = settings->after_search,
                      .is_everything = isnan(settings->left_out) && isnan(settings->max_steps),
                      .threshold = view->threshold,
                      .accept = settings->accept,
                      .watch = cli_run_watch_begin(&view->watch),
                      .tell = tell_left_out,
                      .tell_context = view};
  HW_TRY(begin(view, settings, err));
  HW_TRY(run_work(view, err));
  take_work(view, settings);
  if (view->truth != NULL) identify_score(view);
  if (settings->detail != NULL && is_rank(settings->detail))
    HW_TRY(choose_rank(view, settings->detail, err));
  return view->has_detail ? compute_detail(view, &likelihood, err) : HW_OK;
}

void identify_clear(identify_view *view) {
  cli_run_watch_pause(&view->watch);
  hw_joint_work_clear(&view->work);
  free(view->joint_pairs);
  hw_truth_table_delete(view->truth);
  free(view->truth_target);
  free(view->outcomes);
  free(view->detail);
  free(view->detail_mismatch);
}
