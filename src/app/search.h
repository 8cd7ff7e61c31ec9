/** @file
 * The national search from the database: all remains of an investigation against
 * all missing persons, kept like a run of identify.
 *
 *   hw_stored_search   the input of the engine, from a stored case
 *   hw_found           what a search kept, taken apart: posteriors, relatives
 *                      who fit better, what is proposed
 *   hw_search_store    both as a run with comparisons
 *
 * Families without a typed reference are not searched: every ratio would be 1.
 *
 * Example:
 * @code
 *   hw_stored_case_options what = {.investigation = "main", .by_code = true};
 *   s = hw_stored_case_load(&app, &what, &stored, err);
 *   if (s == HW_OK) s = hw_stored_search_init(&stored.problem, &searched, err);
 *   if (s == HW_OK) s = hw_search_new(&searched.input, &options, &search, err);
 *   if (s == HW_OK) s = hw_search_run(search, &go, err);
 *   if (s == HW_OK) s = hw_found_make(search, &searched.input, &options, &how, &found, err);
 *   if (s == HW_OK) s = hw_search_store(&app, &stored, &searched, &found, "", false, &report, err);
 * @endcode
 */
#ifndef HW_APP_SEARCH_H
#define HW_APP_SEARCH_H

#include "app/identify.h"
#include "homeward/search.h"

/** What of a case is searched. Samples are its remains, in their order. */
typedef struct hw_stored_search {
  hw_search_input input;        /**< borrows the case */
  const int32_t *family;        /**< of each family of the input: its place in the case */
  const int32_t *query_missing; /**< of each query: index in the family's list of missing persons */
  int32_t n_untyped;            /**< families that are left out since nobody of them is typed */
  hw_arena arena;
} hw_stored_search;

/** Makes it. Free with hw_stored_search_clear, also after a failure; before the case.
 * @return HW_OK; HW_E_SHAPE (no remains, or nobody whom a family with references misses);
 *         HW_E_UNSUPPORTED (linked markers); HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_stored_search_init(const hw_case *problem, hw_stored_search *out,
                                              hw_err *err);
void hw_stored_search_clear(hw_stored_search *self);

/** A kept pair with everything that is told of it. */
typedef struct hw_found_pair {
  hw_search_pair pair;
  hw_search_detail detail;
  double complement; /**< 1 − posterior, without cancellation */
  bool is_proposed;  /**< posterior ≥ accept, strictly best for sample and missing person, and no
                          close relative fits better */
} hw_found_pair;

/** What a search kept. */
typedef struct hw_found {
  const hw_search_input *input;
  const hw_search_options *options;
  const hw_search_results *results;
  double accept;
  double prior_each, prior_none; /**< as they were used */
  int64_t n_pairs, n_proposed;
  hw_found_pair *pairs; /**< best first */
  double *per_marker;   /**< n_markers of each pair, in that order; NULL = not asked for */
  hw_arena arena;
} hw_found;

typedef struct hw_found_how {
  double accept;   /**< posterior from which an identification is proposed */
  bool per_marker; /**< also the ratios by marker */
  hw_search_go go; /**< threads; progress counts pairs that are taken apart */
} hw_found_how;

/** Takes the kept pairs of a finished search apart; search, input and options are borrowed.
 * Free with hw_found_clear, also after a failure.
 * @return HW_OK; HW_E_INTERRUPTED; HW_E_NO_MEMORY; errors of the engine */
HW_MUST_CHECK hw_status hw_found_make(const hw_search *search, const hw_search_input *input,
                                      const hw_search_options *options, const hw_found_how *how,
                                      hw_found *out, hw_err *err);
void hw_found_clear(hw_found *self);

/** "full sibling", "parent", … */
const char *hw_search_kin_name(hw_search_kin kin);

/** Stores a search as a run with its comparisons, unless the last search with these parameters says
 * the same, or it is a dry run. What was left out is stored as the powers of the run.
 * @param found  with per_marker, unless it is a dry run
 * @return as hw_identification_store */
HW_MUST_CHECK hw_status hw_search_store(hw_app *app, const hw_stored_case *stored,
                                        const hw_stored_search *searched, const hw_found *found,
                                        const char *reason, bool dry_run,
                                        hw_identification_report *report, hw_err *err);

/** Refuses unless the two inputs are equal, naming how many samples and missing persons of @p now
 * are new or changed since @p planned.
 * @return HW_OK; HW_E_STATE; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_search_check_same(const hw_search_input *planned,
                                             const hw_search_input *now, hw_err *err);

/** Folder for what a search has done, beside the database: "CASE.search/INVESTIGATION". Made if it
 * is not there, for its owner alone. @param out  appended */
HW_MUST_CHECK hw_status hw_search_cache_folder(const char *location, const char *investigation,
                                               hw_str *out, hw_err *err);

#endif
