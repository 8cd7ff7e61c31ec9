/** @file
 * Evidence of the paternal and the maternal line: Y-STR haplotypes and mtDNA.
 *
 * A Y haplotype and an mtDNA sequence are each inherited as one: there is no
 * product over their markers. A match says that two persons share a line, and
 * everybody else of that line matches as well; how much it is worth depends on
 * how rare the haplotype is in the population.
 *
 * Rarity of a haplotype seen x times in a database of n:
 *   - augmented counting, (x + 1)/(n + 1) (ISFG 2014, mtDNA) or (x + 2)/(n + 2)
 *     (ISFG 2020, Y-STR: suspect and trace both added);
 *   - upper bound of Clopper & Pearson (1934);
 *   - κ of Brenner (2010) for haplotypes that were never seen;
 *   - the discrete Laplace mixture for Y-STR (Andersen, Eriksen & Morling 2013).
 *
 * In identification (hw_lineage_weigh): LR = P(haplotype of the remains | haplotype of the nearest
 * reference, meioses between it and the missing person) / P(it | a person of the population).
 *
 * Example:
 * @code
 *   hw_lineage_options options = {.mt_stated_n = 1000, .y_stated_n = 1000};
 *   hw_lineage_case family = {.pedigree = &pedigree, .mt = mt_of_persons};
 *   hw_lineage_evidence found;
 *   s = hw_lineage_weigh(&family, missing, bone, NULL, &options, &found, &err);
 *   double log10_lr = found.mt.log10_lr;
 * @endcode
 */
#ifndef HOMEWARD_LINEAGE_H
#define HOMEWARD_LINEAGE_H

#include <stdbool.h>

#include "homeward/mtdna.h"
#include "homeward/pedigree.h"
#include "homeward/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- rarity by counting --- */

/** (x + added)/(n + added). @param added 1 for mtDNA (Parson et al. 2014), 2 for Y-STR (Roewer et
 * al. 2020) */
HW_API double hw_rarity_counted(int64_t x, int64_t n, int added);
/** Upper end of the one-sided interval of Clopper & Pearson (1934) at a confidence of
 * @p confidence: the p for which P(X ≤ x | n, p) = 1 − confidence; 1 where x = n. */
HW_API double hw_rarity_upper(int64_t x, int64_t n, double confidence);
/** Brenner's κ (2010): a haplotype that is new to a database of n has the match probability
 * (1 − κ)/(n + 1), κ = share of the n + 1 haplotypes, the new one included, that were seen once.
 * @param n_once  haplotypes of the database that were seen once */
HW_API double hw_rarity_kappa(int64_t n_once, int64_t n);

/* --- Y-STR: the discrete Laplace mixture --- */

/** Most markers of a haplotype. */
#define HW_LAPLACE_MAX_MARKERS 64
/** Most clusters. */
#define HW_LAPLACE_MAX_CLUSTERS 64

/** Haplotypes of whole repeats: alleles of n_markers single-copy markers each. */
typedef struct hw_y_table {
  int32_t n_markers;
  int32_t n_haplotypes;
  const int32_t *alleles; /**< n_haplotypes × n_markers; repeats */
  const int32_t *counts;  /**< how often each was seen; NULL = once */
} hw_y_table;

typedef struct hw_laplace_options {
  int32_t least_clusters; /**< 0 = 1 */
  int32_t most_clusters;  /**< 0 = until BIC rises three times in a row */
  int32_t most_steps;     /**< of EM for one number of clusters; 0 = 1,000 */
} hw_laplace_options;

/** Σ_j τ_j Π_k (1 − p_jk)/(1 + p_jk) · p_jk^|a_k − y_jk|, ln p_jk = ω_j + λ_k: clusters j with
 * centres y_j, markers k (Andersen et al. 2013, eq. 1 and 5). Fitted by EM from deterministic
 * starts, centres moved to weighted medians until none moves; the number of clusters is that with
 * the least BIC. */
typedef struct hw_laplace {
  int32_t n_markers, n_clusters;
  const double *share;   /**< τ, n_clusters */
  const int32_t *centre; /**< y, n_clusters × n_markers */
  const double *ratio;   /**< p, n_clusters × n_markers */
  double ln_likelihood;  /**< of the table */
  double bic;            /**< −2·ln_likelihood + parameters·ln(n) */
  int32_t n_parameters;  /**< centres, ω and λ less one, shares less one */
  int32_t n_steps;       /**< EM steps of the last round */
  void *storage;         /**< private */
} hw_laplace;

/** Fits the mixture. Free with hw_laplace_delete.
 * @param options NULL = defaults
 * @return HW_OK; HW_E_SHAPE (no haplotypes, no or too many markers); HW_E_VALUE (a negative allele
 *         or count); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_laplace_fit(const hw_y_table *table,
                                              const hw_laplace_options *options, hw_laplace **out,
                                              hw_err *err);
HW_API void hw_laplace_delete(hw_laplace *self);
/** Probability of a haplotype, n_markers alleles. */
HW_API double hw_laplace_probability(const hw_laplace *self, const int32_t *alleles);

/** P(difference of repeats in all markers | meioses between two men of one line): at each marker
 * Σ over the number of mutations of one repeat each, up or down with the same probability
 * (Roewer et al. 2020; single-step model). Missing alleles are negative and count nothing.
 * @param rate_per_meiosis  n_markers mutation rates */
HW_API double hw_y_transition(int32_t n_markers, const int32_t *from, const int32_t *to,
                              const double *rate_per_meiosis, int32_t meioses);

/* --- who is of which line --- */

typedef enum hw_line { HW_LINE_MATERNAL = 0, HW_LINE_PATERNAL } hw_line;

/** As far as the pedigree says, two persons are of different lines. */
#define HW_LINE_OTHER ((int32_t)-1)

/** Meioses between two persons along a line, up to the nearest common mother (or father) and down
 * again, through whoever is untyped. 0 = the same person or identical twins. A woman has no paternal
 * line here (no Y); a person of unknown sex may have one.
 * @param pedigree  valid (hw_pedigree_validate)
 * @param n_meioses [out] or HW_LINE_OTHER
 * @return HW_OK; HW_E_REFERENCE (no such person); HW_E_PEDIGREE; HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_lineage_meioses(const hw_pedigree *pedigree, int32_t person,
                                                  int32_t other, hw_line line, int32_t *n_meioses,
                                                  hw_err *err);

/* --- Y haplotypes as laboratories report them --- */

/** Most alleles at one marker, and most markers. */
#define HW_Y_COPIES 4
#define HW_Y_MAX_MARKERS 128

typedef struct hw_y_marker {
  const char *name;
  int32_t n_copies;        /**< 1; 2 for DYS385a/b and DYF387S1: an unordered pair */
  double rate_per_meiosis; /**< mutations of one copy */
} hw_y_marker;

/** The markers of a set of haplotypes. A haplotype is a row of n_markers × HW_Y_COPIES alleles in
 * tenths of a repeat (17 = 170, 17.2 = 172), ascending, filled up with 0; a marker that begins with
 * 0 was not typed. */
typedef struct hw_y_panel {
  int32_t n_markers;
  const hw_y_marker *markers;
} hw_y_panel;

typedef struct hw_y_comparison {
  int32_t n_shared;      /**< markers that are typed in both */
  int32_t n_differences; /**< of them, markers whose alleles are not the same */
  int32_t n_irregular;   /**< of these, such as single steps cannot explain: another number of
                              copies, or partial repeats on one side */
} hw_y_comparison;

/** Compares two rows. Symmetric. */
HW_API void hw_y_compare(const hw_y_panel *panel, const int16_t *a, const int16_t *b,
                         hw_y_comparison *out);

/** P(alleles of a marker in `to` | those in `from`, meioses): single steps of whole repeats (as
 * hw_y_transition), each copy by itself; the copies of a pair have no order, so that it is the sum
 * over the distinct orders of `to`. 0 where the difference is irregular.
 * @param from,to  HW_Y_COPIES alleles, both typed */
HW_API double hw_y_marker_transition(const hw_y_marker *marker, const int16_t *from,
                                     const int16_t *to, int32_t meioses);

/* --- databases --- */

/** mtDNA haplotypes of a population. */
typedef struct hw_mt_database {
  const char *population; /**< for people; NULL = not told */
  int32_t n;
  const hw_mt *const *haplotypes;
  const int32_t *counts; /**< persons with each; NULL = one */
} hw_mt_database;

/** Persons of a database by the number of differences from a haplotype. */
typedef struct hw_mt_counts {
  int64_t x[4];       /**< 0, 1, 2, three or more differences */
  int64_t n;          /**< persons counted: all whose ranges hold the whole range compared */
  int64_t n_left_out; /**< persons that were sequenced in less */
  int64_t n_once;     /**< persons whose haplotype over the range nobody else has */
} hw_mt_counts;

/** Compares with everybody. @param options  NULL = the rules of casework */
HW_API HW_MUST_CHECK hw_status hw_mt_count(const hw_mt_database *self, const hw_mt *haplotype,
                                           const hw_mt_options *options, hw_mt_counts *out,
                                           hw_err *err);

/** Y haplotypes of a population. */
typedef struct hw_y_database {
  const char *population;
  const hw_y_panel *panel;
  int32_t n;
  const int16_t *rows;   /**< n × n_markers × HW_Y_COPIES */
  const int32_t *counts; /**< NULL = one */
} hw_y_database;

/** The discrete Laplace mixture over the markers of a database that it can describe: single-copy
 * markers that nine tenths of the men are typed at, in whole repeats. Men who lack one of them, or
 * have a partial repeat or a second copy there, are left out of the fit and told. */
typedef struct hw_y_model {
  hw_laplace *laplace;
  int32_t n_markers;
  int32_t markers[HW_LAPLACE_MAX_MARKERS]; /**< their places in the panel */
  int64_t n_fitted, n_left_out;            /**< men */
} hw_y_model;

/** Free with hw_y_model_clear. @return HW_OK; HW_E_DEGENERATE (no marker or man that fits);
 * HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_y_model_fit(const hw_y_database *database,
                                              const hw_laplace_options *options, hw_y_model *self,
                                              hw_err *err);
HW_API void hw_y_model_clear(hw_y_model *self);
/** Probability of a row at those markers of the model for which @p is_used is true (by place in the
 * panel); the others are summed out. Every marker used must be of the model and in whole repeats. */
HW_API double hw_y_model_probability(const hw_y_model *self, const bool *is_used,
                                     const int16_t *row);

/* --- evidence --- */

typedef enum hw_lineage_verdict {
  HW_LINEAGE_NONE = 0,     /**< nothing to compare */
  HW_LINEAGE_SAME,         /**< no difference: not excluded */
  HW_LINEAGE_INCONCLUSIVE, /**< few: neither excluded nor supported */
  HW_LINEAGE_DIFFERENT     /**< excluded by this line */
} hw_lineage_verdict;

typedef enum hw_rarity_method {
  HW_RARITY_COUNTED = 0, /**< (x + 1)/(n + 1) for mtDNA, (x + 2)/(n + 2) for Y */
  HW_RARITY_UPPER,       /**< Clopper & Pearson */
  HW_RARITY_KAPPA,       /**< Brenner's κ where x = 0; else counted */
  HW_RARITY_LAPLACE      /**< Y only */
} hw_rarity_method;

/** Substitutions per position and meiosis. 0 = the default.
 * Control region (16024–576): 3 in 705 transmissions of the two hypervariable regions
 * (Sigurðardóttir, Helgason, Gulcher, Stefánsson & Donnelly 2000, Am J Hum Genet 66:1599), taken as
 * 610 positions (16024–16365, 73–340). Elsewhere: 9 in 345 transmissions of the whole molecule,
 * heteroplasmies included (Connell et al. 2022, Sci Rep 12:6827). */
typedef struct hw_mt_rates {
  double control_region, elsewhere;
} hw_mt_rates;

typedef struct hw_lineage_options {
  const hw_mt_database *mt_database; /**< NULL: mt_stated_x in mt_stated_n persons */
  int64_t mt_stated_x, mt_stated_n;
  hw_rarity_method mt_method;
  hw_mt_options mt_compare;
  hw_mt_rates mt_rates;
  const hw_y_database *y_database; /**< NULL: y_stated_x in y_stated_n men */
  const hw_y_model *y_model;       /**< needed by HW_RARITY_LAPLACE; of y_database's panel */
  int64_t y_stated_x, y_stated_n;
  hw_rarity_method y_method;
  int32_t y_most_inconclusive; /**< differing markers that do not exclude; 0 = 2, negative = none */
  double confidence;           /**< of HW_RARITY_UPPER; 0 = 0.95 */
} hw_lineage_options;

/** A family. */
typedef struct hw_lineage_case {
  const hw_pedigree *pedigree;
  const hw_mt *const *mt;    /**< by person; NULL where not typed; NULL = nobody */
  const hw_y_panel *y_panel; /**< of `y`, of the remains, and of the databases */
  const int16_t *const *y;   /**< by person; NULL where not typed; NULL = nobody */
} hw_lineage_case;

/** What one line says. Facts for a report; hw_lineage_clause makes sentences of them. */
typedef struct hw_lineage_result {
  hw_lineage_verdict verdict;
  int32_t reference;    /**< person that the ratio is with: of those of the line who share something
                              with the remains, the one with the fewest meioses (the first of such);
                              HW_PERSON_NONE */
  int32_t meioses;      /**< between that person and the missing one */
  int32_t n_references; /**< typed persons of the line */
  int32_t n_compared;   /**< positions, or markers */
  int32_t n_differences; /**< from the remains */
  int32_t n_mixed;       /**< mtDNA: places that agree only through a mixture */
  int32_t n_omitted;     /**< Y: markers that were compared but are not in the ratio */
  int32_t contrary[2];   /**< references of the line that differ most from each other;
                              HW_PERSON_NONE if none do */
  int32_t n_contrary;    /**< differences between these two */
  hw_rarity_method method;
  const char *population; /**< of the database; NULL = stated figures, or not told */
  bool is_stated;
  int64_t x, n;       /**< of the rarity */
  int64_t n_left_out; /**< persons of the database that lack what is compared */
  double rarity;      /**< P(as many differences, or this haplotype | population) */
  double log10_given; /**< log10 of the numerator; −inf = impossible */
  double log10_lr;    /**< 0 where there is nothing to compare */
} hw_lineage_result;

typedef struct hw_lineage_evidence {
  hw_lineage_result mt, y;
} hw_lineage_evidence;

/** Weighs remains against a missing person by both lines.
 *
 * mtDNA. D = differences over what both cover; mutations are Poisson with mean
 * λ = meioses · Σ rates of the positions compared. With a database the ratio is that of D in the
 * classes 0, 1, 2, three or more: P(D | λ) / (share of the population at as many differences from the
 * reference). With stated figures: Poisson(D; λ) / (C(L, D) 3^D) / rarity for this very haplotype, and
 * P(D ≥ 3 | λ) for an excluded one. A difference between samples of one person (no meiosis between
 * them) counts as if there were one: it is a mixture or a somatic mutation.
 *
 * Y. Π P(alleles | alleles of the reference, meioses) / P(haplotype of the remains | population), both
 * over the markers typed in both; irregular differences are in neither and are told (n_omitted), but
 * count as differences. A step that takes more meioses than there are is computed as if there were
 * as many as it takes: mutations of several repeats exist, and this does not make them likelier than
 * they are. log10_lr is −inf only where a rate is 0.
 *
 * @param remains_mt,remains_y  NULL = not typed
 * @return HW_OK; HW_E_VALUE (options); HW_E_UNSUPPORTED (Laplace for mtDNA, or without a model);
 *         HW_E_REFERENCE (missing person); HW_E_SHAPE (no panel for the Y haplotypes, too many
 *         markers); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_lineage_weigh(const hw_lineage_case *family, int32_t missing,
                                                const hw_mt *remains_mt, const int16_t *remains_y,
                                                const hw_lineage_options *options,
                                                hw_lineage_evidence *out, hw_err *err);

typedef enum hw_lineage_language {
  HW_LINEAGE_ENGLISH = 0,
  HW_LINEAGE_VIETNAMESE
} hw_lineage_language;

/** Bytes of the clause of one line, NUL included. */
#define HW_LINEAGE_CLAUSE_SIZE 2048

/** Writes what a report must say of one line: the finding, the figures, what the ratio is against,
 * and that everybody of the line has the same haplotype. UTF-8. @return @p text */
HW_API char *hw_lineage_clause(const hw_lineage_result *self, hw_line line,
                               hw_lineage_language language, char text[HW_LINEAGE_CLAUSE_SIZE]);

/* --- the filter of a search --- */

/** Haplotypes of many samples or of many families' references; NULL entries = not typed. */
typedef struct hw_lineage_rows {
  int32_t n;
  const hw_mt *const *mt;  /**< NULL = none */
  const int16_t *const *y; /**< NULL = none */
} hw_lineage_rows;

typedef struct hw_lineage_limits {
  int32_t most_mt_differences; /**< 0, 1 or 2: more exclude */
  int32_t most_y_differences;  /**< differing markers that do not exclude */
} hw_lineage_limits;

typedef enum hw_lineage_reason {
  HW_LINEAGE_BY_MT = 1, /**< bits */
  HW_LINEAGE_BY_Y = 2
} hw_lineage_reason;

/** Which samples a query excludes by its lines: what is not typed, or shares nothing, excludes
 * nobody. Exact: what hw_mt_compare and hw_y_compare say. Thread-safe; the queries of a search may
 * be divided among threads.
 * @param y_panel  NULL if there are no Y haplotypes
 * @param reasons  [out] samples->n sets of hw_lineage_reason; 0 = not excluded
 * @param n_excluded [out] samples with a reason
 * @return HW_OK; HW_E_VALUE (limits); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_lineage_filter(const hw_lineage_rows *samples,
                                                 const hw_lineage_rows *queries, int32_t query,
                                                 const hw_y_panel *y_panel,
                                                 const hw_lineage_limits *limits, uint8_t *reasons,
                                                 int32_t *n_excluded, hw_err *err);

#ifdef __cplusplus
}
#endif
#endif
