/* What the reference check finds in simulated families, right and wrong: ratios
 * against the engine's likelihood of the true pedigree, rates of false alarm and
 * of detection with fixed seeds, and laws (relabelling changes nothing).
 *
 * The bounds are those measured by bench_reference on thousands of families, with
 * room for the smaller numbers here. All data are simulated. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reference_cases.h"
#include "support/assert.h"
#include "trials.h"

enum { MARKERS = 24, ALLELES = 8 };

static panel *markers;

static int make_markers(void **state) {
  (void)state;
  markers = panel_new(MARKERS, ALLELES, HW_MUTATION_STEPWISE, 1);
  return 0;
}

static int drop_markers(void **state) {
  (void)state;
  panel_delete(markers);
  return 0;
}

static hw_reference *new_check(const hw_reference_options *options) {
  hw_reference *self = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_reference_new(MARKERS, markers->markers, 0, options, &self, &err), &err);
  return self;
}

static const hw_reference_report *check(hw_reference *self, const hw_family *stated,
                                        const hw_amelogenin *amelogenin) {
  const hw_reference_report *report = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_reference_check(self, stated, amelogenin, &report, &err), &err);
  return report;
}

/* ---- the ratios are the engine's ------------------------------------------ */

static double ln_of(const reference_case *c, const hw_pedigree *pedigree, const int32_t *persons) {
  const hw_problem problem = {.pedigree = pedigree,
                              .n_profiles = c->family.n_profiles,
                              .profiles = c->profiles,
                              .profile_person = persons,
                              .n_markers = MARKERS,
                              .markers = markers->markers};
  double ln = 0;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_likelihood(&problem, NULL, &ln, NULL, &err), &err);
  return ln;
}

/* With next to no typing error, the truth is among the alternatives with exactly its ratio. */
static void the_truth_is_listed_with_its_likelihood_ratio(void **state) {
  (void)state;
  const hw_reference_options options = {.screen_log10 = -HUGE_VAL, .typing_error = 1e-300};
  hw_reference *self = new_check(&options);
  int n_compared = 0;
  for (int fault = FAULT_NONE + 1; fault < FAULT_COUNT; fault++)
    for (int shape = 0; shape < CASE_SHAPE_COUNT; shape++)
      for (uint64_t seed = 1; seed <= 3; seed++) {
        reference_case *c = reference_case_new((case_shape)shape, (case_fault)fault, markers, seed);
        if (c == NULL) break;
        if (fault == FAULT_UNCLE && shape > CASE_FATHER_SIB) { /* tried for typed fathers only */
          reference_case_delete(c);
          break;
        }
        const double stated = ln_of(c, &c->stated->pedigree, c->stated->typed);
        const double ln10 = 2.302585092994045684;
        const double truth = (ln_of(c, &c->truth->pedigree, c->truth_person) - stated) / ln10;
        const hw_reference_report *r = check(self, &c->family, NULL);
        double nearest = HUGE_VAL;
        for (int32_t i = 0; i < r->n_alternatives; i++) {
          const double gap = fabs(r->alternatives[i].log10_lr - truth);
          if (gap < nearest) nearest = gap;
        }
        if (isfinite(stated)) {
          n_compared++;
          hw_assert_close(r->ln_stated, stated, 1e-12, 0);
          /* what the pair alone rules out is not computed */
          if (nearest > 1e-9 * (1 + fabs(truth)) && truth > 0)
            fail_msg("%s, %s, seed %d: log10 LR %.12g is not listed",
                     case_shape_name((case_shape)shape), case_fault_name((case_fault)fault),
                     (int)seed, truth);
        }
        reference_case_delete(c);
      }
  assert_true(n_compared > 100);
  hw_reference_delete(self);
}

/* ---- rates ---------------------------------------------------------------- */

static void right_families_are_seldom_accused(void **state) {
  (void)state;
  hw_reference *self = new_check(NULL);
  int n = 0, n_accused = 0, n_computed = 0;
  for (int shape = 0; shape < CASE_SHAPE_COUNT; shape++)
    for (uint64_t i = 0; i < 400; i++) {
      reference_case *c = reference_case_new((case_shape)shape, FAULT_NONE, markers, 3000000 + i);
      const hw_reference_report *r = check(self, &c->family, c->amelogenin);
      n++;
      n_accused += r->is_suspicious;
      n_computed += !r->is_screened;
      reference_case_delete(c);
    }
  if (n_accused * 1000 > n * 2) fail_msg("%d of %d right families are accused", n_accused, n);
  if (n_computed * 10 > n) fail_msg("%d of %d right families are computed", n_computed, n);
  hw_reference_delete(self);
}

typedef struct rate {
  case_shape shape;
  case_fault fault;
  int least; /* percent found and named rightly */
} rate;

static void wrong_families_are_found(void **state) {
  (void)state;
  static const rate rates[] = {
      {CASE_PARENTS_SIB, FAULT_FOREIGN, 97},     {CASE_PARENTS_SIB, FAULT_SWAPPED, 97},
      {CASE_PARENTS_SIB, FAULT_PATERNITY, 95},   {CASE_PARENTS_SIB, FAULT_UNCLE, 90},
      {CASE_PARENTS_SIB, FAULT_DUPLICATE, 97},   {CASE_PARENTS_SIBS, FAULT_FOREIGN, 97},
      {CASE_PARENTS_SIBS, FAULT_PATERNITY, 95},  {CASE_FATHER_SIB, FAULT_PATERNITY, 92},
      {CASE_MOTHER_SIBS, FAULT_FOREIGN, 97},     {CASE_MOTHER_SIBS, FAULT_SWAPPED, 97},
      {CASE_MOTHER_SIBS, FAULT_PATERNITY, 60},   {CASE_SIBS_2, FAULT_FOREIGN, 85},
      {CASE_SIBS_2, FAULT_DUPLICATE, 97},        {CASE_SIBS_3, FAULT_FOREIGN, 97},
      {CASE_SIBS_3, FAULT_PATERNITY, 87},        {CASE_SIBS_4, FAULT_PATERNITY, 92},
      {CASE_MOTHER_HALVES, FAULT_FULL_SIBS, 58}, {CASE_TWINS, FAULT_NOT_IDENTICAL, 97},
      {CASE_UNCLES, FAULT_SWAPPED, 97},          {CASE_UNCLES, FAULT_PATERNITY, 65},
      {CASE_COUSINS, FAULT_DUPLICATE, 97},       {CASE_COUSINS, FAULT_FOREIGN, 40},
  };
  enum { FAMILIES = 100 };
  hw_reference *self = new_check(NULL);
  for (size_t k = 0; k < sizeof rates / sizeof *rates; k++) {
    int n_found = 0;
    for (uint64_t i = 0; i < FAMILIES; i++) {
      reference_case *c = reference_case_new(rates[k].shape, rates[k].fault, markers, 4000000 + i);
      assert_non_null(c);
      n_found += case_fault_is_found(rates[k].fault, check(self, &c->family, c->amelogenin));
      reference_case_delete(c);
    }
    if (n_found < rates[k].least)
      fail_msg("%s, %s: %d of %d found, at least %d expected", case_shape_name(rates[k].shape),
               case_fault_name(rates[k].fault), n_found, FAMILIES, rates[k].least);
  }
  hw_reference_delete(self);
}

/* A step of one repeat in the child's paternal allele, where it makes a contradiction. */
static bool mutate(reference_case *c, int32_t m) {
  hw_observation *child = &c->observations[2 * MARKERS + m];
  const hw_observation *father = &c->observations[m], *mother = &c->observations[MARKERS + m];
  const bool a_is_paternal = child->b == mother->a || child->b == mother->b;
  hw_allele *paternal = a_is_paternal ? &child->a : &child->b;
  for (int step = -1; step <= 1; step += 2) {
    const hw_allele x = *paternal + step;
    if (x < 0 || x >= ALLELES || x == father->a || x == father->b || x == mother->a ||
        x == mother->b)
      continue;
    *paternal = x;
    return true;
  }
  return false;
}

static void a_true_mutation_accuses_nobody(void **state) {
  (void)state;
  hw_reference *self = new_check(NULL);
  int n = 0, n_accused = 0, n_named = 0;
  for (uint64_t i = 0; i < 400; i++) {
    reference_case *c = reference_case_new(CASE_PARENTS_SIB, FAULT_NONE, markers, 5000000 + i);
    if (mutate(c, (int32_t)(i % MARKERS))) {
      const hw_reference_report *r = check(self, &c->family, c->amelogenin);
      n++;
      n_accused += r->is_suspicious;
      n_named += r->n_facts > 0;
    }
    reference_case_delete(c);
  }
  assert_true(n > 200);
  assert_int_equal(n_named, n); /* told, but as what it is */
  if (n_accused * 100 > n)
    fail_msg("%d of %d families with one mutation are accused", n_accused, n);
  hw_reference_delete(self);
}

/* ---- laws ----------------------------------------------------------------- */

/* The same family with its persons, profiles and markers in another order. */
typedef struct shuffled {
  hw_family family;
  int32_t to[FAMILY_ID]; /* person i becomes person to[i] */
  hw_person persons[FAMILY_ID];
  hw_profile profiles[FAMILY_ID];
  int32_t profile_person[FAMILY_ID];
  hw_amelogenin amelogenin[FAMILY_ID];
  hw_observation observations[FAMILY_ID][MARKERS];
  hw_marker markers[MARKERS];
} shuffled;

static int32_t moved(const shuffled *s, int32_t person) {
  return person == HW_PERSON_NONE ? HW_PERSON_NONE : s->to[person];
}

static void shuffle(shuffled *s, const reference_case *c, uint64_t seed) {
  const int32_t n = c->family.pedigree.n_persons, n_profiles = c->family.n_profiles;
  int32_t columns[MARKERS], places[FAMILY_ID];
  rng r = rng_seeded(seed);
  assert_true(n <= FAMILY_ID);
  rng_shuffle(&r, s->to, n);
  rng_shuffle(&r, columns, MARKERS);
  rng_shuffle(&r, places, n_profiles);
  for (int32_t i = 0; i < n; i++) {
    hw_person *p = &s->persons[s->to[i]];
    *p = c->family.pedigree.persons[i];
    p->father = moved(s, p->father);
    p->mother = moved(s, p->mother);
    assert_int_equal(p->twin, HW_PERSON_NONE);
  }
  for (int32_t m = 0; m < MARKERS; m++) s->markers[m] = markers->markers[columns[m]];
  for (int32_t k = 0; k < n_profiles; k++) {
    for (int32_t m = 0; m < MARKERS; m++) {
      hw_observation *obs = &s->observations[places[k]][m];
      *obs = c->profiles[k].observations[columns[m]];
      if (m % 2) { /* the order inside a genotype says nothing either */
        const hw_allele a = obs->a;
        obs->a = obs->b;
        obs->b = a;
      }
    }
    s->profiles[places[k]] = c->profiles[k];
    s->profiles[places[k]].observations = s->observations[places[k]];
    s->profile_person[places[k]] = s->to[c->family.profile_person[k]];
    s->amelogenin[places[k]] = c->amelogenin[k];
  }
  s->family = c->family;
  s->family.pedigree.persons = s->persons;
  s->family.profiles = s->profiles;
  s->family.profile_person = s->profile_person;
}

static void descriptions_do_not_change_findings(void **state) {
  (void)state;
  static shuffled s;
  for (int fault = 0; fault < FAULT_COUNT; fault++)
    for (int shape = 0; shape < CASE_SHAPE_COUNT; shape++) {
      reference_case *c = reference_case_new((case_shape)shape, (case_fault)fault, markers, 77);
      if (c == NULL || shape == CASE_TWINS) { /* twin links tie the order of persons */
        reference_case_delete(c);
        continue;
      }
      hw_reference *one = new_check(NULL), *two = NULL;
      shuffle(&s, c, 100 * (uint64_t)fault + (uint64_t)shape);
      hw_assert_ok(hw_reference_new(MARKERS, s.markers, 0, NULL, &two, NULL), NULL);
      const hw_reference_report *a = check(one, &c->family, c->amelogenin);
      const hw_reference_report *b = check(two, &s.family, s.amelogenin);
      assert_int_equal(a->is_suspicious, b->is_suspicious);
      assert_int_equal(a->is_screened, b->is_screened);
      assert_int_equal(a->n_facts, b->n_facts);
      assert_int_equal(a->n_mutated, b->n_mutated);
      assert_int_equal(a->n_alternatives, b->n_alternatives);
      assert_int_equal(a->n_findings, b->n_findings);
      hw_assert_close(a->posterior_stated, b->posterior_stated, 1e-8, 1e-300);
      for (int32_t i = 0; i < a->n_alternatives; i++) /* equal ones may come in another order */
        hw_assert_close(a->alternatives[i].posterior, b->alternatives[i].posterior, 1e-7, 1e-200);
      hw_reference_delete(one);
      hw_reference_delete(two);
      reference_case_delete(c);
    }
}

static void many_checks_in_one_object_equal_single_ones(void **state) {
  (void)state;
  hw_reference *kept = new_check(NULL);
  for (uint64_t i = 0; i < 60; i++) {
    reference_case *c =
        reference_case_new((case_shape)(i % CASE_SHAPE_COUNT), FAULT_FOREIGN, markers, 6000000 + i);
    if (c == NULL) continue;
    hw_reference *fresh = new_check(NULL);
    const hw_reference_report *a = check(kept, &c->family, c->amelogenin);
    const hw_reference_report *b = check(fresh, &c->family, c->amelogenin);
    assert_int_equal(a->n_alternatives, b->n_alternatives);
    for (int32_t k = 0; k < a->n_alternatives; k++) {
      assert_int_equal(a->alternatives[k].kind, b->alternatives[k].kind);
      hw_assert_same_bits(a->alternatives[k].log10_lr, b->alternatives[k].log10_lr);
    }
    hw_reference_delete(fresh);
    reference_case_delete(c);
  }
  hw_reference_delete(kept);
}

/* ---- by pairs, and between families --------------------------------------- */

static void a_complex_family_is_still_caught_by_its_pairs(void **state) {
  (void)state;
  const hw_reference_options options = {.likelihood = {.max_work = 1}};
  hw_reference *self = new_check(&options);
  int n_found = 0;
  for (uint64_t i = 0; i < 50; i++) {
    reference_case *c = reference_case_new(CASE_SIBS_3, FAULT_FOREIGN, markers, 7000000 + i);
    const hw_reference_report *r = check(self, &c->family, c->amelogenin);
    n_found += r->n_findings > 0 && r->is_complex && r->findings[0].kind == HW_FINDING_FOREIGN;
    reference_case_delete(c);
  }
  assert_true(n_found >= 45);
  hw_reference_delete(self);
}

/* Theta ties all founders together and costs much more; a bound between the two is found. */
static void theta_is_left_out_where_it_is_too_complex(void **state) {
  (void)state;
  int n_without = 0, n_with = 0;
  reference_case *c = reference_case_new(CASE_COUSINS, FAULT_DUPLICATE, markers, 1);
  double work = 1;
  for (int i = 0; i < 10; i++, work *= 10) {
    const hw_reference_options options = {.likelihood = {.max_work = work}};
    hw_reference *self = NULL;
    hw_assert_ok(hw_reference_new(MARKERS, markers->markers, 0.02, &options, &self, NULL), NULL);
    const hw_reference_report *r = check(self, &c->family, NULL);
    n_without += r->is_without_theta && !r->is_complex;
    n_with += !r->is_without_theta;
    assert_int_equal(r->findings[0].kind, HW_FINDING_DUPLICATE);
    hw_reference_delete(self);
  }
  reference_case_delete(c);
  assert_true(n_without > 0 && n_with > 0);
}

/* Profiles 2 of families 0 and 1 are exchanged; family 2 is bystander. */
static void samples_exchanged_between_families_are_found(void **state) {
  (void)state;
  enum { CHILD = 2 };
  const hw_reference_options options = {.typing_error = 1e-300};
  hw_reference *self = new_check(&options);
  for (uint64_t i = 0; i < 10; i++) {
    reference_case *c[3];
    const hw_family *families[3];
    for (int f = 0; f < 3; f++) {
      c[f] =
          reference_case_new(CASE_PARENTS_SIB, FAULT_NONE, markers, 8000000 + 3 * i + (uint64_t)f);
      families[f] = &c[f]->family;
    }
    const double before = ln_of(c[0], &c[0]->stated->pedigree, c[0]->stated->typed) +
                          ln_of(c[1], &c[1]->stated->pedigree, c[1]->stated->typed);
    const hw_observation *swap = c[0]->profiles[CHILD].observations;
    c[0]->profiles[CHILD].observations = c[1]->profiles[CHILD].observations;
    c[1]->profiles[CHILD].observations = swap;
    const double after = ln_of(c[0], &c[0]->stated->pedigree, c[0]->stated->typed) +
                         ln_of(c[1], &c[1]->stated->pedigree, c[1]->stated->typed);
    hw_exchange *list = NULL;
    int32_t n = 0;
    hw_err err = HW_ERR_INIT;
    hw_assert_ok(hw_reference_exchanges(self, 3, families, &list, &n, &err), &err);
    assert_true(n >=
                1); /* further ones: the foreign child's own father in the place of the father */
    assert_true(list[0].is_mutual);
    assert_int_equal(list[0].family_a + 10 * list[0].profile_a, 0 + 10 * CHILD);
    assert_int_equal(list[0].family_b + 10 * list[0].profile_b, 1 + 10 * CHILD);
    hw_assert_close(list[0].log10_lr, (before - after) / 2.302585092994045684, 1e-9, 0);
    char text[HW_FINDING_TEXT];
    hw_assert_contains(hw_exchange_text(&list[0], families, text, sizeof text),
                       "the samples of P4 in family F and P4 in family F are rather exchanged");
    free(list);
    for (int f = 0; f < 3; f++) reference_case_delete(c[f]);
  }
  hw_reference_delete(self);
}

/* Three samples changed places in a ring: each fits one place, none mutually. */
static void a_ring_of_three_is_found_one_by_one(void **state) {
  (void)state;
  enum { CHILD = 2 };
  hw_reference *self = new_check(NULL);
  reference_case *c[3];
  const hw_family *families[3];
  const hw_observation *samples[3];
  for (int f = 0; f < 3; f++) {
    c[f] = reference_case_new(CASE_PARENTS_SIB, FAULT_NONE, markers, 9000000 + (uint64_t)f);
    families[f] = &c[f]->family;
    samples[f] = c[f]->profiles[CHILD].observations;
  }
  for (int f = 0; f < 3; f++) c[f]->profiles[CHILD].observations = samples[(f + 1) % 3];
  hw_exchange *list = NULL;
  int32_t n = 0;
  hw_assert_ok(hw_reference_exchanges(self, 3, families, &list, &n, NULL), NULL);
  char text[HW_FINDING_TEXT];
  int n_children = 0;
  for (int32_t i = 0; i < n; i++) {
    if (list[i].profile_a != CHILD || list[i].profile_b != CHILD) continue;
    n_children++;
    assert_false(list[i].is_mutual);
    /* the sample that belongs to family a stands in the one before */
    assert_int_equal(list[i].family_b, (list[i].family_a + 2) % 3);
  }
  assert_int_equal(n_children, 3);
  hw_assert_contains(hw_exchange_text(&list[0], families, text, sizeof text),
                     "fits better in the place of P4 in family F");
  free(list);
  for (int f = 0; f < 3; f++) reference_case_delete(c[f]);
  hw_reference_delete(self);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_truth_is_listed_with_its_likelihood_ratio),
      cmocka_unit_test(right_families_are_seldom_accused),
      cmocka_unit_test(wrong_families_are_found),
      cmocka_unit_test(a_true_mutation_accuses_nobody),
      cmocka_unit_test(descriptions_do_not_change_findings),
      cmocka_unit_test(many_checks_in_one_object_equal_single_ones),
      cmocka_unit_test(a_complex_family_is_still_caught_by_its_pairs),
      cmocka_unit_test(theta_is_left_out_where_it_is_too_complex),
      cmocka_unit_test(samples_exchanged_between_families_are_found),
      cmocka_unit_test(a_ring_of_three_is_found_one_by_one),
  };
  return cmocka_run_group_tests_name("detection", tests, make_markers, drop_markers);
}
