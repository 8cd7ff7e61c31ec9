/** @file
 * A re-association from beginning to end: specimens loaded, put into groups, proposals stored.
 *
 * What is stored is what `homeward reassociate --apply` stores with the same options.
 *
 * Example:
 * @code
 *   const hw_run_groups_options options = {.accession = "BOX-7", .accept = 0.95};
 *   hw_run_outcome outcome;
 *   s = hw_run_groups(&app, &options, NULL, &outcome, err);
 * @endcode
 */
#ifndef HW_APP_RUN_GROUPS_H
#define HW_APP_RUN_GROUPS_H

#include "app/groups_work.h"

typedef struct hw_run_groups_options {
  const char *investigation; /**< NULL = "main" */
  const char *accession;     /**< only this box; NULL or "" = all */
  hw_run_partition partition;
  int32_t lowest, highest; /**< persons, from 1 */
  double accept;           /**< probability from which a group is proposed */
  const char *simd;        /**< kernels; NULL = the best */
  const char *reason;
} hw_run_groups_options;

/** Does it. @param app  open for writing, outside a change
 * @return as hw_run_search; HW_E_STATE if the number of persons cannot be estimated */
HW_MUST_CHECK hw_status hw_run_groups(hw_app *app, const hw_run_groups_options *options,
                                      const hw_run_watch *watch, hw_run_outcome *out, hw_err *err);

#endif
