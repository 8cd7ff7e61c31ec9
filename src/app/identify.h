/** @file
 * Identification from the database: runs that are kept.
 *
 * A run is stored once and never changed: its parameters, the digest of
 * everything that was compared, every listed pair with its ratio by marker and
 * the digests of its inputs, and what each family can do. Proposed pairs become
 * identifications in the state "candidate". A run that would say what the last
 * one with the same parameters says is not stored again.
 *
 * A joint run stores what it says of each pairing and of each remains besides;
 * the posteriors of its comparisons are the joint ones.
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
#include "homeward/joint.h"

struct hw_evidence;
struct hw_pair_evidence;

/** Change of a joint posterior from which it is told. */
#define HW_IDENTIFY_STEP 0.01
/** Joint posterior from which a pairing is listed and stored, whatever its ratio. */
#define HW_IDENTIFY_LISTED 0.001

/** What a joint run was asked, and the run. */
typedef struct hw_identification_joint {
  const hw_joint *run;
  const hw_joint_options *options; /**< as given to hw_joint_new */
  const char *prior;               /**< of hw_made_prior */
  /** What the command line fixed and ruled out; options hold these and the decisions'. */
  const hw_joint_pairing *fixed, *excluded;
  int32_t n_fixed, n_excluded;
  const char *decided; /**< of hw_decided_json; NULL = no decision was asked for */
  double step;         /**< change of a posterior that is told; 0 = HW_IDENTIFY_STEP */
  /** Pairs of a stored search that were the candidates; NULL = all pairs were compared. */
  const struct hw_candidate_pairs *candidates;
} hw_identification_joint;

/** Parameters of a run: what a run of the same inputs can differ by. */
typedef struct hw_identification_options {
  double threshold;                     /**< least log10 LR that was listed; −inf = all pairs */
  double accept;                        /**< posterior from which a pair was proposed */
  double prior_none;                    /**< as given to hw_identify_new; negative = the default */
  const char *reason;                   /**< for the audit chain; NULL = "" */
  bool dry_run;                         /**< compare with the last run, store nothing */
  const hw_identification_joint *joint; /**< NULL = pairs one at a time */
  /** SNPs and lines that the ratios are of too, of hw_evidence_case_load; NULL = STR alone. */
  const struct hw_pair_evidence *evidence;
} hw_identification_options;

/** What became of a pair since the last run. */
typedef enum hw_pair_change {
  HW_PAIR_NEW,     /**< listed now, not then */
  HW_PAIR_CHANGED, /**< its LR is another, or its joint posterior by a step or more */
  HW_PAIR_GONE     /**< listed then, not now */
} hw_pair_change;

/** Why, a set of bits. */
enum {
  HW_WHY_PROFILE = 1,       /**< the remains' profile or sex */
  HW_WHY_FAMILY = 2,        /**< pedigree or references */
  HW_WHY_TABLE = 4,         /**< frequencies, mutation models, theta */
  HW_WHY_PARAMETERS = 8,    /**< threshold, prior, accept */
  HW_WHY_PROGRAM = 16,      /**< another version of the program */
  HW_WHY_NOT_COMPARED = 32, /**< the pair is not compared any more */
  HW_WHY_OTHERS = 64        /**< other remains and families, which compete with the pair */
};
/** Number of bits above. */
enum { HW_WHY_COUNT = 7 };
/** Their words, "profile, family". Appended. */
void hw_identification_why(unsigned why, hw_str *out);

typedef struct hw_identification_change {
  hw_pair_change kind;
  const char *remains, *family, *missing; /**< names of the case, or codes; valid as long as the
                                               stored case and the run */
  double before, after;                   /**< log10 LR; NaN = was not stored, is not compared */
  double posterior_before, posterior;     /**< NaN likewise */
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
  double step;          /**< change of a joint posterior that is told; 0 = the run is not joint */
  int32_t n_changes;
  const hw_identification_change *changes; /**< in the order of the pairs, gone ones last */
  hw_arena arena;
} hw_identification_report;
void hw_identification_report_clear(hw_identification_report *self);

/** Compares a finished run with the last one of the investigation, and stores it.
 * @param run    the ratios of all pairs; NULL where a joint run took the pairs of a search
 * @param pairs  of hw_identify_pairs with the options' threshold and accept; of a joint run
 *               hw_joint_listed
 * @return HW_OK; HW_E_DENIED; HW_E_BUSY if the data changed while the run was computed (run it
 *         again), or another process writes */
HW_MUST_CHECK hw_status hw_identification_store(hw_app *app, const hw_stored_case *stored,
                                                const hw_identify *run, int32_t n_pairs,
                                                const hw_identify_pair *pairs,
                                                const hw_identification_options *options,
                                                hw_identification_report *report, hw_err *err);

/* --- joint runs --- */

/** Who is proposed: posterior ≥ @p accept, in the best assignment, not tied by construction, and
 * not fixed before; where a chain estimated the posterior, the GLR must reach the threshold of an
 * undisputed pairing as well.
 * @param proposed  [out] per remains: target, or −1 */
HW_MUST_CHECK hw_status hw_joint_propose(const hw_joint *run, const hw_joint_options *options,
                                         double accept, int32_t n_remains, int32_t *proposed,
                                         hw_err *err);

/** Puts the joint posteriors and proposals into pairs. */
void hw_joint_listed(const hw_joint *run, const int32_t *proposed, int32_t n_pairs,
                     hw_identify_pair *pairs);

/** The pairs that a stored search of an investigation kept. Ratios are of STR, also where the search
 * weighed other evidence. */
typedef struct hw_candidate_pairs {
  char run[32]; /**< code of the search's run */
  int32_t n;
  const hw_joint_pairing *pairings; /**< in the order of remains, then targets */
  const int64_t *comparison;        /**< of each: the search's record */
  hw_identify_pair *pairs;          /**< of each: ratio, markers, mismatches */
  hw_arena arena;
} hw_candidate_pairs;

/** Finds them. Free with hw_candidate_pairs_clear, also after a failure.
 * @param evidence  of the case, where it was loaded with evidence: a search of STR alone is of the
 *                  data of today if its STR part is; NULL = none
 * @param search  code of its run; NULL = the last one
 * @return HW_OK; HW_E_REFERENCE (no such search is stored); HW_E_STATE (the data changed since: the
 *         message names the run and the remedy); HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_candidate_pairs_find(hw_app *app, const hw_stored_case *stored,
                                                const struct hw_evidence *evidence,
                                                const char *search, hw_candidate_pairs *out,
                                                hw_err *err);
void hw_candidate_pairs_clear(hw_candidate_pairs *self);

#endif
