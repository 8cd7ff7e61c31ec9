/* Files that are no text: each is called what it is, and texts are left to their readers. */
#include "formats/foreign.h"

#include <stdio.h>
#include <string.h>

#include "support/assert.h"

static void what_is_no_text_is_named(void **state) {
  (void)state;
  static const struct {
    const char *bytes;
    size_t n;
    const char *expected;
  } list[] = {
      {"PK\x03\x04\x14", 5, "spreadsheet (.xlsx, .ods) or a ZIP archive"},
      {"\xD0\xCF\x11\xE0\xA1\xB1", 6, "(.xls, .doc): save the table as CSV in UTF-8"},
      {"\x1F\x8B\x08", 3, "compressed: unpack it first"},
      {"BZh9", 4, "compressed"},
      {"\xFD"
       "7zXZ",
       5, "compressed"},
      {"%PDF-1.7", 8, "a PDF document"},
      {"{\\rtf1", 6, "RTF"},
      {"ABIF", 4, "raw data of a run"},
      {"SQLite format 3\0", 16, "opened with -c, not imported"},
      {"\x89PNG\r\n", 6, "a picture"},
      {"\xEF\xBB\xBF\xEF\xBB\xBF"
       "a",
       7, "two byte order marks"},
      {"<!DOCTYPE HTML>", 15, "a web page"},
  };
  for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
    hw_err err = HW_ERR_INIT;
    hw_assert_status(hw_foreign_check(list[i].bytes, list[i].n, &err), HW_E_SYNTAX, &err);
    hw_assert_contains(err.message, list[i].expected);
  }
}

static void texts_are_left_alone_however_short(void **state) {
  (void)state;
  static const char *const list[] = {"",
                                     "P",
                                     "PK",
                                     "%PD",
                                     "<!doctype htm",
                                     "\xEF\xBB\xBFlocus,allele",
                                     "<?xml version=\"1.0\"?><!DOCTYPE html>",
                                     "{\"format\": 1}",
                                     "\xFF\xFEs"};
  for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
    hw_err err = HW_ERR_INIT;
    hw_assert_ok(hw_foreign_check(list[i], strlen(list[i]), &err), &err);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_no_text_is_named),
      cmocka_unit_test(texts_are_left_alone_however_short),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
