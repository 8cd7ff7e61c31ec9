/* Work in a child process, which may be killed, denied disk space or privileges.
 *
 * A child must not use cmocka: its assertions would go on with the parent's
 * tests in the child. It checks with CHILD_CHECK, and the parent fails the test
 * with the child's line. What it has done for certain it tells through a pipe. */
#ifndef HW_TESTS_CHILD_H
#define HW_TESTS_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct child {
  pid_t id;
  int acks; /**< the parent's end of the pipe */
} child;

/** What a child does; `acks` is its end of the pipe. @return 0, or a line where it failed */
typedef int child_fn(void *context, int acks);

#define CHILD_CHECK(condition)         \
  do {                                 \
    if (!(condition)) return __LINE__; \
  } while (0)

child child_begin(child_fn *work, void *context);
/** The child's next ack (0 … 255), or -1 after its end. Waits for it. */
int child_ack(child *self);
/** Waits for the end; counts the acks that were not read (may be NULL). @return true if the child
 * was killed; fails the test if it came back with a line */
bool child_end(child *self, int *n_acks);
/** Begins, and waits for the end, which must be a good one. */
void child_run(child_fn *work, void *context);
/** In a child: tells the parent. */
void child_tell(int acks, int value);
/** In a child of the superuser: becomes nobody. */
bool child_drop_privileges(void);

#endif
