/** @file
 * Many errors of one file: what a person wants who has to mend it.
 *
 * A reader that can go on after a bad row reports each mistake here and reads
 * on; at the end the file is refused if there was any. The first
 * HW_ERRORS_KEPT are kept in the order of the file, the others are counted.
 *
 * Example:
 * @code
 *   hw_errors errors = HW_ERRORS_INIT;
 *   hw_err err = HW_ERR_INIT;
 *   if (read_row(&csv, &err) != HW_OK && !hw_errors_add(&errors, &err)) break;
 *   ...
 *   return hw_errors_status(&errors, err_out);
 * @endcode
 */
#ifndef HW_BASE_ERRORS_H
#define HW_BASE_ERRORS_H

#include <stdbool.h>
#include <stdint.h>

#include "homeward/status.h"

/** Errors that are told in full. */
#define HW_ERRORS_KEPT 20

/** Caller's storage; a zeroed one is empty. Strings are inline, nothing to free. */
typedef struct hw_errors {
  uint64_t n; /**< all that were added; the first HW_ERRORS_KEPT stand in `kept` */
  hw_err kept[HW_ERRORS_KEPT];
} hw_errors;

/** Adds one. @return true if reading may go on: the mistake is one of the input (exit status 2)
 * and others may follow; false where the machine failed (memory, disk, interruption) */
bool hw_errors_add(hw_errors *self, const hw_err *err);

/** Number of errors that are kept. */
int hw_errors_kept(const hw_errors *self);

/** Forgets the last one if it stands on this line: where a file was cut off, half a line at its end
 * is no mistake of its own. */
void hw_errors_forget(hw_errors *self, uint64_t line);

/** Brings those that are kept into the order of the file: by line, the same line in the order in
 * which they were found. What has no line stays first. */
void hw_errors_sort(hw_errors *self);

/** HW_OK if there were none; else the status of the first, copied to @p err (may be NULL). A
 * failure of the machine goes before mistakes of the input. */
HW_MUST_CHECK hw_status hw_errors_status(const hw_errors *self, hw_err *err);

#endif
