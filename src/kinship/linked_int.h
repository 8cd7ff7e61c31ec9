/* Shared inside the engine of linked markers: inheritance vectors without what
 * symmetry makes equal, and the graphs of founder alleles that they stand for. */
#ifndef HW_KINSHIP_LINKED_INT_H
#define HW_KINSHIP_LINKED_INT_H

#include "base/arena.h"
#include "homeward/linked.h"
#include "kernels/walk.h"
#include "kinship/family.h"

/* One meiosis that matters: what it does to a vector, and whose map it follows. */
typedef struct hwp_meiosis {
  uint32_t mask;
  bool is_male;
} hwp_meiosis;

/* Typed persons whose alleles hang together, and how to sum over those alleles. */
typedef struct hwp_graph {
  int32_t n_ops;
  const hw_walk_op *ops;
  int32_t most_open; /* digits of the largest table */
} hwp_graph;

/* The vectors of one pedigree, autosomal or on X. */
typedef struct hwp_vectors {
  int32_t n_all;        /* meioses, also those that a flip makes vanish */
  int32_t n_bits;       /* of a vector */
  int32_t n_state_bits; /* n_bits, but at least those of one row of lanes: higher ones do nothing */
  int32_t n_meioses;
  const hwp_meiosis *meioses; /* in the order in which they are mixed */
  int32_t n_graphs;
  const hwp_graph *graphs;
  int32_t n_labels;
  const int32_t *first; /* n_labels + 1: where a label's graphs begin in `part` */
  const int32_t *part;
  const uint16_t *label; /* 2^n_state_bits */
} hwp_vectors;

/* Edges of a graph of founder alleles: a typed person and her two alleles, or one twice. */
typedef struct hwp_edge {
  uint8_t typed, a, b;
} hwp_edge;

/* The allele slots of a pedigree, and whose allele came from where (linked_vectors.c). */
typedef struct hwp_tracer {
  const hw_linked_problem *problem;
  bool on_x;
  hwp_family family;
  bool *is_kept; /* individuals who matter */
  int32_t n_slots;
  int32_t *slot;    /* parents first: 2i the paternal, 2i + 1 the maternal allele of individual i */
  int32_t *parent;  /* per place in `slot`: individual, −1 = founder allele */
  int32_t *bit;     /* per place: of the vector, −1 = none */
  bool *is_meiosis; /* per place: the parent has two alleles */
  int32_t n_all, n_bits;
  uint8_t *root;       /* per slot: number of the founder allele */
  int32_t *individual; /* per typed person */
} hwp_tracer;

/* The graph of a vector: one edge for each typed person, nodes as founder alleles are numbered. */
void hwp_trace(hwp_tracer *self, uint32_t v, hwp_edge *edges);

/* Labels, graphs and their programs of all vectors (linked_labels.c). */
HW_MUST_CHECK hw_status hwp_labels_make(hwp_tracer *tracer, hwp_vectors *out, hw_arena *arena,
                                        hw_arena *scratch, hw_err *err);

/* Counts meioses and bits only. */
HW_MUST_CHECK hw_status hwp_vectors_count(const hw_linked_problem *problem, bool on_x,
                                          int32_t *n_all, int32_t *n_bits, hw_err *err);
/* @param arena    keeps what `out` points to
 * @param scratch  for the way there */
HW_MUST_CHECK hw_status hwp_vectors_init(const hw_linked_problem *problem, bool on_x,
                                         hwp_vectors *out, hw_arena *arena, hw_arena *scratch,
                                         hw_err *err);

/* Writes the program that sums over the alleles of a connected graph.
 * @param ops  [out] room for 3 × n_edges + 2 × n_nodes
 * @return number of operations; *most_open the digits of the largest table */
int32_t hwp_graph_program(int32_t n_edges, const hwp_edge *edges, int32_t n_nodes, hw_walk_op *ops,
                          int32_t *most_open);

#endif
