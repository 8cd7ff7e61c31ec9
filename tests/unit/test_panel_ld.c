/* Thinning, pruning and estimating: what is kept of a panel, and frequencies of its own people. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/random.h"
#include "homeward/snp.h"
#include "support/assert.h"
#include "support/faults.h"

enum { MOST_MARKERS = 60, MOST_PEOPLE = 60 };

static hw_err err;
static hw_panel *panel;
static int32_t chosen[MOST_MARKERS], n_chosen;
static uint8_t bytes[MOST_PEOPLE][3 * MOST_MARKERS];
static hw_snp_profile profiles[MOST_PEOPLE];

static int begin(void **state) {
  (void)state;
  err = (hw_err)HW_ERR_INIT;
  panel = NULL;
  memset(bytes, 0, sizeof bytes);
  for (int i = 0; i < MOST_PEOPLE; i++) profiles[i] = (hw_snp_profile){"P", HW_FEMALE, bytes[i]};
  return 0;
}

static int end(void **state) {
  (void)state;
  hw_panel_delete(panel);
  panel = NULL;
  return 0;
}

static void parse(const char *text) {
  hw_panel_delete(panel);
  hw_assert_ok(hw_panel_parse(text, strlen(text), "p.csv", &panel, &err), &err);
}

#define HEADER "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,P\n"
static const char SPACED[] = HEADER "a,1,1000,9000,A/C,1.0,0.0,0.5\n"
                                    "b,1,1500,8000,A/C,1.2,0.2,0.1\n"
                                    "c,1,2500,7000,A/C,1.5,0.5,0.3\n"
                                    "d,1,2600,6000,A/C,3.0,1.0,\n"
                                    "e,1,2700,5000,A/C,3.0,1.2,0.4\n"
                                    "f,2,2750,4000,A/C,3.0,1.2,0.01\n";

static void assert_thinned(double cm, int32_t bp, hw_build build, int32_t population,
                           const char *names) {
  const hw_panel_spacing spacing = {cm, bp, build, population};
  char seen[MOST_MARKERS] = "";
  hw_assert_ok(hw_panel_thin(panel, &spacing, chosen, &n_chosen, &err), &err);
  for (int32_t i = 0; i < n_chosen; i++) seen[i] = panel->markers[chosen[i]].name[0];
  seen[n_chosen] = '\0';
  assert_string_equal(seen, names);
}

static void the_most_informative_markers_keep_their_distance(void **state) {
  (void)state;
  parse(SPACED);
  assert_thinned(0.3, 0, HW_GRCH37, 0, "acef");
  assert_thinned(0.51, 0, HW_GRCH37, 0, "aef");
  assert_thinned(0.5, 0, HW_GRCH37, 0, "acef"); /* exactly the distance is far enough */
  assert_thinned(0.05, 0, HW_GRCH37, 0, "abcdef");
  assert_thinned(100, 0, HW_GRCH37, 0, "af");
  assert_thinned(0.5, 0, HW_GRCH37, HW_PANEL_NONE, "acdf");
  assert_thinned(0, 600, HW_GRCH37, 0, "aef");
  assert_thinned(0, 1500, HW_GRCH38, 0, "acef");
  assert_thinned(0.3, 1800, HW_GRCH37, 0, "af");
  assert_true(hw_panel_heterozygosity(panel, 0, 0) == 0.5);
  assert_true(isnan(hw_panel_heterozygosity(panel, 0, 3)));
}

static void a_spacing_that_cannot_be_measured_is_refused(void **state) {
  static const struct {
    hw_panel_spacing spacing;
    const char *message;
  } bad[] = {{{0, 0, HW_GRCH37, 0}, "one of them above 0"},
             {{-1, 5, HW_GRCH37, 0}, "one of them above 0"},
             {{(double)NAN, 5, HW_GRCH37, 0}, "one of them above 0"},
             {{1, 0, HW_GRCH37, 1}, "no population 1"},
             {{0, 5, HW_BUILD_COUNT, 0}, "does not exist"},
             {{0, 5, HW_GRCH38, 0}, "\"b\" has no position in GRCh38"},
             {{1, 0, HW_GRCH37, 0}, "\"a\" has no place on the genetic map"}};
  (void)state;
  parse(HEADER "a,1,5,5,A/C,1,,0.5\nb,1,6,,A/C,2,2,0.5\n");
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    hw_assert_status(hw_panel_thin(panel, &bad[i].spacing, chosen, &n_chosen, &err), HW_E_VALUE,
                     &err);
    hw_assert_contains(err.message, bad[i].message);
  }
}

/* --- people --- */

static const hw_snp_error EXACT = {0, 0};

/* A panel of n markers, all on chromosome 1, 0.01 cM apart. */
static void new_panel(int n, const double *first_frequency) {
  static const char *const alleles[] = {"A", "C"};
  static char names[MOST_MARKERS][8];
  hw_panel_marker markers[MOST_MARKERS];
  double f[2 * MOST_MARKERS];
  for (int m = 0; m < n; m++) {
    names[m][0] = (char)('a' + m % 26);
    names[m][1] = (char)('0' + m / 26);
    markers[m] = (hw_panel_marker){names[m], 1, {m + 1, m + 1}, 2, alleles, m * 0.01, m * 0.01};
    f[2 * m] = first_frequency[m];
    f[2 * m + 1] = 1 - first_frequency[m];
  }
  const hw_panel_population population = {"P", "made up", 0, f};
  hw_panel_delete(panel);
  hw_assert_ok(hw_panel_new(NULL, NULL, n, markers, 1, &population, &panel, &err), &err);
}

static void call(int person, int marker, int copies_of_second) {
  hw_snp_call_set(2, copies_of_second == 2, copies_of_second > 0, &EXACT,
                  bytes[person] + 3 * marker);
}

/* r² of called genotypes, as it stands in the textbook. */
static double slow_r2(const int *x, const int *y, int n) {
  double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
  for (int i = 0; i < n; i++) {
    mx += (double)x[i] / n;
    my += (double)y[i] / n;
  }
  for (int i = 0; i < n; i++) {
    xx += (x[i] - mx) * (x[i] - mx);
    yy += (y[i] - my) * (y[i] - my);
    xy += (x[i] - mx) * (y[i] - my);
  }
  return xx > 0 && yy > 0 ? xy * xy / (xx * yy) : 0;
}

/* The rule as the header says it, over all pairs. */
static int slow_prune(int n_markers, int n, int genotypes[][MOST_PEOPLE], const double *value,
                      double limit, double window, bool *is_kept) {
  int kept = 0;
  for (int m = 0; m < n_markers; m++) {
    bool is_better = true;
    for (int other = 0; other < m; other++)
      if (is_kept[other] && (m - other) * 0.01 <= window + 1e-9 &&
          slow_r2(genotypes[m], genotypes[other], n) > limit && value[other] >= value[m])
        is_better = false;
    is_kept[m] = is_better;
    for (int other = 0; is_better && other < m; other++)
      if ((m - other) * 0.01 <= window + 1e-9 && slow_r2(genotypes[m], genotypes[other], n) > limit)
        is_kept[other] = false;
  }
  for (int m = 0; m < n_markers; m++) kept += is_kept[m];
  return kept;
}

static void pruning_of_called_genotypes_is_the_rule_over_all_pairs(void **state) {
  hw_random root;
  int n_dropped = 0;
  (void)state;
  hw_random_init(&root, 61);
  for (uint64_t trial = 0; trial < 60; trial++) {
    static int genotypes[MOST_MARKERS][MOST_PEOPLE];
    hw_random r = hw_random_split(&root, trial);
    const int n_markers = 5 + (int)hw_random_below(&r, 40), n = 8 + (int)hw_random_below(&r, 40);
    double f[MOST_MARKERS], value[MOST_MARKERS];
    bool is_kept[MOST_MARKERS] = {false};
    for (int m = 0; m < n_markers; m++) f[m] = 0.1 + 0.8 * hw_random_double(&r);
    new_panel(n_markers, f);
    for (int m = 0; m < n_markers; m++) {
      value[m] = hw_panel_heterozygosity(panel, 0, m);
      for (int i = 0; i < n; i++) {
        const bool is_copied = m > 0 && hw_random_double(&r) < 0.7;
        genotypes[m][i] = is_copied ? genotypes[m - 1][i] : (int)hw_random_below(&r, 3);
        call(i, m, genotypes[m][i]);
      }
    }
    const hw_snp_pruning pruning = {0.05 + 0.5 * hw_random_double(&r), 0.145, 0};
    const int kept = slow_prune(n_markers, n, genotypes, value, pruning.max_r2, 0.145, is_kept);
    hw_assert_ok(hw_panel_prune(panel, n, profiles, &pruning, chosen, &n_chosen, &err), &err);
    assert_int_equal(n_chosen, kept);
    for (int32_t i = 0; i < n_chosen; i++) assert_true(is_kept[chosen[i]]);
    n_dropped += n_markers - kept;
  }
  assert_true(n_dropped > 300);
}

static void uncertain_genotypes_do_not_hide_disequilibrium(void **state) {
  static const double f[] = {0.5, 0.45};
  const hw_snp_pruning pruning = {0.5, 1, 0};
  hw_random r;
  (void)state;
  new_panel(2, f);
  hw_random_init(&r, 5);
  for (int i = 0; i < MOST_PEOPLE; i++) {
    const int g = (int)(hw_random_below(&r, 2) + hw_random_below(&r, 2));
    for (int m = 0; m < 2; m++) { /* two reads of each marker, which is the same genotype twice */
      double l[3] = {1, 1, 1};
      for (int read = 0; read < 2; read++) {
        const bool is_second = hw_random_double(&r) < g / 2.0;
        l[0] *= is_second ? 0.01 : 0.99;
        l[1] *= 0.5;
        l[2] *= is_second ? 0.99 : 0.01;
      }
      hw_snp_bytes(l, 3, bytes[i] + 3 * m);
    }
  }
  hw_assert_ok(hw_panel_prune(panel, MOST_PEOPLE, profiles, &pruning, chosen, &n_chosen, &err),
               &err);
  assert_int_equal(n_chosen, 1);
  assert_int_equal(chosen[0], 0);
}

static void what_nobody_shares_is_let_stand(void **state) {
  static const double f[] = {0.5, 0.5};
  const hw_snp_pruning pruning = {0, 1, HW_PANEL_NONE};
  (void)state;
  new_panel(2, f);
  for (int i = 0; i < 10; i++) call(i, i < 5 ? 0 : 1, i % 3);
  hw_assert_ok(hw_panel_prune(panel, 10, profiles, &pruning, chosen, &n_chosen, &err), &err);
  assert_int_equal(n_chosen, 2);
}

static void a_pruning_that_makes_no_sense_is_refused(void **state) {
  static const double f[] = {0.5, 0.5};
  const hw_snp_pruning bad[] = {{-0.1, 1, 0}, {1.1, 1, 0}, {0.1, 0, 0}, {0.1, 1, 1}};
  const hw_snp_pruning good = {0.1, 1, 0};
  (void)state;
  new_panel(2, f);
  for (int i = 0; i < 4; i++)
    hw_assert_status(hw_panel_prune(panel, 9, profiles, &bad[i], chosen, &n_chosen, &err),
                     HW_E_VALUE, &err);
  hw_assert_status(hw_panel_prune(panel, 3, profiles, &good, chosen, &n_chosen, &err), HW_E_SHAPE,
                   &err);
  parse(HEADER "a,1,5,5,A/C,1,,0.5\n");
  hw_assert_status(hw_panel_prune(panel, 9, profiles, &good, chosen, &n_chosen, &err), HW_E_VALUE,
                   &err);
  hw_assert_contains(err.message, "\"a\" has no place");
}

/* --- frequencies --- */

static void called_genotypes_are_counted(void **state) {
  hw_panel *more = NULL;
  (void)state;
  parse(HEADER "a,1,5,5,A/C,1,1,0.5\nb,1,6,6,A/C/G,2,2,\nx,X,7,7,A/C,1,,0.5\n");
  profiles[1].sex = HW_MALE;
  for (int i = 0; i < 3; i++) { /* A/A, A/C, A/A; of three alleles A/G each; on X C/C, C, C/C */
    hw_snp_call_set(2, 0, i == 1, &EXACT, bytes[i]);
    hw_snp_call_set(3, 0, 2, &EXACT, bytes[i] + 3);
    hw_snp_call_set(2, 1, 1, &EXACT, bytes[i] + 9);
  }
  hw_assert_ok(hw_panel_estimate(panel, 4, profiles, "own", 0.5, &more, &err), &err);
  assert_int_equal(more->n_populations, 2);
  assert_string_equal(more->populations[1].name, "own");
  hw_assert_contains(more->populations[1].source, "profiles of 4 persons");
  const double *f = more->populations[1].frequencies;
  const double expected[] = {5.5 / 7, 1.5 / 7, 3.5 / 7.5, 0.5 / 7.5, 3.5 / 7.5, 0.5 / 6, 5.5 / 6};
  for (int a = 0; a < 7; a++)
    hw_assert_close(f[a], expected[a], 0, 3e-6); /* a byte ends at 10^-6.4 */
  hw_panel_delete(more);
  hw_assert_ok(hw_panel_estimate(panel, 1, profiles + 3, "own", 0.5, &more, &err), &err);
  assert_true(isnan(more->populations[1].frequencies[0]));
  assert_true(isnan(more->populations[1].frequencies[6]));
  hw_panel_delete(more);
}

/* ln of what the estimate makes largest: likelihood and pseudo-counts. */
static double ln_posterior(int n, float l[][3], double p, double c) {
  double sum = c * (log(p) + log(1 - p));
  for (int i = 0; i < n; i++)
    sum += log(p * p * (double)l[i][0] + 2 * p * (1 - p) * (double)l[i][1] +
               (1 - p) * (1 - p) * (double)l[i][2]);
  return sum;
}

static void uncertain_genotypes_give_the_most_likely_frequency(void **state) {
  static const double f[] = {0.5};
  hw_random r;
  (void)state;
  hw_random_init(&r, 17);
  for (int trial = 0; trial < 10; trial++) {
    hw_panel *more = NULL;
    float l[40][3];
    double best = 0, largest = -INFINITY;
    new_panel(1, f);
    for (int i = 0; i < 40; i++) {
      const double seen[] = {hw_random_double(&r), hw_random_double(&r), hw_random_double(&r) / 2};
      hw_snp_bytes(seen, 3, bytes[i]);
      hw_snp_likelihoods(bytes[i], 3, l[i]);
    }
    hw_assert_ok(hw_panel_estimate(panel, 40, profiles, "own", 0.5, &more, &err), &err);
    for (int i = 1; i < 2000; i++) {
      const double ln = ln_posterior(40, l, i / 2e3, 0.5);
      if (ln > largest) best = i / 2e3;
      largest = fmax(largest, ln);
    }
    hw_assert_close(more->populations[1].frequencies[0], best, 0, 5.1e-4);
    hw_panel_delete(more);
  }
}

static void an_estimate_that_cannot_be_is_refused(void **state) {
  static const double f[] = {0.5};
  hw_panel *more = NULL;
  (void)state;
  new_panel(1, f);
  hw_assert_status(hw_panel_estimate(panel, 0, profiles, "own", 0.5, &more, &err), HW_E_SHAPE,
                   &err);
  hw_assert_status(hw_panel_estimate(panel, 3, profiles, "own", 0, &more, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "no allele is impossible");
  hw_assert_status(hw_panel_estimate(panel, 3, profiles, "P", 0.5, &more, &err), HW_E_DUPLICATE,
                   &err);
  hw_assert_status(hw_panel_estimate(panel, 3, profiles, "", 0.5, &more, &err), HW_E_VALUE, &err);
  assert_null(more);
}

static void memory_may_run_out_at_any_place(void **state) {
  static const double f[] = {0.5, 0.4, 0.3};
  const hw_panel_spacing spacing = {1, 5, HW_GRCH37, 0};
  const hw_snp_pruning pruning = {0.1, 1, 0};
  (void)state;
  new_panel(3, f);
  for (int i = 0; i < 9; i++)
    for (int m = 0; m < 3; m++) call(i, m, (i + m) % 3);
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_panel *more = NULL;
    hw_status s = hw_panel_thin(panel, &spacing, chosen, &n_chosen, &err);
    if (s == HW_OK) s = hw_panel_prune(panel, 9, profiles, &pruning, chosen, &n_chosen, &err);
    if (s == HW_OK) s = hw_panel_estimate(panel, 9, profiles, "own", 0.5, &more, &err);
    const bool has_failed = hw_faults_end();
    hw_panel_delete(more);
    if (!has_failed) {
      hw_assert_ok(s, &err);
      break;
    }
    assert_int_equal(s, HW_E_NO_MEMORY);
  }
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      CASE(the_most_informative_markers_keep_their_distance),
      CASE(a_spacing_that_cannot_be_measured_is_refused),
      CASE(pruning_of_called_genotypes_is_the_rule_over_all_pairs),
      CASE(uncertain_genotypes_do_not_hide_disequilibrium),
      CASE(what_nobody_shares_is_let_stand),
      CASE(a_pruning_that_makes_no_sense_is_refused),
      CASE(called_genotypes_are_counted),
      CASE(uncertain_genotypes_give_the_most_likely_frequency),
      CASE(an_estimate_that_cannot_be_is_refused),
      CASE(memory_may_run_out_at_any_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
