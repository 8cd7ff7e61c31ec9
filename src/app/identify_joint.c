/* A joint run as a run that is kept: what it proposes, its parameters, and its
 * rows of pairings and remains.
 *
 * The parameters say all that made the run, so that it can be made again
 * (recompute_joint.c):
 *
 *   { "method": "joint", "threshold_log10_lr", "accept_posterior",
 *     "prior":    hw_made_prior.json,
 *     "left_out", "undisputed_log10_lr", "max_steps", "best", "seed", "chain_steps", "chains",
 *     "step", "evidence": as evidence.h writes it, if there is other than STR,
 *     "search":   code of the search whose pairs were the candidates, or null,
 *     "fixed", "excluded":  [[SAMPLE, PERSON], …], records, as the command line had them,
 *     "decided":  hw_decided_json, or null,
 *     "outcome":  { … } }                       what was found; not compared between runs
 *
 * Earlier versions have "without_profile" in the outcome: listed pairs of remains without an STR
 * profile, which had neither comparisons nor rows. Nobody reads it but people. */
#include "app/identify_joint.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/identify_evidence.h"
#include "base/check.h"
#include "base/elementary.h"
#include "base/json_members.h"

#define LN10 2.302585092994045684

/* --- proposals --- */

static bool is_fixed(const hw_joint_options *options, int32_t remains, int32_t target) {
  for (int32_t i = 0; options != NULL && i < options->n_fixed; i++)
    if (options->fixed[i].remains == remains && options->fixed[i].target == target) return true;
  return false;
}

/* What a chain says of a posterior ends with its draws: there the best assignments must differ by
 * the ratio of an undisputed pairing as well, and that is found without a chain. */
static bool is_sure(const hw_joint *run, const hw_joint_options *options,
                    const hw_joint_pair *pair) {
  const hw_joint_component *components = NULL;
  const double least =
      options != NULL && options->undisputed > 0 ? options->undisputed : HW_JOINT_UNDISPUTED;
  const int32_t n = hw_joint_components(run, &components);
  const int32_t component = hw_joint_component_of(run, pair->remains);
  if (component < 0 || component >= n || components[component].is_exact) return true;
  return pair->log10_glr >= least;
}

hw_status hw_joint_propose(const hw_joint *run, const hw_joint_options *options, double accept,
                           int32_t n_remains, int32_t *proposed, hw_err *err) {
  hw_joint_pair *pairs = NULL;
  int32_t n = 0;
  for (int32_t r = 0; r < n_remains; r++) proposed[r] = -1;
  HW_TRY(hw_joint_pairs(run, accept, HUGE_VAL, &pairs, &n, err));
  for (int32_t i = 0; i < n; i++) {
    const hw_joint_pair *pair = &pairs[i];
    if (pair->posterior >= accept && pair->is_best && pair->standing != HW_JOINT_SYMMETRIC &&
        !is_fixed(options, pair->remains, pair->target) && is_sure(run, options, pair))
      proposed[pair->remains] = pair->target;
  }
  free(pairs);
  return HW_OK;
}

void hw_joint_listed(const hw_joint *run, const int32_t *proposed, int32_t n_pairs,
                     hw_identify_pair *pairs) {
  for (int32_t i = 0; i < n_pairs; i++) {
    hw_identify_pair *pair = &pairs[i];
    pair->posterior = hw_joint_posterior(run, pair->remains, pair->target, &pair->complement);
    pair->is_proposed = proposed[pair->remains] == pair->target;
  }
}

/* --- parameters --- */

/* Pairings as records of samples and persons. */
static void write_pairings(hw_json_writer *w, const char *key, const hw_stored_case *stored,
                           const hw_joint *run, int32_t n, const hw_joint_pairing *pairings) {
  hw_json_add_array(w, key);
  for (int32_t i = 0; i < n; i++) {
    const hw_target *target = hw_joint_target(run, pairings[i].target);
    hw_json_write_begin_array(w);
    hw_json_write_int(w, stored->remains_sample[pairings[i].remains]);
    hw_json_write_int(w, hwp_missing_person(stored, target->family, target->missing));
    hw_json_write_end_array(w);
  }
  hw_json_write_end_array(w);
}

static void write_asked(hw_json_writer *w, const hw_stored_case *stored,
                        const hw_identification_options *options) {
  const hw_identification_joint *joint = options->joint;
  const hw_joint_options *how = joint->options;
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "method", "joint");
  hw_json_add_double_short(w, "threshold_log10_lr", options->threshold);
  hw_json_add_double_short(w, "accept_posterior", options->accept);
  hw_json_add_double_short(w, "left_out", how->left_out);
  hw_json_add_double_short(w, "undisputed_log10_lr", how->undisputed);
  hw_json_add_double_short(w, "max_steps", how->max_steps);
  hw_json_add_int(w, "best", how->n_best);
  hw_json_add_int(w, "seed", (int64_t)how->seed);
  hw_json_add_int(w, "chain_steps", how->chain_steps);
  hw_json_add_int(w, "chains", how->n_chains);
  hw_json_add_double_short(w, "step", joint->step > 0 ? joint->step : HW_IDENTIFY_STEP);
  if (options->evidence != NULL) {
    hw_json_write_key(w, "evidence");
    hw_evidence_write_parameters(
        w, hw_evidence_options_of(hw_pair_evidence_source(options->evidence)));
  }
  hw_json_add_text(w, "search", joint->candidates != NULL ? joint->candidates->run : NULL);
  write_pairings(w, "fixed", stored, joint->run, joint->n_fixed, joint->fixed);
  write_pairings(w, "excluded", stored, joint->run, joint->n_excluded, joint->excluded);
  hw_json_write_end_object(w);
}

static void write_found(hw_json_writer *w, const hw_joint *run) {
  const hw_joint_assignment *best = NULL;
  const hw_joint_summary summary = hw_joint_summarise(run);
  hw_json_write_begin_object(w);
  hw_json_add_bool(w, "exact", summary.is_exact);
  hw_json_add_double_short(w, "left_out", summary.left_out);
  if (summary.is_bound_of_pairs) hw_json_add_bool(w, "bound_of_pairs", true);
  hw_json_add_int(w, "components", summary.n_components);
  hw_json_add_int(w, "chained", summary.n_chained);
  hw_json_add_int(w, "not_candidates", summary.n_not_candidates);
  hw_json_add_double_short(w, "assignments", summary.n_assignments);
  hw_json_add_double_short(w, "ln_likelihood_none", summary.ln_none);
  if (hw_joint_best(run, &best) > 0) {
    hw_json_add_double_short(w, "best_log10_lr", best->ln_ratio / LN10);
    hw_json_add_double_short(w, "best_posterior", best->posterior);
  }
  hw_json_write_end_object(w);
}

/* An object without its last brace, or with it. */
static hw_status append_object(hw_json_writer *w, hw_str *from, bool is_open, hw_str *out,
                               hw_err *err) {
  HW_TRY(hw_json_write_finish_bare(w, err));
  hw_str_append_bytes(out, from->bytes, is_open ? from->length - 1 : from->length);
  from->length = 0;
  return HW_OK;
}

static hw_status join_parameters(const hw_stored_case *stored,
                                 const hw_identification_options *options, hw_str *part,
                                 hw_str *out, hw_err *err) {
  const hw_identification_joint *joint = options->joint;
  hw_json_writer w;
  hw_json_write_init_str(&w, part, 0);
  write_asked(&w, stored, options);
  HW_TRY(append_object(&w, part, true, out, err));
  hw_str_append_format(out, ",\"prior\":%s,\"decided\":%s,\"outcome\":", joint->prior,
                       joint->decided != NULL ? joint->decided : "null");
  hw_json_write_init_str(&w, part, 0);
  write_found(&w, joint->run);
  HW_TRY(append_object(&w, part, false, out, err));
  hw_str_append(out, "}");
  return hw_str_status(out) == HW_OK ? HW_OK : HW_NO_MEMORY(err, "the run");
}

hw_status hwp_joint_parameters(const hw_stored_case *stored,
                               const hw_identification_options *options, hw_arena *arena,
                               const char **out, hw_err *err) {
  hw_str text = HW_STR_INIT, part = HW_STR_INIT;
  hw_status status = join_parameters(stored, options, &part, &text, err);
  if (status == HW_OK) {
    *out = hw_arena_strndup(arena, text.bytes, text.length);
    if (*out == NULL) status = HW_NO_MEMORY(err, "the run");
  }
  hw_str_clear(&part);
  hw_str_clear(&text);
  return status;
}

/* --- rows --- */

/* True if the person has a row of this remains already: she may be missed by two families. The
 * rows of a remains stand together, the better ones first. */
static bool has_row(const hw_stored_case *stored, const hwp_run_joint_pair *rows, int32_t n,
                    const hwp_run_joint_pair *row) {
  int64_t person = hwp_missing_person(stored, row->family, row->missing);
  for (int32_t i = n - 1; i >= 0 && rows[i].remains == row->remains; i--)
    if (hwp_missing_person(stored, rows[i].family, rows[i].missing) == person) return true;
  return false;
}

static hw_status make_pair_rows(const hw_stored_case *stored,
                                const hw_identification_options *options, hw_arena *arena,
                                hwp_run *out, hw_err *err) {
  const hw_joint *run = options->joint->run;
  hw_joint_pair *pairs = NULL;
  int32_t n = 0, n_rows = 0;
  HW_TRY(hw_joint_pairs(run, HW_IDENTIFY_LISTED, options->threshold, &pairs, &n, err));
  hwp_run_joint_pair *rows = hw_arena_alloc_array(arena, (size_t)n, sizeof *rows);
  for (int32_t i = 0; rows != NULL && i < n; i++) {
    const hw_joint_pair *pair = &pairs[i];
    const hw_target *target = hw_joint_target(run, pair->target);
    rows[n_rows] = (hwp_run_joint_pair){.remains = pair->remains,
                                        .family = target->family,
                                        .missing = target->missing,
                                        .posterior = pair->posterior,
                                        .complement = pair->complement,
                                        .log10_glr = pair->log10_glr,
                                        .log10_prior = pair->ln_prior / LN10,
                                        .is_best = pair->is_best,
                                        .standing = hw_joint_standing_name(pair->standing)};
    n_rows += !has_row(stored, rows, n_rows, &rows[n_rows]);
  }
  free(pairs);
  if (rows == NULL) return HW_NO_MEMORY(err, "the pairings");
  out->joint_pairs = rows;
  out->n_joint_pairs = n_rows;
  return HW_OK;
}

static hw_status make_remains_rows(const hw_stored_case *stored, const hw_joint *run,
                                   hw_arena *arena, hwp_run *out, hw_err *err) {
  const hw_joint_component *components = NULL;
  const int32_t n = stored->problem.n_remains;
  hwp_run_joint_remains *rows = hw_arena_alloc_array(arena, (size_t)n, sizeof *rows);
  if (rows == NULL) return HW_NO_MEMORY(err, "the remains");
  hw_joint_components(run, &components);
  for (int32_t r = 0; r < n; r++) {
    int32_t component = hw_joint_component_of(run, r);
    if (component < 0) continue; /* nobody's, and nothing to compute */
    rows[out->n_joint_remains++] =
        (hwp_run_joint_remains){.remains = r,
                                .none = hw_joint_posterior_none(run, r, NULL),
                                .component = component + 1,
                                .is_exact = components[component].is_exact};
  }
  out->joint_remains = rows;
  return HW_OK;
}

hw_status hwp_joint_rows(const hw_stored_case *stored, const hw_identification_options *options,
                         hw_arena *arena, hwp_run *out, hw_err *err) {
  out->step = options->joint->step > 0 ? options->joint->step : HW_IDENTIFY_STEP;
  HW_TRY(make_pair_rows(stored, options, arena, out, err));
  return make_remains_rows(stored, options->joint->run, arena, out, err);
}
