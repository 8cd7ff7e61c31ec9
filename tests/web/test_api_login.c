/* The JSON API: logging in, by the same steps and with the same lock-out as the login page. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/account.h"
#include "app/otp.h"
#include "support/assert.h"
#include "web/api_support.h"

static hw_app app;
static hw_web *web;

static int begin(void **state) {
  if (decide_tests_begin(state) != 0) return -1;
  page_case(&app, &web);
  api_begin(web);
  return 0;
}

static int end(void **state) {
  api_end();
  hw_web_delete(web);
  hw_app_close(&app);
  return decide_tests_end(state);
}

/* Sends a login with the token of a visitor. */
static int try_login(api_client *client, const char *body) {
  assert_int_equal(api_get(client, "/api/v1/login"), 200);
  snprintf(client->csrf, sizeof client->csrf, "%s", api_text(api_at(client, "csrf")));
  return api_post(client, "/api/v1/login", body);
}

static void passwords_are_not_guessed(void **state) {
  (void)state;
  static const char right[] = "{\"actor\": \"plain\", \"password\": \"" WEB_TEST_PASSWORD "\"}";
  static const char wrong[] = "{\"actor\": \"plain\", \"password\": \"not this one\"}";
  static const char nobody[] = "{\"actor\": \"nobody\", \"password\": \"not this one\"}";
  char told[200];
  api_client client = api_nobody(web);
  web_test_now_s += 24 * 3600;
  assert_int_equal(try_login(&client, wrong), 401);
  snprintf(told, sizeof told, "%s", api_text(api_at(&client, "error.message")));
  assert_int_equal(try_login(&client, nobody), 401);
  api_assert_text(&client, "error.message", told); /* whether there is one is not told */
  assert_int_equal(try_login(&client, "{\"actor\": \"\", \"password\": \"\"}"), 401);
  assert_string_equal(web_cookie(&client.browser, "homeward"), "");
  for (int i = 0; i < 3; i++) (void)try_login(&client, wrong);
  assert_int_equal(try_login(&client, wrong), 429);
  assert_true(strtol(web_header(&client.browser, "retry-after"), NULL, 10) > 0);
  assert_int_equal(try_login(&client, right), 429);
  /* It is the same count as that of the page. */
  assert_int_equal(web_log_in(&client.browser, "plain"), 429);
  web_test_now_s += 3600;
  assert_int_equal(try_login(&client, right), 200);
  api_assert_text(&client, "actor", "plain");
  api_client_clear(&client);
}

static void a_login_begins_a_session_of_its_own(void **state) {
  (void)state;
  static const char right[] = "{\"actor\": \"reader\", \"password\": \"" WEB_TEST_PASSWORD "\"}";
  char old[80];
  api_client client = api_log_in(web, "plain");
  snprintf(old, sizeof old, "%s", web_cookie(&client.browser, "homeward"));
  assert_int_equal(api_post(&client, "/api/v1/login", right), 200);
  assert_string_not_equal(web_cookie(&client.browser, "homeward"), old);
  assert_int_equal(api_get(&client, "/api/v1/whoami"), 200);
  api_assert_text(&client, "actor", "reader");
  api_client thief = api_nobody(web);
  web_set_cookie(&thief.browser, "homeward", old);
  assert_int_equal(api_get(&thief, "/api/v1/whoami"), 401);
  /* The session is good for pages, too. */
  assert_int_equal(web_get(&client.browser, "/account"), 200);
  snprintf(client.csrf, sizeof client.csrf, "%s", client.browser.csrf);
  assert_int_equal(api_post(&client, "/api/v1/logout", "{}"), 200);
  api_assert_text(&client, "actor", "reader");
  assert_string_equal(web_cookie(&client.browser, "homeward"), "");
  assert_int_equal(api_get(&client, "/api/v1/whoami"), 401);
  api_client_clear(&client);
  api_client_clear(&thief);
}

static void a_password_that_somebody_gave_is_changed_first(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_account_set_password(&app, "r6", NULL, "given by somebody else", &err), &err);
  web_test_now_s += 60;
  api_client client = api_nobody(web);
  assert_int_equal(
      try_login(&client, "{\"actor\": \"r6\", \"password\": \"given by somebody else\"}"), 200);
  bool must_change = false;
  assert_int_equal(hw_json_as_bool(api_at(&client, "must_change"), &must_change, NULL), HW_OK);
  assert_true(must_change);
  assert_int_equal(api_get(&client, "/api/v1/status"), 403);
  assert_int_equal(api_get(&client, "/api/v1/whoami"), 200);
  /* A locked account is told so, once the password is right. */
  hw_assert_ok(hw_account_lock(&app, "r6", "left", &err), &err);
  assert_int_equal(api_get(&client, "/api/v1/whoami"), 401);
  assert_int_equal(
      try_login(&client, "{\"actor\": \"r6\", \"password\": \"given by somebody else\"}"), 403);
  api_client_clear(&client);
}

static void a_second_factor_comes_with_the_password(void **state) {
  (void)state;
  char body[300], code[HW_OTP_TEXT_SIZE], secret[40];
  uint8_t key[HW_OTP_KEY_SIZE];
  hw_err err = HW_ERR_INIT;
  api_client client = api_log_in(web, "reader");
  web_browser *b = &client.browser;
  /* It is set up on the page. */
  assert_int_equal(web_get(b, "/account"), 200);
  assert_int_equal(web_post(b, "/account/second-factor", ""), 200);
  const char *at = strstr(web_body(b), "secret=");
  assert_non_null(at);
  snprintf(secret, sizeof secret, "%.*s", (int)strcspn(at + 7, "&<\""), at + 7);
  assert_int_equal(hw_otp_base32_parse(secret, strlen(secret), key, sizeof key), sizeof key);
  hw_assert_ok(hw_otp_format(key, sizeof key, web_test_now_s / HW_OTP_STEP_S, code, &err), &err);
  snprintf(body, sizeof body, "otp=%s", code);
  assert_int_equal(web_post(b, "/account/second-factor/confirm", body), 303);
  assert_int_equal(api_get(&client, "/api/v1/whoami"), 200);
  hw_assert_contains(web_body(b), "\"has_second_factor\": true");
  web_test_now_s += 60;
  web_browser_clear(b);
  b->web = web;
  static const char password[] = "{\"actor\": \"reader\", \"password\": \"" WEB_TEST_PASSWORD "\"";
  snprintf(body, sizeof body, "%s}", password);
  assert_int_equal(try_login(&client, body), 401);
  hw_assert_contains(web_body(b), "second factor");
  assert_string_equal(web_cookie(b, "homeward"), "");
  snprintf(body, sizeof body, "%s, \"code\": \"000000\"}", password);
  assert_int_equal(try_login(&client, body), 401);
  hw_assert_ok(hw_otp_format(key, sizeof key, web_test_now_s / HW_OTP_STEP_S, code, &err), &err);
  snprintf(body, sizeof body, "%s, \"code\": \"%s\"}", password, code);
  assert_int_equal(try_login(&client, body), 200);
  api_assert_text(&client, "actor", "reader");
  assert_int_equal(try_login(&client, body), 401); /* a code is good once */
  api_client_clear(&client);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(passwords_are_not_guessed),
      cmocka_unit_test(a_login_begins_a_session_of_its_own),
      cmocka_unit_test(a_password_that_somebody_gave_is_changed_first),
      cmocka_unit_test(a_second_factor_comes_with_the_password),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
