/* Between the two halves of the CSV reader: the window over the file (csv.c)
 * and the grammar of a row (csv_row.c). */
#ifndef HW_FORMATS_CSV_INT_H
#define HW_FORMATS_CSV_INT_H

#include "formats/csv.h"

/* Bytes that the grammar looks ahead: the rest of a UTF-8 sequence is the longest. A row that ends
 * nearer to the end of the window than this may mean something else once more is read. */
#define HWP_CSV_LOOK_AHEAD ((size_t)4)

/* hw_csv_open with a window that begins with this size (at least 16), for tests. */
HW_MUST_CHECK hw_status hwp_csv_open(hw_csv *self, const char *path, char delimiter,
                                     hw_text_encoding encoding, size_t window_size, hw_err *err);

/* csv_decode.c: the file's next bytes as UTF-8, at most `room` (at least HWP_CSV_ROOM); fewer also
 * before the end, which `is_last` tells. */
HW_MUST_CHECK hw_status hwp_csv_read_bytes(hw_csv *self, char *out, size_t room, size_t *n,
                                           hw_err *err);
/* Takes the beginning of the file, which is in the window, for the encoding that was asked for or
 * that its mark tells: HW_OK also where it is UTF-8, and the window stays. */
HW_MUST_CHECK hw_status hwp_csv_choose(hw_csv *self, hw_text_encoding encoding, hw_err *err);

/* Room for one character more. */
#define HWP_CSV_ROOM ((size_t)4)
/* A byte that is no UTF-8 stands where a unit is no character of another encoding. */
#define HWP_CSV_BAD '\xFF'

hw_status hwp_csv_fail_errno(const hw_csv *self, int error, const char *doing, hw_err *err);

/* Reads the row at `position`, which is not at a line end, as if the file ended with `bytes`. */
HW_MUST_CHECK hw_status hwp_csv_read_row(hw_csv *self, hw_err *err);

/* Raises an error at an index of `bytes` that is in the current row. */
hw_status hwp_csv_fail(const hw_csv *self, size_t at, hw_status status, const char *message,
                       hw_err *err);

/* Line and column of an index of `bytes` that is in the current row. */
void hwp_csv_place(const hw_csv *self, size_t at, uint64_t *line, uint64_t *column);

#endif
