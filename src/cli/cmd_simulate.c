/* homeward simulate: a synthetic victim identification case and its truth.
 *
 * Everything that shapes the case is an option and stands in the description of
 * the case file: seed, frequency table with its policy for rare alleles,
 * mutation model and rates, degradation. The files appear only when all are
 * complete. */
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "cli/simulate_snp.h"
#include "homeward/frequency.h"
#include "homeward/simulate.h"

typedef struct simulate_settings {
  uint64_t seed;
  const char *out, *tables, *truth, *frequencies, *population, *minimum, *lengths, *shapes,
      *mutation, *form, *id;
  int64_t n_families, n_remains, n_unrelated, n_copies;
  double theta, rate_female, rate_male, rate2, range, degraded, damage, drop_in;
  cli_snp_settings snp;
} simulate_settings;

#define AT(member) offsetof(simulate_settings, member)
static const cli_option options[] = {
    {"seed", "N", CLI_SEED, AT(seed), 0, 0,
     "Seed of all random draws; required. The same seed gives the same bytes everywhere.", 0, true},
    {"frequencies", "FILE.csv", CLI_TEXT, AT(frequencies), 0, 0,
     "STR: allele frequency table: marker, allele, frequency and, if known, population, two_n, "
     "source. This or --panel, or both, is required.",
     0, false},
    {"panel", "FILE.csv", CLI_TEXT, AT(snp.panel), 0, 0,
     "SNP: panel of markers with map and frequencies; needs --tables, where snp_references.vcf "
     "and snp_remains.vcf are written too.",
     0, false},
    {"out", "FILE.json", CLI_TEXT, AT(out), 0, 0, "Case file to write; '-' is standard output.", 0,
     false},
    {"tables", "FOLDER", CLI_TEXT, AT(tables), 0, 0,
     "Write families.csv, references.csv and remains.csv for 'homeward import' into this folder, "
     "which is made; for cases too large for one file.",
     0, false},
    {"truth", "FILE.csv", CLI_TEXT, AT(truth), 0, 0, "Truth table to write.", 0, false},
    {"families", "N", CLI_COUNT, AT(n_families), 1, 1e6, "Families (default 200).", 0, false},
    {"remains", "N", CLI_COUNT, AT(n_remains), 1, 1e7, "Remains in all (default 320).", 0, false},
    {"unrelated", "N", CLI_COUNT, AT(n_unrelated), 0, 1e7,
     "How many of them are of nobody whom a family misses (default 120).", 0, false},
    {"shapes", "LIST", CLI_TEXT, AT(shapes), 0, 0,
     "Shapes of families, comma-separated, used in turn; a name that stands twice is used twice as "
     "often (default: all of the first list below).",
     0, false},
    {"population", "NAME", CLI_TEXT, AT(population), 0, 0,
     "Population to take from a frequency table of several.", 0, false},
    {"minimum-frequency", "X", CLI_TEXT, AT(minimum), 0, 0,
     "Rarer alleles are raised to X, then all are rescaled: 5/2n (default), none or a number.", 0,
     false},
    {"theta", "X", CLI_NUMBER, AT(theta), 0, 0.999, "Coancestry of founders (default 0).", 0,
     false},
    {"mutation", "MODEL", CLI_TEXT, AT(mutation), 0, 0,
     "none, equal, proportional, stepwise (default), onestep or dawid.", 0, false},
    {"rate-female", "X", CLI_NUMBER, AT(rate_female), 0, 1,
     "Mutation rate of mothers per meiosis (default 0.001, an assumption).", 0, false},
    {"rate-male", "X", CLI_NUMBER, AT(rate_male), 0, 1,
     "Mutation rate of fathers per meiosis (default 0.002, an assumption).", 0, false},
    {"rate2", "X", CLI_NUMBER, AT(rate2), 0, 1,
     "stepwise: rate between microvariant classes (default 1e-6).", 0, false},
    {"range", "X", CLI_NUMBER, AT(range), 0, 1,
     "stepwise, dawid: probability of one more step relative to one less (default 0.1).", 0, false},
    {"degraded", "X", CLI_NUMBER, AT(degraded), 0, 1,
     "Fraction of the remains that are degraded (default 0); needs --lengths.", 0, false},
    {"lengths", "FILE.csv", CLI_TEXT, AT(lengths), 0, 0,
     "Amplicon lengths: marker, length_bp; a row AMEL for the sex marker.", 0, false},
    {"damage", "X", CLI_NUMBER, AT(damage), 0, 1,
     "Most damage per base of a degraded sample; drawn uniformly below (default 0.02).", 0, false},
    {"copies", "N", CLI_COUNT, AT(n_copies), 1, 1e6,
     "Template copies of each allele in a degraded sample (default 10).", 0, false},
    {"degraded-as", "FORM", CLI_TEXT, AT(form), 0, 0,
     "partial (default): a single visible allele is a partial genotype. set: sets of alleles "
     "under a dropout probability.",
     0, false},
    {"drop-in", "X", CLI_NUMBER, AT(drop_in), 0, 1,
     "set: an absent allele of frequency p is seen with probability X*p (default 0).", 0, false},
    {"id", "TEXT", CLI_TEXT, AT(id), 0, 0, "Id of the case (default simulated-SEED).", 0, false},
    {"panel-population", "NAME", CLI_TEXT, AT(snp.population), 0, 0,
     "SNP: population of the panel (default: its only one, or that of --population).", 0, false},
    {"coverage", "X", CLI_NUMBER, AT(snp.sequencing.coverage), 0, 10000,
     "SNP: mean number of reads over a marker, of the remains (default 1).", 0, false},
    {"coverage-spread", "X", CLI_NUMBER, AT(snp.spread), 0, 1,
     "SNP: coverage of a sample is uniform within this share of the mean (default 0).", 0, false},
    CLI_SEQUENCING_READS(simulate_settings, snp.sequencing),
    {"reference-bias", "X", CLI_NUMBER, AT(snp.bias), -0.5, 0.5,
     "SNP: reads of a heterozygote show the reference's allele with probability 1/2 + X (default "
     "0).",
     0, false},
    {"read-drop-in", "X", CLI_NUMBER, AT(snp.drop_in), 0, 1,
     "SNP: share of the remains' bases that come from nowhere (default 0).", 0, false},
    CLI_SEQUENCING_CALLS(simulate_settings, snp.sequencing),
    {"build", "N", CLI_TEXT, AT(snp.build), 0, 0,
     "SNP: positions of GRCh37 or GRCh38: 37 or 38 (default).", 0, false},
    {"lineage", NULL, CLI_FLAG, AT(snp.has_lineages), 0, 0,
     "Write the tables mtdna.csv and ystr.csv too; needs --panel.", 0, false},
};

/* Everything the simulation borrows. */
typedef struct inputs {
  hw_frequency_table *table;
  hw_marker *markers;
  double *matrices; /* of all markers, one behind the other */
  int32_t *lengths_bp, *shapes;
  char description[900];
  char id[64];
  hw_simulation_options options;
  cli_snp_case snp;
} inputs;

static void inputs_clear(inputs *self) {
  hw_frequency_table_delete(self->table);
  free(self->markers);
  free(self->matrices);
  free(self->lengths_bp);
  free(self->shapes);
  cli_snp_clear(&self->snp);
}

static hw_status no_memory(hw_err *err) {
  return hw_err_set(err, HW_E_NO_MEMORY, "memory is exhausted");
}

/* ---- what the options mean ---- */

static hw_status parse_minimum(const char *text, hw_frequency_options *policy, hw_err *err) {
  if (strcmp(text, "none") == 0) {
    policy->minimum = HW_MINIMUM_NONE;
    return HW_OK;
  }
  if (strcmp(text, "5/2n") == 0) {
    policy->minimum = HW_MINIMUM_FIVE_OVER_2N;
    return HW_OK;
  }
  char *end = NULL;
  policy->minimum = HW_MINIMUM_STATED;
  policy->minimum_value = strtod(text, &end);
  if (*end == '\0' && policy->minimum_value > 0 && policy->minimum_value <= 0.5) return HW_OK;
  return hw_err_set(err, HW_E_USAGE,
                    "--minimum-frequency: '%s' is not none, 5/2n or a number up to 0.5", text);
}

static hw_status parse_mutation(const simulate_settings *settings, hw_mutation *out, hw_err *err) {
  static const char *const names[] = {"none",     "equal",   "proportional",
                                      "stepwise", "onestep", "dawid"};
  *out = (hw_mutation){.rate = {settings->rate_female, settings->rate_male},
                       .rate2 = {settings->rate2, settings->rate2},
                       .range = {settings->range, settings->range}};
  for (size_t i = 0; i < CLI_COUNT_OF(names); i++)
    if (strcmp(names[i], settings->mutation) == 0) {
      out->model = (hw_mutation_model)i;
      return HW_OK;
    }
  return hw_err_set(err, HW_E_USAGE, "--mutation: no model '%s'", settings->mutation);
}

static hw_status parse_shapes(const char *text, inputs *self, hw_err *err) {
  if (text == NULL) return HW_OK;
  self->shapes = calloc(strlen(text) + 1, sizeof *self->shapes);
  if (self->shapes == NULL) return no_memory(err);
  for (const char *at = text;; at++) {
    char name[64];
    size_t n = strcspn(at, ",");
    snprintf(name, sizeof name, "%.*s", (int)n, at);
    int32_t shape = n < sizeof name ? hw_family_shape_find(name) : -1;
    if (shape < 0)
      return hw_err_set(err, HW_E_USAGE, "--shapes: no shape '%s' (see 'homeward help simulate')",
                        name);
    self->shapes[self->options.n_shapes++] = shape;
    at += n;
    if (*at == '\0') return HW_OK;
  }
}

/* ---- tables ---- */

static hw_status make_matrices(inputs *self, const hw_mutation *mutation, hw_err *err) {
  size_t total = 0;
  for (int32_t m = 0; m < self->table->n_markers; m++) {
    size_t n = (size_t)self->table->markers[m].n_alleles;
    total += 2 * n * n;
  }
  self->matrices = calloc(total + 1, sizeof *self->matrices);
  if (self->matrices == NULL) return no_memory(err);
  double *next = self->matrices;
  for (int32_t m = 0; m < self->table->n_markers; m++) {
    hw_marker *marker = &self->markers[m];
    marker->mutation = *mutation;
    for (int from = 0; from < 2; from++) {
      hw_status status = hw_mutation_matrix(marker, from, next, err);
      if (status != HW_OK) {
        hw_err_while(err, "making the mutation matrix of '%s'", marker->name);
        return status;
      }
      if (!hw_mutation_is_identity(marker, from)) marker->matrix[from] = next;
      next += (size_t)marker->n_alleles * (size_t)marker->n_alleles;
    }
  }
  return HW_OK;
}

static hw_status read_markers(const simulate_settings *settings, inputs *self, hw_err *err) {
  hw_frequency_options policy = {.population = settings->population,
                                 .normalisation = HW_NORMALISE_RESCALE};
  hw_mutation mutation;
  hw_status status = parse_minimum(settings->minimum, &policy, err);
  if (status == HW_OK) status = parse_mutation(settings, &mutation, err);
  if (status == HW_OK)
    status = hw_frequency_table_read(settings->frequencies, &policy, &self->table, err);
  if (status != HW_OK) return status;
  self->markers = calloc((size_t)self->table->n_markers + 1, sizeof *self->markers);
  if (self->markers == NULL) return no_memory(err);
  for (int32_t m = 0; m < self->table->n_markers; m++)
    hw_frequency_table_get_marker(self->table, m, &self->markers[m]);
  return make_matrices(self, &mutation, err);
}

static hw_status make_lengths(const simulate_settings *settings, inputs *self, hw_err *err) {
  int32_t n = self->table->n_markers;
  int32_t *lengths_bp = calloc((size_t)n + 1, sizeof *lengths_bp);
  if (lengths_bp == NULL) return no_memory(err);
  self->lengths_bp = lengths_bp; /* without --lengths nothing is degraded, and they are not used */
  if (settings->lengths == NULL && settings->degraded > 0)
    return hw_err_set(err, HW_E_USAGE, "--degraded needs --lengths");
  if (settings->lengths == NULL) return HW_OK;
  int32_t sex_length_bp = 0;
  hw_status status = hw_amplicon_lengths_read(settings->lengths, n, self->markers, "AMEL",
                                              lengths_bp, &sex_length_bp, err);
  self->options.sex_length_bp = sex_length_bp;
  return status;
}

/* What was done to the published numbers, and which models were used. */
static void describe(const simulate_settings *settings, inputs *self) {
  int32_t n_raised = 0, n_alleles = 0;
  for (int32_t m = 0; m < self->table->n_markers; m++) {
    n_raised += self->table->findings[m].n_raised;
    n_alleles += self->table->markers[m].n_alleles;
  }
  snprintf(self->description, sizeof self->description,
           "Allele frequencies: %s%s%s; minimum frequency %s (%d of %d alleles raised), then "
           "rescaled to sum 1. Mutation: %s, female %g, male %g per meiosis, assumed. Degraded "
           "samples are written as %s.",
           self->table->population[0] != '\0' ? self->table->population : settings->frequencies,
           self->table->source[0] != '\0' ? ", " : "", self->table->source, settings->minimum,
           (int)n_raised, (int)n_alleles, settings->mutation, settings->rate_female,
           settings->rate_male, settings->form);
}

/* Everything that STR profiles need. */
static hw_status make_markers(const simulate_settings *settings, inputs *self, hw_err *err) {
  hw_simulation_options *o = &self->options;
  hw_status status = read_markers(settings, self, err);
  if (status == HW_OK) status = make_lengths(settings, self, err);
  if (status != HW_OK) return status;
  describe(settings, self);
  o->description = self->description;
  o->n_markers = self->table->n_markers;
  o->markers = self->markers;
  o->lengths_bp = self->lengths_bp;
  return HW_OK;
}

static hw_status parse_form(const char *text, hw_degraded_form *out, hw_err *err) {
  *out = strcmp(text, "set") == 0 ? HW_DEGRADED_SET : HW_DEGRADED_PARTIAL;
  if (strcmp(text, "set") == 0 || strcmp(text, "partial") == 0) return HW_OK;
  return hw_err_set(err, HW_E_USAGE, "--degraded-as: '%s' is not partial or set", text);
}

static hw_status make_inputs(const simulate_settings *settings, inputs *self, hw_err *err) {
  hw_simulation_options *o = &self->options;
  hw_status status = parse_form(settings->form, &o->form, err);
  if (status == HW_OK) status = parse_shapes(settings->shapes, self, err);
  if (status == HW_OK && settings->frequencies != NULL) status = make_markers(settings, self, err);
  if (status == HW_OK && settings->snp.panel != NULL)
    status = cli_snp_prepare(&settings->snp, settings->seed, settings->theta, settings->population,
                             &self->snp, err);
  if (status != HW_OK) return status;
  snprintf(self->id, sizeof self->id, "simulated-%" PRIu64, settings->seed);
  o->seed = settings->seed;
  o->id = settings->id != NULL ? settings->id : self->id;
  o->theta = settings->theta;
  o->n_families = (int32_t)settings->n_families;
  o->n_remains = (int32_t)settings->n_remains;
  o->n_unrelated = (int32_t)settings->n_unrelated;
  o->shapes = self->shapes;
  o->degraded_fraction = settings->degraded;
  o->most_damage_per_base = settings->damage;
  o->n_copies = (int32_t)settings->n_copies;
  o->drop_in = settings->drop_in;
  return HW_OK;
}

/* ---- writing ---- */

/* The files that are written. */
enum {
  OUT_TRUTH,
  OUT_FAMILIES,
  OUT_REFERENCES,
  OUT_REMAINS,
  OUT_SNP_REFERENCES,
  OUT_SNP_REMAINS,
  OUT_MTDNA,
  OUT_YSTR,
  OUT_CASE,
  N_OUT
};

typedef struct outputs {
  char *path[N_OUT]; /* NULL = not asked for */
  cli_file file[N_OUT];
} outputs;

static void outputs_clear(outputs *self) {
  for (int i = 0; i < N_OUT; i++) {
    cli_file_clear(&self->file[i]);
    free(self->path[i]);
  }
}

/* Name of a file, in a folder if there is one. */
static hw_status name_output(char **out, const char *folder, const char *name, hw_err *err) {
  size_t n = (folder != NULL ? strlen(folder) + 1 : 0) + strlen(name) + 1;
  *out = malloc(n);
  if (*out == NULL) return no_memory(err);
  snprintf(*out, n, "%s%s%s", folder != NULL ? folder : "", folder != NULL ? "/" : "", name);
  return HW_OK;
}

static hw_status name_outputs(const simulate_settings *settings, outputs *self, hw_err *err) {
  static const char *const tables[] = {
      "families.csv",    "references.csv", "remains.csv", "snp_references.vcf",
      "snp_remains.vcf", "mtdna.csv",      "ystr.csv"};
  const int n_tables = settings->snp.panel == NULL ? 3 : settings->snp.has_lineages ? 7 : 5;
  hw_status status = HW_OK;
  if (settings->truth != NULL)
    status = name_output(&self->path[OUT_TRUTH], NULL, settings->truth, err);
  if (status == HW_OK && settings->out != NULL)
    status = name_output(&self->path[OUT_CASE], NULL, settings->out, err);
  if (settings->tables == NULL) return status;
  if (status == HW_OK && mkdir(settings->tables, 0777) != 0 && errno != EEXIST) {
    hw_err_set(err, HW_E_IO, "cannot make this folder: %s", strerror(errno));
    hw_err_place(err, settings->tables, 0, 0);
    return HW_E_IO;
  }
  for (int i = 0; i < n_tables && status == HW_OK; i++)
    status = name_output(&self->path[OUT_FAMILIES + i], settings->tables, tables[i], err);
  return status;
}

static hw_status write_snps(outputs *self, const cli_snp_case *snp, hw_err *err) {
  hw_status status = hw_snp_simulation_write_vcf(snp->simulation, snp->panel, snp->build,
                                                 self->file[OUT_SNP_REFERENCES].stream,
                                                 self->file[OUT_SNP_REMAINS].stream, err);
  if (status != HW_OK) hw_err_place(err, self->path[OUT_SNP_REFERENCES], 0, 0);
  if (status != HW_OK || self->path[OUT_MTDNA] == NULL) return status;
  status = hw_snp_simulation_write_lineages(snp->simulation, self->file[OUT_MTDNA].stream,
                                            self->file[OUT_YSTR].stream, err);
  if (status != HW_OK) hw_err_place(err, self->path[OUT_MTDNA], 0, 0);
  return status;
}

static hw_status write_open(outputs *self, const hw_simulation *simulation, const inputs *in,
                            hw_err *err) {
  hw_status status = HW_OK;
  if (self->path[OUT_SNP_REFERENCES] != NULL) status = write_snps(self, &in->snp, err);
  if (status == HW_OK && self->path[OUT_CASE] != NULL) {
    status = hw_simulation_write_case(simulation, self->file[OUT_CASE].stream, err);
    if (status != HW_OK) hw_err_place(err, self->path[OUT_CASE], 0, 0);
  }
  if (status == HW_OK && self->path[OUT_FAMILIES] != NULL) {
    status = hw_simulation_write_tables(simulation, self->file[OUT_FAMILIES].stream,
                                        self->file[OUT_REFERENCES].stream,
                                        self->file[OUT_REMAINS].stream, err);
    if (status != HW_OK) hw_err_place(err, self->path[OUT_FAMILIES], 0, 0);
  }
  if (status == HW_OK && self->path[OUT_TRUTH] != NULL) {
    status = hw_simulation_write_truth(simulation, self->file[OUT_TRUTH].stream, err);
    if (status != HW_OK) hw_err_place(err, self->path[OUT_TRUTH], 0, 0);
  }
  return status;
}

static hw_status open_outputs(outputs *self, hw_err *err) {
  hw_status status = HW_OK;
  for (int i = 0; i < N_OUT && status == HW_OK; i++)
    if (self->path[i] != NULL) status = cli_file_open(&self->file[i], self->path[i], err);
  return status;
}

static hw_status commit_outputs(outputs *self, hw_err *err) {
  hw_status status = HW_OK;
  for (int i = 0; i < N_OUT && status == HW_OK; i++)
    if (self->path[i] != NULL) status = cli_file_commit(&self->file[i], err);
  return status;
}

/* Writes all files; none gets its name before all are complete. */
static hw_status write_files(const simulate_settings *settings, const hw_simulation *simulation,
                             const inputs *in, hw_err *err) {
  outputs self = {0};
  hw_status status = name_outputs(settings, &self, err);
  if (status == HW_OK) status = open_outputs(&self, err);
  if (status == HW_OK) status = write_open(&self, simulation, in, err);
  if (status == HW_OK) status = commit_outputs(&self, err);
  outputs_clear(&self);
  return status;
}

static void print_summary(const simulate_settings *settings, const inputs *self,
                          const hw_simulation *simulation) {
  if (settings->out != NULL && strcmp(settings->out, "-") == 0) return;
  const hw_case *c = &simulation->problem;
  int32_t n_degraded = 0, n_typed = 0;
  for (int32_t i = 0; i < simulation->n_truth; i++)
    n_degraded += simulation->truth[i].damage_per_base > 0;
  for (int32_t f = 0; f < c->n_families; f++) n_typed += c->families[f].n_profiles;
  char markers[40] = "";
  if (c->n_markers > 0) snprintf(markers, sizeof markers, "%d markers; ", (int)c->n_markers);
  printf("%s: %d families missing %d persons, %d relatives typed;\n"
         "%d remains, %d of them degraded, %d of nobody whom a family misses; %sseed %" PRIu64 "\n",
         settings->out != NULL ? settings->out : settings->tables, (int)c->n_families,
         (int)simulation->n_missing, (int)n_typed, (int)c->n_remains, (int)n_degraded,
         (int)self->options.n_unrelated, markers, settings->seed);
  if (self->snp.simulation == NULL) return;
  printf(
      "SNP profiles at %d markers, %s: %d of relatives, %d of remains read %g times a marker%s\n",
      (int)self->snp.panel->n_markers,
      self->snp.panel->populations[self->snp.options.population].name,
      (int)self->snp.simulation->n_references, (int)self->snp.simulation->n_remains,
      settings->snp.sequencing.coverage, settings->snp.has_lineages ? "; mtDNA and Y-STR" : "");
}

static int simulate(const simulate_settings *settings) {
  hw_err err = HW_ERR_INIT;
  inputs in = {0};
  hw_simulation *simulation = NULL;
  hw_status status = make_inputs(settings, &in, &err);
  if (status == HW_OK) status = hw_simulation_new(&in.options, &simulation, &err);
  if (status == HW_OK && settings->snp.panel != NULL)
    status = cli_snp_run(&in.snp, simulation, &err);
  if (status == HW_OK) status = write_files(settings, simulation, &in, &err);
  int exit_status = CLI_FINE;
  if (status != HW_OK)
    exit_status = cli_error(&err);
  else
    print_summary(settings, &in, simulation);
  hw_simulation_delete(simulation);
  inputs_clear(&in);
  return exit_status;
}

static int check(const simulate_settings *settings) {
  const cli_command *self = &cli_command_simulate;
  if (settings->out == NULL && settings->tables == NULL)
    return cli_usage(self, "--out or --tables is missing");
  const bool has_snps = settings->snp.panel != NULL;
  if (settings->frequencies == NULL && !has_snps)
    return cli_usage(self, "--frequencies or --panel is missing");
  if (settings->frequencies == NULL && settings->out != NULL)
    return cli_usage(self, "--out holds STR profiles and needs --frequencies");
  if (settings->frequencies == NULL && settings->degraded > 0)
    return cli_usage(self, "--degraded is about STR profiles and needs --frequencies");
  if (has_snps && settings->tables == NULL)
    return cli_usage(self, "--panel needs --tables, the folder of the VCF files");
  if (settings->snp.has_lineages && !has_snps) return cli_usage(self, "--lineage needs --panel");
  if (settings->truth != NULL && settings->out != NULL &&
      strcmp(settings->truth, settings->out) == 0)
    return cli_usage(self, "--out and --truth are the same file");
  return -1;
}

static int run(int argc, char **argv) {
  simulate_settings settings = {.n_families = 200,
                                .n_remains = 320,
                                .n_unrelated = 120,
                                .n_copies = 10,
                                .minimum = "5/2n",
                                .mutation = "stepwise",
                                .form = "partial",
                                .rate_female = 0.001,
                                .rate_male = 0.002,
                                .rate2 = 1e-6,
                                .range = 0.1,
                                .damage = 0.02,
                                .snp = cli_snp_defaults};
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_simulate, argc, argv, &settings, &operands, &n);
  if (status < 0) status = check(&settings);
  return status >= 0 ? status : simulate(&settings);
}

const cli_command cli_command_simulate = {
    .name = "simulate",
    .operands = "",
    .brief = "a synthetic case with its truth, seeded",
    .description =
        "Makes synthetic families who miss someone, reference profiles of relatives, and remains, "
        "by dropping genes through pedigrees with mutation, and writes a homeward-case/1 file and "
        "a truth table for 'homeward identify --truth'. All data are synthetic; ids are codes.\n"
        "\n"
        "A degraded sample has a damage per base d and c template copies of each allele. A "
        "template of L base pairs is intact with probability (1-d)^L, so an allele is lost with "
        "probability (1-(1-d)^L)^c: long amplicons first. Markers are treated as unlinked.\n"
        "\n"
        "Shapes of families:\n"
        "  parents          both parents\n"
        "  mother-sib       mother, one or two full siblings\n"
        "  mother           mother alone\n"
        "  sibs             three or four full siblings\n"
        "  sib              one or two full siblings\n"
        "  children-spouse  two or three children and their mother\n"
        "  child-spouse     one child and its mother\n"
        "  children         two or three children, their mother not available\n"
        "  half-sibs        two or three half siblings by the mother\n"
        "  uncles           two or three uncles and aunts by the father\n"
        "  nephews          children of two siblings, and one sibling's wife\n"
        "  grandparents     three or four grandparents\n"
        "  cousins          two first cousins\n"
        "  generations      three generations: aunt, sibling, wife, child, nephew\n"
        "  cousin-marriage  parents are first cousins; mother and one or two siblings\n"
        "  brothers         two missing brothers, none married; mother and two sisters\n"
        "  brothers-married three missing brothers, two with wife and child; a sister\n"
        "  father-son       missing father and son; wife, daughter, the father's siblings\n"
        "\n"
        "More shapes with several missing of one family, taken only where --shapes names them:\n"
        "  three-brothers     three missing brothers, none married; two sisters\n"
        "  three-generations  missing grandfather, father and son; an aunt, his mother\n"
        "  couple-child       missing couple and their child; his mother and brother, her\n"
        "                     sisters\n"
        "  grandfather        missing grandfather and grandson; the man between, an uncle\n"
        "\n"
        "Shapes beyond the reach of STR, taken only where --shapes names them:\n"
        "  grand-nephews      two or three grandchildren of two siblings\n"
        "  cousins-removed    two or three children of two first cousins\n"
        "  second-cousins     two or three second cousins\n"
        "\n"
        "With --panel the same persons get SNP profiles: chromosomes cross over on the map of the "
        "panel, relatives are called with the error of an array, remains are read a few times a "
        "marker, with damage and contamination if asked for. What is written of remains are "
        "genotype likelihoods under the model that drew them.\n",
    .examples = "  homeward simulate --seed 7 --frequencies freq.csv --out case.json \\\n"
                "    --truth truth.csv\n"
                "  homeward simulate --seed 7 --frequencies freq.csv --out case.json \\\n"
                "    --degraded 0.6 --lengths amplicons.csv --shapes sibs,cousins --families 50\n"
                "  homeward simulate --seed 7 --frequencies freq.csv --tables national \\\n"
                "    --families 200000 --remains 100000 --truth national/truth.csv\n"
                "  homeward simulate --seed 7 --panel panel.csv --panel-population EAS \\\n"
                "    --shapes grand-nephews,second-cousins --tables distant --truth truth.csv \\\n"
                "    --coverage 0.5 --deamination 0.2 --contamination 0.05 --lineage\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
