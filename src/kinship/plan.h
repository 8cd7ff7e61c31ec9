/* Plans: a pedigree with a pattern of observations becomes a short program of
 * table operations that any marker of that pattern can run.
 *
 * THE NETWORK. Every individual has two allele slots (one for a male at an X
 * marker). A founder's slots are draws from the allele frequencies. A slot that
 * came from a parent is linked to both slots of that parent by a *gate*: a
 * binary switch s (Mendel's coin) and
 *     P(child slot = c | s, x, y) = s == 0 ? M(x, c) : M(y, c),
 * where M is the mutation matrix of that parent's sex. Observations weigh the
 * two slots of an individual.
 *
 * CONTEXTS. Summing the switch at once would give a dense table over (x, y, c).
 * Kept open, each side of the switch touches one parental slot only, and tables
 * stay small: for two cousins every table is a vector. A *factor* therefore
 * holds a set of switches and, for each of their 2^b assignments (contexts), a
 * product of tables whose scopes may differ from context to context
 * (context-specific independence: Boutilier, Friedman, Goldszmidt & Koller
 * 1996). Variable elimination then removes slots *and* switches, in any order:
 *   - a slot v is summed out in every context from the tables that mention it;
 *   - a switch is summed out by the mean of the products of its two sides.
 * Each order gives the same number; the planner looks for a cheap one.
 *
 * SYMMETRY. A founder's two slots are exchangeable, so one switch of each
 * founder is fixed. A founder whose genotype is known is ordered once.
 *
 * KNOWN GENOTYPES. An individual with few possible ordered genotypes is one
 * variable (the list of them, e.g. two phases) instead of two slots.
 *
 * SHARING. Operations are hash-consed on the pattern of their axes, so that the
 * same contraction asked for in several contexts, or with the other slot of an
 * untyped parent in the same place, is computed once.
 *
 * Sources: Elston & Stewart 1971; Lauritzen & Sheehan 2003 (pedigrees as
 * graphical models, allele networks); Lange 2002, ch. 7.
 *
 * What this does not do: linked markers and theta (inheritance.c).
 */
#ifndef HW_KINSHIP_PLAN_H
#define HW_KINSHIP_PLAN_H

#include <stdbool.h>

#include "homeward/status.h"

/* Axes of one table. More means a table that nobody can hold. */
enum { HWP_MAX_RANK = 14 };
/* Switches that one factor may keep open. */
enum { HWP_MAX_BITS = 10 };

/* How an individual was observed; any other value is the planned length of the
 * list of its possible ordered genotypes. */
enum { HWP_UNTYPED = 0, HWP_DENSE = 255 };

/* What a plan depends on. Parents are both given or both absent. */
typedef struct hwp_shape {
  int32_t n;             /* individuals */
  const int32_t *father; /* index or -1 */
  const int32_t *mother;
  const bool *male; /* matters at X only */
  const uint8_t *category;
  int32_t query;        /* individual whose genotype stays open, or -1 */
  int32_t second;       /* one more, listed, whose list stays open beside it, or -1 */
  bool x;               /* X chromosome */
  int32_t k;            /* allele classes that the costs are planned for */
  const uint8_t *block; /* per slot 2i + part: founder slots of equal number below 255 carry the
                           same allele (urn.h); NULL = none are tied */
  bool quick;           /* one of thousands: the first order found is good enough */
} hwp_shape;

typedef enum hwp_node_kind {
  HWP_ONE,         /* the number 1 */
  HWP_PRIOR,       /* class frequencies, over K */
  HWP_WEIGHT,      /* weights of an individual's listed genotypes */
  HWP_OBSERVATION, /* P(observation | x, y) over K × K, or over K */
  HWP_MATRIX,      /* transmission, axes (parent, child) */
  HWP_MATRIX_T,    /* the same, axes (child, parent) */
  HWP_PRODUCT,     /* Σ_s A·B, or A·B, or Σ_s A */
  HWP_SUM          /* (A + B)/2, broadcast: a switch is summed out */
} hwp_node_kind;

/* Where the alleles of an axis come from: a full slot (individual −1) or part 0
 * (paternal) or 1 (maternal) of an individual's listed genotypes. */
typedef struct hwp_source {
  int32_t individual;
  uint8_t part;
} hwp_source;

/* One table. Labels 0 … rank−1 are the axes of the result, slowest first; label
 * `rank` is the one summed over, if `sums`. Domains: 0 = K classes, else
 * 1 + individual (its list). */
typedef struct hwp_node {
  uint8_t kind;
  uint8_t rank;
  uint8_t rank_a, rank_b;
  bool sums;
  uint8_t from; /* matrix: HW_FROM_MOTHER or HW_FROM_FATHER */
  uint8_t label_a[HWP_MAX_RANK], label_b[HWP_MAX_RANK];
  int32_t domain[HWP_MAX_RANK + 1];
  int32_t a, b;             /* operand nodes; −1 = none */
  hwp_source parent, child; /* matrix; weight and observation: parent.individual */
  int32_t last_use;         /* index of the last node that reads this one; n_nodes = result */
} hwp_node;

typedef struct hwp_plan {
  int32_t n_nodes;
  hwp_node *nodes;
  int32_t n_scalars; /* the likelihood is Π scalar nodes (× query) */
  int32_t *scalars;
  int32_t query_node;     /* table over the query's slots, or −1 (uniform 1) */
  uint8_t query_label[2]; /* axis of the node that is slot 0 (paternal), 1; 255 = none */
  uint8_t second_label;   /* axis that is the second one's list; 255 = none */
  int32_t second;         /* as in the shape */
  bool query_single;      /* the query carries one allele */
  double work;            /* multiply–adds, for shape.k classes */
  double bytes;           /* upper bound of table bytes alive at once */
} hwp_plan;

/* The founder slots that the likelihood depends on, listed founders left out.
 * kept and n_gates are scratch of shape->n. @return their number, −1 if there are
 * more than max_slots */
int32_t hwp_network_urn_slots(const hwp_shape *shape, bool *kept, int32_t *n_gates,
                              int32_t max_slots, int32_t *slots);

/* Finds an order and builds the plan. Free with hwp_plan_delete.
 * HW_E_TOO_COMPLEX if the cheapest order found exceeds max_work or max_bytes. */
HW_MUST_CHECK hw_status hwp_plan_new(const hwp_shape *shape, double max_work, double max_bytes,
                                     hwp_plan **out, hw_err *err);
void hwp_plan_delete(hwp_plan *self);

#endif
