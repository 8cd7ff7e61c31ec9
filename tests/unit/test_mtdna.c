/* Haplotypes of mitochondrial DNA: what is read, what is refused, and that the way in which a
 * sequence is written does not matter. */
#include "homeward/mtdna.h"

#include <string.h>

#include "support/assert.h"
#include "support/faults.h"

static hw_err err;

static hw_mt *read_mt(const char *ranges, const char *differences) {
  hw_mt *haplotype = NULL;
  hw_assert_ok(hw_mt_parse(ranges, differences, &haplotype, &err), &err);
  return haplotype;
}

static hw_mt_comparison compare(const char *left_ranges, const char *left, const char *right_ranges,
                                const char *right, bool count_length_variants) {
  hw_mt *a = read_mt(left_ranges, left), *b = read_mt(right_ranges, right);
  const hw_mt_options options = {count_length_variants};
  hw_mt_comparison found, back;
  hw_assert_ok(hw_mt_compare(a, b, &options, &found, &err), &err);
  hw_assert_ok(hw_mt_compare(b, a, &options, &back, &err), &err);
  assert_int_equal(found.n_shared, back.n_shared);
  assert_int_equal(found.n_differences, back.n_differences);
  assert_int_equal(found.n_mixed, back.n_mixed);
  hw_mt_delete(a);
  hw_mt_delete(b);
  return found;
}

static void assert_differences(const char *left, const char *right, int32_t expected) {
  const hw_mt_comparison found = compare("", left, "", right, true);
  if (found.n_differences != expected) print_error("'%s' and '%s'\n", left, right);
  assert_int_equal(found.n_differences, expected);
}

static void the_reference_is_the_revised_one(void **state) {
  (void)state;
  assert_int_equal(hw_mt_reference(1), 'G');
  assert_int_equal(hw_mt_reference(263), 'A');
  assert_int_equal(hw_mt_reference(3107), 'N');
  assert_int_equal(hw_mt_reference(8860), 'A');
  assert_int_equal(hw_mt_reference(HW_MT_LENGTH), 'G');
}

static void written_differences_are_read_again(void **state) {
  static const char *const texts[] = {"263G",   "152Y",   "309.1C", "573.XC",
                                      "523DEL", "16189c", "315.1c"};
  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    char text[HW_MT_DIFFERENCE_SIZE];
    if (strcmp(texts[i], "16189c") == 0) continue; /* the reference has T there */
    hw_mt *haplotype = read_mt("", texts[i]);
    assert_int_equal(haplotype->n_differences, 1);
    assert_string_equal(hw_mt_difference_format(&haplotype->differences[0], text), texts[i]);
    hw_mt_delete(haplotype);
  }
}

static void ranges_may_run_over_the_origin(void **state) {
  hw_mt *haplotype = read_mt("16024-576, 500-600", "A263G 309.1CC 16189C");
  (void)state;
  assert_int_equal(haplotype->n_ranges, 2);
  assert_int_equal(haplotype->ranges[0].first, 1);
  assert_int_equal(haplotype->ranges[0].last, 600);
  assert_int_equal(haplotype->ranges[1].first, 16024);
  assert_int_equal(haplotype->n_differences, 4);
  assert_int_equal(haplotype->differences[2].insertion, 2);
  assert_int_equal(haplotype->differences[3].position, 16189);
  hw_mt_delete(haplotype);
}

static void what_is_wrong_is_told(void **state) {
  static const struct {
    const char *ranges, *differences, *words;
  } bad[] = {
      {"0-5", "", "range '0-5': expected FIRST-LAST"},
      {"16024-16570", "", "range '16024-16570'"},
      {"abc", "", "range 'abc'"},
      {"1-2-3", "", "range '1-2-3'"},
      {"73-340", "16189C", "outside the ranges"},
      {"", "263", "no base after the position"},
      {"", "263A", "the reference's own base"},
      {"", "T263G", "the reference has A at 263, not T"},
      {"", "99999G", "a position outside"},
      {"", "1234567G", "no position"},
      {"", "263J", "no base after the position"},
      {"", "G", "no position"},
      {"", "309.C", "the number of the inserted base is missing"},
      {"", "309.1", "the inserted base is missing"},
      {"", "309.1?", "a letter that is no base"},
      {"", "309.2C", "numbered from 1 without a gap"},
      {"", "309.41C", "missing or too large"},
      {"", "573.XCC", "X takes one base"},
      {"", "263G 263C", "two differences at one place"},
      {"", "3107C", "3107 is no base"},
      {"", "1111111111111111111111111111111111111111111111111111111111111111111111A", "too long"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    hw_mt *haplotype = NULL;
    hw_assert_status(hw_mt_parse(bad[i].ranges, bad[i].differences, &haplotype, &err), HW_E_VALUE,
                     &err);
    hw_assert_contains(err.message, bad[i].words);
    assert_null(haplotype);
  }
}

static void substitutions_are_counted(void **state) {
  (void)state;
  assert_differences("", "rCRS", 0);
  assert_differences("263G", "", 1);
  assert_differences("263G 152C 16189C", "263G 16189C", 1);
  assert_differences("263G", "263C", 1);
  assert_differences("73G 150T 16223T 16298C", "", 4);
}

/* One sequence, written in two ways. */
static void the_way_of_writing_does_not_matter(void **state) {
  (void)state;
  assert_differences("315.1C", "311.1C", 0);
  assert_differences("309.1C 309.2C", "309.1CC", 0);
  assert_differences("523DEL 524DEL", "521DEL 522DEL", 0);
  assert_differences("16183C 16189C 16193.1C", "16182.1C 16183C 16189C", 0);
  /* A stretch that is shifted: the reference has CCCCCTCTA at 8280 to 8288. */
  assert_differences("8271d 8272d 8273d 8274d 8275d 8276d 8277d 8278d 8279d",
                     "8281d 8282d 8283d 8284d 8285d 8286d 8287d 8288d 8289d", 0);
}

static void length_variants_count_where_asked(void **state) {
  (void)state;
  assert_differences("309.1C", "", 1);
  assert_differences("309.1C 309.2C", "", 2);
  assert_differences("523DEL 524DEL", "", 1); /* one block */
  assert_differences("573.XC", "573.1C 573.2C 573.3C", 0);
  assert_int_equal(compare("", "309.1C 309.2C 523DEL 524DEL 315.1C", "", "", false).n_differences,
                   0);
  assert_int_equal(compare("", "16189C 309.1C", "", "", false).n_differences, 1);
  assert_int_equal(compare("", "310C", "", "", false).n_differences, 1);
}

static void mixtures_agree_with_each_of_their_bases(void **state) {
  hw_mt_comparison found = compare("", "152Y", "", "152C", false);
  (void)state;
  assert_int_equal(found.n_differences, 0);
  assert_int_equal(found.n_mixed, 1);
  assert_int_equal(found.verdict, HW_MT_SAME);
  assert_int_equal(compare("", "152Y", "", "", false).n_differences, 0);
  assert_int_equal(compare("", "152R", "", "152C", false).n_differences, 1);
  assert_int_equal(compare("", "249a", "", "249DEL", false).n_differences, 0);
  assert_int_equal(compare("", "249a", "", "", false).n_differences, 0);
}

static void only_what_both_cover_is_compared(void **state) {
  hw_mt_comparison found = compare("16024-16365", "16189C", "73-340", "263G", false);
  (void)state;
  assert_int_equal(found.n_shared, 0);
  assert_int_equal(found.verdict, HW_MT_NOTHING_SHARED);
  found = compare("16024-16365 73-340", "16189C 263G", "16100-400", "263G", false);
  assert_int_equal(found.n_shared, 266 + 268);
  assert_int_equal(found.n_differences, 1);
  assert_int_equal(found.verdict, HW_MT_INCONCLUSIVE);
}

static void three_differences_exclude(void **state) {
  (void)state;
  assert_int_equal(compare("", "73G 150T", "", "", false).verdict, HW_MT_INCONCLUSIVE);
  assert_int_equal(compare("", "73G 150T 16223T", "", "", false).verdict, HW_MT_DIFFERENT);
}

static void memory_may_run_out_anywhere(void **state) {
  (void)state;
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_mt *a = NULL, *b = NULL;
    hw_mt_comparison found;
    hw_status status = hw_mt_parse("73-340", "263G", &a, &err);
    if (status == HW_OK) status = hw_mt_parse("73-340", "", &b, &err);
    if (status == HW_OK) status = hw_mt_compare(a, b, NULL, &found, &err);
    hw_mt_delete(a);
    hw_mt_delete(b);
    if (!hw_faults_end()) {
      hw_assert_ok(status, &err);
      break;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_reference_is_the_revised_one),
      cmocka_unit_test(written_differences_are_read_again),
      cmocka_unit_test(ranges_may_run_over_the_origin),
      cmocka_unit_test(what_is_wrong_is_told),
      cmocka_unit_test(substitutions_are_counted),
      cmocka_unit_test(the_way_of_writing_does_not_matter),
      cmocka_unit_test(length_variants_count_where_asked),
      cmocka_unit_test(mixtures_agree_with_each_of_their_bases),
      cmocka_unit_test(only_what_both_cover_is_compared),
      cmocka_unit_test(three_differences_exclude),
      cmocka_unit_test(memory_may_run_out_anywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
