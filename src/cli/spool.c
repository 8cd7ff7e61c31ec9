/* Standard input as a file.
 *
 * Importing reads a file twice, once for its digest; a pipe can be read once. The
 * copy is private, and stands in TMPDIR where that is set (base/temporary.h). A pipe
 * may have no end: the copy has a limit. */
#include "cli/spool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"

#define MOST_BYTES ((uint64_t)4 << 30)

static hw_status copy_stdin(hw_temporary *out, hw_err *err) {
  char chunk[16384];
  uint64_t total = 0;
  errno = 0;
  for (size_t n; (n = fread(chunk, 1, sizeof chunk, stdin)) > 0; total += n) {
    if (total == 0 && chunk[0] == '\0' && chunk[n - 1] == '\0')
      return hw_err_set(err, HW_E_SYNTAX, "NUL bytes: this is not a text");
    if (total > MOST_BYTES)
      return hw_err_set(err, HW_E_VALUE, "more than 4 GiB come in: import it as a file");
    const hw_status status = hw_temporary_add(out, chunk, n, err);
    if (status != HW_OK) return status;
  }
  if (ferror(stdin)) return hw_file_fail(errno != 0 ? errno : EIO, "read", err);
  return HW_OK;
}

hw_status cli_spool_stdin(hw_temporary *out, hw_err *err) {
  hw_status status = hw_temporary_open(out, getenv("TMPDIR"), err);
  if (status == HW_OK && (status = copy_stdin(out, err)) != HW_OK) {
    hw_err_place(err, "standard input", 0, 0);
    hw_temporary_close(out);
  }
  return status;
}
