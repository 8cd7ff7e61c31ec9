/* The model of reads by hand: single probabilities, bytes, pile-ups, grids, and what is refused. */
#include "homeward/reads.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/assert.h"
#include "support/faults.h"

enum { A, C, G, T, MARKERS = 5 };

/* A transition, a transversion, three alleles, an indel; a marker on X. */
static const char PANEL[] = "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,P,Q\n"
                            "ct,1,100,200,C/T,0.1,0.1,0.5,0.9\n"
                            "ca,1,110,210,C/A,0.2,0.2,0.5,\n"
                            "gat,1,120,220,G/A/T,0.3,0.3,0.5/0.3/0.2,0.1/0.1/0.8\n"
                            "long,1,130,230,C/CA,0.4,0.4,0.5,0.5\n"
                            "x,X,500,600,A/C,0.1,,0.5,0.5\n";

static const hw_reads_model perfect = {.library = HW_LIBRARY_DOUBLE_STRANDED};
static hw_panel *panel;
static hw_err err;

static int begin_all(void **state) {
  (void)state;
  return hw_panel_parse(PANEL, strlen(PANEL), "panel", &panel, NULL) == HW_OK ? 0 : -1;
}

static int end_all(void **state) {
  (void)state;
  hw_panel_delete(panel);
  return 0;
}

static hw_read_base base_of(uint8_t base, int16_t from_5, int16_t from_3, bool is_reverse) {
  return (hw_read_base){base, 30, 255, is_reverse, from_5, from_3};
}

static hw_pileup *pile(int32_t n, const int32_t *marker, const hw_read_base *bases) {
  hw_pileup *out = NULL;
  hw_assert_ok(hw_pileup_new(MARKERS, n, marker, bases, &out, &err), &err);
  return out;
}

static double log_unit(double ratio) {
  return -40 * log10(ratio);
}

/* --- one base --- */

static void a_base_is_wrong_where_base_or_place_is(void **state) {
  hw_read_base base = {.base = A, .quality = 20, .map_quality = 10, .from_5 = 9, .from_3 = 9};
  double shown[4];
  (void)state;
  hw_reads_shown(&perfect, &base, shown);
  hw_assert_close(shown[A], 0.99 * 0.9, 1e-14, 0);
  hw_assert_close(shown[C], (1 - 0.99 * 0.9) / 3, 1e-14, 0);
  base.map_quality = 255; /* not told */
  hw_reads_shown(&perfect, &base, shown);
  hw_assert_close(shown[A], 0.99, 1e-14, 0);
  base.quality = 90; /* bounded */
  hw_reads_shown(&perfect, &base, shown);
  hw_assert_close(1 - shown[A], pow(10, -4.5), 1e-9, 0);
  base.quality = 0; /* a guess */
  hw_reads_shown(&perfect, &base, shown);
  for (int a = 0; a < 4; a++) hw_assert_close(shown[a], 0.25, 1e-14, 0);
  base.base = HW_READS_NO_BASE;
  hw_reads_shown(&perfect, &base, shown);
  for (int a = 0; a < 4; a++) hw_assert_close(shown[a], 1, 0, 0);
}

static void damage_falls_from_the_ends_by_library_and_strand(void **state) {
  hw_reads_model model = {
      .library = HW_LIBRARY_DOUBLE_STRANDED, .damage = 0.4, .decay = 0.5, .damage_inside = 0.02};
  hw_read_base base = base_of(T, 0, 2, false);
  double c_to_t, g_to_a;
  (void)state;
  hw_reads_damage(&model, &base, &c_to_t, &g_to_a);
  hw_assert_close(c_to_t, 0.4 + 0.02, 1e-15, 0);
  hw_assert_close(g_to_a, 0.4 * 0.25 + 0.02, 1e-15, 0);
  base.is_reverse = 1;
  hw_reads_damage(&model, &base, &c_to_t, &g_to_a);
  hw_assert_close(g_to_a, 0.4 + 0.02, 1e-15, 0);
  hw_assert_close(c_to_t, 0.4 * 0.25 + 0.02, 1e-15, 0);
  base.from_3 = -1;
  hw_reads_damage(&model, &base, &c_to_t, &g_to_a);
  hw_assert_close(c_to_t, 0.02, 1e-15, 0);
  model.library = HW_LIBRARY_SINGLE_STRANDED;
  base = base_of(T, 1, 2, false);
  hw_reads_damage(&model, &base, &c_to_t, &g_to_a);
  hw_assert_close(c_to_t, 0.4 * (0.5 + 0.25 - 0.125) + 0.02, 1e-15, 0);
  hw_assert_close(g_to_a, 0, 0, 0);
  base.is_reverse = 1;
  hw_reads_damage(&model, &base, &c_to_t, &g_to_a);
  hw_assert_close(c_to_t, 0, 0, 0);
  hw_assert_close(g_to_a, 0.4 * (0.5 + 0.25 - 0.125) + 0.02, 1e-15, 0);
  model.library = HW_LIBRARY_TREATED;
  base = base_of(T, 0, 1, false);
  hw_reads_damage(&model, &base, &c_to_t, &g_to_a);
  hw_assert_close(c_to_t, 0.42, 1e-15, 0);
  hw_assert_close(g_to_a, 0.02, 1e-15, 0);
}

/* --- bytes --- */

static void bytes_of(const hw_pileup *pileup, hw_sex sex, const hw_reads_model *model,
                     uint8_t *bytes) {
  hw_assert_ok(hw_reads_genotypes(panel, 1, pileup, sex, model, bytes, &err), &err);
}

static void bytes_are_those_of_a_sum_by_hand(void **state) {
  static const int32_t markers[] = {0, 0, 3, 4};
  const hw_read_base bases[] = {base_of(T, 0, 9, false), base_of(C, 50, 50, false),
                                base_of(C, 9, 9, false), base_of(C, 9, 9, false)};
  const hw_reads_model model = {HW_LIBRARY_DOUBLE_STRANDED, 0.3, 0.5, 0, 0.1, 0.05, 0.02};
  uint8_t bytes[64];
  (void)state;
  hw_pileup *pileup = pile(4, markers, bases);
  bytes_of(pileup, HW_MALE, &model, bytes);
  /* ct: a T that is a damaged C with 0.3, and a C inside. Contaminants are 0.9 C. */
  const double e = 0.001, right = 1 - e, wrong = e / 3;
  const double t_of_c = 0.7 * wrong + 0.3 * right, t_of_t = right;
  const double t_foreign = 0.9 * wrong + 0.1 * right, c_foreign = 0.9 * right + 0.1 * wrong;
  const double inside = 0.3 * pow(0.5, 50); /* next to nothing */
  const double c_of_c = right + inside * (wrong - right), c_of_t = wrong;
  double p[3];
  for (int g = 0; g < 3; g++) {
    const double w = g == 0 ? 1 : g == 1 ? 0.55 : 0;
    const double t = 0.9 * (w * t_of_c + (1 - w) * t_of_t) + 0.1 * t_foreign;
    const double c = 0.9 * (w * c_of_c + (1 - w) * c_of_t) + 0.1 * c_foreign;
    p[g] = (0.98 * t + 0.005) * (0.98 * c + 0.005);
  }
  const double top = fmax(p[0], fmax(p[1], p[2]));
  for (int g = 0; g < 3; g++) assert_int_equal(bytes[g], (int)floor(log_unit(p[g] / top) + 0.5));
  /* Nothing over ca and gat, nothing known of an indel, no heterozygote on a male's X. */
  for (int g = 3; g < 3 + 3 + 6 + 3; g++) assert_int_equal(bytes[g], 0);
  assert_int_equal(panel->first_genotype[4], 15);
  assert_true(bytes[15] > 20);
  assert_int_equal(bytes[16], 255);
  assert_int_equal(bytes[17], 0);
  bytes_of(pileup, HW_FEMALE, &model, bytes);
  assert_true(bytes[16] > 0 && bytes[16] < 30);
  hw_pileup_delete(pileup);
}

static void frequencies_that_are_not_known_count_alike(void **state) {
  static const int32_t marker = 1;
  const hw_read_base base = base_of(A, 9, 9, false);
  const hw_reads_model model = {.library = HW_LIBRARY_DOUBLE_STRANDED, .contamination = 0.5};
  const double mean = 0.5 * (1 - 0.001) + 0.5 * 0.001 / 3;
  uint8_t bytes[64];
  (void)state;
  hw_pileup *pileup = pile(1, &marker, &base);
  bytes_of(pileup, HW_FEMALE, &model, bytes);
  const double cc = 0.5 * 0.001 / 3 + 0.5 * mean, aa = 0.5 * (1 - 0.001) + 0.5 * mean;
  assert_int_equal(bytes[3], (int)floor(log_unit(cc / aa) + 0.5));
  assert_int_equal(bytes[5], 0);
  hw_pileup_delete(pileup);
}

static void a_thousand_reads_do_not_underflow(void **state) {
  enum { READS = 20000 };
  static int32_t markers[READS];
  static hw_read_base bases[READS];
  uint8_t bytes[64];
  (void)state;
  for (int i = 0; i < READS; i++) bases[i] = base_of(i % 2 ? C : T, 40, 40, i % 3 == 0);
  hw_pileup *pileup = pile(READS, markers, bases);
  bytes_of(pileup, HW_FEMALE, &perfect, bytes);
  assert_int_equal(bytes[0], 255);
  assert_int_equal(bytes[1], 0);
  assert_int_equal(bytes[2], 255);
  hw_reads_fit fit; /* ½ (heterozygote) · ½^20000, but for errors of 0.001 · ⅔ */
  hw_assert_ok(hw_reads_fit_model(panel, 0, 1, pileup, &perfect, &fit, &err), &err);
  hw_assert_close(fit.ln_likelihood, log(0.5) + READS * log(0.5 * (1 - 0.001 + 0.001 / 3)), 1e-12,
                  0);
  hw_pileup_delete(pileup);
}

/* --- pile-ups --- */

static void the_order_of_bases_is_no_matter(void **state) {
  const int32_t markers[] = {4, 0, 2, 0}, turned_markers[] = {0, 2, 0, 4};
  const hw_read_base bases[] = {base_of(C, 1, 2, false), base_of(T, 3, 4, true),
                                base_of(A, 5, 6, false), base_of(C, 7, 8, false)};
  const hw_read_base turned[] = {bases[3], bases[2], bases[1], bases[0]};
  (void)state;
  hw_pileup *a = pile(4, markers, bases), *b = pile(4, turned_markers, turned);
  assert_int_equal(a->first[5], 4);
  assert_int_equal(a->first[1], 2);
  assert_memory_equal(a->first, b->first, 6 * sizeof *a->first);
  assert_memory_equal(a->bases, b->bases, 4 * sizeof *a->bases);
  assert_int_equal(a->bases[0].base, C);
  hw_pileup_delete(a);
  hw_pileup_delete(b);
  hw_pileup_delete(NULL);
}

static void assert_no_pileup(int32_t marker, hw_read_base base, const char *part) {
  hw_pileup *out = NULL;
  hw_assert_status(hw_pileup_new(MARKERS, 1, &marker, &base, &out, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, part);
  assert_null(out);
}

static void bases_that_are_none_are_refused(void **state) {
  hw_pileup *out = NULL;
  (void)state;
  assert_no_pileup(5, base_of(A, 0, 0, false), "marker 5 of 5");
  assert_no_pileup(-1, base_of(A, 0, 0, false), "marker -1 of 5");
  assert_no_pileup(0, base_of(5, 0, 0, false), "code 5");
  assert_no_pileup(0, base_of(A, -2, 0, false), "distances -2 0");
  assert_no_pileup(0, (hw_read_base){.is_reverse = 2}, "strand 2");
  hw_assert_status(hw_pileup_new(-1, 0, NULL, NULL, &out, &err), HW_E_VALUE, &err);
  hw_assert_status(hw_pileup_new(1, (int64_t)INT32_MAX + 1, NULL, NULL, &out, &err),
                   HW_E_TOO_COMPLEX, &err);
  hw_assert_contains(err.message, "take a part of the reads");
}

static void memory_that_runs_out_is_told(void **state) {
  const int32_t marker = 0;
  const hw_read_base base = base_of(A, 0, 0, false);
  hw_pileup *out = NULL;
  (void)state;
  for (long n = 0; hw_faults_begin(n); n++) {
    const hw_status status = hw_pileup_new(MARKERS, 1, &marker, &base, &out, &err);
    if (!hw_faults_end()) {
      hw_assert_ok(status, &err);
      break;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
    assert_null(out);
  }
  hw_pileup_delete(out);
}

/* --- what is refused --- */

static void assert_refused(hw_reads_model model, int32_t source, const char *part) {
  hw_reads_fit fit;
  uint8_t bytes[64];
  hw_pileup *pileup = pile(0, NULL, NULL);
  hw_assert_status(hw_reads_genotypes(panel, source, pileup, HW_MALE, &model, bytes, &err),
                   HW_E_VALUE, &err);
  hw_assert_contains(err.message, part);
  if (model.contamination >= 0)
    hw_assert_status(hw_reads_fit_model(panel, 0, source, pileup, &model, &fit, &err), HW_E_VALUE,
                     &err);
  hw_pileup_delete(pileup);
}

static void numbers_out_of_range_are_refused(void **state) {
  (void)state;
  assert_refused((hw_reads_model){.damage = 1.5}, 0, "damage of the reads is 1.5");
  assert_refused((hw_reads_model){.decay = (double)NAN}, 0, "decay of the reads is nan");
  assert_refused((hw_reads_model){.contamination = -0.1}, 0, "contamination of the reads is -0.1");
  assert_refused((hw_reads_model){.reference_bias = 0.6}, 0, "it must be -0.5 to 0.5");
  assert_refused((hw_reads_model){.damage = 0.7, .damage_inside = 0.4}, 0, "more than 1 together");
  assert_refused((hw_reads_model){.library = (hw_library)3}, 0, "library 3");
  assert_refused(perfect, 2, "population 2 of the contaminant: the panel has 2");
  assert_refused((hw_reads_model){.contamination = 0.1}, HW_PANEL_NONE, "name one, or set");
}

static void another_panels_reads_are_refused(void **state) {
  hw_reads_fit fit;
  uint8_t bytes[64];
  hw_pileup *pileup = NULL;
  (void)state;
  hw_assert_ok(hw_pileup_new(3, 0, NULL, NULL, &pileup, &err), &err);
  hw_assert_status(hw_reads_genotypes(panel, 0, pileup, HW_MALE, &perfect, bytes, &err), HW_E_SHAPE,
                   &err);
  hw_assert_contains(err.message, "over 3 markers, the panel has 5");
  hw_pileup_delete(pileup);
  pileup = pile(0, NULL, NULL);
  hw_assert_status(hw_reads_fit_model(panel, 2, 0, pileup, &perfect, &fit, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "population 2 of the person");
  hw_pileup_delete(pileup);
}

/* --- fits and grids --- */

static void no_reads_tell_nothing(void **state) {
  const hw_reads_model start = {HW_LIBRARY_DOUBLE_STRANDED, -1, -1, -1, -1, -1, -1};
  hw_reads_fit fit;
  (void)state;
  hw_pileup *pileup = pile(0, NULL, NULL);
  hw_assert_ok(hw_reads_fit_model(panel, 0, 1, pileup, &start, &fit, &err), &err);
  assert_int_equal(fit.undetermined, (1u << HW_READS_PARAMETERS) - 1);
  hw_assert_close(fit.model.damage, 0, 0, 0);
  hw_assert_close(fit.model.decay, 0.3, 0, 0);
  hw_assert_close(fit.ln_likelihood, 0, 0, 0);
  assert_int_equal(fit.n_sites, 0);
  assert_int_equal(fit.sex, HW_UNKNOWN_SEX);
  assert_true(isnan(fit.se_damage) && isnan(fit.se_drop_in));
  hw_pileup_delete(pileup);
}

static void fixed_numbers_stay(void **state) {
  static const int32_t markers[] = {0, 0, 1, 2, 4};
  const hw_read_base bases[] = {base_of(T, 0, 9, false), base_of(C, 50, 50, false),
                                base_of(C, 9, 9, false), base_of(HW_READS_NO_BASE, 9, 9, false),
                                base_of(C, 9, 9, false)};
  const hw_reads_model start = {HW_LIBRARY_SINGLE_STRANDED, 0.95, 0.5, 0.01, 0, -0.1, 0.02};
  hw_reads_fit fit;
  (void)state;
  hw_pileup *pileup = pile(5, markers, bases);
  hw_assert_ok(hw_reads_fit_model(panel, 0, HW_PANEL_NONE, pileup, &start, &fit, &err), &err);
  assert_int_equal(fit.undetermined, 0);
  assert_int_equal(fit.model.library, start.library);
  hw_assert_close(fit.model.damage, start.damage, 0, 0);
  hw_assert_close(fit.model.decay, start.decay, 0, 0);
  hw_assert_close(fit.model.damage_inside, start.damage_inside, 0, 0);
  hw_assert_close(fit.model.contamination, start.contamination, 0, 0);
  hw_assert_close(fit.model.reference_bias, start.reference_bias, 0, 0);
  hw_assert_close(fit.model.drop_in, start.drop_in, 0, 0);
  assert_int_equal(fit.n_sites, 3);
  hw_assert_close(fit.on_autosomes, 1, 0, 0);
  hw_assert_close(fit.on_x, 1, 0, 0);
  hw_assert_close(fit.coverage, 1, 0, 0);
  assert_true(fit.ln_likelihood < 0);
  hw_pileup_delete(pileup);
}

static void a_grid_goes_around_the_fit(void **state) {
  hw_reads_model models[HW_READS_GRID_MOST];
  hw_reads_fit fit = {.model = {HW_LIBRARY_DOUBLE_STRANDED, 0.3, 0.4, 0.01, 0.03, 0.02, 0.001},
                      .se_damage = 0.02,
                      .se_contamination = 0.02};
  (void)state;
  const int32_t n = hw_reads_grid(&fit, models);
  assert_int_equal(n, 5 * 5); /* 0 (for −0.01), 0.01, 0.03, 0.05, 0.07 */
  assert_memory_equal(&models[0], &fit.model, sizeof fit.model);
  double least_c = 1, most_c = 0, least_d = 1, most_d = 0;
  for (int32_t i = 0; i < n; i++) {
    for (int32_t j = 0; j < i; j++)
      assert_true(models[i].contamination != models[j].contamination ||
                  models[i].damage != models[j].damage);
    hw_assert_close(models[i].decay, 0.4, 0, 0);
    least_c = fmin(least_c, models[i].contamination);
    most_c = fmax(most_c, models[i].contamination);
    least_d = fmin(least_d, models[i].damage);
    most_d = fmax(most_d, models[i].damage);
  }
  hw_assert_close(least_c, 0, 0, 0);
  hw_assert_close(most_c, 0.07, 1e-12, 0);
  hw_assert_close(least_d, 0.26, 1e-12, 0);
  hw_assert_close(most_d, 0.34, 1e-12, 0);
  fit.se_damage = fit.se_contamination = (double)NAN;
  fit.model.contamination = fit.model.damage = 0;
  assert_int_equal(hw_reads_grid(&fit, models), 9);
  hw_assert_close(models[8].contamination, 0.1, 0, 1e-15);
  hw_assert_close(models[8].damage, 0.2, 0, 1e-15);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_base_is_wrong_where_base_or_place_is),
      cmocka_unit_test(damage_falls_from_the_ends_by_library_and_strand),
      cmocka_unit_test(bytes_are_those_of_a_sum_by_hand),
      cmocka_unit_test(frequencies_that_are_not_known_count_alike),
      cmocka_unit_test(a_thousand_reads_do_not_underflow),
      cmocka_unit_test(the_order_of_bases_is_no_matter),
      cmocka_unit_test(bases_that_are_none_are_refused),
      cmocka_unit_test(memory_that_runs_out_is_told),
      cmocka_unit_test(numbers_out_of_range_are_refused),
      cmocka_unit_test(another_panels_reads_are_refused),
      cmocka_unit_test(no_reads_tell_nothing),
      cmocka_unit_test(fixed_numbers_stay),
      cmocka_unit_test(a_grid_goes_around_the_fit),
  };
  return cmocka_run_group_tests(tests, begin_all, end_all);
}
