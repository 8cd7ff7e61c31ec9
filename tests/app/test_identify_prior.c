/* Priors of a joint run: their text says all that makes them again, and what is none is refused. */
#include "app/identify_prior.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/app_support.h"
#include "app/identify.h"
#include "support/assert.h"

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

static hw_status read_prior(const char *text, hw_asked_prior *out, hw_err *err) {
  hw_json_doc *doc = NULL;
  hw_assert_ok(hw_json_doc_parse(text, strlen(text), NULL, &doc, err), err);
  hw_status status = hw_asked_prior_read(hw_json_doc_root(doc), out, err);
  hw_json_doc_delete(doc);
  return status;
}

static void a_prior_comes_back_from_its_text(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_stored_case_options what = {0};
  hw_stored_case stored;
  hw_asked_prior kinds[3] = {
      {.kind = HW_ASKED_FLAT}, {.kind = HW_ASKED_ODDS, .none = 0.3}, {.kind = HW_ASKED_FACTORS}};
  make_case(&app);
  hw_assert_ok(hw_stored_case_load(&app, &what, &stored, &err), &err);
  hw_prior_settings_init(&kinds[2].settings);
  kinds[2].settings.is_used[HW_PRIOR_NUMBERS] = true;
  hw_assert_ok(
      hw_prior_settings_parse(&kinds[2].settings, HW_PRIOR_NUMBERS, "total=40;total_most=50", &err),
      &err);
  for (int k = 0; k < 3; k++) {
    hw_made_prior made, again;
    hw_asked_prior asked_again;
    hw_assert_ok(hw_made_prior_init(&stored.problem, &kinds[k], NULL, NULL, &made, &err), &err);
    hw_assert_ok(read_prior(made.json, &asked_again, &err), &err);
    hw_assert_ok(hw_made_prior_init(&stored.problem, &asked_again, NULL, NULL, &again, &err), &err);
    assert_string_equal(made.json, again.json);
    if (made.joint.ln_pair != NULL)
      hw_assert_same_bits(made.joint.ln_pair(made.joint.context, 0, 0),
                          again.joint.ln_pair(again.joint.context, 0, 0));
    hw_made_prior_clear(&made);
    hw_made_prior_clear(&again);
  }
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
}

static void a_prior_that_is_none_is_refused(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_asked_prior out;
  const struct {
    const char *text, *message;
  } cases[] = {{"{\"kind\":\"guess\"}", "this version knows no prior 'guess'"},
               {"{\"kind\":\"factors\",\"factors\":{\"luck\":{}}}",
                "this version knows no factor 'luck' of a prior"},
               {"{\"kind\":\"factors\",\"factors\":{\"place\":{\"luck\":1}}}",
                "this version knows no parameter 'luck' of 'place'"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    err = (hw_err)HW_ERR_INIT;
    hw_assert_status(read_prior(cases[i].text, &out, &err), HW_E_VALUE, &err);
    assert_string_equal(err.message, cases[i].message);
  }
  const hw_case problem = {.n_remains = 1};
  hw_made_prior made;
  for (int i = 0; i < 2; i++) {
    const hw_asked_prior sure = {.kind = HW_ASKED_ODDS, .none = i};
    err = (hw_err)HW_ERR_INIT;
    hw_assert_status(hw_made_prior_init(&problem, &sure, NULL, NULL, &made, &err), HW_E_VALUE,
                     &err);
    hw_assert_contains(err.message, "lies above 0 and below 1, not at ");
    hw_made_prior_clear(&made);
  }
}

/* Facts of the record stand in the text by the digest of what they weigh. */
static void facts_of_the_record_change_the_text(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_stored_case_options what = {0};
  hw_stored_case stored;
  char texts[2][1500];
  make_case(&app);
  for (int round = 0; round < 2; round++) {
    hw_stored_prior facts;
    hw_made_prior made;
    hw_asked_prior asked = {.kind = HW_ASKED_FACTORS, .with_record = true};
    hw_assert_ok(hw_stored_case_load(&app, &what, &stored, &err), &err);
    hw_assert_ok(hw_stored_prior_load(&app, &stored, &facts, &err), &err);
    asked.settings = facts.settings;
    assert_true(hw_asked_prior_frees_sexes(&asked));
    hw_assert_ok(hw_made_prior_init(&stored.problem, &asked, &facts, NULL, &made, &err), &err);
    snprintf(texts[round], sizeof texts[round], "%s", made.json);
    hw_assert_contains(made.json, "\"record\": true");
    hw_assert_contains(made.json, "\"weights\": \"");
    hw_made_prior_clear(&made);
    hw_stored_prior_clear(&facts);
    hw_stored_case_clear(&stored);
    if (round == 0)
      import_text(&app, "prior_factors",
                  "investigation,factor,is_used,parameters\nmain,numbers,1,total=1000\n");
  }
  assert_true(strcmp(texts[0], texts[1]) != 0);
  hw_assert_contains(texts[1], "\"total\": 1000");
  hw_app_close(&app);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_prior_comes_back_from_its_text),
      cmocka_unit_test(a_prior_that_is_none_is_refused),
      cmocka_unit_test(facts_of_the_record_change_the_text),
  };
  return cmocka_run_group_tests_name("priors of joint runs", tests, app_tests_begin, app_tests_end);
}
