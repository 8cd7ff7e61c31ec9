/* Likelihoods of hypotheses, by the project's engine.
 *
 * A pedigree is prepared once (hw_kin) and kept by its shape: most families of a
 * file are of a few kinds, and so are their alternatives, so that a hypothesis
 * costs an evaluation, not a plan. The cache is emptied when it is full. With
 * theta nothing is kept.
 *
 * SINGLE BAD MARKERS. A null allele, a misread peak or a jump of several repeats
 * can make one marker of a true family nearly impossible. Each marker is
 * therefore taken as worthless with a small probability e (typing_error):
 *
 *   L'(m) = (1 − e)·L(m) + e·Π P(observation),
 *
 * so that one marker can speak against a pedigree by 1/e at most, while several
 * together still do so without bound. Ratios are of L', and are never infinite.
 *
 * AMELOGENIN counts for the sex that the hypothesis gives to the sample's owner,
 * both sexes equally likely where it gives none. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/identify_int.h"
#include "identify/reference_int.h"
#include "kinship/kin.h"
#include "kinship/theta.h"

static const double LOG10_E = 0.43429448190325182765;

/* P(XY | woman): contamination, a mislabelled sex; no mutation makes a Y. */
static const double WOMAN_SHOWS_Y = 1e-5;

/* ---- prepared pedigrees --------------------------------------------------- */

enum { CACHE_SLOTS = 1024, CACHE_MOST = 512, CACHE_PERSONS = 48, CACHE_USES = 20000 };

typedef struct cached_kin {
  hw_kin *kin;
  int32_t n_key;
  int32_t *key;
} cached_kin;

struct hwp_kin_cache {
  int32_t n;
  int64_t n_uses; /* plans gather with every new pattern of typed markers */
  int32_t key[5 * (CACHE_PERSONS + HWP_NEW_PERSONS) + CACHE_PERSONS + 2];
  cached_kin slots[CACHE_SLOTS];
};

static void cache_empty(hwp_kin_cache *self) {
  for (int32_t i = 0; i < CACHE_SLOTS; i++) {
    hw_kin_delete(self->slots[i].kin);
    free(self->slots[i].key);
    self->slots[i] = (cached_kin){0};
  }
  self->n = 0;
  self->n_uses = 0;
}

hw_status hwp_kin_cache_new(hwp_kin_cache **out, hw_err *err) {
  *out = calloc(1, sizeof **out);
  return *out != NULL ? HW_OK : HW_NO_MEMORY(err, "prepared pedigrees");
}

void hwp_kin_cache_delete(hwp_kin_cache *self) {
  if (self == NULL) return;
  cache_empty(self);
  free(self);
}

/* The shape of a hypothesis into self->key. @return its length, 0 = too big to keep */
static int32_t write_key(hwp_kin_cache *self, const hwp_check *check, const hwp_hypothesis *h) {
  const int32_t n_profiles = check->family->n_profiles;
  if (h->n_persons > CACHE_PERSONS + HWP_NEW_PERSONS || n_profiles > CACHE_PERSONS) return 0;
  int32_t n = 0;
  self->key[n++] = h->n_persons;
  self->key[n++] = n_profiles;
  for (int32_t i = 0; i < h->n_persons; i++) {
    const hw_person *p = &h->persons[i];
    self->key[n++] = p->father;
    self->key[n++] = p->mother;
    self->key[n++] = p->twin;
    self->key[n++] = check->self->has_x ? (int32_t)p->sex : 0;
  }
  for (int32_t k = 0; k < n_profiles; k++) self->key[n++] = h->profile_person[k];
  return n;
}

static uint32_t hash_of(const int32_t *key, int32_t n) {
  uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a by words, the high bits folded in */
  for (int32_t i = 0; i < n; i++) hash = (hash ^ (uint32_t)key[i]) * 0x100000001b3u;
  return (uint32_t)(hash ^ (hash >> 32));
}

static hw_status new_kin(const hwp_check *check, const hwp_hypothesis *h, hw_kin **out,
                         hw_err *err) {
  const hw_pedigree pedigree = {h->n_persons, h->persons};
  return hw_kin_new(&pedigree, check->family->n_profiles, h->profile_person, HW_PERSON_NONE,
                    &check->self->settings.likelihood, out, err);
}

/* *is_kept tells whether the cache owns *out. */
static hw_status find_kin(hwp_check *check, const hwp_hypothesis *h, hw_kin **out, bool *is_kept,
                          hw_err *err) {
  hwp_kin_cache *cache = check->self->cache;
  const int32_t n_key = write_key(cache, check, h);
  *out = NULL;
  *is_kept = n_key > 0;
  if (n_key == 0) return new_kin(check, h, out, err);
  if (cache->n >= CACHE_MOST || ++cache->n_uses > CACHE_USES) cache_empty(cache);
  uint32_t slot = hash_of(cache->key, n_key) % CACHE_SLOTS;
  for (; cache->slots[slot].kin != NULL; slot = (slot + 1) % CACHE_SLOTS) {
    const cached_kin *held = &cache->slots[slot];
    if (held->n_key == n_key &&
        memcmp(held->key, cache->key, (size_t)n_key * sizeof *held->key) == 0) {
      *out = held->kin;
      return HW_OK;
    }
  }
  int32_t *key = malloc((size_t)n_key * sizeof *key);
  if (key == NULL) return HW_NO_MEMORY(err, "a prepared pedigree");
  const hw_status status = new_kin(check, h, out, err);
  if (status != HW_OK) {
    free(key);
    return status;
  }
  memcpy(key, cache->key, (size_t)n_key * sizeof *key);
  cache->slots[slot] = (cached_kin){*out, n_key, key};
  cache->n++;
  return HW_OK;
}

/* ---- likelihoods ---------------------------------------------------------- */

static hw_status by_kin(hwp_check *check, const hwp_hypothesis *h, const hw_marker *markers,
                        double *ln, hw_err *err) {
  const hw_family *family = check->family;
  const hw_observation **column =
      hw_arena_alloc_array(check->arena, (size_t)family->n_profiles + 1, sizeof *column);
  if (column == NULL) return HW_NO_MEMORY(err, "observations");
  hw_kin *kin = NULL;
  bool is_kept = false;
  hw_status status = find_kin(check, h, &kin, &is_kept, err);
  for (int32_t m = 0; status == HW_OK && m < check->self->n_markers; m++) {
    if (!check->use[m]) continue;
    for (int32_t k = 0; k < family->n_profiles; k++)
      column[k] = &family->profiles[k].observations[m];
    status = hw_kin_ln_likelihood(kin, &markers[m], family->profiles, column, &ln[m], err);
  }
  if (!is_kept) hw_kin_delete(kin);
  return status;
}

static hw_status by_theta(hwp_check *check, const hwp_hypothesis *h, const hw_marker *markers,
                          double *ln, hw_err *err) {
  const hw_family *family = check->family;
  const hw_pedigree pedigree = {h->n_persons, h->persons};
  const hw_problem problem = {.pedigree = &pedigree,
                              .n_profiles = family->n_profiles,
                              .profiles = family->profiles,
                              .profile_person = h->profile_person,
                              .n_markers = check->self->n_markers,
                              .markers = markers,
                              .theta = check->theta};
  hwp_theta theta;
  hw_status status =
      hwp_theta_init(&theta, &problem, HW_PERSON_NONE, &check->self->settings.likelihood, err);
  for (int32_t m = 0; status == HW_OK && m < check->self->n_markers; m++)
    if (check->use[m]) status = hwp_theta_ln_likelihood(&theta, m, &ln[m], err);
  hwp_theta_clear(&theta);
  return status;
}

hw_status hwp_evaluate(hwp_check *check, const hwp_hypothesis *hypothesis, bool rigid, double *ln,
                       hw_err *err) {
  const hw_marker *markers = rigid ? check->self->rigid : check->self->markers;
  /* What is possible does not depend on theta. */
  if (rigid || check->theta <= 0) return by_kin(check, hypothesis, markers, ln, err);
  return by_theta(check, hypothesis, markers, ln, err);
}

/* P(observation of a person of the population); *values is scratch of n². */
static double population(const hw_marker *marker, const hw_observation *obs,
                         const hw_profile *profile, double *values) {
  const size_t n = (size_t)marker->n_alleles;
  const bool single = obs->kind == HW_OBS_SINGLE;
  const double *p = marker->frequencies;
  hw_observation_table(marker, obs, profile, single, values);
  double sum = 0;
  for (size_t x = 0; x < n; x++) {
    if (single) sum += p[x] * values[x];
    for (size_t y = 0; !single && y < n; y++) sum += p[x] * p[y] * values[x * n + y];
  }
  return sum;
}

hw_status hwp_evaluate_unrelated(hwp_check *check, hw_err *err) {
  size_t most = 1;
  for (int32_t m = 0; m < check->self->n_markers; m++)
    if ((size_t)check->self->markers[m].n_alleles > most)
      most = (size_t)check->self->markers[m].n_alleles;
  double *values = hw_arena_alloc_array(check->arena, most * most, sizeof *values);
  if (values == NULL) return HW_NO_MEMORY(err, "genotypes");
  for (int32_t m = 0; m < check->self->n_markers; m++) {
    check->ln_unrelated[m] = 0;
    for (int32_t k = 0; check->use[m] && k < check->family->n_profiles; k++) {
      const hw_profile *profile = &check->family->profiles[k];
      const hw_observation *obs = &profile->observations[m];
      if (obs->kind == HW_OBS_MISSING) continue;
      check->ln_unrelated[m] += hw_ln(population(&check->self->markers[m], obs, profile, values));
    }
    if (check->ln_unrelated[m] == IMPOSSIBLE) check->use[m] = false;
  }
  return HW_OK;
}

/* log10 of L'/Π P(observation) at one marker, see the head of the file. */
static double tempered(double ln, double ln_unrelated, double error) {
  const double excess = LOG10_E * (ln - ln_unrelated);
  if (excess > 15) return excess + hw_log10(1 - error);
  return hw_log10((1 - error) * hw_pow10(excess) + error);
}

/* ---- amelogenin ----------------------------------------------------------- */

static double amelogenin_given(hw_amelogenin seen, hw_sex sex, double error) {
  if (sex == HW_UNKNOWN_SEX)
    return 0.5 *
           (amelogenin_given(seen, HW_MALE, error) + amelogenin_given(seen, HW_FEMALE, error));
  const bool has_y = seen != HW_AMELOGENIN_X;
  if (sex == HW_MALE) return has_y ? 1 - error : error;
  return has_y ? WOMAN_SHOWS_Y : 1 - WOMAN_SHOWS_Y;
}

static double log10_amelogenin(const hwp_check *check, const hwp_family *individuals,
                               const int32_t *profile_person) {
  double sum = 0;
  if (check->amelogenin == NULL) return 0;
  for (int32_t k = 0; k < check->family->n_profiles; k++) {
    const hw_amelogenin seen = check->amelogenin[k];
    if (seen == HW_AMELOGENIN_NONE) continue;
    const hw_sex sex = individuals->sex[individuals->individual[profile_person[k]]];
    sum += hw_log10(amelogenin_given(seen, sex, check->self->settings.amelogenin_error));
  }
  return sum;
}

/* X markers cannot be evaluated where a sample comes to a person of another, or of no known sex. */
static bool fits_x(const hwp_check *check, const hwp_family *individuals,
                   const int32_t *profile_person, int32_t m) {
  for (int32_t k = 0; k < check->family->n_profiles; k++) {
    const hw_observation_kind kind = check->family->profiles[k].observations[m].kind;
    const hw_sex sex = individuals->sex[individuals->individual[profile_person[k]]];
    if (kind == HW_OBS_MISSING) continue;
    if (sex == HW_UNKNOWN_SEX) return false;
    if (kind == HW_OBS_SINGLE && sex != HW_MALE) return false;
    if (kind == HW_OBS_GENOTYPE && sex == HW_MALE) return false;
  }
  return true;
}

hw_status hwp_evaluate_ratio(hwp_check *check, const hwp_hypothesis *hypothesis, double *log10_lr,
                             hw_err *err) {
  const hw_reference *self = check->self;
  const size_t n = (size_t)self->n_markers + 1;
  const hw_pedigree pedigree = {hypothesis->n_persons, hypothesis->persons};
  double *ln = hw_arena_alloc_array(check->arena, n, sizeof *ln);
  bool *use = hw_arena_copy(check->arena, check->use, n * sizeof *use), *all = check->use;
  hwp_family individuals;
  if (ln == NULL || use == NULL || hwp_family_init(&individuals, &pedigree, check->arena) != HW_OK)
    return HW_NO_MEMORY(err, "a hypothesis");
  for (int32_t m = 0; self->has_x && m < self->n_markers; m++)
    if (hw_marker_is_x(&self->markers[m]))
      use[m] = use[m] && fits_x(check, &individuals, hypothesis->profile_person, m);
  check->use = use;
  const hw_status status = hwp_evaluate(check, hypothesis, false, ln, err);
  check->use = all;
  if (status != HW_OK) return status;
  const double error = self->settings.typing_error;
  double sum = log10_amelogenin(check, &individuals, hypothesis->profile_person) -
               log10_amelogenin(check, &check->individuals, check->stated.profile_person);
  for (int32_t m = 0; m < self->n_markers; m++)
    if (use[m])
      sum += tempered(ln[m], check->ln_unrelated[m], error) -
             tempered(check->ln_stated[m], check->ln_unrelated[m], error);
  *log10_lr = sum;
  return HW_OK;
}
