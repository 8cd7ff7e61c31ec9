/* Ctrl-C during work that can be undone. */
#ifndef HW_CLI_INTERRUPT_H
#define HW_CLI_INTERRUPT_H

#include <stdbool.h>
#include <stdint.h>

/* From now on the first SIGINT or SIGTERM is remembered; a second one ends the program. */
void cli_interrupt_begin(void);
/* True once it came; the argument is not used. */
bool cli_interrupt_came(void *unused);
/* The same, for work that tells how far it is: the context is an hw_progress, which is brought up to
 * date. */
bool cli_interrupt_look(void *progress, uint64_t done, uint64_t all);
/* As it was before. */
void cli_interrupt_end(void);

#endif
