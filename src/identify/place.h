/* One family with remains in the places of its missing persons.
 *
 * A place is a missing person of the family, by the index in the family's list of
 * missing persons; a candidate is a remains that may stand there. "Placed" is an
 * array with one entry per place: index of a candidate, or −1 = nobody.
 *
 *     ln Λ(placed) = ln P(references, placed remains in their places)
 *                  − ln P(references) − Σ ln P(placed remains | unrelated)
 *
 * Λ of nobody placed is 1. With theta the unrelated persons of the denominator
 * share the urn of the family, as in hw_table. Sexes that differ and observations
 * that cannot be hers (X markers) make −inf. Unlinked markers only. A marker at which
 * the references contradict each other tells nothing, and an observation that no
 * unrelated person can show (an allele of frequency zero) counts as not typed: ln Λ is
 * finite or −inf.
 *
 * Inside identify only. Not thread-safe: one per thread. */
#ifndef HW_IDENTIFY_PLACE_H
#define HW_IDENTIFY_PLACE_H

#include "homeward/casefile.h"
#include "homeward/likelihood.h"

typedef struct hwp_place hwp_place;

/* Prepares a family. The case is borrowed; the list of candidates is copied.
 * @param n_remains  candidates; 0 … n
 * @param remains    their indices in the case, ascending
 * @return HW_OK; HW_E_TOO_COMPLEX, HW_E_UNSUPPORTED (linked markers), HW_E_NO_MEMORY; with the
 *         family's name */
HW_MUST_CHECK hw_status hwp_place_new(const hw_case *problem, int32_t family, int32_t n_remains,
                                      const int32_t *remains, const hw_likelihood_options *options,
                                      hwp_place **out, hw_err *err);
void hwp_place_delete(hwp_place *self);

int32_t hwp_place_count(const hwp_place *self);
/* Eliminations at one marker so far: what everything costs. */
int64_t hwp_place_eliminations(const hwp_place *self);

/* ln Λ of one placement, to 1e-10 of hw_likelihood with the same persons typed. */
HW_MUST_CHECK hw_status hwp_place_ln(hwp_place *self, const int32_t *placed, double *ln_ratio,
                                     hw_err *err);

/* ln [Λ(placed and candidate r at `place`) / Λ(placed)] for every candidate r, as one pass.
 * @param place  nobody stands there in `placed`; who stands elsewhere gets −inf, and everybody
 *               does where Λ(placed) = 0
 * @param out    [out] one per candidate */
HW_MUST_CHECK hw_status hwp_place_extend(hwp_place *self, const int32_t *placed, int32_t place,
                                         double *out, hw_err *err);

/* Groups of places that no reference can tell apart: exchanging them is an automorphism of the
 * pedigree that fixes every typed person and the sexes.
 * @param group  [out] one per place: the first place of its group */
HW_MUST_CHECK hw_status hwp_place_symmetry(const hwp_place *self, int32_t *group, hw_err *err);

/* --- all placements that matter --- */

typedef struct hwp_placement {
  double ln_ratio;  /* ln Λ */
  double ln_weight; /* Σ of the prior weights of its pairings */
} hwp_placement;

/* Every placement but those whose weights together are proven to be at most `left_out` times the
 * sum of the listed ones. The empty placement (with fixed ones: theirs alone) is always listed,
 * first, also where it is impossible. Free with hwp_placements_clear. */
typedef struct hwp_placements {
  int64_t n;
  int32_t n_places;
  const hwp_placement *placements;
  const int32_t *placed; /* n × n_places, candidates */
  double ln_sum;         /* of ln_ratio + ln_weight */
  double ln_left_out;  /* upper bound of ln Σ over those that are not listed; −inf = none are */
  int64_t n_evaluated; /* placements whose Λ was computed */
  bool is_complete;    /* the bound was reached within max_steps; if not, ln_left_out is the bound
                            that holds for what is missing, possibly +inf */
  void *storage;       /* private */
} hwp_placements;

typedef struct hwp_place_limits {
  double left_out;             /* share of the sum; 0 = list everything that is possible */
  double max_steps;            /* placements evaluated */
  double max_listed;           /* placements listed */
  const double *ln_pair;       /* n_places × n_candidates prior weights, −inf = not permitted;
                                  NULL = 0 */
  const int32_t *fixed;        /* n_places: candidate who must stand there, −1 = free; or NULL */
  bool (*stop)(void *context); /* now and then; true = HW_E_INTERRUPTED. NULL = never */
  void *context;
} hwp_place_limits;

HW_MUST_CHECK hw_status hwp_place_list(hwp_place *self, const hwp_place_limits *limits,
                                       hwp_placements *out, hw_err *err);
void hwp_placements_clear(hwp_placements *self);

#endif
