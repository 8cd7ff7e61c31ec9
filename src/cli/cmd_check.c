/* homeward check: is everything as it was written, and does it make sense? */
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>

#include "app/check.h"
#include "app/report.h"
#include "base/check.h"
#include "base/file.h"
#include "base/json_members.h"
#include "base/progress.h"
#include "base/str.h"
#include "cli/case_open.h"

typedef struct check_settings {
  cli_place place;
  const char *report;
  bool recompute, all, json;
} check_settings;

static const cli_option options[] = {
    CLI_PLACE_OPTIONS(check_settings, place),
    {"recompute", NULL, CLI_FLAG, offsetof(check_settings, recompute), 0, 0,
     "Compute every stored comparison again from the stored inputs.", 0, false},
    {"report", "FILE", CLI_TEXT, offsetof(check_settings, report), 0, 0,
     "Check this report instead (PDF, HTML or JSON): is it one that was issued, and does every "
     "figure come out the same today?",
     0, false},
    {"all", NULL, CLI_FLAG, offsetof(check_settings, all), 0, 0,
     "Print every fault, not only the first 100.", 0, false},
    {"json", NULL, CLI_FLAG, offsetof(check_settings, json), 0, 0,
     "Write homeward-check/1 JSON instead of lines.", 0, false},
};

enum { MOST_PRINTED = 100 };

typedef struct check_view {
  hw_json_writer json;
  bool is_json, is_whole;
  int64_t n_printed;
  int64_t n_left_out[HW_KIND_COUNT + 1]; /* by kind; the last: no record */
  hw_progress progress;
} check_view;

static hw_status print_fault(void *context, const hw_check_fault *fault, hw_err *err) {
  check_view *view = context;
  (void)err;
  if (!view->is_whole && view->n_printed == MOST_PRINTED) {
    view->n_left_out[fault->kind]++;
    return HW_OK;
  }
  view->n_printed++;
  if (!view->is_json) {
    hw_progress_end(&view->progress);
    printf("%s%s: %s\n", fault->is_warning ? "warning: " : "", fault->where, fault->text);
    return HW_OK;
  }
  hw_json_writer *w = &view->json;
  hw_json_write_begin_row_object(w);
  hw_json_add_text(w, "severity", fault->is_warning ? "warning" : "fault");
  hw_json_add_text(w, "kind", fault->kind != HW_KIND_NONE ? hw_kind_get(fault->kind)->name : NULL);
  hw_json_add_int(w, "row", fault->id);
  hw_json_add_text(w, "where", fault->where);
  hw_json_add_text(w, "text", fault->text);
  hw_json_write_end_object(w);
  return HW_OK;
}

static bool show_progress(void *context, uint64_t done, uint64_t total) {
  hw_progress *progress = context;
  progress->total = total;
  hw_progress_set(progress, done);
  return false;
}

/* What was not printed, by kind. */
static void print_left_out(check_view *view) {
  hw_json_writer *w = &view->json;
  bool is_first = true;
  if (view->is_json) hw_json_add_row_object(w, "left_out");
  for (int k = 0; k <= HW_KIND_COUNT; k++) {
    const char *name = k < HW_KIND_COUNT ? hw_kind_get((hw_kind_id)k)->name : "database";
    if (view->n_left_out[k] == 0) continue;
    if (view->is_json) {
      hw_json_add_int(w, name, view->n_left_out[k]);
    } else {
      printf("%s%" PRId64 " of %s", is_first ? "... and more: " : ", ", view->n_left_out[k], name);
    }
    is_first = false;
  }
  if (view->is_json)
    hw_json_write_end_object(w);
  else if (!is_first)
    printf(" (--all prints them)\n");
}

static void print_summary(check_view *view, const hw_check_summary *summary, bool recompute) {
  char head[HW_DIGEST_TEXT_SIZE];
  hw_digest_text(summary->head, head);
  if (view->is_json) {
    hw_json_writer *w = &view->json;
    hw_json_write_end_array(w);
    print_left_out(view);
    const struct {
      const char *key;
      int64_t value;
    } counts[] = {{"n_faults", summary->n_faults},          {"n_warnings", summary->n_warnings},
                  {"n_records", summary->n_records},        {"n_recomputed", summary->n_recomputed},
                  {"n_joint_recomputed", summary->n_joint}, {"audit_entries", summary->n_entries}};
    for (size_t i = 0; i < CLI_COUNT_OF(counts); i++)
      hw_json_add_int(w, counts[i].key, counts[i].value);
    hw_json_add_text(w, "audit_head", head);
    hw_json_write_end_object(w);
    return;
  }
  print_left_out(view);
  printf("%s%" PRId64 " records, %" PRId64 " audit entries: ",
         summary->n_faults + summary->n_warnings > 0 ? "\n" : "", summary->n_records,
         summary->n_entries);
  if (summary->n_faults == 0)
    printf("all as it was written");
  else
    printf("%" PRId64 " fault%s", summary->n_faults, summary->n_faults == 1 ? "" : "s");
  if (summary->n_warnings > 0)
    printf(", %" PRId64 " warning%s", summary->n_warnings, summary->n_warnings == 1 ? "" : "s");
  if (recompute) printf("; %" PRId64 " comparisons computed again", summary->n_recomputed);
  if (recompute && summary->n_joint > 0) printf(", %" PRId64 " joint pairings", summary->n_joint);
  printf("\naudit head %" PRId64 " %s\n", summary->n_entries, head);
}

static int check(hw_app *app, const check_settings *settings) {
  hw_err err = HW_ERR_INIT;
  check_view view = {.is_json = settings->json, .is_whole = settings->all};
  hw_check_summary summary;
  hw_check_options what = {.recompute = settings->recompute,
                           .progress = show_progress,
                           .progress_context = &view.progress};
  if (settings->json) {
    hw_json_write_init_file(&view.json, stdout, 2);
    hw_json_write_begin_object(&view.json);
    hw_json_add_text(&view.json, "format", "homeward-check/1");
    hw_json_add_array(&view.json, "faults");
  }
  hw_progress_begin(&view.progress, stderr, "checking", 0);
  hw_status status = hw_check(app, &what, print_fault, &view, &summary, &err);
  hw_progress_end(&view.progress);
  print_summary(&view, &summary, settings->recompute);
  if (settings->json && hw_json_write_finish(&view.json, &err) != HW_OK) return cli_error(&err);
  if (status != HW_OK) return cli_error(&err);
  return summary.n_faults > 0 ? CLI_NO : CLI_FINE;
}

/* --- a report --- */

enum { MOST_REPORT_BYTES = 1 << 28 };

typedef struct report_view {
  hw_json_writer *json; /* NULL = lines */
} report_view;

static hw_status tell_difference(void *context, const char *text, hw_err *err) {
  const report_view *view = context;
  (void)err;
  if (view->json != NULL)
    hw_json_write_string(view->json, text);
  else
    printf("%s\n", text);
  return HW_OK;
}

static void print_verdict(const hw_report_verdict *verdict) {
  static const char *const forms[HW_REPORT_FORMS] = {"PDF", "HTML", "JSON"};
  if (!verdict->is_issued) return; /* told */
  printf("%s%s, a %s report, as %s", verdict->n_differences > 0 ? "\n" : "", verdict->code,
         verdict->kind, forms[verdict->form]);
  if (verdict->has_same_bytes) printf(": the file that was issued, byte for byte");
  printf("\n");
  if (verdict->n_differences > 0)
    printf("%d difference%s\n", verdict->n_differences, verdict->n_differences == 1 ? "" : "s");
  else
    printf("made again: %d figures and claims come out the same, %d digest%s\n", verdict->n_figures,
           verdict->n_basis, verdict->n_basis == 1 ? " holds" : "s hold");
  if (verdict->has_hidden_names)
    printf("names were not compared: that takes the permission 'names'\n");
}

static void write_verdict(hw_json_writer *w, const hw_report_verdict *verdict) {
  const struct {
    const char *key;
    bool value;
  } words[] = {{"is_issued", verdict->is_issued},
               {"has_same_bytes", verdict->has_same_bytes},
               {"is_withdrawn", verdict->is_withdrawn},
               {"is_made_again", verdict->is_made_again},
               {"has_hidden_names", verdict->has_hidden_names}};
  hw_json_add_text(w, "code", verdict->code);
  hw_json_add_text(w, "kind", verdict->kind);
  for (size_t i = 0; i < CLI_COUNT_OF(words); i++)
    hw_json_add_bool(w, words[i].key, words[i].value);
  hw_json_add_int(w, "n_figures", verdict->n_figures);
  hw_json_add_int(w, "n_basis", verdict->n_basis);
}

static hw_status check_as_lines(hw_app *app, const char *bytes, size_t n_bytes,
                                const hw_fonts *fonts, hw_report_verdict *verdict, hw_err *err) {
  report_view view = {.json = NULL};
  HW_TRY(hw_app_report_check(app, bytes, n_bytes, fonts, tell_difference, &view, verdict, err));
  print_verdict(verdict);
  return HW_OK;
}

/* Into a buffer, so that nothing is written where the file is no report. */
static hw_status check_as_json(hw_app *app, const char *bytes, size_t n_bytes,
                               const hw_fonts *fonts, hw_report_verdict *verdict, hw_err *err) {
  hw_json_writer writer, *w = &writer;
  report_view view = {.json = w};
  hw_str text = HW_STR_INIT;
  hw_json_write_init_str(w, &text, 2);
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "format", "homeward-check-report/1");
  hw_json_add_array(w, "differences");
  hw_status status =
      hw_app_report_check(app, bytes, n_bytes, fonts, tell_difference, &view, verdict, err);
  hw_json_write_end_array(w);
  write_verdict(w, verdict);
  hw_json_write_end_object(w);
  if (status == HW_OK) status = hw_json_write_finish(w, err);
  if (status == HW_OK) fputs(hw_str_text(&text), stdout);
  hw_str_clear(&text);
  return status;
}

static hw_status check_report_bytes(hw_app *app, const char *bytes, size_t n_bytes, bool is_json,
                                    hw_report_verdict *verdict, hw_err *err) {
  hw_fonts *fonts = NULL;
  HW_TRY(hw_fonts_new(&fonts, err));
  const hw_status status = is_json ? check_as_json(app, bytes, n_bytes, fonts, verdict, err)
                                   : check_as_lines(app, bytes, n_bytes, fonts, verdict, err);
  hw_fonts_delete(fonts);
  return status;
}

static int check_report(hw_app *app, const check_settings *settings) {
  hw_err err = HW_ERR_INIT;
  hw_report_verdict verdict = {.kind = ""};
  char *bytes = NULL;
  size_t n_bytes = 0;
  hw_status status = hw_file_read(settings->report, MOST_REPORT_BYTES, &bytes, &n_bytes, &err);
  if (status == HW_OK)
    status = check_report_bytes(app, bytes, n_bytes, settings->json, &verdict, &err);
  free(bytes);
  if (status != HW_OK) {
    if (err.file[0] == '\0') hw_err_place(&err, settings->report, 0, 0);
    return cli_error(&err);
  }
  return verdict.n_differences > 0 ? CLI_NO : CLI_FINE;
}

static int run(int argc, char **argv) {
  check_settings settings = {0};
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_check, argc, argv, &settings, &operands, &n);
  if (status >= 0) return status;
  hw_app app;
  const bool is_report = settings.report != NULL;
  if (is_report && (settings.recompute || settings.all))
    return cli_usage(&cli_command_check, "check: --report goes without --recompute and --all");
  status = cli_place_open(&cli_command_check, &settings.place,
                          is_report ? HW_DB_READ : HW_DB_EXAMINE, &app);
  if (status >= 0) return status;
  status = is_report ? check_report(&app, &settings) : check(&app, &settings);
  hw_app_close(&app);
  return status;
}

const cli_command cli_command_check = {
    .name = "check",
    .operands = "",
    .brief = "verify that everything is as it was written",
    .description =
        "Verifies the case database from its bytes up: the checksum of every page, the structure "
        "of the file, every record's own digest, and the audit chain over all of them; then what "
        "the records say: chains of custody, items, references to withdrawn records, reviews "
        "behind decisions, profiles against their panels, pedigrees, sums of frequencies.\n"
        "\n"
        "Each fault is one line that names the record ('homeward show KIND --row N' shows it); of more than 100 the rest is counted. A damaged file is read as far as it can "
        "be. Nothing is changed. Exit status: 0 if there is no fault, 1 if there is one.\n"
        "\n"
        "The audit head stands for the whole history: whoever writes it down can prove later that "
        "nothing before it was changed.\n"
        "\n"
        "With --report a file is checked: whether it is a report that was issued from this "
        "database, whether it says what was issued, and whether every figure, and the digest of "
        "every record behind it, comes out the same when it is made again. One line for each "
        "difference. Exit status: 0 if there is none, 1 if there is one, 2 if the file is no "
        "report.\n",
    .examples = "  homeward check -c quangtri.hwc\n"
                "  homeward check -c quangtri.hwc --recompute\n"
                "  homeward check -c quangtri.hwc --report r7.pdf\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
