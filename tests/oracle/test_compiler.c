/* The table compiler against hw_table_compile: the same tables within 1e-12, the same
 * errors, for random problems of every kind, for families of close relatives, and for
 * the national mix; and the law that what was compiled before changes no bit. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "close_family.h"
#include "homeward/table.h"
#include "national.h"
#include "random_problem.h"
#include "support/assert.h"
#include "support/faults.h"
#include "trials.h"

static const double TOLERANCE = 1e-12;

/* ------------------------------------------------------------------ equality */

static bool same_number(double a, double b) {
  return a == b || fabs(a - b) <= TOLERANCE * fmax(fabs(a), fabs(b));
}

/* Logarithms near 0 are those of ratios near 1. */
static bool same_log(double a, double b) {
  return a == b || fabs(a - b) <= TOLERANCE * fmax(1.0, fmax(fabs(a), fabs(b)));
}

static bool same_table(const hw_marker_table *a, const hw_marker_table *b) {
  if (a->single != b->single || a->n_alleles != b->n_alleles || a->n_codes != b->n_codes ||
      a->n_genotypes != b->n_genotypes || !same_log(a->ln_family, b->ln_family))
    return false;
  for (int32_t g = 0; g < a->n_genotypes; g++)
    if (!same_number(a->related[g], b->related[g]) ||
        !same_number(a->unrelated[g], b->unrelated[g]))
      return false;
  for (int32_t c = 0; c < a->n_codes; c++)
    if (!same_log(a->log10_lr[c], b->log10_lr[c])) return false;
  return true;
}

/* Number of the first marker whose tables differ, or −1. */
static int32_t first_difference(const hw_table *a, const hw_table *b) {
  assert_int_equal(a->n_markers, b->n_markers);
  for (int32_t m = 0; m < a->n_markers; m++)
    if (!same_table(&a->markers[m], &b->markers[m])) return m;
  return -1;
}

static void add_bits(uint64_t *digest, const double *values, int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    uint64_t word;
    memcpy(&word, &values[i], sizeof word);
    *digest = (*digest ^ word) * 0x9e3779b97f4a7c15ULL;
    *digest ^= *digest >> 29;
  }
}

static uint64_t bits_of(const hw_table *table) {
  uint64_t digest = 0xcbf29ce484222325ULL;
  for (int32_t m = 0; m < table->n_markers; m++) {
    const hw_marker_table *t = &table->markers[m];
    add_bits(&digest, t->related, t->n_genotypes);
    add_bits(&digest, t->unrelated, t->n_genotypes);
    add_bits(&digest, t->log10_lr, t->n_codes);
    add_bits(&digest, &t->ln_family, 1);
  }
  return digest;
}

static hw_table_compiler *compiler_of(const hw_problem *problem, size_t max_bytes) {
  hw_table_compiler *compiler = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_table_compiler_new(problem->n_markers, problem->markers, problem->theta, NULL,
                                     max_bytes, &compiler, &err),
               &err);
  return compiler;
}

/* Compiles both ways and compares. */
static void check_problem(trials *t, hw_table_compiler *compiler, const hw_problem *problem,
                          int32_t missing) {
  hw_table *expected = NULL;
  const hw_table *table = NULL;
  hw_err err = HW_ERR_INIT, expected_err = HW_ERR_INIT;
  const hw_status wanted = hw_table_compile(problem, missing, NULL, &expected, &expected_err);
  const hw_status status = hw_table_compiler_compile(compiler, problem, missing, &table, &err);
  if (status != wanted || (status != HW_OK && strcmp(err.message, expected_err.message) != 0)) {
    trials_fail(t, problem, "P%d missing: status %d (%s), expected %d (%s)", (int)missing,
                (int)status, err.message, (int)wanted, expected_err.message);
  } else if (status == HW_OK) {
    const int32_t m = first_difference(table, expected);
    if (m >= 0)
      trials_fail(t, problem, "P%d missing: marker %d differs; ln of the family %.17g and %.17g",
                  (int)missing, (int)m, table->markers[m].ln_family,
                  expected->markers[m].ln_family);
  }
  hw_table_delete(expected);
}

/* ------------------------------------------------------------ random problems */

/* Each person of a random problem missing in turn, then all of them again. */
static void check_everybody(trials *t, const random_options *options) {
  random_problem *original = random_problem_new(options, t->seed);
  hw_table_compiler *compiler = compiler_of(&original->problem, 0);
  for (int round = 0; round < 2 && t->n_failed == 0; round++) {
    for (int32_t i = 0; i < original->pedigree.n_persons; i++) {
      random_problem *p = random_problem_copy(original);
      p->problem.markers = original->problem.markers;
      random_problem_untype(p, i);
      p->problem.markers = original->problem.markers;
      check_problem(t, compiler, &p->problem, i);
      random_problem_delete(p);
    }
    hw_table_compiler_reset(compiler);
  }
  hw_table_compiler_delete(compiler);
  random_problem_delete(original);
}

static void random_problems_compile_to_the_same_tables(void **state) {
  (void)state;
  trials t = trials_of(1000, 701);
  while (trials_next(&t)) {
    const random_options options = {.on_x = t.seed % 5 == 0,
                                    .some_on_x = t.seed % 7 == 0,
                                    .no_mutation = t.seed % 6 == 0,
                                    .plain_profiles = t.seed % 2 == 0,
                                    .no_silent = t.seed % 4 < 2,
                                    .n_unlinked = 3,
                                    .max_persons = 9,
                                    .max_alleles = 5};
    trials_count(&t);
    check_everybody(&t, &options);
  }
  assert_int_equal(t.n_failed, 0);
}

static void theta_gives_the_same_tables(void **state) {
  (void)state;
  trials t = trials_of(200, 702);
  while (trials_next(&t)) {
    const random_options options = {.has_theta = true,
                                    .some_on_x = t.seed % 3 == 0,
                                    .plain_profiles = t.seed % 2 == 0,
                                    .n_unlinked = 2,
                                    .max_persons = 5,
                                    .max_alleles = 3};
    trials_count(&t);
    check_everybody(&t, &options);
  }
  assert_int_equal(t.n_failed, 0);
}

/* ------------------------------------------------------------ close relatives */

/* Markers of every mutation model and of many sizes, some with alleles of frequency 0 or 1e-9,
 * some whose rows or frequencies sum to one by less than rounding. */
static void close_relatives_compile_to_the_same_tables(void **state) {
  (void)state;
  trials t = trials_of(300, 703);
  int32_t n_closed = 0, n_families = 0;
  while (trials_next(&t)) {
    rng r = rng_seeded(t.seed);
    panel *markers = close_panel_new(&r);
    hw_table_compiler *compiler = NULL;
    hw_assert_ok(hw_table_compiler_new(markers->n_markers, markers->markers, 0.0, NULL,
                                       rng_chance(&r, 0.5) ? 0 : 1, &compiler, NULL),
                 NULL);
    for (int i = 0; i < 12 && t.n_failed == 0; i++) {
      family *f = close_family_new(&r);
      family_data *data = close_data_new(f, markers, &r);
      n_families++;
      n_closed += close_family_has_closed_form(f);
      check_problem(&t, compiler, &data->problem, f->missing);
      family_data_delete(data);
      family_delete(f);
    }
    trials_count(&t);
    hw_table_compiler_delete(compiler);
    panel_delete(markers);
  }
  assert_int_equal(t.n_failed, 0);
  /* Most of these families are of the kind that closed forms are for. */
  assert_true(2 * n_closed > n_families);
  assert_true(n_closed < n_families);
}

/* With theta: also theta near 1, and so small that a mistake of the counts shows only there. */
static void nuclear_families_with_theta_compile_to_the_same_tables(void **state) {
  (void)state;
  static const double thetas[] = {1e-9, 0.01, 0.03, 0.3, 0.95};
  trials t = trials_of(100, 709);
  while (trials_next(&t)) {
    rng r = rng_seeded(t.seed);
    const double theta = thetas[rng_below(&r, 5)];
    panel *markers =
        panel_new(2, 2 + rng_below(&r, 4), (hw_mutation_model)rng_below(&r, 5), rng_next(&r));
    hw_table_compiler *compiler = NULL;
    hw_assert_ok(hw_table_compiler_new(markers->n_markers, markers->markers, theta, NULL,
                                       rng_chance(&r, 0.5) ? 0 : 1, &compiler, NULL),
                 NULL);
    for (int i = 0; i < 4 && t.n_failed == 0; i++) {
      family *f = close_nuclear_new(&r);
      family_data *data = close_data_new(f, markers, &r);
      data->problem.theta = theta;
      check_problem(&t, compiler, &data->problem, f->missing);
      family_data_delete(data);
      family_delete(f);
    }
    trials_count(&t);
    hw_table_compiler_delete(compiler);
    panel_delete(markers);
  }
  assert_int_equal(t.n_failed, 0);
}

static void the_national_mix_compiles_to_the_same_tables(void **state) {
  (void)state;
  panel *markers = national_panel(HW_MUTATION_STEPWISE);
  if (markers == NULL) {
    skip();
    return;
  }
  hw_table_compiler *compiler = NULL;
  trials t = trials_of(800, 704);
  hw_assert_ok(
      hw_table_compiler_new(markers->n_markers, markers->markers, 0.0, NULL, 0, &compiler, NULL),
      NULL);
  while (trials_next(&t)) {
    rng r = rng_seeded(t.seed);
    national_family *f = national_family_new(national_draw(&r), markers, t.seed);
    check_problem(&t, compiler, &f->problem, f->missing);
    if (t.n_done % 256 == 255) hw_table_compiler_reset(compiler);
    trials_count(&t);
    national_family_delete(f);
  }
  hw_table_compiler_delete(compiler);
  panel_delete(markers);
  assert_int_equal(t.n_failed, 0);
}

static void families_too_large_for_patterns_are_compiled_as_they_are(void **state) {
  (void)state;
  panel *markers = panel_new(2, 4, HW_MUTATION_EQUAL, 1);
  family *families[] = {family_of_60(), family_of_200(), family_three_generations()};
  hw_table_compiler *compiler = NULL;
  hw_assert_ok(hw_table_compiler_new(2, markers->markers, 0.0, NULL, 0, &compiler, NULL), NULL);
  for (int i = 0; i < 3; i++) {
    trials t = trials_of(1, 705);
    family_data *data = family_data_new(families[i], markers, 5);
    check_problem(&t, compiler, &data->problem, families[i]->missing);
    assert_int_equal(t.n_failed, 0);
    family_data_delete(data);
    family_delete(families[i]);
  }
  hw_table_compiler_delete(compiler);
  panel_delete(markers);
}

/* ----------------------------------------------------------------- the bits */

enum { MANY = 300 };

typedef struct many {
  double theta;
  panel *markers;
  family *families[MANY];
  family_data *data[MANY];
} many;

static many many_new(uint64_t seed, double theta) {
  many self = {.theta = theta, .markers = panel_new(5, 11, HW_MUTATION_STEPWISE, seed)};
  rng r = rng_seeded(seed);
  for (int i = 0; i < MANY; i++) {
    self.families[i] = theta > 0.0 ? close_nuclear_new(&r) : close_family_new(&r);
    self.data[i] = close_data_new(self.families[i], self.markers, &r);
    self.data[i]->problem.theta = theta;
  }
  return self;
}

static void many_delete(many *self) {
  for (int i = 0; i < MANY; i++) {
    family_data_delete(self->data[i]);
    family_delete(self->families[i]);
  }
  panel_delete(self->markers);
}

/* Digests of all families' tables, compiled in an order, with a bound, by a kernel set. */
static void compile_many(const many *self, const int32_t *order, size_t max_bytes, const char *simd,
                         uint64_t *digests) {
  const hw_likelihood_options options = {.simd = simd};
  hw_table_compiler *compiler = NULL;
  hw_assert_ok(hw_table_compiler_new(self->markers->n_markers, self->markers->markers, self->theta,
                                     &options, max_bytes, &compiler, NULL),
               NULL);
  const hw_table *open[16] = {NULL};
  for (int32_t i = 0; i < MANY; i++) {
    const int32_t k = order[i];
    hw_err err = HW_ERR_INIT;
    hw_assert_ok(hw_table_compiler_compile(compiler, &self->data[k]->problem,
                                           self->families[k]->missing, &open[i % 16], &err),
                 &err);
    digests[k] = bits_of(open[i % 16]);
    /* Tables stay what they were until the reset. */
    for (int32_t j = i / 16 * 16; j <= i; j++)
      assert_true(bits_of(open[j % 16]) == digests[order[j]]);
    if (i % 16 == 15) hw_table_compiler_reset(compiler);
  }
  hw_table_compiler_delete(compiler);
}

static void check_order_and_bounds(double theta) {
  static const size_t bounds[] = {0, 1, 40000, 300000, 2000000};
  many all = many_new(11, theta);
  uint64_t expected[MANY], digests[MANY];
  int32_t order[MANY];
  rng r = rng_seeded(12);
  for (int32_t i = 0; i < MANY; i++) order[i] = i;
  compile_many(&all, order, 0, NULL, expected);
  for (size_t b = 0; b < sizeof bounds / sizeof *bounds; b++) {
    rng_shuffle(&r, order, MANY);
    compile_many(&all, order, bounds[b], NULL, digests);
    assert_memory_equal(digests, expected, sizeof expected);
  }
  many_delete(&all);
}

static void what_came_before_changes_no_bit(void **state) {
  (void)state;
  check_order_and_bounds(0.0);
}

static void what_came_before_changes_no_bit_with_theta(void **state) {
  (void)state;
  check_order_and_bounds(0.02);
}

static void check_kernel_sets(double theta) {
  static const char *const names[] = {"avx2", "avx512"};
  many all = many_new(13, theta);
  uint64_t expected[MANY], digests[MANY];
  int32_t order[MANY];
  for (int32_t i = 0; i < MANY; i++) order[i] = i;
  compile_many(&all, order, 0, "ref", expected);
  for (int s = 0; s < 2; s++) {
    if (hw_kernel_set(names[s]) == NULL) continue; /* not on this processor */
    compile_many(&all, order, 0, names[s], digests);
    assert_memory_equal(digests, expected, sizeof expected);
  }
  many_delete(&all);
}

static void every_kernel_set_compiles_the_same_bits(void **state) {
  (void)state;
  check_kernel_sets(0.0);
  check_kernel_sets(0.02);
}

/* A family written down in another order, and with relatives of whom nothing is known. */
static void the_order_of_persons_changes_no_bit(void **state) {
  (void)state;
  trials t = trials_of(500, 706);
  int32_t n_same = 0, n_families = 0;
  while (trials_next(&t)) {
    const random_options options = {
        .plain_profiles = true, .n_unlinked = 2, .max_persons = 7, .max_alleles = 5};
    random_problem *p = random_problem_new(&options, t.seed);
    random_problem_untype(p, 0);
    random_problem *moved = random_problem_copy(p);
    rng r = rng_seeded(t.seed);
    int32_t to[RANDOM_PERSONS] = {0};
    rng_shuffle(&r, to, p->pedigree.n_persons);
    random_problem_move_persons(moved, to, false);
    moved->problem.markers = p->problem.markers;
    hw_table_compiler *compiler = compiler_of(&p->problem, 0);
    const hw_table *a = NULL, *b = NULL;
    hw_assert_ok(hw_table_compiler_compile(compiler, &p->problem, 0, &a, NULL), NULL);
    hw_assert_ok(hw_table_compiler_compile(compiler, &moved->problem, to[0], &b, NULL), NULL);
    n_families++;
    n_same += bits_of(a) == bits_of(b);
    if (first_difference(a, b) >= 0) trials_fail(&t, &p->problem, "the order of persons matters");
    trials_count(&t);
    hw_table_compiler_delete(compiler);
    random_problem_delete(moved);
    random_problem_delete(p);
  }
  assert_int_equal(t.n_failed, 0);
  /* Shapes are recognised in another order, but for those with several couples or siblings with
   * children that could change places. */
  assert_true(4 * n_same > 3 * n_families);
}

/* -------------------------------------------------------------------- errors */

static void what_does_not_fit_the_compiler_is_refused(void **state) {
  (void)state;
  panel *markers = panel_new(2, 4, HW_MUTATION_NONE, 1), *others = panel_new(2, 4, 0, 1);
  family *f = family_four_siblings();
  family_data *data = family_data_new(f, markers, 5);
  hw_table_compiler *compiler = compiler_of(&data->problem, 0);
  const hw_table *table = NULL;
  hw_err err = HW_ERR_INIT;
  hw_problem problem = data->problem;
  problem.markers = others->markers;
  hw_assert_status(hw_table_compiler_compile(compiler, &problem, f->missing, &table, &err),
                   HW_E_SHAPE, NULL);
  hw_assert_contains(err.message, "other markers");
  problem = data->problem;
  problem.theta = 0.01;
  hw_assert_status(hw_table_compiler_compile(compiler, &problem, f->missing, &table, &err),
                   HW_E_VALUE, NULL);
  hw_assert_contains(err.message, "theta 0.01");
  data->profiles[2].n_markers = 1;
  hw_assert_status(hw_table_compiler_compile(compiler, &data->problem, f->missing, &table, &err),
                   HW_E_SHAPE, NULL);
  hw_assert_contains(err.message, "has 1 markers, the problem 2");
  assert_null(table);
  hw_table_compiler_delete(compiler);
  const hw_likelihood_options unknown = {.simd = "sse9"};
  hw_assert_status(hw_table_compiler_new(2, markers->markers, 0.0, &unknown, 0, &compiler, &err),
                   HW_E_UNSUPPORTED, NULL);
  hw_assert_contains(err.message, "'sse9'");
  assert_null(compiler);
  hw_assert_status(hw_table_compiler_new(2, markers->markers, 1.0, NULL, 0, &compiler, &err),
                   HW_E_VALUE, NULL);
  hw_assert_contains(err.message, "theta is 1");
  hw_table_compiler_delete(NULL);
  family_data_delete(data);
  family_delete(f);
  panel_delete(markers);
  panel_delete(others);
}

/* The answer of hw_table_compile, whatever it is. */
static void assert_same_answer(hw_table_compiler *compiler, const hw_problem *problem,
                               int32_t missing, hw_status expected) {
  hw_err err = HW_ERR_INIT, other = HW_ERR_INIT;
  hw_table *alone = NULL;
  const hw_table *table = NULL;
  hw_assert_status(hw_table_compile(problem, missing, NULL, &alone, &other), expected, NULL);
  hw_assert_status(hw_table_compiler_compile(compiler, problem, missing, &table, &err), expected,
                   NULL);
  assert_string_equal(err.message, other.message);
  assert_null(table);
}

static void the_errors_are_those_of_hw_table_compile(void **state) {
  (void)state;
  panel *markers = panel_new(2, 4, HW_MUTATION_STEPWISE, 1);
  markers->markers[1].chromosome = HW_CHROMOSOME_X;
  family *f = family_four_siblings();
  family_data *data = family_data_new(f, markers, 5);
  hw_table_compiler *compiler = compiler_of(&data->problem, 0);
  assert_same_answer(compiler, &data->problem, -1, HW_E_REFERENCE);
  assert_same_answer(compiler, &data->problem, 99, HW_E_REFERENCE);
  const int32_t linked[2] = {0, 1};
  const double recombination = 0.1;
  const hw_linkage linkage = {2, linked, &recombination};
  hw_problem problem = data->problem;
  problem.n_linkages = 1;
  problem.linkages = &linkage;
  assert_same_answer(compiler, &problem, f->missing, HW_E_UNSUPPORTED);
  const hw_observation kept = data->observations[0];
  data->observations[0].b = 4;
  assert_same_answer(compiler, &data->problem, f->missing, HW_E_VALUE);
  data->observations[0] = (hw_observation){.kind = HW_OBS_SINGLE, .a = 1, .b = HW_ALLELE_NONE};
  assert_same_answer(compiler, &data->problem, f->missing, HW_E_SHAPE);
  data->observations[0] = kept;
  f->persons[f->missing].sex = HW_UNKNOWN_SEX;
  assert_same_answer(compiler, &data->problem, f->missing, HW_E_UNSUPPORTED);
  f->persons[f->missing].sex = HW_MALE;
  f->persons[f->typed[0]].sex = HW_UNKNOWN_SEX;
  assert_same_answer(compiler, &data->problem, f->missing, HW_E_UNSUPPORTED);
  hw_table_compiler_delete(compiler);
  family_data_delete(data);
  family_delete(f);
  panel_delete(markers);
}

static void a_typed_missing_person_is_left_to_hw_table_compile(void **state) {
  (void)state;
  panel *markers = panel_new(2, 4, HW_MUTATION_STEPWISE, 1);
  family *f = family_four_siblings();
  family_data *data = family_data_new(f, markers, 5);
  hw_table_compiler *compiler = compiler_of(&data->problem, 0);
  trials t = trials_of(1, 707);
  check_problem(&t, compiler, &data->problem, f->typed[0]);
  assert_int_equal(t.n_failed, 0);
  hw_table_compiler_delete(compiler);
  family_data_delete(data);
  family_delete(f);
  panel_delete(markers);
}

/* Small, and without a closed form where there is theta. */
static family *family_grandchild(void) {
  family *f = family_new();
  const int32_t grandmother = family_add(f, HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE);
  family_type(f, grandmother);
  const int32_t father = family_add(f, HW_PERSON_NONE, grandmother, HW_MALE);
  f->missing = family_add(f, father, HW_PERSON_NONE, HW_MALE);
  return f;
}

static void memory_failures_leave_the_compiler_usable(void **state) {
  (void)state;
  panel *markers = panel_new(3, 4, HW_MUTATION_STEPWISE, 1);
  for (uint64_t seed = 1; seed <= 6; seed++) {
    rng r = rng_seeded(seed);
    const bool has_theta = seed % 3 == 0;
    family *f = !has_theta      ? close_family_new(&r)
                : seed % 2 == 0 ? close_nuclear_new(&r)
                                : family_grandchild();
    family_data *data = close_data_new(f, markers, &r);
    data->problem.theta = has_theta ? 0.02 : 0.0;
    hw_table_compiler *compiler = NULL;
    const hw_table *table = NULL;
    hw_err err = HW_ERR_INIT;
    for (long n = 0; hw_faults_begin(n); n++) { /* making the compiler */
      const hw_status status = hw_table_compiler_new(markers->n_markers, markers->markers,
                                                     data->problem.theta, NULL, 0, &compiler, &err);
      if (!hw_faults_end()) {
        hw_assert_ok(status, &err);
        break;
      }
      hw_assert_status(status, HW_E_NO_MEMORY, NULL);
      assert_null(compiler);
    }
    for (long n = 0; hw_faults_begin(n); n++) { /* compiling with it */
      const hw_status status =
          hw_table_compiler_compile(compiler, &data->problem, f->missing, &table, &err);
      const bool has_failed = hw_faults_end();
      assert_true(status == HW_OK || (has_failed && status == HW_E_NO_MEMORY));
      assert_true((table != NULL) == (status == HW_OK));
      if (!has_failed) break;
      hw_table_compiler_reset(compiler);
    }
    trials t = trials_of(1, 708);
    check_problem(&t, compiler, &data->problem, f->missing);
    assert_int_equal(t.n_failed, 0);
    hw_table_compiler_delete(compiler);
    family_data_delete(data);
    family_delete(f);
  }
  panel_delete(markers);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_problems_compile_to_the_same_tables),
      cmocka_unit_test(theta_gives_the_same_tables),
      cmocka_unit_test(close_relatives_compile_to_the_same_tables),
      cmocka_unit_test(nuclear_families_with_theta_compile_to_the_same_tables),
      cmocka_unit_test(the_national_mix_compiles_to_the_same_tables),
      cmocka_unit_test(families_too_large_for_patterns_are_compiled_as_they_are),
      cmocka_unit_test(what_came_before_changes_no_bit),
      cmocka_unit_test(what_came_before_changes_no_bit_with_theta),
      cmocka_unit_test(every_kernel_set_compiles_the_same_bits),
      cmocka_unit_test(the_order_of_persons_changes_no_bit),
      cmocka_unit_test(what_does_not_fit_the_compiler_is_refused),
      cmocka_unit_test(the_errors_are_those_of_hw_table_compile),
      cmocka_unit_test(a_typed_missing_person_is_left_to_hw_table_compile),
      cmocka_unit_test(memory_failures_leave_the_compiler_usable),
  };
  return cmocka_run_group_tests_name("table compiler", tests, NULL, NULL);
}
