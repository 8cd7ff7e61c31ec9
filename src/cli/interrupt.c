/* Ctrl-C during work that can be undone.
 *
 * The handler only writes a flag, which the work looks at between rows: it then
 * undoes what it did and tells so. Who is impatient presses again and ends the
 * program on the spot; the database survives that too. */
#include "cli/interrupt.h"

#include <signal.h>
#include <string.h>

#include "base/progress.h"

static volatile sig_atomic_t came;
static struct sigaction before[2];
static const int signals[2] = {SIGINT, SIGTERM};

static void remember(int number) {
  (void)number;
  came = 1;
}

void cli_interrupt_begin(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = remember;
  action.sa_flags = (int)SA_RESETHAND;
  sigemptyset(&action.sa_mask);
  came = 0;
  for (int i = 0; i < 2; i++) sigaction(signals[i], &action, &before[i]);
}

bool cli_interrupt_came(void *unused) {
  (void)unused;
  return came != 0;
}

bool cli_interrupt_look(void *progress, uint64_t done, uint64_t all) {
  hw_progress *told = progress;
  told->total = all;
  hw_progress_set(told, done);
  return cli_interrupt_came(NULL);
}

void cli_interrupt_end(void) {
  for (int i = 0; i < 2; i++) sigaction(signals[i], &before[i], NULL);
}
