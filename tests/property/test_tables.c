/* Compiled tables against direct likelihoods, on random families: every entry of
 * a table, and every kind of observation that a table answers for, must equal
 *
 *   P(family data, observation | it is the missing person's)
 *   / P(family data, observation | it is that of one more founder),
 *
 * computed by hw_likelihood. And the laws of the two distributions that a table
 * keeps: both sum to one, and the LR of an unrelated person averages to one. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/table.h"
#include "oracle/brute.h"
#include "oracle/random_problem.h"
#include "oracle/trials.h"
#include "support/assert.h"

static const double TOLERANCE = 1e-10;

/* A family, its table, and the two hypotheses with room for one more profile. */
typedef struct family_table {
  random_problem *family, *related, *unrelated;
  int32_t missing;
  hw_table *table;
} family_table;

static random_options options_of(uint64_t seed) {
  random_options options = {.on_x = seed % 3 == 0,
                            .has_theta = seed % 6 == 1,
                            .no_mutation = seed % 5 == 0,
                            .n_unlinked = 2,
                            .max_persons = 7,
                            .max_alleles = 4};
  if (options.has_theta) {
    options.max_persons = 5;
    options.max_alleles = 3;
  }
  return options;
}

static bool family_table_init(family_table *self, trials *t) {
  const random_options options = options_of(t->seed);
  rng r = rng_seeded(t->seed ^ 0x7ab1eu);
  hw_err err = HW_ERR_INIT;
  *self = (family_table){.family = random_problem_new(&options, t->seed)};
  self->missing = rng_below(&r, self->family->pedigree.n_persons);
  random_problem_untype(self->family, self->missing);
  self->related = random_problem_copy(self->family);
  self->unrelated = random_problem_copy(self->family);
  random_problem_add_person(self->unrelated, HW_PERSON_NONE, HW_PERSON_NONE,
                            self->family->persons[self->missing].sex);
  const hw_likelihood_options apart = {.no_lumping = rng_chance(&r, 0.5)};
  if (hw_table_compile(&self->family->problem, self->missing, &apart, &self->table, &err) == HW_OK)
    return true;
  trials_fail(t, &self->family->problem, "P%d missing: %s", (int)self->missing, err.message);
  return false;
}

static void family_table_clear(family_table *self) {
  hw_table_delete(self->table);
  random_problem_delete(self->family);
  random_problem_delete(self->related);
  random_problem_delete(self->unrelated);
}

/* Gives one hypothesis the remains' profile, observed at marker m only (or at all: m < 0). */
static void add_remains(random_problem *p, int32_t person, const hw_profile *profile,
                        const hw_observation *observations, int32_t m) {
  const int32_t k = p->problem.n_profiles++;
  p->profiles[k] = *profile;
  p->profile_person[k] = person;
  for (int32_t i = 0; i < p->problem.n_markers; i++) {
    p->observations[k][i] = (hw_observation){.kind = HW_OBS_MISSING, .a = -1, .b = -1};
    if (m >= 0 && i != m) continue;
    p->observations[k][i] = observations[i];
    for (int32_t z = 0; z < observations[i].n_seen; z++) p->seen[k][i][z] = observations[i].seen[z];
  }
  random_problem_link(p);
}

/* ln P(family, remains) at one marker under a hypothesis. */
static double ln_with_remains(random_problem *p, int32_t person, const hw_profile *profile,
                              const hw_observation *observations, int32_t m) {
  double total, per_marker[RANDOM_MARKERS];
  hw_err err = HW_ERR_INIT;
  add_remains(p, person, profile, observations, m);
  const hw_status status = hw_likelihood(&p->problem, NULL, &total, per_marker, &err);
  p->problem.n_profiles--;
  hw_assert_ok(status, &err);
  return per_marker[m];
}

static double direct_ln_lr(const family_table *f, const hw_profile *profile,
                           const hw_observation *observations, int32_t m) {
  const int32_t stranger = f->unrelated->pedigree.n_persons - 1;
  const double with = ln_with_remains(f->related, f->missing, profile, observations, m);
  const double without = ln_with_remains(f->unrelated, stranger, profile, observations, m);
  if (isinf(with) && isinf(without)) return 0.0; /* 0/0 is no information (table.h) */
  return with - without;
}

static void check_ratio(trials *t, const family_table *f, int32_t m, const hw_observation *obs,
                        double log10_lr, double expected_ln) {
  if (trials_same_ln(log10_lr * log(10.0), expected_ln, TOLERANCE)) return;
  trials_fail(t, &f->family->problem,
              "P%d missing, marker %d, observation kind %d (%d, %d; %d seen): log10 LR %.17g in "
              "the table, %.17g directly",
              (int)f->missing, (int)m, (int)obs->kind, (int)obs->a, (int)obs->b, (int)obs->n_seen,
              log10_lr, expected_ln / log(10.0));
}

/* ------------------------------------------------------------- every entry */

/* The observation that a code stands for; false where it would be of the silent allele. */
static bool observation_of_code(const hw_marker_table *table, hw_allele silent, int32_t code,
                                hw_observation *obs) {
  const int32_t n = table->n_alleles;
  if (table->single) {
    *obs = (hw_observation){.kind = HW_OBS_SINGLE, .a = code, .b = HW_ALLELE_NONE};
  } else if (code >= n * (n + 1) / 2) {
    *obs =
        (hw_observation){.kind = HW_OBS_GENOTYPE, .a = code - n * (n + 1) / 2, .b = HW_ALLELE_NONE};
  } else {
    hw_allele high = 0;
    while ((high + 1) * (high + 2) / 2 <= code) high++;
    *obs = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = code - high * (high + 1) / 2, .b = high};
  }
  return silent == HW_ALLELE_NONE || (obs->a != silent && obs->b != silent);
}

static void every_table_entry_equals_the_direct_ratio(void **state) {
  (void)state;
  trials t = trials_of(2500, 301);
  while (trials_next(&t)) {
    family_table f;
    const bool is_compiled = family_table_init(&f, &t);
    for (int32_t m = 0; is_compiled && m < f.family->problem.n_markers; m++) {
      const hw_marker_table *table = &f.table->markers[m];
      const hw_marker *marker = &f.family->markers[m];
      const int32_t n = marker->n_alleles;
      const hw_profile profile = {.n_markers = f.family->problem.n_markers};
      trials_count(&t);
      assert_int_equal(table->n_alleles, n);
      assert_int_equal(table->n_codes, table->single ? n : n * (n + 3) / 2);
      for (int32_t code = 0; code < table->n_codes && t.n_failed == 0; code++) {
        hw_observation obs[RANDOM_MARKERS];
        if (!observation_of_code(table, marker->silent, code, &obs[m])) continue;
        assert_int_equal(hw_marker_table_code(table, &obs[m]), code);
        check_ratio(&t, &f, m, &obs[m], table->log10_lr[code], direct_ln_lr(&f, &profile, obs, m));
        check_ratio(&t, &f, m, &obs[m], hw_marker_table_log10_lr(table, marker, &obs[m], &profile),
                    direct_ln_lr(&f, &profile, obs, m));
      }
    }
    family_table_clear(&f);
  }
  assert_int_equal(t.n_failed, 0);
}

/* --------------------------------------------------------- every observation */

/* A profile with dropout or typing error, or neither, and observations that fit it. */
static void random_remains(const family_table *f, rng *r, hw_profile *profile,
                           hw_observation *observations,
                           hw_allele seen[RANDOM_MARKERS][RANDOM_ALLELES]) {
  const int32_t n_markers = f->family->problem.n_markers;
  *profile = (hw_profile){.id = "remains", .n_markers = n_markers, .observations = observations};
  profile->has_dropout = rng_chance(r, 0.5);
  if (profile->has_dropout) {
    profile->dropout = rng_chance(r, 0.2) ? 0.0 : 0.6 * rng_unit(r);
    profile->drop_in = rng_chance(r, 0.3) ? 0.0 : 0.3 * rng_unit(r);
  } else if (rng_chance(r, 0.6)) {
    profile->typing_error = 0.2 * rng_unit(r);
  }
  for (int32_t m = 0; m < n_markers; m++) {
    const hw_marker *marker = &f->family->markers[m];
    hw_observation *obs = &observations[m];
    *obs = (hw_observation){.kind = HW_OBS_MISSING, .a = -1, .b = -1};
    if (profile->has_dropout) {
      obs->kind = HW_OBS_SET;
      obs->seen = seen[m];
      for (hw_allele z = 0; z < marker->n_alleles; z++)
        if (z != marker->silent && rng_chance(r, 0.4)) seen[m][obs->n_seen++] = z;
    } else if (!rng_chance(r, 0.1)) {
      (void)observation_of_code(&f->table->markers[m], marker->silent, 0, obs);
      do obs->a = rng_below(r, marker->n_alleles);
      while (obs->a == marker->silent);
      do obs->b = rng_below(r, marker->n_alleles);
      while (obs->b == marker->silent);
      if (obs->kind == HW_OBS_SINGLE || rng_chance(r, 0.25)) obs->b = HW_ALLELE_NONE;
    }
  }
}

static void sets_errors_and_partial_genotypes_have_the_direct_ratio(void **state) {
  (void)state;
  trials t = trials_of(5000, 302);
  while (trials_next(&t)) {
    family_table f;
    hw_profile profile;
    hw_observation observations[RANDOM_MARKERS];
    hw_allele seen[RANDOM_MARKERS][RANDOM_ALLELES];
    double per_marker[RANDOM_MARKERS], sum = 0.0;
    if (family_table_init(&f, &t)) {
      rng r = rng_seeded(t.seed ^ 0x0b5u);
      random_remains(&f, &r, &profile, observations, seen);
      trials_count(&t);
      const double total = hw_table_log10_lr(f.table, f.family->markers, &profile, per_marker);
      for (int32_t m = 0; m < f.family->problem.n_markers; m++) {
        const double log10_lr = hw_marker_table_log10_lr(
            &f.table->markers[m], &f.family->markers[m], &observations[m], &profile);
        check_ratio(&t, &f, m, &observations[m], log10_lr,
                    direct_ln_lr(&f, &profile, observations, m));
        if (memcmp(&log10_lr, &per_marker[m], sizeof log10_lr) != 0)
          trials_fail(&t, &f.family->problem, "marker %d: %.17g alone, %.17g in the profile",
                      (int)m, log10_lr, per_marker[m]);
        sum += log10_lr;
      }
      if (isnan(total) || (!isnan(sum) && !trials_same_ln(total, sum, 1e-12)))
        trials_fail(&t, &f.family->problem,
                    "the profile's log10 LR is %.17g, its markers sum to %.17g", total, sum);
    }
    family_table_clear(&f);
  }
  assert_int_equal(t.n_failed, 0);
}

static void a_missing_observation_has_the_ratio_one(void **state) {
  (void)state;
  trials t = trials_of(300, 303);
  while (trials_next(&t)) {
    family_table f;
    if (family_table_init(&f, &t)) {
      const hw_observation nothing = {.kind = HW_OBS_MISSING, .a = -1, .b = -1};
      const hw_profile profile = {.n_markers = 1};
      trials_count(&t);
      assert_int_equal(hw_marker_table_code(&f.table->markers[0], &nothing), -1);
      hw_assert_same_bits(
          hw_marker_table_log10_lr(&f.table->markers[0], &f.family->markers[0], &nothing, &profile),
          0.0);
    }
    family_table_clear(&f);
  }
  assert_int_equal(t.n_failed, 0);
}

/* -------------------------------------------------------- the distributions */

/* P(the observation of a code) for a distribution of true genotypes. */
static double probability_of(const hw_marker *marker, const hw_marker_table *table,
                             const double *distribution, const hw_observation *obs) {
  const hw_profile profile = {.n_markers = 1};
  double sum = 0.0;
  int32_t g = 0;
  for (hw_allele b = 0; b < table->n_alleles; b++)
    for (hw_allele a = table->single ? b : 0; a <= b; a++, g++)
      sum += distribution[g] *
             brute_observation(marker, obs, &profile, table->single ? HW_ALLELE_NONE : a, b);
  return sum;
}

/* Σ P(o | unrelated)·LR(o) over complete observations o; those that only the missing person can
 * show (LR = ∞) add their own probability. */
static double average_ratio(const hw_marker *marker, const hw_marker_table *table) {
  double sum = 0.0;
  for (int32_t code = 0; code < table->n_genotypes; code++) {
    hw_observation obs;
    if (!observation_of_code(table, marker->silent, code, &obs)) continue;
    const double unrelated = probability_of(marker, table, table->unrelated, &obs);
    sum += unrelated > 0.0 ? unrelated * pow(10.0, table->log10_lr[code])
                           : probability_of(marker, table, table->related, &obs);
  }
  return sum;
}

static double total_of(const double *distribution, int32_t n) {
  double sum = 0.0;
  for (int32_t g = 0; g < n; g++) sum += distribution[g];
  return sum;
}

/* P(nothing is seen because both alleles are silent). */
static double invisible(const hw_marker *marker, const hw_marker_table *table) {
  if (marker->silent == HW_ALLELE_NONE) return 0.0;
  const int32_t s = marker->silent;
  return table->related[table->single ? s : s * (s + 1) / 2 + s];
}

static void both_distributions_sum_to_one_and_ratios_average_to_one(void **state) {
  (void)state;
  trials t = trials_of(5000, 304);
  while (trials_next(&t)) {
    family_table f;
    const bool is_compiled = family_table_init(&f, &t);
    for (int32_t m = 0; is_compiled && m < f.family->problem.n_markers; m++) {
      const hw_marker_table *table = &f.table->markers[m];
      const hw_marker *marker = &f.family->markers[m];
      if (isinf(table->ln_family)) continue;
      trials_count(&t);
      const double related = total_of(table->related, table->n_genotypes);
      const double unrelated = total_of(table->unrelated, table->n_genotypes);
      const double average = average_ratio(marker, table) + invisible(marker, table);
      if (!(fabs(related - 1.0) <= 1e-12) || !(fabs(unrelated - 1.0) <= 1e-12))
        trials_fail(&t, &f.family->problem, "marker %d: the distributions sum to %.17g and %.17g",
                    (int)m, related, unrelated);
      else if (!(fabs(average - 1.0) <= 1e-11))
        trials_fail(&t, &f.family->problem, "marker %d: the average LR is %.17g", (int)m, average);
    }
    family_table_clear(&f);
  }
  assert_int_equal(t.n_failed, 0);
}

static void a_table_knows_the_likelihood_of_its_family(void **state) {
  (void)state;
  trials t = trials_of(4000, 305);
  while (trials_next(&t)) {
    family_table f;
    double total, per_marker[RANDOM_MARKERS];
    if (family_table_init(&f, &t)) {
      trials_count(&t);
      hw_assert_ok(hw_likelihood(&f.family->problem, NULL, &total, per_marker, NULL), NULL);
      for (int32_t m = 0; m < f.family->problem.n_markers; m++)
        if (!trials_same_ln(f.table->markers[m].ln_family, per_marker[m], 1e-11))
          trials_fail(&t, &f.family->problem,
                      "P%d missing, marker %d: ln family %.17g, directly %.17g", (int)f.missing,
                      (int)m, f.table->markers[m].ln_family, per_marker[m]);
    }
    family_table_clear(&f);
  }
  assert_int_equal(t.n_failed, 0);
}

/* One marker that only the missing man can show, one that he cannot: 0/0 in all, which is no
 * evidence, and not a number that a comparison would silently lose. */
static void a_profile_impossible_both_ways_has_a_ratio_that_is_a_number(void **state) {
  (void)state;
  static const char *const names[2] = {"a", "b"};
  static const double never_b[2] = {1.0, 0.0}, even[2] = {0.5, 0.5};
  static const double mutates[4] = {0.9, 0.1, 0.1, 0.9};
  const hw_marker markers[2] = {{.name = "L1",
                                 .n_alleles = 2,
                                 .allele_names = names,
                                 .frequencies = never_b,
                                 .silent = HW_ALLELE_NONE,
                                 .matrix = {mutates, mutates}},
                                {.name = "L2",
                                 .n_alleles = 2,
                                 .allele_names = names,
                                 .frequencies = even,
                                 .silent = HW_ALLELE_NONE}};
  const hw_person persons[2] = {{"F", -1, -1, HW_MALE, -1}, {"M", 0, -1, HW_MALE, -1}};
  const hw_pedigree pedigree = {2, persons};
  const hw_observation of_father[2] = {{.kind = HW_OBS_GENOTYPE, .a = 0, .b = 0},
                                       {.kind = HW_OBS_GENOTYPE, .a = 0, .b = 0}};
  const hw_observation of_remains[2] = {{.kind = HW_OBS_GENOTYPE, .a = 1, .b = 1},
                                        {.kind = HW_OBS_GENOTYPE, .a = 1, .b = 1}};
  const hw_profile father = {.id = "F", .n_markers = 2, .observations = of_father};
  const hw_profile remains = {.id = "R", .n_markers = 2, .observations = of_remains};
  const int32_t person = 0;
  const hw_problem problem = {.pedigree = &pedigree,
                              .n_profiles = 1,
                              .profiles = &father,
                              .profile_person = &person,
                              .n_markers = 2,
                              .markers = markers};
  hw_table *table = NULL;
  hw_err err = HW_ERR_INIT;
  double per_marker[2];
  hw_assert_ok(hw_table_compile(&problem, 1, NULL, &table, &err), &err);
  const double total = hw_table_log10_lr(table, markers, &remains, per_marker);
  assert_true(isinf(per_marker[0]) && per_marker[0] > 0.0);
  assert_true(isinf(per_marker[1]) && per_marker[1] < 0.0);
  assert_false(isnan(total));
  hw_table_delete(table);
}

static void linked_markers_are_refused(void **state) {
  (void)state;
  const random_options options = {.n_linked = 2, .max_persons = 4, .max_alleles = 3};
  random_problem *p = random_problem_new(&options, 1);
  hw_table *table = NULL;
  random_problem_untype(p, 0);
  hw_assert_status(hw_table_compile(&p->problem, 0, NULL, &table, NULL), HW_E_UNSUPPORTED, NULL);
  assert_null(table);
  random_problem_delete(p);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_table_entry_equals_the_direct_ratio),
      cmocka_unit_test(sets_errors_and_partial_genotypes_have_the_direct_ratio),
      cmocka_unit_test(a_missing_observation_has_the_ratio_one),
      cmocka_unit_test(both_distributions_sum_to_one_and_ratios_average_to_one),
      cmocka_unit_test(a_table_knows_the_likelihood_of_its_family),
      cmocka_unit_test(a_profile_impossible_both_ways_has_a_ratio_that_is_a_number),
      cmocka_unit_test(linked_markers_are_refused),
  };
  return cmocka_run_group_tests_name("compiled tables", tests, NULL, NULL);
}
