/* What the policy asks of a confirmation, who may set it, and who may take which step. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/decide_support.h"
#include "base/json_read.h"
#include "support/assert.h"

static const char UNKNOWN[] =
    "the posterior is not known, and the policy 'built-in' asks at least 0.999: no run lists the "
    "pair, run 'homeward identify'; or an administrator says --override REASON";

/* A number or row of what a decision stood on; NaN if it is null or not there. */
static double stood_on(const hw_record *decision, const char *part, const char *key) {
  const char *text = hw_record_text(decision, HW_FIELD_DECISION_STOOD_ON);
  hw_err err = HW_ERR_INIT;
  hw_json_doc *doc = NULL;
  double value = (double)NAN;
  hw_assert_ok(hw_json_doc_parse(text, strlen(text), NULL, &doc, &err), &err);
  const hw_json *from = hw_json_find(hw_json_doc_root(doc), part);
  if (hw_json_as_double(hw_json_find(from, key), &value, NULL) != HW_OK) value = (double)NAN;
  hw_json_doc_delete(doc);
  return value;
}

static bool says(const hw_record *decision, const char *text) {
  return strstr(hw_record_text(decision, HW_FIELD_DECISION_STOOD_ON), text) != NULL;
}

static void each_step_takes_its_permission(void **state) {
  (void)state;
  static const struct {
    const char *actor, *to, *lacks;
  } cases[] = {{"board", "reviewed", "'review'"}, {"r1", "confirmed", "'decide'"},
               {"r1", "rejected", "'decide'"},    {"clerk", "withdrawn", "'decide'"},
               {"r1", "candidate", "'decide'"},   {"reader", "reviewed", "'review'"},
               {"clerk", "confirmed", "'decide'"}};
  hw_app app, reader;
  hw_err err;
  decide_new_case(&app);
  decide_run(&app, 3);
  const char *code = decide_propose(&app, "F1-X", "S1"), *other = "";
  decide_review(&app, code);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_assert_status(decide_step(&app, cases[i].actor, code, cases[i].to, false, NULL, &err),
                     HW_E_DENIED, &err);
    hw_assert_contains(err.message, cases[i].lacks);
  }
  hw_assert_status(decide_step(&app, "board", code, "confirmed", false, "because", &err),
                   HW_E_DENIED, &err);
  hw_assert_contains(err.message, "board lacks the permission 'administer'");
  hw_assert_status(decide_policy(&app, "board", "main", NULL, "posterior", 0.5, &err), HW_E_DENIED,
                   &err);
  hw_assert_contains(err.message, "'administer'");
  hw_who who = {.login = "x", .actor = "reader"};
  err = (hw_err)HW_ERR_INIT;
  hw_assert_ok(hw_app_open(&reader, hw_store_location(app.store), HW_DB_WRITE, &who, &err), &err);
  hw_assert_status(
      hw_decide_propose(&reader, "F1-X", "S3", "why", NULL, &decide_arena, &other, &err),
      HW_E_DENIED, &err);
  /* Names are shown to who may see them. */
  decide_import(&app, "person_names", "person,kind,name\nF1-X,full,A Synthetic Name\n");
  hw_decide_sheet sheet;
  err = (hw_err)HW_ERR_INIT;
  hw_assert_ok(hw_decide_sheet_read(&reader, code, &decide_arena, &sheet, &err), &err);
  assert_string_equal(sheet.names, "A Synthetic Name");
  hw_app_close(&reader);
  who.actor = "r1";
  hw_assert_ok(hw_app_open(&reader, hw_store_location(app.store), HW_DB_READ, &who, &err), &err);
  hw_assert_ok(hw_decide_sheet_read(&reader, code, &decide_arena, &sheet, &err), &err);
  assert_string_equal(sheet.names, "");
  hw_app_close(&reader);
  /* Reviews and decisions are withdrawn by administrators, policies too. */
  hw_assert_status(decide_set(&app, "clerk", HW_KIND_REVIEW, "x", "withdrawn", &err), HW_E_DENIED,
                   &err);
  hw_assert_status(decide_set(&app, "clerk", HW_KIND_DECISION, "x", "withdrawn", &err), HW_E_DENIED,
                   &err);
  hw_assert_status(decide_set(&app, "clerk", HW_KIND_POLICY, "x", "withdrawn", &err), HW_E_DENIED,
                   &err);
  hw_app_close(&app);
}

static void a_confirmation_below_the_policy_is_refused_with_what_lacks(void **state) {
  (void)state;
  static const struct {
    const char *figure;
    double least;
    const char *message;
  } cases[] = {
      {"log10_lr", 8,
       "log10 LR is 6.9897, and the policy 'main' asks at least 8.0000: 'homeward power' says who "
       "to sample and what to type; or an administrator says --override REASON"},
      {"markers", 11,
       "the number of markers typed in both is 10, and the policy 'main' asks at least 11: type "
       "more markers of the remains or the relatives; or an administrator says --override REASON"},
      {"alternative_log10_lr", 4,
       "log10 LR against the likeliest other missing person is 3.9897 or more, nobody else is "
       "listed, and the policy 'main' asks at least 4.0000: sample relatives who tell the two "
       "apart; or an administrator says --override REASON"},
      {"joint", 1,
       "no joint run on the same data lists the pair, and the policy 'main' asks for one: run "
       "'homeward identify'; or an administrator says --override REASON"},
      {"reviewers", 3, "2 of 3 reviewers agree and 0 disagree: it cannot be confirmed"},
  };
  hw_app app;
  hw_err err;
  decide_new_case(&app);
  decide_run(&app, 3);
  const char *code = decide_propose(&app, "F1-X", "S1");
  decide_review(&app, code);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const bool is_count = strcmp(cases[i].figure, "reviewers") == 0;
    hw_assert_ok(decide_policy(&app, "boss", "main", NULL, cases[i].figure, cases[i].least, &err),
                 &err);
    decide_refused(&app, "board", code, "confirmed", cases[i].message);
    assert_string_equal(decide_state(&app, code), "reviewed");
    if (!is_count)
      hw_assert_ok(decide_policy(&app, "boss", "main", NULL, cases[i].figure, (double)NAN, &err),
                   &err);
  }
  hw_assert_ok(decide_policy(&app, "boss", "main", NULL, "reviewers", 2, &err), &err);
  hw_assert_ok(decide_policy(&app, "boss", "main", NULL, "posterior", 1, &err), &err);
  hw_assert_status(decide_step(&app, "board", code, "confirmed", false, NULL, &err), HW_E_STATE,
                   &err);
  hw_assert_contains(err.message, "the posterior is 1 - ");
  hw_assert_contains(err.message, " (pairwise, run-1), and the policy 'main' asks at least 1: ");
  hw_assert_ok(decide_policy(&app, "boss", "main", NULL, "posterior", 0.999, &err), &err);
  decide_do(&app, "board", code, "confirmed");
  hw_app_close(&app);
}

static void an_administrator_overrides_figures_and_nothing_else(void **state) {
  (void)state;
  hw_app app;
  hw_err err;
  decide_new_case(&app);
  const char *code = decide_propose(&app, "F1-X", "S1"); /* there is no run */
  hw_assert_status(decide_step(&app, "boss", code, "confirmed", false, "dental record", &err),
                   HW_E_STATE, &err);
  assert_string_equal(err.message,
                      "is candidate: from here it can become reviewed, rejected or withdrawn");
  decide_review(&app, code);
  decide_refused(&app, "board", code, "confirmed", UNKNOWN);
  hw_assert_status(decide_step(&app, "boss", code, "confirmed", false, "", &err), HW_E_VALUE, &err);
  assert_string_equal(err.message, "an override needs a reason: say --override REASON");
  hw_assert_status(decide_step(&app, "boss", code, "rejected", false, "why", &err), HW_E_VALUE,
                   &err);
  assert_string_equal(err.message, "only a confirmation can override the policy");
  hw_assert_ok(decide_step(&app, "r6", code, "reviewed", true, NULL, &err), &err);
  hw_assert_ok(decide_step(&app, "r6", code, "reviewed", false, NULL, &err), &err);
  hw_assert_ok(decide_step(&app, "boss", code, "confirmed", false, "dental record", &err), &err);
  assert_string_equal(decide_note, "overridden: posterior");
  const hw_record *last = decide_decision(&app, code, decide_count(&app, code));
  assert_true(says(last, "\"override\": \"dental record\""));
  assert_true(says(last, "\"comparison\": null"));
  hw_decide_sheet sheet;
  hw_assert_ok(hw_decide_sheet_read(&app, code, &decide_arena, &sheet, &err), &err);
  assert_string_equal(sheet.events[sheet.n_events - 1].override, "dental record");
  assert_string_equal(sheet.events[0].override, "");
  /* Where the policy is met there is nothing to override. */
  code = decide_propose(&app, "F2-X", "S2");
  decide_run(&app, -HUGE_VAL);
  decide_review(&app, code);
  hw_assert_ok(decide_policy(&app, "boss", "main", NULL, "posterior", 0, &err), &err);
  hw_assert_status(decide_step(&app, "boss", code, "confirmed", false, "why", &err), HW_E_VALUE,
                   &err);
  assert_string_equal(err.message, "the policy is met: there is nothing to override");
  hw_app_close(&app);
}

static void a_policy_is_within_its_ranges_and_holds_somewhere(void **state) {
  (void)state;
  static const struct {
    const char *code, *investigation, *figure;
    double value;
    hw_status status;
    const char *message;
  } cases[] = {
      {"main", NULL, "reviewers", 1, HW_E_VALUE, "never fewer than 2 independent reviewers"},
      {"main", NULL, "reviewers", (double)NAN, HW_E_VALUE,
       "never fewer than 2 independent reviewers"},
      {"main", NULL, "reviewers", 2.5, HW_E_VALUE,
       "2.5 is not between 2 and 99, or no whole number"},
      {"main", NULL, "posterior", 1.5, HW_E_VALUE, "1.5 is not between 0 and 1"},
      {"main", NULL, "log10_lr", 1000, HW_E_VALUE, "1000 is not between -300 and 300"},
      {"main", NULL, "markers", 0, HW_E_VALUE, "0 is not between 1 and 1e+06, or no whole number"},
      {"strict", NULL, "markers", 5, HW_E_VALUE,
       "the policy 'strict' would hold nowhere: say --investigation, or name it 'main'"},
      {"main", "main", "markers", 5, HW_E_VALUE,
       "the policy 'main' holds everywhere: give the one of an investigation another name"},
      {"strict", "nowhere", "markers", 5, HW_E_REFERENCE, "there is no investigation 'nowhere'"},
      {"strict", "main", "markers", 5, HW_OK, ""},
      {"stricter", "main", "markers", 6, HW_E_CONFLICT,
       "the investigation has the policy 'strict': change that one"},
      {"strict", NULL, "markers", 7, HW_OK, ""},
  };
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_policy policy;
  decide_new_case(&app);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_assert_status(decide_policy(&app, "boss", cases[i].code, cases[i].investigation,
                                   cases[i].figure, cases[i].value, &err),
                     cases[i].status, &err);
    if (cases[i].status != HW_OK) assert_string_equal(err.message, cases[i].message);
  }
  err = (hw_err)HW_ERR_INIT;
  hw_policy_request request = {.code = "main"};
  hw_assert_status(hw_policy_set(&app, &request, &decide_arena, &policy, &err), HW_E_VALUE, &err);
  assert_string_equal(err.message, "a change of policy needs a reason: say --reason TEXT");
  /* The investigation's goes before 'main'. */
  hw_assert_ok(decide_policy(&app, "boss", "main", NULL, "markers", 3, &err), &err);
  hw_assert_ok(hw_policy_read(&app, 1, &decide_arena, &policy, &err), &err);
  assert_string_equal(policy.code, "strict");
  assert_int_equal(policy.markers, 7);
  assert_true(policy.posterior == 0.999);
  assert_true(isnan(policy.log10_lr));
  hw_assert_ok(decide_set(&app, "boss", HW_KIND_POLICY, "strict", "withdrawn", &err), &err);
  hw_assert_ok(hw_policy_read(&app, 1, &decide_arena, &policy, &err), &err);
  assert_string_equal(policy.code, "main");
  hw_assert_status(decide_policy(&app, "boss", "strict", NULL, "markers", 7, &err), HW_E_STATE,
                   &err);
  assert_string_equal(err.message, "the policy 'strict' was withdrawn: take another name");
  hw_assert_ok(decide_set(&app, "boss", HW_KIND_POLICY, "main", "withdrawn", &err), &err);
  hw_assert_ok(hw_policy_read(&app, 1, &decide_arena, &policy, &err), &err);
  assert_string_equal(policy.code, "built-in");
  assert_int_equal(policy.reviewers, 2);
  /* One reviewer in a record is still two. */
  decide_import(&app, "policies", "code,investigation,reviewers\nlax,main,1\n");
  hw_assert_ok(hw_policy_read(&app, 1, &decide_arena, &policy, &err), &err);
  assert_string_equal(policy.code, "lax");
  assert_int_equal(policy.reviewers, 2);
  hw_app clerk;
  hw_who who = {.login = "x", .actor = "clerk"};
  hw_assert_ok(hw_app_open(&clerk, hw_store_location(app.store), HW_DB_WRITE, &who, &err), &err);
  hw_assert_status(app_test_import(&clerk, "policies", "p.csv", "code,reviewers\nmain,2\n", &err),
                   HW_E_DENIED, &err);
  hw_app_close(&clerk);
  hw_app_close(&app);
}

static void another_policy_changes_no_decision(void **state) {
  (void)state;
  hw_app app;
  hw_err err;
  decide_new_case(&app);
  decide_run(&app, 3);
  const char *code = decide_propose(&app, "F1-X", "S1");
  hw_assert_ok(decide_policy(&app, "boss", "main", NULL, "log10_lr", 5, &err), &err);
  decide_review(&app, code);
  decide_do(&app, "board", code, "confirmed");
  const int last = decide_count(&app, code);
  const int64_t digest = decide_decision(&app, code, last)->digest;
  hw_assert_ok(decide_policy(&app, "boss", "main", NULL, "log10_lr", 50, &err), &err);
  hw_assert_ok(decide_policy(&app, "boss", "main", NULL, "reviewers", 9, &err), &err);
  assert_string_equal(decide_state(&app, code), "confirmed");
  assert_int_equal(decide_decision(&app, code, last)->digest, digest);
  assert_true(stood_on(decide_decision(&app, code, last), "policy", "log10_lr") == 5);
  assert_int_equal(decide_faults(&app), 0);
  hw_app_close(&app);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_step_takes_its_permission),
      cmocka_unit_test(a_confirmation_below_the_policy_is_refused_with_what_lacks),
      cmocka_unit_test(an_administrator_overrides_figures_and_nothing_else),
      cmocka_unit_test(a_policy_is_within_its_ranges_and_holds_somewhere),
      cmocka_unit_test(another_policy_changes_no_decision),
  };
  return cmocka_run_group_tests(tests, decide_tests_begin, decide_tests_end);
}
