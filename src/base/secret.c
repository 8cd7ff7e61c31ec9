/* Secrets, through libsodium: argon2id, random bytes, comparisons in constant time.
 *
 * A password of somebody who is not registered is compared with a constant that
 * was kept by the same limits, so that the time of an answer does not tell who
 * is. The constant was made of 32 random bytes that were thrown away; that
 * nothing fits it does not matter, the answer is no in any case. */
#include "base/secret.h"

#include <sodium.h>
#include <string.h>

#include "base/check.h"

enum { PASSES = 3, BYTES = 64 << 20 };

_Static_assert(HW_PASSWORD_HASH_SIZE == crypto_pwhash_argon2id_STRBYTES, "libsodium's text");

static const char nobody[] = "$argon2id$v=19$m=65536,t=3,p=1$FTQO0zAIjYArYoP+0fc7Sw$L"
                             "2WRlcCfn7kiJqaFAHb6H47IQw1Ak4OxEg9i4ESroSQ";

/* Needed before anything that is random; cheap after the first time. */
static bool is_ready(void) {
  return sodium_init() >= 0;
}

hw_status hw_password_format(const char *password, char out[HW_PASSWORD_HASH_SIZE], hw_err *err) {
  HW_BUG_IF(!is_ready(), err);
  if (crypto_pwhash_argon2id_str(out, password, strlen(password), PASSES, BYTES) == 0) return HW_OK;
  return HW_NO_MEMORY(err, "keeping a password");
}

bool hw_password_equal(const char *kept, const char *password) {
  const bool is_equal =
      is_ready() && crypto_pwhash_argon2id_str_verify(kept != NULL ? kept : nobody, password,
                                                      strlen(password)) == 0;
  return kept != NULL && is_equal;
}

bool hw_password_is_old(const char *kept) {
  return crypto_pwhash_argon2id_str_needs_rehash(kept, PASSES, BYTES) != 0;
}

void hw_secret_random(void *out, size_t n) {
  if (is_ready()) randombytes_buf(out, n);
}

bool hw_secret_equal(const void *a, const void *b, size_t n) {
  return sodium_memcmp(a, b, n) == 0;
}

void hw_secret_clear(void *bytes, size_t n) {
  sodium_memzero(bytes, n);
}
