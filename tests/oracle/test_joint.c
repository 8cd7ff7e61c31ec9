/* Joint identification against its slow twin on random small cases: one to three families with one
 * to three missing each, one to four remains, with and without theta, X markers, mutation, priors
 * of pairings and of their number, fixed and excluded pairings, candidates. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "identify/joint_int.h"
#include "slow_joint.h"
#include "support/assert.h"
#include "trials.h"

static const double LN10 = 2.302585092994045684;

static bool is_near(double a, double b) {
  return fabs(a - b) <= 1e-9 * fmax(1, fmax(fabs(a), fabs(b))) || a == b;
}

/* Posteriors are compared relative to the smaller of themselves and their complement. */
static bool is_near_posterior(double p, double expected) {
  return fabs(p - expected) <= 1e-9 * fmin(p, 1 - p) + 1e-13;
}

static void check_states(trials *t, const slow_case *c, const slow_joint *slow, hw_joint *fast) {
  for (int32_t r = 0; r < c->problem.n_remains; r++) {
    for (int32_t s = 0; s <= c->n_targets; s++) {
      const int32_t target = s < c->n_targets ? s : -1;
      double rest = 0;
      const double p = target < 0 ? hw_joint_posterior_none(fast, r, &rest)
                                  : hw_joint_posterior(fast, r, target, &rest);
      if (!is_near_posterior(p, slow->posterior[r][s]) || !is_near(p + rest, 1))
        trials_fail(t, NULL, "remains %d, target %d: posterior %.17g and %.17g, expected %.17g",
                    (int)r, (int)target, p, rest, slow->posterior[r][s]);
      const double with = slow->best_with[r][s], without = slow->best_without[r][s];
      const double glr = hw_joint_log10_glr(fast, r, target);
      const bool is_same = with == IMPOSSIBLE && without == IMPOSSIBLE
                               ? isnan(glr) || glr == IMPOSSIBLE
                               : is_near(glr, (with - without) / LN10);
      if (!is_same)
        trials_fail(t, NULL, "remains %d, target %d: log10 GLR %.17g, expected %.17g", (int)r,
                    (int)target, glr, (with - without) / LN10);
    }
  }
  for (int32_t k = 0; k < c->n_targets; k++) {
    const double p = hw_joint_posterior_absent(fast, k, NULL);
    if (!is_near_posterior(p, slow->absent[k]))
      trials_fail(t, NULL, "target %d: absent with %.17g, expected %.17g", (int)k, p,
                  slow->absent[k]);
  }
}

static void check_best(trials *t, const slow_case *c, const slow_joint *slow, hw_joint *fast) {
  const hw_joint_assignment *best = NULL;
  const int32_t n = hw_joint_best(fast, &best);
  if (n != slow->n_kept)
    trials_fail(t, NULL, "%d best assignments, expected %d", (int)n, (int)slow->n_kept);
  for (int32_t i = 0; i < n && i < slow->n_kept; i++) {
    double ln = 0;
    const double own = best[i].ln_ratio + best[i].ln_prior;
    const bool is_weighed = slow_joint_weight(c, best[i].target, &ln);
    if (!is_weighed || !is_near(own, ln) || !is_near(own, slow->kept[i]))
      trials_fail(t, NULL, "assignment %d weighs %.17g, by hand %.17g, expected %.17g", (int)i, own,
                  ln, slow->kept[i]);
    if (!is_near(best[i].posterior, exp(own - slow->ln_sum)))
      trials_fail(t, NULL, "assignment %d has posterior %.17g, expected %.17g", (int)i,
                  best[i].posterior, exp(own - slow->ln_sum));
    int32_t n_same = 0;
    for (int32_t j = 0; j < slow->n_kept; j++) n_same += is_near(slow->kept[j], own);
    if (best[i].n_tied + 1 > n_same && n_same < slow->n_kept && slow->n_kept < SLOW_KEPT)
      trials_fail(t, NULL, "assignment %d: %d tied ones, %d of its weight", (int)i,
                  (int)best[i].n_tied, (int)n_same);
  }
}

static void check_ratios(trials *t, const slow_joint *slow, hw_joint *fast) {
  hw_joint_pair *pairs = NULL;
  int32_t n = 0;
  hw_assert_ok(hw_joint_pairs(fast, 0, IMPOSSIBLE, &pairs, &n, NULL), NULL);
  for (int32_t i = 0; i < n; i++)
    if (!is_near(pairs[i].log10_lr, slow->ln_lr[pairs[i].remains][pairs[i].target] / LN10))
      trials_fail(t, NULL, "remains %d, target %d: log10 LR %.17g, expected %.17g",
                  (int)pairs[i].remains, (int)pairs[i].target, pairs[i].log10_lr,
                  slow->ln_lr[pairs[i].remains][pairs[i].target] / LN10);
  free(pairs);
}

/* @return whether remains were of a crowd */
static bool check_case(trials *t, const slow_case *c, const slow_joint *slow, int32_t crowd_from) {
  hw_joint *fast = NULL;
  hw_err err = HW_ERR_INIT;
  hw_status status = hw_joint_new(&c->problem, &c->options, &fast, &err);
  if (status == HW_OK) fast->crowd_from = crowd_from;
  if (status == HW_OK) status = hw_joint_run(fast, NULL, NULL, &err);
  if (!(slow->ln_sum > IMPOSSIBLE)) {
    if (status != HW_E_VALUE || strstr(err.message, "every assignment is impossible") == NULL)
      trials_fail(t, NULL, "impossible, but status %s: %s", hw_status_name(status), err.message);
    hw_joint_delete(fast);
    return false;
  }
  if (status != HW_OK) {
    trials_fail(t, NULL, "%s: %s", hw_status_name(status), err.message);
    hw_joint_delete(fast);
    return false;
  }
  const hw_joint_summary s = hw_joint_summarise(fast);
  if (!s.is_exact || s.left_out != 0 || !is_near(s.ln_sum, slow->ln_sum))
    trials_fail(t, NULL, "ln sum %.17g, expected %.17g", s.ln_sum, slow->ln_sum);
  if (s.n_assignments != slow->n_assignments)
    trials_fail(t, NULL, "%g assignments, expected %g", s.n_assignments, slow->n_assignments);
  check_states(t, c, slow, fast);
  check_best(t, c, slow, fast);
  check_ratios(t, slow, fast);
  const bool has_crowd = fast->n_bits > 0;
  hw_joint_delete(fast);
  return has_crowd;
}

static void compare_cases(int32_t crowd_from, uint64_t seed) {
  int32_t n_impossible = 0, n_sized = 0, n_contested = 0, n_crowds = 0;
  trials t = trials_of(1000, seed);
  while (trials_next(&t)) {
    slow_joint slow;
    slow_case *c = slow_case_new(t.seed);
    if (c != NULL && slow_joint_solve(c, &slow)) {
      n_crowds += check_case(&t, c, &slow, crowd_from);
      n_impossible += !(slow.ln_sum > IMPOSSIBLE);
      n_sized += c->options.prior.ln_size != NULL;
      n_contested += c->problem.n_families > 1 && c->problem.n_remains > 1;
      trials_count(&t);
    }
    slow_case_delete(c);
  }
  print_message(
      "# %d cases, %d impossible, %d with a prior of numbers, %d contested, %d with crowds\n",
      (int)t.n_done, (int)n_impossible, (int)n_sized, (int)n_contested, (int)n_crowds);
  assert_true(n_crowds > 0 || crowd_from == 0);
  assert_int_equal(t.n_failed, 0);
}

static void everything_equals_the_sum_over_all_assignments(void **state) {
  (void)state;
  compare_cases(0, 501);
}

/* The same where every remains that can be is of a crowd (joint_crowd.c). */
static void crowds_change_nothing(void **state) {
  (void)state;
  compare_cases(1, 503);
  compare_cases(2, 501);
}

static void compare_bounds(int32_t crowd_from) {
  static const double ALLOWED[] = {0.3, 1e-2, 1e-4, 1e-9};
  trials t = trials_of(400, 502);
  int32_t n_cut = 0;
  while (trials_next(&t)) {
    slow_joint slow;
    slow_case *c = slow_case_new(t.seed);
    if (c == NULL || !slow_joint_solve(c, &slow) || !(slow.ln_sum > IMPOSSIBLE)) {
      slow_case_delete(c);
      continue;
    }
    for (size_t a = 0; a < sizeof ALLOWED / sizeof ALLOWED[0]; a++) {
      hw_joint *fast = NULL;
      hw_err err = HW_ERR_INIT;
      c->options.left_out = ALLOWED[a];
      hw_assert_ok(hw_joint_new(&c->problem, &c->options, &fast, &err), &err);
      fast->crowd_from = crowd_from;
      hw_assert_ok(hw_joint_run(fast, NULL, NULL, &err), &err);
      const hw_joint_summary s = hw_joint_summarise(fast);
      const double missing = -expm1(s.ln_sum - slow.ln_sum);
      n_cut += s.left_out > 0;
      if (!(s.left_out <= ALLOWED[a]) || !(missing <= s.left_out + 1e-12))
        trials_fail(&t, NULL, "%g may be left out, the bound is %g, %g is missing", ALLOWED[a],
                    s.left_out, missing);
      for (int32_t r = 0; r < c->problem.n_remains; r++)
        for (int32_t k = 0; k < c->n_targets; k++)
          if (!(fabs(hw_joint_posterior(fast, r, k, NULL) - slow.posterior[r][k]) <=
                s.left_out + 1e-10))
            trials_fail(&t, NULL, "remains %d, target %d: beyond the bound", (int)r, (int)k);
      hw_joint_delete(fast);
    }
    trials_count(&t);
    slow_case_delete(c);
  }
  print_message("# %d cases, %d sums with something left out\n", (int)t.n_done, (int)n_cut);
  assert_int_equal(t.n_failed, 0);
}

/* With something left out, every posterior is wrong by no more than the bound says. */
static void the_bound_holds(void **state) {
  (void)state;
  compare_bounds(0);
}

static void the_bound_holds_with_crowds(void **state) {
  (void)state;
  compare_bounds(1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(everything_equals_the_sum_over_all_assignments),
      cmocka_unit_test(crowds_change_nothing),
      cmocka_unit_test(the_bound_holds),
      cmocka_unit_test(the_bound_holds_with_crowds),
  };
  return cmocka_run_group_tests_name("joint identification, slow twin", tests, NULL, NULL);
}
