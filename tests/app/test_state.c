/* States: every transition that is permitted or not, reviewers and their independence, decisions. */
#include "app/state.h"

#include <stdio.h>
#include <string.h>

#include "app/app_support.h"
#include "support/assert.h"

static hw_arena arena;

static int begin(void **state) {
  hw_arena_init(&arena, 0);
  return app_tests_begin(state);
}
static int end(void **state) {
  hw_arena_clear(&arena);
  return app_tests_end(state);
}

static void import(hw_app *app, const char *what, const char *text) {
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(app_test_import(app, what, what, text, &err), &err);
}

static hw_status set(hw_app *app, hw_kind_id kind, const char *code, const char *to,
                     hw_state_outcome *outcome, hw_err *err) {
  hw_state_outcome ignored;
  hw_state_request request = {.kind = kind, .code = code, .state = to, .reason = "a test"};
  *err = (hw_err)HW_ERR_INIT;
  return hw_state_set(app, &request, &arena, outcome != NULL ? outcome : &ignored, err);
}

/* The same by another actor. */
static hw_status set_as(hw_app *app, const char *actor, const char *code, const char *to,
                        bool disagrees, hw_state_outcome *outcome, hw_err *err) {
  hw_app other;
  hw_state_outcome ignored;
  hw_who who = {.login = "tester", .actor = actor};
  hw_state_request request = {.kind = HW_KIND_IDENTIFICATION,
                              .code = code,
                              .state = to,
                              .reason = "a test",
                              .disagrees = disagrees};
  *err = (hw_err)HW_ERR_INIT;
  hw_assert_ok(hw_app_open(&other, hw_store_location(app->store), HW_DB_WRITE, &who, err), err);
  hw_status status =
      hw_state_set(&other, &request, &arena, outcome != NULL ? outcome : &ignored, err);
  hw_app_close(&other);
  return status;
}

/* Two missing persons, two samples (S1 read by r3), three reviewers, a board, a reader. */
static void new_case(hw_app *app) {
  hw_err err = HW_ERR_INIT;
  app_test_new(app);
  import(app, "actors",
         "code,login,permissions\nr1,a,review\nr2,b,review\nr3,c,review\nr4,d,review write\n"
         "board,e,decide\nreader,f,names\n");
  import(app, "persons", "code,sex,role\nM1,male,missing\nM2,male,missing\n");
  import(app, "samples", "code,kind\nS1,bone\nS2,bone\n");
  hw_assert_ok(hw_app_begin(app, HW_MAY_WRITE, "test", "", &err), &err);
  hw_record r;
  hw_record_init(&r, HW_KIND_PANEL);
  hw_record_set_text(&r, HW_FIELD_PANEL_CODE, "P");
  hw_record_set_text(&r, HW_FIELD_PANEL_KIND, "layout");
  hw_assert_ok(hw_store_add(app->store, &r, &err), &err);
  int64_t panel = r.id;
  hw_record_init(&r, HW_KIND_PROFILE);
  hw_record_set_text(&r, HW_FIELD_PROFILE_CODE, "S1");
  hw_record_set_int(&r, HW_FIELD_PROFILE_SAMPLE, 1);
  hw_record_set_int(&r, HW_FIELD_PROFILE_PANEL, panel);
  hw_record_set_text(&r, HW_FIELD_PROFILE_USE, "single");
  hw_record_set_text(&r, HW_FIELD_PROFILE_OBSERVATIONS, "14,15");
  hw_record_set_text(&r, HW_FIELD_PROFILE_ANALYST, "r3");
  hw_assert_ok(hw_store_add(app->store, &r, &err), &err);
  int64_t proposer = 0;
  hw_assert_ok(hw_app_find(app, HW_KIND_ACTOR, "r4", &proposer, &err), &err);
  static const int64_t pairs[][2] = {{1, 1}, {2, 1}, {1, 2}};
  for (int i = 0; i < 3; i++) {
    char code[8];
    snprintf(code, sizeof code, "I%d", i + 1);
    hw_record_init(&r, HW_KIND_IDENTIFICATION);
    hw_record_set_text(&r, HW_FIELD_IDENTIFICATION_CODE, code);
    hw_record_set_int(&r, HW_FIELD_IDENTIFICATION_PERSON, pairs[i][0]);
    hw_record_set_int(&r, HW_FIELD_IDENTIFICATION_SAMPLE, pairs[i][1]);
    hw_record_set_int(&r, HW_FIELD_IDENTIFICATION_PROPOSED_BY, proposer);
    hw_assert_ok(hw_store_add(app->store, &r, &err), &err);
  }
  /* Nothing but reviewers is asked: these rest on other evidence than DNA. */
  hw_record_init(&r, HW_KIND_POLICY);
  hw_record_set_text(&r, HW_FIELD_POLICY_CODE, "main");
  hw_assert_ok(hw_store_add(app->store, &r, &err), &err);
  hw_assert_ok(hw_store_commit(app->store, &err), &err);
}

static void review_twice(hw_app *app, const char *code) {
  hw_err err = HW_ERR_INIT;
  hw_state_outcome outcome;
  hw_assert_ok(set_as(app, "r1", code, "reviewed", false, &outcome, &err), &err);
  assert_string_equal(outcome.after, "candidate");
  assert_string_equal(outcome.note, "1 of 2 reviewers agree, 0 disagree");
  hw_assert_ok(set_as(app, "r2", code, "reviewed", false, &outcome, &err), &err);
  assert_string_equal(outcome.after, "reviewed");
}

/* --- transitions --- */

/* Brings a record of a kind to a state from the first one, by permitted steps found breadth
 * first; false if there is no way. */
static bool walk_to(hw_app *app, const hw_kind *kind, int field, const char *code,
                    const char *wanted) {
  char path[16][32], seen[16][32];
  int from[16];
  int n = 1;
  hw_err err = HW_ERR_INIT;
  size_t first = strcspn(kind->fields[field].choices, "|");
  snprintf(seen[0], sizeof seen[0], "%.*s", (int)first, kind->fields[field].choices);
  from[0] = -1;
  for (int at = 0; at < n; at++) {
    if (strcmp(seen[at], wanted) == 0) {
      int length = 0;
      for (int i = at; from[i] >= 0; i = from[i]) snprintf(path[length++], 32, "%s", seen[i]);
      while (length > 0) hw_assert_ok(set(app, kind->id, code, path[--length], NULL, &err), &err);
      return true;
    }
    const char *next = hw_state_next(kind->id, seen[at]);
    for (; next != NULL && *next != '\0'; next += strcspn(next, "|"), next += *next == '|') {
      char word[32];
      bool is_known = false;
      snprintf(word, sizeof word, "%.*s", (int)strcspn(next, "|"), next);
      for (int i = 0; i < n; i++) is_known = is_known || strcmp(seen[i], word) == 0;
      if (is_known) continue;
      from[n] = at;
      snprintf(seen[n++], 32, "%s", word);
    }
  }
  return false;
}

static void every_transition_is_permitted_or_refused_as_the_table_says(void **state) {
  (void)state;
  static const struct {
    hw_kind_id kind;
    int field;
    const char *header, *row;
  } kinds[] = {
      {HW_KIND_FAMILY, HW_FIELD_FAMILY_STATE, "code", "X%d"},
      {HW_KIND_DOSSIER, HW_FIELD_DOSSIER_STATE, "code", "X%d"},
      {HW_KIND_SITE, HW_FIELD_SITE_STATE, "code,kind", "X%d,burial"},
  };
  hw_app app;
  app_test_new(&app);
  int number = 0, n_permitted = 0, n_refused = 0;
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    const hw_kind *kind = hw_kind_get(kinds[k].kind);
    const char *choices = kind->fields[kinds[k].field].choices;
    for (const char *a = choices; *a != '\0'; a += strcspn(a, "|"), a += *a == '|')
      for (const char *b = choices; *b != '\0'; b += strcspn(b, "|"), b += *b == '|') {
        char from[32], to[32], text[100], row[40], code[16];
        hw_err err = HW_ERR_INIT;
        hw_state_outcome outcome;
        snprintf(from, sizeof from, "%.*s", (int)strcspn(a, "|"), a);
        snprintf(to, sizeof to, "%.*s", (int)strcspn(b, "|"), b);
        snprintf(code, sizeof code, "X%d", ++number);
        snprintf(row, sizeof row, "%s%s", code,
                 strcmp(kinds[k].header, "code") == 0 ? "" : ",burial");
        snprintf(text, sizeof text, "%s\n%s\n", kinds[k].header, row);
        if (kinds[k].kind == HW_KIND_FAMILY) {
          hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "test", "", &err), &err);
          hw_record r;
          hw_record_init(&r, HW_KIND_FAMILY);
          hw_record_set_text(&r, HW_FIELD_FAMILY_CODE, code);
          hw_record_set_int(&r, HW_FIELD_FAMILY_INVESTIGATION, 1);
          hw_assert_ok(hw_store_add(app.store, &r, &err), &err);
          hw_assert_ok(hw_store_commit(app.store, &err), &err);
        } else {
          import(&app, kind->plural, text);
        }
        assert_true(walk_to(&app, kind, kinds[k].field, code, from));
        const char *next = hw_state_next(kind->id, from);
        hw_field words = {.choices = next};
        hw_status status = set(&app, kind->id, code, to, &outcome, &err);
        if (next != NULL && hw_field_has_choice(&words, to)) {
          hw_assert_ok(status, &err);
          assert_string_equal(outcome.before, from);
          assert_string_equal(outcome.after, to);
          n_permitted++;
        } else {
          hw_assert_status(status, HW_E_STATE, &err);
          hw_assert_contains(err.message, "from here it can become ");
          n_refused++;
        }
      }
  }
  assert_int_equal(n_permitted, 5 + 10 + 17);
  assert_int_equal(n_refused, 9 + 16 + 49 - (5 + 10 + 17));
  hw_app_close(&app);
}

static void what_is_wrong_with_a_request_is_told(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  new_case(&app);
  hw_state_outcome outcome;
  hw_state_request request = {.kind = HW_KIND_IDENTIFICATION, .code = "I1", .state = "rejected"};
  hw_assert_status(hw_state_set(&app, &request, &arena, &outcome, &err), HW_E_VALUE, &err);
  assert_string_equal(err.message, "a change of state needs a reason: say --reason TEXT");
  hw_assert_status(set(&app, HW_KIND_IDENTIFICATION, "I9", "rejected", NULL, &err), HW_E_REFERENCE,
                   &err);
  assert_string_equal(err.message, "there is no identification 'I9'");
  hw_assert_status(set(&app, HW_KIND_IDENTIFICATION, "I1", "maybe", NULL, &err), HW_E_VALUE, &err);
  assert_string_equal(err.field, "identification I1");
  assert_string_equal(err.message,
                      "'maybe' is not one of candidate|reviewed|confirmed|rejected|withdrawn");
  hw_assert_status(set(&app, HW_KIND_PERSON, "M1", "closed", NULL, &err), HW_E_VALUE, &err);
  assert_string_equal(err.message,
                      "records of the kind 'person' have no states; they can only be withdrawn");
  hw_assert_status(set(&app, HW_KIND_IDENTIFICATION, "I1", "confirmed", NULL, &err), HW_E_STATE,
                   &err);
  assert_string_equal(err.message,
                      "is candidate: from here it can become reviewed, rejected or withdrawn");
  /* Refused requests leave no trace. */
  const char *head = app_test_head(&app);
  char before[200];
  snprintf(before, sizeof before, "%s", head);
  hw_assert_status(set(&app, HW_KIND_IDENTIFICATION, "I1", "confirmed", NULL, &err), HW_E_STATE,
                   &err);
  assert_string_equal(app_test_head(&app), before);
  hw_app_close(&app);
}

static void any_record_can_be_withdrawn_once(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_state_outcome outcome;
  new_case(&app);
  hw_assert_ok(set(&app, HW_KIND_PROFILE, "S1", "withdrawn", &outcome, &err), &err);
  assert_string_equal(outcome.before, "in use");
  assert_string_equal(outcome.after, "withdrawn");
  assert_string_equal(app_test_get(&app, HW_KIND_PROFILE, "S1")->withdrawn, "a test");
  hw_assert_status(set(&app, HW_KIND_PROFILE, "S1", "withdrawn", NULL, &err), HW_E_STATE, &err);
  hw_assert_contains(err.message, "this profile was withdrawn before: a test");
  hw_app_close(&app);
}

/* --- reviews --- */

static void an_identification_takes_two_independent_reviewers(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_state_outcome outcome;
  new_case(&app);
  hw_assert_ok(set_as(&app, "r1", "I1", "reviewed", false, &outcome, &err), &err);
  /* The same reviewer twice is one reviewer. */
  hw_assert_ok(set_as(&app, "r1", "I1", "reviewed", false, &outcome, &err), &err);
  assert_string_equal(outcome.note, "1 of 2 reviewers agree, 0 disagree");
  assert_string_equal(outcome.after, "candidate");
  hw_assert_status(set_as(&app, "r3", "I1", "reviewed", false, NULL, &err), HW_E_STATE, &err);
  assert_string_equal(err.message, "r3 analysed the remains' profile and cannot review it");
  hw_assert_status(set_as(&app, "r4", "I1", "reviewed", false, NULL, &err), HW_E_STATE, &err);
  assert_string_equal(err.message, "r4 proposed this identification and cannot review it");
  hw_assert_ok(set_as(&app, "r2", "I1", "reviewed", false, &outcome, &err), &err);
  assert_string_equal(outcome.after, "reviewed");
  assert_int_equal(app_test_count(&app, HW_KIND_REVIEW), 3);
  hw_app_close(&app);
}

static void one_who_disagrees_holds_it_up_until_the_word_is_taken_back(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_state_outcome outcome;
  new_case(&app);
  review_twice(&app, "I3");
  hw_assert_ok(set_as(&app, "r3", "I3", "reviewed", true, &outcome, &err), &err);
  assert_string_equal(outcome.before, "reviewed");
  assert_string_equal(outcome.after, "candidate");
  assert_string_equal(outcome.note, "2 of 2 reviewers agree, 1 disagree");
  hw_assert_status(set_as(&app, "board", "I3", "confirmed", false, NULL, &err), HW_E_STATE, &err);
  hw_assert_ok(set_as(&app, "r3", "I3", "reviewed", false, &outcome, &err), &err);
  assert_string_equal(outcome.after, "reviewed");
  hw_assert_ok(set_as(&app, "board", "I3", "confirmed", false, &outcome, &err), &err);
  hw_assert_status(set_as(&app, "r1", "I3", "reviewed", true, NULL, &err), HW_E_STATE, &err);
  assert_string_equal(err.message, "is confirmed: nothing is left to review");
  hw_app_close(&app);
}

/* --- decisions --- */

static void remains_are_confirmed_for_one_person_only(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_state_outcome outcome;
  new_case(&app);
  review_twice(&app, "I1");
  review_twice(&app, "I2");
  review_twice(&app, "I3");
  hw_assert_ok(set_as(&app, "board", "I1", "confirmed", false, &outcome, &err), &err);
  assert_string_equal(outcome.note, "");
  hw_assert_status(set_as(&app, "board", "I2", "confirmed", false, NULL, &err), HW_E_STATE, &err);
  assert_string_equal(err.message,
                      "these remains are confirmed for somebody already (I1): withdraw that first");
  /* Other remains of the same person are told, not refused. */
  hw_assert_ok(set_as(&app, "board", "I3", "confirmed", false, &outcome, &err), &err);
  assert_string_equal(outcome.note, "other remains of this person are confirmed too (I1)");
  hw_assert_ok(set_as(&app, "board", "I1", "withdrawn", false, NULL, &err), &err);
  hw_assert_ok(set_as(&app, "board", "I2", "confirmed", false, NULL, &err), &err);
  hw_app_close(&app);
}

static void rejected_and_withdrawn_are_final(void **state) {
  (void)state;
  static const char *const all[] = {"candidate", "reviewed", "confirmed", "rejected", "withdrawn"};
  hw_app app;
  hw_err err = HW_ERR_INIT;
  new_case(&app);
  hw_assert_ok(set_as(&app, "board", "I1", "rejected", false, NULL, &err), &err);
  hw_assert_ok(set_as(&app, "board", "I2", "withdrawn", false, NULL, &err), &err);
  for (int i = 0; i < 5; i++)
    for (int k = 1; k <= 2; k++) {
      const char *who = strcmp(all[i], "reviewed") == 0 ? "r1" : "board";
      hw_assert_status(set_as(&app, who, k == 1 ? "I1" : "I2", all[i], false, NULL, &err),
                       HW_E_STATE, &err);
      hw_assert_contains(err.message,
                         strcmp(who, "r1") == 0 ? "nothing is left to review" : "this is final");
    }
  hw_app_close(&app);
}

static void each_step_takes_its_permission(void **state) {
  (void)state;
  static const struct {
    const char *actor, *to, *lacks;
  } cases[] = {{"board", "reviewed", "'review'"},
               {"r1", "rejected", "'decide'"},
               {"r1", "withdrawn", "'decide'"},
               {"r4", "confirmed", "'decide'"},
               {"reader", "reviewed", "'review'"}};
  hw_app app;
  hw_err err = HW_ERR_INIT;
  new_case(&app);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_assert_status(set_as(&app, cases[i].actor, "I1", cases[i].to, false, NULL, &err),
                     HW_E_DENIED, &err);
    hw_assert_contains(err.message, cases[i].lacks);
  }
  /* Who may write may not withdraw actors. */
  hw_app clerk;
  hw_who who = {.login = "d"};
  hw_assert_ok(hw_app_open(&clerk, hw_store_location(app.store), HW_DB_WRITE, &who, &err), &err);
  hw_assert_status(set(&clerk, HW_KIND_ACTOR, "tester", "withdrawn", NULL, &err), HW_E_DENIED,
                   &err);
  hw_assert_contains(err.message, "r4 lacks the permission 'administer'");
  hw_app_close(&clerk);
  hw_app_close(&app);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_transition_is_permitted_or_refused_as_the_table_says),
      cmocka_unit_test(what_is_wrong_with_a_request_is_told),
      cmocka_unit_test(any_record_can_be_withdrawn_once),
      cmocka_unit_test(an_identification_takes_two_independent_reviewers),
      cmocka_unit_test(one_who_disagrees_holds_it_up_until_the_word_is_taken_back),
      cmocka_unit_test(remains_are_confirmed_for_one_person_only),
      cmocka_unit_test(rejected_and_withdrawn_are_final),
      cmocka_unit_test(each_step_takes_its_permission),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
