/* cmocka's runner with its TAP corrected.
 *
 * cmocka 1.1.5 (Debian 12) writes a skipped case as "not ok 3 # SKIP name", which
 * every reader of TAP takes for a failure. Test programs are therefore linked
 * with --wrap=_cmocka_run_group_tests: in TAP mode the cases run in a child
 * process, and the parent passes its lines on with "ok 3 # SKIP name" in their
 * place. In every other mode nothing is forked, so that debuggers see the test. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/assert.h"

/* The linker dictates the names. */
int __real__cmocka_run_group_tests(const char *name, const struct CMUnitTest *tests, size_t n,
                                   CMFixtureFunction setup, CMFixtureFunction teardown);
int __wrap__cmocka_run_group_tests(const char *name, const struct CMUnitTest *tests, size_t n,
                                   CMFixtureFunction setup, CMFixtureFunction teardown);

static void pass_on(FILE *lines) {
  char *line = NULL;
  size_t size = 0;
  while (getline(&line, &size, lines) >= 0) {
    int number, behind = 0;
    if (sscanf(line, "not ok %d # SKIP%n", &number, &behind) == 1 && behind > 0)
      fputs(line + strlen("not "), stdout);
    else
      fputs(line, stdout);
    fflush(stdout);
  }
  free(line);
}

static int wait_for(pid_t child) {
  int status;
  if (waitpid(child, &status, 0) != child) return 1;
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  printf("Bail out! the test was ended by signal %d\n", WTERMSIG(status));
  return 1;
}

int __wrap__cmocka_run_group_tests(const char *name, const struct CMUnitTest *tests, size_t n,
                                   CMFixtureFunction setup, CMFixtureFunction teardown) {
  const char *output = getenv("CMOCKA_MESSAGE_OUTPUT");
  int ends[2];
  if (!output || strcmp(output, "TAP") != 0 || pipe(ends) != 0)
    return __real__cmocka_run_group_tests(name, tests, n, setup, teardown);
  fflush(NULL);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[1]);
    const int failures = __real__cmocka_run_group_tests(name, tests, n, setup, teardown);
    exit(failures < 255 ? failures : 255);
  }
  close(ends[1]);
  FILE *lines = fdopen(ends[0], "r");
  if (lines) {
    pass_on(lines);
    fclose(lines);
  }
  return child > 0 ? wait_for(child) : 1;
}
