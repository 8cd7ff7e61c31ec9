/* Logging in: who somebody is.
 *
 * The password is compared first and always, also for codes that nobody has, so
 * that the time of the answer tells nothing; what else is wrong (a lock, a missing
 * second factor) is told only to who knows the password. The code of the second
 * factor is compared and marked as taken in one transaction that holds the right
 * to write: of two that come at once, one is refused. */
#include <string.h>

#include "app/account_int.h"
#include "base/check.h"
#include "base/secret.h"

static bool has_password(const hwp_account *account, bool found, const char *password) {
  const bool is_kept = found && account->has_password;
  return hw_password_equal(
      is_kept ? hw_record_text(&account->credential, HW_FIELD_CREDENTIAL_PASSWORD) : NULL,
      password);
}

static bool is_set(const hwp_account *account, int field) {
  return hw_record_int(&account->credential, field) != 0;
}

/* Keeps a password again by the limits of today, in a change that may have begun. */
static hw_status keep_again(hwp_account *account, const char *password,
                            char kept[HW_PASSWORD_HASH_SIZE], hw_err *err) {
  HW_TRY(hw_password_format(password, kept, err));
  hw_record_set_text(&account->credential, HW_FIELD_CREDENTIAL_PASSWORD, kept);
  return HW_OK;
}

/* What is inside the transaction: the account is read again, for it may have changed. */
static hw_status take_code(hw_app *app, const hw_account_login *login, int64_t now_s,
                           const hwp_account *seen, hw_arena *arena, hw_account_outcome *outcome,
                           hw_err *err) {
  hwp_account account;
  hwp_otp otp;
  char field[HWP_OTP_FIELD_SIZE];
  bool found = false;
  int64_t step = 0;
  *outcome = HW_ACCOUNT_WRONG;
  HW_TRY(hwp_account_look(app, seen->code, arena, &account, &found, err));
  if (!found || !account.has_password || account.credential.entry != seen->credential.entry ||
      is_set(&account, HW_FIELD_CREDENTIAL_IS_LOCKED))
    return HW_OK;
  HW_TRY(hwp_otp_read(&account, &otp, err));
  HW_TRY(hwp_otp_check(otp.secret, login->otp, now_s, otp.last, &step, err));
  if (step == 0) return HW_OK;
  otp.last = step;
  hwp_otp_write(&otp, field, &account);
  HW_TRY(hwp_account_put(app, &account, err));
  *outcome = HW_ACCOUNT_FINE;
  return HW_OK;
}

/* A change of the account's owner, not of whom the app is used for. */
static hw_status begin(hw_app *app, const hwp_account *account, const char *action, hw_err *err) {
  hw_change_info info = {
      .actor = account->code, .login = app->login, .action = action, .reason = ""};
  return hw_store_begin(app->store, &info, err);
}

static hw_status check_code(hw_app *app, const hw_account_login *login, int64_t now_s,
                            const hwp_account *account, hw_arena *arena, hw_account_outcome *out,
                            hw_err *err) {
  HW_TRY(begin(app, account, "log in", err));
  hw_status status = take_code(app, login, now_s, account, arena, out, err);
  if (status == HW_OK && *out == HW_ACCOUNT_FINE) status = hw_store_commit(app->store, err);
  if (status != HW_OK || *out != HW_ACCOUNT_FINE) hw_store_rollback(app->store);
  return status;
}

static hw_status renew(hw_app *app, const char *code, const char *password, hw_arena *arena,
                       hw_err *err) {
  hwp_account account;
  bool found = false;
  char kept[HW_PASSWORD_HASH_SIZE];
  HW_TRY(hwp_account_look(app, code, arena, &account, &found, err));
  if (!found || !has_password(&account, found, password)) return HW_OK; /* changed meanwhile */
  HW_TRY(keep_again(&account, password, kept, err));
  HW_TRY(begin(app, &account, "keep password by new limits", err));
  hw_status status = hwp_account_put(app, &account, err);
  if (status == HW_OK) status = hw_store_commit(app->store, err);
  if (status != HW_OK) hw_store_rollback(app->store);
  hw_secret_clear(kept, sizeof kept);
  return status;
}

/* The password is right. */
static hw_status go_on(hw_app *app, const hw_account_login *login, int64_t now_s,
                       const hwp_account *account, hw_arena *arena, hw_account_outcome *out,
                       hw_err *err) {
  hwp_otp otp;
  *out = HW_ACCOUNT_LOCKED;
  if (is_set(account, HW_FIELD_CREDENTIAL_IS_LOCKED)) return HW_OK;
  HW_TRY(hwp_otp_read(account, &otp, err));
  *out = HW_ACCOUNT_FINE;
  if (otp.secret[0] != '\0' && (login->otp == NULL || login->otp[0] == '\0'))
    *out = HW_ACCOUNT_NEEDS_CODE;
  else if (otp.secret[0] != '\0')
    HW_TRY(check_code(app, login, now_s, account, arena, out, err));
  if (*out != HW_ACCOUNT_FINE) return HW_OK;
  if (hw_password_is_old(hw_record_text(&account->credential, HW_FIELD_CREDENTIAL_PASSWORD)))
    HW_TRY(renew(app, account->code, login->password, arena, err));
  if (is_set(account, HW_FIELD_CREDENTIAL_MUST_CHANGE)) *out = HW_ACCOUNT_MUST_CHANGE;
  return HW_OK;
}

static hw_status fill(const hwp_account *account, hw_account_answer *out, hw_err *err) {
  if (out->outcome == HW_ACCOUNT_WRONG) return HW_OK;
  out->actor = account->actor.id;
  memcpy(out->code, account->code, strlen(account->code) + 1); /* HW_CODE_MAX at most */
  if (out->outcome != HW_ACCOUNT_FINE) return HW_OK;
  return hw_app_permissions(hw_record_text(&account->actor, HW_FIELD_ACTOR_PERMISSIONS), &out->may,
                            err);
}

static hw_status verify(hw_app *app, const hw_account_login *login, int64_t now_s, hw_arena *arena,
                        hw_account_answer *out, hw_err *err) {
  hwp_account account;
  bool found = false;
  const bool is_long = strlen(login->password) > HW_PASSWORD_MOST;
  HW_TRY(hwp_account_look(app, login->actor, arena, &account, &found, err));
  if (!has_password(&account, found, is_long ? "" : login->password)) return HW_OK;
  hw_status status = go_on(app, login, now_s, &account, arena, &out->outcome, err);
  return status == HW_OK ? fill(&account, out, err) : status;
}

hw_status hw_account_verify(hw_app *app, const hw_account_login *login, int64_t now_s,
                            hw_account_answer *out, hw_err *err) {
  hw_arena arena;
  memset(out, 0, sizeof *out);
  out->outcome = HW_ACCOUNT_WRONG;
  hw_arena_init(&arena, 0);
  hw_status status = verify(app, login, now_s, &arena, out, err);
  hw_arena_clear(&arena);
  if (status != HW_OK) memset(out, 0, sizeof *out);
  return status;
}

hw_status hw_account_confirm(hw_app *app, const char *password, bool *is_right, hw_err *err) {
  hw_arena arena;
  hwp_account account;
  bool found = false;
  *is_right = false;
  hw_arena_init(&arena, 0);
  hw_status status = hwp_account_look(app, app->actor_code, &arena, &account, &found, err);
  if (status == HW_OK)
    *is_right =
        has_password(&account, found, strlen(password) > HW_PASSWORD_MOST ? "" : password) &&
        !is_set(&account, HW_FIELD_CREDENTIAL_IS_LOCKED);
  hw_arena_clear(&arena);
  return status;
}
