/* Doing units on several threads. */
#ifndef HW_SEARCH_WORK_H
#define HW_SEARCH_WORK_H

#include "search/snp_search_int.h"
#include "search/unit.h"

/* Units to do. */
typedef struct hwp_work {
  const hwp_index *index;   /* of units of STR profiles; NULL = there are none */
  const hwp_snp_index *snp; /* of units of SNP profiles, likewise */
  int32_t n_units;
  const hwp_unit *units;
  bool *is_done;        /* n_units; those that are set are not done again */
  uint64_t each;        /* samples that each query of a unit is compared with, for the progress */
  uint64_t each_snp;    /* of a unit of SNP profiles */
  uint64_t before, all; /* pairs done before, and all, of which these units are a part */
  /* Takes what a unit found; one call at a time, on any thread. What fails here ends the work and
   * the unit counts as not done. */
  hw_status (*take)(void *context, int32_t unit, const hwp_outcome *outcome, hw_err *err);
  void *context;
} hwp_work;

/* Pairs of the units that are (or are not yet) done. */
uint64_t hwp_work_pairs(const hwp_work *self, bool done);

/* @return HW_OK; HW_E_INTERRUPTED; what a unit or `take` returned */
HW_MUST_CHECK hw_status hwp_work_run(hwp_work *self, const hw_search_go *go, hw_err *err);

/* Queries of one unit: as the options say, or HW_SEARCH_UNIT, fewer where that would take more than
 * a moment. */
int32_t hwp_unit_queries(const hw_search_input *input, const hw_search_options *options);
/* Units of all queries. */
int32_t hwp_count_units(int32_t n_queries, int32_t unit_queries);
hwp_unit hwp_unit_at(int32_t n_queries, int32_t unit_queries, int32_t number);

#endif
