/* An identification at work.
 *
 * First every remains is compared with every missing person alone: ratios, markers, mismatches,
 * what each family can do. A joint run then weighs the assignments of all of them; its posteriors
 * and proposals take the place of the pairs' own. After a search the first step is the search's,
 * and only the pairs that it kept are candidates.
 *
 * A family whose likelihoods are too complex is told and left out, of both, instead of making the
 * others wait for it. */
#include "app/joint_work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

/* Steps that are spent on leaving nothing out. */
#define FEW_STEPS 2e6

/* The watch of one phase. */
typedef struct phase {
  const hw_run_watch *watch;
  hw_run_phase phase;
} phase;

static bool look(void *context, uint64_t done, uint64_t all) {
  const phase *self = context;
  return self->watch != NULL && self->watch->look != NULL &&
         self->watch->look(self->watch->context, self->phase, done, all);
}

static hw_status begin(const hw_joint_work *self, hw_run_phase which, phase *out, hw_err *err) {
  *out = (phase){self->watch, which};
  return hw_run_begin_phase(self->watch, which, err);
}

static void tell(const hw_joint_work *self, const hw_err *why) {
  if (self->tell != NULL && why != NULL) self->tell(self->tell_context, why);
}

/* --- what is asked --- */

static hw_status keep_pairs(hw_joint_work *self, const hw_joint_pairing *list, int32_t n,
                            const hw_joint_pairing **out, int32_t *n_out, hw_err *err) {
  hw_joint_pairing *copy = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *copy);
  if (copy == NULL) return HW_NO_MEMORY(err, "the pairs");
  if (n > 0) memcpy(copy, list, (size_t)n * sizeof *copy);
  *out = copy;
  *n_out = n;
  return HW_OK;
}

static bool holds(const hw_joint_pairing *list, int32_t n, hw_joint_pairing pairing) {
  for (int32_t i = 0; i < n; i++)
    if (list[i].remains == pairing.remains && list[i].target == pairing.target) return true;
  return false;
}

/* Both lists, each pairing once. */
static hw_status join(hw_joint_work *self, const hw_joint_pairing *more, int32_t n_more,
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

static hw_status take_decisions(hw_joint_work *self, hw_err *err) {
  if (self->stored == NULL) return HW_OK;
  HW_TRY(hw_decided_pairings(self->app, self->stored, &self->decided, err));
  HW_TRY(hw_decided_apply(&self->decided, self->problem, &self->options, err));
  hw_decided_json(&self->decided, &self->decided_json);
  return hw_str_status(&self->decided_json) == HW_OK ? HW_OK : HW_NO_MEMORY(err, "the decisions");
}

hw_status hw_joint_work_ask(hw_joint_work *self, const hw_joint_pairing *fixed, int32_t n_fixed,
                            const hw_joint_pairing *excluded, int32_t n_excluded, hw_err *err) {
  hw_joint_options *options = &self->options;
  HW_TRY(keep_pairs(self, fixed, n_fixed, &self->fixed, &self->n_fixed, err));
  HW_TRY(keep_pairs(self, excluded, n_excluded, &self->excluded, &self->n_excluded, err));
  if (self->is_after_search) {
    HW_TRY(hw_candidate_pairs_find(self->app, self->stored, self->evidence, NULL, &self->candidates,
                                   err));
    options->candidates = self->candidates.pairings;
    options->n_candidates = self->candidates.n;
  }
  HW_TRY(take_decisions(self, err));
  HW_TRY(join(self, self->fixed, n_fixed, &options->fixed, &options->n_fixed, err));
  return join(self, self->excluded, n_excluded, &options->excluded, &options->n_excluded, err);
}

hw_status hw_joint_work_facts(hw_joint_work *self, hw_err *err) {
  return self->stored != NULL ? hw_stored_prior_load(self->app, self->stored, &self->facts, err)
                              : HW_OK;
}

hw_status hw_joint_work_prior(hw_joint_work *self, const hw_asked_prior *asked, hw_err *err) {
  if (hw_asked_prior_frees_sexes(asked)) {
    self->freed = *self->problem;
    HW_TRY(hw_stored_prior_free_sexes(&self->facts, &self->freed, err));
    self->problem = &self->freed;
  }
  HW_TRY(hw_made_prior_init(self->problem, asked, asked->with_record ? &self->facts : NULL,
                            self->is_after_search ? &self->candidates : NULL, &self->prior, err));
  self->options.prior = self->prior.joint;
  /* Of the pairs alone: as asked, or what the numbers imply. */
  self->prior_none = asked->kind == HW_ASKED_ODDS ? asked->none : -1;
  if (self->prior.factors == NULL) return HW_OK;
  const double on_list = hw_prior_numbers_of(self->prior.factors).on_list;
  if (on_list > 0 && on_list < 1) self->prior_none = 1 - on_list;
  return HW_OK;
}

/* --- pairs one at a time --- */

hw_status hw_joint_work_compare(hw_joint_work *self, hw_err *err) {
  const hw_identify_options limits = {.likelihood = self->options.likelihood,
                                      .prior_none = self->prior_none};
  phase watched;
  if (self->is_after_search) return HW_OK;
  HW_TRY(hw_identify_new(self->problem, &limits, &self->pairwise, err));
  HW_TRY(begin(self, HW_RUN_COMPARING, &watched, err));
  const int32_t n = hw_identify_target_count(self->pairwise);
  for (int32_t t = 0; t < n; t++) {
    const hw_status status = hw_identify_step(self->pairwise, t, err);
    if (status == HW_E_TOO_COMPLEX) {
      tell(self, err);
      hw_identify_leave_out(self->pairwise, t);
      self->n_left_out++;
    } else if (status != HW_OK) {
      return status;
    }
    if (look(&watched, (uint64_t)t + 1, (uint64_t)n))
      return hw_err_set(err, HW_E_INTERRUPTED, "stopped while pairs were compared");
  }
  return HW_OK;
}

hw_status hw_joint_work_weigh(hw_joint_work *self, hw_err *err) {
  phase watched;
  hw_pair_evidence_options what = {
      .with_other_sex = self->is_joint && hw_asked_prior_frees_sexes(&self->prior.asked),
      .progress = look,
      .context = &watched};
  if (self->evidence == NULL) return HW_OK;
  if (self->pairwise == NULL) {
    what.pairs = self->candidates.pairings;
    what.n_pairs = self->candidates.n;
    if (what.n_pairs == 0) return HW_OK;
  }
  HW_TRY(begin(self, HW_RUN_EVIDENCE, &watched, err));
  HW_TRY(hw_pair_evidence_new(self->evidence, self->problem, &what, &self->weighed, err));
  if (self->pairwise != NULL) hw_pair_evidence_add(self->weighed, self->pairwise);
  self->options.extra = hw_pair_evidence_extra(self->weighed);
  return HW_OK;
}

/* --- all of them together --- */

/* What the pairwise run could not compute, the joint one cannot either. */
static void leave_out_the_same(hw_joint_work *self) {
  if (self->pairwise == NULL) return;
  for (int32_t t = 0; t < hw_identify_target_count(self->pairwise); t++)
    if (hw_identify_is_left_out(self->pairwise, t))
      hw_joint_leave_out(self->run, hw_identify_target(self->pairwise, t)->family);
}

/* One run, with the families left out that are too complex. */
static hw_status try_sum(hw_joint_work *self, phase *watched, hw_err *err) {
  hw_joint_delete(self->run);
  self->run = NULL;
  HW_TRY(hw_joint_new(self->problem, &self->options, &self->run, err));
  leave_out_the_same(self);
  hw_status status = hw_joint_run(self->run, look, watched, err);
  while (status == HW_E_TOO_COMPLEX && hw_joint_failed_family(self->run) >= 0) {
    tell(self, err);
    hw_joint_leave_out(self->run, hw_joint_failed_family(self->run));
    status = hw_joint_run(self->run, look, watched, err);
  }
  return status;
}

/* A chain is of no use where everything is to be summed, and made as short as can be. */
static hw_status try_everything(hw_joint_work *self, phase *watched, bool *is_done, hw_err *err) {
  const hw_joint_options asked = self->options;
  self->options.left_out = -1;
  self->options.max_steps = FEW_STEPS;
  self->options.n_chains = 2;
  self->options.chain_steps = 2;
  const hw_status status = try_sum(self, watched, err);
  *is_done = status == HW_OK && hw_joint_summarise(self->run).is_exact;
  self->options.n_chains = asked.n_chains;
  self->options.chain_steps = asked.chain_steps;
  if (!*is_done) self->options = asked;
  return status;
}

hw_status hw_joint_work_sum(hw_joint_work *self, hw_err *err) {
  bool is_done = false;
  phase watched;
  HW_TRY(begin(self, HW_RUN_JOINT, &watched, err));
  if (self->is_everything) HW_TRY(try_everything(self, &watched, &is_done, err));
  if (!is_done) HW_TRY(try_sum(self, &watched, err));
  self->n_left_out = 0;
  for (int32_t t = 0; t < hw_joint_target_count(self->run); t++)
    self->n_left_out += hw_joint_is_left_out(self->run, hw_joint_target(self->run, t)->family);
  self->summary = hw_joint_summarise(self->run);
  self->proposed = calloc((size_t)self->problem->n_remains + 1, sizeof *self->proposed);
  if (self->proposed == NULL) return HW_NO_MEMORY(err, "the proposals");
  return hw_joint_propose(self->run, &self->options, self->accept, self->problem->n_remains,
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
static hw_status list_candidates(hw_joint_work *self, hw_err *err) {
  const hw_candidate_pairs *from = &self->candidates;
  self->pairs = calloc((size_t)from->n + 1, sizeof *self->pairs);
  if (self->pairs == NULL) return HW_NO_MEMORY(err, "the list of pairs");
  if (from->n > 0) memcpy(self->pairs, from->pairs, (size_t)from->n * sizeof *self->pairs);
  if (self->weighed != NULL) hw_pair_evidence_add_list(self->weighed, from->n, self->pairs);
  hw_joint_listed(self->run, self->proposed, from->n, self->pairs);
  for (int32_t i = 0; i < from->n; i++)
    if (self->pairs[i].log10_lr >= self->threshold ||
        self->pairs[i].posterior >= HW_IDENTIFY_LISTED)
      self->pairs[self->n_pairs++] = self->pairs[i];
  qsort(self->pairs, (size_t)self->n_pairs, sizeof *self->pairs, best_first);
  return HW_OK;
}

/* Pairings that are listed for their joint posterior, whatever their ratio. */
static hw_status mark_joint(const hw_joint_work *self, bool **out, hw_err *err) {
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

hw_status hw_joint_work_list(hw_joint_work *self, hw_err *err) {
  bool *also = NULL;
  if (self->pairwise == NULL) return list_candidates(self, err);
  if (self->is_joint) HW_TRY(mark_joint(self, &also, err));
  const hw_status status = hw_identify_pairs_also(self->pairwise, self->threshold, self->accept,
                                                  also, &self->pairs, &self->n_pairs, err);
  free(also);
  if (status == HW_OK && self->is_joint)
    hw_joint_listed(self->run, self->proposed, self->n_pairs, self->pairs);
  return status;
}

/* --- storing, end --- */

hw_status hw_joint_work_store(hw_joint_work *self, const char *reason, bool dry_run,
                              hw_identification_report *report, hw_err *err) {
  const hw_identification_joint joint = {
      .run = self->run,
      .options = &self->options,
      .prior = self->prior.json,
      .fixed = self->fixed,
      .n_fixed = self->n_fixed,
      .excluded = self->excluded,
      .n_excluded = self->n_excluded,
      .decided = hw_str_text(&self->decided_json),
      .candidates = self->is_after_search ? &self->candidates : NULL};
  const hw_identification_options what = {.threshold = self->threshold,
                                          .accept = self->accept,
                                          .prior_none = self->prior_none,
                                          .reason = reason,
                                          .dry_run = dry_run,
                                          .joint = self->is_joint ? &joint : NULL,
                                          .evidence = self->weighed};
  return hw_identification_store(self->app, self->stored, self->pairwise, self->n_pairs,
                                 self->pairs, &what, report, err);
}

void hw_joint_work_clear(hw_joint_work *self) {
  free(self->pairs);
  free(self->proposed);
  hw_joint_delete(self->run);
  hw_pair_evidence_delete(self->weighed);
  hw_identify_delete(self->pairwise);
  hw_made_prior_clear(&self->prior);
  hw_stored_prior_clear(&self->facts);
  hw_candidate_pairs_clear(&self->candidates);
  hw_decided_clear(&self->decided);
  hw_str_clear(&self->decided_json);
  hw_arena_clear(&self->arena);
}
