/* Posteriors, best values and bounds from the tables.
 *
 * Inside × outside of a placement's entry, over the whole, is the posterior of the
 * placement; a state of a missing person is the sum over the placements that
 * have it. Every sum has positive terms only: a complement is the sum of the other
 * states, never one minus something, so 1 − 1e-12 means what it says.
 *
 * WHAT IS LEFT OUT. A family's list proves that its unlisted placements weigh at
 * most L_f together. Let Z be the listed sum of a component, Z_f that of the other
 * families while f uses nothing but what is fixed (the outside of its base), and
 * T_f = listed sum + L_f. Assignments with one unlisted placement weigh at most
 * Σ_f L_f Z_f, since a larger use of remains by f leaves the others less; those
 * with two or more at most Σ_{f<g} L_f L_g Π_{h≠f,g} T_h, all conflicts ignored.
 * The sum of both over Z bounds the mass in question. A prior of the number of
 * pairings comes in by the outside: of the base together with every number of
 * pairings that f could have. Where remains have prices the tables themselves carry
 * the bound (joint_price.c). */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/joint_int.h"

hw_status hwp_joint_make_results(hw_joint *self, hw_err *err) {
  const size_t n_remains = (size_t)self->problem->n_remains;
  self->none = hw_arena_alloc_array(&self->arena, n_remains, sizeof *self->none);
  self->some = hw_arena_alloc_array(&self->arena, n_remains, sizeof *self->some);
  self->none_best = hw_arena_alloc_array(&self->arena, n_remains, sizeof *self->none_best);
  self->some_best = hw_arena_alloc_array(&self->arena, n_remains, sizeof *self->some_best);
  if (self->none == NULL || self->some == NULL || self->none_best == NULL ||
      self->some_best == NULL)
    return HW_NO_MEMORY(err, "the posteriors");
  for (int32_t f = 0; f < self->problem->n_families; f++) {
    joint_family *family = &self->families[f];
    if (family->n_candidates == 0) continue;
    const size_t n = (size_t)family->n_places * (size_t)(family->n_candidates + 1);
    family->posterior = hw_arena_alloc_array(&self->arena, n, sizeof *family->posterior);
    family->best = hw_arena_alloc_array(&self->arena, n, sizeof *family->best);
    if (family->posterior == NULL || family->best == NULL)
      return HW_NO_MEMORY(err, "the posteriors");
  }
  return HW_OK;
}

/* Nobody is anybody: where every result begins. */
static void clear_results(hw_joint *self) {
  for (int32_t r = 0; r < self->problem->n_remains; r++) {
    self->none[r] = 1;
    self->some[r] = self->none_best[r] = 0;
    self->some_best[r] = IMPOSSIBLE;
  }
  for (int32_t f = 0; f < self->problem->n_families; f++) {
    joint_family *family = &self->families[f];
    if (family->n_candidates == 0) continue;
    const size_t n = (size_t)family->n_places * (size_t)(family->n_candidates + 1);
    for (size_t i = 0; i < n; i++) {
      family->posterior[i] = 0;
      family->best[i] = IMPOSSIBLE;
    }
    for (int32_t k = 0; family->component < 0 && k < family->n_places; k++) {
      family->posterior[hwp_joint_state(family, k, -1)] = 1;
      family->best[hwp_joint_state(family, k, -1)] = 0;
    }
  }
}

/* ---- one family ----------------------------------------------------------------- */

typedef struct reading {
  hw_joint *joint;
  const joint_node *node;
  joint_family *family;
  hwp_scaled whole;
  const hwp_scaled *none; /* what spread reports of bits of crowds */
  const double *none_best;
  int64_t top; /* placement of the best value */
  double top_value;
} reading;

static double mass_of(const reading *self, int64_t p) {
  if (hwp_joint_is_in_crowd(self->family, p))
    return hwp_scaled_over(hwp_joint_crowd_mass(self->joint, self->family, p, self->none),
                           self->whole);
  return hwp_scaled_over(hwp_scaled_times(hwp_scaled_of_ln(hwp_joint_weight(self->family, p)),
                                          self->node->out[self->node->entry_of[p]]),
                         self->whole);
}

static double value_of(const reading *self, int64_t p) {
  if (hwp_joint_is_in_crowd(self->family, p))
    return hwp_joint_crowd_value(self->joint, self->family, p, self->none_best);
  return hwp_joint_weight(self->family, p) + self->node->best_out[self->node->entry_of[p]];
}

static void read_states(reading *self) {
  joint_family *family = self->family;
  for (int64_t p = 0; p < family->n; p++) {
    const int32_t *placed = family->placed + p * family->n_places;
    const double mass = mass_of(self, p), value = value_of(self, p);
    if (p == 0 || value > self->top_value) {
      self->top = p;
      self->top_value = value;
    }
    for (int32_t k = 0; k < family->n_places; k++) {
      const size_t state = hwp_joint_state(family, k, placed[k]);
      family->posterior[state] += mass;
      if (value > family->best[state]) family->best[state] = value;
    }
  }
}

static bool uses(const joint_family *family, int64_t p, int32_t candidate) {
  for (int32_t k = 0; k < family->n_places; k++)
    if (family->placed[p * family->n_places + k] == candidate) return true;
  return false;
}

/* Nobody's, of a remains that no other family may use. At most a few have more than half of the
 * mass, or are in the best placement; only for them the placements are gone through again. */
static void read_private(const reading *self, int32_t candidate) {
  const joint_family *family = self->family;
  const int32_t r = family->candidates[candidate];
  double with = 0, none = 0, best = self->top_value;
  for (int32_t k = 0; k < family->n_places; k++)
    with += family->posterior[hwp_joint_state(family, k, candidate)];
  none = 1 - with;
  if (with > 0.5) {
    none = 0;
    for (int64_t p = 0; p < family->n; p++)
      if (!uses(family, p, candidate)) none += mass_of(self, p);
  }
  if (uses(family, self->top, candidate)) {
    best = IMPOSSIBLE;
    for (int64_t p = 0; p < family->n; p++)
      if (!uses(family, p, candidate) && value_of(self, p) > best) best = value_of(self, p);
  }
  self->joint->none[r] = none;
  self->joint->none_best[r] = best;
}

static void add_to_remains(const reading *self, int32_t candidate) {
  const joint_family *family = self->family;
  const int32_t r = family->candidates[candidate];
  for (int32_t k = 0; k < family->n_places; k++) {
    const size_t state = hwp_joint_state(family, k, candidate);
    self->joint->some[r] += family->posterior[state];
    if (family->best[state] > self->joint->some_best[r])
      self->joint->some_best[r] = family->best[state];
  }
}

/* True if a possible assignment has the candidate in this family. */
static bool is_used(const joint_family *family, int32_t candidate) {
  for (int32_t k = 0; k < family->n_places; k++)
    if (family->best[hwp_joint_state(family, k, candidate)] > IMPOSSIBLE) return true;
  return false;
}

static void read_family(hw_joint *self, const joint_node *node, hwp_scaled whole,
                        const hwp_scaled *none, const double *none_best) {
  reading r = {.joint = self,
               .node = node,
               .family = &self->families[node->family],
               .whole = whole,
               .none = none,
               .none_best = none_best};
  read_states(&r);
  for (int32_t c = 0; c < r.family->n_candidates; c++) {
    const int32_t remains = r.family->candidates[c];
    if (!is_used(r.family, c)) continue;
    if (self->users[remains] == 1) read_private(&r, c);
    add_to_remains(&r, c);
  }
}

/* ---- what is left out --------------------------------------------------------------- */

static double ln_listed(const joint_family *family) {
  hwp_scaled sum = {0, 0};
  for (int64_t p = 0; p < family->n; p++)
    hwp_scaled_add(&sum, hwp_scaled_of_ln(hwp_joint_weight(family, p)));
  return hwp_scaled_ln(sum);
}

/* ln(e^a + e^b). */
static double ln_add(double a, double b) {
  const double top = a > b ? a : b, low = a > b ? b : a;
  return low > IMPOSSIBLE && top < HUGE_VAL ? top + hw_ln(1 + hw_exp(low - top)) : top;
}

/* Mass of assignments with one unlisted placement, of this family. */
static double first_order(const hw_joint *self, const joint_node *node, double ln_whole) {
  const joint_family *family = &self->families[node->family];
  if (!(family->ln_left_out > IMPOSSIBLE)) return 0;
  hwp_scaled outside = {0, 0};
  if (!self->is_sized) outside = node->out[node->entry_of[0]];
  for (int32_t i = 0; self->is_sized && i <= family->n_places - family->n_fixed; i++)
    hwp_scaled_add(&outside, node->out[i]);
  const double ln = family->ln_left_out + hwp_scaled_ln(outside) - ln_whole;
  return isnan(ln) ? 1 : hw_exp(ln);
}

/* Families that were added to the second-order bound so far. */
typedef struct unlisted {
  double sum;      /* Σ L_f / T_f */
  double pairs;    /* Σ_{f<g} of the products */
  double ln_total; /* Σ ln T_f */
} unlisted;

static void add_unlisted(unlisted *self, const joint_family *family) {
  const double listed = ln_listed(family);
  const double total = ln_add(listed, family->ln_left_out);
  const double share = total < HUGE_VAL ? hw_exp(family->ln_left_out - total) : 1;
  self->pairs += share * self->sum;
  self->sum += share;
  self->ln_total += total;
}

static double second_order(const unlisted *self, double ln_whole) {
  if (!(self->pairs > 0)) return 0;
  return isfinite(self->ln_total) ? self->pairs * hw_exp(self->ln_total - ln_whole) : HUGE_VAL;
}

static double at_most_one(double x) {
  return x < 1 ? x : 1;
}

static hw_status bound(hw_joint *self, const hwp_scaled *whole, hw_err *err) {
  unlisted *of = calloc((size_t)self->n_parts + 1, sizeof *of);
  if (of == NULL) return HW_NO_MEMORY(err, "the bounds");
  for (int32_t i = 0; i < self->n_nodes; i++) {
    const joint_node *node = &self->nodes[i];
    if (node->kind != NODE_FAMILY || node->over != NULL) continue;
    const joint_family *family = &self->families[node->family];
    self->parts[family->component].told.left_out +=
        first_order(self, node, hwp_scaled_ln(whole[family->component]));
    add_unlisted(&of[self->is_sized ? 0 : family->component], family);
  }
  for (int32_t p = 0; p < self->n_parts && !self->is_sized; p++)
    if (self->parts[p].root >= 0 && !self->parts[p].is_priced)
      self->parts[p].told.left_out += second_order(&of[p], hwp_scaled_ln(whole[p]));
  if (!self->is_sized) hwp_joint_bound(self, whole);
  self->summary.left_out = 0;
  for (int32_t p = 0; p < self->n_parts; p++) {
    joint_part *part = &self->parts[p];
    if (part->root < 0) continue;
    part->told.left_out = at_most_one(part->told.left_out);
    self->summary.left_out += part->told.left_out;
  }
  if (self->is_sized && self->n_parts > 0)
    self->summary.left_out += second_order(&of[0], hwp_scaled_ln(whole[0]) - self->top_size);
  self->summary.left_out = at_most_one(self->summary.left_out);
  free(of);
  return HW_OK;
}

/* ---- everything -------------------------------------------------------------------- */

static bool has_unlisted(const hw_joint *self) {
  for (int32_t f = 0; f < self->problem->n_families; f++)
    if (self->families[f].is_listed && self->families[f].ln_left_out > IMPOSSIBLE) return true;
  return false;
}

static hw_status make_outsides(hw_joint *self, int32_t n_nodes, hw_err *err) {
  for (int32_t i = 0; i < n_nodes; i++) {
    joint_node *node = &self->nodes[i];
    node->out = hw_arena_alloc_array(&self->work, (size_t)node->n, sizeof *node->out);
    node->best_out = hw_arena_alloc_array(&self->work, (size_t)node->n, sizeof *node->best_out);
    if (node->out == NULL || node->best_out == NULL) return HW_NO_MEMORY(err, "the posteriors");
    for (int32_t e = 0; e < node->n; e++) node->best_out[e] = IMPOSSIBLE;
  }
  return HW_OK;
}

/* Outsides of the roots, and each component's whole.
 * @param is_empty  [out] nothing that is listed has a number of pairings that the prior permits */
static hw_status begin_outsides(hw_joint *self, hwp_scaled *whole, bool *is_empty, hw_err *err) {
  *is_empty = false;
  hwp_scaled all = {0, 0};
  self->summary.ln_sum = 0;
  for (int32_t p = 0; p < self->n_parts && !self->is_sized; p++) {
    if (self->parts[p].root < 0) continue;
    const joint_node *root = &self->nodes[self->parts[p].root];
    root->out[0] = (hwp_scaled){1, 0};
    root->best_out[0] = 0;
    whole[p] = root->sum[0];
    self->summary.ln_sum += hwp_scaled_ln(root->sum[0]);
  }
  if (!self->is_sized) return HW_OK;
  if (self->root < 0) {
    all = hwp_scaled_of_ln(hwp_joint_size(self, 0));
  } else {
    const joint_node *root = &self->nodes[self->root];
    for (int32_t i = 0; i < root->n; i++) {
      const double ln = hwp_joint_size(self, root->keys[(size_t)i * (size_t)root->n_words]);
      root->out[i] = hwp_scaled_of_ln(ln);
      root->best_out[i] = ln;
      hwp_scaled_add(&all, hwp_scaled_times(root->sum[i], root->out[i]));
    }
  }
  if (!(all.m > 0) && has_unlisted(self)) { /* nothing is proven: lists must be longer */
    for (int32_t p = 0; p < self->n_parts; p++) self->parts[p].told.left_out = 1;
    self->summary.left_out = 1;
    *is_empty = true;
    return HW_OK;
  }
  if (!(all.m > 0))
    return hw_err_set(err, HW_E_VALUE,
                      "every assignment is impossible: the prior permits no number of "
                      "identifications that the pairings allow");
  for (int32_t p = 0; p < self->n_parts; p++) whole[p] = all;
  self->summary.ln_sum = hwp_scaled_ln(all);
  return HW_OK;
}

static hw_status conclude(hw_joint *self, hwp_scaled *whole, hwp_scaled *none, double *none_best,
                          hw_err *err) {
  const int32_t n_used = self->is_sized ? self->n_nodes : self->first_join;
  bool is_empty = false;
  HW_TRY(make_outsides(self, n_used, err));
  HW_TRY(begin_outsides(self, whole, &is_empty, err));
  if (is_empty) {
    clear_results(self);
    return HW_OK;
  }
  for (int32_t i = n_used - 1; i >= 0; i--)
    if (self->nodes[i].kind == NODE_MERGE) HW_TRY(hwp_joint_spread(self, i, none, none_best, err));
  hwp_joint_read_remains(self, none, none_best);
  clear_results(self);
  for (int32_t r = 0; r < self->problem->n_remains; r++)
    if (self->part_of[r] >= 0 && self->users[r] > 1) {
      self->none[r] = hwp_scaled_over(none[r], whole[self->part_of[r]]);
      self->none_best[r] = none_best[r];
    }
  for (int32_t i = 0; i < n_used; i++)
    if (self->nodes[i].kind == NODE_FAMILY)
      read_family(self, &self->nodes[i], whole[self->families[self->nodes[i].family].component],
                  none, none_best);
  return bound(self, whole, err);
}

hw_status hwp_joint_conclude(hw_joint *self, hw_err *err) {
  const size_t n_remains = (size_t)self->problem->n_remains + (size_t)self->n_bits;
  hwp_scaled *whole = calloc((size_t)self->n_parts + 1, sizeof *whole);
  hwp_scaled *none = calloc(n_remains + 1, sizeof *none);
  double *none_best = calloc(n_remains + 1, sizeof *none_best);
  hw_status status = HW_OK;
  if (whole == NULL || none == NULL || none_best == NULL) {
    status = HW_NO_MEMORY(err, "the posteriors");
  } else {
    for (size_t r = 0; r < n_remains; r++) none_best[r] = IMPOSSIBLE;
    status = conclude(self, whole, none, none_best, err);
  }
  free(whole);
  free(none);
  free(none_best);
  return status;
}
