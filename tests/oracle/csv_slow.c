/* CSV, byte by byte: RFC 4180 with all line ends, blank lines skipped. */
#include "oracle/csv_slow.h"

#include "base/utf8.h"

static bool is_line_end(const csv_slow *self) {
  return self->at < self->end && (*self->at == '\n' || *self->at == '\r');
}

static void skip_line_end(csv_slow *self) {
  const char *first = self->at++;
  if (*first == '\r' && self->at < self->end && *self->at == '\n') self->at++;
  self->line++;
}

/* Copies one character. */
static bool take(csv_slow *self) {
  size_t n = hw_utf8_length(self->at, (size_t)(self->end - self->at));
  if (n == 0 || *self->at == '\0') return false;
  while (n-- > 0) self->text[self->length++] = *self->at++;
  return true;
}

static bool read_quoted(csv_slow *self) {
  self->at++;
  for (;;) {
    if (self->at == self->end) return false;
    if (is_line_end(self)) {
      skip_line_end(self);
      self->text[self->length++] = '\n';
    } else if (*self->at != '"') {
      if (!take(self)) return false;
    } else {
      self->at++;
      if (self->at == self->end || *self->at != '"') return true;
      self->text[self->length++] = *self->at++;
    }
  }
}

csv_slow_event csv_slow_next(csv_slow *self) {
  while (!self->is_inside && is_line_end(self)) skip_line_end(self);
  if (!self->is_inside && self->at == self->end) return CSV_SLOW_END;
  self->length = 0;
  self->is_inside = true;
  self->is_quoted = self->at < self->end && *self->at == '"';
  if (self->is_quoted && !read_quoted(self)) return CSV_SLOW_ERROR;
  while (!self->is_quoted && self->at < self->end && !is_line_end(self) &&
         *self->at != self->delimiter)
    if (*self->at == '"' || !take(self)) return CSV_SLOW_ERROR;
  self->text[self->length] = '\0';
  if (self->at < self->end && *self->at == self->delimiter) {
    self->at++;
    return CSV_SLOW_FIELD;
  }
  if (self->at < self->end && !is_line_end(self)) return CSV_SLOW_ERROR;
  if (self->at < self->end) skip_line_end(self);
  self->is_inside = false;
  return CSV_SLOW_LAST;
}
