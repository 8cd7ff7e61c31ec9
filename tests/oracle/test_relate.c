/* Who is kin to whom: planted relatives come out as what they are, and figures agree with nested
 * loops over single likelihoods. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/relate.h"
#include "oracle/snp_world.h"
#include "support/assert.h"
#include "support/faults.h"

enum { N_FAMILIES = 6, N_UNRELATED = 20, N_PEOPLE = 2 * N_FAMILIES + N_UNRELATED };

static const snp_kin kin[N_FAMILIES] = {SNP_PARENT, SNP_SIBLING,     SNP_HALF_SIBLING,
                                        SNP_NEPHEW, SNP_GRANDPARENT, SNP_COUSIN};
static const int32_t degrees[N_FAMILIES] = {1, 1, 2, 2, 2, 3};

typedef struct people {
  snp_world world;
  hw_snp_profile samples[N_PEOPLE];
  hw_relate_input input;
} people;

/* The missing person and the relative of each family stand side by side, then the others. */
static void make_people(people *self, int32_t n_markers, double coverage) {
  const snp_world_options options = {.seed = 31,
                                     .n_markers = n_markers,
                                     .n_samples = N_FAMILIES + N_UNRELATED,
                                     .n_families = N_FAMILIES,
                                     .n_planted = N_FAMILIES,
                                     .coverage = coverage,
                                     .read_error = 0.01,
                                     .call_error = {0.001, 0.001},
                                     .n_kin = N_FAMILIES,
                                     .kin = kin,
                                     .n_x = 30};
  snp_world_new(&options, &self->world);
  const hw_snp_search_input *from = &self->world.input;
  for (int f = 0; f < N_FAMILIES; f++) {
    self->samples[2 * f] = from->samples[f];
    self->samples[2 * f + 1] = from->families[f].profiles[0];
  }
  for (int i = 0; i < N_UNRELATED; i++)
    self->samples[2 * N_FAMILIES + i] = from->samples[N_FAMILIES + i];
  self->input =
      (hw_relate_input){.panel = from->panel, .n_samples = N_PEOPLE, .samples = self->samples};
}

static hw_relate_results *relate(const hw_relate_input *input, const hw_relate_options *options,
                                 int32_t n_threads) {
  hw_err err = HW_ERR_INIT;
  hw_relate_results *results = NULL;
  const hw_search_go go = {.n_threads = n_threads};
  hw_assert_ok(hw_relate_run(input, options, &go, &results, &err), &err);
  return results;
}

static void planted_relatives_come_out_as_what_they_are(void **state) {
  people *self = malloc(sizeof *self);
  (void)state;
  assert_non_null(self);
  make_people(self, 4000, 0);
  const hw_relate_options options = {.kinship = HW_RELATE_KINSHIP, .threshold = 4};
  hw_relate_results *found = relate(&self->input, &options, 1);
  assert_int_equal(found->n_screened, N_PEOPLE * (N_PEOPLE - 1) / 2);
  assert_true(found->n_passed < found->n_screened / 4);
  assert_int_equal(found->n_pairs, N_FAMILIES);
  bool is_found[N_FAMILIES] = {false};
  for (int64_t i = 0; i < found->n_pairs; i++) {
    const hw_relate_pair *pair = &found->pairs[i];
    const int f = pair->first / 2;
    assert_int_equal(pair->second, pair->first + 1);
    assert_int_equal(pair->first % 2, 0);
    is_found[f] = true;
    assert_int_equal(hw_relation_shape_get(pair->best)->degree, degrees[f]);
    assert_true(pair->n_typed > 3900);
    hw_assert_close(pair->kinship, pow(2, -degrees[f] - 1), 0.35, 0);
    if (i > 0) assert_true(pair->log10_lr[pair->best] <= pair[-1].log10_lr[pair[-1].best]);
    if (f == 0) assert_int_equal(pair->best, HW_RELATION_PARENT);
    if (f == 1) assert_int_equal(pair->best, HW_RELATION_FULL_SIBLINGS);
  }
  for (int f = 0; f < N_FAMILIES; f++) assert_true(is_found[f]);
  hw_relate_results_delete(found);
  snp_world_delete(&self->world);
  free(self);
}

static void pairs_that_are_asked_for_are_computed_whatever_the_screen_says(void **state) {
  static const int32_t pairs[][2] = {{0, 1}, {1, 0}, {7, 6}, {6, 7}, {20, 25}};
  static const hw_relation alike[] = {HW_RELATION_SAME,          HW_RELATION_PARENT,
                                      HW_RELATION_FULL_SIBLINGS, HW_RELATION_HALF_SIBLINGS,
                                      HW_RELATION_FIRST_COUSINS, HW_RELATION_SECOND_COUSINS};
  people *self = malloc(sizeof *self);
  (void)state;
  assert_non_null(self);
  make_people(self, 800, 1);
  self->input.n_pairs = 5;
  self->input.pairs = pairs;
  self->input.theta = 0.01;
  const hw_relate_options options = {.threshold = 1e9};
  hw_relate_results *found = relate(&self->input, &options, 2);
  assert_int_equal(found->n_pairs, 5);
  for (int i = 0; i < 5; i++) {
    assert_int_equal(found->pairs[i].first, pairs[i][0]);
    assert_int_equal(found->pairs[i].second, pairs[i][1]);
  }
  /* Who stands first does not matter where the relation is the same for both. */
  for (int i = 0; i < 4; i += 2)
    for (size_t r = 0; r < sizeof alike / sizeof *alike; r++)
      hw_assert_close(found->pairs[i].log10_lr[alike[r]], found->pairs[i + 1].log10_lr[alike[r]],
                      1e-5, 1e-4);
  assert_int_equal(found->pairs[0].best, HW_RELATION_PARENT);
  assert_true(found->pairs[4].log10_lr[HW_RELATION_PARENT] < -1);
  hw_relate_results_delete(found);
  snp_world_delete(&self->world);
  free(self);
}

static void results_are_the_same_for_all_kernels_and_threads(void **state) {
  static const char *const sets[] = {"ref", "avx2", "avx512"};
  people *self = malloc(sizeof *self);
  (void)state;
  assert_non_null(self);
  make_people(self, 900, 0);
  hw_relate_options options = {.kinship = 0.03, .windows = 4, .threshold = -1};
  hw_relate_results *one = relate(&self->input, &options, 1);
  assert_true(one->n_pairs >= N_FAMILIES);
  for (int s = 0; s < 3; s++) {
    hw_relate_results *other = NULL;
    hw_err err = HW_ERR_INIT;
    options.linked.simd = sets[s];
    const hw_status status =
        hw_relate_run(&self->input, &options, &(hw_search_go){s + 1, NULL, NULL}, &other, &err);
    if (status == HW_E_UNSUPPORTED) continue;
    hw_assert_ok(status, &err);
    assert_int_equal(other->n_pairs, one->n_pairs);
    assert_int_equal(other->n_passed, one->n_passed);
    for (int64_t i = 0; i < one->n_pairs; i++) {
      assert_int_equal(other->pairs[i].first, one->pairs[i].first);
      assert_int_equal(other->pairs[i].second, one->pairs[i].second);
      assert_int_equal(other->pairs[i].windows, one->pairs[i].windows);
      assert_memory_equal(other->pairs[i].log10_lr, one->pairs[i].log10_lr,
                          sizeof one->pairs[i].log10_lr);
    }
    hw_relate_results_delete(other);
  }
  hw_relate_results_delete(one);
  snp_world_delete(&self->world);
  free(self);
}

static bool stop(void *context, uint64_t done, uint64_t all) {
  (void)context;
  return done <= all;
}

static void refuse(const hw_relate_input *input, const hw_relate_options *options,
                   hw_status expected, const char *part) {
  hw_err err = HW_ERR_INIT;
  hw_relate_results *results = NULL;
  char text[512];
  hw_assert_status(hw_relate_run(input, options, NULL, &results, &err), expected, &err);
  assert_null(results);
  hw_assert_contains(hw_err_text(&err, text, sizeof text), part);
}

static void bad_input_is_refused(void **state) {
  static const int32_t self_pair[][2] = {{3, 3}}, nobody[][2] = {{0, N_PEOPLE}};
  people *self = malloc(sizeof *self);
  (void)state;
  assert_non_null(self);
  make_people(self, 100, 0);
  const hw_relate_options good = {.kinship = 0.02};
  hw_relate_input input = self->input;
  input.n_samples = 1;
  refuse(&input, &good, HW_E_SHAPE, "two or more");
  input = self->input;
  input.theta = -0.1;
  refuse(&input, &good, HW_E_VALUE, "theta");
  input = self->input;
  input.population = 3;
  refuse(&input, &good, HW_E_VALUE, "population");
  input = self->input;
  input.n_pairs = 1;
  input.pairs = self_pair;
  refuse(&input, &good, HW_E_REFERENCE, "pair 1");
  input.pairs = nobody;
  refuse(&input, &good, HW_E_REFERENCE, "pair 1");
  refuse(&self->input, &(hw_relate_options){.windows = -1}, HW_E_VALUE, "windows");
  refuse(&self->input, &(hw_relate_options){.linked = {.simd = "mmx"}}, HW_E_UNSUPPORTED, "mmx");
  hw_err err = HW_ERR_INIT;
  hw_relate_results *results = NULL;
  hw_assert_status(
      hw_relate_run(&self->input, &good, &(hw_search_go){1, stop, NULL}, &results, &err),
      HW_E_INTERRUPTED, &err);
  assert_null(hw_relation_shape_get(HW_RELATION_COUNT));
  hw_panel on_x = *self->world.panel;
  on_x.markers += on_x.n_markers - 30;
  on_x.n_markers = 30;
  input = self->input;
  input.panel = &on_x;
  refuse(&input, &good, HW_E_SHAPE, "chromosomes 1 to 22");
  snp_world_delete(&self->world);
  free(self);
}

static void every_shape_is_a_pedigree(void **state) {
  (void)state;
  for (int r = 0; r < HW_RELATION_COUNT; r++) {
    const hw_relation_shape *shape = hw_relation_shape_get((hw_relation)r);
    hw_err err = HW_ERR_INIT;
    hw_assert_ok(hw_pedigree_validate(&shape->pedigree, &err), &err);
    assert_in_range(shape->first, 0, shape->pedigree.n_persons - 1);
    assert_in_range(shape->second, 0, shape->pedigree.n_persons - 1);
  }
}

static void memory_that_ends_is_told(void **state) {
  static const int32_t pairs[][2] = {{0, 1}};
  people *self = malloc(sizeof *self);
  (void)state;
  assert_non_null(self);
  make_people(self, 100, 0);
  const hw_relate_options options = {.kinship = 0.02, .windows = 1};
  for (int asked = 0; asked < 2; asked++) {
    self->input.n_samples = 4;
    self->input.n_pairs = asked;
    self->input.pairs = pairs;
    for (long n = 0; hw_faults_begin(n); n++) {
      hw_err err = HW_ERR_INIT;
      hw_relate_results *results = NULL;
      const hw_status status =
          hw_relate_run(&self->input, &options, &(hw_search_go){1, NULL, NULL}, &results, &err);
      const bool has_failed = hw_faults_end();
      if (!has_failed) hw_assert_ok(status, &err);
      if (has_failed) assert_int_equal(status, HW_E_NO_MEMORY);
      hw_relate_results_delete(results);
      if (!has_failed) break;
    }
  }
  snp_world_delete(&self->world);
  free(self);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(planted_relatives_come_out_as_what_they_are),
      cmocka_unit_test(pairs_that_are_asked_for_are_computed_whatever_the_screen_says),
      cmocka_unit_test(results_are_the_same_for_all_kernels_and_threads),
      cmocka_unit_test(bad_input_is_refused),
      cmocka_unit_test(every_shape_is_a_pedigree),
      cmocka_unit_test(memory_that_ends_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
