/* homeward export: records out of the database, as tables and other formats. */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "app/export.h"
#include "cli/case_open.h"

typedef struct export_settings {
  cli_place place;
  const char *to, *format, *investigation, *only, *reason, *laboratory, *destination;
  bool is_current, without_names, accept_loss, template, json;
} export_settings;

static const cli_option options[] = {
    CLI_PLACE_OPTIONS(export_settings, place),
    {"to", "FILE", CLI_TEXT, offsetof(export_settings, to), 0, 0,
     "Write to this file, which appears when it is complete (default: standard output); for 'all' "
     "a new folder.",
     'o', false},
    {"format", "NAME", CLI_TEXT, offsetof(export_settings, format), 0, 0,
     "Format (default: csv for kinds of records).", 0, false},
    {"json", NULL, CLI_FLAG, offsetof(export_settings, json), 0, 0,
     "One JSON object per record and line; the same as --format json.", 0, false},
    {"current", NULL, CLI_FLAG, offsetof(export_settings, is_current), 0, 0,
     "Leave out what was withdrawn.", 0, false},
    {"without-names", NULL, CLI_FLAG, offsetof(export_settings, without_names), 0, 0,
     "Leave out columns that hold names of people.", 0, false},
    {"accept-loss", NULL, CLI_FLAG, offsetof(export_settings, accept_loss), 0, 0,
     "Familias: leave out genotypes of which one allele is not known, and count them, instead of "
     "refusing. (Familias would take them for homozygotes.)",
     0, false},
    {"investigation", "CODE", CLI_TEXT, offsetof(export_settings, investigation), 0, 0,
     "Formats that hold one investigation: which (default 'main').", 0, false},
    {"only", "CODE", CLI_TEXT, offsetof(export_settings, only), 0, 0,
     "Formats that hold one thing, a family for example: which.", 0, false},
    {"reason", "TEXT", CLI_TEXT, offsetof(export_settings, reason), 0, 0,
     "Why, for the audit chain.", 0, false},
    {"laboratory", "ORI", CLI_TEXT, offsetof(export_settings, laboratory), 0, 0,
     "CMF: who sends (default: the profiles' laboratory).", 0, false},
    {"destination", "ORI", CLI_TEXT, offsetof(export_settings, destination), 0, 0,
     "CMF: who receives (default: who sends).", 0, false},
    {"template", NULL, CLI_FLAG, offsetof(export_settings, template), 0, 0,
     "Print the header of the table and an example; no database is needed. A plural "
     "('families') gives the table in which people keep it, a singular ('family') the records.",
     0, false},
};

static int print_template(const char *what) {
  hw_err err = HW_ERR_INIT;
  hw_str text = HW_STR_INIT;
  hw_status status = hw_export_template(what, &text, &err);
  if (status == HW_OK) fputs(hw_str_text(&text), stdout);
  hw_str_clear(&text);
  return status == HW_OK ? CLI_FINE : cli_error(&err);
}

static int export_all(hw_app *app, const hw_export_options *given, const char *folder) {
  static hw_export_report reports[HW_KIND_COUNT];
  hw_err err = HW_ERR_INIT;
  if (hw_export_all(app, given, folder, reports, &err) != HW_OK) return cli_error(&err);
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    const char *plural = hw_kind_get((hw_kind_id)k)->plural;
    if (reports[k].note[0] != '\0')
      printf("  %-22s%s\n", plural, reports[k].note);
    else if (reports[k].n_rows > 0)
      printf("  %-22s%11" PRId64 "\n", plural, reports[k].n_rows);
  }
  printf("%s: complete\n", folder);
  return CLI_FINE;
}

static int export_one(hw_app *app, const hw_export_options *given, const char *to) {
  hw_err err = HW_ERR_INIT;
  cli_file file;
  hw_export_report report;
  hw_status status = cli_file_open(&file, to != NULL ? to : "-", &err);
  if (status != HW_OK) return cli_error(&err);
  status = hw_export_stream(app, given, file.stream, &report, &err);
  if (status == HW_OK) status = cli_file_commit(&file, &err);
  if (status != HW_OK) {
    cli_file_clear(&file);
    if (status == HW_E_IO && err.file[0] == '\0')
      hw_err_place(&err, to != NULL && strcmp(to, "-") != 0 ? to : "standard output", 0, 0);
    return cli_error(&err);
  }
  if (report.note[0] != '\0') cli_say("note: %s", report.note);
  if (to != NULL && strcmp(to, "-") != 0)
    printf("%s: %" PRId64 " row%s\n", to, report.n_rows, report.n_rows == 1 ? "" : "s");
  return CLI_FINE;
}

static int run(int argc, char **argv) {
  export_settings settings = {0};
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_export, argc, argv, &settings, &operands, &n);
  if (status >= 0) return status;
  if (settings.template) return print_template(operands[0]);
  bool is_all = strcmp(operands[0], "all") == 0;
  if (is_all && settings.to == NULL)
    return cli_usage(&cli_command_export, "export all: say --to FOLDER");
  if (is_all && (settings.json || settings.format != NULL))
    return cli_usage(&cli_command_export, "export all: writes CSV only");
  hw_export_options given = {.what = operands[0],
                             .format = settings.json ? "json" : settings.format,
                             .investigation = settings.investigation,
                             .only = settings.only,
                             .reason = settings.reason,
                             .laboratory = settings.laboratory,
                             .destination = settings.destination,
                             .is_current = settings.is_current,
                             .without_names = settings.without_names,
                             .accept_loss = settings.accept_loss};
  hw_app app;
  hw_db_mode mode = hw_export_is_recorded(&given) ? HW_DB_WRITE : HW_DB_READ;
  status = cli_place_open(&cli_command_export, &settings.place, mode, &app);
  if (status >= 0) return status;
  status = is_all ? export_all(&app, &given, settings.to) : export_one(&app, &given, settings.to);
  hw_app_close(&app);
  return status;
}

const cli_command cli_command_export = {
    .name = "export",
    .operands = "KIND|FORMAT",
    .n_operands_least = 1,
    .n_operands_most = 1,
    .brief = "write records as tables and other formats",
    .description =
        "Writes all records of a kind (samples, person, ... see docs/records.md) as CSV that "
        "'homeward import' reads back to the same records: references as codes, rows in the order "
        "in which they were added, withdrawn ones with the reason in row_withdrawn. 'all' writes "
        "every kind to its own file of a new folder, with a manifest of digests.\n"
        "\n"
        "Names of people are written only for an actor with the permission 'names', and the audit "
        "chain records it before the first byte; --without-names leaves them out.\n",
    .examples = "  homeward export samples -c quangtri.hwc > samples.csv\n"
                "  homeward export families --template\n"
                "  homeward export all --to backup-folder -c quangtri.hwc\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
