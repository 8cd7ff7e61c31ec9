/* SNP panels of `homeward power`: from options to a study. */
#include "cli/power_snp.h"

#include <string.h>

#include "base/check.h"
#include "base/progress.h"
#include "cli/interrupt.h"

const power_snp_settings power_snp_defaults = {.sequencing = CLI_SEQUENCING_DEFAULTS,
                                               .n_draws = HW_POWER_SNP_DRAWS,
                                               .max_bits = HW_POWER_SNP_BITS};

hw_status power_snp_prepare(power_snp *self, const power_snp_settings *settings, double theta,
                            hw_app *app, const hw_stored_case *stored, hw_err *err) {
  hw_power_snp_panel *way = &self->inputs.way;
  way->theta = theta;
  HW_TRY(
      cli_sequencing_take(&settings->sequencing, &way->run, &way->call, &way->call_missing, err));
  if (app != NULL && !settings->is_off) {
    const hw_status status = hw_power_snp_inputs_load(&self->inputs, app, stored, err);
    if (status == HW_E_REFERENCE) /* which panel is meant is not told */
      cli_say("%s: note: SNP profiles do not count: %s", hw_store_location(app->store),
              err->message);
    else if (status != HW_OK)
      return status;
    const hw_stored_snp *snp = &self->inputs.stored;
    for (int i = 0; i < snp->n_notes; i++)
      cli_say("%s: note: %s", hw_store_location(app->store), snp->notes[i]);
  }
  for (int i = 0; i < settings->panels.n; i++) {
    const hw_status status = hw_power_snp_inputs_add(&self->inputs, settings->panels.items[i], err);
    if (status != HW_OK) {
      hw_err_while(err, "reading --panel");
      return status;
    }
  }
  return HW_OK;
}

hw_status power_snp_compute(power_snp *self, const power_snp_settings *settings,
                            const hw_case *problem, const hw_power_study *str,
                            const hw_power_options *options, hw_err *err) {
  hw_progress progress;
  if (self->inputs.n == 0) return HW_OK;
  self->options = (hw_power_snp_options){
      .n_panels = self->inputs.n,
      .panels = self->inputs.panels,
      .threshold = hw_power_threshold(str),
      .n_draws = (int32_t)settings->n_draws,
      .seed = options->seed,
      .n_threads = options->n_threads,
      .is_one_family = options->is_one_family,
      .family = options->family,
      .with_relatives = settings->with_next,
      .available = options->available,
      .linked = {.simd = cli_simd(), .max_bits = (int32_t)settings->max_bits},
      .str = problem->n_markers > 0 ? str : NULL};
  HW_TRY(hw_power_snp_new(problem, &self->options, &self->study, err));
  hw_progress_begin(&progress, stderr, "simulating SNP panels", 0);
  const hw_status status = hw_power_snp_run(self->study, cli_interrupt_look, &progress, err);
  hw_progress_end(&progress);
  return status;
}

void power_snp_clear(power_snp *self) {
  hw_power_snp_delete(self->study);
  hw_power_snp_inputs_clear(&self->inputs);
}
