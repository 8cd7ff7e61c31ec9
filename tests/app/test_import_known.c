/* Files that come again: known while their import stands, read again once something of it was
 * withdrawn. The records are made up. */
#include <stdio.h>
#include <string.h>

#include "app/app_support.h"
#include "app/state.h"
#include "support/assert.h"

static hw_app app;
static hw_err err;

static int setup(void **state) {
  (void)state;
  err = (hw_err)HW_ERR_INIT;
  app_test_new(&app);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  hw_app_close(&app);
  return 0;
}

static void import(const hw_import_options *options, const char *name, const char *text) {
  hw_status status = app_test_import_with(&app, options, name, text, &err);
  if (status != HW_OK) print_message("# %s", app_test_mistakes());
  hw_assert_ok(status, &err);
}

static void import_sites(const char *text) {
  const hw_import_options options = {.what = "sites", .apply = true};
  import(&options, "sites.csv", text);
}

static void withdraw(hw_kind_id kind, int64_t id, const char *reason) {
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "withdraw", "", &err), &err);
  hw_assert_ok(hw_store_withdraw(app.store, kind, id, reason, &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
}

static void assert_note(int note, const char *text) {
  assert_true(app_test_report.n_notes > note);
  assert_string_equal(app_test_report.notes[note], text);
}

static hw_status no_fault(void *context, const hw_fault *fault, hw_err *e) {
  (void)context;
  (void)e;
  print_message("# %s: %s\n", fault->where, fault->text);
  return HW_E_DAMAGED;
}

static void assert_all_as_written(void) {
  hw_assert_ok(hw_store_verify(app.store, no_fault, NULL, NULL, NULL, &err), &err);
}

static const char SITES[] = "code,name\nS-1,north\nS-2,south\n";

static void a_withdrawn_import_is_done_again(void **state) {
  (void)state;
  import_sites(SITES);
  import_sites(SITES);
  assert_true(app_test_report.is_known);
  withdraw(HW_KIND_IMPORT, 1, "the wrong file");
  import_sites(SITES);
  assert_false(app_test_report.is_known);
  assert_true(app_test_report.is_applied);
  assert_note(0, "imported before, but that import was withdrawn (the wrong file): read again");
  assert_int_equal(app_test_report.counts[HW_KIND_SITE].unchanged, 2);
  assert_int_equal(app_test_count(&app, HW_KIND_IMPORT), 1);
  import_sites(SITES);
  assert_true(app_test_report.is_known);
  assert_int_equal(app_test_report.known_entry, 4);
  assert_all_as_written();
}

static void what_was_withdrawn_stays_so_and_is_told(void **state) {
  (void)state;
  import_sites(SITES);
  withdraw(HW_KIND_SITE, 2, "dug twice");
  import_sites(SITES);
  assert_false(app_test_report.is_known);
  assert_note(0, "imported before, in audit entry 2, but not all of it stands (site S-2 (row 2), "
                 "withdrawn: dug twice): read again");
  assert_note(1,
              "the file names withdrawn records, which stay so (1 times, first: site S-2 (row 2), "
              "withdrawn: dug twice): say --restore to take them back");
  assert_int_equal(app_test_report.counts[HW_KIND_SITE].unchanged, 2);
  assert_int_equal(app_test_count(&app, HW_KIND_SITE), 1);
  assert_int_equal(app_test_count(&app, HW_KIND_IMPORT), 1);
  assert_all_as_written();
}

static void restoring_takes_a_withdrawal_back(void **state) {
  (void)state;
  hw_import_options options = {.what = "sites", .restore = true};
  import_sites(SITES);
  withdraw(HW_KIND_SITE, 2, "dug twice");
  import(&options, "sites.csv", SITES);
  assert_int_equal(app_test_report.counts[HW_KIND_SITE].changed, 1);
  assert_int_equal(app_test_report.counts[HW_KIND_SITE].unchanged, 1);
  assert_int_equal(app_test_count(&app, HW_KIND_SITE), 1); /* a dry run */
  options.apply = true;
  import(&options, "sites.csv", SITES);
  assert_note(1,
              "withdrawn records in use again: 1, first: site S-2 (row 2), withdrawn: dug twice");
  assert_int_equal(app_test_count(&app, HW_KIND_SITE), 2);
  import_sites(SITES);
  assert_true(app_test_report.is_known);
  withdraw(HW_KIND_SITE, 2, "dug twice after all");
  import_sites(SITES);
  assert_false(app_test_report.is_known);
  assert_all_as_written();
}

static void evidence_is_restored_as_it_was_or_not_at_all(void **state) {
  (void)state;
  hw_import_options options = {.what = "profiles", .apply = true};
  import(&options, "p.csv", "sample,D3S1358\nA,14/15\n");
  withdraw(HW_KIND_PROFILE, 1, "wrong tube");
  import(&options, "p.csv", "sample,D3S1358\nA,14/15\n");
  assert_false(app_test_report.is_known);
  assert_int_equal(app_test_count(&app, HW_KIND_PROFILE), 0);
  options.restore = true;
  assert_int_equal(app_test_import_with(&app, &options, "p.csv", "sample,D3S1358\nA,14/16\n", &err),
                   HW_E_CONFLICT);
  hw_assert_contains(err.message, "evidence is never changed");
  assert_int_equal(app_test_count(&app, HW_KIND_PROFILE), 0);
  import(&options, "p.csv", "sample,D3S1358\nA,14/15\n");
  assert_int_equal(app_test_count(&app, HW_KIND_PROFILE), 1);
  assert_all_as_written();
}

static void a_withdrawn_record_is_not_changed_unless_it_is_restored(void **state) {
  (void)state;
  hw_import_options options = {.what = "sites", .apply = true, .update = true};
  import_sites(SITES);
  withdraw(HW_KIND_SITE, 1, "a mistake");
  assert_int_equal(app_test_import_with(&app, &options, "x.csv", "code,name\nS-1,west\n", &err),
                   HW_E_CONFLICT);
  assert_string_equal(app_test_mistakes(),
                      "x.csv:2:5: name: \"west\", but the stored site S-1, which was withdrawn (a "
                      "mistake), says \"north\": give what is right another key, or take it back "
                      "and change it by --restore --update\n");
  options.restore = true;
  import(&options, "x.csv", "code,name\nS-1,west\n");
  assert_int_equal(app_test_report.counts[HW_KIND_SITE].changed, 1);
  const hw_record *site = app_test_get(&app, HW_KIND_SITE, "S-1");
  assert_string_equal(hw_record_text(site, HW_FIELD_SITE_NAME), "west");
  assert_null(site->withdrawn);
  assert_all_as_written();
}

/* What the file itself says, and what the program does by itself, is no doubt about a file. */
static void withdrawals_that_say_nothing_of_the_file_leave_it_known(void **state) {
  (void)state;
  hw_import_options options = {.what = "site", .apply = true};
  import(&options, "all.csv", "code,row_withdrawn\nS-9,never there\n");
  import(&options, "all.csv", "code,row_withdrawn\nS-9,never there\n");
  assert_true(app_test_report.is_known);
  static const char FIRST[] =
      "sample,replicate,D3S1358\nA,1,14/15\nA,2,14/15\nB,1,14/15\nB,2,14/15\n";
  options = (hw_import_options){.what = "profiles", .consensus = "composite", .apply = true};
  import(&options, "first.csv", FIRST);
  import(&options, "second.csv", "sample,replicate,D3S1358\nA,3,14/16\n");
  import(&options, "first.csv", FIRST);
  assert_true(app_test_report.is_known);
}

static void what_is_in_use_is_not_restored(void **state) {
  (void)state;
  import_sites(SITES);
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "restore", "", &err), &err);
  hw_assert_status(hw_store_restore(app.store, HW_KIND_SITE, 1, &err), HW_E_STATE, &err);
  hw_assert_contains(err.message, "this site is not withdrawn");
  hw_store_rollback(app.store);
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      CASE(a_withdrawn_import_is_done_again),
      CASE(what_was_withdrawn_stays_so_and_is_told),
      CASE(restoring_takes_a_withdrawal_back),
      CASE(evidence_is_restored_as_it_was_or_not_at_all),
      CASE(a_withdrawn_record_is_not_changed_unless_it_is_restored),
      CASE(withdrawals_that_say_nothing_of_the_file_leave_it_known),
      CASE(what_is_in_use_is_not_restored),
  };
  return cmocka_run_group_tests_name("import_known", tests, app_tests_begin, app_tests_end);
}
