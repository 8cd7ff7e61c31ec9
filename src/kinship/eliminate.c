/* Symbolic variable elimination: what happens to factors, contexts and tables
 * when a slot or a switch is summed out. The same code prices a step (dry run:
 * nothing is built, views carry node −1) and takes it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kinship/plan_int.h"

/* Views that one context may multiply. */
enum { MAX_VIEWS = 96 };
/* Factors that may mention one variable. */
enum { MAX_FACTORS = 1024 };
/* Factors over the same variables from which on they are multiplied at once. */
enum { ABSORB_FROM = 16 };
/* Distinct products that a dry run remembers, so that contexts that share a
 * contraction are priced once. */
enum { DRY_MEMORY = 256 };
/* Fixed price of an operation, in multiply–adds. */
static const double OPERATION_OVERHEAD = 24.0;

typedef struct pricing {
  bool dry;
  double work, size, removed;
  int32_t n_seen;
  uint64_t seen[DRY_MEMORY];
} pricing;

static bool view_has(const hwp_view *view, int16_t var) {
  for (int i = 0; i < view->rank; i++)
    if (view->var[i] == var) return true;
  return false;
}

static bool view_equal(const hwp_view *a, const hwp_view *b) {
  return a->node == b->node && a->rank == b->rank &&
         memcmp(a->var, b->var, sizeof a->var[0] * a->rank) == 0;
}

static uint64_t view_hash(const hwp_view *view) {
  uint64_t h = 0x9e3779b97f4a7c15ULL ^ (uint64_t)(uint32_t)view->node;
  for (int i = 0; i < view->rank; i++)
    h = (h ^ (uint64_t)(uint16_t)view->var[i]) * 0x100000001b3ULL;
  return h ^ (h >> 29);
}

/* The table is P(v | parent's slot) over the whole domain of v, or the prior of
 * v: summed over v it is 1. */
static bool sums_to_one(const hwp_planner *self, const hwp_view *view, int16_t var) {
  const hwp_node *node = &self->nodes[view->node];
  if (node->kind == HWP_PRIOR) return true;
  if (node->kind == HWP_MATRIX && node->child.individual < 0 && view->var[view->rank - 1] == var)
    return view->rank < 2 || view->var[0] != var;
  return false;
}

/* Labels of an operation's axes: result axes first, the summed one last. Axes
 * of the larger operand keep their order so that inner loops stay contiguous. */
static int label_axes(const hwp_view *a, const hwp_view *b, int16_t sum_var, int16_t *order) {
  int n = 0;
  const hwp_view *views[2] = {a, b};
  for (int side = 0; side < 2; side++) {
    const hwp_view *view = views[side];
    for (int i = 0; view != NULL && i < view->rank; i++) {
      bool known = view->var[i] == sum_var;
      for (int j = 0; j < n && !known; j++) known = order[j] == view->var[i];
      if (known) continue;
      if (n > HWP_MAX_RANK) return -1;
      order[n++] = view->var[i];
    }
  }
  return n;
}

static double scope_size(const hwp_planner *self, int n, const int16_t *vars) {
  double size = 1.0;
  for (int i = 0; i < n; i++) size *= self->vars[vars[i]].size;
  return size;
}

static void fill_labels(const hwp_view *view, int n, const int16_t *order, uint8_t *label) {
  for (int i = 0; i < view->rank; i++) {
    label[i] = (uint8_t)n;
    for (int j = 0; j < n; j++)
      if (order[j] == view->var[i]) label[i] = (uint8_t)j;
  }
}

/* A transmission whose child is summed out reads better transposed: the inner
 * loop then runs over the parent's allele without a stride. */
static int32_t oriented(hwp_planner *self, hwp_view *view, int16_t sum_var) {
  if (view->node < 0 || view->rank != 2 || sum_var < 0) return view->node;
  hwp_node node = self->nodes[view->node];
  bool transposed = node.kind == HWP_MATRIX_T;
  if (node.kind != HWP_MATRIX && !transposed) return view->node;
  if (view->var[0] == sum_var || view->var[1] != sum_var) return view->node;
  int32_t domain = node.domain[0];
  node.domain[0] = node.domain[1];
  node.domain[1] = domain;
  node.kind = transposed ? HWP_MATRIX : HWP_MATRIX_T;
  int16_t var = view->var[0];
  view->var[0] = view->var[1];
  view->var[1] = var;
  view->node = hwp_node_intern(self, &node);
  return view->node;
}

/* Step of a result axis in an operand: 0 = not there, 1 = innermost, 2 = other. */
static int axis_step(const hwp_view *view, int16_t var) {
  if (view == NULL || !view_has(view, var)) return 0;
  if (view->var[view->rank - 1] != var) return 2;
  for (int i = 0; i + 1 < view->rank; i++)
    if (view->var[i] == var) return 2; /* a diagonal */
  return 1;
}

/* Moves to the last place an axis along which both operands run without a
 * stride, the largest if there are several: the row kernels work along it. */
static bool choose_row(const hwp_planner *self, const hwp_view *a, const hwp_view *b, int n,
                       int16_t *order) {
  int best = -1;
  double best_size = 1.0;
  for (int i = 0; i < n; i++) {
    int step_a = axis_step(a, order[i]), step_b = axis_step(b, order[i]);
    double size = self->vars[order[i]].size;
    if (step_a == 2 || step_b == 2 || size < best_size) continue;
    if (size == best_size && best >= 0 && step_a + step_b == 2) continue; /* scaled beats pair */
    best = i;
    best_size = size;
  }
  if (best < 0) return false;
  int16_t var = order[best];
  memmove(&order[best], &order[best + 1], sizeof *order * (size_t)(n - 1 - best));
  order[n - 1] = var;
  return true;
}

/* Operations at least this much larger than an operand pay for a copy of it. */
static const double WORTH_A_COPY = 8.0, LARGE_OPERATION = 4096.0;

/* Where no axis runs without a stride (both operands have the summed axis
 * innermost), replaces an operand by a copy with the summed axis first and an
 * axis of its own last. */
static void transpose_operand(hwp_planner *self, hwp_view *view, const hwp_view *other,
                              int16_t sum_var, double work) {
  double size = scope_size(self, view->rank, view->var);
  int16_t own = -1, order[HWP_MAX_RANK];
  int n = 0;
  if (work < LARGE_OPERATION || work < WORTH_A_COPY * size) return;
  for (int i = 0; i < view->rank; i++) {
    for (int j = 0; j < i; j++)
      if (view->var[j] == view->var[i]) return; /* a diagonal */
    if (view->var[i] == sum_var || view_has(other, view->var[i])) continue;
    if (own < 0 || self->vars[view->var[i]].size > self->vars[own].size) own = view->var[i];
  }
  if (own < 0 || self->vars[own].size < 4.0) return;
  order[n++] = sum_var;
  for (int i = 0; i < view->rank; i++)
    if (view->var[i] != sum_var && view->var[i] != own) order[n++] = view->var[i];
  order[n++] = own;
  hwp_node node = {
      .kind = HWP_PRODUCT, .rank = view->rank, .rank_a = view->rank, .a = view->node, .b = -1};
  fill_labels(view, n, order, node.label_a);
  for (int i = 0; i < n; i++) node.domain[i] = self->vars[order[i]].domain;
  int32_t before = self->n_nodes;
  view->node = hwp_node_intern(self, &node);
  memcpy(view->var, order, sizeof order[0] * (size_t)n);
  if (self->n_nodes > before) self->work += size + OPERATION_OVERHEAD;
}

/* Axes order of the result: large domains last (inner loops), else as met. */
static void order_axes(const hwp_planner *self, int n, int16_t *order) {
  for (int i = 1; i < n; i++) {
    int16_t var = order[i];
    int j = i;
    while (j > 0 && self->vars[order[j - 1]].size > self->vars[var].size) {
      order[j] = order[j - 1];
      j--;
    }
    order[j] = var;
  }
}

/* Σ_{sum_var} A·B (b may be NULL; sum_var −1 = no sum). */
static bool product(hwp_planner *self, pricing *price, const hwp_view *a, const hwp_view *b,
                    int16_t sum_var, hwp_view *out) {
  int16_t order[2 * HWP_MAX_RANK];
  int n = label_axes(a, b, sum_var, order);
  if (n < 0 || n > HWP_MAX_RANK) return false;
  double result_size = scope_size(self, n, order);
  double work = result_size * (sum_var >= 0 ? self->vars[sum_var].size : 1.0);
  price->work += work + OPERATION_OVERHEAD;
  order_axes(self, n, order);
  out->rank = (uint8_t)n;
  memcpy(out->var, order, sizeof order[0] * (size_t)n);
  out->node = -1;
  if (price->dry) return true;
  hwp_view left = *a, right;
  hwp_node node = {.kind = HWP_PRODUCT, .rank = (uint8_t)n, .sums = sum_var >= 0, .b = -1};
  node.a = oriented(self, &left, sum_var);
  node.rank_a = left.rank;
  if (b != NULL) {
    right = *b;
    node.b = oriented(self, &right, sum_var);
    node.rank_b = right.rank;
  }
  if (!choose_row(self, &left, b != NULL ? &right : NULL, n, order) && b != NULL && sum_var >= 0) {
    bool left_smaller =
        scope_size(self, left.rank, left.var) < scope_size(self, right.rank, right.var);
    transpose_operand(self, left_smaller ? &left : &right, left_smaller ? &right : &left, sum_var,
                      work);
    node.a = left.node;
    node.b = right.node;
    (void)choose_row(self, &left, &right, n, order);
  }
  memcpy(out->var, order, sizeof order[0] * (size_t)n);
  fill_labels(&left, n, order, node.label_a);
  if (b != NULL) fill_labels(&right, n, order, node.label_b);
  for (int i = 0; i < n; i++) node.domain[i] = self->vars[order[i]].domain;
  if (sum_var >= 0) node.domain[n] = self->vars[sum_var].domain;
  int32_t before = self->n_nodes;
  out->node = hwp_node_intern(self, &node);
  if (self->n_nodes > before) self->work += work + OPERATION_OVERHEAD;
  return true;
}

/* Multiplies views, smallest joint scope first, until one or two are left; sums
 * sum_var out of the last product. */
static bool contract(hwp_planner *self, pricing *price, int n, hwp_view *views, int16_t sum_var,
                     hwp_view *out) {
  if (n == 0) {
    *out = (hwp_view){.node = 0, .rank = 0};
    return true;
  }
  while (n > 2) {
    int best_i = 0, best_j = 1;
    double best = HUGE_VAL;
    for (int i = 0; i < n; i++)
      for (int j = i + 1; j < n; j++) {
        int16_t order[2 * HWP_MAX_RANK];
        int m = label_axes(&views[i], &views[j], -1, order);
        if (m < 0 || m > HWP_MAX_RANK) continue;
        double size = scope_size(self, m, order);
        if (size < best) {
          best = size;
          best_i = i;
          best_j = j;
        }
      }
    if (!isfinite(best)) return false;
    hwp_view joined;
    if (!product(self, price, &views[best_i], &views[best_j], -1, &joined)) return false;
    views[best_i] = joined;
    views[best_j] = views[--n];
  }
  if (n == 1 && sum_var < 0) {
    *out = views[0];
    return true;
  }
  return product(self, price, &views[0], n == 2 ? &views[1] : NULL, sum_var, out);
}

hwp_view hwp_views_product(hwp_planner *self, int32_t n, const hwp_view *views) {
  pricing price = {.dry = false};
  hwp_view copy[MAX_VIEWS], out = {.node = 0, .rank = 0};
  if (n > MAX_VIEWS) {
    self->too_complex = true;
    return out;
  }
  memcpy(copy, views, sizeof *views * (size_t)n);
  if (!contract(self, &price, n, copy, -1, &out)) self->too_complex = true;
  return out;
}

/* ---- contexts ---------------------------------------------------------- */

typedef struct joint {
  int32_t n_factors;
  int32_t factors[MAX_FACTORS];
  int32_t n_bits;
  int16_t bits[HWP_MAX_BITS];
} joint;

/* The factors that mention var and the union of their switches. */
static bool gather(const hwp_planner *self, int32_t var, joint *out) {
  out->n_factors = out->n_bits = 0;
  for (int32_t i = 0; i < self->n_factors; i++) {
    const hwp_factor *factor = &self->factors[i];
    if (!factor->alive || !(factor->scope[var >> 6] >> (var & 63) & 1)) continue;
    if (out->n_factors == MAX_FACTORS) return false;
    out->factors[out->n_factors++] = i;
    for (int b = 0; b < factor->n_bits; b++) {
      bool known = false;
      for (int k = 0; k < out->n_bits; k++) known |= out->bits[k] == factor->bits[b];
      if (known) continue;
      if (out->n_bits == self->max_bits) return false;
      out->bits[out->n_bits++] = factor->bits[b];
    }
  }
  return true;
}

/* All views of one joint context; −1 if there are too many. */
static int context_views(hwp_planner *self, const joint *group, uint32_t context, hwp_view *views) {
  int n = 0;
  for (int32_t i = 0; i < group->n_factors; i++) {
    const hwp_factor *factor = &self->factors[group->factors[i]];
    uint32_t index = 0;
    for (int b = 0; b < factor->n_bits; b++)
      for (int k = 0; k < group->n_bits; k++)
        if (group->bits[k] == factor->bits[b]) index |= (context >> k & 1u) << b;
    const hwp_term *term = &factor->terms[index];
    if (n + term->n_views > MAX_VIEWS) return -1;
    memcpy(views + n, term->views, sizeof *views * (size_t)term->n_views);
    n += term->n_views;
  }
  self->effort += n + 2;
  return n;
}

static bool store_term(hwp_planner *self, hwp_term *term, int n, const hwp_view *views) {
  term->n_views = n;
  term->views = NULL;
  if (n == 0) return true;
  term->views = hwp_planner_alloc(self, (size_t)n, sizeof *views);
  if (term->views == NULL) return false;
  memcpy(term->views, views, sizeof *views * (size_t)n);
  return true;
}

/* True if a dry run has priced this product already. */
static bool priced(pricing *price, uint64_t key) {
  for (int32_t i = 0; i < price->n_seen; i++)
    if (price->seen[i] == key) return true;
  if (price->n_seen < DRY_MEMORY) price->seen[price->n_seen++] = key;
  return false;
}

static double views_size(const hwp_planner *self, int n, const hwp_view *views) {
  double size = 0.0;
  for (int i = 0; i < n; i++) size += scope_size(self, views[i].rank, views[i].var);
  return size;
}

/* Sums a slot out of one context. Returns the new number of views, −1 if it
 * cannot be done. */
static int slot_context(hwp_planner *self, pricing *price, int n, hwp_view *views, int16_t var) {
  hwp_view with[MAX_VIEWS];
  int n_with = 0, n_without = 0;
  uint64_t key = 0;
  for (int i = 0; i < n; i++) {
    if (view_has(&views[i], var)) {
      key += view_hash(&views[i]);
      with[n_with++] = views[i];
    } else {
      views[n_without++] = views[i];
    }
  }
  if (n_with == 0) return -1; /* every context weighs its variables; see network */
  if (n_with == 1 && sums_to_one(self, &with[0], var)) return n_without;
  if (price->dry && priced(price, key)) return n_without;
  price->removed += views_size(self, n_with, with);
  hwp_view result;
  if (!contract(self, price, n_with, with, var, &result)) return -1;
  if (price->dry) price->size += scope_size(self, result.rank, result.var);
  views[n_without++] = result;
  return n_without;
}

/* The mean of the two sides of a switch in one context. */
static int bit_context(hwp_planner *self, pricing *price, int n0, hwp_view *side0, int n1,
                       hwp_view *side1, hwp_view *out) {
  int n_common = 0, m0 = 0;
  for (int i = 0; i < n0; i++) {
    int match = -1;
    for (int j = 0; j < n1 && match < 0; j++)
      if (view_equal(&side0[i], &side1[j])) match = j;
    if (match < 0) {
      side0[m0++] = side0[i];
      continue;
    }
    out[n_common++] = side0[i];
    memmove(&side1[match], &side1[match + 1], sizeof *side1 * (size_t)(n1 - match - 1));
    n1--;
  }
  if (m0 == 0 && n1 == 0) {
    return n_common;
  }
  uint64_t key = 0;
  for (int i = 0; i < m0; i++) key += view_hash(&side0[i]);
  for (int j = 0; j < n1; j++) key += 3 * view_hash(&side1[j]);
  if (price->dry && priced(price, key)) return n_common;
  price->removed += views_size(self, m0, side0) + views_size(self, n1, side1);
  hwp_view a, b;
  if (!contract(self, price, m0, side0, -1, &a) || !contract(self, price, n1, side1, -1, &b))
    return -1;
  int16_t order[2 * HWP_MAX_RANK];
  int n = label_axes(&a, &b, -1, order);
  if (n < 0 || n > HWP_MAX_RANK) return -1;
  order_axes(self, n, order);
  (void)choose_row(self, &a, &b, n, order);
  double size = scope_size(self, n, order);
  price->work += size + OPERATION_OVERHEAD;
  price->size += size;
  if (price->dry) return n_common;
  hwp_node node = {.kind = HWP_SUM,
                   .rank = (uint8_t)n,
                   .rank_a = a.rank,
                   .rank_b = b.rank,
                   .a = a.node,
                   .b = b.node};
  fill_labels(&a, n, order, node.label_a);
  fill_labels(&b, n, order, node.label_b);
  for (int i = 0; i < n; i++) node.domain[i] = self->vars[order[i]].domain;
  hwp_view sum = {.rank = (uint8_t)n};
  memcpy(sum.var, order, sizeof order[0] * (size_t)n);
  int32_t before = self->n_nodes;
  sum.node = hwp_node_intern(self, &node);
  if (self->n_nodes > before) self->work += size + OPERATION_OVERHEAD;
  out[n_common++] = sum;
  return n_common;
}

/* One context of the elimination; views is scratch of MAX_VIEWS, the result
 * stands in out. */
static int context_step(hwp_planner *self, pricing *price, const joint *group, int32_t var, int at,
                        uint32_t context, hwp_view *out) {
  if (at < 0) {
    int n = context_views(self, group, context, out);
    if (n < 0) return -1;
    return slot_context(self, price, n, out, (int16_t)var);
  }
  hwp_view side0[MAX_VIEWS], side1[MAX_VIEWS];
  uint32_t low = context & ((1u << at) - 1u);
  uint32_t full = (context >> at << (at + 1)) | low;
  int n0 = context_views(self, group, full, side0);
  int n1 = context_views(self, group, full | 1u << at, side1);
  if (n0 < 0 || n1 < 0) return -1;
  return bit_context(self, price, n0, side0, n1, side1, out);
}

/* Position of a switch in the group, −1 for a slot. */
static int bit_position(const hwp_planner *self, const joint *group, int32_t var) {
  if (!self->vars[var].is_bit) return -1;
  for (int k = 0; k < group->n_bits; k++)
    if (group->bits[k] == var) return k;
  return -1;
}

void hwp_eliminate_cost(hwp_planner *self, int32_t var, hwp_price *out) {
  *out = (hwp_price){HUGE_VAL, HUGE_VAL, 0.0};
  joint group;
  if (!gather(self, var, &group)) return;
  pricing price = {.dry = true};
  int at = bit_position(self, &group, var);
  uint32_t n_contexts = 1u << (group.n_bits - (at >= 0 ? 1 : 0));
  hwp_view views[MAX_VIEWS];
  for (uint32_t context = 0; context < n_contexts; context++)
    if (context_step(self, &price, &group, var, at, context, views) < 0) return;
  *out = (hwp_price){price.work, price.size, price.removed};
}

static void retire(hwp_planner *self, const joint *group, int32_t var) {
  for (int32_t i = 0; i < group->n_factors; i++) {
    hwp_factor *factor = &self->factors[group->factors[i]];
    factor->alive = false;
    for (int32_t v = 0; v < self->n_vars; v++)
      if (factor->scope[v >> 6] >> (v & 63) & 1) self->vars[v].dirty = true;
  }
  self->vars[var].alive = false;
}

static bool same_scope(const hwp_planner *self, int32_t i, int32_t j) {
  return memcmp(self->factors[i].scope, self->factors[j].scope,
                sizeof *self->factors[i].scope * (size_t)self->n_words) == 0;
}

/* Many relatives leave many tables over the same axes (an untyped parent with
 * hundreds of children): those are multiplied at once, so that no step has to
 * take up more of them than it can. */
static void absorb(hwp_planner *self, int32_t index) {
  int32_t n_same = 0;
  for (int32_t i = 0; i < self->n_factors; i++)
    n_same += self->factors[i].alive && same_scope(self, i, index);
  if (n_same < ABSORB_FROM) return;
  for (int32_t i = 0; i < self->n_factors; i++) {
    hwp_factor *factor = &self->factors[index], *other = &self->factors[i];
    if (i == index || !other->alive || factor->n_bits + other->n_bits > 0) continue;
    if (!same_scope(self, i, index)) continue;
    const int n = factor->terms[0].n_views, m = other->terms[0].n_views;
    hwp_view views[2 * MAX_VIEWS];
    if (n == 0 || m == 0 || n + m > MAX_VIEWS) continue;
    memcpy(views, factor->terms[0].views, sizeof *views * (size_t)n);
    memcpy(views + n, other->terms[0].views, sizeof *views * (size_t)m);
    const hwp_view product = hwp_views_product(self, n + m, views);
    if (self->too_complex || !store_term(self, &factor->terms[0], 1, &product)) return;
    other->alive = false;
  }
}

void hwp_eliminate(hwp_planner *self, int32_t var) {
  joint group;
  if (!gather(self, var, &group)) {
    self->too_complex = true;
    return;
  }
  pricing price = {.dry = false};
  int at = bit_position(self, &group, var);
  int16_t bits[HWP_MAX_BITS];
  int32_t n_bits = 0;
  for (int k = 0; k < group.n_bits; k++)
    if (k != at) bits[n_bits++] = group.bits[k];
  hwp_factor *factor = hwp_factor_add(self, n_bits, bits);
  if (factor == NULL) return;
  int32_t index = self->n_factors - 1;
  for (uint32_t context = 0; context < 1u << n_bits; context++) {
    hwp_view views[MAX_VIEWS];
    int n = context_step(self, &price, &group, var, at, context, views);
    factor = &self->factors[index];
    if (n < 0 || !store_term(self, &factor->terms[context], n, views)) {
      if (n < 0) self->too_complex = true;
      return;
    }
  }
  retire(self, &group, var);
  hwp_factor_rescope(self, &self->factors[index]);
  absorb(self, index);
}
