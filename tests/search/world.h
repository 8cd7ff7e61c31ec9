/** @file
 * Small synthetic searches that can be changed: samples and families come, go and
 * are replaced, and whoever is the same bears the same profile again.
 *
 * A sample or family is a number (its code) and a seed from which everything else
 * about it is drawn; the same seed gives the same rows. Half of the samples are
 * the missing person of a family that may be in the world or not. Some samples
 * are copies of others, so that results have ties.
 *
 * Example:
 * @code
 *   world w;
 *   world_init(&w, 7, 40, 12);
 *   world_change(&w, 3);              // a few random additions, changes, removals
 *   hw_arena arena = {0};
 *   hw_search_input input = world_input(&w, &arena);
 * @endcode
 */
#ifndef HW_TESTS_WORLD_H
#define HW_TESTS_WORLD_H

#include "base/arena.h"
#include "homeward/random.h"
#include "homeward/search.h"

enum { WORLD_MARKERS = 9, WORLD_ALLELES = 6, WORLD_MOST = 4096 };

typedef struct world_row {
  int32_t number; /**< stands in its code */
  uint64_t seed;
  uint64_t family; /**< samples: seed of the family whose missing person it is; 0 = nobody's */
} world_row;

typedef struct world {
  hw_random random;
  int32_t next_number;
  int32_t n_samples, n_families;
  world_row samples[WORLD_MOST], families[WORLD_MOST];
  double theta;
  hw_marker markers[WORLD_MARKERS];
  double frequencies[WORLD_MARKERS][WORLD_ALLELES];
  double matrices[WORLD_MARKERS][2][WORLD_ALLELES * WORLD_ALLELES];
} world;

/** Nine markers (one on X, one with a silent allele), @p n_samples, @p n_families. */
void world_init(world *self, uint64_t seed, int32_t n_samples, int32_t n_families);

void world_add_sample(world *self);
void world_add_family(world *self);
/** @p n random changes: a row is added at the end or in the middle, replaced, removed or moved. */
void world_change(world *self, int n);

/** The input; valid as long as world and arena. */
hw_search_input world_input(const world *self, hw_arena *arena);

#endif
