/* Shared inside src/identify: the parts of joint identification.
 *
 *   joint.c         what is asked, checked; the run from lists to results
 *   joint_family.c  one family: permitted pairs, its list of placements
 *   joint_lists.c   how much the lists may leave out, and when they are made again
 *   joint_order.c   components, and the order in which tables are merged
 *   joint_table.c   tables over sets of used remains: merge, and back
 *   joint_crowd.c   tables of remains that many families have weak use of
 *   joint_price.c   prices of remains, and tables without what hardly matters
 *   joint_exact.c   sums, marginals and bounds from the tables
 *   joint_best.c    the k best assignments of everything
 *   joint_chain.c   Markov chain for what is beyond exact inference
 *   joint_count.c   how many assignments there are
 *   joint_result.c  standings, groups, lists of pairs
 *
 * Names: a *state* of a missing person is the candidate who is placed there, or
 * nobody; the states of a place are numbered 0 … n_candidates, the last being
 * nobody. Weights are Λ × prior weights of pairings; the weight of the number of
 * pairings comes in at the root. */
#ifndef HW_IDENTIFY_JOINT_INT_H
#define HW_IDENTIFY_JOINT_INT_H

#include <math.h>

#include "base/arena.h"
#include "homeward/joint.h"
#include "identify/joint_scaled.h"
#include "identify/place.h"

/* Logarithm of zero, as a double (INFINITY is a float). */
#define IMPOSSIBLE (-HUGE_VAL)

/* --- a family --- */

/* Placements that add one of a crowd of remains to another placement, their core. */
typedef struct joint_crowd {
  bool *is_member;   /* per candidate */
  int32_t *core;     /* per placement: the one without the member; itself if it has none */
  int32_t *member;   /* per placement: candidate, −1 = none */
  int32_t *bit;      /* per placement: its own, if members can be added to it; −1 */
  int32_t *node;     /* per placement with a member: the table of these remains … */
  int32_t *entry;    /* per placement: … or of the family, and its entry */
  int32_t first_bit; /* bits are numbered on from the remains of the case */
  int32_t n_bits;    /* of cores */
  int32_t once;      /* bit that all placements with a member use; −1 = there is one core only */
} joint_crowd;

typedef struct joint_family {
  int32_t n_places;
  int32_t first_target;
  int32_t n_candidates;
  int32_t *candidates; /* remains, ascending; n_candidates == 0: nobody can be placed */
  double *ln_pair;     /* n_places × n_candidates prior weights; −inf = not permitted */
  double *ln_lr;       /* the same: ln of the pairwise ratio; −inf where not permitted */
  double *ln_extra;    /* the same: what the extra evidence says of the pair; NULL = nothing */
  int32_t *fixed;      /* per place: candidate who stands there, −1 = none; NULL = none at all */
  int32_t *group;      /* per place: first place of those that no reference can tell apart */
  int32_t n_fixed;
  hwp_place *place; /* alive while its list may be asked for again */
  double share;     /* of the sum that its list may leave out; 0 = nothing */
  bool is_left_out, is_listed, is_complete;
  /* The list: possible placements, the base (fixed pairings only) first. */
  int64_t n;
  double *ln_ratio, *ln_weight; /* n */
  int32_t *placed;              /* n × n_places: candidate, −1 = nobody */
  double ln_left_out;           /* bound of what is not listed; less dues, if is_priced */
  bool is_priced;
  bool is_open;       /* its list will never be whole: any permitted remains may be its */
  int32_t component;  /* −1 = none */
  joint_crowd *crowd; /* joint_crowd.c; NULL = all in one table */
  /* Results per state, n_places × (n_candidates + 1). */
  double *posterior;
  double *best; /* ln of the best assignment of the component that has it */
} joint_family;

/* --- tables --- */

enum { NODE_FAMILY, NODE_REMAINS, NODE_MERGE, NODE_CHAIN };

/* A table: for each set of used remains of the scope and each number of pairings, the sum and the
 * largest of the weights inside, later also of those outside. */
typedef struct joint_node {
  int32_t kind;
  int32_t left, right; /* children, NODE_MERGE */
  int32_t family; /* NODE_FAMILY: its index; NODE_REMAINS: theirs; NODE_CHAIN: the component's */
  int32_t n_scope;
  int32_t *scope;  /* remains that occur outside as well, ascending, then bits of crowds */
  int32_t n_words; /* of a key: the set, then the number of pairings (0 if sizes do not matter) */
  double ln_dual;  /* joint_price.c: bound of ln of everything inside, prices taken off */
  int32_t n;
  uint64_t *keys;    /* n × n_words */
  hwp_scaled *sum;   /* n, inside */
  hwp_scaled *paid;  /* n, the same with the dues of unused remains; NULL where there are none */
  hwp_scaled *over;  /* n, bound of what has something unlisted, with dues; NULL likewise */
  double *best;      /* n, ln of the largest inside */
  hwp_scaled *out;   /* n, outside; NULL until posteriors are read */
  double *best_out;  /* n, likewise */
  int32_t *entry_of; /* NODE_FAMILY: per placement, its entry */
  int32_t *slots;    /* hash table of entries, −1 = free; NULL once the table is finished */
  int32_t n_slots;   /* a power of two */
} joint_node;

typedef struct joint_part { /* a component */
  hw_joint_component told;
  hw_arena tables; /* of its nodes, unless its families are few; empty if they were too large */
  int32_t *families;
  int32_t *remains; /* of its listed placements, ascending */
  int32_t root;     /* node; −1 before */
  bool is_chained;
  bool is_open;     /* a family of it is */
  bool is_priced;   /* remains of it have prices */
  double dropped;   /* share of the dual bound that left the tables */
  double ln_excess; /* ln of the dual bound over the sum */
  /* The best assignments that a chain has seen, best first; each a target per remains of the
   * component, −1 = none. */
  int32_t n_seen;
  int32_t *seen;
  double *seen_value;
} joint_part;

/* --- the whole --- */

struct hw_joint {
  const hw_case *problem;
  hw_joint_options options; /* with defaults filled in */
  hw_arena arena;
  int32_t n_targets;
  hw_target *targets;
  int32_t *fixed_remains;     /* per target: remains that is fixed there, −1 */
  int32_t *fixed_target;      /* per remains: −1 */
  hw_joint_pairing *excluded; /* sorted by target, remains */
  joint_family *families;
  int64_t n_not_candidates;
  double *ln_price; /* per remains, joint_price.c */
  double *ln_due;   /* per remains, at most its price, joint_price.c */
  double prune;     /* share of the dual bound that a component may drop */
  bool is_sized;    /* the prior weighs the number of pairings */
  double top_size;  /* largest of ln_size, 0 without */
  int32_t failed;
  bool is_first;    /* the first, short lists */
  bool is_thorough; /* lists of families that were not finished are worth more steps */
  bool is_settled;  /* dues are those of an exact sum */
  bool has_dues;    /* the component at hand is priced: its tables have paid and over */
  bool is_permitted, is_done;

  /* Of one attempt at the exact sum: everything in `work`, and tables in the components' own. */
  hw_arena work;
  hw_arena *tables; /* where the next tables go */
  hw_arena growth;  /* of the table that is being made; finished, it is kept at its size */
  int32_t n_parts;
  joint_part *parts;
  int32_t *part_of; /* per remains: component, −1 */
  int32_t n_nodes, max_nodes;
  joint_node *nodes;
  int32_t root;                  /* of everything; −1 = no component */
  int32_t first_join;            /* nodes from here on join components */
  double steps, step_limit;      /* of the component at hand */
  double dropped;                /* shares of the component at hand that were dropped */
  double drop_share;             /* of the dual bound, that one merger may drop; 0 = nothing */
  int32_t n_bits;                /* of crowds, all components */
  double *ln_bit;                /* their prices */
  double n_entries, entry_limit; /* of all tables of the component at hand */
  int32_t crowd_from;            /* remains that make a crowd, tried first; 0 = some, tried last */
  int32_t *users;                /* per remains: families with placements that use it */

  /* Results. */
  hw_joint_summary summary;
  double *none;      /* per remains: posterior of nobody */
  double *some;      /* per remains: Σ of the posteriors of its pairings */
  double *none_best; /* per remains: ln of the best assignment of its component without it */
  double *some_best; /* … with it */
  int32_t n_best;
  hw_joint_assignment *best;
  int32_t n_groups;
  hw_joint_group *groups;
  int32_t n_non_identifiable;
  int32_t *non_identifiable;
  int32_t n_chained;
  hw_joint_component *components; /* as told */
  int32_t *undisputed;            /* per target: the remains that is hers beyond dispute, −1 */
  int32_t *family_start, *family_list; /* per remains: families that it is a candidate of */
};

/* Steps of a chain, unless the options say otherwise; more where there are many pairs. */
#define HWP_JOINT_CHAIN_STEPS 200000

/* Progress: counts of steps of any kind. @return HW_E_INTERRUPTED if it says stop */
typedef struct joint_progress {
  bool (*tell)(void *context, uint64_t done, uint64_t all);
  void *context;
  uint64_t done, all;
} joint_progress;
HW_MUST_CHECK hw_status hwp_joint_tell(joint_progress *self, uint64_t more, hw_err *err);

/* --- joint_family.c --- */

/* Finds permitted pairs and asks the prior for their weights. */
HW_MUST_CHECK hw_status hwp_joint_permit(hw_joint *self, hw_err *err);
/* Prepares the family if it is not, and lists its placements with `share`. */
HW_MUST_CHECK hw_status hwp_joint_list(hw_joint *self, int32_t family, joint_progress *progress,
                                       hw_err *err);
/* Frees what a list holds. */
void hwp_joint_unlist(joint_family *family);
/* ln of what the extra evidence says of a placement (a candidate per place, −1 = nobody). */
HW_MUST_CHECK hw_status hwp_joint_extra_of(const hw_joint *self, const joint_family *family,
                                           const int32_t *placed, double *ln, hw_err *err);
/* True if a placement that is not listed may weigh more than its pairs say. */
bool hwp_joint_is_bound_of_pairs(const hw_joint *self);
/* Index of a remains among the family's candidates; −1 = it is none. */
int32_t hwp_joint_candidate(const joint_family *family, int32_t remains);
/* ln of a placement's weight. */
static inline double hwp_joint_weight(const joint_family *family, int64_t placement) {
  return family->ln_ratio[placement] + family->ln_weight[placement];
}
/* ln of the prior weight of a number of pairings. */
static inline double hwp_joint_size(const hw_joint *self, uint64_t n) {
  if (!self->is_sized) return 0;
  return n < (uint64_t)self->options.prior.n_sizes ? self->options.prior.ln_size[n] : IMPOSSIBLE;
}
/* Position of a state in posterior and best. */
static inline size_t hwp_joint_state(const joint_family *family, int32_t place, int32_t candidate) {
  return (size_t)place * (size_t)(family->n_candidates + 1) +
         (size_t)(candidate < 0 ? family->n_candidates : candidate);
}

/* --- joint_lists.c --- */

/* Lists of all families, short ones. */
HW_MUST_CHECK hw_status hwp_joint_list_all(hw_joint *self, joint_progress *progress, hw_err *err);
/* Prices for all components of several families, and their lists. */
HW_MUST_CHECK hw_status hwp_joint_price_all(hw_joint *self, joint_progress *progress, hw_err *err);
/* Families of components whose bound is too large are listed again.
 * @param has_more  [out] whether there were any */
HW_MUST_CHECK hw_status hwp_joint_tighten(hw_joint *self, double shrink, joint_progress *progress,
                                          bool *has_more, hw_err *err);

/* --- joint_order.c --- */

/* Forgets tables and components. */
void hwp_joint_drop_work(hw_joint *self);
/* Finds the components. */
HW_MUST_CHECK hw_status hwp_joint_divide(hw_joint *self, hw_err *err);
/* Merges the tables of a component to its root. @return HW_E_TOO_COMPLEX beyond max_steps */
HW_MUST_CHECK hw_status hwp_joint_eliminate(hw_joint *self, int32_t part, joint_progress *progress,
                                            hw_err *err);
/* Merges the roots of all components to the root of everything. */
HW_MUST_CHECK hw_status hwp_joint_join(hw_joint *self, hw_err *err);

/* --- joint_table.c --- */

/* Table of a family; `scope` are the remains of it that others may use. @return its node, −1 */
HW_MUST_CHECK hw_status hwp_joint_leaf(hw_joint *self, int32_t family, int32_t n_scope,
                                       const int32_t *scope, int32_t *node, hw_err *err);
/* A table by hand: its scope, its entries (weights of equal keys add up), its end. One at a time;
 * what is taken from `growth` in between lasts until the end. */
HW_MUST_CHECK hw_status hwp_joint_begin_table(hw_joint *self, joint_node *node, int32_t n_scope,
                                              const int32_t *scope, hw_err *err);
HW_MUST_CHECK hw_status hwp_joint_add_entry(hw_joint *self, joint_node *node, const uint64_t *key,
                                            double ln, double ln_dues, int32_t *entry, hw_err *err);
/* Adds what may be left out at a key. */
HW_MUST_CHECK hw_status hwp_joint_add_over(hw_joint *self, joint_node *node, const uint64_t *key,
                                           double ln, hw_err *err);
HW_MUST_CHECK hw_status hwp_joint_end_table(hw_joint *self, joint_node node, int32_t *index,
                                            hw_err *err);
/* Bit of a remains in the scope, −1. */
int32_t hwp_joint_bit(const joint_node *node, int32_t remains);
/* Prices, or dues, of remains that only this family uses, together. @param ln  per remains */
double hwp_joint_own_prices(const hw_joint *self, const joint_family *family, const double *ln);
/* ln of the dues that a placement pays: of such remains, if they are listed, and it has no use of. */
double hwp_joint_dues(const hw_joint *self, const joint_family *family, int64_t placement,
                      double own);
/* Table of a chained component: one entry, of the best value that was seen. */
HW_MUST_CHECK hw_status hwp_joint_chain_leaf(hw_joint *self, int32_t part, int32_t *node,
                                             hw_err *err);
/* Merges two tables; remains outside `scope` leave. @return HW_E_TOO_COMPLEX beyond max_steps */
HW_MUST_CHECK hw_status hwp_joint_merge(hw_joint *self, int32_t left, int32_t right,
                                        int32_t n_scope, const int32_t *scope, int32_t *node,
                                        hw_err *err);
/* Carries `out` and `best_out` of a node to its children, and what the merge says of remains that
 * leave here: sums and largest values of nobody's. */
HW_MUST_CHECK hw_status hwp_joint_spread(hw_joint *self, int32_t node, hwp_scaled *none,
                                         double *none_best, hw_err *err);
/* Keys of two children in the words of their merger. */
typedef struct joint_overlay {
  int32_t n_words;        /* of the merged set, without the number of pairings */
  int32_t n_kept_words;   /* of the key of the result, with it */
  uint64_t *left, *right; /* n × (n_words + 1) */
  int32_t n_dropped;      /* remains that leave: bits n_scope … of the merged set */
  int32_t *dropped;
  uint64_t *mask; /* n_words: bits that stay */
} joint_overlay;
HW_MUST_CHECK hw_status hwp_joint_overlay(const joint_node *left, const joint_node *right,
                                          int32_t n_scope, const int32_t *scope, hw_arena *arena,
                                          joint_overlay *out, hw_err *err);
/* Key of a pair of entries. @return false if they use one remains twice or are too many */
bool hwp_joint_pair_key(const hw_joint *self, const joint_overlay *overlay, int32_t left,
                        int32_t right, uint64_t *merged, uint64_t *key);

/* --- joint_crowd.c --- */

/* Finds the crowds of a component's families, and numbers their bits. */
HW_MUST_CHECK hw_status hwp_joint_gather_crowds(hw_joint *self, const joint_part *part,
                                                bool *has_any, hw_err *err);
void hwp_joint_scatter_crowds(hw_joint *self, const joint_part *part);
/* Table of a family with a crowd; `scope` begins with n_shared remains, and has room. */
HW_MUST_CHECK hw_status hwp_joint_crowd_leaf(hw_joint *self, int32_t family, int32_t n_shared,
                                             int32_t *scope, int32_t *node, hw_err *err);
/* Table of remains, if a crowd has them; node −1 else. `scope` has room for all bits, and one. */
HW_MUST_CHECK hw_status hwp_joint_remains_leaf(hw_joint *self, const joint_part *part,
                                               int32_t remains, int32_t *scope, int32_t *node,
                                               hw_err *err);
/* Nobody's, of remains that only crowds have. */
void hwp_joint_read_remains(const hw_joint *self, hwp_scaled *none, double *none_best);
/* Mass and best value of a placement that has a member, or is a core with a bit. */
hwp_scaled hwp_joint_crowd_mass(const hw_joint *self, const joint_family *family, int64_t placement,
                                const hwp_scaled *none);
double hwp_joint_crowd_value(const hw_joint *self, const joint_family *family, int64_t placement,
                             const double *none_best);
static inline bool hwp_joint_is_in_crowd(const joint_family *family, int64_t placement) {
  const joint_crowd *crowd = family->crowd;
  return crowd != NULL && (crowd->core[placement] != placement || crowd->bit[placement] >= 0);
}
/* Price of a remains, or of a bit. */
static inline double hwp_joint_price(const hw_joint *self, int32_t resource) {
  const int32_t n_remains = self->problem->n_remains;
  return resource < n_remains ? self->ln_price[resource] : self->ln_bit[resource - n_remains];
}

/* --- joint_price.c --- */

/* Prices for the remains of a component, and dues, which are the same at first. */
HW_MUST_CHECK hw_status hwp_joint_set_prices(hw_joint *self, int32_t part, hw_err *err);
/* ln of the family's listed and unlisted weights with prices taken off. */
double hwp_joint_dual(const hw_joint *self, const joint_family *family);
/* Dues from what the exact sum says of remains that nobody uses. */
void hwp_joint_settle_dues(hw_joint *self, const joint_part *part);
/* Bounds of the components in which remains have prices. */
void hwp_joint_bound(hw_joint *self, const hwp_scaled *whole);

/* --- joint_exact.c --- */

/* Sums, posteriors and bounds of everything from the tables. */
HW_MUST_CHECK hw_status hwp_joint_conclude(hw_joint *self, hw_err *err);
/* Allocates the result arrays of all families and remains. */
HW_MUST_CHECK hw_status hwp_joint_make_results(hw_joint *self, hw_err *err);

/* --- joint_best.c, joint_chain.c, joint_count.c, joint_result.c --- */

HW_MUST_CHECK hw_status hwp_joint_rank(hw_joint *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_joint_chain(hw_joint *self, int32_t part, joint_progress *progress,
                                        hw_err *err);
/* Number of assignments; NaN if it cannot be told. */
HW_MUST_CHECK hw_status hwp_joint_count(const hw_joint *self, double *n, hw_err *err);
HW_MUST_CHECK hw_status hwp_joint_find_groups(hw_joint *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_joint_find_undisputed(hw_joint *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_joint_find_non_identifiable(hw_joint *self, hw_err *err);
/* Families by remains. */
HW_MUST_CHECK hw_status hwp_joint_index(hw_joint *self, hw_err *err);
/* True if exchanging the two places changes neither likelihood nor prior. */
bool hwp_joint_is_tied(const joint_family *family, int32_t place, int32_t other);

#endif
