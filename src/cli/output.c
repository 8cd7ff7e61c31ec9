/* Diagnostics, files that appear whole, and numbers for people. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"

void cli_say(const char *format, ...) {
  va_list args;
  va_start(args, format);
  fputs("homeward: ", stderr);
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
  va_end(args);
}

int cli_error(const hw_err *err) {
  char text[1200];
  cli_say("%s", hw_err_text(err, text, sizeof text));
  return hw_status_exit(err->status);
}

/* ---- files ---- */

static hw_status file_failed(hw_err *err, const char *path, const char *action) {
  int reason = errno;
  hw_status status = reason == ENOENT ? HW_E_NOT_FOUND : HW_E_IO;
  if (reason == EACCES || reason == EPERM || reason == EROFS) status = HW_E_DENIED;
  hw_status result = hw_err_set(err, status, "%s: %s", action, strerror(reason));
  hw_err_place(err, path, 0, 0);
  return result;
}

hw_status cli_file_open(cli_file *self, const char *path, hw_err *err) {
  memset(self, 0, sizeof *self);
  self->path = path;
  if (strcmp(path, "-") == 0) {
    self->stream = stdout;
    return HW_OK;
  }
  static const char suffix[] = ".XXXXXX";
  size_t n = strlen(path);
  self->temporary = malloc(n + sizeof suffix);
  if (self->temporary == NULL) return hw_err_set(err, HW_E_NO_MEMORY, "no memory for a file name");
  memcpy(self->temporary, path, n);
  memcpy(self->temporary + n, suffix, sizeof suffix);
  int descriptor = mkstemp(self->temporary);
  if (descriptor < 0) {
    free(self->temporary);
    self->temporary = NULL;
    return file_failed(err, path, "cannot write");
  }
  /* mkstemp makes the file private; give it the mode that a plain open would have given. */
  mode_t mask = umask(0);
  umask(mask);
  if (fchmod(descriptor, 0666 & ~mask) != 0 || (self->stream = fdopen(descriptor, "w")) == NULL) {
    hw_status status = file_failed(err, path, "cannot write");
    if (self->stream == NULL) close(descriptor);
    cli_file_clear(self);
    return status;
  }
  return HW_OK;
}

hw_status cli_file_commit(cli_file *self, hw_err *err) {
  bool failed = ferror(self->stream) != 0;
  if (fflush(self->stream) != 0) failed = true;
  if (self->temporary == NULL) {
    self->stream = NULL;
    return failed ? file_failed(err, "standard output", "cannot write") : HW_OK;
  }
  /* On disk before it gets its name: a crash leaves the old file or the new one. */
  if (!failed && fsync(fileno(self->stream)) != 0 && errno != EINVAL) failed = true;
  hw_status status = failed ? file_failed(err, self->path, "cannot write") : HW_OK;
  if (fclose(self->stream) != 0 && status == HW_OK)
    status = file_failed(err, self->path, "cannot write");
  self->stream = NULL;
  if (status == HW_OK && rename(self->temporary, self->path) != 0)
    status = file_failed(err, self->path, "cannot rename the finished file");
  if (status != HW_OK) unlink(self->temporary);
  free(self->temporary);
  self->temporary = NULL;
  return status;
}

void cli_file_clear(cli_file *self) {
  if (self->stream != NULL && self->temporary != NULL) fclose(self->stream);
  if (self->temporary != NULL) {
    unlink(self->temporary);
    free(self->temporary);
  }
  memset(self, 0, sizeof *self);
}

/* ---- numbers ---- */

const char *cli_format_log10(double log10_lr, char *buffer) {
  if (isnan(log10_lr))
    snprintf(buffer, CLI_NUMBER_SIZE, "undefined");
  else if (isinf(log10_lr))
    snprintf(buffer, CLI_NUMBER_SIZE, log10_lr > 0 ? "inf" : "-inf");
  else /* adding 0.0 turns the -0.000 of a tiny negative value into 0.000 */
    snprintf(buffer, CLI_NUMBER_SIZE, "%.3f", fabs(log10_lr) < 0.0005 ? 0.0 : log10_lr);
  return buffer;
}

const char *cli_format_lr(double log10_lr, char *buffer) {
  if (isnan(log10_lr)) {
    snprintf(buffer, CLI_NUMBER_SIZE, "undefined");
  } else if (isinf(log10_lr)) {
    snprintf(buffer, CLI_NUMBER_SIZE, log10_lr > 0 ? "infinite" : "0 (excluded)");
  } else if (log10_lr > -3 && log10_lr < 4) {
    snprintf(buffer, CLI_NUMBER_SIZE, "%.4g", pow(10, log10_lr));
  } else {
    /* From the logarithm, because the ratio itself may be outside the range of a double. */
    double exponent = floor(log10_lr);
    double mantissa = pow(10, log10_lr - exponent);
    if (mantissa >= 9.9995) {
      mantissa = 1;
      exponent += 1;
    }
    snprintf(buffer, CLI_NUMBER_SIZE, "%.3f x 10^%.0f", mantissa, exponent);
  }
  return buffer;
}

const char *cli_format_probability(double value, double complement, char *buffer) {
  if (complement > 0 && complement < 1e-5)
    snprintf(buffer, CLI_NUMBER_SIZE, "1 - %.0e", complement);
  else if (value > 0 && value < 1e-5)
    snprintf(buffer, CLI_NUMBER_SIZE, "%.0e", value);
  else
    snprintf(buffer, CLI_NUMBER_SIZE, "%.6g", value);
  return buffer;
}

int cli_text_width(const char *text) {
  int width = 0;
  for (; *text != '\0'; text++) {
    unsigned char first = (unsigned char)text[0], second = (unsigned char)text[1];
    /* U+0300 to U+036F stand over the letter before them. */
    bool is_mark = first == 0xCC || (first == 0xCD && second < 0xB0);
    width += (first & 0xC0) != 0x80 && !is_mark;
  }
  return width;
}

void cli_print_padded(FILE *out, const char *text, int width) {
  fputs(text, out);
  for (int i = cli_text_width(text); i < width; i++) fputc(' ', out);
}
