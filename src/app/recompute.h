/** @file
 * Stored comparisons computed again from the stored inputs.
 *
 * A comparison keeps the digests of its inputs. Where the inputs of today have
 * the same digests, ratio, ratio by marker, markers in common and mismatches
 * must come out as they are stored: bit for bit with the version of the program
 * that stored them, within 1e-12 with another. Where they differ, somebody has
 * added or changed what the comparison rests on since, which is no fault; unless
 * nothing of it was written since, which is one.
 *
 * A joint run's posteriors rest on everything: they are computed again where the
 * whole is what it was, and the facts of its prior too.
 *
 * Example:
 * @code
 *   hw_recompute_summary summary;
 *   HW_TRY(hw_recompute(&app, NULL, tell, context, &summary, err));
 *   if (summary.n_faults > 0) …
 * @endcode
 */
#ifndef HW_APP_RECOMPUTE_H
#define HW_APP_RECOMPUTE_H

#include "app/app.h"

/** Something to tell about one comparison, or (comparison 0) about a run. */
typedef struct hw_recompute_finding {
  bool is_fault; /**< false: the inputs have changed since */
  int64_t run, comparison;
  const char *text;
} hw_recompute_finding;
typedef hw_status hw_recompute_fn(void *context, const hw_recompute_finding *finding, hw_err *err);

typedef struct hw_recompute_options {
  const char *run; /**< code of one run; NULL = all */
  /** Called now and then with comparisons; true = stop; NULL = never. */
  bool (*progress)(void *context, uint64_t done, uint64_t total);
  void *progress_context;
} hw_recompute_options;

typedef struct hw_recompute_summary {
  int64_t n_comparisons; /**< stored */
  int64_t n_recomputed;  /**< computed again from the same inputs */
  int64_t n_changed;     /**< whose inputs have changed since */
  int64_t n_joint;       /**< pairings of joint runs, computed again likewise */
  int64_t n_faults;      /**< findings that are faults */
} hw_recompute_summary;

/** Computes all comparisons, or those of one run. Nothing is written.
 * @param options  NULL = all
 * @return HW_OK, also with faults; HW_E_REFERENCE (no such run); HW_E_DAMAGED, HW_E_NO_MEMORY,
 *         HW_E_INTERRUPTED, what @p report returns */
HW_MUST_CHECK hw_status hw_recompute(hw_app *app, const hw_recompute_options *options,
                                     hw_recompute_fn *report, void *context,
                                     hw_recompute_summary *summary, hw_err *err);

#endif
