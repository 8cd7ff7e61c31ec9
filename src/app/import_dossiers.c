/* Dossiers: what is known of each loss, as institutions keep it.
 *
 * Wide, one row per dossier and source, a column for everything that is asserted:
 *
 *   dossier,person,name,source,unit,rank,home place
 *   D-1,M-1,Nguyễn Văn A,death notice 12,Battalion 3,private,Hải Dương
 *
 * Long, one row per assertion:
 *
 *   dossier,field,value,source,weight,date
 *   D-1,unit,Battalion 3,death notice 12,0.9,1972-06
 *
 * Nothing is decided between sources: what two of them say of one field stands
 * side by side, and what the same source says again is recognised. So every
 * assertion needs its source. A name makes the missing person and the person's
 * name; it does not stand among the assertions. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/import_tables.h"
#include "app/kind_table.h"
#include "app/ranges.h"
#include "base/check.h"

/* Columns of both layouts; the long one has the last two as well. */
enum {
  C_DOSSIER,
  C_PERSON,
  C_NAME,
  C_SEX,
  C_SITE,
  C_OPENED_ON,
  C_SOURCE,
  C_WEIGHT,
  C_DATE,
  C_DOCUMENT,
  C_NOTE,
  N_WIDE,
  C_FIELD = N_WIDE,
  C_VALUE,
  N_LONG
};
_Static_assert(N_LONG == HWP_DOSSIER_COLUMNS, "rows of dossiers have these texts");

static const hwp_table_column columns[N_LONG] = {
    {"dossier", true, "code of the dossier"},
    {"person", false, "code of the missing person; empty and a name given = the dossier's code"},
    {"name", false, "full name of the missing person"},
    {"sex", false, "sex of the missing person"},
    {"site", false, "code of the site where the loss is placed"},
    {"opened_on", false, "when the dossier was opened"},
    {"source", false, "who says so, where; needed for every assertion"},
    {"weight", false, "how far the source is trusted, 0 to 1"},
    {"date", false, "when it was said: 1972-06-03, 1972-06, 1972 or a range"},
    {"document", false, "code of the document"},
    {"note", false, "remarks on the assertion, without names"},
    {"field", true, "what is asserted: unit, rank, home place, date of death, stature, …"},
    {"value", true, "as the source writes it"},
};

/* A row at work. */
typedef struct dossiers {
  hw_import *import;
  hw_references *references;
  hw_arena *arena;
  const hwp_dossier_row *row;
  bool is_refused;
} dossiers;

static const char *text_of(const dossiers *self, int column) {
  const char *text = self->row->text[column];
  return text != NULL && text[0] != '\0' ? text : NULL;
}

/* A mistake in a column. */
static hw_status refuse(dossiers *self, int column, hw_err *err, hw_status status,
                        const char *format, ...) HW_PRINTF(5, 6);
static hw_status refuse(dossiers *self, int column, hw_err *err, hw_status status,
                        const char *format, ...) {
  char text[sizeof(((hw_err *)NULL)->message)];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  hw_err mistake = HW_ERR_INIT;
  (void)hw_err_set(&mistake, status, "%s", text);
  hw_err_field(&mistake, "%s", columns[column].name);
  hw_err_place(&mistake, NULL, self->row->line, 0);
  self->is_refused = true;
  return hw_import_mistake(self->import, &mistake, err);
}

/* Sets a field of a record from a column. */
static hw_status take(dossiers *self, hw_record *record, int field, int column, hw_err *err) {
  const char *text = text_of(self, column);
  hw_err mistake = HW_ERR_INIT;
  if (text == NULL) return HW_OK;
  hw_status status = hw_record_parse(record, field, text, &mistake);
  if (status == HW_OK) status = hw_record_check_range(record, field, &mistake);
  return status == HW_OK ? HW_OK : refuse(self, column, err, status, "%s", mistake.message);
}

static hw_status take_reference(dossiers *self, hw_record *record, int field, int column,
                                hw_err *err) {
  const char *text = text_of(self, column);
  hw_kind_id target = record->kind->fields[field].target;
  int64_t id = 0;
  if (text == NULL) return HW_OK;
  HW_TRY(hw_references_find_code(self->references, target, text, &id, err));
  hw_record_set_int(record, field, id);
  if (id != 0) return HW_OK;
  return refuse(self, column, err, HW_E_REFERENCE,
                "there is no %s \"%.80s\": import it first, or correct the code",
                hw_kind_get(target)->name, text);
}

/* --- the person --- */

/* Code of the missing person, NULL if the row tells nothing of one. */
static hw_status person_code(dossiers *self, const hw_record *stored, const char **code,
                             hw_err *err) {
  const char *person = text_of(self, C_PERSON);
  *code = NULL;
  if (person == NULL && stored->id != 0 && !hw_record_is_null(stored, HW_FIELD_DOSSIER_PERSON)) {
    hw_record record;
    HW_TRY(hw_store_get(self->import->app->store, HW_KIND_PERSON,
                        hw_record_int(stored, HW_FIELD_DOSSIER_PERSON), self->arena, &record, err));
    *code = hw_record_text(&record, HW_FIELD_PERSON_CODE);
    return HW_OK;
  }
  if (person == NULL && text_of(self, C_NAME) != NULL) person = text_of(self, C_DOSSIER);
  if (person == NULL) return HW_OK;
  *code = hwp_full_code(self->import, person, self->arena);
  return *code != NULL ? HW_OK : HW_NO_MEMORY(err, "a dossier");
}

static hw_status put_person(dossiers *self, const hw_record *stored, int64_t *person, hw_err *err) {
  const char *code = NULL, *sex = hwp_word_sex(text_of(self, C_SEX));
  const char *name = text_of(self, C_NAME);
  *person = 0;
  if (sex == NULL)
    return refuse(self, C_SEX, err, HW_E_VALUE,
                  "\"%.40s\" is no sex: expected male, female or unknown", text_of(self, C_SEX));
  HW_TRY(person_code(self, stored, &code, err));
  if (code == NULL) return HW_OK;
  HW_TRY(hwp_put_person(self->import, code, sex, true, self->row->line, person, err));
  if (*person == 0) self->is_refused = true;
  if (*person == 0 || name == NULL) return HW_OK;
  return hwp_put_name(self->import, *person, name, text_of(self, C_SOURCE), self->row->line, err);
}

/* --- the dossier --- */

static hw_status put_dossier(dossiers *self, int64_t *dossier, int64_t *person, hw_err *err) {
  hw_record record, stored;
  hw_store *store = self->import->app->store;
  int64_t id = 0;
  hw_record_init(&stored, HW_KIND_DOSSIER);
  hw_record_init(&record, HW_KIND_DOSSIER);
  HW_TRY(take(self, &record, HW_FIELD_DOSSIER_CODE, C_DOSSIER, err));
  if (self->is_refused) return HW_OK;
  HW_TRY(hw_store_find(store, &record, &id, err));
  if (id != 0) HW_TRY(hw_store_get(store, HW_KIND_DOSSIER, id, self->arena, &stored, err));
  HW_TRY(put_person(self, &stored, person, err));
  if (*person != 0) hw_record_set_int(&record, HW_FIELD_DOSSIER_PERSON, *person);
  HW_TRY(take_reference(self, &record, HW_FIELD_DOSSIER_SITE, C_SITE, err));
  HW_TRY(take(self, &record, HW_FIELD_DOSSIER_OPENED_ON, C_OPENED_ON, err));
  if (id == 0) hw_record_set_text(&record, HW_FIELD_DOSSIER_STATE, "open");
  if (self->is_refused) return HW_OK;
  HW_TRY(hw_import_put(self->import, &record, self->row->line, err));
  *dossier = record.id;
  if (record.id == 0) self->is_refused = true;
  return HW_OK;
}

/* --- assertions --- */

/* What the row says of its assertions; the dossier's key fields are set for each. */
static hw_status take_assertion(dossiers *self, int64_t dossier, hw_record *record, hw_err *err) {
  hw_record_init(record, HW_KIND_ASSERTION);
  hw_record_set_int(record, HW_FIELD_ASSERTION_DOSSIER, dossier);
  hw_record_set_text(record, HW_FIELD_ASSERTION_SOURCE, text_of(self, C_SOURCE));
  hw_record_set_text(record, HW_FIELD_ASSERTION_NOTE, text_of(self, C_NOTE));
  HW_TRY(take(self, record, HW_FIELD_ASSERTION_WEIGHT, C_WEIGHT, err));
  HW_TRY(take(self, record, HW_FIELD_ASSERTION_ASSERTED_ON, C_DATE, err));
  return take_reference(self, record, HW_FIELD_ASSERTION_DOCUMENT, C_DOCUMENT, err);
}

static hw_status put_assertion(dossiers *self, hw_record *record, const char *field,
                               const char *value, hw_err *err) {
  if (text_of(self, C_SOURCE) == NULL)
    return refuse(self, C_SOURCE, err, HW_E_VALUE,
                  "is missing: what is said of \"%.60s\" needs who says so", field);
  hw_record_set_text(record, HW_FIELD_ASSERTION_FIELD, field);
  hw_record_set_text(record, HW_FIELD_ASSERTION_VALUE, value);
  return hw_import_put(self->import, record, self->row->line, err);
}

/* Name of a wide table's column as a field: "home_place" is "home place". */
static const char *field_of(dossiers *self, const char *name) {
  char *field = hw_arena_strdup(self->arena, name);
  for (char *c = field; c != NULL && *c != '\0'; c++)
    if (*c == '_') *c = ' ';
  return field;
}

static hw_status put_wide(dossiers *self, hw_record *record, hw_err *err) {
  for (int i = 0; i < self->row->n_others && !self->is_refused; i++) {
    const char *value = self->row->values[i];
    if (value == NULL || value[0] == '\0') continue;
    const char *field = field_of(self, self->row->names[i]);
    if (field == NULL) return HW_NO_MEMORY(err, "a dossier");
    HW_TRY(put_assertion(self, record, field, value, err));
  }
  return HW_OK;
}

static hw_status put_long(dossiers *self, hw_record *record, int64_t person, hw_err *err) {
  const char *field = text_of(self, C_FIELD), *value = text_of(self, C_VALUE);
  if (field == NULL && value == NULL) return HW_OK;
  if (field == NULL || value == NULL) {
    int missing = field == NULL ? C_FIELD : C_VALUE;
    return refuse(self, missing, err, HW_E_VALUE, "is missing: %s", columns[missing].sentence);
  }
  if (strcmp(field, "name") == 0 && person != 0)
    return hwp_put_name(self->import, person, value, text_of(self, C_SOURCE), self->row->line, err);
  return put_assertion(self, record, field, value, err);
}

/* --- rows --- */

hw_status hwp_dossier_put(hw_import *import, hw_references *references, hw_arena *arena,
                          const hwp_dossier_row *row, hw_err *err) {
  dossiers self = {.import = import, .references = references, .arena = arena, .row = row};
  int64_t dossier = 0, person = 0;
  hw_record assertion;
  if (text_of(&self, C_DOSSIER) == NULL)
    return refuse(&self, C_DOSSIER, err, HW_E_VALUE, "is missing: the dossier's code");
  HW_TRY(put_dossier(&self, &dossier, &person, err));
  if (self.is_refused) return HW_OK;
  HW_TRY(take_assertion(&self, dossier, &assertion, err));
  if (self.is_refused) return HW_OK;
  return row->is_long ? put_long(&self, &assertion, person, err) : put_wide(&self, &assertion, err);
}

int hwp_dossier_column(const char *name) {
  if (hw_column_name_equal(name, "code")) return C_DOSSIER;
  for (int c = 0; c < N_WIDE; c++)
    if (hw_column_name_equal(name, columns[c].name)) return c;
  return -1;
}

/* --- a table of dossiers --- */

typedef struct dossier_table {
  hwp_sheet *sheet;
  hw_references *references;
  int32_t column[N_LONG];
  int n_others;
  const char **names, **values; /* of other columns */
  int32_t *others;              /* their numbers */
  hw_arena arena, row_arena;
  bool is_long;
} dossier_table;

static hw_status list_others(dossier_table *self, hw_err *err) {
  size_t n = (size_t)self->sheet->n_columns;
  self->names = hw_arena_alloc_array(&self->arena, n, sizeof *self->names);
  self->values = hw_arena_alloc_array(&self->arena, n, sizeof *self->values);
  self->others = hw_arena_alloc_array(&self->arena, n, sizeof *self->others);
  if (!self->names || !self->values || !self->others) return HW_NO_MEMORY(err, "the header");
  for (int32_t i = 0; i < self->sheet->n_columns; i++) {
    bool is_own = false;
    for (int c = 0; c < N_LONG; c++) is_own = is_own || self->column[c] == i;
    if (is_own) continue;
    self->names[self->n_others] = self->sheet->names[i];
    self->others[self->n_others++] = i;
  }
  return HW_OK;
}

static hw_status put_rows(dossier_table *self, hw_err *err) {
  bool has_row = false;
  for (;;) {
    HW_TRY(hwp_sheet_next(self->sheet, &has_row, err));
    if (!has_row) return HW_OK;
    hw_arena_reset(&self->row_arena);
    hwp_dossier_row row = {.n_others = self->n_others,
                           .names = self->names,
                           .values = self->values,
                           .line = hwp_sheet_line(self->sheet),
                           .is_long = self->is_long};
    for (int c = 0; c < N_LONG; c++) row.text[c] = hwp_sheet_text(self->sheet, self->column[c]);
    for (int i = 0; i < self->n_others; i++)
      self->values[i] = hwp_sheet_text(self->sheet, self->others[i]);
    HW_TRY(hwp_dossier_put(self->sheet->import, self->references, &self->row_arena, &row, err));
  }
}

static hw_status run(hwp_sheet *sheet, hw_references *references, const hwp_table_type *type,
                     hw_err *err) {
  dossier_table self = {
      .sheet = sheet, .references = references, .is_long = type->n_columns == N_LONG};
  for (int c = 0; c < N_LONG; c++) self.column[c] = -1;
  /* What a source says of a loss may name people. */
  HW_TRY(hw_app_require(sheet->import->app, HW_MAY_NAMES, err));
  HW_TRY(hwp_table_match(sheet, type, self.column, err));
  hw_arena_init(&self.arena, 0);
  hw_arena_init(&self.row_arena, 0);
  hw_status status = list_others(&self, err);
  if (status == HW_OK) status = put_rows(&self, err);
  hw_arena_clear(&self.arena);
  hw_arena_clear(&self.row_arena);
  return status;
}

static hw_status run_wide(hwp_sheet *sheet, hw_references *references, hw_err *err) {
  return run(sheet, references, &hwp_table_dossiers, err);
}

static hw_status run_long(hwp_sheet *sheet, hw_references *references, hw_err *err) {
  return run(sheet, references, &hwp_table_dossiers_long, err);
}

const hwp_table_type hwp_table_dossiers = {
    .kind = HW_KIND_DOSSIER,
    .name = "dossiers",
    .brief = "one row per dossier and source; every column that is not listed here is an assertion "
             "under its own name",
    .n_columns = N_WIDE,
    .columns = columns,
    .others = "an assertion: the column's name is the field (\"_\" is a blank), the cell its value",
    .example = "D-1,M-1,Nguyễn Văn A,male,,1975-05,death notice 12,0.9,1972-06,,,Battalion 3\n"
               "D-1,,,,,,letter of a comrade,0.5,1974,,,Battalion 5\n",
    .run = run_wide,
};

const hwp_table_type hwp_table_dossiers_long = {
    .kind = HW_KIND_DOSSIER,
    .name = "dossiers, long",
    .brief = "one row per assertion",
    .n_columns = N_LONG,
    .columns = columns,
    .example = "D-1,M-1,,male,,,death notice 12,0.9,1972-06,,,unit,Battalion 3\n"
               "D-1,,,,,,letter of a comrade,0.5,1974,,,unit,Battalion 5\n",
    .run = run_long,
};
