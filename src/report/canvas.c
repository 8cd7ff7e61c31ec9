/* The front of the canvas: what drawings call.
 *
 * It stands between a drawing and its back end, so that both back ends may be
 * small and cannot disagree: defaults are filled in here, coordinates are
 * checked, text is cleaned, shapes other than circles and rectangles become
 * paths, and textures become lines (canvas_texture.c). What reaches a back end
 * is valid and the same for each.
 *
 * Invariants:
 *   1. The first failure is kept; after it nothing more is drawn.
 *   2. Groups are ended in the order in which they were begun; a page begins and
 *      ends outside of groups.
 *   3. No back end sees a number that is not finite, nor text that is not UTF-8.
 *
 * Colours: the series of the light theme are those of Okabe & Ito ("Color
 * Universal Design", 2008), which people with any kind of colour vision tell
 * apart; the print theme is grey, and drawings never tell by colour alone. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/utf8.h"
#include "report/canvas_int.h"

/* Coordinates beyond this are a mistake of the caller. */
static const double FARTHEST = 100 * HW_CANVAS_MOST;

static const hwp_colour colours[3][HW_N_ROLES] =
    {
        [HW_THEME_LIGHT] =
            {
                [HW_ROLE_INK] = {0x1a, 0x1f, 0x26},
                [HW_ROLE_PAPER] = {0xff, 0xff, 0xff},
                [HW_ROLE_MUTED] = {0x55, 0x5f, 0x6b},
                [HW_ROLE_GRID] = {0xd9, 0xde, 0xe4},
                [HW_ROLE_SHADE] = {0xee, 0xf1, 0xf4},
                [HW_ROLE_SOUGHT] = {0xf6, 0xc2, 0x8b},
                [HW_ROLE_TYPED] = {0xb9, 0xdc, 0xf2},
                [HW_ROLE_FIRST] = {0x00, 0x72, 0xb2},
                [HW_ROLE_SECOND] = {0xd5, 0x5e, 0x00},
                [HW_ROLE_THIRD] = {0x00, 0x9e, 0x73},
                [HW_ROLE_FOURTH] = {0xa3, 0x4f, 0x80},
                [HW_ROLE_WARNING] = {0xb3, 0x26, 0x1e},
                [HW_ROLE_LAND] = {0xf5, 0xf2, 0xe9},
                [HW_ROLE_SEA] = {0xd6, 0xe4, 0xee},
            },
        [HW_THEME_DARK] =
            {
                [HW_ROLE_INK] = {0xe6, 0xea, 0xef},
                [HW_ROLE_PAPER] = {0x15, 0x19, 0x1f},
                [HW_ROLE_MUTED] = {0xa3, 0xad, 0xb8},
                [HW_ROLE_GRID] = {0x38, 0x40, 0x4a},
                [HW_ROLE_SHADE] = {0x22, 0x28, 0x30},
                [HW_ROLE_SOUGHT] = {0x8a, 0x4b, 0x12},
                [HW_ROLE_TYPED] = {0x1d, 0x4f, 0x73},
                [HW_ROLE_FIRST] = {0x56, 0xb4, 0xe9},
                [HW_ROLE_SECOND] = {0xf0, 0x8a, 0x3c},
                [HW_ROLE_THIRD] = {0x3c, 0xc9, 0x9c},
                [HW_ROLE_FOURTH] = {0xd9, 0x94, 0xbd},
                [HW_ROLE_WARNING] = {0xff, 0x8a, 0x80},
                [HW_ROLE_LAND] = {0x30, 0x36, 0x3d},
                [HW_ROLE_SEA] = {0x14, 0x22, 0x2e},
            },
        [HW_THEME_PRINT] =
            {
                [HW_ROLE_INK] = {0x00, 0x00, 0x00},
                [HW_ROLE_PAPER] = {0xff, 0xff, 0xff},
                [HW_ROLE_MUTED] = {0x40, 0x40, 0x40},
                [HW_ROLE_GRID] = {0xc8, 0xc8, 0xc8},
                [HW_ROLE_SHADE] = {0xf0, 0xf0, 0xf0},
                [HW_ROLE_SOUGHT] = {0xd0, 0xd0, 0xd0},
                [HW_ROLE_TYPED] = {0xf0, 0xf0, 0xf0},
                [HW_ROLE_FIRST] = {0x30, 0x30, 0x30},
                [HW_ROLE_SECOND] = {0x80, 0x80, 0x80},
                [HW_ROLE_THIRD] = {0x58, 0x58, 0x58},
                [HW_ROLE_FOURTH] = {0xa0, 0xa0, 0xa0},
                [HW_ROLE_WARNING] = {0x00, 0x00, 0x00},
                [HW_ROLE_LAND] = {0xff, 0xff, 0xff},
                [HW_ROLE_SEA] = {0xe6, 0xe6, 0xe6},
            },
};

static const char *const role_names[HW_N_ROLES] = {"none",  "ink",    "paper",   "muted", "grid",
                                                   "shade", "sought", "typed",   "first", "second",
                                                   "third", "fourth", "warning", "land",  "sea"};

hwp_colour hwp_colour_of(hw_theme theme, hw_role role) {
  return colours[theme][role];
}

const char *hwp_role_name(hw_role role) {
  return role_names[role];
}

void hwp_canvas_fail(hw_canvas *self, hw_status status, const char *reason) {
  if (self->status != HW_OK) return;
  self->status = status;
  self->reason = reason;
}

void hwp_append_clean(hw_str *out, const char *text) {
  static const char replacement[] = "\xef\xbf\xbd";
  const size_t n = strlen(text);
  for (size_t i = 0; i < n;) {
    const size_t length = hw_utf8_length(text + i, n - i);
    const unsigned char byte = (unsigned char)text[i];
    /* Control characters, and U+FFFE and U+FFFF, which XML does not hold. */
    const bool is_control = length == 1 && (byte < 0x20 || byte == 0x7f);
    const bool is_none = length == 3 && byte == 0xef && (unsigned char)text[i + 1] == 0xbf &&
                         (unsigned char)text[i + 2] >= 0xbe;
    if (is_control && (byte == '\t' || byte == '\n' || byte == '\r'))
      hw_str_append_bytes(out, " ", 1);
    else if (length == 0 || is_control || is_none)
      hw_str_append(out, replacement);
    else
      hw_str_append_bytes(out, text + i, length);
    i += length > 0 ? length : 1;
  }
}

/* ---- life ---- */

static bool is_side(double length) {
  return isfinite(length) && length > 0 && length <= HW_CANVAS_MOST;
}

hw_status hw_canvas_new(hw_canvas_form form, const hw_fonts *fonts,
                        const hw_canvas_options *options, hw_canvas **out, hw_err *err) {
  *out = NULL;
  if (!is_side(options->width) || !is_side(options->height))
    return hw_err_set(err, HW_E_VALUE,
                      "a picture of %g x %g points cannot be made: its sides are above 0 and at "
                      "most %g",
                      options->width, options->height, HW_CANVAS_MOST);
  hw_canvas *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a drawing");
  self->backend = form == HW_CANVAS_PDF ? &hwp_canvas_pdf : &hwp_canvas_svg;
  self->fonts = fonts;
  self->theme = options->theme;
  self->is_bare = options->is_bare;
  const hw_status status = self->backend->begin(self, options, err);
  if (status != HW_OK) {
    hw_canvas_delete(self);
    return status;
  }
  *out = self;
  if (!self->is_bare)
    hw_canvas_add_rectangle(self, 0, 0, options->width, options->height,
                            &(hw_paint){.fill = HW_ROLE_PAPER});
  return HW_OK;
}

void hw_canvas_delete(hw_canvas *self) {
  if (self == NULL) return;
  if (self->backend->clear != NULL) self->backend->clear(self);
  hw_str_clear(&self->out);
  free(self);
}

hw_status hw_canvas_end(hw_canvas *self, char **bytes, size_t *n_bytes, hw_err *err) {
  *bytes = NULL;
  *n_bytes = 0;
  if (self->depth != 0) hwp_canvas_fail(self, HW_E_BUG, "a group of a drawing was not ended");
  if (self->status == HW_OK) self->backend->end(self);
  if (hw_str_status(&self->out) != HW_OK)
    hwp_canvas_fail(self, HW_E_NO_MEMORY, "memory is exhausted: cannot hold a drawing");
  if (self->status != HW_OK) return hw_err_set(err, self->status, "%s", self->reason);
  *bytes = self->out.bytes;
  *n_bytes = self->out.length;
  hw_str_init(&self->out);
  /* A drawing has one end. */
  hwp_canvas_fail(self, HW_E_BUG, "a drawing was ended twice");
  return HW_OK;
}

const hw_fonts *hw_canvas_fonts(const hw_canvas *self) {
  return self->fonts;
}

/* ---- checks ---- */

/* True if there is something to do and the numbers can be drawn. */
static bool may_draw(hw_canvas *self, const double *numbers, size_t n) {
  if (self->status != HW_OK) return false;
  for (size_t i = 0; i < n; i++) {
    if (isfinite(numbers[i]) && fabs(numbers[i]) <= FARTHEST) continue;
    hwp_canvas_fail(self, HW_E_VALUE, "a drawing has a coordinate that is not on any page");
    return false;
  }
  return true;
}

static hw_paint with_defaults(const hw_paint *paint) {
  hw_paint filled = *paint;
  if (filled.width <= 0) filled.width = 1;
  if (filled.texture_role == HW_ROLE_NONE)
    filled.texture_role = filled.stroke != HW_ROLE_NONE ? filled.stroke : HW_ROLE_INK;
  return filled;
}

/* ---- pages and groups ---- */

void hw_canvas_begin_page(hw_canvas *self, double width, double height) {
  if (!may_draw(self, (double[]){width, height}, 2)) return;
  if (self->depth != 0) {
    hwp_canvas_fail(self, HW_E_BUG, "a page of a drawing begins inside a group");
  } else if (!is_side(width) || !is_side(height)) {
    hwp_canvas_fail(self, HW_E_VALUE, "a page of a drawing has an impossible size");
  } else if (self->backend->begin_page == NULL) {
    hwp_canvas_fail(self, HW_E_UNSUPPORTED,
                    "an SVG picture has one page: write PDF, or a file for each page");
  } else {
    self->backend->begin_page(self, width, height);
    if (!self->is_bare)
      hw_canvas_add_rectangle(self, 0, 0, width, height, &(hw_paint){.fill = HW_ROLE_PAPER});
  }
}

void hw_canvas_begin_group(hw_canvas *self, const hw_group *group) {
  hw_group filled = *group;
  if (filled.scale == 0) filled.scale = 1;
  if (!may_draw(self, (double[]){filled.x, filled.y, filled.scale}, 3)) return;
  if (self->depth == HW_CANVAS_DEEPEST) {
    hwp_canvas_fail(self, HW_E_TOO_COMPLEX, "the groups of a drawing are nested too deeply");
    return;
  }
  self->depth++;
  self->backend->begin_group(self, &filled);
}

void hw_canvas_end_group(hw_canvas *self) {
  if (self->status != HW_OK) return;
  if (self->depth == 0) {
    hwp_canvas_fail(self, HW_E_BUG, "a group of a drawing ends that was not begun");
    return;
  }
  self->depth--;
  self->backend->end_group(self);
}

/* ---- shapes ---- */

void hw_canvas_add_path(hw_canvas *self, const hw_path_step *steps, size_t n,
                        const hw_paint *paint) {
  for (size_t i = 0; i < n; i++)
    if (!may_draw(
            self,
            (double[]){steps[i].x, steps[i].y, steps[i].x1, steps[i].y1, steps[i].x2, steps[i].y2},
            6))
      return;
  const hw_paint filled = with_defaults(paint);
  if (n > 0 && self->status == HW_OK) self->backend->add_path(self, steps, n, &filled);
}

/* Points joined by lines, through a path on the stack where it is short. */
static void add_points(hw_canvas *self, const hw_point *points, size_t n, bool is_closed,
                       const hw_paint *paint) {
  enum { FEW = 16 };
  hw_path_step few[FEW + 1];
  hw_path_step *steps = n <= FEW ? few : calloc(n + 1, sizeof *steps);
  if (steps == NULL) {
    hwp_canvas_fail(self, HW_E_NO_MEMORY, "memory is exhausted: cannot hold a drawing");
    return;
  }
  for (size_t i = 0; i < n; i++)
    steps[i] =
        (hw_path_step){.kind = i == 0 ? HW_MOVE : HW_LINE, .x = points[i].x, .y = points[i].y};
  steps[n] = (hw_path_step){.kind = HW_CLOSE};
  if (n > 0) hw_canvas_add_path(self, steps, is_closed ? n + 1 : n, paint);
  if (steps != few) free(steps);
}

void hw_canvas_add_line(hw_canvas *self, double x1, double y1, double x2, double y2,
                        const hw_paint *paint) {
  add_points(self, (hw_point[]){{x1, y1}, {x2, y2}}, 2, false, paint);
}

void hw_canvas_add_polyline(hw_canvas *self, const hw_point *points, size_t n,
                            const hw_paint *paint) {
  add_points(self, points, n, false, paint);
}

/* A textured shape is filled, textured and then outlined, so that the outline stays whole. */
static hw_paint only_fill(const hw_paint *paint) {
  hw_paint part = *paint;
  part.stroke = HW_ROLE_NONE;
  return part;
}
static hw_paint only_stroke(const hw_paint *paint) {
  hw_paint part = *paint;
  part.fill = HW_ROLE_NONE;
  return part;
}

void hw_canvas_add_polygon(hw_canvas *self, const hw_point *points, size_t n,
                           const hw_paint *paint) {
  if (paint->texture == HW_TEXTURE_NONE) {
    add_points(self, points, n, true, paint);
    return;
  }
  for (size_t i = 0; i < n; i++)
    if (!may_draw(self, (double[]){points[i].x, points[i].y}, 2)) return;
  const hw_paint filled = with_defaults(paint), fill = only_fill(paint),
                 stroke = only_stroke(paint);
  if (fill.fill != HW_ROLE_NONE) add_points(self, points, n, true, &fill);
  hwp_texture_polygon(self, points, n, &filled);
  if (stroke.stroke != HW_ROLE_NONE) add_points(self, points, n, true, &stroke);
}

void hw_canvas_add_rectangle(hw_canvas *self, double x, double y, double width, double height,
                             const hw_paint *paint) {
  if (!may_draw(self, (double[]){x, y, width, height}, 4)) return;
  const hw_paint filled = with_defaults(paint);
  if (paint->texture == HW_TEXTURE_NONE) {
    self->backend->add_rectangle(self, x, y, width, height, &filled);
    return;
  }
  const hw_paint fill = only_fill(&filled), stroke = only_stroke(&filled);
  if (fill.fill != HW_ROLE_NONE) self->backend->add_rectangle(self, x, y, width, height, &fill);
  hwp_texture_polygon(
      self, (hw_point[]){{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}}, 4,
      &filled);
  if (stroke.stroke != HW_ROLE_NONE)
    self->backend->add_rectangle(self, x, y, width, height, &stroke);
}

void hw_canvas_add_circle(hw_canvas *self, double x, double y, double radius,
                          const hw_paint *paint) {
  if (!may_draw(self, (double[]){x, y, radius}, 3)) return;
  const hw_paint filled = with_defaults(paint);
  if (paint->texture == HW_TEXTURE_NONE) {
    self->backend->add_circle(self, x, y, radius, &filled);
    return;
  }
  const hw_paint fill = only_fill(&filled), stroke = only_stroke(&filled);
  if (fill.fill != HW_ROLE_NONE) self->backend->add_circle(self, x, y, radius, &fill);
  hwp_texture_circle(self, x, y, radius, &filled);
  if (stroke.stroke != HW_ROLE_NONE) self->backend->add_circle(self, x, y, radius, &stroke);
}

void hw_canvas_add_text(hw_canvas *self, double x, double y, const char *text,
                        const hw_text_style *style) {
  hw_text_style filled = style != NULL ? *style : (hw_text_style){0};
  if (filled.size <= 0) filled.size = 10;
  if (filled.role == HW_ROLE_NONE) filled.role = HW_ROLE_INK;
  if (!may_draw(self, (double[]){x, y, filled.size}, 3) || text[0] == '\0') return;
  hw_str clean = HW_STR_INIT;
  hwp_append_clean(&clean, text);
  if (hw_str_status(&clean) != HW_OK)
    hwp_canvas_fail(self, HW_E_NO_MEMORY, "memory is exhausted: cannot hold a drawing");
  else
    self->backend->add_text(self, x, y, hw_str_text(&clean), &filled);
  hw_str_clear(&clean);
}
