/** @file
 * Remarks about how a file was understood, for the person who imports it.
 *
 * A reader that makes a choice (a comma taken for a decimal point, an encoding
 * guessed, a column left aside) says so here; nothing is understood silently.
 *
 * Example:
 * @code
 *   hw_notes notes = {.arena = &list->arena};
 *   HW_TRY(hw_notes_add(&notes, line, err, "%zu cells with a decimal comma", n));
 *   HW_TRY(hw_notes_finish(&notes, &list->notes, &list->n_notes, err));
 * @endcode
 */
#ifndef HW_FORMATS_NOTES_H
#define HW_FORMATS_NOTES_H

#include <stdint.h>

#include "base/arena.h"
#include "homeward/status.h"

/** Most remarks of one file; the last one counts the others. */
#define HW_NOTES_KEPT 100

/** One remark. */
typedef struct hw_note {
  uint64_t line;    /**< 0 = the whole file */
  const char *text; /**< one line */
} hw_note;

/** A growing list; set `arena`, zero the rest. */
typedef struct hw_notes {
  hw_arena *arena; /**< of the result that the remarks belong to */
  uint64_t n;      /**< all that were added */
  hw_note kept[HW_NOTES_KEPT];
} hw_notes;

/** Adds one, printf-style; cut to one line of at most 511 bytes.
 * @return HW_OK; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_notes_add(hw_notes *self, uint64_t line, hw_err *err, const char *format,
                                     ...) HW_PRINTF(4, 5);

/** Copies the list to the arena. @return HW_OK; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_notes_finish(hw_notes *self, const hw_note **out, int32_t *n_out,
                                        hw_err *err);

#endif
