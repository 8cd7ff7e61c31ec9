/* The population check on real people: seven from one population at about six reads a site, five
 * pairs of whom are related. Under their own population's frequencies (101 persons) the sixteen
 * unrelated pairs do not frighten; under frequencies that are half another's they do.
 *
 * Sites are thinned to one in 100,000 base pairs; one centimorgan per million base pairs stands for
 * the map. What the reads leave open is bounded by an error of one in a hundred. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "homeward/population.h"
#include "homeward/random.h"
#include "support/assert.h"

enum { N_PEOPLE = 7, MOST_SITES = 130000, THIN_BP = 100000, N_UNRELATED = 16 };
static const double ERROR_SHARE = 0.01;
static const int32_t related[][2] = {{0, 1}, {2, 3}, {2, 4}, {3, 4}, {5, 6}};

static hw_panel_marker markers[MOST_SITES];
static char names[MOST_SITES][16];
static double own[2 * MOST_SITES], mixed[2 * MOST_SITES];
static uint8_t bytes[N_PEOPLE][3 * MOST_SITES];
static int32_t n_sites;
static hw_panel *panel, *thinned;
static hw_snp_profile profiles[N_PEOPLE];

static FILE *open_compressed(const char *name) {
  char command[GOLDEN_PATH + 80];
  snprintf(command, sizeof command, "gzip -dc '%s/data/snp/%s'", golden_shared(), name);
  FILE *file = popen(command, "r");
  assert_non_null(file);
  return file;
}

/* Half of the frequencies are those of a population that has nothing to do with this one. */
static void add_site(int chromosome, int bp, double minor, const double *values, hw_random *r) {
  static const char *const alleles[] = {"A", "C"}; /* which bases they are makes no difference */
  const double cm = bp / 1e6, other = hw_random_double(r);
  snprintf(names[n_sites], sizeof *names, "%d_%d", chromosome, bp);
  markers[n_sites] = (hw_panel_marker){names[n_sites], chromosome, {bp, 0}, 2, alleles, cm, cm};
  own[2 * n_sites] = 1 - minor;
  mixed[2 * n_sites] = (1 - minor + other) / 2;
  for (int f = 0; f < 2; f++) {
    double *of = (f == 0 ? own : mixed) + 2 * n_sites;
    of[1] = 1 - of[0];
  }
  for (int i = 0; i < N_PEOPLE; i++) {
    double likelihoods[3];
    for (int g = 0; g < 3; g++)
      likelihoods[g] = (1 - ERROR_SHARE) * values[3 * i + g] + ERROR_SHARE / 3;
    hw_snp_bytes(likelihoods, 3, bytes[i] + 3 * n_sites);
  }
  n_sites++;
}

static int read_people(void **state) {
  double values[3 * N_PEOPLE], minor = 0;
  int chromosome = 0, bp = 0, c;
  hw_random r;
  hw_err err = HW_ERR_INIT;
  (void)state;
  if (golden_shared() == NULL) return 0;
  hw_random_init(&r, 7);
  FILE *sites = open_compressed("LWK.beagle.gz"), *frequencies = open_compressed("LWK.freq.gz");
  while ((c = fgetc(sites)) != '\n') assert_int_not_equal(c, EOF);
  while (fscanf(sites, "%d_%d %*s %*s", &chromosome, &bp) == 2) {
    for (int i = 0; i < 3 * N_PEOPLE; i++) assert_int_equal(fscanf(sites, "%lf", &values[i]), 1);
    assert_int_equal(fscanf(frequencies, "%lf", &minor), 1);
    add_site(chromosome, bp, minor, values, &r);
  }
  assert_int_equal(pclose(sites), 0);
  assert_int_equal(pclose(frequencies), 0);
  const hw_panel_population populations[] = {{"own", "101 persons", 101, own},
                                             {"mixed", "made up", 0, mixed}};
  hw_assert_ok(hw_panel_new(NULL, NULL, n_sites, markers, 2, populations, &panel, &err), &err);
  for (int i = 0; i < N_PEOPLE; i++)
    profiles[i] = (hw_snp_profile){"LWK", HW_UNKNOWN_SEX, bytes[i]};
  return 0;
}

static int forget_people(void **state) {
  (void)state;
  hw_panel_delete(panel);
  hw_panel_delete(thinned);
  return 0;
}

/* The bytes of the chosen markers take the place of all of them. */
static void thin(void) {
  static int32_t chosen[MOST_SITES];
  int32_t n = 0;
  const hw_panel_spacing spacing = {0, THIN_BP, HW_GRCH37, HW_PANEL_NONE};
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_panel_thin(panel, &spacing, chosen, &n, &err), &err);
  hw_assert_ok(hw_panel_select(panel, n, chosen, &thinned, &err), &err);
  for (int i = 0; i < N_PEOPLE; i++)
    for (int32_t m = 0; m < n; m++) memmove(bytes[i] + 3 * m, bytes[i] + 3 * chosen[m], 3);
  printf("# %d of %d sites\n", (int)n, (int)n_sites);
  assert_true(n > 15000 && n < 25000);
}

static hw_population_result check(int32_t population, hw_population_relation relation) {
  const hw_population_options options = {.relation = relation, .n_related = 5, .related = related};
  hw_population_result result;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(
      hw_population_check(thinned, population, N_PEOPLE, profiles, &options, &result, &err), &err);
  printf("# %s, relation %d: median log10 LR %.2f, above 1: %d, 100: %d, 10^4: %d of %d; F %.3f "
         "(%.3f)\n",
         thinned->populations[population].name, (int)relation, result.median_log10_lr,
         (int)result.levels[0].n, (int)result.levels[1].n, (int)result.levels[2].n,
         (int)result.n_pairs, result.f, result.f_error);
  assert_int_equal(result.n_pairs, N_UNRELATED);
  return result;
}

static void own_frequencies_fit_and_mixed_ones_do_not(void **state) {
  (void)state;
  if (golden_shared() == NULL) skip();
  thin();
  for (int relation = HW_SECOND_COUSINS; relation <= HW_PARENT_CHILD; relation++) {
    hw_population_result result = check(0, (hw_population_relation)relation);
    assert_int_equal(result.verdict, HW_POPULATION_FITS);
    assert_int_equal(result.levels[2].n, 0);
    hw_population_result_clear(&result);
  }
  hw_population_result result = check(1, HW_SECOND_COUSINS);
  assert_int_equal(result.verdict, HW_POPULATION_INFLATED);
  assert_true(result.f > 0.05);
  hw_population_result_clear(&result);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(own_frequencies_fit_and_mixed_ones_do_not)};
  return cmocka_run_group_tests(tests, read_people, forget_people);
}
