/** @file
 * One marker of one sample as a table writes it: from the cell to the observation.
 *
 * A cell is called when its alleles are known, and finished when it is also known
 * what the marker and the person admit: a single allele is one thing at an X
 * marker of a man and another at an autosomal one.
 *
 * Example:
 * @code
 *   hwp_call call;
 *   HW_TRY(hwp_call_cell(cell, marker_class, &call, err));          // "14/15", cut in place
 *   HW_TRY(hwp_call_finish(&call, &manner, &text, err));            // appends "14,15"
 * @endcode
 */
#ifndef HW_APP_PROFILE_CALL_H
#define HW_APP_PROFILE_CALL_H

#include <stdbool.h>

#include "app/observations.h"

/** What is expected at a marker. */
typedef enum hwp_marker_class {
  HWP_MARKER_AUTOSOMAL, /**< numbers, two of them */
  HWP_MARKER_X,         /**< numbers; men have one */
  HWP_MARKER_Y,         /**< numbers; one, at some markers two or more */
  HWP_MARKER_SEX,       /**< amelogenin: X, Y */
  HWP_MARKER_TEXT       /**< SNP and others: any allele */
} hwp_marker_class;

/** What one allele alone at an autosomal marker means. */
typedef enum hwp_single { HWP_SINGLE_ASK, HWP_SINGLE_HOMOZYGOUS, HWP_SINGLE_PARTIAL } hwp_single;

/** Alleles of one cell, or of the cells of one marker. */
typedef struct hwp_call {
  int n;
  const char *alleles[HW_SEEN_MAX]; /**< NUL-terminated, in the caller's memory */
  bool has_unknown;                 /**< "?": another allele was not determined */
  bool is_set;                      /**< written as {…} */
  bool is_off_ladder;               /**< OL stood there; it is no allele */
  bool is_rewritten;                /**< 14.0 or 09 was read as 14 or 9 */
} hwp_call;

/** Calls a cell, whose text is cut in place: "14/15", "14,15", "14 15", "14|15", "14;15", "14-15",
 * "14/?", "{14,15}", "14". Not typed: nothing, 0, -, NA, N/A, ND, NT, INC, NR, NULL, -9, ?, *, OL.
 * @param call  [in, out] zero it before the first cell of a marker; further cells add to it
 * @return HW_OK; HW_E_VALUE */
HW_MUST_CHECK hw_status hwp_call_cell(char *cell, hwp_marker_class marker, hwp_call *call,
                                      hw_err *err);

/** Adds one allele, whose text is borrowed and may be changed. @return HW_OK; HW_E_VALUE */
HW_MUST_CHECK hw_status hwp_call_allele(char *text, hwp_marker_class marker, hwp_call *call,
                                        hw_err *err);

/** What the alleles have to be fitted to. */
typedef struct hwp_manner {
  hwp_marker_class marker;
  bool is_male;     /**< known to be */
  bool has_dropout; /**< the profile is read under a dropout model: alleles are sets */
  hwp_single single;
} hwp_manner;

/** Appends the observation. @param kind  [out] what it became; may be NULL
 * @return HW_OK; HW_E_VALUE (a single allele whose meaning nobody said, …); HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_call_finish(const hwp_call *call, const hwp_manner *manner, hw_str *out,
                                        hw_seen_kind *kind, hw_err *err);

/** "male", "female", or NULL if amelogenin does not tell. */
const char *hwp_call_sex(const hwp_call *call);

#endif
