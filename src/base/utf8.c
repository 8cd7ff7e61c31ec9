/* UTF-8 by the table of well-formed sequences (The Unicode Standard, table 3-7).
 *
 * Everything that enters through a parser is checked with this before it may
 * become part of a name, a message or an output, so that no message ends in half
 * a character and no output is refused by the next program. */
#include "base/utf8.h"

#include <string.h>

static bool is_between(unsigned char byte, unsigned char low, unsigned char high) {
  return byte >= low && byte <= high;
}

size_t hw_utf8_length(const char *bytes, size_t n) {
  if (n == 0) return 0;
  const unsigned char *b = (const unsigned char *)bytes;
  if (b[0] < 0x80) return 1;
  if (is_between(b[0], 0xC2, 0xDF)) return n >= 2 && is_between(b[1], 0x80, 0xBF) ? 2 : 0;
  if (is_between(b[0], 0xE0, 0xEF)) {
    /* The second byte excludes overlong forms (E0) and surrogates (ED). */
    const unsigned char low = b[0] == 0xE0 ? 0xA0 : 0x80;
    const unsigned char high = b[0] == 0xED ? 0x9F : 0xBF;
    return n >= 3 && is_between(b[1], low, high) && is_between(b[2], 0x80, 0xBF) ? 3 : 0;
  }
  if (is_between(b[0], 0xF0, 0xF4)) {
    const unsigned char low = b[0] == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = b[0] == 0xF4 ? 0x8F : 0xBF;
    return n >= 4 && is_between(b[1], low, high) && is_between(b[2], 0x80, 0xBF) &&
                   is_between(b[3], 0x80, 0xBF)
               ? 4
               : 0;
  }
  return 0;
}

bool hw_utf8_is_valid(const char *text) {
  for (size_t left = strlen(text); left > 0;) {
    const size_t n = hw_utf8_length(text, left);
    if (n == 0) return false;
    text += n;
    left -= n;
  }
  return true;
}

size_t hw_utf8_put(uint32_t code_point, char *out) {
  if (code_point < 0x80) {
    out[0] = (char)code_point;
    return 1;
  }
  if (code_point < 0x800) {
    out[0] = (char)(0xC0 | (code_point >> 6));
    out[1] = (char)(0x80 | (code_point & 0x3F));
    return 2;
  }
  if (code_point < 0x10000) {
    if (code_point >= 0xD800 && code_point <= 0xDFFF) return 0;
    out[0] = (char)(0xE0 | (code_point >> 12));
    out[1] = (char)(0x80 | ((code_point >> 6) & 0x3F));
    out[2] = (char)(0x80 | (code_point & 0x3F));
    return 3;
  }
  if (code_point > 0x10FFFF) return 0;
  out[0] = (char)(0xF0 | (code_point >> 18));
  out[1] = (char)(0x80 | ((code_point >> 12) & 0x3F));
  out[2] = (char)(0x80 | ((code_point >> 6) & 0x3F));
  out[3] = (char)(0x80 | (code_point & 0x3F));
  return 4;
}
