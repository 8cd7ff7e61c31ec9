/* Rarity of haplotypes and mutation along a line: closed answers and laws; the filter of a search. */
#include "homeward/lineage.h"

#include <math.h>

#include "support/assert.h"
#include "support/faults.h"

static hw_err err;

static void counting_adds_the_case_itself(void **state) {
  (void)state;
  hw_assert_close(hw_rarity_counted(0, 173, 1), 1.0 / 174, 1e-15, 0);
  hw_assert_close(hw_rarity_counted(3, 1000, 2), 5.0 / 1002, 1e-15, 0);
}

/* Nothing seen among n: 1 − α^(1/n); all but one: the upper end solves 1 − p^n = 1 − confidence. */
static void upper_bounds_are_those_of_clopper_and_pearson(void **state) {
  (void)state;
  hw_assert_close(hw_rarity_upper(0, 100, 0.95), 1 - pow(0.05, 0.01), 1e-9, 0);
  hw_assert_close(hw_rarity_upper(0, 48572, 0.95), 1 - pow(0.05, 1.0 / 48572), 1e-9, 0);
  hw_assert_close(hw_rarity_upper(9, 10, 0.95), pow(0.95, 0.1), 1e-9, 0);
  assert_true(hw_rarity_upper(10, 10, 0.95) == 1);
}

/* The bound, put back into the binomial distribution term by term. */
static void upper_bounds_solve_their_equation(void **state) {
  (void)state;
  for (int x = 0; x < 12; x++) {
    const double p = hw_rarity_upper(x, 60, 0.99);
    double sum = 0;
    for (int i = 0; i <= x; i++)
      sum += exp(lgamma(61) - lgamma(i + 1.0) - lgamma(61.0 - i) + i * log(p) +
                 (60.0 - i) * log1p(-p));
    hw_assert_close(sum, 0.01, 1e-8, 0);
    assert_true(x == 0 || p > hw_rarity_upper(x - 1, 60, 0.99));
  }
}

static void kappa_counts_the_new_haplotype_among_those_seen_once(void **state) {
  (void)state;
  hw_assert_close(hw_rarity_kappa(80, 99), (1 - 0.81) / 100, 1e-15, 0);
}

static void changes_along_a_line_sum_to_one(void **state) {
  const double rate[] = {0.2};
  double sum = 0;
  (void)state;
  for (int to = 0; to <= 40; to++)
    sum += hw_y_transition(1, (int32_t[]){20}, (int32_t[]){to}, rate, 6);
  hw_assert_close(sum, 1, 1e-12, 0);
}

static void changes_along_a_line_have_their_closed_form(void **state) {
  const double rate[] = {0.01, 0.002, 0.5};
  (void)state;
  const int32_t from[] = {14, 30, 11}, same[] = {14, 30, -1}, one[] = {15, 30, -1};
  hw_assert_close(hw_y_transition(3, from, same, rate, 1), 0.99 * 0.998, 1e-14, 0);
  hw_assert_close(hw_y_transition(3, from, one, rate, 1), 0.005 * 0.998, 1e-14, 0);
  /* Two meioses without net change: none mutates, or up and down again. */
  hw_assert_close(hw_y_transition(1, from, same, rate, 2), 0.99 * 0.99 + 2 * 0.005 * 0.005, 1e-14,
                  0);
  assert_true(hw_y_transition(1, from, (int32_t[]){114}, rate, 3) == 0);
}

/* Two well separated clusters of two markers. */
static const int32_t alleles[] = {13, 29, 13, 29, 14, 29, 13, 30, 13, 28,
                                  23, 19, 23, 19, 22, 19, 23, 20, 23, 19};
static const hw_y_table table = {2, 10, alleles, NULL};

static void mixtures_sum_to_one(void **state) {
  hw_laplace *model = NULL;
  double sum = 0;
  (void)state;
  hw_assert_ok(hw_laplace_fit(&table, NULL, &model, &err), &err);
  assert_int_equal(model->n_clusters, 2);
  for (int32_t a = -60; a < 100; a++)
    for (int32_t b = -60; b < 120; b++) sum += hw_laplace_probability(model, (int32_t[]){a, b});
  hw_assert_close(sum, 1, 1e-9, 0);
  hw_laplace_delete(model);
}

/* One cluster, one marker: the mean of |d| is 2p/(1 − p²) = S/n (Andersen et al. 2013, section 2). */
static void one_cluster_has_its_closed_form(void **state) {
  const int32_t one[] = {10, 10, 10, 11, 9, 12, 10, 10};
  const hw_y_table small = {1, 8, one, NULL};
  hw_laplace *model = NULL;
  const double mean = 4.0 / 8;
  (void)state;
  hw_assert_ok(hw_laplace_fit(&small, &(hw_laplace_options){1, 1, 0}, &model, &err), &err);
  assert_int_equal(model->centre[0], 10);
  hw_assert_close(model->ratio[0], (sqrt(1 + mean * mean) - 1) / mean, 1e-8, 0);
  hw_laplace_delete(model);
}

static void counts_stand_for_repeated_haplotypes(void **state) {
  const int32_t once[] = {13, 29, 14, 29, 23, 19}, twice[] = {13, 29, 13, 29, 14, 29, 23, 19};
  const int32_t counts[] = {2, 1, 1};
  const hw_y_table counted = {2, 3, once, counts}, listed = {2, 4, twice, NULL};
  hw_laplace *a = NULL, *b = NULL;
  (void)state;
  hw_assert_ok(hw_laplace_fit(&counted, &(hw_laplace_options){1, 1, 0}, &a, &err), &err);
  hw_assert_ok(hw_laplace_fit(&listed, &(hw_laplace_options){1, 1, 0}, &b, &err), &err);
  hw_assert_close(a->ln_likelihood, b->ln_likelihood, 1e-10, 0);
  hw_laplace_delete(a);
  hw_laplace_delete(b);
}

static void what_does_not_fit_is_refused(void **state) {
  const int32_t negative[] = {13, -1}, counts[] = {0};
  hw_laplace *model = NULL;
  (void)state;
  hw_assert_status(hw_laplace_fit(&(hw_y_table){2, 0, alleles, NULL}, NULL, &model, &err),
                   HW_E_SHAPE, &err);
  hw_assert_status(hw_laplace_fit(&(hw_y_table){65, 1, alleles, NULL}, NULL, &model, &err),
                   HW_E_SHAPE, &err);
  hw_assert_status(hw_laplace_fit(&(hw_y_table){2, 1, negative, NULL}, NULL, &model, &err),
                   HW_E_VALUE, &err);
  hw_assert_contains(err.message, "haplotype 1, marker 2: -1 repeats");
  hw_assert_status(hw_laplace_fit(&(hw_y_table){2, 1, alleles, counts}, NULL, &model, &err),
                   HW_E_VALUE, &err);
  hw_assert_status(hw_laplace_fit(&table, &(hw_laplace_options){65, 0, 0}, &model, &err),
                   HW_E_VALUE, &err);
  assert_null(model);
}

/* --- Y haplotypes as laboratories report them --- */

enum { N_MARKERS = 3, WIDTH = N_MARKERS * HW_Y_COPIES };
static const hw_y_marker markers[N_MARKERS] = {
    {"DYS19", 1, 0.002}, {"DYS390", 1, 0.003}, {"DYS385", 2, 0.001}};
static const hw_y_panel panel = {N_MARKERS, markers};

#define Y_ROW(first, second, third, fourth) \
  { (first), 0, 0, 0, (second), 0, 0, 0, (third), (fourth), 0, 0 }

static void y_haplotypes_are_compared_at_markers_typed_in_both(void **state) {
  const int16_t a[] = Y_ROW(140, 240, 110, 140), b[] = Y_ROW(150, 0, 110, 140);
  const int16_t c[] = Y_ROW(142, 240, 110, 0);
  hw_y_comparison found;
  (void)state;
  hw_y_compare(&panel, a, b, &found);
  assert_int_equal(found.n_shared, 2);
  assert_int_equal(found.n_differences, 1);
  assert_int_equal(found.n_irregular, 0);
  hw_y_compare(&panel, a, c, &found);
  assert_int_equal(found.n_shared, 3);
  assert_int_equal(found.n_differences, 2);
  assert_int_equal(found.n_irregular, 2);
}

/* Both orders of the copies, and all multisets together. */
static void changes_of_a_pair_sum_to_one(void **state) {
  const int16_t from[] = {110, 140, 0, 0}, equal[] = {120, 120, 0, 0};
  double sum = 0, sum_equal = 0;
  (void)state;
  for (int16_t i = 1; i < 40; i++)
    for (int16_t j = i; j < 40; j++) {
      const int16_t to[] = {(int16_t)(i * 10), (int16_t)(j * 10), 0, 0};
      sum += hw_y_marker_transition(&markers[2], from, to, 6);
      sum_equal += hw_y_marker_transition(&markers[2], equal, to, 6);
    }
  hw_assert_close(sum, 1, 1e-12, 0);
  hw_assert_close(sum_equal, 1, 1e-12, 0);
  const int16_t both[] = {120, 130, 0, 0}, one_up[] = {110, 150, 0, 0},
                three[] = {110, 140, 150, 0};
  hw_assert_close(hw_y_marker_transition(&markers[2], from, one_up, 1), 0.999 * 0.0005, 1e-12, 0);
  hw_assert_close(hw_y_marker_transition(&markers[2], from, both, 1), 0.0005 * 0.0005, 1e-12, 0);
  assert_true(hw_y_marker_transition(&markers[2], from, three, 1) == 0);
  /* From {12, 12} to {12, 13}: either copy. */
  hw_assert_close(hw_y_marker_transition(&markers[2], equal, both, 1), 2 * 0.999 * 0.0005, 1e-12,
                  0);
}

/* --- the filter --- */

static hw_mt *read_mt(const char *ranges, const char *differences) {
  hw_mt *haplotype = NULL;
  hw_assert_ok(hw_mt_parse(ranges, differences, &haplotype, &err), &err);
  return haplotype;
}

static void filters_exclude_what_differs_too_much(void **state) {
  hw_mt *mt[3] = {read_mt("16024-576", "263G"), read_mt("16024-576", "263G 152C 195C 16223T"),
                  NULL};
  hw_mt *query_mt[1] = {read_mt("73-340", "263G")};
  const int16_t a[] = Y_ROW(140, 240, 110, 140), b[] = Y_ROW(150, 250, 110, 140);
  const int16_t *y[3] = {b, a, NULL}, *query_y[1] = {a};
  const hw_lineage_rows samples = {3, (const hw_mt *const *)mt, y};
  const hw_lineage_rows queries = {1, (const hw_mt *const *)query_mt, query_y};
  uint8_t reasons[3];
  int32_t n = 0;
  (void)state;
  hw_assert_ok(hw_lineage_filter(&samples, &queries, 0, &panel, &(hw_lineage_limits){0, 0}, reasons,
                                 &n, &err),
               &err);
  assert_int_equal(n, 2);
  assert_int_equal(reasons[0], HW_LINEAGE_BY_Y);
  assert_int_equal(reasons[1], HW_LINEAGE_BY_MT);
  assert_int_equal(reasons[2], 0);
  hw_assert_ok(hw_lineage_filter(&samples, &queries, 0, &panel, &(hw_lineage_limits){1, 1}, reasons,
                                 &n, &err),
               &err);
  assert_int_equal(n, 2);
  hw_assert_ok(hw_lineage_filter(&samples, &queries, 0, &panel, &(hw_lineage_limits){2, 2}, reasons,
                                 &n, &err),
               &err);
  assert_int_equal(n, 0);
  hw_assert_status(hw_lineage_filter(&samples, &queries, 0, &panel, &(hw_lineage_limits){3, 0},
                                     reasons, &n, &err),
                   HW_E_VALUE, &err);
  hw_assert_status(hw_lineage_filter(&samples, &queries, 0, &panel, &(hw_lineage_limits){0, -1},
                                     reasons, &n, &err),
                   HW_E_VALUE, &err);
  hw_mt_delete(mt[0]);
  hw_mt_delete(mt[1]);
  hw_mt_delete(query_mt[0]);
}

static void memory_may_run_out_anywhere(void **state) {
  (void)state;
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_laplace *model = NULL;
    const hw_status status = hw_laplace_fit(&table, NULL, &model, &err);
    hw_laplace_delete(model);
    if (!hw_faults_end()) {
      hw_assert_ok(status, &err);
      break;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(counting_adds_the_case_itself),
      cmocka_unit_test(upper_bounds_are_those_of_clopper_and_pearson),
      cmocka_unit_test(upper_bounds_solve_their_equation),
      cmocka_unit_test(kappa_counts_the_new_haplotype_among_those_seen_once),
      cmocka_unit_test(changes_along_a_line_sum_to_one),
      cmocka_unit_test(changes_along_a_line_have_their_closed_form),
      cmocka_unit_test(mixtures_sum_to_one),
      cmocka_unit_test(one_cluster_has_its_closed_form),
      cmocka_unit_test(counts_stand_for_repeated_haplotypes),
      cmocka_unit_test(what_does_not_fit_is_refused),
      cmocka_unit_test(y_haplotypes_are_compared_at_markers_typed_in_both),
      cmocka_unit_test(changes_of_a_pair_sum_to_one),
      cmocka_unit_test(filters_exclude_what_differs_too_much),
      cmocka_unit_test(memory_may_run_out_anywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
