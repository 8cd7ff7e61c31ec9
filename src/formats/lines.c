/* Lines of a text that may be compressed, through the bgzip reader of htslib, which also reads plain
 * gzip and what is not compressed.
 *
 * Two things of htslib are kept out. It opens whatever a name says, addresses of the network
 * included: so files are opened here and given to it as descriptors. And it writes to standard
 * error: its log is switched off, for the process, since nobody here has another use for it.
 *
 * Lines are found in a window that grows up to a bound: a file that is one line of gigabytes is a
 * mistake, told with its place. A file that was cut off is refused: compressed data must end where
 * they say, and bgzip with its empty last block. */
#include "formats/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <htslib/bgzf.h>
#include <htslib/hfile.h>
#include <htslib/hts.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"

enum { WINDOW = 1 << 18 };

/* --- opening --- */

hw_status hwp_lines_open_path(const char *path, hFILE **out, hw_err *err) {
  hts_set_log_level(HTS_LOG_OFF);
  *out = NULL;
  const int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
  hw_status status = HW_OK;
  if (fd < 0) {
    status = hw_file_fail(errno, "open it", err);
  } else {
    *out = hdopen(fd, "r");
    if (*out == NULL) {
      close(fd);
      status = HW_NO_MEMORY(err, "a file");
    }
  }
  if (status != HW_OK) hw_err_place(err, path, 0, 0);
  return status;
}

hw_status hwp_lines_open_bytes(const char *bytes, size_t n, hFILE **out, hw_err *err) {
  hts_set_log_level(HTS_LOG_OFF);
  char *copy = malloc(n + 1);
  *out = NULL;
  if (copy == NULL) return HW_NO_MEMORY(err, "a file");
  if (n > 0) memcpy(copy, bytes, n);
  /* Takes the copy, and frees it where it fails; the analyzer does not know. */
  *out = hopen("mem:", "r:", copy, n);                       // NOLINT(clang-analyzer-unix.Malloc)
  return *out != NULL ? HW_OK : HW_NO_MEMORY(err, "a file"); // NOLINT(clang-analyzer-unix.Malloc)
}

hw_status hwp_lines_begin(hwp_lines *self, hFILE *file, const char *name, hw_err *err) {
  *self = (hwp_lines){.name = name};
  self->stream = bgzf_hopen(file, "r");
  if (self->stream == NULL) {
    if (hclose(file) != 0) errno = 0; /* nothing was written that could be lost */
    hw_err_set(err, HW_E_IO, "it cannot be read (is it a folder?)");
    hw_err_place(err, name, 0, 0);
    return HW_E_IO;
  }
  self->is_blocked = bgzf_compression(self->stream) == 2;
  return HW_OK;
}

hw_status hwp_lines_open(hwp_lines *self, const char *path, hw_err *err) {
  hFILE *file = NULL;
  *self = (hwp_lines){0};
  HW_TRY(hwp_lines_open_path(path, &file, err));
  return hwp_lines_begin(self, file, path, err);
}

hw_status hwp_lines_init(hwp_lines *self, const char *bytes, size_t n_bytes, const char *name,
                         hw_err *err) {
  hFILE *file = NULL;
  *self = (hwp_lines){0};
  HW_TRY(hwp_lines_open_bytes(bytes, n_bytes, &file, err));
  return hwp_lines_begin(self, file, name, err);
}

void hwp_lines_clear(hwp_lines *self) {
  if (self == NULL) return;
  if (self->stream != NULL && bgzf_close(self->stream) != 0) errno = 0; /* reading failed before */
  free(self->window);
  *self = (hwp_lines){0};
}

/* --- lines --- */

static hw_status fail_line(const hwp_lines *self, hw_status status, hw_err *err,
                           const char *message) {
  hw_err_set(err, status, "%s", message);
  hw_err_place(err, self->name, self->line + 1, 0);
  return status;
}

/* The end of the stream: was it the file's? */
static hw_status check_end(hwp_lines *self, hw_err *err) {
  self->is_last = true;
  if (self->is_blocked && bgzf_check_EOF(self->stream) == 0)
    return fail_line(self, HW_E_SYNTAX, err,
                     "the file is cut off: bgzip's last block is missing; copy or make it again");
  return HW_OK;
}

static hw_status read_more(hwp_lines *self, hw_err *err) {
  if (self->begin > 0) {
    memmove(self->window, self->window + self->begin, self->end - self->begin);
    self->end -= self->begin;
    self->begin = 0;
  }
  if (self->capacity - self->end < WINDOW / 2) {
    const size_t capacity = self->capacity == 0 ? WINDOW : 2 * self->capacity;
    if (self->end > HWP_LINES_MAX_LINE)
      return fail_line(self, HW_E_VALUE, err, "the line is longer than 256 MiB");
    char *window = realloc(self->window, capacity + 1);
    if (window == NULL) return HW_NO_MEMORY(err, "a line");
    self->window = window;
    self->capacity = capacity;
  }
  const ssize_t n = bgzf_read(self->stream, self->window + self->end, self->capacity - self->end);
  if (n < 0 && (self->stream->errcode & BGZF_ERR_IO) != 0 && self->is_blocked == false &&
      bgzf_compression(self->stream) == 0)
    return fail_line(self, HW_E_IO, err, "reading failed");
  if (n < 0)
    return fail_line(
        self, HW_E_SYNTAX, err,
        "the compressed data are damaged or cut off here; copy or make the file again");
  self->end += (size_t)n;
  return n == 0 ? check_end(self, err) : HW_OK;
}

hw_status hwp_lines_next(hwp_lines *self, char **line, size_t *n_bytes, hw_err *err) {
  size_t searched = 0;
  char *stop = NULL;
  *line = NULL;
  for (;;) {
    const size_t n = self->end - self->begin;
    if (n > searched) stop = memchr(self->window + self->begin + searched, '\n', n - searched);
    if (stop != NULL || self->is_last) break;
    searched = n;
    HW_TRY(read_more(self, err));
  }
  if (stop == NULL && self->end == self->begin) return HW_OK; /* the end */
  char *text = self->window + self->begin;
  size_t n = stop != NULL ? (size_t)(stop - text) : self->end - self->begin;
  self->begin = stop != NULL ? self->begin + n + 1 : self->end;
  text[n] = '\0'; /* the window has a byte behind its end */
  if (memchr(text, '\0', n) != NULL)
    return fail_line(self, HW_E_SYNTAX, err, "a NUL byte: this is no text");
  if (n > 0 && text[n - 1] == '\r') text[--n] = '\0';
  self->line++;
  *line = text;
  *n_bytes = n;
  return HW_OK;
}
