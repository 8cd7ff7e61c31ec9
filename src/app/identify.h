/** @file
 * Identification from the database: runs that are kept.
 *
 * A run is stored once and never changed: its parameters, the digest of
 * everything that was compared, every listed pair with its ratio by marker and
 * the digests of its inputs, and what each family can do. Proposed pairs become
 * identifications in the state "candidate". A run that would say what the last
 * one with the same parameters says is not stored again.
 *
 * Example:
 * @code
 *   hw_identification_options options = {.threshold = 4, .accept = 0.999, .prior_none = -1};
 *   s = hw_stored_case_load(&app, &what, &stored, err);
 *   …                                    // hw_identify_new, _step, _pairs
 *   if (s == HW_OK)
 *     s = hw_identification_store(&app, &stored, run, n_pairs, pairs, &options, &report, err);
 *   hw_identification_report_clear(&report);
 * @endcode
 */
#ifndef HW_APP_IDENTIFY_H
#define HW_APP_IDENTIFY_H

#include "app/stored_case.h"
#include "homeward/identify.h"

/** Parameters of a run: what a run of the same inputs can differ by. */
typedef struct hw_identification_options {
  double threshold;   /**< least log10 LR that was listed; −inf = all pairs */
  double accept;      /**< posterior from which a pair was proposed */
  double prior_none;  /**< as given to hw_identify_new; negative = the default */
  const char *reason; /**< for the audit chain; NULL = "" */
  bool dry_run;       /**< compare with the last run, store nothing */
} hw_identification_options;

/** What became of a pair since the last run. */
typedef enum hw_pair_change {
  HW_PAIR_NEW,     /**< listed now, not then */
  HW_PAIR_CHANGED, /**< its LR is another */
  HW_PAIR_GONE     /**< listed then, not now */
} hw_pair_change;

/** Why, a set of bits. */
enum {
  HW_WHY_PROFILE = 1,      /**< the remains' profile or sex */
  HW_WHY_FAMILY = 2,       /**< pedigree or references */
  HW_WHY_TABLE = 4,        /**< frequencies, mutation models, theta */
  HW_WHY_PARAMETERS = 8,   /**< threshold, prior, accept */
  HW_WHY_PROGRAM = 16,     /**< another version of the program */
  HW_WHY_NOT_COMPARED = 32 /**< the pair is not compared any more */
};
/** Their words, "profile, family". Appended. */
void hw_identification_why(unsigned why, hw_str *out);

typedef struct hw_identification_change {
  hw_pair_change kind;
  const char *remains, *family, *missing; /**< names of the case, or codes; valid as long as the
                                               stored case and the run */
  double before, after;                   /**< log10 LR; NaN = was not stored, is not compared */
  unsigned why;
} hw_identification_change;

/** Free with hw_identification_report_clear. */
typedef struct hw_identification_report {
  bool is_stored;    /**< this run was stored */
  bool is_unchanged; /**< the last run with these parameters says the same: it stands */
  char run[32];      /**< code of the run that stands for the result; "" = none */
  char previous[32]; /**< the last run before it; "" = this is the first; where the run was not
                          stored again, the run itself */
  char previous_at[24];
  int64_t n_candidates; /**< identifications that were made */
  int32_t n_changes;
  const hw_identification_change *changes; /**< in the order of the pairs, gone ones last */
  hw_arena arena;
} hw_identification_report;
void hw_identification_report_clear(hw_identification_report *self);

/** Compares a finished run with the last one of the investigation, and stores it.
 * @param pairs  of hw_identify_pairs with the options' threshold and accept
 * @return HW_OK; HW_E_DENIED; HW_E_BUSY if the data changed while the run was computed (run it
 *         again), or another process writes */
HW_MUST_CHECK hw_status hw_identification_store(hw_app *app, const hw_stored_case *stored,
                                                const hw_identify *run, int32_t n_pairs,
                                                const hw_identify_pair *pairs,
                                                const hw_identification_options *options,
                                                hw_identification_report *report, hw_err *err);

#endif
