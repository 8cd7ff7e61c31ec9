/* The API: importing files, first as a dry run.
 *
 * A request has the files as texts, or in base64 where they are no UTF-8, in the order in which
 * they are read: one may refer to what one before it brings. Without `apply` nothing is written,
 * and the answer tells what would happen; with it all are written in one change, or none. A
 * refusal tells the mistakes with their places, so that whoever made the files can mend them.
 *
 * Names of files are for messages and records only; none becomes a path.
 *
 * Source: RFC 4648 (base64). */
#include <string.h>

#include "app/import_bytes.h"
#include "base/check.h"
#include "web/api.h"
#include "web/web_int.h"

/* --- what comes in --- */

typedef struct file {
  const char *name, *what, *text, *base64;
} file;
static const hwp_api_member file_members[] = {
    HWP_API_M(file, name, "name", TEXT, HWP_API_MUST, "of the file, for messages and records"),
    HWP_API_M(file, what, "what", TEXT, 0,
              "a table by the plural of its kind ('families'), or another format ('fam', …); the "
              "program looks at the file if it is not said"),
    HWP_API_M(file, text, "text", TEXT, HWP_API_RAW, "its contents; or"),
    HWP_API_M(file, base64, "base64", TEXT, HWP_API_RAW, "its bytes, in base64 (RFC 4648)")};
static const hwp_api_schema file_schema =
    HWP_API_SCHEMA("File", file, file_members, "A file, with one of text and base64.");

typedef struct request {
  int n_files;
  const file *files;
  const char *investigation, *reason;
  bool update, apply;
} request;
static const hwp_api_member request_members[] = {
    {"files", HWP_API_LIST, HWP_API_MUST, offsetof(request, files),
     HWP_API_AT(int, request, n_files), HWP_MOST_UPLOADS, NULL, &file_schema,
     "in the order in which they are read"},
    HWP_API_M(request, investigation, "investigation", TEXT, 0,
              "code of the investigation; 'main', or the file's own, if it is not said"),
    HWP_API_M(request, reason, "reason", TEXT, 0, "for the audit chain"),
    HWP_API_M(request, update, "update", YES, 0,
              "records that differ become new versions; else they are a mistake"),
    HWP_API_M(request, apply, "apply", YES, 0, "write; else only tell what would happen")};
const hwp_api_schema hwp_schema_import_request =
    HWP_API_SCHEMA("ImportRequest", request, request_members, "Files to be imported.");

/* --- what goes out --- */

typedef struct count {
  const char *kind;
  hw_import_count n;
} count;
static const hwp_api_member count_members[] = {
    HWP_API_M(count, kind, "kind", TEXT, 0, "of the records"),
    HWP_API_M(count, n.added, "added", INT, 0, "new ones"),
    HWP_API_M(count, n.changed, "changed", INT, 0, "new versions"),
    HWP_API_M(count, n.unchanged, "unchanged", INT, 0, "that are there already")};
static const hwp_api_schema count_schema =
    HWP_API_SCHEMA("ImportCount", count, count_members, "What happens to the records of a kind.");

typedef struct mistake {
  int64_t line, column;
  const char *field, *message;
} mistake;
static const hwp_api_member mistake_members[] = {
    HWP_API_M(mistake, line, "line", INT, HWP_API_OR_NULL, "of the file, from 1"),
    HWP_API_M(mistake, column, "column", INT, HWP_API_OR_NULL, "of the line, from 1"),
    HWP_API_M(mistake, field, "field", TEXT, HWP_API_OR_NULL, "name of the column, or a path"),
    HWP_API_M(mistake, message, "message", TEXT, 0, "what is wrong, and what to do")};
static const hwp_api_schema mistake_schema =
    HWP_API_SCHEMA("Mistake", mistake, mistake_members, "A mistake of a file.");

typedef struct imported {
  const char *name, *format, *digest;
  bool is_known;
  int64_t known_entry, n_rows, n_mistakes, n_notes;
  int n_counts, n_told, n_told_notes;
  const count *counts;
  const mistake *mistakes;
  const char *const *notes;
} imported;
static const hwp_api_member imported_members[] = {
    HWP_API_M(imported, name, "name", TEXT, 0, "of the file"),
    HWP_API_M(imported, format, "format", TEXT, HWP_API_OR_NULL, "as which it was read"),
    HWP_API_M(imported, digest, "digest", TEXT, HWP_API_OR_NULL,
              "of its bytes and how it was read"),
    HWP_API_M(imported, is_known, "is_known", YES, 0, "it was imported before: nothing is done"),
    HWP_API_M(imported, known_entry, "known_entry", INT, HWP_API_OR_NULL, "by this audit entry"),
    HWP_API_M(imported, n_rows, "rows", INT, 0, "rows, samples or records that were read"),
    HWP_API_L(imported, counts, n_counts, "counts", &count_schema, "by kind"),
    HWP_API_M(imported, n_mistakes, "n_mistakes", INT, 0, "any of them refuses all files"),
    HWP_API_L(imported, mistakes, n_told, "mistakes", &mistake_schema, "the first twenty"),
    HWP_API_M(imported, n_notes, "n_notes", INT, 0, "how the file was understood, doubts"),
    HWP_API_T(imported, notes, n_told_notes, "notes", "the first two hundred")};
static const hwp_api_schema imported_schema =
    HWP_API_SCHEMA("ImportedFile", imported, imported_members, "What happens to a file.");

typedef struct import {
  bool is_applied;
  int n_files;
  const imported *files;
} import;
static const hwp_api_member import_members[] = {
    HWP_API_M(import, is_applied, "is_applied", YES, 0, "it was written; else it was a dry run"),
    HWP_API_L(import, files, n_files, "files", &imported_schema, "as far as they were read")};
const hwp_api_schema hwp_schema_import =
    HWP_API_SCHEMA("Import", import, import_members, "What an import has done, or would do.");

typedef struct refusal {
  hwp_api_told error;
  int n_files;
  const imported *files;
} refusal;
static const hwp_api_member refusal_members[] = {
    HWP_API_O(refusal, error, "error", &hwp_schema_told, "what is wrong"),
    HWP_API_L(refusal, files, n_files, "files", &imported_schema,
              "as far as they were read, with their mistakes")};
const hwp_api_schema hwp_schema_import_refusal = HWP_API_SCHEMA(
    "ImportRefusal", refusal, refusal_members, "Why files were not imported; nothing was written.");

/* --- base64 --- */

static int sextet_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Strict: no line ends, padded, nothing but zeros in the bits that are left over. */
static bool decode_base64(const char *text, size_t n, char *out, size_t *n_out) {
  *n_out = 0;
  if (n % 4 != 0) return false;
  for (size_t i = 0; i < n; i += 4) {
    const bool is_last = i + 4 == n;
    const int n_pads =
        is_last ? (text[i + 3] == '=') + (text[i + 3] == '=' && text[i + 2] == '=') : 0;
    unsigned bits = 0;
    for (int k = 0; k < 4; k++) {
      const int sextet = k < 4 - n_pads ? sextet_of(text[i + (size_t)k]) : 0;
      if (sextet < 0) return false;
      bits = bits << 6 | (unsigned)sextet;
    }
    if ((n_pads == 1 && (bits & 0xFF) != 0) || (n_pads == 2 && (bits & 0xFFFF) != 0)) return false;
    for (int k = 0; k < 3 - n_pads; k++) out[(*n_out)++] = (char)(bits >> (16 - 8 * k) & 0xFF);
  }
  return true;
}

/* --- importing --- */

static hw_status take_bytes(hwp_job *job, const file *from, hw_import_bytes *out, hw_err *err) {
  if ((from->text != NULL) == (from->base64 != NULL))
    return hw_err_set(err, HW_E_VALUE, "the file '%.60s' needs one of the members text and base64",
                      from->name);
  if (from->text != NULL) {
    *out = (hw_import_bytes){from->text, strlen(from->text)};
    return HW_OK;
  }
  const size_t n = strlen(from->base64);
  char *bytes = hw_arena_alloc(job->arena, n / 4 * 3 + 3);
  if (bytes == NULL) return HW_NO_MEMORY(err, "a file");
  if (!decode_base64(from->base64, n, bytes, &out->n))
    return hw_err_set(err, HW_E_VALUE, "the member base64 of the file '%.60s' is no base64",
                      from->name);
  out->bytes = bytes;
  return HW_OK;
}

static bool is_said(const char *text) {
  return text != NULL && text[0] != '\0';
}

static int64_t or_none(uint64_t place) {
  return place > 0 && place <= INT64_MAX ? (int64_t)place : -1;
}

static hw_status take_mistakes(hwp_job *job, const hw_errors *from, imported *out, hw_err *err) {
  const int n = hw_errors_kept(from);
  mistake *told = hw_arena_alloc_array(job->arena, (size_t)n + 1, sizeof *told);
  if (told == NULL) return HW_NO_MEMORY(err, "the mistakes");
  for (int i = 0; i < n; i++) {
    const hw_err *e = &from->kept[i];
    told[i] = (mistake){or_none(e->line), or_none(e->column), e->field, e->message};
  }
  out->n_mistakes = (int64_t)from->n;
  out->n_told = n;
  out->mistakes = told;
  return HW_OK;
}

/* Texts are borrowed from the job. */
static hw_status take_file(hwp_job *job, const hw_import_job *from, imported *out, hw_err *err) {
  const hw_import_report *report = &from->report;
  count *counts = hw_arena_alloc_array(job->arena, HW_KIND_COUNT, sizeof *counts);
  if (counts == NULL) return HW_NO_MEMORY(err, "the counts");
  *out = (imported){.name = from->options.name,
                    .format = report->format,
                    .digest = report->digest,
                    .is_known = report->is_known,
                    .known_entry = report->is_known ? report->known_entry : -1,
                    .n_rows = report->n_rows,
                    .n_notes = report->n_all_notes,
                    .n_told_notes = report->n_notes,
                    .notes = (const char *const *)report->notes,
                    .counts = counts};
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    const hw_import_count *n = &report->counts[k];
    if (n->added + n->changed + n->unchanged > 0 && report->errors.n == 0)
      counts[out->n_counts++] = (count){hw_kind_get((hw_kind_id)k)->plural, *n};
  }
  return take_mistakes(job, &report->errors, out, err);
}

/* True for what a person mends in a file. */
static bool is_mistake(hw_status status) {
  return hw_status_exit(status) == 2 && status != HW_E_DENIED;
}

static hw_status answer_import(hwp_job *job, const request *what, const hw_import_job *jobs,
                               int n_done, hw_status status, const hw_err *why, hw_err *err) {
  char text[sizeof(hw_err)];
  imported *files = hw_arena_alloc_array(job->arena, HWP_MOST_UPLOADS, sizeof *files);
  if (files == NULL) return HW_NO_MEMORY(err, "an import");
  if (status != HW_OK && !is_mistake(status)) {
    if (err != NULL) *err = *why;
    return status;
  }
  for (int i = 0; i < n_done; i++) HW_TRY(take_file(job, &jobs[i], &files[i], err));
  if (status == HW_OK)
    return hwp_api_send(job, &hwp_schema_import, &(import){what->apply, n_done, files}, err);
  job->response->status = 422;
  return hwp_api_send(job, &hwp_schema_import_refusal,
                      &(refusal){{422, hw_err_text(why, text, sizeof text)}, n_done, files}, err);
}

hw_status hwp_api_imports(hwp_job *job, const void *body, hw_err *err) {
  const request *what = body;
  hw_import_job *jobs = hw_arena_alloc_array(job->arena, HWP_MOST_UPLOADS, sizeof *jobs);
  hw_import_bytes bytes[HWP_MOST_UPLOADS] = {{NULL, 0}};
  hw_err why = HW_ERR_INIT;
  int n_done = 0;
  if (jobs == NULL) return HW_NO_MEMORY(err, "an import");
  if (what->n_files == 0) return hw_err_set(err, HW_E_VALUE, "files has no element");
  for (int i = 0; i < what->n_files; i++) {
    const file *from = &what->files[i];
    if (!is_said(from->name)) return hw_err_set(err, HW_E_VALUE, "files[%d] has no name", i);
    HW_TRY(take_bytes(job, from, &bytes[i], err));
    jobs[i].options = (hw_import_options){
        .name = from->name,
        .what = is_said(from->what) ? from->what : NULL,
        .investigation = is_said(what->investigation) ? what->investigation : NULL,
        .reason = what->reason,
        .apply = what->apply,
        .update = what->update};
  }
  hw_status status = hw_import_files_of_bytes(job->app, job->web->options.temporary, what->n_files,
                                              bytes, jobs, &n_done, &why);
  status = answer_import(job, what, jobs, n_done, status, &why, err);
  for (int i = 0; i < what->n_files; i++) hw_import_report_clear(&jobs[i].report);
  return status;
}
