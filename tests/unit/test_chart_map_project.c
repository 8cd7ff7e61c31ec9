/* The projection of maps against published and independently computed points. */
#include <math.h>

#include "homeward/random.h"
#include "report/chart_map_int.h"
#include "support/assert.h"

static const double DEGREE = 3.14159265358979323846 / 180;

/* UTM: 0.9996 on the meridian of the zone, 500 km east added. */
static hw_point utm(int zone, double latitude, double longitude) {
  const hwp_projection projection = {hwp_wgs84, 6.0 * zone - 183, 0.9996};
  hw_point at = hwp_project(&projection, latitude, longitude);
  at.x += 500000;
  return at;
}

static void a_published_example_comes_out(void **state) {
  (void)state;
  /* Snyder 1987, p. 269: Clarke's ellipsoid of 1866, 40°30' N, 73°30' W, meridian 75° W. */
  const hwp_projection clarke = {{6378206.4, 1 / 294.978698214}, -75, 0.9996};
  const hw_point at = hwp_project(&clarke, 40.5, -73.5);
  hw_assert_close(at.x, 127106.5, 0, 0.1);
  hw_assert_close(at.y, 4484124.4, 0, 0.1);
}

static void points_of_other_software_come_out(void **state) {
  (void)state;
  /* By proj4js 2 (extended transverse Mercator), "+proj=utm +datum=WGS84"; the last is the example of
   * the CN Tower, 17T 630084 4833438. */
  static const struct {
    int zone;
    double latitude, longitude, x, y;
  } points[] = {
      {48, 21.03, 105.85, 588324.2493, 2325702.9464},
      {48, 10.78, 106.70, 685876.4242, 1192169.9822},
      {48, 16.46, 107.59, 776544.8964, 1821591.0227},
      {48, 21.39, 103.02, 294730.0398, 2366604.9291},
      {49, 16.07, 108.22, 202567.7090, 1778676.9406},
      {49, 8.64, 111.92, 601223.0391, 955174.0555},
      {48, 9.18, 105.15, 516478.8851, 1014756.0146},
      {17, 43.642567, -79.387139, 630084.3008, 4833438.5857},
  };
  for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
    const hw_point at = utm(points[i].zone, points[i].latitude, points[i].longitude);
    hw_assert_close(at.x, points[i].x, 0, 0.01);
    hw_assert_close(at.y, points[i].y, 0, 0.01);
  }
}

/* Krüger 1912 to the fourth power of n, as Karney 2011, "Transverse Mercator with an accuracy of a few
 * nanometers", eqs. 7 to 11 and 35: another way to the same projection, with the C library. */
static hw_point kruger(const hwp_projection *p, double latitude, double longitude) {
  const double f = p->on.flattening, n = f / (2 - f), e = sqrt(f * (2 - f));
  const double n2 = n * n, n3 = n2 * n, n4 = n3 * n;
  const double alpha[] = {n / 2 - 2 * n2 / 3 + 5 * n3 / 16 + 41 * n4 / 180,
                          13 * n2 / 48 - 3 * n3 / 5 + 557 * n4 / 1440,
                          61 * n3 / 240 - 103 * n4 / 140, 49561 * n4 / 161280};
  const double phi = latitude * DEGREE, lambda = (longitude - p->meridian) * DEGREE;
  const double t = sinh(atanh(sin(phi)) - e * atanh(e * sin(phi)));
  const double xi = atan2(t, cos(lambda)), eta = asinh(sin(lambda) / hypot(t, cos(lambda)));
  hw_point sum = {eta, xi};
  for (int j = 1; j <= 4; j++) {
    sum.x += alpha[j - 1] * cos(2 * j * xi) * sinh(2 * j * eta);
    sum.y += alpha[j - 1] * sin(2 * j * xi) * cosh(2 * j * eta);
  }
  const double radius = p->on.a_m / (1 + n) * (1 + n2 / 4 + n4 / 64);
  return (hw_point){p->scale * radius * sum.x, p->scale * radius * sum.y};
}

static void the_series_agrees_with_krugers(void **state) {
  (void)state;
  const hwp_projection projection = {hwp_wgs84, 106.5, 1};
  hw_random random;
  hw_random_init(&random, 11);
  for (int i = 0; i < 20000; i++) {
    const double latitude = 120 * hw_random_double(&random) - 60;
    const double away = 28 * hw_random_double(&random) - 14;
    const hw_point a = hwp_project(&projection, latitude, 106.5 + away);
    const hw_point b = kruger(&projection, latitude, 106.5 + away);
    const double most = fabs(away) < 3 ? 0.002 : fabs(away) < 6 ? 0.2 : 30;
    hw_assert_close(a.x, b.x, 0, most);
    hw_assert_close(a.y, b.y, 0, most);
  }
}

static void places_are_found_back(void **state) {
  (void)state;
  const hwp_projection projection = {hwp_wgs84, 106.5, 1};
  hw_random random;
  hw_random_init(&random, 12);
  for (int i = 0; i < 2000; i++) {
    const double latitude = 2 + 26 * hw_random_double(&random);
    const double longitude = 92 + 29 * hw_random_double(&random);
    const hw_point back = hwp_unproject(&projection, hwp_project(&projection, latitude, longitude));
    hw_assert_close(back.x, longitude, 0, 1e-6);
    hw_assert_close(back.y, latitude, 0, 1e-6);
  }
  const hw_point pole = hwp_project(&projection, 90, 12);
  assert_true(pole.x == 0 && fabs(pole.y - 10001965.7) < 1); /* a quarter of the meridian */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_published_example_comes_out),
      cmocka_unit_test(points_of_other_software_come_out),
      cmocka_unit_test(the_series_agrees_with_krugers),
      cmocka_unit_test(places_are_found_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
