/* Importing bytes that are in memory.
 *
 * Each stands in a private file (base/temporary.h) while it is read. It is told by its own name in
 * every message, never by the place where it stood.
 *
 * A VCF or BAM file is large, and CRAM makes its reader look for a reference
 * sequence elsewhere; SNP panels and genetic maps are set up once, with care. They
 * stay with the command line. */
#include "app/import_bytes.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/temporary.h"

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

hw_status hw_import_files_of_bytes(hw_app *app, const char *folder, int n_jobs,
                                   const hw_import_bytes *files, hw_import_job *jobs, int *n_done,
                                   hw_err *err) {
  *n_done = 0;
  HW_TRY(hw_app_require(app, HW_MAY_WRITE, err));
  hw_temporary *places = calloc((size_t)n_jobs + 1, sizeof *places);
  if (places == NULL) return HW_NO_MEMORY(err, "the files");
  hw_status status = HW_OK;
  for (int i = 0; i < n_jobs && status == HW_OK; i++) {
    status = check_format(&files[i], &jobs[i], err);
    if (status == HW_OK) status = hw_temporary_open(&places[i], folder, err);
    if (status == HW_OK) status = hw_temporary_add(&places[i], files[i].bytes, files[i].n, err);
    jobs[i].path = places[i].path;
  }
  if (status == HW_OK) status = hw_import_files(app, n_jobs, jobs, n_done, err);
  for (int i = 0; i < n_jobs; i++) {
    hw_temporary_close(&places[i]);
    jobs[i].path = NULL;
  }
  free(places);
  return status;
}
