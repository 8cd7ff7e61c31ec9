/* CSV rows and numbers: what is accepted, what is refused, and with which line. */
#include "formats/csv.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_err err;

/* Reads everything and writes it as "field|field/field|field/". */
static hw_status flatten(const char *bytes, size_t n, char *out, size_t size) {
  hw_csv csv;
  hw_status status;
  bool has_row;
  out[0] = '\0';
  hw_csv_init(&csv, bytes, n, 0);
  while ((status = hw_csv_next(&csv, &has_row, &err)) == HW_OK && has_row) {
    for (int32_t i = 0; i < csv.n_fields; i++) {
      if (i > 0) strncat(out, "|", size - strlen(out) - 1);
      strncat(out, csv.fields[i], size - strlen(out) - 1);
    }
    strncat(out, "/", size - strlen(out) - 1);
  }
  hw_csv_clear(&csv);
  return status;
}

static void assert_rows(const char *text, const char *expected) {
  char out[256];
  hw_assert_ok(flatten(text, strlen(text), out, sizeof out), &err);
  assert_string_equal(out, expected);
}

static void assert_refused(const char *text, size_t n, hw_status status, uint64_t line,
                           const char *expected) {
  char out[256];
  hw_assert_status(flatten(text, n, out, sizeof out), status, &err);
  assert_int_equal(err.line, line);
  hw_assert_contains(err.message, expected);
}

static void rows_of_all_line_ends_are_read(void **state) {
  (void)state;
  assert_rows("a,b\nc,d\n", "a|b/c|d/");
  assert_rows("a,b\r\nc,d", "a|b/c|d/");
  assert_rows("a,b\rc,d\r", "a|b/c|d/");
  assert_rows("\xEF\xBB\xBF\"a\",b", "a|b/");
  assert_rows("\n\na\n\n\nb\n\n", "a/b/");
  assert_rows("", "");
  assert_rows("a,,\n,\n", "a||/|/");
  assert_rows("a,b,", "a|b|/");
}

static void quoted_fields_hold_everything(void **state) {
  (void)state;
  assert_rows("\"a,b\",\"c\"\"d\"\n", "a,b|c\"d/");
  assert_rows("\"a\r\nb\",\"\"\n\"\"\"\"", "a\nb|/\"/");
  assert_rows("\"Ph\xE1\xBA\xA1m\",x", "Ph\xE1\xBA\xA1m|x/");
}

static void the_delimiter_is_that_of_the_first_row(void **state) {
  (void)state;
  assert_rows("a;b\n0,5;c\n", "a|b/0,5|c/");
  assert_rows("a\tb\nc;d\te", "a|b/c;d|e/");
  assert_rows("\"x;y\",b\n", "x;y|b/");
}

static void the_line_of_a_row_is_known(void **state) {
  (void)state;
  const char *text = "a\n\n\"x\ny\"\nb\n";
  hw_csv csv;
  bool has_row;
  uint64_t lines[] = {1, 3, 5};
  hw_csv_init(&csv, text, strlen(text), ',');
  for (int i = 0; i < 3; i++) {
    hw_assert_ok(hw_csv_next(&csv, &has_row, &err), &err);
    assert_true(has_row);
    assert_int_equal(csv.row_line, lines[i]);
  }
  hw_assert_ok(hw_csv_next(&csv, &has_row, &err), &err);
  assert_false(has_row);
  hw_csv_clear(&csv);
}

static void deviations_are_refused_with_their_line(void **state) {
  (void)state;
  assert_refused("a\n\"b", 4, HW_E_SYNTAX, 2, "not closed");
  assert_refused("a\n\"b\n\n\n", 7, HW_E_SYNTAX, 2, "not closed");
  assert_refused("a\nb\"c\n", 6, HW_E_SYNTAX, 2, "middle of a field");
  assert_refused("\"a\"b\n", 5, HW_E_SYNTAX, 1, "behind a closing quote");
  assert_refused("a\n\nb\0c", 6, HW_E_SYNTAX, 3, "NUL");
  assert_refused("a\xFF", 2, HW_E_SYNTAX, 1, "UTF-8");
  assert_refused("\"a\xC3", 3, HW_E_SYNTAX, 1, "UTF-8");
}

static void rows_are_bounded(void **state) {
  (void)state;
  size_t n = HW_CSV_MAX_ROW + 8;
  char *text = malloc(n);
  assert_non_null(text);
  memset(text, 'x', n);
  assert_refused(text, n, HW_E_VALUE, 1, "longer");
  memset(text, ',', n);
  assert_refused(text, n, HW_E_VALUE, 1, "16384 fields");
  free(text);
}

static void numbers_are_decimal_and_nothing_else(void **state) {
  (void)state;
  static const struct {
    const char *text;
    double value;
  } good[] = {{"0.00526315789473684", 0.00526315789473684},
              {"2.2000000000000002", 2.2000000000000002},
              {"-1.5e-3", -0.0015},
              {"+.5", 0.5},
              {"5.", 5},
              {"1E2", 100},
              {"1e-999", 0}};
  static const char *const bad[] = {"",   " 1",  "1 ",  "1,5",   "nan",   "inf", "0x10",     ".",
                                    "1e", "1e+", "--1", "1.2.3", "1e999", "abc", "1\xC2\xA0"};
  double value = 7;
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    assert_true(hw_number_parse(good[i].text, &value));
    hw_assert_same_bits(value, good[i].value);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_false(hw_number_parse(bad[i], &value));
}

static void numbers_do_not_depend_on_the_locale(void **state) {
  (void)state;
  static const char *const comma[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "vi_VN.UTF-8", "de_DE"};
  bool found = false;
  for (size_t i = 0; i < sizeof comma / sizeof *comma && !found; i++)
    found = setlocale(LC_ALL, comma[i]) && localeconv()->decimal_point[0] == ',';
  double value = 0;
  bool is_read = hw_number_parse("0.25", &value);
  setlocale(LC_ALL, "C");
  assert_true(is_read && value == 0.25);
  if (!found) skip(); /* this machine has no locale with a decimal comma */
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  char out[256];
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_status status = flatten("a,b\nc,d\n", 8, out, sizeof out);
    bool failed = hw_faults_end();
    hw_assert_status(status, failed ? HW_E_NO_MEMORY : HW_OK, &err);
    if (!failed) break;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_of_all_line_ends_are_read),
      cmocka_unit_test(quoted_fields_hold_everything),
      cmocka_unit_test(the_delimiter_is_that_of_the_first_row),
      cmocka_unit_test(the_line_of_a_row_is_known),
      cmocka_unit_test(deviations_are_refused_with_their_line),
      cmocka_unit_test(rows_are_bounded),
      cmocka_unit_test(numbers_are_decimal_and_nothing_else),
      cmocka_unit_test(numbers_do_not_depend_on_the_locale),
      cmocka_unit_test(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
