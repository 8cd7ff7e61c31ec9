/** @file
 * A CSV file that is being imported: named columns, texts in normal form, mistakes with their
 * place.
 *
 * The first row that is no comment is the header. Rows whose first cell begins with "# " (not in
 * quotes) are comments; rows without any value are left out. An empty cell is missing, `""` is an
 * empty text; blanks around a cell that is not in quotes do not count.
 *
 * Example:
 * @code
 *   hwp_sheet sheet;
 *   s = hwp_sheet_open(&sheet, import, 0, err);
 *   while (s == HW_OK && (s = hwp_sheet_next(&sheet, &has_row, err)) == HW_OK && has_row)
 *     use(hwp_sheet_text(&sheet, 0));
 *   hwp_sheet_close(&sheet);
 * @endcode
 */
#ifndef HW_APP_SHEET_H
#define HW_APP_SHEET_H

#include "app/import.h"
#include "base/arena.h"
#include "formats/csv.h"

typedef struct hwp_sheet {
  hw_import *import;
  hw_csv csv;
  int32_t n_columns;
  const char **names; /**< of the columns, in normal form */
  const char **texts; /**< of the current row; NULL = missing; valid until the next */
  hw_arena header;    /**< names */
  hw_arena row;       /**< texts that are not as they stand in the file */
  int64_t n_comments;
  bool is_placed; /**< mistakes belong to the current row */
} hwp_sheet;

/** Opens the import's file and reads its header; mistakes of the import are placed in the current
 * row from now on. @param delimiter  0 = the table's own
 * @return HW_OK; the first mistake of the header (all of them are collected) */
HW_MUST_CHECK hw_status hwp_sheet_open(hwp_sheet *self, hw_import *import, char delimiter,
                                       hw_err *err);
/** Tells of comments, closes and frees; a zeroed sheet is allowed. */
void hwp_sheet_close(hwp_sheet *self);

/** Index of the column that is called so, or −1. */
int32_t hwp_sheet_find(const hwp_sheet *self, const char *name);

/** The next row that has the header's number of cells; others are mistakes.
 * @param has_row  [out] false at the end, and where the file cannot be read further (a mistake) */
HW_MUST_CHECK hw_status hwp_sheet_next(hwp_sheet *self, bool *has_row, hw_err *err);
/** Line of the current row. */
uint64_t hwp_sheet_line(const hwp_sheet *self);
/** A text of the current row; NULL = missing, or column −1. */
const char *hwp_sheet_text(const hwp_sheet *self, int32_t column);

/** Collects a mistake in a column of the current row (−1 = none in particular).
 * @return HW_OK to go on; the machine's failure */
HW_MUST_CHECK hw_status hwp_sheet_mistake(hwp_sheet *self, int32_t column, hw_err *err,
                                          hw_status status, const char *format, ...)
    HW_PRINTF(5, 6);
/** The same, of an error that a function of the library told. */
HW_MUST_CHECK hw_status hwp_sheet_collect(hwp_sheet *self, int32_t column, const hw_err *mistake,
                                          hw_err *err);

#endif
