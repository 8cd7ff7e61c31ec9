/* Logging in and out: sessions, passwords, second factors, guessing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/account.h"
#include "app/otp.h"
#include "support/assert.h"
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

/* --- logging in --- */

static void nobody_sees_a_page_without_logging_in(void **state) {
  (void)state;
  web_browser b = browser();
  assert_int_equal(web_get(&b, "/account"), 303);
  assert_string_equal(web_header(&b, "location"), "/login?next=%2Faccount");
  assert_int_equal(web_get(&b, "/"), 303);
  assert_string_equal(web_header(&b, "location"), "/login");
  assert_int_equal(web_get(&b, "/about?a=%C4%90"), 303);
  assert_string_equal(web_header(&b, "location"), "/login?next=%2Fabout%3Fa%3D%25C4%2590");
  assert_int_equal(web_send(&b, "POST", "/password", "old=a"), 303);
  assert_string_equal(web_header(&b, "location"), "/login");
  web_browser_clear(&b);
}

static void who_logs_in_comes_to_where_they_wanted(void **state) {
  (void)state;
  web_browser b = browser();
  assert_int_equal(web_get(&b, "/login?next=%2Faccount"), 200);
  hw_assert_contains(web_body(&b), "name=\"next\" value=\"/account\"");
  assert_int_equal(
      web_post(&b, "/login", "next=%2Faccount&actor=reader&password=bamboo+ladder+quiet+river"),
      303);
  assert_string_equal(web_header(&b, "location"), "/account");
  assert_int_equal(strlen(web_cookie(&b, "homeward")), 64);
  assert_int_equal(web_get(&b, "/account"), 200);
  hw_assert_contains(web_body(&b), "reader");
  assert_int_equal(web_get(&b, "/login"), 303); /* nothing to do there any more */
  web_browser_clear(&b);
}

static void a_wrong_password_is_told_and_the_account_stays_typed(void **state) {
  (void)state;
  web_browser b = browser();
  assert_int_equal(web_get(&b, "/login"), 200);
  assert_int_equal(web_post(&b, "/login", "actor=reader&password=wrong+password+here"), 422);
  hw_assert_contains(web_body(&b), "Account or password is wrong.");
  hw_assert_contains(web_body(&b), "value=\"reader\"");
  assert_null(strstr(web_body(&b), "wrong password here"));
  assert_string_equal(web_cookie(&b, "homeward"), "");
  /* The same words for an account that does not exist. */
  assert_int_equal(web_post(&b, "/login", "actor=reader2&password=wrong+password+here"), 422);
  hw_assert_contains(web_body(&b), "Account or password is wrong.");
  assert_int_equal(web_post(&b, "/login", "actor=reader"), 422);
  web_browser_clear(&b);
}

static void a_token_that_was_planted_is_worth_nothing(void **state) {
  (void)state;
  static const char planted[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  web_browser b = browser();
  web_set_cookie(&b, "homeward", planted);
  assert_int_equal(web_log_in(&b, "reader"), 303);
  assert_string_not_equal(web_cookie(&b, "homeward"), planted);
  web_browser attacker = {.web = web};
  web_set_cookie(&attacker, "homeward", planted);
  assert_int_equal(web_get(&attacker, "/account"), 303);
  /* Nor does a session of one's own become that of who logs in with it. */
  char own[80];
  assert_int_equal(web_log_in(&attacker, "officer"), 303);
  snprintf(own, sizeof own, "%s", web_cookie(&attacker, "homeward"));
  web_browser victim = {.web = web};
  web_set_cookie(&victim, "homeward", own);
  assert_int_equal(web_get(&victim, "/login"), 303);
  victim.csrf[0] = '\0';
  assert_int_equal(web_get(&victim, "/account"), 200);
  assert_int_equal(web_post(&victim, "/login", "actor=reader&password=bamboo+ladder+quiet+river"),
                   303);
  assert_string_not_equal(web_cookie(&victim, "homeward"), own);
  assert_int_equal(web_get(&attacker, "/account"), 303); /* the old token ended */
  web_browser_clear(&b);
  web_browser_clear(&attacker);
  web_browser_clear(&victim);
}

static void sessions_end_when_they_should(void **state) {
  (void)state;
  web_browser b = browser(), other = {.web = web};
  assert_int_equal(web_log_in(&b, "reader"), 303);
  web_test_now_s += 29 * 60;
  assert_int_equal(web_get(&b, "/account"), 200);
  web_test_now_s += 31 * 60;
  assert_int_equal(web_get(&b, "/account"), 303); /* idle */
  assert_int_equal(web_log_in(&b, "reader"), 303);
  for (int i = 0; i < 12 * 3; i++) {
    web_test_now_s += 20 * 60;
    assert_int_equal(web_get(&b, "/account"), 200);
  }
  web_test_now_s += 1;
  assert_int_equal(web_get(&b, "/account"), 303); /* twelve hours */
  assert_int_equal(web_log_in(&b, "reader"), 303);
  web_set_cookie(&other, "homeward", web_cookie(&b, "homeward"));
  assert_int_equal(web_get(&b, "/account"), 200);
  assert_int_equal(web_get(&other, "/account"), 200);
  assert_int_equal(web_post(&b, "/logout", ""), 303);
  assert_string_equal(web_cookie(&b, "homeward"), "");
  assert_int_equal(web_get(&other, "/account"), 303);
  web_browser_clear(&b);
  web_browser_clear(&other);
}

static void a_changed_password_ends_all_other_sessions(void **state) {
  (void)state;
  web_test_account(location, "changer", HW_ROLE_READER);
  web_browser b = browser(), other = {.web = web};
  assert_int_equal(web_log_in(&b, "changer"), 303);
  assert_int_equal(web_log_in(&other, "changer"), 303);
  char token[80];
  snprintf(token, sizeof token, "%s", web_cookie(&b, "homeward"));
  assert_int_equal(web_get(&b, "/password"), 200);
  assert_int_equal(web_post(&b, "/password", "old=x&new=a+b+c&again=d"), 422);
  hw_assert_contains(web_body(&b), "not typed the same twice");
  assert_int_equal(web_post(&b, "/password",
                            "old=wrong&new=seven+paper+boats+float&again=seven+paper+boats+float"),
                   422);
  hw_assert_contains(web_body(&b), "password so far is wrong");
  assert_int_equal(web_post(&b, "/password", "old=bamboo+ladder+quiet+river&new=short&again=short"),
                   422);
  assert_int_equal(web_get(&other, "/account"), 200);
  assert_int_equal(web_post(&b, "/password",
                            "old=bamboo+ladder+quiet+river&new=seven+paper+boats+float&again=seven+"
                            "paper+boats+float"),
                   303);
  assert_string_not_equal(web_cookie(&b, "homeward"), token);
  assert_int_equal(web_get(&other, "/account"), 303);
  assert_int_equal(web_get(&b, "/account"), 200);
  hw_assert_contains(web_body(&b), "All your other sessions have ended.");
  assert_int_equal(web_get(&b, "/account"), 200);
  assert_null(strstr(web_body(&b), "All your other sessions have ended.")); /* once */
  web_browser_clear(&b);
  web_browser_clear(&other);
}

static void a_given_password_is_changed_before_anything_else(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_app app;
  web_test_account(location, "fresh", HW_ROLE_READER);
  const hw_who who = {.login = "tester", .actor = "root"};
  hw_assert_ok(hw_app_open(&app, location, HW_DB_WRITE, &who, &err), &err);
  hw_assert_ok(hw_account_set_password(&app, "fresh", NULL, "green kettle on shelf", &err), &err);
  hw_app_close(&app);
  web_browser b = browser();
  assert_int_equal(web_get(&b, "/login"), 200);
  assert_int_equal(web_post(&b, "/login", "actor=fresh&password=green+kettle+on+shelf"), 303);
  assert_string_equal(web_header(&b, "location"), "/password");
  assert_int_equal(web_get(&b, "/account"), 303);
  assert_string_equal(web_header(&b, "location"), "/password");
  assert_int_equal(web_get(&b, "/password"), 200);
  assert_int_equal(web_post(&b, "/password",
                            "old=green+kettle+on+shelf&new=seven+paper+boats+float&again=seven+"
                            "paper+boats+float"),
                   303);
  assert_int_equal(web_get(&b, "/account"), 200);
  web_browser_clear(&b);
}

static void who_is_locked_or_withdrawn_is_out_at_once(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_app app;
  web_test_account(location, "leaver", HW_ROLE_READER);
  web_browser b = browser();
  assert_int_equal(web_log_in(&b, "leaver"), 303);
  assert_int_equal(web_get(&b, "/account"), 200);
  const hw_who who = {.login = "tester", .actor = "root"};
  hw_assert_ok(hw_app_open(&app, location, HW_DB_WRITE, &who, &err), &err);
  hw_assert_ok(hw_account_lock(&app, "leaver", "left the house", &err), &err);
  hw_app_close(&app);
  assert_int_equal(web_get(&b, "/account"), 303);
  assert_int_equal(web_log_in(&b, "leaver"), 403);
  hw_assert_contains(web_body(&b), "This account is locked.");
  web_browser_clear(&b);
}

/* --- guessing --- */

static void guessing_is_slowed_down_and_then_locked_out(void **state) {
  (void)state;
  web_browser b = browser();
  assert_int_equal(web_get(&b, "/login"), 200);
  int n_tried = 0, n_refused = 0;
  for (int i = 0; i < 1000; i++) {
    const int status = web_post(&b, "/login", "actor=officer&password=guess+number+something");
    assert_true(status == 422 || status == 429);
    if (status == 422) n_tried++;
    if (status == 429) n_refused++;
    if (status == 429) assert_true(atoi(web_header(&b, "retry-after")) > 0);
    if (i % 4 == 3) web_test_now_s++;
  }
  assert_true(n_tried <= 10);
  assert_true(n_refused >= 990);
  /* Even the right password waits now, from wherever it comes. */
  web_browser owner = {.web = web, .client = "10.0.0.7"};
  assert_int_equal(web_log_in(&owner, "officer"), 429);
  web_test_now_s += 15 * 60 + 1;
  assert_int_equal(web_log_in(&owner, "officer"), 303);
  web_browser_clear(&b);
  web_browser_clear(&owner);
}

static void guessing_one_password_for_many_accounts_is_locked_out_too(void **state) {
  (void)state;
  web_browser b = browser();
  b.client = "192.0.2.9";
  assert_int_equal(web_get(&b, "/login"), 200);
  int n_tried = 0;
  for (int i = 0; i < 200; i++) {
    char fields[100];
    snprintf(fields, sizeof fields, "actor=nobody%d&password=guess+number+something", i);
    if (web_post(&b, "/login", fields) == 422) n_tried++;
    web_test_now_s += 2;
  }
  assert_int_equal(n_tried, 30);
  assert_int_equal(web_log_in(&b, "reader"), 429);
  b.client = "192.0.2.10";
  assert_int_equal(web_log_in(&b, "reader"), 303);
  web_browser_clear(&b);
}

/* --- the second factor --- */

/* The code that an authenticator with this secret shows now. */
static void show_code(const char *secret, char fields[40]) {
  uint8_t bytes[HW_OTP_KEY_SIZE];
  char code[HW_OTP_TEXT_SIZE];
  hw_err err = HW_ERR_INIT;
  const size_t n = hw_otp_base32_parse(secret, strlen(secret), bytes, sizeof bytes);
  assert_int_equal(n, sizeof bytes);
  hw_assert_ok(hw_otp_format(bytes, n, web_test_now_s / HW_OTP_STEP_S, code, &err), &err);
  snprintf(fields, 40, "otp=%s", code);
}

static void the_second_factor_is_asked_for(void **state) {
  (void)state;
  web_test_account(location, "careful", HW_ROLE_READER);
  web_browser b = browser();
  char secret[40], fields[40], half[80];
  assert_int_equal(web_log_in(&b, "careful"), 303);
  assert_int_equal(web_get(&b, "/account"), 200);
  assert_int_equal(web_post(&b, "/account/second-factor", ""), 200);
  const char *at = strstr(web_body(&b), "secret=");
  assert_non_null(at);
  snprintf(secret, sizeof secret, "%.*s", (int)strcspn(at + 7, "&<\""), at + 7);
  show_code(secret, fields);
  assert_int_equal(web_post(&b, "/account/second-factor/confirm", "otp=000000"), 422);
  assert_int_equal(web_post(&b, "/account/second-factor/confirm", fields), 303);
  assert_int_equal(web_post(&b, "/logout", ""), 403); /* by a form of the session so far */
  assert_int_equal(web_get(&b, "/account"), 200);
  assert_int_equal(web_post(&b, "/logout", ""), 303);
  /* The password alone opens a page that asks for the code, and nothing else. */
  web_test_now_s += 60;
  assert_int_equal(web_log_in(&b, "careful"), 303);
  assert_string_equal(web_header(&b, "location"), "/login/code?next=%2F");
  assert_int_equal(web_get(&b, "/account"), 303);
  assert_int_equal(web_get(&b, "/login/code"), 200);
  assert_int_equal(web_post(&b, "/login/code", "otp=000000"), 422);
  hw_assert_contains(web_body(&b), "The code is wrong");
  snprintf(half, sizeof half, "%s", web_cookie(&b, "homeward"));
  show_code(secret, fields);
  assert_int_equal(web_post(&b, "/login/code", fields), 303);
  assert_string_not_equal(web_cookie(&b, "homeward"), half);
  assert_int_equal(web_get(&b, "/account"), 200);
  assert_int_equal(web_post(&b, "/logout", ""), 303);
  /* A code is good once; the half session ends after five minutes. */
  assert_int_equal(web_log_in(&b, "careful"), 303);
  assert_int_equal(web_get(&b, "/login/code"), 200);
  assert_int_equal(web_post(&b, "/login/code", fields), 422);
  web_test_now_s += 5 * 60 + 1;
  assert_int_equal(web_get(&b, "/login/code"), 303);
  /* Guessing codes is guessing. */
  assert_int_equal(web_log_in(&b, "careful"), 303);
  assert_int_equal(web_get(&b, "/login/code"), 200);
  int n_tried = 0;
  for (int i = 0; i < 100; i++) {
    const int status = web_post(&b, "/login/code", "otp=111111");
    if (status == 422)
      n_tried++;
    else
      assert_int_equal(status, 429);
  }
  assert_true(n_tried <= 10);
  web_browser_clear(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nobody_sees_a_page_without_logging_in),
      cmocka_unit_test(who_logs_in_comes_to_where_they_wanted),
      cmocka_unit_test(a_wrong_password_is_told_and_the_account_stays_typed),
      cmocka_unit_test(a_token_that_was_planted_is_worth_nothing),
      cmocka_unit_test(sessions_end_when_they_should),
      cmocka_unit_test(a_changed_password_ends_all_other_sessions),
      cmocka_unit_test(a_given_password_is_changed_before_anything_else),
      cmocka_unit_test(who_is_locked_or_withdrawn_is_out_at_once),
      cmocka_unit_test(guessing_is_slowed_down_and_then_locked_out),
      cmocka_unit_test(guessing_one_password_for_many_accounts_is_locked_out_too),
      cmocka_unit_test(the_second_factor_is_asked_for),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
