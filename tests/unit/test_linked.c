/* Linked panels: hand-made answers, what is needed, what is refused, and scores of unknown persons
 * from several threads. */
#include "homeward/linked.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
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
  return (hw_linked_problem){&pedigree, n_typed, typed, n_markers, markers, 0};
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

/* Uncle and nephew: father and mother may change places if they recombine alike. */
static void couples_and_lone_ancestors_need_fewer_bits(void **state) {
  hw_person family[] = {
      {"F", HW_PERSON_NONE, HW_PERSON_NONE, HW_MALE, HW_PERSON_NONE},
      {"M", HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE, HW_PERSON_NONE},
      {"A", 0, 1, HW_MALE, HW_PERSON_NONE},
      {"B", 0, 1, HW_MALE, HW_PERSON_NONE},
      {"G", HW_PERSON_NONE, HW_PERSON_NONE, HW_MALE, HW_PERSON_NONE},
      {"H", HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE, HW_PERSON_NONE},
      {"S", 4, 5, HW_FEMALE, HW_PERSON_NONE}, /* with parents who matter to nobody else */
      {"C", 3, 6, HW_MALE, HW_PERSON_NONE},
  };
  const hw_pedigree people = {8, family};
  hw_linked_marker markers[] = {{1, 0, 0, 2, half}, {1, 3, 3, 2, half}};
  const hw_linked_typed typed[] = {{2, is_01}, {7, is_01}};
  const hw_linked_problem problem = {&people, 2, typed, 2, markers, 0};
  hw_linked_need need;
  (void)state;
  hw_assert_ok(hw_linked_count_need(&problem, false, &need, &err), &err);
  assert_int_equal(need.bits, 2);
  const double averaged = ln_of(&problem);
  markers[1].male_cm = 3 + 1e-9;
  hw_assert_ok(hw_linked_count_need(&problem, false, &need, &err), &err);
  assert_int_equal(need.bits, 3);
  hw_assert_close(ln_of(&problem), averaged, 1e-7, 0);
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

/* Two draws from one urn: P(same allele twice) = p·(θ + (1 − θ)·p). */
static void coancestry_makes_homozygotes_frequent(void **state) {
  const hw_linked_marker markers[] = {{1, 0, 0, 2, half}, {23, 0, 0, 3, third}};
  const float likelihoods[] = {1, 0, 0, 0, 0, 0, 0, 0, 1};
  const hw_linked_typed typed[] = {{1, likelihoods}};
  hw_linked_problem problem = problem_of(1, typed, 2, markers);
  (void)state;
  problem.theta = 0.1;
  hw_assert_close(ln_of(&problem), log(0.5 * 0.55) + log(0.5 * 0.55), 1e-7, 0);
  problem.theta = 1e-40;
  hw_assert_close(ln_of(&problem), 4 * log(0.5), 1e-7, 0);
}

static void urns_that_are_too_large_are_refused(void **state) {
  static const double eight[] = {0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125};
  const hw_linked_marker markers[] = {{1, 0, 0, 8, eight}};
  const float likelihoods[36] = {1};
  const hw_linked_typed typed[] = {{0, likelihoods}, {1, likelihoods}, {4, likelihoods}};
  hw_linked_problem problem = problem_of(3, typed, 1, markers);
  (void)state;
  problem.theta = 0.01;
  assert_refused(&problem, NULL, HW_E_TOO_COMPLEX,
                 "theta above 0 with 6 founder alleles and markers of 8 alleles");
  problem.theta = 1;
  assert_refused(&problem, NULL, HW_E_VALUE, "theta is 1, expected");
  problem.theta = (double)NAN;
  assert_refused(&problem, NULL, HW_E_VALUE, "theta is ");
}

/* --- scores --- */

static double score_of(const hw_linked_scorer *scorer, const float *likelihoods) {
  double ln_lr = 0;
  hw_assert_ok(hw_linked_scorer_score(scorer, likelihoods, &ln_lr, NULL, &err), &err);
  return ln_lr;
}

static void a_son_has_an_allele_of_his_father(void **state) {
  const hw_linked_marker markers[] = {{1, 0, 0, 2, half}, {2, 0, 0, 2, half}};
  const hw_linked_typed typed[] = {{0, is_00}};
  const hw_linked_problem problem = problem_of(1, typed, 2, markers);
  hw_linked_scorer *scorer = NULL;
  double by_chromosome[HW_LINKED_CHROMOSOMES + 1], ln_lr;
  (void)state;
  hw_assert_ok(hw_linked_scorer_new(&problem, 2, NULL, &scorer, &err), &err);
  hw_assert_ok(hw_linked_scorer_score(scorer, is_00, &ln_lr, by_chromosome, &err), &err);
  hw_assert_close(ln_lr, 2 * log(2), 1e-6, 0);
  hw_assert_close(by_chromosome[1], log(2), 1e-6, 0);
  hw_assert_close(by_chromosome[2], log(2), 1e-6, 0);
  assert_true(by_chromosome[0] == 0 && by_chromosome[3] == 0);
  hw_assert_close(score_of(scorer, is_01), 0, 0, 1e-6);
  assert_true(score_of(scorer, is_11) == -HUGE_VAL);
  const float nothing_known[] = {1e-30F, 1e-30F, 1e-30F, 1e30F, 1e30F, 1e30F};
  hw_assert_close(score_of(scorer, nothing_known), 0, 0, 1e-6);
  hw_linked_scorer_delete(scorer);
  hw_linked_scorer_delete(NULL);
}

static void nobody_typed_says_nothing_of_a_person(void **state) {
  const hw_linked_marker markers[] = {{1, 0, 0, 2, half}, {23, 0, 0, 2, half}};
  const float son[] = {0.2F, 0.3F, 0.5F, 0.7F, 0, 0.1F};
  hw_linked_problem problem = problem_of(0, NULL, 2, markers);
  hw_linked_scorer *scorer = NULL;
  (void)state;
  for (int i = 0; i < 2; i++) {
    problem.theta = i * 0.05;
    hw_assert_ok(hw_linked_scorer_new(&problem, 2, NULL, &scorer, &err), &err);
    hw_assert_close(score_of(scorer, son), 0, 0, 1e-6);
    hw_linked_scorer_delete(scorer);
  }
}

static void assert_no_scorer(const hw_linked_problem *problem, int32_t person, hw_status expected,
                             const char *words) {
  hw_linked_scorer *scorer = NULL;
  hw_assert_status(hw_linked_scorer_new(problem, person, NULL, &scorer, &err), expected, &err);
  assert_null(scorer);
  hw_assert_contains(err.message, words);
}

static void scores_that_mean_nothing_are_refused(void **state) {
  static const double fixed[] = {1, 0};
  const hw_linked_marker markers[] = {{1, 0, 0, 2, half}, {2, 0, 0, 2, fixed}};
  const hw_linked_typed typed[] = {{0, is_00}}, both[] = {{0, is_00}, {2, is_11}};
  hw_linked_problem problem = problem_of(1, typed, 2, markers);
  hw_linked_scorer *scorer = NULL;
  const float bad[] = {1, 0, 0, (float)NAN, 0, 0}, none[] = {0, 0, 0, 1, 0, 0};
  double ln_lr;
  (void)state;
  for (int in_double = 0; in_double < 2; in_double++) {
    hw_assert_ok(hw_linked_scorer_new(&problem, 2, &(hw_linked_options){.in_double = in_double},
                                      &scorer, &err),
                 &err);
    hw_assert_status(hw_linked_scorer_score(scorer, is_11, &ln_lr, NULL, &err), HW_E_VALUE, &err);
    hw_assert_contains(err.message, "marker 2: the person's genotype likelihoods");
    hw_assert_status(hw_linked_scorer_score(scorer, bad, &ln_lr, NULL, &err), HW_E_VALUE, &err);
    hw_assert_contains(err.message, "marker 2");
    hw_assert_status(hw_linked_scorer_score(scorer, none, &ln_lr, NULL, &err), HW_E_VALUE, &err);
    hw_assert_contains(err.message, "marker 1");
    hw_linked_scorer_delete(scorer);
  }
  assert_no_scorer(&problem, 5, HW_E_SHAPE, "the person sought is not in the pedigree");
  problem.n_typed = HW_LINKED_MAX_TYPED;
  assert_no_scorer(&problem, 2, HW_E_SHAPE, "32 typed persons, expected 0 to 31");
  problem = problem_of(2, both, 1, markers);
  assert_no_scorer(&problem, 3, HW_E_VALUE, "the relatives' data of chromosome 1 are impossible");
  problem.n_markers = 0;
  assert_no_scorer(&problem, 3, HW_E_SHAPE, "no markers");
}

/* Parents, seven children of whom six have a child each; with the last child unknown. */
enum { MOST_FAMILY = 40, MANY = 150 };

typedef struct large {
  hw_person persons[MOST_FAMILY];
  hw_pedigree pedigree;
  hw_linked_marker markers[MANY];
  float likelihoods[8][MANY * 3];
  hw_linked_typed typed[8];
  hw_linked_problem problem;
} large;

static int32_t add_person(large *self, int32_t father, int32_t mother, hw_sex sex) {
  static const char *const ids[MOST_FAMILY] = {
      "P0",  "P1",  "P2",  "P3",  "P4",  "P5",  "P6",  "P7",  "P8",  "P9",  "P10", "P11", "P12",
      "P13", "P14", "P15", "P16", "P17", "P18", "P19", "P20", "P21", "P22", "P23", "P24", "P25"};
  const int32_t i = self->pedigree.n_persons++;
  self->persons[i] = (hw_person){ids[i], father, mother, sex, HW_PERSON_NONE};
  return i;
}

static void make_large(large *self, int n_children) {
  memset(self, 0, sizeof *self);
  self->pedigree.persons = self->persons;
  add_person(self, HW_PERSON_NONE, HW_PERSON_NONE, HW_MALE);
  add_person(self, HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE);
  add_person(self, 0, 1, HW_MALE); /* the unknown person */
  for (int c = 0; c < n_children; c++) {
    const int32_t child = add_person(self, 0, 1, HW_MALE);
    const int32_t spouse = add_person(self, HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE);
    self->typed[c].person = add_person(self, child, spouse, HW_FEMALE);
    self->typed[c].likelihoods = self->likelihoods[c];
  }
  for (int m = 0; m < MANY; m++) {
    self->markers[m] = (hw_linked_marker){m < 100 ? 1 : 5, 1.3 * m, 0.9 * m, 2, half};
    for (int t = 0; t < 8; t++)
      for (int g = 0; g < 3; g++)
        self->likelihoods[t][3 * m + g] = (m * (t + 3) + t) % 5 % 3 == g ? 0.9F : 0.05F;
  }
  self->problem =
      (hw_linked_problem){&self->pedigree, n_children, self->typed, MANY, self->markers, 0};
}

static double three_likelihoods(const large *self) {
  hw_linked_typed typed[8];
  hw_linked_problem with = self->problem;
  memcpy(typed, self->typed, sizeof typed);
  typed[with.n_typed++] = (hw_linked_typed){2, self->likelihoods[7]};
  with.typed = typed;
  const double related = ln_of(&with), relatives = ln_of(&self->problem);
  with.typed = typed + with.n_typed - 1;
  with.n_typed = 1;
  return related - relatives - ln_of(&with);
}

static void families_of_many_bits_are_scored_too(void **state) {
  static large self;
  (void)state;
  for (int n = 1; n <= 5; n++) { /* 3 to 15 bits: by tables, then by walking */
    hw_linked_scorer *scorer = NULL;
    make_large(&self, n);
    hw_assert_ok(hw_linked_scorer_new(&self.problem, 2, NULL, &scorer, &err), &err);
    hw_assert_close(score_of(scorer, self.likelihoods[7]), three_likelihoods(&self), 0, 2e-5);
    hw_linked_scorer_delete(scorer);
  }
}

typedef struct job {
  const hw_linked_scorer *scorer;
  const large *data;
  double ln[8];
} job;

static void *score_all(void *context) {
  job *self = context;
  for (int round = 0; round < 200; round++)
    for (int t = 0; t < 8; t++) {
      hw_err own = HW_ERR_INIT;
      if (hw_linked_scorer_score(self->scorer, self->data->likelihoods[t], &self->ln[t], NULL,
                                 &own) != HW_OK)
        self->ln[t] = (double)NAN;
    }
  return NULL;
}

static void threads_share_a_scorer(void **state) {
  static large self;
  job jobs[3];
  pthread_t threads[3];
  hw_linked_scorer *scorer = NULL;
  (void)state;
  make_large(&self, 2);
  hw_assert_ok(hw_linked_scorer_new(&self.problem, 2, NULL, &scorer, &err), &err);
  for (int i = 0; i < 3; i++) {
    jobs[i] = (job){.scorer = scorer, .data = &self};
    assert_int_equal(pthread_create(&threads[i], NULL, score_all, &jobs[i]), 0);
  }
  for (int i = 0; i < 3; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
  for (int i = 0; i < 3; i++)
    for (int t = 0; t < 8; t++) assert_true(jobs[i].ln[t] == score_of(scorer, self.likelihoods[t]));
  hw_linked_scorer_delete(scorer);
}

static void scorers_survive_without_memory(void **state) {
  const hw_linked_marker markers[] = {{1, 0, 0, 2, half}, {23, 1, 1, 2, half}};
  const float brother[] = {0, 1, 0, 1, 0, 0};
  const hw_linked_typed typed[] = {{3, brother}};
  (void)state;
  for (int kind = 0; kind < 3; kind++) {
    hw_linked_problem problem = problem_of(1, typed, 2, markers);
    const float son[] = {0.2F, 0.3F, 0.5F, 0.7F, 0, 0.1F};
    const hw_linked_options options = {.in_double = kind == 1};
    problem.theta = kind == 2 ? 0.02 : 0;
    for (long n = 0; hw_faults_begin(n); n++) {
      hw_linked_scorer *scorer = NULL;
      double ln_lr = 0;
      hw_status status = hw_linked_scorer_new(&problem, 2, &options, &scorer, &err);
      if (status == HW_OK) status = hw_linked_scorer_score(scorer, son, &ln_lr, NULL, &err);
      hw_linked_scorer_delete(scorer);
      if (!hw_faults_end()) {
        hw_assert_ok(status, &err);
        break;
      }
      hw_assert_status(status, HW_E_NO_MEMORY, &err);
    }
  }
}

/* --- panels --- */

static void panels_give_their_markers(void **state) {
  static const char *const letters[] = {"A", "C", "G"};
  hw_panel_marker markers[] = {
      {.name = "rs1",
       .chromosome = 1,
       .n_alleles = 2,
       .alleles = letters,
       .female_cm = 1,
       .male_cm = 2},
      {.name = "rs2",
       .chromosome = 23,
       .n_alleles = 3,
       .alleles = letters,
       .female_cm = 4,
       .male_cm = (double)NAN},
  };
  double frequencies[] = {0.5, 0.5, 0.2, 0.3, 0.5};
  const int32_t first_allele[] = {0, 2, 5};
  const hw_panel_population population = {"EAS", "", 0, frequencies};
  const hw_panel panel = {.name = "",
                          .source = "",
                          .n_markers = 2,
                          .markers = markers,
                          .first_allele = first_allele,
                          .n_populations = 1,
                          .populations = &population};
  hw_linked_marker out[2];
  (void)state;
  hw_assert_ok(hw_linked_markers_of_panel(&panel, 0, out, &err), &err);
  assert_int_equal(out[1].chromosome, 23);
  assert_int_equal(out[1].n_alleles, 3);
  assert_ptr_equal(out[1].frequencies, frequencies + 2);
  assert_true(out[0].female_cm == 1 && out[0].male_cm == 2);
  hw_assert_status(hw_linked_markers_of_panel(&panel, 1, out, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "population 2 of a panel of 1");
  frequencies[2] = frequencies[3] = frequencies[4] = (double)NAN;
  hw_assert_status(hw_linked_markers_of_panel(&panel, 0, out, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "marker 'rs2' has no frequencies in population 'EAS'");
  markers[0].male_cm = (double)NAN;
  hw_assert_status(hw_linked_markers_of_panel(&panel, 0, out, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message,
                     "marker 'rs1' has no place on the map: state female_cm and male_cm");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_person_has_hardy_weinberg_frequencies),
      cmocka_unit_test(brothers_share_more_where_markers_are_linked),
      cmocka_unit_test(impossible_data_are_an_answer),
      cmocka_unit_test(twins_and_repeated_typings_multiply),
      cmocka_unit_test(what_is_needed_is_told_before),
      cmocka_unit_test(couples_and_lone_ancestors_need_fewer_bits),
      cmocka_unit_test(what_does_not_fit_is_refused),
      cmocka_unit_test(three_alleles_and_two_may_follow_each_other),
      cmocka_unit_test(memory_may_run_out_anywhere),
      cmocka_unit_test(coancestry_makes_homozygotes_frequent),
      cmocka_unit_test(urns_that_are_too_large_are_refused),
      cmocka_unit_test(a_son_has_an_allele_of_his_father),
      cmocka_unit_test(nobody_typed_says_nothing_of_a_person),
      cmocka_unit_test(scores_that_mean_nothing_are_refused),
      cmocka_unit_test(families_of_many_bits_are_scored_too),
      cmocka_unit_test(threads_share_a_scorer),
      cmocka_unit_test(scorers_survive_without_memory),
      cmocka_unit_test(panels_give_their_markers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
