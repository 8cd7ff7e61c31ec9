/* How many unrelated samples a query is expected to meet at or above a threshold.
 *
 * The log10 LR of an unrelated person's profile is a sum of independent terms,
 * one per marker that the profile has, each with the distribution that the
 * query's own table gives it (P(genotype | unrelated) against log10 LR). The
 * distribution of the sum is their convolution; no rule of thumb enters.
 *
 * Profiles differ in the markers they have. The samples are summed up once, by
 * their sets of typed markers (partial and set observations, and the parameters of
 * dropout and typing error, count as their own kind of column), and every query is
 * convolved for the largest sets, for all where they are few, and else for two
 * representatives of each of four strata, chosen by the query's number so that over
 * many queries the sum of the estimates is unbiased; its variance is told.
 *
 * Taken as given: whether a marker is missing, partial or whole does not depend on the
 * genotype. How exact a tail is stands in null_tail.c, the models of observations in
 * kinship/outcomes.c. */
#ifndef HW_SEARCH_NULL_H
#define HW_SEARCH_NULL_H

#include "homeward/search.h"

/* The samples, summed up. Made once, then only read. */
typedef struct hwp_null hwp_null;
HW_MUST_CHECK hw_status hwp_null_new(const hw_search_input *input, hwp_null **out, hw_err *err);
void hwp_null_delete(hwp_null *self);

/* Buffers of one thread. */
typedef struct hwp_null_work hwp_null_work;
HW_MUST_CHECK hw_status hwp_null_work_new(const hwp_null *null, hwp_null_work **out, hw_err *err);
void hwp_null_work_delete(hwp_null_work *self);

/* Expected number of the input's samples, were they all unrelated to the family, whose log10 LR is
 * at least @p threshold.
 * @param query     a number of its own: chooses the representatives
 * @param table     the query's compiled table
 * @param sex       of the missing person: samples of the other sex do not count
 * @param variance  [out] of the estimate over the choice of representatives; 0 = exact */
HW_MUST_CHECK hw_status hwp_null_expected(hwp_null_work *self, int32_t query, const hw_table *table,
                                          hw_sex sex, double threshold, double *expected,
                                          double *variance, hw_err *err);

#endif
