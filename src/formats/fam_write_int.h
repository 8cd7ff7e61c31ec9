/* Shared inside the .fam writer only.
 *
 * Everything is checked before anything is written, so that the functions that
 * write cannot fail but for memory, which the text keeps to itself until the end. */
#ifndef HOMEWARD_FAM_WRITE_INT_H
#define HOMEWARD_FAM_WRITE_INT_H

#include "base/arena.h"
#include "base/check.h"
#include "formats/fam.h"

typedef struct hwp_fam_writer {
  const hw_case *problem;
  hw_fam_write_options options;
  hw_str *out;
  hw_arena arena;
  hw_err *err;
  double dropout; /* the one of all persons who consider it; 0 = nobody does */
} hwp_fam_writer;

/* One line; the line ending is added. */
void hwp_fam_put(hwp_fam_writer *self, const char *format, ...) HW_PRINTF(2, 3);
/* One line in quotation marks. */
void hwp_fam_put_text(hwp_fam_writer *self, const char *text);
/* One line with a number, in the fewest digits that read back to the same bits. */
void hwp_fam_put_number(hwp_fam_writer *self, double value);
/* A name that can stand in a file: not empty, no quotation mark, no blanks at its ends. */
HW_MUST_CHECK hw_status hwp_fam_check_name(hwp_fam_writer *self, const char *what,
                                           const char *name);
/* What the format cannot say about a profile. @param may_drop  dropout can be said here */
HW_MUST_CHECK hw_status hwp_fam_check_profile(hwp_fam_writer *self, const hw_profile *profile,
                                              bool may_drop);
/* The genotype of an observation. @return false where nothing is written */
bool hwp_fam_genotype_of(const hw_observation *obs, hw_allele *a, hw_allele *b);
/* Memory until the file is written. @return NULL with the error set */
HW_MUST_CHECK void *hwp_fam_write_alloc(hwp_fam_writer *self, int64_t n, size_t size);

/* fam_write_kinship.c: persons and pedigrees; with a case of remains both are empty. */
HW_MUST_CHECK hw_status hwp_fam_write_kinship(hwp_fam_writer *self);
/* fam_write_dvi.c: the sections in brackets. */
HW_MUST_CHECK hw_status hwp_fam_check_dvi(hwp_fam_writer *self);
HW_MUST_CHECK hw_status hwp_fam_write_dvi(hwp_fam_writer *self);

#endif
