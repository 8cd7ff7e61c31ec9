/* The second factor: setting it up in two steps, taking it away.
 *
 * A new secret waits beside the one in use until a first code shows that the
 * authenticator has it, so that a set-up that is broken off locks nobody out. The
 * step of the code that was taken last is kept with the secret: it, and those
 * before it, are never taken again (RFC 6238, section 5.2). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/account_int.h"
#include "app/otp.h"
#include "base/check.h"
#include "base/secret.h"

/* --- the field --- */

static bool take_secret(const char *word, size_t n, char out[HWP_OTP_SECRET_SIZE]) {
  if (n == 0 || n >= HWP_OTP_SECRET_SIZE) return false;
  memcpy(out, word, n);
  out[n] = '\0';
  return true;
}

static bool take_number(const char *word, size_t n, int64_t *out) {
  *out = 0;
  for (size_t i = 0; i < n; i++) {
    if (word[i] < '0' || word[i] > '9' || i > 17) return false;
    *out = *out * 10 + (word[i] - '0');
  }
  return n > 0;
}

hw_status hwp_otp_read(const hwp_account *account, hwp_otp *out, hw_err *err) {
  bool is_read = true;
  memset(out, 0, sizeof *out);
  for (const char *at = hw_record_text(&account->credential, HW_FIELD_CREDENTIAL_OTP);
       *at != '\0' && is_read;) {
    const size_t n = strcspn(at, " ");
    if (at[0] == '?')
      is_read = take_secret(at + 1, n - 1, out->pending);
    else if (out->secret[0] == '\0')
      is_read = take_secret(at, n, out->secret);
    else
      is_read = take_number(at, n, &out->last);
    at += n;
    at += strspn(at, " ");
  }
  return is_read ? HW_OK
                 : hw_err_set(err, HW_E_DAMAGED, "the second factor of %s is not readable",
                              account->code);
}

void hwp_otp_write(const hwp_otp *self, char text[HWP_OTP_FIELD_SIZE], hwp_account *account) {
  const bool has_both = self->secret[0] != '\0' && self->pending[0] != '\0';
  int n = 0;
  text[0] = '\0';
  if (self->secret[0] != '\0')
    n = snprintf(text, HWP_OTP_FIELD_SIZE, "%s %" PRId64, self->secret, self->last);
  if (self->pending[0] != '\0' && n >= 0)
    snprintf(text + n, HWP_OTP_FIELD_SIZE - (size_t)n, "%s?%s", has_both ? " " : "", self->pending);
  if (text[0] == '\0')
    hw_record_set_null(&account->credential, HW_FIELD_CREDENTIAL_OTP);
  else
    hw_record_set_text(&account->credential, HW_FIELD_CREDENTIAL_OTP, text);
}

hw_status hwp_otp_check(const char *secret, const char *typed, int64_t now_s, int64_t last,
                        int64_t *step, hw_err *err) {
  uint8_t key[HW_OTP_KEY_SIZE];
  *step = 0;
  const size_t n = hw_otp_base32_parse(secret, strlen(secret), key, sizeof key);
  if (n == 0) return HW_OK;
  hw_status status = hw_otp_check(key, n, typed, now_s, last, step, err);
  hw_secret_clear(key, sizeof key);
  return status;
}

/* --- first step --- */

static hw_status make(const hwp_account *account, const char *issuer, hw_account_otp *out,
                      hw_err *err) {
  uint8_t key[HW_OTP_KEY_SIZE];
  hw_str secret = HW_STR_INIT, uri = HW_STR_INIT;
  hw_secret_random(key, sizeof key);
  hw_otp_base32(key, sizeof key, &secret);
  hw_secret_clear(key, sizeof key);
  hw_otp_uri(issuer != NULL ? issuer : "Homeward", account->code, hw_str_text(&secret), &uri);
  hw_status status = HW_OK;
  if (hw_str_status(&secret) != HW_OK || hw_str_status(&uri) != HW_OK)
    status = HW_NO_MEMORY(err, "a second factor");
  else if (secret.length >= sizeof out->secret || uri.length >= sizeof out->uri)
    status = hw_err_set(err, HW_E_VALUE, "the code of the account or the issuer is too long");
  if (status == HW_OK) {
    memcpy(out->secret, hw_str_text(&secret), secret.length + 1);
    memcpy(out->uri, hw_str_text(&uri), uri.length + 1);
  }
  if (secret.bytes != NULL) hw_secret_clear(secret.bytes, secret.length);
  if (uri.bytes != NULL) hw_secret_clear(uri.bytes, uri.length);
  hw_str_clear(&secret);
  hw_str_clear(&uri);
  return status;
}

static hw_status begin(hw_app *app, hwp_account *account, const char *issuer, hw_account_otp *out,
                       hw_err *err) {
  hwp_otp otp;
  char field[HWP_OTP_FIELD_SIZE];
  if (!account->has_password)
    return hw_err_set(err, HW_E_STATE, "%s has no password yet: set one first", account->code);
  HW_TRY(hwp_otp_read(account, &otp, err));
  HW_TRY(make(account, issuer, out, err));
  memcpy(otp.pending, out->secret, strlen(out->secret) + 1);
  hwp_otp_write(&otp, field, account);
  hw_status status = hwp_account_write(app, account, "begin second factor", account->code, err);
  hw_secret_clear(field, sizeof field);
  hw_secret_clear(&otp, sizeof otp);
  return status;
}

hw_status hw_account_otp_begin(hw_app *app, const char *code, const char *issuer,
                               hw_account_otp *out, hw_err *err) {
  hw_arena arena;
  hwp_account account;
  memset(out, 0, sizeof *out);
  hw_arena_init(&arena, 0);
  hw_status status = hwp_account_find(app, code, &arena, &account, err);
  if (status == HW_OK) status = begin(app, &account, issuer, out, err);
  hw_arena_clear(&arena);
  if (status != HW_OK) hw_account_otp_clear(out);
  return status;
}

void hw_account_otp_clear(hw_account_otp *self) {
  hw_secret_clear(self, sizeof *self);
}

/* --- second step --- */

static hw_status confirm(hw_app *app, hwp_account *account, const char *typed, int64_t now_s,
                         hw_err *err) {
  hwp_otp otp;
  char field[HWP_OTP_FIELD_SIZE];
  int64_t step = 0;
  HW_TRY(hwp_otp_read(account, &otp, err));
  if (!account->has_password || otp.pending[0] == '\0')
    return hw_err_set(err, HW_E_STATE, "no second factor of %s waits to be confirmed",
                      account->code);
  HW_TRY(hwp_otp_check(otp.pending, typed, now_s, 0, &step, err));
  if (step == 0)
    return hw_err_set(err, HW_E_VALUE,
                      "the code does not fit: expected the six digits that the authenticator shows "
                      "now; are its clock and this one right?");
  memcpy(otp.secret, otp.pending, sizeof otp.secret);
  otp.pending[0] = '\0';
  otp.last = step;
  hwp_otp_write(&otp, field, account);
  hw_status status = hwp_account_write(app, account, "confirm second factor", account->code, err);
  hw_secret_clear(field, sizeof field);
  hw_secret_clear(&otp, sizeof otp);
  return status;
}

hw_status hw_account_otp_confirm(hw_app *app, const char *code, const char *otp, int64_t now_s,
                                 hw_err *err) {
  hw_arena arena;
  hwp_account account;
  hw_arena_init(&arena, 0);
  hw_status status = hwp_account_find(app, code, &arena, &account, err);
  if (status == HW_OK) status = confirm(app, &account, otp, now_s, err);
  hw_arena_clear(&arena);
  return status;
}

/* --- taking it away --- */

static hw_status take_away(hw_app *app, hwp_account *account, const char *typed, int64_t now_s,
                           const char *reason, hw_err *err) {
  hwp_otp otp;
  int64_t step = 0;
  HW_TRY(hwp_otp_read(account, &otp, err));
  if (otp.secret[0] == '\0' && otp.pending[0] == '\0')
    return hw_err_set(err, HW_E_STATE, "%s has no second factor", account->code);
  if (typed == NULL) HW_TRY(hw_app_require(app, HW_MAY_ADMINISTER, err));
  if (typed != NULL) {
    HW_TRY(hwp_otp_check(otp.secret, typed, now_s, otp.last, &step, err));
    if (step == 0) return hw_err_set(err, HW_E_DENIED, "the code does not fit, or was used before");
  }
  hw_record_set_null(&account->credential, HW_FIELD_CREDENTIAL_OTP);
  return hwp_account_write(app, account, "remove second factor", reason != NULL ? reason : "", err);
}

hw_status hw_account_otp_remove(hw_app *app, const char *code, const char *otp, int64_t now_s,
                                const char *reason, hw_err *err) {
  hw_arena arena;
  hwp_account account;
  hw_arena_init(&arena, 0);
  hw_status status = hwp_account_find(app, code, &arena, &account, err);
  if (status == HW_OK) status = take_away(app, &account, otp, now_s, reason, err);
  hw_arena_clear(&arena);
  return status;
}
