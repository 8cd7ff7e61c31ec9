/* Small synthetic searches (see world.h). Everything is drawn from seeds. */
#include "search/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/simulate.h"
#include "support/assert.h"

#define NOBODY HW_PERSON_NONE

static const char *const NAMES[WORLD_ALLELES] = {"10", "11", "12", "12.2", "13", "14"};
static const char *const MARKERS[WORLD_MARKERS] = {"L1", "L2", "L3", "L4", "L5",
                                                   "L6", "L7", "L8", "X1"};

/* Kinds of families: persons, who is typed, who is missing. */
enum { MOST_PERSONS = 6 };
typedef struct shape {
  int32_t n_persons;
  hw_person persons[MOST_PERSONS];
  unsigned typed, missing; /* a bit for each person */
} shape;

static const shape SHAPES[] = {
    /* Father and mother of the missing one. */
    {3,
     {{"F", NOBODY, NOBODY, HW_MALE, NOBODY},
      {"M", NOBODY, NOBODY, HW_FEMALE, NOBODY},
      {"A", 0, 1, HW_MALE, NOBODY}},
     3,
     4},
    /* Partner and two children. */
    {4,
     {{"A", NOBODY, NOBODY, HW_FEMALE, NOBODY},
      {"P", NOBODY, NOBODY, HW_MALE, NOBODY},
      {"C1", 1, 0, HW_FEMALE, NOBODY},
      {"C2", 1, 0, HW_MALE, NOBODY}},
     14,
     1},
    /* Two sisters of the missing one. */
    {5,
     {{"F", NOBODY, NOBODY, HW_MALE, NOBODY},
      {"M", NOBODY, NOBODY, HW_FEMALE, NOBODY},
      {"S1", 0, 1, HW_FEMALE, NOBODY},
      {"S2", 0, 1, HW_FEMALE, NOBODY},
      {"A", 0, 1, HW_UNKNOWN_SEX, NOBODY}},
     12,
     16},
    /* A mother and a brother; two missing children. */
    {5,
     {{"F", NOBODY, NOBODY, HW_MALE, NOBODY},
      {"M", NOBODY, NOBODY, HW_FEMALE, NOBODY},
      {"A1", 0, 1, HW_FEMALE, NOBODY},
      {"A2", 0, 1, HW_MALE, NOBODY},
      {"B", 0, 1, HW_MALE, NOBODY}},
     18,
     12},
    /* Only a half brother. */
    {5,
     {{"F", NOBODY, NOBODY, HW_MALE, NOBODY},
      {"M", NOBODY, NOBODY, HW_FEMALE, NOBODY},
      {"N", NOBODY, NOBODY, HW_FEMALE, NOBODY},
      {"H", 0, 2, HW_MALE, NOBODY},
      {"A", 0, 1, HW_FEMALE, NOBODY}},
     8,
     16},
};
enum { N_SHAPES = sizeof SHAPES / sizeof SHAPES[0] };

/* --- markers --- */

static void fill_marker(world *self, int m) {
  double sum = 0, weight[WORLD_ALLELES];
  for (int i = 0; i < WORLD_ALLELES; i++) sum += weight[i] = 0.05 + hw_random_double(&self->random);
  for (int i = 0; i < WORLD_ALLELES; i++) self->frequencies[m][i] = weight[i] / sum;
  hw_marker *marker = &self->markers[m];
  *marker = (hw_marker){.name = MARKERS[m],
                        .chromosome = m == WORLD_MARKERS - 1 ? HW_CHROMOSOME_X : m + 1,
                        .position_cm = 10.5 * m,
                        .n_alleles = WORLD_ALLELES,
                        .allele_names = NAMES,
                        .frequencies = self->frequencies[m],
                        .silent = m == 3 ? 5 : HW_ALLELE_NONE};
  if (m == 4) return; /* one that does not mutate */
  const bool is_same = m % 2 == 0;
  marker->mutation = (hw_mutation){.model = HW_MUTATION_STEPWISE,
                                   .rate = {0.002, is_same ? 0.002 : 0.005},
                                   .rate2 = {1e-5, 1e-5},
                                   .range = {0.1, 0.1}};
  for (int from = 0; from < 2; from++) {
    hw_err err = HW_ERR_INIT;
    hw_assert_ok(hw_mutation_matrix(marker, from, self->matrices[m][from], &err), &err);
    marker->matrix[from] = self->matrices[m][is_same ? 0 : from];
  }
}

void world_init(world *self, uint64_t seed, int32_t n_samples, int32_t n_families) {
  memset(self, 0, sizeof *self);
  hw_random_init(&self->random, seed);
  self->theta = seed % 3 == 0 ? 0.01 : 0;
  for (int m = 0; m < WORLD_MARKERS; m++) fill_marker(self, m);
  for (int32_t i = 0; i < n_families; i++) world_add_family(self);
  for (int32_t i = 0; i < n_samples; i++) world_add_sample(self);
}

/* --- changes --- */

static int32_t pick(world *self, int32_t n) {
  return (int32_t)hw_random_below(&self->random, (uint64_t)n);
}

static void seed_sample(world *self, world_row *row) {
  row->seed = hw_random_u64(&self->random) >> 1 | 1;
  row->family = 0;
  const int32_t kind = pick(self, 8);
  if (kind < 4 && self->n_families > 0)
    row->family = self->families[pick(self, self->n_families)].seed;
  if (kind == 7 && self->n_samples > 1) { /* the same profile under another code */
    const world_row *other = &self->samples[pick(self, self->n_samples)];
    row->seed = other->seed;
    row->family = other->family;
  }
}

static void insert(world_row *rows, int32_t *n, int32_t at, world_row row) {
  assert_true(*n < WORLD_MOST);
  memmove(&rows[at + 1], &rows[at], (size_t)(*n - at) * sizeof *rows);
  rows[at] = row;
  ++*n;
}

static world_row take_out(world_row *rows, int32_t *n, int32_t at) {
  const world_row row = rows[at];
  --*n;
  memmove(&rows[at], &rows[at + 1], (size_t)(*n - at) * sizeof *rows);
  return row;
}

void world_add_sample(world *self) {
  world_row row = {.number = ++self->next_number};
  seed_sample(self, &row);
  insert(self->samples, &self->n_samples, self->n_samples, row);
}

void world_add_family(world *self) {
  const world_row row = {.number = ++self->next_number,
                         .seed = hw_random_u64(&self->random) >> 1 | 1};
  insert(self->families, &self->n_families, self->n_families, row);
}

static void change_samples(world *self, int32_t kind) {
  const int32_t n = self->n_samples, at = pick(self, n);
  world_row row = {0};
  switch (kind) {
    case 0:
      world_add_sample(self);
      row = take_out(self->samples, &self->n_samples, n);
      insert(self->samples, &self->n_samples, at, row);
      break;
    case 1:
      seed_sample(self, &self->samples[at]);
      break;
    case 2:
      if (n > 2) take_out(self->samples, &self->n_samples, at);
      break;
    case 3:
      row = take_out(self->samples, &self->n_samples, at);
      insert(self->samples, &self->n_samples, pick(self, n), row);
      break;
    default:
      world_add_sample(self);
      break;
  }
}

static void change_families(world *self, int32_t kind) {
  const int32_t n = self->n_families, at = pick(self, n);
  world_row row = {0};
  switch (kind) {
    case 0:
      world_add_family(self);
      row = take_out(self->families, &self->n_families, n);
      insert(self->families, &self->n_families, at, row);
      break;
    case 1:
      self->families[at].seed = hw_random_u64(&self->random) >> 1 | 1;
      break;
    case 2:
      if (n > 2) take_out(self->families, &self->n_families, at);
      break;
    case 3:
      row = take_out(self->families, &self->n_families, at);
      insert(self->families, &self->n_families, pick(self, n), row);
      break;
    default:
      world_add_family(self);
      break;
  }
}

void world_change(world *self, int n) {
  for (int i = 0; i < n; i++) {
    const int32_t kind = pick(self, 5);
    if (pick(self, 2))
      change_samples(self, kind);
    else
      change_families(self, kind);
  }
}

/* --- rows --- */

static void *get(hw_arena *arena, size_t n, size_t size) {
  void *memory = hw_arena_alloc_array(arena, n, size);
  assert_non_null(memory);
  return memory;
}

static const char *code(hw_arena *arena, const char *prefix, int32_t number) {
  char text[32];
  snprintf(text, sizeof text, "%s%04d", prefix, (int)number);
  const char *copy = hw_arena_strdup(arena, text);
  assert_non_null(copy);
  return copy;
}

/* Everybody's genotypes: [person][marker][2]; and sexes. */
typedef struct household {
  const shape *form;
  hw_sex sexes[MOST_PERSONS];
  hw_allele alleles[MOST_PERSONS][WORLD_MARKERS][2];
} household;

static void draw_people(const world *self, uint64_t seed, household *out) {
  hw_random stream;
  hw_err err = HW_ERR_INIT;
  hw_random_init(&stream, seed);
  out->form = &SHAPES[seed % N_SHAPES];
  const hw_pedigree pedigree = {out->form->n_persons, out->form->persons};
  hw_assert_ok(hw_simulate_sexes(&pedigree, &stream, out->sexes, &err), &err);
  for (int m = 0; m < WORLD_MARKERS; m++) {
    hw_allele drawn[2 * MOST_PERSONS];
    hw_assert_ok(hw_simulate_drop(&pedigree, out->sexes, &self->markers[m], self->theta, &stream,
                                  drawn, &err),
                 &err);
    for (int32_t p = 0; p < pedigree.n_persons; p++)
      memcpy(out->alleles[p][m], &drawn[2 * p], sizeof out->alleles[p][m]);
  }
}

/* What a laboratory sees of a person's alleles. */
static hw_observation observe(const hw_marker *marker, const hw_allele pair[2], bool has_single) {
  if (has_single) return (hw_observation){.kind = HW_OBS_SINGLE, .a = pair[1]};
  hw_allele a = pair[0], b = pair[1];
  if (a == marker->silent) a = b;
  if (b == marker->silent) b = a;
  if (a == marker->silent) return (hw_observation){.kind = HW_OBS_MISSING};
  return (hw_observation){.kind = HW_OBS_GENOTYPE, .a = a < b ? a : b, .b = a < b ? b : a};
}

static hw_profile draw_profile(const world *self, hw_arena *arena, const household *people,
                               int32_t person, hw_sex known_sex, hw_random *stream) {
  hw_observation *seen = get(arena, WORLD_MARKERS, sizeof *seen);
  hw_profile profile = {.n_markers = WORLD_MARKERS, .observations = seen};
  const bool is_partial = hw_random_below(stream, 5) < 2;
  const bool has_sets = is_partial && hw_random_below(stream, 4) == 0;
  if (has_sets) {
    profile.has_dropout = true;
    profile.dropout = 0.25;
    profile.drop_in = 0.05;
  } else if (hw_random_below(stream, 6) == 0) {
    profile.typing_error = 0.001;
  }
  for (int m = 0; m < WORLD_MARKERS; m++) {
    const hw_marker *marker = &self->markers[m];
    const bool is_x = hw_marker_is_x(marker);
    const bool is_lost = is_partial && hw_random_below(stream, 3) == 0;
    if (is_lost || (is_x && known_sex == HW_UNKNOWN_SEX)) continue;
    seen[m] = observe(marker, people->alleles[person][m], is_x && people->sexes[person] == HW_MALE);
    if (seen[m].kind != HW_OBS_GENOTYPE) continue;
    if (has_sets) {
      hw_allele *set = get(arena, 2, sizeof *set);
      const bool is_one = seen[m].a == seen[m].b || hw_random_below(stream, 3) == 0;
      set[0] = seen[m].a;
      set[1] = seen[m].b;
      seen[m] = (hw_observation){.kind = HW_OBS_SET, .n_seen = is_one ? 1 : 2, .seen = set};
    } else if (is_partial && hw_random_below(stream, 4) == 0) {
      seen[m].b = HW_ALLELE_NONE;
    }
  }
  return profile;
}

static hw_search_sample make_sample(const world *self, hw_arena *arena, const world_row *row) {
  hw_random stream;
  household people;
  hw_random_init(&stream, row->seed);
  draw_people(self, row->family ? row->family : row->seed, &people);
  int32_t person = 0;
  while (!(people.form->missing >> person & 1)) person++;
  hw_search_sample sample = {.code = code(arena, "S", row->number)};
  sample.sex = hw_random_below(&stream, 4) == 0 ? HW_UNKNOWN_SEX : people.sexes[person];
  sample.profile = draw_profile(self, arena, &people, person, sample.sex, &stream);
  sample.profile.id = sample.code;
  return sample;
}

static hw_search_family make_family(const world *self, hw_arena *arena, const world_row *row) {
  hw_random stream;
  household people;
  hw_random_init(&stream, row->seed + 1);
  draw_people(self, row->seed, &people);
  const shape *form = people.form;
  hw_profile *profiles = get(arena, MOST_PERSONS, sizeof *profiles);
  int32_t *person = get(arena, MOST_PERSONS, sizeof *person);
  hw_search_family family = {.code = code(arena, "F", row->number),
                             .pedigree = {form->n_persons, form->persons},
                             .profiles = profiles,
                             .profile_person = person};
  for (int32_t p = 0; p < form->n_persons; p++) {
    if (!(form->typed >> p & 1)) continue;
    profiles[family.n_profiles] =
        draw_profile(self, arena, &people, p, form->persons[p].sex, &stream);
    profiles[family.n_profiles].id = p % 2 ? form->persons[p].id : code(arena, "R", row->number);
    person[family.n_profiles++] = p;
  }
  return family;
}

hw_search_input world_input(const world *self, hw_arena *arena) {
  hw_search_sample *samples = get(arena, (size_t)self->n_samples, sizeof *samples);
  hw_search_family *families = get(arena, (size_t)self->n_families, sizeof *families);
  hw_search_query *queries = get(arena, 2 * (size_t)self->n_families, sizeof *queries);
  int32_t n_queries = 0;
  for (int32_t i = 0; i < self->n_samples; i++)
    samples[i] = make_sample(self, arena, &self->samples[i]);
  for (int32_t i = 0; i < self->n_families; i++) {
    families[i] = make_family(self, arena, &self->families[i]);
    const shape *form = &SHAPES[self->families[i].seed % N_SHAPES];
    for (int32_t p = 0; p < form->n_persons; p++)
      if (form->missing >> p & 1)
        queries[n_queries++] = (hw_search_query){
            .family = i, .person = p, .code = p % 2 ? "missing" : form->persons[p].id};
  }
  return (hw_search_input){.n_markers = WORLD_MARKERS,
                           .markers = self->markers,
                           .theta = self->theta,
                           .n_samples = self->n_samples,
                           .samples = samples,
                           .n_families = self->n_families,
                           .families = families,
                           .n_queries = n_queries,
                           .queries = queries};
}
