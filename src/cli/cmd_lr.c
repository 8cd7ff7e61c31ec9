/* homeward lr: the likelihood of every hypothesis of a case, and their ratios.
 *
 * One case after the other is computed and written, so that a file of thousands
 * of cases needs the memory of one. A case that cannot be computed (a model that
 * is not supported, too much work) is told on standard error, stands in the JSON
 * as {"id", "error"}, and makes the exit status 2 or 3 after the others are done.
 *
 * Ratios are kept as logarithms: log10 LR(H) = (ln L(H) − ln L(reference))/ln 10,
 * −inf and +inf where one of the two is impossible, NaN where both are.
 *
 * SNP files and haplotypes (lr_evidence.c) are weighed beside the case's own markers and multiply;
 * markers that are linked by position are computed together (lr_linked.c). */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "app/stored_case.h"
#include "base/check.h"
#include "base/json_members.h"
#include "cli/case_open.h"
#include "cli/lr_out.h"
#include "homeward/casefile.h"
#include "homeward/version.h"

#define AT(member) offsetof(lr_settings, member)

static const cli_option options[] = {
    CLI_PLACE_OPTIONS(lr_settings, place),
    {"json", NULL, CLI_FLAG, offsetof(lr_settings, json), 0, 0,
     "Write homeward-lr/1 JSON instead of tables; always with the values by marker.", 0, false},
    {"per-marker", NULL, CLI_FLAG, offsetof(lr_settings, per_marker), 0, 0,
     "Add a table of the likelihood ratios by marker.", 0, false},
    {"linked", NULL, CLI_FLAG, AT(linked), 0, 0,
     "Compute markers with chromosome and position_cm, at most 8 alleles and no mutation together, "
     "as linked by their position.",
     0, false},
    LR_EVIDENCE_OPTIONS(lr_settings, evidence),
    {"no-grid", NULL, CLI_FLAG, AT(no_grid), 0, 0,
     "Of reads (BAM, CRAM, SAM) weigh only the fitted model, not also those around it.", 0, false},
    {"case", "ID", CLI_TEXT, offsetof(lr_settings, only), 0, 0, "Compute only the case of this id.",
     0, false},
    {"typing-error", "E", CLI_NUMBER, offsetof(lr_settings, typing_error), 0, 1,
     "Probability that a genotype is read as a random one, for every profile without dropout "
     "(default 0).",
     0, false},
    {"max-work", "W", CLI_NUMBER, offsetof(lr_settings, max_work), 1, 1e18,
     "Refuse a marker that needs more multiplications than this (default 2e11).", 0, false},
    {"no-lumping", NULL, CLI_FLAG, offsetof(lr_settings, no_lumping), 0, 0,
     "Keep every allele apart: the same result, slower; for comparison.", 0, false},
};

static void result_clear(lr_result *self) {
  free(self->ln_likelihood);
  free(self->per_marker);
  free(self->is_linked);
  lr_weights_clear(&self->weights);
}

/* ---- computing ---- */

/* The markers of a case that are not linked by position, with their observations. */
typedef struct rest {
  int32_t n;
  hw_marker *markers;
  int32_t *number; /* in the case */
  int32_t *place;  /* by number in the case */
  hw_profile *profiles;
  hw_linkage *linkages;
  double *per_marker;
  hw_arena arena;
} rest;

static hw_status take_rest(const hw_case *c, const hw_profile *profiles, const bool *is_linked,
                           rest *out, hw_err *err) {
  hw_arena *arena = &out->arena;
  const size_t n = (size_t)c->n_markers + 1;
  out->markers = hw_arena_alloc_array(arena, n, sizeof *out->markers);
  out->number = hw_arena_alloc_array(arena, n, sizeof *out->number);
  out->place = hw_arena_alloc_array(arena, n, sizeof *out->place);
  out->per_marker = hw_arena_alloc_array(arena, n, sizeof *out->per_marker);
  out->profiles = hw_arena_alloc_array(arena, (size_t)c->n_profiles + 1, sizeof *out->profiles);
  out->linkages = hw_arena_alloc_array(arena, (size_t)c->n_linkages + 1, sizeof *out->linkages);
  if (out->markers == NULL || out->number == NULL || out->place == NULL ||
      out->per_marker == NULL || out->profiles == NULL || out->linkages == NULL)
    return HW_NO_MEMORY(err, "the markers");
  for (int32_t m = 0; m < c->n_markers; m++) {
    if (is_linked[m]) continue;
    out->place[m] = out->n;
    out->number[out->n] = m;
    out->markers[out->n++] = c->markers[m];
  }
  for (int32_t p = 0; p < c->n_profiles; p++) {
    hw_observation *of = hw_arena_alloc_array(arena, n, sizeof *of);
    if (of == NULL) return HW_NO_MEMORY(err, "the profiles");
    for (int32_t k = 0; k < out->n; k++) of[k] = profiles[p].observations[out->number[k]];
    out->profiles[p] = profiles[p];
    out->profiles[p].n_markers = out->n;
    out->profiles[p].observations = of;
  }
  for (int32_t g = 0; g < c->n_linkages; g++) {
    const hw_linkage *group = &c->linkages[g];
    int32_t *markers = hw_arena_alloc_array(arena, (size_t)group->n_markers, sizeof *markers);
    if (markers == NULL) return HW_NO_MEMORY(err, "the linkage groups");
    for (int32_t k = 0; k < group->n_markers; k++) markers[k] = out->place[group->markers[k]];
    out->linkages[g] = (hw_linkage){group->n_markers, markers, group->recombination};
  }
  return HW_OK;
}

static hw_status compute_hypothesis(const hw_case *c, const lr_settings *settings, rest *of,
                                    int32_t h, lr_result *r, hw_err *err) {
  const hw_likelihood_options limits = {
      .simd = cli_simd(), .max_work = settings->max_work, .no_lumping = settings->no_lumping};
  const hw_problem problem = {.pedigree = &c->hypotheses[h].pedigree,
                              .n_profiles = c->n_profiles,
                              .profiles = of->profiles,
                              .profile_person = c->hypotheses[h].profile_person,
                              .n_markers = of->n,
                              .markers = of->markers,
                              .theta = c->theta,
                              .n_linkages = c->n_linkages,
                              .linkages = of->linkages};
  double *per_marker = r->per_marker + (size_t)h * (size_t)c->n_markers;
  if (of->n > 0)
    HW_TRY(hw_likelihood(&problem, &limits, &r->ln_likelihood[h], of->per_marker, err));
  for (int32_t m = 0; m < c->n_markers; m++) per_marker[m] = (double)NAN;
  for (int32_t k = 0; k < of->n; k++) per_marker[of->number[k]] = of->per_marker[k];
  return HW_OK;
}

static hw_status compute(const hw_case *c, const lr_settings *settings, const hw_profile *profiles,
                         lr_result *r, hw_err *err) {
  size_t n_markers = (size_t)c->n_markers;
  r->ln_likelihood = calloc((size_t)c->n_hypotheses, sizeof *r->ln_likelihood);
  r->per_marker = calloc((size_t)c->n_hypotheses * n_markers + 1, sizeof *r->per_marker);
  r->is_linked = calloc(n_markers + 1, sizeof *r->is_linked);
  if (r->ln_likelihood == NULL || r->per_marker == NULL || r->is_linked == NULL)
    return HW_NO_MEMORY(err, "the results");
  if (settings->linked) {
    r->n_linked = lr_linked_find(c, r->is_linked);
    if (r->n_linked == 0)
      return hw_err_set(err, HW_E_VALUE,
                        "--linked: no marker of case '%s' can be linked by position: it takes "
                        "chromosome and position_cm, 2 to 8 alleles, no mutation and no silent "
                        "allele",
                        c->id);
  }
  rest of = {0};
  hw_status status = take_rest(c, profiles, r->is_linked, &of, err);
  for (int32_t h = 0; h < c->n_hypotheses && status == HW_OK; h++) {
    double ln_linked = 0;
    status = compute_hypothesis(c, settings, &of, h, r, err);
    if (status == HW_OK && r->n_linked > 0)
      status = lr_linked_weigh(c, profiles, h, r->is_linked, &ln_linked, err);
    r->ln_likelihood[h] += ln_linked;
    if (status != HW_OK)
      hw_err_while(err, "computing hypothesis '%s' of case '%s'", c->hypotheses[h].name, c->id);
  }
  hw_arena_clear(&of.arena);
  return status;
}

/* Computes with the typing error of the command line in place of the case's. */
static hw_status compute_case(const hw_case *c, const lr_settings *settings, lr_result *r,
                              hw_err *err) {
  hw_profile *profiles = calloc((size_t)c->n_profiles + 1, sizeof *profiles);
  if (profiles == NULL) {
    hw_err_set(err, HW_E_NO_MEMORY, "memory is exhausted");
    return HW_E_NO_MEMORY;
  }
  for (int32_t i = 0; i < c->n_profiles; i++) {
    profiles[i] = c->profiles[i];
    if (settings->typing_error > 0 && !profiles[i].has_dropout)
      profiles[i].typing_error = settings->typing_error;
  }
  hw_status status = compute(c, settings, profiles, r, err);
  free(profiles);
  if (status == HW_OK && settings->opened != NULL)
    status = lr_weigh(settings->opened, c, &r->weights, err);
  return status;
}

/* ---- the command ---- */

/* Computes and writes one case; its exit status. */
static int run_case(const char *path, const hw_case *c, const lr_settings *settings,
                    hw_json_writer *w) {
  hw_err err = HW_ERR_INIT;
  lr_result r = {0};
  int status = CLI_FINE;
  if (compute_case(c, settings, &r, &err) != HW_OK) {
    if (w != NULL) lr_json_error(w, c, &err);
    hw_err_place(&err, path, 0, 0);
    status = cli_error(&err);
  } else if (w != NULL) {
    lr_json_case(w, c, &r, settings->opened);
  } else {
    lr_print_case(c, &r, settings);
  }
  result_clear(&r);
  return status;
}

static bool is_wanted(const hw_case *c, const lr_settings *settings) {
  return settings->only == NULL || strcmp(settings->only, c->id) == 0;
}

/* What can be told before anything is computed or printed. */
static hw_status check(const char *path, const hw_case_list *list, const lr_settings *settings,
                       hw_err *err) {
  bool found = false;
  hw_status status = HW_OK;
  for (int32_t i = 0; i < list->n_cases && status == HW_OK; i++) {
    const hw_case *c = &list->cases[i];
    if (!is_wanted(c, settings)) continue;
    found = true;
    if (c->n_hypotheses == 0)
      status = hw_err_set(err, HW_E_UNSUPPORTED,
                          "case '%s' has remains and families, not hypotheses: use 'homeward "
                          "identify'",
                          c->id);
    else if (c->n_markers == 0 && settings->opened == NULL)
      status = hw_err_set(err, HW_E_SHAPE,
                          "case '%s' has no markers: give evidence of other kinds (--snp, --mtdna, "
                          "--ystr), or markers",
                          c->id);
  }
  if (!found && status == HW_OK && settings->only != NULL)
    status = hw_err_set(err, HW_E_REFERENCE, "there is no case '%s'", settings->only);
  if (status != HW_OK) hw_err_place(err, path, 0, 0);
  return status;
}

static int run_all(const char *path, const hw_case_list *list, const lr_settings *settings) {
  hw_json_writer writer, *w = NULL;
  int status = CLI_FINE;
  if (settings->json) {
    w = &writer;
    hw_json_write_init_file(w, stdout, 1);
    hw_json_write_begin_object(w);
    hw_json_add_text(w, "format", "homeward-lr/1");
    hw_json_add_text(w, "version", hw_version());
    hw_json_add_array(w, "cases");
  }
  for (int32_t i = 0; i < list->n_cases; i++) {
    if (!is_wanted(&list->cases[i], settings)) continue;
    int one = run_case(path, &list->cases[i], settings, w);
    if (one > status) status = one;
  }
  if (w == NULL) return status;
  hw_err err = HW_ERR_INIT;
  hw_json_write_end_array(w);
  hw_json_write_end_object(w);
  if (hw_json_write_finish(w, &err) == HW_OK) return status;
  hw_err_place(&err, "standard output", 0, 0);
  return cli_error(&err);
}

static int run_file(const char *path, const lr_settings *settings) {
  hw_err err = HW_ERR_INIT;
  hw_case_source source;
  int status = cli_read_cases(path, true, &source);
  if (status >= 0) return status;
  if (check(path, &source.list, settings, &err) != HW_OK)
    status = cli_error(&err);
  else
    status = run_all(path, &source.list, settings);
  hw_case_source_clear(&source);
  return status;
}

/* The pedigrees of one family of a case database. */
static int run_stored(const char *family, const lr_settings *settings) {
  hw_app app;
  hw_err err = HW_ERR_INIT;
  hw_stored_case stored;
  hw_stored_case_options what = {.family = family, .as_hypotheses = true};
  int status = cli_place_open(&cli_command_lr, &settings->place, HW_DB_READ, &app);
  if (status >= 0) return status;
  const char *place = hw_store_location(app.store);
  if (hw_stored_case_load(&app, &what, &stored, &err) != HW_OK) {
    if (err.file[0] == '\0') hw_err_place(&err, place, 0, 0);
    status = cli_error(&err);
  } else {
    hw_case_list list = {.n_cases = 1, .cases = &stored.problem};
    for (int i = 0; i < stored.n_notes; i++) cli_say("%s: note: %s", place, stored.notes[i]);
    status = run_all(place, &list, settings);
  }
  hw_stored_case_clear(&stored);
  hw_app_close(&app);
  return status;
}

/* An operand is a file unless -c says otherwise, whatever the environment holds. */
static int run_operand(const char *operand, const lr_settings *settings) {
  if (settings->place.database == NULL) return run_file(operand, settings);
  if (settings->only != NULL)
    return cli_usage(&cli_command_lr, "lr: --case belongs to a file; a case database has families");
  return run_stored(operand, settings);
}

static int run(int argc, char **argv) {
  lr_settings settings = {.evidence = {.files = CLI_SNP_FILES_DEFAULTS}};
  lr_evidence evidence = {0};
  char **operands = NULL;
  int n = 0;
  hw_err err = HW_ERR_INIT;
  int status = cli_parse(&cli_command_lr, argc, argv, &settings, &operands, &n);
  if (status >= 0) return status;
  settings.evidence.files.with_grid = !settings.no_grid;
  if (lr_evidence_is_asked(&settings.evidence)) settings.opened = &evidence;
  status = lr_evidence_open(&settings.evidence, &evidence, &err) == HW_OK
               ? run_operand(operands[0], &settings)
               : cli_error(&err);
  lr_evidence_clear(&evidence);
  return status;
}

const cli_command cli_command_lr = {
    .name = "lr",
    .operands = "FILE|FAMILY",
    .n_operands_least = 1,
    .n_operands_most = 1,
    .brief = "likelihood ratios of the hypotheses of a case, by marker",
    .description =
        "Computes the exact likelihood of every hypothesis (pedigree) of every case in FILE, and "
        "its ratio to the case's reference hypothesis. FILE is homeward-case/1, homeward-cases/1 "
        "or a Familias .fam file with pedigrees, of which the last is the reference; '-' reads "
        "standard input. With a case database (-c) the hypotheses are the pedigrees of FAMILY that "
        "are not rejected.\n"
        "\n"
        "An LR above 1 speaks for the hypothesis, below 1 for the reference. A ratio whose "
        "numerator is impossible is 0 (excluded); with an impossible reference it is infinite; "
        "with both it is undefined.\n"
        "\n"
        "SNP files, mtDNA and Y haplotypes of the case's persons are weighed beside its markers; "
        "kinds of evidence multiply, since a hypothesis fixes the pedigree and with it the lines. Of "
        "reads the model that was fitted is told, and the ratios under models around it "
        "(docs/reads.md); of mtDNA the haplogroups, a check of quality and no evidence "
        "(docs/lineage.md).\n"
        "\n"
        "A case that cannot be computed is reported and the others are still done; the exit "
        "status is then 2 or 3.\n",
    .examples = "  homeward lr paternity.json --per-marker\n"
                "  homeward lr cases.json --json --case C17\n"
                "  homeward lr bone.json --snp bones.bcf --panel force.csv --population EAS\n"
                "  homeward lr -c quangtri.hwc F12 --per-marker\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
