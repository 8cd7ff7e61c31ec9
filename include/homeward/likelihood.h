/** @file
 * Exact pedigree likelihoods and likelihood ratios.
 *
 * A hw_problem says who is related to whom (pedigree), what was seen (profiles)
 * and under which models (markers, theta, linkage). A hw_kin is the prepared
 * pedigree: plans of elimination that are made once and evaluated for any
 * number of markers and data sets.
 *
 * Example:
 * @code
 *   hw_problem problem = {.pedigree = &ped, .n_profiles = 2, .profiles = profiles,
 *                         .profile_person = persons, .n_markers = 23, .markers = markers};
 *   double ln[23], total;
 *   hw_status s = hw_likelihood(&problem, NULL, &total, ln, &err);
 * @endcode
 */
#ifndef HOMEWARD_LIKELIHOOD_H
#define HOMEWARD_LIKELIHOOD_H

#include "homeward/marker.h"
#include "homeward/pedigree.h"
#include "homeward/profile.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Markers on one chromosome whose recombination is given. */
typedef struct hw_linkage {
  int32_t n_markers;           /**< at least 2 */
  const int32_t *markers;      /**< indices into the problem's markers, in map order */
  const double *recombination; /**< n_markers − 1 fractions, 0 … 0.5, no interference */
} hw_linkage;

/** Data and models of one likelihood; everything is borrowed. */
typedef struct hw_problem {
  const hw_pedigree *pedigree; /**< validated */
  int32_t n_profiles;
  const hw_profile *profiles;    /**< n_profiles */
  const int32_t *profile_person; /**< n_profiles person indices; several profiles of one
                                      individual (or of identical twins) multiply */
  int32_t n_markers;
  const hw_marker *markers; /**< matrices filled */
  double theta;             /**< coancestry, 0 ≤ theta < 1 */
  int32_t n_linkages;
  const hw_linkage *linkages; /**< markers in none of them are unlinked */
} hw_problem;

/** Limits and switches. A zeroed struct or NULL means the defaults. */
typedef struct hw_likelihood_options {
  double max_work;  /**< multiply–adds per marker beyond which HW_E_TOO_COMPLEX; 0 = 2e11 */
  double max_bytes; /**< of tables alive at once; 0 = 2 GiB */
  const char *simd; /**< kernel set "ref", "avx2" or "avx512"; NULL = the widest that runs here.
                         All give the same bits. */
  bool no_lumping;  /**< keep every allele apart (same result, slower; for tests and figures) */
} hw_likelihood_options;

/** Name of the kernel set that `simd` of the options would use: the widest that this processor
 * runs for NULL, @p wanted where it can run. @return static text; NULL if it cannot run here */
HW_API const char *hw_kernel_set(const char *wanted);

/** ln P(all profiles | pedigree, models).
 *
 * Sum over markers (unlinked) and linkage groups. Impossible data give −inf,
 * which is an answer, not an error.
 *
 * @param options      NULL = defaults
 * @param total        [out] natural logarithm
 * @param per_marker   [out] n_markers natural logarithms, or NULL; the entries of a linkage
 *                     group are NaN except the first, which holds the group's
 * @return HW_OK; HW_E_TOO_COMPLEX with the estimated work in the message;
 *         HW_E_UNSUPPORTED (sex unknown of a person who matters at an X marker);
 *         HW_E_SHAPE, HW_E_VALUE (observation does not fit the marker); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_likelihood(const hw_problem *problem,
                                             const hw_likelihood_options *options, double *total,
                                             double *per_marker, hw_err *err);

/** A pedigree prepared for many evaluations at unlinked markers without theta.
 * Not thread-safe: one hw_kin per thread. */
typedef struct hw_kin hw_kin;

/** Prepares a pedigree. @p pedigree is copied. Free with hw_kin_delete.
 * @param n_profiles      profiles that every evaluation will bring
 * @param profile_person  person index of each
 * @param query_person    person whose genotype distribution will be asked for (the missing
 *                        person), or HW_PERSON_NONE */
HW_API HW_MUST_CHECK hw_status hw_kin_new(const hw_pedigree *pedigree, int32_t n_profiles,
                                          const int32_t *profile_person, int32_t query_person,
                                          const hw_likelihood_options *options, hw_kin **out,
                                          hw_err *err);
HW_API void hw_kin_delete(hw_kin *self);

/** ln P(observations at one marker | pedigree).
 * @param observations  n_profiles pointers; NULL entries are not typed
 * @param profiles      n_profiles: dropout and typing error of each (observations unused)
 * @return as hw_likelihood; HW_E_UNSUPPORTED if the hw_kin was made with a query person */
HW_API HW_MUST_CHECK hw_status hw_kin_ln_likelihood(hw_kin *self, const hw_marker *marker,
                                                    const hw_profile *profiles,
                                                    const hw_observation *const *observations,
                                                    double *ln_likelihood, hw_err *err);

/** P(observations, query person's ordered genotype) at one marker, one elimination pass.
 * @param joint  [out] n_alleles × n_alleles, joint[x·n + y], x from the father, y from the
 *               mother; n_alleles entries (by y) where the person carries one allele. Sums to
 *               exp(ln_scale)-scaled likelihood: P = joint · exp(ln_scale).
 * @param ln_scale [out] */
HW_API HW_MUST_CHECK hw_status hw_kin_genotypes(hw_kin *self, const hw_marker *marker,
                                                const hw_profile *profiles,
                                                const hw_observation *const *observations,
                                                double *joint, double *ln_scale, hw_err *err);

#ifdef __cplusplus
}
#endif
#endif
