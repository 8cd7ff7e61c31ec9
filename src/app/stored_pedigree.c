/* A pedigree of a family, from its rows.
 *
 *   - somebody who is a parent and has no row is a founder;
 *   - a member who is typed or missing and stands nowhere in a pedigree is
 *     unrelated to everybody in it;
 *   - somebody who stands in no row but is identical to somebody who does brings
 *     only a profile (a bone and a toothbrush under two codes);
 *   - identical persons share what is known of their sex. */
#include "app/stored_case_int.h"
#include "base/check.h"

typedef struct builder {
  hwp_family_reader *from;
  const hwp_pedigree_rows *rows;
  hw_person *persons;
  int64_t *ids; /* record of each person */
  int32_t n;
  int32_t *place; /* of each of the people, or HW_PERSON_NONE */
  int32_t *group; /* of each of the people: the first of those who are identical */
} builder;

static void append(builder *self, int32_t who) {
  const hwp_somebody *person = &self->from->people[who];
  if (self->place[who] != HW_PERSON_NONE) return;
  self->place[who] = self->n;
  self->ids[self->n] = person->id;
  self->persons[self->n++] = (hw_person){.id = person->name,
                                         .father = HW_PERSON_NONE,
                                         .mother = HW_PERSON_NONE,
                                         .sex = person->sex,
                                         .twin = HW_PERSON_NONE};
}

static int32_t first_of(const builder *self, int32_t who) {
  while (self->group[who] != who) who = self->group[who];
  return who;
}

static void find_groups(builder *self) {
  for (int32_t i = 0; i < self->from->n_people; i++) self->group[i] = i;
  for (int32_t i = 0; i < self->rows->n_identities; i++) {
    int32_t a = first_of(self, hwp_family_find(self->from, self->rows->identities[i].person));
    int32_t b = first_of(self, hwp_family_find(self->from, self->rows->identities[i].other));
    self->group[a > b ? a : b] = a > b ? b : a;
  }
}

/* Rows first, then parents without a row. */
static void place_rows(builder *self) {
  const hwp_pedigree_rows *rows = self->rows;
  for (int32_t i = 0; i < rows->n_descents; i++)
    append(self, hwp_family_find(self->from, rows->descents[i].person));
  for (int32_t i = 0; i < rows->n_descents; i++) {
    const hwp_descent *row = &rows->descents[i];
    if (row->father != 0) append(self, hwp_family_find(self->from, row->father));
    if (row->mother != 0) append(self, hwp_family_find(self->from, row->mother));
  }
  for (int32_t i = 0; i < rows->n_descents; i++) {
    const hwp_descent *row = &rows->descents[i];
    hw_person *person = &self->persons[self->place[hwp_family_find(self->from, row->person)]];
    if (row->father != 0) person->father = self->place[hwp_family_find(self->from, row->father)];
    if (row->mother != 0) person->mother = self->place[hwp_family_find(self->from, row->mother)];
  }
}

/* The place of each group: of its first person in the pedigree. */
static void place_groups(builder *self, int32_t *first_place) {
  int32_t n_people = self->from->n_people;
  for (int32_t i = 0; i < n_people; i++) first_place[i] = HW_PERSON_NONE;
  for (int32_t i = 0; i < n_people; i++) {
    int32_t group = first_of(self, i), place = self->place[i];
    if (place != HW_PERSON_NONE &&
        (first_place[group] == HW_PERSON_NONE || place < first_place[group]))
      first_place[group] = place;
  }
}

/* Typed and missing people who stand nowhere are unrelated. */
static void place_strangers(builder *self, int32_t *first_place) {
  hwp_family_reader *from = self->from;
  for (int32_t i = 0; i < from->n_people; i++) {
    const hwp_somebody *person = &from->people[i];
    int32_t group = first_of(self, i);
    if ((person->record == 0 && !person->is_missing) || first_place[group] != HW_PERSON_NONE)
      continue;
    append(self, i);
    first_place[group] = self->place[i];
    hwp_notes_add(&from->load->notes,
                  "family %s: %s stands nowhere in the pedigree '%s' and counts as "
                  "unrelated",
                  from->code, person->code, self->rows->name);
  }
}

/* Links identical persons, spreads what is known of their sex, and gives those who only bring a
 * profile the place of their group. */
static void link_groups(builder *self, const int32_t *first_place) {
  for (int32_t i = 0; i < self->from->n_people; i++) {
    int32_t first = first_place[first_of(self, i)];
    if (first == HW_PERSON_NONE) continue;
    if (self->place[i] == HW_PERSON_NONE) {
      self->place[i] = first;
    } else if (self->place[i] != first) {
      self->persons[self->place[i]].twin = first;
      if (self->persons[first].sex == HW_UNKNOWN_SEX)
        self->persons[first].sex = self->persons[self->place[i]].sex;
    }
  }
  for (int32_t i = 0; i < self->n; i++)
    if (self->persons[i].twin != HW_PERSON_NONE && self->persons[i].sex == HW_UNKNOWN_SEX)
      self->persons[i].sex = self->persons[self->persons[i].twin].sex;
}

static hw_status builder_init(builder *self, hwp_family_reader *from,
                              const hwp_pedigree_rows *rows) {
  size_t n = (size_t)from->n_people;
  *self = (builder){
      .from = from,
      .rows = rows,
      .persons = hwp_load_alloc(from->load, from->load->keep, n, sizeof *self->persons),
      .ids = hwp_load_alloc(from->load, from->load->keep, n, sizeof *self->ids),
      .place = hwp_family_alloc(from, n, sizeof *self->place),
      .group = hwp_family_alloc(from, n, sizeof *self->group),
  };
  if (self->persons == NULL || self->ids == NULL || self->place == NULL || self->group == NULL)
    return HW_E_NO_MEMORY;
  for (size_t i = 0; i < n; i++) self->place[i] = HW_PERSON_NONE;
  return HW_OK;
}

/* Builds a pedigree. @param place  [out] of each of the people
 * @return HW_E_PEDIGREE and the like if it is impossible */
hw_status hwp_family_build(hwp_family_reader *from, const hwp_pedigree_rows *rows, hw_pedigree *out,
                           const int64_t **ids, const int32_t **place) {
  builder self;
  HW_TRY(builder_init(&self, from, rows));
  int32_t *first_place = hwp_family_alloc(from, (size_t)from->n_people, sizeof *first_place);
  if (first_place == NULL) return HW_E_NO_MEMORY;
  find_groups(&self);
  place_rows(&self);
  place_groups(&self, first_place);
  place_strangers(&self, first_place);
  link_groups(&self, first_place);
  *out = (hw_pedigree){.n_persons = self.n, .persons = self.persons};
  *ids = self.ids;
  *place = self.place;
  hw_status status = hw_pedigree_validate(out, from->load->err);
  if (status != HW_OK) {
    hw_err_while(from->load->err, "reading pedigree '%s' of family '%s'", rows->name, from->code);
    return status;
  }
  return HW_OK;
}
