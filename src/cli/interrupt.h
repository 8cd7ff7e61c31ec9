/* Ctrl-C during work that can be undone. */
#ifndef HW_CLI_INTERRUPT_H
#define HW_CLI_INTERRUPT_H

#include <stdbool.h>

/* From now on the first SIGINT or SIGTERM is remembered; a second one ends the program. */
void cli_interrupt_begin(void);
/* True once it came; the argument is not used. */
bool cli_interrupt_came(void *unused);
/* As it was before. */
void cli_interrupt_end(void);

#endif
