/** @file
 * How many random problems a test tries, and with which seeds.
 *
 *   HOMEWARD_TEST_SCALE   multiplies the number of trials (0.25 under sanitizers, 20 overnight);
 *                         never less than a twentieth of the default number is tried
 *   HOMEWARD_SEED         tries this one seed only: the one that a failing test printed
 *
 * Example:
 * @code
 *   trials t = trials_of(4000, 1);
 *   while (trials_next(&t)) {
 *     …                                    // problem number t.seed
 *     if (was_compared) trials_count(&t);  // too costly problems do not count
 *   }
 * @endcode
 */
#ifndef HOMEWARD_TESTS_TRIALS_H
#define HOMEWARD_TESTS_TRIALS_H

#include <stdbool.h>
#include <stdint.h>

#include "homeward/likelihood.h"

typedef struct trials {
  int32_t n_wanted;
  int32_t n_done; /**< counted */
  int32_t n_tried;
  int32_t n_failed;
  uint64_t salt;
  uint64_t seed; /**< of the trial at hand */
} trials;

/** @param n_trials  default number
 * @param salt       different for every test, so that tests do not repeat each other's problems */
trials trials_of(int32_t n_trials, uint64_t salt);

/** Moves on to the next seed; false when enough trials have been counted or several failed. */
bool trials_next(trials *self);
void trials_count(trials *self);

/** Says what went wrong with the trial at hand: seed, message, and the problem as a
 * homeward-case where there is one. */
void trials_fail(trials *self, const hw_problem *problem, const char *format, ...) HW_PRINTF(3, 4);

/** True if a natural logarithm is that of @p expected within a relative @p tolerance; zero is
 * met by −inf only. */
bool trials_is_ln_of(double ln, double expected, double tolerance);

/** True if two natural logarithms mean the same likelihood within a relative @p tolerance. */
bool trials_same_ln(double a, double b, double tolerance);

#endif
