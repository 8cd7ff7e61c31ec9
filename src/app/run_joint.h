/** @file
 * A joint identification of an investigation from beginning to end: loaded, weighed and stored.
 *
 * What is stored is what `homeward identify` stores with the same options. Confirmed identifications
 * are fixed, rejected ones ruled out.
 *
 * Example:
 * @code
 *   const hw_run_joint_options options = {.threshold = 4, .accept = 0.999};
 *   hw_run_outcome outcome;
 *   s = hw_run_joint(&app, &options, NULL, &outcome, err);   // after the last search, flat prior
 *   if (s == HW_OK) puts(outcome.run);
 * @endcode
 */
#ifndef HW_APP_RUN_JOINT_H
#define HW_APP_RUN_JOINT_H

#include "app/run_watch.h"

typedef enum hw_run_prior {
  HW_RUN_PRIOR_FLAT = 0, /**< every assignment equally likely */
  HW_RUN_PRIOR_PERSONS,  /**< so many persons could be each remains */
  HW_RUN_PRIOR_NUMBERS,  /**< the numbers of missing and recovered */
  HW_RUN_PRIOR_RECORD    /**< what the prior_factor records of the investigation say */
} hw_run_prior;

typedef struct hw_run_joint_options {
  const char *investigation; /**< NULL = "main" */
  bool all_pairs;            /**< else the pairs that the last stored search kept */
  hw_run_prior prior;
  double persons;   /**< of HW_RUN_PRIOR_PERSONS; at least the missing */
  double threshold; /**< log10 LR from which a pair is listed */
  double accept;    /**< posterior from which an identification is proposed */
  const char *simd; /**< kernels; NULL = the best */
  const char *reason;
} hw_run_joint_options;

/** Does it. @param app  open for writing, outside a change
 * @return as hw_run_search; also HW_E_REFERENCE (no search is stored) and HW_E_STATE (the data changed
 *         since the search) */
HW_MUST_CHECK hw_status hw_run_joint(hw_app *app, const hw_run_joint_options *options,
                                     const hw_run_watch *watch, hw_run_outcome *out, hw_err *err);

#endif
