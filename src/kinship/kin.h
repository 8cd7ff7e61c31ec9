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

/* Bytes that it holds at this moment: plans and working memory. */
size_t hwp_kin_bytes(const hw_kin *self);

/* Defaults of hw_likelihood_options. */
#define HWP_MAX_WORK 2e11
#define HWP_MAX_BYTES (2.0 * 1024 * 1024 * 1024)

#endif
