/* Accounts: roles, registering, passwords, logging in, second factors, locks, acting for others. */
#include "app/account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/account_int.h"
#include "app/app_support.h"
#include "app/otp.h"
#include "app/state.h"
#include "base/secret.h"
#include "support/assert.h"
#include "support/faults.h"

#define GOOD "bốn con voi đi bộ"
#define BETTER "lá vàng rơi ngoài ngõ"

enum { NOW_S = 1800000000 };

static hw_app app;
static hw_err err;
static hw_arena arena;

static int open_app(void **state) {
  (void)state;
  app_test_new(&app);
  hw_arena_init(&arena, 0);
  return 0;
}

static int close_app(void **state) {
  (void)state;
  hw_app_close(&app);
  hw_arena_clear(&arena);
  return 0;
}

static void add(const char *code, unsigned roles) {
  hw_account_request request = {.code = code, .roles = roles};
  hw_assert_ok(hw_account_add(&app, &request, &err), &err);
}

static void become(const char *code) {
  hw_assert_ok(hw_app_become(&app, code, &err), &err);
}

/* An analyst "anh" with the password GOOD, chosen by herself. */
static void add_anh(void) {
  add("anh", HW_ROLE_ANALYST);
  hw_assert_ok(hw_account_set_password(&app, "anh", NULL, BETTER, &err), &err);
  become("anh");
  hw_assert_ok(hw_account_set_password(&app, "anh", BETTER, GOOD, &err), &err);
  become("tester");
}

static hw_account_answer verify_at(const char *actor, const char *password, const char *otp,
                                   int64_t now_s) {
  hw_account_login login = {.actor = actor, .password = password, .otp = otp};
  hw_account_answer answer;
  hw_assert_ok(hw_account_verify(&app, &login, now_s, &answer, &err), &err);
  return answer;
}

static hw_account_outcome verify(const char *actor, const char *password) {
  return verify_at(actor, password, NULL, NOW_S).outcome;
}

static hw_account get(const char *code) {
  hw_account account;
  hw_assert_ok(hw_account_get(&app, code, &arena, &account, &err), &err);
  return account;
}

/* --- roles --- */

static void roles_are_sets_of_permissions(void **state) {
  (void)state;
  unsigned rest = 99, roles = 0;
  assert_int_equal(hw_account_permissions(HW_ROLE_READER), 0);
  assert_int_equal(hw_account_permissions(HW_ROLE_OFFICER), HW_MAY_WRITE | HW_MAY_NAMES);
  assert_int_equal(hw_account_permissions(HW_ROLE_BOARD | HW_ROLE_ANALYST),
                   HW_MAY_WRITE | HW_MAY_NAMES | HW_MAY_DECIDE);
  assert_int_equal(hw_account_roles_of(0, &rest), HW_ROLE_READER);
  assert_int_equal(rest, 0);
  assert_int_equal(hw_account_roles_of(HW_MAY_NAMES, &rest), HW_ROLE_READER);
  assert_int_equal(rest, HW_MAY_NAMES);
  assert_int_equal(hw_account_roles_of(HW_MAY_WRITE | HW_MAY_NAMES, NULL), HW_ROLE_OFFICER);
  assert_int_equal(hw_account_roles_of(HW_MAY_ALL, &rest),
                   HW_ROLE_REVIEWER | HW_ROLE_OFFICER | HW_ROLE_BOARD | HW_ROLE_ADMINISTRATOR);
  assert_int_equal(rest, 0);
  /* Every set of permissions is its roles and the rest. */
  for (unsigned may = 0; may <= HW_MAY_ALL; may++) {
    roles = hw_account_roles_of(may, &rest);
    assert_int_equal(hw_account_permissions(roles) | rest, may);
    assert_int_equal(hw_account_permissions(roles) & rest, 0);
  }
}

static void roles_have_words(void **state) {
  (void)state;
  unsigned roles = 0;
  hw_str text = HW_STR_INIT;
  for (unsigned all = 1; all < 64; all++) {
    hw_str_clear(&text);
    hw_account_roles_format(all, &text);
    hw_assert_ok(hw_account_roles_parse(hw_str_text(&text), &roles, &err), &err);
    assert_int_equal(roles, all);
  }
  assert_string_equal(hw_str_text(&text), "reader analyst reviewer officer board administrator");
  hw_str_clear(&text);
  hw_assert_status(hw_account_roles_parse("board, king", &roles, &err), HW_E_VALUE, &err);
  assert_string_equal(err.message,
                      "\"king\" is no role: expected some of reader analyst reviewer officer board "
                      "administrator");
  hw_assert_status(hw_account_roles_parse(" ", &roles, &err), HW_E_VALUE, &err);
  assert_string_equal(err.message, "no role is named: at least \"reader\"");
}

/* --- registering --- */

static void accounts_are_registered_and_changed(void **state) {
  (void)state;
  hw_account_request request = {.code = "anh",
                                .name = "Trần Thị Mẫu",
                                .login = "tta",
                                .roles = HW_ROLE_OFFICER | HW_ROLE_REVIEWER};
  hw_assert_ok(hw_account_add(&app, &request, &err), &err);
  hw_account anh = get("anh");
  assert_string_equal(anh.name, "Trần Thị Mẫu");
  assert_string_equal(anh.login, "tta");
  assert_int_equal(anh.roles, request.roles);
  assert_false(anh.has_password || anh.has_otp || anh.is_locked || anh.must_change);
  hw_assert_status(hw_account_add(&app, &request, &err), HW_E_CONFLICT, &err);
  hw_assert_contains(err.message, "the login name 'tta' is that of anh already");
  request.login = NULL;
  hw_assert_status(hw_account_add(&app, &request, &err), HW_E_CONFLICT, &err);
  assert_string_equal(err.message, "the code 'anh' is in use");
  request.roles = 0;
  hw_assert_status(hw_account_change(&app, &request, &err), HW_E_VALUE, &err);
  assert_string_equal(err.message, "an account needs a role, at least that of a reader");
  hw_account_request other = {.code = "anh", .roles = HW_ROLE_READER};
  hw_assert_ok(hw_account_change(&app, &other, &err), &err);
  anh = get("anh");
  assert_int_equal(anh.may, 0);
  assert_string_equal(anh.name, "Trần Thị Mẫu");
  other.code = "nobody";
  hw_assert_status(hw_account_change(&app, &other, &err), HW_E_REFERENCE, &err);
  assert_string_equal(err.message, "there is no actor 'nobody'");
  other.code = "";
  hw_assert_status(hw_account_add(&app, &other, &err), HW_E_VALUE, &err);
  assert_string_equal(err.message, "an account needs a code");
}

static void there_is_always_an_administrator(void **state) {
  (void)state;
  hw_account_request request = {.code = "tester", .roles = HW_ROLE_READER};
  hw_assert_status(hw_account_change(&app, &request, &err), HW_E_STATE, &err);
  assert_string_equal(err.message, "tester is the last administrator: make another one first");
  add("boss", HW_ROLE_ADMINISTRATOR);
  hw_assert_ok(hw_account_set_password(&app, "boss", NULL, GOOD, &err), &err);
  hw_assert_ok(hw_account_change(&app, &request, &err), &err);
  become("tester");
  assert_int_equal(app.may, 0);
}

static hw_status withdraw(hw_kind_id kind, const char *code) {
  hw_state_request request = {.kind = kind, .code = code, .state = "withdrawn", .reason = "left"};
  hw_state_outcome outcome;
  return hw_state_set(&app, &request, &arena, &outcome, &err);
}

static void an_administrator_who_is_locked_out_does_not_count(void **state) {
  (void)state;
  static const char only[] =
      "tester is the last administrator who is not locked out: unlock another one, or give one a "
      "password, first";
  hw_account_request request = {.code = "tester", .roles = HW_ROLE_READER};
  hw_account_request login = {
      .code = "chief", .roles = HW_ROLE_ADMINISTRATOR, .login = "chief-of-the-house"};
  add("boss", HW_ROLE_ADMINISTRATOR);
  hw_assert_status(hw_account_change(&app, &request, &err), HW_E_STATE, &err); /* no password */
  assert_string_equal(err.message, only);
  hw_assert_status(withdraw(HW_KIND_ACTOR, "tester"), HW_E_STATE, &err);
  assert_string_equal(err.message, only);
  hw_assert_ok(hw_account_set_password(&app, "boss", NULL, GOOD, &err), &err);
  hw_assert_ok(hw_account_lock(&app, "boss", "on leave", &err), &err);
  hw_assert_status(hw_account_change(&app, &request, &err), HW_E_STATE, &err);
  assert_string_equal(err.message, only);
  /* Nor may the one who is locked out, at work with the command line, lock out the other. */
  hw_assert_ok(hw_account_set_password(&app, "tester", NULL, BETTER, &err), &err);
  become("boss");
  hw_assert_status(hw_account_lock(&app, "tester", "why", &err), HW_E_STATE, &err);
  assert_string_equal(err.message, only);
  become("tester");
  hw_assert_ok(hw_account_unlock(&app, "boss", "back", &err), &err);
  hw_assert_ok(withdraw(HW_KIND_ACTOR, "boss"), &err);
  add("chief", HW_ROLE_ADMINISTRATOR);
  hw_assert_status(hw_account_change(&app, &request, &err), HW_E_STATE, &err);
  hw_assert_ok(hw_account_change(&app, &login, &err), &err); /* known to the computer */
  hw_assert_ok(hw_account_change(&app, &request, &err), &err);
}

static void only_administrators_manage_accounts(void **state) {
  (void)state;
  hw_account account;
  const hw_account *items = NULL;
  int n = 0;
  hw_account_request request = {.code = "x", .roles = HW_ROLE_BOARD};
  add_anh();
  become("anh");
  hw_assert_status(hw_account_add(&app, &request, &err), HW_E_DENIED, &err);
  hw_assert_status(hw_account_list(&app, &arena, &items, &n, &err), HW_E_DENIED, &err);
  hw_assert_status(hw_account_get(&app, "tester", &arena, &account, &err), HW_E_DENIED, &err);
  hw_assert_ok(hw_account_get(&app, "anh", &arena, &account, &err), &err);
  assert_string_equal(account.name, "");
  hw_assert_status(hw_account_set_password(&app, "tester", NULL, GOOD, &err), HW_E_DENIED, &err);
  hw_assert_status(hw_account_set_password(&app, "anh", NULL, BETTER, &err), HW_E_DENIED, &err);
  hw_assert_status(hw_account_lock(&app, "tester", "why", &err), HW_E_DENIED, &err);
  hw_assert_status(hw_account_unlock(&app, "anh", "why", &err), HW_E_DENIED, &err);
  hw_assert_status(hw_account_otp_remove(&app, "anh", NULL, NOW_S, "", &err), HW_E_STATE, &err);
  become("tester");
  hw_assert_ok(hw_account_list(&app, &arena, &items, &n, &err), &err);
  assert_int_equal(n, 2);
  assert_string_equal(items[1].code, "anh");
  assert_true(items[1].has_password);
}

/* --- passwords --- */

static void passwords_must_not_be_guessed_first(void **state) {
  (void)state;
  static const char *const common[] = {"Password2026!", "mật khẩu 123",   "MATKHAU123456",
                                       "qwertyqwerty",  "123456789012",   "987654321098",
                                       "homeward1234",  "vietnamvietnam", "aaaaaaaaaaab",
                                       "abababababab",  "!!!!!!!!!!!!!",  "iloveyou20262026"};
  for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
    hw_status status = hw_account_check_password(common[i], "anh", "", &err);
    if (status == HW_OK) print_message("%s\n", common[i]);
    hw_assert_status(status, HW_E_VALUE, &err);
    assert_string_equal(err.message,
                        "the password is one of those that are guessed first: choose another, "
                        "several words for example");
  }
  hw_assert_status(hw_account_check_password("voi đi bộ", "anh", "", &err), HW_E_VALUE, &err);
  assert_string_equal(err.message, "the password has 9 characters, expected at least 12");
  hw_assert_status(hw_account_check_password("ttanh-ttanh-9", "ttanh", "", &err), HW_E_VALUE, &err);
  assert_string_equal(err.message, "the password holds the code of the account: choose another");
  hw_assert_status(hw_account_check_password("tran thi mau 9", "a1", "Trần Thị Mẫu", &err),
                   HW_E_VALUE, &err);
  assert_string_equal(err.message, "the password holds the name of its owner: choose another");
  hw_assert_status(
      hw_account_check_password("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "a1", "", &err),
      HW_E_VALUE, &err);
  assert_string_equal(err.message, "the password is not UTF-8 text, or holds control characters");
  char *lengthy = calloc(1, HW_PASSWORD_MOST + 2);
  assert_non_null(lengthy);
  memset(lengthy, 'x', HW_PASSWORD_MOST + 1);
  hw_assert_status(hw_account_check_password(lengthy, "a1", "", &err), HW_E_VALUE, &err);
  assert_string_equal(err.message, "the password is longer than 1024 bytes");
  free(lengthy);
  hw_assert_ok(hw_account_check_password(GOOD, "anh", "Trần Thị Mẫu", &err), &err);
  hw_assert_ok(hw_account_check_password("passwords are fun", "anh", "", &err), &err);
}

static void a_password_of_somebody_else_is_changed_at_once(void **state) {
  (void)state;
  add("anh", HW_ROLE_ANALYST);
  assert_int_equal(verify("anh", GOOD), HW_ACCOUNT_WRONG);
  hw_assert_ok(hw_account_set_password(&app, "anh", NULL, GOOD, &err), &err);
  hw_account_answer answer = verify_at("anh", GOOD, NULL, NOW_S);
  assert_int_equal(answer.outcome, HW_ACCOUNT_MUST_CHANGE);
  assert_string_equal(answer.code, "anh");
  assert_int_equal(answer.may, 0);
  become("anh");
  hw_assert_status(hw_account_set_password(&app, "anh", BETTER, BETTER, &err), HW_E_DENIED, &err);
  assert_string_equal(err.message, "the old password is wrong");
  hw_assert_status(hw_account_set_password(&app, "anh", GOOD, GOOD, &err), HW_E_VALUE, &err);
  assert_string_equal(err.message, "the new password is the old one");
  hw_assert_ok(hw_account_set_password(&app, "anh", GOOD, BETTER, &err), &err);
  become("tester");
  assert_int_equal(verify("anh", GOOD), HW_ACCOUNT_WRONG);
  answer = verify_at("anh", BETTER, NULL, NOW_S);
  assert_int_equal(answer.outcome, HW_ACCOUNT_FINE);
  assert_int_equal(answer.may, HW_MAY_WRITE);
  hw_assert_status(hw_account_set_password(&app, "anh", BETTER, GOOD, &err), HW_E_DENIED, &err);
  assert_string_equal(err.message, "tester changes nobody's password but their own");
  /* One's own, as an administrator, needs no change. */
  hw_assert_ok(hw_account_set_password(&app, "tester", NULL, GOOD, &err), &err);
  assert_int_equal(verify("tester", GOOD), HW_ACCOUNT_FINE);
}

static void who_is_not_there_is_wrong(void **state) {
  (void)state;
  char code[400];
  memset(code, 'x', sizeof code - 1);
  code[sizeof code - 1] = '\0';
  add_anh();
  assert_int_equal(verify("nobody", GOOD), HW_ACCOUNT_WRONG);
  assert_int_equal(verify("", ""), HW_ACCOUNT_WRONG);
  assert_int_equal(verify(code, GOOD), HW_ACCOUNT_WRONG);
  hw_account_answer answer = verify_at("anh", BETTER, NULL, NOW_S);
  assert_int_equal(answer.outcome, HW_ACCOUNT_WRONG);
  assert_int_equal(answer.actor, 0);
  assert_string_equal(answer.code, "");
  char *lengthy = calloc(1, 100001);
  assert_non_null(lengthy);
  memset(lengthy, 'x', 100000);
  assert_int_equal(verify("anh", lengthy), HW_ACCOUNT_WRONG);
  free(lengthy);
  /* A withdrawn actor is nobody. */
  hw_assert_ok(hw_app_begin(&app, HW_MAY_ADMINISTER, "set-state", "left", &err), &err);
  hw_assert_ok(hw_store_withdraw(app.store, HW_KIND_ACTOR, get("anh").actor, "left", &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  assert_int_equal(verify("anh", GOOD), HW_ACCOUNT_WRONG);
  hw_assert_status(hw_app_become(&app, "anh", &err), HW_E_REFERENCE, &err);
}

static void old_limits_are_renewed_at_a_login(void **state) {
  (void)state;
  /* argon2id of "lá vàng rơi ngoài ngõ" by weaker limits. */
  static const char weak[] = "$argon2id$v=19$m=8,t=1,p=1$bdtt5QJxCEduyC3YMGcwNA$"
                             "ivzHRZ4CP2XlOtm7e+Vu4HJaguna1JM7EWHkySTSmrI";
  hw_record record;
  hw_arena mine;
  add_anh();
  hw_arena_init(&mine, 0);
  hwp_account account;
  bool found = false;
  hw_assert_ok(hwp_account_look(&app, "anh", &mine, &account, &found, &err), &err);
  record = account.credential;
  hw_record_set_text(&record, HW_FIELD_CREDENTIAL_PASSWORD, weak);
  hw_assert_ok(hw_app_begin(&app, HW_MAY_ADMINISTER, "test", "", &err), &err);
  hw_assert_ok(hw_store_replace(app.store, &record, &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  assert_true(hw_password_is_old(weak));
  assert_int_equal(verify("anh", BETTER), HW_ACCOUNT_FINE);
  hw_assert_ok(hwp_account_look(&app, "anh", &mine, &account, &found, &err), &err);
  const char *kept = hw_record_text(&account.credential, HW_FIELD_CREDENTIAL_PASSWORD);
  assert_false(hw_password_is_old(kept));
  assert_int_equal(verify("anh", BETTER), HW_ACCOUNT_FINE);
  hw_arena_clear(&mine);
}

static void a_step_that_matters_asks_again(void **state) {
  (void)state;
  bool is_right = true;
  add_anh();
  become("anh");
  hw_assert_ok(hw_account_confirm(&app, BETTER, &is_right, &err), &err);
  assert_false(is_right);
  hw_assert_ok(hw_account_confirm(&app, GOOD, &is_right, &err), &err);
  assert_true(is_right);
  become(NULL);
  hw_assert_ok(hw_account_confirm(&app, GOOD, &is_right, &err), &err);
  assert_false(is_right);
}

/* --- second factors --- */

static const char *code_at(const char *secret, int64_t now_s) {
  static char code[HW_OTP_TEXT_SIZE];
  uint8_t key[HW_OTP_KEY_SIZE];
  const size_t n = hw_otp_base32_parse(secret, strlen(secret), key, sizeof key);
  assert_int_equal(n, HW_OTP_KEY_SIZE);
  hw_assert_ok(hw_otp_format(key, n, now_s / HW_OTP_STEP_S, code, &err), &err);
  return code;
}

static void second_factors_are_set_up_in_two_steps(void **state) {
  (void)state;
  hw_account_otp first, second;
  add("anh", HW_ROLE_ANALYST);
  hw_assert_status(hw_account_otp_begin(&app, "anh", NULL, &first, &err), HW_E_STATE, &err);
  assert_string_equal(err.message, "anh has no password yet: set one first");
  hw_assert_ok(hw_account_set_password(&app, "anh", NULL, BETTER, &err), &err);
  become("anh");
  hw_assert_ok(hw_account_set_password(&app, "anh", BETTER, GOOD, &err), &err);
  hw_assert_status(hw_account_otp_confirm(&app, "anh", "123456", NOW_S, &err), HW_E_STATE, &err);
  assert_string_equal(err.message, "no second factor of anh waits to be confirmed");
  hw_assert_ok(hw_account_otp_begin(&app, "anh", "Viện", &first, &err), &err);
  assert_int_equal(strlen(first.secret), 32);
  hw_assert_contains(first.uri, "otpauth://totp/Vi%E1%BB%87n:anh?secret=");
  hw_assert_contains(first.uri, first.secret);
  /* Not in use before it is confirmed. */
  assert_false(get("anh").has_otp);
  assert_int_equal(verify("anh", GOOD), HW_ACCOUNT_FINE);
  hw_assert_status(
      hw_account_otp_confirm(&app, "anh", code_at(first.secret, NOW_S + 300), NOW_S, &err),
      HW_E_VALUE, &err);
  hw_assert_contains(err.message, "the code does not fit: expected the six digits");
  hw_assert_ok(hw_account_otp_confirm(&app, "anh", code_at(first.secret, NOW_S), NOW_S, &err),
               &err);
  assert_true(get("anh").has_otp);
  assert_int_equal(verify("anh", GOOD), HW_ACCOUNT_NEEDS_CODE);
  /* The first code was taken; the next is fine, once. */
  assert_int_equal(verify_at("anh", GOOD, code_at(first.secret, NOW_S), NOW_S).outcome,
                   HW_ACCOUNT_WRONG);
  const char *next = code_at(first.secret, NOW_S + 30);
  assert_int_equal(verify_at("anh", BETTER, next, NOW_S).outcome, HW_ACCOUNT_WRONG);
  assert_int_equal(verify_at("anh", GOOD, "000000", NOW_S).outcome, HW_ACCOUNT_WRONG);
  assert_int_equal(verify_at("anh", GOOD, next, NOW_S).outcome, HW_ACCOUNT_FINE);
  assert_int_equal(verify_at("anh", GOOD, next, NOW_S).outcome, HW_ACCOUNT_WRONG);
  /* Another one replaces it when it is confirmed. */
  hw_assert_ok(hw_account_otp_begin(&app, "anh", NULL, &second, &err), &err);
  assert_string_not_equal(first.secret, second.secret);
  assert_int_equal(verify_at("anh", GOOD, code_at(first.secret, NOW_S + 90), NOW_S + 90).outcome,
                   HW_ACCOUNT_FINE);
  hw_assert_ok(
      hw_account_otp_confirm(&app, "anh", code_at(second.secret, NOW_S + 90), NOW_S + 90, &err),
      &err);
  assert_int_equal(verify_at("anh", GOOD, code_at(first.secret, NOW_S + 120), NOW_S + 120).outcome,
                   HW_ACCOUNT_WRONG);
  assert_int_equal(verify_at("anh", GOOD, code_at(second.secret, NOW_S + 120), NOW_S + 120).outcome,
                   HW_ACCOUNT_FINE);
  /* It goes by a code, or by an administrator. */
  hw_assert_status(hw_account_otp_remove(&app, "anh", "000000", NOW_S, "", &err), HW_E_DENIED,
                   &err);
  assert_string_equal(err.message, "the code does not fit, or was used before");
  hw_assert_status(hw_account_otp_remove(&app, "anh", NULL, NOW_S, "", &err), HW_E_DENIED, &err);
  become("tester");
  hw_assert_ok(hw_account_otp_remove(&app, "anh", NULL, NOW_S, "telephone lost", &err), &err);
  assert_int_equal(verify("anh", GOOD), HW_ACCOUNT_FINE);
  hw_assert_status(hw_account_otp_remove(&app, "anh", NULL, NOW_S, "", &err), HW_E_STATE, &err);
  assert_string_equal(err.message, "anh has no second factor");
  hw_account_otp_clear(&first);
  assert_int_equal(first.secret[0], 0);
}

/* --- locks --- */

static void locked_accounts_stay_out(void **state) {
  (void)state;
  add_anh();
  hw_assert_status(hw_account_lock(&app, "anh", "", &err), HW_E_VALUE, &err);
  assert_string_equal(err.message, "locking an account needs a reason");
  hw_assert_ok(hw_account_lock(&app, "anh", "on leave", &err), &err);
  assert_int_equal(verify("anh", GOOD), HW_ACCOUNT_LOCKED);
  assert_int_equal(verify("anh", BETTER), HW_ACCOUNT_WRONG);
  hw_assert_ok(hw_account_lock(&app, "anh", "again", &err), &err);
  hw_assert_ok(hw_account_unlock(&app, "anh", "back", &err), &err);
  assert_int_equal(verify("anh", GOOD), HW_ACCOUNT_FINE);
  become(NULL);
  hw_assert_ok(hw_account_lock_out(&app, "anh", "10 wrong passwords", &err), &err);
  hw_assert_ok(hw_account_lock_out(&app, "nobody", "10 wrong passwords", &err), &err);
  assert_int_equal(verify("anh", GOOD), HW_ACCOUNT_LOCKED);
  become("tester");
  hw_assert_ok(hw_account_set_password(&app, "tester", NULL, GOOD, &err), &err);
  hw_assert_status(hw_account_lock(&app, "tester", "why", &err), HW_E_VALUE, &err);
  assert_string_equal(err.message, "nobody locks themselves");
  add("bo", HW_ROLE_READER);
  hw_assert_status(hw_account_lock(&app, "bo", "why", &err), HW_E_STATE, &err);
  assert_string_equal(err.message, "bo has no password, and cannot log in");
}

/* --- acting for others --- */

typedef struct seen {
  char actor[40], login[40], action[60];
} seen;

static hw_status take_entry(void *context, const hw_audit_entry *entry, hw_err *why) {
  (void)why;
  seen *self = context;
  snprintf(self->actor, sizeof self->actor, "%s", entry->actor);
  snprintf(self->login, sizeof self->login, "%s", entry->login);
  snprintf(self->action, sizeof self->action, "%s", entry->action);
  return HW_OK;
}

static void an_open_database_is_used_for_others(void **state) {
  (void)state;
  seen last;
  add_anh();
  hw_assert_ok(hw_store_audit(app.store, 1, take_entry, &last, &err), &err);
  assert_string_equal(last.actor, "anh");
  assert_string_equal(last.login, "web:anh");
  assert_string_equal(last.action, "set password");
  become("anh");
  assert_int_equal(app.may, HW_MAY_WRITE);
  hw_assert_status(hw_app_become(&app, "nobody", &err), HW_E_REFERENCE, &err);
  assert_int_equal(app.may, 0);
  assert_int_equal(app.actor, 0);
  hw_assert_status(hw_app_require(&app, HW_MAY_WRITE, &err), HW_E_DENIED, &err);
  become("tester");
  assert_int_equal(app.may, HW_MAY_ALL);
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "test", "", &err), &err);
  hw_assert_status(hw_app_become(&app, "anh", &err), HW_E_STATE, &err);
  assert_int_equal(app.may, HW_MAY_ALL);
  hw_store_rollback(app.store);
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  add_anh();
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_account_login login = {.actor = "anh", .password = GOOD};
    hw_account_answer answer;
    hw_status status = hw_account_verify(&app, &login, NOW_S, &answer, &err);
    if (!hw_faults_end()) {
      hw_assert_ok(status, &err);
      break;
    }
    assert_int_equal(status, HW_E_NO_MEMORY);
    assert_int_equal(answer.outcome, HW_ACCOUNT_WRONG);
  }
  assert_int_equal(verify("anh", GOOD), HW_ACCOUNT_FINE);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_app, close_app)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(roles_are_sets_of_permissions),
      CASE(roles_have_words),
      CASE(accounts_are_registered_and_changed),
      CASE(there_is_always_an_administrator),
      CASE(an_administrator_who_is_locked_out_does_not_count),
      CASE(only_administrators_manage_accounts),
      CASE(passwords_must_not_be_guessed_first),
      CASE(a_password_of_somebody_else_is_changed_at_once),
      CASE(who_is_not_there_is_wrong),
      CASE(old_limits_are_renewed_at_a_login),
      CASE(a_step_that_matters_asks_again),
      CASE(second_factors_are_set_up_in_two_steps),
      CASE(locked_accounts_stay_out),
      CASE(an_open_database_is_used_for_others),
      CASE(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests(tests, app_tests_begin, app_tests_end);
}
