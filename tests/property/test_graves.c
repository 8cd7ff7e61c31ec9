/* Simulated graves whose truth is known: among pairs to which re-association gives a probability,
 * the share that are of one person is that probability.
 *
 * Graves are drawn from the model itself: a partition from the Chinese restaurant, a person
 * for each group (genotypes, sex), and for each specimen a bone, alleles under dropout and
 * drop-in, and an estimate of the sex that may be wrong. Bones are drawn independently, and
 * graves in which a person has a bone twice are thrown away. Then the posterior is exactly
 * what re-association computes, and the counts must agree within what chance allows. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/reassociate.h"
#include "oracle/rng.h"
#include "oracle/trials.h"
#include "support/assert.h"

enum { SPECIMENS = 7, MARKERS = 4, ALLELES = 4, BINS = 7 };

static const double frequencies[ALLELES] = {0.1, 0.2, 0.3, 0.4};
static const char *const allele_names[ALLELES] = {"10", "11", "12", "13"};
static const double CONCENTRATION = 2, DROPOUT = 0.25, DROP_IN = 0.05, SEX_ERROR = 0.1;

typedef struct grave {
  hw_marker markers[MARKERS];
  char names[SPECIMENS][8];
  int32_t person[SPECIMENS];
  hw_allele seen[SPECIMENS][MARKERS][ALLELES];
  hw_observation observations[SPECIMENS][MARKERS];
  hw_remains remains[SPECIMENS];
  int32_t index[SPECIMENS];
  hw_specimen specimens[SPECIMENS];
  hw_reassociate_problem problem;
} grave;

static void draw_partition(grave *self, rng *r) {
  int32_t size[SPECIMENS] = {0}, n = 0;
  for (int32_t i = 0; i < SPECIMENS; i++) {
    double weights[SPECIMENS + 1];
    for (int32_t g = 0; g < n; g++) weights[g] = size[g];
    weights[n] = CONCENTRATION;
    self->person[i] = rng_pick(r, weights, n + 1);
    size[self->person[i]]++;
    if (self->person[i] == n) n++;
  }
}

/* Draws bones; @return false if a person has one twice. */
static bool draw_bones(grave *self, rng *r) {
  static const char *const elements[] = {"femur", "humerus", "mandible", ""};
  bool taken[SPECIMENS][3][2];
  memset(taken, 0, sizeof taken);
  for (int32_t i = 0; i < SPECIMENS; i++) {
    hw_specimen *at = &self->specimens[i];
    snprintf(self->names[i], sizeof self->names[i], "G%d", (int)i);
    hw_specimen_init(at, self->names[i]);
    const int32_t element = rng_below(r, 4), side = element == 2 ? 0 : rng_below(r, 2);
    const bool is_hidden = rng_chance(r, 0.3);
    at->element = elements[element];
    if (element == 3) continue;
    if (taken[self->person[i]][element][side]) return false;
    taken[self->person[i]][element][side] = true;
    if (element < 2 && !is_hidden) at->side = side == 0 ? HW_SIDE_LEFT : HW_SIDE_RIGHT;
  }
  return true;
}

static void draw_profiles(grave *self, rng *r) {
  hw_allele genotype[SPECIMENS][MARKERS][2];
  bool male[SPECIMENS];
  for (int32_t p = 0; p < SPECIMENS; p++) {
    male[p] = rng_chance(r, 0.5);
    for (int32_t m = 0; m < MARKERS; m++)
      for (int32_t c = 0; c < 2; c++) genotype[p][m][c] = rng_pick(r, frequencies, ALLELES);
  }
  for (int32_t i = 0; i < SPECIMENS; i++) {
    hw_specimen *at = &self->specimens[i];
    const int32_t p = self->person[i];
    if (rng_chance(r, 0.5)) at->sex = male[p] != rng_chance(r, SEX_ERROR) ? HW_MALE : HW_FEMALE;
    for (int32_t m = 0; m < MARKERS; m++) {
      hw_observation *obs = &self->observations[i][m];
      *obs = (hw_observation){
          .kind = HW_OBS_SET, .a = HW_ALLELE_NONE, .b = HW_ALLELE_NONE, .seen = self->seen[i][m]};
      if (rng_chance(r, 0.2)) obs->kind = HW_OBS_MISSING;
      for (hw_allele a = 0; a < ALLELES && obs->kind == HW_OBS_SET; a++) {
        bool is_seen = rng_chance(r, DROP_IN * frequencies[a]);
        for (int32_t c = 0; c < 2; c++)
          if (genotype[p][m][c] == a && !rng_chance(r, DROPOUT)) is_seen = true;
        if (is_seen) self->seen[i][m][obs->n_seen++] = a;
      }
    }
    self->remains[i] = (hw_remains){.id = self->names[i],
                                    .profile = {.id = self->names[i],
                                                .n_markers = MARKERS,
                                                .observations = self->observations[i],
                                                .has_dropout = true,
                                                .dropout = DROPOUT,
                                                .drop_in = DROP_IN}};
    self->index[i] = i;
    at->profiles = &self->index[i];
    at->n_profiles = rng_chance(r, 0.8);
  }
}

static void dig(grave *self, rng *r) {
  memset(self, 0, sizeof *self);
  for (int32_t m = 0; m < MARKERS; m++)
    self->markers[m] = (hw_marker){.name = "M",
                                   .n_alleles = ALLELES,
                                   .allele_names = allele_names,
                                   .frequencies = frequencies,
                                   .silent = HW_ALLELE_NONE};
  do draw_partition(self, r);
  while (!draw_bones(self, r));
  draw_profiles(self, r);
  self->problem = (hw_reassociate_problem){.n_specimens = SPECIMENS,
                                           .specimens = self->specimens,
                                           .n_markers = MARKERS,
                                           .markers = self->markers,
                                           .n_remains = SPECIMENS,
                                           .remains = self->remains};
}

typedef struct bins {
  double excess[BINS]; /* Σ (true − posterior) */
  double square[BINS]; /* Σ over graves of its square */
  double model[BINS];  /* Σ p(1 − p), for bins in which nothing unlikely happened */
  double n[BINS], n_true[BINS];
} bins;

static int bin_of(double p) {
  static const double from[BINS] = {0, 0.01, 0.05, 0.2, 0.5, 0.9, 0.99};
  int b = BINS - 1;
  while (b > 0 && p < from[b]) b--;
  return b;
}

/* Counts all pairs, and the groups of the best partition. */
static void add_grave(const grave *self, const hw_reassociate *run, bins *pairs, bins *groups) {
  double own[BINS] = {0};
  for (int32_t i = 0; i < SPECIMENS; i++)
    for (int32_t j = i + 1; j < SPECIMENS; j++) {
      const double p = hw_reassociate_posterior(run, i, j, NULL);
      const bool is_true = self->person[i] == self->person[j];
      const int b = bin_of(p);
      own[b] += is_true - p;
      pairs->n[b]++;
      pairs->model[b] += p * (1 - p);
      pairs->n_true[b] += is_true;
    }
  for (int b = 0; b < BINS; b++) {
    pairs->excess[b] += own[b];
    pairs->square[b] += own[b] * own[b];
    own[b] = 0;
  }
  const hw_reassociate_group *list = NULL;
  const int32_t n = hw_reassociate_groups(run, &list);
  for (int32_t g = 0; g < n; g++) {
    bool is_true = true;
    for (int32_t i = 0; i < SPECIMENS; i++) {
      const bool is_in = hw_reassociate_group_of(run, i) == g;
      const bool is_same = self->person[i] == self->person[list[g].specimens[0]];
      is_true = is_true && is_in == is_same;
    }
    const int b = bin_of(list[g].probability);
    own[b] += is_true - list[g].probability;
    groups->n[b]++;
    groups->model[b] += list[g].probability * (1 - list[g].probability);
    groups->n_true[b] += is_true;
  }
  for (int b = 0; b < BINS; b++) {
    groups->excess[b] += own[b];
    groups->square[b] += own[b] * own[b];
  }
}

static void check_bins(const bins *at, const char *what) {
  for (int b = 0; b < BINS; b++) {
    if (at->n[b] < 30) continue;
    const double z = at->excess[b] / sqrt(fmax(at->square[b], at->model[b]));
    print_message("# %s bin %d: %.0f, %.0f true, z %.2f\n", what, b, at->n[b], at->n_true[b], z);
    assert_true(fabs(z) < 4.5);
  }
}

static void probabilities_are_frequencies(void **state) {
  (void)state;
  bins pairs, groups;
  static grave self;
  memset(&pairs, 0, sizeof pairs);
  memset(&groups, 0, sizeof groups);
  trials t = trials_of(1500, 73);
  while (trials_next(&t)) {
    rng r = rng_seeded(t.seed);
    hw_err err = HW_ERR_INIT;
    hw_reassociate *run = NULL;
    const hw_reassociate_options options = {
        .concentration = CONCENTRATION, .sex_error = SEX_ERROR, .ignore = 1e-30};
    dig(&self, &r);
    hw_assert_ok(hw_reassociate_new(&self.problem, &options, &run, &err), &err);
    hw_assert_ok(hw_reassociate_run(run, NULL, NULL, &err), &err);
    add_grave(&self, run, &pairs, &groups);
    hw_reassociate_delete(run);
    trials_count(&t);
  }
  check_bins(&pairs, "pairs");
  check_bins(&groups, "groups");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(probabilities_are_frequencies)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
