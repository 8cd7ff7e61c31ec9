/* Passwords: what is good enough, and setting one.
 *
 * Long and not guessed first is what counts (NIST SP 800-63B, section 5.1.1.2):
 * no demands of digits and signs, no expiry. What is compared with the list of the
 * commonest is the folded password, without the digits and signs at its end, and
 * also what it repeats: "Password2026!", "mật khẩu 12345", "qwertyqwerty". */
#include <string.h>

#include "app/account_int.h"
#include "base/check.h"
#include "base/fold.h"
#include "base/secret.h"

/* The commonest words, folded and without blanks; and rows of the keyboard. */
static const char *const commonest[] = {
    "password",
    "passwort",
    "matkhau",
    "qwerty",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "admin",
    "administrator",
    "homeward",
    "letmein",
    "welcome",
    "iloveyou",
    "vietnam",
    "anhyeuem",
    "emyeuanh",
    "hanoi",
    "saigon",
    "sunshine",
    "princess",
    "football",
    "dragon",
    "monkey",
    "superman",
    "batman",
    "trustno",
    "abc",
    "abcdefghijkl",
    "abcdefghijklmnop",
    "qazwsxedc",
    "changeme",
    "secret",
    "computer",
    "internet",
    "khongbiet",
    "correcthorsebatterystaple",
};

enum { LEAST_DIFFERENT = 5 };

static int count_characters(const char *text) {
  int n = 0;
  for (; *text != '\0'; text++) n += ((unsigned char)*text & 0xC0) != 0x80;
  return n;
}

static int count_different(const char *text) {
  bool seen[256] = {false};
  int n = 0;
  for (; *text != '\0'; text++) {
    n += !seen[(unsigned char)*text];
    seen[(unsigned char)*text] = true;
  }
  return n;
}

/* The folded key without its blanks. */
static hw_status squeeze(const char *text, hw_str *out, hw_err *err) {
  hw_str key = HW_STR_INIT;
  hw_status status = hw_fold_key(text, &key, err);
  for (const char *at = hw_str_text(&key); status == HW_OK && *at != '\0'; at++)
    if (*at != ' ') hw_str_append_bytes(out, at, 1);
  if (key.bytes != NULL) hw_secret_clear(key.bytes, key.length);
  hw_str_clear(&key);
  if (status == HW_OK && hw_str_status(out) != HW_OK) return HW_NO_MEMORY(err, "a password");
  return status;
}

/* True if the text is the word, once or several times. */
static bool repeats(const char *text, size_t n, const char *word) {
  const size_t length = strlen(word);
  if (n == 0 || length == 0 || n % length != 0) return false;
  for (size_t i = 0; i < n; i += length)
    if (memcmp(text + i, word, length) != 0) return false;
  return true;
}

/* "123456789012", "987654321098": each digit one more, or one less, than the one before. */
static bool is_counting(const char *text) {
  const int step = (text[1] - text[0] + 10) % 10;
  if (step != 1 && step != 9) return false;
  for (; text[1] != '\0'; text++)
    if (text[0] < '0' || text[0] > '9' || (text[1] - text[0] + 10) % 10 != step) return false;
  return true;
}

static bool is_common(const char *key) {
  size_t n = strlen(key), first = strspn(key, "0123456789");
  if (n < 2 || is_counting(key)) return true;
  while (n > first && key[n - 1] >= '0' && key[n - 1] <= '9') n--;
  for (size_t i = 0; i < sizeof commonest / sizeof *commonest; i++)
    if (repeats(key + first, n - first, commonest[i])) return true;
  return false;
}

/* Codes and names that are too short to mean anything in a password are not looked for. */
static bool holds(const char *key, const char *part) {
  return strlen(part) >= 4 && strstr(key, part) != NULL;
}

/* The password is the code or the name, or holds it. */
static hw_status check_own(const char *key, const char *own, bool *is_own, hw_err *err) {
  hw_str part = HW_STR_INIT;
  hw_status status = squeeze(own, &part, err);
  if (status == HW_OK && part.length > 0)
    *is_own = strcmp(key, hw_str_text(&part)) == 0 || holds(key, hw_str_text(&part));
  hw_str_clear(&part);
  return status;
}

static hw_status judge(const char *password, const char *key, const char *code, const char *name,
                       hw_err *err) {
  bool is_code = false, is_name = false;
  HW_TRY(check_own(key, code, &is_code, err));
  HW_TRY(check_own(key, name, &is_name, err));
  if (is_code || is_name)
    return hw_err_set(err, HW_E_VALUE, "the password holds the %s: choose another",
                      is_code ? "code of the account" : "name of its owner");
  if (is_common(key) || count_different(password) < LEAST_DIFFERENT)
    return hw_err_set(
        err, HW_E_VALUE,
        "the password is one of those that are guessed first: choose another, several "
        "words for example");
  return HW_OK;
}

hw_status hw_account_check_password(const char *password, const char *code, const char *name,
                                    hw_err *err) {
  if (strlen(password) > HW_PASSWORD_MOST)
    return hw_err_set(err, HW_E_VALUE, "the password is longer than %d bytes", HW_PASSWORD_MOST);
  const int n = count_characters(password);
  if (n < HW_PASSWORD_LEAST)
    return hw_err_set(err, HW_E_VALUE, "the password has %d characters, expected at least %d", n,
                      HW_PASSWORD_LEAST);
  hw_str key = HW_STR_INIT;
  hw_err why = HW_ERR_INIT;
  hw_status status = squeeze(password, &key, &why);
  if (status == HW_E_SYNTAX) /* the message would show it */
    status =
        hw_err_set(err, HW_E_VALUE, "the password is not UTF-8 text, or holds control characters");
  else if (status != HW_OK && err != NULL)
    *err = why;
  else if (status == HW_OK)
    status = judge(password, hw_str_text(&key), code, name, err);
  if (key.bytes != NULL) hw_secret_clear(key.bytes, key.length);
  hw_str_clear(&key);
  return status;
}

/* --- setting --- */

static hw_status check_right(hw_app *app, const hwp_account *account, const char *old,
                             hw_err *err) {
  if (old == NULL) return hw_app_require(app, HW_MAY_ADMINISTER, err);
  if (account->actor.id != app->actor)
    return hw_err_set(err, HW_E_DENIED, "%s changes nobody's password but their own",
                      app->actor_code[0] != '\0' ? app->actor_code : "nobody");
  const char *kept = account->has_password
                         ? hw_record_text(&account->credential, HW_FIELD_CREDENTIAL_PASSWORD)
                         : NULL;
  return hw_password_equal(kept, old) ? HW_OK
                                      : hw_err_set(err, HW_E_DENIED, "the old password is wrong");
}

static hw_status set(hw_app *app, hwp_account *account, const char *old, const char *password,
                     hw_err *err) {
  char kept[HW_PASSWORD_HASH_SIZE];
  hw_record *credential = &account->credential;
  HW_TRY(check_right(app, account, old, err));
  HW_TRY(hw_account_check_password(password, account->code,
                                   hw_record_text(&account->actor, HW_FIELD_ACTOR_NAME), err));
  if (account->has_password &&
      hw_password_equal(hw_record_text(credential, HW_FIELD_CREDENTIAL_PASSWORD), password))
    return hw_err_set(err, HW_E_VALUE, "the new password is the old one");
  HW_TRY(hw_password_format(password, kept, err));
  hw_record_set_text(credential, HW_FIELD_CREDENTIAL_PASSWORD, kept);
  hw_record_set_int(credential, HW_FIELD_CREDENTIAL_MUST_CHANGE,
                    old == NULL && account->actor.id != app->actor);
  hw_status status = hwp_account_write(app, account, "set password", account->code, err);
  hw_secret_clear(kept, sizeof kept);
  return status;
}

hw_status hw_account_set_password(hw_app *app, const char *code, const char *old,
                                  const char *password, hw_err *err) {
  hw_arena arena;
  hwp_account account;
  hw_arena_init(&arena, 0);
  hw_status status = hwp_account_find(app, code, &arena, &account, err);
  if (status == HW_OK) status = set(app, &account, old, password, err);
  hw_arena_clear(&arena);
  return status;
}
