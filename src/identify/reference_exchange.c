/* Samples exchanged between families: every profile of a suspicious family is
 * tried in every place of the others.
 *
 * A place is a typed person of a family whose own profile is taken away: the
 * rest of the family compiles to tables (homeward/table.h), and a profile's ratio
 * there, related against unrelated, is one look-up per marker. If r(p, x) is the
 * log10 ratio of profile x in place p, and a and b are the profiles that stand in
 * the places A and B, then exchanging them changes the likelihood of both
 * families together by exactly
 *
 *   r(A, b) − r(A, a) + r(B, a) − r(B, b),
 *
 * since all else cancels. Profiles that fit one place only (three samples that
 * changed places in a ring) are listed one by one, by r(A, b) − r(A, a).
 *
 * As in reference_evaluate.c a single marker may say "impossible" at the price of
 * a typing error only. Theta is left out: it would make a place cost a hundred
 * times as much, and moves such ratios little. */
#include <stdlib.h>

#include "base/check.h"
#include "base/elementary.h"
#include "homeward/table.h"
#include "identify/reference_int.h"

/* A typed person of one of the families, and the profile that stands there. */
typedef struct place {
  int32_t family, profile;
} place;

/* A profile (of place `from`) that fits the place `at` better than its own. */
typedef struct candidate {
  int32_t at, from;
  double log10_lr;
} candidate;

typedef struct exchanger {
  hw_reference *self;
  const hw_family *const *families;
  int32_t n_places;
  place *places;
  int32_t n_candidates, capacity; /* in the order of `at`, then `from` */
  candidate *candidates;
} exchanger;

/* The number of places; written to `places` unless it is NULL. A person with several profiles, or
 * with twins, has none: taking one of them away would leave the others. */
static int32_t list_places(const hw_family *const *families, int32_t n_families, place *places) {
  int32_t n = 0;
  for (int32_t f = 0; f < n_families; f++)
    for (int32_t k = 0; k < families[f]->n_profiles; k++) {
      const int32_t person = families[f]->profile_person[k];
      bool is_single = families[f]->pedigree.persons[person].twin == HW_PERSON_NONE;
      for (int32_t i = 0; i < families[f]->pedigree.n_persons; i++)
        if (families[f]->pedigree.persons[i].twin == person) is_single = false;
      for (int32_t l = 0; l < families[f]->n_profiles; l++)
        if (l != k && families[f]->profile_person[l] == person) is_single = false;
      if (!is_single) continue;
      if (places != NULL) places[n] = (place){f, k};
      n++;
    }
  return n;
}

/* The family without one profile. */
static hw_status compile(const exchanger *x, const place *at, hw_table **out, hw_err *err) {
  const hw_family *family = x->families[at->family];
  hw_arena *scratch = &x->self->scratch;
  const size_t n = (size_t)family->n_profiles;
  hw_profile *profiles = hw_arena_alloc_array(scratch, n, sizeof *profiles);
  int32_t *persons = hw_arena_alloc_array(scratch, n, sizeof *persons), n_left = 0;
  *out = NULL;
  if (profiles == NULL || persons == NULL) return HW_NO_MEMORY(err, "a family");
  for (int32_t k = 0; k < family->n_profiles; k++) {
    if (k == at->profile) continue;
    profiles[n_left] = family->profiles[k];
    persons[n_left++] = family->profile_person[k];
  }
  const hw_problem problem = {.pedigree = &family->pedigree,
                              .n_profiles = n_left,
                              .profiles = profiles,
                              .profile_person = persons,
                              .n_markers = x->self->n_markers,
                              .markers = x->self->markers};
  return hw_table_compile(&problem, family->profile_person[at->profile],
                          &x->self->settings.likelihood, out, err);
}

/* log10 ratio of a profile at the autosomal markers. */
static double ratio_of(const hw_reference *self, const hw_table *table, const hw_profile *profile) {
  const double error = self->settings.typing_error;
  double product = 1, sum = 0;
  for (int32_t m = 0; m < self->n_markers; m++) {
    const hw_marker *marker = &self->markers[m];
    const hw_observation *obs = &profile->observations[m];
    if (hw_marker_is_x(marker) || obs->kind == HW_OBS_MISSING) continue;
    const double log10_lr = hw_marker_table_log10_lr(&table->markers[m], marker, obs, profile);
    if (log10_lr > 100) continue; /* no frequency: nothing is known about unrelated persons */
    product *= (1 - error) * hw_pow10(log10_lr) + error;
    if (product > 1e-100 && product < 1e100) continue;
    sum += hw_log10(product);
    product = 1;
  }
  return sum + hw_log10(product);
}

static hw_status add_candidate(exchanger *x, int32_t at, int32_t from, double log10_lr,
                               hw_err *err) {
  if (x->n_candidates == x->capacity) {
    const int32_t capacity = x->capacity == 0 ? 64 : 2 * x->capacity;
    candidate *grown = realloc(x->candidates, (size_t)capacity * sizeof *grown);
    if (grown == NULL) return HW_NO_MEMORY(err, "exchanges");
    x->candidates = grown;
    x->capacity = capacity;
  }
  x->candidates[x->n_candidates++] = (candidate){at, from, log10_lr};
  return HW_OK;
}

static double ratio_at(const exchanger *x, const hw_table *table, int32_t from) {
  const place *p = &x->places[from];
  return ratio_of(x->self, table, &x->families[p->family]->profiles[p->profile]);
}

/* Everybody else in one place. */
static hw_status try_place(exchanger *x, int32_t at, hw_err *err) {
  const double margin = x->self->settings.margin_log10;
  hw_table *table = NULL;
  hw_err ignored = HW_ERR_INIT;
  hw_arena_reset(&x->self->scratch);
  hw_status status = compile(x, &x->places[at], &table, &ignored);
  if (status == HW_E_NO_MEMORY || status == HW_E_BUG) {
    if (err != NULL) *err = ignored;
    return status;
  }
  if (status != HW_OK) return HW_OK; /* too complex, or X markers of an unknown or denied sex */
  const double own = ratio_at(x, table, at);
  for (int32_t from = 0; status == HW_OK && from < x->n_places; from++) {
    if (x->places[from].family == x->places[at].family) continue;
    const double log10_lr = ratio_at(x, table, from);
    if (log10_lr >= margin && log10_lr - own >= margin)
      status = add_candidate(x, at, from, log10_lr - own, err);
  }
  hw_table_delete(table);
  return status;
}

/* The candidate the other way round, or NULL. */
static const candidate *find_converse(const exchanger *x, const candidate *c) {
  int32_t low = 0, high = x->n_candidates;
  while (low < high) {
    const int32_t middle = low + (high - low) / 2;
    const candidate *other = &x->candidates[middle];
    if (other->at == c->from && other->from == c->at) return other;
    if (other->at < c->from || (other->at == c->from && other->from < c->at))
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

static int32_t list_exchanges(const exchanger *x, hw_exchange *list) {
  int32_t n = 0;
  for (int32_t i = 0; i < x->n_candidates; i++) {
    const candidate *c = &x->candidates[i], *converse = find_converse(x, c);
    const place *a = &x->places[c->at], *b = &x->places[c->from];
    if (converse != NULL && c->at > c->from) continue; /* listed once */
    list[n++] =
        (hw_exchange){.family_a = a->family,
                      .profile_a = a->profile,
                      .family_b = b->family,
                      .profile_b = b->profile,
                      .is_mutual = converse != NULL,
                      .log10_lr = c->log10_lr + (converse != NULL ? converse->log10_lr : 0)};
  }
  return n;
}

static int compare(const void *left, const void *right) {
  const hw_exchange *a = left, *b = right;
  if (a->log10_lr != b->log10_lr) return a->log10_lr > b->log10_lr ? -1 : 1;
  if (a->family_a != b->family_a) return a->family_a < b->family_a ? -1 : 1;
  if (a->profile_a != b->profile_a) return a->profile_a < b->profile_a ? -1 : 1;
  if (a->family_b != b->family_b) return a->family_b < b->family_b ? -1 : 1;
  return a->profile_b < b->profile_b ? -1 : a->profile_b > b->profile_b;
}

static hw_status check_profiles(const hw_reference *self, const hw_family *family, hw_err *err) {
  for (int32_t k = 0; k < family->n_profiles; k++) {
    const hw_profile *profile = &family->profiles[k];
    if (profile->n_markers != self->n_markers)
      return hw_err_set(err, HW_E_SHAPE, "profile '%s' has %d markers, the check %d", profile->id,
                        (int)profile->n_markers, (int)self->n_markers);
    for (int32_t m = 0; m < self->n_markers; m++) {
      const hw_observation *obs = &profile->observations[m];
      const bool single = hw_marker_is_x(&self->markers[m]) && obs->kind == HW_OBS_SINGLE;
      HW_TRY(hw_observation_validate(&self->markers[m], obs, single, err));
    }
  }
  return HW_OK;
}

static hw_status run(exchanger *x, int32_t n_families, hw_exchange **out, int32_t *n_out,
                     hw_err *err) {
  x->places = calloc((size_t)x->n_places, sizeof *x->places);
  if (x->places == NULL) return HW_NO_MEMORY(err, "profiles in places");
  (void)list_places(x->families, n_families, x->places);
  for (int32_t at = 0; at < x->n_places; at++) HW_TRY(try_place(x, at, err));
  if (x->n_candidates == 0) return HW_OK;
  hw_exchange *list = calloc((size_t)x->n_candidates, sizeof *list);
  if (list == NULL) return HW_NO_MEMORY(err, "exchanges");
  *n_out = list_exchanges(x, list);
  *out = list;
  qsort(list, (size_t)*n_out, sizeof *list, compare);
  return HW_OK;
}

hw_status hw_reference_exchanges(hw_reference *self, int32_t n_families,
                                 const hw_family *const *families, hw_exchange **exchanges,
                                 int32_t *n_exchanges, hw_err *err) {
  *exchanges = NULL;
  *n_exchanges = 0;
  for (int32_t f = 0; f < n_families; f++) HW_TRY(check_profiles(self, families[f], err));
  exchanger x = {.self = self, .families = families};
  x.n_places = list_places(families, n_families, NULL);
  if (x.n_places == 0) return HW_OK;
  const hw_status status = run(&x, n_families, exchanges, n_exchanges, err);
  free(x.places);
  free(x.candidates);
  return status;
}
