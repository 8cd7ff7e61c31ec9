/* The encoding of a text file.
 *
 * Idea: decide once, for the whole file, and then convert strictly. A file that
 * is UTF-8 (nearly all are) is not copied but only checked.
 *
 * Order of evidence: byte order mark; zero bytes beside an ASCII character
 * (UTF-16 without a mark); validity as UTF-8. What is none of these is taken for
 * Windows-1252, because the programs that write code pages are Windows programs,
 * and because its printable characters contain those of ISO 8859-1. Every byte
 * string of a code page that contains accents and is UTF-8 too is so unlikely
 * that no list of names brings it about.
 *
 * Code pages cannot be told from one another by their bytes: the Vietnamese ones
 * (Windows-1258, TCVN3, VNI) come out garbled, which is why the guess is told in
 * a note (hw_text_note) wherever a file is imported.
 *
 * A guess must not garble UTF-8: where the bytes that are no UTF-8 are fewer than the
 * characters that are, the file is UTF-8 with a damaged place, and the place is
 * what the reader needs to know. */
#include "formats/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/utf8.h"

/* Windows-1252 above ISO 8859-1's control characters; 0 = not assigned. */
static const uint16_t WINDOWS_1252[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

const char *hw_text_encoding_name(hw_text_encoding encoding) {
  switch (encoding) {
    case HW_TEXT_UTF8:
      return "UTF-8";
    case HW_TEXT_UTF16LE:
      return "UTF-16LE";
    case HW_TEXT_UTF16BE:
      return "UTF-16BE";
    case HW_TEXT_LATIN1:
      return "Windows-1252 (Latin-1)";
    case HW_TEXT_DETECT:
      break;
  }
  return "unknown encoding";
}

void hw_text_clear(hw_text *self) {
  if (self == NULL) return;
  free(self->storage);
  *self = (hw_text){0};
}

static uint64_t count_lines(const char *bytes, size_t n) {
  uint64_t line = 1;
  for (size_t i = 0; i < n; i++)
    if (bytes[i] == '\n' || (bytes[i] == '\r' && (i + 1 == n || bytes[i + 1] != '\n'))) line++;
  return line;
}

/* What the bytes are if they are UTF-8. */
typedef struct census {
  size_t n_wide;    /* characters of several bytes */
  size_t n_bad;     /* bytes that belong to no character */
  size_t first_bad; /* offset; n_bytes if there is none */
  size_t first_nul; /* offset; n_bytes if there is none */
} census;

static census take_census(const char *bytes, size_t n) {
  census found = {.first_bad = n, .first_nul = n};
  for (size_t i = 0; i < n;) {
    const size_t length = hw_utf8_length(bytes + i, n - i);
    if (length == 0 && found.n_bad++ == 0) found.first_bad = i;
    if (length > 1) found.n_wide++;
    if (bytes[i] == '\0' && found.first_nul == n) found.first_nul = i;
    i += length > 0 ? length : 1;
  }
  return found;
}

static hw_status fail_nul(uint64_t line, hw_err *err) {
  hw_err_set(err, HW_E_SYNTAX, "a NUL byte: this is not a text file");
  hw_err_place(err, NULL, line, 0);
  return HW_E_SYNTAX;
}

static hw_status fail_byte(const char *bytes, size_t at, const char *encoding, hw_err *err) {
  hw_err_set(
      err, HW_E_SYNTAX,
      "byte 0x%02X is no character of %s; save the file again as UTF-8, or repair this place",
      (unsigned)(unsigned char)bytes[at], encoding);
  hw_err_place(err, NULL, count_lines(bytes, at), 0);
  return HW_E_SYNTAX;
}

/* --- conversions; each output character takes at most 3/2 bytes per UTF-16 byte, 3 per byte --- */

static hw_status from_latin1(const char *bytes, size_t n, char *out, size_t *n_out, hw_err *err) {
  size_t used = 0;
  for (size_t i = 0; i < n; i++) {
    const unsigned char c = (unsigned char)bytes[i];
    const uint32_t code = c >= 0x80 && c < 0xA0 ? WINDOWS_1252[c - 0x80] : c;
    if (c != 0 && code == 0) return fail_byte(bytes, i, "Windows-1252", err);
    used += hw_utf8_put(code, out + used);
  }
  *n_out = used;
  return HW_OK;
}

static uint32_t unit_at(const char *bytes, size_t i, bool is_big) {
  const uint32_t first = (unsigned char)bytes[i], second = (unsigned char)bytes[i + 1];
  return is_big ? first << 8 | second : second << 8 | first;
}

static hw_status from_utf16(const char *bytes, size_t n, bool is_big, char *out, size_t *n_out,
                            hw_err *err) {
  size_t used = 0;
  for (size_t i = 0; i + 1 < n; i += 2) {
    uint32_t code = unit_at(bytes, i, is_big);
    if (code == 0) return fail_nul(count_lines(out, used), err);
    if (code >= 0xD800 && code < 0xDC00 && i + 3 < n) { /* the first half of a pair */
      const uint32_t low = unit_at(bytes, i + 2, is_big);
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        i += 2;
      }
    }
    const size_t length = hw_utf8_put(code, out + used);
    if (length == 0) {
      hw_err_set(err, HW_E_SYNTAX, "half a surrogate pair (0x%04X): the UTF-16 text is damaged",
                 (unsigned)code);
      hw_err_place(err, NULL, count_lines(out, used), 0);
      return HW_E_SYNTAX;
    }
    used += length;
  }
  if (n % 2 != 0) {
    hw_err_set(err, HW_E_SYNTAX,
               "the UTF-16 text ends in half a character; is the file cut short?");
    hw_err_place(err, NULL, count_lines(out, used), 0);
    return HW_E_SYNTAX;
  }
  *n_out = used;
  return HW_OK;
}

/* --- choice --- */

static hw_text_encoding read_mark(const char *bytes, size_t n, size_t *length) {
  *length = 0;
  if (n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
    *length = 3;
    return HW_TEXT_UTF8;
  }
  if (n >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0)) {
    *length = 2;
    return bytes[0] == '\xFF' ? HW_TEXT_UTF16LE : HW_TEXT_UTF16BE;
  }
  /* UTF-16 without a mark: one of the first two bytes is zero, the other is not. */
  if (n >= 2 && (bytes[0] == '\0') != (bytes[1] == '\0'))
    return bytes[0] == '\0' ? HW_TEXT_UTF16BE : HW_TEXT_UTF16LE;
  return HW_TEXT_DETECT;
}

static hw_status decode_bytes(const char *bytes, size_t n, hw_text *out, hw_err *err) {
  const census found = take_census(bytes, n);
  if (found.first_nul < n) return fail_nul(count_lines(bytes, found.first_nul), err);
  if (out->encoding == HW_TEXT_DETECT)
    out->encoding = found.n_bad <= found.n_wide ? HW_TEXT_UTF8 : HW_TEXT_LATIN1;
  if (out->encoding == HW_TEXT_UTF8) {
    if (found.n_bad > 0) return fail_byte(bytes, found.first_bad, "UTF-8", err);
    out->bytes = bytes;
    out->n_bytes = n;
    return HW_OK;
  }
  size_t size;
  if (hw_mul_size(n, 3, &size)) out->storage = malloc(size);
  if (out->storage == NULL) return HW_NO_MEMORY(err, "the decoded text");
  return from_latin1(bytes, n, out->storage, &out->n_bytes, err);
}

static hw_status decode_utf16(const char *bytes, size_t n, hw_text *out, hw_err *err) {
  size_t size;
  if (hw_mul_size(n / 2 + 1, 3, &size)) out->storage = malloc(size);
  if (out->storage == NULL) return HW_NO_MEMORY(err, "the decoded text");
  return from_utf16(bytes, n, out->encoding == HW_TEXT_UTF16BE, out->storage, &out->n_bytes, err);
}

hw_status hw_text_decode(const char *bytes, size_t n_bytes, hw_text_encoding encoding, hw_text *out,
                         hw_err *err) {
  size_t mark;
  const hw_text_encoding marked = read_mark(bytes, n_bytes, &mark);
  if (mark > 0 && encoding != HW_TEXT_DETECT && encoding != marked)
    return hw_err_set(err, HW_E_SYNTAX, "the file has the byte order mark of %s, expected %s",
                      hw_text_encoding_name(marked), hw_text_encoding_name(encoding));
  hw_text text = {.encoding = encoding != HW_TEXT_DETECT ? encoding : marked, .has_mark = mark > 0};
  const bool is_utf16 = text.encoding == HW_TEXT_UTF16LE || text.encoding == HW_TEXT_UTF16BE;
  const hw_status status = is_utf16 ? decode_utf16(bytes + mark, n_bytes - mark, &text, err)
                                    : decode_bytes(bytes + mark, n_bytes - mark, &text, err);
  if (status != HW_OK) {
    hw_text_clear(&text);
    return status;
  }
  if (text.storage != NULL) text.bytes = text.storage;
  *out = text;
  return HW_OK;
}

hw_status hw_text_note(const hw_text *self, const char *what, hw_notes *notes, hw_err *err) {
  if (self->encoding == HW_TEXT_UTF8) return HW_OK;
  const char *advice = self->encoding == HW_TEXT_LATIN1
                           ? "; if names look garbled, save the file as UTF-8 first"
                           : "";
  return hw_notes_add(notes, 0, err, "%s was read as %s%s", what,
                      hw_text_encoding_name(self->encoding), advice);
}
