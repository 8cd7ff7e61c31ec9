/* homeward lr: the likelihood of every hypothesis of a case, and their ratios.
 *
 * One case after the other is computed and written, so that a file of thousands
 * of cases needs the memory of one. A case that cannot be computed (a model that
 * is not supported, too much work) is told on standard error, stands in the JSON
 * as {"id", "error"}, and makes the exit status 2 or 3 after the others are done.
 *
 * Ratios are kept as logarithms: log10 LR(H) = (ln L(H) − ln L(reference))/ln 10,
 * −inf and +inf where one of the two is impossible, NaN where both are. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "app/stored_case.h"
#include "base/json_write.h"
#include "cli/case_open.h"
#include "homeward/casefile.h"
#include "homeward/version.h"

typedef struct lr_settings {
  cli_place place;
  bool json, per_marker, no_lumping;
  double typing_error, max_work;
  const char *only; /* case id, NULL = all */
} lr_settings;

static const cli_option options[] = {
    CLI_PLACE_OPTIONS(lr_settings, place),
    {"json", NULL, CLI_FLAG, offsetof(lr_settings, json), 0, 0,
     "Write homeward-lr/1 JSON instead of tables; always with the values by marker.", 0, false},
    {"per-marker", NULL, CLI_FLAG, offsetof(lr_settings, per_marker), 0, 0,
     "Add a table of the likelihood ratios by marker.", 0, false},
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

/* What was computed of one case; arrays of n_hypotheses (and × n_markers). */
typedef struct lr_result {
  double *ln_likelihood;
  double *per_marker;
} lr_result;

static void result_clear(lr_result *self) {
  free(self->ln_likelihood);
  free(self->per_marker);
}

/* log10 of the ratio of two likelihoods given by their logarithms. */
static double log10_ratio(double ln_numerator, double ln_denominator) {
  const double impossible = -HUGE_VAL;
  if (ln_numerator == impossible && ln_denominator == impossible) return (double)NAN;
  if (ln_numerator == impossible) return impossible;
  if (ln_denominator == impossible) return HUGE_VAL;
  return (ln_numerator - ln_denominator) / 2.302585092994045684017991454684;
}

static double total_ratio(const hw_case *c, const lr_result *r, int32_t h) {
  return log10_ratio(r->ln_likelihood[h], r->ln_likelihood[c->reference]);
}

static double marker_ratio(const hw_case *c, const lr_result *r, int32_t h, int32_t m) {
  size_t n = (size_t)c->n_markers;
  return log10_ratio(r->per_marker[(size_t)h * n + (size_t)m],
                     r->per_marker[(size_t)c->reference * n + (size_t)m]);
}

/* ---- computing ---- */

static hw_status compute(const hw_case *c, const lr_settings *settings, const hw_profile *profiles,
                         lr_result *r, hw_err *err) {
  size_t n_markers = (size_t)c->n_markers;
  r->ln_likelihood = calloc((size_t)c->n_hypotheses, sizeof *r->ln_likelihood);
  r->per_marker = calloc((size_t)c->n_hypotheses * n_markers + 1, sizeof *r->per_marker);
  if (r->ln_likelihood == NULL || r->per_marker == NULL) {
    hw_err_set(err, HW_E_NO_MEMORY, "memory is exhausted");
    return HW_E_NO_MEMORY;
  }
  hw_likelihood_options limits = {
      .simd = cli_simd(), .max_work = settings->max_work, .no_lumping = settings->no_lumping};
  for (int32_t h = 0; h < c->n_hypotheses; h++) {
    const hw_problem problem = {.pedigree = &c->hypotheses[h].pedigree,
                                .n_profiles = c->n_profiles,
                                .profiles = profiles,
                                .profile_person = c->hypotheses[h].profile_person,
                                .n_markers = c->n_markers,
                                .markers = c->markers,
                                .theta = c->theta,
                                .n_linkages = c->n_linkages,
                                .linkages = c->linkages};
    hw_status status = hw_likelihood(&problem, &limits, &r->ln_likelihood[h],
                                     r->per_marker + (size_t)h * n_markers, err);
    if (status == HW_OK) continue;
    hw_err_while(err, "computing hypothesis '%s' of case '%s'", c->hypotheses[h].name, c->id);
    return status;
  }
  return HW_OK;
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
  return status;
}

/* ---- JSON ---- */

static void json_marker_lists(hw_json_writer *w, const hw_case *c, const lr_result *r,
                              bool as_ratio) {
  for (int32_t h = 0; h < c->n_hypotheses; h++) {
    if (as_ratio && h == c->reference) continue;
    hw_json_write_key(w, c->hypotheses[h].name);
    hw_json_write_begin_row(w);
    for (int32_t m = 0; m < c->n_markers; m++)
      hw_json_write_double(w, as_ratio
                                  ? marker_ratio(c, r, h, m)
                                  : r->per_marker[(size_t)h * (size_t)c->n_markers + (size_t)m]);
    hw_json_write_end_array(w);
  }
}

static void json_case(hw_json_writer *w, const hw_case *c, const lr_result *r) {
  hw_json_write_begin_object(w);
  hw_json_write_key(w, "id");
  hw_json_write_string(w, c->id);
  hw_json_write_key(w, "reference");
  hw_json_write_string(w, c->hypotheses[c->reference].name);
  hw_json_write_key(w, "ln_likelihood");
  hw_json_write_begin_object(w);
  for (int32_t h = 0; h < c->n_hypotheses; h++) {
    hw_json_write_key(w, c->hypotheses[h].name);
    hw_json_write_double(w, r->ln_likelihood[h]);
  }
  hw_json_write_end_object(w);
  if (c->n_linkages == 0) {
    hw_json_write_key(w, "ln_likelihood_per_marker");
    hw_json_write_begin_object(w);
    json_marker_lists(w, c, r, false);
    hw_json_write_end_object(w);
  }
  hw_json_write_key(w, "log10_lr");
  hw_json_write_begin_object(w);
  for (int32_t h = 0; h < c->n_hypotheses; h++) {
    if (h == c->reference) continue;
    hw_json_write_key(w, c->hypotheses[h].name);
    hw_json_write_double(w, total_ratio(c, r, h));
  }
  hw_json_write_end_object(w);
  if (c->n_linkages == 0) {
    hw_json_write_key(w, "log10_lr_per_marker");
    hw_json_write_begin_object(w);
    json_marker_lists(w, c, r, true);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_object(w);
}

static void json_error(hw_json_writer *w, const hw_case *c, const hw_err *err) {
  char text[1200];
  hw_json_write_begin_object(w);
  hw_json_write_key(w, "id");
  hw_json_write_string(w, c->id);
  hw_json_write_key(w, "error");
  hw_json_write_string(w, hw_err_text(err, text, sizeof text));
  hw_json_write_end_object(w);
}

/* ---- tables ---- */

static int most(int a, int b) {
  return a > b ? a : b;
}

static void print_totals(const hw_case *c, const lr_result *r) {
  const char *reference = c->hypotheses[c->reference].name;
  int name_width = cli_text_width("hypothesis");
  for (int32_t h = 0; h < c->n_hypotheses; h++)
    name_width = most(name_width, cli_text_width(c->hypotheses[h].name));
  fputs("  ", stdout);
  cli_print_padded(stdout, "hypothesis", name_width);
  printf("  %16s  %12s   LR against %s\n", "ln likelihood", "log10 LR", reference);
  for (int32_t h = 0; h < c->n_hypotheses; h++) {
    char log10_text[CLI_NUMBER_SIZE], lr_text[CLI_NUMBER_SIZE], ln_text[CLI_NUMBER_SIZE];
    double ln = r->ln_likelihood[h];
    if (isinf(ln))
      snprintf(ln_text, sizeof ln_text, "impossible");
    else
      snprintf(ln_text, sizeof ln_text, "%.6f", ln);
    fputs("  ", stdout);
    cli_print_padded(stdout, c->hypotheses[h].name, name_width);
    if (h == c->reference) {
      printf("  %16s  %12s   reference\n", ln_text, "");
      continue;
    }
    printf("  %16s  %12s   %s\n", ln_text, cli_format_log10(total_ratio(c, r, h), log10_text),
           cli_format_lr(total_ratio(c, r, h), lr_text));
  }
}

/* Name of a marker, or of its linkage group if it is the group's first; NULL for the others. */
static const char *row_name(const hw_case *c, int32_t m, char *buffer, size_t size) {
  for (int32_t g = 0; g < c->n_linkages; g++) {
    const hw_linkage *group = &c->linkages[g];
    for (int32_t k = 0; k < group->n_markers; k++) {
      if (group->markers[k] != m) continue;
      if (k > 0) return NULL;
      snprintf(buffer, size, "%s … %s (%d linked)", c->markers[m].name,
               c->markers[group->markers[group->n_markers - 1]].name, (int)group->n_markers);
      return buffer;
    }
  }
  return c->markers[m].name;
}

static void print_markers(const hw_case *c, const lr_result *r) {
  enum { COLUMN = 14 };
  char buffer[160];
  int name_width = cli_text_width("marker");
  for (int32_t m = 0; m < c->n_markers; m++) {
    const char *name = row_name(c, m, buffer, sizeof buffer);
    if (name != NULL) name_width = most(name_width, cli_text_width(name));
  }
  printf("\n  LR by marker against %s\n  ", c->hypotheses[c->reference].name);
  cli_print_padded(stdout, "marker", name_width);
  for (int32_t h = 0; h < c->n_hypotheses; h++) {
    if (h == c->reference) continue;
    const char *name = c->hypotheses[h].name;
    printf("  %*s%s", most(0, COLUMN - cli_text_width(name)), "", name);
  }
  fputc('\n', stdout);
  for (int32_t m = 0; m < c->n_markers; m++) {
    const char *name = row_name(c, m, buffer, sizeof buffer);
    if (name == NULL) continue;
    fputs("  ", stdout);
    cli_print_padded(stdout, name, name_width);
    for (int32_t h = 0; h < c->n_hypotheses; h++) {
      if (h == c->reference) continue;
      char text[CLI_NUMBER_SIZE];
      const char *value = cli_format_lr(marker_ratio(c, r, h, m), text);
      printf("  %*s", most(COLUMN, cli_text_width(c->hypotheses[h].name)), value);
    }
    fputc('\n', stdout);
  }
}

static void print_case(const hw_case *c, const lr_result *r, const lr_settings *settings) {
  printf("Case %s: %d hypotheses, %d profile%s, %d marker%s", c->id, (int)c->n_hypotheses,
         (int)c->n_profiles, c->n_profiles == 1 ? "" : "s", (int)c->n_markers,
         c->n_markers == 1 ? "" : "s");
  if (c->theta > 0) printf(", theta %g", c->theta);
  if (c->n_linkages > 0)
    printf(", %d linkage group%s", (int)c->n_linkages, c->n_linkages == 1 ? "" : "s");
  if (settings->typing_error > 0) printf(", typing error %g", settings->typing_error);
  fputs("\n\n", stdout);
  print_totals(c, r);
  if (settings->per_marker) print_markers(c, r);
  fputc('\n', stdout);
}

/* ---- the command ---- */

/* Computes and writes one case; its exit status. */
static int run_case(const char *path, const hw_case *c, const lr_settings *settings,
                    hw_json_writer *w) {
  hw_err err = HW_ERR_INIT;
  lr_result r = {0};
  int status = CLI_FINE;
  if (compute_case(c, settings, &r, &err) != HW_OK) {
    if (w != NULL) json_error(w, c, &err);
    hw_err_place(&err, path, 0, 0);
    status = cli_error(&err);
  } else if (w != NULL) {
    json_case(w, c, &r);
  } else {
    print_case(c, &r, settings);
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
    hw_json_write_key(w, "format");
    hw_json_write_string(w, "homeward-lr/1");
    hw_json_write_key(w, "version");
    hw_json_write_string(w, hw_version());
    hw_json_write_key(w, "cases");
    hw_json_write_begin_array(w);
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

static int run(int argc, char **argv) {
  lr_settings settings = {0};
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_lr, argc, argv, &settings, &operands, &n);
  if (status >= 0) return status;
  /* An operand is a file unless -c says otherwise, whatever the environment holds. */
  if (settings.place.database == NULL) return run_file(operands[0], &settings);
  if (settings.only != NULL)
    return cli_usage(&cli_command_lr, "lr: --case belongs to a file; a case database has families");
  return run_stored(operands[0], &settings);
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
        "A case that cannot be computed is reported and the others are still done; the exit "
        "status is then 2 or 3.\n",
    .examples = "  homeward lr paternity.json --per-marker\n"
                "  homeward lr cases.json --json --case C17\n"
                "  homeward lr -c quangtri.hwc F12 --per-marker\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
