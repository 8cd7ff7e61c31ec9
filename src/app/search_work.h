/** @file
 * A search of an investigation at work: what there is, what of it is searched and how, the engines,
 * what they found, and the run that stands for it. One way to do it, for the command line, which also
 * cuts it into shards, and the browser.
 *
 * Where nobody is typed by anything but STR the search is that of STR profiles alone; else both
 * engines search one after the other, from half the threshold on, and what either finds is weighed by
 * all kinds (search_snp.h).
 *
 * Plans for shards, merging without a case, and comparing remains or references among each other are
 * the command line's alone, and stand there.
 *
 * The steps in their order; each needs those before.
 *
 * Example:
 * @code
 *   hw_search_work work = {.app = &app, .threshold = 4, .floor = 4, .accept = 0.999, .most_mt = 2,
 *                          .most_y = 2, .each = NAN, .cut = NAN, .find_prior = ask, .watch = watch};
 *   s = hw_search_work_load(&work, HW_SEARCH_AS_FOUND, "main", err);
 *   if (s == HW_OK) s = hw_search_work_inputs(&work, err);
 *   if (s == HW_OK) s = hw_search_work_options(&work, err);
 *   if (s == HW_OK) s = hw_search_work_remember(&work, NULL, err);
 *   if (s == HW_OK) s = hw_search_work_str(&work, err);
 *   if (s == HW_OK) s = hw_search_work_snp(&work, err);
 *   if (s == HW_OK) s = hw_search_work_take(&work, true, err);
 *   if (s == HW_OK) s = hw_search_work_store(&work, "why", false, &report, err);
 *   hw_search_work_clear(&work);
 * @endcode
 */
#ifndef HW_APP_SEARCH_WORK_H
#define HW_APP_SEARCH_WORK_H

#include "app/run_watch.h"
#include "app/search_snp.h"
#include "search/plan.h"

/** By what it is searched. */
typedef enum hw_search_way {
  HW_SEARCH_AS_FOUND = 0, /**< by all kinds where there is anything else than STR */
  HW_SEARCH_STR_ALONE,
  HW_SEARCH_ALL_KINDS
} hw_search_way;

/** Caller's storage, zeroed; the members up to the line are the caller's, pointers borrowed. */
typedef struct hw_search_work {
  hw_app *app;
  unsigned without;   /**< kinds of evidence that do not count: bits */
  double threshold;   /**< log10 LR from which a pair is kept */
  int32_t top;        /**< best pairs of every remains and missing person; 0 = none more */
  double floor;       /**< with top: of pairs from here on; else the threshold */
  double accept;      /**< posterior from which an identification is proposed */
  double each;        /**< log10 LR of STR or SNP alone, to be looked at; NaN = by the threshold */
  double cut;         /**< of the SNP screen; NaN = by `each` */
  bool is_unscreened; /**< SNPs are computed of all pairs */
  int32_t most_mt, most_y; /**< differences that do not exclude; HW_WIDE_LINE_OFF */
  double max_work;         /**< of a family; 0 = the engine's */
  int32_t n_threads;       /**< 0 = one per processor */
  const char *simd;        /**< kernels; NULL = the best */
  /** The prior of "none of the missing", once their number is known; −1 = each of them and none
   * equally likely. */
  hw_status (*find_prior)(void *context, int32_t n_missing, double *out, hw_err *err);
  void *prior_context;
  const hw_run_watch *watch; /**< NULL = nobody */
  /* --- what comes out --- */
  bool is_wide; /**< by all kinds */
  hw_stored_case stored;
  hw_evidence *evidence;     /**< NULL = by STR alone */
  hw_stored_search searched; /**< by STR alone */
  hw_str_searched str;       /**< by all kinds, and whether anything is */
  hw_snp_searched snp;
  bool has_str, has_snp;
  hw_search_options str_options;
  hw_snp_search_options snp_options;
  hw_wide_options wide;
  hw_str folder;                            /**< in which it is remembered; empty = nowhere */
  const hw_search *search;                  /**< NULL = STR was not searched; a merged one is the
                                                 caller's to set, with the options that it had */
  const hw_search_input *str_input;         /**< that it searched */
  const hw_snp_search_results *snp_results; /**< likewise */
  hw_search_since str_since, snp_since;
  double str_seconds, snp_seconds; /**< of the engines */
  hw_found found;                  /**< by STR alone */
  hw_wide_input wide_input;
  hw_wide_found wide_found; /**< by all kinds */
  hw_search *own_search;    /**< private */
  hw_snp_search_results *own_results;
} hw_search_work;

/** Loads the case, with codes instead of labels, so that the folder in which the engines remember
 * what they have done holds nothing that a file called somebody.
 * @param investigation  NULL = "main" @return as hw_stored_case_load and hw_evidence_case_load */
HW_MUST_CHECK hw_status hw_search_work_load(hw_search_work *self, hw_search_way way,
                                            const char *investigation, hw_err *err);
/** What of it is searched. @return HW_OK; HW_E_SHAPE (nothing); errors of app/search.h */
HW_MUST_CHECK hw_status hw_search_work_inputs(hw_search_work *self, hw_err *err);
/** And how. @return HW_OK; errors of find_prior */
HW_MUST_CHECK hw_status hw_search_work_options(hw_search_work *self, hw_err *err);
/** In which folder it is remembered. @param folder  NULL = beside the database */
HW_MUST_CHECK hw_status hw_search_work_remember(hw_search_work *self, const char *folder,
                                                hw_err *err);
/** The engines; nothing where there is nothing for them.
 * @return HW_OK; HW_E_INTERRUPTED: the folder knows what was done; errors of the engines */
HW_MUST_CHECK hw_status hw_search_work_str(hw_search_work *self, hw_err *err);
HW_MUST_CHECK hw_status hw_search_work_snp(hw_search_work *self, hw_err *err);
/** Takes apart what they found, and weighs it. @param per_marker  what is stored needs it */
HW_MUST_CHECK hw_status hw_search_work_take(hw_search_work *self, bool per_marker, hw_err *err);
/** Stores the run. @param report  [out] clear with hw_identification_report_clear
 * @return as hw_search_store */
HW_MUST_CHECK hw_status hw_search_work_store(hw_search_work *self, const char *reason, bool dry_run,
                                             hw_identification_report *report, hw_err *err);
/** Of a phase of this work: with its threads and its watch. @param context  [out] borrowed */
typedef struct hw_search_phase {
  const hw_run_watch *watch;
  hw_run_phase phase;
} hw_search_phase;
hw_search_go hw_search_work_go(const hw_search_work *self, hw_run_phase phase,
                               hw_search_phase *context);
/** Frees what it made. A zeroed struct is allowed. */
void hw_search_work_clear(hw_search_work *self);

#endif
