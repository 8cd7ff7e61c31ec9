/* Facts of the prior from a case database: which statements count, what they weigh, how they are
 * told apart. All persons, places and boxes are made up for this test. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app_support.h"
#include "app/prior.h"
#include "support/assert.h"
#include "support/faults.h"

static const char FREQUENCIES[] = "marker,allele,frequency\nA1,10,0.4\nA1,11,0.6\n";
static const char FAMILIES[] = "family,person,father,mother,sex,missing\n"
                               "F1,F1-F,,,male,\nF1,F1-X,F1-F,,male,yes\nF1,F1-Y,F1-F,,female,yes\n"
                               "F2,F2-F,,,male,\nF2,F2-X,F2-F,,male,yes\n";
static const char SITES[] = "code,latitude,longitude,uncertainty_m,note\n"
                            "S-1,16.65,106.73,500,\"event: crash of 1969; unit: Đoàn 559\"\n"
                            "S-2,17.5,106.5,,\n";
static const char ACCESSIONS[] = "code,site,how,note\nB-1,S-1,excavated,buried: 1969-02\n"
                                 "B-2,S-2,handed-over,\n";
static const char SPECIMENS[] =
    "code,accession,element,side,sex,age_from,age_to,stature_cm,stature_se_cm,note\n"
    "K-1,B-1,femur,left,male,18,25,,,\n"
    "K-2,B-1,pelvis,midline,male,17,30,,,suchey-brooks: 2; phase sure\n"
    "K-3,B-2,femur,left,female,,,150,3,\n"
    "K-4,B-2,femur,left,,,,,,\n";
static const char MEASUREMENTS[] = "specimen,name,number,value_mm\n"
                                   "K-1,maximum-length,1,430\nK-1,maximum-length,2,432\n"
                                   "K-1,head-diameter,1,44\n";
static const char SAMPLES[] = "code,investigation,specimen,sex\n"
                              "R1,main,K-1,unknown\nR2,main,K-3,unknown\nR3,main,K-4,male\n";
static const char PROFILES[] = "code,person,sample,panel,observations,use\n"
                               "F1-F,F1-F,,P,\"10,11\",single\nF2-F,F2-F,,P,11,single\n"
                               "R1,,R1,P,10,single\nR2,,R2,P,11,single\nR3,,R3,P,11,single\n";
static const char DOCUMENTS[] = "code,title,weight\nDOC-1,a list,0.25\n";
static const char DOSSIERS[] = "dossier,person,field,value,source,weight,document\n"
                               "D-1,F1-X,Ngày hy sinh,3/2/1969,notice,,\n"
                               "D-1,F1-X,year of birth,1948,notice,,\n"
                               "D-1,F1-X,chiều cao,1m62,notice,,\n"
                               "D-1,F1-X,đơn vị,đoàn 559,notice,0.5,\n"
                               "D-1,F1-X,unit,Sư đoàn 5,list,,DOC-1\n"
                               "D-1,F1-X,nơi hy sinh,\"16.66, 106.74 ± 2 km\",witness,0.4,\n"
                               "D-1,F1-X,place of death,S-2,list,,DOC-1\n"
                               "D-1,F1-X,rank,private,notice,,\n"
                               "D-2,F2-X,age at loss,20-22,mother,,\n"
                               "D-2,F2-X,stature,tall,mother,,\n"
                               "D-2,F2-X,event,Crash of 1969,mother,,\n";

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
  import_text(app, "panel_markers", "panel,rank,marker\nP,1,A1\n");
  import_text(app, "families", FAMILIES);
  import_text(app, "sites", SITES);
  import_text(app, "accessions", ACCESSIONS);
  import_text(app, "specimens", SPECIMENS);
  import_text(app, "measurements", MEASUREMENTS);
  import_text(app, "samples", SAMPLES);
  import_text(app, "profiles", PROFILES);
  import_text(app, "documents", DOCUMENTS);
  import_text(app, "dossiers", DOSSIERS);
}

/* A case and its facts. */
typedef struct loaded {
  hw_stored_case stored;
  hw_stored_prior facts;
} loaded;

static void load(hw_app *app, loaded *out) {
  hw_err err = HW_ERR_INIT;
  hw_stored_case_options what = {0};
  hw_assert_ok(hw_stored_case_load(app, &what, &out->stored, &err), &err);
  hw_assert_ok(hw_stored_prior_load(app, &out->stored, &out->facts, &err), &err);
  assert_int_equal(out->facts.n_remains, 3);
  assert_int_equal(out->facts.n_missing, 3);
}

static void unload(loaded *self) {
  hw_stored_prior_clear(&self->facts);
  hw_stored_case_clear(&self->stored);
}

static void dossiers_become_facts_with_their_weights(void **state) {
  (void)state;
  hw_app app;
  loaded at;
  make_case(&app);
  load(&app, &at);
  const hw_prior_missing *x = &at.facts.missing[0], *y = &at.facts.missing[1];
  double from, to;
  assert_int_equal(x->sex, HW_MALE);
  assert_int_equal(y->sex, HW_FEMALE);
  assert_int_equal(y->n_places + y->n_dates + y->n_units + y->n_ages + y->n_statures, 0);
  assert_int_equal(x->n_dates, 1);
  assert_true(hw_prior_day(1969, 2, 3, &from));
  hw_assert_close(x->dates[0].from, from, 0, 0);
  hw_assert_close(x->dates[0].to, from + 1, 0, 0);
  assert_int_equal(x->n_ages, 1);
  assert_true(hw_prior_dates("1948", &from, &to));
  hw_assert_close(x->ages[0].from, 20.09, 0, 0.01);
  hw_assert_close(x->ages[0].to, 21.095, 0, 0.01);
  assert_int_equal(x->n_statures, 1);
  hw_assert_close(x->statures[0].value, 162, 1e-12, 0);
  assert_int_equal(x->n_units, 2);
  hw_assert_close(x->units[0].weight + x->units[1].weight, 0.75, 1e-15, 0);
  assert_int_equal(x->n_places, 2);
  for (int i = 0; i < 2; i++) {
    const hw_prior_place *place = &x->places[i];
    bool is_site = place->latitude > 17;
    hw_assert_close(place->weight, is_site ? 0.25 : 0.4, 0, 0);
    hw_assert_close(place->uncertainty_m, is_site ? 1000 : 2000, 0, 0);
  }
  unload(&at);
  hw_app_close(&app);
}

static void what_cannot_be_read_is_told_without_its_value(void **state) {
  (void)state;
  hw_app app;
  loaded at;
  make_case(&app);
  load(&app, &at);
  const hw_prior_missing *x = &at.facts.missing[2];
  assert_int_equal(x->n_statures, 0);
  assert_int_equal(x->n_ages, 1);
  hw_assert_close(x->ages[0].from, 20, 0, 0);
  hw_assert_close(x->ages[0].to, 23, 0, 0);
  assert_int_equal(at.facts.n_notes, 1);
  hw_assert_contains(at.facts.notes[0], "1 statement of stature could not be read");
  hw_assert_contains(at.facts.notes[0], "D-2");
  assert_null(strstr(at.facts.notes[0], "tall"));
  unload(&at);
  hw_app_close(&app);
}

static void bones_become_facts(void **state) {
  (void)state;
  hw_app app;
  loaded at;
  make_case(&app);
  load(&app, &at);
  const hw_prior_remains *r = at.facts.remains;
  /* R1: a femur says male by its region; the pelvis is a mate of the box. */
  assert_int_equal(r[0].sex, HW_MALE);
  hw_assert_close(r[0].sex_error, 0.2, 1e-12, 0);
  assert_int_equal(r[0].n_ages, 1);
  hw_assert_close(r[0].ages[0].from, 18, 0, 0);
  hw_assert_close(r[0].ages[0].to, 26, 0, 0);
  assert_int_equal(r[0].n_statures, 1);
  hw_assert_close(r[0].statures[0].value, 72.57 + 2.15 * 43.1, 1e-12, 0);
  hw_assert_close(r[0].statures[0].se, 3.8, 0, 0);
  assert_int_equal(r[0].n_places, 1);
  assert_false(r[0].is_handed_over);
  assert_int_equal(r[0].n_dates, 1);
  assert_int_equal(r[0].n_units, 1);
  assert_int_equal(r[0].n_events, 1);
  assert_true(at.facts.is_sex_estimated[0]);
  /* R2: its own stature; the box has two left femora, so that nothing else of it counts. */
  assert_int_equal(r[1].sex, HW_FEMALE);
  assert_true(r[1].is_handed_over);
  hw_assert_close(r[1].statures[0].value, 150, 0, 0);
  assert_int_equal(r[1].n_ages, 0);
  /* R3: established, no estimate. */
  assert_int_equal(r[2].sex, HW_MALE);
  hw_assert_close(r[2].sex_error, 0.001, 0, 0);
  assert_int_equal(r[2].n_statures, 0);
  assert_false(at.facts.is_sex_estimated[2]);
  unload(&at);
  hw_app_close(&app);
}

static void bones_of_a_confirmed_individual_speak_together(void **state) {
  (void)state;
  hw_app app;
  loaded at;
  make_case(&app);
  import_text(&app, "individuals",
              "code,investigation,state\nI-1,main,confirmed\n"
              "I-2,main,proposed\n");
  import_text(&app, "individual_members",
              "individual,item_kind,item\nI-1,specimen,K-1\nI-1,specimen,K-2\n"
              "I-2,specimen,K-3\nI-2,specimen,K-2\n");
  load(&app, &at);
  const hw_prior_remains *r = at.facts.remains;
  hw_assert_close(r[0].ages[0].from, 19, 0, 0); /* by the stage of the pubis */
  hw_assert_close(r[0].ages[0].to, 26, 0, 0);
  assert_true(r[0].sex_error < 0.05);
  assert_int_equal(r[1].n_ages, 0);
  unload(&at);
  hw_app_close(&app);
}

static void factors_come_out_as_the_facts_say(void **state) {
  (void)state;
  hw_app app;
  loaded at;
  hw_err err = HW_ERR_INIT;
  hw_prior *prior = NULL;
  double fits[HW_PRIOR_COUNT], other[HW_PRIOR_COUNT];
  make_case(&app);
  load(&app, &at);
  hw_assert_ok(
      hw_prior_new(&at.facts.settings, 3, at.facts.remains, 3, at.facts.missing, &prior, &err),
      &err);
  hw_prior_factors(prior, 0, 0, fits);
  hw_prior_factors(prior, 1, 0, other);
  for (int f = HW_PRIOR_PLACE; f < HW_PRIOR_COUNT; f++)
    if (f != HW_PRIOR_EVENT) assert_true(fits[f] > 0);
  assert_true(fits[HW_PRIOR_EVENT] == 0); /* no event is known of F1-X */
  assert_true(other[HW_PRIOR_PLACE] < fits[HW_PRIOR_PLACE]);
  assert_true(other[HW_PRIOR_SEX] < 0);
  assert_true(other[HW_PRIOR_TIME] == 0);
  hw_prior_factors(prior, 0, 2, fits);
  assert_true(fits[HW_PRIOR_EVENT] > 0);
  hw_prior_delete(prior);
  unload(&at);
  hw_app_close(&app);
}

static void estimated_sexes_are_freed_and_established_ones_kept(void **state) {
  (void)state;
  hw_app app;
  loaded at;
  hw_err err = HW_ERR_INIT;
  make_case(&app);
  load(&app, &at);
  assert_int_equal(at.stored.problem.remains[1].sex, HW_FEMALE);
  hw_assert_ok(hw_stored_prior_free_sexes(&at.facts, &at.stored.problem, &err), &err);
  assert_int_equal(at.stored.problem.remains[0].sex, HW_UNKNOWN_SEX);
  assert_int_equal(at.stored.problem.remains[1].sex, HW_UNKNOWN_SEX);
  assert_int_equal(at.stored.problem.remains[2].sex, HW_MALE);
  unload(&at);
  hw_app_close(&app);
}

static void records_set_the_factors(void **state) {
  (void)state;
  hw_app app;
  loaded at;
  make_case(&app);
  import_text(&app, "prior_factors",
              "investigation,factor,is_used,parameters,source\n"
              "main,place,1,scale_m=5000; far = 0.2,board of 2026\n"
              "main,stature,0,,\n");
  load(&app, &at);
  assert_true(at.facts.settings.is_used[HW_PRIOR_PLACE]);
  assert_false(at.facts.settings.is_used[HW_PRIOR_STATURE]);
  assert_true(at.facts.settings.is_used[HW_PRIOR_SEX]);
  hw_assert_close(at.facts.settings.value[HW_PRIOR_SCALE_M], 5000, 0, 0);
  hw_assert_close(at.facts.settings.value[HW_PRIOR_FAR], 0.2, 0, 0);
  assert_string_equal(at.facts.source[HW_PRIOR_PLACE], "board of 2026");
  assert_string_equal(at.facts.source[HW_PRIOR_SEX], "");
  assert_true(at.facts.is_recorded[HW_PRIOR_STATURE]);
  assert_false(at.facts.is_recorded[HW_PRIOR_SEX]);
  unload(&at);
  hw_app_close(&app);
}

static void parameters_that_cannot_be_are_refused(void **state) {
  (void)state;
  hw_app app;
  loaded at;
  hw_err err = HW_ERR_INIT;
  hw_stored_case_options what = {0};
  make_case(&app);
  import_text(&app, "prior_factors",
              "investigation,factor,is_used,parameters\nmain,place,1,scale=5000\n");
  hw_assert_ok(hw_stored_case_load(&app, &what, &at.stored, &err), &err);
  hw_assert_status(hw_stored_prior_load(&app, &at.stored, &at.facts, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "factor 'place' has no parameter 'scale': it has scale_m, ");
  hw_assert_contains(err.message, "correct the record");
  unload(&at);
  hw_app_close(&app);
}

static void withdrawn_statements_count_for_nothing(void **state) {
  (void)state;
  hw_app app;
  loaded at;
  hw_err err = HW_ERR_INIT;
  make_case(&app);
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "withdraw", "test", &err), &err);
  int64_t dossier = 0;
  hw_assert_ok(hw_app_find(&app, HW_KIND_DOSSIER, "D-2", &dossier, &err), &err);
  hw_assert_ok(hw_store_withdraw(app.store, HW_KIND_DOSSIER, dossier, "wrong person", &err), &err);
  hw_assert_ok(hw_store_withdraw(app.store, HW_KIND_ASSERTION, 3, "misread", &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  load(&app, &at);
  assert_int_equal(at.facts.missing[2].n_ages, 0);
  assert_int_equal(at.facts.missing[2].n_events, 0);
  assert_int_equal(at.facts.missing[0].n_statures, 0);
  unload(&at);
  hw_app_close(&app);
}

static void exhausted_memory_is_told(void **state) {
  (void)state;
  hw_app app;
  loaded at;
  hw_err err = HW_ERR_INIT;
  hw_stored_case_options what = {0};
  make_case(&app);
  hw_assert_ok(hw_stored_case_load(&app, &what, &at.stored, &err), &err);
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_status status = hw_stored_prior_load(&app, &at.stored, &at.facts, &err);
    bool has_failed = hw_faults_end();
    hw_stored_prior_clear(&at.facts);
    if (!has_failed) {
      hw_assert_ok(status, &err);
      break;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
  }
  hw_stored_case_clear(&at.stored);
  hw_app_close(&app);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(dossiers_become_facts_with_their_weights),
      cmocka_unit_test(what_cannot_be_read_is_told_without_its_value),
      cmocka_unit_test(bones_become_facts),
      cmocka_unit_test(bones_of_a_confirmed_individual_speak_together),
      cmocka_unit_test(factors_come_out_as_the_facts_say),
      cmocka_unit_test(estimated_sexes_are_freed_and_established_ones_kept),
      cmocka_unit_test(records_set_the_factors),
      cmocka_unit_test(parameters_that_cannot_be_are_refused),
      cmocka_unit_test(withdrawn_statements_count_for_nothing),
      cmocka_unit_test(exhausted_memory_is_told),
  };
  return cmocka_run_group_tests(tests, app_tests_begin, app_tests_end);
}
