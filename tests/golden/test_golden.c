/* The reference answers: likelihoods of hypotheses that two or three independent
 * programs agree on. One test for each file of tests/golden/kinship, and one for
 * those that may only be read where they are (../shared), which is skipped
 * where that does not exist. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "homeward/likelihood.h"
#include "support/assert.h"

static const double TOLERANCE = 1e-9;

typedef struct tally {
  double worst; /* largest relative error of a likelihood */
  int32_t n_likelihoods;
  int32_t n_wrong;
} tally;

static void note(tally *t, const hw_case *c, int32_t h, int32_t m, double ln, double expected) {
  const double error = golden_relative_error(ln, expected);
  t->n_likelihoods++;
  if (error > t->worst) t->worst = error;
  if (error <= TOLERANCE) return;
  t->n_wrong++;
  print_error("%s, %s, %s: expected %.17g, computed %.17g, relative error %.3g\n", c->id,
              c->hypotheses[h].name, m >= 0 ? c->markers[m].name : "all markers", expected, exp(ln),
              error);
}

static void check_hypothesis(const hw_case *c, int32_t h, const hw_json *expect, tally *t) {
  const hw_problem problem = golden_problem(c, h);
  double *expected = test_calloc((size_t)c->n_markers, sizeof *expected);
  double *ln = test_calloc((size_t)c->n_markers, sizeof *ln);
  double total = 0.0;
  hw_err err = HW_ERR_INIT;
  const int32_t n = golden_likelihoods(expect, c, h, expected);
  if (n == 0) fail_msg("%s: no reference value for %s", c->id, c->hypotheses[h].name);
  if (hw_likelihood(&problem, NULL, &total, ln, &err) != HW_OK)
    fail_msg("%s: %s: %s", c->id, c->hypotheses[h].name, err.message);
  if (n == 1) {
    note(t, c, h, -1, total, expected[0]);
  } else {
    double sum = 0.0;
    for (int32_t m = 0; m < n; m++) {
      note(t, c, h, m, ln[m], expected[m]);
      sum += ln[m];
    }
    if (!(isinf(sum) && sum == total) && !(fabs(sum - total) <= 1e-12 * (1.0 + fabs(total))))
      fail_msg("%s: the markers sum to %.17g, the total is %.17g", c->id, sum, total);
  }
  test_free(ln);
  test_free(expected);
}

static void every_case_has_the_reference_likelihoods(void **state) {
  const char *path = *state;
  golden_file g;
  tally t = {0};
  if (path == NULL) skip();
  golden_open(&g, path);
  assert_true(g.list->n_cases > 0);
  for (int32_t i = 0; i < g.list->n_cases; i++)
    for (int32_t h = 0; h < g.list->cases[i].n_hypotheses; h++)
      check_hypothesis(&g.list->cases[i], h, golden_expect(&g, i), &t);
  print_message("# %d cases, %d likelihoods, largest relative error %.3g\n", (int)g.list->n_cases,
                (int)t.n_likelihoods, t.worst);
  golden_close(&g);
  assert_int_equal(t.n_wrong, 0);
}

static struct CMUnitTest test_of(const char *path, const char *file, char *name, size_t size) {
  snprintf(name, size, "every case of %s has the reference likelihoods", file);
  return (struct CMUnitTest){.name = name,
                             .test_func = every_case_has_the_reference_likelihoods,
                             .initial_state = (void *)(uintptr_t)path};
}

int main(void) {
  static char own[GOLDEN_MAX_FILES][GOLDEN_PATH], other[GOLDEN_PATH];
  static char names[GOLDEN_MAX_FILES + 1][200];
  static struct CMUnitTest tests[GOLDEN_MAX_FILES + 1];
  const char *shared = golden_shared();
  const int32_t n = golden_own_files(own);
  if (n == 0) {
    fputs("no golden files: set HOMEWARD_SOURCE_ROOT\n", stderr);
    return 1;
  }
  for (int32_t i = 0; i < n; i++)
    tests[i] = test_of(own[i], golden_file_name(own[i]), names[i], sizeof names[i]);
  if (shared)
    snprintf(other, sizeof other, "%s/golden/kinship/panel_families_other_licence.json", shared);
  tests[n] = test_of(shared ? other : NULL, "panel_families_other_licence.json (where it stands)",
                     names[n], sizeof names[n]);
  return cmocka_run_group_tests_name("golden likelihoods", tests, NULL,
                                     NULL); /* empty entries are passed over */
}
