/* Pedigrees: is it possible?
 *
 * A pedigree is a list of persons with parent links in any order. Persons
 * joined by twin links are one individual under several codes; every question
 * about descent is asked of individuals. Twin links point to smaller indices,
 * so one pass from the left gives each person's individual (the index of its
 * first member).
 *
 * The checks, in this order, so that each may rely on those before it:
 *   1. indices in range; twin links to the left;
 *   2. ids present and distinct;
 *   3. members of an individual agree on sex and on each parent, where a known
 *      one stands against an unknown one without contradiction;
 *   4. no father is female, no mother male, and nobody is both;
 *   5. nobody is her own ancestor: individuals are taken away from the founders
 *      downwards (Kahn 1962, Commun. ACM 5:558), and whoever remains lies on a
 *      cycle or below one.
 *
 * Everything is iterative and linear but for the sort of the ids, so that
 * 100,000 persons in one line of descent are checked at once and no stack can
 * overflow. */
#include "homeward/pedigree.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "genetics/name_index.h"

/* Working tables, one entry per person; those about individuals are used at
 * the individual's first member. */
typedef struct tables {
  int32_t *individual; /* first member */
  int32_t *father;     /* individual's father as an individual, or HW_PERSON_NONE */
  int32_t *mother;
  hw_sex *sex;
  const char **ids;
  bool *is_father, *is_mother;
  int32_t *n_children; /* parent links that point to the individual; then the start in children */
  int32_t *children;   /* individuals, grouped by parent; 2 per person at most */
  int32_t *n_waiting;  /* parents not yet taken away */
  int32_t *queue;
} tables;

static void tables_clear(tables *self) {
  free(self->individual);
  free(self->father);
  free(self->mother);
  free(self->sex);
  free(self->ids);
  free(self->is_father);
  free(self->is_mother);
  free(self->n_children);
  free(self->children);
  free(self->n_waiting);
  free(self->queue);
}

static hw_status tables_init(tables *self, int32_t n_persons, hw_err *err) {
  size_t n = (size_t)n_persons;
  *self = (tables){0};
  self->individual = calloc(n, sizeof *self->individual);
  self->father = calloc(n, sizeof *self->father);
  self->mother = calloc(n, sizeof *self->mother);
  self->sex = calloc(n, sizeof *self->sex);
  self->ids = calloc(n, sizeof *self->ids);
  self->is_father = calloc(n, sizeof *self->is_father);
  self->is_mother = calloc(n, sizeof *self->is_mother);
  self->n_children = calloc(n + 1, sizeof *self->n_children);
  self->children = calloc(2 * n, sizeof *self->children);
  self->n_waiting = calloc(n, sizeof *self->n_waiting);
  self->queue = calloc(n, sizeof *self->queue);
  if (self->individual && self->father && self->mother && self->sex && self->ids &&
      self->is_father && self->is_mother && self->n_children && self->children && self->n_waiting &&
      self->queue)
    return HW_OK;
  tables_clear(self);
  return HW_NO_MEMORY(err, "a pedigree");
}

/* Sets the message's field to a member of person i. */
static hw_status at_person(hw_status status, hw_err *err, int32_t i, const char *member) {
  hw_err_field(err, "pedigree[%d]%s", (int)i, member);
  return status;
}

static hw_status check_links(const hw_pedigree *ped, hw_err *err) {
  int32_t n = ped->n_persons;
  for (int32_t i = 0; i < n; i++) {
    const hw_person *p = &ped->persons[i];
    if (!p->id || !p->id[0])
      return at_person(hw_err_set(err, HW_E_PEDIGREE, "a person without id"), err, i, ".id");
    if (p->sex != HW_UNKNOWN_SEX && p->sex != HW_MALE && p->sex != HW_FEMALE)
      return at_person(
          hw_err_set(err, HW_E_PEDIGREE, "%.60s: sex %d does not exist", p->id, (int)p->sex), err,
          i, ".sex");
    if (p->father < HW_PERSON_NONE || p->father >= n)
      return at_person(hw_err_set(err, HW_E_REFERENCE, "%.60s: father number %d of %d persons",
                                  p->id, (int)p->father, (int)n),
                       err, i, ".father");
    if (p->mother < HW_PERSON_NONE || p->mother >= n)
      return at_person(hw_err_set(err, HW_E_REFERENCE, "%.60s: mother number %d of %d persons",
                                  p->id, (int)p->mother, (int)n),
                       err, i, ".mother");
    if (p->twin < HW_PERSON_NONE || p->twin >= i)
      return at_person(
          hw_err_set(err, HW_E_REFERENCE, "%.60s: twin number %d is not a person listed before",
                     p->id, (int)p->twin),
          err, i, "");
  }
  return HW_OK;
}

static hw_status check_ids(const hw_pedigree *ped, tables *t, hw_err *err) {
  for (int32_t i = 0; i < ped->n_persons; i++) t->ids[i] = ped->persons[i].id;
  hw_name_index index;
  HW_TRY(hw_name_index_init(&index, ped->n_persons, t->ids, err));
  int32_t first = HW_NAME_NONE, again = hw_name_index_duplicate(&index, &first);
  hw_name_index_clear(&index);
  if (again == HW_NAME_NONE) return HW_OK;
  return at_person(
      hw_err_set(err, HW_E_DUPLICATE, "\"%.60s\" is already the id of person %d (counted from 0)",
                 t->ids[again], (int)first),
      err, again, ".id");
}

/* Sets *known to the individual of the given parent, or reports two parents. */
static hw_status merge_parent(const hw_pedigree *ped, const tables *t, int32_t i, int32_t parent,
                              int32_t *known, const char *role, hw_err *err) {
  if (parent == HW_PERSON_NONE) return HW_OK;
  int32_t individual = t->individual[parent];
  if (*known == HW_PERSON_NONE) {
    *known = individual;
    return HW_OK;
  }
  if (*known == individual) return HW_OK;
  hw_status status = hw_err_set(
      err, HW_E_PEDIGREE, "%.60s and %.60s are one individual but have two %ss, %.60s and %.60s",
      ped->persons[t->individual[i]].id, ped->persons[i].id, role, ped->persons[*known].id,
      ped->persons[parent].id);
  hw_err_field(err, "pedigree[%d].%s", (int)i, role);
  return status;
}

static hw_status merge_individuals(const hw_pedigree *ped, tables *t, hw_err *err) {
  for (int32_t i = 0; i < ped->n_persons; i++) {
    int32_t twin = ped->persons[i].twin;
    t->individual[i] = twin == HW_PERSON_NONE ? i : t->individual[twin];
    t->father[i] = t->mother[i] = HW_PERSON_NONE;
  }
  for (int32_t i = 0; i < ped->n_persons; i++) {
    const hw_person *p = &ped->persons[i];
    int32_t self = t->individual[i];
    if (p->sex != HW_UNKNOWN_SEX) {
      if (t->sex[self] != HW_UNKNOWN_SEX && t->sex[self] != p->sex)
        return at_person(
            hw_err_set(err, HW_E_PEDIGREE, "%.60s and %.60s are one individual but differ in sex",
                       ped->persons[self].id, p->id),
            err, i, ".sex");
      t->sex[self] = p->sex;
    }
    HW_TRY(merge_parent(ped, t, i, p->father, &t->father[self], "father", err));
    HW_TRY(merge_parent(ped, t, i, p->mother, &t->mother[self], "mother", err));
  }
  return HW_OK;
}

static hw_status check_parent_sex(const hw_pedigree *ped, tables *t, hw_err *err) {
  for (int32_t i = 0; i < ped->n_persons; i++) {
    const hw_person *p = &ped->persons[i];
    int32_t father = p->father == HW_PERSON_NONE ? HW_PERSON_NONE : t->individual[p->father];
    int32_t mother = p->mother == HW_PERSON_NONE ? HW_PERSON_NONE : t->individual[p->mother];
    if (father != HW_PERSON_NONE) {
      if (t->sex[father] == HW_FEMALE)
        return at_person(hw_err_set(err, HW_E_PEDIGREE, "%.60s, the father of %.60s, is female",
                                    ped->persons[p->father].id, p->id),
                         err, i, ".father");
      t->is_father[father] = true;
    }
    if (mother != HW_PERSON_NONE) {
      if (t->sex[mother] == HW_MALE)
        return at_person(hw_err_set(err, HW_E_PEDIGREE, "%.60s, the mother of %.60s, is male",
                                    ped->persons[p->mother].id, p->id),
                         err, i, ".mother");
      t->is_mother[mother] = true;
    }
    /* Whichever of the two links comes later in the list is the one that is reported. */
    if (father != HW_PERSON_NONE && t->is_mother[father])
      return at_person(hw_err_set(err, HW_E_PEDIGREE, "%.60s is both a father and a mother",
                                  ped->persons[p->father].id),
                       err, i, ".father");
    if (mother != HW_PERSON_NONE && t->is_father[mother])
      return at_person(hw_err_set(err, HW_E_PEDIGREE, "%.60s is both a father and a mother",
                                  ped->persons[p->mother].id),
                       err, i, ".mother");
  }
  return HW_OK;
}

/* Groups the children of each individual: children[start[x] … start[x+1]). */
static void group_children(int32_t n, tables *t) {
  int32_t *start = t->n_children;
  for (int32_t i = 0; i < n; i++) {
    t->n_waiting[i] = 0;
    if (t->individual[i] != i) continue;
    const int32_t parents[2] = {t->father[i], t->mother[i]};
    for (int k = 0; k < 2; k++) {
      if (parents[k] == HW_PERSON_NONE) continue;
      start[parents[k]]++;
      t->n_waiting[i]++;
    }
  }
  int32_t total = 0;
  for (int32_t i = 0; i <= n; i++) { /* Ends of the groups; filling moves them to the starts. */
    total += start[i];
    start[i] = total;
  }
  for (int32_t i = 0; i < n; i++) {
    if (t->individual[i] != i) continue;
    if (t->father[i] != HW_PERSON_NONE) t->children[--start[t->father[i]]] = i;
    if (t->mother[i] != HW_PERSON_NONE) t->children[--start[t->mother[i]]] = i;
  }
}

/* Names a cycle: from any individual that could not be taken away, a parent
 * that could not either is always found, and following those ends in a cycle. */
static hw_status report_cycle(const hw_pedigree *ped, tables *t, int32_t from, hw_err *err) {
  int32_t *seen = t->queue; /* Not needed any more: marks of the walk. */
  memset(seen, 0, (size_t)ped->n_persons * sizeof *seen);
  int32_t person = from;
  while (!seen[person]) {
    seen[person] = 1;
    int32_t father = t->father[person];
    bool by_father = father != HW_PERSON_NONE && t->n_waiting[father] > 0;
    person = by_father ? father : t->mother[person];
  }
  int32_t length = 0, walker = person;
  do {
    int32_t father = t->father[walker];
    walker = father != HW_PERSON_NONE && t->n_waiting[father] > 0 ? father : t->mother[walker];
    length++;
  } while (walker != person);
  return at_person(
      hw_err_set(err, HW_E_PEDIGREE, "%.60s is her own ancestor, or his, over %d generation%s",
                 ped->persons[person].id, (int)length, length == 1 ? "" : "s"),
      err, person, "");
}

static hw_status check_descent(const hw_pedigree *ped, tables *t, hw_err *err) {
  int32_t n = ped->n_persons, head = 0, tail = 0;
  group_children(n, t);
  for (int32_t i = 0; i < n; i++)
    if (t->individual[i] == i && t->n_waiting[i] == 0) t->queue[tail++] = i;
  while (head < tail) {
    int32_t parent = t->queue[head++];
    for (int32_t c = t->n_children[parent]; c < t->n_children[parent + 1]; c++)
      if (--t->n_waiting[t->children[c]] == 0) t->queue[tail++] = t->children[c];
  }
  for (int32_t i = 0; i < n; i++)
    if (t->individual[i] == i && t->n_waiting[i] > 0) return report_cycle(ped, t, i, err);
  return HW_OK;
}

hw_status hw_pedigree_validate(const hw_pedigree *self, hw_err *err) {
  if (self->n_persons < 1) return hw_err_set(err, HW_E_PEDIGREE, "the pedigree has no persons");
  if (self->n_persons > HW_MAX_PERSONS)
    return hw_err_set(err, HW_E_PEDIGREE, "the pedigree has %d persons; at most %d are possible",
                      (int)self->n_persons, HW_MAX_PERSONS);
  tables t;
  HW_TRY(tables_init(&t, self->n_persons, err));
  hw_status status = check_links(self, err);
  if (status == HW_OK) status = check_ids(self, &t, err);
  if (status == HW_OK) status = merge_individuals(self, &t, err);
  if (status == HW_OK) status = check_parent_sex(self, &t, err);
  if (status == HW_OK) status = check_descent(self, &t, err);
  tables_clear(&t);
  return status;
}

int32_t hw_pedigree_find(const hw_pedigree *self, const char *id) {
  for (int32_t i = 0; i < self->n_persons; i++)
    if (strcmp(self->persons[i].id, id) == 0) return i;
  return HW_PERSON_NONE;
}
