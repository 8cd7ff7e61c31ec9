/* What the readers of haplotype tables share: rows with a header, mistakes collected. */
#ifndef HW_FORMATS_HAPLOTYPE_INT_H
#define HW_FORMATS_HAPLOTYPE_INT_H

#include "base/arena.h"
#include "formats/csv.h"
#include "formats/haplotype_csv.h"

/* The built-in table of rates: data/ystr_mutation_rates.csv. */
extern const char hwp_ystr_rates[];
extern const size_t hwp_ystr_rates_size;

typedef struct hwp_rows {
  hw_csv csv;
  hw_arena *arena; /* of the result */
  hw_err *err;     /* of the mistake at hand */
  hw_errors *errors;
  int32_t n_columns;
  const char **header;
} hwp_rows;

/* Sets an error at a cell of the current row (a negative column: at the row). */
hw_status hwp_rows_place(const hwp_rows *self, int32_t column, hw_status status);
#define HWP_FAIL_AT(self, column, ...) \
  hwp_rows_place((self), (column), hw_err_set((self)->err, __VA_ARGS__))

/* Reads header and rows; `reader` is what the two are called with.
 * @param read_row  its mistakes are kept, and reading goes on */
typedef hw_status hwp_rows_fn(void *reader);
HW_MUST_CHECK hw_status hwp_rows_read(hwp_rows *self, hwp_rows_fn *find_columns,
                                      hwp_rows_fn *read_row, void *reader);
/* Ends reading: keeps the last mistake, names the file in all of them, closes it.
 * @return of all mistakes */
HW_MUST_CHECK hw_status hwp_rows_end(hwp_rows *self, hw_status status, const char *name);
/* A cell without blanks around it; "" for a negative column. */
const char *hwp_rows_cell(hwp_rows *self, int32_t column);
/* Says that a column is what `place` is for, which must be negative still. */
HW_MUST_CHECK hw_status hwp_rows_take(hwp_rows *self, int32_t column, int32_t *place);
/* A whole number of 1 to `most`; what an empty cell means is `otherwise` (0 = refused). */
HW_MUST_CHECK hw_status hwp_rows_number(hwp_rows *self, int32_t column, int32_t least, int32_t most,
                                        int32_t otherwise, int32_t *out);
/* The name of the row (an empty cell is refused), kept. */
HW_MUST_CHECK hw_status hwp_rows_name(hwp_rows *self, int32_t column, const char **out);
/* True for a name that a column may have, whatever its case, blanks and underscores. */
bool hwp_rows_is_called(const char *name, const char *expected);

/* A list that grows by doubling. @return false if memory is exhausted */
bool hwp_grow(void **list, size_t *capacity, size_t n, size_t size);

/* Whose the haplotypes are, and how many persons have them: what every table tells of a row. */
typedef struct hwp_heads {
  int32_t name, count; /* columns; negative = there is none */
  int32_t n;           /* rows that were taken */
  const char **names;
  int32_t *counts;
  uint64_t *lines; /* until hwp_heads_end */
  size_t capacity;
} hwp_heads;

/* True if the names are of persons, not of samples. */
bool hwp_heads_is_person(const hwp_heads *self, const hwp_rows *rows);
/* Reads name and count of the current row behind those that were taken; n++ takes them. */
HW_MUST_CHECK hw_status hwp_heads_read(hwp_heads *self, hwp_rows *rows);
/* Once all rows are read: names that stand twice, a table without rows. */
HW_MUST_CHECK hw_status hwp_heads_end(hwp_heads *self, hwp_rows *rows);
void hwp_heads_clear(hwp_heads *self);

#endif
