/** @file
 * Who is kin to whom among people of unknown relation, from a panel of SNPs.
 *
 * All pairs are screened on called genotypes: the kinship of Manichaikul et al. (2010), and how many
 * stretches of the panel, of up to 64 markers, two people pass with hardly any opposite homozygotes.
 * Pairs that the screen lets through, or pairs that are asked for, are computed exactly: the linked likelihood of both people's
 * data under each relation, against unrelated.
 *
 * Through whom two people are related is not known; so recombination follows the mean of the female
 * and male maps, and X is left out.
 *
 * Example:
 * @code
 *   hw_relate_input input = {.panel = panel, .population = p, .n_samples = n, .samples = samples};
 *   hw_relate_options options = {.kinship = HW_RELATE_KINSHIP};
 *   hw_relate_results *results = NULL;
 *   s = hw_relate_run(&input, &options, &(hw_search_go){.n_threads = 2}, &results, &err);
 *   hw_relate_results_delete(results);
 * @endcode
 */
#ifndef HOMEWARD_RELATE_H
#define HOMEWARD_RELATE_H

#include "homeward/linked.h"
#include "homeward/search.h"
#include "homeward/snp.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Default kinship from which a pair passes the screen: 2^−5.5, half way between third and fourth
 * degree (Manichaikul et al. 2010); relatives beyond it mostly pass by their windows. */
#define HW_RELATE_KINSHIP 0.0221
/** Default of hw_relate_options::margin: a genotype 31 times as likely as the next one. */
#define HW_RELATE_MARGIN 60

/** What two people may be to each other. */
typedef enum hw_relation {
  HW_RELATION_SAME = 0, /**< one person, or identical twins */
  HW_RELATION_PARENT,   /**< parent and child */
  HW_RELATION_FULL_SIBLINGS,
  HW_RELATION_HALF_SIBLINGS,
  HW_RELATION_GRANDPARENT, /**< and grandchild */
  HW_RELATION_UNCLE,       /**< uncle or aunt, and nephew or niece */
  HW_RELATION_FIRST_COUSINS,
  HW_RELATION_FIRST_COUSINS_REMOVED, /**< once */
  HW_RELATION_SECOND_COUSINS,
  HW_RELATION_COUNT
} hw_relation;

/** Two related people: their pedigree, and which two of it they are. */
typedef struct hw_relation_shape {
  const char *name; /**< "full siblings", … */
  int32_t degree;   /**< 0 = the same person, 1 = parents, children, siblings, … */
  hw_pedigree pedigree;
  int32_t first, second; /**< persons; alike for HW_RELATION_SAME */
} hw_relation_shape;
/** The shape of a relation; NULL for none. */
HW_API const hw_relation_shape *hw_relation_shape_get(hw_relation relation);

/** Everything that decides the result. Borrowed. */
typedef struct hw_relate_input {
  const hw_panel *panel;
  int32_t population;
  double theta;
  int32_t n_samples;
  const hw_snp_profile *samples; /**< on the panel */
  int64_t n_pairs;               /**< 0 = all pairs are screened */
  const int32_t (*pairs)[2];     /**< pairs that are asked for: indices of samples */
} hw_relate_input;

typedef struct hw_relate_options {
  double kinship;   /**< from which a pair passes, if it is positive */
  int32_t windows;  /**< from how many a pair passes; 0 = as many as one unrelated pair in a
                         thousand has by the frequencies of the population */
  int32_t margin;   /**< of hw_snp_best, from which a genotype is called; 0 = HW_RELATE_MARGIN */
  double threshold; /**< log10 LR of the best relation from which a pair is kept */
  hw_linked_options linked; /**< its `simd` is also the screen's */
} hw_relate_options;

typedef struct hw_relate_pair {
  int32_t first, second;              /**< samples; first < second where all pairs were screened */
  int32_t n_typed;                    /**< markers called in both */
  int32_t windows;                    /**< with at most one pair of opposite homozygotes */
  double kinship;                     /**< NaN = no heterozygote among them */
  double log10_lr[HW_RELATION_COUNT]; /**< against unrelated; −inf = impossible */
  hw_relation best;                   /**< the largest of them; of equal ones the first */
} hw_relate_pair;

typedef struct hw_relate_results {
  int64_t n_screened; /**< pairs */
  int64_t n_passed;   /**< of them computed exactly */
  int64_t n_pairs;
  const hw_relate_pair *pairs; /**< best first: by the LR of the best relation, then by index; pairs
                                    that were asked for all, in their order */
} hw_relate_results;

/** Screens and computes.
 * @param out  [out] free with hw_relate_results_delete; NULL on failure
 * @return HW_OK; HW_E_SHAPE (fewer than two samples); HW_E_VALUE; HW_E_REFERENCE (a pair of nobody,
 *         or of one person); HW_E_UNSUPPORTED; HW_E_INTERRUPTED; HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_relate_run(const hw_relate_input *input,
                                             const hw_relate_options *options,
                                             const hw_search_go *go, hw_relate_results **out,
                                             hw_err *err);
HW_API void hw_relate_results_delete(hw_relate_results *self);

#ifdef __cplusplus
}
#endif
#endif
