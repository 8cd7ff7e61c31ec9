/* From a graph of founder alleles to a program of table operations.
 *
 * Nodes are founder alleles, edges typed persons. P(data) = Σ over the alleles of
 * all nodes Π p(node) Π P(reads of the person | alleles of her nodes). Persons are
 * taken one by one; a node is opened when its first person comes and summed out
 * after its last one, so that tables stay as small as the graph permits. Next comes
 * the person who opens fewest nodes and, of those, closes most: in a tree no more
 * than two or three are ever open. */
#include "kinship/linked_int.h"

enum { MOST_NODES = 2 * HW_LINKED_MAX_TYPED };

typedef struct writer {
  hw_walk_op *ops;
  int32_t n_ops;
  int32_t n_open, most_open;
  int32_t digit[MOST_NODES]; /* −1 = not open */
  int32_t left[MOST_NODES];  /* persons to come */
} writer;

static void open_node(writer *self, int32_t node) {
  if (self->digit[node] >= 0) return;
  self->digit[node] = self->n_open++;
  if (self->n_open > self->most_open) self->most_open = self->n_open;
  self->ops[self->n_ops++] = (hw_walk_op){.verb = HW_WALK_OPEN};
}

static void close_node(writer *self, int32_t n_nodes, int32_t node) {
  if (self->left[node] > 0 || self->digit[node] < 0) return;
  const int32_t digit = self->digit[node];
  self->ops[self->n_ops++] = (hw_walk_op){.verb = HW_WALK_CLOSE, .a = (uint8_t)digit};
  for (int32_t i = 0; i < n_nodes; i++) self->digit[i] -= self->digit[i] > digit;
  self->digit[node] = -1;
  self->n_open--;
}

/* Larger is better: few nodes to open, then many to close. */
static int32_t rank(const writer *self, hwp_edge edge) {
  int32_t opens = (self->digit[edge.a] < 0) + (edge.b != edge.a && self->digit[edge.b] < 0);
  int32_t closes = (self->left[edge.a] == 1) + (edge.b != edge.a && self->left[edge.b] == 1);
  return closes - 4 * opens;
}

int32_t hwp_graph_program(int32_t n_edges, const hwp_edge *edges, int32_t n_nodes, hw_walk_op *ops,
                          int32_t *most_open) {
  writer self = {.ops = ops};
  uint64_t taken = 0;
  for (int32_t i = 0; i < n_nodes; i++) {
    self.digit[i] = -1;
    self.left[i] = 0;
  }
  for (int32_t e = 0; e < n_edges; e++) {
    self.left[edges[e].a]++;
    if (edges[e].b != edges[e].a) self.left[edges[e].b]++;
  }
  for (int32_t step = 0; step < n_edges; step++) {
    int32_t best = -1;
    for (int32_t e = 0; e < n_edges; e++)
      if (!(taken >> e & 1) && (best < 0 || rank(&self, edges[e]) > rank(&self, edges[best])))
        best = e;
    const hwp_edge edge = edges[best];
    taken |= (uint64_t)1 << best;
    open_node(&self, edge.a);
    open_node(&self, edge.b);
    self.ops[self.n_ops++] = (hw_walk_op){.verb = HW_WALK_TYPED,
                                          .person = edge.typed,
                                          .a = (uint8_t)self.digit[edge.a],
                                          .b = (uint8_t)self.digit[edge.b]};
    self.left[edge.a]--;
    if (edge.b != edge.a) self.left[edge.b]--;
    close_node(&self, n_nodes, edge.a);
    close_node(&self, n_nodes, edge.b);
  }
  *most_open = self.most_open;
  return self.n_ops;
}
