/* The factor of place: a law of the distance between loss and grave.
 *
 * If the remains are the person's they lie
 *
 *   - with probability 1 − far around the place of the loss, at a displacement that
 *     has a bivariate Student t distribution with ν degrees of freedom (ν = 0: a
 *     Gaussian) and the scale s,  s² = scale² + σ²(loss) + σ²(recovery),
 *
 *         K(d) = (1 + d²/(ν s²))^(−(ν+2)/2) / (2π s²),      e^(−d²/2s²) / (2π s²)
 *
 *   - with probability far anywhere in the area, like everybody else's: 1/A.
 *
 * Somebody else's lie anywhere in the area. So
 *
 *     ratio = far + (1 − far) · A · K(d) / (1 − t),     d ≤ ρ = √(A/π)
 *     ratio = far                                       beyond,
 *
 * with t the mass of K beyond ρ: (1 + ρ²/(ν s²))^(−ν/2), e^(−ρ²/2s²). The area is
 * taken as a disc around the loss, on which the mean of the ratio over somebody
 * else is 1 exactly. The ratio falls with the distance and is the same if loss and
 * recovery change places. The uncertainties add to the scale as variances do; for
 * the t this is no exact convolution, but the law of the sum keeps its heavy tail.
 *
 * Distance is the straight line through the Earth (a sphere of the mean radius,
 * 6,371,008.8 m, Moritz 2000), the "chord". This is not a convenience: a ring of
 * chords r to r + dr has on the sphere the area 2πr dr of the plane, exactly, so
 * that a density of the plane stays one on the sphere (it is the distance of the
 * Lambert azimuthal equal-area projection). At 1,000 km it is 0.1 % shorter than
 * the arc.
 *
 * Kotz & Nadarajah 2004, Multivariate t distributions and their applications,
 * eq. 1.1 with p = 2, where Γ(ν/2+1)/Γ(ν/2) = ν/2 leaves no gamma function. */
#include <math.h>

#include "base/elementary.h"
#include "identify/prior_int.h"

static const double RADIUS_M = 6371008.8;
static const double PI = 3.14159265358979323846;

hwp_place_at hwp_prior_locate(const hw_prior_place *place) {
  double ring = RADIUS_M * hw_cos_degrees(place->latitude);
  return (hwp_place_at){.x_m = ring * hw_cos_degrees(place->longitude),
                        .y_m = ring * hw_sin_degrees(place->longitude),
                        .z_m = RADIUS_M * hw_sin_degrees(place->latitude),
                        .uncertainty_m = place->uncertainty_m,
                        .weight = place->weight};
}

/* Square of the chord; coordinates are exact to a few nanometres, whatever the distance is. */
static double square_of_distance(const hwp_place_at *a, const hwp_place_at *b) {
  double x = a->x_m - b->x_m, y = a->y_m - b->y_m, z = a->z_m - b->z_m;
  return x * x + y * y + z * z;
}

/* base^power for base > 0. */
static double power_of(double base, double power) {
  return hw_pow10(power * hw_log10(base));
}

/* A · K(d) / (1 − t), with squares of lengths. */
static double density(double degrees, double area, double scale2, double distance2) {
  double edge2 = area / PI, at, tail;
  if (distance2 > edge2) return 0;
  if (degrees > 0) {
    at = power_of(1 + distance2 / (degrees * scale2), -(degrees + 2) / 2);
    tail = power_of(1 + edge2 / (degrees * scale2), -degrees / 2);
  } else {
    at = hwp_prior_exp(-distance2 / (2 * scale2));
    tail = hwp_prior_exp(-edge2 / (2 * scale2));
  }
  return area * at / (2 * PI * scale2 * (1 - tail));
}

double hwp_prior_place(const hw_prior_settings *settings, const hwp_side *remains,
                       const hwp_side *missing) {
  double far = hwp_value(settings, remains->is_handed_over ? HW_PRIOR_FAR_HANDED : HW_PRIOR_FAR);
  double scale = hwp_value(settings, HW_PRIOR_SCALE_M);
  double area = hwp_value(settings, HW_PRIOR_AREA_KM2) * 1e6;
  double degrees = hwp_value(settings, HW_PRIOR_DEGREES), known = 0, ratio = 0;
  for (int32_t i = 0; i < remains->places.n; i++)
    for (int32_t j = 0; j < missing->places.n; j++) {
      const hwp_place_at *a = &remains->places.at[i], *b = &missing->places.at[j];
      double distance2 = square_of_distance(a, b), weight = a->weight * b->weight;
      double scale2 =
          scale * scale + a->uncertainty_m * a->uncertainty_m + b->uncertainty_m * b->uncertainty_m;
      known += weight;
      ratio += weight * (far + (1 - far) * density(degrees, area, scale2, distance2));
    }
  return ratio + (known < 1 ? 1 - known : 0);
}
