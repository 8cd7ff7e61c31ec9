/* Is the observed ratio what a true match of this family and this profile would show?
 *
 * The same family, the same typed markers, partials and dropout: only the missing
 * person's genotype varies, as her relatives' genotypes let it. The observed log10 LR
 * is compared with that distribution and with an unrelated person's. Too low a value
 * points to a relative of the missing person, a wrong reference or a mutation too many;
 * too high a value to a twin, the same sample twice, or a relative whose genotype the
 * family was built around. Both are judged by the upper bounds of the tails, so that
 * the grid of the convolution cannot make a value look rarer than it is. */
#include "base/check.h"
#include "identify/scrutiny_int.h"

/* P(n or more of independent events). */
static hw_status poisson_binomial(const hwp_outcomes *outcomes, int32_t n_markers, int32_t n,
                                  hw_arena *arena, double *out, hw_err *err) {
  /* p[k] = P(k so far), the last for "n or more". */
  double *p = hw_arena_alloc_array(arena, (size_t)n + 1, sizeof *p);
  if (p == NULL) return HW_NO_MEMORY(err, "mismatches");
  p[0] = 1;
  for (int32_t m = 0; m < n_markers; m++) {
    const double q = outcomes[m].p_mismatch;
    for (int32_t k = n; k >= 0; k--) {
      const double stays = k == n ? p[k] : p[k] * (1 - q);
      p[k] = stays + (k > 0 ? p[k - 1] * q : 0);
    }
  }
  *out = p[n] < 1 ? p[n] : 1;
  return HW_OK;
}

/* Markers between remains and family that need a mutation. */
static int32_t count_mismatches(const hw_scrutiny *self, const hw_table *rigid) {
  int32_t n = 0;
  for (int32_t m = 0; m < self->problem->n_markers; m++)
    n += hw_marker_table_log10_lr(&rigid->markers[m], &self->rigid[m],
                                  &self->remains->profile.observations[m],
                                  &self->remains->profile) == IMPOSSIBLE;
  return n;
}

static hw_status distribute(hw_scrutiny *self, const hw_table *rigid, hw_err *err) {
  const hw_case *problem = self->problem;
  hw_scrutiny_expected *out = &self->report.expected;
  const double observed = self->report.log10_lr;
  hwp_outcomes *outcomes =
      hw_arena_alloc_array(&self->scratch, (size_t)problem->n_markers + 1, sizeof *outcomes);
  if (outcomes == NULL) return HW_NO_MEMORY(err, "outcomes");
  for (int32_t m = 0; m < problem->n_markers; m++) {
    const hw_observation *obs = &self->remains->profile.observations[m];
    const hw_marker_table *table = &self->table->markers[m];
    /* An observation of the other sex at an X marker: nothing a true match could show. */
    const bool is_foreign = obs->kind != HW_OBS_SET && obs->kind != HW_OBS_MISSING &&
                            (obs->kind == HW_OBS_SINGLE) != table->single;
    if (is_foreign) continue;
    HW_TRY(hwp_outcomes_list(&problem->markers[m], table, rigid != NULL ? &rigid->markers[m] : NULL,
                             obs, &self->remains->profile, &self->scratch, &outcomes[m], err));
    bool tells = false;
    for (int32_t i = 0; i < outcomes[m].n; i++)
      tells = tells || outcomes[m].outcomes[i].log10_lr != 0;
    out->n_markers += tells;
  }
  HW_TRY(hwp_distribution_sum(outcomes, problem->n_markers, true, observed, &self->scratch,
                              &out->truth, err));
  HW_TRY(hwp_distribution_sum(outcomes, problem->n_markers, false, observed, &self->scratch,
                              &out->unrelated, err));
  self->report.references.p_mismatches = (double)NAN;
  if (rigid == NULL) return HW_OK;
  self->report.references.n_pair_mismatches = count_mismatches(self, rigid);
  return poisson_binomial(outcomes, problem->n_markers, self->report.references.n_pair_mismatches,
                          &self->scratch, &self->report.references.p_mismatches, err);
}

hw_status hwp_scrutiny_expect(hw_scrutiny *self, hw_err *err) {
  hw_scrutiny_expected *out = &self->report.expected;
  const hwp_relation relation = hwp_scrutiny_stated(self);
  hwp_compiled rigid;
  hw_err refused = HW_ERR_INIT;
  /* What is possible does not depend on theta. */
  hw_status status =
      hwp_scrutiny_compile(self, &relation, self->rigid, 0, self->missing, &rigid, &refused);
  if (status != HW_OK && !hwp_scrutiny_can_go_on(status)) {
    if (err != NULL) *err = refused;
    return status;
  }
  status = distribute(self, rigid.table, err);
  hwp_compiled_clear(&rigid);
  HW_TRY(status);
  const double half = self->options.level / 2;
  out->is_computed = true;
  out->is_low = out->n_markers > 0 && out->truth.p_low[1] < half;
  out->is_high = out->n_markers > 0 && out->truth.p_high[1] < half;
  return HW_OK;
}
