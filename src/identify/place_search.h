/* Shared by place_list.c and place_search.c: the search over placements. */
#ifndef HW_IDENTIFY_PLACE_SEARCH_H
#define HW_IDENTIFY_PLACE_SEARCH_H

#include "identify/place_int.h"

/* Places that may be exchanged at will. */
typedef struct hwp_orbit {
  int32_t n;
  int32_t *places; /* ascending */
  int32_t n_pairs;
  int32_t *pairs; /* its pairs, ascending */
  double *tail;   /* n_pairs + 1 of the whole search: Σ of what its pairs from that one on can
                     multiply a placement's weight by */
} hwp_orbit;

/* A candidate at the places of an orbit. */
typedef struct hwp_pair {
  int32_t orbit, candidate;
  double ln_root;   /* weight × ratio, alone */
  double ln_weight; /* prior */
  double ln_most;   /* weight × ratio, at most, in any context */
} hwp_pair;

/* A placement that was evaluated: that of `parent` and one more pair. One stands for all that
 * exchanges of places make of it. */
typedef struct hwp_entry {
  int32_t parent, pair; /* −1 for the first */
  double ln_ratio, ln_weight;
  double ln_mass; /* weight × ratio × number of its images */
  bool is_listed;
} hwp_entry;

/* A placement whose extensions are not evaluated yet. */
typedef struct hwp_branch {
  double ln_bound; /* of the mass of all of them */
  int32_t entry;
} hwp_branch;

typedef struct hwp_search {
  hwp_place *place;
  const hwp_place_limits *limits;
  hw_arena arena;
  int32_t n_orbits;
  hwp_orbit *orbits;
  int32_t *orbit_of; /* per place; −1 = fixed */
  int32_t n_pairs;
  hwp_pair *pairs;
  double **pair_tail; /* n_orbits × n_orbits (the smaller first), n_pairs + 1 each: Σ over two of
                         their pairs from that one on; NULL where it is not used */
  int32_t *placed;    /* of the entry at hand */
  int32_t *count;     /* per orbit: places taken */
  double *extended;
  hwp_entry *entries;
  size_t n_entries, entry_capacity;
  hwp_branch *heap;
  size_t n_heap, heap_capacity;
  int64_t n_evaluated;
  double n_listed;   /* with images */
  double ln_sum;     /* of listed entries */
  double ln_dropped; /* bound of what is neither listed nor in the heap, but for: */
  double n_tiny;     /* as many that are below ln_sum + ln_tiny each */
  double ln_tiny;
  bool is_stopped;
} hwp_search;

/* ln (e^a + e^b), e^x. */
double hwp_ln_add(double a, double b);
double hwp_exp(double x);

HW_MUST_CHECK hw_status hwp_search_init(hwp_search *self, hwp_place *place,
                                        const hwp_place_limits *limits, hw_err *err);
void hwp_search_clear(hwp_search *self);
/* Until the bound or a limit is reached. */
HW_MUST_CHECK hw_status hwp_search_run(hwp_search *self, hw_err *err);
/* Who stands where in an entry, at the first places of each orbit. */
void hwp_search_unfold(const hwp_search *self, int32_t entry, int32_t *placed, int32_t *count);
/* Bound of ln of everything that is not listed. */
double hwp_search_left_out(const hwp_search *self);

#endif
