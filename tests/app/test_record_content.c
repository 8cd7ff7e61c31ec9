/* What a record says, whatever row it is; and records that stand for remains without STR. */
#include "app/record_content.h"

#include <string.h>

#include "app/anchor_profile.h"
#include "app/app_support.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_err err;

static void import(hw_app *app, const char *what, const char *text) {
  const hw_status status = app_test_import(app, what, what, text, &err);
  if (status != HW_OK) print_message("# %s: %s\n", what, app_test_mistakes());
  hw_assert_ok(status, &err);
}

static const char RUNS[] =
    "code,investigation,program,parameters,inputs,n_remains,n_missing,n_families,"
    "n_pairs,n_stored\nrun-1,main,0.1,{},i,1,1,1,1,1\n",
                  COMPARISONS[] =
                      "run,profile,person,family,log10_lr,per_marker,n_markers,mismatches,inputs\n"
                      "run-1,B2,M,F,4.25,{},3,0,a.b.c\n";

/* A case with one comparison; @p others come first, so that its rows have other numbers. */
static void make(hw_app *app, bool others) {
  app_test_new(app);
  import(app, "frequencies", "marker,allele,frequency\nA1,10,0.5\nA1,11,0.5\n");
  import(app, "panels", "code,kind\nP,panel\n");
  import(app, "panel_markers", "panel,rank,marker\nP,1,A1\n");
  if (others) {
    import(app, "families", "family,person,father,mother,sex,missing\nG,N,,,male,yes\n");
    import(app, "samples", "code,investigation,sex\nC1,main,male\n");
    import(app, "profiles",
           "code,person,sample,panel,observations,use\nC1,,C1,P,\"10,11\",single\n");
  }
  import(app, "families", "family,person,father,mother,sex,missing\nF,M,,,male,yes\n");
  import(app, "samples", "code,investigation,sex\nB1,main,male\nB2,main,male\n");
  import(app, "profiles", "code,person,sample,panel,observations,use\nB2,,B2,P,\"10,11\",single\n");
  import(app, "runs", RUNS);
  import(app, "comparisons", COMPARISONS);
}

static const hw_record *comparison(hw_app *app) {
  return app_test_get(app, HW_KIND_COMPARISON, "run-1/B2/M/F");
}

static void content_of(hw_app *app, const hw_record *record, char text[HW_DIGEST_TEXT_SIZE]) {
  hw_assert_ok(hwp_record_content(app->store, record, text, &err), &err);
}

static void a_record_says_the_same_in_another_row(void **state) {
  (void)state;
  hw_app one, other;
  char first[HW_DIGEST_TEXT_SIZE], second[HW_DIGEST_TEXT_SIZE];
  make(&one, false);
  content_of(&one, comparison(&one), first);
  const int64_t person = hw_record_int(comparison(&one), HW_FIELD_COMPARISON_PERSON);
  const int64_t digest = comparison(&one)->digest;
  hw_app_close(&one);
  make(&other, true);
  assert_int_not_equal(hw_record_int(comparison(&other), HW_FIELD_COMPARISON_PERSON), person);
  assert_true(comparison(&other)->digest != digest);
  content_of(&other, comparison(&other), second);
  assert_string_equal(first, second);
  hw_app_close(&other);
}

static void every_value_counts_and_a_withdrawal_does_not(void **state) {
  (void)state;
  hw_app app;
  hw_arena arena;
  hw_record row;
  char first[HW_DIGEST_TEXT_SIZE], now[HW_DIGEST_TEXT_SIZE];
  hw_arena_init(&arena, 0);
  make(&app, true);
  hw_assert_ok(hw_record_copy(comparison(&app), &arena, &row, &err), &err);
  content_of(&app, &row, first);
  row.withdrawn = "double";
  content_of(&app, &row, now);
  assert_string_equal(now, first);
  for (int f = 0; f < row.kind->n_fields; f++) {
    hw_record changed = row;
    if (hw_record_is_null(&row, f)) continue;
    if (row.values[f].type == HW_DB_TEXT)
      hw_record_set_text(&changed, f, "other");
    else if (row.values[f].type == HW_DB_REAL)
      hw_record_set_real(&changed, f, hw_record_real(&row, f) * (1 + 0x1p-52));
    else if (row.kind->fields[f].type == HW_TYPE_REF && row.kind->fields[f].target == HW_KIND_RUN)
      continue; /* there is one only */
    else
      hw_record_set_int(&changed, f, row.values[f].i == 1 ? 2 : 1);
    content_of(&app, &changed, now);
    assert_string_not_equal(now, first);
    changed = row;
    hw_record_set_null(&changed, f);
    content_of(&app, &changed, now);
    assert_string_not_equal(now, first);
  }
  hw_arena_clear(&arena);
  hw_app_close(&app);
}

static void what_an_import_wrote_is_known(void **state) {
  (void)state;
  hw_app app;
  bool is_import = false;
  make(&app, false);
  hw_assert_ok(hwp_entry_is_import(app.store, comparison(&app)->entry, &is_import, &err), &err);
  assert_true(is_import);
  hw_assert_ok(hwp_entry_is_import(app.store, 1, &is_import, &err), &err); /* 'init' */
  assert_false(is_import);
  hw_assert_ok(hwp_entry_is_import(app.store, 1000, &is_import, &err), &err);
  assert_false(is_import);
  hw_app_close(&app);
}

/* --- anchors --- */

static int64_t sample_of(hw_app *app, const char *code) {
  return app_test_get(app, HW_KIND_SAMPLE, code)->id;
}

static void one_record_stands_for_a_sample_however_often_it_is_asked_for(void **state) {
  (void)state;
  hw_app app;
  int64_t first = -1, second = -1, other = -1;
  make(&app, false);
  const int64_t b1 = sample_of(&app, "B1"), b2 = sample_of(&app, "B2");
  hw_assert_ok(hwp_anchor_find(app.store, b1, &first, &err), &err);
  assert_int_equal(first, 0);
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "test", "", &err), &err);
  hw_assert_ok(hwp_anchor_add(app.store, b1, &first, &err), &err);
  hw_assert_ok(hwp_anchor_add(app.store, b1, &second, &err), &err);
  hw_assert_ok(hwp_anchor_add(app.store, b2, &other, &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  assert_int_equal(first, second);
  assert_int_not_equal(first, other);
  hw_assert_ok(hwp_anchor_find(app.store, b1, &second, &err), &err);
  assert_int_equal(first, second);
  const hw_record *anchor = app_test_get(&app, HW_KIND_PROFILE, "B1#no-str");
  assert_int_equal(anchor->id, first);
  assert_int_equal(hw_record_int(anchor, HW_FIELD_PROFILE_SAMPLE), b1);
  assert_string_equal(hw_record_text(anchor, HW_FIELD_PROFILE_USE), "replicate");
  assert_string_equal(hw_record_text(anchor, HW_FIELD_PROFILE_OBSERVATIONS), "{}");
  hw_assert_status(hwp_anchor_find(app.store, 1000, &first, &err), HW_E_REFERENCE, &err);
  hw_app_close(&app);
}

static void memory_may_run_out(void **state) {
  (void)state;
  hw_app app;
  hw_arena arena;
  hw_record row;
  char text[HW_DIGEST_TEXT_SIZE];
  hw_arena_init(&arena, 0);
  make(&app, false);
  const int64_t b1 = sample_of(&app, "B1");
  hw_assert_ok(hw_record_copy(comparison(&app), &arena, &row, &err), &err);
  for (long n = 0; hw_faults_begin(n); n++) {
    int64_t profile = 0;
    hw_status status = hwp_record_content(app.store, &row, text, &err);
    if (status == HW_OK) status = hwp_anchor_find(app.store, b1, &profile, &err);
    if (hw_faults_end())
      assert_int_equal(status, HW_E_NO_MEMORY);
    else
      hw_assert_ok(status, &err);
  }
  hw_arena_clear(&arena);
  hw_app_close(&app);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_record_says_the_same_in_another_row),
      cmocka_unit_test(every_value_counts_and_a_withdrawal_does_not),
      cmocka_unit_test(what_an_import_wrote_is_known),
      cmocka_unit_test(one_record_stands_for_a_sample_however_often_it_is_asked_for),
      cmocka_unit_test(memory_may_run_out),
  };
  return cmocka_run_group_tests(tests, app_tests_begin, app_tests_end);
}
