/* A unit of a search: some queries against the samples of an index.
 *
 * The index holds the encoded samples, is made once and is then only read. A
 * worker belongs to one thread and holds what it needs to do one unit after the
 * other: the table compiler with its memory of genotype patterns, the tables of a
 * strip of queries, the heaps. The outcome of a unit depends on the input, the
 * options and the unit alone. */
#ifndef HW_SEARCH_UNIT_H
#define HW_SEARCH_UNIT_H

#include "base/arena.h"
#include "homeward/search.h"

/* Encoded samples (encode.c). */
typedef struct hwp_index hwp_index;

/* @param input, options  borrowed until hwp_index_delete; validated by this */
HW_MUST_CHECK hw_status hwp_index_new(const hw_search_input *input,
                                      const hw_search_options *options, hwp_index **out,
                                      hw_err *err);
/* An index of some samples, which are all that its units search; everything else (indices, whom
 * unrelated samples are expected of) is as over all of them.
 * @param is_searched  n_samples; borrowed for the call; NULL = all; may be none */
HW_MUST_CHECK hw_status hwp_index_new_part(const hw_search_input *input,
                                           const hw_search_options *options,
                                           const bool *is_searched, hwp_index **out, hw_err *err);
void hwp_index_delete(hwp_index *self);

typedef struct hwp_unit {
  int32_t first_query, n_queries;
  bool is_snp; /* of a search by SNP profiles (snp_search_int.h), whose outcomes have sums */
} hwp_unit;

/* What the screen of SNP profiles saw of one query, in its kernel's units. */
typedef struct hwp_snp_sums {
  int64_t n_screened, n_passed;
  int64_t n_below, sum, squares; /* of scores below the cut */
} hwp_snp_sums;

/* What a unit found. Arrays are in the outcome's own memory. */
typedef struct hwp_outcome {
  int64_t n_kept;
  hw_search_pair *kept; /* by query, then sample: pairs at or above the threshold, the best of each
                           query, and of each sample the best among the unit's queries */
  int64_t n_compared, n_rescored;
  /* Of each query, in order. Of a unit of SNP profiles the first two are NULL, else the third. */
  double *expected; /* unrelated samples expected at or above the threshold, of ALL samples of the
                        input (also where the index has only some); NaN where left out */
  double *variance; /* of the estimate; 0 = every set of typed markers was computed */
  hwp_snp_sums *sums;
  hw_status *status; /* HW_OK, or why the query was left out */
  const char **why;  /* one line; NULL where it was not */
  hw_arena arena;
} hwp_outcome;

void hwp_outcome_clear(hwp_outcome *self);
/* Arrays for the queries of a unit, in an empty outcome (outcome.c). */
HW_MUST_CHECK hw_status hwp_outcome_begin(hwp_outcome *self, const hwp_unit *unit, hw_err *err);

typedef struct hwp_worker hwp_worker;
HW_MUST_CHECK hw_status hwp_worker_new(const hwp_index *index, hwp_worker **out, hw_err *err);
void hwp_worker_delete(hwp_worker *self);

/* Does a unit. Queries that the engine refuses (HW_E_TOO_COMPLEX, HW_E_UNSUPPORTED) are left out
 * with their reason; everything else that fails ends the unit.
 * @param out  [out] free with hwp_outcome_clear, also after a failure */
HW_MUST_CHECK hw_status hwp_worker_run(hwp_worker *self, const hwp_unit *unit, hwp_outcome *out,
                                       hw_err *err);

/* Joins outcomes: what of their kept pairs the search keeps (hw_search_results), best first.
 * Pairs may come in any order; none twice. @param pairs  sorted and cut in place
 * @return number kept, or −1 if there was no memory */
int64_t hwp_keep(const hw_search_options *options, int32_t n_samples, int32_t n_queries,
                 int64_t n_pairs, hw_search_pair *pairs);

#endif
