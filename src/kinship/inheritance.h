/* Likelihoods by inheritance vectors: linked markers and theta.
 *
 * An inheritance vector v says for every transmitted allele which of the
 * parent's two it was (Lander & Green 1987). Given v, every allele of the
 * pedigree has one founder slot as its root.
 *
 *   L = Σ_{v_1 … v_m} P(v_1) Π P(v_j | v_{j−1}) Π P(data_j | v_j),
 *
 * P(v_j | v_{j−1}) = Π over meioses of r or 1 − r (no interference). Flipping
 * all meioses of one founder changes nothing, so one bit of each founder is
 * fixed (Kruglyak et al. 1996); a recombination in the fixed meiosis is then
 * the same as one in all the founder's others.
 *
 * EMISSION. P(data | v): the ordered genotypes of everyone observed are walked
 * through depth first. Without mutation they fix the alleles of the roots; with
 * mutation every root has a message f_j(a) = P(observed alleles below | a), from
 * the leaves up.
 *
 * THETA. The founder alleles of the whole pedigree come from one Pólya urn
 * (Balding & Nichols 1994): P(next = x) = (θ·n_x + (1 − θ)·p_x)/(1 + (n − 1)·θ).
 * Roots that nobody observed inherits may be left out (the urn is exchangeable
 * and consistent). With messages,
 *   E Π_j f_j(a_j) = 1/[A]_n Σ over partitions Π_blocks A·(b − 1)!·Σ_x p_x Π_{j∈block} f_j(x),
 * A = (1 − θ)/θ, [A]_n = A(A+1)…(A+n−1), b the size of the block: the urn's
 * partitions are those of the Chinese restaurant process (Pitman 2006, §3.1).
 *
 * Cost: 2^bits × combinations of ordered genotypes. Estimated first. */
#ifndef HW_KINSHIP_INHERITANCE_H
#define HW_KINSHIP_INHERITANCE_H

#include "base/arena.h"
#include "kinship/family.h"
#include "kinship/run.h"

/* One marker. lists: all ordered genotypes of each observed individual with
 * P(observation | genotype), no priors; n = 0 = not observed. */
typedef struct hwp_locus {
  int32_t k;
  const double *prior;
  const double *matrix[2];
  const hwp_evidence *lists;
} hwp_locus;

typedef struct hwp_inheritance_task {
  const hwp_family *family;
  bool x;
  double theta;
  int32_t n_loci;
  const hwp_locus *loci;
  const double *recombination; /* n_loci − 1 */
  int32_t query;               /* individual whose genotype stays open, or −1; one locus only;
                                  its list must hold every genotype, or those allowed */
  double max_work, max_bytes;
} hwp_inheritance_task;

/* @param ln_likelihood  [out]
 * @param joint          [out] with a query: k × k (or k) probabilities, else NULL
 * @return HW_OK, HW_E_TOO_COMPLEX, HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_inheritance_run(const hwp_inheritance_task *task, hw_arena *scratch,
                                            double *ln_likelihood, double *joint, hw_err *err);

#endif
