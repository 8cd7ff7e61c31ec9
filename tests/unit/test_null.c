/* Expected false leads: what may be seen at a marker, which samples count, thresholds beyond
 * everything, and failures of memory. (How exact the tails are: tests/property/test_false_leads.c.) */
#include "search/null.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "search/null_int.h"
#include "support/assert.h"
#include "support/faults.h"

/* Two autosomal markers and one on X. A synthetic table: the missing person's distributions are
 * written down, no family is needed. */
static const double thirds[3] = {0.5, 0.3, 0.2};
static const char *const names[3] = {"1", "2", "3"};
static hw_marker markers[3] = {
    {.name = "A", .n_alleles = 3, .allele_names = names, .frequencies = thirds, .silent = -1},
    {.name = "B", .n_alleles = 3, .allele_names = names, .frequencies = thirds, .silent = -1},
    {.name = "X",
     .chromosome = HW_CHROMOSOME_X,
     .n_alleles = 3,
     .allele_names = names,
     .frequencies = thirds,
     .silent = -1}};

/* a/b is b(b+1)/2 + a */
static const double unrelated[6] = {0.25, 0.3, 0.09, 0.2, 0.12, 0.04};
static const double related[6] = {0.25, 0.55, 0.0, 0.2, 0.0, 0.0};
static const double related_single[3] = {0.9, 0.1, 0.0};
static double log10_lr[9], log10_lr_single[3];

static hw_marker_table marker_tables[3] = {{.n_alleles = 3,
                                            .n_genotypes = 6,
                                            .n_codes = 9,
                                            .related = related,
                                            .unrelated = unrelated,
                                            .log10_lr = log10_lr},
                                           {.n_alleles = 3,
                                            .n_genotypes = 6,
                                            .n_codes = 9,
                                            .related = related,
                                            .unrelated = unrelated,
                                            .log10_lr = log10_lr},
                                           {.single = true,
                                            .n_alleles = 3,
                                            .n_genotypes = 3,
                                            .n_codes = 3,
                                            .related = related_single,
                                            .unrelated = thirds,
                                            .log10_lr = log10_lr_single}};
static const hw_table table = {.n_markers = 3, .markers = marker_tables};

#define GENOTYPE(x, y) \
  { .kind = HW_OBS_GENOTYPE, .a = (x), .b = (y) }
#define SINGLE(x) \
  { .kind = HW_OBS_SINGLE, .a = (x), .b = HW_ALLELE_NONE }
#define MISSING \
  { .kind = HW_OBS_MISSING, .a = -1, .b = -1 }

static const hw_observation of_a_man[3] = {GENOTYPE(0, 1), GENOTYPE(1, 1), SINGLE(0)};
static const hw_observation of_a_woman[3] = {GENOTYPE(0, 1), GENOTYPE(1, 1), GENOTYPE(0, 0)};
static const hw_observation autosomal[3] = {GENOTYPE(0, 1), GENOTYPE(1, 1), MISSING};
static const hw_observation only_a[3] = {GENOTYPE(0, 1), MISSING, MISSING};
static const hw_observation nothing[3] = {MISSING, MISSING, MISSING};

static hw_search_sample sample_of(const hw_observation *observations, hw_sex sex) {
  return (hw_search_sample){
      .code = "S", .sex = sex, .profile = {.n_markers = 3, .observations = observations}};
}

static hw_search_input input_of(const hw_search_sample *samples, int32_t n) {
  return (hw_search_input){.n_markers = 3, .markers = markers, .n_samples = n, .samples = samples};
}

static double expected(const hw_search_input *input, const hw_table *of, hw_sex sex,
                       double threshold) {
  hwp_null *null = NULL;
  hwp_null_work *work = NULL;
  hw_err err = HW_ERR_INIT;
  double n = -1, variance = -1;
  hw_assert_ok(hwp_null_new(input, &null, &err), &err);
  hw_assert_ok(hwp_null_work_new(null, &work, &err), &err);
  hw_assert_ok(hwp_null_expected(work, 0, of, sex, threshold, &n, &variance, &err), &err);
  assert_true(variance == 0);
  hwp_null_work_delete(work);
  hwp_null_delete(null);
  return n;
}

/* ---- outcomes --------------------------------------------------------------- */

static hwp_outcomes outcomes(int m, hwp_form form, hwp_noise noise) {
  static double room[256], alleles[18];
  hwp_outcomes out;
  assert_true(2 * hwp_outcomes_room(3, form, &noise) <= 256);
  hwp_outcomes_fill(&markers[m], &marker_tables[m], form, &noise, room, alleles, &out);
  assert_true((size_t)out.n <= hwp_outcomes_room(3, form, &noise));
  return out;
}

static double sum(const double *p, int32_t n) {
  double s = 0;
  for (int32_t i = 0; i < n; i++) s += p[i];
  return s;
}

static void probabilities_of_every_form_sum_to_one(void **state) {
  (void)state;
  static const hwp_noise noises[] = {{0, 0, 0},    {0, 0, 0.1},  {0.3, 0, 0}, {0.3, 0.05, 0},
                                     {0, 0.05, 0}, {1, 0.05, 0}, {1, 0, 0}};
  for (size_t i = 0; i < sizeof noises / sizeof *noises; i++)
    for (int m = 0; m < 3; m++) {
      const bool is_x = m == 2;
      const hwp_form forms[] = {is_x ? HWP_FORM_SINGLE : HWP_FORM_GENOTYPE,
                                is_x ? HWP_FORM_SINGLE : HWP_FORM_PARTIAL, HWP_FORM_SET};
      for (int f = 0; f < 3; f++) {
        const hwp_outcomes o = outcomes(m, forms[f], noises[i]);
        hw_assert_close(sum(o.unrelated, o.n), 1, 1e-12, 0);
        if (forms[f] != HWP_FORM_PARTIAL) /* E LR = 1 */
          hw_assert_close(sum(o.related, o.n), 1, 1e-9, 0);
      }
    }
}

static void a_partial_genotype_shows_either_allele(void **state) {
  (void)state;
  const hwp_outcomes o = outcomes(0, HWP_FORM_PARTIAL, (hwp_noise){0});
  assert_int_equal(o.n, 3);
  for (int a = 0; a < 3; a++) hw_assert_close(o.unrelated[a], thirds[a], 1e-12, 0);
  /* allele 2 among the alleles: related 0.2, unrelated 0.36 */
  hw_assert_close(o.related[2] / o.unrelated[2], 0.2 / 0.36, 1e-12, 0);
}

static void a_silent_allele_shows_as_a_homozygote(void **state) {
  (void)state;
  markers[0].silent = 2;
  const hwp_outcomes partial = outcomes(0, HWP_FORM_PARTIAL, (hwp_noise){0});
  assert_int_equal(partial.n, 2);
  hw_assert_close(sum(partial.unrelated, 2), 1, 1e-12, 0);
  const hwp_outcomes g = outcomes(0, HWP_FORM_GENOTYPE, (hwp_noise){0});
  markers[0].silent = -1;
  assert_int_equal(g.n, 3); /* 1/1, 1/2, 2/2 */
  hw_assert_close(g.unrelated[0], (0.25 + 0.2) / 0.96, 1e-12, 0);
  hw_assert_close(g.related[0] / g.unrelated[0], 0.45 / 0.45, 1e-12, 0);
}

static void what_contradicts_the_table_has_no_outcomes(void **state) {
  (void)state;
  assert_int_equal(outcomes(0, HWP_FORM_SINGLE, (hwp_noise){0}).n, 0);
  assert_int_equal(outcomes(2, HWP_FORM_GENOTYPE, (hwp_noise){0}).n, 0);
  assert_int_equal(outcomes(2, HWP_FORM_PARTIAL, (hwp_noise){0}).n, 0);
  assert_int_equal(outcomes(0, HWP_FORM_MISSING, (hwp_noise){0}).n, 0);
}

/* ---- which samples count ---------------------------------------------------- */

static void samples_of_the_other_sex_do_not_count(void **state) {
  (void)state;
  const hw_search_sample samples[] = {sample_of(nothing, HW_MALE), sample_of(nothing, HW_FEMALE),
                                      sample_of(nothing, HW_FEMALE),
                                      sample_of(nothing, HW_UNKNOWN_SEX)};
  const hw_search_input input = input_of(samples, 4);
  assert_true(expected(&input, &table, HW_MALE, 0) == 2);
  assert_true(expected(&input, &table, HW_FEMALE, 0) == 3);
  assert_true(expected(&input, &table, HW_UNKNOWN_SEX, 0) == 4);
  assert_true(expected(&input, &table, HW_UNKNOWN_SEX, 0.001) == 0);
  const hw_search_input women = input_of(samples + 1, 2);
  assert_true(expected(&women, &table, HW_MALE, 0) == 0);
}

static void alleles_on_x_tell_the_sex_too(void **state) {
  (void)state;
  const hw_search_sample samples[] = {sample_of(of_a_man, HW_UNKNOWN_SEX),
                                      sample_of(of_a_woman, HW_UNKNOWN_SEX)};
  const hw_search_input input = input_of(samples, 2), man = input_of(samples, 1);
  const double both = expected(&input, &table, HW_MALE, -1);
  assert_true(both > 0.1);
  hw_assert_same_bits(both, expected(&man, &table, HW_MALE, -1));
}

static void equal_samples_multiply(void **state) {
  (void)state;
  hw_search_sample samples[5];
  for (int i = 0; i < 5; i++) samples[i] = sample_of(i < 3 ? autosomal : only_a, HW_UNKNOWN_SEX);
  const hw_search_input all = input_of(samples, 5), first = input_of(samples, 1),
                        last = input_of(samples + 4, 1);
  hw_assert_close(
      expected(&all, &table, HW_MALE, 0.13),
      3 * expected(&first, &table, HW_MALE, 0.13) + 2 * expected(&last, &table, HW_MALE, 0.13),
      0.05, 0); /* one or two markers have steps, and the lattice may differ */
}

/* ---- thresholds -------------------------------------------------------------- */

static void thresholds_beyond_everything_are_exact(void **state) {
  (void)state;
  const hw_search_sample samples[] = {sample_of(autosomal, HW_UNKNOWN_SEX)};
  const hw_search_input input = input_of(samples, 1);
  const double possible = 0.75 * 0.75; /* 1/3, 2/3 and 3/3 are impossible if related */
  static const double low[] = {-HUGE_VAL, -1e300, -1e6, -50, -0.5};
  for (size_t i = 0; i < sizeof low / sizeof *low; i++)
    hw_assert_close(expected(&input, &table, HW_MALE, low[i]), possible, 1e-12, 0);
  static const double high[] = {0.53, 3, 50, 1e6, 1e300, HUGE_VAL};
  for (size_t i = 0; i < sizeof high / sizeof *high; i++)
    assert_true(expected(&input, &table, HW_MALE, high[i]) == 0);
  /* Between them all of 1/2, 1/2: log10 (0.55/0.3) twice is 0.526. */
  hw_assert_close(expected(&input, &table, HW_MALE, 0.4), 0.09, 0.02, 0);
}

static void a_family_that_contradicts_itself_tells_nothing(void **state) {
  (void)state;
  hw_marker_table same[3];
  memcpy(same, marker_tables, sizeof same);
  for (int m = 0; m < 2; m++) {
    same[m].related = unrelated;
    same[m].ln_family = -HUGE_VAL;
  }
  const hw_table idle = {.n_markers = 3, .markers = same};
  const hw_search_sample samples[] = {sample_of(autosomal, HW_UNKNOWN_SEX)};
  const hw_search_input input = input_of(samples, 1);
  hw_assert_close(expected(&input, &idle, HW_MALE, 0), 1, 1e-12, 0);
  assert_true(expected(&input, &idle, HW_MALE, 1e-9) == 0);
}

static void what_only_a_relative_can_have_is_never_met(void **state) {
  (void)state;
  static const double none[6] = {0.5, 0.5, 0, 0, 0, 0}, all[6] = {0, 0.5, 0.5, 0, 0, 0};
  hw_marker_table odd[3];
  memcpy(odd, marker_tables, sizeof odd);
  odd[0].unrelated = none;
  odd[0].related = all; /* LR: 0, 1, +inf */
  const hw_table infinite = {.n_markers = 3, .markers = odd};
  const hw_search_sample samples[] = {sample_of(only_a, HW_UNKNOWN_SEX)};
  const hw_search_input input = input_of(samples, 1);
  hw_assert_close(expected(&input, &infinite, HW_MALE, -5), 0.5, 1e-12, 0);
  assert_true(expected(&input, &infinite, HW_MALE, 1) == 0);
}

/* ---- draws, bits, memory ------------------------------------------------------ */

enum { N_MANY = 200 };
static hw_observation many_observations[N_MANY][3];
static hw_search_sample many_samples[N_MANY];

/* Every combination of forms, so that there are more groups than are all computed. */
static hw_search_input input_of_many(void) {
  static const hw_allele seen[1] = {0};
  const hw_observation forms[5] = {MISSING,
                                   GENOTYPE(0, 1),
                                   GENOTYPE(0, HW_ALLELE_NONE),
                                   {.kind = HW_OBS_SET, .n_seen = 1, .seen = seen},
                                   MISSING};
  for (int i = 0; i < N_MANY; i++) {
    many_observations[i][0] = forms[i % 4];
    many_observations[i][1] = forms[i / 4 % 4];
    many_observations[i][2] = forms[i / 16 % 2 == 0 ? 0 : 3];
    many_samples[i] = sample_of(many_observations[i], i % 7 == 0 ? HW_FEMALE : HW_UNKNOWN_SEX);
    many_samples[i].profile.has_dropout = true;
    many_samples[i].profile.dropout = 0.1 + 0.002 * (i % 40);
    many_samples[i].profile.drop_in = i % 3 == 0 ? 0.05 : 0;
    many_samples[i].profile.typing_error = i % 5 == 0 ? 0.01 : 0;
  }
  return input_of(many_samples, N_MANY);
}

static void order_and_history_do_not_change_a_bit(void **state) {
  (void)state;
  const hw_search_input input = input_of_many();
  hwp_null *null = NULL;
  hwp_null_work *forward = NULL, *backward = NULL;
  hw_err err = HW_ERR_INIT;
  double first[20][2], second[20][2];
  hw_assert_ok(hwp_null_new(&input, &null, &err), &err);
  assert_true(null->n_groups > HWP_PICKS && null->n_always <= HWP_ALWAYS);
  hw_assert_ok(hwp_null_work_new(null, &forward, &err), &err);
  hw_assert_ok(hwp_null_work_new(null, &backward, &err), &err);
  for (int q = 0; q < 20; q++)
    hw_assert_ok(
        hwp_null_expected(forward, q, &table, HW_MALE, 0.3, &first[q][0], &first[q][1], &err),
        &err);
  for (int q = 19; q >= 0; q--)
    hw_assert_ok(
        hwp_null_expected(backward, q, &table, HW_MALE, 0.3, &second[q][0], &second[q][1], &err),
        &err);
  double variance = 0;
  for (int q = 0; q < 20; q++) {
    hw_assert_same_bits(first[q][0], second[q][0]);
    hw_assert_same_bits(first[q][1], second[q][1]);
    variance += first[q][1];
  }
  assert_true(variance > 0);
  hwp_null_work_delete(forward);
  hwp_null_work_delete(backward);
  hwp_null_delete(null);
}

static void no_sample_of_the_other_sex_is_drawn(void **state) {
  (void)state;
  const hw_search_input input = input_of_many();
  hwp_null *null = NULL;
  hw_err err = HW_ERR_INIT;
  hwp_pick picks[HWP_PICKS];
  hw_assert_ok(hwp_null_new(&input, &null, &err), &err);
  for (hw_sex sex = HW_UNKNOWN_SEX; sex <= HW_FEMALE; sex++)
    for (int32_t query = 0; query < 300; query++) {
      double n_samples = 0;
      const int32_t n = hwp_null_pick(null, query, sex, picks);
      assert_true(n <= HWP_PICKS);
      for (int32_t i = 0; i < n; i++) {
        const int32_t *of_sex = picks[i].group->n_of_sex;
        assert_true(sex == HW_UNKNOWN_SEX || of_sex[HW_UNKNOWN_SEX] + of_sex[sex] > 0);
        n_samples += picks[i].n_samples;
      }
      hw_assert_close(n_samples, sex == HW_MALE ? N_MANY - (N_MANY + 6) / 7 : N_MANY, 1e-12, 0);
    }
  hwp_null_delete(null);
}

static hw_status everything(const hw_search_input *input, double *n, hw_err *err) {
  hwp_null *null = NULL;
  hwp_null_work *work = NULL;
  double variance;
  hw_status status = hwp_null_new(input, &null, err);
  if (status == HW_OK) status = hwp_null_work_new(null, &work, err);
  for (int q = 0; status == HW_OK && q < 3; q++)
    status = hwp_null_expected(work, q, &table, HW_MALE, 0.3, n, &variance, err);
  hwp_null_work_delete(work);
  hwp_null_delete(null);
  return status;
}

static void failures_of_memory_are_reported(void **state) {
  (void)state;
  const hw_search_input input = input_of_many();
  double truth = 0, n = 0;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(everything(&input, &truth, &err), &err);
  long failed = 0;
  for (long k = 0; hw_faults_begin(k); k++) {
    const hw_status status = everything(&input, &n, &err);
    if (!hw_faults_end()) {
      hw_assert_ok(status, &err);
      break;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
    hw_assert_contains(err.message, "memory is exhausted");
    failed++;
  }
  assert_true(failed > 5);
  hw_assert_same_bits(n, truth);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(probabilities_of_every_form_sum_to_one),
      cmocka_unit_test(a_partial_genotype_shows_either_allele),
      cmocka_unit_test(a_silent_allele_shows_as_a_homozygote),
      cmocka_unit_test(what_contradicts_the_table_has_no_outcomes),
      cmocka_unit_test(samples_of_the_other_sex_do_not_count),
      cmocka_unit_test(alleles_on_x_tell_the_sex_too),
      cmocka_unit_test(equal_samples_multiply),
      cmocka_unit_test(thresholds_beyond_everything_are_exact),
      cmocka_unit_test(a_family_that_contradicts_itself_tells_nothing),
      cmocka_unit_test(what_only_a_relative_can_have_is_never_met),
      cmocka_unit_test(order_and_history_do_not_change_a_bit),
      cmocka_unit_test(no_sample_of_the_other_sex_is_drawn),
      cmocka_unit_test(failures_of_memory_are_reported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
