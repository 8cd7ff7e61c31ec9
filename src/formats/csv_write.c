/* CSV writer (RFC 4180, Shafranovich 2005): the other half of csv.c.
 *
 * Rows are gathered in a buffer and handed to the file in large pieces, since a
 * table of a million profiles has fifty million cells. A cell is quoted where
 * the reader would otherwise see something else, and where a program that cuts
 * blanks off would (spreadsheets do): so a text comes back as it was. */
#include "formats/csv_write.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/check.h"
#include "base/json_write.h"
#include "base/utf8.h"

#define PIECE ((size_t)64 << 10)

void hw_csv_write_init_file(hw_csv_writer *self, FILE *file, char delimiter) {
  *self = (hw_csv_writer){.file = file, .delimiter = delimiter};
}

void hw_csv_write_init_str(hw_csv_writer *self, hw_str *str, char delimiter) {
  *self = (hw_csv_writer){.str = str, .delimiter = delimiter, .row_start = str->length};
}

static hw_str *target(hw_csv_writer *self) {
  return self->str ? self->str : &self->pending;
}

static void fail(hw_csv_writer *self, hw_status status, const char *wrong) {
  if (self->status != HW_OK) return;
  self->status = status;
  self->wrong = wrong;
}

static void put(hw_csv_writer *self, const char *bytes, size_t n) {
  hw_str_append_bytes(target(self), bytes, n);
}

static void begin_cell(hw_csv_writer *self) {
  if (self->n_cells++ > 0) put(self, &self->delimiter, 1);
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/* Looks at a whole text. @return false if it is not UTF-8 */
static bool examine(const hw_csv_writer *self, const char *text, size_t *n, bool *needs_quotes) {
  size_t i = 0;
  *needs_quotes = text[0] == '\0' || text[0] == '#' || is_blank(text[0]) ||
                  strncmp(text, "\xEF\xBB\xBF", 3) == 0;
  for (; text[i] != '\0'; i++) {
    const char c = text[i];
    if (c == self->delimiter || c == '"' || c == '\n' || c == '\r') *needs_quotes = true;
    if ((unsigned char)c < 0x80) continue;
    const size_t length = hw_utf8_length(text + i, strnlen(text + i, 4));
    if (length == 0) return false;
    i += length - 1;
  }
  if (i > 0 && is_blank(text[i - 1])) *needs_quotes = true;
  *n = i;
  return true;
}

static void put_quoted(hw_csv_writer *self, const char *text, size_t n) {
  put(self, "\"", 1);
  for (size_t i = 0; i < n;) {
    const size_t run = strcspn(text + i, "\"\r");
    put(self, text + i, run);
    i += run;
    if (i == n) break;
    if (text[i] == '"') put(self, "\"\"", 2);
    if (text[i] == '\r') put(self, "\n", 1); /* alone, or with the LF behind it */
    i += text[i] == '\r' && text[i + 1] == '\n' ? 2 : 1;
  }
  put(self, "\"", 1);
}

void hw_csv_write_text(hw_csv_writer *self, const char *text) {
  size_t n = 0;
  bool needs_quotes = false;
  begin_cell(self);
  if (!text) return;
  if (!examine(self, text, &n, &needs_quotes))
    fail(self, HW_E_VALUE, "a text that is not UTF-8");
  else if (needs_quotes)
    put_quoted(self, text, n);
  else
    put(self, text, n);
}

void hw_csv_write_int(hw_csv_writer *self, int64_t value) {
  begin_cell(self);
  hw_str_append_format(target(self), "%lld", (long long)value);
}

void hw_csv_write_double(hw_csv_writer *self, double value) {
  char buffer[HW_JSON_DOUBLE_SIZE];
  begin_cell(self);
  if (isfinite(value))
    put(self, buffer, hw_json_format_double_short(value, buffer));
  else
    hw_str_append(target(self), isnan(value) ? "undefined" : value > 0 ? "inf" : "-inf");
}

static void hand_over(hw_csv_writer *self) {
  if (self->status == HW_OK && hw_str_status(&self->pending) == HW_OK) {
    errno = 0;
    if (fwrite(hw_str_text(&self->pending), 1, self->pending.length, self->file) !=
        self->pending.length) {
      self->error = errno;
      fail(self, HW_E_IO, NULL);
    }
  }
  self->pending.length = 0;
}

void hw_csv_write_end_row(hw_csv_writer *self) {
  const hw_str *text = target(self);
  if (self->n_cells == 0) fail(self, HW_E_BUG, NULL);
  if (self->n_cells == 1 && text->length == self->row_start && hw_str_status(text) == HW_OK)
    fail(self, HW_E_VALUE, "a row of one missing value, which would read as a blank line");
  put(self, "\n", 1);
  self->n_cells = 0;
  if (self->status == HW_OK) self->n_rows++;
  if (self->file && self->pending.length >= PIECE) hand_over(self);
  self->row_start = text->length;
}

static hw_status tell(const hw_csv_writer *self, hw_err *err) {
  switch (self->status) {
    case HW_OK:
      return HW_OK;
    case HW_E_IO:
      return hw_err_set(err, HW_E_IO, "cannot write: %s",
                        self->error ? strerror(self->error) : "stream error");
    case HW_E_VALUE:
      hw_err_set(err, HW_E_VALUE, "CSV cannot hold %s", self->wrong);
      hw_err_place(err, NULL, self->n_rows + 1, 0);
      return HW_E_VALUE;
    case HW_E_NO_MEMORY:
      return HW_NO_MEMORY(err, "the table");
    default:
      return hw_err_set(err, HW_E_BUG, "the writer's calls do not make rows");
  }
}

hw_status hw_csv_write_finish(hw_csv_writer *self, hw_err *err) {
  if (self->n_cells != 0) fail(self, HW_E_BUG, NULL);
  if (hw_str_status(target(self)) != HW_OK) fail(self, HW_E_NO_MEMORY, NULL);
  if (self->file) {
    hand_over(self);
    errno = 0;
    if (fflush(self->file) != 0) {
      self->error = errno;
      fail(self, HW_E_IO, NULL);
    }
  }
  hw_str_clear(&self->pending);
  return tell(self, err);
}
