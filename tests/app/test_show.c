/* One record with what hangs on it: pages of every kind, trees, custody, history, names. */
#include "app/show.h"

#include <stdio.h>
#include <string.h>

#include "app/app_support.h"
#include "base/str.h"
#include "store/store_support.h"
#include "support/assert.h"

static hw_str page;

static void append_value(const hw_value *value) {
  if (value->type == HW_DB_INT) hw_str_append_format(&page, "%lld", (long long)value->i);
  if (value->type == HW_DB_REAL) hw_str_append_format(&page, "%g", value->r);
  if (value->type == HW_DB_TEXT) hw_str_append(&page, value->text);
}

static void append_section(const hw_view_section *section) {
  hw_str_append_format(&page, "[%s]\n", section->key);
  for (int r = 0; r < section->n_rows; r++)
    for (int c = 0; c < section->n_columns; c++) {
      append_value(&section->cells[r * section->n_columns + c]);
      hw_str_append(&page, c + 1 < section->n_columns ? "|" : "\n");
    }
  if (section->n_more > 0) hw_str_append(&page, "more\n");
}

/* The page of a record as text. */
static const char *show(hw_app *app, hw_kind_id kind, int64_t id, bool history, int most) {
  hw_err err = HW_ERR_INIT;
  hw_arena arena;
  hw_show_options options = {.history = history, .most = most};
  hw_arena_init(&arena, 0);
  hw_view *view = hw_arena_alloc(&arena, sizeof *view);
  hw_str_clear(&page);
  hw_assert_ok(hw_show(app, kind, id, &options, &arena, view, &err), &err);
  append_section(&view->fields);
  for (int i = 0; i < view->n_sections; i++) append_section(&view->sections[i]);
  if (view->has_hidden_names) hw_str_append(&page, "names hidden\n");
  hw_arena_clear(&arena);
  return hw_str_text(&page);
}

static void import(hw_app *app, const char *what, const char *text) {
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(app_test_import(app, what, what, text, &err), &err);
}

static void every_kind_has_a_page(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_random random;
  hw_arena arena;
  hw_random_init(&random, 11);
  hw_arena_init(&arena, 0);
  app_test_new(&app);
  int64_t targets[HW_KIND_COUNT] = {0};
  hw_assert_ok(hw_app_begin(&app, HW_MAY_ALL, "fill", "", &err), &err);
  for (int round = 0; round < 3; round++)
    for (int k = 0; k < HW_KIND_COUNT; k++) {
      hw_record record;
      hw_err why = HW_ERR_INIT;
      store_test_fill(&random, (hw_kind_id)k, targets, &arena, &record);
      /* Documents whose JSON or observations are read have to be some. */
      if (k == HW_KIND_PROFILE)
        hw_record_set_text(&record, HW_FIELD_PROFILE_OBSERVATIONS, "14,15;;{};14,?");
      if (k == HW_KIND_COMPARISON)
        hw_record_set_text(&record, HW_FIELD_COMPARISON_PER_MARKER, "{\"TH01\":\"-inf\"}");
      hw_status status = hw_store_add(app.store, &record, &why);
      if (round == 0 && status == HW_E_VALUE) continue;
      hw_assert_ok(status, &why);
      targets[k] = record.id;
    }
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    assert_true(targets[k] > 0);
    const char *text = show(&app, (hw_kind_id)k, targets[k], true, 5);
    hw_assert_contains(text, "[fields]\n");
    hw_assert_contains(text, "[history]\n");
    hw_assert_contains(text, "|tester|tester|fill||added\n");
  }
  hw_app_close(&app);
  hw_arena_clear(&arena);
}

static int64_t add(hw_app *app, hw_record *record) {
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_store_add(app->store, record, &err), &err);
  return record->id;
}

static void a_family_is_drawn_as_a_tree(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  app_test_new(&app);
  import(&app, "persons",
         "code,sex,role\nDad,male,relative\nMum,female,relative\nSon,male,missing\n"
         "Wife,female,relative\nChild,female,relative\n");
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "test", "", &err), &err);
  hw_record r;
  hw_record_init(&r, HW_KIND_FAMILY);
  hw_record_set_text(&r, HW_FIELD_FAMILY_CODE, "F1");
  hw_record_set_int(&r, HW_FIELD_FAMILY_INVESTIGATION, 1);
  add(&app, &r);
  hw_record_init(&r, HW_KIND_PEDIGREE);
  hw_record_set_int(&r, HW_FIELD_PEDIGREE_FAMILY, 1);
  hw_record_set_text(&r, HW_FIELD_PEDIGREE_CODE, "stated");
  hw_record_set_int(&r, HW_FIELD_PEDIGREE_RANK, 1);
  hw_record_set_text(&r, HW_FIELD_PEDIGREE_STATUS, "stated");
  add(&app, &r);
  static const int parents[][2] = {{0, 0}, {0, 0}, {1, 2}, {0, 0}, {3, 4}};
  for (int i = 0; i < 5; i++) {
    hw_record_init(&r, HW_KIND_FAMILY_MEMBER);
    hw_record_set_int(&r, HW_FIELD_FAMILY_MEMBER_FAMILY, 1);
    hw_record_set_int(&r, HW_FIELD_FAMILY_MEMBER_PERSON, i + 1);
    if (i == 2) hw_record_set_int(&r, HW_FIELD_FAMILY_MEMBER_IS_MISSING, 1);
    add(&app, &r);
    hw_record_init(&r, HW_KIND_DESCENT);
    hw_record_set_int(&r, HW_FIELD_DESCENT_PEDIGREE, 1);
    hw_record_set_int(&r, HW_FIELD_DESCENT_PERSON, i + 1);
    if (parents[i][0] != 0) hw_record_set_int(&r, HW_FIELD_DESCENT_FATHER, parents[i][0]);
    if (parents[i][1] != 0) hw_record_set_int(&r, HW_FIELD_DESCENT_MOTHER, parents[i][1]);
    hw_record_set_int(&r, HW_FIELD_DESCENT_RANK, i + 1);
    add(&app, &r);
  }
  store_test_profile(app.store, "P5", 5);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  hw_assert_contains(show(&app, HW_KIND_FAMILY, 1, false, 20), "[pedigree]\n"
                                                               "0|Dad|male|||\n"
                                                               "1|Son|male|Mum|missing|\n"
                                                               "2|Child|female|Wife||P5\n"
                                                               "0|Mum|female|||\n"
                                                               "0|Wife|female|||\n");
  hw_assert_contains(show(&app, HW_KIND_FAMILY, 1, false, 2),
                     "[members]\nDad|||male|||\nMum|||female|||\nmore\n");
  hw_app_close(&app);
}

static void boxes_show_what_lies_in_them_and_who_held_them(void **state) {
  (void)state;
  hw_app app;
  app_test_new(&app);
  import(&app, "sites", "code,kind\nSite,burial\n");
  import(&app, "accessions", "code,site\nBox,Site\n");
  import(&app, "specimens", "code,accession,element,side\nBone,Box,femur,left\n");
  import(&app, "samples", "code,specimen,kind,parent\nCut,Bone,cutting,\n");
  import(&app, "samples", "code,specimen,kind,parent\nPowder,,powder,Cut\n");
  hw_assert_contains(show(&app, HW_KIND_SPECIMEN, 1, false, 20),
                     "[contents]\n"
                     "0|Site|site|burial||\n"
                     "1|Box|accession|||\n"
                     "2|Bone|specimen|femur|left|this one\n"
                     "3|Cut|sample|cutting||\n"
                     "4|Powder|sample|powder||\n");
  hw_assert_contains(show(&app, HW_KIND_SAMPLE, 2, false, 20),
                     "3|Cut|sample|cutting||\n4|Powder|sample|powder||this one\n");
  hw_app_close(&app);
}

static void names_take_the_permission(void **state) {
  (void)state;
  for (int may = 0; may < 2; may++) {
    hw_app app;
    hw_err err = HW_ERR_INIT;
    app_test_new_clerk(&app, may ? "write names" : "write");
    hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "test", "", &err), &err);
    hw_record r;
    int64_t person = store_test_person(app.store, "A");
    hw_record_init(&r, HW_KIND_PERSON_NAME);
    hw_record_set_int(&r, HW_FIELD_PERSON_NAME_PERSON, person);
    hw_record_set_text(&r, HW_FIELD_PERSON_NAME_KIND, "full");
    hw_record_set_text(&r, HW_FIELD_PERSON_NAME_NAME, "Đỗ Thị Hà");
    add(&app, &r);
    hw_assert_ok(hw_store_commit(app.store, &err), &err);
    const char *text = show(&app, HW_KIND_PERSON, person, true, 20);
    assert_int_equal(strstr(text, "Đỗ") != NULL, may);
    assert_int_equal(strstr(text, "names hidden") != NULL, !may);
    text = show(&app, HW_KIND_PERSON_NAME, 1, true, 20);
    assert_int_equal(strstr(text, "Đỗ") != NULL, may);
    hw_app_close(&app);
  }
}

static void every_version_says_what_was_changed(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  app_test_new(&app);
  import(&app, "persons", "code,sex,role\nA,unknown,missing\n");
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "update", "seen again", &err), &err);
  hw_record r = *app_test_get(&app, HW_KIND_PERSON, "A");
  hw_record_set_text(&r, HW_FIELD_PERSON_SEX, "male");
  hw_assert_ok(hw_store_replace(app.store, &r, &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "set-state", "double", &err), &err);
  hw_assert_ok(hw_store_withdraw(app.store, HW_KIND_PERSON, r.id, "entered twice", &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  const char *text = show(&app, HW_KIND_PERSON, r.id, true, 20);
  hw_assert_contains(text, "|update|seen again|sex: unknown -> male\n");
  hw_assert_contains(text, "|set-state|double|withdrawn: entered twice\n");
  hw_app_close(&app);
}

static void secrets_are_shown_to_nobody(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_record r;
  app_test_new(&app);
  hw_assert_ok(hw_app_begin(&app, HW_MAY_ADMINISTER, "account", "", &err), &err);
  hw_record_init(&r, HW_KIND_CREDENTIAL);
  hw_record_set_int(&r, HW_FIELD_CREDENTIAL_ACTOR, app.actor);
  hw_record_set_text(&r, HW_FIELD_CREDENTIAL_PASSWORD, "$argon2id$one");
  hw_assert_ok(hw_store_add(app.store, &r, &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  hw_assert_ok(hw_app_begin(&app, HW_MAY_ADMINISTER, "account", "", &err), &err);
  hw_record_set_text(&r, HW_FIELD_CREDENTIAL_PASSWORD, "$argon2id$two");
  hw_record_set_text(&r, HW_FIELD_CREDENTIAL_OTP, "JBSWY3DPEHPK3PXP");
  hw_assert_ok(hw_store_replace(app.store, &r, &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  const char *text = show(&app, HW_KIND_CREDENTIAL, r.id, true, 20);
  hw_assert_contains(text, "actor|tester\n");
  hw_assert_contains(text, "|account||changed\n");
  assert_null(strstr(text, "password"));
  assert_null(strstr(text, "argon2id"));
  assert_null(strstr(text, "JBSW"));
  text = show(&app, HW_KIND_ACTOR, app.actor, true, 20);
  assert_null(strstr(text, "argon2id"));
  assert_null(strstr(text, "JBSW"));
  hw_app_close(&app);
}

static void a_code_of_several_kinds_is_asked_for_again(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_kind_id kind = HW_KIND_NONE;
  int64_t id = 0;
  app_test_new(&app);
  import(&app, "persons", "code,sex,role\nA,male,missing\nB,male,missing\n");
  import(&app, "samples", "code,kind\nA,bone\n");
  hw_assert_ok(hw_show_find(&app, "B", &kind, &id, &err), &err);
  assert_int_equal(kind, HW_KIND_PERSON);
  assert_int_equal(id, 2);
  hw_assert_status(hw_show_find(&app, "A", &kind, &id, &err), HW_E_REFERENCE, &err);
  assert_string_equal(err.message, "several records have the code 'A' (person, sample): say which "
                                   "kind, 'homeward show KIND A'");
  hw_assert_status(hw_show_find(&app, "C", &kind, &id, &err), HW_E_REFERENCE, &err);
  hw_assert_contains(err.message, "no record has the code 'C'");
  hw_app_close(&app);
}

static int end(void **state) {
  hw_str_clear(&page);
  return app_tests_end(state);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_kind_has_a_page),
      cmocka_unit_test(a_family_is_drawn_as_a_tree),
      cmocka_unit_test(boxes_show_what_lies_in_them_and_who_held_them),
      cmocka_unit_test(names_take_the_permission),
      cmocka_unit_test(every_version_says_what_was_changed),
      cmocka_unit_test(secrets_are_shown_to_nobody),
      cmocka_unit_test(a_code_of_several_kinds_is_asked_for_again),
  };
  return cmocka_run_group_tests(tests, app_tests_begin, end);
}
