/* System calls under control (see calls.h): SQLite's through its own table of
 * calls, the store's through ld --wrap. */
#include "store/calls.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdint.h>
#include <sys/types.h>
#include <unistd.h>

/* The linker dictates the names. */
int __real_link(const char *from, const char *to);
int __real_unlink(const char *path);
int __real_fsync(int fd);
int __wrap_link(const char *from, const char *to);
int __wrap_unlink(const char *path);
int __wrap_fsync(int fd);

static long n_calls, n_writes, kill_at, fill_at;

void calls_kill_at(long n) {
  kill_at = n > 0 ? n_calls + n : 0;
}

void calls_fill_at(long n) {
  fill_at = n > 0 ? n_writes + n : 0;
}

long calls_count(void) {
  return n_calls;
}

static bool is_last(void) {
  return ++n_calls == kill_at;
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

static bool is_full(void) {
  n_writes++;
  if (fill_at == 0 || n_writes < fill_at) return false;
  errno = ENOSPC;
  return true;
}

static ssize_t my_pwrite(int fd, const void *bytes, size_t n, off_t at) {
  if (is_last()) {
    if (n_calls % 2 != 0) (void)!pwrite(fd, bytes, n / 2, at);
    die();
  }
  return is_full() ? -1 : pwrite(fd, bytes, n, at);
}

static ssize_t my_write(int fd, const void *bytes, size_t n) {
  if (is_last()) {
    if (n_calls % 2 != 0) (void)!write(fd, bytes, n / 2);
    die();
  }
  return is_full() ? -1 : write(fd, bytes, n);
}

static int my_truncate(int fd, off_t size) {
  if (is_last()) die();
  return ftruncate(fd, size);
}

static int my_unlink(const char *path) {
  if (is_last()) die();
  return __real_unlink(path);
}

static int my_open(const char *path, int flags, int mode) {
  if ((flags & O_CREAT) && is_last()) die();
  return open(path, flags, mode);
}

int __wrap_link(const char *from, const char *to) {
  if (is_last()) die();
  return __real_link(from, to);
}

int __wrap_unlink(const char *path) {
  return my_unlink(path);
}

int __wrap_fsync(int fd) {
  if (is_last()) die();
  return __real_fsync(fd);
}

/* A call that this build of SQLite does not have is left out. */
static bool take(const char *name, sqlite3_syscall_ptr call) {
  sqlite3_vfs *system = sqlite3_vfs_find(NULL);
  if (!system->xGetSystemCall(system, name)) return true;
  return system->xSetSystemCall(system, name, call) == SQLITE_OK;
}

bool calls_begin(void) {
  return sqlite3_initialize() == SQLITE_OK && take("pwrite", (sqlite3_syscall_ptr)my_pwrite) &&
         take("pwrite64", (sqlite3_syscall_ptr)my_pwrite) &&
         take("write", (sqlite3_syscall_ptr)my_write) &&
         take("ftruncate", (sqlite3_syscall_ptr)my_truncate) &&
         take("unlink", (sqlite3_syscall_ptr)my_unlink) &&
         take("open", (sqlite3_syscall_ptr)my_open);
}
