/* Reads the two small CSV tables of simulations: the truth of a synthetic case,
 * and the amplicon lengths of a kit.
 *
 * Both have a header row whose columns are found by name; lines whose first
 * field begins with '#' are comments. Errors name file, line and column. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/file.h"
#include "base/number.h"
#include "formats/csv.h"
#include "homeward/frequency.h"
#include "homeward/simulate.h"

enum { MOST_COLUMNS = 8 };
static const size_t most_bytes = (size_t)64 << 20;

/* A CSV file with named columns. */
typedef struct table_file {
  const char *name; /* of the file, for messages */
  hw_csv csv;
  int n_columns;
  const char *const *columns; /* wanted names */
  int32_t at[MOST_COLUMNS];   /* position of each in a row */
} table_file;

static hw_status table_next(table_file *self, bool *has_row, hw_err *err) {
  do {
    hw_status status = hw_csv_next(&self->csv, has_row, err);
    if (status != HW_OK) {
      hw_err_place(err, self->name, 0, 0);
      return status;
    }
  } while (*has_row && self->csv.fields[0][0] == '#');
  return HW_OK;
}

/* Completes an error with its place; `column` is −1 where none is to blame. */
static hw_status at_row(const table_file *self, hw_err *err, hw_status status, int column) {
  hw_err_place(err, self->name, self->csv.row_line, 0);
  if (column >= 0) hw_err_field(err, "%s", self->columns[column]);
  return status;
}

static hw_status find_columns(table_file *self, hw_err *err) {
  bool has_row = false;
  HW_TRY(table_next(self, &has_row, err));
  for (int c = 0; c < self->n_columns; c++) {
    self->at[c] = -1;
    for (int32_t i = 0; has_row && i < self->csv.n_fields; i++)
      if (strcmp(self->csv.fields[i], self->columns[c]) == 0) self->at[c] = i;
    if (self->at[c] < 0)
      return at_row(self, err,
                    hw_err_set(err, HW_E_SYNTAX, "the header has no column '%s'", self->columns[c]),
                    -1);
  }
  return HW_OK;
}

/* Begins reading bytes; `name` stands for the file in messages. */
static hw_status table_open(table_file *self, const char *bytes, size_t n_bytes, const char *name,
                            const char *const *columns, int n_columns, hw_err *err) {
  memset(self, 0, sizeof *self);
  self->name = name;
  self->columns = columns;
  self->n_columns = n_columns;
  hw_csv_init(&self->csv, bytes, n_bytes, ',');
  hw_status status = find_columns(self, err);
  if (status != HW_OK) hw_csv_clear(&self->csv);
  return status;
}

/* Text of a column of the current row; checks that the row is long enough. */
static hw_status field(const table_file *self, int column, const char **out, hw_err *err) {
  *out = "";
  if (self->at[column] >= self->csv.n_fields)
    return at_row(
        self, err,
        hw_err_set(err, HW_E_SYNTAX, "the row ends before column '%s'", self->columns[column]),
        column);
  *out = self->csv.fields[self->at[column]];
  return HW_OK;
}

static hw_status number_field(const table_file *self, int column, double least, double most,
                              double *out, hw_err *err) {
  const char *text = NULL;
  HW_TRY(field(self, column, &text, err));
  if (!hw_number_parse(text, out) || *out < least || *out > most)
    return at_row(self, err, hw_err_set(err, HW_E_VALUE, "'%s' is not a number in range", text),
                  column);
  return HW_OK;
}

/* ---- truth ---- */

enum { REMAINS, FAMILY, MISSING, SHAPE, DAMAGE, MARKERS, TRUTH_COLUMNS };
static const char *const truth_columns[] = {"remains", "family",          "missing",
                                            "shape",   "damage_per_base", "markers"};

/* Rows while they are read; grown by doubling, strings in the arena. */
typedef struct truth_storage {
  hw_arena arena;
  hw_truth *rows;
  size_t n, capacity;
} truth_storage;

static hw_status text_field(const table_file *file, int column, truth_storage *to, const char **out,
                            hw_err *err) {
  HW_TRY(field(file, column, out, err));
  *out = hw_arena_strdup(&to->arena, *out);
  return *out != NULL ? HW_OK : HW_NO_MEMORY(err, "the truth table");
}

static hw_status read_truth_row(const table_file *file, truth_storage *to, hw_err *err) {
  if (to->n == to->capacity) {
    size_t capacity = to->capacity == 0 ? 256 : 2 * to->capacity;
    hw_truth *grown = realloc(to->rows, capacity * sizeof *grown);
    if (grown == NULL) return HW_NO_MEMORY(err, "the truth table");
    to->rows = grown;
    to->capacity = capacity;
  }
  hw_truth row = {0};
  double markers = 0;
  HW_TRY(text_field(file, REMAINS, to, &row.remains, err));
  HW_TRY(text_field(file, FAMILY, to, &row.family, err));
  HW_TRY(text_field(file, MISSING, to, &row.missing, err));
  HW_TRY(text_field(file, SHAPE, to, &row.shape, err));
  HW_TRY(number_field(file, DAMAGE, 0, 1, &row.damage_per_base, err));
  HW_TRY(number_field(file, MARKERS, 0, INT32_MAX, &markers, err));
  row.n_markers = (int32_t)markers;
  if ((row.family[0] == '\0') != (row.missing[0] == '\0'))
    return at_row(
        file, err,
        hw_err_set(err, HW_E_VALUE,
                   "remains '%s' need both a family and a missing person, or neither", row.remains),
        MISSING);
  to->rows[to->n++] = row;
  return HW_OK;
}

static hw_status read_truth_rows(table_file *file, truth_storage *to, hw_err *err) {
  for (;;) {
    bool has_row = false;
    HW_TRY(table_next(file, &has_row, err));
    if (!has_row) return HW_OK;
    if (to->n == INT32_MAX) return hw_err_set(err, HW_E_VALUE, "too many rows");
    HW_TRY(read_truth_row(file, to, err));
  }
}

static void storage_delete(truth_storage *self) {
  if (self == NULL) return;
  hw_arena_clear(&self->arena);
  free(self->rows);
  free(self);
}

hw_status hw_truth_table_parse(const char *bytes, size_t n_bytes, const char *name,
                               hw_truth_table **out, hw_err *err) {
  *out = NULL;
  table_file file;
  HW_TRY(table_open(&file, bytes, n_bytes, name, truth_columns, TRUTH_COLUMNS, err));
  hw_truth_table *self = calloc(1, sizeof *self);
  truth_storage *to = calloc(1, sizeof *to);
  hw_status status = HW_E_NO_MEMORY;
  if (self == NULL || to == NULL)
    (void)HW_NO_MEMORY(err, "the truth table");
  else
    status = read_truth_rows(&file, to, err);
  hw_csv_clear(&file.csv);
  if (status != HW_OK) {
    storage_delete(to);
    free(self);
    return status;
  }
  *self = (hw_truth_table){.n_rows = (int32_t)to->n, .rows = to->rows, .storage = to};
  *out = self;
  return HW_OK;
}

hw_status hw_truth_table_read(const char *path, hw_truth_table **out, hw_err *err) {
  char *bytes = NULL;
  size_t n_bytes = 0;
  *out = NULL;
  HW_TRY(hw_file_read(path, most_bytes, &bytes, &n_bytes, err));
  hw_status status = hw_truth_table_parse(bytes, n_bytes, path, out, err);
  free(bytes);
  return status;
}

void hw_truth_table_delete(hw_truth_table *self) {
  if (self == NULL) return;
  storage_delete(self->storage);
  free(self);
}

/* ---- amplicon lengths ---- */

enum { MARKER, LENGTH, LENGTH_COLUMNS };
static const char *const length_columns[] = {"marker", "length_bp"};

/* Where a row's length goes: a marker, the sex marker, or nowhere (NULL). */
static int32_t *place_of(const char *name, int32_t n_markers, const hw_marker *markers,
                         const char *sex_marker, int32_t *lengths_bp, int32_t *sex_length_bp) {
  if (hw_marker_name_equal(name, sex_marker)) return sex_length_bp;
  for (int32_t m = 0; m < n_markers; m++)
    if (hw_marker_name_equal(name, markers[m].name)) return &lengths_bp[m];
  return NULL;
}

static hw_status read_lengths(table_file *file, int32_t n_markers, const hw_marker *markers,
                              const char *sex_marker, int32_t *lengths_bp, int32_t *sex_length_bp,
                              hw_err *err) {
  for (;;) {
    bool has_row = false;
    HW_TRY(table_next(file, &has_row, err));
    if (!has_row) return HW_OK;
    const char *name = NULL;
    double length = 0;
    HW_TRY(field(file, MARKER, &name, err));
    HW_TRY(number_field(file, LENGTH, 1, 100000, &length, err));
    int32_t *place = place_of(name, n_markers, markers, sex_marker, lengths_bp, sex_length_bp);
    if (place == NULL) continue; /* a kit may have more markers than the frequency table */
    if (*place != 0)
      return at_row(file, err, hw_err_set(err, HW_E_DUPLICATE, "marker '%s' has two lengths", name),
                    MARKER);
    *place = (int32_t)length;
  }
}

hw_status hw_amplicon_lengths_parse(const char *bytes, size_t n_bytes, const char *name,
                                    int32_t n_markers, const hw_marker *markers,
                                    const char *sex_marker, int32_t *lengths_bp,
                                    int32_t *sex_length_bp, hw_err *err) {
  table_file file;
  HW_TRY(table_open(&file, bytes, n_bytes, name, length_columns, LENGTH_COLUMNS, err));
  for (int32_t m = 0; m < n_markers; m++) lengths_bp[m] = 0;
  *sex_length_bp = 0;
  hw_status status =
      read_lengths(&file, n_markers, markers, sex_marker, lengths_bp, sex_length_bp, err);
  hw_csv_clear(&file.csv);
  if (status != HW_OK) return status;
  const char *without = *sex_length_bp == 0 ? sex_marker : NULL;
  for (int32_t m = 0; m < n_markers && without == NULL; m++)
    if (lengths_bp[m] == 0) without = markers[m].name;
  if (without == NULL) return HW_OK;
  status = hw_err_set(err, HW_E_REFERENCE, "marker '%s' has no length", without);
  hw_err_place(err, name, 0, 0);
  return status;
}

hw_status hw_amplicon_lengths_read(const char *path, int32_t n_markers, const hw_marker *markers,
                                   const char *sex_marker, int32_t *lengths_bp,
                                   int32_t *sex_length_bp, hw_err *err) {
  char *bytes = NULL;
  size_t n_bytes = 0;
  HW_TRY(hw_file_read(path, most_bytes, &bytes, &n_bytes, err));
  hw_status status = hw_amplicon_lengths_parse(bytes, n_bytes, path, n_markers, markers, sex_marker,
                                               lengths_bp, sex_length_bp, err);
  free(bytes);
  return status;
}
