/* From a pedigree's shape to its network of factors: slots and listed genotypes,
 * founder priors, observations and the gates of Mendel's first law. See plan.h. */
#include "homeward/marker.h"
#include "kinship/plan_int.h"

/* A factor of one or (with a switch) two products of one view. */
static void add_factor(hwp_planner *self, int32_t bit, const hwp_view *side0,
                       const hwp_view *side1) {
  int16_t bits[1] = {(int16_t)bit};
  hwp_factor *factor = hwp_factor_add(self, bit >= 0 ? 1 : 0, bits);
  const hwp_view *sides[2] = {side0, side1};
  for (int s = 0; factor != NULL && s < (bit >= 0 ? 2 : 1); s++) {
    hwp_term *term = &factor->terms[s];
    term->n_views = 1;
    term->views = hwp_planner_alloc(self, 1, sizeof *term->views);
    if (term->views == NULL) return;
    term->views[0] = *sides[s];
  }
  if (factor != NULL) hwp_factor_rescope(self, factor);
}

/* Individuals that carry data, are asked for, or have a descendant who does. */
static void mark_kept(const hwp_shape *shape, bool *kept) {
  for (int32_t i = 0; i < shape->n; i++)
    kept[i] = shape->category[i] != HWP_UNTYPED || i == shape->query;
  for (bool changed = true; changed;) {
    changed = false;
    for (int32_t i = 0; i < shape->n; i++) {
      if (!kept[i] || shape->father[i] < 0) continue;
      bool from_father = !(shape->x && shape->male[i]);
      if (from_father && !kept[shape->father[i]]) kept[shape->father[i]] = changed = true;
      if (!kept[shape->mother[i]]) kept[shape->mother[i]] = changed = true;
    }
  }
}

static int16_t add_var(hwp_planner *self, bool is_bit, int32_t domain) {
  hwp_var *var = &self->vars[self->n_vars];
  *var = (hwp_var){.alive = true, .is_bit = is_bit, .dirty = true, .domain = domain};
  var->size = is_bit ? 2.0 : hwp_domain_size(self, domain);
  return (int16_t)self->n_vars++;
}

static bool is_listed(const hwp_shape *shape, int32_t i) {
  return shape->category[i] != HWP_UNTYPED && shape->category[i] != HWP_DENSE;
}

bool hwp_is_single(const hwp_shape *shape, int32_t i) {
  return shape->x && shape->male[i];
}

static int32_t block_of(const hwp_shape *shape, int32_t slot) {
  const bool is_founder = shape->father[slot / 2] < 0;
  return shape->block != NULL && is_founder && shape->block[slot] != 255 ? shape->block[slot] : -1;
}

/* A variable of its own, or that of the slots tied to this one. */
static int16_t slot_variable(hwp_planner *self, int32_t slot) {
  const int32_t block = block_of(self->shape, slot);
  if (block < 0) return add_var(self, false, 0);
  if (self->block_var[block] == 0) self->block_var[block] = add_var(self, false, 0) + 1;
  return (int16_t)(self->block_var[block] - 1);
}

static void add_variables(hwp_planner *self, const bool *kept) {
  const hwp_shape *shape = self->shape;
  for (int32_t i = 0; i < shape->n; i++) {
    self->slot_var[2 * i] = self->slot_var[2 * i + 1] = -1;
    if (!kept[i]) continue;
    if (is_listed(shape, i)) {
      /* A founder of one known genotype is a constant. */
      if (shape->father[i] < 0 && shape->category[i] == 1 && i != shape->second) continue;
      int16_t var = add_var(self, false, 1 + i);
      self->vars[var].is_query = i == shape->second;
      self->slot_var[2 * i] = self->slot_var[2 * i + 1] = var;
      continue;
    }
    for (int part = hwp_is_single(shape, i) ? 1 : 0; part < 2; part++) {
      const int16_t var = slot_variable(self, 2 * i + part);
      self->vars[var].is_query |= i == shape->query;
      self->slot_var[2 * i + part] = var;
    }
  }
}

/* Axis of a slot: adds variable and domain to a node and its view. */
static void push_axis(const hwp_planner *self, int32_t individual, int part, hwp_node *node,
                      hwp_view *view) {
  int32_t var = self->slot_var[2 * individual + part];
  if (var < 0) return;
  node->domain[node->rank++] = self->vars[var].domain;
  view->var[view->rank++] = (int16_t)var;
}

static hwp_source source_of(const hwp_shape *shape, int32_t individual, int part) {
  if (!is_listed(shape, individual)) return (hwp_source){-1, 0};
  return (hwp_source){individual, (uint8_t)part};
}

static hwp_view matrix_view(hwp_planner *self, int32_t parent, int parent_part, int32_t child,
                            int child_part) {
  hwp_view view = {.rank = 0};
  hwp_node node = {.kind = HWP_MATRIX,
                   .a = -1,
                   .b = -1,
                   .from = child_part == 0 ? HW_FROM_FATHER : HW_FROM_MOTHER,
                   .parent = source_of(self->shape, parent, parent_part),
                   .child = source_of(self->shape, child, child_part)};
  push_axis(self, parent, parent_part, &node, &view);
  push_axis(self, child, child_part, &node, &view);
  view.node = hwp_node_intern(self, &node);
  return view;
}

/* Founder priors and observations of one individual. */
static void add_weights(hwp_planner *self, int32_t i) {
  const hwp_shape *shape = self->shape;
  if (is_listed(shape, i)) {
    hwp_view view = {.rank = 0};
    hwp_node node = {.kind = HWP_WEIGHT, .a = -1, .b = -1, .parent = {i, 0}, .child = {-1, 0}};
    push_axis(self, i, 1, &node, &view);
    view.node = hwp_node_intern(self, &node);
    add_factor(self, -1, &view, NULL);
    return;
  }
  int first = hwp_is_single(shape, i) ? 1 : 0;
  for (int part = first; shape->father[i] < 0 && part < 2; part++) {
    const int32_t block = block_of(shape, 2 * i + part);
    if (block >= 0 && self->block_has_prior[block]) continue;
    if (block >= 0) self->block_has_prior[block] = true;
    hwp_view view = {.rank = 0};
    hwp_node node = {.kind = HWP_PRIOR, .a = -1, .b = -1, .parent = {-1, 0}, .child = {-1, 0}};
    push_axis(self, i, part, &node, &view);
    view.node = hwp_node_intern(self, &node);
    add_factor(self, -1, &view, NULL);
  }
  if (shape->category[i] == HWP_DENSE) {
    hwp_view view = {.rank = 0};
    hwp_node node = {.kind = HWP_OBSERVATION, .a = -1, .b = -1, .parent = {i, 0}, .child = {-1, 0}};
    for (int part = first; part < 2; part++) push_axis(self, i, part, &node, &view);
    view.node = hwp_node_intern(self, &node);
    add_factor(self, -1, &view, NULL);
  }
}

/* The gate between a slot and its parent. fixed[parent] tells whether one of
 * the founder's switches has been fixed already. */
static void add_gate(hwp_planner *self, int32_t child, int part, bool *fixed) {
  const hwp_shape *shape = self->shape;
  int32_t parent = part == 0 ? shape->father[child] : shape->mother[child];
  if (hwp_is_single(shape, parent)) {
    hwp_view only = matrix_view(self, parent, 1, child, part);
    add_factor(self, -1, &only, NULL);
    return;
  }
  hwp_view paternal = matrix_view(self, parent, 0, child, part);
  bool exchangeable =
      shape->father[parent] < 0 && !is_listed(shape, parent) && parent != shape->query;
  if (exchangeable && !fixed[parent]) {
    fixed[parent] = true;
    add_factor(self, -1, &paternal, NULL);
    return;
  }
  hwp_view maternal = matrix_view(self, parent, 1, child, part);
  add_factor(self, add_var(self, true, 0), &paternal, &maternal);
}

hw_status hwp_network_build(hwp_planner *self) {
  const hwp_shape *shape = self->shape;
  size_t n = (size_t)shape->n;
  bool *kept = hwp_planner_alloc(self, n, 1), *fixed = hwp_planner_alloc(self, n, 1);
  self->slot_var = hwp_planner_alloc(self, 2 * n, sizeof *self->slot_var);
  self->vars = hwp_planner_alloc(self, 4 * n, sizeof *self->vars);
  self->block_var = hwp_planner_alloc(self, 256, sizeof *self->block_var);
  self->block_has_prior = hwp_planner_alloc(self, 256, sizeof *self->block_has_prior);
  if (self->out_of_memory) return HW_E_NO_MEMORY;
  mark_kept(shape, kept);
  self->n_words = (int32_t)(4 * n / 64 + 1);
  add_variables(self, kept);
  hwp_node one = {.kind = HWP_ONE, .a = -1, .b = -1, .parent = {-1, 0}, .child = {-1, 0}};
  hwp_node_intern(self, &one);
  for (int32_t i = 0; i < shape->n && !self->out_of_memory; i++) {
    if (!kept[i]) continue;
    add_weights(self, i);
    if (shape->father[i] < 0) continue;
    if (!hwp_is_single(shape, i)) add_gate(self, i, 0, fixed);
    add_gate(self, i, 1, fixed);
  }
  return self->out_of_memory ? HW_E_NO_MEMORY : HW_OK;
}

int32_t hwp_network_urn_slots(const hwp_shape *shape, bool *kept, int32_t *n_gates,
                              int32_t max_slots, int32_t *slots) {
  int32_t n = 0;
  mark_kept(shape, kept);
  for (int32_t i = 0; i < shape->n; i++) n_gates[i] = 0;
  for (int32_t i = 0; i < shape->n; i++) {
    if (!kept[i] || shape->father[i] < 0) continue;
    if (!hwp_is_single(shape, i)) n_gates[shape->father[i]]++;
    n_gates[shape->mother[i]]++;
  }
  for (int32_t i = 0; i < shape->n; i++) {
    if (!kept[i] || shape->father[i] >= 0 || is_listed(shape, i)) continue;
    const bool all = shape->category[i] == HWP_DENSE || i == shape->query;
    const bool single = hwp_is_single(shape, i);
    /* The first gate of an exchangeable founder is fixed to the paternal slot. */
    const int32_t used = all ? 2 : n_gates[i];
    for (int32_t part = single ? 1 : 0; part < 2; part++) {
      if (!all && (single ? used == 0 : part >= used)) continue;
      if (n == max_slots) return -1;
      slots[n++] = 2 * i + part;
    }
  }
  return n;
}
