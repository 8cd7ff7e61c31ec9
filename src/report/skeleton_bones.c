/* The bones of the picture of a skeleton: empty outlines, and fills by person.
 *
 * What was not recovered is drawn in layers from behind, each layer one path: these outlines
 * are most of the picture, and a path takes far fewer bytes than its bones by themselves.
 *
 * Finds are drawn one by one, each with its name for pointers and readers. Where there are many, or
 * the picture is small, they are gathered in the same layers, a path for each person, and drawn
 * coarsely: a page with several skeletons has to stay light.
 *
 * A bone that several persons have a claim to is parted lengthwise, a strip for each person;
 * in its strip a find fills the part of the length that it is. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/str.h"
#include "report/skeleton_int.h"

enum {
  MOST_STEPS = 4 * HWP_OUTLINE_MOST + 2,
  MOST_LINES = HWP_SKELETON_STEPS,
  MOST_STRIPS = 4,
  MOST_FINE_STRIPS = 2
};
/* No person's index: a bone is filled, nothing is gathered. */
enum { HWP_NOBODY_GATHERED = -2 };

/* An outline as steps: smooth curves, or lines where it is fine. */
static size_t outline_steps(const hwp_skeleton_drawing *self, const hwp_bone_shape *shape,
                            bool is_coarse, hw_path_step *out) {
  const hw_point *p = self->shapes.points + shape->first;
  const int32_t n = shape->n;
  size_t made = 0;
  out[made++] = (hw_path_step){.kind = HW_MOVE, .x = p[0].x, .y = p[0].y};
  for (int32_t i = 0; i < n; i++) {
    const hw_point before = p[(i + n - 1) % n], from = p[i], to = p[(i + 1) % n],
                   after = p[(i + 2) % n];
    const bool is_straight = shape->is_fine || is_coarse;
    if (is_straight && i + 1 == n) break;
    /* The Catmull-Rom curve through four points as a Bézier curve. */
    out[made++] = (hw_path_step){.kind = is_straight ? HW_LINE : HW_CURVE,
                                 .x = to.x,
                                 .y = to.y,
                                 .x1 = round(10 * (from.x + (to.x - before.x) / 6)) / 10,
                                 .y1 = round(10 * (from.y + (to.y - before.y) / 6)) / 10,
                                 .x2 = round(10 * (to.x - (after.x - from.x) / 6)) / 10,
                                 .y2 = round(10 * (to.y - (after.y - from.y) / 6)) / 10};
  }
  out[made++] = (hw_path_step){.kind = HW_CLOSE};
  return made;
}

/* Layers of outlines from behind; those of one layer do not cover each other. */
static int layer_of(const hwp_bone_shape *shape) {
  static const char *const second[] = {"cranium", "hip bone", "rib", "humerus", "ulna"};
  static const char *const third[] = {"femur", "fibula", "sternum", "frontal", "radius"};
  static const char *const fourth[] = {"parietal", "temporal", "zygomatic", "maxilla",
                                       "mandible", "clavicle", "tibia",     "patella"};
  const struct {
    const char *const *names;
    size_t n;
    int layer;
  } lists[] = {{second, 5, 1}, {third, 5, 2}, {fourth, 8, 3}};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
    for (size_t k = 0; k < lists[i].n; k++)
      if (strcmp(lists[i].names[k], shape->element) == 0) return lists[i].layer;
  return 0;
}
enum { N_LAYERS = 4 };

/* What a small skeleton does without: of hands and feet it shows the middle alone. */
static bool is_left_out(const hwp_bone_shape *shape) {
  if (shape->is_inset || !shape->is_fine) return shape->is_inset;
  const bool is_metapodial =
      strcmp(shape->element, "metacarpal") == 0 || strcmp(shape->element, "metatarsal") == 0;
  return shape->series == NULL && !is_metapodial;
}

hw_status hwp_skeleton_add_missing(hwp_skeleton_drawing *self, hw_err *err) {
  const bool is_small = self->skeleton->is_small;
  hw_path_step *all = malloc((HWP_SHAPE_POINTS_MOST + 2 * HWP_SHAPES_MOST) * sizeof *all);
  if (all == NULL) return HW_NO_MEMORY(err, "the outlines of a skeleton");
  for (int layer = 0; layer < N_LAYERS; layer++) {
    size_t n = 0;
    for (int32_t s = 0; s < self->shapes.n; s++) {
      const hwp_bone_shape *shape = &self->shapes.shapes[s];
      if (self->first[s] >= 0 || layer_of(shape) != layer) continue;
      if (is_small && is_left_out(shape)) continue;
      n += outline_steps(self, shape, self->is_dense, all + n);
    }
    hw_canvas_add_path(
        self->canvas, all, n,
        &(hw_paint){.fill = HW_ROLE_PAPER, .stroke = HW_ROLE_MUTED, .width = is_small ? 1.2 : 0.6});
  }
  free(all);
  return HW_OK;
}

/* --- finds --- */

hw_role hwp_skeleton_role(int32_t person) {
  static const hw_role roles[] = {HW_ROLE_FIRST, HW_ROLE_SECOND, HW_ROLE_THIRD, HW_ROLE_FOURTH};
  return person < 0 ? HW_ROLE_GRID : roles[person % 4];
}

int hwp_skeleton_texture(int32_t person) {
  return person < 0 ? HWP_PLAIN : person % HWP_N_TEXTURES;
}

static void add_texture(const hwp_skeleton_drawing *self, const hw_point *points, int32_t n,
                        int32_t person) {
  const int32_t made = hwp_outline_texture(points, n, hwp_skeleton_texture(person), self->gap,
                                           self->steps, MOST_LINES);
  if (made > 0)
    hw_canvas_add_path(self->canvas, self->steps, (size_t)made,
                       &(hw_paint){.stroke = HW_ROLE_PAPER, .width = self->gap * 0.27});
}

/* Adds a piece to what is gathered. */
static void gather_piece(hwp_skeleton_drawing *self, const hw_point *points, int32_t n,
                         int32_t person) {
  if (n < 3 || self->n_all + n + 1 > HWP_SKELETON_GATHERED) return;
  if (self->is_texture) {
    self->n_all +=
        hwp_outline_texture(points, n, hwp_skeleton_texture(person), self->gap,
                            self->all + self->n_all, HWP_SKELETON_GATHERED - self->n_all);
    return;
  }
  for (int32_t i = 0; i < n; i++)
    self->all[self->n_all++] = (hw_path_step){.kind = i == 0 ? HW_MOVE : HW_LINE,
                                              .x = round(10 * points[i].x) / 10,
                                              .y = round(10 * points[i].y) / 10};
  self->all[self->n_all++] = (hw_path_step){.kind = HW_CLOSE};
}

static void add_piece(const hwp_skeleton_drawing *self, const hw_point *points, int32_t n,
                      int32_t person) {
  if (n < 3 || (size_t)n + 1 > MOST_LINES) return;
  for (int32_t i = 0; i < n; i++)
    self->steps[i] = (hw_path_step){.kind = i == 0 ? HW_MOVE : HW_LINE,
                                    .x = round(10 * points[i].x) / 10,
                                    .y = round(10 * points[i].y) / 10};
  self->steps[n] = (hw_path_step){.kind = HW_CLOSE};
  hw_canvas_add_path(self->canvas, self->steps, (size_t)n + 1,
                     &(hw_paint){.fill = hwp_skeleton_role(person)});
  add_texture(self, points, n, person);
}

/* The rectangle of a find in a bone: strip `k` of `n`, and its part of the length. */
static void bounds_of(const hwp_bone_shape *shape, const hw_skeleton_find *find, int32_t k,
                      int32_t n, double bounds[4]) {
  const bool is_all = find->from == 0 && find->to == 0;
  const double from = is_all ? 0 : find->from, to = is_all ? 1 : find->to;
  const double share = find->is_part ? 0.5 : 1;
  const double low = (double)k / n, high = (k + share) / n;
  const double wide = shape->right - shape->left, tall = shape->bottom - shape->top;
  if (!shape->is_level) {
    bounds[0] = shape->left + low * wide, bounds[2] = shape->left + high * wide;
    bounds[1] = shape->top + from * tall, bounds[3] = shape->top + to * tall;
  } else {
    const bool is_right = shape->side == HW_SKELETON_RIGHT;
    bounds[0] = shape->left + (is_right ? 1 - to : from) * wide;
    bounds[2] = shape->left + (is_right ? 1 - from : to) * wide;
    bounds[1] = shape->top + low * tall, bounds[3] = shape->top + high * tall;
  }
}

/* Persons at a bone, in the order of their finds. */
static int32_t list_persons(const hwp_skeleton_drawing *self, int32_t shape,
                            int32_t persons[MOST_STRIPS]) {
  const int32_t most = self->shapes.shapes[shape].is_fine ? MOST_FINE_STRIPS : MOST_STRIPS;
  int32_t n = 0;
  for (int32_t i = self->first[shape]; i >= 0; i = self->next[i]) {
    int32_t k = 0;
    while (k < n && persons[k] != self->skeleton->finds[i].person) k++;
    if (k == n && n < most) persons[n++] = self->skeleton->finds[i].person;
  }
  return n;
}

/* How far a bone leans: of the line through its outline, by least squares, across its length. */
static double lean_of(const hwp_bone_shape *shape, const hw_point *points, int32_t n) {
  double mean_x = 0, mean_y = 0, xx = 0, xy = 0, yy = 0;
  for (int32_t i = 0; i < n; i++) mean_x += points[i].x / n, mean_y += points[i].y / n;
  for (int32_t i = 0; i < n; i++) {
    const double x = points[i].x - mean_x, y = points[i].y - mean_y;
    xx += x * x, xy += x * y, yy += y * y;
  }
  const double along = shape->is_level ? xx : yy, across = shape->is_level ? yy : xx;
  return along > 2 * across ? xy / along : 0;
}

/* Sets a bone upright, or leans it again. */
static void shear(const hwp_bone_shape *shape, double lean, hw_point *points, int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    if (shape->is_level)
      points[i].y += lean * (points[i].x - shape->left);
    else
      points[i].x += lean * (points[i].y - shape->top);
  }
}

/* The bounds of an outline that was set upright. */
static hwp_bone_shape upright(const hwp_bone_shape *shape, const hw_point *points, int32_t n) {
  hwp_bone_shape out = *shape;
  out.left = out.top = HUGE_VAL;
  out.right = out.bottom = -HUGE_VAL;
  for (int32_t i = 0; i < n; i++) {
    out.left = fmin(out.left, points[i].x), out.right = fmax(out.right, points[i].x);
    out.top = fmin(out.top, points[i].y), out.bottom = fmax(out.bottom, points[i].y);
  }
  return out;
}

/* Fills a bone; if `gathered` is a person or −1, gathers what of it is that person's instead. */
static void fill_bone(hwp_skeleton_drawing *self, int32_t s, int32_t gathered) {
  const hwp_bone_shape *shape = &self->shapes.shapes[s];
  hw_point outline[4 * HWP_OUTLINE_MOST], piece[8 * HWP_OUTLINE_MOST + 8];
  int32_t persons[MOST_STRIPS] = {0};
  const int32_t n = hwp_outline_flatten(&self->shapes, shape, self->is_dense, outline);
  const int32_t n_persons = list_persons(self, s, persons);
  const double lean = lean_of(shape, outline, n);
  shear(shape, -lean, outline, n);
  const hwp_bone_shape frame = upright(shape, outline, n);
  for (int32_t i = self->first[s]; i >= 0; i = self->next[i]) {
    const hw_skeleton_find *find = &self->skeleton->finds[i];
    double bounds[4] = {0};
    int32_t k = 0;
    while (k < n_persons && persons[k] != find->person) k++;
    if (k == n_persons) continue; /* more persons than strips: the badge tells the number */
    bounds_of(&frame, find, k, n_persons, bounds);
    const int32_t made =
        hwp_outline_clip(outline, n, bounds[0], bounds[1], bounds[2], bounds[3], piece);
    shear(shape, lean, piece, made);
    if (gathered == HWP_NOBODY_GATHERED)
      add_piece(self, piece, made, find->person);
    else if (gathered == find->person)
      gather_piece(self, piece, made, find->person);
  }
}

/* Labels of what is there, for readers and pointers. */
static void title_of(const hwp_skeleton_drawing *self, int32_t s, hw_str *out) {
  enum { MOST = 4 };
  int n = 0;
  for (int32_t i = self->first[s]; i >= 0; i = self->next[i]) {
    const char *label = self->skeleton->finds[i].label;
    if (label == NULL || n > MOST) continue;
    if (n > 0) hw_str_append(out, "; ");
    hw_str_append(out, n == MOST ? "\xe2\x80\xa6" : label);
    n++;
  }
}

/* One bone: the fill is the outline itself where one person has all of it. */
void hwp_skeleton_add_find(hwp_skeleton_drawing *self, int32_t s) {
  const hwp_bone_shape *shape = &self->shapes.shapes[s];
  const int32_t i = self->first[s];
  const hw_skeleton_find *find = &self->skeleton->finds[i];
  const bool is_whole =
      self->next[i] < 0 && !find->is_part && find->from == 0 && (find->to == 0 || find->to == 1);
  hw_str title = HW_STR_INIT;
  title_of(self, s, &title);
  hw_canvas_begin_group(self->canvas,
                        &(hw_group){.title = title.length > 0 ? hw_str_text(&title) : NULL});
  hw_paint paint = {.stroke = HW_ROLE_INK,
                    .width = self->skeleton->is_small ? 1.2 : 0.8,
                    .dash = self->is_guessed[i] ? HW_DASH_SHORT : HW_DASH_NONE};
  if (is_whole)
    paint.fill = hwp_skeleton_role(find->person);
  else
    fill_bone(self, s, HWP_NOBODY_GATHERED);
  const size_t n = outline_steps(self, shape, false, self->steps);
  hw_canvas_add_path(self->canvas, self->steps, n, &paint);
  if (is_whole && hwp_skeleton_texture(find->person) != HWP_PLAIN) {
    hw_point outline[4 * HWP_OUTLINE_MOST];
    add_texture(self, outline, hwp_outline_flatten(&self->shapes, shape, self->is_dense, outline),
                find->person);
  }
  hw_canvas_end_group(self->canvas);
  hw_str_clear(&title);
}

/* --- many finds --- */

/* Whether a bone is drawn with a layer. */
static bool is_gathered(const hwp_skeleton_drawing *self, int32_t s, int layer) {
  const hwp_bone_shape *shape = &self->shapes.shapes[s];
  return self->first[s] >= 0 && layer_of(shape) == layer &&
         !(self->skeleton->is_small && shape->is_inset);
}

/* Outlines of a layer's bones: whole ones alike, those of which only the series is known dashed. */
static void gather_outlines(hwp_skeleton_drawing *self, int layer, bool is_guessed) {
  self->n_all = 0;
  for (int32_t s = 0; s < self->shapes.n; s++) {
    const hwp_bone_shape *shape = &self->shapes.shapes[s];
    if (!is_gathered(self, s, layer) || self->is_guessed[self->first[s]] != is_guessed) continue;
    if (self->n_all + MOST_STEPS > HWP_SKELETON_GATHERED) return;
    self->n_all += (int32_t)outline_steps(self, shape, true, self->all + self->n_all);
  }
}

static void gather_person(hwp_skeleton_drawing *self, int layer, int32_t person) {
  self->n_all = 0;
  for (int32_t s = 0; s < self->shapes.n; s++)
    if (is_gathered(self, s, layer)) fill_bone(self, s, person);
}

static void add_layer(hwp_skeleton_drawing *self, int layer) {
  const hw_skeleton *from = self->skeleton;
  const double width = from->is_small ? 1.2 : 0.8;
  for (int32_t person = -1; person < from->n_persons; person++) {
    self->is_texture = false;
    gather_person(self, layer, person);
    if (self->n_all == 0) continue;
    hw_canvas_add_path(self->canvas, self->all, (size_t)self->n_all,
                       &(hw_paint){.fill = hwp_skeleton_role(person)});
    self->is_texture = true;
    gather_person(self, layer, person);
    if (self->n_all > 0)
      hw_canvas_add_path(self->canvas, self->all, (size_t)self->n_all,
                         &(hw_paint){.stroke = HW_ROLE_PAPER, .width = self->gap * 0.27});
  }
  for (int guessed = 0; guessed < 2; guessed++) {
    gather_outlines(self, layer, guessed == 1);
    if (self->n_all > 0)
      hw_canvas_add_path(self->canvas, self->all, (size_t)self->n_all,
                         &(hw_paint){.stroke = HW_ROLE_INK,
                                     .width = width,
                                     .dash = guessed == 1 ? HW_DASH_SHORT : HW_DASH_NONE});
  }
}

void hwp_skeleton_add_gathered(hwp_skeleton_drawing *self) {
  for (int layer = 0; layer < N_LAYERS; layer++) add_layer(self, layer);
}
