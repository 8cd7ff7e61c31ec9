/* Shared by the files that evaluate prepared pedigrees. */
#ifndef HW_KINSHIP_KIN_H
#define HW_KINSHIP_KIN_H

#include "homeward/likelihood.h"
#include "kinship/family.h"

/* Observations of one marker in the order of the profiles: column[n_profiles]. */
void hwp_take_column(const hw_problem *problem, int32_t marker, const hw_observation **column);

/* From now on founder alleles come from one urn (urn.h); before the first
 * evaluation. */
void hwp_kin_set_theta(hw_kin *self, double theta);

/* From now on the genotype of one more person stays open beside that of the query: only
 * hwp_kin_genotypes_given may be asked. She is never typed, and not the query. */
void hwp_kin_set_second(hw_kin *self, int32_t person);

/* P(observations, the second person shows shown[i], ordered genotype of the query) for each i: tables
 * as of hw_kin_genotypes, one behind the other, up to a factor that all have in common.
 * @param shown  n ≥ 1 complete genotypes, or single alleles of whom carries one; no silent allele
 *               at the marker
 * @param joint  [out] n tables; room for 2n
 * @return as hw_kin_genotypes */
HW_MUST_CHECK hw_status hwp_kin_genotypes_given(hw_kin *self, const hw_marker *marker,
                                                const hw_profile *profiles,
                                                const hw_observation *const *observations,
                                                int32_t n, const hw_observation *shown,
                                                double *joint, hw_err *err);

/* Bytes that it holds at this moment: plans and working memory. */
size_t hwp_kin_bytes(const hw_kin *self);

/* Defaults of hw_likelihood_options. */
#define HWP_MAX_WORK 2e11
#define HWP_MAX_BYTES (2.0 * 1024 * 1024 * 1024)

#endif
