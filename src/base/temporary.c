/* Private files for what has to be read more than once.
 *
 * mkstemp makes each with mode 600 and a name that nobody can guess or have put there before. An
 * open file can be opened again by "/dev/fd/N" on Linux, from its beginning; other systems give the
 * same open file, with one position for all who read, which is of no use here: there the name in the
 * folder stays until the end. Which it is, is tried, and not taken from the system's name. */
#include "base/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"

static char *join(const char *folder) {
  static const char name[] = "/homeward-XXXXXX";
  const size_t n = strlen(folder);
  char *path = malloc(n + sizeof name);
  if (path == NULL) return NULL;
  memcpy(path, folder, n);
  memcpy(path + n, name, sizeof name);
  return path;
}

static hw_status open_in(hw_temporary *self, const char *folder, hw_err *err) {
  char *path = join(folder);
  if (path == NULL) return HW_NO_MEMORY(err, "a file name");
  const int descriptor = mkstemp(path);
  if (descriptor < 0) {
    const int error = errno;
    free(path);
    /* Nothing that was asked for is missing or denied: the machine is not in order. */
    const hw_status status =
        hw_err_set(err, HW_E_IO, "cannot write a temporary file: %s", strerror(error));
    hw_err_place(err, folder, 0, 0);
    return status;
  }
  (void)fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  *self = (hw_temporary){.path = path, .descriptor = descriptor, .is_named = true};
  return HW_OK;
}

/* True if `path` opens the file anew, with a position of its own. */
static bool opens_anew(int descriptor, const char *path) {
  struct stat own, other;
  bool is_anew = false;
  const int again = open(path, O_RDONLY | O_CLOEXEC);
  if (again < 0) return false;
  if (fstat(descriptor, &own) == 0 && fstat(again, &other) == 0 && own.st_dev == other.st_dev &&
      own.st_ino == other.st_ino && lseek(descriptor, 1, SEEK_SET) == 1)
    is_anew = lseek(again, 0, SEEK_CUR) == 0;
  (void)close(again);
  return lseek(descriptor, 0, SEEK_SET) == 0 && is_anew;
}

/* Takes the name away where the file can be reached without it. */
static void hide(hw_temporary *self) {
  char text[32];
  snprintf(text, sizeof text, "/dev/fd/%d", self->descriptor);
  char *path = opens_anew(self->descriptor, text) ? strdup(text) : NULL;
  if (path == NULL) return;
  if (unlink(self->path) != 0) {
    free(path);
    return;
  }
  free(self->path);
  self->path = path;
  self->is_named = false;
}

hw_status hw_temporary_open(hw_temporary *self, const char *folder, hw_err *err) {
  *self = (hw_temporary){0};
  if (folder != NULL && folder[0] != '\0') {
    HW_TRY(open_in(self, folder, err));
  } else if (open_in(self, "/tmp", NULL) != HW_OK) {
    HW_TRY(open_in(self, "/var/tmp", err));
  }
  hide(self);
  return HW_OK;
}

hw_status hw_temporary_add(hw_temporary *self, const void *bytes, size_t n, hw_err *err) {
  const char *from = bytes;
  for (size_t done = 0; done < n;) {
    const ssize_t now = write(self->descriptor, from + done, n - done);
    if (now > 0)
      done += (size_t)now;
    else if (now == 0 || errno != EINTR)
      return hw_file_fail(now < 0 ? errno : EIO, "write a temporary file", err);
  }
  return HW_OK;
}

void hw_temporary_close(hw_temporary *self) {
  if (self->path == NULL) return;
  if (self->is_named) (void)unlink(self->path);
  (void)close(self->descriptor);
  free(self->path);
  *self = (hw_temporary){0};
}
