/* A map of places over a coarse outline.
 *
 * From back to front: sea, land, borders, degrees; circles of uncertainty; signs, single or
 * with their number (chart_map_gather.c); labels where there is room; scale, north and,
 * where the map shows a small part only, an inset that tells which. Below the frame
 * stands the legend with what occurs, and a note. Names of seas, islands, countries and
 * towns come last, where there is room.
 *
 * The frame is fitted to the places, never smaller than the outline can bear. What is
 * off the outline is not drawn but counted, so that one mistyped place cannot shrink
 * all others to a dot. */
#include <math.h>

#include "base/elementary.h"
#include "report/canvas_int.h"
#include "report/chart_map_int.h"

static const double PAD = 8, LEFT = 30, BELOW = 14, LINE = 13, LEAST_KM = 60;
enum { MOST_SIGNS = 100, MOST_LABELS = 60, MOST_NAMES = 120 };

typedef struct chart_map {
  hw_canvas *canvas;
  const hw_chart *chart;
  const hw_geomap *map;
  const hw_geomap_words *words;
  hw_language names_in;
  hw_arena arena;
  hwp_view view;
  hwp_spot *spots;
  int32_t n_spots;
  hwp_taken taken;
  double legend_top;
} chart_map;

bool hw_geomap_has_place(double latitude, double longitude) {
  return latitude >= HW_GEOMAP_SOUTH && latitude <= HW_GEOMAP_NORTH &&
         longitude >= HW_GEOMAP_WEST && longitude <= HW_GEOMAP_EAST;
}

static bool is_on_earth(const hw_geomap_point *p) {
  return fabs(p->latitude) <= 90 && fabs(p->longitude) <= 180 && p->uncertainty_m >= 0 &&
         isfinite(p->uncertainty_m);
}

static int64_t count_of(const hw_geomap_point *p) {
  return p->count > 1 ? p->count : 1;
}

/* A text that was put together: lost memory is told, not left out. */
static const char *whole(const chart_map *self, const hw_str *text) {
  if (hw_str_status(text) != HW_OK)
    hwp_canvas_fail(self->canvas, HW_E_NO_MEMORY, "memory is exhausted: cannot hold a map");
  return hw_str_text(text);
}

/* --- legend --- */

/* What the legend tells apart from kinds. */
typedef struct told {
  bool uncertainty, danger, several;
  int64_t outside;
} told;

static told what_is_told(const hw_geomap *map) {
  told out = {0};
  for (int32_t i = 0; i < map->n; i++) {
    const hw_geomap_point *p = &map->points[i];
    if (!hw_geomap_has_place(p->latitude, p->longitude)) {
      out.outside += count_of(p);
      continue;
    }
    out.uncertainty = out.uncertainty || (p->uncertainty_m > 0 && p->count <= 1);
    out.danger = out.danger || p->is_dangerous;
    out.several = out.several || map->n > 1 || p->count > 1; /* perhaps */
  }
  return out;
}

/* One entry: moves to the next line where it does not fit. Nothing is drawn on a trial. */
static void add_entry(chart_map *self, double *x, double *y, bool is_trial, const char *text,
                      const hw_geomap_kind *kind, int other) {
  const hw_text_style style = {.size = HWP_CHART_TEXT};
  const double width = 16 + hwp_map_width(self->canvas, text, &style) + 12;
  if (*x > PAD && *x + width - 12 > self->chart->width - PAD) *x = PAD, *y += LINE;
  if (!is_trial) {
    const double mx = *x + 6, my = *y - 3;
    if (kind != NULL) hwp_map_add_sign(self->canvas, mx, my, kind);
    if (other == 'u')
      hw_canvas_add_circle(self->canvas, mx, my, 5,
                           &(hw_paint){.stroke = HW_ROLE_INK, .width = 0.8, .dash = HW_DASH_SHORT});
    if (other == 'd') hwp_map_add_danger(self->canvas, mx, my);
    if (other == 's') {
      hw_canvas_add_circle(self->canvas, mx, my, 5.5,
                           &(hw_paint){.fill = HW_ROLE_PAPER, .stroke = HW_ROLE_INK, .width = 1.2});
      hw_canvas_add_text(self->canvas, mx, my + 2.5, "n",
                         &(hw_text_style){.size = 7, .is_bold = true, .anchor = HW_ANCHOR_MIDDLE});
    }
    hwp_add_fitted(self->canvas, *x + 16, *y, text, self->chart->width - PAD - *x - 16, &style);
  }
  *x += width;
}

static bool has_circle(const chart_map *self, const hwp_spot *spot) {
  const hw_geomap_point *p = &self->map->points[spot->point];
  return spot->count == 1 && p->uncertainty_m / self->view.m_per_point > spot->radius + 1;
}

static bool has_circles(const chart_map *self) {
  for (int32_t i = 0; i < self->n_spots; i++)
    if (has_circle(self, &self->spots[i])) return true;
  return false;
}

static bool has_numbers(const chart_map *self) {
  for (int32_t i = 0; i < self->n_spots; i++)
    if (self->spots[i].count > 1) return true;
  return false;
}

/* Draws the legend from `y` on, or only finds where it ends. */
static double add_legend(chart_map *self, double y, bool is_trial) {
  const told is = what_is_told(self->map);
  char number[HW_CHART_NUMBER_SIZE];
  double x = PAD;
  for (int32_t i = 0; i < self->map->n_kinds; i++) {
    const hw_geomap_kind *kind = &self->map->kinds[i];
    if (kind->count <= 0) continue;
    hw_str text = HW_STR_INIT;
    hw_chart_format_number((double)kind->count, 0, self->chart->decimal_mark, number);
    hw_str_append_format(&text, "%s (%s)", kind->name, number);
    add_entry(self, &x, &y, is_trial, whole(self, &text), kind, 0);
    hw_str_clear(&text);
  }
  if (is.uncertainty && (is_trial || has_circles(self)))
    add_entry(self, &x, &y, is_trial, self->words->uncertainty, NULL, 'u');
  if (is.danger) add_entry(self, &x, &y, is_trial, self->words->danger, NULL, 'd');
  if (is.several && (is_trial || has_numbers(self)))
    add_entry(self, &x, &y, is_trial, self->words->several, NULL, 's');
  if (is.outside > 0) {
    hw_str text = HW_STR_INIT;
    hw_chart_format_number((double)is.outside, 0, self->chart->decimal_mark, number);
    hw_str_append_format(&text, "%s: %s", self->words->outside, number);
    add_entry(self, &x, &y, is_trial, whole(self, &text), NULL, 0);
    hw_str_clear(&text);
  }
  return y;
}

/* The note in as many lines as it takes; returns where it ends. */
static double add_note(const chart_map *self, double y, bool is_trial) {
  const hw_text_style style = {.size = 7, .role = HW_ROLE_MUTED};
  const char *rest = self->map->note;
  while (rest != NULL && rest[0] != '\0') {
    const char *line = rest;
    const size_t n = hw_fonts_break(hw_canvas_fonts(self->canvas), line, &style,
                                    self->chart->width - 2 * PAD, &rest);
    y += 10;
    if (is_trial) continue;
    hw_str text = HW_STR_INIT;
    hw_str_append_bytes(&text, line, n);
    hw_canvas_add_text(self->canvas, PAD, y, whole(self, &text), &style);
    hw_str_clear(&text);
  }
  return y;
}

/* --- frame --- */

/* Viet Nam with its islands: a map of the whole of it must not leave them out. */
static const hw_point COUNTRY[2] = {{102, 6.6}, {117.4, 23.6}};
/* What the inset shows: further, for its letters are larger than its land. */
static const hw_point INSET[2] = {{101.8, 5}, {118, 23.6}};

/* True if the country is seen better in the map itself than in an inset. */
static bool is_large(const hwp_view *view) {
  return (view->bottom - view->top) * view->m_per_point > 900e3;
}

/* The view of the places; false if there is none to show. */
static bool fit(chart_map *self, double top) {
  const hw_geomap *map = self->map;
  hw_point corners[2] = {{HUGE_VAL, HUGE_VAL}, {-HUGE_VAL, -HUGE_VAL}};
  for (int32_t i = 0; i < map->n; i++) {
    const hw_geomap_point *p = &map->points[i];
    if (!hw_geomap_has_place(p->latitude, p->longitude)) continue;
    /* The circle of uncertainty should be seen, within reason: a degree is 111 km. */
    const double reach = p->count > 1 ? 0 : fmin(1, p->uncertainty_m / 111e3);
    corners[0] = (hw_point){fmin(corners[0].x, p->longitude - reach),
                            fmin(corners[0].y, p->latitude - reach)};
    corners[1] = (hw_point){fmax(corners[1].x, p->longitude + reach),
                            fmax(corners[1].y, p->latitude + reach)};
  }
  if (!(corners[0].x <= corners[1].x)) return false;
  const double height = add_note(self, add_legend(self, 0, true), true);
  self->legend_top = fmax(top + 40, self->chart->height - height - PAD + 2);
  self->view = (hwp_view){.left = LEFT,
                          .top = top,
                          .right = fmax(LEFT + 40, self->chart->width - PAD),
                          .bottom = fmax(top + 20, self->legend_top - BELOW - LINE + 3)};
  hwp_view_fit(&self->view, corners, 18, 1000 * (map->least_km > 0 ? map->least_km : LEAST_KM));
  if (map->has_inset && is_large(&self->view)) {
    corners[0] = (hw_point){fmin(corners[0].x, COUNTRY[0].x), fmin(corners[0].y, COUNTRY[0].y)};
    corners[1] = (hw_point){fmax(corners[1].x, COUNTRY[1].x), fmax(corners[1].y, COUNTRY[1].y)};
    hwp_view_fit(&self->view, corners, 2, 1);
  }
  return true;
}

/* --- what lies on the land --- */

static void add_circle_of(chart_map *self, const hwp_spot *spot, const hw_geomap_point *p) {
  enum { SIDES = 64 };
  const double radius = p->uncertainty_m / self->view.m_per_point;
  hw_point around[SIDES + 1];
  if (!has_circle(self, spot) || radius > 10000) return;
  for (int i = 0; i <= SIDES; i++) {
    const double angle = 360.0 * i / SIDES;
    around[i] = (hw_point){spot->x + radius * hw_cos_degrees(angle),
                           spot->y + radius * hw_sin_degrees(angle)};
  }
  hwp_view_add_line(&self->view, self->canvas, around, SIDES + 1,
                    &(hw_paint){.stroke = HW_ROLE_INK, .width = 0.8, .dash = HW_DASH_SHORT},
                    &self->arena);
}

static void add_spot(chart_map *self, const hwp_spot *spot) {
  const hw_geomap_point *p = &self->map->points[spot->point];
  char number[HW_CHART_NUMBER_SIZE];
  const bool is_one = spot->count == 1;
  hw_chart_format_number((double)spot->count, 0, self->chart->decimal_mark, number);
  hw_canvas_begin_group(self->canvas, &(hw_group){.title = is_one ? p->label : number,
                                                  .description = is_one ? p->description : NULL});
  if (is_one)
    hwp_map_add_sign(self->canvas, spot->x, spot->y, &self->map->kinds[p->kind]);
  else
    hwp_map_add_number(self->canvas, spot->x, spot->y, spot->count, self->chart->decimal_mark);
  if (spot->is_dangerous)
    hwp_map_add_danger(self->canvas, spot->x + 0.7 * spot->radius + 3,
                       spot->y - 0.7 * spot->radius - 3);
  hw_canvas_end_group(self->canvas);
}

static void take_spots(chart_map *self) {
  for (int32_t i = 0; i < self->n_spots; i++) {
    const hwp_spot *s = &self->spots[i];
    const double r = s->radius, x = s->x + 0.7 * r + 3, y = s->y - 0.7 * r - 3;
    hwp_taken_add(&self->taken, (hwp_box){s->x - r, s->y - r, s->x + r, s->y + r});
    if (s->is_dangerous) hwp_taken_add(&self->taken, (hwp_box){x - 5, y - 5, x + 5, y + 4});
  }
}

static void add_labels(chart_map *self) {
  const hw_text_style style = {.size = HWP_CHART_TEXT, .is_bold = true};
  int32_t n = 0;
  for (int32_t i = 0; i < self->n_spots && n < MOST_LABELS; i++) {
    const hwp_spot *s = &self->spots[i];
    const char *text = self->map->points[s->point].label;
    if (s->count > 1 || text == NULL || text[0] == '\0') continue;
    n += hwp_map_add_label(self->canvas, &self->view, &self->taken, s->x, s->y, s->radius, text,
                           &style);
  }
}

/* --- furniture --- */

/* A length of 1, 2 or 5 times a power of ten that takes at most a quarter of the frame. */
static void add_scale(chart_map *self) {
  const hwp_view *v = &self->view;
  const double most_km = (v->right - v->left) / 4 * v->m_per_point / 1000;
  double km = 1, ten = 1;
  for (int i = 0; i < 5; i++, ten *= 10)
    for (int k = 0; k < 3; k++) {
      static const double factors[] = {1, 2, 5};
      if (ten * factors[k] <= most_km) km = ten * factors[k];
    }
  const double width = km * 1000 / v->m_per_point, x = v->left + 10, y = v->bottom - 9;
  char number[HW_CHART_NUMBER_SIZE];
  hw_str text = HW_STR_INIT;
  hw_chart_format_number(km, 0, self->chart->decimal_mark, number);
  hw_str_append_format(&text, "%s km", number);
  const hw_text_style style = {.size = 7};
  const double wide = fmax(width, hwp_map_width(self->canvas, whole(self, &text), &style));
  const hw_paint plate = {.fill = HW_ROLE_PAPER};
  hw_canvas_add_rectangle(self->canvas, x - 5, y - 14, wide + 10, 19, &plate);
  const hw_paint line = {.stroke = HW_ROLE_INK, .width = 1.2};
  hw_canvas_add_line(self->canvas, x, y, x + width, y, &line);
  hw_canvas_add_line(self->canvas, x, y - 3, x, y + 3, &line);
  hw_canvas_add_line(self->canvas, x + width, y - 3, x + width, y + 3, &line);
  hw_canvas_add_text(self->canvas, x, y - 5, whole(self, &text), &style);
  hw_str_clear(&text);
  hwp_taken_add(&self->taken, (hwp_box){x - 6, y - 15, x + wide + 6, y + 6});
}

static void add_north(chart_map *self) {
  const double x = self->view.right - 14, y = self->view.top + 22;
  hw_canvas_add_circle(self->canvas, x, y - 3, 12, &(hw_paint){.fill = HW_ROLE_PAPER});
  hw_canvas_add_polygon(self->canvas,
                        (const hw_point[]){{x, y - 5}, {x + 4, y + 6}, {x, y + 3}, {x - 4, y + 6}},
                        4, &(hw_paint){.fill = HW_ROLE_INK});
  hw_canvas_add_text(self->canvas, x, y - 6.5, self->words->up,
                     &(hw_text_style){.size = 7, .is_bold = true, .anchor = HW_ANCHOR_MIDDLE});
  hwp_taken_add(&self->taken, (hwp_box){x - 13, y - 16, x + 13, y + 10});
}

/* --- inset --- */

static int32_t count_inside(const chart_map *self, const hwp_view *box) {
  int32_t n = 0;
  for (int32_t i = 0; i < self->n_spots; i++)
    n += self->spots[i].x > box->left - 8 && self->spots[i].x < box->right + 8 &&
         self->spots[i].y > box->top - 8 && self->spots[i].y < box->bottom + 8;
  return n;
}

/* The country with the part that the map shows, in the corner with the fewest signs. */
static void add_inset(chart_map *self) {
  const hwp_view *v = &self->view;
  const double height = fmin(124, (v->bottom - v->top) * 0.36), width = height * 0.9;
  if (!self->map->has_inset || height < 60 || width * 3 > v->right - v->left || is_large(v)) return;
  hwp_view best = {0};
  int32_t least = INT32_MAX;
  for (int i = 0; i < 2; i++) { /* right below, left above */
    hwp_view at = {.left = i == 0 ? v->right - width - 5 : v->left + 5,
                   .top = i == 0 ? v->bottom - height - 5 : v->top + 5};
    at.right = at.left + width;
    at.bottom = at.top + height;
    const int32_t n = count_inside(self, &at);
    if (n < least) best = at, least = n;
  }
  hw_point low, high;
  hwp_view_bounds(v, &low, &high);
  hwp_view_fit(&best, INSET, 2, 1);
  const hw_point a = hwp_view_at(&best, high.y, low.x), b = hwp_view_at(&best, low.y, high.x);
  hwp_box boxes[HWP_MOST_ISLETS + 4];
  hwp_taken taken = {.boxes = boxes, .room = HWP_MOST_ISLETS + 4};
  hwp_map_add_outline(self->canvas, &best, 1.5, &taken, &self->arena);
  const double left = fmax(best.left, fmin(a.x, (a.x + b.x) / 2 - 2.5));
  const double right = fmin(best.right, fmax(b.x, (a.x + b.x) / 2 + 2.5));
  const double top = fmax(best.top, fmin(a.y, (a.y + b.y) / 2 - 2.5));
  const double bottom = fmin(best.bottom, fmax(b.y, (a.y + b.y) / 2 + 2.5));
  if (left < right && top < bottom)
    hw_canvas_add_rectangle(self->canvas, left, top, right - left, bottom - top,
                            &(hw_paint){.stroke = HW_ROLE_WARNING, .width = 1.4});
  if (self->map->names_in != NULL && height > 90)
    hwp_map_add_names(self->canvas, &best, &taken, self->names_in, HWP_NAMES_IN_INSET, 6);
  hw_canvas_add_rectangle(self->canvas, best.left, best.top, width, height,
                          &(hw_paint){.stroke = HW_ROLE_INK, .width = 0.9});
  hwp_taken_add(&self->taken,
                (hwp_box){best.left - 2, best.top - 2, best.right + 2, best.bottom + 2});
}

/* --- all of it --- */

static bool is_drawable(hw_canvas *canvas, const hw_geomap *map) {
  for (int32_t i = 0; i < map->n; i++) {
    const hw_geomap_point *p = &map->points[i];
    if (!is_on_earth(p)) {
      hwp_canvas_fail(canvas, HW_E_VALUE, "a map has a place that is nowhere on Earth");
      return false;
    }
    if (p->kind < 0 || p->kind >= map->n_kinds) {
      hwp_canvas_fail(canvas, HW_E_VALUE, "a map has a place of an unknown kind");
      return false;
    }
  }
  return true;
}

static void draw(chart_map *self) {
  const hw_geomap *map = self->map;
  const hwp_view *v = &self->view;
  const int32_t most = map->most_signs > 0 ? map->most_signs : MOST_SIGNS;
  self->taken.room = 2 * most + MOST_LABELS + MOST_NAMES + HWP_MOST_ISLETS + 8;
  self->taken.boxes =
      hw_arena_alloc_array(&self->arena, (size_t)self->taken.room, sizeof *self->taken.boxes);
  if (self->taken.boxes == NULL ||
      hwp_map_gather(map, v, most, &self->arena, &self->spots, &self->n_spots) != HW_OK) {
    hwp_canvas_fail(self->canvas, HW_E_NO_MEMORY, "memory is exhausted: cannot hold a map");
    return;
  }
  hwp_map_add_outline(self->canvas, v, 0.6, &self->taken, &self->arena);
  hwp_map_add_graticule(self->canvas, v, self->words, self->chart->decimal_mark, &self->arena);
  for (int32_t i = 0; i < self->n_spots; i++)
    if (self->spots[i].count == 1)
      add_circle_of(self, &self->spots[i], &map->points[self->spots[i].point]);
  take_spots(self);
  add_inset(self);
  add_scale(self);
  add_north(self);
  for (int32_t i = 0; i < self->n_spots; i++) add_spot(self, &self->spots[i]);
  add_labels(self);
  if (map->names_in != NULL)
    hwp_map_add_names(self->canvas, v, &self->taken, self->names_in, HWP_NAMES_ALL, 7.5);
  hw_canvas_add_rectangle(self->canvas, v->left, v->top, v->right - v->left, v->bottom - v->top,
                          &(hw_paint){.stroke = HW_ROLE_MUTED, .width = 1});
  const double y = add_legend(self, self->legend_top, false);
  (void)add_note(self, y, false);
}

void hw_chart_add_map(hw_canvas *canvas, const hw_chart *chart, const hw_geomap *map) {
  chart_map self = {.canvas = canvas,
                    .chart = chart,
                    .map = map,
                    .words = map->words != NULL ? map->words : hw_geomap_words_of(NULL)};
  double top = 0;
  if (map->names_in != NULL && !hw_language_find(map->names_in, &self.names_in)) {
    hwp_canvas_fail(canvas, HW_E_VALUE, "a map is named in a language that there is not");
    return;
  }
  if (!is_drawable(canvas, map)) return;
  bool is_empty = true;
  for (int32_t i = 0; i < map->n; i++)
    is_empty = is_empty && !hw_geomap_has_place(map->points[i].latitude, map->points[i].longitude);
  if (!hwp_chart_begin(canvas, chart, is_empty, &top)) return;
  hw_arena_init(&self.arena, 0);
  if (fit(&self, top)) draw(&self);
  hw_arena_clear(&self.arena);
  hwp_chart_end(canvas);
}
