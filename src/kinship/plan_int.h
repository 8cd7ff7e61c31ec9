/* The planner's working state, shared by plan.c (network, search for an order)
 * and eliminate.c (the symbolic operations). */
#ifndef HW_KINSHIP_PLAN_INT_H
#define HW_KINSHIP_PLAN_INT_H

#include "base/arena.h"
#include "kinship/plan.h"

/* A table with variables on its axes; two axes may carry the same variable. */
typedef struct hwp_view {
  int32_t node; /* −1 in a dry run: only the scope is known */
  uint8_t rank;
  int16_t var[HWP_MAX_RANK];
} hwp_view;

/* One context of a factor: Π views. */
typedef struct hwp_term {
  int32_t n_views;
  hwp_view *views;
} hwp_term;

typedef struct hwp_factor {
  bool alive;
  int32_t n_bits;
  int16_t bits[HWP_MAX_BITS];
  hwp_term *terms; /* 1 << n_bits */
  uint64_t *scope; /* bit set of all variables, switches included */
} hwp_factor;

typedef struct hwp_var {
  bool alive;
  bool is_bit;
  bool is_query;
  bool dirty;     /* score must be recomputed */
  double size;    /* planned domain */
  int32_t domain; /* as in hwp_node */
  double score;
} hwp_var;

typedef struct hwp_planner {
  const hwp_shape *shape;
  hw_arena arena; /* lives as long as the planner */
  int32_t n_vars;
  hwp_var *vars;
  int32_t n_words; /* of a scope */
  int32_t n_factors, cap_factors;
  hwp_factor *factors;
  int32_t n_nodes, cap_nodes;
  hwp_node *nodes;
  uint32_t n_slots_hash; /* power of two */
  int32_t *hash;         /* node index + 1 */
  int32_t *block_var;    /* per block of tied founder slots: variable + 1, 0 = none yet */
  bool *block_has_prior;
  int32_t *slot_var; /* per individual × 2: variable, or −1 (fixed genotype or absent) */
  bool out_of_memory;
  bool too_complex;
  double work; /* multiply–adds of the nodes so far */
  /* strategy of the search */
  int32_t max_bits;
  double weight_work, weight_removed, noise;
  double effort; /* views looked at, the currency of planning */
  uint64_t random;
} hwp_planner;

/* Zeroed memory of the planner; NULL sets out_of_memory. */
void *hwp_planner_alloc(hwp_planner *self, size_t n, size_t size);

/* Adds a node, or finds an equal one. */
int32_t hwp_node_intern(hwp_planner *self, const hwp_node *node);
/* Planned number of entries of an axis domain. */
double hwp_domain_size(const hwp_planner *self, int32_t domain);
/* New factor with zeroed terms; NULL when out of memory. */
hwp_factor *hwp_factor_add(hwp_planner *self, int32_t n_bits, const int16_t *bits);
/* Recomputes the scope of a factor from its bits and views. */
void hwp_factor_rescope(hwp_planner *self, hwp_factor *factor);

/* True if the individual carries one allele. */
bool hwp_is_single(const hwp_shape *shape, int32_t individual);
/* Variables and factors of a pedigree's shape. */
hw_status hwp_network_build(hwp_planner *self);
/* What eliminating a variable costs: multiply–adds, entries of the tables it
 * makes and of those it uses up. */
typedef struct hwp_price {
  double work, size, removed;
} hwp_price;
/* Infinite where the step is not possible. */
void hwp_eliminate_cost(hwp_planner *self, int32_t var, hwp_price *out);
/* Eliminates a variable. */
void hwp_eliminate(hwp_planner *self, int32_t var);
/* Product of views into one; rank 0 where there is none. */
hwp_view hwp_views_product(hwp_planner *self, int32_t n, const hwp_view *views);

#endif
