/** @file
 * CSV (RFC 4180), row by row.
 *
 * Example:
 * @code
 *   hw_csv csv;
 *   hw_csv_init(&csv, bytes, n_bytes, 0);
 *   while ((s = hw_csv_next(&csv, &has_row, &err)) == HW_OK && has_row)
 *     use(csv.n_fields, csv.fields, csv.row_line);
 *   hw_csv_clear(&csv);
 * @endcode
 */
#ifndef HW_FORMATS_CSV_H
#define HW_FORMATS_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "homeward/status.h"

/** Most fields of one row. */
#define HW_CSV_MAX_FIELDS 4096
/** Most bytes of one row, quotes removed. */
#define HW_CSV_MAX_ROW ((size_t)1 << 20)

/** One reader; the first four members describe the current row. */
typedef struct hw_csv {
  int32_t n_fields;
  char **fields;     /**< NUL-terminated, valid until the next call; may be changed */
  uint64_t row_line; /**< 1-based line on which the row begins */
  char delimiter;    /**< ',', ';' or tab */
  const char *bytes; /**< private from here on */
  size_t n_bytes, position;
  uint64_t line;
  char *text; /**< fields of the row, one behind the other */
  size_t text_length, text_capacity;
  size_t *offsets; /**< of the fields in text */
} hw_csv;

/** Starts reading; the bytes are borrowed. A byte order mark is skipped. Free with hw_csv_clear.
 * @param delimiter  ',', ';' or '\t'; 0 = whichever comes first outside quotes in the first row */
void hw_csv_init(hw_csv *self, const char *bytes, size_t n_bytes, char delimiter);

/** Frees; a zeroed reader is allowed. */
void hw_csv_clear(hw_csv *self);

/** Reads the next row that is not blank. Lines end with LF, CRLF or CR; a quoted field may hold
 * any of them, the delimiter, and quotes written twice.
 * @param has_row [out] false at the end
 * @return HW_OK; HW_E_SYNTAX (quotes, NUL, not UTF-8) with the line; HW_E_VALUE (a row beyond the
 *         limits); HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_csv_next(hw_csv *self, bool *has_row, hw_err *err);

#endif
