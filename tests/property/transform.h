/** @file
 * Changes of a problem that must not change its likelihood.
 *
 * Each function changes the problem in place and leaves it linked. Those that
 * need something special of the problem say so and return false, with the
 * problem as it was, where it does not hold.
 *
 * Example:
 * @code
 *   random_problem *q = random_problem_copy(p);
 *   transform_alleles(q, &r);
 *   assert_true(trials_same_ln(ln_of(p), ln_of(q), 1e-12));
 * @endcode
 */
#ifndef HOMEWARD_TESTS_TRANSFORM_H
#define HOMEWARD_TESTS_TRANSFORM_H

#include "oracle/random_problem.h"

/** Renumbers the alleles of every marker. */
bool transform_alleles(random_problem *self, rng *r);
/** Puts the markers in another order. */
bool transform_markers(random_problem *self, rng *r);
/** Puts the persons in another order. */
bool transform_persons(random_problem *self, rng *r);
/** Exchanges the places of founders only. */
bool transform_founders(random_problem *self, rng *r);
/** Puts the profiles in another order. */
bool transform_profiles(random_problem *self, rng *r);
/** Makes fathers of mothers and mothers of fathers, with their mutation matrices. Autosomal. */
bool transform_mirror(random_problem *self, rng *r);
/** Reads a chromosome from its other end. */
bool transform_direction(random_problem *self, rng *r);
/** Forgets the sex of everyone whose role as a father or mother tells it. */
bool transform_forget_sex(random_problem *self, rng *r);
/** Adds untyped childless relatives and strangers, some of unknown sex. */
bool transform_add_childless(random_problem *self, rng *r);
/** Records untyped parents of a founder; the frequencies must be stationary under mutation, and
 * without mutation where theta > 0. */
bool transform_add_parents(random_problem *self, rng *r);
/** Records the unknown parent of someone with one known parent. */
bool transform_record_parent(random_problem *self, rng *r);
/** Adds an identical twin with the same profile as somebody whose observations are free of
 * chance (no dropout, no typing error). */
bool transform_add_twin(random_problem *self, rng *r);

#endif
