/* What `homeward identify` shows, computed.
 *
 * First every remains is compared with every missing person alone: ratios,
 * markers, mismatches, what each family can do. A joint run then weighs the
 * assignments of all of them; its posteriors and proposals take the place of the
 * pairs' own. After a search the first step is the search's, and only the pairs
 * that it kept are candidates.
 *
 * A family whose likelihoods are too complex is told at once and left out, of
 * both, instead of making the others wait for it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/progress.h"
#include "cli/identify_out.h"
#include "cli/interrupt.h"
#include "cli/prior.h"

/* Pairs up to which all are listed for machines where no threshold was asked for. */
enum { LIST_ALL = 10000 };

/* Steps that are spent on leaving nothing out. */
#define FEW_STEPS 2e6

/* Posterior from which a pairing is worth a line. */
#define WORTH_A_LINE 0.01

/* ---- pairs one at a time ---- */

static hw_status step_all(identify_view *view, hw_err *err) {
  int32_t n = hw_identify_target_count(view->run);
  hw_progress progress;
  hw_progress_begin(&progress, stderr, "comparing", (uint64_t)n);
  hw_status status = HW_OK;
  for (int32_t t = 0; t < n && status == HW_OK; t++) {
    status = hw_identify_step(view->run, t, err);
    if (status == HW_E_TOO_COMPLEX) { /* told at once; the others are not made to wait for it */
      (void)cli_error(err);
      hw_identify_leave_out(view->run, t);
      view->n_left_out++;
      status = HW_OK;
    }
    hw_progress_set(&progress, (uint64_t)t + 1);
  }
  hw_progress_end(&progress);
  return status;
}

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

static hw_status find_pairs(identify_joint *self, const hw_case *problem, const char *option,
                            const cli_texts *texts, const hw_joint_pairing **out, int32_t *n,
                            hw_err *err) {
  hw_joint_pairing *list = hw_arena_alloc_array(&self->arena, (size_t)texts->n, sizeof *list);
  if (list == NULL) return HW_NO_MEMORY(err, "the pairs");
  for (int i = 0; i < texts->n; i++)
    HW_TRY(identify_find_pair(problem, option, texts->items[i], &list[i], err));
  *out = list;
  *n = texts->n;
  return HW_OK;
}

static bool holds(const hw_joint_pairing *list, int32_t n, hw_joint_pairing pairing) {
  for (int32_t i = 0; i < n; i++)
    if (list[i].remains == pairing.remains && list[i].target == pairing.target) return true;
  return false;
}

/* Both lists, each pairing once. */
static hw_status join(identify_joint *self, const hw_joint_pairing *more, int32_t n_more,
                      const hw_joint_pairing **list, int32_t *n, hw_err *err) {
  hw_joint_pairing *all =
      hw_arena_alloc_array(&self->arena, (size_t)*n + (size_t)n_more, sizeof *all);
  if (all == NULL) return HW_NO_MEMORY(err, "the pairs");
  if (*n > 0) memcpy(all, *list, (size_t)*n * sizeof *all);
  int32_t n_all = *n;
  for (int32_t i = 0; i < n_more; i++)
    if (!holds(all, n_all, more[i])) all[n_all++] = more[i];
  *list = all;
  *n = n_all;
  return HW_OK;
}

/* Decisions of the database, and what the command line fixed and ruled out. */
static hw_status ask_pairings(identify_joint *self, const hw_case *problem,
                              const identify_settings *settings, hw_app *app,
                              const hw_stored_case *stored, hw_err *err) {
  HW_TRY(find_pairs(self, problem, "fixed", &settings->fixed, &self->fixed, &self->n_fixed, err));
  HW_TRY(find_pairs(self, problem, "exclude", &settings->excluded, &self->excluded,
                    &self->n_excluded, err));
  if (stored != NULL) {
    HW_TRY(hw_decided_pairings(app, stored, &self->decided, err));
    HW_TRY(hw_decided_apply(&self->decided, problem, &self->options, err));
    hw_decided_json(&self->decided, &self->decided_json);
    if (hw_str_status(&self->decided_json) != HW_OK) return HW_NO_MEMORY(err, "the decisions");
  }
  HW_TRY(join(self, self->fixed, self->n_fixed, &self->options.fixed, &self->options.n_fixed, err));
  return join(self, self->excluded, self->n_excluded, &self->options.excluded,
              &self->options.n_excluded, err);
}

static void set_options(hw_joint_options *options, const identify_settings *settings) {
  options->likelihood = likelihood_of(settings);
  options->left_out = isnan(settings->left_out) ? HW_JOINT_LEFT_OUT
                      : settings->left_out > 0  ? settings->left_out
                                                : -1;
  options->undisputed = isnan(settings->undisputed) ? HW_JOINT_UNDISPUTED : settings->undisputed;
  options->max_steps = isnan(settings->max_steps) ? 0 : settings->max_steps;
  options->n_best = settings->best > 0 ? (int32_t)settings->best : 0;
  options->seed = settings->seed;
}

/* The prior, with the facts of the records. */
static hw_status ask_prior(identify_view *view, const identify_settings *settings, hw_app *app,
                           const hw_stored_case *stored, hw_err *err) {
  identify_joint *self = view->joint;
  hw_asked_prior asked;
  if (stored != NULL) HW_TRY(hw_stored_prior_load(app, stored, &self->facts, err));
  HW_TRY(cli_prior_joint(settings->prior, settings->prior_none, &settings->factors,
                         identify_count_missing(view->problem),
                         stored != NULL ? &self->facts.settings : NULL, &asked, err));
  if (asked.with_record)
    for (int i = 0; i < self->facts.n_notes; i++) cli_say("prior: note: %s", self->facts.notes[i]);
  if (hw_asked_prior_frees_sexes(&asked)) {
    view->freed = *view->problem;
    HW_TRY(hw_stored_prior_free_sexes(&self->facts, &view->freed, err));
    view->problem = &view->freed;
  }
  return hw_made_prior_init(view->problem, &asked, asked.with_record ? &self->facts : NULL,
                            settings->after_search ? &self->candidates : NULL, &self->prior, err);
}

static hw_status ask(identify_view *view, const identify_settings *settings, hw_app *app,
                     const hw_stored_case *stored, hw_err *err) {
  identify_joint *self = view->joint;
  hw_joint_options *options = &self->options;
  set_options(options, settings);
  if (settings->after_search) {
    HW_TRY(hw_candidate_pairs_find(app, stored, view->evidence, NULL, &self->candidates, err));
    options->candidates = self->candidates.pairings;
    options->n_candidates = self->candidates.n;
  }
  HW_TRY(ask_pairings(self, view->problem, settings, app, stored, err));
  HW_TRY(ask_prior(view, settings, app, stored, err));
  options->prior = self->prior.joint;
  return HW_OK;
}

/* ---- the joint run ---- */

/* What the pairwise run could not compute, the joint one cannot either. */
static void leave_out_the_same(identify_view *view) {
  if (view->run == NULL) return;
  for (int32_t t = 0; t < hw_identify_target_count(view->run); t++)
    if (hw_identify_is_left_out(view->run, t))
      hw_joint_leave_out(view->joint->run, hw_identify_target(view->run, t)->family);
}

static int32_t count_left_out(const identify_view *view) {
  int32_t n = 0;
  for (int32_t t = 0; t < hw_joint_target_count(view->joint->run); t++)
    n += hw_joint_is_left_out(view->joint->run, hw_joint_target(view->joint->run, t)->family);
  return n;
}

/* One run, with the families left out that are too complex. */
static hw_status try_joint(identify_view *view, hw_err *err) {
  identify_joint *joint = view->joint;
  hw_progress progress;
  hw_joint_delete(joint->run);
  joint->run = NULL;
  HW_TRY(hw_joint_new(view->problem, &joint->options, &joint->run, err));
  leave_out_the_same(view);
  hw_progress_begin(&progress, stderr, "weighing assignments", 0);
  hw_status status = hw_joint_run(joint->run, cli_interrupt_look, &progress, err);
  while (status == HW_E_TOO_COMPLEX && hw_joint_failed_family(joint->run) >= 0) {
    hw_progress_end(&progress);
    (void)cli_error(err);
    hw_joint_leave_out(joint->run, hw_joint_failed_family(joint->run));
    hw_progress_begin(&progress, stderr, "weighing assignments", 0);
    status = hw_joint_run(joint->run, cli_interrupt_look, &progress, err);
  }
  hw_progress_end(&progress);
  return status;
}

/* Where little work sums every assignment nothing is left out, so that also what is next to
 * impossible has its number. A chain is of no use there, and made as short as can be. */
static hw_status try_everything(identify_view *view, bool *is_done, hw_err *err) {
  hw_joint_options *options = &view->joint->options;
  const hw_joint_options asked = *options;
  options->left_out = -1;
  options->max_steps = FEW_STEPS;
  options->n_chains = 2;
  options->chain_steps = 2;
  hw_status status = try_joint(view, err);
  *is_done = status == HW_OK && hw_joint_summarise(view->joint->run).is_exact;
  options->n_chains = asked.n_chains;
  options->chain_steps = asked.chain_steps;
  if (!*is_done) *options = asked;
  return status;
}

static hw_status run_joint(identify_view *view, const identify_settings *settings, hw_err *err) {
  identify_joint *joint = view->joint;
  bool is_done = false;
  hw_status status = HW_OK;
  cli_interrupt_begin();
  if (isnan(settings->left_out) && isnan(settings->max_steps))
    status = try_everything(view, &is_done, err);
  if (status == HW_OK && !is_done) status = try_joint(view, err);
  cli_interrupt_end();
  if (status != HW_OK) return status;
  view->n_left_out = count_left_out(view);
  joint->summary = hw_joint_summarise(joint->run);
  joint->proposed = calloc((size_t)view->problem->n_remains, sizeof *joint->proposed);
  if (joint->proposed == NULL) return HW_NO_MEMORY(err, "the proposals");
  HW_TRY(hw_joint_propose(joint->run, &joint->options, view->accept, view->problem->n_remains,
                          joint->proposed, err));
  return hw_joint_pairs(joint->run, WORTH_A_LINE, view->threshold, &joint->pairs, &joint->n_pairs,
                        err);
}

/* ---- the list of pairs ---- */

/* Pairings that are listed for their joint posterior, whatever their ratio. */
static hw_status mark_joint(const identify_view *view, bool **out, hw_err *err) {
  const size_t n_targets = (size_t)identify_target_count(view);
  hw_joint_pair *pairs = NULL;
  int32_t n = 0;
  *out = NULL;
  HW_TRY(hw_joint_pairs(view->joint->run, HW_IDENTIFY_LISTED, HUGE_VAL, &pairs, &n, err));
  bool *also = calloc((size_t)view->problem->n_remains * n_targets, sizeof *also);
  for (int32_t i = 0; also != NULL && i < n; i++)
    also[(size_t)pairs[i].remains * n_targets + (size_t)pairs[i].target] = true;
  free(pairs);
  *out = also;
  return also != NULL ? HW_OK : HW_NO_MEMORY(err, "the list of pairs");
}

static int best_first(const void *left, const void *right) {
  const hw_identify_pair *a = left, *b = right;
  if (a->log10_lr != b->log10_lr) return a->log10_lr > b->log10_lr ? -1 : 1;
  if (a->target != b->target) return a->target < b->target ? -1 : 1;
  return a->remains < b->remains ? -1 : a->remains > b->remains;
}

/* What a search kept, as far as it is to be listed. */
static hw_status list_candidates(const identify_view *view, hw_identify_pair **out, int32_t *n,
                                 hw_err *err) {
  HW_BUG_IF(view->joint == NULL, err); /* only joint runs have candidates */
  const hw_candidate_pairs *from = &view->joint->candidates;
  *out = calloc((size_t)from->n + 1, sizeof **out);
  if (*out == NULL) return HW_NO_MEMORY(err, "the list of pairs");
  memcpy(*out, from->pairs, (size_t)from->n * sizeof **out);
  if (view->weighed != NULL) hw_pair_evidence_add_list(view->weighed, from->n, *out);
  hw_joint_listed(view->joint->run, view->joint->proposed, from->n, *out);
  for (int32_t i = 0; i < from->n; i++)
    if ((*out)[i].log10_lr >= view->threshold || (*out)[i].posterior >= HW_IDENTIFY_LISTED)
      (*out)[(*n)++] = (*out)[i];
  qsort(*out, (size_t)*n, sizeof **out, best_first);
  return HW_OK;
}

static hw_status list_pairs(identify_view *view, hw_identify_pair **out, hw_err *err) {
  bool *also = NULL;
  if (view->run == NULL) return list_candidates(view, out, &view->n_pairs, err);
  if (view->joint != NULL) HW_TRY(mark_joint(view, &also, err));
  hw_status status = hw_identify_pairs_also(view->run, view->threshold, view->accept, also, out,
                                            &view->n_pairs, err);
  free(also);
  if (status == HW_OK && view->joint != NULL)
    hw_joint_listed(view->joint->run, view->joint->proposed, view->n_pairs, *out);
  return status;
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
    if (view->weighed != NULL) hw_pair_evidence_add_list(view->weighed, 1, &pair);
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

/* Prior of "none" of the pairs alone: as asked, or what the numbers imply. */
static hw_status pairwise_prior(const identify_view *view, const identify_settings *settings,
                                double *out, hw_err *err) {
  if (view->joint == NULL)
    return cli_prior(settings->prior, settings->prior_none, identify_count_missing(view->problem),
                     out, err);
  const hw_made_prior *prior = &view->joint->prior;
  *out = prior->asked.kind == HW_ASKED_ODDS ? prior->asked.none : -1;
  if (prior->factors == NULL) return HW_OK;
  const double on_list = hw_prior_numbers_of(prior->factors).on_list;
  if (on_list > 0 && on_list < 1) *out = 1 - on_list;
  return HW_OK;
}

static hw_status begin(identify_view *view, const identify_settings *settings, hw_app *app,
                       const hw_stored_case *stored, hw_err *err) {
  hw_identify_options limits = {.likelihood = likelihood_of(settings)};
  /* What can be wrong with the command line is told before the long work. */
  if (settings->detail != NULL && !is_rank(settings->detail))
    HW_TRY(choose_detail(view, settings->detail, err));
  if (settings->truth != NULL) HW_TRY(identify_read_truth(view, err));
  if (!settings->pairwise) {
    view->joint = calloc(1, sizeof *view->joint);
    if (view->joint == NULL) return HW_NO_MEMORY(err, "a joint run");
    hw_arena_init(&view->joint->arena, 0);
    HW_TRY(ask(view, settings, app, stored, err));
  }
  HW_TRY(pairwise_prior(view, settings, &limits.prior_none, err));
  view->prior_none = limits.prior_none;
  return settings->after_search ? HW_OK : hw_identify_new(view->problem, &limits, &view->run, err);
}

hw_status identify_compute(identify_view *view, const identify_settings *settings, hw_app *app,
                           const hw_stored_case *stored, hw_identify_pair **pairs, hw_err *err) {
  const hw_likelihood_options likelihood = likelihood_of(settings);
  view->accept = settings->accept;
  view->truth_path = settings->truth;
  view->threshold = threshold_of(settings, view->problem, stored == NULL);
  HW_TRY(begin(view, settings, app, stored, err));
  if (view->run != NULL) HW_TRY(step_all(view, err));
  if (view->evidence != NULL) HW_TRY(identify_weigh(view, err));
  if (view->joint != NULL) HW_TRY(run_joint(view, settings, err));
  HW_TRY(list_pairs(view, pairs, err));
  view->pairs = *pairs;
  view->n_shown = settings->top < view->n_pairs ? (int32_t)settings->top : view->n_pairs;
  if (view->truth != NULL) identify_score(view);
  if (settings->detail != NULL && is_rank(settings->detail))
    HW_TRY(choose_rank(view, settings->detail, err));
  return view->has_detail ? compute_detail(view, &likelihood, err) : HW_OK;
}

static void joint_clear(identify_joint *joint) {
  if (joint == NULL) return;
  hw_joint_delete(joint->run);
  hw_made_prior_clear(&joint->prior);
  hw_stored_prior_clear(&joint->facts);
  hw_candidate_pairs_clear(&joint->candidates);
  hw_decided_clear(&joint->decided);
  hw_str_clear(&joint->decided_json);
  hw_arena_clear(&joint->arena);
  free(joint->pairs);
  free(joint->proposed);
  free(joint);
}

void identify_clear(identify_view *view) {
  joint_clear(view->joint);
  hw_identify_delete(view->run);
  hw_pair_evidence_delete(view->weighed);
  hw_truth_table_delete(view->truth);
  free(view->truth_target);
  free(view->outcomes);
  free(view->detail);
  free(view->detail_mismatch);
}
