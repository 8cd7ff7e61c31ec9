/** @file
 * The Philox4x32-10 block function, for random.c and its known-answer test.
 */
#ifndef HW_BASE_PHILOX_H
#define HW_BASE_PHILOX_H

#include <stdint.h>

/** One block of 128 pseudo-random bits: a bijection of the counter for each key.
 *
 * Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", SC '11,
 * section 3.3; word order as in the authors' Random123 library. */
void hw_philox4x32_10(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

#endif
