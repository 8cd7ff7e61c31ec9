/* Joint identification from the database: what is stored of it, what moves a posterior, what is
 * computed again, which pairs are candidates. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app_support.h"
#include "app/decide.h"
#include "app/identify.h"
#include "app/identify_prior.h"
#include "app/recompute.h"
#include "app/search.h"
#include "support/assert.h"
#include "support/faults.h"

/* --- a small synthetic case: two brothers are missing, and somebody else's father --- */

static const char FREQUENCIES[] =
    "marker,allele,frequency\n"
    "A1,10,0.1\nA1,11,0.2\nA1,12,0.7\nA2,10,0.1\nA2,11,0.2\nA2,12,0.7\n"
    "A3,10,0.1\nA3,11,0.2\nA3,12,0.7\nA4,10,0.1\nA4,11,0.2\nA4,12,0.7\n";

static const char FAMILIES[] =
    "family,person,father,mother,sex,missing\n"
    "F1,F1-F,,,male,\nF1,F1-M,,,female,\nF1,F1-X,F1-F,F1-M,male,yes\nF1,F1-Y,F1-F,F1-M,male,yes\n"
    "F1,F1-W,,,female,\nF1,F1-C,F1-X,F1-W,female,\n"
    "F2,F2-F,,,male,yes\nF2,F2-S,F2-F,,male,\n";

static const char SAMPLES[] =
    "code,investigation,sex\nR1,main,male\nR2,main,male\nR3,main,unknown\n";

static const char PROFILES[] = "code,person,sample,panel,observations,use\n"
                               "F1-F,F1-F,,P,\"10;10,11;10;10,11\",single\n"
                               "F1-C,F1-C,,P,\"10,12;10,12;10,11;12\",single\n"
                               "F2-S,F2-S,,P,\"12;11,12;10,12;12\",single\n"
                               "R1,,R1,P,\"10;10;10;10,12\",single\n"
                               "R2,,R2,P,\"10,11;10,11;10;11\",single\n"
                               "R3,,R3,P,\"11,12;;10,?;12\",single\n";

static void import_text(hw_app *app, const char *what, const char *text) {
  hw_err err = HW_ERR_INIT;
  char name[64];
  snprintf(name, sizeof name, "%s.csv", what);
  hw_status status = app_test_import(app, what, name, text, &err);
  if (status != HW_OK) print_message("# %s: %s\n", what, app_test_mistakes());
  hw_assert_ok(status, &err);
}

static void make_case(hw_app *app) {
  app_test_new(app);
  import_text(app, "frequencies", FREQUENCIES);
  import_text(app, "panels", "code,kind\nP,panel\n");
  import_text(app, "panel_markers", "panel,rank,marker\nP,1,A1\nP,2,A2\nP,3,A3\nP,4,A4\n");
  import_text(app, "families", FAMILIES);
  import_text(app, "samples", SAMPLES);
  import_text(app, "profiles", PROFILES);
}

/* What is asked of a run, beside the defaults. */
typedef struct asked {
  hw_asked_prior prior;
  double accept;
  bool after_search, is_dry;
} asked;

static const asked PLAIN = {.accept = 0.999};

typedef struct joint_run {
  hw_stored_case stored;
  hw_identify *run;
  hw_made_prior prior;
  hw_decided decided;
  hw_str decided_json;
  hw_candidate_pairs candidates;
  hw_joint_options options;
  hw_joint *joint;
  int32_t *proposed;
  hw_identify_pair *pairs;
  int32_t n_pairs;
  hw_identification_report report;
} joint_run;

static void joint_run_clear(joint_run *self) {
  hw_identification_report_clear(&self->report);
  free(self->pairs);
  free(self->proposed);
  hw_joint_delete(self->joint);
  hw_made_prior_clear(&self->prior);
  hw_candidate_pairs_clear(&self->candidates);
  hw_decided_clear(&self->decided);
  hw_str_clear(&self->decided_json);
  hw_identify_delete(self->run);
  hw_stored_case_clear(&self->stored);
}

static void compute_pairs(const asked *how, joint_run *self) {
  hw_err err = HW_ERR_INIT;
  if (how->after_search) {
    self->n_pairs = self->candidates.n;
    self->pairs = calloc((size_t)self->n_pairs + 1, sizeof *self->pairs);
    memcpy(self->pairs, self->candidates.pairs, (size_t)self->n_pairs * sizeof *self->pairs);
  } else {
    hw_assert_ok(hw_identify_new(&self->stored.problem, NULL, &self->run, &err), &err);
    for (int32_t t = 0; t < hw_identify_target_count(self->run); t++)
      hw_assert_ok(hw_identify_step(self->run, t, &err), &err);
    hw_assert_ok(
        hw_identify_pairs(self->run, -HUGE_VAL, how->accept, &self->pairs, &self->n_pairs, &err),
        &err);
  }
}

/* Loads and computes. */
static void compute(hw_app *app, const asked *how, joint_run *self) {
  hw_err err = HW_ERR_INIT;
  hw_stored_case_options what = {0};
  memset(self, 0, sizeof *self);
  hw_assert_ok(hw_stored_case_load(app, &what, &self->stored, &err), &err);
  if (how->after_search) {
    hw_assert_ok(hw_candidate_pairs_find(app, &self->stored, NULL, NULL, &self->candidates, &err),
                 &err);
    self->options.candidates = self->candidates.pairings;
    self->options.n_candidates = self->candidates.n;
  }
  hw_assert_ok(hw_decided_pairings(app, &self->stored, &self->decided, &err), &err);
  hw_assert_ok(hw_decided_apply(&self->decided, &self->stored.problem, &self->options, &err), &err);
  hw_decided_json(&self->decided, &self->decided_json);
  hw_assert_ok(hw_made_prior_init(&self->stored.problem, &how->prior, NULL,
                                  how->after_search ? &self->candidates : NULL, &self->prior, &err),
               &err);
  self->options.prior = self->prior.joint;
  hw_assert_ok(hw_joint_new(&self->stored.problem, &self->options, &self->joint, &err), &err);
  hw_assert_ok(hw_joint_run(self->joint, NULL, NULL, &err), &err);
  const int32_t n_remains = self->stored.problem.n_remains;
  self->proposed = calloc((size_t)n_remains, sizeof *self->proposed);
  hw_assert_ok(
      hw_joint_propose(self->joint, &self->options, how->accept, n_remains, self->proposed, &err),
      &err);
  compute_pairs(how, self);
  hw_joint_listed(self->joint, self->proposed, self->n_pairs, self->pairs);
}

static hw_status keep(hw_app *app, const asked *how, joint_run *self, hw_err *err) {
  const hw_identification_joint joint = {
      .run = self->joint,
      .options = &self->options,
      .prior = self->prior.json,
      .decided = hw_str_text(&self->decided_json),
      .candidates = how->after_search ? &self->candidates : NULL};
  const hw_identification_options options = {.threshold = -HUGE_VAL,
                                             .accept = how->accept,
                                             .prior_none = -1,
                                             .dry_run = how->is_dry,
                                             .joint = &joint};
  return hw_identification_store(app, &self->stored, self->run, self->n_pairs, self->pairs,
                                 &options, &self->report, err);
}

static void store(hw_app *app, const asked *how, joint_run *self) {
  hw_err err = HW_ERR_INIT;
  compute(app, how, self);
  hw_assert_ok(keep(app, how, self, &err), &err);
}

/* --- what is stored --- */

static hw_record read_record(hw_app *app, hw_kind_id kind, int64_t id, hw_arena *arena) {
  hw_err err = HW_ERR_INIT;
  hw_record record;
  hw_assert_ok(hw_store_get(app->store, kind, id, arena, &record, &err), &err);
  return record;
}

static void check_pairings(hw_app *app, const joint_run *self) {
  hw_arena arena;
  hw_arena_init(&arena, 0);
  for (int64_t id = 1; id <= app_test_count(app, HW_KIND_JOINT_PAIR); id++) {
    const hw_record row = read_record(app, HW_KIND_JOINT_PAIR, id, &arena);
    int32_t r = 0, t = 0;
    while (self->stored.remains_profile[r] != hw_record_int(&row, HW_FIELD_JOINT_PAIR_PROFILE)) r++;
    for (;; t++) {
      const hw_target *target = hw_joint_target(self->joint, t);
      if (self->stored.family_person[target->family][target->person] ==
          hw_record_int(&row, HW_FIELD_JOINT_PAIR_PERSON))
        break;
    }
    double rest = 0, posterior = hw_joint_posterior(self->joint, r, t, &rest);
    hw_assert_same_bits(hw_record_real(&row, HW_FIELD_JOINT_PAIR_POSTERIOR), posterior);
    hw_assert_same_bits(hw_record_real(&row, HW_FIELD_JOINT_PAIR_COMPLEMENT), rest);
  }
  hw_arena_clear(&arena);
}

static void a_joint_run_is_stored_once_with_its_pairings(void **state) {
  (void)state;
  hw_app app;
  joint_run first, second;
  make_case(&app);
  store(&app, &PLAIN, &first);
  assert_true(first.report.is_stored);
  assert_string_equal(first.report.previous, "");
  assert_int_equal(app_test_count(&app, HW_KIND_COMPARISON), first.n_pairs);
  assert_int_equal(app_test_count(&app, HW_KIND_JOINT_PAIR), 9); /* 3 remains, 3 missing */
  assert_int_equal(app_test_count(&app, HW_KIND_JOINT_REMAINS), 3);
  assert_int_equal(app_test_count(&app, HW_KIND_POWER), 3);
  check_pairings(&app, &first);
  hw_arena arena;
  hw_arena_init(&arena, 0);
  const hw_record row = read_record(&app, HW_KIND_COMPARISON, 1, &arena);
  hw_assert_same_bits(
      hw_record_real(&row, HW_FIELD_COMPARISON_POSTERIOR),
      hw_joint_posterior(first.joint, first.pairs[0].remains, first.pairs[0].target, NULL));
  const hw_record run = read_record(&app, HW_KIND_RUN, 1, &arena);
  const char *parameters = hw_record_text(&run, HW_FIELD_RUN_PARAMETERS);
  hw_assert_contains(parameters, "{\"method\": \"joint\",");
  hw_assert_contains(parameters, "\"prior\":{\"kind\": \"flat\"}");
  hw_assert_contains(parameters, "\"outcome\":{\"exact\": true,");
  hw_arena_clear(&arena);
  store(&app, &PLAIN, &second);
  assert_true(second.report.is_unchanged);
  assert_string_equal(second.report.run, "run-1");
  assert_int_equal(app_test_count(&app, HW_KIND_JOINT_PAIR), 9);
  joint_run_clear(&first);
  joint_run_clear(&second);
  hw_app_close(&app);
}

static void another_prior_is_another_run(void **state) {
  (void)state;
  hw_app app;
  joint_run flat, odds;
  const asked doubtful = {.accept = 0.999, .prior = {.kind = HW_ASKED_ODDS, .none = 0.99}};
  make_case(&app);
  store(&app, &PLAIN, &flat);
  store(&app, &doubtful, &odds);
  assert_true(odds.report.is_stored);
  assert_string_equal(odds.report.previous, "run-1");
  assert_true(odds.report.n_changes > 0);
  for (int32_t i = 0; i < odds.report.n_changes; i++) {
    const hw_identification_change *change = &odds.report.changes[i];
    assert_int_equal(change->kind, HW_PAIR_CHANGED);
    assert_int_equal(change->why, HW_WHY_PARAMETERS);
    hw_assert_same_bits(change->before, change->after);
    assert_true(fabs(change->posterior - change->posterior_before) >= HW_IDENTIFY_STEP);
  }
  joint_run_clear(&flat);
  joint_run_clear(&odds);
  hw_app_close(&app);
}

/* --- what moves a posterior --- */

static const hw_identification_change *change_of(const hw_identification_report *report,
                                                 const char *remains, const char *missing) {
  for (int32_t i = 0; i < report->n_changes; i++)
    if (strcmp(report->changes[i].remains, remains) == 0 &&
        strcmp(report->changes[i].missing, missing) == 0)
      return &report->changes[i];
  fail_msg("no change of %s and %s", remains, missing);
  return NULL;
}

static void a_rival_moves_a_posterior_whose_ratio_stands(void **state) {
  (void)state;
  hw_app app;
  joint_run before, after;
  make_case(&app);
  store(&app, &PLAIN, &before);
  import_text(&app, "samples", "code,investigation,sex\nR4,main,male\n");
  import_text(&app, "profiles",
              "code,person,sample,panel,observations,use\n"
              "R4,,R4,P,\"10;10;10;10,12\",single\n");
  store(&app, &PLAIN, &after);
  assert_true(after.report.is_stored);
  hw_assert_close(after.report.step, HW_IDENTIFY_STEP, 0, 0);
  const hw_identification_change *change = change_of(&after.report, "R1", "F1-X");
  assert_int_equal(change->kind, HW_PAIR_CHANGED);
  assert_int_equal(change->why, HW_WHY_OTHERS);
  hw_assert_same_bits(change->before, change->after);
  assert_true(change->posterior < change->posterior_before);
  change = change_of(&after.report, "R4", "F1-X");
  assert_int_equal(change->kind, HW_PAIR_NEW);
  assert_int_equal(change->why, HW_WHY_PROFILE);
  hw_str words = HW_STR_INIT;
  hw_identification_why(HW_WHY_TABLE | HW_WHY_OTHERS, &words);
  assert_string_equal(hw_str_text(&words), "table, other remains or families");
  hw_str_clear(&words);
  joint_run_clear(&before);
  joint_run_clear(&after);
  hw_app_close(&app);
}

static void pairwise_and_joint_runs_are_not_compared_with_each_other(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  joint_run self;
  const hw_identification_options alone = {
      .threshold = -HUGE_VAL, .accept = 0.999, .prior_none = -1};
  make_case(&app);
  compute(&app, &PLAIN, &self);
  hw_assert_ok(hw_identification_store(&app, &self.stored, self.run, self.n_pairs, self.pairs,
                                       &alone, &self.report, &err),
               &err);
  assert_string_equal(self.report.run, "run-1");
  hw_assert_same_bits(self.report.step, 0.0);
  joint_run_clear(&self);
  store(&app, &PLAIN, &self);
  assert_true(self.report.is_stored);
  assert_string_equal(self.report.previous, "");
  joint_run_clear(&self);
  hw_app_close(&app);
}

/* --- candidates --- */

static void decide(hw_app *app, const char *code, const char *to) {
  hw_err err = HW_ERR_INIT;
  hw_arena arena;
  hw_arena_init(&arena, 0);
  int64_t id = 0;
  hw_assert_ok(hw_store_find_code(app->store, HW_KIND_IDENTIFICATION, code, &id, &err), &err);
  hw_record record = read_record(app, HW_KIND_IDENTIFICATION, id, &arena);
  hw_assert_ok(hw_app_begin(app, HW_MAY_WRITE, "decide", "", &err), &err);
  hw_record_set_text(&record, HW_FIELD_IDENTIFICATION_STATE, to);
  hw_assert_ok(hw_store_replace(app->store, &record, &err), &err);
  hw_assert_ok(hw_store_commit(app->store, &err), &err);
  hw_arena_clear(&arena);
}

/* With so few markers nothing reaches 0.999: the proposal that is in the best assignment does. */
static void proposals_become_candidates_and_decisions_condition_later_runs(void **state) {
  (void)state;
  hw_app app;
  joint_run eager, fixed, excluded;
  const asked low = {.accept = 0.5};
  make_case(&app);
  store(&app, &low, &eager);
  assert_true(eager.report.n_candidates >= 1);
  assert_int_equal(app_test_count(&app, HW_KIND_IDENTIFICATION), eager.report.n_candidates);
  const hw_record *record = app_test_get(&app, HW_KIND_IDENTIFICATION, "ID-1");
  assert_string_equal(hw_record_text(record, HW_FIELD_IDENTIFICATION_STATE), "candidate");
  assert_true(hw_record_int(record, HW_FIELD_IDENTIFICATION_COMPARISON) >= 1);

  decide(&app, "ID-1", "confirmed");
  store(&app, &low, &fixed);
  assert_true(fixed.report.is_stored);
  assert_int_equal(fixed.options.n_fixed, 1);
  const hw_joint_pairing pair = fixed.options.fixed[0];
  hw_assert_close(hw_joint_posterior(fixed.joint, pair.remains, pair.target, NULL), 1, 1e-12, 0);
  assert_int_equal(fixed.proposed[pair.remains], -1); /* decided already */
  assert_int_equal(fixed.report.n_candidates, 0);

  decide(&app, "ID-1", "rejected");
  store(&app, &low, &excluded);
  assert_int_equal(excluded.options.n_excluded, 1);
  hw_assert_same_bits(hw_joint_posterior(excluded.joint, pair.remains, pair.target, NULL), 0.0);
  joint_run_clear(&eager);
  joint_run_clear(&fixed);
  joint_run_clear(&excluded);
  hw_app_close(&app);
}

/* --- computing again --- */

static char findings[4000];

static hw_status take_finding(void *context, const hw_recompute_finding *finding, hw_err *err) {
  (void)context;
  (void)err;
  size_t n = strlen(findings);
  snprintf(findings + n, sizeof findings - n, "%s%s\n", finding->is_fault ? "fault: " : "",
           finding->text);
  return HW_OK;
}

static hw_recompute_summary recompute(hw_app *app, const char *run) {
  hw_err err = HW_ERR_INIT;
  hw_recompute_summary summary;
  hw_recompute_options options = {.run = run};
  findings[0] = '\0';
  hw_assert_ok(hw_recompute(app, &options, take_finding, NULL, &summary, &err), &err);
  return summary;
}

static void joint_posteriors_compute_again(void **state) {
  (void)state;
  hw_app app;
  joint_run self, fixed;
  const asked low = {.accept = 0.5};
  const asked odds = {.accept = 0.5, .prior = {.kind = HW_ASKED_ODDS, .none = 0.25}};
  make_case(&app);
  store(&app, &low, &self);
  joint_run_clear(&self);
  store(&app, &odds, &self);
  decide(&app, "ID-1", "confirmed");
  store(&app, &low, &fixed);
  hw_recompute_summary summary = recompute(&app, NULL);
  assert_string_equal(findings, "");
  assert_int_equal(summary.n_joint, app_test_count(&app, HW_KIND_JOINT_PAIR));
  assert_int_equal(summary.n_recomputed, summary.n_comparisons);
  assert_int_equal(summary.n_faults, 0);
  import_text(&app, "samples", "code,investigation,sex\nR4,main,male\n");
  import_text(&app, "profiles",
              "code,person,sample,panel,observations,use\n"
              "R4,,R4,P,\"10;10;10;10,12\",single\n");
  summary = recompute(&app, "run-1");
  assert_int_equal(summary.n_joint, 0);
  assert_int_equal(summary.n_faults, 0);
  hw_assert_contains(findings, "the data have changed since: joint posteriors are not computed");
  joint_run_clear(&self);
  joint_run_clear(&fixed);
  hw_app_close(&app);
}

/* Adds a run like the first with another posterior, as no run would. */
static void other_posteriors_are_found(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  joint_run self;
  hw_arena arena;
  make_case(&app);
  store(&app, &PLAIN, &self);
  hw_arena_init(&arena, 0);
  hw_record run = read_record(&app, HW_KIND_RUN, 1, &arena);
  hw_record pair = read_record(&app, HW_KIND_JOINT_PAIR, 1, &arena);
  hw_record remains = read_record(&app, HW_KIND_JOINT_REMAINS, 1, &arena);
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "test", "", &err), &err);
  hw_record_set_text(&run, HW_FIELD_RUN_CODE, "other");
  hw_assert_ok(hw_store_add(app.store, &run, &err), &err);
  hw_record_set_int(&pair, HW_FIELD_JOINT_PAIR_RUN, run.id);
  hw_record_set_real(&pair, HW_FIELD_JOINT_PAIR_POSTERIOR, 0.125);
  hw_assert_ok(hw_store_add(app.store, &pair, &err), &err);
  hw_record_set_int(&remains, HW_FIELD_JOINT_REMAINS_RUN, run.id);
  hw_record_set_real(&remains, HW_FIELD_JOINT_REMAINS_NONE_POSTERIOR, 0.125);
  hw_assert_ok(hw_store_add(app.store, &remains, &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  hw_arena_clear(&arena);
  const hw_recompute_summary summary = recompute(&app, "other");
  assert_int_equal(summary.n_faults, 2);
  hw_assert_contains(findings, ": posterior is 0.125 as stored, ");
  hw_assert_contains(findings, ": posterior of 'none' is 0.125 as stored, ");
  joint_run_clear(&self);
  hw_app_close(&app);
}

/* --- after a search --- */

static void search(hw_app *app, double threshold) {
  hw_err err = HW_ERR_INIT;
  hw_stored_case stored;
  hw_stored_search searched;
  hw_search *run = NULL;
  hw_found found;
  hw_identification_report report;
  const hw_stored_case_options what = {.by_code = true};
  const hw_search_options options = {.threshold = threshold, .floor = threshold, .prior_none = -1};
  const hw_search_go go = {.n_threads = 1};
  const hw_found_how how = {.accept = 0.999, .per_marker = true, .go = {.n_threads = 1}};
  hw_assert_ok(hw_stored_case_load(app, &what, &stored, &err), &err);
  hw_assert_ok(hw_stored_search_init(&stored.problem, &searched, &err), &err);
  hw_assert_ok(hw_search_new(&searched.input, &options, &run, &err), &err);
  hw_assert_ok(hw_search_run(run, &go, &err), &err);
  hw_assert_ok(hw_found_make(run, &searched.input, &options, &how, &found, &err), &err);
  hw_assert_ok(hw_search_store(app, &stored, &searched, &found, "", false, &report, &err), &err);
  hw_identification_report_clear(&report);
  hw_found_clear(&found);
  hw_search_delete(run);
  hw_stored_search_clear(&searched);
  hw_stored_case_clear(&stored);
}

static void a_joint_run_takes_the_pairs_of_a_search(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  joint_run all, few;
  const asked after = {.accept = 0.999, .after_search = true};
  hw_stored_case_options what = {0};
  hw_candidate_pairs pairs;
  make_case(&app);
  compute(&app, &PLAIN, &all);
  hw_assert_status(hw_candidate_pairs_find(&app, &all.stored, NULL, NULL, &pairs, &err),
                   HW_E_REFERENCE, &err);
  assert_string_equal(err.message,
                      "no search of investigation 'main' is stored: run 'homeward search' first");
  hw_candidate_pairs_clear(&pairs);
  search(&app, 0.0);
  store(&app, &after, &few);
  assert_true(few.report.is_stored);
  assert_string_equal(few.candidates.run, "run-1");
  assert_true(few.n_pairs >= 2);
  assert_true(few.n_pairs < all.n_pairs);
  assert_int_equal(hw_joint_summarise(few.joint).n_not_candidates, all.n_pairs - few.n_pairs);
  for (int32_t i = 0; i < few.candidates.n; i++)
    hw_assert_close(few.candidates.pairs[i].log10_lr,
                    hw_identify_log10_lr(all.run, few.candidates.pairings[i].remains,
                                         few.candidates.pairings[i].target),
                    1e-12, 1e-12);
  /* What was not kept weighs as much as an unrelated person's pairs do on average. */
  for (int32_t i = 0; i < few.candidates.n; i++) {
    const hw_joint_pairing *pairing = &few.candidates.pairings[i];
    int32_t n_kept = 0;
    for (int32_t k = 0; k < few.candidates.n; k++)
      n_kept += few.candidates.pairings[k].remains == pairing->remains;
    hw_assert_close(
        few.options.prior.ln_pair(few.options.prior.context, pairing->remains, pairing->target),
        -log(1 + 3 - n_kept), 1e-14, 1e-14);
  }
  hw_recompute_summary summary = recompute(&app, NULL);
  assert_string_equal(findings, "");
  assert_true(summary.n_joint >= 2);
  assert_int_equal(summary.n_recomputed, summary.n_comparisons);
  joint_run_clear(&all);
  joint_run_clear(&few);
  import_text(&app, "samples", "code,investigation,sex\nR4,main,male\n");
  import_text(&app, "profiles",
              "code,person,sample,panel,observations,use\n"
              "R4,,R4,P,\"10;10;10;10,12\",single\n");
  hw_stored_case stored;
  err = (hw_err)HW_ERR_INIT;
  hw_assert_ok(hw_stored_case_load(&app, &what, &stored, &err), &err);
  hw_assert_status(hw_candidate_pairs_find(&app, &stored, NULL, NULL, &pairs, &err), HW_E_STATE,
                   &err);
  assert_string_equal(err.message,
                      "the data of investigation 'main' have changed since its last search "
                      "(run-1): search again");
  hw_candidate_pairs_clear(&pairs);
  hw_assert_status(hw_candidate_pairs_find(&app, &stored, NULL, "run-9", &pairs, &err),
                   HW_E_REFERENCE, &err);
  assert_string_equal(err.message, "there is no search 'run-9'");
  hw_candidate_pairs_clear(&pairs);
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
}

/* --- exhausted memory --- */

static void exhausted_memory_stores_nothing(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  joint_run self;
  const asked other = {.accept = 0.99};
  make_case(&app);
  store(&app, &PLAIN, &self); /* statements are prepared now, and stay */
  joint_run_clear(&self);
  compute(&app, &other, &self);
  for (long n = 0; hw_faults_begin(n); n++) {
    err = (hw_err)HW_ERR_INIT;
    hw_status status = keep(&app, &other, &self, &err);
    bool has_failed = hw_faults_end();
    bool is_stored = self.report.is_stored;
    hw_identification_report_clear(&self.report);
    if (status == HW_OK) {
      assert_true(is_stored);
      break;
    }
    assert_true(has_failed);
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
    assert_int_equal(app_test_count(&app, HW_KIND_RUN), 1);
  }
  assert_int_equal(app_test_count(&app, HW_KIND_RUN), 2);
  joint_run_clear(&self);
  hw_app_close(&app);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_joint_run_is_stored_once_with_its_pairings),
      cmocka_unit_test(another_prior_is_another_run),
      cmocka_unit_test(a_rival_moves_a_posterior_whose_ratio_stands),
      cmocka_unit_test(pairwise_and_joint_runs_are_not_compared_with_each_other),
      cmocka_unit_test(proposals_become_candidates_and_decisions_condition_later_runs),
      cmocka_unit_test(joint_posteriors_compute_again),
      cmocka_unit_test(other_posteriors_are_found),
      cmocka_unit_test(a_joint_run_takes_the_pairs_of_a_search),
      cmocka_unit_test(exhausted_memory_stores_nothing),
  };
  return cmocka_run_group_tests_name("joint identification from the database", tests,
                                     app_tests_begin, app_tests_end);
}
