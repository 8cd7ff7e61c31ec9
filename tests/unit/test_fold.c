/* Text as people compare it. All names are made up. */
#include "base/fold.h"

#include <string.h>

#include "support/assert.h"
#include "support/faults.h"

typedef hw_status fold_fn(const char *text, hw_str *out, hw_err *err);

static void assert_gives(fold_fn *fold, const char *text, const char *expected) {
  hw_str out = HW_STR_INIT;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(fold(text, &out, &err), &err);
  assert_string_equal(hw_str_text(&out), expected);
  hw_str_clear(&out);
}

static void assert_refused(const char *text, const char *part) {
  static fold_fn *const FOLDS[] = {hw_fold_nfc, hw_fold_key, hw_fold_exact};
  for (size_t i = 0; i < sizeof FOLDS / sizeof FOLDS[0]; i++) {
    hw_str out = HW_STR_INIT;
    hw_err err = HW_ERR_INIT;
    hw_assert_status(FOLDS[i](text, &out, &err), HW_E_SYNTAX, &err);
    hw_assert_contains(err.message, part);
    assert_string_equal(hw_str_text(&out), "");
    hw_str_clear(&out);
  }
}

static void vietnamese_names_have_one_key_however_they_are_written(void **state) {
  (void)state;
  static const char *const SPELLINGS[] = {
      "Nguyễn Văn Đạt",
      "NGUYỄN VĂN ĐẠT",
      "nguyen van dat",
      "NGUYEN VAN DAT",
      "  Nguyễn\tVăn  Đạt ",
      "Nguye\u0302\u0303n Va\u0306n \u0110a\u0323t", /* decomposed */
      "Nguy\u00EA\u0303n V\u0103n \u0110\u1EA1t",    /* half composed */
      "Nguyễn Văn \u00D0ạt",                         /* eth, as old lists write it */
      "Nguyễn-Văn-Đạt",
      "Nguyễn, Văn (Đạt)",
      "Ｎｇｕｙễｎ Ｖăｎ Đạｔ", /* full-width */
  };
  for (size_t i = 0; i < sizeof SPELLINGS / sizeof SPELLINGS[0]; i++)
    assert_gives(hw_fold_key, SPELLINGS[i], "nguyen van dat");
  assert_gives(hw_fold_key, "Hoà", "hoa");
  assert_gives(hw_fold_key, "Hòa", "hoa");
  assert_gives(hw_fold_key, "Thuỷ", "thuy");
  assert_gives(hw_fold_key, "Thủy", "thuy");
  assert_gives(hw_fold_key, "Dương Thị Mười", "duong thi muoi");
  assert_gives(hw_fold_key, "Ưng Ơn ẶẴẦẪ ỮỰỠỢ", "ung on aaaa uuoo");
  assert_gives(hw_fold_key, "Đức đồng ĐĐ", "duc dong dd");
}

static void exact_keys_tell_diacritics_apart(void **state) {
  (void)state;
  assert_gives(hw_fold_exact, "Nguyễn Văn ĐẠT", "nguyễn văn đạt");
  assert_gives(hw_fold_exact, "Nguye\u0302\u0303n V\u0103n \u00D0a\u0323t", "nguyễn văn đạt");
  assert_gives(hw_fold_exact, "Nguyen Van Dat", "nguyen van dat");
  assert_gives(hw_fold_exact, " Hoà,  Hòa ", "hoà hòa");
  assert_gives(hw_fold_exact, "O’Brien", "obrien");
}

static void other_letters_fold_to_what_people_type(void **state) {
  (void)state;
  assert_gives(hw_fold_key, "Łukasz Ørsted", "lukasz orsted");
  assert_gives(hw_fold_key, "Straße ﬁn ﬀ", "strasse fin ff");
  assert_gives(hw_fold_key, "İstanbul ılgaz IŞIK", "istanbul ilgaz isik");
  assert_gives(hw_fold_key, "Ａ１２ Ⅷ x²", "a12 viii x2");
  assert_gives(hw_fold_key, "Äöü ç ñ Å", "aou c n a");
  assert_gives(hw_fold_key, "ΣΊΣΥΦΟΣ", "σισυφοσ");
  assert_gives(hw_fold_key, "Йод", "иод");
}

static void vowel_signs_that_spell_a_word_stay(void **state) {
  (void)state;
  assert_gives(hw_fold_key, "ກຸ້ງ", "ກຸ້ງ");       /* Lao */
  assert_gives(hw_fold_key, "ភ្នំពេញ", "ភ្នំពេញ"); /* Khmer */
  assert_gives(hw_fold_key, "ที่นี่", "ที่นี่");       /* Thai */
}

static void punctuation_parts_words_and_apostrophes_vanish(void **state) {
  (void)state;
  assert_gives(hw_fold_key, "O'Brien", "obrien");
  assert_gives(hw_fold_key, "O\u2019Brien O\u00B4Brien O`Brien O\u02BCBrien",
               "obrien obrien obrien obrien");
  assert_gives(hw_fold_key, "'a' 'b'", "a b");
  assert_gives(hw_fold_key, "A/B.C_D-E\u2013F", "a b c d e f");
  assert_gives(hw_fold_key, "soft\u00ADhyphen zero\u200Bwidth", "softhyphen zerowidth");
  assert_gives(hw_fold_key, "\u00A0a\u3000b\n", "a b");
  assert_gives(hw_fold_key, " .,; ", "");
  assert_gives(hw_fold_key, "", "");
  assert_gives(hw_fold_exact, "", "");
}

static void storage_form_is_nfc_and_nothing_else_changes(void **state) {
  (void)state;
  assert_gives(hw_fold_nfc, "Nguye\u0302\u0303n  Van\t(D)\r\n", "Nguyễn  Van\t(D)\r\n");
  assert_gives(hw_fold_nfc, "o\u031B\u0309 O\u0309\u031B", "ở Ở");
  assert_gives(hw_fold_nfc, "Ａ ﬁ ²", "Ａ ﬁ ²");
  assert_gives(hw_fold_nfc, "", "");
}

static void results_are_appended(void **state) {
  (void)state;
  hw_str out = HW_STR_INIT;
  hw_str_append(&out, "key=");
  hw_assert_ok(hw_fold_key("Đ", &out, NULL), NULL);
  hw_assert_ok(hw_fold_exact("Đ", &out, NULL), NULL);
  hw_assert_ok(hw_fold_nfc("Đ", &out, NULL), NULL);
  assert_string_equal(hw_str_text(&out), "key=dđĐ");
  hw_str_clear(&out);
}

static void what_is_no_text_is_refused(void **state) {
  (void)state;
  assert_refused("ab\xC3", "character 3 (byte 0xC3) is not UTF-8");
  assert_refused("\xC0\x80", "character 1 (byte 0xC0) is not UTF-8");
  assert_refused("Nguy\xEAn", "not UTF-8"); /* Latin-1 */
  assert_refused("\xED\xA0\x80", "not UTF-8");
  assert_refused("é\x07", "character 2 is a control character (U+0007)");
  assert_refused("a\x1B[31m", "U+001B");
  assert_refused("a\x7F", "U+007F");
  assert_refused("a\xC2\x9B", "U+009B");
}

static void exhausted_memory_is_reported_and_leaks_nothing(void **state) {
  (void)state;
  char text[2000];
  for (size_t i = 0; i + 1 < sizeof text; i++) text[i] = i % 7 == 6 ? ' ' : 'a';
  text[sizeof text - 1] = '\0';
  static fold_fn *const FOLDS[] = {hw_fold_nfc, hw_fold_key, hw_fold_exact};
  for (size_t i = 0; i < sizeof FOLDS / sizeof FOLDS[0]; i++) {
    for (long k = 0; hw_faults_begin(k); k++) {
      hw_str out = HW_STR_INIT;
      hw_err err = HW_ERR_INIT;
      const hw_status status = FOLDS[i](text, &out, &err);
      const bool failed = hw_faults_end();
      hw_assert_status(status, failed ? HW_E_NO_MEMORY : HW_OK, &err);
      hw_str_clear(&out);
      if (!failed) break;
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(vietnamese_names_have_one_key_however_they_are_written),
      cmocka_unit_test(exact_keys_tell_diacritics_apart),
      cmocka_unit_test(other_letters_fold_to_what_people_type),
      cmocka_unit_test(vowel_signs_that_spell_a_word_stay),
      cmocka_unit_test(punctuation_parts_words_and_apostrophes_vanish),
      cmocka_unit_test(storage_form_is_nfc_and_nothing_else_changes),
      cmocka_unit_test(results_are_appended),
      cmocka_unit_test(what_is_no_text_is_refused),
      cmocka_unit_test(exhausted_memory_is_reported_and_leaks_nothing),
  };
  return cmocka_run_group_tests_name("fold", tests, NULL, NULL);
}
