/* Shared inside the simulation of SNP data: purposes of streams, and numbers of events. */
#ifndef HW_SIMULATE_SNP_INT_H
#define HW_SIMULATE_SNP_INT_H

#include "homeward/simulate_snp.h"

/* Streams of a sample, split from the one that the caller gives. */
enum { HWP_STREAM_CALLS = 1, HWP_STREAM_READS = 2, HWP_STREAM_ALLELES = 3 };

/* Poisson variate of a mean of 0 … 10,000. */
int32_t hwp_draw_poisson(hw_random *stream, double mean);
/* Exponential variate of mean 1. */
double hwp_draw_exponential(hw_random *stream);
/* Index drawn by n weights whose sum is one. */
int32_t hwp_draw_allele(hw_random *stream, int32_t n, const double *weights);
/* Frequencies of a marker in a population. */
const double *hwp_panel_frequencies(const hw_panel *panel, int32_t population, int32_t marker);

/* Whether the numbers of a run can be used; population `source` too where it is needed. */
HW_MUST_CHECK hw_status hwp_sequencing_check(const hw_panel *panel, const hw_sequencing *run,
                                             hw_err *err);
/* Mean coverage of a marker: a man has one copy of X. */
double hwp_coverage_at(const hw_sequencing *run, const uint8_t *alleles, int32_t marker);
/* The allele that a fragment carries: of the person with the run's bias towards allele 0, of the
 * contaminant, or of the source; `is_fresh` = not the person's. */
int32_t hwp_draw_fragment(const hw_panel *panel, const hw_sequencing *run, const uint8_t *alleles,
                          int32_t marker, hw_random *stream, bool *is_fresh);

#endif
