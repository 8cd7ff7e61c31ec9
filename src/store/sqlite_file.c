/* Files of the SQLite back end, seen from outside.
 *
 * Before SQLite works with a file we look at it ourselves: to say what it is
 * where it is no case database (SQLite would say "file is not a database"), and
 * to find out whether it may be written. A file without any write permission bit
 * counts as protected for everybody, the superuser included: somebody has put it
 * away.
 *
 * A database file must be opened and closed through SQLite only: closing any
 * other descriptor of it would drop the locks that the process holds on it (a
 * rule of POSIX), and another process could then take the log away. So the look
 * at its bytes goes through the connection.
 *
 * New files are made beside their place, as TARGET.new-XXXXXXXX, and get their
 * name by link(2), which never replaces a file. Where a file system has no hard
 * links (FAT, some network drives) the name is claimed by an empty file and the
 * made one renamed over it; a process killed between the two leaves an empty
 * file, which says so when it is opened. */
#define _XOPEN_SOURCE 700 /* realpath */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"
#include "base/str.h"
#include "base/utf8.h"
#include "store/sqlite_int.h"

/* What is read of a file to see what it is. */
enum { SAMPLE_SIZE = 512 };
/* Names are tried until one is free. */
enum { MOST_NAMES = 100 };

/* path + suffix, or NULL. Free with free(). */
static char *join(const char *path, const char *suffix) {
  hw_str text = HW_STR_INIT;
  hw_str_append(&text, path);
  hw_str_append(&text, suffix);
  if (hw_str_status(&text) != HW_OK) hw_str_clear(&text);
  return text.bytes;
}

/* The folder that a path stands in, or NULL. Free with free(). */
static char *folder_of(const char *path) {
  const char *slash = strrchr(path, '/');
  if (!slash) return strdup(".");
  return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

/* --- what a file is --- */

static bool is_text(const unsigned char *bytes, size_t n) {
  for (size_t i = 0; i < n;) {
    if (bytes[i] < 0x20 && !memchr("\t\n\r\f", bytes[i], 4)) return false;
    const size_t length = hw_utf8_length((const char *)bytes + i, n - i);
    if (length == 0 && n - i >= 4) return false; /* the sample may end in half a character */
    i += length ? length : n - i;
  }
  return true;
}

static bool begins_with(const unsigned char *bytes, size_t n, const char *magic, size_t n_magic) {
  return n >= n_magic && memcmp(bytes, magic, n_magic) == 0;
}

/* The kind of a file that is no database of ours. */
static const char *describe(const unsigned char *bytes, size_t n) {
  if (n == 0) return "an empty file";
  if (begins_with(bytes, n, "SQLite format 3", 16)) return "an SQLite database of another program";
  if (begins_with(bytes, n, "PK\3\4", 4)) return "a ZIP archive or office document";
  if (begins_with(bytes, n, "%PDF", 4)) return "a PDF document";
  if (begins_with(bytes, n, "\x1F\x8B", 2)) return "a file compressed by gzip";
  if (begins_with(bytes, n, "\x28\xB5\x2F\xFD", 4)) return "a file compressed by zstd";
  if (begins_with(bytes, n, "<?xml", 5)) return "an XML file";
  if (begins_with(bytes, n, "{", 1)) return "a JSON file";
  if (is_text(bytes, n)) return "a text file";
  return "a file of another kind";
}

hw_status hwp_file_check_kind(hwp_sqlite *self, hw_err *err) {
  unsigned char bytes[SAMPLE_SIZE];
  int n = SAMPLE_SIZE;
  const int result = hwp_pages_sample(self->handle, bytes, &n);
  if (result != SQLITE_OK) return hwp_sqlite_fail(self, result, err);
  switch (hwp_header_look(bytes, (size_t)n)) {
    case HWP_HEADER_OURS:
      return HW_OK;
    case HWP_HEADER_DAMAGED:
      if (self->mode == HW_DB_EXAMINE) return HW_OK;
      return hw_err_set(err, HW_E_DAMAGED,
                        "page 1 of the file is damaged (the header of a case database is not what "
                        "it must be): run 'homeward check' and go back to a backup");
    default:
      return hw_err_set(err, HW_E_SYNTAX, "this is %s, not a case database",
                        describe(bytes, (size_t)n));
  }
}

/* --- whether it can be written --- */

static bool exists(const char *path, const char *suffix, bool *has_content) {
  struct stat found;
  char *name = join(path, suffix);
  const bool is_there = name && stat(name, &found) == 0;
  if (has_content) *has_content = is_there && found.st_size > 0;
  free(name);
  return is_there;
}

static hw_status look_at_access(const char *path, const struct stat *file, hwp_file_access *out,
                                hw_err *err) {
  char *folder = folder_of(path);
  if (!folder) return HW_NO_MEMORY(err, "a file name");
  *out = (hwp_file_access){.is_writable = true};
  (void)exists(path, "-wal", &out->has_wal);
  const bool can_add_files = faccessat(AT_FDCWD, folder, W_OK, AT_EACCESS) == 0;
  const int folder_error = errno;
  free(folder);
  if ((file->st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0) {
    out->is_writable = false;
    snprintf(out->reason, sizeof out->reason, "the file is write-protected");
  } else if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0) {
    out->is_writable = false;
    snprintf(out->reason, sizeof out->reason, "%s", strerror(errno));
  } else if (!can_add_files) {
    out->is_writable = false;
    snprintf(out->reason, sizeof out->reason, "its folder: %s", strerror(folder_error));
  }
  out->hides_wal =
      !out->is_writable && out->has_wal && !can_add_files && !exists(path, "-shm", NULL);
  return HW_OK;
}

hw_status hwp_file_look(const char *location, char **path, hwp_file_access *access, hw_err *err) {
  struct stat file;
  *path = NULL;
  if (stat(location, &file) != 0) return hw_file_fail(errno, "open the case database", err);
  if (S_ISDIR(file.st_mode))
    return hw_err_set(err, HW_E_SYNTAX, "this is a folder, not a case database");
  if (!S_ISREG(file.st_mode))
    return hw_err_set(err, HW_E_SYNTAX, "this is no ordinary file, not a case database");
  char *resolved = realpath(location, NULL);
  if (!resolved) return hw_file_fail(errno, "open the case database", err);
  const hw_status status = look_at_access(resolved, &file, access, err);
  if (status == HW_OK)
    *path = resolved;
  else
    free(resolved);
  return status;
}

hw_status hwp_file_uri(const char *path, bool is_immutable, char **out, hw_err *err) {
  static const char DIGITS[] = "0123456789ABCDEF";
  hw_str uri = HW_STR_INIT;
  *out = NULL;
  hw_str_append(&uri, path[0] == '/' ? "file://" : "file:./");
  for (const char *c = path; *c; c++) {
    const unsigned char byte = (unsigned char)*c;
    const bool is_plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                          (byte >= '0' && byte <= '9') || strchr("/._-", byte);
    const char encoded[3] = {'%', DIGITS[byte >> 4], DIGITS[byte & 15]};
    if (is_plain)
      hw_str_append_bytes(&uri, c, 1);
    else
      hw_str_append_bytes(&uri, encoded, sizeof encoded);
  }
  if (is_immutable) hw_str_append(&uri, "?immutable=1");
  if (hw_str_status(&uri) != HW_OK) {
    hw_str_clear(&uri);
    return HW_NO_MEMORY(err, "a file name");
  }
  *out = uri.bytes;
  return HW_OK;
}

/* --- making files --- */

static hw_status fail_exists(hw_err *err) {
  return hw_err_set(err, HW_E_DUPLICATE, "the file exists already, and nothing is replaced");
}

/* Neither the name is taken, nor lies a log there whose database has gone: SQLite would take its
 * changes for changes of the new one. */
static hw_status check_free(const char *target, hw_err *err) {
  static const char *const LOGS[] = {"-wal", "-journal"};
  struct stat found;
  if (lstat(target, &found) == 0) return fail_exists(err);
  if (errno != ENOENT) return hw_file_fail(errno, "make the file", err);
  for (size_t i = 0; i < sizeof LOGS / sizeof LOGS[0]; i++) {
    bool has_content = false;
    if (exists(target, LOGS[i], &has_content) && has_content)
      return hw_err_set(err, HW_E_DUPLICATE,
                        "a log of changes (%s) of another case database lies beside this name: "
                        "bring it to its database, or remove it if that is gone for good",
                        LOGS[i]);
  }
  return HW_OK;
}

hw_status hwp_file_make(const char *target, char **path, hw_err *err) {
  *path = NULL;
  HW_TRY(check_free(target, err));
  if (target[0] == '\0' || target[strlen(target) - 1] == '/')
    return hw_err_set(err, HW_E_NOT_FOUND, "this is not the name of a file");
  for (int i = 0; i < MOST_NAMES; i++) {
    char suffix[24];
    uint32_t random;
    sqlite3_randomness(sizeof random, &random);
    snprintf(suffix, sizeof suffix, ".new-%08x", (unsigned)random);
    char *name = join(target, suffix);
    if (!name) return HW_NO_MEMORY(err, "a file name");
    /* Genetic and personal data: for its owner until somebody decides otherwise. */
    const int fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd >= 0) {
      close(fd);
      *path = name;
      return HW_OK;
    }
    const int error = errno;
    free(name);
    if (error != EEXIST) return hw_file_fail(error, "make the file", err);
  }
  return hw_err_set(err, HW_E_IO, "cannot find a free name beside the file");
}

void hwp_file_discard(const char *making) {
  static const char *const SUFFIXES[] = {"-wal", "-shm", "-journal", ""};
  for (size_t i = 0; i < sizeof SUFFIXES / sizeof SUFFIXES[0]; i++) {
    char *name = join(making, SUFFIXES[i]);
    if (name) (void)unlink(name);
    free(name);
  }
}

/* Makes bytes or, for a folder, names permanent. */
static hw_status sync_path(const char *path, int flags, hw_err *err) {
  const int fd = open(path, flags | O_CLOEXEC);
  if (fd < 0) return hw_file_fail(errno, "open what was written", err);
  const bool is_synced = fsync(fd) == 0 || ((flags & O_DIRECTORY) && errno == EINVAL);
  const int error = errno;
  close(fd);
  return is_synced ? HW_OK : hw_file_fail(error, "bring to the disk what was written", err);
}

static hw_status give_name(const char *making, const char *target, hw_err *err) {
  if (link(making, target) == 0) return HW_OK;
  if (errno == EEXIST) return fail_exists(err);
  const int fd = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0) return errno == EEXIST ? fail_exists(err) : hw_file_fail(errno, "make the file", err);
  close(fd);
  if (rename(making, target) == 0) return HW_OK;
  const int error = errno;
  (void)unlink(target);
  return hw_file_fail(error, "make the file", err);
}

hw_status hwp_file_publish(const char *making, const char *target, hw_err *err) {
  char *folder = folder_of(target);
  hw_status status = folder ? HW_OK : HW_NO_MEMORY(err, "a file name");
  if (status == HW_OK) status = sync_path(making, O_RDWR, err);
  if (status == HW_OK) status = check_free(target, err);
  if (status == HW_OK) status = give_name(making, target, err);
  hwp_file_discard(making);
  if (status == HW_OK) status = sync_path(folder, O_RDONLY | O_DIRECTORY, err);
  if (status != HW_OK) hw_err_place(err, target, 0, 0);
  free(folder);
  return status;
}
