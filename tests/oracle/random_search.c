/* Random searches, see random_search.h. */
#include "random_search.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gene_drop.h"
#include "random_problem.h"

/* What all parts of one search share while it is made. */
typedef struct maker {
  random_search *out;
  rng r;
  random_options options;
  hw_marker *markers;
  int32_t n_markers;
  bool has_x, is_wide;
  int32_t n_queries;
  hw_search_query *queries;
  hw_allele (*truth)[2]; /* [query][marker] */
} maker;

static void *take(maker *self, size_t n, size_t size) {
  void *p = hw_arena_alloc_array(&self->out->arena, n ? n : 1, size);
  if (p == NULL) abort();
  return p;
}

static const char *text(maker *self, const char *letter, int32_t number) {
  char *name = take(self, 24, 1);
  snprintf(name, 24, "%s%d", letter, (int)number);
  return name;
}

/* --- markers --- */

static void small_marker(maker *self, int32_t m) {
  random_marker *parts = take(self, 1, sizeof *parts);
  hw_marker *marker = &self->markers[m];
  random_marker_fill(marker, parts, &self->options, &self->r);
  for (int32_t i = 0; i < RANDOM_ALLELES; i++) parts->name_pointers[i] = parts->names[i];
  marker->allele_names = parts->name_pointers;
  marker->frequencies = parts->frequencies;
  for (int from = 0; from < 2; from++)
    marker->matrix[from] = parts->has_matrix[from] ? parts->matrix[from] : NULL;
}

/* Many alleles, some of them of frequency zero. */
static void wide_marker(maker *self, int32_t m) {
  const int32_t n = 24 + rng_below(&self->r, 20);
  hw_marker *marker = &self->markers[m];
  const char **names = take(self, (size_t)n, sizeof *names);
  double *frequencies = take(self, (size_t)n, sizeof *frequencies), sum = 0.0;
  for (int32_t a = 0; a < n; a++) {
    names[a] = text(self, "", 5 + a);
    frequencies[a] = rng_chance(&self->r, 0.1) ? 0.0 : 0.05 + rng_unit(&self->r);
    sum += frequencies[a];
  }
  for (int32_t a = 0; a < n; a++) frequencies[a] /= sum;
  *marker = (hw_marker){.n_alleles = n,
                        .allele_names = names,
                        .frequencies = frequencies,
                        .silent = rng_chance(&self->r, 0.2) ? 0 : HW_ALLELE_NONE};
  if (rng_chance(&self->r, 0.3)) return;
  marker->mutation.model = HW_MUTATION_EQUAL;
  marker->mutation.rate[0] = 0.002;
  marker->mutation.rate[1] = 0.01;
  for (int from = 0; from < 2; from++) {
    double *matrix = take(self, (size_t)n * (size_t)n, sizeof *matrix);
    if (hw_mutation_matrix(marker, from, matrix, NULL) != HW_OK) abort();
    marker->matrix[from] = matrix;
  }
}

static void fill_markers(maker *self) {
  const bool has_theta = rng_chance(&self->r, 0.1);
  self->is_wide = !has_theta && rng_chance(&self->r, 0.12);
  self->has_x = rng_chance(&self->r, 0.3);
  self->n_markers = 1 + rng_below(&self->r, has_theta || self->is_wide ? 3 : RANDOM_SEARCH_MARKERS);
  self->options = (random_options){.on_x = self->has_x,
                                   .no_mutation = rng_chance(&self->r, 0.2),
                                   .n_unlinked = 1,
                                   .max_persons = has_theta || self->is_wide ? 4 : 7,
                                   .max_alleles = has_theta ? 3 : 5};
  self->markers = take(self, (size_t)self->n_markers, sizeof *self->markers);
  for (int32_t m = 0; m < self->n_markers; m++) {
    if (self->is_wide && rng_chance(&self->r, 0.7))
      wide_marker(self, m);
    else
      small_marker(self, m);
    self->markers[m].name = text(self, "L", m);
    self->markers[m].chromosome =
        self->has_x && rng_chance(&self->r, 0.6) ? HW_CHROMOSOME_X : HW_CHROMOSOME_AUTOSOMAL;
  }
  self->out->input.n_markers = self->n_markers;
  self->out->input.markers = self->markers;
  self->out->input.theta = has_theta ? 0.01 + 0.1 * rng_unit(&self->r) : 0.0;
}

/* --- profiles --- */

static hw_profile random_profile(maker *self) {
  static const double errors[] = {0.0, 0.0, 0.01, 0.05, 1.0};
  static const double dropouts[] = {0.0, 0.1, 0.3, 0.3, 1.0};
  rng *r = &self->r;
  hw_profile profile = {.id = "", .n_markers = self->n_markers};
  const bool is_any = rng_chance(r, 0.3); /* a parameter that no other sample has */
  if (rng_chance(r, 0.25)) {
    profile.has_dropout = true;
    profile.dropout = is_any ? rng_unit(r) : dropouts[rng_below(r, 5)];
    profile.drop_in = rng_chance(r, 0.5) ? 0.0 : is_any ? rng_unit(r) : 0.05;
  } else if (rng_chance(r, 0.3)) {
    profile.typing_error = is_any ? 0.2 * rng_unit(r) : errors[rng_below(r, 5)];
  }
  return profile;
}

static hw_observation observe(maker *self, int32_t m, const hw_profile *profile, hw_allele x,
                              hw_allele y) {
  hw_allele *seen =
      profile->has_dropout ? take(self, (size_t)self->markers[m].n_alleles, sizeof *seen) : NULL;
  hw_observation obs = gene_drop_observe(&self->markers[m], profile, x, y, seen, &self->r);
  if (rng_chance(&self->r, 0.08))
    obs = (hw_observation){.kind = HW_OBS_MISSING, .a = HW_ALLELE_NONE, .b = HW_ALLELE_NONE};
  if (obs.kind == HW_OBS_GENOTYPE && rng_chance(&self->r, 0.1)) obs.b = HW_ALLELE_NONE;
  return obs;
}

/* --- families --- */

static bool is_missing(const maker *self, const random_problem *p, int32_t family, int32_t person) {
  for (int32_t q = 0; q < self->n_queries; q++)
    if (self->queries[q].family == family &&
        random_problem_first_twin(p, self->queries[q].person) ==
            random_problem_first_twin(p, person))
      return true;
  return false;
}

static void add_family(maker *self, hw_search_family *family, int32_t f) {
  rng *r = &self->r;
  random_problem *p = random_problem_new(&self->options, rng_next(r));
  const int32_t n = p->pedigree.n_persons, first_query = self->n_queries;
  hw_person *persons = take(self, (size_t)n, sizeof *persons);
  for (int32_t i = 0; i < n; i++) {
    persons[i] = p->persons[i];
    persons[i].id = text(self, "P", i);
  }
  *family = (hw_search_family){.code = text(self, "F", f), .pedigree = {n, persons}};
  for (int32_t i = 0, most = 1 + rng_below(r, 3); i < n && most > 0; i++) {
    if (!rng_chance(r, i == n - 1 && first_query == self->n_queries ? 1.0 : 0.4)) continue;
    self->queries[self->n_queries++] = (hw_search_query){f, i, persons[i].id};
    most--;
  }
  hw_profile *profiles = take(self, (size_t)p->problem.n_profiles, sizeof *profiles);
  int32_t *profile_person = take(self, (size_t)p->problem.n_profiles, sizeof *profile_person);
  for (int32_t k = 0; k < p->problem.n_profiles; k++) {
    if (is_missing(self, p, f, p->profile_person[k])) continue;
    hw_profile *profile = &profiles[family->n_profiles];
    *profile = p->profiles[k];
    profile->n_markers = self->n_markers;
    profile->observations = take(self, (size_t)self->n_markers, sizeof(hw_observation));
    profile_person[family->n_profiles++] = p->profile_person[k];
  }
  family->profiles = profiles;
  family->profile_person = profile_person;
  gene_drop drop = {.pedigree = &family->pedigree};
  for (int32_t m = 0; m < self->n_markers; m++) {
    gene_drop_step(&drop, &self->markers[m], 0.5, r);
    for (int32_t k = 0; k < family->n_profiles; k++) {
      const hw_allele *truth = drop.genotype[profile_person[k]];
      const hw_observation obs =
          observe(self, m, &profiles[k], truth[HW_FROM_FATHER], truth[HW_FROM_MOTHER]);
      memcpy((hw_observation *)(uintptr_t)&profiles[k].observations[m], &obs, sizeof obs);
    }
    for (int32_t q = first_query; q < self->n_queries; q++)
      memcpy(self->truth[q * RANDOM_SEARCH_MARKERS + m], drop.genotype[self->queries[q].person],
             sizeof *self->truth);
  }
  gene_drop_clear(&drop);
  random_problem_delete(p);
}

static void fill_families(maker *self) {
  const int32_t n = 1 + rng_below(&self->r, RANDOM_SEARCH_FAMILIES);
  hw_search_family *families = take(self, (size_t)n, sizeof *families);
  const size_t most = (size_t)n * 4;
  self->queries = take(self, most, sizeof *self->queries);
  self->truth = take(self, most * RANDOM_SEARCH_MARKERS, sizeof *self->truth);
  for (int32_t f = 0; f < n; f++) add_family(self, &families[f], f);
  self->out->input.n_families = n;
  self->out->input.families = families;
  self->out->input.n_queries = self->n_queries;
  self->out->input.queries = self->queries;
}

/* --- samples --- */

static void fill_sample(maker *self, hw_search_sample *sample, int32_t i) {
  rng *r = &self->r;
  const int32_t q = rng_chance(r, 0.4) ? rng_below(r, self->n_queries) : -1;
  hw_sex sex = rng_chance(r, 0.5) ? HW_MALE : HW_FEMALE;
  if (q >= 0) {
    const hw_search_query *query = &self->queries[q];
    sex = self->out->input.families[query->family].pedigree.persons[query->person].sex;
  }
  hw_observation *observations = take(self, (size_t)self->n_markers, sizeof *observations);
  sample->code = text(self, "S", i);
  sample->sex = rng_chance(r, 0.3) ? (hw_sex)rng_below(r, 3) : sex;
  sample->profile = random_profile(self);
  sample->profile.observations = observations;
  for (int32_t m = 0; m < self->n_markers; m++) {
    const hw_marker *marker = &self->markers[m];
    hw_allele y = rng_pick(r, marker->frequencies, marker->n_alleles);
    hw_allele x = rng_pick(r, marker->frequencies, marker->n_alleles);
    if (hw_marker_is_x(marker) && sex == HW_MALE) x = HW_ALLELE_NONE;
    if (q >= 0) {
      x = self->truth[q * RANDOM_SEARCH_MARKERS + m][HW_FROM_FATHER];
      y = self->truth[q * RANDOM_SEARCH_MARKERS + m][HW_FROM_MOTHER];
    }
    observations[m] = observe(self, m, &sample->profile, x, y);
  }
}

static void fill_samples(maker *self) {
  rng *r = &self->r;
  int32_t n = 1 + rng_below(r, 60);
  if (self->is_wide) n = 300 + rng_below(r, 500);
  if (rng_chance(r, 0.05)) n = 1000 + rng_below(r, 1200);
  hw_search_sample *samples = take(self, (size_t)n, sizeof *samples);
  for (int32_t i = 0; i < n; i++) fill_sample(self, &samples[i], i);
  self->out->input.n_samples = n;
  self->out->input.samples = samples;
}

static void fill_options(maker *self) {
  rng *r = &self->r;
  hw_search_options *options = &self->out->options;
  options->threshold = -5.0 + 17.0 * rng_unit(r) * rng_unit(r);
  if (rng_chance(r, 0.04)) options->threshold = -HUGE_VAL;
  if (rng_chance(r, 0.05)) options->threshold = -1e9;
  options->top = rng_below(r, 6);
  options->floor = options->threshold - (rng_chance(r, 0.3) ? 0.0 : 6.0 * rng_unit(r));
  if (rng_chance(r, 0.05)) options->floor = -HUGE_VAL;
  options->prior_none = -1.0;
  if (rng_chance(r, 0.03)) options->likelihood.max_work = 20.0; /* leaves some out */
}

random_search *random_search_new(uint64_t seed) {
  random_search *self = calloc(1, sizeof *self);
  if (self == NULL) abort();
  hw_arena_init(&self->arena, 0);
  maker make = {.out = self, .r = rng_seeded(seed)};
  fill_markers(&make);
  fill_families(&make);
  fill_samples(&make);
  fill_options(&make);
  return self;
}

void random_search_delete(random_search *self) {
  if (self == NULL) return;
  hw_arena_clear(&self->arena);
  free(self);
}
