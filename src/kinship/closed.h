/* Closed forms: the missing person's genotype distribution at one marker, for
 * families in which only few genotypes are unknown.
 *
 * THE FAMILIES. The pattern is a tree (no loops, everybody connected), and everyone
 * who is not typed is the missing person, an ancestor of his or a spouse: parents,
 * siblings, half siblings, uncles, aunts, grandparents, children and their other
 * parent, in any combination. Other relatives (untyped siblings with typed
 * children, say) are the general engine's (plan.h).
 *
 * THE FORMS. A parent with the ordered genotype (i, j) transmits c with
 *     T_c(i, j) = ½ (M_ic + M_jc),
 * and couples are peeled one after the other (Elston & Stewart 1971; anterior and
 * posterior probabilities: Fernando, Stricker & Elston 1993). A typed child a/b adds
 *     T_a(father) T_b(mother) + T_b(father) T_a(mother)      (one term if a = b).
 *  - One parent known, c/d: each child is a factor ½ (h_i + h_j) on the other parent,
 *    h_i = M_ia T_b(c, d) + M_ib T_a(c, d).
 *  - Neither known: the sum over the children's phases. In each phase the father gives a
 *    multiset A of alleles and the mother the rest B, and the two are independent:
 *        u_x(A) = Σ_ij S_ij T_x(i, j) Π_{a∈A} T_a(i, j),
 *    S the father's own distribution (p_i p_j for a founder), likewise v_y(B). The missing
 *    child has Σ_phases u_x(A) v_y(B). Alike siblings share phases (binomial weights), and
 *    the u of founders depend on marker, sex and multiset only, so they are remembered.
 *  - Children of the missing person: factors on his own genotype, from the same pieces.
 * As S and Π T are symmetric, with w_i = Σ_j S_ij Π T:  u_x = Σ_i w_i M_ix.
 *
 * A partial genotype a/? of a child is "a from the father, anything from the mother, or
 * anything but a from the father, a from the mother".
 *
 * EXACTNESS. Nothing is subtracted, so zeros are exact. The general engine counts what
 * sums to one as one; these forms add it up. They are for markers whose frequencies and
 * matrix rows sum to one up to rounding, and leave to it silent alleles, X, sets, typing
 * errors, and more individuals than could bring a product near underflow. */
#ifndef HW_KINSHIP_CLOSED_H
#define HW_KINSHIP_CLOSED_H

#include "base/arena.h"
#include "kernels/rows.h"
#include "kinship/memory.h"
#include "kinship/pattern.h"

/* True if the frequencies, and the rows of the matrices, sum to one up to rounding. Of others the
 * general engine's answer depends (within their error) on the order in which it eliminates. */
bool hwp_marker_sums_to_one(const hw_marker *marker);

/* Alleles of a marker up to which closed forms are used. */
enum { HWP_CLOSED_ALLELES = 128 };

/* A marker with what the forms need of it. Rows are padded with zeros to n8. */
typedef struct hwp_closed_marker {
  bool is_usable;
  int32_t n, n8;
  const double *p;          /* n8 */
  const double *row[2];     /* by HW_FROM_…: n rows of n8, M_i· */
  const double *half[2];    /* 2n rows of n8: ½ M_·a, then ½ Σ_{b≠a} M_·b */
  const double *population; /* n(n+1)/2 */
} hwp_closed_marker;

/* Memory from the arena. @return HW_OK, HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_closed_marker_init(hwp_closed_marker *self, const hw_marker *marker,
                                               const double *population, hw_arena *arena);

enum { HWP_CLOSED_COUPLES = 8, HWP_CLOSED_KIDS = 8 };

typedef struct hwp_closed_couple {
  int16_t father, mother;
  int16_t n_kids;
  int16_t kids[HWP_CLOSED_KIDS];
} hwp_closed_couple;

/* A pattern as a tree of couples. */
typedef struct hwp_closed {
  int32_t n_couples;
  hwp_closed_couple couples[HWP_CLOSED_COUPLES];
  int16_t profile[HWP_PATTERN_INDIVIDUALS]; /* −1 = untyped */
  int16_t up[HWP_PATTERN_INDIVIDUALS];      /* couple of the parents, −1 = founder */
} hwp_closed;

/* @return false if the pattern has no closed form */
bool hwp_closed_init(hwp_closed *self, const hwp_pattern *pattern);

/* One evaluation. */
typedef struct hwp_closed_task {
  const hwp_closed *closed;
  const hwp_closed_marker *marker;
  uint32_t marker_number;            /* in keys of the memory */
  const hw_observation *observation; /* of each profile of the pattern: genotypes, a ≤ b */
  const hw_rows *rows;
  hwp_memory *memory; /* of messages, and of nothing else */
  hw_arena *scratch;  /* reset by the caller */
} hwp_closed_task;

/* P(data, unordered genotype) of the missing person into joint, with room for 8 more than
 * n(n+1)/2. @param is_done  false: too many phases, nothing was computed
 * @return HW_OK, HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_closed_run(const hwp_closed_task *self, double *joint, bool *is_done);

#endif
