/* Decisions: what each step stores, who may take it, what the policy and a basis that is overtaken
 * refuse, and what later runs are told. Contradictions: test_contradictions.c. */
#include "app/decide.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/decide_support.h"
#include "base/json_read.h"
#include "support/assert.h"
#include "support/faults.h"

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

static const hw_record *record(hw_app *app, hw_kind_id kind, int64_t id) {
  static hw_record out;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_store_get(app->store, kind, id, &decide_arena, &out, &err), &err);
  return &out;
}

/* --- what is stored --- */

static void every_step_stores_what_it_stood_on(void **state) {
  (void)state;
  static const char *const actions[] = {"proposed", "agreed",    "disagreed", "agreed",
                                        "reviewed", "confirmed", "withdrawn"};
  hw_app app;
  hw_err err;
  decide_new_case(&app);
  decide_run(&app, 3);
  const char *code = decide_propose(&app, "F1-X", "S1");
  decide_do(&app, "r1", code, "reviewed");
  hw_assert_ok(decide_step(&app, "r2", code, "reviewed", true, NULL, &err), &err);
  decide_do(&app, "r2", code, "reviewed");
  decide_do(&app, "board", code, "confirmed");
  decide_do(&app, "board", code, "withdrawn");
  assert_int_equal(decide_count(&app, code), 7);
  const hw_record *identification = app_test_get(&app, HW_KIND_IDENTIFICATION, code);
  int64_t comparison = hw_record_int(identification, HW_FIELD_IDENTIFICATION_COMPARISON);
  for (int i = 0; i < 7; i++) {
    const hw_record *decision = decide_decision(&app, code, i + 1);
    assert_string_equal(hw_record_text(decision, HW_FIELD_DECISION_ACTION), actions[i]);
    /* The digests are those of the rows. */
    assert_int_equal((int64_t)stood_on(decision, "comparison", "row"), comparison);
    const hw_record *row = record(&app, HW_KIND_COMPARISON, comparison);
    assert_int_equal((int64_t)stood_on(decision, "comparison", "digest"), row->digest);
    hw_assert_same_bits(stood_on(decision, "figures", "log10_lr"),
                        hw_record_real(row, HW_FIELD_COMPARISON_LOG10_LR));
    hw_assert_same_bits(stood_on(decision, "figures", "posterior"),
                        hw_record_real(row, HW_FIELD_COMPARISON_POSTERIOR));
    assert_int_equal((int)stood_on(decision, "figures", "markers"), 10);
    assert_int_equal((int)stood_on(decision, "figures", "mismatches"), 0);
    int64_t run = hw_record_int(row, HW_FIELD_COMPARISON_RUN);
    assert_int_equal((int64_t)stood_on(decision, "run", "row"), run);
    row = record(&app, HW_KIND_RUN, run);
    assert_int_equal((int64_t)stood_on(decision, "run", "digest"), row->digest);
    assert_true(stood_on(decision, "policy", "posterior") == 0.999);
    assert_true(says(decision, "\"policy\": {\"code\": \"built-in\""));
    assert_true(says(decision, "\"override\": null"));
  }
  assert_int_equal((int)stood_on(decide_decision(&app, code, 6), "reviews", "agree"), 2);
  assert_int_equal((int)stood_on(decide_decision(&app, code, 3), "reviews", "disagree"), 1);
  assert_int_equal(decide_faults(&app), 0);
  hw_app_close(&app);
}

static void a_changed_basis_of_a_decision_is_told_by_the_check(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  decide_new_case(&app);
  const char *run = decide_run(&app, 3);
  const char *code = decide_propose(&app, "F1-X", "S1");
  assert_int_equal(decide_faults(&app), 0);
  /* A withdrawal is a warning, another digest a fault. */
  hw_assert_ok(decide_set(&app, "clerk", HW_KIND_RUN, run, "withdrawn", &err), &err);
  assert_int_equal(decide_faults(&app), 0);
  static const struct {
    const char *stood_on, *text;
  } cases[] = {
      {"{\"comparison\":{\"row\":1,\"digest\":5}}",
       "the comparison that it stood on (row 1) is not what it was then"},
      {"{\"comparison\":{\"row\":99,\"digest\":5}}",
       "the comparison that it stood on (row 99) is not there"},
      {"{\"joint_pair\":{\"row\":\"x\"}}", "does not say which joint_pair it stood on"},
      {"nothing", "what it stood on is no JSON"},
  };
  int64_t id = 0;
  hw_assert_ok(hw_app_find(&app, HW_KIND_IDENTIFICATION, code, &id, &err), &err);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_record row;
    hw_record_init(&row, HW_KIND_DECISION);
    hw_record_set_int(&row, HW_FIELD_DECISION_IDENTIFICATION, id);
    hw_record_set_int(&row, HW_FIELD_DECISION_NUMBER, 100 + (int64_t)i);
    hw_record_set_text(&row, HW_FIELD_DECISION_ACTION, "agreed");
    hw_record_set_int(&row, HW_FIELD_DECISION_ACTOR, 1);
    hw_record_set_text(&row, HW_FIELD_DECISION_REASON, "a forgery");
    hw_record_set_text(&row, HW_FIELD_DECISION_STOOD_ON, cases[i].stood_on);
    hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "test", "", &err), &err);
    hw_assert_ok(hw_store_add(app.store, &row, &err), &err);
    hw_assert_ok(hw_store_commit(app.store, &err), &err);
    assert_int_equal(decide_faults(&app), (int64_t)i + 1);
    hw_assert_contains(decide_fault, cases[i].text);
  }
  hw_app_close(&app);
}

/* --- who --- */

static void reviewers_are_independent_of_remains_family_and_proposer(void **state) {
  (void)state;
  hw_app app;
  hw_err err;
  decide_new_case(&app);
  decide_run(&app, 3);
  const char *code = decide_propose(&app, "F1-X", "S1");
  decide_refused(&app, "r3", code, "reviewed",
                 "r3 analysed the remains' profile and cannot review it");
  decide_refused(&app, "r5", code, "reviewed",
                 "r5 analysed a reference of the family (F1-F) and cannot review it");
  decide_refused(&app, "tester", code, "reviewed",
                 "tester proposed this identification and cannot review it");
  /* Of the other family he is free. */
  decide_do(&app, "r5", decide_propose(&app, "F2-X", "S2"), "reviewed");
  /* An identification that was imported is its importer's. */
  hw_app clerk;
  hw_who who = {.login = "x", .actor = "clerk2"};
  err = (hw_err)HW_ERR_INIT;
  hw_assert_ok(hw_app_open(&clerk, hw_store_location(app.store), HW_DB_WRITE, &who, &err), &err);
  decide_import(&clerk, "identifications", "code,person,sample\nI9,F1-X,S4\n");
  hw_app_close(&clerk);
  decide_refused(&app, "clerk2", "I9", "reviewed",
                 "clerk2 proposed this identification and cannot review it");
  decide_do(&app, "r1", "I9", "reviewed");
  hw_app_close(&app);
}

static void what_can_be_proposed_is_told(void **state) {
  (void)state;
  static const struct {
    const char *person, *sample, *reason;
    hw_status status;
    const char *message;
  } cases[] = {
      {"F1-X", "S1", "", HW_E_VALUE, "a proposal needs a reason: say --reason TEXT"},
      {"F9-X", "S1", "why", HW_E_REFERENCE, "there is no person 'F9-X'"},
      {"F1-X", "S9", "why", HW_E_REFERENCE, "there is no sample 'S9'"},
      {"F1-F", "S1", "why", HW_E_VALUE, "F1-F is no missing person"},
      {"F1-X", "REF", "why", HW_E_VALUE, "REF is a reference sample, no remains"},
      {"F1-X", "S2", "why", HW_E_STATE, "ID-1 says so already, and is candidate"},
  };
  hw_app app;
  hw_err err = HW_ERR_INIT;
  decide_new_case(&app);
  decide_import(&app, "samples", "code,investigation,person\nREF,main,F1-F\n");
  assert_string_equal(decide_propose(&app, "F1-X", "S2"), "ID-1");
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *code = "";
    hw_status status = hw_decide_propose(&app, cases[i].person, cases[i].sample, cases[i].reason,
                                         NULL, &decide_arena, &code, &err);
    hw_assert_status(status, cases[i].status, &err);
    assert_string_equal(err.message, cases[i].message);
    err = (hw_err)HW_ERR_INIT;
  }
  /* What was rejected can be proposed again. */
  decide_do(&app, "board", "ID-1", "rejected");
  assert_string_equal(decide_propose(&app, "F1-X", "S2"), "ID-2");
  assert_int_equal(app_test_count(&app, HW_KIND_IDENTIFICATION), 2);
  hw_app_close(&app);
}

/* --- the basis --- */

#define AGAIN(code)                                                                    \
  ": run 'homeward identify' again; if its figures are others, 'homeward decide " code \
  " --return' has it reviewed anew"

static void what_was_overtaken_is_looked_at_again(void **state) {
  (void)state;
  hw_app app;
  hw_err err;
  decide_new_case(&app);
  decide_run(&app, 3);
  assert_string_equal(decide_propose(&app, "F1-X", "S1"), "ID-1");
  decide_review(&app, "ID-1");
  /* The data changed, and nothing was computed since. */
  hw_assert_ok(decide_set(&app, "clerk", HW_KIND_PROFILE, "S1", "withdrawn", &err), &err);
  decide_refused(&app, "board", "ID-1", "confirmed",
                 "the remains have no profile that counts any more" AGAIN("ID-1"));
  decide_import(&app, "profiles",
                "code,person,sample,panel,observations,use\n"
                "S1b,,S1,P,\"10;10;10;10;10;10;10;10;10;\",single\n");
  decide_refused(&app, "board", "ID-1", "confirmed",
                 "the data have changed since run-1 (profile)" AGAIN("ID-1"));
  /* A run with another ratio. */
  decide_run(&app, 3);
  decide_refused(&app, "board", "ID-1", "confirmed",
                 "log10 LR was 6.9897 in run-1 and is 6.2907 in run-2" AGAIN("ID-1"));
  hw_assert_status(decide_step(&app, "boss", "ID-1", "confirmed", false, "why", &err), HW_E_STATE,
                   &err);
  /* Returned: the newest run counts, the reviews do not. */
  decide_do(&app, "board", "ID-1", "candidate");
  assert_string_equal(decide_state(&app, "ID-1"), "candidate");
  int agree = -1, disagree = -1;
  hw_assert_ok(hw_state_reviews(app.store, 1, &agree, &disagree, &err), &err);
  assert_int_equal(agree + disagree, 0);
  decide_do(&app, "r1", "ID-1", "reviewed");
  assert_string_equal(decide_state(&app, "ID-1"), "candidate");
  assert_string_equal(decide_note, "1 of 2 reviewers agree, 0 disagree");
  decide_do(&app, "board", "ID-1", "candidate"); /* from candidate too */
  decide_review(&app, "ID-1");
  /* A run that does not list the pair. */
  decide_run(&app, 6.5);
  decide_refused(&app, "board", "ID-1", "confirmed",
                 "run-3, the newest run, does not list this pair any more" AGAIN("ID-1"));
  /* One that says the same with other parameters. */
  decide_run(&app, 2.5);
  decide_do(&app, "board", "ID-1", "confirmed");
  assert_int_equal(decide_faults(&app), 0);
  hw_app_close(&app);
}

static void a_proposal_before_the_run_takes_its_figures_at_the_first_review(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  decide_new_case(&app);
  const char *code = decide_propose(&app, "F1-X", "S1");
  const char *late = decide_propose(&app, "F2-X", "S2");
  decide_review(&app, late);
  const char *run = decide_run(&app, -HUGE_VAL);
  decide_review(&app, code);
  decide_do(&app, "board", code, "confirmed");
  assert_true(stood_on(decide_decision(&app, code, 1), "comparison", "row") !=
              stood_on(decide_decision(&app, code, 2), "comparison", "row"));
  decide_refused(&app, "board", late, "confirmed",
                 "it was proposed without a comparison, and run-1 has one" AGAIN("ID-2"));
  /* Without the run there is no comparison, and without one nothing is overtaken. */
  hw_assert_ok(decide_set(&app, "clerk", HW_KIND_RUN, run, "withdrawn", &err), &err);
  decide_refused(&app, "board", late, "confirmed", UNKNOWN);
  hw_app_close(&app);
}

static void the_comparison_must_stand(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  decide_new_case(&app);
  const char *run = decide_run(&app, 3);
  assert_string_equal(decide_propose(&app, "F1-X", "S1"), "ID-1");
  decide_review(&app, "ID-1");
  hw_assert_ok(decide_set(&app, "tester", HW_KIND_FAMILY, "F1", "closed", &err), &err);
  decide_refused(&app, "board", "ID-1", "confirmed",
                 "the missing person is not compared any more" AGAIN("ID-1"));
  const char *table =
      hw_record_text(record(&app, HW_KIND_FREQUENCY_TABLE, 1), HW_FIELD_FREQUENCY_TABLE_CODE);
  hw_assert_ok(decide_set(&app, "tester", HW_KIND_FREQUENCY_TABLE, table, "withdrawn", &err), &err);
  hw_assert_status(decide_step(&app, "board", "ID-1", "confirmed", false, NULL, &err), HW_E_STATE,
                   &err);
  hw_assert_contains(err.message, "the investigation cannot be compared any more (");
  hw_assert_ok(decide_set(&app, "tester", HW_KIND_FAMILY, "F1", "open", &err), &err);
  hw_assert_ok(decide_set(&app, "clerk", HW_KIND_RUN, run, "withdrawn", &err), &err);
  decide_refused(&app, "board", "ID-1", "confirmed",
                 "the comparison that it rests on was withdrawn, or its run" AGAIN("ID-1"));
  hw_app_close(&app);
}

static void the_joint_posterior_is_that_of_the_newest_joint_run(void **state) {
  (void)state;
  hw_app app;
  hw_err err;
  decide_new_case(&app);
  decide_run(&app, 3);
  assert_string_equal(decide_propose(&app, "F1-X", "S1"), "ID-1");
  const char *joint = decide_joint_run(&app, "S1", "F1-X", 0.75, 0.25);
  char message[400];
  decide_review(&app, "ID-1");
  hw_assert_ok(decide_policy(&app, "boss", "main", NULL, "joint", 1, &err), &err);
  snprintf(
      message, sizeof message,
      "the posterior is 0.75 (joint, %s), and the policy 'main' asks at least 0.999: 'homeward "
      "power' says who to sample and what to type; or an administrator says --override REASON",
      joint);
  decide_refused(&app, "board", "ID-1", "confirmed", message);
  /* Against all others it is the joint ratio that counts. */
  hw_assert_ok(decide_policy(&app, "boss", "main", NULL, "posterior", 0.5, &err), &err);
  hw_assert_ok(decide_policy(&app, "boss", "main", NULL, "alternative_log10_lr", 6, &err), &err);
  hw_assert_status(decide_step(&app, "board", "ID-1", "confirmed", false, NULL, &err), HW_E_STATE,
                   &err);
  hw_assert_contains(err.message, "log10 GLR against the best assignment without the pairing is "
                                  "5.2500 (GLR, joint-");
  hw_assert_ok(decide_policy(&app, "boss", "main", NULL, "alternative_log10_lr", 5, &err), &err);
  hw_assert_ok(decide_policy(&app, "boss", "main", NULL, "posterior", 0.999, &err), &err);
  /* A newer joint run that does not list the pair. */
  char gone[32];
  snprintf(gone, sizeof gone, "%s", decide_joint_run(&app, NULL, NULL, 0, 0));
  snprintf(message, sizeof message,
           "%s, the newest run, does not list this pair any more" AGAIN("ID-1"), gone);
  decide_refused(&app, "board", "ID-1", "confirmed", message);
  joint = decide_joint_run(&app, "S1", "F1-X", 0.9995, 0.0005);
  /* Somebody else's data count for a joint posterior. */
  hw_assert_ok(decide_set(&app, "clerk", HW_KIND_PROFILE, "S2", "withdrawn", &err), &err);
  snprintf(
      message, sizeof message,
      "the investigation has changed since %s, on which the joint posterior rests" AGAIN("ID-1"),
      joint);
  decide_refused(&app, "board", "ID-1", "confirmed", message);
  joint = decide_joint_run(&app, "S1", "F1-X", 0.9996, 0.0004);
  decide_do(&app, "board", "ID-1", "confirmed");
  const hw_record *last = decide_decision(&app, "ID-1", decide_count(&app, "ID-1"));
  const int64_t pair = (int64_t)stood_on(last, "joint_pair", "row");
  assert_int_equal((int64_t)stood_on(last, "joint_pair", "digest"),
                   record(&app, HW_KIND_JOINT_PAIR, pair)->digest);
  assert_true(stood_on(last, "figures", "posterior") == 0.9996);
  assert_true(stood_on(last, "figures", "log10_glr") == 5.25);
  assert_true(says(last, "\"standing\": \"supported\""));
  assert_true(says(last, joint));
  assert_int_equal(decide_faults(&app), 0);
  hw_app_close(&app);
}

/* --- what a run is told --- */

static void what_is_decided_conditions_later_runs(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_stored_case stored;
  hw_stored_case_options what = {0};
  hw_decided decided;
  hw_str json = HW_STR_INIT;
  decide_new_case(&app);
  decide_import(
      &app, "families",
      "family,person,father,mother,sex,missing\nF3,F3-F,,,male,\nF3,F3-X,F3-F,,male,yes\n");
  hw_policy_request off = {.code = "main", .reason = "papers", .posterior = {true, true, 0}};
  hw_policy policy;
  hw_assert_ok(hw_policy_set(&app, &off, &decide_arena, &policy, &err), &err);
  /* F1-X is S1, and S4 is another bone of his; S2 is F3-X, whose family is closed; S3 is not
   * F1-X, was withdrawn for F2-X, and is a candidate for him again. */
  static const struct {
    const char *person, *sample, *state;
  } all[] = {{"F1-X", "S1", "confirmed"}, {"F1-X", "S4", "confirmed"}, {"F3-X", "S2", "confirmed"},
             {"F2-X", "S2", "rejected"},  {"F1-X", "S3", "rejected"},  {"F2-X", "S3", "rejected"},
             {"F2-X", "S3", "withdrawn"}, {"F2-X", "S1", "rejected"},  {"F2-X", "S1", "candidate"}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    const char *code = decide_propose(&app, all[i].person, all[i].sample);
    if (strcmp(all[i].state, "confirmed") == 0) decide_review(&app, code);
    if (strcmp(code, "ID-2") == 0) { /* the profiles exclude each other; these are resolved */
      hw_assert_ok(decide_set(&app, "r1", HW_KIND_CONTRADICTION, "C-1", "resolved", &err), &err);
    }
    if (strcmp(all[i].state, "candidate") != 0) decide_do(&app, "board", code, all[i].state);
  }
  hw_assert_ok(decide_set(&app, "clerk", HW_KIND_FAMILY, "F3", "closed", &err), &err);
  hw_assert_ok(hw_stored_case_load(&app, &what, &stored, &err), &err);
  hw_assert_ok(hw_decided_pairings(&app, &stored, &decided, &err), &err);
  assert_int_equal(decided.n_fixed, 1);
  assert_string_equal(decided.fixed[0].code, "ID-1");
  assert_string_equal(stored.problem.remains[decided.fixed[0].remains].id, "S1");
  assert_string_equal(stored.problem.families[decided.fixed[0].family].name, "F1");
  assert_int_equal(decided.fixed[0].missing, 0);
  assert_int_equal(decided.n_taken, 2);
  assert_string_equal(decided.taken[0].code, "ID-2");
  assert_string_equal(decided.taken[0].why, "another bone of F1-X (ID-1)");
  assert_string_equal(decided.taken[1].code, "ID-3");
  assert_string_equal(decided.taken[1].why, "is confirmed as F3-X, who is not compared");
  assert_int_equal(decided.n_excluded, 2);
  assert_string_equal(decided.excluded[0].code, "ID-4");
  assert_string_equal(decided.excluded[1].code, "ID-5");
  assert_string_equal(decided.excluded[1].reason, "a test");
  hw_decided_json(&decided, &json);
  assert_string_equal(hw_str_text(&json), "{\"fixed\":[1],\"excluded\":[4,5],\"taken\":[2,3]}");
  /* As options: taken remains are excluded from every target, or from every candidate. */
  hw_joint_options options = {0};
  hw_assert_ok(hw_decided_apply(&decided, &stored.problem, &options, &err), &err);
  assert_int_equal(options.n_fixed, 1);
  assert_int_equal(options.fixed[0].target, 0);
  assert_int_equal(options.n_excluded, 2 + 2 * 2);
  const hw_joint_pairing candidates[] = {{0, 0}, {0, 1}, {options.excluded[2].remains, 1}};
  options = (hw_joint_options){.candidates = candidates, .n_candidates = 3};
  hw_assert_ok(hw_decided_apply(&decided, &stored.problem, &options, &err), &err);
  assert_int_equal(options.n_excluded, 3);
  assert_int_equal(options.excluded[2].remains, candidates[2].remains);
  assert_int_equal(options.excluded[2].target, 1);
  hw_decided_clear(&decided);
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_status status = hw_decided_pairings(&app, &stored, &decided, &err);
    if (status == HW_OK) status = hw_decided_apply(&decided, &stored.problem, &options, &err);
    bool has_failed = hw_faults_end();
    hw_decided_clear(&decided);
    if (!has_failed) break;
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
  }
  hw_str_clear(&json);
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
}

/* --- looking --- */

static const hw_decide_item *find_item(const hw_decide_item *items, int n, const char *code) {
  for (int i = 0; i < n; i++)
    if (strcmp(items[i].code, code) == 0) return &items[i];
  fail_msg("%s is not listed", code);
  return NULL;
}

static const char *waits(hw_app *app, const char *actor, const char *code, bool is_for_me) {
  hw_app other;
  hw_err err = HW_ERR_INIT;
  hw_who who = {.login = "x", .actor = actor};
  const hw_decide_item *items = NULL;
  int n = 0;
  hw_assert_ok(hw_app_open(&other, hw_store_location(app->store), HW_DB_READ, &who, &err), &err);
  hw_assert_ok(hw_decide_list(&other, NULL, &decide_arena, &items, &n, &err), &err);
  hw_app_close(&other);
  const hw_decide_item *item = find_item(items, n, code);
  assert_int_equal(item->is_for_me, is_for_me);
  return item->waits_for;
}

static void lists_say_what_waits_for_whom(void **state) {
  (void)state;
  hw_app app;
  hw_err err;
  const hw_decide_item *items = NULL;
  int n = 0;
  decide_new_case(&app);
  decide_run(&app, 3);
  const char *code = decide_propose(&app, "F1-X", "S1");
  const char *other = decide_propose(&app, "F1-X", "S4");
  assert_string_equal(waits(&app, "r1", code, true), "your review");
  assert_string_equal(waits(&app, "r3", code, false), "a review");
  assert_string_equal(waits(&app, "r5", code, false), "a review");
  assert_string_equal(waits(&app, "tester", code, false), "a review");
  decide_do(&app, "r1", code, "reviewed");
  assert_string_equal(waits(&app, "r1", code, false), "a review");
  decide_do(&app, "r2", code, "reviewed");
  assert_string_equal(waits(&app, "board", code, true), "your decision");
  assert_string_equal(waits(&app, "r6", code, false), "a decision");
  hw_assert_ok(decide_step(&app, "r6", other, "reviewed", true, NULL, &err), &err);
  assert_string_equal(waits(&app, "r6", other, false), "the reviewers to agree");
  decide_do(&app, "board", other, "rejected");
  hw_assert_ok(hw_decide_list(&app, "rejected", &decide_arena, &items, &n, &err), &err);
  assert_int_equal(n, 1);
  assert_string_equal(items[0].waits_for, "");
  assert_string_equal(items[0].person, "F1-X");
  hw_assert_status(hw_decide_list(&app, "maybe", &decide_arena, &items, &n, &err), HW_E_VALUE,
                   &err);
  assert_string_equal(err.message,
                      "'maybe' is not one of candidate|reviewed|confirmed|rejected|withdrawn");
  hw_app_close(&app);
}

static void a_sheet_shows_what_a_confirmation_asks(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_decide_sheet sheet;
  decide_new_case(&app);
  decide_run(&app, 3);
  const char *code = decide_propose(&app, "F1-X", "S1");
  decide_do(&app, "r1", code, "reviewed");
  hw_assert_ok(hw_decide_sheet_read(&app, code, &decide_arena, &sheet, &err), &err);
  assert_string_equal(sheet.state, "candidate");
  assert_string_equal(sheet.proposed_by, "tester");
  assert_string_equal(sheet.can_become, "reviewed|rejected|withdrawn");
  assert_int_equal(sheet.n_checks, 5);
  for (int i = 0; i < sheet.n_checks; i++)
    assert_int_equal(sheet.checks[i].is_met, strcmp(sheet.checks[i].what, "reviewers") != 0);
  /* S3 and S4 fit the same person. */
  assert_int_equal(sheet.n_alternatives, 2);
  assert_string_equal(sheet.alternatives[0].sample, "S3");
  assert_string_equal(sheet.alternatives[1].sample, "S4");
  assert_int_equal(sheet.n_reviews, 1);
  assert_true(sheet.reviews[0].counts);
  assert_int_equal(sheet.n_events, 2);
  assert_string_equal(sheet.events[1].action, "agreed");
  assert_string_equal(sheet.events[1].actor, "r1");
  hw_assert_status(hw_decide_sheet_read(&app, "ID-9", &decide_arena, &sheet, &err), HW_E_REFERENCE,
                   &err);
  assert_string_equal(err.message, "there is no identification 'ID-9'");
  hw_app_close(&app);
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  decide_new_case(&app);
  decide_run(&app, 3);
  const char *code = decide_propose(&app, "F1-X", "S1");
  decide_review(&app, code);
  const hw_state_request request = {
      .kind = HW_KIND_IDENTIFICATION, .code = code, .state = "confirmed", .reason = "a test"};
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_arena arena;
    hw_state_outcome outcome;
    hw_arena_init(&arena, 0);
    hw_status status = hw_state_set(&app, &request, &arena, &outcome, &err);
    bool has_failed = hw_faults_end();
    hw_arena_clear(&arena);
    if (status == HW_OK) break; /* what fails after the commit does not count */
    assert_true(has_failed);
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
    assert_string_equal(decide_state(&app, code), "reviewed");
  }
  assert_string_equal(decide_state(&app, code), "confirmed");
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_arena arena;
    hw_decide_sheet sheet;
    hw_arena_init(&arena, 0);
    hw_status status = hw_decide_sheet_read(&app, code, &arena, &sheet, &err);
    bool has_failed = hw_faults_end();
    hw_arena_clear(&arena);
    if (!has_failed) break;
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
  }
  hw_app_close(&app);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_step_stores_what_it_stood_on),
      cmocka_unit_test(a_changed_basis_of_a_decision_is_told_by_the_check),
      cmocka_unit_test(reviewers_are_independent_of_remains_family_and_proposer),
      cmocka_unit_test(what_can_be_proposed_is_told),
      cmocka_unit_test(what_was_overtaken_is_looked_at_again),
      cmocka_unit_test(a_proposal_before_the_run_takes_its_figures_at_the_first_review),
      cmocka_unit_test(the_comparison_must_stand),
      cmocka_unit_test(the_joint_posterior_is_that_of_the_newest_joint_run),
      cmocka_unit_test(what_is_decided_conditions_later_runs),
      cmocka_unit_test(lists_say_what_waits_for_whom),
      cmocka_unit_test(a_sheet_shows_what_a_confirmation_asks),
      cmocka_unit_test(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests(tests, decide_tests_begin, decide_tests_end);
}
