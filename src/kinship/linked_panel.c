/* The markers of a panel as the engine of linked markers wants them.
 *
 * A panel tells positions and frequencies, either of which may be missing for a marker; a walk
 * along the map needs both. Nothing is copied: frequencies stay the panel's. */
#include <math.h>

#include "base/check.h"
#include "homeward/linked.h"

static hw_status refuse_place(const hw_panel_marker *marker, hw_err *err) {
  return hw_err_set(err, HW_E_VALUE,
                    "marker '%s' has no place on the map: state female_cm%s, or select the markers "
                    "that have one",
                    marker->name, marker->chromosome == HW_PANEL_X ? "" : " and male_cm");
}

hw_status hw_linked_markers_of_panel(const hw_panel *panel, int32_t population,
                                     hw_linked_marker *out, hw_err *err) {
  if (population < 0 || population >= panel->n_populations)
    return hw_err_set(err, HW_E_VALUE, "population %d of a panel of %d", (int)population + 1,
                      (int)panel->n_populations);
  const hw_panel_population *of = &panel->populations[population];
  for (int32_t m = 0; m < panel->n_markers; m++) {
    const hw_panel_marker *marker = &panel->markers[m];
    const bool on_x = marker->chromosome == HW_PANEL_X;
    if (!isfinite(marker->female_cm) || (!on_x && !isfinite(marker->male_cm)))
      return refuse_place(marker, err);
    const double *frequencies = of->frequencies + panel->first_allele[m];
    if (!isfinite(frequencies[0]))
      return hw_err_set(err, HW_E_VALUE,
                        "marker '%s' has no frequencies in population '%s': choose another "
                        "population, or select the markers that have some",
                        marker->name, of->name);
    out[m] = (hw_linked_marker){marker->chromosome, marker->female_cm, marker->male_cm,
                                marker->n_alleles, frequencies};
  }
  return HW_OK;
}
