/* Is the table of a family possible? Its rows become a pedigree, in their order, so that what the
 * check of pedigrees says of person i is said of row i. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/pedigree_edit_int.h"
#include "base/check.h"

static hw_status refuse(hw_pedigree_saved *where, int row, const char *field, hw_status status) {
  if (where != NULL) {
    where->row = row;
    where->field = field;
  }
  return status;
}

static hw_sex sex_of(const char *word) {
  if (strcmp(word, "male") == 0) return HW_MALE;
  return strcmp(word, "female") == 0 ? HW_FEMALE : HW_UNKNOWN_SEX;
}

static bool is_code_used(const hw_pedigree_sheet *sheet, const hw_person *persons, int n,
                         const char *code) {
  for (int i = 0; i < sheet->n_rows; i++)
    if (strcmp(sheet->rows[i].code, code) == 0) return true;
  for (int i = 0; i < n; i++)
    if (strcmp(persons[i].id, code) == 0) return true;
  return false;
}

/* A code for somebody new: the family's, with the first number that is free in the sheet. */
static const char *number_person(const hw_pedigree_sheet *sheet, const hw_person *persons, int n,
                                 hw_arena *arena) {
  for (int k = 1; k <= 2 * HW_PEDIGREE_SHEET_MOST; k++) {
    char code[HW_CODE_MAX + 16];
    snprintf(code, sizeof code, "%.*s-%d", HW_CODE_MAX - 8, sheet->family, k);
    if (!is_code_used(sheet, persons, n, code)) return hw_arena_strdup(arena, code);
  }
  return NULL;
}

static bool is_row(const hw_pedigree_sheet *sheet, int32_t row) {
  return row >= -1 && row < sheet->n_rows;
}

static hw_status take_row(const hw_pedigree_sheet *sheet, int i, hw_person *persons,
                          hw_arena *arena, hw_pedigree_saved *where, hw_err *err) {
  const hw_pedigree_row *row = &sheet->rows[i];
  const bool is_sex = strcmp(row->sex, "male") == 0 || strcmp(row->sex, "female") == 0 ||
                      strcmp(row->sex, "unknown") == 0;
  if (!is_sex)
    return refuse(where, i, "sex",
                  hw_err_set(err, HW_E_VALUE,
                             "\"%.40s\" is no sex: expected male, female or unknown", row->sex));
  if (!is_row(sheet, row->father) || !is_row(sheet, row->mother) || !is_row(sheet, row->twin))
    return refuse(where, i, "father",
                  hw_err_set(err, HW_E_REFERENCE, "a parent or twin is in no row of the table"));
  persons[i] = (hw_person){.id = row->code,
                           .father = row->father >= 0 ? row->father : HW_PERSON_NONE,
                           .mother = row->mother >= 0 ? row->mother : HW_PERSON_NONE,
                           .sex = sex_of(row->sex),
                           .twin = HW_PERSON_NONE};
  if (row->code[0] == '\0') persons[i].id = number_person(sheet, persons, i, arena);
  return persons[i].id != NULL ? HW_OK : HW_NO_MEMORY(err, "a pedigree");
}

static int32_t first_of(const hw_person *persons, int32_t i) {
  while (persons[i].twin != HW_PERSON_NONE) i = persons[i].twin;
  return i;
}

static hw_status join_twins(const hw_pedigree_sheet *sheet, hw_person *persons,
                            hw_pedigree_saved *where, hw_err *err) {
  for (int32_t i = 0; i < sheet->n_rows; i++) {
    const int32_t twin = sheet->rows[i].twin;
    if (twin < 0) continue;
    if (twin == i)
      return refuse(where, i, "twin",
                    hw_err_set(err, HW_E_PEDIGREE, "%.60s cannot be the own twin", persons[i].id));
    const int32_t a = first_of(persons, i), b = first_of(persons, twin);
    if (a != b) persons[a > b ? a : b].twin = a > b ? b : a;
  }
  return HW_OK;
}

/* Row and column of what the check found; it writes "pedigree[3].father". */
static void locate(const hw_err *mistake, int n_rows, hw_pedigree_saved *where) {
  static const char field[] = "pedigree[";
  static const char *const columns[] = {"father", "mother", "sex"};
  if (where == NULL || strncmp(mistake->field, field, sizeof field - 1) != 0) return;
  const long i = strtol(mistake->field + sizeof field - 1, NULL, 10);
  const char *part = strrchr(mistake->field, '.');
  if (i >= 0 && i < n_rows) where->row = (int)i;
  where->field = part != NULL && strcmp(part, ".id") == 0 ? "code" : "";
  for (size_t k = 0; part != NULL && k < sizeof columns / sizeof *columns; k++)
    if (strcmp(part + 1, columns[k]) == 0) where->field = columns[k];
}

hw_status hw_pedigree_sheet_draw(const hw_pedigree_sheet *sheet, hw_arena *arena, hw_pedigree *out,
                                 hw_pedigree_saved *where, hw_err *err) {
  hw_err mistake = HW_ERR_INIT;
  if (where != NULL) *where = (hw_pedigree_saved){.row = -1, .field = "", .family = sheet->family};
  if (sheet->n_rows < 1) return hw_err_set(err, HW_E_PEDIGREE, "a family has one person at least");
  if (sheet->n_rows > HW_PEDIGREE_SHEET_MOST)
    return hw_err_set(err, HW_E_VALUE,
                      "%d persons: a table holds %d at most; change larger families by an import",
                      sheet->n_rows, HW_PEDIGREE_SHEET_MOST);
  hw_person *persons = hw_arena_alloc_array(arena, (size_t)sheet->n_rows, sizeof *persons);
  if (persons == NULL) return HW_NO_MEMORY(err, "a pedigree");
  for (int i = 0; i < sheet->n_rows; i++) HW_TRY(take_row(sheet, i, persons, arena, where, err));
  HW_TRY(join_twins(sheet, persons, where, err));
  const hw_pedigree pedigree = {.n_persons = sheet->n_rows, .persons = persons};
  const hw_status status = hw_pedigree_validate(&pedigree, &mistake);
  if (status != HW_OK) {
    locate(&mistake, sheet->n_rows, where);
    if (status == HW_E_DUPLICATE && where != NULL && where->row >= 0)
      return hw_err_set(err, status, "the code \"%.60s\" stands twice", persons[where->row].id);
    return hw_err_set(err, status, "%s", mistake.message);
  }
  if (out != NULL) *out = pedigree;
  return HW_OK;
}
