/** @file
 * Progress of a long command: one line on a terminal, nothing elsewhere.
 *
 * Appears only after HW_PROGRESS_DELAY_S, so that quick commands stay silent,
 * is redrawn at most every HW_PROGRESS_PERIOD_S, and is wiped at the end. When
 * the stream is not a terminal nothing is ever written.
 *
 * Example:
 * @code
 *   hw_progress progress;
 *   hw_progress_begin(&progress, stderr, "comparing", n_pairs);
 *   for (uint64_t i = 0; i < n_pairs; i++) { compare(i); hw_progress_set(&progress, i + 1); }
 *   hw_progress_end(&progress);
 * @endcode
 */
#ifndef HW_BASE_PROGRESS_H
#define HW_BASE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** No line before this much time has passed. */
#define HW_PROGRESS_DELAY_S 0.5
/** Shortest time between two drawings. */
#define HW_PROGRESS_PERIOD_S 0.2

/** One display, caller's storage; members are private. */
typedef struct hw_progress {
  FILE *stream;      /**< NULL: stay silent */
  const char *title; /**< borrowed */
  uint64_t total;    /**< 0 = not known */
  uint64_t done;
  double start_s;        /**< when it began */
  double next_s;         /**< not drawn before this time */
  bool is_drawn;         /**< a line stands on the terminal */
  double (*now_s)(void); /**< clock; replaceable in tests */
} hw_progress;

/** Begins. @param stream  where a person may be looking (standard error), or NULL
 * @param title  borrowed until hw_progress_end  @param total  steps in all, 0 = not known */
void hw_progress_begin(hw_progress *self, FILE *stream, const char *title, uint64_t total);
/** Tells how many steps are done; cheap enough to call for each of millions. */
void hw_progress_set(hw_progress *self, uint64_t done);
/** Wipes the line. */
void hw_progress_end(hw_progress *self);
/** The text of the line: "comparing  42 %  1234/2900  615/s  3 s left". @return @p buffer */
const char *hw_progress_format(const hw_progress *self, double elapsed_s, char *buffer,
                               size_t size);

#endif
