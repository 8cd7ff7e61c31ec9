/* The server as a child process.
 *
 * Its address comes by its standard output, which it closes over to nobody: errors of the server
 * appear on the standard error of the test. Times come from /proc, where the kernel keeps them in
 * hundredths of a second. */
#include "web/child.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int read_port(int pipe) {
  char line[200];
  FILE *file = fdopen(pipe, "r");
  if (file == NULL) fail("web_load: the server's address");
  const char *got = fgets(line, sizeof line, file);
  const char *colon = got != NULL ? strrchr(line, ':') : NULL;
  if (colon == NULL) {
    fputs("web_load: the server did not start\n", stderr);
    exit(1);
  }
  fclose(file);
  return (int)strtol(colon + 1, NULL, 10);
}

void child_start(child *self, const char *program, const char *location) {
  int ends[2];
  if (pipe(ends) != 0) fail("web_load: a pipe");
  self->pid = fork();
  if (self->pid < 0) fail("web_load: the server");
  if (self->pid == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    execl(program, program, "serve", "-c", location, "--port", "0", "--demo", (char *)NULL);
    fail(program);
  }
  close(ends[1]);
  self->port = read_port(ends[0]);
}

/* utime and stime, fields 14 and 15; the name in parentheses may hold anything. */
double child_cpu_s(const child *self) {
  char path[64], line[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", (int)self->pid);
  FILE *file = fopen(path, "r");
  const char *got = file != NULL ? fgets(line, sizeof line, file) : NULL;
  if (file != NULL) fclose(file);
  char *at = got != NULL ? strrchr(line, ')') : NULL;
  for (int field = 2; at != NULL && field < 14; field++) at = strchr(at + 1, ' ');
  if (at == NULL) return 0;
  char *end = at;
  const double user = strtod(at, &end), system = strtod(end, NULL);
  return (user + system) / (double)sysconf(_SC_CLK_TCK);
}

double child_machine_s(void) {
  char line[512];
  FILE *file = fopen("/proc/stat", "r");
  const char *got = file != NULL ? fgets(line, sizeof line, file) : NULL;
  if (file != NULL) fclose(file);
  double sum = 0;
  char *at = got != NULL ? line + strcspn(line, " ") : NULL;
  for (int field = 0; at != NULL && field < 8; field++) { /* user … steal */
    const double value = strtod(at, &at);
    if (field != 3 && field != 4) sum += value; /* idle, and waiting for a disk */
  }
  return sum / (double)sysconf(_SC_CLK_TCK);
}

int child_stop(child *self) {
  struct rusage usage;
  int status = 0;
  if (kill(self->pid, SIGTERM) != 0 || waitpid(self->pid, &status, 0) < 0) return -1;
  getrusage(RUSAGE_CHILDREN, &usage); /* there is no other child */
  self->peak_kb = usage.ru_maxrss;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
