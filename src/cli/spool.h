/* Standard input as a file, for what has to be read twice. */
#ifndef HW_CLI_SPOOL_H
#define HW_CLI_SPOOL_H

#include "base/temporary.h"

/* Copies standard input to a temporary file.
 * @param out  [out] close with hw_temporary_close; not open on failure */
HW_MUST_CHECK hw_status cli_spool_stdin(hw_temporary *out, hw_err *err);

#endif
