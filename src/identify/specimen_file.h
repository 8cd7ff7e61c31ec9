/* A list of specimens as CSV, for re-association without a database.
 *
 *     specimen                         name, the only column that must be there
 *     accession, site, element, side   side: left, right, midline, unknown
 *     portion, zones, completeness     zones parted by ';', completeness 0 … 1
 *     sex, age_from, age_to            male, female, unknown; years
 *     stature_cm, stature_se_cm
 *     east_m, north_m, depth_m         in the site's grid
 *     profiles                         ids of remains of a homeward-case file, parted by ';'
 *     individual                       specimens of one number are known to be one person
 *     NAME_mm                          measurements, as many as there are */
#ifndef HW_IDENTIFY_SPECIMEN_FILE_H
#define HW_IDENTIFY_SPECIMEN_FILE_H

#include "base/arena.h"
#include "homeward/reassociate.h"

typedef struct hw_specimen_list {
  hw_arena arena;
  int32_t n, capacity;
  hw_specimen *specimens;
} hw_specimen_list;

/* Reads a file ("-" = standard input). Free with hw_specimen_list_clear, also after a failure.
 * @param remains  what `profiles` may name
 * @return HW_OK; HW_E_SHAPE (no specimen, no column), HW_E_UNKNOWN_KEY, HW_E_DUPLICATE, HW_E_VALUE,
 *         HW_E_REFERENCE (a profile), with line, column and name; as hw_csv_open */
HW_MUST_CHECK hw_status hw_specimen_list_read(const char *path, int32_t n_remains,
                                              const hw_remains *remains, hw_specimen_list *out,
                                              hw_err *err);
/* The same from memory; `name` stands for the file in messages. */
HW_MUST_CHECK hw_status hw_specimen_list_parse(const char *bytes, size_t n_bytes, const char *name,
                                               int32_t n_remains, const hw_remains *remains,
                                               hw_specimen_list *out, hw_err *err);
void hw_specimen_list_clear(hw_specimen_list *self);

/* The samples of a case as specimens of which nothing else is known. */
HW_MUST_CHECK hw_status hw_specimen_list_of_remains(int32_t n_remains, const hw_remains *remains,
                                                    hw_specimen_list *out, hw_err *err);

#endif
