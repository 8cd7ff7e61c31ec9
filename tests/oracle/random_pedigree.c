/* Random pedigrees, see random_problem.h.
 *
 * Persons are made one after another; parents are any two earlier persons of
 * fitting sex, so that every kind of mating comes up. Then sexes that do not
 * matter are forgotten and the persons are shuffled. */
#include <stdio.h>
#include <string.h>

#include "random_problem.h"

static int32_t pick_of_sex(const random_problem *p, hw_sex sex, rng *r) {
  int32_t chosen = HW_PERSON_NONE, n = 0;
  for (int32_t i = 0; i < p->pedigree.n_persons; i++)
    if (p->persons[i].sex == sex && rng_below(r, ++n) == 0) chosen = i;
  return chosen;
}

static void add_child(random_problem *p, rng *r) {
  int32_t father = pick_of_sex(p, HW_MALE, r), mother = pick_of_sex(p, HW_FEMALE, r);
  if (rng_chance(r, 0.12)) {
    if (rng_chance(r, 0.5))
      father = HW_PERSON_NONE;
    else
      mother = HW_PERSON_NONE;
  }
  random_problem_add_person(p, father, mother, rng_chance(r, 0.5) ? HW_MALE : HW_FEMALE);
}

static void add_twin(random_problem *p, rng *r) {
  const int32_t other = rng_below(r, p->pedigree.n_persons);
  const hw_person first = p->persons[other];
  const bool is_recorded = rng_chance(r, 0.6);
  const int32_t twin =
      random_problem_add_person(p, is_recorded ? first.father : HW_PERSON_NONE,
                                is_recorded ? first.mother : HW_PERSON_NONE, first.sex);
  p->persons[twin].twin = other;
  /* Now and then it is the first twin whose parents are not recorded. */
  if (is_recorded && first.twin == HW_PERSON_NONE && rng_chance(r, 0.3))
    p->persons[other].father = p->persons[other].mother = HW_PERSON_NONE;
}

static bool is_parent(const random_problem *p, int32_t person) {
  for (int32_t i = 0; i < p->pedigree.n_persons; i++)
    if (p->persons[i].father == person || p->persons[i].mother == person) return true;
  return false;
}

static void forget_sexes(random_problem *p, rng *r) {
  for (int32_t i = 0; i < p->pedigree.n_persons; i++) {
    bool has_twin = p->persons[i].twin != HW_PERSON_NONE;
    for (int32_t j = 0; j < p->pedigree.n_persons; j++) has_twin |= p->persons[j].twin == i;
    if (!has_twin && rng_chance(r, is_parent(p, i) ? 0.05 : 0.2))
      p->persons[i].sex = HW_UNKNOWN_SEX;
  }
}

static int32_t moved(const int32_t *to, int32_t person) {
  return person == HW_PERSON_NONE ? HW_PERSON_NONE : to[person];
}

/* Every twin points to one of a smaller index: to the first, or to the one before it. */
static void link_twins(random_problem *p, const int32_t *group, bool in_chains) {
  for (int32_t i = 0; i < p->pedigree.n_persons; i++) {
    int32_t first = HW_PERSON_NONE, before = HW_PERSON_NONE;
    for (int32_t j = 0; j < i; j++)
      if (group[j] == group[i]) {
        if (first == HW_PERSON_NONE) first = j;
        before = j;
      }
    p->persons[i].twin = in_chains ? before : first;
  }
}

void random_problem_move_persons(random_problem *self, const int32_t *to, bool twins_in_chains) {
  const int32_t n = self->pedigree.n_persons;
  int32_t group[RANDOM_PERSONS] = {0};
  hw_person old[RANDOM_PERSONS];
  memcpy(old, self->persons, sizeof old);
  for (int32_t i = 0; i < n; i++) group[to[i]] = random_problem_first_twin(self, i);
  for (int32_t i = 0; i < n; i++) {
    hw_person person = old[i];
    person.father = moved(to, person.father);
    person.mother = moved(to, person.mother);
    self->persons[to[i]] = person;
  }
  link_twins(self, group, twins_in_chains);
  for (int32_t k = 0; k < self->problem.n_profiles; k++)
    self->profile_person[k] = to[self->profile_person[k]];
  random_problem_link(self);
}

void random_pedigree_fill(random_problem *self, const random_options *options, rng *r) {
  const int32_t n = 2 + rng_below(r, options->max_persons - 1);
  const double share_of_founders = 0.2 + 0.3 * rng_unit(r);
  random_problem_add_person(self, HW_PERSON_NONE, HW_PERSON_NONE, HW_MALE);
  random_problem_add_person(self, HW_PERSON_NONE, HW_PERSON_NONE,
                            rng_chance(r, 0.8) ? HW_FEMALE : HW_MALE);
  while (self->pedigree.n_persons < n) {
    if (rng_chance(r, 0.08)) {
      add_twin(self, r);
    } else if (rng_chance(r, share_of_founders)) {
      random_problem_add_person(self, HW_PERSON_NONE, HW_PERSON_NONE,
                                rng_chance(r, 0.5) ? HW_MALE : HW_FEMALE);
    } else {
      add_child(self, r);
    }
  }
  if (!options->on_x && !options->some_on_x) forget_sexes(self, r);
  int32_t to[RANDOM_PERSONS];
  rng_shuffle(r, to, self->pedigree.n_persons);
  random_problem_move_persons(self, to, rng_chance(r, 0.5));
}
