/** @file
 * Writing a file that is complete under its name, or is not there.
 *
 * The bytes go to a file beside it, to the disk, and then get the name, which
 * replaces what bore it. A process that is killed leaves the old file (and one
 * whose name ends in ".new-XXXXXX"), never a half one.
 *
 * Example:
 * @code
 *   hw_file_writer w;
 *   HW_TRY(hw_file_write_begin(&w, "input", &err));
 *   hw_file_write_add(&w, bytes, n);
 *   return hw_file_write_end(&w, &err);
 * @endcode
 */
#ifndef HW_BASE_FILE_WRITE_H
#define HW_BASE_FILE_WRITE_H

#include <stddef.h>
#include <stdio.h>

#include "homeward/status.h"

/** One file in the making, caller's storage; members are private. */
typedef struct hw_file_writer {
  FILE *stream;
  char *path, *temporary;
  int error; /**< errno of the first failure, or 0 */
} hw_file_writer;

/** Begins. For its owner only: what is written here is personal.
 * @return HW_OK; HW_E_NOT_FOUND, HW_E_DENIED, HW_E_IO, HW_E_NO_MEMORY; err->file is set. After a
 *         failure there is nothing to end */
HW_MUST_CHECK hw_status hw_file_write_begin(hw_file_writer *self, const char *path, hw_err *err);
/** Adds bytes. A failure is kept for the end. */
void hw_file_write_add(hw_file_writer *self, const void *bytes, size_t n);
/** Brings everything to the disk and gives it the name. Ends it in every case.
 * @return HW_OK; HW_E_IO and others, then what bore the name before still does */
HW_MUST_CHECK hw_status hw_file_write_end(hw_file_writer *self, hw_err *err);
/** Gives it up. Allowed after the end, and on a zeroed one. */
void hw_file_write_discard(hw_file_writer *self);

/** All at once. */
HW_MUST_CHECK hw_status hw_file_replace(const char *path, const void *bytes, size_t n, hw_err *err);

/** Makes names in a folder permanent that were added, replaced or removed. */
HW_MUST_CHECK hw_status hw_folder_sync(const char *folder, hw_err *err);

#endif
