/* One missing person: the distribution of her log10 LR, of a stranger's, and what
 * excludes a stranger.
 *
 * At one marker the table holds P(genotype | family, she) and P(genotype | unrelated);
 * their ratio is the LR of the genotype, so a marker is a summand of spread.h with the
 * genotypes as outcomes. A profile that is not complete has other outcomes: nothing at
 * markers that are not typed, sets of alleles under dropout (outcomes.h), whose
 * probabilities are sums of the same tables.
 *
 * Exclusion is counted without mutation, as the word is used: the sum of
 * P(genotype | unrelated) over the genotypes that she cannot have when nothing mutates
 * (Egeland, Pinto & Vigeland 2014, "A general approach to power calculation for
 * relationship testing", Forensic Sci Int Genet 9:186-190). A marker at which the family
 * contradicts itself then excludes nobody; their number is told. */
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/power_int.h"

static const double QUANTILES[HW_POWER_QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};
static const double BIN_WIDTH = 0.5;
/* Bins of less in both distributions are left out at the ends. */
static const double LEAST_BIN = 1e-12;

/* --- outcomes -------------------------------------------------------------- */

static double log10_ratio(double related, double unrelated) {
  if (!(related > 0.0) || !(unrelated > 0.0)) return 0.0; /* not looked at */
  return related == unrelated ? 0.0 : hw_log10(related / unrelated);
}

bool hwp_power_add_outcomes(hwp_power_worker *self, int32_t m, const hw_marker_table *table,
                            double weight) {
  const hw_power_options *options = &self->power->options;
  const hw_marker *marker = &self->power->problem->markers[m];
  if (options->typed != NULL && !options->typed[m]) return false;
  if (options->dropout == NULL && marker->silent == HW_ALLELE_NONE) {
    for (int32_t g = 0; g < table->n_genotypes; g++)
      hwp_spread_add_outcome(self->spread, table->log10_lr[g], weight * table->unrelated[g],
                             weight * table->related[g]);
    return true;
  }
  const hwp_noise noise = {.dropout = options->dropout == NULL ? 0.0 : options->dropout[m]};
  const hwp_form whole = table->single ? HWP_FORM_SINGLE : HWP_FORM_GENOTYPE;
  hwp_outcomes outcomes;
  hwp_outcomes_fill(marker, table, options->dropout != NULL ? HWP_FORM_SET : whole, &noise,
                    self->room, self->allele_room, &outcomes);
  for (int32_t i = 0; i < outcomes.n; i++) {
    const double u = outcomes.unrelated[i], r = outcomes.related[i];
    hwp_spread_add_outcome(self->spread, log10_ratio(r, u), weight * u, weight * r);
  }
  return true;
}

/* The spread of a table over the markers of a panel, or of the options where it is NULL. */
static hw_status spread_of(hwp_power_worker *self, const hw_table *table, const bool *has,
                           hw_err *err) {
  hwp_spread_begin(self->spread);
  for (int32_t m = 0; m < table->n_markers; m++) {
    if (has != NULL && !has[m]) continue;
    hwp_spread_begin_summand(self->spread);
    if (hwp_power_add_outcomes(self, m, &table->markers[m], 1.0))
      HW_TRY(hwp_spread_end_summand(self->spread, err));
  }
  return hwp_spread_end(self->spread, err);
}

/* --- curves ---------------------------------------------------------------- */

static void take_curve(const hwp_spread *spread, double threshold, hw_power_curve *out) {
  for (int whose = 0; whose < 2; whose++) {
    out->mean[whose] = hwp_spread_mean(spread, whose);
    out->sd[whose] = hwp_spread_sd(spread, whose);
    for (int q = 0; q < HW_POWER_QUANTILES; q++)
      out->quantile[whose][q] = hwp_spread_quantile(spread, whose, QUANTILES[q]);
  }
  out->impossible = hwp_spread_impossible(spread);
  out->pass = hwp_spread_tail(spread, HWP_TRUTH, threshold);
  out->fail = hwp_spread_below(spread, HWP_TRUTH, threshold);
  hwp_spread_tail_bounds(spread, HWP_TRUTH, threshold, &out->pass_least, &out->pass_most);
  out->false_pass = hwp_spread_tail(spread, HWP_UNRELATED, threshold);
  out->against = hwp_spread_below(spread, HWP_UNRELATED, 0.0);
  out->is_exact = hwp_spread_is_exact(spread);
}

/* P(least ≤ log10 LR < most), from the side that keeps the digits. */
static double mass_between(const hwp_spread *spread, int whose, double least, double most) {
  const double tail = hwp_spread_tail(spread, whose, least);
  const double mass =
      tail < 0.5 ? tail - hwp_spread_tail(spread, whose, most)
                 : hwp_spread_below(spread, whose, most) - hwp_spread_below(spread, whose, least);
  return mass > 0.0 ? mass : 0.0;
}

static hw_status take_bins(hwp_power_worker *self, hw_power_bins *out, hw_err *err) {
  double least = 0.0, most = 0.0;
  hwp_spread_range(self->spread, &least, &most);
  const int32_t first = (int32_t)floor(least / BIN_WIDTH) - 1;
  const int32_t n = (int32_t)floor(most / BIN_WIDTH) + 2 - first;
  double *mass[2];
  for (int whose = 0; whose < 2; whose++) {
    mass[whose] = hw_arena_alloc_array(&self->results, (size_t)n, sizeof *mass[whose]);
    if (mass[whose] == NULL) return HW_NO_MEMORY(err, "a histogram");
    for (int32_t i = 0; i < n; i++)
      mass[whose][i] =
          mass_between(self->spread, whose, (first + i) * BIN_WIDTH, (first + i + 1) * BIN_WIDTH);
  }
  int32_t low = 0, high = n;
  while (low < high - 1 && mass[0][low] < LEAST_BIN && mass[1][low] < LEAST_BIN) low++;
  while (high > low + 1 && mass[0][high - 1] < LEAST_BIN && mass[1][high - 1] < LEAST_BIN) high--;
  *out = (hw_power_bins){.n = high - low,
                         .least = (first + low) * BIN_WIDTH,
                         .width = BIN_WIDTH,
                         .mass = {mass[0] + low, mass[1] + low},
                         .infinite = hwp_spread_tail(self->spread, HWP_TRUTH, 1e6)};
  return HW_OK;
}

/* --- exclusion ------------------------------------------------------------- */

/* P(an unrelated person shows what she cannot), from a table without mutation. */
static double exclusion_of(hwp_power_worker *self, int32_t m, const hw_marker_table *table) {
  const hwp_noise none = {0};
  hwp_outcomes outcomes;
  double sum = 0.0;
  hwp_outcomes_fill(&self->power->problem->markers[m], table,
                    table->single ? HWP_FORM_SINGLE : HWP_FORM_GENOTYPE, &none, self->room,
                    self->allele_room, &outcomes);
  for (int32_t i = 0; i < outcomes.n; i++)
    if (outcomes.related[i] == 0.0) sum += outcomes.unrelated[i];
  return sum < 1.0 ? sum : 1.0;
}

static hw_status take_exclusion(hwp_power_worker *self, const hw_table *table,
                                hw_power_target *target, hw_err *err) {
  const hw_table *rigid = table;
  const int32_t n = table->n_markers;
  double *per_marker = hw_arena_alloc_array(&self->results, (size_t)n + 1, sizeof *per_marker);
  if (per_marker == NULL) return HW_NO_MEMORY(err, "exclusion by marker");
  if (self->rigid != NULL) {
    hw_problem problem = self->scene.problem;
    problem.markers = self->power->rigid_markers;
    HW_TRY(hw_table_compiler_compile(self->rigid, &problem, target->who.person, &rigid, err));
  }
  double none = 1.0;
  for (int32_t m = 0; m < n; m++) {
    if (rigid->markers[m].ln_family == -HUGE_VAL) target->n_contradicting++;
    per_marker[m] = exclusion_of(self, m, &rigid->markers[m]);
    none *= 1.0 - per_marker[m];
    target->mismatches += per_marker[m];
  }
  target->exclusion = 1.0 - none;
  target->inclusion = none;
  target->exclusion_per_marker = per_marker;
  return HW_OK;
}

/* --- the whole ------------------------------------------------------------- */

/* True if the LR is 1 for every profile, up to rounding. */
static bool tells_nothing(const hw_table *table) {
  for (int32_t m = 0; m < table->n_markers; m++) {
    const hw_marker_table *marker = &table->markers[m];
    for (int32_t g = 0; g < marker->n_genotypes; g++)
      if (fabs(marker->related[g] - marker->unrelated[g]) >
          1e-10 * (marker->related[g] + marker->unrelated[g]))
        return false;
  }
  return true;
}

static int32_t count_typed_markers(const hw_family *family, int32_t n_markers) {
  int32_t n = 0;
  for (int32_t m = 0; m < n_markers; m++)
    for (int32_t p = 0; p < family->n_profiles; p++)
      if (family->profiles[p].observations[m].kind != HW_OBS_MISSING) {
        n++;
        break;
      }
  return n;
}

static int32_t count_typed_persons(const hw_family *family) {
  int32_t n = 0;
  for (int32_t p = 0; p < family->n_profiles; p++) {
    bool is_new = true;
    for (int32_t q = 0; q < p; q++)
      is_new = is_new && family->profile_person[q] != family->profile_person[p];
    n += is_new;
  }
  return n;
}

static hw_status take_panels(hwp_power_worker *self, const hw_table *table, hw_power_target *target,
                             hw_err *err) {
  const hw_power_options *options = &self->power->options;
  const int32_t n = options->n_panels;
  double *pass = hw_arena_alloc_array(&self->results, (size_t)n + 1, sizeof *pass);
  if (pass == NULL) return HW_NO_MEMORY(err, "the panels");
  for (int32_t p = 0; p < n; p++) {
    HW_TRY(spread_of(self, table, options->panels[p].has, err));
    pass[p] = hwp_spread_tail(self->spread, HWP_TRUTH, options->threshold);
  }
  target->panel_pass = pass;
  return HW_OK;
}

static hw_status compute(hwp_power_worker *self, int32_t index, hw_err *err) {
  hw_power_study *power = self->power;
  hw_power_target *target = &power->targets[index];
  const hw_family *family = &power->problem->families[target->who.family];
  const hw_table *table = NULL;
  target->n_typed = count_typed_persons(family);
  target->n_markers = count_typed_markers(family, power->problem->n_markers);
  HW_TRY(hwp_scene_open(self, target->who.family, err));
  HW_TRY(hwp_scene_compile(self, target->who.person, &table, err));
  target->is_non_identifiable = tells_nothing(table);
  HW_TRY(take_exclusion(self, table, target, err));
  if (power->n_partial > 0) hwp_power_look_up(power, index, table);
  HW_TRY(take_panels(self, table, target, err));
  HW_TRY(spread_of(self, table, NULL, err));
  take_curve(self->spread, power->options.threshold, &target->now);
  HW_TRY(take_bins(self, &target->bins, err));
  return hwp_power_relatives_step(self, target, err);
}

hw_status hwp_power_target_step(hwp_power_worker *self, int32_t index, hw_err *err) {
  hw_power_study *power = self->power;
  hw_power_target *target = &power->targets[index];
  hw_err own = HW_ERR_INIT;
  target->reason = "";
  hw_status status = compute(self, index, &own);
  hw_table_compiler_reset(self->compiler);
  if (self->rigid != NULL) hw_table_compiler_reset(self->rigid);
  hw_arena_reset(&self->scratch);
  if (status == HW_OK) return HW_OK;
  if (status == HW_E_TOO_COMPLEX) {
    target->verdict = HW_POWER_LEFT_OUT;
    target->reason = hw_arena_strdup(&self->results, own.message);
    for (int32_t i = 0; i < power->n_partial; i++)
      power->partial_lr[(size_t)i * (size_t)power->n_targets + (size_t)index] = -HUGE_VAL;
    return target->reason != NULL ? HW_OK : HW_NO_MEMORY(err, "a reason");
  }
  hw_err_while(&own, "computing the power of family '%s' for '%s'",
               power->problem->families[target->who.family].name, target->who.code);
  if (err != NULL) *err = own;
  return status;
}
