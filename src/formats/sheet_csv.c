/* Tables with notes above the header: the part that panels and genetic maps share.
 *
 *   # source: where the figures are from        notes, in which signs part nothing
 *   chromosome,bp,female_cm,male_cm             header
 *   1,1083324,2.01,1.66                         rows
 *
 * Notes are taken off before the CSV reader begins, since quotes and delimiters in a sentence
 * mean nothing; the reader goes on counting lines where the notes end. */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/number.h"
#include "formats/panel_csv.h"
#include "homeward/panel.h"

void hwp_sheet_init(hwp_sheet *self, const char *bytes, size_t n_bytes, hw_err *err) {
  *self = (hwp_sheet){.bytes = bytes, .n_bytes = n_bytes, .line = 1, .err = err};
  hw_arena_init(&self->arena, 0);
  if (n_bytes >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
    self->bytes += 3;
    self->n_bytes -= 3;
  }
}

void hwp_sheet_clear(hwp_sheet *self) {
  hw_csv_clear(&self->csv);
  hw_arena_clear(&self->arena);
}

/* --- notes --- */

static char *trim(char *text) {
  while (*text == ' ' || *text == '\t') text++;
  size_t n = strlen(text);
  while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t')) n--;
  text[n] = '\0';
  return text;
}

/* Takes one line, its end included. @return its length without the end */
static size_t take_line(hwp_sheet *self) {
  const char *bytes = self->bytes;
  size_t n = 0;
  while (n < self->n_bytes && bytes[n] != '\n' && bytes[n] != '\r') n++;
  size_t end = n;
  if (end < self->n_bytes)
    end += bytes[end] == '\r' && end + 1 < self->n_bytes && bytes[end + 1] == '\n' ? 2 : 1;
  self->bytes += end;
  self->n_bytes -= end;
  self->line++;
  return n;
}

hw_status hwp_sheet_next_note(hwp_sheet *self, bool *has_note, char **key, char **value) {
  *has_note = false;
  while (self->n_bytes > 0 &&
         (self->bytes[0] == '#' || self->bytes[0] == '\n' || self->bytes[0] == '\r')) {
    const char *begin = self->bytes;
    const size_t n = take_line(self);
    if (n == 0 || memchr(begin, '\0', n)) continue;
    const char *colon = memchr(begin, ':', n);
    if (!colon) continue;
    char *line = hw_arena_strndup(&self->arena, begin + 1, n - 1);
    if (!line) return HW_NO_MEMORY(self->err, "the table");
    line[colon - begin - 1] = '\0';
    *value = trim(line + (colon - begin));
    *key = trim(line);
    *has_note = true;
    return HW_OK;
  }
  return HW_OK;
}

hw_status hwp_sheet_note_fails(const hwp_sheet *self, hw_status status) {
  hw_err_place(self->err, NULL, self->line - 1, 1);
  return status;
}

/* --- rows --- */

hw_status hwp_sheet_fails(const hwp_sheet *self, int32_t column, hw_status status) {
  uint64_t line = self->csv.row_line, place = 0;
  if (column >= 0 && column < self->n_columns)
    hw_err_field(self->err, "%.150s", self->header[column]);
  if (column >= 0 && column < self->csv.n_fields) hw_csv_place(&self->csv, column, &line, &place);
  hw_err_place(self->err, NULL, line, place);
  return status;
}

hw_status hwp_sheet_read_header(hwp_sheet *self, int32_t n_columns, const char *const *columns,
                                bool has_more) {
  bool has_row;
  hw_csv_init(&self->csv, self->bytes, self->n_bytes, 0);
  self->csv.line = self->csv.row_line = self->line;
  HW_TRY(hw_csv_next(&self->csv, &has_row, self->err));
  if (!has_row) return hw_err_set(self->err, HW_E_SYNTAX, "the table has no header and no rows");
  const int32_t n = self->csv.n_fields;
  self->header = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *self->header);
  if (!self->header) return HW_NO_MEMORY(self->err, "the table");
  for (int32_t c = 0; c < n; c++) {
    self->header[c] = hw_arena_strdup(&self->arena, trim(self->csv.fields[c]));
    if (!self->header[c]) return HW_NO_MEMORY(self->err, "the table");
  }
  self->n_columns = n;
  for (int32_t c = 0; c < n_columns; c++)
    if (c >= n || strcmp(self->header[c], columns[c]) != 0)
      return hwp_sheet_fails(self, -1,
                             hw_err_set(self->err, HW_E_SYNTAX,
                                        "column %d of the header is \"%.60s\"; expected \"%s\"",
                                        (int)c + 1, c < n ? self->header[c] : "", columns[c]));
  if (n > n_columns && !has_more)
    return hwp_sheet_fails(self, n_columns,
                           hw_err_set(self->err, HW_E_UNKNOWN_KEY,
                                      "the column \"%.60s\" is not known; the last one is \"%s\"",
                                      self->header[n_columns], columns[n_columns - 1]));
  return HW_OK;
}

hw_status hwp_sheet_next_row(hwp_sheet *self, bool *has_row) {
  HW_TRY(hw_csv_next(&self->csv, has_row, self->err));
  if (!*has_row) return HW_OK;
  if (self->csv.fields[0][0] == '#' && !hw_csv_is_quoted(&self->csv, 0))
    return hwp_sheet_fails(self, -1,
                           hw_err_set(self->err, HW_E_SYNTAX,
                                      "a line that begins with '#' stands below the header; move "
                                      "it above, or put a name that begins so in quotes"));
  if (self->csv.n_fields == self->n_columns) return HW_OK;
  return hwp_sheet_fails(self, -1,
                         hw_err_set(self->err, HW_E_SHAPE,
                                    "the row has %d cells, the header has %d: is a delimiter "
                                    "missing, or a text with a delimiter not in quotes?",
                                    (int)self->csv.n_fields, (int)self->n_columns));
}

char *hwp_sheet_get(hwp_sheet *self, int32_t column) {
  return trim(self->csv.fields[column]);
}

/* --- cells --- */

bool hwp_sheet_parse_int(const char *text, int32_t *out) {
  int64_t value = 0;
  size_t n = 0;
  for (; text[n] >= '0' && text[n] <= '9'; n++) {
    value = 10 * value + (text[n] - '0');
    if (value > INT32_MAX) return false;
  }
  *out = (int32_t)value;
  return n > 0 && text[n] == '\0';
}

hw_status hwp_sheet_read_chromosome(hwp_sheet *self, int32_t column, int32_t *out) {
  const char *text = hwp_sheet_get(self, column), *name = text;
  if (strncmp(name, "chr", 3) == 0) name += 3;
  if (strcmp(name, "X") == 0) {
    *out = HW_PANEL_X;
    return HW_OK;
  }
  if (hwp_sheet_parse_int(name, out) && *out >= 1 && *out <= HW_PANEL_X) return HW_OK;
  return hwp_sheet_fails(
      self, column,
      hw_err_set(self->err, HW_E_VALUE,
                 "\"%.40s\" is no chromosome of a panel; expected 1 to 22 or X", text));
}

hw_status hwp_sheet_read_bp(hwp_sheet *self, int32_t column, int32_t *out) {
  const char *text = hwp_sheet_get(self, column);
  *out = 0;
  if (!text[0] || (hwp_sheet_parse_int(text, out) && *out >= 1)) return HW_OK;
  return hwp_sheet_fails(self, column,
                         hw_err_set(self->err, HW_E_VALUE,
                                    "\"%.40s\" is no position; expected a whole number from 1 to "
                                    "%d, or nothing if it is not known",
                                    text, INT32_MAX));
}

hw_status hwp_sheet_read_double(hwp_sheet *self, int32_t column, double *out) {
  const char *text = hwp_sheet_get(self, column);
  *out = (double)NAN;
  if (!text[0] || hw_number_parse(text, out)) return HW_OK;
  return hwp_sheet_fails(
      self, column,
      hw_err_set(self->err, HW_E_SYNTAX, "\"%.40s\" is not a number%s", text,
                 strchr(text, ',') ? "; write the decimal sign as a point" : ""));
}

/* --- writing --- */

const char *hwp_chromosome_name(int32_t chromosome, char buffer[12]) {
  int n = 0;
  if (chromosome == HW_PANEL_X) return "X";
  if (chromosome >= 10) buffer[n++] = (char)('0' + chromosome / 10);
  buffer[n++] = (char)('0' + chromosome % 10);
  buffer[n] = '\0';
  return buffer;
}

void hwp_sheet_write_note(hw_str *out, const char *key, const char *value) {
  hw_str_append(out, "# ");
  hw_str_append(out, key);
  hw_str_append(out, ": ");
  hw_str_append(out, value);
  hw_str_append(out, "\n");
}

hw_status hwp_sheet_write_notes(hw_str *notes, FILE *file, hw_err *err) {
  hw_status status = hw_str_status(notes);
  if (status != HW_OK)
    status = HW_NO_MEMORY(err, "the table");
  else if (notes->length > 0 && fwrite(notes->bytes, 1, notes->length, file) != notes->length)
    status = hw_err_set(err, HW_E_IO, "cannot write the table");
  hw_str_clear(notes);
  return status;
}
