/* BLAKE2b by libsodium.
 *
 * The only file that knows libsodium. Digests name inputs, chain the audit
 * record and find damage; they have to be the same on every machine, so numbers
 * enter as eight bytes, least significant first, and texts with their NUL.
 *
 * libsodium chooses its fastest implementation in sodium_init. That call is
 * idempotent and guarded by libsodium's own lock, so every digest makes it and
 * nothing of ours has to remember whether somebody did. Where it fails (no
 * source of randomness, which digests do not need) the portable implementation
 * stays in place and the digests are the same.
 *
 * Sources: RFC 7693 (BLAKE2b, no key, no salt). */
#include "base/digest.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"

_Static_assert(sizeof(crypto_generichash_state) <= sizeof(((hw_digest *)NULL)->state),
               "hw_digest holds libsodium's state");
_Static_assert(_Alignof(hw_digest) >= 64, "libsodium wants its state on a cache line");
_Static_assert(HW_DIGEST_SIZE >= crypto_generichash_BYTES_MIN &&
                   HW_DIGEST_SIZE <= crypto_generichash_BYTES_MAX,
               "a size that BLAKE2b has");

/* Bytes of the digest behind hw_digest_short: the shortest that libsodium makes. */
enum { SHORT_SIZE = crypto_generichash_BYTES_MIN };
/* Bytes of a file that are read at once. */
enum { CHUNK_SIZE = 16384 };

/* Its failure needs no answer, see above. */
static void choose_implementation(void) {
  if (sodium_init() < 0) return;
}

static crypto_generichash_state *state_of(hw_digest *self) {
  return (crypto_generichash_state *)(void *)self->state;
}

static int64_t int_of(const uint8_t bytes[8]) {
  uint64_t value = 0;
  for (int i = 7; i >= 0; i--) value = value << 8 | bytes[i];
  return (int64_t)value;
}

void hw_digest_begin(hw_digest *self) {
  choose_implementation();
  crypto_generichash_init(state_of(self), NULL, 0, HW_DIGEST_SIZE);
}

void hw_digest_add(hw_digest *self, const void *bytes, size_t n) {
  if (n > 0) crypto_generichash_update(state_of(self), bytes, n);
}

void hw_digest_add_text(hw_digest *self, const char *text) {
  hw_digest_add(self, text, strlen(text) + 1);
}

void hw_digest_add_int(hw_digest *self, int64_t value) {
  uint8_t bytes[8];
  for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)((uint64_t)value >> (8 * i));
  hw_digest_add(self, bytes, sizeof bytes);
}

void hw_digest_end(hw_digest *self, uint8_t out[HW_DIGEST_SIZE]) {
  crypto_generichash_final(state_of(self), out, HW_DIGEST_SIZE);
}

void hw_digest_of(const void *bytes, size_t n, uint8_t out[HW_DIGEST_SIZE]) {
  choose_implementation();
  crypto_generichash(out, HW_DIGEST_SIZE, bytes, n, NULL, 0);
}

int64_t hw_digest_short(const void *bytes, size_t n) {
  uint8_t out[SHORT_SIZE];
  choose_implementation();
  crypto_generichash(out, sizeof out, bytes, n, NULL, 0);
  return int_of(out);
}

hw_status hw_digest_file(const char *path, uint8_t out[HW_DIGEST_SIZE], uint64_t *n_bytes,
                         hw_err *err) {
  unsigned char chunk[CHUNK_SIZE];
  uint64_t total = 0;
  hw_digest digest;
  FILE *file = fopen(path, "rb");
  if (!file) {
    const hw_status status = hw_file_fail(errno, "open the file", err);
    hw_err_place(err, path, 0, 0);
    return status;
  }
  hw_digest_begin(&digest);
  errno = 0;
  for (size_t n; (n = fread(chunk, 1, sizeof chunk, file)) > 0; total += n)
    hw_digest_add(&digest, chunk, n);
  hw_status status = HW_OK;
  if (ferror(file)) {
    status = hw_file_fail(errno ? errno : EIO, "read", err);
    hw_err_place(err, path, 0, 0);
  } else {
    hw_digest_end(&digest, out);
    if (n_bytes) *n_bytes = total;
  }
  fclose(file);
  return status;
}

char *hw_digest_text(const uint8_t digest[HW_DIGEST_SIZE], char text[HW_DIGEST_TEXT_SIZE]) {
  static const char DIGITS[] = "0123456789abcdef";
  for (int i = 0; i < HW_DIGEST_SIZE; i++) {
    text[2 * i] = DIGITS[digest[i] >> 4];
    text[2 * i + 1] = DIGITS[digest[i] & 15];
  }
  text[2 * HW_DIGEST_SIZE] = '\0';
  return text;
}
