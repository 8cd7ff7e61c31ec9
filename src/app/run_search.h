/** @file
 * The search of an investigation from beginning to end: loaded, searched, weighed and stored.
 *
 * What is stored is what `homeward search` stores with the same options. What the engines have done
 * is remembered in the folder beside the database (hw_search_cache_folder), so that a search that was
 * stopped, or whose program was killed, goes on where it was, and one after a complete search looks
 * only at what is new or changed.
 *
 * Example:
 * @code
 *   const hw_run_search_options options = {.threshold = 4, .accept = 0.999, .most_mt = 2, .most_y = 2};
 *   hw_run_outcome outcome;
 *   s = hw_run_search(&app, &options, NULL, &outcome, err);
 *   if (s == HW_OK) puts(outcome.run);
 * @endcode
 */
#ifndef HW_APP_RUN_SEARCH_H
#define HW_APP_RUN_SEARCH_H

#include "app/run_watch.h"
#include "app/search_snp.h"

typedef struct hw_run_search_options {
  const char *investigation; /**< NULL = "main" */
  unsigned without;          /**< kinds of evidence that do not count: bits */
  double threshold;          /**< log10 LR from which a pair is kept */
  int32_t top;               /**< best pairs of every remains and missing person; 0 = none more */
  double floor;              /**< with top: of pairs from here on */
  double accept;             /**< posterior from which an identification is proposed */
  double persons; /**< who could be these remains, the missing among them; 0 = each missing person
                       and "none of them" equally likely */
  int32_t most_mt, most_y; /**< differences that do not exclude; HW_WIDE_LINE_OFF */
  bool is_anew;            /**< nothing that an earlier search has done is used */
  int32_t n_threads;       /**< 0 = one per processor; the result is the same for any number */
  const char *simd;        /**< kernels; NULL = the best */
  const char *reason;      /**< for the audit chain; NULL = "" */
} hw_run_search_options;

/** Does it. @param app  open for writing, outside a change
 * @return HW_OK; HW_E_DENIED (also: an investigation that the actor may not see); HW_E_REFERENCE;
 *         HW_E_SHAPE (nothing to search); HW_E_VALUE; HW_E_INTERRUPTED: nothing is stored, and the
 *         next search with the same options goes on; HW_E_BUSY: the data changed meanwhile, do it
 *         again; errors of the engines */
HW_MUST_CHECK hw_status hw_run_search(hw_app *app, const hw_run_search_options *options,
                                      const hw_run_watch *watch, hw_run_outcome *out, hw_err *err);

/** The investigation of a run, which the actor must be allowed to see and to write to.
 * @return HW_OK; HW_E_DENIED; HW_E_REFERENCE */
HW_MUST_CHECK hw_status hw_run_require(hw_app *app, const char *investigation, hw_err *err);

#endif
