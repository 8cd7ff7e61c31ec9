/* Patterns: who matters, in which order, and which families have a closed form. */
#include "kinship/pattern.h"

#include <string.h>

#include "kinship/closed.h"
#include "support/assert.h"

enum { MOST = 80, NOBODY = HW_PERSON_NONE };

typedef struct people {
  hw_person persons[MOST];
  int32_t n;
  int32_t typed[MOST];
  int32_t n_typed;
  hw_arena arena;
  hwp_family family;
  int32_t profile[HWP_PATTERN_PROFILES];
} people;

static int32_t add(people *self, int32_t father, int32_t mother, hw_sex sex) {
  self->persons[self->n] =
      (hw_person){.id = "", .father = father, .mother = mother, .sex = sex, .twin = NOBODY};
  return self->n++;
}

static int32_t add_typed(people *self, int32_t father, int32_t mother, hw_sex sex) {
  self->typed[self->n_typed++] = self->n;
  return add(self, father, mother, sex);
}

/* The pattern where the profiles of the bit set are typed. */
static bool find(people *self, int32_t missing, bool x, uint32_t typed, hwp_pattern *out) {
  const hw_pedigree pedigree = {.n_persons = self->n, .persons = self->persons};
  bool is_typed[MOST];
  int32_t individual[MOST];
  hw_arena_clear(&self->arena);
  hw_assert_ok(hwp_family_init(&self->family, &pedigree, &self->arena), NULL);
  for (int32_t p = 0; p < self->n_typed; p++) {
    is_typed[p] = typed >> p & 1;
    individual[p] = self->family.individual[self->typed[p]];
  }
  return hwp_pattern_find(out, &self->family, self->family.individual[missing], x, self->n_typed,
                          individual, is_typed, self->profile);
}

static void who_says_nothing_is_left_out(void **state) {
  (void)state;
  people p = {.n = 0};
  hwp_pattern pattern = {.n = 0};
  const int32_t grandfather = add(&p, NOBODY, NOBODY, HW_MALE);
  const int32_t father = add(&p, grandfather, NOBODY, HW_MALE);
  const int32_t mother = add_typed(&p, NOBODY, NOBODY, HW_FEMALE);
  const int32_t missing = add(&p, father, mother, HW_MALE);
  const int32_t sister = add_typed(&p, father, mother, HW_FEMALE);
  add(&p, father, mother, HW_MALE);       /* an untyped brother */
  add_typed(&p, NOBODY, sister, HW_MALE); /* her son, who is not typed at this marker */
  assert_true(find(&p, missing, false, 3, &pattern));
  /* The missing man, father, mother, sister, both parents of the father. */
  assert_int_equal(pattern.n, 6);
  assert_int_equal(pattern.n_profiles, 2);
  assert_true(pattern.is_connected);
  assert_int_equal(pattern.father[0], 1);
  assert_int_equal(pattern.mother[0], 2);
  assert_int_equal(pattern.owner[0], 2);
  assert_int_equal(p.profile[0], 0);
  assert_int_equal(p.profile[1], 1);
  assert_int_equal(pattern.father[pattern.owner[1]], 1);
  hw_arena_clear(&p.arena);
}

static void siblings_without_children_are_one_group(void **state) {
  (void)state;
  people p = {.n = 0};
  hwp_pattern pattern = {.n = 0};
  const int32_t father = add(&p, NOBODY, NOBODY, HW_MALE);
  const int32_t mother = add(&p, NOBODY, NOBODY, HW_FEMALE);
  const int32_t married = add_typed(&p, father, mother, HW_MALE);
  add_typed(&p, father, mother, HW_FEMALE);
  const int32_t missing = add(&p, father, mother, HW_MALE);
  add_typed(&p, father, mother, HW_MALE);
  add_typed(&p, married, NOBODY, HW_MALE);
  assert_true(find(&p, missing, false, 15, &pattern));
  assert_int_equal(pattern.n_profiles, 4);
  /* Sister and brother first, who may change places; the married brother behind them. */
  assert_int_equal(p.profile[0], 1);
  assert_int_equal(p.profile[1], 2);
  assert_int_equal(p.profile[2], 0);
  assert_int_equal(pattern.group[0], 0);
  assert_int_equal(pattern.group[1], 0);
  assert_int_equal(pattern.group[2], 2);
  assert_int_equal(pattern.group[3], 3);
  /* On X they may not: one carries two alleles. */
  assert_true(find(&p, missing, true, 15, &pattern));
  assert_int_equal(pattern.group[1], 1);
  assert_int_equal(pattern.sex[pattern.owner[0]], HW_MALE);
  /* Without his son the married brother is one of them. */
  assert_true(find(&p, missing, false, 7, &pattern));
  assert_int_equal(pattern.group[2], 0);
  hw_arena_clear(&p.arena);
}

static void the_same_shape_is_recognised(void **state) {
  (void)state;
  people one = {.n = 0}, other = {.n = 0};
  hwp_pattern a = {.n = 0}, b = {.n = 0};
  int32_t father = add(&one, NOBODY, NOBODY, HW_MALE);
  int32_t mother = add(&one, NOBODY, NOBODY, HW_FEMALE);
  const int32_t missing_a = add(&one, father, mother, HW_MALE);
  add_typed(&one, father, mother, HW_MALE);
  add_typed(&one, father, NOBODY, HW_FEMALE);
  /* The same from the end, and a cousin nobody typed. */
  mother = 3;
  father = 4;
  add_typed(&other, father, NOBODY, HW_MALE);
  add_typed(&other, father, mother, HW_FEMALE);
  const int32_t missing_b = add(&other, father, mother, HW_FEMALE);
  add(&other, NOBODY, NOBODY, HW_FEMALE);
  add(&other, NOBODY, NOBODY, HW_MALE);
  add(&other, NOBODY, mother, HW_MALE);
  assert_true(find(&one, missing_a, false, 3, &a));
  assert_true(find(&other, missing_b, false, 3, &b));
  assert_true(hwp_pattern_equal(&a, &b));
  assert_true(hwp_pattern_hash(&a) == hwp_pattern_hash(&b));
  assert_int_equal(one.profile[0], 0);
  assert_int_equal(other.profile[0], 1); /* the full sibling, who comes first */
  assert_true(find(&other, missing_b, false, 1, &b));
  assert_false(hwp_pattern_equal(&a, &b));
  hw_arena_clear(&one.arena);
  hw_arena_clear(&other.arena);
}

static void twins_and_second_samples_are_one_individual(void **state) {
  (void)state;
  people p = {.n = 0};
  hwp_pattern pattern = {.n = 0};
  hwp_closed closed = {.n_couples = 0};
  const int32_t mother = add_typed(&p, NOBODY, NOBODY, HW_FEMALE);
  p.typed[p.n_typed++] = mother;
  const int32_t missing = add(&p, NOBODY, mother, HW_MALE);
  assert_true(find(&p, missing, false, 3, &pattern));
  assert_int_equal(pattern.n_profiles, 2);
  assert_int_equal(pattern.owner[0], pattern.owner[1]);
  assert_int_equal(pattern.group[1], 1);
  assert_false(hwp_closed_init(&closed, &pattern));
  assert_true(find(&p, missing, false, 2, &pattern));
  assert_int_equal(p.profile[0], 1);
  assert_true(hwp_closed_init(&closed, &pattern));
  hw_arena_clear(&p.arena);
}

static void loops_strangers_and_untyped_siblings_have_no_closed_form(void **state) {
  (void)state;
  people p = {.n = 0};
  hwp_pattern pattern = {.n = 0};
  hwp_closed closed = {.n_couples = 0};
  const int32_t father = add(&p, NOBODY, NOBODY, HW_MALE);
  const int32_t mother = add(&p, NOBODY, NOBODY, HW_FEMALE);
  const int32_t missing = add(&p, father, mother, HW_MALE);
  const int32_t sister = add_typed(&p, father, mother, HW_FEMALE); /* 1 */
  const int32_t brother = add(&p, father, mother, HW_MALE);
  add_typed(&p, brother, NOBODY, HW_MALE);                       /* 2 */
  add_typed(&p, NOBODY, NOBODY, HW_MALE);                        /* 4: a stranger */
  const int32_t child = add_typed(&p, missing, sister, HW_MALE); /* 8: a loop */
  assert_true(child > 0);
  assert_true(find(&p, missing, false, 1, &pattern));
  assert_true(pattern.is_connected && hwp_closed_init(&closed, &pattern));
  assert_int_equal(closed.n_couples, 1);
  assert_true(find(&p, missing, false, 3, &pattern));
  assert_true(pattern.is_connected && !hwp_closed_init(&closed, &pattern));
  assert_true(find(&p, missing, false, 5, &pattern));
  assert_true(!pattern.is_connected && !hwp_closed_init(&closed, &pattern));
  assert_true(find(&p, missing, false, 9, &pattern));
  assert_true(pattern.is_connected && !hwp_closed_init(&closed, &pattern));
  assert_false(find(&p, missing, true, 1, &pattern) && hwp_closed_init(&closed, &pattern));
  hw_arena_clear(&p.arena);
}

static void a_family_that_is_too_large_has_no_pattern(void **state) {
  (void)state;
  people p = {.n = 0};
  hwp_pattern pattern = {.n = 0};
  /* A line of descent: every ancestor of the missing man, and spouses. */
  int32_t last = add(&p, NOBODY, NOBODY, HW_MALE);
  for (int i = 0; i < 31; i++) last = add(&p, last, NOBODY, HW_MALE);
  assert_true(find(&p, last, false, 0, &pattern));
  assert_int_equal(pattern.n, 63);
  last = add(&p, last, NOBODY, HW_MALE);
  assert_false(find(&p, last, false, 0, &pattern));
  hw_arena_clear(&p.arena);
  /* Too many profiles. */
  people q = {.n = 0};
  const int32_t father = add(&q, NOBODY, NOBODY, HW_MALE);
  const int32_t missing = add(&q, father, NOBODY, HW_MALE);
  for (int i = 0; i < 16; i++) add_typed(&q, father, NOBODY, HW_MALE);
  for (int i = 0; i < 16; i++) q.typed[q.n_typed++] = q.typed[i];
  assert_true(find(&q, missing, false, 0xffffffffU, &pattern));
  assert_int_equal(pattern.n_profiles, HWP_PATTERN_PROFILES);
  hw_arena_clear(&q.arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(who_says_nothing_is_left_out),
      cmocka_unit_test(siblings_without_children_are_one_group),
      cmocka_unit_test(the_same_shape_is_recognised),
      cmocka_unit_test(twins_and_second_samples_are_one_individual),
      cmocka_unit_test(loops_strangers_and_untyped_siblings_have_no_closed_form),
      cmocka_unit_test(a_family_that_is_too_large_has_no_pattern),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
