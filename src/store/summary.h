/** @file
 * Counts of what stands in a case database, for `homeward status`.
 */
#ifndef HW_STORE_SUMMARY_H
#define HW_STORE_SUMMARY_H

#include "store/store.h"

/** Records in use (not withdrawn) of a kind that one word describes. */
typedef struct hw_tally {
  const char *word; /**< constant, not ended by NUL; its length is `n_word` */
  int n_word;
  int64_t count;
} hw_tally;

/** Most words of one kind. */
#define HW_TALLY_MAX 12

/** Counts of a kind: persons by role; profiles and samples by "reference" (of a person) and
 * "remains"; what has states by state; all others as "all". They are kept with every change, so
 * that a million records are counted as fast as ten. @return in *n the number of words */
HW_MUST_CHECK hw_status hw_store_tally(hw_store *self, hw_kind_id kind, hw_tally out[HW_TALLY_MAX],
                                       int *n, hw_err *err);

/** The same of the records with this value in an indexed field. They are read, so that it takes
 * longer the more there are. @param most  records that are read
 * @param is_cut  [out] there are more: the counts are too small */
HW_MUST_CHECK hw_status hw_store_tally_of(hw_store *self, hw_kind_id kind, int field, int64_t value,
                                          int64_t most, hw_tally out[HW_TALLY_MAX], int *n,
                                          bool *is_cut, hw_err *err);

/** Weak families that are named. */
#define HW_SUMMARY_WEAKEST 10

/** Numbers that no single field holds. */
typedef struct hw_summary {
  int64_t n_families;      /**< in use */
  int64_t n_remains;       /**< samples in use of no known person */
  int64_t n_remains_typed; /**< those of whom STR, SNPs or a haplotype are known */
  int64_t n_remains_str, n_remains_snp, n_remains_lines; /**< of which, by kind */
  int64_t n_references;                                  /**< STR profiles of persons */
  int64_t n_references_snp, n_references_lines;          /**< their SNP profiles and haplotypes */
  int64_t n_untyped_families; /**< families that miss somebody and have no typed reference */
  int64_t n_weak;             /**< missing persons whose family's expected log10 LR is below what a
                                    proposal needs, by the newest run that evaluated families */
  int64_t n_left_out;         /**< missing persons that the last run could not evaluate */
  int n_weakest;
  int64_t
      weakest[HW_SUMMARY_WEAKEST]; /**< power records of the weakest, the least expected first */
  int64_t weak_run;                /**< the run that says so; 0 = none */
  int64_t last_run, last_import;   /**< records; 0 = none */
  int64_t last_run_entry, last_import_entry, last_backup_entry; /**< audit entries; 0 = none */
} hw_summary;

HW_MUST_CHECK hw_status hw_store_summary(hw_store *self, hw_summary *out, hw_err *err);

/** Candidates in use that somebody has reviewed, in the order of their ids: few of many. Asks one
 * statement instead of one for each candidate.
 * @param ids  [out] free with free() */
HW_MUST_CHECK hw_status hw_store_reviewed(hw_store *self, int64_t **ids, int *n, hw_err *err);

#endif
