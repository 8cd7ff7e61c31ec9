/* The pages of users: for administrators only; what they do, what is refused and stays in the form,
 * and that a password that was given is told once. */
#include <stdio.h>
#include <string.h>

#include "app/access.h"
#include "app/account.h"
#include "support/assert.h"
#include "web/page_support.h"

static hw_app app, hostile_app;
static hw_web *web, *hostile_web;

static int begin(void **state) {
  if (decide_tests_begin(state) != 0) return -1;
  page_case(&app, &web);
  page_hostile(&hostile_app, &hostile_web);
  return 0;
}

static int end(void **state) {
  hw_web_delete(web);
  hw_web_delete(hostile_web);
  hw_app_close(&app);
  hw_app_close(&hostile_app);
  return decide_tests_end(state);
}

static void lacks(const char *text, const char *what) {
  if (strstr(text, what) != NULL) fail_msg("the page tells '%s'", what);
}

/* How an account stands in the database. */
static hw_account account_of(const char *code) {
  hw_err err = HW_ERR_INIT;
  hw_account account = {0};
  hw_arena arena;
  hw_arena_init(&arena, 0);
  hw_assert_ok(hw_account_get(&app, code, &arena, &account, &err), &err);
  account.code = account.name = account.login = NULL; /* of the arena */
  hw_arena_clear(&arena);
  return account;
}

static void they_are_for_administrators(void **state) {
  (void)state;
  static const char *const others[] = {"plain", "clerk", "r1", "board", "reader"};
  static const char *const steps[] = {"/users",
                                      "/users/plain/roles",
                                      "/users/plain/password",
                                      "/users/plain/lock",
                                      "/users/plain/unlock",
                                      "/users/plain/access"};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    web_browser b = page_browser(web, others[i]);
    assert_int_equal(web_get(&b, "/users"), 403);
    assert_int_equal(web_get(&b, "/users/plain"), 403);
    for (size_t j = 0; j < sizeof steps / sizeof *steps; j++)
      assert_int_equal(web_post(&b, steps[j], "code=evil&role_administrator=1&lock_reason=x"), 403);
    web_browser_clear(&b);
  }
  assert_false(account_of("plain").is_locked);
  web_browser boss = page_browser(web, "boss");
  page_get(&boss, "/users");
  hw_assert_contains(web_body(&boss), "href=\"/users/plain\"");
  hw_assert_contains(web_body(&boss), "Reader, single permissions"); /* board may only decide */
  lacks(web_body(&boss), "name=\"name\"");                           /* boss may not read names */
  page_get(&boss, "/users/plain");
  assert_int_equal(web_get(&boss, "/users/nobody"), 404);
  assert_int_equal(web_post(&boss, "/users/nobody/roles", "role_reader=1"), 404);
  assert_int_equal(web_post(&boss, "/users/nobody/lock", "lock_reason=x"), 404);
  web_browser_clear(&boss);
}

static void somebody_is_registered_and_given_a_password_once(void **state) {
  (void)state;
  char fields[300], password[40] = "";
  web_browser b = page_browser(web, "tester"), anew = {.web = web};
  page_get(&b, "/users");
  page_keep(&b, "users");
  assert_int_equal(
      web_post(&b, "/users", "code=lan&name=&role_analyst=1&role_reviewer=1&reason=new"), 303);
  assert_string_equal(web_header(&b, "location"), "/users/lan");
  hw_assert_contains(page_get(&b, "/users/lan"), "lan is registered");
  assert_int_equal(account_of("lan").roles, HW_ROLE_ANALYST | HW_ROLE_REVIEWER);
  assert_int_equal(web_post(&b, "/users/lan/password", ""), 200);
  page_check(&b);
  const char *at = strstr(web_body(&b), "<code>");
  assert_non_null(at);
  snprintf(password, sizeof password, "%.*s", (int)strcspn(at + 6, "<"), at + 6);
  assert_int_equal(strlen(password), 24);
  assert_true(account_of("lan").must_change);
  lacks(page_get(&b, "/users/lan"), password);
  page_keep(&b, "user");
  hw_assert_contains(web_body(&b), "must change the password");
  /* It opens the account, and is changed first. */
  web_test_now_s += 60;
  assert_int_equal(web_get(&anew, "/login"), 200);
  snprintf(fields, sizeof fields, "actor=lan&password=%s", password);
  assert_int_equal(web_post(&anew, "/login", fields), 303);
  assert_int_equal(web_get(&anew, "/import"), 303);
  assert_string_equal(web_header(&anew, "location"), "/password");
  web_browser_clear(&anew);
  /* Not one's own. */
  assert_int_equal(web_post(&b, "/users/tester/password", ""), 303);
  assert_string_equal(web_header(&b, "location"), "/password");
  assert_false(account_of("tester").must_change);
  web_browser_clear(&b);
}

static void what_is_refused_stays_in_the_form(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  page_get(&b, "/users");
  assert_int_equal(web_post(&b, "/users", "code=plain&role_board=1&reason=twice"), 422);
  page_check(&b);
  hw_assert_contains(web_body(&b), "is in use");
  hw_assert_contains(web_body(&b), "value=\"plain\"");
  hw_assert_contains(web_body(&b), "value=\"twice\"");
  hw_assert_contains(web_body(&b), "name=\"role_board\" value=\"1\" checked");
  assert_int_equal(web_post(&b, "/users", "code=hoa"), 422);
  hw_assert_contains(web_body(&b), "needs a role");
  assert_int_equal(web_post(&b, "/users", "code=&role_reader=1"), 422);
  hw_assert_contains(web_body(&b), "needs a code");
  assert_int_equal(web_post(&b, "/users/plain/roles", "roles_reason=no+role"), 422);
  page_check(&b);
  hw_assert_contains(web_body(&b), "value=\"no role\"");
  assert_int_equal(web_post(&b, "/users/plain/lock", "lock_reason="), 422);
  page_check(&b);
  hw_assert_contains(web_body(&b), "needs a reason");
  assert_int_equal(web_post(&b, "/users/tester/lock", "lock_reason=self"), 422);
  assert_false(account_of("tester").is_locked);
  web_browser_clear(&b);
}

static void the_last_administrator_stays_one(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  page_get(&b, "/users/boss");
  assert_int_equal(web_post(&b, "/users/boss/roles", "role_board=1&roles_reason=moved"), 303);
  assert_int_equal(account_of("boss").may & HW_MAY_ADMINISTER, 0);
  assert_int_equal(web_post(&b, "/users/tester/roles", "role_board=1&roles_reason=rest"), 422);
  page_check(&b);
  hw_assert_contains(web_body(&b), "last administrator");
  hw_assert_contains(web_body(&b), "value=\"rest\"");
  assert_int_equal(web_post(&b, "/users/boss/roles", "role_board=1&role_administrator=1"), 303);
  assert_int_not_equal(account_of("boss").may & HW_MAY_ADMINISTER, 0);
  web_browser_clear(&b);
}

static void a_lock_ends_what_is_open(void **state) {
  (void)state;
  web_browser b = page_browser(web, "boss"), plain = page_browser(web, "plain");
  page_get(&plain, "/records/family");
  page_get(&b, "/users/plain");
  assert_int_equal(web_post(&b, "/users/plain/lock", "lock_reason=left"), 303);
  assert_true(account_of("plain").is_locked);
  assert_int_equal(web_get(&plain, "/records/family"), 303);
  hw_assert_contains(page_get(&b, "/users/plain"), "/users/plain/unlock");
  assert_int_equal(web_post(&b, "/users/plain/unlock", "lock_reason=back"), 303);
  assert_false(account_of("plain").is_locked);
  web_browser_clear(&plain);
  plain = page_browser(web, "plain");
  page_get(&plain, "/records/family");
  web_browser_clear(&plain);
  web_browser_clear(&b);
}

static void access_is_given_and_taken(void **state) {
  (void)state;
  web_browser b = page_browser(web, "boss");
  page_get(&b, "/users/plain");
  hw_assert_contains(web_body(&b), "name=\"investigation\" value=\"main\">");
  assert_int_equal(web_post(&b, "/users/plain/access", "investigation=main&access_reason=only"),
                   303);
  assert_int_equal(account_of("plain").n_investigations, 1);
  hw_assert_contains(page_get(&b, "/users/plain"), "name=\"investigation\" value=\"main\" checked");
  hw_assert_contains(page_get(&b, "/users"), "1 investigation<");
  assert_int_equal(web_post(&b, "/users/plain/access", "investigation=none-such"), 404);
  assert_int_equal(web_post(&b, "/users/plain/access", ""), 303);
  assert_int_equal(account_of("plain").n_investigations, 0);
  web_browser_clear(&b);
}

static void hostile_texts_stay_texts(void **state) {
  (void)state;
  static const char hostile[] = "%22%3E%3Cscript%3Ex%3C%2Fscript%3E%27%26";
  char fields[400];
  web_browser b = page_browser(hostile_web, "tester");
  hw_assert_contains(page_get(&b, "/users"), "&lt;script&gt;x&lt;/script&gt;&#39;&amp;");
  page_get(&b, "/users/plain");
  snprintf(fields, sizeof fields, "code=%s&name=%s&reason=%s", hostile, hostile, hostile);
  assert_int_equal(web_post(&b, "/users", fields), 422);
  page_check(&b);
  lacks(web_body(&b), "<script>x");
  hw_assert_contains(web_body(&b), "value=\"&quot;&gt;&lt;script&gt;x&lt;/script&gt;&#39;&amp;\"");
  web_browser_clear(&b);
}

static void the_pages_speak_vietnamese(void **state) {
  (void)state;
  web_browser b = page_browser(web, "tester");
  web_set_cookie(&b, "homeward-language", "vi");
  hw_assert_contains(page_get(&b, "/users"), "Quản trị viên");
  hw_assert_contains(page_get(&b, "/users/plain"), "Cấp mật khẩu mới");
  web_browser_clear(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(they_are_for_administrators),
      cmocka_unit_test(somebody_is_registered_and_given_a_password_once),
      cmocka_unit_test(what_is_refused_stays_in_the_form),
      cmocka_unit_test(the_last_administrator_stays_one),
      cmocka_unit_test(a_lock_ends_what_is_open),
      cmocka_unit_test(access_is_given_and_taken),
      cmocka_unit_test(hostile_texts_stay_texts),
      cmocka_unit_test(the_pages_speak_vietnamese),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
