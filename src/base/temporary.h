/** @file
 * A file for what has to be read more than once: private, and gone with the process.
 *
 * Only this account of the computer may read it. Where the system can reach an open file through
 * /dev/fd, its name is taken away at once: whatever happens to the process, nothing stays behind, and
 * nobody can open it by a name in the folder. Elsewhere it bears a name that nobody can guess, until
 * it is closed.
 *
 * Example:
 * @code
 *   hw_temporary file = {0};
 *   s = hw_temporary_open(&file, folder, err);
 *   if (s == HW_OK) s = hw_temporary_add(&file, bytes, n, err);
 *   if (s == HW_OK) s = read_twice(file.path, err);
 *   hw_temporary_close(&file);
 * @endcode
 */
#ifndef HW_BASE_TEMPORARY_H
#define HW_BASE_TEMPORARY_H

#include <stdbool.h>
#include <stddef.h>

#include "homeward/status.h"

/** Caller's storage; zeroed = not open. */
typedef struct hw_temporary {
  char *path; /**< to open it by, as often as need be; NULL = not open */
  int descriptor;
  bool is_named; /**< the path is a name in the folder */
} hw_temporary;

/** Makes an empty one.
 * @param folder  where; NULL or "" = /tmp, or where nothing can be written there /var/tmp. One that
 *                is said is the only one: it may have been chosen so that nothing personal reaches
 *                another disk
 * @return HW_OK; HW_E_IO, with the folder; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_temporary_open(hw_temporary *self, const char *folder, hw_err *err);
/** Adds bytes at the end. @return HW_OK; HW_E_IO */
HW_MUST_CHECK hw_status hw_temporary_add(hw_temporary *self, const void *bytes, size_t n,
                                         hw_err *err);
/** Closes and removes it; one that is not open is allowed. */
void hw_temporary_close(hw_temporary *self);

#endif
