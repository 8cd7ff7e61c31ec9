/** @file
 * Profiles: what a laboratory saw at each marker of one sample.
 *
 * Example: a heterozygote 14/15, then a marker where only 9 is known.
 * @code
 *   hw_observation obs[2] = {{.kind = HW_OBS_GENOTYPE, .a = 3, .b = 4},
 *                            {.kind = HW_OBS_GENOTYPE, .a = 0, .b = HW_ALLELE_NONE}};
 *   hw_profile p = {.id = "R1", .n_markers = 2, .observations = obs};
 *   double w = hw_observation_probability(&marker, &obs[0], &p, 3, 4);  // 1
 * @endcode
 */
#ifndef HOMEWARD_PROFILE_H
#define HOMEWARD_PROFILE_H

#include "homeward/marker.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum hw_observation_kind {
  HW_OBS_MISSING = 0, /**< not typed */
  HW_OBS_GENOTYPE,    /**< two alleles; b (never a alone) may be HW_ALLELE_NONE: partial */
  HW_OBS_SINGLE,      /**< one allele a: a male at an X marker */
  HW_OBS_SET          /**< the set of alleles seen under dropout and drop-in */
} hw_observation_kind;

/** Result of one sample at one marker. */
typedef struct hw_observation {
  hw_observation_kind kind;
  hw_allele a, b;        /**< genotype, single */
  int32_t n_seen;        /**< set: 0 … n_alleles */
  const hw_allele *seen; /**< set: distinct, ascending; borrowed */
} hw_observation;

/** Results of one sample at all markers of a case. */
typedef struct hw_profile {
  const char *id;
  int32_t n_markers;
  const hw_observation *observations; /**< n_markers */
  bool has_dropout;                   /**< observations are sets */
  double dropout;      /**< probability that one copy of an allele is not seen, 0 … 1 */
  double drop_in;      /**< expected scale of drop-in: P(absent allele x seen) = drop_in · p_x */
  double typing_error; /**< probability that a genotype is read as a random one, 0 … 1 */
} hw_profile;

/** P(observation | true genotype).
 *
 * Autosomal, or female at X: ordered pair (@p x, @p y), symmetric in x and y.
 * Male at X: @p y = HW_ALLELE_NONE. The observation's own allele order is
 * irrelevant. HW_OBS_MISSING gives 1.
 *
 * - genotype a/b: 1 where {x,y} = {a,b}; a silent true allele is not seen, so
 *   a/a is also seen from a/silent; partial a/?: 1 where a is x or y.
 * - set S (Gill, Whitaker et al. 2000; the model of the reference answers):
 *   Π over alleles z that are not silent of P(seen) or P(not seen), where
 *   P(z not seen) = (1 − c·p_z)·d^copies(z).
 * - typing error e: (1−e)·[as above] + e·P(observation | random genotype), for
 *   genotypes and singles only; for partial ones the sum over the unknown allele.
 */
HW_API double hw_observation_probability(const hw_marker *marker, const hw_observation *obs,
                                         const hw_profile *profile, hw_allele x, hw_allele y);

/** P(observation | genotype) for all genotypes: out[x·n + y], symmetric, or out[x] where
 * @p single (one allele). Equal to hw_observation_probability up to rounding, much faster for
 * sets. @param out  [out] n_alleles² values, or n_alleles */
HW_API void hw_observation_table(const hw_marker *marker, const hw_observation *obs,
                                 const hw_profile *profile, bool single, double *out);

/** Checks one observation against its marker and the sex of its person:
 * allele indices in range, never the silent one, kind fits the marker.
 * @param has_single  true if the person carries one allele here (male, X marker) */
HW_API HW_MUST_CHECK hw_status hw_observation_validate(const hw_marker *marker,
                                                       const hw_observation *obs, bool has_single,
                                                       hw_err *err);

#ifdef __cplusplus
}
#endif
#endif
