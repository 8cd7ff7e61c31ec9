/** @file
 * Connections to the database, shared by the requests that run at once.
 *
 * A request borrows one for as long as it runs: a connection that only reads for GET, one
 * that may write for POST. Who finds none free waits, but not for ever.
 */
#ifndef HW_WEB_APPS_H
#define HW_WEB_APPS_H

#include "app/app.h"

struct hw_fonts;

typedef struct hwp_apps hwp_apps;

/** What is borrowed. */
typedef struct hwp_loan {
  hw_app *app;
  struct hw_fonts **fonts; /**< kept from request to request; NULL inside = none made yet */
  int place;
} hwp_loan;

/** Opens the first connection, so that a location that is none is told at once.
 * @return as hw_app_open; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_apps_new(const char *location, int n, hwp_apps **out, hw_err *err);
void hwp_apps_delete(hwp_apps *self);

/** Borrows a connection. @return HW_OK; HW_E_BUSY after some seconds; as hw_app_open */
HW_MUST_CHECK hw_status hwp_apps_take(hwp_apps *self, bool writes, hwp_loan *out, hw_err *err);
/** Gives it back; what was not committed is undone. @param is_broken  it failed in a way that another
 * request must not inherit: it is closed */
void hwp_apps_give(hwp_apps *self, hwp_loan *loan, bool is_broken);

#endif
