/* Joint identification: what is refused, what is told, and memory that runs out. */
#include "homeward/joint.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "identify/joint_int.h"
#include "support/assert.h"
#include "support/faults.h"

#define HEAD                                                              \
  "{\"format\":\"homeward-case/1\",\"id\":\"c\",\"markers\":["            \
  "{\"name\":\"A\",\"chromosome\":\"A\",\"alleles\":[\"1\",\"2\",\"3\"]," \
  "\"frequencies\":[0.2,0.3,0.5],\"mutation\":{\"model\":\"none\"}},"     \
  "{\"name\":\"B\",\"chromosome\":\"A\",\"alleles\":[\"1\",\"2\",\"3\"]," \
  "\"frequencies\":[0.01,0.29,0.7],\"mutation\":{\"model\":\"none\"}}],"

/* Family F1: a father typed, two sons missing whom nothing tells apart, and their mother, to whom
 * nobody typed is kin. Family F2: a son missing whose parents are typed. */
static const char CASE[] = HEAD
    "\"remains\":["
    "{\"id\":\"V1\",\"sex\":\"male\",\"genotypes\":[[\"1\",\"2\"],[\"1\",\"2\"]]},"
    "{\"id\":\"V2\",\"sex\":\"male\",\"genotypes\":[[\"1\",\"3\"],[\"1\",\"3\"]]},"
    "{\"id\":\"V3\",\"sex\":\"female\",\"genotypes\":[[\"2\",\"3\"],[\"2\",\"3\"]]}],"
    "\"families\":["
    "{\"name\":\"F1\",\"pedigree\":[{\"id\":\"P\",\"father\":null,\"mother\":null,\"sex\":\"male\"},"
    "{\"id\":\"Q\",\"father\":null,\"mother\":null,\"sex\":\"female\"},"
    "{\"id\":\"S\",\"father\":\"P\",\"mother\":\"Q\",\"sex\":\"male\"},"
    "{\"id\":\"T\",\"father\":\"P\",\"mother\":\"Q\",\"sex\":\"male\"}],"
    "\"missing\":[\"S\",\"T\",\"Q\"],\"genotypes\":{\"P\":[[\"1\",\"1\"],[\"1\",\"1\"]]}},"
    "{\"name\":\"F2\",\"pedigree\":[{\"id\":\"P\",\"father\":null,\"mother\":null,\"sex\":\"male\"},"
    "{\"id\":\"Q\",\"father\":null,\"mother\":null,\"sex\":\"female\"},"
    "{\"id\":\"S\",\"father\":\"P\",\"mother\":\"Q\",\"sex\":\"male\"}],\"missing\":[\"S\"],"
    "\"genotypes\":{\"P\":[[\"2\",\"2\"],[\"2\",\"2\"]],\"Q\":[[\"3\",\"3\"],[\"3\",\"3\"]]}}]}";

#define SON(NAME, FATHER)                                                                   \
  "{\"name\":\"" NAME                                                                       \
  "\",\"pedigree\":[{\"id\":\"P\",\"father\":null,\"mother\":null,\"sex\":\"male\"},"       \
  "{\"id\":\"Q\",\"father\":null,\"mother\":null,\"sex\":\"female\"},"                      \
  "{\"id\":\"S\",\"father\":\"P\",\"mother\":\"Q\",\"sex\":\"male\"}],\"missing\":[\"S\"]," \
  "\"genotypes\":{\"P\":[" FATHER "," FATHER "]}}"

/* Two families of one missing son each, for both of whom either remains may be. */
static const char CROWDED[] =
    HEAD "\"remains\":["
         "{\"id\":\"V1\",\"sex\":\"male\",\"genotypes\":[[\"1\",\"2\"],[\"1\",\"2\"]]},"
         "{\"id\":\"V2\",\"sex\":\"male\",\"genotypes\":[[\"1\",\"3\"],[\"1\",\"3\"]]}],"
         "\"families\":[" SON("F1", "[\"1\",\"1\"]") "," SON("F2", "[\"1\",\"3\"]") "]}";

enum { S1, T1, Q1, S2 }; /* targets */

static hw_case_list *list;

static int read_case(void **state) {
  (void)state;
  return hw_case_list_parse(CASE, sizeof CASE - 1, "case", &list, NULL) == HW_OK ? 0 : -1;
}

static int drop_case(void **state) {
  (void)state;
  hw_case_list_delete(list);
  return 0;
}

static void refuses(const hw_joint_options *options, hw_status expected, const char *message) {
  hw_err err = HW_ERR_INIT;
  hw_joint *joint = NULL;
  hw_status status = hw_joint_new(&list->cases[0], options, &joint, &err);
  if (status == HW_OK) status = hw_joint_run(joint, NULL, NULL, &err);
  hw_assert_status(status, expected, &err);
  hw_assert_contains(err.message, message);
  hw_joint_delete(joint);
}

static void numbers_out_of_range_are_refused(void **state) {
  (void)state;
  static const hw_joint_pairing outside = {3, 0}, beyond = {0, 4};
  static const double nan_size[] = {0, (double)NAN};
  refuses(&(hw_joint_options){.left_out = 1}, HW_E_VALUE, "to leave out");
  refuses(&(hw_joint_options){.max_steps = -1}, HW_E_VALUE, "-1 steps");
  refuses(&(hw_joint_options){.n_best = -1}, HW_E_VALUE, "out of range");
  refuses(&(hw_joint_options){.fixed = &outside, .n_fixed = 1}, HW_E_VALUE, "fixed pairing");
  refuses(&(hw_joint_options){.excluded = &beyond, .n_excluded = 1}, HW_E_VALUE,
          "excluded pairing of remains 0 and missing person 4: there are 3 and 4");
  refuses(&(hw_joint_options){.candidates = &beyond, .n_candidates = 1}, HW_E_VALUE,
          "candidate pairing");
  refuses(&(hw_joint_options){.prior = {.ln_size = nan_size, .n_sizes = 2}}, HW_E_VALUE,
          "prior weight of 1 identifications");
}

static double not_a_number(void *context, int32_t remains, int32_t target) {
  (void)context;
  return remains == 0 && target == S1 ? (double)NAN : 0;
}

static double never(void *context, int32_t remains, int32_t target) {
  (void)context;
  (void)remains;
  (void)target;
  return -HUGE_VAL;
}

static void contradictions_are_named(void **state) {
  (void)state;
  static const hw_joint_pairing twice[] = {{0, S1}, {1, S1}}, one = {0, S1}, woman = {2, S1},
                                other = {0, S2};
  static const double three_only[] = {-HUGE_VAL, -HUGE_VAL, -HUGE_VAL, -HUGE_VAL, 0};
  refuses(&(hw_joint_options){.fixed = twice, .n_fixed = 2}, HW_E_VALUE,
          "'V2' is fixed as 'F1:S', and one of them is fixed otherwise");
  refuses(&(hw_joint_options){.fixed = &one, .n_fixed = 1, .excluded = &one, .n_excluded = 1},
          HW_E_VALUE, "'V1' is fixed as 'F1:S', and excluded as well");
  refuses(&(hw_joint_options){.fixed = &woman, .n_fixed = 1}, HW_E_VALUE,
          "every assignment is impossible: 'V3' is fixed as 'F1:S', but sex");
  refuses(&(hw_joint_options){.fixed = &other, .n_fixed = 1}, HW_E_VALUE,
          "every assignment is impossible: 'V1' is fixed as 'F2:S', but family 'F2' excludes that");
  refuses(&(hw_joint_options){.fixed = &one, .n_fixed = 1, .prior = {.ln_pair = never}}, HW_E_VALUE,
          "the prior forbids it");
  refuses(&(hw_joint_options){.prior = {.ln_pair = not_a_number}}, HW_E_VALUE,
          "the prior weight of 'V1' being 'F1:S' is nan");
  refuses(&(hw_joint_options){.prior = {.ln_size = three_only, .n_sizes = 5}}, HW_E_VALUE,
          "permits no number of identifications");
}

static void cases_without_remains_or_with_linkage_are_refused(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_joint *joint = NULL;
  hw_case changed = list->cases[0];
  changed.n_remains = 0;
  hw_assert_status(hw_joint_new(&changed, NULL, &joint, &err), HW_E_SHAPE, &err);
  changed = list->cases[0];
  changed.n_linkages = 1;
  hw_assert_status(hw_joint_new(&changed, NULL, &joint, &err), HW_E_UNSUPPORTED, &err);
  assert_null(joint);
}

static hw_joint *run_all(const hw_joint_options *options) {
  hw_err err = HW_ERR_INIT;
  hw_joint *joint = NULL;
  hw_assert_ok(hw_joint_new(&list->cases[0], options, &joint, &err), &err);
  hw_assert_ok(hw_joint_run(joint, NULL, NULL, &err), &err);
  return joint;
}

static void tied_brothers_and_strangers_by_marriage_are_told(void **state) {
  (void)state;
  hw_joint *joint = run_all(NULL);
  const hw_joint_group *groups = NULL;
  const int32_t *nobody = NULL;
  const hw_joint_assignment *best = NULL;
  assert_int_equal(hw_joint_symmetric(joint, &groups), 1);
  assert_int_equal(groups[0].n_targets, 2);
  assert_int_equal(groups[0].targets[0], S1);
  assert_int_equal(groups[0].targets[1], T1);
  assert_int_equal(groups[0].n_remains, 2);
  assert_int_equal(hw_joint_non_identifiable(joint, &nobody), 1);
  assert_int_equal(nobody[0], Q1);
  assert_true(hw_joint_best(joint, &best) > 1);
  assert_int_equal(best[0].target[0], S1);
  assert_int_equal(best[0].target[1], T1);
  assert_int_equal(best[0].n_tied, 1);
  hw_assert_same_bits(best[0].ln_ratio, best[1].ln_ratio);
  hw_assert_close(hw_joint_posterior(joint, 0, S1, NULL), hw_joint_posterior(joint, 0, T1, NULL),
                  1e-13, 0);
  assert_string_equal(hw_joint_target(joint, S1)->code, "F1:S");
  assert_string_equal(hw_joint_standing_name(HW_JOINT_SYMMETRIC), "symmetric");
  hw_joint_delete(joint);
}

static void a_family_left_out_gets_nobody(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_joint *joint = NULL;
  double rest = 0;
  hw_assert_ok(hw_joint_new(&list->cases[0], NULL, &joint, &err), &err);
  hw_joint_leave_out(joint, 0);
  hw_assert_ok(hw_joint_run(joint, NULL, NULL, &err), &err);
  assert_true(hw_joint_is_left_out(joint, 0) && !hw_joint_is_left_out(joint, 1));
  assert_int_equal(hw_joint_failed_family(joint), -1);
  assert_true(hw_joint_posterior(joint, 0, S1, &rest) == 0 && rest == 1);
  assert_true(hw_joint_posterior_absent(joint, S1, NULL) == 1);
  hw_joint_delete(joint);
}

static void candidates_limit_what_is_considered(void **state) {
  (void)state;
  static const hw_joint_pairing some[] = {{0, S1}, {0, S1}, {1, T1}};
  hw_joint *joint = run_all(&(hw_joint_options){.candidates = some, .n_candidates = 3});
  const hw_joint_summary s = hw_joint_summarise(joint);
  assert_true(s.n_not_candidates == 3 * 4 - 2);
  assert_true(s.n_assignments == 4);
  assert_true(hw_joint_posterior(joint, 1, S1, NULL) == 0);
  assert_true(hw_joint_posterior(joint, 1, T1, NULL) > 0);
  hw_joint_delete(joint);
}

static bool stop_at_once(void *context, uint64_t done, uint64_t all) {
  (void)context;
  (void)done;
  (void)all;
  return true;
}

static void a_run_can_be_interrupted(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_joint *joint = NULL;
  hw_assert_ok(hw_joint_new(&list->cases[0], NULL, &joint, &err), &err);
  hw_assert_status(hw_joint_run(joint, stop_at_once, NULL, &err), HW_E_INTERRUPTED, &err);
  hw_joint_delete(joint);
}

typedef struct one_stop {
  int64_t n_asked, at;
} one_stop;

static bool stop_once(void *context, uint64_t done, uint64_t all) {
  one_stop *stop = context;
  (void)done;
  (void)all;
  return stop->n_asked++ == stop->at;
}

/* Also while tables are merged, where what is too complex leads to a Markov chain. */
static void a_stop_is_heard_wherever_it_is_said(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_case_list *crowded = NULL;
  bool has_stopped = true;
  int64_t n = 0;
  hw_assert_ok(hw_case_list_parse(CROWDED, sizeof CROWDED - 1, "case", &crowded, &err), &err);
  for (; has_stopped; n++) {
    hw_joint *joint = NULL;
    one_stop stop = {0, n};
    hw_assert_ok(hw_joint_new(&crowded->cases[0], NULL, &joint, &err), &err);
    const hw_status status = hw_joint_run(joint, stop_once, &stop, &err);
    has_stopped = stop.n_asked > n;
    hw_assert_status(status, has_stopped ? HW_E_INTERRUPTED : HW_OK, &err);
    hw_joint_delete(joint);
  }
  assert_true(n > crowded->cases[0].n_families);
  hw_case_list_delete(crowded);
}

static void memory_may_run_out_anywhere(void **state) {
  (void)state;
  static const hw_joint_options chained = {.max_steps = 1, .chain_steps = 100};
  static const hw_joint_options *const OPTIONS[] = {NULL, &chained};
  for (size_t o = 0; o < 2; o++)
    for (long n = 0; hw_faults_begin(n); n++) {
      hw_err err = HW_ERR_INIT;
      hw_joint *joint = NULL;
      hw_joint_pair *pairs = NULL;
      int32_t n_pairs = 0;
      hw_status status = hw_joint_new(&list->cases[0], OPTIONS[o], &joint, &err);
      if (status == HW_OK) status = hw_joint_run(joint, NULL, NULL, &err);
      if (status == HW_OK) status = hw_joint_pairs(joint, 0, 0, &pairs, &n_pairs, &err);
      const bool has_failed = hw_faults_end();
      free(pairs);
      hw_joint_delete(joint);
      if (has_failed) {
        hw_assert_status(status, HW_E_NO_MEMORY, &err);
      } else {
        hw_assert_ok(status, &err);
        break;
      }
    }
}

static hw_status run_crowded(const hw_case *problem, int32_t crowd_from, bool *has_crowd, double *p,
                             hw_err *err) {
  hw_joint *joint = NULL;
  hw_status status = hw_joint_new(problem, NULL, &joint, err);
  if (status == HW_OK) {
    joint->crowd_from = crowd_from;
    status = hw_joint_run(joint, NULL, NULL, err);
  }
  if (status == HW_OK) {
    *has_crowd = joint->n_bits > 0;
    *p = hw_joint_posterior(joint, 0, 0, NULL);
  }
  hw_joint_delete(joint);
  return status;
}

static void crowds_give_the_same_and_survive_that_memory_runs_out(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_case_list *crowded = NULL;
  bool has_crowd = true;
  double expected = 0, p = 0;
  hw_assert_ok(hw_case_list_parse(CROWDED, sizeof CROWDED - 1, "case", &crowded, &err), &err);
  hw_assert_ok(run_crowded(&crowded->cases[0], 0, &has_crowd, &expected, &err), &err);
  assert_false(has_crowd);
  for (long n = 0; hw_faults_begin(n); n++) {
    const hw_status status = run_crowded(&crowded->cases[0], 1, &has_crowd, &p, &err);
    if (hw_faults_end()) {
      hw_assert_status(status, HW_E_NO_MEMORY, &err);
    } else {
      hw_assert_ok(status, &err);
      break;
    }
  }
  assert_true(has_crowd);
  assert_true(expected > 0.1);
  hw_assert_close(p, expected, 1e-12, 0);
  hw_case_list_delete(crowded);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_out_of_range_are_refused),
      cmocka_unit_test(contradictions_are_named),
      cmocka_unit_test(cases_without_remains_or_with_linkage_are_refused),
      cmocka_unit_test(tied_brothers_and_strangers_by_marriage_are_told),
      cmocka_unit_test(a_family_left_out_gets_nobody),
      cmocka_unit_test(candidates_limit_what_is_considered),
      cmocka_unit_test(a_run_can_be_interrupted),
      cmocka_unit_test(a_stop_is_heard_wherever_it_is_said),
      cmocka_unit_test(memory_may_run_out_anywhere),
      cmocka_unit_test(crowds_give_the_same_and_survive_that_memory_runs_out),
  };
  return cmocka_run_group_tests_name("joint identification", tests, read_case, drop_case);
}
