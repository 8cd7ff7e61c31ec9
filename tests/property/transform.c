/* Changes that change nothing, see transform.h. */
#include "transform.h"

#include <math.h>
#include <string.h>

/* ----------------------------------------------------------------- markers */

static hw_allele renamed(const int32_t *to, hw_allele a) {
  return a == HW_ALLELE_NONE ? HW_ALLELE_NONE : to[a];
}

static void rename_in_observation(hw_observation *obs, hw_allele *seen, const int32_t *to) {
  obs->a = renamed(to, obs->a);
  obs->b = renamed(to, obs->b);
  for (int32_t i = 0; i < obs->n_seen; i++) seen[i] = to[seen[i]];
  for (int32_t i = 1; i < obs->n_seen; i++) /* sets are kept ascending */
    for (int32_t j = i; j > 0 && seen[j - 1] > seen[j]; j--) {
      const hw_allele swap = seen[j];
      seen[j] = seen[j - 1];
      seen[j - 1] = swap;
    }
}

static void rename_in_marker(hw_marker *marker, random_marker *parts, const int32_t *to) {
  const random_marker old = *parts;
  const int32_t n = marker->n_alleles;
  for (int32_t i = 0; i < n; i++) {
    memcpy(parts->names[to[i]], old.names[i], sizeof old.names[i]);
    parts->frequencies[to[i]] = old.frequencies[i];
    for (int from = 0; from < 2; from++)
      for (int32_t j = 0; j < n; j++)
        parts->matrix[from][to[i] * n + to[j]] = old.matrix[from][i * n + j];
  }
  marker->silent = renamed(to, marker->silent);
}

bool transform_alleles(random_problem *self, rng *r) {
  for (int32_t m = 0; m < self->problem.n_markers; m++) {
    int32_t to[RANDOM_ALLELES];
    rng_shuffle(r, to, self->markers[m].n_alleles);
    rename_in_marker(&self->markers[m], &self->parts[m], to);
    for (int32_t k = 0; k < self->problem.n_profiles; k++)
      rename_in_observation(&self->observations[k][m], self->seen[k][m], to);
  }
  random_problem_link(self);
  return true;
}

bool transform_markers(random_problem *self, rng *r) {
  int32_t to[RANDOM_MARKERS];
  if (self->problem.n_markers < 2) return false;
  random_problem *old = random_problem_copy(self);
  rng_shuffle(r, to, self->problem.n_markers);
  for (int32_t m = 0; m < self->problem.n_markers; m++) {
    self->markers[to[m]] = old->markers[m];
    self->parts[to[m]] = old->parts[m];
    for (int32_t k = 0; k < self->problem.n_profiles; k++) {
      self->observations[k][to[m]] = old->observations[k][m];
      memcpy(self->seen[k][to[m]], old->seen[k][m], sizeof old->seen[k][m]);
    }
  }
  for (int32_t i = 0; i < RANDOM_MARKERS; i++) self->linked[i] = to[old->linked[i]];
  random_problem_delete(old);
  random_problem_link(self);
  return true;
}

bool transform_direction(random_problem *self, rng *r) {
  (void)r;
  if (self->problem.n_linkages == 0) return false;
  random_problem *old = random_problem_copy(self);
  for (int32_t g = 0, first = 0; g < self->problem.n_linkages; g++) {
    const int32_t n = self->linkages[g].n_markers;
    for (int32_t i = 0; i < n; i++) self->linked[first + i] = old->linked[first + n - 1 - i];
    for (int32_t i = 0; i + 1 < n; i++)
      self->recombination[first + i] = old->recombination[first + n - 2 - i];
    first += n;
  }
  random_problem_delete(old);
  random_problem_link(self);
  return true;
}

/* ----------------------------------------------------------------- persons */

bool transform_persons(random_problem *self, rng *r) {
  int32_t to[RANDOM_PERSONS];
  rng_shuffle(r, to, self->pedigree.n_persons);
  random_problem_move_persons(self, to, rng_chance(r, 0.5));
  return true;
}

static bool is_founder(const random_problem *self, int32_t person) {
  return self->persons[person].father == HW_PERSON_NONE &&
         self->persons[person].mother == HW_PERSON_NONE;
}

bool transform_founders(random_problem *self, rng *r) {
  int32_t founders[RANDOM_PERSONS], order[RANDOM_PERSONS], to[RANDOM_PERSONS], n = 0;
  for (int32_t i = 0; i < self->pedigree.n_persons; i++) {
    to[i] = i;
    if (is_founder(self, i)) founders[n++] = i;
  }
  if (n < 2) return false;
  rng_shuffle(r, order, n);
  for (int32_t i = 0; i < n; i++) to[founders[i]] = founders[order[i]];
  random_problem_move_persons(self, to, false);
  return true;
}

bool transform_profiles(random_problem *self, rng *r) {
  int32_t to[RANDOM_PROFILES];
  if (self->problem.n_profiles < 2) return false;
  random_problem *old = random_problem_copy(self);
  rng_shuffle(r, to, self->problem.n_profiles);
  for (int32_t k = 0; k < self->problem.n_profiles; k++) {
    self->profiles[to[k]] = old->profiles[k];
    self->profile_person[to[k]] = old->profile_person[k];
    memcpy(self->observations[to[k]], old->observations[k], sizeof old->observations[k]);
    memcpy(self->seen[to[k]], old->seen[k], sizeof old->seen[k]);
  }
  random_problem_delete(old);
  random_problem_link(self);
  return true;
}

bool transform_mirror(random_problem *self, rng *r) {
  (void)r;
  for (int32_t m = 0; m < self->problem.n_markers; m++)
    if (hw_marker_is_x(&self->markers[m])) return false;
  for (int32_t i = 0; i < self->pedigree.n_persons; i++) {
    hw_person *p = &self->persons[i];
    const int32_t father = p->father;
    p->father = p->mother;
    p->mother = father;
    if (p->sex != HW_UNKNOWN_SEX) p->sex = p->sex == HW_MALE ? HW_FEMALE : HW_MALE;
  }
  for (int32_t m = 0; m < self->problem.n_markers; m++) {
    const random_marker old = self->parts[m];
    for (int from = 0; from < 2; from++) {
      memcpy(self->parts[m].matrix[from], old.matrix[1 - from], sizeof old.matrix[0]);
      self->parts[m].has_matrix[from] = old.has_matrix[1 - from];
    }
  }
  random_problem_link(self);
  return true;
}

static int32_t pick_of_sex(const random_problem *self, hw_sex sex, rng *r) {
  int32_t chosen = HW_PERSON_NONE, n = 0;
  for (int32_t i = 0; i < self->pedigree.n_persons; i++)
    if (self->persons[i].sex == sex && rng_below(r, ++n) == 0) chosen = i;
  return chosen;
}

bool transform_add_childless(random_problem *self, rng *r) {
  if (self->pedigree.n_persons + 2 > RANDOM_PERSONS) return false;
  const int32_t father = pick_of_sex(self, HW_MALE, r);
  const int32_t mother = rng_chance(r, 0.7) ? pick_of_sex(self, HW_FEMALE, r) : HW_PERSON_NONE;
  random_problem_add_person(self, father, mother, (hw_sex)rng_below(r, 3));
  random_problem_add_person(self, HW_PERSON_NONE, HW_PERSON_NONE, (hw_sex)rng_below(r, 3));
  return true;
}

bool transform_forget_sex(random_problem *self, rng *r) {
  (void)r;
  bool is_changed = false;
  for (int32_t i = 0; i < self->pedigree.n_persons; i++) {
    hw_person *p = &self->persons[i];
    bool is_parent = false, has_twin = p->twin != HW_PERSON_NONE;
    for (int32_t j = 0; j < self->pedigree.n_persons; j++) {
      is_parent = is_parent || self->persons[j].father == i || self->persons[j].mother == i;
      has_twin = has_twin || self->persons[j].twin == i;
    }
    if (!is_parent || has_twin || p->sex == HW_UNKNOWN_SEX) continue;
    p->sex = HW_UNKNOWN_SEX;
    is_changed = true;
  }
  return is_changed;
}

/* Relative, because a rare allele's share of the error counts as much as a common one's. */
static bool is_stationary(const hw_marker *marker) {
  const int32_t n = marker->n_alleles;
  for (int from = 0; from < 2; from++)
    for (int32_t j = 0; j < n && marker->matrix[from] != NULL; j++) {
      double next = 0.0;
      for (int32_t i = 0; i < n; i++)
        next += marker->frequencies[i] * marker->matrix[from][i * n + j];
      if (!(fabs(next - marker->frequencies[j]) <= 1e-12 * marker->frequencies[j])) return false;
    }
  return true;
}

bool transform_add_parents(random_problem *self, rng *r) {
  int32_t founder = HW_PERSON_NONE, n = 0;
  if (self->pedigree.n_persons + 2 > RANDOM_PERSONS) return false;
  for (int32_t m = 0; m < self->problem.n_markers; m++) {
    const hw_marker *marker = &self->markers[m];
    const bool mutates = marker->matrix[0] != NULL || marker->matrix[1] != NULL;
    if (!is_stationary(marker) || (self->problem.theta > 0.0 && mutates)) return false;
  }
  for (int32_t i = 0; i < self->pedigree.n_persons; i++) {
    bool has_twin = self->persons[i].twin != HW_PERSON_NONE;
    for (int32_t j = 0; j < self->pedigree.n_persons; j++)
      has_twin = has_twin || self->persons[j].twin == i;
    if (is_founder(self, i) && !has_twin && rng_below(r, ++n) == 0) founder = i;
  }
  if (founder == HW_PERSON_NONE) return false;
  const int32_t father = random_problem_add_person(self, HW_PERSON_NONE, HW_PERSON_NONE, HW_MALE);
  const int32_t mother = random_problem_add_person(self, HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE);
  self->persons[founder].father = father;
  self->persons[founder].mother = mother;
  return true;
}

bool transform_record_parent(random_problem *self, rng *r) {
  (void)r;
  if (self->pedigree.n_persons + 1 > RANDOM_PERSONS) return false;
  for (int32_t i = 0; i < self->pedigree.n_persons; i++) {
    hw_person *p = &self->persons[i];
    if ((p->father == HW_PERSON_NONE) == (p->mother == HW_PERSON_NONE)) continue;
    const bool is_father = p->father == HW_PERSON_NONE;
    const int32_t parent = random_problem_add_person(self, HW_PERSON_NONE, HW_PERSON_NONE,
                                                     is_father ? HW_MALE : HW_FEMALE);
    /* Twins who record their parents record the same ones. */
    for (int32_t j = 0; j < self->pedigree.n_persons; j++) {
      if (random_problem_first_twin(self, j) != random_problem_first_twin(self, i)) continue;
      if (is_founder(self, j)) continue;
      if (is_father)
        self->persons[j].father = parent;
      else
        self->persons[j].mother = parent;
    }
    return true;
  }
  return false;
}

/* True if P(observation | genotype) is 0 or 1, so that a second look adds nothing. */
static bool is_free_of_chance(const random_problem *self, int32_t k) {
  return !self->profiles[k].has_dropout && !(self->profiles[k].typing_error > 0.0);
}

bool transform_add_twin(random_problem *self, rng *r) {
  const int32_t n = self->problem.n_profiles, k = rng_below(r, n);
  if (n == RANDOM_PROFILES || self->pedigree.n_persons == RANDOM_PERSONS) return false;
  if (!is_free_of_chance(self, k)) return false;
  const int32_t person = self->profile_person[k];
  const int32_t twin =
      random_problem_add_person(self, HW_PERSON_NONE, HW_PERSON_NONE, self->persons[person].sex);
  self->persons[twin].twin = person;
  self->profiles[n] = self->profiles[k];
  self->profile_person[n] = twin;
  memcpy(self->observations[n], self->observations[k], sizeof self->observations[k]);
  self->problem.n_profiles++;
  random_problem_link(self);
  return true;
}
