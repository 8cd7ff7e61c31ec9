/* Single markers, with and without theta, and linked ones by the engine of linked panels, against
 * what independent programs gave. Cases with mutation, with more than its alleles, or with dropout,
 * whose probabilities single precision does not hold, are the other engine's. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "golden.h"
#include "homeward/linked.h"
#include "support/assert.h"

enum { MOST_TYPED = 16 };

static bool is_fit(const hw_case *c) {
  for (int32_t p = 0; p < c->n_profiles; p++)
    if (c->profiles[p].dropout > 0 || c->profiles[p].drop_in > 0) return false;
  const bool is_group = c->n_linkages == 1 && c->linkages[0].n_markers == c->n_markers;
  if (!is_group && (c->n_linkages > 0 || c->n_markers != 1)) return false;
  for (int32_t m = 0; m < c->n_markers; m++)
    if (c->markers[m].mutation.model != HW_MUTATION_NONE || c->markers[m].silent >= 0 ||
        c->markers[m].n_alleles > HW_LINKED_MAX_ALLELES || c->markers[m].n_alleles < 2)
      return false;
  return true;
}

/* The map position at which Haldane's function gives a recombination fraction. */
static double cm_of(double recombination) {
  return recombination < 0.5 ? -50 * log(1 - 2 * recombination) : 1e5;
}

static void fill_likelihoods(const hw_case *c, const hw_profile *profile, bool is_male_x,
                             float *out) {
  for (int32_t m = 0; m < c->n_markers; m++)
    for (int32_t b = 0; b < c->markers[m].n_alleles; b++)
      for (int32_t a = 0; a <= b; a++) {
        const hw_observation *obs = &profile->observations[m];
        *out++ = is_male_x && a != b
                     ? 0
                     : (float)hw_observation_probability(&c->markers[m], obs, profile, a,
                                                         is_male_x ? HW_ALLELE_NONE : b);
      }
}

static double ln_of(const hw_case *c, int32_t h) {
  const hw_problem from = golden_problem(c, h);
  const bool on_x = hw_marker_is_x(&c->markers[0]);
  hw_err err = HW_ERR_INIT;
  hw_linked_result result;
  hw_linked_typed typed[MOST_TYPED];
  hw_linked_marker *markers = calloc((size_t)c->n_markers, sizeof *markers);
  assert_non_null(markers);
  assert_true(from.n_profiles <= MOST_TYPED);
  double cm = 0;
  for (int32_t m = 0; m < c->n_markers; m++) {
    if (m > 0) {
      assert_int_equal(c->linkages[0].markers[m], m);
      cm += cm_of(c->linkages[0].recombination[m - 1]);
    }
    markers[m] = (hw_linked_marker){on_x ? 23 : 1, cm, cm, c->markers[m].n_alleles,
                                    c->markers[m].frequencies};
  }
  for (int32_t t = 0; t < from.n_profiles; t++) {
    const int32_t person = from.profile_person[t];
    float *likelihoods = calloc((size_t)c->n_markers * 36, sizeof *likelihoods);
    assert_non_null(likelihoods);
    fill_likelihoods(c, &from.profiles[t], on_x && from.pedigree->persons[person].sex == HW_MALE,
                     likelihoods);
    typed[t] = (hw_linked_typed){person, likelihoods};
  }
  const hw_linked_problem problem = {from.pedigree, from.n_profiles, typed,
                                     c->n_markers,  markers,         c->theta};
  const hw_linked_options options = {.in_double = true};
  hw_assert_ok(hw_linked_likelihood(&problem, &options, &result, &err), &err);
  for (int32_t t = 0; t < from.n_profiles; t++) free((void *)(uintptr_t)typed[t].likelihoods);
  free(markers);
  return result.ln_likelihood;
}

static void cases_equal_the_reference_programs(void **state) {
  char paths[GOLDEN_MAX_FILES][GOLDEN_PATH], folder[GOLDEN_PATH];
  const char *shared = golden_shared();
  int n_compared = 0, n_theta = 0;
  double worst = 0;
  (void)state;
  if (shared == NULL) skip();
  snprintf(folder, sizeof folder, "%s/golden/kinship", shared);
  const int32_t n_files = golden_files(folder, paths);
  for (int32_t f = 0; f < n_files; f++) {
    golden_file file;
    golden_open(&file, paths[f]);
    for (int32_t i = 0; i < file.list->n_cases; i++) {
      const hw_case *c = &file.list->cases[i];
      for (int32_t h = 0; is_fit(c) && h < c->n_hypotheses; h++) {
        double expected = 0;
        if (golden_likelihoods(golden_expect(&file, i), c, h, &expected) != 1) continue;
        const double error = golden_relative_error(ln_of(c, h), expected);
        if (error > 1e-9) print_error("%s, hypothesis %d: %g\n", c->id, (int)h, error);
        worst = fmax(worst, error);
        n_compared++;
        n_theta += c->theta > 0;
      }
    }
    golden_close(&file);
  }
  printf("# %d likelihoods, %d of them with theta, largest relative error %.2g\n", n_compared,
         n_theta, worst);
  assert_true(n_compared > 20 && n_theta > 20);
  assert_true(worst <= 1e-9);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(cases_equal_the_reference_programs)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
