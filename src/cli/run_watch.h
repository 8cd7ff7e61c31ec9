/* Progress of long work on a terminal, and Ctrl-C: how the command line watches runs of app/. */
#ifndef HW_CLI_RUN_WATCH_H
#define HW_CLI_RUN_WATCH_H

#include "app/run_watch.h"
#include "base/progress.h"

typedef struct cli_run_watch {
  hw_progress progress;
  hw_run_phase phase;
  bool is_open; /* a line of progress stands on the terminal */
  hw_run_watch watch;
} cli_run_watch;

/* From now on each phase has its line, and Ctrl-C (between cli_interrupt_begin and cli_interrupt_end)
 * stops the work at the engine's next look. Returns the watch, valid as long as this is. */
const hw_run_watch *cli_run_watch_begin(cli_run_watch *self);
/* Takes the line away: at the end, and before anything is told; the next look draws a new one. */
void cli_run_watch_pause(cli_run_watch *self);

#endif
