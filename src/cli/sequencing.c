/* Options of sequencing, from the command line to the library.
 *
 * The same numbers describe how a simulated bone is read and with which reads a
 * panel is judged, so that a power table and a simulated case agree. */
#include "cli/sequencing.h"

#include <string.h>

#include "base/check.h"

static hw_status parse_library(const char *text, hw_library *out, hw_err *err) {
  static const char *const names[] = {"double", "single", "treated"};
  for (int i = 0; i < 3; i++)
    if (strcmp(text, names[i]) == 0) {
      *out = (hw_library)i;
      return HW_OK;
    }
  return hw_err_set(err, HW_E_USAGE, "--library: '%s' is not double, single or treated", text);
}

hw_status cli_sequencing_take(const cli_sequencing *self, hw_sequencing *run, hw_snp_error *call,
                              double *call_missing, hw_err *err) {
  HW_TRY(parse_library(self->library, &run->model.library, err));
  run->coverage = self->coverage;
  run->error = self->error;
  run->model.damage = self->deamination;
  run->model.decay = self->decay;
  run->model.damage_inside = self->inside;
  run->model.contamination = self->contamination;
  *call = (hw_snp_error){.allele = self->call_error, .dropout = self->call_dropout};
  *call_missing = self->call_missing;
  return HW_OK;
}
