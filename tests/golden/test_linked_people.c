/* Seven real people at about six reads a site, whose relations are known: the exact likelihood over
 * linked SNPs finds them. Sites are thinned to one in 100,000 base pairs, since neighbouring ones are
 * not independent in the population; one centimorgan per million base pairs stands for the map.
 *
 * Known: 2–3 parent and child, 3–4 full siblings, 5–6 first cousins; 0–1 and 2–4 second degree, of
 * which the kinds can hardly be told apart; all others unrelated. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "homeward/linked.h"
#include "support/assert.h"

enum { N_PEOPLE = 7, MOST_SITES = 130000, THIN_BP = 100000, N_RELATIONS = 7 };
/* Share of a genotype likelihood that is spread over all genotypes: reads are wrong now and then. */
static const double ERROR_SHARE = 0.01;

enum { UNRELATED, PARENT, SIBLINGS, HALF_SIBLINGS, UNCLE, GRANDPARENT, COUSINS };

typedef struct people {
  int32_t n;
  hw_linked_marker markers[MOST_SITES];
  double frequencies[MOST_SITES][2];
  float likelihoods[N_PEOPLE][3 * MOST_SITES];
} people;

static people all;

static FILE *open_compressed(const char *shared, const char *name) {
  char command[GOLDEN_PATH + 80];
  snprintf(command, sizeof command, "gzip -dc '%s/data/snp/%s'", shared, name);
  FILE *file = popen(command, "r");
  assert_non_null(file);
  return file;
}

/* One site: "1_723918 2 0" and three likelihoods for each person. @return false at the end */
static bool read_site(FILE *file, int *chromosome, int *bp, double values[3 * N_PEOPLE]) {
  if (fscanf(file, "%d_%d %*s %*s", chromosome, bp) != 2) return false;
  for (int i = 0; i < 3 * N_PEOPLE; i++) assert_int_equal(fscanf(file, "%lf", &values[i]), 1);
  return true;
}

static void add_site(int chromosome, int bp, double minor, const double *values) {
  const int32_t m = all.n++;
  const double cm = bp / 1e6;
  all.frequencies[m][0] = 1 - minor;
  all.frequencies[m][1] = minor;
  all.markers[m] = (hw_linked_marker){chromosome, cm, cm, 2, all.frequencies[m]};
  for (int i = 0; i < N_PEOPLE; i++)
    for (int g = 0; g < 3; g++)
      all.likelihoods[i][3 * m + g] =
          (float)((1 - ERROR_SHARE) * values[3 * i + g] + ERROR_SHARE / 3);
}

static int read_people(void **state) {
  const char *shared = golden_shared();
  double values[3 * N_PEOPLE], minor = 0;
  int chromosome = 0, bp = 0, last_chromosome = 0, last_bp = 0;
  (void)state;
  if (shared == NULL) return 0;
  FILE *sites = open_compressed(shared, "LWK.beagle.gz");
  FILE *frequencies = open_compressed(shared, "LWK.freq.gz");
  int c;
  while ((c = fgetc(sites)) != '\n') assert_int_not_equal(c, EOF);
  while (read_site(sites, &chromosome, &bp, values)) {
    assert_int_equal(fscanf(frequencies, "%lf", &minor), 1);
    if (chromosome == last_chromosome && bp - last_bp < THIN_BP) continue;
    last_chromosome = chromosome;
    last_bp = bp;
    add_site(chromosome, bp, minor, values);
  }
  assert_int_equal(pclose(sites), 0);
  assert_int_equal(pclose(frequencies), 0);
  return 0;
}

/* --- relations of persons 0 and 1 --- */

typedef struct family {
  hw_person persons[9];
  int32_t n;
} family;

static int32_t add(family *self, int32_t father, int32_t mother, hw_sex sex) {
  static const char *const ids[] = {"A", "B", "C", "D", "E", "F", "G", "H", "I"};
  self->persons[self->n] = (hw_person){ids[self->n], father, mother, sex, HW_PERSON_NONE};
  return self->n++;
}

static void set_parents(family *self, int32_t person, int32_t father, int32_t mother) {
  self->persons[person].father = father;
  self->persons[person].mother = mother;
}

static family family_of(int relation) {
  family self = {.n = 0};
  const int32_t none = HW_PERSON_NONE;
  const int32_t a = add(&self, none, none, HW_MALE), b = add(&self, none, none, HW_MALE);
  if (relation == UNRELATED) return self;
  if (relation == PARENT) {
    set_parents(&self, b, a, none);
    return self;
  }
  const int32_t man = add(&self, none, none, HW_MALE), woman = add(&self, none, none, HW_FEMALE);
  switch (relation) {
    case SIBLINGS:
      set_parents(&self, a, man, woman);
      set_parents(&self, b, man, woman);
      break;
    case HALF_SIBLINGS:
      set_parents(&self, a, man, woman);
      set_parents(&self, b, man, none);
      break;
    case UNCLE:
      set_parents(&self, a, man, woman);
      set_parents(&self, b, add(&self, man, woman, HW_MALE), none);
      break;
    case GRANDPARENT:
      set_parents(&self, b, add(&self, a, woman, HW_MALE), none);
      break;
    default: /* first cousins */
      set_parents(&self, a, add(&self, man, woman, HW_MALE), none);
      set_parents(&self, b, add(&self, man, woman, HW_MALE), none);
  }
  return self;
}

static double ln_of(int relation, int i, int j) {
  const family about = family_of(relation);
  const hw_pedigree pedigree = {about.n, about.persons};
  const hw_linked_typed typed[] = {{0, all.likelihoods[i]}, {1, all.likelihoods[j]}};
  const hw_linked_problem problem = {&pedigree, 2, typed, all.n, all.markers, 0};
  hw_linked_result result;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_linked_likelihood(&problem, NULL, &result, &err), &err);
  return result.ln_likelihood;
}

static bool is_second_degree(int relation) {
  return relation == HALF_SIBLINGS || relation == UNCLE || relation == GRANDPARENT;
}

static void check_pair(int i, int j, int best, const double *log10_lr) {
  static const char *const names[] = {"unrelated", "parent",      "siblings", "half siblings",
                                      "uncle",     "grandparent", "cousins"};
  printf("# %d-%d: %s, log10 LR %.1f\n", i, j, names[best], log10_lr[best]);
  if (i == 2 && j == 3)
    assert_int_equal(best, PARENT);
  else if (i == 3 && j == 4)
    assert_int_equal(best, SIBLINGS);
  else if (i == 5 && j == 6)
    assert_int_equal(best, COUSINS);
  else if ((i == 0 && j == 1) || (i == 2 && j == 4))
    assert_true(is_second_degree(best));
  else
    for (int r = 1; r < N_RELATIONS; r++) assert_true(log10_lr[r] < 4);
}

static void known_relations_come_out_best(void **state) {
  (void)state;
  if (golden_shared() == NULL) skip();
  printf("# %d sites\n", (int)all.n);
  assert_true(all.n > 15000);
  for (int i = 0; i < N_PEOPLE; i++)
    for (int j = i + 1; j < N_PEOPLE; j++) {
      double log10_lr[N_RELATIONS] = {0};
      const double unrelated = ln_of(UNRELATED, i, j);
      int best = UNRELATED;
      for (int r = 1; r < N_RELATIONS; r++) {
        log10_lr[r] = (ln_of(r, i, j) - unrelated) / log(10);
        if (log10_lr[r] > log10_lr[best]) best = r;
      }
      check_pair(i, j, best, log10_lr);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(known_relations_come_out_best)};
  return cmocka_run_group_tests(tests, read_people, NULL);
}
