/* Places that lie upon each other become one sign with their number.
 *
 * Places are taken in the order in which they are given. Each joins the nearest
 * sign that it would touch, else it is a sign of its own; a sign stands at the mean of
 * its places. Then signs that touch each other are joined, the later to the earlier,
 * until none do. If more are left than a reader can look at, everything is done again with a
 * wider reach. The result depends on the order alone, not on the machine. */
#include <math.h>

#include "report/canvas_int.h"
#include "report/chart_map_int.h"

static const double SINGLE = 5;

double hwp_spot_radius(int64_t count) {
  int digits = 1;
  if (count <= 1) return SINGLE;
  for (int64_t rest = count; rest >= 10; rest /= 10) digits++;
  return 6 + 2.2 * digits;
}

/* A sum of places; x and y are the mean. */
static void join(hwp_spot *into, const hwp_spot *one) {
  const double a = (double)into->count, b = (double)one->count;
  into->x = (into->x * a + one->x * b) / (a + b);
  into->y = (into->y * a + one->y * b) / (a + b);
  into->count += one->count;
  into->radius = hwp_spot_radius(into->count);
  into->is_dangerous = into->is_dangerous || one->is_dangerous;
}

static double square(const hwp_spot *a, const hwp_spot *b) {
  return (a->x - b->x) * (a->x - b->x) + (a->y - b->y) * (a->y - b->y);
}

/* The nearest sign within reach; −1 = none. */
static int32_t nearest(const hwp_spot *spots, int32_t n, const hwp_spot *one, double reach) {
  int32_t best = -1;
  double least = reach * reach;
  for (int32_t i = 0; i < n; i++) {
    const double distance = square(&spots[i], one);
    if (distance < least) best = i, least = distance;
  }
  return best;
}

static bool do_touch(const hwp_spot *a, const hwp_spot *b, double reach) {
  const double least = fmax(reach, a->radius + b->radius);
  return square(a, b) < least * least;
}

static int32_t join_touching(hwp_spot *spots, int32_t n, double reach) {
  bool has_joined = true;
  while (has_joined) {
    has_joined = false;
    for (int32_t i = 0; i < n; i++)
      for (int32_t k = i + 1; k < n; k++)
        if (do_touch(&spots[i], &spots[k], reach)) {
          join(&spots[i], &spots[k]);
          for (int32_t m = k + 1; m < n; m++) spots[m - 1] = spots[m];
          n--;
          k--;
          has_joined = true;
        }
  }
  return n;
}

static int32_t gather(const hw_geomap *map, const hwp_view *view, double reach, hwp_spot *spots) {
  int32_t n = 0;
  for (int32_t i = 0; i < map->n; i++) {
    const hw_geomap_point *p = &map->points[i];
    if (!hw_geomap_has_place(p->latitude, p->longitude)) continue;
    const hw_point at = hwp_view_at(view, p->latitude, p->longitude);
    const int64_t count = p->count > 1 ? p->count : 1;
    const hwp_spot one = {.x = at.x,
                          .y = at.y,
                          .radius = hwp_spot_radius(count),
                          .count = count,
                          .point = i,
                          .is_dangerous = p->is_dangerous};
    const int32_t with = nearest(spots, n, &one, reach);
    if (with >= 0)
      join(&spots[with], &one);
    else
      spots[n++] = one;
  }
  return join_touching(spots, n, reach);
}

hw_status hwp_map_gather(const hw_geomap *map, const hwp_view *view, int32_t most, hw_arena *arena,
                         hwp_spot **spots, int32_t *n) {
  *n = 0;
  *spots = hw_arena_alloc_array(arena, (size_t)map->n + 1, sizeof **spots);
  if (*spots == NULL) return HW_E_NO_MEMORY;
  double reach = 2 * SINGLE + 1;
  *n = gather(map, view, reach, *spots);
  while (*n > most) {
    reach *= 1.3;
    *n = gather(map, view, reach, *spots);
  }
  return HW_OK;
}
