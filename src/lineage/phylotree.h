/* The tree of haplogroups as the search for a haplogroup needs it. */
#ifndef HW_LINEAGE_PHYLOTREE_H
#define HW_LINEAGE_PHYLOTREE_H

#include "base/arena.h"
#include "homeward/mtdna.h"

/* The table that the library carries: data/phylotree17.csv. */
extern const char hwp_phylotree17[];
extern const size_t hwp_phylotree17_size;

typedef enum hwp_kind {
  HWP_SUBSTITUTION = 0,
  HWP_DELETION,
  HWP_INSERTION, /* of certain bases */
  HWP_ANY_NUMBER /* of one base */
} hwp_kind;

/* A mutation that the tree has somewhere. */
typedef struct hwp_mutation {
  int32_t position;
  hwp_kind kind;
  int32_t number;    /* HWP_INSERTION: which of the inserted bases is its first, from 1; else 0 */
  const char *bases; /* within text: "A", or what is inserted; "" for a deletion */
  const char *text;
  int64_t weight; /* in millionths */
  int32_t count;  /* edges that bring it */
} hwp_mutation;

/* One step from parent to child. */
typedef struct hwp_change {
  int32_t mutation;
  bool is_lost;
} hwp_change;

typedef struct hwp_node {
  const char *name;
  int32_t parent; /* −1 at the root; always a smaller index */
  int32_t depth;
  int32_t first_change, n_changes;
  int32_t n_expected; /* mutations of the node against the reference */
} hwp_node;

struct hw_phylotree {
  hw_arena arena;
  int32_t n_nodes, n_mutations, n_changes;
  hwp_node *nodes;
  hwp_mutation *mutations; /* by position, kind, number and bases */
  hwp_change *changes;
};

/* The mutation with this position, kind, number and bases (n bytes), or −1. */
int32_t hwp_phylotree_seek(const hw_phylotree *self, int32_t position, hwp_kind kind,
                           int32_t number, const char *bases, size_t n);

#endif
