/* Attacks on the web application, one after the other, over the whole table of routes: forged forms,
 * planted sessions, paths that lead away, guessing, mutated headers and cookies.
 *
 * What texts of the database can do is in test_security_texts, who sees which names in
 * test_security_names, and what takes sockets in test_server. docs/security.md lists them all. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/account.h"
#include "app/otp.h"
#include "support/assert.h"
#include "web/attempts.h"
#include "web/route_support.h"

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

/* Each test has its own day, far from what others have counted. */
static web_browser log_in(const char *actor) {
  web_test_now_s += 24 * 3600;
  return page_browser(web, actor);
}

static int scale(void) {
  const char *text = getenv("HOMEWARD_TEST_SCALE");
  const long value = text != NULL ? strtol(text, NULL, 10) : 1;
  return value >= 1 && value <= 1000 ? (int)value : 1;
}

/* --- forged forms --- */

typedef struct forging {
  web_browser *b;
  const char *token; /* NULL = none */
  const char *more;  /* behind the target: a query */
  const hw_web_pair *extra;
  int n_extra, n;
} forging;

static void must_be_refused(void *context, const hwp_route *route, const char *target) {
  forging *self = context;
  char full[600];
  snprintf(full, sizeof full, "%s%s", target, self->more);
  self->b->extra = self->extra;
  self->b->n_extra = self->n_extra;
  const int status = route_post(self->b, route, full, self->token, "reason=forged&code=forged");
  if (status != 403) fail_msg("POST %s: %d instead of 403", full, status);
  self->b->n_extra = 0;
  self->n++;
}

static void csrf_no_post_route_takes_a_form_that_is_not_its_own(void **state) {
  (void)state;
  static const hw_web_pair hosts[] = {{"origin", "https://evil.example"},
                                      {"origin", "http://localhost.evil.example"},
                                      {"origin", "https://localhost"},
                                      {"origin", "http://localhost:81"},
                                      {"referer", "https://evil.example/page"},
                                      {"referer", "http://localhost.evil.example/"},
                                      {"referer", "http://localhost@evil.example/"},
                                      {"sec-fetch-site", "cross-site"},
                                      {"sec-fetch-site", "same-site"}};
  static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";
  web_browser b = log_in("tester"), other = page_browser(web, "clerk"), visitor = {.web = web};
  char own[80], query[100], cut[80], head[200];
  page_get(&b, "/account");
  page_get(&other, "/account");
  page_get(&visitor, "/login");
  snprintf(own, sizeof own, "%s", b.csrf);
  snprintf(cut, sizeof cut, "%.63s", own);
  snprintf(query, sizeof query, "?csrf=%s", own);
  snprintf(head, sizeof head, "%s", app_test_head(&app));
  const char *const tokens[] = {NULL, "", zeros, cut, other.csrf, visitor.csrf};
  int n = 0;
  for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
    forging f = {.b = &b, .token = tokens[i], .more = ""};
    n = route_each(&app, "POST", 1, must_be_refused, &f);
    assert_int_equal(f.n, n);
  }
  assert_true(n >= 20); /* it is the whole table */
  forging in_query = {.b = &b, .token = NULL, .more = query};
  route_each(&app, "POST", 1, must_be_refused, &in_query);
  for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
    forging f = {.b = &b, .token = own, .more = "", .extra = &hosts[i], .n_extra = 1};
    route_each(&app, "POST", 1, must_be_refused, &f);
  }
  assert_string_equal(app_test_head(&app), head); /* nothing was changed */
  /* Each of these forms would have been taken with its own token. */
  memcpy(b.csrf, own, sizeof own);
  page_get(&b, "/account");
  assert_int_equal(web_post(&b, "/account/second-factor", ""), 200);
  assert_string_not_equal(app_test_head(&app), head);
  web_browser_clear(&b);
  web_browser_clear(&other);
  web_browser_clear(&visitor);
}

static void must_not_change(void *context, const hwp_route *route, const char *target) {
  web_browser *b = context;
  (void)route;
  (void)web_get(b, target);
}

static void csrf_what_is_only_got_changes_nothing(void **state) {
  (void)state;
  web_browser b = log_in("tester");
  char head[200];
  snprintf(head, sizeof head, "%s", app_test_head(&app));
  route_each(&app, "GET", 1, must_not_change, &b);
  assert_string_equal(app_test_head(&app), head);
  web_browser_clear(&b);
}

/* --- sessions --- */

static int visit(const char *cookie, const char *target) {
  web_browser b = {.web = web};
  const hw_web_pair extra = {"cookie", cookie};
  b.extra = &extra;
  b.n_extra = 1;
  const int status = web_get(&b, target);
  b.n_extra = 0;
  web_browser_clear(&b);
  return status;
}

static bool is_open(const char *token) {
  char cookie[120];
  snprintf(cookie, sizeof cookie, "homeward=%s", token);
  return visit(cookie, "/account") == 200;
}

static void code_of_now(const char *secret, char fields[40]) {
  uint8_t bytes[HW_OTP_KEY_SIZE];
  char code[HW_OTP_TEXT_SIZE];
  hw_err err = HW_ERR_INIT;
  const size_t n = hw_otp_base32_parse(secret, strlen(secret), bytes, sizeof bytes);
  assert_int_equal(n, sizeof bytes);
  hw_assert_ok(hw_otp_format(bytes, n, web_test_now_s / HW_OTP_STEP_S, code, &err), &err);
  snprintf(fields, 40, "otp=%s", code);
}

/* A step that must leave another token in the browser, and the old one dead. */
static void must_be_new(web_browser *b, char old[80], bool was_open) {
  assert_int_equal(strlen(web_cookie(b, "homeward")), 64);
  assert_string_not_equal(web_cookie(b, "homeward"), old);
  assert_false(is_open(old));
  if (was_open) assert_true(is_open(web_cookie(b, "homeward")));
  snprintf(old, 80, "%s", web_cookie(b, "homeward"));
}

static void session_fixation_each_step_up_has_a_new_token(void **state) {
  (void)state;
  char token[80] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  char secret[40], fields[120], csrf[80];
  web_test_now_s += 24 * 3600;
  web_browser b = {.web = web};
  web_set_cookie(&b, "homeward", token);
  assert_int_equal(web_log_in(&b, "r2"), 303);
  must_be_new(&b, token, true);
  page_get(&b, "/account");
  snprintf(csrf, sizeof csrf, "%s", b.csrf);
  assert_int_equal(web_post(&b, "/account/second-factor", ""), 200);
  const char *at = strstr(web_body(&b), "secret=");
  assert_non_null(at);
  snprintf(secret, sizeof secret, "%.*s", (int)strcspn(at + 7, "&<\""), at + 7);
  code_of_now(secret, fields);
  assert_int_equal(web_post(&b, "/account/second-factor/confirm", fields), 303);
  must_be_new(&b, token, true); /* set up */
  page_get(&b, "/account");
  assert_string_not_equal(b.csrf, csrf);
  assert_int_equal(web_post(&b, "/logout", ""), 303);
  assert_false(is_open(token));
  web_test_now_s += 60;
  assert_int_equal(web_log_in(&b, "r2"), 303); /* half */
  must_be_new(&b, token, false);
  assert_false(is_open(token));
  assert_int_equal(web_get(&b, "/login/code"), 200);
  code_of_now(secret, fields);
  assert_int_equal(web_post(&b, "/login/code", fields), 303); /* whole */
  must_be_new(&b, token, true);
  page_get(&b, "/password");
  assert_int_equal(web_post(&b, "/password",
                            "old=bamboo+ladder+quiet+river&new=seven+paper+boats+float&again=seven+"
                            "paper+boats+float"),
                   303);
  must_be_new(&b, token, true);
  web_test_now_s += 60;
  page_get(&b, "/account");
  code_of_now(secret, fields);
  assert_int_equal(web_post(&b, "/account/second-factor/remove", fields), 303);
  must_be_new(&b, token, true);
  web_browser_clear(&b);
}

static void session_fixation_a_planted_cookie_is_never_taken(void **state) {
  (void)state;
  static const char planted[] = "feedfacefeedfacefeedfacefeedfacefeedfacefeedfacefeedfacefeedface";
  char cookie[400], own[80];
  web_browser b = log_in("reader");
  snprintf(own, sizeof own, "%s", web_cookie(&b, "homeward"));
  assert_true(is_open(own));
  assert_false(is_open(planted));
  /* Beside one's own, before or behind it, the planted one opens nothing. */
  snprintf(cookie, sizeof cookie, "homeward=%s; homeward=%s", planted, own);
  assert_int_equal(visit(cookie, "/account"), 303);
  snprintf(cookie, sizeof cookie, "Homeward=%s; homeward-visitor=%s", own, own);
  assert_int_equal(visit(cookie, "/account"), 303);
  /* Neither a query nor a header can carry a session. */
  snprintf(cookie, sizeof cookie, "/account?homeward=%s", own);
  assert_int_equal(visit("", cookie), 303);
  web_browser_clear(&b);
}

/* --- paths --- */

static void must_stay_inside(void *context, const hwp_route *route, const char *target) {
  web_browser *b = context;
  hw_str all = HW_STR_INIT;
  const int status = web_get(b, target);
  route_bytes(b, &all);
  if (strchr(route->pattern, '*') != NULL && (status < 400 || status >= 500))
    fail_msg("%s: %d", target, status);
  if (strstr(hw_str_text(&all), "root:") != NULL || strstr(hw_str_text(&all), "SQLite") != NULL)
    fail_msg("%s leads away", target);
  hw_str_clear(&all);
}

static void path_traversal_leads_nowhere_on_any_route(void **state) {
  (void)state;
  static const char *const parts[] = {"..",
                                      "../../../../etc/passwd",
                                      "..%2F..%2F..%2F..%2Fetc%2Fpasswd",
                                      "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
                                      "%252e%252e%252fetc%252fpasswd",
                                      "..%5C..%5Cetc%5Cpasswd",
                                      "%2Fetc%2Fpasswd",
                                      "%C0%AE%C0%AE%C0%AFetc%C0%AFpasswd",
                                      "%E2%80%A5%2Fetc%2Fpasswd",
                                      "....%2F%2Fetc%2Fpasswd",
                                      "file%3A%2F%2F%2Fetc%2Fpasswd",
                                      "%00",
                                      "style.css%00.svg"};
  web_browser b = log_in("tester");
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    assert_true(route_each_with("GET", parts[i], must_stay_inside, &b) > 15);
  static const char *const queries[] = {
      "/reports/R-1/file?form=../../etc/passwd", "/reports/R-1/file?form=%2Fetc%2Fpasswd",
      "/records/family?from=../../etc/passwd", "/find?q=..%2F..%2Fetc%2Fpasswd"};
  for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
    (void)web_get(&b, queries[i]);
    assert_null(strstr(web_body(&b), "root:"));
  }
  web_browser_clear(&b);
}

/* --- guessing --- */

static int guess(web_browser *b, const char *actor) {
  char fields[200];
  snprintf(fields, sizeof fields, "actor=%s&password=guess+number+something", actor);
  return web_post(b, "/login", fields);
}

static void brute_force_locks_the_account_and_then_the_address(void **state) {
  (void)state;
  web_test_now_s += 24 * 3600;
  web_browser b = {.web = web, .client = "192.0.2.1"};
  page_get(&b, "/login");
  int n_tried = 0;
  for (int i = 0; i < 500; i++) {
    char client[40];
    snprintf(client, sizeof client, "198.51.100.%d", i % 250); /* from everywhere */
    b.client = client;
    if (guess(&b, "board") == 422) n_tried++;
  }
  assert_true(n_tried <= HWP_ATTEMPTS_ACCOUNT);
  b.client = "203.0.113.5";
  assert_int_equal(web_log_in(&b, "board"), 429); /* also with the right password */
  assert_true(strtol(web_header(&b, "retry-after"), NULL, 10) > 0);
  assert_int_equal(web_log_in(&b, "reader"), 303);
  /* One address, many accounts. */
  web_browser c = {.web = web, .client = "192.0.2.2"};
  page_get(&c, "/login");
  n_tried = 0;
  for (int i = 0; i < 300; i++) {
    char actor[40];
    snprintf(actor, sizeof actor, "someone%d", i);
    if (guess(&c, actor) == 422) n_tried++;
    web_test_now_s += 2;
  }
  assert_int_equal(n_tried, HWP_ATTEMPTS_CLIENT);
  web_test_now_s += HWP_ATTEMPTS_LOCK_S + 1;
  assert_int_equal(web_log_in(&c, "board"), 303);
  web_browser_clear(&b);
  web_browser_clear(&c);
}

/* The library's comparison of a password, counted, with its limits of time and memory. */
static int n_compared;
static char limits[40];
int __real_crypto_pwhash_argon2id_str_verify(const char *kept, const char *typed,
                                             unsigned long long n);
int __wrap_crypto_pwhash_argon2id_str_verify(const char *kept, const char *typed,
                                             unsigned long long n);
int __wrap_crypto_pwhash_argon2id_str_verify(const char *kept, const char *typed,
                                             unsigned long long n) {
  const char *salt = strstr(kept, "p=1$");
  n_compared++;
  snprintf(limits, sizeof limits, "%.*s", salt != NULL ? (int)(salt - kept) : 0, kept);
  return __real_crypto_pwhash_argon2id_str_verify(kept, typed, n);
}

/* The page without what differs at each answer: its token, and the name that was typed. */
static char *answer_to(web_browser *b, const char *actor) {
  hw_str text = HW_STR_INIT;
  page_get(b, "/login");
  n_compared = 0;
  assert_int_equal(guess(b, actor), 422);
  assert_int_equal(n_compared, 1);
  assert_string_equal(limits, "$argon2id$v=19$m=65536,t=3,");
  const char *at = web_body(b), *csrf = b->csrf;
  char typed[80];
  snprintf(typed, sizeof typed, "value=\"%s\"", actor);
  while (*at != '\0') {
    const size_t n = strncmp(at, csrf, 64) == 0               ? 64
                     : strncmp(at, typed, strlen(typed)) == 0 ? strlen(typed)
                                                              : 0;
    if (n == 0) hw_str_append_bytes(&text, at, 1);
    at += n > 0 ? n : 1;
  }
  char *copy = strdup(hw_str_text(&text));
  hw_str_clear(&text);
  return copy;
}

/* What an account answers tells nothing of whether it exists, is locked or has a password; and for
 * each of them the same work is done, so that the time of the answer tells nothing either. */
static void brute_force_learns_nothing_of_an_account(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_account_lock(&app, "r3", "tests", &err), &err);
  web_test_now_s += 24 * 3600;
  web_browser b = {.web = web, .client = "192.0.2.3"};
  char *known = answer_to(&b, "reader");
  static const char *const others[] = {"nobody", "r3", "r6"}; /* unknown, locked, no password */
  for (int i = 0; i < 3; i++) {
    char *other = answer_to(&b, others[i]);
    assert_string_equal(other, known);
    free(other);
  }
  free(known);
  hw_assert_ok(hw_account_unlock(&app, "r3", "tests", &err), &err);
  web_browser_clear(&b);
}

/* A right password, and the codes of the second factor one after the other: what is counted are all
 * attempts of the account, with and without a new half session in between. */
static void brute_force_of_the_second_factor_is_locked_out(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_account_otp otp;
  char fields[40];
  web_test_now_s += 24 * 3600;
  hw_assert_ok(hw_account_otp_begin(&app, "boss", NULL, &otp, &err), &err);
  code_of_now(otp.secret, fields);
  hw_assert_ok(hw_account_otp_confirm(&app, "boss", fields + 4, web_test_now_s, &err), &err);
  hw_account_otp_clear(&otp);
  int n_tried = 0;
  for (int round = 0; round < 30; round++) {
    web_browser b = {.web = web};
    if (web_log_in(&b, "boss") == 303 && web_get(&b, "/login/code") == 200)
      for (int i = 0; i < 5; i++) {
        snprintf(fields, sizeof fields, "otp=%06d", round * 5 + i);
        if (web_post(&b, "/login/code", fields) == 422) n_tried++;
      }
    assert_false(is_open(web_cookie(&b, "homeward")));
    web_browser_clear(&b);
    web_test_now_s += 5;
  }
  assert_true(n_tried > 0 && n_tried <= HWP_ATTEMPTS_ACCOUNT);
  hw_assert_ok(hw_account_otp_remove(&app, "boss", NULL, web_test_now_s, "tests", &err), &err);
}

/* --- headers and cookies, mutated --- */

static uint64_t seed = 0x9E3779B97F4A7C15u;
static uint64_t draw(uint64_t n) {
  seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
  return seed % n;
}

/* Changes, removes, doubles or cuts at one place. */
static void mutate(char *text, size_t size) {
  static const char marks[] = "=;,\" \t/%&<>'\r\n\x01\x7f\xc3\xff";
  const size_t n = strlen(text);
  const size_t at = n > 0 ? draw(n) : 0;
  switch (draw(5)) {
    case 0:
      if (n > 0) text[at] = (char)(1 + draw(255));
      break;
    case 1:
      if (n > 0) memmove(text + at, text + at + 1, n - at);
      break;
    case 2:
      if (n + 1 < size) {
        memmove(text + at + 1, text + at, n - at + 1);
        text[at] = marks[draw(sizeof marks - 1)];
      }
      break;
    case 3:
      if (2 * n + 1 < size) memmove(text + n, text + at, n - at + 1);
      break;
    default:
      text[at] = '\0';
  }
}

static void header_and_cookie_fuzz_opens_nothing_and_breaks_nothing(void **state) {
  (void)state;
  static const char *const names[] = {"host",           "cookie",         "origin",
                                      "referer",        "content-type",   "accept-language",
                                      "sec-fetch-site", "sec-fetch-mode", "x-csrf-token"};
  enum { N = sizeof names / sizeof *names, SIZE = 700 };
  static char texts[N][SIZE];
  web_browser b = log_in("reader");
  char own[80];
  page_get(&b, "/account");
  snprintf(own, sizeof own, "%s", web_cookie(&b, "homeward"));
  char head[200], body[200];
  snprintf(head, sizeof head, "%s", app_test_head(&app));
  snprintf(body, sizeof body, "csrf=%s&old=a&new=b&again=c", b.csrf);
  int n_open = 0;
  for (int round = 0; round < 3000 * scale(); round++) {
    snprintf(texts[0], SIZE, "localhost");
    snprintf(texts[1], SIZE, "homeward=%s; homeward-theme=dark; homeward-language=vi", own);
    snprintf(texts[2], SIZE, "http://localhost");
    snprintf(texts[3], SIZE, "http://localhost/account");
    snprintf(texts[4], SIZE, "application/x-www-form-urlencoded");
    snprintf(texts[5], SIZE, "vi,en;q=0.5");
    snprintf(texts[6], SIZE, "same-origin");
    snprintf(texts[7], SIZE, "navigate");
    snprintf(texts[8], SIZE, "%s", b.csrf);
    for (uint64_t i = 1 + draw(4); i > 0; i--) mutate(texts[draw(N)], SIZE);
    hw_web_pair headers[N + 1];
    int n = 0;
    for (int i = 0; i < N; i++)
      if (draw(8) != 0) headers[n++] = (hw_web_pair){names[i], texts[i]};
    if (draw(8) == 0) headers[n++] = (hw_web_pair){names[draw(N)], texts[draw(N)]};
    const bool is_post = draw(2) == 0;
    const hw_web_request request = {.method = is_post ? "POST" : "GET",
                                    .target = is_post ? "/password" : "/account",
                                    .client = "192.0.2.77",
                                    .n_headers = n,
                                    .headers = headers,
                                    .body = is_post ? body : "",
                                    .n_body = is_post ? strlen(body) : 0};
    hw_web_response_clear(&b.response);
    hw_web_handle(web, &request, &b.response);
    const int status = b.response.status;
    if (status < 200 || status >= 500) fail_msg("round %d: %d", round, status);
    assert_string_equal(web_header(&b, "x-content-type-options"), "nosniff");
    for (int32_t i = 0; i < b.response.n_headers; i++)
      assert_null(strpbrk(b.response.headers[i].value, "\r\n"));
    if (status != 200) continue;
    n_open++;
    /* Who got in had the whole token. */
    bool has_own = false;
    for (int i = 0; i < n; i++)
      has_own = has_own ||
                (strcmp(headers[i].name, "cookie") == 0 && strstr(headers[i].value, own) != NULL);
    assert_true(has_own);
  }
  assert_true(n_open > 100); /* mutations that do not matter */
  assert_string_equal(app_test_head(&app), head);
  assert_true(is_open(own));
  web_browser_clear(&b);
}

/* --- sizes --- */

static void oversized_requests_are_refused_on_every_route(void **state) {
  (void)state;
  web_browser b = log_in("tester");
  page_get(&b, "/reports/check");
  hw_str body = HW_STR_INIT;
  static const hw_web_pair type = {"content-type", "multipart/form-data; boundary=X"};
  /* More files than a form may have. */
  hw_str_append_format(&body, "--X\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n%s\r\n",
                       b.csrf);
  for (int i = 0; i < 17; i++)
    hw_str_append(
        &body, "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nb\r\n");
  hw_str_append(&body, "--X--\r\n");
  b.extra = &type;
  b.n_extra = 1;
  assert_int_equal(web_send(&b, "POST", "/reports/check", hw_str_text(&body)), 400);
  /* A field's name that does not end, and one that is too long. */
  body.length = 0;
  hw_str_append(&body, "--X\r\nContent-Disposition: form-data; name=\"");
  for (int i = 0; i < 5000; i++) hw_str_append(&body, "a");
  hw_str_append(&body, "\"\r\n\r\nb\r\n--X--\r\n");
  assert_int_equal(web_send(&b, "POST", "/reports/check", hw_str_text(&body)), 400);
  b.n_extra = 0;
  body.length = 0;
  for (int i = 0; i <= HWP_MOST_FIELDS; i++) hw_str_append(&body, i > 0 ? "&a=b" : "/find?a=b");
  assert_int_equal(web_get(&b, hw_str_text(&body)), 400);
  hw_str_clear(&body);
  web_browser_clear(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(csrf_no_post_route_takes_a_form_that_is_not_its_own),
      cmocka_unit_test(csrf_what_is_only_got_changes_nothing),
      cmocka_unit_test(session_fixation_a_planted_cookie_is_never_taken),
      cmocka_unit_test(path_traversal_leads_nowhere_on_any_route),
      cmocka_unit_test(oversized_requests_are_refused_on_every_route),
      cmocka_unit_test(header_and_cookie_fuzz_opens_nothing_and_breaks_nothing),
      cmocka_unit_test(brute_force_locks_the_account_and_then_the_address),
      cmocka_unit_test(brute_force_learns_nothing_of_an_account),
      cmocka_unit_test(brute_force_of_the_second_factor_is_locked_out),
      cmocka_unit_test(session_fixation_each_step_up_has_a_new_token),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
