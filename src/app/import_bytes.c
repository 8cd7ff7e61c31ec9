/* Importing bytes that are in memory.
 *
 * mkstemp makes each file with mode 600 and a name that nobody can guess or have
 * put there before. A file is told by its own name in every message, never by the
 * place where it stood.
 *
 * A VCF or BAM file is large, and CRAM makes its reader look for a reference
 * sequence elsewhere; SNP panels and genetic maps are set up once, with care. They
 * stay with the command line. */
#include "app/import_bytes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"

/* POSIX has this folder everywhere. */
#define PLACE "/tmp/homeward-upload-XXXXXX"

typedef struct place {
  char path[sizeof PLACE];
  bool is_there;
} place;

bool hw_import_takes_bytes(const char *format) {
  static const char *const refused[] = {"bam", "map", "panel", "vcf"};
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
    if (strcmp(refused[i], format) == 0) return false;
  return true;
}

/* What is asked for, and what it looks like, must both be read here. */
static hw_status check_format(const hw_import_bytes *file, const hw_import_job *job, hw_err *err) {
  const hw_import_options *options = &job->options;
  const char *format = options->format;
  HW_BUG_IF(options->name == NULL || options->map != NULL || options->samples != NULL, err);
  HW_BUG_IF(options->snp.reference != NULL, err);
  const size_t n = file->n < HW_IMPORT_LOOK ? file->n : HW_IMPORT_LOOK;
  for (size_t i = 0; format == NULL && i < hw_n_importers; i++)
    if (hw_importers[i]->is_mine(file->bytes, n)) format = hw_importers[i]->format;
  if (format == NULL || hw_import_takes_bytes(format)) return HW_OK;
  (void)hw_err_set(err, HW_E_UNSUPPORTED,
                   "files of the format '%s' are imported by the command line: "
                   "'homeward import %s FILE'",
                   format, format);
  hw_err_place(err, options->name, 0, 0);
  return HW_E_UNSUPPORTED;
}

static hw_status write_file(const hw_import_bytes *file, place *out, hw_err *err) {
  memcpy(out->path, PLACE, sizeof out->path);
  const int descriptor = mkstemp(out->path);
  if (descriptor < 0) return hw_file_fail(errno, "write a temporary file", err);
  out->is_there = true;
  hw_status status = HW_OK;
  for (size_t done = 0; done < file->n && status == HW_OK;) {
    const ssize_t n = write(descriptor, file->bytes + done, file->n - done);
    if (n > 0)
      done += (size_t)n;
    else if (n == 0 || errno != EINTR)
      status = hw_file_fail(n < 0 ? errno : EIO, "write a temporary file", err);
  }
  if (close(descriptor) != 0 && status == HW_OK)
    status = hw_file_fail(errno, "write a temporary file", err);
  return status;
}

hw_status hw_import_files_of_bytes(hw_app *app, int n_jobs, const hw_import_bytes *files,
                                   hw_import_job *jobs, int *n_done, hw_err *err) {
  *n_done = 0;
  HW_TRY(hw_app_require(app, HW_MAY_WRITE, err));
  place *places = calloc((size_t)n_jobs + 1, sizeof *places);
  if (places == NULL) return HW_NO_MEMORY(err, "the files");
  hw_status status = HW_OK;
  for (int i = 0; i < n_jobs && status == HW_OK; i++) {
    status = check_format(&files[i], &jobs[i], err);
    if (status == HW_OK) status = write_file(&files[i], &places[i], err);
    jobs[i].path = places[i].path;
  }
  if (status == HW_OK) status = hw_import_files(app, n_jobs, jobs, n_done, err);
  for (int i = 0; i < n_jobs; i++) {
    if (places[i].is_there) (void)unlink(places[i].path);
    jobs[i].path = NULL;
  }
  free(places);
  return status;
}
