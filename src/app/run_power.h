/** @file
 * A power study of an investigation from beginning to end: loaded, computed and kept as a run.
 *
 * What is kept is what `homeward power -c CASE --store` keeps with the same options. A study that is
 * stopped keeps nothing and begins anew: no part of it takes long enough to be worth remembering
 * but the whole of many families, and these are only right together.
 *
 * Example:
 * @code
 *   const hw_run_power_options options = {.threshold = 4, .with_remains = true};
 *   hw_run_outcome outcome;
 *   s = hw_run_power(&app, &options, NULL, &outcome, err);
 *   if (s == HW_OK) puts(outcome.run);
 * @endcode
 */
#ifndef HW_APP_RUN_POWER_H
#define HW_APP_RUN_POWER_H

#include "app/power_store.h"
#include "app/run_watch.h"

/** Mean number of reads over a SNP, and probability that a base is misread, where nothing else is
 * said; probability that an allele of a relative is miscalled; share by which damage falls with each
 * base further inside. */
#define HW_POWER_COVERAGE 1
#define HW_POWER_READ_ERROR 0.01
#define HW_POWER_CALL_ERROR 0.001
#define HW_POWER_DECAY 0.3

typedef struct hw_run_power_options {
  const char *investigation; /**< NULL = "main" */
  const char *family;        /**< code: only this one, in detail; NULL or "" = all */
  double threshold;          /**< log10 LR from which a profile passes; 0 = HW_POWER_THRESHOLD */
  double enough;             /**< a family with this probability to pass has enough; 0 = default */
  double never;              /**< below, with everybody typed, it is given up; 0 = the default */
  double dropout;            /**< each allele of the remains is missed with this probability */
  bool with_pairs;           /**< pairs of relatives too; always of one family */
  bool with_remains;         /**< remains worth typing again; never of one family */
  bool without_snp;          /**< SNP profiles are passed over */
  bool with_snp_next; /**< what typing each relative with SNPs would add; always of one family */
  double coverage;    /**< reads of the remains over a SNP; 0 = HW_POWER_COVERAGE */
  int32_t n_threads;  /**< 0 = one per processor; the result is the same for any number */
  const char *simd;   /**< kernels; NULL = the best */
  const char *reason; /**< for the audit chain; NULL = "" */
} hw_run_power_options;

/** Does it. @param app  open for writing, outside a change
 * @return as hw_run_search; HW_E_REFERENCE also if the family misses nobody; HW_E_SHAPE (nobody is
 *         missed); HW_E_UNSUPPORTED (linked STR markers) */
HW_MUST_CHECK hw_status hw_run_power(hw_app *app, const hw_run_power_options *options,
                                     const hw_run_watch *watch, hw_run_outcome *out, hw_err *err);

/** Loads the case of a study. A database without a frequency table may have SNP profiles: then it
 * is loaded without markers.
 * @param what         how; without_markers may be set by this
 * @param without_str  [out] why it has no STR; status HW_OK = it has
 * @return as hw_stored_case_load */
HW_MUST_CHECK hw_status hw_power_case_load(hw_app *app, hw_stored_case_options what,
                                           bool without_snp, hw_stored_case *out,
                                           hw_err *without_str, hw_err *err);

#endif
