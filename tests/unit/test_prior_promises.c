/* What every factor of the prior promises: unknown facts say nothing, a factor that is off is 0, the
 * sum is the sum; facts that cannot be are refused, exhausted memory is told. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/prior.h"
#include "homeward/random.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_prior *make(const hw_prior_settings *settings, int32_t n_remains,
                      const hw_prior_remains *remains, int32_t n_missing,
                      const hw_prior_missing *missing) {
  hw_err err = HW_ERR_INIT;
  hw_prior *prior = NULL;
  hw_assert_ok(hw_prior_new(settings, n_remains, remains, n_missing, missing, &prior, &err), &err);
  return prior;
}

enum { REMAINS = 7, MISSING = 9 };

/* Random facts, some of them unknown. */
typedef struct facts {
  hw_prior_remains remains[REMAINS];
  hw_prior_missing missing[MISSING];
  hw_prior_place places[REMAINS + MISSING];
  hw_prior_range dates[REMAINS + MISSING], ages[REMAINS + MISSING];
  hw_prior_label units[REMAINS + MISSING], events[REMAINS + MISSING];
  hw_prior_estimate statures[REMAINS + MISSING];
} facts;

static void draw(facts *self, uint64_t seed) {
  static const char *const labels[4] = {"a", "b", "c", "d"};
  hw_random random;
  hw_random_init(&random, seed);
  memset(self, 0, sizeof *self);
  for (int i = 0; i < REMAINS + MISSING; i++) {
    self->places[i] =
        (hw_prior_place){15 + 2 * hw_random_double(&random), 106 + 2 * hw_random_double(&random),
                         3000 * hw_random_double(&random), hw_random_double(&random)};
    double at = 20 + 10 * hw_random_double(&random), day = -700 + 2000 * hw_random_double(&random);
    self->ages[i] = (hw_prior_range){at, at + 6 * hw_random_double(&random), 0.9};
    self->dates[i] = (hw_prior_range){day, day + 400 * hw_random_double(&random), 1};
    self->units[i] = (hw_prior_label){labels[hw_random_below(&random, 4)], 1};
    self->events[i] = (hw_prior_label){labels[hw_random_below(&random, 4)], 0.7};
    self->statures[i] =
        (hw_prior_estimate){150 + 20 * hw_random_double(&random), 5 * hw_random_double(&random), 1};
  }
  for (int i = 0; i < REMAINS + MISSING; i++) {
    int known = (int)hw_random_below(&random, 64);
    hw_sex sex = (hw_sex)hw_random_below(&random, 3);
    if (i < REMAINS)
      self->remains[i] = (hw_prior_remains){.n_places = known & 1,
                                            .places = &self->places[i],
                                            .n_dates = known >> 1 & 1,
                                            .dates = &self->dates[i],
                                            .n_units = known >> 2 & 1,
                                            .units = &self->units[i],
                                            .n_events = known >> 3 & 1,
                                            .events = &self->events[i],
                                            .n_ages = known >> 4 & 1,
                                            .ages = &self->ages[i],
                                            .n_statures = known >> 5 & 1,
                                            .statures = &self->statures[i],
                                            .sex = sex};
    else
      self->missing[i - REMAINS] = (hw_prior_missing){.n_places = known & 1,
                                                      .places = &self->places[i],
                                                      .n_dates = known >> 1 & 1,
                                                      .dates = &self->dates[i],
                                                      .n_units = known >> 2 & 1,
                                                      .units = &self->units[i],
                                                      .n_events = known >> 3 & 1,
                                                      .events = &self->events[i],
                                                      .n_ages = known >> 4 & 1,
                                                      .ages = &self->ages[i],
                                                      .n_statures = known >> 5 & 1,
                                                      .statures = &self->statures[i],
                                                      .sex = sex};
  }
}

static bool is_known(const facts *self, int r, int m, int factor) {
  const hw_prior_remains *a = &self->remains[r];
  const hw_prior_missing *b = &self->missing[m];
  const bool known[HW_PRIOR_COUNT] = {true,
                                      a->n_places && b->n_places,
                                      a->n_dates && b->n_dates,
                                      a->n_units && b->n_units,
                                      a->n_events && b->n_events,
                                      a->sex != HW_UNKNOWN_SEX && b->sex != HW_UNKNOWN_SEX,
                                      a->n_ages && b->n_ages,
                                      a->n_statures && b->n_statures};
  return known[factor];
}

static void factors_add_up_and_unknown_facts_say_nothing(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 100; seed++) {
    static facts at;
    hw_prior_settings settings;
    draw(&at, seed);
    hw_prior_settings_all(&settings);
    hw_prior *prior = make(&settings, REMAINS, at.remains, MISSING, at.missing);
    hw_joint_prior joint = hw_prior_joint(prior);
    for (int r = 0; r < REMAINS; r++)
      for (int m = 0; m < MISSING; m++) {
        double factor[HW_PRIOR_COUNT], sum = 0;
        hw_prior_factors(prior, r, m, factor);
        for (int f = 0; f < HW_PRIOR_COUNT; f++) {
          assert_true(isfinite(factor[f]));
          if (!is_known(&at, r, m, f)) hw_assert_same_bits(factor[f], 0.0);
          sum += factor[f];
        }
        hw_assert_same_bits(hw_prior_ln_pair(prior, r, m), sum);
        hw_assert_same_bits(joint.ln_pair(joint.context, r, m), sum);
      }
    hw_prior_delete(prior);
  }
}

static void switching_a_factor_off_takes_exactly_it_away(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 20; seed++) {
    static facts at;
    hw_prior_settings settings;
    draw(&at, seed);
    hw_prior_settings_all(&settings);
    hw_prior *all = make(&settings, REMAINS, at.remains, MISSING, at.missing);
    for (int off = 0; off < HW_PRIOR_COUNT; off++) {
      settings.is_used[off] = false;
      hw_prior *without = make(&settings, REMAINS, at.remains, MISSING, at.missing);
      settings.is_used[off] = true;
      for (int r = 0; r < REMAINS; r++)
        for (int m = 0; m < MISSING; m++) {
          double a[HW_PRIOR_COUNT], b[HW_PRIOR_COUNT];
          hw_prior_factors(all, r, m, a);
          hw_prior_factors(without, r, m, b);
          for (int f = 0; f < HW_PRIOR_COUNT; f++) hw_assert_same_bits(b[f], f == off ? 0.0 : a[f]);
        }
      hw_prior_delete(without);
    }
    hw_prior_delete(all);
  }
}

static void coverage_counts_who_knows_what(void **state) {
  static facts at;
  (void)state;
  draw(&at, 7);
  hw_prior_settings settings;
  hw_prior_settings_init(&settings);
  hw_prior *prior = make(&settings, REMAINS, at.remains, MISSING, at.missing);
  int places = 0, statures = 0;
  for (int r = 0; r < REMAINS; r++) places += at.remains[r].n_places;
  for (int m = 0; m < MISSING; m++) statures += at.missing[m].n_statures;
  assert_int_equal(hw_prior_coverage_of(prior, HW_PRIOR_PLACE).n_remains, places);
  assert_int_equal(hw_prior_coverage_of(prior, HW_PRIOR_STATURE).n_missing, statures);
  assert_int_equal(hw_prior_coverage_of(prior, HW_PRIOR_NUMBERS).n_missing, 0);
  hw_prior_delete(prior);
}

/* --- facts that cannot be --- */

static void refuse_remains(const hw_prior_remains *remains, const char *part) {
  hw_prior_settings settings;
  hw_err err = HW_ERR_INIT;
  hw_prior *prior = NULL;
  hw_prior_settings_init(&settings);
  hw_assert_status(hw_prior_new(&settings, 1, remains, 1, NULL, &prior, &err), HW_E_VALUE, &err);
  assert_null(prior);
  hw_assert_contains(err.message, part);
}

static void refuse_missing(const hw_prior_missing *missing, const char *part) {
  hw_prior_settings settings;
  hw_err err = HW_ERR_INIT;
  hw_prior *prior = NULL;
  hw_prior_settings_init(&settings);
  hw_assert_status(hw_prior_new(&settings, 1, NULL, 1, missing, &prior, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, part);
}

static void facts_that_cannot_be_are_refused(void **state) {
  (void)state;
  hw_prior_place place = {95, 107, 0, 1};
  refuse_remains(&(hw_prior_remains){.n_places = 1, .places = &place},
                 "remains 1: lies at latitude 95, longitude 107: expected -90 to 90");
  place = (hw_prior_place){15, 107, -1, 1};
  refuse_remains(&(hw_prior_remains){.n_places = 1, .places = &place}, "uncertainty of a place");
  place = (hw_prior_place){15, 107, 1, 2};
  refuse_missing(&(hw_prior_missing){.n_places = 1, .places = &place},
                 "missing person 1: the weight of a place is 2: expected 0 to 1");
  refuse_missing(&(hw_prior_missing){.n_places = 1}, "has 1 entries of place");
  hw_prior_range range = {30, 20, 1};
  refuse_remains(&(hw_prior_remains){.n_ages = 1, .ages = &range}, "from 30 to 20");
  range = (hw_prior_range){-HUGE_VAL, 20, 1};
  refuse_missing(&(hw_prior_missing){.n_dates = 1, .dates = &range}, "two finite numbers in order");
  hw_prior_estimate stature = {1.65, 0, 1};
  refuse_missing(&(hw_prior_missing){.n_statures = 1, .statures = &stature},
                 "a stature is 1.65 cm: expected 40 to 280, in centimetres");
  stature = (hw_prior_estimate){165, -1, 1};
  refuse_remains(&(hw_prior_remains){.n_statures = 1, .statures = &stature}, "standard error");
  refuse_remains(&(hw_prior_remains){.sex_error = 0.6}, "the error of its sex is 0.6");
  hw_prior_label label = {NULL, 1};
  refuse_missing(&(hw_prior_missing){.n_units = 1, .units = &label}, "a unit has no text");
}

static void a_label_that_is_no_text_is_refused(void **state) {
  (void)state;
  hw_prior_settings settings;
  hw_err err = HW_ERR_INIT;
  hw_prior *prior = NULL;
  hw_prior_label label = {"E66 \xff", 1};
  hw_prior_remains remains[2] = {{.n_units = 0}, {.n_events = 1, .events = &label}};
  hw_prior_settings_init(&settings);
  hw_assert_status(hw_prior_new(&settings, 2, remains, 1, NULL, &prior, &err), HW_E_SYNTAX, &err);
  assert_null(prior);
  hw_assert_contains(err.message, "reading a unit or event of remains 2");
}

static void exhausted_memory_is_told(void **state) {
  static facts at;
  hw_prior_settings settings;
  hw_err err = HW_ERR_INIT;
  (void)state;
  draw(&at, 11);
  hw_prior_settings_all(&settings);
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_prior *prior = NULL;
    hw_status status =
        hw_prior_new(&settings, REMAINS, at.remains, MISSING, at.missing, &prior, &err);
    if (hw_faults_end()) {
      hw_assert_status(status, HW_E_NO_MEMORY, &err);
      assert_null(prior);
      continue;
    }
    hw_assert_ok(status, &err);
    hw_prior_delete(prior);
    break;
  }
  hw_prior_delete(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(factors_add_up_and_unknown_facts_say_nothing),
      cmocka_unit_test(switching_a_factor_off_takes_exactly_it_away),
      cmocka_unit_test(coverage_counts_who_knows_what),
      cmocka_unit_test(facts_that_cannot_be_are_refused),
      cmocka_unit_test(a_label_that_is_no_text_is_refused),
      cmocka_unit_test(exhausted_memory_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
