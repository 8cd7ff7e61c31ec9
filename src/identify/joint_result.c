/* What is concluded: generalised likelihood ratios, standings, groups of tied
 * persons, persons who cannot be identified, undisputed pairings.
 *
 * A missing person is in exactly one state, so the best assignment without a
 * pairing is the best one with another state of hers: the generalised likelihood
 * ratio (GLR; Vigeland & Egeland 2021, Sci. Rep. 11, 13661) needs the best value
 * of each state only.
 *
 * Undisputed pairings are found step by step, as there: the pairwise ratio reaches the threshold and exceeds every other of
 * its remains and of its missing person by as much; those found are taken as
 * identified, the ratios are computed anew given them, and so on until nothing is
 * found any more. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "identify/joint_int.h"

static const double LN10 = 0x1.26bb1bbb55516p+1;
/* Values that are tied by construction are equal to the last bits of their sums. */
static const double TIE = 1e-9;

bool hwp_joint_is_tied(const joint_family *family, int32_t place, int32_t other) {
  const size_t width = (size_t)family->n_candidates;
  if (family->n_candidates == 0 || family->group[place] != family->group[other]) return false;
  if (family->fixed != NULL && (family->fixed[place] >= 0 || family->fixed[other] >= 0))
    return false;
  if (memcmp(family->ln_pair + (size_t)place * width, family->ln_pair + (size_t)other * width,
             width * sizeof *family->ln_pair) != 0)
    return false;
  for (size_t c = 0; family->ln_extra != NULL && c < width; c++) {
    const double a = family->ln_extra[(size_t)place * width + c];
    const double b = family->ln_extra[(size_t)other * width + c];
    if (a != b && !(fabs(a - b) <= TIE * (1 + fabs(a)))) return false;
  }
  return true;
}

/* ---- one state ---------------------------------------------------------------- */

typedef struct state {
  const joint_family *family;
  int32_t place, candidate;
} state;

/* The state of a pairing. @return false if it is not one of those considered */
static bool find_state(const hw_joint *self, int32_t remains, int32_t target, state *out) {
  const hw_target *t = &self->targets[target];
  const joint_family *family = &self->families[t->family];
  *out = (state){family, t->missing, hwp_joint_candidate(family, remains)};
  return out->candidate >= 0 && family->posterior != NULL;
}

/* A sum of shares of the whole; rounding may take it past 1. */
static double share(double p) {
  return p > 1 ? 1 : p;
}

double hw_joint_posterior(const hw_joint *self, int32_t remains, int32_t target,
                          double *complement) {
  state s;
  double rest = 1;
  const bool is_known = find_state(self, remains, target, &s);
  if (is_known) {
    rest = 0;
    for (int32_t c = 0; c <= s.family->n_candidates; c++)
      if (c != s.candidate) rest += s.family->posterior[hwp_joint_state(s.family, s.place, c)];
  }
  if (complement != NULL) *complement = rest < 1 ? rest : 1;
  return is_known ? share(s.family->posterior[hwp_joint_state(s.family, s.place, s.candidate)]) : 0;
}

double hw_joint_posterior_none(const hw_joint *self, int32_t remains, double *complement) {
  if (complement != NULL) *complement = self->some[remains] < 1 ? self->some[remains] : 1;
  return share(self->none[remains]);
}

double hw_joint_posterior_absent(const hw_joint *self, int32_t target, double *complement) {
  const hw_target *t = &self->targets[target];
  const joint_family *family = &self->families[t->family];
  double rest = 0;
  for (int32_t c = 0; family->posterior != NULL && c < family->n_candidates; c++)
    rest += family->posterior[hwp_joint_state(family, t->missing, c)];
  if (complement != NULL) *complement = rest < 1 ? rest : 1;
  if (family->posterior == NULL) return 1;
  return share(family->posterior[hwp_joint_state(family, t->missing, -1)]);
}

static double difference(double with, double without) {
  if (with == without) return isinf(with) ? (double)NAN : 0;
  return (with - without) / LN10;
}

static double glr_of(const state *s) {
  double without = IMPOSSIBLE;
  for (int32_t c = 0; c <= s->family->n_candidates; c++) {
    const double best = s->family->best[hwp_joint_state(s->family, s->place, c)];
    if (c != s->candidate && best > without) without = best;
  }
  return difference(s->family->best[hwp_joint_state(s->family, s->place, s->candidate)], without);
}

double hw_joint_log10_glr(const hw_joint *self, int32_t remains, int32_t target) {
  state s;
  if (target < 0) return difference(self->none_best[remains], self->some_best[remains]);
  return find_state(self, remains, target, &s) ? glr_of(&s) : IMPOSSIBLE;
}

/* ---- standings ------------------------------------------------------------------- */

const char *hw_joint_standing_name(hw_joint_standing standing) {
  static const char *const NAMES[] = {"unlikely", "open", "symmetric", "supported", "undisputed"};
  return NAMES[standing];
}

/* Best value of the remains outside the group of a place. */
static double best_elsewhere(const hw_joint *self, int32_t remains, const state *s) {
  double best = self->none_best[remains];
  for (int32_t i = self->family_start[remains]; i < self->family_start[remains + 1]; i++) {
    const joint_family *family = &self->families[self->family_list[i]];
    const int32_t c = hwp_joint_candidate(family, remains);
    for (int32_t k = 0; k < family->n_places; k++) {
      if (family == s->family && (k == s->place || hwp_joint_is_tied(family, s->place, k)))
        continue;
      const double value = family->best[hwp_joint_state(family, k, c)];
      if (value > best) best = value;
    }
  }
  return best;
}

/* True if the pairing is in one of the best assignments, an exchange of tied persons gives another
 * of them, and that it is one of these persons is supported. */
static bool is_symmetric(const hw_joint *self, int32_t remains, const state *s) {
  const joint_family *family = s->family;
  const double own = family->best[hwp_joint_state(family, s->place, s->candidate)];
  bool has_rival = false;
  if (!(own > IMPOSSIBLE) || own < self->none_best[remains]) return false;
  for (int32_t k = 0; k < family->n_places; k++)
    has_rival |= k != s->place && hwp_joint_is_tied(family, s->place, k) &&
                 fabs(family->best[hwp_joint_state(family, k, s->candidate)] - own) < TIE;
  return has_rival && own - best_elsewhere(self, remains, s) >= self->options.undisputed * LN10;
}

static hw_joint_standing standing_of(const hw_joint *self, const hw_joint_pair *pair,
                                     const state *s) {
  if (pair->is_best && pair->log10_glr >= self->options.undisputed)
    return self->undisputed[pair->target] == pair->remains ? HW_JOINT_UNDISPUTED_PAIR
                                                           : HW_JOINT_SUPPORTED;
  if (is_symmetric(self, pair->remains, s)) return HW_JOINT_SYMMETRIC;
  /* As good as the best, though another stands there in its place. */
  const bool is_tied = pair->log10_glr > -TIE;
  return pair->is_best || is_tied || pair->posterior >= 0.5 ? HW_JOINT_OPEN : HW_JOINT_UNLIKELY;
}

/* ---- the list of pairs --------------------------------------------------------------- */

static int compare_pairs(const void *left, const void *right) {
  const hw_joint_pair *a = left, *b = right;
  if (a->remains != b->remains) return a->remains < b->remains ? -1 : 1;
  if (a->posterior != b->posterior) return a->posterior > b->posterior ? -1 : 1;
  if (a->log10_lr != b->log10_lr) return a->log10_lr > b->log10_lr ? -1 : 1;
  return a->target < b->target ? -1 : a->target > b->target;
}

static hw_joint_pair describe(const hw_joint *self, int32_t remains, const state *s) {
  const size_t at = (size_t)s->place * (size_t)s->family->n_candidates + (size_t)s->candidate;
  hw_joint_pair pair = {.remains = remains,
                        .target = s->family->first_target + s->place,
                        .log10_lr = s->family->ln_lr[at] / LN10,
                        .log10_glr = glr_of(s),
                        .ln_prior = s->family->ln_pair[at]};
  pair.posterior = hw_joint_posterior(self, remains, pair.target, &pair.complement);
  pair.is_best = self->n_best > 0 && self->best[0].target[remains] == pair.target;
  pair.standing = standing_of(self, &pair, s);
  return pair;
}

/* Collects the pairs by remains; with pairs == NULL only counts them. */
static int64_t collect(const hw_joint *self, double least, double least_log10_lr,
                       hw_joint_pair *pairs) {
  int64_t n = 0;
  for (int32_t r = 0; r < self->problem->n_remains; r++)
    for (int32_t i = self->family_start[r]; i < self->family_start[r + 1]; i++) {
      const joint_family *family = &self->families[self->family_list[i]];
      const int32_t c = hwp_joint_candidate(family, r);
      for (int32_t k = 0; k < family->n_places && !family->is_left_out; k++) {
        const size_t at = (size_t)k * (size_t)family->n_candidates + (size_t)c;
        if (!(family->ln_pair[at] > IMPOSSIBLE)) continue;
        if (!(family->posterior[hwp_joint_state(family, k, c)] >= least) &&
            !(family->ln_lr[at] / LN10 >= least_log10_lr))
          continue;
        if (pairs != NULL) pairs[n] = describe(self, r, &(state){family, k, c});
        n++;
      }
    }
  return n;
}

hw_status hw_joint_pairs(const hw_joint *self, double least, double least_log10_lr,
                         hw_joint_pair **pairs, int32_t *n_pairs, hw_err *err) {
  *pairs = NULL;
  *n_pairs = 0;
  HW_BUG_IF(!self->is_done, err);
  const int64_t n = collect(self, least, least_log10_lr, NULL);
  if (n == 0) return HW_OK;
  if (n > INT32_MAX) return hw_err_set(err, HW_E_TOO_COMPLEX, "too many pairs for one list");
  *pairs = calloc((size_t)n, sizeof **pairs);
  if (*pairs == NULL) return HW_NO_MEMORY(err, "the list of pairs");
  collect(self, least, least_log10_lr, *pairs);
  qsort(*pairs, (size_t)n, sizeof **pairs, compare_pairs);
  *n_pairs = (int32_t)n;
  return HW_OK;
}

hw_status hwp_joint_index(hw_joint *self, hw_err *err) {
  const size_t n_remains = (size_t)self->problem->n_remains;
  size_t n = 0;
  for (int32_t f = 0; f < self->problem->n_families; f++)
    n += (size_t)self->families[f].n_candidates;
  self->family_start = hw_arena_alloc_array(&self->arena, n_remains + 2, sizeof(int32_t));
  self->family_list = hw_arena_alloc_array(&self->arena, n, sizeof(int32_t));
  if (self->family_start == NULL || self->family_list == NULL)
    return HW_NO_MEMORY(err, "the pairs");
  int32_t *start = self->family_start + 1; /* ends where the next begins, once filled */
  for (int32_t f = 0; f < self->problem->n_families; f++)
    for (int32_t c = 0; c < self->families[f].n_candidates; c++)
      if ((size_t)self->families[f].candidates[c] + 1 < n_remains)
        start[self->families[f].candidates[c] + 1]++;
  for (size_t r = 1; r < n_remains; r++) start[r] += start[r - 1];
  for (int32_t f = 0; f < self->problem->n_families; f++)
    for (int32_t c = 0; c < self->families[f].n_candidates; c++)
      self->family_list[start[self->families[f].candidates[c]]++] = f;
  return HW_OK;
}

/* ---- tied persons ------------------------------------------------------------------------ */

/* The group that a place leads, if remains of the best assignment stand there. */
static hw_status add_group(hw_joint *self, const joint_family *family, int32_t head, int32_t *at,
                           hw_err *err) {
  hw_joint_group group = {0};
  const size_t n = (size_t)family->n_places;
  int32_t *targets = hw_arena_alloc_array(&self->arena, n, sizeof *targets);
  int32_t *remains = hw_arena_alloc_array(&self->arena, n, sizeof *remains);
  if (targets == NULL || remains == NULL) return HW_NO_MEMORY(err, "the groups of tied persons");
  for (int32_t k = head; k < family->n_places; k++) {
    if (family->group[k] != family->group[head] || (family->fixed != NULL && family->fixed[k] >= 0))
      continue;
    const int32_t t = family->first_target + k;
    targets[group.n_targets++] = t;
    if (at[t] >= 0) remains[group.n_remains++] = at[t];
  }
  if (group.n_targets < 2 || group.n_remains == 0) return HW_OK;
  for (int32_t i = 1; i < group.n_remains; i++) /* ascending */
    for (int32_t j = i; j > 0 && remains[j - 1] > remains[j]; j--) {
      const int32_t moved = remains[j];
      remains[j] = remains[j - 1];
      remains[j - 1] = moved;
    }
  group.targets = targets;
  group.remains = remains;
  const size_t n_groups = (size_t)self->n_groups;
  if ((n_groups & (n_groups - 1)) == 0) { /* full at 0, 1, 2, 4, 8, … */
    hw_joint_group *grown =
        hw_arena_alloc_array(&self->arena, n_groups == 0 ? 1 : 2 * n_groups, sizeof *grown);
    if (grown == NULL) return HW_NO_MEMORY(err, "the groups of tied persons");
    if (n_groups > 0) memcpy(grown, self->groups, n_groups * sizeof *grown);
    self->groups = grown;
  }
  self->groups[self->n_groups++] = group;
  return HW_OK;
}

hw_status hwp_joint_find_groups(hw_joint *self, hw_err *err) {
  int32_t *at = hw_arena_alloc_array(&self->arena, (size_t)self->n_targets, sizeof *at);
  if (at == NULL) return HW_NO_MEMORY(err, "the groups of tied persons");
  memset(at, -1, (size_t)self->n_targets * sizeof *at);
  for (int32_t r = 0; self->n_best > 0 && r < self->problem->n_remains; r++)
    if (self->best[0].target[r] >= 0) at[self->best[0].target[r]] = r;
  self->n_groups = 0;
  for (int32_t f = 0; f < self->problem->n_families; f++) {
    const joint_family *family = &self->families[f];
    if (!family->is_listed) continue;
    for (int32_t k = 0; k < family->n_places; k++) {
      bool is_first = true, has_more = false;
      for (int32_t j = 0; j < family->n_places; j++) {
        is_first &= j >= k || family->group[j] != family->group[k];
        has_more |= j > k && family->group[j] == family->group[k];
      }
      if (is_first && has_more) HW_TRY(add_group(self, family, k, at, err));
    }
  }
  return HW_OK;
}

/* ---- persons who cannot be identified ------------------------------------------------------- */

enum { OF_FATHER = 1, OF_MOTHER = 2, ANCESTOR = 4, KIN = 8 };

static bool raise_flags(uint8_t *flags, uint8_t more) {
  if ((*flags & more) == more) return false;
  *flags |= more;
  return true;
}

/* Carries the flags of a person to parents, and to twins in both directions, until nothing changes
 * any more; KIN to the children instead. */
static void carry_flags(const hw_pedigree *pedigree, uint8_t up, uint8_t down, uint8_t *flags) {
  for (bool has_changed = true; has_changed;) {
    has_changed = false;
    for (int32_t p = 0; p < pedigree->n_persons; p++) {
      const hw_person *person = &pedigree->persons[p];
      const int32_t parents[2] = {person->father, person->mother};
      for (int i = 0; i < 2; i++) {
        if (parents[i] < 0) continue;
        has_changed |= raise_flags(&flags[parents[i]], flags[p] & up);
        has_changed |= raise_flags(&flags[p], flags[parents[i]] & down);
      }
      if (person->twin < 0) continue;
      has_changed |= raise_flags(&flags[person->twin], flags[p] & (up | down));
      has_changed |= raise_flags(&flags[p], flags[person->twin] & (up | down));
    }
  }
}

static bool is_typed(const hw_profile *profile) {
  for (int32_t m = 0; m < profile->n_markers; m++)
    if (profile->observations[m].kind != HW_OBS_MISSING) return true;
  return false;
}

/* True if no typed person shares an ancestor with the missing one, and her parents share none
 * (inbreeding shows in her own genotype). */
static bool has_no_evidence(const hw_family *family, int32_t missing, uint8_t *flags) {
  const hw_pedigree *pedigree = &family->pedigree;
  memset(flags, 0, (size_t)pedigree->n_persons);
  for (int32_t p = 0; p < pedigree->n_persons; p++) {
    /* Parents of the missing person, or of her twins where hers are not recorded. */
    const hw_person *person = &pedigree->persons[p];
    const bool is_she =
        p == missing || person->twin == missing ||
        (pedigree->persons[missing].twin >= 0 &&
         (pedigree->persons[missing].twin == p || pedigree->persons[missing].twin == person->twin));
    if (!is_she) continue;
    if (person->father >= 0) flags[person->father] |= OF_FATHER;
    if (person->mother >= 0) flags[person->mother] |= OF_MOTHER;
    flags[p] |= ANCESTOR;
  }
  carry_flags(pedigree, OF_FATHER | OF_MOTHER | ANCESTOR, 0, flags);
  for (int32_t p = 0; p < pedigree->n_persons; p++) {
    if ((flags[p] & (OF_FATHER | OF_MOTHER)) == (OF_FATHER | OF_MOTHER)) return false;
    if (flags[p] & ANCESTOR) flags[p] |= KIN;
  }
  carry_flags(pedigree, 0, KIN, flags);
  for (int32_t i = 0; i < family->n_profiles; i++)
    if ((flags[family->profile_person[i]] & KIN) && is_typed(&family->profiles[i])) return false;
  return true;
}

/* True if other evidence than the profiles says something of her. */
static bool has_extra(const hw_joint *self, int32_t target) {
  const joint_family *family = &self->families[self->targets[target].family];
  const size_t width = (size_t)family->n_candidates;
  for (size_t c = 0; family->ln_extra != NULL && c < width; c++)
    if (family->ln_extra[(size_t)self->targets[target].missing * width + c] != 0) return true;
  return false;
}

hw_status hwp_joint_find_non_identifiable(hw_joint *self, hw_err *err) {
  const hw_case *problem = self->problem;
  int32_t most = 1;
  for (int32_t f = 0; f < problem->n_families; f++)
    if (problem->families[f].pedigree.n_persons > most)
      most = problem->families[f].pedigree.n_persons;
  uint8_t *flags = hw_arena_alloc_array(&self->arena, (size_t)most, sizeof *flags);
  self->non_identifiable =
      hw_arena_alloc_array(&self->arena, (size_t)self->n_targets, sizeof *self->non_identifiable);
  if (flags == NULL || self->non_identifiable == NULL)
    return HW_NO_MEMORY(err, "the missing persons");
  self->n_non_identifiable = 0;
  for (int32_t t = 0; t < self->n_targets; t++)
    if (has_no_evidence(&problem->families[self->targets[t].family], self->targets[t].person,
                        flags) &&
        !has_extra(self, t))
      self->non_identifiable[self->n_non_identifiable++] = t;
  return HW_OK;
}

/* ---- undisputed pairings ------------------------------------------------------------------- */

typedef struct rivals { /* largest and second largest ln LR */
  double first, second;
} rivals;

static void add_rival(rivals *self, double ln_lr) {
  if (ln_lr > self->first) {
    self->second = self->first;
    self->first = ln_lr;
  } else if (ln_lr > self->second) {
    self->second = ln_lr;
  }
}

typedef struct dispute {
  hw_joint *joint;
  double **ln_lr; /* per family: ratios given who is identified; NULL = as they were */
  rivals *of_remains, *of_target;
  int32_t *identified; /* per target: remains, −1 */
  bool *is_taken;      /* per remains */
} dispute;

static double ratio_of(const dispute *self, int32_t f, int32_t place, int32_t candidate) {
  const joint_family *family = &self->joint->families[f];
  const double *ln_lr = self->ln_lr[f] != NULL ? self->ln_lr[f] : family->ln_lr;
  if (self->identified[family->first_target + place] >= 0 ||
      self->is_taken[family->candidates[candidate]])
    return IMPOSSIBLE;
  return ln_lr[(size_t)place * (size_t)family->n_candidates + (size_t)candidate];
}

static void find_rivals(dispute *self) {
  const hw_joint *joint = self->joint;
  for (int32_t r = 0; r < joint->problem->n_remains; r++)
    self->of_remains[r] = (rivals){IMPOSSIBLE, IMPOSSIBLE};
  for (int32_t t = 0; t < joint->n_targets; t++)
    self->of_target[t] = (rivals){IMPOSSIBLE, IMPOSSIBLE};
  for (int32_t f = 0; f < joint->problem->n_families; f++) {
    const joint_family *family = &joint->families[f];
    for (int32_t k = 0; k < family->n_places; k++)
      for (int32_t c = 0; c < family->n_candidates; c++) {
        const double ln_lr = ratio_of(self, f, k, c);
        add_rival(&self->of_remains[family->candidates[c]], ln_lr);
        add_rival(&self->of_target[family->first_target + k], ln_lr);
      }
  }
}

static bool is_placed(const joint_family *family, const int32_t *placed, int32_t candidate) {
  for (int32_t k = 0; k < family->n_places; k++)
    if (placed[k] == candidate) return true;
  return false;
}

/* What the extra evidence says of one more in a place, given those who are identified. */
static hw_status add_extra(const hw_joint *joint, const joint_family *family, int32_t *placed,
                           size_t place, double *ln_lr, hw_err *err) {
  const size_t width = (size_t)family->n_candidates;
  double before = 0, after = 0;
  hw_status status = HW_OK;
  if (family->ln_extra == NULL) return HW_OK;
  HW_TRY(hwp_joint_extra_of(joint, family, placed, &before, err));
  for (size_t c = 0; status == HW_OK && c < width; c++) {
    if (!(family->ln_pair[place * width + c] > IMPOSSIBLE) || !(ln_lr[c] > IMPOSSIBLE) ||
        is_placed(family, placed, (int32_t)c))
      continue;
    placed[place] = (int32_t)c;
    status = hwp_joint_extra_of(joint, family, placed, &after, err);
    ln_lr[c] += after - before;
  }
  placed[place] = -1;
  return status;
}

/* Ratios of a family given those of it who are identified. */
static hw_status condition(dispute *self, int32_t f, hw_err *err) {
  const hw_joint *joint = self->joint;
  const joint_family *family = &joint->families[f];
  const size_t width = (size_t)family->n_candidates, n = (size_t)family->n_places;
  hwp_place *place = NULL;
  double *ln_lr = malloc(n * width * sizeof *ln_lr);
  int32_t *placed = malloc(n * sizeof *placed);
  hw_status status = HW_OK;
  if (ln_lr == NULL || placed == NULL) status = HW_NO_MEMORY(err, "the pairs of a family");
  for (size_t k = 0; status == HW_OK && k < n; k++) {
    const int32_t r = self->identified[(size_t)family->first_target + k];
    placed[k] = r < 0 ? -1 : hwp_joint_candidate(family, r);
  }
  if (status == HW_OK)
    status = hwp_place_new(joint->problem, f, family->n_candidates, family->candidates,
                           &joint->options.likelihood, &place, err);
  for (size_t k = 0; status == HW_OK && k < n; k++) {
    for (size_t c = 0; c < width; c++) ln_lr[k * width + c] = IMPOSSIBLE;
    if (placed[k] >= 0) continue;
    status = hwp_place_extend(place, placed, (int32_t)k, ln_lr + k * width, err);
    if (status == HW_OK) status = add_extra(joint, family, placed, k, ln_lr + k * width, err);
    for (size_t c = 0; c < width; c++)
      if (!(family->ln_pair[k * width + c] > IMPOSSIBLE)) ln_lr[k * width + c] = IMPOSSIBLE;
  }
  hwp_place_delete(place);
  free(placed);
  free(self->ln_lr[f]);
  self->ln_lr[f] = ln_lr;
  return status;
}

/* One round over a family. @param n_found [in,out] */
static hw_status settle(dispute *self, int32_t f, int32_t *n_found, hw_err *err) {
  const joint_family *family = &self->joint->families[f];
  const double least = self->joint->options.undisputed * LN10;
  int32_t n = 0, n_open = 0;
  for (int32_t k = 0; k < family->n_places; k++) {
    const int32_t t = family->first_target + k;
    for (int32_t c = 0; c < family->n_candidates; c++) {
      const int32_t r = family->candidates[c];
      const rivals *his = &self->of_remains[r], *hers = &self->of_target[t];
      const double ln_lr = ratio_of(self, f, k, c);
      if (!(ln_lr >= least) || ln_lr != his->first || ln_lr != hers->first ||
          !(ln_lr - his->second >= least) || !(ln_lr - hers->second >= least))
        continue;
      self->identified[t] = r;
      self->is_taken[r] = true;
      n++;
      break;
    }
    n_open += self->identified[t] < 0;
  }
  *n_found += n;
  return n > 0 && n_open > 0 ? condition(self, f, err) : HW_OK;
}

static hw_status find_undisputed(dispute *self, hw_err *err) {
  const hw_joint *joint = self->joint;
  const int32_t n_families = joint->problem->n_families;
  for (int32_t t = 0; t < joint->n_targets; t++) {
    self->identified[t] = joint->fixed_remains[t];
    if (self->identified[t] >= 0) self->is_taken[self->identified[t]] = true;
  }
  for (int32_t f = 0; f < n_families; f++)
    if (joint->families[f].n_fixed > 0 &&
        joint->families[f].n_fixed < joint->families[f].n_places && !joint->families[f].is_left_out)
      HW_TRY(condition(self, f, err));
  for (int32_t n_found = 1; n_found > 0;) {
    n_found = 0;
    find_rivals(self);
    for (int32_t f = 0; f < n_families; f++) HW_TRY(settle(self, f, &n_found, err));
  }
  return HW_OK;
}

hw_status hwp_joint_find_undisputed(hw_joint *joint, hw_err *err) {
  const size_t n_remains = (size_t)joint->problem->n_remains, n = (size_t)joint->n_targets;
  const size_t n_families = (size_t)joint->problem->n_families;
  dispute self = {.joint = joint};
  self.ln_lr = calloc(n_families + 1, sizeof *self.ln_lr);
  self.of_remains = calloc(n_remains + 1, sizeof *self.of_remains);
  self.of_target = calloc(n + 1, sizeof *self.of_target);
  self.is_taken = calloc(n_remains + 1, sizeof *self.is_taken);
  joint->undisputed = self.identified =
      hw_arena_alloc_array(&joint->arena, n, sizeof *self.identified);
  hw_status status = HW_OK;
  if (self.ln_lr == NULL || self.of_remains == NULL || self.of_target == NULL ||
      self.is_taken == NULL || self.identified == NULL)
    status = HW_NO_MEMORY(err, "the undisputed pairings");
  else
    status = find_undisputed(&self, err);
  for (size_t f = 0; self.ln_lr != NULL && f < n_families; f++) free(self.ln_lr[f]);
  free((void *)self.ln_lr);
  free(self.of_remains);
  free(self.of_target);
  free(self.is_taken);
  return status;
}
