/** @file
 * Watching work that takes long: what it does, how far it is, and whether it is to stop.
 *
 * Example:
 * @code
 *   static bool look(void *context, hw_run_phase phase, uint64_t done, uint64_t all) {
 *     show(context, phase, done, all);
 *     return was_stopped(context);
 *   }
 *   const hw_run_watch watch = {look, &screen};
 *   s = hw_run_search(&app, &options, &watch, &outcome, err);
 * @endcode
 */
#ifndef HW_APP_RUN_WATCH_H
#define HW_APP_RUN_WATCH_H

#include "app/identify.h"

typedef enum hw_run_phase {
  HW_RUN_LOADING = 0, /**< reading the case */
  HW_RUN_STR,         /**< searching STR profiles */
  HW_RUN_SNP,         /**< searching SNP profiles */
  HW_RUN_PAIRS,       /**< looking at the pairs that were kept */
  HW_RUN_COMPARING,   /**< remains and missing persons one by one */
  HW_RUN_EVIDENCE,    /**< weighing SNPs and lines */
  HW_RUN_JOINT,       /**< weighing assignments */
  HW_RUN_GROUPS,      /**< re-associating specimens */
  HW_RUN_POWER,       /**< computing what references can do */
  HW_RUN_POWER_SNP,   /**< simulating SNP panels */
  HW_RUN_KNOWN,       /**< cases whose answer is known */
  HW_RUN_CHECKING,    /**< checking the database, computing stored comparisons again */
  HW_RUN_STORING,     /**< writing the result */
  HW_N_RUN_PHASES
} hw_run_phase;

typedef struct hw_run_watch {
  /** Called from one thread, now and then. @param all  0 = not known. @return true = stop */
  bool (*look)(void *context, hw_run_phase phase, uint64_t done, uint64_t all);
  void *context;
} hw_run_watch;

/** What became of it. */
typedef struct hw_run_outcome {
  char run[32];         /**< code of the run that stands for the result; "" = none */
  bool is_unchanged;    /**< that run was there before and says the same */
  int64_t n_pairs;      /**< listed */
  int64_t n_candidates; /**< identifications that were made */
  int64_t n_left_out;   /**< missing persons who could not be computed */
  /** Re-association. */
  int64_t n_individuals, n_contradictions;
  /** Power study: missing persons who were evaluated, of them with enough references; rows of the
   * list of whom to sample. */
  int64_t n_evaluated, n_enough, n_next;
  /** Validation: number of the report, "" = a draft; checks that failed; of a draft the PDF, which
   * whoever ran it frees. */
  char report[HW_CODE_MAX + 1];
  int64_t n_failed;
  char *draft;
  size_t n_draft;
} hw_run_outcome;

/** Begins a phase. @param watch  NULL = nobody watches
 * @return HW_OK; HW_E_INTERRUPTED if it is to stop */
HW_MUST_CHECK hw_status hw_run_begin_phase(const hw_run_watch *watch, hw_run_phase phase,
                                           hw_err *err);

#endif
