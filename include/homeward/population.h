/** @file
 * Do a population's frequencies fit the people? Unrelated pairs tell.
 *
 * Unrelated persons who look like cousins under the frequencies in use are the sign of frequencies
 * of another population (or of a mixture), or of linkage disequilibrium that was not pruned. Both
 * make false relatives of everybody. So pairs that are known to be unrelated are weighed: their
 * likelihood ratios must be centred below 1, and of n pairs no more than n/100 may be above 100 but
 * by chance, since P(LR > x | unrelated) ≤ 1/x where the model holds.
 *
 * Example:
 * @code
 *   hw_population_options options = {.relation = HW_SECOND_COUSINS};
 *   hw_population_result result;
 *   s = hw_population_check(panel, p, n, profiles, &options, &result, &err);
 *   if (s == HW_OK && result.verdict == HW_POPULATION_INFLATED) warn();
 *   hw_population_result_clear(&result);
 * @endcode
 */
#ifndef HOMEWARD_POPULATION_H
#define HOMEWARD_POPULATION_H

#include "homeward/linked.h"
#include "homeward/snp.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Relation that the pairs are tested for. */
typedef enum hw_population_relation {
  HW_SECOND_COUSINS = 0, /**< the weakest relation that panels show, and so the strictest test */
  HW_FIRST_COUSINS,
  HW_PARENT_CHILD
} hw_population_relation;

/** Pairs that are taken where no number is stated, and most that may be. */
#define HW_POPULATION_PAIRS 200
#define HW_POPULATION_MOST_PAIRS 50000
/** Fewer pairs than this say nothing good about frequencies. */
#define HW_POPULATION_LEAST_PAIRS 10
/** Likelihood ratios whose excess is counted: 1, 10², 10⁴. */
#define HW_POPULATION_LEVELS 3

/** A zeroed struct takes defaults. */
typedef struct hw_population_options {
  hw_population_relation relation;
  double theta;
  int32_t max_pairs;               /**< 0 = HW_POPULATION_PAIRS */
  int32_t n_related;               /**< pairs that are left out, since they are or may be related */
  const int32_t (*related)[2];     /**< indices of profiles */
  const hw_linked_options *linked; /**< NULL = defaults */
} hw_population_options;

typedef enum hw_population_verdict {
  HW_POPULATION_FITS = 0, /**< nothing speaks against the frequencies */
  HW_POPULATION_TOO_FEW, /**< so far nothing does, but fewer than HW_POPULATION_LEAST_PAIRS pairs */
  HW_POPULATION_NOT_BELOW, /**< the median pair is as likely related as not, or likelier */
  HW_POPULATION_INFLATED   /**< more pairs above 10² or 10⁴ than chance explains (tail < 0.01) */
} hw_population_verdict;

typedef struct hw_population_pair {
  int32_t a, b; /**< profiles */
  double log10_lr;
} hw_population_pair;

typedef struct hw_population_level {
  double lr;    /**< 1, 10², 10⁴ */
  int32_t n;    /**< pairs above it */
  double share; /**< n / n_pairs */
  double tail;  /**< P(n or more of n_pairs | each with probability 1/lr); pairs that share a person
                      depend on each other a little, which this leaves out; 1 for lr = 1 */
} hw_population_level;

typedef struct hw_population_result {
  hw_population_verdict verdict;
  int32_t n_markers; /**< autosomal, with frequencies and a place on the map */
  int32_t n_pairs;
  hw_population_pair *pairs; /**< in the order in which they were chosen */
  double median_log10_lr;    /**< may be −inf */
  hw_population_level levels[HW_POPULATION_LEVELS];
  double expected_heterozygosity; /**< under the frequencies, at markers where a person is known */
  double observed_heterozygosity; /**< (1 − F) × expected */
  double f; /**< mean over persons of F = 1 − observed/expected, most likely value of each: above
                       0 in people of one population under frequencies of a mixture or of another */
  double f_error; /**< standard error of the mean; 0 with one person */
} hw_population_result;

/** Weighs pairs of unrelated persons by the linked likelihood, autosomes only. Pairs are chosen so
 * that everybody occurs about equally often, in the same way each time: person i with i + 1, then i
 * with i + 2, and so on, up to the number asked for.
 * @param profiles  of unrelated persons of the population in question
 * @param out       [out] free with hw_population_result_clear, also after a failure
 * @return HW_OK; HW_E_SHAPE (fewer than two profiles, no pairs); HW_E_VALUE (options out of range, no
 *         marker with frequencies and a place); as hw_linked_likelihood; HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_population_check(const hw_panel *panel, int32_t population,
                                                   int32_t n_profiles,
                                                   const hw_snp_profile *profiles,
                                                   const hw_population_options *options,
                                                   hw_population_result *out, hw_err *err);
/** Frees the pairs; a zeroed result is allowed. */
HW_API void hw_population_result_clear(hw_population_result *self);

#ifdef __cplusplus
}
#endif
#endif
