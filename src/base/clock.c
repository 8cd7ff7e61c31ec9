/* The clocks of POSIX: monotonic for durations, a thread's own for rates, real time for what is
 * recorded. */
#include "base/clock.h"

#include <time.h>

double hw_clock_now_s(void) {
  struct timespec now;
  if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) return 0;
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double hw_clock_thread_s(void) {
  struct timespec now;
  if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) != 0) return 0;
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

const char *hw_clock_utc(char text[HW_CLOCK_UTC_SIZE]) {
  struct timespec now;
  struct tm parts;
  text[0] = '\0';
  if (clock_gettime(CLOCK_REALTIME, &now) == 0 && gmtime_r(&now.tv_sec, &parts) != NULL)
    strftime(text, HW_CLOCK_UTC_SIZE, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}
