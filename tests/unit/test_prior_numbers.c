/* The prior of the numbers: against the enumeration of every assignment of small cases. */
#include <math.h>
#include <stdlib.h>

#include "homeward/prior.h"
#include "homeward/random.h"
#include "support/assert.h"
#include "support/faults.h"

enum { MOST = 5 };

static hw_prior *make(const char *parameters, int32_t n_remains, int32_t n_missing) {
  hw_prior_settings settings;
  hw_err err = HW_ERR_INIT;
  hw_prior *prior = NULL;
  hw_prior_settings_init(&settings);
  settings.is_used[HW_PRIOR_NUMBERS] = true;
  hw_assert_ok(hw_prior_settings_parse(&settings, HW_PRIOR_NUMBERS, parameters, &err), &err);
  hw_assert_ok(hw_prior_new(&settings, n_remains, NULL, n_missing, NULL, &prior, &err), &err);
  return prior;
}

/* What the prior implies, by listing assignments. */
typedef struct listing {
  int32_t n_remains, n_missing;
  hw_joint_prior prior;
  int32_t target[MOST];
  bool is_taken[MOST];
  double sum, size[MOST + 1], pair[MOST][MOST], listed[MOST], present[MOST];
} listing;

static void weigh(listing *self) {
  double ln_weight = 0;
  int32_t k = 0;
  for (int32_t r = 0; r < self->n_remains && r < MOST; r++) {
    if (self->target[r] < 0) continue;
    ln_weight += self->prior.ln_pair(self->prior.context, r, self->target[r]);
    k++;
  }
  double weight = k < self->prior.n_sizes ? exp(ln_weight + self->prior.ln_size[k]) : 0;
  self->sum += weight;
  self->size[k] += weight;
  for (int32_t r = 0; r < self->n_remains && r < MOST; r++) {
    if (self->target[r] < 0) continue;
    self->pair[r][self->target[r]] += weight;
    self->listed[r] += weight;
    self->present[self->target[r]] += weight;
  }
}

static void list_from(listing *self, int32_t r) {
  if (r >= self->n_remains || r >= MOST) { /* the second for the compiler */
    weigh(self);
    return;
  }
  self->target[r] = -1;
  list_from(self, r + 1);
  for (int32_t m = 0; m < self->n_missing && m < MOST; m++) {
    if (self->is_taken[m]) continue;
    self->is_taken[m] = true;
    self->target[r] = m;
    list_from(self, r + 1);
    self->is_taken[m] = false;
  }
}

static listing list_all(hw_prior *prior, int32_t n_remains, int32_t n_missing) {
  listing all = {.n_remains = n_remains, .n_missing = n_missing, .prior = hw_prior_joint(prior)};
  list_from(&all, 0);
  return all;
}

/* Sum 1, uniform over pairs, and the marginals that the prior says it has. */
static void check_implied(const char *parameters, int32_t n_remains, int32_t n_missing) {
  hw_prior *prior = make(parameters, n_remains, n_missing);
  listing all = list_all(prior, n_remains, n_missing);
  hw_prior_numbers implied = hw_prior_numbers_of(prior);
  const double *size;
  int32_t n_sizes = hw_prior_sizes(prior, &size);
  hw_assert_close(all.sum, 1, 1e-12, 0);
  for (int32_t k = 0; k < n_sizes; k++) hw_assert_close(all.size[k], size[k], 1e-11, 1e-15);
  for (int32_t r = 0; r < n_remains; r++) {
    hw_assert_close(all.listed[r], implied.on_list, 1e-11, 0);
    for (int32_t m = 0; m < n_missing; m++) hw_assert_close(all.pair[r][m], implied.pair, 1e-11, 0);
  }
  for (int32_t m = 0; m < n_missing; m++) hw_assert_close(all.present[m], implied.among, 1e-11, 0);
  hw_prior_delete(prior);
}

static void marginals_are_what_is_stated_on_every_small_case(void **state) {
  static const char *const stated[] = {"",
                                       "total=7",
                                       "total=12;total_most=12",
                                       "total=5;total_most=5",
                                       "total=6;total_most=30",
                                       "total=10;total_most=5000",
                                       "among=0.3",
                                       "on_list=0.8",
                                       "among=0.25;on_list=0.5"};
  (void)state;
  for (size_t i = 0; i < sizeof stated / sizeof *stated; i++)
    for (int32_t r = 1; r <= MOST; r++)
      for (int32_t m = 1; m <= MOST; m++) check_implied(stated[i], r, m);
}

static void a_known_total_gives_one_over_the_total(void **state) {
  (void)state;
  hw_prior *prior = make("total=40;total_most=40", 4, 5);
  hw_prior_numbers implied = hw_prior_numbers_of(prior);
  double factor[HW_PRIOR_COUNT];
  hw_assert_close(implied.pair, 1.0 / 40, 1e-12, 0);
  hw_assert_close(implied.on_list, 5.0 / 40, 1e-12, 0);
  hw_assert_close(implied.among, 4.0 / 40, 1e-12, 0);
  hw_prior_factors(prior, 0, 0, factor);
  hw_assert_close(factor[HW_PRIOR_NUMBERS], log(1.0 / 39), 1e-12, 0);
  hw_prior_delete(prior);
}

/* Hypergeometric: balls in an urn, drawn in every order. */
static void the_number_of_pairings_is_hypergeometric(void **state) {
  (void)state;
  enum { TOTAL = 9, LISTED = 4, FOUND = 3 };
  double expected[FOUND + 1] = {0}, n = 0;
  for (unsigned set = 0; set < 1u << TOTAL; set++) {
    int found = 0, listed = 0;
    for (unsigned i = 0; i < TOTAL; i++)
      if (set >> i & 1u) found++, listed += i < LISTED;
    if (found != FOUND) continue;
    expected[listed]++;
    n++;
  }
  hw_prior *prior = make("total=9;total_most=9", FOUND, LISTED);
  const double *size;
  assert_int_equal(hw_prior_sizes(prior, &size), FOUND + 1);
  for (int k = 0; k <= FOUND; k++) hw_assert_close(size[k], expected[k] / n, 1e-12, 0);
  hw_prior_delete(prior);
}

static void stated_shares_are_kept(void **state) {
  (void)state;
  hw_prior *prior = make("on_list=0.7", 3, 5);
  hw_assert_close(hw_prior_numbers_of(prior).on_list, 0.7, 1e-12, 0);
  hw_prior_delete(prior);
  prior = make("among=0.35", 5, 4);
  hw_assert_close(hw_prior_numbers_of(prior).among, 0.35, 1e-12, 0);
  hw_prior_delete(prior);
}

static void a_closed_list_places_every_remains(void **state) {
  static const char *const closed[] = {"on_list=1", "total=5;total_most=5", "on_list=1;among=0.6"};
  (void)state;
  for (size_t i = 0; i < 3; i++) {
    hw_prior *prior = make(closed[i], 3, 5);
    const double *size;
    assert_int_equal(hw_prior_sizes(prior, &size), 4);
    for (int k = 0; k < 3; k++) hw_assert_close(size[k], 0, 0, 0);
    hw_assert_close(size[3], 1, 1e-14, 0);
    assert_true(hw_prior_joint(prior).ln_size[2] == -HUGE_VAL);
    hw_assert_close(hw_prior_numbers_of(prior).pair, 0.2, 1e-14, 0);
    hw_prior_delete(prior);
  }
  /* One of each, and closed: certain, and still finite. */
  hw_prior *prior = make("among=1;on_list=1", 1, 1);
  double factor[HW_PRIOR_COUNT];
  hw_prior_factors(prior, 0, 0, factor);
  hw_assert_close(factor[HW_PRIOR_NUMBERS], log(1e12), 1e-9, 0);
  hw_prior_delete(prior);
}

static void large_files_have_finite_sizes(void **state) {
  (void)state;
  hw_prior *prior = make("", 2000, 3000);
  hw_joint_prior joint = hw_prior_joint(prior);
  const double *size;
  double sum = 0;
  int32_t n = hw_prior_sizes(prior, &size);
  assert_int_equal(n, 2001);
  for (int32_t k = 0; k < n; k++) {
    assert_true(isfinite(joint.ln_size[k]));
    sum += size[k];
  }
  hw_assert_close(sum, 1, 1e-9, 0);
  hw_prior_delete(prior);
  prior = make("total=1000000000;total_most=1000000000", 500, 700);
  hw_assert_close(hw_prior_numbers_of(prior).pair, 1e-9, 1e-9, 0);
  hw_prior_delete(prior);
}

static void nobody_missing_or_nothing_recovered_is_no_failure(void **state) {
  (void)state;
  hw_prior *prior = make("", 0, 3);
  const double *size;
  assert_int_equal(hw_prior_sizes(prior, &size), 1);
  hw_assert_close(size[0], 1, 0, 0);
  hw_prior_delete(prior);
}

static void an_unused_factor_says_nothing_of_sizes(void **state) {
  (void)state;
  hw_prior_settings settings;
  hw_prior *prior = NULL;
  hw_err err = HW_ERR_INIT;
  const double *size;
  hw_prior_settings_init(&settings);
  hw_assert_ok(hw_prior_new(&settings, 2, NULL, 2, NULL, &prior, &err), &err);
  assert_int_equal(hw_prior_sizes(prior, &size), 0);
  assert_null(hw_prior_joint(prior).ln_size);
  assert_true(isnan(hw_prior_numbers_of(prior).pair));
  hw_assert_close(hw_prior_ln_pair(prior, 1, 1), 0, 0, 0);
  hw_prior_delete(prior);
}

static void refuses(const char *parameters, int32_t n_remains, int32_t n_missing,
                    const char *part) {
  hw_prior_settings settings;
  hw_prior *prior = NULL;
  hw_err err = HW_ERR_INIT;
  hw_prior_settings_init(&settings);
  settings.is_used[HW_PRIOR_NUMBERS] = true;
  hw_assert_ok(hw_prior_settings_parse(&settings, HW_PRIOR_NUMBERS, parameters, &err), &err);
  hw_assert_status(hw_prior_new(&settings, n_remains, NULL, n_missing, NULL, &prior, &err),
                   HW_E_VALUE, &err);
  assert_null(prior);
  hw_assert_contains(err.message, part);
}

static void numbers_that_cannot_be_are_refused(void **state) {
  (void)state;
  refuses("total=4", 3, 5, "expected at least 5, all dead together");
  refuses("total=9;total_most=8", 3, 5, "expected the first to be no larger");
  refuses("total=9;among=0.5", 3, 5, "state one");
  refuses("on_list=1", 6, 5, "unite remains of one person, or state less");
  refuses("among=1", 3, 5, "they cannot all be among the remains");
}

static void exhausted_memory_is_told(void **state) {
  hw_prior_settings settings;
  hw_err err = HW_ERR_INIT;
  (void)state;
  hw_prior_settings_init(&settings);
  settings.is_used[HW_PRIOR_NUMBERS] = true;
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_prior *prior = NULL;
    hw_status status = hw_prior_new(&settings, 3, NULL, 4, NULL, &prior, &err);
    if (hw_faults_end()) {
      hw_assert_status(status, HW_E_NO_MEMORY, &err);
      assert_null(prior);
      continue;
    }
    hw_assert_ok(status, &err);
    hw_prior_delete(prior);
    break;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(marginals_are_what_is_stated_on_every_small_case),
      cmocka_unit_test(a_known_total_gives_one_over_the_total),
      cmocka_unit_test(the_number_of_pairings_is_hypergeometric),
      cmocka_unit_test(stated_shares_are_kept),
      cmocka_unit_test(a_closed_list_places_every_remains),
      cmocka_unit_test(large_files_have_finite_sizes),
      cmocka_unit_test(nobody_missing_or_nothing_recovered_is_no_failure),
      cmocka_unit_test(an_unused_factor_says_nothing_of_sizes),
      cmocka_unit_test(numbers_that_cannot_be_are_refused),
      cmocka_unit_test(exhausted_memory_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
