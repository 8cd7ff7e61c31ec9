/* CSV of every kind: what is understood, and which words refuse the rest. */
#include <stdio.h>
#include <string.h>

#include "app/app_support.h"
#include "support/assert.h"

static hw_app app;
static hw_err err;

static int open_app(void **state) {
  (void)state;
  app_test_new(&app);
  return 0;
}

static int close_app(void **state) {
  (void)state;
  hw_app_close(&app);
  return 0;
}

static void assert_imported(const char *what, const char *text) {
  char name[100];
  snprintf(name, sizeof name, "%s.csv", what);
  hw_status status = app_test_import(&app, what, name, text, &err);
  if (status != HW_OK) print_message("%s", app_test_mistakes());
  hw_assert_ok(status, &err);
}

/* The first mistake of a table, in full. */
static void assert_refused(const char *what, const char *text, const char *expected) {
  assert_int_not_equal(app_test_import(&app, what, "x.csv", text, &err), HW_OK);
  const char *mistakes = app_test_mistakes();
  if (strcmp(mistakes, expected) != 0) print_message("%s", mistakes);
  assert_string_equal(mistakes, expected);
}

static void columns_come_in_any_order_and_spelling(void **state) {
  (void)state;
  assert_imported("sites", "Name, LATITUDE ,uncertainty M,code,longitude\n"
                           "\"Đồi 1\", 16.5 ,250,S-1,107.25\n"
                           "# this is a remark, and no site\n"
                           ",,,,\n"
                           "\"\",,,S-2,\n");
  const hw_record *site = app_test_get(&app, HW_KIND_SITE, "S-1");
  assert_string_equal(hw_record_text(site, HW_FIELD_SITE_NAME), "Đồi 1");
  assert_true(hw_record_real(site, HW_FIELD_SITE_LATITUDE) == 16.5);
  assert_true(hw_record_real(site, HW_FIELD_SITE_UNCERTAINTY_M) == 250);
  assert_string_equal(hw_record_text(site, HW_FIELD_SITE_STATE), "reported");
  site = app_test_get(&app, HW_KIND_SITE, "S-2");
  assert_false(hw_record_is_null(site, HW_FIELD_SITE_NAME));
  assert_true(hw_record_is_null(site, HW_FIELD_SITE_LATITUDE));
  assert_int_equal(app_test_count(&app, HW_KIND_SITE), 2);
  assert_int_equal(app_test_report.n_notes, 1);
  assert_int_equal(app_test_report.counts[HW_KIND_SITE].added, 2);
}

static void texts_are_kept_in_normal_form(void **state) {
  (void)state;
  /* "ễ" as e, circumflex and tilde. */
  assert_imported("sites", "code,name\nS-1,Nguye\xCC\x82\xCC\x83n\n");
  const hw_record *site = app_test_get(&app, HW_KIND_SITE, "S-1");
  assert_string_equal(hw_record_text(site, HW_FIELD_SITE_NAME), "Nguyễn");
}

static void references_are_codes(void **state) {
  (void)state;
  assert_imported("accessions", "code\nA-1\n");
  assert_imported("specimens", "code,accession,element\nB-1,A-1,femur\n");
  assert_imported("samples", "code,specimen\nX-1,B-1\n");
  assert_imported("item_numbers", "item_kind,item,system,number\nsample,X-1,field,17\n");
  const hw_record *sample = app_test_get(&app, HW_KIND_SAMPLE, "X-1");
  assert_true(hw_record_int(sample, HW_FIELD_SAMPLE_INVESTIGATION) > 0);
  assert_int_equal(hw_record_int(sample, HW_FIELD_SAMPLE_SPECIMEN), 1);
}

static void keys_of_several_parts_are_columns_or_one_text(void **state) {
  (void)state;
  assert_imported("persons", "code,sex,role\nP/1,male,relative\nP-2,female,relative\n");
  assert_imported("families", "code\nF/1\n");
  assert_imported("pedigrees", "family,code,rank,status\nF/1,stated,1,stated\n");
  assert_imported("descents", "pedigree.family,pedigree.code,person,rank\nF/1,stated,P/1,1\n");
  assert_imported("descents", "pedigree,person,rank,father\nF/1/stated,P-2,2,P/1\n");
  assert_int_equal(app_test_count(&app, HW_KIND_DESCENT), 2);
}

static void rows_wait_for_rows_further_down(void **state) {
  (void)state;
  assert_imported("samples", "code,parent\nC,B\nB,A\nA,\n");
  assert_int_equal(app_test_count(&app, HW_KIND_SAMPLE), 3);
  assert_refused("samples", "code,parent\nX,Y\nY,X\n",
                 "x.csv:2: parent: there is no sample \"Y\": import it first, or correct the "
                 "code\n"
                 "x.csv:3: parent: there is no sample \"X\": import it first, or correct the "
                 "code\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(columns_come_in_any_order_and_spelling, open_app, close_app),
      cmocka_unit_test_setup_teardown(texts_are_kept_in_normal_form, open_app, close_app),
      cmocka_unit_test_setup_teardown(references_are_codes, open_app, close_app),
      cmocka_unit_test_setup_teardown(keys_of_several_parts_are_columns_or_one_text, open_app,
                                      close_app),
      cmocka_unit_test_setup_teardown(rows_wait_for_rows_further_down, open_app, close_app),
  };
  return cmocka_run_group_tests(tests, app_tests_begin, app_tests_end);
}
