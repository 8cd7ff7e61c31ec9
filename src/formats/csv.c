/* CSV reader (RFC 4180, Shafranovich 2005).
 *
 * The grammar is small, and every deviation is an error with its line, because
 * a reader that guesses (a quote in the middle of a field, text after a closing
 * quote) shifts columns, and a shifted column is a wrong frequency.
 *
 * Accepted beyond the RFC: a byte order mark, LF and CR as line ends, blank
 * lines, and semicolon or tab as delimiter where the first row has those.
 *
 * Memory: one buffer for the text of the current row and one for its field
 * offsets; both are bounded, so that a hostile file costs no more than they. */
#include "formats/csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/utf8.h"

static char detect_delimiter(const char *bytes, size_t n) {
  bool is_quoted = false;
  for (size_t i = 0; i < n; i++) {
    char c = bytes[i];
    if (c == '"') is_quoted = !is_quoted;
    if (is_quoted) continue;
    if (c == ',' || c == ';' || c == '\t') return c;
    if (c == '\n' || c == '\r') break;
  }
  return ',';
}

void hw_csv_init(hw_csv *self, const char *bytes, size_t n_bytes, char delimiter) {
  *self = (hw_csv){.bytes = bytes, .n_bytes = n_bytes, .line = 1};
  if (n_bytes >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) self->position = 3;
  self->delimiter =
      delimiter ? delimiter : detect_delimiter(bytes + self->position, n_bytes - self->position);
}

void hw_csv_clear(hw_csv *self) {
  free(self->text);
  free(self->offsets);
  free(self->fields);
  *self = (hw_csv){0};
}

static hw_status fail(const hw_csv *self, hw_status status, const char *message, hw_err *err) {
  hw_err_set(err, status, "%s", message);
  hw_err_place(err, NULL, self->line, 0);
  return status;
}

static hw_status put(hw_csv *self, const char *bytes, size_t n, hw_err *err) {
  if (self->text_length + n > HW_CSV_MAX_ROW)
    return fail(self, HW_E_VALUE, "the row is longer than 1 MiB; is a quote left open?", err);
  if (self->text_length + n > self->text_capacity) {
    size_t capacity = self->text_capacity ? self->text_capacity * 2 : 256;
    char *larger = realloc(self->text, capacity);
    if (!larger) return HW_NO_MEMORY(err, "a row");
    self->text = larger;
    self->text_capacity = capacity;
  }
  memcpy(self->text + self->text_length, bytes, n);
  self->text_length += n;
  return HW_OK;
}

/* Copies one character and steps over it. */
static hw_status take(hw_csv *self, hw_err *err) {
  const char *at = self->bytes + self->position;
  size_t length = hw_utf8_length(at, self->n_bytes - self->position);
  if (*at == '\0') return fail(self, HW_E_SYNTAX, "a NUL byte: this is not a text file", err);
  if (length == 0)
    return fail(self, HW_E_SYNTAX, "the text is not UTF-8; save the file with that encoding", err);
  self->position += length;
  return put(self, at, length, err);
}

static bool at_end(const hw_csv *self) {
  return self->position >= self->n_bytes;
}

static char peek(const hw_csv *self) {
  return at_end(self) ? '\0' : self->bytes[self->position];
}

static bool at_line_end(const hw_csv *self) {
  return !at_end(self) && (peek(self) == '\n' || peek(self) == '\r');
}

/* Steps over LF, CR or CRLF. */
static void end_line(hw_csv *self) {
  bool is_cr = peek(self) == '\r';
  self->position++;
  if (is_cr && peek(self) == '\n') self->position++;
  self->line++;
}

/* The inside of a quoted field; the opening quote is behind. */
static hw_status read_quoted(hw_csv *self, hw_err *err) {
  uint64_t opened = self->line;
  for (;;) {
    if (at_end(self)) {
      self->line = opened;
      return fail(self, HW_E_SYNTAX, "a quoted field is not closed before the end of the file",
                  err);
    }
    if (peek(self) == '"') {
      self->position++;
      if (peek(self) != '"') break;
    } else if (at_line_end(self)) {
      end_line(self);
      HW_TRY(put(self, "\n", 1, err));
      continue;
    }
    HW_TRY(take(self, err));
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
    while (!at_end(self) && !at_line_end(self) && peek(self) != self->delimiter) {
      if (peek(self) == '"')
        return fail(self, HW_E_SYNTAX,
                    "a quote in the middle of a field; such a field is quoted "
                    "whole, and the quote written twice",
                    err);
      HW_TRY(take(self, err));
    }
  }
  return put(self, "", 1, err); /* the NUL */
}

static hw_status read_row(hw_csv *self, hw_err *err) {
  self->n_fields = 0;
  self->text_length = 0;
  self->row_line = self->line;
  for (;;) {
    if (self->n_fields == HW_CSV_MAX_FIELDS)
      return fail(self, HW_E_VALUE, "the row has more than 4096 fields", err);
    self->offsets[self->n_fields++] = self->text_length;
    HW_TRY(read_field(self, err));
    if (peek(self) != self->delimiter || at_end(self)) break;
    self->position++;
  }
  if (!at_end(self)) end_line(self);
  for (int32_t i = 0; i < self->n_fields; i++) self->fields[i] = self->text + self->offsets[i];
  return HW_OK;
}

hw_status hw_csv_next(hw_csv *self, bool *has_row, hw_err *err) {
  *has_row = false;
  if (!self->offsets) {
    self->offsets = malloc(HW_CSV_MAX_FIELDS * sizeof *self->offsets);
    self->fields = malloc(HW_CSV_MAX_FIELDS * sizeof *self->fields);
    if (!self->offsets || !self->fields) return HW_NO_MEMORY(err, "a row");
  }
  while (!at_end(self)) {
    if (at_line_end(self)) { /* A blank line. */
      end_line(self);
      continue;
    }
    HW_TRY(read_row(self, err));
    *has_row = true;
    return HW_OK;
  }
  return HW_OK;
}
