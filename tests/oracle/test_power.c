/* The power of families against its slow twin: every genotype of the missing person, and
 * of the relatives who might be typed, written down, with probabilities from brute.h.
 * And against simulation: in gene-dropped families the events that power predicts
 * happen as often as it says, within their binomial error at fixed seeds. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/elementary.h"
#include "brute.h"
#include "gene_drop.h"
#include "homeward/power.h"
#include "pedigrees.h"
#include "random_problem.h"
#include "support/assert.h"
#include "trials.h"

enum { MOST_OUTCOMES = 6 * 6 * 6, MOST_SUMS = 50000 };

/* ---------------------------------------------------------------- one marker */

/* Outcomes of a marker: probability if unrelated, and if the missing person's. */
typedef struct outcomes {
  int n;
  double u[MOST_OUTCOMES], r[MOST_OUTCOMES];
} outcomes;

/* Genotypes of a person, unordered, with P(observations, genotype). @return false if too costly */
static bool genotypes_of(const hw_problem *problem, int32_t m, int32_t person, int *n, double *out,
                         double *total) {
  const hw_allele k = problem->markers[m].n_alleles;
  const bool single =
      hw_marker_is_x(&problem->markers[m]) && problem->pedigree->persons[person].sex == HW_MALE;
  double joint[RANDOM_ALLELES * RANDOM_ALLELES];
  int64_t budget = 2000000;
  if (!brute_genotypes(problem, m, person, &budget, joint)) return false;
  *n = 0;
  *total = 0.0;
  for (hw_allele b = 0; b < k; b++)
    for (hw_allele a = single ? b : 0; a <= b; a++) {
      double p = joint[single ? b : a * k + b];
      if (!single && a != b) p += joint[b * k + a];
      out[(*n)++] = p;
      *total += p;
    }
  return true;
}

/* A problem with a stranger as last person, and room to type relatives. */
typedef struct twin {
  random_problem *p;
  int32_t missing, stranger;
} twin;

/* Adds what typing the persons from `depth` on would show. */
static bool add_worlds(twin *self, int32_t m, int depth, int n_persons, const int32_t *persons,
                       double weight, outcomes *out) {
  random_problem *p = self->p;
  const hw_marker *marker = &p->markers[m];
  double first[MOST_OUTCOMES] = {0.0}, second[MOST_OUTCOMES] = {0.0}, total = 0.0, other = 0.0;
  int n = 0;
  if (depth == n_persons) {
    if (!genotypes_of(&p->problem, m, self->missing, &n, first, &total) ||
        !genotypes_of(&p->problem, m, self->stranger, &n, second, &other))
      return false;
    for (int g = 0; g < n; g++) {
      out->r[out->n] = weight * first[g] / total;
      out->u[out->n++] = weight * second[g] / other;
    }
    return total > 0.0;
  }
  if (!genotypes_of(&p->problem, m, persons[depth], &n, first, &total) || !(total > 0.0))
    return false;
  const int32_t at = p->problem.n_profiles;
  const bool single = hw_marker_is_x(marker) && p->persons[persons[depth]].sex == HW_MALE;
  int g = 0;
  bool is_fine = true;
  memset(p->observations[at], 0, sizeof p->observations[at]);
  p->profiles[at] = (hw_profile){
      .id = "", .n_markers = p->problem.n_markers, .observations = p->observations[at]};
  p->profile_person[at] = persons[depth];
  for (hw_allele b = 0; b < marker->n_alleles; b++)
    for (hw_allele a = single ? b : 0; a <= b; a++, g++) {
      if (!(first[g] > 0.0) || !is_fine) continue;
      p->observations[at][m] = single ? (hw_observation){.kind = HW_OBS_SINGLE, .a = a}
                                      : (hw_observation){.kind = HW_OBS_GENOTYPE, .a = a, .b = b};
      p->problem.n_profiles = at + 1;
      is_fine = add_worlds(self, m, depth + 1, n_persons, persons, weight * first[g] / total, out);
      p->problem.n_profiles = at;
    }
  return is_fine;
}

/* ------------------------------------------------------------------ the sums */

typedef struct sums {
  int n;
  double score[MOST_SUMS], u[MOST_SUMS], r[MOST_SUMS];
} sums;

/* All sums over the markers. @return false if they are too many */
static bool add_up(int n_markers, const outcomes *of, sums *out) {
  out->n = 1;
  out->score[0] = 0.0;
  out->u[0] = out->r[0] = 1.0;
  for (int m = 0; m < n_markers; m++) {
    const int before = out->n;
    if (before * of[m].n > MOST_SUMS) return false;
    out->n = before * of[m].n;
    for (int i = before - 1; i >= 0; i--)
      for (int g = of[m].n - 1; g >= 0; g--) { /* from the back: nothing is overwritten too early */
        const double u = of[m].u[g], r = of[m].r[g];
        const int to = i * of[m].n + g;
        out->score[to] = out->score[i] + (r == u ? 0.0 : hw_log10(r / u));
        out->u[to] = out->u[i] * u;
        out->r[to] = out->r[i] * r;
      }
  }
  return true;
}

/* What the sums say of a threshold. */
typedef struct answer {
  double pass, false_pass, against, mean, impossible, nearest;
} answer;

static answer ask(const sums *all, double threshold) {
  answer a = {.nearest = HUGE_VAL};
  double finite = 0.0;
  for (int i = 0; i < all->n; i++) {
    const double u = all->u[i], r = all->r[i], score = all->score[i];
    if (!(u > 0.0) && !(r > 0.0)) continue;
    if (r > 0.0 && u > 0.0) {
      const double off = fmin(fabs(score - threshold), score == 0.0 ? 1.0 : fabs(score));
      a.nearest = off < a.nearest ? off : a.nearest;
      a.mean += r * score;
      finite += r;
    }
    if (u > 0.0 && !(r > 0.0)) a.impossible += u;
    const bool is_passed = r > 0.0 && (!(u > 0.0) || score >= threshold - 1e-9);
    a.pass += is_passed ? r : 0.0;
    a.false_pass += is_passed ? u : 0.0;
    a.against += !(r > 0.0) || (u > 0.0 && score < -1e-9) ? u : 0.0;
  }
  a.mean /= finite; /* NaN if there is nothing finite */
  return a;
}

static bool is_near(double a, double b, double tolerance) {
  return (isnan(a) && isnan(b)) || fabs(a - b) <= tolerance;
}

/* ---------------------------------------------------------------- a random case */

typedef struct random_case {
  random_problem *p; /* as it is asked of the program */
  twin slow;
  hw_family family;
  hw_case problem;
} random_case;

static bool is_typed(const random_problem *p, int32_t person) {
  for (int32_t i = 0; i < p->problem.n_profiles; i++)
    if (random_problem_first_twin(p, p->profile_person[i]) == random_problem_first_twin(p, person))
      return true;
  return false;
}

/* @return false if nobody can be missing */
static bool make_case(random_case *self, const random_options *options, uint64_t seed) {
  self->p = random_problem_new(options, seed);
  self->slow.p = random_problem_copy(self->p);
  self->slow.missing = -1;
  for (int32_t i = 0; i < self->p->pedigree.n_persons; i++)
    if (!is_typed(self->p, i) && self->p->persons[i].twin == HW_PERSON_NONE) self->slow.missing = i;
  if (self->slow.missing < 0) return false;
  self->slow.stranger = random_problem_add_person(self->slow.p, HW_PERSON_NONE, HW_PERSON_NONE,
                                                  self->p->persons[self->slow.missing].sex);
  const hw_problem *problem = &self->p->problem;
  self->family = (hw_family){.name = "F",
                             .pedigree = self->p->pedigree,
                             .n_missing = 1,
                             .missing = &self->slow.missing,
                             .n_profiles = problem->n_profiles,
                             .profiles = problem->profiles,
                             .profile_person = problem->profile_person};
  self->problem = (hw_case){.id = "case",
                            .theta = problem->theta,
                            .n_markers = problem->n_markers,
                            .markers = problem->markers,
                            .n_families = 1,
                            .families = &self->family};
  return true;
}

static void clear_case(random_case *self) {
  random_problem_delete(self->p);
  random_problem_delete(self->slow.p);
}

/* Outcomes of all markers with these persons typed. */
static bool find_outcomes(random_case *c, int n_persons, const int32_t *persons, outcomes *out) {
  for (int32_t m = 0; m < c->problem.n_markers; m++) {
    out[m].n = 0;
    if (!add_worlds(&c->slow, m, 0, n_persons, persons, 1.0, &out[m])) return false;
  }
  return true;
}

static outcomes found[RANDOM_MARKERS];
static sums all;

static hw_power_study *run_power(const random_case *c, double threshold) {
  const hw_power_options options = {
      .threshold = threshold, .is_one_family = true, .n_draws = 4, .n_threads = 1};
  hw_power_study *power = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_power_new(&c->problem, &options, &power, &err), &err);
  hw_assert_ok(hw_power_run(power, NULL, NULL, &err), &err);
  return power;
}

/* The distribution as the family stands. */
static void check_now(trials *t, random_case *c, double threshold) {
  if (!find_outcomes(c, 0, NULL, found) || !add_up(c->problem.n_markers, found, &all)) return;
  const answer a = ask(&all, threshold);
  if (a.nearest < 1e-6) return;
  hw_power_study *power = run_power(c, threshold);
  const hw_power_curve *now = &hw_power_target_get(power, 0)->now;
  trials_count(t);
  if (!is_near(now->pass, a.pass, 1e-9) || !is_near(now->false_pass, a.false_pass, 1e-9) ||
      !is_near(now->against, a.against, 1e-9) || !is_near(now->impossible, a.impossible, 1e-9) ||
      !is_near(now->mean[HW_POWER_TRUTH], a.mean, 1e-8))
    trials_fail(t, &c->p->problem,
                "threshold %g: pass %.12g (%.12g), false %.12g (%.12g), against %.12g (%.12g), "
                "impossible %.12g (%.12g), mean %.12g (%.12g)",
                threshold, now->pass, a.pass, now->false_pass, a.false_pass, now->against,
                a.against, now->impossible, a.impossible, now->mean[1], a.mean);
  hw_power_delete(power);
}

static void distributions_are_those_of_all_genotypes(void **state) {
  (void)state;
  trials t = trials_of(300, 801);
  while (trials_next(&t)) {
    random_case c;
    const random_options options = {.some_on_x = t.seed % 4 == 0,
                                    .has_theta = t.seed % 5 == 0,
                                    .no_mutation = t.seed % 3 == 0,
                                    .no_silent = true,
                                    .n_unlinked = 1 + (int32_t)(t.seed % 3),
                                    .max_persons = 6,
                                    .max_alleles = 3};
    if (make_case(&c, &options, t.seed)) check_now(&t, &c, 0.2 * (double)(t.seed % 7) + 0.113);
    clear_case(&c);
  }
  assert_int_equal(t.n_failed, 0);
}

/* What typing relatives, and pairs of them, would give. */
static void check_gains(trials *t, random_case *c, double threshold, bool with_pairs) {
  hw_power_study *power = run_power(c, threshold);
  const hw_power_target *target = hw_power_target_get(power, 0);
  const int n_sets = with_pairs ? target->n_pairs : target->n_relatives;
  bool is_counted = false;
  for (int i = 0; i < n_sets; i++) {
    int32_t persons[2];
    for (int k = 0; k < 2; k++)
      persons[k] = target->relatives[with_pairs ? target->pairs[i].relatives[k] : i].person;
    const hw_power_gain *gain = with_pairs ? &target->pairs[i].gain : &target->relatives[i].gain;
    if (is_typed(c->p, persons[0]) || is_typed(c->p, persons[1])) continue; /* typed again */
    if (!find_outcomes(c, with_pairs ? 2 : 1, persons, found) ||
        !add_up(c->problem.n_markers, found, &all))
      continue;
    const answer a = ask(&all, threshold);
    if (a.nearest < 1e-6 || gain->pass_error > 0.0) continue;
    is_counted = true;
    if (is_near(gain->pass, a.pass, 1e-5) && is_near(gain->mean, a.mean, 1e-4)) continue;
    trials_fail(t, &c->p->problem,
                "missing %d, threshold %g, typing %d%s: pass %.10g (%.10g), mean %.10g (%.10g)",
                (int)c->slow.missing, threshold, (int)persons[0], with_pairs ? " and another" : "",
                gain->pass, a.pass, gain->mean, a.mean);
  }
  if (is_counted) trials_count(t);
  hw_power_delete(power);
}

static void gains_of_relatives_are_those_of_all_genotypes(void **state) {
  (void)state;
  trials t = trials_of(150, 802);
  while (trials_next(&t)) {
    random_case c;
    const random_options options = {.some_on_x = t.seed % 4 == 0,
                                    .has_theta = t.seed % 5 == 0,
                                    .no_mutation = t.seed % 3 == 0,
                                    .no_silent = true,
                                    .plain_profiles = true,
                                    .n_unlinked = 1 + (int32_t)(t.seed % 2),
                                    .max_persons = 5,
                                    .max_alleles = 3};
    if (make_case(&c, &options, t.seed))
      check_gains(&t, &c, 0.1 * (double)(t.seed % 7) + 0.0613, false);
    clear_case(&c);
  }
  assert_int_equal(t.n_failed, 0);
}

static void gains_of_pairs_are_those_of_all_genotypes(void **state) {
  (void)state;
  trials t = trials_of(40, 803);
  while (trials_next(&t)) {
    random_case c;
    const random_options options = {.no_mutation = t.seed % 3 == 0,
                                    .no_silent = true,
                                    .plain_profiles = true,
                                    .n_unlinked = 1,
                                    .max_persons = 5,
                                    .max_alleles = 3};
    if (make_case(&c, &options, t.seed))
      check_gains(&t, &c, 0.1 * (double)(t.seed % 5) + 0.0613, true);
    clear_case(&c);
  }
  assert_int_equal(t.n_failed, 0);
}

/* ------------------------------------------------------------------ simulation */

/* How often something happened against how often it should have. */
typedef struct tally {
  double excess, variance;
} tally;

static void count_event(tally *self, bool happened, double p) {
  self->excess += (happened ? 1.0 : 0.0) - p;
  self->variance += p * (1.0 - p);
}

static double z_of(const tally *self) {
  return self->variance > 0.0 ? self->excess / sqrt(self->variance) : 0.0;
}

/* A gene-dropped family. */
typedef struct dropped {
  const family *f;
  const panel *markers;
  hw_observation *whole; /* of everybody: n_persons × n_markers */
  hw_profile *profiles;
  int32_t *persons;
  hw_family family;
  hw_case problem;
} dropped;

static void drop_family(dropped *self, rng *r) {
  const int32_t n = self->f->pedigree.n_persons, n_markers = self->markers->n_markers;
  gene_drop drop = {.pedigree = &self->f->pedigree};
  const hw_profile clean = {.n_markers = n_markers};
  hw_allele seen[64];
  for (int32_t m = 0; m < n_markers; m++) {
    gene_drop_step(&drop, &self->markers->markers[m], 0.5, r);
    for (int32_t i = 0; i < n; i++)
      self->whole[i * n_markers + m] =
          gene_drop_observe(&self->markers->markers[m], &clean, drop.genotype[i][HW_FROM_FATHER],
                            drop.genotype[i][HW_FROM_MOTHER], seen, r);
  }
  gene_drop_clear(&drop);
  for (int32_t i = 0; i < n; i++)
    self->profiles[i] =
        (hw_profile){.id = "", .n_markers = n_markers, .observations = self->whole + i * n_markers};
}

/* log10 LR of the missing person's own profile, or of a stranger's, with the first persons typed. */
static double score_of(const dropped *self, int32_t n_typed, const hw_profile *profile) {
  hw_table *table = NULL;
  hw_err err = HW_ERR_INIT;
  hw_profile typed[32];
  for (int32_t i = 0; i < n_typed; i++) typed[i] = self->profiles[self->persons[i]];
  const hw_problem problem = {.pedigree = &self->f->pedigree,
                              .n_profiles = n_typed,
                              .profiles = typed,
                              .profile_person = self->persons,
                              .n_markers = self->markers->n_markers,
                              .markers = self->markers->markers};
  hw_assert_ok(hw_table_compile(&problem, self->f->missing, NULL, &table, &err), &err);
  const double score = hw_table_log10_lr(table, self->markers->markers, profile, NULL);
  hw_table_delete(table);
  return score;
}

static void events_happen_as_often_as_predicted(void **state) {
  (void)state;
  enum { N_MARKERS = 8, N_FAMILIES = 150 };
  const double threshold = 2.5;
  family *f = family_new(); /* grandparents, uncle, parents, sibling, missing */
  const int32_t grandfather = family_add(f, HW_PERSON_NONE, HW_PERSON_NONE, HW_MALE);
  const int32_t grandmother = family_add(f, HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE);
  const int32_t uncle = family_add(f, grandfather, grandmother, HW_MALE);
  const int32_t father = family_add(f, grandfather, grandmother, HW_MALE);
  const int32_t mother = family_add(f, HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE);
  const int32_t sister = family_add(f, father, mother, HW_FEMALE);
  f->missing = family_add(f, father, mother, HW_MALE);
  panel *markers = panel_new(N_MARKERS, 7, HW_MUTATION_STEPWISE, 4);
  const int32_t n = f->pedigree.n_persons;
  /* The sister is typed; the uncle, then the mother could be. */
  int32_t persons[3] = {sister, uncle, mother};
  bool can[8] = {false};
  can[uncle] = can[mother] = true;
  const bool *const available[1] = {can};
  dropped d = {.f = f, .markers = markers, .persons = persons};
  static hw_observation whole[9 * N_MARKERS];
  static hw_profile profiles[9];
  assert_true(n < 9);
  d.whole = whole;
  d.profiles = profiles;
  tally pass = {0}, against = {0}, with_uncle = {0}, with_both = {0}, mean = {0};
  for (int k = 0; k < N_FAMILIES; k++) {
    rng r = rng_seeded(9000 + (uint64_t)k);
    drop_family(&d, &r);
    hw_profile *stranger = &d.profiles[n];
    hw_observation *shown = d.whole + n * N_MARKERS;
    for (int32_t m = 0; m < N_MARKERS; m++) {
      const hw_marker *marker = &markers->markers[m];
      shown[m] = (hw_observation){.kind = HW_OBS_GENOTYPE,
                                  .a = rng_pick(&r, marker->frequencies, marker->n_alleles),
                                  .b = rng_pick(&r, marker->frequencies, marker->n_alleles)};
    }
    *stranger = (hw_profile){.id = "", .n_markers = N_MARKERS, .observations = shown};
    d.family = (hw_family){.name = "F",
                           .pedigree = f->pedigree,
                           .n_missing = 1,
                           .missing = &f->missing,
                           .n_profiles = 1,
                           .profiles = &d.profiles[sister],
                           .profile_person = persons};
    d.problem = (hw_case){.id = "c",
                          .n_markers = N_MARKERS,
                          .markers = markers->markers,
                          .n_families = 1,
                          .families = &d.family};
    const hw_power_options options = {
        .threshold = threshold, .is_one_family = true, .available = available, .n_threads = 1};
    hw_power_study *power = NULL;
    hw_err err = HW_ERR_INIT;
    hw_assert_ok(hw_power_new(&d.problem, &options, &power, &err), &err);
    hw_assert_ok(hw_power_run(power, NULL, NULL, &err), &err);
    const hw_power_target *target = hw_power_target_get(power, 0);
    const hw_profile *own = &d.profiles[f->missing];
    const double score = score_of(&d, 1, own);
    count_event(&pass, score >= threshold, target->now.pass);
    count_event(&against, score_of(&d, 1, stranger) < 0.0, target->now.against);
    mean.excess += score - target->now.mean[HW_POWER_TRUTH];
    mean.variance += target->now.sd[HW_POWER_TRUTH] * target->now.sd[HW_POWER_TRUTH];
    assert_int_equal(target->n_relatives, 2);
    const int i = target->relatives[0].person == uncle ? 0 : 1;
    count_event(&with_uncle, score_of(&d, 2, own) >= threshold, target->relatives[i].gain.pass);
    assert_true(target->has_all && target->n_all == 2);
    count_event(&with_both, score_of(&d, 3, own) >= threshold, target->all.pass);
    hw_power_delete(power);
  }
  print_message("# z: pass %.2f, mean %.2f, unrelated below 1 %.2f, with uncle %.2f, with both "
                "%.2f\n",
                z_of(&pass), z_of(&mean), z_of(&against), z_of(&with_uncle), z_of(&with_both));
  assert_true(fabs(z_of(&pass)) < 3.5 && fabs(z_of(&mean)) < 3.5 && fabs(z_of(&against)) < 3.5);
  assert_true(fabs(z_of(&with_uncle)) < 3.5 && fabs(z_of(&with_both)) < 3.5);
  panel_delete(markers);
  family_delete(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(distributions_are_those_of_all_genotypes),
      cmocka_unit_test(gains_of_relatives_are_those_of_all_genotypes),
      cmocka_unit_test(gains_of_pairs_are_those_of_all_genotypes),
      cmocka_unit_test(events_happen_as_often_as_predicted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
