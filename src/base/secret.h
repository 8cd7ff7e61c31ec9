/** @file
 * Secrets: passwords that are kept as hashes, random keys, comparisons that tell no time.
 *
 * Example:
 * @code
 *   char kept[HW_PASSWORD_HASH_SIZE];
 *   HW_TRY(hw_password_format(typed, kept, err));
 *   if (hw_password_equal(kept, typed_again)) …
 * @endcode
 */
#ifndef HW_BASE_SECRET_H
#define HW_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "homeward/status.h"

/** Bytes of a kept password, NUL included. */
#define HW_PASSWORD_HASH_SIZE 128
/** Bytes of an HMAC-SHA-1. */
#define HW_HMAC_SHA1_SIZE 20

/** Keeps a password: argon2id with a random salt, three passes over 64 MiB (RFC 9106, section 4, the
 * second recommended option, with one lane). @return HW_OK; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_password_format(const char *password, char out[HW_PASSWORD_HASH_SIZE],
                                           hw_err *err);
/** True if the password is the kept one. NULL is compared with a password that nobody has, at the
 * same cost, and is false. */
bool hw_password_equal(const char *kept, const char *password);
/** True if it was kept by other limits than today's. */
bool hw_password_is_old(const char *kept);

/** Bytes that nobody can guess. */
void hw_secret_random(void *out, size_t n);
/** True if both are equal; takes as long wherever they differ. */
bool hw_secret_equal(const void *a, const void *b, size_t n);
/** Zeroes memory that held a secret, and is not optimised away. */
void hw_secret_clear(void *bytes, size_t n);

/** HMAC-SHA-1 (RFC 2104), for one-time codes. @return HW_OK; HW_E_BUG if the library refuses */
HW_MUST_CHECK hw_status hw_hmac_sha1(const void *key, size_t n_key, const void *bytes, size_t n,
                                     uint8_t out[HW_HMAC_SHA1_SIZE], hw_err *err);

#endif
