/* Families: one row per member.
 *
 *   family,person,father,mother,sex,missing,relation,name
 *   F-1,F-1-A,,,female,,mother,
 *   F-1,F-1-B,F-1-X,F-1-A,male,yes,,
 *
 * gives a family, its persons and members, names, and the pedigree "stated" with
 * who is whose child. Parents who are named but have no row of their own become
 * persons too: they link brothers and sisters although nobody has typed them.
 *
 * Other hypotheses about the family stand in the same table: a row with a
 * `pedigree` holds in that pedigree only, and who has no row there is taken from
 * the stated one. So a doubted father is one more row.
 *
 * The rows of a family stand together, so that a file of any length needs the
 * memory of its largest family. A family is checked before its pedigrees are
 * written: one father, one mother, nobody their own ancestor. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/import_tables.h"
#include "base/check.h"
#include "genetics/name_index.h"
#include "homeward/pedigree.h"

enum {
  C_FAMILY,
  C_PERSON,
  C_FATHER,
  C_MOTHER,
  C_SEX,
  C_MISSING,
  C_RELATION,
  C_NAME,
  C_TWIN_OF,
  C_PEDIGREE,
  N_COLUMNS
};

static const hwp_table_column columns[N_COLUMNS] = {
    {"family", true, "code of the family; its rows stand together"},
    {"person", true, "code of the member"},
    {"father", false, "code of the father; he need not have a row"},
    {"mother", false, "code of the mother; she need not have a row"},
    {"sex", false, "male, female or unknown; also m, f, nam, nữ"},
    {"missing", false, "yes for who is missing; also 1, x, có"},
    {"relation", false, "stated relation to the missing person"},
    {"name", false, "full name (needs the permission for names)"},
    {"twin_of", false, "code of the identical twin, who has a row in this family"},
    {"pedigree", false,
     "name of another hypothesis in which this row holds; empty = the stated pedigree"},
};

/* One row; texts live in the family's arena. */
typedef struct member_row {
  struct member_row *next;
  const char *text[N_COLUMNS]; /* NULL = missing */
  const char *sex;
  bool is_missing;
  uint64_t line;
} member_row;

/* Somebody of the family. */
typedef struct member {
  const char *code; /* as the file writes it */
  const char *sex;
  bool is_missing, says_missing; /* a row says yes; a row says yes or no */
  const char *relation, *name;
  uint64_t line; /* of the first row that names the person */
  int64_t id;    /* record; 0 = refused */
} member;

typedef struct families {
  hwp_sheet *sheet;
  hw_import *import;
  int32_t column[N_COLUMNS];
  /* The family whose rows are being read. */
  hw_arena arena;
  member_row *first, **last;
  int32_t n_rows;
  bool is_refused; /* a mistake was found: nothing more is told of it */
  member_row **rows;
  int32_t n_members;
  member *members;
  int32_t *row_member, *row_father, *row_mother, *row_twin; /* of each row: member, or −1 */
  int64_t family;                                           /* record */
  int64_t n_stored; /* members that it had before the file */
} families;

/* --- reading --- */

static const char *keep(families *self, const char *text) {
  return text != NULL && text[0] != '\0' ? hw_arena_strdup(&self->arena, text) : NULL;
}

static hw_status read_words(families *self, member_row *row, hw_err *err) {
  const char *sex = hwp_sheet_text(self->sheet, self->column[C_SEX]);
  const char *missing = hwp_sheet_text(self->sheet, self->column[C_MISSING]);
  int yes = hwp_word_yes(missing);
  row->sex = hwp_word_sex(sex);
  row->is_missing = yes == 1;
  if (row->sex == NULL) {
    row->sex = "unknown";
    self->is_refused = true;
    HW_TRY(hwp_sheet_mistake(self->sheet, self->column[C_SEX], err, HW_E_VALUE,
                             "\"%.40s\" is no sex: expected male, female or unknown (or m, f, nam, "
                             "n\xE1\xBB\xAF)",
                             sex));
  }
  if (yes < 0) {
    self->is_refused = true;
    HW_TRY(hwp_sheet_mistake(self->sheet, self->column[C_MISSING], err, HW_E_VALUE,
                             "\"%.40s\" is neither yes nor no", missing));
  }
  return HW_OK;
}

/* The current row of the sheet becomes a row of the family. */
static hw_status add_row(families *self, hw_err *err) {
  member_row *row = hw_arena_alloc(&self->arena, sizeof *row);
  if (row == NULL) return HW_NO_MEMORY(err, "a family");
  for (int c = 0; c < N_COLUMNS; c++) {
    const char *text = hwp_sheet_text(self->sheet, self->column[c]);
    row->text[c] = keep(self, text);
    if (text != NULL && text[0] != '\0' && row->text[c] == NULL)
      return HW_NO_MEMORY(err, "a family");
  }
  row->line = hwp_sheet_line(self->sheet);
  if (row->text[C_PEDIGREE] != NULL && strcmp(row->text[C_PEDIGREE], "stated") == 0)
    row->text[C_PEDIGREE] = NULL;
  if (row->text[C_PERSON] == NULL) {
    self->is_refused = true;
    return hwp_sheet_mistake(self->sheet, self->column[C_PERSON], err, HW_E_VALUE,
                             "is missing: the member's code");
  }
  HW_TRY(read_words(self, row, err));
  *self->last = row;
  self->last = &row->next;
  self->n_rows++;
  return HW_OK;
}

/* --- who is who --- */

/* A mistake of the family; nothing else of it is told afterwards. */
static hw_status refuse(families *self, uint64_t line, int column, hw_err *err, hw_status status,
                        const char *format, ...) HW_PRINTF(6, 7);
static hw_status refuse(families *self, uint64_t line, int column, hw_err *err, hw_status status,
                        const char *format, ...) {
  char text[sizeof(((hw_err *)NULL)->message)];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  hw_err mistake = HW_ERR_INIT;
  (void)hw_err_set(&mistake, status, "%s", text);
  if (column >= 0) hw_err_field(&mistake, "%s", columns[column].name);
  hw_err_place(&mistake, NULL, line, 0);
  self->is_refused = true;
  return hw_import_mistake(self->import, &mistake, err);
}

static hw_status list_rows(families *self, hw_err *err) {
  size_t n = (size_t)self->n_rows;
  self->rows = hw_arena_alloc_array(&self->arena, n, sizeof *self->rows);
  self->members = hw_arena_alloc_array(&self->arena, 3 * n, sizeof *self->members);
  self->row_member = hw_arena_alloc_array(&self->arena, n, sizeof *self->row_member);
  self->row_father = hw_arena_alloc_array(&self->arena, n, sizeof *self->row_father);
  self->row_mother = hw_arena_alloc_array(&self->arena, n, sizeof *self->row_mother);
  self->row_twin = hw_arena_alloc_array(&self->arena, n, sizeof *self->row_twin);
  if (!self->rows || !self->members || !self->row_member || !self->row_father ||
      !self->row_mother || !self->row_twin)
    return HW_NO_MEMORY(err, "a family");
  int32_t i = 0;
  for (member_row *row = self->first; row != NULL; row = row->next) self->rows[i++] = row;
  return HW_OK;
}

/* Numbers of names: rows 0 … n−1 are members, n … 2n−1 fathers, 2n … 3n−1 mothers, so that the
 * smallest number of a name is its row, if it has one. */
static hw_status index_names(families *self, hw_name_index *index, hw_err *err) {
  int32_t n = self->n_rows;
  const char **names = hw_arena_alloc_array(&self->arena, 3 * (size_t)n, sizeof *names);
  if (names == NULL) return HW_NO_MEMORY(err, "a family");
  for (int32_t i = 0; i < n; i++) {
    const char *const *text = self->rows[i]->text;
    names[i] = text[C_PERSON];
    names[n + i] = text[C_FATHER] != NULL ? text[C_FATHER] : "";
    names[2 * n + i] = text[C_MOTHER] != NULL ? text[C_MOTHER] : "";
  }
  return hw_name_index_init(index, 3 * n, names, err);
}

/* The member of a name; made if it has none. @param place  member of each name, or −1 */
static int32_t member_of(families *self, const hw_name_index *index, int32_t *place,
                         const char *name, const char *sex, uint64_t line) {
  if (name == NULL) return -1;
  int32_t number = hw_name_index_find(index, name);
  if (number == HW_NAME_NONE) return -1;
  if (place[number] < 0) {
    place[number] = self->n_members;
    self->members[self->n_members++] = (member){.code = name, .sex = sex, .line = line};
  }
  return place[number];
}

/* What several rows say of one person must agree. */
static hw_status merge_row(families *self, member *who, const member_row *row, hw_err *err) {
  if (strcmp(row->sex, "unknown") != 0 && strcmp(who->sex, "unknown") != 0 &&
      strcmp(row->sex, who->sex) != 0)
    HW_TRY(refuse(self, row->line, C_SEX, err, HW_E_CONFLICT,
                  "\"%.60s\" is %s in another row of the family", who->code, who->sex));
  if (strcmp(row->sex, "unknown") != 0) who->sex = row->sex;
  if (row->is_missing) who->is_missing = true;
  if (row->text[C_MISSING] != NULL) who->says_missing = true;
  if (who->relation == NULL) who->relation = row->text[C_RELATION];
  if (who->name == NULL) who->name = row->text[C_NAME];
  return HW_OK;
}

static hw_status find_twin(families *self, const hw_name_index *index, const int32_t *place,
                           int32_t i, hw_err *err) {
  const char *twin = self->rows[i]->text[C_TWIN_OF];
  int32_t number = twin != NULL ? hw_name_index_find(index, twin) : HW_NAME_NONE;
  self->row_twin[i] = number != HW_NAME_NONE ? place[number] : -1;
  if (twin == NULL) return HW_OK;
  if (self->row_twin[i] < 0)
    return refuse(self, self->rows[i]->line, C_TWIN_OF, err, HW_E_REFERENCE,
                  "\"%.60s\" is not in this family", twin);
  if (self->row_twin[i] == self->row_member[i])
    return refuse(self, self->rows[i]->line, C_TWIN_OF, err, HW_E_PEDIGREE,
                  "\"%.60s\" cannot be the own twin", twin);
  return HW_OK;
}

static hw_status find_members(families *self, const hw_name_index *index, hw_err *err) {
  int32_t n = self->n_rows;
  int32_t *place = hw_arena_alloc_array(&self->arena, 3 * (size_t)n, sizeof *place);
  if (place == NULL) return HW_NO_MEMORY(err, "a family");
  for (int32_t i = 0; i < 3 * n; i++) place[i] = -1;
  for (int32_t i = 0; i < n; i++) {
    const member_row *row = self->rows[i];
    self->row_member[i] = member_of(self, index, place, row->text[C_PERSON], "unknown", row->line);
    HW_TRY(merge_row(self, &self->members[self->row_member[i]], row, err));
  }
  for (int32_t i = 0; i < n; i++) {
    const member_row *row = self->rows[i];
    self->row_father[i] = member_of(self, index, place, row->text[C_FATHER], "male", row->line);
    self->row_mother[i] = member_of(self, index, place, row->text[C_MOTHER], "female", row->line);
  }
  for (int32_t i = 0; i < n; i++) HW_TRY(find_twin(self, index, place, i, err));
  return HW_OK;
}

/* --- family, persons, members --- */

/* Gives a record its place in the family, unless it has one: what a file adds comes last.
 * @param last  [in, out] the last place that is taken */
static hw_status set_rank(families *self, hw_record *record, int field, int64_t *last,
                          hw_err *err) {
  int64_t known = 0;
  if (self->n_stored > 0) HW_TRY(hw_store_find(self->import->app->store, record, &known, err));
  if (known == 0) hw_record_set_int(record, field, ++*last);
  return HW_OK;
}

static hw_status put_family(families *self, hw_err *err) {
  const char *code = self->rows[0]->text[C_FAMILY];
  hw_record record;
  hw_record_init(&record, HW_KIND_FAMILY);
  const char *full = hwp_full_code(self->import, code, &self->arena);
  if (full == NULL) return HW_NO_MEMORY(err, "a family");
  hw_record_set_text(&record, HW_FIELD_FAMILY_CODE, full);
  int64_t known = 0;
  HW_TRY(hw_store_find(self->import->app->store, &record, &known, err));
  if (known >= self->import->first_family)
    return refuse(self, self->rows[0]->line, C_FAMILY, err, HW_E_DUPLICATE,
                  "the rows of family \"%.60s\" do not stand together: sort the table by family",
                  code);
  hw_record_set_int(&record, HW_FIELD_FAMILY_INVESTIGATION, self->import->investigation_id);
  hw_record_set_text(&record, HW_FIELD_FAMILY_LABEL, hwp_label(self->import, code));
  if (known == 0) hw_record_set_text(&record, HW_FIELD_FAMILY_STATE, "open");
  self->n_stored = 0;
  if (known != 0)
    HW_TRY(hwp_count_stored(self->import, HW_KIND_FAMILY_MEMBER, HW_FIELD_FAMILY_MEMBER_FAMILY,
                            known, &self->n_stored, err));
  HW_TRY(hw_import_put(self->import, &record, self->rows[0]->line, err));
  self->family = record.id;
  if (record.id == 0) self->is_refused = true;
  return HW_OK;
}

static hw_status put_member(families *self, int32_t i, int64_t *last, hw_err *err) {
  member *who = &self->members[i];
  const char *code = hwp_full_code(self->import, who->code, &self->arena);
  if (code == NULL) return HW_NO_MEMORY(err, "a family");
  HW_TRY(hwp_put_person(self->import, code, who->sex, who->is_missing, who->line, &who->id, err));
  if (who->id == 0) {
    self->is_refused = true;
    return HW_OK;
  }
  hw_record record;
  hw_record_init(&record, HW_KIND_FAMILY_MEMBER);
  hw_record_set_int(&record, HW_FIELD_FAMILY_MEMBER_FAMILY, self->family);
  hw_record_set_int(&record, HW_FIELD_FAMILY_MEMBER_PERSON, who->id);
  hw_record_set_text(&record, HW_FIELD_FAMILY_MEMBER_LABEL, hwp_label(self->import, who->code));
  hw_record_set_text(&record, HW_FIELD_FAMILY_MEMBER_RELATION, who->relation);
  HW_TRY(set_rank(self, &record, HW_FIELD_FAMILY_MEMBER_RANK, last, err));
  /* Of who is new, nothing said is no. */
  if (who->says_missing || !hw_record_is_null(&record, HW_FIELD_FAMILY_MEMBER_RANK))
    hw_record_set_int(&record, HW_FIELD_FAMILY_MEMBER_IS_MISSING, who->is_missing);
  HW_TRY(hw_import_put(self->import, &record, who->line, err));
  if (who->name == NULL) return HW_OK;
  return hwp_put_name(self->import, who->id, who->name, NULL, who->line, err);
}

/* --- pedigrees --- */

/* One hypothesis. */
typedef struct hypothesis {
  const char *name; /* NULL = stated */
  int64_t rank;
  int32_t *row;   /* of each member: the row that holds here, or −1 */
  int32_t *place; /* of each member: number in the pedigree, or −1 */
  int32_t *who;   /* of each person of the pedigree: the member */
  hw_person *persons;
  int32_t n;
} hypothesis;

static bool is_of(const member_row *row, const char *name) {
  const char *other = row->text[C_PEDIGREE];
  return name == NULL || other == NULL ? name == other : strcmp(name, other) == 0;
}

static hw_status choose_rows(families *self, hypothesis *h, hw_err *err) {
  for (int32_t m = 0; m < self->n_members; m++) h->row[m] = h->place[m] = -1;
  for (int32_t i = 0; i < self->n_rows; i++) {
    if (!is_of(self->rows[i], h->name)) continue;
    int32_t m = self->row_member[i];
    if (h->row[m] >= 0) {
      char line[24];
      snprintf(line, sizeof line, "%llu", (unsigned long long)self->rows[h->row[m]]->line);
      HW_TRY(refuse(self, self->rows[i]->line, C_PERSON, err, HW_E_DUPLICATE,
                    "\"%.60s\" stands in line %s already: a member has one row, or one for each "
                    "hypothesis that the column \"pedigree\" names",
                    self->members[m].code, line));
    }
    h->row[m] = i;
  }
  for (int32_t i = 0; i < self->n_rows && h->name != NULL; i++)
    if (self->rows[i]->text[C_PEDIGREE] == NULL && h->row[self->row_member[i]] < 0)
      h->row[self->row_member[i]] = i;
  return HW_OK;
}

/* Members who have a row here, and their parents, in the order of the family. */
static void list_persons(families *self, hypothesis *h) {
  for (int32_t m = 0; m < self->n_members; m++) {
    if (h->row[m] < 0) continue;
    int32_t father = self->row_father[h->row[m]], mother = self->row_mother[h->row[m]];
    h->place[m] = 0;
    if (father >= 0) h->place[father] = 0;
    if (mother >= 0) h->place[mother] = 0;
  }
  for (int32_t m = 0; m < self->n_members; m++) {
    if (h->place[m] < 0) continue;
    h->who[h->n] = m;
    h->place[m] = h->n++;
  }
}

static hw_sex sex_of(const char *word) {
  if (strcmp(word, "male") == 0) return HW_MALE;
  return strcmp(word, "female") == 0 ? HW_FEMALE : HW_UNKNOWN_SEX;
}

static int32_t parent_place(const hypothesis *h, int32_t who) {
  return who >= 0 ? h->place[who] : HW_PERSON_NONE;
}

/* The first of somebody's twins; links point to smaller numbers. */
static int32_t first_twin(const hw_person *persons, int32_t i) {
  while (persons[i].twin != HW_PERSON_NONE) i = persons[i].twin;
  return i;
}

static void make_pedigree(families *self, hypothesis *h) {
  for (int32_t i = 0; i < h->n; i++) {
    const member *who = &self->members[h->who[i]];
    int32_t row = h->row[h->who[i]];
    h->persons[i] =
        (hw_person){.id = who->code,
                    .father = row >= 0 ? parent_place(h, self->row_father[row]) : HW_PERSON_NONE,
                    .mother = row >= 0 ? parent_place(h, self->row_mother[row]) : HW_PERSON_NONE,
                    .sex = sex_of(who->sex),
                    .twin = HW_PERSON_NONE};
  }
  for (int32_t i = 0; i < h->n; i++) {
    int32_t row = h->row[h->who[i]];
    int32_t twin = row >= 0 ? parent_place(h, self->row_twin[row]) : HW_PERSON_NONE;
    if (twin == HW_PERSON_NONE) continue;
    int32_t a = first_twin(h->persons, i), b = first_twin(h->persons, twin);
    if (a != b) h->persons[a > b ? a : b].twin = a > b ? b : a;
  }
}

/* An impossible pedigree is a mistake of the row that the check names. */
static hw_status check_pedigree(families *self, const hypothesis *h, hw_err *err) {
  hw_pedigree pedigree = {.n_persons = h->n, .persons = h->persons};
  hw_err mistake = HW_ERR_INIT;
  hw_status status = hw_pedigree_validate(&pedigree, &mistake);
  if (status == HW_OK) return HW_OK;
  self->is_refused = true;
  uint64_t line = self->rows[0]->line;
  static const char field[] = "pedigree[";
  if (strncmp(mistake.field, field, sizeof field - 1) == 0) {
    long i = strtol(mistake.field + sizeof field - 1, NULL, 10);
    int32_t row = i >= 0 && i < h->n ? h->row[h->who[i]] : -1;
    if (row >= 0) line = self->rows[row]->line;
  }
  const char *part = strrchr(mistake.field, '.');
  char named[16] = "";
  if (part != NULL) snprintf(named, sizeof named, "%s", part + 1);
  mistake.field[0] = '\0';
  if (named[0] != '\0') hw_err_field(&mistake, "%s", named);
  hw_err_while(&mistake, "checking family %.60s%s%.60s", self->rows[0]->text[C_FAMILY],
               h->name != NULL ? ", pedigree " : "", h->name != NULL ? h->name : "");
  hw_err_place(&mistake, NULL, line, 0);
  return hw_import_mistake(self->import, &mistake, err);
}

static hw_status put_descents(families *self, const hypothesis *h, int64_t pedigree, hw_err *err) {
  int64_t last = 0;
  if (self->n_stored > 0)
    HW_TRY(hwp_count_stored(self->import, HW_KIND_DESCENT, HW_FIELD_DESCENT_PEDIGREE, pedigree,
                            &last, err));
  for (int32_t i = 0; i < h->n; i++) {
    const hw_person *person = &h->persons[i];
    const member *who = &self->members[h->who[i]];
    hw_record record;
    hw_record_init(&record, HW_KIND_DESCENT);
    hw_record_set_int(&record, HW_FIELD_DESCENT_PEDIGREE, pedigree);
    hw_record_set_int(&record, HW_FIELD_DESCENT_PERSON, who->id);
    if (person->father != HW_PERSON_NONE)
      hw_record_set_int(&record, HW_FIELD_DESCENT_FATHER, self->members[h->who[person->father]].id);
    if (person->mother != HW_PERSON_NONE)
      hw_record_set_int(&record, HW_FIELD_DESCENT_MOTHER, self->members[h->who[person->mother]].id);
    HW_TRY(set_rank(self, &record, HW_FIELD_DESCENT_RANK, &last, err));
    HW_TRY(hw_import_put(self->import, &record, who->line, err));
  }
  return HW_OK;
}

static hw_status put_twins(families *self, const hypothesis *h, int64_t pedigree, hw_err *err) {
  for (int32_t i = 0; i < h->n; i++) {
    if (h->persons[i].twin == HW_PERSON_NONE) continue;
    hw_record record;
    hw_record_init(&record, HW_KIND_IDENTITY);
    hw_record_set_int(&record, HW_FIELD_IDENTITY_PEDIGREE, pedigree);
    hw_record_set_int(&record, HW_FIELD_IDENTITY_PERSON, self->members[h->who[i]].id);
    hw_record_set_int(&record, HW_FIELD_IDENTITY_OTHER,
                      self->members[h->who[h->persons[i].twin]].id);
    hw_record_set_text(&record, HW_FIELD_IDENTITY_KIND, "twins");
    HW_TRY(hw_import_put(self->import, &record, self->members[h->who[i]].line, err));
  }
  return HW_OK;
}

static hw_status put_pedigree(families *self, const hypothesis *h, uint64_t line, hw_err *err) {
  hw_record record;
  hw_record_init(&record, HW_KIND_PEDIGREE);
  hw_record_set_int(&record, HW_FIELD_PEDIGREE_FAMILY, self->family);
  hw_record_set_text(&record, HW_FIELD_PEDIGREE_CODE, h->name != NULL ? h->name : "stated");
  hw_record_set_int(&record, HW_FIELD_PEDIGREE_RANK, h->rank);
  hw_record_set_text(&record, HW_FIELD_PEDIGREE_STATUS, h->name != NULL ? "alternative" : "stated");
  HW_TRY(hw_import_put(self->import, &record, line, err));
  if (record.id == 0) return HW_OK;
  HW_TRY(put_descents(self, h, record.id, err));
  return put_twins(self, h, record.id, err);
}

static hw_status make_hypothesis(families *self, const char *name, int64_t rank, uint64_t line,
                                 hw_err *err) {
  size_t n = (size_t)self->n_members;
  hypothesis h = {.name = name, .rank = rank};
  h.row = hw_arena_alloc_array(&self->arena, n, sizeof *h.row);
  h.place = hw_arena_alloc_array(&self->arena, n, sizeof *h.place);
  h.who = hw_arena_alloc_array(&self->arena, n, sizeof *h.who);
  h.persons = hw_arena_alloc_array(&self->arena, n, sizeof *h.persons);
  if (!h.row || !h.place || !h.who || !h.persons) return HW_NO_MEMORY(err, "a pedigree");
  HW_TRY(choose_rows(self, &h, err));
  list_persons(self, &h);
  make_pedigree(self, &h);
  if (!self->is_refused) HW_TRY(check_pedigree(self, &h, err));
  return self->is_refused ? HW_OK : put_pedigree(self, &h, line, err);
}

/* The stated pedigree, then the others in the order in which they are named. */
static hw_status put_pedigrees(families *self, hw_err *err) {
  bool has_stated = false;
  for (int32_t i = 0; i < self->n_rows; i++)
    has_stated = has_stated || self->rows[i]->text[C_PEDIGREE] == NULL;
  if (!has_stated)
    return refuse(
        self, self->rows[0]->line, C_PEDIGREE, err, HW_E_VALUE,
        "family \"%.60s\" has no stated pedigree: leave \"%s\" empty in the rows that are "
        "believed",
        self->rows[0]->text[C_FAMILY], columns[C_PEDIGREE].name);
  HW_TRY(make_hypothesis(self, NULL, 1, self->rows[0]->line, err));
  int64_t rank = 1;
  for (int32_t i = 0; i < self->n_rows && !self->is_refused; i++) {
    const char *name = self->rows[i]->text[C_PEDIGREE];
    bool is_first = name != NULL;
    for (int32_t j = 0; j < i && is_first; j++) is_first = !is_of(self->rows[j], name);
    if (is_first) HW_TRY(make_hypothesis(self, name, ++rank, self->rows[i]->line, err));
  }
  return HW_OK;
}

/* --- a family, all families --- */

static hw_status finish_family(families *self, hw_err *err) {
  if (self->n_rows == 0 || self->is_refused) return HW_OK;
  hw_name_index index = {0};
  HW_TRY(list_rows(self, err));
  hw_status status = index_names(self, &index, err);
  if (status == HW_OK) status = find_members(self, &index, err);
  hw_name_index_clear(&index);
  HW_TRY(status);
  if (!self->is_refused) HW_TRY(put_family(self, err));
  int n_missing = 0;
  int64_t last = self->n_stored;
  for (int32_t m = 0; m < self->n_members && !self->is_refused; m++) {
    HW_TRY(put_member(self, m, &last, err));
    n_missing += self->members[m].is_missing;
  }
  if (self->is_refused) return HW_OK;
  if (n_missing == 0)
    hw_import_note(self->import, "family %.60s: nobody is marked as missing",
                   self->rows[0]->text[C_FAMILY]);
  return put_pedigrees(self, err);
}

static void begin_family(families *self) {
  hw_arena_reset(&self->arena);
  self->first = NULL;
  self->last = &self->first;
  self->n_rows = self->n_members = 0;
  self->is_refused = false;
}

static hw_status read_families(families *self, hw_err *err) {
  bool has_row = false;
  begin_family(self);
  for (;;) {
    HW_TRY(hwp_sheet_next(self->sheet, &has_row, err));
    if (!has_row) break;
    const char *family = hwp_sheet_text(self->sheet, self->column[C_FAMILY]);
    if (family == NULL || family[0] == '\0') {
      HW_TRY(hwp_sheet_mistake(self->sheet, self->column[C_FAMILY], err, HW_E_VALUE,
                               "is missing: the family's code"));
      continue;
    }
    if (self->n_rows > 0 && strcmp(self->first->text[C_FAMILY], family) != 0) {
      HW_TRY(finish_family(self, err));
      begin_family(self);
    }
    HW_TRY(add_row(self, err));
  }
  return finish_family(self, err);
}

static hw_status run(hwp_sheet *sheet, hw_references *references, hw_err *err) {
  (void)references;
  families self = {.sheet = sheet, .import = sheet->import};
  HW_TRY(hwp_table_match(sheet, &hwp_table_families, self.column, err));
  if (self.column[C_NAME] >= 0) HW_TRY(hw_app_require(sheet->import->app, HW_MAY_NAMES, err));
  hw_arena_init(&self.arena, 0);
  hw_status status = read_families(&self, err);
  hw_arena_clear(&self.arena);
  return status;
}

const hwp_table_type hwp_table_families = {
    .kind = HW_KIND_FAMILY,
    .name = "families",
    .brief = "one row per member of a family, with father and mother",
    .n_columns = N_COLUMNS,
    .columns = columns,
    .example = "F-1,F-1-mother,,,female,,mother,,,\n"
               "F-1,F-1-son,F-1-father,F-1-mother,male,yes,,,,\n"
               "F-1,F-1-brother,F-1-father,F-1-mother,male,,brother,,,\n"
               "F-1,F-1-brother,F-1-stepfather,F-1-mother,,,,,,half-brother\n",
    .run = run,
};
