/* HMAC-SHA-1, through GnuTLS, which the web server's TLS brings along anyway.
 *
 * One-time codes are the only use: authenticators know no other hash reliably,
 * and what is known of SHA-1's collisions does not touch its use in HMAC
 * (RFC 6194, section 3.3). */
#include <gnutls/crypto.h>

#include "base/check.h"
#include "base/secret.h"

hw_status hw_hmac_sha1(const void *key, size_t n_key, const void *bytes, size_t n,
                       uint8_t out[HW_HMAC_SHA1_SIZE], hw_err *err) {
  const int error = gnutls_hmac_fast(GNUTLS_MAC_SHA1, key, n_key, bytes, n, out);
  HW_BUG_IF(error < 0, err);
  return HW_OK;
}
