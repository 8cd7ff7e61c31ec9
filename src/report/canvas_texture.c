/* Textures: hatching and dots that tell areas apart without colour.
 *
 * They are drawn as lines and dots of their own, cut at the edge of the shape
 * here, and not with the patterns of SVG and PDF: those would need names that
 * are unique in a page of several pictures, and no two programs space them
 * alike. A line of the family  a·x + b·y = k·gap  is cut by a convex shape in
 * one piece, from the smallest to the largest crossing with its edges.
 *
 * The families are anchored at the origin of the group, not at the shape, so
 * that textures of neighbours go through. */
#include <math.h>

#include "report/canvas_int.h"

static const double LINE_GAP = 4, DOT_GAP = 4.5, LINE_WIDTH = 0.7, DOT_RADIUS = 0.75;
static const double HALF_ROOT = 0.70710678118654752;
/* Lines of one shape, at most: a wall of them says no more. */
enum { MOST_LINES = 4000 };

/* A direction of lines: the unit vector across them. */
static hw_point across(hw_texture texture) {
  if (texture == HW_TEXTURE_HATCH) return (hw_point){HALF_ROOT, HALF_ROOT};
  if (texture == HW_TEXTURE_BACK_HATCH) return (hw_point){HALF_ROOT, -HALF_ROOT};
  return (hw_point){0, 1};
}

static void add_line(hw_canvas *self, hw_point n, double offset, double from, double to,
                     const hw_paint *paint) {
  /* Along the line runs (−n.y, n.x). */
  hw_canvas_add_line(self, n.x * offset - n.y * from, n.y * offset + n.x * from,
                     n.x * offset - n.y * to, n.y * offset + n.x * to,
                     &(hw_paint){.stroke = paint->texture_role, .width = LINE_WIDTH});
}

/* Where the line cuts a convex polygon; false if it does not. */
static bool cut_polygon(const hw_point *points, size_t n_points, hw_point n, double offset,
                        double *from, double *to) {
  bool is_cut = false;
  for (size_t i = 0; i < n_points; i++) {
    const hw_point p = points[i], q = points[(i + 1) % n_points];
    const double a = n.x * p.x + n.y * p.y - offset, b = n.x * q.x + n.y * q.y - offset;
    if ((a > 0) == (b > 0)) continue;
    const double part = a / (a - b);
    const double along = -n.y * (p.x + part * (q.x - p.x)) + n.x * (p.y + part * (q.y - p.y));
    if (!is_cut || along < *from) *from = along;
    if (!is_cut || along > *to) *to = along;
    is_cut = true;
  }
  return is_cut;
}

static bool is_inside(const hw_point *points, size_t n, double x, double y) {
  bool any_left = false, any_right = false;
  for (size_t i = 0; i < n; i++) {
    const hw_point p = points[i], q = points[(i + 1) % n];
    const double side = (q.x - p.x) * (y - p.y) - (q.y - p.y) * (x - p.x);
    const double length = sqrt((q.x - p.x) * (q.x - p.x) + (q.y - p.y) * (q.y - p.y));
    /* A dot keeps its whole body inside. */
    if (side > -DOT_RADIUS * length) any_right = true;
    if (side < DOT_RADIUS * length) any_left = true;
  }
  return !(any_left && any_right);
}

static void add_dot(hw_canvas *self, double x, double y, const hw_paint *paint) {
  hw_canvas_add_circle(self, x, y, DOT_RADIUS, &(hw_paint){.fill = paint->texture_role});
}

/* Rows of dots, every other one moved by half a gap. */
static double dot_x(int64_t column, int64_t row) {
  return ((double)column + (row % 2 != 0 ? 0.5 : 0)) * DOT_GAP;
}

void hwp_texture_polygon(hw_canvas *self, const hw_point *points, size_t n, const hw_paint *paint) {
  if (n < 3) return;
  double low_x = points[0].x, high_x = low_x, low_y = points[0].y, high_y = low_y;
  const hw_point normal = across(paint->texture);
  double low = normal.x * low_x + normal.y * low_y, high = low;
  for (size_t i = 1; i < n; i++) {
    const double at = normal.x * points[i].x + normal.y * points[i].y;
    low = fmin(low, at), high = fmax(high, at);
    low_x = fmin(low_x, points[i].x), high_x = fmax(high_x, points[i].x);
    low_y = fmin(low_y, points[i].y), high_y = fmax(high_y, points[i].y);
  }
  if (paint->texture == HW_TEXTURE_DOTS) {
    if ((high_x - low_x) * (high_y - low_y) > MOST_LINES * DOT_GAP * DOT_GAP) return;
    for (int64_t row = (int64_t)ceil(low_y / DOT_GAP); (double)row * DOT_GAP <= high_y; row++)
      for (int64_t column = (int64_t)floor(low_x / DOT_GAP); (double)column * DOT_GAP <= high_x;
           column++)
        if (is_inside(points, n, dot_x(column, row), (double)row * DOT_GAP))
          add_dot(self, dot_x(column, row), (double)row * DOT_GAP, paint);
    return;
  }
  if (high - low > MOST_LINES * LINE_GAP) return;
  for (int64_t k = (int64_t)ceil(low / LINE_GAP); (double)k * LINE_GAP < high; k++) {
    double from = 0, to = 0;
    if (cut_polygon(points, n, normal, (double)k * LINE_GAP, &from, &to) && to - from > 0.2)
      add_line(self, normal, (double)k * LINE_GAP, from, to, paint);
  }
}

void hwp_texture_circle(hw_canvas *self, double x, double y, double radius, const hw_paint *paint) {
  if (radius > MOST_LINES) return;
  if (paint->texture == HW_TEXTURE_DOTS) {
    const double inner = radius - DOT_RADIUS;
    for (int64_t row = (int64_t)ceil((y - radius) / DOT_GAP); (double)row * DOT_GAP <= y + radius;
         row++)
      for (int64_t column = (int64_t)floor((x - radius) / DOT_GAP);
           (double)column * DOT_GAP <= x + radius; column++) {
        const double dx = dot_x(column, row) - x, dy = (double)row * DOT_GAP - y;
        if (inner > 0 && dx * dx + dy * dy < inner * inner)
          add_dot(self, dot_x(column, row), (double)row * DOT_GAP, paint);
      }
    return;
  }
  const hw_point n = across(paint->texture);
  const double centre = n.x * x + n.y * y, along = -n.y * x + n.x * y;
  for (int64_t k = (int64_t)ceil((centre - radius) / LINE_GAP);
       (double)k * LINE_GAP < centre + radius; k++) {
    const double off = (double)k * LINE_GAP - centre;
    const double half = sqrt(fmax(0, radius * radius - off * off));
    if (half > 0.1) add_line(self, n, (double)k * LINE_GAP, along - half, along + half, paint);
  }
}
