/* The power of a file: laws between its numbers, what is refused, and that threads and
 * kernel sets change no bit. The numbers themselves are checked in tests/oracle and
 * tests/golden. */
#include "homeward/power.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/assert.h"
#include "support/faults.h"

static hw_case_list *open_example(void) {
  const char *root = getenv("HOMEWARD_SOURCE_ROOT");
  char path[1024];
  hw_case_list *list = NULL;
  hw_err err = HW_ERR_INIT;
  snprintf(path, sizeof path, "%s/examples/four_families.json", root != NULL ? root : ".");
  hw_assert_ok(hw_case_list_read(path, &list, &err), &err);
  return list;
}

static hw_power_study *run(const hw_case *problem, const hw_power_options *options) {
  hw_power_study *power = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_power_new(problem, options, &power, &err), &err);
  hw_assert_ok(hw_power_run(power, NULL, NULL, &err), &err);
  return power;
}

/* A small family of one marker: father, mother, missing child, and a friend of the house. */
typedef struct small_case {
  double frequencies[3], matrix[9];
  hw_marker marker;
  hw_person persons[4];
  hw_observation seen[2];
  hw_profile profiles[2];
  int32_t profile_person[2], missing;
  hw_family family;
  hw_linkage linkage;
  hw_case problem;
} small_case;

enum { FATHER, MOTHER, CHILD, FRIEND };

static void small_case_init(small_case *self) {
  static const char *const names[] = {"8", "9", "10"};
  memset(self, 0, sizeof *self);
  self->frequencies[0] = 0.2;
  self->frequencies[1] = 0.3;
  self->frequencies[2] = 0.5;
  self->marker = (hw_marker){.name = "M",
                             .n_alleles = 3,
                             .allele_names = names,
                             .frequencies = self->frequencies,
                             .silent = HW_ALLELE_NONE};
  self->persons[FATHER] = (hw_person){"father", -1, -1, HW_MALE, -1};
  self->persons[MOTHER] = (hw_person){"mother", -1, -1, HW_FEMALE, -1};
  self->persons[CHILD] = (hw_person){"child", FATHER, MOTHER, HW_MALE, -1};
  self->persons[FRIEND] = (hw_person){"friend", -1, -1, HW_MALE, -1};
  self->seen[0] = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = 0, .b = 0};
  self->profiles[0] = (hw_profile){.id = "P", .n_markers = 1, .observations = &self->seen[0]};
  self->profiles[1] = (hw_profile){.id = "Q", .n_markers = 1, .observations = &self->seen[1]};
  self->profile_person[0] = FATHER;
  self->missing = CHILD;
  self->family = (hw_family){.name = "F",
                             .pedigree = {.n_persons = 4, .persons = self->persons},
                             .n_missing = 1,
                             .missing = &self->missing,
                             .n_profiles = 1,
                             .profiles = self->profiles,
                             .profile_person = self->profile_person};
  self->problem = (hw_case){.id = "small",
                            .n_markers = 1,
                            .markers = &self->marker,
                            .n_families = 1,
                            .families = &self->family};
}

/* ---- numbers that can be told by hand ---- */

/* Father 8/8: the child has 8/x, LR = 1/0.2 for x = 8 and 1/(2·0.2) otherwise. */
static void a_father_gives_the_numbers_of_the_textbook(void **state) {
  (void)state;
  small_case c;
  small_case_init(&c);
  const hw_power_options options = {.threshold = 0.5};
  hw_power_study *power = run(&c.problem, &options);
  const hw_power_target *t = hw_power_target_get(power, 0);
  hw_assert_close(t->now.pass, 0.2, 1e-12, 0.0); /* 8/8 alone has LR 5 */
  hw_assert_close(t->now.false_pass, 0.04, 1e-12, 0.0);
  hw_assert_close(t->exclusion, 0.64, 1e-12, 0.0);
  hw_assert_close(t->now.impossible, 0.64, 1e-12, 0.0);
  hw_assert_close(t->now.mean[HW_POWER_TRUTH], 0.2 * log10(5.0) + 0.8 * log10(2.5), 1e-12, 0.0);
  assert_true(t->now.is_exact && !t->is_non_identifiable);
  assert_int_equal(t->verdict, HW_POWER_SAMPLE);
  /* The mother tells; the friend does not. */
  assert_int_equal(t->n_relatives, 2);
  assert_int_equal(t->relatives[0].person, MOTHER);
  assert_int_equal(t->relatives[1].person, FRIEND);
  hw_assert_close(t->relatives[1].gain.pass, t->now.pass, 1e-12, 0.0);
  hw_assert_close(t->relatives[1].gain.mean, t->now.mean[HW_POWER_TRUTH], 1e-12, 0.0);
  const hw_power_advice *advice = NULL;
  assert_int_equal(hw_power_advise(power, &advice), 1);
  assert_int_equal(advice[0].persons[0], MOTHER);
  hw_power_delete(power);
}

static void a_family_that_tells_nothing_is_named(void **state) {
  (void)state;
  static const bool nobody[4] = {false};
  const bool *const available[1] = {nobody};
  small_case c;
  small_case_init(&c);
  c.profile_person[0] = FRIEND;
  const hw_power_options options = {.available = available};
  hw_power_study *power = run(&c.problem, &options);
  const hw_power_target *t = hw_power_target_get(power, 0);
  assert_true(t->is_non_identifiable);
  assert_int_equal(t->verdict, HW_POWER_IS_NEVER);
  hw_assert_contains(t->reason, "LR is 1 for every profile");
  hw_assert_close(t->now.mean[HW_POWER_TRUTH], 0.0, 0.0, 1e-12);
  hw_assert_close(t->exclusion, 0.0, 0.0, 1e-15);
  assert_int_equal(t->n_relatives, 0);
  assert_int_equal(hw_power_summarise(power).n_of[HW_POWER_IS_NEVER], 1);
  hw_power_delete(power);
}

static void a_family_that_is_too_distant_is_never(void **state) {
  (void)state;
  small_case c;
  small_case_init(&c);
  const hw_power_options options = {.threshold = 3.0}; /* one marker cannot */
  hw_power_study *power = run(&c.problem, &options);
  const hw_power_target *t = hw_power_target_get(power, 0);
  assert_int_equal(t->verdict, HW_POWER_IS_NEVER);
  assert_true(t->has_all);
  assert_int_equal(t->n_all, 2);
  hw_assert_contains(t->reason, "everybody typed");
  hw_power_delete(power);
}

static void a_contradicting_family_is_told_and_excludes_nobody(void **state) {
  (void)state;
  small_case c;
  small_case_init(&c);
  /* The child is typed as the father's, and the friend is missing as his son. */
  c.persons[FRIEND].father = FATHER;
  c.missing = FRIEND;
  c.seen[1] = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = 1, .b = 1};
  c.profile_person[1] = CHILD;
  c.family.n_profiles = 2;
  hw_power_study *power = run(&c.problem, NULL);
  const hw_power_target *t = hw_power_target_get(power, 0);
  assert_int_equal(t->n_contradicting, 1);
  hw_assert_close(t->exclusion, 0.0, 0.0, 1e-15);
  assert_true(t->is_non_identifiable);
  hw_power_delete(power);
}

static void persons_typed_in_part_can_be_typed_again(void **state) {
  (void)state;
  small_case c;
  small_case_init(&c);
  const hw_marker both[2] = {c.marker, c.marker};
  hw_observation seen[2] = {c.seen[0], {.kind = HW_OBS_MISSING}};
  c.profiles[0].n_markers = 2;
  c.profiles[0].observations = seen;
  c.problem.n_markers = 2;
  c.problem.markers = both;
  const hw_power_options options = {.threshold = 1.0};
  hw_power_study *power = run(&c.problem, &options);
  const hw_power_target *t = hw_power_target_get(power, 0);
  assert_int_equal(t->n_relatives, 3);
  bool is_found = false;
  for (int32_t i = 0; i < 3; i++)
    if (t->relatives[i].person == FATHER) {
      is_found = true;
      assert_int_equal(t->relatives[i].n_markers, 1);
      assert_true(t->relatives[i].gain.mean > t->now.mean[HW_POWER_TRUTH] + 0.01);
    }
  assert_true(is_found);
  hw_power_delete(power);
}

/* ---- laws ---- */

static void add_bits(uint64_t *digest, const double *values, int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    uint64_t word;
    memcpy(&word, &values[i], sizeof word);
    *digest = (*digest ^ word) * 0x9e3779b97f4a7c15ULL;
    *digest ^= *digest >> 29;
  }
}

static uint64_t bits_of(const hw_power_study *power) {
  uint64_t digest = 1;
  for (int32_t i = 0; i < hw_power_target_count(power); i++) {
    const hw_power_target *t = hw_power_target_get(power, i);
    add_bits(&digest, t->now.mean, 2);
    add_bits(&digest, &t->now.pass, 1);
    add_bits(&digest, &t->exclusion, 1);
    add_bits(&digest, t->bins.mass[0], t->bins.n);
    add_bits(&digest, t->bins.mass[1], t->bins.n);
    for (int32_t k = 0; k < t->n_relatives; k++) add_bits(&digest, &t->relatives[k].gain.mean, 4);
    for (int32_t k = 0; k < t->n_pairs; k++) add_bits(&digest, &t->pairs[k].gain.mean, 4);
  }
  const hw_power_remains *list = NULL;
  const int32_t n = hw_power_retype(power, &list);
  for (int32_t i = 0; i < n; i++) add_bits(&digest, &list[i].log10_lr, 5);
  return digest;
}

static void threads_and_kernel_sets_change_no_bit(void **state) {
  (void)state;
  static const char *const sets[] = {"ref", "avx2", "avx512"};
  hw_case_list *list = open_example();
  hw_power_options options = {
      .threshold = 6, .with_pairs = true, .with_remains = true, .n_draws = 4, .n_threads = 1};
  hw_power_study *power = run(&list->cases[0], &options);
  const uint64_t expected = bits_of(power);
  hw_power_delete(power);
  for (int32_t k = 0; k < 3; k++) {
    if (hw_kernel_set(sets[k]) == NULL) continue;
    options.n_threads = 1 + k;
    options.likelihood.simd = sets[k];
    power = run(&list->cases[0], &options);
    assert_true(bits_of(power) == expected);
    hw_power_delete(power);
  }
  hw_case_list_delete(list);
}

static void no_dropout_is_a_complete_profile(void **state) {
  (void)state;
  hw_case_list *list = open_example();
  const hw_case *c = &list->cases[0];
  double *dropout = calloc((size_t)c->n_markers, sizeof *dropout);
  bool typed[64];
  assert_non_null(dropout);
  assert_true(c->n_markers <= 64);
  memset(typed, true, (size_t)c->n_markers);
  const hw_power_options whole = {.enough = 1e-9, .never = 1e-9},
                         all = {.enough = 1e-9, .never = 1e-9, .typed = typed},
                         sets = {.enough = 1e-9, .never = 1e-9, .dropout = dropout};
  hw_power_study *a = run(c, &whole), *b = run(c, &all), *s = run(c, &sets);
  for (int32_t i = 0; i < hw_power_target_count(a); i++) {
    const hw_power_curve *x = &hw_power_target_get(a, i)->now;
    const hw_power_curve *z = &hw_power_target_get(s, i)->now;
    hw_assert_same_bits(x->pass, hw_power_target_get(b, i)->now.pass);
    hw_assert_close(x->mean[HW_POWER_TRUTH], z->mean[HW_POWER_TRUTH], 1e-9, 0.0);
    hw_assert_close(x->pass, z->pass, 0.0, 1e-6);
  }
  hw_power_delete(b);
  hw_power_delete(s);
  /* Half of the alleles lost, and half of the markers: less is known. */
  for (int32_t m = 0; m < c->n_markers; m++) {
    dropout[m] = 0.5;
    typed[m] = m % 2 == 0;
  }
  b = run(c, &all);
  s = run(c, &sets);
  for (int32_t i = 0; i < hw_power_target_count(a); i++) {
    const double whole_mean = hw_power_target_get(a, i)->now.mean[HW_POWER_TRUTH];
    assert_true(hw_power_target_get(b, i)->now.mean[HW_POWER_TRUTH] < whole_mean);
    assert_true(hw_power_target_get(s, i)->now.mean[HW_POWER_TRUTH] < whole_mean);
    assert_true(hw_power_target_get(s, i)->now.mean[HW_POWER_TRUTH] > 0.0);
  }
  hw_power_delete(a);
  hw_power_delete(b);
  hw_power_delete(s);
  free(dropout);
  hw_case_list_delete(list);
}

static void a_panel_is_the_profile_typed_with_it(void **state) {
  (void)state;
  hw_case_list *list = open_example();
  const hw_case *c = &list->cases[0];
  bool half[64] = {false}, none[64] = {false};
  assert_true(c->n_markers < 64);
  for (int32_t m = 0; m < c->n_markers; m += 2) half[m] = true;
  const hw_power_panel panels[2] = {{"none", none, 0, 1.0}, {"half", half, 2, 30.0}};
  const hw_power_options typed = {.enough = 1e-9, .never = 1e-9, .typed = half},
                         with = {.enough = 1e-9, .never = 1e-9, .n_panels = 2, .panels = panels};
  hw_power_study *a = run(c, &typed), *b = run(c, &with);
  const hw_power_panel_result *results = NULL;
  double passes = 0.0;
  for (int32_t i = 0; i < hw_power_target_count(a); i++) {
    hw_assert_same_bits(hw_power_target_get(a, i)->now.pass,
                        hw_power_target_get(b, i)->panel_pass[1]);
    passes += hw_power_target_get(a, i)->now.pass;
  }
  assert_int_equal(hw_power_panels(b, &results), 2);
  assert_int_equal(results[0].panel, 1);
  hw_assert_close(results[0].passes, passes, 1e-14, 0.0);
  hw_assert_close(results[0].per_cost, passes / (30.0 * hw_power_target_count(b)), 1e-14, 0.0);
  hw_assert_close(results[1].passes, 0.0, 0.0, 0.0);
  hw_power_delete(a);
  hw_power_delete(b);
  hw_case_list_delete(list);
}

/* Remains without any marker are everybody's candidate alike: what a complete profile adds is the
 * mean over the missing of what it would tell. */
static void untyped_remains_gain_what_the_families_can_tell(void **state) {
  (void)state;
  hw_case_list *list = open_example();
  hw_case c = list->cases[0];
  hw_remains remains = c.remains[0];
  hw_observation *nothing = calloc((size_t)c.n_markers, sizeof *nothing);
  assert_non_null(nothing);
  remains.sex = HW_UNKNOWN_SEX;
  remains.profile = (hw_profile){.id = "R", .n_markers = c.n_markers, .observations = nothing};
  c.n_remains = 1;
  c.remains = &remains;
  const hw_power_options options = {.enough = 1e-9, .never = 1e-9, .with_remains = true};
  hw_power_study *power = run(&c, &options);
  const hw_power_remains *found = NULL;
  const int32_t n = hw_power_target_count(power);
  double gain = 0.0, pass = 0.0;
  for (int32_t i = 0; i < n; i++) {
    gain += hw_power_target_get(power, i)->now.mean[HW_POWER_TRUTH] / (n + 1);
    pass += hw_power_target_get(power, i)->now.pass / (n + 1);
  }
  assert_int_equal(hw_power_retype(power, &found), 1);
  assert_int_equal(found[0].n_missing, c.n_markers);
  hw_assert_close(found[0].log10_lr, 0.0, 0.0, 0.0);
  hw_assert_close(found[0].gain_log10, gain, 1e-12, 0.0);
  hw_assert_close(found[0].pass_then, pass, 1e-9, 0.0);
  hw_assert_close(found[0].pass, 0.0, 0.0, 0.0);
  hw_power_delete(power);
  free(nothing);
  hw_case_list_delete(list);
}

/* What is expected of a marker of which one allele was seen, by hand: father 8/8, remains 8/?. */
static void partial_remains_gain_their_other_allele(void **state) {
  (void)state;
  small_case c;
  small_case_init(&c);
  hw_observation partial = {.kind = HW_OBS_GENOTYPE, .a = 0, .b = HW_ALLELE_NONE};
  const hw_remains remains = {"R", HW_MALE, {.id = "R", .n_markers = 1, .observations = &partial}};
  c.problem.n_remains = 1;
  c.problem.remains = &remains;
  const hw_power_options options = {
      .enough = 1e-9, .never = 1e-9, .with_remains = true, .threshold = 0.5};
  hw_power_study *power = run(&c.problem, &options);
  const hw_power_remains *found = NULL;
  assert_int_equal(hw_power_retype(power, &found), 1);
  /* LR of 8/? is 1/(1 − 0.8²); all of hers are 8/x. */
  const double lr = 1.0 / 0.36, posterior = lr / (lr + 1.0);
  const double gain = 0.2 * log10(5.0 / lr) + 0.8 * log10(2.5 / lr);
  hw_assert_close(found[0].log10_lr, log10(lr), 1e-12, 0.0);
  hw_assert_close(found[0].posterior, posterior, 1e-12, 0.0);
  hw_assert_close(found[0].gain_log10, posterior * gain, 1e-9, 0.0);
  hw_assert_close(found[0].pass_then, posterior * 0.2, 1e-9, 0.0);
  hw_power_delete(power);
}

/* ---- what is refused ---- */

static void expect_refusal(const hw_case *problem, const hw_power_options *options,
                           hw_status status, const char *part) {
  hw_power_study *power = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_status(hw_power_new(problem, options, &power, &err), status, &err);
  hw_assert_contains(err.message, part);
  assert_null(power);
}

static void options_out_of_range_are_refused(void **state) {
  (void)state;
  static const double dropout[1] = {1.5};
  small_case c;
  small_case_init(&c);
  const hw_case *p = &c.problem;
  expect_refusal(p, &(hw_power_options){.threshold = 501}, HW_E_VALUE, "a threshold of 501");
  expect_refusal(p, &(hw_power_options){.threshold = (double)NAN}, HW_E_VALUE, "a threshold of");
  expect_refusal(p, &(hw_power_options){.enough = 1.1}, HW_E_VALUE, "have enough of 1.1");
  expect_refusal(p, &(hw_power_options){.never = -0.1}, HW_E_VALUE, "give up of -0.1");
  expect_refusal(p, &(hw_power_options){.never = 0.9, .enough = 0.5}, HW_E_VALUE, "given up below");
  expect_refusal(p, &(hw_power_options){.n_draws = 6}, HW_E_VALUE, "6 draws");
  expect_refusal(p, &(hw_power_options){.dropout = dropout}, HW_E_VALUE, "dropout of 1.5");
  expect_refusal(p, &(hw_power_options){.is_one_family = true, .family = 1}, HW_E_VALUE,
                 "no family number 1");
  expect_refusal(p, &(hw_power_options){.likelihood = {.simd = "none"}}, HW_E_UNSUPPORTED,
                 "kernel set 'none'");
  c.problem.n_linkages = 1;
  c.problem.linkages = &c.linkage;
  expect_refusal(p, NULL, HW_E_UNSUPPORTED, "linked markers");
  c.problem.n_linkages = 0;
  c.family.n_missing = 0;
  expect_refusal(p, NULL, HW_E_SHAPE, "no missing person");
}

static void families_that_are_too_complex_are_left_out(void **state) {
  (void)state;
  small_case c;
  small_case_init(&c);
  c.profiles[0].typing_error = 0.01; /* has no closed form */
  const hw_power_options options = {.likelihood = {.max_work = 1}};
  hw_power_study *power = run(&c.problem, &options);
  const hw_power_target *t = hw_power_target_get(power, 0);
  assert_int_equal(t->verdict, HW_POWER_LEFT_OUT);
  hw_assert_contains(t->reason, "multiply-adds");
  assert_int_equal(hw_power_summarise(power).n_of[HW_POWER_LEFT_OUT], 1);
  hw_power_delete(power);
}

static bool stop_at_once(void *context, uint64_t done, uint64_t all_work) {
  (void)context;
  (void)done;
  (void)all_work;
  return true;
}

static void a_run_can_be_stopped(void **state) {
  (void)state;
  hw_case_list *list = open_example();
  hw_power_study *power = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_power_new(&list->cases[0], NULL, &power, &err), &err);
  hw_assert_status(hw_power_run(power, stop_at_once, NULL, &err), HW_E_INTERRUPTED, &err);
  hw_power_delete(power);
  hw_case_list_delete(list);
}

static void every_verdict_has_a_name(void **state) {
  (void)state;
  assert_string_equal(hw_power_verdict_name(HW_POWER_HAS_ENOUGH), "enough");
  assert_string_equal(hw_power_verdict_name(HW_POWER_LEFT_OUT), "left out");
}

static void exhausted_memory_is_told(void **state) {
  (void)state;
  small_case c;
  small_case_init(&c);
  hw_observation partial = {.kind = HW_OBS_MISSING};
  const hw_remains remains = {"R", HW_MALE, {.id = "R", .n_markers = 1, .observations = &partial}};
  c.problem.n_remains = 1;
  c.problem.remains = &remains;
  const hw_power_options options = {
      .threshold = 1, .with_pairs = true, .with_remains = true, .n_threads = 1};
  for (long k = 0; hw_faults_begin(k); k++) {
    hw_power_study *power = NULL;
    hw_err err = HW_ERR_INIT;
    hw_status status = hw_power_new(&c.problem, &options, &power, &err);
    if (status == HW_OK) status = hw_power_run(power, NULL, NULL, &err);
    hw_power_delete(power);
    if (!hw_faults_end()) {
      hw_assert_ok(status, &err);
      break;
    }
    assert_true(status == HW_E_NO_MEMORY || status == HW_OK); /* a memory may do without */
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_father_gives_the_numbers_of_the_textbook),
      cmocka_unit_test(a_family_that_tells_nothing_is_named),
      cmocka_unit_test(a_family_that_is_too_distant_is_never),
      cmocka_unit_test(a_contradicting_family_is_told_and_excludes_nobody),
      cmocka_unit_test(persons_typed_in_part_can_be_typed_again),
      cmocka_unit_test(threads_and_kernel_sets_change_no_bit),
      cmocka_unit_test(no_dropout_is_a_complete_profile),
      cmocka_unit_test(a_panel_is_the_profile_typed_with_it),
      cmocka_unit_test(untyped_remains_gain_what_the_families_can_tell),
      cmocka_unit_test(partial_remains_gain_their_other_allele),
      cmocka_unit_test(options_out_of_range_are_refused),
      cmocka_unit_test(families_that_are_too_complex_are_left_out),
      cmocka_unit_test(a_run_can_be_stopped),
      cmocka_unit_test(every_verdict_has_a_name),
      cmocka_unit_test(exhausted_memory_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
