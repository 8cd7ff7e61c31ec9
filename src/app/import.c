/* Importing: what all formats share.
 *
 * The order is: digest of the file, is it known, whose format is it, begin a
 * change, let the importer read and put records, look at the references, then
 * commit, or undo it all if anything was wrong or nothing was to be written.
 *
 * The digest covers the bytes of the file and the choices that change what they
 * mean, so that a table read again with another policy is another import. */
#include "app/import.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "app/examine.h"
#include "app/import_known.h"
#include "app/import_markers.h"
#include "app/import_snp.h"
#include "base/check.h"
#include "base/file.h"
#include "formats/foreign.h"

/* --- report --- */

void hw_import_report_clear(hw_import_report *self) {
  for (int i = 0; i < self->n_notes; i++) free(self->notes[i]);
  free(self->notes);
  self->notes = NULL;
  self->n_notes = 0;
}

void hw_import_note(hw_import *self, const char *format, ...) {
  hw_import_report *report = self->report;
  report->n_all_notes++;
  if (report->n_notes == HW_IMPORT_NOTES) return;
  if (report->notes == NULL) report->notes = calloc(HW_IMPORT_NOTES, sizeof *report->notes);
  if (report->notes == NULL) return; /* counted all the same */
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  char *copy = strdup(text);
  if (copy != NULL) report->notes[report->n_notes++] = copy;
}

void hw_import_take_notes(hw_import *self, const hw_note *notes, int32_t n) {
  for (int32_t i = 0; i < n; i++)
    if (notes[i].line > 0)
      hw_import_note(self, "line %llu: %s", (unsigned long long)notes[i].line, notes[i].text);
    else
      hw_import_note(self, "%s", notes[i].text);
}

void hw_import_progress(hw_import *self, uint64_t done, uint64_t total) {
  if (self->options->progress != NULL)
    self->options->progress(self->options->progress_context, done, total);
}

hw_status hw_import_open_csv(const hw_import *self, hw_csv *csv, char delimiter, hw_err *err) {
  return hw_csv_open_as(csv, self->path, delimiter, self->options->encoding, err);
}

hw_status hw_import_go_on(const hw_import_options *options, hw_err *err) {
  if (options->is_stopped == NULL || !options->is_stopped(options->stop_context)) return HW_OK;
  return hw_err_set(err, HW_E_INTERRUPTED, "stopped: nothing was written");
}

/* --- mistakes and records --- */

static const char *name_of(const char *path, const hw_import_options *options) {
  return options->name != NULL ? options->name : path;
}

hw_status hwp_import_settle(hw_import *self, hw_status status, const hw_err *mistake, hw_err *err) {
  if (status == HW_OK) return HW_OK;
  if (hw_status_exit(status) == 2) return hw_import_mistake(self, mistake, err);
  if (err != NULL) *err = *mistake;
  return status;
}

hw_status hw_import_mistake(hw_import *self, const hw_err *mistake, hw_err *err) {
  hw_err placed = *mistake;
  if (placed.file[0] == '\0') hw_err_place(&placed, name_of(self->path, self->options), 0, 0);
  if (placed.column == 0 && self->locate != NULL) self->locate(self->locate_context, &placed);
  if (hw_errors_add(&self->report->errors, &placed)) return HW_OK;
  if (err != NULL) *err = placed;
  return placed.status;
}

/* A record that comes with a later state than the first had its reviews elsewhere: taking it over
 * is an administrator's act. */
static hw_status check_states(const hw_import *self, const hw_record *record, hw_err *err) {
  for (int f = 0; f < record->kind->n_fields; f++) {
    const hw_field *field = &record->kind->fields[f];
    const hw_value *value = &record->values[f];
    if (!(field->flags & HW_FIELD_STATE) || value->type != HW_DB_TEXT) continue;
    size_t first = strcspn(field->choices, "|");
    if (value->n == first && memcmp(value->text, field->choices, first) == 0) continue;
    if (hw_app_require(self->app, HW_MAY_ADMINISTER, NULL) == HW_OK) continue;
    hw_err_set(err, HW_E_STATE,
               "taking over a state other than the first needs the permission 'administer'");
    hw_err_field(err, "%s", field->name);
    return HW_E_STATE;
  }
  return HW_OK;
}

hw_status hw_import_put(hw_import *self, hw_record *record, uint64_t line, hw_err *err) {
  hw_put_outcome outcome = HW_PUT_UNCHANGED;
  hw_err mistake = HW_ERR_INIT;
  const int64_t n_restored = self->n_restored;
  HW_TRY(hw_import_go_on(self->options, err));
  /* Before the stored record is compared, whose values a conflict would tell. */
  HW_TRY(hw_access_require_record(self->app, record, err));
  hw_status status = check_states(self, record, &mistake);
  if (status == HW_OK && self->options->restore) HW_TRY(hwp_import_restore(self, record, err));
  if (status == HW_OK)
    status = hw_store_put(self->app->store, record, self->options->update, &outcome, &mistake);
  if (status != HW_OK) {
    record->id = 0;
    hw_err_place(&mistake, NULL, line, 0);
    return hw_import_mistake(self, &mistake, err);
  }
  hw_import_count *count = &self->report->counts[record->kind->id];
  if (outcome == HW_PUT_ADDED) count->added++;
  if (self->n_restored > n_restored) return HW_OK; /* counted as changed */
  if (outcome == HW_PUT_REPLACED) count->changed++;
  if (outcome == HW_PUT_UNCHANGED || outcome == HW_PUT_WITHDRAWN) count->unchanged++;
  return outcome == HW_PUT_WITHDRAWN && record->withdrawn == NULL
             ? hwp_import_count_withdrawn(self, record->kind->id, record->id, err)
             : HW_OK;
}

hw_status hw_import_investigation(hw_import *self, const char *code, hw_err *err) {
  hw_record record;
  hw_record_init(&record, HW_KIND_INVESTIGATION);
  hw_record_set_text(&record, HW_FIELD_INVESTIGATION_CODE, code);
  snprintf(self->investigation, sizeof self->investigation, "%s", code);
  HW_TRY(hw_store_find(self->app->store, &record, &self->investigation_id, err));
  if (self->investigation_id != 0) return HW_OK;
  HW_TRY(hw_import_put(self, &record, 0, err));
  self->investigation_id = record.id;
  return HW_OK;
}

/* --- which importer --- */

static hw_status look_at(const char *path, char *bytes, size_t size, size_t *n, hw_err *err) {
  errno = 0;
  FILE *file = fopen(path, "rb");
  if (file == NULL) return hw_file_fail(errno, "open the file", err);
  *n = fread(bytes, 1, size, file);
  hw_status status =
      ferror(file) ? hw_file_fail(errno != 0 ? errno : EIO, "read the file", err) : HW_OK;
  fclose(file);
  return status;
}

static const hw_importer *find_importer(const char *format) {
  for (size_t i = 0; format != NULL && i < hw_n_importers; i++)
    if (strcmp(hw_importers[i]->format, format) == 0) return hw_importers[i];
  return NULL;
}

/* Other formats say their encoding themselves, or leave one choice only. */
static hw_status check_encoding(const hw_import *self, const hw_importer *importer, hw_err *err) {
  static const char *const tables[] = {"csv", "mtdna", "ystr"};
  if (self->options->encoding == HW_TEXT_DETECT) return HW_OK;
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
    if (strcmp(importer->format, tables[i]) == 0) return HW_OK;
  return hw_err_set(err, HW_E_USAGE, "--encoding is for tables, and this is read as %s",
                    importer->format);
}

static const hw_importer *recognise(const hw_import_options *options, const char *bytes, size_t n) {
  for (size_t i = 0; i < hw_n_importers; i++)
    if (hw_importers[i]->is_mine(bytes, n)) return hw_importers[i];
  /* Who asks for a kind of record means a table: its reader says what is wrong with this one. */
  return options->what != NULL && hw_kind_find(options->what) != NULL
             ? hw_importers[hw_n_importers - 1]
             : NULL;
}

/* A whole case under the name of a table of something else would be written as what it is. */
static hw_status check_kind(const hw_import *self, const hw_importer *importer, hw_err *err) {
  const char *what = self->options->what;
  const hw_kind *kind = what != NULL ? hw_kind_find(what) : NULL;
  if (kind == NULL || importer->kinds == NULL) return HW_OK;
  for (const hw_kind_id *k = importer->kinds; *k != HW_KIND_NONE; k++)
    if (*k == kind->id) return HW_OK;
  return hw_err_set(err, HW_E_SYNTAX,
                    "this is no table of %s but a file of the format '%s': 'homeward import %s "
                    "FILE' reads it",
                    kind->plural, importer->format, importer->format);
}

static hw_status choose_importer(const hw_import *self, const hw_importer **out, hw_err *err) {
  const hw_import_options *options = self->options;
  *out = find_importer(options->format);
  if (*out == NULL && options->format != NULL)
    return hw_err_set(err, HW_E_USAGE, "--format: '%s' is no format that can be imported",
                      options->format);
  const hw_importer *named = *out == NULL ? find_importer(options->what) : NULL;
  /* "panel" is a format and a kind of record: the file says which. */
  const bool is_kind = named != NULL && hw_kind_find(options->what) != NULL;
  if (named != NULL && !is_kind) *out = named;
  if (*out == NULL && options->encoding != HW_TEXT_DETECT) *out = find_importer("csv");
  char *bytes = malloc(HW_IMPORT_LOOK);
  if (bytes == NULL) return HW_NO_MEMORY(err, "the file");
  size_t n = 0;
  hw_status status = look_at(self->path, bytes, HW_IMPORT_LOOK, &n, err);
  const bool is_binary = *out != NULL && (*out)->is_binary;
  if (status == HW_OK && !is_binary) status = hw_foreign_check(bytes, n, err);
  if (status == HW_OK && *out == NULL) {
    *out = recognise(options, bytes, n);
    if (*out != NULL) status = check_kind(self, *out, err);
  }
  free(bytes);
  if (status == HW_OK && *out == NULL)
    status = hw_err_set(err, HW_E_SYNTAX,
                        "the format is not recognised: say --format (see 'homeward help import')");
  return status == HW_OK ? check_encoding(self, *out, err) : status;
}

/* A column map is read whole by its reader; here, only that it can be. */
static hw_status look_at_map(const char *path, hw_err *err) {
  char bytes[256];
  size_t n = 0;
  hw_file_stamp stamp;
  HW_TRY(hw_file_look(path, &stamp, err));
  hw_status status = look_at(path, bytes, sizeof bytes, &n, err);
  if (status == HW_OK) status = hw_foreign_check(bytes, n, err);
  hw_err_place(err, path, 0, 0);
  return status;
}

/* --- is it known --- */

static void add_optional(hw_digest *digest, const char *text) {
  hw_digest_add_int(digest, text != NULL);
  if (text != NULL) hw_digest_add_text(digest, text);
}

static void digest_mutation(hw_digest *digest, const hw_import_mutation *mutation) {
  add_optional(digest, mutation->model);
  add_optional(digest, mutation->transform);
  for (int i = 0; i < 2; i++) {
    double numbers[] = {mutation->rate[i], mutation->rate2[i], mutation->range[i]};
    hw_digest_add(digest, numbers, sizeof numbers);
  }
}

static void add_named(hw_digest *digest, const char *name, const char *text) {
  if (text == NULL) return;
  hw_digest_add_text(digest, name);
  hw_digest_add_text(digest, text);
}

/* Nothing is added where nothing is said: digests of other files stay what they were. */
static hw_status digest_snp(const hw_import_options *options, hw_digest *digest, hw_err *err) {
  const hw_import_snp *snp = &options->snp;
  add_named(digest, "panel", options->snp_panel);
  add_named(digest, "map", options->genetic_map);
  add_named(digest, "field", snp->field);
  add_named(digest, "build", snp->build);
  add_named(digest, "prior", snp->prior);
  add_named(digest, "library", snp->library);
  add_named(digest, "umi", snp->umi);
  add_named(digest, "contaminant", snp->contaminant);
  if (snp->has_error) hw_digest_add(digest, &snp->error, sizeof snp->error);
  if (options->samples == NULL) return HW_OK;
  uint8_t table[HW_DIGEST_SIZE];
  hw_status status = hw_digest_file(options->samples, table, NULL, err);
  if (status != HW_OK) {
    hw_err_place(err, options->samples, 0, 0);
    return status;
  }
  hw_digest_add(digest, table, sizeof table);
  return HW_OK;
}

static hw_status digest_import(hw_import *self, const hw_importer *importer, uint64_t *n_bytes,
                               hw_err *err) {
  const hw_import_options *options = self->options;
  uint8_t file[HW_DIGEST_SIZE] = {0}, map[HW_DIGEST_SIZE] = {0}, out[HW_DIGEST_SIZE];
  HW_TRY(hw_digest_file(self->path, file, n_bytes, err));
  if (options->map != NULL) {
    HW_TRY(look_at_map(options->map, err));
    HW_TRY(hw_digest_file(options->map, map, NULL, err));
  }
  hw_digest digest;
  hw_digest_begin(&digest);
  hw_digest_add(&digest, file, sizeof file);
  hw_digest_add(&digest, map, sizeof map);
  hw_digest_add_text(&digest, importer->format);
  add_optional(&digest, options->what);
  add_optional(&digest, options->investigation);
  add_optional(&digest, options->table);
  add_optional(&digest, options->consensus);
  add_optional(&digest, options->single);
  add_optional(&digest, options->samples_are);
  add_optional(&digest, options->frequency.population);
  hw_digest_add_int(&digest, options->frequency.minimum);
  hw_digest_add(&digest, &options->frequency.minimum_value, sizeof(double));
  hw_digest_add_int(&digest, options->frequency.normalisation);
  add_optional(&digest, options->frequency.rest_allele);
  add_optional(&digest, options->frequency.source);
  hw_digest_add_int(&digest, options->frequency.two_n);
  hw_digest_add_int(&digest, options->accept_flagged);
  hw_digest_add_int(&digest, options->use_table);
  hw_digest_add_int(&digest, options->update);
  digest_mutation(&digest, &options->mutation);
  HW_TRY(digest_snp(options, &digest, err));
  if (options->encoding != HW_TEXT_DETECT)
    hw_digest_add_text(&digest, hw_text_encoding_name(options->encoding));
  hw_digest_end(&digest, out);
  hw_digest_text(out, self->report->digest);
  return HW_OK;
}

/* --- the change --- */

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

static hw_status record_import(hw_import *self, uint64_t n_bytes, hw_err *err) {
  const hw_import_report *report = self->report;
  int64_t added = 0, changed = 0;
  if (self->is_import_withdrawn)
    return hw_store_restore(self->app->store, HW_KIND_IMPORT, self->import_id, err);
  if (self->import_id != 0) return HW_OK;
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    added += report->counts[k].added;
    changed += report->counts[k].changed;
  }
  hw_record record;
  hw_record_init(&record, HW_KIND_IMPORT);
  hw_record_set_text(&record, HW_FIELD_IMPORT_DIGEST, report->digest);
  hw_record_set_text(&record, HW_FIELD_IMPORT_FILE, base_name(name_of(self->path, self->options)));
  hw_record_set_text(&record, HW_FIELD_IMPORT_FORMAT, report->format);
  hw_record_set_text(&record, HW_FIELD_IMPORT_KIND, self->options->what);
  hw_record_set_int(&record, HW_FIELD_IMPORT_BYTES, (int64_t)n_bytes);
  hw_record_set_int(&record, HW_FIELD_IMPORT_ADDED, added);
  hw_record_set_int(&record, HW_FIELD_IMPORT_CHANGED, changed);
  return hw_store_add(self->app->store, &record, err);
}

/* True if the last byte of a file is no line end (in UTF-16, half of one). */
static bool ends_open(const char *path) {
  FILE *file = fopen(path, "rb");
  int last = EOF;
  if (file != NULL && fseek(file, -1, SEEK_END) == 0) last = fgetc(file);
  if (file != NULL) fclose(file);
  return last != EOF && last != '\n' && last != '\r' && last != '\0';
}

/* Formats whose rows are all alike cannot tell that some are missing. */
static void tell_open_end(hw_import *self, const hw_importer *importer) {
  static const char *const rows[] = {"csv", "genemapper", "map", "mtdna", "panel", "ped", "ystr"};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (strcmp(importer->format, rows[i]) == 0 && ends_open(self->path))
      hw_import_note(self, "the last line has no line end: was the file cut off? Its last row may "
                           "not be complete");
}

/* Reads one file into the change, and keeps a record of it. */
static hw_status run(hw_import *self, const hw_importer *importer, uint64_t n_bytes, hw_err *err) {
  hw_store *store = self->app->store;
  hwp_import_tell_again(self);
  HW_TRY(hw_store_next_id(store, HW_KIND_FAMILY, &self->first_family, err));
  HW_TRY(hw_store_next_id(store, HW_KIND_PROFILE, &self->first_profile, err));
  HW_TRY(importer->run(self, err));
  HW_TRY(hw_errors_status(&self->report->errors, err));
  hwp_import_tell_withdrawn(self);
  tell_open_end(self, importer);
  if (!self->options->skip_reference_checks) HW_TRY(hw_import_check_references(self, err));
  return record_import(self, n_bytes, err);
}

/* The file's name for people instead of the place where its bytes are. */
static void rename_place(hw_err *err, const char *path, const char *name) {
  if (err != NULL && (err->file[0] == '\0' || strncmp(err->file, path, sizeof err->file - 1) == 0))
    hw_err_place(err, name, 0, 0);
}

/* The file was read at least twice: for its digest, and for its records. Mistakes that were found in
 * it may come of the change as well, and are dropped. */
static hw_status check_stamp(hw_import *self, const hw_file_stamp *stamp, hw_status status,
                             hw_err *err) {
  hw_err changed = HW_ERR_INIT;
  if (status != HW_OK && hw_status_exit(status) != 2) return status;
  if (hw_file_check(self->path, stamp, &changed) == HW_OK) return status;
  self->report->errors.n = 0;
  if (err != NULL) *err = changed;
  return changed.status;
}

static bool may_bring_profiles(const hw_import *self, const hw_importer *importer) {
  const hw_kind *what = self->options->what != NULL ? hw_kind_find(self->options->what) : NULL;
  if (importer->kinds == NULL)
    return what == NULL || what->id == HW_KIND_PROFILE || self->options->map != NULL;
  for (const hw_kind_id *k = importer->kinds; *k != HW_KIND_NONE; k++)
    if (*k == HW_KIND_PROFILE) return true;
  return false;
}

/* What takes long in a large database is done before others have to wait. */
static hw_status read_ahead(const hw_import *self, const hw_importer *importer, hw_err *err) {
  const hw_import_options *options = self->options;
  if (options->skip_reference_checks || !may_bring_profiles(self, importer)) return HW_OK;
  const hw_examine_options examine = {.is_stopped = options->is_stopped,
                                      .stop_context = options->stop_context};
  return hw_examine_read_ahead(self->app, &examine, err);
}

/* One file. The change is begun when the first one has something to say.
 * @param is_begun  [in, out] */
static hw_status run_job(hw_app *app, hw_import_job *job, const hw_import_options *first,
                         bool *is_begun, hw_err *err) {
  hw_import self = {
      .app = app, .path = job->path, .options = &job->options, .report = &job->report};
  const hw_importer *importer = NULL;
  uint64_t n_bytes = 0;
  hw_file_stamp stamp;
  memset(&job->report, 0, sizeof job->report);
  hw_status status = hw_file_look(job->path, &stamp, err);
  if (status == HW_OK) status = choose_importer(&self, &importer, err);
  if (status == HW_OK) {
    snprintf(job->report.format, sizeof job->report.format, "%s", importer->format);
    status = digest_import(&self, importer, &n_bytes, err);
  }
  if (status == HW_OK) status = hwp_import_look_up(&self, err);
  bool is_new = status == HW_OK && !job->report.is_known;
  if (is_new && !*is_begun) {
    status = read_ahead(&self, importer, err);
    if (status == HW_OK) status = hw_app_begin(app, HW_MAY_WRITE, "import", first->reason, err);
    *is_begun = status == HW_OK;
  }
  if (is_new && status == HW_OK)
    status = hwp_import_look_up(&self, err); /* by another process meanwhile? */
  is_new = is_new && status == HW_OK && !job->report.is_known;
  if (is_new) status = check_stamp(&self, &stamp, run(&self, importer, n_bytes, err), err);
  hwp_marker_list_delete(self.markers);
  const char *name = name_of(job->path, &job->options);
  if (status != HW_OK) rename_place(err, job->path, name);
  hw_errors_sort(&job->report.errors);
  for (int i = 0; i < hw_errors_kept(&job->report.errors); i++)
    rename_place(&job->report.errors.kept[i], job->path, name);
  return status;
}

static hw_status import_all(hw_app *app, int n_jobs, hw_import_job *jobs, int *n_done,
                            hw_err *err) {
  bool is_begun = false;
  hw_status status = HW_OK;
  for (int i = 0; i < n_jobs && status == HW_OK; i++) {
    status = run_job(app, &jobs[i], &jobs[0].options, &is_begun, err);
    *n_done = i + 1;
  }
  if (!is_begun) return status;
  bool is_new = false; /* what was known all along, or from another process since */
  for (int i = 0; i < *n_done; i++) is_new = is_new || !jobs[i].report.is_known;
  if (status == HW_OK) status = hw_import_go_on(&jobs[0].options, err);
  if (status == HW_OK && jobs[0].options.apply && is_new)
    status = hw_store_commit(app->store, err);
  else
    hw_store_rollback(app->store);
  for (int i = 0; i < *n_done; i++)
    jobs[i].report.is_applied =
        status == HW_OK && jobs[0].options.apply && !jobs[i].report.is_known;
  return status;
}

hw_status hw_import_files(hw_app *app, int n_jobs, hw_import_job *jobs, int *n_done, hw_err *err) {
  hw_reference_rows *own = NULL;
  *n_done = 0;
  HW_TRY(hw_app_require(app, HW_MAY_WRITE, err));
  if (app->references == NULL) HW_TRY(hw_reference_rows_new(&own, err));
  if (own != NULL) app->references = own;
  const hw_status status = import_all(app, n_jobs, jobs, n_done, err);
  if (own != NULL) app->references = NULL;
  hw_reference_rows_delete(own);
  return status;
}

hw_status hw_import_file(hw_app *app, const char *path, const hw_import_options *options,
                         hw_import_report *report, hw_err *err) {
  hw_import_job job = {.path = path, .options = *options};
  int n_done = 0;
  hw_status status = hw_import_files(app, 1, &job, &n_done, err);
  *report = job.report;
  return status;
}
