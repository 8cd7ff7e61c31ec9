/* CSV reader: the window over the file.
 *
 *   file    ······|consumed| row that is read |···unread···|······
 *                          |<------------- window -------->|
 *
 * A row is read as if the file ended with the window. If that touched the end of
 * the window, and the file goes on, whatever came out (a row or an error) is
 * thrown away, the window is moved to the beginning of the row, filled, made
 * larger if the row fills it, and the row is read again. So the grammar
 * (csv_row.c) knows nothing of windows, and a file gives the same rows and errors
 * as the same bytes in memory; a window holds a thousand rows, so that the second
 * reading costs nothing.
 *
 * Accepted beyond the RFC: a byte order mark, LF and CR as line ends, blank
 * lines, and semicolon or tab as delimiter where the first row has those. A file in
 * another encoding is decoded on its way into the window (csv_decode.c).
 *
 * Memory: the window, the text of the current row and the offsets of its fields;
 * all are bounded, so that a hostile file costs no more than they. */
#include "formats/csv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/check.h"
#include "base/file.h"
#include "formats/csv_int.h"

#define FIRST_WINDOW ((size_t)256 << 10)
/* The longest row that is accepted: every character a quote (written twice), and every field
 * quoted, with a delimiter. */
#define LARGEST_WINDOW ((size_t)4 << 20)
#define LARGEST_LONG_WINDOW ((size_t)256 << 20)
_Static_assert(2 * HW_CSV_MAX_ROW + 3 * HW_CSV_MAX_FIELDS + HWP_CSV_LOOK_AHEAD < LARGEST_WINDOW,
               "a window holds every row");
_Static_assert(2 * HW_CSV_MAX_LONG_ROW + 3 * HW_CSV_MAX_FIELDS + HWP_CSV_LOOK_AHEAD <
                   LARGEST_LONG_WINDOW,
               "and every long one");

/* Behind the lines that begin with "# ": comments, whose signs part nothing. */
static size_t skip_comments(const char *bytes, size_t n) {
  size_t at = 0;
  while (n - at >= 2 && bytes[at] == '#' && bytes[at + 1] == ' ') {
    while (at < n && bytes[at] != '\n' && bytes[at] != '\r') at++;
    while (at < n && (bytes[at] == '\n' || bytes[at] == '\r')) at++;
  }
  return at;
}

static char detect_delimiter(const char *bytes, size_t n) {
  bool is_quoted = false;
  for (size_t i = skip_comments(bytes, n); i < n; i++) {
    char c = bytes[i];
    if (c == '"') is_quoted = !is_quoted;
    if (is_quoted) continue;
    if (c == ',' || c == ';' || c == '\t') return c;
    if (c == '\n' || c == '\r') break;
  }
  return ',';
}

hw_status hwp_csv_fail_errno(const hw_csv *self, int error, const char *doing, hw_err *err) {
  const hw_status status = hw_file_status(error);
  if (error == EISDIR)
    hw_err_set(err, status, "this is a folder, not a file");
  else
    hw_err_set(err, status, "cannot %s: %s", doing, strerror(error));
  hw_err_place(err, self->path, 0, 0);
  return status;
}

static const char *skip_blank_lines(const char *bytes, const char *end) {
  while (bytes < end && (*bytes == '\n' || *bytes == '\r')) bytes++;
  return bytes;
}

/* The beginning of the file is in memory. */
static void begin(hw_csv *self) {
  if (self->n_bytes >= 3 && memcmp(self->bytes, "\xEF\xBB\xBF", 3) == 0) self->position = 3;
  if (self->delimiter || self->n_bytes == 0) return;
  const char *end = self->bytes + self->n_bytes;
  const char *row = skip_blank_lines(self->bytes + self->position, end);
  self->delimiter = detect_delimiter(row, (size_t)(end - row));
}

void hw_csv_init(hw_csv *self, const char *bytes, size_t n_bytes, char delimiter) {
  *self = (hw_csv){.bytes = bytes,
                   .n_bytes = n_bytes,
                   .delimiter = delimiter,
                   .is_last = true,
                   .most_row = HW_CSV_MAX_ROW,
                   .encoding = HW_TEXT_UTF8};
  self->line = self->row_line = 1;
  begin(self);
}

/* Moves the window so that it begins with byte @p keep of it, and fills it. */
static hw_status fill(hw_csv *self, size_t keep, hw_err *err) {
  const size_t kept = self->n_bytes - keep;
  if (self->window_size - kept < HWP_CSV_ROOM) {
    const size_t size = self->window_size * 2;
    const bool is_long = self->most_row > HW_CSV_MAX_ROW;
    HW_BUG_IF(size == 0 || size > (is_long ? LARGEST_LONG_WINDOW : LARGEST_WINDOW), err);
    char *larger = realloc(self->window, size);
    if (!larger) return HW_NO_MEMORY(err, "a part of the file");
    self->window = larger;
    self->window_size = size;
  }
  memmove(self->window, self->window + keep, kept);
  self->bytes = self->window;
  self->n_before += keep;
  self->position -= keep;
  self->row_start = 0;
  size_t n = 0;
  HW_TRY(hwp_csv_read_bytes(self, self->window + kept, self->window_size - kept, &n, err));
  self->n_bytes = kept + n;
  return HW_OK;
}

hw_status hwp_csv_open(hw_csv *self, const char *path, char delimiter, hw_text_encoding encoding,
                       size_t window_size, hw_err *err) {
  const bool is_stdin = strcmp(path, "-") == 0;
  struct stat about;
  *self = (hw_csv){.line = 1,
                   .delimiter = delimiter,
                   .row_line = 1,
                   .most_row = HW_CSV_MAX_ROW,
                   .encoding = HW_TEXT_UTF8};
  self->path = is_stdin ? "standard input" : path;
  self->stream = is_stdin ? stdin : fopen(path, "rb");
  if (!self->stream) return hwp_csv_fail_errno(self, errno, "open the file", err);
  if (fstat(fileno(self->stream), &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0)
    self->n_total = (uint64_t)about.st_size;
  self->window = malloc(window_size);
  if (!self->window) return HW_NO_MEMORY(err, "a part of the file");
  self->window_size = window_size;
  HW_TRY(fill(self, 0, err));
  HW_TRY(hwp_csv_choose(self, encoding, err));
  begin(self);
  return HW_OK;
}

hw_status hw_csv_open_as(hw_csv *self, const char *path, char delimiter, hw_text_encoding encoding,
                         hw_err *err) {
  return hwp_csv_open(self, path, delimiter, encoding, FIRST_WINDOW, err);
}

hw_status hw_csv_open(hw_csv *self, const char *path, char delimiter, hw_err *err) {
  return hw_csv_open_as(self, path, delimiter, HW_TEXT_DETECT, err);
}

void hw_csv_allow_long(hw_csv *self) {
  self->most_row = HW_CSV_MAX_LONG_ROW;
}

void hw_csv_clear(hw_csv *self) {
  if (self->stream && self->stream != stdin) fclose(self->stream);
  free(self->window);
  free(self->raw);
  free(self->text);
  free(self->offsets);
  free(self->starts);
  free(self->fields);
  *self = (hw_csv){0};
}

static bool at_line_end(const hw_csv *self, size_t at) {
  return at < self->n_bytes && (self->bytes[at] == '\n' || self->bytes[at] == '\r');
}

/* Steps over LF, CR or CRLF. */
static void end_line(hw_csv *self) {
  const bool is_cr = self->bytes[self->position] == '\r';
  self->position++;
  if (is_cr && self->position < self->n_bytes && self->bytes[self->position] == '\n')
    self->position++;
  self->line++;
}

/* Before the first row. */
static hw_status prepare(hw_csv *self, hw_err *err) {
  const unsigned char *b = (const unsigned char *)self->bytes;
  /* Without a mark: one of the first two bytes is zero, the other is not. */
  if (self->raw == NULL && self->n_bytes >= 2 &&
      ((b[0] == 0xFF && b[1] == 0xFE) || (b[0] == 0xFE && b[1] == 0xFF) ||
       (b[0] == 0) != (b[1] == 0)))
    return hwp_csv_fail(self, 0, HW_E_SYNTAX, "the file is UTF-16; save it as UTF-8", err);
  if (!self->offsets) self->offsets = malloc(HW_CSV_MAX_FIELDS * sizeof *self->offsets);
  if (!self->starts) self->starts = malloc(HW_CSV_MAX_FIELDS * sizeof *self->starts);
  if (!self->fields) self->fields = malloc(HW_CSV_MAX_FIELDS * sizeof *self->fields);
  if (!self->offsets || !self->starts || !self->fields) return HW_NO_MEMORY(err, "a row");
  self->is_begun = true;
  return HW_OK;
}

/* True if what lies behind the window cannot change what was understood so far. */
static bool is_certain(const hw_csv *self) {
  return self->is_last || self->n_bytes - self->position >= HWP_CSV_LOOK_AHEAD;
}

static hw_status next_row(hw_csv *self, bool *has_row, hw_err *err) {
  if (!self->is_begun) HW_TRY(prepare(self, err));
  for (;;) {
    hw_status status = HW_OK;
    while (at_line_end(self, self->position) && is_certain(self)) end_line(self); /* blank lines */
    const size_t start = self->position;
    const uint64_t line = self->line;
    if (start < self->n_bytes && !at_line_end(self, start)) {
      status = hwp_csv_read_row(self, err);
      *has_row = status == HW_OK;
      if (*has_row && self->position < self->n_bytes) end_line(self);
    }
    if (is_certain(self) || status == HW_E_NO_MEMORY) return status;
    *has_row = false;
    self->position = start; /* Perhaps it goes on behind the window. */
    self->line = line;
    HW_TRY(fill(self, start, err));
  }
}

hw_status hw_csv_next(hw_csv *self, bool *has_row, hw_err *err) {
  *has_row = false;
  const hw_status status = next_row(self, has_row, err);
  if (status == HW_OK) return HW_OK;
  hw_err_place(err, self->path, 0, 0);
  self->n_before += self->position; /* Reading is over. */
  self->position = self->n_bytes = self->row_start = self->row_end = 0;
  self->n_fields = 0;
  self->is_last = true;
  return status;
}

bool hw_csv_is_quoted(const hw_csv *self, int32_t field) {
  const size_t start = self->row_start + self->starts[field];
  return start < self->row_end && self->bytes[start] == '"';
}

void hw_csv_place(const hw_csv *self, int32_t field, uint64_t *line, uint64_t *column) {
  hwp_csv_place(self, self->row_start + self->starts[field], line, column);
}

uint64_t hw_csv_position(const hw_csv *self, uint64_t *total) {
  if (total) *total = self->stream ? self->n_total : self->n_bytes;
  return self->raw ? self->n_decoded : self->n_before + self->position;
}
