/* A power study from beginning to end.
 *
 * The case is loaded with codes instead of labels, as everything that is kept has codes. Of SNPs
 * the panel of the investigation counts, with the profiles that stand; panels of files are for the
 * command line. */
#include "app/run_power.h"

#include <stdlib.h>
#include <string.h>

#include "app/run_search.h"
#include "base/check.h"

typedef struct power_run {
  hw_app *app;
  const hw_run_power_options *how;
  const hw_run_watch *watch;
  hw_run_phase phase;
  hw_stored_case stored;
  hw_err without_str; /* why there is no STR; HW_OK = there is */
  hw_power_inputs inputs;
  hw_power_options options;
  double *dropout;
  hw_power_study *study;
  hw_power_snp_inputs snp_inputs;
  hw_power_snp_options snp_options;
  hw_power_snp_study *snp;
  hw_identification_report report;
} power_run;

static bool look(void *context, uint64_t done, uint64_t all) {
  const power_run *self = context;
  return self->watch != NULL && self->watch->look != NULL &&
         self->watch->look(self->watch->context, self->phase, done, all);
}

static hw_status begin(power_run *self, hw_run_phase phase, hw_err *err) {
  self->phase = phase;
  return hw_run_begin_phase(self->watch, phase, err);
}

/* --- loading --- */

hw_status hw_power_case_load(hw_app *app, hw_stored_case_options what, bool without_snp,
                             hw_stored_case *out, hw_err *without_str, hw_err *err) {
  hw_err why = HW_ERR_INIT, other = HW_ERR_INIT;
  *without_str = why;
  const hw_status status = hw_stored_case_load(app, &what, out, &why);
  if (status == HW_OK) return HW_OK;
  if (status == HW_E_REFERENCE && !without_snp) {
    hw_stored_case_clear(out);
    what.without_markers = true;
    *without_str = why;
    if (hw_stored_case_load(app, &what, out, &other) == HW_OK) return HW_OK;
  }
  if (err != NULL) *err = why;
  return status;
}

static bool is_named(const char *text) {
  return text != NULL && text[0] != '\0';
}

static hw_status choose_family(power_run *self, hw_err *err) {
  const hw_case *problem = &self->stored.problem;
  if (!is_named(self->how->family)) return HW_OK;
  for (int32_t f = 0; f < problem->n_families; f++)
    if (strcmp(problem->families[f].name, self->how->family) == 0) {
      self->options.is_one_family = true;
      self->options.family = f;
      return HW_OK;
    }
  return hw_err_set(err, HW_E_REFERENCE,
                    "investigation '%s' has no open family '%.200s' with a pedigree and somebody "
                    "who is missed",
                    problem->id, self->how->family);
}

static hw_status choose_dropout(power_run *self, hw_err *err) {
  const size_t n = (size_t)self->stored.problem.n_markers;
  if (!(self->how->dropout > 0)) return HW_OK;
  self->dropout = calloc(n + 1, sizeof *self->dropout);
  if (self->dropout == NULL) return HW_NO_MEMORY(err, "the markers");
  for (size_t m = 0; m < n; m++) self->dropout[m] = self->how->dropout;
  self->options.dropout = self->dropout;
  return HW_OK;
}

static hw_status load_snp(power_run *self, hw_err *err) {
  const hw_run_power_options *how = self->how;
  hw_err why = HW_ERR_INIT;
  self->snp_inputs.way = (hw_power_snp_panel){
      .theta = self->stored.problem.theta,
      .run = {.coverage = how->coverage > 0 ? how->coverage : HW_POWER_COVERAGE,
              .error = HW_POWER_READ_ERROR,
              .model = {.decay = HW_POWER_DECAY}},
      .call = {.allele = HW_POWER_CALL_ERROR}};
  if (how->without_snp) return HW_OK;
  const hw_status status =
      hw_power_snp_inputs_load(&self->snp_inputs, self->app, &self->stored, &why);
  /* Which panel is meant is not told: SNPs do not count, as on the command line. */
  if (status == HW_OK || (status == HW_E_REFERENCE && self->without_str.status == HW_OK))
    return HW_OK;
  if (err != NULL) *err = why;
  return status;
}

static hw_status load(power_run *self, hw_err *err) {
  const hw_run_power_options *how = self->how;
  const hw_stored_case_options what = {.investigation = how->investigation, .by_code = true};
  HW_TRY(begin(self, HW_RUN_LOADING, err));
  HW_TRY(hw_power_case_load(self->app, what, how->without_snp, &self->stored, &self->without_str,
                            err));
  self->options = (hw_power_options){.likelihood = {.simd = how->simd},
                                     .threshold = how->threshold,
                                     .enough = how->enough,
                                     .never = how->never,
                                     .with_pairs = how->with_pairs,
                                     .with_remains = how->with_remains && !is_named(how->family),
                                     .n_draws = 64,
                                     .seed = 1,
                                     .n_threads = how->n_threads};
  HW_TRY(choose_family(self, err));
  HW_TRY(choose_dropout(self, err));
  HW_TRY(hw_power_inputs_load(&self->inputs, self->app, &self->stored, err));
  self->options.available = self->inputs.available;
  self->options.n_panels = self->inputs.n_panels;
  self->options.panels = self->inputs.panels;
  HW_TRY(load_snp(self, err));
  if (self->without_str.status == HW_OK || self->snp_inputs.n > 0) return HW_OK;
  if (err != NULL) *err = self->without_str;
  return self->without_str.status;
}

/* --- computing --- */

static hw_status compute(power_run *self, hw_err *err) {
  HW_TRY(begin(self, HW_RUN_POWER, err));
  HW_TRY(hw_power_new(&self->stored.problem, &self->options, &self->study, err));
  return hw_power_run(self->study, look, self, err);
}

static hw_status compute_snp(power_run *self, hw_err *err) {
  const hw_power_options *options = &self->options;
  if (self->snp_inputs.n == 0) return HW_OK;
  self->snp_options =
      (hw_power_snp_options){.n_panels = self->snp_inputs.n,
                             .panels = self->snp_inputs.panels,
                             .threshold = hw_power_threshold(self->study),
                             .n_draws = HW_POWER_SNP_DRAWS,
                             .seed = options->seed,
                             .n_threads = options->n_threads,
                             .is_one_family = options->is_one_family,
                             .family = options->family,
                             .with_relatives = options->is_one_family || self->how->with_snp_next,
                             .available = options->available,
                             .linked = {.simd = self->how->simd, .max_bits = HW_POWER_SNP_BITS},
                             .str = self->stored.problem.n_markers > 0 ? self->study : NULL};
  HW_TRY(begin(self, HW_RUN_POWER_SNP, err));
  HW_TRY(hw_power_snp_new(&self->stored.problem, &self->snp_options, &self->snp, err));
  return hw_power_snp_run(self->snp, look, self, err);
}

/* --- keeping --- */

static hw_status store(power_run *self, hw_run_outcome *out, hw_err *err) {
  const hw_power_made made = {.stored = &self->stored,
                              .study = self->study,
                              .options = &self->options,
                              .inputs = &self->inputs,
                              .snp = self->snp,
                              .snp_options = &self->snp_options,
                              .snp_inputs = &self->snp_inputs};
  const hw_power_summary summary = hw_power_summarise(self->study);
  const hw_power_advice *next = NULL;
  HW_TRY(begin(self, HW_RUN_STORING, err));
  HW_TRY(hw_power_store(self->app, &made, self->how->reason, &self->report, err));
  memcpy(out->run, self->report.run, sizeof out->run);
  out->is_unchanged = self->report.is_unchanged;
  out->n_evaluated = summary.n_targets - summary.n_of[HW_POWER_LEFT_OUT];
  out->n_left_out = summary.n_of[HW_POWER_LEFT_OUT];
  out->n_enough = summary.n_of[HW_POWER_HAS_ENOUGH];
  out->n_next = hw_power_advise(self->study, &next);
  return HW_OK;
}

static void clear(power_run *self) {
  hw_identification_report_clear(&self->report);
  hw_power_snp_delete(self->snp);
  hw_power_snp_inputs_clear(&self->snp_inputs);
  hw_power_delete(self->study);
  free(self->dropout);
  hw_power_inputs_clear(&self->inputs);
  hw_stored_case_clear(&self->stored);
}

hw_status hw_run_power(hw_app *app, const hw_run_power_options *options, const hw_run_watch *watch,
                       hw_run_outcome *out, hw_err *err) {
  power_run *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a power study");
  *self = (power_run){.app = app, .how = options, .watch = watch};
  memset(out, 0, sizeof *out);
  hw_status status = hw_run_require(app, options->investigation, err);
  if (status == HW_OK) status = load(self, err);
  if (status == HW_OK) status = compute(self, err);
  if (status == HW_OK) status = compute_snp(self, err);
  if (status == HW_OK) status = store(self, out, err);
  clear(self);
  free(self);
  return status;
}
