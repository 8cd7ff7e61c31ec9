/* homeward reassociate: which samples and bones come from one person.
 *
 * This file reads the options, drives the run and hands what came out to
 * reassociate_table.c and reassociate_json.c. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/number.h"
#include "cli/case_open.h"
#include "cli/interrupt.h"
#include "cli/reassociate_out.h"
#include "cli/run_watch.h"
#include "identify/specimen_file.h"

typedef struct reassociate_settings {
  cli_place place;
  const char *investigation, *accession, *reason;
  const char *profiles, *osteometry, *prior, *without;
  bool json, apply, elements;
  double concentration, accept, least_pair, other_accession, other_site, distance_m, sex_error;
  double age_error, ignore;
  int64_t max_exact, alternatives, sweeps;
  uint64_t seed;
} reassociate_settings;

#define NUMBER(name, argument, member, least, most, help)                                     \
  {                                                                                           \
    name, argument, CLI_NUMBER, offsetof(reassociate_settings, member), least, most, help, 0, \
        false                                                                                 \
  }
#define TEXT(name, argument, member, help) \
  { name, argument, CLI_TEXT, offsetof(reassociate_settings, member), 0, 0, help, 0, false }

static const cli_option options[] = {
    CLI_PLACE_OPTIONS(reassociate_settings, place),
    TEXT("investigation", "CODE", investigation,
         "The investigation of the case database (default 'main')."),
    TEXT("accession", "CODE", accession, "Only the specimens of this accession."),
    {"apply", NULL, CLI_FLAG, offsetof(reassociate_settings, apply), 0, 0,
     "Store probable groups as individuals in the state 'proposed', and contradictions; without it "
     "nothing is stored.",
     0, false},
    TEXT("reason", "TEXT", reason, "Why, for the audit chain of the case database."),
    TEXT("profiles", "FILE", profiles,
         "The homeward-case file whose remains the column 'profiles' names."),
    TEXT("osteometry", "FILE", osteometry,
         "Reference of measurements, CSV (docs/reassociation.md); without it measurements say "
         "nothing."),
    TEXT("prior", "WORD", prior,
         "Prior over partitions: 'restaurant' (default), 'mlni' (the number of persons by pairs of "
         "a first run), or a number or range of persons, '3' or '2-5'."),
    NUMBER("concentration", "A", concentration, 1e-6, 1e9,
           "Of the restaurant: two specimens are of one person with probability 1/(1 + A) before "
           "any evidence (default: half the number of specimens)."),
    TEXT("without", "LIST", without,
         "Leave evidence out: any of dna, bones, sex, age, measurements, provenience, parted by "
         "commas."),
    NUMBER("other-accession", "W", other_accession, 1e-9, 0.999999,
           "Prior weight of a link between two boxes of a site (default 0.3)."),
    NUMBER("other-site", "W", other_site, 1e-12, 0.999999,
           "Prior weight of a link between two sites (default 0.01)."),
    NUMBER("distance", "M", distance_m, 1e-3, 1e6,
           "Metres over which the weight of a link falls by e where both have coordinates (default "
           "3)."),
    NUMBER("sex-error", "P", sex_error, 1e-9, 0.5,
           "Probability that anthropology is wrong about the sex (default 0.05)."),
    NUMBER("age-error", "P", age_error, 1e-9, 0.5,
           "Probability that an age range does not hold the age (default 0.05)."),
    NUMBER("ignore", "R", ignore, 1e-300, 0.5,
           "Pairs whose ratio is below R do not link (default 1e-9)."),
    NUMBER("accept", "P", accept, 0.5, 1, "Propose groups from this probability (default 0.95)."),
    NUMBER("pairs", "P", least_pair, 0, 1,
           "List the pairs of at least this posterior (default 0.1), and those whose DNA says one "
           "person."),
    {"alternatives", "K", CLI_COUNT, offsetof(reassociate_settings, alternatives), 1, 1000,
     "Best partitions of each component (default 5).", 0, false},
    {"max-exact", "N", CLI_COUNT, offsetof(reassociate_settings, max_exact), 1, 18,
     "Sum components of up to N specimens exactly, larger ones take a Markov chain (default 14).",
     0, false},
    {"sweeps", "N", CLI_COUNT, offsetof(reassociate_settings, sweeps), 4, 1e9,
     "Sweeps of each Markov chain (default: 40000 by the specimens of the component, 100 to 2000).",
     0, false},
    {"seed", "S", CLI_SEED, offsetof(reassociate_settings, seed), 0, 0,
     "Seed of the Markov chain (default 1).", 0, false},
    {"elements", NULL, CLI_FLAG, offsetof(reassociate_settings, elements), 0, 0,
     "Write the table of elements of the skeleton as CSV, and nothing else.", 0, false},
    {"json", NULL, CLI_FLAG, offsetof(reassociate_settings, json), 0, 0,
     "Write homeward-reassociate/1 JSON instead of tables.", 0, false},
};

/* ---- what is asked ---- */

static hw_status read_without(const char *list, unsigned *out, hw_err *err) {
  static const char *const words[] = {"dna", "bones", "sex", "age", "measurements", "provenience"};
  *out = 0;
  for (const char *at = list; at != NULL && *at != '\0';) {
    const size_t n = strcspn(at, ",");
    size_t i = 0;
    while (i < CLI_COUNT_OF(words) && (strlen(words[i]) != n || strncmp(words[i], at, n) != 0)) i++;
    if (i == CLI_COUNT_OF(words))
      return hw_err_set(err, HW_E_USAGE,
                        "--without: '%.*s' is none of dna, bones, sex, age, measurements, "
                        "provenience",
                        (int)n, at);
    *out |= 1u << i;
    at += n + (at[n] == ',');
  }
  return HW_OK;
}

/* "3" or "2-5". */
static hw_status read_range(const char *text, int32_t *low, int32_t *high, hw_err *err) {
  enum { MOST = 10000 };
  long value[2] = {0, 0};
  char *end = NULL;
  value[0] = value[1] = strtol(text, &end, 10);
  if (end != text && *end == '-') {
    const char *second = end + 1;
    value[1] = strtol(second, &end, 10);
    if (end == second) end = NULL;
  }
  if (end == NULL || end == text || *end != '\0' || value[0] < 1 || value[1] < value[0] ||
      value[1] > MOST)
    return hw_err_set(err, HW_E_USAGE,
                      "--prior: '%s' is neither restaurant nor mlni nor a number or range of "
                      "persons, as 3 or 2-5",
                      text);
  *low = (int32_t)value[0];
  *high = (int32_t)value[1];
  return HW_OK;
}

/* ---- the run ---- */

typedef struct job {
  const reassociate_settings *settings;
  hw_groups_work work;
  reassociate_view view;
  hw_osteometry *osteometry;
  hw_reassociate_pair *pairs;
} job;

static hw_status run_work(job *self, hw_err *err) {
  const char *prior = self->work.prior;
  int32_t low = 0, high = 0;
  hw_run_partition partition = HW_RUN_PARTITION_RESTAURANT;
  cli_run_watch watch;
  if (strcmp(prior, "mlni") == 0) {
    partition = HW_RUN_PARTITION_MLNI;
  } else if (strcmp(prior, "restaurant") != 0) {
    partition = HW_RUN_PARTITION_RANGE;
    HW_TRY(read_range(prior, &low, &high, err));
  }
  cli_interrupt_begin();
  const hw_status status =
      hw_groups_work_run(&self->work, partition, low, high, cli_run_watch_begin(&watch), err);
  cli_run_watch_pause(&watch);
  cli_interrupt_end();
  if (status == HW_E_STATE && partition == HW_RUN_PARTITION_MLNI)
    return hw_err_set(err, HW_E_USAGE,
                      "--prior mlni: the first run found no left and right of one element in one "
                      "person; give a number or range of persons");
  return status;
}

static hw_status compute(job *self, hw_err *err) {
  const reassociate_settings *from = self->settings;
  hw_reassociate_options *asked = &self->work.options;
  *asked = (hw_reassociate_options){.likelihood = {.simd = cli_simd()},
                                    .osteometry = self->osteometry,
                                    .concentration = from->concentration,
                                    .sex_error = from->sex_error,
                                    .age_error = from->age_error,
                                    .other_accession = from->other_accession,
                                    .other_site = from->other_site,
                                    .distance_m = from->distance_m,
                                    .ignore = from->ignore,
                                    .max_exact = (int32_t)from->max_exact,
                                    .n_alternatives = (int32_t)from->alternatives,
                                    .chain_sweeps = from->sweeps,
                                    .seed = from->seed};
  HW_TRY(read_without(from->without, &asked->without, err));
  HW_TRY(run_work(self, err));
  HW_TRY(hw_reassociate_pairs(self->work.run, from->least_pair, 4, &self->pairs,
                              &self->view.n_pairs, err));
  self->view.pairs = self->pairs;
  return HW_OK;
}

static int show(const reassociate_view *view, bool json) {
  hw_err err = HW_ERR_INIT;
  if (!json) {
    reassociate_print(view);
    return CLI_FINE;
  }
  if (reassociate_write_json(view, &err) == HW_OK) return CLI_FINE;
  hw_err_place(&err, "standard output", 0, 0);
  return cli_error(&err);
}

static hw_status job_begin(job *self, const reassociate_settings *settings,
                           const hw_reassociate_problem *problem, const char *id, hw_err *err) {
  *self = (job){.settings = settings};
  self->work = (hw_groups_work){.problem = problem,
                                .osteometry = settings->osteometry,
                                .prior = settings->prior != NULL ? settings->prior : "restaurant"};
  self->view = (reassociate_view){.id = id,
                                  .work = &self->work,
                                  .accept = settings->accept,
                                  .least_pair = settings->least_pair};
  if (settings->osteometry == NULL) return HW_OK;
  const hw_osteometry_relation *relations = NULL;
  HW_TRY(hw_osteometry_read(settings->osteometry, &self->osteometry, err));
  self->view.n_relations = hw_osteometry_relations(self->osteometry, &relations);
  return HW_OK;
}

static void job_end(job *self) {
  free(self->pairs);
  hw_groups_work_clear(&self->work);
  hw_osteometry_delete(self->osteometry);
}

/* ---- from files ---- */

static bool is_json(const char *path) {
  const size_t n = strlen(path);
  return n > 5 && strcmp(path + n - 5, ".json") == 0;
}

static int run_list(const char *path, const hw_case *profiles,
                    const reassociate_settings *settings) {
  hw_err err = HW_ERR_INIT;
  hw_specimen_list list = {0};
  job self = {0};
  const int32_t n_remains = profiles != NULL ? profiles->n_remains : 0;
  const hw_remains *remains = profiles != NULL ? profiles->remains : NULL;
  hw_status done = is_json(path) ? hw_specimen_list_of_remains(n_remains, remains, &list, &err)
                                 : hw_specimen_list_read(path, n_remains, remains, &list, &err);
  const hw_reassociate_problem problem = {.n_specimens = list.n,
                                          .specimens = list.specimens,
                                          .n_markers = profiles != NULL ? profiles->n_markers : 0,
                                          .markers = profiles != NULL ? profiles->markers : NULL,
                                          .theta = profiles != NULL ? profiles->theta : 0,
                                          .n_remains = n_remains,
                                          .remains = remains};
  if (done == HW_OK) done = job_begin(&self, settings, &problem, path, &err);
  if (done == HW_OK) done = compute(&self, &err);
  int status = CLI_FINE;
  if (done == HW_OK) {
    status = show(&self.view, settings->json);
  } else {
    if (err.file[0] == '\0' && done != HW_E_USAGE) hw_err_place(&err, path, 0, 0);
    status = cli_error(&err);
  }
  job_end(&self);
  hw_specimen_list_clear(&list);
  return status;
}

static int run_file(const char *path, const reassociate_settings *settings) {
  hw_err err = HW_ERR_INIT;
  hw_case_source source = {0};
  const char *cases = is_json(path) ? path : settings->profiles;
  const hw_case *profiles = NULL;
  int status = -1;
  if (cases != NULL) status = cli_read_cases(cases, false, &source);
  if (status >= 0) return status;
  if (cases != NULL) profiles = &source.list.cases[0];
  if (cases != NULL && (source.list.n_cases != 1 || profiles->n_remains == 0)) {
    hw_err_set(&err, HW_E_UNSUPPORTED, "expected one case with remains");
    hw_err_place(&err, cases, 0, 0);
    status = cli_error(&err);
  } else {
    status = run_list(path, profiles, settings);
  }
  hw_case_source_clear(&source);
  return status;
}

/* ---- from a case database ---- */

static hw_status apply(hw_app *app, const hw_stored_specimens *stored, job *self,
                       hw_reassociation_report *report, hw_err *err) {
  const reassociate_settings *settings = self->settings;
  self->view.report = report;
  HW_TRY(hw_groups_work_store(&self->work, app, stored, settings->accept, settings->reason, report,
                              err));
  self->view.is_stored = true;
  return HW_OK;
}

static int run_loaded(hw_app *app, const hw_stored_specimens *stored,
                      const reassociate_settings *settings) {
  hw_err err = HW_ERR_INIT;
  hw_reassociation_report report = {0};
  job self = {0};
  const char *place = hw_store_location(app->store);
  for (int i = 0; i < stored->profiles.n_notes; i++)
    cli_say("%s: note: %s", place, stored->profiles.notes[i]);
  const char *id = settings->investigation != NULL ? settings->investigation : "main";
  hw_status done = job_begin(&self, settings, &stored->problem, id, &err);
  if (done == HW_OK) done = compute(&self, &err);
  if (done == HW_OK && settings->apply) done = apply(app, stored, &self, &report, &err);
  int status = CLI_FINE;
  if (done == HW_OK) {
    status = show(&self.view, settings->json);
  } else {
    if (err.file[0] == '\0' && done != HW_E_USAGE) hw_err_place(&err, place, 0, 0);
    status = cli_error(&err);
  }
  job_end(&self);
  return status;
}

static int run_stored(const reassociate_settings *settings) {
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_stored_specimens stored = {0};
  const hw_stored_specimens_options what = {.investigation = settings->investigation,
                                            .accession = settings->accession};
  int status = cli_place_open(&cli_command_reassociate, &settings->place,
                              settings->apply ? HW_DB_WRITE : HW_DB_READ, &app);
  if (status >= 0) return status;
  hw_status done = settings->apply ? hw_app_require(&app, HW_MAY_WRITE, &err) : HW_OK;
  if (done == HW_OK) done = hw_stored_specimens_load(&app, &what, &stored, &err);
  if (done == HW_OK) {
    status = run_loaded(&app, &stored, settings);
  } else {
    if (err.file[0] == '\0') hw_err_place(&err, hw_store_location(app.store), 0, 0);
    status = cli_error(&err);
  }
  hw_stored_specimens_clear(&stored);
  hw_app_close(&app);
  return status;
}

static int run(int argc, char **argv) {
  reassociate_settings settings = {.accept = 0.95, .least_pair = 0.1, .seed = 1};
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_reassociate, argc, argv, &settings, &operands, &n);
  if (status >= 0) return status;
  if (settings.elements) {
    reassociate_print_elements();
    return CLI_FINE;
  }
  if (n > 0 && settings.place.database != NULL)
    return cli_usage(&cli_command_reassociate,
                     "reassociate: a file or a case database (-c), not both");
  if (n > 0 && (settings.apply || settings.accession != NULL || settings.investigation != NULL))
    return cli_usage(&cli_command_reassociate,
                     "reassociate: --apply, --accession and --investigation belong to a case "
                     "database (-c)");
  if (n == 0 && settings.profiles != NULL)
    return cli_usage(&cli_command_reassociate, "reassociate: --profiles belongs to a file");
  return n > 0 ? run_file(operands[0], &settings) : run_stored(&settings);
}

const cli_command cli_command_reassociate = {
    .name = "reassociate",
    .operands = "[FILE]",
    .n_operands_most = 1,
    .brief = "which samples and bones come from one person; how many there are",
    .description =
        "Puts specimens into groups, each group one person, and says how probable each group is. "
        "What counts: DNA of all samples jointly (partial profiles, dropout, theta); bones, since "
        "nobody has two left femora; estimates of sex and age; measurements against a reference; "
        "and, as a prior, that bones found together belong together. The sum over all partitions "
        "is exact for up to 14 specimens that could be of one person; beyond that a Markov chain "
        "is used, and the head of the answer says so with its diagnostics.\n"
        "\n"
        "FILE is a list of specimens (CSV) whose column 'profiles' names remains of a homeward-case "
        "file (--profiles), or a homeward-case file of samples alone (.json). Without FILE the "
        "specimens, samples and measurements of a case database are taken; confirmed individuals "
        "stay together. --apply proposes what was found; only what somebody confirms is compared as "
        "one person.\n"
        "\n"
        "Shown are the groups, pairs, other partitions, the minimum and the most likely number of "
        "individuals, and contradictions: what cannot all be right. A group is never proof against "
        "brothers: the last column of the groups is the least ratio of its DNA against a full "
        "sibling.\n",
    .examples = "  homeward reassociate examples/grave/specimens.csv \\\n"
                "      --profiles examples/grave/profiles.json \\\n"
                "      --osteometry examples/grave/osteometry.csv\n"
                "  homeward reassociate -c case.hwc --accession BOX-7\n"
                "  homeward reassociate -c case.hwc --apply --reason 'grave 3'\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
