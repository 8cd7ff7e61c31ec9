/* The member "joint" of homeward-identify/1: what a joint run says.
 *
 * Of a case of up to LIST_ALL pairs every pairing is told. Of a larger one those
 * whose posterior is at least LEAST or whose ratio reaches the threshold; the
 * member "listed_posterior" says which. A remains that is not in "posterior" is
 * nobody's as far as can be told. */
#include <math.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/json_members.h"
#include "cli/identify_out.h"

#define LN10 2.302585092994045684
#define LEAST 1e-6

enum { LIST_ALL = 100000 };

static const char *remains_id(const identify_view *view, int32_t remains) {
  return view->problem->remains[remains].id;
}

static void write_pair_names(hw_json_writer *w, const identify_view *view, int32_t remains,
                             int32_t target) {
  hw_json_add_text(w, "remains", remains_id(view, remains));
  hw_json_add_text(w, "missing", identify_target(view, target)->code);
}

/* ---- prior ---- */

static void write_factors(hw_json_writer *w, const identify_view *view) {
  const hw_prior *prior = view->joint->prior.factors;
  const hw_prior_settings *settings = hw_prior_settings_of(prior);
  const hw_prior_numbers numbers = hw_prior_numbers_of(prior);
  hw_json_add_object(w, "factors");
  for (int f = 0; f < HW_PRIOR_COUNT; f++) {
    if (!settings->is_used[f]) continue;
    const hw_prior_coverage known = hw_prior_coverage_of(prior, (hw_prior_factor)f);
    hw_json_add_object(w, hw_prior_factor_name((hw_prior_factor)f));
    for (int p = 0; p < HW_PRIOR_PARAMETER_COUNT; p++) {
      const hw_prior_parameter_info *info = hw_prior_parameter_get((hw_prior_parameter)p);
      if ((int)info->factor == f) hw_json_add_number_short(w, info->name, settings->value[p]);
    }
    hw_json_add_int(w, "known_of_remains", known.n_remains);
    hw_json_add_int(w, "known_of_missing", known.n_missing);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_object(w);
  if (!settings->is_used[HW_PRIOR_NUMBERS]) return;
  hw_json_add_number(w, "expected_pairings", numbers.pairings);
  hw_json_add_number(w, "missing_among_remains", numbers.among);
  hw_json_add_number(w, "remains_on_list", numbers.on_list);
}

static void write_prior(hw_json_writer *w, const identify_view *view) {
  static const char *const names[] = {"flat", "odds", "factors"};
  const hw_made_prior *prior = &view->joint->prior;
  hw_json_add_object(w, "prior");
  hw_json_add_text(w, "kind", names[prior->asked.kind]);
  hw_json_add_text(w, "about",
                   prior->asked.kind == HW_ASKED_FLAT   ? "every assignment equally likely"
                   : prior->asked.kind == HW_ASKED_ODDS ? "each missing person equally likely, for "
                                                          "every remains alone"
                                                        : "weights of homeward's prior factors");
  if (prior->asked.kind == HW_ASKED_ODDS) hw_json_add_number(w, "none", prior->asked.none);
  if (prior->factors != NULL) write_factors(w, view);
  hw_json_write_end_object(w);
}

/* ---- how it was summed ---- */

static void write_components(hw_json_writer *w, const identify_view *view) {
  const hw_joint_component *list = NULL;
  int32_t n = hw_joint_components(view->joint->run, &list);
  hw_json_add_array(w, "components");
  for (int32_t i = 0; i < n; i++) {
    hw_json_write_begin_row_object(w);
    hw_json_add_int(w, "families", list[i].n_families);
    hw_json_add_int(w, "missing", list[i].n_targets);
    hw_json_add_int(w, "remains", list[i].n_remains);
    hw_json_add_number(w, "listed", list[i].n_listed);
    hw_json_add_number(w, "left_out", list[i].left_out);
    hw_json_add_bool(w, "exact", list[i].is_exact);
    if (!list[i].is_exact) {
      hw_json_add_number(w, "r_hat", list[i].r_hat);
      hw_json_add_number(w, "effective_draws", list[i].effective);
      hw_json_add_number(w, "standard_error", list[i].error);
    }
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_sum(hw_json_writer *w, const identify_view *view) {
  const hw_joint_summary *s = &view->joint->summary;
  hw_json_add_bool(w, "exact", s->is_exact);
  hw_json_add_number(w, "left_out", s->left_out);
  if (s->is_bound_of_pairs) hw_json_add_bool(w, "left_out_proven", false);
  hw_json_add_number(w, "assignments", s->n_assignments);
  hw_json_add_double(w, "ln_likelihood_none", s->ln_none);
  hw_json_add_number(w, "ln_sum", s->ln_sum);
  if (view->joint->candidates.run[0] != '\0') {
    hw_json_add_text(w, "after_search", view->joint->candidates.run);
    hw_json_add_int(w, "not_candidates", s->n_not_candidates);
  }
}

static void write_pairings(hw_json_writer *w, const identify_view *view, const char *key, int32_t n,
                           const hw_joint_pairing *list) {
  if (n == 0) return;
  hw_json_add_array(w, key);
  for (int32_t i = 0; i < n; i++) {
    hw_json_write_begin_row_object(w);
    write_pair_names(w, view, list[i].remains, list[i].target);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

/* ---- the best assignments ---- */

static void write_best(hw_json_writer *w, const identify_view *view) {
  const hw_joint_assignment *list = NULL;
  const double ln_none = view->joint->summary.ln_none;
  int32_t n = hw_joint_best(view->joint->run, &list);
  hw_json_add_array(w, "best");
  for (int32_t i = 0; i < n; i++) {
    hw_json_write_begin_row_object(w);
    hw_json_add_object(w, "assignment");
    for (int32_t r = 0; r < view->problem->n_remains; r++)
      hw_json_add_text(
          w, remains_id(view, r),
          list[i].target[r] < 0 ? NULL : identify_target(view, list[i].target[r])->code);
    hw_json_write_end_object(w);
    hw_json_add_double(w, "ln_likelihood", ln_none + list[i].ln_ratio);
    hw_json_add_double(w, "log10_lr", list[i].ln_ratio / LN10);
    hw_json_add_number(w, "ln_prior", list[i].ln_prior);
    hw_json_add_number(w, "posterior", list[i].posterior);
    hw_json_add_int(w, "tied", list[i].n_tied);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

/* ---- pairings ---- */

typedef struct listing {
  hw_joint_pair *pairs;
  int32_t n;
  bool is_all;
} listing;

/* Pairings that are told: by remains, best first. */
static hw_status list_pairings(const identify_view *view, listing *out, hw_err *err) {
  const double n = (double)view->problem->n_remains * identify_target_count(view);
  out->is_all = n <= LIST_ALL;
  return hw_joint_pairs(view->joint->run, out->is_all ? 0 : LEAST,
                        out->is_all ? -HUGE_VAL : view->threshold, &out->pairs, &out->n, err);
}

static void write_posterior(hw_json_writer *w, const identify_view *view, const listing *of) {
  hw_json_add_object(w, "posterior");
  for (int32_t r = 0, i = 0; r < view->problem->n_remains; r++) {
    const bool has_pairs = i < of->n && of->pairs[i].remains == r;
    if (!has_pairs && !of->is_all) continue;
    hw_json_add_row_object(w, remains_id(view, r));
    for (; i < of->n && of->pairs[i].remains == r; i++)
      hw_json_add_number(w, identify_target(view, of->pairs[i].target)->code,
                         of->pairs[i].posterior);
    hw_json_add_number(w, "none", hw_joint_posterior_none(view->joint->run, r, NULL));
    hw_json_write_end_object(w);
  }
  hw_json_write_end_object(w);
}

/* P(none of the remains) of each missing person of whom a pairing is told, or of all. */
static void write_absent(hw_json_writer *w, const identify_view *view, const listing *of,
                         bool *is_told) {
  for (int32_t i = 0; i < of->n; i++) is_told[of->pairs[i].target] = true;
  hw_json_add_object(w, "absent");
  for (int32_t t = 0; t < identify_target_count(view); t++)
    if (of->is_all || is_told[t])
      hw_json_add_number(w, identify_target(view, t)->code,
                         hw_joint_posterior_absent(view->joint->run, t, NULL));
  hw_json_write_end_object(w);
}

static void write_glr(hw_json_writer *w, const identify_view *view, const listing *of) {
  const double limit = identify_glr_limit(view);
  if (isfinite(limit)) hw_json_add_number(w, "glr_limit", limit);
  hw_json_add_array(w, "glr");
  for (int32_t i = 0; i < of->n; i++) {
    const hw_joint_pair *pair = &of->pairs[i];
    hw_json_write_begin_row_object(w);
    write_pair_names(w, view, pair->remains, pair->target);
    hw_json_add_double(w, "log10_glr", pair->log10_glr);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

/* Everything of the pairings that count; those that cannot be are left to "posterior". */
static void write_standing(hw_json_writer *w, const identify_view *view, const listing *of) {
  hw_json_add_array(w, "pairs");
  for (int32_t i = 0; i < of->n; i++) {
    const hw_joint_pair *pair = &of->pairs[i];
    if (!(pair->posterior > 0)) continue;
    hw_json_write_begin_row_object(w);
    write_pair_names(w, view, pair->remains, pair->target);
    hw_json_add_number(w, "posterior", pair->posterior);
    hw_json_add_number(w, "complement", pair->complement);
    hw_json_add_double(w, "log10_lr", pair->log10_lr);
    hw_json_add_number(w, "log10_prior", pair->ln_prior / LN10);
    hw_json_add_bool(w, "best", pair->is_best);
    hw_json_add_bool(w, "proposed", view->joint->proposed[pair->remains] == pair->target);
    hw_json_add_text(w, "standing", hw_joint_standing_name(pair->standing));
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_undisputed(hw_json_writer *w, const identify_view *view, const listing *of) {
  hw_json_add_array(w, "undisputed");
  for (int32_t i = 0; i < of->n; i++) {
    if (of->pairs[i].standing != HW_JOINT_UNDISPUTED_PAIR) continue;
    hw_json_write_begin_row_object(w);
    write_pair_names(w, view, of->pairs[i].remains, of->pairs[i].target);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

/* ---- groups ---- */

static void write_symmetric(hw_json_writer *w, const identify_view *view) {
  const hw_joint_group *groups = NULL;
  int32_t n = hw_joint_symmetric(view->joint->run, &groups);
  hw_json_add_array(w, "symmetric");
  for (int32_t i = 0; i < n; i++) {
    hw_json_write_begin_row_object(w);
    hw_json_add_array(w, "remains");
    for (int32_t k = 0; k < groups[i].n_remains; k++)
      hw_json_write_string(w, remains_id(view, groups[i].remains[k]));
    hw_json_write_end_array(w);
    hw_json_add_array(w, "missing");
    for (int32_t k = 0; k < groups[i].n_targets; k++)
      hw_json_write_string(w, identify_target(view, groups[i].targets[k])->code);
    hw_json_write_end_array(w);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_non_identifiable(hw_json_writer *w, const identify_view *view) {
  const int32_t *targets = NULL;
  int32_t n = hw_joint_non_identifiable(view->joint->run, &targets);
  hw_json_add_array(w, "non_identifiable");
  for (int32_t i = 0; i < n; i++) hw_json_write_string(w, identify_target(view, targets[i])->code);
  hw_json_write_end_array(w);
}

hw_status identify_write_json_joint(hw_json_writer *w, const identify_view *view, hw_err *err) {
  const hw_joint_work *joint = view->joint;
  listing of = {0};
  HW_TRY(list_pairings(view, &of, err));
  bool *is_told = calloc((size_t)identify_target_count(view) + 1, sizeof *is_told);
  if (is_told == NULL) {
    free(of.pairs);
    return HW_NO_MEMORY(err, "the pairings");
  }
  hw_json_add_object(w, "joint");
  write_prior(w, view);
  write_sum(w, view);
  write_components(w, view);
  write_pairings(w, view, "fixed", joint->options.n_fixed, joint->options.fixed);
  write_pairings(w, view, "excluded", joint->options.n_excluded, joint->options.excluded);
  write_best(w, view);
  hw_json_add_number_short(w, "listed_posterior", of.is_all ? 0 : LEAST);
  write_posterior(w, view, &of);
  write_absent(w, view, &of, is_told);
  write_glr(w, view, &of);
  write_standing(w, view, &of);
  write_symmetric(w, view);
  write_undisputed(w, view, &of);
  write_non_identifiable(w, view);
  hw_json_write_end_object(w);
  free(is_told);
  free(of.pairs);
  return HW_OK;
}
