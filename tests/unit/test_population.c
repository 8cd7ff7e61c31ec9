/* The population check: frequencies of a mixture are found out, those of the people's own are not.
 *
 * Two populations of F_ST 0.1 are made after Balding & Nichols (1995): frequencies of each are drawn
 * from a beta distribution around common ones. People are drawn from one of them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/search_snp.h"
#include "homeward/population.h"
#include "homeward/random.h"
#include "support/assert.h"
#include "support/faults.h"

enum { N_MARKERS = 1100, N_PEOPLE = 12, POOLED = 0, OWN = 1, OTHER = 2, N_POPULATIONS = 3 };
static const double FST = 0.1;

static hw_panel *panel;
static uint8_t bytes[N_PEOPLE][3 * N_MARKERS];
static hw_snp_profile profiles[N_PEOPLE];

/* Gamma (Marsaglia & Tsang 2000), by a normal number from the polar method. */
static double draw_normal(hw_random *r) {
  for (;;) {
    const double u = 2 * hw_random_double(r) - 1, v = 2 * hw_random_double(r) - 1;
    const double s = u * u + v * v;
    if (s > 0 && s < 1) return u * sqrt(-2 * log(s) / s);
  }
}

static double draw_gamma(hw_random *r, double shape) {
  if (shape < 1) return draw_gamma(r, shape + 1) * pow(hw_random_double(r), 1 / shape);
  const double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
  for (;;) {
    const double x = draw_normal(r), v = pow(1 + c * x, 3);
    if (v > 0 && log(1 - hw_random_double(r)) < x * x / 2 + d - d * v + d * log(v)) return d * v;
  }
}

static double draw_beta(hw_random *r, double a, double b) {
  const double x = draw_gamma(r, a), y = draw_gamma(r, b);
  return fmin(fmax(x / (x + y), 0.005), 0.995);
}

/* Fifty markers on each chromosome, 3 cM apart. */
static int make_people(void **state) {
  static const char *const alleles[] = {"A", "C"};
  static char names[N_MARKERS][8];
  static hw_panel_marker markers[N_MARKERS];
  static double f[N_POPULATIONS][2 * N_MARKERS];
  const hw_snp_error error = {0.001, 0};
  hw_random r;
  hw_err err = HW_ERR_INIT;
  (void)state;
  hw_random_init(&r, 2026);
  for (int m = 0; m < N_MARKERS; m++) {
    const double p = 0.2 + 0.6 * hw_random_double(&r), scale = (1 - FST) / FST;
    names[m][0] = 'm';
    for (int i = 0, rest = m; i < 4; i++, rest /= 10) names[m][4 - i] = (char)('0' + rest % 10);
    const double cm = 3.0 * (m % 50);
    markers[m] = (hw_panel_marker){names[m], 1 + m / 50, {m % 50 + 1, 0}, 2, alleles, cm, cm};
    f[OWN][2 * m] = draw_beta(&r, p * scale, (1 - p) * scale);
    f[OTHER][2 * m] = draw_beta(&r, p * scale, (1 - p) * scale);
    f[POOLED][2 * m] = (f[OWN][2 * m] + f[OTHER][2 * m]) / 2;
    for (int q = 0; q < N_POPULATIONS; q++) f[q][2 * m + 1] = 1 - f[q][2 * m];
    for (int i = 0; i < N_PEOPLE; i++)
      hw_snp_call_set(2, hw_random_double(&r) >= f[OWN][2 * m],
                      hw_random_double(&r) >= f[OWN][2 * m], &error, bytes[i] + 3 * m);
  }
  const hw_panel_population populations[] = {
      {"pooled", NULL, 0, f[POOLED]}, {"own", NULL, 0, f[OWN]}, {"other", NULL, 0, f[OTHER]}};
  hw_assert_ok(hw_panel_new(NULL, NULL, N_MARKERS, markers, 3, populations, &panel, &err), &err);
  for (int i = 0; i < N_PEOPLE; i++)
    profiles[i] = (hw_snp_profile){"person", i % 2 ? HW_MALE : HW_FEMALE, bytes[i]};
  return 0;
}

static int delete_panel(void **state) {
  (void)state;
  hw_panel_delete(panel);
  return 0;
}

static hw_population_result check(int32_t population, hw_population_relation relation) {
  const hw_population_options options = {.relation = relation};
  hw_population_result result;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_population_check(panel, population, N_PEOPLE, profiles, &options, &result, &err),
               &err);
  assert_int_equal(result.n_markers, N_MARKERS);
  assert_int_equal(result.n_pairs, N_PEOPLE * (N_PEOPLE - 1) / 2);
  print_message("# %s: median log10 LR %.2f, above 1: %d, 100: %d, 10^4: %d of %d; F %.3f\n",
                panel->populations[population].name, result.median_log10_lr,
                (int)result.levels[0].n, (int)result.levels[1].n, (int)result.levels[2].n,
                (int)result.n_pairs, result.f);
  return result;
}

static void frequencies_of_the_people_fit(void **state) {
  (void)state;
  for (int relation = HW_SECOND_COUSINS; relation <= HW_PARENT_CHILD; relation++) {
    hw_population_result result = check(OWN, (hw_population_relation)relation);
    assert_int_equal(result.verdict, HW_POPULATION_FITS);
    assert_true(result.median_log10_lr < 0);
    assert_true(fabs(result.f) < 0.02 && result.f_error > 0 && result.f_error < 0.02);
    hw_assert_close(result.observed_heterozygosity, result.expected_heterozygosity, 0.02, 0);
    hw_population_result_clear(&result);
  }
}

static void pooled_frequencies_are_found_out(void **state) {
  (void)state;
  hw_population_result result = check(POOLED, HW_SECOND_COUSINS);
  assert_int_equal(result.verdict, HW_POPULATION_INFLATED);
  assert_true(result.median_log10_lr > 0);
  assert_true(result.levels[1].n >= 5 && result.levels[1].tail < 1e-3);
  assert_true(result.f > 0.02 && result.f > 4 * result.f_error);
  hw_population_result_clear(&result);
}

static void frequencies_of_another_population_are_found_out(void **state) {
  (void)state;
  hw_population_result result = check(OTHER, HW_FIRST_COUSINS);
  assert_int_equal(result.verdict, HW_POPULATION_INFLATED);
  assert_true(result.f > 0.05);
  hw_population_result_clear(&result);
}

static void the_peoples_own_estimates_do_not_frighten(void **state) {
  hw_panel *more = NULL;
  hw_population_result result;
  hw_err err = HW_ERR_INIT;
  (void)state;
  hw_assert_ok(hw_panel_estimate(panel, N_PEOPLE, profiles, "sample", 0.5, &more, &err), &err);
  hw_assert_ok(hw_population_check(more, 3, N_PEOPLE, profiles, NULL, &result, &err), &err);
  assert_int_equal(result.verdict, HW_POPULATION_FITS);
  hw_population_result_clear(&result);
  hw_panel_delete(more);
}

static void pairs_are_chosen_evenly_and_again_the_same(void **state) {
  static const int32_t related[][2] = {{1, 0}, {2, 3}};
  const hw_population_options options = {.max_pairs = 22, .n_related = 2, .related = related};
  int often[N_PEOPLE] = {0};
  hw_err err = HW_ERR_INIT;
  hw_population_result result, again;
  (void)state;
  hw_assert_ok(hw_population_check(panel, OWN, N_PEOPLE, profiles, &options, &result, &err), &err);
  hw_assert_ok(hw_population_check(panel, OWN, N_PEOPLE, profiles, &options, &again, &err), &err);
  assert_int_equal(result.n_pairs, 22);
  for (int i = 0; i < 22; i++) {
    const hw_population_pair *pair = &result.pairs[i];
    assert_true(pair->a < pair->b);
    assert_false(pair->a == 0 && pair->b == 1);
    assert_false(pair->a == 2 && pair->b == 3);
    hw_assert_same_bits(pair->log10_lr, again.pairs[i].log10_lr);
    often[pair->a]++;
    often[pair->b]++;
    for (int j = 0; j < i; j++)
      assert_false(result.pairs[j].a == pair->a && result.pairs[j].b == pair->b);
  }
  for (int i = 0; i < N_PEOPLE; i++) assert_true(often[i] >= 3 && often[i] <= 4);
  hw_population_result_clear(&result);
  hw_population_result_clear(&again);
}

static void few_pairs_are_called_few(void **state) {
  hw_err err = HW_ERR_INIT;
  hw_population_result result;
  const hw_population_options options = {.relation = HW_PARENT_CHILD};
  (void)state;
  hw_assert_ok(hw_population_check(panel, OWN, 3, profiles, &options, &result, &err), &err);
  assert_int_equal(result.n_pairs, 3);
  assert_int_equal(result.verdict, HW_POPULATION_TOO_FEW);
  assert_true(result.levels[0].tail == 1 && result.levels[0].share == 0);
  hw_population_result_clear(&result);
}

static void what_cannot_be_checked_is_refused(void **state) {
  static const int32_t related[][2] = {{0, 1}};
  static const struct {
    hw_population_options options;
    int32_t population, n;
    hw_status status;
    const char *message;
  } bad[] = {
      {{0}, 3, 5, HW_E_VALUE, "no population 3"},
      {{0}, 0, 1, HW_E_SHAPE, "a pair needs two"},
      {{.relation = (hw_population_relation)3}, 0, 5, HW_E_VALUE, "relation 3"},
      {{.max_pairs = -1}, 0, 5, HW_E_VALUE, "-1 pairs"},
      {{.theta = 1}, 0, 5, HW_E_VALUE, "theta is 1"},
      {{.n_related = 1, .related = related}, 0, 2, HW_E_SHAPE, "no pair of the 2"},
  };
  hw_err err = HW_ERR_INIT;
  hw_population_result result;
  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    hw_assert_status(hw_population_check(panel, bad[i].population, bad[i].n, profiles,
                                         &bad[i].options, &result, &err),
                     bad[i].status, &err);
    hw_assert_contains(err.message, bad[i].message);
    assert_null(result.pairs);
  }
  static const char text[] = "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,P\n"
                             "a,1,1,1,A/C,1,,0.5\nb,1,2,2,A/C,1,1,\nx,X,2,2,A/C,1,,0.5\n";
  hw_panel *other = NULL;
  hw_assert_ok(hw_panel_parse(text, sizeof text - 1, "t", &other, &err), &err);
  hw_assert_status(hw_population_check(other, 0, 2, profiles, NULL, &result, &err), HW_E_VALUE,
                   &err);
  hw_assert_contains(err.message, "no autosomal marker");
  hw_panel_delete(other);
}

static void memory_may_run_out_at_any_place(void **state) {
  const hw_population_options options = {.relation = HW_PARENT_CHILD, .max_pairs = 1};
  static const int32_t few[] = {0, 1, 2};
  hw_panel *part = NULL;
  hw_err err = HW_ERR_INIT;
  (void)state;
  hw_assert_ok(hw_panel_select(panel, 3, few, &part, &err), &err);
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_population_result result;
    const hw_status s = hw_population_check(part, OWN, 3, profiles, &options, &result, &err);
    const bool has_failed = hw_faults_end();
    hw_population_result_clear(&result);
    if (!has_failed) {
      hw_assert_ok(s, &err);
      break;
    }
    assert_int_equal(s, HW_E_NO_MEMORY);
  }
  hw_panel_delete(part);
}

static void a_search_looks_at_references_of_different_families(void **state) {
  (void)state;
  static const hw_population_verdict expected[] = {[POOLED] = HW_POPULATION_INFLATED,
                                                   [OWN] = HW_POPULATION_FITS,
                                                   [OTHER] = HW_POPULATION_INFLATED};
  hw_snp_search_family families[N_PEOPLE / 2 + 1] = {{0}};
  /* Two of each family, whom nobody may take for strangers, and one family of whom nobody is typed. */
  for (int f = 0; f < N_PEOPLE / 2; f++)
    families[f] = (hw_snp_search_family){.n_profiles = 2, .profiles = &profiles[2 * f]};
  hw_snp_search_input input = {
      .panel = panel, .n_families = N_PEOPLE / 2 + 1, .families = families};
  for (int p = 0; p < N_POPULATIONS; p++) {
    hw_population_result result;
    hw_err err = HW_ERR_INIT;
    input.population = p;
    hw_assert_ok(hw_snp_search_check_population(&input, NULL, &result, &err), &err);
    assert_int_equal(result.n_pairs, N_PEOPLE / 2 * (N_PEOPLE / 2 - 1) / 2);
    assert_int_equal(result.verdict, expected[p]);
    hw_population_result_clear(&result);
  }
  input.n_families = 1;
  hw_population_result none;
  hw_assert_ok(hw_snp_search_check_population(&input, NULL, &none, NULL), NULL);
  assert_int_equal(none.n_pairs, 0);
  hw_population_result_clear(&none);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_search_looks_at_references_of_different_families),
      cmocka_unit_test(frequencies_of_the_people_fit),
      cmocka_unit_test(pooled_frequencies_are_found_out),
      cmocka_unit_test(frequencies_of_another_population_are_found_out),
      cmocka_unit_test(the_peoples_own_estimates_do_not_frighten),
      cmocka_unit_test(pairs_are_chosen_evenly_and_again_the_same),
      cmocka_unit_test(few_pairs_are_called_few),
      cmocka_unit_test(what_cannot_be_checked_is_refused),
      cmocka_unit_test(memory_may_run_out_at_any_place),
  };
  return cmocka_run_group_tests(tests, make_people, delete_panel);
}
