/* From persons to individuals: twins become one, an unknown parent becomes an
 * unnamed founder, a parent's role tells the sex. */
#include "kinship/family.h"

/* Parent of an individual: of the person, or of any twin of hers. */
static void take_parents(hwp_family *self, int32_t individual, const hw_person *person) {
  if (person->father != HW_PERSON_NONE) self->father[individual] = self->individual[person->father];
  if (person->mother != HW_PERSON_NONE) self->mother[individual] = self->individual[person->mother];
}

static int32_t add_founder(hwp_family *self, hw_sex sex) {
  int32_t i = self->n++;
  self->father[i] = self->mother[i] = -1;
  self->sex[i] = sex;
  self->id[i] = "";
  return i;
}

hw_status hwp_family_init(hwp_family *self, const hw_pedigree *pedigree, hw_arena *arena) {
  size_t n = (size_t)pedigree->n_persons, cap = 2 * n + 1;
  self->n = 0;
  self->father = hw_arena_alloc_array(arena, cap, sizeof *self->father);
  self->mother = hw_arena_alloc_array(arena, cap, sizeof *self->mother);
  self->sex = hw_arena_alloc_array(arena, cap, sizeof *self->sex);
  self->id = hw_arena_alloc_array(arena, cap, sizeof *self->id);
  self->individual = hw_arena_alloc_array(arena, n + 1, sizeof *self->individual);
  if (!self->father || !self->mother || !self->sex || !self->id || !self->individual)
    return HW_E_NO_MEMORY;
  for (int32_t p = 0; p < pedigree->n_persons; p++) {
    const hw_person *person = &pedigree->persons[p];
    if (person->twin != HW_PERSON_NONE) {
      self->individual[p] = self->individual[person->twin];
      if (self->sex[self->individual[p]] == HW_UNKNOWN_SEX)
        self->sex[self->individual[p]] = person->sex;
      continue;
    }
    self->individual[p] = self->n;
    self->father[self->n] = self->mother[self->n] = -1;
    self->sex[self->n] = person->sex;
    self->id[self->n++] = person->id;
  }
  for (int32_t p = 0; p < pedigree->n_persons; p++)
    take_parents(self, self->individual[p], &pedigree->persons[p]);
  for (int32_t i = 0, m = self->n; i < m; i++) {
    if (self->father[i] >= 0 && self->mother[i] < 0) self->mother[i] = add_founder(self, HW_FEMALE);
    if (self->mother[i] >= 0 && self->father[i] < 0) self->father[i] = add_founder(self, HW_MALE);
    if (self->father[i] < 0) continue;
    self->sex[self->father[i]] = HW_MALE;
    self->sex[self->mother[i]] = HW_FEMALE;
  }
  return HW_OK;
}
