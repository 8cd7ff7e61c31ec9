/* CSV of every kind of record.
 *
 * What is asked for ("samples") and the header decide what a table is: the
 * columns of the kind itself, or one of the tables that people have
 * (import_tables.h), whichever knows more of them. A column map (--map) goes
 * before both.
 *
 * Rows of the kind itself may refer to rows further down where they refer to
 * their own kind (a sample made from another): such rows wait, and are tried
 * again when all others are in, until none of them helps another. */
#include <string.h>

#include "app/import_profiles.h"
#include "app/import_rows.h"
#include "app/import_tables.h"
#include "base/check.h"

const hwp_table_type *const hwp_table_types[] = {&hwp_table_families,      &hwp_table_dossiers,
                                                 &hwp_table_dossiers_long, &hwp_table_profiles,
                                                 &hwp_table_profiles_long, &hwp_table_frequencies};
const size_t hwp_n_table_types = sizeof hwp_table_types / sizeof *hwp_table_types;

/* --- rows of one kind --- */

/* A row that waits for another. */
typedef struct waiting {
  struct waiting *next;
  uint64_t line;
  const char **texts; /* of the kind's columns */
} waiting;

typedef struct kind_import {
  hwp_sheet *sheet;
  hwp_rows rows;
  int32_t column[HW_KIND_TABLE_MAX]; /* of the sheet, or −1 */
  hw_arena arena;                    /* rows that wait */
  waiting *first, **last;
  int64_t n_waiting;
} kind_import;

static hw_status unknown_column(kind_import *self, int32_t column, hw_err *err) {
  const hw_kind_table *table = &self->rows.table;
  const char *name = self->sheet->names[column];
  return hwp_sheet_mistake(
      self->sheet, column, err, HW_E_UNKNOWN_KEY,
      "%s have no such column: is it \"%s\"? 'homeward export %s --template' shows all of them",
      table->kind->plural, hw_kind_table_nearest(table, name), table->kind->name);
}

static bool has_field(const kind_import *self, int field) {
  const hw_kind_table *table = &self->rows.table;
  for (int c = 0; c < table->n_columns; c++)
    if (table->columns[c].field == field && self->column[c] >= 0) return true;
  return false;
}

static hw_status match_columns(kind_import *self, hw_err *err) {
  const hw_kind_table *table = &self->rows.table;
  const hw_kind *kind = table->kind;
  for (int c = 0; c < table->n_columns; c++) self->column[c] = -1;
  for (int32_t i = 0; i < self->sheet->n_columns; i++) {
    int c = hw_kind_table_find(table, self->sheet->names[i]);
    if (c < 0)
      HW_TRY(unknown_column(self, i, err));
    else
      self->column[c] = i;
  }
  for (int f = 0; f < kind->n_fields; f++)
    if ((kind->fields[f].flags & HW_FIELD_KEY) && !has_field(self, f))
      HW_TRY(hwp_sheet_mistake(self->sheet, -1, err, HW_E_SYNTAX,
                               "the column \"%s\" is missing: %s are told apart by it",
                               kind->fields[f].name, kind->plural));
  return hw_errors_status(&self->sheet->import->report->errors, err);
}

static hw_status require(kind_import *self, hw_err *err) {
  bool has_column[HW_KIND_TABLE_MAX] = {false};
  for (int c = 0; c < self->rows.table.n_columns; c++) has_column[c] = self->column[c] >= 0;
  return hwp_rows_require(&self->rows, has_column, err);
}

static hw_status keep_waiting(kind_import *self, const char *const *texts, uint64_t line,
                              hw_err *err) {
  int n = self->rows.table.n_columns;
  waiting *row = hw_arena_alloc(&self->arena, sizeof *row);
  const char **copy = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *copy);
  if (row == NULL || copy == NULL) return HW_NO_MEMORY(err, "the rows that wait for others");
  for (int c = 0; c < n; c++) {
    if (texts[c] == NULL) continue;
    copy[c] = hw_arena_strdup(&self->arena, texts[c]);
    if (copy[c] == NULL) return HW_NO_MEMORY(err, "the rows that wait for others");
  }
  row->line = line;
  row->texts = copy;
  *self->last = row;
  self->last = &row->next;
  self->n_waiting++;
  return HW_OK;
}

static hw_status read_rows(kind_import *self, hw_err *err) {
  const char *texts[HW_KIND_TABLE_MAX];
  bool has_row = false;
  for (;;) {
    HW_TRY(hwp_sheet_next(self->sheet, &has_row, err));
    if (!has_row) return HW_OK;
    for (int c = 0; c < self->rows.table.n_columns; c++)
      texts[c] = hwp_sheet_text(self->sheet, self->column[c]);
    hwp_row_outcome outcome;
    uint64_t line = hwp_sheet_line(self->sheet);
    HW_TRY(hwp_rows_put(&self->rows, texts, line, true, &outcome, err));
    if (outcome == HWP_ROW_WAITS) HW_TRY(keep_waiting(self, texts, line, err));
  }
}

/* Tries the waiting rows again until no more of them can be put; the rest are mistakes. */
static hw_status put_waiting(kind_import *self, hw_err *err) {
  self->sheet->is_placed = false;
  for (bool may_wait = true; self->n_waiting > 0;) {
    int64_t before = self->n_waiting;
    waiting **link = &self->first;
    while (*link != NULL) {
      hwp_row_outcome outcome;
      waiting *row = *link;
      HW_TRY(hwp_rows_put(&self->rows, row->texts, row->line, may_wait, &outcome, err));
      if (outcome == HWP_ROW_WAITS) {
        link = &row->next;
        continue;
      }
      *link = row->next;
      self->n_waiting--;
    }
    may_wait = self->n_waiting < before;
  }
  return HW_OK;
}

static hw_status import_kind(hwp_sheet *sheet, hw_references *references, hw_kind_id kind,
                             hw_err *err) {
  kind_import self = {.sheet = sheet};
  self.last = &self.first;
  hwp_rows_init(&self.rows, sheet->import, references, kind);
  hw_arena_init(&self.arena, 0);
  hw_status status = match_columns(&self, err);
  if (status == HW_OK) status = require(&self, err);
  if (status == HW_OK) status = read_rows(&self, err);
  if (status == HW_OK) status = put_waiting(&self, err);
  if (status == HW_OK) status = hwp_rows_finish(&self.rows, err);
  hwp_rows_clear(&self.rows);
  hw_arena_clear(&self.arena);
  return status;
}

/* --- which table it is --- */

static hw_status find_kind(const hw_import *import, const hw_kind **out, hw_err *err) {
  const char *what = import->options->what;
  *out = what != NULL ? hw_kind_find(what) : NULL;
  if (*out != NULL) return HW_OK;
  if (what == NULL || strcmp(what, "csv") == 0)
    return hw_err_set(err, HW_E_USAGE,
                      "a table does not say what it holds: 'homeward import KIND FILE', for "
                      "example 'homeward import samples FILE'");
  return hw_err_set(err, HW_E_USAGE,
                    "\"%.60s\" is no kind of record and no format (see 'homeward help import')",
                    what);
}

/* Columns of the sheet that a table knows. */
static int count_known(const hwp_sheet *sheet, const hwp_table_type *type) {
  int n = 0;
  for (int i = 0; i < type->n_columns; i++) n += hwp_sheet_find(sheet, type->columns[i].name) >= 0;
  return n;
}

/* The table that knows most of the columns: a misspelled one is then told in its words. */
static hw_status run_sheet(hwp_sheet *sheet, const hw_kind *kind, hw_references *references,
                           hw_err *err) {
  const hwp_table_type *type = NULL;
  hw_kind_table own;
  hw_kind_table_init(&own, kind->id);
  int most = 0;
  for (int32_t c = 0; c < sheet->n_columns; c++)
    most += hw_kind_table_find(&own, sheet->names[c]) >= 0;
  for (size_t i = 0; i < hwp_n_table_types; i++) {
    bool is_mine = hwp_table_types[i]->kind == kind->id && hwp_table_types[i]->run != NULL;
    int n = is_mine ? count_known(sheet, hwp_table_types[i]) : 0;
    if (n <= most) continue;
    most = n;
    type = hwp_table_types[i];
  }
  return type != NULL ? type->run(sheet, references, err)
                      : import_kind(sheet, references, kind->id, err);
}

/* Published frequencies are read by formats/, which knows their layouts; the rows of our own
 * table name it. */
static hw_status is_published(const hw_import *import, bool *out, hw_err *err) {
  hw_csv csv;
  bool has_row = false;
  *out = true;
  hw_status status = hw_import_open_csv(import, &csv, 0, err);
  if (status == HW_OK && hw_csv_next(&csv, &has_row, NULL) == HW_OK && has_row)
    for (int32_t i = 0; i < csv.n_fields; i++)
      if (hw_column_name_equal(csv.fields[i], "frequency_table")) *out = false;
  hw_csv_clear(&csv);
  return status;
}

static hw_status run_table(hw_import *import, const hw_kind *kind, hw_err *err) {
  hwp_sheet sheet;
  hw_references *references = NULL;
  hw_status status = hwp_sheet_open(&sheet, import, 0, err);
  if (status == HW_OK && hw_kind_is_long(kind)) hw_csv_allow_long(&sheet.csv);
  if (status == HW_OK) status = hw_references_new(import->app->store, &references, err);
  if (status == HW_OK) {
    hw_references_set_import(references, import);
    status = run_sheet(&sheet, kind, references, err);
  }
  hw_references_delete(references);
  hwp_sheet_close(&sheet);
  return status;
}

static hw_status run(hw_import *import, hw_err *err) {
  const char *investigation = import->options->investigation;
  HW_TRY(hw_import_investigation(import, investigation != NULL ? investigation : "main", err));
  if (import->options->map != NULL) return hwp_import_mapped(import, err);
  const hw_kind *kind = NULL;
  HW_TRY(find_kind(import, &kind, err));
  bool published = false;
  if (kind->id == HW_KIND_FREQUENCY) HW_TRY(is_published(import, &published, err));
  if (published) return hwp_import_frequencies(import, err);
  bool has_markers = false;
  if (kind->id == HW_KIND_PROFILE) HW_TRY(hw_import_has_markers(import, &has_markers, err));
  if (has_markers) return hw_import_profiles(import, err);
  return run_table(import, kind, err);
}

/* Any text; what holds NUL is something else, unless a mark says that it is UTF-16. */
static bool is_mine(const char *bytes, size_t n) {
  size_t mark = 0;
  const hw_text_encoding told = hw_text_mark(bytes, n, &mark);
  if (mark > 0 && told != HW_TEXT_UTF8) return true;
  return memchr(bytes, '\0', n) == NULL;
}

const hw_importer hw_importer_csv = {
    .format = "csv",
    .brief = "tables of every kind of record (comma, semicolon or tab)",
    .is_mine = is_mine,
    .run = run,
};
