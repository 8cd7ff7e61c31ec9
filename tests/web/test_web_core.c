/* The core of the web application: what every request must pass, what every response says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/account.h"
#include "support/assert.h"
#include "support/faults.h"
#include "web/web_support.h"

static hw_web *web;
static const char *location;

static int begin(void **state) {
  if (app_tests_begin(state) != 0) return -1;
  location = web_test_new(&web, NULL, false);
  return 0;
}

static int end(void **state) {
  hw_web_delete(web);
  return app_tests_end(state);
}

/* Each test has its own hour, far from what others have counted. */
static web_browser browser(void) {
  web_test_now_s += 24 * 3600;
  return (web_browser){.web = web};
}

/* --- forms and their tokens --- */

static void a_form_without_its_token_changes_nothing(void **state) {
  (void)state;
  web_browser b = browser(), other = {.web = web};
  assert_int_equal(web_get(&b, "/login"), 200);
  assert_int_equal(
      web_send(&b, "POST", "/login", "actor=reader&password=bamboo+ladder+quiet+river"), 403);
  assert_int_equal(web_send(&b, "POST", "/login", "csrf=&actor=reader&password=x"), 403);
  snprintf(b.csrf, sizeof b.csrf, "%064d", 0);
  assert_int_equal(web_post(&b, "/login", "actor=reader&password=bamboo+ladder+quiet+river"), 403);
  assert_int_equal(web_log_in(&b, "reader"), 303);
  assert_int_equal(web_log_in(&other, "officer"), 303);
  assert_int_equal(web_get(&b, "/account"), 200);
  assert_int_equal(web_get(&other, "/account"), 200);
  assert_string_not_equal(b.csrf, other.csrf);
  char own[80];
  snprintf(own, sizeof own, "%s", b.csrf);
  memcpy(b.csrf, other.csrf, sizeof b.csrf); /* of another session */
  assert_int_equal(web_post(&b, "/password", "old=a&new=b&again=b"), 403);
  memcpy(b.csrf, other.csrf, sizeof b.csrf);
  assert_int_equal(web_post(&b, "/logout", ""), 403);
  snprintf(b.csrf, sizeof b.csrf, "%.63s", own); /* cut short */
  assert_int_equal(web_post(&b, "/logout", ""), 403);
  snprintf(b.csrf, sizeof b.csrf, "%s", own);
  assert_int_equal(web_send(&b, "POST", "/logout", NULL), 403);
  assert_int_equal(web_get(&b, "/account"), 200);
  assert_int_equal(web_post(&b, "/logout", ""), 303);
  web_browser_clear(&b);
  web_browser_clear(&other);
}

static void forms_of_other_sites_are_refused(void **state) {
  (void)state;
  static const struct {
    hw_web_pair header;
    int status;
  } cases[] = {
      {{"sec-fetch-site", "cross-site"}, 403},
      {{"sec-fetch-site", "same-site"}, 403},
      {{"sec-fetch-site", "same-origin"}, 422},
      {{"origin", "https://evil.example"}, 403},
      {{"origin", "http://localhost"}, 422},
      {{"origin", "https://localhost"}, 403},
      {{"origin", "http://localhost:81"}, 403},
      {{"origin", "http://localhost.evil.example"}, 403},
      {{"origin", "null"}, 422},
      {{"origin", ""}, 403},
  };
  web_browser b = browser();
  assert_int_equal(web_log_in(&b, "reader"), 303);
  assert_int_equal(web_get(&b, "/password"), 200);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    b.extra = &cases[i].header;
    b.n_extra = 1;
    assert_int_equal(web_post(&b, "/password", "old=a&new=b&again=c"), cases[i].status);
  }
  const hw_web_pair image[] = {{"sec-fetch-site", "cross-site"}, {"sec-fetch-mode", "no-cors"}};
  const hw_web_pair link[] = {{"sec-fetch-site", "cross-site"}, {"sec-fetch-mode", "navigate"}};
  b.n_extra = 2;
  b.extra = image;
  assert_int_equal(web_get(&b, "/account"), 403);
  b.extra = link;
  assert_int_equal(web_get(&b, "/account"), 200);
  web_browser_clear(&b);
}

static void other_names_of_the_host_are_refused(void **state) {
  (void)state;
  static const char *const fine[] = {"localhost", "localhost:8080", "127.0.0.1:1", "[::1]:65535"};
  static const char *const wrong[] = {"evil.example",
                                      "localhost.evil.example",
                                      "127.0.0.1.evil.example",
                                      "localhost:",
                                      "localhost:x",
                                      "localhost:123456",
                                      "",
                                      "localhost@evil.example",
                                      "10.0.0.1",
                                      "LOCALHOST"};
  web_browser b = browser();
  for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
    b.host = fine[i];
    assert_int_equal(web_get(&b, "/login"), 200);
  }
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    b.host = wrong[i];
    assert_int_equal(web_get(&b, "/login"), 421);
  }
  const hw_web_pair second = {"host", "localhost"};
  b.host = "localhost";
  b.extra = &second;
  b.n_extra = 1;
  assert_int_equal(web_get(&b, "/login"), 400);
  const hw_web_request none = {.method = "GET", .target = "/login", .client = "", .body = ""};
  hw_web_response_clear(&b.response);
  hw_web_handle(web, &none, &b.response);
  assert_int_equal(b.response.status, 400);
  web_browser_clear(&b);
}

/* --- targets, methods, sizes --- */

static void paths_lead_nowhere_else(void **state) {
  (void)state;
  static const char *const wrong[] = {"/../etc/passwd",
                                      "/assets/../web.c",
                                      "/assets/%2e%2e/x",
                                      "/assets/%2E./x/y",
                                      "/./login",
                                      "//login",
                                      "/login/",
                                      "/login%00",
                                      "/log%0ain",
                                      "/login%",
                                      "/login%2",
                                      "/login%zz",
                                      "login",
                                      "http://localhost/login",
                                      "*",
                                      "",
                                      "/%C0%AE%C0%AE/x",
                                      "/%ED%A0%80",
                                      "/%FF",
                                      "/a/b/c/d/e/f/g/h/i/j/k/l/m",
                                      "/login\r\nX: y",
                                      "/login x",
                                      "/login#top",
                                      "/\\evil.example",
                                      "/%7F",
                                      "/login?a=%",
                                      "/login?a=%00",
                                      "/login?%01=1"};
  web_browser b = browser();
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    if (web_get(&b, wrong[i]) != 400) fail_msg("\"%s\": %d", wrong[i], b.response.status);
  static const char *const nowhere[] = {"/assets/x/style.css", "/assets/..%2f..%2fetc/passwd",
                                        "/assets/0/%2fetc%2fpasswd", "/Login", "/login/code/x"};
  for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++)
    if (web_get(&b, nowhere[i]) != 404) fail_msg("\"%s\": %d", nowhere[i], b.response.status);
  web_browser_clear(&b);
}

static void only_methods_that_a_path_has_are_answered(void **state) {
  (void)state;
  web_browser b = browser();
  assert_int_equal(web_get(&b, "/logout"), 405);
  assert_string_equal(web_header(&b, "allow"), "POST");
  static const char *const methods[] = {"PUT",     "DELETE", "TRACE", "OPTIONS",
                                        "CONNECT", "get",    "",      "X"};
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
    assert_int_equal(web_send(&b, methods[i], "/login", NULL), 405);
    assert_string_equal(web_header(&b, "allow"), "GET, HEAD, POST");
  }
  assert_int_equal(web_send(&b, "HEAD", "/login", NULL), 200);
  web_browser_clear(&b);
}

static void what_is_too_large_is_refused(void **state) {
  (void)state;
  web_browser b = browser();
  char *large = malloc(HW_WEB_MOST_HEADERS + 1);
  assert_non_null(large);
  memset(large, 'a', HW_WEB_MOST_HEADERS);
  large[HW_WEB_MOST_HEADERS] = '\0';
  const hw_web_pair header = {"x-large", large};
  b.extra = &header;
  b.n_extra = 1;
  assert_int_equal(web_get(&b, "/login"), 431);
  b.n_extra = 0;
  large[0] = '/';
  assert_int_equal(web_get(&b, large), 414);
  large[HW_WEB_MOST_TARGET] = '\0';
  assert_int_equal(web_get(&b, large), 404);
  free(large);
  const hw_web_pair host = {"host", "localhost"};
  const hw_web_request request = {.method = "POST",
                                  .target = "/login",
                                  .client = "",
                                  .n_headers = 1,
                                  .headers = &host,
                                  .body = "",
                                  .n_body = HW_WEB_MOST_BODY + (size_t)1};
  hw_web_response_clear(&b.response);
  hw_web_handle(web, &request, &b.response); /* refused before a byte of it is looked at */
  assert_int_equal(b.response.status, 413);
  hw_str many = HW_STR_INIT;
  for (int i = 0; i < 401; i++) hw_str_append(&many, "a=b&");
  assert_int_equal(web_send(&b, "POST", "/login", hw_str_text(&many)), 400);
  hw_str_clear(&many);
  const hw_web_pair type = {"content-type", "text/plain"};
  b.extra = &type;
  b.n_extra = 1;
  assert_int_equal(web_send(&b, "POST", "/login", "a"), 415);
  web_browser_clear(&b);
}

/* --- what is typed, and what is answered --- */

static void what_is_typed_comes_back_as_text(void **state) {
  (void)state;
  web_browser b = browser();
  static const char *const typed = "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E%27%26";
  char fields[300];
  assert_int_equal(web_get(&b, "/login"), 200);
  snprintf(fields, sizeof fields, "actor=%s&password=x&next=%s", typed, typed);
  assert_int_equal(web_post(&b, "/login", fields), 422);
  assert_null(strstr(web_body(&b), "<script>alert"));
  hw_assert_contains(web_body(&b),
                     "value=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;&amp;\"");
  snprintf(fields, sizeof fields, "/login?next=%%2F%s", typed);
  assert_int_equal(web_get(&b, fields), 200);
  assert_null(strstr(web_body(&b), "<script>alert"));
  snprintf(fields, sizeof fields, "/%s", typed);
  assert_int_equal(web_get(&b, fields), 404);
  assert_null(strstr(web_body(&b), "<script>alert"));
  web_browser_clear(&b);
}

static void redirections_stay_here(void **state) {
  (void)state;
  static const char *const away[] = {"https%3A%2F%2Fevil.example",
                                     "%2F%2Fevil.example",
                                     "%2F%5Cevil.example",
                                     "javascript%3Aalert(1)",
                                     "%2F%09%2Fevil.example",
                                     "%2Faccount%0D%0ASet-Cookie%3A+a%3Db",
                                     "%2F%2F%2Fevil.example",
                                     "",
                                     "account"};
  web_browser b = browser();
  for (size_t i = 0; i < sizeof away / sizeof *away; i++) {
    char fields[300];
    snprintf(fields, sizeof fields, "next=%s&actor=reader&password=bamboo+ladder+quiet+river",
             away[i]);
    assert_int_equal(web_get(&b, "/login"), 200);
    assert_int_equal(web_post(&b, "/login", fields), 303);
    assert_string_equal(web_header(&b, "location"), "/");
    snprintf(fields, sizeof fields, "/language?to=vi&next=%s", away[i]);
    assert_int_equal(web_get(&b, fields), 303);
    assert_string_equal(web_header(&b, "location"), "/");
    web_browser_clear(&b);
    b.web = web;
  }
  web_browser_clear(&b);
}

static void language_and_colours_are_words_of_a_list(void **state) {
  (void)state;
  web_browser b = browser();
  assert_int_equal(web_get(&b, "/login"), 200);
  hw_assert_contains(web_body(&b), "<html lang=\"en\" data-theme=\"auto\">");
  assert_int_equal(web_get(&b, "/language?to=vi&next=%2Flogin"), 303);
  assert_string_equal(web_header(&b, "location"), "/login");
  assert_int_equal(web_get(&b, "/theme?to=dark&next=%2Flogin"), 303);
  assert_int_equal(web_get(&b, "/login"), 200);
  hw_assert_contains(web_body(&b), "<html lang=\"vi\" data-theme=\"dark\">");
  hw_assert_contains(web_body(&b), "Đăng nhập");
  assert_int_equal(web_get(&b, "/language?to=xx"), 303);
  assert_int_equal(web_get(&b, "/theme?to=%22%3E"), 303);
  assert_string_equal(web_cookie(&b, "homeward-language"), "vi");
  assert_string_equal(web_cookie(&b, "homeward-theme"), "dark");
  web_set_cookie(&b, "homeward-theme", "\"><script>");
  web_set_cookie(&b, "homeward-language", "../vi");
  assert_int_equal(web_get(&b, "/login"), 200);
  hw_assert_contains(web_body(&b), "<html lang=\"en\" data-theme=\"auto\">");
  web_browser_clear(&b);
}

static void every_response_has_the_headers_of_safety(void **state) {
  (void)state;
  static const struct {
    const char *method, *target;
    int status;
  } cases[] = {{"GET", "/login", 200},   {"GET", "/nowhere", 404}, {"PUT", "/login", 405},
               {"GET", "/account", 303}, {"GET", "/%", 400},       {"POST", "/login", 403}};
  web_browser b = browser();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(web_send(&b, cases[i].method, cases[i].target, NULL), cases[i].status);
    assert_string_equal(web_header(&b, "content-security-policy"),
                        "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src "
                        "'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
                        "base-uri 'none'");
    assert_string_equal(web_header(&b, "x-content-type-options"), "nosniff");
    assert_string_equal(web_header(&b, "referrer-policy"), "no-referrer");
    assert_string_equal(web_header(&b, "cross-origin-opener-policy"), "same-origin");
    assert_string_equal(web_header(&b, "cross-origin-resource-policy"), "same-origin");
    assert_string_equal(web_header(&b, "cache-control"), "no-store");
    assert_string_equal(web_header(&b, "strict-transport-security"), "");
    assert_null(strstr(web_body(&b), " style="));
    assert_null(strstr(web_body(&b), "<style"));
    assert_null(strstr(web_body(&b), " onclick="));
    assert_null(strstr(web_body(&b), "://"));
  }
  /* A style sheet has its own path for ever. */
  assert_int_equal(web_get(&b, "/login"), 200);
  const char *at = strstr(web_body(&b), "/assets/");
  assert_non_null(at);
  char path[100];
  snprintf(path, sizeof path, "%.*s", (int)strcspn(at, "\""), at);
  assert_int_equal(web_get(&b, path), 200);
  assert_string_equal(web_header(&b, "cache-control"), "public, max-age=31536000, immutable");
  assert_string_equal(web_header(&b, "x-content-type-options"), "nosniff");
  web_browser_clear(&b);
}

static void behind_tls_cookies_are_bound_to_the_host(void **state) {
  (void)state;
  hw_web *secure = NULL;
  char kept[200];
  snprintf(kept, sizeof kept, "%s", location);
  (void)web_test_new(&secure, "https://lab.example:8443", true);
  web_browser b = browser();
  b.web = secure;
  b.host = "lab.example:8443";
  assert_int_equal(web_log_in(&b, "reader"), 303);
  assert_int_equal(strlen(web_cookie(&b, "__Host-homeward")), 64);
  hw_assert_contains(web_header(&b, "set-cookie"), "; Secure");
  assert_string_equal(web_header(&b, "strict-transport-security"), "max-age=31536000");
  assert_int_equal(web_get(&b, "/about"), 200);
  hw_assert_contains(web_body(&b), "https://lab.example:8443");
  const hw_web_pair origins[] = {{"origin", "https://lab.example:8443"},
                                 {"origin", "http://lab.example:8443"},
                                 {"origin", "https://lab.example"}};
  assert_int_equal(web_get(&b, "/password"), 200);
  b.n_extra = 1;
  for (int i = 0; i < 3; i++) {
    b.extra = &origins[i];
    assert_int_equal(web_post(&b, "/password", "old=a&new=b&again=c"), i == 0 ? 422 : 403);
  }
  b.n_extra = 0;
  b.host = "lab.example";
  assert_int_equal(web_get(&b, "/about"), 421);
  hw_web_delete(secure);
  web_browser_clear(&b);
  location = web_test_new(&secure, NULL, false);
  hw_web_delete(web);
  web = secure;
}

static void cookies_that_are_none_of_ours_are_nothing(void **state) {
  (void)state;
  static const char *const headers[] = {
      "homeward",
      "homeward=",
      "homeward=;;;=;",
      "=homeward",
      "homeward=\"x\"",
      "; ; ;",
      "homeward=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
      "homeward=../../../x",
      "a=b; homeward=\xff\xfe",
      "homeward-theme=dark; homeward-theme=light"};
  web_browser b = browser();
  for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
    const hw_web_pair cookie = {"cookie", headers[i]};
    b.extra = &cookie;
    b.n_extra = 1;
    assert_int_equal(web_get(&b, "/account"), 303);
    memset(b.names, 0, sizeof b.names);
    memset(b.values, 0, sizeof b.values);
  }
  web_browser_clear(&b);
}

/* Random bytes of all kinds in a cookie: nobody is logged in, nothing breaks. */
static void random_cookies_log_nobody_in(void **state) {
  (void)state;
  uint64_t seed = 88172645463325252ULL;
  web_browser b = browser();
  for (int i = 0; i < 2000; i++) {
    char text[120] = "homeward=";
    size_t n = 9;
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    const size_t length = 9 + seed % 100;
    while (n < length) {
      seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
      text[n] = (char)(i % 2 ? 1 + seed % 255 : (uint64_t) "0123456789abcdef=; "[seed % 19]);
      n++;
    }
    text[n] = '\0';
    const hw_web_pair cookie = {"cookie", text};
    b.extra = &cookie;
    b.n_extra = 1;
    assert_int_equal(web_get(&b, "/account"), 303);
    memset(b.names, 0, sizeof b.names);
    memset(b.values, 0, sizeof b.values);
  }
  web_browser_clear(&b);
}

static void permissions_are_asked_for_at_each_request(void **state) {
  (void)state;
  web_browser b = browser();
  assert_int_equal(web_log_in(&b, "reader"), 303);
  assert_int_equal(web_get(&b, "/identifications/new"), 403);
  hw_assert_contains(web_body(&b), "Your account has no permission for this.");
  assert_int_equal(web_post(&b, "/identifications/new", "sample=S&person=P"), 403);
  /* Given while the session is open, and taken away again. */
  hw_err err = HW_ERR_INIT;
  hw_app app;
  const hw_who who = {.login = "tester", .actor = "root"};
  hw_account_request request = {.code = "reader", .roles = HW_ROLE_ANALYST, .reason = "tests"};
  hw_assert_ok(hw_app_open(&app, location, HW_DB_WRITE, &who, &err), &err);
  hw_assert_ok(hw_account_change(&app, &request, &err), &err);
  assert_int_equal(web_get(&b, "/identifications/new"), 200);
  request.roles = HW_ROLE_READER;
  hw_assert_ok(hw_account_change(&app, &request, &err), &err);
  hw_app_close(&app);
  assert_int_equal(web_get(&b, "/identifications/new"), 403);
  web_browser_clear(&b);
}

static void programs_are_answered_in_json(void **state) {
  (void)state;
  web_browser b = browser();
  assert_int_equal(web_get(&b, "/api/v1/nothing/of/this/kind"), 404);
  assert_string_equal(web_header(&b, "content-type"), "application/json");
  hw_assert_contains(web_body(&b), "{\"error\": {\"status\": 404,");
  web_browser_clear(&b);
}

/* Whatever allocation fails, there is an answer, with the headers of safety. */
static void exhausted_memory_is_answered(void **state) {
  (void)state;
  web_browser b = browser();
  const hw_web_pair host = {"host", "localhost"};
  const hw_web_request request = {.method = "GET",
                                  .target = "/login?next=%2Fabout",
                                  .client = "127.0.0.1",
                                  .n_headers = 1,
                                  .headers = &host,
                                  .body = ""};
  int n_failed = 0;
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_web_response_clear(&b.response);
    hw_web_handle(web, &request, &b.response);
    if (!hw_faults_end()) break;
    n_failed++;
    if (b.response.status != 200 && b.response.status < 500)
      fail_msg("allocation %ld: status %d", n, b.response.status);
    if (n > 0) assert_string_equal(web_header(&b, "x-content-type-options"), "nosniff");
  }
  assert_true(n_failed > 10);
  assert_int_equal(b.response.status, 200);
  web_browser_clear(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_form_without_its_token_changes_nothing),
      cmocka_unit_test(forms_of_other_sites_are_refused),
      cmocka_unit_test(other_names_of_the_host_are_refused),
      cmocka_unit_test(paths_lead_nowhere_else),
      cmocka_unit_test(only_methods_that_a_path_has_are_answered),
      cmocka_unit_test(what_is_too_large_is_refused),
      cmocka_unit_test(what_is_typed_comes_back_as_text),
      cmocka_unit_test(redirections_stay_here),
      cmocka_unit_test(language_and_colours_are_words_of_a_list),
      cmocka_unit_test(every_response_has_the_headers_of_safety),
      cmocka_unit_test(behind_tls_cookies_are_bound_to_the_host),
      cmocka_unit_test(cookies_that_are_none_of_ours_are_nothing),
      cmocka_unit_test(random_cookies_log_nobody_in),
      cmocka_unit_test(permissions_are_asked_for_at_each_request),
      cmocka_unit_test(programs_are_answered_in_json),
      cmocka_unit_test(exhausted_memory_is_answered),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
