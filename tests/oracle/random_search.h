/** @file
 * Random small searches of every kind, and the slow search that defines what is
 * right: nested loops over compiled tables and whole profiles.
 *
 * Families are random pedigrees with one or several missing persons (also
 * identical twins of each other, and persons whose sex is not known); markers of
 * every model, on X or not, some with so many alleles that samples show more than
 * 256 readings; samples drawn from the missing persons and from nobody, plain,
 * partial, with typing error or as sets under dropout, of known, unknown and
 * wrong sex. All data are synthetic.
 *
 * Example:
 * @code
 *   random_search *s = random_search_new(seed);
 *   slow_search *slow = slow_search_new(&s->input, &s->options, NULL);
 *   …compare…
 *   slow_search_delete(slow);
 *   random_search_delete(s);
 * @endcode
 */
#ifndef HOMEWARD_TESTS_RANDOM_SEARCH_H
#define HOMEWARD_TESTS_RANDOM_SEARCH_H

#include "base/arena.h"
#include "homeward/search.h"
#include "rng.h"

enum {
  RANDOM_SEARCH_MARKERS = 10,
  RANDOM_SEARCH_FAMILIES = 5,
};

typedef struct random_search {
  hw_search_input input;
  hw_search_options options;
  hw_arena arena; /**< of everything */
} random_search;

/** Free with random_search_delete. */
random_search *random_search_new(uint64_t seed);
void random_search_delete(random_search *self);

/** Everything that a search finds, by its definition. */
typedef struct slow_search {
  hw_status *status; /**< of each query: HW_OK, or why it is left out */
  double *log10_lr;  /**< n_queries × n_samples */
  int64_t n_compared;
  int64_t n_pairs;
  hw_search_pair *pairs; /**< kept, best first */
} slow_search;

/** @param is_searched  of each sample; NULL = all. Free with slow_search_delete. */
slow_search *slow_search_new(const hw_search_input *input, const hw_search_options *options,
                             const bool *is_searched);
void slow_search_delete(slow_search *self);

#endif
