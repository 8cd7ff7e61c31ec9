/* Tables of mtDNA haplotypes: a code, what was sequenced, and the differences to the reference.
 *
 * The notation and its checks are lineage/mt_parse.c's; here each mistake gets its place in
 * the file. A row without ranges is refused: a haplotype means nothing without them, and to
 * take the whole molecule would make every unread position a match with the reference. */
#include "formats/haplotype_csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "formats/haplotype_int.h"

enum { COLUMN_NONE = -1, MOST_COUNT = 100000000 };

typedef struct storage {
  hw_mt_table table; /* first, so that the table is the storage */
  hw_arena arena;
  size_t names_capacity, haplotypes_capacity, counts_capacity;
  const char **names;
  hw_mt **haplotypes;
  int32_t *counts;
} storage;

typedef struct reader {
  hwp_rows rows;
  storage *out;
  int32_t name, ranges, haplotype, count; /* columns */
  uint64_t *lines;
  size_t lines_capacity;
} reader;

/* --- the header --- */

static hw_status find_columns(void *context) {
  reader *self = context;
  hwp_rows *rows = &self->rows;
  self->name = self->ranges = self->haplotype = self->count = COLUMN_NONE;
  for (int32_t c = 0; c < rows->n_columns; c++) {
    const char *name = rows->header[c];
    int32_t *column = NULL;
    if (hwp_rows_is_called(name, "sample") || hwp_rows_is_called(name, "person"))
      column = &self->name;
    else if (hwp_rows_is_called(name, "ranges") || hwp_rows_is_called(name, "range"))
      column = &self->ranges;
    else if (hwp_rows_is_called(name, "haplotype"))
      column = &self->haplotype;
    else if (hwp_rows_is_called(name, "count"))
      column = &self->count;
    if (column == NULL)
      return HWP_FAIL_AT(rows, c, HW_E_UNKNOWN_KEY,
                         "column \"%.60s\" is not known; permitted are sample or person, ranges, "
                         "haplotype, count",
                         name);
    if (*column != COLUMN_NONE)
      return HWP_FAIL_AT(rows, c, HW_E_DUPLICATE, "columns \"%.60s\" and \"%.60s\" mean the same",
                         rows->header[*column], name);
    *column = c;
  }
  if (self->ranges == COLUMN_NONE || self->haplotype == COLUMN_NONE)
    return HWP_FAIL_AT(rows, COLUMN_NONE, HW_E_SYNTAX,
                       "a table of mtDNA needs the columns ranges and haplotype");
  self->out->table.is_person =
      self->name != COLUMN_NONE && hwp_rows_is_called(rows->header[self->name], "person");
  return HW_OK;
}

/* --- rows --- */

static hw_status make_room(reader *self) {
  storage *out = self->out;
  const size_t n = (size_t)out->table.n;
  if (n >= HWP_HAPLOTYPE_MAX_ROWS)
    return HWP_FAIL_AT(&self->rows, COLUMN_NONE, HW_E_SHAPE, "more than %d rows; split the file",
                       HWP_HAPLOTYPE_MAX_ROWS);
  void *names = out->names, *haplotypes = out->haplotypes, *counts = out->counts;
  void *lines = self->lines;
  const bool is_done =
      hwp_grow(&names, &out->names_capacity, n, sizeof *out->names) &&
      hwp_grow(&haplotypes, &out->haplotypes_capacity, n, sizeof *out->haplotypes) &&
      hwp_grow(&counts, &out->counts_capacity, n, sizeof *out->counts) &&
      hwp_grow(&lines, &self->lines_capacity, n, sizeof *self->lines);
  out->names = names;
  out->haplotypes = haplotypes;
  out->counts = counts;
  self->lines = lines;
  return is_done ? HW_OK : HW_NO_MEMORY(self->rows.err, "a table of haplotypes");
}

/* A mistake of mt_parse.c, told at the cell that it names. */
static hw_status read_haplotype(reader *self, hw_mt **out) {
  hwp_rows *rows = &self->rows;
  const char *ranges = hwp_rows_cell(rows, self->ranges);
  const char *differences = hwp_rows_cell(rows, self->haplotype);
  if (ranges[0] == '\0')
    return HWP_FAIL_AT(rows, self->ranges, HW_E_VALUE,
                       "the cell is empty; expected the positions sequenced, as 16024-16365 73-340 "
                       "(16024-576 runs over the origin, 1-16569 is the whole molecule)");
  if (differences[0] == '\0')
    return HWP_FAIL_AT(rows, self->haplotype, HW_E_VALUE,
                       "the cell is empty; write rCRS where nothing differs from the reference");
  const hw_status status = hw_mt_parse(ranges, differences, out, rows->err);
  if (status == HW_OK) return HW_OK;
  const bool is_range = strncmp(rows->err->message, "range ", 6) == 0;
  return hwp_rows_place(rows, is_range ? self->ranges : self->haplotype, status);
}

static hw_status read_row(void *context) {
  reader *self = context;
  storage *out = self->out;
  hw_mt *haplotype = NULL;
  const char *name = NULL;
  int32_t count = 0;
  HW_TRY(make_room(self));
  HW_TRY(hwp_rows_name(&self->rows, self->name, &name));
  HW_TRY(hwp_rows_number(&self->rows, self->count, 1, MOST_COUNT, 1, &count));
  HW_TRY(read_haplotype(self, &haplotype));
  const int32_t n = out->table.n++;
  out->names[n] = name;
  out->haplotypes[n] = haplotype;
  out->counts[n] = count;
  self->lines[n] = self->rows.csv.row_line;
  return HW_OK;
}

static hw_status read_table(reader *self) {
  HW_TRY(hwp_rows_read(&self->rows, find_columns, read_row, self));
  if (self->name != COLUMN_NONE)
    HW_TRY(hwp_rows_check_names(&self->rows, self->out->names, self->lines, self->out->table.n));
  if (self->out->table.n == 0 && self->rows.errors->n == 0)
    return hw_err_set(self->rows.err, HW_E_VALUE, "the file has no haplotypes");
  return HW_OK;
}

void hw_mt_table_delete(hw_mt_table *self) {
  if (self == NULL) return;
  storage *all = self->storage;
  for (int32_t i = 0; i < self->n; i++) hw_mt_delete(all->haplotypes[i]);
  free(all->names);
  free(all->haplotypes);
  free(all->counts);
  hw_arena_clear(&all->arena);
  free(all);
}

/* Reads what the reader's csv is opened on; takes it and closes it.
 * @param opened  of opening it: the rest is left out if that failed */
static hw_status finish(reader *self, hw_status opened, const char *name, hw_mt_table **out) {
  storage *all = calloc(1, sizeof *all);
  hw_status status = opened;
  if (status == HW_OK && all == NULL)
    status = HW_NO_MEMORY(self->rows.err, "a table of haplotypes");
  if (all != NULL) all->table.storage = all;
  self->out = all;
  self->rows.arena = all != NULL ? &all->arena : NULL;
  if (status == HW_OK) status = read_table(self);
  status = hwp_rows_end(&self->rows, status, name);
  free(self->lines);
  if (status != HW_OK || all == NULL) {
    if (all != NULL) hw_mt_table_delete(&all->table);
    return status;
  }
  all->table.names = all->names;
  all->table.haplotypes = (const hw_mt *const *)all->haplotypes;
  all->table.counts = all->counts;
  *out = &all->table;
  return HW_OK;
}

hw_status hw_mt_table_parse(const char *bytes, size_t n_bytes, const char *name, hw_mt_table **out,
                            hw_errors *errors) {
  hw_err err = HW_ERR_INIT;
  reader self = {.rows = {.err = &err, .errors = errors}};
  *out = NULL;
  hw_csv_init(&self.rows.csv, bytes, n_bytes, 0);
  return finish(&self, HW_OK, name, out);
}

hw_status hw_mt_table_read(const char *path, hw_text_encoding encoding, hw_mt_table **out,
                           hw_errors *errors) {
  hw_err err = HW_ERR_INIT;
  reader self = {.rows = {.err = &err, .errors = errors}};
  *out = NULL;
  const hw_status status = hw_csv_open_as(&self.rows.csv, path, 0, encoding, &err);
  return finish(&self, status, path, out);
}
