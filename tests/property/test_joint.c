/* Laws of joint identification, on random small cases. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "oracle/slow_joint.h"
#include "oracle/trials.h"
#include "support/assert.h"

static const double LN10 = 2.302585092994045684;

/* NULL where every assignment is impossible. */
static hw_joint *run(const hw_case *problem, const hw_joint_options *options) {
  hw_err err = HW_ERR_INIT;
  hw_joint *joint = NULL;
  hw_assert_ok(hw_joint_new(problem, options, &joint, &err), &err);
  const hw_status status = hw_joint_run(joint, NULL, NULL, &err);
  if (status == HW_OK) return joint;
  hw_assert_status(status, HW_E_VALUE, &err);
  hw_joint_delete(joint);
  return NULL;
}

static void probabilities_sum_to_one(void **state) {
  (void)state;
  trials t = trials_of(300, 511);
  while (trials_next(&t)) {
    slow_case *c = slow_case_new(t.seed);
    hw_joint *joint = c == NULL ? NULL : run(&c->problem, &c->options);
    for (int32_t r = 0; joint != NULL && r < c->problem.n_remains; r++) {
      double sum = hw_joint_posterior_none(joint, r, NULL);
      for (int32_t k = 0; k < c->n_targets; k++) sum += hw_joint_posterior(joint, r, k, NULL);
      if (!(fabs(sum - 1) < 1e-12)) trials_fail(&t, NULL, "remains %d: %.17g", (int)r, sum);
    }
    for (int32_t k = 0; joint != NULL && k < c->n_targets; k++) {
      double sum = hw_joint_posterior_absent(joint, k, NULL);
      for (int32_t r = 0; r < c->problem.n_remains; r++)
        sum += hw_joint_posterior(joint, r, k, NULL);
      if (!(fabs(sum - 1) < 1e-12)) trials_fail(&t, NULL, "target %d: %.17g", (int)k, sum);
    }
    if (joint != NULL) trials_count(&t);
    hw_joint_delete(joint);
    slow_case_delete(c);
  }
  assert_int_equal(t.n_failed, 0);
}

/* Remains and families in reverse order. */
static void order_does_not_matter(void **state) {
  (void)state;
  trials t = trials_of(200, 512);
  while (trials_next(&t)) {
    slow_case *c = slow_case_new(t.seed);
    if (c == NULL) continue;
    hw_case turned = c->problem;
    hw_remains remains[SLOW_REMAINS];
    hw_family families[SLOW_FAMILIES];
    int32_t target_at[SLOW_TARGETS] = {0}, n = 0;
    for (int32_t r = 0; r < turned.n_remains; r++)
      remains[r] = c->remains[turned.n_remains - 1 - r];
    for (int32_t f = 0; f < turned.n_families; f++) {
      families[f] = c->families[turned.n_families - 1 - f];
      for (int32_t k = 0; k < c->n_targets; k++)
        if (c->family_of[k] == turned.n_families - 1 - f) target_at[k] = n++;
    }
    turned.remains = remains;
    turned.families = families;
    const hw_joint_options all = {.left_out = -1};
    hw_joint *a = run(&c->problem, &all), *b = run(&turned, &all);
    assert_true(a != NULL && b != NULL);
    for (int32_t r = 0; r < turned.n_remains; r++)
      for (int32_t k = 0; k < c->n_targets; k++) {
        const double p = hw_joint_posterior(a, r, k, NULL);
        const double q = hw_joint_posterior(b, turned.n_remains - 1 - r, target_at[k], NULL);
        if (!(fabs(p - q) <= 1e-11 * (p + q)))
          trials_fail(&t, NULL, "remains %d, target %d: %.17g and %.17g", (int)r, (int)k, p, q);
      }
    trials_count(&t);
    hw_joint_delete(a);
    hw_joint_delete(b);
    slow_case_delete(c);
  }
  assert_int_equal(t.n_failed, 0);
}

/* One pair only, flat prior: odds are the pairwise ratio. */
static void a_single_pair_has_its_own_posterior(void **state) {
  (void)state;
  trials t = trials_of(200, 513);
  while (trials_next(&t)) {
    slow_case *c = slow_case_new(t.seed);
    if (c == NULL) continue;
    const hw_joint_pairing one = {0, 0};
    const hw_joint_options only = {.left_out = -1, .candidates = &one, .n_candidates = 1};
    hw_joint *joint = run(&c->problem, &only);
    hw_joint_pair *pairs = NULL;
    int32_t n = 0;
    assert_non_null(joint);
    hw_assert_ok(hw_joint_pairs(joint, 0, -HUGE_VAL, &pairs, &n, NULL), NULL);
    if (n == 1) {
      const double lr = exp(pairs[0].log10_lr * LN10);
      hw_assert_close(pairs[0].posterior, lr / (1 + lr), 1e-12, 0);
      hw_assert_close(pairs[0].complement, 1 / (1 + lr), 1e-12, 0);
      if (lr > 0) hw_assert_close(pairs[0].log10_glr, pairs[0].log10_lr, 1e-9, 1e-12);
    }
    trials_count(&t);
    free(pairs);
    hw_joint_delete(joint);
    slow_case_delete(c);
  }
  assert_int_equal(t.n_failed, 0);
}

/* P(other pairing | pairing) = P(both) / P(pairing), both from sums with fixed pairings. */
static void fixing_is_conditioning(void **state) {
  (void)state;
  trials t = trials_of(200, 514);
  while (trials_next(&t)) {
    slow_case *c = slow_case_new(t.seed);
    if (c == NULL || c->problem.n_remains < 2 || c->n_targets < 2) {
      slow_case_delete(c);
      continue;
    }
    const hw_joint_pairing fixed[] = {{0, 0}, {1, 1}};
    hw_joint_options o = {.left_out = -1};
    hw_joint *all = run(&c->problem, &o);
    o.fixed = fixed;
    o.n_fixed = 1;
    hw_joint *one = run(&c->problem, &o);
    if (one != NULL) {
      const double ln_all = hw_joint_summarise(all).ln_sum, ln_one = hw_joint_summarise(one).ln_sum;
      if (!(fabs(exp(ln_one - ln_all) - hw_joint_posterior(all, 0, 0, NULL)) < 1e-10))
        trials_fail(&t, NULL, "the sum with the pairing is not its posterior");
      o.n_fixed = 2;
      hw_joint *two = run(&c->problem, &o);
      const double both = two == NULL ? 0 : exp(hw_joint_summarise(two).ln_sum - ln_one);
      if (!(fabs(both - hw_joint_posterior(one, 1, 1, NULL)) < 1e-10))
        trials_fail(&t, NULL, "conditioning: %.17g and %.17g", both,
                    hw_joint_posterior(one, 1, 1, NULL));
      hw_joint_delete(two);
      trials_count(&t);
    }
    hw_joint_delete(one);
    hw_joint_delete(all);
    slow_case_delete(c);
  }
  assert_int_equal(t.n_failed, 0);
}

/* A chain that is forced by a small limit agrees with the sum within its errors; five standard
 * errors, and what one visit more or less makes, since an error is itself estimated. */
static void chains_agree_with_sums(void **state) {
  (void)state;
  int32_t n_chained = 0;
  trials t = trials_of(40, 515);
  while (trials_next(&t)) {
    slow_case *c = slow_case_new(t.seed);
    if (c == NULL || c->problem.n_remains < 2) {
      slow_case_delete(c);
      continue;
    }
    hw_joint_options o = {.left_out = -1};
    hw_joint *sum = run(&c->problem, &o);
    o.max_steps = 1;
    o.chain_steps = 64000;
    o.seed = t.seed;
    hw_joint *chain = run(&c->problem, &o), *again = run(&c->problem, &o);
    const hw_joint_summary s = hw_joint_summarise(chain);
    const hw_joint_component *parts = NULL;
    double error = 0;
    for (int32_t i = 0; i < hw_joint_components(chain, &parts); i++)
      if (!parts[i].is_exact) error = fmax(error, parts[i].error);
    n_chained += s.n_chained > 0;
    assert_true(s.is_exact == (s.n_chained == 0));
    if (s.n_chained > 0) assert_true(isnan(s.ln_sum));
    for (int32_t r = 0; r < c->problem.n_remains; r++)
      for (int32_t k = 0; k < c->n_targets; k++) {
        const double p = hw_joint_posterior(sum, r, k, NULL);
        const double q = hw_joint_posterior(chain, r, k, NULL);
        hw_assert_same_bits(q, hw_joint_posterior(again, r, k, NULL));
        if (!(fabs(p - q) <= 6 * error + 1e-3))
          trials_fail(&t, NULL, "remains %d, target %d: %.6g by chain, %.6g by sum, error %.2g",
                      (int)r, (int)k, q, p, error);
      }
    const hw_joint_assignment *a = NULL, *b = NULL;
    const bool has_best = hw_joint_best(sum, &a) > 0 && hw_joint_best(chain, &b) > 0;
    if (!has_best || !(fabs(a[0].ln_ratio - b[0].ln_ratio) < 1e-9))
      trials_fail(&t, NULL, "the chain did not find the best assignment");
    trials_count(&t);
    hw_joint_delete(sum);
    hw_joint_delete(chain);
    hw_joint_delete(again);
    slow_case_delete(c);
  }
  print_message("# %d cases, %d with a chain\n", (int)t.n_done, (int)n_chained);
  assert_int_equal(t.n_failed, 0);
  assert_true(n_chained > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(probabilities_sum_to_one),
      cmocka_unit_test(order_does_not_matter),
      cmocka_unit_test(a_single_pair_has_its_own_posterior),
      cmocka_unit_test(fixing_is_conditioning),
      cmocka_unit_test(chains_agree_with_sums),
  };
  return cmocka_run_group_tests_name("laws of joint identification", tests, NULL, NULL);
}
