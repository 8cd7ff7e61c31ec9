/** @file
 * Profiles on their way out: each with whose it is, for the exporters of profiles.
 *
 * Withdrawn profiles and consensus profiles are counted and left out, unless they are
 * asked for: a consensus is made again from its replicates.
 *
 * Example:
 * @code
 *   hwp_profile_views views;
 *   HW_TRY(hwp_profile_views_open(&views, export, false, err));
 *   while ((s = hwp_profile_views_next(&views, &view, err)) == HW_OK && view != NULL)
 *     use(view->texts[HWP_PROFILE_CODE], view->panel, view->seen);
 *   hwp_profile_views_close(&views);
 * @endcode
 */
#ifndef HW_APP_PROFILE_VIEW_H
#define HW_APP_PROFILE_VIEW_H

#include "app/export.h"
#include "app/observations.h"
#include "app/panels.h"
#include "app/profile_columns.h"

/** One profile; everything is valid until the next. */
typedef struct hwp_profile_view {
  const hw_record *record;
  const char *texts[HWP_PROFILE_TEXTS]; /**< as an import would read them; NULL = nothing */
  bool is_reference;
  const hw_stored_panel *panel;
  const char *const *marker_names; /**< of the panel */
  char **seen;                     /**< observations as texts, one per marker of the panel */
} hwp_profile_view;

typedef struct hwp_panel_names {
  hw_stored_panel panel;
  const char **names;
} hwp_panel_names;

typedef struct hwp_profile_views {
  hw_export *export;
  bool counts_only; /**< only profiles that count: a consensus in the place of replicates */
  hw_scan *scan;
  hw_arena row; /**< of the view */
  hw_arena panels_arena;
  int n_panels, capacity;
  hwp_panel_names *panels;       /**< those met so far, in the order of meeting */
  int64_t investigation, family; /**< 0 = all */
  hwp_profile_view view;
  hw_record record;
  int64_t n_withdrawn, n_consensus, n_replicates, n_families;
} hwp_profile_views;

/** Begins. Free with hwp_profile_views_close, also after a failure.
 * @param counts_only  take consensus profiles instead of their replicates
 * @return HW_OK; HW_E_REFERENCE (options name no investigation or family that there is) */
HW_MUST_CHECK hw_status hwp_profile_views_open(hwp_profile_views *self, hw_export *export,
                                               bool counts_only, hw_err *err);
/** The next profile; NULL at the end. */
HW_MUST_CHECK hw_status hwp_profile_views_next(hwp_profile_views *self,
                                               const hwp_profile_view **out, hw_err *err);
/** A zeroed one is allowed. */
void hwp_profile_views_close(hwp_profile_views *self);

/** Adds a remark to the export's report. */
void hwp_export_remark(hw_export *self, const char *format, ...) HW_PRINTF(2, 3);

/** Wide and long tables. */
extern const hw_exporter hw_exporter_profiles_wide;
extern const hw_exporter hw_exporter_profiles_long;
/** GeneMapper text, CODIS CMF. */
extern const hw_exporter hw_exporter_genemapper;
extern const hw_exporter hw_exporter_cmf;

#endif
