/* Secrets that are typed: without echo, and never from the command line, where others can read it. */
#ifndef HW_CLI_SECRET_INPUT_H
#define HW_CLI_SECRET_INPUT_H

#include <stdbool.h>

#include "homeward/status.h"

/* Bytes that a secret can take, NUL included. */
enum { CLI_SECRET_SIZE = 1100 };

/* Reads one line. From the terminal it is asked for with `prompt` and not shown while it is typed;
 * with from_stdin it is the next line of standard input. Clear it with hw_secret_clear. */
HW_MUST_CHECK hw_status cli_secret_read(const char *prompt, bool from_stdin,
                                        char out[CLI_SECRET_SIZE], hw_err *err);
/* The same twice, which must be equal; from standard input once. */
HW_MUST_CHECK hw_status cli_secret_choose(const char *prompt, bool from_stdin,
                                          char out[CLI_SECRET_SIZE], hw_err *err);

#endif
