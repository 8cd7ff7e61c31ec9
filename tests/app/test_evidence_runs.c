/* Runs of STR, SNP, mtDNA and Y: what STR alone leaves open SNPs decide; what is stored is found
 * again, and what was tampered with is found. All data are simulated. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app_support.h"
#include "app/decide_int.h"
#include "app/evidence_support.h"
#include "app/identify.h"
#include "app/identify_evidence.h"
#include "app/kept_run.h"
#include "app/recompute.h"
#include "support/assert.h"

static hw_err err;

/* --- runs --- */

typedef struct pair_run {
  hw_stored_case stored;
  hw_evidence *evidence;
  hw_pair_evidence *weighed;
  hw_identify *run;
  hw_identify_pair *pairs;
  int32_t n_pairs;
  hw_identification_report report;
} pair_run;

static void compute_as(hw_app *app, const hw_evidence_options *options, pair_run *self) {
  memset(self, 0, sizeof *self);
  evidence_load(app, options, &self->stored, &self->evidence);
  hw_assert_ok(hw_identify_new(&self->stored.problem, NULL, &self->run, &err), &err);
  for (int32_t t = 0; t < hw_identify_target_count(self->run); t++)
    hw_assert_ok(hw_identify_step(self->run, t, &err), &err);
  hw_assert_ok(
      hw_pair_evidence_new(self->evidence, &self->stored.problem, NULL, &self->weighed, &err),
      &err);
  hw_pair_evidence_add(self->weighed, self->run);
  hw_assert_ok(hw_identify_pairs(self->run, -HUGE_VAL, 0.99, &self->pairs, &self->n_pairs, &err),
               &err);
}

static void compute(hw_app *app, pair_run *self) {
  compute_as(app, NULL, self);
}

static void store(hw_app *app, pair_run *self) {
  const hw_identification_options options = {
      .threshold = -HUGE_VAL, .accept = 0.99, .prior_none = -1, .evidence = self->weighed};
  hw_assert_ok(hw_identification_store(app, &self->stored, self->run, self->n_pairs, self->pairs,
                                       &options, &self->report, &err),
               &err);
}

static void pair_run_clear(pair_run *self) {
  hw_identification_report_clear(&self->report);
  free(self->pairs);
  hw_identify_delete(self->run);
  hw_pair_evidence_delete(self->weighed);
  hw_evidence_delete(self->evidence);
  hw_stored_case_clear(&self->stored);
}

static void snps_decide_what_str_leaves_open(void **state) {
  (void)state;
  hw_app app;
  pair_run self;
  evidence_make_all(&app);
  compute(&app, &self);
  const int32_t b1 = evidence_remains(&self.stored, "B1"),
                b2 = evidence_remains(&self.stored, "B2");
  hw_evidence_parts right, wrong;
  hw_assert_ok(hw_pair_evidence_parts(self.weighed, b1, 0, 0, &right, &err), &err);
  hw_assert_ok(hw_pair_evidence_parts(self.weighed, b2, 0, 0, &wrong, &err), &err);
  assert_true(fabs(right.log10_lr[HW_EVIDENCE_STR]) < 1 && fabs(wrong.log10_lr[0]) < 1);
  assert_true(hw_evidence_total(&right) > 4);
  assert_true(hw_evidence_total(&wrong) < -1);
  hw_assert_same_bits(hw_identify_log10_lr(self.run, b1, 0), hw_evidence_total(&right));
  assert_int_equal(self.pairs[0].remains, b1);
  assert_true(self.pairs[0].posterior > 0.9);
  /* A line that excludes is told where the rest would have done. */
  hw_excluded_pair *excluded = NULL;
  int32_t n = 0;
  assert_int_equal(wrong.lines.y.verdict, HW_LINEAGE_DIFFERENT);
  hw_assert_ok(hw_pair_evidence_excluded(self.weighed, -30, &excluded, &n, &err), &err);
  assert_int_equal(n, 1);
  assert_int_equal(excluded[0].remains, b2);
  assert_true(excluded[0].by_y && !excluded[0].by_mt);
  assert_true(excluded[0].without_lines > excluded[0].log10_lr);
  free(excluded);
  pair_run_clear(&self);
  hw_app_close(&app);
}

static char findings[4000];

static hw_status take_finding(void *context, const hw_recompute_finding *finding, hw_err *e) {
  (void)context;
  (void)e;
  const size_t n = strlen(findings);
  snprintf(findings + n, sizeof findings - n, "%s%s\n", finding->is_fault ? "fault: " : "",
           finding->text);
  return HW_OK;
}

static hw_recompute_summary recompute(hw_app *app, const char *run) {
  hw_recompute_summary summary;
  const hw_recompute_options options = {.run = run};
  findings[0] = '\0';
  hw_assert_ok(hw_recompute(app, &options, take_finding, NULL, &summary, &err), &err);
  return summary;
}

/* Adds the first run again with other parts, as no run would. */
static void add_tampered(hw_app *app, const char *code, const char *from, const char *to) {
  hw_arena arena;
  hw_record run, row;
  char text[2000] = "";
  hw_arena_init(&arena, 0);
  hw_assert_ok(hw_store_get(app->store, HW_KIND_RUN, 1, &arena, &run, &err), &err);
  hw_assert_ok(hw_store_get(app->store, HW_KIND_COMPARISON, 1, &arena, &row, &err), &err);
  const char *parts = hw_record_text(&row, HW_FIELD_COMPARISON_PARTS);
  const char *at = strstr(parts, from);
  assert_non_null(at);
  snprintf(text, sizeof text, "%.*s%s%s", (int)(at - parts), parts, to, at + strlen(from));
  hw_assert_ok(hw_app_begin(app, HW_MAY_WRITE, "test", "", &err), &err);
  hw_record_set_text(&run, HW_FIELD_RUN_CODE, code);
  hw_assert_ok(hw_store_add(app->store, &run, &err), &err);
  hw_record_set_int(&row, HW_FIELD_COMPARISON_RUN, run.id);
  hw_record_set_text(&row, HW_FIELD_COMPARISON_PARTS, text);
  hw_assert_ok(hw_store_add(app->store, &row, &err), &err);
  hw_assert_ok(hw_store_commit(app->store, &err), &err);
  hw_arena_clear(&arena);
}

static void stored_parts_compute_again_and_tampered_ones_are_found(void **state) {
  (void)state;
  hw_app app;
  pair_run self;
  evidence_make_all(&app);
  compute(&app, &self);
  store(&app, &self);
  assert_true(self.report.is_stored);
  /* Two of five remains have an STR profile; for the others a record stands. */
  assert_int_equal(app_test_count(&app, HW_KIND_COMPARISON), 5 * 3);
  hw_recompute_summary summary = recompute(&app, NULL);
  assert_string_equal(findings, "");
  assert_int_equal(summary.n_recomputed, 5 * 3);
  /* The same again is recognised. */
  pair_run again;
  compute(&app, &again);
  store(&app, &again);
  assert_true(again.report.is_unchanged);
  pair_run_clear(&again);
  add_tampered(&app, "other", "\"snp\": ", "\"snp\": 1000, \"was\": ");
  summary = recompute(&app, "other");
  assert_int_equal(summary.n_faults, 1);
  hw_assert_contains(findings, "fault: log10 LR of snp is 1000 as stored");
  add_tampered(&app, "third", "{\"str\"", "{\"rts\"");
  recompute(&app, "third");
  hw_assert_contains(findings, "fault: str was not compared as stored, and is compared now");
  /* New SNPs are no fault: the inputs have changed. */
  hw_arena arena;
  hw_record record;
  hw_arena_init(&arena, 0);
  hw_assert_ok(hw_store_get(app.store, HW_KIND_SNP_PROFILE, 1, &arena, &record, &err), &err);
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "test", "", &err), &err);
  hw_assert_ok(hw_store_withdraw(app.store, HW_KIND_SNP_PROFILE, 1, "test", &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  hw_arena_clear(&arena);
  summary = recompute(&app, "run-1");
  assert_int_equal(summary.n_faults, 0);
  hw_assert_contains(findings, "inputs have changed since: family");
  pair_run_clear(&self);
  hw_app_close(&app);
}

/* Adds the first run again as earlier versions stored it: pairs of remains without STR stand in its
 * outcome, and have no comparisons. */
static void add_of_before(hw_app *app, const char *code) {
  hw_arena arena;
  hw_record run, row;
  char text[4000];
  int n = 0;
  hw_arena_init(&arena, 0);
  hw_assert_ok(hw_store_get(app->store, HW_KIND_RUN, 1, &arena, &run, &err), &err);
  const char *was = hw_record_text(&run, HW_FIELD_RUN_PARAMETERS);
  const char *found = strstr(was, ", \"outcome\""); /* of today: alleles that were added */
  snprintf(text, sizeof text,
           "%.*s, \"outcome\": {\"without_profile\": [{\"sample\": 3, \"person\": 6, "
           "\"log10_lr\": -3.5, \"posterior\": 0.001, \"proposed\": false, \"evidence\": {}}]}}",
           found != NULL ? (int)(found - was) : (int)strlen(was) - 1, was);
  hw_assert_ok(hw_app_begin(app, HW_MAY_WRITE, "test", "", &err), &err);
  hw_record_set_text(&run, HW_FIELD_RUN_CODE, code);
  hw_record_set_text(&run, HW_FIELD_RUN_PARAMETERS, text);
  hw_assert_ok(hw_store_add(app->store, &run, &err), &err);
  for (int64_t id = 1; id <= 5 * 3; id++) {
    hw_str profile = HW_STR_INIT;
    hw_assert_ok(hw_store_get(app->store, HW_KIND_COMPARISON, id, &arena, &row, &err), &err);
    hw_assert_ok(hw_store_code(app->store, HW_KIND_PROFILE,
                               hw_record_int(&row, HW_FIELD_COMPARISON_PROFILE), &profile, &err),
                 &err);
    const bool has_str = strstr(hw_str_text(&profile), "#no-str") == NULL;
    hw_str_clear(&profile);
    if (!has_str) continue;
    hw_record_set_int(&row, HW_FIELD_COMPARISON_RUN, run.id);
    hw_assert_ok(hw_store_add(app->store, &row, &err), &err);
    n++;
  }
  assert_int_equal(n, 2 * 3);
  hw_assert_ok(hw_store_commit(app->store, &err), &err);
  hw_arena_clear(&arena);
}

static void runs_of_earlier_versions_are_read_as_they_are(void **state) {
  (void)state;
  hw_app app;
  pair_run self, again;
  evidence_make_all(&app);
  compute(&app, &self);
  store(&app, &self);
  add_of_before(&app, "before");
  const hw_recompute_summary summary = recompute(&app, "before");
  assert_string_equal(findings, "");
  assert_int_equal(summary.n_recomputed, 2 * 3);
  /* The next run has comparisons of all; those that were not stored are new. */
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "test", "", &err), &err);
  hw_assert_ok(hw_store_withdraw(app.store, HW_KIND_RUN, 1, "test", &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  compute(&app, &again);
  store(&app, &again);
  assert_int_equal(again.report.n_changes, 3 * 3);
  for (int32_t i = 0; i < again.report.n_changes; i++)
    assert_int_equal(again.report.changes[i].kind, HW_PAIR_NEW);
  pair_run_clear(&again);
  pair_run_clear(&self);
  hw_app_close(&app);
}

static void assert_says_y_rates(hw_app *app, int64_t run, bool expected) {
  hw_arena arena;
  hw_record record;
  hw_arena_init(&arena, 0);
  hw_assert_ok(hw_store_get(app->store, HW_KIND_RUN, run, &arena, &record, &err), &err);
  const char *parameters = hw_record_text(&record, HW_FIELD_RUN_PARAMETERS);
  assert_int_equal(strstr(parameters, "\"y_rates\": \"shipped\"") != NULL, expected);
  hw_arena_clear(&arena);
}

/* As the versions before weighed Y, when nothing was said of it. */
static void runs_with_one_rate_for_all_y_markers_compute_again(void **state) {
  (void)state;
  hw_app app;
  pair_run before, now;
  static const hw_evidence_options equal = {.y_rates = HW_Y_RATES_EQUAL};
  evidence_make_all(&app);
  compute_as(&app, &equal, &before);
  store(&app, &before);
  assert_says_y_rates(&app, 1, false);
  hw_recompute_summary summary = recompute(&app, NULL);
  assert_string_equal(findings, "");
  assert_int_equal(summary.n_recomputed, 5 * 3);
  /* The next run is another question: its rates are told, and all is computed again by both ways. */
  compute(&app, &now);
  store(&app, &now);
  assert_false(now.report.is_unchanged);
  assert_says_y_rates(&app, 2, true);
  summary = recompute(&app, NULL);
  assert_string_equal(findings, "");
  assert_int_equal(summary.n_recomputed, 2 * 5 * 3);
  char was[HW_PAIR_INPUTS_SIZE], is[HW_PAIR_INPUTS_SIZE];
  assert_string_not_equal(hw_stored_case_pair(&before.stored, 0, 0, 0, was),
                          hw_stored_case_pair(&now.stored, 0, 0, 0, is));
  pair_run_clear(&now);
  pair_run_clear(&before);
  hw_app_close(&app);
}

/* Where no Y haplotype counts, nothing is said of their rates, and digests are what they were. */
static void without_y_haplotypes_nothing_is_said_of_rates(void **state) {
  (void)state;
  hw_app app;
  pair_run one, other;
  static const hw_evidence_options without = {.without = HW_EVIDENCE_BIT(HW_EVIDENCE_Y)},
                                   equal = {.without = HW_EVIDENCE_BIT(HW_EVIDENCE_Y),
                                            .y_rates = HW_Y_RATES_EQUAL};
  char was[HW_PAIR_INPUTS_SIZE], is[HW_PAIR_INPUTS_SIZE];
  evidence_make_all(&app);
  compute_as(&app, &without, &one);
  store(&app, &one);
  assert_says_y_rates(&app, 1, false);
  compute_as(&app, &equal, &other);
  store(&app, &other);
  assert_true(other.report.is_unchanged);
  assert_string_equal(hw_stored_case_pair(&one.stored, 0, 0, 0, was),
                      hw_stored_case_pair(&other.stored, 0, 0, 0, is));
  pair_run_clear(&other);
  pair_run_clear(&one);
  hw_app_close(&app);
}

/* --- parts of the case, as decisions load them --- */

/* Loads the bone and the family of each comparison alone, and compares their digests with those
 * that stand in it. @param n_same_table [out] pairs whose table's part is known to be the same
 * @param n_same_case [out] the same of everything */
static void load_pairs(hw_app *app, pair_run *self, int *n_same_table, int *n_same_case) {
  hw_arena arena;
  hw_arena_init(&arena, 0);
  *n_same_table = *n_same_case = 0;
  for (int32_t i = 0; i < self->n_pairs; i++) {
    const hw_identify_pair *pair = &self->pairs[i];
    const hw_stored_case *stored = &self->stored;
    const hw_target *target = hw_identify_target(self->run, pair->target);
    char before[HW_PAIR_INPUTS_SIZE], now[HW_PAIR_INPUTS_SIZE];
    hwp_decide decide;
    hwp_part part;
    hw_record run;
    hw_assert_ok(hwp_decide_open_pair(&decide, app, &arena,
                                      stored->family_person[target->family][target->person],
                                      stored->remains_sample[pair->remains], &err),
                 &err);
    hw_assert_ok(hw_store_get(app->store, HW_KIND_RUN, 1, &arena, &run, &err), &err);
    hw_assert_ok(
        hwp_decide_load_pair(&decide, &run, run.entry, stored->family[target->family], &part, &err),
        &err);
    assert_true(part.is_loaded);
    assert_int_equal(part.stored.problem.n_families, 1);
    assert_int_equal(part.stored.problem.n_remains, 1);
    hw_stored_case_pair(stored, pair->remains, target->family, target->missing, before);
    hw_stored_case_pair(&part.stored, 0, 0, target->missing, now);
    assert_int_equal(hwp_compare_inputs(before, now) & ~(unsigned)HW_WHY_TABLE, 0);
    *n_same_table += part.is_same_table;
    *n_same_case += part.is_same_case;
    hwp_part_clear(&part);
    hwp_decide_clear(&decide);
  }
  hw_arena_clear(&arena);
}

static void a_pair_is_loaded_by_itself_with_all_its_evidence(void **state) {
  (void)state;
  hw_app app;
  pair_run self;
  int n_same_table = 0, n_same_case = 0, n_with_line = 0;
  evidence_make_all(&app);
  compute(&app, &self);
  store(&app, &self);
  assert_true(self.n_pairs > 4);
  load_pairs(&app, &self, &n_same_table, &n_same_case);
  assert_int_equal(n_same_table, self.n_pairs);
  assert_int_equal(n_same_case, self.n_pairs);
  /* Another line: where the bone has one itself, the tables of lines counted before and do now. */
  for (int32_t i = 0; i < self.n_pairs; i++) {
    const hw_stored_lines *own =
        &hw_evidence_input_get(self.evidence)->remains_lines[self.pairs[i].remains];
    n_with_line += own->mt != NULL || own->y != NULL;
  }
  assert_true(n_with_line > 0);
  hw_assert_ok(app_test_import(&app, "samples", "s.csv", "code,investigation\nnew,main\n", &err),
               &err);
  hw_assert_ok(
      app_test_import(&app, "haplotypes", "h.csv",
                      "code,line,sample,ranges,haplotype\nH-new,mt,new,16024-576,263G\n", &err),
      &err);
  load_pairs(&app, &self, &n_same_table, &n_same_case);
  assert_int_equal(n_same_table, n_with_line);
  assert_int_equal(n_same_case, 0);
  pair_run_clear(&self);
  hw_app_close(&app);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(snps_decide_what_str_leaves_open),
      cmocka_unit_test(a_pair_is_loaded_by_itself_with_all_its_evidence),
      cmocka_unit_test(stored_parts_compute_again_and_tampered_ones_are_found),
      cmocka_unit_test(runs_of_earlier_versions_are_read_as_they_are),
      cmocka_unit_test(runs_with_one_rate_for_all_y_markers_compute_again),
      cmocka_unit_test(without_y_haplotypes_nothing_is_said_of_rates),
  };
  return cmocka_run_group_tests(tests, app_tests_begin, app_tests_end);
}
