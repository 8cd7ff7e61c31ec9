/* A joint identification of an investigation from beginning to end.
 *
 * After a search only the pairs that it kept are candidates, and their ratios are the search's;
 * else every remains is compared with every missing person first. Then the assignments of all of
 * them are weighed together. A family whose likelihoods are too complex is left out and counted,
 * instead of making the others wait for it.
 *
 * Where little work sums every assignment nothing is left out of the sum, so that also what is
 * next to impossible has its number; otherwise the usual bound holds (homeward/joint.h). */
#include "app/run_joint.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/decide.h"
#include "app/identify_evidence.h"
#include "app/identify_prior.h"
#include "app/run_search.h"
#include "base/check.h"

/* Steps that are spent on leaving nothing out. */
#define FEW_STEPS 2e6

typedef struct joint_run {
  hw_app *app;
  const hw_run_joint_options *how;
  const hw_run_watch *watch;
  hw_run_phase phase;
  hw_run_outcome *out;
  hw_stored_case stored;
  hw_evidence *evidence;
  bool has_evidence;      /* other than STR was loaded */
  const hw_case *problem; /* of the stored case, or freed */
  hw_case freed;          /* without the sexes that a prior weighs */
  hw_joint_options options;
  hw_stored_prior facts;
  hw_asked_prior asked;
  hw_made_prior prior;
  hw_candidate_pairs candidates;
  hw_decided decided;
  hw_str decided_json;
  hw_identify *pairwise; /* NULL = the pairs of a search */
  double prior_none;
  hw_pair_evidence *weighed;
  hw_joint *run;
  int32_t *proposed;
  int32_t n_pairs;
  hw_identify_pair *pairs;
  hw_identification_report report;
} joint_run;

static bool look(void *context, uint64_t done, uint64_t all) {
  const joint_run *self = context;
  return self->watch != NULL && self->watch->look != NULL &&
         self->watch->look(self->watch->context, self->phase, done, all);
}

static hw_status begin(joint_run *self, hw_run_phase phase, hw_err *err) {
  self->phase = phase;
  return hw_run_begin_phase(self->watch, phase, err);
}

/* --- what is asked --- */

static hw_status ask_pairings(joint_run *self, hw_err *err) {
  hw_joint_options *options = &self->options;
  if (!self->how->all_pairs) {
    HW_TRY(hw_candidate_pairs_find(self->app, &self->stored,
                                   self->has_evidence ? self->evidence : NULL, NULL,
                                   &self->candidates, err));
    options->candidates = self->candidates.pairings;
    options->n_candidates = self->candidates.n;
  }
  HW_TRY(hw_decided_pairings(self->app, &self->stored, &self->decided, err));
  HW_TRY(hw_decided_apply(&self->decided, self->problem, options, err));
  hw_decided_json(&self->decided, &self->decided_json);
  return hw_str_status(&self->decided_json) == HW_OK ? HW_OK : HW_NO_MEMORY(err, "the decisions");
}

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

static hw_status choose_prior(joint_run *self, hw_err *err) {
  hw_asked_prior *asked = &self->asked;
  const int32_t n_missing = count_missing(self->problem);
  *asked = (hw_asked_prior){.settings = no_factor(&self->facts.settings)};
  switch (self->how->prior) {
    case HW_RUN_PRIOR_PERSONS:
      if (!(self->how->persons > n_missing))
        return hw_err_set(
            err, HW_E_VALUE,
            "%.0f persons who could be these remains are not more than the %d missing",
            self->how->persons, (int)n_missing);
      asked->kind = HW_ASKED_ODDS;
      asked->none = 1 - n_missing / self->how->persons;
      break;
    case HW_RUN_PRIOR_NUMBERS:
      asked->kind = HW_ASKED_FACTORS;
      asked->settings.is_used[HW_PRIOR_NUMBERS] = true;
      break;
    case HW_RUN_PRIOR_RECORD:
      asked->kind = HW_ASKED_FACTORS;
      asked->settings = self->facts.settings;
      break;
    default:
      break;
  }
  for (int f = 0; f < HW_PRIOR_COUNT; f++) /* the numbers stand in the settings */
    if (f != HW_PRIOR_NUMBERS && asked->settings.is_used[f]) asked->with_record = true;
  return HW_OK;
}

static hw_status ask_prior(joint_run *self, hw_err *err) {
  HW_TRY(hw_stored_prior_load(self->app, &self->stored, &self->facts, err));
  HW_TRY(choose_prior(self, err));
  if (hw_asked_prior_frees_sexes(&self->asked)) {
    self->freed = *self->problem;
    HW_TRY(hw_stored_prior_free_sexes(&self->facts, &self->freed, err));
    self->problem = &self->freed;
  }
  HW_TRY(hw_made_prior_init(self->problem, &self->asked,
                            self->asked.with_record ? &self->facts : NULL,
                            self->how->all_pairs ? NULL : &self->candidates, &self->prior, err));
  self->options.prior = self->prior.joint;
  self->prior_none = self->asked.kind == HW_ASKED_ODDS ? self->asked.none : -1;
  if (self->prior.factors != NULL) {
    const double on_list = hw_prior_numbers_of(self->prior.factors).on_list;
    if (on_list > 0 && on_list < 1) self->prior_none = 1 - on_list;
  }
  return HW_OK;
}

static hw_status load(joint_run *self, hw_err *err) {
  const hw_stored_case_options what = {.investigation = self->how->investigation, .by_code = true};
  const hw_evidence_options kinds = {.linked = {.simd = self->how->simd}};
  HW_TRY(begin(self, HW_RUN_LOADING, err));
  HW_TRY(hw_evidence_case_load(self->app, &what, &kinds, &self->stored, &self->evidence, err));
  self->has_evidence = hw_evidence_is_loaded(self->evidence);
  self->problem = &self->stored.problem;
  self->options = (hw_joint_options){.likelihood = {.simd = self->how->simd},
                                     .left_out = HW_JOINT_LEFT_OUT,
                                     .undisputed = HW_JOINT_UNDISPUTED};
  HW_TRY(ask_pairings(self, err));
  return ask_prior(self, err);
}

/* --- pairs one at a time --- */

static hw_status compare(joint_run *self, hw_err *err) {
  const hw_identify_options limits = {.likelihood = self->options.likelihood,
                                      .prior_none = self->prior_none};
  if (!self->how->all_pairs) return HW_OK;
  HW_TRY(hw_identify_new(self->problem, &limits, &self->pairwise, err));
  HW_TRY(begin(self, HW_RUN_COMPARING, err));
  const int32_t n = hw_identify_target_count(self->pairwise);
  for (int32_t t = 0; t < n; t++) {
    const hw_status status = hw_identify_step(self->pairwise, t, err);
    if (status == HW_E_TOO_COMPLEX)
      hw_identify_leave_out(self->pairwise, t);
    else if (status != HW_OK)
      return status;
    if (look(self, (uint64_t)t + 1, (uint64_t)n))
      return hw_err_set(err, HW_E_INTERRUPTED, "stopped while pairs were compared");
  }
  return HW_OK;
}

static hw_status weigh(joint_run *self, hw_err *err) {
  hw_pair_evidence_options what = {.with_other_sex = hw_asked_prior_frees_sexes(&self->asked),
                                   .progress = look,
                                   .context = self};
  if (!self->has_evidence) return HW_OK;
  if (self->pairwise == NULL) {
    what.pairs = self->candidates.pairings;
    what.n_pairs = self->candidates.n;
    if (what.n_pairs == 0) return HW_OK;
  }
  HW_TRY(begin(self, HW_RUN_EVIDENCE, err));
  HW_TRY(hw_pair_evidence_new(self->evidence, self->problem, &what, &self->weighed, err));
  if (self->pairwise != NULL) hw_pair_evidence_add(self->weighed, self->pairwise);
  self->options.extra = hw_pair_evidence_extra(self->weighed);
  return HW_OK;
}

/* --- all of them together --- */

/* What the pairwise run could not compute, the joint one cannot either. */
static void leave_out_the_same(joint_run *self) {
  if (self->pairwise == NULL) return;
  for (int32_t t = 0; t < hw_identify_target_count(self->pairwise); t++)
    if (hw_identify_is_left_out(self->pairwise, t))
      hw_joint_leave_out(self->run, hw_identify_target(self->pairwise, t)->family);
}

/* One run, with the families left out that are too complex. */
static hw_status try_joint(joint_run *self, hw_err *err) {
  hw_joint_delete(self->run);
  self->run = NULL;
  HW_TRY(hw_joint_new(self->problem, &self->options, &self->run, err));
  leave_out_the_same(self);
  hw_status status = hw_joint_run(self->run, look, self, err);
  while (status == HW_E_TOO_COMPLEX && hw_joint_failed_family(self->run) >= 0) {
    hw_joint_leave_out(self->run, hw_joint_failed_family(self->run));
    status = hw_joint_run(self->run, look, self, err);
  }
  return status;
}

/* A chain is of no use where everything is to be summed, and made as short as can be. */
static hw_status try_everything(joint_run *self, bool *is_done, hw_err *err) {
  const hw_joint_options asked = self->options;
  self->options.left_out = -1;
  self->options.max_steps = FEW_STEPS;
  self->options.n_chains = 2;
  self->options.chain_steps = 2;
  const hw_status status = try_joint(self, err);
  *is_done = status == HW_OK && hw_joint_summarise(self->run).is_exact;
  self->options.n_chains = asked.n_chains;
  self->options.chain_steps = asked.chain_steps;
  if (!*is_done) self->options = asked;
  return status;
}

static hw_status run_joint(joint_run *self, hw_err *err) {
  bool is_done = false;
  HW_TRY(begin(self, HW_RUN_JOINT, err));
  HW_TRY(try_everything(self, &is_done, err));
  if (!is_done) HW_TRY(try_joint(self, err));
  for (int32_t t = 0; t < hw_joint_target_count(self->run); t++)
    self->out->n_left_out += hw_joint_is_left_out(self->run, hw_joint_target(self->run, t)->family);
  self->proposed = calloc((size_t)self->problem->n_remains + 1, sizeof *self->proposed);
  if (self->proposed == NULL) return HW_NO_MEMORY(err, "the proposals");
  return hw_joint_propose(self->run, &self->options, self->how->accept, self->problem->n_remains,
                          self->proposed, err);
}

/* --- the list of pairs --- */

static int best_first(const void *left, const void *right) {
  const hw_identify_pair *a = left, *b = right;
  if (a->log10_lr != b->log10_lr) return a->log10_lr > b->log10_lr ? -1 : 1;
  if (a->target != b->target) return a->target < b->target ? -1 : 1;
  return a->remains < b->remains ? -1 : a->remains > b->remains;
}

/* What a search kept, as far as it is to be listed. */
static hw_status list_candidates(joint_run *self, hw_err *err) {
  const hw_candidate_pairs *from = &self->candidates;
  self->pairs = calloc((size_t)from->n + 1, sizeof *self->pairs);
  if (self->pairs == NULL) return HW_NO_MEMORY(err, "the list of pairs");
  if (from->n > 0) memcpy(self->pairs, from->pairs, (size_t)from->n * sizeof *self->pairs);
  if (self->weighed != NULL) hw_pair_evidence_add_list(self->weighed, from->n, self->pairs);
  hw_joint_listed(self->run, self->proposed, from->n, self->pairs);
  for (int32_t i = 0; i < from->n; i++)
    if (self->pairs[i].log10_lr >= self->how->threshold ||
        self->pairs[i].posterior >= HW_IDENTIFY_LISTED)
      self->pairs[self->n_pairs++] = self->pairs[i];
  qsort(self->pairs, (size_t)self->n_pairs, sizeof *self->pairs, best_first);
  return HW_OK;
}

/* Pairings that are listed for their joint posterior, whatever their ratio. */
static hw_status mark_joint(const joint_run *self, bool **out, hw_err *err) {
  const size_t n_targets = (size_t)hw_joint_target_count(self->run);
  size_t n_all = 0;
  hw_joint_pair *pairs = NULL;
  int32_t n = 0;
  HW_TRY(hw_joint_pairs(self->run, HW_IDENTIFY_LISTED, HUGE_VAL, &pairs, &n, err));
  *out = hw_mul_size((size_t)self->problem->n_remains, n_targets, &n_all)
             ? calloc(n_all + 1, sizeof **out)
             : NULL;
  for (int32_t i = 0; *out != NULL && i < n; i++)
    (*out)[(size_t)pairs[i].remains * n_targets + (size_t)pairs[i].target] = true;
  free(pairs);
  return *out != NULL ? HW_OK : HW_NO_MEMORY(err, "the list of pairs");
}

static hw_status list_pairs(joint_run *self, hw_err *err) {
  bool *also = NULL;
  if (self->pairwise == NULL) return list_candidates(self, err);
  HW_TRY(mark_joint(self, &also, err));
  const hw_status status =
      hw_identify_pairs_also(self->pairwise, self->how->threshold, self->how->accept, also,
                             &self->pairs, &self->n_pairs, err);
  free(also);
  if (status == HW_OK) hw_joint_listed(self->run, self->proposed, self->n_pairs, self->pairs);
  return status;
}

static hw_status store(joint_run *self, hw_err *err) {
  const hw_identification_joint joint = {
      .run = self->run,
      .options = &self->options,
      .prior = self->prior.json,
      .decided = hw_str_text(&self->decided_json),
      .candidates = self->how->all_pairs ? NULL : &self->candidates};
  const hw_identification_options what = {.threshold = self->how->threshold,
                                          .accept = self->how->accept,
                                          .prior_none = self->prior_none,
                                          .reason = self->how->reason,
                                          .joint = &joint,
                                          .evidence = self->weighed};
  HW_TRY(begin(self, HW_RUN_STORING, err));
  return hw_identification_store(self->app, &self->stored, self->pairwise, self->n_pairs,
                                 self->pairs, &what, &self->report, err);
}

static void clear(joint_run *self) {
  hw_identification_report_clear(&self->report);
  free(self->pairs);
  free(self->proposed);
  hw_joint_delete(self->run);
  hw_pair_evidence_delete(self->weighed);
  hw_identify_delete(self->pairwise);
  hw_made_prior_clear(&self->prior);
  hw_stored_prior_clear(&self->facts);
  hw_decided_clear(&self->decided);
  hw_str_clear(&self->decided_json);
  hw_candidate_pairs_clear(&self->candidates);
  hw_evidence_delete(self->evidence);
  hw_stored_case_clear(&self->stored);
}

hw_status hw_run_joint(hw_app *app, const hw_run_joint_options *options, const hw_run_watch *watch,
                       hw_run_outcome *out, hw_err *err) {
  joint_run *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a joint run");
  *self = (joint_run){.app = app, .how = options, .watch = watch, .out = out};
  memset(out, 0, sizeof *out);
  hw_status status = hw_run_require(app, options->investigation, err);
  if (status == HW_OK) status = load(self, err);
  if (status == HW_OK) status = compare(self, err);
  if (status == HW_OK) status = weigh(self, err);
  if (status == HW_OK) status = run_joint(self, err);
  if (status == HW_OK) status = list_pairs(self, err);
  if (status == HW_OK) status = store(self, err);
  if (status == HW_OK) {
    memcpy(out->run, self->report.run, sizeof out->run);
    out->is_unchanged = self->report.is_unchanged;
    out->n_candidates = self->report.n_candidates;
    out->n_pairs = self->n_pairs;
  }
  clear(self);
  free(self);
  return status;
}
