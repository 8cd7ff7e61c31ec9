/* Texts beside signs, where there is room.
 *
 * Each text tries eight spots around its sign, the right first, and stands at the first
 * that lies inside the frame and on nothing that was placed before (the order of
 * Imhof 1975, "Positioning names on maps"); if there is none it is left out. What
 * stands first has the better spots: signs, then places, then names. */
#include <math.h>

#include "report/canvas_int.h"
#include "report/chart_map_int.h"

double hwp_map_width(hw_canvas *canvas, const char *text, const hw_text_style *style) {
  const double width = hw_fonts_width(hw_canvas_fonts(canvas), text, style);
  if (!isnan(width)) return width;
  hwp_canvas_fail(canvas, HW_E_NO_MEMORY, "memory is exhausted: cannot hold a map");
  return 0;
}

void hwp_taken_add(hwp_taken *self, hwp_box box) {
  if (self->n < self->room) self->boxes[self->n++] = box;
}

bool hwp_taken_is_free(const hwp_taken *self, const hwp_view *view, const hwp_box *box) {
  if (box->left < view->left + 2 || box->right > view->right - 2 || box->top < view->top + 2 ||
      box->bottom > view->bottom - 2)
    return false;
  for (int32_t i = 0; i < self->n; i++) {
    const hwp_box *b = &self->boxes[i];
    if (box->left < b->right && b->left < box->right && box->top < b->bottom &&
        b->top < box->bottom)
      return false;
  }
  return true;
}

bool hwp_map_add_label(hw_canvas *canvas, const hwp_view *view, hwp_taken *taken, double x,
                       double y, double radius, const char *text, const hw_text_style *style) {
  const double width = hwp_map_width(canvas, text, style);
  const double high = style->size * HW_TEXT_CAPITAL, gap = radius + 2.5, far = gap * 0.7;
  /* Left end of the text and middle of its capitals, from the sign; no radius: upon it. */
  const hw_point spots[] = {{gap, 0},
                            {-gap - width, 0},
                            {far, -far - high / 2},
                            {far, far + high / 2},
                            {-far - width, -far - high / 2},
                            {-far - width, far + high / 2},
                            {-width / 2, -gap - high / 2},
                            {-width / 2, gap + high / 2}};
  for (size_t i = 0; i < sizeof spots / sizeof *spots; i++) {
    const hw_point at = radius > 0 ? spots[i] : (hw_point){-width / 2, 0};
    const hwp_box box = {x + at.x - 1.5, y + at.y - style->size * 0.62, x + at.x + width + 1.5,
                         y + at.y + style->size * 0.62};
    if (!hwp_taken_is_free(taken, view, &box)) {
      if (!(radius > 0)) return false;
      continue;
    }
    hw_canvas_add_text(canvas, x + at.x, y + at.y + high / 2, text, style);
    hwp_taken_add(taken, box);
    return true;
  }
  return false;
}
