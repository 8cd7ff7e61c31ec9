/* SNP panels of `homeward power`: the options that ask for them, and the run. */
#ifndef HW_CLI_POWER_SNP_H
#define HW_CLI_POWER_SNP_H

#include "app/power_snp.h"
#include "cli/cli.h"
#include "cli/sequencing.h"

typedef struct power_snp_settings {
  cli_texts panels; /* FILE[:POPULATION][@COVERAGE] */
  cli_sequencing sequencing;
  bool is_off, with_next;
  int64_t n_draws, max_bits;
} power_snp_settings;
/* What the options mean when they are not given. */
extern const power_snp_settings power_snp_defaults;

/* Everything of a run. A zeroed one is empty. */
typedef struct power_snp {
  hw_power_snp_inputs inputs;
  hw_power_snp_options options;
  hw_power_snp_study *study; /* NULL = nothing to compute */
} power_snp;

/* Reads the panels; before anything is computed.
 * @param app  NULL = the case is a file */
HW_MUST_CHECK hw_status power_snp_prepare(power_snp *self, const power_snp_settings *settings,
                                          double theta, hw_app *app, const hw_stored_case *stored,
                                          hw_err *err);
/* @param options  of STR, whose families, threshold, seed, threads and availability are taken */
HW_MUST_CHECK hw_status power_snp_compute(power_snp *self, const power_snp_settings *settings,
                                          const hw_case *problem, const hw_power_study *str,
                                          const hw_power_options *options, hw_err *err);
void power_snp_clear(power_snp *self);

#endif
