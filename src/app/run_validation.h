/** @file
 * The laboratory's validation of the program as a task: made, and issued as a report.
 *
 * What is issued is what `homeward report validation` issues with the same options: the same bytes. It
 * takes as long as `homeward check --recompute`, since every stored comparison is computed again, and
 * can be stopped; then nothing is stored.
 *
 * Example:
 * @code
 *   const hw_run_validation_options options = {.language = "vi"};
 *   hw_run_outcome outcome;
 *   s = hw_run_validation(&app, &options, NULL, &outcome, err);
 *   if (s == HW_OK) puts(outcome.report);
 * @endcode
 */
#ifndef HW_APP_RUN_VALIDATION_H
#define HW_APP_RUN_VALIDATION_H

#include "app/run_watch.h"

typedef struct hw_run_validation_options {
  const char *language; /**< "vi" or "en" */
  const char *note;     /**< of the report's record; NULL or "" = none */
  const char *created;  /**< the time that it bears; NULL = now */
  bool is_draft;        /**< nothing is stored */
  bool without_names;   /**< codes only, also for an actor who may read names */
} hw_run_validation_options;

/** Does it. @param app  open for writing, outside a change
 * @param out  [out] report and n_failed; of a draft also its PDF, which the caller frees
 * @return HW_OK, also if checks of the validation failed; HW_E_DENIED (also: an actor who does not see
 *         all investigations); HW_E_VALUE (no such language); HW_E_INTERRUPTED; HW_E_IO, HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_run_validation(hw_app *app, const hw_run_validation_options *options,
                                          const hw_run_watch *watch, hw_run_outcome *out,
                                          hw_err *err);

#endif
