/* The pairs worth reporting, with what a person needs to judge them: markers in
 * common, markers that fit only through mutation, the ratio marker by marker.
 *
 * Mismatches need tables without mutation; they are compiled here, once for
 * every missing person who has a pair in the list, and dropped again. */
#include <math.h>
#include <stdlib.h>

#include "base/check.h"
#include "identify/identify_int.h"
#include "identify/targets.h"

static bool is_typed(const hw_observation *obs) {
  return obs->kind != HW_OBS_MISSING;
}

/* Markers typed in the remains and in a relative. */
static int32_t common_markers(const hw_identify *self, int32_t remains, const hw_target *target) {
  const hw_family *family = &self->problem->families[target->family];
  int32_t n = 0;
  for (int32_t m = 0; m < self->problem->n_markers; m++) {
    bool in_family = false;
    for (int32_t p = 0; p < family->n_profiles && !in_family; p++)
      in_family = is_typed(&family->profiles[p].observations[m]);
    n += in_family && is_typed(&self->problem->remains[remains].profile.observations[m]);
  }
  return n;
}

/* Marks the markers that are impossible under the rigid table. */
static int32_t find_mismatches(const hw_identify *self, int32_t remains, const hw_table *rigid,
                               bool *mismatch) {
  const hw_profile *profile = &self->problem->remains[remains].profile;
  int32_t n = 0;
  for (int32_t m = 0; m < self->problem->n_markers; m++) {
    bool is_impossible = hw_marker_table_log10_lr(&rigid->markers[m], &self->rigid[m],
                                                  &profile->observations[m], profile) == IMPOSSIBLE;
    if (mismatch != NULL) mismatch[m] = is_impossible;
    n += is_impossible;
  }
  return n;
}

/* Fills the mismatches of all pairs of one target; `pairs` are in the order of targets. */
static hw_status fill_target(hw_identify *self, hw_identify_pair *pairs, int32_t n, hw_err *err) {
  const hw_target *target = &self->targets[pairs[0].target];
  hw_table *rigid = NULL;
  HW_TRY(hwp_identify_compile(self, target, self->rigid, &rigid, err));
  for (int32_t i = 0; i < n; i++)
    if (hwp_target_fits(self->problem, &self->problem->remains[pairs[i].remains], target))
      pairs[i].mismatches = find_mismatches(self, pairs[i].remains, rigid, NULL);
  hw_table_delete(rigid);
  return HW_OK;
}

static hw_status fill_mismatches(hw_identify *self, hw_identify_pair *pairs, int32_t n,
                                 hw_err *err) {
  for (int32_t i = 0; i < n;) {
    int32_t same = i;
    while (same < n && pairs[same].target == pairs[i].target) same++;
    HW_TRY(fill_target(self, pairs + i, same - i, err));
    i = same;
  }
  return HW_OK;
}

static int compare_pairs(const void *left, const void *right) {
  const hw_identify_pair *a = left, *b = right;
  if (a->log10_lr != b->log10_lr) return a->log10_lr > b->log10_lr ? -1 : 1;
  if (a->target != b->target) return a->target < b->target ? -1 : 1;
  return a->remains < b->remains ? -1 : a->remains > b->remains;
}

/* Collects the pairs in the order of targets; with pairs == NULL only counts them. */
static int32_t collect(const hw_identify *self, double least, const bool *also,
                       const int32_t *proposed, const hwp_weight *weights,
                       hw_identify_pair *pairs) {
  int32_t n = 0;
  for (int32_t t = 0; t < self->n_targets; t++)
    for (int32_t r = 0; r < self->problem->n_remains; r++) {
      double log10_lr = hw_identify_log10_lr(self, r, t);
      bool is_wanted = also != NULL && also[(size_t)r * (size_t)self->n_targets + (size_t)t];
      if (!(log10_lr >= least || is_wanted) || self->is_left_out[t]) continue;
      if (pairs != NULL) {
        pairs[n] = (hw_identify_pair){.remains = r,
                                      .target = t,
                                      .log10_lr = log10_lr,
                                      .markers = common_markers(self, r, &self->targets[t]),
                                      .is_proposed = proposed[r] == t};
        pairs[n].posterior = hwp_identify_share(self, r, t, weights[r], &pairs[n].complement);
      }
      n++;
    }
  return n;
}

hw_status hw_identify_pairs(hw_identify *self, double least_log10_lr, double accept,
                            hw_identify_pair **pairs, int32_t *n_pairs, hw_err *err) {
  return hw_identify_pairs_also(self, least_log10_lr, accept, NULL, pairs, n_pairs, err);
}

hw_status hw_identify_pairs_also(hw_identify *self, double least_log10_lr, double accept,
                                 const bool *also, hw_identify_pair **pairs, int32_t *n_pairs,
                                 hw_err *err) {
  *pairs = NULL;
  *n_pairs = 0;
  int32_t n = collect(self, least_log10_lr, also, NULL, NULL, NULL);
  if (n == 0) return HW_OK;
  hw_identify_pair *list = calloc((size_t)n, sizeof *list);
  int32_t *proposed = calloc((size_t)self->problem->n_remains, sizeof *proposed);
  hwp_weight *weights = calloc((size_t)self->problem->n_remains, sizeof *weights);
  hw_status status = HW_E_NO_MEMORY;
  if (list == NULL || proposed == NULL || weights == NULL) {
    (void)HW_NO_MEMORY(err, "the list of pairs");
  } else {
    for (int32_t r = 0; r < self->problem->n_remains; r++) {
      proposed[r] = hw_identify_proposed(self, r, accept);
      weights[r] = hwp_identify_weigh(self, r);
    }
    collect(self, least_log10_lr, also, proposed, weights, list);
    status = fill_mismatches(self, list, n, err);
  }
  free(proposed);
  free(weights);
  if (status != HW_OK) {
    free(list);
    return status;
  }
  qsort(list, (size_t)n, sizeof *list, compare_pairs);
  *pairs = list;
  *n_pairs = n;
  return HW_OK;
}

/* Ratios of one pair by marker, from compiled tables. */
static void take_markers(const hw_identify *self, const hw_table *table, int32_t remains,
                         const hw_target *who, double *per_marker) {
  const hw_case *problem = self->problem;
  const hw_profile *profile = &problem->remains[remains].profile;
  bool fits = hwp_target_fits(problem, &problem->remains[remains], who);
  for (int32_t m = 0; m < problem->n_markers; m++) {
    const hw_marker *marker = &problem->markers[m];
    bool is_usable = fits || !hw_marker_is_x(marker); /* an X observation of the other sex */
    per_marker[m] = is_usable ? hw_marker_table_log10_lr(&table->markers[m], marker,
                                                         &profile->observations[m], profile)
                              : IMPOSSIBLE;
  }
}

hw_status hw_identify_markers(const hw_identify *self, int32_t remains, int32_t target,
                              double *per_marker, bool *mismatch, hw_err *err) {
  const hw_target *who = &self->targets[target];
  hw_table *table = NULL, *rigid = NULL;
  HW_TRY(hwp_identify_compile(self, who, self->problem->markers, &table, err));
  hw_status status = hwp_identify_compile(self, who, self->rigid, &rigid, err);
  if (status == HW_OK) take_markers(self, table, remains, who, per_marker);
  if (status == HW_OK && mismatch != NULL &&
      hwp_target_fits(self->problem, &self->problem->remains[remains], who))
    find_mismatches(self, remains, rigid, mismatch);
  hw_table_delete(table);
  hw_table_delete(rigid);
  return status;
}

/* All pairs of one missing person. */
static hw_status take_target(const hw_identify *self, int32_t target, int32_t n_pairs,
                             const hw_identify_pair *pairs, const int32_t *next, int32_t first,
                             double *per_marker, hw_err *err) {
  const hw_target *who = &self->targets[target];
  size_t width = (size_t)self->problem->n_markers;
  hw_table *table = NULL;
  HW_TRY(hwp_identify_compile(self, who, self->problem->markers, &table, err));
  for (int32_t i = first; i < n_pairs; i = next[i])
    take_markers(self, table, pairs[i].remains, who, per_marker + (size_t)i * width);
  hw_table_delete(table);
  return HW_OK;
}

hw_status hw_identify_pair_markers(const hw_identify *self, int32_t n_pairs,
                                   const hw_identify_pair *pairs, double *per_marker, hw_err *err) {
  /* The pairs of each missing person as a chain, in their order; n_pairs ends it. */
  int32_t *first = calloc((size_t)self->n_targets + 1, sizeof *first);
  int32_t *next = calloc((size_t)n_pairs + 1, sizeof *next);
  hw_status status = HW_OK;
  if (first == NULL || next == NULL) status = HW_NO_MEMORY(err, "the pairs");
  for (int32_t t = 0; status == HW_OK && t < self->n_targets; t++) first[t] = n_pairs;
  for (int32_t i = n_pairs - 1; status == HW_OK && i >= 0; i--) {
    next[i] = first[pairs[i].target];
    first[pairs[i].target] = i;
  }
  for (int32_t t = 0; status == HW_OK && t < self->n_targets; t++)
    if (first[t] < n_pairs)
      status = take_target(self, t, n_pairs, pairs, next, first[t], per_marker, err);
  free(first);
  free(next);
  return status;
}
