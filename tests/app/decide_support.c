/* A small case with remains, families and a run, for the tests of decisions. Synthetic. */
#include "app/decide_support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/check.h"
#include "app/identify.h"
#include "homeward/version.h"
#include "support/assert.h"

enum { MARKERS = 10 };

hw_arena decide_arena;
const char *decide_note = "";
char decide_fault[400];

int decide_tests_begin(void **state) {
  hw_arena_init(&decide_arena, 0);
  return app_tests_begin(state);
}

int decide_tests_end(void **state) {
  hw_arena_clear(&decide_arena);
  return app_tests_end(state);
}

void decide_import(hw_app *app, const char *what, const char *text) {
  hw_err err = HW_ERR_INIT;
  char name[64];
  snprintf(name, sizeof name, "%s.csv", what);
  hw_status status = app_test_import(app, what, name, text, &err);
  if (status != HW_OK) print_message("# %s: %s\n", what, app_test_mistakes());
  hw_assert_ok(status, &err);
}

/* The same genotype at every marker. */
static void append_profile(hw_str *out, const char *code, const char *person, const char *sample,
                           const char *genotype, const char *analyst) {
  hw_str_append_format(out, "%s,%s,%s,P,\"", code, person, sample);
  for (int m = 0; m < MARKERS; m++) hw_str_append_format(out, "%s%s", m > 0 ? ";" : "", genotype);
  hw_str_append_format(out, "\",single,%s\n", analyst);
}

static void import_markers(hw_app *app) {
  hw_str frequencies = HW_STR_INIT, panel = HW_STR_INIT;
  hw_str_append(&frequencies, "marker,allele,frequency\n");
  hw_str_append(&panel, "panel,rank,marker\n");
  for (int m = 1; m <= MARKERS; m++) {
    hw_str_append_format(&frequencies, "A%d,10,0.1\nA%d,11,0.2\nA%d,12,0.7\n", m, m, m);
    hw_str_append_format(&panel, "P,%d,A%d\n", m, m);
  }
  decide_import(app, "frequencies", hw_str_text(&frequencies));
  decide_import(app, "panels", "code,kind\nP,panel\n");
  decide_import(app, "panel_markers", hw_str_text(&panel));
  hw_str_clear(&frequencies);
  hw_str_clear(&panel);
}

void decide_new_case(hw_app *app) {
  hw_str profiles = HW_STR_INIT;
  app_test_new(app);
  import_markers(app);
  decide_import(app, "actors",
                "code,login,permissions\nr1,a,review\nr2,b,review\nr3,c,review\nr5,e,review\n"
                "r6,f,review\nboard,g,decide\nboss,h,decide administer\nclerk,i,write\n"
                "clerk2,j,write review\nreader,k,names\n");
  decide_import(app, "families",
                "family,person,father,mother,sex,missing\n"
                "F1,F1-F,,,male,\nF1,F1-X,F1-F,,male,yes\n"
                "F2,F2-F,,,male,\nF2,F2-X,F2-F,,male,yes\n");
  decide_import(app, "accessions", "code,received_on\nBOX,1990-05\n");
  decide_import(app, "specimens",
                "code,accession,element,side\nB1,BOX,femur,left\nB2,BOX,skull,\n"
                "B3,BOX,Femur,left\nB4,BOX,tibia,right\n");
  decide_import(app, "samples",
                "code,investigation,specimen,sex\nS1,main,B1,male\nS2,main,B2,male\n"
                "S3,main,B3,unknown\nS4,main,B4,unknown\n");
  hw_str_append(&profiles, "code,person,sample,panel,observations,use,analyst\n");
  append_profile(&profiles, "F1-F", "F1-F", "", "10,11", "r5");
  append_profile(&profiles, "F2-F", "F2-F", "", "11,12", "x9");
  append_profile(&profiles, "S1", "", "S1", "10", "r3");
  append_profile(&profiles, "S2", "", "S2", "12", "x9");
  append_profile(&profiles, "S3", "", "S3", "10", "x9");
  append_profile(&profiles, "S4", "", "S4", "11", "x9");
  decide_import(app, "profiles", hw_str_text(&profiles));
  hw_str_clear(&profiles);
}

/* --- runs --- */

const char *decide_run(hw_app *app, double threshold) {
  static char code[32];
  hw_err err = HW_ERR_INIT;
  hw_stored_case stored;
  hw_stored_case_options what = {0};
  hw_identification_options options = {.threshold = threshold, .accept = 1, .prior_none = -1};
  hw_identification_report report;
  hw_identify *run = NULL;
  hw_identify_pair *pairs = NULL;
  int32_t n = 0;
  hw_assert_ok(hw_stored_case_load(app, &what, &stored, &err), &err);
  hw_assert_ok(hw_identify_new(&stored.problem, NULL, &run, &err), &err);
  for (int32_t t = 0; t < hw_identify_target_count(run); t++)
    hw_assert_ok(hw_identify_step(run, t, &err), &err);
  hw_assert_ok(hw_identify_pairs(run, threshold, 1, &pairs, &n, &err), &err);
  hw_assert_ok(hw_identification_store(app, &stored, run, n, pairs, &options, &report, &err), &err);
  snprintf(code, sizeof code, "%s", report.run);
  hw_identification_report_clear(&report);
  free(pairs);
  hw_identify_delete(run);
  hw_stored_case_clear(&stored);
  return code;
}

static int64_t find(hw_app *app, hw_kind_id kind, const char *code) {
  hw_err err = HW_ERR_INIT;
  int64_t id = 0;
  hw_assert_ok(hw_app_find(app, kind, code, &id, &err), &err);
  return id;
}

static void add_joint_run(hw_app *app, const char *code, const char *inputs) {
  hw_err err = HW_ERR_INIT;
  hw_record row;
  hw_record_init(&row, HW_KIND_RUN);
  hw_record_set_text(&row, HW_FIELD_RUN_CODE, code);
  hw_record_set_int(&row, HW_FIELD_RUN_INVESTIGATION, 1);
  hw_record_set_text(&row, HW_FIELD_RUN_PROGRAM, hw_version());
  hw_record_set_text(&row, HW_FIELD_RUN_PARAMETERS,
                     "{\"method\":\"joint\",\"threshold_log10_lr\":3}");
  hw_record_set_text(&row, HW_FIELD_RUN_INPUTS, inputs);
  hw_record_set_int(&row, HW_FIELD_RUN_REMAINS, 4);
  hw_record_set_int(&row, HW_FIELD_RUN_MISSING, 2);
  hw_record_set_int(&row, HW_FIELD_RUN_FAMILIES, 2);
  hw_record_set_int(&row, HW_FIELD_RUN_PAIRS, 8);
  hw_record_set_int(&row, HW_FIELD_RUN_STORED, 1);
  hw_assert_ok(hw_store_add(app->store, &row, &err), &err);
}

const char *decide_joint_run(hw_app *app, const char *sample, const char *person, double posterior,
                             double complement) {
  static char code[32];
  static int n;
  hw_err err = HW_ERR_INIT;
  hw_stored_case stored;
  hw_stored_case_options what = {0};
  uint8_t digest[HW_DIGEST_SIZE];
  char inputs[HW_DIGEST_TEXT_SIZE];
  hw_record row;
  hw_assert_ok(hw_stored_case_load(app, &what, &stored, &err), &err);
  hw_stored_case_digest(&stored, digest);
  hw_digest_text(digest, inputs);
  hw_stored_case_clear(&stored);
  snprintf(code, sizeof code, "joint-%d", ++n);
  hw_assert_ok(hw_app_begin(app, HW_MAY_WRITE, "identify", "", &err), &err);
  add_joint_run(app, code, inputs);
  if (person != NULL) {
    hw_record_init(&row, HW_KIND_JOINT_PAIR);
    hw_record_set_int(&row, HW_FIELD_JOINT_PAIR_RUN, find(app, HW_KIND_RUN, code));
    hw_record_set_int(&row, HW_FIELD_JOINT_PAIR_PROFILE, find(app, HW_KIND_PROFILE, sample));
    hw_record_set_int(&row, HW_FIELD_JOINT_PAIR_PERSON, find(app, HW_KIND_PERSON, person));
    hw_record_set_real(&row, HW_FIELD_JOINT_PAIR_POSTERIOR, posterior);
    hw_record_set_real(&row, HW_FIELD_JOINT_PAIR_COMPLEMENT, complement);
    hw_record_set_real(&row, HW_FIELD_JOINT_PAIR_LOG10_GLR, 5.25);
    hw_record_set_text(&row, HW_FIELD_JOINT_PAIR_STANDING, "supported");
    hw_assert_ok(hw_store_add(app->store, &row, &err), &err);
  }
  hw_assert_ok(hw_store_commit(app->store, &err), &err);
  return code;
}

/* --- steps --- */

const char *decide_propose(hw_app *app, const char *person, const char *sample) {
  hw_err err = HW_ERR_INIT;
  const char *code = "";
  hw_assert_ok(hw_decide_propose(app, person, sample, "by hand", NULL, &decide_arena, &code, &err),
               &err);
  return code;
}

static void open_as(hw_app *app, const char *actor, hw_app *out) {
  hw_err err = HW_ERR_INIT;
  hw_who who = {.login = "somebody", .actor = actor};
  hw_assert_ok(hw_app_open(out, hw_store_location(app->store), HW_DB_WRITE, &who, &err), &err);
}

hw_status decide_step(hw_app *app, const char *actor, const char *code, const char *state,
                      bool disagrees, const char *override, hw_err *err) {
  hw_app other;
  hw_state_outcome outcome;
  const hw_state_request request = {.kind = HW_KIND_IDENTIFICATION,
                                    .code = code,
                                    .state = state,
                                    .reason = "a test",
                                    .override = override,
                                    .disagrees = disagrees};
  *err = (hw_err)HW_ERR_INIT;
  open_as(app, actor, &other);
  hw_status status = hw_state_set(&other, &request, &decide_arena, &outcome, err);
  decide_note = outcome.note;
  hw_app_close(&other);
  return status;
}

void decide_do(hw_app *app, const char *actor, const char *code, const char *state) {
  hw_err err;
  hw_assert_ok(decide_step(app, actor, code, state, false, NULL, &err), &err);
}

void decide_refused(hw_app *app, const char *actor, const char *code, const char *state,
                    const char *message) {
  hw_err err;
  hw_assert_status(decide_step(app, actor, code, state, false, NULL, &err), HW_E_STATE, &err);
  assert_string_equal(err.message, message);
}

void decide_review(hw_app *app, const char *code) {
  decide_do(app, "r1", code, "reviewed");
  decide_do(app, "r2", code, "reviewed");
  assert_string_equal(decide_state(app, code), "reviewed");
}

hw_status decide_set(hw_app *app, const char *actor, hw_kind_id kind, const char *code,
                     const char *state, hw_err *err) {
  hw_app other;
  hw_state_outcome outcome;
  const hw_state_request request = {
      .kind = kind, .code = code, .state = state, .reason = "for a test"};
  *err = (hw_err)HW_ERR_INIT;
  open_as(app, actor, &other);
  hw_status status = hw_state_set(&other, &request, &decide_arena, &outcome, err);
  hw_app_close(&other);
  return status;
}

/* --- looking --- */

const char *decide_state(hw_app *app, const char *code) {
  return hw_record_text(app_test_get(app, HW_KIND_IDENTIFICATION, code),
                        HW_FIELD_IDENTIFICATION_STATE);
}

static hw_status keep_fault(void *context, const hw_check_fault *fault, hw_err *err) {
  (void)context;
  (void)err;
  snprintf(decide_fault, sizeof decide_fault, "%s: %s", fault->where, fault->text);
  return HW_OK;
}

int64_t decide_faults(hw_app *app) {
  hw_err err = HW_ERR_INIT;
  hw_check_options options = {0};
  hw_check_summary summary;
  decide_fault[0] = '\0';
  hw_assert_ok(hw_check(app, &options, keep_fault, NULL, &summary, &err), &err);
  return summary.n_faults;
}

const hw_record *decide_decision(hw_app *app, const char *code, int64_t number) {
  hw_err err = HW_ERR_INIT;
  int64_t id = 0;
  hw_record key;
  hw_record *out = hw_arena_alloc(&decide_arena, sizeof *out);
  hw_record_init(&key, HW_KIND_DECISION);
  hw_record_set_int(&key, HW_FIELD_DECISION_IDENTIFICATION,
                    find(app, HW_KIND_IDENTIFICATION, code));
  hw_record_set_int(&key, HW_FIELD_DECISION_NUMBER, number);
  hw_assert_ok(hw_store_find(app->store, &key, &id, &err), &err);
  if (id == 0) return NULL;
  assert_non_null(out);
  hw_assert_ok(hw_store_get(app->store, HW_KIND_DECISION, id, &decide_arena, out, &err), &err);
  return out;
}

int decide_count(hw_app *app, const char *code) {
  int n = 0;
  while (decide_decision(app, code, n + 1) != NULL) n++;
  return n;
}

hw_status decide_policy(hw_app *app, const char *actor, const char *code, const char *investigation,
                        const char *figure, double value, hw_err *err) {
  hw_app other;
  hw_policy policy;
  hw_policy_request request = {.code = code, .investigation = investigation, .reason = "a test"};
  hw_policy_change change = {.is_said = true, .is_off = isnan(value), .value = value};
  *err = (hw_err)HW_ERR_INIT;
  if (strcmp(figure, "posterior") == 0) request.posterior = change;
  if (strcmp(figure, "log10_lr") == 0) request.log10_lr = change;
  if (strcmp(figure, "alternative_log10_lr") == 0) request.alternative_log10_lr = change;
  if (strcmp(figure, "markers") == 0) request.markers = change;
  if (strcmp(figure, "reviewers") == 0) request.reviewers = change;
  if (strcmp(figure, "joint") == 0) request.joint = change;
  open_as(app, actor, &other);
  hw_status status = hw_policy_set(&other, &request, &decide_arena, &policy, err);
  hw_app_close(&other);
  return status;
}
