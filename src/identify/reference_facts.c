/* Facts: genotypes that contradict each other at one marker without mutation.
 *
 * A parent and a child contradict each other if no allele that the parent may
 * carry is one that the child may carry; a trio, if no allele of the father's and
 * none of the mother's make up what was seen in the child; two profiles of one
 * individual, if they differ. What a sample may carry follows from what was seen:
 * a silent allele may hide in a homozygote, and a partial genotype, a set of
 * alleles under dropout or a profile with typing errors may hide anything, so
 * that these contradict nobody here.
 *
 * What only a larger group shows (five alleles in three full siblings) is found
 * by the engine: the family's likelihood without mutation is zero although no
 * pair and no trio explains it. */
#include <string.h>

#include "base/check.h"
#include "identify/identify_int.h"
#include "identify/reference_int.h"

/* What one sample may carry at one marker. */
typedef struct carried {
  bool anything;
  int32_t n; /* of allele[], 1 … 3 */
  hw_allele allele[3];
  int32_t n_genotypes; /* unordered true genotypes */
  hw_allele genotype[2][2];
  bool is_single;
} carried;

hw_finding hwp_finding_of(hw_finding_kind kind, int32_t marker) {
  return (hw_finding){.kind = kind,
                      .marker = marker,
                      .persons = {HW_PERSON_NONE, HW_PERSON_NONE, HW_PERSON_NONE},
                      .profiles = {-1, -1, -1},
                      .log10_lr = (double)NAN,
                      .posterior = (double)NAN};
}

void hwp_finding_person(hw_finding *self, int32_t person, int32_t profile) {
  self->persons[self->n_persons] = person;
  self->profiles[self->n_persons++] = profile;
}

hw_status hwp_fact_add(hwp_check *check, hwp_fact_list *list, const hw_finding *finding,
                       hw_err *err) {
  if (list->n == list->capacity) { /* the arena keeps the outgrown list */
    const int32_t capacity = list->capacity == 0 ? 16 : 2 * list->capacity;
    hw_finding *grown = hw_arena_alloc_array(check->arena, (size_t)capacity, sizeof *grown);
    if (grown == NULL) return HW_NO_MEMORY(err, "findings");
    if (list->n > 0) memcpy(grown, list->items, (size_t)list->n * sizeof *grown);
    list->items = grown;
    list->capacity = capacity;
  }
  list->items[list->n++] = *finding;
  return HW_OK;
}

static carried carried_by(const hw_marker *marker, const hw_profile *profile, int32_t m) {
  const hw_observation *obs = &profile->observations[m];
  carried c = {.anything = true};
  const bool is_clean = profile->typing_error <= 0;
  if (is_clean && obs->kind == HW_OBS_SINGLE) {
    c = (carried){.n = 1, .allele = {obs->a}, .is_single = true};
  } else if (is_clean && obs->kind == HW_OBS_GENOTYPE && obs->b != HW_ALLELE_NONE) {
    c = (carried){.n = obs->a == obs->b ? 1 : 2,
                  .allele = {obs->a, obs->b},
                  .n_genotypes = 1,
                  .genotype = {{obs->a, obs->b}}};
    if (obs->a == obs->b && marker->silent != HW_ALLELE_NONE) {
      c.allele[c.n++] = marker->silent;
      c.genotype[c.n_genotypes][0] = obs->a;
      c.genotype[c.n_genotypes++][1] = marker->silent;
    }
  }
  return c;
}

static bool may_carry(const carried *self, hw_allele allele) {
  if (self->anything) return true;
  for (int32_t i = 0; i < self->n; i++)
    if (self->allele[i] == allele) return true;
  return false;
}

static bool share_allele(const carried *a, const carried *b) {
  if (a->anything || b->anything) return true;
  for (int32_t i = 0; i < a->n; i++)
    if (may_carry(b, a->allele[i])) return true;
  return false;
}

static bool fits_trio(const carried *child, const carried *father, const carried *mother) {
  if (child->anything || child->is_single) return true;
  for (int32_t i = 0; i < child->n_genotypes; i++) {
    const hw_allele x = child->genotype[i][0], y = child->genotype[i][1];
    if (may_carry(father, x) && may_carry(mother, y)) return true;
    if (may_carry(father, y) && may_carry(mother, x)) return true;
  }
  return false;
}

static bool is_male(const hwp_check *check, int32_t profile) {
  const hwp_family *f = &check->individuals;
  return f->sex[f->individual[check->family->profile_person[profile]]] == HW_MALE;
}

/* The k-th individual's profiles, one after the other; −1 after the last. */
static int32_t next_profile(const hwp_check *check, int32_t individual, int32_t after) {
  const hw_family *family = check->family;
  if (individual < 0) return -1;
  for (int32_t k = after + 1; k < family->n_profiles; k++)
    if (check->is_typed[k] &&
        check->individuals.individual[family->profile_person[k]] == individual)
      return k;
  return -1;
}

static hw_status add_fact(hwp_check *check, hw_finding_kind kind, int32_t m, int32_t n,
                          const int32_t *profiles, hw_err *err) {
  hw_finding fact = hwp_finding_of(kind, m);
  for (int32_t i = 0; i < n; i++)
    hwp_finding_person(&fact, check->family->profile_person[profiles[i]], profiles[i]);
  return hwp_fact_add(check, &check->facts, &fact, err);
}

static hw_status check_parent(hwp_check *check, int32_t m, int32_t child, int32_t parent,
                              hw_finding_kind kind, bool *fits, hw_err *err) {
  const hw_marker *marker = &check->self->markers[m];
  const hw_profile *profiles = check->family->profiles;
  *fits = true;
  if (kind == HW_FINDING_FATHER_CHILD && hw_marker_is_x(marker) && is_male(check, child))
    return HW_OK; /* a son has no X of his father's */
  const carried c = carried_by(marker, &profiles[child], m);
  const carried p = carried_by(marker, &profiles[parent], m);
  *fits = share_allele(&c, &p);
  if (*fits) return HW_OK;
  return add_fact(check, kind, m, 2, (const int32_t[]){child, parent}, err);
}

static hw_status check_trio(hwp_check *check, int32_t m, int32_t child, int32_t father,
                            int32_t mother, hw_err *err) {
  const hw_marker *marker = &check->self->markers[m];
  const hw_profile *profiles = check->family->profiles;
  const carried c = carried_by(marker, &profiles[child], m);
  const carried f = carried_by(marker, &profiles[father], m);
  const carried w = carried_by(marker, &profiles[mother], m);
  if (fits_trio(&c, &f, &w)) return HW_OK;
  return add_fact(check, HW_FINDING_TRIO, m, 3, (const int32_t[]){child, father, mother}, err);
}

/* A child with all profiles of its parents, at one marker. */
static hw_status check_child(hwp_check *check, int32_t m, int32_t child, hw_err *err) {
  const hwp_family *f = &check->individuals;
  const int32_t individual = f->individual[check->family->profile_person[child]];
  const int32_t father = f->father[individual], mother = f->mother[individual];
  bool fits = true;
  for (int32_t p = next_profile(check, mother, -1); p >= 0; p = next_profile(check, mother, p))
    HW_TRY(check_parent(check, m, child, p, HW_FINDING_MOTHER_CHILD, &fits, err));
  for (int32_t p = next_profile(check, father, -1); p >= 0; p = next_profile(check, father, p)) {
    HW_TRY(check_parent(check, m, child, p, HW_FINDING_FATHER_CHILD, &fits, err));
    for (int32_t q = next_profile(check, mother, -1); fits && q >= 0;
         q = next_profile(check, mother, q)) {
      const hw_marker *marker = &check->self->markers[m];
      const carried c = carried_by(marker, &check->family->profiles[child], m);
      const carried w = carried_by(marker, &check->family->profiles[q], m);
      if (share_allele(&c, &w)) HW_TRY(check_trio(check, m, child, p, q, err));
    }
  }
  return HW_OK;
}

static bool is_same_reading(const hw_observation *a, const hw_observation *b) {
  if (a->kind != b->kind) return false;
  if (a->kind == HW_OBS_SINGLE) return a->a == b->a;
  if (a->b == HW_ALLELE_NONE) return a->a == b->a || a->a == b->b || b->b == HW_ALLELE_NONE;
  if (b->b == HW_ALLELE_NONE) return b->a == a->a || b->a == a->b;
  return (a->a == b->a && a->b == b->b) || (a->a == b->b && a->b == b->a);
}

static bool is_plain(const hw_profile *profile, int32_t m) {
  const hw_observation_kind kind = profile->observations[m].kind;
  return profile->typing_error <= 0 && (kind == HW_OBS_GENOTYPE || kind == HW_OBS_SINGLE);
}

/* A profile with the later ones of the same individual. */
static hw_status check_same(hwp_check *check, int32_t m, int32_t k, hw_err *err) {
  const hw_profile *profiles = check->family->profiles;
  const int32_t individual = check->individuals.individual[check->family->profile_person[k]];
  if (!is_plain(&profiles[k], m)) return HW_OK;
  for (int32_t o = next_profile(check, individual, k); o >= 0;
       o = next_profile(check, individual, o))
    if (is_plain(&profiles[o], m) &&
        !is_same_reading(&profiles[k].observations[m], &profiles[o].observations[m]))
      HW_TRY(add_fact(check, HW_FINDING_TWINS, m, 2, (const int32_t[]){k, o}, err));
  return HW_OK;
}

hw_status hwp_facts_find(hwp_check *check, hw_err *err) {
  for (int32_t m = 0; m < check->self->n_markers; m++) {
    if (!check->use[m]) continue;
    for (int32_t k = 0; k < check->family->n_profiles; k++) {
      if (!check->is_typed[k]) continue;
      HW_TRY(check_child(check, m, k, err));
      HW_TRY(check_same(check, m, k, err));
    }
  }
  return HW_OK;
}

static bool has_fact(const hwp_check *check, int32_t m) {
  for (int32_t i = 0; i < check->facts.n; i++)
    if (check->facts.items[i].marker == m) return true;
  return false;
}

static void mark_impossible(hwp_check *check, int32_t m) {
  for (int32_t i = 0; i < check->facts.n; i++)
    if (check->facts.items[i].marker == m) check->facts.items[i].is_impossible = true;
}

hw_status hwp_facts_of_family(hwp_check *check, hw_err *err) {
  const size_t n = (size_t)check->self->n_markers + 1;
  double *rigid = hw_arena_alloc_array(check->arena, n, sizeof *rigid);
  double *full = hw_arena_alloc_array(check->arena, n, sizeof *full);
  if (rigid == NULL || full == NULL) return HW_NO_MEMORY(err, "the markers of a family");
  HW_TRY(hwp_evaluate(check, &check->stated, true, rigid, err));
  check->n_mutated = check->n_impossible = 0;
  bool is_evaluated = false;
  for (int32_t m = 0; m < check->self->n_markers; m++) {
    if (!check->use[m] || rigid[m] > IMPOSSIBLE) continue;
    check->n_mutated++;
    if (!has_fact(check, m)) HW_TRY(add_fact(check, HW_FINDING_FAMILY, m, 0, NULL, err));
    if (!is_evaluated) HW_TRY(hwp_evaluate(check, &check->stated, false, full, err));
    is_evaluated = true;
    if (full[m] > IMPOSSIBLE) continue;
    check->n_impossible++;
    mark_impossible(check, m);
  }
  return HW_OK;
}
