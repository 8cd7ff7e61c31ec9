/** @file
 * Gene dropping: random true genotypes of a whole pedigree, and what a
 * laboratory would see of them.
 *
 * Data made this way are possible under the pedigree (up to reading errors),
 * so likelihoods computed from them are seldom zero. Correctness of a test
 * never depends on the distribution here: any data are good data for comparing
 * two ways of computing the same likelihood.
 *
 * Example:
 * @code
 *   gene_drop drop = {.pedigree = &pedigree};
 *   gene_drop_step(&drop, &marker, 0.5, &r);       // first marker of a chromosome
 *   hw_allele x = drop.genotype[person][HW_FROM_FATHER];
 *   gene_drop_clear(&drop);
 * @endcode
 */
#ifndef HOMEWARD_TESTS_GENE_DROP_H
#define HOMEWARD_TESTS_GENE_DROP_H

#include "homeward/pedigree.h"
#include "homeward/profile.h"
#include "rng.h"

typedef struct gene_drop {
  const hw_pedigree *pedigree;
  hw_allele (*genotype)[2];   /**< [person][HW_FROM_…]; HW_ALLELE_NONE: no allele from there */
  bool (*is_grandmothers)[2]; /**< which allele the meiosis passed on, kept for the next marker */
} gene_drop;

/** Drops the alleles of one more marker.
 * @param recombination  with the marker of the step before; 0.5 = unlinked. Unknown sex counts
 *                       as female at an X marker. */
void gene_drop_step(gene_drop *self, const hw_marker *marker, double recombination, rng *r);
void gene_drop_clear(gene_drop *self);

/** What a laboratory reads of a true genotype (x from the father, HW_ALLELE_NONE for a male at
 * X): a genotype or single with the profile's typing error, a set where it has dropout. Nothing
 * visible is HW_OBS_MISSING.
 * @param seen  [out] room for n_alleles, borrowed by the result where it is a set */
hw_observation gene_drop_observe(const hw_marker *marker, const hw_profile *profile, hw_allele x,
                                 hw_allele y, hw_allele *seen, rng *r);

#endif
