/** @file
 * Name index: from a text to its number, for lists that are built once.
 *
 * A sorted array and binary search rather than a hash table: nobody can make it
 * slow by choosing names (a case file comes from outside), it needs no seed,
 * and the first duplicate in the order of the list falls out of the sort.
 *
 * Example:
 * @code
 *   hw_name_index index = {0};
 *   HW_TRY(hw_name_index_init(&index, n, names, err));
 *   int32_t i = hw_name_index_find(&index, "D3S1358");
 *   hw_name_index_clear(&index);
 * @endcode
 */
#ifndef HW_GENETICS_NAME_INDEX_H
#define HW_GENETICS_NAME_INDEX_H

#include "homeward/status.h"

/** Returned where there is no such name. */
#define HW_NAME_NONE ((int32_t)-1)

/** One name with its number in the caller's list. */
typedef struct hw_name_entry {
  const char *name; /**< borrowed */
  int32_t number;
} hw_name_entry;

/** The index; a zeroed one is empty. */
typedef struct hw_name_index {
  int32_t n;
  hw_name_entry *entries; /**< sorted by name, then number */
} hw_name_index;

/** Indexes @p n names, which are borrowed. Free with hw_name_index_clear.
 * @return HW_OK; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_name_index_init(hw_name_index *self, int32_t n, const char *const *names,
                                           hw_err *err);

/** Frees the index, not the names; NULL and a zeroed one are allowed. */
void hw_name_index_clear(hw_name_index *self);

/** Smallest number that bears the name, or HW_NAME_NONE. */
int32_t hw_name_index_find(const hw_name_index *self, const char *name);

/** The first entry of the list whose name stood before: its number, or HW_NAME_NONE if
 * all names differ. @param first [out] number that had the name first; may be NULL */
int32_t hw_name_index_duplicate(const hw_name_index *self, int32_t *first);

#endif
