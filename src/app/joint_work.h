/** @file
 * An identification at work: remains against missing persons pair by pair, and, where it is asked for,
 * all assignments together. One way to do it, of a case database or of files, for the command line and
 * the browser.
 *
 * Which prior is asked for is the caller's to say: the command line reads it from options that take
 * factors and their numbers one by one, the browser offers four (run_joint.h).
 *
 * The steps in their order; each needs those before.
 *
 * Example:
 * @code
 *   hw_joint_work work = {.app = &app, .stored = &stored, .problem = &stored.problem, .is_joint = true,
 *                         .threshold = 4, .accept = 0.999, .watch = watch};
 *   s = hw_joint_work_ask(&work, NULL, 0, NULL, 0, err);      // search's pairs, decisions
 *   if (s == HW_OK) s = hw_joint_work_facts(&work, err);      // what the records say
 *   if (s == HW_OK) s = hw_joint_work_prior(&work, &asked, err);
 *   if (s == HW_OK) s = hw_joint_work_compare(&work, err);
 *   if (s == HW_OK) s = hw_joint_work_weigh(&work, err);
 *   if (s == HW_OK) s = hw_joint_work_sum(&work, err);
 *   if (s == HW_OK) s = hw_joint_work_list(&work, err);
 *   if (s == HW_OK) s = hw_joint_work_store(&work, "why", false, &report, err);
 *   hw_joint_work_clear(&work);
 * @endcode
 */
#ifndef HW_APP_JOINT_WORK_H
#define HW_APP_JOINT_WORK_H

#include "app/decide.h"
#include "app/identify_evidence.h"
#include "app/identify_prior.h"
#include "app/run_watch.h"

/** Caller's storage, zeroed; the members up to the line are the caller's, all pointers borrowed. */
typedef struct hw_joint_work {
  hw_app *app;                  /**< NULL = the case is a file */
  const hw_stored_case *stored; /**< likewise */
  const hw_case *problem;       /**< replaced by one without the sexes that a prior weighs */
  hw_evidence *evidence;        /**< SNPs and lines; NULL = STR alone */
  bool is_joint;                /**< else pairs one at a time */
  bool is_after_search;         /**< only the pairs that the last stored search kept; joint only */
  bool is_everything; /**< where little work sums every assignment nothing is left out, so that also
                           what is next to impossible has its number */
  double threshold;   /**< log10 LR from which a pair is listed */
  double accept;      /**< posterior from which an identification is proposed */
  double prior_none;  /**< of pairs one at a time, as hw_identify_new takes it; set by
                           hw_joint_work_prior */
  hw_joint_options options;  /**< bounds, seed and likelihood; the rest is set here */
  const hw_run_watch *watch; /**< NULL = nobody */
  /** Told of a family that is too complex, and left out; NULL = nobody. */
  void (*tell)(void *context, const hw_err *why);
  void *tell_context;
  /* --- what comes out --- */
  hw_case freed;
  hw_stored_prior facts; /**< of the case database; empty of a file */
  hw_made_prior prior;
  hw_candidate_pairs candidates; /**< of the last search; empty without one */
  hw_decided decided;            /**< of the case database; empty of a file */
  hw_str decided_json;
  hw_arena arena;
  const hw_joint_pairing *fixed, *excluded; /**< as the caller asked */
  int32_t n_fixed, n_excluded;
  hw_identify *pairwise;     /**< NULL: the pairs of a search */
  hw_pair_evidence *weighed; /**< NULL: STR alone */
  hw_joint *run;
  hw_joint_summary summary;
  int32_t *proposed;       /**< per remains: target, or −1 */
  int32_t n_left_out;      /**< missing persons whose families cannot be computed */
  hw_identify_pair *pairs; /**< that are listed, best first */
  int32_t n_pairs;
} hw_joint_work;

/** What a joint run is asked: pairs of a search, decisions of the database, and pairings that the
 * caller fixes or rules out besides.
 * @return HW_OK; HW_E_REFERENCE (no search is stored); HW_E_STATE (the data changed since it);
 *         errors of app/decide.h */
HW_MUST_CHECK hw_status hw_joint_work_ask(hw_joint_work *self, const hw_joint_pairing *fixed,
                                          int32_t n_fixed, const hw_joint_pairing *excluded,
                                          int32_t n_excluded, hw_err *err);
/** Loads what the records say for a prior, so that the caller can choose one: self->facts. */
HW_MUST_CHECK hw_status hw_joint_work_facts(hw_joint_work *self, hw_err *err);
/** Makes the prior of a joint run. */
HW_MUST_CHECK hw_status hw_joint_work_prior(hw_joint_work *self, const hw_asked_prior *asked,
                                            hw_err *err);
/** Compares remains and missing persons one by one; nothing after a search.
 * @return HW_OK; HW_E_INTERRUPTED; errors of hw_identify_new and hw_identify_step */
HW_MUST_CHECK hw_status hw_joint_work_compare(hw_joint_work *self, hw_err *err);
/** Adds the other evidence to the ratios. */
HW_MUST_CHECK hw_status hw_joint_work_weigh(hw_joint_work *self, hw_err *err);
/** Weighs all assignments together, and proposes. Of a joint run. */
HW_MUST_CHECK hw_status hw_joint_work_sum(hw_joint_work *self, hw_err *err);
/** Lists pairs: from the threshold on, and those that are listed for their posterior. */
HW_MUST_CHECK hw_status hw_joint_work_list(hw_joint_work *self, hw_err *err);
/** Stores the run of a case database. @param report  [out] clear with
 * hw_identification_report_clear, also after a failure
 * @return as hw_identification_store */
HW_MUST_CHECK hw_status hw_joint_work_store(hw_joint_work *self, const char *reason, bool dry_run,
                                            hw_identification_report *report, hw_err *err);
/** Frees what it made. A zeroed struct is allowed. */
void hw_joint_work_clear(hw_joint_work *self);

#endif
