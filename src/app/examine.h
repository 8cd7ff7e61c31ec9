/** @file
 * References examined: families against their stated relations, sexes against
 * amelogenin, samples exchanged between families, and one person under two codes.
 *
 * The method is homeward/reference.h's; here is what it is applied to: families
 * in portions, so that memory does not grow with the database, and all reference
 * profiles for duplicates of the new ones (app/reference_rows.h). Twins that are
 * stated are no duplicates, and neither are two profiles of one person.
 *
 * Example: what an import brought.
 * @code
 *   hw_examine_options options = {.first_family = f, .first_profile = p};
 *   HW_TRY(hw_examine(app, &options, tell, NULL, &summary, err));
 * @endcode
 */
#ifndef HW_APP_EXAMINE_H
#define HW_APP_EXAMINE_H

#include "app/app.h"
#include "app/reference_rows.h"

typedef struct hw_examine_options {
  int64_t first_family;  /**< families from this record on, and those of … */
  int64_t first_profile; /**< … profiles from this record on; both 0 = all families and profiles */
  void (*progress)(void *context, uint64_t done, uint64_t total);
  void *progress_context;
  bool (*is_stopped)(void *context); /**< true = end with HW_E_INTERRUPTED; may be NULL */
  void *stop_context;
} hw_examine_options;

/** A doubt about references. */
typedef struct hw_doubt {
  const char *kind; /**< hw_finding_code, or "exchanged" */
  int64_t family;   /**< 0 = none */
  int64_t profile;  /**< the profile concerned; 0 = none in particular */
  int64_t other;    /**< the other profile; 0 = none */
  double log10_lr;  /**< of the explanation against what is stated; NaN = does not apply */
  const char *text; /**< one sentence; borrowed for the call */
} hw_doubt;
typedef hw_status hw_doubt_fn(void *context, const hw_doubt *doubt, hw_err *err);

typedef struct hw_examine_summary {
  int64_t n_families;       /**< examined */
  int64_t n_profiles;       /**< compared for duplicates */
  int64_t n_investigations; /**< left out: without a frequency table that can be used */
  int64_t n_doubts;
  char left_out[400]; /**< why, for the first investigation that was left out; "" */
} hw_examine_summary;

/** Examines. Nothing is written.
 * @return HW_OK also with doubts, and where an investigation cannot be examined (see summary) */
HW_MUST_CHECK hw_status hw_examine(hw_app *app, const hw_examine_options *options,
                                   hw_doubt_fn *report, void *context, hw_examine_summary *summary,
                                   hw_err *err);

/** Reads the reference profiles that hw_examine compares, into app->references, before a change is
 * begun: nobody waits for it. Without them nothing happens. What an examination would leave out is left
 * out here too, and told there. @param options  of which only is_stopped counts
 * @return HW_OK; HW_E_INTERRUPTED; failures of the machine */
HW_MUST_CHECK hw_status hw_examine_read_ahead(hw_app *app, const hw_examine_options *options,
                                              hw_err *err);

#endif
