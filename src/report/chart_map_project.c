/* Transverse Mercator projection of an ellipsoid.
 *
 * Forward by the series of Snyder 1987, "Map Projections: A Working Manual" (USGS
 * Professional Paper 1395), eqs. 3-21, 4-20, 8-9, 8-10 and 8-12 to 8-15:
 *
 *     e² = f (2 − f)       e'² = e²/(1 − e²)     N = a/√(1 − e² sin²φ)
 *     T  = tan²φ           C   = e'² cos²φ       A = (λ − λ0) cos φ
 *     x = k0 N [A + (1 − T + C) A³/6 + (5 − 18T + T² + 72C − 58e'²) A⁵/120]
 *     y = k0 {M + N tan φ [A²/2 + (5 − T + 9C + 4C²) A⁴/24
 *                          + (61 − 58T + T² + 600C − 330e'²) A⁶/720]}
 *
 * with M the length of the meridian from the equator. Within 3° of the meridian
 * that is exact to millimetres, at 12°, the farthest that a map here reaches, to
 * some metres; the outline is coarse to kilometres.
 *
 * Why this one: the countries shown are long from north to south, and what is
 * drawn around its own meridian has north above and one scale. Back by Newton's
 * steps with the derivatives of the sphere, which is all that a graticule and a
 * frame need. */
#include <math.h>

#include "base/elementary.h"
#include "report/chart_map_int.h"

static const double DEGREE = 3.14159265358979323846 / 180;

const hwp_ellipsoid hwp_wgs84 = {6378137.0, 1 / 298.257223563};

/* Length of the meridian from the equator (3-21). */
static double meridian_m(const hwp_ellipsoid *on, double e2, double latitude) {
  const double e4 = e2 * e2, e6 = e4 * e2;
  return on->a_m * ((1 - e2 / 4 - 3 * e4 / 64 - 5 * e6 / 256) * latitude * DEGREE -
                    (3 * e2 / 8 + 3 * e4 / 32 + 45 * e6 / 1024) * hw_sin_degrees(2 * latitude) +
                    (15 * e4 / 256 + 45 * e6 / 1024) * hw_sin_degrees(4 * latitude) -
                    (35 * e6 / 3072) * hw_sin_degrees(6 * latitude));
}

hw_point hwp_project(const hwp_projection *self, double latitude, double longitude) {
  const double f = self->on.flattening, e2 = f * (2 - f), ep2 = e2 / (1 - e2);
  const double sine = hw_sin_degrees(latitude), cosine = hw_cos_degrees(latitude);
  if (fabs(latitude) >= 90) /* the pole: one point */
    return (hw_point){0, self->scale * meridian_m(&self->on, e2, latitude)};
  const double t = sine * sine / (cosine * cosine), c = ep2 * cosine * cosine;
  const double a = (longitude - self->meridian) * DEGREE * cosine, a2 = a * a;
  const double n = self->on.a_m / sqrt(1 - e2 * sine * sine);
  const double x =
      a * (1 + a2 * ((1 - t + c) / 6 + a2 * (5 - 18 * t + t * t + 72 * c - 58 * ep2) / 120));
  const double y = a2 * (0.5 + a2 * ((5 - t + 9 * c + 4 * c * c) / 24 +
                                     a2 * (61 - 58 * t + t * t + 600 * c - 330 * ep2) / 720));
  return (hw_point){self->scale * n * x,
                    self->scale * (meridian_m(&self->on, e2, latitude) + n * sine / cosine * y)};
}

hw_point hwp_unproject(const hwp_projection *self, hw_point metres) {
  enum { STEPS = 12 };
  const double per_degree = self->on.a_m * DEGREE * self->scale;
  double latitude = metres.y / per_degree, longitude = self->meridian;
  for (int i = 0; i < STEPS; i++) {
    latitude = fmax(-85, fmin(85, latitude));
    const hw_point at = hwp_project(self, latitude, longitude);
    longitude += (metres.x - at.x) / (per_degree * hw_cos_degrees(latitude));
    latitude += (metres.y - at.y) / per_degree;
  }
  return (hw_point){longitude, latitude};
}
