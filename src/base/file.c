/* Reading whole files.
 *
 * Works for files, pipes and standard input alike: nothing trusts the size that
 * the system reports, the buffer doubles until the end or the limit is met.
 *
 * Large files are read in portions, and more than once; their stamp tells whether
 * it was the same file each time. */
#include "base/file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"

#define FIRST_SIZE ((size_t)64 << 10)

hw_status hw_file_status(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return HW_E_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS:
      return HW_E_DENIED;
    case ENOMEM:
      return HW_E_NO_MEMORY;
    default:
      return HW_E_IO;
  }
}

hw_status hw_file_fail(int error, const char *doing, hw_err *err) {
  return hw_err_set(err, hw_file_status(error), "cannot %s: %s", doing, strerror(error));
}

hw_status hw_file_look(const char *path, hw_file_stamp *out, hw_err *err) {
  struct stat found;
  hw_status status = HW_OK;
  if (stat(path, &found) != 0)
    status = hw_file_fail(errno, "open the file", err);
  else if (S_ISDIR(found.st_mode))
    status = hw_err_set(err, HW_E_IO, "this is a folder; a file is expected");
  else if (!S_ISREG(found.st_mode))
    status = hw_err_set(err, HW_E_IO, "this is no ordinary file; '-' is standard input");
  if (status != HW_OK) {
    hw_err_place(err, path, 0, 0);
    return status;
  }
  *out = (hw_file_stamp){.device = found.st_dev,
                         .inode = found.st_ino,
                         .size = (uint64_t)found.st_size,
                         .written_s = found.st_mtim.tv_sec,
                         .written_ns = found.st_mtim.tv_nsec};
  return HW_OK;
}

hw_status hw_file_check(const char *path, const hw_file_stamp *stamp, hw_err *err) {
  hw_file_stamp now;
  if (hw_file_look(path, &now, NULL) == HW_OK && now.device == stamp->device &&
      now.inode == stamp->inode && now.size == stamp->size && now.written_s == stamp->written_s &&
      now.written_ns == stamp->written_ns)
    return HW_OK;
  hw_err_set(err, HW_E_IO,
             "the file was changed or removed while it was read: nothing was written; try again");
  hw_err_place(err, path, 0, 0);
  return HW_E_IO;
}

static hw_status fail_large(size_t max_bytes, hw_err *err) {
  return hw_err_set(err, HW_E_VALUE, "the file is larger than %zu bytes, the most that is read",
                    max_bytes);
}

/* Reads to the end of the stream. Takes one byte more than allowed to tell a file
 * that is too large from one that just fits. */
static hw_status read_stream(FILE *stream, size_t max_bytes, char **bytes, size_t *n_bytes,
                             hw_err *err) {
  char *buffer = NULL;
  size_t size = 0, used = 0;
  hw_status status = HW_OK;
  for (;;) {
    if (used + 1 >= size) { /* always one byte left for the NUL */
      const size_t grown_size = size == 0 ? FIRST_SIZE : size * 2;
      char *grown = grown_size > size ? realloc(buffer, grown_size) : NULL;
      if (!grown) {
        status = hw_err_set(err, HW_E_NO_MEMORY, "memory is exhausted: cannot hold the file");
        goto out;
      }
      buffer = grown;
      size = grown_size;
    }
    errno = 0;
    const size_t n = fread(buffer + used, 1, size - used - 1, stream);
    used += n;
    if (used > max_bytes) {
      status = fail_large(max_bytes, err);
      goto out;
    }
    if (n == 0) break;
  }
  if (ferror(stream)) {
    status = hw_file_fail(errno ? errno : EIO, "read", err);
    goto out;
  }
  buffer[used] = '\0';
  *bytes = buffer;
  *n_bytes = used;
  buffer = NULL;
out:
  free(buffer);
  return status;
}

hw_status hw_file_read(const char *path, size_t max_bytes, char **bytes, size_t *n_bytes,
                       hw_err *err) {
  *bytes = NULL;
  *n_bytes = 0;
  const bool is_stdin = strcmp(path, "-") == 0;
  FILE *stream = is_stdin ? stdin : fopen(path, "rb");
  hw_status status;
  if (!stream) {
    status = hw_file_fail(errno, "open the file", err);
  } else {
    struct stat about; /* what is known to be too large need not be read */
    const bool is_large = fstat(fileno(stream), &about) == 0 && S_ISREG(about.st_mode) &&
                          (uint64_t)about.st_size > max_bytes;
    status =
        is_large ? fail_large(max_bytes, err) : read_stream(stream, max_bytes, bytes, n_bytes, err);
    if (!is_stdin) fclose(stream);
  }
  if (status != HW_OK) hw_err_place(err, is_stdin ? "standard input" : path, 0, 0);
  return status;
}
