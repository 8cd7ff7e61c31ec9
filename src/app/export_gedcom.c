/* GEDCOM out of the database: persons, names and families of an investigation.
 *
 * Everybody of an investigation's families stands in it, with the links of the
 * stated pedigrees as links by birth; so does who bears the investigation's name
 * in the code without a family. Names are written only for who may read them,
 * and the exporter's caller has seen to that. */
#include <stdlib.h>
#include <string.h>

#include "app/export.h"
#include "base/check.h"
#include "formats/gedcom.h"
#include "genetics/name_index.h"

typedef struct somebody {
  int64_t id;
  const char *label; /* of a member, or of the code behind the investigation's; "" = none */
} somebody;

typedef struct couple {
  int64_t father, mother;
  int64_t child;
} couple; /* one row of descent */

typedef struct gedcom_export {
  hw_export *base;
  hw_store *store;
  hw_arena arena;
  const char *investigation;
  somebody *people; /* by id once they are sorted */
  size_t n_people, people_capacity;
  couple *couples; /* by father and mother once they are sorted */
  size_t n_couples, couple_capacity;
  hw_gedcom out;
} gedcom_export;

/* A larger array with the old content; NULL with the error set. */
static void *grow(gedcom_export *self, const void *old, size_t n, size_t size, size_t *capacity,
                  hw_err *err) {
  size_t larger = *capacity > 0 ? 2 * *capacity : 64;
  void *grown = hw_arena_alloc_array(&self->arena, larger, size);
  if (grown == NULL) {
    (void)HW_NO_MEMORY(err, "the persons");
    return NULL;
  }
  if (n > 0) memcpy(grown, old, n * size);
  *capacity = larger;
  return grown;
}

static hw_status add_person(gedcom_export *self, int64_t id, const char *label, hw_err *err) {
  if (id == 0) return HW_OK;
  if (self->n_people == self->people_capacity) {
    self->people =
        grow(self, self->people, self->n_people, sizeof *self->people, &self->people_capacity, err);
    if (self->people == NULL) return HW_E_NO_MEMORY;
  }
  const char *copy = hw_arena_strdup(&self->arena, label);
  if (copy == NULL) return HW_NO_MEMORY(err, "the persons");
  self->people[self->n_people++] = (somebody){id, copy};
  return HW_OK;
}

static hw_status add_couple(gedcom_export *self, couple row, hw_err *err) {
  if (self->n_couples == self->couple_capacity) {
    self->couples = grow(self, self->couples, self->n_couples, sizeof *self->couples,
                         &self->couple_capacity, err);
    if (self->couples == NULL) return HW_E_NO_MEMORY;
  }
  self->couples[self->n_couples++] = row;
  return HW_OK;
}

/* --- what is in the investigation --- */

/* Ids of the live records whose field has a value; in the arena. */
static hw_status list_ids(gedcom_export *self, hw_kind_id kind, int field, int64_t value,
                          int64_t **out, size_t *n, hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(value);
  size_t capacity = 0;
  *out = NULL;
  *n = 0;
  HW_TRY(hw_store_scan(self->store, kind, field, &key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL) continue;
    if (kind == HW_KIND_PEDIGREE &&
        strcmp(hw_record_text(row, HW_FIELD_PEDIGREE_STATUS), "stated") != 0)
      continue;
    if (*n == capacity) *out = grow(self, *out, *n, sizeof **out, &capacity, err);
    if (*out == NULL) {
      status = HW_E_NO_MEMORY;
      break;
    }
    (*out)[(*n)++] = row->id;
  }
  hw_scan_done(scan);
  return status;
}

static hw_status read_members(gedcom_export *self, int64_t family, hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(family);
  HW_TRY(hw_store_scan(self->store, HW_KIND_FAMILY_MEMBER, HW_FIELD_FAMILY_MEMBER_FAMILY, &key,
                       &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL) continue;
    status = add_person(self, hw_record_int(row, HW_FIELD_FAMILY_MEMBER_PERSON),
                        hw_record_text(row, HW_FIELD_FAMILY_MEMBER_LABEL), err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

static hw_status read_descents(gedcom_export *self, int64_t pedigree, hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(pedigree);
  HW_TRY(hw_store_scan(self->store, HW_KIND_DESCENT, HW_FIELD_DESCENT_PEDIGREE, &key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL) continue;
    couple link = {.father = hw_record_int(row, HW_FIELD_DESCENT_FATHER),
                   .mother = hw_record_int(row, HW_FIELD_DESCENT_MOTHER),
                   .child = hw_record_int(row, HW_FIELD_DESCENT_PERSON)};
    status = add_person(self, link.child, "", err);
    if (status == HW_OK) status = add_person(self, link.father, "", err);
    if (status == HW_OK) status = add_person(self, link.mother, "", err);
    if (status == HW_OK && (link.father != 0 || link.mother != 0))
      status = add_couple(self, link, err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

static hw_status read_families(gedcom_export *self, int64_t investigation, hw_err *err) {
  int64_t *families = NULL, *pedigrees = NULL;
  size_t n_families = 0, n_pedigrees = 0;
  HW_TRY(list_ids(self, HW_KIND_FAMILY, HW_FIELD_FAMILY_INVESTIGATION, investigation, &families,
                  &n_families, err));
  for (size_t f = 0; f < n_families; f++) {
    HW_TRY(read_members(self, families[f], err));
    HW_TRY(list_ids(self, HW_KIND_PEDIGREE, HW_FIELD_PEDIGREE_FAMILY, families[f], &pedigrees,
                    &n_pedigrees, err));
    if (n_pedigrees > 0) HW_TRY(read_descents(self, pedigrees[0], err));
  }
  return HW_OK;
}

/* Persons whose code begins with the investigation's name. */
static hw_status read_others(gedcom_export *self, hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  size_t n = strlen(self->investigation);
  if (strcmp(self->investigation, "main") == 0) return HW_OK;
  HW_TRY(hw_store_scan(self->store, HW_KIND_PERSON, -1, NULL, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    const char *code = hw_record_text(row, HW_FIELD_PERSON_CODE);
    if (row->withdrawn != NULL || strncmp(code, self->investigation, n) != 0 || code[n] != '/')
      continue;
    status = add_person(self, row->id, code + n + 1, err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

/* --- sorting --- */

static int compare_people(const void *a, const void *b) {
  const somebody *x = a, *y = b;
  if (x->id != y->id) return x->id < y->id ? -1 : 1;
  return (x->label[0] == '\0') - (y->label[0] == '\0'); /* a label goes before none */
}

static int compare_couples(const void *a, const void *b) {
  const couple *x = a, *y = b;
  if (x->father != y->father) return x->father < y->father ? -1 : 1;
  if (x->mother != y->mother) return x->mother < y->mother ? -1 : 1;
  return x->child < y->child ? -1 : x->child > y->child;
}

static void sort_people(gedcom_export *self) {
  if (self->n_people > 0) qsort(self->people, self->n_people, sizeof *self->people, compare_people);
  size_t n = 0;
  for (size_t i = 0; i < self->n_people; i++)
    if (n == 0 || self->people[n - 1].id != self->people[i].id) self->people[n++] = self->people[i];
  self->n_people = n;
  if (self->n_couples > 0)
    qsort(self->couples, self->n_couples, sizeof *self->couples, compare_couples);
}

static int32_t find(const gedcom_export *self, int64_t id) {
  size_t low = 0, high = self->n_people;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (self->people[middle].id < id)
      low = middle + 1;
    else
      high = middle;
  }
  return id != 0 && low < self->n_people && self->people[low].id == id ? (int32_t)low
                                                                       : HW_GEDCOM_NONE;
}

/* --- persons --- */

/* A label is a cross reference if it has no blanks and is nobody else's; else the number is. */
static hw_status name_people(gedcom_export *self, hw_gedcom_person *persons, hw_err *err) {
  size_t n = self->n_people;
  const char **labels = hw_arena_alloc_array(&self->arena, n, sizeof *labels);
  if (labels == NULL) return HW_NO_MEMORY(err, "the persons");
  for (size_t i = 0; i < n; i++) labels[i] = self->people[i].label;
  hw_name_index index = {0};
  HW_TRY(hw_name_index_init(&index, (int32_t)n, labels, err));
  bool is_distinct = hw_name_index_duplicate(&index, NULL) == HW_NAME_NONE;
  hw_name_index_clear(&index);
  for (size_t i = 0; i < n; i++) {
    const char *label = labels[i];
    bool is_fit = label[0] != '\0' && label[0] != '#' && strlen(label) <= 20 &&
                  strcmp(label, "VOID") != 0 && strpbrk(label, " @\t") == NULL;
    is_distinct = is_distinct && is_fit;
  }
  for (size_t i = 0; i < n; i++) {
    hw_str text = HW_STR_INIT;
    if (is_distinct)
      hw_str_append(&text, labels[i]);
    else
      hw_str_append_format(&text, "I%lld", (long long)self->people[i].id);
    persons[i].xref = hw_arena_strdup(&self->arena, hw_str_text(&text));
    hw_str_clear(&text);
    if (persons[i].xref == NULL) return HW_NO_MEMORY(err, "the persons");
  }
  return HW_OK;
}

static const char *copy_of(gedcom_export *self, const hw_record *record, int field) {
  const char *copy = hw_arena_strdup(&self->arena, hw_record_text(record, field));
  return copy != NULL ? copy : "";
}

static hw_status take_names(gedcom_export *self, int64_t id, hw_gedcom_person *person,
                            hw_err *err) {
  int64_t *ids = NULL;
  size_t n = 0;
  if (self->base->options->without_names) return HW_OK;
  HW_TRY(list_ids(self, HW_KIND_PERSON_NAME, HW_FIELD_PERSON_NAME_PERSON, id, &ids, &n, err));
  hw_gedcom_name *names = hw_arena_alloc_array(&self->arena, n, sizeof *names);
  if (names == NULL) return HW_NO_MEMORY(err, "the names");
  for (size_t i = 0; i < n; i++) {
    hw_record record;
    HW_TRY(hw_store_get(self->store, HW_KIND_PERSON_NAME, ids[i], &self->arena, &record, err));
    const char *kind = hw_record_text(&record, HW_FIELD_PERSON_NAME_KIND);
    bool is_told = strcmp(kind, "birth") == 0 || strcmp(kind, "married") == 0;
    names[i] = (hw_gedcom_name){.full = copy_of(self, &record, HW_FIELD_PERSON_NAME_NAME),
                                .given = copy_of(self, &record, HW_FIELD_PERSON_NAME_GIVEN),
                                .surname = copy_of(self, &record, HW_FIELD_PERSON_NAME_SURNAME),
                                .nickname = "",
                                .prefix = "",
                                .suffix = "",
                                .kind = is_told ? kind : ""};
  }
  person->names = names;
  person->n_names = (int32_t)n;
  return HW_OK;
}

/* "born 1940, Huế; died 1968" as an event; the remark is divided in its arena. */
static char *take_event(char *text, const char *word, hw_gedcom_event *out) {
  size_t n = strlen(word);
  out->date = hw_gedcom_date_parse("");
  out->place = "";
  if (text == NULL || strncmp(text, word, n) != 0) return text;
  if (text[n] != '\0' && text[n] != ' ' && text[n] != ',' && text[n] != ';') return text;
  char *next = strstr(text, "; died");
  if (strcmp(word, "died") == 0) next = NULL;
  if (next != NULL) *next = '\0';
  out->is_stated = true;
  char *date = text + n + (text[n] == ' '), *comma = strstr(date, ", ");
  if (comma != NULL) {
    *comma = '\0';
    out->place = comma + 2;
  }
  out->date = hw_gedcom_date_parse(date);
  return next != NULL ? next + 2 : NULL;
}

static hw_status take_person(gedcom_export *self, size_t i, hw_gedcom_person *person, hw_err *err) {
  hw_record record;
  HW_TRY(hw_store_get(self->store, HW_KIND_PERSON, self->people[i].id, &self->arena, &record, err));
  const char *sex = hw_record_text(&record, HW_FIELD_PERSON_SEX);
  person->sex = strcmp(sex, "male") == 0     ? HW_MALE
                : strcmp(sex, "female") == 0 ? HW_FEMALE
                                             : HW_UNKNOWN_SEX;
  person->father = person->mother = HW_PERSON_NONE;
  char *note = hw_arena_strdup(&self->arena, hw_record_text(&record, HW_FIELD_PERSON_NOTE));
  if (note == NULL) return HW_NO_MEMORY(err, "the persons");
  note = take_event(note, "born", &person->birth);
  note = take_event(note, "died", &person->death);
  person->note = note != NULL ? note : "";
  return take_names(self, self->people[i].id, person, err);
}

/* --- families --- */

static hw_status take_families(gedcom_export *self, hw_gedcom_person *persons, hw_err *err) {
  hw_gedcom_family *families =
      hw_arena_alloc_array(&self->arena, self->n_couples, sizeof *families);
  hw_gedcom_child *children = hw_arena_alloc_array(&self->arena, self->n_couples, sizeof *children);
  char(*xrefs)[24] = hw_arena_alloc_array(&self->arena, self->n_couples, sizeof *xrefs);
  if (families == NULL || children == NULL || xrefs == NULL)
    return HW_NO_MEMORY(err, "the families");
  size_t n = 0;
  for (size_t i = 0; i < self->n_couples; i++) {
    const couple *row = &self->couples[i];
    bool is_new = i == 0 || row->father != row[-1].father || row->mother != row[-1].mother;
    /* Somebody may stand in the pedigrees of two families with the same parents. */
    if (!is_new && row->child == row[-1].child) continue;
    if (is_new) {
      snprintf(xrefs[n], sizeof xrefs[n], "F%zu", n + 1);
      families[n] = (hw_gedcom_family){.xref = xrefs[n],
                                       .father = find(self, row->father),
                                       .mother = find(self, row->mother),
                                       .children = children + i};
      n++;
    }
    int32_t child = find(self, row->child);
    hw_gedcom_family *family = &families[n - 1];
    children[(size_t)(family->children - children) + (size_t)family->n_children++] =
        (hw_gedcom_child){child, HW_GEDCOM_BIRTH, HW_GEDCOM_BIRTH};
    persons[child].father = family->father;
    persons[child].mother = family->mother;
  }
  self->out.families = families;
  self->out.n_families = (int32_t)n;
  return HW_OK;
}

/* --- the whole --- */

static hw_status make(gedcom_export *self, hw_err *err) {
  int64_t investigation = 0;
  HW_TRY(hw_app_find(self->base->app, HW_KIND_INVESTIGATION, self->investigation, &investigation,
                     err));
  HW_TRY(read_families(self, investigation, err));
  HW_TRY(read_others(self, err));
  sort_people(self);
  if (self->n_people == 0 || self->n_people > INT32_MAX)
    return hw_err_set(err, HW_E_SHAPE, "investigation '%s' has %zu persons", self->investigation,
                      self->n_people);
  hw_gedcom_person *persons = hw_arena_alloc_array(&self->arena, self->n_people, sizeof *persons);
  if (persons == NULL) return HW_NO_MEMORY(err, "the persons");
  HW_TRY(name_people(self, persons, err));
  for (size_t i = 0; i < self->n_people; i++) HW_TRY(take_person(self, i, &persons[i], err));
  HW_TRY(take_families(self, persons, err));
  self->out.version = "5.5.1";
  self->out.source = "Homeward";
  self->out.persons = persons;
  self->out.n_persons = (int32_t)self->n_people;
  return HW_OK;
}

static hw_status run(hw_export *base, hw_err *err) {
  const char *code = base->options->investigation;
  gedcom_export self = {
      .base = base, .store = base->app->store, .investigation = code != NULL ? code : "main"};
  hw_arena_init(&self.arena, 0);
  hw_status status = make(&self, err);
  if (status == HW_OK) status = hw_gedcom_write(&self.out, HW_GEDCOM_551, base->out, err);
  base->report->n_rows = self.out.n_persons;
  hw_arena_clear(&self.arena);
  return status;
}

const hw_exporter hw_exporter_gedcom = {
    .format = "gedcom",
    .brief = "GEDCOM 5.5.1: persons, names and families by birth of an investigation",
    .has_names = true,
    .run = run,
};
