/* The picture of a skeleton: which bones were recovered, and of whom.
 *
 * Three steps. Every find is given a place (skeleton_place.c). Then what was not recovered is drawn,
 * and last the finds, over all outlines, so that none is hidden by what is not there
 * (skeleton_bones.c). Here are what is no bone, the counts, and the legend.
 *
 * Persons differ in colour and in texture: four colours and five textures meet again after
 * twenty. */
#include "homeward/skeleton.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/str.h"
#include "report/chart_int.h"
#include "report/skeleton_int.h"

enum { MOST_LEGEND = 40, MOST_SINGLE = 150 /* bones that are drawn one by one */ };
static const double BODY_HEIGHT = 776, LEGEND_ROW = 15, PAD = 10, TEXTURE_GAP = 3;

/* --- what is no bone --- */

/* An ellipse leaning by (dx, dy) of its upper end. */
static void add_hole(const hwp_skeleton_drawing *self, double x, double y, double wide, double tall,
                     double lean) {
  const double k = 0.5523;
  const hw_path_step steps[] = {
      {HW_MOVE, x + lean, y - tall, 0, 0, 0, 0},
      {HW_CURVE, x + wide, y, x + lean + k * wide, y - tall, x + wide, y - k * tall},
      {HW_CURVE, x - lean, y + tall, x + wide, y + k * tall, x - lean + k * wide, y + tall},
      {HW_CURVE, x - wide, y, x - lean - k * wide, y + tall, x - wide, y + k * tall},
      {HW_CURVE, x + lean, y - tall, x - wide, y - k * tall, x + lean - k * wide, y - tall},
      {.kind = HW_CLOSE}};
  hw_canvas_add_path(self->canvas, steps, 6,
                     &(hw_paint){.fill = HW_ROLE_SHADE, .stroke = HW_ROLE_MUTED, .width = 0.7});
}

/* Eyes, nose, and the openings of the pelvis. */
static void add_holes(const hwp_skeleton_drawing *self) {
  const double m = HWP_SKELETON_MIDDLE;
  for (int side = -1; side <= 1; side += 2) {
    add_hole(self, m + side * 13.5, 68, 8.2, 6.6, side * 1.2);
    add_hole(self, m + side * 28, 402.5, 8.5, 7.5, side * 3.0);
  }
  const hw_path_step nose[] = {{HW_MOVE, m, 73, 0, 0, 0, 0},
                               {HW_CURVE, m + 5, 86, m + 1.5, 76, m + 6, 82},
                               {HW_CURVE, m, 85.5, m + 4, 88.5, m + 1, 87.5},
                               {HW_CURVE, m - 5, 86, m - 1, 87.5, m - 4, 88.5},
                               {HW_CURVE, m, 73, m - 6, 82, m - 1.5, 76},
                               {.kind = HW_CLOSE}};
  hw_canvas_add_path(self->canvas, nose, 6,
                     &(hw_paint){.fill = HW_ROLE_SHADE, .stroke = HW_ROLE_MUTED, .width = 0.7});
}

static void add_words(const hwp_skeleton_drawing *self) {
  const hw_skeleton_words *words = self->skeleton->words;
  const hw_text_style side = {.size = 12, .is_bold = true};
  const hw_text_style caption = {.size = 9, .anchor = HW_ANCHOR_MIDDLE, .role = HW_ROLE_MUTED};
  hw_text_style other = side;
  other.anchor = HW_ANCHOR_END;
  hw_canvas_add_text(self->canvas, 12, 150, words->right, &side);
  hw_canvas_add_text(self->canvas, HW_SKELETON_WIDTH - 12, 150, words->left, &other);
  hw_canvas_add_text(self->canvas, 57, 120, words->teeth, &caption);
  hw_canvas_add_text(self->canvas, 309, 120, words->from_behind, &caption);
  /* The skull around the occipital. */
  const hw_path_step skull[] = {{HW_MOVE, 309, 18, 0, 0, 0, 0},
                                {HW_CURVE, 346, 56, 331, 18, 346, 34},
                                {HW_CURVE, 331, 94, 346, 74, 341, 88},
                                {HW_CURVE, 287, 94, 324, 106, 294, 106},
                                {HW_CURVE, 272, 56, 277, 88, 272, 74},
                                {HW_CURVE, 309, 18, 272, 34, 287, 18},
                                {.kind = HW_CLOSE}};
  hw_canvas_add_path(self->canvas, skull, 7,
                     &(hw_paint){.stroke = HW_ROLE_MUTED, .width = 0.6, .dash = HW_DASH_SHORT});
}

/* --- badges --- */

static bool is_badge_shape(const hwp_bone_shape *shape, const hw_skeleton_badge *badge) {
  const bool is_it = strcmp(shape->element, badge->element) == 0 ||
                     (shape->series != NULL && strcmp(shape->series, badge->element) == 0);
  const hw_skeleton_side side = badge->side == HW_SKELETON_UNKNOWN ? HW_SKELETON_LEFT : badge->side;
  return is_it && (shape->side == HW_SKELETON_MIDLINE || shape->side == side);
}

static void add_disc(hw_canvas *canvas, double x, double y, const char *text) {
  const hw_text_style style = {
      .size = 10, .is_bold = true, .anchor = HW_ANCHOR_MIDDLE, .role = HW_ROLE_PAPER};
  const double wide = hw_fonts_width(hw_canvas_fonts(canvas), text, &style);
  hw_canvas_add_circle(canvas, x, y, fmax(7.5, wide / 2 + 2.5),
                       &(hw_paint){.fill = HW_ROLE_INK, .stroke = HW_ROLE_PAPER, .width = 1.2});
  hw_canvas_add_text(canvas, x, y + 10 * HW_TEXT_CAPITAL / 2, text, &style);
}

/* Where the outline of a shape is widest at a height, away from the middle of the body. */
static double edge_at(const hwp_skeleton_drawing *self, const hwp_bone_shape *shape, double y,
                      bool to_right) {
  hw_point outline[4 * HWP_OUTLINE_MOST];
  const int32_t n = hwp_outline_flatten(&self->shapes, shape, self->is_dense, outline);
  double edge = to_right ? -HUGE_VAL : HUGE_VAL;
  for (int32_t i = 0; i < n; i++) {
    const hw_point p = outline[i], q = outline[(i + 1) % n];
    if ((p.y > y) == (q.y > y)) continue;
    const double x = p.x + (y - p.y) / (q.y - p.y) * (q.x - p.x);
    edge = to_right ? fmax(edge, x) : fmin(edge, x);
  }
  return edge;
}

static void add_badge(const hwp_skeleton_drawing *self, const hw_skeleton_badge *badge) {
  double top = HUGE_VAL, bottom = -HUGE_VAL, left = HUGE_VAL, right = -HUGE_VAL;
  for (int32_t s = 0; s < self->shapes.n; s++) {
    const hwp_bone_shape *shape = &self->shapes.shapes[s];
    if (!is_badge_shape(shape, badge)) continue;
    top = fmin(top, shape->top), bottom = fmax(bottom, shape->bottom);
    left = fmin(left, shape->left), right = fmax(right, shape->right);
  }
  if (!(top < bottom)) return;
  const bool to_right = (left + right) / 2 > HWP_SKELETON_MIDDLE - 2;
  const double y = (top + bottom) / 2;
  double x = to_right ? -HUGE_VAL : HUGE_VAL;
  for (int32_t s = 0; s < self->shapes.n; s++) {
    if (!is_badge_shape(&self->shapes.shapes[s], badge)) continue;
    const double edge = edge_at(self, &self->shapes.shapes[s], y, to_right);
    x = to_right ? fmax(x, edge) : fmin(x, edge);
  }
  if (!isfinite(x)) x = to_right ? right : left;
  x = fmax(9, fmin(HW_SKELETON_WIDTH - 9, x + (to_right ? 9 : -9)));
  hw_canvas_begin_group(self->canvas, &(hw_group){.title = badge->label});
  add_disc(self->canvas, x, y, badge->text);
  hw_canvas_end_group(self->canvas);
}

/* --- the legend --- */

void hw_skeleton_add_sample(hw_canvas *canvas, double x, double y, int32_t person) {
  const hw_point corners[] = {{x, y}, {x + 18, y}, {x + 18, y + 10}, {x, y + 10}};
  hw_path_step lines[MOST_LEGEND];
  hw_canvas_add_rectangle(canvas, x, y, 18, 10, &(hw_paint){.fill = hwp_skeleton_role(person)});
  const int32_t n = hwp_outline_texture(corners, 4, hwp_skeleton_texture(person), TEXTURE_GAP,
                                        lines, MOST_LEGEND);
  if (n > 0)
    hw_canvas_add_path(canvas, lines, (size_t)n,
                       &(hw_paint){.stroke = HW_ROLE_PAPER, .width = TEXTURE_GAP * 0.27});
  hw_canvas_add_rectangle(canvas, x, y, 18, 10, &(hw_paint){.stroke = HW_ROLE_INK, .width = 0.8});
}

static int32_t legend_persons(const hw_skeleton *skeleton) {
  return skeleton->n_persons < MOST_LEGEND ? skeleton->n_persons : MOST_LEGEND;
}

double hw_skeleton_height(const hw_skeleton *skeleton) {
  if (skeleton->is_small) return BODY_HEIGHT;
  const int32_t rows = (legend_persons(skeleton) + 1) / 2 + 3 + (skeleton->n_badges > 0);
  return BODY_HEIGHT + rows * LEGEND_ROW + PAD;
}

static void add_entry(const hwp_skeleton_drawing *self, double x, double y, double wide,
                      const char *text) {
  hwp_add_fitted(self->canvas, x + 25, y + 8.5, text, wide - 27, &(hw_text_style){.size = 9.5});
}

static void add_legend(const hwp_skeleton_drawing *self) {
  const hw_skeleton *from = self->skeleton;
  const double half = (HW_SKELETON_WIDTH - 2 * PAD) / 2, wide = 2 * half;
  const int32_t n = legend_persons(from);
  double y = BODY_HEIGHT + 2;
  for (int32_t i = 0; i < n; i++) {
    const int32_t row = i / 2;
    const double x = PAD + (i % 2) * half, at = y + row * LEGEND_ROW;
    hw_skeleton_add_sample(self->canvas, x, at, i);
    add_entry(self, x, at, half, from->persons[i]);
  }
  const int32_t n_rows = (n + 1) / 2;
  y += n_rows * LEGEND_ROW;
  hw_skeleton_add_sample(self->canvas, PAD, y, -1);
  add_entry(self, PAD, y, wide, from->words->nobody);
  y += LEGEND_ROW;
  hw_canvas_add_rectangle(self->canvas, PAD, y, 18, 10,
                          &(hw_paint){.stroke = HW_ROLE_MUTED, .width = 0.6});
  add_entry(self, PAD, y, wide, from->words->missing);
  y += LEGEND_ROW;
  hw_canvas_add_rectangle(self->canvas, PAD, y, 18, 10,
                          &(hw_paint){.stroke = HW_ROLE_INK, .width = 0.8, .dash = HW_DASH_SHORT});
  add_entry(self, PAD, y, wide, from->words->which);
  if (from->n_badges == 0) return;
  y += LEGEND_ROW;
  add_disc(self->canvas, PAD + 9, y + 5, from->words->badge_example);
  add_entry(self, PAD, y, wide, from->words->badge);
}

/* --- the whole --- */

static hw_status check(const hw_skeleton *skeleton, hw_err *err) {
  if (skeleton->n_finds < 0 || skeleton->n_finds > HW_SKELETON_MOST)
    return hw_err_set(err, HW_E_SHAPE, "%d bones in a picture of a skeleton, at most %d",
                      (int)skeleton->n_finds, HW_SKELETON_MOST);
  for (int32_t i = 0; i < skeleton->n_finds; i++) {
    const hw_skeleton_find *find = &skeleton->finds[i];
    if (find->person < -1 || find->person >= skeleton->n_persons)
      return hw_err_set(err, HW_E_SHAPE, "bone %d is of person %d of %d", (int)i + 1,
                        (int)find->person, (int)skeleton->n_persons);
    if (!(find->from >= 0 && find->from <= find->to && find->to <= 1))
      return hw_err_set(err, HW_E_VALUE, "bone %d reaches from %g to %g, expected 0 to 1",
                        (int)i + 1, find->from, find->to);
  }
  return HW_OK;
}

static hw_status draw(hwp_skeleton_drawing *self, hw_err *err) {
  const hw_skeleton *from = self->skeleton;
  const double move = from->is_small ? HW_SKELETON_SMALL_WIDTH / 2 - HWP_SKELETON_MIDDLE : 0;
  hw_canvas_begin_group(
      self->canvas, &(hw_group){.title = from->title, .description = from->description, .x = move});
  const hw_status status = hwp_skeleton_add_missing(self, err);
  if (!from->is_small && status == HW_OK) add_words(self);
  if (status == HW_OK && self->is_dense)
    hwp_skeleton_add_gathered(self);
  else
    for (int32_t s = 0; s < self->shapes.n && status == HW_OK; s++)
      if (self->first[s] >= 0) hwp_skeleton_add_find(self, s);
  add_holes(self);
  if (!from->is_small && status == HW_OK) {
    for (int32_t i = 0; i < from->n_badges; i++) add_badge(self, &from->badges[i]);
    add_legend(self);
  }
  hw_canvas_end_group(self->canvas);
  return status;
}

hw_status hw_skeleton_add(hw_canvas *canvas, const hw_skeleton *skeleton,
                          hw_skeleton_result *result, hw_err *err) {
  HW_TRY(check(skeleton, err));
  const size_t n = (size_t)skeleton->n_finds + 1;
  hwp_skeleton_drawing *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a skeleton");
  hw_status status = HW_OK;
  self->canvas = canvas;
  self->skeleton = skeleton;
  self->gap = skeleton->is_small ? 2 * TEXTURE_GAP : TEXTURE_GAP;
  self->next = calloc(n, sizeof *self->next);
  self->is_guessed = calloc(n, sizeof *self->is_guessed);
  self->first = calloc(HWP_SHAPES_MOST, sizeof *self->first);
  self->steps = calloc(HWP_SKELETON_STEPS, sizeof *self->steps);
  self->all = calloc(HWP_SKELETON_GATHERED, sizeof *self->all);
  if (self->next != NULL && self->is_guessed != NULL && self->first != NULL &&
      self->steps != NULL) {
    hwp_skeleton_make_shapes(&self->shapes);
    hwp_skeleton_give_places(self);
    self->is_dense = skeleton->is_small || self->result.n_placed > MOST_SINGLE;
    status = draw(self, err);
    if (status == HW_OK && result != NULL) *result = self->result;
  } else {
    status = HW_NO_MEMORY(err, "a skeleton");
  }
  free(self->next);
  free(self->is_guessed);
  free(self->first);
  free(self->steps);
  free(self->all);
  free(self);
  return status;
}
