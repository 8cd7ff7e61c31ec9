/* The national search from the database: what is searched, what is kept of it, and that it is what
 * identify says. All data are made up. */
#include "app/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/app_support.h"
#include "app/bench.h"
#include "app/recompute.h"
#include "support/assert.h"
#include "support/faults.h"

static const char FREQUENCIES[] =
    "marker,allele,frequency\n"
    "A1,10,0.1\nA1,11,0.2\nA1,12,0.7\nA2,10,0.1\nA2,11,0.2\nA2,12,0.7\n"
    "A3,10,0.1\nA3,11,0.2\nA3,12,0.7\nA4,10,0.1\nA4,11,0.2\nA4,12,0.7\n";

/* F1 misses two brothers, F2 one man who left a toothbrush, of F3 nobody is typed, F4 misses
 * nobody. */
static const char FAMILIES[] =
    "family,person,father,mother,sex,missing\n"
    "F1,F1-F,,,male,\nF1,F1-M,,,female,\nF1,F1-X,F1-F,F1-M,male,yes\nF1,F1-Y,F1-F,F1-M,male,yes\n"
    "F2,F2-F,,,male,\nF2,F2-X,F2-F,,male,yes\n"
    "F3,F3-F,,,male,\nF3,F3-X,F3-F,,male,yes\n"
    "F4,F4-F,,,male,\nF4,F4-X,F4-F,,male,\n";

static const char SAMPLES[] =
    "code,investigation,sex\nR1,main,male\nR2,main,male\nR3,main,unknown\nR4,main,female\n";

static const char PROFILES[] = "code,person,sample,panel,observations,use\n"
                               "F1-F,F1-F,,P,\"10,11;10,11;10,11;10\",single\n"
                               "F2-F,F2-F,,P,\"12;11,12;10,12;12\",single\n"
                               "F2-X,F2-X,,P,\"11,12;11,12;;\",single\n"
                               "F4-F,F4-F,,P,\"12;11,12;10,12;12\",single\n"
                               "R1,,R1,P,\"10;10;10;10\",single\n"
                               "R2,,R2,P,\"11,12;12;12;12\",single\n"
                               "R3,,R3,P,\"11,12;;10,?;12\",single\n"
                               "R4,,R4,P,\"10;10;10;10\",single\n";

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

/* A search that is done. */
typedef struct done_search {
  hw_stored_case stored;
  hw_stored_search searched;
  hw_search_options options;
  hw_search *search;
  hw_found found;
} done_search;

static void load(hw_app *app, done_search *self) {
  hw_err err = HW_ERR_INIT;
  const hw_stored_case_options what = {.by_code = true};
  *self = (done_search){.options = {.threshold = 0.5, .floor = 0.5, .prior_none = -1}};
  hw_assert_ok(hw_stored_case_load(app, &what, &self->stored, &err), &err);
  hw_assert_ok(hw_stored_search_init(&self->stored.problem, &self->searched, &err), &err);
}

static void run(hw_app *app, done_search *self, double threshold) {
  hw_err err = HW_ERR_INIT;
  const hw_search_go go = {.n_threads = 1};
  const hw_found_how how = {.accept = 0.9, .per_marker = true, .go = go};
  load(app, self);
  self->options.threshold = self->options.floor = threshold;
  hw_assert_ok(hw_search_new(&self->searched.input, &self->options, &self->search, &err), &err);
  hw_assert_ok(hw_search_run(self->search, &go, &err), &err);
  hw_assert_ok(
      hw_found_make(self->search, &self->searched.input, &self->options, &how, &self->found, &err),
      &err);
}

static void clear(done_search *self) {
  hw_found_clear(&self->found);
  hw_search_delete(self->search);
  hw_stored_search_clear(&self->searched);
  hw_stored_case_clear(&self->stored);
}

static hw_status keep(hw_app *app, const done_search *self, bool dry_run,
                      hw_identification_report *report, hw_err *err) {
  return hw_search_store(app, &self->stored, &self->searched, &self->found, "a test", dry_run,
                         report, err);
}

/* --- the input --- */

static void every_missing_person_of_a_typed_family_is_searched(void **state) {
  (void)state;
  hw_app app;
  done_search self;
  make_case(&app);
  load(&app, &self);
  const hw_search_input *input = &self.searched.input;
  assert_int_equal(input->n_samples, 4);
  assert_string_equal(input->samples[2].code, "R3");
  assert_int_equal(input->samples[3].sex, HW_FEMALE);
  assert_int_equal(input->n_families, 2);
  assert_int_equal(input->n_queries, 3);
  assert_string_equal(input->queries[0].code, "F1-X");
  assert_string_equal(input->queries[1].code, "F1-Y");
  assert_string_equal(input->queries[2].code, "F2-X");
  assert_int_equal(self.searched.query_missing[1], 1);
  assert_int_equal(self.searched.n_untyped, 1);
  for (int32_t q = 0; q < 3; q++)
    assert_string_equal(
        self.stored.problem.families[self.searched.family[input->queries[q].family]].name,
        input->families[input->queries[q].family].code);
  clear(&self);
  hw_app_close(&app);
}

static void who_was_typed_herself_has_a_twin_with_that_profile(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  done_search self;
  make_case(&app);
  load(&app, &self);
  const hw_search_family *family = &self.searched.input.families[1];
  const hw_pedigree *pedigree = &family->pedigree;
  int32_t person = self.searched.input.queries[2].person;
  assert_int_equal(pedigree->n_persons, self.stored.problem.families[1].pedigree.n_persons + 1);
  hw_assert_ok(hw_pedigree_validate(pedigree, &err), &err);
  assert_string_equal(pedigree->persons[pedigree->n_persons - 1].id, "F2-X'");
  assert_int_equal(pedigree->persons[pedigree->n_persons - 1].twin, person);
  for (int32_t i = 0; i < family->n_profiles; i++)
    assert_int_not_equal(family->profile_person[i], person);
  clear(&self);
  hw_app_close(&app);
}

static void what_cannot_be_searched_is_refused(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  done_search self;
  hw_stored_search other;
  make_case(&app);
  load(&app, &self);
  hw_case problem = self.stored.problem;
  problem.n_remains = 0;
  hw_assert_status(hw_stored_search_init(&problem, &other, &err), HW_E_SHAPE, &err);
  assert_string_equal(err.message,
                      "case 'main' has 0 remains with a profile and 3 missing persons with typed "
                      "relatives: at least one of each is needed");
  hw_stored_search_clear(&other);
  problem = self.stored.problem;
  problem.n_linkages = 1;
  err = (hw_err)HW_ERR_INIT;
  hw_assert_status(hw_stored_search_init(&problem, &other, &err), HW_E_UNSUPPORTED, &err);
  hw_stored_search_clear(&other);
  clear(&self);
  hw_app_close(&app);
}

/* --- what is kept --- */

/* The same pairs as identify lists, with the same numbers. */
static void a_search_says_what_identify_says(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  done_search self;
  hw_identify *identify = NULL;
  int n = 0;
  make_case(&app);
  run(&app, &self, 0.5);
  const hw_case *problem = &self.stored.problem;
  hw_assert_ok(hw_identify_new(problem, NULL, &identify, &err), &err);
  for (int32_t t = 0; t < hw_identify_target_count(identify); t++)
    hw_assert_ok(hw_identify_step(identify, t, &err), &err);
  for (int64_t i = 0; i < self.found.n_pairs; i++) {
    const hw_found_pair *pair = &self.found.pairs[i];
    double sum = 0;
    for (int32_t m = 0; m < problem->n_markers; m++)
      sum += self.found.per_marker[i * problem->n_markers + m];
    hw_assert_same_bits(sum, pair->pair.log10_lr);
    hw_assert_close(pair->detail.posterior + pair->complement, 1, 1e-9, 0);
    if (i > 0) assert_true(pair->pair.log10_lr <= self.found.pairs[i - 1].pair.log10_lr);
  }
  for (int32_t t = 0; t < hw_identify_target_count(identify); t++)
    for (int32_t r = 0; r < problem->n_remains; r++) {
      const hw_target *target = hw_identify_target(identify, t);
      double expected = hw_identify_log10_lr(identify, r, t);
      const hw_found_pair *met = NULL;
      for (int64_t i = 0; i < self.found.n_pairs; i++) {
        const hw_found_pair *pair = &self.found.pairs[i];
        if (pair->pair.sample == r &&
            strcmp(self.searched.input.queries[pair->pair.query].code, target->code) == 0)
          met = pair;
      }
      assert_int_equal(met != NULL, expected >= 0.5);
      if (met != NULL) hw_assert_close(met->pair.log10_lr, expected, 1e-12, 1e-12);
      n += met != NULL;
    }
  assert_true(n > 2);
  hw_identify_delete(identify);
  clear(&self);
  hw_app_close(&app);
}

static hw_status count_fault(void *context, const hw_recompute_finding *finding, hw_err *err) {
  (void)err;
  print_message("# %s\n", finding->text);
  *(int *)context += finding->is_fault;
  return HW_OK;
}

static void a_search_is_stored_once_and_computed_again(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  done_search self;
  hw_identification_report report;
  hw_recompute_summary summary;
  int n_faults = 0;
  make_case(&app);
  run(&app, &self, 0.5);
  hw_assert_ok(keep(&app, &self, true, &report, &err), &err);
  assert_false(report.is_stored);
  assert_int_equal(app_test_count(&app, HW_KIND_RUN), 0);
  hw_identification_report_clear(&report);
  hw_assert_ok(keep(&app, &self, false, &report, &err), &err);
  assert_true(report.is_stored);
  assert_string_equal(report.previous, "");
  assert_int_equal(app_test_count(&app, HW_KIND_COMPARISON), self.found.n_pairs);
  assert_int_equal(app_test_count(&app, HW_KIND_IDENTIFICATION), self.found.n_proposed);
  assert_int_equal(app_test_count(&app, HW_KIND_POWER), 0);
  hw_identification_report_clear(&report);
  hw_assert_ok(keep(&app, &self, false, &report, &err), &err);
  assert_true(report.is_unchanged);
  assert_int_equal(app_test_count(&app, HW_KIND_RUN), 1);
  hw_identification_report_clear(&report);
  hw_assert_ok(hw_recompute(&app, NULL, count_fault, &n_faults, &summary, &err), &err);
  assert_int_equal(n_faults, 0);
  assert_int_equal(summary.n_recomputed, self.found.n_pairs);
  const hw_record *row = app_test_get(&app, HW_KIND_RUN, "run-1");
  assert_int_equal(hw_record_int(row, HW_FIELD_RUN_PAIRS), 12);
  assert_non_null(strstr(hw_record_text(row, HW_FIELD_RUN_PARAMETERS), "\"expected_unrelated\""));
  clear(&self);
  hw_app_close(&app);
}

static void what_changed_since_the_last_search_is_told(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  done_search self;
  hw_identification_report report;
  hw_recompute_summary summary;
  int n_faults = 0;
  make_case(&app);
  run(&app, &self, 0.5);
  hw_assert_ok(keep(&app, &self, false, &report, &err), &err);
  hw_identification_report_clear(&report);
  clear(&self);
  import_text(&app, "profiles",
              "code,person,sample,panel,observations,use\n"
              "F1-M,F1-M,,P,\"10,12;10,12;10,12;10,12\",single\n");
  run(&app, &self, 0.5);
  hw_assert_ok(keep(&app, &self, false, &report, &err), &err);
  assert_string_equal(report.previous, "run-1");
  assert_true(report.n_changes > 0);
  for (int32_t i = 0; i < report.n_changes; i++) {
    assert_string_equal(report.changes[i].family, "F1");
    assert_int_equal(report.changes[i].why, HW_WHY_FAMILY);
  }
  hw_identification_report_clear(&report);
  hw_assert_ok(hw_recompute(&app, NULL, count_fault, &n_faults, &summary, &err), &err);
  assert_int_equal(n_faults, 0);
  assert_true(summary.n_changed > 0);
  clear(&self);
  hw_app_close(&app);
}

static void a_case_that_changed_meanwhile_is_not_stored(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  done_search self;
  hw_identification_report report;
  make_case(&app);
  run(&app, &self, 0.5);
  import_text(&app, "profiles",
              "code,person,sample,panel,observations,use\n"
              "F1-M,F1-M,,P,\"10,12;10,12;10,12;10,12\",single\n");
  hw_assert_status(keep(&app, &self, false, &report, &err), HW_E_BUSY, &err);
  assert_int_equal(app_test_count(&app, HW_KIND_RUN), 0);
  hw_identification_report_clear(&report);
  clear(&self);
  hw_app_close(&app);
}

static void another_input_is_refused_with_what_is_new(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  done_search self;
  make_case(&app);
  load(&app, &self);
  hw_search_input other = self.searched.input;
  hw_assert_ok(hw_search_check_same(&self.searched.input, &other, &err), &err);
  other.n_samples = 3;
  hw_assert_status(hw_search_check_same(&other, &self.searched.input, &err), HW_E_STATE, &err);
  assert_string_equal(err.message,
                      "this is not what was searched: of 4 remains 1 are new or changed, of 3 "
                      "missing persons 0, and 3 remains and 3 missing persons were searched: plan "
                      "again");
  other = self.searched.input;
  other.theta = 0.01;
  err = (hw_err)HW_ERR_INIT;
  hw_assert_status(hw_search_check_same(&other, &self.searched.input, &err), HW_E_STATE, &err);
  assert_non_null(strstr(err.message, "frequencies, mutation models or theta are others"));
  clear(&self);
  hw_app_close(&app);
}

static void the_folder_is_named_by_case_and_investigation(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_str name = HW_STR_INIT;
  const char *location = app_test_name("folder.hwc");
  hw_assert_ok(hw_search_cache_folder(location, "Gò/1", &name, &err), &err);
  assert_true(hw_str_status(&name) == HW_OK);
  assert_memory_equal(hw_str_text(&name), location, strlen(location));
  assert_string_equal(hw_str_text(&name) + strlen(location), ".search/G%C3%B2%2F1");
  hw_str_clear(&name);
  hw_assert_status(hw_search_cache_folder(app_test_name("no/where"), "main", &name, &err),
                   HW_E_NOT_FOUND, &err);
  hw_str_clear(&name);
}

/* --- proposals --- */

static bool stop(void *context, uint64_t done, uint64_t total) {
  (void)done;
  (void)total;
  ++*(int *)context;
  return true;
}

static void looking_at_what_was_kept_can_be_interrupted(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  done_search self;
  hw_found found;
  int n_asked = 0;
  make_case(&app);
  run(&app, &self, 0.5);
  const hw_found_how how = {.accept = 0.9,
                            .go = {.n_threads = 1, .progress = stop, .context = &n_asked}};
  hw_assert_status(
      hw_found_make(self.search, &self.searched.input, &self.options, &how, &found, &err),
      HW_E_INTERRUPTED, &err);
  assert_true(n_asked > 0);
  hw_found_clear(&found);
  clear(&self);
  hw_app_close(&app);
}

/* Only the best pair of a sample and of a missing person is proposed. */
static void only_the_best_is_proposed(void **state) {
  (void)state;
  hw_app app;
  done_search self;
  make_case(&app);
  run(&app, &self, -1);
  for (int64_t i = 0; i < self.found.n_pairs; i++) {
    const hw_found_pair *own = &self.found.pairs[i];
    if (!own->is_proposed) continue;
    assert_true(own->detail.posterior >= 0.9);
    assert_false(own->detail.is_kin);
    for (int64_t k = 0; k < self.found.n_pairs; k++) {
      const hw_search_pair *other = &self.found.pairs[k].pair;
      if (k != i && (other->sample == own->pair.sample || other->query == own->pair.query))
        assert_true(other->log10_lr < own->pair.log10_lr);
    }
  }
  /* The two brothers of F1 fit R1 equally well: nobody can say which it is. */
  for (int64_t i = 0; i < self.found.n_pairs; i++)
    if (self.found.pairs[i].pair.query < 2) assert_false(self.found.pairs[i].is_proposed);
  clear(&self);
  hw_app_close(&app);
}

/* --- memory --- */

static void exhausted_memory_is_told_at_every_step(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  done_search self;
  make_case(&app);
  run(&app, &self, 0.5);
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_stored_search searched;
    hw_status status = hw_stored_search_init(&self.stored.problem, &searched, &err);
    const bool has_failed = hw_faults_end();
    hw_assert_status(status, has_failed ? HW_E_NO_MEMORY : HW_OK, &err);
    hw_stored_search_clear(&searched);
    if (!has_failed) break;
  }
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_found found;
    const hw_found_how how = {.accept = 0.9, .per_marker = true, .go = {.n_threads = 1}};
    hw_status status =
        hw_found_make(self.search, &self.searched.input, &self.options, &how, &found, &err);
    const bool has_failed = hw_faults_end();
    hw_assert_status(status, has_failed ? HW_E_NO_MEMORY : HW_OK, &err);
    hw_found_clear(&found);
    if (!has_failed) break;
  }
  clear(&self);
  hw_app_close(&app);
}

/* --- bench --- */

static void a_machine_is_measured(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_bench_report report;
  hw_bench_options what = {
      .seed = 3, .simd = "ref", .seconds = 1e-6, .n_tiles = 1, .n_families = 64};
  hw_assert_ok(hw_bench_run(&what, &report, &err), &err);
  assert_string_equal(report.kernels, "ref");
  assert_int_equal(report.n_samples, 1024);
  assert_true(report.compiled_per_s > 0 && report.expected_per_s > 0);
  assert_true(report.every_per_s > 0 && report.ref_per_s > 0 && report.pruned_per_s > 0);
  assert_true(report.share_pruned >= 0 && report.share_pruned < 1);
  assert_true(report.share_rescored >= 0 && report.share_rescored < 0.5);
  what.n_families = 63;
  hw_assert_status(hw_bench_run(&what, &report, &err), HW_E_VALUE, &err);
  what = (hw_bench_options){.simd = "abacus"};
  hw_assert_status(hw_bench_run(&what, &report, &err), HW_E_VALUE, &err);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_missing_person_of_a_typed_family_is_searched),
      cmocka_unit_test(who_was_typed_herself_has_a_twin_with_that_profile),
      cmocka_unit_test(what_cannot_be_searched_is_refused),
      cmocka_unit_test(a_search_says_what_identify_says),
      cmocka_unit_test(a_search_is_stored_once_and_computed_again),
      cmocka_unit_test(what_changed_since_the_last_search_is_told),
      cmocka_unit_test(a_case_that_changed_meanwhile_is_not_stored),
      cmocka_unit_test(another_input_is_refused_with_what_is_new),
      cmocka_unit_test(the_folder_is_named_by_case_and_investigation),
      cmocka_unit_test(looking_at_what_was_kept_can_be_interrupted),
      cmocka_unit_test(only_the_best_is_proposed),
      cmocka_unit_test(exhausted_memory_is_told_at_every_step),
      cmocka_unit_test(a_machine_is_measured),
  };
  return cmocka_run_group_tests(tests, app_tests_begin, app_tests_end);
}
