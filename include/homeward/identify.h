/** @file
 * Every remains profile against every missing person, pair by pair.
 *
 * First form: each pair is evaluated as if it stood alone. The other missing
 * persons of the family are untyped, and nothing keeps two remains from being
 * given to one person; joint assignment is another engine's work.
 *
 * Example:
 * @code
 *   hw_identify *run = NULL;
 *   s = hw_identify_new(&list->cases[0], NULL, &run, &err);
 *   for (int32_t t = 0; s == HW_OK && t < hw_identify_target_count(run); t++)
 *     s = hw_identify_step(run, t, &err);
 *   double log10_lr = hw_identify_log10_lr(run, 0, 0);
 *   hw_identify_delete(run);
 * @endcode
 */
#ifndef HOMEWARD_IDENTIFY_H
#define HOMEWARD_IDENTIFY_H

#include "homeward/casefile.h"
#include "homeward/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Default log10 LR from which a pair is worth reporting. */
#define HW_IDENTIFY_THRESHOLD 4.0
/** Default posterior from which an identification is proposed. */
#define HW_IDENTIFY_ACCEPT 0.999

/** A missing person. */
typedef struct hw_target {
  int32_t family;  /**< index of the family in the case */
  int32_t missing; /**< index in the family's list of missing persons */
  int32_t person;  /**< index in the family's pedigree */
  hw_sex sex;
  const char *code; /**< the person's id; "F1:M1" where several families use it */
} hw_target;

typedef struct hw_identify_options {
  hw_likelihood_options likelihood;
  /** Prior probability that a remains is none of the missing persons; each of the n missing has
   * (1 − this)/n. Negative = 1/(n+1): each missing person and "none" equally likely. */
  double prior_none;
} hw_identify_options;

/** A family that contradicts itself at a marker without mutation. */
typedef struct hw_identify_warning {
  int32_t family;
  int32_t marker;
  bool with_mutation; /**< contradicts itself also with mutation: the marker carries no evidence */
} hw_identify_warning;

/** One remains against one missing person. */
typedef struct hw_identify_pair {
  int32_t remains;
  int32_t target;
  double log10_lr;    /**< −inf: impossible, also when the sexes differ */
  double posterior;   /**< given the prior; NaN if everything has probability zero */
  double complement;  /**< 1 − posterior, without cancellation */
  int32_t markers;    /**< typed in the remains and in at least one relative */
  int32_t mismatches; /**< markers that are impossible without mutation */
  bool is_proposed;   /**< posterior ≥ accept, and strictly best for remains and missing person */
} hw_identify_pair;

typedef struct hw_identify hw_identify;

/** Prepares a run. The case is borrowed until hw_identify_delete.
 * @param options  NULL = defaults (prior_none 1/(n+1))
 * @return HW_OK; HW_E_SHAPE if the case has no remains or no missing person; HW_E_UNSUPPORTED
 *         with linked markers; errors of the likelihood engine, with the family's name */
HW_API HW_MUST_CHECK hw_status hw_identify_new(const hw_case *problem,
                                               const hw_identify_options *options,
                                               hw_identify **out, hw_err *err);
HW_API void hw_identify_delete(hw_identify *self);

HW_API int32_t hw_identify_target_count(const hw_identify *self);
HW_API const hw_target *hw_identify_target(const hw_identify *self, int32_t target);
/** Contradicting families; found by hw_identify_new. @return their number */
HW_API int32_t hw_identify_warnings(const hw_identify *self, const hw_identify_warning **out);

/** Compiles one missing person's tables and evaluates all remains with them. Once per target, in
 * any order, before anything below is asked. */
HW_API HW_MUST_CHECK hw_status hw_identify_step(hw_identify *self, int32_t target, hw_err *err);

/** Leaves a missing person out whose step failed with HW_E_TOO_COMPLEX, instead of giving up the
 * run: none of her pairs is reported, and all posteriors are given that the remains are not hers.
 * Whoever calls this tells the user. */
HW_API void hw_identify_leave_out(hw_identify *self, int32_t target);
HW_API bool hw_identify_is_left_out(const hw_identify *self, int32_t target);

/** Seconds spent so far in compiling tables and in looking pairs up. */
HW_API void hw_identify_time(const hw_identify *self, double *compile_s, double *scan_s);

HW_API double hw_identify_log10_lr(const hw_identify *self, int32_t remains, int32_t target);
/** Replaces the ratio of a pair by one of more kinds of evidence than the profiles: list, posteriors
 * and proposals go by it; expectations and ratios by marker stay those of the profiles. After the
 * target's step. */
HW_API void hw_identify_set_log10_lr(hw_identify *self, int32_t remains, int32_t target,
                                     double log10_lr);
/** Prior of each missing person and of none. */
HW_API void hw_identify_prior(const hw_identify *self, double *each, double *none);
/** P(remains is the missing person | profiles, prior).
 * @param complement  [out] 1 − the result, or NULL */
HW_API double hw_identify_posterior(const hw_identify *self, int32_t remains, int32_t target,
                                    double *complement);
/** P(remains is none of the missing | profiles, prior). */
HW_API double hw_identify_posterior_none(const hw_identify *self, int32_t remains);
/** Expected log10 LR of the missing person's own complete profile: what this family can do. */
HW_API double hw_identify_expected_log10_lr(const hw_identify *self, int32_t target);
/** log10 LR that a single fitting pair needs for a posterior of @p accept. */
HW_API double hw_identify_needed_log10_lr(const hw_identify *self, double accept);
/** The missing person who is proposed for a remains, or −1. */
HW_API int32_t hw_identify_proposed(const hw_identify *self, int32_t remains, double accept);

/** The pairs worth reporting, best first (equal ones in the order of the case).
 * @param least_log10_lr  pairs below are left out; −inf = all pairs
 * @param accept          posterior from which a pair is proposed
 * @param pairs           [out] free() it; NULL if there are none or on failure */
HW_API HW_MUST_CHECK hw_status hw_identify_pairs(hw_identify *self, double least_log10_lr,
                                                 double accept, hw_identify_pair **pairs,
                                                 int32_t *n_pairs, hw_err *err);

/** The same, and the pairs that are wanted whatever their ratio.
 * @param also  remains × targets, row by row: true = wanted; NULL = none */
HW_API HW_MUST_CHECK hw_status hw_identify_pairs_also(hw_identify *self, double least_log10_lr,
                                                      double accept, const bool *also,
                                                      hw_identify_pair **pairs, int32_t *n_pairs,
                                                      hw_err *err);

/** log10 LR of one pair by marker; markers without evidence have 0.
 * @param per_marker  [out] one per marker
 * @param mismatch    [out] one per marker: impossible without mutation; or NULL */
HW_API HW_MUST_CHECK hw_status hw_identify_markers(const hw_identify *self, int32_t remains,
                                                   int32_t target, double *per_marker,
                                                   bool *mismatch, hw_err *err);

/** The same for a list of pairs; each missing person's tables are compiled once.
 * @param per_marker  [out] n_markers of the case for each pair, pair by pair */
HW_API HW_MUST_CHECK hw_status hw_identify_pair_markers(const hw_identify *self, int32_t n_pairs,
                                                        const hw_identify_pair *pairs,
                                                        double *per_marker, hw_err *err);

/** What became of one remains whose truth is known. */
typedef enum hw_outcome {
  HW_OUTCOME_FOUND = 0, /**< proposed, and right */
  HW_OUTCOME_FALSE,     /**< proposed, and wrong */
  HW_OUTCOME_LEFT,      /**< nobody's, and nobody proposed */
  HW_OUTCOME_KIN,       /**< the family is certain, which of its missing persons is not */
  HW_OUTCOME_WEAK,      /**< even a complete profile would on average not reach the posterior */
  HW_OUTCOME_DEGRADED,  /**< the family could, the profile has too few markers */
  HW_OUTCOME_CHANCE,    /**< family and profile are enough on average; here they share too little */
  HW_OUTCOME_RIVAL,     /**< another remains fits the missing person at least as well */
  HW_OUTCOME_COUNT
} hw_outcome;

/** Compares with the truth.
 * @param truth     per remains: target, or −1 = none of the missing
 * @param outcomes  [out] per remains */
HW_API void hw_identify_score(const hw_identify *self, const int32_t *truth, double accept,
                              hw_outcome *outcomes);

/** What a joint run concluded, where it is to be compared with the truth instead. */
typedef struct hw_identify_verdict {
  const int32_t *proposed; /**< per remains: target, or −1 */
  /** Joint posterior of a pairing. */
  double (*posterior)(const void *context, int32_t remains, int32_t target);
  const void *context;
} hw_identify_verdict;
HW_API void hw_identify_score_joint(const hw_identify *self, const hw_identify_verdict *verdict,
                                    const int32_t *truth, double accept, hw_outcome *outcomes);

#ifdef __cplusplus
}
#endif
#endif
