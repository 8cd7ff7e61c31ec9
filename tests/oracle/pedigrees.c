/* Named families, see pedigrees.h. The big ones are made by rule, not drawn at
 * random, so that a benchmark of today and one of next year have the same
 * family before them. */
#include "pedigrees.h"

#include <stdio.h>
#include <stdlib.h>

static const int32_t NOBODY = HW_PERSON_NONE;

static void *allocate(size_t count, size_t size) {
  void *p = calloc(count ? count : 1, size);
  if (p == NULL) abort();
  return p;
}

family *family_new(void) {
  family *self = allocate(1, sizeof *self);
  self->missing = NOBODY;
  self->capacity = 256;
  self->persons = allocate((size_t)self->capacity, sizeof *self->persons);
  self->ids = allocate((size_t)self->capacity, sizeof *self->ids);
  self->typed = allocate((size_t)self->capacity, sizeof *self->typed);
  self->pedigree.persons = self->persons;
  return self;
}

void family_delete(family *self) {
  if (self == NULL) return;
  free(self->persons);
  free(self->ids);
  free(self->typed);
  free(self);
}

int32_t family_add(family *self, int32_t father, int32_t mother, hw_sex sex) {
  const int32_t i = self->pedigree.n_persons++;
  if (i >= self->capacity) abort();
  snprintf(self->ids[i], FAMILY_ID, "P%d", (int)i + 1);
  self->persons[i] = (hw_person){
      .id = self->ids[i], .father = father, .mother = mother, .sex = sex, .twin = NOBODY};
  return i;
}

void family_type(family *self, int32_t person) {
  self->typed[self->n_typed++] = person;
}

/* Nodes: persons and couples. Edges: couple–father, couple–mother, couple–child. The number of
 * independent cycles is edges − nodes + components. */
int32_t family_count_loops(const family *self) {
  const int32_t n = self->pedigree.n_persons;
  int32_t *component = allocate((size_t)n, sizeof *component);
  int32_t n_components = n, n_couples = 0, n_edges = 0;
  for (int32_t i = 0; i < n; i++) component[i] = i;
  for (int32_t i = 0; i < n; i++) {
    const hw_person *p = &self->persons[i];
    if (p->father == NOBODY || p->mother == NOBODY) continue;
    bool is_new = true;
    for (int32_t j = 0; j < i; j++)
      is_new =
          is_new && (self->persons[j].father != p->father || self->persons[j].mother != p->mother);
    n_couples += is_new;
    n_edges += is_new ? 3 : 1;
    const int32_t joined[2] = {p->father, p->mother};
    for (int k = 0; k < 2; k++) {
      const int32_t from = component[joined[k]], to = component[i];
      if (from == to) continue;
      n_components--;
      for (int32_t j = 0; j < n; j++)
        if (component[j] == from) component[j] = to;
    }
  }
  free(component);
  return n_edges - (n + n_couples) + n_components;
}

/* ------------------------------------------------------------------- small */

static int32_t add_founder(family *f, hw_sex sex) {
  return family_add(f, NOBODY, NOBODY, sex);
}

/* Adds a spouse from outside for a person of known sex. @return the spouse */
static int32_t marry(family *f, int32_t person) {
  return add_founder(f, f->persons[person].sex == HW_MALE ? HW_FEMALE : HW_MALE);
}

/* Child of two persons in either order. */
static int32_t add_child(family *f, int32_t a, int32_t b, hw_sex sex) {
  const bool a_is_father = f->persons[a].sex == HW_MALE;
  return family_add(f, a_is_father ? a : b, a_is_father ? b : a, sex);
}

static hw_sex alternate(int32_t i) {
  return i % 2 ? HW_FEMALE : HW_MALE;
}

family *family_trio(void) {
  family *f = family_new();
  const int32_t father = add_founder(f, HW_MALE), mother = add_founder(f, HW_FEMALE);
  family_type(f, father);
  family_type(f, mother);
  family_type(f, add_child(f, father, mother, HW_MALE));
  return f;
}

family *family_full_sibs(void) {
  family *f = family_new();
  const int32_t father = add_founder(f, HW_MALE), mother = add_founder(f, HW_FEMALE);
  family_type(f, add_child(f, father, mother, HW_MALE));
  family_type(f, add_child(f, father, mother, HW_FEMALE));
  return f;
}

family *family_first_cousins(void) {
  family *f = family_new();
  const int32_t father = add_founder(f, HW_MALE), mother = add_founder(f, HW_FEMALE);
  for (int32_t i = 0; i < 2; i++) {
    const int32_t sib = add_child(f, father, mother, alternate(i));
    family_type(f, add_child(f, sib, marry(f, sib), alternate(i)));
  }
  return f;
}

family *family_double_first_cousins(void) {
  family *f = family_new();
  int32_t brother[2], sister[2];
  const int32_t f1 = add_founder(f, HW_MALE), m1 = add_founder(f, HW_FEMALE);
  const int32_t f2 = add_founder(f, HW_MALE), m2 = add_founder(f, HW_FEMALE);
  for (int i = 0; i < 2; i++) brother[i] = add_child(f, f1, m1, HW_MALE);
  for (int i = 0; i < 2; i++) sister[i] = add_child(f, f2, m2, HW_FEMALE);
  for (int i = 0; i < 2; i++) family_type(f, add_child(f, brother[i], sister[i], alternate(i)));
  return f;
}

family *family_sib_mating(int32_t n_generations) {
  family *f = family_new();
  int32_t brother = add_founder(f, HW_MALE), sister = add_founder(f, HW_FEMALE);
  for (int32_t g = 0; g <= n_generations; g++) {
    const int32_t son = add_child(f, brother, sister, HW_MALE);
    sister = add_child(f, brother, sister, HW_FEMALE);
    brother = son;
  }
  family_type(f, brother);
  family_type(f, sister);
  return f;
}

family *family_two_parents(void) {
  family *f = family_new();
  const int32_t father = add_founder(f, HW_MALE), mother = add_founder(f, HW_FEMALE);
  family_type(f, father);
  family_type(f, mother);
  f->missing = add_child(f, father, mother, HW_MALE);
  return f;
}

family *family_four_siblings(void) {
  family *f = family_new();
  const int32_t father = add_founder(f, HW_MALE), mother = add_founder(f, HW_FEMALE);
  f->missing = add_child(f, father, mother, HW_MALE);
  for (int32_t i = 0; i < 4; i++) family_type(f, add_child(f, father, mother, alternate(i)));
  return f;
}

/* ------------------------------------------------------------- middle sized */

/* Five siblings with spouses; the eldest is missing. 2 + 5·2 + 13 grandchildren. */
family *family_three_generations(void) {
  static const int32_t n_children[5] = {2, 3, 3, 3, 2};
  family *f = family_new();
  const int32_t father = add_founder(f, HW_MALE), mother = add_founder(f, HW_FEMALE);
  for (int32_t i = 0; i < 5; i++) {
    const int32_t sibling = add_child(f, father, mother, alternate(i));
    const int32_t spouse = marry(f, sibling);
    if (i == 0) f->missing = sibling;
    if (i == 0 || i == 3) family_type(f, spouse);
    if (i == 1) family_type(f, sibling);
    for (int32_t c = 0; c < n_children[i]; c++) {
      const int32_t child = add_child(f, sibling, spouse, alternate(c));
      if (c == 0) family_type(f, child);
    }
  }
  return f;
}

/* Four siblings with spouses, two or three children each: 2 + 8 + 10. */
family *family_of_20(void) {
  static const int32_t n_children[4] = {3, 3, 2, 2};
  family *f = family_new();
  const int32_t father = add_founder(f, HW_MALE), mother = add_founder(f, HW_FEMALE);
  for (int32_t i = 0; i < 4; i++) {
    const int32_t sibling = add_child(f, father, mother, alternate(i));
    const int32_t spouse = marry(f, sibling);
    if (i == 1) family_type(f, sibling);
    if (i == 3) family_type(f, spouse);
    for (int32_t c = 0; c < n_children[i]; c++) {
      const int32_t child = add_child(f, sibling, spouse, alternate(c));
      if (c == 0) family_type(f, child);
    }
  }
  return f;
}

/* Four generations: 2, then 4 siblings and spouses, 12 cousins of whom 8 marry, 24 children;
 * two of the siblings have a second spouse and two more children each. */
family *family_of_60(void) {
  family *f = family_new();
  const int32_t father = add_founder(f, HW_MALE), mother = add_founder(f, HW_FEMALE);
  for (int32_t i = 0; i < 4; i++) {
    const int32_t sibling = add_child(f, father, mother, alternate(i));
    const int32_t spouse = marry(f, sibling);
    if (i == 2) f->missing = sibling;
    for (int32_t c = 0; c < 3; c++) {
      const int32_t cousin = add_child(f, sibling, spouse, alternate(c));
      if (c == 2) {
        family_type(f, cousin);
        continue;
      }
      const int32_t cousins_spouse = marry(f, cousin);
      for (int32_t g = 0; g < 3; g++) {
        const int32_t child = add_child(f, cousin, cousins_spouse, alternate(g + c));
        if (g == 0) family_type(f, child);
      }
    }
    if (i % 2) continue;
    const int32_t second = marry(f, sibling);
    for (int32_t c = 0; c < 2; c++) {
      const int32_t half = add_child(f, sibling, second, alternate(c));
      if (c == 0 || i == 2) family_type(f, half);
    }
  }
  return f;
}

/* --------------------------------------------------------------------- 200 */

/* Four founding couples whose children marry each other, whose grandchildren marry cousins. */
typedef struct clan {
  family *f;
  int32_t second[4][4]; /* children of the founding couples: son, daughter, son, daughter */
  int32_t third[48];    /* their children, three to a couple: son, daughter, son */
  int32_t n_third;
} clan;

static void add_third(clan *c, int32_t a, int32_t b) {
  for (int32_t i = 0; i < 3; i++) c->third[c->n_third++] = add_child(c->f, a, b, alternate(i));
}

/* Marriages inside the clan, {couple, child, couple, child}. Two brothers marry two sisters,
 * which is the first loop; the others tie the families together without a loop. */
static const int32_t WITHIN[4][4] = {{0, 0, 1, 1}, {0, 2, 1, 3}, {1, 0, 2, 1}, {2, 2, 3, 1}};

static void marry_second_generation(clan *c) {
  bool is_married[4][4] = {{false}};
  for (int32_t i = 0; i < 4; i++) {
    const int32_t father = add_founder(c->f, HW_MALE), mother = add_founder(c->f, HW_FEMALE);
    for (int32_t k = 0; k < 4; k++) c->second[i][k] = add_child(c->f, father, mother, alternate(k));
  }
  for (int32_t i = 0; i < 4; i++) {
    const int32_t *w = WITHIN[i];
    add_third(c, c->second[w[0]][w[1]], c->second[w[2]][w[3]]);
    is_married[w[0]][w[1]] = is_married[w[2]][w[3]] = true;
  }
  for (int32_t i = 0; i < 4; i++)
    for (int32_t k = 0; k < 4; k++)
      if (!is_married[i][k]) add_third(c, c->second[i][k], marry(c->f, c->second[i][k]));
}

/* The couples of the second generation are numbered: 0 … 3 within the clan, then those with a
 * spouse from outside: 4, 5 of the first family, 6 of the second, 7, 8 of the third, 9 … 11 of
 * the fourth. Three marriages of first cousins close the loops 2, 3 and 4. */
family *family_of_200(void) {
  static const int32_t cousins[3][2] = {
      {3 * 4 + 0, 3 * 5 + 1}, {3 * 7 + 0, 3 * 8 + 1}, {3 * 9 + 0, 3 * 10 + 1}};
  clan c = {.f = family_new()};
  bool is_married[48] = {false};
  marry_second_generation(&c);
  c.f->missing = c.second[2][1];
  for (int32_t i = 0; i < 3; i++) {
    const int32_t a = cousins[i][0], b = cousins[i][1];
    is_married[a] = is_married[b] = true;
    for (int32_t k = 0; k < 3; k++) {
      const int32_t child = add_child(c.f, c.third[a], c.third[b], alternate(k));
      if (k < 2) family_type(c.f, child);
    }
  }
  for (int32_t i = 0; i < c.n_third; i++) {
    if (i % 3 == 2 && c.f->n_typed < 30) family_type(c.f, c.third[i]);
    if (i % 3 == 2 || is_married[i] || c.f->pedigree.n_persons == 200) continue;
    const int32_t spouse = marry(c.f, c.third[i]);
    for (int32_t k = 0; k < 6 && c.f->pedigree.n_persons < 200; k++) {
      const int32_t child = add_child(c.f, c.third[i], spouse, alternate(k));
      if (k == 0 && c.f->n_typed < 30) family_type(c.f, child);
    }
  }
  return c.f;
}
