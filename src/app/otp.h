/** @file
 * One-time codes by the clock (RFC 6238), on top of HOTP (RFC 4226): HMAC-SHA-1, 30 seconds, six
 * digits; one step before and after the present one is taken.
 *
 * Example:
 * @code
 *   int64_t step = 0;
 *   HW_TRY(hw_otp_check(key, n_key, "492039", now_s, last_step, &step, err));
 *   if (step > 0) last_step = step;   // right, and not to be taken again
 * @endcode
 */
#ifndef HW_APP_OTP_H
#define HW_APP_OTP_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "homeward/status.h"

/** Bytes of a new secret: as many as SHA-1 gives (RFC 4226, section 4, R6). */
#define HW_OTP_KEY_SIZE 20
/** Digits of a code, and a text of them with its NUL. */
#define HW_OTP_DIGITS 6
#define HW_OTP_TEXT_SIZE 7
/** Seconds of a step. */
#define HW_OTP_STEP_S 30

/** The code of a counter. @return HW_OK; HW_E_BUG */
HW_MUST_CHECK hw_status hw_otp_format(const uint8_t *key, size_t n_key, int64_t counter,
                                      char out[HW_OTP_TEXT_SIZE], hw_err *err);

/** Compares what was typed (blanks are left out) with the codes of the steps around @p now_s that
 * come after @p last, in constant time. @param step  [out] the one that fits; 0 = none does */
HW_MUST_CHECK hw_status hw_otp_check(const uint8_t *key, size_t n_key, const char *typed,
                                     int64_t now_s, int64_t last, int64_t *step, hw_err *err);

/** Base 32 (RFC 4648), without padding. Appended. */
void hw_otp_base32(const uint8_t *bytes, size_t n, hw_str *out);
/** The reverse. @return bytes written, at most @p most; 0 if it is no base 32 or too long */
size_t hw_otp_base32_parse(const char *text, size_t n, uint8_t *out, size_t most);

/** "otpauth://totp/ISSUER:ACCOUNT?secret=…", percent-encoded. Appended. */
void hw_otp_uri(const char *issuer, const char *account, const char *secret, hw_str *out);

#endif
