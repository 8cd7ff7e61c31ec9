/* The evidence of all pairs, besides STR.
 *
 * Pairs are weighed person by person, so that each missing person's family is
 * compiled once. A case has many pairs of which nothing is typed but STR: only the
 * others are kept, sorted by target and remains, to be found again. What a table or
 * a report shows of a listed pair besides (references, differences, rarities) is
 * computed again from its haplotypes, which costs microseconds. */
#include "app/identify_evidence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

#define LN10 2.302585092994045684
#define IMPOSSIBLE (-HUGE_VAL)

typedef struct weighed {
  int32_t target, remains;
  double str;                         /* as it was when totals were made; NaN before */
  double log10_lr[HW_EVIDENCE_KINDS]; /* but STR */
  bool has_snp;
  unsigned char mt, y; /* verdicts */
} weighed;

struct hw_pair_evidence {
  hw_evidence *evidence;
  const hw_case *problem;
  int32_t n_targets;
  int32_t *family, *missing; /* of each target */
  int32_t *first_target;     /* of each family */
  int64_t n, capacity;
  weighed *items; /* by target, then remains */
};

/* ---- finding ---- */

static int compare_weighed(const void *left, const void *right) {
  const weighed *a = left, *b = right;
  if (a->target != b->target) return a->target < b->target ? -1 : 1;
  return a->remains < b->remains ? -1 : a->remains > b->remains;
}

static weighed *find(const hw_pair_evidence *self, int32_t remains, int32_t target) {
  const weighed key = {.target = target, .remains = remains};
  if (self->n == 0) return NULL;
  return bsearch(&key, self->items, (size_t)self->n, sizeof key, compare_weighed);
}

static hw_evidence_parts parts_of(const weighed *item) {
  hw_evidence_parts parts;
  memset(&parts, 0, sizeof parts);
  memcpy(parts.log10_lr, item->log10_lr, sizeof parts.log10_lr);
  return parts;
}

/* Total with an STR part; the sum of the parts in their order, everywhere the same. */
static double total_of(const weighed *item, double str) {
  hw_evidence_parts parts = parts_of(item);
  parts.log10_lr[HW_EVIDENCE_STR] = str;
  return hw_evidence_total(&parts);
}

/* ---- weighing ---- */

static hw_status add(hw_pair_evidence *self, int32_t remains, int32_t target,
                     const hw_evidence_parts *parts, hw_err *err) {
  if (self->n == self->capacity) {
    const int64_t larger = self->capacity > 0 ? 2 * self->capacity : 256;
    weighed *grown = realloc(self->items, (size_t)larger * sizeof *grown);
    if (grown == NULL) return HW_NO_MEMORY(err, "the evidence of all pairs");
    self->items = grown;
    self->capacity = larger;
  }
  weighed *item = &self->items[self->n++];
  *item = (weighed){.target = target,
                    .remains = remains,
                    .str = (double)NAN,
                    .has_snp = parts->is_typed[HW_EVIDENCE_SNP],
                    .mt = (unsigned char)parts->lines.mt.verdict,
                    .y = (unsigned char)parts->lines.y.verdict};
  memcpy(item->log10_lr, parts->log10_lr, sizeof item->log10_lr);
  return HW_OK;
}

static bool is_nothing(const hw_evidence_parts *parts) {
  for (int kind = HW_EVIDENCE_SNP; kind < HW_EVIDENCE_KINDS; kind++)
    if (parts->is_typed[kind]) return false;
  return true;
}

static bool sexes_differ(const hw_pair_evidence *self, int32_t remains, int32_t target) {
  const hw_family *family = &self->problem->families[self->family[target]];
  const hw_sex own = self->problem->remains[remains].sex;
  const hw_sex hers = family->pedigree.persons[family->missing[self->missing[target]]].sex;
  return own != HW_UNKNOWN_SEX && hers != HW_UNKNOWN_SEX && own != hers;
}

static hw_status weigh(hw_pair_evidence *self, const hw_pair_evidence_options *options,
                       int32_t remains, int32_t target, hw_err *err) {
  hw_evidence_parts parts;
  if (!options->with_other_sex && sexes_differ(self, remains, target)) return HW_OK;
  HW_TRY(hw_evidence_pair(self->evidence, remains, self->family[target], self->missing[target],
                          &parts, err));
  return is_nothing(&parts) ? HW_OK : add(self, remains, target, &parts, err);
}

static hw_status tell(const hw_pair_evidence_options *options, uint64_t done, uint64_t all,
                      hw_err *err) {
  if (options->progress != NULL && options->progress(options->context, done, all))
    return hw_err_set(err, HW_E_INTERRUPTED, "interrupted");
  return HW_OK;
}

static hw_status weigh_all(hw_pair_evidence *self, const hw_pair_evidence_options *options,
                           hw_err *err) {
  const int32_t n_remains = self->problem->n_remains;
  const uint64_t all = (uint64_t)n_remains * (uint64_t)self->n_targets;
  for (int32_t t = 0; t < self->n_targets; t++)
    for (int32_t r = 0; r < n_remains; r++) {
      HW_TRY(tell(options, (uint64_t)t * (uint64_t)n_remains + (uint64_t)r, all, err));
      HW_TRY(weigh(self, options, r, t, err));
    }
  return HW_OK;
}

static int compare_pairings(const void *left, const void *right) {
  const hw_joint_pairing *a = left, *b = right;
  if (a->target != b->target) return a->target < b->target ? -1 : 1;
  return a->remains < b->remains ? -1 : a->remains > b->remains;
}

static hw_status weigh_given(hw_pair_evidence *self, const hw_pair_evidence_options *options,
                             hw_err *err) {
  const size_t n = (size_t)options->n_pairs;
  hw_joint_pairing *pairs = malloc((n + 1) * sizeof *pairs);
  hw_status status = HW_OK;
  if (pairs == NULL) return HW_NO_MEMORY(err, "the evidence of all pairs");
  if (n > 0) {
    memcpy(pairs, options->pairs, n * sizeof *pairs);
    qsort(pairs, n, sizeof *pairs, compare_pairings);
  }
  for (size_t i = 0; status == HW_OK && i < n; i++) {
    status = tell(options, i, n, err);
    if (status == HW_OK) status = weigh(self, options, pairs[i].remains, pairs[i].target, err);
  }
  free(pairs);
  return status;
}

/* ---- beginning, end ---- */

static hw_status number_targets(hw_pair_evidence *self, hw_err *err) {
  const hw_case *problem = self->problem;
  size_t n = 0;
  for (int32_t f = 0; f < problem->n_families; f++) n += (size_t)problem->families[f].n_missing;
  self->family = calloc(n + 1, sizeof *self->family);
  self->missing = calloc(n + 1, sizeof *self->missing);
  self->first_target = calloc((size_t)problem->n_families + 1, sizeof *self->first_target);
  if (self->family == NULL || self->missing == NULL || self->first_target == NULL)
    return HW_NO_MEMORY(err, "the missing persons");
  for (int32_t f = 0; f < problem->n_families; f++) {
    self->first_target[f] = self->n_targets;
    for (int32_t k = 0; k < problem->families[f].n_missing; k++) {
      self->family[self->n_targets] = f;
      self->missing[self->n_targets++] = k;
    }
  }
  return HW_OK;
}

hw_status hw_pair_evidence_new(hw_evidence *evidence, const hw_case *problem,
                               const hw_pair_evidence_options *options, hw_pair_evidence **out,
                               hw_err *err) {
  static const hw_pair_evidence_options all = {0};
  *out = NULL;
  if (options == NULL) options = &all;
  hw_pair_evidence *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "the evidence of all pairs");
  self->evidence = evidence;
  self->problem = problem;
  hw_status status = number_targets(self, err);
  if (status == HW_OK && hw_evidence_kinds(evidence) != 0)
    status =
        options->pairs != NULL ? weigh_given(self, options, err) : weigh_all(self, options, err);
  if (status != HW_OK) {
    hw_pair_evidence_delete(self);
    return status;
  }
  *out = self;
  return HW_OK;
}

void hw_pair_evidence_delete(hw_pair_evidence *self) {
  if (self == NULL) return;
  free(self->family);
  free(self->missing);
  free(self->first_target);
  free(self->items);
  free(self);
}

const hw_evidence *hw_pair_evidence_source(const hw_pair_evidence *self) {
  return self->evidence;
}

int32_t hw_pair_evidence_family(const hw_pair_evidence *self, int32_t target, int32_t *missing) {
  *missing = self->missing[target];
  return self->family[target];
}

/* ---- totals ---- */

void hw_pair_evidence_add(hw_pair_evidence *self, hw_identify *run) {
  for (int64_t i = 0; i < self->n; i++) {
    weighed *item = &self->items[i];
    if (hw_identify_is_left_out(run, item->target)) continue;
    item->str = hw_identify_log10_lr(run, item->remains, item->target);
    hw_identify_set_log10_lr(run, item->remains, item->target, total_of(item, item->str));
  }
}

void hw_pair_evidence_add_list(hw_pair_evidence *self, int32_t n, hw_identify_pair *pairs) {
  for (int32_t i = 0; i < n; i++) {
    weighed *item = find(self, pairs[i].remains, pairs[i].target);
    if (item == NULL) continue;
    item->str = pairs[i].log10_lr;
    pairs[i].log10_lr = total_of(item, item->str);
  }
}

/* ---- a joint run ---- */

static hw_status ln_pair(void *context, const hw_joint_pairing *pair, double *ln, hw_err *err) {
  const weighed *item = find(context, pair->remains, pair->target);
  (void)err;
  *ln = item == NULL ? 0 : total_of(item, 0) * LN10;
  return HW_OK;
}

static hw_status ln_placement(void *context, int32_t family, int32_t n,
                              const hw_joint_pairing *placed, double *ln, hw_err *err) {
  const hw_pair_evidence *self = context;
  hw_joint_pairing *own = malloc((size_t)n * sizeof *own);
  if (own == NULL) return HW_NO_MEMORY(err, "a placement");
  for (int32_t i = 0; i < n; i++)
    own[i] = (hw_joint_pairing){placed[i].remains, placed[i].target - self->first_target[family]};
  const hw_status status = hw_evidence_placement(self->evidence, family, n, own, ln, err);
  free(own);
  return status;
}

hw_joint_extra hw_pair_evidence_extra(hw_pair_evidence *self) {
  if (hw_evidence_kinds(self->evidence) == 0) return (hw_joint_extra){0};
  return (hw_joint_extra){.ln_pair = ln_pair, .ln_placement = ln_placement, .context = self};
}

/* ---- one pair ---- */

/* The remains have an STR profile, and somebody of the family has. */
static bool has_str(const hw_case *problem, int32_t remains, int32_t family) {
  const hw_profile *profile = &problem->remains[remains].profile;
  if (problem->families[family].n_profiles == 0) return false;
  for (int32_t m = 0; m < profile->n_markers; m++)
    if (profile->observations[m].kind != HW_OBS_MISSING) return true;
  return false;
}

hw_status hw_pair_evidence_parts(const hw_pair_evidence *self, int32_t remains, int32_t target,
                                 double log10_lr, hw_evidence_parts *out, hw_err *err) {
  const int32_t family = self->family[target];
  const weighed *item = find(self, remains, target);
  memset(out, 0, sizeof *out);
  if (item != NULL) {
    HW_TRY(hw_evidence_lines(self->evidence, remains, family, self->missing[target], out, err));
    if (item->has_snp)
      hw_evidence_set_snp(self->evidence, remains, family, item->log10_lr[HW_EVIDENCE_SNP], out);
  }
  const double str = item != NULL && !isnan(item->str) ? item->str : log10_lr;
  hw_evidence_set_str(out, has_str(self->problem, remains, family) || str != 0 ? str : (double)NAN);
  return HW_OK;
}

/* ---- exclusions ---- */

hw_status hw_pair_evidence_excluded(const hw_pair_evidence *self, double threshold,
                                    hw_excluded_pair **pairs, int32_t *n, hw_err *err) {
  *n = 0;
  *pairs = calloc((size_t)self->n + 1, sizeof **pairs);
  if (*pairs == NULL) return HW_NO_MEMORY(err, "the pairs that a line excludes");
  for (int64_t i = 0; i < self->n; i++) {
    const weighed *item = &self->items[i];
    const bool by_mt = item->mt == HW_LINEAGE_DIFFERENT, by_y = item->y == HW_LINEAGE_DIFFERENT;
    if ((!by_mt && !by_y) || isnan(item->str)) continue;
    weighed other = *item;
    other.log10_lr[HW_EVIDENCE_MT] = other.log10_lr[HW_EVIDENCE_Y] = 0;
    const hw_excluded_pair pair = {.remains = item->remains,
                                   .target = item->target,
                                   .log10_lr = total_of(item, item->str),
                                   .without_lines = total_of(&other, item->str),
                                   .by_mt = by_mt,
                                   .by_y = by_y};
    if (pair.without_lines >= threshold) (*pairs)[(*n)++] = pair;
  }
  return HW_OK;
}
