/** @file
 * Which bones and samples come from one person.
 *
 * A partition puts every specimen into one group, each group one person. Its weight is
 *
 *     W(partition) = prior(partition) × Π_groups R(group)
 *
 *     R(group) = P(all that is known of its specimens | one person)
 *              / Π P(what is known of each | a person of its own)
 *
 * R is a product of DNA (all profiles together, marker by marker), bones (nobody has
 * two left femora), sex, age, measurements, and provenience. A specimen alone has
 * R = 1. Specimens that no plausible link joins are computed apart (components);
 * inside a component the sum over partitions is exact, by dynamic programming over
 * subsets. Beyond a stated limit a Markov chain takes over, and says so.
 *
 * Example:
 * @code
 *   hw_reassociate *run = NULL;
 *   s = hw_reassociate_new(&problem, NULL, &run, &err);
 *   if (s == HW_OK) s = hw_reassociate_run(run, NULL, NULL, &err);
 *   const hw_reassociate_group *groups = NULL;
 *   int32_t n = s == HW_OK ? hw_reassociate_groups(run, &groups) : 0;
 *   hw_reassociate_delete(run);
 * @endcode
 */
#ifndef HOMEWARD_REASSOCIATE_H
#define HOMEWARD_REASSOCIATE_H

#include "homeward/casefile.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- what is known of a specimen --- */

typedef enum hw_side { HW_SIDE_UNKNOWN = 0, HW_SIDE_LEFT, HW_SIDE_RIGHT, HW_SIDE_MIDLINE } hw_side;

/** A measurement of a bone; several of one name count by their mean. */
typedef struct hw_bone_measurement {
  const char *name; /**< "maximum-length", … as in the reference table */
  double value_mm;  /**< above 0 */
} hw_bone_measurement;

/** A bone, tooth or fragment, or a sample of which nothing else is known. Set up by
 * hw_specimen_init; texts are borrowed. */
typedef struct hw_specimen {
  const char *id;
  const char *accession, *site; /**< box and place; "" = not known */
  const char *element; /**< "femur", "xương đùi", "rib 5", "tooth 36"; "" = not known */
  hw_side side;
  const char *portion;         /**< "proximal half", "complete"; "" = not stated */
  const char *zones;           /**< zones that are present, parted by ';'; goes before portion */
  double completeness;         /**< share of the element, 0 … 1; NaN = not stated */
  hw_sex sex;                  /**< as anthropology estimates it */
  double age_from_y, age_to_y; /**< at death; NaN = open */
  double stature_cm, stature_se_cm; /**< NaN = not estimated */
  double east_m, north_m, depth_m;  /**< in the site's grid; NaN = not known */
  int32_t n_measurements;
  const hw_bone_measurement *measurements;
  int32_t n_profiles;
  const int32_t *profiles; /**< indices of the problem's remains: the samples cut from it */
  int32_t individual;      /**< specimens of one number ≥ 0 are known to be one person; −1 */
} hw_specimen;

/** Nothing known but the name. */
HW_API void hw_specimen_init(hw_specimen *self, const char *id);

typedef struct hw_reassociate_problem {
  int32_t n_specimens;
  const hw_specimen *specimens;
  int32_t n_markers; /**< may be 0 */
  const hw_marker *markers;
  double theta; /**< 0 ≤ theta < 1 */
  int32_t n_remains;
  const hw_remains *remains; /**< sex: by DNA */
} hw_reassociate_problem;

/* --- elements of the skeleton --- */

/** A line of the table of elements. */
typedef struct hw_element {
  const char *name;  /**< English, as reports name it */
  const char *latin; /**< and other names, parted by '|' */
  const char *vietnamese;
  int32_t per_side; /**< number on each side of a body; 0 = not paired */
  int32_t midline;  /**< number in the midline; 0 = paired */
  bool is_long;     /**< has the five zones of a long bone */
} hw_element;
/** All elements. @return their number */
HW_API int32_t hw_elements(const hw_element **out);
/** Element of a text, diacritics and case folded, with a number ("rib 5", "T7", "tooth 36").
 * @param number  [out] which one of the series, 0 = not said
 * @param side    [out] side that the text itself says, or HW_SIDE_UNKNOWN
 * @return index, or −1 = not in the table */
HW_API int32_t hw_element_find(const char *text, int32_t *number, hw_side *side);

/* --- osteometric reference --- */

/** What two bones of one person have in common, from a reference collection. */
typedef struct hw_osteometry hw_osteometry;

/** How a difference is formed. */
typedef enum hw_osteometry_form {
  HW_OSTEOMETRY_ABSOLUTE = 0, /**< Σ |left − right| of one element */
  HW_OSTEOMETRY_SIGNED,       /**< Σ (left − right) */
  HW_OSTEOMETRY_REGRESSION    /**< ln Σ(second) on ln Σ(first), of two elements */
} hw_osteometry_form;

/** A line of the reference table. */
typedef struct hw_osteometry_relation {
  hw_osteometry_form form;
  int32_t first, second;  /**< elements; equal for a left-right pair */
  int32_t n_measurements; /**< shared ones of a pair; of the first */
  const char *const *measurements;
  int32_t n_second; /**< regression: of the second */
  const char *const *second_measurements;
  int32_t n;                     /**< persons in the reference */
  double mean, sd;               /**< of D under one person; regression: standard error sd */
  double slope, intercept;       /**< regression */
  double mean_x, sd_x;           /**< regression: of ln Σ(first) */
  double random_mean, random_sd; /**< of D between two random persons; regression: of ln Σ(second)
                                      in the population. sd 0 = not known: no LR */
  const char *source;
} hw_osteometry_relation;

/** Reads a table from CSV (docs/reassociation.md). @return HW_OK; HW_E_SYNTAX, HW_E_VALUE,
 * HW_E_UNKNOWN_KEY, HW_E_REFERENCE (an element), with line and column; HW_E_NOT_FOUND … */
HW_API HW_MUST_CHECK hw_status hw_osteometry_read(const char *path, hw_osteometry **out,
                                                  hw_err *err);
HW_API HW_MUST_CHECK hw_status hw_osteometry_parse(const char *bytes, size_t n_bytes,
                                                   const char *name, hw_osteometry **out,
                                                   hw_err *err);
HW_API void hw_osteometry_delete(hw_osteometry *self);
HW_API int32_t hw_osteometry_relations(const hw_osteometry *self,
                                       const hw_osteometry_relation **out);

/** What the reference says of one value. */
typedef struct hw_osteometry_result {
  double d; /**< difference; regression: seen − predicted ln Σ */
  double t; /**< Student's t of D */
  int32_t df;
  double p_two;    /**< two-sided, as is usual; small also for bones that are too alike */
  double p_upper;  /**< P(a true pair differs at least as much): absolute D: upper tail, else
                         two-sided */
  double log10_lr; /**< density under one person over density under two; NaN = not known */
} hw_osteometry_result;
/** Compares sums: @p first and @p second are Σ of measurements, or D in @p first (pairs). */
HW_API hw_osteometry_result hw_osteometry_compare(const hw_osteometry_relation *relation,
                                                  double first, double second);
/** P(|T| ≥ |t|) of Student's t with @p df degrees of freedom. */
HW_API double hw_student_two_sided(double t, double df);

/* --- what is asked --- */

/** Evidence that can be left out, a set of bits. */
enum {
  HW_WITHOUT_DNA = 1,
  HW_WITHOUT_BONES = 2,
  HW_WITHOUT_SEX = 4,
  HW_WITHOUT_AGE = 8,
  HW_WITHOUT_MEASUREMENTS = 16,
  HW_WITHOUT_PROVENIENCE = 32
};

/** A zeroed struct or NULL means the defaults; a single zero member means its default. */
typedef struct hw_reassociate_options {
  hw_likelihood_options likelihood;
  unsigned without;
  const hw_osteometry *osteometry; /**< borrowed; NULL = measurements say nothing */
  /** Concentration of the Chinese restaurant (Ewens) prior: two specimens are of one person with
   * probability 1/(1 + concentration) before any evidence. 0 = half the number of specimens. */
  double concentration;
  /** ln weight of every partition into 0 … n_numbers − 1 groups, instead of the Ewens prior; more
   * are impossible. hw_reassociate_number_prior makes it from a distribution of persons. */
  const double *ln_number;
  int32_t n_numbers;
  double sex_error;        /**< of anthropology; 0 = 0.05 */
  double sample_sex_error; /**< of DNA; 0 = 0.001 */
  double male;             /**< prior; 0 = 0.5 */
  double age_error;        /**< P(the range does not hold the age); 0 = 0.05 */
  double other_accession;  /**< prior weight of a link between boxes of a site; 0 = 0.3 */
  double other_site;       /**< … between sites; 0 = 0.01 */
  double distance_m;       /**< links between bones with coordinates weigh
                                other_accession + (1 − other_accession) · exp(−d/distance_m)
                                whatever their box; 0 = 3 */
  double ignore;           /**< pairs whose R is below count as impossible; 0 = 1e-9 */
  int32_t max_exact;       /**< specimens of a component; 0 = 14, at most 18 */
  int32_t n_alternatives;  /**< of each component; 0 = 5 */
  uint64_t seed;           /**< of the Markov chain */
  int64_t chain_sweeps;    /**< of one chain, after as many for settling; 0 = 40,000 / specimens of
                                the component, 100 to 2,000 */
  int32_t n_chains;        /**< 0 = 4 */
} hw_reassociate_options;

typedef struct hw_reassociate hw_reassociate;

/** Prepares. Problem and options are borrowed until hw_reassociate_delete.
 * @return HW_OK; HW_E_SHAPE (no specimen, a profile twice); HW_E_VALUE (an option, a measurement,
 *         an age out of range); HW_E_DUPLICATE (two specimens of one name); HW_E_REFERENCE (a
 *         profile that is not there); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_reassociate_new(const hw_reassociate_problem *problem,
                                                  const hw_reassociate_options *options,
                                                  hw_reassociate **out, hw_err *err);
HW_API void hw_reassociate_delete(hw_reassociate *self);

/** Computes everything below. Once.
 * @param progress  called now and then; true = stop. NULL = never
 * @return HW_OK; HW_E_INTERRUPTED; HW_E_VALUE if a confirmed individual is impossible;
 *         HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_reassociate_run(hw_reassociate *self,
                                                  bool (*progress)(void *context, uint64_t done,
                                                                   uint64_t all),
                                                  void *context, hw_err *err);

/** ln R of any group of specimens, each factor by itself. */
typedef struct hw_reassociate_factors {
  double dna, bones, sex, age, measurements, provenience; /**< natural logarithms */
  double total;
} hw_reassociate_factors;
HW_API HW_MUST_CHECK hw_status hw_reassociate_group_factors(const hw_reassociate *self,
                                                            const int32_t *specimens, int32_t n,
                                                            hw_reassociate_factors *out,
                                                            hw_err *err);

/* --- results --- */

typedef struct hw_reassociate_summary {
  bool is_exact;
  int32_t n_components; /**< of two specimens at least */
  int32_t n_chained, n_largest;
  int64_t n_ignored;              /**< pairs of finite R that counted as impossible */
  double concentration;           /**< that was used; NaN with ln_number */
  double best_posterior;          /**< of the best partition as a whole; NaN with a chain */
  double r_hat, effective, error; /**< worst of the chains (hw_joint_component has the same); NaN */
} hw_reassociate_summary;
HW_API hw_reassociate_summary hw_reassociate_summarise(const hw_reassociate *self);

/** A group of the best partition. */
typedef struct hw_reassociate_group {
  int32_t n;
  const int32_t *specimens;  /**< ascending */
  const double *belongs;     /**< per specimen: P(with all the others | the others are one) */
  double probability;        /**< that these and no others are one person */
  double together;           /**< that these, perhaps with others, are one person */
  hw_reassociate_factors ln; /**< against all being different persons */
  double log10_lr_sibs;      /**< least over its typed specimens: one person against this one being
                                  a full sibling of the rest, DNA alone; NaN = fewer than two typed */
  int32_t component;
} hw_reassociate_group;
/** Largest first, then by the first specimen. */
HW_API int32_t hw_reassociate_groups(const hw_reassociate *self, const hw_reassociate_group **out);
/** Group of a specimen in the best partition. */
HW_API int32_t hw_reassociate_group_of(const hw_reassociate *self, int32_t specimen);

/** A partition of one component. */
typedef struct hw_reassociate_alternative {
  int32_t component;
  int32_t n;                /**< specimens of the component */
  const int32_t *specimens; /**< ascending */
  const int32_t *group;     /**< of each, numbered from 0 in the order of specimens */
  double posterior;
} hw_reassociate_alternative;
/** By component, best first. */
HW_API int32_t hw_reassociate_alternatives(const hw_reassociate *self,
                                           const hw_reassociate_alternative **out);

/** P(two specimens are of one person | everything). @param complement [out] or NULL */
HW_API double hw_reassociate_posterior(const hw_reassociate *self, int32_t a, int32_t b,
                                       double *complement);

typedef struct hw_reassociate_pair {
  int32_t a, b;
  hw_reassociate_factors ln;
  double posterior, complement;
  int32_t n_common;                  /**< markers typed in both */
  int32_t n_differ;                  /**< of them, those that no one genotype explains */
  hw_osteometry_result measurements; /**< d NaN = not comparable */
} hw_reassociate_pair;
/** Pairs of posterior ≥ @p least, or of DNA log10 LR ≥ @p least_log10_lr. @param pairs [out] free() */
HW_API HW_MUST_CHECK hw_status hw_reassociate_pairs(const hw_reassociate *self, double least,
                                                    double least_log10_lr,
                                                    hw_reassociate_pair **pairs, int32_t *n_pairs,
                                                    hw_err *err);

/** How else two persons may be related. */
typedef enum hw_kinship_alternative {
  HW_ALTERNATIVE_UNRELATED = 0,
  HW_ALTERNATIVE_FULL_SIBS,
  HW_ALTERNATIVE_PARENT_CHILD,
  HW_ALTERNATIVE_HALF_SIBS,
  HW_ALTERNATIVE_UNCLE,
  HW_ALTERNATIVE_COUSINS,
  HW_ALTERNATIVE_COUNT
} hw_kinship_alternative;
HW_API const char *hw_kinship_alternative_name(hw_kinship_alternative alternative);
/** log10 of P(profiles | all of one person) over P(profiles | those of @p second are another's, so
 * related to the first), through hw_likelihood: theta, dropout, typing error and mutation as there.
 * @param is_second  n_profiles flags; NULL for UNRELATED = every profile another person's
 * @return as hw_likelihood; NaN if both are impossible */
HW_API HW_MUST_CHECK hw_status hw_same_person_lr(int32_t n_markers, const hw_marker *markers,
                                                 double theta, int32_t n_profiles,
                                                 const hw_profile *profiles, const bool *is_second,
                                                 hw_kinship_alternative alternative,
                                                 const hw_likelihood_options *options,
                                                 double *log10_lr, hw_err *err);

/* --- contradictions --- */

typedef enum hw_contradiction_kind {
  HW_CONTRADICTION_ELEMENT = 0, /**< "repeated-element" */
  HW_CONTRADICTION_SEX,         /**< "sex" */
  HW_CONTRADICTION_AGE,         /**< "age" */
  HW_CONTRADICTION_STATURE,     /**< "stature" */
  HW_CONTRADICTION_PROFILE,     /**< "profile": samples of one specimen or individual exclude */
  HW_CONTRADICTION_SITE,        /**< "site": one person in two places */
  HW_CONTRADICTION_SIZE         /**< "size": measurements exclude each other */
} hw_contradiction_kind;
HW_API const char *hw_contradiction_code(hw_contradiction_kind kind);

typedef struct hw_contradiction {
  hw_contradiction_kind kind;
  int32_t a, b;  /**< specimens; b = −1: within a */
  int32_t group; /**< of the best partition that holds both; −1: DNA says one person, the rest of
                      the evidence parts them */
  const char *text;
} hw_contradiction;
/** Also what keeps apart two specimens whose DNA says one person (log10 LR ≥ 4). */
HW_API int32_t hw_reassociate_contradictions(const hw_reassociate *self,
                                             const hw_contradiction **out);

/* --- numbers of individuals --- */

/** Counts of one element; L and R are non-repeating portions (the zone that occurs most often). */
typedef struct hw_element_count {
  int32_t element;
  int32_t left, right, midline, unknown; /**< for series: persons that so many take */
  int32_t pairs;                         /**< left and right of one group of the best partition */
  int32_t least;                         /**< individuals that this element alone proves */
  int32_t least_by_pairs;                /**< L + R − P; = least where not paired */
} hw_element_count;

/** Number of individuals from pairs (Adams & Konigsberg 2004). */
typedef struct hw_number_estimate {
  double lincoln;  /**< Σ L·R / Σ P; NaN if no pair */
  double mlni;     /**< most likely number: the mode of the posterior, which for one element is
                        ⌊(L+1)(R+1)/(P+1) − 1⌋; NaN */
  double mean;     /**< of the posterior; +inf with a single pair */
  double recovery; /**< 2P / (L + R) */
  int32_t lowest;  /**< of the posterior: max(L + R − P) */
  int32_t n_masses;
  const double *masses; /**< P(N = lowest + i) */
  double tail;       /**< P(N beyond the masses), estimated; below 1e-9, or n_masses is 100,000 */
  int32_t low, high; /**< highest-density region */
  double covered;    /**< by it, at least 0.95 */
  void *storage;
} hw_number_estimate;

/** Posterior p(N | L, R, P) ∝ Π_elements Hyper(P; L, R, N) / (N + 1), and the figures above. Free
 * with hw_number_estimate_clear. Elements without pairs say nothing here.
 * @return HW_OK; HW_E_VALUE (P above L or R, negative counts); with no pair at all everything is
 *         NaN and n_masses 0 */
HW_API HW_MUST_CHECK hw_status hw_number_estimate_make(int32_t n_elements,
                                                       const hw_element_count *counts,
                                                       hw_number_estimate *out, hw_err *err);
HW_API void hw_number_estimate_clear(hw_number_estimate *self);

/** Counts of a box, a site, or all. */
typedef struct hw_commingling {
  const char *name; /**< accession or site; "" = all */
  int32_t n_specimens;
  int32_t n_elements;
  const hw_element_count *elements;
  int32_t least;          /**< minimum number of individuals: most over elements */
  int32_t least_by_pairs; /**< with pairs */
  int32_t groups;         /**< of the best partition that have a specimen here */
} hw_commingling;
/** All first, then sites (if several), then accessions (if several). */
HW_API int32_t hw_reassociate_counts(const hw_reassociate *self, const hw_commingling **out);

/** Where in a skeleton a bone belongs, as its texts say. */
typedef struct hw_bone_place {
  int32_t element; /**< −1 = not in the table */
  int32_t number;  /**< of a series; 0 = not said */
  hw_side side;
  double from,
      to;       /**< the part of a long bone that is there, 0 = proximal end, 1 = distal end; both
                        0 = all of it, or not known */
  bool is_part; /**< a fragment, not known of which part of the length */
} hw_bone_place;

/** What a lot of bones proves by itself, without any run.
 * @param group   per specimen: whose it is taken to be, from 0; −1 = nobody's. NULL = all nobody's
 * @param places  [out] per specimen
 * @param counts  [out] room for all elements; those that occur, in the order of the table
 * @return HW_OK; HW_E_VALUE (a group below −1); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_inventory_make(int32_t n, const hw_specimen *specimens,
                                                 const int32_t *group, hw_bone_place *places,
                                                 hw_element_count *counts, int32_t *n_counts,
                                                 hw_err *err);

/** Weights for ln_number from P(the lot comes from lowest + i persons), each specimen from any of
 * them alike: ln Σ_N p(N) N!/((N−k)! N^n). @param ln_number [out] n_specimens + 1 values */
HW_API void hw_reassociate_number_prior(int32_t n_specimens, int32_t lowest, int32_t n_masses,
                                        const double *masses, double *ln_number);

#ifdef __cplusplus
}
#endif
#endif
