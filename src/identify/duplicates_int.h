/* Shared by the search for one person under two codes: the compact rows
 * (reference_duplicates.c) and the groups of markers (reference_groups.c).
 *
 *   row of a profile   one 16-bit code per used marker, in the order of `column`:
 *                      0 = not typed, else 1 + b(b+1)/2 + a for alleles a ≤ b
 *
 * Only autosomal markers are used. 24 markers take 48 bytes a profile; a search
 * adds 17 bytes a profile while it runs. */
#ifndef HW_IDENTIFY_DUPLICATES_INT_H
#define HW_IDENTIFY_DUPLICATES_INT_H

#include "homeward/reference.h"

/* Most alleles whose genotypes fit 16 bits. */
enum { HWP_MOST_ALLELES = 360 };
/* Groups of markers; passes grow with the square of their number. */
enum { HWP_MOST_GROUPS = 16 };

struct hw_duplicates {
  hw_duplicate_options options; /* defaults filled in */
  double theta;
  int32_t n_markers;
  const hw_marker *markers;
  int32_t n_columns;
  int32_t *column; /* marker of each code of a row */
  int32_t n, capacity;
  uint16_t *rows; /* capacity × n_columns */
  int32_t guarantee;
};

/* Columns that stand together in a row. */
typedef struct hwp_groups {
  int32_t n;
  int32_t start[HWP_MOST_GROUPS + 1];
} hwp_groups;

static inline const uint16_t *hwp_row(const hw_duplicates *self, int32_t profile) {
  return self->rows + (size_t)profile * (size_t)self->n_columns;
}

/* Chooses the groups for the profiles at hand and puts the columns in their order. */
HW_MUST_CHECK hw_status hwp_groups_make(hw_duplicates *self, hwp_groups *groups, hw_err *err);

/* Calls found(context, i, j) once for each pair of profiles i < j, of those with flag[i] == 0,
 * that agree in two whole groups (in the one group, if there is but one).
 * @return HW_OK; HW_E_TOO_COMPLEX if there are too many; HW_E_NO_MEMORY; what found returns */
typedef hw_status hwp_pair_found(void *context, int32_t i, int32_t j, hw_err *err);
HW_MUST_CHECK hw_status hwp_groups_search(const hw_duplicates *self, const hwp_groups *groups,
                                          const uint8_t *flag, hwp_pair_found *found, void *context,
                                          hw_err *err);

/* Sorts profile numbers by hash; equal hashes in order of profiles.
 * @param scratch  room for n more */
typedef struct hwp_hashed {
  uint32_t hash;
  int32_t profile;
} hwp_hashed;
void hwp_hashed_sort(hwp_hashed *items, hwp_hashed *scratch, size_t n);
/* Hash of columns from … to − 1 of a row. */
uint32_t hwp_row_hash(const uint16_t *row, int32_t from, int32_t to);

#endif
