/* One file of SNP genotypes, whatever its format; inside cli_snp_files_open. */
#ifndef HW_CLI_SNP_KINDS_H
#define HW_CLI_SNP_KINDS_H

#include "cli/snp_files.h"
#include "formats/snp_file.h"

/* Where the frequencies of markers without a panel come from. */
typedef enum cli_snp_frequencies {
  CLI_SNP_NOT_TOLD = 0,
  CLI_SNP_ESTIMATED, /* of samples of the files */
  CLI_SNP_STATED     /* an INFO field, or the file beside one of BEAGLE */
} cli_snp_frequencies;

/* How a file is read. */
typedef struct cli_snp_reading {
  const cli_snp_files_settings *settings;
  const hw_panel *panel; /* NULL = one is made of the file */
  int32_t population;    /* of the panel; HW_PANEL_NONE = not known yet */
  const hw_build *build; /* NULL = not told */
  cli_snp_frequencies frequencies;
} cli_snp_reading;

/* What a file gave; free with cli_snp_source_clear. */
typedef struct cli_snp_source {
  const char *path;
  hw_snp_file file;       /* of reads: only arena and bytes */
  hw_snp_profile profile; /* of reads */
  cli_snp_reads *reads;   /* NULL = no reads; profiles of its models in grid_bytes */
  uint8_t *grid_bytes;
  int32_t n;
  const hw_snp_profile *profiles;
  hw_build build;
  bool is_called; /* genotypes, not their likelihoods */
} cli_snp_source;

HW_MUST_CHECK hw_status cli_snp_source_read(const char *path, const cli_snp_reading *reading,
                                            cli_snp_source *out, hw_err *err);
void cli_snp_source_clear(cli_snp_source *self);

#endif
