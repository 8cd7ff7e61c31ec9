/* hw_kin: a pedigree with its plans. Markers differ in who was typed and how;
 * each pattern gets its plan once, for a bucket of allele numbers. With theta a
 * marker is a weighted sum over the partitions of its founder slots (urn.h), each
 * with a plan of its own. */
#include "kinship/kin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "kinship/classes.h"
#include "kinship/plan.h"
#include "kinship/urn.h"

/* Individuals with data from which on tables are guarded against underflow:
 * fewer cannot bring a product below 1e-300. */
enum { RESCALE_FROM = 8 };

/* Plans of partitions that are kept; with more slots there are too many to keep. */
enum { KEEP_PLANS_UP_TO_SLOTS = 6 };

/* Longest list that a category can say. */
enum { LONGEST_PLANNED = HWP_DENSE - 1 };

typedef struct cached_plan {
  struct cached_plan *next;
  int32_t k;
  bool x;
  hwp_plan *plan;
  uint8_t key[]; /* categories, then blocks of the slots */
} cached_plan;

struct hw_kin {
  hw_arena arena;   /* the family and the fixed arrays */
  hw_arena scratch; /* one evaluation */
  hwp_family family;
  int32_t n_profiles;
  int32_t *individual; /* per profile */
  int32_t query;       /* individual or −1 */
  int32_t second;      /* likewise: a genotype that stays open beside the query's */
  double theta;
  double max_work, max_bytes;
  bool no_lumping;
  const hw_rows *rows;
  bool *male;
  cached_plan *plans;
  hwp_workspace workspace;
  uint8_t *category; /* n, and behind them: */
  uint8_t *block;    /* 2n: partition of the founder slots; 255 = free */
  hwp_evidence *evidence;
  hwp_seen *seen; /* n_profiles */
};

static hw_status copy_family(hw_kin *self, const hw_pedigree *pedigree, int32_t n_profiles,
                             const int32_t *profile_person, int32_t query_person) {
  hw_status status = hwp_family_init(&self->family, pedigree, &self->arena);
  if (status != HW_OK) return status;
  size_t n = (size_t)self->family.n, m = (size_t)n_profiles + 1;
  self->individual = hw_arena_alloc_array(&self->arena, m, sizeof *self->individual);
  self->seen = hw_arena_alloc_array(&self->arena, m, sizeof *self->seen);
  self->male = hw_arena_alloc_array(&self->arena, n + 1, sizeof *self->male);
  self->category = hw_arena_alloc_array(&self->arena, 3 * n + 1, sizeof *self->category);
  self->evidence = hw_arena_alloc_array(&self->arena, n + 1, sizeof *self->evidence);
  if (!self->individual || !self->seen || !self->male || !self->category || !self->evidence)
    return HW_E_NO_MEMORY;
  self->block = self->category + n;
  memset(self->block, 255, 2 * n);
  for (size_t i = 0; i < n; i++) {
    self->male[i] = self->family.sex[i] == HW_MALE;
    char *id = hw_arena_strdup(&self->arena, self->family.id[i]);
    if (id == NULL) return HW_E_NO_MEMORY;
    self->family.id[i] = id;
  }
  self->query = query_person == HW_PERSON_NONE ? -1 : self->family.individual[query_person];
  self->second = -1;
  for (int32_t p = 0; p < n_profiles; p++)
    self->individual[p] = self->family.individual[profile_person[p]];
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
  const char *simd = options != NULL ? options->simd : NULL;
  self->rows = hw_rows_find(simd);
  if (self->rows == NULL) {
    hw_kin_delete(self);
    return hw_err_set(err, HW_E_UNSUPPORTED,
                      "kernel set '%s' is unknown or cannot run on this processor; the sets are "
                      "ref, avx2 and avx512",
                      simd != NULL ? simd : "ref");
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

static hwp_shape shape_of(const hw_kin *self, bool x, int32_t k) {
  return (hwp_shape){.n = self->family.n,
                     .father = self->family.father,
                     .mother = self->family.mother,
                     .male = self->male,
                     .category = self->category,
                     .query = self->query,
                     .second = self->second,
                     .x = x,
                     .k = bucket(k),
                     .block = self->theta > 0.0 ? self->block : NULL,
                     .quick = self->theta > 0.0 || self->second >= 0};
}

/* The plan for the present categories and blocks; made where it is not there.
 * Belongs to the cache. */
static hw_status find_plan(hw_kin *self, bool x, int32_t k, const hwp_plan **out, hw_err *err) {
  const size_t key_size = 3 * (size_t)self->family.n;
  const hwp_shape shape = shape_of(self, x, k);
  for (cached_plan *plan = self->plans; plan != NULL; plan = plan->next)
    if (plan->k == shape.k && plan->x == x && memcmp(plan->key, self->category, key_size) == 0) {
      *out = plan->plan;
      return HW_OK;
    }
  cached_plan *entry = malloc(sizeof *entry + key_size);
  if (entry == NULL) return hw_err_set(err, HW_E_NO_MEMORY, "no memory for a plan");
  hw_status status = hwp_plan_new(&shape, self->max_work, self->max_bytes, &entry->plan, err);
  if (status != HW_OK) {
    free(entry);
    return status;
  }
  entry->k = shape.k;
  entry->x = x;
  memcpy(entry->key, self->category, key_size);
  entry->next = self->plans;
  self->plans = entry;
  *out = entry->plan;
  return HW_OK;
}

static void forget_newest_plan(hw_kin *self) {
  cached_plan *plan = self->plans;
  if (plan == NULL) return;
  self->plans = plan->next;
  hwp_plan_delete(plan->plan);
  free(plan);
}

/* At X, an untyped individual of unknown sex matters if typed descendants follow:
 * but then she is a parent and her role has told the sex. Only the query is left. */
static hw_status check_query_sex(const hw_kin *self, const hw_marker *marker, hw_err *err) {
  if (self->query < 0 || !hw_marker_is_x(marker)) return HW_OK;
  if (self->family.sex[self->query] != HW_UNKNOWN_SEX) return HW_OK;
  return hwp_needs_sex(&self->family, self->query, marker, err);
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

/* Entries of the query's table. */
static size_t query_size(const hw_kin *self, const hw_marker *marker) {
  const size_t n = (size_t)marker->n_alleles;
  return hw_marker_is_x(marker) && self->male[self->query] ? n : n * n;
}

/* Impossible data leave no genotype possible. */
static void clear_query(const hw_kin *self, const hw_marker *marker, double *query) {
  /* one for each genotype of the second one's list */
  const size_t n = self->second < 0 ? 1 : (size_t)self->evidence[self->second].n;
  if (query != NULL) memset(query, 0, sizeof *query * n * query_size(self, marker));
}

/* One elimination with the present categories and blocks. */
static hw_status eliminate(hw_kin *self, bool x, const hwp_inputs *inputs, double *mantissa,
                           int32_t *exponent, double *query, hw_err *err) {
  const hwp_plan *plan = NULL;
  hw_status status = find_plan(self, x, inputs->k, &plan, err);
  if (status != HW_OK) return status;
  status = hwp_run(plan, inputs, &self->workspace, mantissa, exponent, query);
  return status == HW_OK ? HW_OK : hw_err_set(err, status, "no memory for the tables of a plan");
}

/* ---- theta --------------------------------------------------------------- */

/* A sum of numbers m·2^e, with a table that is scaled along. */
typedef struct running_sum {
  double mantissa;
  int32_t exponent;
  size_t n_query;
  double *query;
} running_sum;

static void running_sum_add(running_sum *self, double weight, double mantissa, int32_t exponent,
                            const double *query) {
  if (mantissa == 0.0) return;
  if (self->mantissa == 0.0) self->exponent = exponent;
  if (exponent > self->exponent) {
    const double down = ldexp(1.0, self->exponent - exponent);
    self->mantissa *= down;
    for (size_t i = 0; i < self->n_query; i++) self->query[i] *= down;
    self->exponent = exponent;
  }
  const double term = ldexp(weight * mantissa, exponent - self->exponent);
  self->mantissa += term;
  for (size_t i = 0; i < self->n_query; i++) self->query[i] += term * query[i];
}

/* Draws the known genotypes of founders; returns their probability. */
static double draw_known(const hw_kin *self, bool x, hwp_urn *urn) {
  double p = 1.0;
  for (int32_t i = 0; i < self->family.n; i++) {
    if (self->family.father[i] >= 0 || self->category[i] != 1) continue;
    const hwp_evidence *known = &self->evidence[i];
    if (!(x && self->male[i])) p *= hwp_urn_draw(urn, known->allele[0][0]);
    p *= hwp_urn_draw(urn, known->allele[1][0]);
  }
  return p;
}

/* The first partition is the most work: its plan, times their number, is the
 * bound that is kept before any of them runs. */
static hw_status check_partitions(hw_kin *self, bool x, int32_t k, int32_t n_slots, hw_err *err) {
  const hwp_plan *plan = NULL;
  hw_status status = find_plan(self, x, k, &plan, err);
  if (status != HW_OK) return status;
  const double work = plan->work * hwp_partition_count(n_slots);
  if (work <= self->max_work) return HW_OK;
  return hw_err_set(
      err, HW_E_TOO_COMPLEX,
      "theta > 0 needs %.0f eliminations, about %.3g multiply-adds; the bound is %.3g. "
      "Leave out distant relatives or use theta 0",
      hwp_partition_count(n_slots), work, self->max_work);
}

static void tie_slots(hw_kin *self, const int32_t *slots, const hwp_partition *partition) {
  for (int32_t i = 0; i < partition->n; i++) self->block[slots[i]] = partition->block[i];
}

/* All partitions of the slots; inputs holds p'. */
static hw_status sum_partitions(hw_kin *self, bool x, const hwp_inputs *inputs, int32_t n_slots,
                                const int32_t *slots, int32_t n_known, running_sum *sum,
                                double *query, hw_err *err) {
  hwp_partition partition;
  hwp_partition_begin(&partition, n_slots);
  tie_slots(self, slots, &partition);
  hw_status status = check_partitions(self, x, inputs->k, n_slots, err);
  bool more = status == HW_OK;
  while (more) {
    double mantissa = 0.0;
    int32_t exponent = 0;
    status = eliminate(self, x, inputs, &mantissa, &exponent, query, err);
    if (status != HW_OK) break;
    running_sum_add(sum, hwp_partition_probability(&partition, self->theta, n_known), mantissa,
                    exponent, query);
    if (n_slots > KEEP_PLANS_UP_TO_SLOTS) forget_newest_plan(self);
    more = hwp_partition_next(&partition);
    tie_slots(self, slots, &partition);
  }
  memset(self->block, 255, 2 * (size_t)self->family.n);
  return status;
}

static hw_status evaluate_urn(hw_kin *self, const hw_marker *marker, const hwp_inputs *plain,
                              double *mantissa, int32_t *exponent, double *query, hw_err *err) {
  const size_t n = (size_t)self->family.n + 1, k = (size_t)plain->k;
  const bool x = hw_marker_is_x(marker);
  const hwp_shape shape = shape_of(self, x, plain->k);
  hwp_urn urn = {.theta = self->theta, .k = plain->k, .prior = plain->prior};
  hwp_inputs inputs = *plain;
  double *prior = hw_arena_alloc_array(&self->scratch, k, sizeof *prior);
  bool *kept = hw_arena_alloc_array(&self->scratch, n, sizeof *kept);
  int32_t *n_gates = hw_arena_alloc_array(&self->scratch, n, sizeof *n_gates);
  running_sum sum = {.n_query = query == NULL ? 0 : x && self->male[self->query] ? k : k * k};
  double *term = hw_arena_alloc_array(&self->scratch, sum.n_query + 1, sizeof *term);
  urn.count = hw_arena_alloc_array(&self->scratch, k, sizeof *urn.count);
  sum.query = query;
  if (prior == NULL || kept == NULL || n_gates == NULL || term == NULL || urn.count == NULL)
    return hw_err_set(err, HW_E_NO_MEMORY, "no memory at marker %s", marker->name);
  int32_t slots[HWP_MAX_URN_SLOTS];
  const int32_t n_slots = hwp_network_urn_slots(&shape, kept, n_gates, HWP_MAX_URN_SLOTS, slots);
  if (n_slots < 0)
    return hw_err_set(err, HW_E_TOO_COMPLEX,
                      "theta > 0 at marker %s ties more than %d unknown founder alleles together; "
                      "type more founders, leave out distant relatives or use theta 0",
                      marker->name, (int)HWP_MAX_URN_SLOTS);
  const double p_known = draw_known(self, x, &urn);
  hwp_urn_prior(&urn, prior);
  inputs.prior = prior;
  if (query != NULL) memset(query, 0, sizeof *query * sum.n_query);
  hw_status status = sum_partitions(self, x, &inputs, n_slots, slots, urn.n_known, &sum,
                                    query == NULL ? NULL : term, err);
  if (status != HW_OK) return status;
  *mantissa = query == NULL ? p_known * sum.mantissa : p_known;
  *exponent = sum.exponent;
  if (sum.mantissa == 0.0) *mantissa = 0.0;
  return HW_OK;
}

static int32_t count_seen(const hw_kin *self, int32_t n_seen) {
  int32_t n = 0;
  for (int32_t i = 0; i < n_seen; i++)
    n += i == 0 || self->seen[i].individual != self->seen[i - 1].individual;
  return n;
}

/* ---- one marker ---------------------------------------------------------- */

/* Genotypes that the second one may have, to be told apart in the answer. */
typedef struct hwp_shown {
  int32_t n;
  const hw_observation *list;
} hwp_shown;

/* The second one's list; each shown genotype takes one place, or two in the order of its phases.
 * Plans are made for lengths rounded up, so that markers share them. */
static hw_status list_second(hw_kin *self, const hwp_classes *classes, const hwp_shown *shown) {
  const size_t room = 2 * (size_t)shown->n;
  const bool is_founder = self->family.father[self->second] < 0;
  int32_t *first = hw_arena_alloc_array(&self->scratch, room, sizeof *first);
  int32_t *other = hw_arena_alloc_array(&self->scratch, room, sizeof *other);
  double *weight = hw_arena_alloc_array(&self->scratch, room, sizeof *weight);
  int32_t n = 0, planned = 2;
  if (first == NULL || other == NULL || weight == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < shown->n; i++) {
    const hw_observation *obs = &shown->list[i];
    const int32_t a = obs->a, b = obs->kind == HW_OBS_SINGLE ? obs->a : obs->b;
    const double twice = a != b ? 2.0 : 1.0;
    const double alone = obs->kind == HW_OBS_SINGLE ? 1.0 : classes->prior[b];
    first[n] = a;
    other[n] = b;
    weight[n++] = is_founder ? twice * classes->prior[a] * alone : 1.0;
    if (is_founder || a == b) continue;
    first[n] = b;
    other[n] = a;
    weight[n++] = 1.0;
  }
  self->evidence[self->second] = (hwp_evidence){.n = n, .allele = {first, other}, .weight = weight};
  while (planned < n && planned < LONGEST_PLANNED) planned *= 2;
  self->category[self->second] = (uint8_t)(planned < LONGEST_PLANNED ? planned : LONGEST_PLANNED);
  return HW_OK;
}

static hw_status evaluate(hw_kin *self, const hw_marker *marker, const hw_profile *profiles,
                          const hw_observation *const *observations, const hwp_shown *shown,
                          double *mantissa, int32_t *exponent, double *query, hw_err *err) {
  int32_t n_seen = 0;
  bool impossible;
  hwp_classes classes;
  hw_arena_reset(&self->scratch);
  *mantissa = 0.0;
  *exponent = 0;
  hw_status status = hwp_seen_collect(&self->family, marker, self->n_profiles, self->individual,
                                      profiles, observations, self->seen, &n_seen, err);
  if (status == HW_OK) status = check_query_sex(self, marker, err);
  if (status != HW_OK) return status;
  /* Where everybody is typed no axis runs over all alleles, and lumping gains nothing. */
  const bool lump =
      !self->no_lumping && self->query < 0 && count_seen(self, n_seen) < self->family.n;
  status = hwp_classes_init(&classes, marker, n_seen, self->seen, lump, &self->scratch);
  classes.urn = self->theta > 0.0;
  if (status == HW_OK) status = set_evidence(self, marker, &classes, n_seen, &impossible);
  if (status == HW_OK && shown != NULL) status = list_second(self, &classes, shown);
  if (status != HW_OK) return hw_err_set(err, status, "no memory at marker %s", marker->name);
  if (impossible) {
    clear_query(self, marker, query);
    return HW_OK;
  }
  hwp_inputs inputs = {.k = classes.k,
                       .prior = classes.prior,
                       .matrix = {classes.matrix[0], classes.matrix[1]},
                       .evidence = self->evidence,
                       .rows = self->rows,
                       .rescale = n_seen + (shown != NULL) >= RESCALE_FROM};
  if (self->theta > 0.0)
    status = evaluate_urn(self, marker, &inputs, mantissa, exponent, query, err);
  else
    status = eliminate(self, hw_marker_is_x(marker), &inputs, mantissa, exponent, query, err);
  if (status != HW_OK) {
    hw_err_while(err, "evaluating marker %s", marker->name);
    return status;
  }
  if (*mantissa == 0.0) clear_query(self, marker, query);
  return HW_OK;
}

void hwp_take_column(const hw_problem *problem, int32_t marker, const hw_observation **column) {
  for (int32_t p = 0; p < problem->n_profiles; p++)
    column[p] = &problem->profiles[p].observations[marker];
}

size_t hwp_kin_bytes(const hw_kin *self) {
  size_t bytes = sizeof *self + self->arena.bytes + self->scratch.bytes;
  bytes += sizeof(double) * self->workspace.bump_size;
  for (int32_t i = 0; i < self->workspace.n_spare; i++) bytes += self->workspace.spare_bytes[i];
  for (const cached_plan *plan = self->plans; plan != NULL; plan = plan->next)
    bytes += sizeof *plan + 3 * (size_t)self->family.n + sizeof *plan->plan +
             sizeof *plan->plan->nodes * (size_t)plan->plan->n_nodes;
  return bytes;
}

void hwp_kin_set_theta(hw_kin *self, double theta) {
  self->theta = theta;
}

void hwp_kin_set_second(hw_kin *self, int32_t person) {
  self->second = self->family.individual[person];
}

hw_status hw_kin_ln_likelihood(hw_kin *self, const hw_marker *marker, const hw_profile *profiles,
                               const hw_observation *const *observations, double *ln_likelihood,
                               hw_err *err) {
  if (self->query >= 0)
    return hw_err_set(err, HW_E_UNSUPPORTED, "this hw_kin was made to ask for a genotype");
  double mantissa;
  int32_t exponent;
  hw_status status =
      evaluate(self, marker, profiles, observations, NULL, &mantissa, &exponent, NULL, err);
  if (status != HW_OK) return status;
  *ln_likelihood = hw_ln_scaled(mantissa, exponent);
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
      evaluate(self, marker, profiles, observations, NULL, &mantissa, &exponent, joint, err);
  if (status != HW_OK) return status;
  *ln_scale = mantissa > 0.0 ? hw_ln_scaled(mantissa, exponent) : 0.0;
  return HW_OK;
}

/* Adds up the phases of each shown genotype, in place: what is written has been read. */
static void add_phases(const hw_kin *self, size_t size, const hwp_shown *shown, double *joint) {
  const bool is_founder = self->family.father[self->second] < 0;
  const double *from = joint;
  for (int32_t i = 0; i < shown->n; i++, joint += size) {
    const hw_observation *obs = &shown->list[i];
    const bool has_two = !is_founder && obs->kind != HW_OBS_SINGLE && obs->a != obs->b;
    for (size_t j = 0; j < size; j++) joint[j] = has_two ? from[j] + from[size + j] : from[j];
    from += has_two ? 2 * size : size;
  }
}

hw_status hwp_kin_genotypes_given(hw_kin *self, const hw_marker *marker, const hw_profile *profiles,
                                  const hw_observation *const *observations, int32_t n,
                                  const hw_observation *shown, double *joint, hw_err *err) {
  const hwp_shown asked = {n, shown};
  double mantissa;
  int32_t exponent;
  HW_BUG_IF(self->query < 0 || self->second < 0 || self->theta > 0.0, err);
  HW_TRY(evaluate(self, marker, profiles, observations, &asked, &mantissa, &exponent, joint, err));
  add_phases(self, query_size(self, marker), &asked, joint);
  return HW_OK;
}
