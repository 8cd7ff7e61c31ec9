/* Standard input as a file, for what has to be read twice. */
#ifndef HW_CLI_SPOOL_H
#define HW_CLI_SPOOL_H

#include "homeward/status.h"

/* Copies standard input to a temporary file. Free with cli_spool_remove.
 * @param path  [out] NULL on failure */
HW_MUST_CHECK hw_status cli_spool_stdin(char **path, hw_err *err);
/* Removes the file and frees its name; NULL is allowed. */
void cli_spool_remove(char *path);

#endif
