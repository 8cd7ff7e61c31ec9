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

enum { COLUMN_NONE = -1 };

typedef struct storage {
  hw_mt_table table; /* first, so that the table is the storage */
  hw_arena arena;
  hwp_heads heads;
  hw_mt **haplotypes; /* of the rows that were taken */
  size_t capacity;
} storage;

typedef struct reader {
  hwp_rows rows;
  hwp_heads heads; /* until they are the storage's */
  storage *out;
  int32_t ranges, haplotype; /* columns */
} reader;

/* --- the header --- */

static hw_status find_columns(void *context) {
  reader *self = context;
  hwp_rows *rows = &self->rows;
  hwp_heads *heads = &self->heads;
  heads->name = heads->count = self->ranges = self->haplotype = COLUMN_NONE;
  for (int32_t c = 0; c < rows->n_columns; c++) {
    const char *name = rows->header[c];
    int32_t *column = NULL;
    if (hwp_rows_is_called(name, "sample") || hwp_rows_is_called(name, "person"))
      column = &heads->name;
    else if (hwp_rows_is_called(name, "ranges") || hwp_rows_is_called(name, "range"))
      column = &self->ranges;
    else if (hwp_rows_is_called(name, "haplotype"))
      column = &self->haplotype;
    else if (hwp_rows_is_called(name, "count"))
      column = &heads->count;
    if (column == NULL)
      return HWP_FAIL_AT(rows, c, HW_E_UNKNOWN_KEY,
                         "column \"%.60s\" is not known; permitted are sample or person, ranges, "
                         "haplotype, count",
                         name);
    HW_TRY(hwp_rows_take(rows, c, column));
  }
  if (self->ranges == COLUMN_NONE || self->haplotype == COLUMN_NONE)
    return HWP_FAIL_AT(rows, COLUMN_NONE, HW_E_SYNTAX,
                       "a table of mtDNA needs the columns ranges and haplotype");
  self->out->table.is_person = hwp_heads_is_person(heads, rows);
  return HW_OK;
}

/* --- rows --- */

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
  void *list = out->haplotypes;
  HW_TRY(hwp_heads_read(&self->heads, &self->rows));
  const bool has_room = hwp_grow(&list, &out->capacity, (size_t)self->heads.n, sizeof(hw_mt *));
  out->haplotypes = list;
  if (!has_room) return HW_NO_MEMORY(self->rows.err, "a table of haplotypes");
  HW_TRY(read_haplotype(self, &out->haplotypes[self->heads.n]));
  self->heads.n++;
  return HW_OK;
}

static hw_status read_table(reader *self) {
  HW_TRY(hwp_rows_read(&self->rows, find_columns, read_row, self));
  return hwp_heads_end(&self->heads, &self->rows);
}

void hw_mt_table_delete(hw_mt_table *self) {
  if (self == NULL) return;
  storage *all = self->storage;
  for (int32_t i = 0; i < all->heads.n; i++) hw_mt_delete(all->haplotypes[i]);
  free(all->haplotypes);
  hwp_heads_clear(&all->heads);
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
  if (all != NULL) all->heads = self->heads;
  status = hwp_rows_end(&self->rows, status, name);
  if (status != HW_OK || all == NULL) {
    if (all != NULL) hw_mt_table_delete(&all->table);
    return status;
  }
  all->table.n = all->heads.n;
  all->table.names = all->heads.names;
  all->table.haplotypes = (const hw_mt *const *)all->haplotypes;
  all->table.counts = all->heads.counts;
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
