/* Children with a pipe (see child.h). */
#include "store/child.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/assert.h"

child child_begin(child_fn *work, void *context) {
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  fflush(NULL);
  const pid_t id = fork();
  assert_true(id >= 0);
  if (id == 0) {
    close(ends[0]);
    const int line = work(context, ends[1]);
    if (line != 0) fprintf(stderr, "# the child failed at line %d\n", line);
    _exit(line != 0);
  }
  close(ends[1]);
  return (child){id, ends[0]};
}

int child_ack(child *self) {
  unsigned char value;
  return read(self->acks, &value, 1) == 1 ? value : -1;
}

bool child_end(child *self, int *n_acks) {
  int n = 0, status;
  while (child_ack(self) >= 0) n++;
  close(self->acks);
  assert_int_equal(waitpid(self->id, &status, 0), self->id);
  if (n_acks) *n_acks = n;
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return true;
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
  return false;
}

void child_run(child_fn *work, void *context) {
  child c = child_begin(work, context);
  assert_false(child_end(&c, NULL));
}

void child_tell(int acks, int value) {
  const unsigned char byte = (unsigned char)value;
  if (write(acks, &byte, 1) != 1) _exit(1);
}

bool child_drop_privileges(void) {
  enum { NOBODY = 65534 };
  return geteuid() != 0 || (setgid(NOBODY) == 0 && setuid(NOBODY) == 0);
}
