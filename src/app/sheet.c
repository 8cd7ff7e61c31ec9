/* CSV files that are being imported.
 *
 * What every table has in common stands here, so that the importers see columns
 * with names and texts without surprises: Unicode normal form C, no blanks at the
 * ends that somebody typed by accident, comments and empty rows gone, and rows of
 * another length refused. One row is in memory at a time.
 *
 * Mistakes of the current row get their column: the sheet is the import's
 * `locate`, which finds a column by the name of the field. */
#include "app/sheet.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/kind_table.h"
#include "base/check.h"
#include "base/fold.h"

/* Rows between two tellings of progress. */
enum { PROGRESS_ROWS = 512 };

/* --- mistakes --- */

static void place(const hwp_sheet *self, int32_t column, hw_err *mistake) {
  uint64_t line = 0, at = 0;
  if (column < 0 || column >= self->csv.n_fields) {
    hw_err_place(mistake, NULL, self->csv.row_line, 0);
    return;
  }
  hw_csv_place(&self->csv, column, &line, &at);
  hw_err_place(mistake, NULL, line, at);
}

/* The import's `locate`. */
static void locate(void *context, hw_err *mistake) {
  const hwp_sheet *self = context;
  if (!self->is_placed || mistake->line != self->csv.row_line || mistake->field[0] == '\0') return;
  place(self, hwp_sheet_find(self, mistake->field), mistake);
}

hw_status hwp_sheet_collect(hwp_sheet *self, int32_t column, const hw_err *mistake, hw_err *err) {
  hw_err placed = *mistake;
  if (placed.line == 0) place(self, column, &placed);
  return hw_import_mistake(self->import, &placed, err);
}

hw_status hwp_sheet_mistake(hwp_sheet *self, int32_t column, hw_err *err, hw_status status,
                            const char *format, ...) {
  char text[sizeof(((hw_err *)NULL)->message)];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  hw_err mistake = HW_ERR_INIT;
  hw_status told = hw_err_set(&mistake, status, "%s", text);
  if (column >= 0 && column < self->n_columns) hw_err_field(&mistake, "%s", self->names[column]);
  (void)told;
  return hwp_sheet_collect(self, column, &mistake, err);
}

/* --- texts --- */

static bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/* Printable ASCII is in normal form as it stands. */
static bool is_plain(const char *text) {
  for (; *text != '\0'; text++)
    if ((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7e) return false;
  return true;
}

/* The text of a cell, changed in place or copied to the arena. @return the mistake's status */
static hw_status take_text(hw_csv *csv, int32_t cell, hw_arena *arena, const char **out,
                           hw_err *mistake) {
  char *text = csv->fields[cell];
  *out = NULL;
  if (!hw_csv_is_quoted(csv, cell)) {
    while (is_blank(*text)) text++;
    size_t n = strlen(text);
    while (n > 0 && is_blank(text[n - 1])) n--;
    text[n] = '\0';
    if (n == 0) return HW_OK;
  }
  *out = text;
  if (is_plain(text)) return HW_OK;
  hw_str normal = HW_STR_INIT;
  hw_status status = hw_fold_nfc(text, &normal, mistake);
  if (status == HW_OK && hw_str_status(&normal) == HW_OK)
    *out = hw_arena_strndup(arena, hw_str_text(&normal), normal.length);
  if (status == HW_OK && (hw_str_status(&normal) != HW_OK || *out == NULL))
    status = HW_NO_MEMORY(mistake, "a row");
  hw_str_clear(&normal);
  return status;
}

/* --- rows --- */

static bool is_comment(const hw_csv *csv) {
  const char *first = csv->fields[0];
  return first[0] == '#' && (first[1] == ' ' || first[1] == '\0') && !hw_csv_is_quoted(csv, 0);
}

static bool is_empty(const hw_csv *csv) {
  for (int32_t i = 0; i < csv->n_fields; i++)
    if (csv->fields[i][0] != '\0' || hw_csv_is_quoted(csv, i)) return false;
  return true;
}

/* The next row that counts. Where the file cannot be read, that is a mistake and the end. */
static hw_status next_row(hwp_sheet *self, bool *has_row, hw_err *err) {
  hw_err mistake = HW_ERR_INIT;
  for (;;) {
    self->is_placed = false;
    hw_status status = hw_csv_next(&self->csv, has_row, &mistake);
    if (status != HW_OK) {
      *has_row = false;
      return hw_import_mistake(self->import, &mistake, err);
    }
    self->is_placed = *has_row;
    if (!*has_row) return HW_OK;
    if (is_comment(&self->csv))
      self->n_comments++;
    else if (!is_empty(&self->csv))
      return HW_OK;
  }
}

static hw_status check_header(hwp_sheet *self, hw_err *err) {
  for (int32_t i = 0; i < self->n_columns; i++) {
    if (self->names[i] == NULL) {
      self->names[i] = "";
      HW_TRY(hwp_sheet_mistake(self, i, err, HW_E_SYNTAX, "column %d has no name", (int)i + 1));
    }
    for (int32_t j = 0; j < i; j++)
      if (self->names[i][0] != '\0' && hw_column_name_equal(self->names[i], self->names[j])) {
        HW_TRY(hwp_sheet_mistake(self, i, err, HW_E_DUPLICATE,
                                 "the column stands twice, as number %d and %d", (int)j + 1,
                                 (int)i + 1));
        break;
      }
  }
  return HW_OK;
}

static hw_status read_header(hwp_sheet *self, hw_err *err) {
  bool has_row = false;
  HW_TRY(next_row(self, &has_row, err));
  HW_TRY(hw_errors_status(&self->import->report->errors, err));
  if (!has_row)
    return hw_err_set(err, HW_E_SYNTAX, "the file is empty: expected a row of column names");
  int32_t n = self->csv.n_fields;
  self->names = hw_arena_alloc_array(&self->header, (size_t)n, sizeof *self->names);
  self->texts = hw_arena_alloc_array(&self->header, (size_t)n, sizeof *self->texts);
  if (self->names == NULL || self->texts == NULL) return HW_NO_MEMORY(err, "the header");
  for (int32_t i = 0; i < n; i++) {
    const char *name = NULL;
    hw_err mistake = HW_ERR_INIT;
    if (take_text(&self->csv, i, &self->header, &name, &mistake) != HW_OK)
      HW_TRY(hwp_sheet_collect(self, i, &mistake, err));
    else if (name != NULL && name[0] != '\0') {
      self->names[i] = hw_arena_strdup(&self->header, name);
      if (self->names[i] == NULL) return HW_NO_MEMORY(err, "the header");
    }
  }
  self->n_columns = n;
  HW_TRY(check_header(self, err));
  return hw_errors_status(&self->import->report->errors, err);
}

hw_status hwp_sheet_open(hwp_sheet *self, hw_import *import, char delimiter, hw_err *err) {
  memset(self, 0, sizeof *self);
  self->import = import;
  hw_arena_init(&self->header, 0);
  hw_arena_init(&self->row, 0);
  import->locate = locate;
  import->locate_context = self;
  HW_TRY(hw_import_open_csv(import, &self->csv, delimiter, err));
  return read_header(self, err);
}

void hwp_sheet_close(hwp_sheet *self) {
  if (self->import == NULL) return;
  if (self->n_comments > 0)
    hw_import_note(self->import, "%lld row%s that begin%s with \"# \" were taken for comments",
                   (long long)self->n_comments, self->n_comments == 1 ? "" : "s",
                   self->n_comments == 1 ? "s" : "");
  self->import->locate = NULL;
  hw_csv_clear(&self->csv);
  hw_arena_clear(&self->header);
  hw_arena_clear(&self->row);
  memset(self, 0, sizeof *self);
}

int32_t hwp_sheet_find(const hwp_sheet *self, const char *name) {
  for (int32_t i = 0; i < self->n_columns; i++)
    if (hw_column_name_equal(self->names[i], name)) return i;
  return -1;
}

/* Texts of the row. @param is_good  [out] false after a mistake */
static hw_status take_row(hwp_sheet *self, bool *is_good, hw_err *err) {
  *is_good = true;
  hw_arena_reset(&self->row);
  if (self->csv.n_fields != self->n_columns) {
    *is_good = false;
    return hwp_sheet_mistake(
        self, -1, err, HW_E_SYNTAX,
        "the row has %d cells, the header has %d: is a delimiter missing, or a "
        "text with a delimiter not in quotes?",
        (int)self->csv.n_fields, (int)self->n_columns);
  }
  for (int32_t i = 0; i < self->n_columns; i++) {
    hw_err mistake = HW_ERR_INIT;
    if (take_text(&self->csv, i, &self->row, &self->texts[i], &mistake) == HW_OK) continue;
    *is_good = false;
    hw_err_field(&mistake, "%s", self->names[i]);
    HW_TRY(hwp_sheet_collect(self, i, &mistake, err));
  }
  return HW_OK;
}

hw_status hwp_sheet_next(hwp_sheet *self, bool *has_row, hw_err *err) {
  const hw_import_options *options = self->import->options;
  for (;;) {
    bool is_good = false;
    HW_TRY(next_row(self, has_row, err));
    if (!*has_row) return HW_OK;
    if (self->import->report->n_rows++ % PROGRESS_ROWS == 0) {
      uint64_t total = 0, done = hw_csv_position(&self->csv, &total);
      hw_import_progress(self->import, done, total);
      HW_TRY(hw_import_go_on(options, err));
    }
    HW_TRY(take_row(self, &is_good, err));
    if (is_good) return HW_OK;
  }
}

uint64_t hwp_sheet_line(const hwp_sheet *self) {
  return self->csv.row_line;
}

const char *hwp_sheet_text(const hwp_sheet *self, int32_t column) {
  return column >= 0 ? self->texts[column] : NULL;
}
