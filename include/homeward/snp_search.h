/** @file
 * Every sample against every missing person, from genotype likelihoods of a panel of SNPs.
 *
 * What a family says of its missing person compiles to a distribution of her genotype at every
 * marker (hw_linked_genotypes); a sample is a row of codes of its likelihoods. The screen adds the
 * looked-up log ratios of a pair window by window along the chromosomes and lets through whoever
 * reaches the cut. Every pair that it lets through is computed exactly: the linked likelihood ratio
 * of hw_linked_scorer (docs/snp-search.md). What is kept, and reported, is exact:
 *
 *   - of the pairs that the screen lets through, every one whose log10 LR is at least the threshold;
 *   - of those at or above the floor, the `top` best of every missing person and of every sample.
 *
 * The screen is a filter and not a bound: a pair whose exact LR reaches the threshold may miss the
 * cut. How many do was measured (docs/snp-search.md); `no_screen` computes all of them. Results do
 * not depend on kernels and threads, and a pair's not on the other samples and families.
 *
 * X and markers whose family says nothing count in the exact LR only. A sample whose sex is known
 * is not compared with a missing person of the other sex.
 *
 * Example:
 * @code
 *   hw_snp_search_options options = {.threshold = 4.0, .cut = HW_SNP_SEARCH_CUT};
 *   hw_snp_search_results *results = NULL;
 *   s = hw_snp_search_run(&input, &options, &(hw_search_go){.n_threads = 2}, &results, &err);
 *   for (int64_t i = 0; s == HW_OK && i < results->found.n_pairs; i++)
 *     print(results->found.pairs[i]);
 *   hw_snp_search_results_delete(results);
 * @endcode
 */
#ifndef HOMEWARD_SNP_SEARCH_H
#define HOMEWARD_SNP_SEARCH_H

#include "homeward/linked.h"
#include "homeward/search.h"
#include "homeward/snp.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Default cut of the screen, log10: chosen by measurement (docs/snp-search.md). */
#define HW_SNP_SEARCH_CUT 1.0

/** A family: its pedigree and the SNP profiles of relatives. */
typedef struct hw_snp_search_family {
  const char *code; /**< distinct among families */
  hw_pedigree pedigree;
  int32_t n_profiles;             /**< at most HW_LINKED_MAX_TYPED */
  const hw_snp_profile *profiles; /**< typed relatives, on the input's panel */
  const int32_t *profile_person;  /**< n_profiles person indices */
} hw_snp_search_family;

/** Everything that decides the result. Borrowed by all that takes it. */
typedef struct hw_snp_search_input {
  const hw_panel *panel;
  int32_t population; /**< of the panel, whose frequencies count */
  double theta;       /**< coancestry, 0 ≤ theta < 1; in the exact LR */
  int32_t n_samples;
  const hw_snp_profile *samples; /**< on the panel; ids distinct */
  int32_t n_families;
  const hw_snp_search_family *families;
  int32_t n_queries;
  const hw_search_query *queries; /**< missing persons; those of one family stand together */
} hw_snp_search_input;

typedef struct hw_snp_search_options {
  double threshold; /**< log10 LR from which every pair is kept */
  double floor;     /**< log10 LR from which pairs count for `top`; at most the threshold */
  int32_t top;      /**< best pairs of each missing person and of each sample; 0 = none more */
  double cut;       /**< score, log10, from which the screen lets a pair through */
  bool no_screen;   /**< compute every pair exactly */
  hw_linked_options linked; /**< its `simd` is also the screen's */
} hw_snp_search_options;

/** What the screen saw of one missing person. */
typedef struct hw_snp_search_figures {
  int64_t n_screened; /**< samples compared: all whose sex fits */
  int64_t n_passed;   /**< of them, let through and computed exactly */
  double mean, sd;    /**< of the screen's scores of samples below the cut, log10 */
  double most_false;  /**< unrelated samples at or above the threshold, at most (Markov: the mean of
                           an unrelated person's LR is 1) */
} hw_snp_search_figures;

typedef struct hw_snp_search_results {
  hw_search_results found; /**< pairs as of a search of STR profiles. n_compared counts pairs whose
                                sex fits; `expected` are estimates from the screen's scores,
                                expected_error is NaN: it is not known */
  const hw_snp_search_figures *figures; /**< n_queries */
  double most_false_all;                /**< sum of most_false */
} hw_snp_search_results;

/** Searches.
 * @param out  [out] free with hw_snp_search_results_delete; NULL on failure
 * @return HW_OK; HW_E_SHAPE (no samples, no queries, too many; a profile of nobody); HW_E_VALUE
 *         (options out of range; markers without frequencies or a place on the map); HW_E_REFERENCE;
 *         what hw_pedigree_validate says; HW_E_UNSUPPORTED; HW_E_INTERRUPTED if `progress` said so;
 *         HW_E_NO_MEMORY. A missing person who cannot be computed is left out and told */
HW_API HW_MUST_CHECK hw_status hw_snp_search_run(const hw_snp_search_input *input,
                                                 const hw_snp_search_options *options,
                                                 const hw_search_go *go,
                                                 hw_snp_search_results **out, hw_err *err);
HW_API void hw_snp_search_results_delete(hw_snp_search_results *self);

/** What a search will cost, from a few of its missing persons, evenly spread. */
typedef struct hw_snp_search_need {
  int32_t n_tried;     /**< missing persons who were compiled and screened for it */
  double share_passed; /**< of the pairs, let through */
  double pairs_passed; /**< of the whole search */
  double work;         /**< additions and multiplications of their exact LRs */
  int32_t most_bits;   /**< of one of the families tried */
} hw_snp_search_need;

/** Estimates what a search will cost. @return as hw_snp_search_run */
HW_API HW_MUST_CHECK hw_status hw_snp_search_count_need(const hw_snp_search_input *input,
                                                        const hw_snp_search_options *options,
                                                        const hw_search_go *go,
                                                        hw_snp_search_need *need, hw_err *err);

/** Posterior of each pair of results: over all missing persons and "none of them", under a prior of
 * @p prior_none (negative = 1/(n+1)) that a sample is none of them; a pair that is not kept counts
 * with LR 1, as hw_search_detail has it.
 * @param posteriors  [out] found.n_pairs */
HW_API HW_MUST_CHECK hw_status hw_snp_search_posteriors(const hw_snp_search_input *input,
                                                        const hw_snp_search_results *results,
                                                        double prior_none, double *posteriors,
                                                        hw_err *err);

#ifdef __cplusplus
}
#endif
#endif
