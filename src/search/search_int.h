/* Shared inside search only. */
#ifndef HW_SEARCH_SEARCH_INT_H
#define HW_SEARCH_SEARCH_INT_H

#include "search/results.h"
#include "search/unit.h"

/* A search: input, index, units, and what was found (search.c). */
struct hw_search {
  const hw_search_input *input;
  hw_search_options options; /* its `simd` is our own copy */
  char *simd;
  hwp_index *index; /* NULL where the units were done elsewhere (merge.c) */
  int32_t unit_queries, n_units;
  hwp_unit *units; /* of all queries */
  bool *is_done;   /* n_units */
  hwp_found found;
  bool has_foreign; /* `found` holds what is_done does not tell of */
  bool is_complete;
  hw_search_results results; /* once it is complete */
};

/* @param has_index  encode the samples; without it units cannot be run */
HW_MUST_CHECK hw_status hwp_search_new(const hw_search_input *input,
                                       const hw_search_options *options, bool has_index,
                                       hw_search **out, hw_err *err);
/* Forgets everything that was found. */
HW_MUST_CHECK hw_status hwp_search_reset(hw_search *self, hw_err *err);
/* Takes the outcome of a unit of this search (a hwp_work's `take`; context is the search). */
HW_MUST_CHECK hw_status hwp_search_take(void *context, int32_t unit, const hwp_outcome *outcome,
                                        hw_err *err);
/* Forms the results; all units are done. */
HW_MUST_CHECK hw_status hwp_search_finish(hw_search *self, hw_err *err);

/* What one thread needs to take pairs apart: compilers that remember (relatives.c). */
typedef struct hwp_relations hwp_relations;
HW_MUST_CHECK hw_status hwp_relations_new(const hw_search_input *input,
                                          const hw_likelihood_options *options, hwp_relations **out,
                                          hw_err *err);
void hwp_relations_delete(hwp_relations *self);

/* Compares kept pairs with close relatives, and counts markers: fills everything but the posterior.
 * @param n_pairs, pairs  all of one query
 * @param per_marker      [out] of each pair n_markers ratios; or NULL */
HW_MUST_CHECK hw_status hwp_relatives(hwp_relations *self, int32_t query, int64_t n_pairs,
                                      const hw_search_pair *pairs, hw_search_detail *details,
                                      double *per_marker, hw_err *err);

/* A close relative of a missing person. @param pedigree  the family's with whoever it lacks
 * @param sex  that samples of hers may not contradict */
typedef hw_status hwp_relative_fn(void *context, hw_search_kin kin, const hw_pedigree *pedigree,
                                  int32_t relative, hw_sex sex, hw_err *err);
/* Calls @p visit for each of those with whom pairs are compared, for evidence of other kinds. Of the
 * query's family its pedigree and whose profiles there are count.
 * @param by_sex  sons and daughters apart, as X markers need it */
HW_MUST_CHECK hw_status hwp_relatives_each(const hw_search_input *input, int32_t query, bool by_sex,
                                           hwp_relative_fn *visit, void *context, hw_err *err);

/* As hw_search_details, of a search whose results are at hand (details.c).
 * @return HW_OK; HW_E_REFERENCE (a pair of no sample or query); errors of the engine, with the
 *         family; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_details(const hw_search_input *input, const hw_search_options *options,
                                    const hw_search_results *results, int64_t n_pairs,
                                    const hw_search_pair *pairs, hw_search_detail *details,
                                    double *per_marker, hw_err *err);

#endif
