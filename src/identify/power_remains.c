/* Which remains to type again.
 *
 * Remains that lack markers, or show one allele of two, have the posterior that their
 * present ratios give (each missing person and "none" equally likely). For a candidate,
 * a complete profile would add log10 LR(complete) − log10 LR(now), whose distribution if
 * the candidate is the true one is known marker by marker: where nothing is typed, the
 * table as it stands; where a/? was seen, its genotypes with a, u and r each divided by
 * their sum,
 *
 *     Σ_g r_g/R · log10[ (r_g/R) / (u_g/U) ],   R = Σ_{g ∋ a} r_g,  U likewise.
 *
 * Its mean is the expected gain in log10 posterior odds (never below zero: it is a
 * divergence), its tail the probability to pass afterwards. Candidates are weighted by
 * their posteriors; those below LEAST_POSTERIOR do not count. Sets of alleles seen under
 * dropout count as complete. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/power_int.h"

/* Of the matrix of ratios: 200 MB. */
static const size_t MOST_RATIOS = 25000000;
static const double LEAST_POSTERIOR = 1e-3;
/* Remains that gain less have no candidates worth the name, or nothing to gain. */
static const double LEAST_GAIN = 1e-3;

static bool is_incomplete(const hw_observation *obs) {
  return obs->kind == HW_OBS_MISSING || (obs->kind == HW_OBS_GENOTYPE && obs->b == HW_ALLELE_NONE);
}

static int32_t count_incomplete(const hw_case *problem, const hw_remains *remains) {
  int32_t n = 0;
  for (int32_t m = 0; m < problem->n_markers; m++)
    n += is_incomplete(&remains->profile.observations[m]);
  return n;
}

hw_status hwp_power_find_partial(hw_power_study *self, hw_err *err) {
  const hw_case *problem = self->problem;
  self->partial =
      hw_arena_alloc_array(&self->arena, (size_t)problem->n_remains + 1, sizeof *self->partial);
  if (self->partial == NULL) return HW_NO_MEMORY(err, "the remains");
  for (int32_t i = 0; i < problem->n_remains; i++)
    if (count_incomplete(problem, &problem->remains[i]) > 0) self->partial[self->n_partial++] = i;
  size_t n = 0;
  if (!hw_mul_size((size_t)self->n_partial, (size_t)self->n_targets, &n) || n > MOST_RATIOS) {
    self->has_no_remains = true;
    self->n_partial = 0;
    return HW_OK;
  }
  self->partial_lr = hw_arena_alloc_array(&self->arena, n + 1, sizeof *self->partial_lr);
  self->retype =
      hw_arena_alloc_array(&self->arena, (size_t)self->n_partial + 1, sizeof *self->retype);
  if (self->partial_lr == NULL || self->retype == NULL) return HW_NO_MEMORY(err, "the remains");
  return HW_OK;
}

void hwp_power_look_up(hw_power_study *self, int32_t target, const hw_table *table) {
  const hw_case *problem = self->problem;
  const hw_sex sex = self->targets[target].who.sex;
  for (int32_t i = 0; i < self->n_partial; i++) {
    const hw_remains *remains = &problem->remains[self->partial[i]];
    const bool is_other_sex =
        sex != HW_UNKNOWN_SEX && remains->sex != HW_UNKNOWN_SEX && sex != remains->sex;
    self->partial_lr[(size_t)i * (size_t)self->n_targets + (size_t)target] =
        is_other_sex ? -HUGE_VAL
                     : hw_table_log10_lr(table, problem->markers, &remains->profile, NULL);
  }
}

/* --- one remains ----------------------------------------------------------- */

/* Outcomes of typing a marker again at which a/? was seen. */
static void add_partner(hwp_power_worker *self, const hw_marker_table *table, hw_allele a) {
  double related = 0.0, unrelated = 0.0;
  for (hw_allele b = 0; b < table->n_alleles; b++) {
    const int32_t code = a < b ? b * (b + 1) / 2 + a : a * (a + 1) / 2 + b;
    related += table->related[code];
    unrelated += table->unrelated[code];
  }
  if (!(related > 0.0) || !(unrelated > 0.0)) {
    hwp_spread_add_outcome(self->spread, 0.0, 1.0, 1.0);
    return;
  }
  for (hw_allele b = 0; b < table->n_alleles; b++) {
    const int32_t code = a < b ? b * (b + 1) / 2 + a : a * (a + 1) / 2 + b;
    const double r = table->related[code] / related, u = table->unrelated[code] / unrelated;
    hwp_spread_add_outcome(self->spread, r > 0.0 && u > 0.0 ? hw_log10(r / u) : 0.0, u, r);
  }
}

static void add_whole(hwp_power_worker *self, const hw_marker *marker,
                      const hw_marker_table *table) {
  const hwp_noise none = {0};
  hwp_outcomes outcomes;
  hwp_outcomes_fill(marker, table, table->single ? HWP_FORM_SINGLE : HWP_FORM_GENOTYPE, &none,
                    self->room, self->allele_room, &outcomes);
  for (int32_t i = 0; i < outcomes.n; i++) {
    const double u = outcomes.unrelated[i], r = outcomes.related[i];
    hwp_spread_add_outcome(self->spread, r > 0.0 && u > 0.0 ? hw_log10(r / u) : 0.0, u, r);
  }
}

/* What a complete profile would add, if the remains are the target. */
static hw_status add_candidate(hwp_power_worker *self, int32_t target, double posterior,
                               double log10_lr, hw_power_remains *out, hw_err *err) {
  const hw_power_study *power = self->power;
  const hw_case *problem = power->problem;
  const hw_profile *profile = &problem->remains[out->remains].profile;
  const hw_target *who = &power->targets[target].who;
  const hw_table *table = NULL;
  HW_TRY(hwp_scene_open(self, who->family, err));
  HW_TRY(hw_table_compiler_compile(self->compiler, &self->scene.problem, who->person, &table, err));
  hwp_spread_begin(self->spread);
  for (int32_t m = 0; m < problem->n_markers; m++) {
    const hw_observation *obs = &profile->observations[m];
    if (!is_incomplete(obs)) continue;
    hwp_spread_begin_summand(self->spread);
    if (obs->kind == HW_OBS_MISSING || table->markers[m].single)
      add_whole(self, &problem->markers[m], &table->markers[m]);
    else
      add_partner(self, &table->markers[m], obs->a);
    HW_TRY(hwp_spread_end_summand(self->spread, err));
  }
  HW_TRY(hwp_spread_end(self->spread, err));
  const double mean = hwp_spread_mean(self->spread, HWP_TRUTH);
  const double threshold = power->options.threshold;
  out->gain_log10 += posterior * (isnan(mean) ? 0.0 : mean);
  out->pass += log10_lr >= threshold ? posterior : 0.0;
  out->pass_then += posterior * hwp_spread_tail(self->spread, HWP_TRUTH, threshold - log10_lr);
  return HW_OK;
}

static hw_status add_candidates(hwp_power_worker *self, int32_t index, hw_power_remains *out,
                                hw_err *err) {
  const hw_power_study *power = self->power;
  const double *lr = power->partial_lr + (size_t)index * (size_t)power->n_targets;
  double top = 0.0, total = 0.0;
  for (int32_t t = 0; t < power->n_targets; t++) top = lr[t] > top ? lr[t] : top;
  if (top > 400.0) top = 400.0; /* an infinite ratio stays the only one that counts */
  for (int32_t t = 0; t < power->n_targets; t++)
    total += hw_pow10(lr[t] > 400.0 ? 0.0 : lr[t] - top);
  total += hw_pow10(-top);
  out->target = -1;
  for (int32_t t = 0; t < power->n_targets; t++) {
    const double posterior = hw_pow10(lr[t] > 400.0 ? 0.0 : lr[t] - top) / total;
    if (out->target < 0 || posterior > out->posterior) {
      out->target = t;
      out->posterior = posterior;
      out->log10_lr = lr[t];
    }
    if (posterior >= LEAST_POSTERIOR) HW_TRY(add_candidate(self, t, posterior, lr[t], out, err));
  }
  return HW_OK;
}

hw_status hwp_power_remains_step(hwp_power_worker *self, int32_t index, hw_err *err) {
  hw_power_study *power = self->power;
  hw_power_remains *out = &power->retype[index];
  *out = (hw_power_remains){.remains = power->partial[index]};
  out->n_missing = count_incomplete(power->problem, &power->problem->remains[out->remains]);
  const hw_status status = add_candidates(self, index, out, err);
  hw_table_compiler_reset(self->compiler);
  hw_arena_reset(&self->scratch);
  if (status != HW_OK)
    hw_err_while(err, "typing remains '%s' again", power->problem->remains[out->remains].id);
  return status;
}

static int compare_remains(const void *a, const void *b) {
  const hw_power_remains *x = a, *y = b;
  const double pass_x = x->pass_then - x->pass, pass_y = y->pass_then - y->pass;
  if (pass_x != pass_y) return pass_x < pass_y ? 1 : -1;
  if (x->gain_log10 != y->gain_log10) return x->gain_log10 < y->gain_log10 ? 1 : -1;
  return x->remains < y->remains ? -1 : x->remains > y->remains;
}

void hwp_power_sort_remains(hw_power_study *self) {
  if (self->n_partial == 0) return;
  for (int32_t i = 0; i < self->n_partial; i++)
    if (self->retype[i].gain_log10 >= LEAST_GAIN) self->retype[self->n_retype++] = self->retype[i];
  qsort(self->retype, (size_t)self->n_retype, sizeof *self->retype, compare_remains);
}

int32_t hw_power_retype(const hw_power_study *self, const hw_power_remains **out) {
  *out = self->retype;
  return self->n_retype;
}
