/** @file
 * The slow, obvious twin of the kinship engine.
 *
 * Everything here is computed by writing down every possible world: each
 * individual's true ordered genotype (allele from the father, allele from the
 * mother), one individual after another, parents before children. The
 * probability of a world is a product of three kinds of factors,
 *
 *   founder alleles        drawn one after another from one Pólya urn,
 *   transmissions          ½ for each of the parent's alleles, then mutation,
 *   observations           P(what the laboratory saw | true genotype),
 *
 * and a likelihood is the sum over all worlds. Linked markers are summed over
 * all inheritance vectors (which of the parent's two alleles each meiosis
 * passed on), again by writing all of them down.
 *
 * Nothing is shared with the engine, not even the observation model, so that an
 * agreement of the two is evidence for both. Only the mutation matrices are
 * taken as they stand in the markers.
 *
 * Example:
 * @code
 *   int64_t budget = 1000000;
 *   double likelihood;
 *   if (brute_marker(&problem, 0, &budget, &likelihood)) printf("%g\n", likelihood);
 * @endcode
 */
#ifndef HOMEWARD_TESTS_BRUTE_H
#define HOMEWARD_TESTS_BRUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "homeward/likelihood.h"

/** P(observation | true genotype), written from the definitions in profile.h.
 * @param x  allele from the father; HW_ALLELE_NONE for a male at an X marker
 * @param y  allele from the mother */
double brute_observation(const hw_marker *marker, const hw_observation *obs,
                         const hw_profile *profile, hw_allele x, hw_allele y);

/** Likelihood of one marker on its own (linkage ignored).
 * @param budget  [in,out] worlds that may still be visited
 * @return false if the budget is spent, or if at an X marker the sex of anybody is unknown */
bool brute_marker(const hw_problem *problem, int32_t marker, int64_t *budget, double *likelihood);

/** P(observations, genotype of person @p query) at one marker.
 * @param joint [out] n × n, joint[x·n + y]; n entries where the person carries one allele */
bool brute_genotypes(const hw_problem *problem, int32_t marker, int32_t query, int64_t *budget,
                     double *joint);

/** Likelihood of one group of linked markers. */
bool brute_linkage(const hw_problem *problem, const hw_linkage *linkage, int64_t *budget,
                   double *likelihood);

/** The likelihood of the problem, unlinked markers and linkage groups multiplied. */
bool brute_likelihood(const hw_problem *problem, int64_t *budget, double *likelihood);

#endif
