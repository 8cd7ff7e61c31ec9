/* Codes of a column: every sample keeps its observation, every code's bound covers
 * everybody who has it, and codes of their own carry the table's exact value. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/table.h"
#include "search/dictionary.h"
#include "support/assert.h"
#include "support/faults.h"

enum { SAMPLES = 2000, WIDEST = 300 };

/* One marker, the samples' observations there, and the table of a family: a typed parent. */
typedef struct column {
  hw_marker marker;
  double frequencies[WIDEST];
  char text[WIDEST][8];
  const char *names[WIDEST];
  hw_search_sample samples[SAMPLES];
  hw_observation observations[SAMPLES];
  hw_allele seen[SAMPLES][3];
  hw_search_input input;
  uint8_t codes[SAMPLES];
  hwp_dictionary dictionary;
  hw_arena arena;
  uint32_t state;
} column;

static uint32_t draw(column *self, uint32_t below) {
  self->state = self->state * 1664525u + 1013904223u;
  return (self->state >> 8) % below;
}

static void init(column *self, int32_t n_alleles, int chromosome) {
  memset(self, 0, sizeof *self);
  self->state = 3;
  for (int32_t a = 0; a < n_alleles; a++) {
    self->frequencies[a] = (1.0 + a % 3) / n_alleles;
    snprintf(self->text[a], sizeof self->text[a], "%d", (int)a);
    self->names[a] = self->text[a];
  }
  double sum = 0.0;
  for (int32_t a = 0; a < n_alleles; a++) sum += self->frequencies[a];
  for (int32_t a = 0; a < n_alleles; a++) self->frequencies[a] /= sum;
  self->marker = (hw_marker){.name = "L",
                             .chromosome = chromosome,
                             .n_alleles = n_alleles,
                             .allele_names = self->names,
                             .frequencies = self->frequencies,
                             .silent = HW_ALLELE_NONE};
  for (int32_t i = 0; i < SAMPLES; i++)
    self->samples[i].profile = (hw_profile){.n_markers = 1, .observations = &self->observations[i]};
  self->input = (hw_search_input){
      .n_markers = 1, .markers = &self->marker, .n_samples = SAMPLES, .samples = self->samples};
}

static void set_genotype(column *self, int32_t i, hw_allele a, hw_allele b) {
  self->observations[i] = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = a, .b = b};
}

static void set_seen(column *self, int32_t i, double dropout, double drop_in) {
  hw_allele *seen = self->seen[i];
  const uint32_t n = (uint32_t)self->marker.n_alleles;
  seen[0] = (hw_allele)draw(self, n - 1);
  seen[1] = seen[0] + 1 + (hw_allele)draw(self, n - 1 - (uint32_t)seen[0]);
  self->observations[i] =
      (hw_observation){.kind = HW_OBS_SET, .n_seen = (int32_t)draw(self, 3), .seen = seen};
  self->samples[i].profile.has_dropout = true;
  self->samples[i].profile.dropout = dropout;
  self->samples[i].profile.drop_in = drop_in;
}

static void make(column *self) {
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(
      hwp_dictionary_init(&self->dictionary, &self->input, 0, &self->arena, self->codes, &err),
      &err);
}

/* Compiles the missing child of a typed father and compares every sample with its code's bound.
 * @return samples whose bound is their log10 LR */
static int32_t check_bounds(column *self, hw_observation of_father, hw_sex sex) {
  const hw_person persons[2] = {{"F", -1, -1, HW_MALE, -1}, {"C", 0, -1, sex, -1}};
  const hw_pedigree pedigree = {2, persons};
  const hw_profile father = {.n_markers = 1, .observations = &of_father};
  const int32_t person = 0;
  const hw_problem problem = {.pedigree = &pedigree,
                              .n_profiles = 1,
                              .profiles = &father,
                              .profile_person = &person,
                              .n_markers = 1,
                              .markers = &self->marker,
                              .theta = self->input.theta};
  hw_err err = HW_ERR_INIT;
  hw_table *table = NULL;
  double bounds[HW_SCAN_ENTRIES];
  int32_t n_exact = 0;
  hw_assert_ok(hw_table_compile(&problem, 1, NULL, &table, &err), &err);
  hwp_dictionary_bounds(&self->dictionary, &table->markers[0], bounds);
  for (int32_t i = 0; i < SAMPLES; i++) {
    const double exact = hw_marker_table_log10_lr(
        &table->markers[0], &self->marker, &self->observations[i], &self->samples[i].profile);
    const double bound = bounds[self->codes[i]];
    assert_true(self->codes[i] < self->dictionary.n_codes);
    assert_true(exact <= bound + HWP_BOUND_SLACK);
    n_exact += exact == bound || fabs(exact - bound) <= 1e-9;
    if (self->dictionary.entry[table->markers[0].single][self->codes[i]] >= 0)
      hw_assert_same_bits(exact, bound);
  }
  hw_table_delete(table);
  return n_exact;
}

static const hw_observation father_2_5 = {.kind = HW_OBS_GENOTYPE, .a = 2, .b = 5};

static void few_readings_have_codes_of_their_own(void **state) {
  (void)state;
  column *c = malloc(sizeof *c);
  init(c, 12, 0);
  for (int32_t i = 0; i < SAMPLES; i++) {
    set_genotype(c, i, (hw_allele)draw(c, 12), (hw_allele)draw(c, 12));
    if (i % 7 == 0) c->observations[i].b = HW_ALLELE_NONE;
    if (i % 11 == 0) c->observations[i].kind = HW_OBS_MISSING;
  }
  make(c);
  assert_int_equal(c->dictionary.n_codes, 1 + 12 * 13 / 2 + 12);
  assert_int_equal(c->dictionary.n_points, 0);
  assert_int_equal(c->dictionary.n_envelopes, 0);
  assert_int_equal(check_bounds(c, father_2_5, HW_MALE), SAMPLES);
  int64_t n = 0;
  for (int32_t k = 0; k < c->dictionary.n_codes; k++) n += c->dictionary.count[k];
  assert_int_equal(n, SAMPLES);
  for (int32_t i = 0; i < SAMPLES; i++)
    assert_int_equal(c->codes[i] == 0, c->observations[i].kind == HW_OBS_MISSING);
  hw_arena_clear(&c->arena);
  free(c);
}

static void both_orders_of_two_alleles_are_one_reading(void **state) {
  (void)state;
  column *c = malloc(sizeof *c);
  init(c, 12, 0);
  for (int32_t i = 0; i < SAMPLES; i++) set_genotype(c, i, i % 2 ? 3 : 7, i % 2 ? 7 : 3);
  make(c);
  assert_int_equal(c->dictionary.n_codes, 2);
  assert_int_equal(c->dictionary.count[1], SAMPLES);
  hw_arena_clear(&c->arena);
  free(c);
}

static void beyond_255_readings_the_rare_ones_share_codes(void **state) {
  (void)state;
  column *c = malloc(sizeof *c);
  init(c, 40, 0); /* 820 genotypes */
  for (int32_t i = 0; i < SAMPLES; i++) {
    const uint32_t a = draw(c, 40), b = draw(c, 40);
    set_genotype(c, i, (hw_allele)(i % 2 ? a : a % 5), (hw_allele)(i % 2 ? b : b % 5));
  }
  make(c);
  assert_int_equal(c->dictionary.n_codes, HW_SCAN_ENTRIES);
  assert_true(c->dictionary.n_points > 0);
  /* The frequent ones are exact, the others covered. */
  assert_in_range(check_bounds(c, father_2_5, HW_FEMALE), SAMPLES / 2, SAMPLES);
  for (int32_t i = 0; i < SAMPLES; i += 2) assert_true(c->dictionary.entry[0][c->codes[i]] >= 0);
  hw_arena_clear(&c->arena);
  free(c);
}

static void typing_errors_are_readings_of_their_own(void **state) {
  (void)state;
  column *c = malloc(sizeof *c);
  init(c, 9, 0);
  c->marker.silent = 4;
  for (int32_t i = 0; i < SAMPLES; i++) {
    const hw_allele a = (hw_allele)draw(c, 4), b = (hw_allele)draw(c, 4);
    set_genotype(c, i, a, i % 5 == 0 ? HW_ALLELE_NONE : b);
    c->samples[i].profile.typing_error = i % 3 == 0 ? 0.0 : i % 3 == 1 ? 0.01 : 1.0;
  }
  make(c);
  assert_int_equal(c->dictionary.n_codes, 1 + 3 * (4 * 5 / 2 + 4));
  const hw_observation father = {.kind = HW_OBS_GENOTYPE, .a = 2, .b = 2};
  assert_int_equal(check_bounds(c, father, HW_MALE), SAMPLES);
  hw_arena_clear(&c->arena);
  free(c);
}

static void sets_of_one_dropout_are_bounded_by_their_own_ratio(void **state) {
  (void)state;
  column *c = malloc(sizeof *c);
  init(c, 9, 0);
  for (int32_t i = 0; i < SAMPLES; i++) set_seen(c, i, 0.2, i % 2 ? 0.05 : 0.0);
  make(c);
  assert_int_equal(c->dictionary.n_codes,
                   1 + 2 * (1 + 8 + 36)); /* the last stands behind another */
  assert_int_equal(check_bounds(c, father_2_5, HW_MALE), SAMPLES);
  hw_arena_clear(&c->arena);
  free(c);
}

static void sets_of_many_dropouts_share_codes(void **state) {
  (void)state;
  for (int with_theta = 0; with_theta < 2; with_theta++) {
    column *c = malloc(sizeof *c);
    init(c, 9, 0);
    for (int32_t i = 0; i < SAMPLES; i++) set_seen(c, i, 1e-4 * draw(c, 10001), 0.0);
    set_seen(c, 0, 1.0, 0.0); /* shows nothing */
    c->observations[0].n_seen = 1;
    c->input.theta = with_theta ? 0.02 : 0.0;
    make(c);
    assert_int_equal(c->dictionary.n_codes, HW_SCAN_ENTRIES);
    assert_true(check_bounds(c, father_2_5, HW_MALE) < SAMPLES);
    hw_arena_clear(&c->arena);
    free(c);
  }
}

/* Twelve alleles seen of a person who has two: (drop-in · p)^10 is below what can be computed with. */
static void a_set_too_improbable_to_compute_with_is_wild(void **state) {
  (void)state;
  static const hw_allele seen[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  column *c = malloc(sizeof *c);
  init(c, 13, 0);
  for (int32_t i = 0; i < SAMPLES; i++) set_genotype(c, i, 1, 2);
  set_seen(c, 5, 0.0, 4.4e-25);
  c->observations[5].seen = seen;
  c->observations[5].n_seen = 12;
  make(c);
  assert_int_equal(c->dictionary.n_envelopes, 1);
  assert_true(c->dictionary.envelopes[0].is_wild[0]);
  (void)check_bounds(c, father_2_5, HW_MALE);
  hw_arena_clear(&c->arena);
  free(c);
}

static void sets_of_a_marker_with_very_many_alleles_take_little_memory(void **state) {
  (void)state;
  column *c = malloc(sizeof *c);
  init(c, WIDEST, 0);
  for (int32_t i = 0; i < SAMPLES; i++) set_seen(c, i, 0.1, 0.01);
  make(c);
  assert_in_range(c->dictionary.n_codes, 4, 30);
  assert_true(c->arena.bytes < (size_t)12 << 20);
  (void)check_bounds(c, father_2_5, HW_FEMALE);
  hw_arena_clear(&c->arena);
  free(c);
}

static void at_x_one_allele_and_two_exclude_each_other(void **state) {
  (void)state;
  column *c = malloc(sizeof *c);
  init(c, 9, HW_CHROMOSOME_X);
  for (int32_t i = 0; i < SAMPLES; i++) {
    set_genotype(c, i, (hw_allele)draw(c, 9), (hw_allele)draw(c, 9));
    if (i % 2)
      c->observations[i] = (hw_observation){.kind = HW_OBS_SINGLE, .a = c->observations[i].a};
    if (i % 4 >= 2) c->samples[i].profile.typing_error = 0.02;
    if (i % 7 == 0) set_seen(c, i, 0.3, 0.0);
  }
  make(c);
  const hw_observation father = {.kind = HW_OBS_SINGLE, .a = 2, .b = HW_ALLELE_NONE};
  assert_int_equal(check_bounds(c, father, HW_MALE), SAMPLES);
  assert_int_equal(check_bounds(c, father, HW_FEMALE), SAMPLES);
  hw_arena_clear(&c->arena);
  free(c);
}

static void a_column_without_memory_says_so(void **state) {
  (void)state;
  column *c = malloc(sizeof *c);
  init(c, 40, 0);
  for (int32_t i = 0; i < SAMPLES; i++) {
    set_genotype(c, i, (hw_allele)draw(c, 40), (hw_allele)draw(c, 40));
    if (i % 3 == 0) set_seen(c, i, 0.3, 0.0);
  }
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_err err = HW_ERR_INIT;
    const hw_status status =
        hwp_dictionary_init(&c->dictionary, &c->input, 0, &c->arena, c->codes, &err);
    const bool has_failed = hw_faults_end();
    hw_assert_status(status, has_failed ? HW_E_NO_MEMORY : HW_OK, &err);
    hw_arena_clear(&c->arena);
    if (has_failed) continue;
    free(c);
    return;
  }
  fail();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(few_readings_have_codes_of_their_own),
      cmocka_unit_test(both_orders_of_two_alleles_are_one_reading),
      cmocka_unit_test(beyond_255_readings_the_rare_ones_share_codes),
      cmocka_unit_test(typing_errors_are_readings_of_their_own),
      cmocka_unit_test(sets_of_one_dropout_are_bounded_by_their_own_ratio),
      cmocka_unit_test(sets_of_many_dropouts_share_codes),
      cmocka_unit_test(a_set_too_improbable_to_compute_with_is_wild),
      cmocka_unit_test(sets_of_a_marker_with_very_many_alleles_take_little_memory),
      cmocka_unit_test(at_x_one_allele_and_two_exclude_each_other),
      cmocka_unit_test(a_column_without_memory_says_so),
  };
  return cmocka_run_group_tests_name("search: codes of a column", tests, NULL, NULL);
}
