/* The outline of mainland South-East Asia, and the net of degrees over it.
 *
 * The shipped table (data/outline_southeast_asia.csv, from Natural Earth) is a list of
 * lines: rings of land, borders between two countries, islets too small for a ring. It
 * is read anew for each map, 1,500 short lines, so that nothing is kept between two.
 *
 *     line,kind,longitude,latitude
 *     1,land,102.07,6.26
 *
 * Land of all countries has one colour: a border is drawn as it runs, by a dashed line, and
 * islands in the sea are given to nobody. Where the outline ends, so does the sea. */
#include <math.h>
#include <string.h>

#include "report/canvas_int.h"
#include "report/chart_map_int.h"

enum { MOST_POINTS = 4096 };

/* --- the table --- */

typedef struct outline_line {
  char kind; /* of land, border, islet: its first letter */
  size_t n;
  hw_point points[MOST_POINTS]; /* longitude, latitude; then on the canvas */
} outline_line;

double hwp_geomap_read_number(const char **at, const char *end) {
  int64_t digits = 0, unit = 1;
  bool is_behind = false;
  while (*at < end && **at != ',' && **at != '\n') {
    const char c = *(*at)++;
    if (c == '.') is_behind = true;
    if (c < '0' || c > '9') continue;
    digits = digits * 10 + (c - '0');
    if (is_behind) unit *= 10;
  }
  if (*at < end) (*at)++;
  return (double)digits / (double)unit;
}

/* Reads the next line of the outline; false at the end. */
static bool read_line(const char **at, const char *end, outline_line *out) {
  out->n = 0;
  double number = -1;
  while (*at < end) {
    const char *row = *at;
    const double its = hwp_geomap_read_number(at, end);
    if (out->n > 0 && its != number) { /* of the next one */
      *at = row;
      return true;
    }
    number = its;
    out->kind = *at < end ? **at : '\0';
    while (*at < end && *(*at)++ != ',') {
    }
    const double longitude = hwp_geomap_read_number(at, end),
                 latitude = hwp_geomap_read_number(at, end);
    if (out->n < MOST_POINTS) out->points[out->n++] = (hw_point){longitude, latitude};
  }
  return out->n > 0;
}

/* --- drawing --- */

static const hw_paint LAND = {.fill = HW_ROLE_LAND, .stroke = HW_ROLE_MUTED, .width = 0.5};
static const hw_paint BORDER = {.stroke = HW_ROLE_MUTED, .width = 0.7, .dash = HW_DASH_LONG};

/* Too small for land with a shore: a dot that is seen on the sea. */
static const hw_paint ISLET = {.fill = HW_ROLE_MUTED};

/* Places the line on the canvas and leaves out what is closer than `coarse` to the point before. */
static void place_line(const hwp_view *view, double coarse, outline_line *line) {
  size_t n = 0;
  for (size_t i = 0; i < line->n; i++) {
    const hw_point at = hwp_view_at(view, line->points[i].y, line->points[i].x);
    if (n > 0 && i + 1 < line->n && fabs(at.x - line->points[n - 1].x) < coarse &&
        fabs(at.y - line->points[n - 1].y) < coarse)
      continue;
    line->points[n++] = at;
  }
  line->n = n;
}

static void add_area(hw_canvas *canvas, const hwp_view *view, hw_point *points, size_t n,
                     const hw_paint *paint, hw_arena *arena) {
  hw_point *cut = hw_arena_alloc_array(arena, 2 * n + 8, sizeof *cut);
  hw_point *spare = hw_arena_alloc_array(arena, 2 * n + 8, sizeof *spare);
  if (cut == NULL || spare == NULL) {
    hwp_canvas_fail(canvas, HW_E_NO_MEMORY, "memory is exhausted: cannot hold a map");
    return;
  }
  memcpy(cut, points, n * sizeof *cut);
  n = hwp_view_cut(view, cut, n, spare);
  if (n >= 3) hw_canvas_add_polygon(canvas, cut, n, paint);
}

/* The sea, as far as the outline goes. */
static void add_sea(hw_canvas *canvas, const hwp_view *view, hw_arena *arena) {
  enum { STEPS = 24 };
  const double west = HWP_OUTLINE_WEST, east = HWP_OUTLINE_EAST;
  const double south = HWP_OUTLINE_SOUTH, north = HWP_OUTLINE_NORTH;
  hw_point around[4 * STEPS];
  for (int i = 0; i < STEPS; i++) {
    const double x = (east - west) * i / STEPS, y = (north - south) * i / STEPS;
    around[i] = hwp_view_at(view, south, west + x);
    around[STEPS + i] = hwp_view_at(view, south + y, east);
    around[2 * STEPS + i] = hwp_view_at(view, north, east - x);
    around[3 * STEPS + i] = hwp_view_at(view, north - y, west);
  }
  add_area(canvas, view, around, sizeof around / sizeof *around, &(hw_paint){.fill = HW_ROLE_SEA},
           arena);
}

void hwp_map_add_outline(hw_canvas *canvas, const hwp_view *view, double coarse, hwp_taken *taken,
                         hw_arena *arena) {
  const char *at = memchr(hwp_outline, '\n', hwp_outline_size),
             *end = hwp_outline + hwp_outline_size;
  outline_line *line = hw_arena_alloc(arena, sizeof *line);
  if (line == NULL) {
    hwp_canvas_fail(canvas, HW_E_NO_MEMORY, "memory is exhausted: cannot hold a map");
    return;
  }
  hw_canvas_add_rectangle(canvas, view->left, view->top, view->right - view->left,
                          view->bottom - view->top, &(hw_paint){.fill = HW_ROLE_SHADE});
  add_sea(canvas, view, arena);
  if (at != NULL) at++;
  while (at != NULL && read_line(&at, end, line)) {
    place_line(view, coarse, line);
    const hw_point first = line->points[0];
    if (line->kind == 'l') {
      add_area(canvas, view, line->points, line->n, &LAND, arena);
    } else if (line->kind == 'b') {
      hwp_view_add_line(view, canvas, line->points, line->n, &BORDER, arena);
    } else if (first.x > view->left + 1 && first.x < view->right - 1 && first.y > view->top + 1 &&
               first.y < view->bottom - 1) {
      const double r = coarse > 1 ? 0.6 : 1.2;
      hw_canvas_add_circle(canvas, first.x, first.y, r, &ISLET);
      hwp_taken_add(taken, (hwp_box){first.x - r, first.y - r, first.x + r, first.y + r});
    }
  }
}

/* --- degrees --- */

/* Steps that people count in, with the decimals they need. */
static const struct step {
  double degrees;
  int decimals;
} steps[] = {{10, 0}, {5, 0}, {2, 0}, {1, 0}, {0.5, 1}, {0.2, 1}, {0.1, 1}, {0.05, 2}, {0.02, 2}};

static const struct step *step_for(double range, double size) {
  const struct step *best = &steps[0];
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
    if (steps[i].degrees / range * size >= 70) best = &steps[i];
  return best;
}

static void format_degrees(hw_str *out, double degrees, int decimals, char decimal_mark,
                           const char *positive, const char *negative) {
  char text[HW_CHART_NUMBER_SIZE];
  hw_chart_format_number(fabs(degrees), decimals, decimal_mark, text);
  hw_str_append_format(out, "%s\xc2\xb0%s", text,
                       degrees > 1e-9    ? positive
                       : degrees < -1e-9 ? negative
                                         : "");
}

enum { ALONG = 12 };

/* One meridian or parallel with its degrees. */
static void add_degree(hw_canvas *canvas, const hwp_view *view, bool is_meridian, double degrees,
                       const hw_point *least, const hw_point *greatest, const char *text,
                       hw_arena *arena) {
  static const hw_paint line = {.stroke = HW_ROLE_MUTED, .width = 0.3, .dash = HW_DASH_SHORT};
  hw_point points[ALONG + 1];
  double edge = is_meridian ? view->bottom : view->left, at = -1;
  for (int i = 0; i <= ALONG; i++) {
    points[i] = is_meridian
                    ? hwp_view_at(view, least->y + (greatest->y - least->y) * i / ALONG, degrees)
                    : hwp_view_at(view, degrees, least->x + (greatest->x - least->x) * i / ALONG);
    if (i == 0) continue;
    /* Where it meets the edge that bears its degrees. */
    const hw_point a = points[i - 1], b = points[i];
    const double p = is_meridian ? a.y : a.x, q = is_meridian ? b.y : b.x;
    if ((p - edge) * (q - edge) <= 0 && fabs(p - q) > 0) {
      const double part = (edge - p) / (q - p);
      at = is_meridian ? a.x + part * (b.x - a.x) : a.y + part * (b.y - a.y);
    }
  }
  hwp_view_add_line(view, canvas, points, ALONG + 1, &line, arena);
  const double half =
      is_meridian ? hwp_map_width(canvas, text, &(hw_text_style){.size = 7}) / 2 : 4;
  if (is_meridian && at > view->left + half && at < view->right - half)
    hw_canvas_add_text(
        canvas, at, view->bottom + 9, text,
        &(hw_text_style){.size = 7, .anchor = HW_ANCHOR_MIDDLE, .role = HW_ROLE_MUTED});
  if (!is_meridian && at > view->top + half && at < view->bottom - half)
    hw_canvas_add_text(canvas, view->left - 3, at + 2.5, text,
                       &(hw_text_style){.size = 7, .anchor = HW_ANCHOR_END, .role = HW_ROLE_MUTED});
}

void hwp_map_add_graticule(hw_canvas *canvas, const hwp_view *view, const hw_geomap_words *words,
                           char decimal_mark, hw_arena *arena) {
  hw_point least, greatest;
  hwp_view_bounds(view, &least, &greatest);
  const struct step *x = step_for(greatest.x - least.x, view->right - view->left);
  const struct step *y = step_for(greatest.y - least.y, view->bottom - view->top);
  for (int is_meridian = 0; is_meridian < 2; is_meridian++) {
    const struct step *step = is_meridian ? x : y;
    const double low = is_meridian ? least.x : least.y,
                 high = is_meridian ? greatest.x : greatest.y;
    const int64_t first = (int64_t)ceil(low / step->degrees);
    const int64_t last = (int64_t)floor(high / step->degrees);
    for (int64_t k = first; k <= last && k - first < 60; k++) {
      hw_str text = HW_STR_INIT;
      const double degrees = (double)k * step->degrees;
      format_degrees(&text, degrees, step->decimals, decimal_mark,
                     is_meridian ? words->east : words->north,
                     is_meridian ? words->west : words->south);
      if (hw_str_status(&text) != HW_OK)
        hwp_canvas_fail(canvas, HW_E_NO_MEMORY, "memory is exhausted: cannot hold a map");
      add_degree(canvas, view, is_meridian, degrees, &least, &greatest, hw_str_text(&text), arena);
      hw_str_clear(&text);
    }
  }
}
