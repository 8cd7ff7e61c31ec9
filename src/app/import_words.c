/* What the importers of tables that people have share: their columns, the words
 * people write for yes and no and for the sexes, persons and their names. */
#include <string.h>

#include "app/import_tables.h"
#include "app/kind_table.h"
#include "base/check.h"

/* --- columns --- */

static hw_status unknown_column(hwp_sheet *sheet, const hwp_table_type *type, int32_t column,
                                hw_err *err) {
  const char *name = sheet->names[column], *nearest = type->columns[0].name;
  int least = 100;
  for (int i = 0; i < type->n_columns; i++) {
    int distance = hw_column_name_distance(type->columns[i].name, name);
    if (distance < least) {
      least = distance;
      nearest = type->columns[i].name;
    }
  }
  return hwp_sheet_mistake(
      sheet, column, err, HW_E_UNKNOWN_KEY,
      "a table of %s has no such column: is it \"%s\"? 'homeward export %s --template' shows all "
      "of them",
      type->name, nearest, hw_kind_get(type->kind)->plural);
}

hw_status hwp_table_match(hwp_sheet *sheet, const hwp_table_type *type, int32_t *column,
                          hw_err *err) {
  for (int i = 0; i < type->n_columns; i++) {
    column[i] = hwp_sheet_find(sheet, type->columns[i].name);
    if (column[i] < 0 && type->columns[i].is_required)
      HW_TRY(hwp_sheet_mistake(sheet, -1, err, HW_E_SYNTAX, "the column \"%s\" is missing: %s",
                               type->columns[i].name, type->columns[i].sentence));
  }
  for (int32_t c = 0; c < sheet->n_columns && type->others == NULL; c++) {
    bool is_known = false;
    for (int i = 0; i < type->n_columns; i++) is_known = is_known || column[i] == c;
    if (!is_known) HW_TRY(unknown_column(sheet, type, c, err));
  }
  return hw_errors_status(&sheet->import->report->errors, err);
}

/* --- words --- */

static bool is_word(const char *text, const char *const *words, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (hw_column_name_equal(text, words[i])) return true;
  return false;
}

int hwp_word_yes(const char *text) {
  static const char *const yes[] = {"yes", "y", "1", "true", "x", "co", "có", "Có", "CÓ"};
  static const char *const no[] = {"no", "n",     "0",     "false", "",
                                   "-",  "khong", "không", "Không", "KHÔNG"};
  if (text == NULL || is_word(text, no, sizeof no / sizeof *no)) return 0;
  return is_word(text, yes, sizeof yes / sizeof *yes) ? 1 : -1;
}

const char *hwp_word_sex(const char *text) {
  static const char *const male[] = {"male", "m", "nam", "man", "boy"};
  static const char *const female[] = {"female", "f", "nu", "nữ", "Nữ", "NỮ", "woman", "girl"};
  static const char *const unknown[] = {"unknown", "u", "?", "", "-", "không rõ", "khong ro"};
  if (text == NULL || is_word(text, unknown, sizeof unknown / sizeof *unknown)) return "unknown";
  if (is_word(text, male, sizeof male / sizeof *male)) return "male";
  return is_word(text, female, sizeof female / sizeof *female) ? "female" : NULL;
}

/* --- codes --- */

static bool needs_prefix(const hw_import *import, const char *code) {
  const char *investigation = import->investigation;
  size_t n = strlen(investigation);
  return strcmp(investigation, "main") != 0 &&
         !(strncmp(code, investigation, n) == 0 && code[n] == '/');
}

const char *hwp_full_code(const hw_import *import, const char *code, hw_arena *arena) {
  if (!needs_prefix(import, code)) return code;
  hw_str whole = HW_STR_INIT;
  hw_app_code(import->investigation, code, &whole);
  const char *copy =
      hw_str_status(&whole) == HW_OK ? hw_arena_strdup(arena, hw_str_text(&whole)) : NULL;
  hw_str_clear(&whole);
  return copy;
}

const char *hwp_label(const hw_import *import, const char *code) {
  return needs_prefix(import, code) ? code : NULL;
}

/* --- persons --- */

hw_status hwp_put_person(hw_import *import, const char *full_code, const char *sex, bool is_missing,
                         uint64_t line, int64_t *id, hw_err *err) {
  hw_record person;
  hw_record_init(&person, HW_KIND_PERSON);
  hw_record_set_text(&person, HW_FIELD_PERSON_CODE, full_code);
  HW_TRY(hw_store_find(import->app->store, &person, id, err));
  bool is_new = *id == 0, is_known = strcmp(sex, "unknown") != 0;
  if (is_new || is_known) hw_record_set_text(&person, HW_FIELD_PERSON_SEX, sex);
  if (is_new || is_missing)
    hw_record_set_text(&person, HW_FIELD_PERSON_ROLE, is_missing ? "missing" : "relative");
  HW_TRY(hw_import_put(import, &person, line, err));
  *id = person.id;
  return HW_OK;
}

hw_status hwp_put_name(hw_import *import, int64_t person, const char *name, const char *source,
                       uint64_t line, hw_err *err) {
  hw_record record;
  hw_record_init(&record, HW_KIND_PERSON_NAME);
  hw_record_set_int(&record, HW_FIELD_PERSON_NAME_PERSON, person);
  hw_record_set_text(&record, HW_FIELD_PERSON_NAME_KIND, "full");
  hw_record_set_text(&record, HW_FIELD_PERSON_NAME_NAME, name);
  hw_record_set_text(&record, HW_FIELD_PERSON_NAME_SOURCE, source);
  return hw_import_put(import, &record, line, err);
}

/* --- what is stored already --- */

hw_status hwp_count_stored(hw_import *import, hw_kind_id kind, int field, int64_t of, int64_t *out,
                           hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *found = NULL;
  const hw_value value = hw_value_int(of);
  *out = 0;
  HW_TRY(hw_store_scan(import->app->store, kind, field, &value, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &found, err)) == HW_OK && found != NULL) ++*out;
  hw_scan_done(scan);
  return status;
}
