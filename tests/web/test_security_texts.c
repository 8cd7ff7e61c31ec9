/* Cross-site scripting: every text field of every kind of record is hostile, every route that shows
 * something is asked, in both languages, and what comes back as HTML has no tag, no attribute and no
 * script of it. The same for reports and for the pictures in them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/report.h"
#include "base/json_read.h"
#include "support/assert.h"
#include "web/route_support.h"

static hw_app app;
static hw_web *web;

static int begin(void **state) {
  if (decide_tests_begin(state) != 0) return -1;
  page_hostile(&app, &web);
  return 0;
}

static int end(void **state) {
  hw_web_delete(web);
  hw_app_close(&app);
  return decide_tests_end(state);
}

/* What the hostile text would have become if it had been taken for anything but text. */
static const char *raw_in(const char *html) {
  static const char *const marks[] = {PAGE_HOSTILE, "<script>x", "</script>'", "\"&gt;&lt;script"};
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (strstr(html, marks[i]) != NULL) return marks[i];
  return NULL;
}

typedef struct crawl {
  web_browser *b;
  int n_pages, n_hostile, n_refused;
} crawl;

static void look(void *context, const hwp_route *route, const char *target) {
  crawl *self = context;
  const int status = web_get(self->b, target);
  const char *type = web_header(self->b, "content-type");
  (void)route;
  /* A report whose stored parameters are no JSON is damaged, and the log is told so. */
  const bool is_damaged = strstr(target, "/reports/zz-") != NULL;
  if (status >= 500 && !is_damaged) fail_msg("%s: %d\n%s", target, status, web_body(self->b));
  for (int32_t i = 0; i < self->b->response.n_headers; i++)
    if (raw_in(self->b->response.headers[i].value) != NULL)
      fail_msg("%s: header %s", target, self->b->response.headers[i].name);
  if (strncmp(type, "text/html", 9) != 0) {
    assert_string_equal(web_header(self->b, "x-content-type-options"), "nosniff");
    return;
  }
  const char *mark = raw_in(web_body(self->b));
  if (mark != NULL) fail_msg("%s gives %s raw", target, mark);
  if (strstr(web_body(self->b), "&lt;script&gt;x") != NULL) self->n_hostile++;
  self->n_pages++;
  if (status == 200 && web_header(self->b, "content-disposition")[0] == '\0')
    page_check(self->b);
  else
    self->n_refused++;
}

static void xss_in_every_text_field_stays_text_on_every_route(void **state) {
  (void)state;
  int n_fields = 0;
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    const hw_kind *kind = hw_kind_get((hw_kind_id)k);
    if (kind->flags & HW_KIND_SECRET || k == HW_KIND_ACCESS) continue;
    for (int f = 0; f < kind->n_fields; f++)
      n_fields += kind->fields[f].type == HW_TYPE_TEXT || kind->fields[f].type == HW_TYPE_CODE;
  }
  /* All but an actor's permissions, which are words of a list, and what an investigation refers to
   * by name. */
  assert_in_range(route_fill(&app, PAGE_HOSTILE, false), n_fields - 3, n_fields - 1);
  web_browser b = page_browser(web, "tester");
  for (int language = 0; language < 2; language++) {
    crawl self = {.b = &b};
    web_set_cookie(&b, "homeward-language", language == 0 ? "en" : "vi");
    const int n = route_each(&app, "GET", 3, look, &self);
    if (self.n_hostile < 100)
      fail_msg("%d of %d targets (%d pages, %d not there) show a hostile text", self.n_hostile, n,
               self.n_pages, self.n_refused);
  }
  web_browser_clear(&b);
}

static void xss_in_paths_and_queries_stays_text(void **state) {
  (void)state;
  static const char part[] = "%22%3E%3Cscript%3Ex%3C%2Fscript%3E%27%26";
  static const char *const names[] = {"q",    "state", "from", "kind",    "subject", "next",
                                      "form", "to",    "all",  "history", "code",    "family",
                                      "run",  "page",  "sort", "order",   "sample",  "person"};
  web_browser b = page_browser(web, "tester");
  crawl self = {.b = &b};
  assert_true(route_each_with("GET", part, look, &self) > 15);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char query[200];
    static const char *const pages[] = {"/",
                                        "/find",
                                        "/records/family",
                                        "/reports/new",
                                        "/reports",
                                        "/audit",
                                        "/identifications",
                                        "/import",
                                        "/users",
                                        "/identifications/new"};
    for (size_t p = 0; p < sizeof pages / sizeof *pages; p++) {
      snprintf(query, sizeof query, "%s?%s=%s", pages[p], names[i], part);
      look(&self, NULL, query);
    }
  }
  web_browser_clear(&b);
}

/* Texts in HTML stand between tags; in JSON they are strings, and the whole is JSON. */
static void check_forms(const hw_issued *issued) {
  hw_json_doc *doc = NULL;
  hw_err err = HW_ERR_INIT;
  const char *html = issued->bytes[HW_REPORT_HTML];
  char *text = malloc(issued->n_bytes[HW_REPORT_HTML] + 1);
  assert_non_null(text);
  memcpy(text, html, issued->n_bytes[HW_REPORT_HTML]);
  text[issued->n_bytes[HW_REPORT_HTML]] = '\0';
  const char *mark = raw_in(text);
  if (mark != NULL) fail_msg("a report has %s raw", mark);
  hw_assert_contains(text, "&lt;script&gt;x");
  free(text);
  hw_assert_ok(hw_json_doc_parse(issued->bytes[HW_REPORT_JSON], issued->n_bytes[HW_REPORT_JSON],
                                 NULL, &doc, &err),
               &err);
  hw_json_doc_delete(doc);
}

static void xss_in_reports_and_their_pictures_stays_text(void **state) {
  (void)state;
  static const char *const settings[] = {"letterhead.en", "motto.en", "footer.en",
                                         "letterhead.vi", "motto.vi", "footer.vi"};
  static const struct {
    const char *kind, *subject;
  } reports[] = {{"board", "I" PAGE_HOSTILE},
                 {"letter", "I" PAGE_HOSTILE},
                 {"national", ""},
                 {"handover", "zz-" PAGE_HOSTILE}};
  hw_err err = HW_ERR_INIT;
  hw_fonts *fonts = NULL;
  hw_assert_ok(hw_fonts_new(&fonts, &err), &err);
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
    hw_assert_ok(hw_setting_write(&app, settings[i], PAGE_HOSTILE, &err), &err);
  int n = 0;
  for (size_t i = 0; i < sizeof reports / sizeof *reports; i++)
    for (int language = 0; language < 2; language++) {
      hw_issued issued;
      const hw_report_request request = {.kind = reports[i].kind,
                                         .subject = reports[i].subject,
                                         .language = language == 0 ? "en" : "vi",
                                         .note = PAGE_HOSTILE,
                                         .is_draft = true};
      const hw_status status = hw_app_report_issue(&app, &request, fonts, &issued, &err);
      if (status == HW_OK) check_forms(&issued);
      if (status != HW_OK) print_message("%s: %s\n", reports[i].kind, err.message);
      n += status == HW_OK;
      hw_issued_clear(&issued);
    }
  assert_true(n >= 4);
  hw_fonts_delete(fonts);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(xss_in_every_text_field_stays_text_on_every_route),
      cmocka_unit_test(xss_in_paths_and_queries_stays_text),
      cmocka_unit_test(xss_in_reports_and_their_pictures_stays_text),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
