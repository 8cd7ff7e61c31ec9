/* A kind of records as CSV or as JSON lines.
 *
 * Both have the columns of kind_table.h. In CSV a missing value is an empty cell
 * and an empty text is ""; in JSON a missing value has no key. Numbers have the
 * fewest digits that read back to the same bits. */
#include <errno.h>
#include <string.h>

#include "app/access.h"
#include "app/export_int.h"
#include "app/kind_table.h"
#include "app/references.h"
#include "base/check.h"
#include "base/json_write.h"
#include "formats/csv_write.h"

/* A cell: text, or a number as it is. */
typedef struct cell {
  const char *text; /* NULL = missing, or a number */
  hw_value number;  /* type HW_DB_NULL: none */
} cell;

typedef struct exporting {
  hw_app *app;
  const hw_export_options *options;
  hw_references *references;
  hw_kind_table table;
  bool is_written[HW_KIND_TABLE_MAX];
  hw_arena arena; /* of the current row */
  cell cells[HW_KIND_TABLE_MAX];
  bool is_json;
  FILE *out;
  hw_csv_writer csv;
  hw_str line;
} exporting;

static void choose_columns(exporting *self) {
  const hw_kind_table *table = &self->table;
  for (int c = 0; c < table->n_columns; c++) {
    const hw_kind_column *column = &table->columns[c];
    bool is_name = column->field >= 0 && hw_field_is_name(table->kind, column->field);
    self->is_written[c] = !column->is_whole && !(is_name && self->options->without_names) &&
                          !(column->field < 0 && self->options->is_current);
  }
}

/* --- cells of a record --- */

static hw_status reference_cells(exporting *self, int first, int n, hw_kind_id target, int64_t id,
                                 hw_err *err) {
  const char *texts[HW_KIND_TABLE_MAX];
  int n_texts = 0;
  int column = self->table.columns[first].is_whole ? first + 1 : first;
  HW_TRY(hw_references_texts(self->references, target, id, &self->arena, texts, &n_texts, err));
  HW_BUG_IF(n_texts != first + n - column, err);
  for (int i = 0; i < n_texts; i++) self->cells[column + i].text = texts[i];
  return HW_OK;
}

static hw_status field_cells(exporting *self, const hw_record *record, int first, int n,
                             hw_err *err) {
  int f = self->table.columns[first].field;
  const hw_field *field = &record->kind->fields[f];
  const hw_value *value = &record->values[f];
  for (int i = first; i < first + n; i++) self->cells[i] = (cell){.text = NULL};
  if (value->type == HW_DB_NULL || (n == 1 && !self->is_written[first])) return HW_OK;
  if (field->type == HW_TYPE_REF)
    return reference_cells(self, first, n, field->target, value->i, err);
  if (field->type == HW_TYPE_ITEM) {
    const hw_kind *kind = hw_kind_find(hw_record_text(record, f - 1));
    if (kind == NULL)
      return hw_err_set(err, HW_E_DAMAGED, "a %s of an item of no kind: run 'homeward check'",
                        record->kind->name);
    return reference_cells(self, first, n, kind->id, value->i, err);
  }
  if (value->type == HW_DB_TEXT)
    self->cells[first].text = value->text;
  else
    self->cells[first].number = *value;
  return HW_OK;
}

static hw_status record_cells(exporting *self, const hw_record *record, hw_err *err) {
  int n_columns = self->table.n_columns;
  hw_arena_reset(&self->arena);
  for (int first = 0, n; first < n_columns - 1; first += n) {
    n = 1;
    while (self->table.columns[first + n].field == self->table.columns[first].field) n++;
    HW_TRY(field_cells(self, record, first, n, err));
  }
  self->cells[n_columns - 1] = (cell){.text = record->withdrawn};
  return HW_OK;
}

/* --- writing --- */

static void write_csv(exporting *self) {
  for (int c = 0; c < self->table.n_columns; c++) {
    if (!self->is_written[c]) continue;
    const cell *what = &self->cells[c];
    if (what->number.type == HW_DB_INT)
      hw_csv_write_int(&self->csv, what->number.i);
    else if (what->number.type == HW_DB_REAL)
      hw_csv_write_double(&self->csv, what->number.r);
    else
      hw_csv_write_text(&self->csv, what->text);
  }
  hw_csv_write_end_row(&self->csv);
}

static hw_status write_json(exporting *self, hw_err *err) {
  hw_json_writer writer;
  self->line.length = 0;
  hw_json_write_init_str(&writer, &self->line, 0);
  hw_json_write_begin_object(&writer);
  for (int c = 0; c < self->table.n_columns; c++) {
    const cell *what = &self->cells[c];
    bool is_missing = what->text == NULL && what->number.type == HW_DB_NULL;
    if (!self->is_written[c] || is_missing) continue;
    hw_json_write_key(&writer, self->table.columns[c].name);
    if (what->number.type == HW_DB_INT && self->table.columns[c].leaf->type == HW_TYPE_YES)
      hw_json_write_bool(&writer, what->number.i != 0);
    else if (what->number.type == HW_DB_INT)
      hw_json_write_int(&writer, what->number.i);
    else if (what->number.type == HW_DB_REAL)
      hw_json_write_double_short(&writer, what->number.r);
    else
      hw_json_write_string(&writer, what->text);
  }
  hw_json_write_end_object(&writer);
  HW_TRY(hw_json_write_finish(&writer, err));
  if (fwrite(hw_str_text(&self->line), 1, self->line.length, self->out) != self->line.length)
    return hw_err_set(err, HW_E_IO, "cannot write: %s", strerror(errno));
  return HW_OK;
}

static hw_status write_rows(exporting *self, int64_t *n_rows, hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  HW_TRY(hw_store_scan(self->app->store, self->table.kind->id, -1, NULL, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL && self->options->is_current) continue;
    bool may = true;
    status = hw_access_may(self->app, row->kind->id, row->id, &may, err);
    if (status == HW_OK && !may) continue;
    if (status == HW_OK) status = record_cells(self, row, err);
    if (status == HW_OK && self->is_json) status = write_json(self, err);
    if (status == HW_OK && !self->is_json) write_csv(self);
    if (status != HW_OK) break;
    ++*n_rows;
  }
  hw_scan_done(scan);
  return status;
}

static hw_status write_table(exporting *self, int64_t *n_rows, hw_err *err) {
  hw_csv_write_init_file(&self->csv, self->out, ',');
  for (int c = 0; c < self->table.n_columns; c++)
    if (self->is_written[c]) hw_csv_write_text(&self->csv, self->table.columns[c].name);
  hw_csv_write_end_row(&self->csv);
  hw_status status = write_rows(self, n_rows, err);
  hw_status written = hw_csv_write_finish(&self->csv, status == HW_OK ? err : NULL);
  return status != HW_OK ? status : written;
}

hw_status hwp_export_kind(hw_app *app, hw_kind_id kind, const hw_export_options *options, FILE *out,
                          int64_t *n_rows, hw_err *err) {
  exporting self = {.app = app, .options = options, .out = out, .line = HW_STR_INIT};
  *n_rows = 0;
  self.is_json = options->format != NULL && strcmp(options->format, "json") == 0;
  hw_kind_table_init(&self.table, kind);
  choose_columns(&self);
  hw_arena_init(&self.arena, 0);
  hw_status status = hw_references_new(app->store, &self.references, err);
  if (status == HW_OK)
    status = self.is_json ? write_rows(&self, n_rows, err) : write_table(&self, n_rows, err);
  if (status == HW_OK && self.is_json && fflush(out) != 0)
    status = hw_err_set(err, HW_E_IO, "cannot write: %s", strerror(errno));
  hw_references_delete(self.references);
  hw_arena_clear(&self.arena);
  hw_str_clear(&self.line);
  return status;
}
