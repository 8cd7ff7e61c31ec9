/* Placements of one family (src/identify/place.h) against their definition: the
 * likelihood of the family with the placed persons typed, less that of the
 * references, less those of unrelated persons. Lists against all placements written
 * down; groups of exchangeable places against all permutations of the pedigree. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeward/casefile.h"
#include "identify/place.h"
#include "identify/place_int.h"
#include "random_problem.h"
#include "support/assert.h"
#include "trials.h"

enum { PLACES = 4, CANDIDATES = 5, MOST = 100000 };

/* A family with some of its typed persons missing: their profiles are the remains. */
typedef struct scene {
  random_problem *random;
  hw_profile references[RANDOM_PROFILES];
  int32_t reference_person[RANDOM_PROFILES];
  int32_t missing[PLACES];
  hw_remains remains[CANDIDATES];
  int32_t candidates[CANDIDATES];
  hw_family family;
  hw_case problem;
} scene;

static bool is_missing(const scene *self, int32_t person) {
  for (int32_t k = 0; k < self->family.n_missing; k++)
    if (self->missing[k] == person) return true;
  return false;
}

/* @return NULL if the problem has too few typed persons */
static scene *scene_new(const random_options *options, uint64_t seed) {
  rng r = rng_seeded(seed ^ 0x9e3779b97f4a7c15U);
  scene *self = calloc(1, sizeof *self);
  self->random = random_problem_new(options, seed);
  random_problem *p = self->random;
  const int32_t wanted = 1 + rng_below(&r, PLACES);
  int32_t order[RANDOM_PERSONS];
  rng_shuffle(&r, order, p->pedigree.n_persons);
  for (int32_t i = 0; i < p->pedigree.n_persons && self->family.n_missing < wanted; i++)
    self->missing[self->family.n_missing++] = order[i];
  int32_t n = 0;
  for (int32_t i = 0; i < p->problem.n_profiles; i++) {
    const int32_t person = p->profile_person[i];
    const bool is_taken = is_missing(self, person) || rng_chance(&r, 0.15);
    if (is_taken && n < CANDIDATES) {
      const hw_sex sex = p->persons[person].sex;
      self->remains[n] = (hw_remains){.id = p->profiles[i].id,
                                      .sex = rng_chance(&r, 0.5) ? sex : HW_UNKNOWN_SEX,
                                      .profile = p->profiles[i]};
      self->candidates[n] = n;
      n++;
    }
    if (is_missing(self, person)) continue;
    self->reference_person[self->family.n_profiles] = person;
    self->references[self->family.n_profiles++] = p->profiles[i];
  }
  self->family.name = "F";
  self->family.pedigree = p->pedigree;
  self->family.missing = self->missing;
  self->family.profiles = self->references;
  self->family.profile_person = self->reference_person;
  self->problem = (hw_case){.id = "scene",
                            .description = "",
                            .theta = p->problem.theta,
                            .n_markers = p->problem.n_markers,
                            .markers = p->problem.markers,
                            .n_remains = n,
                            .remains = self->remains,
                            .n_families = 1,
                            .families = &self->family};
  return self;
}

static void scene_delete(scene *self) {
  random_problem_delete(self->random);
  free(self);
}

/* ---- the definition ---- */

enum { MOST_PERSONS = RANDOM_PERSONS + PLACES, MOST_PROFILES = RANDOM_PROFILES + PLACES };

/* ln P per marker of the references, and of the remains in their places or in strangers. */
static hw_status ln_with(const scene *self, const int32_t *placed, bool is_stranger,
                         hw_observation (*observations)[RANDOM_MARKERS], double *ln) {
  hw_person persons[MOST_PERSONS];
  hw_profile profiles[MOST_PROFILES];
  int32_t person[MOST_PROFILES];
  hw_pedigree pedigree = {.n_persons = self->family.pedigree.n_persons, .persons = persons};
  char names[PLACES][32];
  int32_t n = self->family.n_profiles;
  double total = 0;
  hw_err err = HW_ERR_INIT;
  memcpy(persons, self->family.pedigree.persons, sizeof *persons * (size_t)pedigree.n_persons);
  memcpy(profiles, self->references, sizeof *profiles * (size_t)n);
  memcpy(person, self->reference_person, sizeof *person * (size_t)n);
  for (int32_t k = 0; k < self->family.n_missing; k++) {
    if (placed[k] < 0) continue;
    profiles[n] = self->remains[placed[k]].profile;
    profiles[n].observations = observations[k];
    person[n] = self->missing[k];
    if (is_stranger) {
      snprintf(names[k], sizeof names[k], "stranger %d", (int)k);
      person[n] = pedigree.n_persons;
      persons[pedigree.n_persons++] = (hw_person){names[k], HW_PERSON_NONE, HW_PERSON_NONE,
                                                  persons[self->missing[k]].sex, HW_PERSON_NONE};
    }
    n++;
  }
  const hw_problem problem = {.pedigree = &pedigree,
                              .n_profiles = n,
                              .profiles = profiles,
                              .profile_person = person,
                              .n_markers = self->problem.n_markers,
                              .markers = self->problem.markers,
                              .theta = self->problem.theta};
  return hw_likelihood(&problem, NULL, &total, ln, &err);
}

/* What nobody of the population can show counts as not typed. */
static void take_observations(const scene *self, const int32_t *placed,
                              hw_observation (*observations)[RANDOM_MARKERS]) {
  for (int32_t k = 0; k < self->family.n_missing; k++) {
    if (placed[k] < 0) continue;
    const hw_profile *profile = &self->remains[placed[k]].profile;
    const bool is_male = self->family.pedigree.persons[self->missing[k]].sex == HW_MALE;
    for (int32_t m = 0; m < self->problem.n_markers; m++) {
      const hw_marker *marker = &self->problem.markers[m];
      const bool single = is_male && hw_marker_is_x(marker);
      double sum = 0;
      observations[k][m] = profile->observations[m];
      for (hw_allele x = 0; x < marker->n_alleles; x++)
        for (hw_allele y = 0; y < (single ? 1 : marker->n_alleles); y++)
          sum += marker->frequencies[x] * (single ? 1 : marker->frequencies[y]) *
                 hw_observation_probability(marker, &observations[k][m], profile, x,
                                            single ? HW_ALLELE_NONE : y);
      if (!(sum > 0)) observations[k][m].kind = HW_OBS_MISSING;
    }
  }
}

static bool may_stand(const scene *self, int32_t place, int32_t r) {
  const hw_remains *remains = &self->remains[r];
  const hw_sex sex = self->family.pedigree.persons[self->missing[place]].sex;
  if (sex != HW_UNKNOWN_SEX && remains->sex != HW_UNKNOWN_SEX && sex != remains->sex) return false;
  for (int32_t m = 0; m < self->problem.n_markers; m++) {
    if (!hw_marker_is_x(&self->problem.markers[m])) continue;
    const hw_observation_kind kind = remains->profile.observations[m].kind;
    if (kind == HW_OBS_SINGLE && sex == HW_FEMALE) return false;
    if (kind == HW_OBS_GENOTYPE && sex == HW_MALE) return false;
  }
  return true;
}

/* ln Λ by the definition. */
static hw_status slow_ln(const scene *self, const int32_t *placed, double *ln_ratio) {
  static const int32_t nobody[PLACES] = {-1, -1, -1, -1};
  hw_observation observations[PLACES][RANDOM_MARKERS];
  double with[RANDOM_MARKERS], without[RANDOM_MARKERS], strangers[RANDOM_MARKERS];
  *ln_ratio = -HUGE_VAL;
  for (int32_t k = 0; k < self->family.n_missing; k++)
    if (placed[k] >= 0 && !may_stand(self, k, placed[k])) return HW_OK;
  take_observations(self, placed, observations);
  hw_status status = ln_with(self, nobody, false, observations, without);
  if (status == HW_OK) status = ln_with(self, placed, false, observations, with);
  if (status == HW_OK) status = ln_with(self, placed, true, observations, strangers);
  if (status != HW_OK) return status;
  double sum = 0;
  for (int32_t m = 0; m < self->problem.n_markers; m++)
    if (without[m] > -HUGE_VAL) sum += with[m] - strangers[m];
  *ln_ratio = sum;
  return HW_OK;
}

/* ---- all placements ---- */

typedef struct slow_list {
  int32_t n;
  int32_t placed[MOST][PLACES];
  double ln[MOST];
} slow_list;

static bool is_used(const int32_t *placed, int32_t n, int32_t r) {
  for (int32_t k = 0; k < n; k++)
    if (placed[k] == r) return true;
  return false;
}

static void write_down(const scene *self, int32_t place, int32_t *placed, slow_list *list) {
  if (place == self->family.n_missing) {
    memcpy(list->placed[list->n], placed, sizeof list->placed[0]);
    if (slow_ln(self, placed, &list->ln[list->n]) != HW_OK) list->ln[list->n] = (double)NAN;
    list->n++;
    return;
  }
  for (int32_t r = -1; r < self->problem.n_remains; r++) {
    if (r >= 0 && is_used(placed, place, r)) continue;
    placed[place] = r;
    write_down(self, place + 1, placed, list);
  }
  placed[place] = -1;
}

static slow_list *slow_list_new(const scene *self) {
  slow_list *list = calloc(1, sizeof *list);
  int32_t placed[PLACES] = {-1, -1, -1, -1};
  write_down(self, 0, placed, list);
  return list;
}

/* ---- tests ---- */

static bool is_close(double a, double b) {
  return a == b || fabs(a - b) <= 1e-10 * fmax(1, fmax(fabs(a), fabs(b)));
}

static void check_extensions(trials *t, const scene *self, hwp_place *place, const int32_t *placed,
                             double ln) {
  double out[CANDIDATES], after = 0;
  hw_err err = HW_ERR_INIT;
  for (int32_t k = 0; k < self->family.n_missing; k++) {
    if (placed[k] >= 0) continue;
    const hw_status status = hwp_place_extend(place, placed, k, out, &err);
    hw_assert_ok(status, &err);
    for (int32_t r = 0; r < self->problem.n_remains; r++) {
      if (is_used(placed, self->family.n_missing, r)) {
        if (out[r] != -HUGE_VAL) trials_fail(t, NULL, "a remains stands in two places");
        continue;
      }
      int32_t more[PLACES];
      memcpy(more, placed, sizeof more);
      more[k] = r;
      hw_assert_ok(hwp_place_ln(place, more, &after, &err), &err);
      if (ln == -HUGE_VAL ? out[r] != -HUGE_VAL : !is_close(ln + out[r], after))
        trials_fail(t, NULL, "extension by %d at %d: %.17g and %.17g give not %.17g", (int)r,
                    (int)k, ln, out[r], after);
    }
  }
}

static void compare_ratios(const random_options *options, int32_t n, uint64_t salt) {
  trials t = trials_of(n, salt);
  while (trials_next(&t)) {
    scene *self = scene_new(options, t.seed);
    hwp_place *place = NULL;
    hw_err err = HW_ERR_INIT;
    const hw_status status = hwp_place_new(&self->problem, 0, self->problem.n_remains,
                                           self->candidates, NULL, &place, &err);
    if (status != HW_OK) {
      assert_true(status == HW_E_UNSUPPORTED || status == HW_E_TOO_COMPLEX);
      scene_delete(self);
      continue;
    }
    rng r = rng_seeded(t.seed);
    for (int32_t trial = 0; trial < 6; trial++) {
      int32_t placed[PLACES] = {-1, -1, -1, -1};
      for (int32_t k = 0; k < self->family.n_missing && self->problem.n_remains > 0; k++) {
        const int32_t c = rng_below(&r, self->problem.n_remains);
        if (rng_chance(&r, 0.6) && !is_used(placed, k, c)) placed[k] = c;
      }
      double expected = 0, ln = 0;
      const hw_status wanted = slow_ln(self, placed, &expected);
      const hw_status given = hwp_place_ln(place, placed, &ln, &err);
      if (wanted != HW_OK || given != HW_OK) {
        assert_true(wanted == HW_OK || wanted == HW_E_UNSUPPORTED || wanted == HW_E_TOO_COMPLEX);
        assert_true(given == HW_OK || given == HW_E_UNSUPPORTED || given == HW_E_TOO_COMPLEX);
        continue;
      }
      if (!is_close(ln, expected)) trials_fail(&t, NULL, "ln ratio %.17g, not %.17g", ln, expected);
      check_extensions(&t, self, place, placed, ln);
      trials_count(&t);
    }
    hwp_place_delete(place);
    scene_delete(self);
  }
  assert_int_equal(t.n_failed, 0);
}

static void ratios_are_those_of_the_definition(void **state) {
  (void)state;
  compare_ratios(&(random_options){.n_unlinked = 3, .max_persons = 9, .max_alleles = 4}, 4000, 811);
}

static void ratios_on_x_are_those_of_the_definition(void **state) {
  (void)state;
  compare_ratios(
      &(random_options){.some_on_x = true, .n_unlinked = 3, .max_persons = 9, .max_alleles = 4},
      2000, 812);
}

static void ratios_with_theta_are_those_of_the_definition(void **state) {
  (void)state;
  compare_ratios(
      &(random_options){.has_theta = true, .n_unlinked = 2, .max_persons = 6, .max_alleles = 3},
      600, 813);
}

static double log_sum(const slow_list *list) {
  double top = -HUGE_VAL, sum = 0;
  for (int32_t i = 0; i < list->n; i++) top = fmax(top, list->ln[i]);
  for (int32_t i = 0; i < list->n; i++) sum += exp(list->ln[i] - top);
  return top + log(sum);
}

static int32_t number_of(const slow_list *list, const int32_t *placed, int32_t n_places) {
  for (int32_t i = 0; i < list->n; i++)
    if (memcmp(list->placed[i], placed, sizeof *placed * (size_t)n_places) == 0) return i;
  return -1;
}

static void compare_lists(trials *t, const scene *self, hwp_place *place, double left_out) {
  slow_list *all = slow_list_new(self);
  bool *is_listed = calloc((size_t)all->n + 1, sizeof *is_listed);
  hwp_placements list;
  hw_err err = HW_ERR_INIT;
  const hwp_place_limits limits = {.left_out = left_out, .max_steps = 1e6, .max_listed = 1e6};
  hw_assert_ok(hwp_place_list(place, &limits, &list, &err), &err);
  double missed = 0, sum = log_sum(all);
  for (int64_t i = 0; i < list.n; i++) {
    const int32_t at =
        number_of(all, list.placed + i * self->family.n_missing, self->family.n_missing);
    assert_true(at >= 0);
    if (is_listed[at]) trials_fail(t, NULL, "a placement is listed twice");
    is_listed[at] = true;
    if (!is_close(all->ln[at], list.placements[i].ln_ratio))
      trials_fail(t, NULL, "listed %.17g, not %.17g", list.placements[i].ln_ratio, all->ln[at]);
  }
  for (int32_t i = 0; i < all->n; i++)
    if (!is_listed[i] && all->ln[i] > -HUGE_VAL) missed += exp(all->ln[i] - list.ln_sum);
  if (!is_listed[0] || list.n < 1) trials_fail(t, NULL, "the empty placement is not listed");
  if (!list.is_complete) trials_fail(t, NULL, "the list is not complete");
  if (left_out == 0 && (missed > 0 || list.ln_left_out != -HUGE_VAL))
    trials_fail(t, NULL, "%g of the sum are not listed", missed);
  if (missed > exp(list.ln_left_out - list.ln_sum) ||
      exp(list.ln_left_out - list.ln_sum) > left_out)
    trials_fail(t, NULL, "left out %g, bound %g, request %g", missed,
                exp(list.ln_left_out - list.ln_sum), left_out);
  if (left_out == 0 && !is_close(list.ln_sum, sum))
    trials_fail(t, NULL, "sum %.17g, not %.17g", list.ln_sum, sum);
  hwp_placements_clear(&list);
  free(is_listed);
  free(all);
}

static void compare_all_lists(const random_options *options, int32_t n, uint64_t salt) {
  trials t = trials_of(n, salt);
  while (trials_next(&t)) {
    scene *self = scene_new(options, t.seed);
    hwp_place *place = NULL;
    if (hwp_place_new(&self->problem, 0, self->problem.n_remains, self->candidates, NULL, &place,
                      NULL) == HW_OK) {
      compare_lists(&t, self, place, 0);
      compare_lists(&t, self, place, 0.2);
      compare_lists(&t, self, place, 1e-3);
      trials_count(&t);
    }
    hwp_place_delete(place);
    scene_delete(self);
  }
  assert_int_equal(t.n_failed, 0);
}

static void lists_hold_every_placement_that_matters(void **state) {
  (void)state;
  compare_all_lists(
      &(random_options){.some_on_x = true, .n_unlinked = 4, .max_persons = 8, .max_alleles = 4},
      300, 821);
}

static void lists_with_theta_hold_every_placement_that_matters(void **state) {
  (void)state;
  compare_all_lists(
      &(random_options){.has_theta = true, .n_unlinked = 2, .max_persons = 5, .max_alleles = 3}, 40,
      822);
}

/* ---- bounds ---- */

static double ln_of(hwp_place *place, const int32_t *placed) {
  double ln = 0;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hwp_place_ln(place, placed, &ln, &err), &err);
  return ln;
}

/* Every placement against every one with one or two persons fewer. */
static void check_bounds(trials *t, const scene *self, hwp_place *place) {
  const int32_t n_places = self->family.n_missing, n = self->problem.n_remains;
  double one[PLACES][CANDIDATES], two[CANDIDATES * CANDIDATES];
  hw_err err = HW_ERR_INIT;
  bool is_known = false;
  rng r = rng_seeded(t->seed);
  for (int32_t k = 0; k < n_places; k++)
    hw_assert_ok(hwp_place_bounds(place, k, one[k], &err), &err);
  for (int32_t trial = 0; trial < 40; trial++) {
    int32_t placed[PLACES] = {-1, -1, -1, -1};
    for (int32_t k = 0; k < n_places; k++) {
      const int32_t c = rng_below(&r, n);
      if (rng_chance(&r, 0.8) && !is_used(placed, n_places, c)) placed[k] = c;
    }
    const double ln = ln_of(place, placed);
    if (ln == -HUGE_VAL) continue;
    for (int32_t a = 0; a < n_places; a++) {
      if (placed[a] < 0) continue;
      int32_t fewer[PLACES];
      memcpy(fewer, placed, sizeof fewer);
      fewer[a] = -1;
      if (ln - ln_of(place, fewer) > one[a][placed[a]] + 1e-9)
        trials_fail(t, NULL, "a factor of %.17g is above its bound of %.17g",
                    ln - ln_of(place, fewer), one[a][placed[a]]);
      for (int32_t b = 0; b < n_places; b++) {
        if (b == a || placed[b] < 0) continue;
        hw_assert_ok(hwp_place_pair_bounds(place, a, b, two, &is_known, &err), &err);
        if (!is_known) continue;
        fewer[b] = -1;
        if (ln - ln_of(place, fewer) > two[placed[a] * n + placed[b]] + 1e-9)
          trials_fail(t, NULL, "a factor of %.17g of two is above its bound of %.17g",
                      ln - ln_of(place, fewer), two[placed[a] * n + placed[b]]);
        fewer[b] = placed[b];
        trials_count(t);
      }
    }
  }
}

static void compare_bounds(const random_options *options, int32_t n, uint64_t salt) {
  trials t = trials_of(n, salt);
  while (trials_next(&t)) {
    scene *self = scene_new(options, t.seed);
    hwp_place *place = NULL;
    if (self->problem.n_remains > 0 && hwp_place_new(&self->problem, 0, self->problem.n_remains,
                                                     self->candidates, NULL, &place, NULL) == HW_OK)
      check_bounds(&t, self, place);
    hwp_place_delete(place);
    scene_delete(self);
  }
  assert_int_equal(t.n_failed, 0);
}

static void no_context_goes_beyond_the_bounds(void **state) {
  (void)state;
  compare_bounds(
      &(random_options){.some_on_x = true, .n_unlinked = 2, .max_persons = 8, .max_alleles = 5},
      8000, 831);
}

static void no_context_with_theta_goes_beyond_the_bounds(void **state) {
  (void)state;
  compare_bounds(
      &(random_options){.has_theta = true, .n_unlinked = 1, .max_persons = 6, .max_alleles = 4},
      600, 832);
}

/* ---- symmetry ---- */

typedef struct permuting {
  const scene *self;
  int32_t n, a, b;
  bool is_out[RANDOM_PERSONS], is_fixed[RANDOM_PERSONS];
  hw_sex sex[RANDOM_PERSONS];
  int32_t image[RANDOM_PERSONS];
} permuting;

static bool is_automorphism(const permuting *p) {
  const hw_person *persons = p->self->family.pedigree.persons;
  for (int32_t i = 0; i < p->n; i++) {
    if (p->is_out[i]) continue;
    const int32_t j = p->image[i], father = persons[i].father, mother = persons[i].mother;
    if (persons[j].father != (father < 0 ? father : p->image[father]) ||
        persons[j].mother != (mother < 0 ? mother : p->image[mother]))
      return false;
  }
  return true;
}

/* Every permutation of those who matter that fixes the typed and the other missing persons. */
static bool try_permutations(permuting *p, int32_t i, uint32_t used) {
  while (i < p->n && p->is_out[i]) i++;
  if (i == p->n) return is_automorphism(p);
  for (int32_t j = 0; j < p->n; j++) {
    if (used >> j & 1 || p->is_out[j] || p->sex[i] != p->sex[j]) continue;
    if (p->is_fixed[i] && j != (i == p->a ? p->b : i == p->b ? p->a : i)) continue;
    p->image[i] = j;
    if (try_permutations(p, i + 1, used | 1U << j)) return true;
  }
  return false;
}

static void take_people(permuting *p, const scene *self) {
  const hw_pedigree *pedigree = &self->family.pedigree;
  *p = (permuting){.self = self, .n = pedigree->n_persons};
  for (int32_t i = 0; i < p->n; i++) p->sex[i] = pedigree->persons[i].sex;
  for (int32_t i = 0; i < p->n; i++) {
    if (pedigree->persons[i].father >= 0) p->sex[pedigree->persons[i].father] = HW_MALE;
    if (pedigree->persons[i].mother >= 0) p->sex[pedigree->persons[i].mother] = HW_FEMALE;
  }
  for (int32_t k = 0; k < self->family.n_missing; k++) p->is_fixed[self->missing[k]] = true;
  for (int32_t r = 0; r < self->family.n_profiles; r++)
    p->is_fixed[self->reference_person[r]] = true;
  for (int32_t round = 0; round < p->n; round++)
    for (int32_t i = 0; i < p->n; i++) {
      bool matters = p->is_fixed[i];
      for (int32_t c = 0; c < p->n; c++)
        matters |=
            !p->is_out[c] && (pedigree->persons[c].father == i || pedigree->persons[c].mother == i);
      if (!matters) p->is_out[i] = true;
    }
}

static void exchangeable_places_are_those_of_the_permutations(void **state) {
  (void)state;
  const random_options options = {.n_unlinked = 1, .max_persons = 9, .max_alleles = 2};
  trials t = trials_of(1500, 841);
  int32_t n_alike = 0;
  while (trials_next(&t)) {
    scene *self = scene_new(&options, t.seed);
    hwp_place *place = NULL;
    /* Twins are one individual; an unrecorded parent is one more. */
    bool is_odd = false;
    for (int32_t i = 0; i < self->family.pedigree.n_persons; i++) {
      const hw_person *person = &self->family.pedigree.persons[i];
      is_odd |= person->twin >= 0 || (person->father < 0) != (person->mother < 0);
    }
    /* Few references, so that there is something to exchange. */
    if (self->family.n_profiles > 2) self->family.n_profiles = 2;
    if (is_odd || hwp_place_new(&self->problem, 0, self->problem.n_remains, self->candidates, NULL,
                                &place, NULL) != HW_OK) {
      scene_delete(self);
      continue;
    }
    int32_t group[PLACES];
    hw_err err = HW_ERR_INIT;
    permuting p;
    take_people(&p, self);
    hw_assert_ok(hwp_place_symmetry(place, group, &err), &err);
    for (int32_t a = 0; a < self->family.n_missing; a++)
      for (int32_t b = 0; b < a; b++) {
        p.a = self->missing[a];
        p.b = self->missing[b];
        bool expected = try_permutations(&p, 0, 0);
        for (int32_t r = 0; r < self->family.n_profiles; r++)
          if (self->reference_person[r] == p.a || self->reference_person[r] == p.b)
            expected = false;
        n_alike += expected;
        if ((group[a] == group[b]) != expected)
          trials_fail(&t, NULL, "places %d and %d: exchangeable %d", (int)a, (int)b, expected);
        trials_count(&t);
      }
    hwp_place_delete(place);
    scene_delete(self);
  }
  assert_int_equal(t.n_failed, 0);
  assert_true(n_alike > t.n_done / 50);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ratios_are_those_of_the_definition),
      cmocka_unit_test(ratios_on_x_are_those_of_the_definition),
      cmocka_unit_test(ratios_with_theta_are_those_of_the_definition),
      cmocka_unit_test(lists_hold_every_placement_that_matters),
      cmocka_unit_test(lists_with_theta_hold_every_placement_that_matters),
      cmocka_unit_test(no_context_goes_beyond_the_bounds),
      cmocka_unit_test(no_context_with_theta_goes_beyond_the_bounds),
      cmocka_unit_test(exchangeable_places_are_those_of_the_permutations),
  };
  return cmocka_run_group_tests_name("placements", tests, NULL, NULL);
}
