/* From the words of `homeward import` to the library's options. */
#ifndef HW_CLI_IMPORT_OPTIONS_H
#define HW_CLI_IMPORT_OPTIONS_H

#include "app/import.h"
#include "cli/case_open.h"

typedef struct import_settings {
  cli_place place;
  bool apply, update, restore, json, accept_flagged, skip_checks, use_table;
  const char *format, *investigation, *map, *encoding, *reason, *table, *consensus, *single,
      *samples_are, *panel, *genetic_map, *samples;
  const char *field, *build, *prior, *library, *reference, *umi, *contaminant;
  double allele_error, allele_dropout; /* negative = not stated */
  double thin_cm;
  const char *minimum, *normalise, *rest_allele, *population, *source;
  int64_t n_persons;
  const char *mutation, *rate, *rate2, *range, *transform;
} import_settings;

/* Fills the options. Returns -1 to go on, or the exit status of a mistake. */
int import_take_options(const cli_command *command, const import_settings *settings,
                        hw_import_options *options);

#endif
