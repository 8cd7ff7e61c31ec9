/* One pedigree under theta, marker by marker, by the cheaper of two exact ways:
 * inheritance vectors (inheritance.h), which grow with the meioses and the
 * heterozygotes, and partitions of the founder slots (urn.h), which grow with the
 * unknown founder alleles and the matrix products of one elimination. */
#ifndef HW_KINSHIP_THETA_H
#define HW_KINSHIP_THETA_H

#include "base/arena.h"
#include "homeward/likelihood.h"
#include "kinship/family.h"

typedef struct hwp_theta {
  hw_problem problem; /* theta > 0; pedigree, profiles and markers are borrowed */
  const hw_likelihood_options *options;
  int32_t query_person;
  hwp_family family;
  hw_kin *kin;
  const hw_observation **column;
  hw_arena arena, scratch;
} hwp_theta;

/* @param query_person  person whose genotype will be asked for, or HW_PERSON_NONE.
 * Free with hwp_theta_clear, also after a failure. */
HW_MUST_CHECK hw_status hwp_theta_init(hwp_theta *self, const hw_problem *problem,
                                       int32_t query_person, const hw_likelihood_options *options,
                                       hw_err *err);
void hwp_theta_clear(hwp_theta *self);

/* As hw_kin_ln_likelihood, for marker number m of the problem. */
HW_MUST_CHECK hw_status hwp_theta_ln_likelihood(hwp_theta *self, int32_t m, double *ln,
                                                hw_err *err);
/* As hw_kin_genotypes. */
HW_MUST_CHECK hw_status hwp_theta_genotypes(hwp_theta *self, int32_t m, double *joint,
                                            double *ln_scale, hw_err *err);

#endif
