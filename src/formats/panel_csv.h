/** @file
 * What the tables of panels and of genetic maps share: lines that begin with '#' above the header,
 * and a reader of the rows that tells where a mistake stands.
 *
 * Example:
 * @code
 *   hwp_sheet sheet;
 *   hwp_sheet_init(&sheet, bytes, n_bytes, &err);
 *   while (hwp_sheet_next_note(&sheet, &key, &value)) …        // "# key: value"
 *   HW_TRY(hwp_sheet_read_header(&sheet, columns, n_columns, &has_more));
 *   while ((s = hwp_sheet_next_row(&sheet, &has_row)) == HW_OK && has_row) …
 *   hwp_sheet_clear(&sheet);
 * @endcode
 */
#ifndef HW_FORMATS_PANEL_CSV_H
#define HW_FORMATS_PANEL_CSV_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "formats/csv.h"

/** Largest table that is read, in bytes. */
#define HWP_SHEET_MAX_BYTES ((size_t)1 << 30)

/** One reading, caller's storage. */
typedef struct hwp_sheet {
  hw_csv csv;
  hw_arena arena; /**< notes and header */
  hw_err *err;
  const char *bytes; /**< unread notes, then the table */
  size_t n_bytes;
  uint64_t line; /**< of the next note */
  int32_t n_columns;
  const char **header; /**< n_columns */
} hwp_sheet;

/** Begins; the bytes are borrowed. Free with hwp_sheet_clear. */
void hwp_sheet_init(hwp_sheet *self, const char *bytes, size_t n_bytes, hw_err *err);
void hwp_sheet_clear(hwp_sheet *self);

/** The next line "# key: value" above the header; lines without ':' are passed over. Blanks around
 * both are cut off; the texts are the sheet's.
 * @param has_note  [out] false behind the last one
 * @return HW_OK; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_sheet_next_note(hwp_sheet *self, bool *has_note, char **key,
                                            char **value);
/** An error in the note that was read last. */
hw_status hwp_sheet_note_fails(const hwp_sheet *self, hw_status status);

/** The header: its first columns are these, others may follow where @p has_more. */
HW_MUST_CHECK hw_status hwp_sheet_read_header(hwp_sheet *self, int32_t n_columns,
                                              const char *const *columns, bool has_more);
/** The next row, which has as many cells as the header. */
HW_MUST_CHECK hw_status hwp_sheet_next_row(hwp_sheet *self, bool *has_row);
/** A cell without blanks around it; may be changed; valid until the next row. */
char *hwp_sheet_get(hwp_sheet *self, int32_t column);
/** Adds the place of a cell of the row to the error. */
hw_status hwp_sheet_fails(const hwp_sheet *self, int32_t column, hw_status status);

/** Cells: a chromosome ("7", "chr7", "X", "23"), a position (empty = 0), a number (empty = NaN). */
HW_MUST_CHECK hw_status hwp_sheet_read_chromosome(hwp_sheet *self, int32_t column, int32_t *out);
HW_MUST_CHECK hw_status hwp_sheet_read_bp(hwp_sheet *self, int32_t column, int32_t *out);
HW_MUST_CHECK hw_status hwp_sheet_read_double(hwp_sheet *self, int32_t column, double *out);
/** The whole number that is all of a text. @return false if it is none from 0 to INT32_MAX */
bool hwp_sheet_parse_int(const char *text, int32_t *out);

/** "1" … "22", "X". */
const char *hwp_chromosome_name(int32_t chromosome, char buffer[12]);
/** Adds a note: "# key: value". */
void hwp_sheet_write_note(hw_str *out, const char *key, const char *value);
/** Writes the notes to a file, and frees them. @return HW_OK; HW_E_IO; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_sheet_write_notes(hw_str *notes, FILE *file, hw_err *err);

#endif
