/* The scrutiny of one pairing: each part against what can be worked out by hand or by
 * enumeration. The random comparisons with the engine stand in tests/oracle. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/casefile.h"
#include "homeward/scrutiny.h"
#include "identify/scrutiny_int.h"
#include "support/assert.h"
#include "support/faults.h"

static const char *source(const char *relative) {
  static char path[512];
  const char *root = getenv("HOMEWARD_SOURCE_ROOT");
  assert_non_null(root);
  snprintf(path, sizeof path, "%s/%s", root, relative);
  return path;
}

static hw_case_list *four_families(void) {
  hw_case_list *list = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_case_list_read(source("examples/four_families.json"), &list, &err), &err);
  return list;
}

/* ---- distributions -------------------------------------------------------- */

static void the_sum_of_few_markers_is_their_enumeration(void **state) {
  (void)state;
  /* Values on and off the grid; weights 1/4, 3/4 and the like. */
  hwp_outcome a[3] = {{-1.3, 0.2, 0.5}, {0.4, 0.3, 0.3}, {2.0, 0.5, 0.2}};
  hwp_outcome b[2] = {{-0.7, 0.25, 0.6}, {1.1, 0.75, 0.4}};
  hwp_outcome c[3] = {{IMPOSSIBLE, 0, 0.3}, {0.31, 0.6, 0.5}, {0.9, 0.4, 0.2}};
  const hwp_outcomes markers[3] = {{3, a, 0}, {2, b, 0}, {3, c, 0}};
  hw_arena arena;
  hw_arena_init(&arena, 0);
  for (int truth = 0; truth < 2; truth++)
    for (int step = -64; step <= 80; step++) {
      const double x = step / 16.0;
      hw_lr_distribution d;
      hw_err err = HW_ERR_INIT;
      hw_assert_ok(hwp_distribution_sum(markers, 3, truth != 0, x, &arena, &d, &err), &err);
      double low = 0, high = 0, mean = 0, square = 0, finite = 0;
      for (int i = 0; i < 3; i++)
        for (int j = 0; j < 2; j++)
          for (int k = 0; k < 3; k++) {
            const double p = truth != 0 ? a[i].truth * b[j].truth * c[k].truth
                                        : a[i].unrelated * b[j].unrelated * c[k].unrelated;
            const double sum = a[i].log10_lr + b[j].log10_lr + c[k].log10_lr;
            low += sum <= x ? p : 0;
            high += sum >= x ? p : 0;
            if (!isfinite(sum)) continue;
            finite += p;
            mean += p * sum;
            square += p * sum * sum;
          }
      mean /= finite;
      hw_assert_close(d.mean, mean, 1e-12, 1e-12);
      hw_assert_close(d.sd, sqrt(square / finite - mean * mean), 1e-9, 1e-12);
      hw_assert_close(d.p_impossible, truth != 0 ? 0 : 0.3, 1e-12, 1e-15);
      hw_assert_close(d.error, 3.0 / 128, 0, 1e-15);
      assert_true(d.p_low[0] <= low + 1e-12 && low <= d.p_low[1] + 1e-12);
      assert_true(d.p_high[0] <= high + 1e-12 && high <= d.p_high[1] + 1e-12);
      hw_arena_reset(&arena);
    }
  hw_arena_clear(&arena);
}

static void an_impossible_and_a_certain_value_have_their_tails(void **state) {
  (void)state;
  hwp_outcome a[2] = {{IMPOSSIBLE, 0.1, 0.5}, {1, 0.9, 0.5}};
  hwp_outcome b[2] = {{HUGE_VAL, 0.2, 0}, {0.5, 0.8, 1}};
  const hwp_outcomes markers[2] = {{2, a, 0}, {2, b, 0}};
  hw_arena arena;
  hw_lr_distribution d;
  hw_err err = HW_ERR_INIT;
  hw_arena_init(&arena, 0);
  hw_assert_ok(hwp_distribution_sum(markers, 2, true, IMPOSSIBLE, &arena, &d, &err), &err);
  hw_assert_close(d.p_low[1], 0.1, 1e-12, 0);
  hw_assert_close(d.p_high[1], 1, 1e-12, 0);
  hw_assert_ok(hwp_distribution_sum(markers, 2, true, HUGE_VAL, &arena, &d, &err), &err);
  hw_assert_close(d.p_certain, 0.18, 1e-12, 0);
  hw_assert_close(d.p_high[1], 0.18, 1e-12, 0);
  hw_arena_clear(&arena);
}

static double sum_of(const hwp_outcomes *outcomes, bool of_truth) {
  double sum = 0;
  for (int32_t i = 0; i < outcomes->n; i++)
    sum += of_truth ? outcomes->outcomes[i].truth : outcomes->outcomes[i].unrelated;
  return sum;
}

/* Table of a marker with three alleles for any two distributions. */
static hw_marker_table small_table(const double *related, const double *unrelated, double *lr) {
  hw_marker_table table = {.n_alleles = 3,
                           .n_genotypes = 6,
                           .n_codes = 9,
                           .related = related,
                           .unrelated = unrelated,
                           .log10_lr = lr};
  double partial[2][3] = {{0}};
  for (int y = 0; y < 3; y++)
    for (int x = 0; x <= y; x++) {
      const int g = y * (y + 1) / 2 + x;
      lr[g] = log10(related[g] / unrelated[g]);
      partial[0][x] += related[g];
      partial[1][x] += unrelated[g];
      if (x != y) partial[0][y] += related[g];
      if (x != y) partial[1][y] += unrelated[g];
    }
  for (int x = 0; x < 3; x++) lr[6 + x] = log10(partial[0][x] / partial[1][x]);
  return table;
}

static void outcomes_sum_to_one_whatever_was_seen(void **state) {
  (void)state;
  const double frequencies[3] = {0.2, 0.3, 0.5};
  const char *const names[3] = {"12", "13", "14"};
  const double related[6] = {0.1, 0.3, 0.05, 0.25, 0.1, 0.2};
  const double unrelated[6] = {0.04, 0.12, 0.09, 0.2, 0.3, 0.25};
  double lr[9];
  const hw_marker_table table = small_table(related, unrelated, lr);
  const hw_marker marker = {.name = "m",
                            .n_alleles = 3,
                            .allele_names = names,
                            .frequencies = frequencies,
                            .silent = HW_ALLELE_NONE};
  const hw_allele seen[1] = {1};
  const hw_observation kinds[3] = {{.kind = HW_OBS_GENOTYPE, .a = 0, .b = 1},
                                   {.kind = HW_OBS_GENOTYPE, .a = 0, .b = HW_ALLELE_NONE},
                                   {.kind = HW_OBS_SET, .n_seen = 1, .seen = seen}};
  const hw_profile profiles[3] = {
      {.id = "clean"},
      {.id = "misread", .typing_error = 0.02},
      {.id = "faint", .has_dropout = true, .dropout = 0.2, .drop_in = 0.05}};
  hw_arena arena;
  hw_arena_init(&arena, 0);
  for (int k = 0; k < 3; k++)
    for (int p = 0; p < 3; p++) {
      hwp_outcomes outcomes;
      hw_err err = HW_ERR_INIT;
      hw_assert_ok(hwp_outcomes_list(&marker, &table, NULL, &kinds[k], &profiles[p], &arena,
                                     &outcomes, &err),
                   &err);
      hw_assert_close(sum_of(&outcomes, true), 1, 1e-12, 0);
      hw_assert_close(sum_of(&outcomes, false), 1, 1e-12, 0);
      double mean = 0; /* E[LR | unrelated] = 1, besides partial genotypes */
      for (int32_t i = 0; i < outcomes.n; i++)
        mean += outcomes.outcomes[i].unrelated * pow(10, outcomes.outcomes[i].log10_lr);
      if (k != 1) hw_assert_close(mean, 1, 1e-3, 0);
    }
  hw_arena_clear(&arena);
}

/* ---- a report --------------------------------------------------------------- */

static const hw_rival *find_rival(const hw_scrutiny_report *report, hw_rival_kind kind) {
  for (int32_t i = 0; i < report->n_rivals; i++)
    if (report->rivals[i].kind == kind) return &report->rivals[i];
  return NULL;
}

static void a_true_pair_stands_and_a_false_one_does_not(void **state) {
  (void)state;
  hw_case_list *list = four_families();
  const hw_case *problem = &list->cases[0];
  int n_stand = 0, n_fall = 0;
  hw_identify *run = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_identify_new(problem, NULL, &run, &err), &err);
  for (int32_t t = 0; t < hw_identify_target_count(run); t++)
    hw_assert_ok(hw_identify_step(run, t, &err), &err);
  for (int32_t t = 0; t < hw_identify_target_count(run); t++)
    for (int32_t r = 0; r < problem->n_remains; r++) {
      const hw_target *target = hw_identify_target(run, t);
      const hw_scrutiny_options options = {.n_draws = -1};
      hw_scrutiny *scrutiny = NULL;
      hw_assert_ok(
          hw_scrutiny_new(problem, target->family, target->missing, r, &options, &scrutiny, &err),
          &err);
      const hw_scrutiny_report *report = hw_scrutiny_get_report(scrutiny);
      const double log10_lr = hw_identify_log10_lr(run, r, t);
      if (!report->is_sex_excluded) hw_assert_same_bits(report->log10_lr, log10_lr);
      if (hw_identify_proposed(run, r, 0.999) == t) {
        n_stand += report->stands;
      } else {
        n_fall += !report->stands;
        assert_true(report->n_reasons > 0);
      }
      hw_scrutiny_delete(scrutiny);
    }
  assert_int_equal(n_stand, 3);
  assert_int_equal(n_fall, hw_identify_target_count(run) * problem->n_remains - 3);
  hw_identify_delete(run);
  hw_case_list_delete(list);
}

static void the_band_holds_the_stated_value_and_names_its_driver(void **state) {
  (void)state;
  hw_case_list *list = four_families();
  int32_t two_n[64];
  for (int i = 0; i < 64; i++) two_n[i] = 722;
  hw_frequency_table *table = NULL;
  hw_err err = HW_ERR_INIT;
  const hw_frequency_options how = {.normalisation = HW_NORMALISE_RESCALE};
  hw_assert_ok(
      hw_frequency_table_read(source("data/frequencies_nist1036_asian.csv"), &how, &table, &err),
      &err);
  const hw_scrutiny_table tables[1] = {{"asian", table}};
  const hw_scrutiny_options options = {
      .n_tables = 1, .tables = tables, .two_n = two_n, .n_draws = 40, .seed = 3};
  for (int32_t f = 0; f < list->cases[0].n_families; f++)
    for (int32_t r = 0; r < 3; r++) {
      hw_scrutiny *scrutiny = NULL;
      hw_assert_ok(hw_scrutiny_new(&list->cases[0], f, 0, r, &options, &scrutiny, &err), &err);
      const hw_scrutiny_report *report = hw_scrutiny_get_report(scrutiny);
      double largest = 0;
      for (int k = 0; k < HW_BAND_KIND_COUNT; k++) {
        const hw_band_factor *factor = &report->band.factors[k];
        assert_true(factor->log10_least <= report->log10_lr);
        assert_true(factor->log10_most >= report->log10_lr);
        hw_assert_close(factor->log10_drop, report->log10_lr - factor->log10_least, 1e-12, 1e-12);
        largest = factor->log10_drop > largest ? factor->log10_drop : largest;
        for (int32_t i = 0; i < factor->n_points; i++)
          if (factor->points[i].is_computed)
            assert_true(factor->points[i].log10_lr >= factor->log10_least &&
                        factor->points[i].log10_lr <= factor->log10_most);
      }
      if (report->band.driver >= 0)
        hw_assert_close(report->band.factors[report->band.driver].log10_drop, largest, 0, 0);
      hw_scrutiny_delete(scrutiny);
    }
  hw_frequency_table_delete(table);
  hw_case_list_delete(list);
}

static void a_scrutiny_is_the_same_twice(void **state) {
  (void)state;
  hw_case_list *list = four_families();
  int32_t two_n[64];
  for (int i = 0; i < 64; i++) two_n[i] = 500;
  const hw_scrutiny_options options = {.two_n = two_n, .n_draws = 20, .seed = 9};
  hw_scrutiny *twice[2] = {NULL, NULL};
  hw_err err = HW_ERR_INIT;
  for (int i = 0; i < 2; i++)
    hw_assert_ok(hw_scrutiny_new(&list->cases[0], 2, 0, 5, &options, &twice[i], &err), &err);
  const hw_scrutiny_report *a = hw_scrutiny_get_report(twice[0]);
  const hw_scrutiny_report *b = hw_scrutiny_get_report(twice[1]);
  for (int k = 0; k < HW_BAND_KIND_COUNT; k++) {
    hw_assert_same_bits(a->band.factors[k].log10_least, b->band.factors[k].log10_least);
    hw_assert_same_bits(a->band.factors[k].log10_most, b->band.factors[k].log10_most);
  }
  hw_assert_same_bits(a->expected.truth.p_low[1], b->expected.truth.p_low[1]);
  hw_assert_same_bits(a->band.log10_combined, b->band.log10_combined);
  for (int i = 0; i < 2; i++) hw_scrutiny_delete(twice[i]);
  hw_case_list_delete(list);
}

static void a_ratio_against_a_rival_is_a_difference(void **state) {
  (void)state;
  hw_case_list *list = four_families();
  hw_scrutiny *scrutiny = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_scrutiny_new(&list->cases[0], 0, 0, 2, NULL, &scrutiny, &err), &err);
  const hw_scrutiny_report *report = hw_scrutiny_get_report(scrutiny);
  assert_true(report->n_rivals > 12);
  for (int32_t i = 0; i < report->n_rivals; i++) {
    const hw_rival *rival = &report->rivals[i];
    assert_true(rival->is_computed);
    hw_assert_close(rival->log10_ratio, report->log10_lr - rival->log10_lr, 1e-12, 1e-12);
    if (report->closest != i && !rival->is_exchangeable)
      assert_true(rival->log10_ratio >= report->rivals[report->closest].log10_ratio);
  }
  hw_assert_close(find_rival(report, HW_RIVAL_UNRELATED)->log10_ratio, report->log10_lr, 0, 0);
  /* Of parents alone no profile could tell a full sibling. */
  assert_true(find_rival(report, HW_RIVAL_FULL_SIBLING)->is_exchangeable);
  assert_false(find_rival(report, HW_RIVAL_HALF_SIBLING)->is_exchangeable);
  hw_scrutiny_delete(scrutiny);
  hw_case_list_delete(list);
}

/* ---- what is refused ------------------------------------------------------------ */

static void options_out_of_range_are_refused(void **state) {
  (void)state;
  hw_case_list *list = four_families();
  const hw_scrutiny_options wrong[] = {
      {.level = 1},         {.level = -0.1},         {.theta_clan = 1},
      {.theta_clan = -0.1}, {.degree = 13},          {.degree = -1},
      {.margin = -1},       {.threshold = HUGE_VAL}, {.margin = (double)NAN}};
  static const char *const told[] = {"level",  "level",  "theta",     "theta", "degree",
                                     "degree", "margin", "threshold", "margin"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    hw_scrutiny *scrutiny = (hw_scrutiny *)&list;
    hw_err err = HW_ERR_INIT;
    hw_assert_status(hw_scrutiny_new(&list->cases[0], 0, 0, 0, &wrong[i], &scrutiny, &err),
                     HW_E_VALUE, &err);
    hw_assert_contains(err.message, told[i]);
    assert_null(scrutiny);
  }
  hw_case_list_delete(list);
}

static void a_pairing_that_is_not_there_is_refused(void **state) {
  (void)state;
  hw_case_list *list = four_families();
  const int32_t wrong[][3] = {{-1, 0, 0}, {4, 0, 0}, {0, 1, 0}, {0, -1, 0}, {0, 0, 6}, {0, 0, -1}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    hw_scrutiny *scrutiny = NULL;
    hw_err err = HW_ERR_INIT;
    hw_assert_status(hw_scrutiny_new(&list->cases[0], wrong[i][0], wrong[i][1], wrong[i][2], NULL,
                                     &scrutiny, &err),
                     HW_E_REFERENCE, &err);
    hw_assert_contains(err.message, "no such pairing");
  }
  hw_case_list_delete(list);
}

static void linked_markers_and_typed_missing_persons_are_refused(void **state) {
  (void)state;
  hw_case_list *list = four_families();
  hw_case problem = list->cases[0];
  hw_scrutiny *scrutiny = NULL;
  hw_err err = HW_ERR_INIT;
  const hw_linkage linkage = {.n_markers = 2};
  problem.n_linkages = 1;
  problem.linkages = &linkage;
  hw_assert_status(hw_scrutiny_new(&problem, 0, 0, 0, NULL, &scrutiny, &err), HW_E_UNSUPPORTED,
                   &err);
  problem = list->cases[0];
  hw_family family = problem.families[0];
  family.missing = family.profile_person;
  problem.families = &family;
  hw_assert_status(hw_scrutiny_new(&problem, 0, 0, 0, NULL, &scrutiny, &err), HW_E_SHAPE, &err);
  hw_assert_contains(err.message, "is typed");
  hw_case_list_delete(list);
}

static void what_is_too_complex_is_told(void **state) {
  (void)state;
  hw_case_list *list = four_families();
  hw_scrutiny *scrutiny = NULL;
  hw_err err = HW_ERR_INIT;
  hw_scrutiny_options options = {.likelihood = {.max_work = 10}};
  hw_assert_status(hw_scrutiny_new(&list->cases[0], 0, 0, 2, &options, &scrutiny, &err),
                   HW_E_TOO_COMPLEX, &err);
  hw_assert_contains(err.message, "compiling family 'F001'");
  hw_case_list_delete(list);
}

static void memory_that_runs_out_is_an_error_and_nothing_leaks(void **state) {
  (void)state;
  hw_case_list *list = four_families();
  int32_t two_n[64];
  for (int i = 0; i < 64; i++) two_n[i] = 500;
  const hw_scrutiny_options options = {.two_n = two_n, .n_draws = 2};
  int n_failures = 0;
  for (long nth = 0;; nth = nth < 60 ? nth + 1 : nth + nth / 3) {
    hw_scrutiny *scrutiny = NULL;
    hw_err err = HW_ERR_INIT;
    assert_true(hw_faults_begin(nth));
    const hw_status status = hw_scrutiny_new(&list->cases[0], 0, 0, 2, &options, &scrutiny, &err);
    const bool has_failed = hw_faults_end();
    if (status == HW_OK && !has_failed) {
      hw_scrutiny_delete(scrutiny);
      break;
    }
    if (status != HW_OK) {
      hw_assert_status(status, HW_E_NO_MEMORY, &err);
      assert_null(scrutiny);
    } else {
      hw_scrutiny_delete(scrutiny);
    }
    n_failures++;
  }
  assert_true(n_failures > 50);
  hw_case_list_delete(list);
}

static void kinds_have_names(void **state) {
  (void)state;
  assert_string_equal(hw_rival_name(HW_RIVAL_UNRELATED), "unrelated");
  assert_string_equal(hw_rival_name(HW_RIVAL_KIND_COUNT), "unknown");
  assert_string_equal(hw_relabel_name(HW_RELABEL_SWAPPED), "swapped");
  assert_string_equal(hw_relabel_name(HW_RELABEL_KIND_COUNT), "unknown");
  assert_string_equal(hw_band_name(HW_BAND_RELATION), "stated-relation");
  assert_string_equal(hw_band_name(HW_BAND_KIND_COUNT), "unknown");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_sum_of_few_markers_is_their_enumeration),
      cmocka_unit_test(an_impossible_and_a_certain_value_have_their_tails),
      cmocka_unit_test(outcomes_sum_to_one_whatever_was_seen),
      cmocka_unit_test(a_true_pair_stands_and_a_false_one_does_not),
      cmocka_unit_test(the_band_holds_the_stated_value_and_names_its_driver),
      cmocka_unit_test(a_scrutiny_is_the_same_twice),
      cmocka_unit_test(a_ratio_against_a_rival_is_a_difference),
      cmocka_unit_test(options_out_of_range_are_refused),
      cmocka_unit_test(a_pairing_that_is_not_there_is_refused),
      cmocka_unit_test(linked_markers_and_typed_missing_persons_are_refused),
      cmocka_unit_test(what_is_too_complex_is_told),
      cmocka_unit_test(memory_that_runs_out_is_an_error_and_nothing_leaks),
      cmocka_unit_test(kinds_have_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
