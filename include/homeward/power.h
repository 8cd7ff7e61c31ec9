/** @file
 * What a file of families and remains can and cannot identify, and what would help.
 *
 * For each missing person, from the compiled tables of her family:
 *   - the distribution of the log10 LR of her own profile and of an unrelated person's
 *     (a convolution over the markers, no simulation), the probability to pass a
 *     threshold, and the probability that an unrelated person is excluded;
 *   - for each person of the pedigree who could still be sampled, what the
 *     distribution would become on average over what typing would show, likewise for
 *     pairs and for everybody together;
 *   - a verdict: enough, whom to sample, or never.
 * Over the file: whom to sample first, which remains to type again, which panel pays.
 *
 * Linked SNP panels are simulated: see hw_power_snp_new below.
 *
 * One missing person at a time; the other missing of the family count as untyped.
 *
 * Example:
 * @code
 *   hw_power_study *power = NULL;
 *   hw_power_options options = {.threshold = 6};
 *   s = hw_power_new(&list->cases[0], &options, &power, &err);
 *   if (s == HW_OK) s = hw_power_run(power, NULL, NULL, &err);
 *   double pass = hw_power_target_get(power, 0)->now.pass;
 *   hw_power_delete(power);
 * @endcode
 */
#ifndef HOMEWARD_POWER_H
#define HOMEWARD_POWER_H

#include "homeward/identify.h"
#include "homeward/linked.h"
#include "homeward/simulate_snp.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Default log10 LR to pass. */
#define HW_POWER_THRESHOLD HW_IDENTIFY_THRESHOLD
/** Default probability to pass from which a family has enough. */
#define HW_POWER_ENOUGH 0.95
/** Default probability to pass below which, with everybody typed, a family is given up. */
#define HW_POWER_NEVER 0.05
/** Most relatives of a family of whom pairs are made: those of the largest gains. */
#define HW_POWER_PAIRED 8
/** Most relatives of a family who count as "everybody": likewise. */
#define HW_POWER_TOGETHER 24

/** Index of a distribution: of an unrelated person's profile, or of the missing person's own. */
enum { HW_POWER_UNRELATED = 0, HW_POWER_TRUTH = 1 };
/** Number of quantiles that are kept: 5, 25, 50, 75 and 95 per cent. */
enum { HW_POWER_QUANTILES = 5 };

/* --- what is asked --- */

/** Markers that are typed together. */
typedef struct hw_power_panel {
  const char *name;
  const bool *has;   /**< per marker of the case */
  int32_t n_unknown; /**< further markers of the panel that the case does not have */
  double cost;       /**< of one remains, in any unit; NaN = not known */
} hw_power_panel;

typedef struct hw_power_options {
  hw_likelihood_options likelihood;
  double threshold;   /**< log10 LR; 0 = HW_POWER_THRESHOLD */
  double enough;      /**< 0 = HW_POWER_ENOUGH */
  double never;       /**< 0 = HW_POWER_NEVER */
  bool is_one_family; /**< only `family`, with everything about it */
  int32_t family;
  bool is_only_now;  /**< nobody is tried: a verdict is "enough" or "sample" */
  bool with_pairs;   /**< pairs of relatives too; always done for a single family */
  bool with_remains; /**< remains worth typing again */
  /** Markers typed in the remains, per marker of the case; NULL = all. */
  const bool *typed;
  /** P(one allele copy is not seen) per marker: the profile is a set of alleles seen; NULL = 0. */
  const double *dropout;
  /** Per family and person: may be sampled. NULL = everybody who is not missing; likewise for a
   * family whose list is NULL. */
  const bool *const *available;
  int32_t n_panels;
  const hw_power_panel *panels;
  int32_t n_draws;   /**< of genotypes of several relatives together; 0 = 64 */
  uint64_t seed;     /**< of these draws */
  int32_t n_threads; /**< 0 = one per processor; the results have the same bits for any number */
} hw_power_options;

typedef struct hw_power_study hw_power_study;

/** Prepares. Case and options' lists are borrowed until hw_power_delete.
 * @param options  NULL = a zeroed struct = defaults for all families
 * @return HW_OK; HW_E_SHAPE (no missing person); HW_E_UNSUPPORTED with linked markers;
 *         HW_E_VALUE (a number out of range); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_power_new(const hw_case *problem, const hw_power_options *options,
                                            hw_power_study **out, hw_err *err);
HW_API void hw_power_delete(hw_power_study *self);

/** Computes everything below. Once. A family that is too complex is left out and says so.
 * @param progress  called now and then, on the caller's thread, also while one family takes long;
 *                  true = stop. NULL = never
 * @return HW_OK; HW_E_INTERRUPTED; errors of the likelihood engine with the family's name */
HW_API HW_MUST_CHECK hw_status hw_power_run(hw_power_study *self,
                                            bool (*progress)(void *context, uint64_t done,
                                                             uint64_t all),
                                            void *context, hw_err *err);

/* --- one missing person --- */

/** Distribution of log10 LR under both, summed up. */
typedef struct hw_power_curve {
  double mean[2], sd[2]; /**< of the finite log10 LR; exact; NaN if there are none */
  double quantile[2][HW_POWER_QUANTILES];
  double impossible; /**< P(LR = 0 | unrelated) */
  double pass, fail; /**< P(LR ≥ threshold | truth), and 1 − that without cancellation */
  double pass_least; /**< proven bounds of `pass` (both equal to it where it is exact) */
  double pass_most;  /**< see src/kinship/spread.c: `pass` is far nearer than these */
  double false_pass; /**< P(LR ≥ threshold | unrelated) */
  double against;    /**< P(LR < 1 | unrelated) */
  bool is_exact;     /**< multiplied out without a lattice */
} hw_power_curve;

/** Masses of both distributions between equidistant log10 LRs. */
typedef struct hw_power_bins {
  int32_t n;
  double least, width; /**< bin i is [least + i·width, least + (i + 1)·width) */
  const double *mass[2];
  double infinite; /**< P(LR = ∞ | truth): alleles of frequency zero */
} hw_power_bins;

/** What typing somebody would give, on average over what typing would show. */
typedef struct hw_power_gain {
  double mean;       /**< log10 LR under truth */
  double pass;       /**< P(LR ≥ threshold | truth) */
  double mean_error; /**< standard errors of draws; 0 = computed without */
  double pass_error;
} hw_power_gain;

/** A person who could be sampled. */
typedef struct hw_power_relative {
  int32_t person;    /**< in the family's pedigree */
  int32_t n_markers; /**< that typing adds; fewer than all: she is typed in part */
  bool is_left_out;  /**< too complex: `gain` is not set */
  hw_power_gain gain;
} hw_power_relative;

typedef struct hw_power_pair {
  int32_t relatives[2]; /**< indices into the list of relatives */
  hw_power_gain gain;
} hw_power_pair;

typedef enum hw_power_verdict {
  HW_POWER_HAS_ENOUGH = 0,
  HW_POWER_SAMPLE,    /**< typing relatives helps; see `next` */
  HW_POWER_EXHAUSTED, /**< nobody is left who helps; passes with some probability */
  HW_POWER_IS_NEVER,  /**< passes with less than `never` even with everybody typed */
  HW_POWER_LEFT_OUT   /**< could not be computed */
} hw_power_verdict;
HW_API const char *hw_power_verdict_name(hw_power_verdict verdict);

typedef struct hw_power_target {
  hw_target who;
  hw_power_verdict verdict;
  const char *reason;      /**< of LEFT_OUT, EXHAUSTED and IS_NEVER; "" else */
  int32_t n_typed;         /**< references */
  int32_t n_markers;       /**< that any reference is typed at */
  int32_t n_contradicting; /**< markers at which the family contradicts itself without mutation */
  hw_power_curve now;
  hw_power_bins bins;
  bool is_non_identifiable; /**< LR is 1 for every profile, as the family is typed */
  double exclusion;         /**< P(an unrelated person is impossible without mutation) */
  double inclusion;         /**< 1 − exclusion, without cancellation */
  double mismatches;        /**< expected number of such markers */
  const double *exclusion_per_marker;
  int32_t n_relatives;                /**< computed: none where the family has enough */
  const hw_power_relative *relatives; /**< largest gain of `pass` first */
  int32_t n_pairs;
  const hw_power_pair *pairs; /**< best first, only those better than either alone */
  int32_t n_unpaired;         /**< relatives that no pairs were made of */
  bool has_all;
  int32_t n_all;            /**< persons */
  hw_power_gain all;        /**< everybody typed with all markers */
  const double *panel_pass; /**< per panel */
} hw_power_target;

HW_API int32_t hw_power_target_count(const hw_power_study *self);
HW_API const hw_power_target *hw_power_target_get(const hw_power_study *self, int32_t target);
HW_API double hw_power_threshold(const hw_power_study *self);

/* --- the whole file --- */

typedef struct hw_power_summary {
  int32_t n_targets, n_of[5]; /**< by verdict */
  double passes;              /**< Σ pass: missing persons expected to pass if found complete */
  double passes_next;         /**< the same after the best single relative of each */
  bool has_no_remains;        /**< asked for, but too many remains × missing persons */
} hw_power_summary;
HW_API hw_power_summary hw_power_summarise(const hw_power_study *self);

/** One or two persons of one family to sample. */
typedef struct hw_power_advice {
  int32_t family, n_persons, persons[2];
  double gain_pass; /**< Σ over the family's missing persons */
  double gain_mean; /**< likewise of log10 LR */
} hw_power_advice;
/** Whom to sample, by gain of passes per person, then of log10 LR; gains of less than 1e-6 in both
 * are left out. */
HW_API int32_t hw_power_advise(const hw_power_study *self, const hw_power_advice **out);

/** A panel over all missing persons that could be computed. */
typedef struct hw_power_panel_result {
  int32_t panel, n_markers;
  double passes;   /**< Σ pass */
  double per_cost; /**< passes per unit of cost of typing everybody with it; NaN = not known */
} hw_power_panel_result;
/** Most passes first; where all costs are known, most passes per cost first. */
HW_API int32_t hw_power_panels(const hw_power_study *self, const hw_power_panel_result **out);

/** Remains of which markers are missing or partial. */
typedef struct hw_power_remains {
  int32_t remains;
  int32_t n_missing;      /**< markers without a complete genotype */
  int32_t target;         /**< best candidate now */
  double log10_lr;        /**< with it */
  double posterior;       /**< of it, each missing person and "none" equally likely */
  double gain_log10;      /**< expected log10 that a complete profile adds to the posterior odds of
                              the true candidate, Σ over candidates of posterior × gain */
  double pass, pass_then; /**< Σ over candidates of posterior × [passes now, after] */
} hw_power_remains;
/** Largest gain of passes first, then of log10; those that gain less than 0.001 are left out. None
 * unless asked for. */
HW_API int32_t hw_power_retype(const hw_power_study *self, const hw_power_remains **out);

/* --- SNP panels --- */

/** Default number of draws, least number, and how many are made before it is asked whether they are
 * enough. */
#define HW_POWER_SNP_DRAWS 400
#define HW_POWER_SNP_BATCH 25
/** Default limit of the bits of inheritance vectors: a draw takes a likelihood. */
#define HW_POWER_SNP_BITS 14
/** Default limit of additions and multiplications of one set of relatives; above it fewer draws. */
#define HW_POWER_SNP_WORK 2e10
/** Default standard error of the probability to pass at which no more draws are made. */
#define HW_POWER_SNP_PRECISION 0.01

/** SNP profiles that stand, of one family. */
typedef struct hw_power_snp_family {
  int32_t n_profiles;
  const hw_snp_profile *profiles; /**< on the panel */
  const int32_t *persons;         /**< of each, its index in the family's pedigree */
} hw_power_snp_family;

/** A panel, and how people are typed with it. */
typedef struct hw_power_snp_panel {
  const char *name;
  const hw_panel *panel; /**< every marker with a place on the map and frequencies */
  int32_t population;
  double theta;
  hw_sequencing run;   /**< of remains; where its model has damage, bases on fragments are drawn */
  hw_snp_error call;   /**< of relatives who are typed yet */
  double call_missing; /**< share of markers without a call, of these relatives */
  const hw_power_snp_family *families; /**< per family of the case; NULL = nobody is typed */
} hw_power_snp_panel;

typedef struct hw_power_snp_options {
  int32_t n_panels; /**< at least 1 */
  const hw_power_snp_panel *panels;
  double threshold;   /**< log10 LR, as it is: no default */
  int32_t n_draws;    /**< most of them; 0 = HW_POWER_SNP_DRAWS; whole batches are made */
  double most_work;   /**< 0 = HW_POWER_SNP_WORK */
  double precision;   /**< 0 = HW_POWER_SNP_PRECISION */
  uint64_t seed;      /**< of all draws; the same draws for every panel, as far as they can be */
  int32_t n_threads;  /**< 0 = one per processor; the results have the same bits for any number */
  bool is_one_family; /**< only `family` */
  int32_t family;
  bool with_relatives;          /**< what each relative would add is computed: takes longest */
  const bool *const *available; /**< as in hw_power_options */
  hw_linked_options linked;     /**< max_bits 0 = HW_POWER_SNP_BITS */
  const hw_power_study
      *str; /**< a finished run over the same families: STR and SNP together; NULL =
                                  SNP alone. A family that it left out counts with SNP alone */
} hw_power_snp_options;

/** Distribution of log10 LR from draws: of the missing person's own profile (HW_POWER_TRUTH) and of
 * unrelated people. */
typedef struct hw_power_snp_curve {
  double mean[2]; /**< of the finite ones */
  double quantile[2][HW_POWER_QUANTILES];
  double pass;       /**< P(LR ≥ threshold | truth) */
  double pass_error; /**< standard error, as with one draw more of each kind: never 0 */
  double false_pass; /**< P(LR ≥ threshold | unrelated) = E[1{LR ≥ threshold}/LR | truth] */
  double false_pass_error;
  double false_pass_most; /**< 1/threshold: no more by Markov's inequality */
} hw_power_snp_curve;

/** Certain relatives typed with SNPs. */
typedef struct hw_power_snp_set {
  const char *reason; /**< not "": could not be computed, and nothing else is set */
  int32_t n_added;    /**< who are not typed yet */
  int32_t bits;       /**< of an inheritance vector */
  int32_t n_draws;
  bool is_cut; /**< fewer draws than asked for, since they would have taken too much work */
  hw_power_snp_curve snp, both;  /**< without STR they are the same */
  double inverse, inverse_error; /**< E[1/LR of SNPs | truth]: 1 if nothing is amiss */
} hw_power_snp_set;

typedef struct hw_power_snp_relative {
  int32_t person;
  bool has_str;       /**< typed with STR */
  const char *reason; /**< as above */
  int32_t n_draws;
  hw_power_gain gain; /**< with STR, and with SNPs of those who are typed and of this one */
} hw_power_snp_relative;

/** One missing person at one panel. */
typedef struct hw_power_snp_target {
  hw_target who;
  int32_t panel;
  const char *reason; /**< not "": left out; of the rest `who`, `panel` and `str_pass` are set */
  const char *note;   /**< "" or what was left out: X markers, relatives */
  int32_t n_typed;    /**< persons with a SNP profile */
  int32_t n_markers;
  double str_pass;       /**< P(STR alone pass); NaN = no STR */
  bool has_now;          /**< somebody is typed with SNPs */
  bool has_then;         /**< somebody is typed with STR, and not with SNPs */
  hw_power_snp_set now;  /**< as typed */
  hw_power_snp_set then; /**< if all who are typed with STR were typed with SNPs too */
  int32_t n_relatives;
  const hw_power_snp_relative *relatives; /**< largest `pass` first */
} hw_power_snp_target;

/** The power of SNP panels for the missing persons of a case, by simulation.
 *
 * A draw: the missing person's and her relatives' genes over the whole map, an unrelated person's,
 * what the laboratory would see of each, and the exact linked LR of both. Where nobody is typed with
 * SNPs genes go down the pedigree (hw_simulate_haplotypes); where somebody is, the missing person's
 * genotypes, then those of each relative who is typed in addition, are drawn exactly given the
 * profiles that stand (hw_linked_draw). STR profiles tell next to nothing of which SNP alleles are
 * shared, and are taken to be independent of them: log10 LR of both add up, those of STR by their
 * exact distribution, so that no draws of STR are needed. */
typedef struct hw_power_snp_study hw_power_snp_study;

/** Prepares. Everything is borrowed until hw_power_snp_delete.
 * @return HW_OK; HW_E_SHAPE (no panels, no missing person, a study of other missing persons);
 *         HW_E_VALUE (a number out of range); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_power_snp_new(const hw_case *problem,
                                                const hw_power_snp_options *options,
                                                hw_power_snp_study **out, hw_err *err);
HW_API void hw_power_snp_delete(hw_power_snp_study *self);
/** Computes everything below. Once. Who is too complex is left out with the reason.
 * @return HW_OK; HW_E_INTERRUPTED; HW_E_VALUE (a panel or a way of typing that cannot be used);
 *         HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_power_snp_run(hw_power_snp_study *self,
                                                bool (*progress)(void *context, uint64_t done,
                                                                 uint64_t all),
                                                void *context, hw_err *err);

/** By missing person, panel by panel. */
HW_API int32_t hw_power_snp_count(const hw_power_snp_study *self);
HW_API const hw_power_snp_target *hw_power_snp_get(const hw_power_snp_study *self, int32_t index);

/** A panel over all missing persons. */
typedef struct hw_power_snp_rank {
  int32_t panel, n_markers;
  int32_t n_computed, n_left_out; /**< missing persons */
  double str;                     /**< Σ P(STR alone pass) over those who were computed */
  double now;                     /**< the same with the SNPs that stand */
  double then;                    /**< and if all who are typed with STR were typed with SNPs too */
  double newly;       /**< then − str: missing persons expected to be newly above the threshold */
  double newly_error; /**< standard error of draws */
} hw_power_snp_rank;
/** Most newly above first. */
HW_API int32_t hw_power_snp_ranks(const hw_power_snp_study *self, const hw_power_snp_rank **out);

/** Somebody to type with SNPs next. */
typedef struct hw_power_snp_advice {
  int32_t panel, family, person;
  bool has_str;
  double gain_pass;  /**< Σ over the family's missing persons, against what is typed */
  double gain_error; /**< standard error of draws */
  double gain_mean;  /**< likewise of log10 LR */
} hw_power_snp_advice;
/** Largest gain of passes first, then of log10 LR; gains of less than 0.001 in both are left out. None
 * without `with_relatives`. */
HW_API int32_t hw_power_snp_advise(const hw_power_snp_study *self, const hw_power_snp_advice **out);

#ifdef __cplusplus
}
#endif
#endif
