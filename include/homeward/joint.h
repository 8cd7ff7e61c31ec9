/** @file
 * Who is who: every remains and every missing person of a case at once.
 *
 * An assignment gives each remains one missing person or nobody, and no missing
 * person two remains. Its weight is
 *
 *     W(a) = Π_families Λ_f(a) × prior(a)
 *
 *     Λ_f(a) = P(references of f, the remains that a places in f | in their places)
 *            / P(references of f) / Π P(each of these remains | unrelated)
 *
 * so that several missing of one family are evaluated together, families are
 * independent given the assignment, and the empty assignment has Λ = 1. The
 * posterior of an assignment is W(a) / Σ W; a pairing's is the sum over the
 * assignments that contain it.
 *
 * Families that compete for no remains are computed apart (components); inside a
 * component the sum is exact, by elimination of families over sets of remains.
 * What is left out of the sum is bounded, and the bound is reported. Beyond a
 * stated limit a Markov chain takes over, and says so.
 *
 * Example:
 * @code
 *   hw_joint *joint = NULL;
 *   s = hw_joint_new(&list->cases[0], NULL, &joint, &err);
 *   if (s == HW_OK) s = hw_joint_run(joint, NULL, NULL, &err);
 *   double p = hw_joint_posterior(joint, 0, 0, NULL);
 *   hw_joint_delete(joint);
 * @endcode
 */
#ifndef HOMEWARD_JOINT_H
#define HOMEWARD_JOINT_H

#include "homeward/identify.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Default of the posterior mass that may be left out of the sum. */
#define HW_JOINT_LEFT_OUT 1e-9
/** Default log10 GLR and LR from which a pairing is called undisputed. */
#define HW_JOINT_UNDISPUTED 4.0

/* --- what is asked --- */

/** Prior weight of an assignment: size × Π over its pairings. A zeroed struct is flat over all
 * assignments. Natural logarithms; −inf forbids. */
typedef struct hw_joint_prior {
  /** Weight of the pairing of a remains with a target, against the remains being nobody's and the
   * target not being here; asked for pairs that matter only, from one thread. NULL = 0. */
  double (*ln_pair)(void *context, int32_t remains, int32_t target);
  void *context;
  /** Weight of the number of pairings, entries 0 … n_sizes − 1, larger numbers are impossible.
   * NULL = 0 for all. All −inf but the last: a closed list. */
  const double *ln_size;
  int32_t n_sizes;
} hw_joint_prior;

/** A pairing, by remains and target (index of hw_joint_target). */
typedef struct hw_joint_pairing {
  int32_t remains, target;
} hw_joint_pairing;

/** Evidence besides the profiles of the case (SNPs, lines): natural logarithms of ratios against
 * the remains being unrelated, independent of the profiles given the pedigree. −inf = impossible.
 * Asked from one thread, for pairs that are permitted. What a placement says that is not the product
 * of its pairs is exact where the placement is listed; which are listed, and the bound of what is
 * left out, go by the pairs (hw_joint_summary.is_bound_of_pairs). */
typedef struct hw_joint_extra {
  /** Of a pair. NULL = there is no such evidence. */
  hw_status (*ln_pair)(void *context, const hw_joint_pairing *pair, double *ln, hw_err *err);
  /** Of two or more pairings of one family at once, by target. NULL = the product of the pairs. */
  hw_status (*ln_placement)(void *context, int32_t family, int32_t n,
                            const hw_joint_pairing *placed, double *ln, hw_err *err);
  void *context;
} hw_joint_extra;

typedef struct hw_joint_options {
  hw_likelihood_options likelihood;
  hw_joint_prior prior;
  hw_joint_extra extra; /**< its ratios are in every likelihood, LR and GLR below */
  /** Pairs that are considered, the kept pairs of a search; NULL = all. A pair that is not here
   * counts as impossible, and the report says how many there are. */
  const hw_joint_pairing *candidates;
  int64_t n_candidates;
  /** Identifications that stand: only assignments that contain them count. */
  const hw_joint_pairing *fixed;
  int32_t n_fixed;
  /** Pairings that are ruled out. */
  const hw_joint_pairing *excluded;
  int32_t n_excluded;
  double left_out;     /**< posterior mass that may be left out; 0 = HW_JOINT_LEFT_OUT; negative =
                             none, everything is enumerated */
  double max_steps;    /**< of exact inference, beyond which a component goes to the chain; 0 =
                             2e9 */
  double undisputed;   /**< log10; 0 = HW_JOINT_UNDISPUTED */
  int32_t n_best;      /**< ranked assignments of the whole; 0 = 10 */
  uint64_t seed;       /**< of the Markov chain */
  int64_t chain_steps; /**< of one chain, after as many for settling; 0 = 200,000, or 20 for each
                            pairing of the component if that is more */
  int32_t n_chains;    /**< 0 = 4 */
} hw_joint_options;

typedef struct hw_joint hw_joint;

/** Prepares. The case, candidates and lists are borrowed until hw_joint_delete.
 * @param options  NULL = flat prior, all pairs
 * @return HW_OK; HW_E_SHAPE (no remains, no missing person); HW_E_VALUE (an index or a number out
 *         of range; two fixed pairings of one remains or target; one that is also excluded);
 *         HW_E_UNSUPPORTED with linked markers; HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_joint_new(const hw_case *problem, const hw_joint_options *options,
                                            hw_joint **out, hw_err *err);
HW_API void hw_joint_delete(hw_joint *self);

/** Computes everything below. Once.
 * @param progress  called now and then; true = stop. NULL = never
 * @return HW_OK; HW_E_INTERRUPTED; HW_E_VALUE if every assignment is impossible, with the fixed
 *         pairing or family that makes it so; errors of the likelihood engine with the family's
 *         name (HW_E_TOO_COMPLEX: hw_joint_leave_out it and run again) */
HW_API HW_MUST_CHECK hw_status hw_joint_run(hw_joint *self,
                                            bool (*progress)(void *context, uint64_t done,
                                                             uint64_t all),
                                            void *context, hw_err *err);

/** Leaves a family out whose likelihoods are too complex: its missing persons get no remains. */
HW_API void hw_joint_leave_out(hw_joint *self, int32_t family);
HW_API bool hw_joint_is_left_out(const hw_joint *self, int32_t family);
/** Family whose likelihoods made the last run fail; −1 = none. */
HW_API int32_t hw_joint_failed_family(const hw_joint *self);

/* --- who there is --- */

HW_API int32_t hw_joint_target_count(const hw_joint *self);
/** Missing persons in the order of families, with codes as hw_identify has them. */
HW_API const hw_target *hw_joint_target(const hw_joint *self, int32_t target);

/* --- results --- */

/** How the sum was made. */
typedef struct hw_joint_summary {
  bool is_exact;        /**< no component needed a chain */
  double ln_none;       /**< ln P(all profiles | every remains unrelated), without the extra
                               evidence */
  double ln_sum;        /**< ln Σ W, with W(empty) = prior weight of size 0; NaN with a chain */
  double left_out;      /**< proven upper bound of the posterior mass that is not in the sum; 0 =
                               everything is */
  double n_assignments; /**< that the case permits (sexes, exclusions), +inf beyond 1e300 */
  int32_t n_components; /**< with at least one possible pairing */
  int32_t n_chained;    /**< of them, by Markov chain */
  int64_t n_not_candidates; /**< pairs that were not considered, since a search did not keep them */
  bool is_bound_of_pairs; /**< left_out is not proven: a placement that is not listed may weigh more
                               than its pairs, by the extra evidence of several remains together */
} hw_joint_summary;
HW_API hw_joint_summary hw_joint_summarise(const hw_joint *self);

/** A group of families and remains that was computed together. */
typedef struct hw_joint_component {
  int32_t n_families, n_targets, n_remains;
  double n_listed; /**< local assignments of its families that are in the sum */
  double left_out; /**< proven bound within the component */
  bool is_exact;
  /* Of a chain, NaN else: the largest over all pairings of the component. */
  double r_hat;     /**< potential scale reduction (Gelman & Rubin 1992), 1 = chains agree */
  double effective; /**< smallest effective number of draws */
  double error;     /**< largest Monte Carlo standard error of a posterior */
} hw_joint_component;
HW_API int32_t hw_joint_components(const hw_joint *self, const hw_joint_component **out);
/** Component of a remains, −1 = none of its pairings is possible. */
HW_API int32_t hw_joint_component_of(const hw_joint *self, int32_t remains);

/** P(remains is the target | everything). @param complement [out] 1 − the result without
 * cancellation, or NULL */
HW_API double hw_joint_posterior(const hw_joint *self, int32_t remains, int32_t target,
                                 double *complement);
/** P(remains is none of the missing | everything). */
HW_API double hw_joint_posterior_none(const hw_joint *self, int32_t remains, double *complement);
/** P(none of the remains is the target | everything). */
HW_API double hw_joint_posterior_absent(const hw_joint *self, int32_t target, double *complement);

/** log10 of the best assignment with the pairing over the best without; target −1 = of the remains
 * being nobody's. −inf if the pairing is impossible, +inf if everything else is, NaN = 0/0. Where a
 * chain was used: of the assignments that were seen. */
HW_API double hw_joint_log10_glr(const hw_joint *self, int32_t remains, int32_t target);

/** What is concluded of a pairing. */
typedef enum hw_joint_standing {
  HW_JOINT_UNLIKELY = 0,   /**< in none of the best assignments, and posterior below one half */
  HW_JOINT_OPEN,           /**< the data do not decide */
  HW_JOINT_SYMMETRIC,      /**< tied by construction with another pairing */
  HW_JOINT_SUPPORTED,      /**< in the best assignment, GLR at or above the threshold */
  HW_JOINT_UNDISPUTED_PAIR /**< and pairwise LR at or above it while every other pairing of this
                              remains and of this target lies as far below */
} hw_joint_standing;
HW_API const char *hw_joint_standing_name(hw_joint_standing standing);

typedef struct hw_joint_pair {
  int32_t remains, target;
  double log10_lr; /**< pairwise, everybody else untyped */
  double posterior, complement;
  double log10_glr; /**< best assignment with the pairing over the best without; ±inf, NaN = 0/0 */
  double ln_prior;  /**< weight of the pairing in the prior */
  bool is_best;     /**< in the best assignment */
  hw_joint_standing standing;
} hw_joint_pair;
/** Pairings with a posterior of at least @p least or with a log10 LR of at least @p least_log10_lr,
 * by remains, then best first.
 * @param pairs [out] free() it */
HW_API HW_MUST_CHECK hw_status hw_joint_pairs(const hw_joint *self, double least,
                                              double least_log10_lr, hw_joint_pair **pairs,
                                              int32_t *n_pairs, hw_err *err);

/** An assignment of everybody. */
typedef struct hw_joint_assignment {
  const int32_t *target; /**< per remains; −1 = none */
  double ln_ratio;       /**< ln Λ: ln likelihood less that of "none identified" */
  double ln_prior;
  double posterior; /**< NaN with a chain */
  int32_t n_tied;   /**< others that are tied with it by construction, listed or not */
} hw_joint_assignment;
/** The n_best best assignments of the whole by likelihood × prior, best first; ties in the order of
 * remains and targets, none last. */
HW_API int32_t hw_joint_best(const hw_joint *self, const hw_joint_assignment **out);

/** Missing persons and remains that are interchangeable: any exchange of the targets of one set
 * among themselves leaves every likelihood the same (pedigree, references and sexes cannot tell
 * them apart), and the best assignments place these remains there. */
typedef struct hw_joint_group {
  int32_t n_targets;
  const int32_t *targets;
  int32_t n_remains; /**< of the best assignments, in their places */
  const int32_t *remains;
} hw_joint_group;
HW_API int32_t hw_joint_symmetric(const hw_joint *self, const hw_joint_group **out);

/** Missing persons of whom no remains of this case, however well typed, could be told from an
 * unrelated person: their pairwise ratio is 1 for every profile. @return their number */
HW_API int32_t hw_joint_non_identifiable(const hw_joint *self, const int32_t **targets);

#ifdef __cplusplus
}
#endif
#endif
