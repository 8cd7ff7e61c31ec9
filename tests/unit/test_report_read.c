/* Reading reports again: what comes back, that every change is found, what is refused. */
#include "homeward/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/assert.h"
#include "support/faults.h"

static hw_fonts *fonts;

static int begin_fonts(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_fonts_new(&fonts, &err), &err);
  return 0;
}
static int end_fonts(void **state) {
  (void)state;
  hw_fonts_delete(fonts);
  hw_report_facts_clear(NULL);
  return 0;
}

static char *small_report(hw_report_form form, const char *code, const char *title, size_t *n) {
  const hw_report_head head = {.kind = "k", .code = code, .language = "vi", .title = title};
  hw_report *report = NULL;
  hw_err err = HW_ERR_INIT;
  char *bytes = NULL;
  hw_assert_ok(hw_report_new(&head, &report, &err), &err);
  hw_report_add_paragraph(report, HW_PARAGRAPH_PLAIN, "Tỷ số là 12,35 < 20.");
  hw_report_add_figure(report, "lr", 12.345678901234567, "12,35");
  hw_report_add_figure(report, "low", -HUGE_VAL, NULL);
  hw_report_add_figure(report, "high", HUGE_VAL, NULL);
  hw_report_add_figure(report, "none", (double)NAN, NULL);
  hw_report_add_figure(report, "whole", 3, "");
  hw_report_add_claim(report, "remains", "</script> V-1");
  hw_assert_ok(hw_report_write(report, form, fonts, &bytes, n, &err), &err);
  hw_report_delete(report);
  return bytes;
}

static void assert_reads_back(hw_report_form form) {
  size_t n = 0;
  hw_err err = HW_ERR_INIT;
  hw_report_facts facts;
  char *bytes = small_report(form, "R-7", "T", &n);
  hw_assert_ok(hw_report_read(bytes, n, &facts, &err), &err);
  free(bytes); /* the facts hold without it */
  assert_int_equal(facts.form, form);
  assert_string_equal(facts.code, "R-7");
  assert_true(facts.is_intact);
  assert_int_equal(strlen(facts.document), 64);
  assert_int_equal(facts.n_figures, 5);
  assert_string_equal(facts.figures[0].name, "lr");
  hw_assert_same_bits(facts.figures[0].value, 12.345678901234567);
  assert_string_equal(facts.figures[0].shown, "12,35");
  hw_assert_same_bits(facts.figures[1].value, -HUGE_VAL);
  assert_null(facts.figures[1].shown);
  hw_assert_same_bits(facts.figures[2].value, HUGE_VAL);
  assert_true(isnan(facts.figures[3].value));
  hw_assert_same_bits(facts.figures[4].value, 3.0);
  assert_string_equal(facts.figures[4].shown, "");
  assert_int_equal(facts.n_claims, 1);
  assert_string_equal(facts.claims[0].shown, "</script> V-1");
  hw_report_facts_clear(&facts);
  hw_report_facts_clear(&facts);
}

static void json_and_html_are_read_back(void **state) {
  (void)state;
  assert_reads_back(HW_REPORT_JSON);
  assert_reads_back(HW_REPORT_HTML);
}

static void blanks_of_json_do_not_matter(void **state) {
  (void)state;
  size_t n = 0, length = 0;
  char *bytes = small_report(HW_REPORT_JSON, "R-7", "T", &n);
  for (size_t i = 0; i < n; i++)
    if (bytes[i] != '\n') bytes[length++] = bytes[i];
  hw_err err = HW_ERR_INIT;
  hw_report_facts facts;
  hw_assert_ok(hw_report_read(bytes, length, &facts, &err), &err);
  assert_true(facts.is_intact);
  hw_report_facts_clear(&facts);
  free(bytes);
}

/* Changes each byte in turn. A number may read back as the same one: then nothing was changed. */
static void assert_changes_are_found(hw_report_form form) {
  size_t n = 0, n_found = 0;
  char *bytes = small_report(form, "R-7", "T", &n);
  for (size_t i = 0; i < n; i++) {
    hw_err err = HW_ERR_INIT;
    hw_report_facts facts;
    bytes[i] ^= 1;
    const hw_status status = hw_report_read(bytes, n, &facts, &err);
    if (status == HW_OK && facts.is_intact) {
      hw_assert_same_bits(facts.figures[0].value, 12.345678901234567);
      assert_string_equal(facts.code, "R-7");
    } else {
      n_found++;
    }
    hw_report_facts_clear(&facts);
    bytes[i] ^= 1;
  }
  assert_true(n_found + 2 >= n);
  free(bytes);
}

static void every_change_is_found(void **state) {
  (void)state;
  assert_changes_are_found(HW_REPORT_JSON);
  assert_changes_are_found(HW_REPORT_HTML);
}

static void the_code_is_read_from_pdf(void **state) {
  (void)state;
  static const char *const codes[] = {"R-7", "Số 12/ĐB–𝄞", "a(b)c\\d", ">>", "/Keywords (x)", ""};
  for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
    size_t n = 0;
    hw_err err = HW_ERR_INIT;
    hw_report_facts facts;
    char *bytes = small_report(HW_REPORT_PDF, codes[i],
                               "1 0 obj << /Keywords (homeward-report:X) >> trailer /Info 1", &n);
    hw_assert_ok(hw_report_read(bytes, n, &facts, &err), &err);
    assert_int_equal(facts.form, HW_REPORT_PDF);
    if (codes[i][0] == '\0')
      assert_null(facts.code);
    else
      assert_string_equal(facts.code, codes[i]);
    assert_null(facts.document);
    assert_false(facts.is_intact);
    hw_report_facts_clear(&facts);
    free(bytes);
  }
}

static void what_is_no_report_is_refused(void **state) {
  (void)state;
  static const struct {
    const char *bytes, *message;
  } cases[] = {
      {"", "the file is no report"},
      {"hello", "the file is no report"},
      {"<script type=\"application/json\" id=\"report\" data-page=\"12\">{}</script>",
       "the file is no report"},
      {"<script type=\"application/json\" id=\"report\" data-page=\"0123456789012345678901234567890"
       "123456789012345678901234567890123\">{}",
       "ends within the data"},
      {"{}", "its format is ''"},
      {"{\"format\": \"homeward-case/1\"}", "its format is 'homeward-case/1', expected"},
      {"{\"format\": 3}", "expected a string"},
      {"{", "in the middle of a value"},
      {"{\"a\": 1, \"a\": 2}", "a"},
      {"{\"format\": \"homeward-report/1\", \"figures\": [{\"name\": \"a\", \"value\": \"x\"}]}",
       "'x' is no value: expected a number"},
      {"{\"format\": \"homeward-report/1\", \"figures\": [{\"value\": 1}]}", "name"},
      {"{\"format\": \"homeward-report/1\", \"figures\": [{\"name\": \"a\"}]}", "value"},
      {"{\"format\": \"homeward-report/1\", \"claims\": [{\"name\": \"a\"}]}", "text"},
      {"{\"format\": \"homeward-report/1\", \"claims\": {}}", "expected an array"},
      {"%PDF-1.4", "the PDF is no report"},
      {"%PDF-1.4\n1 0 obj << /Keywords (x) >> trailer << /Info 1 0 R >>", "the PDF is no report"},
      {"%PDF-1.4\n2 0 obj << /Keywords (homeward-report:a) >> trailer << /Info 1 0 R >>",
       "the PDF is no report"},
      {"%PDF-1.4\n1 0 obj << /Keywords (homeward-report:\377) >> trailer << /Info 1 0 R >>",
       "the PDF is no report"},
      {"%PDF-1.4\n1 0 obj << /Keywords (homeward-report", "the PDF is no report"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    hw_err err = HW_ERR_INIT;
    hw_report_facts facts;
    hw_assert_status(hw_report_read(cases[i].bytes, strlen(cases[i].bytes), &facts, &err),
                     HW_E_SYNTAX, &err);
    char text[1024];
    hw_assert_contains(hw_err_text(&err, text, sizeof text), cases[i].message);
    assert_int_equal(err.status, HW_E_SYNTAX);
    hw_report_facts_clear(&facts);
  }
}

static void a_report_without_digest_is_not_intact(void **state) {
  (void)state;
  static const char bytes[] = "\xef\xbb\xbf {\"format\": \"homeward-report/1\"}";
  hw_err err = HW_ERR_INIT;
  hw_report_facts facts;
  hw_assert_ok(hw_report_read(bytes, sizeof bytes - 1, &facts, &err), &err);
  assert_false(facts.is_intact);
  assert_null(facts.document);
  assert_null(facts.code);
  assert_int_equal(facts.n_figures, 0);
  hw_report_facts_clear(&facts);
}

static void exhausted_memory_is_told(void **state) {
  (void)state;
  for (hw_report_form form = HW_REPORT_PDF; form <= HW_REPORT_JSON; form++) {
    size_t n_bytes = 0;
    char *bytes = small_report(form, "Số 7", "T", &n_bytes);
    for (long n = 0; hw_faults_begin(n); n++) {
      hw_err err = HW_ERR_INIT;
      hw_report_facts facts;
      const hw_status status = hw_report_read(bytes, n_bytes, &facts, &err);
      hw_report_facts_clear(&facts);
      const bool failed = hw_faults_end();
      hw_assert_status(status, failed ? HW_E_NO_MEMORY : HW_OK, &err);
      if (!failed) break;
    }
    free(bytes);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(json_and_html_are_read_back),
      cmocka_unit_test(blanks_of_json_do_not_matter),
      cmocka_unit_test(every_change_is_found),
      cmocka_unit_test(the_code_is_read_from_pdf),
      cmocka_unit_test(what_is_no_report_is_refused),
      cmocka_unit_test(a_report_without_digest_is_not_intact),
      cmocka_unit_test(exhausted_memory_is_told),
  };
  return cmocka_run_group_tests(tests, begin_fonts, end_fonts);
}
