/* homeward import: files into the database.
 *
 * The options, the files, and how far the work is; what happens to a file stands
 * in app/import.c, what is printed in import_out.c. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "app/manifest.h"
#include "base/progress.h"
#include "cli/import_options.h"
#include "cli/import_out.h"
#include "cli/interrupt.h"
#include "cli/spool.h"

#define TEXT_OPTION(name, argument, member, help) \
  { (name), (argument), CLI_TEXT, offsetof(import_settings, member), 0, 0, (help), 0, false }
#define FLAG_OPTION(name, member, help) \
  { (name), NULL, CLI_FLAG, offsetof(import_settings, member), 0, 0, (help), 0, false }

static const cli_option options[] = {
    CLI_PLACE_OPTIONS(import_settings, place),
    FLAG_OPTION("apply", apply,
                "Write. Without it nothing is changed, and what would happen is "
                "told."),
    FLAG_OPTION("update", update,
                "Records that differ from the stored ones become new versions; "
                "the old ones stay in the history. Evidence is never changed."),
    FLAG_OPTION("restore", restore,
                "Withdrawn records of the file come back into use. (Without it they stay "
                "withdrawn, which is told.)"),
    TEXT_OPTION("reason", "TEXT", reason, "Why, for the audit chain."),
    TEXT_OPTION("investigation", "CODE", investigation,
                "Where it belongs (default: 'main'; for files that are a case of their own, a new "
                "one). Codes get its name in front."),
    TEXT_OPTION("format", "NAME", format, "Format of the file (default: looked at)."),
    TEXT_OPTION("map", "FILE", map, "Column map of another institution's table."),
    TEXT_OPTION("encoding", "NAME", encoding,
                "Encoding of a table that is not UTF-8: windows-1258 (Vietnamese), windows-1252, "
                "latin-1, utf-16 (which is recognised by its byte order mark)."),
    TEXT_OPTION("table", "CODE", table,
                "Frequency table that is made, or used; of 'mtdna' and 'ystr': the rows are "
                "persons of a population and become this table of haplotypes."),
    TEXT_OPTION("panel", "CODE", panel,
                "SNP panel that is made (default: the file's name), or that profiles are of."),
    TEXT_OPTION("genetic-map", "CODE", genetic_map,
                "Genetic map that is made (default: the file's name), or that gives a panel's "
                "markers the places that they lack."),
    {"thin-cm", "D", CLI_NUMBER, offsetof(import_settings, thin_cm), 0, 1e3,
     "SNP panel: take markers at least D centimorgans apart, the most informative ones "
     "(docs/panels.md: linkage disequilibrium).",
     0, false},
    FLAG_OPTION("use", use_table,
                "The investigation uses this table or panel from now on. (It does where it has "
                "none.)"),
    TEXT_OPTION("population", "NAME", population,
                "Population to take of a file with several, or name of the file's; of a panel: "
                "whose frequencies are used."),
    TEXT_OPTION("source", "TEXT", source, "Where it was published."),
    {"persons", "N", CLI_COUNT, offsetof(import_settings, n_persons), 1, 1e8,
     "Persons sampled, where the file does not say.", 0, false},
    TEXT_OPTION("minimum-frequency", "P", minimum,
                "What rare and unseen alleles receive: none (default), 5/2n, or a number."),
    TEXT_OPTION("normalise", "HOW", normalise,
                "How frequencies are brought to the sum 1: none (default), rescale, or rest (one "
                "more allele)."),
    TEXT_OPTION("rest-allele", "NAME", rest_allele, "Name of that allele (default 'rest')."),
    FLAG_OPTION("accept-flagged", accept_flagged,
                "Load a frequency table that fails a check, with the finding recorded."),
    TEXT_OPTION("mutation", "MODEL", mutation,
                "Mutation model of all markers of a frequency table: none, equal, proportional, "
                "stepwise, onestep, dawid."),
    TEXT_OPTION("mutation-rate", "F,M", rate,
                "Mutations per maternal and paternal meiosis, or one number for both."),
    TEXT_OPTION("mutation-rate2", "F,M", rate2, "Between microvariant classes (stepwise)."),
    TEXT_OPTION("mutation-range", "F,M", range,
                "Relative probability of one more step (stepwise)."),
    TEXT_OPTION("mutation-transform", "T", transform,
                "To reversibility or stationarity: MH, BA, PR, PM."),
    TEXT_OPTION("consensus", "RULE", consensus,
                "Make a consensus of replicates: composite, strict, or 2-of-n."),
    TEXT_OPTION("single", "WHAT", single,
                "One allele alone at an autosomal marker: homozygous or partial (default: tables "
                "are refused, GeneMapper and CMF mean homozygous)."),
    TEXT_OPTION("samples-are", "WHAT", samples_are,
                "Samples of which the file does not say it: remains (default) or references."),
    TEXT_OPTION("samples", "FILE", samples,
                "VCF, BAM: table of whose the file's samples are: name (as the file has it), and "
                "the columns of a table of profiles. Of a VCF only these are read."),
    TEXT_OPTION("build", "NAME", build,
                "Reference genome of a VCF or BAM: grch37 or grch38 (default: as the file says)."),
    TEXT_OPTION(
        "field", "NAME", field,
        "VCF: field that is read: PL, GL, GP or GT (default: the first that a sample has)."),
    TEXT_OPTION("prior", "NAME", prior,
                "VCF: what posteriors (GP) hold and is divided out: flat, or a population of the "
                "panel. Without it GP is refused."),
    {"allele-error", "P", CLI_NUMBER, offsetof(import_settings, allele_error), 0, 0.5,
     "VCF: probability that a called allele is another one, whatever the qualities say.", 0, false},
    {"allele-dropout", "P", CLI_NUMBER, offsetof(import_settings, allele_dropout), 0, 1,
     "VCF: probability that a heterozygote is called as a homozygote.", 0, false},
    TEXT_OPTION("library", "KIND", library,
                "BAM: how the library was made: double (default) or single stranded, or treated "
                "with uracil-DNA glycosylase."),
    TEXT_OPTION("reference", "FASTA", reference, "BAM: reference sequence, which CRAM needs."),
    TEXT_OPTION("umi", "WHERE", umi,
                "BAM: reads of one molecule are told by a UMI: tag (RX), or in the name."),
    TEXT_OPTION("contaminant", "NAME", contaminant,
                "BAM: population of the panel that a contaminant is of (default: the sample's)."),
    FLAG_OPTION("no-reference-checks", skip_checks,
                "Do not examine families, sexes and duplicates."),
    FLAG_OPTION("json", json, "Write homeward-import/1 JSON instead of tables."),
};

/* ---- how far it is ---- */

static void show_progress(void *context, uint64_t done, uint64_t total) {
  hw_progress *progress = context;
  if (progress->total != total) {
    hw_progress_end(progress);
    hw_progress_begin(progress, stderr, "bytes read", total);
  }
  hw_progress_set(progress, done);
}

/* ---- the files ---- */

/* The jobs of a command line. */
typedef struct work {
  hw_import_job *jobs;
  int n_jobs;
  hw_temporary spooled; /* standard input */
  hw_manifest manifest;
  hw_progress progress;
} work;

static void work_clear(work *self) {
  for (int i = 0; i < self->n_jobs; i++) hw_import_report_clear(&self->jobs[i].report);
  free(self->jobs);
  hw_temporary_close(&self->spooled);
  hw_manifest_clear(&self->manifest);
}

static hw_status take_files(work *self, const char *what, char **files, int n, hw_err *err) {
  self->jobs = calloc((size_t)n, sizeof *self->jobs);
  if (self->jobs == NULL) return hw_err_set(err, HW_E_NO_MEMORY, "memory is exhausted");
  self->n_jobs = n;
  for (int i = 0; i < n; i++) {
    self->jobs[i].path = files[i];
    self->jobs[i].options.what = what;
    if (strcmp(files[i], "-") != 0) continue;
    if (self->spooled.path != NULL)
      return hw_err_set(err, HW_E_USAGE, "standard input can be read only once");
    hw_status status = cli_spool_stdin(&self->spooled, err);
    if (status != HW_OK) return status;
    self->jobs[i].path = self->spooled.path;
    self->jobs[i].options.name = "standard input";
  }
  return HW_OK;
}

/* The files of an exported folder, in its order. */
static hw_status take_folder(work *self, const char *folder, hw_err *err) {
  hw_status status = hw_manifest_read(folder, &self->manifest, err);
  if (status != HW_OK) return status;
  int n = self->manifest.n_files;
  self->jobs = calloc((size_t)n + 1, sizeof *self->jobs);
  if (self->jobs == NULL) return hw_err_set(err, HW_E_NO_MEMORY, "memory is exhausted");
  self->n_jobs = n;
  for (int i = 0; i < n; i++) {
    self->jobs[i].path = self->manifest.files[i].path;
    self->jobs[i].options.what = hw_kind_get(self->manifest.files[i].kind)->name;
  }
  return HW_OK;
}

static void set_options(work *self, const hw_import_options *given, bool is_folder) {
  for (int i = 0; i < self->n_jobs; i++) {
    hw_import_options *job = &self->jobs[i].options;
    const char *what = job->what, *name = job->name;
    *job = *given;
    job->what = what;
    job->name = name;
    if (is_folder) job->format = "csv";
    job->progress = show_progress;
    job->progress_context = &self->progress;
    job->is_stopped = cli_interrupt_came;
  }
}

/* ---- the command ---- */

static int show(const import_view *view, const import_settings *settings) {
  hw_err err = HW_ERR_INIT;
  if (settings->json && import_write_json(view, &err) != HW_OK) return cli_error(&err);
  if (!settings->json) import_print(view);
  import_print_mistakes(view);
  return view->status == HW_OK ? CLI_FINE : hw_status_exit(view->status);
}

static int run_jobs(work *self, const import_settings *settings) {
  hw_app app;
  int status = cli_place_open(&cli_command_import, &settings->place, HW_DB_WRITE, &app);
  if (status >= 0) return status;
  hw_err err = HW_ERR_INIT;
  import_view view = {.jobs = self->jobs, .apply = settings->apply, .err = &err};
  hw_progress_begin(&self->progress, stderr, "bytes read", 0);
  cli_interrupt_begin();
  view.status = hw_import_files(&app, self->n_jobs, self->jobs, &view.n_done, &err);
  cli_interrupt_end();
  hw_progress_end(&self->progress);
  status = show(&view, settings);
  hw_app_close(&app);
  return status;
}

static int run(int argc, char **argv) {
  import_settings settings = {.allele_error = -1, .allele_dropout = -1};
  hw_import_options given;
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_import, argc, argv, &settings, &operands, &n);
  if (status < 0) status = import_take_options(&cli_command_import, &settings, &given);
  if (status >= 0) return status;
  bool is_folder = strcmp(operands[0], "all") == 0;
  if (is_folder && n > 2) return cli_usage(&cli_command_import, "import all: one folder at a time");
  work self;
  memset(&self, 0, sizeof self);
  hw_err err = HW_ERR_INIT;
  hw_status taken = is_folder ? take_folder(&self, operands[1], &err)
                              : take_files(&self, operands[0], operands + 1, n - 1, &err);
  if (taken == HW_OK) {
    set_options(&self, &given, is_folder);
    status = run_jobs(&self, &settings);
  } else {
    status = cli_error(&err);
  }
  work_clear(&self);
  return status;
}

const cli_command cli_command_import = {
    .name = "import",
    .operands = "KIND|FORMAT FILE...",
    .n_operands_least = 2,
    .n_operands_most = 10000,
    .brief = "read files into the case database",
    .description =
        "Reads tables of every kind of record (families, dossiers, frequencies, profiles, sites, "
        "accessions, specimens, samples, custody_events, ... see docs/records.md) and the formats "
        "of other programs. Without --apply nothing is written: what would happen is told. Several "
        "files are read in their order and written all together, or not at all.\n"
        "\n"
        "The header of a table names its columns, in any order; case, '-', '_' and blanks make no "
        "difference. 'homeward export KIND --template' prints a header and an example. References "
        "are codes. An empty cell is a missing value, and never erases what is stored.\n"
        "\n"
        "A record that is stored already is compared: equal ones are left alone, different ones "
        "are a mistake, or with --update a new version. A file that was imported before in the "
        "same way is recognised, while all that it brought is in use. One mistake refuses the whole file; up to 20 are told with line, "
        "column, what was seen and what is expected.\n"
        "\n"
        "'all FOLDER' reads what 'homeward export all' wrote. The file '-' is standard input. "
        "Ctrl-C leaves the database as it was (exit status 75).\n",
    .examples = "  homeward import families families.csv -c quangtri.hwc\n"
                "  homeward import families families.csv -c quangtri.hwc --apply\n"
                "  homeward import frequencies asian.csv --normalise rescale \\\n"
                "      --minimum-frequency 5/2n --mutation equal --mutation-rate 0.001,0.002\n"
                "  homeward import samples export.csv --map afdil.map --apply\n"
                "  homeward import panel force.csv --genetic-map decode --population EAS --apply\n"
                "  homeward import vcf bones.vcf.gz --panel force --samples bones.csv --apply\n"
                "  homeward import mtdna bones.csv --apply\n"
                "  homeward import all backup-folder --apply\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
