/** @file
 * Custody events that a file brings: remembered, and their chains checked when all are in.
 */
#ifndef HW_APP_IMPORT_CUSTODY_H
#define HW_APP_IMPORT_CUSTODY_H

#include "app/import.h"

/** The events; a zeroed list is empty. */
typedef struct hwp_custody_list {
  struct hwp_custody_event *events;
  size_t n, capacity;
} hwp_custody_list;

/** Frees; a zeroed list is allowed. */
void hwp_custody_clear(hwp_custody_list *self);
/** Remembers an event that was put. */
HW_MUST_CHECK hw_status hwp_custody_add(hwp_custody_list *self, const hw_record *event,
                                        uint64_t line, hw_err *err);
/** Checks the chain of every item that got an event; breaches are mistakes at the event's row,
 * or at the item's first row if the event was there before. */
HW_MUST_CHECK hw_status hwp_custody_check(hwp_custody_list *self, hw_import *import, hw_err *err);

#endif
