/* Are linked likelihood ratios calibrated? Of unrelated people's the mean is 1, and at most one in x
 * is above x (Turing, in Good 1985; Markov's inequality).
 *
 * The mean is looked at on small panels, where the variance of a ratio is small enough for a mean of
 * some thousands to say something: E[LR² | unrelated] = E[LR | related]. Standard errors are those
 * of the sample; that they are small is asserted too.
 *
 * For the mean to be 1 the model of the bone's reads need not be right. Whatever was read of the
 * bone, the mean over its unrelated families of P(bone, family | related)/(P(bone) P(family)) is
 * the sum over families of P(family | bone, related) = 1. So unmodelled contamination and damage
 * cost power but do not make relatives of strangers, as long as the families' side is right, which
 * is asserted with contamination by one person, damage that is taken for alleles, and errors that
 * are stated ten times too small. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "oracle/snp_pairs.h"
#include "oracle/snp_panels.h"
#include "oracle/trials.h"
#include "support/assert.h"

enum { BOUNDS = 5, MOST_Z = 4 };
static const double bounds[BOUNDS] = {2, 4, 8, 20, 100};

static snp_study study;

/* What ratios of strangers, or of relatives, are like. */
typedef struct tally {
  double n, sum, squares, largest;
  int above[BOUNDS];
} tally;

static tally draw_tally(int32_t n, uint64_t salt, bool is_related) {
  tally self = {.largest = -HUGE_VAL};
  trials t = trials_of(n, salt);
  while (trials_next(&t)) {
    const double log10_lr = snp_study_draw(&study, is_related, t.seed, NULL);
    const double lr = pow(10, log10_lr);
    self.n++;
    self.sum += lr;
    self.squares += lr * lr;
    if (log10_lr > self.largest) self.largest = log10_lr;
    for (int i = 0; i < BOUNDS; i++) self.above[i] += lr > bounds[i];
    trials_count(&t);
  }
  return self;
}

static void assert_seldom_large(const tally *self) {
  for (int i = 0; i < BOUNDS; i++) {
    const double most = self->n / bounds[i];
    assert_true(self->above[i] <= most + MOST_Z * sqrt(most) + 1);
  }
}

/* @param most_error  of the mean; more would say nothing */
static void assert_mean_one(const char *name, const tally *self, double most_error) {
  const double mean = self->sum / self->n;
  const double error = sqrt((self->squares / self->n - mean * mean) / self->n);
  print_message("%s: mean LR of %g strangers %.4f +- %.4f, z %+.2f, largest 10^%.2f\n", name,
                self->n, mean, error, (mean - 1) / error, self->largest);
  assert_true(error < most_error);
  /* The bytes of genotype likelihoods are rounded by up to 3 % each. */
  assert_true(fabs(mean - 1) < MOST_Z * error + 0.003);
}

static void begin(const hw_panel *panel, snp_relation relation, double coverage) {
  snp_study_init(&study, panel);
  snp_family_make(&study.family, relation);
  study.run.coverage = coverage;
}

static void strangers_have_a_mean_ratio_of_one(void **state) {
  static const struct {
    const char *name;
    snp_relation relation;
    double coverage, theta;
    int32_t n_on_1, n_on_x;
  } cases[] = {{"child, 4 markers", SNP_PO, 1, 0, 4, 0},
               {"sibling, 6 markers", SNP_FS, 0.5, 0, 6, 0},
               {"nephew, 12 markers", SNP_AV, 2, 0, 12, 0},
               {"nephew, 12 markers and 4 on X", SNP_AV, 1, 0, 12, 4},
               {"cousin, 30 markers", SNP_1C, 2, 0, 30, 0},
               {"second cousin, 100 markers", SNP_2C, 2, 0, 100, 0},
               {"nephew, theta 0.05", SNP_AV, 2, 0.05, 12, 0},
               {"cousin, theta 0.02", SNP_1C, 2, 0.02, 20, 0}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_panel *panel = snp_panel_small(cases[i].n_on_1, cases[i].n_on_x, 3, 7 + i);
    begin(panel, cases[i].relation, cases[i].coverage);
    study.theta = cases[i].theta;
    study.call.dropout = 0.02;
    const tally strangers = draw_tally(3000, 10 + i, false);
    assert_mean_one(cases[i].name, &strangers, 0.1);
    assert_seldom_large(&strangers);
    snp_study_clear(&study);
    hw_panel_delete(panel);
  }
}

/* The mirror image: of true relatives the mean of 1/LR is at most 1, and 1 where no data are
 * impossible for strangers. */
static void relatives_have_a_mean_inverse_ratio_of_one(void **state) {
  (void)state;
  hw_panel *panel = snp_panel_small(12, 0, 3, 5);
  begin(panel, SNP_AV, 2);
  trials t = trials_of(3000, 30);
  double n = 0, sum = 0, squares = 0;
  while (trials_next(&t)) {
    const double inverse = pow(10, -snp_study_draw(&study, true, t.seed, NULL));
    n++, sum += inverse, squares += inverse * inverse;
    trials_count(&t);
  }
  const double mean = sum / n, error = sqrt((squares / n - mean * mean) / n);
  print_message("nephews: mean 1/LR %.4f +- %.4f\n", mean, error);
  assert_true(error < 0.05 && fabs(mean - 1) < MOST_Z * error + 0.003);
  snp_study_clear(&study);
  hw_panel_delete(panel);
}

static void unmodelled_reads_do_not_make_relatives_of_strangers(void **state) {
  (void)state;
  hw_panel *panel = snp_panel_small(12, 0, 3, 9);
  for (int which = 0; which < 4; which++) {
    static const char *const names[] = {"contamination by one person", "damage",
                                        "error stated too small",
                                        "contamination that is not there"};
    begin(panel, SNP_AV, 3);
    study.has_assumed = true;
    study.assumed = study.run;
    if (which == 0) study.run.model.contamination = 0.3, study.is_contaminated_by_one = true;
    if (which == 1) study.run.model.damage = 0.5, study.run.model.decay = 0.05;
    if (which == 1) study.has_bases = true;
    if (which == 2) study.run.error = 0.05, study.assumed.error = 0.005;
    if (which == 3) study.assumed.model.contamination = 0.3;
    const tally strangers = draw_tally(3000, 50 + (uint64_t)which, false);
    assert_mean_one(names[which], &strangers, 0.1);
    assert_seldom_large(&strangers);
    snp_study_clear(&study);
  }
  hw_panel_delete(panel);
}

/* Thousands of markers: at most one stranger in x above x, also where reads are not modelled. */
static void strangers_at_a_whole_panel_are_seldom_above_their_bound(void **state) {
  static const snp_relation relations[] = {SNP_PO, SNP_FS, SNP_AV, SNP_1C, SNP_1C1R, SNP_2C};
  (void)state;
  hw_panel *panel = snp_panel_uniform(2000, 2, 3);
  for (int is_contaminated = 0; is_contaminated < 2; is_contaminated++)
    for (size_t i = 0; i < sizeof relations / sizeof *relations; i++) {
      begin(panel, relations[i], 1);
      if (is_contaminated) {
        study.has_assumed = true;
        study.assumed = study.run;
        study.is_contaminated_by_one = true;
        study.run.model.contamination = 0.2;
      }
      const tally strangers = draw_tally(100, 70 + i, false);
      print_message("%s%s: largest of %g strangers 10^%.2f\n", snp_relation_name(relations[i]),
                    is_contaminated ? ", contaminated" : "", strangers.n, strangers.largest);
      assert_seldom_large(&strangers);
      assert_true(strangers.largest < 4);
      snp_study_clear(&study);
    }
  hw_panel_delete(panel);
}

/* Contamination costs relatives power, and modelling it gives some of it back. */
static void contamination_costs_power_and_is_better_modelled(void **state) {
  double sum[3] = {0, 0, 0}, n = 0;
  (void)state;
  hw_panel *panel = snp_panel_uniform(3000, 2, 4);
  begin(panel, SNP_1C, 2);
  trials t = trials_of(40, 90);
  while (trials_next(&t)) {
    for (int which = 0; which < 3; which++) {
      const hw_sequencing clean = {.coverage = 2, .error = 0.01};
      study.run = clean;
      study.assumed = clean;
      study.has_assumed = study.is_contaminated_by_one = which > 0;
      if (which > 0) study.run.model.contamination = 0.2;
      if (which > 1) study.assumed.model.contamination = 0.2;
      sum[which] += snp_study_draw(&study, true, t.seed, NULL);
    }
    n++;
    trials_count(&t);
  }
  print_message("cousins: mean log10 LR clean %.2f, unmodelled %.2f, modelled %.2f\n", sum[0] / n,
                sum[1] / n, sum[2] / n);
  assert_true(sum[0] > sum[2] && sum[2] > sum[1]);
  snp_study_clear(&study);
  hw_panel_delete(panel);
}

/* --- the whole model of reads, at its true values --- */

/* Damaged bases on fragments, contaminated, read once a site, under the model that drew them. */
static void damage_and_contamination(double theta) {
  study.has_bases = true;
  study.theta = theta;
  study.run.model.damage = 0.4;
  study.run.model.decay = 0.2;
  study.run.model.damage_inside = 0.02;
  study.run.model.contamination = 0.1;
  study.call.dropout = 0.02;
}

static void the_model_of_reads_is_calibrated(void **state) {
  static const struct {
    const char *name;
    snp_relation relation;
    int32_t n_on_1, n_on_x;
    double theta;
  } cases[] = {{"child, damaged reads", SNP_PO, 8, 0, 0},
               {"nephew, damaged reads", SNP_AV, 14, 0, 0},
               {"sibling, damaged reads, X", SNP_FS, 6, 3, 0},
               {"cousin, damaged reads, theta", SNP_1C, 20, 0, 0.03}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_panel *panel = snp_panel_small(cases[i].n_on_1, cases[i].n_on_x, 3, 70 + i);
    begin(panel, cases[i].relation, 1);
    damage_and_contamination(cases[i].theta);
    const tally strangers = draw_tally(3000, 110 + i, false);
    assert_mean_one(cases[i].name, &strangers, 0.1);
    assert_seldom_large(&strangers);
    snp_study_clear(&study);
    hw_panel_delete(panel);
  }
}

/* The identity that tails of strangers are computed by: P(LR > x | stranger) =
 * E[1{LR > x}/LR | relative]; with x = 0 the mean of 1/LR is 1. Both sides are drawn. */
static void relatives_tell_what_strangers_do(void **state) {
  static const double levels[] = {0, 0.5, 1, 2, 4};
  enum { LEVELS = sizeof levels / sizeof *levels };
  double n = 0, above[LEVELS] = {0}, sum[LEVELS] = {0}, squares[LEVELS] = {0};
  (void)state;
  hw_panel *panel = snp_panel_small(14, 0, 3, 75);
  begin(panel, SNP_AV, 1);
  damage_and_contamination(0);
  trials t = trials_of(4000, 120);
  while (trials_next(&t)) {
    const double stranger = pow(10, snp_study_draw(&study, false, t.seed, NULL));
    const double relative = pow(10, snp_study_draw(&study, true, t.seed + (1u << 30), NULL));
    for (int i = 0; i < LEVELS; i++) {
      const double weight = relative > levels[i] ? 1 / relative : 0;
      above[i] += stranger > levels[i];
      sum[i] += weight;
      squares[i] += weight * weight;
    }
    n++;
    trials_count(&t);
  }
  for (int i = 0; i < LEVELS; i++) {
    const double seen = above[i] / n, told = sum[i] / n;
    const double error = sqrt((squares[i] / n - told * told) / n + seen * (1 - seen) / n);
    print_message("strangers above %g: %.4f drawn, %.4f by weights, z %+.2f\n", levels[i], seen,
                  told, (seen - told) / error);
    assert_true(error < 0.03 && fabs(seen - told) < MOST_Z * error + 0.003);
  }
  snp_study_clear(&study);
  hw_panel_delete(panel);
}

/* --- frequencies of whom --- */

enum { STRUCTURED = 1500, TWO = 2 };

/* Gamma variate of any shape above 0 (Marsaglia & Tsang 2000, by sums of logarithms below 1). */
static double gamma_variate(hw_random *stream, double shape) {
  if (shape < 1)
    return gamma_variate(stream, shape + 1) * pow(1 - hw_random_double(stream), 1 / shape);
  const double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
  for (;;) {
    const double u = 1 - hw_random_double(stream),
                 angle = 6.283185307179586 * hw_random_double(stream);
    const double z = sqrt(-2 * log(u)) * cos(angle), v = pow(1 + c * z, 3);
    if (v > 0 && log(1 - hw_random_double(stream)) < z * z / 2 + d - d * v + d * log(v))
      return d * v;
  }
}

/* Frequencies of a population that drifted from the panel's by F_ST (Balding & Nichols 1994): Beta
 * distributed with p(1 − F)/F and (1 − p)(1 − F)/F. */
static void drift(const hw_panel *panel, double fst, uint64_t seed, double *out) {
  const double *ancestral = panel->populations[0].frequencies;
  hw_random stream;
  hw_random_init(&stream, seed);
  for (int32_t m = 0; m < panel->n_markers; m++) {
    const double x = gamma_variate(&stream, ancestral[2 * m] * (1 - fst) / fst);
    const double y = gamma_variate(&stream, ancestral[2 * m + 1] * (1 - fst) / fst);
    const double p = x / (x + y);
    out[2 * m] = p < 0.005 ? 0.005 : p > 0.995 ? 0.995 : p;
    out[2 * m + 1] = 1 - out[2 * m];
  }
}

/* The same markers with frequencies of their own. */
static hw_panel *with_frequencies(const hw_panel *panel, const double *frequencies) {
  const hw_panel_population population = {.name = "S", .source = "", .frequencies = frequencies};
  hw_panel *out = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(
      hw_panel_new("drifted", "", panel->n_markers, panel->markers, 1, &population, &out, &err),
      &err);
  return out;
}

/* Strangers of one of two populations of F_ST 0.1, weighed with its own frequencies and with those
 * of both pooled. What both share by descent from their population looks like a relation where the
 * frequencies are pooled; nothing else is wrong. */
static void own_frequencies_are_calibrated_and_pooled_ones_inflated(void **state) {
  static double own[TWO][2 * STRUCTURED], pooled[2 * STRUCTURED];
  int n_above[2] = {0, 0};
  double n = 0, sum[2] = {0, 0};
  (void)state;
  hw_panel *ancestral = snp_panel_uniform(STRUCTURED, 2, 12);
  for (int p = 0; p < TWO; p++) drift(ancestral, 0.1, 130 + (uint64_t)p, own[p]);
  for (int i = 0; i < 2 * STRUCTURED; i++) pooled[i] = (own[0][i] + own[1][i]) / 2;
  hw_panel *panel = with_frequencies(ancestral, own[0]);
  begin(panel, SNP_2C, 20);
  trials t = trials_of(100, 140);
  while (trials_next(&t)) {
    for (int is_pooled = 0; is_pooled < 2; is_pooled++) {
      for (int m = 0; m < STRUCTURED; m++)
        study.markers[m].frequencies = (is_pooled ? pooled : own[0]) + 2 * (size_t)m;
      const double log10_lr = snp_study_draw(&study, false, t.seed, NULL);
      sum[is_pooled] += log10_lr;
      n_above[is_pooled] += log10_lr > 2;
    }
    n++;
    trials_count(&t);
  }
  print_message(
      "second cousins, strangers: own frequencies mean log10 LR %.2f, %d of %g above 100; "
      "pooled %.2f, %d\n",
      sum[0] / n, n_above[0], n, sum[1] / n, n_above[1]);
  assert_true(sum[0] / n < 0);
  assert_true(n_above[0] <= n / 100 + MOST_Z * sqrt(n / 100) + 1);
  assert_true(sum[1] / n > 0);
  assert_true(n_above[1] > n / 10); /* ten times what chance is allowed */
  snp_study_clear(&study);
  hw_panel_delete(panel);
  hw_panel_delete(ancestral);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(strangers_have_a_mean_ratio_of_one),
      cmocka_unit_test(relatives_have_a_mean_inverse_ratio_of_one),
      cmocka_unit_test(unmodelled_reads_do_not_make_relatives_of_strangers),
      cmocka_unit_test(strangers_at_a_whole_panel_are_seldom_above_their_bound),
      cmocka_unit_test(contamination_costs_power_and_is_better_modelled),
      cmocka_unit_test(the_model_of_reads_is_calibrated),
      cmocka_unit_test(relatives_tell_what_strangers_do),
      cmocka_unit_test(own_frequencies_are_calibrated_and_pooled_ones_inflated),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
