/* homeward identify: the remains of a case against its missing persons.
 *
 * This file reads the options, drives the run and hands what came out to
 * identify_table.c (for people), identify_json.c (for machines),
 * identify_truth.c (synthetic cases, whose truth is known) and
 * identify_stored.c (what became of it in a case database). */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/progress.h"
#include "cli/case_open.h"
#include "cli/identify_out.h"
#include "cli/prior.h"

typedef struct identify_settings {
  cli_place place;
  const char *investigation, *reason;
  bool json, all_pairs, timing, dry_run;
  double threshold, accept, prior_none, max_work;
  int64_t top;
  const char *prior, *detail, *truth, *only;
} identify_settings;

static const cli_option options[] = {
    CLI_PLACE_OPTIONS(identify_settings, place),
    {"investigation", "CODE", CLI_TEXT, offsetof(identify_settings, investigation), 0, 0,
     "The investigation of the case database that is computed (default 'main').", 0, false},
    {"dry-run", NULL, CLI_FLAG, offsetof(identify_settings, dry_run), 0, 0,
     "Store nothing in the case database; show what changed all the same.", 0, false},
    {"reason", "TEXT", CLI_TEXT, offsetof(identify_settings, reason), 0, 0,
     "Why, for the audit chain of the case database.", 0, false},
    {"json", NULL, CLI_FLAG, offsetof(identify_settings, json), 0, 0,
     "Write homeward-identify/1 JSON instead of tables.", 0, false},
    {"pairwise", NULL, CLI_FLAG, offsetof(identify_settings, all_pairs), 0, 0,
     "List all pairs, also the impossible ones.", 0, false},
    {"threshold", "X", CLI_NUMBER, offsetof(identify_settings, threshold), -1000, 1000,
     "List the pairs whose log10 LR is at least X (default 4).", 0, false},
    {"top", "K", CLI_COUNT, offsetof(identify_settings, top), 1, 2e9,
     "Show no more than the K best pairs of the list.", 0, false},
    {"per-marker", "PAIR", CLI_TEXT, offsetof(identify_settings, detail), 0, 0,
     "Add the table of one pair: genotypes and likelihood ratio at every marker. PAIR is "
     "FAMILY:MISSING:REMAINS, or a rank of the list.",
     0, false},
    CLI_PRIOR_OPTIONS(identify_settings, prior, prior_none),
    {"accept", "P", CLI_NUMBER, offsetof(identify_settings, accept), 0.5, 0.999999999999,
     "Propose an identification from this posterior (default 0.999).", 0, false},
    {"truth", "FILE", CLI_TEXT, offsetof(identify_settings, truth), 0, 0,
     "Compare with the truth table of 'homeward simulate'; exit status 1 if a proposal is "
     "false.",
     0, false},
    {"case", "ID", CLI_TEXT, offsetof(identify_settings, only), 0, 0,
     "Take the case of this id from a file of several.", 0, false},
    {"max-work", "W", CLI_NUMBER, offsetof(identify_settings, max_work), 1, 1e18,
     "Leave out a family that needs more multiplications per marker than this (default 2e11); "
     "each is told, and the exit status is 2.",
     0, false},
    {"timing", NULL, CLI_FLAG, offsetof(identify_settings, timing), 0, 0,
     "Tell the time for compiling families and comparing pairs on standard error.", 0, false},
};

/* ---- what is asked ---- */

static hw_status choose_case(const hw_case_list *list, const char *id, const hw_case **out,
                             hw_err *err) {
  *out = NULL;
  for (int32_t i = 0; i < list->n_cases; i++)
    if (id == NULL || strcmp(list->cases[i].id, id) == 0) {
      *out = &list->cases[i];
      break;
    }
  if (*out == NULL) {
    hw_err_set(err, HW_E_REFERENCE, "there is no case '%s'", id != NULL ? id : "");
    return HW_E_REFERENCE;
  }
  if (id == NULL && list->n_cases > 1)
    return hw_err_set(err, HW_E_USAGE, "the file holds %d cases: choose one with --case ID",
                      (int)list->n_cases);
  if ((*out)->n_hypotheses > 0)
    return hw_err_set(err, HW_E_UNSUPPORTED,
                      "case '%s' has hypotheses, not remains and families: use 'homeward lr'",
                      (*out)->id);
  return HW_OK;
}

static int32_t count_missing(const hw_case *problem) {
  int32_t n = 0;
  for (int32_t f = 0; f < problem->n_families; f++) n += problem->families[f].n_missing;
  return n;
}

static bool is_rank(const char *text) {
  return strspn(text, "0123456789") == strlen(text) && strlen(text) < 10;
}

/* The pair of a rank, once the list is there. */
static hw_status choose_rank(identify_view *view, const char *wanted, hw_err *err) {
  long rank = strtol(wanted, NULL, 10);
  if (rank < 1 || rank > view->n_pairs)
    return hw_err_set(err, HW_E_USAGE, "--per-marker: the list has %d pairs, none of rank %ld",
                      (int)view->n_pairs, rank);
  view->has_detail = true;
  view->detail_remains = view->pairs[rank - 1].remains;
  view->detail_target = view->pairs[rank - 1].target;
  return HW_OK;
}

/* Finds FAMILY:MISSING:REMAINS by trying all triples, since names may hold colons. */
static hw_status choose_detail(identify_view *view, const char *wanted, hw_err *err) {
  size_t n = strlen(wanted);
  for (int32_t t = 0; t < hw_identify_target_count(view->run); t++) {
    const hw_target *target = hw_identify_target(view->run, t);
    const hw_family *family = &view->problem->families[target->family];
    const char *person = family->pedigree.persons[target->person].id;
    size_t f = strlen(family->name), p = strlen(person);
    if (n < f + p + 2 || strncmp(wanted, family->name, f) != 0 || wanted[f] != ':' ||
        strncmp(wanted + f + 1, person, p) != 0 || wanted[f + 1 + p] != ':')
      continue;
    for (int32_t r = 0; r < view->problem->n_remains; r++)
      if (strcmp(wanted + f + p + 2, view->problem->remains[r].id) == 0) {
        view->has_detail = true;
        view->detail_remains = r;
        view->detail_target = t;
        return HW_OK;
      }
  }
  return hw_err_set(err, HW_E_USAGE,
                    "--per-marker: '%s' is neither FAMILY:MISSING:REMAINS of this case nor a rank",
                    wanted);
}

static hw_status compute_detail(identify_view *view, hw_err *err) {
  size_t n = (size_t)view->problem->n_markers + 1;
  view->detail = calloc(n, sizeof *view->detail);
  view->detail_mismatch = calloc(n, sizeof *view->detail_mismatch);
  if (view->detail == NULL || view->detail_mismatch == NULL)
    return hw_err_set(err, HW_E_NO_MEMORY, "memory is exhausted");
  return hw_identify_markers(view->run, view->detail_remains, view->detail_target, view->detail,
                             view->detail_mismatch, err);
}

/* ---- the run ---- */

static hw_status step_all(identify_view *view, hw_err *err) {
  int32_t n = hw_identify_target_count(view->run);
  hw_progress progress;
  hw_progress_begin(&progress, stderr, "comparing", (uint64_t)n);
  hw_status status = HW_OK;
  for (int32_t t = 0; t < n && status == HW_OK; t++) {
    status = hw_identify_step(view->run, t, err);
    if (status == HW_E_TOO_COMPLEX) { /* told at once; the others are not made to wait for it */
      (void)cli_error(err);
      hw_identify_leave_out(view->run, t);
      view->n_left_out++;
      status = HW_OK;
    }
    hw_progress_set(&progress, (uint64_t)t + 1);
  }
  hw_progress_end(&progress);
  return status;
}

static void print_timing(const identify_view *view) {
  double compile_s = 0, scan_s = 0;
  double n_targets = hw_identify_target_count(view->run);
  double n_pairs = n_targets * view->problem->n_remains;
  hw_identify_time(view->run, &compile_s, &scan_s);
  fprintf(stderr, "compiled %.0f missing persons' tables in %.3f s (%.2f ms each)\n", n_targets,
          compile_s, 1e3 * compile_s / n_targets);
  fprintf(stderr, "compared %.0f pairs in %.3f s (%.2f us each)\n", n_pairs, scan_s,
          1e6 * scan_s / n_pairs);
}

/* Computes everything the view shows. */
static hw_status compute(identify_view *view, const identify_settings *settings,
                         hw_identify_pair **pairs, hw_err *err) {
  hw_identify_options limits = {.likelihood = {.simd = cli_simd(), .max_work = settings->max_work}};
  hw_status status = cli_prior(settings->prior, settings->prior_none, count_missing(view->problem),
                               &limits.prior_none, err);
  view->prior_none = limits.prior_none;
  if (status == HW_OK) status = hw_identify_new(view->problem, &limits, &view->run, err);
  /* What can be wrong with the command line is told before the long work. */
  if (status == HW_OK && settings->detail != NULL && !is_rank(settings->detail))
    status = choose_detail(view, settings->detail, err);
  if (status == HW_OK && settings->truth != NULL) status = identify_read_truth(view, err);
  if (status == HW_OK) status = step_all(view, err);
  if (status == HW_OK)
    status =
        hw_identify_pairs(view->run, view->threshold, view->accept, pairs, &view->n_pairs, err);
  view->pairs = *pairs;
  view->n_shown = settings->top < view->n_pairs ? (int32_t)settings->top : view->n_pairs;
  if (status == HW_OK && view->truth != NULL)
    hw_identify_score(view->run, view->truth_target, view->accept, view->outcomes);
  if (status == HW_OK && settings->detail != NULL && is_rank(settings->detail))
    status = choose_rank(view, settings->detail, err);
  if (status == HW_OK && view->has_detail) status = compute_detail(view, err);
  return status;
}

static void view_clear(identify_view *view) {
  hw_identify_delete(view->run);
  hw_truth_table_delete(view->truth);
  free(view->truth_target);
  free(view->outcomes);
  free(view->detail);
  free(view->detail_mismatch);
}

static int show(const identify_view *view, const identify_settings *settings) {
  if (settings->json) {
    hw_err err = HW_ERR_INIT;
    if (identify_write_json(view, &err) != HW_OK) {
      hw_err_place(&err, "standard output", 0, 0);
      return cli_error(&err);
    }
  } else {
    identify_print(view);
  }
  if (settings->timing) {
    fflush(stdout); /* so that the lines come last where both streams are one terminal */
    print_timing(view);
  }
  if (view->n_left_out > 0) return CLI_BAD_INPUT;
  return view->truth != NULL && identify_count(view, HW_OUTCOME_FALSE) > 0 ? CLI_NO : CLI_FINE;
}

static identify_view view_of(const hw_case *problem, const identify_settings *settings) {
  return (identify_view){.problem = problem,
                         .accept = settings->accept,
                         .threshold = settings->all_pairs ? -HUGE_VAL : settings->threshold,
                         .truth_path = settings->truth};
}

static int run_case(const char *path, const hw_case *problem, const identify_settings *settings) {
  hw_err err = HW_ERR_INIT;
  hw_identify_pair *pairs = NULL;
  identify_view view = view_of(problem, settings);
  int status = CLI_FINE;
  if (compute(&view, settings, &pairs, &err) != HW_OK) {
    if (err.file[0] == '\0' && err.status != HW_E_USAGE) hw_err_place(&err, path, 0, 0);
    status = cli_error(&err);
  } else {
    status = show(&view, settings);
  }
  free(pairs);
  view_clear(&view);
  return status;
}

static int run_file(const char *path, const identify_settings *settings) {
  hw_err err = HW_ERR_INIT;
  hw_case_source source;
  const hw_case *problem = NULL;
  int status = cli_read_cases(path, false, &source);
  if (status >= 0) return status;
  if (choose_case(&source.list, settings->only, &problem, &err) != HW_OK) {
    hw_err_place(&err, path, 0, 0);
    status = cli_error(&err);
  } else {
    status = run_case(path, problem, settings);
  }
  hw_case_source_clear(&source);
  return status;
}

/* ---- from a case database ---- */

static int store_and_show(hw_app *app, const hw_stored_case *stored, identify_view *view,
                          const identify_settings *settings) {
  hw_err err = HW_ERR_INIT;
  hw_identification_report report;
  hw_identification_options what = {.threshold = view->threshold,
                                    .accept = view->accept,
                                    .prior_none = view->prior_none,
                                    .reason = settings->reason,
                                    .dry_run = settings->dry_run};
  int status = CLI_FINE;
  if (hw_identification_store(app, stored, view->run, view->n_pairs, view->pairs, &what, &report,
                              &err) != HW_OK) {
    hw_err_place(&err, hw_store_location(app->store), 0, 0);
    status = cli_error(&err);
  } else {
    view->report = &report;
    status = show(view, settings);
    view->report = NULL;
  }
  hw_identification_report_clear(&report);
  return status;
}

static int run_loaded(hw_app *app, const hw_stored_case *stored,
                      const identify_settings *settings) {
  hw_err err = HW_ERR_INIT;
  hw_identify_pair *pairs = NULL;
  identify_view view = view_of(&stored->problem, settings);
  const char *place = hw_store_location(app->store);
  int status = CLI_FINE;
  for (int i = 0; i < stored->n_notes; i++) cli_say("%s: note: %s", place, stored->notes[i]);
  if (stored->n_all_notes > stored->n_notes)
    cli_say("%s: %lld more notes", place, (long long)(stored->n_all_notes - stored->n_notes));
  if (compute(&view, settings, &pairs, &err) != HW_OK) {
    if (err.status == HW_E_SHAPE)
      cli_tell_investigations(app, stored->investigation, "identifying", &err);
    if (err.file[0] == '\0' && err.status != HW_E_USAGE) hw_err_place(&err, place, 0, 0);
    status = cli_error(&err);
  } else {
    status = store_and_show(app, stored, &view, settings);
  }
  free(pairs);
  view_clear(&view);
  return status;
}

static int run_stored(const identify_settings *settings) {
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_stored_case stored = {0};
  hw_stored_case_options what = {.investigation = settings->investigation};
  int status = cli_place_open(&cli_command_identify, &settings->place,
                              settings->dry_run ? HW_DB_READ : HW_DB_WRITE, &app);
  if (status >= 0) return status;
  hw_status done = HW_OK;
  if (!settings->dry_run) {
    done = hw_app_require(&app, HW_MAY_WRITE, &err);
    if (done != HW_OK) hw_err_while(&err, "storing the run ('--dry-run' stores nothing)");
  }
  if (done == HW_OK) done = hw_stored_case_load(&app, &what, &stored, &err);
  if (done == HW_OK) {
    status = run_loaded(&app, &stored, settings);
  } else {
    if (err.file[0] == '\0') hw_err_place(&err, hw_store_location(app.store), 0, 0);
    status = cli_error(&err);
  }
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
  return status;
}

static int run(int argc, char **argv) {
  identify_settings settings = {.threshold = HW_IDENTIFY_THRESHOLD,
                                .accept = HW_IDENTIFY_ACCEPT,
                                .prior_none = -1,
                                .top = INT32_MAX};
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_identify, argc, argv, &settings, &operands, &n);
  if (status >= 0) return status;
  if (n > 0 && settings.place.database != NULL)
    return cli_usage(&cli_command_identify, "identify: a file or a case database (-c), not both");
  if (n == 0 && cli_place_database(&settings.place) == NULL)
    return cli_usage(&cli_command_identify, "identify: name a file, or a case database with -c");
  if (n > 0 && (settings.investigation != NULL || settings.dry_run))
    return cli_usage(&cli_command_identify,
                     "identify: --investigation and --dry-run belong to a case database (-c)");
  if (n == 0 && settings.only != NULL)
    return cli_usage(&cli_command_identify,
                     "identify: --case belongs to a file; a case database has --investigation");
  return n > 0 ? run_file(operands[0], &settings) : run_stored(&settings);
}

const cli_command cli_command_identify = {
    .name = "identify",
    .operands = "[FILE]",
    .n_operands_most = 1,
    .brief = "every remains profile against every missing person",
    .description =
        "Compares every remains profile of a homeward-case/1 file, of the DVI part of a Familias "
        ".fam file, or of an investigation of a case database, with every missing person of every "
        "family and lists the pairs worth looking at, best first: likelihood ratio, posterior "
        "probability, markers typed in both, and mismatches, that is markers that fit only "
        "through a mutation.\n"
        "\n"
        "LR = P(remains profile and family | the remains are the missing person) / P(the same | "
        "they are unrelated), exact for the whole pedigree. Remains whose sex is known and "
        "differs from the missing person's are excluded; a sex that agrees adds nothing.\n"
        "\n"
        "Pairs are evaluated one at a time: other missing persons of a family count as untyped, "
        "and nothing prevents two remains from fitting one person. The posterior of remains r "
        "is over all missing persons and 'none of them', under the stated prior; by default "
        "each of them and 'none' are equally likely. An identification is proposed where the "
        "posterior reaches --accept and the pair is the best one for the remains and for the "
        "missing person. A proposal is not a decision.\n"
        "\n"
        "With a case database (-c) the run is stored: its parameters, the digest of everything "
        "that was compared, every listed pair with its ratio by marker, and what each family can "
        "do. A proposed pair becomes an identification in the state 'candidate', unless that "
        "person and sample have one already. What changed since the last run is told: pairs that "
        "are new, whose ratio is another, or that are gone, and why (profile, family, table, "
        "parameters, program). A run that would say what the last one says is not stored again. "
        "Profiles, families and alleles that had to be left out are told on standard error.\n",
    .examples = "  homeward identify case.json --top 20\n"
                "  homeward identify case.json --per-marker F001:F001-M1:R0042\n"
                "  homeward identify case.json --json --pairwise --prior 5000\n"
                "  homeward identify -c quangtri.hwc --reason 'new references of family F12'\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
