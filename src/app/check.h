/** @file
 * Is everything as it was written, and does it make sense?
 *
 * The store verifies bytes, rows and the audit chain (hw_store_verify); here
 * come the rules of the domain: custody, items, states that their history
 * supports, profiles that fit their panels, possible pedigrees, frequency
 * tables that sum, references to what was withdrawn. Everything is told, one
 * fault a line; nothing is changed.
 *
 * Example:
 * @code
 *   hw_check_options options = {.recompute = true};
 *   hw_check_summary summary;
 *   HW_TRY(hw_check(&app, &options, tell, NULL, &summary, err));
 *   if (summary.n_faults > 0) …
 * @endcode
 */
#ifndef HW_APP_CHECK_H
#define HW_APP_CHECK_H

#include "app/app.h"

typedef struct hw_check_options {
  bool recompute; /**< compute stored comparisons again */
  /** Called now and then; true = stop; NULL = never. */
  bool (*progress)(void *context, uint64_t done, uint64_t total);
  void *progress_context;
} hw_check_options;

/** One thing found. */
typedef struct hw_check_fault {
  bool is_warning; /**< possible, but somebody should look */
  hw_kind_id kind; /**< HW_KIND_NONE: no record */
  int64_t id;
  const char *where; /**< "profile R-0001 (row 17)" */
  const char *text;
} hw_check_fault;
typedef hw_status hw_check_fn(void *context, const hw_check_fault *fault, hw_err *err);

typedef struct hw_check_summary {
  int64_t n_faults, n_warnings;
  int64_t n_records;    /**< rows of all kinds */
  int64_t n_entries;    /**< audit entries */
  int64_t n_recomputed; /**< comparisons */
  int64_t n_joint;      /**< pairings of joint runs, computed again */
  uint8_t head[HW_DIGEST_SIZE];
} hw_check_summary;

/** Checks a database that was opened with HW_DB_EXAMINE.
 * @return HW_OK also with faults; HW_E_INTERRUPTED; HW_E_IO, HW_E_NO_MEMORY … where reading could not go on */
HW_MUST_CHECK hw_status hw_check(hw_app *app, const hw_check_options *options, hw_check_fn *report,
                                 void *context, hw_check_summary *summary, hw_err *err);

#endif
