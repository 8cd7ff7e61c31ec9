/* Inside of a map: projection, view, outline, signs. */
#ifndef HW_REPORT_CHART_MAP_INT_H
#define HW_REPORT_CHART_MAP_INT_H

#include "base/arena.h"
#include "language/language.h"
#include "report/chart_int.h"

/* The texts of data/outline_southeast_asia.csv and data/map_names.csv, put into the library by
 * tools/embed. */
extern const char hwp_outline[];
extern const size_t hwp_outline_size;
extern const char hwp_map_names[];
extern const size_t hwp_map_names_size;

/* A number with two decimals at most, up to a comma or the end of the line; *at moves behind it. */
double hwp_geomap_read_number(const char **at, const char *end);

/* What the outline covers; the edge of its land is cut there. */
enum {
  HWP_OUTLINE_SOUTH = 2,
  HWP_OUTLINE_NORTH = 28,
  HWP_OUTLINE_WEST = 92,
  HWP_OUTLINE_EAST = 121
};

/* --- projection (chart_map_project.c) --- */

typedef struct hwp_ellipsoid {
  double a_m; /* equatorial radius */
  double flattening;
} hwp_ellipsoid;
extern const hwp_ellipsoid hwp_wgs84;

typedef struct hwp_projection {
  hwp_ellipsoid on;
  double meridian; /* degrees east; there x is 0 */
  double scale;    /* on it */
} hwp_projection;

/* Metres east of the meridian and north of the equator. */
hw_point hwp_project(const hwp_projection *self, double latitude, double longitude);
/* The place of a point: latitude in y, longitude in x. */
hw_point hwp_unproject(const hwp_projection *self, hw_point metres);

/* --- view (chart_map_view.c) --- */

/* A rectangle of the canvas, and what of the Earth it shows. */
typedef struct hwp_view {
  double left, top, right, bottom;
  hwp_projection projection;
  hw_point middle; /* metres */
  double m_per_point;
} hwp_view;

hw_point hwp_view_at(const hwp_view *self, double latitude, double longitude);
/* Fits what lies between two corners, in degrees, into the rectangle that is set, with `margin`
 * points around it, not smaller than `least_m` in height and width. */
void hwp_view_fit(hwp_view *self, const hw_point *corners, double margin, double least_m);
/* Latitudes (y) and longitudes (x) that are seen: least and greatest. */
void hwp_view_bounds(const hwp_view *self, hw_point *least, hw_point *greatest);

/* A closed line of `n` points, cut at the rectangle (Sutherland & Hodgman 1974); `points` and `spare`
 * have room for 2n + 8. Returns how many there are then, in `points`. */
size_t hwp_view_cut(const hwp_view *self, hw_point *points, size_t n, hw_point *spare);
/* A line, drawn where it is inside. */
void hwp_view_add_line(const hwp_view *self, hw_canvas *canvas, const hw_point *points, size_t n,
                       const hw_paint *paint, hw_arena *arena);

/* --- labels (chart_map_label.c) --- */

typedef struct hwp_box {
  double left, top, right, bottom;
} hwp_box;

/* Where nothing more may stand. */
typedef struct hwp_taken {
  hwp_box *boxes;
  int32_t n, room;
} hwp_taken;

/* Width of a text; 0 where memory is exhausted, which the canvas is told. */
double hwp_map_width(hw_canvas *canvas, const char *text, const hw_text_style *style);

void hwp_taken_add(hwp_taken *self, hwp_box box);
/* True if the box lies inside the view and on nothing that is taken. */
bool hwp_taken_is_free(const hwp_taken *self, const hwp_view *view, const hwp_box *box);
/* Finds room for a text beside a sign of a radius and draws it there. False if there is none. */
bool hwp_map_add_label(hw_canvas *canvas, const hwp_view *view, hwp_taken *taken, double x,
                       double y, double radius, const char *text, const hw_text_style *style);

/* --- names (chart_map_names.c) --- */

typedef enum hwp_names_wanted {
  HWP_NAMES_ALL = 0,
  HWP_NAMES_IN_INSET /* groups of islands only, their names at the right edge, upon the sea */
} hwp_names_wanted;

/* Names what the view shows in a language, in letters of a size, where there is room. */
void hwp_map_add_names(hw_canvas *canvas, const hwp_view *view, hwp_taken *taken, hw_language in,
                       hwp_names_wanted wanted, double size);

/* --- outline and graticule (chart_map_outline.c) --- */

/* How many islets the outline has at most. */
enum { HWP_MOST_ISLETS = 40 };

/* Land, borders, islets. `coarse`: points closer than this on the canvas are left out. Islets are
 * added to `taken`. */
void hwp_map_add_outline(hw_canvas *canvas, const hwp_view *view, double coarse, hwp_taken *taken,
                         hw_arena *arena);
/* Lines of latitude and longitude with their degrees left of the view and below it. */
void hwp_map_add_graticule(hw_canvas *canvas, const hwp_view *view, const hw_geomap_words *words,
                           char decimal_mark, hw_arena *arena);

/* --- signs (chart_map_gather.c, chart_map_sign.c) --- */

/* What is drawn at one spot: a place, or several. */
typedef struct hwp_spot {
  double x, y, radius;
  int64_t count;
  int32_t point; /* the first of them */
  bool is_dangerous;
} hwp_spot;

/* Gathers places until no two signs overlap and no more than `most` are left. */
hw_status hwp_map_gather(const hw_geomap *map, const hwp_view *view, int32_t most, hw_arena *arena,
                         hwp_spot **spots, int32_t *n);
double hwp_spot_radius(int64_t count);

void hwp_map_add_sign(hw_canvas *canvas, double x, double y, const hw_geomap_kind *kind);
void hwp_map_add_number(hw_canvas *canvas, double x, double y, int64_t count, char decimal_mark);
void hwp_map_add_danger(hw_canvas *canvas, double x, double y);

#endif
