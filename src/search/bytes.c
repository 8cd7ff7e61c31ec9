/* Numbers, texts and sections as bytes (see bytes.h).
 *
 *     section   [ tag 4 | length 8 | content … | digest 32 ]
 *
 * The digest is over a key, tag, length and content. The key stands for what the
 * section belongs to without being repeated in it: the record of a shard has the
 * plan and the number of the shard as key, so that a record that is moved to
 * another file is found out like one that was changed. */
#include "search/bytes.h"

#include <math.h>
#include <string.h>

/* --- writing --- */

void hwp_put_byte(hw_str *out, unsigned byte) {
  const char c = (char)(unsigned char)byte;
  hw_str_append_bytes(out, &c, 1);
}

void hwp_put_uint(hw_str *out, uint64_t value) {
  char bytes[10];
  size_t n = 0;
  for (; value >= 0x80; value >>= 7) bytes[n++] = (char)(unsigned char)(value | 0x80);
  bytes[n++] = (char)(unsigned char)value;
  hw_str_append_bytes(out, bytes, n);
}

void hwp_put_fixed(hw_str *out, uint64_t value, int n_bytes) {
  char bytes[8];
  for (int i = 0; i < n_bytes; i++) bytes[i] = (char)(unsigned char)(value >> (8 * i));
  hw_str_append_bytes(out, bytes, (size_t)n_bytes);
}

void hwp_put_double(hw_str *out, double value) {
  uint64_t bits;
  if (isnan(value)) value = (double)NAN;
  memcpy(&bits, &value, sizeof bits);
  hwp_put_fixed(out, bits, 8);
}

void hwp_put_text(hw_str *out, const char *text) {
  const size_t n = strlen(text);
  hwp_put_uint(out, n);
  hw_str_append_bytes(out, text, n);
}

/* --- reading --- */

hwp_bytes hwp_bytes_of(const void *bytes, size_t n) {
  static const unsigned char NOTHING[1] = {0};
  const unsigned char *at = bytes ? bytes : NOTHING;
  return (hwp_bytes){at, at + (bytes ? n : 0), false};
}

size_t hwp_bytes_left(const hwp_bytes *self) {
  return self->is_bad ? 0 : (size_t)(self->end - self->at);
}

const unsigned char *hwp_get_raw(hwp_bytes *self, size_t n) {
  if (self->is_bad || n > hwp_bytes_left(self)) {
    self->is_bad = true;
    return NULL;
  }
  const unsigned char *bytes = self->at;
  self->at += n;
  return bytes;
}

unsigned hwp_get_byte(hwp_bytes *self) {
  const unsigned char *byte = hwp_get_raw(self, 1);
  return byte ? *byte : 0;
}

uint64_t hwp_get_uint(hwp_bytes *self, uint64_t max) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const unsigned byte = hwp_get_byte(self);
    if (self->is_bad || (shift == 63 && byte > 1) || (shift > 0 && byte == 0)) break;
    value |= (uint64_t)(byte & 0x7F) << shift;
    if (byte & 0x80) continue;
    if (value > max) break;
    return value;
  }
  self->is_bad = true;
  return 0;
}

uint64_t hwp_get_fixed(hwp_bytes *self, int n_bytes) {
  const unsigned char *bytes = hwp_get_raw(self, (size_t)n_bytes);
  uint64_t value = 0;
  for (int i = n_bytes - 1; bytes && i >= 0; i--) value = value << 8 | bytes[i];
  return value;
}

double hwp_get_double(hwp_bytes *self) {
  const uint64_t bits = hwp_get_fixed(self, 8);
  const double nan = (double)NAN;
  double value;
  memcpy(&value, &bits, sizeof value);
  if (isnan(value) && memcmp(&value, &nan, sizeof nan) != 0) self->is_bad = true;
  return self->is_bad ? 0 : value;
}

int32_t hwp_get_count(hwp_bytes *self, size_t least, int32_t max) {
  const uint64_t n = hwp_get_uint(self, (uint64_t)max);
  if (least > 0 && n > hwp_bytes_left(self) / least) self->is_bad = true;
  return self->is_bad ? 0 : (int32_t)n;
}

const char *hwp_get_text(hwp_bytes *self, hw_arena *arena) {
  const size_t n = (size_t)hwp_get_uint(self, SIZE_MAX);
  const unsigned char *bytes = hwp_get_raw(self, n);
  if (bytes && n > 0 && memchr(bytes, 0, n)) self->is_bad = true;
  return !bytes || self->is_bad ? NULL : hw_arena_strndup(arena, (const char *)bytes, n);
}

/* --- sections --- */

void hwp_section_head(uint32_t tag, uint64_t n_bytes, unsigned char out[HWP_SECTION_HEAD]) {
  for (int i = 0; i < 4; i++) out[i] = (unsigned char)(tag >> (8 * i));
  for (int i = 0; i < 8; i++) out[4 + i] = (unsigned char)(n_bytes >> (8 * i));
}

void hwp_section_digest(const uint8_t *key, size_t n_key, const unsigned char *head,
                        const void *content, size_t n_bytes, uint8_t out[HW_DIGEST_SIZE]) {
  hw_digest digest;
  hw_digest_begin(&digest);
  hw_digest_add(&digest, key, n_key);
  hw_digest_add(&digest, head, HWP_SECTION_HEAD);
  hw_digest_add(&digest, content, n_bytes);
  hw_digest_end(&digest, out);
}

void hwp_put_section(hw_str *out, uint32_t tag, const uint8_t *key, size_t n_key,
                     const void *content, size_t n_bytes) {
  unsigned char head[HWP_SECTION_HEAD];
  uint8_t digest[HW_DIGEST_SIZE];
  hwp_section_head(tag, n_bytes, head);
  hwp_section_digest(key, n_key, head, content, n_bytes, digest);
  hw_str_append_bytes(out, (const char *)head, sizeof head);
  if (n_bytes > 0) hw_str_append_bytes(out, content, n_bytes);
  hw_str_append_bytes(out, (const char *)digest, sizeof digest);
}

bool hwp_get_section(hwp_bytes *self, const uint8_t *key, size_t n_key, uint32_t *tag,
                     hwp_bytes *content) {
  uint8_t digest[HW_DIGEST_SIZE];
  const unsigned char *head = self->at;
  *tag = (uint32_t)hwp_get_fixed(self, 4);
  const uint64_t n = hwp_get_fixed(self, 8);
  const unsigned char *bytes = n <= SIZE_MAX ? hwp_get_raw(self, (size_t)n) : NULL;
  const unsigned char *told = bytes ? hwp_get_raw(self, HW_DIGEST_SIZE) : NULL;
  if (told) {
    hwp_section_digest(key, n_key, head, bytes, (size_t)n, digest);
    if (memcmp(digest, told, sizeof digest) == 0) {
      *content = hwp_bytes_of(bytes, (size_t)n);
      return true;
    }
  }
  self->is_bad = true;
  *content = hwp_bytes_of(NULL, 0);
  return false;
}
