/* Remains in the places of the missing persons of one family: rows and placements per second
 * against hw_likelihood, a family of eight missing with eight remains, and a case of 200 remains
 * against 150 missing persons in 60 families.
 *
 *     bench_place [SEED]
 *
 * Everything is gene-dropped from the seed at 24 markers; the table of frequencies is the shipped
 * one. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common.h"
#include "homeward/casefile.h"
#include "identify/place.h"
#include "oracle/gene_drop.h"
#include "oracle/national.h"

enum { MOST_PERSONS = 20, N = HW_PERSON_NONE };

/* T typed, S not, X missing. */
typedef struct member {
  char part;
  hw_sex sex;
  int8_t father, mother;
} member;

typedef struct kind {
  const char *name;
  int n;
  member members[MOST_PERSONS];
} kind;

#define M HW_MALE
#define F HW_FEMALE

static const kind singles[] = {
    {"mother", 2, {{'T', F, N, N}, {'X', M, N, 0}}},
    {"both parents", 3, {{'T', M, N, N}, {'T', F, N, N}, {'X', F, 0, 1}}},
    {"sibling", 4, {{'S', M, N, N}, {'S', F, N, N}, {'T', M, 0, 1}, {'X', M, 0, 1}}},
    {"child, spouse", 3, {{'X', M, N, N}, {'T', F, N, N}, {'T', M, 0, 1}}},
};

static const kind groups[] = {
    {"parents; 2 children missing",
     4,
     {{'T', M, N, N}, {'T', F, N, N}, {'X', M, 0, 1}, {'X', F, 0, 1}}},
    {"mother; 3 children missing",
     5,
     {{'S', M, N, N}, {'T', F, N, N}, {'X', M, 0, 1}, {'X', F, 0, 1}, {'X', M, 0, 1}}},
    {"sibling; 3 siblings missing",
     6,
     {{'S', M, N, N},
      {'S', F, N, N},
      {'T', F, 0, 1},
      {'X', M, 0, 1},
      {'X', F, 0, 1},
      {'X', M, 0, 1}}},
    {"grandmother; father, 2 children missing, mother typed",
     5,
     {{'T', F, N, N}, {'X', M, N, 0}, {'T', F, N, N}, {'X', M, 1, 2}, {'X', F, 1, 2}}},
    {"2 siblings; 4 siblings missing",
     8,
     {{'S', M, N, N},
      {'S', F, N, N},
      {'T', F, 0, 1},
      {'T', M, 0, 1},
      {'X', M, 0, 1},
      {'X', F, 0, 1},
      {'X', M, 0, 1},
      {'X', F, 0, 1}}},
    {"grandparents; couple, 2 children missing",
     8,
     {{'T', M, N, N},
      {'T', F, N, N},
      {'X', M, 0, 1},
      {'X', F, N, N},
      {'X', M, 2, 3},
      {'X', F, 2, 3},
      {'S', M, N, N},
      {'T', F, 6, 3}}},
    {"mother; father, 4 children missing",
     7,
     {{'X', M, N, N},
      {'T', F, N, N},
      {'T', M, 0, 1},
      {'X', M, 0, 1},
      {'X', F, 0, 1},
      {'X', M, 0, 1},
      {'X', F, 0, 1}}},
    {"sibling; 5 siblings missing",
     8,
     {{'S', M, N, N},
      {'S', F, N, N},
      {'T', F, 0, 1},
      {'X', M, 0, 1},
      {'X', M, 0, 1},
      {'X', F, 0, 1},
      {'X', F, 0, 1},
      {'X', M, 0, 1}}},
    {"uncle; father, mother, 3 children missing",
     8,
     {{'S', M, N, N},
      {'S', F, N, N},
      {'T', M, 0, 1},
      {'X', M, 0, 1},
      {'X', F, N, N},
      {'X', M, 3, 4},
      {'X', F, 3, 4},
      {'X', M, 3, 4}}},
};

static const kind eight = {"eight missing",
                           12,
                           {{'T', M, N, N},
                            {'T', F, N, N},
                            {'X', M, 0, 1},
                            {'X', M, 0, 1},
                            {'X', F, 0, 1},
                            {'X', M, N, N},
                            {'T', F, N, N},
                            {'X', M, 2, 6},
                            {'X', F, 2, 6},
                            {'X', M, 5, 4},
                            {'X', F, 5, 4},
                            {'T', M, N, 4}}};

/* ---- a case ---- */

enum { MOST_FAMILIES = 64, MOST_REMAINS = 256 };

typedef struct world {
  const panel *markers;
  rng r;
  int32_t n_remains, n_families, n_missing;
  hw_remains remains[MOST_REMAINS];
  hw_family families[MOST_FAMILIES];
  const char *names[MOST_FAMILIES];
  hw_case problem;
} world;

static hw_profile degrade(world *self, const hw_observation *seen, hw_sex sex) {
  (void)sex;
  const size_t n = (size_t)self->markers->n_markers;
  hw_observation *observations = allocate(n, sizeof *observations);
  const double quality = rng_unit(&self->r);
  for (size_t m = 0; m < n; m++) {
    observations[m] = seen[m];
    if (quality < 0.8) continue; /* complete */
    const double loss = quality < 0.9 ? 0.3 : 0.6;
    const bool lost_a = rng_chance(&self->r, loss), lost_b = rng_chance(&self->r, loss);
    if (lost_a && lost_b)
      observations[m] = (hw_observation){.kind = HW_OBS_MISSING};
    else if (lost_a || lost_b || seen[m].a == seen[m].b)
      observations[m] = (hw_observation){
          .kind = HW_OBS_GENOTYPE, .a = lost_a ? seen[m].b : seen[m].a, .b = HW_ALLELE_NONE};
  }
  return (hw_profile){.id = "", .n_markers = (int32_t)n, .observations = observations};
}

static void add_remains(world *self, const hw_observation *seen, hw_sex sex) {
  if (self->n_remains >= MOST_REMAINS) abort();
  self->remains[self->n_remains++] =
      (hw_remains){.id = "R", .sex = sex, .profile = degrade(self, seen, sex)};
}

/* True profiles of everybody. */
static hw_observation *drop(world *self, const hw_pedigree *pedigree) {
  const int32_t n_markers = self->markers->n_markers;
  hw_observation *seen = allocate((size_t)pedigree->n_persons * (size_t)n_markers, sizeof *seen);
  gene_drop state = {.pedigree = pedigree};
  for (int32_t m = 0; m < n_markers; m++) {
    gene_drop_step(&state, &self->markers->markers[m], 0.5, &self->r);
    for (int32_t i = 0; i < pedigree->n_persons; i++)
      seen[i * n_markers + m] = (hw_observation){.kind = HW_OBS_GENOTYPE,
                                                 .a = state.genotype[i][HW_FROM_FATHER],
                                                 .b = state.genotype[i][HW_FROM_MOTHER]};
  }
  gene_drop_clear(&state);
  return seen;
}

static void add_family(world *self, const kind *made, double found) {
  const size_t n = (size_t)made->n, n_markers = (size_t)self->markers->n_markers;
  hw_person *persons = allocate(n, sizeof *persons);
  hw_profile *profiles = allocate(n, sizeof *profiles);
  int32_t *person = allocate(n, sizeof *person), *missing = allocate(n, sizeof *missing);
  hw_family *f = &self->families[self->n_families];
  self->names[self->n_families++] = made->name;
  *f = (hw_family){.name = made->name,
                   .pedigree = {.n_persons = made->n, .persons = persons},
                   .missing = missing,
                   .profiles = profiles,
                   .profile_person = person};
  for (size_t i = 0; i < n; i++) {
    const member *from = &made->members[i];
    persons[i] = (hw_person){"", from->father, from->mother, from->sex, HW_PERSON_NONE};
  }
  hw_observation *seen = drop(self, &f->pedigree);
  for (size_t i = 0; i < n; i++) {
    const char part = made->members[i].part;
    if (part == 'T') {
      profiles[f->n_profiles] = (hw_profile){
          .id = "", .n_markers = (int32_t)n_markers, .observations = seen + i * n_markers};
      person[f->n_profiles++] = (int32_t)i;
    } else if (part == 'X') {
      missing[f->n_missing++] = (int32_t)i;
      self->n_missing++;
      if (rng_chance(&self->r, found)) add_remains(self, seen + i * n_markers, persons[i].sex);
    }
  }
}

static void add_strangers(world *self, int32_t until) {
  while (self->n_remains < until) {
    const hw_person stranger = {"", N, N, rng_chance(&self->r, 0.5) ? M : F, N};
    const hw_pedigree pedigree = {1, &stranger};
    hw_observation *seen = drop(self, &pedigree);
    add_remains(self, seen, stranger.sex);
    free(seen);
  }
}

static void finish(world *self) {
  self->problem = (hw_case){.id = "bench",
                            .description = "",
                            .n_markers = self->markers->n_markers,
                            .markers = self->markers->markers,
                            .n_remains = self->n_remains,
                            .remains = self->remains,
                            .n_families = self->n_families,
                            .families = self->families};
}

static world *world_new(const panel *markers, uint64_t seed) {
  world *self = allocate(1, sizeof *self);
  self->markers = markers;
  self->r = rng_seeded(seed);
  return self;
}

/* ---- measuring ---- */

/* Of this process alone: other work on the machine does not count. */
static double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static hwp_place *place_of(const world *self, int32_t f) {
  int32_t all[MOST_REMAINS];
  hwp_place *place = NULL;
  hw_err err = HW_ERR_INIT;
  for (int32_t r = 0; r < self->n_remains; r++) all[r] = r;
  check(hwp_place_new(&self->problem, f, self->n_remains, all, NULL, &place, &err), &err);
  return place;
}

/* One family's list. @return seconds */
static double list(const world *self, int32_t f, double left_out, double max_steps) {
  hw_err err = HW_ERR_INIT;
  hwp_placements placements;
  const double start_s = now_s();
  hwp_place *place = place_of(self, f);
  const double made_s = now_s();
  const hwp_place_limits limits = {.left_out = left_out, .max_steps = max_steps, .max_listed = 2e6};
  check(hwp_place_list(place, &limits, &placements, &err), &err);
  const double end_s = now_s();
  printf(
      "  %-54s %d missing %8.1f ms + %8.1f ms, %9lld evaluated, %7lld listed, %8lld eliminations, sum 1e%.1f, "
      "left out 1e%.1f%s\n",
      self->names[f], (int)hwp_place_count(place), 1e3 * (made_s - start_s), 1e3 * (end_s - made_s),
      (long long)placements.n_evaluated, (long long)placements.n,
      (long long)hwp_place_eliminations(place), placements.ln_sum / log(10),
      (placements.ln_left_out - placements.ln_sum) / log(10),
      placements.is_complete ? "" : ", NOT PROVEN");
  fflush(stdout);
  hwp_placements_clear(&placements);
  hwp_place_delete(place);
  return end_s - start_s;
}

/* Placements per second, each extended by everybody, against hw_likelihood. */
static void compare_with_likelihood(const world *self, int32_t f) {
  hw_err err = HW_ERR_INIT;
  const hw_family *from = &self->families[f];
  hwp_place *place = place_of(self, f);
  rng r = rng_seeded(5);
  double out[MOST_REMAINS], ln = 0, sum = 0;
  int32_t placed[MOST_PERSONS];
  hw_profile profiles[2 * MOST_PERSONS];
  int32_t person[2 * MOST_PERSONS];
  enum { CONTEXTS = 2000, SLOW = 100 };
  const double start_s = now_s();
  for (int i = 0; i < CONTEXTS; i++) {
    for (int32_t k = 0; k < from->n_missing; k++) placed[k] = -1;
    placed[0] = rng_below(&r, self->n_remains);
    check(hwp_place_extend(place, placed, 1, out, &err), &err);
  }
  const double fast_s = (now_s() - start_s) / CONTEXTS / self->n_remains;
  const double slow_start_s = now_s();
  for (int i = 0; i < SLOW; i++) {
    int32_t n = from->n_profiles;
    memcpy(profiles, from->profiles, sizeof *profiles * (size_t)n);
    memcpy(person, from->profile_person, sizeof *person * (size_t)n);
    for (int32_t k = 0; k < 2; k++) {
      profiles[n] = self->remains[rng_below(&r, self->n_remains)].profile;
      person[n++] = from->missing[k];
    }
    const hw_problem problem = {.pedigree = &from->pedigree,
                                .n_profiles = n,
                                .profiles = profiles,
                                .profile_person = person,
                                .n_markers = self->problem.n_markers,
                                .markers = self->problem.markers};
    check(hw_likelihood(&problem, NULL, &ln, NULL, &err), &err);
    sum += ln;
  }
  const double slow_s = (now_s() - slow_start_s) / SLOW;
  printf("  %-54s %10.0f placements/s, hw_likelihood %7.0f/s: %.0f times as fast%s\n",
         self->names[f], 1 / fast_s, 1 / slow_s, slow_s / fast_s, sum == 1 ? "!" : "");
  hwp_place_delete(place);
}

int main(int argc, char **argv) {
  const uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
  panel *markers = national_panel(HW_MUTATION_STEPWISE);
  if (markers == NULL) return 1;
  enum { N_SINGLES = sizeof singles / sizeof *singles, N_GROUPS = sizeof groups / sizeof *groups };

  printf("eight remains, eight missing\n");
  world *small = world_new(markers, seed);
  add_family(small, &eight, 1);
  finish(small);
  list(small, 0, 1e-9, 1e9);
  list(small, 0, 0, 1e9);

  printf("200 remains, 150 missing, 60 families\n");
  world *large = world_new(markers, seed + 1);
  for (int i = 0; i < 60; i++)
    add_family(large, i % 2 == 0 ? &singles[i / 2 % N_SINGLES] : &groups[i / 2 % N_GROUPS], 0.5);
  add_strangers(large, 200);
  finish(large);
  printf("  %d remains, %d missing\n", (int)large->n_remains, (int)large->n_missing);
  for (int32_t f = 1; f < 2 * N_GROUPS; f += 2) compare_with_likelihood(large, f);
  double total_s = 0;
  for (int32_t f = 0; f < large->n_families; f++) total_s += list(large, f, 1e-9, 2e7);
  printf("  all families: %.2f s\n", total_s);
  return 0;
}
