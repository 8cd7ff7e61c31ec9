/** @file
 * Re-association from the database: specimens with their samples, and what is kept.
 *
 * The specimens of an investigation are those of the accessions that its samples come
 * from, or all where it has no samples; an accession can be chosen. A sample that was cut
 * from no specimen stands for itself. Confirmed individuals are known to be one person.
 *
 * Groups of two and more that are probable enough become individuals in the state
 * "proposed", contradictions become records in the state "open". What stands there
 * already, whatever its state, is not stored again.
 *
 * Example:
 * @code
 *   hw_stored_specimens stored;
 *   s = hw_stored_specimens_load(&app, &what, &stored, err);
 *   if (s == HW_OK) s = hw_reassociate_new(&stored.problem, &options, &run, err);
 *   …
 *   if (s == HW_OK) s = hw_stored_specimens_apply(&app, &stored, run, &how, &report, err);
 *   hw_stored_specimens_clear(&stored);
 * @endcode
 */
#ifndef HW_APP_REASSOCIATE_H
#define HW_APP_REASSOCIATE_H

#include "app/stored_case.h"
#include "homeward/reassociate.h"

typedef struct hw_stored_specimens_options {
  const char *investigation; /**< NULL = "main" */
  const char *accession;     /**< only this box; NULL = all */
} hw_stored_specimens_options;

typedef struct hw_stored_specimens {
  hw_reassociate_problem problem;
  hw_stored_case profiles; /**< markers and remains; empty where nothing is typed */
  int64_t investigation;
  const int64_t *specimen; /**< record of each; 0 = a sample alone */
  const int64_t *sample;   /**< record of a sample alone; 0 */
  hw_arena arena;
} hw_stored_specimens;

/** Loads it, without what is withdrawn. Free with hw_stored_specimens_clear, also after a failure.
 * @return HW_OK; HW_E_REFERENCE (no such investigation or accession); HW_E_SHAPE (no specimen); as
 *         hw_stored_case_load */
HW_MUST_CHECK hw_status hw_stored_specimens_load(hw_app *app,
                                                 const hw_stored_specimens_options *options,
                                                 hw_stored_specimens *out, hw_err *err);
void hw_stored_specimens_clear(hw_stored_specimens *self);

typedef struct hw_reassociation_options {
  double accept;        /**< least probability of a group that is proposed */
  const char *evidence; /**< parameters as JSON text, kept with each individual; NULL = none */
  const char *reason;   /**< for the audit chain; NULL = "" */
} hw_reassociation_options;

typedef struct hw_reassociation_report {
  int32_t n_individuals, n_contradictions;             /**< stored now */
  int32_t n_known_individuals, n_known_contradictions; /**< stood there already */
  int32_t n_below; /**< groups of two and more that are not probable enough */
} hw_reassociation_report;

/** Stores proposals and contradictions, in a change of its own; nothing new, no change.
 * @return HW_OK; HW_E_DENIED */
HW_MUST_CHECK hw_status hw_stored_specimens_apply(hw_app *app, const hw_stored_specimens *stored,
                                                  const hw_reassociate *run,
                                                  const hw_reassociation_options *options,
                                                  hw_reassociation_report *report, hw_err *err);

#endif
