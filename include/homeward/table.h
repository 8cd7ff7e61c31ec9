/** @file
 * Compiled tables: a family becomes, for each marker, a table of likelihood
 * ratios over everything that could be observed in its missing person.
 *
 * LR(o) = P(o | family data, the profile is the missing person's)
 *       / P(o | family data, the profile is an unrelated person's)
 * for observation o; numerator and denominator are sums of P(o | genotype) over
 * the genotype distributions that the table keeps, so that dropout classes and
 * typing errors need no further elimination.
 *
 * Example:
 * @code
 *   hw_table *table = NULL;
 *   s = hw_table_compile(&family_problem, missing, NULL, &table, &err);
 *   double log10_lr = hw_table_log10_lr(table, marker, &remains_profile);
 *   hw_table_delete(table);
 * @endcode
 */
#ifndef HOMEWARD_TABLE_H
#define HOMEWARD_TABLE_H

#include "homeward/likelihood.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The table of one marker. Genotype codes: a/b with a ≤ b is b(b+1)/2 + a; the partial
 * genotype a/? is n(n+1)/2 + a; a single allele (X, male) is a. */
typedef struct hw_marker_table {
  bool single; /**< the missing person carries one allele */
  int32_t n_alleles;
  int32_t n_genotypes;     /**< n(n+1)/2, or n where single */
  int32_t n_codes;         /**< genotypes and partial ones: n(n+3)/2, or n */
  const double *related;   /**< n_genotypes: P(true genotype | family, is the missing person) */
  const double *unrelated; /**< n_genotypes: P(true genotype | family, unrelated) */
  const double *log10_lr;  /**< n_codes, for observation without dropout; −inf = impossible */
  double ln_family;        /**< ln P(family data); −inf: the family contradicts itself */
} hw_marker_table;

typedef struct hw_table {
  int32_t n_markers;
  const hw_marker_table *markers;
  void *storage; /**< private */
} hw_table;

/** Compiles a family for one missing person: one elimination pass per marker.
 *
 * @param family   pedigree, reference profiles, markers, theta; linkage must be empty
 * @param missing  person index; must not be typed
 * @param out      [out] free with hw_table_delete; NULL on failure
 * @return HW_OK; HW_E_UNSUPPORTED (linked markers); as hw_likelihood otherwise */
HW_API HW_MUST_CHECK hw_status hw_table_compile(const hw_problem *family, int32_t missing,
                                                const hw_likelihood_options *options,
                                                hw_table **out, hw_err *err);
HW_API void hw_table_delete(hw_table *self);

/** Compiles many families over the same markers: what families have in common (their shape,
 * genotype patterns at a marker) is computed once and remembered within the bound.
 * Not thread-safe: one per thread. What it has seen before never changes a bit of a table. */
typedef struct hw_table_compiler hw_table_compiler;

/** @param markers  borrowed until hw_table_compiler_delete; the families' own
 * @param max_bytes  of what is remembered; 0 = 256 MiB
 * @return HW_OK; HW_E_UNSUPPORTED (the kernel set of the options cannot run here); HW_E_VALUE
 *         (theta); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_table_compiler_new(int32_t n_markers, const hw_marker *markers,
                                                     double theta,
                                                     const hw_likelihood_options *options,
                                                     size_t max_bytes, hw_table_compiler **out,
                                                     hw_err *err);
HW_API void hw_table_compiler_delete(hw_table_compiler *self);

/** As hw_table_compile, equal to it within 1e-12 (relative; absolute for a log10 LR or ln_family
 * below 1); the table belongs to the compiler and is valid until its next hw_table_compiler_reset.
 * The limits of the options bound the general engine; families with closed forms do not need it.
 * @param family  its markers and theta must be the compiler's
 * @return as hw_table_compile; HW_E_SHAPE (other markers, or a profile with fewer), HW_E_VALUE
 *         (another theta) */
HW_API HW_MUST_CHECK hw_status hw_table_compiler_compile(hw_table_compiler *self,
                                                         const hw_problem *family, int32_t missing,
                                                         const hw_table **out, hw_err *err);
/** Takes back the memory of the tables made so far; what is remembered stays. */
HW_API void hw_table_compiler_reset(hw_table_compiler *self);

/** Genotype code of an observation, or −1 (missing, a set, or a profile with typing error). */
HW_API int32_t hw_marker_table_code(const hw_marker_table *self, const hw_observation *obs);

/** log10 LR of one observation: 0 where it is missing; −inf impossible if the profile is the
 * missing person's, +inf impossible only if unrelated; NaN never: 0/0 is 0 (no information)
 * and is told apart by ln_family. */
HW_API double hw_marker_table_log10_lr(const hw_marker_table *self, const hw_marker *marker,
                                       const hw_observation *obs, const hw_profile *profile);

/** Sum over markers for a whole profile: −inf if any marker is impossible for the missing person,
 * also where another is impossible for an unrelated one (0/0: she is excluded all the same).
 * @param per_marker  [out] n_markers values, or NULL */
HW_API double hw_table_log10_lr(const hw_table *self, const hw_marker *markers,
                                const hw_profile *profile, double *per_marker);

#ifdef __cplusplus
}
#endif
#endif
