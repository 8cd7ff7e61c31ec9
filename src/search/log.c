/* A file that grows by one record for every unit that is done (layout in log.h).
 *
 * Killed at any moment, nothing that was written is lost: records are handed to
 * the system whole, one write each. Against power cuts the file is brought to the
 * disk every few seconds, which costs nothing beside the search. When a disk is
 * full the half record is cut off again, so that work can go on when there is
 * room.
 *
 * The lock. Clusters restart a killed shard on another machine, so the lock must
 * go with its process and hold between machines. We take a lock of the whole file
 * that belongs to the open file (F_OFD_SETLK; where the system lacks it, to the
 * process): local file systems, NFS 4, Lustre mounted with flock, GPFS, BeeGFS and
 * CephFS know it across machines, and give it back when the process dies, or,
 * if its whole machine dies, when the file server has missed it for its lease
 * time (NFS: 90 s; a cluster manager requeues later than that). A lock file made
 * with O_EXCL would do without the file system's help, but after kill -9 somebody
 * would have to guess by its age that it is dead.
 *
 * Where a file system has no locks at all (ENOLCK, ENOTSUP) we go on without.
 * Then two processes may do one shard at the same time, which wastes time and
 * nothing else: each reads back and checks every record before it becomes part
 * of a complete file, and that file is published by a rename, with the same bytes
 * whoever wrote it.
 *
 * After the lock is taken the path must still name the file that is open: the
 * holder before may have removed it, with its work complete. */
#define _GNU_SOURCE /* F_OFD_SETLK */
#include "search/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/file_write.h"

static const char MAGIC[8] = {'H', 'W', 'S', 'U', 'N', 'I', 'T', 'S'};
#define VERSION 1U
enum { TAG_HEAD = 1, TAG_UNIT };
/* Bytes of the digest's key: the log's, least significant first. */
enum { KEY_SIZE = HW_DIGEST_SIZE + 4 };
/* At most this much work is lost when the power fails. */
#define SYNC_S 2.0
/* A file that is removed again and again while we open it: somebody else is at work. */
enum { MOST_TRIES = 100 };

struct hwp_log {
  char *path;
  int file;
  hwp_log_key key;
  int32_t n_units;
  uint64_t size;             /* bytes of whole records */
  uint64_t *offset, *length; /* n_units: of the unit's record; length 0 = none */
  bool is_resumed;
  bool is_dirty;
  double synced_s;
};

/* --- form --- */

static void key_bytes(const hwp_log_key *key, uint8_t out[KEY_SIZE]) {
  memcpy(out, key->of, HW_DIGEST_SIZE);
  for (int i = 0; i < 4; i++) out[HW_DIGEST_SIZE + i] = (uint8_t)(key->number >> (8 * i));
}

void hwp_put_log_head(hw_str *out, const hwp_log_key *key) {
  uint8_t bytes[KEY_SIZE];
  key_bytes(key, bytes);
  hw_str_append_bytes(out, MAGIC, sizeof MAGIC);
  hwp_put_fixed(out, VERSION, 8);
  hwp_put_section(out, TAG_HEAD, NULL, 0, bytes, sizeof bytes);
}

void hwp_put_log_record(hw_str *out, const hwp_log_key *key, int32_t unit, const void *outcome,
                        size_t n) {
  uint8_t bytes[KEY_SIZE];
  hw_str content = HW_STR_INIT;
  key_bytes(key, bytes);
  hwp_put_fixed(&content, (uint64_t)unit, 4);
  hw_str_append_bytes(&content, outcome, n);
  if (hw_str_status(&content) == HW_OK)
    hwp_put_section(out, TAG_UNIT, bytes, sizeof bytes, content.bytes, content.length);
  else
    out->status = HW_E_NO_MEMORY;
  hw_str_clear(&content);
}

hw_status hwp_get_log_head(hwp_bytes *in, const hwp_log_key *key, hw_err *err) {
  uint8_t bytes[KEY_SIZE];
  uint32_t tag;
  hwp_bytes content;
  const unsigned char *magic = hwp_get_raw(in, sizeof MAGIC);
  if (!magic || memcmp(magic, MAGIC, sizeof MAGIC) != 0)
    return hw_err_set(err, HW_E_SYNTAX, "these are not results of a search");
  const uint64_t version = hwp_get_fixed(in, 8);
  if (in->is_bad || version != VERSION)
    return hw_err_set(err, HW_E_VALUE, "results of a search in another version of their format");
  key_bytes(key, bytes);
  if (!hwp_get_section(in, NULL, 0, &tag, &content) || tag != TAG_HEAD ||
      hwp_bytes_left(&content) != KEY_SIZE)
    return hw_err_set(err, HW_E_DAMAGED, "its head is damaged");
  if (memcmp(content.at, bytes, KEY_SIZE) != 0)
    return hw_err_set(err, HW_E_CONFLICT, "it belongs to another search or shard");
  return HW_OK;
}

bool hwp_get_log_record(hwp_bytes *in, const hwp_log_key *key, int32_t *unit, hwp_bytes *outcome) {
  uint8_t bytes[KEY_SIZE];
  uint32_t tag;
  key_bytes(key, bytes);
  if (!hwp_get_section(in, bytes, sizeof bytes, &tag, outcome) || tag != TAG_UNIT) return false;
  *unit = (int32_t)hwp_get_fixed(outcome, 4);
  return !outcome->is_bad;
}

/* --- opening --- */

static hw_status fail(const hwp_log *self, int error, const char *doing, hw_err *err) {
  const hw_status status = hw_file_fail(error, doing, err);
  hw_err_place(err, self->path, 0, 0);
  return status;
}

static int set_lock(int file) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
#ifdef F_OFD_SETLK
  if (fcntl(file, F_OFD_SETLK, &lock) == 0) return 0;
  if (errno != EINVAL) return errno;
#endif
  return fcntl(file, F_SETLK, &lock) == 0 ? 0 : errno;
}

static hw_status fail_busy(const hwp_log *self, hw_err *err) {
  hw_err_set(err, HW_E_BUSY,
             "another process is at work on this: let it finish, or stop it and try again");
  hw_err_place(err, self->path, 0, 0);
  return HW_E_BUSY;
}

/* Opens the file with its lock. */
static hw_status open_locked(hwp_log *self, hw_err *err) {
  for (int i = 0; i < MOST_TRIES; i++) {
    struct stat opened, named;
    self->file = open(self->path, O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (self->file < 0) return fail(self, errno, "write the file", err);
    const int error = set_lock(self->file);
    if (error == EAGAIN || error == EACCES) return fail_busy(self, err);
    const bool has_locks =
        error != ENOLCK && error != EOPNOTSUPP && error != ENOSYS && error != EINVAL;
    if (error && has_locks) return fail(self, error, "lock the file", err);
    if (fstat(self->file, &opened) != 0) return fail(self, errno, "look at the file", err);
    if (!S_ISREG(opened.st_mode))
      return hw_err_set(err, HW_E_IO, "%.200s is no ordinary file", self->path);
    if (stat(self->path, &named) == 0 && named.st_ino == opened.st_ino &&
        named.st_dev == opened.st_dev) {
      self->size = (uint64_t)opened.st_size;
      return HW_OK;
    }
    close(self->file);
    self->file = -1;
  }
  return fail_busy(self, err);
}

static hw_status write_all(const hwp_log *self, const char *bytes, size_t n, uint64_t at,
                           hw_err *err) {
  while (n > 0) {
    const ssize_t written = pwrite(self->file, bytes, n, (off_t)at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return fail(self, written < 0 ? errno : ENOSPC, "write the file", err);
    bytes += written;
    at += (uint64_t)written;
    n -= (size_t)written;
  }
  return HW_OK;
}

static bool read_all(const hwp_log *self, char *bytes, size_t n, uint64_t at) {
  while (n > 0) {
    const ssize_t got = pread(self->file, bytes, n, (off_t)at);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    bytes += got;
    at += (uint64_t)got;
    n -= (size_t)got;
  }
  return true;
}

/* Finds the whole records. @return bytes that they and the head take; 0 if the head is not ours */
static uint64_t find_records(hwp_log *self, const char *bytes, size_t n) {
  hwp_bytes in = hwp_bytes_of(bytes, n);
  if (hwp_get_log_head(&in, &self->key, NULL) != HW_OK) return 0;
  uint64_t end = n - hwp_bytes_left(&in);
  while (hwp_bytes_left(&in) > 0) {
    int32_t unit;
    hwp_bytes outcome;
    if (!hwp_get_log_record(&in, &self->key, &unit, &outcome)) break;
    if (unit < 0 || unit >= self->n_units) break;
    const uint64_t next = n - hwp_bytes_left(&in);
    self->offset[unit] = end;
    self->length[unit] = next - end;
    self->is_resumed = true;
    end = next;
  }
  return end;
}

static hw_status read_records(hwp_log *self, hw_err *err) {
  uint64_t whole = 0;
  if (self->size > 0 && self->size < SIZE_MAX) {
    char *bytes = malloc((size_t)self->size);
    if (!bytes) return HW_NO_MEMORY(err, "what was done before");
    if (read_all(self, bytes, (size_t)self->size, 0))
      whole = find_records(self, bytes, (size_t)self->size);
    free(bytes);
  }
  if (whole < self->size && ftruncate(self->file, (off_t)whole) != 0)
    return fail(self, errno, "cut the file", err);
  self->size = whole;
  return HW_OK;
}

static hw_status begin(hwp_log *self, hw_err *err) {
  hw_str head = HW_STR_INIT;
  hwp_put_log_head(&head, &self->key);
  hw_status status = hw_str_status(&head) == HW_OK
                         ? write_all(self, head.bytes, head.length, 0, err)
                         : HW_NO_MEMORY(err, "the head of a log");
  if (status == HW_OK)
    self->size = head.length;
  else
    (void)!ftruncate(self->file, 0);
  hw_str_clear(&head);
  return status;
}

hw_status hwp_log_open(const char *path, const hwp_log_key *key, int32_t n_units, hwp_log **out,
                       hw_err *err) {
  *out = NULL;
  hwp_log *self = calloc(1, sizeof *self);
  if (!self) return HW_NO_MEMORY(err, "a log");
  *self = (hwp_log){.file = -1, .key = *key, .n_units = n_units};
  self->path = strdup(path);
  self->offset = calloc((size_t)n_units + 1, sizeof *self->offset);
  self->length = calloc((size_t)n_units + 1, sizeof *self->length);
  hw_status status =
      self->path && self->offset && self->length ? HW_OK : HW_NO_MEMORY(err, "a log");
  if (status == HW_OK) status = open_locked(self, err);
  if (status == HW_OK) status = read_records(self, err);
  if (status == HW_OK && self->size == 0) status = begin(self, err);
  self->synced_s = hw_clock_now_s();
  if (status == HW_OK)
    *out = self;
  else
    hwp_log_close(self, false);
  return status;
}

void hwp_log_close(hwp_log *self, bool remove) {
  if (!self) return;
  if (remove) (void)unlink(self->path);
  if (self->file >= 0) close(self->file);
  free(self->path);
  free(self->offset);
  free(self->length);
  free(self);
}

/* --- records --- */

bool hwp_log_is_resumed(const hwp_log *self) {
  return self->is_resumed;
}

bool hwp_log_has(const hwp_log *self, int32_t unit) {
  return self->length[unit] > 0;
}

void hwp_log_forget(hwp_log *self, int32_t unit) {
  self->length[unit] = 0;
}

hw_status hwp_log_sync(hwp_log *self, hw_err *err) {
  self->synced_s = hw_clock_now_s();
  if (!self->is_dirty) return HW_OK;
  if (fsync(self->file) != 0 && errno != EINVAL)
    return fail(self, errno, "bring the file to the disk", err);
  self->is_dirty = false;
  return HW_OK;
}

hw_status hwp_log_add(hwp_log *self, int32_t unit, const hw_str *outcome, hw_err *err) {
  hw_str record = HW_STR_INIT;
  hw_status status = hw_str_status(outcome);
  if (status == HW_OK) {
    hwp_put_log_record(&record, &self->key, unit, outcome->bytes, outcome->length);
    status = hw_str_status(&record);
  }
  if (status != HW_OK) {
    status = HW_NO_MEMORY(err, "the record of a unit");
  } else {
    status = write_all(self, record.bytes, record.length, self->size, err);
    /* Half a record would end reading, but whole ones may follow it later. */
    if (status != HW_OK) (void)!ftruncate(self->file, (off_t)self->size);
  }
  if (status == HW_OK) {
    self->offset[unit] = self->size;
    self->length[unit] = record.length;
    self->size += record.length;
    self->is_dirty = true;
    if (hw_clock_now_s() - self->synced_s >= SYNC_S) status = hwp_log_sync(self, err);
  }
  hw_str_clear(&record);
  return status;
}

char *hwp_log_read(hwp_log *self, int32_t unit, size_t *n) {
  const size_t length = (size_t)self->length[unit];
  char *bytes = length > 0 ? malloc(length) : NULL;
  *n = 0;
  if (bytes && read_all(self, bytes, length, self->offset[unit])) {
    hwp_bytes in = hwp_bytes_of(bytes, length), outcome;
    int32_t found;
    if (hwp_get_log_record(&in, &self->key, &found, &outcome) && found == unit) {
      *n = hwp_bytes_left(&outcome);
      memmove(bytes, outcome.at, *n);
      return bytes;
    }
  }
  free(bytes);
  return NULL;
}
