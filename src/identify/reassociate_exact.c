/* Partitions of a component, summed exactly.
 *
 * The weight of a partition is a product over its groups, so the sum over the partitions
 * of a set S satisfies
 *
 *     Z(∅) = 1        Z(S) = Σ_{G ⊆ S, G holds the first of S} w(G) Z(S \ G)
 *
 * which takes 3^n steps instead of Bell(n) partitions (14 specimens: 4.8 million against
 * 191 million), and everything that is asked follows from it:
 *
 *     P(G is a group)        = w(G) Z(all \ G) / Z(all)
 *     P(i and j together)    = Σ over G that hold both
 *     P(all of A together)   = Σ over G ⊇ A
 *
 * The same recursion with max in the place of Σ bounds a search for the best partitions:
 * M(S) is what the rest can reach at best, so branches that cannot enter the list are not
 * entered, and none is missed.
 *
 * With a prior on the number of groups the recursion keeps that number apart,
 * Z(S, k) = Σ w(G) Z(S \ G, k − 1); components are then joined by the number of persons in
 * all, and `ln_outside` says what k groups here are worth given the other components.
 *
 * Logarithms throughout; sums in one fixed order. Subsets of an impossible group are
 * computed, supersets are not: impossible stays impossible. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "identify/reassociate_int.h"

enum { STOP_EVERY = 1 << 12 };

static hw_status check_stop(const hw_reassociate *self, uint64_t done, uint64_t all, hw_err *err) {
  if (self->progress == NULL || !self->progress(self->progress_context, done, all)) return HW_OK;
  return hw_err_set(err, HW_E_INTERRUPTED, "re-association was stopped");
}

hw_status hwp_exact_weights(hw_reassociate *self, const hwp_component *component, double **out,
                            hw_err *err) {
  const int32_t n = component->n;
  HW_BUG_IF(n > HWP_MOST_EXACT, err);
  const uint32_t all = (uint32_t)1 << n;
  double *weights = hw_arena_alloc_array(&self->arena, all, sizeof *weights);
  int32_t *members = hw_arena_alloc_array(&self->arena, (size_t)self->n, sizeof *members);
  if (weights == NULL || members == NULL) return HW_NO_MEMORY(err, "the groups of a component");
  for (uint32_t set = 1; set < all; set++) {
    int32_t nodes[HWP_MOST_EXACT], n_nodes = 0;
    bool is_possible = true;
    for (int32_t i = 0; i < n; i++) {
      if ((set >> i & 1) == 0) continue;
      nodes[n_nodes++] = component->nodes[i];
      const uint32_t rest = set & ~((uint32_t)1 << i);
      is_possible = is_possible && (rest == 0 || weights[rest] > -HUGE_VAL);
    }
    weights[set] = -HUGE_VAL;
    if (is_possible) {
      const int32_t n_members = hwp_node_members(self, nodes, n_nodes, members);
      const double ln = hwp_group_ln(self, members, n_members);
      weights[set] = ln == -HUGE_VAL ? ln : ln + hwp_prior_ln(self, n_members);
    }
    if (set % STOP_EVERY == 0) HW_TRY(check_stop(self, set, all, err));
  }
  *out = weights;
  return HW_OK;
}

/* Nodes of a set. */
static int32_t count_nodes(uint32_t set) {
  int32_t n = 0;
  for (; set != 0; set &= set - 1) n++;
  return n;
}

/* Z(S, k) or, with `best`, M(S, k), k = 0 … levels − 1. With one level k is not told apart. */
static void fill_sums(const hwp_component *component, const double *weights, int32_t levels,
                      bool best, double *z) {
  const uint32_t all = (uint32_t)1 << component->n;
  for (int32_t k = 0; k < levels; k++) z[k] = k == 0 ? 0 : -HUGE_VAL;
  for (uint32_t set = 1; set < all; set++) {
    const uint32_t first = set & (~set + 1), rest = set ^ first;
    hwp_ln_sum sums[HWP_MOST_EXACT + 1];
    for (int32_t k = 0; k < levels; k++) sums[k] = (hwp_ln_sum)HWP_LN_SUM_INIT;
    for (uint32_t sub = rest;; sub = (sub - 1) & rest) {
      const double w = weights[first | sub];
      const double *row = z + (size_t)(rest ^ sub) * (size_t)levels;
      /* So many groups can the rest have. */
      const int32_t most = levels == 1 || w == -HUGE_VAL ? 0 : count_nodes(rest ^ sub);
      for (int32_t k = 0; k <= most && w > -HUGE_VAL; k++) {
        hwp_ln_sum *sum = &sums[levels == 1 ? 0 : k + 1];
        if (!best)
          hwp_ln_sum_add(sum, w + row[k]);
        else if (w + row[k] > sum->top)
          sum->top = w + row[k];
      }
      if (sub == 0) break;
    }
    for (int32_t k = 0; k < levels; k++)
      z[(size_t)set * (size_t)levels + (size_t)k] = best ? sums[k].top : hwp_ln_sum_get(&sums[k]);
  }
}

static double *new_sums(const hwp_component *component, int32_t levels) {
  size_t cells = 0;
  if (!hw_mul_size((size_t)1 << component->n, (size_t)levels, &cells)) return NULL;
  return calloc(cells, sizeof(double));
}

hw_status hwp_exact_numbers(hw_reassociate *self, const hwp_component *component,
                            const double *weights, double *ln_by_number, hw_err *err) {
  (void)self;
  const int32_t levels = component->n + 1; /* at most HWP_MOST_EXACT + 1 */
  double *z = new_sums(component, levels);
  if (z == NULL) return HW_NO_MEMORY(err, "the partitions of a component");
  fill_sums(component, weights, levels, false, z);
  const size_t last = ((size_t)1 << component->n) - 1;
  memcpy(ln_by_number, z + last * (size_t)levels, (size_t)levels * sizeof *z);
  free(z);
  return HW_OK;
}

/* --- the best partitions --- */

typedef struct ranking {
  const hwp_component *component;
  const double *weights, *most, *ln_outside; /* most: M */
  int32_t levels, n, capacity;
  int32_t *labels; /* capacity × component->n */
  double *ln;
  int32_t label[HWP_MOST_EXACT];
} ranking;

/* Best that a set can reach if `groups` were made before it. */
static double reach(const ranking *self, uint32_t set, int32_t groups) {
  const double *row = self->most + (size_t)set * (size_t)self->levels;
  if (self->levels == 1) return row[0];
  double top = -HUGE_VAL;
  for (int32_t k = 0; k + groups < self->levels; k++) {
    const double ln = row[k] + self->ln_outside[k + groups];
    if (ln > top) top = ln;
  }
  return top;
}

static void keep(ranking *self, double ln) {
  const int32_t n = self->component->n;
  int32_t at = self->n < self->capacity ? self->n++ : self->capacity - 1;
  for (; at > 0 && self->ln[at - 1] < ln; at--) {
    self->ln[at] = self->ln[at - 1];
    memcpy(self->labels + (size_t)at * (size_t)n, self->labels + (size_t)(at - 1) * (size_t)n,
           (size_t)n * sizeof *self->labels);
  }
  self->ln[at] = ln;
  memcpy(self->labels + (size_t)at * (size_t)n, self->label, (size_t)n * sizeof *self->labels);
}

/* Ties and rounding must not keep the search going for ever: only what is better counts. */
static bool is_worth(const ranking *self, double ln) {
  if (ln == -HUGE_VAL) return false;
  return self->n < self->capacity || ln > self->ln[self->capacity - 1] + 1e-12;
}

static void search(ranking *self, uint32_t set, int32_t groups, double so_far) {
  if (set == 0) {
    const double ln = so_far + (self->levels > 1 ? self->ln_outside[groups] : 0);
    if (is_worth(self, ln)) keep(self, ln);
    return;
  }
  const uint32_t first = set & (~set + 1), rest = set ^ first;
  for (uint32_t sub = rest;; sub = (sub - 1) & rest) {
    const uint32_t group = first | sub;
    const double ln = so_far + self->weights[group];
    if (self->weights[group] > -HUGE_VAL &&
        is_worth(self, ln + reach(self, set ^ group, groups + 1))) {
      for (int32_t i = 0; i < self->component->n; i++)
        if (group >> i & 1) self->label[i] = groups;
      search(self, set ^ group, groups + 1, ln);
    }
    if (sub == 0) break;
  }
}

/* --- what follows --- */

/* P(G is a group) for every G, as logarithms. */
static void group_posteriors(const hwp_component *component, const double *weights, const double *z,
                             int32_t levels, const double *ln_outside, double ln_all, double *out) {
  const uint32_t all = (uint32_t)1 << component->n;
  for (uint32_t set = 1; set < all; set++) {
    const double *rest = z + (size_t)((all - 1) ^ set) * (size_t)levels;
    hwp_ln_sum sum = HWP_LN_SUM_INIT;
    out[set] = -HUGE_VAL;
    if (weights[set] == -HUGE_VAL) continue;
    if (levels == 1)
      hwp_ln_sum_add(&sum, rest[0]);
    else
      for (int32_t k = 0; k + 1 < levels; k++)
        if (rest[k] > -HUGE_VAL) hwp_ln_sum_add(&sum, rest[k] + ln_outside[k + 1]);
    out[set] = weights[set] + hwp_ln_sum_get(&sum) - ln_all;
  }
}

static double together(const double *posterior, uint32_t all, uint32_t wanted) {
  double sum = 0;
  for (uint32_t set = 1; set < all; set++)
    if ((set & wanted) == wanted) sum += hw_exp(posterior[set]);
  return sum < 1 ? sum : 1;
}

static void fill_pairs(hwp_component *component, const double *posterior) {
  const int32_t n = component->n;
  const uint32_t all = (uint32_t)1 << n;
  for (uint32_t set = 1; set < all; set++) {
    const double p = hw_exp(posterior[set]);
    if (!(p > 0)) continue;
    for (int32_t i = 0; i < n; i++)
      for (int32_t j = 0; j < n; j++)
        if (set >> i & 1)
          *(set >> j & 1 ? &component->pair[i * n + j] : &component->complement[i * n + j]) += p;
  }
  for (int32_t i = 0; i < n * n; i++) {
    if (component->pair[i] > 1) component->pair[i] = 1;
    if (component->complement[i] > 1) component->complement[i] = 1;
  }
}

static void fill_groups(hwp_component *component, const double *posterior) {
  const int32_t n = component->n;
  const uint32_t all = (uint32_t)1 << n;
  for (int32_t g = 0; g < n; g++) {
    uint32_t set = 0;
    for (int32_t i = 0; i < n; i++)
      if (component->best[i] == g) set |= (uint32_t)1 << i;
    if (set == 0) continue;
    component->group_probability[g] = hw_exp(posterior[set]);
    component->group_together[g] = together(posterior, all, set);
    for (int32_t i = 0; i < n; i++) {
      if ((set >> i & 1) == 0) continue;
      const uint32_t rest = set & ~((uint32_t)1 << i);
      const double others = rest == 0 ? 1 : together(posterior, all, rest);
      const double belongs = rest == 0 ? 1 : component->group_together[g] / others;
      component->belongs[i] = belongs < 1 ? belongs : 1;
    }
  }
}

int32_t hwp_renumber(int32_t *label, int32_t n, int32_t *scratch) {
  int32_t next = 0;
  for (int32_t i = 0; i < n; i++) scratch[i] = -1;
  for (int32_t i = 0; i < n; i++) {
    if (scratch[label[i]] < 0) scratch[label[i]] = next++;
    label[i] = scratch[label[i]];
  }
  return next;
}

static hw_status rank(hw_reassociate *self, hwp_component *component, const double *weights,
                      const double *most, int32_t levels, const double *ln_outside, double ln_all,
                      hw_err *err) {
  const int32_t n = component->n, wanted = self->options.n_alternatives;
  ranking list = {.component = component,
                  .weights = weights,
                  .most = most,
                  .ln_outside = ln_outside,
                  .levels = levels,
                  .capacity = wanted};
  list.labels = hw_arena_alloc_array(&self->arena, (size_t)wanted, (size_t)n * sizeof(int32_t));
  list.ln = hw_arena_alloc_array(&self->arena, (size_t)wanted, sizeof *list.ln);
  if (list.labels == NULL || list.ln == NULL) return HW_NO_MEMORY(err, "the best partitions");
  search(&list, ((uint32_t)1 << n) - 1, 0, 0);
  HW_BUG_IF(list.n == 0, err);
  component->n_alternatives = list.n;
  component->alternatives = list.labels;
  component->alternative_mass = list.ln;
  for (int32_t i = 0; i < list.n; i++) list.ln[i] = hw_exp(list.ln[i] - ln_all);
  memcpy(component->best, list.labels, (size_t)n * sizeof *component->best);
  component->best_posterior = list.ln[0];
  return HW_OK;
}

/* ln Σ over all partitions, with the weight of their numbers. */
static double sum_all(const double *row, int32_t levels, const double *ln_outside) {
  hwp_ln_sum sum = HWP_LN_SUM_INIT;
  if (levels == 1) return row[0];
  for (int32_t k = 0; k < levels; k++)
    if (row[k] > -HUGE_VAL) hwp_ln_sum_add(&sum, row[k] + ln_outside[k]);
  return hwp_ln_sum_get(&sum);
}

hw_status hwp_exact_run(hw_reassociate *self, hwp_component *component, const double *weights,
                        const double *ln_outside, hw_err *err) {
  const int32_t levels = ln_outside != NULL ? component->n + 1 : 1;
  const size_t last = ((size_t)1 << component->n) - 1;
  double *z = new_sums(component, levels), *most = new_sums(component, levels);
  double *posterior = calloc(last + 1, sizeof *posterior);
  hw_status status = HW_OK;
  if (z == NULL || most == NULL || posterior == NULL) {
    status = HW_NO_MEMORY(err, "the partitions of a component");
    goto out;
  }
  fill_sums(component, weights, levels, false, z);
  fill_sums(component, weights, levels, true, most);
  const double ln_all = sum_all(z + last * (size_t)levels, levels, ln_outside);
  if (ln_all == -HUGE_VAL) {
    status = hw_err_set(err, HW_E_VALUE,
                        "no partition is possible: the prior on the number of persons excludes all "
                        "that the bones allow");
    goto out;
  }
  status = rank(self, component, weights, most, levels, ln_outside, ln_all, err);
  if (status != HW_OK) goto out;
  group_posteriors(component, weights, z, levels, ln_outside, ln_all, posterior);
  fill_pairs(component, posterior);
  fill_groups(component, posterior);
out:
  free(z);
  free(most);
  free(posterior);
  return status;
}
