/* What a search has found so far, and its results once everything is done.
 *
 * Outcomes of units may be added in any order: sums are formed at the end, in the
 * order of the queries, so the results are the same bytes whatever was done first
 * and wherever. */
#ifndef HW_SEARCH_RESULTS_H
#define HW_SEARCH_RESULTS_H

#include "base/digest.h"
#include "base/str.h"
#include "search/unit.h"

/* Pairs and figures of queries, gathered. */
typedef struct hwp_found {
  const hw_search_options *options; /* borrowed */
  int32_t n_samples, n_queries;
  int64_t n_pairs, n_room, cut_at; /* pairs, room for them, number at which they are cut next */
  hw_search_pair *pairs;
  int64_t n_rescored;
  /* By query. */
  double *expected, *variance;
  hwp_snp_sums *sums; /* NULL: of STR profiles */
  hw_status *status;
  const char **why;
  hw_search_left_out *left_out; /* of the results */
  hw_arena arena;
} hwp_found;

/* @param is_snp  units will be of SNP profiles: sums are gathered, expectations are the caller's */
HW_MUST_CHECK hw_status hwp_found_init(hwp_found *self, int32_t n_samples, int32_t n_queries,
                                       bool is_snp, const hw_search_options *options, hw_err *err);
void hwp_found_clear(hwp_found *self);
/* Adds what a unit found; no pair twice, but a query's figures may be replaced. */
HW_MUST_CHECK hw_status hwp_found_add(hwp_found *self, const hwp_unit *unit,
                                      const hwp_outcome *outcome, hw_err *err);
/* Results of everything; they point into this. */
HW_MUST_CHECK hw_status hwp_found_finish(hwp_found *self, hw_search_results *out, hw_err *err);

/* Digest of results without n_rescored, which tells of the work and not of the answer: equal for
 * two searches exactly if all pairs, figures and reasons are, to the last bit. */
void hwp_results_digest(const hw_search_results *results, int32_t n_queries,
                        uint8_t out[HW_DIGEST_SIZE]);

/* --- outcomes as bytes --- */

void hwp_put_outcome(hw_str *out, const hwp_unit *unit, const hwp_outcome *outcome);
/* Reads and checks one: pairs in order, of the unit's queries, at or above what is kept.
 * @param out  [out] free with hwp_outcome_clear, also after a failure
 * @return HW_OK; HW_E_DAMAGED; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_get_outcome(const void *bytes, size_t n, const hwp_unit *unit,
                                        const hw_search_options *options, int32_t n_samples,
                                        hwp_outcome *out, hw_err *err);

#endif
