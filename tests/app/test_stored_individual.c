/* Re-association in the database: specimens, samples and measurements are read, proposals and
 * contradictions are stored once, and samples of a confirmed individual count as one remains.
 * All data are synthetic. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app_support.h"
#include "app/reassociate.h"
#include "support/assert.h"

static hw_app app;
static int n_files;

static void import_text(const char *what, const char *text) {
  char name[64];
  hw_err err = HW_ERR_INIT;
  snprintf(name, sizeof name, "%s-%d.csv", what, n_files++);
  hw_status status = app_test_import(&app, what, name, text, &err);
  if (status != HW_OK) print_message("# %s: %s\n", what, app_test_mistakes());
  hw_assert_ok(status, &err);
}

/* Two boxes of a site; S1 and S2 are samples of one man's bones, S3 was made from S1, S4 is of no
 * specimen, S5 is of another box's. */
static void begin(void) {
  app_test_new(&app);
  import_text("markers", "code,chromosome,type\nA1,A,str\nA2,A,str\n");
  import_text("frequency_tables",
              "code,minimum_policy,minimum,normalisation,status\nT,none,,none,accepted\n");
  import_text("frequency_markers",
              "frequency_table,marker,rank,mutation_model,rate_female,rate_male\n"
              "T,A1,1,none,,\nT,A2,2,none,,\n");
  import_text("frequency", "frequency_table,marker,allele,rank,frequency\n"
                           "T,A1,10,1,0.01\nT,A1,11,2,0.01\nT,A1,12,3,0.98\n"
                           "T,A2,10,1,0.01\nT,A2,11,2,0.99\n");
  import_text("investigations", "code,frequency_table,theta\nstudy,T,0\n");
  import_text("panels", "code,kind\nP,panel\n");
  import_text("panel_markers", "panel,rank,marker\nP,1,A1\nP,2,A2\n");
  import_text("sites", "code\nhill\n");
  import_text("accessions", "code,site\nB1,hill\nB2,hill\nB9,\n");
  import_text("specimens",
              "code,accession,element,side,portion,sex,age_from,age_to,zones,east_m,north_m\n"
              "F1,B1,femur,left,,male,20,30,,1,2\nF2,B1,femur,right,,male,,,,,\n"
              "F3,B1,femur,left,,,,,,,\nK1,B2,cranium,midline,,,,,,,\nX9,B9,rib,left,,,,,,,\n");
  import_text("measurements", "specimen,name,number,value_mm\nF1,maximum-length,1,440\n"
                              "F1,maximum-length,2,442\nF2,maximum-length,1,441\n");
  import_text("samples",
              "code,investigation,specimen,parent,sex\nS1,study,F1,,\nS2,study,F2,,male\n"
              "S3,study,,S1,\nS4,study,,,\nS5,study,K1,,\n");
}

static void load(hw_stored_specimens *out, const char *accession) {
  hw_err err = HW_ERR_INIT;
  const hw_stored_specimens_options what = {.investigation = "study", .accession = accession};
  hw_assert_ok(hw_stored_specimens_load(&app, &what, out, &err), &err);
}

static const hw_specimen *find(const hw_stored_specimens *stored, const char *id) {
  for (int32_t i = 0; i < stored->problem.n_specimens; i++)
    if (strcmp(stored->problem.specimens[i].id, id) == 0) return &stored->problem.specimens[i];
  return NULL;
}

static void specimens_bring_their_samples_and_measurements(void **state) {
  (void)state;
  begin();
  import_text("profiles", "code,sample,panel,observations,use\nV1,S1,P,\"10,11;10\",single\n"
                          "V3,S3,P,\"10,11;\",single\nV4,S4,P,\"12;11\",single\n"
                          "V5,S5,P,\"10,11;10\",single\n");
  hw_stored_specimens stored;
  load(&stored, NULL);
  /* Boxes B1 and B2, from which the samples come, and S4 alone; not B9. */
  assert_int_equal(stored.problem.n_specimens, 5);
  assert_null(find(&stored, "X9"));
  const hw_specimen *f1 = find(&stored, "F1"), *s4 = find(&stored, "S4");
  assert_int_equal(f1->n_profiles, 2); /* S1 and what was made from it */
  assert_int_equal(f1->n_measurements, 2);
  assert_string_equal(f1->site, "hill");
  assert_string_equal(f1->accession, "B1");
  assert_int_equal(f1->sex, HW_MALE);
  hw_assert_close(f1->age_from_y, 20, 0, 0);
  hw_assert_close(f1->north_m, 2, 0, 0);
  assert_true(isnan(f1->depth_m));
  assert_int_equal(s4->n_profiles, 1);
  assert_int_equal(find(&stored, "F2")->n_profiles, 0); /* not typed */
  hw_stored_specimens_clear(&stored);
  load(&stored, "B9");
  assert_int_equal(stored.problem.n_specimens, 1);
  hw_stored_specimens_clear(&stored);
  hw_app_close(&app);
}

static void apply(double accept, hw_reassociation_report *report) {
  hw_stored_specimens stored;
  hw_reassociate *run = NULL;
  hw_err err = HW_ERR_INIT;
  const hw_reassociation_options how = {.accept = accept, .evidence = "{}", .reason = "a test"};
  load(&stored, NULL);
  hw_assert_ok(hw_reassociate_new(&stored.problem, NULL, &run, &err), &err);
  hw_assert_ok(hw_reassociate_run(run, NULL, NULL, &err), &err);
  hw_assert_ok(hw_stored_specimens_apply(&app, &stored, run, &how, report, &err), &err);
  hw_reassociate_delete(run);
  hw_stored_specimens_clear(&stored);
}

/* F1 and K1 share a rare genotype; F3, another left femur, shares it too. */
static void grave(void) {
  begin();
  import_text("samples", "code,investigation,specimen\nS6,study,F3\n");
  import_text("profiles", "code,sample,panel,observations,use\nV1,S1,P,\"10,11;10\",single\n"
                          "V5,S5,P,\"10,11;10\",single\nV6,S6,P,\"10,11;10\",single\n"
                          "V4,S4,P,\"12;11\",single\n");
}

static void proposals_are_stored_once(void **state) {
  (void)state;
  grave();
  hw_reassociation_report report;
  apply(0.0001, &report);
  assert_true(report.n_individuals >= 1);
  assert_int_equal(report.n_contradictions, 1);
  const int64_t individuals = app_test_count(&app, HW_KIND_INDIVIDUAL);
  assert_int_equal(individuals, report.n_individuals);
  const hw_record *record = app_test_get(&app, HW_KIND_INDIVIDUAL, "IND-1");
  assert_string_equal(hw_record_text(record, HW_FIELD_INDIVIDUAL_STATE), "proposed");
  assert_string_equal(hw_record_text(record, HW_FIELD_INDIVIDUAL_EVIDENCE), "{}");
  record = app_test_get(&app, HW_KIND_CONTRADICTION, "CON-1");
  assert_string_equal(hw_record_text(record, HW_FIELD_CONTRADICTION_KIND), "repeated-element");
  assert_string_equal(hw_record_text(record, HW_FIELD_CONTRADICTION_STATE), "open");
  hw_assert_contains(hw_record_text(record, HW_FIELD_CONTRADICTION_TEXT), "left femur");
  const char *head = strdup(app_test_head(&app));
  apply(0.0001, &report);
  assert_int_equal(report.n_individuals, 0);
  assert_int_equal(report.n_contradictions, 0);
  assert_int_equal(report.n_known_individuals, individuals);
  assert_int_equal(report.n_known_contradictions, 1);
  assert_string_equal(head, app_test_head(&app)); /* nothing new, no entry */
  free((void *)(uintptr_t)head);
  apply(1, &report);
  assert_int_equal(app_test_count(&app, HW_KIND_INDIVIDUAL), individuals);
  hw_app_close(&app);
}

static void storing_needs_permission(void **state) {
  (void)state;
  grave();
  hw_stored_specimens stored;
  hw_reassociate *run = NULL;
  hw_reassociation_report report;
  hw_err err = HW_ERR_INIT;
  const hw_reassociation_options how = {.accept = 0.5};
  load(&stored, NULL);
  hw_assert_ok(hw_reassociate_new(&stored.problem, NULL, &run, &err), &err);
  hw_assert_ok(hw_reassociate_run(run, NULL, NULL, &err), &err);
  app.may = HW_MAY_REVIEW;
  hw_assert_status(hw_stored_specimens_apply(&app, &stored, run, &how, &report, &err), HW_E_DENIED,
                   &err);
  hw_reassociate_delete(run);
  hw_stored_specimens_clear(&stored);
  hw_app_close(&app);
}

static void add_individual(const char *code, const char *to, const char *const *items, int n) {
  hw_err err = HW_ERR_INIT;
  hw_record record;
  int64_t investigation = 0;
  hw_assert_ok(hw_app_find(&app, HW_KIND_INVESTIGATION, "study", &investigation, &err), &err);
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "test", "", &err), &err);
  hw_record_init(&record, HW_KIND_INDIVIDUAL);
  hw_record_set_text(&record, HW_FIELD_INDIVIDUAL_CODE, code);
  hw_record_set_int(&record, HW_FIELD_INDIVIDUAL_INVESTIGATION, investigation);
  hw_record_set_text(&record, HW_FIELD_INDIVIDUAL_STATE, to);
  hw_assert_ok(hw_store_add(app.store, &record, &err), &err);
  const int64_t individual = record.id;
  for (int i = 0; i < n; i++) {
    const bool is_sample = items[i][0] == 'S';
    int64_t item = 0;
    hw_assert_ok(
        hw_app_find(&app, is_sample ? HW_KIND_SAMPLE : HW_KIND_SPECIMEN, items[i], &item, &err),
        &err);
    hw_record_init(&record, HW_KIND_INDIVIDUAL_MEMBER);
    hw_record_set_int(&record, HW_FIELD_INDIVIDUAL_MEMBER_INDIVIDUAL, individual);
    hw_record_set_text(&record, HW_FIELD_INDIVIDUAL_MEMBER_ITEM_KIND,
                       is_sample ? "sample" : "specimen");
    hw_record_set_int(&record, HW_FIELD_INDIVIDUAL_MEMBER_ITEM, item);
    hw_assert_ok(hw_store_add(app.store, &record, &err), &err);
  }
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
}

static void load_case(hw_stored_case *out) {
  hw_err err = HW_ERR_INIT;
  static const int64_t none;
  const hw_stored_case_options what = {.investigation = "study", .families = &none};
  hw_assert_ok(hw_stored_case_load(&app, &what, out, &err), &err);
}

static const hw_remains *remains_of(const hw_stored_case *stored, const char *id) {
  for (int32_t i = 0; i < stored->problem.n_remains; i++)
    if (strcmp(stored->problem.remains[i].id, id) == 0) return &stored->problem.remains[i];
  return NULL;
}

static void a_confirmed_individual_is_one_remains(void **state) {
  (void)state;
  static const char *const items[] = {"F1", "S5"};
  hw_stored_case stored;
  begin();
  import_text("profiles", "code,sample,panel,observations,use\nV1,S1,P,\"10,11;\",single\n"
                          "V5,S5,P,\"10,?;10,11\",single\nV4,S4,P,\"12;11\",single\n");
  add_individual("I-proposed", "proposed", items, 2);
  load_case(&stored);
  assert_int_equal(stored.problem.n_remains, 3); /* a proposal changes nothing */
  hw_stored_case_clear(&stored);
  add_individual("I-confirmed", "confirmed", items, 2);
  load_case(&stored);
  assert_int_equal(stored.problem.n_remains, 2);
  const hw_remains *joined = remains_of(&stored, "S1");
  assert_non_null(joined);
  assert_null(remains_of(&stored, "S5"));
  const hw_observation *obs = joined->profile.observations;
  assert_int_equal(obs[0].kind, HW_OBS_GENOTYPE); /* 10/11 of S1 completes 10/? of S5 */
  assert_true(obs[0].b != HW_ALLELE_NONE && obs[1].kind == HW_OBS_GENOTYPE);
  hw_stored_case_clear(&stored);
  /* Re-association keeps the samples apart and knows that they are one person. */
  hw_stored_specimens specimens;
  load(&specimens, NULL);
  assert_int_equal(specimens.problem.n_remains, 3);
  assert_int_equal(find(&specimens, "F1")->individual, find(&specimens, "K1")->individual);
  assert_true(find(&specimens, "F1")->individual >= 0);
  hw_stored_specimens_clear(&specimens);
  hw_app_close(&app);
}

static void contradicting_profiles_of_an_individual_do_not_count(void **state) {
  (void)state;
  static const char *const items[] = {"S1", "S5"}, *const others[] = {"S5", "S4"};
  hw_stored_case stored;
  begin();
  import_text("profiles", "code,sample,panel,observations,use\nV1,S1,P,\"10,11;\",single\n"
                          "V5,S5,P,\"12;10,11\",single\nV4,S4,P,\"12;11\",single\n");
  add_individual("I1", "confirmed", items, 2);
  load_case(&stored);
  assert_int_equal(stored.problem.n_remains, 1);
  assert_non_null(remains_of(&stored, "S4"));
  bool is_told = false;
  for (int i = 0; i < stored.n_notes; i++)
    is_told = is_told || strstr(stored.notes[i], "S1") != NULL;
  assert_true(is_told);
  hw_stored_case_clear(&stored);
  add_individual("I2", "confirmed", others, 2); /* S5 is claimed twice */
  load_case(&stored);
  assert_int_equal(stored.problem.n_remains, 3);
  is_told = false;
  for (int i = 0; i < stored.n_notes; i++)
    is_told = is_told || strstr(stored.notes[i], "claimed by two confirmed") != NULL;
  assert_true(is_told);
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
}

static void an_empty_investigation_says_what_to_import(void **state) {
  (void)state;
  hw_stored_specimens stored;
  hw_err err = HW_ERR_INIT;
  const hw_stored_specimens_options what = {0}, other = {.accession = "nowhere"};
  app_test_new(&app);
  hw_assert_status(hw_stored_specimens_load(&app, &what, &stored, &err), HW_E_SHAPE, &err);
  hw_assert_contains(err.message, "homeward import specimens");
  hw_stored_specimens_clear(&stored);
  hw_assert_status(hw_stored_specimens_load(&app, &other, &stored, &err), HW_E_REFERENCE, &err);
  hw_stored_specimens_clear(&stored);
  hw_app_close(&app);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(specimens_bring_their_samples_and_measurements),
      cmocka_unit_test(proposals_are_stored_once),
      cmocka_unit_test(storing_needs_permission),
      cmocka_unit_test(a_confirmed_individual_is_one_remains),
      cmocka_unit_test(contradicting_profiles_of_an_individual_do_not_count),
      cmocka_unit_test(an_empty_investigation_says_what_to_import),
  };
  return cmocka_run_group_tests(tests, app_tests_begin, app_tests_end);
}
