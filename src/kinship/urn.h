/* Theta on a pedigree of any size: the Pólya urn as a mixture of partitions.
 *
 * Drawing n founder alleles from the urn (Balding & Nichols 1994) is the same as
 * drawing a partition of them from the Chinese restaurant process and then one
 * allele for each block (Pitman 2006, §3.1). With s = (1 − θ) + mθ after m alleles
 * are known,
 *
 *   P(partition) = s^b θ^(n−b) Π_blocks (size − 1)! / Π_{j<n} (s + jθ),
 *   p'_x = ((1 − θ) p_x + θ c_x) / s          (c_x of the m known alleles are x),
 *
 * b the number of blocks. So the likelihood is a weighted sum of likelihoods of
 * pedigrees whose founder slots are tied, each of which variable elimination
 * evaluates. Known genotypes of founders are drawn first and only shift p'.
 * Slots that nothing depends on are left out: the urn is consistent.
 *
 * Cost: the Bell number of the remaining slots times one elimination. */
#ifndef HW_KINSHIP_URN_H
#define HW_KINSHIP_URN_H

#include <stdbool.h>
#include <stdint.h>

/* Founder slots that may be partitioned: 21,147 partitions. */
enum { HWP_MAX_URN_SLOTS = 9 };

/* All partitions of n slots as restricted growth strings. */
typedef struct hwp_partition {
  int32_t n, n_blocks;
  uint8_t block[HWP_MAX_URN_SLOTS];
} hwp_partition;

/* The partition into single slots, the most work; then, one by one, all others.
 * @return false after the last */
void hwp_partition_begin(hwp_partition *self, int32_t n);
bool hwp_partition_next(hwp_partition *self);

/* Number of partitions of n slots. */
double hwp_partition_count(int32_t n);

/* P(partition) of the formula above. */
double hwp_partition_probability(const hwp_partition *self, double theta, int32_t n_known);

/* Founder alleles of k classes that are known, one draw after the other. */
typedef struct hwp_urn {
  double theta;
  int32_t k, n_known;
  const double *prior;
  int32_t *count;
} hwp_urn;

/* Probability that the next allele is x; counts it. */
double hwp_urn_draw(hwp_urn *self, int32_t x);
/* p' into out[k]. */
void hwp_urn_prior(const hwp_urn *self, double *out);

#endif
