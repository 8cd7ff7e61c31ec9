/** @file
 * Random numbers of the tests: splitmix64 (Steele, Lea & Flood 2014).
 *
 * The tests keep a generator of their own, so that a change of the library's
 * streams never changes which problems are tested, and a seed printed by a
 * failing test stays good.
 *
 * Example:
 * @code
 *   rng r = rng_seeded(42);
 *   if (rng_chance(&r, 0.1)) x = rng_below(&r, 6);
 * @endcode
 */
#ifndef HOMEWARD_TESTS_RNG_H
#define HOMEWARD_TESTS_RNG_H

#include <stdbool.h>
#include <stdint.h>

typedef struct rng {
  uint64_t state;
} rng;

static inline uint64_t rng_next(rng *r) {
  uint64_t z = r->state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/** A generator whose first numbers have nothing to do with those of neighbouring seeds. */
static inline rng rng_seeded(uint64_t seed) {
  rng r = {seed};
  r.state = rng_next(&r);
  return r;
}

/** Uniform in [0, 1). */
static inline double rng_unit(rng *r) {
  return (double)(rng_next(r) >> 11) * 0x1p-53;
}

static inline bool rng_chance(rng *r, double probability) {
  return rng_unit(r) < probability;
}

/** Uniform in 0 … n−1. */
static inline int32_t rng_below(rng *r, int32_t n) {
  return (int32_t)(rng_unit(r) * n);
}

/** An index drawn with the given weights, which need not sum to one; entries of weight zero
 * are never drawn. */
static inline int32_t rng_pick(rng *r, const double *weights, int32_t n) {
  double total = 0.0;
  for (int32_t i = 0; i < n; i++) total += weights[i];
  double u = rng_unit(r) * total;
  int32_t last = 0;
  for (int32_t i = 0; i < n; i++) {
    if (!(weights[i] > 0.0)) continue;
    last = i;
    if (u < weights[i]) return i;
    u -= weights[i];
  }
  return last;
}

/** Puts 0 … n−1 into @p order, shuffled. */
static inline void rng_shuffle(rng *r, int32_t *order, int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    const int32_t j = rng_below(r, i + 1);
    order[i] = order[j];
    order[j] = i;
  }
}

#endif
