/** @file
 * Markers, alleles and mutation models.
 *
 * A marker's alleles are indices 0 … n_alleles−1 into its tables; names are
 * text ("14", "9.3", "CATCAT…"). Mutation matrices are row-major,
 * `matrix[i*n + j] = P(parental allele i is transmitted as j)`, one for the
 * mother's meioses and one for the father's.
 *
 * Example:
 * @code
 *   hw_marker m = {.name = "TH01", .n_alleles = 3, .allele_names = names,
 *                  .frequencies = freq, .silent = HW_ALLELE_NONE};
 *   m.mutation.model = HW_MUTATION_EQUAL;
 *   m.mutation.rate[HW_FROM_MOTHER] = 0.001;
 *   m.mutation.rate[HW_FROM_FATHER] = 0.003;
 *   double matrix[9];
 *   hw_status s = hw_mutation_matrix(&m, HW_FROM_FATHER, matrix, &err);
 * @endcode
 */
#ifndef HOMEWARD_MARKER_H
#define HOMEWARD_MARKER_H

#include <stdbool.h>

#include "homeward/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Index of an allele in its marker's tables. */
typedef int32_t hw_allele;
/** Allele unknown (the other allele of a partial genotype), or no such allele. */
#define HW_ALLELE_NONE ((hw_allele)-1)
/** Largest number of alleles of one marker. */
#define HW_MAX_ALLELES 1024

/** Whose meiosis: indices of per-sex arrays. */
enum { HW_FROM_MOTHER = 0, HW_FROM_FATHER = 1 };

/** Chromosome of a marker: 0 = autosomal, position unknown; 1 … 22; 23 = X. */
enum { HW_CHROMOSOME_AUTOSOMAL = 0, HW_CHROMOSOME_X = 23 };

typedef enum hw_mutation_model {
  HW_MUTATION_NONE = 0,
  HW_MUTATION_EQUAL,
  HW_MUTATION_PROPORTIONAL,
  HW_MUTATION_STEPWISE, /**< extended stepwise: rate, rate2 (microvariants), range */
  HW_MUTATION_ONESTEP,
  HW_MUTATION_DAWID,
  HW_MUTATION_CUSTOM
} hw_mutation_model;

typedef enum hw_mutation_transform {
  HW_TRANSFORM_NONE = 0,
  HW_TRANSFORM_MH, /**< Metropolis–Hastings, reversible */
  HW_TRANSFORM_BA, /**< Barker, reversible */
  HW_TRANSFORM_PR, /**< proportional, reversible */
  HW_TRANSFORM_PM  /**< stationary (Simonsson & Mostad 2016) */
} hw_mutation_transform;

/** Parameters of a mutation model; arrays are indexed by HW_FROM_…. */
typedef struct hw_mutation {
  hw_mutation_model model;
  hw_mutation_transform transform;
  double rate[2];          /**< per meiosis, 0 … 1 */
  double rate2[2];         /**< stepwise: rate between microvariant classes */
  double range[2];         /**< stepwise, dawid: relative probability of one more step, 0 … 1 */
  const double *custom[2]; /**< custom (or check value of another model): n × n, or NULL */
} hw_mutation;

/** A marker. Strings and arrays belong to whoever made the marker (a hw_case,
 * a frequency table) and outlive it. */
typedef struct hw_marker {
  const char *name;
  int chromosome;                  /**< HW_CHROMOSOME_AUTOSOMAL, 1 … 22, HW_CHROMOSOME_X */
  double position_cm;              /**< NaN = unknown */
  int32_t n_alleles;               /**< 1 … HW_MAX_ALLELES */
  const char *const *allele_names; /**< n_alleles, distinct */
  const double
      *frequencies; /**< n_alleles, each in [0,1], sum 1 within HW_FREQUENCY_SUM_TOLERANCE */
  hw_allele silent; /**< the allele that is never seen, or HW_ALLELE_NONE */
  hw_mutation mutation;
  const double *matrix[2]; /**< n × n, filled by the owner through hw_mutation_matrix;
                                        NULL = identity (no mutation); equal pointers when the
                                        sexes do not differ */
} hw_marker;

/** Largest |sum − 1| of a frequency list that is used as it stands. */
#define HW_FREQUENCY_SUM_TOLERANCE 1e-6

/** Index of the allele called @p name, or HW_ALLELE_NONE. */
HW_API hw_allele hw_marker_find_allele(const hw_marker *self, const char *name);

/** True if males carry one allele of this marker. */
HW_API bool hw_marker_is_x(const hw_marker *self);

/** True if the model has no mutation for meioses of parent @p from. */
HW_API bool hw_mutation_is_identity(const hw_marker *marker, int from);

/** Mutation matrix of the marker's model and transform.
 *
 * A silent allele neither arises nor disappears: the model acts on the other
 * alleles with their frequencies rescaled to sum to one, row and column of the
 * silent allele are those of the identity. (A custom matrix is taken whole.)
 * Sources: see mutation.c for the formula of every model.
 *
 * @param marker  frequencies and allele names are used where the model needs them
 * @param from    HW_FROM_MOTHER or HW_FROM_FATHER
 * @param out     [out] n_alleles × n_alleles, rows sum to one
 * @return HW_OK; HW_E_VALUE (rate or range outside [0,1], a row that would need a
 *         negative diagonal, a matrix that is not stochastic, a non-numeric allele
 *         name in a stepwise model, a transform that does not exist for these values) */
HW_API HW_MUST_CHECK hw_status hw_mutation_matrix(const hw_marker *marker, int from, double *out,
                                                  hw_err *err);

/** Exact (Kemeny–Snell, strong) lumpability of a matrix for a partition.
 *
 * @param n      alleles
 * @param matrix n × n, or NULL (identity: lumpable for every partition)
 * @param block  n block numbers, 0 … n−1
 * @param tolerance largest difference of two row sums that counts as none
 * @return true if for all blocks C and all i, j of one block
 *         Σ_{k∈C} m(i,k) = Σ_{k∈C} m(j,k) */
HW_API bool hw_mutation_is_lumpable(int32_t n, const double *matrix, const int32_t *block,
                                    double tolerance);

/** True if frequencies are stationary under the matrix: Σ p_i m(i,j) = p_j (NULL: true). */
HW_API bool hw_mutation_is_stationary(int32_t n, const double *matrix, const double *frequencies,
                                      double tolerance);

#ifdef __cplusplus
}
#endif
#endif
