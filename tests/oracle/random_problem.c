/* Random problems, see random_problem.h. */
#include "random_problem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gene_drop.h"

int32_t random_problem_first_twin(const random_problem *self, int32_t person) {
  while (self->persons[person].twin != HW_PERSON_NONE) person = self->persons[person].twin;
  return person;
}

void random_problem_untype(random_problem *self, int32_t person) {
  const int32_t first = random_problem_first_twin(self, person);
  int32_t n = 0;
  for (int32_t k = 0; k < self->problem.n_profiles; k++) {
    if (random_problem_first_twin(self, self->profile_person[k]) == first) continue;
    self->profiles[n] = self->profiles[k];
    self->profile_person[n] = self->profile_person[k];
    memmove(self->observations[n], self->observations[k], sizeof self->observations[k]);
    memmove(self->seen[n], self->seen[k], sizeof self->seen[k]);
    n++;
  }
  self->problem.n_profiles = n;
  random_problem_link(self);
}

int32_t random_problem_add_person(random_problem *self, int32_t father, int32_t mother,
                                  hw_sex sex) {
  const int32_t i = self->pedigree.n_persons++;
  if (i >= RANDOM_PERSONS) abort();
  self->persons[i] =
      (hw_person){.father = father, .mother = mother, .sex = sex, .twin = HW_PERSON_NONE};
  snprintf(self->ids[i], RANDOM_NAME, "P%d", (int)i);
  random_problem_link(self);
  return i;
}

static void link_marker(hw_marker *marker, random_marker *parts) {
  for (int32_t i = 0; i < RANDOM_ALLELES; i++) parts->name_pointers[i] = parts->names[i];
  marker->allele_names = parts->name_pointers;
  marker->frequencies = parts->frequencies;
  const size_t size = sizeof(double) * (size_t)marker->n_alleles * (size_t)marker->n_alleles;
  for (int from = 0; from < 2; from++) {
    marker->matrix[from] = parts->has_matrix[from] ? parts->matrix[from] : NULL;
    marker->mutation.custom[from] =
        marker->mutation.model == HW_MUTATION_CUSTOM ? parts->matrix[from] : NULL;
  }
  if (parts->has_matrix[0] && parts->has_matrix[1] &&
      memcmp(parts->matrix[0], parts->matrix[1], size) == 0)
    marker->matrix[1] = marker->matrix[0];
}

void random_problem_link(random_problem *self) {
  for (int32_t i = 0; i < self->pedigree.n_persons; i++) self->persons[i].id = self->ids[i];
  self->pedigree.persons = self->persons;
  hw_problem *problem = &self->problem;
  problem->pedigree = &self->pedigree;
  for (int32_t m = 0; m < problem->n_markers; m++) {
    static const char *const names[RANDOM_MARKERS] = {"L1", "L2", "L3", "L4"};
    self->markers[m].name = names[m];
    link_marker(&self->markers[m], &self->parts[m]);
  }
  for (int32_t k = 0; k < problem->n_profiles; k++) {
    self->profiles[k].id = self->ids[self->profile_person[k]];
    self->profiles[k].n_markers = problem->n_markers;
    self->profiles[k].observations = self->observations[k];
    for (int32_t m = 0; m < problem->n_markers; m++)
      if (self->observations[k][m].kind == HW_OBS_SET)
        self->observations[k][m].seen = self->seen[k][m];
  }
  for (int32_t g = 0, first = 0; g < problem->n_linkages; g++) {
    self->linkages[g].markers = self->linked + first;
    self->linkages[g].recombination = self->recombination + first;
    first += self->linkages[g].n_markers;
  }
  problem->profiles = self->profiles;
  problem->profile_person = self->profile_person;
  problem->markers = self->markers;
  problem->linkages = self->linkages;
}

static void add_profile(random_problem *self, int32_t person, const random_options *options,
                        rng *r) {
  const int32_t k = self->problem.n_profiles;
  if (k >= RANDOM_PROFILES) return;
  hw_profile *profile = &self->profiles[k];
  *profile = (hw_profile){.has_dropout = false};
  self->profile_person[k] = person;
  if (!options->plain_profiles && rng_chance(r, 0.12)) {
    profile->has_dropout = true;
    profile->dropout = rng_chance(r, 0.2) ? 0.0 : rng_chance(r, 0.05) ? 1.0 : 0.5 * rng_unit(r);
    profile->drop_in = rng_chance(r, 0.3) ? 0.0 : 0.2 * rng_unit(r);
  } else if (!options->plain_profiles && rng_chance(r, 0.12)) {
    profile->typing_error = rng_chance(r, 0.05) ? 1.0 : 0.1 * rng_unit(r);
  }
  self->problem.n_profiles++;
}

static void choose_typed(random_problem *self, const random_options *options, rng *r) {
  const double share = 0.3 + 0.5 * rng_unit(r);
  for (int32_t i = 0; i < self->pedigree.n_persons; i++)
    if (rng_chance(r, share)) {
      add_profile(self, i, options, r);
      if (rng_chance(r, 0.05)) add_profile(self, i, options, r);
    }
  if (self->problem.n_profiles == 0)
    add_profile(self, rng_below(r, self->pedigree.n_persons), options, r);
}

/* Any observation that fits the marker, whatever the true genotype is. */
static hw_observation arbitrary_observation(const hw_marker *marker, const hw_profile *profile,
                                            bool single, hw_allele *seen, rng *r) {
  hw_allele a, b;
  do a = rng_below(r, marker->n_alleles);
  while (a == marker->silent);
  do b = rng_below(r, marker->n_alleles);
  while (b == marker->silent);
  if (profile->has_dropout) {
    hw_observation obs = {.kind = HW_OBS_SET, .a = -1, .b = -1, .n_seen = 1, .seen = seen};
    seen[0] = a;
    return obs;
  }
  if (single) return (hw_observation){.kind = HW_OBS_SINGLE, .a = a, .b = HW_ALLELE_NONE};
  return (hw_observation){.kind = HW_OBS_GENOTYPE, .a = a, .b = b};
}

static void observe(random_problem *self, int32_t k, int32_t m, const gene_drop *drop,
                    const random_options *options, rng *r) {
  const hw_allele *truth = drop->genotype[self->profile_person[k]];
  const hw_allele x = truth[HW_FROM_FATHER], y = truth[HW_FROM_MOTHER];
  hw_observation *obs = &self->observations[k][m];
  const hw_marker *marker = &self->markers[m];
  *obs = gene_drop_observe(marker, &self->profiles[k], x, y, self->seen[k][m], r);
  if (rng_chance(r, 0.04))
    *obs =
        arbitrary_observation(marker, &self->profiles[k], x == HW_ALLELE_NONE, self->seen[k][m], r);
  if (rng_chance(r, 0.06)) *obs = (hw_observation){.kind = HW_OBS_MISSING, .a = -1, .b = -1};
  if (!options->plain_profiles && obs->kind == HW_OBS_GENOTYPE && rng_chance(r, 0.1))
    obs->b = HW_ALLELE_NONE;
}

static void choose_linkage(random_problem *self, int32_t n_linked, rng *r) {
  static const double fractions[] = {0.0, 0.001, 0.05, 0.2, 0.5};
  self->problem.n_linkages = n_linked == 4 ? 2 : n_linked > 0 ? 1 : 0;
  for (int32_t g = 0; g < self->problem.n_linkages; g++)
    self->linkages[g].n_markers = n_linked == 4 ? 2 : n_linked;
  /* The group's order along the chromosome need not be that of the markers. */
  rng_shuffle(r, self->linked, n_linked);
  for (int32_t m = 0; m < n_linked; m++) self->recombination[m] = fractions[rng_below(r, 5)];
}

random_problem *random_problem_new(const random_options *options, uint64_t seed) {
  random_problem *self = calloc(1, sizeof *self);
  if (self == NULL) abort();
  rng r = rng_seeded(seed);
  self->seed = seed;
  self->problem.theta = options->has_theta ? 0.001 + 0.3 * rng_unit(&r) * rng_unit(&r) : 0.0;
  const int32_t n_markers = options->n_linked + options->n_unlinked;
  self->problem.n_markers = n_markers > 0 ? n_markers : 1;
  random_pedigree_fill(self, options, &r);
  const int chromosome = rng_chance(&r, 0.5) ? HW_CHROMOSOME_AUTOSOMAL : 1 + rng_below(&r, 22);
  for (int32_t m = 0; m < self->problem.n_markers; m++) {
    random_marker_fill(&self->markers[m], &self->parts[m], options, &r);
    if (!options->on_x) self->markers[m].chromosome = chromosome;
    if (options->some_on_x && m >= options->n_linked && rng_chance(&r, 0.5))
      self->markers[m].chromosome = HW_CHROMOSOME_X;
  }
  choose_linkage(self, options->n_linked, &r);
  choose_typed(self, options, &r);
  random_problem_link(self);
  gene_drop drop = {.pedigree = &self->pedigree};
  for (int32_t i = 0; i < self->problem.n_markers; i++) {
    /* Linked markers are dropped in map order, the others after them, unlinked. */
    const int32_t m = i < options->n_linked ? self->linked[i] : i;
    const bool is_first = i == 0 || (options->n_linked == 4 && i == 2);
    const bool is_next = !is_first && i < options->n_linked;
    gene_drop_step(&drop, &self->markers[m], is_next ? self->recombination[i - 1] : 0.5, &r);
    for (int32_t k = 0; k < self->problem.n_profiles; k++) observe(self, k, m, &drop, options, &r);
  }
  gene_drop_clear(&drop);
  random_problem_link(self);
  return self;
}

random_problem *random_problem_copy(const random_problem *other) {
  random_problem *self = malloc(sizeof *self);
  if (self == NULL) abort();
  *self = *other;
  random_problem_link(self);
  return self;
}

void random_problem_delete(random_problem *self) {
  free(self);
}
