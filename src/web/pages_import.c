/* Importing files: the form, what would change, and the button that writes it.
 *
 * The first step is a dry run. Where it finds something to write and no mistake, the
 * bytes are kept for the session (kept.h), and the second step writes those and no
 * others. A path never comes from a browser, nor does a file name become one.
 *
 * Messages of importers are in English and marked so. */
#include <stdlib.h>
#include <string.h>

#include "app/import_bytes.h"
#include "base/check.h"
#include "web/pages.h"
#include "web/routes.h"
#include "web/web_int.h"

/* What was typed, and what is wrong with it. */
typedef struct import_form {
  const char *what, *investigation, *reason;
  bool update;
  const char *no_file, *no_what, *no_investigation, *no_reason;
} import_form;

static const char *typed(hwp_job *job, const char *name) {
  const char *text = hwp_form(job, name);
  return text != NULL ? text : "";
}

static const char *megabytes(hwp_job *job) {
  return hwp_int(job, HWP_KEPT_BYTES >> 20);
}

/* --- the form --- */

enum { MOST_CHOICES = HW_KIND_COUNT + 32 };

typedef struct choices {
  int n;
  const char *values[MOST_CHOICES], *labels[MOST_CHOICES];
} choices;

static void add_choice(choices *self, const char *value, const char *label) {
  if (self->n == MOST_CHOICES) return;
  self->values[self->n] = value;
  self->labels[self->n++] = label;
}

/* Tables in the order in which they are filled, then formats of other programs. */
static void list_choices(hwp_job *job, choices *out) {
  hw_kind_id order[HW_KIND_COUNT];
  hw_kinds_order(order);
  out->n = 0;
  add_choice(out, "", hwp_t(job, HW_T_IMPORT_LOOK));
  for (int i = 0; i < HW_KIND_COUNT; i++) {
    const hw_kind *kind = hw_kind_get(order[i]);
    if (kind == NULL || (kind->flags & HW_KIND_SECRET) != 0) continue;
    add_choice(out, kind->plural,
               hwp_fill(job, HW_T_IMPORT_TABLE_OF, 1, hwp_kinds_label(job, kind->id)));
  }
  for (size_t i = 0; i < hw_n_importers; i++) {
    const char *format = hw_importers[i]->format;
    if (strcmp(format, "csv") != 0 && hw_import_takes_bytes(format))
      add_choice(out, format, hwp_fill(job, HW_T_IMPORT_FORMAT_OF, 1, format));
  }
}

static bool is_choice(const choices *self, const char *what) {
  for (int i = 0; i < self->n; i++)
    if (strcmp(self->values[i], what) == 0) return true;
  return false;
}

static void write_files_field(hwp_job *job, const char *wrong) {
  hwp_html *h = &job->html;
  hwp_open(h, "div", "class", "field", NULL);
  hwp_leaf(h, "label", hwp_t(job, HW_T_IMPORT_FILES), "for", "file", NULL);
  hwp_void(h, "input", "id", "file", "name", "file", "type", "file", "multiple", "", "required", "",
           "aria-describedby", wrong != NULL ? "file-wrong file-hint" : "file-hint", "aria-invalid",
           wrong != NULL ? "true" : NULL, NULL);
  if (wrong != NULL)
    hwp_leaf(h, "div", wrong, "id", "file-wrong", "class", "wrong", "role", "alert", NULL);
  hwp_leaf(h, "div", hwp_fill(job, HW_T_IMPORT_FILES_HINT, 1, megabytes(job)), "id", "file-hint",
           "class", "hint", NULL);
  hwp_close(h);
}

static void write_form(hwp_job *job, const import_form *form) {
  choices what;
  const char *const changes[] = {"", "update"};
  const char *const labels[] = {hwp_t(job, HW_T_IMPORT_DIFFERENT_REFUSE),
                                hwp_t(job, HW_T_IMPORT_DIFFERENT_UPDATE)};
  list_choices(job, &what);
  hwp_form_begin(job, "/import", true);
  write_files_field(job, form->no_file);
  hwp_field_add(job, &(hwp_field){.name = "what",
                                  .label = hwp_t(job, HW_T_IMPORT_WHAT),
                                  .value = form->what,
                                  .hint = hwp_t(job, HW_T_IMPORT_WHAT_HINT),
                                  .error = form->no_what,
                                  .n_choices = what.n,
                                  .choices = what.values,
                                  .labels = what.labels});
  hwp_field_add(job, &(hwp_field){.name = "investigation",
                                  .label = hwp_t(job, HW_T_IMPORT_INVESTIGATION),
                                  .value = form->investigation,
                                  .hint = hwp_t(job, HW_T_IMPORT_INVESTIGATION_HINT),
                                  .error = form->no_investigation});
  hwp_field_add(job, &(hwp_field){.name = "different",
                                  .label = hwp_t(job, HW_T_IMPORT_DIFFERENT),
                                  .value = form->update ? "update" : "",
                                  .n_choices = 2,
                                  .choices = changes,
                                  .labels = labels});
  hwp_field_add(job, &(hwp_field){.name = "reason",
                                  .label = hwp_t(job, HW_T_IMPORT_REASON),
                                  .value = form->reason,
                                  .hint = hwp_t(job, HW_T_IMPORT_REASON_HINT),
                                  .error = form->no_reason});
  hwp_form_end(job, hwp_t(job, HW_T_IMPORT_CHECK));
}

static hw_status show_form(hwp_job *job, const import_form *form, hw_err *err) {
  const bool is_wrong = form->no_file != NULL || form->no_what != NULL ||
                        form->no_investigation != NULL || form->no_reason != NULL;
  hwp_html *h = hwp_page_begin(job, HWP_NAV_IMPORT, hwp_t(job, HW_T_IMPORT_TITLE));
  hwp_paragraph(job, hwp_t(job, HW_T_IMPORT_LEAD), "lead");
  write_form(job, form);
  hwp_paragraph(job, hwp_t(job, HW_T_IMPORT_COMMAND_LINE), "hint");
  hwp_open(h, "p", NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_IMPORT_EARLIER), "href", "/records/import", NULL);
  hwp_close(h);
  if (is_wrong) job->response->status = 422;
  return hwp_page_end(job, err);
}

static hw_status form_page(hwp_job *job, hw_err *err) {
  return show_form(job, &(import_form){.what = ""}, err);
}

/* --- what happens to the files --- */

/* Files with their jobs, in the order in which they are read. */
typedef struct work {
  int n, n_done;
  hw_import_job jobs[HWP_MOST_UPLOADS];
  hw_import_bytes bytes[HWP_MOST_UPLOADS];
  hw_status status; /* of the import */
  hw_err wrong;
} work;

static void work_delete(work *self) {
  if (self == NULL) return;
  for (int i = 0; i < self->n; i++) hw_import_report_clear(&self->jobs[i].report);
  free(self);
}

/* The kind that the name of a table says: "families.csv". NULL = it says none. */
static const hw_kind *kind_of_name(const char *name) {
  char stem[64];
  const char *dot = strrchr(name, '.');
  if (dot == NULL || (strcmp(dot, ".csv") != 0 && strcmp(dot, ".tsv") != 0)) return NULL;
  const size_t n = (size_t)(dot - name);
  if (n >= sizeof stem) return NULL;
  memcpy(stem, name, n);
  stem[n] = '\0';
  return hw_kind_find(stem);
}

/* Where a file stands in the order of reading: what is no table goes first. */
static int rank_of(const char *name) {
  hw_kind_id order[HW_KIND_COUNT];
  const hw_kind *kind = kind_of_name(name);
  hw_kinds_order(order);
  for (int i = 0; kind != NULL && i < HW_KIND_COUNT; i++)
    if (order[i] == kind->id) return i + 1;
  return 0;
}

/* Stable; there are few. */
static void sort_files(hwp_kept_files *files) {
  for (int i = 1; i < files->n_files; i++)
    for (int j = i; j > 0; j--) {
      const hwp_upload a = files->files[j - 1], b = files->files[j];
      const int difference = rank_of(a.name) - rank_of(b.name);
      if (difference < 0 || (difference == 0 && strcmp(a.name, b.name) <= 0)) break;
      files->files[j - 1] = b;
      files->files[j] = a;
    }
}

/* Imports, or tells what would happen. @return NULL if memory is exhausted */
static work *import_files(hwp_job *job, const hwp_kept_files *files, bool apply) {
  work *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->n = files->n_files;
  for (int i = 0; i < self->n; i++) {
    const hwp_upload *file = &files->files[i];
    const hw_kind *kind = files->what[0] == '\0' ? kind_of_name(file->name) : NULL;
    self->bytes[i] = (hw_import_bytes){file->bytes, file->n_bytes};
    self->jobs[i].options = (hw_import_options){
        .name = file->name,
        .what = files->what[0] != '\0' ? files->what
                : kind != NULL         ? kind->plural
                                       : NULL,
        .investigation = files->investigation[0] != '\0' ? files->investigation : NULL,
        .reason = files->reason,
        .apply = apply,
        .update = files->update};
  }
  self->status = hw_import_files_of_bytes(job->app, job->web->options.temporary, self->n,
                                          self->bytes, self->jobs, &self->n_done, &self->wrong);
  return self;
}

/* True for what a person mends in a file or a field; all else is an error page. */
static bool is_mistake(hw_status status) {
  return hw_status_exit(status) == 2 && status != HW_E_DENIED;
}

static int64_t count_records(const work *self, bool changed) {
  int64_t n = 0;
  for (int i = 0; i < self->n_done; i++)
    for (int k = 0; k < HW_KIND_COUNT; k++) {
      const hw_import_count *c = &self->jobs[i].report.counts[k];
      if (!self->jobs[i].report.is_known) n += changed ? c->changed : c->added;
    }
  return n;
}

/* --- telling it --- */

static void write_counts(hwp_job *job, const char *name, const hw_import_report *report) {
  hwp_html *h = &job->html;
  const hwp_column columns[] = {{hwp_t(job, HW_T_IMPORT_KIND), false},
                                {hwp_t(job, HW_T_IMPORT_ADDED), true},
                                {hwp_t(job, HW_T_IMPORT_CHANGED), true},
                                {hwp_t(job, HW_T_IMPORT_UNCHANGED), true}};
  bool has_any = false;
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    const hw_import_count *c = &report->counts[k];
    has_any = has_any || c->added + c->changed + c->unchanged > 0;
  }
  if (!has_any) return;
  hwp_table_begin(h, &(hwp_table){hwp_fill(job, HW_T_IMPORT_COUNTS, 1, name), 4, columns});
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    const hw_import_count *c = &report->counts[k];
    if (c->added + c->changed + c->unchanged == 0) continue;
    hwp_open(h, "tr", NULL);
    hwp_cell(job, hwp_kinds_label(job, (hw_kind_id)k));
    hwp_number_cell(job, hwp_int(job, c->added));
    hwp_number_cell(job, hwp_int(job, c->changed));
    hwp_number_cell(job, hwp_int(job, c->unchanged));
    hwp_close(h);
  }
  hwp_table_end(h);
}

static const char *place_number(hwp_job *job, uint64_t number) {
  return number != 0 ? hwp_format(job, "%llu", (unsigned long long)number) : "";
}

static void write_mistakes(hwp_job *job, const char *name, const hw_errors *errors) {
  hwp_html *h = &job->html;
  const hwp_column columns[] = {{hwp_t(job, HW_T_IMPORT_LINE), true},
                                {hwp_t(job, HW_T_IMPORT_COLUMN), true},
                                {hwp_t(job, HW_T_IMPORT_FIELD), false},
                                {hwp_t(job, HW_T_IMPORT_MESSAGE), false}};
  const int n = hw_errors_kept(errors);
  if (n == 0) return;
  hwp_table_begin(h, &(hwp_table){hwp_fill(job, HW_T_IMPORT_MISTAKES, 1, name), 4, columns});
  for (int i = 0; i < n; i++) {
    const hw_err *e = &errors->kept[i];
    hwp_open(h, "tr", NULL);
    hwp_number_cell(job, place_number(job, e->line));
    hwp_number_cell(job, place_number(job, e->column));
    hwp_cell(job, e->field);
    hwp_said_leaf(job, "td", e->message);
    hwp_close(h);
  }
  hwp_table_end(h);
  if (errors->n > (uint64_t)n)
    hwp_paragraph(job,
                  hwp_fill(job, HW_T_IMPORT_MORE_MISTAKES, 1,
                           hwp_int(job, (int64_t)(errors->n - (uint64_t)n))),
                  "hint");
}

static void write_notes(hwp_job *job, const char *name, const hw_import_report *report) {
  hwp_html *h = &job->html;
  if (report->n_notes == 0) return;
  hwp_leaf(h, "h3", hwp_fill(job, HW_T_IMPORT_NOTES, 1, name), NULL);
  hwp_open(h, "ul", NULL);
  for (int i = 0; i < report->n_notes; i++) hwp_said_leaf(job, "li", report->notes[i]);
  hwp_close(h);
  if (report->n_all_notes > report->n_notes)
    hwp_paragraph(job,
                  hwp_fill(job, HW_T_IMPORT_MORE_NOTES, 1,
                           hwp_int(job, report->n_all_notes - report->n_notes)),
                  "hint");
}

static void write_report(hwp_job *job, const hw_import_job *file) {
  const hw_import_report *report = &file->report;
  const char *name = file->options.name;
  hwp_leaf(&job->html, "h2", hwp_fill(job, HW_T_IMPORT_FILE, 1, name), NULL);
  if (report->is_known) {
    hwp_notice(job, HWP_NOTICE_NOTE,
               hwp_fill(job, HW_T_IMPORT_KNOWN, 1, hwp_int(job, report->known_entry)));
    return;
  }
  hwp_facts_begin(&job->html);
  if (report->format[0] != '\0')
    hwp_fact(&job->html, hwp_t(job, HW_T_IMPORT_FORMAT), report->format);
  hwp_fact(&job->html, hwp_t(job, HW_T_IMPORT_ROWS), hwp_int(job, report->n_rows));
  hwp_facts_end(&job->html);
  write_mistakes(job, name, &report->errors);
  if (report->errors.n == 0) write_counts(job, name, report);
  write_notes(job, name, report);
}

/* The message of the import, if it is not in a table of mistakes. */
static void tell_wrong(hwp_job *job, const work *self) {
  const char *refused = hwp_t(job, HW_T_IMPORT_REFUSED), *file = self->wrong.file;
  for (int i = 0; i < self->n_done; i++) {
    const uint64_t n = self->jobs[i].report.errors.n;
    if (n == 0) continue;
    hwp_notice(job, HWP_NOTICE_ERROR,
               hwp_fill(job, HW_T_IMPORT_REFUSED_N, 1, hwp_int(job, (int64_t)n)));
    return;
  }
  /* The file is told before the sentence, which is said in the reader's language. */
  if (file[0] != '\0') refused = hwp_format(job, "%s %s:", refused, file);
  hwp_told(job, HWP_NOTICE_ERROR, refused, self->wrong.message);
}

/* @param name  of the files that are kept; NULL = there is nothing to write */
static hw_status show_result(hwp_job *job, const work *self, const char *name, hw_err *err) {
  const hw_text_id title = self->status == HW_OK ? HW_T_IMPORT_PREVIEW : HW_T_IMPORT_TITLE;
  hwp_html *h = hwp_page_begin(job, HWP_NAV_IMPORT, hwp_t(job, title));
  if (self->status != HW_OK) {
    tell_wrong(job, self);
    job->response->status = 422;
  } else if (name == NULL) {
    hwp_notice(job, HWP_NOTICE_NOTE, hwp_t(job, HW_T_IMPORT_NOTHING_NEW));
  }
  for (int i = 0; i < self->n_done; i++) write_report(job, &self->jobs[i]);
  if (name != NULL) {
    hwp_notice(job, HWP_NOTICE_NOTE,
               hwp_fill(job, HW_T_IMPORT_NOTHING_YET, 1, hwp_int(job, HWP_KEPT_S / 60)));
    hwp_form_begin(job, "/import/write", false);
    hwp_void(h, "input", "type", "hidden", "name", "files", "value", name, NULL);
    hwp_form_end(job, hwp_t(job, HW_T_IMPORT_WRITE));
  }
  hwp_open(h, "p", NULL);
  hwp_leaf(h, "a", hwp_t(job, HW_T_IMPORT_OTHER), "class", "button second", "href", "/import",
           NULL);
  hwp_close(h);
  return hwp_page_end(job, err);
}

/* --- the first step --- */

/* Takes a field into what is kept; false if it is too long. */
static bool take(char *out, size_t size, const char *text) {
  const size_t n = strlen(text);
  if (n >= size) return false;
  memcpy(out, text, n + 1);
  return true;
}

/* Files of the form; a field in which none was chosen sends one without name and bytes.
 * @return bytes altogether */
static size_t take_files(const hwp_job *job, hwp_kept_files *out) {
  size_t n_bytes = 0;
  for (int i = 0; i < job->n_uploads; i++) {
    const hwp_upload *file = &job->uploads[i];
    if (strcmp(file->field, "file") != 0 || (file->name[0] == '\0' && file->n_bytes == 0)) continue;
    out->files[out->n_files++] = *file;
    n_bytes += file->n_bytes;
  }
  sort_files(out);
  return n_bytes;
}

static hw_status keep(hwp_job *job, const work *done, const hwp_kept_files *files, hw_err *err) {
  char name[HWP_TOKEN_SIZE] = "";
  bool has_new = false;
  for (int i = 0; i < done->n_done; i++) has_new = has_new || !done->jobs[i].report.is_known;
  if (done->status != HW_OK || !has_new) return show_result(job, done, NULL, err);
  const hw_status status =
      hwp_kept_add(job->web->kept, hwp_work_of(job)->token, files, hwp_now_s(job->web), name, err);
  if (status == HW_E_BUSY) return hw_err_set(err, status, "%s", hwp_t(job, HW_T_IMPORT_BUSY));
  return status == HW_OK ? show_result(job, done, name, err) : status;
}

static hw_status finish(const work *self, hw_err *err) {
  hw_status status = HW_OK;
  if (self == NULL) return HW_NO_MEMORY(err, "the files");
  if (self->status != HW_OK && !is_mistake(self->status)) {
    status = self->status;
    if (err != NULL) *err = self->wrong;
  }
  return status;
}

static hw_status check(hwp_job *job, hw_err *err) {
  choices what;
  hwp_kept_files *files = hw_arena_alloc(job->arena, sizeof *files);
  if (files == NULL) return HW_NO_MEMORY(err, "the files");
  memset(files, 0, sizeof *files);
  import_form form = {.what = typed(job, "what"),
                      .investigation = typed(job, "investigation"),
                      .reason = typed(job, "reason"),
                      .update = strcmp(typed(job, "different"), "update") == 0};
  list_choices(job, &what);
  const char *too_long = hwp_t(job, HW_T_IMPORT_TOO_LONG);
  if (take_files(job, files) > HWP_KEPT_BYTES)
    form.no_file = hwp_fill(job, HW_T_IMPORT_TOO_LARGE, 1, megabytes(job));
  if (files->n_files == 0) form.no_file = hwp_t(job, HW_T_IMPORT_NO_FILE);
  if (!is_choice(&what, form.what) || !take(files->what, sizeof files->what, form.what))
    form.no_what = hwp_t(job, HW_T_IMPORT_NO_SUCH_KIND);
  if (!take(files->investigation, sizeof files->investigation, form.investigation))
    form.no_investigation = too_long;
  if (!take(files->reason, sizeof files->reason, form.reason)) form.no_reason = too_long;
  files->update = form.update;
  if (form.no_file != NULL || form.no_what != NULL || form.no_investigation != NULL ||
      form.no_reason != NULL)
    return show_form(job, &form, err);
  work *done = import_files(job, files, false);
  hw_status status = finish(done, err);
  if (status == HW_OK) status = keep(job, done, files, err);
  work_delete(done);
  return status;
}

/* --- the second step --- */

static hw_status write_files(hwp_job *job, hw_err *err) {
  hwp_kept_files *files = hwp_kept_take(job->web->kept, hwp_work_of(job)->token,
                                        typed(job, "files"), hwp_now_s(job->web));
  if (files == NULL)
    return show_form(job,
                     &(import_form){.what = "",
                                    .no_file = hwp_fill(job, HW_T_IMPORT_GONE, 1,
                                                        hwp_int(job, HWP_KEPT_S / 60))},
                     err);
  work *done = import_files(job, files, true);
  hw_status status = finish(done, err);
  if (status == HW_OK && done->status != HW_OK)
    status = show_result(job, done, NULL, err);
  else if (status == HW_OK)
    status =
        hwp_see_other(job, "/import",
                      hwp_fill(job, HW_T_IMPORT_DONE, 2, hwp_int(job, count_records(done, false)),
                               hwp_int(job, count_records(done, true))),
                      err);
  work_delete(done);
  hwp_kept_files_delete(files);
  return status;
}

static const hwp_route routes[] = {
    {"GET", "/import", HW_MAY_WRITE, 0, form_page, "the form that takes files"},
    {"POST", "/import", HW_MAY_WRITE, 0, check, "checks files, and tells what would change"},
    {"POST", "/import/write", HW_MAY_WRITE, 0, write_files, "writes the files that were checked"},
};
const hwp_routes hwp_routes_import = {routes, sizeof routes / sizeof *routes};
