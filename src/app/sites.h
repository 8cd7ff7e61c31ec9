/** @file
 * Sites: all of them on one map, by state and by province, and those near to one.
 *
 * Sites belong to no investigation and have no names of people; everybody who may open the
 * database sees them.
 *
 * Example:
 * @code
 *   hw_sites sites;
 *   HW_TRY(hw_sites_read(&app, &(hw_sites_wanted){.state = "searching"}, &arena, &sites, err));
 *   hw_site_map map;
 *   HW_TRY(hw_sites_draw(&sites, HW_LANGUAGE_VI, &arena, &map, err));
 *   hw_chart_add_map(canvas, &chart, &map.map);
 * @endcode
 */
#ifndef HW_APP_SITES_H
#define HW_APP_SITES_H

#include "app/app.h"
#include "homeward/chart.h"
#include "language/language.h"

/** Which sites. */
typedef struct hw_sites_wanted {
  const char *state;    /**< NULL = all */
  const char *province; /**< as hw_site_province tells it; NULL = all */
} hw_sites_wanted;

typedef struct hw_site {
  int64_t id;
  const char *code;
  double latitude, longitude; /**< NaN = not known */
  double uncertainty_m;       /**< 0 = not known */
  int state;                  /**< place in hw_site_states; −1 = damaged */
  bool is_dangerous;          /**< a hazard that nobody says was cleared */
} hw_site;

/** States of a site in the order of the work, as the model has them. */
#define HW_SITE_STATES 7
extern const char *const hw_site_states[HW_SITE_STATES];

/** A province, a district or a country, and how many sites are in it. */
typedef struct hw_site_area {
  const char *name;
  int64_t count;
} hw_site_area;
/** More are not told apart; the sites of others are found without a province only. */
#define HW_SITE_AREAS 256

typedef struct hw_sites {
  int64_t n_all; /**< in use */
  int32_t n;     /**< wanted, in the order of their ids */
  hw_site *sites;
  int64_t counts[HW_SITE_STATES]; /**< of the province that is wanted, by state */
  int32_t n_areas;
  hw_site_area *areas;           /**< of the state that is wanted, by name */
  int64_t n_placed, n_dangerous; /**< of those wanted */
  int32_t capacity;              /**< of `sites` */
} hw_sites;

/** The province of a place written "commune, district, province, country": the last part, or the one
 * before where the last is a country.
 * @param n  [out] its length; 0 = there is none @return its beginning */
const char *hw_site_province(const char *place, size_t *n);

/** Reads all sites in one walk. */
HW_MUST_CHECK hw_status hw_sites_read(hw_app *app, const hw_sites_wanted *wanted, hw_arena *arena,
                                      hw_sites *out, hw_err *err);

/** Adds a site to those that are there, for who tells how things stood once. @param self  zeroed
 * before the first */
HW_MUST_CHECK hw_status hw_sites_add(hw_sites *self, const hw_record *site, bool is_dangerous,
                                     hw_arena *arena, hw_err *err);

/** A site near another one. */
typedef struct hw_near_site {
  const hw_site *site;
  double distance_m;
} hw_near_site;
/** The nearest other sites within a distance, nearest first.
 * @param out  room for @p most @return how many */
int32_t hw_sites_near(const hw_sites *sites, int64_t id, double most_m, int32_t most,
                      hw_near_site *out);
/** Distance on a sphere, straight through it (identify/prior_place.c tells why). */
double hw_site_distance_m(double latitude, double longitude, double other_latitude,
                          double other_longitude);

/** A map of sites with the words of a language; everything in the arena. */
typedef struct hw_site_map {
  hw_geomap map;
  hw_geomap_kind kinds[HW_SITE_STATES];
} hw_site_map;
/** Signs by state; from 1,500 sites on those of one cell are told as a number. */
HW_MUST_CHECK hw_status hw_sites_draw(const hw_sites *sites, hw_language language, hw_arena *arena,
                                      hw_site_map *out, hw_err *err);

#endif
