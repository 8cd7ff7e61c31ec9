/* Reports: made, issued, made again to the byte, and checked; what is refused, and why. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/decide_support.h"
#include "app/report.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_fonts *fonts;

static int begin(void **state) {
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_fonts_new(&fonts, &err), &err);
  return decide_tests_begin(state);
}

static int end(void **state) {
  hw_fonts_delete(fonts);
  return decide_tests_end(state);
}

/* A case with a run and an identification, reviewed. @return its code */
static const char *new_case(hw_app *app) {
  decide_new_case(app);
  decide_run(app, -HUGE_VAL);
  const char *code = decide_propose(app, "F1-X", "S1");
  decide_review(app, code);
  return code;
}

static hw_report_request request_of(const char *kind, const char *subject, const char *language) {
  return (hw_report_request){
      .kind = kind, .subject = subject, .language = language, .created = "2026-01-31T08:00:00Z"};
}

static void issue(hw_app *app, const char *kind, const char *subject, hw_issued *out) {
  hw_err err = HW_ERR_INIT;
  const hw_report_request request = request_of(kind, subject, "en");
  hw_assert_ok(hw_app_report_issue(app, &request, fonts, out, &err), &err);
}

static void assert_refused(hw_app *app, const hw_report_request *request, hw_status status,
                           const char *message) {
  hw_err err = HW_ERR_INIT;
  hw_issued issued;
  hw_assert_status(hw_app_report_issue(app, request, fonts, &issued, &err), status, &err);
  if (strstr(err.message, message) == NULL) fail_msg("'%s' lacks '%s'", err.message, message);
  hw_issued_clear(&issued);
}

/* --- checking --- */

static char differences[4000];

static hw_status take_difference(void *context, const char *text, hw_err *err) {
  const size_t n = strlen(differences);
  (void)context;
  (void)err;
  snprintf(differences + n, sizeof differences - n, "%s\n", text);
  return HW_OK;
}

static hw_report_verdict check(hw_app *app, const char *bytes, size_t n_bytes) {
  hw_report_verdict verdict;
  hw_err err = HW_ERR_INIT;
  differences[0] = '\0';
  hw_assert_ok(
      hw_app_report_check(app, bytes, n_bytes, fonts, take_difference, NULL, &verdict, &err), &err);
  return verdict;
}

static void assert_intact(hw_app *app, const hw_issued *issued) {
  for (int f = 0; f < HW_REPORT_FORMS; f++) {
    const hw_report_verdict verdict = check(app, issued->bytes[f], issued->n_bytes[f]);
    if (verdict.n_differences > 0) fail_msg("form %d: %s", f, differences);
    assert_true(verdict.is_issued && verdict.is_made_again);
    assert_int_equal(verdict.form, f);
    assert_string_equal(verdict.code, issued->code);
    assert_true(verdict.has_same_bytes == (f != HW_REPORT_JSON));
  }
}

static void assert_again(hw_app *app, const hw_issued *issued) {
  hw_err err = HW_ERR_INIT;
  hw_issued again;
  hw_assert_ok(hw_app_report_again(app, issued->code, fonts, &again, &err), &err);
  for (int f = 0; f < HW_REPORT_FORMS; f++) {
    assert_int_equal(again.n_bytes[f], issued->n_bytes[f]);
    assert_memory_equal(again.bytes[f], issued->bytes[f], issued->n_bytes[f]);
  }
  hw_issued_clear(&again);
}

/* --- the cases --- */

static void every_kind_is_made_in_both_languages(void **state) {
  static const char *const languages[] = {"vi", "en"};
  hw_app app;
  (void)state;
  const char *code = new_case(&app);
  decide_do(&app, "board", code, "confirmed");
  decide_import(&app, "handovers",
                "code,identification,handed_on,recipient\nHO-1,ID-1,2026-07-27,Synthetic Person\n");
  decide_import(&app, "handover_items", "handover,item_kind,item\nHO-1,sample,S1\n");
  for (int k = 0; hw_report_kinds()[k] != NULL; k++)
    for (int l = 0; l < 2; l++) {
      const char *kind = hw_report_kinds()[k];
      const char *subject = hw_report_subject(kind)[0] == '\0' ? NULL
                            : strcmp(kind, "handover") == 0    ? "HO-1"
                                                               : code;
      hw_report_request request = request_of(kind, subject, languages[l]);
      hw_issued issued;
      hw_err err = HW_ERR_INIT;
      request.is_draft = true;
      hw_assert_ok(hw_app_report_issue(&app, &request, fonts, &issued, &err), &err);
      assert_string_equal(issued.code, "");
      for (int f = 0; f < HW_REPORT_FORMS; f++) assert_true(issued.n_bytes[f] > 500);
      /* Nothing of the catalogue's keys, and no place that was not filled. */
      assert_null(strstr(issued.bytes[HW_REPORT_JSON], "REPORT_"));
      assert_null(strstr(issued.bytes[HW_REPORT_JSON], "{1}"));
      hw_issued_clear(&issued);
    }
  assert_int_equal(app_test_count(&app, HW_KIND_REPORT), 0);
  hw_app_close(&app);
}

static void an_issued_report_comes_out_again_whatever_is_written_later(void **state) {
  hw_app app;
  hw_issued comparison, board, letter, national;
  hw_err err = HW_ERR_INIT;
  (void)state;
  const char *code = new_case(&app);
  decide_import(&app, "custody",
                "item_kind,item,number,at,action,to_holder\n"
                "sample,S1,1,2026-01-05T09:00:00Z,received,Laboratory\n");
  issue(&app, "comparison", code, &comparison);
  issue(&app, "board", code, &board);
  issue(&app, "letter", code, &letter);
  issue(&app, "national", NULL, &national);
  assert_string_equal(comparison.code, "R-1");
  assert_string_equal(national.code, "R-4");
  assert_int_equal(app_test_count(&app, HW_KIND_REPORT), 4);
  decide_do(&app, "board", code, "confirmed");
  hw_assert_ok(hw_setting_write(&app, "letterhead.en", "Another House", &err), &err);
  decide_import(&app, "custody",
                "item_kind,item,number,at,action,to_holder,from_holder\n"
                "sample,S1,2,2026-02-05T09:00:00Z,transferred,Museum,Laboratory\n");
  decide_import(&app, "sites", "code,name,kind\nQT-9,hill,burial\n");
  assert_again(&app, &comparison);
  assert_again(&app, &board);
  assert_again(&app, &letter);
  assert_again(&app, &national);
  assert_intact(&app, &comparison);
  assert_intact(&app, &board);
  assert_intact(&app, &letter);
  /* Counts are of today: that is told, with both numbers. */
  const hw_report_verdict verdict =
      check(&app, national.bytes[HW_REPORT_JSON], national.n_bytes[HW_REPORT_JSON]);
  assert_true(verdict.n_differences >= 1);
  assert_non_null(
      strstr(differences, "figure sites.reported: the file says 0, the database gives 1"));
  hw_issued_clear(&comparison);
  hw_issued_clear(&board);
  hw_issued_clear(&letter);
  hw_issued_clear(&national);
  hw_app_close(&app);
}

/* Puts a text in the place of another one of the same length, once. */
static void change(char *bytes, const char *from, const char *to) {
  char *at = strstr(bytes, from);
  assert_non_null(at);
  memcpy(at, to, strlen(to));
}

static void what_was_changed_in_a_file_is_named(void **state) {
  hw_app app;
  hw_issued issued;
  (void)state;
  const char *code = new_case(&app);
  issue(&app, "comparison", code, &issued);
  change(issued.bytes[HW_REPORT_JSON], "\"marker.A3.log10_lr\", \"value\": 0.",
         "\"marker.A3.log10_lr\", \"value\": 7.");
  check(&app, issued.bytes[HW_REPORT_JSON], issued.n_bytes[HW_REPORT_JSON]);
  assert_non_null(strstr(differences, "the document was changed"));
  assert_non_null(strstr(differences, "figure marker.A3.log10_lr: the file says 7."));
  assert_null(strstr(differences, "marker.A4"));
  change(issued.bytes[HW_REPORT_HTML], "\"person\", \"text\": \"F1-X\"",
         "\"person\", \"text\": \"F2-X\"");
  check(&app, issued.bytes[HW_REPORT_HTML], issued.n_bytes[HW_REPORT_HTML]);
  assert_non_null(strstr(differences, "the file is not the one that was issued"));
  assert_non_null(strstr(differences, "claim person: the file says 'F2-X', issued was 'F1-X'"));
  issued.bytes[HW_REPORT_PDF][issued.n_bytes[HW_REPORT_PDF] / 2] ^= 1;
  const hw_report_verdict verdict =
      check(&app, issued.bytes[HW_REPORT_PDF], issued.n_bytes[HW_REPORT_PDF]);
  assert_int_equal(verdict.n_differences, 1);
  assert_false(verdict.has_same_bytes);
  assert_non_null(strstr(differences, "the file is not the one that was issued"));
  hw_issued_clear(&issued);
  hw_app_close(&app);
}

static void what_is_no_report_of_the_database_is_told(void **state) {
  hw_app app, other;
  hw_issued issued, draft;
  hw_err err = HW_ERR_INIT;
  hw_report_verdict verdict;
  (void)state;
  const char *code = new_case(&app);
  hw_report_request request = request_of("board", code, "en");
  issue(&app, "board", code, &issued);
  request.is_draft = true;
  hw_assert_ok(hw_app_report_issue(&app, &request, fonts, &draft, &err), &err);
  verdict = check(&app, draft.bytes[HW_REPORT_JSON], draft.n_bytes[HW_REPORT_JSON]);
  assert_false(verdict.is_issued);
  assert_string_equal(differences, "the file bears no number of a report: a draft, or a copy\n");
  hw_issued_clear(&draft);
  hw_app_close(&app);
  app_test_new(&other);
  verdict = check(&other, issued.bytes[HW_REPORT_PDF], issued.n_bytes[HW_REPORT_PDF]);
  assert_string_equal(differences, "no report 'R-1' was issued from this database\n");
  hw_assert_status(
      hw_app_report_check(&other, "hello", 5, fonts, take_difference, NULL, &verdict, &err),
      HW_E_SYNTAX, &err);
  hw_assert_status(hw_app_report_again(&other, "R-1", fonts, &draft, &err), HW_E_REFERENCE, &err);
  hw_issued_clear(&issued);
  hw_app_close(&other);
}

static void a_report_whose_data_have_changed_is_refused_and_told(void **state) {
  hw_app app;
  hw_issued issued, again;
  hw_err err = HW_ERR_INIT;
  (void)state;
  const char *code = new_case(&app);
  issue(&app, "comparison", code, &issued);
  hw_assert_ok(decide_set(&app, "tester", HW_KIND_PROFILE, "F1-F", "withdrawn", &err), &err);
  const hw_report_request request = request_of("comparison", code, "en");
  assert_refused(&app, &request, HW_E_STATE, "the data are not those that were compared any more");
  hw_assert_status(hw_app_report_again(&app, "R-1", fonts, &again, &err), HW_E_STATE, &err);
  const hw_report_verdict verdict =
      check(&app, issued.bytes[HW_REPORT_PDF], issued.n_bytes[HW_REPORT_PDF]);
  assert_true(verdict.is_issued && verdict.has_same_bytes && !verdict.is_made_again);
  assert_non_null(strstr(differences, "it cannot be made again: the data are not those"));
  hw_issued_clear(&issued);
  hw_app_close(&app);
}

/* A comparison like the newest one of a pair, with other numbers, in a run of its own. */
static void add_tampered(hw_app *app, const char *run_code, double log10_lr, const char *markers) {
  hw_err err = HW_ERR_INIT;
  hw_arena arena;
  hw_record run, comparison;
  hw_arena_init(&arena, 0);
  hw_assert_ok(hw_store_get(app->store, HW_KIND_RUN, 1, &arena, &run, &err), &err);
  hw_assert_ok(hw_store_get(app->store, HW_KIND_COMPARISON, 1, &arena, &comparison, &err), &err);
  hw_assert_ok(hw_app_begin(app, HW_MAY_WRITE, "test", "", &err), &err);
  run.id = 0;
  hw_record_set_text(&run, HW_FIELD_RUN_CODE, run_code);
  hw_assert_ok(hw_store_add(app->store, &run, &err), &err);
  comparison.id = 0;
  hw_record_set_int(&comparison, HW_FIELD_COMPARISON_RUN, run.id);
  if (!isnan(log10_lr)) hw_record_set_real(&comparison, HW_FIELD_COMPARISON_LOG10_LR, log10_lr);
  if (markers != NULL) hw_record_set_text(&comparison, HW_FIELD_COMPARISON_PER_MARKER, markers);
  hw_assert_ok(hw_store_add(app->store, &comparison, &err), &err);
  hw_assert_ok(hw_store_commit(app->store, &err), &err);
  hw_arena_clear(&arena);
}

static void no_number_is_printed_that_does_not_come_out_again(void **state) {
  hw_app app;
  hw_arena arena;
  hw_err err = HW_ERR_INIT;
  hw_str subject = HW_STR_INIT;
  (void)state;
  new_case(&app);
  hw_arena_init(&arena, 0);
  add_tampered(&app, "T-1", 1.25, NULL);
  add_tampered(&app, "T-2", (double)NAN, "{\"A1\": 3.5}");
  hw_assert_ok(hw_store_code(app.store, HW_KIND_COMPARISON, 1, &subject, &err), &err);
  hw_report_request request = request_of("comparison", hw_str_text(&subject), "en");
  hw_issued issued;
  hw_assert_ok(hw_app_report_issue(&app, &request, fonts, &issued, &err), &err);
  hw_issued_clear(&issued);
  const char *rest = strchr(hw_str_text(&subject), '/');
  char other[200];
  snprintf(other, sizeof other, "T-1%s", rest);
  request.subject = other;
  assert_refused(&app, &request, HW_E_DAMAGED, "log10 LR is 1.25 as stored");
  snprintf(other, sizeof other, "T-2%s", rest);
  assert_refused(&app, &request, HW_E_DAMAGED, "marker A1: log10 LR is 3.5 as stored");
  hw_str_clear(&subject);
  hw_arena_clear(&arena);
  hw_app_close(&app);
}

static void names_are_written_only_for_who_may_read_them(void **state) {
  hw_app app;
  hw_issued issued, without;
  hw_err err = HW_ERR_INIT;
  (void)state;
  const char *code = new_case(&app);
  decide_import(&app, "person_names", "person,kind,name\nF1-X,full,Synthetic Name\n");
  issue(&app, "letter", code, &issued);
  assert_non_null(strstr(issued.bytes[HW_REPORT_HTML], "Synthetic Name"));
  hw_report_request request = request_of("letter", code, "en");
  request.without_names = true;
  hw_assert_ok(hw_app_report_issue(&app, &request, fonts, &without, &err), &err);
  assert_null(strstr(without.bytes[HW_REPORT_HTML], "Synthetic Name"));
  hw_issued_clear(&without);
  app.may = HW_MAY_WRITE;
  request.without_names = false;
  hw_assert_ok(hw_app_report_issue(&app, &request, fonts, &without, &err), &err);
  assert_null(strstr(without.bytes[HW_REPORT_HTML], "Synthetic Name"));
  hw_issued_clear(&without);
  /* What bears names can be checked by others, but for the names; not printed. */
  const hw_report_verdict verdict =
      check(&app, issued.bytes[HW_REPORT_PDF], issued.n_bytes[HW_REPORT_PDF]);
  assert_int_equal(verdict.n_differences, 0);
  assert_true(verdict.has_hidden_names);
  hw_assert_status(hw_app_report_again(&app, "R-1", fonts, &without, &err), HW_E_DENIED, &err);
  hw_issued_clear(&issued);
  hw_app_close(&app);
}

static void requests_that_do_not_fit_are_refused(void **state) {
  hw_app app;
  hw_issued issued;
  (void)state;
  const char *code = new_case(&app);
  hw_report_request request = request_of("poem", code, "en");
  assert_refused(&app, &request, HW_E_VALUE, "no kind of report");
  request = request_of("board", code, "fr");
  assert_refused(&app, &request, HW_E_VALUE, "no language of reports");
  request = request_of("board", NULL, "en");
  assert_refused(&app, &request, HW_E_VALUE, "is about an identification: name it");
  request = request_of("national", code, "en");
  assert_refused(&app, &request, HW_E_VALUE, "takes no subject");
  request = request_of("board", "ID-77", "en");
  assert_refused(&app, &request, HW_E_REFERENCE, "there is no identification 'ID-77'");
  request = request_of("comparison", "ID-77", "en");
  assert_refused(&app, &request, HW_E_REFERENCE, "neither an identification nor a comparison");
  issue(&app, "letter", code, &issued);
  request = request_of("letter", code, "en");
  request.code = issued.code;
  assert_refused(&app, &request, HW_E_CONFLICT, "there is a report 'R-1' already");
  app.may = 0;
  request.code = NULL;
  assert_refused(&app, &request, HW_E_DENIED, "write");
  hw_issued_clear(&issued);
  hw_app_close(&app);
}

static void settings_keep_their_old_values(void **state) {
  hw_app app;
  hw_arena arena;
  hw_err err = HW_ERR_INIT;
  const char *value = "";
  int64_t before = 0;
  uint8_t hash[HW_DIGEST_SIZE];
  (void)state;
  app_test_new(&app);
  hw_arena_init(&arena, 0);
  hw_assert_ok(hw_setting_read(&app, "motto.vi", 0, &arena, &value, &err), &err);
  assert_null(value);
  hw_assert_ok(hw_setting_write(&app, "motto.vi", "one\ntwo", &err), &err);
  hw_assert_ok(hw_store_head(app.store, &before, hash, &err), &err);
  hw_assert_ok(hw_setting_write(&app, "motto.vi", "three", &err), &err);
  hw_assert_ok(hw_setting_read(&app, "motto.vi", 0, &arena, &value, &err), &err);
  assert_string_equal(value, "three");
  hw_assert_ok(hw_setting_read(&app, "motto.vi", before, &arena, &value, &err), &err);
  assert_string_equal(value, "one\ntwo");
  hw_assert_ok(hw_setting_read(&app, "motto.vi", before - 1, &arena, &value, &err), &err);
  assert_null(value);
  hw_assert_status(hw_setting_write(&app, "motto.fr", "x", &err), HW_E_VALUE, &err);
  hw_assert_status(hw_setting_write(&app, "motto.vi", "", &err), HW_E_VALUE, &err);
  hw_assert_status(hw_setting_write(&app, "motto.vi", "\xff", &err), HW_E_VALUE, &err);
  hw_assert_ok(hw_setting_write(&app, "motto.vi", "e\xcc\x81", &err), &err);
  hw_assert_ok(hw_setting_read(&app, "motto.vi", 0, &arena, &value, &err), &err);
  assert_string_equal(value, "\xc3\xa9");
  app.may = HW_MAY_WRITE;
  hw_assert_status(hw_setting_write(&app, "motto.vi", "x", &err), HW_E_DENIED, &err);
  hw_arena_clear(&arena);
  hw_app_close(&app);
}

static void the_validation_passes_here(void **state) {
  hw_app app;
  hw_issued issued;
  (void)state;
  new_case(&app);
  issue(&app, "validation", NULL, &issued);
  assert_non_null(strstr(issued.bytes[HW_REPORT_JSON], "{\"name\": \"failed\", \"value\": 0"));
  assert_intact(&app, &issued);
  hw_issued_clear(&issued);
  hw_app_close(&app);
}

static void exhausted_memory_is_reported(void **state) {
  hw_app app;
  (void)state;
  const char *code = new_case(&app);
  const char *const kinds[] = {"comparison", "board", "letter", "national"};
  for (int k = 0; k < 4; k++) {
    const hw_report_request request = request_of(kinds[k], k < 3 ? code : NULL, "vi");
    for (long n = 0;; n += 1 + n / 12) {
      hw_err err = HW_ERR_INIT;
      hw_made_report made;
      assert_true(hw_faults_begin(n));
      const hw_status status = hw_app_report_make(&app, &request, fonts, &made, &err);
      const bool has_failed = hw_faults_end();
      hw_made_report_clear(&made);
      if (!has_failed) {
        hw_assert_ok(status, &err);
        break;
      }
      hw_assert_status(status, HW_E_NO_MEMORY, &err);
    }
  }
  hw_app_close(&app);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_kind_is_made_in_both_languages),
      cmocka_unit_test(an_issued_report_comes_out_again_whatever_is_written_later),
      cmocka_unit_test(what_was_changed_in_a_file_is_named),
      cmocka_unit_test(what_is_no_report_of_the_database_is_told),
      cmocka_unit_test(a_report_whose_data_have_changed_is_refused_and_told),
      cmocka_unit_test(no_number_is_printed_that_does_not_come_out_again),
      cmocka_unit_test(names_are_written_only_for_who_may_read_them),
      cmocka_unit_test(requests_that_do_not_fit_are_refused),
      cmocka_unit_test(settings_keep_their_old_values),
      cmocka_unit_test(the_validation_passes_here),
      cmocka_unit_test(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
