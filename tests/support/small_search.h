/** @file
 * A small search in fixed arrays, for tests that change one thing in it: families
 * of a typed father, an untyped mother and a missing child, over three markers of
 * five alleles and one on X. All data are made up by a counter.
 *
 * Example:
 * @code
 *   small_search s;
 *   small_search_init(&s);
 *   s.observations[4][0].a = 9;
 *   hw_assert_status(hwp_index_new(&s.input, &s.options, &index, &err), HW_E_VALUE, &err);
 * @endcode
 */
#ifndef HW_TESTS_SMALL_SEARCH_H
#define HW_TESTS_SMALL_SEARCH_H

#include "homeward/search.h"

enum {
  SMALL_MARKERS = 4,
  SMALL_X = 3, /**< the marker on X */
  SMALL_ALLELES = 5,
  SMALL_FAMILIES = 80,
  SMALL_SAMPLES = 60,
};

typedef struct small_search {
  hw_search_input input;
  hw_search_options options; /**< threshold 0.5, nothing else */
  hw_marker markers[SMALL_MARKERS];
  double frequencies[SMALL_ALLELES];
  hw_search_family families[SMALL_FAMILIES];
  hw_person persons[SMALL_FAMILIES][3]; /**< father, mother, missing child */
  hw_profile references[SMALL_FAMILIES];
  hw_observation reference_observations[SMALL_FAMILIES][SMALL_MARKERS];
  int32_t father; /**< 0: whom the references belong to */
  hw_search_query queries[SMALL_FAMILIES];
  hw_search_sample samples[SMALL_SAMPLES];
  hw_observation observations[SMALL_SAMPLES][SMALL_MARKERS];
  char codes[SMALL_FAMILIES + SMALL_SAMPLES][8];
} small_search;

/** Fills it; it must not be moved afterwards. */
void small_search_init(small_search *self);

#endif
