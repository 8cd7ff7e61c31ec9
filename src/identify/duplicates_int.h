/* Shared by the search for one person under two codes: the compact rows
 * (reference_duplicates.c), the groups of markers (reference_groups.c) and the
 * comparison of a few new profiles with all (reference_new.c).
 *
 *   row of a profile   one 16-bit code per used marker, in the order of `column`:
 *                      0 = not typed, else 1 + b(b+1)/2 + a for alleles a ≤ b
 *
 * Only autosomal markers are used. 24 markers take 48 bytes a profile; a search of
 * all pairs adds 17 bytes a profile while it runs. */
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
  int32_t *column;  /* marker of each code of a row */
  uint32_t **count; /* of each column: how many rows have a code */
  int32_t n, capacity;
  uint16_t *rows; /* capacity × n_columns */
  int32_t guarantee;
};

/* Columns that belong together: places start[g] to start[g + 1] − 1 of an order of columns. */
typedef struct hwp_groups {
  int32_t n;
  int32_t start[HWP_MOST_GROUPS + 1];
} hwp_groups;

/* A search in progress. */
typedef struct hwp_duplicate_search {
  hw_duplicates *self;
  int32_t first_new;    /* pairs without a profile from here on are not listed */
  const int32_t *order; /* of the columns, in which ratios are multiplied; NULL = as they stand */
  double least_log10_lr;
  uint8_t *flag; /* per profile: 1 = too few markers, 2 = equal to an earlier one */
  hw_duplicate *pairs;
  int32_t n_pairs, capacity;
} hwp_duplicate_search;

static inline const uint16_t *hwp_row(const hw_duplicates *self, int32_t profile) {
  return self->rows + (size_t)profile * (size_t)self->n_columns;
}

/* Codes that a column can have, 0 included. */
static inline int32_t hwp_n_codes(const hw_marker *marker) {
  return 1 + marker->n_alleles * (marker->n_alleles + 1) / 2;
}

/* Chooses the groups for the profiles at hand. @param order  [out] n_columns: the order that the
 * groups are cut of */
HW_MUST_CHECK hw_status hwp_groups_choose(const hw_duplicates *self, int32_t *order,
                                          hwp_groups *groups, hw_err *err);
/* Chooses them and puts the columns in their order. */
HW_MUST_CHECK hw_status hwp_groups_make(hw_duplicates *self, hwp_groups *groups, hw_err *err);

/* Calls found(context, i, j) once for each pair of profiles i < j, of those with flag[i] == 0,
 * that agree in two whole groups (in the one group, if there is but one).
 * @return HW_OK; HW_E_TOO_COMPLEX if there are too many; HW_E_NO_MEMORY; what found returns */
typedef hw_status hwp_pair_found(void *context, int32_t i, int32_t j, hw_err *err);
HW_MUST_CHECK hw_status hwp_groups_search(const hw_duplicates *self, const hwp_groups *groups,
                                          const uint8_t *flag, hwp_pair_found *found, void *context,
                                          hw_err *err);

/* True if a profile is typed at too few markers to be compared. */
bool hwp_row_is_short(const hw_duplicates *self, int32_t profile);
/* Lists a pair if it passes all thresholds. @return HW_OK; HW_E_TOO_COMPLEX; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_duplicates_list(hwp_duplicate_search *self, int32_t i, int32_t j,
                                            hw_err *err);

/* Finds the pairs of a search in two ways, which list the same: with groups of all profiles, or by
 * comparing each new profile with all, which takes time for each of them, and less where they are few.
 * @param is_done  [out] false if the profiles are so alike that the other way is the better one */
HW_MUST_CHECK hw_status hwp_duplicates_of_all(hwp_duplicate_search *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_duplicates_of_new(hwp_duplicate_search *self, bool *is_done,
                                              hw_err *err);
/* Runs one of them. */
typedef enum hwp_way { HWP_WAY_BY_NUMBER, HWP_WAY_ALL, HWP_WAY_NEW } hwp_way;
HW_MUST_CHECK hw_status hwp_duplicates_find(hw_duplicates *self, int32_t first_new, hwp_way way,
                                            hw_duplicate **pairs, int32_t *n_pairs, hw_err *err);

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
