/* Random tokens.
 *
 * A token that is derived stands for another one in the forms of somebody who has not
 * logged in: it is the digest of the secret of this process, of the browser's token and of
 * the purpose, so that nothing needs to be remembered for visitors, however many come.
 *
 * What a token masks is joined with a stream of digests of the token and a counter, each token
 * masking one text.
 *
 * Source: BLAKE2b (RFC 7693) as in base/digest.h; lengths are fixed, so that joining secret and token
 * is unambiguous. */
#include "web/token.h"

#include <string.h>

#include "base/digest.h"
#include "base/secret.h"

_Static_assert(HW_DIGEST_TEXT_SIZE == HWP_TOKEN_SIZE, "a digest's text is as long as a token");

void hwp_token_new(char out[HWP_TOKEN_SIZE]) {
  uint8_t bytes[HW_DIGEST_SIZE];
  hw_secret_random(bytes, sizeof bytes);
  hw_digest_text(bytes, out);
  hw_secret_clear(bytes, sizeof bytes);
}

bool hwp_token_equal(const char *a, const char *b) {
  if (a == NULL || b == NULL) return false;
  if (strlen(a) != HWP_TOKEN_LENGTH || strlen(b) != HWP_TOKEN_LENGTH) return false;
  return hw_secret_equal(a, b, HWP_TOKEN_LENGTH);
}

void hwp_token_derive(const char *secret, const char *token, const char *use,
                      char out[HWP_TOKEN_SIZE]) {
  hw_digest digest;
  uint8_t bytes[HW_DIGEST_SIZE];
  hw_digest_begin(&digest);
  hw_digest_add_text(&digest, secret);
  hw_digest_add_text(&digest, token);
  hw_digest_add_text(&digest, use);
  hw_digest_end(&digest, bytes);
  hw_digest_text(bytes, out);
}

void hwp_token_mask(const char *token, char *bytes, size_t n) {
  uint8_t stream[HW_DIGEST_SIZE];
  hw_digest digest;
  for (size_t i = 0; i < n; i++) {
    const size_t at = i % sizeof stream;
    if (at == 0) {
      hw_digest_begin(&digest);
      hw_digest_add_text(&digest, token);
      hw_digest_add_text(&digest, "mask");
      hw_digest_add_int(&digest, (int64_t)i);
      hw_digest_end(&digest, stream);
    }
    bytes[i] = (char)((unsigned char)bytes[i] ^ stream[at]);
  }
  hw_secret_clear(stream, sizeof stream);
}
