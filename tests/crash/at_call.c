/* Runs a program and kills it, as kill -9 does, at a chosen call of the system.
 *
 *     at_call COUNT N HOW PROGRAM ARGUMENT…
 *
 * Calls that change something on disk are counted: writes, flushes, truncations,
 * files and folders made, renamed, linked and removed. Before the N-th of them the
 * program is killed; with HOW = "half" a write is first done by half, as a machine
 * that stops in the middle of it leaves it. The number of calls that were seen is
 * written to the file COUNT. N = 0 kills nothing.
 *
 * It stands outside of the program (ptrace), so that what is tested is the very
 * program that is installed, under sanitizers too. Exit status: the program's; 137
 * if it was killed; 77 if this system does not let one process trace another. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOT_POSSIBLE = 77, KILLED = 137, MOST_HALF = 1 << 20 };

/* --- which calls --- */

static const long CHANGES[] = {
    SYS_write,    SYS_pwrite64, SYS_writev,  SYS_fsync,     SYS_fdatasync, SYS_ftruncate,
    SYS_linkat,   SYS_unlinkat, SYS_mkdirat, SYS_renameat2, SYS_fallocate,
#ifdef SYS_link
    SYS_link,     SYS_unlink,   SYS_mkdir,   SYS_rename,
#endif
#ifdef SYS_renameat
    SYS_renameat,
#endif
};

static bool is_change(const struct __ptrace_syscall_info *info) {
  const long number = (long)info->entry.nr;
  for (size_t i = 0; i < sizeof CHANGES / sizeof CHANGES[0]; i++)
    if (CHANGES[i] == number) return true;
  if (number == SYS_openat) return (info->entry.args[2] & O_CREAT) != 0;
#ifdef SYS_open
  if (number == SYS_open) return (info->entry.args[1] & O_CREAT) != 0;
#endif
  return false;
}

/* --- half a write --- */

/* Where the next write to a descriptor of the program goes. */
static off_t position_of(pid_t child, int descriptor) {
  char name[64], line[64];
  long long position = -1;
  snprintf(name, sizeof name, "/proc/%ld/fdinfo/%d", (long)child, descriptor);
  FILE *file = fopen(name, "r");
  if (file == NULL) return -1;
  while (fgets(line, sizeof line, file) != NULL)
    if (strncmp(line, "pos:", 4) == 0) position = strtoll(line + 4, NULL, 10);
  fclose(file);
  return (off_t)position;
}

/* Does the first half of a write in the program's place. */
static void write_half(pid_t child, const struct __ptrace_syscall_info *info) {
  const bool has_place = info->entry.nr == SYS_pwrite64;
  if (!has_place && info->entry.nr != SYS_write) return;
  const int descriptor = (int)info->entry.args[0];
  const size_t n = (size_t)info->entry.args[2] / 2;
  if (n == 0 || n > MOST_HALF) return;
  char name[64];
  snprintf(name, sizeof name, "/proc/%ld/fd/%d", (long)child, descriptor);
  void *bytes = malloc(n);
  const int file = open(name, O_WRONLY | O_CLOEXEC);
  const off_t at = has_place ? (off_t)info->entry.args[3] : position_of(child, descriptor);
  struct iovec here = {bytes, n};
  struct iovec there = {(void *)(uintptr_t)info->entry.args[1], n};
  if (bytes != NULL && file >= 0 && at >= 0 &&
      process_vm_readv(child, &here, 1, &there, 1, 0) == (ssize_t)n &&
      pwrite(file, bytes, n, at) != (ssize_t)n)
    fprintf(stderr, "at_call: half a write: %s\n", strerror(errno));
  if (file >= 0) close(file);
  free(bytes);
}

/* --- the run --- */

typedef struct plan {
  const char *count_path;
  long at;
  bool is_half;
} plan;

static int status_of(int state) {
  return WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
}

static int kill_now(pid_t child) {
  int state = 0;
  kill(child, SIGKILL);
  while (waitpid(child, &state, 0) == child && WIFSTOPPED(state)) continue;
  return KILLED;
}

/* Follows the program from call to call. @param n  [out] calls seen */
static int follow(pid_t child, const plan *how, long *n) {
  int state = 0, signal_number = 0;
  for (;;) {
    if (ptrace(PTRACE_SYSCALL, child, NULL, (void *)(intptr_t)signal_number) != 0)
      return kill_now(child);
    if (waitpid(child, &state, 0) != child) return NOT_POSSIBLE;
    if (!WIFSTOPPED(state)) return status_of(state);
    signal_number = 0;
    if (WSTOPSIG(state) != (SIGTRAP | 0x80)) {
      if (WSTOPSIG(state) != SIGTRAP) signal_number = WSTOPSIG(state);
      continue;
    }
    struct __ptrace_syscall_info info;
    memset(&info, 0, sizeof info);
    if (ptrace(PTRACE_GET_SYSCALL_INFO, child, (void *)sizeof info, &info) <= 0) {
      (void)kill_now(child);
      return NOT_POSSIBLE;
    }
    if (info.op != PTRACE_SYSCALL_INFO_ENTRY || !is_change(&info)) continue;
    if (++*n != how->at) continue;
    if (how->is_half) write_half(child, &info);
    return kill_now(child);
  }
}

static int run(const plan *how, char **command) {
  const pid_t child = fork();
  if (child < 0) return NOT_POSSIBLE;
  if (child == 0) {
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) _exit(NOT_POSSIBLE);
    raise(SIGSTOP);
    execv(command[0], command);
    _exit(NOT_POSSIBLE);
  }
  int state = 0;
  if (waitpid(child, &state, 0) != child || !WIFSTOPPED(state)) return NOT_POSSIBLE;
  const intptr_t options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;
  if (ptrace(PTRACE_SETOPTIONS, child, NULL, (void *)options) != 0) {
    (void)kill_now(child);
    return NOT_POSSIBLE;
  }
  long n = 0;
  const int status = follow(child, how, &n);
  FILE *count = fopen(how->count_path, "w");
  if (count == NULL) return NOT_POSSIBLE;
  const bool is_written = fprintf(count, "%ld\n", n) > 0;
  return fclose(count) == 0 && is_written ? status : NOT_POSSIBLE;
}

int main(int argc, char **argv) {
  if (argc < 5) {
    fputs("at_call COUNT N kill|half PROGRAM ARGUMENT...\n", stderr);
    return 2;
  }
  const plan how = {argv[1], strtol(argv[2], NULL, 10), strcmp(argv[3], "half") == 0};
  return run(&how, argv + 4);
}
