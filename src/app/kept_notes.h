/* Notes of loading from the database: the first ones in full, all of them counted. */
#ifndef HW_APP_KEPT_NOTES_H
#define HW_APP_KEPT_NOTES_H

#include <stdint.h>

#include "base/arena.h"
#include "homeward/status.h"

/* Where notes go: members of what is loaded. */
typedef struct hwp_kept_notes {
  hw_arena *arena; /* of the texts */
  int most;        /* kept in full */
  int *n;
  int64_t *n_all;
  const char *const **notes;
  const char **list; /* the same; NULL before the first */
} hwp_kept_notes;

/* Adds a note. Where memory is exhausted it is counted all the same. */
void hwp_notes_add(hwp_kept_notes *self, const char *format, ...) HW_PRINTF(2, 3);

#endif
