/* From a problem's markers to a task for inheritance vectors. */
#ifndef HW_KINSHIP_GROUP_H
#define HW_KINSHIP_GROUP_H

#include "base/arena.h"
#include "homeward/likelihood.h"
#include "kinship/family.h"

/* ln P(data at the group's markers); one marker has no recombination (NULL). */
HW_MUST_CHECK hw_status hwp_group_likelihood(const hw_problem *problem,
                                             const hw_likelihood_options *options,
                                             const hwp_family *family, int32_t n_markers,
                                             const int32_t *markers, const double *recombination,
                                             hw_arena *scratch, double *ln, hw_err *err);

/* P(data, genotype of the query) at one marker: n_alleles² values (or
 * n_alleles), as hw_kin_genotypes with ln_scale 0. */
HW_MUST_CHECK hw_status hwp_group_genotypes(const hw_problem *problem,
                                            const hw_likelihood_options *options,
                                            const hwp_family *family, int32_t marker, int32_t query,
                                            hw_arena *scratch, double *joint, hw_err *err);

#endif
