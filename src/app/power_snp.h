/** @file
 * SNP panels for the power of a case: from files, and with the profiles that stand in a database.
 *
 * Markers without a place on the map or without frequencies of the population cannot count and are
 * left out. Profiles that stand are those of hw_stored_snp (stored_snp.h), carried over to each panel
 * by the names and positions of its markers.
 *
 * Example:
 * @code
 *   hw_power_snp_inputs inputs = {.way = way};
 *   s = hw_power_snp_inputs_load(&inputs, &app, &stored, err);
 *   if (s == HW_OK) s = hw_power_snp_inputs_add(&inputs, "force.csv:EAS@0.5", err);
 *   options.n_panels = inputs.n;
 *   options.panels = inputs.panels;
 *   hw_power_snp_inputs_clear(&inputs);
 * @endcode
 */
#ifndef HW_APP_POWER_SNP_H
#define HW_APP_POWER_SNP_H

#include "app/stored_snp.h"
#include "homeward/power.h"

/** Most SNP panels of a run. */
#define HW_POWER_MAX_SNP_PANELS 32

/** Free with hw_power_snp_inputs_clear, also after a failure. */
typedef struct hw_power_snp_inputs {
  hw_power_snp_panel way; /**< how people are typed: run, call, call_missing and theta; to be set by
                               the caller before all else */
  int32_t n;
  hw_power_snp_panel panels[HW_POWER_MAX_SNP_PANELS];
  int32_t n_left_out[HW_POWER_MAX_SNP_PANELS]; /**< markers that cannot count */
  bool is_stored[HW_POWER_MAX_SNP_PANELS];     /**< the database's panel */
  bool has_stored;                             /**< somebody of a family has a SNP profile */
  hw_stored_snp stored;
  hw_panel *owned[HW_POWER_MAX_SNP_PANELS]; /**< private, as is `arena` */
  hw_arena arena;
} hw_power_snp_inputs;
void hw_power_snp_inputs_clear(hw_power_snp_inputs *self);

/** The SNP profiles of the database that the case was loaded from; where any relative has one, its
 * panel is the first. A database without SNP panels is fine.
 * @param stored  stays in use until hw_power_snp_inputs_clear
 * @return as hw_stored_snp_load */
HW_MUST_CHECK hw_status hw_power_snp_inputs_load(hw_power_snp_inputs *self, hw_app *app,
                                                 const hw_stored_case *stored, hw_err *err);
/** Adds a panel of a file: FILE[:POPULATION][\@COVERAGE].
 * @return HW_OK; HW_E_USAGE (coverage, population, or too many); as hw_panel_read */
HW_MUST_CHECK hw_status hw_power_snp_inputs_add(hw_power_snp_inputs *self, const char *text,
                                                hw_err *err);

#endif
