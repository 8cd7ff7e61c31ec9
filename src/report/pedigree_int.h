/* Inside of the layout of pedigrees: the graph that its steps hand on.
 *
 *   pedigree_graph.c   persons become nodes on levels, and families
 *   pedigree_blocks.c  mates become blocks; the first order
 *   pedigree_order.c   a better order
 *   pedigree_place.c   x, and the heights of lines */
#ifndef HW_REPORT_PEDIGREE_INT_H
#define HW_REPORT_PEDIGREE_INT_H

#include "base/arena.h"
#include "homeward/drawing.h"

typedef struct hwp_node {
  hw_place_kind kind;
  int32_t person;
  hw_sex sex;
  int32_t level;
  int32_t family;    /* of descent, or -1 */
  int32_t above;     /* the line that ends here, or -1 */
  int32_t component; /* -1 until known */
  int32_t block, at; /* its block, and the place within */
} hwp_node;

typedef struct hwp_family {
  int32_t father, mother; /* nodes on one level and in one block */
  int32_t level;
  int32_t n_children;
  int32_t *children; /* nodes on level + 1 */
  bool is_consanguineous;
  int32_t rise, track;
} hwp_family;

/* Nodes that stay side by side: mates and twins. */
typedef struct hwp_block {
  int32_t n, level;
  int32_t *nodes; /* from left to right */
  double x;       /* of the first; the others follow at distances of 1 */
} hwp_block;

typedef struct hwp_level {
  int32_t n;
  int32_t *blocks; /* from left to right */
} hwp_level;

typedef struct hwp_graph {
  const hw_pedigree *ped;
  const int32_t *born_together; /* or NULL */
  hw_arena *arena;
  int32_t n_nodes, n_families, n_blocks, n_components, n_levels;
  hwp_node *nodes; /* the persons first */
  hwp_family *families;
  hwp_block *blocks;
  hwp_level *levels; /* n_components × n_levels */
} hwp_graph;

/* Nodes of a graph, at most. */
enum { HWP_MOST_NODES = 4 * HW_DRAWN_MOST };

HW_MUST_CHECK hw_status hwp_graph_build(hwp_graph *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_graph_block(hwp_graph *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_graph_order(hwp_graph *self, int32_t component, hw_err *err);

/* Effective parent: twins have their parents in common. */
int32_t hwp_father(const hw_pedigree *ped, int32_t person);
int32_t hwp_mother(const hw_pedigree *ped, int32_t person);
/* First of the persons that are genetically one. */
int32_t hwp_twin_root(const hw_pedigree *ped, int32_t person);

static inline hwp_level *hwp_level_of(const hwp_graph *self, int32_t component, int32_t level) {
  return &self->levels[component * self->n_levels + level];
}
static inline double hwp_node_x(const hwp_graph *self, int32_t node) {
  const hwp_node *n = &self->nodes[node];
  return self->blocks[n->block].x + n->at;
}
/* Where the line of descent of a family begins, from the first node of its block. */
double hwp_family_offset(const hwp_graph *self, const hwp_family *family);
static inline double hwp_family_x(const hwp_graph *self, const hwp_family *family) {
  return self->blocks[self->nodes[family->father].block].x + hwp_family_offset(self, family);
}
/* Least distance between the last node of a block and the first of the next. */
double hwp_gap(const hwp_graph *self, const hwp_block *left, const hwp_block *right);

/* Moves the blocks of a component to where the lines of descent are short, in their order.
 * `scratch` holds 4 × n_blocks numbers. */
void hwp_graph_place(hwp_graph *self, int32_t component, int n_rounds, double *scratch);
/* Sum of the squares of the ways aside of all lines of descent. */
double hwp_graph_stretch(const hwp_graph *self, int32_t component);
/* Heights of lines between and above the generations. */
HW_MUST_CHECK hw_status hwp_graph_tracks(hwp_graph *self, int32_t *n_tracks, int32_t *n_rises,
                                         hw_err *err);

#endif
