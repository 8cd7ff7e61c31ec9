/** @file
 * A re-association at work: one way to run it, whatever its specimens come from, and one form in which
 * its parameters are kept.
 *
 * Example:
 * @code
 *   hw_groups_work work = {.problem = &stored.problem, .options = {.seed = 1}, .prior = "2-5"};
 *   s = hw_groups_work_run(&work, HW_RUN_PARTITION_RANGE, 2, 5, watch, err);
 *   if (s == HW_OK) s = hw_groups_work_store(&work, &app, &stored, 0.95, "grave 3", &report, err);
 *   hw_groups_work_clear(&work);
 * @endcode
 */
#ifndef HW_APP_GROUPS_WORK_H
#define HW_APP_GROUPS_WORK_H

#include "app/reassociate.h"
#include "app/run_watch.h"
#include "base/json_write.h"

/** What is known of the number of persons. */
typedef enum hw_run_partition {
  HW_RUN_PARTITION_RESTAURANT = 0, /**< the number of persons is not known */
  HW_RUN_PARTITION_MLNI,           /**< by pairs of bones of a first run */
  HW_RUN_PARTITION_RANGE           /**< from `lowest` to `highest`, each equally likely */
} hw_run_partition;

/** Caller's storage; the first members are the caller's, texts and problem borrowed. */
typedef struct hw_groups_work {
  const hw_reassociate_problem *problem;
  hw_reassociate_options options; /**< but ln_number, which is set here */
  const char *osteometry;         /**< name of the reference of measurements; NULL = none */
  const char *prior;              /**< over partitions, in a word, as it is kept */
  hw_reassociate *run;            /**< [out] */
  hw_number_estimate number;      /**< [out] of persons, by the pairs of bones of the run */
  double *ln_number;              /**< private */
} hw_groups_work;

/** Runs it: for HW_RUN_PARTITION_MLNI twice. Once.
 * @param lowest,highest  persons, from 1, of HW_RUN_PARTITION_RANGE
 * @param watch           told of HW_RUN_GROUPS; NULL = nobody
 * @return HW_OK; HW_E_STATE (number.n_masses is 0: it cannot be estimated); HW_E_VALUE (an empty
 *         range); errors of homeward/reassociate.h */
HW_MUST_CHECK hw_status hw_groups_work_run(hw_groups_work *self, hw_run_partition partition,
                                           int32_t lowest, int32_t highest,
                                           const hw_run_watch *watch, hw_err *err);
/** Writes the object of what a run of the same specimens can differ by. After the run. */
void hw_groups_work_write_parameters(const hw_groups_work *self, hw_json_writer *w);
/** Proposes groups, with the parameters. @return as hw_stored_specimens_apply
 * @param accept  probability from which a group is proposed */
HW_MUST_CHECK hw_status hw_groups_work_store(const hw_groups_work *self, hw_app *app,
                                             const hw_stored_specimens *stored, double accept,
                                             const char *reason, hw_reassociation_report *report,
                                             hw_err *err);
/** Frees what it made. */
void hw_groups_work_clear(hw_groups_work *self);

#endif
