/* From the texts of a row to a record.
 *
 * Everything follows from the kind's descriptor: which texts are numbers, codes,
 * references. Where a file leaves out what can only mean one thing, it is filled
 * in for new records: the investigation of the import, the first state of kinds
 * that have states, the label of a code that receives a prefix.
 *
 * Two things are not done by import even with --update: states of stored records
 * are changed by set-state, which knows what is permitted; and what the program
 * and the board wrote themselves (runs, comparisons, reviews, …) is taken from a
 * file only from an administrator who loads a whole database again. */
#include "app/import_rows.h"

#include <string.h>

#include "app/ranges.h"
#include "base/check.h"

void hwp_rows_init(hwp_rows *self, hw_import *import, hw_references *references, hw_kind_id kind) {
  self->import = import;
  self->references = references;
  self->custody = (hwp_custody_list){0};
  self->actors = (hwp_actors_seen){0};
  self->panel = (hwp_panel_size){0};
  self->genetic = NULL;
  hw_arena_init(&self->scratch, 0);
  hw_kind_table_init(&self->table, kind);
}

void hwp_rows_clear(hwp_rows *self) {
  hw_arena_clear(&self->scratch);
  hwp_custody_clear(&self->custody);
  hw_genetic_delete(self->genetic);
  self->genetic = NULL;
  self->import = NULL;
}

/* --- permission --- */

static bool is_administered(hw_kind_id kind) {
  switch (kind) {
    case HW_KIND_ACTOR:
    case HW_KIND_IMPORT:
    case HW_KIND_RUN:
    case HW_KIND_COMPARISON:
    case HW_KIND_POWER:
    case HW_KIND_REVIEW:
    case HW_KIND_POLICY:
    case HW_KIND_DECISION:
    case HW_KIND_JOINT_PAIR:
    case HW_KIND_JOINT_REMAINS:
    case HW_KIND_REPORT:
    case HW_KIND_SETTING:
    case HW_KIND_CREDENTIAL:
    case HW_KIND_ACCESS:
      return true;
    default:
      return false;
  }
}

hw_status hwp_rows_require(const hwp_rows *self, const bool *column, hw_err *err) {
  const hw_kind *kind = self->table.kind;
  HW_TRY(hw_kind_table_require(kind, err));
  if (is_administered(kind->id)) HW_TRY(hw_app_require(self->import->app, HW_MAY_ADMINISTER, err));
  for (int c = 0; c < self->table.n_columns; c++) {
    int field = self->table.columns[c].field;
    if (field < 0 || (column != NULL && !column[c])) continue;
    if (kind->fields[field].flags & HW_FIELD_NAME)
      HW_TRY(hw_app_require(self->import->app, HW_MAY_NAMES, err));
  }
  return HW_OK;
}

/* --- mistakes --- */

/* A mistake of the row in a column; the outcome is REFUSED. */
static hw_status refuse(hwp_rows *self, uint64_t line, const hw_err *mistake,
                        hwp_row_outcome *outcome, hw_err *err) {
  hw_err placed = *mistake;
  hw_err_place(&placed, NULL, line, 0);
  if (*outcome == HWP_ROW_PUT) *outcome = HWP_ROW_REFUSED;
  return hw_import_mistake(self->import, &placed, err);
}

/* Sets message and field of a mistake. */
#define MISTAKE(mistake, column, ...)         \
  do {                                        \
    (void)hw_err_set((mistake), __VA_ARGS__); \
    hw_err_field((mistake), "%s", (column));  \
  } while (0)

/* --- fields --- */

/* What is being made of a row. */
typedef struct making {
  hwp_rows *rows;
  hw_record record;
  const char *const *texts;
  hw_err mistake; /* of the field; status HW_OK = none */
  bool waits;     /* for a record of its own kind */
} making;

/* The record's code gets the prefix of the investigation, if codes of its kind have one. */
static hw_status prefix_code(making *self, int field, hw_err *err) {
  hw_record *record = &self->record;
  const char *investigation = self->rows->import->investigation;
  const char *code = hw_record_text(record, field);
  size_t n = strlen(investigation);
  if (!hw_references_is_prefixed(record->kind->id) || strcmp(investigation, "main") == 0 ||
      (strncmp(code, investigation, n) == 0 && code[n] == '/'))
    return HW_OK;
  hw_str whole = HW_STR_INIT;
  hw_app_code(investigation, code, &whole);
  const char *copy = hw_str_status(&whole) == HW_OK
                         ? hw_arena_strdup(&self->rows->scratch, hw_str_text(&whole))
                         : NULL;
  hw_str_clear(&whole);
  if (copy == NULL) return HW_NO_MEMORY(err, "a code");
  int label = hw_kind_field(record->kind, "label");
  if (label >= 0 && hw_record_is_null(record, label)) hw_record_set_text(record, label, code);
  hw_record_set_text(record, field, copy);
  return HW_OK;
}

static void not_found(making *self, const char *column, hw_kind_id kind, const char *code) {
  bool is_own = kind == self->record.kind->id;
  if (is_own) self->waits = true;
  MISTAKE(&self->mistake, column, HW_E_REFERENCE,
          "there is no %s \"%.80s\"%s: import it first, or correct the code",
          hw_kind_get(kind)->name, code, is_own ? ", or it comes from this one in turn" : "");
}

/* A failure of looking something up: a mistake, or the machine's. */
static hw_status looked_up(making *self, const char *column, hw_status status, hw_err *err) {
  if (status == HW_OK) return HW_OK;
  hw_err_field(&self->mistake, "%s", column);
  if (hw_status_exit(status) == hw_status_exit(HW_E_VALUE)) return HW_OK;
  if (err != NULL) *err = self->mistake;
  return status;
}

/* A reference in one text. */
static hw_status take_code(making *self, const hw_kind_column *column, hw_kind_id target,
                           const char *text, hw_err *err) {
  int64_t id = 0;
  hw_status status =
      hw_references_find_code(self->rows->references, target, text, &id, &self->mistake);
  HW_TRY(looked_up(self, column->name, status, err));
  if (status == HW_OK && id == 0) not_found(self, column->name, target, text);
  hw_record_set_int(&self->record, column->field, id);
  return HW_OK;
}

/* A reference in the columns first … of its key. */
static hw_status take_parts(making *self, int first, int n, hw_kind_id target, hw_err *err) {
  const hw_kind_column *columns = &self->rows->table.columns[first];
  const char *const *texts = self->texts + first;
  int n_missing = 0, missing = 0;
  for (int i = 0; i < n; i++)
    if (texts[i] == NULL || texts[i][0] == '\0') {
      n_missing++;
      missing = i;
    }
  if (n_missing == n) return HW_OK;
  if (n_missing > 0) {
    MISTAKE(&self->mistake, columns[missing].name, HW_E_VALUE,
            "is missing: a %s is named by all of its columns", hw_kind_get(target)->name);
    return HW_OK;
  }
  int64_t id = 0;
  hw_status status = hw_references_find(self->rows->references, target, texts, &id, &self->mistake);
  HW_TRY(looked_up(self, columns[0].name, status, err));
  if (status == HW_OK && id == 0) not_found(self, columns[n - 1].name, target, texts[n - 1]);
  hw_record_set_int(&self->record, columns[0].field, id);
  return HW_OK;
}

static hw_status take_reference(making *self, int first, int n, hw_kind_id target, hw_err *err) {
  const hw_kind_column *column = &self->rows->table.columns[first];
  const char *text = self->texts[first];
  if (text != NULL && text[0] != '\0') return take_code(self, column, target, text, err);
  return column->is_whole ? take_parts(self, first + 1, n - 1, target, err) : HW_OK;
}

/* The kind that an item is of stands in the field before. */
static hw_status take_item(making *self, const hw_kind_column *column, hw_err *err) {
  const char *text = self->texts[column - self->rows->table.columns];
  const hw_kind *kind = hw_kind_find(hw_record_text(&self->record, column->field - 1));
  if (text == NULL || text[0] == '\0') return HW_OK;
  if (kind != NULL) return take_code(self, column, kind->id, text, err);
  const char *stated = self->texts[column - self->rows->table.columns - 1];
  if (stated != NULL && stated[0] != '\0') return HW_OK; /* it is none, and was told so */
  MISTAKE(&self->mistake, column->name, HW_E_VALUE, "which kind of item \"%.80s\" is, is missing",
          text);
  return HW_OK;
}

static hw_status take_field(making *self, int first, int n, hw_err *err) {
  const hw_kind_column *column = &self->rows->table.columns[first];
  const hw_field *field = &self->record.kind->fields[column->field];
  const char *text = self->texts[first];
  if (field->type == HW_TYPE_REF) return take_reference(self, first, n, field->target, err);
  if (field->type == HW_TYPE_ITEM) return take_item(self, column, err);
  if (text == NULL) return HW_OK;
  /* Only a text can be empty; elsewhere programs that quote every cell mean that it is missing. */
  if (text[0] == '\0' && field->type != HW_TYPE_TEXT) return HW_OK;
  if (text[0] == '\0') {
    hw_record_set_text(&self->record, column->field, "");
    return HW_OK;
  }
  hw_status status = hw_record_parse(&self->record, column->field, text, &self->mistake);
  if (status == HW_OK) status = hw_record_check_range(&self->record, column->field, &self->mistake);
  if (status == HW_OK && (field->flags & HW_FIELD_KEY) &&
      column->field == hw_kind_code_field(self->record.kind))
    return prefix_code(self, column->field, err);
  return status == HW_E_BUG ? status : HW_OK;
}

/* All fields; every mistake is collected. */
static hw_status take_fields(making *self, uint64_t line, bool may_wait, hwp_row_outcome *outcome,
                             hw_err *err) {
  const hw_kind_table *table = &self->rows->table;
  for (int first = 0, n; first < table->n_columns - 1; first += n) {
    n = 1;
    while (table->columns[first + n].field == table->columns[first].field) n++;
    self->mistake.status = HW_OK;
    self->waits = false;
    HW_TRY(take_field(self, first, n, err));
    if (self->mistake.status == HW_OK) continue;
    if (self->waits && may_wait) {
      if (*outcome == HWP_ROW_PUT) *outcome = HWP_ROW_WAITS;
      return HW_OK;
    }
    HW_TRY(refuse(self->rows, line, &self->mistake, outcome, err));
  }
  return HW_OK;
}

/* --- what the file need not say --- */

static hw_status check_state(making *self, int field, int64_t id, hw_err *err) {
  hw_record stored;
  HW_TRY(hw_store_get(self->rows->import->app->store, self->record.kind->id, id,
                      &self->rows->scratch, &stored, err));
  const char *now = hw_record_text(&stored, field);
  const char *said = hw_record_text(&self->record, field);
  if (strcmp(now, said) != 0)
    MISTAKE(&self->mistake, self->record.kind->fields[field].name, HW_E_STATE,
            "\"%s\", but the stored %s is \"%s\": states are changed with 'homeward set-state'",
            said, self->record.kind->name, now);
  return HW_OK;
}

/* The first word of "a|b|c". */
static const char *first_choice(making *self, const hw_field *field) {
  return hw_arena_strndup(&self->rows->scratch, field->choices, strcspn(field->choices, "|"));
}

static hw_status complete_state(making *self, int field, hw_err *err) {
  int64_t id = 0;
  HW_TRY(hw_store_find(self->rows->import->app->store, &self->record, &id, err));
  if (!hw_record_is_null(&self->record, field))
    return id != 0 ? check_state(self, field, id, err) : HW_OK;
  if (id != 0) return HW_OK;
  const char *first = first_choice(self, &self->record.kind->fields[field]);
  if (first == NULL) return HW_NO_MEMORY(err, "a record");
  hw_record_set_text(&self->record, field, first);
  return HW_OK;
}

static bool is_key_complete(const hw_record *record) {
  for (int f = 0; f < record->kind->n_fields; f++)
    if ((record->kind->fields[f].flags & HW_FIELD_KEY) && hw_record_is_null(record, f))
      return false;
  return true;
}

static hw_status complete(making *self, hw_err *err) {
  const hw_kind *kind = self->record.kind;
  if (!is_key_complete(&self->record)) return HW_OK; /* the store will tell which part is missing */
  for (int f = 0; f < kind->n_fields; f++) {
    const hw_field *field = &kind->fields[f];
    if (field->flags & HW_FIELD_STATE) HW_TRY(complete_state(self, f, err));
    if (field->type == HW_TYPE_REF && field->target == HW_KIND_INVESTIGATION &&
        (field->flags & HW_FIELD_MUST) && !(field->flags & HW_FIELD_KEY) &&
        hw_record_is_null(&self->record, f))
      hw_record_set_int(&self->record, f, self->rows->import->investigation_id);
  }
  return HW_OK;
}

/* Two spellings of one marker's name would be two markers. */
static hw_status check_marker(making *self, hw_err *err) {
  hw_import *import = self->rows->import;
  const char *name = hw_record_text(&self->record, HW_FIELD_MARKER_CODE);
  int64_t same = 0, id = 0;
  HW_TRY(hw_store_find_code(import->app->store, HW_KIND_MARKER, name, &id, err));
  if (id != 0) return HW_OK;
  HW_TRY(hw_import_find_marker(import, name, &same, err));
  if (same == 0) return HW_OK;
  hw_str code = HW_STR_INIT;
  hw_status status = hw_store_code(import->app->store, HW_KIND_MARKER, same, &code, err);
  MISTAKE(&self->mistake, "code", HW_E_DUPLICATE,
          "\"%.60s\" is another spelling of the marker \"%.60s\": import it as marker_alias", name,
          hw_str_text(&code));
  hw_str_clear(&code);
  return status;
}

static void check_actor(making *self) {
  unsigned may = 0;
  const char *words = hw_record_text(&self->record, HW_FIELD_ACTOR_PERMISSIONS);
  if (hw_app_permissions(words, &may, &self->mistake) != HW_OK)
    hw_err_field(&self->mistake, "permissions");
}

static hw_status check_genetic(making *self, hw_err *err) {
  hwp_rows *rows = self->rows;
  if (rows->genetic == NULL) HW_TRY(hw_genetic_new(rows->import->app->store, &rows->genetic, err));
  return hw_genetic_check(rows->genetic, &self->record, &self->mistake, err);
}

static hw_status check_record(making *self, hw_err *err) {
  self->mistake.status = HW_OK;
  if (self->record.kind->id == HW_KIND_ACTOR) check_actor(self);
  HW_TRY(complete(self, err));
  if (self->mistake.status == HW_OK && self->record.kind->id == HW_KIND_MARKER)
    HW_TRY(check_marker(self, err));
  if (self->mistake.status == HW_OK && self->record.kind->id == HW_KIND_PROFILE)
    HW_TRY(hwp_check_observations(self->rows->import->app->store, &self->record, &self->rows->panel,
                                  &self->mistake, err));
  if (self->mistake.status == HW_OK && hw_genetic_has(self->record.kind->id))
    return check_genetic(self, err);
  return HW_OK;
}

/* --- writing --- */

/* A record that was there before the file, and that the file says is withdrawn. */
static hw_status withdraw(making *self, const char *reason, bool is_unchanged, hw_err *err) {
  hw_import *import = self->rows->import;
  hw_store *store = import->app->store;
  hw_import_count *count = &import->report->counts[self->record.kind->id];
  hw_record stored;
  HW_TRY(hw_store_get(store, self->record.kind->id, self->record.id, &self->rows->scratch, &stored,
                      err));
  if (stored.withdrawn != NULL && strcmp(stored.withdrawn, reason) == 0) return HW_OK;
  if (stored.withdrawn != NULL) {
    MISTAKE(&self->mistake, HW_KIND_COLUMN_WITHDRAWN, HW_E_CONFLICT,
            "the stored %s was withdrawn for another reason: \"%.200s\"", self->record.kind->name,
            stored.withdrawn);
  } else if (!import->options->update) {
    MISTAKE(&self->mistake, HW_KIND_COLUMN_WITHDRAWN, HW_E_CONFLICT,
            "the stored %s is not withdrawn: say --update to withdraw it", self->record.kind->name);
  } else {
    HW_TRY(hw_store_withdraw(store, self->record.kind->id, self->record.id, reason, err));
    count->unchanged -= is_unchanged;
    count->changed += is_unchanged;
  }
  return HW_OK;
}

static hw_status put(making *self, uint64_t line, hwp_row_outcome *outcome, hw_err *err) {
  hw_import *import = self->rows->import;
  const hw_import_count *count = &import->report->counts[self->record.kind->id];
  const hw_import_count before = *count;
  const char *reason = self->texts[self->rows->table.n_columns - 1];
  bool is_withdrawn = reason != NULL && reason[0] != '\0';
  const bool is_actor = self->record.kind->id == HW_KIND_ACTOR;
  if (is_withdrawn) self->record.withdrawn = reason;
  if (is_actor) HW_TRY(hwp_actors_look(&self->rows->actors, import, &self->record, err));
  HW_TRY(hw_import_put(import, &self->record, line, err));
  if (self->record.id == 0) {
    *outcome = HWP_ROW_REFUSED;
    return HW_OK;
  }
  if (count->added > before.added && self->record.kind->id == HW_KIND_MARKER)
    HW_TRY(hw_import_know_marker(import, hw_record_text(&self->record, HW_FIELD_MARKER_CODE),
                                 self->record.id, err));
  if (count->added > before.added && self->record.kind->id == HW_KIND_CUSTODY)
    HW_TRY(hwp_custody_add(&self->rows->custody, &self->record, line, err));
  self->mistake.status = HW_OK;
  if (is_withdrawn && count->added == before.added)
    HW_TRY(withdraw(self, reason, count->unchanged > before.unchanged, err));
  if (is_actor) HW_TRY(hwp_actors_seen_put(&self->rows->actors, import, &self->record, line, err));
  return self->mistake.status != HW_OK ? refuse(self->rows, line, &self->mistake, outcome, err)
                                       : HW_OK;
}

hw_status hwp_rows_put(hwp_rows *self, const char *const *texts, uint64_t line, bool may_wait,
                       hwp_row_outcome *outcome, hw_err *err) {
  making row = {.rows = self, .texts = texts, .mistake = HW_ERR_INIT};
  hw_arena_reset(&self->scratch);
  hw_record_init(&row.record, self->table.kind->id);
  *outcome = HWP_ROW_PUT;
  HW_TRY(take_fields(&row, line, may_wait, outcome, err));
  if (*outcome != HWP_ROW_PUT) return HW_OK;
  HW_TRY(check_record(&row, err));
  if (row.mistake.status != HW_OK) return refuse(self, line, &row.mistake, outcome, err);
  return put(&row, line, outcome, err);
}

hw_status hwp_rows_finish(hwp_rows *self, hw_err *err) {
  if (self->import->report->errors.n > 0) return HW_OK; /* these first */
  HW_TRY(hwp_actors_check(&self->actors, self->import, err));
  return hwp_custody_check(&self->custody, self->import, err);
}
