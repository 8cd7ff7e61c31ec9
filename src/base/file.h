/** @file
 * Whole files in memory, with errors that name the file and the reason.
 */
#ifndef HW_BASE_FILE_H
#define HW_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "homeward/status.h"

/** Reads a file ("-" = standard input) of at most @p max_bytes.
 *
 * @param bytes    [out] the content and one NUL behind it; free() it; NULL on failure
 * @param n_bytes  [out] without the NUL
 * @return HW_OK; HW_E_NOT_FOUND, HW_E_DENIED, HW_E_IO; HW_E_VALUE (larger than max_bytes);
 *         HW_E_NO_MEMORY; err->file is set */
HW_MUST_CHECK hw_status hw_file_read(const char *path, size_t max_bytes, char **bytes,
                                     size_t *n_bytes, hw_err *err);

/** What is different after a file was written, replaced or removed. */
typedef struct hw_file_stamp {
  uint64_t device, inode, size;
  int64_t written_s, written_ns;
} hw_file_stamp;

/** Takes the stamp of an ordinary file, for readers that go over it more than once.
 * @return HW_OK; HW_E_NOT_FOUND, HW_E_DENIED; HW_E_IO (folders and other things that are no
 *         files); err->file is set */
HW_MUST_CHECK hw_status hw_file_look(const char *path, hw_file_stamp *out, hw_err *err);
/** @return HW_OK; HW_E_IO if the file is no longer the one that was looked at; err->file is set */
HW_MUST_CHECK hw_status hw_file_check(const char *path, const hw_file_stamp *stamp, hw_err *err);

/** The failure of a call of the system: "cannot @p doing: REASON".
 * @param error  errno of the call, not 0
 * @return HW_E_NOT_FOUND, HW_E_DENIED, HW_E_NO_MEMORY or HW_E_IO; err is set */
HW_MUST_CHECK hw_status hw_file_fail(int error, const char *doing, hw_err *err);
/** The status that tells an errno of opening, reading or writing a file. */
hw_status hw_file_status(int error);

#endif
