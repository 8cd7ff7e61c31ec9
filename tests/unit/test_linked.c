/* Linked panels: hand-made answers, what is needed, and what is refused. */
#include "homeward/linked.h"

#include <math.h>
#include <string.h>

#include "support/assert.h"
#include "support/faults.h"

/* Father, mother, two brothers and a cousin's side, for all tests. */
static hw_person persons[] = {
    {"F", HW_PERSON_NONE, HW_PERSON_NONE, HW_MALE, HW_PERSON_NONE},
    {"M", HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE, HW_PERSON_NONE},
    {"A", 0, 1, HW_MALE, HW_PERSON_NONE},
    {"B", 0, 1, HW_MALE, HW_PERSON_NONE},
    {"S", HW_PERSON_NONE, HW_PERSON_NONE, HW_UNKNOWN_SEX, HW_PERSON_NONE},
};
static const hw_pedigree pedigree = {5, persons};
static const double half[] = {0.5, 0.5}, third[] = {0.2, 0.3, 0.5};
/* 0/0, 0/1 and 1/1 for certain, twice over. */
static const float is_00[] = {1, 0, 0, 1, 0, 0}, is_01[] = {0, 1, 0, 0, 1, 0},
                   is_11[] = {0, 0, 1, 0, 0, 1};
static hw_err err;

static hw_linked_problem problem_of(int32_t n_typed, const hw_linked_typed *typed,
                                    int32_t n_markers, const hw_linked_marker *markers) {
  return (hw_linked_problem){&pedigree, n_typed, typed, n_markers, markers};
}

static double ln_of(const hw_linked_problem *problem) {
  hw_linked_result result;
  hw_assert_ok(hw_linked_likelihood(problem, NULL, &result, &err), &err);
  return result.ln_likelihood;
}

static void one_person_has_hardy_weinberg_frequencies(void **state) {
  const hw_linked_marker markers[] = {{1, 0, 0, 2, half}, {2, 0, 0, 2, half}};
  const hw_linked_typed typed[] = {{2, is_01}};
  const hw_linked_problem problem = problem_of(1, typed, 2, markers);
  (void)state;
  hw_assert_close(ln_of(&problem), 2 * log(0.5), 1e-12, 0);
}

/* Brothers with the same homozygous genotype at two markers r apart: with z_i the
 * probability of sharing i parental alleles, P = ¼·p⁴ + ½·p³ + ¼·p² at one marker. */
static void brothers_share_more_where_markers_are_linked(void **state) {
  const hw_linked_marker far[] = {{1, 0, 0, 2, half}, {2, 0, 0, 2, half}};
  const hw_linked_marker near[] = {{1, 0, 0, 2, half}, {1, 0, 0, 2, half}};
  const hw_linked_typed typed[] = {{2, is_00}, {3, is_00}};
  const hw_linked_problem apart = problem_of(2, typed, 2, far),
                          same = problem_of(2, typed, 2, near);
  const double one = 0.25 * 0.0625 + 0.5 * 0.125 + 0.25 * 0.25;
  const double two = 0.25 * 0.00390625 + 0.5 * 0.015625 + 0.25 * 0.0625;
  (void)state;
  hw_assert_close(ln_of(&apart), 2 * log(one), 1e-7, 0);
  hw_assert_close(ln_of(&same), log(two), 1e-7, 0);
}

static void impossible_data_are_an_answer(void **state) {
  const hw_linked_marker markers[] = {{1, 0, 0, 2, half}};
  const hw_linked_typed typed[] = {{0, is_00}, {2, is_11}};
  const hw_linked_problem problem = problem_of(2, typed, 1, markers);
  (void)state;
  assert_true(ln_of(&problem) == -HUGE_VAL);
}

static void twins_and_repeated_typings_multiply(void **state) {
  const hw_linked_marker markers[] = {{1, 0, 0, 2, half}};
  const hw_linked_typed twice[] = {{2, is_01}, {2, is_01}}, apart[] = {{2, is_01}, {2, is_00}};
  const hw_linked_problem same = problem_of(2, twice, 1, markers);
  const hw_linked_problem other = problem_of(2, apart, 1, markers);
  (void)state;
  hw_assert_close(ln_of(&same), log(0.5), 1e-12, 0);
  assert_true(ln_of(&other) == -HUGE_VAL);
}

static void what_is_needed_is_told_before(void **state) {
  const hw_linked_marker markers[] = {{1, 0, 0, 2, half}, {23, 0, (double)NAN, 2, half}};
  const hw_linked_typed typed[] = {{2, is_01}, {3, is_01}};
  const hw_linked_problem problem = problem_of(2, typed, 2, markers);
  hw_linked_need need;
  (void)state;
  hw_assert_ok(hw_linked_count_need(&problem, false, &need, &err), &err);
  assert_int_equal(need.meioses, 4);
  assert_int_equal(need.bits, 2);
  hw_assert_ok(hw_linked_count_need(&problem, true, &need, &err), &err);
  assert_int_equal(need.meioses, 2); /* sons: the mother's only */
  assert_int_equal(need.bits, 1);
}

static void assert_refused(const hw_linked_problem *problem, const hw_linked_options *options,
                           hw_status expected, const char *words) {
  hw_linked_result result;
  hw_assert_status(hw_linked_likelihood(problem, options, &result, &err), expected, &err);
  hw_assert_contains(err.message, words);
}

static void what_does_not_fit_is_refused(void **state) {
  const hw_linked_marker good[] = {{1, 5, 5, 2, half}, {1, 6, 6, 2, half}};
  const hw_linked_typed typed[] = {{2, is_01}, {3, is_01}}, nobody[] = {{9, is_01}};
  const hw_linked_typed unknown[] = {{4, is_01}};
  struct {
    hw_linked_marker markers[3];
    int32_t n;
    const char *words;
  } bad[] = {
      {{{1, 5, 5, 2, half}, {1, 4, 6, 2, half}}, 2, "stands before marker 1"},
      {{{1, 5, 5, 2, half}, {2, 4, 6, 2, half}, {1, 7, 7, 2, half}}, 3, "comes twice"},
      {{{0, 5, 5, 2, half}}, 1, "chromosome 0, expected 1 to 22"},
      {{{1, 5, 5, 1, half}}, 1, "1 alleles, expected 2 to 8"},
      {{{1, 5, 5, 3, half}}, 1, "sum to"},
      {{{1, 5, (double)NAN, 2, half}}, 1, "no position"},
  };
  static const double past_end[] = {0.5, 0.5, 0.5};
  (void)state;
  bad[4].markers[0].frequencies = past_end;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    const hw_linked_problem problem = problem_of(1, typed, bad[i].n, bad[i].markers);
    assert_refused(&problem, NULL, HW_E_VALUE, bad[i].words);
  }
  hw_linked_problem problem = problem_of(0, typed, 2, good);
  assert_refused(&problem, NULL, HW_E_SHAPE, "0 typed persons");
  problem = problem_of(1, typed, 0, good);
  assert_refused(&problem, NULL, HW_E_SHAPE, "no markers");
  problem = problem_of(1, nobody, 2, good);
  assert_refused(&problem, NULL, HW_E_SHAPE, "not in the pedigree");
  problem = problem_of(2, typed, 2, good);
  assert_refused(&problem, &(hw_linked_options){.simd = "sse9"}, HW_E_UNSUPPORTED, "sse9");
  assert_refused(&problem, &(hw_linked_options){.max_bits = 1}, HW_E_TOO_COMPLEX,
                 "vectors of 2 bits, more than 1: leave out 'A' (0 bits without)");
  const hw_linked_marker on_x[] = {{23, 5, 0, 2, half}};
  problem = problem_of(1, unknown, 1, on_x);
  assert_refused(&problem, NULL, HW_E_UNSUPPORTED, "sex of 'S'");
}

static void three_alleles_and_two_may_follow_each_other(void **state) {
  const hw_linked_marker markers[] = {{1, 0, 0, 2, half}, {1, 1, 1, 3, third}};
  const float one[] = {0, 1, 0, 0, 0, 0, 0, 1, 0}; /* 0/1, then 1/2 */
  const hw_linked_typed typed[] = {{2, one}};
  const hw_linked_problem problem = problem_of(1, typed, 2, markers);
  (void)state;
  hw_assert_close(ln_of(&problem), log(0.5) + log(2 * 0.3 * 0.5), 1e-7, 0);
}

static void memory_may_run_out_anywhere(void **state) {
  const hw_linked_marker markers[] = {{1, 0, 0, 2, half}, {23, 1, 1, 2, half}};
  const hw_linked_typed typed[] = {{2, is_01}, {3, is_01}};
  const hw_linked_problem problem = problem_of(2, typed, 2, markers);
  (void)state;
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_linked_result result;
    const hw_status status = hw_linked_likelihood(&problem, NULL, &result, &err);
    if (!hw_faults_end()) {
      hw_assert_ok(status, &err);
      break;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_person_has_hardy_weinberg_frequencies),
      cmocka_unit_test(brothers_share_more_where_markers_are_linked),
      cmocka_unit_test(impossible_data_are_an_answer),
      cmocka_unit_test(twins_and_repeated_typings_multiply),
      cmocka_unit_test(what_is_needed_is_told_before),
      cmocka_unit_test(what_does_not_fit_is_refused),
      cmocka_unit_test(three_alleles_and_two_may_follow_each_other),
      cmocka_unit_test(memory_may_run_out_anywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
