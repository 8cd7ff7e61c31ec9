/** @file
 * How fast this machine searches: a few seconds on synthetic data made in memory.
 *
 * Example:
 * @code
 *   hw_bench_report report;
 *   s = hw_bench_run(&(hw_bench_options){.seed = 1}, &report, &err);
 *   printf("%s: %g pairs a second\n", report.kernels, report.pruned_per_s);
 * @endcode
 */
#ifndef HW_APP_BENCH_H
#define HW_APP_BENCH_H

#include "homeward/status.h"

typedef struct hw_bench_options {
  uint64_t seed;      /**< of the data */
  const char *simd;   /**< kernel set; NULL = the widest that runs here */
  double seconds;     /**< least time of each figure; 0 = half a second */
  int32_t n_tiles;    /**< of 1,024 remains; 0 = 64 */
  int32_t n_families; /**< at least 64; 0 = 3,000 */
} hw_bench_options;

/** Rates are of one thread. */
typedef struct hw_bench_report {
  const char *kernels;
  int32_t n_markers, n_samples, n_families;
  double threshold;      /**< log10 LR */
  double compiled_per_s; /**< missing persons' tables */
  double expected_per_s; /**< missing persons' expected false leads */
  double every_per_s;    /**< pairs, every column looked up */
  double ref_per_s;      /**< the same with the reference kernels */
  double pruned_per_s;   /**< pairs as a search scans them, with what is let through computed */
  double share_pruned;   /**< of the look-ups that pruning leaves out */
  double share_rescored; /**< of the pairs, let through by the scan */
} hw_bench_report;

/** Measures. @return HW_OK; HW_E_VALUE (no such kernel set, too few families); HW_E_NO_MEMORY; errors of the engine */
HW_MUST_CHECK hw_status hw_bench_run(const hw_bench_options *options, hw_bench_report *report,
                                     hw_err *err);

#endif
