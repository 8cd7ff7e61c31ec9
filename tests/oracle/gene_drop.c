/* Gene dropping, see gene_drop.h. Persons may stand in any order in their
 * pedigree, so each genotype is made on demand after those of the parents. */
#include "gene_drop.h"

#include <stdlib.h>

static void *allocate(size_t count, size_t size) {
  void *p = calloc(count ? count : 1, size);
  if (p == NULL) abort();
  return p;
}

static const hw_allele NOT_YET = -2;

typedef struct step {
  gene_drop *drop;
  const hw_marker *marker;
  double recombination;
  rng *r;
} step;

static void drop_person(step *s, int32_t person);

static bool is_single(const step *s, int32_t person) {
  return s->marker->chromosome == HW_CHROMOSOME_X &&
         s->drop->pedigree->persons[person].sex == HW_MALE;
}

static hw_allele mutate(step *s, int from, hw_allele allele) {
  const double *matrix = s->marker->matrix[from];
  if (matrix == NULL) return allele;
  return rng_pick(s->r, matrix + (size_t)allele * (size_t)s->marker->n_alleles,
                  s->marker->n_alleles);
}

/* The allele that `person` receives from `parent`, who may be unrecorded. */
static hw_allele receive(step *s, int32_t person, int32_t parent, int from) {
  if (parent == HW_PERSON_NONE) return rng_pick(s->r, s->marker->frequencies, s->marker->n_alleles);
  drop_person(s, parent);
  const hw_allele *genotype = s->drop->genotype[parent];
  bool *is_grandmothers = &s->drop->is_grandmothers[person][from];
  if (rng_chance(s->r, s->recombination)) *is_grandmothers = !*is_grandmothers;
  const bool from_grandmother = is_single(s, parent) || *is_grandmothers;
  return mutate(s, from, genotype[from_grandmother ? HW_FROM_MOTHER : HW_FROM_FATHER]);
}

static int32_t first_twin(const hw_pedigree *pedigree, int32_t person) {
  while (pedigree->persons[person].twin != HW_PERSON_NONE) person = pedigree->persons[person].twin;
  return person;
}

/* The individual that a group of twins is: the parents of whichever twin has them recorded. */
static hw_person group_of(const hw_pedigree *pedigree, int32_t first) {
  hw_person group = pedigree->persons[first];
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    if (first_twin(pedigree, i) != first) continue;
    if (pedigree->persons[i].father != HW_PERSON_NONE) group.father = pedigree->persons[i].father;
    if (pedigree->persons[i].mother != HW_PERSON_NONE) group.mother = pedigree->persons[i].mother;
  }
  return group;
}

static void drop_person(step *s, int32_t person) {
  hw_allele(*genotype)[2] = s->drop->genotype;
  if (genotype[person][HW_FROM_MOTHER] != NOT_YET) return;
  const int32_t first = first_twin(s->drop->pedigree, person);
  if (first != person) {
    drop_person(s, first);
    genotype[person][HW_FROM_FATHER] = genotype[first][HW_FROM_FATHER];
    genotype[person][HW_FROM_MOTHER] = genotype[first][HW_FROM_MOTHER];
    return;
  }
  const hw_person group = group_of(s->drop->pedigree, first);
  const hw_allele y = receive(s, person, group.mother, HW_FROM_MOTHER);
  const hw_allele x =
      is_single(s, person) ? HW_ALLELE_NONE : receive(s, person, group.father, HW_FROM_FATHER);
  genotype[person][HW_FROM_FATHER] = x;
  genotype[person][HW_FROM_MOTHER] = y;
}

void gene_drop_step(gene_drop *self, const hw_marker *marker, double recombination, rng *r) {
  const int32_t n = self->pedigree->n_persons;
  if (self->genotype == NULL) {
    self->genotype = allocate((size_t)n, sizeof *self->genotype);
    self->is_grandmothers = allocate((size_t)n, sizeof *self->is_grandmothers);
    recombination = 0.5;
  }
  for (int32_t i = 0; i < n; i++)
    self->genotype[i][HW_FROM_FATHER] = self->genotype[i][HW_FROM_MOTHER] = NOT_YET;
  step s = {self, marker, recombination, r};
  for (int32_t i = 0; i < n; i++) drop_person(&s, i);
}

void gene_drop_clear(gene_drop *self) {
  free(self->genotype);
  free(self->is_grandmothers);
  self->genotype = NULL;
  self->is_grandmothers = NULL;
}

static hw_observation observe_set(const hw_marker *marker, const hw_profile *profile, hw_allele x,
                                  hw_allele y, hw_allele *seen, rng *r) {
  hw_observation obs = {.kind = HW_OBS_SET, .a = HW_ALLELE_NONE, .b = HW_ALLELE_NONE, .seen = seen};
  for (hw_allele z = 0; z < marker->n_alleles; z++) {
    if (z == marker->silent) continue;
    bool is_seen = rng_chance(r, profile->drop_in * marker->frequencies[z]);
    if (x == z && !rng_chance(r, profile->dropout)) is_seen = true;
    if (y == z && !rng_chance(r, profile->dropout)) is_seen = true;
    if (is_seen) seen[obs.n_seen++] = z;
  }
  return obs;
}

hw_observation gene_drop_observe(const hw_marker *marker, const hw_profile *profile, hw_allele x,
                                 hw_allele y, hw_allele *seen, rng *r) {
  const bool single = x == HW_ALLELE_NONE;
  if (profile->has_dropout) return observe_set(marker, profile, x, y, seen, r);
  if (rng_chance(r, profile->typing_error)) {
    y = rng_pick(r, marker->frequencies, marker->n_alleles);
    if (!single) x = rng_pick(r, marker->frequencies, marker->n_alleles);
  }
  if (y == marker->silent) y = x; /* a silent allele looks like another copy of the other one */
  if (!single && x == marker->silent) x = y;
  if (y == HW_ALLELE_NONE || y == marker->silent)
    return (hw_observation){.kind = HW_OBS_MISSING, .a = HW_ALLELE_NONE, .b = HW_ALLELE_NONE};
  return (hw_observation){.kind = single ? HW_OBS_SINGLE : HW_OBS_GENOTYPE,
                          .a = single ? y : x,
                          .b = single ? HW_ALLELE_NONE : y};
}
