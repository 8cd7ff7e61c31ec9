/** @file
 * Streaming CSV writer; formats/csv.h reads what it writes back to the same values.
 *
 * A cell is quoted only where that is needed: delimiter, quote, line end, a blank at either end,
 * nothing in it, "#" before it (comments of tables begin with that). So a missing value (nothing) differs from an empty text (`""`).
 *
 * Line ends inside a text become LF, as the reader delivers them; everything else comes back byte
 * by byte. Numbers have the fewest digits that read back to the same bits. Errors are sticky: call
 * without checking, and look at the status of hw_csv_write_finish.
 *
 * Example:
 * @code
 *   hw_csv_writer w;
 *   hw_csv_write_init_file(&w, file, ',');
 *   hw_csv_write_text(&w, "code");
 *   hw_csv_write_text(&w, "length_cm");
 *   hw_csv_write_end_row(&w);
 *   ...
 *   s = hw_csv_write_finish(&w, &err);
 * @endcode
 */
#ifndef HW_FORMATS_CSV_WRITE_H
#define HW_FORMATS_CSV_WRITE_H

#include <stdint.h>
#include <stdio.h>

#include "base/str.h"
#include "homeward/status.h"

/** One writer, caller's storage; members are private. */
typedef struct hw_csv_writer {
  FILE *file; /**< one of file and str */
  hw_str *str;
  hw_str pending; /**< not yet handed to the file */
  char delimiter;
  int32_t n_cells;   /**< of the row that is being written */
  uint64_t n_rows;   /**< finished rows */
  size_t row_start;  /**< of the row in the text that holds it */
  hw_status status;  /**< first failure */
  int error;         /**< errno of a failed write */
  const char *wrong; /**< what is wrong about a value */
} hw_csv_writer;

/** Begins a table on an open stream (borrowed; not closed). End with hw_csv_write_finish.
 * @param delimiter  ',', ';' or '\t' */
void hw_csv_write_init_file(hw_csv_writer *self, FILE *file, char delimiter);
/** Begins a table that is appended to a buffer (borrowed). */
void hw_csv_write_init_str(hw_csv_writer *self, hw_str *str, char delimiter);

/** One cell. NULL = the value is missing. Bytes that are not UTF-8 are a failure. */
void hw_csv_write_text(hw_csv_writer *self, const char *text);
void hw_csv_write_int(hw_csv_writer *self, int64_t value);
/** Not finite: "-inf", "inf", "undefined", as in the project's JSON. */
void hw_csv_write_double(hw_csv_writer *self, double value);

/** Ends the row. A row whose only cell is missing is a failure: it would read as a blank line. */
void hw_csv_write_end_row(hw_csv_writer *self);

/** Ends the table, flushes a FILE, and frees; to be called exactly once, also after a failure.
 * @return HW_OK; HW_E_IO with the reason; HW_E_VALUE (a value that CSV cannot hold) with the row
 *         as line; HW_E_NO_MEMORY; HW_E_BUG (a row without cells, or not ended) */
HW_MUST_CHECK hw_status hw_csv_write_finish(hw_csv_writer *self, hw_err *err);

#endif
