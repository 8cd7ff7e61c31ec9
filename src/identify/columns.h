/* A CSV file whose columns have names: what the reference of osteometry and lists of
 * specimens are read with. Every error carries file, line, column and the column's name.
 *
 * Inside identify only. */
#ifndef HW_IDENTIFY_COLUMNS_H
#define HW_IDENTIFY_COLUMNS_H

#include "base/arena.h"
#include "formats/csv.h"

enum { HWP_MOST_COLUMNS = 64 };

typedef struct hwp_columns {
  hw_csv csv;
  const char *file;
  const char *const *names;
  int32_t n_names;
  int32_t at[HWP_MOST_COLUMNS]; /* field of each name, −1 = not there */
  int32_t n_extra;              /* columns ending in "_mm" */
  int32_t extra[HWP_MOST_COLUMNS];
  const char *extra_name[HWP_MOST_COLUMNS]; /* "maximum-length" */
  int32_t n_fields;
} hwp_columns;

/* Opens a file, or bytes (path NULL), and reads the header. Free with hwp_columns_clear, also
 * after a failure.
 * @param n_must  the first names that must be there
 * @param has_extra  columns that end in "_mm" are measurements; other unknown ones are an error */
HW_MUST_CHECK hw_status hwp_columns_open(hwp_columns *self, const char *path, const char *bytes,
                                         size_t n_bytes, const char *name, const char *const *names,
                                         int32_t n_names, int32_t n_must, bool has_extra,
                                         hw_arena *arena, hw_err *err);
void hwp_columns_clear(hwp_columns *self);
HW_MUST_CHECK hw_status hwp_columns_next(hwp_columns *self, bool *has_row, hw_err *err);
/* A cell of the row without blanks around it, "" where there is none. */
const char *hwp_columns_text(hwp_columns *self, int32_t name);
const char *hwp_columns_field(hwp_columns *self, int32_t field);
/* A number from least to most; NaN where the cell is empty. */
HW_MUST_CHECK hw_status hwp_columns_number(hwp_columns *self, int32_t name, double least,
                                           double most, double *out, hw_err *err);
HW_MUST_CHECK hw_status hwp_columns_parse(hwp_columns *self, int32_t field, const char *name,
                                          double least, double most, double *out, hw_err *err);
/* Puts file, line, column and name to an error that was set. @return its status */
HW_MUST_CHECK hw_status hwp_columns_place(const hwp_columns *self, int32_t name, hw_status status,
                                          hw_err *err);
/* Parts a cell at ';' into texts of the arena. */
HW_MUST_CHECK hw_status hwp_columns_parts(const char *text, hw_arena *arena,
                                          const char *const **parts, int32_t *n, hw_err *err);

#endif
