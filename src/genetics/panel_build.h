/** @file
 * Building a panel, for those who know more than hw_panel_new is told: the lines of a file on which
 * the markers stand, or that their order is right already.
 */
#ifndef HW_GENETICS_PANEL_BUILD_H
#define HW_GENETICS_PANEL_BUILD_H

#include "homeward/panel.h"

/** Columns of a panel's file before those of the populations. */
#define HWP_PANEL_COLUMNS 7
extern const char *const hwp_panel_columns[HWP_PANEL_COLUMNS];

typedef struct hwp_panel_input {
  const char *name, *source; /**< NULL = not known */
  int32_t n_markers;
  const hw_panel_marker *markers;
  int32_t n_populations;
  const hw_panel_population *populations;
  const uint64_t *lines; /**< of the markers, for messages; NULL = not known */
  bool is_sorted;        /**< the order of the markers is kept */
} hwp_panel_input;

/** True if a text is one line of UTF-8 of at most 1000 bytes: names and sources. */
bool hwp_panel_is_text(const char *text);

/** As hw_panel_new. */
HW_MUST_CHECK hw_status hwp_panel_build(const hwp_panel_input *input, hw_panel **out, hw_err *err);

#endif
