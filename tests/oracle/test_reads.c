/* Genotype likelihoods of reads against the sum over all ways in which a base comes about, the fit
 * against simulated truth, and what likelihood ratios must average to. HOMEWARD_TEST_SCALE scales the
 * number of problems. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oracle/read_sim.h"
#include "oracle/trials.h"
#include "support/assert.h"

static hw_reads_model random_model(rng *r) {
  return (hw_reads_model){.library = (hw_library)rng_below(r, 3),
                          .damage = rng_chance(r, 0.2) ? 0 : 0.6 * rng_unit(r),
                          .decay = rng_unit(r),
                          .damage_inside = 0.05 * rng_unit(r),
                          .contamination = rng_chance(r, 0.3) ? 0 : 0.4 * rng_unit(r),
                          .reference_bias = 0.2 * (rng_unit(r) - 0.5),
                          .drop_in = rng_chance(r, 0.3) ? 0 : 0.05 * rng_unit(r)};
}

/* --- likelihoods --- */

/* What the bytes of a marker must be: within half a unit, and a hair for rounding. */
static bool is_site_right(const read_sim *sim, const hw_pileup *pileup, int32_t m,
                          const hw_reads_model *model, hw_sex sex, const uint8_t *bytes) {
  const hw_panel *panel = sim->panel;
  const int32_t n = panel->markers[m].n_alleles;
  const double *q = panel->populations[1].frequencies + panel->first_allele[m];
  const bool has_one = sex == HW_MALE && panel->markers[m].chromosome == HW_PANEL_X;
  double ln[10] = {0}, top = -INFINITY;
  char alleles[5];
  read_sim_alleles(panel, m, alleles);
  for (int32_t j = 0, g = 0; j < n; j++)
    for (int32_t i = 0; i <= j; i++, g++) {
      ln[g] = has_one && i < j ? -INFINITY : 0;
      for (int32_t r = pileup->first[m]; r < pileup->first[m + 1]; r++)
        ln[g] += log(read_sim_probability(model, &pileup->bases[r], alleles, n, q, i, j));
      top = fmax(top, ln[g]);
    }
  const bool is_empty = pileup->first[m] == pileup->first[m + 1];
  for (int32_t g = 0; g < n * (n + 1) / 2; g++) {
    const double unit = is_empty ? 0 : fmin(255, (top - ln[g]) * 40 / log(10));
    if (fabs(unit - bytes[g]) > 0.5 + 1e-6) return false;
  }
  return true;
}

static void bytes_are_the_sum_over_all_ways(void **state) {
  trials t = trials_of(60, 71);
  (void)state;
  while (trials_next(&t)) {
    read_sim sim;
    hw_err err = HW_ERR_INIT;
    read_sim_init(&sim, 100, t.seed);
    const hw_reads_model model = random_model(&sim.random);
    const hw_sex sex = rng_chance(&sim.random, 0.5) ? HW_MALE : HW_FEMALE;
    hw_pileup *pileup = read_sim_reads(&sim, &model, 3, sex);
    uint8_t *bytes = calloc((size_t)sim.panel->first_genotype[100], 1);
    assert_non_null(bytes);
    hw_assert_ok(hw_reads_genotypes(sim.panel, 1, pileup, sex, &model, bytes, &err), &err);
    for (int32_t m = 0; m < 100; m++)
      if (!is_site_right(&sim, pileup, m, &model, sex, bytes + sim.panel->first_genotype[m]))
        trials_fail(&t, NULL, "marker %d", (int)m);
    trials_count(&t);
    free(bytes);
    hw_pileup_delete(pileup);
    read_sim_clear(&sim);
  }
  assert_int_equal(t.n_failed, 0);
}

static void a_molecule_shows_some_base(void **state) {
  rng r = rng_seeded(5);
  (void)state;
  for (int i = 0; i < 2000; i++) {
    const hw_reads_model model = random_model(&r);
    hw_read_base base = read_sim_place(&r);
    double sum[4] = {0}, shown[4];
    for (base.base = 0; base.base < 4; base.base++) {
      hw_reads_shown(&model, &base, shown);
      for (int a = 0; a < 4; a++) sum[a] += shown[a];
    }
    for (int a = 0; a < 4; a++) hw_assert_close(sum[a], 1, 0, 1e-14);
  }
}

/* Which strand of a double-stranded fragment is called its own is a matter of taste. */
static void double_strands_may_be_read_from_either_end(void **state) {
  rng r = rng_seeded(6);
  (void)state;
  for (int i = 0; i < 2000; i++) {
    hw_reads_model model = random_model(&r);
    hw_read_base base = read_sim_place(&r), turned = base;
    double shown[4], again[4];
    if (model.library == HW_LIBRARY_SINGLE_STRANDED) model.library = HW_LIBRARY_DOUBLE_STRANDED;
    turned.is_reverse = !base.is_reverse;
    turned.from_5 = base.from_3;
    turned.from_3 = base.from_5;
    hw_reads_shown(&model, &base, shown);
    hw_reads_shown(&model, &turned, again);
    for (int a = 0; a < 4; a++) hw_assert_same_bits(shown[a], again[a]);
  }
}

/* --- likelihood ratios of the true model --- */

/* P(g | a full sibling has genotype s/t) of a marker, by the four ways to share alleles. */
static void sibling(const double *p, int32_t n, int32_t s, int32_t t, double *out) {
  for (int32_t j = 0, g = 0; j < n; j++)
    for (int32_t i = 0; i <= j; i++, g++) {
      const double any = (i == j ? 1 : 2) * p[i] * p[j];
      const double one_s = i == j ? (i == s) * p[i] : (i == s) * p[j] + (j == s) * p[i];
      const double one_t = i == j ? (i == t) * p[i] : (i == t) * p[j] + (j == t) * p[i];
      const double both = (i == s && j == t) || (i == t && j == s);
      out[g] = 0.25 * (any + one_s + one_t + both);
    }
}

static double site_ratio(const hw_panel *panel, int32_t m, const double *related,
                         const uint8_t *bytes) {
  const double *p = panel->populations[0].frequencies + panel->first_allele[m];
  double above = 0, below = 0;
  for (int32_t j = 0, g = 0; j < panel->markers[m].n_alleles; j++)
    for (int32_t i = 0; i <= j; i++, g++) {
      const double likelihood = pow(10, -bytes[g] / 40.0);
      above += related[g] * likelihood;
      below += (i == j ? 1 : 2) * p[i] * p[j] * likelihood;
    }
  return above / below;
}

/* All 4^n outcomes of n fragments over one marker: the ratio of an unrelated person averages 1 but
 * for the rounding of bytes. */
static void ratios_of_the_unrelated_average_one_over_all_outcomes(void **state) {
  enum { FRAGMENTS = 4, OUTCOMES = 256 };
  trials t = trials_of(40, 73);
  (void)state;
  while (trials_next(&t)) {
    read_sim sim;
    hw_read_base bases[FRAGMENTS];
    int32_t marker[FRAGMENTS];
    double related[10], mean = 0, total = 0;
    uint8_t bytes[400];
    char alleles[5];
    read_sim_init(&sim, 20, t.seed);
    const hw_panel *panel = sim.panel;
    const hw_reads_model model = random_model(&sim.random);
    const int32_t m = rng_below(&sim.random, 19), n = panel->markers[m].n_alleles;
    const double *p = panel->populations[0].frequencies + panel->first_allele[m];
    const double *q = panel->populations[1].frequencies + panel->first_allele[m];
    sibling(p, n, rng_below(&sim.random, n), rng_below(&sim.random, n), related);
    read_sim_alleles(panel, m, alleles);
    for (int f = 0; f < FRAGMENTS; f++) {
      bases[f] = read_sim_place(&sim.random);
      marker[f] = m;
    }
    for (int outcome = 0; outcome < OUTCOMES; outcome++) {
      hw_pileup *pileup = NULL;
      double chance = 0;
      for (int f = 0; f < FRAGMENTS; f++) bases[f].base = (uint8_t)(outcome >> (2 * f) & 3);
      hw_assert_ok(hw_pileup_new(20, FRAGMENTS, marker, bases, &pileup, NULL), NULL);
      hw_assert_ok(hw_reads_genotypes(panel, 1, pileup, HW_FEMALE, &model, bytes, NULL), NULL);
      for (int32_t j = 0; j < n; j++)
        for (int32_t i = 0; i <= j; i++) {
          double product = (i == j ? 1 : 2) * p[i] * p[j];
          for (int f = 0; f < FRAGMENTS; f++)
            product *= read_sim_probability(&model, &bases[f], alleles, n, q, i, j);
          chance += product;
        }
      total += chance;
      mean += chance * site_ratio(panel, m, related, bytes + panel->first_genotype[m]);
      hw_pileup_delete(pileup);
    }
    if (fabs(total - 1) > 1e-12 || fabs(mean - 1) > 0.01)
      trials_fail(&t, NULL, "mean %.6g of %.17g", mean, total);
    trials_count(&t);
    read_sim_clear(&sim);
  }
  assert_int_equal(t.n_failed, 0);
}

/* --- the fit --- */

static const hw_reads_model all_free = {HW_LIBRARY_DOUBLE_STRANDED, -1, -1, -1, -1, -1, -1};

static void assert_near(double estimate, double truth, double se, double most_se,
                        const char *what) {
  if (!(fabs(estimate - truth) <= 4 * se + 1e-4 && se > 0 && se <= most_se))
    fail_msg("%s: %g with standard error %g, true %g", what, estimate, se, truth);
}

static void assert_recovered(const hw_reads_fit *fit, const hw_reads_model *truth) {
  assert_int_equal(fit->undetermined, 0);
  assert_near(fit->model.damage, truth->damage, fit->se_damage, 0.05, "damage");
  if (truth->library != HW_LIBRARY_TREATED)
    assert_near(fit->model.decay, truth->decay, fit->se_decay, 0.1, "decay");
  assert_near(fit->model.damage_inside, truth->damage_inside, fit->se_damage_inside, 0.01,
              "damage inside");
  assert_near(fit->model.contamination, truth->contamination, fit->se_contamination, 0.02,
              "contamination");
  assert_near(fit->model.reference_bias, truth->reference_bias, fit->se_bias, 0.02, "bias");
  assert_near(fit->model.drop_in, truth->drop_in, fit->se_drop_in, 0.01, "drop-in");
}

static void the_truth_is_found(void **state) {
  static const hw_reads_model truths[] = {
      {HW_LIBRARY_DOUBLE_STRANDED, 0.25, 0.3, 0.012, 0.06, -0.03, 0.003},
      {HW_LIBRARY_SINGLE_STRANDED, 0.4, 0.4, 0.02, 0.15, 0.02, 0.01},
      {HW_LIBRARY_TREATED, 0.15, 1, 0.004, 0.02, 0, 0.001},
      {HW_LIBRARY_DOUBLE_STRANDED, 0.1, 0.2, 0.005, 0.4, 0.05, 0.002},
  };
  (void)state;
  for (size_t i = 0; i < sizeof truths / sizeof *truths; i++) {
    read_sim sim;
    hw_err err = HW_ERR_INIT;
    hw_reads_fit fit;
    hw_reads_model start = all_free;
    read_sim_init(&sim, 6000, 100 + i);
    hw_pileup *pileup = read_sim_reads(&sim, &truths[i], 4, i % 2 ? HW_MALE : HW_FEMALE);
    start.library = truths[i].library;
    hw_assert_ok(hw_reads_fit_model(sim.panel, 0, 1, pileup, &start, &fit, &err), &err);
    assert_recovered(&fit, &truths[i]);
    assert_int_equal(fit.sex, i % 2 ? HW_MALE : HW_FEMALE);
    hw_assert_close(fit.on_autosomes, 4, 0.05, 0);
    hw_pileup_delete(pileup);
    read_sim_clear(&sim);
  }
}

static double twin_site_ln(const read_sim *sim, const hw_pileup *pileup, int32_t m,
                           const hw_reads_model *model) {
  const hw_panel *panel = sim->panel;
  const double *p = panel->populations[0].frequencies + panel->first_allele[m];
  const double *q = panel->populations[1].frequencies + panel->first_allele[m];
  const int32_t n = panel->markers[m].n_alleles;
  double likelihood = 0;
  char alleles[5];
  if (panel->markers[m].chromosome == HW_PANEL_X) return 0;
  read_sim_alleles(panel, m, alleles);
  for (int32_t j = 0; j < n; j++)
    for (int32_t i = 0; i <= j; i++) {
      double product = (i == j ? 1 : 2) * p[i] * p[j];
      for (int32_t r = pileup->first[m]; r < pileup->first[m + 1]; r++)
        product *= read_sim_probability(model, &pileup->bases[r], alleles, n, q, i, j);
      likelihood += product;
    }
  return log(likelihood);
}

static double twin_ln(const read_sim *sim, const hw_pileup *pileup, const hw_reads_model *model) {
  double sum = 0;
  for (int32_t m = 0; m < sim->panel->n_markers; m++) sum += twin_site_ln(sim, pileup, m, model);
  return sum;
}

/* The likelihood is that of the twin, and moving any number either way lowers it. */
static void nothing_nearby_is_likelier(void **state) {
  trials t = trials_of(6, 79);
  (void)state;
  while (trials_next(&t)) {
    read_sim sim;
    hw_err err = HW_ERR_INIT;
    hw_reads_fit fit;
    hw_reads_model start = all_free;
    read_sim_init(&sim, 800, t.seed);
    const hw_reads_model truth = random_model(&sim.random);
    hw_pileup *pileup = read_sim_reads(&sim, &truth, 2.5, HW_FEMALE);
    start.library = truth.library;
    hw_assert_ok(hw_reads_fit_model(sim.panel, 0, 1, pileup, &start, &fit, &err), &err);
    hw_assert_close(fit.ln_likelihood, twin_ln(&sim, pileup, &fit.model), 1e-12, 0);
    double *const numbers[] = {&fit.model.damage,         &fit.model.decay,
                               &fit.model.damage_inside,  &fit.model.contamination,
                               &fit.model.reference_bias, &fit.model.drop_in};
    for (int k = 0; k < HW_READS_PARAMETERS; k++)
      for (int way = -1; way <= 1; way += 2) {
        const double value = *numbers[k], least = k == HW_READS_BIAS ? -0.45 : k == 1 ? 0.01 : 0;
        if (fit.undetermined & (1u << k)) continue;
        if (k == 1 && truth.library == HW_LIBRARY_TREATED) continue;
        *numbers[k] = value + 0.003 * way;
        if (*numbers[k] >= least && *numbers[k] <= (k == HW_READS_DAMAGE_INSIDE ? 0.15 : 1) &&
            twin_ln(&sim, pileup, &fit.model) > fit.ln_likelihood + 1e-6)
          trials_fail(&t, NULL, "number %d: %g goes up from %g", k, *numbers[k], value);
        *numbers[k] = value;
      }
    trials_count(&t);
    hw_pileup_delete(pileup);
    read_sim_clear(&sim);
  }
  assert_int_equal(t.n_failed, 0);
}

/* Inverse by Gauss and Jordan. */
static void invert(double a[6][12]) {
  for (int i = 0; i < 6; i++)
    for (int j = 0; j < 6; j++) a[i][6 + j] = i == j;
  for (int k = 0; k < 6; k++) {
    const double pivot = a[k][k];
    for (int j = 0; j < 12; j++) a[k][j] /= pivot;
    for (int i = 0; i < 6; i++) {
      const double factor = a[i][k];
      for (int j = 0; j < 12 && i != k; j++) a[i][j] -= factor * a[k][j];
    }
  }
}

/* Standard errors are those of the twin's sites, whose slopes are differences. */
static void standard_errors_are_those_of_the_sites(void **state) {
  const hw_reads_model truth = {HW_LIBRARY_SINGLE_STRANDED, 0.4, 0.3, 0.03, 0.2, 0.05, 0.03};
  hw_reads_model start = {HW_LIBRARY_SINGLE_STRANDED, -1, -1, -1, -1, -1, -1};
  double information[6][12] = {{0}};
  read_sim sim;
  hw_reads_fit fit;
  (void)state;
  read_sim_init(&sim, 2000, 17);
  hw_pileup *pileup = read_sim_reads(&sim, &truth, 3, HW_FEMALE);
  hw_assert_ok(hw_reads_fit_model(sim.panel, 0, 1, pileup, &start, &fit, NULL), NULL);
  assert_int_equal(fit.undetermined, 0);
  double *const numbers[] = {&fit.model.damage,         &fit.model.decay,
                             &fit.model.damage_inside,  &fit.model.contamination,
                             &fit.model.reference_bias, &fit.model.drop_in};
  for (int32_t m = 0; m < sim.panel->n_markers; m++) {
    double slope[6];
    for (int k = 0; k < 6; k++) {
      const double value = *numbers[k], step = 1e-5;
      *numbers[k] = value + step;
      const double above = twin_site_ln(&sim, pileup, m, &fit.model);
      *numbers[k] = value - step;
      slope[k] = (above - twin_site_ln(&sim, pileup, m, &fit.model)) / (2 * step);
      *numbers[k] = value;
    }
    for (int k = 0; k < 6; k++)
      for (int l = 0; l < 6; l++) information[k][l] += slope[k] * slope[l];
  }
  invert(information);
  const double se[6] = {fit.se_damage,        fit.se_decay, fit.se_damage_inside,
                        fit.se_contamination, fit.se_bias,  fit.se_drop_in};
  for (int k = 0; k < 6; k++) hw_assert_close(se[k], sqrt(information[k][6 + k]), 1e-5, 0);
  hw_pileup_delete(pileup);
  read_sim_clear(&sim);
}

/* Many samples: estimates over their standard errors have mean 0 and variance 1, roughly. */
static void standard_errors_are_those_of_repeated_samples(void **state) {
  const hw_reads_model truth = {HW_LIBRARY_DOUBLE_STRANDED, 0.3, 0.3, 0.02, 0.15, 0.03, 0.01};
  enum { SAMPLES = 40 };
  double square[6] = {0}, sum[6] = {0};
  (void)state;
  for (int s = 0; s < SAMPLES; s++) {
    read_sim sim;
    hw_reads_fit fit;
    read_sim_init(&sim, 1500, 500 + (uint64_t)s);
    hw_pileup *pileup = read_sim_reads(&sim, &truth, 3, HW_FEMALE);
    hw_assert_ok(hw_reads_fit_model(sim.panel, 0, 1, pileup, &all_free, &fit, NULL), NULL);
    assert_int_equal(fit.undetermined, 0);
    const double z[6] = {(fit.model.damage - truth.damage) / fit.se_damage,
                         (fit.model.decay - truth.decay) / fit.se_decay,
                         (fit.model.damage_inside - truth.damage_inside) / fit.se_damage_inside,
                         (fit.model.contamination - truth.contamination) / fit.se_contamination,
                         (fit.model.reference_bias - truth.reference_bias) / fit.se_bias,
                         (fit.model.drop_in - truth.drop_in) / fit.se_drop_in};
    for (int k = 0; k < 6; k++) {
      sum[k] += z[k];
      square[k] += z[k] * z[k];
    }
    hw_pileup_delete(pileup);
    read_sim_clear(&sim);
  }
  for (int k = 0; k < 6; k++) {
    if (fabs(sum[k]) > 4 * sqrt(SAMPLES)) fail_msg("number %d: mean %g", k, sum[k] / SAMPLES);
    /* χ² with 40 degrees of freedom lies within 16 … 76 but for one time in a thousand. */
    if (!(square[k] > 14 && square[k] < 80))
      fail_msg("number %d: mean square %g", k, square[k] / SAMPLES);
  }
}

static void what_a_tenth_of_a_read_does_not_tell_is_said(void **state) {
  const hw_reads_model truth = {HW_LIBRARY_DOUBLE_STRANDED, 0.3, 0.3, 0.01, 0.1, 0, 0.002};
  read_sim sim;
  hw_reads_fit fit;
  (void)state;
  read_sim_init(&sim, 1500, 9);
  hw_pileup *pileup = read_sim_reads(&sim, &truth, 0.1, HW_FEMALE);
  hw_assert_ok(hw_reads_fit_model(sim.panel, 0, 0, pileup, &all_free, &fit, NULL), NULL);
  assert_true(fit.undetermined & (1u << HW_READS_CONTAMINATION));
  hw_assert_close(fit.model.contamination, 0, 0, 0);
  assert_true(isnan(fit.se_contamination));
  hw_pileup_delete(pileup);
  read_sim_clear(&sim);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bytes_are_the_sum_over_all_ways),
      cmocka_unit_test(a_molecule_shows_some_base),
      cmocka_unit_test(double_strands_may_be_read_from_either_end),
      cmocka_unit_test(ratios_of_the_unrelated_average_one_over_all_outcomes),
      cmocka_unit_test(the_truth_is_found),
      cmocka_unit_test(nothing_nearby_is_likelier),
      cmocka_unit_test(standard_errors_are_those_of_the_sites),
      cmocka_unit_test(standard_errors_are_those_of_repeated_samples),
      cmocka_unit_test(what_a_tenth_of_a_read_does_not_tell_is_said),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
