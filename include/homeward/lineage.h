/** @file
 * Evidence of the paternal and the maternal line: Y-STR haplotypes and mtDNA.
 *
 * A Y haplotype and an mtDNA sequence are each inherited as one: there is no
 * product over their markers. A match says that two persons share a line, and
 * everybody else of that line matches as well; how much it is worth depends on
 * how rare the haplotype is in the population.
 *
 * Rarity of a haplotype seen x times in a database of n:
 *   - augmented counting, (x + 1)/(n + 1) (ISFG 2014, mtDNA) or (x + 2)/(n + 2)
 *     (ISFG 2020, Y-STR: suspect and trace both added);
 *   - upper bound of Clopper & Pearson (1934);
 *   - κ of Brenner (2010) for haplotypes that were never seen;
 *   - the discrete Laplace mixture for Y-STR (Andersen, Eriksen & Morling 2013).
 *
 * Example:
 * @code
 *   hw_laplace *model = NULL;
 *   s = hw_laplace_fit(&table, NULL, &model, &err);
 *   double p = hw_laplace_probability(model, haplotype);
 *   hw_laplace_delete(model);
 * @endcode
 */
#ifndef HOMEWARD_LINEAGE_H
#define HOMEWARD_LINEAGE_H

#include <stdbool.h>

#include "homeward/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- rarity by counting --- */

/** (x + added)/(n + added). @param added 1 for mtDNA (Parson et al. 2014), 2 for Y-STR (Roewer et
 * al. 2020) */
HW_API double hw_rarity_counted(int64_t x, int64_t n, int added);
/** Upper end of the one-sided interval of Clopper & Pearson (1934) at a confidence of
 * @p confidence: the p for which P(X ≤ x | n, p) = 1 − confidence; 1 where x = n. */
HW_API double hw_rarity_upper(int64_t x, int64_t n, double confidence);
/** Brenner's κ (2010): a haplotype that is new to a database of n has the match probability
 * (1 − κ)/(n + 1), κ = share of the n + 1 haplotypes, the new one included, that were seen once.
 * @param n_once  haplotypes of the database that were seen once */
HW_API double hw_rarity_kappa(int64_t n_once, int64_t n);

/* --- Y-STR: the discrete Laplace mixture --- */

/** Most markers of a haplotype. */
#define HW_LAPLACE_MAX_MARKERS 64
/** Most clusters. */
#define HW_LAPLACE_MAX_CLUSTERS 64

/** Haplotypes of whole repeats: alleles of n_markers single-copy markers each. */
typedef struct hw_y_table {
  int32_t n_markers;
  int32_t n_haplotypes;
  const int32_t *alleles; /**< n_haplotypes × n_markers; repeats */
  const int32_t *counts;  /**< how often each was seen; NULL = once */
} hw_y_table;

typedef struct hw_laplace_options {
  int32_t least_clusters; /**< 0 = 1 */
  int32_t most_clusters;  /**< 0 = until BIC rises three times in a row */
  int32_t most_steps;     /**< of EM for one number of clusters; 0 = 1,000 */
} hw_laplace_options;

/** Σ_j τ_j Π_k (1 − p_jk)/(1 + p_jk) · p_jk^|a_k − y_jk|, ln p_jk = ω_j + λ_k: clusters j with
 * centres y_j, markers k (Andersen et al. 2013, eq. 1 and 5). Fitted by EM from deterministic
 * starts, centres moved to weighted medians until none moves; the number of clusters is that with
 * the least BIC. */
typedef struct hw_laplace {
  int32_t n_markers, n_clusters;
  const double *share;   /**< τ, n_clusters */
  const int32_t *centre; /**< y, n_clusters × n_markers */
  const double *ratio;   /**< p, n_clusters × n_markers */
  double ln_likelihood;  /**< of the table */
  double bic;            /**< −2·ln_likelihood + parameters·ln(n) */
  int32_t n_parameters;  /**< centres, ω and λ less one, shares less one */
  int32_t n_steps;       /**< EM steps of the last round */
  void *storage;         /**< private */
} hw_laplace;

/** Fits the mixture. Free with hw_laplace_delete.
 * @param options NULL = defaults
 * @return HW_OK; HW_E_SHAPE (no haplotypes, no or too many markers); HW_E_VALUE (a negative allele
 *         or count); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_laplace_fit(const hw_y_table *table,
                                              const hw_laplace_options *options, hw_laplace **out,
                                              hw_err *err);
HW_API void hw_laplace_delete(hw_laplace *self);
/** Probability of a haplotype, n_markers alleles. */
HW_API double hw_laplace_probability(const hw_laplace *self, const int32_t *alleles);

/** P(difference of repeats in all markers | meioses between two men of one line): at each marker
 * Σ over the number of mutations of one repeat each, up or down with the same probability
 * (Roewer et al. 2020; single-step model). Missing alleles are negative and count nothing.
 * @param rate_per_meiosis  n_markers mutation rates */
HW_API double hw_y_transition(int32_t n_markers, const int32_t *from, const int32_t *to,
                              const double *rate_per_meiosis, int32_t meioses);

#ifdef __cplusplus
}
#endif
#endif
