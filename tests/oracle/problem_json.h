/** @file
 * Writes any hw_problem as a `homeward-case/1` document with one hypothesis, so
 * that a failure found at random can be looked at, sent, and kept as a case.
 *
 * What the format cannot say (typing error) goes into the description.
 * Mutation models are written as custom matrices: the document holds the very
 * numbers that the engine got.
 *
 * Example:
 * @code
 *   problem_json_write(stderr, &p->problem, "oracle-17");
 * @endcode
 */
#ifndef HOMEWARD_TESTS_PROBLEM_JSON_H
#define HOMEWARD_TESTS_PROBLEM_JSON_H

#include <stdio.h>

#include "homeward/likelihood.h"

/** True if the document says everything (no profile has a typing error). */
bool problem_json_is_complete(const hw_problem *problem);

void problem_json_write(FILE *out, const hw_problem *problem, const char *id);

#endif
