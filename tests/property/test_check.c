/* Laws of the reference check on random small families of every kind: loops,
 * twins, X markers, theta, silent alleles, sets, typing errors, several profiles
 * of one person, all mutation models.
 *
 * It never fails, whatever the family; its likelihood is the engine's; a marker
 * counts as contradicting exactly where the engine finds the data impossible
 * without mutation; posteriors sum to one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/reference.h"
#include "oracle/random_problem.h"
#include "oracle/trials.h"
#include "support/assert.h"

static random_options options_of(uint64_t seed) {
  random_options options = {.on_x = seed % 5 == 0,
                            .has_theta = seed % 7 == 0,
                            .some_on_x = seed % 4 == 0,
                            .plain_profiles = seed % 3 == 0,
                            .no_mutation = seed % 6 == 0,
                            .max_persons = 8,
                            .max_alleles = 5,
                            .n_unlinked = 3};
  if (options.has_theta) {
    options.max_persons = 5;
    options.max_alleles = 4;
  }
  return options;
}

static hw_family family_of(const random_problem *p) {
  return (hw_family){.name = "random",
                     .pedigree = p->pedigree,
                     .n_profiles = p->problem.n_profiles,
                     .profiles = p->profiles,
                     .profile_person = p->profile_person};
}

/* ln at each marker with the given kind of mutation. */
static void ln_of(const random_problem *p, bool rigid, double *ln) {
  hw_marker markers[RANDOM_MARKERS];
  hw_problem problem = p->problem;
  memcpy(markers, p->markers, sizeof markers);
  for (int32_t m = 0; rigid && m < problem.n_markers; m++)
    markers[m].matrix[0] = markers[m].matrix[1] = NULL;
  problem.markers = markers;
  if (rigid) problem.theta = 0;
  double total = 0;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_likelihood(&problem, NULL, &total, ln, &err), &err);
}

static void check_facts(trials *t, const random_problem *p, const hw_reference_report *r,
                        const double *rigid, const double *full) {
  int32_t n_mutated = 0, n_impossible = 0;
  for (int32_t m = 0; m < p->problem.n_markers; m++) {
    bool has_fact = false;
    for (int32_t i = 0; i < r->n_facts; i++) has_fact = has_fact || r->facts[i].marker == m;
    if (has_fact != (rigid[m] == -HUGE_VAL))
      trials_fail(t, &p->problem, "marker %d: fact %d, ln without mutation %g", (int)m, has_fact,
                  rigid[m]);
    n_mutated += rigid[m] == -HUGE_VAL;
    n_impossible += rigid[m] == -HUGE_VAL && full[m] == -HUGE_VAL;
  }
  if (r->n_mutated != n_mutated || r->n_impossible != n_impossible)
    trials_fail(t, &p->problem, "%d contradictions, %d impossible; %d and %d expected",
                (int)r->n_mutated, (int)r->n_impossible, (int)n_mutated, (int)n_impossible);
}

static void check_report(trials *t, const random_problem *p, const hw_reference_report *r,
                         const double *full) {
  double sum = r->posterior_stated, ln = 0;
  for (int32_t m = 0; m < p->problem.n_markers; m++) ln += full[m];
  if (!trials_same_ln(r->ln_stated, ln, 1e-9))
    trials_fail(t, &p->problem, "ln stated %.17g, the engine says %.17g", r->ln_stated, ln);
  for (int32_t i = 0; i < r->n_alternatives; i++) {
    if (!isfinite(r->alternatives[i].log10_lr))
      trials_fail(t, &p->problem, "log10 LR %g", r->alternatives[i].log10_lr);
    sum += r->alternatives[i].posterior;
  }
  if (fabs(sum - 1) > 1e-9) trials_fail(t, &p->problem, "posteriors sum to %.17g", sum);
}

static void every_family_can_be_checked(void **state) {
  (void)state;
  trials t = trials_of(1500, 31);
  const hw_reference_options always = {.screen_log10 = -HUGE_VAL, .mutation_rate = -1};
  while (trials_next(&t)) {
    const random_options options = options_of(t.seed);
    random_problem *p = random_problem_new(&options, t.seed);
    double rigid[RANDOM_MARKERS], full[RANDOM_MARKERS];
    hw_reference *self = NULL;
    const hw_reference_report *r = NULL;
    hw_err err = HW_ERR_INIT;
    const hw_family family = family_of(p);
    hw_amelogenin amelogenin[RANDOM_PROFILES];
    for (int k = 0; k < RANDOM_PROFILES; k++)
      amelogenin[k] = (hw_amelogenin)((t.seed + (uint64_t)k) % 4);
    hw_assert_ok(
        hw_reference_new(p->problem.n_markers, p->markers, p->problem.theta, &always, &self, &err),
        &err);
    const hw_status status =
        hw_reference_check(self, &family, t.seed % 2 ? amelogenin : NULL, &r, &err);
    if (status != HW_OK) {
      trials_fail(&t, &p->problem, "%s", err.message);
    } else if (r->n_markers_out == 0 && !r->is_complex && !r->is_without_theta) {
      ln_of(p, true, rigid);
      ln_of(p, false, full);
      check_facts(&t, p, r, rigid, full);
      check_report(&t, p, r, full);
      trials_count(&t);
    }
    hw_reference_delete(self);
    random_problem_delete(p);
  }
  assert_int_equal(t.n_failed, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_family_can_be_checked)};
  return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
