/* What a search has done, remembered in a folder (checkpoint.h).
 *
 * An outcome goes to the log before it is taken: what is lost when the process is killed
 * is at most the unit at hand. When the disk is full the log is given up and the search
 * goes on, for its results are what counts. What was remembered is taken if it can be
 * read; all else is done again. */
#include "search/checkpoint.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"

/* Tells what is wrong with the folder; the first thing counts. */
static void note(hwp_checkpoint *self, const char *what, const hw_err *reason) {
  char text[1024];
  if (self->since->note[0]) return;
  snprintf(self->since->note, sizeof self->since->note, "%s: %.240s", what,
           hw_err_text(reason, text, sizeof text));
}

static bool may_go_on(hw_status status) {
  return status != HW_OK && status != HW_E_NO_MEMORY && status != HW_E_BUG;
}

hw_status hwp_checkpoint_settle(hwp_checkpoint *self, hw_status status, const char *what,
                                const hw_err *reason, hw_err *err) {
  if (status == HW_OK) return HW_OK;
  note(self, what, reason);
  if (may_go_on(status)) return HW_OK;
  if (err) *err = *reason;
  return status;
}

hw_status hwp_checkpoint_open(hwp_checkpoint *self, const char *path, const hwp_log_key *key,
                              int32_t n_units, hw_err *err) {
  hw_err reason = HW_ERR_INIT;
  const hw_status status = hwp_log_open(path, key, n_units, &self->log, &reason);
  return hwp_checkpoint_settle(self, status, "this search is not kept", &reason, err);
}

hw_status hwp_checkpoint_take_known(hwp_checkpoint *self, int32_t n_units, bool *is_done,
                                    hw_err *err) {
  for (int32_t i = 0; self->log && i < n_units; i++) {
    hwp_outcome outcome = {0};
    hw_err ignored = HW_ERR_INIT;
    size_t n;
    if (!hwp_log_has(self->log, i)) continue;
    char *bytes = hwp_log_read(self->log, i, &n);
    hw_status status = HW_OK;
    if (bytes && hwp_get_outcome(bytes, n, &self->units[i], self->found->options,
                                 self->found->n_samples, &outcome, &ignored) == HW_OK) {
      status = hwp_found_add(self->found, &self->units[i], &outcome, err);
      is_done[i] = true;
      self->since->is_resumed = true;
    }
    hwp_outcome_clear(&outcome);
    free(bytes);
    if (status != HW_OK) return status;
  }
  return HW_OK;
}

hw_status hwp_checkpoint_take(hwp_checkpoint *self, int32_t unit, const hwp_outcome *outcome,
                              hw_err *err) {
  if (self->log) {
    hw_str bytes = HW_STR_INIT;
    hw_err reason = HW_ERR_INIT;
    hwp_put_outcome(&bytes, &self->units[unit], outcome);
    const hw_status status = hwp_log_add(self->log, unit, &bytes, &reason);
    hw_str_clear(&bytes);
    if (status != HW_OK) { /* a full disk */
      note(self, "this search is not kept", &reason);
      hwp_log_close(self->log, false);
      self->log = NULL;
    }
  }
  return hwp_found_add(self->found, &self->units[unit], outcome, err);
}

void hwp_checkpoint_sync(hwp_checkpoint *self) {
  hw_err reason = HW_ERR_INIT;
  if (self->log && hwp_log_sync(self->log, &reason) != HW_OK)
    note(self, "what was done is not safe", &reason);
}
