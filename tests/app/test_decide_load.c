/* A decision reads the bone and the family that it is about; the rest of the investigation only where
 * something was written that can matter. All data are synthetic. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/decide_int.h"
#include "app/decide_support.h"
#include "support/assert.h"

/* More families than a decision is about, and their typed fathers. */
static void add_families(hw_app *app, int first, int n) {
  hw_str families = HW_STR_INIT, profiles = HW_STR_INIT;
  hw_str_append(&families, "family,person,father,mother,sex,missing\n");
  hw_str_append(&profiles, "code,person,panel,observations,use\n");
  for (int i = first; i < first + n; i++) {
    hw_str_append_format(&families, "G%d,G%d-F,,,male,\nG%d,G%d-X,G%d-F,,male,yes\n", i, i, i, i,
                         i);
    hw_str_append_format(&profiles, "G%d-F,G%d-F,P,11;12;11;12;11;12;11;12;11;12,single\n", i, i);
  }
  decide_import(app, "families", hw_str_text(&families));
  decide_import(app, "profiles", hw_str_text(&profiles));
  hw_str_clear(&families);
  hw_str_clear(&profiles);
}

/* Why the basis does not hold; "" = it does. @param whole  [out] all was loaded */
static const char *test_basis(hw_app *app, bool *whole) {
  hw_err err = HW_ERR_INIT;
  hwp_decide decide;
  hw_assert_ok(hwp_decide_open(&decide, app, &decide_arena, 1, &err), &err);
  hw_assert_ok(hwp_decide_read_basis(&decide, true, &err), &err);
  *whole = decide.is_loaded;
  const char *stale = decide.basis.stale != NULL ? decide.basis.stale : "";
  hwp_decide_clear(&decide);
  return stale;
}

static void a_decision_reads_its_own_family(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hwp_decide decide;
  hwp_part part;
  bool whole = true;
  decide_new_case(&app);
  add_families(&app, 1, 60);
  decide_run(&app, 3);
  assert_string_equal(decide_propose(&app, "F1-X", "S1"), "ID-1");
  assert_string_equal(test_basis(&app, &whole), "");
  assert_false(whole);
  /* What the part has. */
  hw_assert_ok(hwp_decide_open(&decide, &app, &decide_arena, 1, &err), &err);
  hw_assert_ok(hwp_decide_read_basis(&decide, false, &err), &err);
  hw_assert_ok(
      hwp_decide_load_pair(&decide, &decide.basis.run, decide.basis.run.entry,
                           hw_record_int(&decide.basis.comparison, HW_FIELD_COMPARISON_FAMILY),
                           &part, &err),
      &err);
  assert_int_equal(part.stored.problem.n_families, 1);
  assert_int_equal(part.stored.problem.n_remains, 1);
  assert_true(part.is_same_table && part.is_same_case);
  hwp_part_clear(&part);
  hwp_decide_clear(&decide);
  /* Ordinary families that came since change nothing, and are not read. */
  add_families(&app, 61, 20);
  assert_string_equal(test_basis(&app, &whole), "");
  assert_false(whole);
  decide_review(&app, "ID-1");
  decide_do(&app, "board", "ID-1", "confirmed");
  assert_int_equal(decide_faults(&app), 0);
  hw_app_close(&app);
}

static void a_joint_posterior_is_tested_on_all_where_something_was_written(void **state) {
  (void)state;
  hw_app app;
  bool whole = true;
  decide_new_case(&app);
  add_families(&app, 1, 20);
  decide_run(&app, 3);
  assert_string_equal(decide_propose(&app, "F1-X", "S1"), "ID-1");
  const char *joint = decide_joint_run(&app, "S1", "F1-X", 0.9995, 0.0005);
  decide_review(&app, "ID-1"); /* writes, but nothing that was compared */
  assert_string_equal(test_basis(&app, &whole), "");
  assert_false(whole);
  add_families(&app, 21, 1);
  char message[200];
  snprintf(message, sizeof message,
           "the investigation has changed since %s, on which the joint posterior rests", joint);
  assert_string_equal(test_basis(&app, &whole), message);
  assert_true(whole);
  hw_app_close(&app);
}

/* Somebody who is in no family: what is compared is the same, which only the whole tells. */
static void add_person(hw_app *app, const char *code) {
  char text[80];
  snprintf(text, sizeof text, "code,sex,role\n%s,male,relative\n", code);
  decide_import(app, "persons", text);
}

/* @param part_only  what needs the whole is not tested */
static void read_basis(hw_app *app, hwp_decide *decide, const hwp_tested *tested, bool part_only) {
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hwp_decide_open(decide, app, &decide_arena, 1, &err), &err);
  decide->tested = tested;
  decide->is_part_only = part_only;
  hw_assert_ok(hwp_decide_read_basis(decide, true, &err), &err);
  assert_null(decide->basis.stale);
}

static void a_test_before_the_change_counts_until_something_is_written(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hwp_decide decide;
  hwp_tested tested;
  decide_new_case(&app);
  decide_run(&app, 3);
  assert_string_equal(decide_propose(&app, "F1-X", "S1"), "ID-1");
  decide_joint_run(&app, "S1", "F1-X", 0.9995, 0.0005);
  add_person(&app, "new");
  /* What cannot be confirmed is not tested. */
  hw_assert_ok(hwp_decide_test(&app, "ID-1", &decide_arena, &tested, &err), &err);
  assert_false(tested.is_whole);
  hw_assert_ok(hwp_decide_test(&app, "nothing", &decide_arena, &tested, &err), &err);
  assert_false(tested.is_whole);
  decide_review(&app, "ID-1");
  hw_assert_ok(hwp_decide_test(&app, "ID-1", &decide_arena, &tested, &err), &err);
  assert_true(tested.is_whole);
  assert_null(tested.stale);
  read_basis(&app, &decide, &tested, false);
  assert_false(decide.is_loaded);
  hwp_decide_clear(&decide);
  decide_import(&app, "dossiers", "dossier,person,source,unit\nD1,F1-X,a list,7\n");
  read_basis(&app, &decide, &tested, false);
  assert_false(decide.is_loaded); /* not of what is compared */
  hwp_decide_clear(&decide);
  add_person(&app, "newer");
  read_basis(&app, &decide, &tested, false);
  assert_true(decide.is_loaded);
  hwp_decide_clear(&decide);
  read_basis(&app, &decide, NULL, true);
  assert_false(decide.is_loaded || decide.is_basis_tested);
  hwp_decide_clear(&decide);
  decide_do(&app, "board", "ID-1", "confirmed");
  hw_app_close(&app);
}

static void what_others_add_to_the_table_is_seen(void **state) {
  (void)state;
  hw_app app;
  bool whole = false;
  decide_new_case(&app);
  add_families(&app, 1, 3);
  decide_run(&app, 3);
  assert_string_equal(decide_propose(&app, "F1-X", "S1"), "ID-1");
  /* An allele that the table lacks, in another family, and a table that adds none. */
  decide_import(&app, "profiles",
                "code,person,panel,observations,use\n"
                "G1-X2,G1-F,P,99;12;11;12;11;12;11;12;11;12,single\n");
  hw_assert_contains(test_basis(&app, &whole), "the investigation cannot be compared any more (");
  assert_false(whole); /* it could not be */
  hw_app_close(&app);
}

static void a_run_is_dated_by_when_it_was_made(void **state) {
  (void)state;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_arena arena;
  hw_record row;
  int64_t run = 0, made = 0, now = 0;
  hw_arena_init(&arena, 0);
  decide_new_case(&app);
  const char *code = decide_run(&app, 3);
  hw_assert_ok(hw_app_find(&app, HW_KIND_RUN, code, &run, &err), &err);
  hw_assert_ok(hw_store_get(app.store, HW_KIND_RUN, run, &arena, &row, &err), &err);
  hw_assert_ok(hw_store_added_by(app.store, &row, &made, &err), &err);
  assert_int_equal(made, row.entry);
  hw_assert_ok(decide_set(&app, "clerk", HW_KIND_RUN, code, "withdrawn", &err), &err);
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "test", "", &err), &err);
  hw_assert_ok(hw_store_restore(app.store, HW_KIND_RUN, run, &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  hw_assert_ok(hw_store_get(app.store, HW_KIND_RUN, run, &arena, &row, &err), &err);
  hw_assert_ok(hw_store_added_by(app.store, &row, &now, &err), &err);
  assert_true(row.entry > made);
  assert_int_equal(now, made);
  hw_app_close(&app);
  hw_arena_clear(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_decision_reads_its_own_family),
      cmocka_unit_test(a_joint_posterior_is_tested_on_all_where_something_was_written),
      cmocka_unit_test(a_test_before_the_change_counts_until_something_is_written),
      cmocka_unit_test(what_others_add_to_the_table_is_seen),
      cmocka_unit_test(a_run_is_dated_by_when_it_was_made),
  };
  return cmocka_run_group_tests(tests, decide_tests_begin, decide_tests_end);
}
