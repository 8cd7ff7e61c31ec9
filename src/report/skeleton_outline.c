/* Outlines of bones as polygons: smoothing, cutting, filling with lines.
 *
 * A smooth outline is a closed Catmull-Rom curve through its points (Catmull & Rom 1974),
 * which is made straight here, four pieces from one point to the next.
 *
 * Cutting by a rectangle goes edge by edge (Sutherland & Hodgman 1974, Comm. ACM 17:32). A
 * bone is no convex polygon: where it falls into several pieces these stay joined by
 * lines along the edge of the rectangle, which a fill does not show.
 *
 * The lines of a texture are cut by the even-odd rule, so that they keep inside any
 * outline; canvas.h has textures for convex shapes only. */
#include <math.h>
#include <stdlib.h>

#include "report/skeleton_int.h"

enum { PIECES = 4, MOST_CROSSINGS = 64 };

int32_t hwp_outline_flatten(const hwp_skeleton_shapes *shapes, const hwp_bone_shape *shape,
                            bool is_coarse, hw_point *out) {
  const hw_point *points = shapes->points + shape->first;
  const int32_t n = shape->n;
  int32_t made = 0;
  for (int32_t i = 0; i < n; i++) {
    const hw_point p0 = points[(i + n - 1) % n], p1 = points[i], p2 = points[(i + 1) % n],
                   p3 = points[(i + 2) % n];
    for (int32_t k = 0; k < (shape->is_fine || is_coarse ? 1 : PIECES); k++) {
      const double t = (double)k / PIECES, t2 = t * t, t3 = t2 * t;
      const double a = -0.5 * t3 + t2 - 0.5 * t, b = 1.5 * t3 - 2.5 * t2 + 1,
                   c = -1.5 * t3 + 2 * t2 + 0.5 * t, d = 0.5 * t3 - 0.5 * t2;
      out[made++] = (hw_point){a * p0.x + b * p1.x + c * p2.x + d * p3.x,
                               a * p0.y + b * p1.y + c * p2.y + d * p3.y};
    }
  }
  return made;
}

/* Signed distance of a point from one edge of the rectangle; inside ≥ 0. */
static double inside(hw_point p, int edge, const double *bounds) {
  switch (edge) {
    case 0:
      return p.x - bounds[0];
    case 1:
      return p.y - bounds[1];
    case 2:
      return bounds[2] - p.x;
    default:
      return bounds[3] - p.y;
  }
}

static int32_t cut(const hw_point *points, int32_t n, int edge, const double *bounds, hw_point *out,
                   int32_t most) {
  int32_t made = 0;
  for (int32_t i = 0; i < n && made + 2 <= most; i++) {
    const hw_point p = points[i], q = points[(i + 1) % n];
    const double a = inside(p, edge, bounds), b = inside(q, edge, bounds);
    if (a >= 0) out[made++] = p;
    if ((a >= 0) != (b >= 0)) {
      const double part = a / (a - b);
      out[made++] = (hw_point){p.x + part * (q.x - p.x), p.y + part * (q.y - p.y)};
    }
  }
  return made;
}

int32_t hwp_outline_clip(const hw_point *points, int32_t n, double left, double top, double right,
                         double bottom, hw_point *out) {
  enum { MOST = 8 * HWP_OUTLINE_MOST + 8 };
  const double bounds[4] = {left, top, right, bottom};
  hw_point first[MOST], second[MOST];
  const int32_t most = 2 * n + 8 < MOST ? 2 * n + 8 : MOST;
  int32_t made = cut(points, n, 0, bounds, first, most);
  made = cut(first, made, 1, bounds, second, most);
  made = cut(second, made, 2, bounds, first, most);
  return cut(first, made, 3, bounds, out, most);
}

/* --- textures --- */

/* A direction of lines: the unit vector across them. */
typedef struct direction {
  double x, y;
} direction;

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static hw_path_step step_at(hw_stroke_kind kind, direction across, double offset, double along) {
  /* Along the line runs (−across.y, across.x). */
  return (hw_path_step){.kind = kind,
                        .x = round(10 * (across.x * offset - across.y * along)) / 10,
                        .y = round(10 * (across.y * offset + across.x * along)) / 10};
}

static int32_t add_lines(const hw_point *points, int32_t n, direction across, double gap,
                         hw_path_step *out, int32_t made, int32_t most) {
  double low = HUGE_VAL, high = -HUGE_VAL;
  for (int32_t i = 0; i < n; i++) {
    const double at = across.x * points[i].x + across.y * points[i].y;
    low = fmin(low, at), high = fmax(high, at);
  }
  if (!(high - low < gap * most)) return made;
  for (int64_t k = (int64_t)ceil(low / gap); (double)k * gap < high; k++) {
    const double offset = (double)k * gap;
    double crossings[MOST_CROSSINGS];
    int32_t n_crossings = 0;
    for (int32_t i = 0; i < n && n_crossings < MOST_CROSSINGS; i++) {
      const hw_point p = points[i], q = points[(i + 1) % n];
      const double a = across.x * p.x + across.y * p.y - offset;
      const double b = across.x * q.x + across.y * q.y - offset;
      if ((a > 0) == (b > 0)) continue;
      const double part = a / (a - b);
      crossings[n_crossings++] =
          -across.y * (p.x + part * (q.x - p.x)) + across.x * (p.y + part * (q.y - p.y));
    }
    qsort(crossings, (size_t)n_crossings, sizeof *crossings, compare);
    for (int32_t i = 0; i + 1 < n_crossings && made + 2 <= most; i += 2) {
      if (crossings[i + 1] - crossings[i] < 0.4) continue;
      out[made++] = step_at(HW_MOVE, across, offset, crossings[i]);
      out[made++] = step_at(HW_LINE, across, offset, crossings[i + 1]);
    }
  }
  return made;
}

int32_t hwp_outline_texture(const hw_point *points, int32_t n, int texture, double gap,
                            hw_path_step *out, int32_t most) {
  const double half_root = 0.70710678118654752;
  const direction rising = {half_root, half_root}, falling = {half_root, -half_root};
  if (n < 3) return 0;
  switch (texture) {
    case HWP_RISING:
      return add_lines(points, n, rising, gap, out, 0, most);
    case HWP_FALLING:
      return add_lines(points, n, falling, gap, out, 0, most);
    case HWP_LEVEL:
      return add_lines(points, n, (direction){0, 1}, gap, out, 0, most);
    case HWP_CROSSED: {
      const int32_t made = add_lines(points, n, rising, 1.4 * gap, out, 0, most);
      return add_lines(points, n, falling, 1.4 * gap, out, made, most);
    }
    default:
      return 0;
  }
}
