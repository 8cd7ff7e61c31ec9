/* The options of `homeward simulate` that ask for SNP profiles, and what they make. */
#ifndef HW_CLI_SIMULATE_SNP_H
#define HW_CLI_SIMULATE_SNP_H

#include "cli/cli.h"
#include "cli/sequencing.h"
#include "homeward/simulate_snp.h"

typedef struct cli_snp_settings {
  const char *panel, *population, *build;
  cli_sequencing sequencing;
  double spread, bias, drop_in;
  bool has_lineages;
} cli_snp_settings;

/* What the options mean when they are not given. */
extern const cli_snp_settings cli_snp_defaults;

/* The profiles, and the panel that they are at. A zeroed one is empty. */
typedef struct cli_snp_case {
  hw_panel *panel;
  int32_t n_left_out; /* markers without position, map or frequencies */
  hw_build build;
  hw_snp_simulation_options options;
  hw_snp_simulation *simulation;
} cli_snp_case;

/* Reads the panel and makes sense of the options; before anything is simulated.
 * @p population  of --population, taken where --panel-population names none and the panel has it */
HW_MUST_CHECK hw_status cli_snp_prepare(const cli_snp_settings *settings, uint64_t seed,
                                        double theta, const char *population, cli_snp_case *self,
                                        hw_err *err);
HW_MUST_CHECK hw_status cli_snp_run(cli_snp_case *self, const hw_simulation *persons, hw_err *err);
void cli_snp_clear(cli_snp_case *self);

#endif
