/* Joint identification against dvir 3.4.2 and pedprobr 1.1.0 (numbers of the reference material,
 * which is read where it stands): log-likelihoods of whole assignments, their posteriors under the
 * flat prior, the sum over all of them, posteriors of pairings, generalised likelihood ratios,
 * numbers of assignments, tied and undisputed pairings. A null is a value that the reference
 * program does not define (sexes that differ, impossible data). */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "homeward/joint.h"
#include "support/assert.h"

static const double LN10 = 2.302585092994045684;
enum { ALL_ASSIGNMENTS = 100000 };

typedef struct golden_run {
  golden_file file;
  const hw_case *problem;
  const hw_json *expect;
  hw_joint *joint;
} golden_run;

static void open_run(golden_run *self, const char *path) {
  const hw_joint_options all = {.left_out = -1, .n_best = ALL_ASSIGNMENTS};
  hw_err err = HW_ERR_INIT;
  golden_open(&self->file, path);
  assert_int_equal(self->file.list->n_cases, 1);
  self->problem = &self->file.list->cases[0];
  self->expect = golden_expect(&self->file, 0);
  hw_assert_ok(hw_joint_new(self->problem, &all, &self->joint, &err), &err);
  hw_assert_ok(hw_joint_run(self->joint, NULL, NULL, &err), &err);
}

static void close_run(golden_run *self) {
  hw_joint_delete(self->joint);
  golden_close(&self->file);
}

static int32_t find_remains(const golden_run *self, const char *id) {
  for (int32_t r = 0; r < self->problem->n_remains; r++)
    if (strcmp(self->problem->remains[r].id, id) == 0) return r;
  fail_msg("no remains '%s'", id);
  return -1;
}

/* "*" is nobody. */
static int32_t find_target(const golden_run *self, const char *code) {
  if (code == NULL) fail_msg("no missing person");
  if (code == NULL || strcmp(code, "*") == 0) return -1;
  for (int32_t t = 0; t < hw_joint_target_count(self->joint); t++)
    if (strcmp(hw_joint_target(self->joint, t)->code, code) == 0) return t;
  fail_msg("no missing person '%s'", code);
  return -1;
}

static const char *string_of(const hw_json *value) {
  const char *text = NULL;
  hw_assert_ok(hw_json_as_string(value, &text, NULL), NULL);
  return text;
}

static double number_of(const hw_json *object, const char *key) {
  double x = 0;
  hw_assert_ok(hw_json_get_double(object, key, &x, NULL), NULL);
  return x;
}

/* False where the reference has no value. */
static bool get_number(const hw_json *value, double *x) {
  if (hw_json_kind_of(value) != HW_JSON_REAL && hw_json_kind_of(value) != HW_JSON_INTEGER)
    return false;
  hw_assert_ok(hw_json_as_double(value, x, NULL), NULL);
  return true;
}

/* Our assignment that equals one of the reference; −1. */
static int32_t find_assignment(const golden_run *self, const hw_json *victims, const hw_json *row) {
  const hw_joint_assignment *best = NULL;
  const int32_t n = hw_joint_best(self->joint, &best);
  const size_t n_victims = hw_json_count(victims);
  for (int32_t i = 0; i < n; i++) {
    bool is_same = true;
    for (size_t v = 0; v < n_victims && is_same; v++)
      is_same = best[i].target[find_remains(self, string_of(hw_json_at(victims, v)))] ==
                find_target(self, string_of(hw_json_at(row, v)));
    if (is_same) return i;
  }
  return -1;
}

static void assignments_have_the_reference_likelihoods(void **state) {
  golden_run g;
  if (*state == NULL) skip();
  open_run(&g, *state);
  const hw_json *joint = hw_json_find(g.expect, "dviJoint");
  const hw_json *rows = hw_json_find(joint, "assignments"), *loglik = hw_json_find(joint, "loglik");
  const hw_joint_summary s = hw_joint_summarise(g.joint);
  const hw_joint_assignment *best = NULL;
  const int32_t n = hw_joint_best(g.joint, &best);
  double last = HUGE_VAL, worst = 0;
  assert_true(s.is_exact);
  hw_assert_close(s.ln_none, number_of(g.expect, "ln_likelihood_none"), 0, 1e-8);
  hw_assert_close(s.ln_none + s.ln_sum, number_of(joint, "log_sum_exp_loglik"), 0, 1e-8);
  assert_true(s.n_assignments == number_of(joint, "n_assignments"));
  assert_int_equal(n, (int)number_of(joint, "n_possible"));
  assert_true(s.left_out == 0);
  for (size_t i = 0; i < hw_json_count(rows); i++) {
    double expected = 0, ratio = 0, posterior = 0;
    const int32_t at = find_assignment(&g, hw_json_find(joint, "victims"), hw_json_at(rows, i));
    if (!get_number(hw_json_at(loglik, i), &expected)) {
      assert_int_equal(at, -1); /* impossible */
      continue;
    }
    assert_true(at >= 0);
    const double ln = s.ln_none + best[at].ln_ratio;
    if (fabs(ln - expected) > worst) worst = fabs(ln - expected);
    hw_assert_close(ln, expected, 0, 1e-8);
    hw_assert_close(exp(best[at].ln_ratio - s.ln_sum), best[at].posterior, 1e-12, 0);
    if (get_number(hw_json_at(hw_json_find(joint, "LR_vs_best"), i), &ratio))
      hw_assert_close(exp(best[0].ln_ratio - best[at].ln_ratio), ratio, 1e-6, 0);
    if (get_number(hw_json_at(hw_json_find(joint, "posterior"), i), &posterior))
      hw_assert_close(best[at].posterior, posterior, 1e-6, 0);
  }
  for (int32_t i = 0; i < n; last = best[i++].ln_ratio) assert_true(best[i].ln_ratio <= last);
  print_message("# %d assignments, largest difference of log-likelihoods %.3g\n", (int)n, worst);
  close_run(&g);
}

/* Calls `check` for every value of a matrix {rows, cols, values}. */
static void each_cell(const golden_run *g, const hw_json *matrix,
                      void (*check)(const golden_run *g, int32_t r, int32_t t, double expected)) {
  const hw_json *rows = hw_json_find(matrix, "rows"), *cols = hw_json_find(matrix, "cols");
  const hw_json *values = hw_json_find(matrix, "values");
  for (size_t i = 0; i < hw_json_count(rows); i++)
    for (size_t j = 0; j < hw_json_count(cols); j++) {
      double expected = 0;
      if (!get_number(hw_json_at(hw_json_at(values, i), j), &expected)) continue;
      check(g, find_remains(g, string_of(hw_json_at(rows, i))),
            find_target(g, string_of(hw_json_at(cols, j))), expected);
    }
}

static void check_posterior(const golden_run *g, int32_t r, int32_t t, double expected) {
  double complement = 0;
  const double p = t < 0 ? hw_joint_posterior_none(g->joint, r, &complement)
                         : hw_joint_posterior(g->joint, r, t, &complement);
  hw_assert_close(p, expected, 1e-6, 0);
  hw_assert_close(p + complement, 1, 0, 1e-12);
}

static void check_glr(const golden_run *g, int32_t r, int32_t t, double expected) {
  const double glr = hw_joint_log10_glr(g->joint, r, t);
  if (expected == 0)
    assert_true(glr == -HUGE_VAL);
  else
    hw_assert_close(glr * LN10, log(expected), 0, 1e-6);
}

static void check_pairwise(const golden_run *g, int32_t r, int32_t t, double expected) {
  hw_joint_pair *pairs = NULL;
  int32_t n = 0;
  bool is_found = false;
  hw_assert_ok(hw_joint_pairs(g->joint, 0, -HUGE_VAL, &pairs, &n, NULL), NULL);
  for (int32_t i = 0; i < n; i++) {
    if (pairs[i].remains != r || pairs[i].target != t) continue;
    is_found = true;
    if (expected == 0)
      assert_true(pairs[i].log10_lr == -HUGE_VAL);
    else
      hw_assert_close(pairs[i].log10_lr * LN10, log(expected), 0, 1e-6);
  }
  free(pairs);
  assert_true(is_found);
}

static void pairings_have_the_reference_posteriors(void **state) {
  golden_run g;
  if (*state == NULL) skip();
  open_run(&g, *state);
  each_cell(&g, hw_json_find(g.expect, "marginal_posterior_flat_prior"), check_posterior);
  close_run(&g);
}

static void pairings_have_the_reference_ratios(void **state) {
  golden_run g;
  if (*state == NULL) skip();
  open_run(&g, *state);
  each_cell(&g, hw_json_find(g.expect, "pairwise_lr"), check_pairwise);
  each_cell(&g, hw_json_find(hw_json_find(g.expect, "pairwiseGLR"), "GLRmatrix"), check_glr);
  const hw_json *glr = hw_json_find(g.expect, "dviGLR");
  for (size_t i = 0; i < hw_json_count(glr); i++) {
    double expected = 0;
    char name[64];
    const hw_json *row = hw_json_at(glr, i);
    if (!get_number(hw_json_find(row, "GLR"), &expected)) continue;
    snprintf(name, sizeof name, "%s", string_of(hw_json_find(row, "H0")));
    char *target = strchr(name, '=');
    assert_non_null(target);
    *target++ = '\0';
    check_glr(&g, find_remains(&g, name), find_target(&g, target), expected);
  }
  close_run(&g);
}

/* Standing of a pairing. */
static hw_joint_standing standing_of(const golden_run *g, int32_t r, int32_t t) {
  hw_joint_pair *pairs = NULL;
  int32_t n = 0;
  hw_joint_standing standing = HW_JOINT_UNLIKELY;
  hw_assert_ok(hw_joint_pairs(g->joint, 0, -HUGE_VAL, &pairs, &n, NULL), NULL);
  for (int32_t i = 0; i < n; i++)
    if (pairs[i].remains == r && pairs[i].target == t) standing = pairs[i].standing;
  free(pairs);
  return standing;
}

static bool is_in_group(const golden_run *g, int32_t target, int32_t remains) {
  const hw_joint_group *groups = NULL;
  for (int32_t i = 0; i < hw_joint_symmetric(g->joint, &groups); i++)
    for (int32_t k = 0; k < groups[i].n_targets; k++)
      for (int32_t j = 0; groups[i].targets[k] == target && j < groups[i].n_remains; j++)
        if (groups[i].remains[j] == remains) return true;
  return false;
}

/* Conclusions per remains: "Symmetric match" of "M1/M2", "Match (GLR)", "Undisputed". */
static void conclusions_are_those_of_the_reference(void **state) {
  golden_run g;
  int32_t n_undisputed = 0, n_expected = 0;
  if (*state == NULL) skip();
  open_run(&g, *state);
  const hw_json *remains = hw_json_find(hw_json_find(g.expect, "dviSolve"), "PM");
  for (size_t i = 0; i < hw_json_count(remains); i++) {
    const hw_json *row = hw_json_at(remains, i);
    const char *conclusion = string_of(hw_json_find(row, "Conclusion"));
    const int32_t r = find_remains(&g, string_of(hw_json_find(row, "Sample")));
    char missing[64];
    snprintf(missing, sizeof missing, "%s", string_of(hw_json_find(row, "Missing")));
    char *second = strchr(missing, '/');
    if (second != NULL) *second++ = '\0';
    if (strcmp(conclusion, "Symmetric match") == 0) {
      assert_non_null(second);
      const int32_t tied[2] = {find_target(&g, missing), find_target(&g, second)};
      for (int k = 0; k < 2; k++) {
        assert_true(is_in_group(&g, tied[k], r));
        assert_int_equal(standing_of(&g, r, tied[k]), HW_JOINT_SYMMETRIC);
      }
    } else if (strcmp(conclusion, "Match (GLR)") == 0) {
      assert_int_equal(standing_of(&g, r, find_target(&g, missing)), HW_JOINT_SUPPORTED);
    } else if (strcmp(conclusion, "Undisputed") == 0) {
      assert_int_equal(standing_of(&g, r, find_target(&g, missing)), HW_JOINT_UNDISPUTED_PAIR);
    }
  }
  const hw_json *undisputed = hw_json_find(hw_json_find(g.expect, "findUndisputed"), "summary");
  for (size_t i = 0; i < hw_json_count(undisputed); i++) {
    const hw_json *row = hw_json_at(undisputed, i);
    if (strcmp(string_of(hw_json_find(row, "Conclusion")), "Undisputed") != 0) continue;
    n_expected++;
    assert_int_equal(standing_of(&g, find_remains(&g, string_of(hw_json_find(row, "Sample"))),
                                 find_target(&g, string_of(hw_json_find(row, "Missing")))),
                     HW_JOINT_UNDISPUTED_PAIR);
  }
  for (int32_t r = 0; r < g.problem->n_remains; r++)
    for (int32_t t = 0; t < hw_joint_target_count(g.joint); t++)
      n_undisputed += standing_of(&g, r, t) == HW_JOINT_UNDISPUTED_PAIR;
  assert_int_equal(n_undisputed, n_expected);
  close_run(&g);
}

/* What the default leaves out is within its bound, and shows nowhere. */
static void leaving_out_keeps_its_bound(void **state) {
  golden_run g;
  hw_joint *part = NULL;
  hw_err err = HW_ERR_INIT;
  if (*state == NULL) skip();
  open_run(&g, *state);
  hw_assert_ok(hw_joint_new(g.problem, NULL, &part, &err), &err);
  hw_assert_ok(hw_joint_run(part, NULL, NULL, &err), &err);
  const double bound = hw_joint_summarise(part).left_out;
  assert_true(bound <= HW_JOINT_LEFT_OUT);
  assert_true(hw_joint_summarise(part).ln_sum <= hw_joint_summarise(g.joint).ln_sum + 1e-12);
  for (int32_t r = 0; r < g.problem->n_remains; r++)
    for (int32_t t = 0; t < hw_joint_target_count(part); t++)
      hw_assert_close(hw_joint_posterior(part, r, t, NULL), hw_joint_posterior(g.joint, r, t, NULL),
                      0, bound + 1e-12);
  hw_joint_delete(part);
  close_run(&g);
}

typedef struct golden_check {
  const char *what;
  void (*run)(void **state);
} golden_check;

int main(void) {
  static const golden_check CHECKS[] = {
      {"assignments have the reference likelihoods", assignments_have_the_reference_likelihoods},
      {"pairings have the reference posteriors", pairings_have_the_reference_posteriors},
      {"pairings have the reference ratios", pairings_have_the_reference_ratios},
      {"conclusions are those of the reference", conclusions_are_those_of_the_reference},
      {"leaving out keeps its bound", leaving_out_keeps_its_bound}};
  enum { N_CHECKS = sizeof CHECKS / sizeof CHECKS[0], MOST = GOLDEN_MAX_FILES * N_CHECKS };
  static char paths[GOLDEN_MAX_FILES][GOLDEN_PATH], names[MOST][200], folder[GOLDEN_PATH];
  static struct CMUnitTest tests[MOST];
  const char *shared = golden_shared();
  int32_t n_files = 0, n = 0;
  if (shared != NULL) {
    snprintf(folder, sizeof folder, "%s/golden/dvi", shared);
    n_files = golden_files(folder, paths);
  }
  for (int32_t f = 0; f < (n_files > 0 ? n_files : 1); f++)
    for (int32_t c = 0; c < N_CHECKS; c++, n++) {
      snprintf(names[n], sizeof names[n], "%s: %s",
               n_files > 0 ? golden_file_name(paths[f]) : "reference", CHECKS[c].what);
      tests[n] =
          (struct CMUnitTest){.name = names[n],
                              .test_func = CHECKS[c].run,
                              .initial_state = n_files > 0 ? (void *)(uintptr_t)paths[f] : NULL};
    }
  return cmocka_run_group_tests_name("joint identification", tests, NULL, NULL);
}
