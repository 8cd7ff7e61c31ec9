/* The system calls of SQLite's back end, under the control of a test.
 *
 * Only to be used in a child process: what is changed stays changed. Calls that
 * change something on disk are counted; at a chosen one the process kills itself,
 * in the middle of a write where it is one, or the disk is full from there on. */
#ifndef HW_TESTS_CALLS_H
#define HW_TESTS_CALLS_H

#include <stdbool.h>

/** Takes the calls over. */
bool calls_begin(void);
/** The n-th call from now (1 = the next) kills the process; odd ones after half of a write. */
void calls_kill_at(long n);
/** From the n-th write on the disk is full. 0 = it is not. */
void calls_fill_at(long n);
/** Calls since calls_begin. */
long calls_count(void);

#endif
