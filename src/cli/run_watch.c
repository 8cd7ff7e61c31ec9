/* How the command line watches runs of app/.
 *
 * The first look of a phase begins its line, and stops nothing: what an engine had done when it was
 * interrupted is its to say. What has no line of its own, as reading the case, is shown by none. */
#include "cli/run_watch.h"

#include <string.h>

#include "cli/interrupt.h"

static const char *title_of(hw_run_phase phase) {
  switch (phase) {
    case HW_RUN_STR:
      return "searching";
    case HW_RUN_SNP:
      return "searching SNP profiles";
    case HW_RUN_PAIRS:
      return "looking at what was kept";
    case HW_RUN_COMPARING:
      return "comparing";
    case HW_RUN_EVIDENCE:
      return "weighing SNPs and lines";
    case HW_RUN_JOINT:
      return "weighing assignments";
    case HW_RUN_GROUPS:
      return "re-associating";
    default:
      return NULL;
  }
}

static bool look(void *context, hw_run_phase phase, uint64_t done, uint64_t all) {
  cli_run_watch *self = context;
  const bool begins = phase != self->phase;
  const char *title = title_of(phase);
  if (begins) cli_run_watch_pause(self);
  self->phase = phase;
  if (title != NULL && !self->is_open) {
    hw_progress_begin(&self->progress, stderr, title, all);
    self->is_open = true;
  }
  return !begins && title != NULL && cli_interrupt_look(&self->progress, done, all);
}

const hw_run_watch *cli_run_watch_begin(cli_run_watch *self) {
  memset(self, 0, sizeof *self);
  self->phase = HW_N_RUN_PHASES;
  self->watch = (hw_run_watch){look, self};
  return &self->watch;
}

void cli_run_watch_pause(cli_run_watch *self) {
  if (self->is_open) hw_progress_end(&self->progress);
  self->is_open = false;
}
