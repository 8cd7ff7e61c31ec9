/* Mutation matrices: values computed by hand, properties on random markers,
 * errors, and every matrix of the reference set where it is at hand. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_read.h"
#include "genetics/mutation_keep.h"
#include "homeward/marker.h"
#include "homeward/random.h"
#include "support/assert.h"
#include "support/faults.h"

enum { MOST = 64 };

static hw_err err;

static hw_marker make(int32_t n, const char *const *names, const double *freq,
                      hw_mutation_model model, double rate) {
  hw_marker m = {.name = "L",
                 .n_alleles = n,
                 .allele_names = names,
                 .frequencies = freq,
                 .silent = HW_ALLELE_NONE};
  m.mutation.model = model;
  m.mutation.rate[0] = m.mutation.rate[1] = rate;
  return m;
}

static void compute(const hw_marker *m, double *out) {
  hw_assert_ok(hw_mutation_matrix(m, HW_FROM_MOTHER, out, &err), &err);
}

static void assert_matrix(const hw_marker *m, const double *expected) {
  double out[MOST];
  compute(m, out);
  for (int32_t i = 0; i < m->n_alleles * m->n_alleles; i++)
    hw_assert_close(out[i], expected[i], 1e-14, 1e-17);
}

static void assert_refused(const hw_marker *m, const char *expected) {
  double out[MOST] = {-7};
  char text[1024];
  hw_assert_status(hw_mutation_matrix(m, HW_FROM_FATHER, out, &err), HW_E_VALUE, &err);
  hw_assert_contains(hw_err_text(&err, text, sizeof text), expected);
  assert_true(out[0] == -7);
  hw_assert_status(hw_mutation_matrix(m, HW_FROM_FATHER, out, NULL), HW_E_VALUE, NULL);
}

static const char *const LADDER[] = {"10", "11", "13"};
static const double FREQ[] = {0.2, 0.3, 0.5};

/* --- values by hand --- */

static void equal_spreads_the_rate_evenly(void **state) {
  (void)state;
  hw_marker m = make(3, LADDER, FREQ, HW_MUTATION_EQUAL, 0.01);
  const double expected[] = {0.99, 0.005, 0.005, 0.005, 0.99, 0.005, 0.005, 0.005, 0.99};
  assert_matrix(&m, expected);
}

static void proportional_has_the_expected_rate(void **state) {
  (void)state;
  hw_marker m = make(3, LADDER, FREQ, HW_MUTATION_PROPORTIONAL, 0.0062);
  /* Σ p (1 − p) = 0.62, so k = 0.01. */
  const double expected[] = {0.992, 0.003, 0.005, 0.002, 0.993, 0.005, 0.002, 0.003, 0.995};
  assert_matrix(&m, expected);
}

static void stepwise_counts_repeats_and_not_rungs(void **state) {
  (void)state;
  hw_marker m = make(3, LADDER, FREQ, HW_MUTATION_STEPWISE, 0.011);
  m.mutation.range[0] = 0.1;
  /* From 10: 11 is one step (weight 0.1), 13 three (0.001). From 11: 1 and 2 steps. */
  const double expected[] = {0.989, 0.011 * 0.1 / 0.101,   0.011 * 0.001 / 0.101, 0.01, 0.989,
                             0.001, 0.011 * 0.001 / 0.011, 0.011 * 0.01 / 0.011,  0.989};
  assert_matrix(&m, expected);
}

static void stepwise_takes_the_class_from_the_text(void **state) {
  (void)state;
  /* 9.5 and 10.5 are one class, which rounding half to even would take apart. */
  static const char *const names[] = {"9", "9.5", "10.5", "9.30", "10.3"};
  static const double freq[] = {0.2, 0.2, 0.2, 0.2, 0.2};
  hw_marker m = make(5, names, freq, HW_MUTATION_STEPWISE, 0.002);
  m.mutation.rate2[0] = 0.0006;
  m.mutation.range[0] = 0.5;
  const double r = 0.0006 / 3, alone = 0.0006 / 4;
  const double expected[] = {1 - 0.0006, alone,  alone, alone, alone, /* alone in its class: no R */
                             r,          0.9974, 0.002, r,     r,     r, 0.002, 0.9974, r, r, r, r,
                             r,          0.9974, 0.002, r,     r,     r, 0.002, 0.9974};
  assert_matrix(&m, expected);
}

static void range_zero_goes_to_the_nearest(void **state) {
  (void)state;
  hw_marker m = make(3, LADDER, FREQ, HW_MUTATION_STEPWISE, 0.01);
  const double expected[] = {0.99, 0.01, 0, 0.01, 0.99, 0, 0, 0.01, 0.99};
  assert_matrix(&m, expected);
}

static void long_ladders_do_not_underflow(void **state) {
  (void)state;
  static const char *const names[] = {"1", "900", "901"};
  hw_marker m = make(3, names, FREQ, HW_MUTATION_STEPWISE, 0.01);
  m.mutation.range[0] = 0.01;
  double out[MOST];
  compute(&m, out);
  hw_assert_close(out[1], 0.01 / 1.01, 1e-13, 0); /* 0.01^899 alone would be 0 */
  hw_assert_close(out[2], 0.0001 / 1.01, 1e-13, 0);
}

static void onestep_needs_a_neighbour(void **state) {
  (void)state;
  static const char *const names[] = {"10", "11", "12", "14", "11.2", "12.2"};
  static const double freq[] = {0.2, 0.2, 0.2, 0.2, 0.1, 0.1};
  hw_marker m = make(6, names, freq, HW_MUTATION_ONESTEP, 0.01);
  const double expected[] = {0.99, 0.01, 0,    0, 0,    0,    0.005, 0.99, 0.005, 0, 0,    0,
                             0,    0.01, 0.99, 0, 0,    0,    0,     0,    0,     1, 0,    0,
                             0,    0,    0,    0, 0.99, 0.01, 0,     0,    0,     0, 0.01, 0.99};
  assert_matrix(&m, expected);
}

static void dawid_counts_rungs(void **state) {
  (void)state;
  hw_marker m = make(3, LADDER, FREQ, HW_MUTATION_DAWID, 0.0042);
  m.mutation.range[0] = 0.1;
  /* Σ of weights = 4·0.1 + 2·0.01 = 0.42, so a = 0.01. */
  const double expected[] = {1 - 0.0011 / 0.2, 0.001 / 0.2,     0.0001 / 0.2,
                             0.001 / 0.3,      1 - 0.002 / 0.3, 0.001 / 0.3,
                             0.0001 / 0.5,     0.001 / 0.5,     1 - 0.0011 / 0.5};
  assert_matrix(&m, expected);
}

static void the_order_of_alleles_does_not_matter(void **state) {
  (void)state;
  static const char *const shuffled[] = {"13", "10", "11"};
  static const double freq[] = {0.5, 0.2, 0.3};
  static const int32_t at[] = {1, 2, 0}; /* LADDER[i] is shuffled[at[i]] */
  for (int model = HW_MUTATION_EQUAL; model <= HW_MUTATION_DAWID; model++) {
    hw_marker a = make(3, LADDER, FREQ, (hw_mutation_model)model, 0.01);
    hw_marker b = make(3, shuffled, freq, (hw_mutation_model)model, 0.01);
    a.mutation.range[0] = b.mutation.range[0] = 0.3;
    double x[9], y[9];
    compute(&a, x);
    compute(&b, y);
    for (int i = 0; i < 3; i++)
      for (int j = 0; j < 3; j++) hw_assert_close(x[i * 3 + j], y[at[i] * 3 + at[j]], 1e-14, 0);
  }
}

static void two_alleles_have_one_reversible_matrix(void **state) {
  (void)state;
  /* With two alleles every transform must give m_ij = (p_0 a + p_1 b) / (2 p_i). */
  static const char *const names[] = {"1", "2"};
  static const double freq[] = {0.3, 0.7};
  static const double matrix[] = {0.98, 0.02, 0.005, 0.995};
  const double flow = (0.3 * 0.02 + 0.7 * 0.005) / 2;
  const double expected[] = {1 - flow / 0.3, flow / 0.3, flow / 0.7, 1 - flow / 0.7};
  for (int t = HW_TRANSFORM_MH; t <= HW_TRANSFORM_PM; t++) {
    hw_marker m = make(2, names, freq, HW_MUTATION_CUSTOM, 0);
    m.mutation.custom[0] = m.mutation.custom[1] = matrix;
    m.mutation.transform = (hw_mutation_transform)t;
    assert_matrix(&m, expected);
  }
}

static void a_silent_allele_stays_out(void **state) {
  (void)state;
  static const char *const names[] = {"8", "silent", "9"};
  static const double freq[] = {0.27, 0.1, 0.63}; /* 0.3 and 0.7 of what is seen */
  hw_marker m = make(3, names, freq, HW_MUTATION_PROPORTIONAL, 0.0042);
  m.silent = 1;
  const double expected[] = {0.993, 0, 0.007, 0, 1, 0, 0.003, 0, 0.997};
  assert_matrix(&m, expected);
  m.mutation.model = HW_MUTATION_STEPWISE; /* its name need not be a number */
  const double stepwise[] = {0.9958, 0, 0.0042, 0, 1, 0, 0.0042, 0, 0.9958};
  assert_matrix(&m, stepwise);
}

static void the_identity_is_recognised(void **state) {
  (void)state;
  static const double identity[] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  hw_marker m = make(3, LADDER, FREQ, HW_MUTATION_NONE, 0);
  assert_true(hw_mutation_is_identity(&m, HW_FROM_MOTHER));
  assert_matrix(&m, identity);
  m.mutation.model = HW_MUTATION_STEPWISE;
  assert_true(hw_mutation_is_identity(&m, HW_FROM_MOTHER));
  assert_matrix(&m, identity);
  m.mutation.rate2[1] = 0.1;
  assert_true(hw_mutation_is_identity(&m, HW_FROM_MOTHER));
  assert_false(hw_mutation_is_identity(&m, HW_FROM_FATHER));
  m.mutation.model = HW_MUTATION_CUSTOM;
  m.mutation.custom[0] = identity;
  assert_true(hw_mutation_is_identity(&m, HW_FROM_MOTHER));
  hw_marker one = make(1, LADDER, (const double[]){1}, HW_MUTATION_EQUAL, 0.5);
  assert_true(hw_mutation_is_identity(&one, HW_FROM_MOTHER));
  assert_matrix(&one, identity);
}

/* --- properties --- */

/* Random marker with integer and microvariant names; dawid gets integers only. */
typedef struct sample {
  char text[8][8];
  const char *names[8];
  double freq[8];
  hw_marker marker;
} sample;

static void draw(hw_random *r, sample *s, hw_mutation_model model, hw_mutation_transform t) {
  int32_t n = 2 + (int32_t)hw_random_below(r, 7), length = 5;
  double sum = 0;
  for (int32_t i = 0; i < n; i++) {
    length += 1 + (int32_t)hw_random_below(r, 2);
    if (model == HW_MUTATION_STEPWISE && hw_random_below(r, 3) == 0)
      snprintf(s->text[i], sizeof s->text[i], "%d.2", (int)length);
    else
      snprintf(s->text[i], sizeof s->text[i], "%d", (int)length);
    s->names[i] = s->text[i];
    s->freq[i] = 0.05 + hw_random_double(r);
    sum += s->freq[i];
  }
  for (int32_t i = 0; i < n; i++) s->freq[i] /= sum;
  s->marker = make(n, s->names, s->freq, model, 0.001 + 0.01 * hw_random_double(r));
  s->marker.mutation.transform = t;
  for (int k = 0; k < 2; k++) {
    s->marker.mutation.rate2[k] = 0.0001 + 0.001 * hw_random_double(r);
    s->marker.mutation.range[k] = 0.05 + 0.9 * hw_random_double(r);
  }
}

static void assert_stochastic(const sample *s, const double *m) {
  int32_t n = s->marker.n_alleles;
  for (int32_t i = 0; i < n; i++) {
    double sum = 0;
    for (int32_t j = 0; j < n; j++) {
      assert_true(m[i * n + j] >= 0);
      sum += m[i * n + j];
    }
    hw_assert_close(sum, 1, 1e-15 * n, 0);
  }
}

static double rate_of(const sample *s, const double *m) {
  double rate = 0;
  for (int32_t i = 0; i < s->marker.n_alleles; i++)
    rate += s->freq[i] * (1 - m[i * s->marker.n_alleles + i]);
  return rate;
}

static void transforms_keep_rate_frequencies_and_balance(void **state) {
  (void)state;
  hw_random r;
  hw_random_init(&r, 20260201);
  for (int trial = 0; trial < 2000; trial++) {
    sample s;
    double plain[MOST], m[MOST];
    hw_mutation_model model = (hw_mutation_model)(HW_MUTATION_EQUAL + (int)hw_random_below(&r, 3));
    hw_mutation_transform t = (hw_mutation_transform)hw_random_below(&r, 5);
    draw(&r, &s, model, t);
    s.marker.mutation.transform = HW_TRANSFORM_NONE;
    compute(&s.marker, plain);
    assert_stochastic(&s, plain);
    s.marker.mutation.transform = t;
    compute(&s.marker, m);
    assert_stochastic(&s, m);
    int32_t n = s.marker.n_alleles;
    hw_assert_close(rate_of(&s, m), rate_of(&s, plain), 1e-12, 1e-15);
    if (t == HW_TRANSFORM_NONE) continue;
    assert_true(hw_mutation_is_stationary(n, m, s.freq, 1e-15));
    if (t == HW_TRANSFORM_PM) continue;
    for (int32_t i = 0; i < n; i++)
      for (int32_t j = 0; j < n; j++)
        hw_assert_close(s.freq[i] * m[i * n + j], s.freq[j] * m[j * n + i], 1e-14, 0);
  }
}

static void dawid_and_proportional_are_reversible(void **state) {
  (void)state;
  hw_random r;
  hw_random_init(&r, 20260202);
  for (int trial = 0; trial < 500; trial++) {
    sample s;
    double m[MOST];
    draw(&r, &s, trial % 2 ? HW_MUTATION_DAWID : HW_MUTATION_PROPORTIONAL, HW_TRANSFORM_NONE);
    compute(&s.marker, m);
    assert_stochastic(&s, m);
    int32_t n = s.marker.n_alleles;
    hw_assert_close(rate_of(&s, m), s.marker.mutation.rate[0], 1e-12, 0);
    for (int32_t i = 0; i < n; i++)
      for (int32_t j = 0; j < n; j++)
        hw_assert_close(s.freq[i] * m[i * n + j], s.freq[j] * m[j * n + i], 1e-14, 0);
  }
}

static void equal_and_proportional_are_lumpable_always(void **state) {
  (void)state;
  hw_random r;
  hw_random_init(&r, 20260203);
  int n_stepwise_not = 0;
  for (int trial = 0; trial < 500; trial++) {
    sample s;
    double m[MOST];
    int32_t block[8];
    draw(&r, &s, trial % 2 ? HW_MUTATION_EQUAL : HW_MUTATION_PROPORTIONAL, HW_TRANSFORM_NONE);
    compute(&s.marker, m);
    int32_t n = s.marker.n_alleles;
    for (int32_t i = 0; i < n; i++) block[i] = (int32_t)hw_random_below(&r, (uint64_t)n);
    assert_true(hw_mutation_is_lumpable(n, m, block, 1e-15));
    assert_true(hw_mutation_is_lumpable(n, NULL, block, 0));
    draw(&r, &s, HW_MUTATION_STEPWISE, HW_TRANSFORM_NONE);
    compute(&s.marker, m);
    n = s.marker.n_alleles;
    for (int32_t i = 0; i < n; i++) block[i] = i < 2 ? i : n - 1; /* two seen, the rest one block */
    if (n > 3) n_stepwise_not += !hw_mutation_is_lumpable(n, m, block, 1e-15);
    for (int32_t i = 0; i < n; i++) block[i] = i;
    assert_true(hw_mutation_is_lumpable(n, m, block, 0));
  }
  assert_true(n_stepwise_not > 100);
}

static void nonsense_is_not_lumpable(void **state) {
  (void)state;
  static const double m[] = {1, 0, 0, 1};
  assert_false(hw_mutation_is_lumpable(2, m, (const int32_t[]){0, 2}, 1));
  assert_false(hw_mutation_is_lumpable(2, m, (const int32_t[]){-1, 0}, 1));
  assert_false(hw_mutation_is_lumpable(0, m, (const int32_t[]){0}, 1));
  const double bad[] = {(double)NAN, 0, 0, 1};
  assert_false(hw_mutation_is_lumpable(2, bad, (const int32_t[]){0, 0}, 1));
}

/* --- zero frequencies --- */

static void mh_and_ba_have_a_limit_at_frequency_zero(void **state) {
  (void)state;
  static const double freq[] = {0, 0.4, 0.6}, near[] = {1e-13, 0.4 - 5e-14, 0.6 - 5e-14};
  for (int t = HW_TRANSFORM_MH; t <= HW_TRANSFORM_BA; t++) {
    hw_marker at = make(3, LADDER, freq, HW_MUTATION_EQUAL, 0.01);
    hw_marker beside = make(3, LADDER, near, HW_MUTATION_EQUAL, 0.01);
    at.mutation.transform = beside.mutation.transform = (hw_mutation_transform)t;
    double x[9], y[9];
    compute(&at, x);
    compute(&beside, y);
    for (int i = 0; i < 9; i++) hw_assert_close(x[i], y[i], 1e-10, 1e-10);
    assert_true(x[3] == 0 && x[6] == 0);
  }
}

/* --- errors --- */

static void parameters_out_of_range_are_refused(void **state) {
  (void)state;
  const double bad[] = {-0.1, 1.1, (double)NAN, (double)INFINITY};
  for (int i = 0; i < 4; i++) {
    hw_marker m = make(3, LADDER, FREQ, HW_MUTATION_STEPWISE, 0.1);
    m.mutation.rate[1] = bad[i];
    assert_refused(&m, "male mutation rate");
    m.mutation.rate[1] = 0.1;
    m.mutation.rate2[1] = bad[i];
    assert_refused(&m, "rate2");
    m.mutation.rate2[1] = 0;
    m.mutation.range[1] = bad[i];
    assert_refused(&m, "range");
    double freq[] = {0.5, 0.5, bad[i]};
    m = make(3, LADDER, freq, HW_MUTATION_EQUAL, 0.1);
    assert_refused(&m, "\"13\"");
  }
  hw_marker m = make(3, LADDER, FREQ, (hw_mutation_model)9, 0.1);
  assert_refused(&m, "model 9");
  m = make(3, LADDER, FREQ, HW_MUTATION_EQUAL, 0.1);
  m.mutation.transform = (hw_mutation_transform)9;
  assert_refused(&m, "transform 9");
  m.n_alleles = HW_MAX_ALLELES + 1;
  assert_refused(&m, "1025 alleles");
}

static void rows_beyond_one_are_refused(void **state) {
  (void)state;
  hw_marker m = make(3, LADDER, FREQ, HW_MUTATION_STEPWISE, 0.9);
  static const char *const names[] = {"10", "11", "13.2"};
  m.allele_names = names;
  m.mutation.rate2[1] = 0.2;
  assert_refused(&m, "\"10\" would mutate with probability 1.1");
  static const double rare[] = {0.001, 0.499, 0.5};
  m = make(3, LADDER, rare, HW_MUTATION_DAWID, 0.1);
  m.mutation.range[1] = 0.1;
  assert_refused(&m, "the dawid mutation model does not exist");
  m = make(3, LADDER, rare, HW_MUTATION_EQUAL, 0.1);
  m.mutation.transform = HW_TRANSFORM_PR;
  assert_refused(&m, "transform PR does not exist");
}

static void names_that_are_no_numbers_are_refused(void **state) {
  (void)state;
  static const char *const bad[] = {"CATG", "9.", ".3",  "9.3.1", "-9",
                                    "9,3",  "<9", "1e3", " 9",    "12345678901"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    const char *names[] = {"8", bad[i], "10"};
    hw_marker m = make(3, names, FREQ, HW_MUTATION_STEPWISE, 0.1);
    assert_refused(&m, bad[i]);
    m.mutation.model = HW_MUTATION_ONESTEP;
    assert_refused(&m, "is not a number of repeats");
  }
  static const char *const twice[] = {"9", "9.0", "10"}, *const micro[] = {"9", "9.3", "10"};
  hw_marker m = make(3, twice, FREQ, HW_MUTATION_STEPWISE, 0.1);
  assert_refused(&m, "same number of repeats");
  m = make(3, micro, FREQ, HW_MUTATION_DAWID, 0.1);
  assert_refused(&m, "\"9.3\" is a microvariant");
}

static void transforms_that_do_not_exist_are_refused(void **state) {
  (void)state;
  static const char *const apart[] = {"10", "11", "12.2"};
  hw_marker m = make(3, apart, FREQ, HW_MUTATION_STEPWISE, 0.01);
  m.mutation.transform = HW_TRANSFORM_PM;
  assert_refused(&m, "every allele can become every other");
  static const double zero[] = {0, 0.5, 0.5};
  m = make(3, LADDER, zero, HW_MUTATION_EQUAL, 0.01);
  m.mutation.transform = HW_TRANSFORM_PM;
  assert_refused(&m, "frequency 0");
  static const double one_way[] = {0.9, 0.1, 0, 0, 1, 0, 0, 0, 1};
  m = make(3, LADDER, FREQ, HW_MUTATION_CUSTOM, 0);
  m.mutation.custom[0] = m.mutation.custom[1] = one_way;
  m.mutation.transform = HW_TRANSFORM_MH;
  assert_refused(&m, "leaves no mutation");
  static const double all[] = {1, 0, 0};
  m = make(3, LADDER, all, HW_MUTATION_PROPORTIONAL, 0.01);
  assert_refused(&m, "frequency 1");
}

static void custom_matrices_are_checked(void **state) {
  (void)state;
  static const double negative[] = {1.1, -0.1, 0, 0, 1, 0, 0, 0, 1};
  static const double short_row[] = {1, 0, 0, 0, 0.9999, 0, 0, 0, 1};
  const double nan_entry[] = {1, 0, 0, 0, 1, (double)NAN, 0, 0, 1};
  hw_marker m = make(3, LADDER, FREQ, HW_MUTATION_CUSTOM, 0);
  assert_refused(&m, "no male matrix");
  m.mutation.custom[1] = negative;
  assert_refused(&m, "entry [0][0]");
  m.mutation.custom[1] = short_row;
  assert_refused(&m, "row 1 (allele \"11\") of the male mutation matrix sums to 0.9999");
  m.mutation.custom[1] = nan_entry;
  assert_refused(&m, "entry [1][2]");
}

static void matrices_are_kept_once_and_only_where_something_mutates(void **state) {
  (void)state;
  double still[] = {1, 0, 0, 1}, moves[] = {0.9, 0.1, 0, 1}, other[] = {0.8, 0.2, 0, 1};
  double *const given[][2] = {{moves, moves}, {moves, other}, {still, other}, {still, still}};
  hw_marker m = make(2, LADDER, FREQ, HW_MUTATION_EQUAL, 0.01);
  hw_arena arena;
  hw_arena_init(&arena, 0);
  for (int i = 0; i < 4; i++) {
    hw_assert_ok(hwp_mutation_keep(&m, given[i], &arena, &err), &err);
    for (int from = 0; from < 2; from++) {
      assert_int_equal(m.matrix[from] == NULL, given[i][from] == still);
      if (m.matrix[from] == NULL) continue;
      assert_ptr_not_equal(m.matrix[from], given[i][from]);
      assert_memory_equal(m.matrix[from], given[i][from], sizeof moves);
    }
    assert_int_equal(m.matrix[0] == m.matrix[1], given[i][0] == given[i][1]);
  }
  hw_arena_clear(&arena);
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  hw_marker m = make(3, LADDER, FREQ, HW_MUTATION_STEPWISE, 0.01);
  m.mutation.range[0] = 0.1;
  m.mutation.transform = HW_TRANSFORM_PM;
  double out[9];
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_status status = hw_mutation_matrix(&m, HW_FROM_MOTHER, out, &err);
    bool failed = hw_faults_end();
    hw_assert_status(status, failed ? HW_E_NO_MEMORY : HW_OK, &err);
    if (!failed) break;
  }
}

/* --- the reference set --- */

static hw_json_doc *open_reference(void) {
  char path[4096];
  const char *shared = getenv("HOMEWARD_SHARED"), *root = getenv("HOMEWARD_SOURCE_ROOT");
  if (shared)
    snprintf(path, sizeof path, "%s/golden/mutation_matrices.json", shared);
  else
    snprintf(path, sizeof path, "%s/../shared/golden/mutation_matrices.json", root ? root : ".");
  hw_json_doc *doc = NULL;
  if (hw_json_doc_read(path, 0, &doc, &err) == HW_OK) return doc;
  print_message("%s is not there\n", path);
  return NULL;
}

/* Number of a text in a list; the list must have it. */
static int number_of(const char *text, const char *const *list) {
  for (int i = 0; list[i]; i++)
    if (strcmp(text, list[i]) == 0) return i;
  fail_msg("unknown: %s", text);
  return -1;
}

/* Reads one entry of the set into a marker. @return false if it is of a kind that
 * belongs to another program's optimiser */
static bool read_reference(const hw_json *entry, const char **names, double *freq, hw_marker *m) {
  static const char *const models[] = {"none",  "equal", "proportional", "stepwise", "onestep",
                                       "dawid", NULL};
  static const char *const transforms[] = {"", "MH", "BA", "PR", "PM", NULL};
  const hw_json *params = hw_json_find(entry, "params");
  if (hw_json_find(params, "stabilization")) return false;
  const char *model, *transform = "";
  double rate = 0, rate2 = 0, range = 0;
  hw_assert_ok(hw_json_get_string(params, "model", &model, &err), &err);
  hw_assert_ok(hw_json_find_string(params, "transform", &transform, &err), &err);
  hw_assert_ok(hw_json_find_double(params, "rate", &rate, &err), &err);
  hw_assert_ok(hw_json_find_double(params, "rate2", &rate2, &err), &err);
  hw_assert_ok(hw_json_find_double(params, "range", &range, &err), &err);
  int32_t n = (int32_t)hw_json_count(hw_json_find(entry, "alleles"));
  assert_in_range(n, 1, MOST);
  for (int32_t i = 0; i < n; i++) {
    const hw_json *alleles = hw_json_find(entry, "alleles"), *freqs = hw_json_find(entry, "freqs");
    hw_assert_ok(hw_json_as_string(hw_json_at(alleles, (size_t)i), &names[i], &err), &err);
    hw_assert_ok(hw_json_as_double(hw_json_at(freqs, (size_t)i), &freq[i], &err), &err);
  }
  *m = make(n, names, freq, (hw_mutation_model)number_of(model, models), rate);
  m->mutation.transform = (hw_mutation_transform)number_of(transform, transforms);
  m->mutation.rate2[0] = rate2;
  m->mutation.range[0] = range;
  return true;
}

/* The set's PM matrices of stepwise models come from a linear solver; against exact
 * rational arithmetic they are off by up to 2e-11, ours by less than 1e-15. */
static double tolerance_of(const hw_marker *m) {
  return m->mutation.transform == HW_TRANSFORM_PM ? 2e-11 : 1e-12;
}

static void every_reference_matrix_is_reproduced(void **state) {
  (void)state;
  hw_json_doc *doc = open_reference();
  if (!doc) skip();
  static double out[MOST * MOST];
  const hw_json *list = hw_json_find(hw_json_doc_root(doc), "matrices");
  int n_checked = 0;
  for (size_t k = 0; k < hw_json_count(list); k++) {
    const char *names[MOST];
    double freq[MOST];
    hw_marker m;
    if (!read_reference(hw_json_at(list, k), names, freq, &m)) continue;
    compute(&m, out);
    const hw_json *rows = hw_json_find(hw_json_at(list, k), "matrix");
    for (int32_t i = 0; i < m.n_alleles; i++)
      for (int32_t j = 0; j < m.n_alleles; j++) {
        double expected;
        const hw_json *row = hw_json_at(rows, (size_t)i);
        hw_assert_ok(hw_json_as_double(hw_json_at(row, (size_t)j), &expected, &err), &err);
        hw_assert_close(out[i * m.n_alleles + j], expected, tolerance_of(&m), 1e-13);
      }
    n_checked++;
  }
  hw_json_doc_delete(doc);
  assert_true(n_checked >= 200);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(equal_spreads_the_rate_evenly),
      cmocka_unit_test(proportional_has_the_expected_rate),
      cmocka_unit_test(stepwise_counts_repeats_and_not_rungs),
      cmocka_unit_test(stepwise_takes_the_class_from_the_text),
      cmocka_unit_test(range_zero_goes_to_the_nearest),
      cmocka_unit_test(long_ladders_do_not_underflow),
      cmocka_unit_test(onestep_needs_a_neighbour),
      cmocka_unit_test(dawid_counts_rungs),
      cmocka_unit_test(the_order_of_alleles_does_not_matter),
      cmocka_unit_test(two_alleles_have_one_reversible_matrix),
      cmocka_unit_test(a_silent_allele_stays_out),
      cmocka_unit_test(the_identity_is_recognised),
      cmocka_unit_test(transforms_keep_rate_frequencies_and_balance),
      cmocka_unit_test(dawid_and_proportional_are_reversible),
      cmocka_unit_test(equal_and_proportional_are_lumpable_always),
      cmocka_unit_test(nonsense_is_not_lumpable),
      cmocka_unit_test(mh_and_ba_have_a_limit_at_frequency_zero),
      cmocka_unit_test(parameters_out_of_range_are_refused),
      cmocka_unit_test(rows_beyond_one_are_refused),
      cmocka_unit_test(names_that_are_no_numbers_are_refused),
      cmocka_unit_test(transforms_that_do_not_exist_are_refused),
      cmocka_unit_test(custom_matrices_are_checked),
      cmocka_unit_test(matrices_are_kept_once_and_only_where_something_mutates),
      cmocka_unit_test(exhausted_memory_is_reported),
      cmocka_unit_test(every_reference_matrix_is_reproduced),
  };
  return cmocka_run_group_tests_name("mutation", tests, NULL, NULL);
}
