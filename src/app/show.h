/** @file
 * One record with what hangs on it, as sections of rows: what a face prints as tables, or writes
 * as JSON.
 *
 * For any kind: its fields, and the records that refer to it. For what people work with more is
 * put together: pedigrees as trees, boxes with bones with samples, chains of custody, genotypes,
 * what sources say of a loss, side by side. Names appear only with the permission HW_MAY_NAMES.
 *
 * Example:
 * @code
 *   hw_view view;
 *   HW_TRY(hw_show(&app, HW_KIND_FAMILY, id, &options, &arena, &view, err));
 *   for (int i = 0; i < view.n_sections; i++) print(&view.sections[i]);
 * @endcode
 */
#ifndef HW_APP_SHOW_H
#define HW_APP_SHOW_H

#include "app/app.h"

#define HW_VIEW_MAX_COLUMNS 12
#define HW_VIEW_MAX_SECTIONS 48

/** Rows of one subject. */
typedef struct hw_view_section {
  const char *key;   /**< for machines: "members" */
  const char *title; /**< for people: "Members" */
  int n_columns;
  const char *columns[HW_VIEW_MAX_COLUMNS];
  bool is_tree; /**< column 0 is the depth of the row, a number; column 1 is indented by it */
  int n_rows, capacity;
  hw_value *cells; /**< n_columns to a row */
  int64_t n_more;  /**< 1 = there are more rows than are shown */
} hw_view_section;

typedef struct hw_view {
  hw_kind_id kind;
  int64_t id;
  const char *code;
  const char *withdrawn;  /**< reason, or NULL */
  bool has_hidden_names;  /**< names were left out */
  hw_view_section fields; /**< columns "field" and "value" */
  int n_sections;
  hw_view_section sections[HW_VIEW_MAX_SECTIONS]; /**< none is empty */
} hw_view;

typedef struct hw_show_options {
  bool history; /**< every version: who, when, why, what */
  int most;     /**< rows of a section; at least 1 (pedigrees and genotypes are always whole) */
} hw_show_options;

/** Reads a record and what hangs on it. @param arena  receives everything of the view
 * @return HW_OK; HW_E_REFERENCE if there is no such record */
HW_MUST_CHECK hw_status hw_show(hw_app *app, hw_kind_id kind, int64_t id,
                                const hw_show_options *options, hw_arena *arena, hw_view *out,
                                hw_err *err);

/** Finds the record that somebody means by a code, of any kind.
 * @return HW_OK; HW_E_REFERENCE (none; several kinds have it: the message lists them) */
HW_MUST_CHECK hw_status hw_show_find(hw_app *app, const char *code, hw_kind_id *kind, int64_t *id,
                                     hw_err *err);

#endif
