/* The table of Y markers and their mutation rates.
 *
 * Counts of mutations and of father–son transmissions are what is published, so they are
 * what the table holds. The rate is (k + ½)/(n + 1), the posterior mean under Jeffreys' prior
 * Beta(½, ½): close to k/n where much was seen, and not 0 where nothing was. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "formats/haplotype_int.h"
#include "genetics/marker_name.h"

enum { COLUMN_NONE = -1, N_COLUMNS = 4, MOST_MEIOSES = 100000000 };

typedef struct storage {
  hw_y_rates rates; /* first, so that the rates are the storage */
  hw_arena arena;
  hw_y_marker *markers;
} storage;

static const char *const columns[N_COLUMNS] = {"marker", "copies", "mutations", "meioses"};

typedef struct reader {
  hwp_rows rows;
  storage *out;
  int32_t column[N_COLUMNS];
} reader;

static hw_status find_columns(void *context) {
  reader *self = context;
  hwp_rows *rows = &self->rows;
  int32_t *column = self->column;
  for (int32_t i = 0; i < N_COLUMNS; i++) {
    column[i] = COLUMN_NONE;
    for (int32_t c = 0; c < rows->n_columns; c++)
      if (hwp_rows_is_called(rows->header[c], columns[i])) column[i] = c;
    if (column[i] == COLUMN_NONE)
      return HWP_FAIL_AT(rows, COLUMN_NONE, HW_E_SYNTAX,
                         "a table of Y mutation rates needs the columns marker, copies, mutations "
                         "and meioses; there is no \"%s\"",
                         columns[i]);
  }
  return HW_OK;
}

static hw_status read_row(void *context) {
  reader *self = context;
  hwp_rows *rows = &self->rows;
  storage *out = self->out;
  const int32_t *column = self->column;
  const int32_t n = out->rates.panel.n_markers;
  int32_t copies = 0, mutations = 0, meioses = 0;
  const char *name = NULL;
  if (n >= HW_Y_MAX_MARKERS)
    return HWP_FAIL_AT(rows, COLUMN_NONE, HW_E_SHAPE, "more than %d markers", HW_Y_MAX_MARKERS);
  HW_TRY(hwp_rows_name(rows, column[0], &name));
  HW_TRY(hwp_rows_number(rows, column[1], 1, HW_Y_COPIES, 0, &copies));
  HW_TRY(hwp_rows_number(rows, column[2], 0, MOST_MEIOSES, 0, &mutations));
  HW_TRY(hwp_rows_number(rows, column[3], 1, MOST_MEIOSES, 0, &meioses));
  if (mutations > meioses)
    return HWP_FAIL_AT(rows, column[2], HW_E_VALUE,
                       "%d mutations in %d meioses: expected no more than there were",
                       (int)mutations, (int)meioses);
  for (int32_t i = 0; i < n; i++) {
    char a[HW_MARKER_KEY_SIZE], b[HW_MARKER_KEY_SIZE];
    hw_marker_name_key(name, a);
    hw_marker_name_key(out->markers[i].name, b);
    if (strcmp(a, b) == 0)
      return HWP_FAIL_AT(rows, column[0], HW_E_DUPLICATE, "marker \"%.60s\" has a row already",
                         name);
  }
  out->markers[n] = (hw_y_marker){name, copies, (mutations + 0.5) / (meioses + 1.0)};
  out->rates.panel.n_markers++;
  return HW_OK;
}

static hw_status read_table(reader *self) {
  storage *out = self->out;
  hwp_rows *rows = &self->rows;
  out->markers = hw_arena_alloc_array(&out->arena, HW_Y_MAX_MARKERS, sizeof *out->markers);
  if (out->markers == NULL) return HW_NO_MEMORY(rows->err, "a table of mutation rates");
  HW_TRY(hwp_rows_read(rows, find_columns, read_row, self));
  if (out->rates.panel.n_markers == 0 && rows->errors->n == 0)
    return hw_err_set(rows->err, HW_E_VALUE, "the file has no markers");
  return HW_OK;
}

void hw_y_rates_delete(hw_y_rates *self) {
  if (self == NULL) return;
  storage *all = self->storage;
  hw_arena_clear(&all->arena);
  free(all);
}

static hw_status finish(reader *self, hw_status opened, const char *name, hw_y_rates **out) {
  storage *all = calloc(1, sizeof *all);
  hw_status status = opened;
  if (status == HW_OK && all == NULL)
    status = HW_NO_MEMORY(self->rows.err, "a table of mutation rates");
  if (all != NULL) all->rates.storage = all;
  self->out = all;
  self->rows.arena = all != NULL ? &all->arena : NULL;
  if (status == HW_OK) status = read_table(self);
  status = hwp_rows_end(&self->rows, status, name);
  if (status != HW_OK || all == NULL) {
    if (all != NULL) hw_y_rates_delete(&all->rates);
    return status;
  }
  all->rates.panel.markers = all->markers;
  *out = &all->rates;
  return HW_OK;
}

hw_status hw_y_rates_parse(const char *bytes, size_t n_bytes, const char *name, hw_y_rates **out,
                           hw_errors *errors) {
  hw_err err = HW_ERR_INIT;
  reader self = {.rows = {.err = &err, .errors = errors}};
  *out = NULL;
  hw_csv_init(&self.rows.csv, bytes, n_bytes, 0);
  return finish(&self, HW_OK, name, out);
}

hw_status hw_y_rates_read(const char *path, hw_y_rates **out, hw_errors *errors) {
  hw_err err = HW_ERR_INIT;
  reader self = {.rows = {.err = &err, .errors = errors}};
  *out = NULL;
  if (path == NULL)
    return hw_y_rates_parse(hwp_ystr_rates, hwp_ystr_rates_size, "ystr_mutation_rates.csv", out,
                            errors);
  const hw_status status = hw_csv_open_as(&self.rows.csv, path, 0, HW_TEXT_DETECT, &err);
  return finish(&self, status, path, out);
}
