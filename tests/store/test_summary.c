/* Counts over several kinds: who is typed, by what, and which families have nobody typed. */
#include <math.h>
#include <stdio.h>

#include "homeward/random.h"
#include "store/store_support.h"
#include "store/summary.h"
#include "support/assert.h"

static void families_without_a_typed_reference_are_counted(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_summary summary;
  hw_record r;
  hw_store *store = store_test_new(store_test_name());
  store_test_begin(store, "add");
  hw_record_init(&r, HW_KIND_INVESTIGATION);
  hw_record_set_text(&r, HW_FIELD_INVESTIGATION_CODE, "main");
  hw_assert_ok(hw_store_add(store, &r, &err), &err);
  for (int f = 1; f <= 2; f++) {
    hw_record_init(&r, HW_KIND_FAMILY);
    hw_record_set_text(&r, HW_FIELD_FAMILY_CODE, f == 1 ? "F1" : "F2");
    hw_record_set_int(&r, HW_FIELD_FAMILY_INVESTIGATION, 1);
    hw_assert_ok(hw_store_add(store, &r, &err), &err);
    for (int m = 0; m < 2; m++) {
      char code[8];
      snprintf(code, sizeof code, "%d-%d", f, m);
      hw_record_init(&r, HW_KIND_FAMILY_MEMBER);
      hw_record_set_int(&r, HW_FIELD_FAMILY_MEMBER_FAMILY, f);
      hw_record_set_int(&r, HW_FIELD_FAMILY_MEMBER_PERSON, store_test_person(store, code));
      hw_record_set_int(&r, HW_FIELD_FAMILY_MEMBER_IS_MISSING, m == 0);
      hw_assert_ok(hw_store_add(store, &r, &err), &err);
    }
  }
  store_test_commit(store);
  hw_assert_ok(hw_store_summary(store, &summary, &err), &err);
  assert_int_equal(summary.n_families, 2);
  assert_int_equal(summary.n_untyped_families, 2);
  store_test_begin(store, "type");
  int64_t profile = store_test_profile(store, "P", 2);
  store_test_commit(store);
  hw_assert_ok(hw_store_summary(store, &summary, &err), &err);
  assert_int_equal(summary.n_untyped_families, 1);
  assert_int_equal(summary.n_references, 1);
  store_test_begin(store, "withdraw");
  hw_assert_ok(hw_store_withdraw(store, HW_KIND_PROFILE, profile, "mixed up", &err), &err);
  store_test_commit(store);
  hw_assert_ok(hw_store_summary(store, &summary, &err), &err);
  assert_int_equal(summary.n_untyped_families, 2);
  assert_int_equal(summary.n_references, 0);
  assert_int_equal(store_test_verify(store), 0);
  hw_store_close(store);
}

static int64_t add_run(hw_store *store, const char *code) {
  hw_err err = HW_ERR_INIT;
  hw_record r;
  hw_record_init(&r, HW_KIND_RUN);
  hw_record_set_text(&r, HW_FIELD_RUN_CODE, code);
  hw_record_set_int(&r, HW_FIELD_RUN_INVESTIGATION, 1);
  hw_record_set_text(&r, HW_FIELD_RUN_PROGRAM, "0");
  hw_record_set_text(&r, HW_FIELD_RUN_PARAMETERS, "{}");
  hw_record_set_text(&r, HW_FIELD_RUN_INPUTS, "0");
  for (int field = HW_FIELD_RUN_REMAINS; field <= HW_FIELD_RUN_STORED; field++)
    hw_record_set_int(&r, field, 0);
  hw_assert_ok(hw_store_add(store, &r, &err), &err);
  return r.id;
}

/* @param expected  NaN = left out */
static int64_t add_power(hw_store *store, int64_t run, int64_t person, double expected) {
  hw_err err = HW_ERR_INIT;
  hw_record r;
  hw_record_init(&r, HW_KIND_POWER);
  hw_record_set_int(&r, HW_FIELD_POWER_RUN, run);
  hw_record_set_int(&r, HW_FIELD_POWER_PERSON, person);
  hw_record_set_int(&r, HW_FIELD_POWER_FAMILY, 1);
  hw_record_set_real(&r, HW_FIELD_POWER_EXPECTED, expected);
  hw_record_set_real(&r, HW_FIELD_POWER_NEEDED, 6);
  if (isnan(expected)) hw_record_set_text(&r, HW_FIELD_POWER_LEFT_OUT, "too complex");
  hw_assert_ok(hw_store_add(store, &r, &err), &err);
  return r.id;
}

static void check_weak(hw_store *store, int64_t n_weak, int64_t n_left_out, int64_t weakest) {
  hw_err err = HW_ERR_INIT;
  hw_summary summary;
  for (int again = 0; again < 2; again++) {
    hw_assert_ok(hw_store_summary(store, &summary, &err), &err);
    assert_int_equal(summary.n_weak, n_weak);
    assert_int_equal(summary.n_left_out, n_left_out);
    assert_int_equal(summary.n_weakest, n_weak < HW_SUMMARY_WEAKEST ? n_weak : HW_SUMMARY_WEAKEST);
    if (n_weak > 0) assert_int_equal(summary.weakest[0], weakest);
  }
}

static void weak_families_are_those_of_the_newest_run_that_evaluated_any(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_record r;
  hw_store *store = store_test_new(store_test_name());
  store_test_begin(store, "add");
  hw_record_init(&r, HW_KIND_INVESTIGATION);
  hw_record_set_text(&r, HW_FIELD_INVESTIGATION_CODE, "main");
  hw_assert_ok(hw_store_add(store, &r, &err), &err);
  hw_record_init(&r, HW_KIND_FAMILY);
  hw_record_set_text(&r, HW_FIELD_FAMILY_CODE, "F1");
  hw_record_set_int(&r, HW_FIELD_FAMILY_INVESTIGATION, 1);
  hw_assert_ok(hw_store_add(store, &r, &err), &err);
  for (int i = 1; i <= 14; i++) {
    char code[8];
    snprintf(code, sizeof code, "P%d", i);
    store_test_person(store, code);
  }
  store_test_commit(store);
  check_weak(store, 0, 0, 0);
  store_test_begin(store, "run");
  const int64_t first = add_run(store, "run-1");
  add_power(store, first, 1, 7);
  const int64_t weak = add_power(store, first, 2, 3);
  add_power(store, first, 3, (double)NAN);
  check_weak(store, 1, 1, weak); /* as the change has it */
  hw_store_rollback(store);
  check_weak(store, 0, 0, 0);
  store_test_begin(store, "run");
  assert_int_equal(add_run(store, "run-1"), first); /* the same numbers, and another content */
  add_power(store, first, 1, 2);
  assert_int_equal(add_power(store, first, 2, 1), weak);
  add_power(store, first, 3, 4);
  store_test_commit(store);
  check_weak(store, 3, 0, weak);
  /* Whoever adds to it later is seen, and so is a newer run, and one that is taken back. */
  store_test_begin(store, "more");
  const int64_t weaker = add_power(store, first, 4, 0.5);
  store_test_commit(store);
  check_weak(store, 4, 0, weaker);
  store_test_begin(store, "run");
  const int64_t second = add_run(store, "run-2");
  int64_t last = 0;
  for (int i = 1; i <= 12; i++) last = add_power(store, second, i, 5 - 0.1 * i);
  store_test_commit(store);
  check_weak(store, 12, 0, last);
  /* A search keeps only whom it left out: that is told, and the families are as weak as before. */
  store_test_begin(store, "search");
  const int64_t search = add_run(store, "run-3");
  add_power(store, search, 5, (double)NAN);
  store_test_commit(store);
  check_weak(store, 12, 1, last);
  store_test_begin(store, "withdraw");
  hw_assert_ok(hw_store_withdraw(store, HW_KIND_RUN, second, "wrong", &err), &err);
  store_test_commit(store);
  check_weak(store, 4, 1, weaker);
  hw_store_close(store);
}

/* An STR profile of a sample, with this code. */
static int64_t add_str(hw_store *store, const char *code, int64_t sample) {
  hw_err err = HW_ERR_INIT;
  hw_arena arena;
  hw_record r;
  hw_arena_init(&arena, 0);
  hw_assert_ok(hw_store_get(store, HW_KIND_PROFILE, 1, &arena, &r, &err), &err);
  hw_record_set_text(&r, HW_FIELD_PROFILE_CODE, code);
  hw_record_set_null(&r, HW_FIELD_PROFILE_PERSON);
  hw_record_set_int(&r, HW_FIELD_PROFILE_SAMPLE, sample);
  hw_assert_ok(hw_store_add(store, &r, &err), &err);
  hw_arena_clear(&arena);
  return r.id;
}

/* An SNP profile, of the panel 1, of a sample or of a person; 0 = not hers. */
static void add_snp(hw_store *store, const char *code, int64_t sample, int64_t person) {
  hw_err err = HW_ERR_INIT;
  hw_record r;
  hw_record_init(&r, HW_KIND_SNP_PROFILE);
  hw_record_set_text(&r, HW_FIELD_SNP_PROFILE_CODE, code);
  if (sample != 0) hw_record_set_int(&r, HW_FIELD_SNP_PROFILE_SAMPLE, sample);
  if (person != 0) hw_record_set_int(&r, HW_FIELD_SNP_PROFILE_PERSON, person);
  hw_record_set_int(&r, HW_FIELD_SNP_PROFILE_PANEL, 1);
  hw_record_set_text(&r, HW_FIELD_SNP_PROFILE_LIKELIHOODS, "..");
  hw_record_set_int(&r, HW_FIELD_SNP_PROFILE_KNOWN, 0);
  hw_record_set_text(&r, HW_FIELD_SNP_PROFILE_USE, "single");
  hw_assert_ok(hw_store_add(store, &r, &err), &err);
}

static int64_t add_line(hw_store *store, const char *code, int64_t sample, int64_t person) {
  hw_err err = HW_ERR_INIT;
  hw_record r;
  hw_record_init(&r, HW_KIND_HAPLOTYPE);
  hw_record_set_text(&r, HW_FIELD_HAPLOTYPE_CODE, code);
  hw_record_set_text(&r, HW_FIELD_HAPLOTYPE_LINE, "mt");
  if (sample != 0) hw_record_set_int(&r, HW_FIELD_HAPLOTYPE_SAMPLE, sample);
  if (person != 0) hw_record_set_int(&r, HW_FIELD_HAPLOTYPE_PERSON, person);
  hw_record_set_text(&r, HW_FIELD_HAPLOTYPE_HAPLOTYPE, "rCRS");
  hw_assert_ok(hw_store_add(store, &r, &err), &err);
  return r.id;
}

/* Five samples of remains, two families that miss somebody, and an SNP panel. */
static void make_untyped(hw_store *store) {
  hw_err err = HW_ERR_INIT;
  hw_record r;
  char code[8];
  hw_record_init(&r, HW_KIND_INVESTIGATION);
  hw_record_set_text(&r, HW_FIELD_INVESTIGATION_CODE, "main");
  hw_assert_ok(hw_store_add(store, &r, &err), &err);
  hw_record_init(&r, HW_KIND_SNP_PANEL);
  hw_record_set_text(&r, HW_FIELD_SNP_PANEL_CODE, "Q");
  hw_record_set_int(&r, HW_FIELD_SNP_PANEL_MARKERS, 2);
  hw_record_set_text(&r, HW_FIELD_SNP_PANEL_DIGEST, "d");
  hw_record_set_text(&r, HW_FIELD_SNP_PANEL_TABLE, "t");
  hw_assert_ok(hw_store_add(store, &r, &err), &err);
  for (int i = 1; i <= 5; i++) {
    snprintf(code, sizeof code, "B%d", i);
    hw_record_init(&r, HW_KIND_SAMPLE);
    hw_record_set_text(&r, HW_FIELD_SAMPLE_CODE, code);
    hw_record_set_int(&r, HW_FIELD_SAMPLE_INVESTIGATION, 1);
    hw_assert_ok(hw_store_add(store, &r, &err), &err);
  }
  for (int f = 1; f <= 2; f++) {
    snprintf(code, sizeof code, "F%d", f);
    hw_record_init(&r, HW_KIND_FAMILY);
    hw_record_set_text(&r, HW_FIELD_FAMILY_CODE, code);
    hw_record_set_int(&r, HW_FIELD_FAMILY_INVESTIGATION, 1);
    hw_assert_ok(hw_store_add(store, &r, &err), &err);
    for (int m = 0; m < 2; m++) {
      snprintf(code, sizeof code, "%d-%d", f, m);
      hw_record_init(&r, HW_KIND_FAMILY_MEMBER);
      hw_record_set_int(&r, HW_FIELD_FAMILY_MEMBER_FAMILY, f);
      hw_record_set_int(&r, HW_FIELD_FAMILY_MEMBER_PERSON, store_test_person(store, code));
      hw_record_set_int(&r, HW_FIELD_FAMILY_MEMBER_IS_MISSING, m == 0);
      hw_assert_ok(hw_store_add(store, &r, &err), &err);
    }
  }
  store_test_profile(store, "S", store_test_person(store, "S")); /* of no family */
}

static hw_summary summary_of(hw_store *store) {
  hw_err err = HW_ERR_INIT;
  hw_summary summary;
  hw_assert_ok(hw_store_summary(store, &summary, &err), &err);
  assert_int_equal(store_test_verify(store), 0);
  return summary;
}

static void who_is_typed_by_snps_or_a_line_alone_is_counted(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_store *store = store_test_new(store_test_name());
  store_test_begin(store, "add");
  make_untyped(store);
  const int64_t first = add_str(store, "B1", 1);
  store_test_commit(store);
  hw_summary summary = summary_of(store);
  assert_int_equal(summary.n_remains, 5);
  assert_int_equal(summary.n_remains_typed, 1);
  assert_int_equal(summary.n_untyped_families, 2);
  store_test_begin(store, "type");
  add_snp(store, "B1-s", 1, 0);
  add_snp(store, "B2-s", 2, 0);
  add_snp(store, "B2-s-again", 2, 0);
  hw_record panel;
  hw_record_init(&panel, HW_KIND_PANEL);
  hw_record_set_text(&panel, HW_FIELD_PANEL_CODE, "no-str");
  hw_record_set_text(&panel, HW_FIELD_PANEL_KIND, "layout");
  hw_assert_ok(hw_store_add(store, &panel, &err), &err);
  add_str(store, "B2#no-str", 2); /* stands for B2, and types nobody */
  const int64_t line = add_line(store, "B3-m", 3, 0);
  add_snp(store, "F1-s", 0, 2);
  add_line(store, "F2-m", 0, 4);
  store_test_commit(store);
  summary = summary_of(store);
  assert_int_equal(summary.n_remains_typed, 3);
  assert_int_equal(summary.n_remains_str, 1);
  assert_int_equal(summary.n_remains_snp, 2);
  assert_int_equal(summary.n_remains_lines, 1);
  assert_int_equal(summary.n_references, 1);
  assert_int_equal(summary.n_references_snp, 1);
  assert_int_equal(summary.n_references_lines, 1);
  assert_int_equal(summary.n_untyped_families, 0);
  store_test_begin(store, "withdraw");
  hw_assert_ok(hw_store_withdraw(store, HW_KIND_HAPLOTYPE, line, "mixed up", &err), &err);
  hw_assert_ok(hw_store_withdraw(store, HW_KIND_PROFILE, first, "mixed up", &err), &err);
  store_test_commit(store);
  summary = summary_of(store);
  assert_int_equal(summary.n_remains_typed, 2);
  assert_int_equal(summary.n_remains_str, 0);
  assert_int_equal(summary.n_remains_lines, 0);
  hw_store_close(store);
}

/* --- counts that are moved --- */

static void add_sample(hw_store *store, int i, int64_t parent, int64_t person) {
  hw_err err = HW_ERR_INIT;
  hw_record r;
  char code[24];
  snprintf(code, sizeof code, "X%d", i);
  hw_record_init(&r, HW_KIND_SAMPLE);
  hw_record_set_text(&r, HW_FIELD_SAMPLE_CODE, code);
  hw_record_set_int(&r, HW_FIELD_SAMPLE_INVESTIGATION, 1);
  if (parent != 0) hw_record_set_int(&r, HW_FIELD_SAMPLE_PARENT, parent);
  if (person != 0) hw_record_set_int(&r, HW_FIELD_SAMPLE_PERSON, person);
  hw_assert_ok(hw_store_add(store, &r, &err), &err);
}

static void add_member(hw_store *store, int64_t family, int i, bool is_missing) {
  hw_err err = HW_ERR_INIT;
  hw_record r;
  char code[24];
  snprintf(code, sizeof code, "M%d", i);
  hw_record_init(&r, HW_KIND_FAMILY_MEMBER);
  hw_record_set_int(&r, HW_FIELD_FAMILY_MEMBER_FAMILY, family);
  hw_record_set_int(&r, HW_FIELD_FAMILY_MEMBER_PERSON, store_test_person(store, code));
  hw_record_set_int(&r, HW_FIELD_FAMILY_MEMBER_IS_MISSING, is_missing);
  hw_assert_ok(hw_store_add(store, &r, &err), &err);
}

/* Withdraws a random record of a kind, or takes its withdrawal back. */
static void turn(hw_store *store, hw_kind_id kind, hw_random *random) {
  hw_err err = HW_ERR_INIT;
  int64_t n = 0;
  hw_record r;
  hw_arena arena;
  hw_assert_ok(hw_store_count(store, kind, &n, &err), &err);
  if (n == 0) return;
  hw_arena_init(&arena, 0);
  const int64_t id = 1 + (int64_t)hw_random_below(random, (uint64_t)n);
  hw_assert_ok(hw_store_get(store, kind, id, &arena, &r, &err), &err);
  if (r.withdrawn == NULL)
    hw_assert_ok(hw_store_withdraw(store, kind, id, "tests", &err), &err);
  else
    hw_assert_ok(hw_store_restore(store, kind, id, &err), &err);
  hw_arena_clear(&arena);
}

/* Gives a random sample to a person, or another parent. */
static void move_sample(hw_store *store, hw_random *random) {
  hw_err err = HW_ERR_INIT;
  hw_record r;
  hw_arena arena;
  hw_arena_init(&arena, 0);
  const int64_t id = 1 + (int64_t)hw_random_below(random, 5);
  hw_assert_ok(hw_store_get(store, HW_KIND_SAMPLE, id, &arena, &r, &err), &err);
  if (r.withdrawn == NULL) {
    if (hw_random_below(random, 2) == 0)
      hw_record_set_int(&r, HW_FIELD_SAMPLE_PERSON, 1);
    else
      hw_record_set_null(&r, HW_FIELD_SAMPLE_PERSON);
    hw_record_set_int(&r, HW_FIELD_SAMPLE_PARENT, 1 + (int64_t)hw_random_below(random, 5));
    hw_assert_ok(hw_store_replace(store, &r, &err), &err);
  }
  hw_arena_clear(&arena);
}

static void do_something(hw_store *store, hw_random *random, int i) {
  static const hw_kind_id kinds[] = {HW_KIND_SAMPLE, HW_KIND_PROFILE, HW_KIND_SNP_PROFILE,
                                     HW_KIND_HAPLOTYPE, HW_KIND_FAMILY_MEMBER};
  const int64_t sample = 1 + (int64_t)hw_random_below(random, 5);
  const int64_t person = 1 + (int64_t)hw_random_below(random, 4);
  const bool of_person = hw_random_below(random, 2) == 0;
  char code[24];
  snprintf(code, sizeof code, "N%d", i);
  switch (hw_random_below(random, 8)) {
    case 0:
      add_sample(store, i, hw_random_below(random, 2) == 0 ? sample : 0, of_person ? person : 0);
      break;
    case 1:
      add_member(store, 1 + (int64_t)hw_random_below(random, 2), i, of_person);
      break;
    case 2:
      store_test_profile(store, code, person);
      break;
    case 3:
      add_str(store, code, sample);
      break;
    case 4:
      add_snp(store, code, of_person ? 0 : sample, of_person ? person : 0);
      break;
    case 5:
      add_line(store, code, of_person ? 0 : sample, of_person ? person : 0);
      break;
    case 6:
      move_sample(store, random);
      break;
    default:
      turn(store, kinds[hw_random_below(random, 5)], random);
      break;
  }
}

/* Verification counts anew, and tells where that differs from what was kept. */
static void moved_counts_are_those_of_counting_anew(void **state) {
  (void)state;
  hw_random random;
  hw_store *store = store_test_new(store_test_name());
  int n = 0;
  hw_random_init(&random, 5);
  store_test_begin(store, "add");
  make_untyped(store);
  store_test_commit(store);
  for (int change = 0; change < 60; change++) {
    store_test_begin(store, "change");
    for (uint64_t k = 1 + hw_random_below(&random, 4); k > 0; k--)
      do_something(store, &random, n++);
    if (hw_random_below(&random, 8) == 0)
      hw_store_rollback(store);
    else
      store_test_commit(store);
    assert_int_equal(store_test_verify(store), 0);
  }
  hw_store_close(store);
}

/* More samples than a change remembers are counted anew. */
static void a_change_of_many_samples_is_counted(void **state) {
  (void)state;
  hw_store *store = store_test_new(store_test_name());
  store_test_begin(store, "add");
  make_untyped(store);
  store_test_commit(store);
  store_test_begin(store, "many");
  for (int i = 0; i < 300; i++) add_sample(store, i, 1 + i % 5, 0);
  store_test_commit(store);
  const hw_summary summary = summary_of(store);
  assert_int_equal(summary.n_remains, 300); /* five are what others were made from */
  hw_store_close(store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(families_without_a_typed_reference_are_counted),
      cmocka_unit_test(weak_families_are_those_of_the_newest_run_that_evaluated_any),
      cmocka_unit_test(who_is_typed_by_snps_or_a_line_alone_is_counted),
      cmocka_unit_test(moved_counts_are_those_of_counting_anew),
      cmocka_unit_test(a_change_of_many_samples_is_counted),
  };
  return cmocka_run_group_tests(tests, store_tests_begin, store_tests_end);
}
