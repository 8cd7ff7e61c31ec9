/* All kinds of records, one file each, in the order in which they can be imported.
 *
 * The order is that of kinds.def, but a kind that another one refers to goes before
 * it (hw_kinds_order). All files are of one moment: they are read in one transaction.
 * The folder is made new, and its manifest written last. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/export_int.h"
#include "app/manifest.h"
#include "base/check.h"
#include "base/file.h"

static hw_status make_folder(const char *folder, hw_err *err) {
  if (mkdir(folder, 0777) == 0) return HW_OK;
  if (errno != EEXIST) return hw_file_fail(errno, "make the folder", err);
  DIR *directory = opendir(folder);
  if (directory == NULL) return hw_file_fail(errno, "open the folder", err);
  bool is_empty = true;
  for (const struct dirent *entry; is_empty && (entry = readdir(directory)) != NULL;)
    is_empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
  closedir(directory);
  return is_empty ? HW_OK
                  : hw_err_set(err, HW_E_DUPLICATE,
                               "the folder is there already and not empty: name a new one");
}

static hw_status write_file(hw_app *app, const hw_export_options *options, hw_manifest_file *file,
                            hw_err *err) {
  FILE *stream = fopen(file->path, "wbx");
  if (stream == NULL) return hw_file_fail(errno, "write the file", err);
  hw_status status = hwp_export_kind(app, file->kind, options, stream, &file->n_rows, err);
  if (status == HW_OK && fsync(fileno(stream)) != 0)
    status = hw_file_fail(errno, "write the file", err);
  if (fclose(stream) != 0 && status == HW_OK) status = hw_file_fail(errno, "write the file", err);
  uint8_t digest[HW_DIGEST_SIZE];
  if (status == HW_OK) status = hw_digest_file(file->path, digest, NULL, err);
  if (status == HW_OK) hw_digest_text(digest, file->digest);
  return status;
}

static hw_status write_kinds(hw_app *app, const hw_export_options *options, const char *folder,
                             hw_manifest *manifest, hw_export_report *reports, hw_err *err) {
  hw_kind_id order[HW_KIND_COUNT];
  hw_kinds_order(order);
  for (int i = 0; i < HW_KIND_COUNT; i++) {
    const hw_kind_id kind = order[i];
    int64_t n = 0;
    if (hw_kind_get(kind)->flags & HW_KIND_SECRET) continue;
    HW_TRY(hw_store_count(app->store, kind, &n, err));
    if (n == 0) continue;
    if (options->without_names && hwp_kind_is_named(kind)) {
      snprintf(reports[kind].note, sizeof reports[kind].note,
               "left out: without names nothing of it is left");
      continue;
    }
    hw_manifest_file *file = &manifest->files[manifest->n_files];
    file->kind = kind;
    file->path = hw_manifest_path(folder, kind, &manifest->arena);
    if (file->path == NULL) return HW_NO_MEMORY(err, "a file name");
    hw_status status = write_file(app, options, file, err);
    if (status != HW_OK) {
      if (err != NULL && err->file[0] == '\0') hw_err_place(err, file->path, 0, 0);
      return status;
    }
    reports[kind].n_rows = file->n_rows;
    reports[kind].has_names = !options->without_names && hwp_kind_has_names(kind);
    manifest->n_files++;
  }
  return HW_OK;
}

static hw_status write_all(hw_app *app, const hw_export_options *options, const char *folder,
                           hw_manifest *manifest, hw_export_report *reports, hw_err *err) {
  uint8_t hash[HW_DIGEST_SIZE];
  HW_TRY(hw_store_head(app->store, &manifest->head_seq, hash, err));
  hw_digest_text(hash, manifest->head_hash);
  manifest->has_names = !options->without_names;
  HW_TRY(write_kinds(app, options, folder, manifest, reports, err));
  return hw_manifest_write(folder, manifest, err);
}

hw_status hw_export_all(hw_app *app, const hw_export_options *options, const char *folder,
                        hw_export_report report[HW_KIND_COUNT], hw_err *err) {
  memset(report, 0, HW_KIND_COUNT * sizeof *report);
  if (!options->without_names) HW_TRY(hwp_export_record(app, "all", options->reason, err));
  hw_status status = make_folder(folder, err);
  if (status != HW_OK) {
    hw_err_place(err, folder, 0, 0);
    return status;
  }
  hw_manifest *manifest = calloc(1, sizeof *manifest);
  if (manifest == NULL) return HW_NO_MEMORY(err, "the manifest");
  hw_arena_init(&manifest->arena, 0);
  hw_export_options csv = *options;
  csv.format = "csv";
  hw_db *db = hw_store_db(app->store);
  status = hw_db_begin_read(db, err);
  if (status == HW_OK) {
    status = write_all(app, &csv, folder, manifest, report, err);
    hw_db_rollback(db); /* ends the reading transaction */
  }
  hw_manifest_clear(manifest);
  free(manifest);
  return status;
}
