/** @file
 * Administrators from whom a file takes the office: remembered, and one must be left when all rows
 * are in.
 */
#ifndef HW_APP_IMPORT_ACTORS_H
#define HW_APP_IMPORT_ACTORS_H

#include "app/account.h"
#include "app/import.h"

/** The first row that took the office from an administrator; zeroed = none did. */
typedef struct hwp_actors_seen {
  int64_t actor; /**< 0 = none */
  uint64_t line;
  const char *column; /**< that did it; a constant */
  bool was_one;       /**< the row at hand is of an administrator, before it is put */
} hwp_actors_seen;

/** Before a row is put. @param row  an actor, its key set */
HW_MUST_CHECK hw_status hwp_actors_look(hwp_actors_seen *self, hw_import *import,
                                        const hw_record *row, hw_err *err);
/** After it was put, or withdrawn. */
HW_MUST_CHECK hw_status hwp_actors_seen_put(hwp_actors_seen *self, hw_import *import,
                                            const hw_record *row, uint64_t line, hw_err *err);
/** When all rows are in: it is a mistake of the row if nobody is left who can administer. */
HW_MUST_CHECK hw_status hwp_actors_check(const hwp_actors_seen *self, hw_import *import,
                                         hw_err *err);

#endif
