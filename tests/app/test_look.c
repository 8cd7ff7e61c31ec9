/* Looking at records: what a page may read of whom, and how much of it. */
#include "app/look.h"

#include <stdio.h>
#include <string.h>

#include "app/account.h"
#include "app/app_support.h"
#include "support/assert.h"

static hw_arena arena;

static int begin(void **state) {
  hw_arena_init(&arena, 0);
  return app_tests_begin(state);
}

static int end(void **state) {
  hw_arena_clear(&arena);
  return app_tests_end(state);
}

static void import(hw_app *app, const char *what, const char *text) {
  hw_err err = HW_ERR_INIT;
  char name[40];
  snprintf(name, sizeof name, "%s.csv", what);
  hw_assert_ok(app_test_import(app, what, name, text, &err), &err);
}

static int64_t find(hw_app *app, hw_kind_id kind, const char *code) {
  hw_err err = HW_ERR_INIT;
  int64_t id = 0;
  hw_assert_ok(hw_look_find(app, kind, code, &id, &err), &err);
  return id;
}

static void names_are_left_out_for_who_may_not_read_them(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_look_rows rows;
  hw_record record;
  const char *text = "";
  app_test_new(&app);
  import(&app, "persons", "code,sex,role\nP1,male,missing\n");
  import(&app, "person_names", "person,kind,name\nP1,alias,Ba\nP1,full,Lê Văn Ba\n");
  const int64_t person = find(&app, HW_KIND_PERSON, "P1");
  hw_assert_ok(hw_look_names(&app, person, &arena, &text, &err), &err);
  assert_string_equal(text, "Lê Văn Ba; Ba");
  hw_assert_ok(hw_look_code(&app, HW_KIND_PERSON_NAME, 1, &arena, &text, &err), &err);
  assert_string_equal(text, "P1/alias");
  app.may &= ~(unsigned)HW_MAY_NAMES;
  hw_assert_ok(hw_look_names(&app, person, &arena, &text, &err), &err);
  assert_string_equal(text, "");
  hw_assert_ok(hw_look_code(&app, HW_KIND_PERSON_NAME, 1, &arena, &text, &err), &err);
  assert_string_equal(text, "P1/alias");
  hw_assert_ok(hw_look_get(&app, HW_KIND_PERSON_NAME, 1, &arena, &record, &err), &err);
  assert_true(hw_record_is_null(&record, HW_FIELD_PERSON_NAME_NAME));
  assert_false(hw_record_is_null(&record, HW_FIELD_PERSON_NAME_KIND));
  hw_assert_ok(hw_look_list(&app, HW_KIND_PERSON_NAME, HW_FIELD_PERSON_NAME_PERSON, person, 10,
                            &arena, &rows, &err),
               &err);
  assert_int_equal(rows.n, 2);
  assert_true(rows.has_hidden_names);
  assert_true(hw_record_is_null(&rows.items[1], HW_FIELD_PERSON_NAME_NAME));
  hw_app_close(&app);
}

static void secrets_are_shown_to_nobody(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_record record;
  hw_look_rows rows;
  int64_t id = 0;
  app_test_new(&app);
  hw_assert_ok(hw_account_set_password(&app, "tester", NULL, "bamboo ladder quiet river", &err),
               &err);
  hw_assert_status(hw_look_get(&app, HW_KIND_CREDENTIAL, 1, &arena, &record, &err), HW_E_DENIED,
                   &err);
  assert_string_equal(err.message, "how somebody logs in is shown to nobody");
  err = (hw_err)HW_ERR_INIT;
  hw_assert_status(hw_look_find(&app, HW_KIND_CREDENTIAL, "tester", &id, &err), HW_E_DENIED, &err);
  err = (hw_err)HW_ERR_INIT;
  hw_assert_status(hw_look_page(&app, HW_KIND_CREDENTIAL, 0, 5, NULL, NULL, &arena, &rows, &err),
                   HW_E_DENIED, &err);
  err = (hw_err)HW_ERR_INIT;
  hw_assert_status(hw_look_find(&app, HW_KIND_FAMILY, "F", &id, &err), HW_E_REFERENCE, &err);
  assert_string_equal(err.message, "there is no family 'F'");
  hw_app_close(&app);
}

static bool is_even(void *context, const hw_record *record) {
  (void)context;
  return record->id % 2 == 0;
}

static void pages_follow_each_other_without_a_gap(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_look_rows rows;
  hw_str table = HW_STR_INIT;
  app_test_new(&app);
  hw_str_append(&table, "code,sex,role\n");
  for (int i = 1; i <= 25; i++) hw_str_append_format(&table, "P%d,male,other\n", i);
  import(&app, "persons", hw_str_text(&table));
  hw_str_clear(&table);
  int n = 0, n_pages = 0;
  for (int64_t from = 0; n_pages == 0 || from != 0; from = rows.next, n_pages++) {
    hw_assert_ok(hw_look_page(&app, HW_KIND_PERSON, from, 10, NULL, NULL, &arena, &rows, &err),
                 &err);
    for (int i = 0; i < rows.n; i++) assert_int_equal(rows.items[i].id, ++n);
    assert_int_equal(rows.has_more, rows.next != 0);
  }
  assert_int_equal(n, 25);
  assert_int_equal(n_pages, 3);
  hw_assert_ok(hw_look_page(&app, HW_KIND_PERSON, 0, 5, is_even, NULL, &arena, &rows, &err), &err);
  assert_int_equal(rows.items[4].id, 10);
  assert_int_equal(rows.next, 12);
  hw_app_close(&app);
}

static void the_best_come_first_and_equal_ones_in_their_order(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_look_rows rows;
  app_test_new(&app);
  import(&app, "dossiers", "code\nD\n");
  import(&app, "assertions",
         "dossier,field,value,source,weight\nD,a,1,s,0.2\nD,b,1,s,0.9\nD,c,1,s,\nD,d,1,s,0.9\n"
         "D,e,1,s,0.5\n");
  const hw_value key = hw_value_int(find(&app, HW_KIND_DOSSIER, "D"));
  hw_assert_ok(hw_look_best(&app, HW_KIND_ASSERTION, 1, &key, HW_FIELD_ASSERTION_WEIGHT, 4, &arena,
                            &rows, &err),
               &err);
  static const char *const order[] = {"b", "d", "e", "a"};
  assert_int_equal(rows.n, 4);
  for (int i = 0; i < 4; i++)
    assert_string_equal(hw_record_text(&rows.items[i], HW_FIELD_ASSERTION_FIELD), order[i]);
  hw_assert_ok(hw_look_best(&app, HW_KIND_ASSERTION, 1, &key, HW_FIELD_ASSERTION_WEIGHT, 9, &arena,
                            &rows, &err),
               &err);
  assert_string_equal(hw_record_text(&rows.items[4], HW_FIELD_ASSERTION_FIELD), "c");
  hw_app_close(&app);
}

static void other_investigations_are_not_seen(void **state) {
  (void)state;
  hw_app app, clerk;
  hw_err err = HW_ERR_INIT;
  hw_look_rows rows;
  int64_t id = 0;
  app_test_new(&app);
  import(&app, "investigations", "code\nnorth\nsouth\n");
  import(&app, "samples", "code,investigation\nN1,north\nS1,south\nN2,north\n");
  import(&app, "actors", "code,login,permissions\nclerk,clerk,write\n");
  import(&app, "accesses", "actor,investigation\nclerk,north\n");
  const hw_who who = {.login = "clerk"};
  hw_assert_ok(hw_app_open(&clerk, hw_store_location(app.store), HW_DB_READ, &who, &err), &err);
  hw_assert_ok(hw_look_page(&clerk, HW_KIND_SAMPLE, 0, 10, NULL, NULL, &arena, &rows, &err), &err);
  assert_int_equal(rows.n, 2);
  assert_string_equal(hw_record_text(&rows.items[1], HW_FIELD_SAMPLE_CODE), "N2");
  hw_assert_ok(hw_look_find(&clerk, HW_KIND_SAMPLE, "N1", &id, &err), &err);
  hw_assert_status(hw_look_find(&clerk, HW_KIND_SAMPLE, "S1", &id, &err), HW_E_DENIED, &err);
  hw_app_close(&clerk);
  hw_app_close(&app);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_are_left_out_for_who_may_not_read_them),
      cmocka_unit_test(secrets_are_shown_to_nobody),
      cmocka_unit_test(pages_follow_each_other_without_a_gap),
      cmocka_unit_test(the_best_come_first_and_equal_ones_in_their_order),
      cmocka_unit_test(other_investigations_are_not_seen),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
