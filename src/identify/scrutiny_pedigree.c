/* Pedigrees with somebody added: what the rules for rivals and changed labels build
 * from.
 *
 * A builder starts from the family as stated and adds persons. Identical twins are
 * one individual: a parent is given to all of a group, and a parent that only one of
 * them has on record counts for all. A parent who is nobody else's concern is not
 * added: the engine takes an allele of the population for him. */
#include <string.h>

#include "base/check.h"
#include "identify/scrutiny_int.h"

hw_status hwp_builder_init(hwp_builder *self, const hw_scrutiny *scrutiny, hw_arena *arena,
                           hw_err *err) {
  const size_t n = (size_t)scrutiny->family->pedigree.n_persons;
  *self = (hwp_builder){.scrutiny = scrutiny};
  self->persons = hw_arena_alloc_array(arena, n + HWP_MOST_ADDED, sizeof *self->persons);
  self->ids = hw_arena_alloc_array(arena, HWP_MOST_ADDED, 3);
  if (self->persons == NULL || self->ids == NULL) return HW_NO_MEMORY(err, "a pedigree");
  /* Ids of two control characters, which cannot stand in what was read from a file. */
  for (int i = 0; i < HWP_MOST_ADDED; i++) {
    self->ids[3 * i] = (char)(1 + i % 31);
    self->ids[3 * i + 1] = (char)(1 + i / 31);
  }
  hwp_builder_begin(self);
  return HW_OK;
}

void hwp_builder_begin(hwp_builder *self) {
  const hw_pedigree *pedigree = &self->scrutiny->family->pedigree;
  self->n_persons = pedigree->n_persons;
  memcpy(self->persons, pedigree->persons, sizeof *self->persons * (size_t)self->n_persons);
}

int32_t hwp_builder_add(hwp_builder *self, int32_t father, int32_t mother, hw_sex sex) {
  const int32_t i = self->n_persons++;
  const int32_t number = i - self->scrutiny->family->pedigree.n_persons;
  self->persons[i] = (hw_person){.id = self->ids + 3 * number,
                                 .father = father,
                                 .mother = mother,
                                 .sex = sex,
                                 .twin = HW_PERSON_NONE};
  return i;
}

int32_t hwp_builder_twin(const hwp_builder *self, int32_t person) {
  while (self->persons[person].twin != HW_PERSON_NONE) person = self->persons[person].twin;
  return person;
}

static int32_t own_parent(const hw_person *person, int from) {
  return from == HW_FROM_FATHER ? person->father : person->mother;
}

int32_t hwp_builder_parent(const hwp_builder *self, int32_t person, int from) {
  const int32_t twin = hwp_builder_twin(self, person);
  int32_t parent = own_parent(&self->persons[person], from);
  for (int32_t i = 0; parent == HW_PERSON_NONE && i < self->n_persons; i++)
    if (hwp_builder_twin(self, i) == twin) parent = own_parent(&self->persons[i], from);
  return parent;
}

void hwp_builder_set_parent(hwp_builder *self, int32_t person, int from, int32_t parent) {
  const int32_t twin = hwp_builder_twin(self, person);
  for (int32_t i = 0; i < self->n_persons; i++) {
    if (hwp_builder_twin(self, i) != twin) continue;
    if (from == HW_FROM_FATHER)
      self->persons[i].father = parent;
    else
      self->persons[i].mother = parent;
  }
}

int32_t hwp_builder_need(hwp_builder *self, int32_t person, int from) {
  int32_t parent = hwp_builder_parent(self, person, from);
  if (parent != HW_PERSON_NONE) return parent;
  parent = hwp_builder_add(self, HW_PERSON_NONE, HW_PERSON_NONE,
                           from == HW_FROM_FATHER ? HW_MALE : HW_FEMALE);
  hwp_builder_set_parent(self, person, from, parent);
  return parent;
}

hw_sex hwp_builder_sex(const hwp_builder *self, int32_t person) {
  const int32_t twin = hwp_builder_twin(self, person);
  for (int32_t i = 0; i < self->n_persons; i++) {
    const hw_person *p = &self->persons[i];
    if (p->father != HW_PERSON_NONE && hwp_builder_twin(self, p->father) == twin) return HW_MALE;
    if (p->mother != HW_PERSON_NONE && hwp_builder_twin(self, p->mother) == twin) return HW_FEMALE;
    if (hwp_builder_twin(self, i) == twin && p->sex != HW_UNKNOWN_SEX) return p->sex;
  }
  return HW_UNKNOWN_SEX;
}

int32_t hwp_builder_child(hwp_builder *self, int32_t parent, hw_sex sex) {
  /* Where the sex is not known she may as well be a father: without X markers it is the same. */
  const bool is_mother = hwp_builder_sex(self, parent) == HW_FEMALE;
  return hwp_builder_add(self, is_mother ? HW_PERSON_NONE : parent,
                         is_mother ? parent : HW_PERSON_NONE, sex);
}

bool hwp_builder_is_typed(const hwp_builder *self, int32_t person) {
  const hw_family *family = self->scrutiny->family;
  for (int32_t k = 0; k < family->n_profiles; k++)
    if (hwp_builder_twin(self, family->profile_person[k]) == hwp_builder_twin(self, person))
      return true;
  return false;
}
