/* Standard input as a file.
 *
 * Importing reads a file twice, once for its digest; a pipe can be read once. The
 * copy is private (mode 600), stands in TMPDIR, and is removed at the end. A pipe
 * may have no end: the copy has a limit. */
#include "cli/spool.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"

#define MOST_BYTES ((uint64_t)4 << 30)

static char *temporary_name(void) {
  const char *folder = getenv("TMPDIR");
  if (folder == NULL || *folder == '\0') folder = "/tmp";
  static const char name[] = "/homeward-input-XXXXXX";
  char *path = malloc(strlen(folder) + sizeof name);
  if (path == NULL) return NULL;
  memcpy(path, folder, strlen(folder));
  memcpy(path + strlen(folder), name, sizeof name);
  return path;
}

static hw_status copy_stdin(FILE *out, hw_err *err) {
  char chunk[16384];
  uint64_t total = 0;
  errno = 0;
  for (size_t n; (n = fread(chunk, 1, sizeof chunk, stdin)) > 0; total += n) {
    if (total == 0 && chunk[0] == '\0' && chunk[n - 1] == '\0')
      return hw_err_set(err, HW_E_SYNTAX, "NUL bytes: this is not a text");
    if (total > MOST_BYTES)
      return hw_err_set(err, HW_E_VALUE, "more than 4 GiB come in: import it as a file");
    if (fwrite(chunk, 1, n, out) != n)
      return hw_file_fail(errno != 0 ? errno : EIO, "write a temporary file", err);
  }
  if (ferror(stdin)) return hw_file_fail(errno != 0 ? errno : EIO, "read", err);
  return HW_OK;
}

hw_status cli_spool_stdin(char **path, hw_err *err) {
  *path = temporary_name();
  if (*path == NULL) return HW_NO_MEMORY(err, "a file name");
  int descriptor = mkstemp(*path);
  FILE *out = descriptor >= 0 ? fdopen(descriptor, "wb") : NULL;
  hw_status status =
      out != NULL ? HW_OK : hw_file_fail(errno, "write a temporary file in TMPDIR", err);
  if (status == HW_OK) status = copy_stdin(out, err);
  if (out != NULL && fclose(out) != 0 && status == HW_OK)
    status = hw_file_fail(errno, "write a temporary file", err);
  if (status == HW_OK) return HW_OK;
  hw_err_place(err, "standard input", 0, 0);
  if (descriptor >= 0) unlink(*path);
  free(*path);
  *path = NULL;
  return status;
}

void cli_spool_remove(char *path) {
  if (path != NULL) unlink(path);
  free(path);
}
