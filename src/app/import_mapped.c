/* Rows of another institution's table, by a column map (docs/column-map.md).
 *
 * The map turns a row into values of records; here the values of one record
 * become a record, in the order of kinds.def, so that a row can bring a box, the
 * bone in it, and the sample of the bone. Fields are the columns of the kind's
 * own table (references are codes); those of a `dossier` are the columns of a
 * table of dossiers, where everything that is not listed is an assertion.
 *
 * Fields of a `profile` are those of a wide table of profiles, markers among them,
 * unless the map gives the stored form, profile.observations.
 *
 * A record that lacks something required and got nothing from a column of its
 * own is not made: a sample number alone, which other records of the row have as
 * well, makes no custody event where the table has no date for one. */
#include <stdlib.h>
#include <string.h>

#include "app/import_rows.h"
#include "app/import_tables.h"
#include "app/mapped_profiles.h"
#include "base/check.h"
#include "base/fold.h"
#include "formats/column_map.h"

typedef struct mapped {
  hw_import *import;
  hw_references *references;
  hw_column_map *map;
  hw_csv csv;
  const hw_mapped_row *row; /* current, or NULL */
  const char **texts;       /* of its values, in normal form */
  int32_t texts_capacity;
  hwp_rows *rows[HW_KIND_COUNT]; /* made when needed */
  hw_arena arena;                /* of the current row */
  hwp_mapped_profiles *profiles; /* made when needed */
  bool are_stored;               /* profiles come in the form in which they are stored */
  hw_arena fields_arena;
  const char **fields; /* of profiles, that the map gives */
  int n_fields;
  bool has_lost_fields; /* memory is exhausted */
  bool may_names;       /* was asked for */
} mapped;

/* Values first … first + n of the row are one record. */
typedef struct group {
  const hw_kind *kind;
  int32_t first, n;
} group;

/* Everything is permitted; whether profiles come as they are stored is what is asked. */
static bool look_at_field(void *context, const char *kind, const char *field) {
  mapped *self = context;
  const hw_kind *what = hw_kind_find(kind);
  if (what == NULL || what->id != HW_KIND_PROFILE) return true;
  if (hw_column_name_equal(field, "observations")) self->are_stored = true;
  if (self->n_fields % 32 == 0) {
    const char **larger =
        hw_arena_alloc_array(&self->fields_arena, (size_t)self->n_fields + 32, sizeof *larger);
    if (larger != NULL && self->n_fields > 0)
      memcpy(larger, self->fields, (size_t)self->n_fields * sizeof *larger);
    self->fields = larger;
  }
  const char *kept = hw_arena_strdup(&self->fields_arena, field);
  self->has_lost_fields = self->has_lost_fields || self->fields == NULL || kept == NULL;
  if (!self->has_lost_fields) self->fields[self->n_fields++] = kept;
  return true;
}

static bool has_field(void *context, const char *kind, const char *field) {
  const mapped *self = context;
  const hw_kind *what = hw_kind_find(kind);
  if (what == NULL) return false;
  if (what->id == HW_KIND_PROFILE && !self->are_stored) return hwp_mapped_profile_has_field(field);
  hw_kind_table table;
  hw_kind_table_init(&table, what->id);
  return what->id == HW_KIND_DOSSIER || hw_kind_table_find(&table, field) >= 0;
}

/* The import's `locate`: the column that gave the field. */
static void locate(void *context, hw_err *mistake) {
  const mapped *self = context;
  if (self->row == NULL || mistake->line != self->row->line || mistake->field[0] == '\0') return;
  for (int32_t i = 0; i < self->row->n_values; i++) {
    const hw_mapped_value *value = &self->row->values[i];
    if (value->column < 0 || value->column >= self->csv.n_fields) continue;
    if (!hw_column_name_equal(value->field, mistake->field) &&
        !hwp_mapped_profile_same_field(value->field, mistake->field))
      continue;
    uint64_t line = 0, column = 0;
    hw_csv_place(&self->csv, value->column, &line, &column);
    hw_err_place(mistake, NULL, line, column);
    return;
  }
}

/* --- values --- */

static hw_status grow_texts(mapped *self, hw_err *err) {
  if (self->row->n_values <= self->texts_capacity) return HW_OK;
  size_t n = (size_t)self->row->n_values * 2;
  const char **larger = realloc(self->texts, n * sizeof *larger);
  if (larger == NULL) return HW_NO_MEMORY(err, "a row");
  self->texts = larger;
  self->texts_capacity = (int32_t)n;
  return HW_OK;
}

/* All values in normal form. @param is_good  [out] false after a mistake */
static hw_status take_texts(mapped *self, bool *is_good, hw_err *err) {
  *is_good = true;
  HW_TRY(grow_texts(self, err));
  for (int32_t i = 0; i < self->row->n_values; i++) {
    hw_err mistake = HW_ERR_INIT;
    hw_str normal = HW_STR_INIT;
    hw_status status = hw_fold_nfc(self->row->values[i].text, &normal, &mistake);
    self->texts[i] = hw_arena_strdup(&self->arena, hw_str_text(&normal));
    bool is_short = hw_str_status(&normal) != HW_OK || self->texts[i] == NULL;
    hw_str_clear(&normal);
    if (is_short) return HW_NO_MEMORY(err, "a row");
    if (status == HW_OK) continue;
    *is_good = false;
    hw_err_field(&mistake, "%s", self->row->values[i].field);
    hw_err_place(&mistake, NULL, self->row->line, 0);
    HW_TRY(hw_import_mistake(self->import, &mistake, err));
  }
  return HW_OK;
}

/* --- records --- */

static hw_status rows_of(mapped *self, hw_kind_id kind, hwp_rows **out, hw_err *err) {
  if (self->rows[kind] == NULL) {
    self->rows[kind] = calloc(1, sizeof *self->rows[kind]);
    if (self->rows[kind] == NULL) return HW_NO_MEMORY(err, "a table");
    hwp_rows_init(self->rows[kind], self->import, self->references, kind);
  }
  *out = self->rows[kind];
  return HW_OK;
}

/* True if a column gives something to this record and to no other of the row. */
static bool has_own_column(const mapped *self, const group *what) {
  const hw_mapped_value *values = self->row->values;
  for (int32_t i = what->first; i < what->first + what->n; i++) {
    bool is_own = values[i].column >= 0;
    for (int32_t j = 0; j < self->row->n_values && is_own; j++)
      is_own =
          (j >= what->first && j < what->first + what->n) || values[j].column != values[i].column;
    if (is_own) return true;
  }
  return false;
}

/* True if a field that has to be there has no text in any of its columns. */
static bool is_incomplete(const hw_kind_table *table, const char *const *texts) {
  for (int f = 0; f < table->kind->n_fields; f++) {
    const hw_field *field = &table->kind->fields[f];
    bool is_filled_in = (field->flags & HW_FIELD_STATE) ||
                        (field->type == HW_TYPE_REF && field->target == HW_KIND_INVESTIGATION);
    if (!(field->flags & HW_FIELD_MUST) || is_filled_in) continue;
    bool is_given = false;
    for (int c = 0; c < table->n_columns; c++)
      is_given = is_given || (table->columns[c].field == f && texts[c] != NULL);
    if (!is_given) return true;
  }
  return false;
}

static hw_status require(mapped *self, hwp_rows *rows, const char *const *texts, hw_err *err) {
  bool column[HW_KIND_TABLE_MAX];
  for (int c = 0; c < rows->table.n_columns; c++) column[c] = texts[c] != NULL;
  (void)self;
  return hwp_rows_require(rows, column, err);
}

static hw_status put_record(mapped *self, const group *what, hw_err *err) {
  hwp_rows *rows = NULL;
  const char *texts[HW_KIND_TABLE_MAX] = {NULL};
  HW_TRY(rows_of(self, what->kind->id, &rows, err));
  for (int32_t i = what->first; i < what->first + what->n; i++) {
    int c = hw_kind_table_find(&rows->table, self->row->values[i].field);
    HW_BUG_IF(c < 0, err);
    texts[c] = self->texts[i];
  }
  if (is_incomplete(&rows->table, texts) && !has_own_column(self, what)) return HW_OK;
  HW_TRY(require(self, rows, texts, err));
  hwp_row_outcome outcome;
  return hwp_rows_put(rows, texts, self->row->line, false, &outcome, err);
}

static hw_status put_dossier(mapped *self, const group *what, hw_err *err) {
  const char **names = hw_arena_alloc_array(&self->arena, (size_t)what->n, sizeof *names);
  const char **values = hw_arena_alloc_array(&self->arena, (size_t)what->n, sizeof *values);
  if (names == NULL || values == NULL) return HW_NO_MEMORY(err, "a row");
  hwp_dossier_row row = {.names = names, .values = values, .line = self->row->line};
  for (int32_t i = what->first; i < what->first + what->n; i++) {
    const char *field = self->row->values[i].field;
    int c = hwp_dossier_column(field);
    if (c >= 0) {
      row.text[c] = self->texts[i];
      continue;
    }
    names[row.n_others] = field;
    values[row.n_others++] = self->texts[i];
  }
  if (!self->may_names) HW_TRY(hw_app_require(self->import->app, HW_MAY_NAMES, err));
  self->may_names = true;
  return hwp_dossier_put(self->import, self->references, &self->arena, &row, err);
}

static hw_status put_profile(mapped *self, const group *what, hw_err *err) {
  if (self->profiles == NULL)
    HW_TRY(hwp_mapped_profiles_new(self->import, &self->csv, self->fields, self->n_fields,
                                   &self->profiles, err));
  return hwp_mapped_profiles_put(self->profiles, self->row, self->texts, what->first, what->n, err);
}

static int compare_groups(const void *a, const void *b) {
  const group *x = a, *y = b;
  if (x->kind->id != y->kind->id) return x->kind->id < y->kind->id ? -1 : 1;
  return x->first < y->first ? -1 : x->first > y->first;
}

static hw_status put_row(mapped *self, hw_err *err) {
  bool is_good = false;
  hw_arena_reset(&self->arena);
  HW_TRY(take_texts(self, &is_good, err));
  if (!is_good || self->row->n_values == 0) return HW_OK;
  int32_t n_values = self->row->n_values, n = 0;
  group *groups = hw_arena_alloc_array(&self->arena, (size_t)n_values, sizeof *groups);
  if (groups == NULL) return HW_NO_MEMORY(err, "a row");
  for (int32_t i = 0; i < n_values; i++) {
    const hw_mapped_value *value = &self->row->values[i];
    const hw_mapped_value *before = &self->row->values[i > 0 ? i - 1 : 0];
    if (i == 0 || value->record != before->record || strcmp(value->kind, before->kind) != 0)
      groups[n++] = (group){.kind = hw_kind_find(value->kind), .first = i};
    HW_BUG_IF(groups[n - 1].kind == NULL, err);
    groups[n - 1].n++;
  }
  qsort(groups, (size_t)n, sizeof *groups, compare_groups);
  for (int32_t i = 0; i < n; i++) {
    if (groups[i].kind->id == HW_KIND_DOSSIER)
      HW_TRY(put_dossier(self, &groups[i], err));
    else if (groups[i].kind->id == HW_KIND_PROFILE && !self->are_stored)
      HW_TRY(put_profile(self, &groups[i], err));
    else
      HW_TRY(put_record(self, &groups[i], err));
  }
  return HW_OK;
}

/* --- the table --- */

static hw_status read_rows(mapped *self, hw_err *err) {
  hw_errors *errors = &self->import->report->errors;
  for (;;) {
    uint64_t n_before = errors->n;
    self->row = NULL;
    hw_status status = hw_column_map_next(self->map, &self->csv, &self->row, errors);
    if (status != HW_OK) return hw_errors_status(errors, err);
    if (self->row == NULL) return HW_OK;
    uint64_t total = 0, done = hw_csv_position(&self->csv, &total);
    if (self->import->report->n_rows++ % 512 == 0) hw_import_progress(self->import, done, total);
    if (errors->n == n_before) HW_TRY(put_row(self, err));
  }
}

static hw_status finish(mapped *self, hw_err *err) {
  for (int k = 0; k < HW_KIND_COUNT; k++)
    if (self->rows[k] != NULL) HW_TRY(hwp_rows_finish(self->rows[k], err));
  const bool is_good = self->import->report->errors.n == 0;
  return self->profiles != NULL && is_good ? hwp_mapped_profiles_finish(self->profiles, err)
                                           : HW_OK;
}

/* The map is read twice, for what a field means depends on all of them. */
static hw_status read_map(mapped *self, hw_errors *errors) {
  const char *path = self->import->options->map;
  const hw_column_map_checks look = {.context = self, .has_field = look_at_field},
                             checks = {.context = self, .has_field = has_field};
  hw_errors ignored = {0};
  const hw_status status = hw_column_map_read(path, &look, &self->map, &ignored);
  if (status == HW_E_NO_MEMORY) *errors = ignored;
  if (status == HW_E_NO_MEMORY) return status;
  hw_column_map_delete(self->map);
  return hw_column_map_read(path, &checks, &self->map, errors);
}

static hw_status run(mapped *self, hw_err *err) {
  hw_errors *errors = &self->import->report->errors;
  hw_status status = read_map(self, errors);
  if (self->has_lost_fields) return HW_NO_MEMORY(err, "the column map");
  if (status != HW_OK) return hw_errors_status(errors, err);
  HW_TRY(hw_import_open_csv(self->import, &self->csv, hw_column_map_delimiter(self->map), err));
  if (hw_column_map_begin(self->map, &self->csv, errors) != HW_OK)
    return hw_errors_status(errors, err);
  HW_TRY(read_rows(self, err));
  self->row = NULL;
  return finish(self, err);
}

hw_status hwp_import_mapped(hw_import *import, hw_err *err) {
  mapped self = {.import = import};
  hw_arena_init(&self.arena, 0);
  hw_arena_init(&self.fields_arena, 0);
  import->locate = locate;
  import->locate_context = &self;
  hw_status status = hw_references_new(import->app->store, &self.references, err);
  if (status == HW_OK) {
    hw_references_set_import(self.references, import);
    status = run(&self, err);
  }
  import->locate = NULL;
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    if (self.rows[k] != NULL) hwp_rows_clear(self.rows[k]);
    free(self.rows[k]);
  }
  hwp_mapped_profiles_delete(self.profiles);
  hw_csv_clear(&self.csv);
  hw_column_map_delete(self.map);
  hw_references_delete(self.references);
  hw_arena_clear(&self.arena);
  hw_arena_clear(&self.fields_arena);
  free(self.texts);
  return status;
}
