/** @file
 * Panels as they stand in the database, and profiles over different panels.
 */
#ifndef HW_APP_PANELS_H
#define HW_APP_PANELS_H

#include "app/app.h"

/** Markers of a panel, in its order. */
typedef struct hw_stored_panel {
  int64_t id;
  int n;
  int64_t *markers; /**< records */
} hw_stored_panel;

/** Reads a panel; the list is the arena's. @return as hw_store_scan */
HW_MUST_CHECK hw_status hw_stored_panel_read(hw_app *app, int64_t id, hw_arena *arena,
                                             hw_stored_panel *out, hw_err *err);

/** The panel of kind "layout" that has these markers in this order: found, or made inside a change.
 * @param is_new  [out] it was made */
HW_MUST_CHECK hw_status hw_stored_panel_layout(hw_app *app, int n, const int64_t *markers,
                                               int64_t *panel, bool *is_new, hw_err *err);

/** Cuts observations into one text per marker of the panel, in place. A profile with fewer or more
 * than the panel has is damaged.
 * @param text  as stored; ";" become NUL
 * @param out   [out] panel->n texts, in the arena
 * @return HW_OK; HW_E_DAMAGED; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_stored_panel_split(const hw_stored_panel *self, char *text,
                                              hw_arena *arena, char ***out, hw_err *err);

/** True if two profiles say the same of every marker, whatever the order of their panels. */
HW_MUST_CHECK hw_status hw_profiles_equal(hw_app *app, int64_t panel_a, const char *a,
                                          int64_t panel_b, const char *b, bool *are_equal,
                                          hw_err *err);

#endif
