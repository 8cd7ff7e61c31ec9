/** @file
 * CSV (RFC 4180), row by row, from memory or from a file of any size.
 *
 * Example:
 * @code
 *   hw_csv csv;
 *   HW_TRY(hw_csv_open(&csv, "profiles.csv", 0, err));      // or hw_csv_init: from memory
 *   while ((s = hw_csv_next(&csv, &has_row, err)) == HW_OK && has_row)
 *     use(csv.n_fields, csv.fields, csv.row_line);
 *   hw_csv_clear(&csv);
 * @endcode
 */
#ifndef HW_FORMATS_CSV_H
#define HW_FORMATS_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "formats/text.h"
#include "homeward/status.h"

/** Most fields of one row; wide tables of SNP panels have some ten thousand. */
#define HW_CSV_MAX_FIELDS 16384
/** Most bytes of one row, quotes removed; and where rows hold whole tables (hw_csv_allow_long). */
#define HW_CSV_MAX_ROW ((size_t)1 << 20)
#define HW_CSV_MAX_LONG_ROW ((size_t)65 << 20)

/** One reader; the first four members describe the current row. */
typedef struct hw_csv {
  int32_t n_fields;
  char **fields;     /**< NUL-terminated, valid until the next call; may be changed */
  uint64_t row_line; /**< 1-based line on which the row begins */
  char delimiter;    /**< ',', ';' or tab */
  const char *bytes; /**< private from here on: what is in memory of the file */
  size_t n_bytes, position;
  size_t row_start; /**< of the current row, in bytes */
  size_t row_end;   /**< behind it, line end left out */
  bool is_last;     /**< nothing of the file lies behind `bytes` */
  bool is_begun;    /**< the byte order mark was looked for */
  uint64_t line;    /**< of `position` */
  size_t most_row;  /**< bytes of one row */
  char *text;       /**< fields of the row, one behind the other */
  size_t text_length, text_capacity;
  uint32_t *offsets; /**< of the fields in text */
  uint32_t *starts;  /**< of the fields in bytes, from row_start */
  FILE *stream;      /**< NULL: all is in memory */
  const char *path;  /**< for errors; NULL = the caller adds it */
  char *window;      /**< owner of bytes, where there is a stream */
  size_t window_size;
  uint64_t n_before;         /**< bytes of the text before `bytes` */
  uint64_t n_total;          /**< 0 = not known */
  hw_text_encoding encoding; /**< of the file; what is not UTF-8 is decoded on the way in */
  char *raw;                 /**< bytes of the file that are not decoded yet; NULL = UTF-8 */
  size_t raw_at, n_raw;
  uint64_t n_decoded;
  bool is_raw_last;
  unsigned bad_unit; /**< byte, or two, that are no character of the encoding */
} hw_csv;

/** Starts reading from memory; the bytes are borrowed. A byte order mark is skipped. Free with
 * hw_csv_clear.
 * @param delimiter  ',', ';' or '\t'; 0 = whichever comes first outside quotes in the first row that
 *                   does not begin with "# " */
void hw_csv_init(hw_csv *self, const char *bytes, size_t n_bytes, char delimiter);

/** Starts reading a file ("-" = standard input) through a window of at most a few MiB. The path is
 * borrowed and stands in every error. Free with hw_csv_clear, also after a failure.
 * @param delimiter  as for hw_csv_init
 * @return HW_OK; HW_E_NOT_FOUND, HW_E_DENIED, HW_E_IO (also where the path is a folder);
 *         HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_csv_open(hw_csv *self, const char *path, char delimiter, hw_err *err);

/** The same for a file in another encoding, which is decoded piece by piece.
 * @param encoding  HW_TEXT_DETECT: UTF-16 if a byte order mark says so, else UTF-8; nothing is
 *                  guessed. Another one: as if the file said so
 * @return also HW_E_SYNTAX: the file has the byte order mark of another encoding */
HW_MUST_CHECK hw_status hw_csv_open_as(hw_csv *self, const char *path, char delimiter,
                                       hw_text_encoding encoding, hw_err *err);

/** Accepts rows of up to HW_CSV_MAX_LONG_ROW bytes from now on. */
void hw_csv_allow_long(hw_csv *self);

/** Closes and frees; a zeroed reader is allowed. */
void hw_csv_clear(hw_csv *self);

/** Reads the next row that is not blank. Lines end with LF, CRLF or CR; a quoted field may hold
 * any of them, the delimiter, and quotes written twice. After a failure reading is over.
 * @param has_row [out] false at the end
 * @return HW_OK; HW_E_SYNTAX (quotes, NUL, not UTF-8) with line and column; HW_E_VALUE (a row
 *         beyond the limits); HW_E_IO; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_csv_next(hw_csv *self, bool *has_row, hw_err *err);

/** True if a field of the current row is written in quotes: `""` is an empty text where nothing
 * at all means that the value is missing. */
bool hw_csv_is_quoted(const hw_csv *self, int32_t field);

/** Where a field of the current row begins: line, and column in characters, both from 1. */
void hw_csv_place(const hw_csv *self, int32_t field, uint64_t *line, uint64_t *column);

/** Bytes that were read, for showing progress. @param total  [out] may be NULL; 0 = not known */
uint64_t hw_csv_position(const hw_csv *self, uint64_t *total);

#endif
