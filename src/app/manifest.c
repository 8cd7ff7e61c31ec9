/* The manifest of an exported folder.
 *
 * It is written last, so that a folder with a manifest is complete, and read
 * first: a file that was cut off or changed on its way is told before anything
 * is imported. Whoever wants to import a changed table names it himself. */
#include "app/manifest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/kind_table.h"
#include "base/check.h"
#include "base/file.h"
#include "base/json_members.h"
#include "base/json_read.h"
#include "homeward/version.h"

static const char FORMAT[] = "homeward-export/1";
/* Largest manifest; one line per kind. */
enum { MOST_BYTES = 1 << 20 };

static const char *join(const char *folder, const char *name, hw_arena *arena) {
  hw_str path = HW_STR_INIT;
  hw_str_append_format(&path, "%s/%s", folder, name);
  const char *copy =
      hw_str_status(&path) == HW_OK ? hw_arena_strdup(arena, hw_str_text(&path)) : NULL;
  hw_str_clear(&path);
  return copy;
}

const char *hw_manifest_path(const char *folder, hw_kind_id kind, hw_arena *arena) {
  char name[64];
  snprintf(name, sizeof name, "%s.csv", hw_kind_get(kind)->plural);
  return join(folder, name, arena);
}

void hw_manifest_clear(hw_manifest *self) {
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}

/* --- writing --- */

static void write_files(hw_json_writer *writer, const hw_manifest *self) {
  hw_json_add_array(writer, "files");
  for (int i = 0; i < self->n_files; i++) {
    hw_json_write_begin_row_object(writer);
    hw_json_add_text(writer, "kind", hw_kind_get(self->files[i].kind)->name);
    hw_json_add_int(writer, "rows", self->files[i].n_rows);
    hw_json_add_text(writer, "digest", self->files[i].digest);
    hw_json_write_end_object(writer);
  }
  hw_json_write_end_array(writer);
}

static hw_status write_stream(const hw_manifest *self, FILE *stream, hw_err *err) {
  hw_json_writer writer;
  hw_json_write_init_file(&writer, stream, 2);
  hw_json_write_begin_object(&writer);
  hw_json_add_text(&writer, "format", FORMAT);
  hw_json_add_text(&writer, "program", hw_version());
  hw_json_add_int(&writer, "schema", HW_STORE_VERSION);
  hw_json_add_bool(&writer, "has_names", self->has_names);
  hw_json_add_int(&writer, "head_entry", self->head_seq);
  hw_json_add_text(&writer, "head_hash", self->head_hash);
  write_files(&writer, self);
  hw_json_write_end_object(&writer);
  return hw_json_write_finish(&writer, err);
}

hw_status hw_manifest_write(const char *folder, const hw_manifest *self, hw_err *err) {
  hw_arena arena;
  hw_arena_init(&arena, 0);
  const char *path = join(folder, HW_MANIFEST_NAME, &arena);
  hw_status status = path != NULL ? HW_OK : HW_NO_MEMORY(err, "the manifest");
  FILE *stream = status == HW_OK ? fopen(path, "wbx") : NULL;
  if (status == HW_OK && stream == NULL) status = hw_file_fail(errno, "write the file", err);
  if (status == HW_OK) status = write_stream(self, stream, err);
  if (status == HW_OK && fsync(fileno(stream)) != 0)
    status = hw_file_fail(errno, "write the file", err);
  if (stream != NULL && fclose(stream) != 0 && status == HW_OK)
    status = hw_file_fail(errno, "write the file", err);
  if (status != HW_OK && path != NULL) hw_err_place(err, path, 0, 0);
  hw_arena_clear(&arena);
  return status;
}

/* --- reading --- */

static hw_status read_file(const hw_json *json, const char *folder, hw_manifest *out, int i,
                           hw_err *err) {
  static const char *const KEYS[] = {"kind", "rows", "digest", NULL};
  const char *kind_name = NULL, *digest = NULL;
  hw_manifest_file *file = &out->files[i];
  HW_TRY(hw_json_check_keys(json, KEYS, err));
  HW_TRY(hw_json_get_string(json, "kind", &kind_name, err));
  HW_TRY(hw_json_get_int(json, "rows", 0, INT64_MAX, &file->n_rows, err));
  HW_TRY(hw_json_get_string(json, "digest", &digest, err));
  const hw_kind *kind = hw_kind_find(kind_name);
  if (kind == NULL)
    return hw_err_set(err, HW_E_VALUE, "\"%.60s\" is no kind of record of this version", kind_name);
  HW_TRY(hw_kind_table_require(kind, err));
  for (int k = 0; k < i; k++)
    if (out->files[k].kind == kind->id)
      return hw_err_set(err, HW_E_DUPLICATE, "the kind \"%s\" stands twice", kind->name);
  file->kind = kind->id;
  file->path = hw_manifest_path(folder, kind->id, &out->arena);
  if (file->path == NULL) return HW_NO_MEMORY(err, "the manifest");
  snprintf(file->digest, sizeof file->digest, "%s", digest);
  return HW_OK;
}

static hw_status read_root(const hw_json *json, const char *folder, hw_manifest *out, hw_err *err) {
  static const char *const KEYS[] = {"format",     "program",   "schema", "has_names",
                                     "head_entry", "head_hash", "files",  NULL};
  const char *format = NULL, *hash = NULL;
  const hw_json *files = NULL;
  int64_t schema = 0;
  HW_TRY(hw_json_check_keys(json, KEYS, err));
  HW_TRY(hw_json_get_string(json, "format", &format, err));
  if (strcmp(format, FORMAT) != 0)
    return hw_err_set(err, HW_E_VALUE, "\"%.60s\" is not the format \"%s\"", format, FORMAT);
  HW_TRY(hw_json_get_int(json, "schema", 1, INT32_MAX, &schema, err));
  if (schema > HW_STORE_VERSION) {
    hw_err_set(err, HW_E_UNSUPPORTED,
               "exported by a newer version of Homeward (schema %d, this program knows %d)",
               (int)schema, HW_STORE_VERSION);
    hw_err_field(err, "schema");
    return HW_E_UNSUPPORTED;
  }
  HW_TRY(hw_json_find_bool(json, "has_names", &out->has_names, err));
  HW_TRY(hw_json_get_int(json, "head_entry", 0, INT64_MAX, &out->head_seq, err));
  HW_TRY(hw_json_get_string(json, "head_hash", &hash, err));
  snprintf(out->head_hash, sizeof out->head_hash, "%s", hash);
  HW_TRY(hw_json_get_array(json, "files", &files, err));
  if (hw_json_count(files) > HW_KIND_COUNT)
    return hw_err_set(err, HW_E_VALUE, "more files than there are kinds of records");
  for (size_t i = 0; i < hw_json_count(files); i++) {
    hw_status status = read_file(hw_json_at(files, i), folder, out, (int)i, err);
    if (status != HW_OK) {
      hw_err_field(err, "files[%zu]", i);
      return status;
    }
    out->n_files++;
  }
  return HW_OK;
}

static hw_status compare_files(const hw_manifest *self, hw_err *err) {
  for (int i = 0; i < self->n_files; i++) {
    uint8_t digest[HW_DIGEST_SIZE];
    char text[HW_DIGEST_TEXT_SIZE];
    HW_TRY(hw_digest_file(self->files[i].path, digest, NULL, err));
    if (strcmp(hw_digest_text(digest, text), self->files[i].digest) == 0) continue;
    hw_status status = hw_err_set(
        err, HW_E_VALUE,
        "the file is not what was exported: it was damaged or changed. If it was changed on "
        "purpose, import the files one by one, in the order of the manifest");
    hw_err_place(err, self->files[i].path, 0, 0);
    return status;
  }
  return HW_OK;
}

static hw_status no_manifest(const char *folder, hw_err *err) {
  struct stat about;
  if (stat(folder, &about) == 0 && !S_ISDIR(about.st_mode)) {
    hw_err_set(err, HW_E_USAGE,
               "this is no folder: 'import all' reads one that 'export all' wrote; a file is "
               "imported with its kind or format");
    hw_err_place(err, folder, 0, 0);
    return HW_E_USAGE;
  }
  hw_err_set(err, HW_E_NOT_FOUND,
             "the export is not complete: %s, which is written last, is missing. Export again, or "
             "import the files one by one",
             HW_MANIFEST_NAME);
  hw_err_place(err, folder, 0, 0);
  return HW_E_NOT_FOUND;
}

hw_status hw_manifest_read(const char *folder, hw_manifest *out, hw_err *err) {
  hw_json_doc *doc = NULL;
  memset(out, 0, sizeof *out);
  hw_arena_init(&out->arena, 0);
  const char *path = join(folder, HW_MANIFEST_NAME, &out->arena);
  if (path == NULL) return HW_NO_MEMORY(err, "the manifest");
  hw_status status = hw_json_doc_read(path, MOST_BYTES, &doc, err);
  if (status == HW_E_NOT_FOUND && access(folder, F_OK) == 0) return no_manifest(folder, err);
  if (status == HW_OK) {
    status = read_root(hw_json_doc_root(doc), folder, out, err);
    if (status != HW_OK) hw_json_doc_place(doc, err);
  }
  hw_json_doc_delete(doc);
  return status == HW_OK ? compare_files(out, err) : status;
}
