/* Remains in the places of one family: what is refused, fixed, forbidden, limited. */
#include "identify/place.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/assert.h"
#include "support/faults.h"

#define MARKERS(linkage)                                                          \
  "{\"format\":\"homeward-case/1\",\"id\":\"c\",\"markers\":["                    \
  "{\"name\":\"A\",\"chromosome\":\"A\",\"alleles\":[\"1\",\"2\",\"3\",\"4\"],"   \
  "\"frequencies\":[0.2,0.3,0.5,0]},"                                             \
  "{\"name\":\"B\",\"chromosome\":\"A\",\"alleles\":[\"1\",\"2\",\"3\",\"4\"],"   \
  "\"frequencies\":[0.1,0.2,0.3,0.4],\"mutation\":{\"model\":\"equal\",\"rate\":" \
  "{\"female\":0.01,\"male\":0.02}}}]," linkage

#define PERSON(id, father, mother, sex) \
  "{\"id\":\"" id "\",\"father\":" father ",\"mother\":" mother ",\"sex\":\"" sex "\"}"

/* F1: father typed; two sons and a daughter missing. F2: the mother is 1/1 at A, her daughter 3/3:
 * they contradict each other; a brother and an uncle with a typed child missing. */
#define REST                                                                                                                                       \
  "\"remains\":["                                                                                                                                  \
  "{\"id\":\"R1\",\"sex\":\"male\",\"genotypes\":[[\"1\",\"2\"],[\"1\",\"1\"]]},"                                                                  \
  "{\"id\":\"R2\",\"sex\":\"female\",\"genotypes\":[[\"1\",\"3\"],[\"1\",\"2\"]]},"                                                                \
  "{\"id\":\"R3\",\"sex\":\"unknown\",\"genotypes\":[[\"1\",\"3\"],[\"1\",null]]},"                                                                \
  "{\"id\":\"R4\",\"sex\":\"unknown\",\"genotypes\":[[\"4\",\"4\"],[\"2\",\"3\"]]}],"                                                              \
  "\"families\":[{\"name\":\"F1\",\"pedigree\":[" PERSON("P", "null", "null", "male") "," PERSON("Q", "null", "null", "female") "," PERSON(        \
      "S", "\"P\"", "\"Q\"",                                                                                                                       \
      "male") "," PERSON("T", "\"P\"", "\"Q\"",                                                                                                    \
                         "male") "," PERSON("U", "\"P\"", "\"Q\"",                                                                                 \
                                            "female") "],\"missing\":[\"S\",\"T\",\"U\"],\"genotypes\":{\"P\":[[\"1\",\"1\"],[\"1\",\"2\"]]}},"    \
                                                      "{\"name\":\"F2\",\"pedigree\":[" PERSON("P", "null", "null", "male") "," PERSON(            \
                                                          "Q", "null", "null",                                                                     \
                                                          "female") "," PERSON("C", "\"P\"",                                                       \
                                                                               "\"Q\"",                                                            \
                                                                               "female") "," PERSON("M",                                           \
                                                                                                    "\"P\"",                                       \
                                                                                                    "\"Q\"",                                       \
                                                                                                    "male") "," PERSON("N",                        \
                                                                                                                       "\"P\"",                    \
                                                                                                                       "\"Q\"",                    \
                                                                                                                       "male") "," PERSON("X",     \
                                                                                                                                          "\"N\"", \
                                                                                                                                          "null",  \
                                                                                                                                          "male") "],\"missing\":[\"M\",\"N\"],\"genotypes\":{\"Q\":[[\"1\",\"1\"],null],\"C\":[[\"3\",\"3\"],null],\"X\":[null,[\"1\",\"4\"]]}}]}"

static const char CASE[] = MARKERS("") REST;
static const char LINKED_CASE[] =
    MARKERS("\"linkage\":[{\"markers\":[\"A\",\"B\"],\"recombination\":[0.1]}],") REST;

static const int32_t EVERYBODY[4] = {0, 1, 2, 3};
static hw_case_list *list, *linked;

static int read_cases(void **state) {
  (void)state;
  return hw_case_list_parse(CASE, sizeof CASE - 1, "case", &list, NULL) == HW_OK &&
                 hw_case_list_parse(LINKED_CASE, sizeof LINKED_CASE - 1, "case", &linked, NULL) ==
                     HW_OK
             ? 0
             : -1;
}

static int drop_cases(void **state) {
  (void)state;
  hw_case_list_delete(list);
  hw_case_list_delete(linked);
  return 0;
}

static hwp_place *family(int32_t f, int32_t n_remains) {
  hwp_place *place = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hwp_place_new(&list->cases[0], f, n_remains, EVERYBODY, NULL, &place, &err), &err);
  return place;
}

static double ln_of(hwp_place *place, int32_t a, int32_t b, int32_t c) {
  const int32_t placed[3] = {a, b, c};
  double ln = 0;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hwp_place_ln(place, placed, &ln, &err), &err);
  return ln;
}

static hwp_placements list_of(hwp_place *place, const hwp_place_limits *limits) {
  hwp_placements out;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hwp_place_list(place, limits, &out, &err), &err);
  return out;
}

static const hwp_place_limits ALL = {.max_steps = 1e6, .max_listed = 1e6};

static void nobody_placed_has_a_ratio_of_one(void **state) {
  (void)state;
  hwp_place *place = family(0, 4);
  assert_int_equal(hwp_place_count(place), 3);
  hw_assert_close(ln_of(place, -1, -1, -1), 0, 0, 0);
  hwp_place_delete(place);
}

static void a_child_of_a_known_father_has_the_ratio_of_the_textbook(void **state) {
  (void)state;
  hwp_place *place = family(0, 4);
  /* A: father 1/1, child 1/2: p2 / (2 p1 p2). B: father 1/2, child 1/1 with mutation, in which
   * each of three other alleles is as likely. */
  const double from_father = 0.5 * (1 - 0.02) + 0.5 * 0.02 / 3;
  const double from_mother = 0.1 * (1 - 0.01) + 0.9 * 0.01 / 3;
  const double expected = log(1 / (2 * 0.2)) + log(from_father * from_mother / 0.01);
  hw_assert_close(ln_of(place, 0, -1, -1), expected, 0, 1e-12);
  hwp_place_delete(place);
}

static void another_sex_is_impossible(void **state) {
  (void)state;
  hwp_place *place = family(0, 4);
  const int32_t placed[3] = {1, -1, -1};
  double out[4];
  hw_err err = HW_ERR_INIT;
  assert_true(ln_of(place, 1, -1, -1) == -HUGE_VAL);
  hw_assert_ok(hwp_place_extend(place, placed, 1, out, &err), &err);
  for (int r = 0; r < 4; r++) assert_true(out[r] == -HUGE_VAL);
  hwp_place_delete(place);
}

static void an_allele_that_nobody_has_counts_as_not_typed(void **state) {
  (void)state;
  hwp_place *place = family(0, 4);
  const double ln = ln_of(place, 3, -1, -1); /* 4/4 at A, where 4 has frequency zero */
  assert_true(isfinite(ln));
  assert_true(isfinite(ln_of(place, 3, 2, 1)));
  hwp_place_delete(place);
}

static void a_marker_that_contradicts_itself_tells_nothing(void **state) {
  (void)state;
  hwp_place *place = family(1, 4);
  const int32_t placed[2] = {-1, -1};
  double out[4];
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hwp_place_extend(place, placed, 0, out, &err), &err);
  assert_true(isfinite(out[0]) && isfinite(out[2]) && out[1] == -HUGE_VAL);
  hwp_place_delete(place);
}

static void linked_markers_are_refused_by_name(void **state) {
  (void)state;
  hwp_place *place = NULL;
  hw_err err = HW_ERR_INIT;
  char text[1024];
  hw_assert_status(hwp_place_new(&linked->cases[0], 0, 4, EVERYBODY, NULL, &place, &err),
                   HW_E_UNSUPPORTED, &err);
  assert_null(place);
  hw_err_text(&err, text, sizeof text);
  hw_assert_contains(text, "linked markers");
  hw_assert_contains(text, "F1");
}

static void too_much_work_is_refused_with_the_family(void **state) {
  (void)state;
  const hw_likelihood_options options = {.max_work = 1};
  hwp_place *place = NULL;
  hw_err err = HW_ERR_INIT;
  char text[1024];
  hw_assert_status(hwp_place_new(&list->cases[0], 0, 4, EVERYBODY, &options, &place, &err),
                   HW_E_TOO_COMPLEX, &err);
  hw_err_text(&err, text, sizeof text);
  hw_assert_contains(text, "F1");
}

static void without_candidates_nobody_is_placed(void **state) {
  (void)state;
  hwp_place *place = family(0, 0);
  hwp_placements all = list_of(place, &ALL);
  assert_int_equal(all.n, 1);
  assert_true(all.is_complete && all.ln_sum == 0 && all.ln_left_out == -HUGE_VAL);
  assert_true(all.placed[0] == -1 && all.placed[1] == -1 && all.placed[2] == -1);
  hwp_placements_clear(&all);
  hwp_placements_clear(&all);
  hwp_placements_clear(NULL);
  hwp_place_delete(place);
  hwp_place_delete(NULL);
}

static void the_fixed_stand_in_every_placement(void **state) {
  (void)state;
  hwp_place *place = family(0, 4);
  const int32_t fixed[3] = {-1, 2, -1};
  hwp_place_limits limits = ALL;
  limits.fixed = fixed;
  hwp_placements all = list_of(place, &limits);
  assert_true(all.n > 1);
  for (int64_t i = 0; i < all.n; i++) assert_int_equal(all.placed[3 * i + 1], 2);
  assert_true(all.placed[0] == -1 && all.placed[2] == -1);
  hw_assert_close(all.placements[0].ln_ratio, ln_of(place, -1, 2, -1), 0, 0);
  hwp_placements_clear(&all);
  hwp_place_delete(place);
}

static void impossible_fixed_ones_leave_one_impossible_placement(void **state) {
  (void)state;
  hwp_place *place = family(0, 4);
  const int32_t fixed[3] = {1, -1, -1};
  hwp_place_limits limits = ALL;
  limits.fixed = fixed;
  hwp_placements all = list_of(place, &limits);
  assert_int_equal(all.n, 1);
  assert_true(all.placements[0].ln_ratio == -HUGE_VAL && all.ln_sum == -HUGE_VAL);
  hwp_placements_clear(&all);
  hwp_place_delete(place);
}

static void forbidden_pairs_do_not_occur_and_weights_are_added(void **state) {
  (void)state;
  hwp_place *place = family(0, 4);
  double ln_pair[12];
  for (int i = 0; i < 12; i++) ln_pair[i] = i < 4 ? -HUGE_VAL : -0.5 * i;
  hwp_place_limits limits = ALL;
  limits.ln_pair = ln_pair;
  hwp_placements all = list_of(place, &limits);
  for (int64_t i = 0; i < all.n; i++) {
    double weight = 0;
    assert_int_equal(all.placed[3 * i], -1);
    for (int k = 1; k < 3; k++)
      if (all.placed[3 * i + k] >= 0) weight += ln_pair[4 * k + all.placed[3 * i + k]];
    hw_assert_close(all.placements[i].ln_weight, weight, 1e-14, 1e-14);
  }
  hwp_placements_clear(&all);
  hwp_place_delete(place);
}

static void what_limits_leave_out_is_bounded(void **state) {
  (void)state;
  hwp_place *place = family(0, 4);
  hwp_placements all = list_of(place, &ALL);
  for (int n = 0; n < all.n; n++)
    for (int kind = 0; kind < 2; kind++) {
      hwp_place_limits limits = ALL;
      if (kind == 0)
        limits.max_listed = n;
      else
        limits.max_steps = n;
      hwp_placements some = list_of(place, &limits);
      assert_true(some.n >= 1 && some.n <= all.n);
      assert_true(some.n == all.n || !some.is_complete);
      assert_true(exp(some.ln_sum) + exp(some.ln_left_out) >= exp(all.ln_sum) * (1 - 1e-12));
      hwp_placements_clear(&some);
    }
  hwp_placements_clear(&all);
  hwp_place_delete(place);
}

static bool say_yes(void *context) {
  (void)context;
  return true;
}

static void a_stop_is_obeyed(void **state) {
  (void)state;
  hwp_place *place = family(0, 4);
  hwp_place_limits limits = ALL;
  limits.stop = say_yes;
  hwp_placements out;
  hw_err err = HW_ERR_INIT;
  char text[1024];
  hw_assert_status(hwp_place_list(place, &limits, &out, &err), HW_E_INTERRUPTED, &err);
  assert_null(out.placements);
  hw_err_text(&err, text, sizeof text);
  hw_assert_contains(text, "F1");
  hwp_place_delete(place);
}

static void brothers_are_exchangeable_unless_a_child_tells_them_apart(void **state) {
  (void)state;
  int32_t group[3];
  hw_err err = HW_ERR_INIT;
  hwp_place *place = family(0, 4);
  hw_assert_ok(hwp_place_symmetry(place, group, &err), &err);
  assert_true(group[0] == 0 && group[1] == 0 && group[2] == 2);
  hwp_place_delete(place);
  place = family(1, 4);
  hw_assert_ok(hwp_place_symmetry(place, group, &err), &err);
  assert_true(group[0] == 0 && group[1] == 1);
  hwp_place_delete(place);
}

static void memory_failures_are_told_and_do_no_harm(void **state) {
  (void)state;
  hwp_place *place = NULL;
  hw_err err = HW_ERR_INIT;
  for (long n = 0; hw_faults_begin(n); n++) {
    const hw_status status = hwp_place_new(&list->cases[0], 0, 4, EVERYBODY, NULL, &place, &err);
    if (!hw_faults_end()) {
      hw_assert_ok(status, &err);
      break;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, NULL);
    assert_null(place);
  }
  hwp_place_delete(place);
  hwp_placements out, expected;
  hwp_place_limits limits = ALL;
  limits.left_out = 1e-9;
  place = family(0, 4);
  expected = list_of(place, &limits);
  hwp_place_delete(place);
  for (long n = 0;; n++) {
    place = family(0, 4); /* nothing is remembered */
    if (!hw_faults_begin(n)) break;
    const hw_status status = hwp_place_list(place, &limits, &out, &err);
    const bool has_failed = hw_faults_end();
    if (has_failed && status != HW_OK) {
      hw_assert_status(status, HW_E_NO_MEMORY, NULL);
      assert_null(out.placements);
      hw_assert_ok(hwp_place_list(place, &limits, &out, &err), &err);
    }
    assert_int_equal(out.n, expected.n);
    hw_assert_same_bits(out.ln_sum, expected.ln_sum);
    hwp_placements_clear(&out);
    hwp_place_delete(place);
    if (!has_failed) break;
  }
  hwp_placements_clear(&expected);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nobody_placed_has_a_ratio_of_one),
      cmocka_unit_test(a_child_of_a_known_father_has_the_ratio_of_the_textbook),
      cmocka_unit_test(another_sex_is_impossible),
      cmocka_unit_test(an_allele_that_nobody_has_counts_as_not_typed),
      cmocka_unit_test(a_marker_that_contradicts_itself_tells_nothing),
      cmocka_unit_test(linked_markers_are_refused_by_name),
      cmocka_unit_test(too_much_work_is_refused_with_the_family),
      cmocka_unit_test(without_candidates_nobody_is_placed),
      cmocka_unit_test(the_fixed_stand_in_every_placement),
      cmocka_unit_test(impossible_fixed_ones_leave_one_impossible_placement),
      cmocka_unit_test(forbidden_pairs_do_not_occur_and_weights_are_added),
      cmocka_unit_test(what_limits_leave_out_is_bounded),
      cmocka_unit_test(a_stop_is_obeyed),
      cmocka_unit_test(brothers_are_exchangeable_unless_a_child_tells_them_apart),
      cmocka_unit_test(memory_failures_are_told_and_do_no_harm),
  };
  return cmocka_run_group_tests_name("places", tests, read_cases, drop_cases);
}
