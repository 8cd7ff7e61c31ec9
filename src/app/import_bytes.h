/** @file
 * Importing bytes that are in memory: what came with a form.
 *
 * Importers read files, several times. The bytes stand for as long as that takes in private files of
 * our own (base/temporary.h); no name that came with them is used as one.
 *
 * Formats that are compressed, or that lead to further files, are refused here.
 *
 * Example:
 * @code
 *   hw_import_job job = {.options = {.name = "families.csv", .what = "families"}};
 *   const hw_import_bytes bytes = {text, n};
 *   HW_TRY(hw_import_files_of_bytes(app, folder, 1, &bytes, &job, &n_done, err));
 * @endcode
 */
#ifndef HW_APP_IMPORT_BYTES_H
#define HW_APP_IMPORT_BYTES_H

#include "app/import.h"

/** Contents of a file, borrowed. */
typedef struct hw_import_bytes {
  const char *bytes;
  size_t n;
} hw_import_bytes;

/** True for formats that are read by hw_import_files_of_bytes.
 * @param format  name of an importer; any other name is fine */
bool hw_import_takes_bytes(const char *format);

/** As hw_import_files, where what files[i] holds is that of jobs[i]. The jobs' paths are set while
 * this runs, and NULL afterwards; options.name must be said, paths in the options must not be.
 * @param folder  for temporary files, as in hw_temporary_open
 * @return as hw_import_files and hw_temporary_open; HW_E_UNSUPPORTED for a format that is refused
 *         here */
HW_MUST_CHECK hw_status hw_import_files_of_bytes(hw_app *app, const char *folder, int n_jobs,
                                                 const hw_import_bytes *files, hw_import_job *jobs,
                                                 int *n_done, hw_err *err);

#endif
