/* homeward power: what the families of a case can and cannot identify, and what helps.
 *
 * This file reads the options, drives the run and hands what came out to
 * power_table.c and power_detail.c (for people) or power_json.c (for machines). */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "app/run_power.h"
#include "base/check.h"
#include "base/progress.h"
#include "cli/case_open.h"
#include "cli/interrupt.h"
#include "cli/power_out.h"
#include "cli/power_snp.h"
#include "homeward/simulate.h"

typedef struct power_settings {
  cli_place place;
  const char *investigation, *family, *unavailable, *panels, *cost, *typed, *lengths, *only;
  bool json, pairs, no_remains, store;
  double threshold, enough, never, dropout, damage, max_work;
  int64_t top, n_threads, n_copies, n_draws;
  uint64_t seed;
  power_snp_settings snp;
} power_settings;

#define AT(member) offsetof(power_settings, member)

static const cli_option options[] = {
    CLI_PLACE_OPTIONS(power_settings, place),
    {"investigation", "CODE", CLI_TEXT, AT(investigation), 0, 0,
     "The investigation of the case database that is computed (default 'main').", 0, false},
    {"json", NULL, CLI_FLAG, AT(json), 0, 0,
     "Write homeward-power/1 JSON, with the distributions, instead of tables.", 0, false},
    {"family", "NAME", CLI_TEXT, AT(family), 0, 0,
     "Only this family, in detail: both distributions, every relative, pairs of relatives, and "
     "everybody together.",
     0, false},
    {"threshold", "X", CLI_NUMBER, AT(threshold), -300, 300,
     "A profile passes if its log10 LR is at least X (default 4).", 0, false},
    {"enough", "P", CLI_NUMBER, AT(enough), 0, 1,
     "A family has enough if its missing person's own profile passes with this probability "
     "(default 0.95).",
     0, false},
    {"never", "P", CLI_NUMBER, AT(never), 0, 1,
     "A family is given up if it passes with less than this even when everybody who can be "
     "sampled is typed with all markers (default 0.05).",
     0, false},
    {"store", NULL, CLI_FLAG, AT(store), 0, 0,
     "Case database: keep the result as a run, as the web application does, which shows it at /power.",
     0, false},
    {"pairs", NULL, CLI_FLAG, AT(pairs), 0, 0,
     "Also look for the best pairs of relatives where no single one is enough.", 0, false},
    {"not-available", "LIST", CLI_TEXT, AT(unavailable), 0, 0,
     "Persons who cannot be sampled (dead, unwilling), as FAMILY:PERSON, parted by commas.", 0,
     false},
    {"panels", "FILE", CLI_TEXT, AT(panels), 0, 0,
     "Compare the panels of this CSV table (columns panel, marker), besides those of the case "
     "database.",
     0, false},
    {"cost", "LIST", CLI_TEXT, AT(cost), 0, 0,
     "What typing one remains costs, as PANEL=NUMBER, parted by commas: panels are then ranked "
     "by passes per cost.",
     0, false},
    {"typed", "LIST", CLI_TEXT, AT(typed), 0, 0,
     "The remains are typed at these markers only, parted by commas.", 0, false},
    {"dropout", "D", CLI_NUMBER, AT(dropout), 0, 0.999,
     "Each allele of the remains is missed with this probability.", 0, false},
    {"damage", "D", CLI_NUMBER, AT(damage), 0, 1,
     "Damage of the remains' DNA per base: long amplicons of --lengths are missed first.", 0,
     false},
    {"lengths", "FILE", CLI_TEXT, AT(lengths), 0, 0,
     "Amplicon lengths for --damage, CSV marker,length_bp.", 0, false},
    {"copies", "N", CLI_COUNT, AT(n_copies), 1, 1000000,
     "Template copies of each allele, for --damage (default 10).", 0, false},
    {"no-remains", NULL, CLI_FLAG, AT(no_remains), 0, 0,
     "Do not look for remains that are worth typing again.", 0, false},
    {"top", "K", CLI_COUNT, AT(top), 1, 2e9, "Rows of each list of what to do (default 10).", 0,
     false},
    {"case", "ID", CLI_TEXT, AT(only), 0, 0, "Take the case of this id from a file of several.", 0,
     false},
    {"draws", "N", CLI_COUNT, AT(n_draws), 4, 1000000,
     "Draws per marker of what several relatives together would show, a multiple of 4 (default "
     "64).",
     0, false},
    {"seed", "S", CLI_SEED, AT(seed), 0, 0, "Seed of these draws (default 1).", 0, false},
    {"threads", "N", CLI_COUNT, AT(n_threads), 1, 1024,
     "Threads (default: one per processor). The result has the same bytes for any number.", 0,
     false},
    {"max-work", "W", CLI_NUMBER, AT(max_work), 1, 1e18,
     "Leave out a family that needs more multiplications per marker than this (default 2e11).", 0,
     false},
    {"panel", "FILE[:POPULATION][@COVERAGE]", CLI_TEXTS, AT(snp.panels), 0, 0,
     "SNP: simulate this panel of linked markers, the remains read COVERAGE times a marker. May be "
     "repeated; panels are ranked.",
     0, false},
    {"snp-next", NULL, CLI_FLAG, AT(snp.with_next), 0, 0,
     "SNP: also tell for each relative what typing her with SNPs would add. Always with --family.",
     0, false},
    {"no-snp", NULL, CLI_FLAG, AT(snp.is_off), 0, 0,
     "SNP: pass over the SNP profiles of the case database.", 0, false},
    {"coverage", "X", CLI_NUMBER, AT(snp.sequencing.coverage), 0, 10000,
     "SNP: mean number of reads over a marker where no panel says otherwise (default 1).", 0,
     false},
    CLI_SEQUENCING_READS(power_settings, snp.sequencing),
    CLI_SEQUENCING_CALLS(power_settings, snp.sequencing),
    {"snp-draws", "N", CLI_COUNT, AT(snp.n_draws), 25, 100000,
     "SNP: most simulated families of each missing person (default 400). Fewer where the result "
     "is clear before, or where a draw takes long.",
     0, false},
    {"max-bits", "N", CLI_COUNT, AT(snp.max_bits), 1, 24,
     "SNP: leave out relatives beyond inheritance vectors of N bits (default 14). Each bit more "
     "doubles the time.",
     0, false},
};

/* What a run needs besides the case. */
typedef struct power_job {
  const power_settings *settings;
  hw_power_inputs inputs;
  hw_power_options options;
  hw_arena arena;
  char profile[256];
  hw_app *app; /* NULL: the case is a file */
  int64_t investigation;
  const hw_stored_case *stored;
  bool is_alone; /* the family was named by its code, and nothing else is loaded */
  power_snp_settings snp_settings;
  hw_err without_str; /* why the database has no STR; HW_OK = it has */
  power_snp snp;
} power_job;

/* ---- what is asked ---- */

static hw_status choose_family(const power_job *self, const hw_case *problem, const char *name,
                               hw_power_options *out, hw_err *err) {
  for (int32_t f = 0; f < problem->n_families; f++)
    if (self->is_alone || strcmp(problem->families[f].name, name) == 0) {
      out->is_one_family = true;
      out->family = f;
      return HW_OK;
    }
  return hw_err_set(err, HW_E_REFERENCE, "--family: there is no family '%s'", name);
}

/* --typed: a list of markers. */
static hw_status choose_markers(power_job *self, const hw_case *problem, const char *list,
                                hw_err *err) {
  bool *typed = hw_arena_alloc_array(&self->arena, (size_t)problem->n_markers + 1, sizeof *typed);
  int32_t n = 0;
  if (typed == NULL) return HW_NO_MEMORY(err, "the markers");
  for (const char *at = list;;) {
    const size_t length = strcspn(at, ",");
    int32_t found = -1;
    for (int32_t m = 0; m < problem->n_markers; m++)
      if (strlen(problem->markers[m].name) == length &&
          memcmp(problem->markers[m].name, at, length) == 0)
        found = m;
    if (found < 0)
      return hw_err_set(err, HW_E_REFERENCE, "--typed: '%.*s' is no marker of this case",
                        (int)(length < 100 ? length : 100), at);
    n += !typed[found];
    typed[found] = true;
    if (at[length] == '\0') break;
    at += length + 1;
  }
  self->options.typed = typed;
  snprintf(self->profile, sizeof self->profile, "typed at %d of %d markers", (int)n,
           (int)problem->n_markers);
  return HW_OK;
}

/* --dropout, or --damage with --lengths. */
static hw_status choose_dropout(power_job *self, const hw_case *problem, hw_err *err) {
  const power_settings *settings = self->settings;
  const size_t n = (size_t)problem->n_markers;
  if (!(settings->dropout > 0) && !(settings->damage > 0)) return HW_OK;
  double *dropout = hw_arena_alloc_array(&self->arena, n + 1, sizeof *dropout);
  int32_t *lengths = hw_arena_alloc_array(&self->arena, n + 1, sizeof *lengths), sex_length = 0;
  if (dropout == NULL || lengths == NULL) return HW_NO_MEMORY(err, "the markers");
  double sum = 0;
  if (settings->damage > 0)
    HW_TRY(hw_amplicon_lengths_read(settings->lengths, problem->n_markers, problem->markers, "AMEL",
                                    lengths, &sex_length, err));
  const hw_degradation degradation = {settings->damage, (int32_t)settings->n_copies};
  for (size_t m = 0; m < n; m++) {
    dropout[m] =
        settings->damage > 0 ? hw_degradation_dropout(&degradation, lengths[m]) : settings->dropout;
    sum += dropout[m];
  }
  self->options.dropout = dropout;
  const size_t at = strlen(self->profile);
  snprintf(self->profile + at, sizeof self->profile - at,
           "%salleles missed with probability %.3g%s", at > 0 ? ", " : "",
           n > 0 ? sum / (double)n : 0.0,
           settings->damage > 0 ? " on average, long amplicons first" : "");
  return HW_OK;
}

static hw_status make_options(power_job *self, const hw_case *problem, hw_err *err) {
  const power_settings *settings = self->settings;
  self->options =
      (hw_power_options){.likelihood = {.simd = cli_simd(), .max_work = settings->max_work},
                         .threshold = settings->threshold,
                         .enough = settings->enough,
                         .never = settings->never,
                         .with_pairs = settings->pairs,
                         .with_remains = !settings->no_remains && settings->family == NULL,
                         .n_draws = (int32_t)settings->n_draws,
                         .seed = settings->seed,
                         .n_threads = (int32_t)settings->n_threads};
  if (settings->family != NULL)
    HW_TRY(choose_family(self, problem, settings->family, &self->options, err));
  if (settings->typed != NULL) HW_TRY(choose_markers(self, problem, settings->typed, err));
  HW_TRY(choose_dropout(self, problem, err));
  if (settings->panels != NULL)
    HW_TRY(hw_power_inputs_read_panels(&self->inputs, problem, settings->panels, err));
  if (settings->cost != NULL && hw_power_inputs_cost(&self->inputs, settings->cost, err) != HW_OK) {
    hw_err_while(err, "reading --cost");
    return err->status;
  }
  if (settings->unavailable != NULL &&
      hw_power_inputs_exclude(&self->inputs, problem, settings->unavailable, err) != HW_OK) {
    hw_err_while(err, "reading --not-available");
    return err->status;
  }
  self->options.available = self->inputs.available;
  self->options.n_panels = self->inputs.n_panels;
  self->options.panels = self->inputs.panels;
  return HW_OK;
}

/* ---- the run ---- */

static hw_status compute(power_job *self, const hw_case *problem, hw_power_study **out,
                         hw_err *err) {
  hw_progress progress;
  HW_TRY(make_options(self, problem, err));
  self->snp_settings = self->settings->snp;
  self->snp_settings.with_next |= self->options.is_one_family;
  HW_TRY(power_snp_prepare(&self->snp, &self->snp_settings, problem->theta, self->app, self->stored,
                           err));
  if (self->without_str.status != HW_OK && self->snp.inputs.n == 0) {
    *err = self->without_str;
    return err->status;
  }
  HW_TRY(hw_power_new(problem, &self->options, out, err));
  hw_progress_begin(&progress, stderr, "computing power", 0);
  const hw_status status = hw_power_run(*out, cli_interrupt_look, &progress, err);
  hw_progress_end(&progress);
  if (status != HW_OK) return status;
  return power_snp_compute(&self->snp, &self->snp_settings, problem, *out, &self->options, err);
}

static hw_status show(const power_job *self, const hw_case *problem, const hw_power_study *power,
                      hw_err *err) {
  const power_view view = {.problem = problem,
                           .power = power,
                           .options = &self->options,
                           .profile = self->profile,
                           .n_top = (int32_t)self->settings->top,
                           .is_detail = self->options.is_one_family,
                           .has_consent = self->app != NULL,
                           .n_without_consent = self->inputs.n_without_consent,
                           .snp = self->snp.study,
                           .snp_options = &self->snp.options,
                           .snp_inputs = &self->snp.inputs};
  hw_status status;
  if (self->settings->json)
    status = power_write_json(&view, err);
  else if (view.is_detail)
    status = power_print_detail(&view, err);
  else
    status = power_print(&view, err);
  if (status != HW_OK) hw_err_place(err, "standard output", 0, 0);
  return status;
}

/* --store: the result as a run of the database. */
static hw_status keep(power_job *self, const hw_power_study *power, hw_err *err) {
  hw_identification_report report;
  const hw_power_made made = {.stored = self->stored,
                              .study = power,
                              .options = &self->options,
                              .inputs = &self->inputs,
                              .snp = self->snp.study,
                              .snp_options = &self->snp.options,
                              .snp_inputs = &self->snp.inputs};
  if (!self->settings->store) return HW_OK;
  const hw_status status = hw_power_store(self->app, &made, NULL, &report, err);
  if (status == HW_OK)
    cli_say("%s: %s %s", hw_store_location(self->app->store),
            report.is_unchanged ? "nothing has changed since" : "kept as", report.run);
  hw_identification_report_clear(&report);
  return status;
}

static int run_case(power_job *self, const char *place, const hw_case *problem) {
  hw_err err = HW_ERR_INIT;
  hw_power_study *power = NULL;
  int status = CLI_FINE;
  hw_status done = compute(self, problem, &power, &err);
  if (done == HW_E_SHAPE && self->app != NULL)
    cli_tell_investigations(self->app, self->investigation, "computing power", &err);
  if (done != HW_OK && done != HW_E_USAGE && err.file[0] == '\0') hw_err_place(&err, place, 0, 0);
  if (done == HW_OK) done = show(self, problem, power, &err);
  if (done == HW_OK) done = keep(self, power, &err);
  if (done != HW_OK) status = cli_error(&err);
  if (done == HW_OK && hw_power_summarise(power).n_of[HW_POWER_LEFT_OUT] > 0)
    status = CLI_BAD_INPUT;
  hw_power_delete(power);
  return status;
}

static int run_file(power_job *self, const char *path) {
  hw_err err = HW_ERR_INIT;
  hw_case_source source;
  const hw_case *problem = NULL;
  int status = cli_read_cases(path, false, &source);
  if (status >= 0) return status;
  if (cli_choose_case(&source.list, self->settings->only, &problem, &err) != HW_OK) {
    hw_err_place(&err, path, 0, 0);
    status = cli_error(&err);
  } else {
    status = run_case(self, path, problem);
  }
  hw_case_source_clear(&source);
  return status;
}

/* A family is loaded alone, if its code is named; a label is looked for in all. A run that is kept
 * is of the investigation. */
static void narrow(power_job *self, hw_app *app, hw_stored_case_options *what) {
  const power_settings *settings = self->settings;
  int64_t id = 0;
  if (settings->family == NULL || settings->store) return;
  if (hw_app_find(app, HW_KIND_FAMILY, settings->family, &id, NULL) != HW_OK) return;
  self->is_alone = true;
  what->family = settings->family;
  what->without_remains = true;
}

static int run_stored(power_job *self) {
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_stored_case stored = {0};
  int status = cli_place_open(&cli_command_power, &self->settings->place,
                              self->settings->store ? HW_DB_WRITE : HW_DB_READ, &app);
  if (status >= 0) return status;
  const char *place = hw_store_location(app.store);
  hw_stored_case_options what = {.investigation = self->settings->investigation};
  narrow(self, &app, &what);
  hw_status done =
      hw_power_case_load(&app, what, self->settings->snp.is_off, &stored, &self->without_str, &err);
  if (done == HW_OK) done = hw_power_inputs_load(&self->inputs, &app, &stored, &err);
  if (done == HW_OK) {
    for (int i = 0; i < stored.n_notes; i++) cli_say("%s: note: %s", place, stored.notes[i]);
    if (stored.n_all_notes > stored.n_notes)
      cli_say("%s: %lld more notes", place, (long long)(stored.n_all_notes - stored.n_notes));
    self->app = &app;
    self->investigation = stored.investigation;
    self->stored = &stored;
    status = run_case(self, place, &stored.problem);
    self->app = NULL;
    self->stored = NULL;
  } else {
    if (err.file[0] == '\0') hw_err_place(&err, place, 0, 0);
    status = cli_error(&err);
  }
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
  return status;
}

static int check_settings(const power_settings *settings, int n_operands) {
  const cli_command *command = &cli_command_power;
  if (n_operands > 0 && settings->place.database != NULL)
    return cli_usage(command, "power: a file or a case database (-c), not both");
  if (n_operands == 0 && cli_place_database(&settings->place) == NULL)
    return cli_usage(command, "power: name a file, or a case database with -c");
  if (n_operands > 0 && settings->investigation != NULL)
    return cli_usage(command, "power: --investigation belongs to a case database (-c)");
  if (n_operands > 0 && settings->store)
    return cli_usage(command, "power: --store belongs to a case database (-c)");
  if (n_operands == 0 && settings->only != NULL)
    return cli_usage(command, "power: --case belongs to a file; a case database has "
                              "--investigation");
  if (settings->dropout > 0 && settings->damage > 0)
    return cli_usage(command, "power: --dropout and --damage exclude each other");
  if ((settings->damage > 0) != (settings->lengths != NULL))
    return cli_usage(command, "power: --damage and --lengths need each other");
  return -1;
}

static int run(int argc, char **argv) {
  power_settings settings = {.threshold = HW_POWER_THRESHOLD,
                             .enough = HW_POWER_ENOUGH,
                             .never = HW_POWER_NEVER,
                             .top = 10,
                             .n_copies = 10,
                             .n_draws = 64,
                             .seed = 1,
                             .snp = power_snp_defaults};
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_power, argc, argv, &settings, &operands, &n);
  if (status < 0) status = check_settings(&settings, n);
  if (status >= 0) return status;
  power_job job = {.settings = &settings, .profile = ""};
  hw_arena_init(&job.arena, 0);
  cli_interrupt_begin();
  status = n > 0 ? run_file(&job, operands[0]) : run_stored(&job);
  cli_interrupt_end();
  power_snp_clear(&job.snp);
  hw_power_inputs_clear(&job.inputs);
  hw_arena_clear(&job.arena);
  return status;
}

const cli_command cli_command_power = {
    .name = "power",
    .operands = "[FILE]",
    .n_operands_most = 1,
    .brief = "what the families can identify, and whom to sample next",
    .description =
        "For every missing person of a homeward-case/1 file, of the DVI part of a Familias .fam "
        "file, or of an investigation of a case database: the distribution of the likelihood "
        "ratio of her own profile and of an unrelated person's, given the relatives who are "
        "typed. It is a convolution of the compiled tables, marker by marker, not a simulation.\n"
        "\n"
        "pass is the probability that her own profile reaches --threshold, excluded the "
        "probability that an unrelated person is impossible without mutation. A family has "
        "enough if pass reaches --enough. Otherwise every person of the pedigree who is not typed "
        "(or typed in part) is tried: what would pass be, on average over what typing would show? "
        "The list 'whom to sample' ranks them over the whole file by the gain per person. A "
        "family that passes with less than --never even with everybody typed is named, with the "
        "reason.\n"
        "\n"
        "Nobody is taken for dead: name those who cannot be sampled with --not-available. In a "
        "case database who withdrew consent, or gave none, is left out. Relatives who are not in "
        "the pedigree (a second child of the mother's sister) are not considered: add them to "
        "the pedigree, untyped, and they are.\n"
        "\n"
        "Remains that lack markers are ranked by what a complete profile is expected to add for "
        "their present candidates; panels (--panels, and those of the case database) by how many "
        "missing persons would pass. Each missing person is looked at alone, the other missing "
        "of the family untyped. Nothing is stored, but with --store (-c) the result is kept as a run.\n"
        "\n"
        "SNP panels (--panel, and the one of a case database that holds SNP profiles) are linked, so "
        "they are simulated: genes of the family along the map, given the SNP profiles that stand, "
        "reads of the remains, calls of relatives, exact likelihood ratios. Their log10 LR is told "
        "alone and together with STR, as the relatives are typed and as if all who are typed with STR "
        "were typed with SNPs too; panels are ranked by the missing persons newly above the "
        "threshold. With --snp-next, and --family, also whom to type next.\n",
    .examples =
        "  homeward power case.json\n"
        "  homeward power case.json --family F001 --threshold 6\n"
        "  homeward power -c quangtri.hwc --pairs --top 30\n"
        "  homeward power -c quangtri.hwc --store\n"
        "  homeward power case.json --damage 0.01 --lengths data/amplicon_lengths_assumed.csv\n"
        "  homeward power case.json --panels kits.csv --cost small=20,large=35\n"
        "  homeward power case.json --panel force.csv:EAS@0.5 --panel large.csv:EAS@0.5 --snp-next\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
