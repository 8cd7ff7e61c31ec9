/* Tables as Windows programs write them: UTF-16, Windows-1252, Windows-1258. The names are made up. */
#include <stdio.h>
#include <string.h>

#include "app/app_support.h"
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

static hw_status import_bytes(const hw_import_options *options, const char *bytes, size_t n) {
  const char *path = app_test_name("x.csv");
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, n, file), n);
  assert_int_equal(fclose(file), 0);
  hw_import_report_clear(&app_test_report);
  return hw_import_file(&app, path, options, &app_test_report, &err);
}

#define IMPORT(options, bytes) import_bytes((options), (bytes), sizeof(bytes) - 1)

static void assert_text(hw_kind_id kind, const char *code, int field, const char *expected) {
  assert_string_equal(hw_record_text(app_test_get(&app, kind, code), field), expected);
}

static void utf16_with_a_mark_needs_no_option(void **state) {
  (void)state;
  const hw_import_options options = {.what = "sites", .apply = true};
  hw_assert_ok(IMPORT(&options, "\xFF\xFE"
                                "c\0o\0d\0e\0\t\0n\0a\0m\0e\0\r\0\n\0"
                                "S\0\t\0\x10\x01\xE3\x1E\x63\0\r\0\n\0"),
               &err);
  assert_text(HW_KIND_SITE, "S", HW_FIELD_SITE_NAME, "Đợc");
}

static void vietnamese_code_pages_become_normal_form(void **state) {
  (void)state;
  hw_import_options options = {.what = "sites", .apply = true};
  assert_int_equal(IMPORT(&options, "code,name\nS,Nguy\xEA\xDEn\n"), HW_E_SYNTAX);
  assert_string_equal(
      app_test_mistakes(),
      "x.csv:2:7: the text is not UTF-8 (byte 0xEA): save the file as UTF-8, or import it with "
      "--encoding (windows-1258, which is Vietnamese, windows-1252 or latin-1, utf-16)\n");
  options.encoding = HW_TEXT_WINDOWS_1258;
  hw_assert_ok(IMPORT(&options, "code,name\nS,Nguy\xEA\xDEn\n"), &err);
  assert_text(HW_KIND_SITE, "S", HW_FIELD_SITE_NAME, "Nguyễn");
  hw_assert_ok(IMPORT(&options, "code,name\nS,Nguy\xEA\xDEn\n"), &err);
  assert_true(app_test_report.is_known);
  /* Read as another code page it is another text, and no file that was imported. */
  options.encoding = HW_TEXT_LATIN1;
  assert_int_equal(IMPORT(&options, "code,name\nS,Nguy\xEA\xDEn\n"), HW_E_CONFLICT);
  hw_assert_contains(app_test_mistakes(), "NguyêÞn");
}

static void every_reader_of_tables_takes_the_encoding(void **state) {
  (void)state;
  hw_import_options options = {.what = "profiles", .apply = true, .encoding = HW_TEXT_WINDOWS_1258};
  hw_assert_ok(IMPORT(&options, "sample,note,D3S1358\nA,x\xEA\xECp,14/15\n"), &err);
  assert_text(HW_KIND_PROFILE, "A", HW_FIELD_PROFILE_NOTE, "xếp");
  options.what = "frequencies";
  options.frequency.source = "made up";
  hw_assert_ok(IMPORT(&options, "locus,allele,freq,population,two_n\nTH01,6,1,Vi\xEA\xF2t,200\n"),
               &err);
  assert_text(HW_KIND_POPULATION, "Việt", HW_FIELD_POPULATION_CODE, "Việt");
  options = (hw_import_options){.what = "sites", .apply = true, .encoding = HW_TEXT_WINDOWS_1258};
  options.map = app_test_file("x.map", "table: site\n\"Mã\" -> code\n\"Tên\" -> name\n");
  hw_assert_ok(IMPORT(&options, "Ma\xDE,T\xEAn\nS,Hu\xEA\xEC\n"), &err);
  assert_text(HW_KIND_SITE, "S", HW_FIELD_SITE_NAME, "Huế");
}

static void other_formats_tell_their_encoding_themselves(void **state) {
  (void)state;
  const hw_import_options options = {
      .what = "fam", .apply = true, .encoding = HW_TEXT_WINDOWS_1258};
  assert_int_equal(IMPORT(&options, "x"), HW_E_USAGE);
  assert_string_equal(err.message, "--encoding is for tables, and this is read as fam");
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      CASE(utf16_with_a_mark_needs_no_option),
      CASE(vietnamese_code_pages_become_normal_form),
      CASE(every_reader_of_tables_takes_the_encoding),
      CASE(other_formats_tell_their_encoding_themselves),
  };
  return cmocka_run_group_tests_name("import_encoding", tests, app_tests_begin, app_tests_end);
}
