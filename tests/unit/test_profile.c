/* Observations: what each kind of reading says of a genotype, and that the
 * readings of one genotype exhaust what can happen. */
#include "homeward/profile.h"

#include <math.h>
#include <string.h>

#include "homeward/random.h"
#include "support/assert.h"

static hw_err err;

static const char *const NAMES[] = {"8", "9", "10", "silent"};
static const double FREQ[] = {0.2, 0.3, 0.4, 0.1};

static hw_marker make_marker(int chromosome, hw_allele silent) {
  return (hw_marker){.name = "L",
                     .chromosome = chromosome,
                     .n_alleles = 4,
                     .allele_names = NAMES,
                     .frequencies = FREQ,
                     .silent = silent};
}

static const hw_profile CLEAN = {.id = "P"};

static double of_genotype(const hw_marker *m, const hw_profile *p, hw_allele a, hw_allele b,
                          hw_allele x, hw_allele y) {
  hw_observation obs = {.kind = HW_OBS_GENOTYPE, .a = a, .b = b};
  double value = hw_observation_probability(m, &obs, p, x, y);
  hw_assert_same_bits(value, hw_observation_probability(m, &obs, p, y, x));
  if (b != HW_ALLELE_NONE) { /* the order in which the laboratory wrote is irrelevant too */
    hw_observation other = {.kind = HW_OBS_GENOTYPE, .a = b, .b = a};
    hw_assert_close(value, hw_observation_probability(m, &other, p, x, y), 1e-15, 0);
  }
  return value;
}

static void a_genotype_is_seen_as_it_is(void **state) {
  (void)state;
  hw_marker m = make_marker(0, HW_ALLELE_NONE);
  assert_true(of_genotype(&m, &CLEAN, 0, 1, 0, 1) == 1);
  assert_true(of_genotype(&m, &CLEAN, 0, 0, 0, 0) == 1);
  assert_true(of_genotype(&m, &CLEAN, 0, 0, 0, 1) == 0);
  assert_true(of_genotype(&m, &CLEAN, 0, 1, 0, 0) == 0);
  assert_true(of_genotype(&m, &CLEAN, 0, 1, 1, 2) == 0);
  assert_true(of_genotype(&m, &CLEAN, 0, 3, 0, 3) == 1); /* the fourth allele is a plain one */
  hw_observation missing = {.kind = HW_OBS_MISSING};
  assert_true(hw_observation_probability(&m, &missing, &CLEAN, 0, 1) == 1);
}

static void a_partial_genotype_names_one_of_the_alleles(void **state) {
  (void)state;
  hw_marker m = make_marker(0, 3);
  assert_true(of_genotype(&m, &CLEAN, 1, HW_ALLELE_NONE, 1, 2) == 1);
  assert_true(of_genotype(&m, &CLEAN, 1, HW_ALLELE_NONE, 1, 1) == 1);
  assert_true(of_genotype(&m, &CLEAN, 1, HW_ALLELE_NONE, 1, 3) == 1);
  assert_true(of_genotype(&m, &CLEAN, 1, HW_ALLELE_NONE, 0, 2) == 0);
  assert_true(of_genotype(&m, &CLEAN, 1, HW_ALLELE_NONE, 3, 3) == 0);
}

static void a_silent_allele_hides(void **state) {
  (void)state;
  hw_marker m = make_marker(0, 3);
  assert_true(of_genotype(&m, &CLEAN, 0, 0, 0, 3) == 1);
  assert_true(of_genotype(&m, &CLEAN, 0, 0, 0, 0) == 1);
  assert_true(of_genotype(&m, &CLEAN, 0, 1, 0, 3) == 0);
  assert_true(of_genotype(&m, &CLEAN, 0, 0, 3, 3) == 0);
}

static void one_allele_is_seen_of_a_male(void **state) {
  (void)state;
  hw_marker m = make_marker(HW_CHROMOSOME_X, HW_ALLELE_NONE);
  hw_profile erring = {.id = "P", .typing_error = 0.1};
  hw_observation obs = {.kind = HW_OBS_SINGLE, .a = 1, .b = HW_ALLELE_NONE};
  assert_true(hw_observation_probability(&m, &obs, &CLEAN, 1, HW_ALLELE_NONE) == 1);
  assert_true(hw_observation_probability(&m, &obs, &CLEAN, 0, HW_ALLELE_NONE) == 0);
  hw_assert_close(hw_observation_probability(&m, &obs, &erring, 1, HW_ALLELE_NONE), 0.93, 1e-15, 0);
  hw_assert_close(hw_observation_probability(&m, &obs, &erring, 0, HW_ALLELE_NONE), 0.03, 1e-15, 0);
}

static void a_set_multiplies_over_all_alleles(void **state) {
  (void)state;
  hw_marker m = make_marker(0, HW_ALLELE_NONE);
  hw_profile p = {.id = "P", .has_dropout = true, .dropout = 0.1, .drop_in = 0.05};
  const hw_allele seen[] = {0, 2};
  hw_observation obs = {.kind = HW_OBS_SET, .n_seen = 2, .seen = seen};
  /* True 8/9: 8 seen, 9 dropped out, 10 dropped in, the fourth absent. */
  double not_8 = (1 - 0.05 * 0.2) * 0.1, not_9 = (1 - 0.05 * 0.3) * 0.1, not_4 = 1 - 0.05 * 0.1;
  double expected = (1 - not_8) * not_9 * (0.05 * 0.4) * not_4;
  hw_assert_close(hw_observation_probability(&m, &obs, &p, 0, 1), expected, 1e-15, 0);
  /* A homozygote drops out with d². */
  hw_observation nothing = {.kind = HW_OBS_SET};
  double none = (1 - 0.05 * 0.2) * (1 - 0.05 * 0.3) * (1 - 0.05 * 0.4) * 0.01 * not_4;
  hw_assert_close(hw_observation_probability(&m, &nothing, &p, 2, 2), none, 1e-15, 0);
}

static void without_dropout_a_set_is_certain(void **state) {
  (void)state;
  hw_marker m = make_marker(0, HW_ALLELE_NONE);
  hw_profile p = {.id = "P", .has_dropout = true};
  const hw_allele seen[] = {0, 2};
  hw_observation obs = {.kind = HW_OBS_SET, .n_seen = 2, .seen = seen};
  assert_true(hw_observation_probability(&m, &obs, &p, 0, 2) == 1);
  assert_true(hw_observation_probability(&m, &obs, &p, 0, 0) == 0);
  assert_true(hw_observation_probability(&m, &obs, &p, 0, 1) == 0);
}

/* --- readings exhaust what can happen --- */

static double sum_of_genotypes(const hw_marker *m, const hw_profile *p, hw_allele x, hw_allele y) {
  double sum = 0;
  for (hw_allele a = 0; a < m->n_alleles; a++)
    for (hw_allele b = a; b < m->n_alleles; b++)
      if (a != m->silent && b != m->silent) sum += of_genotype(m, p, a, b, x, y);
  return sum;
}

static double sum_of_sets(const hw_marker *m, const hw_profile *p, hw_allele x, hw_allele y) {
  double sum = 0;
  for (unsigned bits = 0; bits < 1u << m->n_alleles; bits++) {
    hw_allele seen[4];
    hw_observation obs = {.kind = HW_OBS_SET, .seen = seen};
    for (hw_allele a = 0; a < m->n_alleles; a++)
      if (bits >> a & 1) seen[obs.n_seen++] = a;
    if (m->silent == HW_ALLELE_NONE || !(bits >> m->silent & 1))
      sum += hw_observation_probability(m, &obs, p, x, y);
  }
  return sum;
}

static void all_readings_of_a_genotype_sum_to_one(void **state) {
  (void)state;
  hw_random r;
  hw_random_init(&r, 20260211);
  for (int trial = 0; trial < 300; trial++) {
    hw_marker m = make_marker(0, trial % 3 ? HW_ALLELE_NONE : 3);
    double freq[4], sum = 0;
    for (int i = 0; i < 4; i++) sum += freq[i] = hw_random_double(&r);
    for (int i = 0; i < 4; i++) freq[i] /= sum;
    m.frequencies = freq;
    hw_profile genotypes = {.id = "G", .typing_error = hw_random_double(&r) * 0.2};
    hw_profile sets = {.id = "S", .has_dropout = true};
    sets.dropout = hw_random_double(&r);
    sets.drop_in = hw_random_double(&r);
    for (hw_allele x = 0; x < 4; x++) {
      hw_assert_close(sum_of_sets(&m, &sets, x, HW_ALLELE_NONE), 1, 1e-14, 0);
      for (hw_allele y = 0; y < 4; y++) {
        hw_assert_close(sum_of_sets(&m, &sets, x, y), 1, 1e-14, 0);
        /* Two silent alleles give no reading, of the true person or of the random one. */
        double hidden = m.silent == HW_ALLELE_NONE ? 0 : freq[3] * freq[3];
        double seen = x == m.silent && y == m.silent ? 0 : 1;
        double e = genotypes.typing_error;
        hw_assert_close(sum_of_genotypes(&m, &genotypes, x, y), (1 - e) * seen + e * (1 - hidden),
                        1e-14, 0);
      }
    }
  }
}

static void a_partial_reading_is_the_sum_of_its_completions(void **state) {
  (void)state;
  hw_marker m = make_marker(0, 3);
  hw_profile p = {.id = "P", .typing_error = 0.03};
  for (hw_allele x = 0; x < 3; x++)
    for (hw_allele y = 0; y < 4; y++) {
      double sum = 0;
      for (hw_allele b = 0; b < 3; b++) sum += of_genotype(&m, &p, 1, b, x, y);
      hw_assert_close(of_genotype(&m, &p, 1, HW_ALLELE_NONE, x, y), sum, 1e-14, 0);
    }
}

static void the_table_equals_the_single_values(void **state) {
  (void)state;
  hw_random r;
  hw_random_init(&r, 20260212);
  double table[16];
  for (int trial = 0; trial < 200; trial++) {
    hw_marker m = make_marker(HW_CHROMOSOME_X, trial % 2 ? HW_ALLELE_NONE : 3);
    /* Every third without dropout, where factors are zero. */
    hw_profile p = {.id = "P", .has_dropout = true};
    p.dropout = trial % 3 ? hw_random_double(&r) : 0;
    p.drop_in = trial % 5 ? hw_random_double(&r) : 0;
    hw_allele seen[3];
    hw_observation obs = {.kind = HW_OBS_SET, .seen = seen};
    for (hw_allele a = 0; a < 3; a++)
      if (hw_random_below(&r, 2)) seen[obs.n_seen++] = a;
    hw_observation_table(&m, &obs, &p, false, table);
    for (hw_allele x = 0; x < 4; x++)
      for (hw_allele y = 0; y < 4; y++)
        hw_assert_close(table[x * 4 + y], hw_observation_probability(&m, &obs, &p, x, y), 1e-13, 0);
    hw_observation_table(&m, &obs, &p, true, table);
    for (hw_allele x = 0; x < 4; x++)
      hw_assert_close(table[x], hw_observation_probability(&m, &obs, &p, x, HW_ALLELE_NONE), 1e-13,
                      0);
  }
}

/* --- validation --- */

static void assert_invalid(const hw_marker *m, hw_observation obs, bool single, hw_status status,
                           const char *expected) {
  hw_assert_status(hw_observation_validate(m, &obs, single, &err), status, &err);
  hw_assert_contains(err.message, expected);
}

static void observations_are_validated(void **state) {
  (void)state;
  hw_marker m = make_marker(HW_CHROMOSOME_X, 3);
  const hw_allele good[] = {0, 2}, unsorted[] = {2, 0}, twice[] = {1, 1}, silent[] = {3};
  hw_observation ok[] = {{.kind = HW_OBS_MISSING},
                         {.kind = HW_OBS_GENOTYPE, .a = 0, .b = 2},
                         {.kind = HW_OBS_GENOTYPE, .a = 2, .b = HW_ALLELE_NONE},
                         {.kind = HW_OBS_SET, .n_seen = 2, .seen = good},
                         {.kind = HW_OBS_SET}};
  for (size_t i = 0; i < sizeof ok / sizeof *ok; i++)
    hw_assert_ok(hw_observation_validate(&m, &ok[i], false, &err), &err);
  hw_observation single = {.kind = HW_OBS_SINGLE, .a = 2, .b = HW_ALLELE_NONE};
  hw_assert_ok(hw_observation_validate(&m, &single, true, &err), &err);
  assert_invalid(&m, single, false, HW_E_SHAPE, "one allele");
  assert_invalid(&m, ok[1], true, HW_E_SHAPE, "two alleles");
  assert_invalid(&m, (hw_observation){.kind = HW_OBS_GENOTYPE, .a = 4, .b = 0}, false, HW_E_VALUE,
                 "allele number 4");
  assert_invalid(&m, (hw_observation){.kind = HW_OBS_GENOTYPE, .a = HW_ALLELE_NONE, .b = 0}, false,
                 HW_E_VALUE, "allele number -1");
  assert_invalid(&m, (hw_observation){.kind = HW_OBS_GENOTYPE, .a = 0, .b = 3}, false, HW_E_VALUE,
                 "silent");
  assert_invalid(&m, (hw_observation){.kind = HW_OBS_SINGLE, .a = 9}, true, HW_E_VALUE, "9");
  assert_invalid(&m, (hw_observation){.kind = HW_OBS_SET, .n_seen = 2, .seen = unsorted}, false,
                 HW_E_VALUE, "ascending");
  assert_invalid(&m, (hw_observation){.kind = HW_OBS_SET, .n_seen = 2, .seen = twice}, false,
                 HW_E_VALUE, "distinct");
  assert_invalid(&m, (hw_observation){.kind = HW_OBS_SET, .n_seen = 1, .seen = silent}, true,
                 HW_E_VALUE, "silent");
  assert_invalid(&m, (hw_observation){.kind = HW_OBS_SET, .n_seen = 9, .seen = good}, false,
                 HW_E_SHAPE, "9 alleles seen of 4");
  assert_invalid(&m, (hw_observation){.kind = HW_OBS_SET, .n_seen = 1}, false, HW_E_SHAPE, "seen");
  assert_invalid(&m, (hw_observation){.kind = (hw_observation_kind)7}, false, HW_E_VALUE, "kind 7");
}

static void alleles_are_found_by_text(void **state) {
  (void)state;
  hw_marker m = make_marker(HW_CHROMOSOME_X, HW_ALLELE_NONE);
  assert_int_equal(hw_marker_find_allele(&m, "10"), 2);
  assert_int_equal(hw_marker_find_allele(&m, "10.0"), HW_ALLELE_NONE);
  assert_int_equal(hw_marker_find_allele(&m, ""), HW_ALLELE_NONE);
  assert_true(hw_marker_is_x(&m));
  m.chromosome = 22;
  assert_false(hw_marker_is_x(&m));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_genotype_is_seen_as_it_is),
      cmocka_unit_test(a_partial_genotype_names_one_of_the_alleles),
      cmocka_unit_test(a_silent_allele_hides),
      cmocka_unit_test(one_allele_is_seen_of_a_male),
      cmocka_unit_test(a_set_multiplies_over_all_alleles),
      cmocka_unit_test(without_dropout_a_set_is_certain),
      cmocka_unit_test(all_readings_of_a_genotype_sum_to_one),
      cmocka_unit_test(a_partial_reading_is_the_sum_of_its_completions),
      cmocka_unit_test(the_table_equals_the_single_values),
      cmocka_unit_test(observations_are_validated),
      cmocka_unit_test(alleles_are_found_by_text),
  };
  return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
