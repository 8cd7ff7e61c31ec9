/* Which vectors say the same of the typed persons.
 *
 * A vector's graph has the founder alleles as nodes, and each typed person joins
 * the two that she carries. Vectors with the same graph, up to the names of the
 * nodes, have the same likelihood at every marker: they share a label. A label's
 * connected parts come again in many labels; each is summed once per marker.
 *
 * To find equal graphs the nodes are numbered as they are met, person by person;
 * of two new nodes of one person the first is the one that is met alone sooner.
 * Where that leaves two names for one graph, it is merely computed twice.
 *
 * Source: Sobel & Lange (1996), graphs of founder alleles. */
#include <string.h>

#include "base/check.h"
#include "kinship/linked_int.h"

enum { MOST_LABELS = 65536, NOT_MET = UINT8_MAX, FIRST_SLOTS = 256 };

/* --- sets of edge lists --- */

typedef struct entry {
  int32_t n;
  const hwp_edge *edges;
} entry;

/* Lists of edges, each once, numbered as they come. */
typedef struct edge_set {
  hw_arena *arena;
  int32_t n, capacity, n_slots;
  entry *entries;
  int32_t *slots; /* index + 1; 0 = free */
} edge_set;

static uint32_t hash_edges(const hwp_edge *edges, int32_t n) {
  uint32_t hash = 2166136261U; /* Fowler, Noll & Vo, variant 1a */
  for (int32_t e = 0; e < n; e++) {
    const uint8_t bytes[3] = {edges[e].typed, edges[e].a, edges[e].b};
    for (int b = 0; b < 3; b++) hash = (hash ^ bytes[b]) * 16777619U;
  }
  return hash;
}

static bool is_same(const entry *known, const hwp_edge *edges, int32_t n) {
  if (known->n != n) return false;
  for (int32_t e = 0; e < n; e++)
    if (known->edges[e].typed != edges[e].typed || known->edges[e].a != edges[e].a ||
        known->edges[e].b != edges[e].b)
      return false;
  return true;
}

static int32_t *find_slot(const edge_set *self, const hwp_edge *edges, int32_t n) {
  uint32_t at = hash_edges(edges, n) & (uint32_t)(self->n_slots - 1);
  while (self->slots[at] != 0 && !is_same(&self->entries[self->slots[at] - 1], edges, n))
    at = (at + 1) & (uint32_t)(self->n_slots - 1);
  return &self->slots[at];
}

/* Twice as many slots as entries at least; the arena keeps what is outgrown. */
static hw_status grow(edge_set *self, hw_err *err) {
  const int32_t capacity = self->capacity == 0 ? FIRST_SLOTS / 2 : 2 * self->capacity;
  entry *entries = hw_arena_alloc_array(self->arena, (size_t)capacity, sizeof *entries);
  int32_t *slots = hw_arena_alloc_array(self->arena, 2 * (size_t)capacity, sizeof *slots);
  if (entries == NULL || slots == NULL) return HW_NO_MEMORY(err, "graphs of founder alleles");
  if (self->n > 0) memcpy(entries, self->entries, (size_t)self->n * sizeof *entries);
  self->entries = entries;
  self->slots = slots;
  self->capacity = capacity;
  self->n_slots = 2 * capacity;
  for (int32_t i = 0; i < self->n; i++) *find_slot(self, entries[i].edges, entries[i].n) = i + 1;
  return HW_OK;
}

/* Number of a list, new or not. */
static hw_status add(edge_set *self, const hwp_edge *edges, int32_t n, int32_t *number,
                     hw_err *err) {
  if (self->n == self->capacity) HW_TRY(grow(self, err));
  int32_t *slot = find_slot(self, edges, n);
  if (*slot == 0) {
    const hwp_edge *copy = hw_arena_copy(self->arena, edges, (size_t)n * sizeof *copy);
    if (copy == NULL) return HW_NO_MEMORY(err, "graphs of founder alleles");
    self->entries[self->n++] = (entry){n, copy};
    *slot = self->n;
  }
  *number = *slot - 1;
  return HW_OK;
}

/* --- one vector --- */

/* True if the next person who carries exactly one of two founder alleles carries the first. */
static bool is_met_sooner(const hwp_edge *edges, int32_t n, int32_t t, uint8_t first,
                          uint8_t second) {
  for (int32_t later = t + 1; later < n; later++) {
    const bool has_first = edges[later].a == first || edges[later].b == first;
    const bool has_second = edges[later].a == second || edges[later].b == second;
    if (has_first != has_second) return has_first;
  }
  return true;
}

/* Numbers the nodes as they are met. */
static void rename_nodes(hwp_edge *edges, int32_t n) {
  uint8_t number[UINT8_MAX + 1], n_met = 0;
  hwp_edge renamed[HW_LINKED_MAX_TYPED];
  memset(number, NOT_MET, sizeof number);
  for (int32_t t = 0; t < n; t++) {
    uint8_t a = edges[t].a, b = edges[t].b;
    if (number[a] == NOT_MET && number[b] == NOT_MET && a != b &&
        !is_met_sooner(edges, n, t, a, b)) {
      a = edges[t].b;
      b = edges[t].a;
    }
    if (number[a] == NOT_MET) number[a] = n_met++;
    if (number[b] == NOT_MET) number[b] = n_met++;
    a = number[a];
    b = number[b];
    renamed[t] = (hwp_edge){edges[t].typed, a < b ? a : b, a < b ? b : a};
  }
  memcpy(edges, renamed, (size_t)n * sizeof *edges);
}

static hw_status label_all(hwp_tracer *tracer, hwp_vectors *out, edge_set *labels, hw_arena *arena,
                           hw_err *err) {
  const int32_t n_typed = tracer->problem->n_typed;
  const size_t n = (size_t)1 << out->n_bits, n_states = (size_t)1 << out->n_state_bits;
  uint16_t *label = hw_arena_alloc_array(arena, n_states, sizeof *label);
  if (label == NULL) return HW_NO_MEMORY(err, "the labels of inheritance vectors");
  for (size_t v = 0; v < n; v++) {
    hwp_edge edges[HW_LINKED_MAX_TYPED];
    int32_t number = 0;
    hwp_trace(tracer, (uint32_t)v, edges);
    rename_nodes(edges, n_typed);
    HW_TRY(add(labels, edges, n_typed, &number, err));
    if (number >= MOST_LABELS)
      return hw_err_set(err, HW_E_TOO_COMPLEX,
                        "the typed persons can share founder alleles in more than %d ways: leave "
                        "out distant relatives",
                        MOST_LABELS);
    label[v] = (uint16_t)number;
  }
  for (size_t v = n; v < n_states; v++) label[v] = label[v & (n - 1)];
  out->label = label;
  out->n_labels = labels->n;
  return HW_OK;
}

/* --- connected parts --- */

/* Takes one connected part out of a label's edges. @return edges of the part */
static int32_t take_part(const hwp_edge *edges, int32_t n, bool *is_taken, hwp_edge *part) {
  bool is_reached[UINT8_MAX + 1] = {false}, is_in[HW_LINKED_MAX_TYPED] = {false};
  int32_t n_part = 0, first = 0;
  while (first < n && is_taken[first]) first++;
  if (first == n) return 0;
  is_reached[edges[first].a] = true;
  for (bool is_changed = true; is_changed;) {
    is_changed = false;
    for (int32_t t = first; t < n; t++) {
      if (is_taken[t] || !(is_reached[edges[t].a] || is_reached[edges[t].b])) continue;
      is_reached[edges[t].a] = is_reached[edges[t].b] = true;
      is_taken[t] = is_in[t] = is_changed = true;
    }
  }
  for (int32_t t = first; t < n; t++)
    if (is_in[t]) part[n_part++] = edges[t];
  rename_nodes(part, n_part);
  return n_part;
}

static hw_status split_all(const edge_set *labels, hwp_vectors *out, edge_set *graphs,
                           hw_arena *arena, hw_err *err) {
  const size_t most = (size_t)labels->n * HW_LINKED_MAX_TYPED;
  int32_t *first = hw_arena_alloc_array(arena, (size_t)labels->n + 1, sizeof *first);
  int32_t *parts = hw_arena_alloc_array(graphs->arena, most + 1, sizeof *parts);
  if (first == NULL || parts == NULL) return HW_NO_MEMORY(err, "graphs of founder alleles");
  int32_t n_parts = 0;
  for (int32_t i = 0; i < labels->n; i++) {
    bool is_taken[HW_LINKED_MAX_TYPED] = {false};
    hwp_edge part[HW_LINKED_MAX_TYPED];
    first[i] = n_parts;
    for (;;) {
      const int32_t n = take_part(labels->entries[i].edges, labels->entries[i].n, is_taken, part);
      if (n == 0) break;
      HW_TRY(add(graphs, part, n, &parts[n_parts], err));
      n_parts++;
    }
  }
  first[labels->n] = n_parts;
  out->first = first;
  out->part = hw_arena_copy(arena, parts, (size_t)n_parts * sizeof *parts);
  return out->part != NULL ? HW_OK : HW_NO_MEMORY(err, "graphs of founder alleles");
}

static hw_status write_programs(const edge_set *graphs, hwp_vectors *out, hw_arena *arena,
                                hw_err *err) {
  hwp_graph *list = hw_arena_alloc_array(arena, (size_t)graphs->n + 1, sizeof *list);
  if (list == NULL) return HW_NO_MEMORY(err, "graphs of founder alleles");
  for (int32_t g = 0; g < graphs->n; g++) {
    const entry *one = &graphs->entries[g];
    int32_t n_nodes = 0;
    for (int32_t e = 0; e < one->n; e++)
      if (one->edges[e].b >= n_nodes) n_nodes = one->edges[e].b + 1;
    hw_walk_op *ops = hw_arena_alloc_array(arena, (size_t)(one->n + 2 * n_nodes) + 1, sizeof *ops);
    if (ops == NULL) return HW_NO_MEMORY(err, "graphs of founder alleles");
    list[g].ops = ops;
    list[g].n_nodes = n_nodes;
    list[g].n_ops = hwp_graph_program(one->n, one->edges, n_nodes, ops, &list[g].most_open);
  }
  out->n_graphs = graphs->n;
  out->graphs = list;
  return HW_OK;
}

hw_status hwp_labels_make(hwp_tracer *tracer, hwp_vectors *out, hw_arena *arena, hw_arena *scratch,
                          hw_err *err) {
  edge_set labels = {.arena = scratch}, graphs = {.arena = scratch};
  HW_TRY(label_all(tracer, out, &labels, arena, err));
  HW_TRY(split_all(&labels, out, &graphs, arena, err));
  return write_programs(&graphs, out, arena, err);
}
