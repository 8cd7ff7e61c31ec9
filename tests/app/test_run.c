/* Searches, joint identifications and re-associations from beginning to end: what they store, that
 * they say the same again, that they and all other long work stop wherever they are told to and store
 * nothing then. All data are made up. */
#include <string.h>

#include "app/access.h"
#include "app/decide_support.h"
#include "app/evidence_support.h"
#include "app/run_groups.h"
#include "app/run_joint.h"
#include "app/run_power.h"
#include "app/run_search.h"
#include "app/run_validation.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_err err;

static const hw_run_search_options usual = {
    .threshold = 1.5, .accept = 0.99, .most_mt = 2, .most_y = 2, .n_threads = 1};

/* --- watching --- */

typedef struct watcher {
  int64_t n, most; /* looks; stops at that one, 0 = never */
  unsigned phases;
} watcher;

static bool look(void *context, hw_run_phase phase, uint64_t done, uint64_t all) {
  watcher *self = context;
  assert_true(all == 0 || done <= all);
  self->phases |= 1u << phase;
  return ++self->n >= self->most && self->most > 0;
}

static int64_t count_stored(hw_app *app) {
  return app_test_count(app, HW_KIND_RUN) + app_test_count(app, HW_KIND_IDENTIFICATION) +
         app_test_count(app, HW_KIND_INDIVIDUAL) + app_test_count(app, HW_KIND_POWER) +
         app_test_count(app, HW_KIND_REPORT);
}

/* --- searches --- */

static void a_search_is_stored_once(void **state) {
  (void)state;
  hw_app app;
  hw_run_outcome first, again, anew;
  hw_run_search_options options = usual;
  decide_new_case(&app);
  hw_assert_ok(hw_run_search(&app, &options, NULL, &first, &err), &err);
  assert_true(first.run[0] != '\0' && !first.is_unchanged);
  assert_true(first.n_pairs > 0);
  const hw_record *run = app_test_get(&app, HW_KIND_RUN, first.run);
  assert_int_equal(hw_record_int(run, HW_FIELD_RUN_STORED), first.n_pairs);
  assert_int_equal(app_test_count(&app, HW_KIND_IDENTIFICATION), first.n_candidates);
  hw_assert_ok(hw_run_search(&app, &options, NULL, &again, &err), &err);
  options.is_anew = true;
  hw_assert_ok(hw_run_search(&app, &options, NULL, &anew, &err), &err);
  assert_true(again.is_unchanged && anew.is_unchanged);
  assert_string_equal(again.run, first.run);
  assert_string_equal(anew.run, first.run);
  assert_int_equal((int)decide_faults(&app), 0);
  hw_app_close(&app);
}

static void all_kinds_of_evidence_count_unless_they_are_left_out(void **state) {
  (void)state;
  hw_app app;
  hw_run_outcome all, again, str;
  watcher seen = {0};
  const hw_run_watch watch = {look, &seen};
  hw_run_search_options options = usual;
  evidence_make_all(&app);
  hw_assert_ok(hw_run_search(&app, &options, &watch, &all, &err), &err);
  assert_true((seen.phases & 1u << HW_RUN_SNP) != 0);
  assert_true((seen.phases & 1u << HW_RUN_STORING) != 0);
  hw_assert_contains(
      hw_record_text(app_test_get(&app, HW_KIND_RUN, all.run), HW_FIELD_RUN_PARAMETERS), "snp");
  options.is_anew = true;
  hw_assert_ok(hw_run_search(&app, &options, NULL, &again, &err), &err);
  assert_true(again.is_unchanged);
  assert_string_equal(again.run, all.run);
  options.without = ((1u << HW_EVIDENCE_KINDS) - 1) & ~HW_EVIDENCE_BIT(HW_EVIDENCE_STR);
  hw_assert_ok(hw_run_search(&app, &options, NULL, &str, &err), &err);
  assert_string_not_equal(str.run, all.run);
  options.without = HW_EVIDENCE_BIT(HW_EVIDENCE_STR);
  hw_assert_ok(hw_run_search(&app, &options, NULL, &again, &err), &err);
  assert_string_not_equal(again.run, str.run);
  hw_app_close(&app);
}

static void a_search_that_cannot_be_says_why(void **state) {
  (void)state;
  hw_app app, clerk;
  hw_run_outcome out;
  hw_run_search_options options = usual;
  decide_new_case(&app);
  decide_import(&app, "investigations", "code,description\nelsewhere,another one\n");
  options.persons = 1;
  assert_int_equal(hw_run_search(&app, &options, NULL, &out, &err), HW_E_VALUE);
  hw_assert_contains(err.message, "fewer than the 2 missing");
  options = usual;
  options.investigation = "nowhere";
  assert_int_equal(hw_run_search(&app, &options, NULL, &out, &err), HW_E_REFERENCE);
  options.investigation = "elsewhere";
  assert_int_not_equal(hw_run_search(&app, &options, NULL, &out, &err), HW_OK);
  const hw_who reader = {.login = "somebody", .actor = "reader"}, who = {"somebody", "clerk"};
  options.investigation = "main";
  hw_assert_ok(hw_app_open(&clerk, hw_store_location(app.store), HW_DB_WRITE, &reader, &err), &err);
  assert_int_equal(hw_run_search(&clerk, &options, NULL, &out, &err), HW_E_DENIED);
  hw_app_close(&clerk);
  hw_assert_ok(hw_access_set(&app, "clerk", (const char *const[]){"elsewhere"}, 1, "tests", &err),
               &err);
  hw_assert_ok(hw_app_open(&clerk, hw_store_location(app.store), HW_DB_WRITE, &who, &err), &err);
  assert_int_equal(hw_run_search(&clerk, &options, NULL, &out, &err), HW_E_DENIED);
  hw_app_close(&clerk);
  assert_int_equal(count_stored(&app), 0);
  hw_app_close(&app);
}

/* --- joint identifications --- */

static void a_joint_run_takes_the_pairs_of_a_search_or_all(void **state) {
  (void)state;
  hw_app app;
  hw_run_outcome search, after, again, all;
  const hw_run_search_options first = usual;
  hw_run_joint_options options = {.threshold = 1.5, .accept = 0.99};
  decide_new_case(&app);
  assert_int_equal(hw_run_joint(&app, &options, NULL, &after, &err), HW_E_REFERENCE);
  hw_assert_ok(hw_run_search(&app, &first, NULL, &search, &err), &err);
  hw_assert_ok(hw_run_joint(&app, &options, NULL, &after, &err), &err);
  assert_true(after.run[0] != '\0');
  assert_true(app_test_count(&app, HW_KIND_JOINT_PAIR) > 0);
  assert_true(app_test_count(&app, HW_KIND_JOINT_REMAINS) > 0);
  hw_assert_contains(
      hw_record_text(app_test_get(&app, HW_KIND_RUN, after.run), HW_FIELD_RUN_PARAMETERS),
      search.run);
  hw_assert_ok(hw_run_joint(&app, &options, NULL, &again, &err), &err);
  assert_true(again.is_unchanged);
  options.all_pairs = true;
  hw_assert_ok(hw_run_joint(&app, &options, NULL, &all, &err), &err);
  assert_string_not_equal(all.run, after.run);
  assert_int_equal((int)decide_faults(&app), 0);
  hw_app_close(&app);
}

static void a_joint_run_has_the_prior_that_was_asked_for(void **state) {
  (void)state;
  static const struct {
    hw_run_prior prior;
    double persons;
    const char *told;
  } priors[] = {{HW_RUN_PRIOR_FLAT, 0, "\"flat\""},
                {HW_RUN_PRIOR_PERSONS, 100, "0.98"},
                {HW_RUN_PRIOR_NUMBERS, 0, "\"numbers\""},
                {HW_RUN_PRIOR_RECORD, 0, "\"place\""}};
  hw_app app;
  hw_run_outcome out;
  evidence_make_all(&app);
  for (size_t i = 0; i < sizeof priors / sizeof *priors; i++) {
    const hw_run_joint_options options = {.all_pairs = true,
                                          .threshold = 1,
                                          .accept = 0.99,
                                          .prior = priors[i].prior,
                                          .persons = priors[i].persons};
    hw_status status = hw_run_joint(&app, &options, NULL, &out, &err);
    hw_assert_ok(status, &err);
    assert_false(out.is_unchanged);
    const char *text =
        hw_record_text(app_test_get(&app, HW_KIND_RUN, out.run), HW_FIELD_RUN_PARAMETERS);
    if (priors[i].prior != HW_RUN_PRIOR_PERSONS) hw_assert_contains(text, priors[i].told);
    hw_assert_contains(text, "evidence");
  }
  const hw_run_joint_options few = {.all_pairs = true,
                                    .threshold = 1,
                                    .accept = 0.99,
                                    .prior = HW_RUN_PRIOR_PERSONS,
                                    .persons = 3};
  assert_int_equal(hw_run_joint(&app, &few, NULL, &out, &err), HW_E_VALUE);
  hw_assert_contains(err.message, "not more than the 3 missing");
  hw_app_close(&app);
}

/* --- re-association --- */

static void groups_are_proposed_once(void **state) {
  (void)state;
  static const hw_run_groups_options ways[] = {
      {.accession = "BOX", .accept = 0.5},
      {.accept = 0.5, .partition = HW_RUN_PARTITION_RANGE, .lowest = 2, .highest = 4},
      {.accept = 0.5, .partition = HW_RUN_PARTITION_RANGE, .lowest = 4, .highest = 4}};
  hw_app app;
  hw_run_outcome out;
  decide_new_case(&app);
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
    const int64_t before = app_test_count(&app, HW_KIND_INDIVIDUAL);
    hw_assert_ok(hw_run_groups(&app, &ways[i], NULL, &out, &err), &err);
    assert_int_equal(app_test_count(&app, HW_KIND_INDIVIDUAL), before + out.n_individuals);
    hw_assert_ok(hw_run_groups(&app, &ways[i], NULL, &out, &err), &err);
    assert_int_equal(out.n_individuals, 0);
  }
  const hw_run_groups_options none = {.accession = "NO-BOX", .accept = 0.5};
  assert_int_equal(hw_run_groups(&app, &none, NULL, &out, &err), HW_E_REFERENCE);
  const hw_run_groups_options empty = {
      .accept = 0.5, .partition = HW_RUN_PARTITION_RANGE, .lowest = 3, .highest = 2};
  assert_int_equal(hw_run_groups(&app, &empty, NULL, &out, &err), HW_E_VALUE);
  assert_int_equal((int)decide_faults(&app), 0);
  hw_app_close(&app);
}

/* --- stopping --- */

typedef hw_status run_it(hw_app *app, const hw_run_watch *watch, hw_run_outcome *out);

static hw_status search_it(hw_app *app, const hw_run_watch *watch, hw_run_outcome *out) {
  hw_run_search_options options = usual;
  options.is_anew = true;
  return hw_run_search(app, &options, watch, out, &err);
}

static hw_status weigh_it(hw_app *app, const hw_run_watch *watch, hw_run_outcome *out) {
  const hw_run_joint_options options = {.all_pairs = true, .threshold = 1.5, .accept = 0.99};
  return hw_run_joint(app, &options, watch, out, &err);
}

static hw_status group_it(hw_app *app, const hw_run_watch *watch, hw_run_outcome *out) {
  const hw_run_groups_options options = {.accept = 0.5};
  return hw_run_groups(app, &options, watch, out, &err);
}

static hw_status study_it(hw_app *app, const hw_run_watch *watch, hw_run_outcome *out) {
  const hw_run_power_options options = {.with_remains = true, .n_threads = 1};
  return hw_run_power(app, &options, watch, out, &err);
}

static hw_status validate_it(hw_app *app, const hw_run_watch *watch, hw_run_outcome *out) {
  const hw_run_validation_options options = {.language = "vi"};
  return hw_run_validation(app, &options, watch, out, &err);
}

static run_it *const kinds[] = {search_it, weigh_it, group_it, study_it, validate_it};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

static void every_run_stops_where_it_is_told_to_and_stores_nothing(void **state) {
  (void)state;
  enum { FIRST = 40 };
  hw_app app;
  decide_new_case(&app);
  for (int k = 0; k < N_KINDS; k++) {
    const int64_t before = count_stored(&app);
    int n_stopped = 0;
    for (int64_t at = 1; at <= FIRST; at++) {
      watcher seen = {.most = at};
      const hw_run_watch watch = {look, &seen};
      hw_run_outcome out;
      const hw_status status = kinds[k](&app, &watch, &out);
      if (seen.n < at) { /* it was done before */
        hw_assert_ok(status, &err);
        break;
      }
      hw_assert_status(status, HW_E_INTERRUPTED, &err);
      n_stopped++;
      assert_int_equal(count_stored(&app), before);
    }
    assert_true(n_stopped >= 3);
  }
  assert_int_equal((int)decide_faults(&app), 0);
  hw_app_close(&app);
}

static void exhausted_memory_is_told_and_stores_nothing(void **state) {
  (void)state;
  hw_app app;
  decide_new_case(&app);
  for (int k = 0; k < N_KINDS; k++) {
    const int64_t before = count_stored(&app);
    bool has_failed = true;
    for (long n = 0; has_failed && hw_faults_begin(n); n += 1 + n / 6) {
      hw_run_outcome out;
      const hw_status status = kinds[k](&app, NULL, &out);
      has_failed = hw_faults_end();
      hw_store_rollback(app.store);
      hw_assert_status(status, has_failed ? HW_E_NO_MEMORY : HW_OK, &err);
      if (has_failed) assert_int_equal(count_stored(&app), before);
    }
    assert_false(has_failed);
  }
  assert_int_equal((int)decide_faults(&app), 0);
  hw_app_close(&app);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_search_is_stored_once),
      cmocka_unit_test(all_kinds_of_evidence_count_unless_they_are_left_out),
      cmocka_unit_test(a_search_that_cannot_be_says_why),
      cmocka_unit_test(a_joint_run_takes_the_pairs_of_a_search_or_all),
      cmocka_unit_test(a_joint_run_has_the_prior_that_was_asked_for),
      cmocka_unit_test(groups_are_proposed_once),
      cmocka_unit_test(every_run_stops_where_it_is_told_to_and_stores_nothing),
      cmocka_unit_test(exhausted_memory_is_told_and_stores_nothing),
  };
  return cmocka_run_group_tests(tests, decide_tests_begin, decide_tests_end);
}
