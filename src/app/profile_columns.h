/** @file
 * The header of a table of profiles: which column says what.
 *
 * Columns that say something of the profile are known by their names, however
 * they are spelled (docs/profiles.md lists them); in a long table one column
 * names the marker and others hold its alleles; in a wide one all others are
 * markers, one column or several each.
 *
 * Example:
 * @code
 *   hwp_profile_columns columns = {0};
 *   HW_TRY(hwp_profile_columns_read(&columns, csv.n_fields, csv.fields, err));
 *   int32_t sex = columns.known[HWP_PROFILE_SEX];   // −1 = there is none
 *   hwp_profile_columns_clear(&columns);
 * @endcode
 */
#ifndef HW_APP_PROFILE_COLUMNS_H
#define HW_APP_PROFILE_COLUMNS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "homeward/status.h"

/** What a profile's row can say besides its alleles. */
typedef enum hwp_profile_text {
  HWP_PROFILE_CODE,
  HWP_PROFILE_PERSON,
  HWP_PROFILE_SAMPLE,
  HWP_PROFILE_FAMILY,
  HWP_PROFILE_RELATION,
  HWP_PROFILE_MISSING,
  HWP_PROFILE_SEX,
  HWP_PROFILE_ROLE,
  HWP_PROFILE_KIT,
  HWP_PROFILE_LABORATORY,
  HWP_PROFILE_ANALYST,
  HWP_PROFILE_SECOND_ANALYST,
  HWP_PROFILE_TYPED_ON,
  HWP_PROFILE_REPLICATE,
  HWP_PROFILE_DROPOUT,
  HWP_PROFILE_DROP_IN,
  HWP_PROFILE_NOTE,
  HWP_PROFILE_TEXTS
} hwp_profile_text;

/** The name that is shown and written: "second_analyst". */
const char *hwp_profile_text_name(hwp_profile_text text);

/** The text that a column of this name says, or −1. */
int hwp_profile_text_find(const char *name);

/** Most columns of one marker. */
#define HWP_MARKER_COLUMNS 8

/** Columns of one marker in a wide table. */
typedef struct hwp_marker_columns {
  const char *name;
  int n_columns;
  int32_t columns[HWP_MARKER_COLUMNS];
} hwp_marker_columns;

/** A header. Zero it before reading. */
typedef struct hwp_profile_columns {
  int32_t n; /**< fields of every row */
  int32_t known[HWP_PROFILE_TEXTS];
  bool is_long;
  int32_t marker; /**< long: the column that names the marker */
  int n_alleles;  /**< long: columns of alleles */
  int32_t alleles[64];
  int n_unused; /**< long: columns that are left aside */
  int32_t unused[64];
  int n_markers; /**< wide */
  const hwp_marker_columns *markers;
  hw_arena arena;
} hwp_profile_columns;

/** Reads a header. @param names  may be changed. Free with hwp_profile_columns_clear, also after a
 * failure.
 * @return HW_OK; HW_E_DUPLICATE, HW_E_REFERENCE (no column says whose profile it is, none holds
 *         alleles), HW_E_VALUE; err->column is the number of the field, from 1 */
HW_MUST_CHECK hw_status hwp_profile_columns_read(hwp_profile_columns *self, int32_t n, char **names,
                                                 hw_err *err);
void hwp_profile_columns_clear(hwp_profile_columns *self);

/** True if a header looks like one of profiles in long form: for telling tables apart. */
bool hwp_profile_columns_are_long(int32_t n, char **names);

#endif
