/** @file
 * Parts of pages that show genetic evidence: who is typed with what, profiles by marker, lists of
 * comparisons.
 *
 * Example:
 * @code
 *   hwp_typed typed;
 *   HW_TRY(hwp_typed_of_person(job, person, &typed, err));
 *   hwp_cell(job, typed.text);   // "21 STR, mtDNA"
 * @endcode
 */
#ifndef HW_WEB_PAGES_EVIDENCE_H
#define HW_WEB_PAGES_EVIDENCE_H

#include "web/pages.h"

/** Data of somebody or of a sample that are in use. */
typedef struct hwp_typed {
  int n_str;     /**< markers of the fullest STR profile */
  int64_t n_snp; /**< SNPs where something is known */
  bool has_mt, has_y;
  const char *text; /**< all of it in words; "" = nothing */
} hwp_typed;

HW_MUST_CHECK hw_status hwp_typed_of_person(hwp_job *job, int64_t person, hwp_typed *out,
                                            hw_err *err);
HW_MUST_CHECK hw_status hwp_typed_of_sample(hwp_job *job, int64_t sample, hwp_typed *out,
                                            hw_err *err);
/** Markers of a profile at which something was seen. */
int hwp_count_typed(const char *observations);

/** What a list of comparisons is about: that column is left out. */
typedef enum hwp_compared_of {
  HWP_COMPARED_RUN,
  HWP_COMPARED_FAMILY,
  HWP_COMPARED_SAMPLE
} hwp_compared_of;
/** Comparisons as a table, in their order. */
HW_MUST_CHECK hw_status hwp_comparison_table(hwp_job *job, const char *caption,
                                             hwp_compared_of about, int n, const hw_record *rows,
                                             hw_err *err);
/** Puts the comparisons of the newest run first, in it the largest ratios; withdrawn ones go.
 * @return how many are left */
int hwp_sort_comparisons(int n, hw_record *rows, bool by_run);

/** Profiles of one sample or person side by side, a small picture for each marker. */
HW_MUST_CHECK hw_status hwp_profile_panels(hwp_job *job, int n, const hw_record *profiles,
                                           hw_err *err);

/** Custody of items that hang together (a sample, its bone, its box): faults, a time line, a table. */
HW_MUST_CHECK hw_status hwp_custody_section(hwp_job *job, int n_items, const hw_record *items,
                                            hw_err *err);

#endif
