/* hw_kin: a pedigree with its plans. Markers differ in who was typed and how;
 * each pattern gets its plan once, for a bucket of allele numbers. */
#include "kinship/kin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kinship/classes.h"
#include "kinship/plan.h"

/* Individuals with data from which on tables are guarded against underflow:
 * fewer cannot bring a product below 1e-300. */
enum { RESCALE_FROM = 8 };

typedef struct cached_plan {
  struct cached_plan *next;
  int32_t k;
  bool x;
  hwp_plan *plan;
  uint8_t category[];
} cached_plan;

struct hw_kin {
  hw_arena arena;   /* the family and the fixed arrays */
  hw_arena scratch; /* one evaluation */
  hwp_family family;
  int32_t n_profiles;
  int32_t *individual; /* per profile */
  int32_t query;       /* individual or −1 */
  double max_work, max_bytes;
  bool no_lumping;
  const hw_rows *rows;
  bool *male;
  bool *relevant; /* has or leads to data at some marker */
  cached_plan *plans;
  hwp_workspace workspace;
  uint8_t *category;
  hwp_evidence *evidence;
  hwp_seen *seen; /* n_profiles, grouped by individual */
  int32_t *order; /* profiles sorted by individual */
};

static hw_status copy_family(hw_kin *self, const hw_pedigree *pedigree, int32_t n_profiles,
                             const int32_t *profile_person, int32_t query_person) {
  hw_status status = hwp_family_init(&self->family, pedigree, &self->arena);
  if (status != HW_OK) return status;
  size_t n = (size_t)self->family.n, m = (size_t)n_profiles + 1;
  self->individual = hw_arena_alloc_array(&self->arena, m, sizeof *self->individual);
  self->order = hw_arena_alloc_array(&self->arena, m, sizeof *self->order);
  self->seen = hw_arena_alloc_array(&self->arena, m, sizeof *self->seen);
  self->male = hw_arena_alloc_array(&self->arena, n + 1, sizeof *self->male);
  self->category = hw_arena_alloc_array(&self->arena, n + 1, sizeof *self->category);
  self->evidence = hw_arena_alloc_array(&self->arena, n + 1, sizeof *self->evidence);
  if (!self->individual || !self->order || !self->seen || !self->male || !self->category ||
      !self->evidence)
    return HW_E_NO_MEMORY;
  for (size_t i = 0; i < n; i++) {
    self->male[i] = self->family.sex[i] == HW_MALE;
    char *id = hw_arena_strdup(&self->arena, self->family.id[i]);
    if (id == NULL) return HW_E_NO_MEMORY;
    self->family.id[i] = id;
  }
  self->query = query_person == HW_PERSON_NONE ? -1 : self->family.individual[query_person];
  for (int32_t p = 0; p < n_profiles; p++) {
    self->individual[p] = self->family.individual[profile_person[p]];
    int32_t at = p;
    while (at > 0 && self->individual[self->order[at - 1]] > self->individual[p]) {
      self->order[at] = self->order[at - 1];
      at--;
    }
    self->order[at] = p;
  }
  return HW_OK;
}

hw_status hw_kin_new(const hw_pedigree *pedigree, int32_t n_profiles, const int32_t *profile_person,
                     int32_t query_person, const hw_likelihood_options *options, hw_kin **out,
                     hw_err *err) {
  *out = NULL;
  hw_kin *self = calloc(1, sizeof *self);
  if (self == NULL) return hw_err_set(err, HW_E_NO_MEMORY, "no memory to prepare a pedigree");
  hw_arena_init(&self->arena, 0);
  hw_arena_init(&self->scratch, 0);
  self->n_profiles = n_profiles;
  self->max_work = options != NULL && options->max_work > 0.0 ? options->max_work : HWP_MAX_WORK;
  self->max_bytes =
      options != NULL && options->max_bytes > 0.0 ? options->max_bytes : HWP_MAX_BYTES;
  self->no_lumping = options != NULL && options->no_lumping;
  self->rows = hw_rows_find(options != NULL ? options->simd : NULL);
  if (self->rows == NULL) {
    hw_kin_delete(self);
    return hw_err_set(err, HW_E_UNSUPPORTED,
                      "kernel set '%s' is unknown or cannot run on this processor; the sets are "
                      "ref, avx2 and avx512",
                      options->simd);
  }
  hw_status status = copy_family(self, pedigree, n_profiles, profile_person, query_person);
  if (status != HW_OK) {
    hw_kin_delete(self);
    return hw_err_set(err, status, "no memory to prepare a pedigree of %d persons",
                      (int)pedigree->n_persons);
  }
  *out = self;
  return HW_OK;
}

void hw_kin_delete(hw_kin *self) {
  if (self == NULL) return;
  for (cached_plan *plan = self->plans; plan != NULL;) {
    cached_plan *next = plan->next;
    hwp_plan_delete(plan->plan);
    free(plan);
    plan = next;
  }
  hwp_workspace_clear(&self->workspace);
  hw_arena_clear(&self->arena);
  hw_arena_clear(&self->scratch);
  free(self);
}

/* Allele numbers share plans in buckets, rounded up: an order that is good for
 * 12 alleles is good for 11. */
static int32_t bucket(int32_t k) {
  int32_t step = k <= 4 ? 1 : k <= 16 ? 4 : k <= 64 ? 8 : 32;
  return (k + step - 1) / step * step;
}

static hw_status find_plan(hw_kin *self, bool x, int32_t k, const hwp_plan **out, hw_err *err) {
  size_t n = (size_t)self->family.n;
  k = bucket(k);
  for (cached_plan *plan = self->plans; plan != NULL; plan = plan->next)
    if (plan->k == k && plan->x == x && memcmp(plan->category, self->category, n) == 0) {
      *out = plan->plan;
      return HW_OK;
    }
  hwp_shape shape = {.n = self->family.n,
                     .father = self->family.father,
                     .mother = self->family.mother,
                     .male = self->male,
                     .category = self->category,
                     .query = self->query,
                     .x = x,
                     .k = k};
  cached_plan *entry = malloc(sizeof *entry + n);
  if (entry == NULL) return hw_err_set(err, HW_E_NO_MEMORY, "no memory for a plan");
  hw_status status = hwp_plan_new(&shape, self->max_work, self->max_bytes, &entry->plan, err);
  if (status != HW_OK) {
    free(entry);
    return status;
  }
  entry->k = k;
  entry->x = x;
  memcpy(entry->category, self->category, n);
  entry->next = self->plans;
  self->plans = entry;
  *out = entry->plan;
  return HW_OK;
}

/* Collects what was seen at this marker, by individual. */
static hw_status collect_seen(hw_kin *self, const hw_marker *marker, const hw_profile *profiles,
                              const hw_observation *const *observations, int32_t *n_seen,
                              hw_err *err) {
  *n_seen = 0;
  bool x = hw_marker_is_x(marker);
  for (int32_t i = 0; i < self->n_profiles; i++) {
    int32_t p = self->order[i], individual = self->individual[p];
    const hw_observation *obs = observations[p];
    if (obs == NULL || obs->kind == HW_OBS_MISSING) continue;
    if (x && self->family.sex[individual] == HW_UNKNOWN_SEX)
      return hw_err_set(err, HW_E_UNSUPPORTED,
                        "the sex of person '%s' must be known to use X marker %s",
                        self->family.id[individual], marker->name);
    hw_status status = hw_observation_validate(marker, obs, x && self->male[individual], err);
    if (status != HW_OK) return status;
    self->seen[(*n_seen)++] = (hwp_seen){individual, &profiles[p], obs};
  }
  return HW_OK;
}

/* At X, an untyped individual of unknown sex matters if typed descendants follow:
 * but then she is a parent and her role has told the sex. Only the query is left. */
static hw_status check_query_sex(const hw_kin *self, const hw_marker *marker, hw_err *err) {
  if (self->query < 0 || !hw_marker_is_x(marker)) return HW_OK;
  if (self->family.sex[self->query] != HW_UNKNOWN_SEX) return HW_OK;
  return hw_err_set(err, HW_E_UNSUPPORTED,
                    "the sex of person '%s' must be known to use X marker %s",
                    self->family.id[self->query], marker->name);
}

static hw_status set_evidence(hw_kin *self, const hw_marker *marker, const hwp_classes *classes,
                              int32_t n_seen, bool *impossible) {
  bool x = hw_marker_is_x(marker);
  memset(self->category, HWP_UNTYPED, (size_t)self->family.n);
  *impossible = false;
  for (int32_t i = 0; i < n_seen;) {
    int32_t individual = self->seen[i].individual, m = 1;
    while (i + m < n_seen && self->seen[i + m].individual == individual) m++;
    bool none = false;
    hw_status status =
        hwp_evidence_init(&self->evidence[individual], &self->category[individual], &none, marker,
                          classes, m, &self->seen[i], self->family.father[individual] < 0,
                          individual == self->query, x && self->male[individual], &self->scratch);
    if (status != HW_OK) return status;
    *impossible |= none;
    i += m;
  }
  return HW_OK;
}

/* Impossible data leave no genotype possible. */
static void clear_query(const hw_kin *self, const hw_marker *marker, double *query) {
  if (query == NULL) return;
  const size_t n = (size_t)marker->n_alleles;
  const bool single = hw_marker_is_x(marker) && self->male[self->query];
  memset(query, 0, sizeof *query * (single ? n : n * n));
}

static hw_status evaluate(hw_kin *self, const hw_marker *marker, const hw_profile *profiles,
                          const hw_observation *const *observations, double *mantissa,
                          int32_t *exponent, double *query, hw_err *err) {
  int32_t n_seen;
  bool impossible;
  hwp_classes classes;
  hw_arena_reset(&self->scratch);
  *mantissa = 0.0;
  *exponent = 0;
  hw_status status = collect_seen(self, marker, profiles, observations, &n_seen, err);
  if (status == HW_OK) status = check_query_sex(self, marker, err);
  if (status != HW_OK) return status;
  status = hwp_classes_init(&classes, marker, n_seen, self->seen,
                            !self->no_lumping && self->query < 0, &self->scratch);
  if (status == HW_OK) status = set_evidence(self, marker, &classes, n_seen, &impossible);
  if (status != HW_OK) return hw_err_set(err, status, "no memory at marker %s", marker->name);
  if (impossible) {
    clear_query(self, marker, query);
    return HW_OK;
  }
  const hwp_plan *plan = NULL;
  status = find_plan(self, hw_marker_is_x(marker), classes.k, &plan, err);
  if (status != HW_OK) {
    hw_err_while(err, "planning marker %s", marker->name);
    return status;
  }
  hwp_inputs inputs = {.k = classes.k,
                       .prior = classes.prior,
                       .matrix = {classes.matrix[0], classes.matrix[1]},
                       .evidence = self->evidence,
                       .rows = self->rows,
                       .rescale = n_seen >= RESCALE_FROM};
  status = hwp_run(plan, &inputs, &self->workspace, mantissa, exponent, query);
  if (status != HW_OK) return hw_err_set(err, status, "no memory at marker %s", marker->name);
  if (*mantissa == 0.0) clear_query(self, marker, query);
  return HW_OK;
}

hw_status hw_kin_ln_likelihood(hw_kin *self, const hw_marker *marker, const hw_profile *profiles,
                               const hw_observation *const *observations, double *ln_likelihood,
                               hw_err *err) {
  if (self->query >= 0)
    return hw_err_set(err, HW_E_UNSUPPORTED, "this hw_kin was made to ask for a genotype");
  double mantissa;
  int32_t exponent;
  hw_status status =
      evaluate(self, marker, profiles, observations, &mantissa, &exponent, NULL, err);
  if (status != HW_OK) return status;
  *ln_likelihood = log(mantissa) + exponent * 0.693147180559945309417232121458;
  return HW_OK;
}

hw_status hw_kin_genotypes(hw_kin *self, const hw_marker *marker, const hw_profile *profiles,
                           const hw_observation *const *observations, double *joint,
                           double *ln_scale, hw_err *err) {
  if (self->query < 0)
    return hw_err_set(err, HW_E_UNSUPPORTED, "this hw_kin was made without a query person");
  double mantissa;
  int32_t exponent;
  hw_status status =
      evaluate(self, marker, profiles, observations, &mantissa, &exponent, joint, err);
  if (status != HW_OK) return status;
  *ln_scale = mantissa > 0.0 ? log(mantissa) + exponent * 0.693147180559945309417232121458 : 0.0;
  return HW_OK;
}
