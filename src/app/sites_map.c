/* A map of sites: a sign for each state, and cells where there are too many.
 *
 * The order of the work gives the signs: hollow while nothing was done on the ground,
 * full while and after it was, a cross where everything was searched in vain.
 * Shape and filling tell the seven apart without a colour.
 *
 * The drawing gathers signs that overlap, but looks at each pair; so a large database is
 * cut into cells first, and each becomes one point at the mean of its sites. */
#include <math.h>

#include "app/sites.h"
#include "base/check.h"

enum { MOST_POINTS = 1500, CELLS = 64, NO_STATE = 0 };

static const hw_geomap_kind signs[HW_SITE_STATES] = {
    {NULL, HW_GEOMAP_CIRCLE, HW_SERIES_QUIET, true, 0},
    {NULL, HW_GEOMAP_CIRCLE, HW_SERIES_FIRST, false, 0},
    {NULL, HW_GEOMAP_DIAMOND, HW_SERIES_SECOND, true, 0},
    {NULL, HW_GEOMAP_DIAMOND, HW_SERIES_SECOND, false, 0},
    {NULL, HW_GEOMAP_SQUARE, HW_SERIES_THIRD, false, 0},
    {NULL, HW_GEOMAP_CROSS, HW_SERIES_QUIET, false, 0},
    {NULL, HW_GEOMAP_TRIANGLE, HW_SERIES_FOURTH, true, 0},
};

static hw_geomap_point point_of(const hw_site *site, hw_language language) {
  const int state = site->state >= 0 ? site->state : NO_STATE;
  return (hw_geomap_point){.latitude = site->latitude,
                           .longitude = site->longitude,
                           .uncertainty_m = site->uncertainty_m,
                           .kind = state,
                           .label = site->code,
                           .description = hw_text_word(language, hw_site_states[state]),
                           .is_dangerous = site->is_dangerous};
}

/* One point for each cell that has sites: the site itself where there is one only. Sites off the map
 * have a cell of their own each way, so that they stay countable. */
static int32_t fill_cells(const hw_sites *sites, hw_language language, hw_geomap_point *cells) {
  int32_t n = 0;
  for (int32_t i = 0; i < sites->n; i++) {
    const hw_site *site = &sites->sites[i];
    int64_t cell = (int64_t)CELLS * CELLS; /* off the map */
    if (isnan(site->latitude)) continue;
    if (hw_geomap_has_place(site->latitude, site->longitude)) {
      const double y = (site->latitude - HW_GEOMAP_SOUTH) / (HW_GEOMAP_NORTH - HW_GEOMAP_SOUTH);
      const double x = (site->longitude - HW_GEOMAP_WEST) / (HW_GEOMAP_EAST - HW_GEOMAP_WEST);
      const int64_t row = (int64_t)fmin(CELLS - 1, floor(y * CELLS));
      cell = row * CELLS + (int64_t)fmin(CELLS - 1, floor(x * CELLS));
    }
    hw_geomap_point *at = &cells[cell];
    if (at->count == 0) {
      *at = point_of(site, language);
      at->count = 1;
      continue;
    }
    const double before = (double)at->count++;
    if (cell == (int64_t)CELLS * CELLS) continue;
    at->latitude = (at->latitude * before + site->latitude) / (before + 1);
    at->longitude = (at->longitude * before + site->longitude) / (before + 1);
    at->is_dangerous = at->is_dangerous || site->is_dangerous;
  }
  for (int64_t cell = 0; cell <= (int64_t)CELLS * CELLS; cell++)
    if (cells[cell].count > 0) cells[n++] = cells[cell];
  return n;
}

hw_status hw_sites_draw(const hw_sites *sites, hw_language language, hw_arena *arena,
                        hw_site_map *out, hw_err *err) {
  const char *code = hw_language_code(language);
  const bool is_many = sites->n_placed > MOST_POINTS;
  const size_t room = is_many ? (size_t)CELLS * CELLS + 1 : (size_t)sites->n_placed + 1;
  hw_geomap_point *points = hw_arena_alloc_array(arena, room, sizeof *points);
  int32_t n = 0;
  *out = (hw_site_map){.map = {.names_in = code,
                               .words = hw_geomap_words_of(code),
                               .n_kinds = HW_SITE_STATES,
                               .has_inset = true,
                               .note = hw_text(language, HW_T_SITES_MAP_NOTE)}};
  if (points == NULL) return HW_NO_MEMORY(err, "a map");
  for (int i = 0; i < HW_SITE_STATES; i++) {
    out->kinds[i] = signs[i];
    out->kinds[i].name = hw_text_word(language, hw_site_states[i]);
  }
  for (int32_t i = 0; i < sites->n; i++) {
    const hw_site *site = &sites->sites[i];
    if (isnan(site->latitude)) continue;
    out->kinds[site->state >= 0 ? site->state : NO_STATE].count++;
    if (!is_many) points[n++] = point_of(site, language);
  }
  if (is_many) n = fill_cells(sites, language, points);
  out->map.n = n;
  out->map.points = points;
  out->map.kinds = out->kinds;
  return HW_OK;
}
