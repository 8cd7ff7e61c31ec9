/* Reports: what is refused, what is written, that it is written alike twice.
 *
 * How the pages of PDF look is the matter of tests/report/document.py; reading back that of
 * test_report_read.c. */
#include "homeward/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/assert.h"
#include "support/faults.h"
#include "support/report_sample.h"

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
  hw_report_delete(NULL);
  return 0;
}

static hw_report *new_report(const char *text) {
  const hw_report_head head = {.kind = text,
                               .code = text,
                               .language = "en",
                               .letterhead = text,
                               .motto = text,
                               .title = text,
                               .subtitle = text,
                               .program = text,
                               .footer = text,
                               .is_draft = true,
                               .draft = text};
  hw_report *report = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_report_new(&head, &report, &err), &err);
  return report;
}

/* Into the caller's variable, which the compiler can follow. */
static void write_to(const hw_report *report, hw_report_form form, char **bytes, size_t *n) {
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_report_write(report, form, fonts, bytes, n, &err), &err);
  assert_non_null(*bytes);
}

static int count(const char *text, const char *part) {
  int n = 0;
  for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part)) n++;
  return n;
}

static bool has_bytes(const char *bytes, size_t n, const char *part) {
  const size_t length = strlen(part);
  for (size_t i = 0; i + length <= n; i++)
    if (memcmp(bytes + i, part, length) == 0) return true;
  return false;
}

/* ---- the head ---- */

static void assert_refused(const hw_report_head *head, const char *message) {
  hw_report *report = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_status(hw_report_new(head, &report, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, message);
  assert_null(report);
}

static void heads_that_cannot_be_are_refused(void **state) {
  (void)state;
  assert_refused(&(hw_report_head){.title = "T"}, "'' is no language of reports");
  assert_refused(&(hw_report_head){.title = "T", .language = "fr"}, "'fr' is no language");
  assert_refused(&(hw_report_head){.language = "vi"}, "a report without title");
  assert_refused(&(hw_report_head){.language = "vi", .title = ""}, "a report without title");
  assert_refused(&(hw_report_head){.language = "vi", .title = "T", .created = "31/1/2026"},
                 "'31/1/2026' is no time of a report");
}

/* ---- what is written ---- */

static void json_holds_the_document_as_it_was_added(void **state) {
  (void)state;
  const hw_report_head head = {.kind = "letter",
                               .code = "R-7",
                               .language = "vi",
                               .title = "Thư",
                               .created = "2026-01-31T08:00:00Z"};
  static const hw_report_column columns[] = {{.title = "Tên"}, {.title = "Số", .is_number = true}};
  hw_report *report = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_report_new(&head, &report, &err), &err);
  hw_report_add_heading(report, 1, "Kết quả");
  hw_report_add_paragraph(report, HW_PARAGRAPH_LEAD, "Dòng 1\nDòng 2");
  hw_report_add_table(report, &(hw_report_table){.key = "t",
                                                 .n_columns = 2,
                                                 .n_rows = 1,
                                                 .columns = columns,
                                                 .cells = (const char *const[]){"a", NULL},
                                                 .is_strong = (const bool[]){true},
                                                 .empty = "nothing"});
  hw_report_add_facts(report, "f", 1, (const char *const[]){"Mã", "R"});
  hw_report_add_page(report);
  hw_report_add_signatures(report, 1, &(hw_report_signature){.role = "Thư ký"});
  hw_report_add_figure(report, "lr", 12.5, "12,5");
  hw_report_add_figure(report, "none", (double)NAN, NULL);
  hw_report_add_claim(report, "name", "x");
  hw_report_add_basis(report, "hit", "H-1", "00");
  size_t n = 0;
  char *json = NULL;
  write_to(report, HW_REPORT_JSON, &json, &n);
  char digest[65];
  hw_assert_ok(hw_report_digest(report, digest, &err), &err);
  assert_int_equal(strlen(digest), 64);
  char *document = strstr(json, "\"document\"");
  assert_non_null(document);
  hw_assert_contains(document, digest);
  *document = '\0';
  assert_string_equal(
      json,
      "{\n  \"format\": \"homeward-report/1\",\n  \"head\": {\n    \"kind\": \"letter\",\n    "
      "\"code\": \"R-7\",\n    \"language\": \"vi\",\n    \"title\": \"Thư\",\n    \"created\": "
      "\"2026-01-31T08:00:00Z\",\n    \"is_draft\": false\n  },\n  \"content\": [\n    {\n      "
      "\"type\": \"heading\",\n      \"level\": 1,\n      \"text\": \"Kết quả\"\n    },\n    {\n"
      "      \"type\": \"paragraph\",\n      \"kind\": \"lead\",\n      \"text\": \"Dòng 1\\nDòng "
      "2\"\n    },\n    {\n      \"type\": \"table\",\n      \"key\": \"t\",\n      \"columns\": "
      "[\n        {\"title\": \"Tên\", \"is_number\": false},\n        {\"title\": \"Số\", "
      "\"is_number\": true}\n      ],\n      \"rows\": [\n        [\"a\", \"\"]\n      ],\n      "
      "\"strong\": [0]\n    },\n    {\n      \"type\": \"facts\",\n      \"key\": \"f\",\n      "
      "\"rows\": [\n        [\"Mã\", \"R\"]\n      ]\n    },\n    {\n      \"type\": \"page\"\n   "
      " },\n    {\n      \"type\": \"signatures\",\n      \"list\": [\n        {\"role\": \"Thư "
      "ký\"}\n      ]\n    }\n  ],\n  \"figures\": [\n    {\"name\": \"lr\", \"value\": "
      "12.5, \"shown\": \"12,5\"},\n    {\"name\": \"none\", \"value\": \"undefined\"}\n  ],\n  "
      "\"claims\": [\n    {\"name\": \"name\", \"text\": \"x\"}\n  ],\n  \"basis\": [\n    "
      "{\"kind\": \"hit\", \"code\": \"H-1\", \"digest\": \"00\"}\n  ],\n  ");
  free(json);
  hw_report_delete(report);
}

/* Every text of a report is the same hostile one. */
static hw_report *hostile_report(const char *text) {
  const hw_report_column columns[] = {{.title = text}, {.title = text, .is_code = true}};
  const char *const cells[] = {text, text, text, text};
  hw_report *report = new_report(text);
  hw_report_add_heading(report, 1, text);
  hw_report_add_heading(report, 2, text);
  for (int kind = 0; kind <= HW_PARAGRAPH_ITEM; kind++)
    hw_report_add_paragraph(report, (hw_paragraph_kind)kind, text);
  hw_report_add_table(report, &(hw_report_table){.key = text,
                                                 .title = text,
                                                 .n_columns = 2,
                                                 .n_rows = 2,
                                                 .columns = columns,
                                                 .cells = cells,
                                                 .empty = text});
  hw_report_add_table(report,
                      &(hw_report_table){.n_columns = 2, .columns = columns, .empty = text});
  hw_report_add_table(report, &(hw_report_table){.key = text, .n_columns = 2, .columns = columns});
  hw_report_add_facts(report, text, 2, cells);
  hw_report_add_picture(
      report, &(hw_report_picture){.width = 9, .height = 9, .title = text, .description = text});
  const hw_report_signature signature = {.role = text, .hint = text, .name = text, .date = text};
  hw_report_add_signatures(report, 1, &signature);
  hw_report_add_figure(report, text, 1, text);
  hw_report_add_claim(report, "claim", text);
  hw_report_add_basis(report, text, text, text);
  return report;
}

static void html_escapes_every_text(void **state) {
  (void)state;
  static const char *const texts[] = {"<img src=x onerror=alert(1)>", "</script><script>a()",
                                      "\"><b id='x'>", "<!--", "a\x01\xff\xef\xbf\xbf&amp;"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    hw_report *report = hostile_report(texts[i]);
    size_t n = 0;
    char *html = NULL;
    write_to(report, HW_REPORT_HTML, &html, &n);
    assert_int_equal(strlen(html), n);
    assert_int_equal(count(html, "<script"), 1);
    assert_int_equal(count(html, "</script"), 1);
    assert_int_equal(count(html, "<img"), 0);
    assert_int_equal(count(html, "<b"), count(html, "<br>") + count(html, "<body>"));
    assert_int_equal(count(html, "<!"), 1);
    assert_int_equal(count(html, "\x01") + count(html, "\xff"), 0);
    /* In attributes of the page nothing but entities stands for a quote. */
    const char *label = strstr(html, "aria-label=\"");
    assert_non_null(label);
    label += strlen("aria-label=\"");
    assert_memory_equal(label + strcspn(label, "\"<'"), "\">\n<table>", 10);
    free(html);
    hw_report_delete(report);
  }
}

static void html_is_made_of_parts_that_can_be_read_aloud(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_report *report = sample_report(false, &err);
  assert_non_null(report);
  size_t n = 0;
  char *html = NULL;
  write_to(report, HW_REPORT_HTML, &html, &n);
  hw_assert_contains(html, "<html lang=\"vi\">");
  hw_assert_contains(html, "<title>BÁO CÁO SO SÁNH ADN · SS-2026-0007</title>");
  hw_assert_contains(html, "<p class=\"ruled\"><strong>CƠ QUAN CHỦ QUẢN</strong><br>Trung tâm");
  hw_assert_contains(html, "<th scope=\"col\" class=\"n\">Tần số</th>");
  hw_assert_contains(html, "<ul>\n<li>H1: ");
  hw_assert_contains(html, "Chiết tách ADN lần 1 &amp; &lt;kiểm tra&gt;");
  hw_assert_contains(html, "<tr class=\"empty\"><td colspan=\"4\">Không ghi nhận mâu thuẫn nào.");
  hw_assert_contains(html, "<p>Lập ngày 31/01/2026 08:00 UTC</p>");
  hw_assert_contains(html, "Ngày …… tháng …… năm 20……");
  assert_int_equal(count(html, "<svg"), 1);
  assert_int_equal(count(html, "<h1>"), 1);
  assert_int_equal(count(html, "<ul>"), count(html, "</ul>"));
  assert_int_equal(count(html, "<section>"), count(html, "</section>"));
  assert_null(strstr(html, "DỰ THẢO</"));
  free(html);
  hw_report_delete(report);
}

static void pdf_bears_code_and_time_and_no_links(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_report *report = sample_report(false, &err);
  size_t n = 0;
  char *pdf = NULL;
  write_to(report, HW_REPORT_PDF, &pdf, &n);
  assert_true(has_bytes(pdf, n, "/Keywords (homeward-report:SS-2026-0007)"));
  assert_true(has_bytes(pdf, n, "/CreationDate (20260131080000Z"));
  assert_true(has_bytes(pdf, n, "/Count 3"));
  assert_false(has_bytes(pdf, n, "/URI"));
  free(pdf);
  hw_report_delete(report);
}

static void the_same_calls_give_the_same_bytes(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 3; seed++)
    for (hw_report_form form = HW_REPORT_PDF; form <= HW_REPORT_JSON; form++) {
      hw_err err = HW_ERR_INIT;
      hw_report *first = sample_random_report(seed, &err),
                *second = sample_random_report(seed, &err);
      size_t n_a = 0, n_b = 0, n_c = 0;
      char *a = NULL, *b = NULL, *c = NULL;
      write_to(first, form, &a, &n_a);
      write_to(second, form, &b, &n_b);
      write_to(first, form, &c, &n_c);
      assert_int_equal(n_a, n_b);
      assert_memory_equal(a, b, n_a);
      assert_int_equal(n_a, n_c);
      assert_memory_equal(a, c, n_a);
      free(a);
      free(b);
      free(c);
      hw_report_delete(first);
      hw_report_delete(second);
    }
}

static void texts_of_the_caller_are_copied(void **state) {
  (void)state;
  char text[] = "first";
  hw_report *report = new_report(text);
  hw_report_add_paragraph(report, HW_PARAGRAPH_PLAIN, text);
  hw_report_add_claim(report, text, text);
  memcpy(text, "wrong", 5);
  size_t n = 0;
  char *json = NULL;
  write_to(report, HW_REPORT_JSON, &json, &n);
  assert_null(strstr(json, "wrong"));
  free(json);
  hw_report_delete(report);
}

/* ---- failures ---- */

static void assert_fails(hw_report *report, hw_status status, const char *message) {
  for (hw_report_form form = HW_REPORT_PDF; form <= HW_REPORT_JSON; form++) {
    hw_err err = HW_ERR_INIT;
    char *bytes = NULL;
    size_t n = 1;
    hw_assert_status(hw_report_write(report, form, fonts, &bytes, &n, &err), status, &err);
    hw_assert_contains(err.message, message);
    assert_null(bytes);
    assert_int_equal(n, 0);
  }
  hw_report_delete(report);
}

static void draw_nonsense(void *context, hw_canvas *canvas) {
  (void)context;
  hw_canvas_add_circle(canvas, (double)NAN, 0, 1, &(hw_paint){.fill = HW_ROLE_INK});
}

static void the_first_failure_is_told_when_it_is_written(void **state) {
  (void)state;
  hw_report *report = new_report("T");
  hw_report_add_table(report, &(hw_report_table){.n_rows = 0});
  hw_report_add_picture(report, &(hw_report_picture){.width = (double)NAN, .height = 1});
  char digest[65];
  hw_err err = HW_ERR_INIT;
  hw_assert_status(hw_report_digest(report, digest, &err), HW_E_VALUE, &err);
  assert_fails(report, HW_E_VALUE, "has no columns");
  static const double sides[] = {0, -1, HUGE_VAL, 1e6};
  for (int i = 0; i < 4; i++) {
    report = new_report("T");
    hw_report_add_picture(report, &(hw_report_picture){.width = 1, .height = sides[i]});
    assert_fails(report, HW_E_VALUE, "impossible size");
  }
}

static void names_of_figures_and_claims_are_unique(void **state) {
  (void)state;
  hw_report *report = new_report("T");
  hw_report_add_figure(report, "b", 1, NULL);
  hw_report_add_figure(report, "lr", 1, NULL);
  hw_report_add_figure(report, "a", 2, NULL);
  hw_report_add_claim(report, "lr", "x");
  assert_fails(report, HW_E_DUPLICATE, "two figures or claims 'lr'");
}

static void mistakes_of_a_picture_are_told(void **state) {
  (void)state;
  hw_report *report = new_report("T");
  hw_report_add_picture(report,
                        &(hw_report_picture){.width = 9, .height = 9, .draw = draw_nonsense});
  for (hw_report_form form = HW_REPORT_PDF; form <= HW_REPORT_HTML; form++) {
    hw_err err = HW_ERR_INIT;
    char *bytes = NULL;
    size_t n = 0;
    hw_assert_status(hw_report_write(report, form, fonts, &bytes, &n, &err), HW_E_VALUE, &err);
    hw_assert_contains(err.message, "not on any page");
  }
  hw_report_delete(report);
}

static void exhausted_memory_is_told(void **state) {
  (void)state;
  for (hw_report_form form = HW_REPORT_PDF; form <= HW_REPORT_JSON; form++)
    for (long n = 0; hw_faults_begin(n); n++) {
      hw_err err = HW_ERR_INIT;
      char *bytes = NULL;
      size_t n_bytes = 0;
      hw_report *report = sample_report(true, &err);
      hw_status status = HW_E_NO_MEMORY;
      if (report != NULL) status = hw_report_write(report, form, fonts, &bytes, &n_bytes, &err);
      hw_report_delete(report);
      const bool failed = hw_faults_end();
      hw_assert_status(status, failed ? HW_E_NO_MEMORY : HW_OK, &err);
      if (failed) assert_int_equal(err.status, HW_E_NO_MEMORY);
      assert_true(failed == (bytes == NULL));
      free(bytes);
      if (!failed) break;
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(heads_that_cannot_be_are_refused),
      cmocka_unit_test(json_holds_the_document_as_it_was_added),
      cmocka_unit_test(html_escapes_every_text),
      cmocka_unit_test(html_is_made_of_parts_that_can_be_read_aloud),
      cmocka_unit_test(pdf_bears_code_and_time_and_no_links),
      cmocka_unit_test(the_same_calls_give_the_same_bytes),
      cmocka_unit_test(texts_of_the_caller_are_copied),
      cmocka_unit_test(the_first_failure_is_told_when_it_is_written),
      cmocka_unit_test(names_of_figures_and_claims_are_unique),
      cmocka_unit_test(mistakes_of_a_picture_are_told),
      cmocka_unit_test(exhausted_memory_is_told),
  };
  return cmocka_run_group_tests(tests, begin_fonts, end_fonts);
}
