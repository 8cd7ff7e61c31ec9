/* The search for one person under two codes, against the comparison of all pairs,
 * and its ratios against the engine's likelihoods. All profiles are simulated. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/likelihood.h"
#include "homeward/reference.h"
#include "pedigrees.h"
#include "support/assert.h"
#include "support/faults.h"

enum { MARKERS = 16, ALLELES = 8, MOST = 600 };

static panel *markers;

static int make_markers(void **state) {
  (void)state;
  markers = panel_new(MARKERS, ALLELES, HW_MUTATION_NONE, 3);
  return 0;
}

static int drop_markers(void **state) {
  (void)state;
  panel_delete(markers);
  return 0;
}

static hw_duplicates *new_search(double theta, const hw_duplicate_options *options) {
  hw_duplicates *self = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_duplicates_new(MARKERS, markers->markers, theta, options, &self, &err), &err);
  return self;
}

static hw_duplicate *find(hw_duplicates *self, int32_t *n) {
  hw_duplicate *pairs = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_duplicates_find(self, &pairs, n, &err), &err);
  return pairs;
}

typedef hw_allele profile[2 * MARKERS];

static void draw_profile(rng *r, hw_allele *out) {
  for (int32_t m = 0; m < MARKERS; m++)
    for (int i = 0; i < 2; i++)
      out[2 * m + i] = rng_pick(r, markers->markers[m].frequencies, ALLELES);
}

/* Again, with some markers lost and some misread; and alleles the other way round. */
static void spoil(rng *r, const hw_allele *in, int32_t n_lost, int32_t n_wrong, hw_allele *out) {
  int32_t order[MARKERS];
  rng_shuffle(r, order, MARKERS);
  for (int32_t m = 0; m < MARKERS; m++) {
    out[2 * m] = in[2 * m + 1];
    out[2 * m + 1] = in[2 * m];
  }
  for (int32_t i = 0; i < n_lost; i++) out[2 * order[i]] = out[2 * order[i] + 1] = HW_ALLELE_NONE;
  for (int32_t i = n_lost; i < n_lost + n_wrong; i++)
    out[2 * order[i]] = (out[2 * order[i]] + 1 + rng_below(r, ALLELES - 1)) % ALLELES;
}

/* Persons, some of them twice with up to 4 lost and 3 wrong markers, some without many markers. */
static int32_t fill(hw_duplicates *self, rng *r, int32_t n_persons) {
  profile first, again;
  int32_t n = 0;
  for (int32_t i = 0; i < n_persons; i++) {
    draw_profile(r, first);
    spoil(r, first, rng_chance(r, 0.1) ? rng_below(r, MARKERS) : 0, 0, again);
    hw_assert_ok(hw_duplicates_add(self, again, NULL), NULL);
    n++;
    if (!rng_chance(r, 0.3)) continue;
    spoil(r, first, rng_below(r, 5), rng_below(r, 4), again);
    hw_assert_ok(hw_duplicates_add(self, again, NULL), NULL);
    n++;
  }
  return n;
}

/* ---- the search ----------------------------------------------------------- */

static bool passes(const hw_duplicate *d, const hw_duplicate_options *o) {
  return d->n_common >= o->least_common && 3 * d->n_differ <= d->n_common &&
         d->log10_lr >= o->least_log10_lr && d->log10_lr_sibs >= o->least_log10_lr_sibs;
}

static bool is_listed(const hw_duplicate *pairs, int32_t n, int32_t i, int32_t j) {
  for (int32_t k = 0; k < n; k++)
    if (pairs[k].first == i && pairs[k].second == j) return true;
  return false;
}

/* Nothing is listed that all pairs would not give; and whatever all pairs give with so few bad
 * markers as are guaranteed is listed, once. */
static void the_search_finds_what_all_pairs_give(void **state) {
  (void)state;
  static const int32_t tolerances[] = {0, 1, 3, 6};
  int32_t n_certain_of_all = 0;
  for (size_t t = 0; t < sizeof tolerances / sizeof *tolerances; t++)
    for (uint64_t seed = 1; seed <= 5; seed++) {
      const hw_duplicate_options o = {.least_common = 8,
                                      .least_log10_lr = 5,
                                      .least_log10_lr_sibs = 1,
                                      .tolerance = tolerances[t]};
      rng r = rng_seeded(seed);
      hw_duplicates *self = new_search(0, &o);
      const int32_t n = fill(self, &r, 300);
      assert_true(n > 350 && n < MOST && n == hw_duplicates_count(self));
      int32_t n_pairs = 0, n_expected = 0, n_certain = 0;
      hw_duplicate *pairs = find(self, &n_pairs);
      const int32_t guarantee = hw_duplicates_guarantee(self);
      assert_true(guarantee >= tolerances[t]);
      for (int32_t i = 0; i < n; i++)
        for (int32_t j = i + 1; j < n; j++) {
          const hw_duplicate d = hw_duplicates_compare(self, i, j);
          const bool found = is_listed(pairs, n_pairs, i, j);
          if (!passes(&d, &o)) {
            assert_false(found);
            continue;
          }
          n_expected++;
          if (MARKERS - d.n_common + d.n_differ > guarantee) continue;
          n_certain++;
          assert_true(found);
        }
      assert_true(n_pairs <= n_expected && n_pairs >= n_certain);
      n_certain_of_all += n_certain;
      for (int32_t k = 0; k < n_pairs; k++) {
        const hw_duplicate d = hw_duplicates_compare(self, pairs[k].first, pairs[k].second);
        hw_assert_same_bits(pairs[k].log10_lr, d.log10_lr);
        hw_assert_same_bits(pairs[k].log10_lr_sibs, d.log10_lr_sibs);
        if (k > 0) assert_true(pairs[k].log10_lr <= pairs[k - 1].log10_lr);
        for (int32_t l = 0; l < k; l++)
          assert_false(pairs[l].first == pairs[k].first && pairs[l].second == pairs[k].second);
      }
      free(pairs);
      hw_duplicates_delete(self);
    }
  assert_true(n_certain_of_all > 500);
}

static void equal_profiles_are_chained_to_the_first(void **state) {
  (void)state;
  rng r = rng_seeded(1);
  hw_duplicates *self = new_search(0, NULL);
  profile same, other;
  draw_profile(&r, same);
  draw_profile(&r, other);
  for (int i = 0; i < 50; i++) {
    hw_assert_ok(hw_duplicates_add(self, same, NULL), NULL);
    if (i == 10) hw_assert_ok(hw_duplicates_add(self, other, NULL), NULL);
  }
  int32_t n = 0;
  hw_duplicate *pairs = find(self, &n);
  assert_int_equal(n, 49);
  for (int32_t i = 0; i < n; i++) {
    assert_int_equal(pairs[i].first, 0);
    assert_int_equal(pairs[i].n_differ, 0);
  }
  free(pairs);
  hw_duplicates_delete(self);
}

/* Twice as many siblings as persons typed twice: the second ratio keeps them apart. */
static void siblings_do_not_drown_the_list(void **state) {
  (void)state;
  rng r = rng_seeded(9);
  hw_duplicates *self = new_search(0, NULL);
  int32_t n_twice = 0;
  for (int f = 0; f < 200; f++) {
    profile child[2], parents[2];
    draw_profile(&r, parents[0]);
    draw_profile(&r, parents[1]);
    for (int s = 0; s < 2; s++) {
      for (int32_t m = 0; m < MARKERS; m++)
        for (int p = 0; p < 2; p++) child[s][2 * m + p] = parents[p][2 * m + rng_below(&r, 2)];
      hw_assert_ok(hw_duplicates_add(self, child[s], NULL), NULL);
    }
    if (f % 2) continue;
    spoil(&r, child[1], 1, 0, child[0]);
    hw_assert_ok(hw_duplicates_add(self, child[0], NULL), NULL);
    n_twice++;
  }
  int32_t n = 0, n_right = 0;
  hw_duplicate *pairs = find(self, &n);
  for (int32_t i = 0; i < n; i++)
    n_right += pairs[i].second == pairs[i].first + 1 && pairs[i].n_common == MARKERS - 1;
  assert_true(n_right >= n_twice - 5);
  assert_true(n - n_right <= 1);
  free(pairs);
  hw_duplicates_delete(self);
}

/* ---- ratios --------------------------------------------------------------- */

static double ln_of(const hw_pedigree *pedigree, const int32_t *persons, const hw_allele *a,
                    const hw_allele *b, double theta) {
  hw_observation obs[2][MARKERS];
  for (int32_t m = 0; m < MARKERS; m++) {
    obs[0][m] = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = a[2 * m], .b = a[2 * m + 1]};
    obs[1][m] = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = b[2 * m], .b = b[2 * m + 1]};
  }
  const hw_profile profiles[2] = {{.id = "a", .n_markers = MARKERS, .observations = obs[0]},
                                  {.id = "b", .n_markers = MARKERS, .observations = obs[1]}};
  const hw_problem problem = {.pedigree = pedigree,
                              .n_profiles = 2,
                              .profiles = profiles,
                              .profile_person = persons,
                              .n_markers = MARKERS,
                              .markers = markers->markers,
                              .theta = theta};
  double ln = 0;
  hw_assert_ok(hw_likelihood(&problem, NULL, &ln, NULL, NULL), NULL);
  return ln;
}

/* one/unrelated ÷ one/siblings = siblings/unrelated, which the engine knows; and with next to no
 * typing error, identical/unrelated. */
static void ratios_are_the_engines(void **state) {
  (void)state;
  static const double thetas[] = {0, 0.03};
  const double ln10 = 2.302585092994045684;
  const hw_person people[6] = {{"F", -1, -1, HW_MALE, -1},   {"M", -1, -1, HW_FEMALE, -1},
                               {"A", 0, 1, HW_MALE, -1},     {"B", 0, 1, HW_MALE, -1},
                               {"X", -1, -1, HW_FEMALE, -1}, {"Y", -1, -1, HW_MALE, -1}};
  const hw_pedigree sibs = {4, people}, strangers = {2, people + 4};
  const int32_t two[2] = {0, 1}, children[2] = {2, 3}, one[2] = {0, 0};
  const hw_duplicate_options exact = {.typing_error = 1e-14};
  for (int t = 0; t < 2; t++)
    for (uint64_t seed = 1; seed <= 20; seed++) {
      rng r = rng_seeded(seed);
      profile a, b;
      draw_profile(&r, a);
      draw_profile(&r, b);
      for (int32_t m = 0; m < MARKERS; m++) /* all ways of sharing */
        for (int i = 0; i < 2; i++)
          if (rng_chance(&r, 0.6)) b[2 * m + i] = a[2 * m + rng_below(&r, 2)];
      hw_duplicates *self = new_search(thetas[t], &exact);
      hw_assert_ok(hw_duplicates_add(self, a, NULL), NULL);
      hw_assert_ok(hw_duplicates_add(self, b, NULL), NULL);
      hw_assert_ok(hw_duplicates_add(self, a, NULL), NULL);
      const hw_duplicate d = hw_duplicates_compare(self, 0, 1);
      const double unrelated = ln_of(&strangers, two, a, b, thetas[t]);
      const double siblings = ln_of(&sibs, children, a, b, thetas[t]);
      hw_assert_close(d.log10_lr - d.log10_lr_sibs, (siblings - unrelated) / ln10, 1e-9, 1e-9);
      const hw_duplicate same = hw_duplicates_compare(self, 0, 2);
      hw_assert_close(
          same.log10_lr,
          (ln_of(&strangers, one, a, a, thetas[t]) - ln_of(&strangers, two, a, a, thetas[t])) /
              ln10,
          1e-10, 0);
      const hw_duplicate back = hw_duplicates_compare(self, 1, 0);
      hw_assert_close(back.log10_lr, d.log10_lr, 1e-9, 1e-9);
      hw_duplicates_delete(self);
    }
}

/* A lost allele speaks much less against one person than another genotype does. */
static void a_lost_allele_is_forgiven(void **state) {
  (void)state;
  hw_duplicates *self = new_search(0, NULL);
  rng r = rng_seeded(4);
  profile a, b;
  draw_profile(&r, a);
  a[0] = 3, a[1] = 4;
  memcpy(b, a, sizeof b);
  hw_assert_ok(hw_duplicates_add(self, a, NULL), NULL);
  b[1] = 3;
  hw_assert_ok(hw_duplicates_add(self, b, NULL), NULL);
  b[0] = 0, b[1] = 1;
  hw_assert_ok(hw_duplicates_add(self, b, NULL), NULL);
  const hw_duplicate lost = hw_duplicates_compare(self, 0, 1);
  const hw_duplicate other = hw_duplicates_compare(self, 0, 2);
  assert_int_equal(lost.n_differ, 1);
  assert_int_equal(other.n_differ, 1);
  assert_true(lost.log10_lr > other.log10_lr + 0.5);
  char text[HW_FINDING_TEXT];
  hw_assert_contains(hw_duplicate_text(&lost, "L-1", "L-2", text, sizeof text),
                     "L-1 and L-2 look like one person, or identical twins: 1 of 16 common markers "
                     "differ (log10 LR ");
  hw_duplicates_delete(self);
}

/* ---- edges ---------------------------------------------------------------- */

static void refused(int32_t n_markers, const hw_marker *list, double theta,
                    const hw_duplicate_options *options, hw_status status, const char *message) {
  hw_duplicates *self = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_status(hw_duplicates_new(n_markers, list, theta, options, &self, &err), status, &err);
  assert_null(self);
  hw_assert_contains(err.message, message);
}

static void wrong_inputs_are_refused(void **state) {
  (void)state;
  hw_marker many = markers->markers[0];
  many.n_alleles = 361;
  refused(1, &many, 0, NULL, HW_E_UNSUPPORTED, "has 361 alleles");
  refused(1, markers->markers, 1, NULL, HW_E_VALUE, "theta is 1");
  refused(1, markers->markers, 0, &(hw_duplicate_options){.typing_error = 2}, HW_E_VALUE,
          "typing error 2");
  hw_duplicates *self = new_search(0, NULL);
  hw_err err = HW_ERR_INIT;
  profile p;
  for (int i = 0; i < 2 * MARKERS; i++) p[i] = 0;
  p[5] = ALLELES;
  hw_assert_status(hw_duplicates_add(self, p, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "marker M03: allele number 8; it has 8 alleles");
  const hw_profile short_one = {.id = "S", .n_markers = 3};
  hw_assert_status(hw_duplicates_add_profile(self, &short_one, &err), HW_E_SHAPE, &err);
  hw_assert_contains(err.message, "profile 'S' has 3 markers, the search 16");
  assert_int_equal(hw_duplicates_count(self), 0);
  hw_duplicates_delete(self);
  hw_duplicates_delete(NULL);
}

static void few_and_empty_profiles_are_fine(void **state) {
  (void)state;
  int32_t n = -1;
  profile empty;
  for (int i = 0; i < 2 * MARKERS; i++) empty[i] = HW_ALLELE_NONE;
  hw_duplicates *self = new_search(0, NULL);
  assert_int_equal(hw_duplicates_guarantee(self), -1);
  assert_null(find(self, &n));
  assert_int_equal(n, 0);
  for (int i = 0; i < 3; i++) {
    hw_assert_ok(hw_duplicates_add(self, empty, NULL), NULL);
    assert_null(find(self, &n));
    assert_int_equal(n, 0);
  }
  hw_duplicates_delete(self);
  hw_assert_ok(hw_duplicates_new(0, NULL, 0, NULL, &self, NULL), NULL);
  hw_assert_ok(hw_duplicates_add(self, empty, NULL), NULL);
  assert_null(find(self, &n));
  hw_duplicates_delete(self);
}

static void too_many_pairs_are_refused(void **state) {
  (void)state;
  const hw_duplicate_options o = {.most_pairs = 5};
  hw_duplicates *self = new_search(0, &o);
  rng r = rng_seeded(2);
  profile p;
  draw_profile(&r, p);
  for (int i = 0; i < 7; i++) hw_assert_ok(hw_duplicates_add(self, p, NULL), NULL);
  hw_duplicate *pairs = NULL;
  int32_t n = 0;
  hw_err err = HW_ERR_INIT;
  hw_assert_status(hw_duplicates_find(self, &pairs, &n, &err), HW_E_TOO_COMPLEX, &err);
  hw_assert_contains(err.message, "more than 5 pairs");
  assert_null(pairs);
  hw_duplicates_delete(self);
}

/* Adding after a search, and profiles from observations: partial ones and sets count nothing. */
static void searches_can_be_repeated(void **state) {
  (void)state;
  rng r = rng_seeded(8);
  hw_duplicates *self = new_search(0, NULL), *fresh = new_search(0, NULL);
  profile p;
  int32_t n = 0;
  for (int i = 0; i < 40; i++) {
    draw_profile(&r, p);
    hw_assert_ok(hw_duplicates_add(self, p, NULL), NULL);
    hw_assert_ok(hw_duplicates_add(fresh, p, NULL), NULL);
  }
  assert_null(find(self, &n));
  hw_observation obs[MARKERS];
  for (int32_t m = 0; m < MARKERS; m++)
    obs[m] = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = p[2 * m], .b = p[2 * m + 1]};
  obs[2].b = HW_ALLELE_NONE;
  obs[5] = (hw_observation){.kind = HW_OBS_SET};
  const hw_profile again = {.id = "A", .n_markers = MARKERS, .observations = obs};
  hw_assert_ok(hw_duplicates_add_profile(self, &again, NULL), NULL);
  hw_assert_ok(hw_duplicates_add_profile(fresh, &again, NULL), NULL);
  int32_t n_fresh = 0;
  hw_duplicate *one = find(self, &n), *two = find(fresh, &n_fresh);
  assert_int_equal(n, 1);
  assert_int_equal(n_fresh, 1);
  assert_int_equal(one[0].first, 39);
  assert_int_equal(one[0].second, 40);
  assert_int_equal(one[0].n_common, MARKERS - 2);
  hw_assert_close(one[0].log10_lr, two[0].log10_lr, 1e-12, 0);
  free(one);
  free(two);
  hw_duplicates_delete(self);
  hw_duplicates_delete(fresh);
}

static void every_failed_allocation_is_reported(void **state) {
  (void)state;
  rng r = rng_seeded(3);
  profile p;
  draw_profile(&r, p);
  for (long i = 0; hw_faults_begin(i); i++) {
    hw_duplicates *self = NULL;
    hw_duplicate *pairs = NULL;
    int32_t n = 0;
    hw_err err = HW_ERR_INIT;
    hw_status s = hw_duplicates_new(MARKERS, markers->markers, 0, NULL, &self, &err);
    if (s == HW_OK) s = hw_duplicates_reserve(self, 1, &err);
    for (int k = 0; s == HW_OK && k < 3; k++) s = hw_duplicates_add(self, p, &err);
    if (s == HW_OK) s = hw_duplicates_find(self, &pairs, &n, &err);
    const bool failed = hw_faults_end();
    hw_duplicates_delete(self);
    free(pairs);
    if (!failed) {
      hw_assert_ok(s, &err);
      assert_int_equal(n, 2);
      return;
    }
    hw_assert_status(s, HW_E_NO_MEMORY, &err);
  }
  fail_msg("the allocations never ended");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_search_finds_what_all_pairs_give),
      cmocka_unit_test(equal_profiles_are_chained_to_the_first),
      cmocka_unit_test(siblings_do_not_drown_the_list),
      cmocka_unit_test(ratios_are_the_engines),
      cmocka_unit_test(a_lost_allele_is_forgiven),
      cmocka_unit_test(wrong_inputs_are_refused),
      cmocka_unit_test(few_and_empty_profiles_are_fine),
      cmocka_unit_test(too_many_pairs_are_refused),
      cmocka_unit_test(searches_can_be_repeated),
      cmocka_unit_test(every_failed_allocation_is_reported),
  };
  return cmocka_run_group_tests_name("duplicates", tests, make_markers, drop_markers);
}
