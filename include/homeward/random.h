/** @file
 * Seeded random streams: the same numbers on every machine, in any order of work.
 *
 * The generator is counter-based (Philox4x32-10, Salmon et al. 2011): a number
 * is a pure function of seed, path of splits and position. A stream can be split
 * into any number of child streams by tags (a family's index, a marker's index);
 * children do not depend on what was drawn from their parent, so work can be
 * reordered, repeated or run in parallel without changing a single number.
 *
 * Not for keys or passwords: it is no cryptographic generator.
 *
 * Example:
 * @code
 *   hw_random root, family;
 *   hw_random_init(&root, 20260101);            // the seed is recorded in the result
 *   family = hw_random_split(&root, i_family);
 *   double u = hw_random_double(&family);       // 0 ≤ u < 1
 *   uint64_t die = 1 + hw_random_below(&family, 6);
 * @endcode
 */
#ifndef HOMEWARD_RANDOM_H
#define HOMEWARD_RANDOM_H

#include "homeward/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One stream, caller's storage, nothing to free; members are private. A copy
 * continues independently with the same numbers. */
typedef struct hw_random {
  uint32_t key[2];    /**< first half of the stream's identity */
  uint32_t stream[2]; /**< second half: the high words of the counter */
  uint64_t n_blocks;  /**< blocks drawn so far: the low words of the counter */
  uint64_t next[2];   /**< numbers of the current block */
  int32_t n_next;     /**< how many of them are left */
} hw_random;

/** Begins the root stream of a seed. */
HW_API void hw_random_init(hw_random *self, uint64_t seed);

/** Child stream @p tag. Depends on the seed, the tags on the way and @p tag only, not on the
 * position of @p self. Different paths give statistically independent streams. */
HW_API hw_random hw_random_split(const hw_random *self, uint64_t tag);

/** 64 random bits. */
HW_API uint64_t hw_random_u64(hw_random *self);

/** Uniform in [0, 1), a multiple of 2^−53. */
HW_API double hw_random_double(hw_random *self);

/** Uniform in 0 … n−1, without bias; 0 if @p n is 0. */
HW_API uint64_t hw_random_below(hw_random *self, uint64_t n);

#ifdef __cplusplus
}
#endif
#endif
