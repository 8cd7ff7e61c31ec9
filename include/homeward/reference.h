/** @file
 * Quality control of references: families whose typed members contradict their
 * stated relations, sexes that amelogenin denies, samples exchanged between
 * families, and persons who stand in the file under two codes.
 *
 * A wrong reference makes a false identification or hides a true one, so every
 * family is checked when it is imported. A healthy family costs a screen of a few
 * microseconds; the full comparison of the stated pedigree with its alternatives
 * is made for the others only.
 *
 * Example: families from a database, one after the other.
 * @code
 *   hw_reference *check = NULL;
 *   s = hw_reference_new(n_markers, markers, theta, NULL, &check, &err);
 *   while (s == HW_OK && next_family(&family, amelogenin)) {
 *     const hw_reference_report *report = NULL;   // good until the next check
 *     s = hw_reference_check(check, &family, amelogenin, &report, &err);
 *     for (int32_t i = 0; s == HW_OK && i < report->n_findings; i++) {
 *       char text[HW_FINDING_TEXT];
 *       puts(hw_finding_text(&report->findings[i], &family, markers, text, sizeof text));
 *     }
 *   }
 *   hw_reference_delete(check);
 * @endcode
 */
#ifndef HOMEWARD_REFERENCE_H
#define HOMEWARD_REFERENCE_H

#include "homeward/casefile.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What was seen at the sex marker of a sample. */
typedef enum hw_amelogenin {
  HW_AMELOGENIN_NONE = 0, /**< not typed */
  HW_AMELOGENIN_X,        /**< as of a woman (or of a man whose Y copy is deleted) */
  HW_AMELOGENIN_XY,       /**< as of a man */
  HW_AMELOGENIN_Y         /**< Y alone: a man, the X copy not seen */
} hw_amelogenin;

/** A contradiction at one marker, or an explanation that fits better than what is stated. The
 * codes (hw_finding_code) are stable and may be stored. */
typedef enum hw_finding_kind {
  /* facts: genotypes at one marker that need a mutation, a null allele or another pedigree */
  HW_FINDING_FATHER_CHILD = 0, /**< "father-child-mismatch": persons child, father */
  HW_FINDING_MOTHER_CHILD,     /**< "mother-child-mismatch": child, mother */
  HW_FINDING_TRIO,   /**< "trio-mismatch": child, father, mother; no pair of them shows it */
  HW_FINDING_TWINS,  /**< "twins-mismatch": two profiles of one individual differ */
  HW_FINDING_FAMILY, /**< "family-mismatch": the whole family, though no pair or trio shows it */
  /* explanations */
  HW_FINDING_FOREIGN,       /**< "foreign-sample": the sample is of no relative */
  HW_FINDING_SWAPPED,       /**< "swapped": the samples of two persons are exchanged */
  HW_FINDING_FALSE_FATHER,  /**< "false-paternity": child, stated father (typed) */
  HW_FINDING_FALSE_MOTHER,  /**< "false-maternity": child, stated mother (typed) */
  HW_FINDING_HALF_SIBS,     /**< "half-sibs": child, stated parent (not typed): shares one parent
                                 only with the stated full siblings */
  HW_FINDING_FULL_SIBS,     /**< "full-sibs": two stated half siblings share both parents */
  HW_FINDING_DUPLICATE,     /**< "duplicate": the second's sample is of the first, or twins */
  HW_FINDING_NOT_IDENTICAL, /**< "not-identical": stated twins are ordinary siblings */
  HW_FINDING_RELATION,      /**< "other-relation": child, parent: see hw_finding.relation */
  /* found without alternatives */
  HW_FINDING_SEX,         /**< "sex": amelogenin denies the stated sex or the role */
  HW_FINDING_UNEXPLAINED, /**< "unexplained": more contradictions than mutation explains, and no
                               alternative is clearly better */
  HW_FINDING_KIND_COUNT
} hw_finding_kind;

/** How the first person of a HW_FINDING_RELATION is related to the second instead. */
typedef enum hw_relation {
  HW_RELATION_NONE = 0,
  HW_RELATION_FULL_SIBS,   /**< stated parent and child are brother or sister */
  HW_RELATION_AVUNCULAR,   /**< the stated parent is uncle or aunt: a sibling is the parent */
  HW_RELATION_GRANDPARENT, /**< the stated parent is a grandparent */
  HW_RELATION_PARENT       /**< the second, a stated full sibling, is the parent */
} hw_relation;

/** One line of a report. */
typedef struct hw_finding {
  hw_finding_kind kind;
  hw_relation relation;
  int32_t n_persons;   /**< used of the next two */
  int32_t persons[3];  /**< in the family's pedigree */
  int32_t profiles[3]; /**< in the family; −1 where the person is not typed */
  int32_t marker;      /**< facts; −1 otherwise */
  bool is_impossible;  /**< fact: not even a mutation makes it possible */
  double log10_lr;     /**< alternatives: of this against the stated pedigree, mutation in the
                            model; NaN for others */
  double posterior;    /**< alternatives: among all that were tried; NaN for others */
  int32_t n_rivals;    /**< further alternatives that the data cannot tell from this one (within
                            0.5 of log10_lr) */
} hw_finding;

/** What a check found. Owned by the hw_reference, good until its next check. */
typedef struct hw_reference_report {
  bool is_suspicious;    /**< there are findings */
  bool is_screened;      /**< the screen saw nothing; alternatives were not computed */
  bool is_complex;       /**< too complex to compute: the alternatives are those of pairs alone */
  bool is_without_theta; /**< theta 0 was used, since theta would be too complex */
  int32_t n_profiles;    /**< typed at one marker at least */
  int32_t n_findings;
  const hw_finding *findings; /**< what to tell people, the most important first */
  int32_t n_facts;
  const hw_finding *facts; /**< contradictions, by marker; also the few that mutation explains */
  int32_t n_alternatives;
  const hw_finding *alternatives; /**< all that were computed, best posterior first */
  double posterior_stated;        /**< of the pedigree as stated; 1 if screened */
  double ln_stated;     /**< ln P(profiles | stated pedigree); −inf impossible; NaN if screened */
  int32_t n_mutated;    /**< markers that contradict without mutation */
  int32_t n_impossible; /**< of them, those that contradict also with it */
  int32_t n_left_out;   /**< alternatives too complex, or too many, to compute */
  int32_t n_markers_out; /**< markers left out (X where a sex is not known) */
} hw_reference_report;

/** A zeroed struct or NULL means the defaults; a single zero member means its default. */
typedef struct hw_reference_options {
  /** max_work 0 means 1e7 here: a family that needs more is not worth waiting for at import. */
  hw_likelihood_options likelihood;
  /** log10 LR from which an alternative becomes a finding; 0 = HW_REFERENCE_MARGIN. */
  double margin_log10;
  /** Posterior of the stated pedigree below which it does; 0 = 0.5. */
  double accept;
  /** log10 LR of a pair's best relation against its stated one from which the alternatives are
   * computed; 0 = HW_REFERENCE_SCREEN; −inf = always. */
  double screen_log10;
  /** Prior of the stated pedigree; 0 = 0.99. The rest is shared by `share`. */
  double prior_stated;
  /** Shares of the kinds FOREIGN … RELATION in the rest, any scale; all zero = the defaults of
   * hw_reference_default_share. A kind's share is divided equally among its alternatives. */
  double share[HW_FINDING_KIND_COUNT];
  /** Mutation rate of markers that have no model, in the model with equal rates: a check that
   * knows no mutation would call each of them a false paternity. 0 = 0.002; negative = none. */
  double mutation_rate;
  /** P(amelogenin shows X alone | man); 0 = 0.001. The converse counts 1e-5. */
  double amelogenin_error;
  /** Probability that a marker is worthless (a null allele, a misread peak): a single marker
   * speaks against a pedigree by the inverse of this at most; 0 = 0.001. */
  double typing_error;
} hw_reference_options;

/** Defaults, chosen by simulation (docs/reference-check.md gives the figures). */
#define HW_REFERENCE_MARGIN 2.0
#define HW_REFERENCE_SCREEN 1.0

/** Default share of a kind in the prior of all alternatives; 0 for facts. */
HW_API double hw_reference_default_share(hw_finding_kind kind);

/** Room for any text of hw_finding_text. */
#define HW_FINDING_TEXT 640

/** Stable code of a kind ("father-child-mismatch"); "unknown" for a foreign value. */
HW_API const char *hw_finding_code(hw_finding_kind kind);
/** Kind of a code, or −1. */
HW_API int32_t hw_finding_find(const char *code);

typedef struct hw_reference hw_reference;

/** Prepares checks of any number of families. Not thread-safe: one per thread.
 * @param markers  matrices filled; borrowed until hw_reference_delete
 * @param theta    0 ≤ theta < 1
 * @param options  copied; NULL = defaults
 * @return HW_OK; HW_E_VALUE (theta or an option out of range); HW_E_NO_MEMORY.
 *         Free with hw_reference_delete */
HW_API HW_MUST_CHECK hw_status hw_reference_new(int32_t n_markers, const hw_marker *markers,
                                                double theta, const hw_reference_options *options,
                                                hw_reference **out, hw_err *err);
HW_API void hw_reference_delete(hw_reference *self);

/** Checks one family. Whatever the references say about each other is a report, not an error; a
 * family that is too complex to compute is reported by what its pairs show.
 * @param family       validated pedigree; borrowed for the call
 * @param amelogenin   per profile, or NULL = none typed
 * @param report       [out] owned by @p self; NULL on failure
 * @return HW_OK; HW_E_SHAPE, HW_E_VALUE, HW_E_REFERENCE (a profile does not fit the markers or the
 *         pedigree); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_reference_check(hw_reference *self, const hw_family *family,
                                                  const hw_amelogenin *amelogenin,
                                                  const hw_reference_report **report, hw_err *err);

/** One English sentence for a finding, with the persons' ids; it fits HW_FINDING_TEXT (long ids
 * are cut). @return @p buffer */
HW_API const char *hw_finding_text(const hw_finding *self, const hw_family *family,
                                   const hw_marker *markers, char *buffer, size_t size);

/* ---- samples exchanged between families ----------------------------------- */

/** A profile of one family that fits a typed person's place in another. */
typedef struct hw_exchange {
  int32_t family_a, profile_a; /**< the place: indices into the call's families */
  int32_t family_b, profile_b; /**< the profile that fits there */
  bool is_mutual;              /**< profile_a fits the place of profile_b likewise */
  double log10_lr;             /**< mutual: both exchanged against both as stated; else profile_b
                                    in the place against profile_a in it */
} hw_exchange;

/** Tries the profiles of each family in the places of the others. Meant for families that
 * hw_reference_check found suspicious: the work grows with the square of their number, a look-up
 * of 24 markers for each profile and place. Theta is not used here. A mutual exchange is listed
 * once, with the smaller index as a. A place that is too complex is passed over, and so is a
 * person with several profiles or with a twin. Ends the life of the last report.
 * @param exchanges  [out] best first; free() it; NULL if there are none or on failure
 * @return HW_OK; HW_E_SHAPE, HW_E_VALUE (a profile does not fit the markers); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_reference_exchanges(hw_reference *self, int32_t n_families,
                                                      const hw_family *const *families,
                                                      hw_exchange **exchanges, int32_t *n_exchanges,
                                                      hw_err *err);

/** One English sentence. @return @p buffer */
HW_API const char *hw_exchange_text(const hw_exchange *self, const hw_family *const *families,
                                    char *buffer, size_t size);

/* ---- one person under two codes ------------------------------------------- */

/** Two profiles that look like one person's.
 *
 * Model at a marker, e = typing_error: two typings of one person agree with probability 1 − e;
 * else, half the time an allele of a heterozygote was not seen, half the time the reading is
 * anybody's. Partial genotypes are not compared. */
typedef struct hw_duplicate {
  int32_t first, second; /**< numbers in the order of hw_duplicates_add, first < second */
  int32_t n_common;      /**< markers typed in both */
  int32_t n_differ;      /**< of them, those whose genotypes differ */
  double log10_lr;       /**< one person (or identical twins) against unrelated persons */
  double log10_lr_sibs;  /**< one person against full siblings */
} hw_duplicate;

/** A zeroed struct or NULL means the defaults. */
typedef struct hw_duplicate_options {
  /** Markers that both must have; 0 = 10 (or all, if there are fewer). */
  int32_t least_common;
  /** Least log10 LR against unrelated persons; 0 = log10 of the number of pairs + 2, so that in a
   * search without any duplicate less than one pair in a hundred searches is listed by chance. */
  double least_log10_lr;
  /** Least log10 LR against full siblings; 0 = 3. */
  double least_log10_lr_sibs;
  /** Probability per marker that two typings of one person differ; 0 = 0.005. */
  double typing_error;
  /** Pairs that a search may list; beyond it HW_E_TOO_COMPLEX; 0 = 1,000,000. */
  int32_t most_pairs;
  /** Markers that may differ or be untyped in a pair that is certainly found, if the markers'
   * diversity permits; 0 = what the number of profiles makes cheap. See hw_duplicates_guarantee
   * for what was reached. */
  int32_t tolerance;
} hw_duplicate_options;

typedef struct hw_duplicates hw_duplicates;

/** Begins a search. X markers and the sex are not used.
 * @param markers  borrowed until hw_duplicates_delete; at most 360 alleles each
 * @return HW_OK; HW_E_UNSUPPORTED (more alleles); HW_E_VALUE; HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_duplicates_new(int32_t n_markers, const hw_marker *markers,
                                                 double theta, const hw_duplicate_options *options,
                                                 hw_duplicates **out, hw_err *err);
HW_API void hw_duplicates_delete(hw_duplicates *self);

/** Says how many profiles will come, so that memory is taken once: 2 bytes per marker and
 * profile. Optional. */
HW_API HW_MUST_CHECK hw_status hw_duplicates_reserve(hw_duplicates *self, int32_t n_profiles,
                                                     hw_err *err);

/** Adds a profile; its number is the count of those before.
 * @param alleles  2 × n_markers indices, the pair of each marker in any order; the second may be
 *                 HW_ALLELE_NONE (partial), both are where the marker is not typed. A partial
 *                 genotype counts as not typed here
 * @return HW_OK; HW_E_VALUE (allele out of range); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_duplicates_add(hw_duplicates *self, const hw_allele *alleles,
                                                 hw_err *err);
/** Adds a profile with one genotype, or nothing, per marker (sets count as not typed). */
HW_API HW_MUST_CHECK hw_status hw_duplicates_add_profile(hw_duplicates *self,
                                                         const hw_profile *profile, hw_err *err);
/** Forgets the profiles that were added last. @param n_left  profiles that stay; no effect if there
 * are not more */
HW_API void hw_duplicates_remove_last(hw_duplicates *self, int32_t n_left);
HW_API int32_t hw_duplicates_count(const hw_duplicates *self);

/** Finds the pairs that pass all thresholds, best first.
 *
 * Markers are put into groups, and two profiles are compared exactly wherever they agree in two
 * whole groups (Manku, Jain & Das Sarma 2007). With g groups every pair in which at most g − 2
 * markers differ, or are untyped in one of the two, is certainly found; so is any other pair that
 * agrees in two groups. (Fewer markers than two groups need make one group.) A pair that differs
 * at more than a third of its common markers is never listed. Profiles that are equal to the last
 * marker are chained: each is listed with the first of them only, and pairs with others stand for
 * all of them.
 *
 * @param pairs  [out] free() it; NULL if there are none or on failure
 * @return HW_OK; HW_E_TOO_COMPLEX (more pairs than asked for, or profiles so alike that the search
 *         would not end); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_duplicates_find(hw_duplicates *self, hw_duplicate **pairs,
                                                  int32_t *n_pairs, hw_err *err);

/** Finds those of the pairs that hw_duplicates_find would list in which one profile is new: the
 * same pairs with the same numbers in the same order. A few new profiles are compared with all
 * others one by one, in some hundredths of a second each for a million others; for many, all pairs
 * are searched.
 * @param first_new  number of the first profile that is new: those after it are as well; 0 = all
 * @return as hw_duplicates_find; pairs without a new profile are not counted as too many */
HW_API HW_MUST_CHECK hw_status hw_duplicates_find_new(hw_duplicates *self, int32_t first_new,
                                                      hw_duplicate **pairs, int32_t *n_pairs,
                                                      hw_err *err);

/** After a search: the most markers that may differ or be untyped in one of the two in
 * a pair that is certainly found. Before: −1. */
HW_API int32_t hw_duplicates_guarantee(const hw_duplicates *self);

/** The ratios of one pair, whatever the thresholds. */
HW_API hw_duplicate hw_duplicates_compare(const hw_duplicates *self, int32_t first, int32_t second);

/** One English sentence with the two codes. @return @p buffer */
HW_API const char *hw_duplicate_text(const hw_duplicate *self, const char *code_first,
                                     const char *code_second, char *buffer, size_t size);

#ifdef __cplusplus
}
#endif
#endif
