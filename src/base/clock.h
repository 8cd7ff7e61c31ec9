/** @file
 * Time for measuring durations.
 */
#ifndef HW_BASE_CLOCK_H
#define HW_BASE_CLOCK_H

/** Seconds since an arbitrary moment; never goes back. */
double hw_clock_now_s(void);

#endif
