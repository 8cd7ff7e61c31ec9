/* GeneMapper text: bytes into rows of cells.
 *
 * These files are not CSV. GeneMapper divides cells by tabs and quotes nothing,
 * so that a comment may begin or end with an inch mark; the same table saved by
 * a spreadsheet is quoted where it must be. The rule that serves both:
 *
 *   a cell is quoted if it begins with a quote and its closing quote stands
 *   right before the next delimiter or the end of the line; in a table divided
 *   by tabs any other quote is a character like others, in one divided by commas
 *   or semicolons it is an error, as in CSV.
 *
 * Cells are not copied: they point into the text, but for the rare ones with a
 * doubled quote inside. */
#include <string.h>

#include "formats/genemapper_int.h"

void hwp_gm_rows_init(hwp_gm_rows *self, const char *bytes, size_t n_bytes) {
  *self = (hwp_gm_rows){.bytes = bytes, .n_bytes = n_bytes, .line = 1, .delimiter = '\t'};
}

void hwp_gm_rows_clear(hwp_gm_rows *self) {
  hw_arena_clear(&self->scratch);
}

static bool is_line_end(const hwp_gm_rows *self, size_t at) {
  return at >= self->n_bytes || self->bytes[at] == '\n' || self->bytes[at] == '\r';
}

static bool is_cell_end(const hwp_gm_rows *self, size_t at) {
  return is_line_end(self, at) || self->bytes[at] == self->delimiter;
}

static bool is_blank(const hwp_gm_rows *self, size_t at) {
  if (at >= self->n_bytes) return false;
  const char c = self->bytes[at];
  return (c == ' ' || c == '\t') && c != self->delimiter;
}

static size_t skip_line_end(const hwp_gm_rows *self, size_t at) {
  if (at < self->n_bytes && self->bytes[at] == '\r')
    at++;
  else
    return at < self->n_bytes ? at + 1 : at;
  return at < self->n_bytes && self->bytes[at] == '\n' ? at + 1 : at;
}

/* The text between quotes with doubled ones undone. */
static hw_status undouble(hwp_gm_rows *self, hwp_gm_cell *cell, hw_err *err) {
  char *copy = hw_arena_alloc(&self->scratch, cell->n + 1);
  if (copy == NULL) return HW_NO_MEMORY(err, "a row");
  size_t used = 0;
  for (size_t i = 0; i < cell->n; i++) {
    copy[used++] = cell->text[i];
    if (cell->text[i] == '"') i++; /* its twin follows */
  }
  *cell = (hwp_gm_cell){copy, used};
  return HW_OK;
}

/* Tries to read a quoted cell at the position, which holds a quote.
 * *end = where the cell ends, 0 if it is not a quoted one. */
static hw_status read_quoted(hwp_gm_rows *self, hwp_gm_cell *cell, size_t *end, hw_err *err) {
  const bool is_tab = self->delimiter == '\t';
  const size_t first = self->position + 1;
  bool has_doubled = false;
  uint64_t n_lines = 0;
  size_t at = first;
  *end = 0;
  for (;; at++) {
    if (at >= self->n_bytes || (is_tab && is_line_end(self, at))) {
      if (is_tab) return HW_OK;
      return hw_err_set(err, HW_E_SYNTAX, "a quoted cell is not closed before the end of the file");
    }
    if (self->bytes[at] == '\n' ||
        (self->bytes[at] == '\r' && at + 1 < self->n_bytes && self->bytes[at + 1] != '\n'))
      n_lines++;
    if (self->bytes[at] != '"') continue;
    if (at + 1 >= self->n_bytes || self->bytes[at + 1] != '"') break;
    has_doubled = true;
    at++;
  }
  size_t behind = at + 1;
  while (is_blank(self, behind)) behind++;
  if (!is_cell_end(self, behind)) {
    if (is_tab) return HW_OK;
    return hw_err_set(err, HW_E_SYNTAX,
                      "text behind a closing quote; a quote inside a cell is written twice");
  }
  *cell = (hwp_gm_cell){self->bytes + first, at - first};
  *end = behind;
  self->line += n_lines;
  return has_doubled ? undouble(self, cell, err) : HW_OK;
}

static hw_status read_cell(hwp_gm_rows *self, hwp_gm_cell *cell, hw_err *err) {
  while (is_blank(self, self->position)) self->position++;
  size_t end = 0;
  if (self->position < self->n_bytes && self->bytes[self->position] == '"')
    HW_TRY(read_quoted(self, cell, &end, err));
  if (end == 0) {
    end = self->position;
    while (!is_cell_end(self, end)) end++;
    size_t last = end;
    while (last > self->position && is_blank(self, last - 1)) last--;
    *cell = (hwp_gm_cell){self->bytes + self->position, last - self->position};
  }
  self->position = end;
  return HW_OK;
}

/* Reads one row, blank or not. */
static hw_status read_row(hwp_gm_rows *self, bool *is_blank_row, hw_err *err) {
  hw_arena_reset(&self->scratch);
  self->row_line = self->line;
  self->n_cells = 0;
  *is_blank_row = true;
  for (;;) {
    if (self->n_cells == HWP_GM_MAX_CELLS)
      return hw_err_set(err, HW_E_VALUE, "the row has more than %d cells", HWP_GM_MAX_CELLS);
    hwp_gm_cell *cell = &self->cells[self->n_cells++];
    HW_TRY(read_cell(self, cell, err));
    if (cell->n > 0) *is_blank_row = false;
    if (is_line_end(self, self->position)) break;
    self->position++; /* the delimiter */
  }
  self->position = skip_line_end(self, self->position);
  self->line++;
  return HW_OK;
}

hw_status hwp_gm_rows_next(hwp_gm_rows *self, bool *has_row, hw_err *err) {
  *has_row = false;
  bool is_blank_row = true;
  while (is_blank_row && self->position < self->n_bytes) {
    const hw_status status = read_row(self, &is_blank_row, err);
    if (status != HW_OK) {
      hw_err_place(err, NULL, self->row_line, 0);
      return status;
    }
  }
  *has_row = !is_blank_row;
  return HW_OK;
}
