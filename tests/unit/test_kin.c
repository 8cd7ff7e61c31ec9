/* The engine's edges: limits, memory failures, extreme sizes, kernel sets. What
 * the numbers are is tested in tests/oracle, tests/golden and tests/property. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/table.h"
#include "support/assert.h"
#include "support/faults.h"

static const char *const NAMES[] = {"10", "11", "12", "13", "14"};
static const double FREQUENCIES[] = {0.1, 0.2, 0.3, 0.25, 0.15};

static double matrix[25];

static hw_marker marker_new(hw_mutation_model model) {
  hw_marker m = {.name = "M",
                 .position_cm = (double)NAN,
                 .n_alleles = 5,
                 .allele_names = NAMES,
                 .frequencies = FREQUENCIES,
                 .silent = HW_ALLELE_NONE};
  m.mutation = (hw_mutation){.model = model, .rate = {0.002, 0.002}, .range = {0.1, 0.1}};
  if (model == HW_MUTATION_NONE) return m;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_mutation_matrix(&m, HW_FROM_FATHER, matrix, &err), &err);
  m.matrix[0] = m.matrix[1] = matrix;
  return m;
}

/* A problem of one marker over persons; profile i is person typed[i], alleles a, b. */
typedef struct small {
  hw_person persons[16];
  hw_pedigree pedigree;
  hw_marker marker;
  hw_observation observations[8];
  hw_profile profiles[8];
  int32_t typed[8];
  hw_problem problem;
} small;

static int32_t add_person(small *self, const char *id, int32_t father, int32_t mother, hw_sex sex) {
  self->persons[self->pedigree.n_persons] =
      (hw_person){.id = id, .father = father, .mother = mother, .sex = sex, .twin = HW_PERSON_NONE};
  return self->pedigree.n_persons++;
}

static void add_profile(small *self, int32_t person, hw_allele a, hw_allele b) {
  const int32_t i = self->problem.n_profiles++;
  self->observations[i] = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = a, .b = b};
  self->profiles[i] =
      (hw_profile){.id = "p", .n_markers = 1, .observations = &self->observations[i]};
  self->typed[i] = person;
}

static void finish(small *self) {
  self->pedigree.persons = self->persons;
  self->problem.pedigree = &self->pedigree;
  self->problem.profiles = self->profiles;
  self->problem.profile_person = self->typed;
  self->problem.n_markers = 1;
  self->problem.markers = &self->marker;
}

/* Two typed siblings with untyped parents, a missing third. */
static void siblings(small *self, hw_mutation_model model) {
  memset(self, 0, sizeof *self);
  self->marker = marker_new(model);
  const int32_t f = add_person(self, "F", HW_PERSON_NONE, HW_PERSON_NONE, HW_MALE);
  const int32_t m = add_person(self, "M", HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE);
  add_profile(self, add_person(self, "A", f, m, HW_MALE), 0, 1);
  add_profile(self, add_person(self, "B", f, m, HW_FEMALE), 1, 2);
  add_person(self, "X", f, m, HW_MALE);
  finish(self);
}

static void a_work_bound_is_an_error_with_the_figure(void **state) {
  (void)state;
  small s;
  hw_err err = HW_ERR_INIT;
  double ln;
  siblings(&s, HW_MUTATION_STEPWISE);
  hw_likelihood_options options = {.max_work = 10.0};
  hw_assert_status(hw_likelihood(&s.problem, &options, &ln, NULL, &err), HW_E_TOO_COMPLEX, &err);
  hw_assert_contains(err.message, "multiply-adds");
  hw_assert_contains(err.message, "marker M");
  s.problem.theta = 0.01;
  hw_assert_status(hw_likelihood(&s.problem, &options, &ln, NULL, &err), HW_E_TOO_COMPLEX, &err);
  hw_assert_contains(err.message, "inheritance vectors");
  hw_assert_ok(hw_likelihood(&s.problem, NULL, &ln, NULL, &err), &err);
}

static void a_kernel_set_that_is_not_there_is_an_error(void **state) {
  (void)state;
  small s;
  hw_err err = HW_ERR_INIT;
  double ln;
  siblings(&s, HW_MUTATION_NONE);
  hw_likelihood_options options = {.simd = "mmx"};
  hw_assert_status(hw_likelihood(&s.problem, &options, &ln, NULL, &err), HW_E_UNSUPPORTED, &err);
  hw_assert_contains(err.message, "mmx");
}

static void theta_out_of_range_and_foreign_profiles_are_refused(void **state) {
  (void)state;
  small s;
  hw_err err = HW_ERR_INIT;
  double ln;
  siblings(&s, HW_MUTATION_NONE);
  s.problem.theta = (double)NAN;
  hw_assert_status(hw_likelihood(&s.problem, NULL, &ln, NULL, &err), HW_E_VALUE, &err);
  s.problem.theta = 1.0;
  hw_assert_status(hw_likelihood(&s.problem, NULL, &ln, NULL, &err), HW_E_VALUE, &err);
  s.problem.theta = 0.0;
  s.typed[1] = 99;
  hw_assert_status(hw_likelihood(&s.problem, NULL, &ln, NULL, &err), HW_E_REFERENCE, &err);
  s.typed[1] = 3;
  s.profiles[1].n_markers = 2;
  hw_assert_status(hw_likelihood(&s.problem, NULL, &ln, NULL, &err), HW_E_SHAPE, &err);
}

static void memory_failures_leave_nothing_behind(void **state) {
  (void)state;
  small s;
  siblings(&s, HW_MUTATION_STEPWISE);
  double expected, ln = 0.0;
  hw_assert_ok(hw_likelihood(&s.problem, NULL, &expected, NULL, NULL), NULL);
  for (int theta = 0; theta < 2; theta++) {
    s.problem.theta = theta * 0.01;
    for (long n = 0; hw_faults_begin(n); n++) {
      hw_err err = HW_ERR_INIT;
      const hw_status status = hw_likelihood(&s.problem, NULL, &ln, NULL, &err);
      if (!hw_faults_end()) {
        hw_assert_ok(status, &err);
        break;
      }
      hw_assert_status(status, HW_E_NO_MEMORY, &err);
    }
    if (theta == 0) hw_assert_same_bits(ln, expected);
    for (long n = 0; hw_faults_begin(n); n++) {
      hw_err err = HW_ERR_INIT;
      hw_table *table = NULL;
      const hw_status status = hw_table_compile(&s.problem, 4, NULL, &table, &err);
      const bool failed = hw_faults_end();
      if (failed) {
        hw_assert_status(status, HW_E_NO_MEMORY, &err);
        assert_null(table);
        continue;
      }
      hw_assert_ok(status, &err);
      hw_table_delete(table);
      break;
    }
  }
}

static void every_kernel_set_gives_the_same_bits(void **state) {
  (void)state;
  small s;
  siblings(&s, HW_MUTATION_STEPWISE);
  double expected, ln;
  hw_likelihood_options options = {.simd = "ref"};
  hw_assert_ok(hw_likelihood(&s.problem, &options, &expected, NULL, NULL), NULL);
  static const char *const names[] = {"avx2", "avx512"};
  for (int i = 0; i < 2; i++) {
    hw_err err = HW_ERR_INIT;
    options.simd = names[i];
    const hw_status status = hw_likelihood(&s.problem, &options, &ln, NULL, &err);
    if (status == HW_E_UNSUPPORTED) continue; /* not on this processor */
    hw_assert_ok(status, &err);
    hw_assert_same_bits(ln, expected);
  }
}

/* n children of one couple, all typed 10/11 from parents typed 10/11: the
 * likelihood is 2^-n times the parents' and soon below the smallest double. */
static void many_typed_children_do_not_underflow(void **state) {
  (void)state;
  enum { CHILDREN = 1500 };
  hw_person *persons = calloc(CHILDREN + 2, sizeof *persons);
  hw_profile *profiles = calloc(CHILDREN + 2, sizeof *profiles);
  int32_t *typed = calloc(CHILDREN + 2, sizeof *typed);
  if (persons == NULL || profiles == NULL || typed == NULL) {
    fail_msg("no memory");
    abort(); /* fail_msg does not return; the analyzer does not know */
  }
  const hw_observation seen = {.kind = HW_OBS_GENOTYPE, .a = 0, .b = 1};
  for (int32_t i = 0; i < CHILDREN + 2; i++) {
    persons[i] = (hw_person){.id = "",
                             .father = i < 2 ? HW_PERSON_NONE : 0,
                             .mother = i < 2 ? HW_PERSON_NONE : 1,
                             .sex = i == 1 ? HW_FEMALE : HW_MALE,
                             .twin = HW_PERSON_NONE};
    profiles[i] = (hw_profile){.id = "p", .n_markers = 1, .observations = &seen};
    typed[i] = i;
  }
  const hw_pedigree pedigree = {.n_persons = CHILDREN + 2, .persons = persons};
  const hw_marker marker = marker_new(HW_MUTATION_NONE);
  const hw_problem problem = {.pedigree = &pedigree,
                              .n_profiles = CHILDREN + 2,
                              .profiles = profiles,
                              .profile_person = typed,
                              .n_markers = 1,
                              .markers = &marker};
  hw_err err = HW_ERR_INIT;
  double ln;
  hw_assert_ok(hw_likelihood(&problem, NULL, &ln, NULL, &err), &err);
  hw_assert_close(ln, 2 * log(2 * 0.1 * 0.2) - CHILDREN * log(2.0), 1e-12, 0);
  free(persons);
  free(profiles);
  free(typed);
}

static void an_impossible_family_tells_nothing(void **state) {
  (void)state;
  small s;
  memset(&s, 0, sizeof s);
  s.marker = marker_new(HW_MUTATION_NONE);
  const int32_t f = add_person(&s, "F", HW_PERSON_NONE, HW_PERSON_NONE, HW_MALE);
  const int32_t m = add_person(&s, "M", HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE);
  const int32_t a = add_person(&s, "A", f, m, HW_MALE);
  const int32_t missing = add_person(&s, "X", f, m, HW_MALE);
  add_profile(&s, f, 0, 0);
  add_profile(&s, a, 1, 2);
  finish(&s);
  hw_err err = HW_ERR_INIT;
  double ln;
  hw_assert_ok(hw_likelihood(&s.problem, NULL, &ln, NULL, &err), &err);
  assert_true(ln == -HUGE_VAL);
  hw_table *table = NULL;
  hw_assert_ok(hw_table_compile(&s.problem, missing, NULL, &table, &err), &err);
  assert_true(table->markers[0].ln_family == -HUGE_VAL);
  for (int32_t c = 0; c < table->markers[0].n_codes; c++)
    hw_assert_same_bits(table->markers[0].log10_lr[c], 0.0);
  hw_table_delete(table);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_work_bound_is_an_error_with_the_figure),
      cmocka_unit_test(a_kernel_set_that_is_not_there_is_an_error),
      cmocka_unit_test(theta_out_of_range_and_foreign_profiles_are_refused),
      cmocka_unit_test(memory_failures_leave_nothing_behind),
      cmocka_unit_test(every_kernel_set_gives_the_same_bits),
      cmocka_unit_test(many_typed_children_do_not_underflow),
      cmocka_unit_test(an_impossible_family_tells_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
