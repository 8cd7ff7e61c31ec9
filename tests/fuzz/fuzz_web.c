/* Fuzz target: whole requests to the web application.
 *
 * The input is a request as text: "METHOD TARGET", then lines "name: value", an empty line, the
 * body. "$S" stands for the token of a session that may do everything, "$C" for the token of its
 * forms, so that what needs somebody who is logged in is reached too. Promises checked on every
 * input: there is an answer, it is no failure of the program (500), its headers are lines of their
 * own and have what safety asks for, redirections stay on this site, and a page is UTF-8 without
 * scripts or styles inside. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/account.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "web/web_int.h"

enum { MOST_HEADERS = 40 };

static hw_web *web;
static char database[64];

static int64_t now_s(void *context) {
  (void)context;
  return 1900000000;
}

static void remove_files(void) {
  char notes[80];
  hw_web_delete(web);
  unlink(database);
  snprintf(notes, sizeof notes, "%s.tasks", database);
  rmdir(notes);
}

static void begin(void) {
  hw_err err = HW_ERR_INIT;
  hw_app app;
  snprintf(database, sizeof database, "/tmp/homeward-fuzz-web-%ld.hwc", (long)getpid());
  unlink(database);
  const hw_who who = {.login = "fuzzer", .actor = "root"};
  HW_FUZZ_CHECK(hw_app_create(database, &who, "", &err) == HW_OK);
  HW_FUZZ_CHECK(hw_app_open(&app, database, HW_DB_WRITE, &who, &err) == HW_OK);
  HW_FUZZ_CHECK(hw_account_set_password(&app, "root", NULL, "bamboo ladder quiet river", &err) ==
                HW_OK);
  hw_app_close(&app);
  const hw_web_options options = {.location = database, .n_connections = 1, .now_s = now_s};
  HW_FUZZ_CHECK(hw_web_new(&options, &web, &err) == HW_OK);
  atexit(remove_files);
}

/* Copies the input, the session's tokens put in. */
static void fill_in(const uint8_t *data, size_t size, hw_str *out) {
  char token[HWP_TOKEN_SIZE];
  hwp_session session = {.actor = "root", .stage = HWP_STAGE_IN, .may = HW_MAY_ALL};
  hwp_sessions_begin(web->sessions, &session, now_s(NULL), token);
  for (size_t i = 0; i < size; i++) {
    const char next = i + 1 < size ? (char)data[i + 1] : '\0';
    if (data[i] == '$' && (next == 'S' || next == 'C')) {
      hw_str_append(out, next == 'S' ? token : session.csrf);
      i++;
    } else {
      hw_str_append_bytes(out, (const char *)data + i, 1);
    }
  }
  hw_str_append_bytes(out, "", 1);
}

/* Cuts a line off. */
static char *take_line(char **at) {
  char *line = *at;
  line[strcspn(line, "\n")] == '\n' ? (void)(*at = line + strcspn(line, "\n") + 1)
                                    : (void)(*at = line + strlen(line));
  line[strcspn(line, "\n")] = '\0';
  return line;
}

static const char *header_of(const hw_web_response *response, const char *name) {
  for (int32_t i = 0; i < response->n_headers; i++)
    if (strcmp(response->headers[i].name, name) == 0) return response->headers[i].value;
  return "";
}

static void check_page(const hw_web_response *response) {
  const char *page = hw_str_text(&response->body);
  HW_FUZZ_CHECK(strlen(page) == response->body.length && hw_utf8_is_valid(page));
  HW_FUZZ_CHECK(strstr(page, "<style") == NULL);
  /* As text the word may come back, and as what a field keeps; as where a link leads it may not. */
  HW_FUZZ_CHECK(strstr(page, "href=\"javascript:") == NULL);
  HW_FUZZ_CHECK(strstr(page, "src=\"javascript:") == NULL);
  HW_FUZZ_CHECK(strstr(page, "action=\"javascript:") == NULL);
  for (const char *at = page; (at = strstr(at, "<script")) != NULL; at++)
    HW_FUZZ_CHECK(strncmp(at, "<script src=\"/assets/", 21) == 0);
}

static void check(const hw_web_response *response) {
  HW_FUZZ_CHECK(response->status >= 200 && response->status <= 503 && response->status != 500);
  HW_FUZZ_CHECK(header_of(response, "content-security-policy")[0] != '\0');
  HW_FUZZ_CHECK(header_of(response, "cache-control")[0] != '\0');
  for (int32_t i = 0; i < response->n_headers; i++)
    for (const char *c = response->headers[i].value; *c != '\0'; c++)
      HW_FUZZ_CHECK((unsigned char)*c >= 32 && *c != 127);
  const char *location = header_of(response, "location");
  HW_FUZZ_CHECK((response->status == 303) == (*location != '\0'));
  if (*location != '\0')
    HW_FUZZ_CHECK(location[0] == '/' && location[1] != '/' && location[1] != '\\');
  if (strncmp(header_of(response, "content-type"), "text/html", 9) == 0) check_page(response);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > 65536) return 0;
  if (web == NULL) begin();
  hw_str text = HW_STR_INIT;
  hw_web_pair headers[MOST_HEADERS];
  hw_web_response response;
  fill_in(data, size, &text);
  HW_FUZZ_CHECK(hw_str_status(&text) == HW_OK);
  char *at = text.bytes, *end = text.bytes + text.length - 1;
  char *method = take_line(&at), *target = strchr(method, ' ');
  if (target != NULL) *target++ = '\0';
  int n = 0;
  while (at < end && n < MOST_HEADERS) {
    char *line = take_line(&at), *value = strstr(line, ": ");
    if (*line == '\0') break;
    if (value == NULL) continue;
    *value = '\0';
    headers[n++] = (hw_web_pair){line, value + 2};
  }
  const hw_web_request request = {.method = method,
                                  .target = target != NULL ? target : "",
                                  .client = "127.0.0.1",
                                  .n_headers = n,
                                  .headers = headers,
                                  .body = at,
                                  .n_body = at < end ? (size_t)(end - at) : 0};
  hw_web_handle(web, &request, &response);
  check(&response);
  hw_web_response_clear(&response);
  hw_str_clear(&text);
  return 0;
}
