/* The search by SNP profiles against nested loops of exact likelihoods, on small synthetic worlds. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/profile_scan.h"
#include "oracle/snp_world.h"
#include "support/assert.h"
#include "support/faults.h"

#define LN_10 2.302585092994045684

static const snp_kin close_kin[] = {SNP_PARENT, SNP_SIBLING, SNP_NEPHEW, SNP_HALF_SIBLING,
                                    SNP_COUSIN};

static snp_world_options small_world(uint64_t seed) {
  return (snp_world_options){.seed = seed,
                             .n_markers = 600,
                             .n_samples = 24,
                             .n_families = 10,
                             .n_planted = 10,
                             .coverage = 2,
                             .read_error = 0.01,
                             .call_error = {0.002, 0.002},
                             .n_kin = 5,
                             .kin = close_kin};
}

static hw_snp_search_results *search(const hw_snp_search_input *input,
                                     const hw_snp_search_options *options, int32_t n_threads) {
  hw_err err = HW_ERR_INIT;
  hw_snp_search_results *results = NULL;
  const hw_search_go go = {.n_threads = n_threads};
  hw_assert_ok(hw_snp_search_run(input, options, &go, &results, &err), &err);
  return results;
}

/* --- the slow twin --- */

static double ln_likelihood(const hw_snp_search_input *input, const hw_linked_marker *markers,
                            const hw_pedigree *pedigree, int32_t n, const hw_snp_profile *profiles,
                            const int32_t *persons) {
  const size_t size = (size_t)input->panel->first_genotype[input->panel->n_markers];
  hw_linked_typed typed[HW_LINKED_MAX_TYPED];
  hw_err err = HW_ERR_INIT;
  hw_linked_result result;
  for (int32_t t = 0; t < n; t++) {
    float *floats = malloc(size * sizeof *floats);
    assert_non_null(floats);
    hw_snp_likelihoods(profiles[t].bytes, (int64_t)size, floats);
    typed[t] = (hw_linked_typed){persons[t], floats};
  }
  const hw_linked_problem problem = {pedigree, n,           typed, input->panel->n_markers,
                                     markers,  input->theta};
  assert_int_equal(hw_linked_likelihood(&problem, NULL, &result, &err), HW_OK);
  for (int32_t t = 0; t < n; t++) free((void *)(uintptr_t)typed[t].likelihoods);
  return result.ln_likelihood;
}

/* log10 LR by three likelihoods; with theta the unrelated person is a founder beside the family. */
static double slow_lr(const hw_snp_search_input *input, int32_t sample, int32_t query) {
  const hw_search_query *asked = &input->queries[query];
  const hw_snp_search_family *family = &input->families[asked->family];
  const int32_t n = family->n_profiles, n_persons = family->pedigree.n_persons;
  hw_linked_marker *markers = calloc((size_t)input->panel->n_markers, sizeof *markers);
  hw_person *persons = calloc((size_t)n_persons + 1, sizeof *persons);
  hw_snp_profile profiles[HW_LINKED_MAX_TYPED];
  int32_t person[HW_LINKED_MAX_TYPED];
  hw_err err = HW_ERR_INIT;
  assert_non_null(markers);
  assert_non_null(persons);
  assert_int_equal(hw_linked_markers_of_panel(input->panel, input->population, markers, &err),
                   HW_OK);
  memcpy(persons, family->pedigree.persons, (size_t)n_persons * sizeof *persons);
  persons[n_persons] = (hw_person){"beside", -1, -1, persons[asked->person].sex, HW_PERSON_NONE};
  for (int32_t t = 0; t < n; t++) {
    profiles[t] = family->profiles[t];
    person[t] = family->profile_person[t];
  }
  profiles[n] = input->samples[sample];
  person[n] = asked->person;
  const hw_pedigree with = {n_persons + 1, persons};
  double ln = ln_likelihood(input, markers, &with, n + 1, profiles, person);
  person[n] = n_persons;
  ln -= ln_likelihood(input, markers, &with, n + 1, profiles, person);
  free(markers);
  free(persons);
  return ln / LN_10;
}

static bool sex_fits(const hw_snp_search_input *input, int32_t sample, int32_t query) {
  const hw_search_query *asked = &input->queries[query];
  return input->families[asked->family].pedigree.persons[asked->person].sex ==
         input->samples[sample].sex;
}

/* Compares with all pairs computed one by one. */
static void compare_with_loops(const snp_world *world, double threshold) {
  const hw_snp_search_input *input = &world->input;
  const hw_snp_search_options options = {.threshold = threshold, .no_screen = true};
  hw_snp_search_results *found = search(input, &options, 1);
  int64_t n = 0, n_compared = 0;
  for (int32_t q = 0; q < input->n_queries; q++)
    for (int32_t s = 0; s < input->n_samples; s++) {
      if (!sex_fits(input, s, q)) continue;
      n_compared++;
      const double right = slow_lr(input, s, q);
      bool is_found = false;
      for (int64_t i = 0; i < found->found.n_pairs; i++) {
        const hw_search_pair *pair = &found->found.pairs[i];
        if (pair->sample != s || pair->query != q) continue;
        is_found = true;
        hw_assert_close(pair->log10_lr, right, 1e-5, 1e-4);
      }
      if (fabs(right - threshold) > 1e-3) assert_int_equal(is_found, right > threshold);
      n += is_found;
    }
  assert_int_equal(found->found.n_pairs, n);
  assert_int_equal(found->found.n_compared, n_compared);
  assert_int_equal(found->found.n_rescored, n_compared);
  for (int64_t i = 1; i < found->found.n_pairs; i++)
    assert_true(found->found.pairs[i - 1].log10_lr >= found->found.pairs[i].log10_lr);
  hw_snp_search_results_delete(found);
}

static void without_the_screen_it_is_nested_loops(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 2; seed++) {
    snp_world_options options = small_world(seed);
    snp_world world;
    options.n_markers = 300;
    options.n_x = seed == 2 ? 40 : 0;
    options.n_alleles = seed == 2 ? 5 : 0;
    snp_world_new(&options, &world);
    world.input.theta = seed == 2 ? 0.01 : 0;
    compare_with_loops(&world, -1);
    snp_world_delete(&world);
  }
}

/* --- the screen --- */

static void same_results(const hw_snp_search_results *x, const hw_snp_search_results *y,
                         int32_t n_queries) {
  assert_int_equal(x->found.n_pairs, y->found.n_pairs);
  assert_int_equal(x->found.n_rescored, y->found.n_rescored);
  for (int64_t i = 0; i < x->found.n_pairs; i++) {
    assert_int_equal(x->found.pairs[i].sample, y->found.pairs[i].sample);
    assert_int_equal(x->found.pairs[i].query, y->found.pairs[i].query);
    assert_true(x->found.pairs[i].log10_lr == y->found.pairs[i].log10_lr);
  }
  for (int32_t q = 0; q < n_queries; q++) {
    assert_int_equal(x->figures[q].n_passed, y->figures[q].n_passed);
    assert_true(x->figures[q].mean == y->figures[q].mean || isnan(x->figures[q].mean));
    assert_true(x->found.expected[q] == y->found.expected[q]);
  }
}

static void results_are_the_same_for_all_kernels_and_threads(void **state) {
  static const char *const sets[] = {"ref", "avx2", "avx512"};
  (void)state;
  for (int coverage = 0; coverage <= 1; coverage++) {
    snp_world_options made = small_world(3);
    snp_world world;
    made.coverage = coverage;
    made.n_samples = 300;
    snp_world_new(&made, &world);
    hw_snp_search_options options = {.threshold = 1, .cut = -1, .top = 2, .floor = -3};
    hw_snp_search_results *one = search(&world.input, &options, 1);
    assert_true(one->found.n_pairs > 10);
    for (int s = 0; s < 3; s++) {
      if (hw_profile_scan_find(sets[s]) != NULL) {
        options.linked.simd = sets[s];
        hw_snp_search_results *other = search(&world.input, &options, s + 2);
        same_results(one, other, world.input.n_queries);
        hw_snp_search_results_delete(other);
      }
    }
    hw_snp_search_results_delete(one);
    snp_world_delete(&world);
  }
}

/* Whether pair i of `few` is in `many`, with the same bits. */
static bool has_pair(const hw_snp_search_results *many, const hw_search_pair *pair) {
  for (int64_t i = 0; i < many->found.n_pairs; i++)
    if (many->found.pairs[i].sample == pair->sample && many->found.pairs[i].query == pair->query)
      return many->found.pairs[i].log10_lr == pair->log10_lr;
  return false;
}

static void what_the_screen_lets_through_is_exact(void **state) {
  (void)state;
  for (uint64_t seed = 5; seed <= 7; seed++) {
    snp_world_options made = small_world(seed);
    snp_world world;
    made.n_markers = 1200;
    made.n_alleles = seed == 6 ? 3 : seed == 7 ? 6 : 0;
    made.coverage = seed == 5 ? 1 : 3;
    snp_world_new(&made, &world);
    hw_snp_search_options options = {.threshold = 4, .cut = HW_SNP_SEARCH_CUT};
    hw_snp_search_results *few = search(&world.input, &options, 1);
    options.no_screen = true;
    hw_snp_search_results *all = search(&world.input, &options, 1);
    assert_true(all->found.n_pairs >= 5);
    assert_true(few->found.n_rescored < all->found.n_rescored);
    for (int64_t i = 0; i < few->found.n_pairs; i++)
      assert_true(has_pair(all, &few->found.pairs[i]));
    for (int64_t i = 0; i < all->found.n_pairs; i++)
      assert_true(has_pair(few, &all->found.pairs[i])); /* nobody of these worlds is missed */
    hw_snp_search_results_delete(few);
    hw_snp_search_results_delete(all);
    snp_world_delete(&world);
  }
}

static void a_pair_does_not_depend_on_the_other_samples(void **state) {
  (void)state;
  snp_world_options made = small_world(8);
  snp_world world;
  snp_world_new(&made, &world);
  const hw_snp_search_options options = {.threshold = -2, .cut = -2};
  hw_snp_search_results *all = search(&world.input, &options, 1);
  int64_t n = 0;
  for (int32_t s = 0; s < made.n_samples; s++) {
    hw_snp_search_input one = world.input;
    one.n_samples = 1;
    one.samples += s;
    hw_snp_search_results *alone = search(&one, &options, 1);
    n += alone->found.n_pairs;
    for (int64_t i = 0; i < alone->found.n_pairs; i++) {
      hw_search_pair pair = alone->found.pairs[i];
      pair.sample = s;
      assert_true(has_pair(all, &pair));
    }
    hw_snp_search_results_delete(alone);
  }
  assert_int_equal(n, all->found.n_pairs);
  hw_snp_search_results_delete(all);
  snp_world_delete(&world);
}

static void a_relabelled_family_has_the_same_scores(void **state) {
  enum { MOST = 32 };
  (void)state;
  snp_world_options made = small_world(9);
  snp_world world;
  snp_world_new(&made, &world);
  const hw_snp_search_options options = {.threshold = 0, .no_screen = true};
  hw_snp_search_results *right = search(&world.input, &options, 1);
  /* Everybody of each family stands in the opposite order. */
  hw_snp_search_family *families = calloc((size_t)made.n_families, sizeof *families);
  hw_person(*persons)[MOST] = calloc((size_t)made.n_families, sizeof *persons);
  int32_t(*typed)[MOST] = calloc((size_t)made.n_families, sizeof *typed);
  hw_search_query *queries = calloc((size_t)made.n_families, sizeof *queries);
  assert_true(families && persons && typed && queries);
  for (int32_t f = 0; f < made.n_families; f++) {
    families[f] = world.input.families[f];
    const int32_t n = families[f].pedigree.n_persons;
    for (int32_t i = 0; i < n; i++) {
      hw_person person = families[f].pedigree.persons[i];
      if (person.father >= 0) person.father = n - 1 - person.father;
      if (person.mother >= 0) person.mother = n - 1 - person.mother;
      persons[f][n - 1 - i] = person;
    }
    for (int32_t t = 0; t < families[f].n_profiles; t++)
      typed[f][t] = n - 1 - families[f].profile_person[t];
    families[f].pedigree.persons = persons[f];
    families[f].profile_person = typed[f];
    queries[f] = world.input.queries[f];
    queries[f].person = n - 1 - queries[f].person;
  }
  hw_snp_search_input turned = world.input;
  turned.families = families;
  turned.queries = queries;
  hw_snp_search_results *found = search(&turned, &options, 1);
  for (int64_t i = 0; i < right->found.n_pairs; i++) {
    const hw_search_pair *pair = &right->found.pairs[i];
    for (int64_t k = 0; k < found->found.n_pairs; k++)
      if (found->found.pairs[k].sample == pair->sample &&
          found->found.pairs[k].query == pair->query)
        hw_assert_close(found->found.pairs[k].log10_lr, pair->log10_lr, 1e-5, 1e-4);
  }
  for (int32_t q = 0; q < made.n_families; q++)
    hw_assert_close(found->figures[q].mean, right->figures[q].mean, 1e-2, 1e-2);
  hw_snp_search_results_delete(right);
  hw_snp_search_results_delete(found);
  free(families);
  free(persons);
  free(typed);
  free(queries);
  snp_world_delete(&world);
}

/* --- figures --- */

static void posteriors_share_out_one(void **state) {
  (void)state;
  snp_world_options made = small_world(10);
  snp_world world;
  snp_world_new(&made, &world);
  const hw_snp_search_options options = {.threshold = 0, .cut = 0};
  hw_snp_search_results *found = search(&world.input, &options, 1);
  double *posterior = calloc((size_t)found->found.n_pairs + 1, sizeof *posterior);
  hw_err err = HW_ERR_INIT;
  assert_non_null(posterior);
  hw_assert_ok(hw_snp_search_posteriors(&world.input, found, 0.5, posterior, &err), &err);
  for (int64_t i = 0; i < found->found.n_pairs; i++) {
    double sum = 0.5, kept = 0;
    const int32_t sample = found->found.pairs[i].sample;
    for (int64_t k = 0; k < found->found.n_pairs; k++) {
      if (found->found.pairs[k].sample != sample) continue;
      sum += 0.05 * pow(10, found->found.pairs[k].log10_lr);
      kept += 1;
    }
    sum += 0.05 * (made.n_families - kept);
    hw_assert_close(posterior[i], 0.05 * pow(10, found->found.pairs[i].log10_lr) / sum, 1e-9, 0);
  }
  hw_assert_status(hw_snp_search_posteriors(&world.input, found, 1.5, posterior, &err), HW_E_VALUE,
                   &err);
  free(posterior);
  hw_snp_search_results_delete(found);
  snp_world_delete(&world);
}

static void false_leads_are_as_many_as_expected(void **state) {
  (void)state;
  snp_world_options made = small_world(12);
  snp_world world;
  made.n_planted = 0;
  made.n_samples = 400;
  snp_world_new(&made, &world);
  const hw_snp_search_options options = {.threshold = 1, .cut = -1};
  hw_snp_search_results *found = search(&world.input, &options, 1);
  assert_true((double)found->found.n_pairs <= found->most_false_all);
  assert_true(found->found.expected_all <= found->most_false_all);
  assert_true((double)found->found.n_pairs <= 4 * found->found.expected_all + 6);
  assert_true((double)found->found.n_pairs >= found->found.expected_all / 8 - 2);
  hw_snp_search_need need;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(
      hw_snp_search_count_need(&world.input, &options, &(hw_search_go){1, NULL, NULL}, &need, &err),
      &err);
  assert_int_equal(need.n_tried, 10);
  assert_true(need.work > 0 && need.most_bits >= 1);
  hw_assert_close(need.pairs_passed, (double)found->found.n_rescored, 0, 0);
  hw_snp_search_results_delete(found);
  snp_world_delete(&world);
}

/* --- what is refused --- */

static void refuse(const hw_snp_search_input *input, const hw_snp_search_options *options,
                   hw_status expected, const char *part) {
  hw_err err = HW_ERR_INIT;
  hw_snp_search_results *results = NULL;
  char text[512];
  hw_assert_status(
      hw_snp_search_run(input, options, &(hw_search_go){1, NULL, NULL}, &results, &err), expected,
      &err);
  assert_null(results);
  hw_assert_contains(hw_err_text(&err, text, sizeof text), part);
}

static bool stop(void *context, uint64_t done, uint64_t all) {
  (void)context;
  (void)done;
  (void)all;
  return true;
}

static void bad_input_is_refused(void **state) {
  (void)state;
  snp_world_options made = small_world(13);
  snp_world world;
  snp_world_new(&made, &world);
  const hw_snp_search_options good = {.threshold = 4, .cut = 0.5};
  hw_snp_search_input input = world.input;
  input.n_samples = 0;
  refuse(&input, &good, HW_E_SHAPE, "nothing to search");
  input = world.input;
  input.theta = 1;
  refuse(&input, &good, HW_E_VALUE, "theta");
  input = world.input;
  input.population = 1;
  refuse(&input, &good, HW_E_VALUE, "population");
  hw_search_query query = {-1, 0, "x"};
  input = world.input;
  input.n_queries = 1;
  input.queries = &query;
  refuse(&input, &good, HW_E_REFERENCE, "of no family");
  query = (hw_search_query){0, 99, "x"};
  refuse(&input, &good, HW_E_REFERENCE, "not in family");
  hw_snp_search_family family = world.input.families[0];
  const int32_t nobody[] = {77};
  family.profile_person = nobody;
  query = (hw_search_query){0, 0, "x"};
  input.families = &family;
  input.n_families = 1;
  refuse(&input, &good, HW_E_REFERENCE, "nobody in it");
  family.n_profiles = HW_LINKED_MAX_TYPED;
  refuse(&input, &good, HW_E_SHAPE, "profiles");
  refuse(&world.input, &(hw_snp_search_options){.threshold = 1, .floor = 2, .top = 1}, HW_E_VALUE,
         "floor");
  refuse(&world.input, &(hw_snp_search_options){.cut = (double)NAN}, HW_E_VALUE, "numbers");
  refuse(&world.input, &(hw_snp_search_options){.top = -1}, HW_E_VALUE, "best pairs");
  refuse(&world.input, &(hw_snp_search_options){.linked = {.simd = "mmx"}}, HW_E_UNSUPPORTED,
         "mmx");
  hw_err err = HW_ERR_INIT;
  hw_snp_search_results *results = NULL;
  hw_assert_status(
      hw_snp_search_run(&world.input, &good, &(hw_search_go){1, stop, NULL}, &results, &err),
      HW_E_INTERRUPTED, &err);
  snp_world_delete(&world);
}

static void who_cannot_be_computed_is_left_out(void **state) {
  (void)state;
  snp_world_options made = small_world(14);
  snp_world world;
  snp_world_new(&made, &world);
  hw_snp_search_family families[3] = {world.input.families[0], world.input.families[1],
                                      world.input.families[2]};
  hw_search_query queries[3];
  hw_snp_search_input input = world.input;
  memcpy(queries, world.input.queries, sizeof queries);
  families[0].n_profiles = 0;
  queries[1].person = families[1].profile_person[0];
  input.families = families;
  input.queries = queries;
  input.n_families = input.n_queries = 3;
  const hw_snp_search_options options = {.threshold = 4, .cut = 0.5};
  hw_snp_search_results *found = search(&input, &options, 1);
  assert_int_equal(found->found.n_left_out, 2);
  assert_int_equal(found->found.left_out[0].query, 0);
  hw_assert_contains(found->found.left_out[0].why, "has a SNP profile");
  hw_assert_contains(found->found.left_out[1].why, "not missing");
  assert_true(isnan(found->found.expected[0]));
  assert_true(found->figures[2].n_screened > 0 && found->figures[0].n_screened == 0);
  hw_snp_search_results_delete(found);
  snp_world_delete(&world);
}

static void memory_that_ends_is_told(void **state) {
  (void)state;
  snp_world_options made = small_world(15);
  snp_world world;
  made.n_markers = 100;
  made.n_samples = 3;
  made.n_families = made.n_planted = 2;
  snp_world_new(&made, &world);
  const hw_snp_search_options options = {.threshold = -50, .no_screen = true};
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_err err = HW_ERR_INIT;
    hw_snp_search_results *results = NULL;
    const hw_status status =
        hw_snp_search_run(&world.input, &options, &(hw_search_go){1, NULL, NULL}, &results, &err);
    const bool has_failed = hw_faults_end();
    if (!has_failed) hw_assert_ok(status, &err);
    if (has_failed) assert_int_equal(status, HW_E_NO_MEMORY);
    hw_snp_search_results_delete(results);
    if (!has_failed) break;
  }
  snp_world_delete(&world);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_the_screen_it_is_nested_loops),
      cmocka_unit_test(results_are_the_same_for_all_kernels_and_threads),
      cmocka_unit_test(what_the_screen_lets_through_is_exact),
      cmocka_unit_test(a_pair_does_not_depend_on_the_other_samples),
      cmocka_unit_test(a_relabelled_family_has_the_same_scores),
      cmocka_unit_test(posteriors_share_out_one),
      cmocka_unit_test(false_leads_are_as_many_as_expected),
      cmocka_unit_test(bad_input_is_refused),
      cmocka_unit_test(who_cannot_be_computed_is_left_out),
      cmocka_unit_test(memory_that_ends_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
