/** @file
 * Notes of tasks on the disk: a task that the end of the program has cut short is known afterwards,
 * and can be gone on with.
 *
 * A note is a file CODE.json in the folder LOCATION.tasks beside the database, for its owner alone:
 * who asked, when, what for. It is written when the task is asked for and removed when it is done.
 */
#ifndef HW_WEB_TASK_NOTE_H
#define HW_WEB_TASK_NOTE_H

#include "base/clock.h"
#include "store/kind.h"
#include "store/record.h"
#include "web/task_order.h"

/** Characters of a task's code, NUL included. */
enum { HWP_TASK_CODE_SIZE = 17 };

typedef struct hwp_task_note {
  char code[HWP_TASK_CODE_SIZE], actor[HW_CODE_MAX + 1], at[HW_CLOCK_UTC_SIZE];
  hwp_order order;
} hwp_task_note;

/** True for a code that could be a task's: 16 hexadecimal digits. */
bool hwp_task_is_code(const char *text);

/** Reads the text of a note. @param code  that it must be of
 * @return false if it is none, or asks for what no form would have taken */
bool hwp_task_note_parse(const char *bytes, size_t n, const char *code, hwp_task_note *out);

/** Writes one. @param location  of the database */
HW_MUST_CHECK hw_status hwp_task_note_write(const char *location, const hwp_task_note *note,
                                            hw_err *err);
/** Removes one; one that is not there is fine. */
void hwp_task_note_remove(const char *location, const char *code);
/** Reads all, oldest first. A file that is none of ours, or damaged, is passed over.
 * @param out  [out] @p most places @param n_damaged  [out] files that were passed over
 * @return HW_OK, also if there is no folder; HW_E_NO_MEMORY, HW_E_IO */
HW_MUST_CHECK hw_status hwp_task_notes_read(const char *location, int most, hwp_task_note *out,
                                            int *n, int *n_damaged, hw_err *err);

#endif
