/* homeward scrutinise: evidence that an identification is wrong.
 *
 * This file reads the options, finds the pairings and hands each report to
 * scrutiny_table.c (for people) or scrutiny_json.c (for machines). Nothing is stored:
 * a scrutiny is computed again whenever it is asked for. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "app/scrutiny.h"
#include "base/check.h"
#include "base/json_members.h"
#include "base/progress.h"
#include "base/str.h"
#include "cli/case_open.h"
#include "cli/scrutiny_out.h"
#include "homeward/version.h"

typedef struct scrutiny_settings {
  cli_place place;
  const char *investigation, *only, *frequencies;
  bool all, json;
  int64_t two_n, degree, draws;
  uint64_t seed;
  double threshold, margin, level, theta_clan, accept, max_work;
} scrutiny_settings;

static const cli_option options[] = {
    CLI_PLACE_OPTIONS(scrutiny_settings, place),
    {"investigation", "CODE", CLI_TEXT, offsetof(scrutiny_settings, investigation), 0, 0,
     "The investigation of the case database (default 'main').", 0, false},
    {"case", "ID", CLI_TEXT, offsetof(scrutiny_settings, only), 0, 0,
     "Take the case of this id from a file of several.", 0, false},
    {"all", NULL, CLI_FLAG, offsetof(scrutiny_settings, all), 0, 0,
     "Examine every pair that 'identify' proposes, or every candidate, reviewed and confirmed "
     "identification of a case database.",
     0, false},
    {"json", NULL, CLI_FLAG, offsetof(scrutiny_settings, json), 0, 0,
     "Write homeward-scrutiny/1 JSON instead of tables.", 0, false},
    {"frequencies", "FILES", CLI_TEXT, offsetof(scrutiny_settings, frequencies), 0, 0,
     "Frequency tables to try instead of the case's: FILE or FILE@POPULATION, separated by "
     "commas. Tables of a case database are tried anyway.",
     0, false},
    {"two-n", "N", CLI_COUNT, offsetof(scrutiny_settings, two_n), 1, 2e9,
     "Alleles that were sampled for the case's frequencies, for minimum frequency and sampling.", 0,
     false},
    {"draws", "N", CLI_COUNT, offsetof(scrutiny_settings, draws), 0, 1e6,
     "Draws of the frequencies from their posterior (default 100, with theta 10).", 0, false},
    {"seed", "N", CLI_SEED, offsetof(scrutiny_settings, seed), 0, 0,
     "Seed of the draws (default 1).", 0, false},
    {"threshold", "X", CLI_NUMBER, offsetof(scrutiny_settings, threshold), -1000, 1000,
     "log10 LR that an identification needs (default 4).", 0, false},
    {"margin", "X", CLI_NUMBER, offsetof(scrutiny_settings, margin), 0.01, 1000,
     "log10 by which a rival must be worse, or a change of a reference better (default 2).", 0,
     false},
    {"level", "P", CLI_NUMBER, offsetof(scrutiny_settings, level), 1e-9, 0.5,
     "Two-sided level of 'untypical' (default 0.01).", 0, false},
    {"clan", "THETA", CLI_NUMBER, offsetof(scrutiny_settings, theta_clan), 1e-6, 0.5,
     "Coancestry within a clan (default: 0.01, 0.02 and 0.03).", 0, false},
    {"degree", "N", CLI_COUNT, offsetof(scrutiny_settings, degree), 1, HW_SCRUTINY_MOST_DEGREE,
     "Degree of the distant patrilineal cousin (default 3).", 0, false},
    {"accept", "P", CLI_NUMBER, offsetof(scrutiny_settings, accept), 0.5, 0.999999999999,
     "With --all and a file: posterior from which a pair is proposed (default 0.999).", 0, false},
    {"max-work", "W", CLI_NUMBER, offsetof(scrutiny_settings, max_work), 1, 1e18,
     "Leave out what needs more multiplications per marker than this (default 1e8), with theta more "
     "than a hundredth of it; it is told.",
     0, false},
};

/* Everything a run holds. */
typedef struct scrutiny_run {
  const scrutiny_settings *settings;
  const hw_case *problem;
  hw_scrutiny_options limits;
  int32_t n_tables, n_owned; /* the owned ones come first */
  hw_scrutiny_table *tables;
  hw_frequency_table **owned;
  char *names; /* the option's text, cut */
  int32_t *two_n;
  int32_t n_pairs;
  hw_standing_pair *pairs; /* borrowed */
  bool is_doubted;
  int32_t n_left_out; /* too complex */
} scrutiny_run;

/* ---- which pairings -------------------------------------------------------------- */

/* True if an identification of the database has this code; it is taken then. */
static bool take_identification(scrutiny_run *run, const hw_scrutiny_input *input,
                                const char *wanted) {
  for (int32_t i = 0; input != NULL && i < input->n_pairs; i++) {
    if (strcmp(input->pairs[i].code, wanted) != 0) continue;
    run->pairs[run->n_pairs++] = input->pairs[i];
    return true;
  }
  return false;
}

/* Finds FAMILY:MISSING:REMAINS by trying all triples, since names may hold colons. */
static hw_status choose_pair(scrutiny_run *run, const char *wanted, hw_err *err) {
  const size_t n = strlen(wanted);
  for (int32_t f = 0; f < run->problem->n_families; f++) {
    const hw_family *family = &run->problem->families[f];
    const size_t name = strlen(family->name);
    if (n < name + 3 || strncmp(wanted, family->name, name) != 0 || wanted[name] != ':') continue;
    for (int32_t k = 0; k < family->n_missing; k++) {
      const char *person = family->pedigree.persons[family->missing[k]].id;
      const size_t own = strlen(person);
      const char *rest = wanted + name + 1;
      if (strncmp(rest, person, own) != 0 || rest[own] != ':') continue;
      for (int32_t r = 0; r < run->problem->n_remains; r++) {
        if (strcmp(rest + own + 1, run->problem->remains[r].id) != 0) continue;
        run->pairs[0] = (hw_standing_pair){.family = f, .missing = k, .remains = r};
        run->n_pairs = 1;
        return HW_OK;
      }
    }
  }
  return hw_err_set(err, HW_E_USAGE,
                    "'%s' is no pairing of this case: FAMILY:MISSING:REMAINS is expected, with "
                    "names as 'homeward identify' prints them, or in a case database an "
                    "identification that stands",
                    wanted);
}

/* The pairs that `identify` proposes. */
static hw_status take_proposed(scrutiny_run *run, hw_identify *identify, hw_err *err) {
  hw_status status = HW_OK;
  for (int32_t t = 0; status == HW_OK && t < hw_identify_target_count(identify); t++) {
    status = hw_identify_step(identify, t, err);
    if (status != HW_E_TOO_COMPLEX) continue;
    (void)cli_error(err); /* told at once; the others are not made to wait for it */
    hw_identify_leave_out(identify, t);
    status = HW_OK;
  }
  if (status != HW_OK) return status;
  for (int32_t r = 0; r < run->problem->n_remains; r++) {
    const int32_t t = hw_identify_proposed(identify, r, run->settings->accept);
    if (t < 0) continue;
    const hw_target *target = hw_identify_target(identify, t);
    run->pairs[run->n_pairs++] =
        (hw_standing_pair){.family = target->family, .missing = target->missing, .remains = r};
  }
  return HW_OK;
}

static hw_status choose_proposed(scrutiny_run *run, hw_err *err) {
  const hw_identify_options what = {.likelihood = {.simd = cli_simd()}, .prior_none = -1};
  hw_identify *identify = NULL;
  hw_status status = hw_identify_new(run->problem, &what, &identify, err);
  if (status == HW_OK) status = take_proposed(run, identify, err);
  hw_identify_delete(identify);
  return status;
}

/* ---- tables ------------------------------------------------------------------------- */

static int32_t count_files(const char *list) {
  int32_t n = list != NULL;
  for (; list != NULL && *list != '\0'; list++) n += *list == ',';
  return n;
}

static hw_status read_table(scrutiny_run *run, char *name, hw_err *err) {
  char *at = strrchr(name, '@');
  hw_frequency_options how = {.normalisation = HW_NORMALISE_RESCALE};
  char *path = strdup(name);
  if (path == NULL) return hw_err_set(err, HW_E_NO_MEMORY, "memory is exhausted");
  if (at != NULL) {
    path[at - name] = '\0';
    how.population = at + 1;
  }
  hw_frequency_table *table = NULL;
  const hw_status status = hw_frequency_table_read(path, &how, &table, err);
  free(path);
  if (status != HW_OK) return status;
  run->owned[run->n_owned++] = table;
  run->tables[run->n_tables++] = (hw_scrutiny_table){name, table};
  return HW_OK;
}

static hw_status read_tables(scrutiny_run *run, const hw_scrutiny_input *input, hw_err *err) {
  const char *list = run->settings->frequencies;
  const int32_t n_files = count_files(list), n_stored = input != NULL ? input->n_tables : 0;
  run->tables = calloc((size_t)(n_files + n_stored) + 1, sizeof *run->tables);
  run->owned = calloc((size_t)n_files + 1, sizeof *run->owned);
  run->names = strdup(list != NULL ? list : "");
  if (run->tables == NULL || run->owned == NULL || run->names == NULL)
    return hw_err_set(err, HW_E_NO_MEMORY, "memory is exhausted");
  char *name = run->names;
  for (int32_t i = 0; i < n_files; i++) {
    char *comma = strchr(name, ',');
    if (comma != NULL) *comma = '\0';
    const hw_status status = read_table(run, name, err);
    if (status != HW_OK) return status;
    name = comma != NULL ? comma + 1 : name;
  }
  for (int32_t i = 0; i < n_stored; i++) run->tables[run->n_tables++] = input->tables[i];
  return HW_OK;
}

static hw_status set_limits(scrutiny_run *run, const hw_scrutiny_input *input, hw_err *err) {
  const scrutiny_settings *s = run->settings;
  const size_t n = (size_t)run->problem->n_markers;
  run->two_n = calloc(n + 1, sizeof *run->two_n);
  if (run->two_n == NULL) return hw_err_set(err, HW_E_NO_MEMORY, "memory is exhausted");
  for (size_t m = 0; m < n; m++)
    run->two_n[m] = s->two_n > 0 ? (int32_t)s->two_n : input != NULL ? input->two_n[m] : 0;
  run->limits = (hw_scrutiny_options){.likelihood = {.simd = cli_simd(), .max_work = s->max_work},
                                      .n_tables = run->n_tables,
                                      .tables = run->tables,
                                      .two_n = run->two_n,
                                      .threshold = s->threshold,
                                      .margin = s->margin,
                                      .level = s->level,
                                      .theta_clan = s->theta_clan,
                                      .degree = (int32_t)s->degree,
                                      .n_draws = s->draws == 0  ? -1
                                                 : s->draws > 0 ? (int32_t)s->draws
                                                                : 0,
                                      .seed = s->seed};
  return HW_OK;
}

/* ---- the run -------------------------------------------------------------------------- */

static hw_status examine(scrutiny_run *run, const hw_standing_pair *pair, int32_t i,
                         hw_json_writer *w, hw_err *err) {
  hw_scrutiny *scrutiny = NULL;
  const hw_status status = hw_scrutiny_new(run->problem, pair->family, pair->missing, pair->remains,
                                           &run->limits, &scrutiny, err);
  if (status != HW_OK) return status;
  const scrutiny_view view = {.problem = run->problem,
                              .family = pair->family,
                              .missing = pair->missing,
                              .remains = pair->remains,
                              .identification = pair->code,
                              .state = pair->state,
                              .options = &run->limits,
                              .report = hw_scrutiny_get_report(scrutiny)};
  run->is_doubted = run->is_doubted || !view.report->stands;
  if (w != NULL) {
    scrutiny_write_json(w, &view);
  } else {
    if (i > 0) printf("\n----------------------------------------\n\n");
    scrutiny_print(&view);
  }
  hw_scrutiny_delete(scrutiny);
  return HW_OK;
}

static hw_status examine_all(scrutiny_run *run, hw_json_writer *w, hw_err *err) {
  hw_progress progress;
  hw_status status = HW_OK;
  hw_progress_begin(&progress, stderr, "examining", (uint64_t)run->n_pairs);
  for (int32_t i = 0; status == HW_OK && i < run->n_pairs; i++) {
    status = examine(run, &run->pairs[i], i, w, err);
    if (status == HW_E_TOO_COMPLEX && run->settings->all) {
      (void)cli_error(err); /* told at once; the others are not made to wait for it */
      run->n_left_out++;
      status = HW_OK;
    }
    hw_progress_set(&progress, (uint64_t)i + 1);
  }
  hw_progress_end(&progress);
  return status;
}

/* Into a buffer, so that nothing is written where something fails. */
static hw_status write_json(scrutiny_run *run, hw_str *out, hw_err *err) {
  hw_json_writer writer, *w = &writer;
  hw_json_write_init_str(w, out, 1);
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "format", "homeward-scrutiny/1");
  hw_json_add_text(w, "version", hw_version());
  hw_json_add_text(w, "id", run->problem->id);
  hw_json_add_double(w, "theta", run->problem->theta);
  hw_json_add_double(w, "threshold_log10_lr", run->limits.threshold);
  hw_json_add_double(w, "margin_log10", run->limits.margin);
  hw_json_add_double(w, "level", run->limits.level);
  hw_json_add_int(w, "seed", (int64_t)run->limits.seed);
  hw_json_add_array(w, "pairings");
  const hw_status status = examine_all(run, w, err);
  if (status != HW_OK) return status;
  hw_json_write_end_array(w);
  hw_json_write_end_object(w);
  return hw_json_write_finish(w, err);
}

static hw_status write_all(scrutiny_run *run, hw_err *err) {
  if (!run->settings->json) {
    if (run->n_pairs == 0) printf("There is no pairing to examine.\n");
    return examine_all(run, NULL, err);
  }
  hw_str text = HW_STR_INIT;
  const hw_status status = write_json(run, &text, err);
  if (status == HW_OK) fputs(hw_str_text(&text), stdout);
  hw_str_clear(&text);
  return status;
}

static void run_clear(scrutiny_run *run) {
  for (int32_t i = 0; i < run->n_owned; i++) hw_frequency_table_delete(run->owned[i]);
  free(run->owned);
  free(run->tables);
  free(run->names);
  free(run->two_n);
}

/* @param input  of a case database, or NULL */
static int run_case(const char *place, const hw_case *problem, const hw_scrutiny_input *input,
                    const char *pair, const scrutiny_settings *settings) {
  hw_err err = HW_ERR_INIT;
  scrutiny_run run = {.settings = settings, .problem = problem};
  hw_status status = HW_OK;
  const size_t n_stored = input != NULL ? (size_t)input->n_pairs : 0;
  hw_standing_pair *pairs = calloc((size_t)problem->n_remains + n_stored + 1, sizeof *pairs);
  run.pairs = pairs;
  if (pairs == NULL)
    status = hw_err_set(&err, HW_E_NO_MEMORY, "memory is exhausted");
  else if (pair != NULL && !take_identification(&run, input, pair))
    status = choose_pair(&run, pair, &err);
  else if (pair == NULL && input == NULL)
    status = choose_proposed(&run, &err);
  for (size_t i = 0; status == HW_OK && pair == NULL && i < n_stored; i++)
    pairs[run.n_pairs++] = input->pairs[i];
  if (status == HW_OK) status = read_tables(&run, input, &err);
  if (status == HW_OK) status = set_limits(&run, input, &err);
  if (status == HW_OK) status = write_all(&run, &err);
  int exit_status = run.n_left_out > 0 ? CLI_BAD_INPUT : run.is_doubted ? CLI_NO : CLI_FINE;
  if (status != HW_OK) {
    if (err.file[0] == '\0' && err.status != HW_E_USAGE) hw_err_place(&err, place, 0, 0);
    exit_status = cli_error(&err);
  }
  run_clear(&run);
  free(pairs);
  return exit_status;
}

/* ---- from a file --------------------------------------------------------------------- */

static int run_file(const char *path, const char *pair, const scrutiny_settings *settings) {
  hw_err err = HW_ERR_INIT;
  hw_case_source source;
  const hw_case *problem = NULL;
  int status = cli_read_cases(path, false, &source);
  if (status >= 0) return status;
  if (cli_choose_case(&source.list, settings->only, &problem, &err) != HW_OK) {
    hw_err_place(&err, path, 0, 0);
    status = cli_error(&err);
  } else {
    status = run_case(path, problem, NULL, pair, settings);
  }
  hw_case_source_clear(&source);
  return status;
}

/* ---- from a case database -------------------------------------------------------------- */

static void tell_input(const char *place, const hw_scrutiny_input *input) {
  if (input->n_flagged > 0)
    cli_say("%s: note: %d frequency tables were not tried: flagged, or they do not sum to one",
            place, (int)input->n_flagged);
  if (input->n_elsewhere > 0)
    cli_say("%s: note: %d identifications are of persons or samples that this investigation does "
            "not compute",
            place, (int)input->n_elsewhere);
}

static int run_loaded(hw_app *app, const hw_stored_case *stored, const char *pair,
                      const scrutiny_settings *settings) {
  hw_err err = HW_ERR_INIT;
  hw_scrutiny_input input;
  const char *place = hw_store_location(app->store);
  int status = CLI_FINE;
  for (int i = 0; i < stored->n_notes; i++) cli_say("%s: note: %s", place, stored->notes[i]);
  if (hw_scrutiny_input_load(app, stored, &input, &err) != HW_OK) {
    if (err.file[0] == '\0') hw_err_place(&err, place, 0, 0);
    status = cli_error(&err);
  } else {
    tell_input(place, &input);
    status = run_case(place, &stored->problem, &input, pair, settings);
  }
  hw_scrutiny_input_clear(&input);
  return status;
}

static int run_stored(const char *pair, const scrutiny_settings *settings) {
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_stored_case stored = {0};
  const hw_stored_case_options what = {.investigation = settings->investigation};
  int status = cli_place_open(&cli_command_scrutinise, &settings->place, HW_DB_READ, &app);
  if (status >= 0) return status;
  if (hw_stored_case_load(&app, &what, &stored, &err) == HW_OK) {
    status = run_loaded(&app, &stored, pair, settings);
  } else {
    if (err.file[0] == '\0') hw_err_place(&err, hw_store_location(app.store), 0, 0);
    status = cli_error(&err);
  }
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
  return status;
}

static int run(int argc, char **argv) {
  scrutiny_settings settings = {.threshold = HW_IDENTIFY_THRESHOLD,
                                .margin = HW_SCRUTINY_MARGIN,
                                .level = HW_SCRUTINY_LEVEL,
                                .degree = HW_SCRUTINY_DEGREE,
                                .draws = -1,
                                .seed = 1,
                                .accept = HW_IDENTIFY_ACCEPT};
  const cli_command *self = &cli_command_scrutinise;
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(self, argc, argv, &settings, &operands, &n);
  if (status >= 0) return status;
  const int n_pair = settings.all ? 0 : 1;
  const bool is_file = n == n_pair + 1;
  if (!is_file && n != n_pair)
    return cli_usage(self, settings.all
                               ? "scrutinise: --all takes no PAIR"
                               : "scrutinise: name a PAIR, FAMILY:MISSING:REMAINS, or --all");
  if (is_file && settings.place.database != NULL)
    return cli_usage(self, "scrutinise: a file or a case database (-c), not both");
  if (!is_file && cli_place_database(&settings.place) == NULL)
    return cli_usage(self, "scrutinise: name a file, or a case database with -c");
  if (is_file && settings.investigation != NULL)
    return cli_usage(self, "scrutinise: --investigation belongs to a case database (-c)");
  if (!is_file && settings.only != NULL)
    return cli_usage(self,
                     "scrutinise: --case belongs to a file; a case database has --investigation");
  const char *pair = settings.all ? NULL : operands[n - 1];
  return is_file ? run_file(operands[0], pair, &settings) : run_stored(pair, &settings);
}

const cli_command cli_command_scrutinise = {
    .name = "scrutinise",
    .operands = "[FILE] PAIR",
    .n_operands_most = 2,
    .brief = "evidence that an identification is wrong",
    .description =
        "Examines one pairing of a missing person with remains, FAMILY:MISSING:REMAINS, of a "
        "homeward-case/1 or Familias file or of an investigation of a case database, where it can "
        "also be the code of an identification, and says 'stands' or 'look again', with the "
        "reasons. With --all every proposed pair, or every "
        "identification that stands in the database, is examined.\n"
        "\n"
        "Who else could it be: the likelihood ratio against each named relative of the missing "
        "person, against the other missing of the family, and against members of the same clan. "
        "Is the ratio typical: its place in the distribution for a true match of this family with "
        "a profile of this quality. Does one reference carry the contradictions: the ratio with "
        "every reference, and every stated parent, doubted in turn. How far does it move: the "
        "range over frequency tables, theta, mutation rate and model, minimum frequency, sampling "
        "of the table, dropout and stated relation, and which of them drives it.\n"
        "\n"
        "All ratios are computed exactly. What is too complex is told and left out. The exit "
        "status is 1 if any pairing should be looked at again. The rules stand in "
        "docs/scrutiny.md.\n",
    .examples = "  homeward scrutinise case.json F001:F001-M1:R0042 --two-n 722\n"
                "  homeward scrutinise case.json --all --frequencies asian.csv,viet.csv@Kinh\n"
                "  homeward scrutinise -c quangtri.hwc ID-42\n"
                "  homeward scrutinise -c quangtri.hwc --all --json\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
