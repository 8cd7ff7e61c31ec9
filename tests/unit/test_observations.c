/* Observations as text: one form per result, and what is refused. */
#include "app/observations.h"

#include <string.h>

#include "support/assert.h"

static const char *put(hw_seen_kind kind, int n, const char *const *alleles) {
  static hw_str text;
  hw_err err = HW_ERR_INIT;
  hw_str_clear(&text);
  hw_assert_ok(hw_observation_put(&text, kind, n, alleles, &err), &err);
  return hw_str_text(&text);
}

static void a_result_has_one_form(void **state) {
  (void)state;
  assert_string_equal(put(HW_SEEN_NOTHING, 0, NULL), "");
  assert_string_equal(put(HW_SEEN_GENOTYPE, 2, (const char *[]){"15", "9.3"}), "9.3,15");
  assert_string_equal(put(HW_SEEN_GENOTYPE, 2, (const char *[]){"14", "14"}), "14");
  assert_string_equal(put(HW_SEEN_GENOTYPE, 2, (const char *[]){"Y", "X"}), "X,Y");
  assert_string_equal(put(HW_SEEN_GENOTYPE, 2, (const char *[]){">20", "20"}), "20,>20");
  assert_string_equal(put(HW_SEEN_PARTIAL, 1, (const char *[]){"14"}), "14,?");
  assert_string_equal(put(HW_SEEN_SINGLE, 1, (const char *[]){"14"}), "14,-");
  assert_string_equal(put(HW_SEEN_SET, 0, NULL), "{}");
  assert_string_equal(put(HW_SEEN_SET, 2, (const char *[]){"15", "14"}), "{14,15}");
  assert_string_equal(put(HW_SEEN_MIXTURE, 3, (const char *[]){"15", "14.2", "14"}), "14,14.2,15");
}

static void alleles_ascend_by_value(void **state) {
  (void)state;
  static const char *const sorted[] = {"0", "5", "9", "9.2", "9.3", "9.33", "10", "<8", "OL"};
  for (int i = 0; i < 9; i++)
    for (int j = 0; j < 9; j++) {
      int order = hw_allele_compare(sorted[i], strlen(sorted[i]), sorted[j], strlen(sorted[j]));
      assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
    }
}

static void what_was_written_is_read(void **state) {
  (void)state;
  static const struct {
    hw_seen_kind kind;
    int n;
  } expected[] = {{HW_SEEN_GENOTYPE, 2}, {HW_SEEN_NOTHING, 0},  {HW_SEEN_PARTIAL, 1},
                  {HW_SEEN_SINGLE, 1},   {HW_SEEN_SET, 2},      {HW_SEEN_SET, 0},
                  {HW_SEEN_MIXTURE, 3},  {HW_SEEN_GENOTYPE, 2}, {HW_SEEN_GENOTYPE, 2},
                  {HW_SEEN_NOTHING, 0}};
  const char *at = "14,15;;14,?;9.3,-;{8,9};{};8,9,10;14;14,14;";
  hw_err err = HW_ERR_INIT;
  hw_seen seen;
  bool has_more = false;
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    hw_assert_ok(hw_observation_next(&at, &seen, &has_more, &err), &err);
    assert_true(has_more);
    assert_int_equal(seen.kind, expected[i].kind);
    assert_int_equal(seen.n, expected[i].n);
  }
  hw_assert_ok(hw_observation_next(&at, &seen, &has_more, &err), &err);
  assert_false(has_more);
}

static void what_has_another_meaning_is_no_allele(void **state) {
  (void)state;
  static const char *const bad[] = {
      "",    "1 4",  "14,15",
      "a;b", "{14}", "?",
      "-",   "\x01", "0123456789012345678901234567890123456789012345678901234567890123"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    hw_err err = HW_ERR_INIT;
    hw_str out = HW_STR_INIT;
    hw_assert_status(hw_observation_put(&out, HW_SEEN_SINGLE, 1, &bad[i], &err), HW_E_VALUE, &err);
    hw_str_clear(&out);
  }
  hw_err err = HW_ERR_INIT;
  hw_str out = HW_STR_INIT;
  hw_assert_status(hw_observation_put(&out, HW_SEEN_GENOTYPE, 1, (const char *[]){"14"}, &err),
                   HW_E_VALUE, &err);
  assert_string_equal(err.message, "1 alleles at one marker, expected 2 to 2");
  hw_str_clear(&out);
}

static void torn_observations_are_refused(void **state) {
  (void)state;
  static const char *const bad[] = {"14,", ",14", "14,,15", "{14,}", "{,}"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    hw_err err = HW_ERR_INIT;
    hw_seen seen;
    bool has_more;
    const char *at = bad[i];
    hw_assert_status(hw_observation_next(&at, &seen, &has_more, &err), HW_E_SYNTAX, &err);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_result_has_one_form),
      cmocka_unit_test(alleles_ascend_by_value),
      cmocka_unit_test(what_was_written_is_read),
      cmocka_unit_test(what_has_another_meaning_is_no_allele),
      cmocka_unit_test(torn_observations_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
