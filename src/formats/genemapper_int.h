/* Shared inside the GeneMapper reader only.
 *
 *   genemapper_rows.c     bytes → rows of cells
 *   genemapper_columns.c  a row of cells → which column is what
 *   genemapper_allele.c   a cell → an allele, a mark, or nothing
 *   genemapper.c          the reading: rows → results
 *   genemapper_list.c     results → the list of samples
 *   genemapper_write.c    samples → rows */
#ifndef HW_FORMATS_GENEMAPPER_INT_H
#define HW_FORMATS_GENEMAPPER_INT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/errors.h"
#include "formats/intern.h"
#include "formats/notes.h"
#include "formats/typing.h"

/* Most cells of a row, and bytes of a cell that is used. */
#define HWP_GM_MAX_CELLS 4096
#define HWP_GM_MAX_CELL ((size_t)1000)

/* --- rows --- */

/* A cell without the blanks and quotes around it; not NUL-terminated. */
typedef struct hwp_gm_cell {
  const char *text;
  size_t n;
} hwp_gm_cell;

typedef struct hwp_gm_rows {
  int32_t n_cells;
  hwp_gm_cell cells[HWP_GM_MAX_CELLS]; /* of the current row; valid until the next call */
  uint64_t row_line;                   /* on which the row begins */
  char delimiter;                      /* ',', ';' or tab; may be changed between rows */
  const char *bytes;                   /* private from here on */
  size_t n_bytes, position;
  uint64_t line;
  hw_arena scratch; /* cells whose doubled quotes were undone */
} hwp_gm_rows;

/* Begins at the first byte of UTF-8 text, which is borrowed. */
void hwp_gm_rows_init(hwp_gm_rows *self, const char *bytes, size_t n_bytes);
void hwp_gm_rows_clear(hwp_gm_rows *self);
/* Reads the next row in which any cell holds something.
 * Returns HW_OK; HW_E_SYNTAX, HW_E_VALUE with the line; HW_E_NO_MEMORY. */
HW_MUST_CHECK hw_status hwp_gm_rows_next(hwp_gm_rows *self, bool *has_row, hw_err *err);

/* --- columns --- */

typedef enum hwp_gm_role {
  HWP_GM_SAMPLE = 0,
  HWP_GM_FILE,
  HWP_GM_RUN,
  HWP_GM_KIT,
  HWP_GM_CATEGORY,
  HWP_GM_CASE,
  HWP_GM_COMMENT,
  HWP_GM_ANALYST,
  HWP_GM_N_TEXTS, /* columns that say something about the sample */
  HWP_GM_MARKER = HWP_GM_N_TEXTS,
  HWP_GM_ALLELE,
  HWP_GM_MEASURE, /* sizes, heights, quality flags: known and not used */
  HWP_GM_UNKNOWN
} hwp_gm_role;

#define HWP_GM_NO_COLUMN ((int32_t)-1)

/* One column of alleles: "Allele number" of the group of its marker column. */
typedef struct hwp_gm_allele_column {
  int32_t group, number, column;
} hwp_gm_allele_column;

typedef struct hwp_gm_columns {
  int32_t n_columns;
  int32_t text[HWP_GM_N_TEXTS]; /* column of each text, or HWP_GM_NO_COLUMN */
  int32_t n_groups;             /* marker columns */
  int32_t marker[HWP_GM_MAX_CELLS];
  int32_t n_alleles;
  hwp_gm_allele_column allele[HWP_GM_MAX_CELLS]; /* sorted by group and number */
  int32_t first_unknown;                         /* column, or HWP_GM_NO_COLUMN */
  int32_t n_unknown;
} hwp_gm_columns;

/* The role of a column by its name; number = n of "Allele n", 0 of a bare "Allele". */
hwp_gm_role hwp_gm_find_role(hwp_gm_cell name, int32_t *number);
/* True if the row names a sample, a marker and an allele column. */
bool hwp_gm_is_header(const hwp_gm_rows *row);
/* Takes the row for the header. */
HW_MUST_CHECK hw_status hwp_gm_columns_read(hwp_gm_columns *self, const hwp_gm_rows *row,
                                            hw_err *err);
/* Looks for the header among the first rows and leaves the reader behind it.
 * n_skipped = rows before it. */
HW_MUST_CHECK hw_status hwp_gm_columns_find(hwp_gm_columns *self, hwp_gm_rows *rows,
                                            int32_t *n_skipped, hw_err *err);

/* --- alleles --- */

/* Longest allele: a repeat motif in brackets may be long. */
#define HWP_GM_MAX_ALLELE 63

/* What a cell held besides the allele. */
enum {
  HWP_GM_OFF_LADDER = 1, /* "OL": no allele */
  HWP_GM_FLAGGED = 2,    /* "-NB", "?" … left out */
  HWP_GM_COMMA = 4,      /* decimal comma replaced */
  HWP_GM_NO_RESULT = 8   /* "NA" and the like: no allele */
};

/* Reads a cell. n_allele = 0 if there is no allele.
 * Returns HW_OK or HW_E_VALUE. */
HW_MUST_CHECK hw_status hwp_gm_read_allele(hwp_gm_cell cell, char allele[HWP_GM_MAX_ALLELE + 1],
                                           size_t *n_allele, unsigned *marks, hw_err *err);

/* --- reading --- */

/* One sample and marker. */
typedef struct hwp_gm_result {
  int32_t sample, marker;
  uint32_t first; /* of its alleles in the reader's */
  uint8_t n_alleles, marks;
  uint64_t line;
} hwp_gm_result;

/* What is told in the notes: how often, and where first. */
typedef enum hwp_gm_liberty {
  HWP_GM_LIBERTY_OFF_LADDER = 0,
  HWP_GM_LIBERTY_FLAG,
  HWP_GM_LIBERTY_COMMA,
  HWP_GM_LIBERTY_NO_RESULT,
  HWP_GM_LIBERTY_HEADER,
  HWP_GM_LIBERTY_COMMENT,
  HWP_GM_N_LIBERTIES
} hwp_gm_liberty;

typedef struct hwp_gm_reader {
  hwp_gm_rows rows;
  hwp_gm_columns columns;
  hw_typing_list *list; /* texts and the result go to its arena */
  hw_errors *errors;
  const char *name;
  hw_intern texts;       /* what is written in cells; number 0 is "" */
  hw_arena keys;         /* of the next two */
  hw_intern sample_keys; /* name, file, run and kit as one → index in samples */
  hw_intern marker_keys; /* all spellings of a marker → one number */
  hw_notes notes;
  hw_typed_sample *samples; /* without their typings */
  int32_t n_samples;
  size_t sample_capacity;
  hwp_gm_result *results;
  size_t n_results, result_capacity;
  int32_t *alleles; /* numbers of texts */
  size_t n_alleles, allele_capacity;
  uint64_t count[HWP_GM_N_LIBERTIES], first_line[HWP_GM_N_LIBERTIES];
} hwp_gm_reader;

/* NULL with the error set if memory is exhausted. */
hwp_gm_reader *hwp_gm_reader_new(hw_typing_list *list, hw_errors *errors, const char *name,
                                 hw_err *err);
void hwp_gm_reader_delete(hwp_gm_reader *self);
/* Makes room for element n of a growing array. */
HW_MUST_CHECK hw_status hwp_gm_reserve(void **array, size_t n, size_t *capacity, size_t size,
                                       hw_err *err);
/* Adds a mistake, at the current row unless it has a line; true if reading may go on. */
bool hwp_gm_report(hwp_gm_reader *self, hw_err *err);
/* Builds the list; mistakes are reported. Returns the status of the first. */
HW_MUST_CHECK hw_status hwp_gm_finish(hwp_gm_reader *self);

#endif
