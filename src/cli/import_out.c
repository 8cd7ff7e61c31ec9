/* What `homeward import` prints: a table per file for people, one JSON document
 * for programs, and mistakes on standard error in the program's one form. */
#include "cli/import_out.h"

#include <inttypes.h>
#include <string.h>

#include "base/json_members.h"
#include "cli/cli.h"

enum { MOST_NOTES = 20, KIND_WIDTH = 22, NUMBER_WIDTH = 11 };

static const char *name_of(const hw_import_job *job) {
  return job->options.name != NULL ? job->options.name : job->path;
}

/* --- for people --- */

static void print_number(int64_t value) {
  printf("%*" PRId64, NUMBER_WIDTH, value);
}

static void print_counts(const hw_import_report *report) {
  bool is_first = true;
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    const hw_import_count *count = &report->counts[k];
    if (count->added == 0 && count->changed == 0 && count->unchanged == 0) continue;
    if (is_first)
      printf("  %-*s%*s%*s%*s\n", KIND_WIDTH, "", NUMBER_WIDTH, "added", NUMBER_WIDTH, "changed",
             NUMBER_WIDTH, "unchanged");
    is_first = false;
    printf("  ");
    cli_print_padded(stdout, hw_kind_get((hw_kind_id)k)->plural, KIND_WIDTH);
    print_number(count->added);
    print_number(count->changed);
    print_number(count->unchanged);
    putchar('\n');
  }
  if (is_first) printf("  nothing\n");
}

static void print_job(const hw_import_job *job) {
  const hw_import_report *report = &job->report;
  if (report->is_known) {
    printf("%s: imported before, in audit entry %" PRId64 ": nothing to do\n", name_of(job),
           report->known_entry);
    return;
  }
  printf("%s (%s, %" PRId64 " row%s)\n", name_of(job), report->format, report->n_rows,
         report->n_rows == 1 ? "" : "s");
  print_counts(report);
  int n = report->n_notes < MOST_NOTES ? report->n_notes : MOST_NOTES;
  for (int i = 0; i < n; i++) printf("  note: %s\n", report->notes[i]);
  if (report->n_all_notes > n)
    printf("  ... and %" PRId64 " more notes\n", report->n_all_notes - n);
}

void import_print(const import_view *view) {
  bool is_new = false;
  if (view->status != HW_OK) return;
  for (int i = 0; i < view->n_done; i++) {
    print_job(&view->jobs[i]);
    is_new = is_new || !view->jobs[i].report.is_known;
  }
  if (!is_new) return;
  if (view->apply)
    printf("written\n");
  else
    printf("nothing was written: say --apply to write it\n");
}

/* --- mistakes --- */

/* True if the error is told among the mistakes of a file already. */
static bool is_told(const hw_err *err, const hw_errors *errors) {
  for (int i = 0; i < hw_errors_kept(errors); i++)
    if (errors->kept[i].status == err->status && errors->kept[i].line == err->line &&
        strcmp(errors->kept[i].message, err->message) == 0)
      return true;
  return false;
}

void import_print_mistakes(const import_view *view) {
  static const hw_errors none;
  if (view->status == HW_OK) return;
  const hw_errors *errors = view->n_done > 0 ? &view->jobs[view->n_done - 1].report.errors : &none;
  for (int i = 0; i < hw_errors_kept(errors); i++) (void)cli_error(&errors->kept[i]);
  if (!is_told(view->err, errors)) (void)cli_error(view->err);
  /* One mistake is one line. */
  if (errors->n > HW_ERRORS_KEPT)
    cli_say("... and %" PRIu64 " more mistakes: nothing was written", errors->n - HW_ERRORS_KEPT);
  else if (errors->n > 1)
    cli_say("%" PRIu64 " mistakes: nothing was written", errors->n);
}

/* --- for programs --- */

static void write_counts(hw_json_writer *w, const hw_import_report *report) {
  hw_json_add_object(w, "records");
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    const hw_import_count *count = &report->counts[k];
    if (count->added == 0 && count->changed == 0 && count->unchanged == 0) continue;
    hw_json_add_row_object(w, hw_kind_get((hw_kind_id)k)->name);
    hw_json_add_int(w, "added", count->added);
    hw_json_add_int(w, "changed", count->changed);
    hw_json_add_int(w, "unchanged", count->unchanged);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_object(w);
}

static void write_error(hw_json_writer *w, const hw_err *error) {
  hw_json_write_begin_object(w);
  if (error->file[0] != '\0') hw_json_add_text(w, "file", error->file);
  if (error->line > 0) hw_json_add_int(w, "line", (int64_t)error->line);
  if (error->column > 0) hw_json_add_int(w, "column", (int64_t)error->column);
  if (error->field[0] != '\0') hw_json_add_text(w, "field", error->field);
  hw_json_add_text(w, "status", hw_status_name(error->status));
  hw_json_add_text(w, "message", error->message);
  hw_json_write_end_object(w);
}

static void write_job(hw_json_writer *w, const hw_import_job *job) {
  const hw_import_report *report = &job->report;
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "file", name_of(job));
  hw_json_add_text(w, "format", report->format);
  hw_json_add_text(w, "digest", report->digest);
  hw_json_add_bool(w, "is_known", report->is_known);
  if (report->is_known) hw_json_add_int(w, "entry", report->known_entry);
  hw_json_add_int(w, "rows", report->n_rows);
  write_counts(w, report);
  hw_json_add_array(w, "notes");
  for (int i = 0; i < report->n_notes; i++) hw_json_write_string(w, report->notes[i]);
  hw_json_write_end_array(w);
  hw_json_add_int(w, "n_notes", report->n_all_notes);
  hw_json_add_array(w, "errors");
  for (int i = 0; i < hw_errors_kept(&report->errors); i++) write_error(w, &report->errors.kept[i]);
  hw_json_write_end_array(w);
  hw_json_add_int(w, "n_errors", (int64_t)report->errors.n);
  hw_json_write_end_object(w);
}

hw_status import_write_json(const import_view *view, hw_err *err) {
  hw_json_writer w;
  bool is_written = false;
  for (int i = 0; i < view->n_done; i++) is_written = is_written || view->jobs[i].report.is_applied;
  hw_json_write_init_file(&w, stdout, 2);
  hw_json_write_begin_object(&w);
  hw_json_add_text(&w, "format", "homeward-import/1");
  hw_json_add_text(&w, "status", hw_status_name(view->status));
  hw_json_add_bool(&w, "is_written", is_written);
  hw_json_add_array(&w, "files");
  for (int i = 0; i < view->n_done; i++) write_job(&w, &view->jobs[i]);
  hw_json_write_end_array(&w);
  if (view->status != HW_OK) {
    hw_json_write_key(&w, "error");
    write_error(&w, view->err);
  }
  hw_json_write_end_object(&w);
  return hw_json_write_finish(&w, err);
}
