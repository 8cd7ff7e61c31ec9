/* What a map shows of the Earth, and cutting at its frame.
 *
 * The canvas has no way to hide what lies beyond a frame, so areas and lines are cut
 * here before they are drawn: areas by the four sides in turn (Sutherland & Hodgman
 * 1974, "Reentrant polygon clipping"), lines piece by piece (Liang & Barsky 1984, "A
 * new concept and method for line clipping"). */
#include <math.h>

#include "report/canvas_int.h"
#include "report/chart_map_int.h"

hw_point hwp_view_at(const hwp_view *self, double latitude, double longitude) {
  const hw_point m = hwp_project(&self->projection, latitude, longitude);
  return (hw_point){(self->left + self->right) / 2 + (m.x - self->middle.x) / self->m_per_point,
                    (self->top + self->bottom) / 2 - (m.y - self->middle.y) / self->m_per_point};
}

/* The edges of a rectangle of degrees are no straight lines here: points along them. */
enum { ALONG = 16 };

void hwp_view_fit(hwp_view *self, const hw_point *corners, double margin, double least_m) {
  const double west = fmin(corners[0].x, corners[1].x), east = fmax(corners[0].x, corners[1].x);
  const double south = fmin(corners[0].y, corners[1].y), north = fmax(corners[0].y, corners[1].y);
  hw_point least = {HUGE_VAL, HUGE_VAL}, greatest = {-HUGE_VAL, -HUGE_VAL};
  self->projection =
      (hwp_projection){.on = hwp_wgs84, .meridian = floor(west + east + 0.5) / 2, .scale = 1};
  for (int i = 0; i <= ALONG; i++)
    for (int k = 0; k <= ALONG; k++) {
      const hw_point at = hwp_project(&self->projection, south + (north - south) * i / ALONG,
                                      west + (east - west) * k / ALONG);
      least = (hw_point){fmin(least.x, at.x), fmin(least.y, at.y)};
      greatest = (hw_point){fmax(greatest.x, at.x), fmax(greatest.y, at.y)};
    }
  self->middle = (hw_point){(least.x + greatest.x) / 2, (least.y + greatest.y) / 2};
  const double width = fmax(1, self->right - self->left - 2 * margin);
  const double height = fmax(1, self->bottom - self->top - 2 * margin);
  self->m_per_point = fmax((greatest.x - least.x) / width, (greatest.y - least.y) / height);
  self->m_per_point =
      fmax(self->m_per_point, least_m / fmin(self->right - self->left, self->bottom - self->top));
}

void hwp_view_bounds(const hwp_view *self, hw_point *least, hw_point *greatest) {
  *least = (hw_point){HUGE_VAL, HUGE_VAL};
  *greatest = (hw_point){-HUGE_VAL, -HUGE_VAL};
  const double half_x = (self->right - self->left) / 2 * self->m_per_point;
  const double half_y = (self->bottom - self->top) / 2 * self->m_per_point;
  for (int i = -2; i <= 2; i++)
    for (int k = -2; k <= 2; k++) {
      const hw_point at = hwp_unproject(
          &self->projection,
          (hw_point){self->middle.x + half_x * i / 2, self->middle.y + half_y * k / 2});
      *least = (hw_point){fmin(least->x, at.x), fmin(least->y, at.y)};
      *greatest = (hw_point){fmax(greatest->x, at.x), fmax(greatest->y, at.y)};
    }
}

/* --- areas --- */

/* How far inside of a side a point is; the sides are left, right, top, bottom. */
static double inside(const hwp_view *v, int side, hw_point p) {
  switch (side) {
    case 0:
      return p.x - v->left;
    case 1:
      return v->right - p.x;
    case 2:
      return p.y - v->top;
    default:
      return v->bottom - p.y;
  }
}

size_t hwp_view_cut(const hwp_view *self, hw_point *points, size_t n, hw_point *spare) {
  const size_t room = 2 * n + 8;
  for (int side = 0; side < 4 && n > 0; side++) {
    size_t kept = 0;
    for (size_t i = 0; i < n && kept + 2 <= room; i++) {
      const hw_point a = points[i > 0 ? i - 1 : n - 1], b = points[i];
      const double from = inside(self, side, a), to = inside(self, side, b);
      if ((from >= 0) != (to >= 0)) {
        const double part = from / (from - to);
        spare[kept++] = (hw_point){a.x + part * (b.x - a.x), a.y + part * (b.y - a.y)};
      }
      if (to >= 0) spare[kept++] = b;
    }
    for (size_t i = 0; i < kept; i++) points[i] = spare[i];
    n = kept;
  }
  return n;
}

/* --- lines --- */

/* The part of a piece that is inside, as shares of its length. */
static bool piece_inside(const hwp_view *v, hw_point a, hw_point b, double *from, double *to) {
  *from = 0;
  *to = 1;
  for (int side = 0; side < 4; side++) {
    const double p = inside(v, side, a), q = inside(v, side, b);
    if (p < 0 && q < 0) return false;
    if (p < 0) *from = fmax(*from, p / (p - q));
    if (q < 0) *to = fmin(*to, p / (p - q));
  }
  return *from <= *to;
}

static hw_point between(hw_point a, hw_point b, double part) {
  return (hw_point){a.x + part * (b.x - a.x), a.y + part * (b.y - a.y)};
}

void hwp_view_add_line(const hwp_view *self, hw_canvas *canvas, const hw_point *points, size_t n,
                       const hw_paint *paint, hw_arena *arena) {
  size_t kept = 0;
  hw_point *run = hw_arena_alloc_array(arena, n + 1, sizeof *run);
  if (run == NULL) {
    hwp_canvas_fail(canvas, HW_E_NO_MEMORY, "memory is exhausted: cannot hold a map");
    return;
  }
  for (size_t i = 1; i < n; i++) {
    double from = 0, to = 1;
    if (!piece_inside(self, points[i - 1], points[i], &from, &to)) continue;
    if (kept == 0) run[kept++] = between(points[i - 1], points[i], from);
    run[kept++] = between(points[i - 1], points[i], to);
    if (to < 1 || i + 1 == n) { /* it leaves, or ends */
      hw_canvas_add_polyline(canvas, run, kept, paint);
      kept = 0;
    }
  }
  if (kept > 1) hw_canvas_add_polyline(canvas, run, kept, paint);
}
