/* One-time codes by the clock.
 *
 * A code is HOTP(K, T) with T = floor(time / 30) (RFC 6238, section 4.2):
 * dynamic truncation of the HMAC (RFC 4226, section 5.3) to 31 bits, of which the
 * last six decimal digits are typed. T is tried from one step behind to one
 * step ahead, for clocks that differ and people who type slowly (section 5.2);
 * a T that was taken, or lies before one, is never taken again.
 *
 * All candidates are computed and compared whatever fits, so that the time tells
 * nothing. */
#include "app/otp.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/secret.h"

enum { AROUND = 1 };

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

hw_status hw_otp_format(const uint8_t *key, size_t n_key, int64_t counter,
                        char out[HW_OTP_TEXT_SIZE], hw_err *err) {
  uint8_t message[8], mac[HW_HMAC_SHA1_SIZE];
  for (int i = 0; i < 8; i++) message[i] = (uint8_t)((uint64_t)counter >> (56 - 8 * i));
  HW_TRY(hw_hmac_sha1(key, n_key, message, sizeof message, mac, err));
  const int at = mac[HW_HMAC_SHA1_SIZE - 1] & 0x0F;
  const uint32_t bits = (uint32_t)(mac[at] & 0x7F) << 24 | (uint32_t)mac[at + 1] << 16 |
                        (uint32_t)mac[at + 2] << 8 | mac[at + 3];
  snprintf(out, HW_OTP_TEXT_SIZE, "%06u", (unsigned)(bits % 1000000));
  hw_secret_clear(mac, sizeof mac);
  return HW_OK;
}

/* The digits of what was typed; false if it is not six. */
static bool take_digits(const char *typed, char out[HW_OTP_TEXT_SIZE]) {
  int n = 0;
  for (; *typed != '\0'; typed++) {
    if (*typed == ' ') continue;
    if (*typed < '0' || *typed > '9' || n == HW_OTP_DIGITS) return false;
    out[n++] = *typed;
  }
  out[n] = '\0';
  return n == HW_OTP_DIGITS;
}

hw_status hw_otp_check(const uint8_t *key, size_t n_key, const char *typed, int64_t now_s,
                       int64_t last, int64_t *step, hw_err *err) {
  char digits[HW_OTP_TEXT_SIZE] = "", code[HW_OTP_TEXT_SIZE];
  const bool is_code = take_digits(typed, digits);
  const int64_t now = now_s / HW_OTP_STEP_S;
  *step = 0;
  for (int64_t t = now - AROUND; t <= now + AROUND; t++) {
    HW_TRY(hw_otp_format(key, n_key, t, code, err));
    const bool fits = hw_secret_equal(code, digits, HW_OTP_DIGITS);
    if (fits && is_code && t > last && *step == 0) *step = t;
  }
  hw_secret_clear(code, sizeof code);
  return HW_OK;
}

void hw_otp_base32(const uint8_t *bytes, size_t n, hw_str *out) {
  uint32_t bits = 0;
  int n_bits = 0;
  for (size_t i = 0; i < n; i++) {
    bits = bits << 8 | bytes[i];
    for (n_bits += 8; n_bits >= 5; n_bits -= 5)
      hw_str_append_bytes(out, &letters[bits >> (n_bits - 5) & 31], 1);
  }
  if (n_bits > 0) hw_str_append_bytes(out, &letters[bits << (5 - n_bits) & 31], 1);
}

size_t hw_otp_base32_parse(const char *text, size_t n, uint8_t *out, size_t most) {
  uint32_t bits = 0;
  int n_bits = 0;
  size_t n_out = 0;
  for (size_t i = 0; i < n; i++) {
    const char *letter = text[i] != '\0' ? strchr(letters, text[i]) : NULL;
    if (letter == NULL) return 0;
    bits = bits << 5 | (uint32_t)(letter - letters);
    n_bits += 5;
    if (n_bits < 8) continue;
    if (n_out == most) return 0;
    n_bits -= 8;
    out[n_out++] = (uint8_t)(bits >> n_bits);
  }
  return n_out;
}

static void append_encoded(const char *text, hw_str *out) {
  for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
    const bool is_plain = (*at >= '0' && *at <= '9') || (*at >= 'A' && *at <= 'Z') ||
                          (*at >= 'a' && *at <= 'z') || strchr("-._~", *at) != NULL;
    if (is_plain)
      hw_str_append_bytes(out, (const char *)at, 1);
    else
      hw_str_append_format(out, "%%%02X", *at);
  }
}

void hw_otp_uri(const char *issuer, const char *account, const char *secret, hw_str *out) {
  hw_str_append(out, "otpauth://totp/");
  append_encoded(issuer, out);
  hw_str_append(out, ":");
  append_encoded(account, out);
  hw_str_append(out, "?secret=");
  append_encoded(secret, out);
  hw_str_append(out, "&issuer=");
  append_encoded(issuer, out);
  hw_str_append(out, "&algorithm=SHA1&digits=6&period=30");
}
