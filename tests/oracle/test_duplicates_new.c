/* Pairs with new profiles, found in two ways: by searching all pairs and leaving
 * out what has no new profile, and by comparing the new profiles with all. All
 * profiles are simulated: families, kits that share some markers, dropout, lost
 * and misread markers, persons typed twice and profiles that are equal. */
#include <stdlib.h>
#include <string.h>

#include "homeward/reference.h"
#include "identify/duplicates_int.h"
#include "pedigrees.h"
#include "support/assert.h"
#include "support/faults.h"

enum { MARKERS = 24, ALLELES = 9, MOST = 1200, KITS = 3 };

typedef hw_allele profile[2 * MARKERS];

/* A population of profiles, and a search that takes the first of its markers. */
typedef struct world {
  panel *markers;
  int32_t n_markers, n, n_copied;
  bool has_marker[KITS][MARKERS];
  profile *profiles;
} world;

static profile room[MOST];

static void draw(const world *w, rng *r, hw_allele *out) {
  for (int32_t m = 0; m < MARKERS; m++)
    for (int i = 0; i < 2; i++)
      out[2 * m + i] = rng_pick(r, w->markers->markers[m].frequencies, ALLELES);
}

static void child_of(rng *r, const hw_allele *father, const hw_allele *mother, hw_allele *out) {
  for (int32_t m = 0; m < MARKERS; m++) {
    out[2 * m] = father[2 * m + rng_below(r, 2)];
    out[2 * m + 1] = mother[2 * m + rng_below(r, 2)];
  }
}

/* One typing of a person: a kit, markers that failed, alleles that dropped out, misreadings. */
static void type(const world *w, rng *r, const hw_allele *person, hw_allele *out) {
  const int32_t kit = rng_chance(r, 0.7) ? 0 : rng_below(r, KITS);
  const double failed = rng_chance(r, 0.2) ? 0.3 : rng_chance(r, 0.5) ? 0.02 : 0;
  const double dropped = rng_chance(r, 0.1) ? 0.1 : 0, misread = rng_chance(r, 0.1) ? 0.05 : 0;
  for (int32_t m = 0; m < MARKERS; m++) {
    hw_allele a = person[2 * m], b = person[2 * m + 1];
    if (rng_chance(r, dropped)) a = b;
    if (rng_chance(r, misread)) a = rng_below(r, ALLELES);
    const bool is_lost = !w->has_marker[kit][m] || rng_chance(r, failed);
    const bool is_partial = rng_chance(r, 0.002);
    out[2 * m] = is_lost ? HW_ALLELE_NONE : a;
    out[2 * m + 1] = is_lost || is_partial ? HW_ALLELE_NONE : b;
  }
}

static void add(world *w, rng *r, const hw_allele *person) {
  if (w->n < MOST) type(w, r, person, w->profiles[w->n++]);
}

/* Families of siblings, some of whom are typed again later, and copies of whole profiles. */
static world make_world(uint64_t seed, int32_t n_markers, int32_t n_persons) {
  rng r = rng_seeded(seed);
  world w = {.n_markers = n_markers, .profiles = room};
  w.markers = panel_new(MARKERS, ALLELES, HW_MUTATION_NONE, seed);
  for (int k = 0; k < KITS; k++)
    for (int32_t m = 0; m < MARKERS; m++) w.has_marker[k][m] = k == 0 || rng_chance(&r, 0.7);
  profile father, mother, person, kept[8];
  int32_t n_kept = 0;
  for (int32_t i = 0; i < n_persons; i++) {
    if (i % 4 == 0) {
      draw(&w, &r, father);
      draw(&w, &r, mother);
    }
    child_of(&r, father, mother, person);
    add(&w, &r, person);
    if (rng_chance(&r, 0.1)) add(&w, &r, person);
    if (rng_chance(&r, 0.1)) memcpy(kept[n_kept++ % 8], person, sizeof person);
    if (n_kept > 0 && rng_chance(&r, 0.15))
      add(&w, &r, kept[rng_below(&r, n_kept < 8 ? n_kept : 8)]);
    if (w.n == 0 || w.n == MOST || !rng_chance(&r, 0.08)) continue;
    memcpy(w.profiles[w.n], w.profiles[rng_below(&r, w.n)], sizeof(profile));
    w.n++;
    w.n_copied++;
  }
  return w;
}

static hw_duplicates *new_search(const world *w, const hw_duplicate_options *options) {
  hw_duplicates *self = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_duplicates_new(w->n_markers, w->markers->markers, 0.01, options, &self, &err),
               &err);
  for (int32_t i = 0; i < w->n; i++)
    hw_assert_ok(hw_duplicates_add(self, w->profiles[i], &err), &err);
  return self;
}

static hw_duplicate *find(hw_duplicates *self, int32_t first_new, hwp_way way, int32_t *n) {
  hw_duplicate *pairs = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hwp_duplicates_find(self, first_new, way, &pairs, n, &err), &err);
  return pairs;
}

static void assert_same(const hw_duplicate *a, int32_t n_a, const hw_duplicate *b, int32_t n_b) {
  assert_int_equal(n_a, n_b);
  for (int32_t i = 0; i < n_a; i++) {
    assert_int_equal(a[i].first, b[i].first);
    assert_int_equal(a[i].second, b[i].second);
    assert_int_equal(a[i].n_common, b[i].n_common);
    assert_int_equal(a[i].n_differ, b[i].n_differ);
    hw_assert_same_bits(a[i].log10_lr, b[i].log10_lr);
    hw_assert_same_bits(a[i].log10_lr_sibs, b[i].log10_lr_sibs);
  }
}

/* Leaves out what has no new profile. */
static int32_t with_new(hw_duplicate *pairs, int32_t n, int32_t first_new) {
  int32_t n_left = 0;
  for (int32_t i = 0; i < n; i++)
    if (pairs[i].second >= first_new) pairs[n_left++] = pairs[i];
  return n_left;
}

/* ---- both ways ------------------------------------------------------------ */

/* @return pairs that were listed */
static int32_t compare_ways(const world *w, const hw_duplicate_options *options,
                            int32_t first_new) {
  hw_duplicates *one = new_search(w, options), *other = new_search(w, options);
  int32_t n_all = 0, n_one = 0, n_other = 0, n_again = 0, n_chosen = 0;
  hw_duplicate *of_new = find(one, first_new, HWP_WAY_NEW, &n_one);
  const int32_t guarantee = hw_duplicates_guarantee(one);
  hw_duplicate *all = find(other, 0, HWP_WAY_ALL, &n_all);
  assert_int_equal(guarantee, hw_duplicates_guarantee(other));
  n_all = with_new(all, n_all, first_new);
  assert_same(of_new, n_one, all, n_all);
  /* Where a search has put the columns in another order, and where it chooses the way itself. */
  hw_duplicate *again = find(other, first_new, HWP_WAY_NEW, &n_again);
  assert_same(again, n_again, all, n_all);
  hw_duplicate *of_all = find(one, first_new, HWP_WAY_ALL, &n_other);
  assert_same(of_all, n_other, all, n_all);
  hw_duplicate *chosen = NULL;
  hw_assert_ok(hw_duplicates_find_new(one, first_new, &chosen, &n_chosen, NULL), NULL);
  assert_same(chosen, n_chosen, all, n_all);
  free(of_new);
  free(all);
  free(again);
  free(of_all);
  free(chosen);
  hw_duplicates_delete(one);
  hw_duplicates_delete(other);
  return n_all;
}

static void both_ways_list_the_same(void **state) {
  (void)state;
  static const int32_t n_markers[] = {24, 23, 17, 16, 12, 8, 3};
  static const hw_duplicate_options options[] = {
      {0},
      {.least_common = 6, .least_log10_lr = 3, .least_log10_lr_sibs = 0.5},
      {.least_common = 8, .least_log10_lr = 4, .least_log10_lr_sibs = 1, .tolerance = 4},
      {.typing_error = 0.1, .least_log10_lr_sibs = -5}};
  int32_t n_listed = 0, n_copied = 0;
  for (uint64_t seed = 1; seed <= 12; seed++)
    for (size_t m = 0; m < sizeof n_markers / sizeof *n_markers; m++) {
      world w = make_world(seed, n_markers[m], (int32_t)(seed % 4 + 1) * 180);
      const int32_t firsts[] = {w.n - 1, w.n - 2, w.n - 40, w.n / 2, 1, 0, w.n, w.n + 5};
      const hw_duplicate_options *o = &options[(seed + m) % 4];
      for (size_t f = 0; f < sizeof firsts / sizeof *firsts; f++)
        n_listed += compare_ways(&w, o, firsts[f]);
      n_copied += w.n_copied;
      panel_delete(w.markers);
    }
  assert_true(n_listed > 10000);
  assert_true(n_copied > 1000);
}

/* A group that only a few profiles are typed at, and profiles that differ at one marker each. */
static void profiles_that_are_all_alike_are_searched_the_other_way(void **state) {
  (void)state;
  world w = make_world(5, MARKERS, 10);
  rng r = rng_seeded(5);
  const hw_duplicate_options o = {.least_log10_lr = 1, .least_log10_lr_sibs = -20};
  profile person;
  draw(&w, &r, person);
  w.n = 0;
  for (int32_t i = 0; i < 600; i++) {
    hw_allele *p = w.profiles[w.n++];
    const int32_t m = rng_below(&r, MARKERS), m2 = rng_below(&r, MARKERS);
    memcpy(p, person, sizeof person);
    p[2 * m] = rng_below(&r, ALLELES);
    p[2 * m2 + 1] = rng_below(&r, ALLELES);
  }
  assert_true(compare_ways(&w, &o, 300) > 65536);
  assert_true(compare_ways(&w, &o, 595) > 500);
  panel_delete(w.markers);
}

/* The first of its kind stands for the others: earlier ones, new ones, and copies of both. */
static void equal_profiles_stand_for_each_other(void **state) {
  (void)state;
  world w = make_world(6, MARKERS, 60);
  rng r = rng_seeded(6);
  const int32_t n_before = w.n;
  profile person, near;
  draw(&w, &r, person);
  memcpy(near, person, sizeof person);
  near[0] = (near[0] + 1) % ALLELES;
  const hw_allele *order[] = {person, person, near, person, near};
  for (size_t i = 0; i < sizeof order / sizeof *order; i++)
    memcpy(w.profiles[w.n++], order[i], sizeof person);
  for (int32_t first_new = n_before; first_new < w.n; first_new++)
    compare_ways(&w, NULL, first_new);
  hw_duplicates *self = new_search(&w, NULL);
  int32_t n = 0;
  hw_duplicate *pairs = find(self, n_before + 3, HWP_WAY_NEW, &n);
  assert_int_equal(n, 2); /* each with the first of its kind alone */
  for (int32_t i = 0; i < n; i++)
    assert_int_equal(pairs[i].first, pairs[i].second == n_before + 3 ? n_before : n_before + 2);
  free(pairs);
  hw_duplicates_remove_last(self, n_before + 3);
  pairs = find(self, n_before + 2, HWP_WAY_NEW, &n);
  assert_int_equal(n, 1); /* the second copy is stood for by the first */
  assert_int_equal(pairs[0].first, n_before);
  assert_int_equal(pairs[0].n_differ, 1);
  free(pairs);
  hw_duplicates_delete(self);
  panel_delete(w.markers);
}

/* ---- adding and removing -------------------------------------------------- */

static void removed_profiles_leave_no_trace(void **state) {
  (void)state;
  world w = make_world(7, MARKERS, 200);
  hw_duplicates *self = new_search(&w, NULL);
  const int32_t n_all = w.n;
  w.n = 150;
  hw_duplicates_remove_last(self, 150);
  hw_duplicates_remove_last(self, 400);
  assert_int_equal(hw_duplicates_count(self), 150);
  hw_duplicates *fresh = new_search(&w, NULL);
  int32_t n = 0, n_fresh = 0;
  hw_duplicate *pairs = find(self, 140, HWP_WAY_NEW, &n);
  hw_duplicate *expected = find(fresh, 140, HWP_WAY_ALL, &n_fresh);
  assert_same(pairs, n, expected, n_fresh);
  free(pairs);
  free(expected);
  hw_duplicates_remove_last(self, 0);
  assert_int_equal(hw_duplicates_count(self), 0);
  w.n = n_all;
  for (int32_t i = 0; i < w.n; i++)
    hw_assert_ok(hw_duplicates_add(self, w.profiles[i], NULL), NULL);
  hw_duplicates_delete(fresh);
  fresh = new_search(&w, NULL);
  pairs = find(self, 0, HWP_WAY_NEW, &n);
  expected = find(fresh, 0, HWP_WAY_ALL, &n_fresh);
  assert_true(n > 0);
  assert_same(pairs, n, expected, n_fresh);
  free(pairs);
  free(expected);
  hw_duplicates_delete(self);
  hw_duplicates_delete(fresh);
  panel_delete(w.markers);
}

/* What the old ones would give is nothing that a new one must wait for. */
static void only_pairs_with_new_profiles_are_too_many(void **state) {
  (void)state;
  world w = make_world(8, MARKERS, 10);
  rng r = rng_seeded(2);
  const hw_duplicate_options o = {.most_pairs = 5};
  profile person;
  w.n = 0;
  draw(&w, &r, person);
  for (int i = 0; i < 9; i++) memcpy(w.profiles[w.n++], person, sizeof person);
  hw_duplicates *self = new_search(&w, &o);
  for (hwp_way way = HWP_WAY_BY_NUMBER; way <= HWP_WAY_NEW; way++) {
    hw_err err = HW_ERR_INIT;
    hw_duplicate *pairs = NULL;
    int32_t n = 0;
    hw_assert_status(hwp_duplicates_find(self, 3, way, &pairs, &n, &err), HW_E_TOO_COMPLEX, &err);
    hw_assert_contains(err.message, "more than 5 pairs");
    assert_null(pairs);
    pairs = find(self, 4, way, &n);
    assert_int_equal(n, 5);
    free(pairs);
  }
  hw_duplicates_delete(self);
  panel_delete(w.markers);
}

static void every_failed_allocation_is_reported(void **state) {
  (void)state;
  world w = make_world(9, MARKERS, 60);
  memcpy(w.profiles[w.n - 1], w.profiles[0], sizeof(profile));
  hw_duplicates *self = new_search(&w, NULL);
  for (long i = 0; hw_faults_begin(i); i++) {
    hw_duplicate *pairs = NULL;
    int32_t n = 0;
    hw_err err = HW_ERR_INIT;
    const hw_status s = hw_duplicates_find_new(self, w.n / 2, &pairs, &n, &err);
    const bool failed = hw_faults_end();
    free(pairs);
    if (!failed) {
      hw_assert_ok(s, &err);
      assert_true(n > 0 && i > 4);
      hw_duplicates_delete(self);
      panel_delete(w.markers);
      return;
    }
    hw_assert_status(s, HW_E_NO_MEMORY, &err);
  }
  fail_msg("the allocations never ended");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(both_ways_list_the_same),
      cmocka_unit_test(profiles_that_are_all_alike_are_searched_the_other_way),
      cmocka_unit_test(equal_profiles_stand_for_each_other),
      cmocka_unit_test(removed_profiles_leave_no_trace),
      cmocka_unit_test(only_pairs_with_new_profiles_are_too_many),
      cmocka_unit_test(every_failed_allocation_is_reported),
  };
  return cmocka_run_group_tests_name("duplicates of new profiles", tests, NULL, NULL);
}
