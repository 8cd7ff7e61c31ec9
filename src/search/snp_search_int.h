/* Shared inside the search by SNP profiles: its index, and who does its units. */
#ifndef HW_SEARCH_SNP_SEARCH_INT_H
#define HW_SEARCH_SNP_SEARCH_INT_H

#include "search/results.h"
#include "search/snp_screen.h"

/* Missing persons of a unit, whom the kernel scans together; units may have fewer. */
enum { HWP_SNP_UNIT = 8 };

/* A search that can be done: samples as rows of codes. Made once, then only read. */
typedef struct hwp_snp_index {
  const hw_snp_search_input *input;
  hw_snp_search_options options; /* its `simd` is not our own copy */
  hwp_snp_screen screen;
} hwp_snp_index;

/* Checks the input and encodes its samples.
 * @param input, options  borrowed until hwp_snp_index_delete; `simd` of the options too */
HW_MUST_CHECK hw_status hwp_snp_index_new(const hw_snp_search_input *input,
                                          const hw_snp_search_options *options,
                                          const hw_search_go *go, hwp_snp_index **out, hw_err *err);
void hwp_snp_index_delete(hwp_snp_index *self);

/* What belongs to one thread. */
typedef struct hwp_snp_worker {
  const hwp_snp_index *index;
  const hwp_snp_screen *screen;
  bool is_all;        /* nobody is screened off */
  int32_t cut;        /* in the kernel's units */
  size_t n_genotypes; /* of a profile */
  float *relatives;   /* likelihoods of all typed relatives of a family */
  float *genotypes, *sample;
  double *scratch;
  int16_t *scores;
  hwp_snp_tables tables[HWP_SNP_UNIT];
  int64_t n_passed, room; /* pairs of the unit that the screen let through */
  hw_search_pair *passed;
  hw_arena arena;
} hwp_snp_worker;

/* @param out  [out] NULL on failure */
HW_MUST_CHECK hw_status hwp_snp_worker_new(const hwp_snp_index *index, hwp_snp_worker **out,
                                           hw_err *err);
void hwp_snp_worker_delete(hwp_snp_worker *self);

/* Does a unit of at most HWP_SNP_UNIT queries, or only screens it: then nothing is kept, but its sums
 * are there. Queries that cannot be computed are left out with their reason.
 * @param out  [out] free with hwp_outcome_clear, also after a failure */
HW_MUST_CHECK hw_status hwp_snp_worker_run(hwp_snp_worker *self, const hwp_unit *unit,
                                           bool is_rescored, hwp_outcome *out, hw_err *err);

/* Of the options what decides which pairs are kept. */
hw_search_options hwp_snp_keeping(const hw_snp_search_options *options);
/* Units of a search. */
int32_t hwp_snp_count_units(int32_t n_queries);
hwp_unit hwp_snp_unit_at(int32_t n_queries, int32_t number);

/* Results of everything that was found, which they take over, and leave empty (snp_results.c).
 * @param out  [out] free with hw_snp_search_results_delete; NULL on failure */
HW_MUST_CHECK hw_status hwp_snp_finish(hwp_found *found, const hw_snp_search_options *options,
                                       hw_snp_search_results **out, hw_err *err);

/* Checks (snp_check.c). */
HW_MUST_CHECK hw_status hwp_snp_check(const hw_snp_search_input *input,
                                      const hw_snp_search_options *options, hw_err *err);
/* Whether a missing person can be searched: somebody is typed, and she is not. */
HW_MUST_CHECK hw_status hwp_snp_check_query(const hw_snp_search_input *input, int32_t query,
                                            hw_err *err);
/* Most typed relatives of a family. */
int32_t hwp_snp_most_typed(const hw_snp_search_input *input);

#endif
