/* Re-association against its slow twin: every set partition, every group through
 * hw_likelihood as one person with several profiles, every way to give sides. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/reassociate.h"
#include "random_problem.h"
#include "support/assert.h"
#include "trials.h"

enum { MOST = 7 };

typedef struct lot {
  random_problem *p;
  hw_remains remains[MOST];
  int32_t index[MOST];
  hw_specimen specimens[MOST];
  hw_reassociate_problem problem;
} lot;

static void lot_make(lot *self, uint64_t seed, bool has_theta) {
  rng r = rng_seeded(seed ^ 0x5ec1e7);
  const random_options options = {.n_unlinked = 1 + rng_below(&r, 3),
                                  .max_persons = 8,
                                  .max_alleles = 4,
                                  .has_theta = has_theta};
  static const char *const names[MOST] = {"a", "b", "c", "d", "e", "f", "g"};
  memset(self, 0, sizeof *self);
  self->p = random_problem_new(&options, seed);
  const hw_problem *base = &self->p->problem;
  int32_t n = base->n_profiles < MOST ? base->n_profiles : MOST;
  for (int32_t i = 0; i < n; i++) {
    self->remains[i] = (hw_remains){names[i], HW_UNKNOWN_SEX, base->profiles[i]};
    self->index[i] = i;
    hw_specimen_init(&self->specimens[i], names[i]);
    self->specimens[i].profiles = &self->index[i];
    self->specimens[i].n_profiles = rng_chance(&r, 0.85);
    if (rng_chance(&r, 0.5)) {
      self->specimens[i].element = "femur";
      self->specimens[i].side = (hw_side)rng_below(&r, 3);
    }
  }
  self->problem = (hw_reassociate_problem){.n_specimens = n,
                                           .specimens = self->specimens,
                                           .n_markers = base->n_markers,
                                           .markers = base->markers,
                                           .theta = base->theta,
                                           .n_remains = n,
                                           .remains = self->remains};
}

/* ln P(profiles of the members | one person). */
static double ln_one(const lot *self, const int32_t *members, int32_t n) {
  hw_profile profiles[MOST];
  int32_t persons[MOST] = {0}, n_typed = 0;
  const hw_person person = {"X", -1, -1, HW_UNKNOWN_SEX, -1};
  const hw_pedigree pedigree = {1, &person};
  for (int32_t i = 0; i < n; i++)
    if (self->specimens[members[i]].n_profiles > 0)
      profiles[n_typed++] = self->remains[members[i]].profile;
  const hw_problem problem = {.pedigree = &pedigree,
                              .n_profiles = n_typed,
                              .profiles = profiles,
                              .profile_person = persons,
                              .n_markers = self->problem.n_markers,
                              .markers = self->problem.markers,
                              .theta = self->problem.theta};
  double ln = 0;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_likelihood(&problem, NULL, &ln, NULL, &err), &err);
  return ln;
}

/* Share of the ways to give sides in which no side is there twice. */
static double side_share(const lot *self, const int32_t *members, int32_t n) {
  int32_t good = 0, ways = 0;
  for (int32_t way = 0; way < 1 << n; way++) {
    int32_t count[2] = {0, 0};
    bool counts = true;
    for (int32_t i = 0; i < n && counts; i++) {
      const hw_specimen *at = &self->specimens[members[i]];
      const int32_t side = way >> i & 1;
      const bool is_open = at->element[0] != '\0' && at->side == HW_SIDE_UNKNOWN;
      if (!is_open) counts = side == 0; /* one way only */
      if (at->element[0] != '\0') count[is_open ? side : at->side == HW_SIDE_RIGHT]++;
    }
    if (!counts) continue;
    ways++;
    good += count[0] <= 1 && count[1] <= 1;
  }
  return (double)good / ways;
}

typedef struct sums {
  long double all, pair[MOST][MOST], best;
  long double by_group[1 << MOST];
} sums;

static long double weigh(const lot *self, const double *single, const int32_t *members, int32_t n,
                         double concentration) {
  double ln = ln_one(self, members, n);
  for (int32_t i = 0; i < n; i++) ln -= single[members[i]];
  long double w = expl(ln) * side_share(self, members, n) * concentration;
  for (int32_t i = 2; i < n; i++) w *= i;
  return w;
}

/* All partitions of the first n, by restricted growth strings. */
static void add_partitions(const lot *self, const long double *weight, int32_t *label, int32_t at,
                           int32_t groups, sums *out) {
  const int32_t n = self->problem.n_specimens;
  if (at < n) {
    for (int32_t g = 0; g <= groups; g++) {
      label[at] = g;
      add_partitions(self, weight, label, at + 1, g == groups ? groups + 1 : groups, out);
    }
    return;
  }
  long double w = 1;
  uint32_t sets[MOST] = {0};
  for (int32_t i = 0; i < n; i++) sets[label[i]] |= 1u << i;
  for (int32_t g = 0; g < groups; g++) w *= weight[sets[g]];
  out->all += w;
  if (w > out->best) out->best = w;
  for (int32_t g = 0; g < groups; g++) out->by_group[sets[g]] += w;
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j < n; j++)
      if (label[i] == label[j]) out->pair[i][j] += w;
}

static void compare_partitions(const lot *self, const double *single) {
  static long double weight[1 << MOST];
  static sums slow;
  const int32_t n = self->problem.n_specimens;
  const double concentration = 1.5;
  hw_err err = HW_ERR_INIT;
  memset(&slow, 0, sizeof slow);
  for (uint32_t set = 1; set < 1u << n; set++) {
    int32_t members[MOST], k = 0;
    for (int32_t i = 0; i < n; i++)
      if (set >> i & 1) members[k++] = i;
    weight[set] = weigh(self, single, members, k, concentration);
  }
  int32_t label[MOST];
  add_partitions(self, weight, label, 0, 0, &slow);
  hw_reassociate *run = NULL;
  const hw_reassociate_options options = {.concentration = concentration, .ignore = 1e-300};
  hw_assert_ok(hw_reassociate_new(&self->problem, &options, &run, &err), &err);
  hw_assert_ok(hw_reassociate_run(run, NULL, NULL, &err), &err);
  const hw_reassociate_summary summary = hw_reassociate_summarise(run);
  assert_true(summary.is_exact);
  hw_assert_close(summary.best_posterior, (double)(slow.best / slow.all), 1e-9, 1e-12);
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j < n; j++) {
      double complement = 0;
      const double p = hw_reassociate_posterior(run, i, j, &complement);
      hw_assert_close(p, (double)(slow.pair[i][j] / slow.all), 1e-9, 1e-12);
      if (i != j)
        hw_assert_close(complement, (double)((slow.all - slow.pair[i][j]) / slow.all), 1e-9, 1e-11);
    }
  const hw_reassociate_group *groups = NULL;
  const int32_t n_groups = hw_reassociate_groups(run, &groups);
  for (int32_t g = 0; g < n_groups; g++) {
    uint32_t set = 0;
    long double together = 0;
    for (int32_t i = 0; i < groups[g].n; i++) set |= 1u << groups[g].specimens[i];
    for (uint32_t other = 1; other < 1u << n; other++)
      if ((other & set) == set) together += slow.by_group[other];
    hw_assert_close(groups[g].probability, (double)(slow.by_group[set] / slow.all), 1e-9, 1e-12);
    hw_assert_close(groups[g].together, (double)(together / slow.all), 1e-9, 1e-12);
  }
  hw_reassociate_delete(run);
}

static void partitions_equal_their_enumeration(void **state) {
  (void)state;
  trials t = trials_of(1200, 71);
  while (trials_next(&t)) {
    lot self;
    double single[MOST];
    bool is_possible = true;
    lot_make(&self, t.seed, false);
    for (int32_t i = 0; i < self.problem.n_specimens; i++) {
      single[i] = ln_one(&self, &i, 1);
      is_possible = is_possible && single[i] > -HUGE_VAL;
    }
    if (is_possible && self.problem.n_specimens > 1) {
      compare_partitions(&self, single);
      trials_count(&t);
    }
    random_problem_delete(self.p);
  }
  assert_int_equal(t.n_done, t.n_wanted);
}

static void pairs_with_theta_equal_the_engine(void **state) {
  (void)state;
  trials t = trials_of(300, 72);
  while (trials_next(&t)) {
    lot self;
    bool is_counted = false;
    hw_err err = HW_ERR_INIT;
    hw_reassociate *run = NULL;
    lot_make(&self, t.seed, true);
    hw_assert_ok(hw_reassociate_new(&self.problem, NULL, &run, &err), &err);
    for (int32_t i = 0; i < self.problem.n_specimens; i++)
      for (int32_t j = i + 1; j < self.problem.n_specimens; j++) {
        const hw_profile profiles[2] = {self.remains[i].profile, self.remains[j].profile};
        const int32_t pair[2] = {i, j};
        hw_reassociate_factors factors;
        double slow = 0;
        if (self.specimens[i].n_profiles + self.specimens[j].n_profiles < 2) continue;
        if (ln_one(&self, &i, 1) == -HUGE_VAL || ln_one(&self, &j, 1) == -HUGE_VAL) continue;
        hw_assert_ok(
            hw_same_person_lr(self.problem.n_markers, self.problem.markers, self.problem.theta, 2,
                              profiles, NULL, HW_ALTERNATIVE_UNRELATED, NULL, &slow, &err),
            &err);
        hw_assert_ok(hw_reassociate_group_factors(run, pair, 2, &factors, &err), &err);
        hw_assert_close(factors.dna, slow * log(10), 1e-9, 1e-9);
        is_counted = true;
      }
    if (is_counted) trials_count(&t);
    hw_reassociate_delete(run);
    random_problem_delete(self.p);
  }
  assert_int_equal(t.n_done, t.n_wanted);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(partitions_equal_their_enumeration),
      cmocka_unit_test(pairs_with_theta_equal_the_engine),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
