/** @file
 * The search of an investigation by all that it has: STR, SNP profiles, mtDNA and Y.
 *
 * STR profiles and SNP profiles are searched each by its own engine (search.h, snp_search.h), from a
 * lower ratio on than the one that is asked for; what either finds is weighed by all kinds of
 * evidence together (evidence.h), and the total decides what is kept. With an `each` of half the
 * threshold no pair whose STR and SNP ratios together reach it is missed by both scans.
 *
 *   hw_snp_searched    the input of the SNP engine, from a stored case
 *   hw_wide_found      what was kept: parts, total, posterior, who else it may be, what is proposed
 *   hw_wide_store      it as a run with its comparisons
 *
 * A line may exclude a pair: it is not proposed then, and listed apart where the other kinds
 * alone reach the threshold.
 *
 * Example:
 * @code
 *   s = hw_evidence_case_load(&app, &what, NULL, &stored, &evidence, err);
 *   if (s == HW_OK) s = hw_snp_searched_init(&stored.problem, evidence, &searched, err);
 *   if (s == HW_OK) s = hw_snp_search_run(&searched.input, &how, &go, &by_snp, err);
 *   const hw_wide_input input = {.problem = &stored.problem, .evidence = evidence,
 *                                .snp = &searched, .snp_results = by_snp};
 *   if (s == HW_OK) s = hw_wide_found_make(&input, &options, &go, &found, err);
 *   if (s == HW_OK) s = hw_wide_store(&app, &stored, &input, &found, "", false, &report, err);
 * @endcode
 */
#ifndef HW_APP_SEARCH_SNP_H
#define HW_APP_SEARCH_SNP_H

#include "app/evidence.h"
#include "app/search.h"
#include "homeward/population.h"
#include "homeward/snp_search.h"

/** What of a case is searched by SNP profiles. */
typedef struct hw_snp_searched {
  hw_snp_search_input input;    /**< borrows the case and its evidence */
  const int32_t *remains;       /**< of each sample: its place in the case */
  const int32_t *family;        /**< of each family of the input: its place in the case */
  const int32_t *query_missing; /**< of each query: index in the family's list of missing persons */
  hw_arena arena;
} hw_snp_searched;

/** Makes it. Free with hw_snp_searched_clear, also after a failure; before case and evidence.
 * @return HW_OK, also if nobody is typed on one side (n_samples or n_queries is 0); HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_snp_searched_init(const hw_case *problem, const hw_evidence *evidence,
                                             hw_snp_searched *out, hw_err *err);
void hw_snp_searched_clear(hw_snp_searched *self);

/** Weighs references of different families, one of each, as what they are said to be: unrelated
 * (homeward/population.h). At most HW_SEARCH_CHECK_FAMILIES families and 100 pairs.
 * @param out  [out] free with hw_population_result_clear; n_pairs 0 = fewer than two families are typed
 * @return as hw_population_check */
HW_MUST_CHECK hw_status hw_snp_search_check_population(const hw_snp_search_input *input,
                                                       const hw_linked_options *linked,
                                                       hw_population_result *out, hw_err *err);
#define HW_SEARCH_CHECK_FAMILIES 60

/** Whether an input is still what was searched. @return HW_OK; HW_E_STATE with what is not the same;
 *         HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_snp_search_check_same(const hw_snp_search_input *planned,
                                                 const hw_snp_search_input *now, hw_err *err);

/** What of a case is searched by STR profiles, where it holds remains without any. */
typedef struct hw_str_searched {
  hw_case problem; /**< the case with these remains alone */
  hw_stored_search searched;
  const int32_t *remains; /**< of each sample: its place in the case */
  hw_arena arena;
} hw_str_searched;

/** Makes it. Free with hw_str_searched_clear, also after a failure; before the case.
 * @return HW_OK, also if nobody is typed on one side (n_samples or n_queries is 0);
 *         HW_E_UNSUPPORTED (linked markers); HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_str_searched_init(const hw_case *problem, hw_str_searched *out,
                                             hw_err *err);
void hw_str_searched_clear(hw_str_searched *self);

/** Finished searches of one case, either may be absent. Borrowed. */
typedef struct hw_wide_input {
  const hw_case *problem;
  hw_evidence *evidence;
  const hw_str_searched *str;
  const hw_search *str_search; /**< NULL = STR was not searched */
  const hw_snp_searched *snp;
  const hw_snp_search_results *snp_results; /**< NULL = SNP profiles were not searched */
} hw_wide_input;

/** Lines that exclude nobody. */
#define HW_WIDE_LINE_OFF (-1)

typedef struct hw_wide_options {
  double threshold;            /**< total, log10, from which a pair is kept */
  double each;                 /**< log10 LR from which STR or SNP alone made a pair be looked at */
  double floor;                /**< total from which a pair counts for `top` */
  int32_t top;                 /**< best pairs of every remains and missing person; 0 = none more */
  double accept;               /**< posterior from which an identification is proposed */
  double prior_none;           /**< as hw_search_options has it */
  double cut;                  /**< of the SNP screen, NaN = none; told, not used here */
  int32_t most_mt_differences; /**< more exclude a pair; HW_WIDE_LINE_OFF = none do */
  int32_t most_y_differences;
  const char *simd;
} hw_wide_options;

/** Missing persons of the families that are searched by either; NULL = by the other alone. */
int32_t hw_wide_count_targets(const hw_case *problem, const hw_str_searched *str,
                              const hw_snp_searched *snp);

/** Default `each` of a threshold. */
double hw_wide_each(double threshold, bool has_both);

/** A kept pair, by its places in the case. */
typedef struct hw_wide_pair {
  int32_t remains, family, missing; /**< the last: index in the family's list */
  int32_t target;                   /**< number of the missing person among those searched */
  unsigned found_by;                /**< HW_EVIDENCE_BIT of STR, SNP */
  hw_evidence_parts parts;
  double total;
  unsigned excluded_by; /**< of hw_lineage_reason; 0 = no line excludes it */
  int32_t n_markers;    /**< STR markers typed in the sample and in a relative */
  int32_t n_mismatches; /**< of them, impossible without mutation */
  double posterior, complement;
  hw_search_kin kin;   /**< close relative whom STR and SNP fit best */
  double log10_lr_kin; /**< STR and SNP of that relative against an unrelated person */
  bool is_kin;         /**< fits better than the missing person */
  bool is_proposed;
} hw_wide_pair;

/** A missing person whom no engine could search. */
typedef struct hw_wide_left_out {
  int32_t family, missing;
  const char *why; /**< one line */
} hw_wide_left_out;

typedef struct hw_wide_found {
  const hw_wide_options *options;
  unsigned kinds;    /**< that count: bits */
  int32_t n_targets; /**< missing persons searched by STR or SNP */
  double prior_each, prior_none;
  int64_t n_pairs, n_proposed;
  hw_wide_pair *pairs; /**< best first; those that a line excludes stand behind all others */
  int64_t n_apart;     /**< how many these are */
  int64_t n_looked_at; /**< pairs that were weighed */
  int32_t n_left_out;
  const hw_wide_left_out *left_out;
  double *per_marker; /**< STR, of each pair, as hw_found has it; zeros where STR says nothing */
  hw_arena arena;
} hw_wide_found;

/** Weighs all pairs that the searches found. Free with hw_wide_found_clear, also after a failure.
 * @return HW_OK; HW_E_INTERRUPTED; HW_E_NO_MEMORY; errors of the engines */
HW_MUST_CHECK hw_status hw_wide_found_make(const hw_wide_input *input,
                                           const hw_wide_options *options, const hw_search_go *go,
                                           hw_wide_found *out, hw_err *err);
void hw_wide_found_clear(hw_wide_found *self);

/** Stores it as a run with comparisons, as hw_search_store does. Remains without an STR profile get
 * a record that stands for it (anchor_profile.c). @return as hw_identification_store */
HW_MUST_CHECK hw_status hw_wide_store(hw_app *app, const hw_stored_case *stored,
                                      const hw_wide_input *input, const hw_wide_found *found,
                                      const char *reason, bool dry_run,
                                      hw_identification_report *report, hw_err *err);

#endif
