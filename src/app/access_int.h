/* Shared by hw_app_open and app/access.c. */
#ifndef HW_APP_ACCESS_INT_H
#define HW_APP_ACCESS_INT_H

#include "app/access.h"

/** Reads what the app's actor may see. An actor with more access records than HW_ACCESS_MOST, which
 * hw_access_set does not make, is refused. */
HW_MUST_CHECK hw_status hwp_access_load(hw_app *self, hw_err *err);

#endif
