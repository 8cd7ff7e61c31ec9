/** @file
 * Evidence that an identification is wrong.
 *
 * A likelihood ratio compares two stories: the remains are the missing person, or a stranger. It
 * is silent about every other story, and it rests on assumptions. This module takes one pairing
 * and asks for the other stories:
 *
 *   rivals        the remains are a named relative instead: LR(missing person : relative)
 *   expected      is this LR what a true match of this family and this profile would show?
 *   references    does one reference carry the contradictions? what if he is not who he is
 *                 said to be?
 *   band          how far the LR moves with frequency table, theta, mutation, minimum
 *                 frequency, sampling of the table, dropout, stated relation
 *   verdict       "stands" or "look again", with the reasons
 *
 * Every ratio is computed by the engine that computes the stated one (hw_table); nothing is
 * approximated but the two distributions, whose error bound is told. What is too complex to be
 * computed is listed as such. The rules stand in docs/scrutiny.md.
 *
 * Example:
 * @code
 *   hw_scrutiny *scrutiny = NULL;
 *   s = hw_scrutiny_new(&list->cases[0], 0, 0, 0, NULL, &scrutiny, &err);
 *   if (s == HW_OK) {
 *     const hw_scrutiny_report *report = hw_scrutiny_get_report(scrutiny);
 *     if (!report->stands) puts(report->reasons[0]);
 *   }
 *   hw_scrutiny_delete(scrutiny);
 * @endcode
 */
#ifndef HOMEWARD_SCRUTINY_H
#define HOMEWARD_SCRUTINY_H

#include "homeward/frequency.h"
#include "homeward/identify.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Defaults of the options. */
#define HW_SCRUTINY_MARGIN 2.0
#define HW_SCRUTINY_LEVEL 0.01
#define HW_SCRUTINY_DEGREE 3
#define HW_SCRUTINY_DRAWS 100
/** Draws with theta, where each takes longer. */
#define HW_SCRUTINY_DRAWS_THETA 20
/** Multiply-adds a marker beyond which a number other than the stated ratio is left out; with theta
 * a hundredth of it, since each of thousands of partitions has to be planned as well. */
#define HW_SCRUTINY_MAX_WORK 1e8
/** Largest degree of cousinship. */
#define HW_SCRUTINY_MOST_DEGREE 12

/** A frequency table to try instead of the case's. */
typedef struct hw_scrutiny_table {
  const char *name;
  const hw_frequency_table *table;
} hw_scrutiny_table;

/** A zeroed struct or NULL means the defaults; a single zero member means its default. Everything
 * is borrowed until hw_scrutiny_delete. */
typedef struct hw_scrutiny_options {
  hw_likelihood_options likelihood; /**< max_work 0 means HW_SCRUTINY_MAX_WORK, and no more than
                                         usual for the stated ratio */
  int32_t n_tables;
  const hw_scrutiny_table *tables;
  const int32_t *two_n; /**< per marker of the case: alleles sampled for its frequencies; 0 = not
                             known. NULL = none is known */
  double threshold;     /**< log10 LR that an identification needs; 0 = HW_IDENTIFY_THRESHOLD */
  double margin;        /**< log10 by which a change must be better, or a rival worse, to count; 0
                             = HW_SCRUTINY_MARGIN */
  double level;         /**< two-sided, of "untypical"; 0 = HW_SCRUTINY_LEVEL */
  double theta_clan;    /**< coancestry of a clan; 0 = 0.01, 0.02 and 0.03 */
  int32_t degree;       /**< of the distant cousin; 0 = HW_SCRUTINY_DEGREE, third cousin */
  int32_t n_draws;      /**< of the frequencies; 0 = HW_SCRUTINY_DRAWS, with theta
                             HW_SCRUTINY_DRAWS_THETA; negative = none */
  uint64_t seed;        /**< of the draws */
} hw_scrutiny_options;

/** Who else the remains could be. */
typedef enum hw_rival_kind {
  HW_RIVAL_MISSING = 0, /**< another missing person of the family, by name */
  HW_RIVAL_FULL_SIBLING,
  HW_RIVAL_HALF_SIBLING,
  HW_RIVAL_PARENT,
  HW_RIVAL_CHILD,
  HW_RIVAL_UNCLE,
  HW_RIVAL_NEPHEW,
  HW_RIVAL_COUSIN,
  HW_RIVAL_SIDE,    /**< an unknown relative on one parent's side */
  HW_RIVAL_DISTANT, /**< a patrilineal cousin of stated degree */
  HW_RIVAL_CLAN,    /**< nobody of the pedigree, but of the same clan: coancestry */
  HW_RIVAL_UNRELATED,
  HW_RIVAL_KIND_COUNT
} hw_rival_kind;

/** One rival. Differences of two ratios that are both impossible are NaN. */
typedef struct hw_rival {
  hw_rival_kind kind;
  const char *text; /**< in words: "a full sibling of M1" */
  const char *note; /**< why it could not be computed, or NULL */
  int32_t person;   /**< of HW_RIVAL_MISSING: in the family's pedigree; else HW_PERSON_NONE */
  bool is_computed;
  bool is_exchangeable; /**< no profile whatever could tell the two apart */
  double log10_lr;      /**< the rival against an unrelated person */
  double log10_ratio;   /**< the missing person against the rival */
  int32_t marker;       /**< that speaks most for the rival; −1 = none differs */
  double marker_log10_ratio;
} hw_rival;

/** Distribution of a log10 LR over profiles with the markers and the quality of this one. */
typedef struct hw_lr_distribution {
  double mean, sd;      /**< of the finite values, exact */
  double q_low, q_high; /**< 2.5 % and 97.5 % points, within `error` */
  double p_impossible;  /**< P(−inf): excluded */
  double p_certain;     /**< P(+inf) */
  double p_low[2];      /**< P(a value as low as the observed one): lower and upper bound */
  double p_high[2];     /**< P(a value as high) */
  double error;         /**< largest shift of any value by the grid, log10 */
} hw_lr_distribution;

typedef struct hw_scrutiny_expected {
  bool is_computed;
  int32_t n_markers; /**< that tell anything */
  hw_lr_distribution truth, unrelated;
  bool is_low, is_high; /**< untypical of a true match at the level */
} hw_scrutiny_expected;

/** What is changed about the references. */
typedef enum hw_relabel_kind {
  HW_RELABEL_UNRELATED = 0, /**< the profile is a stranger's: its person counts as untyped */
  HW_RELABEL_FATHER,        /**< the stated father is not the person's father */
  HW_RELABEL_MOTHER,
  HW_RELABEL_SWAPPED, /**< two profiles have changed places */
  HW_RELABEL_KIND_COUNT
} hw_relabel_kind;

typedef struct hw_relabel {
  hw_relabel_kind kind;
  const char *text;    /**< in words */
  int32_t profiles[2]; /**< UNRELATED: one; SWAPPED: two; else −1 */
  int32_t person;      /**< the child of FATHER and MOTHER; else the profile's person */
  int32_t parent;      /**< or HW_PERSON_NONE */
  bool is_computed;
  double log10_lr;       /**< of the pairing, if this were so */
  double log10_gain;     /**< less the stated LR */
  double log10_left_out; /**< UNRELATED: LR with the profile left out; equal at theta 0. Else NaN */
  double log10_family;   /**< what the references say of it among themselves */
  double log10_support;  /**< gain + family: P(all profiles | the remains are hers, this) against
                              P(… , as stated) */
} hw_relabel;

/** A marker that fits only through mutation. */
typedef struct hw_mismatch {
  int32_t marker;
  bool in_family; /**< the references contradict each other, whoever the remains are */
  int32_t n_profiles;
  const int32_t *profiles; /**< each of these, left out alone, removes the contradiction */
} hw_mismatch;

typedef struct hw_scrutiny_references {
  int32_t n_changes;
  const hw_relabel *changes; /**< best support first */
  int32_t suspect;           /**< index of the change that is better than what is stated by the
                                  margin, in gain and in support, and leaves an LR above 1; −1 */
  int32_t n_mismatches;
  const hw_mismatch *mismatches;
  double p_mismatches;       /**< P(as many between remains and family | true match), exact */
  int32_t n_pair_mismatches; /**< of them, those with the remains */
  int32_t carrier; /**< profile that takes part in all, of two or more, −1 = none or not one */
} hw_scrutiny_references;

/** What is varied. */
typedef enum hw_band_kind {
  HW_BAND_TABLE = 0,
  HW_BAND_THETA,
  HW_BAND_RATE,
  HW_BAND_MODEL,
  HW_BAND_MINIMUM,
  HW_BAND_SAMPLING,
  HW_BAND_DROPOUT,
  HW_BAND_RELATION,
  HW_BAND_KIND_COUNT
} hw_band_kind;

typedef struct hw_band_point {
  const char *text; /**< "theta 0.01" */
  const char *note; /**< why it could not be computed, or what was left as stated; or NULL */
  bool is_computed, is_stated;
  double log10_lr;
} hw_band_point;

typedef struct hw_band_factor {
  hw_band_kind kind;
  const char *note; /**< why there is nothing to vary, or NULL */
  int32_t n_points;
  const hw_band_point *points;
  int32_t least, most;            /**< points; −1 = none computed */
  double log10_least, log10_most; /**< the stated value is always within */
  double log10_drop;              /**< stated less least, ≥ 0 */
} hw_band_factor;

typedef struct hw_scrutiny_band {
  hw_band_factor factors[HW_BAND_KIND_COUNT];
  int32_t driver;        /**< factor with the largest drop, −1 = none drops */
  bool is_combined;      /**< `log10_combined` could be computed */
  double log10_combined; /**< each factor (besides sampling) at its least favourable point */
  const char *combined_note;
  int32_t n_left_out; /**< points that could not be computed */
} hw_scrutiny_band;

typedef struct hw_scrutiny_report {
  double log10_lr;          /**< as stated */
  const double *per_marker; /**< n_markers */
  bool is_sex_excluded;     /**< the sexes differ: the rest is about the profile alone */
  int32_t n_rivals;
  const hw_rival *rivals; /**< in the order of the rules */
  int32_t closest; /**< rival with the smallest log10_ratio that is not exchangeable, −1 = none */
  hw_scrutiny_expected expected;
  hw_scrutiny_references references;
  hw_scrutiny_band band;
  bool stands;
  int32_t n_reasons;
  const char *const *reasons; /**< to look again */
  int32_t n_notes;
  const char *const *notes; /**< what was not, or could not be, computed */
} hw_scrutiny_report;

typedef struct hw_scrutiny hw_scrutiny;

/** Examines one pairing.
 * @param family   index in the case
 * @param missing  index in the family's list of missing persons
 * @param remains  index in the case
 * @param options  NULL = defaults
 * @param out      [out] free with hw_scrutiny_delete; NULL on failure
 * @return HW_OK; HW_E_VALUE (an option out of range); HW_E_REFERENCE (an index); HW_E_SHAPE (the
 *         missing person is typed); HW_E_UNSUPPORTED (linked markers); HW_E_TOO_COMPLEX if the
 *         stated ratio itself is; HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_scrutiny_new(const hw_case *problem, int32_t family,
                                               int32_t missing, int32_t remains,
                                               const hw_scrutiny_options *options,
                                               hw_scrutiny **out, hw_err *err);
HW_API void hw_scrutiny_delete(hw_scrutiny *self);
HW_API const hw_scrutiny_report *hw_scrutiny_get_report(const hw_scrutiny *self);

/** Stable words for machines: "full-sibling", "swapped", "theta". */
HW_API const char *hw_rival_name(hw_rival_kind kind);
HW_API const char *hw_relabel_name(hw_relabel_kind kind);
HW_API const char *hw_band_name(hw_band_kind kind);

#ifdef __cplusplus
}
#endif
#endif
