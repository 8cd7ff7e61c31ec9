/** @file
 * Whole files in memory, with errors that name the file and the reason.
 */
#ifndef HW_BASE_FILE_H
#define HW_BASE_FILE_H

#include <stddef.h>

#include "homeward/status.h"

/** Reads a file ("-" = standard input) of at most @p max_bytes.
 *
 * @param bytes    [out] the content and one NUL behind it; free() it; NULL on failure
 * @param n_bytes  [out] without the NUL
 * @return HW_OK; HW_E_NOT_FOUND, HW_E_DENIED, HW_E_IO; HW_E_VALUE (larger than max_bytes);
 *         HW_E_NO_MEMORY; err->file is set */
HW_MUST_CHECK hw_status hw_file_read(const char *path, size_t max_bytes, char **bytes,
                                     size_t *n_bytes, hw_err *err);

/** The failure of a call of the system: "cannot @p doing: REASON".
 * @param error  errno of the call, not 0
 * @return HW_E_NOT_FOUND, HW_E_DENIED, HW_E_NO_MEMORY or HW_E_IO; err is set */
HW_MUST_CHECK hw_status hw_file_fail(int error, const char *doing, hw_err *err);
/** The status that tells an errno of opening, reading or writing a file. */
hw_status hw_file_status(int error);

#endif
