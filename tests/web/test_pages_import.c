/* The page that imports files: who may, what is told before anything is written, that the bytes that
 * were checked are those that are written, once, by the session that sent them. */
#include <stdio.h>
#include <string.h>

#include "support/assert.h"
#include "web/kept.h"
#include "web/page_support.h"

static hw_app app;
static hw_web *web;

static int begin(void **state) {
  if (decide_tests_begin(state) != 0) return -1;
  page_case(&app, &web);
  return 0;
}

static int end(void **state) {
  hw_web_delete(web);
  hw_app_close(&app);
  return decide_tests_end(state);
}

static void lacks(const char *text, const char *what) {
  if (strstr(text, what) != NULL) fail_msg("the page tells '%s'", what);
}

typedef struct sent {
  const char *name, *bytes; /* NULL = no file */
} sent;

static void add_field(hw_str *body, const char *name, const char *value) {
  hw_str_append_format(body, "--B\r\ncontent-disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n",
                       name, value);
}

/* Sends the form with files. */
static int send_files(web_browser *b, const char *what, const char *different, const sent *files,
                      int n) {
  static const hw_web_pair type = {"content-type", "multipart/form-data; boundary=B"};
  hw_str body = HW_STR_INIT;
  add_field(&body, "csrf", b->csrf);
  for (int i = 0; i < n; i++)
    hw_str_append_format(&body,
                         "--B\r\ncontent-disposition: form-data; name=\"file\"; filename=\"%s\"\r\n"
                         "content-type: text/csv\r\n\r\n%s\r\n",
                         files[i].name, files[i].bytes);
  add_field(&body, "what", what);
  add_field(&body, "different", different);
  add_field(&body, "reason", "list of 1976");
  hw_str_append(&body, "--B--\r\n");
  b->extra = &type;
  b->n_extra = 1;
  const int status = web_send(b, "POST", "/import", hw_str_text(&body));
  b->extra = NULL;
  b->n_extra = 0;
  hw_str_clear(&body);
  return status;
}

static int send_file(web_browser *b, const char *what, const char *name, const char *bytes) {
  return send_files(b, what, "", &(sent){name, bytes}, 1);
}

/* The field of the button that writes. */
static void take_name(const web_browser *b, char out[100]) {
  static const char mark[] = "name=\"files\" value=\"";
  const char *at = strstr(web_body(b), mark);
  assert_non_null(at);
  at += sizeof mark - 1;
  snprintf(out, 100, "files=%.*s", (int)strcspn(at, "\""), at);
}

static int64_t count_sites(const char *code) {
  hw_err err = HW_ERR_INIT;
  int64_t id = 0;
  hw_record record;
  hw_record_init(&record, HW_KIND_SITE);
  hw_record_set_text(&record, HW_FIELD_SITE_CODE, code);
  hw_assert_ok(hw_store_find(app.store, &record, &id, &err), &err);
  return id != 0;
}

static void files_are_for_who_may_write(void **state) {
  (void)state;
  web_browser plain = page_browser(web, "plain"), clerk = page_browser(web, "clerk");
  assert_int_equal(web_get(&plain, "/import"), 403);
  assert_int_equal(send_file(&plain, "sites", "a.csv", "code,name\nNO-1,a\n"), 403);
  assert_int_equal(web_post(&plain, "/import/write", "files=x"), 403);
  page_get(&clerk, "/import");
  page_keep(&clerk, "import");
  hw_assert_contains(web_body(&clerk), "enctype=\"multipart/form-data\"");
  hw_assert_contains(web_body(&clerk), "value=\"sites\"");
  lacks(web_body(&clerk), "value=\"vcf\"");
  lacks(web_body(&clerk), "value=\"bam\"");
  lacks(web_body(&clerk), "value=\"credentials\"");
  assert_int_equal(count_sites("NO-1"), 0);
  web_browser_clear(&plain);
  web_browser_clear(&clerk);
}

static void what_was_checked_is_written_once(void **state) {
  (void)state;
  char name[100];
  web_browser b = page_browser(web, "clerk");
  page_get(&b, "/import");
  assert_int_equal(send_file(&b, "sites", "hills.csv", "code,name,kind\nW-1,Hill,burial\n"), 200);
  page_check(&b);
  page_keep(&b, "import-preview");
  hw_assert_contains(web_body(&b), "<td class=\"number\">1</td><td class=\"number\">0</td>");
  hw_assert_contains(web_body(&b), "Nothing is written yet");
  lacks(web_body(&b), "/dev/fd");
  lacks(web_body(&b), "/homeward-");
  assert_int_equal(count_sites("W-1"), 0);
  take_name(&b, name);
  assert_int_equal(web_post(&b, "/import/write", name), 303);
  assert_int_equal(count_sites("W-1"), 1);
  hw_assert_contains(page_get(&b, "/import"), "Written: 1 record added, 0 changed.");
  assert_int_equal(web_post(&b, "/import/write", name), 422);
  hw_assert_contains(web_body(&b), "no longer kept");
  page_check(&b);
  /* The same again is known. */
  assert_int_equal(send_file(&b, "sites", "hills.csv", "code,name,kind\nW-1,Hill,burial\n"), 200);
  page_check(&b);
  hw_assert_contains(web_body(&b), "imported before");
  lacks(web_body(&b), "/import/write");
  hw_assert_contains(page_get(&b, "/records/import"), "hills.csv");
  web_browser_clear(&b);
}

static void other_sessions_and_late_ones_write_nothing(void **state) {
  (void)state;
  char name[100];
  web_browser b = page_browser(web, "clerk"), other = page_browser(web, "tester");
  page_get(&b, "/import");
  assert_int_equal(send_file(&b, "sites", "x.csv", "code,name,kind\nW-2,Hill,burial\n"), 200);
  take_name(&b, name);
  page_get(&other, "/import");
  assert_int_equal(web_post(&other, "/import/write", name), 422);
  web_test_now_s += HWP_KEPT_S + 1;
  assert_int_equal(web_post(&b, "/import/write", name), 422);
  assert_int_equal(count_sites("W-2"), 0);
  web_browser_clear(&b);
  web_browser_clear(&other);
}

static void mistakes_are_told_with_their_place(void **state) {
  (void)state;
  web_browser b = page_browser(web, "clerk");
  page_get(&b, "/import");
  assert_int_equal(send_file(&b, "sites", "x.csv",
                             "code,name,kind,latitude\nW-3,Hill,burial,16\nW-4,Hill,<b>,x\n"),
                   422);
  page_check(&b);
  page_keep(&b, "import-mistakes");
  hw_assert_contains(web_body(&b), "Mistakes in x.csv");
  hw_assert_contains(web_body(&b), "Nothing was written: 2 mistakes.");
  hw_assert_contains(web_body(&b), "<td class=\"number\">3</td>");
  lacks(web_body(&b), "<b>");
  lacks(web_body(&b), "/dev/fd");
  lacks(web_body(&b), "/homeward-");
  lacks(web_body(&b), "/import/write");
  assert_int_equal(count_sites("W-3"), 0);
  /* What differs is a mistake, unless it is asked for. */
  const sent other = {"y.csv", "code,name,kind\nSITE-1,Other hill,burial\n"};
  assert_int_equal(send_files(&b, "sites", "", &other, 1), 422);
  assert_int_equal(send_files(&b, "sites", "update", &other, 1), 200);
  hw_assert_contains(web_body(&b), "<td class=\"number\">0</td><td class=\"number\">1</td>");
  web_browser_clear(&b);
}

static void several_files_are_read_in_the_order_of_their_references(void **state) {
  (void)state;
  static const sent files[] = {{"dossiers.csv", "code,person,site\nW-D,F2-X,W-5\n"},
                               {"sites.csv", "code,name,kind\nW-5,Hill,burial\n"}};
  char name[100];
  web_browser b = page_browser(web, "tester");
  page_get(&b, "/import");
  assert_int_equal(send_files(&b, "", "", files, 2), 200);
  page_check(&b);
  take_name(&b, name);
  assert_int_equal(web_post(&b, "/import/write", name), 303);
  assert_int_equal(count_sites("W-5"), 1);
  page_get(&b, "/dossiers/W-D");
  web_browser_clear(&b);
}

static void forms_without_what_they_need_come_back(void **state) {
  (void)state;
  web_browser b = page_browser(web, "clerk");
  page_get(&b, "/import");
  assert_int_equal(send_file(&b, "sites", "", ""), 422);
  page_check(&b);
  hw_assert_contains(web_body(&b), "Choose at least one file.");
  hw_assert_contains(web_body(&b), "value=\"list of 1976\"");
  assert_int_equal(send_file(&b, "credentials", "a.csv", "actor\nplain\n"), 422);
  hw_assert_contains(web_body(&b), "choose one of the list");
  assert_int_equal(send_file(&b, "vcf", "a.csv", "x"), 422);
  hw_assert_contains(web_body(&b), "choose one of the list");
  assert_int_equal(send_file(&b, "", "a.vcf", "##fileformat=VCFv4.2\n#CHROM\n"), 422);
  page_check(&b);
  hw_assert_contains(web_body(&b), "command line");
  web_browser_clear(&b);
}

static void hostile_names_stay_texts(void **state) {
  (void)state;
  static const char hostile[] = "'&<script>x</script>.csv";
  web_browser b = page_browser(web, "clerk");
  page_get(&b, "/import");
  assert_int_equal(send_file(&b, "sites", hostile, "code,name,kind\nW-6,<script>x,burial\n"), 200);
  page_check(&b);
  lacks(web_body(&b), "<script>x");
  hw_assert_contains(web_body(&b), "script&gt;");
  assert_int_equal(send_file(&b, "sites", hostile, "code,<script>x\nW-6,1\n"), 422);
  page_check(&b);
  lacks(web_body(&b), "<script>x");
  hw_assert_contains(web_body(&b), "script&gt;");
  web_browser_clear(&b);
}

static void the_page_speaks_vietnamese(void **state) {
  (void)state;
  web_browser b = page_browser(web, "clerk");
  web_set_cookie(&b, "homeward-language", "vi");
  hw_assert_contains(page_get(&b, "/import"), "Nhập tệp dữ liệu");
  assert_int_equal(send_file(&b, "sites", "x.csv", "code,name,kind\nW-7,Hill,burial\n"), 200);
  page_check(&b);
  hw_assert_contains(web_body(&b), "Thay đổi dự kiến");
  web_browser_clear(&b);
}

static void what_is_kept_is_bounded(void **state) {
  (void)state;
  static char large[HWP_KEPT_BYTES / 2 + 1];
  hw_err err = HW_ERR_INIT;
  char first[HWP_TOKEN_SIZE], name[HWP_TOKEN_SIZE];
  hwp_kept *kept = hwp_kept_new();
  hwp_kept_files files = {.n_files = 1,
                          .files = {{.name = "a", .bytes = large, .n_bytes = sizeof large}}};
  assert_non_null(kept);
  hw_assert_ok(hwp_kept_add(kept, "s", &files, 1000, first, &err), &err);
  /* A second one of the same session pushes the first out. */
  hw_assert_ok(hwp_kept_add(kept, "s", &files, 1001, name, &err), &err);
  assert_null(hwp_kept_take(kept, "s", first, 1001));
  assert_null(hwp_kept_take(kept, "t", name, 1001));
  hwp_kept_files *out = hwp_kept_take(kept, "s", name, 1001);
  assert_non_null(out);
  assert_int_equal(out->files[0].n_bytes, sizeof large);
  assert_memory_equal(out->files[0].bytes, large, sizeof large);
  hwp_kept_files_delete(out);
  assert_null(hwp_kept_take(kept, "s", name, 1001));
  /* Others fill the room; nobody loses what waits, until it is too old. */
  char session[16];
  int n = 0;
  hw_status status = HW_OK;
  for (; n < HWP_MOST_KEPT + 1 && status == HW_OK; n++) {
    snprintf(session, sizeof session, "session-%d", n);
    status = hwp_kept_add(kept, session, &files, 1002, n == 0 ? first : name, &err);
  }
  assert_int_equal(status, HW_E_BUSY);
  assert_int_equal(n - 1, HWP_KEPT_ALL_BYTES / (int)sizeof large);
  hw_assert_ok(hwp_kept_add(kept, "late", &files, 1003 + HWP_KEPT_S, name, &err), &err);
  assert_null(hwp_kept_take(kept, "session-0", first, 1003 + HWP_KEPT_S));
  /* Too large for one. */
  files.n_files = 2;
  files.files[1] = files.files[0];
  assert_int_equal(hwp_kept_add(kept, "s", &files, 1003, name, &err), HW_E_TOO_COMPLEX);
  hwp_kept_delete(kept);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(files_are_for_who_may_write),
      cmocka_unit_test(what_was_checked_is_written_once),
      cmocka_unit_test(other_sessions_and_late_ones_write_nothing),
      cmocka_unit_test(mistakes_are_told_with_their_place),
      cmocka_unit_test(several_files_are_read_in_the_order_of_their_references),
      cmocka_unit_test(forms_without_what_they_need_come_back),
      cmocka_unit_test(hostile_names_stay_texts),
      cmocka_unit_test(the_page_speaks_vietnamese),
      cmocka_unit_test(what_is_kept_is_bounded),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
