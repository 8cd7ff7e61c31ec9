/** @file
 * What the power of a file is computed with besides the case: panels, and who may be
 * sampled.
 *
 * From a case database: the panels of kind "kit" and "panel", and the consent of the
 * persons (who withdrew it, or gave none, is not asked again). The database does not
 * record who is alive: nobody is taken for dead unless the caller says so.
 *
 * Example:
 * @code
 *   hw_power_inputs inputs = {0};
 *   s = hw_power_inputs_load(&inputs, &app, &stored, err);
 *   if (s == HW_OK) s = hw_power_inputs_exclude(&inputs, &stored.problem, "F1:aunt", err);
 *   options.available = inputs.available;
 *   hw_power_inputs_clear(&inputs);
 * @endcode
 */
#ifndef HW_APP_POWER_H
#define HW_APP_POWER_H

#include "app/stored_case.h"
#include "homeward/power.h"

/** Most panels of a run. */
#define HW_POWER_MAX_PANELS 200

/** A zeroed struct is empty. Free with hw_power_inputs_clear, also after a failure. */
typedef struct hw_power_inputs {
  int32_t n_panels;
  hw_power_panel *panels;       /**< HW_POWER_MAX_PANELS places, or NULL */
  const bool *const *available; /**< per family of the case; NULL = everybody */
  int32_t n_without_consent;    /**< persons who are not sampled for lack of consent */
  bool **has;                   /**< what `panels` point to; private, as is `flags` */
  bool **flags;                 /**< what `available` points to */
  hw_arena arena;
} hw_power_inputs;
void hw_power_inputs_clear(hw_power_inputs *self);

/** Panels and consent from the database that the case was loaded from. */
HW_MUST_CHECK hw_status hw_power_inputs_load(hw_power_inputs *self, hw_app *app,
                                             const hw_stored_case *stored, hw_err *err);

/** Adds the panels of a CSV table with the columns panel and marker.
 * @return HW_OK; HW_E_SYNTAX, HW_E_VALUE, HW_E_DUPLICATE with the line; HW_E_NOT_FOUND, HW_E_IO */
HW_MUST_CHECK hw_status hw_power_inputs_read_panels(hw_power_inputs *self, const hw_case *problem,
                                                    const char *path, hw_err *err);
/** The same from memory. */
HW_MUST_CHECK hw_status hw_power_inputs_parse_panels(hw_power_inputs *self, const hw_case *problem,
                                                     const char *bytes, size_t n_bytes,
                                                     const char *name, hw_err *err);

/** Persons who cannot be sampled. @param list  FAMILY:PERSON, parted by commas
 * @return HW_OK; HW_E_REFERENCE (no such family or person) */
HW_MUST_CHECK hw_status hw_power_inputs_exclude(hw_power_inputs *self, const hw_case *problem,
                                                const char *list, hw_err *err);
/** What panels cost. @param list  PANEL=NUMBER, parted by commas
 * @return HW_OK; HW_E_REFERENCE (no such panel); HW_E_VALUE (not a number above zero) */
HW_MUST_CHECK hw_status hw_power_inputs_cost(hw_power_inputs *self, const char *list, hw_err *err);

#endif
