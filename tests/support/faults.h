/** @file
 * Allocation failures on demand.
 *
 * Unit tests are linked so that malloc, calloc, realloc, aligned_alloc and
 * strdup of the code under test come here (ld --wrap).
 *
 * Example: let every allocation of a call fail in turn, until it succeeds.
 * @code
 *   for (long n = 0; hw_faults_begin(n); n++) {   // at most HW_FAULTS_MOST rounds
 *     s = hw_json_doc_parse(text, size, NULL, &doc, &err);
 *     if (hw_faults_end()) assert_int_equal(s, HW_E_NO_MEMORY);
 *     else { hw_assert_ok(s, &err); break; }
 *   }
 * @endcode
 */
#ifndef HW_TESTS_FAULTS_H
#define HW_TESTS_FAULTS_H

#include <stdbool.h>

/** Rounds after which a loop is taken to be endless. */
#define HW_FAULTS_MOST 100000

/** From now on the n-th allocation (0 = the next) fails, and all after it.
 * @return true; false (and nothing armed) when n reaches HW_FAULTS_MOST */
bool hw_faults_begin(long n);

/** Back to normal. @return true if an allocation was made to fail */
bool hw_faults_end(void);

#endif
