/* Reports and the audit on the web: issuing and drafts by role, printing again to the byte, what is
 * refused with what was typed, checking of a file, hostile texts, lists newest first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "app/look.h"
#include "app/report.h"
#include "web/page_three.h"

static int begin(void **state) {
  if (begin_three(state) != 0) return -1;
  decide_import(&app, "investigations", "code,description\nelsewhere,another one\n");
  return 0;
}

/* Posts the form of a report, whose token must have been seen. */
static int ask(web_browser *b, const char *fields) {
  page_get(b, "/reports/new");
  return web_post(b, "/reports/new", fields);
}

/* Issues a national report. @return its code, valid until the next call */
static const char *issue(web_browser *b, const char *more) {
  static char code[100];
  char fields[300];
  snprintf(fields, sizeof fields, "kind=national&subject=&language=en&as=issued%s", more);
  if (ask(b, fields) != 303) fail_msg("%s", web_body(b));
  const char *to = web_header(b, "location");
  assert_int_equal(strncmp(to, "/reports/", 9), 0);
  snprintf(code, sizeof code, "%s", to + 9);
  return code;
}

/* Records of reports, Z01 …, which nothing can be made again of. */
static void add_reports(hw_app *on, int n) {
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_app_begin(on, HW_MAY_WRITE, "import", "tests", &err), &err);
  for (int i = 1; i <= n; i++) {
    char code[40];
    hw_record record;
    snprintf(code, sizeof code, "Z%02d", i);
    hw_record_init(&record, HW_KIND_REPORT);
    hw_record_set_text(&record, HW_FIELD_REPORT_CODE, code);
    hw_record_set_text(&record, HW_FIELD_REPORT_KIND, "board");
    hw_record_set_text(&record, HW_FIELD_REPORT_LANGUAGE, "vi");
    hw_record_set_text(&record, HW_FIELD_REPORT_SUBJECT, "ID-1");
    hw_record_set_text(&record, HW_FIELD_REPORT_CREATED, "2026-01-31T08:00:00Z");
    hw_record_set_text(&record, HW_FIELD_REPORT_PROGRAM, "tests");
    hw_record_set_text(&record, HW_FIELD_REPORT_PARAMETERS, "{}");
    hw_record_set_text(&record, HW_FIELD_REPORT_DOCUMENT, "d");
    hw_assert_ok(hw_store_add(on->store, &record, &err), &err);
  }
  hw_assert_ok(hw_store_commit(on->store, &err), &err);
}

/* Sends a file to be checked. */
static int send_file(web_browser *b, const char *bytes, size_t n) {
  static const hw_web_pair type[] = {{"content-type", "multipart/form-data; boundary=BoundaryX"}};
  hw_str body = HW_STR_INIT;
  page_get(b, "/reports/check");
  hw_str_append_format(&body,
                       "--BoundaryX\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n%s\r\n"
                       "--BoundaryX\r\nContent-Disposition: form-data; name=\"file\"; "
                       "filename=\"r.json\"\r\nContent-Type: application/json\r\n\r\n",
                       b->csrf);
  hw_str_append_bytes(&body, bytes, n);
  hw_str_append(&body, "\r\n--BoundaryX--\r\n");
  b->extra = type;
  b->n_extra = 1;
  const int status = web_send(b, "POST", "/reports/check", hw_str_text(&body));
  b->n_extra = 0;
  hw_str_clear(&body);
  return status;
}

/* --- lists --- */

static void an_empty_list_says_where_a_report_begins(void **state) {
  (void)state;
  web_browser b = page_browser(empty_web, "plain");
  hw_assert_contains(page_get(&b, "/reports"), "No report was issued yet");
  hw_assert_contains(web_body(&b), "href=\"/identifications\"");
  assert_int_equal(web_get(&b, "/reports/R-1"), 404);
  assert_int_equal(web_get(&b, "/reports/R-1/file?form=pdf"), 404);
  web_browser_clear(&b);
}

static void an_identification_leads_to_its_reports(void **state) {
  (void)state;
  web_browser b = page_browser(web, "plain");
  const char *text = page_get(&b, "/identifications/ID-1");
  hw_assert_contains(text, "href=\"/reports/new?kind=comparison&amp;subject=ID-1\"");
  hw_assert_contains(text, "href=\"/reports/new?kind=board&amp;subject=ID-1\"");
  text = page_get(&b, "/reports/new?kind=board&subject=ID-1");
  hw_assert_contains(text, "<option value=\"board\" selected");
  hw_assert_contains(text, "value=\"ID-1\"");
  page_keep(&b, "report-new");
  web_browser_clear(&b);
}

/* --- issuing --- */

static void who_may_not_write_makes_drafts_only(void **state) {
  (void)state;
  web_browser b = page_browser(web, "plain");
  lacks(page_get(&b, "/reports/new"), "value=\"issued\"");
  hw_assert_contains(web_body(&b), "You may make drafts");
  lacks(web_body(&b), "name=\"names\"");
  assert_int_equal(ask(&b, "kind=national&subject=&language=en&as=issued"), 403);
  page_check(&b);
  hw_assert_contains(web_body(&b), "No report was made:");
  hw_assert_contains(web_body(&b), "<option value=\"national\" selected");
  assert_int_equal(ask(&b, "kind=national&subject=&language=vi&as=draft"), 200);
  assert_string_equal(web_header(&b, "content-type"), "application/pdf");
  hw_assert_contains(web_header(&b, "content-disposition"),
                     "attachment; filename*=UTF-8''national-draft.pdf");
  assert_int_equal(memcmp(web_body(&b), "%PDF-", 5), 0);
  /* Nothing was stored. */
  hw_assert_contains(page_get(&b, "/reports"), "No report was issued yet");
  web_browser_clear(&b);
}

static void a_report_is_issued_and_comes_out_again_to_the_byte(void **state) {
  (void)state;
  static const char *const forms[] = {"pdf", "html", "json"};
  static const char *const types[] = {"application/pdf", "text/html; charset=utf-8",
                                      "application/json"};
  char code[100], target[200];
  web_browser b = page_browser(web, "clerk");
  snprintf(code, sizeof code, "%s", issue(&b, "&note=%3Cb%3Efirst%3C%2Fb%3E"));
  snprintf(target, sizeof target, "/reports/%s", code);
  const char *text = page_get(&b, target);
  hw_assert_contains(text, "was issued.");
  hw_assert_contains(text, "National overview");
  hw_assert_contains(text, "&lt;b&gt;first&lt;/b&gt;");
  hw_assert_contains(text, "clerk");
  page_keep(&b, "report");
  hw_issued issued;
  hw_err err = HW_ERR_INIT;
  hw_fonts *fonts = NULL;
  hw_assert_ok(hw_fonts_new(&fonts, &err), &err);
  hw_assert_ok(hw_app_report_again(&app, code, fonts, &issued, &err), &err);
  for (int f = 0; f < HW_REPORT_FORMS; f++) {
    snprintf(target, sizeof target, "/reports/%s/file?form=%s", code, forms[f]);
    assert_int_equal(web_get(&b, target), 200);
    assert_string_equal(web_header(&b, "content-type"), types[f]);
    hw_assert_contains(web_header(&b, "content-disposition"), "attachment");
    assert_int_equal(b.response.body.length, issued.n_bytes[f]);
    assert_memory_equal(web_body(&b), issued.bytes[f], issued.n_bytes[f]);
  }
  hw_issued_clear(&issued);
  hw_fonts_delete(fonts);
  snprintf(target, sizeof target, "/reports/%s/file?form=doc", code);
  assert_int_equal(web_get(&b, target), 404);
  web_browser_clear(&b);
}

static void what_is_refused_keeps_what_was_typed(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  assert_int_equal(ask(&b, "kind=&subject=ID-1&language=en&as=issued"), 422);
  page_check(&b);
  hw_assert_contains(web_body(&b), "Choose a kind of report.");
  hw_assert_contains(web_body(&b), "value=\"ID-1\"");
  assert_int_equal(ask(&b, "kind=board&subject=+&language=en&as=issued"), 422);
  hw_assert_contains(web_body(&b), "Fill this in.");
  assert_int_equal(ask(&b, "kind=national&subject=ID-1&language=en&as=issued"), 422);
  hw_assert_contains(web_body(&b), "leave this empty");
  assert_int_equal(ask(&b, "kind=validation&subject=&language=xx&as=issued"), 422);
  assert_int_equal(ask(&b, "kind=validation&subject=ID-1&language=en&as=issued"), 422);
  hw_assert_contains(web_body(&b), "leave this empty");
  assert_int_equal(ask(&b, "kind=board&subject=ID-99&language=en&as=issued&names=without&note=n1"),
                   422);
  page_check(&b);
  hw_assert_contains(web_body(&b), "there is no identification");
  hw_assert_contains(web_body(&b), "value=\"ID-99\"");
  hw_assert_contains(web_body(&b), "value=\"n1\"");
  hw_assert_contains(web_body(&b), "<option value=\"board\" selected");
  hw_assert_contains(web_body(&b), "<option value=\"issued\" selected");
  hw_assert_contains(web_body(&b), "<option value=\"without\" selected");
  page_keep(&b, "report-refused");
  assert_int_equal(ask(&b, "kind=letter&subject=ID-1&language=fr&as=draft"), 422);
  page_check(&b);
  web_browser_clear(&b);
}

/* Listens to a task until it is over. */
static void listen(web_browser *b, const char *path) {
  char target[200];
  snprintf(target, sizeof target, "%s/events", path);
  assert_int_equal(web_get(b, target), 200);
  for (bool goes_on = true; goes_on;) {
    hw_str news = HW_STR_INIT;
    goes_on = b->response.stream.next(b->response.stream.context, &news);
    hw_str_clear(&news);
  }
}

static void a_validation_runs_as_a_task_and_is_issued(void **state) {
  (void)state;
  char path[100], report[100], target[200];
  web_browser b = page_browser(web, "tester");
  hw_assert_contains(page_get(&b, "/reports/new"), "<option value=\"validation\">");
  assert_int_equal(ask(&b, "kind=validation&subject=&language=vi&as=issued&names=without&note=n2"),
                   303);
  snprintf(path, sizeof path, "%s", web_header(&b, "location"));
  assert_int_equal(strncmp(path, "/tasks/", 7), 0);
  listen(&b, path);
  const char *text = page_get(&b, path);
  page_keep(&b, "task-validation");
  hw_assert_contains(text, "Validation of the program");
  hw_assert_contains(text, "all checks of the validation were passed");
  hw_assert_contains(text, "<dd>n2</dd>");
  hw_assert_contains(text, "<dd>codes only</dd>");
  const char *at = strstr(text, "class=\"button\" href=\"/reports/R-");
  assert_non_null(at);
  at = strstr(at, "/reports/");
  snprintf(report, sizeof report, "%.*s", (int)strcspn(at, "\""), at);
  text = page_get(&b, report);
  page_keep(&b, "report-validation");
  hw_assert_contains(text, "Validation of the laboratory");
  hw_assert_contains(text, "What the check of the database found is printed as it was found then");
  hw_assert_contains(page_get(&b, "/runs"), report);
  /* The files are those that were issued, also when the database has grown. */
  decide_run(&app, 0.5);
  for (int f = 0; f < HW_REPORT_FORMS; f++) {
    static const char *const forms[] = {"pdf", "html", "json"};
    snprintf(target, sizeof target, "%s/file?form=%s", report, forms[f]);
    assert_int_equal(web_get(&b, target), 200);
    if (f == HW_REPORT_PDF) {
      const hw_record *record = app_test_get(&app, HW_KIND_REPORT, report + 9);
      uint8_t digest[HW_DIGEST_SIZE];
      char hexadecimal[HW_DIGEST_TEXT_SIZE];
      hw_digest_of(web_body(&b), b.response.body.length, digest);
      assert_string_equal(hw_digest_text(digest, hexadecimal),
                          hw_record_text(record, HW_FIELD_REPORT_PDF));
    }
  }
  web_browser_clear(&b);
}

static void a_draft_of_a_validation_is_kept_with_its_task(void **state) {
  (void)state;
  const int64_t before = app_test_count(&app, HW_KIND_REPORT);
  char path[100], file[120], forget[120];
  web_browser b = page_browser(web, "clerk");
  assert_int_equal(ask(&b, "kind=validation&subject=&language=en&as=draft&note="), 303);
  snprintf(path, sizeof path, "%s", web_header(&b, "location"));
  snprintf(file, sizeof file, "%s/file", path);
  snprintf(forget, sizeof forget, "%s/forget", path);
  listen(&b, path);
  hw_assert_contains(page_get(&b, path), "The draft is ready");
  hw_assert_contains(web_body(&b), file);
  assert_int_equal(app_test_count(&app, HW_KIND_REPORT), before);
  assert_int_equal(web_get(&b, file), 200);
  assert_string_equal(web_header(&b, "content-type"), "application/pdf");
  assert_memory_equal(web_body(&b), "%PDF", 4);
  web_browser other = page_browser(web, "plain");
  assert_int_equal(web_get(&other, file), 404);
  web_browser_clear(&other);
  page_get(&b, path);
  assert_int_equal(web_post(&b, forget, ""), 303);
  assert_int_equal(web_get(&b, file), 404);
  web_browser_clear(&b);
}

static void a_validation_takes_the_permission_to_write_and_to_see_everything(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  static const char *const people[] = {"plain", "reader", "r1"};
  for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
    web_browser b = page_browser(web, people[i]);
    assert_int_equal(ask(&b, "kind=validation&subject=&language=en&as=draft"), 403);
    page_check(&b);
    hw_assert_contains(web_body(&b), "A validation takes the permission to write");
    web_browser_clear(&b);
  }
  hw_assert_ok(hw_access_set(&app, "clerk", (const char *const[]){"elsewhere"}, 1, "tests", &err),
               &err);
  web_browser b = page_browser(web, "clerk");
  assert_int_equal(ask(&b, "kind=validation&subject=&language=en&as=issued"), 403);
  web_browser_clear(&b);
  hw_assert_ok(hw_access_set(&app, "clerk", NULL, 0, "tests", &err), &err);
}

static void a_report_with_names_is_given_to_who_may_read_them(void **state) {
  (void)state;
  char code[100], target[200];
  web_browser b = page_browser(web, "tester");
  assert_int_equal(ask(&b, "kind=board&subject=ID-1&language=vi&as=issued&names=with"), 303);
  snprintf(code, sizeof code, "%s", web_header(&b, "location") + 9);
  snprintf(target, sizeof target, "/reports/%s", code);
  hw_assert_contains(page_get(&b, target), "with names of people");
  web_browser_clear(&b);
  b = page_browser(web, "plain");
  const char *text = page_get(&b, target);
  hw_assert_contains(text, "which you may not read");
  lacks(text, "/file?form=");
  lacks(text, "Nguyễn");
  snprintf(target, sizeof target, "/reports/%s/file?form=json", code);
  assert_int_equal(web_get(&b, target), 403);
  lacks(web_body(&b), "Nguyễn");
  web_browser_clear(&b);
}

static void the_newest_report_stands_first_and_lists_go_on(void **state) {
  (void)state;
  enum { N = 51 };
  web_browser b = page_browser(empty_web, "tester");
  add_reports(&empty_app, N);
  const char *text = page_get(&b, "/reports");
  const char *newest = strstr(text, "/reports/Z51\""), *older = strstr(text, "/reports/Z50\"");
  assert_non_null(newest);
  assert_true(newest < older);
  lacks(text, "/reports/Z01\"");
  page_keep(&b, "reports");
  hw_assert_contains(text, "rel=\"next\" href=\"/reports?from=1\"");
  text = page_get(&b, "/reports?from=1");
  hw_assert_contains(text, "/reports/Z01\"");
  lacks(text, "/reports/Z02\"");
  lacks(text, "rel=\"next\"");
  web_browser_clear(&b);
}

/* --- checking --- */

static void a_file_is_checked_line_by_line(void **state) {
  (void)state;
  char target[200];
  web_browser b = page_browser(web, "clerk");
  snprintf(target, sizeof target, "/reports/%s/file?form=json", issue(&b, ""));
  assert_int_equal(web_get(&b, target), 200);
  const size_t n = b.response.body.length;
  char *bytes = malloc(n + 1);
  assert_non_null(bytes);
  memcpy(bytes, web_body(&b), n + 1);
  assert_int_equal(send_file(&b, bytes, n), 200);
  page_check(&b);
  hw_assert_contains(web_body(&b), "Intact:");
  page_keep(&b, "report-check");
  /* One digit of a figure. */
  char *at = strstr(bytes, "\"figures\"");
  assert_non_null(at);
  at = strpbrk(at, "0123456789");
  assert_non_null(at);
  *at = *at == '9' ? '8' : (char)(*at + 1);
  assert_int_equal(send_file(&b, bytes, n), 200);
  page_check(&b);
  hw_assert_contains(web_body(&b), "Not intact:");
  hw_assert_contains(web_body(&b), "<li>");
  page_keep(&b, "report-differs");
  free(bytes);
  static const char none[] = "<script>x</script>";
  assert_int_equal(send_file(&b, none, sizeof none - 1), 422);
  page_check(&b);
  hw_assert_contains(web_body(&b), "no report of this program");
  assert_int_equal(send_file(&b, "", 0), 422);
  hw_assert_contains(web_body(&b), "Choose a file.");
  web_browser_clear(&b);
}

/* What a family's file called one of its members. */
static void label_member(hw_app *on, const char *family, const char *person, const char *label) {
  hw_err err = HW_ERR_INIT;
  hw_arena arena;
  hw_look_rows rows;
  int64_t id = 0, who = 0;
  bool is_done = false;
  hw_arena_init(&arena, 0);
  hw_assert_ok(hw_look_find(on, HW_KIND_FAMILY, family, &id, &err), &err);
  hw_assert_ok(hw_look_find(on, HW_KIND_PERSON, person, &who, &err), &err);
  hw_assert_ok(hw_look_list(on, HW_KIND_FAMILY_MEMBER, HW_FIELD_FAMILY_MEMBER_FAMILY, id, 50,
                            &arena, &rows, &err),
               &err);
  hw_assert_ok(hw_app_begin(on, HW_MAY_WRITE, "import", "tests", &err), &err);
  for (int i = 0; i < rows.n; i++) {
    if (hw_record_int(&rows.items[i], HW_FIELD_FAMILY_MEMBER_PERSON) != who) continue;
    hw_record_set_text(&rows.items[i], HW_FIELD_FAMILY_MEMBER_LABEL, label);
    hw_assert_ok(hw_store_replace(on->store, &rows.items[i], &err), &err);
    is_done = true;
  }
  hw_assert_ok(hw_store_commit(on->store, &err), &err);
  hw_arena_clear(&arena);
  assert_true(is_done);
}

/* --- the audit --- */

static void the_audit_tells_who_when_and_why_newest_first(void **state) {
  (void)state;
  web_browser b = page_browser(web, "plain");
  const char *text = page_get(&b, "/audit");
  const char *head = strstr(text, "id=\"entry-");
  assert_non_null(head);
  const int newest = (int)strtol(head + strlen("id=\"entry-"), NULL, 10);
  char mark[60];
  snprintf(mark, sizeof mark, "id=\"entry-%d\"", newest - 1);
  assert_true(strstr(text, mark) > head);
  hw_assert_contains(text, "tester");
  page_keep(&b, "audit");
  /* Every entry stands on one page, and the last one ends with the first entry. */
  char target[200] = "/audit";
  int n_pages = 0, n = 0;
  for (; target[0] != '\0' && n_pages < 100; n_pages++) {
    text = page_get(&b, target);
    for (const char *at = text; (at = strstr(at, "id=\"entry-")) != NULL; at++) n++;
    const char *next = strstr(text, "rel=\"next\" href=\"");
    target[0] = '\0';
    if (next == NULL) break;
    next += strlen("rel=\"next\" href=\"");
    snprintf(target, sizeof target, "%.*s", (int)strcspn(next, "\""), next);
  }
  assert_int_equal(n, newest);
  hw_assert_contains(text, "id=\"entry-1\"");
  hw_assert_contains(page_get(&b, "/audit?from=3"), "id=\"entry-3\"");
  lacks(web_body(&b), "id=\"entry-4\"");
  page_get(&b, "/audit?from=99999999999999999999");
  page_get(&b, "/audit?from=-5");
  web_browser_clear(&b);
}

static void a_reader_of_some_investigations_sees_no_audit(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  static const char *const only[] = {"main"};
  hw_assert_ok(hw_access_set(&app, "reader", only, 1, "tests", &err), &err);
  web_browser b = page_browser(web, "reader");
  assert_int_equal(web_get(&b, "/audit"), 403);
  lacks(web_body(&b), "id=\"entry-");
  hw_assert_ok(hw_access_set(&app, "reader", NULL, 0, "tests", &err), &err);
  page_get(&b, "/audit");
  web_browser_clear(&b);
}

static void a_reader_of_some_investigations_gets_no_report_on_others(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  static const char *const only[] = {"elsewhere"};
  char code[100], target[200];
  web_browser b = page_browser(web, "tester");
  assert_int_equal(ask(&b, "kind=board&subject=ID-1&language=vi&as=issued&names=without"), 303);
  snprintf(code, sizeof code, "%s", web_header(&b, "location") + 9);
  snprintf(target, sizeof target, "/reports/%s/file?form=json", code);
  assert_int_equal(web_get(&b, target), 200);
  const size_t n = b.response.body.length;
  char *bytes = malloc(n + 1);
  assert_non_null(bytes);
  memcpy(bytes, web_body(&b), n + 1);
  web_browser_clear(&b);
  hw_assert_ok(hw_access_set(&app, "clerk", only, 1, "tests", &err), &err);
  b = page_browser(web, "clerk");
  assert_int_equal(web_get(&b, target), 403);
  snprintf(target, sizeof target, "/reports/%s", code);
  assert_int_equal(web_get(&b, target), 403);
  snprintf(target, sizeof target, "\"/reports/%s\"", code);
  lacks(page_get(&b, "/reports"), target);
  assert_int_equal(ask(&b, "kind=board&subject=ID-1&language=vi&as=draft"), 403);
  page_check(&b);
  assert_int_equal(ask(&b, "kind=comparison&subject=run-2/S1-p/F1-X/F1&language=vi&as=draft"), 403);
  assert_int_equal(send_file(&b, bytes, n), 403);
  web_browser_clear(&b);
  free(bytes);
  hw_assert_ok(hw_access_set(&app, "clerk", NULL, 0, "tests", &err), &err);
}

static void the_pages_speak_vietnamese(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  web_set_cookie(&b, "homeward-language", "vi");
  hw_assert_contains(page_get(&b, "/reports"), "Các báo cáo đã ban hành");
  hw_assert_contains(page_get(&b, "/reports/new"), "Báo cáo trình Hội đồng");
  page_keep(&b, "vi-report-new");
  hw_assert_contains(page_get(&b, "/reports/check"), "Kiểm tra tệp báo cáo");
  hw_assert_contains(page_get(&b, "/audit"), "đặt mật khẩu");
  page_keep(&b, "vi-audit");
  web_browser_clear(&b);
}

/* --- hostile texts --- */

static void hostile_texts_stay_texts(void **state) {
  (void)state;
  web_browser b = page_browser(hostile_web, "tester");
  page_get(&b, "/reports/new?kind=%22%3E%3Cscript%3Ex%3C%2Fscript%3E&subject=%22%3E%3Cscript%3Ex");
  page_get(&b, "/audit");
  page_get(&b, "/families/F%22%3E%3Cscript%3Ex%3C%2Fscript%3E%27&");
  assert_int_equal(ask(&b, "kind=board&subject=%22%3E%3Cscript%3Ex%3C%2Fscript%3E&language=en"
                           "&as=%22%3E%3Cscript%3E&note=%22%3E%3Cscript%3Ex%3C%2Fscript%3E"),
                   422);
  page_check(&b);
  hw_assert_contains(web_body(&b), "&lt;script&gt;");
  web_browser_clear(&b);
}

static void a_family_is_drawn_with_its_own_labels_for_who_may_read_names(void **state) {
  (void)state;
  label_member(&app, "F1", "F1-X", "Anh Hai");
  web_browser b = page_browser(web, "reader");
  hw_assert_contains(page_get(&b, "/families/F1"), "Anh Hai");
  page_keep(&b, "family");
  lacks(web_body(&b), "/pedigree\"");
  web_browser_clear(&b);
  b = page_browser(web, "clerk");
  lacks(page_get(&b, "/families/F1"), "Anh Hai");
  hw_assert_contains(web_body(&b), "href=\"/families/F1/pedigree\"");
  hw_assert_contains(page_get(&b, "/"), "href=\"/sites\"");
  web_browser_clear(&b);
}

static void codes_in_a_picture_leave_out_what_the_family_shares(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  const hw_import_options options = {
      .what = "families", .apply = true, .investigation = "elsewhere"};
  hw_assert_ok(app_test_import_with(&app, &options, "families",
                                    "family,person,father,mother,sex,missing\nZ1,Z1-F,,,male,\n"
                                    "Z1,Z1-X,Z1-F,,male,yes\n",
                                    &err),
               &err);
  web_browser b = page_browser(web, "clerk");
  const char *text = page_get(&b, "/families/elsewhere%2FZ1");
  const char *picture = strstr(text, "<svg"), *end_of_it = strstr(text, "</svg>");
  assert_non_null(picture);
  assert_non_null(strstr(picture, ">Z1-X<"));
  const char *longer = strstr(picture, "elsewhere/Z1-X");
  assert_true(longer == NULL || longer > end_of_it);
  web_browser_clear(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_empty_list_says_where_a_report_begins),
      cmocka_unit_test(an_identification_leads_to_its_reports),
      cmocka_unit_test(who_may_not_write_makes_drafts_only),
      cmocka_unit_test(a_report_is_issued_and_comes_out_again_to_the_byte),
      cmocka_unit_test(what_is_refused_keeps_what_was_typed),
      cmocka_unit_test(a_report_with_names_is_given_to_who_may_read_them),
      cmocka_unit_test(a_validation_runs_as_a_task_and_is_issued),
      cmocka_unit_test(a_draft_of_a_validation_is_kept_with_its_task),
      cmocka_unit_test(a_validation_takes_the_permission_to_write_and_to_see_everything),
      cmocka_unit_test(a_file_is_checked_line_by_line),
      cmocka_unit_test(the_newest_report_stands_first_and_lists_go_on),
      cmocka_unit_test(the_audit_tells_who_when_and_why_newest_first),
      cmocka_unit_test(a_reader_of_some_investigations_sees_no_audit),
      cmocka_unit_test(a_reader_of_some_investigations_gets_no_report_on_others),
      cmocka_unit_test(the_pages_speak_vietnamese),
      cmocka_unit_test(hostile_texts_stay_texts),
      cmocka_unit_test(a_family_is_drawn_with_its_own_labels_for_who_may_read_names),
      cmocka_unit_test(codes_in_a_picture_leave_out_what_the_family_shares),
  };
  return cmocka_run_group_tests(tests, begin, end_three);
}
