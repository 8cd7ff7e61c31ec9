/* Genetic maps: points in order, straight lines between them.
 *
 * Maps are published as cumulative centimorgans at positions; between neighbouring points nothing is
 * known but their difference, which a straight line spreads evenly. Women and men have maps of
 * their own (Halldorsson et al. 2019, Science 363: eaau1043: 4180 and 2602 cM), and the linked
 * likelihood follows both.
 *
 * A chromosome's points are found by first_point, a position among them by binary search. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "genetics/map_build.h"
#include "genetics/panel_build.h"

static const double MOST_CM = 1000;

typedef struct storage {
  hw_map map;
  hw_arena arena;
} storage;

/* --- building --- */

static hw_status at_point(const uint64_t *lines, int32_t index, hw_status status, hw_err *err) {
  if (lines) hw_err_place(err, NULL, lines[index], 0);
  return status;
}

static bool is_cm(double cm) {
  return cm >= -MOST_CM && cm <= MOST_CM;
}

static hw_status check_point(const hw_map_point *point, hw_err *err) {
  if (point->chromosome < 1 || point->chromosome > HW_PANEL_X)
    return hw_err_set(err, HW_E_VALUE, "chromosome %d; expected 1 to 22 or X",
                      (int)point->chromosome);
  if (point->bp < 1)
    return hw_err_set(err, HW_E_VALUE, "position %d; expected 1 or more", (int)point->bp);
  if (!is_cm(point->female_cm))
    return hw_err_set(err, HW_E_VALUE, "female_cm is %g; expected centimorgans up to %g",
                      point->female_cm, MOST_CM);
  if (point->chromosome != HW_PANEL_X && !is_cm(point->male_cm))
    return hw_err_set(err, HW_E_VALUE, "male_cm is %g; expected centimorgans up to %g",
                      point->male_cm, MOST_CM);
  return HW_OK;
}

/* A point with its number in the input. */
typedef struct numbered {
  hw_map_point point;
  int32_t index;
} numbered;

static int compare_points(const void *a, const void *b) {
  const numbered *left = a, *right = b;
  const int32_t l = left->point.chromosome, r = right->point.chromosome;
  if (l != r) return l < r ? -1 : 1;
  if (left->point.bp != right->point.bp) return left->point.bp < right->point.bp ? -1 : 1;
  return (left->index > right->index) - (left->index < right->index);
}

static hw_status check_step(const hw_map_point *before, const hw_map_point *point, hw_err *err) {
  if (before->chromosome != point->chromosome) return HW_OK;
  if (before->bp == point->bp)
    return hw_err_set(err, HW_E_DUPLICATE, "position %d of chromosome %d stands twice",
                      (int)point->bp, (int)point->chromosome);
  const bool is_male_back = point->chromosome != HW_PANEL_X && point->male_cm < before->male_cm;
  if (point->female_cm < before->female_cm || is_male_back)
    return hw_err_set(
        err, HW_E_VALUE,
        "the %s map goes backwards on chromosome %d, from %.9g cM at %d to %.9g at %d",
        is_male_back ? "male" : "female", (int)point->chromosome,
        is_male_back ? before->male_cm : before->female_cm, (int)before->bp,
        is_male_back ? point->male_cm : point->female_cm, (int)point->bp);
  return HW_OK;
}

static hw_status sort_points(int32_t n, const hw_map_point *points, const uint64_t *lines,
                             numbered *sorted, hw_err *err) {
  for (int32_t i = 0; i < n; i++) {
    const hw_status status = check_point(&points[i], err);
    if (status != HW_OK) return at_point(lines, i, status, err);
    sorted[i] = (numbered){points[i], i};
    if (points[i].chromosome == HW_PANEL_X) sorted[i].point.male_cm = (double)NAN;
  }
  qsort(sorted, (size_t)n, sizeof *sorted, compare_points);
  for (int32_t i = 1; i < n; i++) {
    const hw_status status = check_step(&sorted[i - 1].point, &sorted[i].point, err);
    if (status != HW_OK) return at_point(lines, sorted[i].index, status, err);
  }
  return HW_OK;
}

static hw_status fill(storage *self, const numbered *sorted, int32_t n, hw_err *err) {
  hw_map_point *points = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *points);
  if (!points) return HW_NO_MEMORY(err, "the genetic map");
  int32_t c = 0;
  for (int32_t i = 0; i < n; i++) {
    points[i] = sorted[i].point;
    while (c <= points[i].chromosome) self->map.first_point[c++] = i;
  }
  while (c <= HW_PANEL_X + 1) self->map.first_point[c++] = n;
  self->map.points = points;
  self->map.n_points = n;
  return HW_OK;
}

static hw_status build_map(storage *self, const char *name, const char *source, hw_build build,
                           int32_t n, const hw_map_point *points, const uint64_t *lines,
                           hw_arena *work, hw_err *err) {
  if (n < 1 || n > HW_MAP_MAX_POINTS)
    return hw_err_set(err, HW_E_SHAPE, "%d points; a genetic map has 1 to %d", (int)n,
                      HW_MAP_MAX_POINTS);
  if (build < 0 || build >= HW_BUILD_COUNT)
    return hw_err_set(err, HW_E_VALUE, "build %d does not exist", (int)build);
  if ((name && !hwp_panel_is_text(name)) || (source && !hwp_panel_is_text(source)))
    return hw_err_set(err, HW_E_VALUE, "name and source of a map must be one line of UTF-8 each");
  numbered *sorted = hw_arena_alloc_array(work, (size_t)n, sizeof *sorted);
  if (!sorted) return HW_NO_MEMORY(err, "the genetic map");
  HW_TRY(sort_points(n, points, lines, sorted, err));
  self->map.build = build;
  self->map.name = hw_arena_strdup(&self->arena, name ? name : "");
  self->map.source = hw_arena_strdup(&self->arena, source ? source : "");
  if (!self->map.name || !self->map.source) return HW_NO_MEMORY(err, "the genetic map");
  return fill(self, sorted, n, err);
}

hw_status hwp_map_build(const char *name, const char *source, hw_build build, int32_t n_points,
                        const hw_map_point *points, const uint64_t *lines, hw_map **out,
                        hw_err *err) {
  hw_arena work;
  *out = NULL;
  storage *self = calloc(1, sizeof *self);
  if (!self) return HW_NO_MEMORY(err, "the genetic map");
  hw_arena_init(&work, 0);
  hw_arena_init(&self->arena, 0);
  self->map.storage = self;
  const hw_status status =
      build_map(self, name, source, build, n_points, points, lines, &work, err);
  hw_arena_clear(&work);
  if (status == HW_OK)
    *out = &self->map;
  else
    hw_map_delete(&self->map);
  return status;
}

hw_status hw_map_new(const char *name, const char *source, hw_build build, int32_t n_points,
                     const hw_map_point *points, hw_map **out, hw_err *err) {
  return hwp_map_build(name, source, build, n_points, points, NULL, out, err);
}

void hw_map_delete(hw_map *self) {
  if (!self) return;
  storage *owner = self->storage;
  hw_arena_clear(&owner->arena);
  free(owner);
}

/* --- places --- */

/* Beyond the points: from the nearest one, at the average of the genome. */
static void go_beyond(const hw_map_point *end, int32_t bp, double *female_cm, double *male_cm) {
  const double cm = ((double)bp - end->bp) * HW_MAP_BEYOND_CM_PER_BP;
  *female_cm = end->female_cm + cm;
  *male_cm = end->male_cm + cm; /* NaN on X */
}

/* Rounding must not lead past the next point: the two maps would part company there. */
static double go_along(double a, double b, double share) {
  const double cm = a + share * (b - a);
  return cm > b ? b : cm;
}

bool hw_map_find(const hw_map *self, int32_t chromosome, int32_t bp, double *female_cm,
                 double *male_cm) {
  if (chromosome < 1 || chromosome > HW_PANEL_X) return false;
  int32_t low = self->first_point[chromosome], high = self->first_point[chromosome + 1];
  if (low == high) return false;
  const hw_map_point *first = &self->points[low], *last = &self->points[high - 1];
  if (bp <= first->bp || bp >= last->bp) {
    go_beyond(bp <= first->bp ? first : last, bp, female_cm, male_cm);
    return true;
  }
  while (high - low > 1) { /* The point at low does not lie behind bp; that at high does. */
    const int32_t middle = low + (high - low) / 2;
    if (self->points[middle].bp <= bp)
      low = middle;
    else
      high = middle;
  }
  const hw_map_point *a = &self->points[low], *b = &self->points[high];
  const double share = ((double)bp - a->bp) / ((double)b->bp - a->bp);
  *female_cm = go_along(a->female_cm, b->female_cm, share);
  *male_cm = go_along(a->male_cm, b->male_cm, share);
  return true;
}

static bool has_place(const hw_panel_marker *m) {
  return !isnan(m->female_cm) && (m->chromosome == HW_PANEL_X || !isnan(m->male_cm));
}

hw_status hw_map_apply(const hw_panel *panel, const hw_map *map, bool is_all, hw_panel **out,
                       int32_t *n_without, hw_err *err) {
  int32_t n = 0;
  *out = NULL;
  hw_panel_marker *markers = calloc((size_t)panel->n_markers, sizeof *markers);
  if (!markers) return HW_NO_MEMORY(err, "the panel");
  for (int32_t i = 0; i < panel->n_markers; i++) {
    hw_panel_marker *m = &markers[i];
    double female_cm, male_cm;
    *m = panel->markers[i];
    if ((is_all || !has_place(m)) && m->bp[map->build] > 0 &&
        hw_map_find(map, m->chromosome, m->bp[map->build], &female_cm, &male_cm)) {
      m->female_cm = female_cm;
      m->male_cm = male_cm;
    }
    n += !has_place(m);
  }
  const hw_status status = hw_panel_new(panel->name, panel->source, panel->n_markers, markers,
                                        panel->n_populations, panel->populations, out, err);
  free(markers);
  if (status == HW_E_VALUE && !is_all)
    hw_err_while(err,
                 "a genetic map was applied to the markers that lack a place; apply it to all");
  if (status == HW_OK && n_without) *n_without = n;
  return status;
}
