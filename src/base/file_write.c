/* Files that are complete under their names, or not there.
 *
 *     PATH.new-XXXXXX   made, filled, fsync
 *     rename            PATH.new-XXXXXX → PATH: at once, for every reader
 *     fsync             of the folder, so that the name outlives a power cut
 *
 * An error of a write is kept until the end, where it is told with its reason;
 * then nothing is left beside the file. Some file systems cannot bring a folder
 * to the disk and say EINVAL; their names are as permanent as they get. */
#include "base/file_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"
#include "base/str.h"

hw_status hw_file_write_begin(hw_file_writer *self, const char *path, hw_err *err) {
  *self = (hw_file_writer){0};
  hw_str name = HW_STR_INIT;
  hw_str_append(&name, path);
  hw_str_append(&name, ".new-XXXXXX");
  self->path = strdup(path);
  if (!self->path || hw_str_status(&name) != HW_OK || !name.bytes) {
    hw_str_clear(&name);
    free(self->path);
    *self = (hw_file_writer){0};
    return HW_NO_MEMORY(err, "a file name");
  }
  self->temporary = name.bytes;
  const int descriptor = mkstemp(self->temporary);
  if (descriptor >= 0) self->stream = fdopen(descriptor, "wb");
  if (self->stream) return HW_OK;
  const hw_status status = hw_file_fail(errno, "write the file", err);
  hw_err_place(err, path, 0, 0);
  if (descriptor >= 0) {
    close(descriptor);
    unlink(self->temporary);
  }
  free(self->temporary);
  free(self->path);
  *self = (hw_file_writer){0};
  return status;
}

void hw_file_write_add(hw_file_writer *self, const void *bytes, size_t n) {
  if (self->error || n == 0) return;
  errno = 0;
  if (fwrite(bytes, 1, n, self->stream) != n) self->error = errno ? errno : EIO;
}

/* The folder that a path stands in. Free with free(). */
static char *folder_of(const char *path) {
  const char *slash = strrchr(path, '/');
  if (!slash) return strdup(".");
  return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

hw_status hw_folder_sync(const char *folder, hw_err *err) {
  const int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int error = descriptor < 0 ? errno : 0;
  if (descriptor >= 0) {
    if (fsync(descriptor) != 0 && errno != EINVAL) error = errno;
    close(descriptor);
  }
  if (error == 0) return HW_OK;
  const hw_status status = hw_file_fail(error, "bring the folder to the disk", err);
  hw_err_place(err, folder, 0, 0);
  return status;
}

void hw_file_write_discard(hw_file_writer *self) {
  if (self->stream) fclose(self->stream);
  if (self->temporary) unlink(self->temporary);
  free(self->temporary);
  free(self->path);
  *self = (hw_file_writer){0};
}

hw_status hw_file_write_end(hw_file_writer *self, hw_err *err) {
  HW_BUG_IF(!self->stream || !self->path, err); /* ended, or never begun */
  errno = 0;
  if (!self->error && fflush(self->stream) != 0) self->error = errno ? errno : EIO;
  if (!self->error && fsync(fileno(self->stream)) != 0) self->error = errno;
  if (fclose(self->stream) != 0 && !self->error) self->error = errno;
  self->stream = NULL;
  if (!self->error && rename(self->temporary, self->path) != 0) self->error = errno;
  hw_status status = HW_OK;
  if (self->error) {
    status = hw_file_fail(self->error, "write the file", err);
    hw_err_place(err, self->path, 0, 0);
  } else {
    free(self->temporary);
    self->temporary = NULL;
    char *folder = folder_of(self->path);
    status = folder ? hw_folder_sync(folder, err) : HW_NO_MEMORY(err, "a file name");
    free(folder);
  }
  hw_file_write_discard(self);
  return status;
}

hw_status hw_file_replace(const char *path, const void *bytes, size_t n, hw_err *err) {
  hw_file_writer writer;
  HW_TRY(hw_file_write_begin(&writer, path, err));
  hw_file_write_add(&writer, bytes, n);
  return hw_file_write_end(&writer, err);
}
