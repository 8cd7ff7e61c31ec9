/** @file
 * Time: durations for measuring, and the moment that records carry.
 */
#ifndef HW_BASE_CLOCK_H
#define HW_BASE_CLOCK_H

/** Seconds since an arbitrary moment; never goes back. */
double hw_clock_now_s(void);
/** Seconds that the calling thread has had a processor: rates that other work of the machine does
 * not lower. */
double hw_clock_thread_s(void);

/** Bytes of a moment as text, NUL included. */
#define HW_CLOCK_UTC_SIZE 21
/** The moment now, ISO 8601 in UTC: "2026-01-31T08:00:00Z". @return @p text */
const char *hw_clock_utc(char text[HW_CLOCK_UTC_SIZE]);

#endif
