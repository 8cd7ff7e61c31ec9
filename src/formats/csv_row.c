/* One row of CSV (RFC 4180, Shafranovich 2005).
 *
 * The grammar is small, and every deviation is an error with its line, because
 * a reader that guesses (a quote in the middle of a field, text after a closing
 * quote) shifts columns, and a shifted column is a wrong frequency.
 *
 * Two readers of the same grammar:
 *
 *   quick    copies eight bytes at a time, and classifies them by arithmetic on
 *            the whole word (Lamport 1975, "Multiple byte processing with
 *            full-word instructions"). What is rare (line ends inside quotes,
 *            mistakes, the end of what is in memory) it leaves alone.
 *   careful  reads every row, character by character; it alone reports errors.
 *
 * The tests hold the two, and both to a reader that goes byte by byte, to the
 * same answers. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/utf8.h"
#include "formats/csv_int.h"

/* --- places and errors --- */

void hwp_csv_place(const hw_csv *self, size_t at, uint64_t *line, uint64_t *column) {
  *line = self->row_line;
  *column = 1;
  for (size_t i = self->row_start; i < at; i++) {
    const unsigned char c = (unsigned char)self->bytes[i];
    const bool is_crlf = c == '\r' && i + 1 < at && self->bytes[i + 1] == '\n';
    if ((c == '\n' || c == '\r') && !is_crlf) {
      ++*line;
      *column = 1;
    } else if ((c & 0xC0) != 0x80) {
      ++*column;
    }
  }
}

hw_status hwp_csv_fail(const hw_csv *self, size_t at, hw_status status, const char *message,
                       hw_err *err) {
  uint64_t line, column;
  hwp_csv_place(self, at, &line, &column);
  hw_err_set(err, status, "%s", message);
  hw_err_place(err, NULL, line, column);
  return status;
}

static hw_status fail(const hw_csv *self, hw_status status, const char *message, hw_err *err) {
  return hwp_csv_fail(self, self->position, status, message, err);
}

static hw_status fail_encoding(const hw_csv *self, hw_err *err) {
  const char c = self->bytes[self->position];
  if (c == '\0') return fail(self, HW_E_SYNTAX, "a NUL byte: this is not a text file", err);
  (void)fail(self, HW_E_SYNTAX, "", err);
  const uint64_t line = err ? err->line : 0, column = err ? err->column : 0;
  const char *name = hw_text_encoding_name(self->encoding);
  if (self->encoding == HW_TEXT_UTF8)
    hw_err_set(err, HW_E_SYNTAX,
               "the text is not UTF-8 (byte 0x%02X): save the file as UTF-8, or import it with "
               "--encoding (windows-1258, which is Vietnamese, windows-1252 or latin-1, utf-16)",
               (unsigned)(unsigned char)c);
  else if (self->encoding == HW_TEXT_UTF16LE || self->encoding == HW_TEXT_UTF16BE)
    hw_err_set(err, HW_E_SYNTAX,
               "0x%04X is half a character: the %s text is damaged, or cut short, or in another "
               "encoding",
               self->bad_unit, name);
  else
    hw_err_set(err, HW_E_SYNTAX,
               "byte 0x%02X is no character of %s: say another --encoding, or repair this place",
               self->bad_unit, name);
  hw_err_place(err, NULL, line, column);
  return HW_E_SYNTAX;
}

/* --- the text of a row --- */

static bool make_room(hw_csv *self, size_t size) {
  if (size <= self->text_capacity) return true;
  size_t capacity = self->text_capacity ? self->text_capacity : 256;
  while (capacity < size) capacity *= 2; /* size is at most most_row and a little */
  char *larger = realloc(self->text, capacity);
  if (!larger) return false;
  self->text = larger;
  self->text_capacity = capacity;
  return true;
}

static hw_status put(hw_csv *self, const char *bytes, size_t n, hw_err *err) {
  if (n > self->most_row - self->text_length)
    return hwp_csv_fail(self, self->row_start, HW_E_VALUE,
                        self->most_row == HW_CSV_MAX_ROW
                            ? "the row is longer than 1 MiB; is a quote left open?"
                            : "the row is longer than 65 MiB; is a quote left open?",
                        err);
  if (!make_room(self, self->text_length + n + 1)) return HW_NO_MEMORY(err, "a row");
  memcpy(self->text + self->text_length, bytes, n);
  self->text_length += n;
  return HW_OK;
}

/* --- quick --- */

#define ONES ((uint64_t)0x0101010101010101)
#define LOWS ((uint64_t)0x7F7F7F7F7F7F7F7F)
#define HIGHS ((uint64_t)0x8080808080808080)

/* Eight bytes, the first in the lowest place. */
static uint64_t load_word(const char *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

/* These mark bytes by their highest bit; carries never leave a byte. */
static uint64_t mark_equal(uint64_t word, uint64_t repeated) {
  const uint64_t difference = word ^ repeated;
  return ~(((difference & LOWS) + LOWS) | difference) & HIGHS;
}

static uint64_t mark_control(uint64_t word) { /* below 0x20 */
  return ~(((word & LOWS) + ONES * (0x80 - 0x20)) | word) & HIGHS;
}

static size_t first_marked(uint64_t marks) {
  return (size_t)__builtin_ctzll(marks) / 8;
}

/* Where reading and writing stand; from the beginning of the row and of its text. */
typedef struct cursor {
  const char *in;
  size_t n, i, o;
} cursor;

/* Copies the next word to the text without moving. @return false if there is none, or no room */
static bool copy_word(hw_csv *self, const cursor *at, uint64_t *word) {
  if (at->n - at->i < 8 || at->o + 8 > self->most_row || !make_room(self, at->o + 8)) return false;
  *word = load_word(at->in + at->i);
  memcpy(self->text + at->o, at->in + at->i, 8);
  return true;
}

/* Copies the character at the cursor, which is beyond ASCII or a control character that means
 * nothing. @return false if it is not such a character */
static bool copy_odd(hw_csv *self, cursor *at) {
  const unsigned char c = (unsigned char)at->in[at->i];
  if (c == '\n' || c == '\r' || c == '"' || c == '\0') return false;
  const size_t length = hw_utf8_length(at->in + at->i, at->n - at->i);
  if (length == 0 || !make_room(self, at->o + length)) return false;
  memcpy(self->text + at->o, at->in + at->i, length);
  at->i += length;
  at->o += length;
  return true;
}

static void begin_field(hw_csv *self, size_t start, size_t offset) {
  self->text[offset - 1] = '\0'; /* the end of the field before */
  self->starts[self->n_fields] = (uint32_t)start;
  self->offsets[self->n_fields++] = (uint32_t)offset;
}

/* Copies a quoted field; the cursor stands on the opening quote, then behind the closing one. */
static bool quick_quoted(hw_csv *self, cursor *at) {
  at->i++;
  for (;;) {
    uint64_t word;
    if (!copy_word(self, at, &word)) return false;
    const uint64_t odd = mark_control(word) | mark_equal(word, ONES * '"') | (word & HIGHS);
    const size_t n_ordinary = odd ? first_marked(odd) : 8;
    at->i += n_ordinary;
    at->o += n_ordinary;
    if (!odd || copy_odd(self, at)) continue;
    if (at->in[at->i] != '"' || at->n - at->i < 2) return false;
    at->i++;
    if (at->in[at->i] != '"') return true;
    self->text[at->o++] = '"'; /* within the word that was copied */
    at->i++;
  }
}

/* Copies fields up to the next byte that needs a closer look; the cursor then stands on it. */
static bool quick_fields(hw_csv *self, cursor *at, uint64_t delimiters) {
  for (;;) {
    uint64_t word;
    if (!copy_word(self, at, &word)) return false;
    uint64_t marks = mark_equal(word, delimiters);
    const uint64_t odd =
        (mark_control(word) | mark_equal(word, ONES * '"') | (word & HIGHS)) & ~marks;
    if (odd) marks &= (odd & -odd) - 1; /* only those before the first odd byte */
    for (; marks; marks &= marks - 1) {
      const size_t k = first_marked(marks) + 1;
      if (self->n_fields == HW_CSV_MAX_FIELDS) return false;
      begin_field(self, at->i + k, at->o + k);
    }
    const size_t n_ordinary = odd ? first_marked(odd) : 8;
    at->i += n_ordinary;
    at->o += n_ordinary;
    if (odd) return true;
  }
}

/* Reads a row that is well formed, has no line ends inside quotes and ends some bytes before the
 * end of what is in memory. @return false (and the position is as before) if it is not */
static bool read_quick(hw_csv *self) {
  cursor at = {.in = self->bytes + self->position, .n = self->n_bytes - self->position};
  const uint64_t delimiters = ONES * (unsigned char)self->delimiter;
  self->n_fields = 1;
  self->starts[0] = self->offsets[0] = 0;
  for (;;) {
    if (!quick_fields(self, &at, delimiters)) return false;
    if (at.in[at.i] == '"') {
      if (at.i != self->starts[self->n_fields - 1] || !quick_quoted(self, &at)) return false;
      if (at.i < at.n && at.in[at.i] == self->delimiter) {
        if (self->n_fields == HW_CSV_MAX_FIELDS || !make_room(self, at.o + 1)) return false;
        begin_field(self, ++at.i, ++at.o);
        continue;
      }
      if (at.i >= at.n || (at.in[at.i] != '\n' && at.in[at.i] != '\r')) return false;
    }
    if (at.in[at.i] == '\n' || at.in[at.i] == '\r') break;
    if (!copy_odd(self, &at)) return false;
  }
  if (at.o + 1 > self->most_row || !make_room(self, at.o + 1)) return false;
  self->text[at.o] = '\0';
  self->text_length = at.o + 1;
  self->position += at.i;
  return true;
}

/* --- careful --- */

static bool at_end(const hw_csv *self) {
  return self->position >= self->n_bytes;
}

static char peek(const hw_csv *self) {
  return at_end(self) ? '\0' : self->bytes[self->position];
}

static bool at_line_end(const hw_csv *self) {
  return peek(self) == '\n' || peek(self) == '\r';
}

/* Copies characters up to one of the bytes that end a field or a piece of one. A run that no row can
 * hold is not followed to its end: the window would have to hold it all. */
static hw_status take_run(hw_csv *self, char delimiter, hw_err *err) {
  const size_t start = self->position;
  while (!at_end(self) && self->position - start <= self->most_row) {
    const char c = self->bytes[self->position];
    if (c == '"' || c == '\n' || c == '\r' || (c == delimiter && delimiter)) break;
    size_t length = c != '\0';
    if ((unsigned char)c >= 0x80)
      length = hw_utf8_length(self->bytes + self->position, self->n_bytes - self->position);
    if (length == 0) return fail_encoding(self, err);
    self->position += length;
  }
  return put(self, self->bytes + start, self->position - start, err);
}

/* The inside of a quoted field; the opening quote is behind. */
static hw_status read_quoted(hw_csv *self, hw_err *err) {
  const size_t opened = self->position - 1;
  for (;;) {
    HW_TRY(take_run(self, '\0', err));
    if (at_end(self))
      return hwp_csv_fail(self, opened, HW_E_SYNTAX,
                          "a quoted field is not closed before the end of the file", err);
    if (at_line_end(self)) {
      const bool is_cr = peek(self) == '\r';
      self->position++;
      if (is_cr && peek(self) == '\n') self->position++;
      self->line++;
      HW_TRY(put(self, "\n", 1, err));
      continue;
    }
    self->position++;
    if (peek(self) != '"') break;
    self->position++;
    HW_TRY(put(self, "\"", 1, err));
  }
  if (at_end(self) || at_line_end(self) || peek(self) == self->delimiter) return HW_OK;
  return fail(self, HW_E_SYNTAX,
              "text behind a closing quote; a quote inside a field is written "
              "twice",
              err);
}

static hw_status read_field(hw_csv *self, hw_err *err) {
  if (peek(self) == '"') {
    self->position++;
    HW_TRY(read_quoted(self, err));
  } else {
    HW_TRY(take_run(self, self->delimiter, err));
    if (peek(self) == '"')
      return fail(self, HW_E_SYNTAX,
                  "a quote in the middle of a field; such a field is quoted "
                  "whole, and the quote written twice",
                  err);
  }
  return put(self, "", 1, err); /* the NUL */
}

static hw_status read_careful(hw_csv *self, hw_err *err) {
  self->n_fields = 0;
  self->text_length = 0;
  for (;;) {
    if (self->n_fields == HW_CSV_MAX_FIELDS)
      return fail(self, HW_E_VALUE, "the row has more than 16384 fields", err);
    self->offsets[self->n_fields] = (uint32_t)self->text_length;
    self->starts[self->n_fields++] = (uint32_t)(self->position - self->row_start);
    HW_TRY(read_field(self, err));
    if (peek(self) != self->delimiter || at_end(self)) return HW_OK;
    self->position++;
  }
}

hw_status hwp_csv_read_row(hw_csv *self, hw_err *err) {
  self->row_line = self->line;
  self->row_start = self->position;
  if (!read_quick(self)) HW_TRY(read_careful(self, err));
  self->row_end = self->position;
  for (int32_t i = 0; i < self->n_fields; i++) self->fields[i] = self->text + self->offsets[i];
  return HW_OK;
}
