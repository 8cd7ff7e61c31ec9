/* Linked panels against first principles: all inheritance vectors, all founder alleles.
 *
 * The twin keeps every meiosis of everybody, without any symmetry, steps along the map with a dense
 * vector of doubles, and at each marker sums over the alleles of all founders. It shares no code
 * with the engine. HOMEWARD_TEST_SCALE scales the number of problems. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/linked.h"
#include "kernels/walk.h"
#include "oracle/rng.h"
#include "oracle/trials.h"
#include "support/assert.h"

enum { MOST_PERSONS = 9, MOST_FOUNDERS = 4, MOST_BITS = 8, MOST_MARKERS = 7, MOST_TYPED = 4 };

typedef struct panel {
  hw_person persons[MOST_PERSONS];
  char ids[MOST_PERSONS][16];
  hw_pedigree pedigree;
  bool is_regular; /* an untyped couple with children of its own, and one map */
  hw_linked_marker markers[MOST_MARKERS];
  double frequencies[MOST_MARKERS][4];
  float likelihoods[MOST_TYPED][MOST_MARKERS * 10];
  hw_linked_typed typed[MOST_TYPED];
  hw_linked_problem problem;
} panel;

/* --- random problems --- */

/* Parents among those before; in a regular pedigree two children of the first couple, whom only
 * later persons are parents beside. */
static void choose_parents(panel *self, int32_t i, int32_t n_founders, bool is_regular, rng *r) {
  const bool is_child = is_regular && i < n_founders + 2;
  while (self->persons[i].father < 0 || self->persons[i].mother < 0) {
    const int32_t first = is_regular && !is_child ? 2 : 0;
    const int32_t parent = first + rng_below(r, (is_child ? 2 : i) - first);
    if (self->persons[parent].sex == HW_MALE)
      self->persons[i].father = parent;
    else
      self->persons[i].mother = parent;
  }
}

static void make_pedigree(panel *self, rng *r) {
  const bool is_regular = self->is_regular = rng_chance(r, 0.3);
  const int32_t n_founders = is_regular ? MOST_FOUNDERS : 2 + rng_below(r, MOST_FOUNDERS - 1);
  const int32_t n = n_founders + (is_regular ? 3 : 1) + rng_below(r, is_regular ? 2 : 4);
  for (int32_t i = 0; i < n; i++) {
    const bool is_male = i < 2 || (is_regular && i < 4) ? i % 2 == 0 : rng_chance(r, 0.5);
    snprintf(self->ids[i], sizeof self->ids[i], "P%d", (int)i);
    self->persons[i] = (hw_person){self->ids[i], HW_PERSON_NONE, HW_PERSON_NONE,
                                   is_male ? HW_MALE : HW_FEMALE, HW_PERSON_NONE};
    if (i >= n_founders) choose_parents(self, i, n_founders, is_regular, r);
  }
  self->pedigree = (hw_pedigree){n, self->persons};
}

static void make_markers(panel *self, bool on_x, rng *r) {
  const int32_t n = 1 + rng_below(r, MOST_MARKERS);
  const bool is_averaged = rng_chance(r, self->is_regular ? 0.8 : 0.3);
  double female = rng_unit(r), male = is_averaged ? female : rng_unit(r);
  int32_t chromosome = on_x ? 23 : 1 + rng_below(r, 3);
  for (int32_t m = 0; m < n; m++) {
    double sum = 0;
    if (!on_x && rng_chance(r, 0.15) && chromosome < 22) chromosome++;
    female += rng_chance(r, 0.2) ? 0 : 30 * rng_unit(r);
    male += rng_chance(r, 0.2) ? 0 : 20 * rng_unit(r);
    if (is_averaged) male = female;
    const int32_t k = 2 + rng_below(r, self->is_regular ? 2 : 3);
    for (int32_t x = 0; x < k; x++) sum += self->frequencies[m][x] = 0.05 + rng_unit(r);
    for (int32_t x = 0; x < k; x++) self->frequencies[m][x] /= sum;
    self->markers[m] =
        (hw_linked_marker){chromosome, female, on_x ? (double)NAN : male, k, self->frequencies[m]};
  }
  self->problem.n_markers = n;
  self->problem.markers = self->markers;
}

static void make_data(panel *self, rng *r) {
  const int32_t n_typed = 1 + rng_below(r, MOST_TYPED);
  for (int32_t t = 0; t < n_typed; t++) {
    const bool is_called = rng_chance(r, 0.3);
    float *out = self->likelihoods[t];
    for (int32_t m = 0; m < self->problem.n_markers; m++) {
      const int32_t k = self->markers[m].n_alleles, n = k * (k + 1) / 2;
      const int32_t shown = rng_below(r, n);
      for (int32_t g = 0; g < n; g++)
        *out++ = is_called ? (float)(g == shown ? 0.99 : 0.01) : (float)(0.001 + rng_unit(r));
    }
    const int32_t first = self->is_regular ? 2 : 0;
    self->typed[t] = (hw_linked_typed){first + rng_below(r, self->pedigree.n_persons - first),
                                       self->likelihoods[t]};
  }
  self->problem.pedigree = &self->pedigree;
  self->problem.n_typed = n_typed;
  self->problem.typed = self->typed;
  if (rng_chance(r, 0.4))
    self->problem.theta = rng_chance(r, 0.5) ? 0.05 * rng_unit(r) : rng_unit(r);
}

/* --- the twin --- */

typedef struct twin {
  const panel *self;
  bool on_x;
  int32_t n_bits;
  int32_t bit[MOST_PERSONS][2]; /* of the paternal and the maternal allele; −1 = founder */
  int32_t founder[MOST_PERSONS];
  int32_t n_founders;
} twin;

/* Founder allele of a person's paternal or maternal one. */
static int32_t root_of(const twin *self, uint32_t v, int32_t person, int part) {
  const hw_person *one = &self->self->persons[person];
  if (one->father < 0) {
    if (self->on_x && one->sex == HW_MALE) part = 1;
    return 2 * self->founder[person] + part;
  }
  const int32_t parent = part == 0 ? one->father : one->mother;
  int from = v >> self->bit[person][part] & 1;
  if (self->on_x && self->self->persons[parent].sex == HW_MALE) from = 1;
  return root_of(self, v, parent, from);
}

/* Founder alleles drawn one by one from the urn. */
static double chance_of(int32_t n, const int32_t *allele, const double *frequencies, double theta) {
  int32_t drawn[4] = {0};
  double p = 1;
  for (int32_t s = 0; s < n; s++) {
    const int32_t x = allele[s];
    p *= (theta * drawn[x] + (1 - theta) * frequencies[x]) / (1 + (s - 1) * theta);
    drawn[x]++;
  }
  return p;
}

static double emission(const twin *self, uint32_t v, int32_t m, const int64_t *offset) {
  const panel *of = self->self;
  const int32_t k = of->markers[m].n_alleles, n_slots = 2 * self->n_founders;
  int32_t root[MOST_TYPED][2];
  for (int32_t t = 0; t < of->problem.n_typed; t++)
    for (int part = 0; part < 2; part++) {
      const int32_t person = of->typed[t].person;
      const bool is_single = self->on_x && of->persons[person].sex == HW_MALE;
      root[t][part] = root_of(self, v, person, is_single ? 1 : part);
    }
  double sum = 0;
  int32_t allele[2 * MOST_FOUNDERS] = {0};
  for (;;) {
    double p = chance_of(n_slots, allele, of->frequencies[m], of->problem.theta);
    for (int32_t t = 0; t < of->problem.n_typed; t++) {
      int32_t a = allele[root[t][0]], b = allele[root[t][1]];
      if (a > b) {
        const int32_t other = a;
        a = b;
        b = other;
      }
      p *= (double)of->typed[t].likelihoods[offset[m] + b * (b + 1) / 2 + a];
    }
    sum += p;
    int32_t s = 0;
    while (s < n_slots && ++allele[s] == k) allele[s++] = 0;
    if (s == n_slots) return sum;
  }
}

static void step(const twin *self, double *state, const hw_linked_marker *before,
                 const hw_linked_marker *marker) {
  const double female = (1 - exp(-(marker->female_cm - before->female_cm) / 50)) / 2;
  const double male = (1 - exp(-(marker->male_cm - before->male_cm) / 50)) / 2;
  for (int32_t i = 0; i < self->self->pedigree.n_persons; i++)
    for (int part = 0; part < 2; part++) {
      if (self->bit[i][part] < 0 || (self->on_x && part == 0)) continue;
      const double theta = part == 0 ? male : female;
      const uint32_t mask = 1U << self->bit[i][part];
      for (uint32_t v = 0; v < 1U << self->n_bits; v++) {
        if (v & mask) continue;
        const double a = state[v], b = state[v | mask];
        state[v] = (1 - theta) * a + theta * b;
        state[v | mask] = (1 - theta) * b + theta * a;
      }
    }
}

static double twin_ln(const panel *of, bool on_x) {
  twin self = {.self = of, .on_x = on_x};
  int64_t offset[MOST_MARKERS], n = 0;
  double state[1 << MOST_BITS] = {0}, ln = 0;
  for (int32_t i = 0; i < of->pedigree.n_persons; i++) {
    const bool is_founder = of->persons[i].father < 0;
    if (is_founder) self.founder[i] = self.n_founders++;
    for (int part = 0; part < 2; part++) self.bit[i][part] = is_founder ? -1 : self.n_bits++;
  }
  for (int32_t m = 0; m < of->problem.n_markers; m++) {
    offset[m] = n;
    n += of->markers[m].n_alleles * (of->markers[m].n_alleles + 1) / 2;
  }
  for (int32_t m = 0; m < of->problem.n_markers; m++) {
    const bool is_first = m == 0 || of->markers[m].chromosome != of->markers[m - 1].chromosome;
    for (uint32_t v = 0; is_first && v < 1U << self.n_bits; v++) state[v] = ldexp(1, -self.n_bits);
    if (!is_first) step(&self, state, &of->markers[m - 1], &of->markers[m]);
    double sum = 0;
    for (uint32_t v = 0; v < 1U << self.n_bits; v++)
      sum += state[v] *= emission(&self, v, m, offset);
    ln += log(sum);
    for (uint32_t v = 0; v < 1U << self.n_bits; v++) state[v] /= sum;
  }
  return ln;
}

/* --- tests --- */

static double engine_ln(const panel *self, const char *simd, bool in_double) {
  hw_err err = HW_ERR_INIT;
  hw_linked_result result;
  const hw_linked_options options = {.simd = simd, .in_double = in_double};
  hw_assert_ok(hw_linked_likelihood(&self->problem, &options, &result, &err), &err);
  return result.ln_likelihood;
}

/* Bits that the founder couples' exchange saves: with maps of their own nothing is exchanged. */
static int32_t count_saved(const panel *self, bool on_x) {
  hw_err err = HW_ERR_INIT;
  hw_linked_need need, all;
  hw_linked_marker markers[MOST_MARKERS];
  hw_linked_problem problem = self->problem;
  memcpy(markers, self->markers, sizeof markers);
  for (int32_t m = 0; m < problem.n_markers; m++) markers[m].male_cm *= 2;
  hw_assert_ok(hw_linked_count_need(&problem, on_x, &need, &err), &err);
  problem.markers = markers;
  hw_assert_ok(hw_linked_count_need(&problem, on_x, &all, &err), &err);
  return all.bits - need.bits;
}

static int32_t compare(trials *trial, bool on_x, double *worst, double *worst_single) {
  static panel self;
  static const char *const sets[] = {"avx2", "avx512"};
  rng r = rng_seeded(trial->seed);
  memset(&self, 0, sizeof self);
  make_pedigree(&self, &r);
  make_markers(&self, on_x, &r);
  make_data(&self, &r);
  const double right = twin_ln(&self, on_x);
  const double found = engine_ln(&self, "ref", true), single = engine_ln(&self, "ref", false);
  trials_count(trial);
  if (!(fabs(found - right) <= 1e-9) || !(fabs(single - right) <= 1e-5))
    trials_fail(trial, NULL, "%.12g and %.12g, expected %.12g", found, single, right);
  for (int i = 0; i < 2; i++)
    if (hw_walk_find(sets[i]) != NULL && engine_ln(&self, sets[i], false) != single)
      trials_fail(trial, NULL, "%s has other bits than ref", sets[i]);
  *worst = fmax(*worst, fabs(found - right));
  *worst_single = fmax(*worst_single, fabs(single - right));
  return count_saved(&self, on_x);
}

static void run_many(uint64_t salt, bool on_x) {
  double worst = 0, worst_single = 0;
  trials trial = trials_of(120, salt);
  int32_t n_saved = 0;
  while (trials_next(&trial)) n_saved += compare(&trial, on_x, &worst, &worst_single) > 0;
  printf("# %d problems, %d with couples that change places: largest difference %.2g in double, "
         "%.2g in single precision\n",
         (int)trial.n_done, (int)n_saved, worst, worst_single);
  assert_true(on_x ? n_saved == 0 : n_saved > 0 || trial.n_done < 100);
  assert_int_equal(trial.n_failed, 0);
}

static void autosomal_panels_equal_all_inheritance_vectors(void **state) {
  (void)state;
  run_many(611, false);
}

static void panels_on_x_equal_all_inheritance_vectors(void **state) {
  (void)state;
  run_many(612, true);
}

/* --- genotypes of one person --- */

/* Probabilities at one marker from likelihoods with each genotype known in turn. */
static void genotypes_one_by_one(const panel *self, int32_t person, int32_t m, int64_t offset,
                                 double *out) {
  static float known[MOST_MARKERS * 10];
  hw_linked_typed typed[MOST_TYPED + 1];
  hw_linked_problem problem = self->problem;
  const int32_t n = self->markers[m].n_alleles * (self->markers[m].n_alleles + 1) / 2;
  double ln[10], most = -HUGE_VAL, sum = 0;
  memcpy(typed, self->typed, sizeof self->typed);
  typed[problem.n_typed++] = (hw_linked_typed){person, known};
  problem.typed = typed;
  for (int32_t g = 0; g < n; g++) {
    hw_linked_result result;
    hw_err err = HW_ERR_INIT;
    for (int i = 0; i < MOST_MARKERS * 10; i++) known[i] = 1;
    for (int32_t other = 0; other < n; other++) known[offset + other] = other == g;
    hw_assert_ok(
        hw_linked_likelihood(&problem, &(hw_linked_options){.in_double = true}, &result, &err),
        &err);
    ln[g] = result.ln_likelihood;
    most = fmax(most, ln[g]);
  }
  for (int32_t g = 0; g < n; g++) sum += ln[g] = exp(ln[g] - most);
  for (int32_t g = 0; g < n; g++) out[g] = ln[g] / sum;
}

static void compare_genotypes(trials *trial, bool on_x, double *worst) {
  static panel self;
  static float found[MOST_MARKERS * 10];
  hw_err err = HW_ERR_INIT;
  rng r = rng_seeded(trial->seed);
  memset(&self, 0, sizeof self);
  make_pedigree(&self, &r);
  make_markers(&self, on_x, &r);
  make_data(&self, &r);
  if (rng_chance(&r, 0.1)) self.problem.n_typed = 0;
  const int32_t person = rng_below(&r, self.pedigree.n_persons);
  hw_assert_ok(hw_linked_genotypes(&self.problem, person, NULL, found, &err), &err);
  int64_t offset = 0;
  for (int32_t m = 0; m < self.problem.n_markers; m++) {
    const int32_t n = self.markers[m].n_alleles * (self.markers[m].n_alleles + 1) / 2;
    double right[10];
    genotypes_one_by_one(&self, person, m, offset, right);
    for (int32_t g = 0; g < n; g++) {
      const double error = fabs((double)found[offset + g] - right[g]);
      if (!(error <= 2e-6))
        trials_fail(trial, NULL, "marker %d, genotype %d: %.9g, expected %.9g", (int)m, (int)g,
                    (double)found[offset + g], right[g]);
      *worst = fmax(*worst, error);
    }
    offset += n;
  }
  trials_count(trial);
}

static void genotypes_equal_likelihoods_with_each_one_known(void **state) {
  double worst = 0;
  trials trial = trials_of(150, 613);
  (void)state;
  while (trials_next(&trial)) compare_genotypes(&trial, trial.seed % 3 == 0, &worst);
  printf("# %d problems: largest difference %.2g\n", (int)trial.n_done, worst);
  assert_int_equal(trial.n_failed, 0);
}

/* More markers than one stretch holds: where nobody is typed, Hardy–Weinberg everywhere; where the
 * person herself is, her own genotype. */
static void stretches_are_joined(void **state) {
  enum { LONG = 700 };
  static hw_linked_marker markers[LONG];
  static float likelihoods[LONG * 3], found[LONG * 3];
  static const double frequencies[] = {0.3, 0.7};
  hw_err err = HW_ERR_INIT;
  panel self;
  rng r = rng_seeded(3);
  (void)state;
  memset(&self, 0, sizeof self);
  make_pedigree(&self, &r);
  for (int m = 0; m < LONG; m++) {
    markers[m] = (hw_linked_marker){1, 0.1 * m, 0.1 * m, 2, frequencies};
    for (int g = 0; g < 3; g++) likelihoods[3 * m + g] = g == m % 3 ? 0.998F : 0.001F;
  }
  const int32_t person = 0; /* a founder, who is not inbred */
  const hw_linked_typed typed[] = {{person, likelihoods}};
  hw_linked_problem problem = {&self.pedigree, 0, typed, LONG, markers, 0};
  hw_assert_ok(hw_linked_genotypes(&problem, person, NULL, found, &err), &err);
  for (int m = 0; m < LONG; m++) hw_assert_close((double)found[3 * m + 1], 0.42, 1e-5, 0);
  problem.n_typed = 1;
  hw_assert_ok(hw_linked_genotypes(&problem, person, NULL, found, &err), &err);
  for (int m = 0; m < LONG; m++) assert_true(found[3 * m + m % 3] > 0.98F);
}

/* --- the scorer --- */

/* The relatives, and the person as a founder whom nobody is related to. */
static void ln_as_stranger(const panel *self, hw_linked_result *result) {
  hw_err err = HW_ERR_INIT;
  hw_person persons[MOST_PERSONS + 1];
  hw_linked_typed typed[MOST_TYPED];
  hw_linked_problem problem = self->problem;
  const int32_t n = self->pedigree.n_persons, query = problem.n_typed - 1;
  memcpy(persons, self->persons, sizeof self->persons);
  memcpy(typed, self->typed, sizeof self->typed);
  persons[n] = persons[typed[query].person];
  persons[n].id = "stranger";
  persons[n].father = persons[n].mother = HW_PERSON_NONE;
  typed[query].person = n;
  const hw_pedigree pedigree = {n + 1, persons};
  problem.pedigree = &pedigree;
  problem.typed = typed;
  hw_assert_ok(
      hw_linked_likelihood(&problem, &(hw_linked_options){.in_double = true}, result, &err), &err);
}

static void compare_scores(trials *trial, bool on_x, double *worst, double *worst_single) {
  static panel self;
  hw_err err = HW_ERR_INIT;
  rng r = rng_seeded(trial->seed);
  memset(&self, 0, sizeof self);
  make_pedigree(&self, &r);
  make_markers(&self, on_x, &r);
  make_data(&self, &r);
  const hw_linked_problem with = self.problem;
  const int32_t person = self.typed[with.n_typed - 1].person;
  const float *likelihoods = self.typed[with.n_typed - 1].likelihoods;
  hw_linked_result related, unrelated;
  const hw_linked_options in_double = {.in_double = true};
  hw_assert_ok(hw_linked_likelihood(&with, &in_double, &related, &err), &err);
  ln_as_stranger(&self, &unrelated);
  const double right = related.ln_likelihood - unrelated.ln_likelihood;
  self.problem.n_typed--;
  trials_count(trial);
  for (int is_double = 0; is_double < 2; is_double++) {
    hw_linked_scorer *scorer = NULL;
    double found = 0, by_chromosome[HW_LINKED_CHROMOSOMES + 1];
    hw_assert_ok(hw_linked_scorer_new(&self.problem, person,
                                      &(hw_linked_options){.in_double = is_double}, &scorer, &err),
                 &err);
    hw_assert_ok(hw_linked_scorer_score(scorer, likelihoods, &found, by_chromosome, &err), &err);
    const double error = fabs(found - right);
    if (!(error <= (is_double ? 1e-9 : 1e-5)))
      trials_fail(trial, NULL, "scored %.12g, expected %.12g", found, right);
    for (int32_t c = 1; c <= HW_LINKED_CHROMOSOMES; c++) {
      const double part = related.ln_by_chromosome[c] - unrelated.ln_by_chromosome[c];
      if (!(fabs(by_chromosome[c] - part) <= 1e-5))
        trials_fail(trial, NULL, "chromosome %d scored %.12g, expected %.12g", (int)c,
                    by_chromosome[c], part);
    }
    double *of = is_double ? worst : worst_single;
    *of = fmax(*of, error);
    hw_linked_scorer_delete(scorer);
  }
}

static void scores_equal_three_likelihoods(void **state) {
  double worst = 0, worst_single = 0;
  trials trial = trials_of(200, 614);
  (void)state;
  while (trials_next(&trial)) compare_scores(&trial, trial.seed % 3 == 0, &worst, &worst_single);
  printf("# %d problems: largest difference %.2g in double, %.2g in single precision\n",
         (int)trial.n_done, worst, worst_single);
  assert_int_equal(trial.n_failed, 0);
}

/* First cousins, many markers: single precision stays within a ten-thousandth. */
static void ten_thousand_markers_lose_little(void **state) {
  enum { LONG = 10000 };
  static hw_linked_marker markers[LONG];
  static double frequencies[LONG][2];
  static float likelihoods[2][LONG * 3];
  hw_person persons[] = {
      {"F", HW_PERSON_NONE, HW_PERSON_NONE, HW_MALE, HW_PERSON_NONE},
      {"M", HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE, HW_PERSON_NONE},
      {"A", 0, 1, HW_MALE, HW_PERSON_NONE},
      {"B", 0, 1, HW_FEMALE, HW_PERSON_NONE},
      {"S", HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE, HW_PERSON_NONE},
      {"T", HW_PERSON_NONE, HW_PERSON_NONE, HW_MALE, HW_PERSON_NONE},
      {"C", 2, 4, HW_MALE, HW_PERSON_NONE},
      {"D", 5, 3, HW_MALE, HW_PERSON_NONE},
  };
  const hw_pedigree pedigree = {8, persons};
  const hw_linked_typed typed[] = {{6, likelihoods[0]}};
  hw_err err = HW_ERR_INIT;
  double found[2];
  rng r = rng_seeded(617);
  (void)state;
  for (int m = 0; m < LONG; m++) {
    frequencies[m][0] = 0.05 + 0.9 * rng_unit(&r);
    frequencies[m][1] = 1 - frequencies[m][0];
    markers[m] = (hw_linked_marker){1 + m * 22 / LONG, 0.4 * m, 0.25 * m, 2, frequencies[m]};
    for (int t = 0; t < 2; t++)
      for (int g = 0; g < 3; g++) likelihoods[t][3 * m + g] = (float)(1e-6 + pow(rng_unit(&r), 8));
  }
  const hw_linked_problem family = {&pedigree, 1, typed, LONG, markers, 0};
  for (int is_double = 0; is_double < 2; is_double++) {
    const hw_linked_options options = {.in_double = is_double};
    hw_linked_scorer *scorer = NULL;
    hw_assert_ok(hw_linked_scorer_new(&family, 7, &options, &scorer, &err), &err);
    hw_assert_ok(hw_linked_scorer_score(scorer, likelihoods[1], &found[is_double], NULL, &err),
                 &err);
    hw_linked_scorer_delete(scorer);
  }
  printf("# ln LR %.6f, difference %.2g\n", found[1], fabs(found[0] - found[1]));
  hw_assert_close(found[0], found[1], 0, 1e-4);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(autosomal_panels_equal_all_inheritance_vectors),
      cmocka_unit_test(panels_on_x_equal_all_inheritance_vectors),
      cmocka_unit_test(genotypes_equal_likelihoods_with_each_one_known),
      cmocka_unit_test(stretches_are_joined),
      cmocka_unit_test(scores_equal_three_likelihoods),
      cmocka_unit_test(ten_thousand_markers_lose_little),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
