/* Building a plan: a search for a cheap order of elimination of the network of
 * factors (network.c), and the finished program. See plan.h. */
#include "kinship/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kinship/plan_int.h"

/* Orders tried at most. */
enum { MAX_TRIALS = 64 };
/* The first trials: open switches allowed (few contexts are planned fast, many
 * find cheaper plans) and the credit for the tables that a step uses up. */
static const struct {
  int32_t bits;
  double removed;
} TRIALS[] = {{5, 0.0}, {6, 0.0}, {5, 0.6}, {6, 0.6}, {8, 0.0}};
enum { FIXED_TRIALS = sizeof TRIALS / sizeof *TRIALS };
/* Planning goes on while what it has cost is below so many evaluations of the
 * best plan found; the price of one view looked at, in multiply–adds. */
static const double WORTHWHILE_EVALUATIONS = 4.0, EFFORT_PRICE = 60.0;

/* ---- memory ------------------------------------------------------------ */

void *hwp_planner_alloc(hwp_planner *self, size_t n, size_t size) {
  void *memory = hw_arena_alloc_array(&self->arena, n, size);
  if (memory == NULL) self->out_of_memory = true;
  return memory;
}

static void planner_clear(hwp_planner *self) {
  hw_arena_clear(&self->arena);
  free(self->factors);
  free(self->nodes);
  free(self->hash);
  memset(self, 0, sizeof *self);
}

/* ---- nodes ------------------------------------------------------------- */

double hwp_domain_size(const hwp_planner *self, int32_t domain) {
  if (domain == 0) return self->shape->k;
  return self->shape->category[domain - 1];
}

static uint64_t node_hash(const hwp_node *node) {
  const unsigned char *bytes = (const unsigned char *)node;
  uint64_t h = 0xcbf29ce484222325ULL;
  for (size_t i = 0; i < sizeof *node; i += 8) {
    uint64_t word = 0;
    memcpy(&word, bytes + i, sizeof *node - i < 8 ? sizeof *node - i : 8);
    h = (h ^ word) * 0x9e3779b97f4a7c15ULL;
    h ^= h >> 31;
  }
  return h;
}

static bool hash_grow(hwp_planner *self) {
  uint32_t size = self->n_slots_hash == 0 ? 256 : self->n_slots_hash * 2;
  int32_t *hash = calloc(size, sizeof *hash);
  if (hash == NULL) return false;
  for (int32_t i = 0; i < self->n_nodes; i++) {
    uint32_t at = (uint32_t)node_hash(&self->nodes[i]) & (size - 1);
    while (hash[at] != 0) at = (at + 1) & (size - 1);
    hash[at] = i + 1;
  }
  free(self->hash);
  self->hash = hash;
  self->n_slots_hash = size;
  return true;
}

int32_t hwp_node_intern(hwp_planner *self, const hwp_node *node) {
  if (self->out_of_memory) return 0;
  if ((uint32_t)self->n_nodes * 2 >= self->n_slots_hash && !hash_grow(self)) {
    self->out_of_memory = true;
    return 0;
  }
  /* A copy with zeroed padding, so that equal nodes have equal bytes. */
  hwp_node key;
  memset(&key, 0, sizeof key);
  key.kind = node->kind;
  key.rank = node->rank;
  key.rank_a = node->rank_a;
  key.rank_b = node->rank_b;
  key.sums = node->sums;
  key.from = node->from;
  memcpy(key.label_a, node->label_a, sizeof key.label_a);
  memcpy(key.label_b, node->label_b, sizeof key.label_b);
  memcpy(key.domain, node->domain, sizeof key.domain);
  key.a = node->a;
  key.b = node->b;
  key.parent.individual = node->parent.individual;
  key.parent.part = node->parent.part;
  key.child.individual = node->child.individual;
  key.child.part = node->child.part;
  uint32_t at = (uint32_t)node_hash(&key) & (self->n_slots_hash - 1);
  for (; self->hash[at] != 0; at = (at + 1) & (self->n_slots_hash - 1))
    if (memcmp(&self->nodes[self->hash[at] - 1], &key, sizeof key) == 0) return self->hash[at] - 1;
  if (self->n_nodes == self->cap_nodes) {
    int32_t cap = self->cap_nodes == 0 ? 128 : self->cap_nodes * 2;
    hwp_node *nodes = realloc(self->nodes, sizeof *nodes * (size_t)cap);
    if (nodes == NULL) {
      self->out_of_memory = true;
      return 0;
    }
    self->nodes = nodes;
    self->cap_nodes = cap;
  }
  memcpy(&self->nodes[self->n_nodes], &key, sizeof key);
  self->hash[at] = ++self->n_nodes;
  return self->n_nodes - 1;
}

/* ---- factors ----------------------------------------------------------- */

hwp_factor *hwp_factor_add(hwp_planner *self, int32_t n_bits, const int16_t *bits) {
  if (self->n_factors == self->cap_factors) {
    int32_t cap = self->cap_factors == 0 ? 64 : self->cap_factors * 2;
    hwp_factor *factors = realloc(self->factors, sizeof *factors * (size_t)cap);
    if (factors == NULL) {
      self->out_of_memory = true;
      return NULL;
    }
    self->factors = factors;
    self->cap_factors = cap;
  }
  hwp_factor *factor = &self->factors[self->n_factors];
  memset(factor, 0, sizeof *factor);
  factor->alive = true;
  factor->n_bits = n_bits;
  memcpy(factor->bits, bits, sizeof *bits * (size_t)n_bits);
  factor->terms = hwp_planner_alloc(self, (size_t)1 << n_bits, sizeof *factor->terms);
  factor->scope = hwp_planner_alloc(self, (size_t)self->n_words, sizeof *factor->scope);
  if (factor->terms == NULL || factor->scope == NULL) return NULL;
  self->n_factors++;
  return factor;
}

void hwp_factor_rescope(hwp_planner *self, hwp_factor *factor) {
  memset(factor->scope, 0, sizeof *factor->scope * (size_t)self->n_words);
  for (int32_t b = 0; b < factor->n_bits; b++)
    factor->scope[factor->bits[b] >> 6] |= 1ULL << (factor->bits[b] & 63);
  for (uint32_t t = 0; t < 1u << factor->n_bits; t++)
    for (int32_t i = 0; i < factor->terms[t].n_views; i++) {
      const hwp_view *view = &factor->terms[t].views[i];
      for (int a = 0; a < view->rank; a++)
        factor->scope[view->var[a] >> 6] |= 1ULL << (view->var[a] & 63);
    }
  for (int32_t v = 0; v < self->n_vars; v++)
    if (factor->scope[v >> 6] >> (v & 63) & 1) self->vars[v].dirty = true;
}

/* ---- search ------------------------------------------------------------ */

static double uniform(hwp_planner *self) {
  self->random = self->random * 6364136223846793005ULL + 1442695040888963407ULL;
  return (double)(self->random >> 11) * 0x1p-53;
}

static double score(hwp_planner *self, int32_t var) {
  hwp_price price;
  hwp_eliminate_cost(self, var, &price);
  double value = self->weight_work * price.work + price.size - self->weight_removed * price.removed;
  if (self->noise > 0.0) value += self->noise * fabs(value) * uniform(self);
  return value;
}

/* Eliminates everything but the query, cheapest variable first. */
static void eliminate_all(hwp_planner *self, double limit) {
  for (;;) {
    int32_t best = -1;
    bool left = false;
    for (int32_t v = 0; v < self->n_vars; v++) {
      hwp_var *var = &self->vars[v];
      if (!var->alive || var->is_query) continue;
      left = true;
      if (var->dirty) {
        var->score = score(self, v);
        var->dirty = false;
      }
      if (isfinite(var->score) && (best < 0 || var->score < self->vars[best].score)) best = v;
    }
    if (!left) return;
    if (best < 0) self->too_complex = true;
    if (self->too_complex || self->out_of_memory || self->work > limit) return;
    hwp_eliminate(self, best);
  }
}

/* ---- result ------------------------------------------------------------ */

static double node_size(const hwp_planner *self, const hwp_node *node) {
  double size = 1.0;
  for (int i = 0; i < node->rank; i++) size *= hwp_domain_size(self, node->domain[i]);
  return size;
}

/* Marks the nodes that the result needs and when each is read last; drops the
 * others and renumbers. */
static void compact(hwp_planner *self, hwp_plan *plan) {
  int32_t n = self->n_nodes;
  int32_t *map = hwp_planner_alloc(self, (size_t)n, sizeof *map);
  if (map == NULL) return;
  for (int32_t i = 0; i < plan->n_scalars; i++) map[plan->scalars[i]] = 1;
  if (plan->query_node >= 0) map[plan->query_node] = 1;
  for (int32_t i = n - 1; i >= 0; i--) {
    if (map[i] == 0) continue;
    if (self->nodes[i].a >= 0) map[self->nodes[i].a] = 1;
    if (self->nodes[i].b >= 0) map[self->nodes[i].b] = 1;
  }
  int32_t kept = 0;
  for (int32_t i = 0; i < n; i++) {
    if (map[i] == 0) continue;
    hwp_node node = self->nodes[i];
    if (node.a >= 0) node.a = map[node.a];
    if (node.b >= 0) node.b = map[node.b];
    map[i] = kept;
    self->nodes[kept++] = node;
  }
  for (int32_t i = 0; i < plan->n_scalars; i++) plan->scalars[i] = map[plan->scalars[i]];
  if (plan->query_node >= 0) plan->query_node = map[plan->query_node];
  self->n_nodes = kept;
}

static void measure(hwp_planner *self, hwp_plan *plan) {
  for (int32_t i = 0; i < self->n_nodes; i++) {
    self->nodes[i].last_use = i;
    if (self->nodes[i].a >= 0) self->nodes[self->nodes[i].a].last_use = i;
    if (self->nodes[i].b >= 0) self->nodes[self->nodes[i].b].last_use = i;
  }
  for (int32_t i = 0; i < plan->n_scalars; i++)
    self->nodes[plan->scalars[i]].last_use = self->n_nodes;
  if (plan->query_node >= 0) self->nodes[plan->query_node].last_use = self->n_nodes;
  double alive = 0.0;
  for (int32_t i = 0; i < self->n_nodes; i++) {
    const hwp_node *node = &self->nodes[i];
    alive += 8.0 * node_size(self, node);
    if (alive > plan->bytes) plan->bytes = alive;
    if (node->a >= 0 && self->nodes[node->a].last_use == i)
      alive -= 8.0 * node_size(self, &self->nodes[node->a]);
    if (node->b >= 0 && node->b != node->a && self->nodes[node->b].last_use == i)
      alive -= 8.0 * node_size(self, &self->nodes[node->b]);
  }
}

/* Collects what is left of the factors: scalars, and tables over the query. */
static hw_status collect(hwp_planner *self, hwp_plan *plan) {
  const hwp_shape *shape = self->shape;
  hwp_view open[64];
  int32_t n_open = 0, n_scalars = 0;
  plan->scalars = malloc(sizeof *plan->scalars * (size_t)(self->n_factors * 8 + 64));
  if (plan->scalars == NULL) return HW_E_NO_MEMORY;
  plan->query_node = -1;
  plan->query_label[0] = plan->query_label[1] = plan->second_label = 255;
  plan->second = shape->second;
  plan->query_single = shape->query >= 0 && hwp_is_single(shape, shape->query);
  for (int32_t i = 0; i < self->n_factors; i++) {
    const hwp_factor *factor = &self->factors[i];
    if (!factor->alive) continue;
    const hwp_term *term = &factor->terms[0];
    for (int32_t v = 0; v < term->n_views; v++) {
      if (term->views[v].rank > 0) {
        if (n_open == 64) return HW_E_TOO_COMPLEX;
        open[n_open++] = term->views[v];
      } else if (term->views[v].node != 0) {
        if (n_scalars >= self->n_factors * 8 + 64) return HW_E_TOO_COMPLEX;
        plan->scalars[n_scalars++] = term->views[v].node;
      }
    }
  }
  plan->n_scalars = n_scalars;
  if (shape->query < 0 || n_open == 0) return HW_OK;
  hwp_view all = hwp_views_product(self, n_open, open);
  plan->query_node = all.node;
  for (int a = 0; a < all.rank; a++) {
    for (int part = 0; part < 2; part++)
      if (self->slot_var[2 * shape->query + part] == all.var[a])
        plan->query_label[part] = (uint8_t)a;
    if (shape->second >= 0 && self->slot_var[2 * shape->second] == all.var[a])
      plan->second_label = (uint8_t)a;
  }
  return HW_OK;
}

/* The strategy of a trial: the score of a step is the size of the tables that it
 * makes, less a part of those that it uses up, plus a little of its work. Later
 * trials vary the parts and add noise, always the same for the same trial. */
static void set_strategy(hwp_planner *self, int trial) {
  self->weight_work = 0.02;
  self->random = 0x5851f42d4c957f2dULL * (uint64_t)(trial + 1);
  if (trial < FIXED_TRIALS) {
    self->max_bits = TRIALS[trial].bits;
    self->weight_removed = TRIALS[trial].removed;
    return;
  }
  static const int32_t bits[] = {5, 6, 6, 7, 8, HWP_MAX_BITS};
  self->max_bits = bits[(int)(6.0 * uniform(self))];
  self->weight_work = ldexp(0.001, (int)(7.0 * uniform(self)));
  self->weight_removed = uniform(self) < 0.5 ? 0.0 : uniform(self);
  self->noise = 0.2 + 2.0 * uniform(self);
}

/* One trial: a whole plan by one strategy. *out stays NULL where the strategy
 * finds no order within the limit. */
static hw_status attempt(const hwp_shape *shape, int trial, double limit, double *effort,
                         hwp_plan **out) {
  hwp_planner planner = {.shape = shape};
  set_strategy(&planner, trial);
  hwp_plan *plan = NULL;
  hw_status status = hwp_network_build(&planner);
  if (status != HW_OK) goto out;
  eliminate_all(&planner, limit);
  if (planner.too_complex || planner.out_of_memory || planner.work > limit) {
    status = planner.out_of_memory ? HW_E_NO_MEMORY : HW_OK;
    goto out;
  }
  plan = calloc(1, sizeof *plan);
  status = plan == NULL ? HW_E_NO_MEMORY : collect(&planner, plan);
  if (status != HW_OK) goto out;
  compact(&planner, plan);
  measure(&planner, plan);
  if (planner.out_of_memory) {
    status = HW_E_NO_MEMORY;
    goto out;
  }
  plan->work = planner.work;
  plan->n_nodes = planner.n_nodes;
  plan->nodes = planner.nodes;
  planner.nodes = NULL;
  *out = plan;
  plan = NULL;
out:
  *effort += planner.effort;
  if (status == HW_E_TOO_COMPLEX) status = HW_OK;
  hwp_plan_delete(plan);
  planner_clear(&planner);
  return status;
}

hw_status hwp_plan_new(const hwp_shape *shape, double max_work, double max_bytes, hwp_plan **out,
                       hw_err *err) {
  *out = NULL;
  if (shape->n > 8000)
    return hw_err_set(err, HW_E_TOO_COMPLEX,
                      "%d individuals matter at one marker, 8000 are possible", (int)shape->n);
  double limit = 1e300, effort = 0.0;
  hwp_plan *best = NULL;
  for (int trial = 0; trial < MAX_TRIALS; trial++) {
    hwp_plan *plan = NULL;
    hw_status status = attempt(shape, trial, limit, &effort, &plan);
    if (status != HW_OK) {
      hwp_plan_delete(best);
      return hw_err_set(err, status, "%s", hw_status_sentence(status));
    }
    if (plan != NULL && (best == NULL || plan->work < best->work)) {
      hwp_plan_delete(best);
      best = plan;
      limit = plan->work;
    } else {
      hwp_plan_delete(plan);
    }
    if (best != NULL && shape->quick) break;
    if (best != NULL && effort * EFFORT_PRICE > best->work * WORTHWHILE_EVALUATIONS) break;
  }
  if (best == NULL || best->work > max_work || best->bytes > max_bytes) {
    double work = best != NULL ? best->work : HUGE_VAL,
           bytes = best != NULL ? best->bytes : HUGE_VAL;
    hwp_plan_delete(best);
    return hw_err_set(
        err, HW_E_TOO_COMPLEX,
        "the cheapest order found needs %.3g multiply-adds and %.3g bytes a marker; the "
        "bounds are %.3g and %.3g. Raise the bound, type more relatives or leave out "
        "distant ones",
        work, bytes, max_work, max_bytes);
  }
  *out = best;
  return HW_OK;
}

void hwp_plan_delete(hwp_plan *self) {
  if (self == NULL) return;
  free(self->nodes);
  free(self->scalars);
  free(self);
}
