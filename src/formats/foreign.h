/** @file
 * Files that are no text in any of the formats that are read: what they are instead.
 *
 * A spreadsheet under the name of a table, a compressed file, a web page where a
 * download should be: every reader would refuse them, with a message about its own
 * grammar that leads nobody to the remedy.
 *
 * Example:
 * @code
 *   HW_TRY(hw_foreign_check(bytes, n, err));
 * @endcode
 */
#ifndef HW_FORMATS_FOREIGN_H
#define HW_FORMATS_FOREIGN_H

#include <stddef.h>

#include "homeward/status.h"

/** Looks at the beginning of a file; a hundred bytes are enough.
 * @return HW_OK if it may be a text; HW_E_SYNTAX with what it is and what to do */
HW_MUST_CHECK hw_status hw_foreign_check(const char *bytes, size_t n, hw_err *err);

#endif
