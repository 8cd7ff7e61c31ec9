/* Shared inside the PED reader only.
 *
 *   ped_text.c       lines and words; numbers
 *   ped_columns.c    map and data files → markers and the columns of a row
 *   ped_rows.c       the ped file → rows of persons, alleles as numbers of texts
 *   ped_frequency.c  frequency file → the alleles of each marker
 *   ped_family.c     rows → families, pedigrees, profiles
 *   ped.c            the order of these
 *   ped_write.c      the three files from the struct */
#ifndef HW_FORMATS_PED_INT_H
#define HW_FORMATS_PED_INT_H

#include "base/check.h"
#include "formats/intern.h"
#include "formats/ped.h"
#include "formats/text.h"

/* Longest name of a family, person, marker or allele. */
#define HWP_PED_MAX_NAME ((size_t)200)

/* --- lines and words --- */

typedef struct hwp_ped_word {
  const char *text; /* not NUL-terminated */
  size_t n;
} hwp_ped_word;

/* One file, line by line. */
typedef struct hwp_ped_file {
  hw_decoded text;
  const char *name;
  size_t position; /* behind the current line */
  size_t at, end;  /* what is left of the current line */
  uint64_t line;   /* of the current line */
  uint64_t n_lines;
} hwp_ped_file;

/* Decodes the file. Nothing is read yet. */
HW_MUST_CHECK hw_status hwp_ped_file_open(hwp_ped_file *self, const hw_ped_source *source,
                                          hw_err *err);
void hwp_ped_file_clear(hwp_ped_file *self);
/* The next line with a word in it that is no comment; false at the end. */
bool hwp_ped_next_line(hwp_ped_file *self);
/* The next word of the current line; false at its end. */
bool hwp_ped_next_word(hwp_ped_file *self, hwp_ped_word *word);
/* Words left on the current line; slashed = those with a "/" inside (may be NULL). */
size_t hwp_ped_count_words(const hwp_ped_file *self, size_t *slashed);

/* Equal to an ASCII word in any case. */
bool hwp_ped_is(hwp_ped_word word, const char *expected);
bool hwp_ped_number(hwp_ped_word word, double *out);

/* --- reading --- */

typedef struct hwp_ped_marker {
  const char *name;
  int chromosome;
  double position_cm;
  int64_t position_bp;
  bool is_mapped;
  uint64_t line;
} hwp_ped_marker;

/* What stands in a row behind the sex. */
typedef struct hwp_ped_column {
  char kind;      /* 'M' a genotype; 'Z' must be missing; else n_words are skipped */
  int32_t marker; /* of a genotype; −1 = read and thrown away */
  int32_t n_words;
} hwp_ped_column;

/* One person of the ped file; texts are numbers, 0 = missing. */
typedef struct hwp_ped_row {
  int32_t family, id, father, mother;
  hw_sex sex;
  uint64_t line;
} hwp_ped_row;

typedef struct hwp_ped_reader {
  hw_ped *out;
  const hw_ped_options *options;
  hw_errors *errors;
  uint64_t n_errors; /* before this reading */
  hw_notes notes;
  hwp_ped_file ped, map, data, frequencies;
  bool has_map, has_data, has_frequencies;
  hw_arena scratch;
  hw_intern names; /* markers, in the order of the ped file */
  hwp_ped_marker *markers;
  size_t marker_capacity;
  hwp_ped_column *columns;
  int32_t n_columns;
  size_t column_capacity;
  hw_intern texts; /* ids and alleles; number 0 is "" */
  hwp_ped_row *rows;
  int32_t n_rows;
  size_t row_capacity;
  int32_t *alleles; /* rows × markers × 2, numbers of texts */
  size_t n_alleles, allele_capacity;
} hwp_ped_reader;

/* Adds a mistake of a file at its current line unless one is set; true if reading may go on. */
bool hwp_ped_report(hwp_ped_reader *self, const hwp_ped_file *file, hw_err *err);
/* Makes room for element n of a growing array. */
HW_MUST_CHECK hw_status hwp_ped_reserve(void **array, size_t n, size_t *capacity, size_t size,
                                        hw_err *err);
/* The word as a number of texts; refuses what is too long. */
HW_MUST_CHECK hw_status hwp_ped_intern(hw_intern *texts, hwp_ped_word word, const char *what,
                                       int32_t *out, hw_err *err);

/* These report what they find themselves; false = the reading is over, mistakes or not. */
bool hwp_ped_read_columns(hwp_ped_reader *self);
bool hwp_ped_read_rows(hwp_ped_reader *self);
/* Fills out->markers with alleles and turns reader.alleles into indices of them
 * (HW_ALLELE_NONE = missing). */
bool hwp_ped_read_alleles(hwp_ped_reader *self);
bool hwp_ped_build_families(hwp_ped_reader *self);

#endif
