/* The panel of some of a panel's markers.
 *
 * The chosen markers keep their order, so that what belongs to marker chosen[i] of the one (a
 * profile's bytes, a position) belongs to marker i of the other. */
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "genetics/panel_build.h"

static hw_status check_chosen(const hw_panel *self, int32_t n, const int32_t *chosen, hw_err *err) {
  for (int32_t i = 0; i < n; i++) {
    if (chosen[i] < 0 || chosen[i] >= self->n_markers)
      return hw_err_set(err, HW_E_VALUE, "marker %d was chosen of a panel of %d", (int)chosen[i],
                        (int)self->n_markers);
    if (i > 0 && chosen[i] <= chosen[i - 1])
      return hw_err_set(err, HW_E_VALUE,
                        "marker %d was chosen behind marker %d; expected ascending", (int)chosen[i],
                        (int)chosen[i - 1]);
  }
  return HW_OK;
}

static hw_status select_markers(const hw_panel *self, int32_t n, const int32_t *chosen,
                                hw_arena *work, hw_panel **out, hw_err *err) {
  hw_panel_marker *markers = hw_arena_alloc_array(work, (size_t)n, sizeof *markers);
  hw_panel_population *populations =
      hw_arena_alloc_array(work, (size_t)self->n_populations, sizeof *populations);
  if (!markers || !populations) return HW_NO_MEMORY(err, "the panel");
  size_t n_alleles = 0;
  for (int32_t i = 0; i < n; i++) {
    markers[i] = self->markers[chosen[i]];
    n_alleles += (size_t)markers[i].n_alleles;
  }
  for (int32_t p = 0; p < self->n_populations; p++) {
    double *frequencies = hw_arena_alloc_array(work, n_alleles, sizeof *frequencies);
    if (!frequencies) return HW_NO_MEMORY(err, "the panel");
    populations[p] = self->populations[p];
    populations[p].frequencies = frequencies;
    for (int32_t i = 0; i < n; i++) {
      const size_t bytes = (size_t)markers[i].n_alleles * sizeof *frequencies;
      memcpy(frequencies, self->populations[p].frequencies + self->first_allele[chosen[i]], bytes);
      frequencies += markers[i].n_alleles;
    }
  }
  const hwp_panel_input input = {.name = self->name,
                                 .source = self->source,
                                 .n_markers = n,
                                 .markers = markers,
                                 .n_populations = self->n_populations,
                                 .populations = populations,
                                 .is_sorted = true};
  return hwp_panel_build(&input, out, err);
}

hw_status hw_panel_select(const hw_panel *self, int32_t n_markers, const int32_t *markers,
                          hw_panel **out, hw_err *err) {
  *out = NULL;
  if (n_markers < 1)
    return hw_err_set(err, HW_E_SHAPE, "no markers were chosen; a panel has at least one");
  HW_TRY(check_chosen(self, n_markers, markers, err));
  hw_arena work;
  hw_arena_init(&work, 0);
  const hw_status status = select_markers(self, n_markers, markers, &work, out, err);
  hw_arena_clear(&work);
  return status;
}
