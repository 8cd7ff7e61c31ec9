/* Tables as bytes: what the scan of a query holds, and the order of samples in the
 * index. That no pair is lost is shown by tests/property. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "search/quantise.h"
#include "support/assert.h"
#include "support/small_search.h"

static small_search s;

/* An index of `s`, and the scan of one of its queries. */
typedef struct made {
  hwp_index *index;
  hw_table *table;
  hwp_quantiser quantiser;
  hw_arena arena;
  const hwp_scan *scan;
} made;

static int make(void **state) {
  (void)state;
  small_search_init(&s);
  return 0;
}

static made quantise(int32_t q) {
  made self = {0};
  hw_err err = HW_ERR_INIT;
  const hw_search_family *family = &s.families[q];
  const hw_problem problem = {.pedigree = &family->pedigree,
                              .n_profiles = family->n_profiles,
                              .profiles = family->profiles,
                              .profile_person = family->profile_person,
                              .n_markers = s.input.n_markers,
                              .markers = s.input.markers};
  hw_assert_ok(hwp_index_new(&s.input, &s.options, &self.index, &err), &err);
  hw_assert_ok(hw_table_compile(&problem, 2, NULL, &self.table, &err), &err);
  hw_assert_ok(hwp_quantiser_init(&self.quantiser, self.index, 2, &self.arena, &err), &err);
  hwp_quantise(&self.quantiser, 1, self.table, s.persons[q][2].sex);
  self.scan = &self.quantiser.scans[1];
  return self;
}

static void clear(made *self) {
  hw_table_delete(self->table);
  hwp_index_delete(self->index);
  hw_arena_clear(&self->arena);
}

/* What the scan's tables take from sample i. */
static int32_t taken(const hw_scan_bytes *scan, const hwp_index *index, int32_t position) {
  int32_t sum = 0;
  for (int32_t c = 0; c < scan->n_columns; c++) {
    const uint8_t code = index->tiles[0].codes[scan->columns[c] * HW_SCAN_TILE + position];
    assert_true(code < scan->n_codes[c]);
    sum += scan->tables[c * HW_SCAN_ENTRIES + code];
  }
  return sum;
}

static void deficits_are_the_log10_lr_below_the_best_one_rounded_down(void **state) {
  (void)state;
  made m = quantise(4);
  assert_true(m.scan->has_sex && !m.scan->is_nobody && !m.scan->is_everybody);
  assert_int_equal(m.scan->main.budget, 254);
  assert_in_range(m.scan->main.n_columns, 2, SMALL_MARKERS + 1);
  assert_int_equal(m.scan->main.columns[0], SMALL_MARKERS);
  assert_int_equal(m.scan->n_wild, 0);
  int32_t n_alive = 0;
  for (int32_t i = 0; i < SMALL_SAMPLES; i++) {
    const hw_search_sample *sample = &s.samples[m.index->sample[i]];
    const double lr = hw_table_log10_lr(m.table, s.markers, &sample->profile, NULL);
    const bool fits = sample->sex == HW_UNKNOWN_SEX || sample->sex == HW_MALE;
    const bool is_alive = taken(&m.scan->main, m.index, i) <= m.scan->main.budget;
    n_alive += is_alive;
    if (fits && lr >= s.options.threshold) assert_true(is_alive);
    /* Four columns lose at most four units, of which 254 span less than three. */
    if (!fits || lr < s.options.threshold - 0.05) assert_false(is_alive);
  }
  assert_in_range(n_alive, 1, SMALL_SAMPLES / 2);
  clear(&m);
}

static void columns_stand_in_the_order_of_what_they_take(void **state) {
  (void)state;
  made m = quantise(4);
  int64_t before = INT64_MAX;
  for (int32_t c = 1; c < m.scan->main.n_columns; c++) {
    int64_t sum = 0;
    hw_scan_bytes one = m.scan->main;
    one.n_columns = 1;
    one.tables += c * HW_SCAN_ENTRIES;
    one.columns += c;
    one.n_codes += c;
    for (int32_t i = 0; i < SMALL_SAMPLES; i++) sum += taken(&one, m.index, i);
    assert_true(sum <= before && sum > 0);
    before = sum;
  }
  assert_in_range(m.scan->main.first_look, 1, m.scan->main.n_columns);
  clear(&m);
}

static void columns_without_evidence_are_left_out_unless_pruning_is_off(void **state) {
  (void)state;
  for (int32_t k = 0; k < SMALL_MARKERS; k++)
    s.reference_observations[4][k] = (hw_observation){.kind = HW_OBS_MISSING, .a = -1, .b = -1};
  s.options.threshold = -0.5;
  made m = quantise(4);
  assert_int_equal(m.scan->main.n_columns, 2); /* the sex, and one so that there is one */
  clear(&m);
  s.options.no_pruning = true;
  m = quantise(4);
  assert_int_equal(m.scan->main.n_columns, SMALL_MARKERS + 1);
  assert_int_equal(m.scan->main.first_look, SMALL_MARKERS + 1);
  clear(&m);
}

static void a_threshold_out_of_reach_needs_no_scan(void **state) {
  (void)state;
  s.options.threshold = 9.0;
  made m = quantise(4);
  assert_true(m.scan->is_nobody);
  clear(&m);
}

static void without_a_threshold_everybody_is_alive(void **state) {
  (void)state;
  s.options.threshold = 3.0;
  s.options.top = 1;
  s.options.floor = -HUGE_VAL;
  made m = quantise(4);
  assert_true(m.scan->is_everybody);
  clear(&m);
}

static void only_the_impossible_are_lost_below_a_very_low_threshold(void **state) {
  (void)state;
  s.options.threshold = -1e300;
  made m = quantise(4);
  for (int32_t i = 0; i < SMALL_SAMPLES; i++) {
    const hw_search_sample *sample = &s.samples[m.index->sample[i]];
    const double lr = hw_table_log10_lr(m.table, s.markers, &sample->profile, NULL);
    const bool fits = sample->sex == HW_UNKNOWN_SEX || sample->sex == HW_MALE;
    assert_int_equal(taken(&m.scan->main, m.index, i) <= 254, fits && lr > -HUGE_VAL);
  }
  clear(&m);
}

static void a_code_of_infinite_evidence_has_a_scan_of_its_own(void **state) {
  (void)state;
  static const double frequencies[SMALL_ALLELES] = {0.0, 0.3, 0.3, 0.25, 0.15};
  static const double mutates[SMALL_ALLELES * SMALL_ALLELES] = {
      1, 0, 0, 0, 0, 0.1, 0.9, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1};
  s.markers[1].frequencies = frequencies; /* the first allele arises by mutation only */
  s.markers[1].matrix[0] = s.markers[1].matrix[1] = mutates;
  s.reference_observations[4][1] = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = 1, .b = 2};
  s.observations[17][1] = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = 0, .b = 3};
  made m = quantise(4);
  assert_int_equal(m.scan->n_wild, 1);
  const hw_scan_bytes *wild = &m.scan->wild[0];
  assert_int_equal(wild->n_columns, 1);
  assert_int_equal(wild->columns[0], 1);
  for (int32_t i = 0; i < SMALL_SAMPLES; i++) {
    const hw_observation *obs = &s.observations[m.index->sample[i]][1];
    const bool is_infinite = obs->a == 0 || obs->b == 0;
    assert_int_equal(taken(wild, m.index, i) <= wild->budget, is_infinite);
  }
  clear(&m);
}

static void samples_stand_by_sex_and_by_typed_markers(void **state) {
  (void)state;
  hwp_index *index = NULL;
  hw_err err = HW_ERR_INIT;
  for (int32_t i = 0; i < SMALL_SAMPLES; i += 3) s.observations[i][1].kind = HW_OBS_MISSING;
  for (int32_t i = 0; i < SMALL_SAMPLES; i += 4) s.observations[i][2].kind = HW_OBS_MISSING;
  hw_assert_ok(hwp_index_new(&s.input, &s.options, &index, &err), &err);
  const uint8_t *codes = index->tiles[0].codes;
  for (int32_t i = 0; i < HW_SCAN_TILE; i++) {
    int32_t n_missing[2] = {0, 0};
    if (i >= SMALL_SAMPLES) {
      assert_int_equal(index->sample[i], -1);
      for (int32_t c = 0; c <= SMALL_MARKERS; c++) assert_int_equal(codes[c * HW_SCAN_TILE + i], 0);
      continue;
    }
    const int32_t sample = index->sample[i], sex = (int32_t)s.samples[sample].sex;
    assert_int_equal(codes[SMALL_MARKERS * HW_SCAN_TILE + i], sex);
    for (int32_t k = 0; k < SMALL_MARKERS; k++)
      assert_int_equal(codes[k * HW_SCAN_TILE + i] == 0,
                       s.observations[sample][k].kind == HW_OBS_MISSING);
    if (i == 0) continue;
    const int32_t before = index->sample[i - 1], sex_before = (int32_t)s.samples[before].sex;
    for (int32_t k = 0; k < SMALL_MARKERS; k++) {
      n_missing[0] += s.observations[before][k].kind == HW_OBS_MISSING;
      n_missing[1] += s.observations[sample][k].kind == HW_OBS_MISSING;
    }
    assert_true(sex > sex_before ||
                (sex == sex_before && (n_missing[1] > n_missing[0] ||
                                       (n_missing[1] == n_missing[0] && sample > before))));
  }
  hwp_index_delete(index);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(deficits_are_the_log10_lr_below_the_best_one_rounded_down, make),
      cmocka_unit_test_setup(columns_stand_in_the_order_of_what_they_take, make),
      cmocka_unit_test_setup(columns_without_evidence_are_left_out_unless_pruning_is_off, make),
      cmocka_unit_test_setup(a_threshold_out_of_reach_needs_no_scan, make),
      cmocka_unit_test_setup(without_a_threshold_everybody_is_alive, make),
      cmocka_unit_test_setup(only_the_impossible_are_lost_below_a_very_low_threshold, make),
      cmocka_unit_test_setup(a_code_of_infinite_evidence_has_a_scan_of_its_own, make),
      cmocka_unit_test_setup(samples_stand_by_sex_and_by_typed_markers, make),
  };
  return cmocka_run_group_tests_name("search: tables as bytes", tests, NULL, NULL);
}
