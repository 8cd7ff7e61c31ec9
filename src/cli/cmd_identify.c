/* homeward identify: the remains of a case against its missing persons.
 *
 * This file reads the options, loads the case, drives the run (identify_run.c)
 * and hands what came out to the files that show and store it (identify_out.h). */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "cli/identify_out.h"

#define AT(member) offsetof(identify_settings, member)
static const cli_option options[] = {
    CLI_PLACE_OPTIONS(identify_settings, place),
    {"investigation", "CODE", CLI_TEXT, AT(investigation), 0, 0,
     "The investigation of the case database that is computed (default 'main').", 0, false},
    {"dry-run", NULL, CLI_FLAG, AT(dry_run), 0, 0,
     "Store nothing in the case database; show what changed all the same.", 0, false},
    {"reason", "TEXT", CLI_TEXT, AT(reason), 0, 0, "Why, for the audit chain of the case database.",
     0, false},
    {"json", NULL, CLI_FLAG, AT(json), 0, 0,
     "Write homeward-identify/1 JSON instead of tables; of a file of up to 10,000 pairs all are "
     "listed unless --threshold is given.",
     0, false},
    {"pairwise", NULL, CLI_FLAG, AT(pairwise), 0, 0,
     "Pairs one at a time, no joint assignment; all are listed unless --threshold is given.", 0,
     false},
    {"after-search", NULL, CLI_FLAG, AT(after_search), 0, 0,
     "Only the pairs that the last stored 'homeward search' kept are candidates; all others count "
     "with a ratio of 1, as part of 'none'. For a whole country.",
     0, false},
    {"without", "KINDS", CLI_TEXT, AT(without), 0, 0,
     "Leave kinds of evidence of a case database out: snp, mt, y, parted by commas.", 0, false},
    LR_EVIDENCE_OPTIONS(identify_settings, evidence),
    {"threshold", "X", CLI_NUMBER, AT(threshold), -1000, 1000,
     "List the pairs whose log10 LR is at least X (default 4), and those whose joint posterior is "
     "at least 0.001.",
     0, false},
    {"top", "K", CLI_COUNT, AT(top), 1, 2e9, "Show no more than the K best pairs of the list.", 0,
     false},
    {"per-marker", "PAIR", CLI_TEXT, AT(detail), 0, 0,
     "Add the table of one pair: genotypes and likelihood ratio at every marker, and the odds "
     "taken apart. PAIR is FAMILY:MISSING:REMAINS, or a rank of the list.",
     0, false},
    {"prior", "PRIOR", CLI_TEXT, AT(prior), 0, 0,
     "flat (default): every assignment equally likely. numbers: of missing and recovered. record: "
     "also place, time, unit, event, sex, age, stature as the case database knows them. N: so many "
     "persons could be these remains, the missing among them.",
     0, false},
    {"prior-none", "P", CLI_NUMBER, AT(prior_none), 0, 1,
     "Prior probability that remains are none of the missing; these share the rest equally.", 0,
     false},
    {"factor", "FACTOR", CLI_TEXTS, AT(factors), 0, 0,
     "Use a factor of the prior, with parameters: numbers:total=500, or place:scale_m=3000;far=0.2. "
     "'no-place' leaves it out. May be repeated; see docs/priors.md.",
     0, false},
    {"fixed", "PAIR", CLI_TEXTS, AT(fixed), 0, 0,
     "These remains are this person, FAMILY:MISSING:REMAINS: only assignments with this pair "
     "count. May be repeated. Confirmed identifications of a case database are fixed anyhow.",
     0, false},
    {"exclude", "PAIR", CLI_TEXTS, AT(excluded), 0, 0,
     "These remains are not this person. May be repeated. Rejected identifications are excluded "
     "anyhow.",
     0, false},
    {"best", "K", CLI_COUNT, AT(best), 1, 1000,
     "Rank the K best assignments of the whole (default 10).", 0, false},
    {"accept", "P", CLI_NUMBER, AT(accept), 0.5, 0.999999999999,
     "Propose an identification from this posterior (default 0.999).", 0, false},
    {"undisputed", "X", CLI_NUMBER, AT(undisputed), 0, 1000,
     "log10 LR and GLR from which a pairing is called undisputed (default 4).", 0, false},
    {"left-out", "X", CLI_NUMBER, AT(left_out), 0, 0.1,
     "Posterior mass that may be left out of the sum; it is proven and told (default 1e-9; 0: "
     "every assignment is summed).",
     0, false},
    {"max-steps", "N", CLI_NUMBER, AT(max_steps), 1, 1e15,
     "Steps of exact inference beyond which a group of families goes to a Markov chain (default "
     "2e9).",
     0, false},
    {"seed", "N", CLI_SEED, AT(seed), 0, 0, "Seed of the Markov chain (default 0).", 0, false},
    {"truth", "FILE", CLI_TEXT, AT(truth), 0, 0,
     "Compare with the truth table of 'homeward simulate'; exit status 1 if a proposal is "
     "false.",
     0, false},
    {"case", "ID", CLI_TEXT, AT(only), 0, 0, "Take the case of this id from a file of several.", 0,
     false},
    {"max-work", "W", CLI_NUMBER, AT(max_work), 1, 1e18,
     "Leave out a family that needs more multiplications per marker than this (default 2e11); "
     "each is told, and the exit status is 2.",
     0, false},
    {"timing", NULL, CLI_FLAG, AT(timing), 0, 0,
     "Tell the time for compiling families and comparing pairs on standard error.", 0, false},
};

/* ---- what is asked ---- */

/* ---- showing ---- */

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
    identify_print_timing(view);
  }
  if (view->n_left_out > 0) return CLI_BAD_INPUT;
  return view->truth != NULL && identify_count(view, HW_OUTCOME_FALSE) > 0 ? CLI_NO : CLI_FINE;
}

/* ---- from a file ---- */

static int run_case(const char *path, const hw_case *problem, const identify_settings *settings) {
  hw_err err = HW_ERR_INIT;
  identify_files files = {0};
  identify_view view = {.problem = problem, .files = &files};
  int status = CLI_FINE;
  hw_status done = identify_files_open(problem, &settings->evidence, &files, &err);
  if (done == HW_OK && problem->n_markers == 0 && files.evidence == NULL)
    done = hw_err_set(&err, HW_E_SHAPE,
                      "case '%s' has no markers: give evidence of other kinds (--snp, --mtdna, "
                      "--ystr), or markers",
                      problem->id);
  view.evidence = files.evidence;
  if (done == HW_OK) done = identify_compute(&view, settings, NULL, NULL, &err);
  if (done != HW_OK) {
    if (err.file[0] == '\0' && err.status != HW_E_USAGE) hw_err_place(&err, path, 0, 0);
    status = cli_error(&err);
  } else {
    status = show(&view, settings);
  }
  identify_clear(&view);
  identify_files_clear(&files);
  return status;
}

static int run_file(const char *path, const identify_settings *settings) {
  hw_err err = HW_ERR_INIT;
  hw_case_source source;
  const hw_case *problem = NULL;
  int status = cli_read_cases(path, false, &source);
  if (status >= 0) return status;
  if (cli_choose_bare_case(&source.list, settings->only, &problem, &err) != HW_OK) {
    hw_err_place(&err, path, 0, 0);
    status = cli_error(&err);
  } else {
    status = run_case(path, problem, settings);
  }
  hw_case_source_clear(&source);
  return status;
}

/* ---- from a case database ---- */

static int store_and_show(hw_app *app, identify_view *view, const identify_settings *settings) {
  hw_err err = HW_ERR_INIT;
  hw_identification_report report;
  int status = CLI_FINE;
  if (hw_joint_work_store(&view->work, settings->reason, settings->dry_run, &report, &err) !=
      HW_OK) {
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

static void tell_notes(const char *place, const hw_stored_case *stored,
                       const hw_evidence *evidence) {
  const char *const *notes = NULL;
  const int n = hw_evidence_notes(evidence, &notes);
  for (int i = 0; i < stored->n_notes; i++) cli_say("%s: note: %s", place, stored->notes[i]);
  if (stored->n_all_notes > stored->n_notes)
    cli_say("%s: %lld more notes", place, (long long)(stored->n_all_notes - stored->n_notes));
  for (int i = 0; i < n; i++) cli_say("%s: note: %s", place, notes[i]);
}

static int run_loaded(hw_app *app, const hw_stored_case *stored, hw_evidence *evidence,
                      const identify_settings *settings) {
  hw_err err = HW_ERR_INIT;
  identify_view view = {.problem = &stored->problem,
                        .evidence = hw_evidence_is_loaded(evidence) ? evidence : NULL};
  const char *place = hw_store_location(app->store);
  int status = CLI_FINE;
  tell_notes(place, stored, evidence);
  if (identify_compute(&view, settings, app, stored, &err) != HW_OK) {
    if (err.status == HW_E_SHAPE)
      cli_tell_investigations(app, stored->investigation, "identifying", &err);
    if (err.file[0] == '\0' && err.status != HW_E_USAGE) hw_err_place(&err, place, 0, 0);
    status = cli_error(&err);
  } else {
    status = store_and_show(app, &view, settings);
  }
  identify_clear(&view);
  return status;
}

static int run_stored(const identify_settings *settings) {
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_stored_case stored = {0};
  hw_evidence *evidence = NULL;
  hw_evidence_options kinds = {.linked = {.simd = cli_simd()}};
  hw_stored_case_options what = {.investigation = settings->investigation};
  if (identify_read_without(settings->without, &kinds.without, &err) != HW_OK)
    return cli_usage(&cli_command_identify, "identify: %s", err.message);
  int status = cli_place_open(&cli_command_identify, &settings->place,
                              settings->dry_run ? HW_DB_READ : HW_DB_WRITE, &app);
  if (status >= 0) return status;
  hw_status done = HW_OK;
  if (!settings->dry_run) {
    done = hw_app_require(&app, HW_MAY_WRITE, &err);
    if (done != HW_OK) hw_err_while(&err, "storing the run ('--dry-run' stores nothing)");
  }
  if (done == HW_OK) done = hw_evidence_case_load(&app, &what, &kinds, &stored, &evidence, &err);
  if (done == HW_OK) {
    status = run_loaded(&app, &stored, evidence, settings);
  } else {
    if (err.file[0] == '\0') hw_err_place(&err, hw_store_location(app.store), 0, 0);
    status = cli_error(&err);
  }
  hw_evidence_delete(evidence);
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
  return status;
}

/* ---- what fits together ---- */

/* The first option that only a joint run has, or NULL. */
static const char *joint_option(const identify_settings *settings) {
  if (settings->after_search) return "--after-search";
  if (settings->fixed.n > 0) return "--fixed";
  if (settings->excluded.n > 0) return "--exclude";
  if (settings->factors.n > 0) return "--factor";
  if (settings->best > 0) return "--best";
  if (!isnan(settings->left_out)) return "--left-out";
  if (!isnan(settings->undisputed)) return "--undisputed";
  if (!isnan(settings->max_steps)) return "--max-steps";
  return NULL;
}

/* Returns −1, or the exit status of a mistake. */
static int check(const identify_settings *settings, int n) {
  const cli_command *self = &cli_command_identify;
  if (n > 0 && settings->place.database != NULL)
    return cli_usage(self, "identify: a file or a case database (-c), not both");
  if (n == 0 && cli_place_database(&settings->place) == NULL)
    return cli_usage(self, "identify: name a file, or a case database with -c");
  if (n > 0 && (settings->investigation != NULL || settings->dry_run))
    return cli_usage(self,
                     "identify: --investigation and --dry-run belong to a case database (-c)");
  if (n > 0 && settings->without != NULL)
    return cli_usage(self, "identify: --without belongs to a case database (-c)");
  if (n > 0 && settings->after_search)
    return cli_usage(self, "identify: --after-search belongs to a case database (-c)");
  if (n == 0 &&
      (lr_evidence_is_asked(&settings->evidence) || settings->evidence.files.panel != NULL))
    return cli_usage(self,
                     "identify: --snp, --mtdna and --ystr belong to a file; a case database has "
                     "what was imported (homeward import)");
  if (n == 0 && settings->only != NULL)
    return cli_usage(self,
                     "identify: --case belongs to a file; a case database has --investigation");
  if (settings->pairwise && joint_option(settings) != NULL)
    return cli_usage(self, "identify: %s belongs to a joint run, not to --pairwise",
                     joint_option(settings));
  return -1;
}

static int run(int argc, char **argv) {
  identify_settings settings = {.evidence = {.files = CLI_SNP_FILES_DEFAULTS},
                                .threshold = (double)NAN,
                                .accept = HW_IDENTIFY_ACCEPT,
                                .left_out = (double)NAN,
                                .undisputed = (double)NAN,
                                .max_steps = (double)NAN,
                                .prior_none = -1,
                                .best = -1,
                                .top = INT32_MAX};
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_identify, argc, argv, &settings, &operands, &n);
  if (status >= 0) return status;
  status = check(&settings, n);
  if (status >= 0) return status;
  return n > 0 ? run_file(operands[0], &settings) : run_stored(&settings);
}

const cli_command cli_command_identify = {
    .name = "identify",
    .operands = "[FILE]",
    .n_operands_most = 1,
    .brief = "who is who: every remains and every missing person together",
    .description =
        "Weighs every assignment of the remains of a homeward-case/1 file, of the DVI part of a "
        "Familias .fam file, or of an investigation of a case database, to the missing persons of "
        "all families, and tells who is who: the best assignment, the posterior probability of "
        "every pairing and of 'none of the missing', the alternatives, and what nobody can tell.\n"
        "\n"
        "weight of an assignment = P(all profiles | assignment) x prior. Several missing of one "
        "family are evaluated together, nobody is identified twice, and no remains belong to two "
        "persons. The sum is exact: families that compete for no remains are summed apart, and "
        "what is left out is proven to be at most --left-out. Beyond --max-steps a Markov chain "
        "takes over, and the result says so with its diagnostics.\n"
        "\n"
        "The prior is flat over all assignments unless --prior says otherwise: each pairing of "
        "remains and missing person weighs as much as 'none', before the profiles are looked at. "
        "A sex that differs excludes; a sex that agrees adds nothing.\n"
        "\n"
        "Told of a pairing: its log10 LR alone (P(remains profile and family | the remains are the "
        "missing person) / P(the same | unrelated), all others untyped), the log10 GLR (the best "
        "assignment with it over the best without), and its standing: undisputed, supported, "
        "symmetric (tied by construction with another), open, unlikely. An identification is "
        "proposed where the joint posterior reaches --accept, the pairing is in the best "
        "assignment and it is not symmetric. A proposal is not a decision.\n"
        "\n"
        "--pairwise is the old way: pairs one at a time, other missing persons of a family "
        "untyped, nothing prevents two remains from fitting one person. It misleads where several "
        "of one family are missing.\n"
        "\n"
        "SNPs, mtDNA and Y haplotypes count besides STR, those of a case database, or beside a FILE "
        "those of --snp, --mtdna and --ystr: log10 LR is the sum over the kinds, SNPs of several "
        "remains of one family are computed together, and a pair that only a line excludes is told "
        "(docs/evidence.md). Samples of files bear the ids of remains and persons, or "
        "FAMILY:PERSON. --without leaves kinds of a case database out.\n"
        "\n"
        "With a case database (-c) the run is stored: its parameters, the digest of everything "
        "that was compared, every listed pair with its ratio by marker, every pairing's joint "
        "figures, and what each family can do. Confirmed identifications are fixed, rejected ones "
        "excluded. A proposed pair becomes an identification in the state 'candidate', unless "
        "that person and sample have one already. What changed since the last run is told: pairs "
        "that are new or gone, whose ratio is another or whose joint posterior moved by 0.01 or "
        "more, and why (profile, family, table, parameters, program, other remains or families). "
        "A run that would say what the last one says is not stored again. Profiles, families and "
        "alleles that had to be left out are told on standard error.\n",
    .examples = "  homeward identify case.json\n"
                "  homeward identify case.json --per-marker F001:F001-M1:R0042\n"
                "  homeward identify case.json --json --prior flat\n"
                "  homeward identify case.json --pairwise --threshold 4 --top 20\n"
                "  homeward identify case.json --fixed F001:F001-M1:R0042 --best 3\n"
                "  homeward identify case.json --snp bones.bcf --snp kin.vcf.gz --panel force.csv\n"
                "  homeward identify -c quangtri.hwc --prior record --factor numbers:total=500\n"
                "  homeward search -c north.hwc && homeward identify -c north.hwc --after-search\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
