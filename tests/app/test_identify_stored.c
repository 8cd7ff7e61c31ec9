/* Identification from the database: the file's numbers, runs that are kept, what changed since. */
#include "app/identify.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app_support.h"
#include "app/recompute.h"
#include "golden/golden.h"
#include "homeward/version.h"
#include "support/assert.h"
#include "support/faults.h"

static void import_path(hw_app *app, const char *path) {
  hw_err err = HW_ERR_INIT;
  hw_import_options options = {.apply = true, .skip_reference_checks = true};
  hw_import_report report;
  hw_assert_ok(hw_import_file(app, path, &options, &report, &err), &err);
  hw_import_report_clear(&report);
}

/* A run and its pairs. */
typedef struct finished {
  hw_identify *run;
  hw_identify_pair *pairs;
  int32_t n_pairs;
} finished;

static finished run_of(const hw_case *problem, double threshold) {
  hw_err err = HW_ERR_INIT;
  finished self = {0};
  hw_assert_ok(hw_identify_new(problem, NULL, &self.run, &err), &err);
  for (int32_t t = 0; t < hw_identify_target_count(self.run); t++)
    hw_assert_ok(hw_identify_step(self.run, t, &err), &err);
  hw_assert_ok(hw_identify_pairs(self.run, threshold, 0.999, &self.pairs, &self.n_pairs, &err),
               &err);
  return self;
}

static void finished_clear(finished *self) {
  free(self->pairs);
  hw_identify_delete(self->run);
}

/* Every pair of the file's run, bit for bit, in the database's. */
static void check_same_run(const hw_case *file, const hw_case *stored) {
  finished a = run_of(file, -HUGE_VAL), b = run_of(stored, -HUGE_VAL);
  assert_int_equal(a.n_pairs, b.n_pairs);
  for (int32_t i = 0; i < a.n_pairs; i++) {
    assert_int_equal(a.pairs[i].remains, b.pairs[i].remains);
    assert_int_equal(a.pairs[i].target, b.pairs[i].target);
    hw_assert_same_bits(a.pairs[i].log10_lr, b.pairs[i].log10_lr);
    hw_assert_same_bits(a.pairs[i].posterior, b.pairs[i].posterior);
  }
  finished_clear(&a);
  finished_clear(&b);
}

static void shared_files_give_the_same_numbers(void **state) {
  (void)state;
  const char *shared = golden_shared();
  char folder[GOLDEN_PATH], paths[GOLDEN_MAX_FILES][GOLDEN_PATH];
  if (shared == NULL) skip();
  snprintf(folder, sizeof folder, "%s/golden/dvi", shared);
  int32_t n = golden_files(folder, paths);
  for (int32_t i = 0; i < n; i++) {
    hw_app app;
    hw_err err = HW_ERR_INIT;
    hw_case_list *list = NULL;
    app_test_new(&app);
    import_path(&app, paths[i]);
    hw_assert_ok(hw_case_list_read(paths[i], &list, &err), &err);
    for (int32_t c = 0; c < list->n_cases; c++) {
      hw_stored_case stored;
      hw_stored_case_options what = {.investigation = list->cases[c].id};
      hw_assert_ok(hw_stored_case_load(&app, &what, &stored, &err), &err);
      check_same_run(&list->cases[c], &stored.problem);
      hw_stored_case_clear(&stored);
    }
    hw_case_list_delete(list);
    hw_app_close(&app);
  }
}

/* --- a small synthetic case in tables --- */

static const char FREQUENCIES[] =
    "marker,allele,frequency\n"
    "A1,10,0.1\nA1,11,0.2\nA1,12,0.7\nA2,10,0.1\nA2,11,0.2\nA2,12,0.7\n"
    "A3,10,0.1\nA3,11,0.2\nA3,12,0.7\nA4,10,0.1\nA4,11,0.2\nA4,12,0.7\n";

static const char FAMILIES[] =
    "family,person,father,mother,sex,missing\n"
    "F1,F1-F,,,male,\nF1,F1-M,,,female,\nF1,F1-X,F1-F,F1-M,male,yes\nF1,F1-S,F1-F,F1-M,female,\n"
    "F2,F2-F,,,male,\nF2,F2-X,F2-F,,male,yes\n";

static const char SAMPLES[] =
    "code,investigation,sex\nR1,main,male\nR2,main,male\nR3,main,unknown\n";

static const char PROFILES[] = "code,person,sample,panel,observations,use\n"
                               "F1-F,F1-F,,P,\"10,11;10,11;10,11;10\",single\n"
                               "F2-F,F2-F,,P,\"12;11,12;10,12;12\",single\n"
                               "R1,,R1,P,\"10;10;10;10\",single\n"
                               "R2,,R2,P,\"12;12;12;12\",single\n"
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

/* Loads, computes and stores. */
typedef struct stored_run {
  hw_stored_case stored;
  finished run;
  hw_identification_report report;
} stored_run;

static hw_status store_with(hw_app *app, const hw_identification_options *options, stored_run *self,
                            hw_err *err) {
  hw_stored_case_options what = {0};
  hw_assert_ok(hw_stored_case_load(app, &what, &self->stored, err), err);
  self->run = run_of(&self->stored.problem, options->threshold);
  return hw_identification_store(app, &self->stored, self->run.run, self->run.n_pairs,
                                 self->run.pairs, options, &self->report, err);
}

static const hw_identification_options LOW = {.threshold = 0.5, .accept = 0.999, .prior_none = -1};

static void store(hw_app *app, stored_run *self) {
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(store_with(app, &LOW, self, &err), &err);
}

static void stored_run_clear(stored_run *self) {
  finished_clear(&self->run);
  hw_identification_report_clear(&self->report);
  hw_stored_case_clear(&self->stored);
}

static void a_run_is_stored_once(void **state) {
  (void)state;
  hw_app app;
  stored_run first, second;
  make_case(&app);
  store(&app, &first);
  assert_true(first.report.is_stored);
  assert_false(first.report.is_unchanged);
  assert_string_equal(first.report.run, "run-1");
  assert_string_equal(first.report.previous, "");
  assert_int_equal(app_test_count(&app, HW_KIND_RUN), 1);
  assert_int_equal(app_test_count(&app, HW_KIND_COMPARISON), first.run.n_pairs);
  assert_true(first.run.n_pairs >= 1);
  assert_int_equal(app_test_count(&app, HW_KIND_POWER), 2);
  char head[HW_DIGEST_TEXT_SIZE];
  snprintf(head, sizeof head, "%s", app_test_head(&app));
  store(&app, &second);
  assert_false(second.report.is_stored);
  assert_true(second.report.is_unchanged);
  assert_string_equal(second.report.run, "run-1");
  assert_int_equal(second.report.n_changes, 0);
  assert_int_equal(app_test_count(&app, HW_KIND_RUN), 1);
  assert_string_equal(app_test_head(&app), head);
  stored_run_clear(&first);
  stored_run_clear(&second);
  hw_app_close(&app);
}

static const hw_identification_change *change_of(const hw_identification_report *report,
                                                 const char *remains, const char *family) {
  for (int32_t i = 0; i < report->n_changes; i++)
    if (strcmp(report->changes[i].remains, remains) == 0 &&
        strcmp(report->changes[i].family, family) == 0)
      return &report->changes[i];
  fail_msg("no change of %s and %s", remains, family);
  return NULL;
}

static void a_new_relative_changes_its_pairs(void **state) {
  (void)state;
  hw_app app;
  stored_run before, after;
  make_case(&app);
  store(&app, &before);
  import_text(&app, "profiles",
              "code,person,sample,panel,observations,use\n"
              "F1-S,F1-S,,P,\"10,12;10,12;10,12;10,12\",single\n");
  store(&app, &after);
  assert_true(after.report.is_stored);
  assert_string_equal(after.report.previous, "run-1");
  assert_int_equal(strlen(after.report.previous_at), 20);
  const hw_identification_change *change = change_of(&after.report, "R1", "F1");
  assert_int_equal(change->kind, HW_PAIR_CHANGED);
  assert_int_equal(change->why, HW_WHY_FAMILY);
  assert_string_equal(change->missing, "F1-X");
  hw_assert_same_bits(change->before, before.run.pairs[0].log10_lr);
  assert_true(change->after != change->before);
  for (int32_t i = 0; i < after.report.n_changes; i++)
    assert_string_equal(after.report.changes[i].family, "F1");
  stored_run_clear(&before);
  stored_run_clear(&after);
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

static void stored_comparisons_compute_again(void **state) {
  (void)state;
  hw_app app;
  stored_run before, after;
  make_case(&app);
  store(&app, &before);
  hw_recompute_summary summary = recompute(&app, NULL);
  assert_int_equal(summary.n_comparisons, before.run.n_pairs);
  assert_int_equal(summary.n_recomputed, before.run.n_pairs);
  assert_int_equal(summary.n_changed + summary.n_faults, 0);
  assert_string_equal(findings, "");
  import_text(&app, "profiles",
              "code,person,sample,panel,observations,use\n"
              "F1-S,F1-S,,P,\"10,12;10,12;10,12;10,12\",single\n");
  store(&app, &after);
  summary = recompute(&app, "run-1");
  assert_int_equal(summary.n_comparisons, before.run.n_pairs);
  assert_true(summary.n_changed >= 1);
  assert_int_equal(summary.n_faults, 0);
  assert_non_null(strstr(findings, "inputs have changed since: family\n"));
  summary = recompute(&app, "run-2");
  assert_int_equal(summary.n_recomputed, after.run.n_pairs);
  assert_int_equal(summary.n_changed + summary.n_faults, 0);
  stored_run_clear(&before);
  stored_run_clear(&after);
  hw_app_close(&app);
}

/* Adds comparisons as no run would: what the check is for. */
static void add_comparison(hw_app *app, const char *program, double error, const char *inputs,
                           const stored_run *like) {
  hw_err err = HW_ERR_INIT;
  hw_record run, comparison;
  hw_arena arena;
  hw_arena_init(&arena, 0);
  hw_assert_ok(hw_store_get(app->store, HW_KIND_COMPARISON, 1, &arena, &comparison, &err), &err);
  hw_assert_ok(hw_store_get(app->store, HW_KIND_RUN, 1, &arena, &run, &err), &err);
  hw_assert_ok(hw_app_begin(app, HW_MAY_WRITE, "test", "", &err), &err);
  char code[32];
  snprintf(code, sizeof code, "other-%s-%g", program, error);
  hw_record_set_text(&run, HW_FIELD_RUN_CODE, code);
  hw_record_set_text(&run, HW_FIELD_RUN_PROGRAM, program);
  hw_assert_ok(hw_store_add(app->store, &run, &err), &err);
  hw_record_set_int(&comparison, HW_FIELD_COMPARISON_RUN, run.id);
  hw_record_set_real(&comparison, HW_FIELD_COMPARISON_LOG10_LR,
                     like->run.pairs[0].log10_lr + error);
  if (inputs != NULL) hw_record_set_text(&comparison, HW_FIELD_COMPARISON_INPUTS, inputs);
  hw_assert_ok(hw_store_add(app->store, &comparison, &err), &err);
  hw_assert_ok(hw_store_commit(app->store, &err), &err);
  hw_arena_clear(&arena);
  recompute(app, code);
}

static void other_numbers_are_found(void **state) {
  (void)state;
  hw_app app;
  stored_run run;
  make_case(&app);
  store(&app, &run);
  add_comparison(&app, hw_version(), 1e-13, NULL, &run);
  hw_assert_contains(findings, "fault: log10 LR is ");
  hw_assert_contains(findings, "computed again from the same inputs\n");
  add_comparison(&app, "0.0.1", 1e-13, NULL, &run);
  assert_string_equal(findings, "");
  add_comparison(&app, "0.0.1", 1e-9, NULL, &run);
  hw_assert_contains(findings, "fault: log10 LR is ");
  add_comparison(&app, "0.0.2", 0, "a.b.c", &run);
  assert_string_equal(
      findings, "fault: inputs differ from those that were compared (profile, family, table), "
                "but nothing was written since\n");
  hw_err err = HW_ERR_INIT;
  hw_recompute_summary summary;
  hw_recompute_options options = {.run = "run-9"};
  hw_assert_status(hw_recompute(&app, &options, take_finding, NULL, &summary, &err), HW_E_REFERENCE,
                   &err);
  assert_string_equal(err.message, "there is no run 'run-9'");
  stored_run_clear(&run);
  hw_app_close(&app);
}

/* --- other changes --- */

static void withdraw(hw_app *app, hw_kind_id kind, const char *code) {
  hw_err err = HW_ERR_INIT;
  int64_t id = 0;
  hw_assert_ok(hw_app_begin(app, HW_MAY_WRITE, "withdraw", "", &err), &err);
  hw_assert_ok(hw_store_find_code(app->store, kind, code, &id, &err), &err);
  hw_assert_ok(hw_store_withdraw(app->store, kind, id, "a mistake", &err), &err);
  hw_assert_ok(hw_store_commit(app->store, &err), &err);
}

static void a_replaced_profile_is_the_same_remains(void **state) {
  (void)state;
  hw_app app;
  stored_run before, after;
  make_case(&app);
  store(&app, &before);
  withdraw(&app, HW_KIND_PROFILE, "R1");
  import_text(&app, "profiles",
              "code,person,sample,panel,observations,use\n"
              "R1-again,,R1,P,\"10;10;10;10,12\",single\n");
  store(&app, &after);
  const hw_identification_change *change = change_of(&after.report, "R1", "F1");
  assert_int_equal(change->kind, HW_PAIR_CHANGED);
  assert_int_equal(change->why, HW_WHY_PROFILE);
  stored_run_clear(&before);
  stored_run_clear(&after);
  hw_app_close(&app);
}

static void what_is_gone_is_told(void **state) {
  (void)state;
  hw_app app;
  stored_run before, after;
  make_case(&app);
  store(&app, &before);
  withdraw(&app, HW_KIND_PROFILE, "R1");
  store(&app, &after);
  const hw_identification_change *change = change_of(&after.report, "R1", "F1");
  assert_int_equal(change->kind, HW_PAIR_GONE);
  assert_int_equal(change->why, HW_WHY_NOT_COMPARED | HW_WHY_PROFILE);
  assert_string_equal(change->missing, "F1-X");
  assert_true(isnan(change->after));
  recompute(&app, "run-1");
  hw_assert_contains(findings, "inputs have changed since: profile, not compared any more\n");
  stored_run_clear(&after);
  stored_run_clear(&before);
  hw_app_close(&app);
}

static void another_table_changes_everything(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  stored_run before, after;
  make_case(&app);
  store(&app, &before);
  hw_import_options options = {
      .what = "frequencies", .apply = true, .table = "second", .use_table = true};
  hw_assert_ok(
      app_test_import_with(&app, &options, "second.csv",
                           "marker,allele,frequency\n"
                           "A1,10,0.2\nA1,11,0.2\nA1,12,0.6\nA2,10,0.1\nA2,11,0.2\nA2,12,0.7\n"
                           "A3,10,0.1\nA3,11,0.2\nA3,12,0.7\nA4,10,0.1\nA4,11,0.2\nA4,12,0.7\n",
                           &err),
      &err);
  store(&app, &after);
  assert_int_equal(change_of(&after.report, "R1", "F1")->why, HW_WHY_TABLE);
  recompute(&app, "run-1");
  hw_assert_contains(findings, "inputs have changed since: table\n");
  stored_run_clear(&before);
  stored_run_clear(&after);
  hw_app_close(&app);
}

static void other_parameters_are_another_run(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  stored_run low, high, again;
  const hw_identification_options stricter = {.threshold = 50, .accept = 0.9999, .prior_none = 0.5};
  make_case(&app);
  store(&app, &low);
  hw_assert_ok(store_with(&app, &stricter, &high, &err), &err);
  assert_true(high.report.is_stored);
  assert_int_equal(high.run.n_pairs, 0);
  const hw_identification_change *change = change_of(&high.report, "R1", "F1");
  assert_int_equal(change->kind, HW_PAIR_GONE);
  assert_int_equal(change->why, HW_WHY_PARAMETERS);
  hw_assert_same_bits(change->before, change->after);
  store(&app, &again); /* the last run with these parameters still stands */
  assert_true(again.report.is_unchanged);
  assert_string_equal(again.report.run, "run-1");
  assert_string_equal(again.report.previous, "run-1");
  stored_run_clear(&low);
  stored_run_clear(&high);
  stored_run_clear(&again);
  hw_app_close(&app);
}

/* --- candidates --- */

static const hw_identification_options EAGER = {.threshold = 0.5, .accept = 0.6, .prior_none = -1};

static hw_identify_pair *propose_first(stored_run *self) {
  self->run.pairs[0].is_proposed = true;
  return self->run.pairs;
}

static void proposals_become_candidates_once(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_stored_case_options what = {0};
  make_case(&app);
  for (int round = 0; round < 2; round++) {
    stored_run self;
    hw_identification_options options = EAGER;
    options.accept = round == 0 ? 0.6 : 0.7; /* so that the second is another run */
    hw_assert_ok(hw_stored_case_load(&app, &what, &self.stored, &err), &err);
    self.run = run_of(&self.stored.problem, options.threshold);
    hw_identify_pair *pairs = propose_first(&self);
    hw_assert_ok(hw_identification_store(&app, &self.stored, self.run.run, self.run.n_pairs, pairs,
                                         &options, &self.report, &err),
                 &err);
    assert_true(self.report.is_stored);
    assert_int_equal(self.report.n_candidates, round == 0);
    assert_int_equal(app_test_count(&app, HW_KIND_IDENTIFICATION), 1);
    stored_run_clear(&self);
  }
  const hw_record *record = app_test_get(&app, HW_KIND_IDENTIFICATION, "ID-1");
  assert_string_equal(hw_record_text(record, HW_FIELD_IDENTIFICATION_STATE), "candidate");
  assert_int_equal(hw_record_int(record, HW_FIELD_IDENTIFICATION_COMPARISON), 1);
  assert_int_equal(hw_record_int(record, HW_FIELD_IDENTIFICATION_PROPOSED_BY), app.actor);
  hw_app_close(&app);
}

/* The missing person's own profile is a reference too: at its markers the LR is 1 / P(genotype),
 * at the others the father (10/12 and 12/12) speaks. */
static void an_own_profile_is_a_direct_match(void **state) {
  (void)state;
  hw_app app;
  stored_run self;
  double found = (double)NAN;
  make_case(&app);
  import_text(&app, "profiles",
              "code,person,sample,panel,observations,use\n"
              "F2-X,F2-X,,P,\"12;12;;\",single\n");
  store(&app, &self);
  for (int32_t t = 0; t < hw_identify_target_count(self.run.run); t++)
    if (strcmp(hw_identify_target(self.run.run, t)->code, "F2-X") == 0)
      found = hw_identify_log10_lr(self.run.run, 1, t);
  hw_assert_close(found, log10(1 / 0.49 / 0.49 * (0.5 * 0.7 / 0.49) * (0.7 / 0.49)), 1e-12, 0);
  stored_run_clear(&self);
  hw_app_close(&app);
}

/* --- permission, dry runs, others at work --- */

static void a_dry_run_stores_nothing(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  stored_run self;
  hw_identification_options dry = LOW;
  dry.dry_run = true;
  make_case(&app);
  char head[HW_DIGEST_TEXT_SIZE];
  snprintf(head, sizeof head, "%s", app_test_head(&app));
  app.may = 0; /* not even permission is needed */
  hw_assert_ok(store_with(&app, &dry, &self, &err), &err);
  assert_false(self.report.is_stored);
  assert_string_equal(self.report.run, "");
  assert_string_equal(app_test_head(&app), head);
  stored_run_clear(&self);
  hw_assert_status(store_with(&app, &LOW, &self, &err), HW_E_DENIED, &err);
  stored_run_clear(&self);
  hw_app_close(&app);
}

static void data_that_changed_meanwhile_are_not_stored(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  stored_run self;
  hw_stored_case_options what = {0};
  make_case(&app);
  hw_assert_ok(hw_stored_case_load(&app, &what, &self.stored, &err), &err);
  self.run = run_of(&self.stored.problem, LOW.threshold);
  import_text(&app, "persons", "code,sex,role\nelsewhere,male,other\n"); /* no matter */
  hw_assert_ok(hw_identification_store(&app, &self.stored, self.run.run, self.run.n_pairs,
                                       self.run.pairs, &LOW, &self.report, &err),
               &err);
  assert_true(self.report.is_stored);
  stored_run_clear(&self);
  hw_assert_ok(hw_stored_case_load(&app, &what, &self.stored, &err), &err);
  self.run = run_of(&self.stored.problem, 0.4);
  import_text(&app, "profiles",
              "code,person,sample,panel,observations,use\n"
              "F1-S,F1-S,,P,\"10,12;10,12;10,12;10,12\",single\n");
  hw_identification_options other = LOW;
  other.threshold = 0.4;
  hw_assert_status(hw_identification_store(&app, &self.stored, self.run.run, self.run.n_pairs,
                                           self.run.pairs, &other, &self.report, &err),
                   HW_E_BUSY, &err);
  assert_string_equal(err.message,
                      "investigation 'main' was changed while this run was computed: nothing was "
                      "stored, run it again");
  assert_int_equal(app_test_count(&app, HW_KIND_RUN), 1);
  stored_run_clear(&self);
  hw_app_close(&app);
}

/* Every allocation of storing fails in turn; nothing is half stored. */
static void exhausted_memory_stores_nothing(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  stored_run self;
  hw_stored_case_options what = {0};
  make_case(&app);
  store(&app, &self); /* statements are prepared now, and stay */
  stored_run_clear(&self);
  import_text(&app, "profiles",
              "code,person,sample,panel,observations,use\n"
              "F1-S,F1-S,,P,\"10,12;10,12;10,12;10,12\",single\n");
  hw_assert_ok(hw_stored_case_load(&app, &what, &self.stored, &err), &err);
  self.run = run_of(&self.stored.problem, LOW.threshold);
  for (long n = 0; hw_faults_begin(n); n++) {
    err = (hw_err)HW_ERR_INIT;
    hw_status status = hw_identification_store(&app, &self.stored, self.run.run, self.run.n_pairs,
                                               self.run.pairs, &LOW, &self.report, &err);
    bool has_failed = hw_faults_end();
    bool is_stored = self.report.is_stored;
    hw_identification_report_clear(&self.report);
    if (status == HW_OK) {
      assert_true(is_stored);
      (void)has_failed;
      break;
    }
    assert_true(has_failed);
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
    assert_int_equal(app_test_count(&app, HW_KIND_RUN), 1);
  }
  assert_int_equal(app_test_count(&app, HW_KIND_RUN), 2);
  stored_run_clear(&self);
  hw_app_close(&app);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(shared_files_give_the_same_numbers),
      cmocka_unit_test(a_run_is_stored_once),
      cmocka_unit_test(a_new_relative_changes_its_pairs),
      cmocka_unit_test(stored_comparisons_compute_again),
      cmocka_unit_test(other_numbers_are_found),
      cmocka_unit_test(a_replaced_profile_is_the_same_remains),
      cmocka_unit_test(what_is_gone_is_told),
      cmocka_unit_test(another_table_changes_everything),
      cmocka_unit_test(other_parameters_are_another_run),
      cmocka_unit_test(proposals_become_candidates_once),
      cmocka_unit_test(an_own_profile_is_a_direct_match),
      cmocka_unit_test(a_dry_run_stores_nothing),
      cmocka_unit_test(data_that_changed_meanwhile_are_not_stored),
      cmocka_unit_test(exhausted_memory_stores_nothing),
  };
  return cmocka_run_group_tests_name("identification from the database", tests, app_tests_begin,
                                     app_tests_end);
}
