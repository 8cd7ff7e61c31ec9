/* A finished identification as a run that is kept (app/kept_run.h).
 *
 * Every missing person's power is stored, and the ratios of all pairs are at hand,
 * so that a pair that is gone is told with its ratio of today. A joint run of the
 * pairs that a search kept has neither: what it stores of a pair is the search's. */
#include "app/identify.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/identify_evidence.h"
#include "app/identify_joint.h"
#include "app/kept_run.h"
#include "base/check.h"
#include "base/json_members.h"

typedef struct identification {
  const hw_stored_case *stored;
  const hw_identify *run; /* NULL: of a joint run after a search */
  int32_t n_pairs;
  const hw_identify_pair *pairs;
  const hw_identification_options *options;
  int32_t *first_target; /* of each family */
  hw_arena arena;
} identification;

/* --- parameters --- */

static hw_status make_parameters(identification *self, const char **out, hw_err *err) {
  const hw_identification_options *options = self->options;
  if (options->joint != NULL)
    return hwp_joint_parameters(self->stored, options, &self->arena, out, err);
  hw_str text = HW_STR_INIT;
  hw_json_writer w;
  hw_json_write_init_str(&w, &text, 0);
  hw_json_write_begin_object(&w);
  hw_json_add_text(&w, "method", "pairwise");
  hw_json_add_double_short(&w, "threshold_log10_lr", options->threshold);
  hw_json_add_double_short(&w, "accept_posterior", options->accept);
  if (options->prior_none < 0)
    hw_json_add_null(&w, "prior_none");
  else
    hw_json_add_double_short(&w, "prior_none", options->prior_none);
  if (options->evidence != NULL) {
    const hw_evidence *evidence = hw_pair_evidence_source(options->evidence);
    hw_json_write_key(&w, "evidence");
    hw_evidence_write_parameters(&w, hw_evidence_options_of(evidence));
  }
  hw_json_write_end_object(&w);
  return hw_json_write_finish_in(&w, &self->arena, out, err);
}

/* --- pairs and powers --- */

static const hw_target *target_of(const identification *self, int32_t target) {
  return self->run != NULL ? hw_identify_target(self->run, target)
                           : hw_joint_target(self->options->joint->run, target);
}

static int compare_pairings(const void *a, const void *b) {
  const hw_joint_pairing *x = a, *y = b;
  if (x->remains != y->remains) return x->remains < y->remains ? -1 : 1;
  return (x->target > y->target) - (x->target < y->target);
}

/* The search's comparison of a pair; 0 = the ratios are this run's own. */
static int64_t copied_of(const identification *self, const hw_identify_pair *pair) {
  const hw_candidate_pairs *from =
      self->options->joint != NULL ? self->options->joint->candidates : NULL;
  const hw_joint_pairing key = {pair->remains, pair->target};
  if (from == NULL || from->n == 0) return 0;
  const hw_joint_pairing *found =
      bsearch(&key, from->pairings, (size_t)from->n, sizeof key, compare_pairings);
  return found != NULL ? from->comparison[found - from->pairings] : 0;
}

/* Text of comparison.parts; NULL without other evidence. */
static hw_status make_parts(identification *self, const hw_identify_pair *pair, const char **out,
                            hw_err *err) {
  const hw_pair_evidence *evidence = self->options->evidence;
  hw_evidence_parts parts;
  hw_str text = HW_STR_INIT;
  *out = NULL;
  if (evidence == NULL) return HW_OK;
  HW_TRY(
      hw_pair_evidence_parts(evidence, pair->remains, pair->target, pair->log10_lr, &parts, err));
  hw_status status = hw_evidence_parts_json(
      hw_pair_evidence_source(evidence), target_of(self, pair->target)->family, &parts, &text, err);
  if (status == HW_OK) {
    *out = hw_arena_strdup(&self->arena, hw_str_text(&text));
    if (*out == NULL) status = HW_NO_MEMORY(err, "the pairs");
  }
  hw_str_clear(&text);
  return status;
}

static hwp_run_pair run_pair_of(const identification *self, const hw_identify_pair *pair) {
  const hw_target *target = target_of(self, pair->target);
  return (hwp_run_pair){.remains = pair->remains,
                        .family = target->family,
                        .missing = target->missing,
                        .log10_lr = pair->log10_lr,
                        .posterior = pair->posterior,
                        .complement = pair->complement,
                        .markers = pair->markers,
                        .mismatches = pair->mismatches,
                        .is_proposed = pair->is_proposed};
}

static hw_status make_pairs(identification *self, hwp_run *out, hw_err *err) {
  hwp_run_pair *list = hw_arena_alloc_array(&self->arena, (size_t)self->n_pairs, sizeof *list);
  if (list == NULL) return HW_NO_MEMORY(err, "the pairs");
  for (int32_t i = 0; i < self->n_pairs; i++) {
    list[i] = run_pair_of(self, &self->pairs[i]);
    list[i].copied = copied_of(self, &self->pairs[i]);
    HW_TRY(make_parts(self, &self->pairs[i], &list[i].parts, err));
  }
  out->pairs = list;
  out->n_pairs = self->n_pairs;
  return HW_OK;
}

/* Families that the joint engine had to leave out. */
static hw_status make_left_out(identification *self, hwp_run *out, hw_err *err) {
  const hw_joint *run = self->options->joint->run;
  int32_t n = hw_joint_target_count(run);
  hwp_run_power *list = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *list);
  if (list == NULL) return HW_NO_MEMORY(err, "the missing persons");
  for (int32_t t = 0; t < n; t++) {
    const hw_target *target = hw_joint_target(run, t);
    if (!hw_joint_is_left_out(run, target->family)) continue;
    list[out->n_powers++] = (hwp_run_power){.family = target->family,
                                            .missing = target->missing,
                                            .expected = (double)NAN,
                                            .needed = (double)NAN,
                                            .left_out = "the family exceeds the work bound"};
  }
  out->powers = list;
  out->n_missing = n;
  return HW_OK;
}

static hw_status make_powers(identification *self, hwp_run *out, hw_err *err) {
  if (self->run == NULL) return make_left_out(self, out, err);
  const double needed = hw_identify_needed_log10_lr(self->run, self->options->accept);
  int32_t n = hw_identify_target_count(self->run);
  hwp_run_power *list = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *list);
  self->first_target = hw_arena_alloc_array(&self->arena, (size_t)self->stored->problem.n_families,
                                            sizeof *self->first_target);
  if (list == NULL || self->first_target == NULL) return HW_NO_MEMORY(err, "the missing persons");
  for (int32_t t = 0; t < n; t++) {
    const hw_target *target = hw_identify_target(self->run, t);
    bool is_left_out = hw_identify_is_left_out(self->run, t) ||
                       (self->options->joint != NULL &&
                        hw_joint_is_left_out(self->options->joint->run, target->family));
    list[t] = (hwp_run_power){
        .family = target->family,
        .missing = target->missing,
        .expected = is_left_out ? (double)NAN : hw_identify_expected_log10_lr(self->run, t),
        .needed = needed,
        .left_out = is_left_out ? "the family exceeds the work bound" : NULL};
    if (target->missing == 0) self->first_target[target->family] = t;
  }
  out->powers = list;
  out->n_powers = out->n_missing = n;
  return hwp_run_fill_power(&self->stored->problem, n, list, err);
}

static hw_status per_marker(void *context, double *out, hw_err *err) {
  const identification *self = context;
  return hw_identify_pair_markers(self->run, self->n_pairs, self->pairs, out, err);
}

static double log10_lr(void *context, int32_t remains, int32_t family, int32_t missing) {
  const identification *self = context;
  int32_t target = self->first_target[family] + missing;
  return hw_identify_is_left_out(self->run, target)
             ? (double)NAN
             : hw_identify_log10_lr(self->run, remains, target);
}

static const char *name(void *context, int32_t family, int32_t missing) {
  const identification *self = context;
  return hw_identify_target(self->run, self->first_target[family] + missing)->code;
}

/* How many pairs were compared: without a search all. */
static int64_t count_compared(const identification *self) {
  const hw_identification_joint *joint = self->options->joint;
  if (joint != NULL && joint->candidates != NULL) return joint->candidates->n;
  return (int64_t)self->stored->problem.n_remains * hw_identify_target_count(self->run);
}

/* --- the whole --- */

hw_status hw_identification_store(hw_app *app, const hw_stored_case *stored, const hw_identify *run,
                                  int32_t n_pairs, const hw_identify_pair *pairs,
                                  const hw_identification_options *options,
                                  hw_identification_report *report, hw_err *err) {
  identification self = {
      .stored = stored, .run = run, .n_pairs = n_pairs, .pairs = pairs, .options = options};
  hwp_run kept = {
      .action = "identify",
      .n_compared = count_compared(&self),
      .per_marker = run != NULL ? per_marker : NULL,
      .log10_lr = run != NULL ? log10_lr : NULL, /* a search did not keep it */
      .name = run != NULL ? name : NULL,
      .evidence = options->evidence != NULL
                      ? hw_evidence_options_of(hw_pair_evidence_source(options->evidence))
                      : NULL,
      .context = &self};
  memset(report, 0, sizeof *report);
  hw_arena_init(&self.arena, 0);
  hw_status status = make_parameters(&self, &kept.parameters, err);
  if (status == HW_OK) status = make_pairs(&self, &kept, err);
  if (status == HW_OK) status = make_powers(&self, &kept, err);
  if (status == HW_OK && options->joint != NULL)
    status = hwp_joint_rows(stored, options, &self.arena, &kept, err);
  if (status == HW_OK)
    status = hwp_run_keep(app, stored, &kept, options->reason, options->dry_run, report, err);
  hw_arena_clear(&self.arena);
  return status;
}
