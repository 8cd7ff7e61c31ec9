/* Families of the national mix, see national.h. */
#include "national.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gene_drop.h"
#include "homeward/frequency.h"

/* A member of a family: T gives a sample, S does not, X is missing, Q gives one in half of the
 * families and is left out of the others. Parents come before their children. */
enum { N = HW_PERSON_NONE, MOST = 12 };

typedef struct member {
  char part;
  hw_sex sex;
  int8_t father, mother;
} member;

typedef struct blueprint {
  national_kind about;
  int n;
  member members[MOST];
} blueprint;

#define M HW_MALE
#define F HW_FEMALE

static const blueprint kinds[] = {
    {{"mother", "parent or child", 9}, 2, {{'T', F, N, N}, {'X', M, N, 0}}},
    {{"father", "parent or child", 3}, 2, {{'T', M, N, N}, {'X', M, 0, N}}},
    {{"both parents", "parent or child", 10}, 3, {{'T', M, N, N}, {'T', F, N, N}, {'X', M, 0, 1}}},
    {{"mother, 1-2 siblings", "parent or child", 9},
     5,
     {{'S', M, N, N}, {'T', F, N, N}, {'X', M, 0, 1}, {'T', M, 0, 1}, {'Q', F, 0, 1}}},
    {{"child", "parent or child", 3}, 2, {{'X', M, N, N}, {'T', F, 0, N}}},
    {{"child, spouse", "parent or child", 8}, 3, {{'X', M, N, N}, {'T', F, N, N}, {'T', M, 0, 1}}},
    {{"2-3 children, spouse", "parent or child", 5},
     5,
     {{'X', M, N, N}, {'T', F, N, N}, {'T', M, 0, 1}, {'T', F, 0, 1}, {'Q', F, 0, 1}}},
    {{"2-3 children", "parent or child", 3},
     5,
     {{'X', M, N, N}, {'S', F, N, N}, {'T', M, 0, 1}, {'T', F, 0, 1}, {'Q', F, 0, 1}}},
    {{"1 sibling", "siblings only", 8},
     4,
     {{'S', M, N, N}, {'S', F, N, N}, {'X', M, 0, 1}, {'T', M, 0, 1}}},
    {{"2 siblings", "siblings only", 10},
     5,
     {{'S', M, N, N}, {'S', F, N, N}, {'X', M, 0, 1}, {'T', M, 0, 1}, {'T', F, 0, 1}}},
    {{"3 siblings", "siblings only", 9},
     6,
     {{'S', M, N, N},
      {'S', F, N, N},
      {'X', M, 0, 1},
      {'T', M, 0, 1},
      {'T', F, 0, 1},
      {'T', F, 0, 1}}},
    {{"4 siblings", "siblings only", 6},
     7,
     {{'S', M, N, N},
      {'S', F, N, N},
      {'X', M, 0, 1},
      {'T', M, 0, 1},
      {'T', F, 0, 1},
      {'T', F, 0, 1},
      {'T', M, 0, 1}}},
    {{"1-2 half siblings", "weaker", 4},
     5,
     {{'S', F, N, N}, {'X', M, N, 0}, {'S', M, N, N}, {'T', F, 2, 0}, {'Q', M, 2, 0}}},
    {{"2-3 uncles and aunts", "weaker", 5},
     7,
     {{'S', M, N, N},
      {'S', F, N, N},
      {'S', M, 0, 1},
      {'X', M, 2, N},
      {'T', M, 0, 1},
      {'T', F, 0, 1},
      {'Q', F, 0, 1}}},
    {{"2-4 grandparents", "weaker", 2},
     7,
     {{'T', M, N, N},
      {'T', F, N, N},
      {'Q', M, N, N},
      {'Q', F, N, N},
      {'S', M, 0, 1},
      {'S', F, 2, 3},
      {'X', M, 4, 5}}},
    {{"1-2 nephews, their mother", "weaker", 2},
     7,
     {{'S', M, N, N},
      {'S', F, N, N},
      {'X', M, 0, 1},
      {'S', M, 0, 1},
      {'T', F, N, N},
      {'T', M, 3, 4},
      {'Q', F, 3, 4}}},
    {{"1-2 cousins", "weaker", 2},
     7,
     {{'S', M, N, N},
      {'S', F, N, N},
      {'S', M, 0, 1},
      {'S', M, 0, 1},
      {'X', M, 2, N},
      {'T', M, 3, N},
      {'Q', F, 3, N}}},
    {{"uncle, half sibling, nephew", "weaker", 2},
     10,
     {{'S', M, N, N},
      {'S', F, N, N},
      {'S', M, 0, 1},
      {'T', M, 0, 1},
      {'S', F, N, N},
      {'X', M, 2, 4},
      {'T', F, 2, N},
      {'S', F, 2, 4},
      {'S', M, N, N},
      {'T', M, 8, 7}}},
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

static void *allocate(size_t count, size_t size) {
  void *p = calloc(count ? count : 1, size);
  if (p == NULL) abort();
  return p;
}

const national_kind *national_kind_get(int32_t kind) {
  return kind >= 0 && kind < N_KINDS ? &kinds[kind].about : NULL;
}

int32_t national_draw(rng *r) {
  double share[N_KINDS];
  for (int32_t k = 0; k < N_KINDS; k++) share[k] = kinds[k].about.percent;
  return rng_pick(r, share, N_KINDS);
}

static void add_members(national_family *self, const blueprint *shape, rng *r) {
  static const char *const ids[MOST] = {"P1", "P2", "P3", "P4",  "P5",  "P6",
                                        "P7", "P8", "P9", "P10", "P11", "P12"};
  int32_t place[MOST];
  for (int i = 0; i < shape->n; i++) {
    const member *m = &shape->members[i];
    bool is_parent = false;
    for (int j = i; j < shape->n; j++)
      is_parent = is_parent || shape->members[j].father == i || shape->members[j].mother == i;
    const bool gives = m->part == 'T' || (m->part == 'Q' && rng_chance(r, 0.5));
    place[i] = N;
    if (m->part == 'Q' && !gives && !is_parent) continue;
    const int32_t at = place[i] = self->pedigree.n_persons++;
    self->persons[at] = (hw_person){.id = ids[at],
                                    .father = m->father == N ? N : place[m->father],
                                    .mother = m->mother == N ? N : place[m->mother],
                                    .sex = m->sex,
                                    .twin = N};
    if (m->part == 'X') self->missing = at;
    if (gives) self->profile_person[self->problem.n_profiles++] = at;
  }
}

static void observe(national_family *self, const panel *markers, rng *r) {
  const int32_t m = markers->n_markers;
  gene_drop drop = {.pedigree = &self->pedigree};
  for (int32_t i = 0; i < m; i++) {
    gene_drop_step(&drop, &markers->markers[i], 0.5, r);
    for (int32_t k = 0; k < self->problem.n_profiles; k++) {
      const hw_allele *truth = drop.genotype[self->profile_person[k]];
      hw_observation *obs = &self->observations[k * m + i];
      *obs = gene_drop_observe(&markers->markers[i], &self->profiles[k], truth[HW_FROM_FATHER],
                               truth[HW_FROM_MOTHER], NULL, r);
      if (rng_chance(r, 1.0 / 300)) obs->b = HW_ALLELE_NONE;
      if (rng_chance(r, 0.01)) *obs = (hw_observation){.kind = HW_OBS_MISSING, .a = -1, .b = -1};
    }
  }
  gene_drop_clear(&drop);
}

national_family *national_family_new(int32_t kind, const panel *markers, uint64_t seed) {
  const int32_t m = markers->n_markers;
  rng r = rng_seeded(seed);
  national_family *self = allocate(1, sizeof *self);
  self->kind = kind;
  self->persons = allocate(MOST, sizeof *self->persons);
  self->pedigree.persons = self->persons;
  self->profile_person = allocate(MOST, sizeof *self->profile_person);
  add_members(self, &kinds[kind], &r);
  const int32_t n = self->problem.n_profiles;
  self->profiles = allocate((size_t)n, sizeof *self->profiles);
  self->observations = allocate((size_t)n * (size_t)m, sizeof *self->observations);
  for (int32_t k = 0; k < n; k++)
    self->profiles[k] = (hw_profile){.id = self->persons[self->profile_person[k]].id,
                                     .n_markers = m,
                                     .observations = self->observations + k * m};
  observe(self, markers, &r);
  self->problem.pedigree = &self->pedigree;
  self->problem.profiles = self->profiles;
  self->problem.profile_person = self->profile_person;
  self->problem.n_markers = m;
  self->problem.markers = markers->markers;
  return self;
}

void national_family_delete(national_family *self) {
  if (self == NULL) return;
  free(self->persons);
  free(self->profiles);
  free(self->observations);
  free(self->profile_person);
  free(self);
}

/* ------------------------------------------------------------------ markers */

static hw_frequency_table *read_table(void) {
  const char *root = getenv("HOMEWARD_SOURCE_ROOT");
  const hw_frequency_options options = {.normalisation = HW_NORMALISE_RESCALE};
  hw_frequency_table *table = NULL;
  char path[4096];
  snprintf(path, sizeof path, "%s/data/frequencies_nist1036_asian.csv", root ? root : ".");
  return hw_frequency_table_read(path, &options, &table, NULL) == HW_OK ? table : NULL;
}

static char *copy_text(char **at, const char *text) {
  const size_t size = strlen(text) + 1;
  char *copy = *at;
  memcpy(copy, text, size);
  *at += size;
  return copy;
}

panel *national_panel(hw_mutation_model model) {
  hw_frequency_table *table = read_table();
  if (table == NULL) return NULL;
  enum { LONGEST = 64 };
  size_t n_alleles = 0, n_numbers = 0;
  for (int32_t k = 0; k < NATIONAL_MARKERS; k++) {
    const size_t n = (size_t)table->markers[k % table->n_markers].n_alleles;
    n_alleles += n;
    n_numbers += n + 2 * n * n;
  }
  panel *self = allocate(1, sizeof *self);
  self->n_markers = NATIONAL_MARKERS;
  self->markers = allocate(NATIONAL_MARKERS, sizeof *self->markers);
  self->text = allocate(n_alleles + NATIONAL_MARKERS, LONGEST);
  self->names = allocate(n_alleles, sizeof *self->names);
  self->numbers = allocate(n_numbers, sizeof *self->numbers);
  char *text = self->text;
  const char **names = self->names;
  double *numbers = self->numbers;
  for (int32_t k = 0; k < NATIONAL_MARKERS; k++) {
    const hw_frequency_marker *known = &table->markers[k % table->n_markers];
    const int32_t n = known->n_alleles;
    hw_marker *marker = &self->markers[k];
    *marker = (hw_marker){.name = copy_text(&text, k < table->n_markers ? known->name : "D6S1043"),
                          .position_cm = (double)NAN,
                          .n_alleles = n,
                          .allele_names = names,
                          .frequencies = numbers,
                          .silent = HW_ALLELE_NONE};
    for (int32_t a = 0; a < n; a++) *names++ = copy_text(&text, known->allele_names[a]);
    memcpy(numbers, known->frequencies, sizeof *numbers * (size_t)n);
    numbers += n;
    marker->mutation = (hw_mutation){.model = model, .rate = {0.001, 0.002}, .range = {0.1, 0.1}};
    if (model == HW_MUTATION_STEPWISE) marker->mutation.rate2[0] = marker->mutation.rate2[1] = 1e-6;
    for (int from = 0; from < 2 && model != HW_MUTATION_NONE; from++) {
      if (hw_mutation_matrix(marker, from, numbers, NULL) != HW_OK) abort();
      marker->matrix[from] = numbers;
      numbers += n * n;
    }
  }
  hw_frequency_table_delete(table);
  return self;
}
