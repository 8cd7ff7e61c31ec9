/** @file
 * Digests: BLAKE2b (RFC 7693) through libsodium.
 *
 * Example:
 * @code
 *   hw_digest d;
 *   hw_digest_begin(&d);
 *   hw_digest_add(&d, bytes, n);
 *   uint8_t out[HW_DIGEST_SIZE];
 *   hw_digest_end(&d, out);
 * @endcode
 */
#ifndef HW_BASE_DIGEST_H
#define HW_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "homeward/status.h"

/** Bytes of a digest. */
#define HW_DIGEST_SIZE 32
/** Characters of a digest in hexadecimal, NUL included. */
#define HW_DIGEST_TEXT_SIZE (2 * HW_DIGEST_SIZE + 1)

/** A digest in the making, caller's storage; nothing to free. */
typedef struct hw_digest {
  _Alignas(64) unsigned char state[384];
} hw_digest;

void hw_digest_begin(hw_digest *self);
void hw_digest_add(hw_digest *self, const void *bytes, size_t n);
/** The text and its NUL, so that "ab","c" differs from "a","bc". */
void hw_digest_add_text(hw_digest *self, const char *text);
/** Eight bytes, least significant first, on every machine. */
void hw_digest_add_int(hw_digest *self, int64_t value);
void hw_digest_end(hw_digest *self, uint8_t out[HW_DIGEST_SIZE]);

/** All at once. */
void hw_digest_of(const void *bytes, size_t n, uint8_t out[HW_DIGEST_SIZE]);
/** First eight bytes of the 16-byte BLAKE2b digest: finds damage, no proof against intent. */
int64_t hw_digest_short(const void *bytes, size_t n);
/** Digest of a file's bytes. @param n_bytes  [out] its size, or NULL */
HW_MUST_CHECK hw_status hw_digest_file(const char *path, uint8_t out[HW_DIGEST_SIZE],
                                       uint64_t *n_bytes, hw_err *err);
/** Lower-case hexadecimal. @return @p text */
char *hw_digest_text(const uint8_t digest[HW_DIGEST_SIZE], char text[HW_DIGEST_TEXT_SIZE]);

#endif
