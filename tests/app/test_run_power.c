/* Power studies and validations from beginning to end: what is kept of them, that they say the same
 * again, that a study of families overtakes no comparison. All data are made up. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "app/decide_support.h"
#include "app/evidence_support.h"
#include "app/power_list.h"
#include "app/report.h"
#include "app/run_power.h"
#include "app/run_validation.h"
#include "app/status.h"
#include "base/json_read.h"
#include "support/assert.h"

static hw_err err;

/* A missing man whose father and mother could be sampled, with his sister typed in part, and a
 * cousin of somebody else, whose family nothing can help. */
static void add_weak_families(hw_app *app) {
  decide_import(app, "families",
                "family,person,father,mother,sex,missing\n"
                "R,R-FA,,,male,\nR,R-MO,,,female,\nR,R-X,R-FA,R-MO,male,yes\n"
                "R,R-SI,R-FA,R-MO,female,\n"
                "N,N-X,,,male,yes\nN,N-A,,,male,\n");
  decide_import(app, "profiles",
                "code,person,panel,observations,use\n"
                "R-SI-1,R-SI,P,\"12;12;12;12;12;12;12;12;12;12\",single\n");
}

static const char *parameters_of(hw_app *app, const char *run) {
  return hw_record_text(app_test_get(app, HW_KIND_RUN, run), HW_FIELD_RUN_PARAMETERS);
}

/* --- studies --- */

static void a_study_is_kept_once(void **state) {
  (void)state;
  hw_app app;
  hw_arena arena;
  hw_power_list list;
  hw_run_outcome first, again;
  const hw_run_power_options options = {.with_remains = true, .n_threads = 1};
  decide_new_case(&app);
  add_weak_families(&app);
  hw_assert_ok(hw_run_power(&app, &options, NULL, &first, &err), &err);
  assert_true(first.run[0] != '\0' && !first.is_unchanged);
  assert_int_equal(first.n_evaluated, app_test_count(&app, HW_KIND_POWER));
  assert_true(first.n_evaluated >= 3);
  assert_true(first.n_next > 0);
  assert_int_equal(app_test_count(&app, HW_KIND_IDENTIFICATION), 0);
  const hw_record *run = app_test_get(&app, HW_KIND_RUN, first.run);
  assert_int_equal(hw_record_int(run, HW_FIELD_RUN_STORED), 0);
  assert_int_equal(hw_record_int(run, HW_FIELD_RUN_MISSING), first.n_evaluated);
  assert_true(hw_power_is_study(hw_record_text(run, HW_FIELD_RUN_PARAMETERS)));
  /* The pages of power show it. */
  hw_arena_init(&arena, 0);
  hw_assert_ok(hw_power_list_read(&app, &arena, &list, &err), &err);
  assert_int_equal(list.run, app_test_get(&app, HW_KIND_RUN, first.run)->id);
  assert_int_equal(list.n, first.n_evaluated);
  assert_true(list.needed == HW_POWER_THRESHOLD);
  hw_arena_clear(&arena);
  hw_assert_ok(hw_run_power(&app, &options, NULL, &again, &err), &err);
  assert_true(again.is_unchanged);
  assert_string_equal(again.run, first.run);
  assert_int_equal((int)decide_faults(&app), 0);
  hw_app_close(&app);
}

static void what_is_asked_and_who_consents_make_another_study(void **state) {
  (void)state;
  hw_app app;
  hw_run_outcome usual, other;
  const hw_run_power_options ways[] = {
      {.threshold = 6}, {.enough = 0.5}, {.never = 0.01}, {.dropout = 0.3}, {.with_pairs = true}};
  const hw_run_power_options options = {.n_threads = 1};
  decide_new_case(&app);
  add_weak_families(&app);
  hw_assert_ok(hw_run_power(&app, &options, NULL, &usual, &err), &err);
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
    hw_assert_ok(hw_run_power(&app, &ways[i], NULL, &other, &err), &err);
    assert_false(other.is_unchanged);
    assert_string_not_equal(other.run, usual.run);
  }
  hw_assert_contains(parameters_of(&app, usual.run), "R-MO");
  const hw_import_options update = {.what = "persons", .update = true, .apply = true};
  hw_assert_ok(app_test_import_with(&app, &update, "persons.csv",
                                    "code,sex,consent\nR-MO,female,withdrawn\n", &err),
               &err);
  hw_assert_ok(hw_run_power(&app, &options, NULL, &other, &err), &err);
  assert_false(other.is_unchanged);
  assert_null(strstr(parameters_of(&app, other.run), "R-MO"));
  hw_assert_contains(parameters_of(&app, other.run), "\"without_consent\": 1");
  hw_app_close(&app);
}

static void a_study_of_one_family_stands_for_no_other(void **state) {
  (void)state;
  hw_app app;
  hw_run_outcome out;
  hw_run_power_options options = {.family = "R", .with_remains = true, .n_threads = 1};
  decide_new_case(&app);
  add_weak_families(&app);
  hw_assert_ok(hw_run_power(&app, &options, NULL, &out, &err), &err);
  assert_int_equal(out.n_evaluated, 1);
  assert_int_equal(app_test_count(&app, HW_KIND_POWER), 0);
  const char *text = parameters_of(&app, out.run);
  hw_assert_contains(text, "\"family\": \"R\"");
  hw_assert_contains(text, "\"persons\": [{\"person\": \"R-X\"");
  hw_assert_contains(text, "\"everybody\"");
  options.family = "NONE";
  assert_int_equal(hw_run_power(&app, &options, NULL, &out, &err), HW_E_REFERENCE);
  hw_assert_contains(err.message, "'NONE'");
  hw_app_close(&app);
}

static void snp_profiles_count_unless_they_are_left_out(void **state) {
  (void)state;
  hw_app app;
  hw_run_outcome with, again, without;
  hw_run_power_options options = {.n_threads = 1};
  evidence_make_all(&app);
  hw_assert_ok(hw_run_power(&app, &options, NULL, &with, &err), &err);
  const char *text = parameters_of(&app, with.run);
  hw_assert_contains(text, "\"read_error\": 0.01");
  hw_assert_contains(text, "\"newly_above\"");
  hw_assert_ok(hw_run_power(&app, &options, NULL, &again, &err), &err);
  assert_true(again.is_unchanged);
  options.without_snp = true;
  hw_assert_ok(hw_run_power(&app, &options, NULL, &without, &err), &err);
  assert_string_not_equal(without.run, with.run);
  hw_assert_contains(parameters_of(&app, without.run), "\"snp\": null");
  hw_app_close(&app);
}

static void a_study_is_for_who_may_write_and_sees_the_investigation(void **state) {
  (void)state;
  hw_app app, other;
  hw_run_outcome out;
  const hw_run_power_options options = {.n_threads = 1}, nowhere = {.investigation = "nowhere"};
  const hw_who reader = {.login = "somebody", .actor = "reader"}, clerk = {"somebody", "clerk"};
  decide_new_case(&app);
  decide_import(&app, "investigations", "code,description\nelsewhere,another one\n");
  assert_int_equal(hw_run_power(&app, &nowhere, NULL, &out, &err), HW_E_REFERENCE);
  hw_assert_ok(hw_app_open(&other, hw_store_location(app.store), HW_DB_WRITE, &reader, &err), &err);
  assert_int_equal(hw_run_power(&other, &options, NULL, &out, &err), HW_E_DENIED);
  hw_app_close(&other);
  hw_assert_ok(hw_access_set(&app, "clerk", (const char *const[]){"elsewhere"}, 1, "tests", &err),
               &err);
  hw_assert_ok(hw_app_open(&other, hw_store_location(app.store), HW_DB_WRITE, &clerk, &err), &err);
  assert_int_equal(hw_run_power(&other, &options, NULL, &out, &err), HW_E_DENIED);
  hw_app_close(&other);
  assert_int_equal(app_test_count(&app, HW_KIND_RUN), 0);
  hw_app_close(&app);
}

/* Decisions, the status and checks look for the newest run that compared. */
static void a_study_overtakes_no_comparison(void **state) {
  (void)state;
  hw_app app;
  hw_arena arena;
  hw_status_report report;
  hw_run_outcome out;
  const hw_run_power_options options = {.n_threads = 1};
  decide_new_case(&app);
  decide_run(&app, 1.5);
  hw_assert_ok(hw_run_power(&app, &options, NULL, &out, &err), &err);
  const char *code = decide_propose(&app, "F1-X", "S1");
  const hw_record *made = app_test_get(&app, HW_KIND_IDENTIFICATION, code);
  assert_false(hw_record_is_null(made, HW_FIELD_IDENTIFICATION_COMPARISON));
  hw_arena_init(&arena, 0);
  hw_assert_ok(hw_status_read(&app, &arena, &report, &err), &err);
  assert_string_equal(report.run.text, out.run);
  assert_false(report.is_run_stale);
  /* What came after the comparison is not compared yet, though it was studied. */
  add_weak_families(&app);
  hw_assert_ok(hw_run_power(&app, &options, NULL, &out, &err), &err);
  hw_assert_ok(hw_status_read(&app, &arena, &report, &err), &err);
  assert_true(report.is_run_stale);
  hw_arena_clear(&arena);
  assert_int_equal((int)decide_faults(&app), 0);
  hw_app_close(&app);
}

/* --- validations --- */

static void a_validation_is_the_report_of_the_command_line(void **state) {
  (void)state;
  static const char created[] = "2026-02-03T04:05:06Z";
  hw_app app;
  hw_run_outcome out;
  hw_fonts *fonts = NULL;
  hw_issued draft = {.code = ""}, reprint = {.code = ""};
  const hw_report_request request = {
      .kind = "validation", .language = "en", .created = created, .is_draft = true};
  hw_run_validation_options options = {.language = "en", .created = created, .is_draft = true};
  decide_new_case(&app);
  decide_run(&app, 1.5);
  hw_assert_ok(hw_fonts_new(&fonts, &err), &err);
  hw_assert_ok(hw_app_report_issue(&app, &request, fonts, &draft, &err), &err);
  hw_assert_ok(hw_run_validation(&app, &options, NULL, &out, &err), &err);
  assert_string_equal(out.report, "");
  assert_int_equal(out.n_failed, 0);
  assert_int_equal(out.n_draft, draft.n_bytes[HW_REPORT_PDF]);
  assert_memory_equal(out.draft, draft.bytes[HW_REPORT_PDF], out.n_draft);
  free(out.draft);
  assert_int_equal(app_test_count(&app, HW_KIND_REPORT), 0);
  options.is_draft = false;
  options.note = "yearly";
  hw_assert_ok(hw_run_validation(&app, &options, NULL, &out, &err), &err);
  assert_null(out.draft);
  const hw_record *report = app_test_get(&app, HW_KIND_REPORT, out.report);
  assert_string_equal(hw_record_text(report, HW_FIELD_REPORT_NOTE), "yearly");
  /* It is printed again when the database has grown, with what was found then. */
  decide_run(&app, 1);
  hw_assert_ok(hw_app_report_reprint(&app, out.report, fonts, &reprint, &err), &err);
  report = app_test_get(&app, HW_KIND_REPORT, out.report);
  assert_string_equal(reprint.document, hw_record_text(report, HW_FIELD_REPORT_DOCUMENT));
  hw_issued_clear(&reprint);
  hw_issued_clear(&draft);
  hw_fonts_delete(fonts);
  assert_int_equal((int)decide_faults(&app), 0);
  hw_app_close(&app);
}

static void a_validation_is_for_who_writes_and_sees_everything(void **state) {
  (void)state;
  hw_app app, other;
  hw_run_outcome out;
  const hw_run_validation_options options = {.language = "vi"}, tongue = {.language = "xx"};
  const hw_who reader = {.login = "somebody", .actor = "reader"}, clerk = {"somebody", "clerk"};
  decide_new_case(&app);
  decide_import(&app, "investigations", "code,description\nelsewhere,another one\n");
  hw_assert_ok(hw_app_open(&other, hw_store_location(app.store), HW_DB_WRITE, &reader, &err), &err);
  assert_int_equal(hw_run_validation(&other, &options, NULL, &out, &err), HW_E_DENIED);
  hw_app_close(&other);
  hw_assert_ok(hw_access_set(&app, "clerk", (const char *const[]){"elsewhere"}, 1, "tests", &err),
               &err);
  hw_assert_ok(hw_app_open(&other, hw_store_location(app.store), HW_DB_WRITE, &clerk, &err), &err);
  assert_int_equal(hw_run_validation(&other, &options, NULL, &out, &err), HW_E_DENIED);
  hw_assert_contains(err.message, "all investigations");
  hw_app_close(&other);
  assert_int_equal(hw_run_validation(&app, &tongue, NULL, &out, &err), HW_E_VALUE);
  assert_int_equal(app_test_count(&app, HW_KIND_REPORT), 0);
  hw_app_close(&app);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_study_is_kept_once),
      cmocka_unit_test(what_is_asked_and_who_consents_make_another_study),
      cmocka_unit_test(a_study_of_one_family_stands_for_no_other),
      cmocka_unit_test(snp_profiles_count_unless_they_are_left_out),
      cmocka_unit_test(a_study_is_for_who_may_write_and_sees_the_investigation),
      cmocka_unit_test(a_study_overtakes_no_comparison),
      cmocka_unit_test(a_validation_is_the_report_of_the_command_line),
      cmocka_unit_test(a_validation_is_for_who_writes_and_sees_everything),
  };
  return cmocka_run_group_tests(tests, decide_tests_begin, decide_tests_end);
}
