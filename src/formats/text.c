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
 * a note (hw_text_note) wherever a file is imported. Windows-1258 can be asked for.
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

/* Where Windows-1258 differs; 0 = not assigned. */
static const struct {
  unsigned char byte;
  uint16_t code;
} WINDOWS_1258[] = {{0x8A, 0},      {0x8E, 0},      {0x9A, 0},      {0x9E, 0},      {0xC3, 0x0102},
                    {0xCC, 0x0300}, {0xD0, 0x0110}, {0xD2, 0x0309}, {0xD5, 0x01A0}, {0xDD, 0x01AF},
                    {0xDE, 0x0303}, {0xE3, 0x0103}, {0xEC, 0x0301}, {0xF0, 0x0111}, {0xF2, 0x0323},
                    {0xF5, 0x01A1}, {0xFD, 0x01B0}, {0xFE, 0x20AB}};

/* Windows-1258 spells a tone as a mark behind its vowel: grave, hook, tilde, acute, dot. */
static const uint16_t TONES[5] = {0x0300, 0x0309, 0x0303, 0x0301, 0x0323};
/* The vowels of Vietnamese with these tones, as one character (Unicode's canonical composition). */
static const struct {
  uint16_t vowel, toned[5];
} VOWELS[] = {
    {0x0041, {0x00C0, 0x1EA2, 0x00C3, 0x00C1, 0x1EA0}},
    {0x0102, {0x1EB0, 0x1EB2, 0x1EB4, 0x1EAE, 0x1EB6}},
    {0x00C2, {0x1EA6, 0x1EA8, 0x1EAA, 0x1EA4, 0x1EAC}},
    {0x0045, {0x00C8, 0x1EBA, 0x1EBC, 0x00C9, 0x1EB8}},
    {0x00CA, {0x1EC0, 0x1EC2, 0x1EC4, 0x1EBE, 0x1EC6}},
    {0x0049, {0x00CC, 0x1EC8, 0x0128, 0x00CD, 0x1ECA}},
    {0x004F, {0x00D2, 0x1ECE, 0x00D5, 0x00D3, 0x1ECC}},
    {0x00D4, {0x1ED2, 0x1ED4, 0x1ED6, 0x1ED0, 0x1ED8}},
    {0x01A0, {0x1EDC, 0x1EDE, 0x1EE0, 0x1EDA, 0x1EE2}},
    {0x0055, {0x00D9, 0x1EE6, 0x0168, 0x00DA, 0x1EE4}},
    {0x01AF, {0x1EEA, 0x1EEC, 0x1EEE, 0x1EE8, 0x1EF0}},
    {0x0059, {0x1EF2, 0x1EF6, 0x1EF8, 0x00DD, 0x1EF4}},
    {0x0061, {0x00E0, 0x1EA3, 0x00E3, 0x00E1, 0x1EA1}},
    {0x0103, {0x1EB1, 0x1EB3, 0x1EB5, 0x1EAF, 0x1EB7}},
    {0x00E2, {0x1EA7, 0x1EA9, 0x1EAB, 0x1EA5, 0x1EAD}},
    {0x0065, {0x00E8, 0x1EBB, 0x1EBD, 0x00E9, 0x1EB9}},
    {0x00EA, {0x1EC1, 0x1EC3, 0x1EC5, 0x1EBF, 0x1EC7}},
    {0x0069, {0x00EC, 0x1EC9, 0x0129, 0x00ED, 0x1ECB}},
    {0x006F, {0x00F2, 0x1ECF, 0x00F5, 0x00F3, 0x1ECD}},
    {0x00F4, {0x1ED3, 0x1ED5, 0x1ED7, 0x1ED1, 0x1ED9}},
    {0x01A1, {0x1EDD, 0x1EDF, 0x1EE1, 0x1EDB, 0x1EE3}},
    {0x0075, {0x00F9, 0x1EE7, 0x0169, 0x00FA, 0x1EE5}},
    {0x01B0, {0x1EEB, 0x1EED, 0x1EEF, 0x1EE9, 0x1EF1}},
    {0x0079, {0x1EF3, 0x1EF7, 0x1EF9, 0x00FD, 0x1EF5}},
};

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
    case HW_TEXT_WINDOWS_1258:
      return "Windows-1258";
    case HW_TEXT_UTF16:
      return "UTF-16";
    case HW_TEXT_DETECT:
      break;
  }
  return "unknown encoding";
}

static bool is_called(const char *name, const char *known) {
  for (;; name++, known++) {
    while (*name == '-' || *name == '_') name++;
    const char c = (char)(*name >= 'A' && *name <= 'Z' ? *name - 'A' + 'a' : *name);
    if (c != *known) return false;
    if (c == '\0') return true;
  }
}

hw_text_encoding hw_text_encoding_find(const char *name) {
  static const struct {
    const char *name;
    hw_text_encoding encoding;
  } KNOWN[] = {{"utf8", HW_TEXT_UTF8},
               {"utf16", HW_TEXT_UTF16},
               {"utf16le", HW_TEXT_UTF16LE},
               {"utf16be", HW_TEXT_UTF16BE},
               {"windows1252", HW_TEXT_LATIN1},
               {"cp1252", HW_TEXT_LATIN1},
               {"latin1", HW_TEXT_LATIN1},
               {"iso88591", HW_TEXT_LATIN1},
               {"windows1258", HW_TEXT_WINDOWS_1258},
               {"cp1258", HW_TEXT_WINDOWS_1258}};
  for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)
    if (is_called(name, KNOWN[i].name)) return KNOWN[i].encoding;
  return HW_TEXT_DETECT;
}

void hw_text_clear(hw_decoded *self) {
  if (self == NULL) return;
  free(self->storage);
  *self = (hw_decoded){0};
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

/* The code of a byte; 0 = not assigned, or NUL. */
static uint32_t code_of(hw_text_encoding encoding, unsigned char c) {
  for (size_t i = 0;
       encoding == HW_TEXT_WINDOWS_1258 && i < sizeof WINDOWS_1258 / sizeof *WINDOWS_1258; i++)
    if (WINDOWS_1258[i].byte == c) return WINDOWS_1258[i].code;
  return c >= 0x80 && c < 0xA0 ? WINDOWS_1252[c - 0x80] : c;
}

/* A vowel and the tone behind it as one character; 0 if they are none. */
static uint32_t compose(uint32_t vowel, uint32_t tone) {
  size_t t = 0, v = 0;
  while (t < sizeof TONES / sizeof *TONES && TONES[t] != tone) t++;
  if (t == sizeof TONES / sizeof *TONES) return 0;
  while (v < sizeof VOWELS / sizeof *VOWELS && VOWELS[v].vowel != vowel) v++;
  return v < sizeof VOWELS / sizeof *VOWELS ? VOWELS[v].toned[t] : 0;
}

/* One byte, or a vowel and its tone. */
static size_t take_byte(hw_text_encoding encoding, const char *bytes, size_t n, char out[4],
                        size_t *n_out) {
  const uint32_t code = n > 0 ? code_of(encoding, (unsigned char)bytes[0]) : 0;
  if (n == 0 || (code == 0 && bytes[0] != '\0')) return 0;
  const uint32_t both = encoding == HW_TEXT_WINDOWS_1258 && n > 1
                            ? compose(code, code_of(encoding, (unsigned char)bytes[1]))
                            : 0;
  *n_out = hw_utf8_put(both != 0 ? both : code, out);
  return both != 0 ? 2 : 1;
}

static uint32_t unit_at(const char *bytes, size_t i, bool is_big) {
  const uint32_t first = (unsigned char)bytes[i], second = (unsigned char)bytes[i + 1];
  return is_big ? first << 8 | second : second << 8 | first;
}

size_t hw_text_take(hw_text_encoding encoding, const char *bytes, size_t n, char out[4],
                    size_t *n_out) {
  const bool is_big = encoding == HW_TEXT_UTF16BE;
  *n_out = 0;
  if (encoding == HW_TEXT_LATIN1 || encoding == HW_TEXT_WINDOWS_1258)
    return take_byte(encoding, bytes, n, out, n_out);
  if (n < 2) return 0;
  uint32_t code = unit_at(bytes, 0, is_big);
  size_t taken = 2;
  if (code >= 0xD800 && code < 0xDC00) { /* the first half of a pair */
    const uint32_t low = n >= 4 ? unit_at(bytes, 2, is_big) : 0;
    if (low < 0xDC00 || low >= 0xE000) return 0;
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    taken = 4;
  }
  *n_out = hw_utf8_put(code, out);
  return *n_out > 0 ? taken : 0;
}

static hw_status from_bytes(const char *bytes, size_t n, hw_text_encoding encoding, char *out,
                            size_t *n_out, hw_err *err) {
  size_t used = 0;
  for (size_t i = 0, length, taken; i < n; i += taken) {
    taken = hw_text_take(encoding, bytes + i, n - i, out + used, &length);
    if (taken == 0) return fail_byte(bytes, i, hw_text_encoding_name(encoding), err);
    used += length;
  }
  *n_out = used;
  return HW_OK;
}

static hw_status from_utf16(const char *bytes, size_t n, hw_text_encoding encoding, char *out,
                            size_t *n_out, hw_err *err) {
  size_t used = 0;
  for (size_t i = 0, length, taken; i < n; i += taken) {
    taken = hw_text_take(encoding, bytes + i, n - i, out + used, &length);
    if (taken > 0 && out[used] == '\0') return fail_nul(count_lines(out, used), err);
    used += length;
    if (taken > 0) continue;
    if (n - i < 2)
      hw_err_set(err, HW_E_SYNTAX,
                 "the UTF-16 text ends in half a character; is the file cut short?");
    else
      hw_err_set(err, HW_E_SYNTAX, "half a surrogate pair (0x%04X): the UTF-16 text is damaged",
                 (unsigned)unit_at(bytes, i, encoding == HW_TEXT_UTF16BE));
    hw_err_place(err, NULL, count_lines(out, used), 0);
    return HW_E_SYNTAX;
  }
  *n_out = used;
  return HW_OK;
}

/* --- choice --- */

hw_text_encoding hw_text_mark(const char *bytes, size_t n, size_t *length) {
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

static hw_status decode_bytes(const char *bytes, size_t n, hw_decoded *out, hw_err *err) {
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
  return from_bytes(bytes, n, out->encoding, out->storage, &out->n_bytes, err);
}

static hw_status decode_utf16(const char *bytes, size_t n, hw_decoded *out, hw_err *err) {
  size_t size;
  if (hw_mul_size(n / 2 + 1, 3, &size)) out->storage = malloc(size);
  if (out->storage == NULL) return HW_NO_MEMORY(err, "the decoded text");
  return from_utf16(bytes, n, out->encoding, out->storage, &out->n_bytes, err);
}

hw_status hw_text_decode(const char *bytes, size_t n_bytes, hw_text_encoding encoding,
                         hw_decoded *out, hw_err *err) {
  size_t mark;
  const hw_text_encoding marked = hw_text_mark(bytes, n_bytes, &mark);
  const bool is_utf16_marked = marked == HW_TEXT_UTF16LE || marked == HW_TEXT_UTF16BE;
  if (encoding == HW_TEXT_UTF16 && (is_utf16_marked || mark == 0))
    encoding = is_utf16_marked ? marked : HW_TEXT_UTF16LE;
  if (mark > 0 && encoding != HW_TEXT_DETECT && encoding != marked)
    return hw_err_set(err, HW_E_SYNTAX, "the file has the byte order mark of %s, expected %s",
                      hw_text_encoding_name(marked), hw_text_encoding_name(encoding));
  hw_decoded text = {.encoding = encoding != HW_TEXT_DETECT ? encoding : marked,
                     .has_mark = mark > 0};
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

hw_status hw_text_note(const hw_decoded *self, const char *what, hw_notes *notes, hw_err *err) {
  if (self->encoding == HW_TEXT_UTF8) return HW_OK;
  const char *advice = self->encoding == HW_TEXT_LATIN1
                           ? "; if names look garbled, save the file as UTF-8 first"
                           : "";
  return hw_notes_add(notes, 0, err, "%s was read as %s%s", what,
                      hw_text_encoding_name(self->encoding), advice);
}
