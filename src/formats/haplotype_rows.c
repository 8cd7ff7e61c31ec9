/* Rows of haplotype tables: header, cells, and mistakes that are collected.
 *
 * A table of haplotypes comes from a laboratory as it is, and whoever mends it wants every
 * mistake at once: each is kept with its line and column, reading goes on, and at the end
 * there is no table if there was any. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "formats/haplotype_int.h"

hw_status hwp_rows_place(const hwp_rows *self, int32_t column, hw_status status) {
  uint64_t line = self->csv.row_line, place = 0;
  if (column >= 0 && column < self->n_columns) hw_err_field(self->err, "%s", self->header[column]);
  if (column >= 0 && column < self->csv.n_fields) hw_csv_place(&self->csv, column, &line, &place);
  hw_err_place(self->err, NULL, line, place);
  return status;
}

/* Keeps a mistake of the row. @return HW_OK to go on */
static hw_status settle(hwp_rows *self, hw_status status) {
  if (status == HW_OK) return HW_OK;
  if (hw_status_exit(status) != 2) return status; /* the machine's: kept by whoever ends reading */
  (void)hw_errors_add(self->errors, self->err);
  *self->err = (hw_err)HW_ERR_INIT;
  return HW_OK;
}

const char *hwp_rows_cell(hwp_rows *self, int32_t column) {
  if (column < 0) return "";
  char *text = self->csv.fields[column];
  while (*text == ' ' || *text == '\t') text++;
  size_t n = strlen(text);
  while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t')) n--;
  text[n] = '\0';
  return text;
}

static hw_status read_header(hwp_rows *self) {
  bool has_row;
  HW_TRY(hw_csv_next(&self->csv, &has_row, self->err));
  if (!has_row) return hw_err_set(self->err, HW_E_SYNTAX, "the file is empty");
  const int32_t n = self->csv.n_fields;
  self->header = hw_arena_alloc_array(self->arena, (size_t)n, sizeof *self->header);
  if (self->header == NULL) return HW_NO_MEMORY(self->err, "a table of haplotypes");
  for (int32_t c = 0; c < n; c++) {
    self->header[c] = hw_arena_strdup(self->arena, hwp_rows_cell(self, c));
    if (self->header[c] == NULL) return HW_NO_MEMORY(self->err, "a table of haplotypes");
  }
  self->n_columns = n;
  return HW_OK;
}

/* The next row, of as many cells as the header; rows that are not are reported and passed over. */
static hw_status next_row(hwp_rows *self, bool *has_row) {
  for (;;) {
    HW_TRY(hw_csv_next(&self->csv, has_row, self->err));
    if (!*has_row || self->csv.n_fields == self->n_columns) return HW_OK;
    const hw_status status =
        HWP_FAIL_AT(self, -1, HW_E_SHAPE,
                    "the row has %d cells, the header has %d: is a delimiter missing, or a text "
                    "with a delimiter not in quotes?",
                    (int)self->csv.n_fields, (int)self->n_columns);
    HW_TRY(settle(self, status));
  }
}

hw_status hwp_rows_read(hwp_rows *self, hwp_rows_fn *find_columns, hwp_rows_fn *read_row,
                        void *reader) {
  bool has_row;
  HW_TRY(read_header(self));
  HW_TRY(find_columns(reader));
  for (;;) {
    HW_TRY(next_row(self, &has_row));
    if (!has_row) return HW_OK;
    HW_TRY(settle(self, read_row(reader)));
  }
}

hw_status hwp_rows_end(hwp_rows *self, hw_status status, const char *name) {
  hw_errors *errors = self->errors;
  if (status != HW_OK) (void)hw_errors_add(errors, self->err);
  for (int i = 0; i < hw_errors_kept(errors); i++) hw_err_place(&errors->kept[i], name, 0, 0);
  hw_csv_clear(&self->csv);
  return hw_errors_status(errors, NULL);
}

hw_status hwp_rows_number(hwp_rows *self, int32_t column, int32_t least, int32_t most,
                          int32_t otherwise, int32_t *out) {
  const char *text = hwp_rows_cell(self, column), *at = text;
  int64_t value = 0;
  *out = otherwise;
  if (text[0] == '\0' && otherwise > 0) return HW_OK;
  for (; *at >= '0' && *at <= '9' && value <= most; at++) value = value * 10 + (*at - '0');
  if (text[0] == '\0' || *at != '\0' || value < least || value > most)
    return HWP_FAIL_AT(self, column, HW_E_VALUE, "\"%.40s\": expected a whole number from %d to %d",
                       text, (int)least, (int)most);
  *out = (int32_t)value;
  return HW_OK;
}

hw_status hwp_rows_name(hwp_rows *self, int32_t column, const char **out) {
  const char *text = hwp_rows_cell(self, column);
  if (column >= 0 && text[0] == '\0')
    return HWP_FAIL_AT(self, column, HW_E_VALUE, "the cell is empty; expected a code");
  *out = hw_arena_strdup(self->arena, text);
  return *out != NULL ? HW_OK : HW_NO_MEMORY(self->err, "a table of haplotypes");
}

hw_status hwp_rows_take(hwp_rows *self, int32_t column, int32_t *place) {
  if (*place >= 0)
    return HWP_FAIL_AT(self, column, HW_E_DUPLICATE,
                       "columns \"%.60s\" and \"%.60s\" mean the same", self->header[*place],
                       self->header[column]);
  *place = column;
  return HW_OK;
}

bool hwp_rows_is_called(const char *name, const char *expected) {
  for (; *name; name++) {
    if (*name == ' ' || *name == '_') continue;
    const char c = (char)(*name >= 'A' && *name <= 'Z' ? *name - 'A' + 'a' : *name);
    if (c != *expected) return false;
    expected++;
  }
  return *expected == '\0';
}

/* --- names that stand twice --- */

typedef struct named {
  const char *name;
  uint64_t line;
} named;

static int compare_named(const void *left, const void *right) {
  const named *a = left, *b = right;
  const int order = strcmp(a->name, b->name);
  return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

static hw_status check_names(const hwp_heads *self, hwp_rows *rows) {
  const size_t n = (size_t)self->n;
  named *sorted = calloc(n + 1, sizeof *sorted);
  if (sorted == NULL) return HW_NO_MEMORY(rows->err, "the names of a table");
  for (size_t i = 0; i < n; i++) sorted[i] = (named){self->names[i], self->lines[i]};
  qsort(sorted, n, sizeof *sorted, compare_named);
  hw_status status = HW_OK;
  for (size_t i = 1; i < n && status == HW_OK; i++) {
    if (strcmp(sorted[i].name, sorted[i - 1].name) != 0) continue;
    (void)hw_err_set(rows->err, HW_E_DUPLICATE,
                     "\"%.60s\" stands on line %llu already; expected one row each", sorted[i].name,
                     (unsigned long long)sorted[i - 1].line);
    hw_err_place(rows->err, NULL, sorted[i].line, 0);
    status = settle(rows, HW_E_DUPLICATE);
  }
  free(sorted);
  return status;
}

bool hwp_grow(void **list, size_t *capacity, size_t n, size_t size) {
  if (n < *capacity) return true;
  size_t larger = *capacity > 0 ? *capacity * 2 : 64, bytes = 0;
  void *moved = hw_mul_size(larger, size, &bytes) ? realloc(*list, bytes) : NULL;
  if (moved == NULL) return false;
  *list = moved;
  *capacity = larger;
  return true;
}

/* --- heads of rows --- */

enum { MOST_ROWS = 10000000, MOST_COUNT = 100000000 };

bool hwp_heads_is_person(const hwp_heads *self, const hwp_rows *rows) {
  return self->name >= 0 && hwp_rows_is_called(rows->header[self->name], "person");
}

static bool make_room(hwp_heads *self) {
  const size_t n = (size_t)self->n;
  size_t capacities[3] = {self->capacity, self->capacity, self->capacity};
  void *names = self->names, *counts = self->counts, *lines = self->lines;
  const bool is_done = hwp_grow(&names, &capacities[0], n, sizeof *self->names) &&
                       hwp_grow(&counts, &capacities[1], n, sizeof *self->counts) &&
                       hwp_grow(&lines, &capacities[2], n, sizeof *self->lines);
  self->names = names;
  self->counts = counts;
  self->lines = lines;
  if (is_done) self->capacity = capacities[0];
  return is_done;
}

hw_status hwp_heads_read(hwp_heads *self, hwp_rows *rows) {
  if (self->n >= MOST_ROWS)
    return HWP_FAIL_AT(rows, -1, HW_E_SHAPE, "more than %d rows; split the file", MOST_ROWS);
  if (!make_room(self)) return HW_NO_MEMORY(rows->err, "a table of haplotypes");
  self->lines[self->n] = rows->csv.row_line;
  HW_TRY(hwp_rows_name(rows, self->name, &self->names[self->n]));
  return hwp_rows_number(rows, self->count, 1, MOST_COUNT, 1, &self->counts[self->n]);
}

hw_status hwp_heads_end(hwp_heads *self, hwp_rows *rows) {
  if (self->name >= 0) HW_TRY(check_names(self, rows));
  if (self->n == 0 && rows->errors->n == 0)
    return hw_err_set(rows->err, HW_E_VALUE, "the file has no haplotypes");
  free(self->lines);
  self->lines = NULL;
  return HW_OK;
}

void hwp_heads_clear(hwp_heads *self) {
  free(self->names);
  free(self->counts);
  free(self->lines);
}
