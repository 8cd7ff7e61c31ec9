/** @file
 * The server of a load test: a process of its own, so that its processor time can be told from the
 * test's.
 *
 * Example:
 * @code
 *   child server;
 *   child_start(&server, "build/homeward", "load.hwc");
 *   const double before = child_cpu_s(&server);
 *   // ... the load ...
 *   const int status = child_stop(&server);
 * @endcode
 */
#ifndef HW_BENCH_WEB_CHILD_H
#define HW_BENCH_WEB_CHILD_H

#include <sys/types.h>

typedef struct child {
  pid_t pid;
  int port;
  long peak_kb; /**< largest memory, once it is stopped */
} child;

/** Starts `homeward serve` on a free port of this computer, and waits until it listens. */
void child_start(child *self, const char *program, const char *location);
/** Processor time that it has used so far. */
double child_cpu_s(const child *self);
/** Lets what runs come to its end. @return the exit status; −1 = it was killed */
int child_stop(child *self);

/** Seconds of work of all processors of this computer, whoever does it. */
double child_machine_s(void);

#endif
