/* Rows of a family: members, pedigrees, and the people whom they name.
 *
 * The rows of the pedigrees are read before the people, so that everybody is read
 * once, whoever names her: with sex, consent and the profile that counts. */
#include <stdlib.h>
#include <string.h>

#include "app/stored_case_int.h"
#include "base/check.h"

void *hwp_family_alloc(hwp_family_reader *self, size_t n, size_t size) {
  return hwp_load_alloc(self->load, &self->load->brief, n, size);
}

/* --- members --- */

static int compare_members(const void *a, const void *b) {
  const hwp_member *x = a, *y = b;
  if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
  return x->person < y->person ? -1 : x->person > y->person;
}

static hw_status take_member(void *context, const hw_record *row) {
  hwp_family_reader *self = context;
  if (self->n_members == self->member_capacity) {
    void *items = self->members;
    HW_TRY(hwp_load_grow(self->load, &self->load->brief, sizeof *self->members, self->n_members,
                         &self->member_capacity, &items));
    self->members = items;
  }
  hwp_member *out = &self->members[self->n_members++];
  *out = (hwp_member){.person = hw_record_int(row, HW_FIELD_FAMILY_MEMBER_PERSON),
                      .rank = hw_record_is_null(row, HW_FIELD_FAMILY_MEMBER_RANK)
                                  ? INT64_MAX
                                  : hw_record_int(row, HW_FIELD_FAMILY_MEMBER_RANK),
                      .label = hw_arena_strdup(&self->load->brief,
                                               hw_record_text(row, HW_FIELD_FAMILY_MEMBER_LABEL)),
                      .is_missing = hw_record_int(row, HW_FIELD_FAMILY_MEMBER_IS_MISSING) == 1};
  return out->label != NULL ? HW_OK : HW_NO_MEMORY(self->load->err, "the families");
}

hw_status hwp_family_read_members(hwp_family_reader *self) {
  HW_TRY(hwp_load_each(self->load, HW_KIND_FAMILY_MEMBER, HW_FIELD_FAMILY_MEMBER_FAMILY, self->id,
                       &self->entry, take_member, self));
  if (self->n_members > 0)
    qsort(self->members, (size_t)self->n_members, sizeof *self->members, compare_members);
  return HW_OK;
}

/* --- pedigrees --- */

static int compare_rows(const void *a, const void *b) {
  const hwp_pedigree_rows *x = a, *y = b;
  if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
  return x->id < y->id ? -1 : x->id > y->id;
}

static int compare_descents(const void *a, const void *b) {
  const hwp_descent *x = a, *y = b;
  if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
  return x->id < y->id ? -1 : x->id > y->id;
}

/* A pedigree whose rows are being read. */
typedef struct rows_reader {
  hwp_loader *load;
  hwp_pedigree_rows *rows;
} rows_reader;

static hw_status take_descent(void *context, const hw_record *row) {
  const rows_reader *self = context;
  hwp_pedigree_rows *rows = self->rows;
  if (rows->n_descents == rows->descent_capacity) {
    void *items = rows->descents;
    HW_TRY(hwp_load_grow(self->load, &self->load->brief, sizeof *rows->descents, rows->n_descents,
                         &rows->descent_capacity, &items));
    rows->descents = items;
  }
  rows->descents[rows->n_descents++] =
      (hwp_descent){.id = row->id,
                    .person = hw_record_int(row, HW_FIELD_DESCENT_PERSON),
                    .father = hw_record_int(row, HW_FIELD_DESCENT_FATHER),
                    .mother = hw_record_int(row, HW_FIELD_DESCENT_MOTHER),
                    .rank = hw_record_int(row, HW_FIELD_DESCENT_RANK)};
  return HW_OK;
}

static hw_status take_identity(void *context, const hw_record *row) {
  const rows_reader *self = context;
  hwp_pedigree_rows *rows = self->rows;
  if (rows->n_identities == rows->identity_capacity) {
    void *items = rows->identities;
    HW_TRY(hwp_load_grow(self->load, &self->load->brief, sizeof *rows->identities,
                         rows->n_identities, &rows->identity_capacity, &items));
    rows->identities = items;
  }
  rows->identities[rows->n_identities++] = (hwp_identity){
      hw_record_int(row, HW_FIELD_IDENTITY_PERSON), hw_record_int(row, HW_FIELD_IDENTITY_OTHER)};
  return HW_OK;
}

static hw_status read_rows(hwp_family_reader *self, hwp_pedigree_rows *rows) {
  rows_reader reader = {self->load, rows};
  HW_TRY(hwp_load_each(self->load, HW_KIND_DESCENT, HW_FIELD_DESCENT_PEDIGREE, rows->id,
                       &self->entry, take_descent, &reader));
  if (rows->n_descents > 0)
    qsort(rows->descents, (size_t)rows->n_descents, sizeof *rows->descents, compare_descents);
  return hwp_load_each(self->load, HW_KIND_IDENTITY, HW_FIELD_IDENTITY_PEDIGREE, rows->id,
                       &self->entry, take_identity, &reader);
}

/* Reading which pedigrees there are. */
typedef struct pedigrees_reader {
  hwp_family_reader *family;
  bool all;
} pedigrees_reader;

static hw_status take_pedigree(void *context, const hw_record *row) {
  const pedigrees_reader *reader = context;
  hwp_family_reader *self = reader->family;
  const char *status = hw_record_text(row, HW_FIELD_PEDIGREE_STATUS);
  bool is_stated = strcmp(status, "stated") == 0;
  if (reader->all ? strcmp(status, "rejected") == 0 : !is_stated) return HW_OK;
  if (self->n_pedigrees == self->pedigree_capacity) {
    void *items = self->pedigrees;
    HW_TRY(hwp_load_grow(self->load, &self->load->brief, sizeof *self->pedigrees, self->n_pedigrees,
                         &self->pedigree_capacity, &items));
    self->pedigrees = items;
  }
  hwp_pedigree_rows *out = &self->pedigrees[self->n_pedigrees++];
  *out = (hwp_pedigree_rows){
      .id = row->id,
      .rank = hw_record_int(row, HW_FIELD_PEDIGREE_RANK),
      .name = hw_arena_strdup(&self->load->brief, hw_record_text(row, HW_FIELD_PEDIGREE_CODE)),
      .is_stated = is_stated};
  return out->name != NULL ? HW_OK : HW_NO_MEMORY(self->load->err, "the families");
}

/* Reads the pedigrees that count: the stated one, or all that are not rejected. */
hw_status hwp_family_read_pedigrees(hwp_family_reader *self, bool all) {
  pedigrees_reader reader = {self, all};
  HW_TRY(hwp_load_each(self->load, HW_KIND_PEDIGREE, HW_FIELD_PEDIGREE_FAMILY, self->id,
                       &self->entry, take_pedigree, &reader));
  if (self->n_pedigrees > 0)
    qsort(self->pedigrees, (size_t)self->n_pedigrees, sizeof *self->pedigrees, compare_rows);
  if (!all && self->n_pedigrees > 1) {
    hwp_notes_add(&self->load->notes, "family %s has %d stated pedigrees: '%s' is used", self->code,
                  (int)self->n_pedigrees, self->pedigrees[0].name);
    self->n_pedigrees = 1;
  }
  for (int32_t i = 0; i < self->n_pedigrees; i++) HW_TRY(read_rows(self, &self->pedigrees[i]));
  return HW_OK;
}

/* --- people --- */

static int compare_ids(const void *a, const void *b) {
  const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return x < y ? -1 : x > y;
}

/* Index of a person among the people, or HW_PERSON_NONE. */
int32_t hwp_family_find(const hwp_family_reader *self, int64_t id) {
  int32_t low = 0, high = self->n_people - 1;
  while (low <= high) {
    int32_t middle = low + (high - low) / 2;
    if (self->people[middle].id == id) return middle;
    if (self->people[middle].id < id)
      low = middle + 1;
    else
      high = middle - 1;
  }
  return HW_PERSON_NONE;
}

/* Ids of everybody who is named, with repetitions. */
static hw_status list_people(hwp_family_reader *self, hwp_ids *out) {
  hwp_loader *load = self->load;
  hw_arena *brief = &load->brief;
  for (int32_t i = 0; i < self->n_members; i++)
    HW_TRY(hwp_ids_add(load, brief, out, self->members[i].person));
  for (int32_t p = 0; p < self->n_pedigrees; p++) {
    const hwp_pedigree_rows *pedigree = &self->pedigrees[p];
    for (int32_t i = 0; i < pedigree->n_descents; i++) {
      const hwp_descent *row = &pedigree->descents[i];
      HW_TRY(hwp_ids_add(load, brief, out, row->person));
      if (row->father != 0) HW_TRY(hwp_ids_add(load, brief, out, row->father));
      if (row->mother != 0) HW_TRY(hwp_ids_add(load, brief, out, row->mother));
    }
    for (int32_t i = 0; i < pedigree->n_identities; i++) {
      HW_TRY(hwp_ids_add(load, brief, out, pedigree->identities[i].person));
      HW_TRY(hwp_ids_add(load, brief, out, pedigree->identities[i].other));
    }
  }
  return HW_OK;
}

/* Who agreed to nothing, or no longer, is not used. */
static bool is_refused(const hw_record *person) {
  const char *consent = hw_record_text(person, HW_FIELD_PERSON_CONSENT);
  return strcmp(consent, "none") == 0 || strcmp(consent, "withdrawn") == 0;
}

static hw_status read_person(hwp_family_reader *self, hwp_somebody *person) {
  hwp_loader *load = self->load;
  hw_record record;
  HW_TRY(hwp_load_get(load, HW_KIND_PERSON, person->id, &self->entry, &record));
  person->code = hw_record_text(&record, HW_FIELD_PERSON_CODE);
  person->sex = hwp_load_sex(hw_record_text(&record, HW_FIELD_PERSON_SEX));
  person->refused_use = is_refused(&record) || record.withdrawn != NULL;
  hwp_ids samples = {0};
  HW_TRY(hwp_load_ids(load, HW_KIND_SAMPLE, HW_FIELD_SAMPLE_PERSON, person->id, &self->entry,
                      &samples));
  hw_str whose = HW_STR_INIT;
  hw_str_append_format(&whose, "person %s", person->code);
  hw_status status = hwp_load_profile(load, person->id, &samples, person->sex, hw_str_text(&whose),
                                      &self->entry, &person->profile, &person->record);
  hw_str_clear(&whose);
  if (status == HW_OK && person->record != 0 && person->refused_use) {
    person->record = 0;
    hwp_notes_add(&load->notes, "person %s: the profile is not used (%s)", person->code,
                  record.withdrawn != NULL ? "the person's record was withdrawn"
                                           : "no consent to identification");
  }
  return status;
}

static hw_status read_people(hwp_family_reader *self) {
  hwp_ids ids = {0};
  HW_TRY(list_people(self, &ids));
  if (ids.n > 0) qsort(ids.items, (size_t)ids.n, sizeof *ids.items, compare_ids);
  self->people = hwp_family_alloc(self, (size_t)ids.n, sizeof *self->people);
  if (self->people == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < ids.n; i++)
    if (i == 0 || ids.items[i] != ids.items[i - 1])
      self->people[self->n_people++] =
          (hwp_somebody){.id = ids.items[i], .rank = INT64_MAX, .label = ""};
  for (int32_t i = 0; i < self->n_members; i++) {
    hwp_somebody *person = &self->people[hwp_family_find(self, self->members[i].person)];
    person->rank = self->members[i].rank;
    person->label = self->members[i].label;
    person->is_missing = self->members[i].is_missing;
  }
  for (int32_t i = 0; i < self->n_people; i++) HW_TRY(read_person(self, &self->people[i]));
  return HW_OK;
}

/* Names that are distinct in the family, kept for as long as the case. */
static hw_status name_people(hwp_family_reader *self) {
  size_t n = (size_t)self->n_people;
  const char **names = hwp_family_alloc(self, n, sizeof *names),
             **codes = hwp_family_alloc(self, n, sizeof *codes);
  if (names == NULL || codes == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < self->n_people; i++) {
    codes[i] = self->people[i].code;
    const bool has_label = self->people[i].label[0] != '\0' && !self->load->options->by_code;
    names[i] = has_label ? self->people[i].label : codes[i];
  }
  HW_TRY(hwp_load_distinct(self->load, self->n_people, names, codes));
  for (int32_t i = 0; i < self->n_people; i++) {
    self->people[i].name = hw_arena_strdup(self->load->keep, names[i]);
    if (self->people[i].name == NULL) return HW_NO_MEMORY(self->load->err, "the families");
  }
  return HW_OK;
}

static hw_status list_typed(hwp_family_reader *self) {
  self->typed = hwp_family_alloc(self, (size_t)self->n_people, sizeof *self->typed);
  if (self->typed == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < self->n_people; i++) {
    if (self->people[i].record == 0) continue;
    int32_t at = self->n_profiles++;
    for (; at > 0 && self->people[self->typed[at - 1]].record > self->people[i].record; at--)
      self->typed[at] = self->typed[at - 1];
    self->typed[at] = i;
    self->people[i].profile.id = self->people[i].name;
  }
  return HW_OK;
}

hw_status hwp_family_read_people(hwp_family_reader *self) {
  HW_TRY(read_people(self));
  HW_TRY(name_people(self));
  return list_typed(self);
}
